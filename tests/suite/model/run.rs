//! One sequence of steps, tried on a town and on the model, and the search for a shorter one.

use super::care::root_text;
use super::compare::difference;
use super::entry::{Model, Verdict};
use super::fault::Fault;
use super::line::{Line, Voucher, words};
use super::steps::Step;
use crate::days::{ORIGIN, Town, Used};
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use yishan::domain::text::Origin;
use yishan::replay::Replay;

/// What was tried, and how often.
#[derive(Clone, Debug, Default)]
pub(super) struct Met {
    pub(super) steps: u64,
    /// Lines accepted, by tag.
    pub(super) accepted: BTreeMap<&'static str, u64>,
    /// Lines refused, by tag and by the rule that the ledger named.
    pub(super) refused: BTreeMap<(&'static str, &'static str), u64>,
    /// Vouchers refused as a whole, by the rule that the ledger named.
    pub(super) whole: BTreeMap<&'static str, u64>,
    /// Refusals where the rule was the only one broken.
    pub(super) only: BTreeMap<&'static str, u64>,
    /// Vouchers of several lines of which a later one was refused.
    pub(super) late: u64,
}

impl Met {
    /// Notes one try that ledger and model agree on.
    fn note(&mut self, voucher: &Voucher, verdict: &Verdict, answer: Result<(), &'static str>) {
        self.steps += 1;
        let Err(code) = answer else {
            for line in &voucher.lines {
                *self.accepted.entry(line.tag()).or_default() += 1;
            }
            return;
        };
        match verdict.line {
            Some((line, _)) if !verdict.whole.contains(code) => {
                self.late += u64::from(line > 0);
                *self.refused.entry((voucher.lines[line].tag(), code)).or_default() += 1;
            }
            _ => *self.whole.entry(code).or_default() += 1,
        }
        if verdict.broken().len() == 1 {
            *self.only.entry(code).or_default() += 1;
        }
    }

    /// Both together.
    pub(super) fn and(mut self, other: Met) -> Met {
        self.steps += other.steps;
        self.late += other.late;
        add(&mut self.accepted, other.accepted);
        add(&mut self.refused, other.refused);
        add(&mut self.whole, other.whole);
        add(&mut self.only, other.only);
        self
    }
}

fn add<K: Ord>(to: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
    for (key, count) in from {
        *to.entry(key).or_default() += count;
    }
}

/// Where ledger and model disagree, told as a town's table.
#[derive(Clone, Debug)]
pub(super) struct Disagreement {
    pub(super) steps: Vec<Step>,
    pub(super) rows: Vec<String>,
    what: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\nafter", self.what)?;
        for row in &self.rows {
            writeln!(f, "    {row}")?;
        }
        for Step { kind, seed, lines } in &self.steps {
            writeln!(f, "    Step {{ kind: {kind:?}, seed: {seed}, lines: {lines} }},")?;
        }
        Ok(())
    }
}

/// Tries the steps, one after the other, on an empty ledger and an empty model.
pub(super) fn run(steps: &[Step], fault: Option<Fault>, met: &mut Met) -> Result<(), Disagreement> {
    let (mut town, mut model, mut rows) = (Town::unfounded(), Model::new(fault), Vec::new());
    for (number, step) in steps.iter().enumerate() {
        // A town counts its tries, and takes the number for a nonce.
        let nonce = 1 + number as u64;
        let (wait, voucher) = step.voucher(&model, town.now, nonce);
        if wait > 0 {
            town.now += wait;
            rows.push(format!("+ {wait}s"));
        }
        let said = words(&voucher, town.now, town.books.size, nonce);
        let verdict = model.enter(&voucher);
        let broken = verdict.broken();
        // A town also sees to it that what is refused leaves no trace.
        let answer = catch_unwind(AssertUnwindSafe(|| town.say(&said)));
        let Ok(answer) = answer.map(|answer| answer.map_err(|refusal| refusal.code())) else {
            rows.push(said);
            let what = "the town panicked, as told above".to_owned();
            return Err(Disagreement { steps: steps[..=number].to_vec(), rows, what });
        };
        rows.push(format!("{said}  {}", answer.err().unwrap_or("ok")));
        if answer.is_ok() && matches!(voucher.lines[..], [Line::Close { .. }]) {
            model.roots.push((voucher.seq, root_text(town.root())));
        }
        let what = match answer {
            Ok(()) if broken.is_empty() => difference(&town, &model),
            Err(code) if broken.contains(code) => None,
            _ => Some(format!("the ledger says {answer:?}, the model {broken:?}")),
        };
        if let Some(what) = what {
            return Err(Disagreement { steps: steps[..=number].to_vec(), rows, what });
        }
        met.note(&voucher, &verdict, answer);
    }
    assert_replays(&town);
    Ok(())
}

/// The journal, read again by whoever opens the ledger, gives the same books.
fn assert_replays(town: &Town) {
    let mut replay = Replay::new(Origin::parse(ORIGIN.as_bytes()).unwrap());
    let mut refs = Used::default();
    for bytes in &town.journal {
        replay.take(bytes, &town.past, &mut refs, &mut |_, _| ()).unwrap();
    }
    assert!(*replay.books() == town.books && refs.0 == town.refs.0, "a replay differs");
}

/// The shortest sequence found by leaving out steps and lines as long as the two still disagree.
pub(super) fn shrunk(found: Disagreement, fault: Option<Fault>) -> Disagreement {
    let mut best = found;
    let fails = |steps: &[Step]| fails(steps, fault);
    let mut width = best.steps.len() / 2;
    loop {
        let before = weight(&best);
        let mut at = 0;
        while at < best.steps.len() {
            let mut fewer = best.steps.clone();
            fewer.drain(at..(at + width.max(1)).min(fewer.len()));
            match fails(&fewer) {
                Some(shorter) => best = shorter,
                None => at += width.max(1),
            }
        }
        if width <= 1 {
            best = with_fewer_lines(best, &fails);
            if weight(&best) == before {
                return best;
            }
        }
        width /= 2;
    }
}

/// Other tries of the last kind that are made where what came before may have lost its point.
const RETRIES: u64 = 12;
/// From so many steps down.
const SHORT: usize = 24;

/// Where the steps disagree, also if it takes another try of the last one.
fn fails(steps: &[Step], fault: Option<Fault>) -> Option<Disagreement> {
    let (last, before) = steps.split_last()?;
    let tries = if steps.len() > SHORT { 1 } else { RETRIES };
    (0..tries).find_map(|more| {
        let last = Step { seed: last.seed.wrapping_add(more), ..*last };
        let steps: Vec<_> = before.iter().copied().chain([last]).collect();
        run(&steps, fault, &mut Met::default()).err()
    })
}

fn weight(of: &Disagreement) -> (usize, usize) {
    (of.steps.len(), of.rows.iter().map(String::len).sum())
}

/// The same with lines left out of its vouchers.
fn with_fewer_lines(
    mut best: Disagreement,
    fails: &impl Fn(&[Step]) -> Option<Disagreement>,
) -> Disagreement {
    for line in 0..4 {
        let mut at = 0;
        while at < best.steps.len() {
            let mut fewer = best.steps.clone();
            fewer[at].lines &= !(1 << line);
            let shorter = fails(&fewer).filter(|shorter| weight(shorter) < weight(&best));
            best = shorter.unwrap_or(best);
            at += 1;
        }
    }
    best
}
