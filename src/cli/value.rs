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
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
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

/// `text` with what a Chinese keyboard types at full width — digits, point, dash, colon — as ASCII.
pub(super) fn narrow(text: &str) -> String {
    let ascii = |c: char| match c {
        '０'..='９' | '．' | '－' | '：' | '％' | '／' => {
            char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c)
        }
        c => c,
    };
    text.trim().chars().map(ascii).collect()
}

/// An amount in yuan, as it is typed or copied from what this program prints: thousands may be
/// marked, by threes.
fn yuan(text: &str) -> Option<Fen> {
    let text = narrow(text).replace('，', ",");
    let (yuan, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut groups = yuan.split(',');
    let by_threes = groups
        .next()
        .is_some_and(|first| (1..=3).contains(&first.len()) && !first.starts_with('0'))
        && groups.all(|group| group.len() == 3);
    let yuan = if by_threes { yuan.replace(',', "") } else { yuan.to_owned() };
    Fen::from_yuan(&format!("{yuan}{rest}")).ok()
}

/// An amount that moves, in yuan.
pub(super) fn amount(text: &str) -> Result<Amount, Unfit> {
    or(
        yuan(text).and_then(Amount::new),
        "金额写成 12.50 或 1,200.00 这样的元数：大于零，最多两位小数，最多 90 万亿",
        "an amount in yuan such as 12.50 or 1,200.00: more than nothing, at most two digits behind the point, at most 90 million million",
    )
}

/// An amount that may be nothing, in yuan.
pub(super) fn fen(text: &str) -> Result<Fen, Unfit> {
    or(
        yuan(text),
        "金额写成 5000、1,200.00 或 12.50 这样的元数，最多 90 万亿",
        "an amount in yuan such as 5000, 1,200.00 or 12.50, at most 90 million million",
    )
}

/// A part of a whole, in percent.
pub(super) fn points(text: &str) -> Result<Points, Unfit> {
    // A percent has as many digits behind the point as a yuan.
    let points = Fen::from_yuan(narrow(text).trim_end_matches('%')).ok();
    or(
        points.and_then(|points| Points::new(points.get())),
        "比例写成 10 或 2.50 这样的百分数，0 到 100",
        "a part in percent such as 10 or 2.50, from 0 to 100",
    )
}

/// So many of a hundred.
pub(super) fn percent(text: &str) -> Result<Percent, Unfit> {
    let percent = narrow(text).parse().ok().and_then(Percent::new);
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
    let count = narrow(text).parse().ok().filter(|n| *n <= Fen::MAX.get());
    or(count, "写成不小于 0 的整数，如 171", "a whole number such as 171")
}

/// A handle.
pub(super) fn id(text: &str) -> Result<Id, Unfit> {
    or(
        Id::parse(text.as_bytes()),
        "名字由小写字母、数字和 - 组成，字母开头，最多 24 个，如 chen、wx、w-1",
        "a handle of a-z, 0-9 and -, beginning with a letter, at most 24, such as chen, wx or w-1",
    )
}

/// Where a line stands. `41` is taken for `41/0`.
pub(super) fn place(text: &str) -> Result<Place, Unfit> {
    let text = narrow(text);
    let whole = if text.contains('/') { text } else { format!("{text}/0") };
    or(
        Place::parse(whole.as_bytes()),
        "位置写成 41/0：记录号/行号",
        "a place such as 41/0: entry and line",
    )
}

/// A day.
pub(super) fn day(text: &str) -> Result<Day, Unfit> {
    or(Day::parse(narrow(text).as_bytes()), "日期写成 2026-11-22", "a day such as 2026-11-22")
}

/// A time of day.
pub(super) fn clock(text: &str) -> Result<Clock, Unfit> {
    let text = narrow(text);
    // People write 8:00.
    let text = if text.find(':') == Some(1) { format!("0{text}") } else { text };
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

/// A wall-clock time; a blank may stand for the `T`, and what is left out at the end is nothing.
pub(super) fn wall(text: &str) -> Result<Wall, Unfit> {
    let text = narrow(text).replacen(' ', "T", 1);
    let rest = match text.len() {
        10 => "T00:00:00",
        16 => ":00",
        _ => "",
    };
    let wall = Wall::parse(format!("{text}{rest}").as_bytes());
    or(
        wall,
        "时间写成 2026-11-22、2026-11-22 21:04 或 2026-11-22T21:04:05",
        "a time such as 2026-11-22, 2026-11-22 21:04 or 2026-11-22T21:04:05",
    )
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

/// One word of a closed list, as the ledger spells it or as people call it in Chinese.
macro_rules! word {
    ($words:ty) => {
        $crate::cli::value::closed(
            <$words>::ALL.iter().map(|w| (*w, w.word(), w.both().0)).collect(),
        )
    };
}
pub(super) use word;

/// The parser behind [`word!`]: each value with its word and its Chinese name.
pub(super) fn closed<T: Clone + Send + Sync + 'static>(
    all: Vec<(T, &'static str, &'static str)>,
) -> impl TypedValueParser<Value = T> {
    let want = Unfit(Both("请用列出的词", "one of the words listed"));
    let words = all.iter().map(|(_, word, zh)| PossibleValue::new(*word).alias(*zh));
    PossibleValuesParser::new(words.collect::<Vec<_>>()).try_map(move |typed| {
        let named = all.iter().find(|(_, word, zh)| typed == *word || typed == *zh);
        named.map(|(value, ..)| value.clone()).ok_or(want)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_a_chinese_keyboard_types_is_what_it_means() {
        assert_eq!(amount("１２．５０").unwrap().fen().get(), 1250);
        assert_eq!(fen("１００").unwrap().get(), 10_000);
        assert_eq!(count("１７１").unwrap(), 171);
        assert_eq!(place("４１／０").unwrap(), place("41").unwrap());
        assert_eq!(day("２０２６－１１－２２").unwrap(), day("2026-11-22").unwrap());
        assert_eq!(clock("8：30").unwrap(), clock("08:30").unwrap());
        for bad in ["一百", "１２．５０１", ""] {
            assert!(amount(bad).is_err(), "{bad:?} was taken for money");
        }
        assert!(clock(":30").is_err() && clock("8:3").is_err());
    }

    #[test]
    fn an_amount_is_read_as_this_program_prints_it() {
        for (text, fen) in [
            ("1,000.5", 100_050),
            ("１，０００", 100_000),
            ("38,178.62", 3_817_862),
            ("90,071,992,547,409.91", Fen::MAX.get()),
        ] {
            assert_eq!(amount(text).unwrap().fen().get(), fen, "{text}");
        }
        for bad in [
            "12,50",
            "0,500",
            "000,001",
            "1,0000",
            "1000,000",
            ",100",
            "1,000,",
            "1,,000",
            "1,000.5,0",
            "1.000,00",
        ] {
            assert!(
                amount(bad).is_err() && super::fen(bad).is_err(),
                "{bad:?} was taken for money"
            );
        }
    }

    #[test]
    fn a_time_may_leave_out_seconds_and_the_clock() {
        let whole = |text| wall(text).unwrap().to_string();
        assert_eq!(whole("2026-11-27"), "2026-11-27T00:00:00");
        assert_eq!(whole("2026-11-27 18:00"), "2026-11-27T18:00:00");
        assert_eq!(whole("2026-11-27T18:00:05"), "2026-11-27T18:00:05");
        assert!(wall("2026-11-27 18").is_err() && wall("18:00").is_err());
    }
}
