//! `backup`: the whole fund in one sealed file, while others go on recording.

use super::bar::Bar;
use super::error::{Error, Kind};
use super::fund::{Fund, read, sync_above, unwritten};
use super::say::{first_few, say};
use super::shell::{Report, Shell};
use super::unlock;
use crate::backup::{self, Manifest, Wanted};
use crate::domain::text::Digest;
use crate::keys::Passphrase;
use crate::storage::real_disk::RealDisk;
use crate::vault::{Lock, Recipient, Sealer};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes gathered before they go to the file.
const GATHER: usize = 1 << 20;

/// Write the whole fund into one sealed file, from which restore brings it back
#[derive(clap::Args)]
pub(super) struct Args {
    /// The file to make, never one that is there
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Put the keys in as well, and seal it with a passphrase instead of the vault's key
    // Whoever opens such a file can sign as the log, whose key may lie open in it; and the vault's
    // own key cannot be sealed with itself.
    #[arg(long)]
    with_keys: bool,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let fund = Fund::open(shell)?;
    let file = shell.path(&args.file);
    absent(&file)?;
    let key = if args.with_keys { Key::Passphrase(ask(shell)?) } else { vault_key(&fund)? };
    let part = with_suffix(&file, ".part");
    let out = create(&part)?;
    let written = write(shell, &fund, out, &key).and_then(|done| {
        take_name(&part, &file)?;
        Ok(done)
    });
    let (manifest, sealed) = written.inspect_err(|_| {
        // Ours, and worth nothing: what is left of it would only be in the way.
        let _ = std::fs::remove_file(&part);
    })?;
    Ok(tell(shell, &manifest, &args.file, &sealed))
}

/// What seals the file.
enum Key {
    Vault(Recipient),
    Passphrase(Passphrase),
}

fn ask(shell: &mut Shell<'_>) -> Result<Passphrase, Error> {
    unlock::new_passphrase(shell, &say!("这份备份", "this backup"))
}

fn vault_key(fund: &Fund) -> Result<Key, Error> {
    let file = fund.folder.join("vault").join("recipient");
    let text = String::from_utf8(read(&file, 1024)?).unwrap_or_default();
    let shown = file.display();
    Recipient::parse(text.trim_end())
        .map(Key::Vault)
        .map_err(|why| Error::because(say!("{shown} 读不懂", "{shown} cannot be read"), &why))
}

fn absent(file: &Path) -> Result<(), Error> {
    if std::fs::symlink_metadata(file).is_err() {
        return Ok(());
    }
    let shown = file.display();
    let text =
        say!("{shown} 已经在了，不会覆盖", "{shown} is there already and is not overwritten");
    Err(Error::new(Kind::CouldNot, text).hint(say!("换一个文件名", "give it another name")))
}

/// `file` with something behind its name.
pub(super) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    file.with_file_name(name)
}

/// Writes the sealed file under another name, and returns once it is durable.
fn write(
    shell: &Shell<'_>,
    fund: &Fund,
    out: File,
    key: &Key,
) -> Result<(Manifest, Sealed), Error> {
    let failed = |why: &(dyn std::error::Error + 'static)| {
        Error::because(say!("备份没有做成", "no backup was made"), why)
    };
    let lock = match key {
        Key::Vault(recipient) => Lock::Vault(recipient),
        Key::Passphrase(passphrase) => Lock::Passphrase(passphrase, shell.ctx.work),
    };
    let counted =
        Hashing { out: BufWriter::with_capacity(GATHER, out), sha256: Sha256::new(), len: 0 };
    let mut sealer = Sealer::new(counted, &lock).map_err(|why| failed(&why))?;
    let disk = RealDisk::open(&fund.folder).map_err(|why| failed(&why))?;
    let keys = match key {
        Key::Vault(_) => None,
        Key::Passphrase(_) => Some(RealDisk::open(&fund.keys).map_err(|why| failed(&why))?),
    };
    let wanted = Wanted {
        fund: Arc::new(disk),
        keys: keys.as_ref().map(|disk| disk as &dyn crate::storage::disk::Disk),
        now: (shell.ctx.clock)(),
    };
    let mut bar = Bar::new(shell);
    let title = shell.lang.pick("备份", "backup");
    let manifest = backup::write(&wanted, &mut sealer, &mut |done, of| bar.bytes(title, done, of))
        .map_err(|why| failed(&why))?;
    let Hashing { out, sha256, len } = sealer.finish().map_err(|why| failed(&why))?;
    let out = out.into_inner().map_err(|why| failed(why.error()))?;
    out.sync_all().map_err(|why| failed(&why))?;
    let sha256 = Digest(sha256.finalize().into()).to_string();
    Ok((manifest, Sealed { sha256, len }))
}

/// A file that is not there yet, for its owner alone.
fn create(part: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(part).map_err(|why| {
        if why.kind() != std::io::ErrorKind::AlreadyExists {
            return unwritten(part, &why);
        }
        let shown = part.display();
        let text = say!(
            "{shown} 在那里：另一次备份正在写，或者没有写完",
            "{shown} is there: another backup is being written, or was not finished"
        );
        let hint = say!("确认没有备份在跑，就删掉它", "if no backup is running, delete it");
        Error::new(Kind::CouldNot, text).hint(hint)
    })
}

/// Gives the finished file its name, which nobody else may have taken meanwhile.
fn take_name(part: &Path, file: &Path) -> Result<(), Error> {
    match std::fs::hard_link(part, file) {
        Ok(()) => std::fs::remove_file(part).map_err(|why| unwritten(part, &why))?,
        Err(why) if why.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(unwritten(file, &why));
        }
        // The disks of cameras and old sticks know no second name for a file.
        Err(_) => {
            absent(file)?;
            std::fs::rename(part, file).map_err(|why| unwritten(file, &why))?;
        }
    }
    sync_above(file)
}

/// The sealed file, so that copies of it can be compared.
struct Sealed {
    sha256: String,
    len: u64,
}

/// Counts and hashes what passes through.
struct Hashing<W> {
    out: W,
    sha256: Sha256,
    len: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sha256.update(bytes.get(..written).unwrap_or_default());
        self.len += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

fn tell(shell: &Shell<'_>, manifest: &Manifest, file: &Path, sealed: &Sealed) -> Report {
    let (at, size, root, files) =
        (file.display().to_string(), manifest.size, &manifest.root, manifest.files.len());
    let (sha256, len, signed) = (&sealed.sha256, sealed.len, manifest.signed());
    let opens = if manifest.has_keys() {
        say!(
            "密钥都在里面；知道口令的人能以账本的名义签字，不要放在别人拿得到的地方",
            "the keys are in it; whoever knows its passphrase can sign for the log: keep it where nobody else can take it"
        )
    } else {
        say!(
            "密钥不在里面；打开它要用 vault.age 和它的口令，两样另外保存",
            "no key is in it; vault.age and its passphrase open it: keep both apart from it"
        )
    };
    let text = say!(
        "已备份 {size} 条记录，{files} 个文件：{at}\n  检查点签到第 {signed} 条\n  根     {root}\n  SHA-256 {sha256}",
        "backed up {size} entries in {files} files: {at}\n  checkpoints signed up to {signed}\n  root    {root}\n  SHA-256 {sha256}"
    );
    let json = json!({
        "file": at, "bytes": len, "sha256": sha256, "origin": manifest.origin, "made": manifest.made,
        "entries": size, "root": root, "signed": signed, "files": files,
        "content": manifest.bytes(), "keys": manifest.has_keys(),
        "missing": manifest.missing,
    });
    let mut text = format!("{}\n{}", text.text(shell.lang), opens.text(shell.lang));
    if !manifest.missing.is_empty() {
        let (count, some) = (manifest.missing.len(), first_few(&manifest.missing));
        let lacks = say!(
            "注意：账上的账单有 {count} 份不在保险柜里，这份备份里也没有：{some}；从更早的备份取回，再备份一次",
            "note: {count} bills that the entries speak of are not in the vault, nor in this backup: {some}; take them from an older backup and back up again"
        );
        text = format!("{text}\n{}", lacks.text(shell.lang));
    }
    Report::new(text, json)
}
