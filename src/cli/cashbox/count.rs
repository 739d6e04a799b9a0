//! Notes and coins as typed: `100=3`, `0.5=20`.

use crate::cli::value::Unfit;
use crate::domain::line::boxes::NOTES;
use crate::domain::money::Fen;
use crate::domain::refusal::Both;

/// So many pieces of one worth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    /// What one is worth, in fen.
    pub(super) worth: u64,
    /// How many.
    pub(super) pieces: u64,
}

/// The most pieces of one worth.
const MAX_PIECES: u64 = 1_000_000_000;

pub(super) fn counted(text: &str) -> Result<Counted, Unfit> {
    let want = Unfit(Both(
        "写成 面额=张数，如 100=3；面额是 100、50、20、10、5、1、0.5、0.1",
        "a worth and a number such as 100=3; the worths are 100, 50, 20, 10, 5, 1, 0.5 and 0.1",
    ));
    let (worth, pieces) = text.split_once('=').ok_or(want)?;
    let worth = Fen::from_yuan(worth).ok().map(Fen::get).filter(|worth| NOTES.contains(worth));
    let pieces = pieces.parse().ok().filter(|pieces| *pieces <= MAX_PIECES);
    worth.zip(pieces).map(|(worth, pieces)| Counted { worth, pieces }).ok_or(want)
}
