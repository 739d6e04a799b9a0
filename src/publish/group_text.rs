//! The text for the donors' group: plain, at most 12 lines, the link alone on its line.
//!
//! ```text
//! 【迁安日行一善】2026-11-22 日结
//! 今日收到 600 笔 ¥1,239.00
//! 今日发放 2 笔 ¥500.00
//! 今日退款 1 笔 ¥2.00，冲正 1 笔            (only if there were any)
//! 累计收到 ¥123,456.00，发放 ¥98,000.00
//! 手续费 ¥0.00，利息 ¥0.00
//! 结余 ¥25,456.00，其中待发放 ¥1,500.00
//! 账本指纹 7K2M-QX9P-0ABCD（共 57 条记录）
//! https://yishan.example/qianan/
//! 核对：点开链接，看账本指纹与这里是否相同
//! ```

use super::history::History;
use super::pages::yuan;
use super::{FactError, Facts};
use crate::domain::line::close::Close;
use crate::domain::sums::{Move, Tally};
use crate::domain::text::Lang;
use crate::domain::time::Day;
use crate::fingerprint::fingerprint;
use std::fmt::Write;

/// The text for the close of `day`, each line with its newline; `None` if the day is not closed.
///
/// The fingerprint is that of the published root, so whoever pastes the text pins the ledger in as
/// many telephones as the group has.
pub fn group_text(
    facts: &dyn Facts,
    day: Day,
    url: Option<&str>,
    lang: Lang,
) -> Result<Option<String>, FactError> {
    let history = History::new(facts);
    let Some(closed) = history.on(day) else { return Ok(None) };
    let known = history.close(closed)?;
    let (_, close) = &*known;
    let fund = facts.replay().books().founded().map_err(|why| FactError::new("the fund", &why))?;
    let tree = facts.replay().tree();
    let (size, root) = (tree.size(), fingerprint(&tree.root().0));
    let (name, mut out) = (&fund.name, String::new());
    // Writing to a String cannot fail.
    let _ = match lang {
        Lang::Zh => writeln!(out, "【{name}】{day} 日结"),
        Lang::En => writeln!(out, "[{name}] close of {day}"),
    };
    numbers(close, lang, &mut out);
    let _ = match lang {
        Lang::Zh => writeln!(out, "账本指纹 {root}（共 {size} 条记录）"),
        Lang::En => writeln!(out, "Ledger fingerprint {root} ({size} entries)"),
    };
    if let Some(url) = url {
        let _ = writeln!(out, "{url}");
    }
    out.push_str(match (url, lang) {
        (Some(_), Lang::Zh) => "核对：点开链接，看账本指纹与这里是否相同\n",
        (None, Lang::Zh) => "核对：打开公示页面，看账本指纹与这里是否相同\n",
        (Some(_), Lang::En) => "To check: open the link and compare the ledger fingerprint\n",
        (None, Lang::En) => "To check: open the public page and compare the ledger fingerprint\n",
    });
    Ok(Some(out))
}

/// The day's numbers and the totals.
fn numbers(close: &Close, lang: Lang, out: &mut String) {
    let (done, undone) = (&close.moved.done, &close.moved.undone);
    // What was booked back is no longer received or paid, whichever day it was booked first.
    let less = |done: Tally, undone: Tally| {
        let fen = done.fen.minus(undone.fen);
        (done.count, fen.map_or_else(|| format!("-{}", yuan(undone.fen)), yuan))
    };
    let (gifts, gift) = less(done.gift, undone.gift);
    let (pays, pay) = less(done.pay, undone.pay);
    let _ = match lang {
        Lang::Zh => writeln!(out, "今日收到 {gifts} 笔 {gift}\n今日发放 {pays} 笔 {pay}"),
        Lang::En => writeln!(out, "Received today: {gifts}, {gift}\nPaid today: {pays}, {pay}"),
    };
    let Tally { count: refunds, fen: refund } = done.refund;
    let (reversals, refund) =
        (Move::ALL.iter().map(|kind| undone.of(*kind).count).sum::<u64>(), yuan(refund));
    if refunds + reversals > 0 {
        let _ = match lang {
            Lang::Zh => writeln!(out, "今日退款 {refunds} 笔 {refund}，冲正 {reversals} 笔"),
            Lang::En => {
                writeln!(out, "Refunded today: {refunds}, {refund}; reversed: {reversals}")
            }
        };
    }
    let ever = |kind| yuan(close.ever.net(kind));
    let (received, paid) = (yuan(close.ever.received()), ever(Move::Pay));
    let (fees, interest) = (ever(Move::Fee), ever(Move::Interest));
    let (held, promised) = (yuan(close.closing.held.total()), yuan(close.closing.promised));
    let _ = match lang {
        Lang::Zh => writeln!(
            out,
            "累计收到 {received}，发放 {paid}\n手续费 {fees}，利息 {interest}\n结余 {held}，其中待发放 {promised}"
        ),
        Lang::En => writeln!(
            out,
            "Received in all: {received}, paid {paid}\nFees {fees}, interest {interest}\nLeft: {held}, of which promised {promised}"
        ),
    };
}
