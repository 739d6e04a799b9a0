//! How commands talk: data to standard output, everything else to standard error, questions only
//! where a person sits.

use super::catalogue;
use super::context::{Context, Stream};
use super::error::{Error, Kind};
use super::say::{Say, say};
use super::typed::Typed;
use super::{Colour, Common};
use crate::domain::text::Lang;
use crate::domain::time::{Stamp, Zone};
use comfy_table::{CellAlignment, Table, presets};
use owo_colors::OwoColorize;
use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::PathBuf;

/// What a command has to say in the end, for people and for machines.
pub(crate) struct Report {
    /// For standard output, without the last line end.
    pub(crate) text: String,
    /// For `--json`: an object.
    pub(crate) json: serde_json::Value,
    /// How it ended, if not well. The report is printed all the same.
    pub(crate) kind: Option<Kind>,
}

impl Report {
    /// A report of success.
    pub(crate) fn new(text: impl Into<String>, json: serde_json::Value) -> Report {
        Report { text: text.into(), json, kind: None }
    }
}

/// The surroundings of one command, with what its common options ask for.
pub(crate) struct Shell<'a> {
    /// Clock, randomness, terminal.
    pub(crate) ctx: &'a mut Context,
    /// Options that every verb has.
    pub(crate) common: Common,
    /// The language.
    pub(crate) lang: Lang,
    /// The command's verb.
    pub(crate) verb: &'static str,
}

impl Shell<'_> {
    /// `path` as seen from the working folder.
    pub(crate) fn path(&self, path: &std::path::Path) -> PathBuf {
        self.ctx.folder.join(path)
    }

    /// `text` with the options that were typed in every command that it suggests.
    pub(crate) fn typed(&self, text: &str) -> String {
        Typed::of(&self.common).put(text)
    }

    /// Now, on the wall clock of `zone`.
    pub(crate) fn now(&self, zone: Zone) -> Result<Stamp, Error> {
        let seconds = (self.ctx.clock)();
        let far = || {
            Error::new(
                Kind::CouldNot,
                say!(
                    "电脑时钟 {seconds} 超出账本的年份",
                    "the clock shows {seconds} seconds, outside the ledger's years"
                ),
            )
        };
        Stamp::from_unix(seconds, zone).ok_or_else(far)
    }

    /// Prints to standard error, unless asked to be quiet.
    pub(crate) fn talk(&mut self, text: &str) -> Result<(), Error> {
        if self.common.quiet { Ok(()) } else { self.print(Stream::Err, &format!("{text}\n")) }
    }

    /// Prints text, which may quote names from outside: nothing in it steers the terminal.
    pub(crate) fn print(&mut self, to: Stream, text: &str) -> Result<(), Error> {
        let paints: &[&str] = if self.colour(Stream::Err) { &PAINTS } else { &[] };
        self.print_raw(to, &inert(text, paints))
    }

    /// Prints what is for machines, and escaped already.
    pub(crate) fn print_raw(&mut self, to: Stream, text: &str) -> Result<(), Error> {
        self.ctx.terminal.write(to, text).map_err(|why| match why.kind() {
            ErrorKind::BrokenPipe => {
                Error::new(Kind::Pipe, say!("无人读取输出", "nobody reads the output"))
            }
            _ => Error::because(say!("无法输出", "cannot print"), &why),
        })
    }

    /// Whether a person can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        let terminal = &self.ctx.terminal;
        !self.common.no_input
            && terminal.is_terminal(Stream::In)
            && terminal.is_terminal(Stream::Err)
    }

    /// Asks a question, or names the flag that answers it where nobody sits.
    pub(crate) fn ask(&mut self, question: &Say, flag: &str) -> Result<String, Error> {
        self.may_ask(question, flag)?;
        self.print(Stream::Err, &format!("{} ", question.text(self.lang)))?;
        let line = self.ctx.terminal.line();
        line.map_err(|why| Error::because(say!("无法读取回答", "cannot read the answer"), &why))?
            .map(|line| line.trim().to_owned())
            .ok_or_else(|| Error::new(Kind::Interrupted, say!("没有回答", "no answer")))
    }

    /// Asks for something that is not shown.
    pub(crate) fn ask_secret(&mut self, question: &Say, flag: &str) -> Result<String, Error> {
        self.may_ask(question, flag)?;
        self.print(Stream::Err, &format!("{} ", question.text(self.lang)))?;
        let answer = self.ctx.terminal.secret();
        answer
            .map_err(|why| Error::because(say!("无法读取口令", "cannot read the passphrase"), &why))
    }

    fn may_ask(&self, question: &Say, flag: &str) -> Result<(), Error> {
        if self.can_ask() {
            return Ok(());
        }
        let (zh, en) = (&question.zh, &question.en);
        let text = say!("这里无人可问「{zh}」", "nobody can be asked here: {en}");
        let words: Vec<_> =
            flag.split(' ').map(|word| catalogue::zh(word).unwrap_or(word)).collect();
        let flag_zh = words.join(" ");
        Err(Error::new(Kind::Usage, text).hint(say!("加上 {flag_zh}", "say {flag}")))
    }

    /// Asks whether to go on; `--yes` answers.
    pub(crate) fn confirm(&mut self, question: &Say) -> Result<(), Error> {
        if self.common.yes {
            return Ok(());
        }
        let (zh, en) = (&question.zh, &question.en);
        let answer = self.ask(&say!("{zh}[y/N]", "{en} [y/N]"), "--yes")?;
        if matches!(&*answer.to_lowercase(), "y" | "yes" | "是" | "好") {
            return Ok(());
        }
        Err(Error::new(Kind::Interrupted, say!("没有记账", "nothing was recorded")))
    }

    /// Whether to colour what goes to `stream`.
    pub(crate) fn colour(&self, stream: Stream) -> bool {
        match self.common.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                let set = |name: &str| self.ctx.env.get(name).is_some_and(|v| !v.is_empty());
                let dumb = self.ctx.env.get("TERM").is_some_and(|t| t == "dumb");
                self.ctx.terminal.is_terminal(stream) && !set("NO_COLOR") && !dumb
            }
        }
    }

    /// `text` in bold, on standard error.
    pub(crate) fn bold(&self, text: &str) -> String {
        if self.colour(Stream::Err) { text.bold().to_string() } else { text.to_owned() }
    }

    /// `text` as a failure, on standard error.
    pub(crate) fn red(&self, text: &str) -> String {
        if self.colour(Stream::Err) { text.red().to_string() } else { text.to_owned() }
    }
}

/// What [`Shell::bold`] and [`Shell::red`] put around a text.
const PAINTS: [&str; 4] = ["\u{1b}[1m", "\u{1b}[0m", "\u{1b}[31m", "\u{1b}[39m"];

/// `text` with every control character but newline and tab, and every mark that turns the direction
/// of writing, shown as `\u{1b}`. Only `paints` stay.
pub(crate) fn inert<'t>(text: &'t str, paints: &[&str]) -> Cow<'t, str> {
    let steers = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return text.into();
    }
    let (mut out, mut rest) = (String::with_capacity(text.len() + 8), text);
    while let Some((plain, behind)) = rest.find(steers).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(plain);
        let paint = paints.iter().find_map(|paint| Some((*paint, behind.strip_prefix(*paint)?)));
        if let Some((paint, behind)) = paint {
            out.push_str(paint);
            rest = behind;
            continue;
        }
        let mut chars = behind.chars();
        out.extend(chars.next().into_iter().flat_map(char::escape_unicode));
        rest = chars.as_str();
    }
    out.push_str(rest);
    out.into()
}

/// Rows under a head, in columns that line up under Chinese text. Columns in `right` hold numbers.
pub(crate) fn table(head: &[&str], rows: Vec<Vec<String>>, right: &[usize]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(head.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
        if right.contains(&column.index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}
