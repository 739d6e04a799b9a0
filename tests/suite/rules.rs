//! What the ledger takes and what it refuses, as days in a small fund.

use crate::days::{FOUNDING, Town};
use std::collections::BTreeSet;
use yishan::domain::books::Books;
use yishan::domain::codec::{read_all, spelling};
use yishan::domain::refusal::Refusal;
use yishan::domain::text::Lang;

/// Declares days: each is a test of its own, and all together are `DAYS`.
macro_rules! days {
    ($($name:ident $start:ident $table:expr;)+) => {
        /// All of them.
        pub(super) const DAYS: &[fn() -> Town] = &[$($name),+];

        $(fn $name() -> Town {
            let mut town = Town::$start();
            town.live($table);
            town
        })+

        mod day {
            $(#[test]
            fn $name() {
                super::$name();
            })+
        }
    };
}
mod bank;
mod boxes;
mod draws;
mod funds;
mod goods;
mod hours;
mod money;
mod office;
mod sponsors;
mod students;
mod terms;
mod tickets;
mod wishes;
mod years;

/// Every day, for the count of refusals never seen.
pub(crate) fn days() -> impl Iterator<Item = Town> {
    let all = [
        bank::DAYS,
        boxes::DAYS,
        draws::DAYS,
        money::DAYS,
        office::DAYS,
        funds::DAYS,
        sponsors::DAYS,
        students::DAYS,
        terms::DAYS,
        tickets::DAYS,
        hours::DAYS,
        wishes::DAYS,
        goods::DAYS,
        years::DAYS,
    ];
    all.into_iter().flatten().map(|day| day())
}

#[test]
fn a_ledger_keeps_at_most_200_accounts() {
    let mut town = Town::founded();
    for number in 3..200 {
        town.live(&format!("sun open a-{number} cash person  ok"));
    }
    town.live("sun open a-200 cash person  TooMany");
}

/// A fund with `count` clerks beside its steward.
fn crowd(count: usize) -> Town {
    let mut town = Town::unfounded();
    let clerks: Vec<_> = (0..count).map(|n| format!("c-{n}:clerk")).collect();
    let officers = format!("sun:steward,li:approver,{}", clerks.join(","));
    town.live(&format!("sun found officers={officers}  ok"));
    town
}

#[test]
fn a_student_has_at_most_16_visitors_who_may_come_again() {
    let mut town = crowd(17);
    town.live("c-0 nominate s-1 junior township  ok");
    for number in (0..16).chain(0..16) {
        town.live(&format!("c-{number} visit s-1  ok"));
    }
    town.live("c-16 visit s-1  TooMany");
}

/// Books whose snapshot was damaged: `old` became `new`.
fn damaged(town: &Town, old: &str, new: &str) -> Books {
    let snapshot = spelling(&town.books);
    assert!(snapshot.contains(old), "{old} is not in {snapshot}");
    read_all(snapshot.replacen(old, new, 1).as_bytes(), usize::MAX).unwrap()
}

/// Days on a damaged snapshot: the sums there contradict each other.
fn a_damaged_snapshot_is_not_built_upon() -> Town {
    let mut town = Town::founded();
    town.live("chen gift 100 wx #1  ok");
    let whole = town.books.clone();
    town.books = damaged(&town, "\"wx\":100},\"free\":100", "\"wx\":100},\"free\":101");
    assert_eq!(town.say("zhou document #1").unwrap_err().code(), "Unbalanced");
    town.books = whole;
    town.live(
        "chen nominate s-1 junior township  ok
         zhou visit s-1  ok
         li admit s-1  ok
         chen allocate s-1 60 as a  ok
         li approve @a  ok",
    );
    town.books = damaged(&town, "\"free\":40,\"promised\":60", "\"free\":99,\"promised\":1");
    assert_eq!(town.say("zhao pay @a 60 wx #2").unwrap_err().code(), "NotEnoughPromised");
    town.books = damaged(&town, "\"free\":99,\"promised\":1", "\"free\":40,\"promised\":60");
    town.live("chen pair p-1 d-1 s-1 10 + entrust p-1 10 bank #3  ok");
    let (whole, less) = ("\"promised\":60,\"agency\":10", "\"promised\":69,\"agency\":1");
    town.books = damaged(&town, whole, less);
    assert_eq!(town.say("zhao pass p-1 10 bank #4").unwrap_err().code(), "NotEnoughEntrusted");
    town
}

#[test]
fn sums_that_contradict_each_other_are_refused() {
    a_damaged_snapshot_is_not_built_upon();
}

#[test]
fn every_refusal_has_a_day_that_meets_it() {
    // These are said before the rules are asked: reading an entry, its signature, its keys.
    let outside = ["Form", "OtherOrigin", "WeakKey", "BadSignature"];
    let mut met: BTreeSet<_> = outside.into_iter().collect();
    for day in days() {
        met.extend(day.refused);
    }
    met.extend(a_damaged_snapshot_is_not_built_upon().refused);
    let mut full = crowd(17);
    full.live("c-0 nominate s-1 junior township  ok");
    let last = (0..17).map(|n| full.say(&format!("c-{n} visit s-1"))).last();
    met.insert(last.unwrap().unwrap_err().code());
    let never: Vec<_> = Refusal::codes().into_iter().filter(|code| !met.contains(code)).collect();
    assert!(never.is_empty(), "no day meets {never:?}");
}

#[test]
fn every_line_has_a_name_and_a_telling_in_both_languages() {
    let mut told = BTreeSet::new();
    for day in days() {
        for line in day.past.0.iter().flatten() {
            for lang in [Lang::Zh, Lang::En] {
                assert!(!line.tell(lang).is_empty());
            }
            told.insert(line.tag());
        }
    }
    let all: BTreeSet<_> = yishan::domain::line::Line::TAGS.iter().copied().collect();
    assert_eq!(told, all, "every kind of line has a happy day");
}

#[test]
fn the_founding_names_the_key_of_its_own_signer() {
    let mut town = Town::unfounded();
    assert_eq!(
        town.say(&FOUNDING.replacen("sun", "nobody", 1)).unwrap_err().code(),
        "UnknownOfficer"
    );
    town.live(&format!("{FOUNDING}  ok"));
    assert!(
        town.books
            .in_office(
                crate::days::id("zhou"),
                yishan::domain::time::Day::parse(b"2030-01-01").unwrap()
            )
            .is_ok()
    );
}
