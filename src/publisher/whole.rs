//! A publication of which nothing is known to be verified: every file is made, and all of it is
//! verified as a stranger would.

use super::stage::{Stage, remove_old_shards, remove_sitemaps, remove_stale};
use super::state::{Mark, State, mark_of};
use super::{CHECKPOINT, Error, Progress, Published, Step, Work};
use crate::ledger::LedgerFacts;
use crate::publish::Site;
use crate::tlog::{TlogProof, leaf_hash};
use crate::verify::{Ask, Verdict, verify_to};

pub(super) fn publish(work: &Work<'_>, told: &mut dyn FnMut(Progress)) -> Result<Published, Error> {
    let (target, key) = (work.target, work.signer.verifier());
    let facts = work.facts()?;
    let mut stage = Stage::new(target);
    let marks = match make(&Site::new(&facts), &mut stage, work, told) {
        Ok(marks) => marks,
        Err(error) => {
            stage.drop_all();
            return Err(error);
        }
    };
    let ask = Ask { source: &stage, key: &key, witnesses: &[], quorum: 0, since: None };
    let mut heard = |p: crate::verify::Progress| {
        told(Progress { step: Step::Checking(p.check), done: p.done, of: p.of });
    };
    let (report, replay) = verify_to(ask, &mut heard);
    let Some(replay) = replay.filter(|_| report.verdict == Verdict::Verified) else {
        stage.drop_all();
        return Err(Error::Refused(Box::new(report)));
    };
    if let Err(error) = work.agree(&replay) {
        stage.drop_all();
        return Err(error);
    }
    let written = stage.put_up(told)?;
    let size = work.ledger.size();
    let refs = replay.books().refs.count;
    let (note, movers) = (work.checkpoint.clone().into(), Site::new(&facts).movers()?);
    State { note, replay, movers, marks }.keep(work.ledger, work.address);
    if work.address.is_none() {
        remove_sitemaps(target.disk)?;
    }
    remove_stale(target.disk, 0, size)?;
    remove_old_shards(target.disk, refs)?;
    let (checkpoint, missing) = (work.checkpoint.clone(), Vec::new());
    Ok(Published { checkpoint, size, before: 0, written, missing })
}

/// Makes every file that differs from what is there; returns the shards' marks.
fn make(
    site: &Site<'_>,
    stage: &mut Stage<'_>,
    work: &Work<'_>,
    told: &mut dyn FnMut(Progress),
) -> Result<Vec<Mark>, Error> {
    let changes = site.changes(None)?;
    let of = (changes.log.len() + changes.shards.len() + changes.rest.len()) as u64;
    let mut done = 0;
    let mut told = || {
        told(Progress { step: Step::Making, done, of });
        done += 1;
    };
    for path in changes.log.iter().chain(&changes.rest) {
        told();
        if let Some(bytes) = site.file(path)? {
            stage.add(path, &bytes)?;
        }
    }
    work.add_checkpoint(stage)?;
    let mut marks = Vec::with_capacity(changes.shards.len());
    site.each_shard(|path, bytes| {
        told();
        marks.push(mark_of(&bytes));
        stage.add(path, &bytes)
    })?;
    work.add_proofs(site, None, stage)?;
    Ok(marks)
}

impl<'a> Work<'a> {
    /// What the folder is made from.
    pub(super) fn facts(&self) -> Result<LedgerFacts<'a>, Error> {
        let vkey = self.signer.verifier().to_string();
        let facts = self.ledger.facts(self.checkpoint.clone(), vkey)?;
        Ok(facts.served_at(self.address))
    }

    /// Adds the checkpoint, unless it is there, perhaps with the lines of witnesses.
    pub(super) fn add_checkpoint(&self, stage: &mut Stage<'_>) -> Result<(), Error> {
        let there = self.target.there.read(CHECKPOINT, super::MAX_READ)?.unwrap_or_default();
        if there.starts_with(self.checkpoint.as_bytes()) {
            return Ok(());
        }
        stage.add(CHECKPOINT, self.checkpoint.as_bytes())
    }

    /// Adds the proofs of the days closed since `since`. A proof stays as it was first published,
    /// unless it proves nothing.
    pub(super) fn add_proofs(
        &self,
        site: &Site<'_>,
        since: Option<u64>,
        stage: &mut Stage<'_>,
    ) -> Result<(), Error> {
        for (path, day) in site.day_proofs(since) {
            let known = self.target.there.read(&path, super::MAX_READ).ok().flatten();
            let close = site.file(&format!("day/{day}.json"))?.unwrap_or_default();
            let key = self.signer.verifier();
            let holds = |bytes: Vec<u8>| {
                let proof = TlogProof::parse(&bytes);
                proof.is_ok_and(|proof| proof.check(leaf_hash(&close), &key, &[]).is_ok())
            };
            if !known.is_some_and(holds)
                && let Some(bytes) = site.day_proof(day)?
            {
                stage.add(&path, &bytes)?;
            }
        }
        Ok(())
    }

    /// Refuses if the ledger, which keeps what it knows in a cache, goes by anything else than what
    /// was verified.
    pub(super) fn agree(&self, verified: &crate::replay::Replay) -> Result<(), Error> {
        let ours = self.ledger.replay();
        if ours.agrees(verified) {
            return Ok(());
        }
        let root = |replay: &crate::replay::Replay| replay.tree().root().to_string();
        Err(Error::State { verified: root(verified), known: root(ours) })
    }
}
