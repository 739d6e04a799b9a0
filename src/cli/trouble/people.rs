//! Troubles with personal data.

use super::disk;
use crate::cli::say::{Say, say};
use crate::people::{Error, Unfit};

/// One cause in Chinese beside its English.
pub(super) fn tell(why: &Error) -> Option<Say> {
    let en = why.to_string();
    let zh = match why {
        Error::Disk(why) => return Some(disk(why)),
        Error::Unfit(why) => unfit(why),
        Error::Sealed { path, .. } => format!("{path} 打不开"),
        Error::Form { path, why } => {
            format!("{path} 读不懂：{}", why.text(crate::domain::text::Lang::Zh))
        }
        Error::Lost { path } => format!("{path} 不见了"),
        Error::OtherVault { found, recipient } => {
            format!("这把密钥是保险柜 {found} 的，这里的保险柜是 {recipient}")
        }
        Error::Nobody { person } => format!("保险柜里没有 {person} 的资料"),
        Error::Nameless { person } => format!("{person} 在保险柜里只有材料，没有登记姓名"),
        Error::Forgotten { person, at } => {
            format!("{person} 已于 {at} 删除，谁也看不到了")
        }
        Error::Known { person } => format!("此人已在保险柜里，代号 {person}"),
        Error::Back { person, at } => {
            format!("此人曾以代号 {person} 登记，已于 {at} 删除")
        }
        Error::Held { person, until, statute } => {
            format!("{person} 的资料锁定到 {until}，依据：{statute}")
        }
        Error::Cut { lines, had } => {
            format!("查阅记录现有 {lines} 行，原有 {had} 行：末尾被截掉了")
        }
        Error::Changed { line } => {
            format!("查阅记录第 {line} 行（从 0 数起）不是当时写下的")
        }
        Error::TooMuch { found, max, .. } => format!("有一项大小是 {found}，最多 {max}"),
    };
    Some(Say { zh, en })
}

/// What to do about it.
pub(super) fn hint(why: &Error) -> Option<Say> {
    Some(match why {
        Error::Back { .. } => say!(
            "确实重新同意的，加 --again 并写明新的同意（--consent、--until）",
            "if they agreed anew, say --again with the new consent (--consent, --until)"
        ),
        Error::Held { .. } => say!(
            "法律要求查看时用 --why legal；锁定期满可以删除",
            "to look because the law demands it, say --why legal; when the lock has ended, forgetting works"
        ),
        Error::Nameless { person } => say!(
            "先登记：yishan person add --of {person} --name 姓名 …",
            "take them in first: yishan person add --of {person} --name NAME …"
        ),
        Error::Nobody { .. } => {
            say!("yishan person list 列出代号", "yishan person list lists the pseudonyms")
        }
        Error::Cut { .. } | Error::Changed { .. } => say!(
            "不要再用这个保险柜：先另存整个文件夹，再从最近的备份取回 vault/access.jsonl 和 vault/access.head，并查清是谁改的",
            "use this vault no more: keep a copy of the folder, take vault/access.jsonl and vault/access.head from the newest backup, and find out who changed them"
        ),
        Error::Lost { path } | Error::Sealed { path, .. } | Error::Form { path, .. } => {
            say!("从最近的备份取回 {path}", "take {path} from the newest backup")
        }
        _ => return None,
    })
}

fn unfit(why: &Unfit) -> String {
    match why {
        Unfit::Days { from, until } => format!("从 {from} 到 {until} 的同意一天也不算数"),
        Unfit::Minor => "未成年人由监护人同意，用 --by 写明监护人的代号".to_owned(),
        Unfit::Adult => "成年人由本人同意".to_owned(),
        Unfit::Guardian { guardian } => format!("{guardian} 不是其监护人"),
        Unfit::Child => "孩子的姓名从不公开，谁同意也不行".to_owned(),
        Unfit::Many { len } => format!("有 {len} 份同意，最多存 64 份"),
        Unfit::None => "没有可撤回的同意".to_owned(),
    }
}
