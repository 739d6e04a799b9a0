//! What moved and where that leaves the money: section 7 of the specification, and the close of
//! section 8.

use super::boxes::Cash;
use super::fault::Fault;
use super::line::{Line, Place, day_text};
use super::view::View;
use std::collections::BTreeMap;

/// The most fen of anything.
pub(super) const MOST: i128 = (1 << 53) - 1;
/// The kinds of movement in the order of the specification.
pub(super) const MOVES: [&str; 7] =
    ["gift", "refund", "interest", "fee", "transfer", "promise", "pay"];
/// Those that are spelled only if there are any.
const RARE: [&str; 11] = [
    "grant",
    "match",
    "proceeds",
    "entrust",
    "pass",
    "rededicate",
    "spend",
    "clawback",
    "collect",
    "surplus",
    "shortage",
];

/// One side of a movement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Book {
    Held(String),
    Free,
    Pot(String),
    Promised,
    Agency,
}

impl Book {
    fn fund(pot: Option<&String>) -> Book {
        pot.cloned().map_or(Book::Free, Book::Pot)
    }
}

/// One movement.
#[derive(Clone, Debug)]
pub(super) struct Posting {
    pub(super) kind: &'static str,
    pub(super) undone: bool,
    pub(super) debit: Book,
    pub(super) credit: Book,
    pub(super) fen: i128,
}

impl Posting {
    fn new(kind: &'static str, debit: Book, credit: Book, fen: u64) -> Posting {
        Posting { kind, undone: false, debit, credit, fen: i128::from(fen) }
    }

    fn promise(pot: Option<&String>, fen: i128, undone: bool) -> Posting {
        let posting = Posting::new("promise", Book::fund(pot), Book::Promised, 0);
        let posting = Posting { fen, ..posting };
        if undone { posting.back() } else { posting }
    }

    /// The rest of a pair becomes free.
    fn freed(fen: u64) -> Posting {
        Posting::new("rededicate", Book::Agency, Book::Free, fen)
    }

    /// The same, booked back.
    fn back(self) -> Posting {
        Posting { debit: self.credit, credit: self.debit, undone: true, ..self }
    }
}

/// Balances and movements after some line.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) held: BTreeMap<String, i128>,
    pub(super) free: i128,
    pub(super) pots: BTreeMap<String, i128>,
    pub(super) promised: i128,
    pub(super) agency: i128,
    /// Count and sum of each kind, as booked and as booked back.
    pub(super) done: BTreeMap<&'static str, (u64, i128)>,
    pub(super) undone: BTreeMap<&'static str, (u64, i128)>,
}

impl Sums {
    fn of(&mut self, book: &Book) -> &mut i128 {
        match book {
            Book::Held(account) => self.held.get_mut(account).unwrap(),
            Book::Free => &mut self.free,
            Book::Pot(pot) => self.pots.get_mut(pot).unwrap(),
            Book::Promised => &mut self.promised,
            Book::Agency => &mut self.agency,
        }
    }

    /// Books a movement; returns the rules that this breaks.
    pub(super) fn post(&mut self, posting: &Posting) -> Vec<&'static str> {
        let mut broken = Vec::new();
        for (book, debit) in [(&posting.credit, false), (&posting.debit, true)] {
            // Accounts grow by a debit, funds by a credit.
            let grows = matches!(book, Book::Held(_)) == debit;
            let sum = self.of(book);
            *sum += if grows { posting.fen } else { -posting.fen };
            match book {
                _ if *sum > MOST => broken.push("TooMuchMoney"),
                _ if *sum >= 0 => {}
                Book::Held(_) => broken.push("NotEnoughHeld"),
                Book::Free => broken.push("NotEnoughFree"),
                Book::Pot(_) => broken.push("NotEnoughInPot"),
                Book::Promised => broken.push("NotEnoughPromised"),
                Book::Agency => broken.push("NotEnoughEntrusted"),
            }
        }
        let moves = if posting.undone { &mut self.undone } else { &mut self.done };
        let tally = moves.entry(posting.kind).or_default();
        *tally = (tally.0 + 1, tally.1 + posting.fen);
        let funds = self.free + self.promised + self.agency + self.pots.values().sum::<i128>();
        if tally.1 > MOST || funds > MOST {
            broken.push("TooMuchMoney");
        }
        broken
    }
}

impl View<'_> {
    /// What line number `index` moved.
    pub(super) fn postings(self, index: usize) -> Vec<Posting> {
        let held = |account: &String| Book::Held(account.clone());
        match &self.said[index].line {
            Line::Gift { fen, to, pot, .. } => {
                vec![Posting::new("gift", held(to), Book::fund(pot.as_ref()), *fen)]
            }
            Line::Interest { fen, to, pot, .. } => {
                vec![Posting::new("interest", held(to), Book::fund(pot.as_ref()), *fen)]
            }
            Line::Match { fen, to, pot, .. } => {
                vec![Posting::new("match", held(to), Book::fund(pot.as_ref()), *fen)]
            }
            Line::Proceeds { fen, to, pot, .. } => {
                vec![Posting::new("proceeds", held(to), Book::fund(pot.as_ref()), *fen)]
            }
            Line::Clawback { fen, to, pot, .. } => {
                vec![Posting::new("clawback", held(to), Book::fund(pot.as_ref()), *fen)]
            }
            Line::Grant { fen, to, pot, .. } => {
                vec![Posting::new("grant", held(to), Book::Pot(pot.clone()), *fen)]
            }
            Line::Entrust { fen, to, .. } => {
                vec![Posting::new("entrust", held(to), Book::Agency, *fen)]
            }
            Line::Pass { fen, from, .. } => {
                vec![Posting::new("pass", Book::Agency, held(from), *fen)]
            }
            Line::Refund { of, fen, from, .. } => {
                let pot = self.pot_of_gift(*of).filter(|_| !self.errs(Fault::RefundsFromFree));
                vec![Posting::new("refund", Book::fund(pot.as_ref()), held(from), *fen)]
            }
            Line::Fee { .. } if self.errs(Fault::ForgetsFees) => vec![],
            Line::Fee { fen, from, .. } => vec![Posting::new("fee", Book::Free, held(from), *fen)],
            Line::Transfer { fen, from, to, .. }
            | Line::Cash(Cash::Deposit { fen, from, to, .. }) => {
                vec![Posting::new("transfer", held(to), held(from), *fen)]
            }
            Line::Pay { of, fen, from, .. } => {
                let about = self.at(*of).map(|(_, said)| &said.line);
                let kind =
                    if matches!(about, Some(Line::Expense { .. })) { "spend" } else { "pay" };
                vec![Posting::new(kind, Book::Promised, held(from), *fen)]
            }
            Line::Approve { .. } => match self.effect(index).map(|proposal| &proposal.line) {
                Some(Line::Allocate { fen, pot, .. } | Line::Expense { fen, pot, .. }) => {
                    vec![Posting::promise(pot.as_ref(), i128::from(*fen), false)]
                }
                Some(Line::Rededicate { from, to, fen, .. }) => {
                    let (from, to) = (Book::Pot(from.clone()), Book::fund(to.as_ref()));
                    vec![Posting::new("rededicate", from, to, *fen)]
                }
                Some(Line::Unpair { fen: Some(fen), .. }) => vec![Posting::freed(*fen)],
                _ => vec![],
            },
            Line::Cash(Cash::Collect { fen, to, pot, .. }) => {
                vec![Posting::new("collect", held(to), Book::fund(pot.as_ref()), *fen)]
            }
            Line::Cash(Cash::Difference { more: true, fen, account, pot, .. }) => {
                vec![Posting::new("surplus", held(account), Book::fund(pot.as_ref()), *fen)]
            }
            Line::Cash(Cash::Difference { fen, account, pot, .. }) => {
                vec![Posting::new("shortage", Book::fund(pot.as_ref()), held(account), *fen)]
            }
            Line::Reverse { of } => self.before(index).postings_back(*of),
            _ => vec![],
        }
    }

    /// What a reversal of the line at `place` moves now.
    fn postings_back(self, place: Place) -> Vec<Posting> {
        let (index, said) = self.at(place).unwrap();
        if let Line::Allocate { pot, .. } | Line::Expense { pot, .. } = &said.line {
            return vec![Posting::promise(pot.as_ref(), self.left(place), true)];
        }
        if let Line::Unpair { fen: Some(fen), .. } = &said.line {
            return vec![Posting::freed(*fen).back()];
        }
        let back = self.postings(index).into_iter().map(Posting::back);
        let mut back: Vec<_> = back.collect();
        if let Line::Pay { of, fen, .. } = &said.line
            && self.reversed(*of).is_some()
            && !self.errs(Fault::ForgetsReleases)
        {
            let (_, about) = self.at(*of).unwrap();
            if let Line::Allocate { pot, .. } | Line::Expense { pot, .. } = &about.line {
                back.push(Posting::promise(pot.as_ref(), i128::from(*fen), true));
            }
        }
        back
    }

    /// All movements of the lines from number `from` on, and the balances after the last.
    pub(super) fn sums_since(self, from: usize) -> Sums {
        let mut sums = Sums::default();
        for (index, said) in self.said.iter().enumerate() {
            if index == from {
                (sums.done, sums.undone) = Default::default();
            }
            match &said.line {
                Line::Open { account, .. } => drop(sums.held.insert(account.clone(), 0)),
                Line::Pot(pot) => drop(sums.pots.insert(pot.id.clone(), 0)),
                _ => {}
            }
            for posting in self.postings(index) {
                sums.post(&posting);
            }
        }
        if from >= self.said.len() {
            (sums.done, sums.undone) = Default::default();
        }
        sums
    }

    /// The only close of `day` that may be said now, as records spell it.
    pub(super) fn close(self, day: i64) -> String {
        let last = self.closes().last().map(|(_, index)| *index);
        let from = last.map_or(0, |index| self.said[index].place.0 + 1);
        let opening = last.map_or(Sums::default(), |index| self.before(index).sums_since(0));
        let (moved, ever) =
            (self.sums_since(last.map_or(0, |index| index + 1)), self.sums_since(0));
        format!(
            "{{\"close\":{{\"day\":\"{}\",\"from\":{from},\"opening\":{},\"moved\":{},\
             \"closing\":{},\"ever\":{},\"students\":{{{}}}}}}}",
            day_text(day),
            balance(&opening),
            moves(&moved),
            balance(&ever),
            moves(&ever),
            self.levels()
        )
    }
}

/// Balances as a close spells them.
pub(super) fn balance(sums: &Sums) -> String {
    let held: Vec<_> = sums.held.iter().map(|(id, fen)| format!("\"{id}\":{fen}")).collect();
    let pots: Vec<_> = sums.pots.iter().map(|(id, fen)| format!("\"{id}\":{fen}")).collect();
    let pots =
        if pots.is_empty() { String::new() } else { format!(",\"pots\":{{{}}}", pots.join(",")) };
    let agency = match sums.agency {
        0 => String::new(),
        fen => format!(",\"agency\":{fen}"),
    };
    let (held, free, promised) = (held.join(","), sums.free, sums.promised);
    format!("{{\"held\":{{{held}}},\"free\":{free},\"promised\":{promised}{pots}{agency}}}")
}

/// Movements as a close spells them.
pub(super) fn moves(sums: &Sums) -> String {
    let (done, undone) = (tallies(&sums.done), tallies(&sums.undone));
    format!("{{\"done\":{{{done}}},\"undone\":{{{undone}}}}}")
}

/// Tallies by kind as a close spells them.
pub(super) fn tallies(moves: &BTreeMap<&'static str, (u64, i128)>) -> String {
    let some = RARE.iter().filter(|kind| moves.contains_key(*kind));
    let all = MOVES.iter().chain(some).map(|kind| {
        let (count, fen) = moves.get(kind).copied().unwrap_or_default();
        format!("\"{kind}\":[{count},{fen}]")
    });
    all.collect::<Vec<_>>().join(",")
}
