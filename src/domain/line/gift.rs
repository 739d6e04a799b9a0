//! 捐款: money that a donor gave.

use super::appoint::Role;
use super::funds::pot::Source;
use super::{Kind, Line};
use crate::domain::books::Act;
use crate::domain::codec::Reader;
use crate::domain::money::Fen;
use crate::domain::refusal::{Both, Refusal};
use crate::domain::sums::{Move, Posting};
use crate::domain::text::{Id, Lang, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::record;

record! {
    /// Money that a donor gave. Nothing in it tells who.
    pub struct Gift {
        /// How much, in fen, at least 1.
        fen: Amount = "fen",
        /// The money account it arrived in.
        to: Id = "to",
        /// When it was paid, as the bill says.
        paid: Wall = "paid",
        /// The payment's reference; unique in the ledger.
        reference: Ref = "ref",
        /// The pot whose purpose the donor restricted it to; left out if it is for anything.
        pot: Option<Id> = "for",
    }
}

impl Gift {
    /// Reads a whole line in one go, if it is a gift in its one spelling. If anything else stands
    /// here nothing is read, and [`Line::read_any`] tells what is wrong with it, if anything.
    #[inline]
    pub(super) fn read_line(r: &mut Reader<'_>) -> Option<Gift> {
        let (fen, rest) = leading_number(r.rest().strip_prefix(b"{\"gift\":{\"fen\":")?)?;
        let (to, rest) = Id::split(rest.strip_prefix(b",\"to\":\"")?)?;
        let (paid, rest) = rest.strip_prefix(b"\",\"paid\":\"")?.split_first_chunk::<19>()?;
        let (reference, rest) = rest.strip_prefix(b"\",\"ref\":\"")?.split_first_chunk::<22>()?;
        let (pot, rest) = if let Some(rest) = rest.strip_prefix(b"\"}}") {
            (None, rest)
        } else {
            let (pot, rest) = Id::split(rest.strip_prefix(b"\",\"for\":\"")?)?;
            (Some(pot), rest.strip_prefix(b"\"}}")?)
        };
        let gift = Gift {
            fen: Amount::new(Fen::new(fen)?)?,
            to,
            paid: Wall::parse(paid)?,
            reference: Ref::parse(reference)?,
            pot,
        };
        r.go_on_at(rest.len());
        Some(gift)
    }

    fn posting(&self) -> Posting {
        Posting::arrival(self.to, self.pot, self.fen.fen())
    }

    /// Refuses a gift whose pot does not take gifts at the time it was paid.
    fn fits_pot(&self, act: &Act<'_>) -> Result<(), Refusal> {
        match self.pot {
            Some(pot) => {
                act.takes(pot, &[Source::Raised, Source::Other], Self::NAME, self.paid.day())
            }
            None => Ok(()),
        }
    }

    /// How much of it was not refunded yet, in fen.
    pub(crate) fn left(&self, of: Place, act: &Act<'_>) -> Fen {
        self.fen.fen().minus(act.touched(of).refunded).unwrap_or_default()
    }
}

impl Kind for Gift {
    const NAME: Both = Both("捐款", "gift");

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        act.open_account(self.to)?;
        act.not_ahead(self.paid)?;
        self.fits_pot(act)?;
        act.claim(self.reference)?;
        act.post(Move::Gift, self.posting())
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        act.needs(&[Role::Clerk])?;
        if let (false, Some(by)) = (self.left(of, act) == self.fen.fen(), act.touched(of).refund) {
            return Err(Refusal::StillNeeded { place: of, by });
        }
        act.unpost(Move::Gift, self.posting())
    }

    fn reference(&self) -> Option<Ref> {
        Some(self.reference)
    }

    fn tell(&self, lang: Lang) -> String {
        let (fen, to, paid) = (self.fen, self.to, self.paid);
        let told = lang.pick(
            format!("捐款 {fen} 元，入 {to}，{paid}"),
            format!("gift of {fen} yuan into {to}, {paid}"),
        );
        with_pot(told, self.pot, lang)
    }
}

/// The number of 1 to 16 digits, the first not a zero, that `text` begins with; and what follows.
#[inline]
fn leading_number(text: &[u8]) -> Option<(u64, &[u8])> {
    let (mut number, mut len) = (0, 0);
    // 16 digits hold every amount, and no number of 16 digits overflows.
    for byte in text.iter().take(16).take_while(|b| b.is_ascii_digit()) {
        number = number * 10 + u64::from(byte - b'0');
        len += 1;
    }
    let (digits, rest) = text.split_at_checked(len)?;
    (*digits.first()? != b'0').then_some((number, rest))
}

/// What a line tells, and for which pot if the money is restricted to one.
pub(crate) fn with_pot(told: String, pot: Option<Id>, lang: Lang) -> String {
    match pot {
        Some(pot) => lang.pick(format!("{told}，专项 {pot}"), format!("{told}, for the pot {pot}")),
        None => told,
    }
}

/// Whether both lines are gifts into the same account and for the same purpose.
pub(crate) fn go_together(one: &Line, next: &Line) -> bool {
    let same = |one: &Gift, next: &Gift| one.to == next.to && one.pot == next.pot;
    matches!((one, next), (Line::Gift(one), Line::Gift(next)) if same(one, next))
}

/// Books several gifts into one account at once, so that who may do it and where the money goes is
/// looked up once; false if there is but one line, or if one of them may be refused for something
/// else than its reference. Then nothing is changed, and booking one by one tells which, and why.
///
/// Gifts change nothing that another gift asks for, but for the sums: these only grow, so what fits
/// together fits at every step between.
pub(crate) fn book_run(run: &[Line], act: &mut Act<'_>) -> Result<bool, Refusal> {
    let [Line::Gift(first), _, ..] = run else { return Ok(false) };
    if act.refs.listens() {
        return Ok(false);
    }
    let gifts =
        || run.iter().filter_map(|line| if let Line::Gift(g) = line { Some(g) } else { None });
    let sum = gifts().try_fold(Fen::ZERO, |sum, gift| sum.plus(gift.fen.fen()));
    let latest = gifts().map(|gift| gift.paid).max().unwrap_or(first.paid);
    let allowed = act.needs(&[Role::Clerk]).is_ok() && act.open_account(first.to).is_ok();
    let fits = first.pot.is_none() || gifts().all(|gift| gift.fits_pot(act).is_ok());
    let Some(fen) = sum.filter(|_| allowed && fits && act.not_ahead(latest).is_ok()) else {
        return Ok(false);
    };
    let (mut sums, posting) = (act.books.sums.clone(), Posting { fen, ..first.posting() });
    if sums.post_many(Move::Gift, false, run.len() as u64, &posting).is_err() {
        return Ok(false);
    }
    for gift in gifts() {
        act.claim(gift.reference)?;
        act.place.line += 1;
    }
    act.books.sums = sums;
    act.note_pot(Move::Gift, &posting, false);
    Ok(true)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use crate::domain::codec::{Spell, spelling};
    use proptest::prelude::*;

    /// Both ways to read a line agree: on what it is, on how far it goes, and on what is none.
    fn agree(text: &[u8]) {
        let Ok(mut whole) = Reader::new(text, 999) else { return };
        let mut parts = Reader::new(text, 999).unwrap();
        let quick = Gift::read_line(&mut whole);
        match (quick, Line::read_any(&mut parts)) {
            (Some(gift), any) => {
                assert_eq!(any, Ok(Line::Gift(gift)), "{}", text.escape_ascii());
                assert_eq!(whole.at(), parts.at());
            }
            (None, any) => {
                assert!(!matches!(any, Ok(Line::Gift(_))), "{}", text.escape_ascii());
                assert_eq!(whole.at(), 0);
            }
        }
    }

    const SAMPLES: [&str; 5] = [
        r#"{"gift":{"fen":100,"to":"wx","paid":"2026-11-22T08:15:30","ref":"0Jm0cJq1T3y6q3o0g3m3aA"}}"#,
        r#"{"gift":{"fen":9007199254740991,"to":"a","paid":"2000-02-29T00:00:00","ref":"AAAAAAAAAAAAAAAAAAAAAA"}}"#,
        r#"{"gift":{"fen":1,"to":"abcdefghijklmnopqrstuvwx","paid":"2199-12-31T23:59:59","ref":"_-_-_-_-_-_-_-_-_-_-_w"}},"#,
        r#"{"fee":{"fen":100,"from":"wx","paid":"2026-11-22T08:15:30","ref":"0Jm0cJq1T3y6q3o0g3m3aA"}}"#,
        r#"{"gift":{"fen":1,"to":"wx","paid":"2026-11-22T08:15:30","ref":"0Jm0cJq1T3y6q3o0g3m3aA","for":"autumn"}}"#,
    ];

    #[test]
    fn the_short_way_to_read_a_gift_agrees_with_the_long_one_on_every_changed_byte() {
        for sample in SAMPLES.map(str::as_bytes) {
            agree(sample);
            for place in 0..sample.len() {
                agree(&sample[..place]);
                agree(&[&sample[..place], &sample[place + 1..]].concat());
                for byte in 0..=127 {
                    let mut changed = sample.to_vec();
                    changed[place] = byte;
                    agree(&changed);
                    agree(&[&sample[..place], &[byte], &sample[place..]].concat());
                }
            }
        }
        let last = Gift::read_line(&mut Reader::new(SAMPLES[2].as_bytes(), 999).unwrap()).unwrap();
        assert_eq!(spelling(&Line::Gift(last)) + ",", SAMPLES[2]);
    }

    #[test]
    fn an_amount_out_of_range_is_refused_by_both_ways() {
        for fen in ["0", "01", "9007199254740992", "99999999999999999", "18446744073709551617"] {
            let text = SAMPLES[0].replace("100", fen);
            agree(text.as_bytes());
            assert!(Line::read(&mut Reader::new(text.as_bytes(), 999).unwrap()).is_err());
        }
    }

    proptest! {
        #[test]
        fn any_gift_is_read_the_short_way(
            fen in 1..=Fen::MAX.get(), to in "[a-z][a-z0-9-]{0,23}", second in 0..6_000_000_000_i64,
            reference in any::<[u8; 16]>(), pot in "([a-z][a-z0-9-]{0,23})?",
            cut in 0..200_usize, byte in 0..=255_u8,
        ) {
            let start = Wall::parse(b"2000-01-01T00:00:00").unwrap().naive();
            let paid = start + chrono::TimeDelta::seconds(second);
            let (fen, to) = (Amount::new(Fen::new(fen).unwrap()).unwrap(), Id::parse(to.as_bytes()));
            let (to, paid) = (to.unwrap(), Wall::from_naive(paid).unwrap());
            let gift = Gift { fen, to, paid, reference: Ref(reference), pot: Id::parse(pot.as_bytes()) };
            let mut text = spelling(&Line::Gift(gift.clone())).into_bytes();
            prop_assert_eq!(Gift::read_line(&mut Reader::new(&text, 999).unwrap()), Some(gift));
            let cut = cut % text.len();
            text[cut] = byte;
            agree(&text);
        }
    }
}
