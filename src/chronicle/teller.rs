//! Hears of entry after entry and keeps what is worth telling.

use super::{Item, Largest, MAX_ITEMS, Month};
use crate::domain::line::Line;
use crate::domain::money::Fen;
use crate::domain::sums::{Move, Posting, Tally};
use crate::domain::text::{Lang, Place};
use crate::domain::time::Day;
use crate::publish::Code;
use crate::replay::Read;
use crate::tlog::Hash;
use std::collections::BTreeMap;

/// A movement as the rules booked it.
pub(super) type Moved = (Place, Move, bool, Posting);

/// From how much on received sums are told: 10,000 yuan.
const ROUND: u64 = 1_000_000;

/// What was told so far.
#[derive(Default)]
pub(super) struct Teller {
    months: BTreeMap<(i32, u32), Month>,
    /// What was promised on each day, and by which line first.
    promised: BTreeMap<Day, (Tally, Place)>,
    gifts: u64,
    admitted: u64,
    confirmed: u64,
    closes: u64,
    /// Gifts less refunds and reversals, in fen; and the last round sum that was told.
    received: i128,
    told: u64,
}

/// One entry as it is told of.
struct Now {
    day: Day,
    leaf: Hash,
}

impl Teller {
    /// Hears of an entry of the business day `day`, of what it moved, and of how many students were
    /// in the programme before and after it.
    pub(super) fn hear(&mut self, day: Day, read: &Read, moved: Vec<Moved>, students: (u64, u64)) {
        let (now, number) = (Now { day, leaf: read.leaf }, read.entry.seq);
        let before = self.admitted;
        for (line, at) in read.entry.voucher.lines.iter().zip(0_u16..) {
            self.line(&now, Place { entry: number, line: at }, line);
        }
        for (place, kind, undone, posting) in moved {
            self.moved(&now, place, (kind, undone), posting.fen);
        }
        let came = self.admitted - before;
        let month = self.month(day);
        month.admitted += came;
        month.left += (students.0 + came).saturating_sub(students.1);
    }

    pub(super) fn into_months(mut self) -> BTreeMap<(i32, u32), Month> {
        for (day, (promised, place)) in std::mem::take(&mut self.promised) {
            let month = self.month(day);
            if month.largest.is_none_or(|largest| largest.promised.fen < promised.fen) {
                month.largest = Some(Largest { day, promised, place });
            }
        }
        self.months
    }

    fn month(&mut self, day: Day) -> &mut Month {
        let (year, month, _) = day.numbers();
        self.months.entry((year, month)).or_default()
    }

    fn tell(&mut self, now: &Now, place: Place, zh: String, en: String) {
        let code = Code::new(place, now.leaf);
        let month = self.month(now.day);
        if month.items.len() < MAX_ITEMS {
            month.items.push(Item { day: now.day, place, code, zh, en });
        } else {
            month.more += 1;
        }
    }

    fn line(&mut self, now: &Now, place: Place, line: &Line) {
        match line {
            Line::Admit(_) => {
                self.admitted += 1;
                let count = self.admitted;
                if is_round(count) {
                    let en = nth(count, "student", "admitted");
                    self.tell(now, place, format!("第 {count} 名学生入选"), en);
                }
            }
            Line::Confirm(_) => {
                self.confirmed += 1;
                let count = self.confirmed;
                if is_round(count) {
                    let en = nth(count, "wish", "fulfilled");
                    self.tell(now, place, format!("第 {count} 个心愿达成"), en);
                }
            }
            Line::Close(close) => {
                self.closes += 1;
                if self.closes == 1 {
                    let held = close.closing.held.total();
                    let zh = format!("第一次日结，账上 {held:#} 元");
                    self.tell(
                        now,
                        place,
                        zh,
                        format!("the first day is closed, {held:#} yuan held"),
                    );
                }
                let code = Code::new(place, now.leaf);
                let month = self.month(now.day);
                month.closes += 1;
                month.close = Some((place, code));
            }
            line if is_told(line) => {
                self.tell(now, place, line.tell(Lang::Zh), line.tell(Lang::En));
            }
            _ => {}
        }
    }

    fn moved(&mut self, now: &Now, place: Place, (kind, undone): (Move, bool), fen: Fen) {
        let month = self.month(now.day);
        match (kind, undone) {
            (Move::Gift, false) => add(&mut month.gifts, fen),
            (Move::Gift, true) | (Move::Refund, false) => add(&mut month.back, fen),
            (Move::Pay, false) => add(&mut month.paid, fen),
            (Move::Promise, false) => {
                let (promised, _) =
                    self.promised.entry(now.day).or_insert((Tally::default(), place));
                add(promised, fen);
            }
            _ => {}
        }
        match (kind, undone) {
            (Move::Gift, false) => self.gift(now, place, fen),
            (Move::Refund, true) => self.received += i128::from(fen.get()),
            (Move::Gift, true) | (Move::Refund, false) => self.received -= i128::from(fen.get()),
            _ => {}
        }
    }

    fn gift(&mut self, now: &Now, place: Place, fen: Fen) {
        self.gifts += 1;
        self.received += i128::from(fen.get());
        let count = self.gifts;
        if count == 1 {
            let zh = format!("收到第一笔捐款，{fen:#} 元");
            self.tell(now, place, zh, format!("the first gift, {fen:#} yuan"));
        } else if count >= 100 && is_round(count) {
            self.tell(now, place, format!("第 {count} 笔捐款"), nth(count, "gift", "received"));
        }
        let round = u64::try_from(self.received).map_or(0, round_down);
        if round > self.told {
            self.told = round;
            let sum = Fen::new(round).unwrap_or(Fen::MAX).grouped();
            let zh = format!("累计收到捐款（已减退款）达到 {sum} 元");
            self.tell(now, place, zh, format!("gifts less refunds have reached {sum} yuan"));
        }
    }
}

/// Whether a line is told of whenever it occurs.
fn is_told(line: &Line) -> bool {
    matches!(
        line,
        Line::Found(_)
            | Line::Appoint(_)
            | Line::Retire(_)
            | Line::Open(_)
            | Line::Shut(_)
            | Line::Reverse(_)
            | Line::Notice(_)
            | Line::Campaign(_)
            | Line::Pot(_)
            | Line::Grant(_)
            | Line::Match(_)
            | Line::Rededicate(_)
            | Line::Reconcile(_)
            | Line::Draw(_)
            | Line::Standard(_)
            | Line::Site(_)
            | Line::Vacate(_)
            | Line::Stocktake(_)
            | Line::Org(_)
            | Line::Year(_)
    )
}

/// 1, 10, 100, 1,000 and so on.
fn is_round(count: u64) -> bool {
    let mut rest = count;
    while rest > 1 && rest.is_multiple_of(10) {
        rest /= 10;
    }
    rest == 1
}

/// The greatest sum of one digit and zeros that is not above `fen`; 0 below [`ROUND`].
fn round_down(fen: u64) -> u64 {
    let mut unit = 1_u64;
    while fen / unit >= 10 {
        unit = unit.saturating_mul(10);
    }
    let round = fen / unit * unit;
    if round < ROUND { 0 } else { round }
}

fn add(to: &mut Tally, fen: Fen) {
    *to = Tally { count: to.count + 1, fen: to.fen.plus(fen).unwrap_or(Fen::MAX) };
}

fn nth(count: u64, what: &str, became: &str) -> String {
    match count {
        1 => format!("the first {what} is {became}"),
        _ => format!("{what} number {count} is {became}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_numbers_have_one_digit_and_zeros() {
        let round: Vec<u64> = (0..2_000).filter(|n| is_round(*n)).collect();
        assert_eq!(round, [1, 10, 100, 1_000]);
        for (fen, want) in [
            (0, 0),
            (999_999, 0),
            (1_000_000, 1_000_000),
            (1_999_999, 1_000_000),
            (2_000_000, 2_000_000),
            (9_999_999, 9_000_000),
            (19_000_000, 10_000_000),
            (u64::MAX, 10_000_000_000_000_000_000),
        ] {
            assert_eq!(round_down(fen), want, "{fen}");
        }
    }
}
