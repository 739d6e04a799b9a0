//! A row of a bill, what it moved and what it means for the fund.

use super::reason::{Doubt, Privacy, Voided};
use crate::domain::money::Fen;
use crate::domain::time::Wall;
use std::sync::Arc;

/// The way the money went, as the bill says it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Direction {
    /// 收入: money in.
    In,
    /// 支出: money out.
    Out,
    /// `/` or 不计收支: moved between the owner's own pockets.
    Neutral,
    /// A word no known layout uses.
    Unknown,
}

/// What a row means for the fund. Everything not known to be a donor's is private or asked about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Class {
    /// Money a donor gave.
    Gift,
    /// Money that went back to a donor.
    Refund {
        /// The number of the gift it gives back, where the bill says it.
        of: Option<Box<str>>,
    },
    /// 零钱提现: money from the wallet to the bank. The row's amount includes the fee; the bank
    /// receives the amount less the fee.
    Withdrawal {
        /// 服务费.
        fee: Fen,
    },
    /// 手续费: what the wallet charged.
    Charge,
    /// What another bill makes an entry of: it is only held against the ledger.
    Seen,
    /// Nothing moved.
    Void(Voided),
    /// The treasurer's own life, no business of the ledger.
    Private(Privacy),
    /// A person must say.
    Doubtful(Doubt),
}

/// The names under which a bill's rows are known to the ledger.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Channel(Arc<[String; 4]>);

impl Channel {
    /// The channel called `base`: refunds, withdrawals and their fees get a suffix each.
    pub fn new(base: &str) -> Channel {
        let with = |suffix: &str| format!("{base}{suffix}");
        Channel(Arc::new([with(""), with("-refund"), with("-out"), with("-fee")]))
    }

    /// The channel of gifts: `wechat`.
    pub fn gifts(&self) -> &str {
        let [gifts, ..] = &*self.0;
        gifts
    }

    /// The channel of refunds: `wechat-refund`.
    pub fn refunds(&self) -> &str {
        let [_, refunds, ..] = &*self.0;
        refunds
    }

    /// The channel of withdrawals: `wechat-out`.
    pub fn withdrawals(&self) -> &str {
        let [_, _, out, _] = &*self.0;
        out
    }

    /// The channel of withdrawal fees: `wechat-fee`.
    pub fn fees(&self) -> &str {
        let [.., fees] = &*self.0;
        fees
    }
}

/// One row of a bill, its texts borrowed from the bill.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Row<'b> {
    /// Where it begins in the file, counted from 1: the line of a CSV, the row of a sheet.
    pub number: u32,
    /// When it was paid, on the bill's own clock (UTC+8).
    pub time: Wall,
    /// The amount, never signed.
    pub fen: Fen,
    /// Which way it went.
    pub direction: Direction,
    /// 交易类型 or 交易分类.
    pub kind: &'b str,
    /// 当前状态 or 交易状态.
    pub status: &'b str,
    /// The nickname of the other side: for the preview, never for the ledger.
    pub party: &'b str,
    /// 商品 or 商品说明.
    pub item: &'b str,
    /// 备注.
    pub note: &'b str,
    /// 交易单号 or 交易订单号; empty where the bill gives none.
    pub id: &'b str,
    /// 商户单号 or 商家订单号; empty where the bill gives none.
    pub other_id: &'b str,
    /// How much of it the bill says was given back since.
    pub refunded: Option<Fen>,
    /// What it means.
    pub class: &'b Class,
    /// Under which names it is known to the ledger.
    pub channel: &'b Channel,
}

impl<'b> Row<'b> {
    /// The natural key: channel and number. `None` for rows without a number and for rows that
    /// are neither gift, refund nor withdrawal.
    ///
    /// A gift's key is its transaction number alone, so that a donor who knows it finds the gift
    /// and the same transaction in another export is the same gift.
    pub fn key(&self) -> Option<(&'b str, &'b str)> {
        let channel = match self.class {
            Class::Refund { .. } => self.channel.refunds(),
            Class::Withdrawal { .. } => self.channel.withdrawals(),
            Class::Charge => self.channel.fees(),
            Class::Seen if self.direction == Direction::Out => self.channel.refunds(),
            Class::Gift | Class::Seen => self.channel.gifts(),
            Class::Void(_) | Class::Private(_) | Class::Doubtful(_) => return None,
        };
        (!self.id.is_empty()).then_some((channel, self.id))
    }

    /// Whether `other` says the same, wherever in the file it stands.
    pub fn says_the_same_as(&self, other: &Row<'_>) -> bool {
        self.time == other.time
            && self.fen == other.fen
            && self.direction == other.direction
            && self.kind == other.kind
            && self.status == other.status
            && self.party == other.party
            && self.item == other.item
            && self.note == other.note
            && self.id == other.id
            && self.other_id == other.other_id
    }
}
