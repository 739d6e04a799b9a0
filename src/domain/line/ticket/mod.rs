//! 捐赠票据: receipts that the Ministry of Finance prescribes (财综〔2024〕1号). Another system
//! issues them; the ledger keeps their code, number and check code, and which gifts each is for.
//!
//! [`issue`] → [`red`], a receipt in red ink that voids it and frees its gifts. A gift for which
//! nobody asked for one is on none: that is what is waived (慈善法 §38), and nothing is recorded.

pub mod issue;
pub mod red;

use crate::domain::codec::quoted_value;
use crate::domain::money::Fen;
use crate::domain::refusal::{say_as_printed, texts};
use crate::domain::text::{Code, Place};
use crate::domain::time::Day;
use crate::{record, tables, words};
use std::collections::BTreeMap;

/// The number of a receipt: 1 to 18 digits, zeros before it kept. Numbers are counted by their
/// value.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Serial(String);

impl Serial {
    /// The most digits.
    pub const MAX: usize = 18;

    /// Reads a number.
    pub fn parse(text: &[u8]) -> Option<Serial> {
        let fits = (1..=Serial::MAX).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
        fits.then(|| Serial(String::from_utf8_lossy(text).into_owned()))
    }

    /// Its value.
    pub fn value(&self) -> u64 {
        self.0.parse().unwrap_or(u64::MAX)
    }

    /// `value` with as many digits as this one has.
    pub fn like(&self, value: u64) -> String {
        format!("{value:0width$}", width = self.0.len())
    }
}

quoted_value!(
    Serial,
    "a receipt's number of digits",
    |serial, out| out.extend_from_slice(serial.0.as_bytes()),
    Serial::parse
);

/// The check code of a receipt: 1 to 20 digits and letters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Check(String);

impl Check {
    /// The longest, in bytes.
    pub const MAX: usize = 20;

    /// Reads a check code.
    pub fn parse(text: &[u8]) -> Option<Check> {
        let plain = text.iter().all(u8::is_ascii_alphanumeric);
        let fits = (1..=Check::MAX).contains(&text.len()) && plain;
        fits.then(|| Check(String::from_utf8_lossy(text).into_owned()))
    }
}

quoted_value!(
    Check,
    "a check code of digits and letters",
    |check, out| out.extend_from_slice(check.0.as_bytes()),
    Check::parse
);

say_as_printed!(Code, Serial);

words! {
    /// Who a receipt names as the donor; never by name here.
    pub enum Payer {
        /// A person.
        Person = "person", "个人", "a person";
        /// An organisation.
        Organisation = "organisation", "单位", "an organisation";
    }
}

words! {
    /// What became of a receipt.
    pub enum Standing {
        /// It stands.
        Issued = "issued", "有效", "stands";
        /// A red one voids it.
        Void = "void", "已红冲", "void";
        /// It is a red one.
        Red = "red", "红字", "red";
    }
}

record! {
    /// What a receipt is called: two have the same code and number never.
    #[derive(Ord, PartialOrd)]
    pub struct Name {
        /// The code of its kind.
        code: Code = "code",
        /// Its number.
        number: Serial = "number",
    }
}

record! {
    /// What the books know of a receipt.
    #[derive(Copy)]
    pub struct Known {
        /// Its line.
        place: Place = "place",
        /// Whom it names.
        payer: Payer = "payer",
        /// The day on it.
        on: Day = "on",
        /// How much, in fen.
        fen: Fen = "fen",
        /// For how many gifts.
        gifts: u64 = "gifts",
        /// What became of it.
        standing: Standing = "standing",
        /// The line that voids it; of a red one, the line of the receipt that it voids.
        other: Option<Place> = "other",
    }
}

record! {
    /// A gift and the receipt that it is on.
    #[derive(Copy)]
    pub struct On {
        /// The receipt's line.
        ticket: Place = "ticket",
    }
}

tables! {
    /// What the books know of receipts for offices.
    pub struct Tickets {
        /// Every receipt, red ones too.
        all: Table<Name, Known> = "all",
        /// Gifts on a receipt that stands.
        gifts: Table<Place, On> = "gifts",
        /// Lists of gifts, by digest, that a receipt which stands is for.
        lists: Table<crate::domain::text::Digest, On> = "lists",
    }
}

texts! {
    /// Why a line about receipts for offices is refused.
    TicketRefusal:
    TicketUsed { code: Code, number: Serial, place: Place }
        "票据 {code} 的 {number} 号已记在 {place}，一个号码只用一次",
        "receipt {number} of {code} is recorded at {place}; a number is used once";
    TicketFor {}
        "票据须写明是哪些捐款（of），或一份封存清单（list）的笔数和摘要，二者取一",
        "a receipt names its gifts, or a sealed list of them by count and digest: one of the two";
    TicketOrder { first: Place, next: Place }
        "票据所列捐款须按位置从小到大，不能重复：{first} 之后是 {next}",
        "a receipt names its gifts in the order of the ledger, none twice: {next} comes after {first}";
    Ticketed { place: Place, by: Place }
        "{place} 的捐款已开在票据 {by} 上；要重开，先记红字票据",
        "the gift {place} is on the receipt {by}; void that with a red one first";
    TicketList { place: Place }
        "这份清单已用于票据 {place}；要重开，先记红字票据",
        "this list is on the receipt {place}; void that with a red one first";
    TicketSum { stated: Fen, sum: Fen }
        "票据金额 {stated} 元，所列捐款扣除退款后共 {sum} 元；须一分不差",
        "the receipt says {stated} yuan, and what is left of its gifts is {sum}; they must agree to the fen";
    TicketAhead { on: Day, today: Day }
        "开票日期 {on} 在今天（{today}）之后",
        "the receipt is dated {on}, after today ({today})";
    TicketVoid { place: Place, other: Place }
        "票据 {place} 已由 {other} 红冲",
        "the receipt {place} is void by {other}";
}

/// The numbers of one code: what is used, and what is missing in between.
#[derive(Clone, Debug)]
pub struct Run {
    /// The code.
    pub code: Code,
    /// The lowest number.
    pub first: Serial,
    /// The highest.
    pub last: Serial,
    /// How many stand, are void, and are red.
    pub counts: [u64; 3],
    /// What those that stand are for, in fen; `None` over the limit.
    pub fen: Option<Fen>,
    /// The runs of numbers in between of which nothing is recorded, as they are printed.
    pub missing: Vec<(String, String)>,
    /// How many numbers these are.
    pub gaps: u64,
}

impl Tickets {
    /// The receipt whose line stands at `place`.
    pub fn at(&self, place: Place) -> Option<(&Name, &Known)> {
        self.all.iter().find(|(_, known)| known.place == place)
    }

    /// Every code with its numbers, in order.
    pub fn runs(&self) -> Vec<Run> {
        let mut codes: BTreeMap<&Code, Numbers<'_>> = BTreeMap::new();
        for (Name { code, number }, known) in self.all.iter() {
            codes.entry(code).or_default().insert((number.value(), number), known);
        }
        codes.into_iter().filter_map(|(code, numbers)| run(code, &numbers)).collect()
    }
}

/// The numbers of a code, by value; two may differ in zeros alone.
type Numbers<'t> = BTreeMap<(u64, &'t Serial), &'t Known>;

fn run(code: &Code, numbers: &Numbers<'_>) -> Option<Run> {
    let ((_, first), (_, last)) = (numbers.first_key_value()?.0, numbers.last_key_value()?.0);
    let (mut missing, mut gaps, mut next) = (Vec::new(), 0, first.value());
    for (value, serial) in numbers.keys() {
        if next < *value {
            missing.push((serial.like(next), serial.like(value - 1)));
            gaps += value - next;
        }
        next = value + 1;
    }
    let count = |standing| {
        let some = numbers.values().filter(|known| known.standing == standing);
        u64::try_from(some.count()).unwrap_or(u64::MAX)
    };
    let issued = numbers.values().filter(|known| known.standing == Standing::Issued);
    Some(Run {
        code: code.clone(),
        first: (*first).clone(),
        last: (*last).clone(),
        counts: [Standing::Issued, Standing::Void, Standing::Red].map(count),
        fen: issued.map(|known| known.fen).try_fold(Fen::ZERO, Fen::plus),
        missing,
        gaps,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::codec::{read_all, spelling};

    #[test]
    fn a_number_keeps_its_zeros_and_is_digits_alone() {
        for good in ["0", "0000000042", "123456789012345678"] {
            let serial = Serial::parse(good.as_bytes()).unwrap();
            assert_eq!(spelling(&serial), format!("\"{good}\""));
        }
        for bad in ["", "1234567890123456789", "12a", "１２", "-1", " 1"] {
            assert!(Serial::parse(bad.as_bytes()).is_none(), "{bad:?}");
            assert!(read_all::<Serial>(format!("\"{bad}\"").as_bytes(), 99).is_err(), "{bad:?}");
        }
        for bad in ["", "a-b", "校验", "123456789012345678901"] {
            assert!(Check::parse(bad.as_bytes()).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn gaps_are_the_numbers_between_that_nobody_recorded() {
        let mut tickets = Tickets::default();
        let place = Place { entry: 1, line: 0 };
        let on = Day::parse(b"2026-11-22").unwrap();
        let known = |standing| Known {
            place,
            payer: Payer::Person,
            on,
            fen: Fen::new(100).unwrap(),
            gifts: 1,
            standing,
            other: None,
        };
        for (number, standing) in [
            ("0007", Standing::Issued),
            ("0008", Standing::Void),
            ("0010", Standing::Red),
            ("0015", Standing::Issued),
        ] {
            let code = Code::parse(b"11060126").unwrap();
            let number = Serial::parse(number.as_bytes()).unwrap();
            tickets.all.set(Name { code, number }, known(standing));
        }
        let runs = tickets.runs();
        assert_eq!(runs.len(), 1);
        let run = runs.first().unwrap();
        assert_eq!((run.first.to_string(), run.last.to_string()), ("0007".into(), "0015".into()));
        assert_eq!((run.counts, run.fen), ([2, 1, 1], Fen::new(200)));
        let gap = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(run.missing, [gap("0009", "0009"), gap("0011", "0014")]);
        assert_eq!(run.gaps, 5);
    }
}
