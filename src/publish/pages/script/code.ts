// The receipt code `YS-41-007-K7QM-2PXD-2` (ledger-spec.md, section 9.1).

import { type Bytes, match } from "./bytes.ts";

/** Crockford's base32. */
export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export interface Code {
  entry: number;
  line: number;
  /** The first 40 bits of the entry's leaf hash in Crockford's base32. */
  hash: string;
}

/** The check character: Luhn's sum modulo 32. */
function check(payload: string): string {
  let sum = 0;
  for (let at = payload.length - 1, factor = 2; at >= 0; at--, factor = 3 - factor) {
    const value = factor * ALPHABET.indexOf(payload[at]);
    sum += Math.floor(value / 32) + (value % 32);
  }
  return ALPHABET[(32 - (sum % 32)) % 32];
}

/** The first 40 bits of a leaf hash in eight characters. */
export function hashPart(leaf: Bytes): string {
  const number = leaf.subarray(0, 5).reduce((sum, byte) => sum * 256 + byte, 0);
  return Array.from({ length: 8 }, (_, at) => ALPHABET[Math.floor(number / 32 ** (7 - at)) % 32]).join("");
}

export function printCode({ entry, line, hash }: Code): string {
  const place = [String(entry), String(line).padStart(3, "0")];
  return ["YS", ...place, hash.slice(0, 4), hash.slice(4), check(place.join("") + hash)].join("-");
}

/** What people type, as ASCII in capitals without blanks, with one kind of dash. */
const plain = (written: string): string =>
  written
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\u2010-\u2015\u2212\ufe58\ufe63]/g, "-")
    .replace(/\s/g, "")
    .replace(/[a-z]/g, (small) => small.toUpperCase());

const SYMBOL = "[0-9A-HJKMNP-TV-Z]";
const GROUPS = ["YS", "(?:0|[1-9]\\d{0,14})", "\\d{3}", `${SYMBOL}{4}`, `${SYMBOL}{4}`, SYMBOL];
const meant = (group: string): string => group.replace(/O/g, "0").replace(/[IL]/g, "1");

/** The group that cannot be right, if the dashes show the groups; else a symbol that no code has. */
function wrong(all: string): string {
  const groups = all.split("-");
  const odd = (match(/([^-0-9A-TV-Z])/, all)[1] || "");
  return (groups.length === GROUPS.length && groups.find((group, at) => !RegExp(`^${GROUPS[at]}$`).test(meant(group)))) || odd;
}

/**
 * Reads a code, however it is written. If it is one that was mistyped, returns the group that cannot be
 * right, or nothing between two quotes if each could be; if it is no code, nothing.
 */
export function parseCode(written: string): Code | string | undefined {
  const all = plain(written);
  // With its dashes in their places it is a code, whatever the first letters have become.
  if (!all.startsWith("YS")) return /^\S\S-\d+-\d{3}-\w{4}-\w{4}-\w$/.test(all) ? wrong(all) : undefined;
  const rest = meant(all.slice(2).replace(/-/g, ""));
  const [, entry, line, hash, last] = match(RegExp(`^${GROUPS[1].replace("?:", "")}(\\d{3})(${SYMBOL}{8})(${SYMBOL})$`), rest);
  if (last === undefined || check(entry + line + hash) !== last) return wrong(all);
  return { entry: Number(entry), line: Number(line), hash };
}
