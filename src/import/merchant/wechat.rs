//! WeChat Pay: 交易账单 (all layouts) and 资金账单.

use super::totals::{Running, Summary, Sums};
use super::{Columns, Exact, Lines, Said, Sheet, UNKNOWN, amount, bare, cell, exact, time};
use crate::domain::money::Fen;
use crate::import::error::BillError;
use crate::import::reason::{Doubt, Voided};
use crate::import::row::{Class, Direction};
use crate::import::sheet::TableRow;

/// The columns of money of the trades, and what the summary calls their sums: today's names and
/// those of the layout before.
const SUMMED: [(&str, &[&str]); 9] = [
    ("应结订单金额", &["应结订单总金额"]),
    ("订单金额", &["订单总金额"]),
    ("总金额", &["总交易额"]),
    ("退款金额", &["退款总金额", "总退款金额"]),
    ("申请退款金额", &["申请退款总金额"]),
    ("充值券退款金额", &["充值券退款总金额"]),
    ("代金券或立减优惠退款金额", &["总代金券或立减优惠退款金额"]),
    ("企业红包退款金额", &["总企业红包退款金额"]),
    ("手续费", &["手续费总金额"]),
];

/// Where the trades have what is read of them.
struct Trades {
    time: usize,
    back_times: [Option<usize>; 2],
    status: usize,
    order: usize,
    own: Option<usize>,
    currency: Option<usize>,
    given: Option<usize>,
    back: Option<usize>,
    back_id: Option<usize>,
    back_status: Option<usize>,
    item: Option<usize>,
    fee: usize,
}

impl Trades {
    fn find(columns: &Columns) -> Result<Trades, BillError> {
        let found = Trades {
            time: columns.need(&["交易时间"])?,
            back_times: [columns.find(&["退款成功时间"])?, columns.find(&["退款申请时间"])?],
            status: columns.need(&["交易状态"])?,
            order: columns.need(&["微信订单号"])?,
            own: columns.find(&["商户订单号"])?,
            currency: columns.find(&["货币种类"])?,
            given: columns.find(&["订单金额", "总金额"])?,
            back: columns.find(&["申请退款金额", "退款金额"])?,
            back_id: columns.find(&["微信退款单号"])?,
            back_status: columns.find(&["退款状态"])?,
            item: columns.find(&["商品名称"])?,
            fee: columns.need(&["手续费"])?,
        };
        // Without either there is no amount.
        if found.given.is_none() && found.back.is_none() {
            columns.need(&["订单金额"])?;
        }
        Ok(found)
    }

    fn keep(&self, row: TableRow<'_>, sheet: &mut Sheet) -> Result<(), BillError> {
        let currency = cell(row, self.currency);
        if !matches!(currency, "" | "CNY") {
            let currency = currency.chars().take(20).collect();
            return Err(BillError::Currency { row: row.number, currency });
        }
        let status = bare(row.cell(self.status));
        let (order, is_gift) = (bare(row.cell(self.order)), status == "SUCCESS");
        let back_time =
            || self.back_times.iter().flatten().find(|at| !bare(row.cell(**at)).is_empty());
        let at = if is_gift { None } else { back_time() };
        let time = time(row, *at.unwrap_or(&self.time))?;
        sheet.fee(time, exact(row, self.fee)?);
        let (fen, negative) = match if is_gift { self.given } else { self.back } {
            Some(at) => amount(row, at)?,
            None => (Fen::ZERO, false),
        };
        let back_id = cell(row, self.back_id);
        let class = match status {
            _ if negative => Class::Doubtful(Doubt::UnknownDirection),
            "SUCCESS" => Class::Gift,
            // Taken back before anything was paid.
            "REVOKED" if fen == Fen::ZERO => Class::Void(Voided::Closed),
            "REFUND" | "REVOKED" => given_back(cell(row, self.back_status), order),
            _ => Class::Doubtful(Doubt::UnknownStatus),
        };
        let direction = if is_gift { Direction::In } else { Direction::Out };
        let said = Said {
            number: row.number,
            time,
            fen,
            direction,
            kind: status,
            status: cell(row, self.back_status),
            item: cell(row, self.item),
            id: if is_gift { order } else { back_id },
            other_id: cell(row, self.own),
        };
        sheet.push(&said, class);
        Ok(())
    }
}

/// What a refund in this state means. The bill shows the state of one moment and is never updated.
fn given_back(status: &str, order: &str) -> Class {
    match status {
        "SUCCESS" | "" => Class::Refund { of: Some(order.into()).filter(|_| !order.is_empty()) },
        "FAIL" => Class::Void(Voided::RefundFailed),
        _ => Class::Doubtful(Doubt::RefundOpen),
    }
}

/// Whether a row begins the end of a bill: the rows before it have a backtick in every cell.
fn is_end(row: TableRow<'_>, name: &str) -> bool {
    bare(row.cell(0)) == name
}

pub(super) fn trades(
    columns: &Columns,
    mut rows: Lines<'_>,
    sheet: &mut Sheet,
) -> Result<(), BillError> {
    let found = Trades::find(columns)?;
    let mut sums = Sums::of(columns, &SUMMED.map(|(column, _)| column))?;
    let (mut end, mut summary) = (false, Summary::default());
    rows.each(|row| {
        end |= is_end(row, "总交易单数");
        if end {
            summary.take(row)?;
            return Ok(true);
        }
        columns.whole(row)?;
        sums.add(row)?;
        found.keep(row, sheet)?;
        Ok(true)
    })?;
    summary.needs("总交易单数", sums.rows())?;
    let mut amounts = 0;
    for (column, totals) in SUMMED {
        let Some(sum) = sums.sum(column) else { continue };
        for total in totals {
            amounts += usize::from(summary.agrees(total, sum)?);
        }
    }
    // A count alone proves no amount.
    if amounts == 0 { Err(BillError::NoTotals) } else { Ok(()) }
}

/// Where the funds have what is read of them.
struct Funds {
    time: usize,
    order: usize,
    flow: usize,
    name: Option<usize>,
    kind: usize,
    way: usize,
    amount: usize,
    note: Option<usize>,
    voucher: Option<usize>,
}

impl Funds {
    fn find(columns: &Columns) -> Result<Funds, BillError> {
        Ok(Funds {
            time: columns.need(&["记账时间"])?,
            order: columns.need(&["微信支付业务单号"])?,
            flow: columns.need(&["资金流水单号"])?,
            name: columns.find(&["业务名称"])?,
            kind: columns.need(&["业务类型"])?,
            way: columns.need(&["收支类型"])?,
            amount: columns.need(&["收支金额(元)"])?,
            note: columns.find(&["备注"])?,
            voucher: columns.find(&["业务凭证号"])?,
        })
    }

    /// Keeps a row and says how much moved, and which way.
    fn keep(&self, row: TableRow<'_>, sheet: &mut Sheet) -> Result<(Fen, Direction), BillError> {
        let time = time(row, self.time)?;
        let (fen, negative) = amount(row, self.amount)?;
        let direction = match bare(row.cell(self.way)) {
            "收入" if !negative => Direction::In,
            "支出" if !negative => Direction::Out,
            _ => return Err(BillError::Way { row: row.number }),
        };
        let kind = bare(row.cell(self.kind));
        let (flow, order) = (bare(row.cell(self.flow)), bare(row.cell(self.order)));
        let voucher = cell(row, self.voucher);
        let withdrawal = format!("{flow}:withdrawal:out:{voucher}");
        let fee = kind.contains("手续费") || cell(row, self.name).contains("手续费");
        let mut total = fen;
        let (id, class) = match (kind, direction) {
            _ if fee => {
                let cost = Exact::of(fen);
                sheet.fee(time, if direction == Direction::Out { cost } else { cost.turned() });
                (flow, Class::Void(Voided::InFees))
            }
            ("交易", Direction::In) => (order, Class::Seen),
            ("退款", Direction::Out) => {
                let (whole, fee) = refunded(cell(row, self.note), fen);
                sheet.fee(time, fee.turned());
                total = whole;
                (order, Class::Seen)
            }
            ("提现", Direction::Out) if !flow.is_empty() => {
                (&*withdrawal, Class::Withdrawal { fee: Fen::ZERO })
            }
            _ => (flow, UNKNOWN),
        };
        let (status, item) = ("", cell(row, self.name));
        let said = Said {
            number: row.number,
            time,
            fen: total,
            direction,
            kind,
            status,
            item,
            id,
            other_id: order,
        };
        sheet.push(&said, class);
        Ok((fen, direction))
    }
}

/// `退款总金额0.01元;含手续费0.00元`: what the donor gets back, and what of it the fee was that
/// comes back to the merchant. What left the account is the difference.
fn refunded(note: &str, left: Fen) -> (Fen, Exact) {
    let after = |name: &str| {
        let (_, rest) = note.split_once(name)?;
        Fen::from_yuan(rest.split_once('元')?.0).ok()
    };
    match after("退款总金额").zip(after("含手续费")) {
        Some((total, fee)) if left.plus(fee) == Some(total) => (total, Exact::of(fee)),
        _ => (left, Exact::default()),
    }
}

pub(super) fn funds(
    columns: &Columns,
    mut rows: Lines<'_>,
    sheet: &mut Sheet,
) -> Result<(), BillError> {
    let found = Funds::find(columns)?;
    let mut running = Running::new(columns.need(&["账户结余(元)"])?);
    let mut sums = Sums::of(columns, &[])?;
    let (mut end, mut summary) = (false, Summary::default());
    let mut sides = [(Fen::ZERO, 0_u64); 2];
    rows.each(|row| {
        end |= is_end(row, "资金流水总笔数");
        if end {
            summary.take(row)?;
            return Ok(true);
        }
        columns.whole(row)?;
        sums.add(row)?;
        let (fen, direction) = found.keep(row, sheet)?;
        running.add(row, fen, direction)?;
        let side = usize::from(direction == Direction::Out);
        if let Some(side) = sides.get_mut(side) {
            *side = (side.0.plus(fen).ok_or(BillError::Sum)?, side.1 + 1);
        }
        Ok(true)
    })?;
    let count = |n: u64| Exact::of(Fen::new(n.saturating_mul(100)).unwrap_or(Fen::MAX));
    let [(income, ins), (spending, outs)] = sides;
    summary.needs("资金流水总笔数", sums.rows())?;
    summary.needs("收入笔数", count(ins))?;
    summary.needs("收入金额", Exact::of(income))?;
    summary.needs("支出笔数", count(outs))?;
    summary.needs("支出金额", Exact::of(spending))?;
    running.proved()
}
