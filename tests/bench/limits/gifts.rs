//! The gifts: who paid what and when, the same for every peer, from a seed and a number.

use yishan::domain::line::Line;
use yishan::domain::line::gift::Gift;
use yishan::domain::money::Fen;
use yishan::domain::text::{Id, Ref};
use yishan::domain::time::{Day, Wall};
use yishan::domain::words::Amount;
use yishan::seal::reference;

/// The log's name.
pub const ORIGIN: &str = "yishan.example/limits";
/// People who give; they exist only in the bills.
const DONORS: u64 = 100_000;
/// The first day. Early enough that a bill of a million rows lies in the past.
const FIRST: &[u8] = b"2020-01-01";

/// What a workload is like.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Gifts altogether.
    pub gifts: u64,
    /// Gifts a day.
    pub per_day: u64,
    /// Gifts in a voucher.
    pub per_voucher: u64,
    /// Another seed, other gifts.
    pub seed: u64,
}

impl Default for Shape {
    fn default() -> Shape {
        Shape { gifts: 0, per_day: 10_000, per_voucher: 200, seed: 1 }
    }
}

impl Shape {
    /// The same with so many gifts.
    pub fn of(self, gifts: u64) -> Shape {
        Shape { gifts, ..self }
    }

    /// The same with one gift a voucher.
    pub fn single(self) -> Shape {
        Shape { per_voucher: 1, ..self }
    }

    /// How many days it takes.
    pub fn days(&self) -> u64 {
        self.gifts.div_ceil(self.per_day)
    }

    /// The date of day `number`.
    pub fn day(number: u64) -> Day {
        Day::parse(FIRST).unwrap().offset(i64::try_from(number).unwrap()).unwrap()
    }

    /// Payment `number`.
    pub fn payment(&self, number: u64) -> Payment {
        let mut dice = Dice(self.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        // Some give often and many seldom: the product of two draws.
        let donor = (dice.below(1 << 16) * dice.below(1 << 16) * DONORS) >> 32;
        let fen = if dice.below(10) < 7 { 100 } else { 1 + dice.below(9_900) };
        let day = Shape::day(number / self.per_day);
        // From six in the morning to eight in the evening.
        let second = 6 * 3600 + (number % self.per_day) * 14 * 3600 / self.per_day;
        let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
        let time = Wall::parse(format!("{day}T{h:02}:{m:02}:{s:02}").as_bytes()).unwrap();
        let date = day.to_string().replace('-', "");
        Payment {
            number: format!("4200{:06}{date}{:010}", self.seed % 1_000_000, number + 1),
            donor,
            fen,
            time,
        }
    }

    /// Gift `number`, as it is entered.
    pub fn gift(&self, number: u64) -> Line {
        let paid = self.payment(number);
        Line::Gift(Gift {
            fen: amount(paid.fen),
            to: id("wx"),
            paid: paid.time,
            reference: paid.reference(),
            pot: None,
        })
    }
}

/// One gift as it was paid.
pub struct Payment {
    /// The transaction number: 28 digits.
    pub number: String,
    /// Who, from 0.
    pub donor: u64,
    /// How much, in fen.
    pub fen: u64,
    /// When.
    pub time: Wall,
}

impl Payment {
    /// What the ledger knows the payment by.
    pub fn reference(&self) -> Ref {
        Ref(reference(ORIGIN, "wechat", &self.number).unwrap())
    }
}

/// Random numbers that are the same on every run: SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is small.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

pub fn id(text: &str) -> Id {
    Id::parse(text.as_bytes()).unwrap()
}

pub fn amount(fen: u64) -> Amount {
    Amount::new(Fen::new(fen).unwrap()).unwrap()
}
