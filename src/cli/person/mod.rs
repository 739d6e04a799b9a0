//! `person`: personal data, in the vault. Every command that shows some writes to the access log
//! first.

mod change;
mod details;
mod export;
mod forget;
mod import;
mod look;
mod page;
mod thanks;

use super::desk::Desk;
use super::error::{Error, Kind};
use super::fund::Fund;
use super::say::say;
use super::shell::{Report, Shell};
use super::{unlock, value};
use crate::domain::line::appoint::Role;
use crate::domain::text::Id;
use crate::people::{self, Look, Vault, Why};
use crate::storage::real_disk::RealDisk;
use std::path::{Path, PathBuf};

/// Keep what is known of people: sealed, for stated reasons, and forgotten when it must be
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
    /// Read the vault's passphrase from the first line of a file
    #[arg(long, value_name = "FILE", global = true)]
    vault_passphrase_file: Option<PathBuf>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Take a person in, under a new pseudonym
    Add(Box<change::Add>),
    /// Take in many people from a table
    Import(import::Args),
    /// Show what is known of a person
    Show(look::One),
    /// Find people by name, last digits of the phone, or pseudonym
    Find(look::Find),
    /// List the pseudonyms; opens nothing
    List,
    /// Set right what is known of a person
    Correct(Box<change::Correct>),
    /// Record a consent, or withdraw it
    Consent(change::Agree),
    /// List those whose consent counts
    Consents(look::Consents),
    /// Write the roll of thanks: by name who agreed to it, all others counted
    Thanks(thanks::Args),
    /// Lock a person's data because the law demands it: kept, and not used
    Lock(change::Lock),
    /// Lift a lock before its end
    Unlock(change::Unlock),
    /// Take the paper about a person out of the vault
    Paper(look::Paper),
    /// Write all that is known of a person into files for them
    Export(export::Args),
    /// Forget a person: their key is destroyed, and nobody reads them any more
    Forget(forget::Args),
    /// Check a certificate that a person is forgotten
    Certificate(forget::Check),
    /// Show who looked at personal data, when and why
    Log(look::Log),
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let mut room = Room { shell, file: args.vault_passphrase_file };
    match args.what {
        What::Add(args) => change::add(*args, room),
        What::Import(args) => import::run(args, &mut room),
        What::Show(args) => look::show(args, &mut room),
        What::Find(args) => look::find(args, &mut room),
        What::List => look::list(room.shell),
        What::Correct(args) => change::correct(*args, &mut room),
        What::Consent(args) => change::consent(args, &mut room),
        What::Consents(args) => look::consents(args, &mut room),
        What::Thanks(args) => thanks::run(args, &mut room),
        What::Lock(args) => change::lock(args, &mut room),
        What::Unlock(args) => change::unlock(args, &mut room),
        What::Paper(args) => look::paper(args, &mut room),
        What::Export(args) => export::run(args, &mut room),
        What::Forget(args) => forget::run(args, &mut room),
        What::Certificate(args) => forget::check(args, room.shell),
        What::Log(args) => look::log(args, room.shell),
    }
}

/// The way to the vault.
struct Room<'s, 'c> {
    shell: &'s mut Shell<'c>,
    /// The file with the vault's passphrase, if it is another than that of keys.
    file: Option<PathBuf>,
}

impl<'c> Room<'_, 'c> {
    /// Opens the fund as an officer in office, then the vault, and does `work` there. The fund's
    /// lock is held all the while, so nobody else is in the vault.
    fn enter<T>(
        &mut self,
        role: Option<Role>,
        why: Why,
        work: impl FnOnce(&mut Desk<'_, 'c>, &mut Vault<'_>, &Look) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut desk = Desk::open(self.shell)?;
        let (by, at) = (desk.by, desk.now()?);
        in_office(&desk, role)?;
        let identity = unlock::vault_key(desk.shell, &desk.fund.keys, self.file.as_deref())?;
        let keys = fund_disk_at(&desk.fund.keys).map_err(|why| people_error(&why))?;
        let fund = fund_disk(&desk.fund)?;
        let random = &mut desk.shell.ctx.random;
        let mut vault =
            Vault::open(&fund, &keys, identity, random).map_err(|why| people_error(&why))?;
        work(&mut desk, &mut vault, &Look { at, by, why })
    }
}

/// Refuses whoever is not in office, or not with this role.
fn in_office(desk: &Desk<'_, '_>, role: Option<Role>) -> Result<(), Error> {
    let officer = desk.ledger.books().in_office(desk.by, desk.now()?.wall.day())?;
    let Some(role) = role.filter(|role| !officer.roles.contains(role)) else { return Ok(()) };
    let (by, zh, en) = (desk.by, role.both().0, role.both().1);
    let text = say!("{by} 没有「{zh}」的职责", "{by} has not the role of {en}");
    Err(Error::new(Kind::Refused, text)
        .hint(say!("由有这个职责的人来做：--as 经办人", "let one who has do it: --as OFFICER")))
}

/// The fund's folder as the vault sees it.
pub(super) fn fund_disk(fund: &Fund) -> Result<RealDisk, Error> {
    fund_disk_at(&fund.folder).map_err(|why| people_error(&why))
}

/// A folder as the vault sees it.
pub(super) fn fund_disk_at(folder: &Path) -> Result<RealDisk, people::Error> {
    Ok(RealDisk::open(folder)?)
}

/// What the vault says no to, as a command ends with it.
pub(super) fn people_error(why: &people::Error) -> Error {
    use people::Error as E;
    let kind = match why {
        E::Nobody { .. } | E::Nameless { .. } => Kind::NotFound,
        E::Forgotten { .. } | E::Known { .. } | E::Back { .. } | E::Held { .. } | E::Unfit(_) => {
            Kind::Refused
        }
        E::Cut { .. } | E::Changed { .. } => Kind::False,
        _ => Kind::CouldNot,
    };
    let text = match kind {
        Kind::NotFound => say!("没有找到", "there is nothing to be found"),
        Kind::Refused => say!("没有照做", "it was not done"),
        Kind::False => say!(
            "查阅记录被改动过，保险柜不打开",
            "the access log was changed: the vault stays shut"
        ),
        _ => say!("保险柜办不到", "the vault cannot do it"),
    };
    Error { kind, ..Error::because(text, why) }
}

/// A pseudonym: a handle.
fn pseudonym(text: &str) -> Result<Id, value::Unfit> {
    value::id(text)
}
