//! 余额调节: how the bank's balance and that of the books agree at the end of a closed day.

use super::{BankRefusal, Period};
use crate::domain::books::Act;
use crate::domain::line::appoint::Role;
use crate::domain::line::{Kind, Line};
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::Tally;
use crate::domain::text::{Id, Lang, Place, Text};
use crate::domain::time::Day;
use crate::record;

record! {
    /// Reconciles an account for the end of a day (银行存款余额调节表).
    pub struct Reconcile {
        /// The account.
        account: Id = "account",
        /// The day.
        to: Day = "to",
        /// What the books state: its balance in the close of that day, in fen.
        book: Fen = "book",
        /// What the bank states: the closing balance of the statement that ends that day.
        statement: Fen = "statement",
        /// 银行已收企业未收: money in that only the bank has.
        bankin: Tally = "bankin",
        /// 银行已付企业未付: money out that only the bank has.
        bankout: Tally = "bankout",
        /// 企业已收银行未收: money in that only the books have.
        bookin: Tally = "bookin",
        /// 企业已付银行未付: money out that only the books have.
        bookout: Tally = "bookout",
        /// What the two adjusted balances differ by, in fen.
        unexplained: Fen = "unexplained",
        /// Why they differ; nothing about a person.
        why: Option<Text> = "why",
    }
}

impl Reconcile {
    /// The balance of the books and that of the bank, in fen, each adjusted by what only the other
    /// side has.
    pub fn adjusted(&self) -> (i128, i128) {
        let of = |fen: Fen| i128::from(fen.get());
        let side = |fen: Fen, more: Tally, less: Tally| {
            // Three numbers below 2^53.
            of(fen).saturating_add(of(more.fen)).saturating_sub(of(less.fen))
        };
        (
            side(self.book, self.bankin, self.bankout),
            side(self.statement, self.bookin, self.bookout),
        )
    }

    /// What the adjusted balances differ by, in fen; `None` if it is more than money can be.
    pub fn gap(&self) -> Option<Fen> {
        let (books, bank) = self.adjusted();
        u64::try_from(books.abs_diff(bank)).ok().and_then(Fen::new)
    }

    /// Refuses a side that counts nothing and has a sum, or the other way round.
    fn tallies(&self) -> Result<(), BankRefusal> {
        let sides = [
            ("bankin", self.bankin),
            ("bankout", self.bankout),
            ("bookin", self.bookin),
            ("bookout", self.bookout),
        ];
        let odd = sides.into_iter().find(|(_, t)| (t.count == 0) != (t.fen == Fen::ZERO));
        odd.map_or(Ok(()), |(field, Tally { count, fen })| {
            Err(BankRefusal::TallyOdd { field: field.to_owned(), count, fen })
        })
    }

    fn settled(&self) -> bool {
        let sides = [self.bankin, self.bankout, self.bookin, self.bookout];
        self.unexplained == Fen::ZERO && sides.iter().all(|side| side.count == 0)
    }
}

impl Act<'_> {
    /// What the account held at the end of `day`, as the close of that day states it.
    fn closing(&self, account: Id, day: Day) -> Result<Fen, Refusal> {
        let entry = self.books.days.get(&day).ok_or(BankRefusal::DayNotClosed { day })?;
        let place = Place { entry: *entry, line: 0 };
        let Some(Line::Close(close)) = self.past.line(place) else {
            return Err(Refusal::NoSuchLine { place });
        };
        let held = close.closing.held.0.iter().find(|(id, _)| *id == account);
        Ok(held.map_or(Fen::ZERO, |(_, held)| *held))
    }

    /// 会计法 §35: who keeps the money does not check the account of it. A fund founded `solo` is
    /// exempt.
    fn no_cashier(&self) -> Result<(), Refusal> {
        let officer = self.books.in_office(self.by, self.today())?;
        if officer.roles.contains(&Role::Cashier) && !self.books.founded()?.policy.solo {
            return Err(BankRefusal::CashierReconciles { officer: self.by }.into());
        }
        Ok(())
    }
}

/// Refuses a stated amount that is not the replayed one.
fn same(field: &str, stated: Fen, replayed: Fen) -> Result<(), Refusal> {
    if stated == replayed {
        return Ok(());
    }
    Err(BankRefusal::ReconcileDiffers { field: field.to_owned(), stated, replayed }.into())
}

impl Kind for Reconcile {
    const NAME: Both = Both("余额调节", "reconciliation");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Auditor])?;
        act.no_cashier()?;
        let Reconcile { account, to, .. } = *self;
        if let Some(last) = act.books.bank.periods.get(&account).filter(|last| to <= last.to) {
            return Err(BankRefusal::PeriodClosed { account, to, last: last.to }.into());
        }
        let stated = act.books.bank.ending(account, to);
        let closing = stated.ok_or(BankRefusal::NoStatement { account, to })?.closing;
        same("statement", self.statement, closing)?;
        same("book", self.book, act.closing(account, to)?)?;
        self.tallies()?;
        same("unexplained", self.unexplained, self.gap().unwrap_or(Fen::MAX))?;
        if self.unexplained > Fen::ZERO && self.why.is_none() {
            return Err(BankRefusal::Unexplained { fen: self.unexplained }.into());
        }
        let period = Period { to, by: act.place, settled: self.settled() };
        act.books.bank.periods.set(account, period);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let Reconcile { account, to, book, statement, unexplained, why, .. } = self;
        let text = lang.pick(
            format!("{account} 对账到 {to}：账面 {book:#}，对账单 {statement:#}，未解释 {unexplained:#} 元"),
            format!("{account} reconciled up to {to}: books {book:#}, bank {statement:#}, {unexplained:#} yuan unexplained"),
        );
        match why {
            Some(why) => lang.pick(format!("{text}（{why}）"), format!("{text} ({why})")),
            None => text,
        }
    }
}
