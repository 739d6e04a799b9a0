//! Which language to speak: Chinese, unless the locale clearly asks for another one.

use crate::domain::text::Lang;
use std::collections::BTreeMap;
use std::ffi::OsString;

/// The language of `--lang` on the command line, else of the locale (POSIX: `LC_ALL`, then
/// `LC_MESSAGES`, then `LANG`; the first that is not empty).
pub(super) fn choose(args: &[OsString], env: &BTreeMap<String, String>) -> Lang {
    if let Some(lang) = asked(args) {
        return lang;
    }
    let set = |name: &&str| env.get(*name).is_some_and(|value| !value.is_empty());
    let locale =
        ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find(set).and_then(|name| env.get(name));
    match locale.map(String::as_str).unwrap_or_default() {
        // `C` says nothing about a language: it is what a bare server has.
        "" | "C" | "POSIX" | "C.UTF-8" | "C.utf8" => Lang::Zh,
        other if other.starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}

/// The value of `--lang`, read before anything else so that even errors are in it.
fn asked(args: &[OsString]) -> Option<Lang> {
    let mut args = args.iter().filter_map(|a| a.to_str()).take_while(|a| *a != "--");
    while let Some(arg) = args.next() {
        let value = if arg == "--lang" { args.next() } else { arg.strip_prefix("--lang=") };
        match value {
            Some("zh") => return Some(Lang::Zh),
            Some("en") => return Some(Lang::En),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_server_speaks_chinese_and_an_english_locale_english() {
        let lang = |pairs: &[(&str, &str)], args: &[&str]| {
            let env = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            choose(&args.iter().map(OsString::from).collect::<Vec<_>>(), &env)
        };
        for (env, want) in [
            (&[][..], Lang::Zh),
            (&[("LANG", "C")], Lang::Zh),
            (&[("LANG", "C.UTF-8")], Lang::Zh),
            (&[("LANG", "zh_CN.UTF-8")], Lang::Zh),
            (&[("LANG", "en_US.UTF-8")], Lang::En),
            (&[("LANG", "de_DE.UTF-8")], Lang::En),
            (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "zh_CN.UTF-8")], Lang::Zh),
            (&[("LANG", "zh_CN.UTF-8"), ("LC_MESSAGES", "en_GB.UTF-8")], Lang::En),
            (&[("LANG", "en_US.UTF-8"), ("LC_ALL", "")], Lang::En),
        ] {
            assert_eq!(lang(env, &["status"]), want, "{env:?}");
        }
        assert_eq!(lang(&[("LANG", "en_US.UTF-8")], &["--lang", "zh"]), Lang::Zh);
        assert_eq!(lang(&[], &["status", "--lang=en"]), Lang::En);
        assert_eq!(lang(&[], &["x", "--", "--lang=en"]), Lang::Zh);
    }
}
