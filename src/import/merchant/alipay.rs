//! Alipay's merchants: 业务明细 (trades) and 账务明细 (the account).

use super::totals::{Running, agree};
use super::{Columns, Exact, Lines, Said, Sheet, UNKNOWN, amount, bare, cell, time};
use crate::domain::money::Fen;
use crate::domain::time::Wall;
use crate::import::error::BillError;
use crate::import::preamble::Preamble;
use crate::import::reason::{Doubt, Voided};
use crate::import::row::{Class, Direction};
use crate::import::sheet::TableRow;
use crate::import::text;

/// Count and sum of one kind of rows.
type Side = (u64, Fen);

fn grow(side: &mut Side, fen: Fen) -> Result<(), BillError> {
    *side = (side.0 + 1, side.1.plus(fen).ok_or(BillError::Sum)?);
    Ok(())
}

/// Reads a line above the header: `#起始日期：[2019年09月16日 00:00:00]   终止日期：[…]`.
pub(super) fn above(line: &str, said: &mut Preamble) {
    let time = |name: &str| {
        let (_, rest) = line.split_once(name)?;
        spoken(rest.split_once('[')?.1.split_once(']')?.0)
    };
    if let Some(period) = time("起始日期").zip(time("终止日期")) {
        said.period = Some(period);
    }
}

/// `2019年09月16日 00:00:00`
fn spoken(text: &str) -> Option<Wall> {
    let plain = text.replace(['年', '月'], "-").replace('日', "");
    text::time(&plain).map(|time| time.0)
}

/// What stands at the end of a bill, behind `#`.
#[derive(Default)]
struct End {
    begun: bool,
    totals: Vec<(String, Exact, Exact)>,
}

impl End {
    /// Takes a row if it belongs to the end.
    fn take(&mut self, row: TableRow<'_>, said: &mut Preamble) -> Result<bool, BillError> {
        let line = bare(row.cell(0));
        let Some(line) = line.strip_prefix('#') else {
            return if self.begun { Err(BillError::NoTotals) } else { Ok(false) };
        };
        self.begun = true;
        if let Some((_, exported)) = line.split_once("导出时间：[") {
            said.exported_at = exported.split_once(']').and_then(|(time, _)| spoken(time));
        } else if let Some((name, rest)) = line.split_once("合计：") {
            self.totals.push(total(name, rest).ok_or(BillError::NoTotals)?);
        }
        Ok(true)
    }

    /// Compares count and sum of the rows called `name`.
    fn agree(&self, name: &str, side: Side, turned: bool) -> Result<(), BillError> {
        let found = self.totals.iter().find(|(total, ..)| total == name);
        let (_, count, sum) = found.ok_or(BillError::NoTotals)?;
        let ours = Exact::of(side.1);
        let hundred = Fen::new(side.0.saturating_mul(100)).unwrap_or(Fen::MAX);
        agree(name, *count, Exact::of(hundred))?;
        agree(name, *sum, if turned { ours.turned() } else { ours })
    }
}

/// `6笔，商家实收共0.06元，…` or `0笔，共0.00元`.
fn total(name: &str, rest: &str) -> Option<(String, Exact, Exact)> {
    let (count, rest) = rest.split_once('笔')?;
    let (_, sum) = rest.split_once('共')?;
    Some((name.to_owned(), Exact::parse(count)?, Exact::parse(sum.split_once('元')?.0)?))
}

pub(super) fn trades(
    columns: &Columns,
    mut rows: Lines<'_>,
    sheet: &mut Sheet,
) -> Result<(), BillError> {
    let (trade, kind) = (columns.need(&["支付宝交易号"])?, columns.need(&["业务类型"])?);
    let (own, item) = (columns.find(&["商户订单号"])?, columns.find(&["商品名称"])?);
    let (done, got) = (columns.need(&["完成时间"])?, columns.need(&["商家实收(元)"])?);
    let batch = columns.need(&["退款批次号/请求号", "退款批次号"])?;
    let (mut end, mut given, mut back) = (End::default(), Side::default(), Side::default());
    rows.each(|row| {
        if end.take(row, &mut sheet.said)? {
            return Ok(true);
        }
        columns.whole(row)?;
        let (time, (fen, negative)) = (time(row, done)?, amount(row, got)?);
        let (trade, kind) = (bare(row.cell(trade)), bare(row.cell(kind)));
        let batch = bare(row.cell(batch));
        let refund = kind == "退款";
        let of = Some(trade).filter(|trade| !trade.is_empty());
        // Two refunds of one gift differ in their batch alone.
        let id = of.filter(|_| !batch.is_empty()).map(|trade| format!("{trade}_{batch}"));
        let class = match kind {
            "交易" if !negative => Class::Gift,
            "退款" if negative || fen == Fen::ZERO => Class::Refund { of: of.map(Into::into) },
            "交易" | "退款" => Class::Doubtful(Doubt::UnknownDirection),
            _ => UNKNOWN,
        };
        grow(if refund { &mut back } else { &mut given }, fen)?;
        let said = Said {
            number: row.number,
            time,
            fen,
            direction: if refund { Direction::Out } else { Direction::In },
            kind,
            status: "",
            item: cell(row, item),
            id: if refund { id.as_deref().unwrap_or_default() } else { trade },
            other_id: cell(row, own),
        };
        sheet.push(&said, class);
        Ok(true)
    })?;
    end.agree("交易", given, false)?;
    end.agree("退款", back, true)
}

/// Where the account has what is read of it.
struct Account {
    flow: usize,
    order: Option<usize>,
    time: usize,
    income: usize,
    spending: usize,
    kind: usize,
    item: Option<usize>,
}

impl Account {
    fn find(columns: &Columns) -> Result<Account, BillError> {
        Ok(Account {
            flow: columns.need(&["账务流水号"])?,
            order: columns.find(&["业务流水号"])?,
            time: columns.need(&["发生时间"])?,
            income: columns.need(&["收入金额(元)", "收入金额"])?,
            spending: columns.need(&["支出金额(元)", "支出金额"])?,
            kind: columns.need(&["业务类型"])?,
            item: columns.find(&["商品名称"])?,
        })
    }

    /// Keeps a row and says how much moved, and which way.
    fn keep(&self, row: TableRow<'_>, sheet: &mut Sheet) -> Result<(Fen, Direction), BillError> {
        let time = time(row, self.time)?;
        let (income, below) = amount(row, self.income)?;
        // Money out stands with a minus or without.
        let (spending, _) = amount(row, self.spending)?;
        let (fen, direction) = match (income > Fen::ZERO, spending > Fen::ZERO) {
            (true, false) if !below => (income, Direction::In),
            (false, _) => (spending, Direction::Out),
            _ => return Err(BillError::Way { row: row.number }),
        };
        let (kind, flow) = (bare(row.cell(self.kind)), bare(row.cell(self.flow)));
        let order = cell(row, self.order);
        let (id, class) = match (kind, direction) {
            ("交易付款" | "在线支付", Direction::In) => (order, Class::Seen),
            // The account does not say which refund of a trade it is.
            (_, Direction::Out) if kind.contains("退款") => (flow, Class::Void(Voided::InTrades)),
            ("收费", Direction::Out) => (flow, Class::Charge),
            ("提现", Direction::Out) => (flow, Class::Withdrawal { fee: Fen::ZERO }),
            _ => (flow, UNKNOWN),
        };
        let (item, status, number) = (cell(row, self.item), "", row.number);
        let other_id = order;
        let said = Said { number, time, fen, direction, kind, status, item, id, other_id };
        sheet.push(&said, class);
        Ok((fen, direction))
    }
}

pub(super) fn account(
    columns: &Columns,
    mut rows: Lines<'_>,
    sheet: &mut Sheet,
) -> Result<(), BillError> {
    let found = Account::find(columns)?;
    let mut running = Running::new(columns.need(&["账户余额(元)", "账户余额"])?);
    let (mut end, mut income, mut spending) = (End::default(), Side::default(), Side::default());
    rows.each(|row| {
        if end.take(row, &mut sheet.said)? {
            return Ok(true);
        }
        columns.whole(row)?;
        let (fen, direction) = found.keep(row, sheet)?;
        running.add(row, fen, direction)?;
        grow(if direction == Direction::In { &mut income } else { &mut spending }, fen)?;
        Ok(true)
    })?;
    end.agree("收入", income, false)?;
    // The sum of money out has a minus in some bills.
    end.agree("支出", spending, false).or_else(|_| end.agree("支出", spending, true))?;
    running.proved()
}
