//! One file a form.

mod activities;
mod campaigns;
mod cash;
mod corrections;
mod due;
mod position;

use super::diary::{Diary, Figures};
use super::period::{Kind, Period};
use super::table::{Filled, Form, Row, Told, Weight};
use crate::domain::books::Books;
use crate::domain::refusal::Both;
use crate::domain::time::Day;

/// What forms are filled in from.
pub(super) struct Ground<'g> {
    /// The books after the last entry.
    pub(super) books: &'g Books,
    /// What each day moved.
    pub(super) diary: &'g Diary<'g>,
    /// The days of the report.
    pub(super) period: Period,
    /// The day on which it is made.
    pub(super) today: Day,
}

/// Days that a column adds up.
struct Scope {
    key: &'static str,
    name: Both,
    from: Day,
    until: Day,
}

impl Scope {
    /// What these days moved.
    fn figures(&self, ground: &Ground<'_>) -> Figures {
        ground.diary.within(self.from, self.until)
    }
}

impl Ground<'_> {
    /// The form, filled in.
    pub(super) fn fill(&self, form: Form) -> Filled {
        let (tables, notes) = match form {
            Form::Activities => activities::fill(self),
            Form::Position => position::fill(self),
            Form::CashFlow => cash::fill(self),
            Form::Campaigns => campaigns::fill(self),
            Form::Corrections => corrections::fill(self),
            Form::Due => due::fill(self),
        };
        Filled { form, tables, notes }
    }

    /// This period, the year up to its end unless it is one, and the period before.
    fn scopes(&self) -> Vec<Scope> {
        let Period { kind, from, until } = self.period;
        let mut scopes =
            vec![Scope { key: "this", name: Both("本期", "this period"), from, until }];
        if kind != Kind::Annual {
            let (from, name) = (self.period.year().from, Both("本年累计", "year to date"));
            scopes.push(Scope { key: "year", name, from, until });
        }
        if let Some(Period { from, until, .. }) = self.period.before() {
            let name = Both("上期", "last period");
            scopes.push(Scope { key: "last", name, from, until });
        }
        scopes
    }
}

/// A row without figures.
fn head(key: &str, zh: &str, en: &str) -> Row {
    let (key, name) = (key.to_owned(), Told::new(zh, en));
    Row { key, weight: Weight::Head, name, cells: Vec::new() }
}
