//! The page of a closed day.

use super::amount::{Amount, Apart};
use super::gifts::GiftRows;
use super::link::{Link, row_id};
use super::out::student_of;
use super::{Frame, MAX_GIFTS, MAX_ROWS, clock, yuan};
use crate::domain::books::{Books, Touched};
use crate::domain::line::Line;
use crate::domain::line::allocate::{Proposal, Proposed};
use crate::domain::line::close::Close;
use crate::domain::line::pay::Pay;
use crate::domain::money::Fen;
use crate::domain::sums::{Move, Tally};
use crate::domain::text::{Id, Lang, Place};
use crate::publish::FactError;
use crate::publish::history::{Closed, History, Told};
use crate::publish::money::Way;
use crate::publish::path::Month;
use askama::Template;

/// The page of a closed day.
#[derive(Template)]
#[template(path = "day.html", config = "src/publish/pages/askama.toml")]
pub(super) struct DayPage {
    f: Frame,
    name: String,
    day: String,
    /// The month, for people and as links name it.
    month: (String, String),
    from: u64,
    entry: u64,
    at: String,
    at_stamp: String,
    /// The day before, as links name it and for people.
    previous: Option<(String, String)>,
    opening: String,
    closing: String,
    promised: String,
    free: String,
    apart: Apart,
    moves: Vec<MoveRow>,
    accounts: Vec<AccountRow>,
    students: Vec<(&'static str, u64)>,
    rows: DayRows,
}

/// Movements of one kind, or what was taken back of it.
struct MoveRow {
    amount: Amount,
    name: &'static str,
    undone: bool,
    count: u64,
    /// Where on the page its lines stand.
    mark: &'static str,
}

/// What an account held at the opening and at the close.
struct AccountRow {
    kind: &'static str,
    id: String,
    opening: String,
    closing: String,
}

/// The first [`MAX_ROWS`] rows of a kind and how many more there are.
struct Rows<T> {
    rows: Vec<T>,
    rest: u64,
}

impl<T> Rows<T> {
    const NONE: Rows<T> = Rows { rows: Vec::new(), rest: 0 };

    /// Adds a row, which is only made if there is room for it.
    fn push(&mut self, row: impl FnOnce() -> T) {
        if self.rows.len() < MAX_ROWS { self.rows.push(row()) } else { self.rest += 1 }
    }
}

/// What the day's entries say, by kind.
struct DayRows {
    gifts: GiftRows,
    grants: Rows<GrantRow>,
    pays: Rows<PayRow>,
    corrections: Rows<OtherRow>,
    others: Rows<OtherRow>,
}

/// An allocation or an approval of one.
struct GrantRow {
    id: String,
    place: Place,
    /// The folder of its page.
    page: String,
    what: String,
    of: Option<Link>,
    student: String,
    amount: String,
    proposer: String,
    approver: String,
    reversed: Option<Link>,
}

struct PayRow {
    id: String,
    place: Place,
    /// The folder of the allocation's page.
    page: String,
    of: Link,
    student: String,
    amount: Amount,
    account: (&'static str, String),
    approvers: String,
    payer: String,
    acknowledged: Option<Link>,
    reversed: Option<Link>,
}

struct OtherRow {
    id: String,
    place: Place,
    text: String,
    of: Option<Link>,
    reversed: Option<Link>,
}

impl DayPage {
    pub(super) fn new(
        history: &History<'_>,
        closed: Closed,
        f: Frame,
    ) -> Result<DayPage, FactError> {
        let known = history.close(closed)?;
        let (at, close) = (known.0, &known.1);
        let previous = history.of_entry(closed.from.saturating_sub(1));
        let previous = previous.filter(|p| p.day < closed.day);
        let previous = previous.map(|p| (p.day.to_string(), f.day(p.day)));
        let month = Month::of(closed.day);
        Ok(DayPage {
            name: f.day(closed.day),
            day: closed.day.to_string(),
            month: (f.month(month), month.to_string()),
            from: closed.from,
            entry: closed.entry,
            at: clock(at),
            at_stamp: at.to_string(),
            previous,
            opening: yuan(close.opening.held.total()),
            closing: yuan(close.closing.held.total()),
            promised: yuan(close.closing.promised),
            free: yuan(close.closing.free),
            apart: Apart::of(&close.closing),
            moves: moves(close, f.lang),
            accounts: accounts(history, close, &f),
            students: f.students(close.students),
            rows: DayRows::read(history, closed, &f)?,
            f,
        })
    }
}

/// What came in first, then what went out, each taken back behind it; and those that people look
/// for even when nothing moved.
fn moves(close: &Close, lang: Lang) -> Vec<MoveRow> {
    let (done, undone) = (&close.moved.done, &close.moved.undone);
    let mut rows = Vec::new();
    for (kind, way, mark) in [
        (Move::Gift, Way::In, "gifts"),
        (Move::Interest, Way::In, "others"),
        (Move::Grant, Way::In, "others"),
        (Move::Match, Way::In, "others"),
        (Move::Proceeds, Way::In, "others"),
        (Move::Collect, Way::In, "others"),
        (Move::Surplus, Way::In, "others"),
        (Move::Clawback, Way::In, "others"),
        (Move::Entrust, Way::In, "others"),
        (Move::Pay, Way::Out, "pays"),
        (Move::Spend, Way::Out, "others"),
        (Move::Pass, Way::Out, "others"),
        (Move::Refund, Way::Out, "corrections"),
        (Move::Shortage, Way::Out, "others"),
        (Move::Fee, Way::Out, "others"),
        (Move::Transfer, Way::Within, "others"),
    ] {
        let row = |tally: Tally, way, undone, mark| {
            let (amount, name) = (Amount::new(way, tally.fen), kind.name(lang));
            let mark = if tally.count > 0 { mark } else { "" };
            MoveRow { amount, name, undone, count: tally.count, mark }
        };
        let always = matches!(kind, Move::Gift | Move::Fee | Move::Pay);
        if always || done.of(kind).count > 0 {
            rows.push(row(done.of(kind), way, false, mark));
        }
        if undone.of(kind).count > 0 {
            rows.push(row(undone.of(kind), way.back(), true, "corrections"));
        }
    }
    rows
}

/// Each account with what it held at the opening and at the close.
fn accounts(history: &History<'_>, close: &Close, f: &Frame) -> Vec<AccountRow> {
    let opening = |id| close.opening.held.0.iter().find(|(other, _)| *other == id);
    let row = |(account, fen): &(Id, Fen)| {
        let before = opening(*account).map_or(Fen::ZERO, |(_, fen)| *fen);
        let (kind, id) = f.account(history, *account);
        AccountRow { kind, id, opening: yuan(before), closing: yuan(*fen) }
    };
    close.closing.held.0.iter().map(row).collect()
}

impl DayRows {
    /// Sorts the lines of the day's entries, the close aside.
    fn read(history: &History<'_>, closed: Closed, f: &Frame) -> Result<DayRows, FactError> {
        let lines = history.lines(closed, MAX_GIFTS)?;
        let teller = Teller { history, books: history.books(), f };
        let gifts = GiftRows::new(&teller, &lines);
        let (grants, pays) = (Rows::NONE, Rows::NONE);
        let mut rows = DayRows { gifts, grants, pays, corrections: Rows::NONE, others: Rows::NONE };
        for told in &lines.others {
            rows.add(&teller, told);
        }
        Ok(rows)
    }

    fn add(&mut self, teller: &Teller<'_, '_>, told: &Told) {
        let Told { by, place, line } = told;
        let (by, place) = (*by, *place);
        match line {
            Line::Allocate(allocate) => {
                let (student, fen) = (allocate.student, allocate.fen.fen());
                self.grants.push(|| {
                    let text = &allocate.purpose;
                    let what =
                        teller.f.lang.pick(format!("提出：{text}"), format!("proposed: {text}"));
                    GrantRow { what, proposer: by.to_string(), ..teller.grant(place, student, fen) }
                });
            }
            Line::Approve(approve) => match teller.allocation(approve.of) {
                Some((proposal, student, fen)) => self.grants.push(|| GrantRow {
                    what: teller.f.lang.pick("批准", "approved").to_owned(),
                    of: Some(teller.link(approve.of)),
                    page: row_id(approve.of),
                    proposer: proposal.by.to_string(),
                    approver: by.to_string(),
                    ..teller.grant(place, student, fen)
                }),
                None => self.others.push(|| teller.other(line, place, None)),
            },
            Line::Pay(pay) if teller.allocation(pay.of).is_some() => {
                self.pays.push(|| teller.pay(pay, by, place));
            }
            Line::Reverse(reverse) => {
                self.corrections.push(|| teller.other(line, place, Some(reverse.of)));
            }
            Line::Refund(refund) => {
                self.corrections.push(|| teller.other(line, place, Some(refund.of)));
            }
            _ => self.others.push(|| teller.other(line, place, None)),
        }
    }
}

/// What a line says on a page; of a sponsor and their student, only that there is something.
fn told(line: &Line, lang: Lang) -> String {
    match line {
        Line::Pair(_) | Line::Entrust(_) | Line::Pass(_) | Line::Unpair(_) => {
            line.name().pick(lang).to_owned()
        }
        line => line.tell(lang),
    }
}

/// What lines need to become rows.
pub(super) struct Teller<'h, 'f> {
    history: &'h History<'f>,
    pub(super) books: &'h Books,
    pub(super) f: &'h Frame,
}

impl Teller<'_, '_> {
    pub(super) fn link(&self, place: Place) -> Link {
        Link::new(self.history, place)
    }

    fn touched(&self, place: Place) -> Touched {
        self.books.touched.get(&place).cloned().unwrap_or_default()
    }

    fn reversed(&self, place: Place) -> Option<Link> {
        self.touched(place).reversed.map(|by| self.link(by))
    }

    /// The allocation proposed at `place`: to whom and how much.
    fn allocation(&self, place: Place) -> Option<(&Proposal, Id, Fen)> {
        let proposal = self.books.proposals.get(&place)?;
        match proposal.what {
            Proposed::Allocation(student, fen) => Some((proposal, student, fen)),
            _ => None,
        }
    }

    fn grant(&self, place: Place, student: Id, fen: Fen) -> GrantRow {
        GrantRow {
            id: row_id(place),
            place,
            page: row_id(place),
            what: String::new(),
            of: None,
            student: student_of(self.history, student, self.f),
            amount: yuan(fen),
            proposer: String::new(),
            approver: String::new(),
            reversed: self.reversed(place),
        }
    }

    fn pay(&self, pay: &Pay, by: Id, place: Place) -> PayRow {
        let allocation = self.allocation(pay.of);
        let approvers = allocation.map(|(proposal, ..)| {
            proposal.approvals.iter().map(Id::to_string).collect::<Vec<_>>().join(", ")
        });
        let payment = self.books.payments.get(&place);
        PayRow {
            id: row_id(place),
            place,
            page: row_id(pay.of),
            of: self.link(pay.of),
            student: allocation
                .map(|(_, student, _)| student_of(self.history, student, self.f))
                .unwrap_or_default(),
            amount: Amount::new(Way::Out, pay.fen.fen()),
            account: self.f.account(self.history, pay.from),
            approvers: approvers.unwrap_or_default(),
            payer: by.to_string(),
            acknowledged: payment.and_then(|p| p.acknowledged).map(|by| self.link(by)),
            reversed: self.reversed(place),
        }
    }

    fn other(&self, line: &Line, place: Place, of: Option<Place>) -> OtherRow {
        OtherRow {
            id: row_id(place),
            place,
            text: told(line, self.f.lang),
            of: of.map(|of| self.link(of)),
            reversed: self.reversed(place),
        }
    }
}
