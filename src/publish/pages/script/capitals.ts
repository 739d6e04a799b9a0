// An amount as Chinese papers write it so that nobody can change it: 人民币壹佰零壹元伍角整.

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const UNITS = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万"];

/** Four digits, without a zero at the end. */
function group(digits: string): string {
  const spoken = Array.from(digits, (digit, at) => (digit === "0" ? "零" : DIGITS[Number(digit)] + UNITS[digits.length - 1 - at]));
  return spoken.join("").replace(/零+/g, "零").replace(/零$/, "");
}

/** Whole fen, more than none and at most 2^53 - 1, in capitals. */
export function capitals(fen: number): string {
  const digits = String(fen).padStart(3, "0");
  const [yuan, jiao, cent] = [digits.slice(0, -2), digits[digits.length - 2], digits[digits.length - 1]];
  const groups: string[] = [];
  for (let end = yuan.length; end > 0; end -= 4) groups.push(yuan.slice(Math.max(0, end - 4), end));
  let whole = "";
  groups.forEach((digits, at) => {
    const spoken = group(digits);
    // 亿 is said even if only 万 of them stand before it.
    whole = (spoken || (at === 2 && groups.length > 3) ? spoken + GROUPS[at] : whole ? "零" : "") + whole;
  });
  whole = whole.replace(/零+/g, "零").replace(/^零/, "");
  const rest = (jiao === "0" ? (cent === "0" || !whole ? "" : "零") : `${DIGITS[Number(jiao)]}角`) + (cent === "0" ? "" : `${DIGITS[Number(cent)]}分`);
  return `人民币${whole ? `${whole}元` : ""}${rest}${cent === "0" ? "整" : ""}`;
}
