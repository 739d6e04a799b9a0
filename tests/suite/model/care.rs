//! Lots, second visits and conflicts of interest: sections 6.23 to 6.25 of the specification.

use super::drafts::Drafts;
use super::line::{Line, day_text};
use super::rules::{Now, Rules};
use super::view::{Stage, View};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use yishan::domain::text::Digest;

/// A lot that fell with a close.
#[derive(Clone, Debug)]
pub(super) struct Lot {
    pub(super) day: i64,
    pub(super) size: u64,
    pub(super) root: String,
    pub(super) of: usize,
    pub(super) drawn: Vec<String>,
    /// The place that made it known.
    pub(super) known: Option<(u64, u16)>,
}

/// A second visit: the day of the lot that asks for it, and who found the student fit or not.
pub(super) type Check = (i64, Option<(String, bool)>);

/// What lots have come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Care {
    /// Who waits, with the visit and the day on which it was recorded.
    pub(super) waiting: Vec<((u64, u16), String, i64)>,
    pub(super) lots: Vec<Lot>,
    /// The day of the lot that each student was last in.
    pub(super) lot: BTreeMap<String, i64>,
    pub(super) checks: BTreeMap<String, Check>,
}

impl View<'_> {
    /// What lots have come to, from the first line on.
    pub(super) fn care(self) -> Care {
        let mut care = Care::default();
        for (index, said) in self.said.iter().enumerate() {
            let before = self.before(index);
            match &said.line {
                Line::Visit { student, fit: true, .. } => {
                    let unfit = matches!(care.checks.get(student), Some((_, Some((_, false)))));
                    if before.stage(student) == Some(Stage::Nominated) || unfit {
                        care.waiting.push((said.place, student.clone(), said.today));
                        care.lot.remove(student);
                        care.checks.remove(student);
                    }
                }
                Line::Close { day, .. } => before.fall(&mut care, *day, &said.by, said.place.0),
                Line::Draw { day, .. } => {
                    let lot = care.lots.iter_mut().find(|lot| lot.day == *day).unwrap();
                    lot.known = Some(said.place);
                }
                Line::Backcheck { student, fit, .. } => {
                    care.checks.get_mut(student).unwrap().1 = Some((said.by.clone(), *fit));
                }
                _ => {}
            }
        }
        care
    }

    /// Lets a lot fall with the close of `day` in entry `entry`, if one is due.
    fn fall(self, care: &mut Care, day: i64, closer: &str, entry: u64) {
        let Some((_, root)) = self.roots.iter().find(|(number, _)| *number == entry) else {
            return;
        };
        let share = self.founding().unwrap().backcheck.unwrap_or(10);
        let may = |id: &str| self.solo() || !self.visitors(id).contains(closer);
        let (in_it, others): (Vec<_>, Vec<_>) = care.waiting.drain(..).partition(|w| may(&w.1));
        let count = in_it.len();
        let long = in_it.first().is_some_and(|(.., since)| day - since >= 7);
        if count * share < 100 && !long {
            // As they were: by the visit.
            care.waiting = in_it.into_iter().chain(others).collect();
            care.waiting.sort();
            return;
        }
        care.waiting = others;
        let mut order: Vec<_> = in_it
            .iter()
            .map(|(_, id, _)| {
                (Sha256::digest(format!("yishan/draw/v1\n{root}\n{id}\n")), id.clone())
            })
            .collect();
        order.sort();
        let drawn = order.into_iter().take((count * share).div_ceil(100)).map(|o| o.1);
        let drawn: Vec<String> = drawn.collect();
        care.checks.extend(drawn.iter().map(|id| (id.clone(), (day, None))));
        care.lot.extend(in_it.into_iter().map(|(_, id, _)| (id, day)));
        let lot = Lot { day, size: entry + 1, root: root.clone(), of: count, drawn, known: None };
        care.lots.push(lot);
    }

    /// What the last second visit found, unless a visit has found need since.
    fn last_finding(self, id: &str) -> Option<bool> {
        let mut found = None;
        for said in self.said {
            match &said.line {
                Line::Backcheck { student, fit, .. } if student == id => found = Some(*fit),
                Line::Visit { student, fit: true, .. } if student == id && found == Some(false) => {
                    found = None;
                }
                _ => {}
            }
        }
        found
    }

    /// Who found the student out of need at the last second visit.
    pub(super) fn unfit(self, id: &str) -> bool {
        self.last_finding(id) == Some(false)
    }

    /// The line by which the officer keeps away from the student.
    pub(super) fn conflict(self, student: &str, officer: &str) -> Option<(u64, u16)> {
        let says = |said: &&super::view::Said| matches!(&said.line, Line::Conflict { student: s, officer: o } if s == student && o == officer);
        self.said.iter().find(says).map(|said| said.place)
    }

    /// The right draw of the lot of `day`, as a record spells it.
    pub(super) fn draw(self, day: i64) -> Option<String> {
        let lots = self.care().lots;
        let lot = lots.iter().find(|lot| lot.day == day)?;
        let (size, root, of, drawn) = (lot.size, &lot.root, lot.of, lot.drawn.join("\",\""));
        Some(format!(
            "{{\"draw\":{{\"day\":\"{}\",\"size\":{size},\"root\":\"{root}\",\"of\":{of},\
             \"students\":[\"{drawn}\"]}}}}",
            day_text(day)
        ))
    }
}

impl Now<'_> {
    /// Sections 6.23 to 6.25.
    pub(super) fn care(&self, rules: &mut Rules) {
        match &self.said.line {
            Line::Conflict { student, officer } => {
                let own = officer == self.by();
                rules.unless(own || self.has(&["steward", "auditor"]), "NoRole");
                rules.unless(self.view.stage(student).is_some(), "UnknownStudent");
                rules.unless(self.view.officer(officer).is_some(), "UnknownOfficer");
                rules.unless(self.view.conflict(student, officer).is_none(), "ConflictKnown");
            }
            Line::Draw { day, changed } => {
                rules.unless(self.has(&["clerk", "steward", "auditor"]), "NoRole");
                let care = self.view.care();
                let Some(lot) = care.lots.iter().find(|lot| lot.day == *day) else {
                    return rules.unless(false, "NoLot");
                };
                rules.unless(lot.known.is_none(), "Drawn");
                let right = self.view.draw(*day).unwrap();
                let stated = changed.as_ref().map(|(old, new)| right.replacen(old, new, 1));
                rules.unless(stated.is_none_or(|stated| stated == right), "DrawDiffers");
            }
            Line::Backcheck { student, on, .. } => {
                rules.unless(self.has(&["clerk", "auditor"]), "NoRole");
                let stage = self.view.stage(student);
                rules.unless(stage.is_some(), "UnknownStudent");
                rules.unless(stage != Some(Stage::Left), "StudentIs");
                rules.unless(*on <= self.voucher.today(), "VisitAhead");
                match self.view.care().checks.get(student) {
                    None => rules.unless(false, "NotDrawn"),
                    Some((_, done)) => rules.unless(done.is_none(), "Checked"),
                }
                self.unbiased(student, rules);
                for visitor in self.view.visitors(student) {
                    self.another_than(visitor, rules);
                }
            }
            _ => unreachable!("about lots and conflicts"),
        }
    }

    /// What beside the stage admission asks for (section 6.13).
    pub(super) fn admissible(&self, student: &str, clear: bool, rules: &mut Rules) {
        use super::fault::Fault;
        self.unbiased(student, rules);
        self.declared(clear, rules);
        let care = self.view.care();
        if self.view.founding().unwrap().backcheck.is_some() {
            let day = care.lot.get(student);
            let lot = care.lots.iter().find(|lot| Some(&lot.day) == day);
            rules.unless(lot.is_some_and(|lot| lot.known.is_some()), "NotDrawnYet");
        }
        match care.checks.get(student) {
            Some((_, None)) if !self.view.errs(Fault::AdmitsUnchecked) => {
                rules.unless(false, "NotCheckedYet");
            }
            Some((_, Some((by, _)))) => self.another_than(by, rules),
            _ => {}
        }
    }

    /// The student may be promised money.
    pub(super) fn helped(&self, student: &str, rules: &mut Rules) {
        self.stage_is(student, Stage::Admitted, rules);
        rules.unless(!self.view.unfit(student), "FoundUnfit");
        let due = matches!(self.view.care().checks.get(student), Some((_, None)));
        rules.unless(!due, "NotCheckedYet");
    }

    pub(super) fn unbiased(&self, student: &str, rules: &mut Rules) {
        let away = self.view.conflict(student, self.by()).is_some() && !self.view.solo();
        rules.unless(!away, "Conflicted");
    }

    pub(super) fn declared(&self, clear: bool, rules: &mut Rules) {
        rules.unless(clear || !self.view.founding().unwrap().declare, "NotDeclared");
    }
}

impl Drafts<'_> {
    /// A line of `kind` that may be said now; the first chooses the officer.
    pub(super) fn right_care(&mut self, kind: &'static str, first: bool) -> Line {
        let care = self.view().care();
        match kind {
            "conflict" => {
                self.officer(&["steward", "auditor"], &[], first);
                let all: Vec<_> = self.view().students().iter().map(|s| s.0.to_owned()).collect();
                let student = self.pick(&all).unwrap_or_else(|| "s-1".to_owned());
                let all: Vec<_> = self.view().appointed().iter().map(|o| o.1.to_owned()).collect();
                let officer = self.pick(&all).unwrap_or_else(|| "sun".to_owned());
                Line::Conflict { student, officer }
            }
            "draw" => {
                self.officer(&["clerk", "steward", "auditor"], &[], first);
                let open: Vec<_> =
                    care.lots.iter().filter(|lot| lot.known.is_none()).map(|lot| lot.day).collect();
                let day = self.pick(&open).unwrap_or_else(|| self.voucher.today());
                Line::Draw { day, changed: None }
            }
            _ => {
                let due = |id: &String| matches!(care.checks.get(id), Some((_, None)));
                let all: Vec<_> =
                    self.view().students().iter().map(|s| s.0.to_owned()).filter(due).collect();
                let student = self.pick(&all).unwrap_or_else(|| "s-1".to_owned());
                let but: Vec<_> =
                    self.view().visitors(&student).iter().map(|v| (*v).to_owned()).collect();
                self.officer(&["clerk", "auditor"], &but, first);
                let on = self.voucher.today() - i64::try_from(self.below(2)).unwrap();
                Line::Backcheck { student, on, fit: !self.once_in(2) }
            }
        }
    }

    /// Whether the student was in a lot that was made known, where that is asked for, and checked
    /// again if the lot asks for it.
    pub(super) fn may_be_admitted(&self, id: &str) -> bool {
        let care = self.view().care();
        let asked = self.view().founding().is_some_and(|found| found.backcheck.is_some());
        let known = |day| care.lots.iter().any(|lot| Some(&lot.day) == day && lot.known.is_some());
        (!asked || known(care.lot.get(id))) && !matches!(care.checks.get(id), Some((_, None)))
    }

    /// What has to come before a student can be admitted who was visited.
    pub(super) fn before_admission(&self) -> &'static str {
        let care = self.view().care();
        match () {
            () if care.checks.values().any(|(_, done)| done.is_none()) => "backcheck",
            () if care.lots.iter().any(|lot| lot.known.is_none()) => "draw",
            () => "close",
        }
    }

    /// Students in the programme whom the last second visit found out of need.
    pub(super) fn unfit_in_it(&self) -> Vec<String> {
        let view = self.view();
        let all = view.students().into_iter().map(|s| s.0);
        let all = all.filter(|id| view.stage(id) == Some(Stage::Admitted) && view.unfit(id));
        all.map(str::to_owned).collect()
    }

    /// One wrong thing about a line of lots or conflicts.
    pub(super) fn wrong_care(&mut self, line: &mut Line) -> bool {
        let (anybody, student, today) = (self.anybody(), self.any_student(), self.voucher.today());
        let care = self.view().care();
        let (days, checked): (Vec<_>, Vec<_>) = (
            care.lots.iter().map(|lot| lot.day).collect(),
            care.checks.iter().filter(|c| c.1.1.is_some()).map(|c| c.0.clone()).collect(),
        );
        match line {
            Line::Conflict { student: id, officer } => match self.below(2) {
                0 => *id = student,
                _ => *officer = anybody,
            },
            Line::Backcheck { student: id, on, .. } => match self.below(3) {
                0 => *on = today + 1,
                1 => *id = self.pick(&checked).unwrap_or(student),
                _ => *id = student,
            },
            Line::Draw { day, changed } => match self.below(3) {
                0 => *day = self.pick(&days).unwrap_or(today),
                1 => *day = today,
                _ => *changed = self.misdrawn(*day),
            },
            Line::Admit { clear, .. } | Line::Approve { clear, .. } => *clear = false,
            _ => return false,
        }
        true
    }

    /// One of the numbers of the right draw, and another in its place.
    fn misdrawn(&mut self, day: i64) -> Option<(String, String)> {
        let lots = self.view().care().lots;
        let lot = lots.iter().find(|lot| lot.day == day)?;
        let field = self.pick(&["size", "of"])?;
        let value = if field == "size" { lot.size } else { lot.of as u64 };
        let end = if field == "size" { ",\"root\"" } else { ",\"students\"" };
        let spell = |value: u64| format!("\"{field}\":{value}{end}");
        Some((spell(value), spell(value + 1)))
    }
}

/// What the two must agree on about lots.
pub(super) fn facts(view: View<'_>, fact: &mut impl FnMut(String, String)) {
    let (care, text) = (view.care(), |place: (u64, u16)| format!("{}/{}", place.0, place.1));
    for lot in &care.lots {
        let known = lot.known.map_or("nobody".into(), text);
        let told = format!("{} {} of {}: {}", lot.size, lot.root, lot.of, lot.drawn.join(" "));
        fact(format!("lot {}", day_text(lot.day)), format!("{told}, known by {known}"));
    }
    let waiting: Vec<_> = care.waiting.iter().map(|(_, id, _)| id.clone()).collect();
    fact("waiting".into(), waiting.join(" "));
    for (id, (lot, done)) in &care.checks {
        let done = done.as_ref().map_or("due".into(), |(by, fit)| {
            format!("{} by {by}", if *fit { "fit" } else { "unfit" })
        });
        fact(format!("check {id}"), format!("{done}, lot of {}", day_text(*lot)));
    }
    for said in view.said {
        if let Line::Conflict { student, officer } = &said.line {
            fact(format!("conflict {student} {officer}"), text(said.place));
        }
    }
}

/// The root as records spell it.
pub(super) fn root_text(root: [u8; 32]) -> String {
    Digest(root).to_string()
}
