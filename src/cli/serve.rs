//! `serve`: the published folder over HTTP, until Ctrl-C.

use super::error::{Error, Kind};
use super::say::say;
use super::serving::{Serving, Tally};
use super::shell::{Report, Shell};
use super::value;
use crate::domain::english::agreed;
use crate::domain::time::{Stamp, Zone};
use crate::server::{Base, Hit};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Serve a published folder over HTTP, behind a proxy that encrypts
#[derive(clap::Args)]
pub(super) struct Args {
    /// The published folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Listen at this address; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = value::listen)]
    listen: SocketAddr,
    /// Serve it under this path
    #[arg(long, value_name = "PATH", default_value = "/", value_parser = value::base)]
    base: Base,
    /// Write a line for each answer to the end of this file, to standard error if not said
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let folder = shell.path(&args.folder);
    published(&folder)?;
    let mut log = args.log.as_deref().map(|file| open_log(&shell.path(file))).transpose()?;
    let mut serving = Serving::new();
    let url = serving.open(args.listen, &folder, &args.base)?;
    begun(shell, &folder, &url)?;
    let tally = serving.until_stopped(&mut |hit, last| {
        let line = line(shell, hit);
        match &mut log {
            Some(log) => write_log(log, &line, last).is_ok(),
            None => shell.talk(&line).is_ok(),
        }
    });
    let Tally { answers, bytes, unlogged } = tally;
    let text = shell.lang.pick(
        format!("已停止：答复 {answers} 次，共 {bytes} 字节"),
        agreed!("stopped: {answers} answers, {bytes} bytes in all"),
    );
    Ok(Report::new(text, json!({"answers": answers, "bytes": bytes, "unlogged": unlogged})))
}

/// Whether the folder is one that was published. A fund's own folder holds what is private.
pub(super) fn published(folder: &Path) -> Result<(), Error> {
    if ["checkpoint", "log.vkey"].iter().all(|name| folder.join(name).is_file()) {
        return Ok(());
    }
    let at = folder.display();
    Err(Error::new(
        Kind::CouldNot,
        say!("{at} 不是公示文件夹，不能对外提供", "{at} is no published folder, and is not served"),
    )
    .hint(say!("用 yishan publish 写一个", "write one with yishan publish")))
}

/// Says where it is served, at once: it may go on for months.
fn begun(shell: &mut Shell<'_>, folder: &Path, url: &str) -> Result<(), Error> {
    let at = folder.display();
    if shell.common.json {
        let begun = json!({"schema": 1, "verb": "serve", "verdict": "serving", "folder": at.to_string(), "url": url});
        return shell.print_raw(super::Stream::Out, &format!("{begun}\n"));
    }
    let text =
        shell.lang.pick(format!("正在提供 {at}：{url}\n"), format!("serving {at} at {url}\n"));
    shell.print(super::Stream::Out, &text)?;
    shell.talk(shell.lang.pick("按 Ctrl-C 停止", "Ctrl-C stops it"))
}

/// A log that is written to at its end.
fn open_log(file: &Path) -> Result<BufWriter<File>, Error> {
    let at = file.display();
    let opened = OpenOptions::new().append(true).create(true).open(file);
    let opened = opened.map_err(|why| {
        Error::because(say!("日志 {at} 打不开", "the log {at} cannot be opened"), &why)
    })?;
    Ok(BufWriter::new(opened))
}

/// Writes a line, and all of them to the disk once nobody else has something to tell.
fn write_log(log: &mut BufWriter<File>, line: &str, last: bool) -> io::Result<()> {
    writeln!(log, "{line}")?;
    if last { log.flush() } else { Ok(()) }
}

/// A line of the log: when, what was asked for, the status, bytes of the body, milliseconds.
fn line(shell: &Shell<'_>, hit: Hit) -> String {
    let at = Stamp::from_unix((shell.ctx.clock)(), Zone::CHINA);
    let at = at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    let Hit { method, class, status, bytes, took } = hit;
    format!("{at} {method} {} {status} {bytes} {}", class.word(), took.as_millis())
}
