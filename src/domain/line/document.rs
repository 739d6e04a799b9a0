//! 凭据: the digest of a paper or file that is kept elsewhere.

use super::{Kind, Line};
use crate::domain::books::{Act, Step};
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::Tally;
use crate::domain::text::{Digest, Lang, Place};
use crate::{record, words};

words! {
    /// What kind of paper it is.
    pub enum Paper {
        /// A bill as downloaded, sealed in the vault.
        Bill = "bill", "账单", "bill";
        /// Minutes of a meeting.
        Minutes = "minutes", "会议纪要", "minutes";
        /// A receipt or transfer slip.
        Slip = "slip", "收据", "slip";
        /// A photograph.
        Photo = "photo", "照片", "photograph";
        /// Anything else.
        Other = "other", "其他", "other paper";
    }
}

record! {
    /// Ties the ledger to a file that is kept elsewhere, by its SHA-256.
    pub struct Document {
        /// The file's digest.
        sha256: Digest = "sha256",
        /// What it is.
        kind: Paper = "kind",
        /// Rows of a bill, all told.
        rows: Option<u64> = "rows",
        /// Rows of a bill that are private and left out: how many, and their sum.
        excluded: Option<Tally> = "excluded",
        /// The earlier line it belongs to.
        of: Option<Place> = "of",
    }
}

impl Line {
    /// The digest of the bill, statement or list that was sealed into the vault before this line
    /// was written. What was entered by hand, without a number of rows, may be kept elsewhere.
    pub fn sealed_bill(&self) -> Option<Digest> {
        match self {
            Line::Document(paper) => {
                (paper.kind == Paper::Bill && paper.rows.is_some()).then_some(paper.sha256)
            }
            Line::Statement(statement) => Some(statement.sha256),
            Line::Ticket(ticket) => ticket.sha256,
            _ => None,
        }
    }
}

impl Kind for Document {
    const NAME: Both = Both("凭据", "document");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.books.in_office(act.by, act.today())?;
        if let Some(place) = self.of {
            act.earlier(place)?;
            act.trace(place, Step::Paper);
        }
        Ok(())
    }

    fn tell(&self, lang: Lang) -> String {
        let sha256 = self.sha256.to_string();
        let (kind, head) = (self.kind.name(lang), sha256.get(..12).unwrap_or_default());
        lang.pick(format!("凭据 {kind} {head}…"), format!("document: {kind} {head}…"))
    }
}
