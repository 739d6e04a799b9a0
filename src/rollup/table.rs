//! The roll-up as a table for spreadsheets and as an object for programs.

use super::{Flowed, Fund, Rollup, Standing, Sum};
use crate::domain::line::student::Level;
use crate::domain::money::Fen;
use crate::domain::text::Lang;
use crate::publish::table_row;
use serde_json::{Value, json};

/// The version of the object.
const SCHEMA: u32 = 1;

impl Standing {
    /// One word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Standing::Place => "place",
            Standing::Verified(_) => "verified",
            Standing::False(_) => "false",
            Standing::Unchecked(_) => "unchecked",
        }
    }

    /// What people read.
    pub fn name(&self, lang: Lang) -> &'static str {
        match self {
            Standing::Place => lang.pick("没有自己的账本", "no ledger of its own"),
            Standing::Verified(_) => lang.pick("核验通过", "verified"),
            Standing::False(_) => lang.pick("有假，未计入", "false, not in the sums"),
            Standing::Unchecked(_) => {
                lang.pick("未能核验，未计入", "could not be checked, not in the sums")
            }
        }
    }

    /// Why it is not in the sums; empty if it is.
    pub fn why(&self, lang: Lang) -> &str {
        match self {
            Standing::False(why) | Standing::Unchecked(why) => why.text(lang),
            Standing::Place | Standing::Verified(_) => "",
        }
    }
}

impl Flowed {
    /// One word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Flowed::Both(_) => "both",
            Flowed::Differ(..) => "differ",
            Flowed::Paid(_) | Flowed::Received(_) => "not-there",
            Flowed::Unknown => "unchecked",
        }
    }

    /// What people read.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Flowed::Both(fen) => lang.pick(
                format!("{fen} 元，两边账本一致，合计中已扣除"),
                format!("{fen} yuan in both ledgers, counted once"),
            ),
            Flowed::Differ(paid, received) => lang.pick(
                format!("付 {paid} 元、收 {received} 元，对不上，没有扣除"),
                format!("{paid} yuan paid and {received} received: not taken off"),
            ),
            Flowed::Paid(why) => {
                let why = why.text(lang);
                lang.pick(
                    format!("付款方：{why}；没有扣除"),
                    format!("who paid: {why}; not taken off"),
                )
            }
            Flowed::Received(why) => {
                let why = why.text(lang);
                lang.pick(
                    format!("收款方：{why}；没有扣除"),
                    format!("who received: {why}; not taken off"),
                )
            }
            Flowed::Unknown => lang.pick(
                "有一方未通过核验，没有扣除".to_owned(),
                "one of the two was not verified; not taken off".to_owned(),
            ),
        }
    }
}

impl Rollup {
    /// As a table (RFC 4180): one row a fund with its own figures, then one for each that has
    /// others under it with what all of them come to.
    pub fn csv(&self) -> String {
        let head = [
            "行 row",
            "代号 id",
            "名称 name",
            "级别 level",
            "上级 parent",
            "核验 verified",
            "账本数 ledgers",
            "其中通过 of them verified",
            "收到捐款 gifts",
            "其他收入 other income",
            "发放学生 to students",
            "其他支出 other spending",
            "代收 entrusted",
            "代付 passed on",
            "结存 held",
            "内部往来 between them",
            "小学 primary",
            "初中 junior",
            "高中 senior",
            "大学 college",
            "日结至 closed",
            "记录数 entries",
            "根 root",
            "来源 source",
        ];
        // Without the mark a spreadsheet on a Chinese Windows reads another encoding.
        let mut out = format!("\u{feff}{}", table_row(&head.map(str::to_owned)));
        for fund in &self.funds {
            if !matches!(fund.standing, Standing::Place) {
                out += &self.row(fund, false);
            }
        }
        for fund in self.funds.iter().zip(0..).filter(|(_, at)| self.has_under(*at)) {
            out += &self.row(fund.0, true);
        }
        out
    }

    /// Whether others stand under the fund at `at`.
    pub(super) fn has_under(&self, at: usize) -> bool {
        self.funds.iter().any(|fund| fund.listed.parent == Some(at))
    }

    fn row(&self, fund: &Fund, all: bool) -> String {
        let sum = if all { fund.sum } else { Sum::of(&fund.standing) };
        let account = match &fund.standing {
            Standing::Verified(account) if !all => Some(account),
            _ => None,
        };
        let parent = fund.listed.parent.and_then(|at| self.funds.get(at));
        let known = sum.verified > 0;
        let fen = |fen: Fen| if known { fen.to_string() } else { String::new() };
        let count =
            |level| if known { sum.figures.of_level(level).to_string() } else { String::new() };
        let closed = match sum.closed {
            Some((first, last)) if first == last => first.to_string(),
            Some((first, last)) => format!("{first} … {last}"),
            None => String::new(),
        };
        let source = fund.listed.ledger.as_ref().filter(|_| !all);
        let f = &sum.figures;
        table_row(&[
            if all { "合计 sum" } else { "基金 fund" }.to_owned(),
            fund.listed.id.to_string(),
            fund.listed.name.to_string(),
            fund.listed.tier.word().to_owned(),
            parent.map(|above| above.listed.id.to_string()).unwrap_or_default(),
            if all { String::new() } else { fund.standing.word().to_owned() },
            sum.ledgers.to_string(),
            sum.verified.to_string(),
            fen(f.received),
            fen(f.other),
            fen(f.paid),
            fen(f.spent),
            fen(f.entrusted),
            fen(f.passed),
            fen(f.held),
            fen(sum.between),
            count(Level::Primary),
            count(Level::Junior),
            count(Level::Senior),
            count(Level::College),
            closed,
            account.map(|a| a.size.to_string()).unwrap_or_default(),
            account.map(|a| a.root.clone()).unwrap_or_default(),
            source.map(|l| l.source.clone()).unwrap_or_default(),
        ])
    }

    /// As an object. Amounts are whole fen.
    pub fn object(&self) -> Value {
        let id = |at: usize| self.funds.get(at).map(|fund| fund.listed.id.to_string());
        let funds = self.funds.iter().map(|fund| {
            json!({
                "id": fund.listed.id.to_string(),
                "name": fund.listed.name.to_string(),
                "level": fund.listed.tier.word(),
                "parent": fund.listed.parent.and_then(id),
                "standing": fund.standing.word(),
                "why": {"zh": fund.standing.why(Lang::Zh), "en": fund.standing.why(Lang::En)},
                "ledger": ledger(fund),
                "sum": sum(&fund.sum),
            })
        });
        let flows = self.flows.iter().map(|(flow, outcome)| {
            json!({
                "from": id(flow.from),
                "paid": flow.paid.to_string(),
                "to": id(flow.to),
                "received": flow.received.to_string(),
                "outcome": outcome.word(),
                "fen": if let Flowed::Both(fen) = outcome { Some(fen.get()) } else { None },
                "text": {"zh": outcome.text(Lang::Zh), "en": outcome.text(Lang::En)},
            })
        });
        json!({
            "schema": SCHEMA,
            "name": self.name.to_string(),
            "verdict": self.verdict(),
            "total": sum(&self.total()),
            "funds": funds.collect::<Vec<_>>(),
            "flows": flows.collect::<Vec<_>>(),
        })
    }
}

fn ledger(fund: &Fund) -> Value {
    let Some(at) = &fund.listed.ledger else { return Value::Null };
    let mut object = json!({"source": at.source, "vkey": at.key.to_string()});
    let (Standing::Verified(account), Some(all)) = (&fund.standing, object.as_object_mut()) else {
        return object;
    };
    let more = json!({
        "name": account.name,
        "holder": account.holder,
        "size": account.size,
        "root": account.root,
        "root_fingerprint": account.root_fingerprint,
        "closed": account.closed.map(|(day, _)| day.to_string()),
        "close_entry": account.closed.map(|(_, entry)| entry),
        "since_close": account.since_close,
        "url": account.address,
        "figures": figures(&Sum::of(&fund.standing)),
    });
    if let Value::Object(more) = more {
        all.extend(more);
    }
    object
}

fn figures(sum: &Sum) -> Value {
    let f = &sum.figures;
    let students: serde_json::Map<_, _> = Level::ALL
        .iter()
        .map(|level| (level.word().to_owned(), f.of_level(*level).into()))
        .chain([("total".to_owned(), f.students.total().into())])
        .collect();
    json!({
        "received": f.received.get(),
        "other": f.other.get(),
        "paid": f.paid.get(),
        "spent": f.spent.get(),
        "entrusted": f.entrusted.get(),
        "passed": f.passed.get(),
        "held": f.held.get(),
        "students": students,
    })
}

fn sum(sum: &Sum) -> Value {
    let mut object = figures(sum);
    let more = json!({
        "ledgers": sum.ledgers,
        "verified": sum.verified,
        "between": sum.between.get(),
        "income": sum.income().get(),
        "spending": sum.spending().get(),
        "closed_first": sum.closed.map(|(first, _)| first.to_string()),
        "closed_last": sum.closed.map(|(_, last)| last.to_string()),
    });
    if let (Some(all), Value::Object(more)) = (object.as_object_mut(), more) {
        all.extend(more);
    }
    object
}
