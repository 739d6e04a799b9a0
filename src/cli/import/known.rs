//! What the ledger, and the bills read just before, know about the rows of a bill.

use super::draft::{Drafted, Names, named};
use crate::cli::booked::moved as moved_by;
use crate::cli::slip::Suffix;
use crate::domain::entry::Entry;
use crate::domain::line::Line;
use crate::domain::line::open::Place as AccountKind;
use crate::domain::line::transfer::Transfer;
use crate::domain::money::Fen;
use crate::domain::text::{Place, Ref};
use crate::domain::time::Day;
use crate::import::{Bill, Class, Direction, Glance, Known, KnownLine, Row, number};
use crate::ledger::{Error, Ledger};
use crate::seal::Referrer;
use std::collections::HashMap;

/// So many days may lie between a withdrawal and the transfer that was typed for it.
const TYPED_WITHIN: i64 = 1;
/// An entry typed by hand is at most so long, in bytes.
const TYPED_MAX: usize = 2048;
/// The reference of a row that has none.
const NONE: Ref = Ref([0; 16]);

/// The ledger as a bill asks for it: what the bill's rows may be was looked up beforehand, all at
/// once and each entry once; what a decision names besides is looked up when it is asked for.
///
/// An index that fails answers as if nothing were known: the rules ask again before anything is
/// written, and refuse what was booked before.
pub(super) struct Booked<'a> {
    ledger: &'a Ledger,
    /// Drafted from earlier bills of the same import.
    drafted: &'a Drafted<'a>,
    names: &'a Names,
    /// The reference of each row as a gift.
    refs: &'a [Ref],
    /// Whether all of them are known to be new, here and in the bills read before.
    all_new: bool,
    /// What the ledger has of those: row and line, in the order of the rows.
    gifts: Vec<(usize, Told)>,
    /// What the ledger has of the other references looked up.
    others: HashMap<Ref, Option<Told>>,
    /// What was typed by hand with a row's number under an account of another kind: row and line,
    /// in the order of the rows.
    misplaced: Vec<(usize, Place)>,
    /// Transfers typed by hand since the day before the first withdrawal.
    transfers: Vec<(Place, Transfer)>,
}

/// A line of the ledger as a bill meets it.
#[derive(Clone, Copy)]
struct Told {
    is_gift: bool,
    line: KnownLine,
}

impl Told {
    fn of(line: &Line, place: Place) -> Option<Told> {
        let (is_gift, fen, time) = match line {
            Line::Gift(line) => (true, line.fen, line.paid),
            Line::Refund(line) => (false, line.fen, line.paid),
            Line::Transfer(line) => (false, line.fen, line.paid),
            Line::Fee(line) => (false, line.fen, line.paid),
            _ => return None,
        };
        let line = KnownLine { fen: fen.fen(), time, place, refunded: Fen::ZERO, reversed: None };
        Some(Told { is_gift, line })
    }
}

/// The references of a bill's rows as gifts, made on every core; zeros where a row has none.
pub(super) fn refs(bill: &Bill<'_>, names: &Names) -> Vec<Ref> {
    bill.map_rows(|_, row| {
        let may_be = row.direction() != Direction::Out && row.has_id();
        let made = may_be.then(|| named(names.gifts.as_ref(), row.id()));
        made.flatten().unwrap_or(NONE)
    })
}

/// Whether every reference of these bills' rows is new to the ledger and no two are the same; false
/// also if there are too few to ask about all of them at once.
pub(super) fn all_new<'r>(
    ledger: &Ledger,
    refs: impl Iterator<Item = &'r [Ref]> + Clone,
) -> Result<bool, Error> {
    let count = refs.clone().map(<[Ref]>::len).sum();
    ledger.all_new(refs.flatten().copied().filter(|r| *r != NONE), count)
}

impl<'a> Booked<'a> {
    /// Looks up everything that the rows of `bill` may be; `refs` are theirs as gifts, and
    /// `all_new` says that none of these has to be looked up.
    pub(super) fn about(
        bill: &Bill<'_>,
        (names, refs, all_new): (&'a Names, &'a [Ref], bool),
        ledger: &'a Ledger,
        drafted: &'a Drafted<'a>,
    ) -> Result<Booked<'a>, Error> {
        let moves = |row: &Glance<'_>| {
            let class = row.class();
            matches!(
                class,
                Class::Refund { .. } | Class::Withdrawal { .. } | Class::Charge | Class::Seen
            )
        };
        let others = bill.glances().filter(moves).flat_map(|row| moved(names, &row.row()));
        let others: Vec<Ref> = others.flatten().collect();
        let found = if all_new { Vec::new() } else { ledger.find_all(refs)? };
        let rows = (0..).zip(refs).zip(found).filter(|((_, r), _)| **r != NONE);
        let gifts: Vec<_> = rows.filter_map(|((at, _), place)| Some((place?, at))).collect();
        let found = ledger.find_all(&others)?;
        let known = others.iter().zip(&found);
        let more: Vec<_> = known.filter_map(|(r, place)| Some(((*place)?, *r))).collect();
        let mut gifts: Vec<(usize, Told)> = told(ledger, gifts)?;
        gifts.sort_unstable_by_key(|(at, _)| *at);
        let mut others: HashMap<Ref, Option<Told>> =
            others.into_iter().map(|reference| (reference, None)).collect();
        others.extend(told(ledger, more)?.into_iter().map(|(r, told)| (r, Some(told))));
        let ByHand { transfers, typed } = by_hand(bill, ledger)?;
        let misplaced = typed.among(bill);
        Ok(Booked { ledger, drafted, names, refs, all_new, gifts, others, misplaced, transfers })
    }

    /// The line of the ledger, or of a bill read before, under a reference.
    fn told(&self, reference: Ref) -> Option<Told> {
        if let Some((is_gift, line)) = self.drafted.known(reference) {
            return Some(Told { is_gift, line });
        }
        if let Some(told) = self.others.get(&reference) {
            return *told;
        }
        let place = self.ledger.find(reference).ok()??;
        Told::of(&self.ledger.line(place).ok()??, place)
    }

    /// A gift with what was given back of it.
    fn gift_of(&self, told: Told) -> Option<KnownLine> {
        let mut line = told.is_gift.then_some(told.line)?;
        let touched = self.ledger.books().touched.get(&line.place);
        let booked = touched.map(|t| t.refunded).unwrap_or_default();
        let drafted = self.drafted.refunded.get(&line.place).copied().unwrap_or_default();
        line.refunded = booked.plus(drafted).unwrap_or(Fen::MAX);
        line.reversed = touched.and_then(|touched| touched.reversed);
        Some(line)
    }

    fn referrer(&self, channel: &str) -> Option<&'a Referrer> {
        self.names.of(channel)
    }
}

impl Known for Booked<'_> {
    fn gift(&self, channel: &str, key: &str) -> Option<KnownLine> {
        self.gift_of(self.told(named(self.referrer(channel), key)?)?)
    }

    fn moved(&self, channel: &str, key: &str) -> Option<KnownLine> {
        let told = self.told(named(self.referrer(channel), key)?)?;
        (!told.is_gift).then_some(told.line)
    }

    fn gift_of_row(&self, at: usize, channel: &str, id: &str) -> Option<KnownLine> {
        let Some(reference) = self.refs.get(at).filter(|r| **r != NONE) else {
            return self.gift(channel, id);
        };
        if self.all_new {
            return None;
        }
        if let Some((is_gift, line)) = self.drafted.known(*reference) {
            return self.gift_of(Told { is_gift, line });
        }
        let found = self.gifts.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        self.gift_of(self.gifts.get(found)?.1)
    }

    fn misplaced(&self, at: usize) -> Option<Place> {
        let found = self.misplaced.binary_search_by_key(&at, |(at, _)| *at).ok()?;
        self.misplaced.get(found).map(|(_, place)| *place)
    }

    fn typed(&self, row: &Row<'_>, fen: Fen) -> Option<Place> {
        let near = |day: Day| (0..=TYPED_WITHIN).contains(&day.since(row.time.day()));
        let same = |t: &Transfer| t.fen.fen() == fen && near(t.paid.day());
        self.transfers.iter().find(|(_, transfer)| same(transfer)).map(|(place, _)| *place)
    }
}

/// The references by which a row that is no gift may be known, and that of what it gives back.
fn moved(names: &Names, row: &Row<'_>) -> [Option<Ref>; 2] {
    let of = match row.class {
        Class::Refund { of: Some(of) } => named(names.gifts.as_ref(), of),
        _ => None,
    };
    let other = row.key().filter(|_| *row.class != Class::Gift);
    let own = other.and_then(|(channel, key)| named(names.of(channel), key));
    [of, own]
}

/// The lines at places, each entry read once; those that no row of a bill can be are left out.
fn told<T: Copy>(ledger: &Ledger, mut wanted: Vec<(Place, T)>) -> Result<Vec<(T, Told)>, Error> {
    wanted.sort_by_key(|(place, _)| *place);
    let mut numbers: Vec<u64> = wanted.iter().map(|(place, _)| place.entry).collect();
    numbers.dedup();
    let (mut all, mut rest) = (Vec::with_capacity(wanted.len()), &*wanted);
    ledger.each_of(numbers, &mut |number, bytes| {
        let here = rest.partition_point(|(place, _)| place.entry <= number);
        let (wanted, later) = rest.split_at(here);
        rest = later;
        // Damage is named by whoever replays the journal; here nothing is known of it.
        let Ok((entry, _)) = Entry::decode(bytes) else { return };
        for (place, of) in wanted {
            let line = entry.voucher.lines.get(usize::from(place.line));
            all.extend(line.and_then(|line| Told::of(line, *place)).map(|told| (*of, told)));
        }
    })?;
    Ok(all)
}

/// What was put down by hand and may be a row of a bill.
#[derive(Default)]
struct ByHand {
    /// Transfers since the day before the first withdrawal. What an import wrote stands beside
    /// gifts or beside the line that ties it to its file.
    transfers: Vec<(Place, Transfer)>,
    typed: Typed,
}

/// What moved since a bill's first day, in entries as short as those typed by hand, and was not
/// booked back.
#[derive(Default)]
struct Typed {
    places: HashMap<(Fen, Ref), Place>,
    /// In what ways the number of a payment of that amount was made a reference.
    ways: HashMap<Fen, Vec<Way>>,
}

/// A channel that a number was typed under.
struct Way {
    /// The kind of its account, which tells how a number is spelt.
    kind: &'static str,
    channel: String,
    referrer: Referrer,
}

impl Typed {
    /// Adds a line, `imported` or typed, for the bill whose own channel is `own`.
    fn add(&mut self, (line, place): (&Line, Place), imported: bool, ledger: &Ledger, own: &str) {
        let moved = moved_by(line).zip(line.reference());
        let Some(((fen, account), reference)) = moved else { return };
        let suffix = Suffix::of(line);
        if !Suffix::NONE.rivals().contains(&suffix) {
            return;
        }
        // What was typed has the channel of one of its accounts; a short list may have any.
        let to = if let Line::Deposit(line) = line { Some(line.to) } else { None };
        let accounts = [Some(account), to].into_iter().flatten();
        let kinds: Vec<&'static str> = if imported {
            AccountKind::ALL.iter().map(|kind| kind.word()).chain(["paper"]).collect()
        } else {
            let known = &ledger.books().accounts;
            accounts.filter_map(|id| known.get(&id)).map(|account| account.kind.word()).collect()
        };
        let ways = self.ways.entry(fen).or_default();
        for kind in kinds {
            let channel = format!("{kind}{}", suffix.0);
            // A gift in the bill's own channel is known by the reference of the row.
            let known = channel == own && matches!(line, Line::Gift(_));
            if !known && ways.iter().all(|way| way.channel != channel) {
                let referrer = Referrer::new(ledger.origin().as_str(), &channel);
                ways.extend(referrer.ok().map(|referrer| Way { kind, channel, referrer }));
            }
        }
        self.places.insert((fen, reference), place);
    }

    /// The rows of `bill` whose numbers were typed, asked on every core.
    fn among(self, bill: &Bill<'_>) -> Vec<(usize, Place)> {
        if self.ways.values().all(Vec::is_empty) {
            return Vec::new();
        }
        let all = bill.map_rows(|at, row| Some((at, self.place(row)?)));
        all.into_iter().flatten().collect()
    }

    /// Where the number of `row` was typed, with its amount.
    fn place(&self, row: Glance<'_>) -> Option<Place> {
        self.ways.get(&row.fen())?.iter().find_map(|way| {
            let plain = number::plain(way.kind, row.id())?;
            let reference = named(Some(&way.referrer), &plain)?;
            self.places.get(&(row.fen(), reference)).copied()
        })
    }
}

/// Reads the entries since `bill` begins once for both.
fn by_hand(bill: &Bill<'_>, ledger: &Ledger) -> Result<ByHand, Error> {
    let mut found = ByHand::default();
    let Some(first) = bill.glances().map(|row| row.time().day()).min() else { return Ok(found) };
    let withdrawals = bill.glances().filter(|r| matches!(r.class(), Class::Withdrawal { .. }));
    let withdrawn = withdrawals.map(|row| row.time().day()).min();
    let withdrawn = withdrawn.map(|day| day.offset(-1).unwrap_or(day));
    let (touched, own) = (&ledger.books().touched, bill.channel().gifts());
    ledger.entries_since(withdrawn.map_or(first, |day| day.min(first)), &mut |bytes| {
        let holds = |tag: &str| bytes.windows(tag.len()).any(|w| w == tag.as_bytes());
        let apart = || !holds("{\"gift\":") && !holds("{\"document\":") && holds("{\"transfer\":");
        let (transfers, short) = (withdrawn.is_some() && apart(), bytes.len() <= TYPED_MAX);
        if !transfers && !short {
            return;
        }
        // Damage is named by whoever replays the journal.
        let Ok((entry, _)) = Entry::decode(bytes) else { return };
        let day = entry.at.wall.day();
        let imported = entry.voucher.lines.iter().any(|line| matches!(line, Line::Document(_)));
        for (number, line) in (0_u16..).zip(entry.voucher.lines.iter()) {
            let place = Place { entry: entry.seq, line: number };
            if let Line::Transfer(transfer) = line
                && transfers
                && withdrawn.is_some_and(|from| day >= from)
            {
                found.transfers.push((place, transfer.clone()));
            }
            let stands = touched.get(&place).is_none_or(|touched| touched.reversed.is_none());
            if short && stands && day >= first {
                found.typed.add((line, place), imported, ledger, own);
            }
        }
    })?;
    Ok(found)
}
