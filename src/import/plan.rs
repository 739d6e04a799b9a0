//! What a bill would add to the ledger: every row new, known, amended, doubtful, void or excluded.
//!
//! Rows are matched by channel and number only. Two gifts of one yuan in the same second from two
//! people who share a name are two gifts.

use super::bill::Bill;
use super::decisions::{Decisions, Unused};
use super::error::Warning;
use super::layout::Field;
use super::reason::{Doubt, Voided};
use super::row::{Class, Direction, Row};
use super::rows::Glance;
use super::verdicts::Verdicts;
use super::weigh;
use crate::domain::money::Fen;
use crate::domain::text::Place;
use crate::domain::time::{Day, Wall};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What the ledger answers about a key. Implemented by whoever holds the ledger.
pub trait Known {
    /// The gift with this key.
    fn gift(&self, channel: &str, key: &str) -> Option<KnownLine>;
    /// The refund, withdrawal or charge with this key.
    fn moved(&self, channel: &str, key: &str) -> Option<KnownLine>;
    /// The gift that has the number `id` of row `at` for its key: a question asked of nearly every
    /// row, which may have been answered for all rows at once.
    fn gift_of_row(&self, at: usize, channel: &str, id: &str) -> Option<KnownLine> {
        let _ = at;
        self.gift(channel, id)
    }
    /// What was typed by hand with the number of row `at`, which is a gift, under an account of
    /// another kind.
    fn misplaced(&self, at: usize) -> Option<Place> {
        let _ = at;
        None
    }
    /// A transfer typed by hand, without a number, that may be the withdrawal in `row`, of which
    /// the bank received `fen`.
    fn typed(&self, row: &Row<'_>, fen: Fen) -> Option<Place> {
        let _ = (row, fen);
        None
    }
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
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KnownLine {
    /// Its amount; of a withdrawal, what the bank received.
    pub fen: Fen,
    /// When it was paid.
    pub time: Wall,
    /// Where in the ledger it stands.
    pub place: Place,
    /// Of a gift, how much was given back.
    pub refunded: Fen,
    /// The line that booked it back.
    pub reversed: Option<Place>,
}

/// What an import lets pass unasked.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Policy<'a> {
    /// Plan nothing at all if the bill has a grave warning.
    pub strict: bool,
    /// Ask about gifts greater than this.
    pub ask_above: Option<Fen>,
    /// The names that wallets of the fund's own people carry: ask about money from them, which may
    /// be the fund's own, passed on and booked where it came from.
    pub own: &'a [String],
}

impl Policy<'_> {
    /// Why a person must say that `row` is a gift; `None` for nearly all.
    pub(crate) fn doubt(&self, row: Glance<'_>) -> Option<Doubt> {
        if self.own.iter().any(|name| row.says(Field::Party, name)) {
            return Some(Doubt::OwnWallet);
        }
        self.ask_above.filter(|limit| row.fen() > *limit).map(Doubt::Large)
    }
}

/// What becomes of a row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It becomes the draft of this row.
    New,
    /// The ledger has it, at this place.
    Duplicate(Place),
    /// The ledger has it, and the bill now says something else.
    Amended(Box<Amended>),
    /// A person must say.
    Doubtful(Doubt),
    /// Nothing moved.
    Void(Voided),
    /// A person decided to leave it out for now.
    Skipped,
}

/// A row that the ledger has, and what it says now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Amended {
    /// Where the ledger has it.
    pub place: Place,
    /// What differs.
    pub what: Vec<Difference>,
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
    /// The ledger's line was booked back by this one, and its number is not used again.
    Reversed(Place),
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
            Difference::Reversed(by) if zh => {
                format!(
                    "已由 {by} 冲正，账上没有这笔钱；要记就另编单号：yishan give … --slip 另编的单号"
                )
            }
            Difference::Reversed(by) => format!(
                "reversed by {by}, so the ledger does not have it; to book it, give it a number of \
                 its own: yishan give … --slip NUMBER"
            ),
        }
    }
}

/// A row to be shown, with what becomes of it. Excluded rows are not among them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item<'b> {
    /// The row; of a void one, without nickname and message.
    pub row: Row<'b>,
    /// Whether another row of the file has the same number.
    pub shares_id: bool,
    /// What becomes of it.
    pub verdict: &'b Verdict,
}

/// What a line of a voucher is written from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Draft {
    /// Which row of the bill it is, counted from 0.
    pub at: u32,
    /// What it is.
    pub what: What,
}

/// What a draft is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum What {
    /// A gift.
    Gift,
    /// A gift given back, whole or in part.
    Refund(Box<Back>),
    /// From the wallet to the bank, at this cost: the bank receives the row's amount less that.
    Withdrawal(Fen),
    /// What the wallet charged.
    Charge,
}

/// The gift that a refund gives back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Back {
    /// Its key in the channel of gifts.
    pub key: String,
    /// Where the ledger has it; `None` if it is a draft of the same plan.
    pub place: Option<Place>,
}

impl Draft {
    /// The row it is drafted from.
    pub fn row<'b>(&self, bill: &'b Bill<'_>) -> Option<Row<'b>> {
        bill.row(self.at as usize)
    }

    /// The same at a glance.
    pub fn glance<'b>(&self, bill: &'b Bill<'_>) -> Option<Glance<'b>> {
        bill.glance(self.at as usize)
    }

    /// The channel of its key. A withdrawal's fee has the same key in the channel of fees.
    pub fn channel<'b>(&self, bill: &'b Bill<'_>) -> &'b str {
        match self.what {
            What::Gift => bill.channel().gifts(),
            What::Refund(_) => bill.channel().refunds(),
            What::Withdrawal(_) => bill.channel().withdrawals(),
            What::Charge => bill.channel().fees(),
        }
    }

    /// The key within the channel.
    pub fn key<'b>(&self, bill: &'b Bill<'_>) -> Cow<'b, str> {
        self.glance(bill).map(|row| key(bill, row)).unwrap_or_default()
    }
}

/// The key of a row that is to be drafted: its number. A row without a number of its own is known
/// by its file and its place in it.
pub(crate) fn key<'b>(bill: &Bill<'_>, row: Glance<'b>) -> Cow<'b, str> {
    let shared = matches!(row.class(), Class::Doubtful(Doubt::RepeatedId(_)));
    if row.has_id() && !shared {
        row.id().into()
    } else {
        format!("file:{}#{}", bill.digest(), row.number()).into()
    }
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
    /// What becomes of each row of the bill; `None` for excluded rows.
    pub(crate) verdicts: Verdicts,
    /// The rows in the order of their times.
    pub(crate) order: Vec<u32>,
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
    pub fn make(
        bill: &Bill<'_>,
        known: &dyn Known,
        decisions: &Decisions,
        policy: Policy<'_>,
    ) -> Plan {
        let grave = bill.warnings.iter().find(|w| w.is_grave());
        if let Some(grave) = grave.filter(|_| policy.strict) {
            let refused = Some(grave.clone());
            return Plan { warnings: bill.warnings.clone(), refused, ..Plan::default() };
        }
        weigh::plan(bill, known, decisions, policy)
    }

    /// The rows that are shown, in time order.
    pub fn items<'b>(&'b self, bill: &'b Bill<'_>) -> impl Iterator<Item = Item<'b>> {
        self.items_with(bill, |_| true)
    }

    /// Those of them whose verdict is `wanted`; the others cost next to nothing.
    pub fn items_with<'b>(
        &'b self,
        bill: &'b Bill<'_>,
        wanted: impl Fn(&Verdict) -> bool,
    ) -> impl Iterator<Item = Item<'b>> {
        self.order.iter().filter_map(move |at| {
            let at = *at as usize;
            let verdict = self.verdicts.get(at).filter(|verdict| wanted(verdict))?;
            let mut row = bill.row(at)?;
            if matches!(verdict, Verdict::Void(_)) {
                (row.party, row.item) = ("", "");
            }
            Some(Item { row, shares_id: bill.is_shared(at), verdict })
        })
    }

    /// What becomes of the rows that are shown, in the order of the file.
    pub fn verdicts(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts.iter().flatten()
    }

    /// The rows a person must decide.
    pub fn doubtful<'b>(
        &'b self,
        bill: &'b Bill<'_>,
    ) -> impl Iterator<Item = (Item<'b>, &'b Doubt)> {
        let doubtful = |verdict: &Verdict| matches!(verdict, Verdict::Doubtful(_));
        self.items_with(bill, doubtful).filter_map(|item| match item.verdict {
            Verdict::Doubtful(doubt) => Some((item, doubt)),
            _ => None,
        })
    }

    /// The new drafts by the day they were paid.
    pub fn days(&self, bill: &Bill<'_>) -> BTreeMap<Day, DayTotal> {
        let mut days: BTreeMap<Day, DayTotal> = BTreeMap::new();
        // Drafts come in the order of their times, so a day is looked up once.
        let mut open: Option<(Day, DayTotal)> = None;
        for (draft, row) in self.drafts.iter().filter_map(|d| Some((d, d.glance(bill)?))) {
            let (day, fen) = (row.time().day(), row.fen());
            match &mut open {
                Some((same, total)) if *same == day => total.count(draft, fen),
                _ => {
                    days.extend(open.take());
                    let total = days.remove(&day).unwrap_or_default();
                    open.insert((day, total)).1.count(draft, fen);
                }
            }
        }
        days.extend(open);
        days
    }

    /// The new drafts together.
    pub fn total(&self, bill: &Bill<'_>) -> DayTotal {
        DayTotal::sum(self.days(bill).values())
    }
}

impl DayTotal {
    fn count(&mut self, draft: &Draft, fen: Fen) {
        match &draft.what {
            What::Gift => add(&mut self.gifts, fen),
            What::Refund(_) => add(&mut self.refunds, fen),
            What::Withdrawal(fee) => {
                add(&mut self.withdrawn, fen.minus(*fee).unwrap_or_default());
                self.fees = self.fees.plus(*fee).unwrap_or(Fen::MAX);
            }
            What::Charge => self.fees = self.fees.plus(fen).unwrap_or(Fen::MAX),
        }
    }

    /// The totals of days together.
    pub fn sum<'a>(days: impl IntoIterator<Item = &'a DayTotal>) -> DayTotal {
        let both = |a: (u64, Fen), b: (u64, Fen)| (a.0 + b.0, a.1.plus(b.1).unwrap_or(Fen::MAX));
        days.into_iter().fold(DayTotal::default(), |sum, day| DayTotal {
            gifts: both(sum.gifts, day.gifts),
            refunds: both(sum.refunds, day.refunds),
            withdrawn: both(sum.withdrawn, day.withdrawn),
            fees: sum.fees.plus(day.fees).unwrap_or(Fen::MAX),
        })
    }
}

impl Excluded {
    /// How many rows were left out.
    pub fn count(&self) -> u64 {
        self.income.0 + self.spending.0 + self.neutral.0
    }

    pub(crate) fn add(&mut self, row: Glance<'_>) {
        let side = match row.direction() {
            Direction::In => &mut self.income,
            Direction::Out => &mut self.spending,
            Direction::Neutral | Direction::Unknown => &mut self.neutral,
        };
        add(side, row.fen());
    }
}

/// Sums of parts of a bill stay in range: the bill's own sums were checked when it was read.
fn add(total: &mut (u64, Fen), fen: Fen) {
    *total = (total.0 + 1, total.1.plus(fen).unwrap_or(Fen::MAX));
}
