//! 发放物资: usable goods are handed out to a community, for a wish, or to a student.

use super::slip::{Slip, State};
use super::stock::{Flow, Shelf, Shift, Slot, Stage, Units};
use super::{Act, Both, GoodsRefusal, Id, Kind, Lang, Place, Refusal, Role, record};
use crate::domain::line::{Line, wishes};
use crate::domain::text::Text;

record! {
    /// Hands goods out. Exactly one recipient is named.
    pub struct Issue {
        /// The site.
        site: Id = "site",
        /// The category.
        category: Id = "category",
        /// How many.
        units: Units = "units",
        /// To a student, by pseudonym.
        student: Option<Id> = "student",
        /// For a wish that is not delivered, by its handle.
        wish: Option<Id> = "wish",
        /// To a community, township, school or organisation; never a person.
        to: Option<Text> = "to",
    }
}

impl Issue {
    fn shelf(&self) -> Shelf {
        Shelf { site: self.site, category: self.category }
    }

    fn shift(&self, act: &mut Act<'_>, back: bool) -> Result<(), Refusal> {
        let (shelf, units) = (self.shelf(), self.units.get());
        let all = [Slot::Flow(Flow::Issued), Slot::Flow(Flow::Students)];
        let up = if self.student.is_some() { &all[..] } else { &all[..1] };
        act.shift(&Shift { shelf, units, up, down: &[Slot::At(Stage::Usable)] }, back)
    }
}

impl Act<'_> {
    /// Notes that this line confirms that goods handed out at `of` arrived; whether goods were.
    pub(crate) fn acknowledge_goods(&mut self, of: Place) -> Result<bool, Refusal> {
        let Some(slip) = self.books.goods.slips.get(&of).copied() else { return Ok(false) };
        if !matches!(self.earlier(of)?, Line::Issue(_)) {
            return Ok(false);
        }
        self.not_reversed(of)?;
        if let Some(by) = slip.then {
            return Err(Refusal::Acknowledged { place: of, by });
        }
        let (did, now) =
            (Both("发放该物资", "handing the goods out"), Both("确认签收", "acknowledging it"));
        self.another_than(slip.by, did, now)?;
        self.books.goods.slips.set(of, Slip { then: Some(self.place), ..slip });
        Ok(true)
    }
}

impl Kind for Issue {
    const NAME: Both = Both("发放物资", "issue of goods");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.shelf(self.shelf())?;
        let named = [self.student.is_some(), self.wish.is_some(), self.to.is_some()];
        let named = named.into_iter().filter(|named| *named).count();
        if named != 1 {
            return Err(GoodsRefusal::OneRecipient { named }.into());
        }
        if let Some(student) = self.student {
            act.student(student)?;
        }
        if let Some(wish) = self.wish {
            act.wish(wish, &[wishes::State::Claimed, wishes::State::Open])?;
        }
        self.shift(act, false)?;
        act.write_slip(State::Done);
        Ok(())
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        let slip = act.slip(of)?;
        if let Some(by) = slip.then {
            return Err(Refusal::Acknowledged { place: of, by });
        }
        act.open_site(self.site)?;
        act.books.goods.slips.set(of, Slip { state: State::Withdrawn, ..slip });
        self.shift(act, true)
    }

    fn tell(&self, lang: Lang) -> String {
        let shelf = super::stock::tell(self.shelf(), self.units.get(), lang);
        let who = match (self.student, self.wish, &self.to) {
            (Some(student), ..) => {
                lang.pick(format!("学生 {student}"), format!("student {student}"))
            }
            (_, Some(wish), _) => lang.pick(format!("心愿 {wish}"), format!("wish {wish}")),
            (.., Some(to)) => to.to_string(),
            _ => String::new(),
        };
        lang.pick(format!("发放物资 {shelf}，给{who}"), format!("issue of {shelf} to {who}"))
    }
}
