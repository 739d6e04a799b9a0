//! Donation boxes: sections 6.73 to 6.77 of the specification.

use super::drafts::Drafts;
use super::fault::Fault;
use super::line::{DAY, Line, Paid, Place, day_text, place_text};
use super::rules::{Now, Rules};
use super::view::{Said, View};

/// The tags of the lines about boxes, each as often as it is tried.
pub(super) const KINDS: [(&str, u64); 5] =
    [("box", 3), ("unbox", 10), ("collect", 9), ("difference", 7), ("deposit", 9)];

/// What the notes and coins of a count are worth.
const NOTES: [u64; 8] = [10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10];

/// One line about boxes.
#[derive(Clone, Debug)]
pub(super) enum Cash {
    Box { id: String, pot: Option<String> },
    Unbox { id: String, on: i64, due: i64, notes: [u64; 8], fen: u64 },
    Collect { of: Place, fen: u64, to: String, reference: u64, pot: Option<String> },
    Difference { of: Place, more: bool, fen: u64, account: String, pot: Option<String> },
    Deposit { parts: Vec<(Place, u64)>, fen: u64, from: String, to: String, paid: Paid },
}

/// An opening as later lines left it.
#[derive(Clone, Debug)]
struct Opening {
    id: String,
    by: String,
    on: i64,
    due: i64,
    fen: i128,
    deposited: i128,
    /// The second count: the line, who counted, the account.
    booked: Option<(Place, String, String)>,
    /// How many differences and deposits rest on it.
    after: u64,
}

impl Opening {
    fn left(&self) -> i128 {
        if self.booked.is_some() { self.fen - self.deposited } else { 0 }
    }
}

impl Cash {
    pub(super) fn tag(&self) -> &'static str {
        match self {
            Cash::Box { .. } => "box",
            Cash::Unbox { .. } => "unbox",
            Cash::Collect { .. } => "collect",
            Cash::Difference { .. } => "difference",
            Cash::Deposit { .. } => "deposit",
        }
    }

    pub(super) fn words(&self, money: impl Fn(&Paid) -> String) -> String {
        let bound =
            |pot: &Option<String>| pot.as_ref().map_or(String::new(), |pot| format!(" for={pot}"));
        match self {
            Cash::Box { id, pot } => format!("{id}{}", bound(pot)),
            Cash::Unbox { id, on, due, notes, fen } => {
                let notes = notes.map(|count| count.to_string()).join(",");
                format!("{id} on={} due={} {notes} {fen}", day_text(*on), day_text(*due))
            }
            Cash::Collect { of, fen, to, reference, pot } => {
                format!("{} {fen} {to} #{reference}{}", place_text(*of), bound(pot))
            }
            Cash::Difference { of, more, fen, account, pot } => {
                let way = if *more { "surplus" } else { "shortage" };
                format!("{} {way} {fen} {account}{}", place_text(*of), bound(pot))
            }
            Cash::Deposit { parts, fen, from, to, paid } => {
                let parts: Vec<_> =
                    parts.iter().map(|(of, fen)| format!("{}:{fen}", place_text(*of))).collect();
                format!("{} {fen} {from} {to} {}", parts.join(","), money(paid))
            }
        }
    }
}

impl<'a> View<'a> {
    /// The lines about boxes that stand.
    fn cash(self) -> impl Iterator<Item = (&'a Said, &'a Cash)> {
        let stands = self.said.iter().filter(move |said| {
            let keeps = self.errs(Fault::KeepsReversedDeposits);
            let kept = keeps && matches!(said.line, Line::Cash(Cash::Deposit { .. }));
            kept || self.reversed(said.place).is_none()
        });
        stands.filter_map(|said| match &said.line {
            Line::Cash(cash) => Some((said, cash)),
            _ => None,
        })
    }

    /// The pot that the money of the box is for, if it is for one.
    fn box_pot(self, id: &str) -> Option<&'a String> {
        self.cash().find_map(|(_, cash)| match cash {
            Cash::Box { id: own, pot } if own == id => pot.as_ref(),
            _ => None,
        })
    }

    fn boxes(self) -> Vec<&'a str> {
        let all = self.cash().filter_map(|(_, cash)| match cash {
            Cash::Box { id, .. } => Some(id.as_str()),
            _ => None,
        });
        all.collect()
    }

    fn opening(self, place: Place) -> Option<Opening> {
        let mut opening: Option<Opening> = None;
        for (said, cash) in self.cash() {
            match (cash, opening.as_mut()) {
                (Cash::Unbox { id, on, due, fen, .. }, _) if said.place == place => {
                    let (id, by, fen) = (id.clone(), said.by.clone(), i128::from(*fen));
                    let (on, due, deposited, booked, after) = (*on, *due, 0, None, 0);
                    opening = Some(Opening { id, by, on, due, fen, deposited, booked, after });
                }
                (Cash::Collect { of, to, .. }, Some(known)) if *of == place => {
                    known.booked = Some((said.place, said.by.clone(), to.clone()));
                }
                (Cash::Difference { of, more, fen, .. }, Some(known)) if *of == place => {
                    known.fen += if *more { i128::from(*fen) } else { -i128::from(*fen) };
                    known.after += 1;
                }
                (Cash::Deposit { parts, .. }, Some(known)) => {
                    for (_, fen) in parts.iter().filter(|(of, _)| *of == place) {
                        known.deposited += i128::from(*fen);
                        known.after += 1;
                    }
                }
                _ => {}
            }
        }
        opening
    }

    /// The openings in entries before `entry`.
    fn openings(self, entry: u64) -> Vec<(Place, Opening)> {
        let unboxed = self.cash().filter(|(_, cash)| matches!(cash, Cash::Unbox { .. }));
        let places = unboxed.map(|(said, _)| said.place).filter(|place| place.0 < entry);
        places.filter_map(|place| Some((place, self.opening(place)?))).collect()
    }

    /// What the two must agree on about boxes.
    pub(super) fn box_facts(self) -> Vec<(String, String)> {
        let (boxes, openings) = (self.boxes(), self.openings(u64::MAX));
        let boxes = boxes.into_iter().map(|id| {
            let pot = self.box_pot(id).cloned().unwrap_or("-".into());
            (format!("box {id}"), format!("for {pot}"))
        });
        let openings = openings.into_iter().map(|(place, o)| {
            let booked = o.booked.as_ref().map_or("nobody".into(), |(at, by, account)| {
                format!("{by} at {} into {account}", place_text(*at))
            });
            let (on, due) = (day_text(o.on), day_text(o.due));
            let value = format!(
                "{} {on} {due} by {} {booked}: {} of {}, {} after",
                o.id, o.by, o.deposited, o.fen, o.after
            );
            (format!("opening {}", place_text(place)), value)
        });
        boxes.chain(openings).collect()
    }
}

impl Now<'_> {
    pub(super) fn cash(&self, cash: &Cash, rules: &mut Rules) {
        let today = self.voucher.today();
        match cash {
            Cash::Box { id, pot } => {
                rules.unless(self.has(&["steward"]), "NoRole");
                rules.unless(!self.view.boxes().contains(&id.as_str()), "BoxExists");
                let known = pot.as_ref().is_none_or(|pot| self.view.pot(pot).is_some());
                rules.unless(known, "UnknownPot");
            }
            Cash::Unbox { id, on, due, notes, fen } => {
                rules.unless(self.has(&["clerk", "cashier"]), "NoRole");
                rules.unless(self.view.boxes().contains(&id.as_str()), "UnknownBox");
                rules.unless(*on <= today, "OpeningAhead");
                rules.unless((1..=14).contains(&(due - on)), "DueDay");
                let counted: u64 =
                    notes.iter().zip(NOTES).map(|(count, worth)| count * worth).sum();
                rules.unless(counted == *fen, "CountDiffers");
            }
            Cash::Collect { of, fen, to, reference, pot } => {
                rules.unless(self.has(&["clerk", "cashier"]), "NoRole");
                self.open(to, rules);
                rules.unless(!self.view.is_bank(to), "NotCash");
                rules.unless(!self.view.references().contains(reference), "RefUsed");
                let Some(opening) = self.opened(*of, rules) else { return };
                rules.unless(opening.booked.is_none(), "CountedTwice");
                self.another_than(&opening.by, rules);
                rules.unless(opening.fen == i128::from(*fen), "CountsDiffer");
                self.for_box(&opening, pot.as_ref(), rules);
                if let Some(pot) = pot {
                    self.takes(pot, &["raised", "other"], opening.on * DAY, rules);
                }
            }
            Cash::Difference { of, more, fen, account, pot } => {
                rules.unless(self.has(&["approver", "auditor"]), "NoRole");
                self.open(account, rules);
                let Some(opening) = self.opened(*of, rules) else { return };
                let Some((_, by, cash)) = &opening.booked else {
                    return rules.unless(false, "NotCounted");
                };
                self.another_than(&opening.by, rules);
                self.another_than(by, rules);
                rules.unless(account == cash, "OtherCash");
                self.for_box(&opening, pot.as_ref(), rules);
                rules.unless(*more || i128::from(*fen) <= opening.left(), "MoreThanLeft");
            }
            Cash::Deposit { parts, fen, from, to, .. } => {
                rules.unless(self.has(&["clerk", "cashier"]), "NoRole");
                self.open(from, rules);
                self.open(to, rules);
                rules.unless(!self.view.is_bank(from), "NotCash");
                rules.unless(self.view.is_bank(to), "NotBank");
                let sum: u64 = parts.iter().map(|(_, fen)| fen).sum();
                rules.unless(sum == *fen, "PartsDiffer");
                for (of, _) in parts {
                    let Some(opening) = self.opened(*of, rules) else { continue };
                    let Some((_, _, cash)) = &opening.booked else {
                        rules.unless(false, "NotCounted");
                        continue;
                    };
                    rules.unless(from == cash, "OtherCash");
                    let own = parts.iter().filter(|part| part.0 == *of);
                    let need: u64 = own.map(|(_, fen)| fen).sum();
                    rules.unless(i128::from(need) <= opening.left(), "MoreThanLeft");
                }
            }
        }
    }

    fn opened(&self, of: Place, rules: &mut Rules) -> Option<Opening> {
        let earlier = self.earlier(of).is_some();
        let opening = self.view.opening(of).filter(|_| earlier);
        rules.unless(opening.is_some(), "NoSuchLine");
        opening
    }

    fn for_box(&self, opening: &Opening, pot: Option<&String>, rules: &mut Rules) {
        rules.unless(self.view.box_pot(&opening.id) == pot, "NotTheBoxs");
    }

    /// What the reversal of a line about boxes breaks.
    pub(super) fn reverse_cash(&self, of: Place, cash: &Cash, rules: &mut Rules) {
        let role: &[&str] = match cash {
            Cash::Box { .. } => return rules.unless(false, "NotReversible"),
            Cash::Difference { .. } => &["approver", "auditor"],
            _ => &["clerk", "cashier"],
        };
        rules.unless(self.has(role), "NoRole");
        match cash {
            Cash::Unbox { .. } => {
                let booked = self.view.opening(of).and_then(|opening| opening.booked);
                rules.unless(booked.is_none(), "StillNeeded");
            }
            Cash::Collect { of, .. } => {
                let after = self.view.opening(*of).map_or(0, |opening| opening.after);
                rules.unless(after == 0, "StillNeeded");
            }
            Cash::Difference { of, more, fen, account, .. } => {
                rules.unless(!self.view.shut(account), "AccountShut");
                let left = self.view.opening(*of).map_or(0, |opening| opening.left());
                rules.unless(!more || i128::from(*fen) <= left, "MoreThanLeft");
            }
            Cash::Deposit { from, .. } => {
                rules.unless(!self.view.shut(from), "AccountShut");
            }
            Cash::Box { .. } => {}
        }
    }
}

impl Drafts<'_> {
    /// Openings in earlier entries that are counted twice or not, and if so, hold cash.
    fn openings(&self, counted: bool) -> Vec<(Place, Opening)> {
        let mut all = self.view().openings(self.voucher.seq);
        all.retain(|(_, o)| if counted { o.left() > 0 } else { o.booked.is_none() });
        all
    }

    /// What has to come before a line of `kind` can be right.
    pub(super) fn missing_cash(&self, kind: &str) -> Option<&'static str> {
        let view = self.view();
        let bank = |wanted: bool| {
            view.accounts().iter().any(|id| view.is_bank(id) == wanted && !view.shut(id))
        };
        let (there, first) = match kind {
            "unbox" => (!view.boxes().is_empty(), "box"),
            "collect" if !bank(false) => (false, "open"),
            "collect" => (!self.openings(false).is_empty(), "unbox"),
            "deposit" if !bank(true) => (false, "open"),
            "difference" | "deposit" => (!self.openings(true).is_empty(), "collect"),
            _ => (true, ""),
        };
        (!there).then_some(first)
    }

    /// An open account with a bank, or one of cash.
    fn account_with(&mut self, bank: bool) -> String {
        let view = self.view();
        let all = view.accounts().into_iter().filter(|id| view.is_bank(id) == bank);
        let all: Vec<_> = all.filter(|id| !view.shut(id)).map(str::to_owned).collect();
        self.pick(&all).unwrap_or_else(|| "none".to_owned())
    }

    /// A line of `kind` that may be said now; the first chooses the officer.
    pub(super) fn right_cash(&mut self, kind: &'static str, first: bool) -> Line {
        let today = self.voucher.today();
        Line::Cash(match kind {
            "box" => {
                self.officer(&["steward"], &[], first);
                let pot = if self.once_in(3) { self.any_pot(&["raised", "other"]) } else { None };
                Cash::Box { id: format!("b-{}", self.view().boxes().len()), pot }
            }
            "unbox" => {
                self.officer(&["clerk", "cashier"], &[], first);
                let all: Vec<_> = self.view().boxes().into_iter().map(str::to_owned).collect();
                let id = self.pick(&all).unwrap_or_else(|| "b-none".to_owned());
                let mut notes = [0; 8].map(|_: u64| self.below(4));
                notes[7] += 1;
                let fen = notes.iter().zip(NOTES).map(|(count, worth)| count * worth).sum();
                let on = today - i64::try_from(self.below(2)).unwrap();
                let due = on + 1 + i64::try_from(self.below(14)).unwrap();
                Cash::Unbox { id, on, due, notes, fen }
            }
            "collect" => self.right_collect(first),
            "difference" => self.right_difference(first),
            _ => self.right_deposit(first),
        })
    }

    fn right_collect(&mut self, first: bool) -> Cash {
        let all = self.openings(false);
        let found = self.pick(&all);
        let by: Vec<_> = found.iter().map(|(_, opening)| opening.by.clone()).collect();
        self.officer(&["clerk", "cashier"], &by, first);
        let (to, reference) = (self.account_with(false), self.paid().reference);
        let Some((of, opening)) = found else {
            return Cash::Collect { of: (0, 0), fen: 9, to, reference, pot: None };
        };
        let pot = self.view().box_pot(&opening.id).cloned();
        let fen = u64::try_from(opening.fen).unwrap();
        Cash::Collect { of, fen, to, reference, pot }
    }

    fn right_difference(&mut self, first: bool) -> Cash {
        let all = self.openings(true);
        let found = self.pick(&all);
        let mut but: Vec<_> = found.iter().map(|(_, opening)| opening.by.clone()).collect();
        but.extend(found.iter().filter_map(|(_, opening)| Some(opening.booked.clone()?.1)));
        self.officer(&["approver", "auditor"], &but, first);
        let more = self.once_in(2);
        let Some((of, opening)) = found else {
            return Cash::Difference {
                of: (0, 0),
                more,
                fen: 9,
                account: "none".into(),
                pot: None,
            };
        };
        let pot = self.view().box_pot(&opening.id).cloned();
        let fen = self.amount(u64::try_from(opening.left()).unwrap());
        let account = opening.booked.map_or("none".into(), |(.., account)| account);
        Cash::Difference { of, more, fen, account, pot }
    }

    fn right_deposit(&mut self, first: bool) -> Cash {
        self.officer(&["clerk", "cashier"], &[], first);
        let all = self.openings(true);
        let (to, paid) = (self.account_with(true), self.paid());
        let account = |opening: &Opening| opening.booked.clone().map(|(.., account)| account);
        let from = self.pick(&all).and_then(|(_, opening)| account(&opening));
        let mut parts = Vec::new();
        for (of, opening) in all.into_iter().filter(|(_, opening)| account(opening) == from) {
            if parts.is_empty() || self.once_in(2) {
                parts.push((of, self.amount(u64::try_from(opening.left()).unwrap())));
            }
        }
        if parts.is_empty() {
            parts.push(((0, 0), 9));
        }
        let fen = parts.iter().map(|(_, fen)| fen).sum();
        let from = from.unwrap_or_else(|| "none".to_owned());
        Cash::Deposit { parts, fen, from, to, paid }
    }

    /// One thing about the line changed, mostly into what is wrong.
    pub(super) fn wrong_cash(&mut self, cash: &mut Cash) {
        let (place, account, today) = (self.any_place(), self.any_account(), self.voucher.today());
        let pot = self.any_pot(&["raised", "other", "fiscal"]).unwrap_or("none".into());
        let known: Vec<_> = self.view().boxes().into_iter().map(str::to_owned).collect();
        let (known, more) = (self.pick(&known).unwrap_or("b-none".into()), 1 + self.below(90));
        let used: Vec<_> = self.view().references().into_iter().collect();
        let (used, what) = (self.pick(&used), self.below(6));
        let uncounted: Vec<_> = self.openings(false).into_iter().map(|(place, _)| place).collect();
        let uncounted = self.pick(&uncounted).unwrap_or(place);
        match cash {
            Cash::Box { id, pot: of } => match what {
                0..=2 => *id = known,
                _ => *of = Some(pot),
            },
            Cash::Unbox { id, on, due, fen, .. } => match what {
                0 => *id = "b-none".into(),
                1 => (*on, *due) = (today + 1, today + 2),
                2 => *due = *on,
                3 => *due = *on + 15,
                _ => *fen += more,
            },
            Cash::Collect { of, fen, to, reference, pot: own } => match what {
                0 => *of = place,
                1 => *fen += more,
                2 => *to = account,
                3 => *reference = used.unwrap_or(*reference),
                4 => *own = if own.is_none() { Some(pot) } else { None },
                _ => self.collect_again(of, fen, own),
            },
            Cash::Difference { of, more: up, fen, account: own, pot: of_pot } => match what {
                0 => *of = place,
                1 => (*up, *fen) = (false, *fen + 30_000),
                2 => *own = account,
                3 => *of = uncounted,
                _ => *of_pot = if of_pot.is_none() { Some(pot) } else { None },
            },
            Cash::Deposit { parts, fen, from, to, paid } => match what {
                0 => parts[0].0 = if self.once_in(2) { place } else { uncounted },
                1 => {
                    parts[0].1 += 30_000;
                    *fen += 30_000;
                }
                2 => *fen += more,
                3 => *from = account,
                4 => *to = account,
                _ => paid.paid = (self.voucher.at + 8 * 3_600) + 1,
            },
        }
    }

    /// Turns a second count into one of an opening that has one already.
    fn collect_again(&mut self, of: &mut Place, fen: &mut u64, pot: &mut Option<String>) {
        let mut all = self.view().openings(self.voucher.seq);
        all.retain(|(_, opening)| opening.booked.is_some());
        if let Some((place, opening)) = self.pick(&all) {
            (*of, *fen) = (place, u64::try_from(opening.fen).unwrap().max(1));
            *pot = self.view().box_pot(&opening.id).cloned();
        }
    }
}
