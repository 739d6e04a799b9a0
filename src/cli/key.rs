//! `key`: officers' key files.

use super::error::{Error, Kind};
use super::fund::{Fund, read, write_new};
use super::officer::free_id;
use super::say::{Say, say};
use super::shell::{Report, Shell};
use super::unlock;
use crate::domain::text::{Id, Key};
use crate::fingerprint::fingerprint;
use crate::keys::{KEY_FILE_MAX, OfficerKey, PAGE_MAX, backup_page, restore_from_page};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Make, show, back up and restore key files
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Make a new key for an officer
    New {
        /// The officer's handle, such as chen
        #[arg(value_name = "OFFICER", value_parser = free_id)]
        officer: Id,
    },
    /// Open a key and print its public half
    Show {
        /// The officer's handle, such as chen
        #[arg(value_name = "OFFICER", value_parser = free_id)]
        officer: Id,
    },
    /// Print a page that restores a key, to be kept on paper
    Backup {
        /// The officer's handle, such as chen
        #[arg(value_name = "OFFICER", value_parser = free_id)]
        officer: Id,
    },
    /// Make a key file again from a page
    Restore {
        /// The officer's handle, such as chen
        #[arg(value_name = "OFFICER", value_parser = free_id)]
        officer: Id,
        /// The page, typed or scanned
        #[arg(value_name = "FILE")]
        page: PathBuf,
    },
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let fund = Fund::at(shell)?;
    match args.what {
        What::New { officer } => {
            let file = unlock::key_file(shell, &fund, officer);
            let key = new_key(shell, officer, &file)?;
            Ok(tell(shell, &key, &file))
        }
        What::Show { officer } => {
            let file = unlock::key_file(shell, &fund, officer);
            let key = unlock::officer_key(shell, &fund, officer)?;
            Ok(tell(shell, &key, &file))
        }
        What::Backup { officer } => backup(shell, &fund, officer),
        What::Restore { officer, page } => restore(shell, &fund, officer, &page),
    }
}

/// Makes a key and its file, which must not be there yet.
pub(super) fn new_key(
    shell: &mut Shell<'_>,
    officer: Id,
    file: &Path,
) -> Result<OfficerKey, Error> {
    if file.exists() {
        let shown = file.display();
        return Err(Error::new(
            Kind::CouldNot,
            say!("{shown} 已经在了，不会覆盖", "{shown} is there already and is not overwritten"),
        ));
    }
    let passphrase = unlock::new_passphrase(shell, &say!("{officer} ", "{officer}"))?;
    let key = OfficerKey::generate(officer.as_str(), &mut shell.ctx.random)
        .map_err(|why| unlock::key_error(&why))?;
    let locked = key.encrypt(&passphrase, shell.ctx.work).map_err(|why| unlock::key_error(&why))?;
    write_new(file, locked.as_bytes(), true)?;
    Ok(key)
}

fn tell(shell: &Shell<'_>, key: &OfficerKey, file: &Path) -> Report {
    let (id, public, print, shown) =
        (key.id(), Key(key.public()), fingerprint(&key.public()), file.display().to_string());
    let text = shell.lang.pick(
        format!("经办人 {id}\n公钥   {public}\n指纹   {print}\n文件   {shown}"),
        format!(
            "officer      {id}\npublic key   {public}\nfingerprint  {print}\nfile         {shown}"
        ),
    );
    Report::new(
        text,
        json!({"officer": id, "public": public.to_string(), "fingerprint": print, "file": shown}),
    )
}

fn backup(shell: &mut Shell<'_>, fund: &Fund, officer: Id) -> Result<Report, Error> {
    let file = unlock::key_file(shell, fund, officer);
    // Opened first: a page of a key that nobody can open is worse than none.
    let key = unlock::officer_key(shell, fund, officer)?;
    let armored = String::from_utf8(read(&file, KEY_FILE_MAX as u64)?).unwrap_or_default();
    let page = backup_page(&armored, officer.as_str(), &fingerprint(&key.public()))
        .map_err(|why| unlock::key_error(&why))?;
    Ok(Report::new(page.trim_end(), json!({"officer": officer.as_str(), "page": page})))
}

fn restore(shell: &mut Shell<'_>, fund: &Fund, officer: Id, page: &Path) -> Result<Report, Error> {
    let text = String::from_utf8(read(&shell.path(page), PAGE_MAX as u64)?).unwrap_or_default();
    let armored = restore_from_page(&text).map_err(|why| unlock::key_error(&why))?;
    let passphrase = unlock::passphrase(shell, &question(officer))?;
    let key =
        OfficerKey::open(armored.as_bytes(), &passphrase).map_err(|why| unlock::key_error(&why))?;
    if key.id() != officer.as_str() {
        let id = key.id();
        return Err(Error::new(
            Kind::CouldNot,
            say!(
                "这一页是 {id} 的密钥，不是 {officer} 的",
                "the page holds the key of {id}, not of {officer}"
            ),
        ));
    }
    let file = unlock::key_file(shell, fund, officer);
    write_new(&file, armored.as_bytes(), true)?;
    Ok(tell(shell, &key, &file))
}

fn question(officer: Id) -> Say {
    say!("{officer} 的口令：", "passphrase of {officer}:")
}
