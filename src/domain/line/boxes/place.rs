//! 登记募捐箱: a box that stands somewhere, or a collection on a square.

use super::{BoxRefusal, CashBox, MAX_BOXES};
use crate::domain::books::Act;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Code, Id, Lang, Text};
use crate::{record, words};

words! {
    /// What cash is collected with.
    pub enum BoxKind {
        /// A box that stands at a place.
        Standing = "box", "募捐箱", "box";
        /// Boxes carried over a square for one event.
        Square = "square", "广场募捐", "collection on a square";
    }
}

record! {
    /// Enters a box or a square.
    pub struct PlaceBox {
        /// Its handle.
        cash_box: Id = "box",
        /// Which of the two.
        kind: BoxKind = "kind",
        /// Where it is; nothing about a person.
        at: Text = "at",
        /// The permit for it.
        permit: Option<Code> = "permit",
        /// The pot that its money is for.
        pot: Option<Id> = "for",
    }
}

impl Kind for PlaceBox {
    const NAME: Both = Both("登记募捐箱", "entry of a box");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Steward])?;
        let PlaceBox { cash_box, kind, pot, .. } = *self;
        let known = &act.books.boxes.known;
        if known.get(&cash_box).is_some() {
            return Err(BoxRefusal::BoxExists { cash_box }.into());
        }
        if known.len() >= MAX_BOXES {
            return Err(Refusal::TooMany { what: Both("募捐箱", "boxes"), max: MAX_BOXES });
        }
        if let Some(pot) = pot {
            act.pot(pot)?;
        }
        let new = CashBox { kind, pot, entered: act.place };
        act.books.boxes.known.set(cash_box, new);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (cash_box, kind, at) = (self.cash_box, self.kind.name(lang), &self.at);
        lang.pick(
            format!("登记{kind} {cash_box}（{at}）"),
            format!("{kind} {cash_box} entered ({at})"),
        )
    }
}
