//! Goods that are sold, and the money for them.

use super::{Lot, lot, whole};
use crate::cli::desk::Desk;
use crate::cli::error::Error;
use crate::cli::shell::{Report, Shell};
use crate::cli::slip::{Slip, Suffix};
use crate::cli::value;
use crate::domain::line::Line;
use crate::domain::line::goods::proceeds::Proceeds;
use crate::domain::line::goods::sell::Sell;
use crate::domain::line::goods::stock::Stage;
use crate::domain::text::{Id, Place, Text};
use crate::domain::words::Amount;

// What is sold. As a doc comment this would become the text of the verb.
#[derive(clap::Args)]
pub(super) struct Sale {
    /// The category and how many are sold, such as clothes=5000
    #[arg(value_name = "CATEGORY=UNITS", value_parser = lot)]
    goods: Lot,
    /// The site
    #[arg(long, value_name = "SITE", value_parser = value::id)]
    site: Id,
    /// How far the goods have come
    #[arg(long, value_name = "STAGE", value_parser = value::word!(Stage), default_value = "unfit")]
    stage: Stage,
    /// The price of all of them, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// Why, in public words: nothing about a person
    #[arg(long, value_name = "TEXT", value_parser = value::text)]
    why: Text,
}

// What was paid. As a doc comment this would become the text of the verb.
#[derive(clap::Args)]
pub(super) struct Paid {
    /// Where the sale stands, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place)]
    of: Place,
    /// How much, in yuan
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Amount,
    /// The account it arrived in
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    to: Id,
    /// The pot it is for; for anything if not said
    #[arg(long = "for", value_name = "POT", value_parser = value::id)]
    pot: Option<Id>,
    #[command(flatten)]
    slip: Slip,
}

pub(super) fn sell(shell: &mut Shell<'_>, sale: Sale) -> Result<Report, Error> {
    let Sale { goods, site, stage, amount: fen, why } = sale;
    let (category, units) = (goods.category, whole(goods)?);
    let line = Sell { site, category, stage, units, fen, why };
    Desk::open(shell)?.record(vec![Line::Sell(Box::new(line))])
}

pub(super) fn proceeds(shell: &mut Shell<'_>, paid: Paid) -> Result<Report, Error> {
    let Paid { of, amount: fen, to, pot, slip } = paid;
    let mut desk = Desk::open(shell)?;
    let reference = slip.reference(&mut desk, (fen, to), Suffix::NONE)?;
    let paid = slip.paid(&desk)?;
    desk.record(vec![Line::Proceeds(Proceeds { of, fen, to, paid, reference, pot })])
}
