//! Bills as the apps write them, for the demo, the tests and the benchmarks.
//!
//! Each writer follows one export layout; reading its bytes gives the same rows back.

use crate::domain::money::Fen;
use crate::domain::time::Wall;
use crate::import::row::Direction;
use std::fmt::Write as _;
use std::io;

mod book;
mod merchant;

pub use book::{wechat_xlsx_2025, wechat_xlsx_2026};
pub use merchant::{
    Flow, Trade, Trades, alipay_account, alipay_trades, alipay_zip, wechat_funds, wechat_trades,
};

/// One row of a bill to be written. Empty texts become the layout's own blank.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SampleRow {
    /// When it was paid, on the clock in China.
    pub time: Wall,
    /// 交易类型 (WeChat) or 交易分类 (Alipay).
    pub kind: String,
    /// 交易对方: the nickname of the other side.
    pub party: String,
    /// 商品 or 商品说明.
    pub item: String,
    /// 收/支; [`Direction::Unknown`] is written as neutral.
    pub direction: Direction,
    /// 金额.
    pub fen: Fen,
    /// 支付方式 or 收/付款方式.
    pub method: String,
    /// 当前状态 or 交易状态.
    pub status: String,
    /// 交易单号 or 交易订单号.
    pub id: String,
    /// 商户单号 or 商家订单号.
    pub other_id: String,
    /// 备注.
    pub note: String,
}

/// A bill to be written: what stands above the rows, and the rows.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sample {
    /// The nickname or name of the account's owner.
    pub owner: String,
    /// First second of the period.
    pub from: Wall,
    /// Last second of the period.
    pub to: Wall,
    /// When the export was made.
    pub exported_at: Wall,
    /// 导出类型: `全部`, `全部收入`, …
    pub export_kind: String,
    /// The rows, in the order they are to stand in the file.
    pub rows: Vec<SampleRow>,
}

impl SampleRow {
    /// A gift as it arrives in a treasurer's WeChat wallet by 二维码收款.
    pub fn wechat_gift(time: Wall, party: &str, fen: Fen, id: &str) -> SampleRow {
        SampleRow {
            time,
            kind: "二维码收款".into(),
            party: party.into(),
            item: "收款方备注:二维码收款".into(),
            direction: Direction::In,
            fen,
            method: "零钱".into(),
            status: "已收钱".into(),
            id: id.into(),
            other_id: String::new(),
            note: String::new(),
        }
    }

    /// A gift as it arrives in a treasurer's Alipay account by transfer.
    pub fn alipay_gift(time: Wall, party: &str, fen: Fen, id: &str) -> SampleRow {
        SampleRow {
            kind: "转账红包".into(),
            item: "转账".into(),
            method: "余额".into(),
            status: "交易成功".into(),
            ..SampleRow::wechat_gift(time, party, fen, id)
        }
    }
}

/// The eleven columns of a WeChat bill, CSV or XLSX.
const WECHAT_COLUMNS: [&str; 11] = [
    "交易时间",
    "交易类型",
    "交易对方",
    "商品",
    "收/支",
    "金额(元)",
    "支付方式",
    "当前状态",
    "交易单号",
    "商户单号",
    "备注",
];

/// The twelve columns of an Alipay bill, each padded to its width in the file.
const ALIPAY_COLUMNS: [(&str, usize); 12] = [
    ("交易时间", 20),
    ("交易分类", 24),
    ("交易对方", 20),
    ("对方账号", 20),
    ("商品说明", 20),
    ("收/支", 20),
    ("金额", 20),
    ("收/付款方式", 18),
    ("交易状态", 20),
    ("交易订单号", 12),
    ("商家订单号", 16),
    ("备注", 20),
];

/// A WeChat personal bill as CSV, the layout exported until July 2025: UTF-8, LF, amounts `¥1.00`.
///
/// # Errors
/// None in memory; the signature is that of the CSV writer.
pub fn wechat_csv(sample: &Sample) -> io::Result<Vec<u8>> {
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for line in wechat_preamble(sample, false) {
        let mut cells = vec![""; WECHAT_COLUMNS.len()];
        if let Some(first) = cells.first_mut() {
            *first = &line;
        }
        out.write_record(&cells)?;
    }
    out.write_record(WECHAT_COLUMNS)?;
    for row in &sample.rows {
        out.write_record(wechat_cells(row))?;
    }
    out.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// An Alipay personal bill as the phone exports it: GB18030, LF, padded cells, a trailing comma.
///
/// # Errors
/// None in memory; the signature is that of the CSV writer.
pub fn alipay_csv(sample: &Sample) -> io::Result<Vec<u8>> {
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let padded = ALIPAY_COLUMNS.iter().map(|(name, width)| format!("{name:<width$}"));
    out.write_record(padded.chain([String::new()]))?;
    for row in &sample.rows {
        let cells = alipay_cells(row);
        let padded = cells.iter().zip(ALIPAY_COLUMNS).map(|(c, (_, width))| {
            // Numbers end in a TAB instead of blanks, so that a spreadsheet takes them for text.
            if c.ends_with('\t') { c.clone() } else { format!("{c:<width$}") }
        });
        out.write_record(padded.chain([String::new()]))?;
    }
    let rows = out.into_inner().map_err(csv::IntoInnerError::into_error)?;
    let text = alipay_preamble(sample) + &String::from_utf8_lossy(&rows);
    Ok(encoding_rs::GB18030.encode(&text).0.into_owned())
}

/// The lines above the header of a WeChat bill. The layout of March 2026 says the time zone.
fn wechat_preamble(sample: &Sample, zone_said: bool) -> Vec<String> {
    let mut lines = vec![
        "微信支付账单明细".to_owned(),
        format!("微信昵称：[{}]", sample.owner),
        format!("起始时间：[{}] 终止时间：[{}]", spoken(sample.from), spoken(sample.to)),
        format!("导出类型：[{}]", sample.export_kind),
        format!("导出时间：[{}]", spoken(sample.exported_at)),
        String::new(),
        format!("共{}笔记录", sample.rows.len()),
        total_line("收入", sample, Direction::In),
        total_line("支出", sample, Direction::Out),
        total_line("中性交易", sample, Direction::Neutral),
        "注：".to_owned(),
        "1. 充值/提现/理财通购买/零钱通存取/信用卡还款等交易，将计入中性交易".to_owned(),
    ];
    if zone_said {
        lines.push("2. 若交易记录明细无有效内容，则代表该时间段内此微信号无交易".into());
        lines.push("3. 本明细仅供个人对账使用".into());
        lines.push("4. 本账单中所有时间均为UTC+08:00时间".into());
    } else {
        lines.push("2. 本明细仅展示当前账单中的交易，不包括已删除的记录".into());
        lines.push("3. 本明细仅供个人对账使用".into());
    }
    lines.push(String::new());
    lines.push("----------------------微信支付账单明细列表--------------------".into());
    lines
}

/// The lines above the header of an Alipay bill.
fn alipay_preamble(sample: &Sample) -> String {
    let mut out = "-".repeat(84) + "\n导出信息：\n";
    let (from, to) = (spoken(sample.from), spoken(sample.to));
    let lines = [
        format!("姓名：{}", sample.owner),
        "支付宝账户：account@example.com".to_owned(),
        format!("起始时间：[{from}]    终止时间：[{to}]"),
        format!("导出交易类型：[{}]", sample.export_kind),
        format!("导出时间：[{}]", spoken(sample.exported_at)),
        format!("共{}笔记录", sample.rows.len()),
        total_line("收入", sample, Direction::In),
        total_line("支出", sample, Direction::Out),
        total_line("不计收支", sample, Direction::Neutral),
        String::new(),
        "特别提示：".to_owned(),
        "1.如充值提现、账户转存或者个人设置收支等不计入为收入或者支出，记为不计收支类；".to_owned(),
        "2.因统计逻辑不同，明细金额直接累加后，可能会和下方统计金额不一致；".to_owned(),
        "3.本明细仅供个人对账使用。".to_owned(),
        String::new(),
        "-".repeat(24) + "支付宝（中国）网络技术有限公司  电子客户回单" + &"-".repeat(24),
    ];
    for line in lines {
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// `收入：3笔 12.34元`: count and sum of the rows of one direction.
fn total_line(name: &str, sample: &Sample, direction: Direction) -> String {
    let rows = sample.rows.iter().filter(|r| settled(r.direction) == direction);
    let (count, fen) =
        rows.fold((0_u64, 0_u128), |(n, sum), r| (n + 1, sum + u128::from(r.fen.get())));
    format!("{name}：{count}笔 {}.{:02}元", fen / 100, fen % 100)
}

/// No bill has a word for an unknown direction; it is written as neutral.
fn settled(direction: Direction) -> Direction {
    if direction == Direction::Unknown { Direction::Neutral } else { direction }
}

/// The eleven cells of a row of WeChat's CSV.
fn wechat_cells(row: &SampleRow) -> [String; 11] {
    let blank = |text: &str| if text.is_empty() { "/".to_owned() } else { text.to_owned() };
    let direction = match row.direction {
        Direction::In => "收入",
        Direction::Out => "支出",
        Direction::Neutral | Direction::Unknown => "/",
    };
    [
        spoken(row.time),
        row.kind.clone(),
        blank(&row.party),
        blank(&row.item),
        direction.into(),
        format!("¥{}", row.fen),
        blank(&row.method),
        row.status.clone(),
        blank(&row.id) + "\t",
        blank(&row.other_id) + "\t",
        blank(&row.note),
    ]
}

/// The twelve cells of a row of Alipay's CSV, not yet padded.
fn alipay_cells(row: &SampleRow) -> [String; 12] {
    let direction = match row.direction {
        Direction::In => "收入",
        Direction::Out => "支出",
        Direction::Neutral | Direction::Unknown => "不计收支",
    };
    [
        spoken(row.time),
        row.kind.clone(),
        row.party.clone(),
        "/".into(),
        row.item.clone(),
        direction.into(),
        row.fen.to_string(),
        row.method.clone(),
        row.status.clone(),
        row.id.clone() + "\t",
        row.other_id.clone() + "\t",
        row.note.clone(),
    ]
}

/// `2026-11-22 21:04:05`, the way both apps write a time.
fn spoken(time: Wall) -> String {
    let mut text = String::with_capacity(19);
    // Writing into a String cannot fail.
    let _ = write!(text, "{time}");
    text.replace('T', " ")
}
