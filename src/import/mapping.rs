//! A mapping: the few lines of TOML with which any CSV becomes a bill.
//!
//! ```toml
//! channel = "jielong"
//! dates = ["%Y-%m-%d %H:%M:%S", "%Y/%m/%d"]
//! encoding = "gb18030"            # or "utf-8"; else the bytes say
//!
//! [columns]
//! time = "时间"
//! amount = "金额"
//! id = "编号"
//! status = "状态"                 # optional, like direction, kind, party, item, note, other_id
//!
//! [words]
//! counts = ["成功"]               # the statuses that count; without a status column, all do
//! income = ["收入"]               # what the direction column calls money in
//! gifts = ["捐款"]                # what the kind column calls a gift
//! refunds = ["退款"]              # what the kind column calls a refund
//! ```

use super::pieces::Encoding;
use crate::domain::time::Wall;
use chrono::format::{Item, StrftimeItems};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::Deserialize;

/// The most bytes of a mapping file.
const MAPPING_MAX: usize = 64 << 10;
/// The most date formats of a mapping.
const DATES_MAX: usize = 8;
/// The date format of most lists.
const PLAIN: &str = "%Y-%m-%d %H:%M:%S";
/// The most letters of a channel.
const CHANNEL_MAX: usize = 32;

/// How a CSV of an unknown layout is read.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    channel: String,
    dates: Vec<String>,
    encoding: Option<String>,
    pub(crate) columns: MappedColumns,
    #[serde(default)]
    pub(crate) words: Words,
}

/// The names of the columns.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct MappedColumns {
    pub(crate) time: String,
    pub(crate) amount: String,
    pub(crate) id: Option<String>,
    pub(crate) direction: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) party: Option<String>,
    pub(crate) item: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) other_id: Option<String>,
}

/// The words that mean something in those columns.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Words {
    pub(crate) counts: Vec<String>,
    pub(crate) income: Vec<String>,
    pub(crate) gifts: Vec<String>,
    pub(crate) refunds: Vec<String>,
}

/// Why a text is not a mapping.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// Larger than the limit, in bytes.
    #[error("the mapping has {len} bytes, the most is {max}")]
    TooLarge {
        /// Bytes given.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// Not TOML, or not of the shape.
    #[error("the mapping cannot be read: {0}")]
    Shape(String),
    /// A channel name that is none, or another's.
    #[error("{0:?} cannot name a channel: small letters and digits, not one of the program's own")]
    Channel(String),
    /// A date format that is none, none at all, or too many.
    #[error("{0:?} is not a date format such as %Y-%m-%d %H:%M:%S")]
    Date(String),
    /// An encoding that is not read.
    #[error("the encoding {0:?} is neither utf-8 nor gb18030")]
    Encoding(String),
    /// A column without its words, or words without their column.
    #[error("the column {column:?} and the words {words:?} go together")]
    Alone {
        /// The column.
        column: &'static str,
        /// The words.
        words: &'static str,
    },
    /// Two fields in one column.
    #[error("two fields share the column {0:?}")]
    Shared(String),
}

impl Mapping {
    /// Reads a mapping, strictly: a misspelt field is an error, not an ignored one.
    pub fn parse(toml: &str) -> Result<Mapping, MappingError> {
        if toml.len() > MAPPING_MAX {
            return Err(MappingError::TooLarge { len: toml.len(), max: MAPPING_MAX });
        }
        let mapping: Mapping =
            toml::from_str(toml).map_err(|e| MappingError::Shape(e.message().to_owned()))?;
        mapping.check_channel()?;
        mapping.check_dates()?;
        mapping.check_columns()?;
        match mapping.encoding.as_deref() {
            None | Some("utf-8" | "gb18030") => Ok(mapping),
            Some(other) => Err(MappingError::Encoding(other.into())),
        }
    }

    /// The channel under which the ledger knows the gifts.
    pub fn channel(&self) -> &str {
        &self.channel
    }

    pub(crate) fn encoding(&self) -> Option<Encoding> {
        self.encoding.as_deref().map(|name| match name {
            "gb18030" => Encoding::Gb18030,
            _ => Encoding::Utf8,
        })
    }

    /// A time in one of the mapping's formats; a format without a clock means midnight.
    pub(crate) fn time(&self, cell: &str) -> Option<(Wall, bool)> {
        let cell = super::text::trim(cell);
        // The commonest format, read without looking at its letters each time.
        if self.dates.first().is_some_and(|first| first == PLAIN)
            && let Some(time) = super::text::plain_time(cell)
        {
            return Some((time, true));
        }
        let naive = self.dates.iter().find_map(|format| {
            let whole = NaiveDateTime::parse_from_str(cell, format).ok();
            whole.or_else(|| {
                let day = NaiveDate::parse_from_str(cell, format).ok()?;
                Some(day.and_time(NaiveTime::MIN))
            })
        })?;
        Some((Wall::from_naive(naive)?, true))
    }

    fn check_channel(&self) -> Result<(), MappingError> {
        let name = &self.channel;
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let own = ["wechat", "alipay"].contains(&name.as_str());
        if name.is_empty() || name.len() > CHANNEL_MAX || !plain || own {
            return Err(MappingError::Channel(name.clone()));
        }
        Ok(())
    }

    fn check_dates(&self) -> Result<(), MappingError> {
        let wrong = |f: &&String| {
            let mut items = StrftimeItems::new(f);
            f.is_empty() || items.any(|i| matches!(i, Item::Error))
        };
        let bad = self.dates.iter().find(wrong).cloned();
        let count = self.dates.len();
        let bad = bad.or_else(|| (count == 0 || count > DATES_MAX).then(|| self.dates.concat()));
        bad.map_or(Ok(()), |bad| Err(MappingError::Date(bad)))
    }

    fn check_columns(&self) -> Result<(), MappingError> {
        let (columns, words) = (&self.columns, &self.words);
        for (column, words, here, said) in [
            ("status", "counts", columns.status.is_some(), !words.counts.is_empty()),
            ("direction", "income", columns.direction.is_some(), !words.income.is_empty()),
            ("kind", "gifts", columns.kind.is_some(), !words.gifts.is_empty()),
        ] {
            if here != said {
                return Err(MappingError::Alone { column, words });
            }
        }
        let mut names: Vec<&str> = columns.named().map(|(name, ..)| name).collect();
        names.sort_unstable();
        let twice = names.windows(2).find(|w| matches!(w, [a, b] if a == b));
        twice.and_then(|w| w.first()).map_or(Ok(()), |n| Err(MappingError::Shared((*n).into())))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const GOOD: &str = "channel = \"jielong\"\ndates = [\"%Y/%m/%d\"]\n\
        [columns]\ntime = \"时间\"\namount = \"金额\"\nid = \"编号\"\n";

    #[test]
    fn a_mapping_is_read_strictly() {
        let mapping = Mapping::parse(GOOD).unwrap();
        let (time, _) = mapping.time(" 2026/11/22").unwrap();
        assert_eq!(time.to_string(), "2026-11-22T00:00:00");
        assert!(mapping.time("2026-11-22").is_none());
        let plain = Mapping::parse(&GOOD.replace("%Y/%m/%d", PLAIN)).unwrap();
        for cell in ["2026-11-22 00:00:00", "2026-1-2 3:04:05", "2026-11-22 23:59:60", "2026"] {
            let whole = NaiveDateTime::parse_from_str(cell, PLAIN).ok();
            assert_eq!(plain.time(cell).map(|t| t.0), whole.and_then(Wall::from_naive), "{cell}");
        }
        for (from, to) in [
            ("jielong", "wechat"),
            ("jielong", "Jie"),
            ("jielong", "a-refund"),
            ("%Y/%m/%d", "%Q"),
            ("%Y/%m/%d", ""),
            ("编号", "金额"),
            ("id =", "ident ="),
            ("[columns]", "encoding = \"latin1\"\n[columns]"),
            ("id = \"编号\"", "id = \"编号\"\nstatus = \"状态\""),
        ] {
            assert!(Mapping::parse(&GOOD.replace(from, to)).is_err(), "{to:?} was taken");
        }
    }
}
