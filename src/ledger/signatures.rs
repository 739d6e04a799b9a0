//! The signatures of a group of vouchers, under the keys that the officers have now.

use super::append::Ready;
use crate::domain::text::{Key, Origin};
use crate::replay::Guess;
use crate::seal::{Sealed, check_voucher_digest, check_vouchers};
use rayon::prelude::*;

/// Batches below this are not divided among the cores: together they are cheaper.
const TOGETHER: usize = 32;

/// Notes for each voucher the key under which its signature holds, if it is its officer's. One that
/// does not hold may still be right under a key that an earlier voucher of the group appoints: the
/// rules decide.
pub(super) fn check(guess: &Guess, origin: &Origin, vouchers: &mut [Ready<'_>]) {
    let size = vouchers.len().div_ceil(rayon::current_num_threads()).max(TOGETHER);
    if vouchers.len() <= size {
        check_batch(guess, origin, vouchers);
    } else {
        vouchers.par_chunks_mut(size).for_each(|batch| check_batch(guess, origin, batch));
    }
}

fn check_batch(guess: &Guess, origin: &Origin, vouchers: &mut [Ready<'_>]) {
    let known: Vec<Option<(Key, Sealed<'_>)>> = vouchers
        .iter()
        .map(|ready| {
            let (key, officer) = guess.key(ready.by()?)?;
            Some((key, Sealed { officer, digest: ready.digest, signature: &ready.signed.sig.0 }))
        })
        .collect();
    let all: Vec<_> = known.iter().flatten().map(|(_, sealed)| *sealed).collect();
    let together = all.len() > 1 && check_vouchers(origin.as_str(), &all);
    let keys: Vec<_> = known
        .into_iter()
        .map(|known| {
            let (key, Sealed { officer, digest, signature }) = known?;
            let holds = || check_voucher_digest(officer, origin.as_str(), &digest, signature);
            (together || holds()).then_some(key)
        })
        .collect();
    for (ready, key) in vouchers.iter_mut().zip(keys) {
        ready.signed_under = key;
    }
}
