//! What a person decided about rows, in a small file that can be edited and used again.
//!
//! ```toml
//! [[row]]
//! channel = "wechat"
//! id = "1000050001202611220012345678"
//! as = "refund-of"                # ask, gift, private, refund-of, withdrawal or skip; or 未定,
//!                                 # 捐款, 私人, 退款, 提现, 跳过
//! of = "1000050001202611210087654321"
//! note = "sent back by transfer, asked him on the phone"
//!
//! [[row]]
//! file = "…64 hex digits…"        # a row without a number of its own
//! row = 23
//! as = "gift"
//! note = ""
//! ```

use super::bill::Bill;
use super::plan::Plan;
use super::reason::Voided;
use super::row::{Class, Row};
use crate::domain::money::Fen;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fmt::Write as _;

/// The most bytes of a decisions file.
const DECISIONS_MAX: usize = 16 << 20;
/// The most bytes of one text in it.
const TEXT_MAX: usize = 512;

/// What may be decided, as it stands above the rows that wait for it.
const WORDS: &str = "\
# as = \"捐款\" | \"私人\" | \"跳过\" | \"退款\"，再加一行 of = \"原捐款单号\" | \"提现\"，再加一行 fee = \"手续费，如 0.10\"
# as = \"gift\" | \"private\" | \"skip\" | \"refund-of\" with of = \"the gift's number\" | \"withdrawal\" with fee = \"0.10\"
# note 写明理由 / note says why
";

/// Which row a decision is about.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Place {
    /// The only row of a bill with this number.
    Id {
        /// The channel of the bill's gifts: `wechat`.
        channel: String,
        /// 交易单号.
        id: String,
    },
    /// A row of one file.
    Row {
        /// SHA-256 of the file.
        file: String,
        /// Row in the file.
        row: u32,
    },
}

/// What was decided.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Decided {
    /// Nothing yet.
    Ask,
    /// It is a gift.
    Gift,
    /// It is the treasurer's own.
    Private,
    /// It gives back the gift with this number.
    RefundOf(String),
    /// It went to the bank and cost this much.
    Withdrawal(Fen),
    /// Leave it out for now.
    Skip,
}

/// One decision.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decision {
    /// Which row.
    pub place: Place,
    /// What it is.
    pub decided: Decided,
    /// Why, in the person's words.
    pub note: String,
}

/// What a person decided about rows.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Decisions {
    list: Vec<Decision>,
}

/// A decision that changed nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unused {
    /// Which row it is about.
    pub place: Place,
    /// Why it changed nothing.
    pub why: Idle,
}

/// Why a decision changed nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Idle {
    /// The bill has no such row: it may belong to another bill.
    Absent,
    /// The bill has several rows with this number: name the row of the file instead.
    Ambiguous,
    /// The row is what was decided without the decision, or cannot be.
    NoEffect,
}

/// Why a text is no list of decisions.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DecisionsError {
    /// Larger than the limit, in bytes.
    #[error("the decisions have {len} bytes, the most is {max}")]
    TooLarge {
        /// Bytes given.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// Not TOML, or not of the shape.
    #[error("the decisions cannot be read: {0}")]
    Shape(String),
    /// A row named in no way or in two.
    #[error("decision {0} names its row neither by channel and id nor by file and row")]
    Place(usize),
    /// A word that is no decision, or lacks what it needs, or has too much.
    #[error(
        "decision {number} says {word:?}: ask, gift, private, skip, refund-of (with of) or \
         withdrawal (with fee)"
    )]
    Word {
        /// Which decision, from 1.
        number: usize,
        /// What it says.
        word: String,
    },
    /// A text beyond the limit.
    #[error("decision {number} has a text of more than {max} bytes")]
    TextTooLong {
        /// Which decision, from 1.
        number: usize,
        /// The limit.
        max: usize,
    },
    /// Two decisions about one row.
    #[error("decision {0} is about the same row as an earlier one")]
    Twice(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    row: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    channel: Option<String>,
    id: Option<String>,
    file: Option<String>,
    row: Option<u32>,
    r#as: String,
    of: Option<String>,
    fee: Option<String>,
    #[serde(default)]
    note: String,
}

impl Decisions {
    /// Reads a decisions file, strictly.
    pub fn parse(toml: &str) -> Result<Decisions, DecisionsError> {
        if toml.len() > DECISIONS_MAX {
            return Err(DecisionsError::TooLarge { len: toml.len(), max: DECISIONS_MAX });
        }
        let file: File =
            toml::from_str(toml).map_err(|e| DecisionsError::Shape(e.message().to_owned()))?;
        let mut seen = HashSet::new();
        let mut list = Vec::with_capacity(file.row.len());
        for (number, line) in (1..).zip(file.row) {
            let decision = line.decision(number)?;
            if !seen.insert(decision.place.clone()) {
                return Err(DecisionsError::Twice(number));
            }
            list.push(decision);
        }
        Ok(Decisions { list })
    }

    /// The decisions, in the order of the file.
    pub fn list(&self) -> &[Decision] {
        &self.list
    }

    /// A file with one undecided entry for every doubtful row of `plan`. Names and messages stay
    /// out of it: rows are told by number, time, kind and amount.
    pub fn template(bill: &Bill<'_>, plan: &Plan) -> String {
        let mut out = String::new();
        for (item, doubt) in plan.doubtful(bill) {
            if out.is_empty() {
                out.push_str(WORDS);
            }
            let (zh, en) = (comment(&doubt.text(true)), comment(&doubt.text(false)));
            let row = item.row;
            let kind: String = comment(row.kind).chars().take(40).collect();
            // Writing into a String cannot fail.
            let _ = writeln!(out, "# {} {} {} {kind}", row.number, row.time, row.fen);
            let _ = writeln!(out, "# {zh} / {en}");
            let place = if row.id.is_empty() || item.shares_id {
                Place::Row { file: bill.digest(), row: row.number }
            } else {
                Place::Id { channel: row.channel.gifts().to_owned(), id: row.id.to_owned() }
            };
            let _ =
                write!(out, "{}", Decision { place, decided: Decided::Ask, note: String::new() });
        }
        out
    }

    /// Which decision is about which row of `bill`.
    pub(crate) fn lookup(&self, bill: &Bill<'_>) -> Lookup<'_> {
        let mut lookup = Lookup { of: HashMap::new(), unused: Vec::new() };
        let digest = if self.list.is_empty() { String::new() } else { bill.digest() };
        for decision in &self.list {
            let found = match &decision.place {
                Place::Id { channel, id } if channel == bill.channel().gifts() => named(bill, id),
                Place::Row { file, row } if *file == digest => numbered(bill, *row),
                Place::Id { .. } | Place::Row { .. } => Err(Idle::Absent),
            };
            match found {
                Ok(at) => drop(lookup.of.insert(at, decision)),
                Err(why) => lookup.unused.push(Unused { place: decision.place.clone(), why }),
            }
        }
        lookup
    }
}

/// What a bill says, as it may stand behind a `#`: on that line, whatever the bill says.
fn comment(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The only row of `bill` with the number `id`; repeats do not count.
fn named(bill: &Bill<'_>, id: &str) -> Result<usize, Idle> {
    let first = bill.find(id).ok_or(Idle::Absent)?;
    if !bill.is_shared(first) {
        return Ok(first);
    }
    let counts =
        |row: &Row<'_>| row.id == id && !matches!(row.class, Class::Void(Voided::Repeat(_)));
    let mut found = bill.rows().enumerate().filter(|(_, row)| counts(row));
    match (found.next(), found.next()) {
        (Some((at, _)), None) => Ok(at),
        (None, _) => Err(Idle::Absent),
        _ => Err(Idle::Ambiguous),
    }
}

/// The row that begins in line `number` of the file.
fn numbered(bill: &Bill<'_>, number: u32) -> Result<usize, Idle> {
    bill.rows().position(|row| row.number == number).ok_or(Idle::Absent)
}

impl Line {
    fn texts(&self) -> impl Iterator<Item = &String> {
        let optional = [&self.channel, &self.id, &self.file, &self.of, &self.fee];
        optional.into_iter().flatten().chain([&self.note, &self.r#as])
    }

    fn decision(self, number: usize) -> Result<Decision, DecisionsError> {
        if self.texts().any(|text| text.len() > TEXT_MAX) {
            return Err(DecisionsError::TextTooLong { number, max: TEXT_MAX });
        }
        let word = || DecisionsError::Word { number, word: self.r#as.clone() };
        let decided = match (self.r#as.as_str(), self.of, self.fee) {
            ("ask" | "未定", None, None) => Decided::Ask,
            ("gift" | "捐款", None, None) => Decided::Gift,
            ("private" | "私人", None, None) => Decided::Private,
            ("skip" | "跳过", None, None) => Decided::Skip,
            ("refund-of" | "退款", Some(of), None) if !of.is_empty() => Decided::RefundOf(of),
            ("withdrawal" | "提现", None, Some(fee)) => {
                Decided::Withdrawal(Fen::from_yuan(&fee).map_err(|_| word())?)
            }
            _ => return Err(word()),
        };
        let place = match (self.channel, self.id, self.file, self.row) {
            (Some(channel), Some(id), None, None) if !id.is_empty() => Place::Id { channel, id },
            (None, None, Some(file), Some(row)) => Place::Row { file, row },
            _ => return Err(DecisionsError::Place(number)),
        };
        Ok(Decision { place, decided, note: self.note })
    }
}

/// Decisions by row of one bill.
pub(crate) struct Lookup<'a> {
    of: HashMap<usize, &'a Decision>,
    unused: Vec<Unused>,
}

impl Lookup<'_> {
    /// The decision about row `at` of the bill.
    pub(crate) fn of(&self, at: usize) -> Option<&Decided> {
        self.of.get(&at).map(|decision| &decision.decided)
    }

    /// The rows that decisions are about.
    pub(crate) fn rows(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = self.of.keys().copied().collect();
        rows.sort_unstable();
        rows
    }

    /// Takes back the decision about row `at`: it changes nothing.
    pub(crate) fn no_effect(&mut self, at: usize) {
        if let Some(decision) = self.of.remove(&at).filter(|d| d.decided != Decided::Ask) {
            self.unused.push(Unused { place: decision.place.clone(), why: Idle::NoEffect });
        }
    }

    /// The decisions that changed nothing.
    pub(crate) fn unused(&mut self) -> Vec<Unused> {
        std::mem::take(&mut self.unused)
    }
}

/// Prints the one spelling of a decision, ending in a blank line.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        writeln!(f, "[[row]]")?;
        match &self.place {
            Place::Id { channel, id } => {
                writeln!(f, "channel = {}\nid = {}", quoted(channel), quoted(id))?;
            }
            Place::Row { file, row } => writeln!(f, "file = {}\nrow = {row}", quoted(file))?,
        }
        match &self.decided {
            Decided::Ask => writeln!(f, "as = \"ask\"")?,
            Decided::Gift => writeln!(f, "as = \"gift\"")?,
            Decided::Private => writeln!(f, "as = \"private\"")?,
            Decided::Skip => writeln!(f, "as = \"skip\"")?,
            Decided::RefundOf(of) => writeln!(f, "as = \"refund-of\"\nof = {}", quoted(of))?,
            Decided::Withdrawal(fee) => writeln!(f, "as = \"withdrawal\"\nfee = \"{fee}\"")?,
        }
        writeln!(f, "note = {}\n", quoted(&self.note))
    }
}

impl fmt::Display for Decisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.list.iter().try_for_each(|decision| write!(f, "{decision}"))
    }
}
