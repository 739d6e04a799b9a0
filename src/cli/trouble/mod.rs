//! What lies behind an error, in both languages: causes are made in English, below, and told here.
//!
//! What the operating system says is put into words by its kind, so that no English stands inside a
//! Chinese sentence; and the troubles that a treasurer can do something about have a hint.

mod backup;
mod import;
mod people;
mod store;

pub(super) use store::{is_newer, no_folder, older, own_key, unsettled, update};

use super::say::{Say, say};
use crate::storage::disk;
use crate::verify::SourceError;
use crate::{ledger, publisher};
use std::io::{self, ErrorKind};

/// A cause of any kind.
pub(super) type Cause = dyn std::error::Error + 'static;

/// Every cause behind an error, the nearest first.
pub(super) fn chain(cause: &Cause) -> Vec<Say> {
    let mut told: Vec<Say> = Vec::new();
    let mut next = Some(cause);
    while let Some(cause) = next {
        let one = tell(cause);
        if told.last() != Some(&one) {
            told.push(one);
        }
        next = cause.source();
    }
    told
}

/// One cause, without those behind it.
fn tell(cause: &Cause) -> Say {
    let told = None
        .or_else(|| cause.downcast_ref::<io::Error>().map(os))
        .or_else(|| cause.downcast_ref::<disk::Error>().map(disk))
        .or_else(|| cause.downcast_ref::<SourceError>().and_then(source))
        .or_else(|| cause.downcast_ref::<publisher::Error>().and_then(publisher))
        .or_else(|| store::tell(cause))
        .or_else(|| import::tell(cause))
        .or_else(|| cause.downcast_ref::<crate::people::Error>().and_then(people::tell))
        .or_else(|| cause.downcast_ref::<crate::backup::Error>().and_then(backup::tell));
    told.unwrap_or_else(|| Say { zh: os_text(&cause.to_string()), en: cause.to_string() })
}

/// What to do about it, if one of the causes is something a person can mend.
pub(super) fn hint(cause: &Cause) -> Option<Say> {
    // An error that is only a wrapping passes the one inside over when asked for its source.
    match cause.downcast_ref::<crate::backup::Error>() {
        Some(crate::backup::Error::Ledger(inner)) => return hint(inner),
        Some(crate::backup::Error::Journal(inner)) => return hint(inner),
        Some(crate::backup::Error::Archive(inner)) => return hint(inner),
        Some(crate::backup::Error::People(inner)) => return hint(inner),
        _ => {}
    }
    let mut next = Some(cause);
    while let Some(cause) = next {
        let found = store::hint(cause)
            .or_else(|| cause.downcast_ref::<crate::people::Error>().and_then(people::hint))
            .or_else(|| cause.downcast_ref::<io::Error>().and_then(|why| mend(why.kind())));
        if found.is_some() {
            return found;
        }
        next = cause.source();
    }
    None
}

/// What a person can do about a full or locked disk.
fn mend(kind: ErrorKind) -> Option<Say> {
    Some(match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => say!(
            "腾出磁盘空间再做一次；说过「已记账」的都在，这一次没有记的可以重做",
            "free some space and do it again; what was told as recorded is there, and the rest can be done again"
        ),
        ErrorKind::ReadOnlyFilesystem => say!(
            "这个磁盘只能读：换到能写的位置，或重新挂载为可写；只读的命令照常可用",
            "the disk is read-only: work where it can be written, or mount it so; commands that only look still work"
        ),
        ErrorKind::PermissionDenied => say!(
            "换成文件夹的主人来做，或改文件夹的权限；yishan doctor 会指出是哪一个",
            "let the folder's owner do it, or change its permissions; yishan doctor names the file"
        ),
        _ => return None,
    })
}

/// An answer of the operating system in words.
pub(super) fn os(why: &io::Error) -> Say {
    let en = why.to_string();
    // What is not the system's own carries its text in itself.
    if why.raw_os_error().is_none() && why.get_ref().is_some() {
        return match why.get_ref().and_then(|inner| inner.downcast_ref::<disk::Error>()) {
            Some(inner) => disk(inner),
            None => Say { zh: inner(why), en },
        };
    }
    Say { zh: kind(why), en }
}

/// The Chinese of a kind of error.
fn kind(why: &io::Error) -> String {
    let words = match why.kind() {
        ErrorKind::NotFound => "没有这个文件或文件夹",
        ErrorKind::PermissionDenied => "没有权限",
        ErrorKind::AlreadyExists => "已经在那里了",
        ErrorKind::StorageFull => "磁盘满了",
        ErrorKind::QuotaExceeded => "磁盘配额用完了",
        ErrorKind::ReadOnlyFilesystem => "磁盘是只读的",
        ErrorKind::NotADirectory => "路径里有一段不是文件夹",
        ErrorKind::IsADirectory => "它是文件夹，不是文件",
        ErrorKind::DirectoryNotEmpty => "文件夹不是空的",
        ErrorKind::InvalidFilename => "文件名不能用",
        ErrorKind::FileTooLarge => "文件太大",
        ErrorKind::UnexpectedEof => "内容不完整，中途就断了",
        ErrorKind::InvalidData => "内容不是该有的格式",
        ErrorKind::CrossesDevices => "两边不在同一个磁盘",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "正被别的程序占用",
        ErrorKind::TooManyLinks => "链接太多",
        ErrorKind::OutOfMemory => "内存不够",
        ErrorKind::TimedOut => "等得太久没有回应",
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => "对方不接受连接",
        ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted => "连接断了",
        ErrorKind::Interrupted => "被打断了",
        _ => {
            return match why.raw_os_error() {
                Some(code) => format!("读写出错，系统代号 {code}"),
                None => "读写出错".to_owned(),
            };
        }
    };
    words.to_owned()
}

/// The text that an error made by a library carries; the kind in words where there is one.
fn inner(why: &io::Error) -> String {
    match why.kind() {
        ErrorKind::Other => why.to_string(),
        _ => kind(why),
    }
}

/// What could not be done to which file.
fn disk(why: &disk::Error) -> Say {
    let path = if why.path.is_empty() { "." } else { &why.path };
    let doing = match why.doing {
        "measure" => "查看",
        "read" => "读取",
        "list" => "列出文件夹",
        "create the folder" => "建立文件夹",
        "create" => "建立",
        "append to" | "write" => "写入",
        "sync" | "sync the folder" => "存盘",
        "cut back" => "截短",
        "rename" => "改名",
        "remove" => "删除",
        "wipe" => "擦除",
        "open" => "打开",
        "lock" => "锁住",
        _ => "使用",
    };
    Say { zh: format!("无法{doing} {path}"), en: why.to_string() }
}

/// A published file that could not be read.
fn source(why: &SourceError) -> Option<Say> {
    let zh = match why {
        SourceError::Disk { path, why } => format!("{path} 读不了：{}", os_text(why)),
        SourceError::TooLong { path, len, max } => {
            format!("{path} 有 {len} 字节或更多，最多读 {max} 字节")
        }
        SourceError::Path { path } => format!("「{path}」不是公示文件夹里的路径"),
        SourceError::Outside { path } => format!("{path} 不是这个文件夹里的文件"),
        _ => return None,
    };
    Some(Say { zh, en: why.to_string() })
}

/// The Chinese of what the operating system said, where only its text was kept.
fn os_text(text: &str) -> String {
    let code = text.rsplit_once("(os error ").and_then(|(_, end)| end.strip_suffix(')'));
    match code.and_then(|code| code.parse().ok()) {
        Some(code) => kind(&io::Error::from_raw_os_error(code)),
        None => text.to_owned(),
    }
}

/// Why nothing was published.
fn publisher(why: &publisher::Error) -> Option<Say> {
    let en = why.to_string();
    let zh = match why {
        publisher::Error::Ledger(ledger::Error::Restored { .. }) => "还不能签检查点".to_owned(),
        publisher::Error::Ledger(_) => "账本不能公示".to_owned(),
        publisher::Error::Fact(_) => "公示文件夹的内容做不出来".to_owned(),
        publisher::Error::Disk(_) => "公示文件夹写不进".to_owned(),
        publisher::Error::Source(_) => "公示文件夹读不了".to_owned(),
        publisher::Error::Foreign { found, .. } => {
            format!("那个文件夹里有本账本没有签过的检查点：{found}")
        }
        _ => return None,
    };
    Some(Say { zh, en })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_in_english_is_not_said_inside_a_chinese_sentence() {
        for code in 1..134 {
            let why = io::Error::from_raw_os_error(code);
            let told = os(&why);
            assert!(!told.zh.contains("os error"), "{}", told.zh);
            assert!(told.zh.starts_with(|c: char| !c.is_ascii()), "{}", told.zh);
            assert_eq!(told.en, why.to_string());
        }
        assert_eq!(os_text("No such file or directory (os error 2)"), "没有这个文件或文件夹");
    }

    #[test]
    fn a_full_disk_and_a_locked_one_come_with_advice() {
        for kind in
            [ErrorKind::StorageFull, ErrorKind::ReadOnlyFilesystem, ErrorKind::PermissionDenied]
        {
            let why = ledger::Error::Disk(disk::Error::new("sync", "journal/1", kind.into()));
            assert!(hint(&why).is_some(), "{kind:?}");
            let told = chain(&why);
            assert_eq!(told.first().unwrap().zh, "无法存盘 journal/1");
            assert_eq!(told.len(), 2);
        }
        assert!(hint(&io::Error::from(ErrorKind::NotFound)).is_none());
    }
}
