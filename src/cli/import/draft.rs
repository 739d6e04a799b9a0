//! Drafts of bills laid into vouchers. What is kept of a line is its place; the line itself is
//! made when it is wanted, once to be shown to the rules and once to be signed.

use crate::cli::error::{Error, Kind};
use crate::cli::pages::PAGE_MAX;
use crate::cli::say::say;
use crate::domain::codec::spelling;
use crate::domain::entry::MAX_LINES;
use crate::domain::line::Line;
use crate::domain::line::document::{Document, Paper};
use crate::domain::line::fee::Fee;
use crate::domain::line::gift::Gift;
use crate::domain::line::refund::Refund;
use crate::domain::line::transfer::Transfer;
use crate::domain::money::Fen;
use crate::domain::sums::Tally;
use crate::domain::text::{Digest, Id, Place, Ref};
use crate::domain::time::Wall;
use crate::domain::words::Amount;
use crate::import::plan::{Draft, What};
use crate::import::reason::Doubt;
use crate::import::{Bill, Channel, Class, Glance, KnownLine, Plan};
use crate::seal::Referrer;
use crate::storage::index::RefMap;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Where the money of a bill arrived, and where its withdrawals went.
#[derive(Clone, Copy)]
pub(super) struct Route {
    /// The wallet's account.
    pub(super) account: Id,
    /// The bank account of withdrawals; `None` if the bill has none.
    pub(super) bank: Option<Id>,
}

/// What makes the references of one bill.
pub(super) struct Names {
    channel: Channel,
    pub(super) gifts: Option<Referrer>,
    refunds: Option<Referrer>,
    withdrawals: Option<Referrer>,
    fees: Option<Referrer>,
}

impl Names {
    /// The names of `bill` in the log called `origin`.
    pub(super) fn new(origin: &str, bill: &Bill<'_>) -> Names {
        let (channel, of) = (bill.channel(), |channel: &str| Referrer::new(origin, channel).ok());
        Names {
            gifts: of(channel.gifts()),
            refunds: of(channel.refunds()),
            withdrawals: of(channel.withdrawals()),
            fees: of(channel.fees()),
            channel: channel.clone(),
        }
    }

    /// What makes the references of `channel`.
    pub(super) fn of(&self, channel: &str) -> Option<&Referrer> {
        let known = [
            (self.channel.gifts(), &self.gifts),
            (self.channel.refunds(), &self.refunds),
            (self.channel.withdrawals(), &self.withdrawals),
            (self.channel.fees(), &self.fees),
        ];
        known.into_iter().find(|(name, _)| *name == channel).and_then(|(_, of)| of.as_ref())
    }
}

/// The reference of a key; `None` for one that cannot be booked, which the plan asks about anyway.
pub(super) fn named(referrer: Option<&Referrer>, key: &str) -> Option<Ref> {
    referrer?.of(key).ok().map(Ref)
}

/// One bill with what it adds.
pub(super) struct Read<'f> {
    pub(super) bytes: &'f [u8],
    pub(super) bill: Bill<'f>,
    pub(super) plan: Plan,
    pub(super) names: Names,
    pub(super) route: Route,
    /// The reference of each row as a gift; zeros where it has none.
    pub(super) refs: Vec<Ref>,
    /// The places of gifts that drafts of the same import give back, by the draft's number.
    pub(super) backs: HashMap<usize, Place>,
}

/// The lines of one voucher: the bill, whether the line that ties it to the file comes first, and
/// which of the plan's drafts follow.
#[derive(Clone, Debug)]
pub(super) struct Page {
    bill: usize,
    document: bool,
    drafts: Range<usize>,
}

/// A draft that was laid: of which bill, which, and where its first line will stand.
#[derive(Clone, Copy)]
struct Laid {
    bill: u32,
    draft: u32,
    place: Place,
}

/// What the bills of one import add, before it is written.
pub(super) struct Drafted<'f> {
    /// The entry that the first voucher will be.
    first: u64,
    pub(super) reads: Vec<Read<'f>>,
    pub(super) pages: Vec<Page>,
    /// How many lines the pages have.
    pub(super) lines: usize,
    /// Bytes and lines on the last page.
    size: (usize, usize),
    /// Every draft so far: asked for by the bills that follow, so kept only if there are any.
    laid: Vec<Laid>,
    /// Those that were laid before somebody asked, by their references, and how many they are.
    known: Mutex<(usize, RefMap<[u8; 16], Laid>)>,
    /// What those lines give back of each gift.
    pub(super) refunded: HashMap<Place, Fen>,
    /// Whether every reference that the lines claim was made beforehand, and is known to be new.
    pub(super) all_new: bool,
}

impl<'f> Drafted<'f> {
    /// Nothing yet; `first` is the entry that the first voucher will be, and `all_new` says that no
    /// reference of the bills' rows as gifts is known or comes twice.
    pub(super) fn new(first: u64, all_new: bool) -> Drafted<'f> {
        Drafted {
            first,
            reads: Vec::new(),
            pages: Vec::new(),
            lines: 0,
            size: (0, 0),
            laid: Vec::new(),
            known: Mutex::default(),
            refunded: HashMap::new(),
            all_new,
        }
    }

    /// The line drafted before under this reference, and whether it is a gift.
    pub(super) fn known(&self, reference: Ref) -> Option<(bool, KnownLine)> {
        if self.laid.is_empty() {
            return None;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (mapped, known) = &mut *known;
        // Most bills have nothing in common with those before: what was laid is only brought into
        // a map when somebody asks.
        for laid in self.laid.get(*mapped..).unwrap_or_default() {
            let named = self.drafted(*laid).and_then(|(read, draft)| read.reference(draft));
            known.extend(named.map(|reference| (reference.0, *laid)));
        }
        *mapped = self.laid.len();
        let laid = *known.get(&reference.0)?;
        let (read, draft) = self.drafted(laid)?;
        read.known(draft, laid.place)
    }

    fn drafted(&self, laid: Laid) -> Option<(&Read<'f>, &Draft)> {
        let read = self.reads.get(laid.bill as usize)?;
        Some((read, read.plan.drafts.get(laid.draft as usize)?))
    }

    /// Adds what the plan of `read` drafts, behind a line that ties it to the file. Nothing if the
    /// plan drafts nothing. `last` says that no other bill follows.
    pub(super) fn add(&mut self, mut read: Read<'f>, last: bool) -> Result<(), Error> {
        if !read.plan.drafts.is_empty() {
            let bill = self.reads.len();
            self.pages.push(Page { bill, document: true, drafts: 0..0 });
            self.size = (spelling(&read.document()).len() + 1, 1);
            self.lines += 1;
            if !last {
                self.laid.reserve(read.plan.drafts.len());
            }
            self.lay(bill, &mut read, last)?;
        }
        if last {
            (self.laid, self.known) = (Vec::new(), Mutex::default());
        }
        self.reads.push(read);
        Ok(())
    }

    /// Lays the drafts of the bill numbered `bill` onto pages.
    fn lay(&mut self, bill: usize, read: &mut Read<'_>, last: bool) -> Result<(), Error> {
        // The places of gifts that the same bill gives back are noted on the way.
        let mut wanted: HashMap<String, Option<Place>> = HashMap::new();
        for draft in &read.plan.drafts {
            if let What::Refund(back) = &draft.what
                && back.place.is_none()
            {
                wanted.insert(back.key.clone(), None);
            }
        }
        let gift = GiftSize::new(read.route.account);
        for number in 0..read.plan.drafts.len() {
            let Some(draft) = read.plan.drafts.get(number) else { break };
            let row = draft.glance(&read.bill).ok_or_else(|| unfit(draft.at))?;
            let (is_gift, fen) = (draft.what == What::Gift, row.fen());
            let own = is_gift && read.own_ref(draft, row).is_some();
            self.all_new &= own;
            let size = match &draft.what {
                What::Gift if own => (gift.of(fen), 1),
                What::Gift | What::Withdrawal(_) | What::Charge => read.size(number)?,
                What::Refund(back) => {
                    let here = || wanted.get(&back.key).copied().flatten();
                    let of = back.place.or_else(here).ok_or_else(|| unfit(draft.at))?;
                    let sum = self.refunded.entry(of).or_default();
                    *sum = sum.plus(fen).unwrap_or(Fen::MAX);
                    read.backs.insert(number, of);
                    // The rules look back at earlier entries, not at earlier lines of the same.
                    if self.last() == of.entry {
                        self.size = (PAGE_MAX, 0);
                    }
                    read.size(number)?
                }
            };
            let place = self.place(bill, number, size);
            let Some(draft) = read.plan.drafts.get(number) else { break };
            if is_gift
                && !wanted.is_empty()
                && let Some(found) = wanted.get_mut(&*draft.key(&read.bill))
            {
                *found = Some(place);
            }
            if !last {
                // Their limits keep bills and drafts within 32 bits.
                let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                self.laid.push(Laid { bill: small(bill), draft: small(number), place });
            }
        }
        Ok(())
    }

    /// The entry that the last voucher so far will be.
    fn last(&self) -> u64 {
        self.first + (self.pages.len() as u64).saturating_sub(1)
    }

    /// Lays draft `number`, of so many bytes and lines, behind the others, and says where its first
    /// line will stand.
    fn place(&mut self, bill: usize, number: usize, (len, lines): (usize, usize)) -> Place {
        if self.size.0 + len > PAGE_MAX || self.size.1 + lines > MAX_LINES {
            self.pages.push(Page { bill, document: false, drafts: number..number });
            self.size = (0, 0);
        }
        if let Some(page) = self.pages.last_mut() {
            page.drafts.end = number + 1;
        }
        // A page holds at most a thousand lines.
        let line = u16::try_from(self.size.1).unwrap_or(u16::MAX);
        self.size = (self.size.0 + len, self.size.1 + lines);
        self.lines += lines;
        Place { entry: self.last(), line }
    }

    /// The lines of one page.
    pub(super) fn lines_of(&self, page: &Page) -> Vec<Line> {
        let Some(read) = self.reads.get(page.bill) else { return Vec::new() };
        let mut lines = Vec::with_capacity(page.drafts.len() + 1);
        lines.extend(page.document.then(|| read.document()));
        for number in page.drafts.clone() {
            match read.gift(number) {
                Some(gift) => lines.push(Line::Gift(gift)),
                None => lines.extend(read.lines(number).into_iter().flatten()),
            }
        }
        lines
    }

    /// The line that will stand at `place`.
    pub(super) fn line(&self, place: Place) -> Option<Line> {
        let page = usize::try_from(place.entry.checked_sub(self.first)?).ok()?;
        self.lines_of(self.pages.get(page)?).into_iter().nth(usize::from(place.line))
    }
}

impl Read<'_> {
    /// The line that ties the others to the file.
    fn document(&self) -> Line {
        let excluded = &self.plan.excluded;
        let sides = [excluded.income.1, excluded.spending.1, excluded.neutral.1];
        let fen = sides.into_iter().try_fold(Fen::ZERO, Fen::plus).unwrap_or(Fen::MAX);
        let excluded = (excluded.count() > 0).then(|| Tally { count: excluded.count(), fen });
        Line::Document(Document {
            sha256: Digest(self.bill.sha256),
            kind: Paper::Bill,
            rows: Some(self.bill.counted() as u64),
            excluded,
            of: None,
        })
    }

    /// The reference of draft `draft` in the channel that `names` gives it.
    fn name(&self, draft: &Draft, names: Option<&Referrer>) -> Option<Ref> {
        named(names, &draft.key(&self.bill))
    }

    /// The reference made beforehand, of a gift that is known by its number rather than by its
    /// place in the file.
    fn own_ref(&self, draft: &Draft, row: Glance<'_>) -> Option<Ref> {
        let numbered = !matches!(row.class(), Class::Doubtful(Doubt::RepeatedId(_)));
        self.refs.get(draft.at as usize).filter(|r| numbered && r.0 != [0; 16]).copied()
    }

    /// The reference of a gift.
    fn gift_ref(&self, draft: &Draft, row: Glance<'_>) -> Option<Ref> {
        self.own_ref(draft, row).or_else(|| self.name(draft, self.names.gifts.as_ref()))
    }

    /// The lines of draft `number`: one, and for a withdrawal what it cost.
    fn lines(&self, number: usize) -> [Option<Line>; 2] {
        let lines = self.plan.drafts.get(number).and_then(|draft| self.made(number, draft));
        lines.map_or([None, None], |(line, fee)| [Some(line), fee])
    }

    /// The gift that draft `number` is, as nearly all are.
    fn gift(&self, number: usize) -> Option<Gift> {
        let draft = self.plan.drafts.get(number).filter(|draft| draft.what == What::Gift)?;
        let row = draft.glance(&self.bill)?;
        let (fen, to, paid) = (Amount::new(row.fen())?, self.route.account, row.time());
        Some(Gift { fen, to, paid, reference: self.gift_ref(draft, row)?, pot: None })
    }

    fn made(&self, number: usize, draft: &Draft) -> Option<(Line, Option<Line>)> {
        let row = draft.glance(&self.bill)?;
        let (paid, account, names) = (row.time(), self.route.account, &self.names);
        let fen = Amount::new(row.fen())?;
        Some(match &draft.what {
            What::Gift => (Line::Gift(self.gift(number)?), None),
            What::Refund(_) => {
                let reference = self.name(draft, names.refunds.as_ref())?;
                let of = *self.backs.get(&number)?;
                (Line::Refund(Refund { of, fen, from: account, paid, reference }), None)
            }
            What::Charge => {
                let reference = self.name(draft, names.fees.as_ref())?;
                (Line::Fee(Fee { fen, from: account, paid, reference }), None)
            }
            What::Withdrawal(fee) => {
                let (out, to) = (Amount::new(row.fen().minus(*fee)?)?, self.route.bank?);
                let reference = self.name(draft, names.withdrawals.as_ref())?;
                let charged = self.name(draft, names.fees.as_ref()).zip(Amount::new(*fee));
                let fee = charged
                    .map(|(reference, fen)| Line::Fee(Fee { fen, from: account, paid, reference }));
                (Line::Transfer(Transfer { fen: out, from: account, to, paid, reference }), fee)
            }
        })
    }

    /// How many bytes and lines draft `number` takes.
    fn size(&self, number: usize) -> Result<(usize, usize), Error> {
        let lines = self.lines(number);
        let made = lines.iter().flatten();
        match made.clone().count() {
            0 => Err(unfit(self.plan.drafts.get(number).map_or(0, |draft| draft.at))),
            count => Ok((made.map(|line| spelling(line).len() + 1).sum(), count)),
        }
    }

    /// The reference by which later bills of the same import meet a draft.
    fn reference(&self, draft: &Draft) -> Option<Ref> {
        match &draft.what {
            What::Gift => self.gift_ref(draft, draft.glance(&self.bill)?),
            What::Refund(_) => self.name(draft, self.names.refunds.as_ref()),
            What::Withdrawal(_) => self.name(draft, self.names.withdrawals.as_ref()),
            What::Charge => self.name(draft, self.names.fees.as_ref()),
        }
    }

    /// A draft, which will stand at `place`, as they meet it: whether it is a gift, and its line.
    fn known(&self, draft: &Draft, place: Place) -> Option<(bool, KnownLine)> {
        let row = draft.glance(&self.bill)?;
        let fen = match &draft.what {
            What::Gift | What::Refund(_) | What::Charge => row.fen(),
            What::Withdrawal(fee) => row.fen().minus(*fee)?,
        };
        let line = KnownLine { fen, time: row.time(), place, refunded: Fen::ZERO, reversed: None };
        Some((draft.what == What::Gift, line))
    }
}

fn unfit(at: u32) -> Error {
    let row = u64::from(at) + 1;
    Error::new(
        Kind::CouldNot,
        say!(
            "第 {row} 笔不能记账：金额或单号不合规则",
            "transaction {row} cannot be recorded: its amount or number is none the ledger takes"
        ),
    )
}

/// How long the lines of gifts into one account are, without writing them.
struct GiftSize(usize);

impl GiftSize {
    fn new(to: Id) -> GiftSize {
        let paid = Wall::parse(b"2000-01-01T00:00:00");
        let one = Fen::new(1).and_then(Amount::new);
        let gift = one.zip(paid).map(|(fen, paid)| Gift {
            fen,
            to,
            paid,
            reference: Ref([0; 16]),
            pot: None,
        });
        GiftSize(gift.map_or(PAGE_MAX, |gift| spelling(&Line::Gift(gift)).len()))
    }

    /// With the comma that parts it from the next.
    fn of(&self, fen: Fen) -> usize {
        self.0 + fen.get().checked_ilog10().unwrap_or_default() as usize + 1
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_gift_is_known_without_writing_it() {
        let (to, paid) = (Id::parse(b"wx").unwrap(), Wall::parse(b"2026-11-22T08:15:30").unwrap());
        let size = GiftSize::new(to);
        for fen in [1, 9, 10, 99, 100, 12_345, Fen::MAX.get()] {
            let amount = Amount::new(Fen::new(fen).unwrap()).unwrap();
            let gift =
                Line::Gift(Gift { fen: amount, to, paid, reference: Ref([7; 16]), pot: None });
            assert_eq!(size.of(amount.fen()), spelling(&gift).len() + 1);
        }
    }
}
