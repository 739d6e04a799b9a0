//! Why a command did not do what it was asked, with its exit code, its causes and what to do next.

use super::hint;
use super::say::Say;
use super::trouble::{self, Cause};
use super::typed::Typed;
use crate::domain::refusal::Refusal;
use crate::domain::text::Lang;

/// What kind of end a command came to. The kind decides the exit code.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// The reader of standard output went away: nothing is wrong.
    Pipe,
    /// It was read, and it is not true.
    False,
    /// The command line asks for something that does not exist or fit together.
    Usage,
    /// It could not be done or checked: a file, the network, a version.
    CouldNot,
    /// There is no such thing, or it is not published yet.
    NotFound,
    /// The rules of the ledger refuse it.
    Refused,
    /// The person said no.
    Interrupted,
}

impl Kind {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Kind::Pipe => 0,
            Kind::False => 1,
            Kind::Usage => 2,
            Kind::CouldNot => 3,
            Kind::NotFound => 4,
            Kind::Refused => 5,
            Kind::Interrupted => 130,
        }
    }

    /// The verdict that `--json` states.
    pub fn verdict(self) -> &'static str {
        match self {
            Kind::Pipe => "done",
            Kind::False => "false",
            Kind::Usage => "usage",
            Kind::CouldNot => "could-not",
            Kind::NotFound => "not-found",
            Kind::Refused => "refused",
            Kind::Interrupted => "interrupted",
        }
    }
}

/// A failed command.
#[derive(Clone, Debug)]
pub struct Error {
    /// What kind of end it is.
    pub kind: Kind,
    /// What happened, in one sentence.
    pub text: Say,
    /// What lies behind it, the nearest first.
    pub causes: Vec<Say>,
    /// The next command to try.
    pub hint: Option<Box<Say>>,
    /// The rule's name, if the rules refused.
    pub rule: Option<&'static str>,
}

impl Error {
    /// An error without causes or hint.
    pub fn new(kind: Kind, text: Say) -> Error {
        Error { kind, text, causes: Vec::new(), hint: None, rule: None }
    }

    /// Something that could not be done because of `cause`, what lies behind that, and what to do.
    pub fn because(text: Say, cause: &Cause) -> Error {
        let (causes, hint) = (trouble::chain(cause), trouble::hint(cause).map(Box::new));
        Error { causes, hint, ..Error::new(Kind::CouldNot, text) }
    }

    /// The same error with the next command to try.
    #[must_use]
    pub fn hint(self, hint: Say) -> Error {
        Error { hint: Some(Box::new(hint)), ..self }
    }

    /// The same error, its commands with the options that were typed.
    #[must_use]
    pub(super) fn typed(self, typed: &Typed) -> Error {
        let put = |say: &Say| Say { zh: typed.put(&say.zh), en: typed.put(&say.en) };
        Error {
            text: put(&self.text),
            causes: self.causes.iter().map(put).collect(),
            hint: self.hint.as_deref().map(put).map(Box::new),
            ..self
        }
    }

    /// The lines printed for it.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let error = lang.pick("错误：", "error: ");
        let mut lines = vec![format!("{error}{}", self.text.text(lang))];
        let because = lang.pick("  原因：", "  because ");
        lines.extend(self.causes.iter().map(|cause| format!("{because}{}", cause.text(lang))));
        let hint = lang.pick("  提示：", "  hint: ");
        lines.extend(self.hint.iter().map(|h| format!("{hint}{}", h.text(lang))));
        lines
    }

    /// The same as one JSON object.
    pub fn json(&self, lang: Lang) -> serde_json::Value {
        serde_json::json!({
            "text": self.text.text(lang),
            "causes": self.causes.iter().map(|cause| cause.text(lang)).collect::<Vec<_>>(),
            "hint": self.hint.as_ref().map(|h| h.text(lang)),
            "rule": self.rule,
        })
    }
}

impl From<Refusal> for Error {
    fn from(why: Refusal) -> Error {
        let text = Say { zh: why.text(Lang::Zh), en: why.text(Lang::En) };
        let hint = hint::after(&why).map(Box::new);
        Error { hint, rule: Some(why.code()), ..Error::new(Kind::Refused, text) }
    }
}
