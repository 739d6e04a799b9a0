//! `publish`: the folder that anybody can verify.

use super::bar::Bar;
use super::error::{Error, Kind};
use super::fund::{Fund, Since, create_dir};
use super::say::say;
use super::shell::{Report, Shell};
use super::unlock;
use super::verify::failure;
use crate::domain::english::agreed;
use crate::ledger::Mode;
use crate::publish::may_publish;
use crate::publisher::{self, How, Published};
use crate::storage::real_disk::RealDisk;
use crate::verify::{Folder, Source as _};
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};

/// Write the public folder: verified first, new files only
#[derive(clap::Args)]
pub(super) struct Args {
    /// The folder, that of fund.toml or public beside the fund if not said
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// The newest checkpoint published, if this fund was restored; none if there never was one
    #[arg(long, value_name = "NOTE", value_parser = Since::parse)]
    since: Option<Since>,
    /// Verify all of it again and mend what differs; without it, what is new is verified and
    /// missing files are found
    #[arg(long)]
    anew: bool,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let fund = Fund::open(shell)?;
    let folder = args.to.map_or_else(|| fund.public(), |to| shell.path(&to));
    let signer = unlock::log_key(shell, &fund)?;
    let published = write(shell, &fund, &signer, &folder, (args.since.as_ref(), args.anew))?;
    let Published { checkpoint, size, before, written, missing } = published;
    let at = folder.display().to_string();
    let text = shell.lang.pick(
        format!("已公示 {size} 条记录（此前 {before} 条），写了 {written} 个文件：{at}"),
        format!(
            "published {} ({before} before), {} written: {at}",
            agreed!("{size} entries"),
            agreed!("{written} files")
        ),
    );
    let some = missing.join(" ");
    let text = match &*missing {
        [] => text,
        _ => shell.lang.pick(
            format!("{text}\n公示文件夹里少了文件（{some} 等），所以全部重新核验，已补上"),
            format!("{text}\nfiles were missing ({some} among them): all was verified again, and they are back"),
        ),
    };
    Ok(Report::new(
        text,
        json!({"entries": size, "before": before, "written": written, "folder": at, "checkpoint": checkpoint, "missing": missing}),
    ))
}

fn write(
    shell: &mut Shell<'_>,
    fund: &Fund,
    signer: &crate::tlog::Signer,
    folder: &Path,
    (since, anew): (Option<&Since>, bool),
) -> Result<Published, Error> {
    let failed = |why: &(dyn std::error::Error + 'static)| {
        Error::because(say!("没有公示", "nothing was published"), why)
    };
    let address = fund.address()?;
    let mut ledger = fund.ledger(shell, Mode::Write)?;
    // Also where the fund usually publishes: an old copy must not sign for another folder either.
    fund.may_sign(shell, &mut ledger, &signer.verifier(), since)?;
    let shown = Fund::same_history_in(folder, &ledger)?;
    create_dir(folder)?;
    nothing_else_in(folder, fund, shown.is_some())?;
    let disk = RealDisk::open(folder).map_err(|why| failed(&why))?;
    let there = Folder::open(folder).map_err(|why| failed(&why))?;
    let mut bar = Bar::new(shell);
    let how = How { address: address.as_ref(), anew };
    let mut told = |progress| bar.show_publishing(progress);
    publisher::publish(how, &mut ledger, signer, (&disk, &there), &mut told).map_err(
        |why| match why {
            publisher::Error::Refused(report) => {
                let causes = report.checks.iter().filter_map(failure).collect();
                let text = say!(
                    "自己核验不过，没有公示",
                    "our own verification fails, and nothing was published"
                );
                Error { causes, ..Error::new(Kind::False, text) }
            }
            other => failed(&other),
        },
    )
}

/// What people's tools leave in a folder that is served; nothing of it is anybody's secret.
const BESIDE: [&str; 7] =
    [".DS_Store", ".git", ".nojekyll", ".well-known", "CNAME", "Thumbs.db", "desktop.ini"];

/// Refuses a folder in which other things lie than what was published: everybody will see them. In
/// one that shows this ledger already, files may have been added since, but no secrets.
fn nothing_else_in(folder: &Path, fund: &Fund, ours: bool) -> Result<(), Error> {
    let at = folder.display();
    let unreadable =
        |why: io::Error| Error::because(say!("无法读取 {at}", "cannot read {at}"), &why);
    let mut foreign = secrets_in(folder, fund).map_err(unreadable)?;
    let hint = if foreign.is_empty() {
        if !ours {
            foreign = others_in(folder).map_err(unreadable)?;
        }
        say!(
            "换一个空文件夹：yishan publish --to 文件夹",
            "choose an empty folder: yishan publish --to FOLDER"
        )
    } else {
        say!(
            "把它们移到别处；若已经放到网上，密钥要换新的",
            "move them away; if they were served already, the keys must be replaced"
        )
    };
    if foreign.is_empty() {
        return Ok(());
    }
    foreign.sort_unstable();
    let (names, more) = (foreign.get(..3).unwrap_or(&foreign).join(" "), foreign.len());
    Err(Error::new(
        Kind::Refused,
        say!(
            "{at} 里有 {more} 个不属于公示的文件或文件夹（如 {names}），公示后谁都看得到；没有公示",
            "{at} holds {more} that are no part of a publication (such as {names}), and everybody would see them; nothing was published"
        ),
    )
    .hint(hint))
}

/// The fund and its keys, if they are in `folder`, and what is called as theirs directly in it.
fn secrets_in(folder: &Path, fund: &Fund) -> io::Result<Vec<String>> {
    let whole = folder.canonicalize()?;
    let within = |path: &Path| path.canonicalize().is_ok_and(|path| path.starts_with(&whole));
    let own = [&fund.folder, &fund.keys].into_iter().filter(|path| within(path));
    let mut found: Vec<String> = own.map(|path| path.display().to_string()).collect();
    for item in std::fs::read_dir(folder)? {
        let name = item?.file_name().to_string_lossy().into_owned();
        let small = name.to_ascii_lowercase();
        let sealed = Path::new(&small).extension().is_some_and(|end| end == "age");
        if sealed || ["fund.toml", "journal", "vault", "log.key"].contains(&&*small) {
            found.push(name);
        }
    }
    Ok(found)
}

/// The files in `folder` that no publication has and no tool of people's left there.
fn others_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let name = item.file_name().to_string_lossy().into_owned();
        if BESIDE.contains(&&*name) {
            continue;
        }
        if item.file_type()?.is_dir() {
            let listed = Folder::open(&item.path()).and_then(|folder| folder.list());
            let listed = listed.map_err(io::Error::other)?.unwrap_or_default();
            found.extend(listed.iter().map(|path| format!("{name}/{path}")));
        } else {
            found.push(name);
        }
    }
    // A publication that was cut short leaves new files beside those that they replace.
    found.retain(|path| !may_publish(path.strip_suffix(".new").unwrap_or(path)));
    Ok(found)
}
