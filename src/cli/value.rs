//! Values as people type them, each with one sentence on what is wanted.

use crate::domain::line::funds::Points;
use crate::domain::line::hours::clock::Clock;
use crate::domain::line::student::lot::Percent;
use crate::domain::line::student::term::Term;
use crate::domain::line::ticket::{Check, Serial};
use crate::domain::money::Fen;
use crate::domain::refusal::Both;
use crate::domain::text::{Code, Id, Key, Lang, Origin, Place, Text};
use crate::domain::time::{Day, Wall};
use crate::domain::words::Amount;
use crate::report::period::Period;
use crate::server::Base;
use crate::tlog::Verifier;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::fmt;
use std::net::SocketAddr;

/// What is wanted instead of the value given, in both languages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Unfit(pub(super) Both);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.1)
    }
}

impl std::error::Error for Unfit {}

fn or<T>(value: Option<T>, zh: &'static str, en: &'static str) -> Result<T, Unfit> {
    value.ok_or(Unfit(Both(zh, en)))
}

/// An amount that moves, in yuan.
pub(super) fn amount(text: &str) -> Result<Amount, Unfit> {
    let amount = Fen::from_yuan(text).ok().and_then(Amount::new);
    or(
        amount,
        "金额写成 12.50 这样的元数，大于零，最多两位小数",
        "an amount in yuan such as 12.50: more than nothing, at most two digits behind the point",
    )
}

/// An amount that may be nothing, in yuan.
pub(super) fn fen(text: &str) -> Result<Fen, Unfit> {
    or(
        Fen::from_yuan(text).ok(),
        "金额写成 5000 或 12.50 这样的元数",
        "an amount in yuan such as 5000 or 12.50",
    )
}

/// A part of a whole, in percent.
pub(super) fn points(text: &str) -> Result<Points, Unfit> {
    // A percent has as many digits behind the point as a yuan.
    let points = Fen::from_yuan(text.trim_end_matches('%')).ok();
    or(
        points.and_then(|points| Points::new(points.get())),
        "比例写成 10 或 2.50 这样的百分数，0 到 100",
        "a part in percent such as 10 or 2.50, from 0 to 100",
    )
}

/// So many of a hundred.
pub(super) fn percent(text: &str) -> Result<Percent, Unfit> {
    let percent = text.parse().ok().and_then(Percent::new);
    or(percent, "百分比写成 1 到 100 的整数，如 10", "a whole number from 1 to 100, such as 10")
}

/// A school term.
pub(super) fn term(text: &str) -> Result<Term, Unfit> {
    let term = Term::parse(text.as_bytes());
    or(term, "学期写成 2026-autumn 或 2026-spring", "a term such as 2026-autumn or 2026-spring")
}

/// The number of a receipt.
pub(super) fn serial(text: &str) -> Result<Serial, Unfit> {
    let serial = Serial::parse(text.as_bytes());
    or(serial, "号码是 1 到 18 位数字，前面的 0 也要写", "1 to 18 digits, zeros before them too")
}

/// The check code of a receipt.
pub(super) fn check(text: &str) -> Result<Check, Unfit> {
    let check = Check::parse(text.as_bytes());
    or(check, "校验码是 1 到 20 个数字或字母", "1 to 20 digits and letters")
}

/// The days of a report.
pub(super) fn period(text: &str) -> Result<Period, Unfit> {
    or(
        Period::parse(text),
        "日期写成 2026-11-22、2026-11、2026Q4 或 2026",
        "days such as 2026-11-22, 2026-11, 2026Q4 or 2026",
    )
}

/// A count.
pub(super) fn count(text: &str) -> Result<u64, Unfit> {
    let count = text.parse().ok().filter(|n| *n <= Fen::MAX.get());
    or(count, "写成不小于 0 的整数，如 171", "a whole number such as 171")
}

/// A handle.
pub(super) fn id(text: &str) -> Result<Id, Unfit> {
    or(
        Id::parse(text.as_bytes()),
        "名字由小写字母、数字和 - 组成，字母开头，最多 24 个，如 chen",
        "a handle of a-z, 0-9 and -, beginning with a letter, at most 24, such as chen",
    )
}

/// Where a line stands. `41` is taken for `41/0`.
pub(super) fn place(text: &str) -> Result<Place, Unfit> {
    let whole = if text.contains('/') { text.to_owned() } else { format!("{text}/0") };
    or(
        Place::parse(whole.as_bytes()),
        "位置写成 41/0：记录号/行号",
        "a place such as 41/0: entry and line",
    )
}

/// A day.
pub(super) fn day(text: &str) -> Result<Day, Unfit> {
    or(Day::parse(text.as_bytes()), "日期写成 2026-11-22", "a day such as 2026-11-22")
}

/// A time of day.
pub(super) fn clock(text: &str) -> Result<Clock, Unfit> {
    or(
        Clock::parse(text.as_bytes()),
        "时间写成 08:30，最晚 24:00",
        "a time of day such as 08:30, at most 24:00",
    )
}

/// So many minutes in hours and minutes.
pub(super) fn hours(minutes: u64, lang: Lang) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    lang.pick(format!("{hours} 小时 {rest} 分"), format!("{hours} h {rest} min"))
}

/// A wall-clock time; a blank may stand for the `T`.
pub(super) fn wall(text: &str) -> Result<Wall, Unfit> {
    let wall = Wall::parse(text.replacen(' ', "T", 1).as_bytes());
    or(wall, "时间写成 2026-11-22T21:04:05", "a time such as 2026-11-22T21:04:05")
}

/// A text that becomes public.
pub(super) fn text(text: &str) -> Result<Text, Unfit> {
    or(
        Text::new(text).ok(),
        "最多 200 字节的短句，会永远公开：不能含电话、证件号、邮箱或不可见字符",
        "a short text of at most 200 bytes that is public for ever: no phone or identity number, mail address or hidden mark",
    )
}

/// The name of a log.
pub(super) fn origin(text: &str) -> Result<Origin, Unfit> {
    or(
        Origin::parse(text.as_bytes()).filter(|o| !o.as_str().contains("://")),
        "账本名写成 yishan.example/qianan：小写，不带 https://",
        "a log's name such as yishan.example/qianan: small letters, without https://",
    )
}

/// A number given by an office.
pub(super) fn code(text: &str) -> Result<Code, Unfit> {
    or(
        Code::parse(text.as_bytes()),
        "编号由数字、大写字母和 - 组成，最多 40 个",
        "a number of 0-9, A-Z and -, at most 40",
    )
}

/// A public key.
pub(super) fn key(text: &str) -> Result<Key, Unfit> {
    or(
        Key::parse(text.as_bytes()),
        "公钥是 44 个字符，由 yishan key show 显示",
        "a public key of 44 characters, as yishan key show prints it",
    )
}

/// The number of a bill row or slip: what a donor holds in hand.
pub(super) fn number(text: &str) -> Result<String, Unfit> {
    let fits =
        !text.trim().is_empty() && text.len() <= crate::seal::PART_MAX && !text.contains('\n');
    or(
        fits.then(|| text.trim().to_owned()),
        "单号不能为空，最多 512 字节",
        "a number of 1 to 512 bytes on one line",
    )
}

/// A log's public key, or another's that signs notes.
pub(super) fn vkey(text: &str) -> Result<Verifier, Unfit> {
    or(
        text.parse().ok(),
        "公钥写成一行 名字+8 位数字+base64，见公示文件夹里的 log.vkey",
        "a public key as one line of name+digits+base64, as log.vkey has it",
    )
}

/// Where a server listens.
pub(super) fn listen(text: &str) -> Result<SocketAddr, Unfit> {
    or(
        text.parse().ok(),
        "地址写成 127.0.0.1:8080：数字地址和端口",
        "an address such as 127.0.0.1:8080: numbers, with the port",
    )
}

/// The path under which a folder is served.
pub(super) fn base(text: &str) -> Result<Base, Unfit> {
    or(
        Base::parse(text),
        "路径以 / 开头和结尾，由字母、数字、. _ - 组成，如 /qianan/",
        "a path that begins and ends with /, of letters, digits, . _ and -, such as /qianan/",
    )
}

/// One word of a closed list, as the ledger spells it.
macro_rules! word {
    ($words:ty) => {
        $crate::cli::value::closed(<$words>::ALL.iter().map(|w| w.word()), <$words>::parse)
    };
}
pub(super) use word;

/// The parser behind [`word!`].
pub(super) fn closed<T: Clone + Send + Sync + 'static>(
    words: impl Iterator<Item = &'static str>,
    parse: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    let want = Unfit(Both("请用列出的词", "one of the words listed"));
    PossibleValuesParser::new(words.collect::<Vec<_>>())
        .try_map(move |word| parse(&word).ok_or(want))
}
