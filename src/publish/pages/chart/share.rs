//! Where a yuan went: everything received, in parts of one hundred.

use super::scale::{exact, percent, signed};
use super::{Chart, Fill, Twin, Words, figure};
use crate::domain::books::Books;
use crate::domain::line::close::Close;
use crate::domain::money::Fen;
use crate::domain::sums::Move;
use crate::domain::text::Lang;
use crate::publish::pages::amount::sum;
use crate::publish::pages::students::by_level;
use std::fmt::Write as _;

/// One use of the money.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Part {
    /// What for.
    pub(super) name: &'static str,
    /// Its colour, a class of the style sheet.
    pub(super) class: &'static str,
    /// Its pattern.
    fill: Fill,
    /// How much, in fen.
    pub(super) fen: Fen,
    /// Whether it is named even if it is nothing.
    always: bool,
}

impl Part {
    /// A use of the money.
    pub(super) fn new(name: &'static str, look: (&'static str, Fill), fen: Fen) -> Part {
        Part { name, class: look.0, fill: look.1, fen, always: false }
    }
}

/// What became of everything received by `close`: paid to students of each level, spent on fees, on
/// programmes and management, restricted, promised, free. All that came in, the money of sponsors
/// aside, is all of them together, as the rules see to.
pub(super) fn parts(close: &Close, books: &Books, lang: Lang) -> Vec<Part> {
    // What came back was not paid in the end.
    let kept = close.ever.net(Move::Pay).minus(close.ever.net(Move::Clawback)).unwrap_or_default();
    let mut parts = paid(kept, books, lang);
    let fees = Part {
        always: true,
        ..Part::new(lang.pick("手续费", "fees"), ("fees", Fill::Solid), close.ever.net(Move::Fee))
    };
    let promised = (lang.pick("已批准，待发放", "promised, not yet paid"), close.closing.promised);
    let free = (lang.pick("还未安排", "not yet promised"), close.closing.free);
    parts.push(fees);
    let spent = lang.pick("项目与管理支出", "programmes and management");
    let pots = lang.pick("限定用途，还未安排", "restricted, not yet promised");
    let look = [("spent", Fill::Barred), ("pots", Fill::Crossed)];
    parts.push(Part::new(spent, look[0], close.ever.net(Move::Spend)));
    parts.push(Part::new(pots, look[1], close.closing.pots.0.total()));
    parts.push(Part::new(promised.0, ("promised", Fill::Dotted), promised.1));
    parts.push(Part { always: true, ..Part::new(free.0, ("free", Fill::Open), free.1) });
    parts
}

/// The payments by school level. If money was paid after the close, the books know only the newer
/// sums by level, and the payments are one part.
fn paid(all: Fen, books: &Books, lang: Lang) -> Vec<Part> {
    let sums = by_level(books).map(|(_, paid)| paid);
    if sum(&sums) != all {
        let name = lang.pick("发给学生", "paid to students");
        return vec![Part::new(name, ("primary", Fill::Solid), all)];
    }
    let looks = [
        (lang.pick("发给小学生", "primary school"), ("primary", Fill::Solid)),
        (lang.pick("发给初中生", "junior secondary"), ("junior", Fill::Slanted)),
        (lang.pick("发给高中生", "senior secondary"), ("senior", Fill::Barred)),
        (lang.pick("发给大学生", "college"), ("college", Fill::Crossed)),
    ];
    looks.into_iter().zip(sums).map(|((name, look), fen)| Part::new(name, look, fen)).collect()
}

/// Whole hundredths that add up to one hundred: each part's own, rounded down, and one more for
/// those that lost most by that, the earlier first among equals. None if there is nothing to share.
pub(super) fn hundredths(fen: &[u64]) -> Option<Vec<u64>> {
    let sum = fen.iter().map(|n| u128::from(*n)).sum::<u128>();
    if sum == 0 {
        return None;
    }
    let exact = |n: &u64| (u128::from(*n) * 100 / sum, u128::from(*n) * 100 % sum);
    let mut shares: Vec<(u128, u128)> = fen.iter().map(exact).collect();
    let given: u128 = shares.iter().map(|(share, _)| share).sum();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(shares.get(*at).map_or(0, |(_, lost)| *lost)));
    for (at, _) in order.into_iter().zip(given..100) {
        if let Some((share, _)) = shares.get_mut(at) {
            *share += 1;
        }
    }
    Some(shares.into_iter().map(|(share, _)| u64::try_from(share).unwrap_or(100)).collect())
}

/// The chart of these parts; `None` if nothing was received yet.
pub(super) fn chart(parts: &[Part], lang: Lang) -> Option<Chart> {
    let shares = hundredths(&parts.iter().map(|p| p.fen.get()).collect::<Vec<_>>())?;
    let rows: Vec<(&Part, u64)> =
        parts.iter().zip(shares).filter(|(p, _)| p.always || p.fen > Fen::ZERO).collect();
    let all = exact(rows.iter().map(|(part, _)| signed(part.fen)).sum());
    let told: Vec<String> = rows
        .iter()
        .map(|(part, share)| format!("{} {}", part.name, told(part, *share, lang)))
        .collect();
    let told = told.join(lang.pick("，", ", "));
    let words = Words {
        id: "chart-share",
        title: lang.pick("每一元去了哪里", "Where a yuan went"),
        desc: &lang.pick(format!("共 {all}：{told}。"), format!("{all} in all: {told}.")),
    };
    let drawing = bar(&rows, &words);
    let key: String = rows.iter().map(|(part, share)| key(part, *share, lang)).collect();
    let row = |(part, share): &(&Part, u64)| {
        vec![part.name.to_owned(), exact(signed(part.fen)), self::told(part, *share, lang)]
    };
    let whole = vec![lang.pick("共", "all together").to_owned(), all, "100%".to_owned()];
    let twin = Twin {
        caption: lang.pick(
            "钱（已扣退款和冲正）的去向",
            "Where the money, less refunds and reversals, went",
        ),
        heads: match lang {
            Lang::Zh => &["去向", "金额", "占"],
            Lang::En => &["Use", "Amount", "Share"],
        },
        rows: rows.iter().map(row).chain([whole]).collect(),
    };
    Some(figure(&drawing, &key, &twin, lang))
}

/// The parts side by side.
fn bar(rows: &[(&Part, u64)], words: &Words<'_>) -> String {
    let mut out = words.open("share");
    // The key shows every pattern, also that of a part too small to be drawn.
    out.extend(rows.iter().map(|(part, _)| part.fill.pattern(part.class)));
    let mut x = 0;
    for (Part { class, fill, .. }, share) in rows.iter().filter(|(_, share)| *share > 0) {
        let (left, width, paint) =
            (percent(x), percent(i128::from(*share) * 100), fill.paint(class));
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{left}\" y=\"0\" width=\"{width}\" height=\"100%\" fill=\"{paint}\"></rect>"
        );
        x += i128::from(*share) * 100;
    }
    out.push_str("</svg>\n");
    out
}

/// A part in the key: its square, its name, its share, and the amount.
fn key(part: &Part, share: u64, lang: Lang) -> String {
    let (square, name) = (part.fill.key(part.class), part.name);
    let (share, amount) = (told(part, share, lang), exact(signed(part.fen)));
    format!("<span>{square} {name} <strong>{share}</strong> {amount}</span> ")
}

/// A share in words: what is not nothing is not called nothing.
fn told(part: &Part, share: u64, lang: Lang) -> String {
    if share == 0 && part.fen > Fen::ZERO {
        return lang.pick("不到 1%", "under 1%").to_owned();
    }
    format!("{share}%")
}
