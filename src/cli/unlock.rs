//! Whose key signs, and the passphrase that opens it. A passphrase never comes from the command
//! line.

use super::error::{Error, Kind};
use super::fund::{Fund, read, read_any};
use super::say::{Say, say};
use super::shell::Shell;
use crate::domain::text::Id;
use crate::keys::{KEY_FILE_MAX, KeyError, LogKeyFile, OfficerKey, PASSPHRASE_MAX, Passphrase};
use crate::tlog::Signer;
use crate::vault::Identity;
use std::path::{Path, PathBuf};

/// Names in the keys folder that are no officer's.
pub(super) const RESERVED: [&str; 2] = ["log", "vault"];

/// The officer who signs: `--as`, else the name of `--officer-key`, else the only key there is.
pub(super) fn signer(shell: &Shell<'_>, fund: &Fund) -> Result<Id, Error> {
    if let Some(officer) = shell.common.officer {
        return Ok(officer);
    }
    if let Some(file) = &shell.common.key {
        let stem = file.file_stem().and_then(|s| s.to_str()).and_then(|s| Id::parse(s.as_bytes()));
        let shown = file.display();
        let unnamed = || {
            usage(say!(
                "{shown} 的文件名看不出是谁的密钥",
                "the name of {shown} does not tell whose key it is"
            ))
        };
        return stem.ok_or_else(unnamed);
    }
    match &*officers(fund) {
        [only] => Ok(*only),
        [] => {
            let at = fund.keys.display();
            Err(usage(say!("{at} 里没有经办人的密钥", "there is no officer's key in {at}")))
        }
        several => {
            let names = several.iter().map(Id::as_str).collect::<Vec<_>>().join(" ");
            Err(usage(say!(
                "有几把密钥：{names}；不知道谁来签字",
                "there are several keys, {names}, and nothing says who signs"
            )))
        }
    }
}

fn usage(text: Say) -> Error {
    Error::new(Kind::Usage, text).hint(say!(
        "用 --as 经办人 指明谁签字，--keys 或 --officer-key 指明密钥在哪里",
        "say who signs with --as OFFICER, and where the key is with --keys or --officer-key"
    ))
}

/// Every officer with a key file, in order.
pub(super) fn officers(fund: &Fund) -> Vec<Id> {
    let files = std::fs::read_dir(&fund.keys).into_iter().flatten().flatten();
    let named =
        |name: &str| name.strip_suffix(".age").filter(|n| !RESERVED.contains(n)).map(str::to_owned);
    let mut found: Vec<_> =
        files.filter_map(|file| Id::parse(named(file.file_name().to_str()?)?.as_bytes())).collect();
    found.sort_unstable();
    found
}

/// Where the key of `officer` lies.
pub(super) fn key_file(shell: &Shell<'_>, fund: &Fund, officer: Id) -> PathBuf {
    match &shell.common.key {
        Some(given) => shell.path(given),
        None => fund.keys.join(format!("{officer}.age")),
    }
}

/// Opens the key of `officer`.
pub(super) fn officer_key(
    shell: &mut Shell<'_>,
    fund: &Fund,
    officer: Id,
) -> Result<OfficerKey, Error> {
    let file = key_file(shell, fund, officer);
    let locked = read(&file, KEY_FILE_MAX as u64)?;
    let passphrase = passphrase(shell, &say!("{officer} 的口令：", "passphrase of {officer}:"))?;
    let key = OfficerKey::open(&locked, &passphrase).map_err(|why| key_error(&why))?;
    if key.id() == officer.as_str() {
        return Ok(key);
    }
    let (shown, id) = (file.display(), key.id());
    Err(Error::new(
        Kind::CouldNot,
        say!(
            "{shown} 是 {id} 的密钥，不是 {officer} 的",
            "{shown} is the key of {id}, not of {officer}"
        ),
    ))
}

/// What is wrong with a key file or its passphrase.
pub(super) fn key_error(why: &KeyError) -> Error {
    match why {
        KeyError::WrongPassphrase => Error::new(
            Kind::CouldNot,
            say!("口令不对，打不开密钥", "wrong passphrase: the key stays locked"),
        ),
        other => Error::because(say!("密钥打不开", "the key cannot be opened"), other),
    }
}

/// The passphrase of an existing key.
pub(super) fn passphrase(shell: &mut Shell<'_>, question: &Say) -> Result<Passphrase, Error> {
    let typed = match given(shell)? {
        Some(text) => text,
        None => shell.ask_secret(question, "--passphrase-file FILE")?,
    };
    Passphrase::typed(&typed).map_err(|why| key_error(&why))
}

/// The vault's key from `vault.age` in the folder `keys`; its passphrase from the first line of
/// `file`, if one is named.
pub(super) fn vault_key(
    shell: &mut Shell<'_>,
    keys: &Path,
    file: Option<&Path>,
) -> Result<Identity, Error> {
    let locked = read(&keys.join("vault.age"), KEY_FILE_MAX as u64).map_err(|error| {
        let hint = say!(
            "要用保险柜的密钥：用 --keys 指明 vault.age 所在的文件夹",
            "this needs the vault's key: name the folder of vault.age with --keys"
        );
        error.hint(hint)
    })?;
    let passphrase = match file {
        Some(file) => {
            Passphrase::typed(&first_line(&shell.path(file))?).map_err(|why| key_error(&why))?
        }
        None => passphrase(shell, &say!("保险柜的口令：", "passphrase of the vault:"))?,
    };
    Identity::unlock(&locked, &passphrase).map_err(|why| key_error(&why))
}

/// A passphrase for a new key: the given one, or a generated one that is shown once and typed back.
pub(super) fn new_passphrase(shell: &mut Shell<'_>, whose: &Say) -> Result<Passphrase, Error> {
    if let Some(text) = given(shell)? {
        return Passphrase::typed(&text).map_err(|why| key_error(&why));
    }
    let made = Passphrase::generate(&mut shell.ctx.random);
    let words = made.reveal();
    let (zh, en) = (&whose.zh, &whose.en);
    let question = say!(
        "{zh}的新口令，只显示这一次，请抄在纸上：\n\n    {words}\n\n抄好后再输入一遍：",
        "A new passphrase for {en}, shown only this once; write it on paper:\n\n    {words}\n\nType it back:"
    );
    let typed = shell.ask_secret(&question, "--passphrase-file FILE")?;
    let same = Passphrase::typed(&typed).is_ok_and(|again| again.reveal() == words);
    if same {
        Ok(made)
    } else {
        Err(Error::new(
            Kind::Interrupted,
            say!("两次不一样，没有写任何密钥", "the two differ, and no key was written"),
        ))
    }
}

/// The passphrase from `--passphrase-file` or `--passphrase-fd`: its first line.
fn given(shell: &Shell<'_>) -> Result<Option<String>, Error> {
    let file = match (&shell.common.passphrase_file, shell.common.passphrase_fd) {
        (Some(file), _) => shell.path(file),
        (None, Some(fd)) => PathBuf::from(format!("/dev/fd/{fd}")),
        (None, None) => return Ok(None),
    };
    first_line(&file).map(Some)
}

fn first_line(file: &Path) -> Result<String, Error> {
    let text = read_any(file, PASSPHRASE_MAX as u64 + 2)?;
    let text = String::from_utf8(text).unwrap_or_default();
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// The log's signer, which must be had.
pub(super) fn log_key(shell: &mut Shell<'_>, fund: &Fund) -> Result<Signer, Error> {
    let keys = fund.keys.display().to_string();
    let missing = || {
        Error::new(
            Kind::CouldNot,
            say!(
                "{keys} 里没有账本密钥 log.key 或 log.age",
                "there is no log.key or log.age in {keys}"
            ),
        )
    };
    log_signer(shell, fund, true)?.ok_or_else(missing)
}

/// The log's signer, from the plain `log.key` or, if `may_ask`, the locked `log.age`.
pub(super) fn log_signer(
    shell: &mut Shell<'_>,
    fund: &Fund,
    may_ask: bool,
) -> Result<Option<Signer>, Error> {
    let (plain, locked) = (fund.keys.join("log.key"), fund.keys.join("log.age"));
    let key = if plain.exists() {
        LogKeyFile::parse(&read(&plain, KEY_FILE_MAX as u64)?)
    } else if locked.exists() && may_ask {
        let passphrase =
            passphrase(shell, &say!("账本密钥的口令：", "passphrase of the log key:"))?;
        LogKeyFile::open(&read(&locked, KEY_FILE_MAX as u64)?, &passphrase)
    } else {
        return Ok(None);
    };
    let key = key.map_err(|why| key_error(&why))?;
    let signer = Signer::new(key.name(), key.signing_key().as_bytes());
    signer
        .map(Some)
        .map_err(|why| Error::because(say!("账本密钥不能用", "the log key cannot be used"), &why))
}
