//! `cashbox`: donation boxes and collections on squares, from the opening to the bank.

mod count;
mod list;

use self::count::{Counted, counted};
use super::booked::Payment;
use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::read;
use super::say::{Say, say};
use super::shell::{Report, Shell};
use super::slip::{Slip, Suffix};
use super::value::{self, Unfit};
use crate::domain::codec::List;
use crate::domain::line::Line;
use crate::domain::line::boxes::collect::Collect;
use crate::domain::line::boxes::deposit::{Deposit, Part};
use crate::domain::line::boxes::difference::{Difference, Way};
use crate::domain::line::boxes::place::{BoxKind, PlaceBox};
use crate::domain::line::boxes::unbox::Unbox;
use crate::domain::line::boxes::{NOTES, Opening, WORKING_DAYS};
use crate::domain::money::Fen;
use crate::domain::text::{Code, Digest, Id, Place, Ref, Text};
use crate::domain::time::Day;
use crate::domain::words::Amount;
use crate::vault::{self, ITEM_MAX};
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;

/// Enter donation boxes, open and count them, take their money to the bank
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Enter a box, or a collection on a square
    Place {
        /// The box's handle
        #[arg(value_name = "BOX", value_parser = value::id)]
        cash_box: Id,
        /// Which of the two it is
        #[arg(long, value_name = "KIND", value_parser = value::word!(BoxKind), default_value = "box")]
        kind: BoxKind,
        /// Where it is: a place, not a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        at: Text,
        /// The number of the permit for it
        #[arg(long, value_name = "CODE", value_parser = value::code)]
        permit: Option<Code>,
        /// The pot that its money is for; for anything if not said
        #[arg(long = "for", value_name = "POT", value_parser = value::id)]
        pot: Option<Id>,
    },
    /// Record an opening and its first count; another officer counts again
    Open(Box<Opened>),
    /// Count again as the second opener; the money is booked
    Collect {
        /// Where the opening stands, such as 41/0
        #[arg(value_name = "PLACE", value_parser = value::place)]
        of: Place,
        /// How much you counted, in yuan
        #[arg(long, value_name = "YUAN", value_parser = value::amount)]
        amount: Amount,
        /// The cash account it goes into
        #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
        to: Id,
        /// The number of the count sheet
        #[arg(long, value_name = "NUMBER", value_parser = value::number)]
        number: Option<String>,
    },
    /// State what a later count found; somebody who did not open the box does
    Difference {
        /// Where the opening stands, such as 41/0
        #[arg(value_name = "PLACE", value_parser = value::place)]
        of: Place,
        /// Whether more or less was there
        #[arg(long, value_name = "WAY", value_parser = value::word!(Way))]
        way: Way,
        /// By how much it differs, in yuan
        #[arg(long, value_name = "YUAN", value_parser = value::amount)]
        amount: Amount,
        /// Why, in public words: nothing about a person
        #[arg(long, value_name = "TEXT", value_parser = value::text)]
        why: Text,
    },
    /// Take money of openings to the bank
    Deposit {
        /// Where the openings stand, and how much of each in yuan if not all, such as 41/0=500
        #[arg(value_name = "PLACE[=YUAN]", value_parser = part, required = true)]
        parts: Vec<Wanted>,
        /// The bank account
        #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
        to: Id,
        #[command(flatten)]
        slip: Slip,
    },
    /// List the boxes and the openings whose money is not in the bank yet
    List,
}

// One opening. As a doc comment this would become the text of the verb.
#[derive(clap::Args)]
struct Opened {
    /// The box's handle
    #[arg(value_name = "BOX", value_parser = value::id)]
    cash_box: Id,
    /// How many there were of a note or coin, in yuan, such as 100=3 or 0.5=20
    #[arg(long = "count", value_name = "YUAN=PIECES", value_parser = counted, required = true)]
    counts: Vec<Counted>,
    /// What all of them come to, as the sheet says, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// Foreign notes and coins, which are no money here
    #[arg(long, value_name = "PIECES", value_parser = value::count, default_value = "0")]
    foreign: u64,
    /// Damaged ones that nobody takes
    #[arg(long, value_name = "PIECES", value_parser = value::count, default_value = "0")]
    damaged: u64,
    /// Counterfeit ones
    #[arg(long, value_name = "PIECES", value_parser = value::count, default_value = "0")]
    counterfeit: u64,
    /// When it was opened, today if not said
    #[arg(long, value_name = "DAY", value_parser = value::day)]
    on: Option<Day>,
    /// Who of the place stood by: an office, no name
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    witness: Text,
    /// The count sheet that all three signed; its SHA-256 is recorded
    #[arg(long, value_name = "FILE")]
    sheet: PathBuf,
    /// Seal a copy of the sheet into the vault
    #[arg(long)]
    keep: bool,
}

/// An opening to be deposited, as typed: `41/0` or `41/0=500`.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    of: Place,
    fen: Option<Amount>,
}

fn part(text: &str) -> Result<Wanted, Unfit> {
    let (of, fen) = match text.split_once('=') {
        Some((of, fen)) => (of, Some(value::amount(fen)?)),
        None => (text, None),
    };
    Ok(Wanted { of: value::place(of)?, fen })
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    match args.what {
        What::Place { cash_box, kind, at, permit, pot } => {
            let line = PlaceBox { cash_box, kind, at, permit, pot };
            Desk::open(shell)?.record(vec![Line::PlaceBox(Box::new(line))])
        }
        What::Open(opened) => open(shell, *opened),
        What::Collect { of, amount: fen, to, number } => {
            let mut desk = Desk::open(shell)?;
            let payment =
                |number| Payment { number, account: to, suffix: Suffix::NONE, fen: fen.fen() };
            let reference = match &number {
                Some(number) => desk.reference(payment(number))?,
                None => Ref(desk.random()),
            };
            let pot = opening(&desk, of).and_then(|opening| pot(&desk, &opening));
            desk.record(vec![Line::Collect(Collect { of, fen, to, reference, pot })])
        }
        What::Difference { of, way, amount: fen, why } => {
            let mut desk = Desk::open(shell)?;
            let found = opening(&desk, of);
            let booked = found.and_then(|opening| Some((opening, opening.booked?)));
            let (opening, booked) = booked.ok_or_else(|| uncounted(of))?;
            let (account, pot) = (booked.account, pot(&desk, &opening));
            let line = Difference { of, way, fen, account, why, pot };
            desk.record(vec![Line::Difference(Box::new(line))])
        }
        What::Deposit { parts, to, slip } => deposit(shell, &parts, to, &slip),
        What::List => list::run(shell),
    }
}

fn open(shell: &mut Shell<'_>, opened: Opened) -> Result<Report, Error> {
    let Opened { cash_box, counts, amount: fen, on, witness, keep, .. } = opened;
    let shown = read(&shell.path(&opened.sheet), ITEM_MAX as u64)?;
    let sheet = Digest(Sha256::digest(&shown).into());
    let mut desk = Desk::open(shell)?;
    let on = on.map_or_else(|| desk.now().map(|now| now.wall.day()), Ok)?;
    let due = due(on, &desk.fund.config.holidays()?)?;
    let notes = NOTES.map(|worth| {
        let these = counts.iter().filter(|counted| counted.worth == worth);
        these.fold(0, |sum: u64, counted| sum.saturating_add(counted.pieces))
    });
    let aside = [opened.foreign, opened.damaged, opened.counterfeit];
    let aside = aside.iter().any(|pieces| *pieces > 0).then(|| List::new(aside.to_vec()));
    let Some(notes) = List::new(notes.to_vec()) else { return Err(uncountable()) };
    let aside = aside.flatten();
    let line = Unbox { cash_box, on, due, notes, aside, fen, witness, sheet };
    desk.record_after(vec![Line::Unbox(Box::new(line))], |fund| {
        if keep { fund.keep(&vault::Place::Bill(sheet.0), &shown) } else { Ok(()) }
    })
}

fn uncountable() -> Error {
    Error::new(Kind::Usage, say!("面额不对", "these are no notes and coins"))
}

/// The third working day after `on`.
fn due(on: Day, holidays: &[Day]) -> Result<Day, Error> {
    let later = (1..=60).filter_map(|days| on.offset(days));
    let mut working = later.filter(|day| !day.is_weekend() && !holidays.contains(day));
    working.nth(WORKING_DAYS - 1).ok_or_else(|| {
        let text = say!(
            "{on} 之后找不到 3 个工作日：请核对 fund.toml 里的 holidays",
            "there are no three working days after {on}: check the holidays in fund.toml"
        );
        Error::new(Kind::CouldNot, text)
    })
}

fn opening(desk: &Desk<'_, '_>, of: Place) -> Option<Opening> {
    desk.ledger.books().boxes.openings.get(&of).copied()
}

/// What the money of the opened box is for.
fn pot(desk: &Desk<'_, '_>, opening: &Opening) -> Option<Id> {
    desk.ledger.books().boxes.known.get(&opening.cash_box).and_then(|known| known.pot)
}

fn uncounted(of: Place) -> Error {
    let text = say!("{of} 不是已复点入账的开箱", "at {of} is no opening that was counted twice");
    Error::new(Kind::NotFound, text)
        .hint(say!("yishan cashbox list 列出开箱", "yishan cashbox list shows the openings"))
}

fn deposit(shell: &mut Shell<'_>, wanted: &[Wanted], to: Id, slip: &Slip) -> Result<Report, Error> {
    let mut desk = Desk::open(shell)?;
    let (mut parts, mut sum, mut from) = (Vec::new(), Some(Fen::ZERO), None);
    for Wanted { of, fen } in wanted {
        let found = opening(&desk, *of).filter(|opening| opening.booked.is_some());
        let opening = found.ok_or_else(|| uncounted(*of))?;
        let fen = fen.or_else(|| Amount::new(opening.left())).ok_or_else(|| banked(*of))?;
        parts.push(Part { of: *of, fen });
        sum = sum.and_then(|sum| sum.plus(fen.fen()));
        from = from.or(opening.booked.map(|booked| booked.account));
    }
    let many = || {
        let text = say!("一次存款最多 50 次开箱", "a deposit is of at most 50 openings");
        Error::new(Kind::Usage, text)
    };
    let fen = sum.and_then(Amount::new);
    let (Some(fen), Some(from), Some(parts)) = (fen, from, List::new(parts)) else {
        return Err(many());
    };
    let reference = slip.reference(&mut desk, (fen, to), Suffix::NONE)?;
    let paid = slip.paid(&desk)?;
    let line = Deposit { parts, fen, from, to, paid, reference };
    desk.record(vec![Line::Deposit(Box::new(line))])
}

/// What is said of an opening whose money should be in the bank.
pub(super) fn overdue(of: Place, left: Fen, due: Day) -> Say {
    say!(
        "{of} 开箱还有 {left:#} 元没存，最迟应在 {due} 存入银行，已逾期",
        "{left:#} yuan of the opening {of} should be in the bank since {due}"
    )
}

fn banked(of: Place) -> Error {
    let text = say!("{of} 的开箱已全部存入银行", "all of the opening at {of} is in the bank");
    Error::new(Kind::NotFound, text)
}
