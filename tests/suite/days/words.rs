//! The lines of the tables, from words to records.

use super::{ORIGIN, Town};
use ed25519_dalek::SigningKey;
use std::collections::BTreeMap;
use yishan::domain::codec::{List, Rare, read_all, spelling};
use yishan::domain::line::Line;
use yishan::domain::line::close::Close;
use yishan::domain::line::student::Levels;
use yishan::domain::line::student::draw::Draw;
use yishan::domain::line::years::year::Year;
use yishan::domain::sums::{Balance, Moves};
use yishan::domain::text::{Digest, Key, Place, Ref, Text};
use yishan::domain::time::{Day, Stamp, Zone};

/// Each kind of line as the tables write it: the fields in order, `name!` for a number, `name#`
/// for 16 or 32 bytes of their own, `name=value` with a default, `name?` left out unless given,
/// `name*` for a list of handles, `name+` of numbers, `name%` of skills, `name^` of openings with
/// amounts, `name~` for a lower bound.
const SHAPES: &[(&str, &str)] = &[
    ("appoint", "officer key# roles* until?"),
    ("retire", "officer"),
    ("open", "account kind owner"),
    ("shut", "account"),
    ("gift", "fen! to paid=now ref# for?"),
    ("refund", "of fen! from paid=now ref#"),
    ("transfer", "fen! from to paid=now ref#"),
    ("fee", "fen! from paid=now ref#"),
    ("interest", "fen! to paid=now ref# for?"),
    ("nominate", "student level source"),
    ("visit", "student on=today finding=fit"),
    ("admit", "student clear?!"),
    ("leave", "student why"),
    ("allocate", "student fen! for=tuition from? within?%"),
    ("approve", "of clear?!"),
    ("reject", "of why=no"),
    ("pay", "of fen! from paid=now ref#"),
    ("acknowledge", "of way=call who? sha256?#"),
    ("document", "sha256# kind=bill rows?! of?"),
    ("reverse", "of why=mistake"),
    ("norms", "stars+ skills%=none"),
    ("org", "org name=组织 level kind=township under? brought~?"),
    ("chair", "org officer from until"),
    ("volunteer", "volunteer org standing=active skills*=none officer?"),
    ("duty", "duty org title=卫生日 day from to places?!"),
    ("serve", "volunteer duty from to"),
    ("correct", "of was! from to why=mistake"),
    ("certify", "volunteer from until times! minutes!"),
    ("ask", "wish kind=wish category=goods rank=village person what=书包 office?"),
    ("claim", "wish volunteer?"),
    ("deliver", "wish sha256# of?"),
    ("confirm", "wish way=call sha256#"),
    ("escalate", "wish to why=late"),
    ("drop", "wish why=met"),
    ("helpers", "person helpers*=none"),
    ("terms", "open! claimed! delivered! helpers!"),
    ("site", "site kind name=somewhere under?"),
    ("vacate", "site"),
    ("category", "category zh=物资 en=goods unit=件 wash!=true"),
    ("carry", "site category stage units! received! sure"),
    ("receive", "site category units! condition=mixed basis=unmeasurable fen?!"),
    ("countersign", "of"),
    ("inspect", "site category usable! unfit!"),
    ("disinfect", "site category units! by=heat"),
    ("dispatch", "from to category stage units!"),
    ("arrive", "of units! why?"),
    ("issue", "site category units! student? wish? to?"),
    ("scrap", "site category stage units! why=mouldy"),
    ("stocktake", "site category stage book! counted! why?"),
    ("statement", "account from to opening! closing! lines! sha256#"),
    (
        "reconcile",
        "account to book! statement! bankin! bankout! bookin! bookout! unexplained! why?",
    ),
    (
        "campaign",
        "campaign reach=public name=a purpose=a area=a lead=office from=today until=2027-05-31 \
         methods=a account=bank beneficiaries=a use=a cost!=0 surplus=next filing?",
    ),
    ("pot", "pot for=books source=raised campaign? year?!"),
    ("grant", "fen! to paid=now ref# for"),
    ("match", "fen! to paid=now ref# for?"),
    ("rededicate", "from to? fen! why=changed filing? consent?"),
    ("expense", "class fen! for=costs campaign? from?"),
    ("pair", "pair sponsor kind=person student fen! from=today until=2027-05-31"),
    ("entrust", "pair fen! to paid=now ref#"),
    ("pass", "pair fen! way=student from paid=now ref#"),
    ("unpair", "pair why=over fen?! consent?"),
    ("conflict", "student officer"),
    ("notice", "of what=students was! now! why=recounted"),
    ("term", "term from to"),
    ("standard", "level version! fen! from=today"),
    ("backcheck", "student on=today finding=fit"),
    ("ticket", "code number check=A1b2 payer=person on=today fen! of?* gifts?! sha256?#"),
    ("red", "code number check=C3d4 on=today of why=mistake"),
    ("sell", "site category stage units! fen! why=unusable"),
    ("proceeds", "of fen! to paid=now ref# for?"),
    ("clawback", "of fen! to paid=now ref# why=returned for?"),
    ("box", "box kind=box at=hall permit? for?"),
    ("unbox", "box on=today due=soon notes+ aside?+ fen! witness=office sheet#=#9"),
    ("collect", "of fen! to ref# for?"),
    ("difference", "of way fen! account why=recounted for?"),
    ("deposit", "parts^ fen! from to paid=now ref#"),
];

impl Town {
    /// One line from its words.
    pub(super) fn line(&mut self, text: &str, place: Place) -> Line {
        let (text, name) = text.split_once(" as ").unwrap_or((text, ""));
        if !name.is_empty() {
            self.places.insert(name.to_owned(), place);
        }
        let mut words = text.split(' ');
        let tag = words.next().unwrap();
        let json = match tag {
            "found" => self.founding(words),
            "close" => self.close(words),
            "draw" => self.draw(words),
            "year" => self.year(words),
            _ => format!("{{\"{tag}\":{{{}}}}}", self.fields(tag, words)),
        };
        read_all(json.as_bytes(), usize::MAX).unwrap_or_else(|e| panic!("{json}: {e}"))
    }

    fn fields<'w>(&self, tag: &str, words: impl Iterator<Item = &'w str>) -> String {
        let shape = SHAPES.iter().find(|(t, _)| *t == tag).unwrap_or_else(|| panic!("{tag}?")).1;
        let (named, plain): (Vec<_>, Vec<_>) = words.partition(|w| w.contains('='));
        let named: BTreeMap<_, _> = named.into_iter().filter_map(|w| w.split_once('=')).collect();
        let mut plain = plain.into_iter();
        let mut out = Vec::new();
        for field in shape.split(' ') {
            let (name, default) = field.split_once('=').unwrap_or((field, ""));
            let kind = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            let name = &name[..name.len() - kind.len()];
            let value = match named.get(name) {
                Some(value) => (*value).to_owned(),
                None if kind.contains('?') => continue,
                None if default.is_empty() => {
                    plain.next().unwrap_or_else(|| panic!("{tag} {name}")).to_owned()
                }
                None => default.to_owned(),
            };
            let value = match kind {
                "!" | "?!" => value,
                "*" if value == "none" => "[]".to_owned(),
                "*" | "?*" => {
                    let all: Vec<_> = value.split(',').map(|word| self.value(word)).collect();
                    format!("[\"{}\"]", all.join("\",\""))
                }
                "~?" => format!("{{\"volunteers\":{{\"least\":{value}}}}}"),
                "+" | "?+" => format!("[{value}]"),
                "^" => self.parts(&value),
                "%" => skills(&value),
                "?%" => within(&value),
                "#" | "?#" => format!("\"{}\"", self.own_text(name, &value)),
                _ => format!("\"{}\"", self.value(&value)),
            };
            out.push(format!("\"{name}\":{value}"));
        }
        assert_eq!(plain.next(), None, "{tag} has a word too many");
        out.join(",")
    }

    /// `@a:500,12/0:7`: openings, and how much of each.
    fn parts(&self, text: &str) -> String {
        let each = text.split(',').map(|part| {
            let (of, fen) = part.rsplit_once(':').unwrap();
            format!("{{\"of\":\"{}\",\"fen\":{fen}}}", self.value(of))
        });
        format!("[{}]", each.collect::<Vec<_>>().join(","))
    }

    fn value(&self, word: &str) -> String {
        let stamp = Stamp::from_unix(self.now, Zone::CHINA).unwrap();
        match word {
            "now" => stamp.wall.to_string(),
            "today" => stamp.wall.day().to_string(),
            "soon" => stamp.wall.day().offset(3).unwrap().to_string(),
            "tomorrow" => stamp.wall.day().offset(1).unwrap().to_string(),
            // Whom the last lot has drawn first.
            "drawn" => {
                let lots = self.books.students.lots.iter();
                lots.last().map_or("s-0".to_owned(), |(_, lot)| lot.students[0].to_string())
            }
            "ahead" => Stamp::from_unix(self.now + 1, Zone::CHINA).unwrap().wall.to_string(),
            _ => match word.strip_prefix('@') {
                Some(name) => self.place(name).to_string(),
                None => word.to_owned(),
            },
        }
    }

    /// The place named `name`.
    pub(crate) fn place(&self, name: &str) -> Place {
        *self.places.get(name).unwrap_or_else(|| panic!("no line is named {name}"))
    }

    /// `quorum=2 limits=0:1,5000:2 officers=chen:clerk,li:approver+steward`, and perhaps `solo`.
    fn founding<'w>(&self, words: impl Iterator<Item = &'w str>) -> String {
        let mut found = BTreeMap::new();
        for word in words {
            let (name, value) = word.split_once('=').unwrap_or((word, "true"));
            found.insert(name, value);
        }
        let each = |list: &str, act: &dyn Fn(usize, &str, &str) -> String| {
            let items: Vec<_> = list
                .split(',')
                .enumerate()
                .map(|(i, item)| {
                    let (a, b) = item.split_once(':').unwrap();
                    act(i, a, b)
                })
                .collect();
            items.join(",")
        };
        let limits = each(found.get("limits").unwrap_or(&"0:1"), &|_, from, need| {
            format!("{{\"from\":{from},\"need\":{need}}}")
        });
        let officers = each(found["officers"], &|i, id, roles| {
            let key = found.get("key").map_or(200 + i as u64, |k| k.parse().unwrap());
            let (key, roles) = (self.key(key), roles.replace('+', "\",\""));
            format!("{{\"id\":\"{id}\",\"key\":\"{key}\",\"roles\":[\"{roles}\"]}}")
        });
        let (solo, quorum) = (found.contains_key("solo"), found.get("quorum").unwrap_or(&"1"));
        let management = found.get("management");
        let mut more =
            management.map_or(String::new(), |points| format!(",\"management\":{points}"));
        if let Some(share) = found.get("backcheck") {
            more = format!("{more},\"backcheck\":{share}");
        }
        if found.contains_key("declare") {
            more.push_str(",\"declare\":true");
        }
        format!(
            "{{\"found\":{{\"origin\":\"{ORIGIN}\",\"name\":\"日行一善\",\"holder\":\"志愿服务联合会\",\
             \"zone\":\"+08:00\",\"policy\":{{\"solo\":{solo},\"quorum\":{quorum},\"limits\":[{limits}]{more}}},\
             \"officers\":[{officers}]}}}}"
        )
    }

    /// The public key of the seed numbered `number`.
    pub(crate) fn key(&self, number: u64) -> Key {
        let seed = SigningKey::from_bytes(&own(number));
        let key = Key(seed.verifying_key().to_bytes());
        self.seeds.borrow_mut().insert(key, seed);
        key
    }

    fn own_text(&self, name: &str, word: &str) -> String {
        let number = word.trim_start_matches('#').parse().unwrap();
        match name {
            "ref" => Ref(own(number)).to_string(),
            "key" => self.key(number).to_string(),
            _ => Digest(own(number)).to_string(),
        }
    }

    /// The right close of a day, with one spelled value changed if the row says so: `day a->b`.
    fn close<'w>(&self, mut words: impl Iterator<Item = &'w str>) -> String {
        let day = self.value(words.next().unwrap_or("today"));
        let right =
            Line::Close(Box::new(Close::of(&self.books, Day::parse(day.as_bytes()).unwrap())));
        changed(spelling(&right), words.next())
    }

    /// The right line about a year, or an empty one where none is right, with `why` if the row says
    /// so and one spelled value changed.
    fn year<'w>(&self, words: impl Iterator<Item = &'w str>) -> String {
        let words: Vec<_> = words.collect();
        let year = words[0].parse().unwrap();
        let right = Year::of(&self.books, &self.past, year).unwrap_or_else(|_| Year {
            year,
            from: 0,
            to: 0,
            days: 0,
            opening: Balance::default(),
            moved: Moves::default(),
            prior: Rare::default(),
            closing: Balance::default(),
            students: Levels::default(),
            waiting: 0,
            unacknowledged: 0,
            unreconciled: List::empty(),
            why: None,
        });
        let why = words.contains(&"why").then(|| Text::new("it is on its way").unwrap());
        let right = spelling(&Line::Year(Box::new(Year { why, ..right })));
        changed(right, words.into_iter().find(|word| word.contains("->")))
    }

    /// The right draw of a day, or one that names its root where there is none, with one spelled
    /// value changed if the row says so.
    fn draw<'w>(&self, mut words: impl Iterator<Item = &'w str>) -> String {
        let day = self.value(words.next().unwrap_or("today"));
        let day = Day::parse(day.as_bytes()).unwrap();
        let json = if let Some(lot) = self.books.students.lots.get(&day) {
            let (size, root, of) = (lot.size, lot.root, lot.of);
            let students = lot.students.clone();
            spelling(&Line::Draw(Box::new(Draw { day, size, root, of, students })))
        } else {
            let root = Digest([0; 32]);
            format!(
                "{{\"draw\":{{\"day\":\"{day}\",\"size\":1,\"root\":\"{root}\",\
                 \"of\":1,\"students\":[\"s-0\"]}}}}"
            )
        };
        changed(json, words.next())
    }
}

/// `2026-autumn/1`, or with a reason behind another stroke: the term of an allocation and the
/// version of the standard.
fn within(text: &str) -> String {
    let mut parts = text.split('/');
    let (term, version) = (parts.next().unwrap(), parts.next().unwrap());
    let why = parts.next().map_or(String::new(), |why| format!(",\"why\":\"{why}\""));
    format!("{{\"term\":\"{term}\",\"version\":{version}{why}}}")
}

/// A record with one spelled value changed, `old->new`; as it is if that is not in it.
fn changed(json: String, change: Option<&str>) -> String {
    match change.and_then(|change| change.split_once("->")) {
        None => json,
        Some((old, new)) => {
            assert!(json.contains(old), "{old} is not in {json}");
            json.replacen(old, new, 1)
        }
    }
}

/// Skills with names of their own, by their handles.
fn skills(handles: &str) -> String {
    let all = handles.split(',').filter(|handle| *handle != "none");
    let all =
        all.map(|skill| format!("{{\"skill\":\"{skill}\",\"zh\":\"技能\",\"en\":\"skill\"}}"));
    format!("[{}]", all.collect::<Vec<_>>().join(","))
}

/// Bytes of their own for a number.
pub(crate) fn own<const N: usize>(number: u64) -> [u8; N] {
    let mut bytes = [0; N];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// `3h`, `-1s`, `2d` in seconds.
pub(super) fn seconds(text: &str) -> i64 {
    let (number, unit) = text.split_at(text.len() - 1);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => panic!("{text}?"),
    };
    number.parse::<i64>().unwrap() * unit
}
