//! 家访: a volunteer visited the family.

use super::lot::Waiting;
use super::{MAX_VISITORS, Stage, Student};
use crate::domain::books::Act;
use crate::domain::codec::List;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Id, Lang};
use crate::domain::time::Day;
use crate::{record, words};

words! {
    /// What the visitor found. What was seen stays in the vault.
    pub enum Finding {
        /// In need, as nominated.
        Fit = "fit", "符合", "in need";
        /// Not in need, or not as nominated.
        Unfit = "unfit", "不符合", "not in need";
    }
}

record! {
    /// A home visit by the officer who signs.
    pub struct Visit {
        /// The student's pseudonym.
        student: Id = "student",
        /// The day of the visit.
        on: Day = "on",
        /// What was found.
        finding: Finding = "finding",
    }
}

/// Refuses to find need again where a back-check found none, by who had found it before.
fn overrules(known: &Student, act: &Act<'_>) -> Result<(), Refusal> {
    let did = Both("在复访之前家访该学生", "visiting the student before the back-check");
    let now = Both("在复访不符合之后认定符合", "finding need after a back-check found none");
    for visitor in known.visited.iter().filter(|_| known.is_unfit()) {
        act.another_than(*visitor, did, now)?;
    }
    Ok(())
}

impl Kind for Visit {
    const NAME: Both = Both("家访", "home visit");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Auditor])?;
        let known = act.student_here(self.student)?;
        act.visit_not_ahead(self.on)?;
        if self.finding == Finding::Fit {
            overrules(&known, act)?;
            let first = known.stage == Stage::Nominated;
            // An officer counts once, however often they visit over the years.
            let mut visited: Vec<Id> = known.visited.to_vec();
            visited.retain(|officer| *officer != act.by);
            visited.push(act.by);
            let (what, max) = (Both("同一学生的家访人", "visitors of one student"), MAX_VISITORS);
            let visited = List::new(visited).ok_or(Refusal::TooMany { what, max })?;
            let stage = known.stage.max(Stage::Visited);
            let unfit = known.is_unfit();
            let mut known = Student { stage, visited, ..known };
            // Whoever is found in need for the first time, or again, may be drawn.
            if first || unfit {
                (known.lot, known.check) = (None, None);
                let waiting = Waiting { student: self.student, since: act.today() };
                act.books.students.waiting.set(act.place, waiting);
            }
            act.books.students.known.set(self.student, known);
        }
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (student, on, finding) = (self.student, self.on, self.finding.name(lang));
        lang.pick(
            format!("{on} 家访 {student}：{finding}"),
            format!("visit to {student} on {on}: {finding}"),
        )
    }
}
