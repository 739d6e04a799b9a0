//! 变卖所得: money that was paid for goods sold arrives in an account.

use super::sell::{Sale, Sell};
use super::slip::State;
use super::{Act, Both, GoodsRefusal, Id, Kind, Lang, Place, Refusal, Role, record};
use crate::domain::line::funds::pot::Source;
use crate::domain::line::gift::with_pot;
use crate::domain::money::Fen;
use crate::domain::sums::{Move, Posting};
use crate::domain::text::Ref;
use crate::domain::time::Wall;
use crate::domain::words::Amount;

record! {
    /// Money paid for goods sold, whole or in part; not by who wrote the sale.
    pub struct Proceeds {
        /// The sale.
        of: Place = "of",
        /// How much, in fen.
        fen: Amount = "fen",
        /// The money account it arrived in.
        to: Id = "to",
        /// When, as the bill says.
        paid: Wall = "paid",
        /// The payment's reference.
        reference: Ref = "ref",
        /// The pot it is for; left out if it is for anything.
        pot: Option<Id> = "for",
    }
}

impl Proceeds {
    fn posting(&self) -> Posting {
        Posting::arrival(self.to, self.pot, self.fen.fen())
    }

    fn sale(&self, act: &Act<'_>) -> Result<Sale, Refusal> {
        let found = act.earlier(self.of)?.name();
        let sale = act.books.goods.sales.get(&self.of).copied();
        sale.ok_or(Refusal::NotA { place: self.of, found, want: Sell::NAME })
    }
}

impl Kind for Proceeds {
    const NAME: Both = Both("变卖所得", "proceeds of a sale");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Cashier])?;
        act.open_account(self.to)?;
        act.not_ahead(self.paid)?;
        let slip = act.slip_at(self.of, State::Done)?;
        let (sale, need) = (self.sale(act)?, self.fen.fen());
        let did = Both("开具变卖单", "writing the slip of the sale");
        act.another_than(slip.by, did, Both("收取变卖款", "taking the money for it"))?;
        let left = sale.left();
        let received = sale.received.plus(need).filter(|_| need <= left);
        let received = received.ok_or(GoodsRefusal::OverSold { place: self.of, left, need })?;
        if let Some(pot) = self.pot {
            act.takes(pot, &[Source::Raised, Source::Other], Self::NAME, self.paid.day())?;
        }
        act.claim(self.reference)?;
        act.books.goods.sales.set(self.of, Sale { received, then: Some(act.place), ..sale });
        act.post(Move::Proceeds, self.posting())
    }

    fn unbook(&self, _: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Cashier])?;
        let sale = self.sale(act)?;
        let received = sale.received.minus(self.fen.fen()).unwrap_or(Fen::ZERO);
        act.books.goods.sales.set(self.of, Sale { received, ..sale });
        act.unpost(Move::Proceeds, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (of, fen, to) = (self.of, self.fen, self.to);
        let told = lang.pick(
            format!("变卖 {of} 所得 {fen} 元，入 {to}"),
            format!("{fen} yuan for the sale {of}, into {to}"),
        );
        with_pot(told, self.pot, lang)
    }
}
