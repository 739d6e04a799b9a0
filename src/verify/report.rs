//! What an audit says: every check with its outcome, the numbers, and the evidence if it failed.

use super::check::Check;
use super::distrust::{Distrust, Doubt};
use super::kept::Kept;
use crate::domain::books::Books;
use crate::domain::line::appoint::Standing;
use crate::domain::sums::Move;
use crate::domain::text::Lang;
use crate::publish::Facts;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// The version of a report's fields.
pub const SCHEMA: u32 = 1;

/// The outcome of an audit.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything was checked and holds, but for what was not asked for.
    Verified,
    /// Something was read and contradicts a signature or the rules.
    False,
    /// Something could not be checked; nothing was found false.
    Unchecked,
}

/// The outcome of one check.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// It could not be checked.
    Unchecked,
    /// There is nothing to check, or it was not asked for.
    Skipped,
    /// The audit ended before it was through.
    Unreached,
}

/// A text in both languages.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Said {
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

impl Said {
    /// The text in both languages.
    pub(super) fn new(zh: impl Into<String>, en: impl Into<String>) -> Said {
        Said { zh: zh.into(), en: en.into() }
    }

    /// The text that `text` gives for each language.
    fn of(text: impl Fn(Lang) -> String) -> Said {
        Said { zh: text(Lang::Zh), en: text(Lang::En) }
    }

    /// The text in `lang`.
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

/// One check with its outcome.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// Which.
    #[serde(serialize_with = "name")]
    pub check: Check,
    /// How it came out.
    pub outcome: Outcome,
    /// What was looked at, or what is wrong.
    pub detail: Said,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn name<S: Serializer>(check: &Check, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(check.name())
}

/// The sums of a ledger, in fen.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Totals {
    /// Gifts net of refunds and reversals.
    pub received: u64,
    /// Refunds, net of reversals.
    pub refunds: u64,
    /// Interest, net of reversals.
    pub interest: u64,
    /// Fees, net of reversals.
    pub fees: u64,
    /// Paid to students, net of reversals.
    pub paid: u64,
    /// Promised to students and not yet paid.
    pub promised: u64,
    /// Not promised to anyone.
    pub free: u64,
    /// Restricted to the purposes of pots and not promised; left out if nothing.
    #[serde(skip_serializing_if = "is_nothing")]
    pub restricted: u64,
    /// Of sponsors, to be passed on; left out if nothing.
    #[serde(skip_serializing_if = "is_nothing")]
    pub agency: u64,
    /// In all accounts together: the four before.
    pub held: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over by reference")]
fn is_nothing(fen: &u64) -> bool {
    *fen == 0
}

/// Students in the programme.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Students {
    /// 小学
    pub primary: u64,
    /// 初中
    pub junior: u64,
    /// 高中
    pub senior: u64,
    /// 大学
    pub college: u64,
}

/// An officer, as the ledger knows them at its end.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct OfficerLine {
    /// The handle.
    pub id: String,
    /// The roles, as records spell them.
    pub roles: Vec<&'static str>,
    /// `waiting`, `in-office` or `retired`.
    pub standing: &'static str,
    /// The last day of the term, if it has one.
    pub until: Option<String>,
}

/// What the entries add up to; there only if all of them were read and believed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Summary {
    /// The fund's name.
    pub name: Option<String>,
    /// Whether one officer does everything.
    pub solo: bool,
    /// How many stewards must agree to a change of officers.
    pub quorum: u64,
    /// When the last entry was taken in.
    pub last: Option<String>,
    /// How many days are closed.
    pub days: u64,
    /// The last closed day.
    pub closed: Option<String>,
    /// How many references, that is gifts and payments, there are.
    pub references: u64,
    /// The sums.
    pub totals: Totals,
    /// Students in the programme, by level.
    pub students: Students,
    /// The officers.
    pub officers: Vec<OfficerLine>,
}

impl Summary {
    pub(super) fn of(kept: &Kept<'_>) -> Summary {
        let books = kept.replay().books();
        let officers = books.officers.iter().map(|(id, officer)| OfficerLine {
            id: id.to_string(),
            roles: officer.roles.iter().map(|role| role.word()).collect(),
            standing: Standing::word(officer.standing),
            until: officer.until.map(|day| day.to_string()),
        });
        Summary {
            name: books.fund.as_ref().map(|fund| fund.name.to_string()),
            solo: books.fund.as_ref().is_some_and(|fund| fund.policy.solo),
            quorum: books.fund.as_ref().map_or(0, |fund| fund.policy.quorum),
            last: books.last.map(|at| at.to_string()),
            days: books.days.len() as u64,
            closed: books.closed().map(|(day, _)| day.to_string()),
            references: books.refs.count,
            totals: totals(books),
            students: students(books),
            officers: officers.collect(),
        }
    }
}

fn totals(books: &Books) -> Totals {
    let (ever, now) = (&books.sums.ever, &books.sums.now);
    Totals {
        received: ever.received().get(),
        refunds: ever.net(Move::Refund).get(),
        interest: ever.net(Move::Interest).get(),
        fees: ever.net(Move::Fee).get(),
        paid: ever.net(Move::Pay).get(),
        promised: now.promised.get(),
        free: now.free.get(),
        restricted: now.pots.0.total().get(),
        agency: now.agency.0.get(),
        held: now.held.total().get(),
    }
}

fn students(books: &Books) -> Students {
    let levels = &books.levels;
    let (primary, junior) = (levels.primary, levels.junior);
    Students { primary, junior, senior: levels.senior, college: levels.college }
}

/// What an audit says. Its fields, as serde writes them, only ever grow within one schema.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The outcome.
    pub verdict: Verdict,
    /// The program that checked.
    pub checker: &'static str,
    /// The log's name.
    pub origin: String,
    /// The key by which it was checked.
    pub vkey: String,
    /// The entries that the checkpoint signs; none if it was not believed.
    pub size: Option<u64>,
    /// The root that it signs, in hex.
    pub root: Option<String>,
    /// Every check, in the order of [`Check::ALL`].
    pub checks: Vec<Checked>,
    /// What the entries add up to.
    pub summary: Option<Summary>,
    /// What was found false.
    #[serde(serialize_with = "found_or_null")]
    pub distrust: Option<Distrust>,
    /// What could not be checked.
    #[serde(serialize_with = "found_all")]
    pub doubts: Vec<Doubt>,
    /// Everything an auditor keeps of what was found false; to be written to a file of its own.
    #[serde(skip)]
    pub evidence: Option<Value>,
}

impl Report {
    /// The check called `check`.
    pub fn check(&self, check: Check) -> Option<&Checked> {
        self.checks.iter().find(|checked| checked.check == check)
    }
}

/// What has a code, values and a text.
pub(super) trait Found {
    /// As an object: `code`, `values`, `text`.
    fn object(&self) -> Value;
}

macro_rules! found {
    ($($type:ty),+) => {
        $(impl Found for $type {
            fn object(&self) -> Value {
                let values = self.values().into_iter();
                let values: serde_json::Map<_, _> =
                    values.map(|(name, value)| (name.into(), value.into())).collect();
                let text = Said::of(|lang| self.text(lang));
                json!({"code": self.code(), "values": values, "text": text})
            }
        })+
    };
}
found!(Distrust, Doubt);

#[expect(clippy::ref_option, reason = "serde hands fields over by reference")]
fn found_or_null<S: Serializer>(why: &Option<Distrust>, to: S) -> Result<S::Ok, S::Error> {
    why.as_ref().map(Found::object).serialize(to)
}

fn found_all<S: Serializer>(all: &[Doubt], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(all.iter().map(Found::object))
}

impl From<&Distrust> for Said {
    fn from(why: &Distrust) -> Said {
        Said::of(|lang| why.text(lang))
    }
}

impl From<&Doubt> for Said {
    fn from(why: &Doubt) -> Said {
        Said::of(|lang| why.text(lang))
    }
}
