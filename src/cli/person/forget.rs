//! `person forget`: the person's key is destroyed; `person certificate`: what shows that it was.

use super::super::clock;
use super::super::desk::Desk;
use super::super::error::{Error, Kind};
use super::super::fund::{Fund, read, write_new};
use super::super::say::say;
use super::super::shell::{Report, Shell};
use super::super::unlock;
use super::{Room, page, people_error, pseudonym};
use crate::domain::line::Line;
use crate::domain::line::appoint::Role;
use crate::domain::line::document::{Document, Paper};
use crate::domain::text::{Digest, Id, Lang, Signature};
use crate::ledger::Mode;
use crate::people::{CERTIFICATE_MAX, Certificate, Grave, Why};
use crate::seal::{OfficerPublic, check_certificate, sign_certificate};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;

/// The longest file that is read for a certificate: on its page it stands twice, and dressed up.
const PAGE_MAX: u64 = 16 * CERTIFICATE_MAX as u64;

#[derive(clap::Args)]
pub(super) struct Args {
    /// The person's pseudonym
    #[arg(value_name = "PERSON", value_parser = pseudonym)]
    person: Id,
    /// Write a signed certificate into this file, a page if it ends with .html
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Record the certificate's SHA-256 in the ledger
    #[arg(long)]
    record: bool,
}

#[derive(clap::Args)]
pub(super) struct Check {
    /// The certificate
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(args: Args, room: &mut Room<'_, '_>) -> Result<Report, Error> {
    let id = args.person;
    if let Some(file) = args.certificate.as_ref().filter(|f| room.shell.path(f).exists()) {
        let shown = file.display();
        let text = say!(
            "{shown} 已经在了，不会覆盖，也还没有删除",
            "{shown} is there already and is not overwritten; nobody was forgotten"
        );
        return Err(Error::new(Kind::CouldNot, text));
    }
    room.enter(Some(Role::Steward), Why::Request, |desk, vault, look| {
        clock::believe(desk.shell, desk.ledger.books().last, look.at)?;
        // Opened first: what is destroyed without its certificate could be certified later, but a
        // mistyped passphrase is better known before.
        let key = unlock::officer_key(desk.shell, &desk.fund, desk.by)?;
        desk.shell.confirm(&say!(
            "删除 {id}？资料和密钥当场销毁，以后谁也恢复不了",
            "Forget {id}? Data and key are destroyed at once, and nobody can bring them back"
        ))?;
        let grave = vault.forget(id, look).map_err(|why| people_error(&why))?;
        let certificate = Certificate::new(desk.ledger.origin().clone(), &grave, desk.by);
        let digest = certificate.digest();
        let signature = sign_certificate(&key, certificate.log.as_str(), &digest.0);
        let signed = certificate.signed(Signature(signature));
        if let Some(file) = &args.certificate {
            let html = file.extension().is_some_and(|end| end.eq_ignore_ascii_case("html"));
            let text = if html {
                html_page(&certificate, &signed, desk.shell.lang)
            } else {
                signed.clone()
            };
            write_new(&desk.shell.path(file), text.as_bytes(), false)?;
        }
        let sha256 = Digest(Sha256::digest(&signed).into());
        if args.record {
            record(desk, sha256)?;
        }
        Ok(tell(desk.shell.lang, &grave, &signed, sha256))
    })
}

/// Ties the ledger to the certificate.
fn record(desk: &mut Desk<'_, '_>, sha256: Digest) -> Result<(), Error> {
    let line = Document { sha256, kind: Paper::Other, rows: None, excluded: None, of: None };
    let report = desk.record(vec![Line::Document(line)])?;
    desk.shell.talk(&report.text)
}

fn tell(lang: Lang, grave: &Grave, signed: &str, sha256: Digest) -> Report {
    let (person, at) = (grave.person, grave.at);
    let pieces: Vec<_> = grave.pieces.iter().map(ToString::to_string).collect();
    let json = json!({
        "person": person.as_str(), "at": at.to_string(), "certificate": signed,
        "sha256": sha256.to_string(), "destroyed": pieces,
    });
    let pieces = pieces.join(" ");
    let text = say!(
        "{person} 已于 {at} 删除，密钥已销毁：{pieces}\n此后的备份里没有此人。此前的备份若还在，持有保险柜密钥的人仍能从中读出：请一并销毁；用 yishan restore 恢复它们时会再次删除",
        "{person} was forgotten on {at}, and the key destroyed: {pieces}\nNo later backup has them. From an earlier one, where it is kept, whoever holds the vault's key can still read them: destroy those too; restored with yishan restore, they forget again"
    );
    Report::new(text.text(lang), json)
}

/// The certificate on a page, with the text that can be checked.
fn html_page(certificate: &Certificate, signed: &str, lang: Lang) -> String {
    let (person, at, by, log) =
        (certificate.person, certificate.at, certificate.by, &certificate.log);
    let row = |zh: &str, en: &str, text: String| (lang.pick(zh, en).to_owned(), text);
    let mut rows = vec![
        row("账本", "ledger", log.to_string()),
        row("代号", "pseudonym", person.to_string()),
        row("时间", "time", at.to_string()),
        row("签字", "signed by", by.to_string()),
    ];
    rows.extend(
        certificate.key.iter().map(|key| row("销毁的密钥", "key destroyed", key.to_string())),
    );
    rows.extend(certificate.pieces.iter().map(|p| row("销毁", "destroyed", p.to_string())));
    let lead = lang.pick(
        "经办人签字声明：下列资料和密钥已经销毁。本证明只说明这一点。",
        "The officer states, and signs, that what is named here was destroyed. It proves nothing else.",
    );
    let title = lang.pick("删除证明", "Certificate of deletion");
    page::html(lang, title, lead, &[("", rows)], signed)
}

pub(super) fn check(args: Check, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let bytes = read(&shell.path(&args.file), PAGE_MAX)?;
    let shown = args.file.display();
    let text = std::str::from_utf8(&bytes).ok();
    let parsed = text.and_then(|text| Certificate::parse(&page::exact(text)));
    let (certificate, signature) = parsed.ok_or_else(|| {
        Error::new(
            Kind::CouldNot,
            say!("{shown} 不是删除证明", "{shown} is no certificate of deletion"),
        )
    })?;
    let ledger = Fund::open(shell)?.ledger(shell, Mode::Read)?;
    let (by, person, at) = (certificate.by, certificate.person, certificate.at);
    let officer = ledger.books().officers.get(&by);
    let key = officer.and_then(|officer| OfficerPublic::parse(officer.key.0).ok());
    let (log, digest) = (certificate.log.as_str(), certificate.digest());
    let holds = log == ledger.origin().as_str()
        && key.is_some_and(|key| check_certificate(&key, log, &digest.0, &signature.0));
    if !holds {
        let text =
            say!("{shown} 上 {by} 的签字不成立", "the signature of {by} on {shown} does not hold");
        return Err(Error::new(Kind::False, text));
    }
    let text = say!(
        "{by} 签字声明：{person} 已于 {at} 删除。证明的只是有此声明",
        "{by} states, and signed, that {person} was forgotten on {at}. That is all it proves"
    );
    Ok(Report::new(
        text.text(shell.lang),
        json!({"person": person.as_str(), "at": at.to_string(), "by": by.as_str()}),
    ))
}
