//! Drafts of bills become lines of vouchers, each with the place it will stand at.

use super::known::named;
use crate::cli::error::{Error, Kind};
use crate::cli::pages::Pages;
use crate::cli::say::say;
use crate::domain::line::Line;
use crate::domain::line::document::{Document, Paper};
use crate::domain::line::fee::Fee;
use crate::domain::line::gift::Gift;
use crate::domain::line::refund::Refund;
use crate::domain::line::transfer::Transfer;
use crate::domain::money::Fen;
use crate::domain::sums::Tally;
use crate::domain::text::{Digest, Id, Origin, Place, Ref};
use crate::domain::words::Amount;
use crate::import::plan::{Draft, What};
use crate::import::{Bill, Plan};
use std::collections::HashMap;

/// Where the money of a bill arrived, and where its withdrawals went.
#[derive(Clone, Copy)]
pub(super) struct Route {
    /// The wallet's account.
    pub(super) account: Id,
    /// The bank account of withdrawals; `None` if the bill has none.
    pub(super) bank: Option<Id>,
}

/// What the bills of one import add, before it is written.
pub(super) struct Drafted {
    origin: Origin,
    pages: Pages,
    /// Every line so far, by its reference.
    pub(super) lines: HashMap<Ref, (Place, Line)>,
    /// What those lines give back of each gift.
    pub(super) refunded: HashMap<Place, Fen>,
}

impl Drafted {
    /// Nothing yet; `first` is the entry that the first voucher will be.
    pub(super) fn new(origin: Origin, first: u64) -> Drafted {
        let (lines, refunded) = (HashMap::new(), HashMap::new());
        Drafted { origin, pages: Pages::new(first), lines, refunded }
    }

    /// Adds what `plan` drafts of `bill`, behind a line that ties it to the file. Nothing if the
    /// plan drafts nothing.
    pub(super) fn add(
        &mut self,
        bill: &Bill,
        sha256: [u8; 32],
        plan: &Plan,
        route: Route,
    ) -> Result<(), Error> {
        if plan.drafts.is_empty() {
            return Ok(());
        }
        self.pages.finish();
        let excluded = &plan.excluded;
        let sides = [excluded.income.1, excluded.spending.1, excluded.neutral.1];
        let fen = sides.into_iter().try_fold(Fen::ZERO, Fen::plus).unwrap_or(Fen::MAX);
        let excluded = (excluded.count() > 0).then(|| Tally { count: excluded.count(), fen });
        let rows = Some(bill.rows.len() as u64);
        self.pages.push(Line::Document(Document {
            sha256: Digest(sha256),
            kind: Paper::Bill,
            rows,
            excluded,
            of: None,
        }));
        plan.drafts.iter().try_for_each(|draft| self.draft(draft, route))
    }

    /// The lines, laid into vouchers.
    pub(super) fn into_pages(self) -> Pages {
        self.pages
    }

    fn draft(&mut self, draft: &Draft, route: Route) -> Result<(), Error> {
        let (row, paid, account) = (draft.row, draft.time, route.account);
        let unfit = || {
            Error::new(
                Kind::CouldNot,
                say!(
                    "第 {row} 行不能记账：金额或单号不合规则",
                    "row {row} cannot be recorded: its amount or number is none the ledger takes"
                ),
            )
        };
        let name = |channel: &str, key: &str| named(self.origin.as_str(), channel, key);
        let reference = name(&draft.channel, &draft.key).ok_or_else(unfit)?;
        let fen = Amount::new(draft.fen).ok_or_else(unfit)?;
        match &draft.what {
            What::Gift => {
                self.push(reference, Line::Gift(Gift { fen, to: account, paid, reference }));
            }
            What::Refund { of: (channel, key), place } => {
                let stated = place.as_ref().and_then(|place| Place::parse(place.as_bytes()));
                let drafted = || Some(self.lines.get(&name(channel, key)?)?.0);
                let of = stated.or_else(drafted).ok_or_else(unfit)?;
                // The rules look back at earlier entries, not at earlier lines of the same.
                if self.pages.last() == of.entry {
                    self.pages.finish();
                }
                let back = self.refunded.entry(of).or_default();
                *back = back.plus(draft.fen).unwrap_or(Fen::MAX);
                self.push(
                    reference,
                    Line::Refund(Refund { of, fen, from: account, paid, reference }),
                );
            }
            What::Withdrawal { fen_out, fee, fee_channel } => {
                let (out, to) =
                    (Amount::new(*fen_out).ok_or_else(unfit)?, route.bank.ok_or_else(unfit)?);
                let charged = name(fee_channel, &draft.key).zip(Amount::new(*fee));
                self.push(
                    reference,
                    Line::Transfer(Transfer { fen: out, from: account, to, paid, reference }),
                );
                if let Some((reference, fen)) = charged {
                    self.push(reference, Line::Fee(Fee { fen, from: account, paid, reference }));
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, reference: Ref, line: Line) {
        let place = self.pages.push(line.clone());
        self.lines.insert(reference, (place, line));
    }
}
