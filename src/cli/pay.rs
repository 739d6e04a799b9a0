//! `pay`: approved allocations are paid.

use super::desk::Desk;
use super::error::{Error, Kind};
use super::say::say;
use super::shell::{Report, Shell, table};
use super::slip::{Slip, Suffix};
use super::value;
use crate::domain::capitals::capitals;
use crate::domain::english::agreed;
use crate::domain::line::Line;
use crate::domain::line::allocate::{Proposed, State};
use crate::domain::line::pay::Pay;
use crate::domain::money::Fen;
use crate::domain::text::{Id, Place};
use crate::domain::words::Amount;

/// Pay what was approved
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the allocation stands, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place, conflicts_with = "all", required_unless_present = "all")]
    of: Option<Place>,
    /// Pay all that is approved and not yet paid
    #[arg(long, conflicts_with_all = ["amount", "number"])]
    all: bool,
    /// Print the list to be signed: pseudonyms, amounts, the sum in figures and capitals
    #[arg(long, requires = "all")]
    list: bool,
    /// How much, in yuan; all that is left if not said
    #[arg(long, value_name = "YUAN", value_parser = value::amount)]
    amount: Option<Amount>,
    /// The account it left
    #[arg(long, value_name = "ACCOUNT", value_parser = value::id)]
    from: Id,
    #[command(flatten)]
    slip: Slip,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let mut desk = Desk::open(shell)?;
    let (from, paid) = (args.from, args.slip.paid(&desk)?);
    let mut lines = Vec::new();
    for (of, left) in due(&desk, args.of) {
        let fen = args.amount.or(left).ok_or_else(|| {
            let text = say!("{of} 没有待付的拨款", "nothing is left to pay at {of}");
            Error::new(Kind::NotFound, text).hint(say!(
                "yishan status 列出待付的拨款",
                "yishan status shows what waits to be paid"
            ))
        })?;
        let reference = args.slip.reference(&mut desk, (fen, from), Suffix::PAY)?;
        lines.push(Line::Pay(Pay { of, fen, from, paid, reference }));
    }
    let list = args.list.then(|| list(&desk, &lines));
    let mut report = desk.record(lines)?;
    if let Some(list) = list {
        report.text = format!("{}\n{list}", report.text);
    }
    Ok(report)
}

/// The list that recipients or guardians sign: a row a payment, the sum in figures and capitals.
fn list(desk: &Desk<'_, '_>, lines: &[Line]) -> String {
    let (lang, books) = (desk.shell.lang, desk.ledger.books());
    let (mut rows, mut sum) = (Vec::new(), Fen::ZERO);
    for (line, number) in lines.iter().zip(1_u32..) {
        let Line::Pay(Pay { of, fen, .. }) = line else { continue };
        let (student, level) = match books.proposals.get(of).map(|p| p.what) {
            Some(Proposed::Allocation(id, _)) => {
                let known = books.students.known.get(&id);
                (id.to_string(), known.map_or("", |s| s.level.name(lang)))
            }
            _ => (of.to_string(), ""),
        };
        sum = sum.plus(fen.fen()).unwrap_or(Fen::MAX);
        let amount = fen.fen().grouped();
        rows.push(vec![number.to_string(), student, level.to_owned(), amount, "________".into()]);
    }
    let head = lang.pick(
        ["序号", "学生", "学段", "金额（元）", "签收"],
        ["no.", "student", "level", "yuan", "signature"],
    );
    let (count, figures, words) = (rows.len(), sum.grouped(), capitals(sum));
    let total = lang.pick(
        format!("合计 {count} 人，{figures} 元，大写：{words}"),
        agreed!("{count} payments, {figures} yuan, in capitals: {words}"),
    );
    format!("{}\n{total}", table(&head, rows, &[0, 3]))
}

/// The allocation asked for, or all that are approved, each with what is left to pay.
fn due(desk: &Desk<'_, '_>, of: Option<Place>) -> Vec<(Place, Option<Amount>)> {
    let proposals = &desk.ledger.books().proposals;
    if let Some(of) = of {
        return vec![(of, proposals.get(&of).and_then(|p| Amount::new(p.left())))];
    }
    let approved = proposals.iter().filter(|(_, p)| p.state == State::Approved);
    approved.filter_map(|(of, p)| Some((*of, Some(Amount::new(p.left())?)))).collect()
}
