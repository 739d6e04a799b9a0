//! How banks lay out a statement: each known by the names of its columns, never by their places.

/// Whose statement it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is named by its text")]
pub enum Bank {
    Abc,
    Boc,
    Bocom,
    Ccb,
    Cmb,
    Icbc,
    Spdb,
    Corporate,
}

impl Bank {
    /// Its name in Chinese or English.
    pub fn text(self, zh: bool) -> &'static str {
        let (chinese, english) = match self {
            Bank::Abc => ("农业银行", "ABC"),
            Bank::Boc => ("中国银行", "BOC"),
            Bank::Bocom => ("交通银行", "BOCOM"),
            Bank::Ccb => ("建设银行", "CCB"),
            Bank::Cmb => ("招商银行", "CMB"),
            Bank::Icbc => ("工商银行", "ICBC"),
            Bank::Spdb => ("浦发银行", "SPDB"),
            Bank::Corporate => ("对公账户", "a corporate account"),
        };
        if zh { chinese } else { english }
    }
}

/// How a statement says what moved and which way.
#[derive(Clone, Copy, Debug)]
pub(super) enum Money {
    /// One column with a sign.
    Signed(&'static str),
    /// A column of money in and one of money out.
    Split { inward: &'static str, outward: &'static str },
    /// A column of amounts, and one that says 借 or 贷.
    Marked { amount: &'static str, mark: &'static str },
}

/// The columns of one layout. Where several names are given, a bank uses one or the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) bank: Bank,
    /// Names that only this header has together.
    pub(super) marks: &'static [&'static str],
    pub(super) date: &'static [&'static str],
    pub(super) clock: &'static [&'static str],
    pub(super) money: Money,
    pub(super) balance: &'static [&'static str],
    pub(super) kind: &'static [&'static str],
    pub(super) party: &'static [&'static str],
    pub(super) memo: &'static [&'static str],
    pub(super) serial: &'static [&'static str],
}

/// Columns that say the currency.
pub(super) const CURRENCY: [&str; 5] = ["币别", "货币", "币种", "记账币种", "交易币种"];
/// How they say that it is ours.
pub(super) const RENMINBI: [&str; 7] = ["人民币", "人民币元", "CNY", "RMB", "156", "-", ""];

/// Every layout, the particular before the general.
pub(super) const LAYOUTS: [Layout; 8] = [
    Layout {
        bank: Bank::Abc,
        marks: &["交易摘要", "本次余额", "交易金额"],
        date: &["交易日期"],
        clock: &["交易时间"],
        money: Money::Signed("交易金额"),
        balance: &["本次余额"],
        kind: &["交易摘要"],
        party: &["对手信息"],
        memo: &["交易附言"],
        serial: &["日志号"],
    },
    Layout {
        bank: Bank::Boc,
        marks: &["记账日期", "币别", "交易名称"],
        date: &["记账日期"],
        clock: &["记账时间"],
        money: Money::Signed("金额"),
        balance: &["余额"],
        kind: &["交易名称"],
        party: &["对方账户名"],
        memo: &["附言"],
        serial: &[],
    },
    Layout {
        bank: Bank::Bocom,
        marks: &["借贷", "交易金额", "余额"],
        date: &["交易日期"],
        clock: &["交易时间"],
        money: Money::Marked { amount: "交易金额", mark: "借贷" },
        balance: &["余额"],
        kind: &["交易类型"],
        party: &["对方户名"],
        memo: &["摘要"],
        serial: &[],
    },
    Layout {
        bank: Bank::Ccb,
        marks: &["记账日", "支出", "收入", "账户余额"],
        date: &["交易日期"],
        clock: &["交易时间"],
        money: Money::Split { inward: "收入", outward: "支出" },
        balance: &["账户余额"],
        kind: &["摘要"],
        party: &["对方户名"],
        memo: &["交易地点"],
        serial: &[],
    },
    Layout {
        bank: Bank::Cmb,
        marks: &["联机余额", "交易摘要", "交易金额"],
        date: &["记账日期"],
        clock: &[],
        money: Money::Signed("交易金额"),
        balance: &["联机余额"],
        kind: &["交易摘要"],
        party: &["对手信息"],
        memo: &["客户摘要"],
        serial: &[],
    },
    Layout {
        bank: Bank::Icbc,
        marks: &["记账金额(收入)", "记账金额(支出)", "余额"],
        date: &["交易日期"],
        clock: &[],
        money: Money::Split { inward: "记账金额(收入)", outward: "记账金额(支出)" },
        balance: &["余额"],
        kind: &["摘要"],
        party: &["对方户名"],
        memo: &["交易场所"],
        serial: &[],
    },
    Layout {
        bank: Bank::Spdb,
        marks: &["存入金额", "取出金额"],
        date: &["交易日期", "交易时间"],
        clock: &[],
        money: Money::Split { inward: "存入金额", outward: "取出金额" },
        balance: &["余额", "账户余额"],
        kind: &["交易类型", "交易摘要", "摘要"],
        party: &["交易对手名称", "对方户名"],
        memo: &["附言", "备注"],
        serial: &[],
    },
    // The bank writes from its own side: what it owes its customer more, it credits (贷).
    Layout {
        bank: Bank::Corporate,
        marks: &["借方发生额", "贷方发生额"],
        date: &["交易日期", "记账日期", "交易时间", "入账日期"],
        clock: &["记账时间"],
        money: Money::Split { inward: "贷方发生额", outward: "借方发生额" },
        balance: &["余额", "账户余额", "本次余额"],
        kind: &["摘要", "交易类型"],
        party: &["对方户名", "对方账户名称", "对方单位名称"],
        memo: &["附言", "用途", "备注"],
        serial: &["交易流水号", "流水号", "凭证号"],
    },
];
