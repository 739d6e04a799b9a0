//! Personal numbers however they are dressed up: `138.1234.5678`, `①③⑧…`, `一三八…`.
//!
//! A text is folded, so that every digit is a plain one, and cut into stretches of groups of digits
//! with what stands between them. In a stretch, dates, times and amounts are passed over; of the
//! rest, whole groups in a row that come to a telephone, identity or card number are found.

/// Where ten decimal digits in a row begin with their zero: every script of Unicode 16.
const ZEROS: [u32; 76] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0,
    0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50,
    0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8,
    0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];
/// Where nine digits in a row begin with their one: circled, in brackets, with a point or comma.
const ONES: [u32; 13] = [
    0x1369, 0x2460, 0x2474, 0x2488, 0x24f5, 0x2776, 0x2780, 0x278a, 0x3220, 0x3280, 0x10e60,
    0x11052, 0x1f102,
];
/// The others, from zero on: superscript, subscript, and Chinese, as one writes and as one counts.
const OTHERS: [&str; 10] = [
    "⁰₀⓪⓿〇零○🄀🄁",
    "¹₁一壹幺",
    "²₂二贰貳",
    "³₃三叁參",
    "⁴₄四肆",
    "⁵₅五伍",
    "⁶₆六陆陸",
    "⁷₇七柒",
    "⁸₈八捌",
    "⁹₉九玖",
];

/// The plain digit that a character stands for.
fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let within = |starts: &[u32], first: u32, many: u32| {
        let from = starts.iter().find(|start| (**start..**start + many).contains(&code))?;
        char::from_digit(code - from + first, 10)
    };
    let other = || (b'0'..=b'9').zip(OTHERS).find(|(_, forms)| forms.contains(c));
    within(&ZEROS, 0, 10)
        .or_else(|| within(&ONES, 1, 9))
        .or_else(|| other().map(|(digit, _)| char::from(digit)))
}

/// The text with every digit plain, and every mark as its plainest likeness: `.` `-` `/` `:` `,`,
/// `;` between the items of a list, `+` for sums, a blank, and `_` for any other. Letters stay.
fn folded(text: &str) -> String {
    let mark = |c: char| match c {
        '．' | '。' | '·' | '•' | '・' | '‧' | '․' | '｡' => '.',
        '－' | '‐' | '‑' | '‒' | '–' | '—' | '−' | '~' | '～' => '-',
        '／' => '/',
        '：' => ':',
        '，' => ',',
        '、' | ';' | '；' => ';',
        '+' | '＋' | '=' | '＝' | '×' | '÷' => '+',
        c if c.is_whitespace() => ' ',
        '.' | '-' | '/' | ':' | ',' => c,
        c if c.is_alphanumeric() => c,
        _ => '_',
    };
    text.chars().map(|c| digit(c).unwrap_or_else(|| mark(c))).collect()
}

/// Digits in a row, and what stands before them in their stretch.
#[derive(Clone, Copy, Debug)]
struct Group<'t> {
    before: &'t str,
    digits: &'t str,
}

impl Group<'_> {
    /// Whether it is tied to the group before by something that also stands within a number, and
    /// not between the items of a list, the terms of a sum, or hours and minutes.
    fn is_tight(&self) -> bool {
        !self.before.contains([',', ';', '/', ':', '+'])
    }
}

/// The stretches of a folded text.
fn stretches(text: &str) -> impl Iterator<Item = Vec<Group<'_>>> {
    text.split(char::is_alphabetic).map(|stretch| {
        let mut groups = Vec::new();
        let mut rest = stretch;
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            let (before, more) = rest.split_at(at);
            let end = more.find(|c: char| !c.is_ascii_digit()).unwrap_or(more.len());
            let (digits, more) = more.split_at(end);
            groups.push(Group { before, digits });
            rest = more;
        }
        groups
    })
}

/// How many of the groups from the first on are one date, time or amount, if they are.
fn shape(groups: &[Group<'_>]) -> Option<usize> {
    let tie = |at: usize| groups.get(at).map_or("", |group| group.before);
    let len = |at: usize| groups.get(at).map_or(0, |group| group.digits.len());
    let short = |at: usize| (1..=2).contains(&len(at));
    if len(0) == 4 && [".", "-", "/"].contains(&tie(1)) && tie(2) == tie(1) && short(1) && short(2)
    {
        return Some(3).filter(|_| tie(3) != tie(1));
    }
    if short(0) && tie(1) == ":" && len(1) == 2 {
        let many = if tie(2) == ":" && len(2) == 2 { 3 } else { 2 };
        return Some(many).filter(|many| tie(*many) != ":");
    }
    let marked = (1..groups.len()).take_while(|at| tie(*at) == "," && len(*at) == 3).count();
    let whole = if (1..=3).contains(&len(0)) { marked + 1 } else { 1 };
    let many = if tie(whole) == "." && short(whole) { whole + 1 } else { whole };
    Some(many).filter(|many| *many > 1 && ![",", "."].contains(&tie(*many)))
}

/// Whether these groups in a row are a telephone, identity or card number.
fn is_personal(groups: &[Group<'_>]) -> bool {
    let number: String = groups.iter().map(|group| group.digits).collect();
    let tight = groups.iter().skip(1).all(Group::is_tight);
    let lens: Vec<_> = groups.iter().map(|group| group.digits.len()).collect();
    let own = number.strip_prefix("86").filter(|own| own.len() == 11).unwrap_or(&number);
    let mobile = own.len() == 11
        && own.starts_with('1')
        && own.get(1..2).is_some_and(|second| second >= "3")
        && (tight || lens == [3, 4, 4]);
    let area = lens.first().is_some_and(|len| matches!(len, 3 | 4)) && number.starts_with('0');
    let landline = area && tight && (10..=12).contains(&number.len());
    let card = tight && (15..=19).contains(&number.len()) && lens.iter().all(|len| *len >= 3);
    mobile || landline || card
}

/// What of a stretch is neither date, time nor amount.
fn unshaped<'g, 't>(groups: &'g [Group<'t>]) -> Vec<&'g [Group<'t>]> {
    let before = |at: usize| groups.get(at).map_or("", |group| group.before);
    let (mut runs, mut from, mut at) = (Vec::new(), 0, 0);
    while let Some(rest) = groups.get(at..).filter(|rest| !rest.is_empty()) {
        // What a mark ties to the group before in the same way is part of something longer.
        let apart = at == 0 || before(at) != before(at + 1);
        let Some(many) = shape(rest).filter(|_| apart) else {
            at += 1;
            continue;
        };
        runs.extend(groups.get(from..at));
        at += many;
        from = at;
    }
    runs.extend(groups.get(from..));
    runs
}

/// The first number of a person in groups that stand in a row.
fn number_in(groups: &[Group<'_>]) -> Option<String> {
    let ends = |from: usize| (from + 1..=groups.len()).map(move |end| from..end);
    let all = (0..groups.len()).flat_map(ends).filter_map(|some| groups.get(some));
    let mut personal = all.filter(|some| is_personal(some));
    personal.next().map(|some| some.iter().map(|group| group.digits).collect())
}

/// The first number in `text` that is a person's when its dress is taken off; `bare` finds such
/// numbers in plain digits.
pub(super) fn find(text: &str, bare: fn(&str) -> Option<String>) -> Option<String> {
    let plain: String = text.chars().map(|c| digit(c).unwrap_or(c)).collect();
    let dressed = |groups: Vec<Group<'_>>| unshaped(&groups).into_iter().find_map(number_in);
    bare(&plain).or_else(|| stretches(&folded(text)).find_map(dressed))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use crate::domain::text::Text;
    use proptest::prelude::*;

    fn passes(text: &str) -> bool {
        Text::new(text).is_ok()
    }

    #[test]
    fn a_number_of_a_person_is_found_in_every_dress() {
        for bad in [
            "138.1234.5678",
            "138-1234-5678",
            "请打１３８．１２３４．５６７８",
            "①③⑧①②③④⑤⑥⑦⑧",
            "一三八一二三四五六七八",
            "壹叁捌 壹贰叁肆 伍陆柒捌",
            "一三八，一二三四，五六七八",
            "1 3 8 1 2 3 4 5 6 7 8",
            "1.3.8.1.2.3.4.5.6.7.8",
            "138、1234、5678",
            "138/1234/5678",
            "138—1234—5678",
            "138　1234　5678",
            "+86 138.1234.5678",
            "(0433)723.4567",
            "٠١٣٨١٢٣٤٥٦",
            "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
            "电话138*1234*5678，2026年11月",
            "2026.11.22 138.1234.5678",
            "110101.1990.0307.1234",
            "6222_0212_3456_7890",
        ] {
            assert!(!passes(bad), "{bad} would be public for ever");
        }
    }

    #[test]
    fn amounts_dates_times_and_lists_are_no_numbers_of_persons() {
        for good in [
            "1,381,234,567.80 元",
            "38,178.62、27,900.00、1,500.00",
            "38178.62 / 27900.00",
            "2026-11-01—2026-11-30",
            "2026.11.22 20:15:30，12 行",
            "2026/11/22 08:30-11:30、13:30-17:30",
            "第 12、15、18、20、22、31 行",
            "小学、初中、高中每学期 750、1000、1500 元",
            "每学期 1500/1200/900 元",
            "2023、2024、2025、2026 年",
            "二〇二六年十一月二十二日第三次会议",
            "500+500+600+800+900 元",
            "吉民许准字〔2026〕第 12 号",
            "3 人×5 天×100 元=1,500.00 元",
            "三八妇女节、六一儿童节",
            "41/0、43/0 记错",
        ] {
            assert!(passes(good), "{good} is refused");
        }
    }

    /// The digits of a number in some script.
    fn in_script(number: &str, script: usize) -> String {
        let scripts = [
            "0123456789",
            "０１２３４５６７８９",
            "〇一二三四五六七八九",
            "零壹贰叁肆伍陆柒捌玖",
            "⓪①②③④⑤⑥⑦⑧⑨",
            "٠١٢٣٤٥٦٧٨٩",
            "₀₁₂₃₄₅₆₇₈₉",
        ];
        let script: Vec<char> = scripts[script % scripts.len()].chars().collect();
        number.chars().map(|c| script[c as usize - '0' as usize]).collect()
    }

    proptest! {
        #[test]
        fn a_phone_number_is_refused_however_it_is_cut_and_written(
            number in "1[3-9][0-9]{9}", cuts in 1_u32..1024, script in 0_usize..7, tie in 0_usize..9,
        ) {
            let tie = [".", "-", " ", "·", "．", "_", "*", "—", "　"][tie];
            let digits: Vec<char> = in_script(&number, script).chars().collect();
            let mut text = String::from("请联系");
            for (at, digit) in digits.iter().enumerate() {
                if at > 0 && cuts >> (at - 1) & 1 == 1 {
                    text.push_str(tie);
                }
                text.push(*digit);
            }
            prop_assert!(!passes(&text), "{} passes", text);
        }

        #[test]
        fn amounts_and_dates_side_by_side_are_taken(
            fen in proptest::collection::vec(1_u64..10_000_000_000, 1..5),
            (month, day, hour, minute) in (1..=12, 1..=28, 0..24, 0..60), tie in 0_usize..6,
        ) {
            let tie = ["、", "，", " / ", " + ", "；", "—"][tie];
            let amounts: Vec<_> =
                fen.iter().map(|fen| crate::domain::money::Fen::new(*fen).unwrap().grouped()).collect();
            let text = format!("2026-{month:02}-{day:02} {hour:02}:{minute:02} {}", amounts.join(tie));
            prop_assert!(passes(&text), "{} is refused", text);
        }
    }
}
