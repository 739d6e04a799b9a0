//! What a voucher says happened: one file a kind of line, holding its record, its rule, its posting
//! and its texts.
//!
//! To add a kind: write its file beside these, name it in the list below, and give it a section in
//! `ledger-spec.md`. Kinds that share tables and refusals stand in a folder, whose `mod.rs` holds
//! what they share and says what they are about.

pub mod acknowledge;
pub mod allocate;
pub mod appoint;
pub mod approve;
pub mod bank;
pub mod boxes;
pub mod close;
pub mod document;
pub mod fee;
pub mod found;
pub mod funds;
pub mod gift;
pub mod goods;
pub mod hours;
pub mod interest;
pub mod notice;
pub mod open;
pub mod pay;
pub mod refund;
pub mod reject;
pub mod retire;
pub mod reverse;
pub mod shut;
pub mod sponsors;
pub mod student;
pub mod ticket;
pub mod transfer;
pub mod wishes;
pub mod years;

use super::books::Act;
use super::codec::{Malformed, Reader, Spell};
use super::refusal::{Both, Refusal};
use super::text::{Lang, Place, Ref};

/// What every kind of line brings.
pub(crate) trait Kind {
    /// What people call it.
    const NAME: Both;

    /// Books it: every check first, then what it changes. A refusal may leave changes behind;
    /// [`Books::enter`](super::books::Books::enter) takes them back.
    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal>;

    /// Books it back; `of` is where it stands. Only lines that moved money can be.
    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        let _ = act;
        Err(Refusal::NotReversible { place: of, found: Self::NAME })
    }

    /// The payment's reference, if it moved money from or to outside.
    fn reference(&self) -> Option<Ref> {
        None
    }

    /// What it says, in a few words.
    fn tell(&self, lang: Lang) -> String;
}

/// A record too large to lie in every line is held in a box, and is the same kind.
impl<K: Kind> Kind for Box<K> {
    const NAME: Both = K::NAME;

    fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
        K::book(self, act)
    }

    fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
        K::unbook(self, of, act)
    }

    fn reference(&self) -> Option<Ref> {
        K::reference(self)
    }

    fn tell(&self, lang: Lang) -> String {
        K::tell(self, lang)
    }
}

/// Declares the kinds of line: tag, name, and how a line holds it.
macro_rules! lines {
    ($($tag:literal $kind:ident ($held:ty);)+) => {
        /// One thing that happened.
        #[derive(Clone, Debug, Eq, PartialEq)]
        pub enum Line {
            $(#[doc = concat!("A line tagged `", $tag, "`.")] $kind($held),)+
        }

        impl Line {
            /// Every tag, in the order of the spec.
            pub const TAGS: &[&str] = &[$($tag),+];

            /// The tag that records carry.
            pub fn tag(&self) -> &'static str {
                match self { $(Line::$kind(_) => $tag,)+ }
            }

            /// What people call this kind of line.
            pub fn name(&self) -> Both {
                match self { $(Line::$kind(_) => <$held as Kind>::NAME,)+ }
            }

            /// What it says, in a few words.
            pub fn tell(&self, lang: Lang) -> String {
                match self { $(Line::$kind(line) => line.tell(lang),)+ }
            }

            /// The payment's reference, if it moved money from or to outside.
            pub fn reference(&self) -> Option<Ref> {
                match self { $(Line::$kind(line) => line.reference(),)+ }
            }

            pub(crate) fn book(&self, act: &mut Act<'_>) -> Result<(), Refusal> {
                match self { $(Line::$kind(line) => line.book(act),)+ }
            }

            pub(crate) fn unbook(&self, of: Place, act: &mut Act<'_>) -> Result<(), Refusal> {
                match self { $(Line::$kind(line) => line.unbook(of, act),)+ }
            }
        }

        impl Line {
            /// Reads a line of any kind.
            pub(super) fn read_any(r: &mut Reader<'_>) -> Result<Self, Malformed> {
                let line = match () {
                    $(() if r.take(concat!("{\"", $tag, "\":")) => {
                        Line::$kind(<$held as Spell>::read(r)?)
                    })+
                    () => return Err(no_line(r)),
                };
                r.expect("}")?;
                Ok(line)
            }
        }

        /// `{"tag":{…}}`
        impl Spell for Line {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Line::$kind(line) => {
                        out.extend_from_slice(concat!("{\"", $tag, "\":").as_bytes());
                        line.write(out);
                    })+
                }
                out.push(b'}');
            }

            #[inline]
            fn read(r: &mut Reader<'_>) -> Result<Self, Malformed> {
                // Nearly all lines are gifts.
                match gift::Gift::read_line(r) {
                    Some(gift) => Ok(Line::Gift(gift)),
                    None => Line::read_any(r),
                }
            }
        }
    };
}

/// Says what stands where a line belongs.
#[cold]
fn no_line(r: &mut Reader<'_>) -> Malformed {
    let mut tag = || {
        r.expect("{")?;
        let at = r.at();
        let tag = String::from_utf8_lossy(r.plain("the kind of a line")?).into_owned();
        r.expect(":")?;
        Ok(Malformed::UnknownLine { tag, at })
    };
    tag().unwrap_or_else(|why| why)
}

lines! {
    "gift" Gift(gift::Gift);
    "found" Found(Box<found::Found>);
    "appoint" Appoint(appoint::Appoint);
    "retire" Retire(retire::Retire);
    "open" Open(open::Open);
    "shut" Shut(shut::Shut);
    "refund" Refund(refund::Refund);
    "transfer" Transfer(transfer::Transfer);
    "fee" Fee(fee::Fee);
    "interest" Interest(interest::Interest);
    "nominate" Nominate(student::nominate::Nominate);
    "visit" Visit(student::visit::Visit);
    "admit" Admit(student::admit::Admit);
    "leave" Leave(student::leave::Leave);
    "allocate" Allocate(allocate::Allocate);
    "approve" Approve(approve::Approve);
    "reject" Reject(reject::Reject);
    "pay" Pay(pay::Pay);
    "acknowledge" Acknowledge(acknowledge::Acknowledge);
    "document" Document(document::Document);
    "reverse" Reverse(reverse::Reverse);
    "close" Close(Box<close::Close>);
    "norms" Norms(Box<hours::norms::Norms>);
    "org" Org(Box<hours::org::Org>);
    "chair" Chair(hours::chair::Chair);
    "volunteer" Volunteer(Box<hours::volunteer::Volunteer>);
    "duty" Duty(Box<hours::duty::Duty>);
    "serve" Serve(hours::serve::Serve);
    "correct" Correct(hours::correct::Correct);
    "certify" Certify(hours::certify::Certify);
    "ask" Ask(Box<wishes::ask::Ask>);
    "claim" Claim(wishes::claim::Claim);
    "deliver" Deliver(wishes::deliver::Deliver);
    "confirm" Confirm(wishes::confirm::Confirm);
    "escalate" Escalate(wishes::escalate::Escalate);
    "drop" Drop(wishes::drop::Drop);
    "helpers" Helpers(Box<wishes::helpers::Helpers>);
    "terms" Terms(wishes::terms::Terms);
    "site" Site(Box<goods::site::Site>);
    "vacate" Vacate(goods::vacate::Vacate);
    "category" Category(Box<goods::category::Category>);
    "carry" Carry(Box<goods::carry::Carry>);
    "receive" Receive(Box<goods::receive::Receive>);
    "countersign" Countersign(goods::countersign::Countersign);
    "inspect" Inspect(goods::inspect::Inspect);
    "disinfect" Disinfect(goods::disinfect::Disinfect);
    "dispatch" Dispatch(Box<goods::dispatch::Dispatch>);
    "arrive" Arrive(Box<goods::arrive::Arrive>);
    "issue" Issue(Box<goods::issue::Issue>);
    "scrap" Scrap(Box<goods::scrap::Scrap>);
    "stocktake" Stocktake(Box<goods::stocktake::Stocktake>);
    "statement" Statement(bank::statement::Statement);
    "reconcile" Reconcile(Box<bank::reconcile::Reconcile>);
    "campaign" Campaign(Box<funds::campaign::Plan>);
    "pot" Pot(funds::pot::OpenPot);
    "grant" Grant(funds::grant::Grant);
    "match" Match(funds::matching::Match);
    "rededicate" Rededicate(Box<funds::rededicate::Rededicate>);
    "expense" Expense(Box<funds::expense::Expense>);
    "pair" Pair(Box<sponsors::pair::OpenPair>);
    "entrust" Entrust(sponsors::entrust::Entrust);
    "pass" Pass(sponsors::pass::Pass);
    "unpair" Unpair(Box<sponsors::unpair::Unpair>);
    "conflict" Conflict(student::conflict::Conflict);
    "draw" Draw(Box<student::draw::Draw>);
    "backcheck" Backcheck(student::backcheck::Backcheck);
    "notice" Notice(Box<notice::Notice>);
    "term" Term(student::term::SetTerm);
    "standard" Standard(Box<student::standard::Standard>);
    "sell" Sell(Box<goods::sell::Sell>);
    "proceeds" Proceeds(goods::proceeds::Proceeds);
    "clawback" Clawback(student::clawback::Clawback);
    "box" PlaceBox(Box<boxes::place::PlaceBox>);
    "unbox" Unbox(Box<boxes::unbox::Unbox>);
    "collect" Collect(boxes::collect::Collect);
    "difference" Difference(Box<boxes::difference::Difference>);
    "deposit" Deposit(Box<boxes::deposit::Deposit>);
    "ticket" Ticket(Box<ticket::issue::Ticket>);
    "red" Red(Box<ticket::red::Red>);
    "year" Year(Box<years::year::Year>);
}
