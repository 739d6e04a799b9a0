//! 抽签: which students are visited again. The root of a day close decides it, and nobody else.
//!
//! A student who was visited waits. With the first close at which so many wait that one of them is
//! due, or the first has waited for [`WAIT_DAYS`], a lot falls: the close's root, which nobody knew
//! when the visits were recorded, puts the waiting in an order, and the first of it are drawn. So
//! there is one lot a close, and no lot can be put off, repeated or left out of a better one. Those
//! drawn are bound by it from then on, whether or not anybody has said who they are.

use super::{Check, Student, Students};
use crate::domain::books::Books;
use crate::domain::codec::{List, Malformed, Reader, Spell, write_number};
use crate::domain::table::Undo as _;
use crate::domain::text::{Digest, Id, Place};
use crate::domain::time::Day;
use crate::record;

/// How many of a hundred are visited again, if the policy does not say.
const USUAL: u64 = 10;
/// So many days after the first visit that waits, a lot falls however few wait.
pub const WAIT_DAYS: i64 = 7;
/// The most students of one lot; the others wait for the next close.
pub const MAX_LOT: usize = 500;

/// So many of a hundred: 1 to 100.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Percent(u64);

impl Percent {
    /// The share, if it is one.
    pub fn new(percent: u64) -> Option<Percent> {
        (1..=100).contains(&percent).then_some(Percent(percent))
    }

    /// The count of hundredths.
    pub fn get(self) -> u64 {
        self.0
    }
}

impl Spell for Percent {
    fn write(&self, out: &mut Vec<u8>) {
        write_number(self.0, out);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
        r.number(1, 100).map(Percent)
    }
}

record! {
    /// A visited student who waits for a lot.
    #[derive(Copy)]
    pub struct Waiting {
        /// The student.
        student: Id = "student",
        /// The day on which the visit was recorded.
        since: Day = "since",
    }
}

record! {
    /// What fell with a close.
    pub struct Lot {
        /// How many entries the tree had: those up to the close.
        size: u64 = "size",
        /// Its root.
        root: Digest = "root",
        /// Among how many it fell.
        of: u64 = "of",
        /// Those drawn, in the order of the lot.
        students: List<Id, 1, MAX_LOT> = "students",
        /// The line that made it known.
        drawn: Option<Place> = "drawn",
    }
}

/// What is hashed to give a student a place in the order of a lot.
pub fn score_text(root: Digest, student: Id) -> String {
    format!("yishan/draw/v1\n{root}\n{student}\n")
}

impl Books {
    /// Lets a lot fall, if one is due with the close that `closer` just signed: `root` is that of
    /// the tree after it. Whoever keeps a tree beside the books tells them so after every close.
    pub fn close_rooted(&mut self, closer: Id, root: Digest, sha256: impl Fn(&[u8]) -> Digest) {
        let Some((day, entry)) = self.closed() else { return };
        let policy = self.fund.as_ref().map(|fund| &fund.policy);
        let solo = policy.is_some_and(|policy| policy.solo);
        let percent = policy.and_then(|policy| policy.backcheck).map_or(USUAL, Percent::get);
        let due = self.students.due(day, percent, (!solo).then_some(closer));
        let of = due.len() as u64;
        let mut order: Vec<_> = due
            .iter()
            .map(|(_, w)| (sha256(score_text(root, w.student).as_bytes()), w.student))
            .collect();
        order.sort_unstable();
        let count = usize::try_from((of * percent).div_ceil(100)).unwrap_or(MAX_LOT);
        let drawn: Vec<Id> = order.into_iter().take(count).map(|(_, student)| student).collect();
        let Some(students) = List::new(drawn) else { return };
        for (visit, Waiting { student, .. }) in due {
            self.students.waiting.remove(&visit);
            if let Some(known) = self.students.known.get(&student).cloned() {
                // Whoever knows the root knows who is drawn: it binds before anybody says so.
                let drawn = students.contains(&student);
                let check = drawn.then_some(Check { lot: day, by: None, finding: None });
                self.students.known.set(student, Student { lot: Some(day), check, ..known });
            }
        }
        let lot = Lot { size: entry + 1, root, of, students, drawn: None };
        self.students.lots.set(day, lot);
        self.students.commit();
    }
}

impl Students {
    /// Those among whom a lot falls with the close of `day`, the first visited first; nobody if
    /// none is due. Whom `closer` visited waits for a close by somebody else, since who signs a
    /// close could sign many until its root pleases.
    fn due(&self, day: Day, percent: u64, closer: Option<Id>) -> Vec<(Place, Waiting)> {
        let by_closer = |w: &Waiting| {
            let visited = self.known.get(&w.student).map(|known| &known.visited);
            closer.is_some_and(|by| visited.is_some_and(|visited| visited.contains(&by)))
        };
        let all = self.waiting.iter().filter(|(_, w)| !by_closer(w)).take(MAX_LOT);
        let all: Vec<_> = all.map(|(visit, w)| (*visit, *w)).collect();
        let enough = all.len() as u64 * percent >= 100;
        let long = all.first().is_some_and(|(_, w)| day.since(w.since) >= WAIT_DAYS);
        if enough || long { all } else { Vec::new() }
    }
}
