//! `approve`: another officer agrees to a proposal.

use super::desk::Desk;
use super::error::Error;
use super::shell::{Report, Shell};
use super::value;
use crate::domain::books::Books;
use crate::domain::codec::{List, Rare};
use crate::domain::entry::Voucher;
use crate::domain::line::Line;
use crate::domain::line::allocate::{Proposed, State};
use crate::domain::line::appoint::Role;
use crate::domain::line::approve::{Approve, agreed};
use crate::domain::line::funds::FundsRefusal;
use crate::domain::line::pay::Pay;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Nonce, Place, Ref};
use crate::domain::time::Stamp;
use crate::domain::words::Amount;

/// Agree to allocations or changes of officers that others proposed
#[derive(clap::Args)]
pub(super) struct Args {
    /// Where the proposals stand, such as 41/0
    #[arg(value_name = "PLACE", value_parser = value::place, required = true)]
    of: Vec<Place>,
    /// Declare to have no conflict of interest with the students
    #[arg(long)]
    clear: bool,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let clear = Rare(args.clear);
    let mut desk = Desk::open(shell)?;
    for of in &args.of {
        if let Some(why) = cap(&desk, Approve { of: *of, clear })? {
            let lang = desk.shell.lang;
            let why = why.text(lang);
            let text = lang.pick(
                format!("注意：照现在的账，{of} 批准了也付不出去：{why}"),
                format!(
                    "note: as the books stand, {of} cannot be paid even if it is approved: {why}"
                ),
            );
            desk.shell.talk(&text)?;
        }
    }
    let lines = args.of.iter().map(|of| Line::Approve(Approve { of: *of, clear }));
    let mut report = desk.record(lines.collect())?;
    for of in args.of {
        if let Some(waits) = waits(desk.ledger.books(), of) {
            let (have, left) = waits;
            report.text.push_str(&desk.shell.lang.pick(
                format!("\n{of} 已有 {have} 人同意，还需 {left} 人"),
                format!("\n{of}: {have} agreed, {left} more must"),
            ));
        }
    }
    Ok(report)
}

/// How many officers agree to a proposal that waits, and how many more must; `None` if it does not
/// wait.
pub(super) fn waits(books: &Books, of: Place) -> Option<(u64, u64)> {
    let proposal = books.proposals.get(&of).filter(|p| p.state == State::Waiting)?;
    let (have, need) = agreed(proposal, &books.founded().ok()?.policy);
    Some((have, need.saturating_sub(have)))
}

/// Which cap would refuse the payment of an expense that this approval settles. The rules say so
/// when it is paid; by then it is promised, and stands in the way of what is paid with it.
fn cap(desk: &Desk<'_, '_>, approve: Approve) -> Result<Option<Refusal>, Error> {
    let (books, at, of) = (desk.ledger.books(), desk.now()?, approve.of);
    let expense = books.proposals.get(&of).filter(|p| matches!(p.what, Proposed::Expense(_)));
    let Some((proposal, fen)) = expense.and_then(|p| Some((p, Amount::new(p.left())?))) else {
        return Ok(None);
    };
    let may_pay = |id| id != proposal.by && id != desk.by && !proposal.approvals.contains(&id);
    let mut cashiers = books.officers.iter().filter(|(_, o)| o.roles.contains(&Role::Cashier));
    let cashier = cashiers.find(|(id, _)| may_pay(**id)).map(|(id, _)| *id);
    let account = books.accounts.iter().find(|(_, account)| !account.shut).map(|(id, _)| *id);
    let Some((cashier, from)) = cashier.zip(account) else { return Ok(None) };
    let pay = Pay { of, fen, from, paid: at.wall, reference: Ref([0; 16]) };
    let steps = [(desk.by, Line::Approve(approve)), (cashier, Line::Pay(pay))];
    let voucher = |((by, line), nonce): ((_, Line), u8)| voucher(by, line, nonce, at);
    let vouchers: Option<Vec<_>> = steps.into_iter().zip(0..).map(voucher).collect();
    let refused = vouchers.and_then(|vouchers| desk.ledger.preview(&vouchers, at).err());
    Ok(refused.filter(|why| {
        let funds = |why: &FundsRefusal| {
            matches!(why, FundsRefusal::OverManagement { .. } | FundsRefusal::OverCampaign { .. })
        };
        matches!(why, Refusal::Funds(why) if funds(why))
    }))
}

/// A voucher that is only looked at.
fn voucher(by: crate::domain::text::Id, line: Line, nonce: u8, made: Stamp) -> Option<Voucher> {
    let nonce = Nonce([nonce; 16]);
    List::new(vec![line]).map(|lines| Voucher { by, made, nonce, lines })
}
