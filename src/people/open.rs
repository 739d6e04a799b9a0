//! The vault, open: whatever shows a person's data is written to the access log first.

use super::access::{Act, Log, Look, Why};
use super::forgotten::{Forgotten, Grave};
use super::mark::{Marks, Secret};
use super::person::{Hold, Kind, Person, RECORD_MAX, Scope};
use super::{Error, Words, must};
use crate::domain::codec::{List, read_all, spelling};
use crate::domain::text::Id;
use crate::domain::time::Day;
use crate::storage::disk::{self, Access, Disk};
use crate::vault::{ITEM_MAX, Identity, PERSON_KEY_MAX, Place, Pseudonym, Recipient, VaultError};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use zeroize::Zeroizing;

/// Where the vault lies in the fund's folder.
const FOLDER: &str = "vault";

const SECRET: &str = "vault/secret.age";

/// The folders with something about people, keys first: without its key the rest is noise.
const FOLDERS: [&str; 3] = ["keys", "records", "people"];

/// The longest sealed record (bytes).
const SEALED_MAX: u64 = RECORD_MAX as u64 + 8192;

/// The longest paper with its seal (bytes).
const PAPER_MAX: u64 = ITEM_MAX as u64 + (1 << 20);

/// What the vault has about a person.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Has {
    /// A key of their own.
    pub key: bool,
    /// A record.
    pub record: bool,
    /// A paper.
    pub paper: bool,
}

/// Everybody of whom the vault has something, by pseudonym.
pub type Ids = BTreeMap<Id, Has>;

/// Lists them. Opens nothing.
pub fn ids(fund: &dyn Disk) -> Result<Ids, Error> {
    let mut all = Ids::new();
    for folder in FOLDERS {
        for name in fund.list(&format!("{FOLDER}/{folder}"))? {
            let place = Place::parse(&format!("{folder}/{name}"));
            let Ok(Place::Key(who) | Place::Record(who) | Place::Person(who)) = place else {
                continue;
            };
            let Some(id) = Id::parse(who.as_str().as_bytes()) else { continue };
            let has: &mut Has = all.entry(id).or_default();
            match folder {
                "keys" => has.key = true,
                "records" => has.record = true,
                _ => has.paper = true,
            }
        }
    }
    Ok(all)
}

/// A person's data, or the lock on them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Found {
    /// The data.
    Open(Box<Person>),
    /// Locked, and not to be used.
    Held(Hold),
}

/// A paper, open; none if there is none.
pub type Paper = Option<Zeroizing<Vec<u8>>>;

/// An open vault. Whoever opens it holds the fund's lock.
pub struct Vault<'d> {
    fund: &'d dyn Disk,
    keys: &'d dyn Disk,
    identity: Identity,
    secret: Secret,
    forgotten: Forgotten,
    log: Log,
}

/// Those of whom the vault has a record, by their marks.
pub struct Crowd(Vec<(Id, Marks)>);

impl<'d> Vault<'d> {
    /// Opens the vault of the fund in `fund` whose keys lie in `keys`, and finishes what a crash,
    /// or an older backup that came back, left of people who are forgotten.
    pub fn open(
        fund: &'d dyn Disk,
        keys: &'d dyn Disk,
        identity: Identity,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<Vault<'d>, Error> {
        let recipient = recipient(fund)?;
        let found = identity.recipient();
        if found != recipient {
            let (found, recipient) = (found.to_string(), recipient.to_string());
            return Err(Error::OtherVault { found, recipient });
        }
        let secret = secret(fund, &identity, random)?;
        let log = Log::open(fund, &secret)?;
        let forgotten = Forgotten::load(fund, Some(keys))?;
        let vault = Vault { fund, keys, identity, secret, forgotten, log };
        vault.finish()?;
        Ok(vault)
    }

    /// Everybody who is forgotten.
    pub fn forgotten(&self) -> &Forgotten {
        &self.forgotten
    }

    /// The first of `people` of whom there is no record.
    pub fn unknown(&self, people: &[Id]) -> Result<Option<Id>, Error> {
        let all = ids(self.fund)?;
        let known = |id: &Id| all.get(id).is_some_and(|has| has.record);
        Ok(people.iter().copied().find(|id| !known(id)))
    }

    /// Those whose pseudonym is `what`, or whose name or phone answers to it. Shows nothing.
    pub fn search(&self, what: &str) -> Result<Vec<Id>, Error> {
        let all = self.all()?.into_iter();
        Ok(all
            .filter(|(id, p)| id.as_str() == what || p.answers_to(what))
            .map(|(id, _)| id)
            .collect())
    }

    /// Those who agreed to `scope` and may be used for it on `day`. Shows nothing of them.
    pub fn willing(&self, scope: Scope, day: Day) -> Result<Vec<Id>, Error> {
        let good = |person: &Person| {
            person.held(day).is_none() && person.consents_to(scope, day).is_some()
        };
        Ok(self.all()?.into_iter().filter(|(_, p)| good(p)).map(|(id, _)| id).collect())
    }

    /// Who is thanked by name on `day`, and how many are not. Donors and volunteers of age only:
    /// that somebody was helped, or answers for a child, is told of nobody. Shows nothing of them.
    pub fn thanked(&self, day: Day) -> Result<(Vec<Id>, u64), Error> {
        let (mut named, mut unnamed) = (Vec::new(), 0);
        for (id, person) in self.all()? {
            let agreed = person.consents_to(Scope::Thanks, day).is_some();
            match person.kind {
                Kind::Student | Kind::Guardian => {}
                _ if agreed && person.adult && person.held(day).is_none() => named.push(id),
                _ => unnamed += 1,
            }
        }
        Ok((named, unnamed))
    }

    /// The data of `people`, once the access log says so. What is locked is shown only because
    /// the law demands it.
    pub fn reveal(
        &mut self,
        people: &[Id],
        look: &Look,
        act: Act,
    ) -> Result<Vec<(Id, Found)>, Error> {
        self.note(look, act, people)?;
        let each = people.iter().map(|id| {
            let person = self.read(*id)?;
            let hold = person.held(look.at.wall.day()).filter(|_| look.why != Why::Legal).cloned();
            Ok((*id, hold.map_or_else(|| Found::Open(Box::new(person)), Found::Held)))
        });
        each.collect()
    }

    /// The data of one person, once the access log says so.
    pub fn show(&mut self, person: Id, look: &Look, act: Act) -> Result<Person, Error> {
        // Nothing is written of somebody who is not there.
        self.usable(person, look)?;
        self.note(look, act, &[person])?;
        self.usable(person, look)
    }

    /// The paper about a person whose data were shown, or who has nothing but a paper.
    pub fn paper(&mut self, person: Id, look: &Look) -> Result<Paper, Error> {
        match self.usable(person, look) {
            Ok(_) | Err(Error::Nameless { .. }) => {}
            Err(why) => return Err(why),
        }
        self.note(look, Act::Show, &[person])?;
        self.read_paper(person)
    }

    /// All that the vault has about one person, once the access log says so.
    pub fn export(&mut self, person: Id, look: &Look) -> Result<(Person, Paper), Error> {
        self.usable(person, look)?;
        self.note(look, Act::Export, &[person])?;
        Ok((self.usable(person, look)?, self.read_paper(person)?))
    }

    /// Those of whom there is a record, to be compared with whoever is to be taken in.
    pub fn crowd(&self) -> Result<Crowd, Error> {
        let marks = |(id, person): (Id, Person)| (id, Marks::of(&self.secret, &person));
        Ok(Crowd(self.all()?.into_iter().map(marks).collect()))
    }

    /// Refuses somebody who is in the vault already, or was and is forgotten.
    pub fn meet(&self, crowd: &Crowd, person: &Person) -> Result<(), Error> {
        let marks = Marks::of(&self.secret, person);
        if let Some((person, _)) = crowd.0.iter().find(|(_, m)| marks.same(m.name, &m.strong)) {
            return Err(Error::Known { person: *person });
        }
        match self.forgotten.known(&marks) {
            Some(grave) => Err(Error::Back { person: grave.person, at: grave.at }),
            None => Ok(()),
        }
    }

    /// Counts a person as one of the crowd, who is to be taken in under this pseudonym.
    pub fn expect(&self, crowd: &mut Crowd, id: Id, person: &Person) {
        crowd.0.push((id, Marks::of(&self.secret, person)));
    }

    /// Takes people in under pseudonyms that have no record. Whether they may come, or come back,
    /// is asked before, with [`Vault::meet`].
    pub fn take_in(&mut self, people: &[(Id, &Person)], look: &Look) -> Result<(), Error> {
        for (id, _) in people {
            self.remembered(*id)?;
            if self.fund.len(&record_path(*id)?)?.is_some() {
                return Err(Error::Known { person: *id });
            }
        }
        let ids: Vec<Id> = people.iter().map(|(id, _)| *id).collect();
        self.note(look, Act::Add, &ids)?;
        let (mut keys, mut records) = (Vec::new(), Vec::new());
        for (id, person) in people {
            let (key, paper) = (key_path(*id), full(&place(*id, Place::Person)?));
            if self.fund.len(&key)?.is_some() || self.fund.len(&paper)?.is_some() {
                self.write(*id, person)?;
                continue;
            }
            let (own, record, text) = (Identity::generate(), record_path(*id)?, spelled(person)?);
            let sealed = own.recipient().seal(text.as_bytes());
            records.push((record.clone(), sealed.map_err(|why| shut(&record, why))?));
            let wrapped = own.wrap(&self.identity.recipient());
            keys.push((key.clone(), wrapped.map_err(|why| shut(&key, why))?));
        }
        // All keys before any record: a record whose key a crash took would be lost, and a key
        // without a record is nobody's.
        put_all(self.fund, "keys", &keys)?;
        put_all(self.fund, "records", &records)
    }

    /// Changes what is known of a person. A lock stands in the way of all but the changes of the
    /// lock itself and of consents, which may always be withdrawn.
    pub fn change(
        &mut self,
        id: Id,
        look: &Look,
        act: Act,
        change: impl FnOnce(&mut Person) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut person = match act {
            Act::Lock | Act::Unlock | Act::Consent => self.read(id)?,
            _ => self.usable(id, look)?,
        };
        change(&mut person)?;
        self.note(look, act, &[id])?;
        self.write(id, &person)
    }

    /// Seals a paper about a person for their own key, in place of the one before.
    pub fn put_paper(&self, id: Id, bytes: &[u8]) -> Result<(), Error> {
        self.remembered(id)?;
        let sealed = self.own_key(id)?.recipient().seal(bytes);
        self.put("people", &place(id, Place::Person)?, sealed)
    }

    /// Destroys a person's key and all that was sealed for it.
    ///
    /// The order is the guarantee: the access log, then the list of the forgotten, which decides,
    /// then the key, then the rest. A crash before the list changes nothing; one behind it is
    /// finished at the next opening. Of somebody who is forgotten it tells what was done.
    pub fn forget(&mut self, id: Id, look: &Look) -> Result<Grave, Error> {
        if let Some(grave) = self.forgotten.get(id) {
            return Ok(grave.clone());
        }
        let has = ids(self.fund)?.remove(&id).ok_or_else(|| nobody(id))?;
        let person = if has.record { Some(self.read(id)?) } else { None };
        if let Some(hold) = person.as_ref().and_then(|p| p.held(look.at.wall.day())) {
            return Err(held(id, hold));
        }
        let key = if has.key { self.key(id)? } else { None };
        let there = FOLDERS.into_iter().zip([has.key, has.record, has.paper]);
        let pieces =
            there.filter(|(_, is)| *is).filter_map(|(f, _)| Words::new(&format!("{f}/{id}.age")));
        let marks = person.as_ref().map(|person| Marks::of(&self.secret, person));
        let grave = Grave {
            person: id,
            at: look.at,
            by: look.by,
            key: key.and_then(|key| Words::new(&key.recipient().to_string())),
            pieces: List::new(pieces.collect()).unwrap_or_default(),
            name: marks.as_ref().map(|marks| marks.name),
            marks: marks.and_then(|marks| List::new(marks.strong)).unwrap_or_default(),
        };
        self.note(look, Act::Forget, &[id])?;
        self.forgotten.insert(grave.clone());
        self.finish()?;
        Ok(grave)
    }

    /// Writes the list of the forgotten where it is not, and destroys what is left of them.
    fn finish(&self) -> Result<(), Error> {
        if self.forgotten == Forgotten::default() {
            return Ok(());
        }
        self.forgotten.save(self.fund, self.keys)?;
        destroy(self.fund, &self.forgotten).map(drop)
    }

    fn note(&mut self, look: &Look, act: Act, people: &[Id]) -> Result<(), Error> {
        self.log.add(self.fund, &self.secret, (look, act), people)
    }

    /// Everybody of whom there is a record.
    fn all(&self) -> Result<Vec<(Id, Person)>, Error> {
        let known: Vec<Id> =
            ids(self.fund)?.into_iter().filter(|(_, h)| h.record).map(|(id, _)| id).collect();
        known.into_par_iter().map(|id| Ok((id, self.read(id)?))).collect()
    }

    /// Reads a record that may be used.
    fn usable(&self, id: Id, look: &Look) -> Result<Person, Error> {
        let person = self.read(id)?;
        match person.held(look.at.wall.day()) {
            Some(hold) if look.why != Why::Legal => Err(held(id, hold)),
            _ => Ok(person),
        }
    }

    fn read(&self, id: Id) -> Result<Person, Error> {
        self.remembered(id)?;
        let path = record_path(id)?;
        let Some(sealed) = disk::read_whole(self.fund, &path, SEALED_MAX)? else {
            let paper = self.fund.len(&full(&place(id, Place::Person)?))?.is_some();
            return Err(if paper { Error::Nameless { person: id } } else { nobody(id) });
        };
        let key = self.key(id)?.ok_or_else(|| Error::Lost { path: key_path(id) })?;
        let bytes = key.open(&sealed).map_err(|why| shut(&path, why))?;
        read_all(&bytes, RECORD_MAX).map_err(|why| Error::Form { path, why })
    }

    fn write(&self, id: Id, person: &Person) -> Result<(), Error> {
        let text = spelled(person)?;
        let key = self.own_key(id)?;
        self.put("records", &place(id, Place::Record)?, key.recipient().seal(text.as_bytes()))
    }

    /// The paper, sealed for their own key or, as it was before people had one, for the vault's.
    fn read_paper(&self, id: Id) -> Result<Paper, Error> {
        let path = full(&place(id, Place::Person)?);
        let Some(sealed) = disk::read_whole(self.fund, &path, PAPER_MAX)? else { return Ok(None) };
        let own = self.key(id)?.map(|key| key.open(&sealed));
        let opened = match own {
            Some(Ok(bytes)) => Ok(bytes),
            None | Some(Err(VaultError::OtherKey { .. })) => self.identity.open(&sealed),
            Some(Err(why)) => Err(why),
        };
        opened.map(Some).map_err(|why| shut(&path, why))
    }

    /// The person's own key, if they have one.
    fn key(&self, id: Id) -> Result<Option<Identity>, Error> {
        let path = key_path(id);
        let wrapped = disk::read_whole(self.fund, &path, PERSON_KEY_MAX as u64)?;
        let open = |wrapped: Vec<u8>| self.identity.open_person(&wrapped);
        wrapped.map(open).transpose().map_err(|why| shut(&path, why))
    }

    /// The person's own key, made if they have none; a paper sealed for the vault's key is then
    /// sealed for theirs.
    fn own_key(&self, id: Id) -> Result<Identity, Error> {
        if let Some(key) = self.key(id)? {
            return Ok(key);
        }
        if self.fund.len(&record_path(id)?)?.is_some() {
            // A new key would hide that the old one, which a backup may have, is gone.
            return Err(Error::Lost { path: key_path(id) });
        }
        let paper = self.read_paper(id)?;
        let key = Identity::generate();
        self.put("keys", &place(id, Place::Key)?, key.wrap(&self.identity.recipient()))?;
        if let Some(paper) = paper {
            self.put("people", &place(id, Place::Person)?, key.recipient().seal(&paper))?;
        }
        Ok(key)
    }

    fn remembered(&self, id: Id) -> Result<(), Error> {
        match self.forgotten.get(id) {
            Some(grave) => Err(Error::Forgotten { person: id, at: grave.at }),
            None => Ok(()),
        }
    }

    fn put(
        &self,
        folder: &str,
        place: &Place,
        sealed: Result<Vec<u8>, VaultError>,
    ) -> Result<(), Error> {
        put(self.fund, folder, place, sealed)
    }
}

/// A person's record as it is sealed.
fn spelled(person: &Person) -> Result<Zeroizing<String>, Error> {
    let text = Zeroizing::new(spelling(person));
    let (len, max) = (text.len() as u64, RECORD_MAX as u64);
    if len > max {
        return Err(Error::TooMuch { what: "a record", found: len, max });
    }
    Ok(text)
}

/// Seals a paper about a new person for a new key of their own. Needs no passphrase; a paper that
/// is there stays.
pub fn seal_paper(fund: &dyn Disk, id: Id, bytes: &[u8]) -> Result<(), Error> {
    let (paper, key) = (place(id, Place::Person)?, Identity::generate());
    if fund.len(&full(&paper))?.is_some() {
        return Ok(());
    }
    // The key first: a paper whose key a crash took would be lost.
    put(fund, "keys", &place(id, Place::Key)?, key.wrap(&recipient(fund)?))?;
    put(fund, "people", &paper, key.recipient().seal(bytes))
}

/// Destroys whatever is there of the forgotten, the keys first; how many pieces.
pub(super) fn destroy(fund: &dyn Disk, forgotten: &Forgotten) -> Result<usize, Error> {
    let mut count = 0;
    for folder in FOLDERS {
        let at = format!("{FOLDER}/{folder}");
        let before = count;
        for name in fund.list(&at)? {
            // What a crash left of a write under way ends with `.new`.
            let stem = name.strip_suffix(".new").unwrap_or(&name).strip_suffix(".age");
            let id = stem.and_then(|stem| Id::parse(stem.as_bytes()));
            if id.is_none_or(|id| forgotten.get(id).is_none()) {
                continue;
            }
            let path = format!("{at}/{name}");
            fund.wipe(&path)?;
            fund.remove(&path)?;
            count += 1;
        }
        if count > before {
            fund.sync_dir(&at)?;
        }
    }
    Ok(count)
}

/// The secret that marks are made with; drawn when the vault is opened for people the first time.
fn secret(
    fund: &dyn Disk,
    identity: &Identity,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<Secret, Error> {
    if let Some(sealed) = disk::read_whole(fund, SECRET, PERSON_KEY_MAX as u64)? {
        let bytes = identity.open(&sealed).map_err(|why| shut(SECRET, why))?;
        return Secret::read(&bytes).ok_or_else(|| Error::Lost { path: SECRET.to_owned() });
    }
    let used = ids(fund)?.values().any(|has| has.record) || fund.len(super::FORGOTTEN)?.is_some();
    if used || !Log::is_new(fund)? {
        return Err(Error::Lost { path: SECRET.to_owned() });
    }
    let secret = Secret::draw(random);
    Log::create(fund, &secret)?;
    // Last: from now on a list of accesses that is not there was taken away.
    let sealed = identity.recipient().seal(secret.as_bytes()).map_err(|why| shut(SECRET, why))?;
    disk::atomic_write(fund, SECRET, &sealed, Access::Private)?;
    Ok(secret)
}

fn recipient(fund: &dyn Disk) -> Result<Recipient, Error> {
    const PATH: &str = "vault/recipient";
    let text = String::from_utf8(must(fund, PATH, 1024)?).unwrap_or_default();
    Recipient::parse(text.trim_end()).map_err(|why| shut(PATH, why))
}

fn put(
    fund: &dyn Disk,
    folder: &str,
    place: &Place,
    sealed: Result<Vec<u8>, VaultError>,
) -> Result<(), Error> {
    let path = full(place);
    let sealed = sealed.map_err(|why| shut(&path, why))?;
    match disk::atomic_write(fund, &path, &sealed, Access::Private) {
        // The first of its kind.
        Err(why) if why.source.kind() == ErrorKind::NotFound => {}
        written => return Ok(written?),
    }
    disk::create_dirs(fund, &format!("{FOLDER}/{folder}"), Access::Private)?;
    Ok(disk::atomic_write(fund, &path, &sealed, Access::Private)?)
}

/// Puts many sealed pieces into one folder, each whole or not there at any moment, with as few
/// waits for the disk as one piece has.
fn put_all(fund: &dyn Disk, folder: &str, pieces: &[(String, Vec<u8>)]) -> Result<(), Error> {
    if pieces.is_empty() {
        return Ok(());
    }
    disk::create_dirs(fund, &format!("{FOLDER}/{folder}"), Access::Private)?;
    Ok(disk::atomic_write_all(fund, pieces, Access::Private)?)
}

fn full(place: &Place) -> String {
    format!("{FOLDER}/{place}")
}

fn key_path(id: Id) -> String {
    format!("{FOLDER}/keys/{id}.age")
}

fn record_path(id: Id) -> Result<String, Error> {
    Ok(full(&place(id, Place::Record)?))
}

/// The place of a person's piece; a handle that cannot be a file name is nobody's.
fn place(id: Id, kind: fn(Pseudonym) -> Place) -> Result<Place, Error> {
    Pseudonym::parse(id.as_str()).map(kind).map_err(|_| nobody(id))
}

fn nobody(id: Id) -> Error {
    Error::Nobody { person: id.to_string() }
}

fn held(person: Id, hold: &Hold) -> Error {
    Error::Held { person, until: hold.until, statute: hold.statute.clone() }
}

fn shut(path: &str, source: VaultError) -> Error {
    Error::Sealed { path: path.to_owned(), source }
}
