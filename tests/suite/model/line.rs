//! Lines and vouchers as the model knows them, plain values, and the words that a town's table has
//! for them.

use super::boxes::Cash;
use super::funds::{Plan, Pot};
use super::goods::Good;
use super::hours::Hours;
use super::sponsors::Pair;
use super::tickets::Ticket;
use super::wishes::Wishes;
use yishan::domain::time::{Stamp, Zone};

/// An entry's number, and the line's in its voucher.
pub(super) type Place = (u64, u16);

/// Roles in the order of the specification.
pub(super) const ROLES: [&str; 5] = ["clerk", "approver", "cashier", "steward", "auditor"];
/// School levels in the order of the specification.
pub(super) const LEVELS: [&str; 4] = ["primary", "junior", "senior", "college"];
/// The fund's zone, in hours.
pub(super) const ZONE: i64 = 8;
/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// What a payment adds to a line: when (seconds on the fund's wall since 1970) and its reference.
#[derive(Clone, Debug)]
pub(super) struct Paid {
    pub(super) paid: i64,
    pub(super) reference: u64,
}

/// The term of an allocation, the version of the standard, and whether a reason is given.
#[derive(Clone, Debug)]
pub(super) struct Within {
    pub(super) term: String,
    pub(super) version: u64,
    pub(super) why: bool,
}

/// The founding.
#[derive(Clone, Debug)]
pub(super) struct Founding {
    pub(super) solo: bool,
    pub(super) quorum: u64,
    /// From an amount on, so many approvals.
    pub(super) limits: Vec<(u64, u64)>,
    /// So many of a hundred are visited again before admission.
    pub(super) backcheck: Option<usize>,
    /// Whether approvers declare to have no conflict.
    pub(super) declare: bool,
    /// Handle, number of the key, roles.
    pub(super) officers: Vec<(String, u64, Vec<&'static str>)>,
}

/// One line. Days are counted from 1970.
#[derive(Clone, Debug)]
pub(super) enum Line {
    Found(Founding),
    Appoint {
        officer: String,
        key: u64,
        roles: Vec<&'static str>,
        until: Option<i64>,
    },
    Retire {
        officer: String,
    },
    Open {
        account: String,
        person: bool,
        bank: bool,
    },
    Shut {
        account: String,
    },
    Gift {
        fen: u64,
        to: String,
        paid: Paid,
        pot: Option<String>,
    },
    Refund {
        of: Place,
        fen: u64,
        from: String,
        paid: Paid,
    },
    Transfer {
        fen: u64,
        from: String,
        to: String,
        paid: Paid,
    },
    Fee {
        fen: u64,
        from: String,
        paid: Paid,
    },
    Interest {
        fen: u64,
        to: String,
        paid: Paid,
        pot: Option<String>,
    },
    Nominate {
        student: String,
        level: &'static str,
    },
    Visit {
        student: String,
        on: i64,
        fit: bool,
    },
    Admit {
        student: String,
        clear: bool,
    },
    Leave {
        student: String,
    },
    Allocate {
        student: String,
        fen: u64,
        pot: Option<String>,
        within: Option<Within>,
    },
    Approve {
        of: Place,
        clear: bool,
    },
    Reject {
        of: Place,
    },
    Pay {
        of: Place,
        fen: u64,
        from: String,
        paid: Paid,
    },
    Acknowledge {
        of: Place,
    },
    Document {
        of: Option<Place>,
    },
    Reverse {
        of: Place,
    },
    /// Anything about volunteering.
    Hours(Hours),
    /// Anything about wishes.
    Wishes(Wishes),
    /// Anything about receipts for offices.
    Ticket(Ticket),
    Statement {
        account: String,
        from: i64,
        to: i64,
        opening: u64,
        closing: u64,
    },
    /// Sums that only one side has: bank in and out, books in and out.
    Reconcile {
        account: String,
        to: i64,
        book: u64,
        statement: u64,
        sides: [u64; 4],
        /// Whether the first of them counts nothing and has a sum, or the other way round.
        odd: bool,
        unexplained: u64,
        why: bool,
    },
    Campaign(Plan),
    Pot(Pot),
    Grant {
        fen: u64,
        to: String,
        paid: Paid,
        pot: String,
    },
    Match {
        fen: u64,
        to: String,
        paid: Paid,
        pot: Option<String>,
    },
    Proceeds {
        of: Place,
        fen: u64,
        to: String,
        paid: Paid,
        pot: Option<String>,
    },
    Clawback {
        of: Place,
        fen: u64,
        to: String,
        paid: Paid,
        why: &'static str,
        pot: Option<String>,
    },
    Rededicate {
        from: String,
        to: Option<String>,
        fen: u64,
        filing: bool,
        consent: Option<Place>,
    },
    Expense {
        class: &'static str,
        fen: u64,
        campaign: Option<String>,
        pot: Option<String>,
    },
    Pair(Pair),
    Entrust {
        pair: String,
        fen: u64,
        to: String,
        paid: Paid,
    },
    Pass {
        pair: String,
        fen: u64,
        back: bool,
        from: String,
        paid: Paid,
    },
    Unpair {
        pair: String,
        fen: Option<u64>,
        consent: Option<Place>,
    },
    /// The right close of a day, with one stated value changed into another.
    Close {
        day: i64,
        changed: Option<(String, String)>,
    },
    /// The right line about a year, with one stated value changed into another.
    Year {
        year: i64,
        changed: Option<(String, String)>,
        why: bool,
    },
    Goods(Good),
    Cash(Cash),
    Conflict {
        student: String,
        officer: String,
    },
    /// The right draw of a day, with one stated value changed into another.
    Draw {
        day: i64,
        changed: Option<(String, String)>,
    },
    Term {
        term: String,
        from: i64,
        to: i64,
    },
    Standard {
        level: &'static str,
        version: u64,
        fen: u64,
        from: i64,
    },
    Notice {
        of: Place,
        was: u64,
        now: u64,
    },
    Backcheck {
        student: String,
        on: i64,
        fit: bool,
    },
}

/// A voucher and what the ledger puts around it; times in Unix seconds, zones in hours.
#[derive(Clone, Debug)]
pub(super) struct Voucher {
    pub(super) by: String,
    pub(super) at: i64,
    pub(super) at_zone: i64,
    pub(super) made: i64,
    pub(super) made_zone: i64,
    pub(super) nonce: u64,
    pub(super) seq: u64,
    pub(super) lines: Vec<Line>,
}

impl Voucher {
    /// The day of its entry.
    pub(super) fn today(&self) -> i64 {
        (self.at + self.at_zone * 3_600).div_euclid(DAY)
    }
}

/// A day as records spell it.
pub(super) fn day_text(day: i64) -> String {
    wall_text(day * DAY).split_once('T').unwrap().0.to_owned()
}

/// A wall time as records spell it.
fn wall_text(wall: i64) -> String {
    Stamp::from_unix(wall, Zone::parse(b"+00:00").unwrap()).unwrap().wall.to_string()
}

pub(super) fn place_text(place: Place) -> String {
    format!("{}/{}", place.0, place.1)
}

/// The words for a voucher at a moment when the clock shows `now` and entry `size` is the next;
/// `nonce` is the one it has if nothing is said.
pub(super) fn words(voucher: &Voucher, now: i64, size: u64, nonce: u64) -> String {
    let mut words = vec![voucher.by.clone()];
    if voucher.at != now {
        words.push(format!("at={}s", voucher.at - now));
    }
    if voucher.made != voucher.at {
        words.push(format!("made={}s", voucher.made - voucher.at));
    }
    for (name, zone) in [("zone", voucher.at_zone), ("made-zone", voucher.made_zone)] {
        if zone != ZONE {
            words.push(format!("{name}=+{zone:02}:00"));
        }
    }
    if voucher.nonce != nonce {
        words.push(format!("nonce={}", voucher.nonce));
    }
    if voucher.seq != size {
        words.push(format!("seq={}", voucher.seq));
    }
    let lines: Vec<_> = voucher.lines.iter().map(|line| line.words(now + ZONE * 3_600)).collect();
    words.push(lines.join(" + "));
    words.join(" ")
}

/// ` name=value`, if there is a value.
pub(super) fn given(name: &str, value: Option<&String>) -> String {
    value.map_or(String::new(), |value| format!(" {name}={value}"))
}

impl Pair {
    fn words(&self) -> String {
        let kind = if self.organisation { "organisation" } else { "person" };
        let (from, until) = (day_text(self.from), day_text(self.until));
        let Pair { id, sponsor, student, .. } = self;
        format!("{id} {sponsor} kind={kind} {student} 100 from={from} until={until}")
    }
}

impl Line {
    /// The words for it; `wall` is what the clock shows, which needs no saying.
    fn words(&self, wall: i64) -> String {
        let tag = self.tag();
        let money = |p: &Paid| format!("paid={} #{}", wall_text(p.paid), p.reference);
        let at = |of: &Place| place_text(*of);
        let said = |clear: bool| if clear { " clear=true" } else { "" };
        let rest = match self {
            Line::Found(found) => found.words(),
            Line::Appoint { officer, key, roles, until } => {
                let until = until.map_or(String::new(), |day| format!(" until={}", day_text(day)));
                format!("{officer} #{key} {}{until}", roles.join(","))
            }
            Line::Retire { officer } => officer.clone(),
            Line::Open { account, person, bank } => {
                let kind = if *bank { "bank" } else { "cash" };
                format!("{account} {kind} {}", if *person { "person" } else { "federation" })
            }
            Line::Shut { account } => account.clone(),
            Line::Gift { fen, to, paid, pot }
            | Line::Interest { fen, to, paid, pot }
            | Line::Match { fen, to, paid, pot } => {
                format!("{fen} {to} {}{}", money(paid), given("for", pot.as_ref()))
            }
            Line::Grant { fen, to, paid, pot } => format!("{fen} {to} {} for={pot}", money(paid)),
            Line::Refund { of, fen, from, paid } | Line::Pay { of, fen, from, paid } => {
                format!("{} {fen} {from} {}", at(of), money(paid))
            }
            Line::Proceeds { of, fen, to, paid, pot } => {
                format!("{} {fen} {to} {}{}", at(of), money(paid), given("for", pot.as_ref()))
            }
            Line::Clawback { of, fen, to, paid, why, pot } => {
                let pot = given("for", pot.as_ref());
                format!("{} {fen} {to} {} why={why}{pot}", at(of), money(paid))
            }
            Line::Transfer { fen, from, to, paid } => format!("{fen} {from} {to} {}", money(paid)),
            Line::Fee { fen, from, paid } => format!("{fen} {from} {}", money(paid)),
            Line::Nominate { student, level } => format!("{student} {level} township"),
            Line::Visit { student, on, fit } | Line::Backcheck { student, on, fit } => {
                let finding = if *fit { "fit" } else { "unfit" };
                format!("{student} on={} finding={finding}", day_text(*on))
            }
            Line::Admit { student, clear } => format!("{student}{}", said(*clear)),
            Line::Notice { of, was, now } => format!("{} {was} {now}", at(of)),
            Line::Conflict { student, officer } => format!("{student} {officer}"),
            Line::Leave { student } => format!("{student} moved"),
            Line::Allocate { student, fen, pot, within } => {
                let within = within.as_ref().map_or(String::new(), |w| {
                    let why = if w.why { "/because" } else { "" };
                    format!(" within={}/{}{why}", w.term, w.version)
                });
                format!("{student} {fen}{}{within}", given("from", pot.as_ref()))
            }
            Line::Term { term, from, to } => {
                format!("{term} {} {}", day_text(*from), day_text(*to))
            }
            Line::Standard { level, version, fen, from } => {
                format!("{level} {version} {fen} from={}", day_text(*from))
            }
            Line::Approve { of, clear } => format!("{}{}", at(of), said(*clear)),
            Line::Reject { of } | Line::Acknowledge { of } | Line::Reverse { of } => at(of),
            Line::Campaign(plan) => plan.words(),
            Line::Pair(pair) => pair.words(),
            Line::Pot(pot) => pot.words(),
            Line::Entrust { .. }
            | Line::Pass { .. }
            | Line::Unpair { .. }
            | Line::Rededicate { .. }
            | Line::Expense { .. } => self.bound_words(),
            Line::Document { of } => {
                format!("#1{}", of.map_or(String::new(), |of| format!(" of={}", place_text(of))))
            }
            Line::Hours(line) => line.words(),
            Line::Wishes(line) => line.words(),
            Line::Ticket(line) => line.words(),
            Line::Statement { account, from, to, opening, closing } => {
                let (from, to) = (day_text(*from), day_text(*to));
                format!("{account} {from} {to} {opening} {closing} 3 #7")
            }
            Line::Reconcile { account, to, book, statement, sides, odd, unexplained, why } => {
                let mut counts = sides.map(|fen| fen > 0);
                counts[0] ^= odd;
                let side = |(fen, count): (&u64, bool)| format!("[{},{fen}]", u64::from(count));
                let sides: Vec<_> = sides.iter().zip(counts).map(side).collect();
                let sides = sides.join(" ");
                let why = if *why { " why=lost" } else { "" };
                format!("{account} {} {book} {statement} {sides} {unexplained}{why}", day_text(*to))
            }
            Line::Close { day, changed } | Line::Draw { day, changed } => {
                let changed = changed.as_ref().map(|(old, new)| format!(" {old}->{new}"));
                format!("{}{}", day_text(*day), changed.unwrap_or_default())
            }
            Line::Year { year, changed, why } => {
                let changed = changed.as_ref().map(|(old, new)| format!(" {old}->{new}"));
                let why = if *why { " why" } else { "" };
                format!("{year}{why}{}", changed.unwrap_or_default())
            }
            Line::Goods(good) => good.words(),
            Line::Cash(cash) => cash.words(money),
        };
        format!("{tag} {rest}").replace(&format!(" paid={}", wall_text(wall)), "")
    }

    /// The words for a line about money that is not for everything.
    fn bound_words(&self) -> String {
        let money = |p: &Paid| format!("paid={} #{}", wall_text(p.paid), p.reference);
        match self {
            Line::Entrust { pair, fen, to, paid } => format!("{pair} {fen} {to} {}", money(paid)),
            Line::Pass { pair, fen, back, from, paid } => {
                let way = if *back { "way=sponsor" } else { "way=student" };
                format!("{pair} {fen} {way} {from} {}", money(paid))
            }
            Line::Unpair { pair, fen, consent } => {
                let fen = fen.map(|fen| fen.to_string());
                let consent = consent.map(place_text);
                format!(
                    "{pair}{}{}",
                    given("fen", fen.as_ref()),
                    given("consent", consent.as_ref())
                )
            }
            Line::Rededicate { from, to, fen, filing, consent } => {
                let filing = if *filing { " filing=A-1" } else { "" };
                let consent = consent.map(place_text);
                format!(
                    "{from} {fen}{}{filing}{}",
                    given("to", to.as_ref()),
                    given("consent", consent.as_ref())
                )
            }
            Line::Expense { class, fen, campaign, pot } => {
                format!(
                    "{class} {fen}{}{}",
                    given("campaign", campaign.as_ref()),
                    given("from", pot.as_ref())
                )
            }
            _ => unreachable!("money for everything, or none"),
        }
    }

    /// The tag that records carry.
    pub(super) fn tag(&self) -> &'static str {
        match self {
            Line::Found(_) => "found",
            Line::Appoint { .. } => "appoint",
            Line::Retire { .. } => "retire",
            Line::Open { .. } => "open",
            Line::Shut { .. } => "shut",
            Line::Gift { .. } => "gift",
            Line::Refund { .. } => "refund",
            Line::Transfer { .. } => "transfer",
            Line::Fee { .. } => "fee",
            Line::Interest { .. } => "interest",
            Line::Nominate { .. } => "nominate",
            Line::Visit { .. } => "visit",
            Line::Admit { .. } => "admit",
            Line::Leave { .. } => "leave",
            Line::Allocate { .. } => "allocate",
            Line::Approve { .. } => "approve",
            Line::Reject { .. } => "reject",
            Line::Pay { .. } => "pay",
            Line::Acknowledge { .. } => "acknowledge",
            Line::Document { .. } => "document",
            Line::Reverse { .. } => "reverse",
            Line::Hours(line) => line.tag(),
            Line::Wishes(line) => line.tag(),
            Line::Ticket(line) => line.tag(),
            Line::Statement { .. } => "statement",
            Line::Reconcile { .. } => "reconcile",
            Line::Close { .. } => "close",
            Line::Year { .. } => "year",
            Line::Goods(good) => good.tag(),
            Line::Cash(cash) => cash.tag(),
            Line::Conflict { .. } => "conflict",
            Line::Draw { .. } => "draw",
            Line::Backcheck { .. } => "backcheck",
            Line::Notice { .. } => "notice",
            Line::Term { .. } => "term",
            Line::Standard { .. } => "standard",
            Line::Campaign(_) => "campaign",
            Line::Pair(_) => "pair",
            Line::Entrust { .. } => "entrust",
            Line::Pass { .. } => "pass",
            Line::Unpair { .. } => "unpair",
            Line::Pot(_) => "pot",
            Line::Grant { .. } => "grant",
            Line::Match { .. } => "match",
            Line::Proceeds { .. } => "proceeds",
            Line::Clawback { .. } => "clawback",
            Line::Rededicate { .. } => "rededicate",
            Line::Expense { .. } => "expense",
        }
    }
}

impl Founding {
    fn words(&self) -> String {
        let limits: Vec<_> = self.limits.iter().map(|(from, n)| format!("{from}:{n}")).collect();
        let officers: Vec<_> = self
            .officers
            .iter()
            .map(|(id, _, roles)| format!("{id}:{}", roles.join("+")))
            .collect();
        let mut policy = String::new();
        if self.solo {
            policy.push_str("solo ");
        }
        if let Some(share) = self.backcheck {
            policy = format!("{policy}backcheck={share} ");
        }
        if self.declare {
            policy.push_str("declare ");
        }
        // The table numbers the founders' keys from 200, or gives all the same one.
        let same = match &*self.officers {
            [(_, a, _), (_, b, _), ..] if a == b => format!("key={a} "),
            _ => String::new(),
        };
        format!(
            "{policy}{same}quorum={} limits={} officers={}",
            self.quorum,
            limits.join(","),
            officers.join(",")
        )
    }
}
