//! The state of the ledger and that of the model, fact by fact under the same names.

use super::care;
use super::entry::Model;
use super::goods::{Good, Store};
use super::line::{Line, day_text};
use super::view::{Stage, Standing, State};
use super::years;
use crate::days::{Town, own};
use std::collections::{BTreeMap, BTreeSet};
use yishan::domain::books::Books;
use yishan::domain::codec::{Spell, spelling};
use yishan::domain::line::close::Close;
use yishan::domain::line::funds::year_of;
use yishan::domain::line::goods::Goods;
use yishan::domain::line::goods::stock::{Basis, Flow, Stage as Step};
use yishan::domain::line::years::year::Year;
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

#[expect(clippy::too_many_lines, reason = "a line for each fact")]
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
    for (place, stated) in books.bank.statements.iter() {
        let value = format!("{} up to {} {}", stated.account, stated.to, stated.closing.get());
        fact(format!("statement {place}"), value);
    }
    for (id, period) in books.bank.periods.iter() {
        let value = format!("{} by {} {}", period.to, period.by, period.settled);
        fact(format!("reconciled {id}"), value);
    }
    for (day, entry) in books.days.iter() {
        fact(format!("closed {day}"), entry.to_string());
    }
    for (year, closed) in books.years.closed.iter() {
        fact(format!("year {year}"), format!("{} up to {}", closed.by, closed.to));
    }
    for (place, prior) in books.years.prior.iter() {
        fact(format!("prior {place}"), format!("{} {}", prior.kind.word(), prior.fen.get()));
    }
    if let Some(year) = books.next_year().filter(|year| *year < year_of(today(town))) {
        let next = Year::of(books, &town.past, year).unwrap();
        let next = yishan::domain::line::Line::Year(Box::new(next));
        fact("next year".into(), spelling(&next));
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
        if let Some(check) = s.check {
            let done = check.by.map_or("due".into(), |by| {
                format!("{} by {by}", check.finding.map_or(String::new(), |f| word(&f)))
            });
            fact(format!("check {id}"), format!("{done}, lot of {}", check.lot));
        }
    }
    of_lots(books, &mut fact);
    for (id, pot) in books.funds.pots.iter() {
        fact(format!("pot {id}"), format!("received {}", pot.received.get()));
    }
    for (id, campaign) in books.funds.campaigns.iter() {
        fact(
            format!("campaign {id}"),
            format!("raised {} cost {}", campaign.raised.get(), campaign.spent.get()),
        );
    }
    for (id, pair) in books.sponsors.pairs.iter() {
        fact(format!("pair {id}"), format!("left {} ended {}", pair.left().get(), pair.ended));
    }
    for (name, t) in books.tickets.all.iter() {
        let other = t.other.map_or("nothing".into(), |place| place.to_string());
        let value = format!("{} {} {other} on {}", t.place, word(&t.standing), t.on);
        fact(format!("ticket {} {}", name.code, name.number), value);
    }
    for (gift, on) in books.tickets.gifts.iter() {
        fact(format!("on a ticket: {gift}"), on.ticket.to_string());
    }
    for (list, on) in books.tickets.lists.iter() {
        fact(format!("list {list}"), on.ticket.to_string());
    }
    for (place, p) in books.proposals.iter() {
        let left = p.left().get();
        let value = format!("{} approved by {} left {left}", word(&p.state), names(&p.approvals));
        fact(format!("proposal {place}"), value);
    }
    for (place, payment) in books.payments.iter() {
        let by = payment.acknowledged.map_or("nothing".into(), |by| by.to_string());
        let (of, back) = (payment.of, payment.back.0.get());
        fact(format!("payment {place}"), format!("of {of} acknowledged by {by} back {back}"));
    }
    for (place, touched) in books.touched.iter() {
        if let Some(by) = touched.reversed {
            fact(format!("reversed {place}"), by.to_string());
        }
        if touched.refunded.get() > 0 {
            fact(format!("refunded {place}"), touched.refunded.get().to_string());
        }
    }
    for (name, value) in
        hours(books).into_iter().chain(wishes(books)).chain(goods(&books.goods)).chain(boxes(books))
    {
        fact(name, value);
    }
    fact("references".into(), sorted(town.refs.0.keys().map(ToString::to_string)));
    for (nonce, used) in books.nonces.iter() {
        fact(format!("nonce {nonce}"), used.entry.to_string());
    }
    facts
}

fn of_lots(books: &Books, fact: &mut impl FnMut(String, String)) {
    for (day, lot) in books.students.lots.iter() {
        let known = lot.drawn.map_or("nobody".into(), |by| by.to_string());
        let drawn: Vec<_> = lot.students.iter().map(ToString::to_string).collect();
        let told = format!("{} {} of {}: {}", lot.size, lot.root, lot.of, drawn.join(" "));
        fact(format!("lot {day}"), format!("{told}, known by {known}"));
    }
    let waiting: Vec<_> =
        books.students.waiting.iter().map(|(_, w)| w.student.to_string()).collect();
    fact("waiting".into(), waiting.join(" "));
    for (pair, by) in books.students.conflicts.iter() {
        fact(format!("conflict {} {}", pair.student, pair.officer), by.to_string());
    }
}

/// What the books know of volunteering.
fn hours(books: &Books) -> Facts {
    let (hours, mut facts) = (&books.hours, Facts::new());
    let norms = hours.norms();
    let skills: Vec<_> = norms.skills.iter().map(|skill| skill.skill.to_string()).collect();
    let value = format!("{:?} {}", norms.stars.to_vec(), skills.join(","));
    facts.insert("norms".into(), value);
    for (id, org) in hours.orgs.iter() {
        let under = org.under.map_or("none".into(), |under| under.to_string());
        facts.insert(format!("org {id}"), format!("{} under {under}", word(&org.level)));
    }
    for (key, turn) in hours.chairs.iter() {
        let value = format!("{} until {}", turn.officer, turn.until);
        facts.insert(format!("chair {} {}", key.org, key.from), value);
    }
    for (id, v) in hours.volunteers.iter() {
        let skills: Vec<_> = v.skills.iter().map(ToString::to_string).collect();
        let officer = v.officer.map_or("nobody".into(), |officer| officer.to_string());
        let (times, minutes) = hours.sum(*id, Day::FIRST, Day::LAST);
        let (standing, skills) = (word(&v.standing), skills.join(","));
        let value = format!("{} {standing} {skills} {officer} {times} times {minutes}", v.org);
        facts.insert(format!("volunteer {id}"), value);
    }
    for (id, duty) in hours.duties.iter() {
        let value = format!("{} {} served {}", duty.org, duty.day, duty.served);
        facts.insert(format!("duty {id}"), value);
    }
    for (on, spans) in hours.spans.iter() {
        for span in spans.iter() {
            let value = format!("{} {}-{}", on.volunteer, span.from, span.to);
            facts.insert(format!("hours {}", span.at), value);
        }
    }
    facts
}

/// What the books know of wishes.
fn wishes(books: &Books) -> Facts {
    let (wishes, mut facts) = (&books.wishes, Facts::new());
    let or_none = |id: Option<Id>| id.map(|id| id.to_string()).unwrap_or_default();
    for (id, w) in wishes.wishes.iter() {
        let (rank, state, office) = (word(&w.rank), word(&w.state), w.office.is_some());
        let (by, delivered) = (or_none(w.volunteer), or_none(w.delivered));
        let ground = w.ground.map(|place| place.to_string()).unwrap_or_default();
        let value = format!("{} {office} {rank} {state} {by} {delivered} {ground}", w.person);
        facts.insert(format!("wish {id}"), value);
    }
    for (person, helpers) in wishes.helpers.iter() {
        let helpers: Vec<_> = helpers.iter().map(ToString::to_string).collect();
        facts.insert(format!("helpers {person}"), helpers.join(","));
    }
    let t = wishes.terms();
    facts.insert("terms".into(), format!("{:?}", ([t.open, t.claimed, t.delivered], t.helpers)));
    facts
}

/// What the ledger has about donation boxes.
fn boxes(books: &Books) -> Vec<(String, String)> {
    let boxes = books.boxes.known.iter().map(|(id, known)| {
        let pot = known.pot.map_or("-".into(), |pot| pot.to_string());
        (format!("box {id}"), format!("for {pot}"))
    });
    let openings = books.boxes.openings.iter().map(|(place, o)| {
        let booked = o.booked.map_or("nobody".into(), |booked| {
            format!("{} at {} into {}", booked.by, booked.at, booked.account)
        });
        let value = format!(
            "{} {} {} by {} {booked}: {} of {}, {} after",
            o.cash_box,
            o.on,
            o.due,
            o.by,
            o.deposited.get(),
            o.fen.get(),
            o.after
        );
        (format!("opening {place}"), value)
    });
    boxes.chain(openings).collect()
}

/// What the ledger has about goods.
fn goods(goods: &Goods) -> Vec<(String, String)> {
    let (mut facts, none) = (Vec::new(), || "nothing".to_owned());
    for (id, s) in goods.sites.iter() {
        let (under, mover) =
            (s.under.map_or_else(none, word_of), s.mover.map_or_else(none, word_of));
        let state = if s.shut { "shut" } else { "open" };
        let value =
            format!("under {under} level {} {state} mover {mover} entry {}", s.level, s.entry);
        facts.push((format!("site {id}"), value));
    }
    for (id, class) in goods.categories.iter() {
        facts.push((format!("category {id}"), format!("wash {}", class.wash)));
    }
    for (shelf, stock) in goods.stock.iter() {
        let mut numbers: BTreeMap<_, _> =
            Step::ALL.iter().map(|stage| (stage.word(), stock.of(*stage))).collect();
        numbers.extend(Flow::ALL.iter().map(|flow| (flow.word(), stock.flows.of(*flow))));
        numbers.insert("coming", stock.coming);
        for basis in Basis::ALL {
            let mut worth = stock.worth;
            let fen = worth.at(*basis).map_or(0, |fen| fen.get());
            numbers.insert(basis.word(), fen);
        }
        let numbers = numbers.into_iter().filter(|(_, number)| *number != 0);
        let numbers: Vec<_> = numbers.map(|(name, number)| format!("{name} {number}")).collect();
        let least = stock.at_least().map_or("nothing", Step::word);
        let value = format!("{} least {least} vague {}", numbers.join(" "), stock.vague);
        if !stock.is_untouched() {
            facts.push((format!("shelf {} {}", shelf.site, shelf.category), value));
        }
    }
    for (place, slip) in goods.slips.iter() {
        let then = slip.then.map_or_else(none, |place| place.to_string());
        let value = format!("{} {} then {then}", slip.state.word(), slip.by);
        facts.push((format!("slip {place}"), value));
    }
    for (place, sale) in goods.sales.iter() {
        facts.push((format!("sale {place}"), format!("unpaid {}", sale.left().get())));
    }
    facts
}

fn word_of(id: Id) -> String {
    id.to_string()
}

#[expect(clippy::too_many_lines, reason = "a line for each fact")]
fn of_model(town: &Town, model: &Model) -> Facts {
    let (view, mut facts) = (model.view(), Facts::new());
    let mut fact = |name: String, value: String| drop(facts.insert(name, value));
    let text = |place: (u64, u16)| format!("{}/{}", place.0, place.1);
    fact("size".into(), model.entries.len().to_string());
    let day = (town.now + 8 * 3_600).div_euclid(86_400);
    fact("close".into(), view.close(day));
    for id in view.accounts() {
        fact(format!("account {id}"), (if view.shut(id) { "shut" } else { "open" }).into());
        for (place, to, closing) in view.statements(id) {
            let value = format!("{id} up to {} {closing}", day_text(to));
            fact(format!("statement {}", text(place)), value);
        }
        if let Some((to, by, settled)) = view.period(id) {
            let value = format!("{} by {} {settled}", day_text(to), text(by));
            fact(format!("reconciled {id}"), value);
        }
    }
    for (day, index) in view.closes() {
        fact(format!("closed {}", day_text(day)), view.said[index].place.0.to_string());
    }
    years::facts(view, today(town).to_string()[..4].parse().unwrap(), &mut fact);
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
    care::facts(view, &mut fact);
    for pot in view.pots() {
        let received = view.received(&pot.id);
        fact(format!("pot {}", pot.id), format!("received {received}"));
    }
    for plan in view.plans() {
        let (raised, cost) = (view.raised(&plan.campaign), view.cost_of(&plan.campaign));
        fact(format!("campaign {}", plan.campaign), format!("raised {raised} cost {cost}"));
    }
    for (pair, _) in view.pairs() {
        let (left, ended) = (view.left_of_pair(&pair.id), view.ended(&pair.id));
        fact(format!("pair {}", pair.id), format!("left {left} ended {ended}"));
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
                let back = view.came_back(said.place);
                let value = format!("of {} acknowledged by {by} back {back}", text(*of));
                fact(format!("payment {place}"), value);
            }
            Line::Goods(Good::Sell { fen, .. }) if Store::of(view).is_done(said.place) => {
                let unpaid = fen - view.proceeds_of(said.place);
                fact(format!("sale {place}"), format!("unpaid {unpaid}"));
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
    let goods = Store::of(view).facts().into_iter().chain(view.ticket_facts());
    for (name, value) in
        view.hours_facts().into_iter().chain(view.wish_facts()).chain(goods).chain(view.box_facts())
    {
        fact(name, value);
    }
    let references = view.references().into_iter().map(|n| Ref(own(n)).to_string());
    fact("references".into(), sorted(references));
    for (nonce, entry) in model.nonces() {
        fact(format!("nonce {}", Nonce(own(nonce))), entry.to_string());
    }
    facts
}
