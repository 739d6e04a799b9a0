//! The fund folder: where its things lie, and `fund.toml`, which decides no money.
//!
//! ```toml
//! url = "https://qianan.example/"    # where the published folder is served
//! publish = "../public"              # the folder that publish writes
//! keys = "../keys"                   # where officers' key files lie on this computer
//! own = ["小陈", "陈会计"]             # names of the fund's own people as bills show them
//! ```

use super::error::{Error, Kind};
use super::say::say;
use super::shell::Shell;
use crate::ledger::{Ledger, Mode};
use crate::publisher;
use crate::vault::{Place, Recipient};
use crate::verify::Folder;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};

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
}

/// A fund folder.
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

    /// The ledger in it.
    pub(crate) fn ledger(&self, mode: Mode) -> Result<Ledger, Error> {
        Ledger::open(&self.folder, mode).map_err(|why| ledger_error(&why))
    }

    /// The folder that publish writes.
    pub(crate) fn public(&self) -> PathBuf {
        match &self.config.publish {
            Some(named) => self.folder.join(named),
            None => beside(&self.folder, "public"),
        }
    }

    /// Refuses to sign where the published folder shows a checkpoint that this ledger does not
    /// know: then this is an older copy, and signing would make a second history.
    pub(crate) fn same_history(&self, ledger: &Ledger) -> Result<(), Error> {
        Fund::same_history_in(&self.public(), ledger)
    }

    /// The same for any folder that is published to.
    pub(crate) fn same_history_in(folder: &Path, ledger: &Ledger) -> Result<(), Error> {
        if !folder.exists() {
            return Ok(());
        }
        let at = folder.join("checkpoint");
        let at = at.display();
        let asked = Folder::open(folder).map_err(publisher::Error::from);
        match asked.and_then(|there| publisher::same_history(ledger, &there)) {
            Ok(_) => Ok(()),
            Err(publisher::Error::Foreign { found, size }) => Err(Error::new(
                Kind::CouldNot,
                say!(
                    "{at} 公布的检查点（{found}）不是本账本签的：这里的 {size} 条记录可能是旧备份。没有签名，请换回最新的账本",
                    "the checkpoint published in {at} ({found}) was not signed by this ledger: its {size} entries may be an older copy. Nothing was signed; put the newest copy back"
                ),
            )),
            Err(why) => {
                Err(Error::because(say!("无法读取 {at}", "cannot read {at}"), &why))
            }
        }
    }

    /// Seals `bytes` into the vault; what is there already stays.
    pub(crate) fn keep(&self, place: &Place, bytes: &[u8]) -> Result<(), Error> {
        let file = self.folder.join("vault").join(place.to_string());
        if file.exists() {
            return Ok(());
        }
        let recipient = self.folder.join("vault").join("recipient");
        let text = String::from_utf8(read(&recipient, 1024)?).unwrap_or_default();
        let sealed = Recipient::parse(text.trim_end()).and_then(|r| r.seal(bytes));
        let sealed = sealed.map_err(|why| {
            Error::because(say!("无法封存到保险柜", "cannot seal it into the vault"), &why)
        })?;
        // Under another name until it is whole: a file cut short by a crash would pass for the
        // bill.
        let new = file.with_extension("new");
        if new.exists() {
            std::fs::remove_file(&new).map_err(|why| unwritten(&new, &why))?;
        }
        write_new(&new, &sealed, false)?;
        std::fs::rename(&new, &file).map_err(|why| unwritten(&file, &why))?;
        sync_above(&file)
    }
}

/// The folder `name` in the folder that holds `folder`.
fn beside(folder: &Path, name: &str) -> PathBuf {
    match folder.file_name() {
        Some(_) => folder.with_file_name(name),
        None => folder.join("..").join(name),
    }
}

/// An error of the ledger itself: its disk, its files, another writer.
pub(crate) fn ledger_error(why: &crate::ledger::Error) -> Error {
    Error::because(say!("账本打不开或写不进", "the ledger cannot be opened or written"), why)
}

fn read_config(file: &Path) -> Result<Config, Error> {
    if !file.exists() {
        return Ok(Config::default());
    }
    let shown = file.display();
    let wrong = say!("{shown} 读不懂", "{shown} cannot be read");
    let text = String::from_utf8(read(file, CONFIG_MAX)?)
        .map_err(|why| Error::because(wrong.clone(), &why))?;
    toml::from_str(&text).map_err(|why| Error::because(wrong, &why))
}

/// Reads a file of at most `max` bytes.
pub(crate) fn read(file: &Path, max: u64) -> Result<Vec<u8>, Error> {
    let shown = file.display();
    let failed =
        |why: std::io::Error| Error::because(say!("无法读取 {shown}", "cannot read {shown}"), &why);
    let len = std::fs::metadata(file).map_err(failed)?.len();
    if len > max {
        return Err(Error::new(
            Kind::CouldNot,
            say!(
                "{shown} 有 {len} 字节，最多 {max}",
                "{shown} has {len} bytes, and {max} is the most"
            ),
        ));
    }
    std::fs::read(file).map_err(failed)
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
    let mut out = options.open(file).map_err(failed)?;
    out.write_all(bytes).and_then(|()| out.sync_all()).map_err(failed)?;
    sync_above(file)
}

/// Makes the name of `file` as durable as its bytes.
fn sync_above(file: &Path) -> Result<(), Error> {
    // Elsewhere a folder cannot be opened, and need not be.
    #[cfg(unix)]
    if let Some(above) = file.parent() {
        let synced = std::fs::File::open(above).and_then(|folder| folder.sync_all());
        synced.map_err(|why| unwritten(file, &why))?;
    }
    Ok(())
}

fn unwritten(file: &Path, why: &std::io::Error) -> Error {
    let shown = file.display();
    Error::because(say!("无法写入 {shown}", "cannot write {shown}"), why)
}
