//! What moved and where that leaves the money: section 7 of the specification, and the close of
//! section 8.

use super::fault::Fault;
use super::line::{LEVELS, Line, Place, day_text};
use super::view::{Stage, View};
use std::collections::BTreeMap;

/// The most fen of anything.
pub(super) const MOST: i128 = (1 << 53) - 1;
/// The kinds of movement in the order of the specification.
pub(super) const MOVES: [&str; 7] =
    ["gift", "refund", "interest", "fee", "transfer", "promise", "pay"];

/// One side of a movement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Book {
    Held(String),
    Free,
    Promised,
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

    fn promise(fen: i128, undone: bool) -> Posting {
        let posting = Posting::new("promise", Book::Free, Book::Promised, 0);
        let posting = Posting { fen, ..posting };
        if undone { posting.back() } else { posting }
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
    pub(super) promised: i128,
    /// Count and sum of each kind, as booked and as booked back.
    pub(super) done: BTreeMap<&'static str, (u64, i128)>,
    pub(super) undone: BTreeMap<&'static str, (u64, i128)>,
}

impl Sums {
    fn of(&mut self, book: &Book) -> &mut i128 {
        match book {
            Book::Held(account) => self.held.get_mut(account).unwrap(),
            Book::Free => &mut self.free,
            Book::Promised => &mut self.promised,
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
                Book::Promised => broken.push("NotEnoughPromised"),
            }
        }
        let moves = if posting.undone { &mut self.undone } else { &mut self.done };
        let tally = moves.entry(posting.kind).or_default();
        *tally = (tally.0 + 1, tally.1 + posting.fen);
        if tally.1 > MOST || self.free + self.promised > MOST {
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
            Line::Gift { fen, to, .. } => vec![Posting::new("gift", held(to), Book::Free, *fen)],
            Line::Interest { fen, to, .. } => {
                vec![Posting::new("interest", held(to), Book::Free, *fen)]
            }
            Line::Refund { fen, from, .. } => {
                vec![Posting::new("refund", Book::Free, held(from), *fen)]
            }
            Line::Fee { .. } if self.errs(Fault::ForgetsFees) => vec![],
            Line::Fee { fen, from, .. } => vec![Posting::new("fee", Book::Free, held(from), *fen)],
            Line::Transfer { fen, from, to, .. } => {
                vec![Posting::new("transfer", held(to), held(from), *fen)]
            }
            Line::Pay { fen, from, .. } => {
                vec![Posting::new("pay", Book::Promised, held(from), *fen)]
            }
            Line::Approve { .. } => match self.effect(index).map(|proposal| &proposal.line) {
                Some(Line::Allocate { fen, .. }) => {
                    vec![Posting::promise(i128::from(*fen), false)]
                }
                _ => vec![],
            },
            Line::Reverse { of } => self.before(index).postings_back(*of),
            _ => vec![],
        }
    }

    /// What a reversal of the line at `place` moves now.
    fn postings_back(self, place: Place) -> Vec<Posting> {
        let (index, said) = self.at(place).unwrap();
        if matches!(said.line, Line::Allocate { .. }) {
            return vec![Posting::promise(self.left(place), true)];
        }
        let back = self.postings(index).into_iter().map(Posting::back);
        let mut back: Vec<_> = back.collect();
        if let Line::Pay { of, fen, .. } = &said.line
            && self.reversed(*of).is_some()
            && !self.errs(Fault::ForgetsReleases)
        {
            back.push(Posting::promise(i128::from(*fen), true));
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
            if let Line::Open { account } = &said.line {
                sums.held.insert(account.clone(), 0);
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
        let levels: Vec<_> = LEVELS
            .iter()
            .map(|level| {
                let admitted = |id: &str| self.stage(id) == Some(Stage::Admitted);
                let count =
                    self.students().iter().filter(|s| s.1 == *level && admitted(s.0)).count();
                format!("\"{level}\":{count}")
            })
            .collect();
        format!(
            "{{\"close\":{{\"day\":\"{}\",\"from\":{from},\"opening\":{},\"moved\":{},\
             \"closing\":{},\"ever\":{},\"students\":{{{}}}}}}}",
            day_text(day),
            balance(&opening),
            moves(&moved),
            balance(&ever),
            moves(&ever),
            levels.join(",")
        )
    }
}

/// Balances as a close spells them.
pub(super) fn balance(sums: &Sums) -> String {
    let held: Vec<_> = sums.held.iter().map(|(id, fen)| format!("\"{id}\":{fen}")).collect();
    let (held, free, promised) = (held.join(","), sums.free, sums.promised);
    format!("{{\"held\":{{{held}}},\"free\":{free},\"promised\":{promised}}}")
}

/// Movements as a close spells them.
fn moves(sums: &Sums) -> String {
    let spell = |moves: &BTreeMap<&'static str, (u64, i128)>| {
        let all = MOVES.iter().map(|kind| {
            let (count, fen) = moves.get(kind).copied().unwrap_or_default();
            format!("\"{kind}\":[{count},{fen}]")
        });
        all.collect::<Vec<_>>().join(",")
    };
    format!("{{\"done\":{{{}}},\"undone\":{{{}}}}}", spell(&sums.done), spell(&sums.undone))
}
