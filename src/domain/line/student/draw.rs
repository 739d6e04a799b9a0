//! 抽签公布: the lot that fell with a day close is made known. Those drawn are visited again.

use super::StudentRefusal;
use super::lot::MAX_LOT;
use crate::domain::books::Act;
use crate::domain::codec::{List, Spell, spelling};
use crate::domain::english::agreed;
use crate::domain::line::Kind;
use crate::domain::line::appoint::Role;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::text::{Digest, Id, Lang};
use crate::domain::time::Day;
use crate::record;

record! {
    /// Makes known which students a lot has drawn. What it says follows from the checkpoint that it
    /// names, and anybody can compute it; it is refused if it says anything else.
    pub struct Draw {
        /// The day whose close it fell with.
        day: Day = "day",
        /// The size of the tree after that close.
        size: u64 = "size",
        /// The root of that tree.
        root: Digest = "root",
        /// Among how many students it fell.
        of: u64 = "of",
        /// Those drawn, in the order of the lot.
        students: List<Id, 1, MAX_LOT> = "students",
    }
}

/// Refuses a stated value that is not that of the lot.
fn same<T: Spell + PartialEq>(field: &str, stated: &T, fell: &T) -> Result<(), StudentRefusal> {
    if stated == fell {
        return Ok(());
    }
    let (stated, fell) = (spelling(stated), spelling(fell));
    Err(StudentRefusal::DrawDiffers { field: field.to_owned(), stated, fell })
}

impl Kind for Draw {
    const NAME: Both = Both("抽签", "draw");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk, Role::Steward, Role::Auditor])?;
        let day = self.day;
        let lot = act.books.students.lots.get(&day).cloned();
        let mut lot = lot.ok_or(StudentRefusal::NoLot { day })?;
        if let Some(by) = lot.drawn {
            return Err(StudentRefusal::Drawn { day, by }.into());
        }
        same("size", &self.size, &lot.size)?;
        same("root", &self.root, &lot.root)?;
        same("of", &self.of, &lot.of)?;
        same("students", &self.students, &lot.students)?;
        lot.drawn = Some(act.place);
        act.books.students.lots.set(day, lot);
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let (day, of, count) = (self.day, self.of, self.students.len());
        lang.pick(
            format!("按 {day} 日结的根，从 {of} 名已家访学生中抽出 {count} 名复访"),
            agreed!("draw of {count} of {of} visited students by the root of the close of {day}"),
        )
    }
}
