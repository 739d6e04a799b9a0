//! Random sequences of vouchers, right and wrong, against a model so slow and plain that it is
//! obviously right.
//!
//! The model is written from `ledger-spec.md`: it keeps the accepted lines and reads all of them
//! again for every question. What is tried is told as a town's table (see `days`), so that a
//! sequence on which the two disagree can be copied into `rules` as it is printed.
//! `YISHAN_MODEL_FUNDS` says how many funds are lived through.

mod back;
mod boxes;
mod care;
mod compare;
mod drafts;
mod entry;
mod fault;
mod funds;
mod goods;
mod hours;
mod hours_drafts;
mod line;
mod rules;
mod run;
mod sponsors;
mod steps;
mod sums;
mod terms;
mod tickets;
mod view;
mod wishes;
mod wrong;
mod years;

use self::fault::Fault;
use self::run::{Met, run, shrunk};
use self::steps::Step;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use yishan::domain::line::Line;
use yishan::domain::refusal::Refusal;

/// Funds in a run of all tests.
const FUNDS: u64 = 1_000;
/// Steps of a fund.
const STEPS: usize = 160;

/// Steps in which every planted fault can be told: the longest story, from a founding to the
/// reversal of a payment whose allocation was released, takes 11, and 14 with draws.
const FEW: usize = 18;

/// Refusals that no sequence of these steps meets, and why.
const OUTSIDE: [(&str, &str); 7] = [
    ("Form", "every line is spelled rightly; `records` and `mutations` spell wrongly"),
    ("OtherOrigin", "a town has one origin; said when a log is opened"),
    ("WeakKey", "keys are made from seeds; said before the rules are asked"),
    ("BadSignature", "a town signs as the books ask; `vectors` and `authors` forge"),
    ("NotEnoughEntrusted", "what a pair has left is entrusted; `rules` damages a snapshot"),
    ("NotEnoughPromised", "what an allocation has left is promised; `rules` damages a snapshot"),
    ("Unbalanced", "every movement debits what it credits; `rules` damages a snapshot"),
];

/// Lives through a fund; a disagreement is shrunk and told.
fn fund(seed: u64) -> Met {
    let mut met = Met::default();
    match run(&Step::many(seed, STEPS), None, &mut met) {
        Ok(()) => met,
        Err(found) => panic!("seed {seed}: {}", shrunk(found, None)),
    }
}

#[test]
fn whatever_officers_try_the_ledger_answers_as_the_specification_reads() {
    let funds = std::env::var("YISHAN_MODEL_FUNDS");
    let funds = funds.map_or(FUNDS, |text| text.parse().unwrap());
    let met = (0..funds).into_par_iter().map(fund).reduce(Met::default, Met::and);
    println!("{met:#?}");
    let tags: BTreeSet<_> = Line::TAGS.iter().copied().collect();
    let mut refused = BTreeMap::<_, u64>::new();
    for ((tag, _), count) in &met.refused {
        *refused.entry(*tag).or_default() += count;
    }
    for tag in tags {
        let of = |counts: &BTreeMap<&str, u64>| counts.get(tag).copied().unwrap_or(0);
        assert!(of(&met.accepted) >= 20, "{tag} was accepted {} times", of(&met.accepted));
        assert!(of(&refused) >= 20, "{tag} was refused {} times", of(&refused));
    }
    let outside: BTreeSet<_> = OUTSIDE.iter().map(|(code, _)| *code).collect();
    for code in Refusal::codes() {
        let met = met.only.get(code).copied().unwrap_or(0);
        assert_eq!(met == 0, outside.contains(code), "{code} was alone {met} times");
    }
    assert!(met.late >= 200, "{} vouchers were refused for a late line", met.late);
}

#[test]
fn a_model_that_errs_is_found_out_in_a_few_steps() {
    let found: Vec<_> = Fault::ALL
        .into_par_iter()
        .map(|fault| {
            let steps = |seed: u64| run(&Step::many(seed, STEPS), Some(fault), &mut Met::default());
            // Where the first fund that tells shrinks badly, another one does better.
            let found = (0..FUNDS).find_map(|seed| {
                let found = shrunk(steps(seed).err()?, Some(fault));
                (found.steps.len() <= FEW).then_some(found)
            });
            (fault, found.unwrap_or_else(|| panic!("{fault:?} is not found in {FEW} steps")))
        })
        .collect();
    for (fault, found) in found {
        println!("{fault:?}: {found}");
    }
}
