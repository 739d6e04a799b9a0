//! The fund folder: where its things lie, and `fund.toml`, which decides no money.
//!
//! ```toml
//! url = "https://qianan.example/"    # where the published folder is served
//! publish = "../public"              # the folder that publish writes
//! keys = "../keys"                   # where officers' key files lie on this computer
//! own = ["小陈", "陈会计"]             # names of the fund's own people as bills show them
//! holidays = ["2026-10-01"]          # days beside weekends on which nobody works
//! ```

use super::error::{Error, Kind};
use super::say::say;
use super::shell::Shell;
use super::trouble::older;
use crate::domain::time::Day;
use crate::ledger::{self, Cut, Ledger, Mode};
use crate::publish::Address;
use crate::publisher;
use crate::storage::archive::Kept;
use crate::tlog::Verifier;
use crate::vault::{Place, Recipient};
use crate::verify::Folder;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};

/// The longest checkpoint that is read, in bytes.
const NOTE_MAX: u64 = 1_000_000;
/// The longest `fund.toml` that is read, in bytes.
const CONFIG_MAX: u64 = 64 * 1024;

/// What `fund.toml` says; every line may be left out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Where the published folder is served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// The folder that publish writes, as seen from the fund folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) publish: Option<PathBuf>,
    /// The folder of key files, as seen from the fund folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) keys: Option<PathBuf>,
    /// The names of the fund's own people as bills show them: their money may be the fund's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) own: Vec<String>,
    /// Days beside weekends on which nobody works: banks are shut, nothing is overdue by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) holidays: Vec<String>,
}

impl Config {
    /// The days of `holidays`.
    pub(crate) fn holidays(&self) -> Result<Vec<Day>, Error> {
        let days = self.holidays.iter().map(|day| {
            Day::parse(day.as_bytes()).ok_or_else(|| {
                let day: String = day.chars().take(20).collect();
                let text = say!(
                    "fund.toml 的 holidays 里 {day:?} 不是日期，写成 2026-10-01 的样子",
                    "{day:?} in the holidays of fund.toml is no day such as 2026-10-01"
                );
                Error::new(Kind::CouldNot, text)
            })
        });
        days.collect()
    }
}

/// A fund folder.
#[derive(Clone)]
pub(crate) struct Fund {
    /// The folder itself.
    pub(crate) folder: PathBuf,
    /// Where key files lie.
    pub(crate) keys: PathBuf,
    /// What `fund.toml` says.
    pub(crate) config: Config,
}

impl Fund {
    /// The fund that `-C` names, which must have been founded.
    pub(crate) fn open(shell: &Shell<'_>) -> Result<Fund, Error> {
        let fund = Fund::at(shell)?;
        if fund.folder.join("journal").is_dir() {
            return Ok(fund);
        }
        let at = shell.common.fund.display();
        let text =
            say!("{at} 不是基金文件夹：没有 journal", "{at} is no fund folder: it has no journal");
        Err(Error::new(Kind::CouldNot, text).hint(say!(
            "用 -C 指明文件夹，或用 yishan init 设立",
            "name the folder with -C, or found one with yishan init"
        )))
    }

    /// The folder that `-C` names, founded or not.
    pub(crate) fn at(shell: &Shell<'_>) -> Result<Fund, Error> {
        let folder = shell.path(&shell.common.fund);
        let config = read_config(&folder.join("fund.toml"))?;
        let keys = match (&shell.common.keys, &config.keys) {
            (Some(given), _) => shell.path(given),
            (None, Some(named)) => folder.join(named),
            (None, None) => beside(&folder, "keys"),
        };
        Ok(Fund { folder, keys, config })
    }

    /// The ledger in it. Says so if opening it cut something off the journal.
    pub(crate) fn ledger(&self, shell: &mut Shell<'_>, mode: Mode) -> Result<Ledger, Error> {
        let ledger = Ledger::open(&self.folder, mode).map_err(|why| ledger_error(&why))?;
        if let Some(Cut { entry, len, file }) = ledger.cut() {
            let text = say!(
                "流水末尾有 {len} 字节读不成记录（第 {entry} 号起），已截下，存在 {file}；若不是断电留下的，可能是被改坏的一条，请核对最后记的一笔",
                "the last {len} bytes of the journal, from entry {entry} on, could not be read; they were cut off and are kept in {file}. If no crash left them, an entry may have been damaged: check the last one recorded"
            );
            shell.talk(text.text(shell.lang))?;
        }
        Ok(ledger)
    }

    /// The folder that publish writes.
    pub(crate) fn public(&self) -> PathBuf {
        match &self.config.publish {
            Some(named) => self.folder.join(named),
            None => beside(&self.folder, "public"),
        }
    }

    /// Where the published folder is served, if `fund.toml` says so.
    pub(crate) fn address(&self) -> Result<Option<Address>, Error> {
        let Some(url) = &self.config.url else { return Ok(None) };
        let address = Address::from_people(url).ok_or_else(|| {
            let url: String = url.chars().take(Address::MAX).collect();
            let text = say!(
                "fund.toml 里的 url 不是网址：{url:?}",
                "the url in fund.toml is no web address: {url:?}"
            );
            Error::new(Kind::CouldNot, text).hint(say!(
                "写成 https://qianan.example/ 或 https://files.example/qianan/ 的样子：小写，没有 ? 和 #",
                "write it like https://qianan.example/ or https://files.example/qianan/: small letters, without ? and #"
            ))
        })?;
        Ok(Some(address))
    }

    /// Refuses to sign where something newer may have been signed than this ledger knows: where the
    /// published folder shows a checkpoint that it never signed, where `--since` names one that it
    /// does not continue, and in a store that came back from a backup until one of the two showed
    /// that it is the newest. The log signs one history.
    pub(crate) fn may_sign(
        &self,
        shell: &Shell<'_>,
        ledger: &mut Ledger,
        key: &Verifier,
        since: Option<&Since>,
    ) -> Result<(), Error> {
        ledger
            .is_signed_by(key)
            .map_err(|why| Error::because(say!("没有签名", "nothing was signed"), &why))?;
        let (file, restored) = (self.public().join("checkpoint"), ledger.is_restored());
        let restored = restored.map_err(|why| ledger_error(&why))?;
        let published = if file.exists() { Some(read(&file, NOTE_MAX)?) } else { None };
        match since {
            Some(Since::Note(given)) => {
                let note = read(&shell.path(given), NOTE_MAX)?;
                settle(ledger, Some((&note, key)), &given.display().to_string())?;
            }
            Some(Since::None) if published.is_none() => settle(ledger, None, "none")?,
            _ => {}
        }
        let Some(note) = published else {
            // The ledger itself refuses, but only after the officer signed the close.
            let unsettled = restored && since.is_none();
            let size = ledger.size();
            let refused = || ledger_error(&ledger::Error::Restored { size });
            return if unsettled { Err(refused()) } else { Ok(()) };
        };
        if restored {
            return settle(ledger, Some((&note, key)), &file.display().to_string());
        }
        Fund::same_history_in(&self.public(), ledger).map(drop)
    }

    /// The checkpoint that a published folder shows, if it shows one, as this ledger signed it.
    /// Refuses one that this ledger does not know: then this is an older copy, and signing would
    /// make a second history.
    pub(crate) fn same_history_in(folder: &Path, ledger: &Ledger) -> Result<Option<Kept>, Error> {
        if !folder.exists() {
            return Ok(None);
        }
        let at = folder.join("checkpoint");
        let at = at.display();
        let asked = Folder::open(folder).map_err(publisher::Error::from);
        match asked.and_then(|there| publisher::same_history(ledger, &there)) {
            Ok(shown) => Ok(shown),
            Err(publisher::Error::Foreign { found, size }) => Err(Error::new(
                Kind::CouldNot,
                say!(
                    "{at} 公布的检查点（{found}）不是本账本签的：这里的 {size} 条记录可能是旧备份。没有签名，请换回最新的账本",
                    "the checkpoint published in {at} ({found}) was not signed by this ledger: its {size} entries may be an older copy. Nothing was signed; put the newest copy back"
                ),
            )
            .hint(older())),
            Err(why) => {
                Err(Error::because(say!("无法读取 {at}", "cannot read {at}"), &why))
            }
        }
    }

    /// Seals `bytes` into the vault; what is there already stays.
    pub(crate) fn keep(&self, place: &Place, bytes: &[u8]) -> Result<(), Error> {
        self.seal(place, bytes)?.put()
    }

    /// Does what [`Fund::keep`] does, but for giving it its name.
    pub(crate) fn seal(&self, place: &Place, bytes: &[u8]) -> Result<Parcel, Error> {
        let file = self.folder.join("vault").join(place.to_string());
        if file.exists() {
            return Ok(Parcel(None));
        }
        let recipient = self.folder.join("vault").join("recipient");
        let text = String::from_utf8(read(&recipient, 1024)?).unwrap_or_default();
        let recipient = Recipient::parse(text.trim_end()).map_err(|why| {
            Error::because(say!("无法封存到保险柜", "cannot seal it into the vault"), &why)
        })?;
        // Under another name until it is whole: a file cut short by a crash would pass for the
        // bill.
        let new = file.with_extension("new");
        if new.exists() {
            std::fs::remove_file(&new).map_err(|why| unwritten(&new, &why))?;
        }
        create_new(&new, false, |out| recipient.seal_to(bytes, out))?;
        Ok(Parcel(Some((new, file))))
    }
}

/// What was sealed and has no name in the vault yet, with that name; nothing if it was there.
/// Dropped without one, it is removed.
pub(crate) struct Parcel(Option<(PathBuf, PathBuf)>);

impl Parcel {
    /// Gives it its name, durably.
    pub(crate) fn put(mut self) -> Result<(), Error> {
        let Some((new, file)) = &self.0 else { return Ok(()) };
        std::fs::rename(new, file).map_err(|why| unwritten(file, &why))?;
        let synced = sync_above(file);
        self.0 = None;
        synced
    }
}

impl Drop for Parcel {
    fn drop(&mut self) {
        if let Some((new, _)) = &self.0 {
            // What stays all the same is removed when it is sealed the next time.
            let _ = std::fs::remove_file(new);
        }
    }
}

/// Holds the ledger against the newest checkpoint known, which stands in `at`: it may sign then,
/// and until it has, a restored store stays marked.
fn settle(ledger: &mut Ledger, newest: Option<(&[u8], &Verifier)>, at: &str) -> Result<(), Error> {
    ledger.show_newest(newest).map_err(|why| {
        if matches!(why, ledger::Error::Signed { .. }) {
            let text = say!(
                "--since {at} 不对，没有签名",
                "--since {at} is not so, and nothing was signed"
            );
            return Error::because(text, &why);
        }
        let text = say!(
            "本账本不是 {at} 的延续，没有签名",
            "this ledger does not continue {at}, and nothing was signed"
        );
        let older_copy = matches!(why, ledger::Error::Below { .. } | ledger::Error::Forked { .. });
        let error = Error::because(text, &why);
        if older_copy { error.hint(older()) } else { error }
    })
}

/// The newest checkpoint that the log is known to have signed, as named on the command line.
#[derive(Clone, Debug)]
pub(crate) enum Since {
    /// It stands in this file.
    Note(PathBuf),
    /// It never signed one that anybody saw.
    None,
}

impl Since {
    /// A file, or the word `none`.
    pub(crate) fn parse(text: &str) -> Result<Since, std::convert::Infallible> {
        Ok(if text == "none" { Since::None } else { Since::Note(text.into()) })
    }
}

/// The folder `name` in the folder that holds `folder`.
pub(crate) fn beside(folder: &Path, name: &str) -> PathBuf {
    match folder.file_name() {
        Some(_) => folder.with_file_name(name),
        None => folder.join("..").join(name),
    }
}

/// An error of the ledger itself: its disk, its files, another writer.
pub(crate) fn ledger_error(why: &crate::ledger::Error) -> Error {
    Error::because(say!("账本打不开或写不进", "the ledger cannot be opened or written"), why)
}

pub(crate) fn read_config(file: &Path) -> Result<Config, Error> {
    if !file.exists() {
        return Ok(Config::default());
    }
    let shown = file.display();
    let wrong = say!("{shown} 读不懂", "{shown} cannot be read");
    let text = String::from_utf8(read(file, CONFIG_MAX)?)
        .map_err(|why| Error::because(wrong.clone(), &why))?;
    toml::from_str(&text).map_err(|why| Error::because(wrong, &why))
}

/// Reads a regular file of at most `max` bytes.
pub(crate) fn read(file: &Path, max: u64) -> Result<Vec<u8>, Error> {
    let shown = file.display();
    // Asked before it is opened: opening a pipe waits for whoever writes into it.
    if !std::fs::metadata(file).map_err(|why| unread(file, &why))?.is_file() {
        let text =
            say!("{shown} 不是普通文件，无法读取", "{shown} is no regular file and cannot be read");
        let hint = say!("请换成一个普通文件", "name a regular file");
        return Err(Error::new(Kind::CouldNot, text).hint(hint));
    }
    read_any(file, max)
}

/// Reads at most `max` bytes of what may be a pipe, whatever length it says it has.
pub(crate) fn read_any(file: &Path, max: u64) -> Result<Vec<u8>, Error> {
    let shown = file.display();
    let opened = File::open(file).map_err(|why| unread(file, &why))?;
    let said = opened.metadata().map_err(|why| unread(file, &why))?.len();
    let mut bytes = Vec::new();
    if said <= max {
        // One byte more, so that the end is found without growing.
        bytes.reserve_exact(usize::try_from(said).unwrap_or_default().saturating_add(1));
        let read = opened.take(max.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|why| unread(file, &why))?;
    }
    let len = said.max(bytes.len() as u64);
    if len > max {
        return Err(Error::new(
            Kind::CouldNot,
            say!(
                "{shown} 有 {len} 字节，最多 {max}",
                "{shown} has {len} bytes, and {max} is the most"
            ),
        ));
    }
    Ok(bytes)
}

fn unread(file: &Path, why: &std::io::Error) -> Error {
    let shown = file.display();
    Error::because(say!("无法读取 {shown}", "cannot read {shown}"), why)
}

/// Makes a folder and those above it.
pub(crate) fn create_dir(folder: &Path) -> Result<(), Error> {
    let shown = folder.display();
    let failed = |why| {
        Error::because(say!("无法建立文件夹 {shown}", "cannot make the folder {shown}"), &why)
    };
    std::fs::create_dir_all(folder).map_err(failed)
}

/// Writes a file that is not there yet, and the folders above it; `private` for its owner alone.
pub(crate) fn write_new(file: &Path, bytes: &[u8], private: bool) -> Result<(), Error> {
    create_new(file, private, |mut out| out.write_all(bytes).map(|()| out))
}

/// The same for a file that `write` writes piece by piece, for everyone to read. If that fails,
/// what was written stays there, and the error says why.
pub(crate) fn create_with(
    file: &Path,
    write: impl FnOnce(File) -> Result<File, Error>,
) -> Result<(), Error> {
    create(file, false, write)
}

fn create_new(
    file: &Path,
    private: bool,
    write: impl FnOnce(File) -> std::io::Result<File>,
) -> Result<(), Error> {
    create(file, private, |out| write(out).map_err(|why| unwritten(file, &why)))
}

fn create(
    file: &Path,
    private: bool,
    write: impl FnOnce(File) -> Result<File, Error>,
) -> Result<(), Error> {
    let failed = |why: std::io::Error| unwritten(file, &why);
    if let Some(above) = file.parent() {
        create_dir(above)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let out = options.open(file).map_err(failed)?;
    write(out)?.sync_all().map_err(failed)?;
    sync_above(file)
}

/// Makes the name of `file` as durable as its bytes.
pub(crate) fn sync_above(file: &Path) -> Result<(), Error> {
    // Elsewhere a folder cannot be opened, and need not be.
    #[cfg(unix)]
    if let Some(above) = file.parent() {
        let synced = std::fs::File::open(above).and_then(|folder| folder.sync_all());
        synced.map_err(|why| unwritten(file, &why))?;
    }
    Ok(())
}

pub(crate) fn unwritten(file: &Path, why: &std::io::Error) -> Error {
    let shown = file.display();
    Error::because(say!("无法写入 {shown}", "cannot write {shown}"), why)
}
