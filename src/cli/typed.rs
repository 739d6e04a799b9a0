//! Suggested commands, with the options that this command was given: what is suggested can be
//! copied as it stands.

use super::{Common, Verb};
use std::path::Path;

/// The program's name with the blank behind it, as it stands in texts.
const NAME: &str = "yishan ";

/// Verbs that no officer signs.
const UNSIGNED: [&str; 13] = [
    "backup",
    "balance",
    "certificate",
    "doctor",
    "export",
    "index",
    "init",
    "key",
    "publish",
    "receipt",
    "show",
    "status",
    "text",
];

/// Verbs that work on no fund, or on none yet.
const FUNDLESS: [&str; 7] = ["check", "completions", "demo", "man", "restore", "serve", "verify"];

/// The options that a suggested command repeats.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// Where the fund and its keys lie.
    places: String,
    /// Who signs.
    officer: String,
}

impl Typed {
    /// Those of `common`.
    pub(super) fn of(common: &Common) -> Typed {
        let mut places = String::new();
        let mut add = |flag: &str, path: &Path| {
            let path = quoted(&path.display().to_string());
            places = format!("{places}{flag} {path} ");
        };
        if common.fund != Path::new(".") {
            add("-C", &common.fund);
        }
        if let Some(keys) = &common.keys {
            add("--keys", keys);
        }
        if let Some(key) = &common.key {
            add("--officer-key", key);
        }
        let officer = common.officer.map(|officer| format!("--as {officer} "));
        Typed { places, officer: officer.unwrap_or_default() }
    }

    /// `text` with these options in every command that it names.
    pub(super) fn put(&self, text: &str) -> String {
        let mut pieces = text.split(NAME);
        let mut out = pieces.next().unwrap_or_default().to_owned();
        for rest in pieces {
            out.push_str(NAME);
            let mut words = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            let verb = words.next().unwrap_or_default();
            if Verb::NAMES.contains(&verb) && !FUNDLESS.contains(&verb) {
                out.push_str(&self.places);
                let lists = matches!(words.next(), Some("list" | "slips" | "find" | "certificate"));
                let said = ["--as", "--officer-key"].iter().any(|flag| text.contains(flag));
                if !lists && !said && !UNSIGNED.contains(&verb) {
                    out.push_str(&self.officer);
                }
            }
            out.push_str(rest);
        }
        out
    }
}

/// `word` as a shell takes it for one.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/\\._-:~+,@=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("\"{word}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed { places: "-C \"my fund\" ".into(), officer: "--as chen ".into() }
    }

    #[test]
    fn a_suggested_command_repeats_the_fund_and_who_signs() {
        for (text, want) in [
            (
                "yishan close --day 2026-11-22",
                "yishan -C \"my fund\" --as chen close --day 2026-11-22",
            ),
            ("yishan show 3/0 查看那一笔", "yishan -C \"my fund\" show 3/0 查看那一笔"),
            (
                "yishan account list 列出账户；yishan account open 开立账户",
                "yishan -C \"my fund\" account list 列出账户；yishan -C \"my fund\" --as chen account open 开立账户",
            ),
            // Another officer is named there.
            ("yishan approve 3/0 --as 审批人", "yishan -C \"my fund\" approve 3/0 --as 审批人"),
            // Another folder, or none.
            ("用 yishan restore 取回", "用 yishan restore 取回"),
            // No command, but the program.
            ("let yishan write the voucher", "let yishan write the voucher"),
        ] {
            assert_eq!(typed().put(text), want);
            assert_eq!(Typed::default().put(text), text);
        }
    }

    #[test]
    fn a_folder_with_a_blank_is_quoted() {
        assert_eq!(quoted("../善 款/fund"), "\"../善 款/fund\"");
        assert_eq!(quoted("../善款/fund"), "../善款/fund");
        assert_eq!(quoted("C:\\fund"), "C:\\fund");
    }
}
