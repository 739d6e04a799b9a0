//! Help and usage errors in both languages: the command tree is written in English, and one pass
//! over it puts every text through the catalogue.

use super::Args;
use super::catalogue::zh;
use super::value::Unfit;
use crate::domain::text::Lang;
use clap::builder::{PossibleValue, StyledStr};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Command, CommandFactory, FromArgMatches};
use std::error::Error as _;
use std::ffi::OsString;

/// Columns of help where the terminal does not say.
const WIDTH: u16 = 100;

/// The command line asked for help, or could not be understood.
pub(super) struct Stop {
    /// What to print.
    pub(super) text: String,
    /// The exit code.
    pub(super) code: u8,
}

/// The command tree in one language.
pub(super) fn tree(lang: Lang) -> Command {
    let mut tree = Args::command();
    tree.build();
    translate(tree, lang)
}

/// Reads the command line.
pub(super) fn parse(args: &[OsString], lang: Lang, width: Option<u16>) -> Result<Args, Stop> {
    let tree = tree(lang).term_width(width.unwrap_or(WIDTH).into());
    let parsed = tree
        .clone()
        .try_get_matches_from(asked(args))
        .and_then(|found| Args::from_arg_matches(&found));
    parsed.map_err(|why| {
        let code = u8::try_from(why.exit_code()).unwrap_or(2);
        let english = || why.render().to_string();
        let text = lang.pick(chinese(&why, &tree).unwrap_or_else(english), english());
        Stop { text, code }
    })
}

/// `help VERB` as `VERB --help`, which people type as often.
fn asked(args: &[OsString]) -> Vec<OsString> {
    match args {
        [program, help, verb @ ..] if help == "help" => {
            let program = std::iter::once(program.clone());
            program.chain(verb.iter().cloned()).chain(["--help".into()]).collect()
        }
        _ => args.to_vec(),
    }
}

/// One command and all below it.
fn translate(command: Command, lang: Lang) -> Command {
    let tell = |text: &str| lang.pick(zh(text).unwrap_or(text).to_owned(), text.to_owned());
    let of = |text: Option<&StyledStr>| tell(&text.map(ToString::to_string).unwrap_or_default());
    let about = of(command.get_about());
    let command = command
        .about(about)
        .subcommand_help_heading(lang.pick("命令", "Commands"))
        .subcommand_value_name(lang.pick("命令", "COMMAND"))
        .mut_args(|arg| {
            let global = arg.is_global_set() || matches!(arg.get_id().as_str(), "help" | "version");
            let heading = match (global, arg.is_positional()) {
                (true, _) => lang.pick("通用选项", "Every command"),
                (_, true) => lang.pick("参数", "Arguments"),
                _ => lang.pick("选项", "Options"),
            };
            let help = match arg.get_id().as_str() {
                "help" => tell("Print help"),
                "version" => tell("Print the version"),
                _ => of(arg.get_help()),
            };
            let names = arg
                .get_value_names()
                .unwrap_or_default()
                .iter()
                .map(|n| tell(n))
                .collect::<Vec<_>>();
            let help = format!("{help}{}", choices(&arg, lang));
            let arg = arg.help(help).long_help(None::<&str>).help_heading(heading);
            let arg = arg.hide_default_value(true).hide_possible_values(true);
            if names.is_empty() { arg } else { arg.value_names(names) }
        });
    let command = command.mut_subcommands(|sub| translate(sub, lang));
    let template = lang
        .pick("{about}\n\n用法：{usage}\n\n{all-args}", "{about}\n\nUsage: {usage}\n\n{all-args}");
    let command = command.help_template(template);
    match lang {
        Lang::En => command,
        Lang::Zh => {
            let usage = command.clone().render_usage().to_string();
            let usage = usage.trim_start_matches("Usage: ").replace("[OPTIONS]", "[选项]");
            command.override_usage(usage)
        }
    }
}

/// The default and the words to choose from, behind a help text.
fn choices(arg: &clap::Arg, lang: Lang) -> String {
    if !matches!(arg.get_action(), ArgAction::Set | ArgAction::Append) {
        return String::new();
    }
    let word = |value: &PossibleValue| match value.get_name_and_aliases().nth(1) {
        Some(zh) => lang.pick(format!("{} {zh}", value.get_name()), value.get_name().to_owned()),
        None => value.get_name().to_owned(),
    };
    let words: Vec<_> = arg.get_possible_values().iter().map(word).collect();
    let defaults = arg.get_default_values().iter().filter_map(|v| v.to_str());
    let defaults: Vec<_> = defaults.filter(|default| !default.is_empty()).collect();
    let mut out = String::new();
    if !words.is_empty() {
        let words = words.join(lang.pick("、", ", "));
        out.push_str(&lang.pick(format!("（{words}）"), format!(" ({words})")));
    }
    if !defaults.is_empty() {
        let defaults = defaults.join(" ");
        out.push_str(&lang.pick(format!("（默认 {defaults}）"), format!(" (default {defaults})")));
    }
    out
}

/// The words that an argument of `command` or of one below it takes, as people call them and as
/// they are written; of the argument that takes just `words`.
fn called(command: &Command, words: &[String]) -> Option<Vec<String>> {
    let of = |arg: &clap::Arg| {
        let values = arg.get_possible_values();
        let same = values.len() == words.len()
            && values.iter().all(|value| words.iter().any(|word| word == value.get_name()));
        let both = |value: &PossibleValue| match value.get_name_and_aliases().nth(1) {
            Some(zh) => format!("{zh} {}", value.get_name()),
            None => value.get_name().to_owned(),
        };
        same.then(|| values.iter().map(both).collect())
    };
    let own = command.get_arguments().find_map(of);
    own.or_else(|| command.get_subcommands().find_map(|sub| called(sub, words)))
}

/// A usage error in Chinese; `None` for help itself, which is translated already.
fn chinese(why: &clap::Error, tree: &Command) -> Option<String> {
    let get = |kind| match why.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    };
    let (arg, value) = (get(ContextKind::InvalidArg), get(ContextKind::InvalidValue));
    let text = match why.kind() {
        ErrorKind::MissingRequiredArgument => format!("还缺：{arg}"),
        ErrorKind::MissingSubcommand => {
            format!("「{}」之后还要说做什么", get(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => format!("不认识「{arg}」"),
        ErrorKind::InvalidSubcommand => {
            format!("没有命令「{}」", get(ContextKind::InvalidSubcommand))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} 之后还缺一个值"),
        ErrorKind::InvalidValue => {
            let words = match why.get(ContextKind::ValidValue) {
                Some(ContextValue::Strings(words)) => called(tree, words),
                _ => None,
            };
            let words =
                words.map_or_else(|| get(ContextKind::ValidValue), |words| words.join("、"));
            format!("「{value}」不能用于 {arg}，可选：{words}")
        }
        ErrorKind::ValueValidation => {
            let want =
                why.source().and_then(|s| s.downcast_ref::<Unfit>()).map_or("", |unfit| unfit.0.0);
            format!("「{value}」不能用于 {arg}：{want}")
        }
        ErrorKind::ArgumentConflict => {
            format!("{arg} 不能与 {} 同时使用", get(ContextKind::PriorArg))
        }
        _ => return None,
    };
    let guess =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let guess: Vec<_> = guess.into_iter().map(get).filter(|g| !g.is_empty()).collect();
    let guess = if guess.is_empty() {
        String::new()
    } else {
        format!("\n  提示：是不是「{}」？", guess.join("、"))
    };
    Some(format!("错误：{text}{guess}\n\n加 --help 查看用法\n"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::cli::catalogue::CATALOGUE;
    use std::collections::BTreeSet;

    fn texts(command: &Command, found: &mut BTreeSet<String>) {
        found.extend(command.get_about().map(ToString::to_string));
        for arg in command.get_arguments() {
            let own = matches!(arg.get_id().as_str(), "help" | "version");
            found.extend(arg.get_help().filter(|_| !own).map(ToString::to_string));
            if arg.get_action().takes_values() {
                found.extend(
                    arg.get_value_names().unwrap_or_default().iter().map(ToString::to_string),
                );
            }
        }
        command.get_subcommands().for_each(|sub| texts(sub, found));
    }

    #[test]
    fn help_of_a_verb_is_asked_for_in_two_ways() {
        let said = |words: &str| {
            let args: Vec<OsString> = words.split(' ').map(Into::into).collect();
            parse(&args, Lang::En, None).err().map(|stop| (stop.text, stop.code))
        };
        for verb in ["", " give", " student admit", " nosuch"] {
            let help = said(&format!("yishan help{verb}"));
            assert!(help.is_some() && help == said(&format!("yishan{verb} --help")), "{help:?}");
        }
    }

    #[test]
    fn every_help_text_has_a_translation_and_every_translation_a_text() {
        let mut tree = Args::command();
        tree.build();
        let mut found = BTreeSet::from(["Print help".to_owned(), "Print the version".to_owned()]);
        texts(&tree, &mut found);
        let known: BTreeSet<_> = CATALOGUE.iter().map(|(en, _)| (*en).to_owned()).collect();
        let missing: Vec<_> = found.difference(&known).collect();
        assert!(missing.is_empty(), "without translation: {missing:#?}");
        let unused: Vec<_> = known.difference(&found).collect();
        assert!(unused.is_empty(), "translations of nothing: {unused:#?}");
        assert_eq!(known.len(), CATALOGUE.len(), "a text is translated twice");
        let lost: Vec<_> = known.iter().filter(|en| zh(en).is_none()).collect();
        assert!(lost.is_empty(), "out of order, so not found: {lost:#?}");
    }

    fn commands(command: &Command, path: &str, found: &mut Vec<String>) {
        for sub in command.get_subcommands() {
            let path = format!("{path} {}", sub.get_name());
            commands(sub, &path, found);
            found.push(path);
        }
    }

    #[test]
    fn the_help_of_every_command_is_in_the_transcript() {
        let transcript = include_str!("../../tests/cli/help.txt");
        let mut found = Vec::new();
        commands(&Args::command(), "$ yishan", &mut found);
        for path in found {
            assert!(transcript.contains(&format!("{path} --help\n")), "{path} --help is not shown");
        }
    }

    /// The texts of the sources, without comments.
    fn sources(folder: &std::path::Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = |line: &&str| !line.trim_start().starts_with("//");
                let code: Vec<_> = text.lines().filter(code).collect();
                found.push((path.display().to_string(), code.join("\n")));
            }
        }
    }

    /// What is wrong with a command as texts name it: `show {place} shows it`.
    fn unknown(tree: &Command, text: &str) -> Option<String> {
        let text = text
            .split(['"', '\\', '\n', '；', ';', '，', ',', '.', '`'])
            .next()
            .unwrap_or_default();
        let mut words = text.split(' ');
        let (mut command, mut path) = (tree, String::new());
        loop {
            let word = words.next().unwrap_or_default();
            path = format!("{path} {word}");
            match command.find_subcommand(word) {
                Some(found) => command = found,
                None if command.has_subcommands() => return Some(path),
                None => break,
            }
            if !command.has_subcommands() {
                break;
            }
        }
        let flags = text.split(' ').filter_map(|word| word.strip_prefix("--"));
        let known = |flag: &str| {
            command.get_arguments().any(|arg| {
                let aliases = arg.get_all_aliases().unwrap_or_default();
                arg.get_long() == Some(flag) || aliases.contains(&flag)
            })
        };
        let mut odd = flags.filter(|flag| !known(flag));
        odd.next().map(|flag| format!("{path} --{flag}"))
    }

    #[test]
    fn every_command_that_a_text_names_exists() {
        let tree = tree(Lang::En);
        // The program, not a command of it.
        let program = ["write", "to", "if", "demo:", "help"];
        let (mut found, mut count) = (Vec::new(), 0);
        sources(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        let mut wrong = Vec::new();
        for (file, text) in found.iter().filter(|(file, _)| !file.ends_with("typed.rs")) {
            for named in text.split("yishan ").skip(1) {
                let verb =
                    named.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default();
                let first = named.split(' ').next().unwrap_or_default();
                if verb.is_empty() || program.contains(&verb) || program.contains(&first) {
                    continue;
                }
                count += 1;
                wrong.extend(unknown(&tree, named).map(|path| format!("{file}: yishan{path}")));
            }
        }
        assert!(count > 100, "only {count} commands are named");
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    fn signs(command: &Command) -> bool {
        let own = command.get_arguments().any(|arg| arg.get_long() == Some("as"));
        own && command.get_subcommands().all(signs)
    }

    #[test]
    fn the_command_tree_is_sound() {
        Args::command().debug_assert();
        assert!(signs(&tree(Lang::En)), "an argument hides --as");
        assert!(tree(Lang::Zh).get_subcommands().count() > 20);
    }
}
