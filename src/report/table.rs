//! Forms as tables, before anybody writes them out: every renderer prints these and computes
//! nothing.

use super::net::Net;
use super::period::Period;
use crate::domain::english::agreed;
use crate::domain::line::funds::Points;
use crate::domain::refusal::Both;
use crate::domain::text::Lang;
use crate::domain::time::Day;
use crate::words;

words! {
    /// A form that offices ask for.
    pub enum Form {
        /// What came in, what it cost, what that left.
        Activities = "activities", "业务活动表", "statement of activities";
        /// What is held, owed, and left of both.
        Position = "position", "资产负债表", "statement of position";
        /// Where cash came from and went to.
        CashFlow = "cash-flow", "现金流量表", "statement of cash flows";
        /// What each campaign and pot raised and spent.
        Campaigns = "campaigns", "募捐活动与专项收支表", "campaigns and restricted money";
        /// What was booked back, and which figures were corrected.
        Corrections = "corrections", "更正清单", "corrections";
        /// When which report is due.
        Due = "due", "信息公开到期表", "reports due";
    }
}

impl Form {
    /// Whether it holds amounts.
    pub fn in_yuan(self) -> bool {
        self != Form::Due
    }
}

/// A text in both languages.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Told {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Told {
    /// A text in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Told {
        Told { zh: zh.into(), en: en.into() }
    }

    /// What reads the same in both: a day, a handle, a fund's own words.
    pub fn same(text: impl Into<String>) -> Told {
        let zh = text.into();
        Told { en: zh.clone(), zh }
    }

    /// The one in the reader's language.
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

impl From<Both> for Told {
    fn from(Both(zh, en): Both) -> Told {
        Told::new(zh, en)
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Cell {
    /// Nothing: it has no figure there.
    Nothing,
    /// An amount.
    Yuan(Net),
    /// A number that is no amount.
    Count(u64),
    /// A part of a whole.
    Share(Points),
    /// A text.
    Word(Told),
}

impl Cell {
    /// A text that reads the same in both languages.
    pub fn same(text: impl Into<String>) -> Cell {
        Cell::Word(Told::same(text))
    }

    /// What people read; amounts with the thousands marked.
    pub fn people(&self, lang: Lang) -> String {
        match self {
            Cell::Nothing => String::new(),
            Cell::Yuan(net) => net.grouped(),
            Cell::Count(count) => count.to_string(),
            Cell::Share(part) => part.to_string(),
            Cell::Word(told) => told.pick(lang).to_owned(),
        }
    }
}

/// How a row stands out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Weight {
    /// A heading without figures.
    Head,
    /// One figure among others.
    Item,
    /// A part of the figure above it.
    Part,
    /// A sum of those above it.
    Total,
}

/// A column of figures or texts; the names of the rows stand before the first.
#[derive(Clone, Debug)]
pub struct Column {
    /// What programs call it.
    pub key: String,
    /// What people call it.
    pub name: Told,
    /// Whether it holds numbers.
    pub number: bool,
}

impl Column {
    /// A column of numbers.
    pub fn number(key: impl Into<String>, name: impl Into<Told>) -> Column {
        Column { key: key.into(), name: name.into(), number: true }
    }

    /// A column of texts.
    pub fn text(key: impl Into<String>, name: impl Into<Told>) -> Column {
        Column { key: key.into(), name: name.into(), number: false }
    }
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// What programs call it.
    pub key: String,
    /// How it stands out.
    pub weight: Weight,
    /// What people call it.
    pub name: Told,
    /// A cell for each column; none in a heading.
    pub cells: Vec<Cell>,
}

/// Rows under a head.
#[derive(Clone, Debug)]
pub struct Table {
    /// What programs call it.
    pub key: &'static str,
    /// What people call it; nothing if the form is this table alone.
    pub name: Option<Told>,
    /// What the rows are.
    pub of: Told,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A form, filled in.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Which.
    pub form: Form,
    /// Its tables.
    pub tables: Vec<Table>,
    /// What stands below them.
    pub notes: Vec<Told>,
}

/// A report: some forms about the same days.
#[derive(Clone, Debug)]
pub struct Report {
    /// What the fund is called.
    pub fund: String,
    /// Who runs it.
    pub holder: String,
    /// The log's name.
    pub origin: String,
    /// The days.
    pub period: Period,
    /// How many entries the figures come from.
    pub size: u64,
    /// The last closed day.
    pub closed: Option<Day>,
    /// The day on which it was made.
    pub made: Day,
    /// The forms.
    pub forms: Vec<Filled>,
}

impl Report {
    /// Whether every day of it is closed, so that no figure can change any more.
    pub fn is_final(&self) -> bool {
        self.closed.is_some_and(|closed| closed >= self.period.until)
    }

    /// What it is called: `2026 年 11 月月报`.
    pub fn title(&self, lang: Lang) -> String {
        let (name, kind) = (self.period.name(lang), self.period.kind.name(lang));
        lang.pick(format!("{name}{kind}"), format!("{name} {kind}"))
    }

    /// How far the books are closed, and what that means for the figures.
    pub fn state(&self) -> Told {
        let (size, until) = (self.size, self.period.until);
        match self.closed {
            Some(closed) if self.is_final() => Told::new(
                format!("已日结到 {closed}，依据前 {size} 条记录"),
                agreed!("closed up to {closed}; from the first {size} entries"),
            ),
            Some(closed) => Told::new(
                format!("未定稿：到 {until} 为止，只日结到 {closed}；依据前 {size} 条记录"),
                agreed!(
                    "not final: it ends on {until} and the books are closed up to {closed}; from the first {size} entries"
                ),
            ),
            None => Told::new(
                format!("未定稿：还没有日结；依据前 {size} 条记录"),
                agreed!("not final: no day is closed yet; from the first {size} entries"),
            ),
        }
    }
}
