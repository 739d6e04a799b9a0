//! Personal data: whether everybody has a key, the forgotten are gone, and the access log is whole.

use super::super::person::fund_disk_at;
use super::super::say::{first_few, say};
use super::{Finding, Part, Patient, State};
use crate::people::{self, Error, Forgotten, Ids};
use crate::storage::real_disk::RealDisk;

impl Patient<'_, '_> {
    pub(super) fn people(&mut self) {
        let found = match fund_disk_at(&self.folder).and_then(|disk| self.look(&disk)) {
            Ok(found) => found,
            Err(why) => vec![failed(&why)],
        };
        self.findings.extend(found);
    }

    fn look(&self, disk: &RealDisk) -> Result<Vec<Finding>, Error> {
        let all = people::ids(disk)?;
        let keys = fund_disk_at(&self.keys).ok();
        let keys = keys.as_ref().map(|keys| keys as &dyn crate::storage::disk::Disk);
        let known = Forgotten::load(disk, None)?;
        let forgotten = Forgotten::load(disk, keys)?;
        let mut found: Vec<_> =
            [keyless(&all), left(&all, &forgotten, &known)].into_iter().flatten().collect();
        let records = all.values().filter(|has| has.record).count();
        if records > 0 && !self.folder.join("vault").join("secret.age").exists() {
            let text = say!(
                "vault/secret.age 不见了：认不出删除过的人",
                "vault/secret.age is missing: who was forgotten cannot be recognised"
            );
            found.push(Finding::new(Part::Vault, State::Wrong, text).todo(from_backup()));
        }
        match people::check_log(disk, &mut |_| ()) {
            Ok(lines) if found.is_empty() && (records > 0 || lines.is_some()) => {
                let (lines, gone) = (lines.unwrap_or(0), forgotten.iter().count());
                let text = say!(
                    "登记 {records} 人，删除过 {gone} 人，查阅记录 {lines} 行",
                    "{records} people, {gone} forgotten, {lines} lines of access log"
                );
                found.push(Finding::new(Part::Vault, State::Ok, text));
            }
            Ok(_) => {}
            Err(why) => found.push(failed(&why)),
        }
        Ok(found)
    }
}

/// Those whose key is gone though they are not forgotten.
fn keyless(all: &Ids) -> Option<Finding> {
    let lost = all.iter().filter(|(_, has)| has.record && !has.key);
    let lost: Vec<_> = lost.map(|(id, _)| id.to_string()).collect();
    let (count, some) = (lost.len(), first_few(&lost));
    (count > 0).then(|| {
        let text = say!(
            "{count} 人的密钥不见了，资料打不开：{some}",
            "the keys of {count} people are missing, and their data do not open: {some}"
        );
        Finding::new(Part::Vault, State::Wrong, text).todo(from_backup())
    })
}

/// Those of whom something is left though they are forgotten, or whose forgetting an older copy of
/// the vault does not know.
fn left(all: &Ids, forgotten: &Forgotten, known: &Forgotten) -> Option<Finding> {
    let left =
        forgotten.iter().filter(|g| all.contains_key(&g.person) || known.get(g.person).is_none());
    let left: Vec<_> = left.map(|grave| grave.person.to_string()).collect();
    let (count, some) = (left.len(), first_few(&left));
    (count > 0).then(|| {
        let text = say!(
            "{count} 人已决定删除，还没有删完：{some}",
            "{count} people are to be forgotten, and something of them is left: {some}"
        );
        Finding::new(Part::Vault, State::Wrong, text).todo(say!(
            "yishan person forget 其中一人：打开保险柜就会删完",
            "yishan person forget, one of them: opening the vault finishes it"
        ))
    })
}

fn failed(why: &Error) -> Finding {
    let state = match why {
        Error::Disk(_) => State::Unread,
        _ => State::Wrong,
    };
    Finding::failed(Part::Vault, state, &say!("个人资料", "personal data"), why)
}

fn from_backup() -> super::Say {
    say!("从最近的备份取回", "take it from the newest backup")
}
