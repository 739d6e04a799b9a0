//! What every day moved, as the forms ask for it: which flow it was, and which book it changed.
//!
//! ```text
//! entries ── the rules once more ── Movement ── Flow × Book, day by day ── sums of any days
//! ```
//!
//! One movement changes two books, so the same figures give what came in and what it cost (free
//! money and pots), where the cash went (accounts), and what is held and owed in the end (all).

use super::net::Net;
use crate::domain::books::Past;
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::line::document::Document;
use crate::domain::line::funds::expense::{Class, Expense};
use crate::domain::line::notice::Notice;
use crate::domain::line::reverse::Reverse;
use crate::domain::sums::{Book, Move};
use crate::domain::text::{Id, Place};
use crate::domain::time::Day;
use crate::export::{Format, Movement};
use crate::words;
use std::collections::BTreeMap;

words! {
    /// What a movement is in the eyes of an office.
    pub enum Flow {
        /// Gifts.
        Gift = "gift", "收到捐款", "gifts received";
        /// Gifts given back.
        Refund = "refund", "减：退回捐款", "less gifts given back";
        /// Money counted out of donation boxes.
        Boxes = "boxes", "募捐箱收入", "boxes and squares";
        /// Money of a government office.
        Grant = "grant", "政府补助收入", "government grants";
        /// Money that a platform added.
        Match = "match", "平台配捐收入", "platform matching";
        /// Money that goods were sold for.
        Proceeds = "proceeds", "变卖收入", "proceeds of sales";
        /// Cash that was more than counted.
        Surplus = "surplus", "现金长款", "cash surpluses";
        /// Interest.
        Interest = "interest", "利息收入", "interest";
        /// Money of sponsors that became the fund's by their consent.
        Kept = "kept", "代收款经同意转入", "entrusted money kept by consent";
        /// Help for students.
        Student = "student", "资助学生", "help for students";
        /// Help that came back.
        Clawback = "clawback", "减：收回资助", "less help that came back";
        /// What else programmes cost.
        Programme = "programme", "项目支出", "other programme costs";
        /// What management costs.
        Management = "management", "管理费用", "management";
        /// What raising money costs.
        Fundraising = "fundraising", "筹资费用", "fundraising";
        /// What banks and wallets charge.
        Fee = "fee", "手续费", "fees of banks and wallets";
        /// Cash that was less than counted.
        Shortage = "shortage", "现金短款", "cash shortages";
        /// Money given another purpose.
        Rededicate = "rededicate", "用途变更", "changes of purpose";
        /// Money of sponsors arrived, to be passed on.
        Entrust = "entrust", "收到代收款", "money entrusted";
        /// Money of sponsors was passed on.
        Pass = "pass", "代付", "money passed on";
        /// Money moved between the fund's own accounts.
        Transfer = "transfer", "内部转账", "transfers";
    }
}

/// Where a flow stands in the statement of activities.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Side {
    /// Income, which a refund makes less.
    Income,
    /// A cost.
    Cost,
    /// Neither: it changes no net assets, or only their purpose.
    Neither,
}

/// Where a flow stands among the cash flows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cash {
    /// Cash comes in.
    In,
    /// Cash goes out.
    Out,
    /// It stays within the fund.
    Within,
}

impl Flow {
    /// The flow of a movement. `class` is that of the expense which was promised or paid; without
    /// one it was help for a student.
    pub fn of(kind: Move, debit: Book, credit: Book, class: Option<Class>) -> Flow {
        match kind {
            Move::Gift => Flow::Gift,
            Move::Refund => Flow::Refund,
            Move::Interest => Flow::Interest,
            Move::Fee => Flow::Fee,
            Move::Transfer => Flow::Transfer,
            Move::Grant => Flow::Grant,
            Move::Match => Flow::Match,
            Move::Proceeds => Flow::Proceeds,
            Move::Entrust => Flow::Entrust,
            Move::Pass => Flow::Pass,
            Move::Clawback => Flow::Clawback,
            Move::Collect => Flow::Boxes,
            Move::Surplus => Flow::Surplus,
            Move::Shortage => Flow::Shortage,
            Move::Rededicate if [debit, credit].contains(&Book::Agency) => Flow::Kept,
            Move::Rededicate => Flow::Rededicate,
            Move::Promise | Move::Pay | Move::Spend => match class {
                None => Flow::Student,
                Some(Class::Programme) => Flow::Programme,
                Some(Class::Management) => Flow::Management,
                Some(Class::Fundraising) => Flow::Fundraising,
            },
        }
    }

    /// Its place in the statement of activities.
    pub fn side(self) -> Side {
        match self {
            Flow::Gift
            | Flow::Refund
            | Flow::Grant
            | Flow::Match
            | Flow::Proceeds
            | Flow::Boxes
            | Flow::Surplus
            | Flow::Interest
            | Flow::Kept => Side::Income,
            Flow::Student
            | Flow::Clawback
            | Flow::Programme
            | Flow::Management
            | Flow::Fundraising
            | Flow::Shortage
            | Flow::Fee => Side::Cost,
            Flow::Rededicate | Flow::Entrust | Flow::Pass | Flow::Transfer => Side::Neither,
        }
    }

    /// Its place among the cash flows.
    pub fn cash(self) -> Cash {
        match self {
            Flow::Gift
            | Flow::Grant
            | Flow::Match
            | Flow::Proceeds
            | Flow::Boxes
            | Flow::Surplus
            | Flow::Interest
            | Flow::Clawback
            | Flow::Entrust => Cash::In,
            Flow::Refund
            | Flow::Student
            | Flow::Programme
            | Flow::Management
            | Flow::Fundraising
            | Flow::Shortage
            | Flow::Fee
            | Flow::Pass => Cash::Out,
            Flow::Kept | Flow::Rededicate | Flow::Transfer => Cash::Within,
        }
    }
}

/// What some days moved.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Figures {
    /// By how much each flow changed each book: more is positive.
    by: BTreeMap<(Flow, Book), Net>,
    /// What each campaign cost in management and fundraising that was paid.
    costs: BTreeMap<Id, Net>,
    /// What was paid of the promises from each pot.
    paid: BTreeMap<Id, Net>,
}

impl Figures {
    /// By how much flows that are `one` changed books that are `on`.
    pub fn sum(&self, one: impl Fn(Flow) -> bool, on: impl Fn(Book) -> bool) -> Net {
        let some = self.by.iter().filter(|((flow, book), _)| one(*flow) && on(*book));
        some.map(|(_, net)| *net).sum()
    }

    /// By how much everything changed books that are `on`.
    pub fn all(&self, on: impl Fn(Book) -> bool) -> Net {
        self.sum(|_| true, on)
    }

    /// What the campaign cost in management and fundraising that was paid.
    pub fn costs(&self, campaign: Id) -> Net {
        self.costs.get(&campaign).copied().unwrap_or_default()
    }

    /// What was paid of the promises from the pot.
    pub fn paid(&self, pot: Id) -> Net {
        self.paid.get(&pot).copied().unwrap_or_default()
    }

    fn add(&mut self, more: &Figures) {
        more.by.iter().for_each(|(key, net)| *self.by.entry(*key).or_default() += *net);
        more.costs.iter().for_each(|(id, net)| *self.costs.entry(*id).or_default() += *net);
        more.paid.iter().for_each(|(id, net)| *self.paid.entry(*id).or_default() += *net);
    }

    fn book(&mut self, m: &Movement<'_>, spent: Option<&Line>) {
        let expense = match spent {
            Some(Line::Expense(expense)) => Some(&**expense),
            _ => None,
        };
        let (debit, credit) = (m.posting.debit, m.posting.credit);
        let flow = Flow::of(m.kind, debit, credit, expense.map(|expense| expense.class));
        let net = Net::from(m.posting.fen);
        // What a debit makes more a credit makes less: money held on one side, all else on the
        // other.
        let debited = if is_held(debit) { net } else { -net };
        let credited = if is_held(credit) { -net } else { net };
        *self.by.entry((flow, debit)).or_default() += debited;
        *self.by.entry((flow, credit)).or_default() += credited;
        let paid = match m.kind {
            Move::Pay | Move::Spend => net,
            Move::Clawback => -net,
            _ => return,
        };
        let paid = if m.undone { -paid } else { paid };
        let pot = match spent {
            Some(Line::Expense(expense)) => expense.pot,
            Some(Line::Allocate(allocate)) => allocate.pot,
            _ => None,
        };
        if let Some(pot) = pot {
            *self.paid.entry(pot).or_default() += paid;
        }
        if let Some(Expense { campaign: Some(campaign), class, .. }) = expense
            && *class != Class::Programme
        {
            *self.costs.entry(*campaign).or_default() += paid;
        }
    }
}

/// Whether a book is an account of money.
pub fn is_held(book: Book) -> bool {
    matches!(book, Book::Held(_))
}

/// Whether a book is money with a purpose.
pub fn is_pot(book: Book) -> bool {
    matches!(book, Book::Pot(_))
}

/// A line that a report lists, where it stands and on which business day.
#[derive(Clone, Debug)]
pub struct Noted<T> {
    /// Where it stands.
    pub place: Place,
    /// The business day.
    pub day: Day,
    /// The line.
    pub line: T,
}

/// Everything the forms need to know of the entries.
pub struct Diary<'p> {
    past: &'p dyn Past,
    days: BTreeMap<Day, Figures>,
    /// Reversals, and how much money each moved back, if any.
    pub reversals: Vec<Noted<(Reverse, Option<Net>)>>,
    /// Notices of correction.
    pub notices: Vec<Noted<Notice>>,
    /// Papers that belong to a line.
    pub papers: Vec<Noted<Place>>,
    /// What the reversals of the entry at hand moved back.
    undone: BTreeMap<Place, Net>,
}

impl<'p> Diary<'p> {
    /// Nothing yet; `past` knows the lines that others are about.
    pub fn new(past: &'p dyn Past) -> Diary<'p> {
        let (days, undone) = (BTreeMap::new(), BTreeMap::new());
        let (reversals, notices, papers) = (Vec::new(), Vec::new(), Vec::new());
        Diary { past, days, reversals, notices, papers, undone }
    }

    /// What the days from `from` up to `until` moved, both included.
    pub fn within(&self, from: Day, until: Day) -> Figures {
        let mut sum = Figures::default();
        if from <= until {
            self.days.range(from..=until).for_each(|(_, figures)| sum.add(figures));
        }
        sum
    }

    /// What everything up to `until` moved, that day included.
    pub fn until(&self, until: Day) -> Figures {
        self.within(Day::FIRST, until)
    }

    /// What everything before `day` moved.
    pub fn before(&self, day: Day) -> Figures {
        day.offset(-1).map(|last| self.until(last)).unwrap_or_default()
    }

    /// The earlier line at `place`.
    pub fn line(&self, place: Place) -> Option<Line> {
        self.past.line(place)
    }

    /// The allocation or expense that `line` promised, paid, clawed back or took back.
    fn spent(&self, line: &Line) -> Option<Line> {
        let of = match line {
            Line::Approve(approve) => approve.of,
            Line::Pay(pay) => pay.of,
            Line::Clawback(back) => back.of,
            Line::Reverse(reverse) => reverse.of,
            _ => return None,
        };
        match self.past.line(of)? {
            line @ (Line::Pay(_) | Line::Clawback(_)) => self.spent(&line),
            other => Some(other),
        }
    }
}

impl Format for Diary<'_> {
    fn movement(&mut self, m: &Movement<'_>) -> String {
        let asks = matches!(m.kind, Move::Promise | Move::Pay | Move::Spend | Move::Clawback);
        let spent = if asks { self.spent(m.line) } else { None };
        self.days.entry(m.day).or_default().book(m, spent.as_ref());
        if m.undone {
            // Where a line takes back two movements, the first is the one it is about.
            self.undone.entry(m.place).or_insert_with(|| m.posting.fen.into());
        }
        String::new()
    }

    fn entry(&mut self, entry: &Entry, day: Day) {
        for (line, number) in entry.voucher.lines.iter().zip(0..) {
            let place = Place { entry: entry.seq, line: number };
            match line {
                Line::Reverse(reverse) => {
                    let net = self.undone.get(&place).copied();
                    self.reversals.push(Noted { place, day, line: (reverse.clone(), net) });
                }
                Line::Notice(notice) => {
                    self.notices.push(Noted { place, day, line: (**notice).clone() });
                }
                Line::Document(Document { of: Some(of), .. }) => {
                    self.papers.push(Noted { place, day, line: *of });
                }
                _ => {}
            }
        }
        self.undone.clear();
    }
}
