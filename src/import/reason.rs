//! Why a row is void, private or doubtful, in both languages.

use crate::domain::money::Fen;
use crate::domain::text::Place;

/// Why nothing moved.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Voided {
    /// 交易关闭: never paid, or paid and given back in full since.
    Closed,
    /// 提现失败，已退回零钱.
    WithdrawalFailed,
    /// 对方已退还: the other side sent the money back.
    SentBack,
    /// A refund that failed: the money stayed.
    RefundFailed,
    /// A charge that is booked with the others of its day.
    InFees,
    /// What the list of trades makes an entry of.
    InTrades,
    /// A status that the mapping does not count.
    NotCounted,
    /// The same row, word for word, stands earlier in the file.
    Repeat(u32),
}

/// Why a row is no business of the ledger.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Privacy {
    /// The treasurer spent it.
    Spending,
    /// The treasurer's own purchase or packet came back.
    OwnRefund,
    /// Moved between the treasurer's own pockets.
    OwnMoney,
    /// Income of a kind no donor uses.
    OtherIncome,
    /// A person decided so.
    Decided,
}

/// Why a person must look.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Doubt {
    /// The amount is 0.00.
    NoAmount,
    /// The bill gives no number.
    NoId,
    /// The number, as the bill has it, was changed since: by a spreadsheet, or by typing.
    OddId(Box<str>),
    /// Another row has the same number and says something else.
    RepeatedId(u32),
    /// Income of a kind this program does not know.
    UnknownKind,
    /// A status this program does not know.
    UnknownStatus,
    /// A 收/支 word this program does not know.
    UnknownDirection,
    /// The bill does not say which gift was given back.
    UnlinkedRefund,
    /// More would go back than is left of the gift.
    RefundTooLarge {
        /// What is left of the gift.
        left: Fen,
        /// What the row gives back.
        back: Fen,
    },
    /// The gift given back is later than the refund.
    RefundTooEarly,
    /// The treasurer paid someone who gave before: perhaps a gift sent back.
    PaidToDonor(u32),
    /// Moved between the wallet and 零钱通 or 余额宝.
    WalletFund,
    /// The bill does not say what the withdrawal cost, or says more than it moved.
    WithdrawalFee,
    /// Greater than the policy lets pass unasked.
    Large(Fen),
    /// From a wallet of the fund's own people: perhaps the fund's money, passed on.
    OwnWallet,
    /// A withdrawal or a gift that may have been typed by hand before, at this place.
    Typed(Place),
    /// The last line of the file does not end: the row may be cut.
    Cut,
    /// A refund that had not arrived when the bill was made, which is never updated.
    RefundOpen,
    /// The account shows it, and the ledger does not have it yet.
    NotBooked,
    /// A decision names a gift that neither the bill nor the ledger has.
    NoSuchGift,
}

impl Voided {
    /// The reason in Chinese or English.
    pub fn text(&self, zh: bool) -> String {
        let (chinese, english) = match self {
            Voided::Closed => ("交易关闭", "closed"),
            Voided::WithdrawalFailed => ("提现失败，已退回", "withdrawal failed and came back"),
            Voided::SentBack => ("对方已退还", "sent back by the other side"),
            Voided::RefundFailed => {
                ("退款失败，钱没有退", "the refund failed and the money stayed")
            }
            Voided::InFees => ("并入当日手续费合计", "booked with the fees of its day"),
            Voided::InTrades => ("由业务明细记账", "booked from the list of trades"),
            Voided::NotCounted => ("此状态不计入", "the mapping does not count this status"),
            Voided::Repeat(row) if zh => return format!("与第{row}行完全相同"),
            Voided::Repeat(row) => return format!("the same as row {row}"),
        };
        if zh { chinese.into() } else { english.into() }
    }
}

impl Privacy {
    /// The reason in Chinese or English.
    pub fn text(&self, zh: bool) -> String {
        let (chinese, english) = match self {
            Privacy::Spending => ("个人支出", "own spending"),
            Privacy::OwnRefund => ("个人退款", "own purchase refunded"),
            Privacy::OwnMoney => ("本人账户间转移", "moved between own pockets"),
            Privacy::OtherIncome => ("与捐款无关的收入", "income of no donor"),
            Privacy::Decided => ("已确认为私人", "decided to be private"),
        };
        if zh { chinese.into() } else { english.into() }
    }
}

impl Doubt {
    /// The reason in Chinese or English.
    pub fn text(&self, zh: bool) -> String {
        let (chinese, english) = match self {
            Doubt::NoAmount => ("金额为0.00", "the amount is 0.00"),
            Doubt::NoId => ("没有交易单号", "no transaction number"),
            Doubt::UnknownKind => ("未知的收入类型", "income of an unknown kind"),
            Doubt::UnknownStatus => ("未知的交易状态", "unknown status"),
            Doubt::UnknownDirection => ("未知的收/支", "unknown direction"),
            Doubt::UnlinkedRefund => {
                ("找不到所退的捐款", "the bill does not say which gift it gives back")
            }
            Doubt::RefundTooEarly => ("退款早于捐款", "refund before its gift"),
            Doubt::WalletFund => ("零钱通或余额宝转移", "moved to or from a money fund"),
            Doubt::WithdrawalFee => ("提现手续费不明", "withdrawal fee not known"),
            Doubt::OwnWallet => (
                "对方与本基金自己的钱包同名，可能是转来的本基金的钱",
                "from a wallet of the fund's own people, perhaps the fund's money passed on",
            ),
            Doubt::Cut => ("文件末行不完整", "the last line of the file may be cut"),
            Doubt::RefundOpen => (
                "退款尚未到账，账单不会更新：请到商户平台查清结果",
                "the refund had not arrived, and the bill is never updated: look it up",
            ),
            Doubt::NotBooked => (
                "账上还没有这一笔：请先导入交易账单",
                "not booked yet: import the bill of trades first",
            ),
            Doubt::NoSuchGift => ("所指捐款不存在", "the gift named is nowhere"),
            _ => return self.text_with_figures(zh),
        };
        if zh { chinese.into() } else { english.into() }
    }

    fn text_with_figures(&self, zh: bool) -> String {
        match self {
            Doubt::OddId(id) if zh => {
                format!("单号「{id}」被改动过，完整的只有数字（微信至少 28 位）：请重新下载账单")
            }
            Doubt::OddId(id) => format!(
                "the number {id:?} was changed since: a whole one has digits alone (WeChat 28 or \
                 more), so download the bill again"
            ),
            Doubt::RepeatedId(row) if zh => format!("与第{row}行单号相同而内容不同"),
            Doubt::RepeatedId(row) => format!("same number as row {row}, other content"),
            Doubt::RefundTooLarge { left, back } if zh => {
                format!("退款{back:#}元大于余额{left:#}元")
            }
            Doubt::RefundTooLarge { left, back } => {
                format!("{back:#} would go back, {left:#} is left")
            }
            Doubt::PaidToDonor(row) if zh => format!("付给第{row}行的捐款人，可能是退款"),
            Doubt::PaidToDonor(row) => format!("paid to the donor of row {row}, perhaps a refund"),
            Doubt::Large(limit) if zh => format!("大于{limit:#}元，请确认"),
            Doubt::Large(limit) => format!("greater than {limit:#}"),
            Doubt::Typed(place) if zh => {
                format!("可能已手工记在{place}：若是同一笔，请先冲正{place}再导入，或用skip略过")
            }
            Doubt::Typed(place) => format!(
                "perhaps typed by hand at {place}: if it is the same, reverse {place} and import \
                 again, or decide skip"
            ),
            other => format!("{other:?}"),
        }
    }
}
