//! The books: everything the rules need to know about the past, and the one way to change it.
//!
//! [`Books::enter`] takes an entry or refuses it whole; a refused entry leaves no trace.

use super::entry::Entry;
use super::fields::List;
use super::line::Line;
use super::line::allocate::Proposal;
use super::line::appoint::{Officer, Role, Standing};
use super::line::bank::Bank;
use super::line::boxes::Boxes;
use super::line::found::Found;
use super::line::funds::Funds;
use super::line::gift;
use super::line::goods::Goods;
use super::line::hours::Hours;
use super::line::open::Account;
use super::line::pay::Payment;
use super::line::sponsors::Sponsors;
use super::line::student::{Levels, Students};
use super::line::ticket::Tickets;
use super::line::wishes::Wishes;
use super::line::years::Years;
use super::money::Fen;
use super::refusal::{AnyOf, Both, Refusal};
use super::sums::{Move, Posting, Sums};
use super::table::{Table, Undo};
use super::text::{Id, Key, Nonce, Place, Ref};
use super::time::{Day, Stamp, Wall};
use crate::{record, words};

/// How long after it was made a voucher may still be entered, in hours. Nonces are kept as long.
pub const WINDOW_HOURS: i64 = 72;
/// How far an officer's clock may run ahead of the ledger's, in minutes.
pub const AHEAD_MINUTES: i64 = 10;
/// After so many references those used until then are no longer recent.
pub const RECENT: u64 = 8_192;

/// Earlier lines, for the rules that look back (a refund, a reversal).
pub trait Past {
    /// The line at `place`, or `None` if there is none.
    fn line(&self, place: Place) -> Option<Line>;
}

/// The references used so far, and for whoever lists what moved, the movements.
///
/// A line may claim a reference and its voucher be refused all the same: whoever implements this
/// forgets the claims of a refused voucher, as [`Books::enter`] forgets its own changes.
pub trait Refs {
    /// Marks `reference` as used at `place`, or returns the place that used it before.
    fn claim(&mut self, reference: Ref, place: Place) -> Result<(), Place>;

    /// Whether it wants to hear of every movement.
    fn listens(&self) -> bool {
        false
    }

    /// Hears of a movement that the line at `place` booked, or took back if `undone`; like a claim
    /// it is forgotten if the voucher is refused.
    fn moved(&mut self, place: Place, kind: Move, undone: bool, posting: Posting) {
        let _ = (place, kind, undone, posting);
    }
}

/// So many refunds of a gift are kept by place. More of them are booked like any other.
pub const MAX_REFUNDS: usize = 8;

record! {
    /// What later lines did to an earlier one.
    #[derive(Default)]
    pub struct Touched {
        /// Refunded of this gift so far, in fen.
        refunded: Fen = "refunded",
        /// The latest refund of it.
        refund: Option<Place> = "refund",
        /// The first refunds of it, as many as are told to whoever looks the gift up.
        refunds: List<Place, 0, MAX_REFUNDS> = "refunds",
        /// The line that reversed it.
        reversed: Option<Place> = "reversed",
    }
}

words! {
    /// What a later line adds to an earlier one that stays as it is.
    pub enum Step {
        /// An officer agreed to the proposal.
        Approve = "approve", "批准", "approved";
        /// An officer rejected or withdrew the proposal.
        Reject = "reject", "驳回", "rejected";
        /// Money of the allocation was paid.
        Pay = "pay", "付款", "paid";
        /// Money that was paid came back.
        Back = "back", "收回", "clawed back";
        /// A paper belongs to it.
        Paper = "paper", "凭据", "paper";
        /// A figure told of it was corrected.
        Notice = "notice", "更正", "corrected";
    }
}

record! {
    /// Two lines, the later of which is about the earlier.
    #[derive(Copy, Ord, PartialOrd)]
    pub struct Trace {
        /// The earlier line.
        of: Place = "of",
        /// The later line.
        by: Place = "by",
    }
}

record! {
    /// A nonce's use.
    #[derive(Copy)]
    pub struct Used {
        /// When, in Unix seconds.
        at: u64 = "at",
        /// By which entry.
        entry: u64 = "entry",
    }
}

record! {
    /// How many references were used: the books count them, and the index knows each.
    #[derive(Copy, Default)]
    pub struct References {
        /// All of them.
        count: u64 = "count",
        /// The entry from which on they are recent: the one after that which brought the last full
        /// [`RECENT`].
        recent: u64 = "recent",
    }
}

record! {
    /// The state of the ledger after some entry. Its spelling is the snapshot that the index keeps.
    #[derive(Default)]
    pub struct Books {
        /// The founding record; `None` before the first entry.
        fund: Option<Found> = "fund",
        /// The day of the founding.
        begun: Option<Day> = "begun",
        /// How many entries there are.
        size: u64 = "size",
        /// When the last entry was taken in.
        last: Option<Stamp> = "last",
        /// Every closed day and the entry that closed it.
        days: Table<Day, u64> = "days",
        /// Where the money is and what moved.
        sums: Sums = "sums",
        /// Students now in the programme, by level.
        levels: Levels = "levels",
        /// Officers by handle: in office, waiting for confirmation, or retired.
        officers: Table<Id, Officer> = "officers",
        /// Every key that was ever appointed, and whose it is.
        keys: Table<Key, Id> = "keys",
        /// Money accounts by handle.
        accounts: Table<Id, Account> = "accounts",
        /// Students, in the programme or not.
        students: Students = "students",
        /// Pots, campaigns, and what was spent.
        funds: Funds = "funds",
        /// Sponsors and their students.
        sponsors: Sponsors = "sponsors",
        /// Allocations and changes of officers, by the place that proposed them.
        proposals: Table<Place, Proposal> = "proposals",
        /// Payments by place.
        payments: Table<Place, Payment> = "payments",
        /// Statements of banks and reconciliations.
        bank: Bank = "bank",
        /// Lines that were refunded or reversed.
        touched: Table<Place, Touched> = "touched",
        /// What later lines add to earlier ones: whoever looks at an allocation finds everything
        /// that followed without reading the entries in between.
        traces: Table<Trace, Step> = "traces",
        /// Volunteers, and what they served.
        hours: Hours = "hours",
        /// Wishes, and who stands by whom.
        wishes: Wishes = "wishes",
        /// How many references were used, and which of them lately.
        refs: References = "refs",
        /// Nonces of the last [`WINDOW_HOURS`].
        nonces: Table<Nonce, Used> = "nonces",
        /// Goods at the donation stations.
        goods: Goods = "goods",
        /// Donation boxes and their openings.
        boxes: Boxes = "boxes",
        /// Receipts for offices.
        tickets: Tickets = "tickets",
        /// Closed years, and corrections of them.
        years: Years = "years",
    }
}

/// One line being booked: who, when, where, and what it may look up and change.
pub struct Act<'a> {
    /// The books.
    pub books: &'a mut Books,
    /// The officer who signed.
    pub by: Id,
    /// When the entry was taken in.
    pub at: Stamp,
    /// Where the line stands.
    pub place: Place,
    /// Earlier lines.
    pub past: &'a dyn Past,
    /// References used.
    pub refs: &'a mut dyn Refs,
}

impl Books {
    /// The founding record.
    pub fn founded(&self) -> Result<&Found, Refusal> {
        self.fund.as_ref().ok_or(Refusal::NotFounded {})
    }

    /// The last closed day and the entry that closed it.
    pub fn closed(&self) -> Option<(Day, u64)> {
        self.days.iter().next_back().map(|(day, entry)| (*day, *entry))
    }

    /// The key under which `entry` must be signed: its officer's, in office at its time. For the
    /// first entry, the key that it gives its own officer.
    pub fn signer(&self, entry: &Entry) -> Result<Key, Refusal> {
        let by = entry.voucher.by;
        if self.fund.is_none() {
            let [Line::Found(found)] = &*entry.voucher.lines else {
                return Err(Refusal::NotFounded {});
            };
            let first = found.officers.iter().find(|o| o.id == by);
            return first.map(|o| o.key).ok_or(Refusal::UnknownOfficer { officer: by });
        }
        self.in_office(by, entry.at.wall.day()).map(|o| o.key)
    }

    /// The officer called `officer`, if in office on `day`.
    pub fn in_office(&self, officer: Id, day: Day) -> Result<&Officer, Refusal> {
        let found = self.officers.get(&officer).filter(|o| o.standing == Standing::InOffice);
        let found = found.ok_or(Refusal::UnknownOfficer { officer })?;
        match found.until {
            Some(until) if day > until => Err(Refusal::NotInOffice { officer, until, day }),
            _ => Ok(found),
        }
    }

    /// Officers in office with `role`; terms are not looked at.
    pub fn with_role(&self, role: Role) -> usize {
        self.officers
            .iter()
            .filter(|(_, o)| o.standing == Standing::InOffice && o.roles.contains(&role))
            .count()
    }

    /// What later lines add to the line at `of`, in the order of the ledger.
    pub fn steps(&self, of: Place) -> impl DoubleEndedIterator<Item = (Place, Step)> {
        let end = Place { entry: u64::MAX, line: u16::MAX };
        let traces = self.traces.range(Trace { of, by: of }..=Trace { of, by: end });
        traces.map(|(trace, step)| (trace.by, *step))
    }

    /// Books an entry whose signature was checked against [`Books::signer`], or refuses it whole.
    pub fn enter(
        &mut self,
        entry: &Entry,
        past: &dyn Past,
        refs: &mut dyn Refs,
    ) -> Result<(), Refusal> {
        let before = (self.fund.is_none(), self.size, self.last, self.sums.clone(), self.levels);
        let result = self.try_enter(entry, past, refs);
        if result.is_ok() {
            self.each_table(|table| table.commit());
            return result;
        }
        let unfounded;
        (unfounded, self.size, self.last, self.sums, self.levels) = before;
        if unfounded {
            (self.fund, self.begun) = (None, None);
        }
        self.each_table(|table| table.roll_back());
        result
    }

    fn try_enter(
        &mut self,
        entry: &Entry,
        past: &dyn Past,
        refs: &mut dyn Refs,
    ) -> Result<(), Refusal> {
        if entry.seq != self.size {
            return Err(Refusal::Sequence { found: entry.seq, next: self.size });
        }
        let lines = &*entry.voucher.lines;
        let founding = self.fund.is_none();
        if !founding {
            self.check_times(entry)?;
        } else if !matches!(lines, [Line::Found(_)]) {
            return Err(Refusal::NotFounded {});
        }
        if lines.len() > 1 && lines.iter().any(|l| matches!(l, Line::Close(_))) {
            return Err(Refusal::CloseNotAlone { lines: lines.len() });
        }
        let (by, at, place) = (entry.voucher.by, entry.at, Place { entry: entry.seq, line: 0 });
        let mut act = Act { books: self, by, at, place, past, refs };
        for run in lines.chunk_by(gift::go_together) {
            if gift::book_run(run, &mut act)? {
                continue;
            }
            for line in run {
                line.book(&mut act)?;
                act.place.line += 1;
            }
        }
        if founding {
            self.check_times(entry)?;
        }
        self.keep_nonce(entry);
        self.sums.balanced()?;
        self.refs.add(entry);
        self.size += 1;
        self.last = Some(entry.at);
        Ok(())
    }

    fn check_times(&self, entry: &Entry) -> Result<(), Refusal> {
        let (at, made, ours) = (entry.at, entry.voucher.made, self.founded()?.zone);
        if let Some(other) = [at.zone, made.zone].into_iter().find(|z| *z != ours) {
            return Err(Refusal::OtherZone { found: other, ours });
        }
        if let Some(last) = self.last.filter(|last| at.unix() < last.unix()) {
            return Err(Refusal::TimeWentBack { at, last });
        }
        let age = at.unix() - made.unix();
        if age > WINDOW_HOURS * 3600 {
            return Err(Refusal::MadeTooEarly { made, at, hours: WINDOW_HOURS });
        }
        if age < -AHEAD_MINUTES * 60 {
            return Err(Refusal::MadeTooLate { made, at, minutes: AHEAD_MINUTES });
        }
        let nonce = entry.voucher.nonce;
        match self.nonces.get(&nonce) {
            Some(used) => Err(Refusal::NonceUsed { nonce, entry: used.entry }),
            None => Ok(()),
        }
    }

    /// Remembers the entry's nonce and, once a day, forgets those that no acceptable voucher could
    /// repeat: a voucher taken in at `t` was made at most [`AHEAD_MINUTES`] later, and its copy is
    /// refused as too old [`WINDOW_HOURS`] after that.
    fn keep_nonce(&mut self, entry: &Entry) {
        let at = u64::try_from(entry.at.unix()).unwrap_or_default();
        if self.last.is_some_and(|last| last.wall.day() != entry.at.wall.day()) {
            let window = WINDOW_HOURS.unsigned_abs() * 3600 + AHEAD_MINUTES.unsigned_abs() * 60;
            let old = |used: &Used| used.at.saturating_add(window) < at;
            let gone: Vec<_> =
                self.nonces.iter().filter(|(_, u)| old(u)).map(|(n, _)| *n).collect();
            for nonce in gone {
                self.nonces.remove(&nonce);
            }
        }
        self.nonces.set(entry.voucher.nonce, Used { at, entry: entry.seq });
    }

    fn each_table(&mut self, act: impl Fn(&mut dyn Undo)) {
        act(&mut self.days);
        act(&mut self.officers);
        act(&mut self.keys);
        act(&mut self.accounts);
        act(&mut self.students);
        act(&mut self.funds);
        act(&mut self.sponsors);
        act(&mut self.proposals);
        act(&mut self.payments);
        act(&mut self.bank);
        act(&mut self.touched);
        act(&mut self.traces);
        act(&mut self.hours);
        act(&mut self.wishes);
        act(&mut self.nonces);
        act(&mut self.goods);
        act(&mut self.boxes);
        act(&mut self.tickets);
        act(&mut self.years);
    }
}

impl References {
    /// Counts those of an entry that is taken in.
    fn add(&mut self, entry: &Entry) {
        let before = self.count / RECENT;
        self.count = self.count.saturating_add(entry.references());
        if self.count / RECENT > before {
            self.recent = entry.seq + 1;
        }
    }
}

impl Act<'_> {
    /// The day on which this is booked.
    pub fn today(&self) -> Day {
        self.at.wall.day()
    }

    /// Refuses unless the officer has one of the roles `need`.
    pub fn needs(&self, need: &[Role]) -> Result<(), Refusal> {
        let officer = self.books.in_office(self.by, self.today())?;
        if need.iter().any(|role| officer.roles.contains(role)) {
            return Ok(());
        }
        let (officer, has) = (self.by, officer.roles.to_vec());
        Err(Refusal::NoRole { officer, has, need: AnyOf(need.to_vec()) })
    }

    /// Refuses if the officer is `other`, who did something that the same person must not follow
    /// up: 会计法 §25 keeps recorder, approver and handler apart. A fund founded `solo` is exempt.
    pub fn another_than(&self, other: Id, did: Both, now: Both) -> Result<(), Refusal> {
        if self.by == other && !self.books.founded()?.policy.solo {
            return Err(Refusal::SamePerson { officer: self.by, did, now });
        }
        Ok(())
    }

    /// Refuses an account that is not open.
    pub fn open_account(&self, account: Id) -> Result<(), Refusal> {
        match self.books.accounts.get(&account) {
            None => Err(Refusal::UnknownAccount { account }),
            Some(known) if known.shut => Err(Refusal::AccountShut { account }),
            Some(_) => Ok(()),
        }
    }

    /// Refuses a payment that happens after it is booked.
    pub fn not_ahead(&self, paid: Wall) -> Result<(), Refusal> {
        if paid > self.at.wall { Err(Refusal::PaidInFuture { paid, at: self.at }) } else { Ok(()) }
    }

    /// Marks the payment's reference as used.
    pub fn claim(&mut self, reference: Ref) -> Result<(), Refusal> {
        self.refs
            .claim(reference, self.place)
            .map_err(|place| Refusal::RefUsed { reference, place })
    }

    /// Books one movement.
    pub fn post(&mut self, kind: Move, posting: Posting) -> Result<(), Refusal> {
        self.books.sums.post(kind, false, &posting)?;
        self.refs.moved(self.place, kind, false, posting);
        self.note_pot(kind, &posting, false);
        Ok(())
    }

    /// Books one movement back.
    pub fn unpost(&mut self, kind: Move, posting: Posting) -> Result<(), Refusal> {
        self.books.sums.post(kind, true, &posting)?;
        self.refs.moved(self.place, kind, true, posting);
        self.note_pot(kind, &posting, true);
        Ok(())
    }

    /// Refuses a place that is not in an earlier entry.
    pub fn is_earlier(&self, place: Place) -> Result<(), Refusal> {
        if place.entry < self.place.entry { Ok(()) } else { Err(Refusal::NoSuchLine { place }) }
    }

    /// The earlier line at `place`.
    pub fn earlier(&self, place: Place) -> Result<Line, Refusal> {
        self.is_earlier(place)?;
        self.past.line(place).ok_or(Refusal::NoSuchLine { place })
    }

    /// What later lines did to the line at `place`.
    pub fn touched(&self, place: Place) -> Touched {
        self.books.touched.get(&place).cloned().unwrap_or_default()
    }

    /// Notes that this line is a step of the line at `of`.
    pub fn trace(&mut self, of: Place, step: Step) {
        self.books.traces.set(Trace { of, by: self.place }, step);
    }

    /// Refuses a line that was reversed.
    pub fn not_reversed(&self, place: Place) -> Result<(), Refusal> {
        match self.touched(place).reversed {
            Some(by) => Err(Refusal::AlreadyReversed { place, by }),
            None => Ok(()),
        }
    }
}
