//! WeChat personal bills (微信支付账单): CSV until July 2025, XLSX since; one header for all.

use super::layout::{Columns, Field, Layout};
use super::reason::{Doubt, Privacy, Voided};
use super::row::{Channel, Class, Direction, Row};
use super::rows::{Glance, Reading, Rows};
use super::text::{self, Fee};
use crate::domain::money::Fen;
use crate::domain::time::Wall;
use std::collections::{HashMap, HashSet};

/// The header of every layout; 支付方式 is of no use here.
pub(crate) const COLUMNS: Columns<'static> = &[
    ("交易时间", Field::Time, true),
    ("交易类型", Field::Kind, true),
    ("交易对方", Field::Party, true),
    ("商品", Field::Item, false),
    ("收/支", Field::Direction, true),
    ("金额(元)", Field::Amount, true),
    ("当前状态", Field::Status, true),
    ("交易单号", Field::Id, true),
    ("商户单号", Field::OtherId, true),
    ("备注", Field::Note, true),
];

/// The kinds in which donors give: a code scanned, a transfer, a packet, a collection, a tip.
const GIFT_KINDS: [&str; 5] = ["二维码收款", "转账", "微信红包", "群收款", "赞赏码"];
/// The states in which such money has arrived.
const ARRIVED: [&str; 5] = ["已存入零钱", "已转入零钱通", "已存入零钱通", "已收钱", "已到账"];
/// Kinds of income that are never a donor's.
const PRIVATE_INCOME: [&str; 4] = ["商户消费", "亲属卡交易", "分分捐", "信用卡还款"];
/// Kinds that move the owner's money from one pocket to another. 零钱通 is not among them: it
/// may hold the fund's money, so a person must say.
const OWN_MONEY: [&str; 3] = ["零钱充值", "信用卡还款", "购买理财通"];
/// The ways in which a treasurer gives back by hand.
const GIVEN_BACK: [&str; 2] = ["转账", "微信红包"];

/// How a WeChat bill reads its cells.
pub(crate) fn layout() -> Layout<'static> {
    Layout {
        channel: Channel::new("wechat"),
        direction: &|word| match word {
            "收入" => Direction::In,
            "支出" => Direction::Out,
            "/" | "" | "中性交易" => Direction::Neutral,
            _ => Direction::Unknown,
        },
        time: &text::time,
        mean: &mean,
        signed: false,
    }
}

/// What a row means by itself. Refunds are linked later, by [`link`].
fn mean(read: &mut Reading<'_>, channel: &Channel) -> Class {
    let row = read.row(&Class::Gift, channel);
    let (refunded, class) = {
        let row = Row { refunded: row.refunded.or_else(|| refunded(&row)), ..row };
        (row.refunded, class(&row))
    };
    read.refunded = refunded;
    class
}

/// Says of rows what other rows say of them.
pub(crate) fn link(rows: &mut Rows<'_>) {
    link_refunds(rows);
    ask_about_payments(rows, &GIVEN_BACK);
}

fn class(row: &Row<'_>) -> Class {
    let status = row.status;
    if status.starts_with("提现失败") {
        return Class::Void(Voided::WithdrawalFailed);
    }
    if status == "交易关闭" {
        return Class::Void(Voided::Closed);
    }
    if row.kind.ends_with("-退款") {
        return match row.direction {
            // Linked below, where the gift is in the same bill.
            Direction::Out => Class::Refund { of: None },
            Direction::Unknown => Class::Doubtful(Doubt::UnknownDirection),
            Direction::In | Direction::Neutral => Class::Private(Privacy::OwnRefund),
        };
    }
    match row.direction {
        Direction::In => income(row),
        // The other side sent it back before taking it: nothing left the wallet.
        Direction::Out if status == "对方已退还" => Class::Void(Voided::SentBack),
        Direction::Out => Class::Private(Privacy::Spending),
        Direction::Neutral => neutral(row),
        Direction::Unknown => Class::Doubtful(Doubt::UnknownDirection),
    }
}

/// A gift if kind and status are a donor's; unknown income is asked about, not lost.
fn income(row: &Row<'_>) -> Class {
    // 微信红包（单发） and 微信红包（群红包） are packets too.
    let kind = row.kind.split(['（', '(']).next().unwrap_or_default();
    if PRIVATE_INCOME.contains(&kind) {
        return Class::Private(Privacy::OtherIncome);
    }
    if !GIFT_KINDS.contains(&kind) {
        return Class::Doubtful(Doubt::UnknownKind);
    }
    let arrived = ARRIVED.contains(&row.status);
    if arrived || row.refunded.is_some() {
        Class::Gift
    } else {
        Class::Doubtful(Doubt::UnknownStatus)
    }
}

fn neutral(row: &Row<'_>) -> Class {
    if row.kind.contains("零钱通") {
        return Class::Doubtful(Doubt::WalletFund);
    }
    if row.kind != "零钱提现" {
        return if OWN_MONEY.contains(&row.kind) {
            Class::Private(Privacy::OwnMoney)
        } else {
            Class::Doubtful(Doubt::UnknownKind)
        };
    }
    if row.status != "提现已到账" {
        return Class::Doubtful(Doubt::UnknownStatus);
    }
    match text::fee_note(row.note) {
        Fee::Unsaid => Class::Withdrawal { fee: Fen::ZERO },
        Fee::Said(fee) if fee < row.fen => Class::Withdrawal { fee },
        Fee::Said(_) | Fee::Garbled => Class::Doubtful(Doubt::WithdrawalFee),
    }
}

/// What the status says was given back since: 已全额退款, 已退款(￥2.00).
fn refunded(row: &Row<'_>) -> Option<Fen> {
    if row.status.contains("已全额退款") {
        return Some(row.fen);
    }
    text::refund_note(row.status).filter(|back| *back <= row.fen)
}

/// The number of a refund is the 商户单号 of what it gives back.
fn link_refunds(rows: &mut Rows<'_>) {
    let is_refund = |row: &Glance<'_>| row.text(Field::Kind).ends_with("-退款");
    let refunds = |row: &Glance<'_>| row.has_id() && is_refund(row);
    let wanted: HashSet<&str> = rows.glances().filter(refunds).map(Glance::id).collect();
    if wanted.is_empty() {
        return;
    }
    let mut origins: HashMap<&str, Glance<'_>> = HashMap::with_capacity(wanted.len());
    for row in rows.glances() {
        let other = row.text(Field::OtherId);
        if wanted.contains(other) && !is_refund(&row) {
            origins.entry(other).or_insert(row);
        }
    }
    let mut found = Vec::new();
    for (at, row) in rows.glances().enumerate().filter(|(_, row)| refunds(row)) {
        let Some(origin) = origins.get(row.id()) else { continue };
        match (origin.direction(), row.class()) {
            (Direction::In, Class::Refund { .. }) if *origin.class() == Class::Gift => {
                found.push((at, Class::Refund { of: Some(origin.id().into()) }));
            }
            // Money comes back for money that came in: no layout means that.
            (Direction::In, Class::Private(_)) => {
                found.push((at, Class::Doubtful(Doubt::UnlinkedRefund)));
            }
            _ => {}
        }
    }
    rows.set_all(found);
}

/// A payment of one of `kinds` to someone who gave before may be a gift sent back.
pub(crate) fn ask_about_payments(rows: &mut Rows<'_>, kinds: &[&str]) {
    let paid = |row: &Glance<'_>| {
        let kind = || row.text(Field::Kind).split(['（', '(']).next().unwrap_or_default();
        *row.class() == Class::Private(Privacy::Spending) && kinds.contains(&kind())
    };
    let spent = rows.glances().filter(paid);
    let wanted: HashSet<&str> = spent.map(|row| row.text(Field::Party)).collect();
    if wanted.is_empty() {
        return;
    }
    let mut donors: HashMap<&str, (Wall, u32)> = HashMap::with_capacity(wanted.len());
    for row in rows.glances().filter(|row| *row.class() == Class::Gift) {
        let (party, gift) = (row.text(Field::Party), (row.time(), row.number()));
        if !party.is_empty() && wanted.contains(party) {
            let first = donors.entry(party).or_insert(gift);
            *first = gift.min(*first);
        }
    }
    let mut found = Vec::new();
    for (at, row) in rows.glances().enumerate().filter(|(_, row)| paid(row)) {
        let donor = donors.get(row.text(Field::Party));
        if let Some((_, gift)) = donor.filter(|(time, _)| *time <= row.time()) {
            found.push((at, Class::Doubtful(Doubt::PaidToDonor(*gift))));
        }
    }
    rows.set_all(found);
}
