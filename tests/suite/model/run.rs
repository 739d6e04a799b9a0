//! One sequence of steps, tried on a town and on the model, and the search for a shorter one.

use super::compare::difference;
use super::entry::Model;
use super::fault::Fault;
use super::line::words;
use super::steps::Step;
use crate::days::Town;
use std::collections::BTreeMap;
use std::fmt;

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
pub(super) fn run(steps: &[Step], fault: Option<Fault>, met: &mut Met) -> Result<Town, Disagreement> {
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
        let answer = town.say(&said).map_err(|refusal| refusal.code());
        rows.push(format!("{said}  {}", answer.err().unwrap_or("ok")));
        let what = match answer {
            Ok(()) if verdict.broken.is_empty() => difference(&town, &model),
            Err(code) if verdict.broken.contains(code) => None,
            _ => Some(format!("the ledger says {answer:?}, the model {:?}", verdict.broken)),
        };
        if let Some(what) = what {
            return Err(Disagreement { steps: steps[..=number].to_vec(), rows, what });
        }
        met.steps += 1;
        match answer {
            Ok(()) => {
                for line in &voucher.lines {
                    *met.accepted.entry(line.tag()).or_default() += 1;
                }
            }
            Err(code) => {
                match verdict.line {
                    Some(line) => {
                        met.late += u64::from(line > 0);
                        let tag = voucher.lines[line].tag();
                        *met.refused.entry((tag, code)).or_default() += 1;
                    }
                    None => *met.whole.entry(code).or_default() += 1,
                }
                if verdict.broken.len() == 1 {
                    *met.only.entry(code).or_default() += 1;
                }
            }
        }
    }
    Ok(town)
}

/// The shortest sequence found by leaving out steps and lines as long as the two still disagree.
pub(super) fn shrunk(found: Disagreement, fault: Option<Fault>) -> Disagreement {
    let mut best = found;
    let fails = |steps: &[Step]| run(steps, fault, &mut Met::default()).err();
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
