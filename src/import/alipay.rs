//! Alipay personal bills as the phone exports them (支付宝 电子客户回单).

use super::layout::{Columns, Field, Layout};
use super::reason::{Doubt, Privacy, Voided};
use super::row::{Channel, Class, Direction, Row};
use super::rows::{Glance, Reading, Rows};
use super::text;
use super::wechat::ask_about_payments;
use std::collections::{HashMap, HashSet};

/// The header; 对方账号 and 收/付款方式 are of no use here.
pub(crate) const COLUMNS: Columns<'static> = &[
    ("交易时间", Field::Time, true),
    ("交易分类", Field::Kind, true),
    ("交易对方", Field::Party, true),
    ("商品说明", Field::Item, true),
    ("收/支", Field::Direction, true),
    ("金额", Field::Amount, true),
    ("交易状态", Field::Status, true),
    ("交易订单号", Field::Id, true),
    ("商家订单号", Field::OtherId, true),
    ("备注", Field::Note, false),
];

/// The categories in which donors give.
const GIFT_KINDS: [&str; 5] = ["转账红包", "收款码", "转账", "红包", "收钱码"];
/// The states in which money has arrived.
const ARRIVED: [&str; 2] = ["交易成功", "支付成功"];
/// Categories of income that are never a donor's.
const PRIVATE_INCOME: [&str; 4] = ["投资理财", "退款", "工资薪水", "保险"];

/// How an Alipay bill reads its cells.
pub(crate) fn layout() -> Layout<'static> {
    Layout {
        channel: Channel::new("alipay"),
        direction: &|word| match word {
            "收入" => Direction::In,
            "支出" => Direction::Out,
            "不计收支" | "/" | "" => Direction::Neutral,
            _ => Direction::Unknown,
        },
        time: &text::time,
        mean: &mean,
        signed: false,
    }
}

/// What a row means by itself. Refunds are linked later, by [`link`].
fn mean(read: &mut Reading<'_>, channel: &Channel) -> Class {
    class(&read.row(&Class::Gift, channel))
}

/// Says of rows what other rows say of them.
pub(crate) fn link(rows: &mut Rows<'_>) {
    let refunds = |row: &Glance<'_>| matches!(row.class(), Class::Refund { .. });
    let wanted: HashSet<&str> =
        rows.glances().filter(refunds).filter_map(|row| origin(row.id())).collect();
    let mut directions: HashMap<&str, Direction> = HashMap::with_capacity(wanted.len());
    if !wanted.is_empty() {
        for row in rows.glances().filter(|r| wanted.contains(r.id()) && !is_refund(&r.row())) {
            directions.entry(row.id()).or_insert(row.direction());
        }
    }
    let found = rows.glances().enumerate().filter(|(_, row)| refunds(row));
    let found: Vec<_> = found.map(|(at, row)| (at, refund(&row.row(), &directions))).collect();
    rows.set_all(found);
    ask_about_payments(rows, &["转账红包", "转账", "红包"]);
}

fn is_refund(row: &Row<'_>) -> bool {
    row.kind == "退款" || row.status == "退款成功"
}

fn class(row: &Row<'_>) -> Class {
    if row.status == "交易关闭" {
        // Never paid, or given back in full since: the plan asks the ledger which.
        return Class::Void(Voided::Closed);
    }
    if is_refund(row) {
        return Class::Refund { of: None };
    }
    match row.direction {
        Direction::In => income(row),
        Direction::Out => Class::Private(Privacy::Spending),
        Direction::Neutral => neutral(row),
        Direction::Unknown => Class::Doubtful(Doubt::UnknownDirection),
    }
}

/// The number of what a refund gives back: its own up to `_`.
fn origin(id: &str) -> Option<&str> {
    id.split_once('_').map(|(origin, _)| origin).filter(|o| !o.is_empty())
}

/// A refund's number is that of what it gives back, `_` and a suffix. It is the treasurer's own
/// where it gives back a payment; where the payment is not in this bill, the plan asks the ledger.
fn refund(row: &Row<'_>, directions: &HashMap<&str, Direction>) -> Class {
    let origin = origin(row.id);
    match origin.and_then(|o| directions.get(o)) {
        Some(Direction::In | Direction::Unknown) => Class::Refund { of: origin.map(Into::into) },
        None if origin.is_some() || row.direction == Direction::Out => {
            Class::Refund { of: origin.map(Into::into) }
        }
        Some(Direction::Out | Direction::Neutral) | None => Class::Private(Privacy::OwnRefund),
    }
}

fn income(row: &Row<'_>) -> Class {
    if PRIVATE_INCOME.contains(&row.kind) {
        return Class::Private(Privacy::OtherIncome);
    }
    if !GIFT_KINDS.contains(&row.kind) {
        return Class::Doubtful(Doubt::UnknownKind);
    }
    if ARRIVED.contains(&row.status) { Class::Gift } else { Class::Doubtful(Doubt::UnknownStatus) }
}

fn neutral(row: &Row<'_>) -> Class {
    // The bill of a phone does not say what a withdrawal cost.
    if row.item.contains("提现") {
        return Class::Doubtful(Doubt::WithdrawalFee);
    }
    let moved = row.item.contains("转入") || row.item.contains("转出");
    if row.item.contains("余额宝") && moved {
        return Class::Doubtful(Doubt::WalletFund);
    }
    Class::Private(Privacy::OwnMoney)
}
