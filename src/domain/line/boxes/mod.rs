//! 募捐箱与广场募捐: cash in a box, opened by two officers before a witness, counted by
//! denomination, and taken to the bank.
//!
//! [`place`] → [`unbox`], the count of the first opener → [`collect`], that of the second, with
//! which the money is booked → [`difference`], what a recount finds → [`deposit`].

pub mod collect;
pub mod deposit;
pub mod difference;
pub mod place;
pub mod unbox;

use self::place::BoxKind;
use crate::domain::books::{Act, Books};
use crate::domain::line::open;
use crate::domain::money::Fen;
use crate::domain::refusal::{Refusal, texts};
use crate::domain::text::{Id, Place};
use crate::domain::time::Day;
use crate::{record, tables};
use std::collections::BTreeMap;

/// What the notes and coins of a count are worth, in fen, in the order of the count.
pub const NOTES: [u64; 8] = [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10];
/// How many working days after an opening its money is in the bank (募捐箱管理: 3 个工作日).
pub const WORKING_DAYS: usize = 3;
/// How many days after an opening its money is in the bank at the latest, holidays and all: three
/// working days around the longest ones.
pub const MAX_DUE_DAYS: i64 = 14;
/// The most boxes and squares a ledger may ever enter.
pub const MAX_BOXES: usize = 1_000;

record! {
    /// What the books know of a box or a square.
    pub struct CashBox {
        /// Which of the two.
        kind: BoxKind = "kind",
        /// The pot that its money is for.
        pot: Option<Id> = "for",
        /// The line that entered it.
        entered: Place = "entered",
    }
}

record! {
    /// What the books know of an opening.
    #[derive(Copy)]
    pub struct Opening {
        /// The box.
        cash_box: Id = "box",
        /// Who counted first.
        by: Id = "by",
        /// The day.
        on: Day = "on",
        /// The day by which the money is to be in the bank.
        due: Day = "due",
        /// What was counted, in fen; differences found since are added or taken off.
        fen: Fen = "fen",
        /// What of it was taken to the bank, in fen.
        deposited: Fen = "deposited",
        /// The second count, once there is one.
        booked: Option<Booked> = "booked",
        /// How many differences and deposits rest on it.
        after: u64 = "after",
        /// The last of them.
        then: Option<Place> = "then",
    }
}

record! {
    /// The second count of an opening.
    #[derive(Copy)]
    pub struct Booked {
        /// The line.
        at: Place = "at",
        /// Who counted second.
        by: Id = "by",
        /// The account that the money is in.
        account: Id = "account",
    }
}

impl Opening {
    /// What is counted twice and not in the bank yet, in fen.
    pub fn left(&self) -> Fen {
        let counted = self.booked.map_or(Fen::ZERO, |_| self.fen);
        counted.minus(self.deposited).unwrap_or_default()
    }

    /// Whether it waits for a second count, or for the bank.
    pub fn waits(&self) -> bool {
        self.booked.is_none() || self.left() > Fen::ZERO
    }

    /// Whether money of it should be in the bank by `today` and is not.
    pub fn is_overdue(&self, today: Day) -> bool {
        self.due < today && self.left() > Fen::ZERO
    }

    /// The same after a line at `place` that rests on it, or after one was booked back.
    fn touched(self, place: Place, back: bool) -> Opening {
        let after = if back { self.after.saturating_sub(1) } else { self.after.saturating_add(1) };
        Opening { after, then: if back { self.then } else { Some(place) }, ..self }
    }
}

tables! {
    /// What the books know of boxes and their openings.
    pub struct Boxes {
        /// Boxes and squares by handle.
        known: Table<Id, CashBox> = "known",
        /// Openings by the place of the first count.
        openings: Table<Place, Opening> = "openings",
    }
}

/// Openings summed up.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Total {
    /// How many were counted twice.
    pub openings: u64,
    /// What they came to, in fen.
    pub counted: Fen,
    /// What of that is in the bank, in fen.
    pub deposited: Fen,
}

impl Total {
    fn with(self, opening: &Opening) -> Total {
        Total {
            openings: self.openings.saturating_add(1),
            counted: self.counted.plus(opening.fen).unwrap_or(Fen::MAX),
            deposited: self.deposited.plus(opening.deposited).unwrap_or(Fen::MAX),
        }
    }

    /// What is not in the bank yet, in fen.
    pub fn left(&self) -> Fen {
        self.counted.minus(self.deposited).unwrap_or_default()
    }
}

/// The openings that were counted twice: those of each box, and all together.
pub fn totals(books: &Books) -> (BTreeMap<Id, Total>, Total) {
    let (mut each, mut all) = (BTreeMap::<Id, Total>::new(), Total::default());
    let counted = books.boxes.openings.iter().filter(|(_, opening)| opening.booked.is_some());
    for (_, opening) in counted {
        let own = each.entry(opening.cash_box).or_default();
        *own = own.with(opening);
        all = all.with(opening);
    }
    (each, all)
}

texts! {
    /// Why a line about boxes is refused.
    BoxRefusal:
    BoxExists { cash_box: Id }
        "募捐箱 {cash_box} 已经登记；请换一个名字",
        "the box {cash_box} was entered before; choose another name";
    UnknownBox { cash_box: Id }
        "没有募捐箱 {cash_box}；请先 yishan cashbox place",
        "there is no box {cash_box}; enter it first with yishan cashbox place";
    OpeningAhead { on: Day, today: Day }
        "开箱日期 {on} 晚于今天 {today}；请核对日期",
        "the opening is dated {on}, after this day {today}; check the date";
    DueDay { on: Day, due: Day, days: i64 }
        "{on} 开箱，应存日写的是 {due}；应存日在开箱之后 1 到 {days} 天",
        "opened {on} and to be in the bank by {due}; that day is 1 to {days} days after the opening";
    CountDiffers { counted: Fen, stated: Fen }
        "按面额点算为 {counted} 元，写的是 {stated} 元；两者必须相等，请重新点算",
        "the notes and coins come to {counted} yuan, and {stated} are stated; the two must be equal: count again";
    CountsDiffer { place: Place, first: Fen, second: Fen }
        "{place} 第一人点算 {first} 元，第二人点算 {second} 元；两人须一致，请一起重新点算",
        "the first count at {place} is {first} yuan, the second {second}; the two must agree: count again together";
    CountedTwice { place: Place, by: Place }
        "{place} 的开箱已由 {by} 复点入账，无需再做什么",
        "the opening at {place} was counted and booked by {by}, and nothing is left to do";
    NotCounted { place: Place }
        "{place} 的开箱还没有第二人复点；请另一位经办人先 yishan cashbox collect",
        "the opening at {place} was not counted by a second officer yet; they do so with yishan cashbox collect";
    NotCash { account: Id }
        "账户 {account} 不是现金账户；募捐箱的钱先入现金账户，再存入银行",
        "the account {account} holds no cash; money of a box goes into a cash account, and from there to the bank";
    NotBank { account: Id }
        "账户 {account} 不是银行账户；存款要存入银行账户",
        "the account {account} is no bank account; a deposit goes into one";
    NotTheBoxs { cash_box: Id, pot: String, found: String }
        "募捐箱 {cash_box} 的钱用于专项 {pot}，这里写的是 {found}（- 为不限用途）",
        "the money of the box {cash_box} is for the pot {pot}, not for {found} (- is free money)";
    OtherCash { place: Place, account: Id, found: Id }
        "{place} 的钱在现金账户 {account}，这里写的是 {found}",
        "the money of the opening at {place} is in the account {account}, not in {found}";
    MoreThanLeft { place: Place, left: Fen, need: Fen }
        "{place} 的开箱还有 {left} 元未存，这里要 {need} 元；请核对金额",
        "{left} yuan of the opening at {place} are not in the bank yet, and {need} are too much; check the amount";
    PartsDiffer { sum: Fen, stated: Fen }
        "各次开箱合计 {sum} 元，存款写的是 {stated} 元；两者必须相等",
        "the openings of the deposit come to {sum} yuan, and {stated} are stated; the two must be equal";
}

impl Act<'_> {
    /// The opening counted at `place`, in an earlier entry.
    fn opening(&self, place: Place) -> Result<Opening, Refusal> {
        self.is_earlier(place)?;
        let known = self.books.boxes.openings.get(&place).copied();
        known.ok_or(Refusal::NoSuchLine { place })
    }

    /// The same, which must have been counted by a second officer; and that count.
    fn counted(&self, place: Place) -> Result<(Opening, Booked), Refusal> {
        let opening = self.opening(place)?;
        let booked = opening.booked.ok_or(BoxRefusal::NotCounted { place })?;
        Ok((opening, booked))
    }

    /// The box called `cash_box`.
    fn cash_box(&self, cash_box: Id) -> Result<CashBox, BoxRefusal> {
        let known = self.books.boxes.known.get(&cash_box).cloned();
        known.ok_or(BoxRefusal::UnknownBox { cash_box })
    }

    /// Refuses a pot that the box's money is not for.
    fn boxs_pot(&self, cash_box: Id, found: Option<Id>) -> Result<(), BoxRefusal> {
        let pot = self.cash_box(cash_box)?.pot;
        if pot == found {
            return Ok(());
        }
        let named = |pot: Option<Id>| pot.map_or("-".to_owned(), |pot| pot.to_string());
        let (pot, found) = (named(pot), named(found));
        Err(BoxRefusal::NotTheBoxs { cash_box, pot, found })
    }

    /// Refuses an account that is not open or not of this kind: cash or a bank's.
    fn account_of(&self, account: Id, kind: open::Place) -> Result<(), Refusal> {
        self.open_account(account)?;
        let known = self.books.accounts.get(&account).map(|known| known.kind);
        match (known == Some(kind), kind) {
            (true, _) => Ok(()),
            (false, open::Place::Bank) => Err(BoxRefusal::NotBank { account }.into()),
            (false, _) => Err(BoxRefusal::NotCash { account }.into()),
        }
    }
}
