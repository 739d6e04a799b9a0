//! The text for the donors' group: plain, at most 12 lines, the link alone on its line.
//!
//! ```text
//! 【迁安日行一善】2026-11-22 日结
//! 今日收到 600 笔 ¥1,239.00
//! 今日发放 2 笔 ¥500.00
//! 今日退款 1 笔 ¥2.00，冲正 1 笔            (only if there were any)
//! 累计收到 ¥123,456.00，发放 ¥98,000.00
//! 手续费 ¥0.00，利息 ¥0.00
//! 财政、配捐、变卖 ¥80,000.00，项目与管理支出 ¥360.00     (only if there ever were any)
//! 募捐箱、广场募捐 ¥320.50；结对代收 ¥1,800.00，代付 ¥1,500.00    (only what there ever was)
//! 结余 ¥25,456.00，其中待发放 ¥1,500.00，限定用途 ¥240.00   (the last, and 代收代付, only if any)
//! 账本指纹 7K2M-QX9P-0ABCD（共 57 条记录）
//! https://yishan.example/qianan/
//! 核对：点开链接，看当天日结的账本指纹与这里是否相同
//! ```

use super::history::History;
use super::pages::amount::Amount;
use super::pages::yuan;
use super::{FactError, Facts, tiles};
use crate::domain::english::agreed;
use crate::domain::line::close::Close;
use crate::domain::money::Fen;
use crate::domain::sums::{Move, Moves, Tally};
use crate::domain::text::Lang;
use crate::domain::time::Day;
use crate::fingerprint::fingerprint;
use std::fmt::Write;

/// What the group is told about a closed day. Amounts as people read them: `¥1,239.00`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Bulletin {
    /// What the fund is called.
    pub fund: String,
    /// Who runs it.
    pub holder: String,
    /// The day.
    pub day: Day,
    /// Gifts of the day: how many, and their sum without what was booked back.
    pub received: (u64, String),
    /// Payments of the day, likewise.
    pub paid: (u64, String),
    /// Refunds of the day, likewise, and how many lines were reversed; `None` without any.
    pub back: Option<(u64, String, u64)>,
    /// Received since the founding, without refunds and reversals.
    pub received_ever: String,
    /// Paid since the founding.
    pub paid_ever: String,
    /// Fees since the founding.
    pub fees: String,
    /// Interest since the founding.
    pub interest: String,
    /// Left at the close.
    pub held: String,
    /// Of that, promised.
    pub promised: String,
    /// Of that, restricted to the purposes of pots; `None` if nothing.
    pub restricted: Option<String>,
    /// Of that, entrusted by sponsors; `None` if nothing.
    pub agency: Option<String>,
    /// Appropriations, platform matching and proceeds since the founding, and what was spent on
    /// programmes and management; `None` without any.
    pub others: Option<(String, String)>,
    /// Of boxes and squares since the founding; `None` if nothing.
    pub boxes: Option<String>,
    /// Paid to students and clawed back since the founding; `None` if nothing.
    pub back_ever: Option<String>,
    /// Entrusted by sponsors since the founding, and passed on; `None` without any.
    pub sponsors: Option<(String, String)>,
    /// What else makes up what is left: with its sign, all that is neither received, paid, fees nor
    /// interest; `None` if nothing.
    pub rest: Option<String>,
    /// The fingerprint of the root after the close.
    pub fingerprint: String,
    /// How many entries the ledger had then.
    pub size: u64,
}

impl Bulletin {
    /// What the close of `day` states; `None` if the day is not closed.
    pub fn of(facts: &dyn Facts, day: Day) -> Result<Option<Bulletin>, FactError> {
        let history = History::new(facts);
        let Some(closed) = history.on(day) else { return Ok(None) };
        let known = history.close(closed)?;
        let close: &Close = &known.1;
        let fund = facts.replay().books().founded();
        let fund = fund.map_err(|why| FactError::new("the fund", &why))?;
        let size = closed.entry + 1;
        let root = tiles::roots(facts, &[size])?;
        let root = root.first().ok_or_else(|| FactError::new("the root", &"it is not there"))?;
        let (done, undone) = (&close.moved.done, &close.moved.undone);
        let reversals = Move::ALL.iter().map(|kind| undone.of(*kind).count).sum::<u64>();
        let refund = done.refund;
        let ever = |kind| yuan(close.ever.net(kind));
        Ok(Some(Bulletin {
            fund: fund.name.to_string(),
            holder: fund.holder.to_string(),
            day,
            received: less(done.gift, undone.gift),
            paid: less(done.pay, undone.pay),
            back: (refund.count + reversals > 0)
                .then(|| (refund.count, yuan(refund.fen), reversals)),
            received_ever: yuan(close.ever.received()),
            paid_ever: ever(Move::Pay),
            fees: ever(Move::Fee),
            interest: ever(Move::Interest),
            held: yuan(close.closing.held.total()),
            promised: yuan(close.closing.promised),
            restricted: some(close.closing.pots.0.total()),
            agency: some(close.closing.agency.0),
            others: others(&close.ever),
            boxes: some(boxes(&close.ever)),
            back_ever: some(close.ever.net(Move::Clawback)),
            sponsors: sponsors(&close.ever),
            rest: rest(close),
            fingerprint: fingerprint(&root.0),
            size,
        }))
    }

    /// The text, each line with its newline; `url` is the address of the public page.
    ///
    /// The fingerprint is that of the root after the close, which the public page names for the
    /// last days: whoever pastes the text pins the ledger in as many telephones as the group has.
    pub fn text(&self, url: Option<&str>, lang: Lang) -> String {
        let Bulletin { fund, day, fingerprint, size, .. } = self;
        let mut out = match lang {
            Lang::Zh => format!("【{fund}】{day} 日结\n"),
            Lang::En => format!("[{fund}] close of {day}\n"),
        };
        self.numbers(lang, &mut out);
        // Writing to a String cannot fail.
        let _ = match lang {
            Lang::Zh => writeln!(out, "账本指纹 {fingerprint}（共 {size} 条记录）"),
            Lang::En => {
                let size = agreed!("{size} entries");
                writeln!(out, "Ledger fingerprint {fingerprint} ({size})")
            }
        };
        if let Some(url) = url {
            let _ = writeln!(out, "{url}");
        }
        let check = match (url, lang) {
            (Some(_), Lang::Zh) => "核对：点开链接，看当天日结的账本指纹与这里是否相同",
            (None, Lang::Zh) => "核对：打开公示页面，看当天日结的账本指纹与这里是否相同",
            (Some(_), Lang::En) => {
                "To check: open the link and compare the ledger fingerprint of that day's close"
            }
            (None, Lang::En) => {
                "To check: open the public page and compare the ledger fingerprint of that day's close"
            }
        };
        let _ = writeln!(out, "{check}");
        out
    }

    /// The day's numbers and the totals.
    fn numbers(&self, lang: Lang, out: &mut String) {
        let ((gifts, gift), (pays, pay)) = (&self.received, &self.paid);
        let _ = match lang {
            Lang::Zh => writeln!(out, "今日收到 {gifts} 笔 {gift}\n今日发放 {pays} 笔 {pay}"),
            Lang::En => {
                writeln!(out, "Received today: {gifts}, {gift}\nPaid today: {pays}, {pay}")
            }
        };
        if let Some(back) = self.back(lang) {
            let _ = writeln!(out, "{back}");
        }
        let Bulletin { received_ever, paid_ever, fees, interest, .. } = self;
        let _ = match lang {
            Lang::Zh => writeln!(
                out,
                "累计收到 {received_ever}，发放 {paid_ever}\n手续费 {fees}，利息 {interest}"
            ),
            Lang::En => writeln!(
                out,
                "Received in all: {received_ever}, paid {paid_ever}\nFees {fees}, interest {interest}"
            ),
        };
        if let Some((granted, spent)) = &self.others {
            let _ = match lang {
                Lang::Zh => writeln!(out, "财政、配捐、变卖 {granted}，项目与管理支出 {spent}"),
                Lang::En => writeln!(
                    out,
                    "Appropriations, matching, sales {granted}; programmes, management {spent}"
                ),
            };
        }
        let boxes = self.boxes.as_ref().map(|fen| {
            lang.pick(format!("募捐箱、广场募捐 {fen}"), format!("Boxes and squares {fen}"))
        });
        let sponsors = self.sponsors.as_ref().map(|(entrusted, passed)| {
            lang.pick(
                format!("结对代收 {entrusted}，代付 {passed}"),
                format!("Entrusted by sponsors {entrusted}, passed on {passed}"),
            )
        });
        let back = self.back_ever.as_ref().map(|fen| {
            lang.pick(format!("收回已发放款 {fen}"), format!("Payments clawed back {fen}"))
        });
        let more: Vec<_> = [boxes, sponsors, back].into_iter().flatten().collect();
        if !more.is_empty() {
            let _ = writeln!(out, "{}", more.join(lang.pick("；", "; ")));
        }
        self.left(lang, out);
    }

    /// What is left, and what of it is told apart.
    fn left(&self, lang: Lang, out: &mut String) {
        let Bulletin { held, promised, restricted, agency, .. } = self;
        let _ = match lang {
            Lang::Zh => write!(out, "结余 {held}，其中待发放 {promised}"),
            Lang::En => write!(out, "Left: {held}, of which promised {promised}"),
        };
        let apart = [
            (restricted, lang.pick("，限定用途 ", ", restricted ")),
            (agency, lang.pick("，代收代付 ", ", to be passed on ")),
        ];
        for (fen, name) in apart {
            if let Some(fen) = fen {
                let _ = write!(out, "{name}{fen}");
            }
        }
        out.push('\n');
    }

    /// The line about what was given or booked back on the day, if anything was.
    pub fn back(&self, lang: Lang) -> Option<String> {
        let (refunds, refund, reversals) = self.back.as_ref()?;
        Some(lang.pick(
            format!("今日退款 {refunds} 笔 {refund}，冲正 {reversals} 笔"),
            format!("Refunded today: {refunds}, {refund}; reversed: {reversals}"),
        ))
    }
}

/// An amount that is worth telling.
fn some(fen: Fen) -> Option<String> {
    (fen > Fen::ZERO).then(|| yuan(fen))
}

/// What came in beside gifts and interest, and what was spent beside payments and fees.
fn others(ever: &Moves) -> Option<(String, String)> {
    let granted = [Move::Grant, Move::Match, Move::Proceeds].map(|kind| ever.net(kind));
    let granted = granted.iter().fold(Fen::ZERO, |sum, fen| sum.plus(*fen).unwrap_or(Fen::MAX));
    let spent = ever.net(Move::Spend);
    (granted > Fen::ZERO || spent > Fen::ZERO).then(|| (yuan(granted), yuan(spent)))
}

/// What sponsors entrusted, and what of it was passed on.
fn sponsors(ever: &Moves) -> Option<(String, String)> {
    let [entrusted, passed] = [Move::Entrust, Move::Pass].map(|kind| ever.net(kind));
    (entrusted > Fen::ZERO || passed > Fen::ZERO).then(|| (yuan(entrusted), yuan(passed)))
}

/// What is left without what was received, paid, cost fees or brought interest: all else.
fn rest(close: &Close) -> Option<String> {
    let ever = |kind| close.ever.net(kind);
    let (held, received) = (close.closing.held.total(), close.ever.received());
    let rest = Amount::into_fund(
        &[held, ever(Move::Pay), ever(Move::Fee)],
        &[received, ever(Move::Interest)],
    );
    (rest.class() != "none").then(|| rest.to_string())
}

/// What boxes and squares brought, with what was found later.
fn boxes(ever: &Moves) -> Fen {
    let sum = ever.net(Move::Collect).plus(ever.net(Move::Surplus)).unwrap_or(Fen::MAX);
    sum.minus(ever.net(Move::Shortage)).unwrap_or_default()
}

/// How many were done, and what is left of their sum: what was booked back is no longer received or
/// paid, whichever day it was booked first.
fn less(done: Tally, undone: Tally) -> (u64, String) {
    let fen = done.fen.minus(undone.fen);
    (done.count, fen.map_or_else(|| format!("-{}", yuan(undone.fen)), yuan))
}
