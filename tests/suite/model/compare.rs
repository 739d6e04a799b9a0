//! The state of the ledger and that of the model, fact by fact under the same names.

use super::entry::Model;
use super::line::{Line, day_text};
use super::view::{Stage, Standing, State};
use crate::days::{Town, own};
use std::collections::{BTreeMap, BTreeSet};
use yishan::domain::codec::{Spell, spelling};
use yishan::domain::line::allocate::Proposed;
use yishan::domain::line::close::Close;
use yishan::domain::text::{Id, Nonce, Ref};
use yishan::domain::time::{Day, Stamp, Zone};

/// What is so, by the name of what it is so of.
type Facts = BTreeMap<String, String>;

/// The first fact that the two do not share, with both values: the ledger's, then the model's.
pub(super) fn difference(town: &Town, model: &Model) -> Option<String> {
    let (ledger, model) = (of_ledger(town), of_model(town, model));
    let names: BTreeSet<_> = ledger.keys().chain(model.keys()).collect();
    let names = names.into_iter().filter(|name| ledger.get(*name) != model.get(*name));
    let none = "nothing".to_owned();
    let told = names.map(|name| {
        let (ledger, model) = (ledger.get(name).unwrap_or(&none), model.get(name).unwrap_or(&none));
        format!("{name}: the ledger has {ledger}, the model {model}")
    });
    told.take(1).next()
}

/// The day on which a close is drawn up for comparison: any that both can spell.
fn today(town: &Town) -> Day {
    Stamp::from_unix(town.now, Zone::CHINA).unwrap().wall.day()
}

fn word(of: &impl Spell) -> String {
    spelling(of).trim_matches('"').to_owned()
}

fn sorted(names: impl Iterator<Item = String>) -> String {
    names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

fn names(ids: &[Id]) -> String {
    sorted(ids.iter().map(ToString::to_string))
}

fn of_ledger(town: &Town) -> Facts {
    let (books, mut facts) = (&town.books, Facts::new());
    let mut fact = |name: String, value: String| assert!(facts.insert(name, value).is_none());
    fact("size".into(), books.size.to_string());
    fact(
        "close".into(),
        spelling(&yishan::domain::line::Line::Close(Box::new(Close::of(books, today(town))))),
    );
    for (id, account) in books.accounts.iter() {
        fact(format!("account {id}"), (if account.shut { "shut" } else { "open" }).into());
    }
    for (day, entry) in books.days.iter() {
        fact(format!("closed {day}"), entry.to_string());
    }
    for (id, o) in books.officers.iter() {
        let until = o.until.map_or("ever".into(), |day| day.to_string());
        let roles: Vec<_> = o.roles.iter().map(word).collect();
        let value = format!("{} {} {} until {until}", word(&o.standing), o.key, roles.join("+"));
        fact(format!("officer {id}"), value);
    }
    for (id, s) in books.students.known.iter() {
        let (level, stage) = (word(&s.level), word(&s.stage));
        let value = format!("{level} {stage} by {} visited by {}", s.nominated, names(&s.visited));
        fact(format!("student {id}"), value);
    }
    for (place, p) in books.proposals.iter() {
        let left = if matches!(p.what, Proposed::Allocation(..)) { p.left().get() } else { 0 };
        let value = format!("{} approved by {} left {left}", word(&p.state), names(&p.approvals));
        fact(format!("proposal {place}"), value);
    }
    for (place, payment) in books.payments.iter() {
        let by = payment.acknowledged.map_or("nothing".into(), |by| by.to_string());
        fact(format!("payment {place}"), format!("of {} acknowledged by {by}", payment.of));
    }
    for (place, touched) in books.touched.iter() {
        if let Some(by) = touched.reversed {
            fact(format!("reversed {place}"), by.to_string());
        }
        if touched.refunded.get() > 0 {
            fact(format!("refunded {place}"), touched.refunded.get().to_string());
        }
    }
    fact("references".into(), sorted(town.refs.0.keys().map(ToString::to_string)));
    for (nonce, used) in books.nonces.iter() {
        fact(format!("nonce {nonce}"), used.entry.to_string());
    }
    facts
}

fn of_model(town: &Town, model: &Model) -> Facts {
    let (view, mut facts) = (model.view(), Facts::new());
    let mut fact = |name: String, value: String| drop(facts.insert(name, value));
    let text = |place: (u64, u16)| format!("{}/{}", place.0, place.1);
    fact("size".into(), model.entries.len().to_string());
    let day = (town.now + 8 * 3_600).div_euclid(86_400);
    fact("close".into(), view.close(day));
    for id in view.accounts() {
        fact(format!("account {id}"), (if view.shut(id) { "shut" } else { "open" }).into());
    }
    for (day, index) in view.closes() {
        fact(format!("closed {}", day_text(day)), view.said[index].place.0.to_string());
    }
    for (_, id) in view.appointed() {
        let o = view.officer(id).unwrap();
        let until = o.until.map_or("ever".into(), day_text);
        let standing = match o.standing {
            Standing::Waiting => "waiting",
            Standing::InOffice => "in-office",
            Standing::Retired => "retired",
        };
        let (key, roles) = (town.key(o.key), o.roles.join("+"));
        fact(format!("officer {id}"), format!("{standing} {key} {roles} until {until}"));
    }
    for (id, level, by) in view.students() {
        let stage = match view.stage(id).unwrap() {
            Stage::Nominated => "nominated",
            Stage::Visited => "visited",
            Stage::Admitted => "admitted",
            Stage::Left => "left",
        };
        let visitors = sorted(view.visitors(id).into_iter().map(ToOwned::to_owned));
        fact(format!("student {id}"), format!("{level} {stage} by {by} visited by {visitors}"));
    }
    for said in view.said {
        let place = text(said.place);
        if let Some(state) = view.state(said.place) {
            let state = match state {
                State::Waiting => "waiting",
                State::Approved => "approved",
                State::Rejected => "rejected",
                State::Released => "released",
            };
            let by = sorted(view.approvals(said.place).iter().map(|a| a.1.to_owned()));
            let left = view.left(said.place);
            fact(format!("proposal {place}"), format!("{state} approved by {by} left {left}"));
        }
        match &said.line {
            Line::Pay { of, .. } => {
                let by = view.acknowledged(said.place).map_or("nothing".into(), text);
                let value = format!("of {} acknowledged by {by}", text(*of));
                fact(format!("payment {place}"), value);
            }
            Line::Gift { .. } => {
                let refunded: u64 = view.refunds(said.place).iter().map(|r| r.1).sum();
                if refunded > 0 {
                    fact(format!("refunded {place}"), refunded.to_string());
                }
            }
            Line::Reverse { of } => fact(format!("reversed {}", text(*of)), place),
            _ => {}
        }
    }
    let references = view.references().into_iter().map(|n| Ref(own(n)).to_string());
    fact("references".into(), sorted(references));
    for (nonce, entry) in model.nonces() {
        fact(format!("nonce {}", Nonce(own(nonce))), entry.to_string());
    }
    facts
}
