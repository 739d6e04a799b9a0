//! Amounts in the capitals that Chinese accounting forms ask for: `人民币壹仟元整`.
//!
//! The rules are those of 《支付结算办法》, annex 1: zeros between digits are read once as 零, an
//! amount without fen ends in 整.

use super::money::Fen;

const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 4] = ["", "万", "亿", "万亿"];

/// The amount in capitals.
pub fn capitals(fen: Fen) -> String {
    let (yuan, jiao, last) = (fen.get() / 100, fen.get() / 10 % 10, fen.get() % 10);
    let mut out = String::from("人民币");
    if yuan > 0 || fen == Fen::ZERO {
        out.push_str(&whole(yuan));
        out.push('元');
    }
    if jiao > 0 {
        out.push_str(digit(jiao));
        out.push('角');
    } else if last > 0 && yuan > 0 {
        out.push('零');
    }
    if last > 0 {
        out.push_str(digit(last));
        out.push('分');
    } else {
        out.push('整');
    }
    out
}

fn digit(value: u64) -> &'static str {
    usize::try_from(value).ok().and_then(|at| DIGITS.get(at)).copied().unwrap_or_default()
}

/// A whole number, in groups of four digits.
fn whole(value: u64) -> String {
    if value == 0 {
        return DIGITS.first().copied().unwrap_or_default().to_owned();
    }
    let mut out = String::new();
    let mut rest_missing = false;
    for (group, power) in GROUPS.iter().zip([1, 10_000, 100_000_000, 1_000_000_000_000]).rev() {
        let four = value / power % 10_000;
        if four == 0 {
            rest_missing = !out.is_empty();
            continue;
        }
        if !out.is_empty() && (rest_missing || four < 1000) {
            out.push('零');
        }
        rest_missing = false;
        out.push_str(&thousands(four));
        // 万亿 is 万 of 亿: the 亿 is said by the lower group if that has digits of its own.
        let lower = value / 100_000_000 % 10_000;
        out.push_str(if *group == "万亿" && lower > 0 { "万" } else { group });
    }
    out
}

/// 1 to 9999 without leading zeros.
fn thousands(four: u64) -> String {
    let mut out = String::new();
    let mut zero = false;
    for (place, power) in PLACES.iter().zip([1, 10, 100, 1000]).rev() {
        let value = four / power % 10;
        if value == 0 {
            zero = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut zero) {
            out.push('零');
        }
        out.push_str(digit(value));
        out.push_str(place);
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_in_capitals_reads_as_on_a_bank_form() {
        for (yuan, text) in [
            ("0.00", "零元整"),
            ("0.05", "伍分"),
            ("0.50", "伍角整"),
            ("1.00", "壹元整"),
            ("1.05", "壹元零伍分"),
            ("10.00", "壹拾元整"),
            ("1000.00", "壹仟元整"),
            ("1409.50", "壹仟肆佰零玖元伍角整"),
            ("6007.14", "陆仟零柒元壹角肆分"),
            ("38178.62", "叁万捌仟壹佰柒拾捌元陆角贰分"),
            ("107000.53", "壹拾万柒仟元伍角叁分"),
            ("100000000.00", "壹亿元整"),
            ("100010000.00", "壹亿零壹万元整"),
            ("100000001.00", "壹亿零壹元整"),
            ("1000000000000.00", "壹万亿元整"),
            ("90071992547409.91", "玖拾万零柒佰壹拾玖亿玖仟贰佰伍拾肆万柒仟肆佰零玖元玖角壹分"),
        ] {
            assert_eq!(capitals(Fen::from_yuan(yuan).unwrap()), format!("人民币{text}"), "{yuan}");
        }
    }
}
