//! `restore`: a fund from its backup, under its name only when it has proved itself.

use super::backup::with_suffix;
use super::error::{Error, Kind};
use super::fund::{beside, create_dir, read, sync_above, unwritten};
use super::say::{Say, say};
use super::shell::{Report, Shell};
use super::trouble::older;
use super::unlock;
use super::verify::key_of;
use crate::backup::{self, Manifest};
use crate::ledger::{self, Ledger, Mode};
use crate::people::{FORGOTTEN_MAX, Forgotten};
use crate::storage::real_disk::RealDisk;
use crate::tlog::MAX_NOTE_LEN;
use crate::vault::{Sealed, Unlock, Unsealed};
use serde_json::json;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Bytes read from the file at once.
const GATHER: usize = 1 << 20;

/// Bring a fund back from a backup, into a folder that is not there yet
#[derive(clap::Args)]
pub(super) struct Args {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The folder to make
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// The newest checkpoint known, such as the one published: the fund must continue it
    #[arg(long, value_name = "NOTE", requires = "log_key")]
    since: Option<PathBuf>,
    /// The log's public key, or a file that holds it, had from somewhere else than the site
    #[arg(long = "key", value_name = "VKEY", requires = "since")]
    log_key: Option<String>,
    /// A newer list of the forgotten, such as vault/forgotten of the fund that was lost
    #[arg(long, value_name = "FILE")]
    forgotten: Option<PathBuf>,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let folder = shell.path(&args.folder);
    let (part, shown) = (with_suffix(&folder, ".part"), args.folder.display().to_string());
    for taken in [&folder, &part] {
        if std::fs::symlink_metadata(taken).is_ok() {
            let at = taken.display();
            let text =
                say!("{at} 已经在了，不会覆盖", "{at} is there already and is not overwritten");
            let hint = say!("恢复到一个新文件夹", "restore into a new folder");
            return Err(Error::new(Kind::CouldNot, text).hint(hint));
        }
    }
    let newest = args.since.as_ref().zip(args.log_key.as_ref());
    let newest = match newest {
        Some((note, key)) => {
            Some((read(&shell.path(note), MAX_NOTE_LEN as u64)?, key_of(shell, key)?))
        }
        None => None,
    };
    let given = shell.common.keys.as_ref().map(|keys| shell.path(keys));
    let keys = given.unwrap_or_else(|| beside(&folder, "keys"));
    let forgotten = forgotten(shell, &keys, args.forgotten.as_deref())?;
    let mut input = open(shell, &args.file, &keys)?;
    create_dir(&part)?;
    let restored = fill(&mut input, &part)
        .and_then(|manifest| {
            let again = forget(&part, &forgotten)?;
            prove(&part, &manifest, newest.as_ref()).map(|state| (manifest, state, again))
        })
        .and_then(|done| {
            std::fs::rename(&part, &folder).map_err(|why| unwritten(&folder, &why))?;
            sync_above(&folder)?;
            Ok(done)
        });
    let (manifest, state, again) = restored.inspect_err(|_| {
        // Made here a moment ago, and not what it should be.
        let _ = std::fs::remove_dir_all(&part);
    })?;
    Ok(tell(shell, &manifest, &state, again, &shown))
}

/// Who is forgotten, as the folder of keys and a list named know it: the backup may be older.
fn forgotten(shell: &Shell<'_>, keys: &Path, named: Option<&Path>) -> Result<Forgotten, Error> {
    let unread = |why: &(dyn std::error::Error + 'static)| {
        let text = say!(
            "读不了删除名单，没有恢复",
            "the list of the forgotten cannot be read, and nothing was restored"
        );
        Error::because(text, why)
    };
    let mut all = Forgotten::default();
    for file in [Some(keys.join("forgotten")).filter(|f| f.exists()), named.map(|n| shell.path(n))]
    {
        let Some(file) = file else { continue };
        let bytes = read(&file, FORGOTTEN_MAX)?;
        all.join(Forgotten::parse(&bytes).map_err(|why| unread(&why))?);
    }
    Ok(all)
}

/// Destroys what the backup still had of people who are forgotten; how many pieces.
fn forget(part: &Path, forgotten: &Forgotten) -> Result<usize, Error> {
    let disk = RealDisk::open(part).map_err(|why| failed(&why))?;
    forgotten.apply(&disk).map_err(|why| failed(&why))
}

fn failed(why: &(dyn std::error::Error + 'static)) -> Error {
    Error::because(
        say!("没有恢复，什么也没有留下", "nothing was restored, and nothing is left of it"),
        why,
    )
}

/// The content of the backup, opened with its passphrase or the vault's key.
fn open(
    shell: &mut Shell<'_>,
    file: &Path,
    keys: &Path,
) -> Result<Unsealed<BufReader<File>>, Error> {
    let shown = file.display();
    let input = File::open(shell.path(file))
        .map_err(|why| Error::because(say!("无法读取 {shown}", "cannot read {shown}"), &why))?;
    let refused = |why: &(dyn std::error::Error + 'static)| {
        Error::because(say!("{shown} 打不开", "{shown} cannot be opened"), why)
    };
    let sealed =
        Sealed::read(BufReader::with_capacity(GATHER, input)).map_err(|why| refused(&why))?;
    if sealed.wants_passphrase() {
        let question = say!("这份备份的口令：", "passphrase of this backup:");
        let passphrase = unlock::passphrase(shell, &question)?;
        return sealed.open(&Unlock::Passphrase(&passphrase)).map_err(|why| refused(&why));
    }
    let identity = unlock::vault_key(shell, keys, None)?;
    sealed.open(&Unlock::Vault(&identity)).map_err(|why| refused(&why))
}

fn fill(input: &mut Unsealed<BufReader<File>>, part: &Path) -> Result<Manifest, Error> {
    let disk = RealDisk::open(part).map_err(|why| failed(&why))?;
    backup::read(input, &disk).map_err(|why| failed(&why))
}

/// What is known of the restored fund's right to sign.
enum State {
    /// It continues the newest checkpoint known.
    Newest,
    /// A newer checkpoint was signed: it is older, and may not sign.
    Older(Error),
    /// Nobody said what was signed last.
    Unknown,
}

/// Opens what came back as every fund is opened, replaying every entry, and holds it against the
/// manifest and the newest checkpoint known.
fn prove(
    part: &Path,
    manifest: &Manifest,
    newest: Option<&(Vec<u8>, crate::tlog::Verifier)>,
) -> Result<State, Error> {
    let mut ledger = Ledger::open(part, Mode::Write).map_err(|why| failed(&why))?;
    backup::prove(&ledger, manifest).map_err(|why| failed(&why))?;
    ledger.commit_index().map_err(|why| failed(&why))?;
    let Some((note, key)) = newest else { return Ok(State::Unknown) };
    match ledger.settle(Some((note, key))) {
        Ok(()) => Ok(State::Newest),
        Err(why @ ledger::Error::Below { .. }) => Ok(State::Older(failed(&why))),
        Err(why) => Err(failed(&why)),
    }
}

fn tell(shell: &Shell<'_>, manifest: &Manifest, state: &State, again: usize, at: &str) -> Report {
    let (size, root, made, origin) =
        (manifest.size, &manifest.root, &manifest.made, &manifest.origin);
    let mut text = vec![say!(
        "已恢复 {origin} 的 {size} 条记录：{at}\n  备份于 {made}\n  每条记录都重放过，根与清单一致\n  根 {root}",
        "restored {size} entries of {origin}: {at}\n  backed up {made}\n  every entry was replayed, and the root is that of the manifest\n  root {root}"
    )];
    if again > 0 {
        text.push(say!(
            "备份之后删除的人，又从恢复的文件夹里删除了 {again} 件",
            "of people forgotten since the backup, {again} pieces were destroyed again in what came back"
        ));
    }
    let may_sign = match state {
        State::Newest => true,
        State::Unknown => {
            text.push(say!(
                "签检查点之前，先证明它是最新的：公示文件夹在 fund.toml 所写的地方就自动核对，否则\n  yishan -C {at} publish --since 公示网站上的 checkpoint",
                "before it signs a checkpoint it must be shown to be the newest: by the published folder that fund.toml names, or with\n  yishan -C {at} publish --since CHECKPOINT, the file that is published"
            ));
            false
        }
        State::Older(why) => {
            text.extend(why.causes.iter().cloned());
            text.push(older());
            false
        }
    };
    if manifest.has_keys() {
        text.push(say!(
            "密钥在 {at}/keys：用 --keys {at}/keys 指明，或移到基金文件夹旁边",
            "the keys are in {at}/keys: name them with --keys {at}/keys, or move them beside the fund"
        ));
    }
    let text: Vec<_> = text.iter().map(|one: &Say| one.text(shell.lang)).collect();
    let json = json!({
        "folder": at, "origin": origin, "made": made, "entries": size, "root": root,
        "signed": manifest.signed(), "files": manifest.files.len(), "keys": manifest.has_keys(),
        "may_sign": may_sign, "forgotten": again,
    });
    Report::new(text.join("\n"), json)
}
