//! Drafted lines → vouchers → the ledger: made and signed on every core while the ledger takes in
//! what was signed before.

use super::draft::{Drafted, Page};
use super::keep::Keeping;
use crate::cli::bar::Bar;
use crate::cli::desk::Desk;
use crate::cli::error::{Error, Kind};
use crate::cli::fund::ledger_error;
use crate::cli::say::say;
use crate::cli::unlock;
use crate::domain::books::Books;
use crate::domain::codec::List;
use crate::domain::entry::Voucher;
use crate::domain::text::{Id, Nonce};
use crate::domain::time::Stamp;
use crate::ledger::{Coming, EachVoucher, Made};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use std::cell::RefCell;
use std::sync::mpsc::{self, Receiver};
use std::thread::Scope;

/// So many vouchers are recorded with one sync: with pages of 16 KiB nearly the eight MiB that a
/// group may have, some 80,000 gifts.
const GROUP: usize = 500;
/// So many are in the first group, and twice as many in each that follows: the ledger soon has
/// something to take in, and a long import is not slowed down by syncs.
const FIRST_GROUP: usize = 64;
/// So many vouchers are made at a time for the rules to look at.
const LOOKED_AT: usize = 64;

/// What a voucher has beside its lines.
#[derive(Clone, Copy)]
struct Cover {
    by: Id,
    made: Stamp,
    nonce: Nonce,
}

/// The voucher of a page, which always has lines.
fn voucher(drafted: &Drafted<'_>, page: &Page, cover: Cover) -> Option<Voucher> {
    let Cover { by, made, nonce } = cover;
    List::new(drafted.lines_of(page)).map(|lines| Voucher { by, made, nonce, lines })
}

fn empty() -> Error {
    Error::new(Kind::CouldNot, say!("凭证为空", "the voucher is empty"))
}

/// A nonce for every page. They are random, so what they are is settled before anything is made.
fn covers(desk: &mut Desk<'_, '_>, count: usize) -> Result<Vec<Cover>, Error> {
    let (by, made) = (desk.by, desk.now()?);
    Ok((0..count).map(|_| Cover { by, made, nonce: Nonce(desk.random()) }).collect())
}

/// What the books would be with everything recorded, all of it or nothing.
pub(super) fn preview(desk: &mut Desk<'_, '_>, drafted: &Drafted<'_>) -> Result<Books, Error> {
    let covers = covers(desk, drafted.pages.len())?;
    let at = desk.now()?;
    let bar = RefCell::new(Bar::new(desk.shell));
    let title = desk.shell.lang.pick("按规则试记", "asking the rules");
    let each: &EachVoucher<'_> = &|take| {
        let mut done = 0;
        std::thread::scope(|scope| {
            for vouchers in made(scope, drafted, &covers) {
                done += vouchers.iter().map(|v| v.lines.len()).sum::<usize>();
                bar.borrow_mut().count(title, done, drafted.lines);
                vouchers.into_iter().try_for_each(&mut *take)?;
            }
            Ok(())
        })
    };
    let (lines, all_new) = (drafted.lines, drafted.all_new);
    let coming = Coming { each, lines, all_new, line: &|place| drafted.line(place) };
    Ok(desk.ledger.preview_each(&coming, at)?)
}

/// The vouchers of all pages, made on every core while those made before are looked at.
fn made<'scope>(
    scope: &'scope Scope<'scope, '_>,
    drafted: &'scope Drafted<'_>,
    covers: &'scope [Cover],
) -> Receiver<Vec<Voucher>> {
    let (send, receive) = mpsc::sync_channel(1);
    scope.spawn(move || {
        for (pages, covers) in drafted.pages.chunks(LOOKED_AT).zip(covers.chunks(LOOKED_AT)) {
            let made = pages.par_iter().zip(covers);
            let made = made.filter_map(|(page, cover)| voucher(drafted, page, *cover));
            // Nobody receives once the rules have refused.
            if send.send(made.collect()).is_err() {
                return;
            }
        }
    });
    receive
}

/// Pages and their covers, in groups that grow.
fn groups<'a, P, C>(
    mut pages: &'a [P],
    mut covers: &'a [C],
) -> impl Iterator<Item = (&'a [P], &'a [C])> {
    let mut size = FIRST_GROUP;
    std::iter::from_fn(move || {
        let (now, cover);
        (now, pages) = pages.split_at(size.min(pages.len()));
        (cover, covers) = covers.split_at(size.min(covers.len()));
        size = (size * 2).min(GROUP);
        (!now.is_empty()).then_some((now, cover))
    })
}

/// Signs and records everything, and returns the entries it became. The bills are in their places
/// before the first line is recorded: a digest of something that is lost helps nobody.
pub(super) fn record(
    desk: &mut Desk<'_, '_>,
    drafted: &Drafted<'_>,
    keeping: Keeping<'_>,
) -> Result<Vec<u64>, Error> {
    let Desk { shell, fund, by, .. } = desk;
    let key = unlock::officer_key(shell, fund, *by)?;
    // The person may have thought for a while: what is signed carries the time of signing.
    let covers = covers(desk, drafted.pages.len())?;
    let at = desk.now()?;
    let origin = desk.ledger.origin().clone();
    let mut bar = Bar::new(desk.shell);
    let (mut entries, mut done) = (Vec::with_capacity(covers.len()), 0);
    std::thread::scope(|scope| {
        // One group waits signed while another is being recorded; more would only take memory.
        let (send, receive) = mpsc::sync_channel(1);
        scope.spawn(|| {
            let send = send;
            for (pages, covers) in groups(&drafted.pages, &covers) {
                let sign = |(page, cover): (&Page, &Cover)| {
                    Some(Made::new(&key, &origin, voucher(drafted, page, *cover)?))
                };
                let signed = pages.par_iter().zip(covers).map(sign).collect::<Option<Vec<_>>>();
                // Nobody receives once the ledger has refused or failed.
                if send.send(signed).is_err() {
                    return;
                }
            }
        });
        keeping.finish(&drafted.reads)?;
        for group in receive {
            let made = group.ok_or_else(empty)?;
            done += made.iter().map(Made::lines).sum::<usize>();
            let results = desk.ledger.append_made(made, at).map_err(|why| ledger_error(&why))?;
            entries.extend(results.into_iter().collect::<Result<Vec<u64>, _>>()?);
            let title = desk.shell.lang.pick("签字记账", "signing and recording");
            bar.count(title, done, drafted.lines);
        }
        Ok(entries)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_in_one_group_with_its_own_cover() {
        for count in [0, 1, FIRST_GROUP - 1, FIRST_GROUP, FIRST_GROUP + 1, GROUP * 3 + 7] {
            let (pages, covers): (Vec<usize>, Vec<usize>) = (0..count).map(|n| (n, n)).unzip();
            let grouped: Vec<_> = groups(&pages, &covers).collect();
            assert!(grouped.iter().all(|(pages, covers)| pages == covers && pages.len() <= GROUP));
            let together: Vec<usize> =
                grouped.iter().flat_map(|(pages, _)| pages.to_vec()).collect();
            assert_eq!(together, pages, "{count} pages");
        }
    }
}
