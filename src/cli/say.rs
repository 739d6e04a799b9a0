//! A sentence in both languages, made where the facts are and chosen where it is printed.

use crate::domain::refusal::Both;
use crate::domain::text::Lang;
use std::fmt;

/// The same sentence in Chinese and English.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Say {
    /// 中文
    pub zh: String,
    /// English
    pub en: String,
}

impl Say {
    /// The sentence in one language.
    pub fn text(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

impl From<Both> for Say {
    fn from(both: Both) -> Say {
        Say { zh: both.0.to_owned(), en: both.1.to_owned() }
    }
}

/// English, for causes and for machines.
impl fmt::Display for Say {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// Formats one sentence in both languages: `say!("共 {n} 行", "{n} lines")`.
macro_rules! say {
    ($zh:literal, $en:literal) => {
        $crate::cli::say::Say { zh: format!($zh), en: $crate::domain::english::agreed!($en) }
    };
}
pub(crate) use say;

/// How many names of many are told.
const NAMES: usize = 3;

/// The first few names.
pub(crate) fn first_few(names: &[String]) -> String {
    let more = if names.len() > NAMES { " …" } else { "" };
    format!("{}{more}", names.iter().take(NAMES).cloned().collect::<Vec<_>>().join(" "))
}
