//! The roll-up as a table, as a workbook for spreadsheets, and as an object for programs.

use super::{Flowed, Fund, Rollup, Standing, Sum};
use crate::domain::line::student::Level;
use crate::domain::money::Fen;
use crate::domain::text::Lang;
use crate::publish::table_row;
use crate::report::net::Net;
use crate::report::workbook::{self, Look, Sheet, workbook};
use serde_json::{Value, json};
use std::io;

/// The version of the object.
const SCHEMA: u32 = 1;

/// The heads of the table's columns, and how wide they are in a workbook (characters).
const COLUMNS: [(&str, u32); 24] = [
    ("行 row", 12),
    ("代号 id", 14),
    ("名称 name", 30),
    ("级别 level", 12),
    ("上级 parent", 14),
    ("核验 verified", 12),
    ("账本数 ledgers", 10),
    ("其中通过 of them verified", 10),
    ("收到捐款 gifts", 16),
    ("其他收入 other income", 16),
    ("发放学生 to students", 16),
    ("其他支出 other spending", 16),
    ("代收 entrusted", 16),
    ("代付 passed on", 16),
    ("结存 held", 16),
    ("内部往来 between them", 16),
    ("小学 primary", 10),
    ("初中 junior", 10),
    ("高中 senior", 10),
    ("大学 college", 10),
    ("日结至 closed", 24),
    ("记录数 entries", 10),
    ("根 root", 68),
    ("来源 source", 30),
];

/// What stands in a cell of the table.
enum Field {
    Word(String),
    Yuan(Fen),
    Count(u64),
    Nothing,
}

impl Field {
    /// A text; nothing if there is none.
    fn word(text: Option<String>) -> Field {
        text.map_or(Field::Nothing, Field::Word)
    }

    fn count(count: usize) -> Field {
        Field::Count(u64::try_from(count).unwrap_or(u64::MAX))
    }

    fn text(&self) -> String {
        match self {
            Field::Word(text) => text.clone(),
            Field::Yuan(fen) => fen.to_string(),
            Field::Count(count) => count.to_string(),
            Field::Nothing => String::new(),
        }
    }

    fn cell(self, sum: bool) -> (workbook::Value, Look) {
        let (named, figure) = if sum { (Look::Bold, Look::Sum) } else { (Look::Plain, Look::Yuan) };
        match self {
            Field::Word(text) => (workbook::Value::Text(text), named),
            Field::Yuan(fen) => (workbook::Value::yuan(Net::from(fen)), figure),
            Field::Count(count) => (workbook::Value::Number(count.to_string()), named),
            Field::Nothing => (workbook::Value::Nothing, named),
        }
    }
}

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
                format!("{fen:#} 元，两边账本一致，合计中已扣除"),
                format!("{fen:#} yuan in both ledgers, counted once"),
            ),
            Flowed::Differ(paid, received) => lang.pick(
                format!("付 {paid:#} 元、收 {received:#} 元，对不上，没有扣除"),
                format!("{paid:#} yuan paid and {received:#} received: not taken off"),
            ),
            Flowed::Paid(why) => {
                let why = why.text(lang);
                lang.pick(
                    format!("付款方：{why}；没有扣除"),
                    format!("the fund that paid: {why}; not taken off"),
                )
            }
            Flowed::Received(why) => {
                let why = why.text(lang);
                lang.pick(
                    format!("收款方：{why}；没有扣除"),
                    format!("the fund that received: {why}; not taken off"),
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
        let head = table_row(&COLUMNS.map(|(name, _)| name.to_owned()));
        let rows = self.rows().map(|(_, row)| table_row(&row.map(|field| field.text())));
        // Without the mark a spreadsheet on a Chinese Windows reads another encoding.
        ["\u{feff}".to_owned(), head].into_iter().chain(rows).collect()
    }

    /// The same as an XLSX workbook, its figures as numbers; what the list names of money between
    /// the funds is on a sheet of its own.
    ///
    /// # Errors
    /// Those of [`workbook`].
    pub fn xlsx(&self) -> io::Result<Vec<u8>> {
        let mut all = Sheet::new("各级汇总", &COLUMNS.map(|(_, width)| width));
        all.line(format!("{} 各级汇总 all levels together", self.name), Look::Title);
        all.line(
            "单位：元 in yuan；只计核验通过的账本 only ledgers that were verified",
            Look::Plain,
        );
        all.gap();
        all.row(COLUMNS.map(|(name, _)| (workbook::Value::Text(name.into()), Look::Head)));
        for (sum, row) in self.rows() {
            all.row(row.map(|field| field.cell(sum)));
        }
        let mut sheets = vec![all];
        if !self.flows.is_empty() {
            sheets.push(self.between());
        }
        workbook(&sheets)
    }

    /// The sheet about money between the funds.
    fn between(&self) -> Sheet {
        let mut sheet = Sheet::new("内部往来", &[30, 12, 30, 12, 16, 60]);
        let heads = [
            "付款方 from",
            "位置 place",
            "收款方 to",
            "位置 place",
            "扣除 taken off",
            "结果 outcome",
        ];
        sheet.row(heads.map(|name| (workbook::Value::Text(name.into()), Look::Head)));
        let named = |at: usize| self.funds.get(at).map(|fund| fund.listed.name.to_string());
        for (flow, outcome) in &self.flows {
            let fen =
                if let Flowed::Both(fen) = outcome { Field::Yuan(*fen) } else { Field::Nothing };
            let told = format!("{} {}", outcome.text(Lang::Zh), outcome.text(Lang::En));
            let row = [
                Field::word(named(flow.from)),
                Field::Word(flow.paid.to_string()),
                Field::word(named(flow.to)),
                Field::Word(flow.received.to_string()),
                fen,
                Field::Word(told),
            ];
            sheet.row(row.map(|field| field.cell(false)));
        }
        sheet
    }

    /// Whether others stand under the fund at `at`.
    pub(super) fn has_under(&self, at: usize) -> bool {
        self.funds.iter().any(|fund| fund.listed.parent == Some(at))
    }

    /// The table's rows, each with whether it sums others up.
    fn rows(&self) -> impl Iterator<Item = (bool, [Field; 24])> {
        let own = self.funds.iter().filter(|fund| !matches!(fund.standing, Standing::Place));
        let sums = self.funds.iter().zip(0..).filter(|(_, at)| self.has_under(*at));
        let own = own.map(|fund| (false, self.row(fund, false)));
        own.chain(sums.map(|(fund, _)| (true, self.row(fund, true))))
    }

    fn row(&self, fund: &Fund, all: bool) -> [Field; 24] {
        let sum = if all { fund.sum } else { Sum::of(&fund.standing) };
        let account = match &fund.standing {
            Standing::Verified(account) if !all => Some(account),
            _ => None,
        };
        let parent = fund.listed.parent.and_then(|at| self.funds.get(at));
        let known = sum.verified > 0;
        let fen = |fen: Fen| if known { Field::Yuan(fen) } else { Field::Nothing };
        let count = |level| {
            if known { Field::Count(sum.figures.of_level(level)) } else { Field::Nothing }
        };
        let closed = sum.closed.map(|(first, last)| {
            if first == last { first.to_string() } else { format!("{first} … {last}") }
        });
        let source = fund.listed.ledger.as_ref().filter(|_| !all);
        let f = &sum.figures;
        [
            Field::Word(if all { "合计 sum" } else { "基金 fund" }.to_owned()),
            Field::Word(fund.listed.id.to_string()),
            Field::Word(fund.listed.name.to_string()),
            Field::Word(fund.listed.tier.word().to_owned()),
            Field::word(parent.map(|above| above.listed.id.to_string())),
            Field::word((!all).then(|| fund.standing.word().to_owned())),
            Field::count(sum.ledgers),
            Field::count(sum.verified),
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
            Field::word(closed),
            account.map_or(Field::Nothing, |account| Field::Count(account.size)),
            Field::word(account.map(|account| account.root.clone())),
            Field::word(source.map(|ledger| ledger.source.clone())),
        ]
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
