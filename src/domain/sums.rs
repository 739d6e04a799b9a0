//! The sums of the ledger: what each account holds, what it is for, what moved.
//!
//! Every movement debits one book and credits another, so money held = free + pots + promised +
//! agency, always. A *pot* is money restricted to one purpose, *agency* money of sponsors that is
//! only passed on.

use super::codec::{Malformed, Rare, Reader, Spell, write_number, write_quoted};
use super::money::Fen;
use super::refusal::Refusal;
use super::text::Id;
use crate::{record, words};

words! {
    /// A kind of movement, as the day close counts it.
    pub enum Move {
        /// Gifts received.
        Gift = "gift", "捐款", "gifts";
        /// Gifts given back.
        Refund = "refund", "退款", "refunds";
        /// Interest received.
        Interest = "interest", "利息", "interest";
        /// Fees paid.
        Fee = "fee", "手续费", "fees";
        /// Money moved between the fund's own accounts.
        Transfer = "transfer", "内部转账", "transfers";
        /// Money promised to students.
        Promise = "promise", "拨款", "promises";
        /// Money paid to students.
        Pay = "pay", "发放", "payments";
        /// Money that a government office granted.
        Grant = "grant", "财政拨款", "appropriations";
        /// Money that a platform added to gifts.
        Match = "match", "平台配捐", "platform matching";
        /// Money that goods were sold for.
        Proceeds = "proceeds", "变卖所得", "proceeds of sales";
        /// Money that sponsors gave to be passed on: never income.
        Entrust = "entrust", "代收", "money entrusted";
        /// Money of sponsors that was passed on.
        Pass = "pass", "代付", "money passed on";
        /// Money given another purpose.
        Rededicate = "rededicate", "用途变更", "changes of purpose";
        /// Money spent on programmes and management.
        Spend = "spend", "项目与管理支出", "expenses";
        /// Money paid to students that came back: never income.
        Clawback = "clawback", "收回已发放款", "payments clawed back";
        /// Money of donation boxes and squares.
        Collect = "collect", "募捐箱", "boxes and squares";
        /// Cash of boxes found beyond the counts.
        Surplus = "surplus", "长款", "cash surpluses";
        /// Cash of boxes found missing.
        Shortage = "shortage", "短款", "cash shortages";
    }
}

impl Move {
    /// Whether every close spells its tally. The others, which came later, are left out while
    /// nothing of the kind moved, so that what was closed before them stays as it is.
    pub fn is_common(self) -> bool {
        self <= Move::Pay
    }
}

/// A count and a sum of movements, spelled `[3,1500]`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// Their sum, in fen.
    pub fen: Fen,
}

impl Spell for Tally {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        write_number(self.count, out);
        out.push(b',');
        self.fen.write(out);
        out.push(b']');
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.expect("[")?;
        let count = u64::read(r)?;
        r.expect(",")?;
        let fen = Fen::read(r)?;
        r.expect("]")?;
        Ok(Tally { count, fen })
    }
}

record! {
    /// One tally for each kind of [`Move`].
    #[derive(Copy, Default)]
    pub struct Tallies {
        /// See [`Move::Gift`].
        gift: Tally = "gift",
        /// See [`Move::Refund`].
        refund: Tally = "refund",
        /// See [`Move::Interest`].
        interest: Tally = "interest",
        /// See [`Move::Fee`].
        fee: Tally = "fee",
        /// See [`Move::Transfer`].
        transfer: Tally = "transfer",
        /// See [`Move::Promise`].
        promise: Tally = "promise",
        /// See [`Move::Pay`].
        pay: Tally = "pay",
        /// See [`Move::Grant`].
        grant: Rare<Tally> = "grant",
        /// See [`Move::Match`].
        matching: Rare<Tally> = "match",
        /// See [`Move::Proceeds`].
        proceeds: Rare<Tally> = "proceeds",
        /// See [`Move::Entrust`].
        entrust: Rare<Tally> = "entrust",
        /// See [`Move::Pass`].
        pass: Rare<Tally> = "pass",
        /// See [`Move::Rededicate`].
        rededicate: Rare<Tally> = "rededicate",
        /// See [`Move::Spend`].
        spend: Rare<Tally> = "spend",
        /// See [`Move::Clawback`].
        clawback: Rare<Tally> = "clawback",
        /// See [`Move::Collect`].
        collect: Rare<Tally> = "collect",
        /// See [`Move::Surplus`].
        surplus: Rare<Tally> = "surplus",
        /// See [`Move::Shortage`].
        shortage: Rare<Tally> = "shortage",
    }
}

impl Tallies {
    /// The tally of `kind`.
    pub fn of(&self, kind: Move) -> Tally {
        let mut copy = *self;
        *copy.at(kind)
    }

    fn at(&mut self, kind: Move) -> &mut Tally {
        match kind {
            Move::Gift => &mut self.gift,
            Move::Refund => &mut self.refund,
            Move::Interest => &mut self.interest,
            Move::Fee => &mut self.fee,
            Move::Transfer => &mut self.transfer,
            Move::Promise => &mut self.promise,
            Move::Pay => &mut self.pay,
            Move::Grant => &mut self.grant.0,
            Move::Match => &mut self.matching.0,
            Move::Proceeds => &mut self.proceeds.0,
            Move::Entrust => &mut self.entrust.0,
            Move::Pass => &mut self.pass.0,
            Move::Rededicate => &mut self.rededicate.0,
            Move::Spend => &mut self.spend.0,
            Move::Clawback => &mut self.clawback.0,
            Move::Collect => &mut self.collect.0,
            Move::Surplus => &mut self.surplus.0,
            Move::Shortage => &mut self.shortage.0,
        }
    }

    pub(super) fn add(&mut self, kind: Move, count: u64, fen: Fen) -> Result<(), Refusal> {
        let tally = self.at(kind);
        let Some(sum) = tally.fen.plus(fen) else {
            return Err(Refusal::TooMuchMoney { kind, sum: tally.fen, more: fen });
        };
        *tally = Tally { count: tally.count + count, fen: sum };
        Ok(())
    }
}

record! {
    /// What moved: booked, and booked back by reversals.
    #[derive(Copy, Default)]
    pub struct Moves {
        /// Movements as they were booked.
        done: Tallies = "done",
        /// Movements taken back by a reversal.
        undone: Tallies = "undone",
    }
}

impl Moves {
    /// All kinds with what was done and undone, those that came later only if anything was.
    pub fn each(&self) -> impl Iterator<Item = (Move, Tally, Tally)> {
        let all = Move::ALL.iter().map(|kind| (*kind, self.done.of(*kind), self.undone.of(*kind)));
        let none = Tally::default();
        all.filter(move |(kind, done, undone)| kind.is_common() || (*done, *undone) != (none, none))
    }

    /// What moved since an earlier moment of the same ledger, when it was `before` in all.
    pub(crate) fn since(&self, before: &Moves) -> Moves {
        let mut moves = *self;
        for kind in Move::ALL {
            for (tally, before) in [
                (moves.done.at(*kind), before.done.of(*kind)),
                (moves.undone.at(*kind), before.undone.of(*kind)),
            ] {
                // Sums over all time only grow.
                tally.count = tally.count.saturating_sub(before.count);
                tally.fen = tally.fen.minus(before.fen).unwrap_or_default();
            }
        }
        moves
    }

    /// What remains of the movements of `kind` after reversals, in fen.
    pub fn net(&self, kind: Move) -> Fen {
        // What is undone was done before, in this period or an earlier one, so over all time this
        // is exact; a day that undoes more than it did shows zero.
        self.done.of(kind).fen.minus(self.undone.of(kind).fen).unwrap_or_default()
    }

    /// Gifts that stayed: without refunds and without what was reversed, in fen.
    pub fn received(&self) -> Fen {
        self.net(Move::Gift).minus(self.net(Move::Refund)).unwrap_or_default()
    }
}

/// What the accounts or pots hold, by handle, spelled `{"bank":100,"wx":20}` in the order of the
/// handles.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Held(pub Vec<(Id, Fen)>);

/// The most money accounts a ledger may ever open.
pub const MAX_ACCOUNTS: usize = 200;
/// The most pots a ledger may ever open: as many, since both are spelled alike.
pub const MAX_POTS: usize = MAX_ACCOUNTS;

impl Held {
    /// All of them together, in fen.
    pub fn total(&self) -> Fen {
        self.0.iter().fold(Fen::ZERO, |sum, (_, fen)| sum.plus(*fen).unwrap_or(Fen::MAX))
    }

    /// What the one called `id` holds, in fen; `None` if there is none of that name.
    pub fn of(&self, id: Id) -> Option<Fen> {
        self.0.iter().find(|(own, _)| *own == id).map(|(_, fen)| *fen)
    }

    /// Adds one that holds nothing, in its order.
    pub(crate) fn open(&mut self, id: Id) {
        let at = self.0.partition_point(|(own, _)| *own < id);
        self.0.insert(at, (id, Fen::ZERO));
    }
}

impl Spell for Held {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (i, (id, fen)) in self.0.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            write_quoted(id.as_str(), out);
            out.push(b':');
            fen.write(out);
        }
        out.push(b'}');
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.expect("{")?;
        let mut held: Vec<(Id, Fen)> = Vec::new();
        while !r.take("}") {
            if !held.is_empty() {
                r.expect(",")?;
            }
            let at = r.at();
            let id = Id::read(r)?;
            if held.last().is_some_and(|(last, _)| *last >= id) || held.len() == MAX_ACCOUNTS {
                return Err(r.spelling_at(at, "the next account in order, at most 200 of them"));
            }
            r.expect(":")?;
            held.push((id, Fen::read(r)?));
        }
        Ok(Held(held))
    }
}

record! {
    /// Where the money is and what it is for, at one moment.
    #[derive(Default)]
    pub struct Balance {
        /// What each money account holds.
        held: Held = "held",
        /// What is not yet promised to anyone, nor restricted to a purpose.
        free: Fen = "free",
        /// What is promised and not yet paid.
        promised: Fen = "promised",
        /// What each pot holds: restricted to its purpose, and not yet promised.
        pots: Rare<Held> = "pots",
        /// What sponsors entrusted and was not passed on yet.
        agency: Rare<Fen> = "agency",
    }
}

impl Balance {
    /// What the money held is for, all together, in fen; `None` over the limit.
    fn funds(&self) -> Option<Fen> {
        let pots = self.pots.0.0.iter().try_fold(Fen::ZERO, |sum, (_, fen)| sum.plus(*fen))?;
        self.free.plus(self.promised)?.plus(pots)?.plus(self.agency.0)
    }
}

/// One side of a movement.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Book {
    /// A money account: grows by a debit.
    Held(Id),
    /// Money not yet promised: grows by a credit.
    Free,
    /// Money restricted to the purpose of a pot: grows by a credit.
    Pot(Id),
    /// Money promised and not yet paid: grows by a credit.
    Promised,
    /// Money of sponsors, to be passed on: grows by a credit.
    Agency,
}

impl Book {
    /// The pot, or what is free if there is none.
    pub fn pot_or_free(pot: Option<Id>) -> Book {
        pot.map_or(Book::Free, Book::Pot)
    }
}

/// Debit and credit of one movement.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Posting {
    /// The book that is debited.
    pub debit: Book,
    /// The book that is credited.
    pub credit: Book,
    /// How much, in fen.
    pub fen: Fen,
}

impl Posting {
    /// Money from outside that arrives in an account, for a pot or for anything.
    pub fn arrival(to: Id, pot: Option<Id>, fen: Fen) -> Posting {
        Posting { debit: Book::Held(to), credit: Book::pot_or_free(pot), fen }
    }
}

record! {
    /// All sums, small enough to be copied before each voucher.
    #[derive(Default)]
    pub struct Sums {
        /// Where the money is now.
        now: Balance = "now",
        /// Where it was at the last close.
        opening: Balance = "opening",
        /// What moved since the last close.
        day: Moves = "day",
        /// What moved since the founding.
        ever: Moves = "ever",
    }
}

impl Sums {
    /// Books one movement; `undone` says that it takes one back.
    pub fn post(&mut self, kind: Move, undone: bool, posting: &Posting) -> Result<(), Refusal> {
        self.post_many(kind, undone, 1, posting)
    }

    /// Books `count` movements between the same two books; their sum is that of `posting`. Sums
    /// that only grow by it, as by gifts, are afterwards what they are if each is booked alone.
    pub fn post_many(
        &mut self,
        kind: Move,
        undone: bool,
        count: u64,
        posting: &Posting,
    ) -> Result<(), Refusal> {
        let Posting { debit, credit, fen } = posting;
        let (debit, credit, fen) =
            if undone { (credit, debit, *fen) } else { (debit, credit, *fen) };
        self.shift(kind, credit, matches!(credit, Book::Held(_)), fen)?;
        self.shift(kind, debit, !matches!(debit, Book::Held(_)), fen)?;
        // Each book may stay within the limit and their sum not.
        if self.now.funds().is_none() {
            return Err(Refusal::TooMuchMoney { kind, sum: self.now.held.total(), more: fen });
        }
        for moves in [&mut self.day, &mut self.ever] {
            let tallies = if undone { &mut moves.undone } else { &mut moves.done };
            tallies.add(kind, count, fen)?;
        }
        Ok(())
    }

    fn shift(&mut self, kind: Move, book: &Book, down: bool, fen: Fen) -> Result<(), Refusal> {
        let sum = match book {
            Book::Free => &mut self.now.free,
            Book::Promised => &mut self.now.promised,
            Book::Agency => &mut self.now.agency.0,
            Book::Held(account) => match self.now.held.0.iter_mut().find(|(id, _)| id == account) {
                Some((_, held)) => held,
                None => return Err(Refusal::UnknownAccount { account: *account }),
            },
            Book::Pot(pot) => match self.now.pots.0.0.iter_mut().find(|(id, _)| id == pot) {
                Some((_, held)) => held,
                None => return Err(Refusal::UnknownPot { pot: *pot }),
            },
        };
        let (old, new) = (*sum, if down { sum.minus(fen) } else { sum.plus(fen) });
        let Some(new) = new else {
            return Err(match (down, *book) {
                (true, Book::Held(account)) => {
                    Refusal::NotEnoughHeld { account, held: old, need: fen }
                }
                (true, Book::Free) => Refusal::NotEnoughFree { free: old, need: fen },
                (true, Book::Promised) => Refusal::NotEnoughPromised { promised: old, need: fen },
                (true, Book::Pot(pot)) => Refusal::NotEnoughInPot { pot, held: old, need: fen },
                (true, Book::Agency) => Refusal::NotEnoughEntrusted { agency: old, need: fen },
                (false, _) => Refusal::TooMuchMoney { kind, sum: old, more: fen },
            });
        };
        *sum = new;
        Ok(())
    }

    /// Checks money held = free + pots + promised + agency.
    pub fn balanced(&self) -> Result<(), Refusal> {
        let (held, funds) = (self.now.held.total(), self.now.funds());
        if funds == Some(held) {
            return Ok(());
        }
        Err(Refusal::Unbalanced { held, funds: funds.unwrap_or(Fen::MAX) })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::codec::read_all;

    fn with_account(held: u64, free: u64) -> Sums {
        let id = Id::parse(b"wx").unwrap();
        let [held, free] = [held, free].map(|n| Fen::new(n).unwrap());
        let now = Balance { held: Held(vec![(id, held)]), free, ..Balance::default() };
        Sums { now, ..Sums::default() }
    }

    fn gift(fen: u64) -> Posting {
        let (debit, fen) = (Book::Held(Id::parse(b"wx").unwrap()), Fen::new(fen).unwrap());
        Posting { debit, credit: Book::Free, fen }
    }

    #[test]
    fn a_movement_taken_back_leaves_the_balances_as_they_were_and_both_in_the_tallies() {
        let mut sums = with_account(0, 0);
        let before = sums.now.clone();
        sums.post(Move::Gift, false, &gift(7)).unwrap();
        assert_eq!((sums.now.held.total(), sums.now.free), (Fen::new(7).unwrap(), gift(7).fen));
        sums.post(Move::Gift, true, &gift(7)).unwrap();
        assert_eq!(sums.now, before);
        assert_eq!((sums.ever.done.gift.count, sums.ever.undone.gift.count), (1, 1));
        assert_eq!(sums.day.net(Move::Gift), Fen::ZERO);
        sums.balanced().unwrap();
    }

    #[test]
    fn sums_that_differ_by_a_fen_are_not_balanced() {
        assert!(with_account(5, 5).balanced().is_ok());
        assert!(with_account(5, 4).balanced().is_err());
        assert!(with_account(4, 5).balanced().is_err());
    }

    #[test]
    fn accounts_are_spelled_in_order_and_none_twice() {
        for good in [r"{}", r#"{"bank":0,"wx":20}"#] {
            assert!(read_all::<Held>(good.as_bytes(), 99).is_ok(), "{good}");
        }
        for bad in [r#"{"wx":20,"bank":0}"#, r#"{"wx":1,"wx":1}"#, r#"{"wx":1,}"#, r#"{"wx":-1}"#] {
            assert!(read_all::<Held>(bad.as_bytes(), 99).is_err(), "{bad}");
        }
    }
}
