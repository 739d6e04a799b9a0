//! What a founding needs before the first entry: answers, keys, the log's key and the vault's.

use super::error::{Error, Kind};
use super::fund::{Fund, read, write_new};
use super::init::{Args, Named, officer};
use super::key::new_key;
use super::say::{Say, say};
use super::shell::Shell;
use super::{unlock, value};
use crate::domain::codec::{List, Rare};
use crate::domain::english::agreed;
use crate::domain::line::appoint::Role;
use crate::domain::line::found::{self, Found, Founder, Limit, Policy};
use crate::domain::money::Fen;
use crate::domain::refusal::Refusal;
use crate::domain::text::{Id, Key, Lang, Origin, Text};
use crate::domain::time::Zone;
use crate::keys::{LogKeyFile, OfficerKey};
use crate::vault::Identity;

/// From this amount on two officers approve, if there are two: 5,000 yuan, in fen.
const TWO_FROM: u64 = 500_000;

/// A founding as it was asked for.
pub(super) struct Plan {
    args: Args,
    origin: Origin,
    name: Text,
    holder: Text,
    officers: Vec<Named>,
    /// Who signs the founding.
    pub(super) by: Id,
}

impl Plan {
    /// What the command line says, and answers for what it leaves out.
    pub(super) fn ask(mut args: Args, shell: &mut Shell<'_>) -> Result<Plan, Error> {
        let question = say!(
            "账本名（以后不能改，如 yishan.example/qianan）：",
            "the log's name, for ever (such as yishan.example/qianan):"
        );
        let origin = or_ask(shell, args.origin.take(), &question, "--origin", value::origin)?;
        let question = say!("基金的名称：", "what the fund is called:");
        let name = or_ask(shell, args.name.take(), &question, "--name", value::text)?;
        let question = say!("由谁管理：", "who runs it:");
        let holder = or_ask(shell, args.holder.take(), &question, "--holder", value::text)?;
        let mut officers = std::mem::take(&mut args.officer);
        if officers.is_empty() {
            officers = ask_officers(shell)?;
        }
        officers.sort_by_key(|o| o.id);
        let chosen = shell.common.officer;
        let signs = |o: &&Named| chosen.map_or(o.roles.contains(&Role::Steward), |by| by == o.id);
        let nobody = || {
            Error::new(
                Kind::Usage,
                say!(
                    "没有管理员（steward）来签设立的凭证",
                    "there is no steward to sign the founding"
                ),
            )
        };
        let by = officers.iter().find(signs).ok_or_else(nobody)?.id;
        Ok(Plan { args, origin, name, holder, officers, by })
    }

    /// Shows what is founded for ever, and asks.
    pub(super) fn preview(&self, shell: &mut Shell<'_>) -> Result<(), Error> {
        let (lang, by, origin) = (shell.lang, self.by, &self.origin);
        let (name, holder) = (self.name.as_str(), self.holder.as_str());
        let head =
            lang.pick(format!("将要设立，{by} 签字："), format!("To be founded, signed by {by}:"));
        let mut text = vec![shell.bold(&head)];
        text.push(
            lang.pick(
                format!("  账本 {origin}（以后不能改）"),
                format!("  log {origin} (for ever)"),
            ),
        );
        text.push(
            lang.pick(format!("  {name}，由{holder}管理"), format!("  {name}, run by {holder}")),
        );
        for officer in &self.officers {
            let roles: Vec<_> = officer.roles.iter().map(|r| r.name(lang)).collect();
            text.push(format!("  {}  {}", officer.id, roles.join(lang.pick("、", ", "))));
        }
        let policy = self.policy()?;
        for limit in policy.limits.iter() {
            let (from, need) = (limit.from.grouped(), limit.need);
            text.push(lang.pick(
                format!("  {from} 元起 {need} 人审批"),
                format!("  from {from} yuan on, {need} approve"),
            ));
        }
        text.extend(self.quorum_told(policy.quorum, lang));
        text.extend(self.args.backcheck.map(|share| {
            let share = share.get();
            lang.pick(
                format!("  家访过的学生抽 {share}% 复访，之后才能入选"),
                format!("  {share}% of visited students are checked again before admission"),
            )
        }));
        if self.args.declare {
            let text_of = ("  审批人须声明无利益关系", "  approvers declare to have no conflict");
            text.push(lang.pick(text_of.0, text_of.1).to_owned());
        }
        shell.talk(&text.join("\n"))?;
        shell.confirm(&say!("确认设立？", "Found this fund?"))
    }

    fn count(&self, role: Role) -> u64 {
        self.officers.iter().filter(|o| o.roles.contains(&role)).count() as u64
    }

    /// How officers are appointed, and what that leaves open.
    fn quorum_told(&self, quorum: u64, lang: Lang) -> Vec<String> {
        if self.args.solo {
            return Vec::new();
        }
        let mut text = vec![lang.pick(
            format!("  任免经办人须 {quorum} 名管理员同意"),
            format!("  officers are appointed and retired by {}", agreed!("{quorum} stewards")),
        )];
        text.extend(found::alone(false, quorum).map(|(_, why)| format!("    {}", why.pick(lang))));
        let tight = quorum > 1 && self.count(Role::Steward) == quorum;
        text.extend(tight.then(|| {
            let told = lang.pick(
                "管理员恰好够数，缺一名就不能再任免：请再任命一名管理员",
                "there are no more stewards than that, and without one of them nobody can be appointed: appoint another",
            );
            format!("    {told}")
        }));
        text
    }

    fn policy(&self) -> Result<Policy, Refusal> {
        let approvers = self.count(Role::Approver);
        let mut limits = self.args.approvals.clone();
        if limits.is_empty() {
            limits.push(Limit { from: Fen::ZERO, need: 1 });
            let two = Fen::new(TWO_FROM).filter(|_| approvers >= 2);
            limits.extend(two.map(|from| Limit { from, need: 2 }));
        }
        let what = crate::domain::refusal::Both("审批档次", "approval limits");
        let limits = List::new(limits).ok_or(Refusal::TooMany { what, max: 8 })?;
        let Args { solo, quorum, management, backcheck, declare, .. } = self.args;
        let quorum = quorum.unwrap_or_else(|| self.count(Role::Steward).clamp(1, 2));
        Ok(Policy { solo, quorum, limits, management, backcheck, declare: Rare(declare) })
    }

    /// Makes the keys that are missing, opens the one that signs, and gives the founding record.
    pub(super) fn keys(
        &self,
        shell: &mut Shell<'_>,
        fund: &Fund,
    ) -> Result<(Found, OfficerKey), Error> {
        let (mut founders, mut signing) = (Vec::new(), None);
        for Named { id, roles, key } in &self.officers {
            let file = fund.keys.join(format!("{id}.age"));
            let made = match key {
                Some(_) => None,
                // Left by a founding that was refused, or made with `key new`.
                None if file.exists() => Some(unlock::officer_key(shell, fund, *id)?),
                None => Some(new_key(shell, *id, &file)?),
            };
            let public = key.or(made.as_ref().map(|k| Key(k.public())));
            founders.extend(public.map(|key| Founder { id: *id, key, roles: roles.clone() }));
            signing = made.filter(|_| *id == self.by).or(signing);
        }
        let signing = match signing {
            Some(key) => key,
            None => unlock::officer_key(shell, fund, self.by)?,
        };
        let what = crate::domain::refusal::Both("经办人", "officers");
        let officers = List::new(founders).ok_or(Refusal::TooMany { what, max: 50 })?;
        let (origin, name, holder) = (self.origin.clone(), self.name.clone(), self.holder.clone());
        let (licence, filing) = (self.args.licence.clone(), self.args.filing.clone());
        let policy = self.policy()?;
        Ok((
            Found { origin, name, holder, zone: Zone::CHINA, licence, filing, policy, officers },
            signing,
        ))
    }
}

/// The flag's value, or the answer to a question; asked again until it fits.
fn or_ask<T>(
    shell: &mut Shell<'_>,
    given: Option<T>,
    question: &Say,
    flag: &str,
    parse: fn(&str) -> Result<T, value::Unfit>,
) -> Result<T, Error> {
    if let Some(given) = given {
        return Ok(given);
    }
    loop {
        match parse(&shell.ask(question, flag)?) {
            Ok(value) => return Ok(value),
            Err(unfit) => shell.talk(shell.lang.pick(unfit.0.0, unfit.0.1))?,
        }
    }
}

/// Officers, one an answer, until an empty one.
fn ask_officers(shell: &mut Shell<'_>) -> Result<Vec<Named>, Error> {
    let question = say!(
        "经办人，如 chen:clerk,steward（记账 clerk、审批 approver、出纳 cashier、管理 steward、监督 auditor；空行结束）：",
        "an officer, such as chen:clerk,steward (clerk, approver, cashier, steward, auditor; an empty line ends):"
    );
    let mut officers = Vec::new();
    loop {
        let answer = shell.ask(&question, "--officer")?;
        if answer.is_empty() {
            return Ok(officers);
        }
        match officer(&answer) {
            Ok(named) => officers.push(named),
            Err(unfit) => shell.talk(shell.lang.pick(unfit.0.0, unfit.0.1))?,
        }
    }
}

/// Makes the log's key, readable by its owner alone, and the vault's, under a passphrase. Keys that
/// are there already stay.
pub(super) fn log_and_vault(
    shell: &mut Shell<'_>,
    fund: &Fund,
    origin: &Origin,
) -> Result<(), Error> {
    let plain = fund.keys.join("log.key");
    if !plain.exists() && !fund.keys.join("log.age").exists() {
        let key = LogKeyFile::generate(origin.as_str(), &mut shell.ctx.random)
            .map_err(|why| unlock::key_error(&why))?;
        write_new(&plain, key.to_plain().as_bytes(), true)?;
    } else if plain.exists() {
        let key = LogKeyFile::parse(&read(&plain, 1024)?).map_err(|why| unlock::key_error(&why))?;
        let (at, name) = (plain.display(), key.name());
        if name != origin.as_str() {
            return Err(Error::new(
                Kind::CouldNot,
                say!(
                    "{at} 是账本 {name} 的密钥，这里要设立 {origin}；请用 --keys 指明另一个文件夹",
                    "{at} is the key of the log {name}, and {origin} is to be founded; name another folder with --keys"
                ),
            ));
        }
    }
    let recipient = fund.folder.join("vault").join("recipient");
    if !recipient.exists() {
        let identity = Identity::generate();
        let passphrase = unlock::new_passphrase(shell, &say!("保险柜", "the vault"))?;
        let locked =
            identity.encrypt(&passphrase, shell.ctx.work).map_err(|why| unlock::key_error(&why))?;
        write_new(&fund.keys.join("vault.age"), locked.as_bytes(), true)?;
        write_new(&recipient, format!("{}\n", identity.recipient()).as_bytes(), false)?;
    }
    Ok(())
}
