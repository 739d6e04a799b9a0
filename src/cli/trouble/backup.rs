//! Troubles of a backup, written or read.

use super::{disk, store};
use crate::backup::{Error, VERSION};
use crate::cli::say::Say;

/// One cause in Chinese beside its English.
pub(super) fn tell(why: &Error) -> Option<Say> {
    let en = why.to_string();
    let zh = match why {
        Error::Disk(why) => return Some(disk(why)),
        Error::People(why) => return super::people::tell(why),
        Error::Journal(why) => return store::tell(why),
        Error::Archive(why) => return store::tell(why),
        Error::Ledger(why) => return store::tell(why),
        Error::Stream { doing: "written", .. } => "备份写不进".to_owned(),
        Error::Stream { .. } => "备份读不下去：文件损坏或不完整".to_owned(),
        Error::Form { entry, why } => format!("流水第 {entry} 号记录的写法不对：{why}"),
        Error::Chain { entry } => format!("流水第 {entry} 号记录接不上前一条"),
        Error::Root { size, signed, computed } => {
            format!("前 {size} 条记录的根是 {computed}，检查点签的是 {signed}")
        }
        Error::Behind { size, signed } => {
            format!("流水只有 {size} 条记录，最后的检查点签了 {signed} 条")
        }
        Error::Changed { path } => format!("{path} 在备份途中变了"),
        Error::TooMuch { found, max, .. } => {
            format!("备份里有一项大小或个数是 {found}，最多 {max}")
        }
        Error::Version { found } => {
            let ours = VERSION.1.trim_end();
            format!("备份的格式是「{found}」，本程序只读「{ours}」")
        }
        Error::Layout { after, why } => format!("备份在「{after}」之后损坏：{}", layout(why)),
        Error::Differs { path, found, expected } => {
            format!("{path} 与清单不符：这里是 {found}，清单写的是 {expected}")
        }
    };
    Some(Say { zh, en })
}

fn layout(why: &str) -> &str {
    match why {
        "it ends too early" => "内容不够，到此就断了",
        "no header of a file follows" => "后面不是一个文件的开头",
        "a file follows that no backup holds" => "后面是备份里不该有的文件",
        "a file follows that stands before it" => "后面的文件顺序不对或重复",
        "the padding is not empty" => "文件之间有多余的内容",
        "the version does not stand first" => "开头没有写明版本",
        "the end is not where it should be" => "结尾不对",
        "it is no manifest" => "清单读不懂",
        _ => "清单里的检查点不对",
    }
}
