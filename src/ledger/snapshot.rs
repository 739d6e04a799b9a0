//! What the index keeps for the ledger, so that opening need not replay everything: the state
//! after some entry, and of each entry its nonce and time.
//!
//! The nonces are in the rows of their entries and not in the snapshot, for there is one an entry,
//! and a snapshot is written anew by each commit.

use super::Error;
use crate::domain::books::{Books, Used};
use crate::domain::codec::{read_all, spelling};
use crate::domain::entry::Entry;
use crate::domain::table::{Table, Undo as _};
use crate::domain::text::{Digest, Nonce, Origin};
use crate::replay::Replay;
use crate::storage::index::{BUNDLE, Index, NOTE, Row};
use crate::tlog::Tree;

/// `<length of the books, 8 bytes><number of nonces, 8 bytes><books without nonces><last leaf hash>
/// <tree>`, numbers big-endian.
pub(super) fn of(replay: &Replay) -> Vec<u8> {
    let books = spelling(&without_nonces(replay.books())).into_bytes();
    let tree = replay.tree().to_bytes();
    let numbers = [books.len() as u64, replay.books().nonces.len() as u64].map(u64::to_be_bytes);
    [numbers.as_flattened(), &books, &replay.last().0, &tree].concat()
}

/// What the index notes of an entry: its nonce, and when it was taken in (Unix seconds, 8 bytes).
pub(super) fn note(entry: &Entry) -> [u8; NOTE] {
    let mut note = [0; NOTE];
    let at = u64::try_from(entry.at.unix()).unwrap_or_default().to_be_bytes();
    note.iter_mut().zip(entry.voucher.nonce.0.into_iter().chain(at)).for_each(|(to, b)| *to = b);
    note
}

fn nonce_of(row: &Row) -> (Nonce, Used) {
    let nonce = row.note.first_chunk().copied().unwrap_or_default();
    let at = row.note.last_chunk().copied().map_or(0, u64::from_be_bytes);
    (Nonce(nonce), Used { at, entry: row.at.number })
}

/// The state that the index keeps for the log `origin`; `None` if it keeps none that fits.
pub(super) fn resume(index: &Index, origin: &Origin) -> Result<Option<Replay>, Error> {
    let Some(bytes) = index.snapshot()? else { return Ok(None) };
    let Some((mut books, nonces, last, tree)) = decode(&bytes) else { return Ok(None) };
    let size = index.records();
    if books.size != size || tree.size() != size || nonces > size {
        return Ok(None);
    }
    // Nonces are forgotten from the oldest on, so those kept are those of the last entries.
    let first = size - nonces;
    for bundle in first / BUNDLE..size.div_ceil(BUNDLE) {
        for row in index.bundle(bundle)?.iter().filter(|row| row.at.number >= first) {
            let (nonce, used) = nonce_of(row);
            books.nonces.set(nonce, used);
        }
    }
    books.nonces.commit();
    let whole = books.nonces.len() as u64 == nonces;
    Ok(whole.then(|| Replay::resume(origin.clone(), books, tree, last)))
}

fn decode(bytes: &[u8]) -> Option<(Books, u64, Digest, Tree)> {
    let (len, rest) = bytes.split_first_chunk::<8>()?;
    let (nonces, rest) = rest.split_first_chunk::<8>()?;
    let len = usize::try_from(u64::from_be_bytes(*len)).ok()?;
    let (books, rest) = rest.split_at_checked(len)?;
    let (last, tree) = rest.split_first_chunk::<32>()?;
    let books = read_all(books, bytes.len()).ok()?;
    Some((books, u64::from_be_bytes(*nonces), Digest(*last), Tree::from_bytes(tree).ok()?))
}

/// A copy of the books but for the nonces. Written out, so that nothing is left out unnoticed.
fn without_nonces(books: &Books) -> Books {
    let Books {
        fund,
        begun,
        size,
        last,
        days,
        sums,
        levels,
        officers,
        keys,
        accounts,
        students,
        funds,
        sponsors,
        proposals,
        payments,
        bank,
        touched,
        traces,
        hours,
        wishes,
        refs,
        nonces: _,
        goods,
        boxes,
        tickets,
        years,
    } = books;
    Books {
        fund: fund.clone(),
        begun: *begun,
        size: *size,
        last: *last,
        days: days.clone(),
        sums: sums.clone(),
        levels: *levels,
        officers: officers.clone(),
        keys: keys.clone(),
        accounts: accounts.clone(),
        students: students.clone(),
        funds: funds.clone(),
        sponsors: sponsors.clone(),
        proposals: proposals.clone(),
        payments: payments.clone(),
        bank: bank.clone(),
        touched: touched.clone(),
        traces: traces.clone(),
        hours: hours.clone(),
        wishes: wishes.clone(),
        refs: *refs,
        nonces: Table::new(),
        goods: goods.clone(),
        boxes: boxes.clone(),
        tickets: tickets.clone(),
        years: years.clone(),
    }
}
