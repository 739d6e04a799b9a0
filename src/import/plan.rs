//! What a bill would add to the ledger: every row new, known, amended, doubtful, void or excluded.
//!
//! Rows are matched by channel and number only. Two gifts of one yuan in the same second from two
//! people who share a name are two gifts.

use super::bill::Bill;
use super::decisions::{Decisions, Unused};
use super::error::Warning;
use super::reason::{Doubt, Voided};
use super::row::{Direction, Row};
use super::weigh;
use crate::domain::money::Fen;
use crate::domain::time::{Day, Wall};
use std::collections::BTreeMap;

/// What the ledger answers about a key. Implemented by whoever holds the ledger.
pub trait Known {
    /// The gift with this key.
    fn gift(&self, channel: &str, key: &str) -> Option<KnownLine>;
    /// The refund or withdrawal with this key.
    fn moved(&self, channel: &str, key: &str) -> Option<KnownLine>;
}

/// A ledger that knows nothing: the first import, and previews without a ledger.
impl Known for () {
    fn gift(&self, _: &str, _: &str) -> Option<KnownLine> {
        None
    }

    fn moved(&self, _: &str, _: &str) -> Option<KnownLine> {
        None
    }
}

/// A line of the ledger that a row may be the same as.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownLine {
    /// Its amount; of a withdrawal, what the bank received.
    pub fen: Fen,
    /// When it was paid.
    pub time: Wall,
    /// Where in the ledger it stands, for people: `entry 41 line 3`.
    pub place: String,
    /// Of a gift, how much was given back.
    pub refunded: Fen,
}

/// What an import lets pass unasked.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Policy {
    /// Plan nothing at all if the bill has a grave warning.
    pub strict: bool,
    /// Ask about gifts greater than this.
    pub ask_above: Option<Fen>,
}

/// What becomes of a row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It becomes the draft of this row.
    New,
    /// The ledger has it, at this place.
    Duplicate(String),
    /// The ledger has it, at this place, and the bill now says something else.
    Amended {
        /// Where the ledger has it.
        place: String,
        /// What differs.
        what: Vec<Difference>,
    },
    /// A person must say.
    Doubtful(Doubt),
    /// Nothing moved.
    Void(Voided),
    /// A person decided to leave it out for now.
    Skipped,
}

/// How a row differs from the ledger's line of the same key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Difference {
    /// Another amount: the ledger's, the bill's.
    Amount(Fen, Fen),
    /// Another time: the ledger's, the bill's.
    Time(Wall, Wall),
    /// Another amount given back: the ledger's (with this plan's refunds), the bill's.
    Refunded(Fen, Fen),
    /// The bill says it was closed or came back.
    Closed,
    /// A status that is no gift's.
    Status(String),
}

impl Difference {
    /// The difference in Chinese or English.
    pub fn text(&self, zh: bool) -> String {
        match self {
            Difference::Amount(was, now) if zh => format!("金额：账上{was}，账单{now}"),
            Difference::Amount(was, now) => format!("amount: the ledger has {was}, the bill {now}"),
            Difference::Time(was, now) if zh => format!("时间：账上{was}，账单{now}"),
            Difference::Time(was, now) => format!("time: the ledger has {was}, the bill {now}"),
            Difference::Refunded(was, now) if zh => format!("已退：账上{was}，账单{now}"),
            Difference::Refunded(was, now) => {
                format!("given back: the ledger has {was}, the bill {now}")
            }
            Difference::Closed if zh => "账单显示交易已关闭".into(),
            Difference::Closed => "the bill says it was closed".into(),
            Difference::Status(status) if zh => format!("状态变为{status}"),
            Difference::Status(status) => format!("its status is now {status}"),
        }
    }
}

/// A row to be shown, with what becomes of it. Excluded rows are not among them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    /// Row in the file.
    pub number: u32,
    /// When.
    pub time: Wall,
    /// How much.
    pub fen: Fen,
    /// Which way.
    pub direction: Direction,
    /// 交易类型 or 交易分类.
    pub kind: Box<str>,
    /// Nickname of the other side, for the preview only; empty for void rows.
    pub party: Box<str>,
    /// 商品, for the preview only; empty for void rows.
    pub item: Box<str>,
    /// Its number, perhaps empty.
    pub id: Box<str>,
    /// Whether another row of the file has the same number.
    pub shares_id: bool,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// What a voucher is written from. Holds no name and no message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Draft {
    /// Row in the file.
    pub row: u32,
    /// When it was paid.
    pub time: Wall,
    /// The amount; of a withdrawal, with its fee.
    pub fen: Fen,
    /// What it is.
    pub what: What,
    /// The channel of its key.
    pub channel: String,
    /// The key within the channel.
    pub key: String,
}

/// What a draft is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum What {
    /// A gift.
    Gift,
    /// A gift given back, whole or in part.
    Refund {
        /// Channel and key of the gift.
        of: (String, String),
        /// Where the ledger has the gift; `None` if it is a draft of the same plan.
        place: Option<String>,
    },
    /// From the wallet to the bank.
    Withdrawal {
        /// What the bank receives.
        fen_out: Fen,
        /// What it cost; its key is the same number in the channel of fees.
        fee: Fen,
        /// The channel of fees.
        fee_channel: String,
    },
}

/// The rows left out: how many and how much, nothing else.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Excluded {
    /// Money in.
    pub income: (u64, Fen),
    /// Money out.
    pub spending: (u64, Fen),
    /// Money moved between own pockets.
    pub neutral: (u64, Fen),
}

/// The new drafts of one day.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct DayTotal {
    /// Gifts: count and sum.
    pub gifts: (u64, Fen),
    /// Refunds: count and sum.
    pub refunds: (u64, Fen),
    /// What banks received from withdrawals: count and sum.
    pub withdrawn: (u64, Fen),
    /// What the withdrawals cost.
    pub fees: Fen,
}

/// What a bill would add to the ledger.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Plan {
    /// SHA-256 of the bill.
    pub digest: String,
    /// The channel of its gifts.
    pub channel: String,
    /// The rows that are shown, in time order.
    pub items: Vec<Item>,
    /// What vouchers are written from, in time order, each gift before its refunds.
    pub drafts: Vec<Draft>,
    /// The treasurer's own rows.
    pub excluded: Excluded,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
    /// Decisions that changed nothing, and why.
    pub unused: Vec<Unused>,
    /// The warning for which a strict policy planned nothing.
    pub refused: Option<Warning>,
}

impl Plan {
    /// Plans the import of `bill` into the ledger that `known` answers for.
    pub fn make(bill: &Bill, known: &dyn Known, decisions: &Decisions, policy: Policy) -> Plan {
        let grave = bill.warnings.iter().find(|w| w.is_grave());
        if let Some(grave) = grave.filter(|_| policy.strict) {
            return Plan {
                digest: bill.digest.clone(),
                warnings: bill.warnings.clone(),
                refused: Some(grave.clone()),
                ..Plan::default()
            };
        }
        weigh::plan(bill, known, decisions, policy)
    }

    /// The rows a person must decide.
    pub fn doubtful(&self) -> impl Iterator<Item = (&Item, &Doubt)> {
        self.items.iter().filter_map(|item| match &item.verdict {
            Verdict::Doubtful(doubt) => Some((item, doubt)),
            _ => None,
        })
    }

    /// The new drafts by the day they were paid.
    pub fn days(&self) -> BTreeMap<Day, DayTotal> {
        let mut days: BTreeMap<Day, DayTotal> = BTreeMap::new();
        for draft in &self.drafts {
            days.entry(draft.time.day()).or_default().count(draft);
        }
        days
    }

    /// The new drafts together.
    pub fn total(&self) -> DayTotal {
        let mut total = DayTotal::default();
        self.drafts.iter().for_each(|draft| total.count(draft));
        total
    }
}

impl DayTotal {
    fn count(&mut self, draft: &Draft) {
        match &draft.what {
            What::Gift => add(&mut self.gifts, draft.fen),
            What::Refund { .. } => add(&mut self.refunds, draft.fen),
            What::Withdrawal { fen_out, fee, .. } => {
                add(&mut self.withdrawn, *fen_out);
                self.fees = self.fees.plus(*fee).unwrap_or(Fen::MAX);
            }
        }
    }
}

impl Excluded {
    /// How many rows were left out.
    pub fn count(&self) -> u64 {
        self.income.0 + self.spending.0 + self.neutral.0
    }

    pub(crate) fn add(&mut self, row: &Row) {
        let side = match row.direction {
            Direction::In => &mut self.income,
            Direction::Out => &mut self.spending,
            Direction::Neutral | Direction::Unknown => &mut self.neutral,
        };
        add(side, row.fen);
    }
}

/// Sums of parts of a bill stay in range: the bill's own sums were checked when it was read.
fn add(total: &mut (u64, Fen), fen: Fen) {
    *total = (total.0 + 1, total.1.plus(fen).unwrap_or(Fen::MAX));
}
