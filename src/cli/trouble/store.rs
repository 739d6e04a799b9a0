//! Troubles of the ledger, its journal, its archive of checkpoints and its index.

use super::{Cause, disk};
use crate::cli::say::{Say, say};
use crate::domain::codec::Malformed;
use crate::domain::text::Lang;
use crate::ledger;
use crate::replay::Wrong;
use crate::storage::real_disk::LockError;
use crate::storage::{archive, index, journal};
use std::sync::Arc;

/// One cause, if it is of these.
pub(super) fn tell(cause: &Cause) -> Option<Say> {
    None.or_else(|| cause.downcast_ref::<ledger::Error>().map(ledger))
        .or_else(|| cause.downcast_ref::<journal::Error>().map(journal))
        .or_else(|| cause.downcast_ref::<journal::Damage>().map(damage))
        .or_else(|| cause.downcast_ref::<archive::Error>().map(archive))
        .or_else(|| cause.downcast_ref::<index::Error>().map(index))
        .or_else(|| cause.downcast_ref::<Arc<index::Error>>().map(|why| index(why)))
        .or_else(|| cause.downcast_ref::<LockError>().map(lock))
        .or_else(|| cause.downcast_ref::<Wrong>().map(wrong))
}

/// What to do about it.
pub(super) fn hint(cause: &Cause) -> Option<Say> {
    let restore = || {
        say!(
            "什么也没有改动。先把整个文件夹另存一份，再用 yishan restore 取回最近的备份；yishan doctor 说明哪些还好",
            "nothing was changed. Keep a copy of the folder as it is, then bring the newest backup back with yishan restore; yishan doctor says what is still good"
        )
    };
    if let Some(why) = cause.downcast_ref::<LockError>() {
        return matches!(why, LockError::Held { .. }).then(|| {
            say!(
                "等它做完再来；只看不写的命令现在也能用",
                "wait until it is done; commands that only look work meanwhile"
            )
        });
    }
    if let Some(why) = cause.downcast_ref::<ledger::Error>() {
        return match why {
            ledger::Error::Lock(why) => hint(why),
            ledger::Error::Damaged(why) if is_newer(why) => Some(update()),
            ledger::Error::Beginning(Malformed::UnknownLine { .. }) => Some(update()),
            ledger::Error::Damaged(_)
            | ledger::Error::Beginning(_)
            | ledger::Error::Changed { .. } => Some(restore()),
            ledger::Error::Restored { .. } => Some(unsettled()),
            ledger::Error::Signed { .. } => Some(signed()),
            ledger::Error::OtherKey { .. } => Some(own_key()),
            ledger::Error::Below { .. } | ledger::Error::Forked { .. } => Some(older()),
            ledger::Error::Unindexed(_) => Some(again()),
            _ => None,
        };
    }
    if let Some(why) = cause.downcast_ref::<journal::Error>() {
        use journal::Error as E;
        return matches!(
            why,
            E::Damage(_) | E::Missing | E::Lost { .. } | E::Name { .. } | E::Kept { .. }
        )
        .then(restore);
    }
    if let Some(index::Error::Destroy { path, .. }) = cause.downcast_ref::<index::Error>() {
        return Some(no_folder(path));
    }
    let why = cause.downcast_ref::<archive::Error>()?;
    matches!(why, archive::Error::Damage { .. } | archive::Error::Missing).then(restore)
}

/// What to do where the index could not be written.
fn again() -> Say {
    say!(
        "看看磁盘是不是满了、坏了，再把这一条命令做一次：索引会由流水自动重建，同一笔付款不会记两次",
        "see whether the disk is full or failing, then give the same command again: the index is made anew from the journal, and the same payment is never booked twice"
    )
}

/// Whether an entry is not damaged, but of a version to come.
pub(in crate::cli) fn is_newer(why: &Wrong) -> bool {
    matches!(why, Wrong::Form { why: Malformed::UnknownLine { .. }, .. })
}

/// What to do about a fund of a newer version.
pub(in crate::cli) fn update() -> Say {
    say!(
        "请把 yishan 升级到写它的那个版本或更新；账本没有坏，也没有改动",
        "update yishan to the version that wrote it, or a newer one; the ledger is not damaged, and nothing was changed"
    )
}

/// What to do about something in the index's place that is no folder, or cannot be cleared.
pub(in crate::cli) fn no_folder(path: &str) -> Say {
    say!(
        "移走或删掉 {path} 再做一次：索引由流水得来，会自动重建；不动流水和 checkpoints",
        "move {path} away or delete it, and do it again: the index follows from the journal and is made anew; leave the journal and checkpoints alone"
    )
}

/// What to do about a store that is older than what was signed.
pub(in crate::cli) fn older() -> Say {
    say!(
        "不要再往这里记账：找回更新的备份，用 yishan restore 恢复；公示文件夹里有全部已公示的记录",
        "record nothing more here: find a newer backup and bring it back with yishan restore; the published folder has every published entry"
    )
}

/// What to do before a restored store may sign.
pub(in crate::cli) fn unsettled() -> Say {
    say!(
        "从公示网址下载 checkpoint 文件，用 --since checkpoint 再做一次；从未签过检查点的，写 --since none",
        "download the file checkpoint from where the fund is published, and do it again with --since checkpoint; if none was ever signed, with --since none"
    )
}

/// What to do where the log's key is another one.
pub(in crate::cli) fn own_key() -> Say {
    say!(
        "用 --keys 指明本基金的密钥，或从备份取回原来的 log.key",
        "name this fund's keys with --keys, or take the log.key of before from a backup"
    )
}

/// What to do where `--since none` is not true.
fn signed() -> Say {
    say!(
        "从公示网址下载最新公示的 checkpoint 文件，用 --since checkpoint 出示它；确实从未公示过的，把基金文件夹里 checkpoints 的最后一份检查点另存为文件来出示",
        "download the newest published checkpoint and show it with --since checkpoint; if nothing was ever published, save the last note in the fund's file checkpoints by itself and show that"
    )
}

fn ledger(why: &ledger::Error) -> Say {
    use ledger::Error as E;
    let en = why.to_string();
    let zh = match why {
        E::Disk(why) => return disk(why),
        E::Lock(why) => return lock(why),
        E::Damaged(why) => return wrong(why),
        E::NotFounded(at) => format!("{at} 里没有账本"),
        E::Founded(size) => format!("这里设立过账本，有 {size} 条记录"),
        E::Journal(_) => "流水不能用".to_owned(),
        E::Archive(_) => "检查点存档不能用".to_owned(),
        E::Index(_) => "索引不能用".to_owned(),
        E::Unindexed(_) => {
            "索引（查流水用的目录）没能写成：已经记下的都在流水里，没有丢；重新打开之前不再记新的"
                .to_owned()
        }
        E::Beginning(Malformed::UnknownLine { .. }) => {
            "第 0 号记录是新版本写的，本程序不认识".to_owned()
        }
        E::Beginning(why) => format!("第 0 号记录读不懂：{why}"),
        E::Below { size, signed } => {
            format!("账本只有 {size} 条记录，而 {signed} 条的检查点已经签过：这是较旧的一份")
        }
        E::Forked { signed, why } => {
            format!("这些记录接不上已签的 {signed} 条检查点：{why}")
        }
        E::Restored { size } => {
            format!("这 {size} 条记录是从备份恢复的，还没有证明此后没有签过更多")
        }
        E::Signed { signed } => {
            format!("存档里最后的检查点签了 {signed} 条记录，并不是从未签过")
        }
        E::OtherKey { signed, kept, given } => {
            format!("最后的检查点（{signed} 条）是 {kept} 签的，而这里的账本密钥是 {given}")
        }
        E::Checkpoint(_) => "检查点签不了".to_owned(),
        E::Changed { entry, found, kept } => {
            format!("第 {entry} 号记录的哈希是 {found}，树里是 {kept}：记录被改过")
        }
        E::NoLeaf { entry } => format!("索引里没有第 {entry} 号记录的哈希"),
        E::Partly { durable, .. } => {
            format!("前 {durable} 条记录已写好，这一批后面的没有写成")
        }
        E::Reopen => "先前写盘失败，要关掉账本重新打开".to_owned(),
    };
    Say { zh, en }
}

fn wrong(why: &Wrong) -> Say {
    if is_newer(why) {
        let entry = why.entry();
        return say!(
            "第 {entry} 号记录里有本程序不认识的一种行，是新版本写的",
            "entry {entry} has a kind of line that this program does not know: a newer version wrote it"
        );
    }
    Say { zh: format!("流水损坏：{}", why.text(Lang::Zh)), en: why.text(Lang::En) }
}

fn journal(why: &journal::Error) -> Say {
    use journal::Error as E;
    let en = why.to_string();
    let zh = match why {
        E::Disk(why) => return disk(why),
        E::Damage(why) => return damage(why),
        E::Name { name } => format!("journal/{name} 不是流水段的名字"),
        E::Missing => "流水的第一段 journal/00000000.jsonl 不见了".to_owned(),
        E::Exists { head } => format!("流水里已有 {head} 条记录"),
        E::Lost { head, torn, durable } => format!(
            "流水到第 {head} 条就完了（另有 {torn} 字节残余），而 {durable} 条曾经存妥：缺了记录"
        ),
        E::Moved { expected, head } => {
            format!("流水有 {head} 条记录，写的人以为有 {expected} 条")
        }
        E::NotALine { number, len } => format!("第 {number} 号记录 {len} 字节，不成一行"),
        E::Group { len } => format!("一次要写 {len} 字节，超过上限"),
        E::Kept { at, durable } => {
            let number = at.number;
            format!("第 {number} 号记录不能截掉：{durable} 条是存妥了的")
        }
        E::ReadOnly => "流水是为读而打开的".to_owned(),
        E::Poisoned => "先前写盘失败，要重新打开流水".to_owned(),
    };
    Say { zh, en }
}

fn damage(why: &journal::Damage) -> Say {
    use journal::Fault;
    let (number, offset) = (why.at.number, why.at.offset);
    let path = journal::path(why.at.segment);
    let fault = match why.fault {
        Fault::Long => "这一行太长，找不到行尾".to_owned(),
        Fault::Empty => "这一行是空的".to_owned(),
        Fault::Torn { len } => format!("这一段在第 {len} 字节、一行的中间断了"),
        Fault::Tail { torn } => format!("末尾有 {torn} 字节没有换行，断电留不下这么多"),
        Fault::Gap { found } => format!("下一段却从第 {found} 号开始：中间缺了一段"),
        Fault::NoPlace => "流水没有这个位置".to_owned(),
        Fault::Changed { head } => format!("流水到此为止，而打开时有 {head} 条记录"),
    };
    Say {
        zh: format!("第 {number} 号记录处（{path} 第 {offset} 字节）损坏：{fault}"),
        en: why.to_string(),
    }
}

fn archive(why: &archive::Error) -> Say {
    use archive::Error as E;
    let en = why.to_string();
    let zh = match why {
        E::Disk(why) => return disk(why),
        E::Missing => "检查点存档 checkpoints 不见了".to_owned(),
        E::Damage { offset, .. } => format!("检查点存档 checkpoints 在第 {offset} 字节处损坏"),
        E::Below { last, size } => {
            format!("{size} 条的检查点排在 {last} 条的之后：有东西退回去了")
        }
        E::Fork { size, kept, offered } => {
            format!("{size} 条的检查点已签过 {kept}，新的却是 {offered}")
        }
        E::NotANote { len } => format!("{len} 字节的内容不是一份检查点"),
        E::ReadOnly => "检查点存档是为读而打开的".to_owned(),
        E::Poisoned => "先前写检查点存档失败，要重新打开".to_owned(),
    };
    Say { zh, en }
}

fn index(why: &index::Error) -> Say {
    use index::Error as E;
    let en = why.to_string();
    let zh = match why {
        E::Busy { path } => format!("另一个程序开着索引 {path}"),
        E::Sled(_) => "索引读写不了".to_owned(),
        E::Disk(why) => return disk(why),
        E::Failed => "先前写索引失败，要重新打开".to_owned(),
        E::Thread { .. } => "索引写不了：开不了线程".to_owned(),
        E::Destroy { path, .. } => format!("索引 {path} 删不掉"),
        E::Foreign { .. } => "索引是另一个基金的".to_owned(),
        E::Version { found } => {
            let ours = index::VERSION;
            format!("索引的格式是 {found}，本程序用 {ours}")
        }
        _ => "索引损坏".to_owned(),
    };
    Say { zh, en }
}

fn lock(why: &LockError) -> Say {
    let en = why.to_string();
    match why {
        LockError::Disk(why) => disk(why),
        LockError::Held { pid: Some(pid), .. } => {
            Say { zh: format!("另一个程序正在写这个基金，进程号 {pid}"), en }
        }
        LockError::Held { pid: None, .. } => {
            Say { zh: "另一个程序正在写这个基金".to_owned(), en }
        }
    }
}
