//! `man`: the manual page of a command, in roff.

use super::error::{Error, Kind};
use super::help;
use super::say::say;
use super::shell::{Report, Shell};
use crate::domain::text::Lang;
use serde_json::json;

/// The headings that the page is made with, and their Chinese.
const HEADINGS: [(&str, &str); 4] =
    [("NAME", "名称"), ("SYNOPSIS", "用法"), ("DESCRIPTION", "说明"), ("VERSION", "版本")];

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
    let mut text = String::from_utf8_lossy(&out).trim_end().to_owned();
    if shell.lang == Lang::Zh {
        for (en, zh) in HEADINGS {
            text = text.replace(&format!(".SH {en}\n"), &format!(".SH {zh}\n"));
        }
    }
    Ok(Report::new(text.clone(), json!({"text": text})))
}
