//! Files that are recognised and refused by name, because gifts do not arrive in them as rows.

use super::layout::{HEADER_WITHIN, name};
use super::sheet::Table;

/// A known file that is not imported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is named by its text")]
pub enum Foreign {
    Meituan,
    Jd,
    AlipayWeb,
    AlipayMerchantTrades,
    AlipayMerchantAccount,
    WechatMerchantTrades,
    WechatMerchantFunds,
    Abc,
    Boc,
    Bocom,
    Ccb,
    Cmb,
    Icbc,
    Spdb,
    CreditCard,
    LockedBook,
    OldBook,
    Utf16,
    Pdf,
    Picture,
}

/// What each is called, and the column names that only its header has together.
const KNOWN: [(Foreign, &str, &str, &[&str]); 20] = [
    (Foreign::Meituan, "美团账单", "a bill of Meituan", &["交易成功时间", "订单标题", "实付金额"]),
    (Foreign::Jd, "京东账单", "a bill of JD", &["商户名称", "交易说明"]),
    (
        Foreign::AlipayWeb,
        "支付宝网页版旧账单（请用手机导出）",
        "a bill of Alipay's old web site",
        &["交易号", "交易创建时间", "资金状态"],
    ),
    (
        Foreign::AlipayMerchantTrades,
        "支付宝商家业务明细",
        "a list of an Alipay merchant's trades",
        &["支付宝交易号", "业务类型"],
    ),
    (
        Foreign::AlipayMerchantAccount,
        "支付宝商家账务明细",
        "an account of an Alipay merchant",
        &["账务流水号"],
    ),
    (
        Foreign::WechatMerchantTrades,
        "微信商户交易账单",
        "a list of a WeChat merchant's trades",
        &["微信订单号", "商户号"],
    ),
    (
        Foreign::WechatMerchantFunds,
        "微信商户资金账单",
        "an account of a WeChat merchant",
        &["资金流水单号"],
    ),
    (Foreign::Abc, "农业银行流水", "a statement of ABC", &["交易摘要", "本次余额", "交易附言"]),
    (Foreign::Boc, "中国银行流水", "a statement of BOC", &["记账日期", "币别", "交易名称"]),
    (Foreign::Bocom, "交通银行流水", "a statement of BOCOM", &["借贷", "交易金额", "余额"]),
    (Foreign::Ccb, "建设银行流水", "a statement of CCB", &["记账日", "账户余额", "交易地点"]),
    (Foreign::Cmb, "招商银行流水", "a statement of CMB", &["联机余额", "交易摘要"]),
    (Foreign::Icbc, "工商银行流水", "a statement of ICBC", &["记账金额(收入)", "记账金额(支出)"]),
    (Foreign::Spdb, "浦发银行流水", "a statement of SPDB", &["存入金额", "取出金额"]),
    (Foreign::CreditCard, "信用卡账单", "a bill of a credit card", &["卡号末四位"]),
    (Foreign::LockedBook, "加密的工作簿（请先解密）", "a workbook behind a password", &[]),
    (Foreign::OldBook, "旧版XLS工作簿", "an old XLS workbook", &[]),
    (Foreign::Utf16, "UTF-16文本", "text in UTF-16", &[]),
    (Foreign::Pdf, "PDF文件（请下载表格账单）", "a PDF", &[]),
    (Foreign::Picture, "图片", "a picture", &[]),
];

impl Foreign {
    /// Its name in Chinese or English.
    pub fn text(self, zh: bool) -> &'static str {
        let found = KNOWN.iter().find(|(foreign, ..)| *foreign == self);
        found.map_or("", |(_, chinese, english, _)| if zh { chinese } else { english })
    }
}

/// The foreign header in `table`, if one is there.
pub(crate) fn recognise(table: &Table<'_>) -> Option<Foreign> {
    (0..table.len().min(HEADER_WITHIN)).filter_map(|at| table.row(at)).find_map(|row| {
        let names: Vec<String> = row.cells().map(|c| name(c.trim_start_matches('`'))).collect();
        let has = |wanted: &&str| names.iter().any(|n| n == *wanted);
        let known = KNOWN.iter().filter(|(.., wanted)| !wanted.is_empty());
        known.clone().find(|(.., wanted)| wanted.iter().all(has)).map(|(f, ..)| *f)
    })
}

/// What a file that is neither text nor ZIP begins with.
pub(crate) fn by_magic(bytes: &[u8]) -> Option<Foreign> {
    const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    const BEGINNINGS: [(&[u8], Foreign); 5] = [
        (b"\xFF\xFE", Foreign::Utf16),
        (b"\xFE\xFF", Foreign::Utf16),
        (b"%PDF", Foreign::Pdf),
        (b"\x89PNG", Foreign::Picture),
        (b"\xFF\xD8\xFF", Foreign::Picture),
    ];
    if bytes.starts_with(OLE) {
        return Some(old_book(bytes));
    }
    BEGINNINGS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, foreign)| *foreign)
}

/// How far into an OLE file names are looked for, in bytes; statements are much smaller.
const SEARCHED_MAX: usize = 1 << 20;

/// Names an OLE file by the texts in it, which such files keep in UTF-16LE.
fn old_book(bytes: &[u8]) -> Foreign {
    let bytes = bytes.get(..SEARCHED_MAX).unwrap_or(bytes);
    let holds = |text: &&str| {
        let needle: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(needle.len()).any(|w| w == needle)
    };
    if holds(&"EncryptedPackage") {
        return Foreign::LockedBook;
    }
    let known = KNOWN.iter().filter(|(.., wanted)| !wanted.is_empty());
    known.clone().find(|(.., wanted)| wanted.iter().all(holds)).map_or(Foreign::OldBook, |k| k.0)
}
