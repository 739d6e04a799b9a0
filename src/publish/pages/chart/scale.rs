//! The scale of a drawing, in integers: ticks at 1, 2 or 5 times a power of ten, zero among them.

use crate::domain::money::{Fen, grouped};
use crate::domain::text::Lang;

/// The whole height or width of a drawing; every place in it is a whole number of these parts.
const WHOLE: i128 = 10_000;

/// The most steps between the ends of a scale.
const STEPS: i128 = 4;

/// So many columns have a name each, and are no wider than if there were so many.
pub(super) const FEW: i128 = 3;

/// The least height of something that is not nothing: about a pixel.
const LEAST: i128 = 60;

/// From `down` steps below zero to `up` steps above.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Scale {
    step: i128,
    up: i128,
    down: i128,
}

impl Scale {
    /// The finest scale from `low`, not above zero, to `high`, not below it, in fen.
    pub(super) fn over(low: i128, high: i128) -> Scale {
        let (low, high) = (low.min(0), high.max(0));
        if low == 0 && high == 0 {
            return Scale { step: 100, up: 1, down: 0 };
        }
        let (mut power, mut factors) = (1, [1, 2, 5].into_iter().cycle());
        loop {
            let factor = factors.next().unwrap_or(1);
            let step = power * factor;
            let (up, down) = ((high + step - 1) / step, (step - 1 - low) / step);
            if up + down <= STEPS {
                return Scale { step, up, down };
            }
            if factor == 5 {
                power *= 10;
            }
        }
    }

    /// The amounts at the ticks, from the top down, in fen.
    pub(super) fn ticks(&self) -> impl Iterator<Item = i128> {
        let Scale { step, up, down } = *self;
        (-down..=up).rev().map(move |n| n * step)
    }

    /// The ticks as people read them.
    pub(super) fn labels(&self, lang: Lang) -> Vec<String> {
        self.ticks().map(|fen| label(fen, lang)).collect()
    }

    /// Where the lines of the ticks are, in parts from the top, and which is that of zero.
    pub(super) fn lines(&self) -> impl Iterator<Item = (i128, bool)> {
        self.ticks().map(|fen| (self.place(fen), fen == 0))
    }

    /// How far from the top `fen` is, in parts.
    pub(super) fn place(&self, fen: i128) -> i128 {
        (self.up * self.step - fen) * WHOLE / ((self.up + self.down) * self.step)
    }

    /// The top and height of a bar between two amounts, in parts; what is not nothing can be seen.
    pub(super) fn bar(&self, from: i128, to: i128) -> (i128, i128) {
        let (top, bottom) = (self.place(from.max(to)), self.place(from.min(to)));
        let height = bottom - top;
        if from == to || height >= LEAST {
            return (top, height);
        }
        // It grows away from where it begins.
        if to > from { (bottom - LEAST, LEAST) } else { (top, LEAST) }
    }
}

/// Parts of the whole as per cent: `33.3%`.
pub(super) fn percent(parts: i128) -> String {
    let (whole, rest) = (parts.div_euclid(100), parts.rem_euclid(100));
    match (rest / 10, rest % 10) {
        (0, 0) => format!("{whole}%"),
        (tens, 0) => format!("{whole}.{tens}%"),
        _ => format!("{whole}.{rest:02}%"),
    }
}

/// Where the `nth` of `count` columns begins and how wide it is, with a gap between two.
pub(super) fn column(nth: usize, count: usize) -> (i128, i128) {
    let count = i128::try_from(count.max(1)).unwrap_or(1);
    let nth = i128::try_from(nth).unwrap_or(0);
    let wide = WHOLE / count;
    // One day of a new fund does not fill the page.
    let wide = wide.min(WHOLE / FEW);
    (nth * wide + wide / 8, wide - wide / 4)
}

/// An amount of a tick: `¥1,500`, in Chinese from ten thousand on `¥1.5万`.
pub(super) fn label(fen: i128, lang: Lang) -> String {
    let (sign, fen) = (if fen < 0 { "−" } else { "" }, fen.unsigned_abs());
    let (yuan, rest) = (fen / 100, fen % 100);
    let (unit, name) = match lang {
        Lang::Zh if yuan >= 100_000_000 => (100_000_000, "亿"),
        Lang::Zh if yuan >= 10_000 => (10_000, "万"),
        _ => (1, ""),
    };
    let whole = grouped(yuan / unit);
    if unit > 1 {
        let digits = unit.ilog10() as usize;
        let part = format!("{:0digits$}", yuan % unit);
        let part = part.trim_end_matches('0');
        let point = if part.is_empty() { "" } else { "." };
        return format!("{sign}¥{whole}{point}{part}{name}");
    }
    if rest == 0 { format!("{sign}¥{whole}") } else { format!("{sign}¥{whole}.{rest:02}") }
}

/// An exact amount with its sign: `¥12.00`, `−¥12.00`.
pub(super) fn exact(fen: i128) -> String {
    let (sign, fen) = (if fen < 0 { "−" } else { "" }, fen.unsigned_abs());
    format!("{sign}¥{}.{:02}", grouped(fen / 100), fen % 100)
}

/// Whole fen, with room for signs and sums.
pub(super) fn signed(fen: Fen) -> i128 {
    i128::from(fen.get())
}
