//! `goods`: from receiving goods to handing them out, in units.

mod list;
mod sell;
mod slip;

use super::desk::Desk;
use super::error::{Error, Kind};
use super::say::say;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::line::Line;
use crate::domain::line::goods::arrive::Arrive;
use crate::domain::line::goods::carry::{Carry, Sure};
use crate::domain::line::goods::category::Category;
use crate::domain::line::goods::countersign::Countersign;
use crate::domain::line::goods::disinfect::{Disinfect, Means};
use crate::domain::line::goods::dispatch::Dispatch;
use crate::domain::line::goods::inspect::Inspect;
use crate::domain::line::goods::issue::Issue;
use crate::domain::line::goods::receive::{Condition, Receive};
use crate::domain::line::goods::scrap::Scrap;
use crate::domain::line::goods::stock::{Basis, Shelf, Stage, Units};
use crate::domain::line::goods::stocktake::Stocktake;
use crate::domain::text::{Id, Place, Text};
use crate::domain::words::Amount;

/// Receive, sort, move, issue and count goods, in units
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

/// A category and how many units of it, as typed: `clothes=5000`.
#[derive(Clone, Copy, Debug)]
struct Lot {
    category: Id,
    units: u64,
}

fn lot(text: &str) -> Result<Lot, value::Unfit> {
    let want = value::Unfit(crate::domain::refusal::Both(
        "写成 类别=数量，如 clothes=5000，最多 10 亿",
        "a category and a number such as clothes=5000, at most 1,000,000,000",
    ));
    let (category, units) = text.split_once('=').ok_or(want)?;
    let category = Id::parse(category.as_bytes()).ok_or(want)?;
    let units = units.parse().ok().filter(|units| *units <= Units::MAX).ok_or(want)?;
    Ok(Lot { category, units })
}

/// A number of units, perhaps none.
fn count(text: &str) -> Result<u64, value::Unfit> {
    let units = text.parse().ok().filter(|units| *units <= Units::MAX);
    units.ok_or(value::Unfit(crate::domain::refusal::Both(
        "数量写成整数，最多 10 亿",
        "a whole number of units, at most 1,000,000,000",
    )))
}

#[derive(clap::Subcommand)]
enum What {
    /// Make a category of goods
    Category {
        /// The category's handle, such as clothes
        #[arg(value_name = "CATEGORY", value_parser = value::id)]
        category: Id,
        /// What it is called in Chinese
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        zh: Text,
        /// What it is called in English
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        en: Text,
        /// The unit it is counted in
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        unit: Text,
        /// It is disinfected before it is issued
        #[arg(long)]
        wash: bool,
    },
    /// Take over what a site held before the ledger; another officer countersigns
    Carry {
        /// The category and what is in stock of it, such as clothes=5000
        #[arg(value_name = "CATEGORY=UNITS", value_parser = lot)]
        goods: Lot,
        /// The site
        #[arg(long, value_name = "SITE", value_parser = value::id)]
        site: Id,
        /// How far the goods have come
        #[arg(long, value_name = "STAGE", value_parser = value::word!(Stage), default_value = "usable")]
        stage: Stage,
        /// How many had been received before the ledger, with those in stock
        #[arg(long, value_name = "UNITS", value_parser = count)]
        received: u64,
        /// How sure the figures are
        #[arg(long, value_name = "SURE", value_parser = value::word!(Sure))]
        sure: Sure,
    },
    /// Receive goods that somebody gave; another officer countersigns
    Receive {
        #[command(flatten)]
        of: Of,
        /// In what condition they are
        #[arg(long, value_name = "CONDITION", value_parser = value::word!(Condition), default_value = "mixed")]
        condition: Condition,
        /// What their value rests on
        #[arg(long, value_name = "BASIS", value_parser = value::word!(Basis), default_value = "unmeasurable")]
        basis: Basis,
        /// What they are worth, in yuan, of each category named
        #[arg(long, value_name = "YUAN", value_parser = value::amount)]
        value: Option<Amount>,
    },
    /// Sign as the second officer for goods received, scrapped, sold, counted or taken over
    Countersign {
        /// Where the slips stand, such as 41/0
        #[arg(value_name = "PLACE", value_parser = value::place, required = true)]
        of: Vec<Place>,
    },
    /// Sort what was received into usable and unusable
    Inspect {
        /// The category
        #[arg(value_name = "CATEGORY", value_parser = value::id)]
        category: Id,
        /// The site
        #[arg(long, value_name = "SITE", value_parser = value::id)]
        site: Id,
        /// How many are usable
        #[arg(long, value_name = "UNITS", value_parser = count, default_value = "0")]
        usable: u64,
        /// How many are not
        #[arg(long, value_name = "UNITS", value_parser = count, default_value = "0")]
        unfit: u64,
    },
    /// Disinfect goods found usable
    Disinfect {
        #[command(flatten)]
        of: Of,
        /// How they were disinfected
        #[arg(long, value_name = "MEANS", value_parser = value::word!(Means))]
        by: Means,
    },
    /// Send goods to another site
    Dispatch {
        /// The categories and how many of each, such as clothes=5000
        #[arg(value_name = "CATEGORY=UNITS", value_parser = lot, required = true)]
        goods: Vec<Lot>,
        /// The site they leave
        #[arg(long, value_name = "SITE", value_parser = value::id)]
        from: Id,
        /// The site they go to
        #[arg(long, value_name = "SITE", value_parser = value::id)]
        to: Id,
        /// How far the goods have come
        #[arg(long, value_name = "STAGE", value_parser = value::word!(Stage), default_value = "usable")]
        stage: Stage,
    },
    /// Sign for goods that arrived; what is missing is a loss with its reason
    Arrive {
        /// Where the dispatch stands, such as 41/0
        #[arg(value_name = "PLACE", value_parser = value::place)]
        of: Place,
        /// How many arrived, all of them if not said
        #[arg(long, value_name = "UNITS", value_parser = count)]
        units: Option<u64>,
        /// Why fewer arrived than were sent
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        why: Option<Text>,
    },
    /// Hand goods out to a student, for a wish or to an organisation
    Issue {
        #[command(flatten)]
        of: Of,
        /// To this student
        #[arg(long, value_name = "STUDENT", value_parser = value::id)]
        student: Option<Id>,
        /// For this wish
        #[arg(long, value_name = "WISH", value_parser = value::id)]
        wish: Option<Id>,
        /// To this community, township, school or organisation, never a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        to: Option<Text>,
    },
    /// Propose to throw goods away; an approver countersigns
    Scrap {
        #[command(flatten)]
        of: Of,
        /// How far the goods have come
        #[arg(long, value_name = "STAGE", value_parser = value::word!(Stage), default_value = "unfit")]
        stage: Stage,
        /// Why, in public words: nothing about a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        why: Text,
    },
    /// Propose to sell goods; an approver countersigns
    Sell(sell::Sale),
    /// Record money paid for goods that were sold
    Proceeds(sell::Paid),
    /// Count goods; another officer countersigns, and a difference is booked
    Count {
        #[command(flatten)]
        of: Of,
        /// How far the goods have come
        #[arg(long, value_name = "STAGE", value_parser = value::word!(Stage), default_value = "usable")]
        stage: Stage,
        /// Why the count differs from the books
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        why: Option<Text>,
    },
    /// List what stands where, and what became of the rest
    List {
        /// Only this site
        #[arg(long, value_name = "SITE", value_parser = value::id)]
        site: Option<Id>,
    },
    /// List the slips that wait: for a second signature, to arrive, to be paid
    Slips,
    /// Print a slip to be signed on paper
    Slip {
        /// Where the line stands, such as 41/0
        #[arg(value_name = "PLACE", value_parser = value::place)]
        of: Place,
    },
}

// Goods of some categories at one site. As a doc comment this would become the text of every verb.
#[derive(clap::Args)]
struct Of {
    /// The categories and how many of each, such as clothes=5000
    #[arg(value_name = "CATEGORY=UNITS", value_parser = lot, required = true)]
    goods: Vec<Lot>,
    /// The site
    #[arg(long, value_name = "SITE", value_parser = value::id)]
    site: Id,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    match args.what {
        What::List { site } => list::stock(shell, site),
        What::Slips => list::slips(shell),
        What::Slip { of } => slip::print(shell, of),
        What::Sell(sale) => sell::sell(shell, sale),
        What::Proceeds(paid) => sell::proceeds(shell, paid),
        What::Arrive { of, units, why } => arrive(shell, of, units, why),
        What::Count { of, stage, why } => take_stock(shell, of, stage, why.as_ref()),
        what => {
            let lines = lines(what)?;
            Desk::open(shell)?.record(lines)
        }
    }
}

/// The lines of whatever needs no look at the ledger.
fn lines(what: What) -> Result<Vec<Line>, Error> {
    Ok(match what {
        What::Category { category, zh, en, unit, wash } => {
            vec![Line::Category(Box::new(Category { category, zh, en, unit, wash }))]
        }
        What::Carry { goods, site, stage, received, sure } => {
            let Lot { category, units } = goods;
            vec![Line::Carry(Box::new(Carry { site, category, stage, units, received, sure }))]
        }
        What::Receive { of, condition, basis, value: fen } => {
            of.each(|site, category, units| {
                Line::Receive(Box::new(Receive { site, category, units, condition, basis, fen }))
            })?
        }
        What::Countersign { of } => {
            of.into_iter().map(|of| Line::Countersign(Countersign { of })).collect()
        }
        What::Inspect { category, site, usable, unfit } => {
            vec![Line::Inspect(Inspect { site, category, usable, unfit })]
        }
        What::Disinfect { of, by } => of.each(|site, category, units| {
            Line::Disinfect(Disinfect { site, category, units, by })
        })?,
        What::Dispatch { goods, from, to, stage } => {
            let of = Of { goods, site: from };
            of.each(|from, category, units| {
                Line::Dispatch(Box::new(Dispatch { from, to, category, stage, units }))
            })?
        }
        What::Issue { of, student, wish, to } => of.each(|site, category, units| {
            let to = to.clone();
            Line::Issue(Box::new(Issue { site, category, units, student, wish, to }))
        })?,
        What::Scrap { of, stage, why } => of.each(|site, category, units| {
            let why = why.clone();
            Line::Scrap(Box::new(Scrap { site, category, stage, units, why }))
        })?,
        _ => Vec::new(),
    })
}

impl Of {
    fn each(self, line: impl Fn(Id, Id, Units) -> Line) -> Result<Vec<Line>, Error> {
        let site = self.site;
        let each = self.goods.into_iter();
        each.map(|goods| Ok(line(site, goods.category, whole(goods)?))).collect()
    }
}

/// The units of a line, of which there is at least one.
fn whole(goods: Lot) -> Result<Units, Error> {
    let category = goods.category;
    Units::new(goods.units).ok_or_else(|| {
        Error::new(
            Kind::Usage,
            say!("{category} 的数量至少为 1", "at least 1 of {category} is needed"),
        )
    })
}

/// Signs for a dispatch; all of it, unless said otherwise.
fn arrive(
    shell: &mut Shell<'_>,
    of: Place,
    units: Option<u64>,
    why: Option<Text>,
) -> Result<Report, Error> {
    let mut desk = Desk::open(shell)?;
    let sent = desk.ledger.line(of).map_err(|error| super::fund::ledger_error(&error))?;
    let sent = match sent {
        Some(Line::Dispatch(sent)) => Some(sent.units.get()),
        _ => None,
    };
    // Of another line than a dispatch the rules say what it is.
    let units = units.or(sent).unwrap_or_default();
    desk.record(vec![Line::Arrive(Box::new(Arrive { of, units, why }))])
}

/// States what was counted beside what the books have now.
fn take_stock(
    shell: &mut Shell<'_>,
    of: Of,
    stage: Stage,
    why: Option<&Text>,
) -> Result<Report, Error> {
    let (mut desk, site) = (Desk::open(shell)?, of.site);
    let lines = of.goods.into_iter().map(|Lot { category, units: counted }| {
        let stock = desk.ledger.books().goods.stock.get(&Shelf { site, category });
        let book = stock.map_or(0, |stock| stock.of(stage));
        let why = why.filter(|_| book != counted).cloned();
        Line::Stocktake(Box::new(Stocktake { site, category, stage, book, counted, why }))
    });
    let lines = lines.collect();
    desk.record(lines)
}
