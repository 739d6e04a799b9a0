//! Goods as the model knows them: plain lines, the words that a town's table has for them, and in
//! the files beside this one what follows from them, what they break, and what is tried.

mod drafts;
mod rules;
mod store;

pub(super) use self::drafts::roles;
pub(super) use self::store::Store;
use super::line::Place;

/// Stages in the order of the specification.
pub(super) const STAGES: [&str; 4] = ["unchecked", "sound", "usable", "unfit"];
/// The tags of the lines about goods, each as often as it is tried.
pub(super) const KINDS: [(&str, u64); 15] = [
    ("site", 9),
    ("vacate", 3),
    ("category", 4),
    ("carry", 6),
    ("receive", 8),
    ("countersign", 14),
    ("inspect", 7),
    ("disinfect", 6),
    ("dispatch", 6),
    ("arrive", 6),
    ("issue", 8),
    ("scrap", 5),
    ("sell", 6),
    ("proceeds", 8),
    ("stocktake", 7),
];

/// One line about goods.
#[derive(Clone, Debug)]
pub(in crate::model) enum Good {
    Site { site: String, under: Option<String> },
    Vacate { site: String },
    Category { category: String, wash: bool },
    Carry { shelf: Shelf, stage: &'static str, units: u64, received: u64, least: bool },
    Receive { shelf: Shelf, units: u64, basis: &'static str, fen: Option<u64> },
    Countersign { of: Place },
    Inspect { shelf: Shelf, usable: u64, unfit: u64 },
    Disinfect { shelf: Shelf, units: u64 },
    Dispatch { shelf: Shelf, to: String, stage: &'static str, units: u64 },
    Arrive { of: Place, units: u64, why: bool },
    Issue { shelf: Shelf, units: u64, student: Option<String>, wish: Option<String>, to: bool },
    Scrap { shelf: Shelf, stage: &'static str, units: u64 },
    Sell { shelf: Shelf, stage: &'static str, units: u64, fen: u64 },
    Stocktake { shelf: Shelf, stage: &'static str, book: u64, counted: u64, why: bool },
}

/// A site and a category.
pub(in crate::model) type Shelf = (String, String);

impl Good {
    /// The tag that records carry.
    pub(in crate::model) fn tag(&self) -> &'static str {
        match self {
            Good::Site { .. } => "site",
            Good::Vacate { .. } => "vacate",
            Good::Category { .. } => "category",
            Good::Carry { .. } => "carry",
            Good::Receive { .. } => "receive",
            Good::Countersign { .. } => "countersign",
            Good::Inspect { .. } => "inspect",
            Good::Disinfect { .. } => "disinfect",
            Good::Dispatch { .. } => "dispatch",
            Good::Arrive { .. } => "arrive",
            Good::Issue { .. } => "issue",
            Good::Scrap { .. } => "scrap",
            Good::Sell { .. } => "sell",
            Good::Stocktake { .. } => "stocktake",
        }
    }

    /// The words for it behind its tag.
    pub(in crate::model) fn words(&self) -> String {
        let at = |of: &Place| format!("{}/{}", of.0, of.1);
        let on = |shelf: &Shelf| format!("{} {}", shelf.0, shelf.1);
        let why = |why: &bool| if *why { " why=gone" } else { "" };
        match self {
            Good::Site { site, under: None } => format!("{site} main"),
            Good::Site { site, under: Some(under) } => format!("{site} branch under={under}"),
            Good::Vacate { site } => site.clone(),
            Good::Category { category, wash } => format!("{category} wash={wash}"),
            Good::Carry { shelf, stage, units, received, least } => {
                let sure = if *least { "least" } else { "exact" };
                format!("{} {stage} {units} {received} {sure}", on(shelf))
            }
            Good::Receive { shelf, units, basis, fen } => {
                let fen = fen.map_or(String::new(), |fen| format!(" fen={fen}"));
                format!("{} {units} basis={basis}{fen}", on(shelf))
            }
            Good::Countersign { of } => at(of),
            Good::Inspect { shelf, usable, unfit } => format!("{} {usable} {unfit}", on(shelf)),
            Good::Disinfect { shelf, units } => format!("{} {units}", on(shelf)),
            Good::Dispatch { shelf, to, stage, units } => {
                format!("{} {to} {} {stage} {units}", shelf.0, shelf.1)
            }
            Good::Arrive { of, units, why: w } => format!("{} {units}{}", at(of), why(w)),
            Good::Issue { shelf, units, student, wish, to } => {
                let student = student.as_ref().map(|id| format!(" student={id}"));
                let wish = wish.as_ref().map_or(String::new(), |id| format!(" wish={id}"));
                let to = if *to { " to=school" } else { "" };
                format!("{} {units}{}{wish}{to}", on(shelf), student.unwrap_or_default())
            }
            Good::Scrap { shelf, stage, units } => format!("{} {stage} {units}", on(shelf)),
            Good::Sell { shelf, stage, units, fen } => {
                format!("{} {stage} {units} {fen}", on(shelf))
            }
            Good::Stocktake { shelf, stage, book, counted, why: w } => {
                format!("{} {stage} {book} {counted}{}", on(shelf), why(w))
            }
        }
    }

    /// Whether it is a slip that waits for a second signature.
    pub(in crate::model) fn waits(&self) -> bool {
        use Good::{Carry, Receive, Scrap, Sell, Stocktake};
        matches!(
            self,
            Carry { .. } | Receive { .. } | Scrap { .. } | Sell { .. } | Stocktake { .. }
        )
    }
}
