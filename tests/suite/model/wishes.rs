//! Wishes as sections 6.31 to 6.38 of the specification say it: lines, what follows from them, what
//! a line would break, and lines in the making.

use super::drafts::Drafts;
use super::fault::Fault;
use super::goods::Good;
use super::line::{Line, Place, place_text};
use super::rules::Broken;
use super::view::{Said, View};
use std::collections::{BTreeMap, BTreeSet};

/// Ranks in the order of the specification.
const RANKS: [&str; 3] = ["village", "township", "county"];

/// A line about wishes.
#[derive(Clone, Debug)]
pub(super) enum Wishes {
    Ask { wish: String, person: String, rank: usize, office: bool },
    Claim { wish: String, volunteer: Option<String> },
    Deliver { wish: String, of: Option<Place> },
    Confirm { wish: String, same: bool },
    Escalate { wish: String, to: usize },
    Drop { wish: String },
    Helpers { person: String, helpers: Vec<String> },
    Terms { days: [u64; 3], helpers: u64 },
}

/// How a wish stands.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    person: String,
    office: bool,
    rank: usize,
    state: &'static str,
    volunteer: Option<String>,
    delivered: Option<String>,
    ground: Option<Place>,
}

impl Wishes {
    pub(super) fn tag(&self) -> &'static str {
        match self {
            Wishes::Ask { .. } => "ask",
            Wishes::Claim { .. } => "claim",
            Wishes::Deliver { .. } => "deliver",
            Wishes::Confirm { .. } => "confirm",
            Wishes::Escalate { .. } => "escalate",
            Wishes::Drop { .. } => "drop",
            Wishes::Helpers { .. } => "helpers",
            Wishes::Terms { .. } => "terms",
        }
    }

    /// The words for it.
    pub(super) fn words(&self) -> String {
        match self {
            Wishes::Ask { wish, person, rank, office } => {
                let office = if *office { " office=残联" } else { "" };
                format!("{wish} {person} rank={}{office}", RANKS[*rank])
            }
            Wishes::Claim { wish, volunteer } => {
                let by = volunteer.as_ref().map_or(String::new(), |v| format!(" volunteer={v}"));
                format!("{wish}{by}")
            }
            Wishes::Deliver { wish, of } => {
                let of = of.map_or(String::new(), |(entry, line)| format!(" of={entry}/{line}"));
                format!("{wish} #1{of}")
            }
            Wishes::Confirm { wish, same } => format!("{wish} #{}", if *same { 1 } else { 2 }),
            Wishes::Escalate { wish, to } => format!("{wish} {}", RANKS[*to]),
            Wishes::Drop { wish } => wish.clone(),
            Wishes::Helpers { person, helpers } if helpers.is_empty() => person.clone(),
            Wishes::Helpers { person, helpers } => {
                format!("{person} helpers={}", helpers.join(","))
            }
            Wishes::Terms { days: [open, claimed, delivered], helpers } => {
                format!("{open} {claimed} {delivered} {helpers}")
            }
        }
    }

    /// The wish that a line is about.
    fn wish(&self) -> Option<&str> {
        match self {
            Wishes::Ask { wish, .. }
            | Wishes::Claim { wish, .. }
            | Wishes::Deliver { wish, .. }
            | Wishes::Confirm { wish, .. }
            | Wishes::Escalate { wish, .. }
            | Wishes::Drop { wish } => Some(wish),
            Wishes::Helpers { .. } | Wishes::Terms { .. } => None,
        }
    }
}

impl<'a> View<'a> {
    fn about_wishes(self) -> impl DoubleEndedIterator<Item = (&'a str, &'a Wishes)> {
        self.said.iter().filter_map(|said| match &said.line {
            Line::Wishes(line) => Some((said.by.as_str(), line)),
            _ => None,
        })
    }

    /// Every wish ever asked.
    fn wishes(self) -> Vec<&'a str> {
        let asked = self.about_wishes().filter(|(_, line)| line.tag() == "ask");
        asked.filter_map(|(_, line)| line.wish()).collect()
    }

    /// How a wish stands, read from the first line about it on.
    fn wish(self, id: &str) -> Option<Wish> {
        let mut known: Option<Wish> = None;
        for (by, line) in self.about_wishes().filter(|(_, line)| line.wish() == Some(id)) {
            if let Wishes::Ask { person, rank, office, .. } = line {
                known = Some(Wish {
                    person: person.clone(),
                    office: *office,
                    rank: *rank,
                    state: "open",
                    volunteer: None,
                    delivered: None,
                    ground: None,
                });
            }
            let now = known.as_mut()?;
            match line {
                Wishes::Claim { volunteer, .. } => {
                    (now.state, now.volunteer) = ("claimed", volunteer.clone());
                }
                Wishes::Deliver { of, .. } => {
                    (now.state, now.delivered) = ("delivered", Some(by.to_owned()));
                    now.ground = *of;
                }
                Wishes::Confirm { .. } => now.state = "confirmed",
                Wishes::Escalate { to, .. } => {
                    (now.state, now.rank, now.volunteer) = ("open", *to, None);
                }
                Wishes::Drop { .. } => now.state = "dropped",
                _ => {}
            }
        }
        known
    }

    /// Whether a wish is not delivered yet; `None` if there is no such wish.
    pub(super) fn undelivered(self, id: &str) -> Option<bool> {
        self.wish(id).map(|wish| ["open", "claimed"].contains(&wish.state))
    }

    /// Every beneficiary with the helpers named last.
    fn helpers(self) -> BTreeMap<&'a str, Vec<String>> {
        let mut all = BTreeMap::new();
        for (_, line) in self.about_wishes() {
            match line {
                Wishes::Ask { person, .. } => drop(all.entry(person.as_str()).or_insert(vec![])),
                Wishes::Helpers { person, helpers } => {
                    drop(all.insert(person.as_str(), helpers.clone()));
                }
                _ => {}
            }
        }
        all
    }

    /// What is so, by name, as `compare` wants it.
    pub(super) fn wish_facts(self) -> BTreeMap<String, String> {
        let mut facts = BTreeMap::new();
        for id in self.wishes() {
            let Wish { person, office, rank, state, volunteer, delivered, ground } =
                self.wish(id).unwrap();
            let ground = ground.map(place_text).unwrap_or_default();
            let (by, rank) = (volunteer.unwrap_or_default(), RANKS[rank]);
            let delivered = delivered.unwrap_or_default();
            let value = format!("{person} {office} {rank} {state} {by} {delivered} {ground}");
            facts.insert(format!("wish {id}"), value);
        }
        for (person, helpers) in self.helpers() {
            facts.insert(format!("helpers {person}"), helpers.join(","));
        }
        let terms = self.about_wishes().rev().find_map(|(_, line)| match line {
            Wishes::Terms { days, helpers } => Some((*days, *helpers)),
            _ => None,
        });
        facts.insert("terms".to_owned(), format!("{:?}", terms.unwrap_or(([7, 15, 7], 3))));
        facts
    }
}

/// What a line about wishes breaks; `has` says whether its officer has one of some roles.
#[expect(clippy::too_many_lines, reason = "an arm for each kind of line")]
pub(super) fn broken(
    view: View<'_>,
    (said, line): (&Said, &Wishes),
    has: &dyn Fn(&[&str]) -> bool,
) -> Broken {
    let mut rules = Broken::new();
    let mut unless = |holds: bool, name: &'static str| {
        if !holds {
            rules.insert(name);
        }
    };
    let roles: &[&str] = match line {
        Wishes::Ask { .. } | Wishes::Claim { .. } | Wishes::Helpers { .. } => &["clerk"],
        Wishes::Deliver { .. } => &["clerk", "cashier"],
        Wishes::Confirm { .. } => &["clerk", "auditor"],
        Wishes::Escalate { .. } => &["clerk", "approver"],
        Wishes::Drop { .. } => &["approver"],
        Wishes::Terms { .. } => &["steward"],
    };
    unless(has(roles), "NoRole");
    let known = line.wish().map(|wish| view.wish(wish));
    let states: &[&str] = match line {
        Wishes::Claim { .. } => &["open"],
        Wishes::Deliver { .. } => &["claimed"],
        Wishes::Confirm { .. } => &["delivered"],
        Wishes::Escalate { .. } | Wishes::Drop { .. } => &["open", "claimed"],
        _ => &[],
    };
    if let Wishes::Ask { person, .. } | Wishes::Helpers { person, .. } = line {
        let student = !person.starts_with("s-") || view.stage(person).is_some();
        unless(student, "UnknownStudent");
        let volunteer = !person.starts_with("v-") || view.volunteer(person).is_some();
        unless(volunteer, "UnknownVolunteer");
    }
    let known = match (line, known) {
        (Wishes::Ask { .. }, known) => {
            unless(known.flatten().is_none(), "WishExists");
            return rules;
        }
        (_, Some(None)) => {
            unless(false, "UnknownWish");
            return rules;
        }
        (_, known) => known.flatten(),
    };
    if let Some(known) = &known {
        let undone = known.ground.is_some_and(|place| view.reversed(place).is_some());
        let again = undone && known.state == "delivered" && line.tag() == "deliver";
        unless(again || states.contains(&known.state), "WishIs");
        let confirms = matches!(line, Wishes::Confirm { .. });
        unless(!confirms || !undone, "GroundReversed");
        unless(!matches!(line, Wishes::Confirm { same: true, .. }), "SameEvidence");
    }
    let mut active = |volunteer: &str| {
        let enrolled = view.volunteer(volunteer);
        let left = enrolled.as_ref().is_some_and(|v| v.left);
        for (holds, name) in [(enrolled.is_some(), "UnknownVolunteer"), (!left, "VolunteerLeft")] {
            if !holds {
                rules.insert(name);
            }
        }
    };
    match (line, known) {
        (Wishes::Claim { volunteer, .. }, Some(known)) => {
            if let Some(volunteer) = volunteer {
                active(volunteer);
            }
            if known.office == volunteer.is_some() {
                rules.insert("WishRoute");
            }
        }
        (Wishes::Helpers { helpers, .. }, _) => {
            for helper in helpers {
                active(helper);
            }
            if !helpers.windows(2).all(|pair| pair[0] < pair[1]) {
                rules.insert("HandlesOrder");
            }
        }
        (Wishes::Escalate { to, .. }, Some(known)) if *to <= known.rank => {
            rules.insert("WishRank");
        }
        (Wishes::Deliver { wish, of: Some(of) }, Some(known)) => {
            let right = match view.at(*of).map(|(_, said)| &said.line) {
                Some(Line::Goods(Good::Issue { wish: of, .. })) => of.as_ref() == Some(wish),
                Some(Line::Pay { of, .. }) => match view.at(*of).map(|(_, said)| &said.line) {
                    Some(Line::Allocate { student, .. }) => *student == known.person,
                    _ => true,
                },
                _ => true,
            };
            if !right {
                rules.insert("OtherWish");
            }
            match view.earlier(*of, said.place.0).map(|said| &said.line) {
                None => drop(rules.insert("NoSuchLine")),
                Some(Line::Pay { .. } | Line::Goods(Good::Issue { .. }))
                    if view.reversed(*of).is_none() => {}
                Some(Line::Pay { .. } | Line::Goods(Good::Issue { .. })) => {
                    rules.insert("AlreadyReversed");
                }
                Some(_) => drop(rules.insert("NotA")),
            }
        }
        (Wishes::Confirm { .. }, Some(known)) => {
            let volunteer = known.volunteer.and_then(|v| view.volunteer(&v));
            let own = volunteer.and_then(|v| v.officer);
            let own = own.filter(|_| !view.errs(Fault::ForgetsWhoClaimed));
            let others: BTreeSet<String> = known.delivered.into_iter().chain(own).collect();
            if others.contains(&said.by) && !view.solo() {
                rules.insert("SamePerson");
            }
        }
        _ => {}
    }
    rules
}

impl Drafts<'_> {
    /// What has to come before a line of `kind` about wishes can be right.
    pub(super) fn missing_for_wishes(&self, kind: &str) -> Option<&'static str> {
        let view = self.view();
        let is = |state: &str| {
            let all = view.wishes();
            all.into_iter().any(|wish| view.wish(wish).unwrap().state == state)
        };
        match kind {
            "claim" | "escalate" | "drop" if !is("open") => Some("ask"),
            "claim" | "helpers" if view.volunteers().is_empty() => Some("volunteer"),
            "deliver" if !is("claimed") => Some("claim"),
            "confirm" if !is("delivered") => Some("deliver"),
            _ => None,
        }
    }

    /// What deliveries rest on that nobody confirmed.
    pub(super) fn grounds(&self) -> Vec<Place> {
        let view = self.view();
        let all = view.wishes().into_iter().filter_map(|id| view.wish(id));
        let waits = all.filter(|wish| wish.state == "delivered").filter_map(|wish| wish.ground);
        waits
            .filter(|place| place.0 < self.voucher.seq && view.reversed(*place).is_none())
            .collect()
    }

    /// A wish delivered with what was undone since, if there is one.
    fn undone_wish(&mut self) -> Option<String> {
        let view = self.view();
        let waits = view.wishes().into_iter().filter(|id| {
            let known = view.wish(id).filter(|known| known.state == "delivered");
            known.and_then(|known| known.ground).is_some_and(|at| view.reversed(at).is_some())
        });
        let waits: Vec<_> = waits.map(ToOwned::to_owned).collect();
        self.pick(&waits)
    }

    /// Somebody who may have a wish, or helpers.
    fn any_person(&mut self) -> String {
        match self.below(3) {
            0 => format!("e-{}", self.below(4)),
            1 => self.any_volunteer(false),
            _ => self.any_student(),
        }
    }

    /// A wish in one of these states, rather a late one.
    pub(super) fn any_wish(&mut self, states: &[&str]) -> String {
        let view = self.view();
        let all = view.wishes().into_iter();
        let all = all.filter(|w| states.contains(&view.wish(w).unwrap().state));
        let all: Vec<_> = all.map(ToOwned::to_owned).collect();
        self.pick(&all[all.len().saturating_sub(4)..]).unwrap_or_else(|| "w-0".to_owned())
    }

    /// A line of `kind` that may be said now, if there is any.
    pub(super) fn right_wish(&mut self, kind: &str, first: bool) -> Line {
        let number = self.view().wishes().len();
        let (roles, but): (&[&str], Vec<String>) = match kind {
            "deliver" => (&["clerk", "cashier"], vec![]),
            "confirm" => (&["clerk", "auditor"], vec![]),
            "escalate" => (&["clerk", "approver"], vec![]),
            "drop" => (&["approver"], vec![]),
            "terms" if self.once_in(2) => (&["clerk", "cashier", "auditor"], vec![]),
            "terms" => (&["steward"], vec![]),
            _ => (&["clerk"], vec![]),
        };
        // A delivery whose ground was undone is not confirmed; it is delivered once more.
        let undone = self.undone_wish().filter(|_| self.once_in(2));
        let confirmed = match kind {
            "confirm" => undone.clone().unwrap_or_else(|| self.any_wish(&["delivered"])),
            _ => String::new(),
        };
        let delivered = self.view().wish(&confirmed).and_then(|wish| wish.delivered);
        let but: Vec<String> = but.into_iter().chain(delivered).collect();
        self.officer(roles, &but, first);
        Line::Wishes(match kind {
            "ask" => {
                let (wish, person) = (format!("w-{}", number + 1), self.any_person());
                let rank = usize::try_from(self.below(3)).unwrap();
                Wishes::Ask { wish, person, rank, office: self.once_in(3) }
            }
            "claim" => {
                let wish = self.any_wish(&["open"]);
                let office = self.view().wish(&wish).is_some_and(|known| known.office);
                let volunteer = self.any_volunteer(false);
                Wishes::Claim { wish, volunteer: Some(volunteer).filter(|_| !office) }
            }
            "deliver" => {
                let wish = undone.unwrap_or_else(|| self.any_wish(&["claimed"]));
                let person = self.view().wish(&wish).map(|known| known.person);
                let fit = self.places(|view, said| {
                    let of_it = match &said.line {
                        Line::Goods(Good::Issue { wish: of, .. }) => of.as_ref() == Some(&wish),
                        Line::Pay { of, .. } => match view.at(*of).map(|(_, said)| &said.line) {
                            Some(Line::Allocate { student, .. }) => {
                                Some(student) == person.as_ref()
                            }
                            _ => true,
                        },
                        _ => false,
                    };
                    of_it && view.reversed(said.place).is_none()
                });
                let handed = self.places(|view, said| {
                    let out =
                        matches!(said.line, Line::Pay { .. } | Line::Goods(Good::Issue { .. }));
                    out && view.reversed(said.place).is_none()
                });
                let of = if self.once_in(6) { self.pick(&handed) } else { self.pick(&fit) };
                let of = of.filter(|_| !self.once_in(3));
                Wishes::Deliver { wish, of }
            }
            "confirm" => Wishes::Confirm { wish: confirmed, same: self.once_in(6) },
            "escalate" => {
                let wish = self.any_wish(&["open", "claimed"]);
                let rank = self.view().wish(&wish).map_or(0, |known| known.rank);
                Wishes::Escalate { wish, to: (rank + 1).min(2) }
            }
            "drop" => Wishes::Drop { wish: self.any_wish(&["open", "claimed"]) },
            "helpers" => {
                let helpers: BTreeSet<_> =
                    (0..self.below(4)).map(|_| self.any_volunteer(false)).collect();
                let person = self.any_person();
                Wishes::Helpers { person, helpers: helpers.into_iter().collect() }
            }
            _ => {
                let days = [self.below(9), self.below(9), self.below(9)];
                Wishes::Terms { days, helpers: self.below(4) }
            }
        })
    }

    /// The line with one thing changed; most changes are wrong.
    pub(super) fn wrong_wish(&mut self, line: &mut Wishes) {
        let way = self.below(4);
        let any = self.any_wish(&["open", "claimed", "delivered", "confirmed", "dropped"]);
        let (place, left) = (self.any_place(), self.any_volunteer(true));
        let reversed = self.places(|view, said| {
            matches!(said.line, Line::Pay { .. }) && view.reversed(said.place).is_some()
        });
        let reversed = self.pick(&reversed);
        match line {
            Wishes::Ask { wish, person, .. } => match way {
                0 => "v-0".clone_into(person),
                1 => "s-0".clone_into(person),
                _ => *wish = any,
            },
            Wishes::Claim { wish, volunteer } => match way {
                0 => *wish = any,
                1 => *volunteer = volunteer.is_none().then(|| "v-1".to_owned()),
                2 => *volunteer = Some("v-0".to_owned()),
                _ => *volunteer = Some(left),
            },
            Wishes::Deliver { wish, of } => match way {
                0 => *wish = any,
                1 => "w-0".clone_into(wish),
                2 => *of = Some(place),
                _ => *of = reversed.or(Some(place)),
            },
            Wishes::Escalate { wish, to } => match way {
                0 => *wish = any,
                1 => "w-0".clone_into(wish),
                _ => *to = 0,
            },
            Wishes::Confirm { wish, .. } | Wishes::Drop { wish } => match way {
                0 => "w-0".clone_into(wish),
                _ => *wish = any,
            },
            Wishes::Helpers { helpers, .. } => match way {
                0 => helpers.push("v-0".to_owned()),
                1 => *helpers = vec![left],
                _ => *helpers = vec!["v-2".to_owned(), "v-1".to_owned()],
            },
            Wishes::Terms { days, .. } => days.reverse(),
        }
    }
}
