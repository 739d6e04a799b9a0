//! A small fund in memory, the same bytes on every run: who works there, what they write, and the
//! facts that publishing asks for.

mod lies;
mod purse;
mod steps;
mod stores;
mod whims;

pub(crate) use lies::used;
pub(crate) use whims::Dice;

use std::cell::Cell;
use std::collections::BTreeMap;
use yishan::domain::books::{Past, Refs};
use yishan::domain::codec::{List, Rare};
use yishan::domain::entry::{Entry, Voucher};
use yishan::domain::line::Line;
use yishan::domain::line::appoint::Role;
use yishan::domain::line::close::Close;
use yishan::domain::line::found::{Found, Founder, Limit, Policy};
use yishan::domain::line::gift::Gift;
use yishan::domain::line::open::{Open, Owner, Place as Kept};
use yishan::domain::money::Fen;
use yishan::domain::text::{Code, Id, Key, Nonce, Origin, Place, Ref, Signature, Text};
use yishan::domain::time::{Day, Stamp, Wall, Zone};
use yishan::domain::words::Amount;
use yishan::keys::OfficerKey;
use yishan::publish::{Address, FactError, Facts, Movers};
use yishan::replay::Replay;
use yishan::seal;
use yishan::tlog::{Checkpoint, Hash, Signer, TileId, TileKind, Verifier};

/// The name of the town's log.
pub(crate) const ORIGIN: &str = "yishan.example/town";

/// Everybody who works for the fund, and what they may do.
const OFFICERS: [(&str, &[Role]); 4] = [
    ("chen", &[Role::Clerk]),
    ("li", &[Role::Approver]),
    ("wang", &[Role::Cashier, Role::Steward]),
    ("zhao", &[Role::Auditor]),
];

/// The fund and all it has written.
pub(crate) struct Town {
    keys: BTreeMap<Id, OfficerKey>,
    signer: Signer,
    vkey: String,
    /// Where the folder is served.
    pub(crate) address: Option<Address>,
    /// What the last publication learnt.
    pub(crate) movers: Movers,
    checkpoint: String,
    replay: Replay,
    entries: Written,
    refs: Used,
    tiles: BTreeMap<TileId, Vec<Hash>>,
    /// Seconds of Unix time: the next entry is taken in a minute later.
    clock: i64,
    /// How often an entry was asked for.
    pub(crate) reads: Cell<u64>,
    /// Whether it is not known of any entry that it has nothing but gifts.
    pub(crate) forgetful: Cell<bool>,
    /// Whether the store has gone: no entry, tile or reference can be had.
    pub(crate) gone: Cell<bool>,
}

/// The entries so far.
#[derive(Default)]
struct Written(Vec<Vec<u8>>);

impl Past for Written {
    fn line(&self, place: Place) -> Option<Line> {
        let (entry, _) = Entry::decode(self.0.get(usize::try_from(place.entry).unwrap())?).unwrap();
        entry.voucher.lines.get(usize::from(place.line)).cloned()
    }
}

/// The references so far.
#[derive(Default)]
struct Used(BTreeMap<Ref, Place>);

impl Refs for Used {
    fn claim(&mut self, reference: Ref, place: Place) -> Result<(), Place> {
        match self.0.insert(reference, place) {
            None => Ok(()),
            Some(before) => Err(before),
        }
    }
}

pub(crate) fn id(text: &str) -> Id {
    Id::parse(text.as_bytes()).unwrap()
}

pub(crate) fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

pub(crate) fn place(text: &str) -> Place {
    Place::parse(text.as_bytes()).unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text.as_bytes()).unwrap()
}

fn amount(fen: u64) -> Amount {
    Amount::new(Fen::new(fen).unwrap()).unwrap()
}

impl Town {
    /// A fund of four officers, founded on the morning of 2026-11-20.
    pub(crate) fn founded(name: &str) -> Town {
        Town::with(name, false, &OFFICERS)
    }

    /// A fund of one person.
    pub(crate) fn solo(name: &str) -> Town {
        let all = [Role::Clerk, Role::Approver, Role::Cashier, Role::Steward, Role::Auditor];
        Town::with(name, true, &[("chen", &all)])
    }

    /// A fund of four officers whose log has this name.
    pub(crate) fn of(origin: &str, name: &str) -> Town {
        Town::made(origin, name, false, &OFFICERS)
    }

    fn with(name: &str, solo: bool, officers: &[(&str, &[Role])]) -> Town {
        Town::made(ORIGIN, name, solo, officers)
    }

    fn made(log: &str, name: &str, solo: bool, officers: &[(&str, &[Role])]) -> Town {
        let origin = Origin::parse(log.as_bytes()).unwrap();
        let signer = Signer::new(log, &[9; 32]).unwrap();
        let key =
            |(at, who): (u8, &str)| OfficerKey::generate(who, &mut |seed| seed.fill(at)).unwrap();
        let keys: Vec<OfficerKey> = (1..).zip(officers.iter().map(|o| o.0)).map(key).collect();
        let founder = |(key, (who, roles)): (&OfficerKey, &(&str, &[Role]))| Founder {
            id: id(who),
            key: Key(key.public()),
            roles: List::new(roles.to_vec()).unwrap(),
        };
        let found = Found {
            origin: origin.clone(),
            name: text(name),
            holder: text("Town Volunteer Federation"),
            zone: Zone::CHINA,
            licence: Some(Code::parse(b"53130000MJ0123456X").unwrap()),
            filing: Some(Code::parse(b"FIL-2026-07").unwrap()),
            policy: Policy {
                solo,
                quorum: 1,
                limits: List::new(vec![Limit { from: Fen::ZERO, need: 1 }]).unwrap(),
                management: None,
                backcheck: None,
                declare: Rare(false),
            },
            officers: List::new(keys.iter().zip(officers).map(founder).collect()).unwrap(),
        };
        let mut town = Town {
            vkey: signer.verifier().to_string(),
            address: None,
            movers: Movers::default(),
            checkpoint: String::new(),
            signer,
            keys: keys.into_iter().map(|key| (id(key.id()), key)).collect(),
            replay: Replay::new(origin),
            entries: Written::default(),
            refs: Used::default(),
            tiles: BTreeMap::new(),
            clock: Stamp::parse(b"2026-11-20T09:00:00+08:00").unwrap().unix(),
            reads: Cell::new(0),
            forgetful: Cell::new(false),
            gone: Cell::new(false),
        };
        let steward = officers.iter().find(|o| o.1.contains(&Role::Steward)).unwrap().0;
        town.write(steward, vec![Line::Found(Box::new(found))]);
        let open = |account, kind, owner| Line::Open(Open { account: id(account), kind, owner });
        let bank = open("bank", Kept::Bank, Owner::Federation);
        town.write(steward, vec![open("wx", Kept::Wechat, Owner::Person), bank]);
        town
    }

    /// Signs `lines` by `who`, enters them a minute after the entry before, and returns the number
    /// of the entry. Panics if they are refused.
    pub(crate) fn write(&mut self, who: &str, lines: Vec<Line>) -> u64 {
        self.clock += 60;
        let (at, number) = (self.now(), self.size());
        let nonce = Nonce(u128::from(number).to_be_bytes());
        let lines = List::new(lines).unwrap();
        let voucher = Voucher { by: id(who), made: at, nonce, lines }.encode();
        let sig = seal::sign_voucher(&self.keys[&id(who)], self.origin(), &voucher);
        let bytes = Entry::encode(number, &self.replay.last(), at, &voucher, &Signature(sig));
        let tiles = &mut self.tiles;
        let mut full = |tile: TileId, hashes: &[Hash]| drop(tiles.insert(tile, hashes.to_vec()));
        self.replay.take(&bytes, &self.entries, &mut self.refs, &mut full).unwrap();
        self.entries.0.push(bytes);
        let tree = self.replay.tree();
        let origin = self.replay.origin().as_str();
        let checkpoint = Checkpoint::new(origin, tree.size(), tree.root()).unwrap();
        self.checkpoint = checkpoint.sign(&self.signer).unwrap();
        number
    }

    /// Closes the day on the clock and moves on to the next morning.
    pub(crate) fn close(&mut self) -> Day {
        let day = self.now().wall.day();
        let close = Close::of(self.replay.books(), day);
        let who = if self.keys.len() == 1 { "chen" } else { "wang" };
        self.write(who, vec![Line::Close(Box::new(close))]);
        let next = format!("{}T08:00:00+08:00", day.offset(1).unwrap());
        self.clock = Stamp::parse(next.as_bytes()).unwrap().unix();
        day
    }

    /// Lets so many days pass.
    pub(crate) fn pass_days(&mut self, days: i64) {
        self.clock += days * 86_400;
    }

    /// One voucher of `count` gifts of 1.00 yuan and up into `wx`.
    pub(crate) fn gifts(&mut self, count: u64) -> u64 {
        let lines = (0..count).map(|n| {
            let (fen, to, paid) = (amount(100 + n % 7), id("wx"), self.paid());
            Line::Gift(Gift { fen, to, paid, reference: self.reference(n), pot: None })
        });
        let lines = lines.collect();
        self.write("chen", lines)
    }

    fn origin(&self) -> &str {
        self.replay.origin().as_str()
    }

    /// The time on the wall.
    pub(crate) fn now(&self) -> Stamp {
        Stamp::from_unix(self.clock, Zone::CHINA).unwrap()
    }

    fn paid(&self) -> Wall {
        self.now().wall
    }

    /// The reference of payment `n` of the next entry.
    fn reference(&self, n: u64) -> Ref {
        Ref(seal::reference(self.origin(), "wechat", &format!("{}-{n}", self.size())).unwrap())
    }

    fn here(&self, what: impl Into<String>) -> Result<(), FactError> {
        if self.gone.get() { Err(FactError::new(what, "the store has gone")) } else { Ok(()) }
    }

    /// The number of entries.
    pub(crate) fn size(&self) -> u64 {
        self.replay.books().size
    }

    /// The key that signs the checkpoints.
    pub(crate) fn verifier(&self) -> Verifier {
        self.signer.verifier()
    }

    /// Every reference with its place.
    pub(crate) fn all_refs(&self) -> &BTreeMap<Ref, Place> {
        &self.refs.0
    }
}

impl Facts for Town {
    fn replay(&self) -> &Replay {
        &self.replay
    }

    fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    fn vkey(&self) -> &str {
        &self.vkey
    }

    fn address(&self) -> Option<&Address> {
        self.address.as_ref()
    }

    fn may_move(&self, number: u64) -> bool {
        self.movers.may_move(number)
    }

    fn entry(&self, number: u64) -> Result<Vec<u8>, FactError> {
        self.here(format!("entry {number}"))?;
        self.reads.set(self.reads.get() + 1);
        let entry = self.entries.0.get(usize::try_from(number).unwrap()).cloned();
        entry.ok_or_else(|| FactError::new(format!("entry {number}"), "not written yet"))
    }

    fn range(&self, number: u64) -> Result<(u32, u16), FactError> {
        self.here(format!("entry {number}"))?;
        let number = usize::try_from(number).unwrap();
        let before = self.entries.0[number - number % 256..number].iter();
        let offset: usize = before.map(|entry| 2 + entry.len()).sum();
        let len = self.entries.0[number].len();
        Ok((u32::try_from(offset + 2).unwrap(), u16::try_from(len).unwrap()))
    }

    fn tile(&self, level: u8, index: u64) -> Result<Vec<Hash>, FactError> {
        let tile = TileId::new(TileKind::Hashes(level), index, 256).unwrap();
        self.here(tile.to_string())?;
        self.tiles.get(&tile).cloned().ok_or_else(|| FactError::new(tile.to_string(), "not full"))
    }

    fn refs(&self, from: Ref, to: Ref, each: &mut dyn FnMut(Ref, Place)) -> Result<(), FactError> {
        self.here(format!("references from {from}"))?;
        self.refs.0.range(from..=to).for_each(|(reference, place)| each(*reference, *place));
        Ok(())
    }

    fn only_gifts(&self, number: u64) -> Option<u16> {
        if self.forgetful.get() {
            return None;
        }
        let (entry, _) = Entry::decode(&self.entries.0[usize::try_from(number).unwrap()]).unwrap();
        let lines = &entry.voucher.lines;
        let gifts = lines.iter().all(|line| matches!(line, Line::Gift(_)));
        gifts.then(|| u16::try_from(lines.len()).unwrap())
    }
}
