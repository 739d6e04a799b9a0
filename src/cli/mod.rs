//! The command line: `yishan [-C FUND] VERB`.
//!
//! One file a verb holds its arguments and what it does; [`desk`] is the way every writing verb
//! goes, [`shell`] the way everything is printed. No rule of the ledger lives here: what may be
//! recorded is for the rules to say, and their refusals are printed as they come, with a command to
//! try next.

#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "every verb is run alike: with its arguments, to a report or an error"
)]

mod account;
mod acknowledge;
mod allocate;
mod approve;
mod backup;
mod balance;
mod bar;
mod booked;
mod campaign;
mod cashbox;
mod catalogue;
mod certificate;
mod check;
mod chronicle;
mod clawback;
mod clock;
mod close;
mod completions;
mod context;
mod demo;
mod desk;
mod doctor;
mod document;
mod duty;
mod entrust;
mod error;
mod expense;
mod export;
mod fee;
mod founding;
mod fund;
mod give;
mod goods;
mod grant;
mod help;
mod helpers;
mod hint;
mod hours;
mod import;
mod index;
mod init;
mod interest;
mod key;
mod lang;
mod man;
mod matching;
mod movements;
mod notice;
mod officer;
mod org;
mod pages;
mod pair;
mod pass;
mod pay;
mod person;
mod picture;
mod pot;
mod publish;
mod receipt;
mod reconcile;
mod refund;
mod reject;
mod report;
mod restore;
mod reverse;
mod rollup;
mod say;
mod serve;
mod serving;
mod shell;
mod show;
mod site;
mod slip;
mod statement;
mod status;
mod student;
mod system;
mod text;
mod ticket;
mod transfer;
mod trouble;
mod typed;
mod unlock;
mod value;
mod verify;
mod volunteer;
mod wish;

pub use context::{Context, Printed, Random, Scripted, Stream, Terminal};
pub use error::{Error, Kind};
pub use say::Say;
pub use system::hush_contained_panics;

use crate::domain::text::Id;
use clap::Parser;
use shell::{Report, Shell};
use std::ffi::OsString;
use std::path::PathBuf;
use typed::Typed;

/// A transparent ledger for 日行一善, one yuan a day
#[derive(Parser)]
#[command(
    name = "yishan",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Args {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum Colour {
    #[value(help = None)]
    Auto,
    #[value(help = None)]
    Always,
    #[value(help = None)]
    Never,
}

/// A language of the program.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum Tongue {
    #[value(help = None)]
    Zh,
    #[value(help = None)]
    En,
}

#[derive(Clone, Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Common {
    /// Work on the fund in this folder
    #[arg(short = 'C', value_name = "FUND", default_value = ".", global = true)]
    fund: PathBuf,
    /// Sign as this officer
    // Its id is its own: a verb's argument called `officer` would hide it.
    #[arg(id = "sign_as", long = "as", value_name = "OFFICER", value_parser = value::id, global = true)]
    officer: Option<Id>,
    /// Sign with this key file
    #[arg(id = "key_file", long = "officer-key", value_name = "FILE", global = true)]
    key: Option<PathBuf>,
    /// Look for key files in this folder, beside the fund if not said
    #[arg(long, value_name = "FOLDER", global = true)]
    keys: Option<PathBuf>,
    /// Read the passphrase from the first line of a file
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase_fd", global = true)]
    passphrase_file: Option<PathBuf>,
    /// Read the passphrase from an open file descriptor
    #[arg(long, value_name = "N", global = true)]
    passphrase_fd: Option<u16>,
    /// Record without asking
    #[arg(short, long, global = true)]
    yes: bool,
    /// Today, if the computer's clock is to be believed after a long silence
    #[arg(long, value_name = "DAY", value_parser = value::day, global = true)]
    today: Option<crate::domain::time::Day>,
    /// Never ask, fail and name the flag instead
    #[arg(long, global = true)]
    no_input: bool,
    /// Print one JSON object
    #[arg(long, global = true)]
    json: bool,
    /// Leave out everything but data and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Colour the output
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", global = true)]
    color: Colour,
    /// Speak this language, that of the locale if not said
    #[arg(long, value_enum, value_name = "LANG", global = true)]
    lang: Option<Tongue>,
}

/// Declares the verbs: module, name in the enum; each module has `Args` and `run`.
macro_rules! verbs {
    ($($(#[$doc:meta])* $verb:ident $module:ident;)+) => {
        #[derive(clap::Subcommand)]
        enum Verb { $($(#[$doc])* $verb($module::Args),)+ }

        impl Verb {
            /// Every verb.
            const NAMES: &[&str] = &[$(stringify!($module)),+];

            /// The verb as typed.
            fn name(&self) -> &'static str {
                match self { $(Verb::$verb(_) => stringify!($module),)+ }
            }

            fn run(self, shell: &mut Shell<'_>) -> Result<Report, Error> {
                match self { $(Verb::$verb(args) => $module::run(args, shell),)+ }
            }
        }
    };
}

verbs! {
    Init init;
    Key key;
    Officer officer;
    Account account;
    Give give;
    Import import;
    Refund refund;
    Ticket ticket;
    Transfer transfer;
    Fee fee;
    Interest interest;
    Pot pot;
    Campaign campaign;
    Grant grant;
    Matching matching;
    Expense expense;
    Cashbox cashbox;
    Pair pair;
    Entrust entrust;
    Pass pass;
    Student student;
    Site site;
    Goods goods;
    Person person;
    Allocate allocate;
    Approve approve;
    Reject reject;
    Pay pay;
    Acknowledge acknowledge;
    Clawback clawback;
    Document document;
    Org org;
    Volunteer volunteer;
    Duty duty;
    Hours hours;
    Wish wish;
    Helpers helpers;
    Statement statement;
    Reconcile reconcile;
    Reverse reverse;
    Notice notice;
    Close close;
    Status status;
    Show show;
    Balance balance;
    Chronicle chronicle;
    Index index;
    Backup backup;
    Restore restore;
    Doctor doctor;
    Publish publish;
    Text text;
    Receipt receipt;
    Certificate certificate;
    Check check;
    Verify verify;
    Rollup rollup;
    Export export;
    Report report;
    Serve serve;
    Demo demo;
    Completions completions;
    Man man;
}

/// Runs one command line, program name first, and returns its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>, ctx: &mut Context) -> u8 {
    let args: Vec<_> = args.into_iter().collect();
    let lang = lang::choose(&args, &ctx.env);
    match help::parse(&args, lang, ctx.terminal.width()) {
        Ok(Args { common, verb }) => {
            let name = verb.name();
            let mut shell = Shell { ctx, common, lang, verb: name };
            let result = verb.run(&mut shell);
            finish(&mut shell, name, result)
        }
        Err(stop) => {
            let to = if stop.code == 0 { Stream::Out } else { Stream::Err };
            // Nothing is left to do if even this cannot be printed.
            let _ = ctx.terminal.write(to, &shell::inert(&stop.text, &[]));
            stop.code
        }
    }
}

/// Prints what the command came to.
fn finish(shell: &mut Shell<'_>, verb: &str, result: Result<Report, Error>) -> u8 {
    let result = result.map_err(|error| error.typed(&Typed::of(&shell.common)));
    let printed = match &result {
        Ok(report) => print_report(shell, verb, report),
        Err(error) if error.kind == Kind::Pipe => Ok(()),
        Err(error) => print_error(shell, verb, error),
    };
    match (result, printed) {
        (_, Err(why)) => why.kind.code(),
        (Ok(report), _) => report.kind.map_or(0, Kind::code),
        (Err(error), _) => error.kind.code(),
    }
}

fn print_report(shell: &mut Shell<'_>, verb: &str, report: &Report) -> Result<(), Error> {
    if !shell.common.json {
        let end = if report.text.is_empty() { "" } else { "\n" };
        return shell.print(Stream::Out, &format!("{}{end}", report.text));
    }
    let verdict = report.kind.map_or("done", Kind::verdict);
    let mut json = serde_json::json!({"schema": 1, "verb": verb, "verdict": verdict});
    if let (Some(all), serde_json::Value::Object(more)) =
        (json.as_object_mut(), report.json.clone())
    {
        all.extend(more);
    }
    shell.print_raw(Stream::Out, &format!("{json}\n"))
}

fn print_error(shell: &mut Shell<'_>, verb: &str, error: &Error) -> Result<(), Error> {
    if shell.common.json {
        let error_json = error.json(shell.lang);
        let json = serde_json::json!({"schema": 1, "verb": verb, "verdict": error.kind.verdict(), "error": error_json});
        return shell.print_raw(Stream::Out, &format!("{json}\n"));
    }
    let mut lines = error.lines(shell.lang);
    if let Some(first) = lines.first_mut() {
        *first = shell.red(first);
    }
    shell.print(Stream::Err, &format!("{}\n", lines.join("\n")))
}
