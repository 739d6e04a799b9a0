//! `man`: the manual page of a command, in roff.

use super::error::{Error, Kind};
use super::help;
use super::say::say;
use super::shell::{Report, Shell};
use serde_json::json;

/// Print the manual page of a command
#[derive(clap::Args)]
pub(super) struct Args {
    /// The command, such as officer appoint; all of yishan if not said
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let tree = help::tree(shell.lang);
    let mut command = &tree;
    for name in &args.command {
        let found = command.find_subcommand(name);
        command = found.ok_or_else(|| {
            Error::new(Kind::NotFound, say!("没有命令「{name}」", "there is no command {name:?}"))
        })?;
    }
    let mut out = Vec::new();
    let page = clap_mangen::Man::new(command.clone());
    page.render(&mut out)
        .map_err(|why| Error::because(say!("手册写不出来", "the page cannot be written"), &why))?;
    let text = String::from_utf8_lossy(&out).trim_end().to_owned();
    Ok(Report::new(text.clone(), json!({"text": text})))
}
