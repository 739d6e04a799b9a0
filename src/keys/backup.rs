//! A key file on paper: the armored text itself under a few lines that say what it is.
//!
//! The text has some 500 characters, so it also fits one QR code. Reading it back ignores every
//! break: a scanner, a chat or an editor may wrap the lines anew.

use super::KeyError;
use super::locked::{BEGIN, END, KEY_FILE_MAX};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Length of the longest page that is read back, in bytes.
pub const PAGE_MAX: usize = 2 * KEY_FILE_MAX;

/// Columns of base64 in an age file (C2SP age, ASCII armor).
const COLUMNS: usize = 64;

/// Returns the page to print for an armored key file, or an error if it would not restore.
///
/// `id` and `fingerprint` only tell people which key it is; nothing reads them back.
pub fn backup_page(armored: &str, id: &str, fingerprint: &str) -> Result<String, KeyError> {
    let page = format!(
        "一善 · 密钥备份    yishan · key backup\n\
         密钥 key: {id}\n\
         指纹 fingerprint: {fingerprint}\n\
         \n\
         下面的文字是一把用口令锁住的密钥。单有文字或单有口令都打不开;两样都有的人就能使用它。\n\
         请打印出来,与口令分开存放。\n\
         恢复:把下面两条标记行和中间的文字存成一个文本文件,就是原来的密钥文件,再用原来的口令打开。\n\
         换行、空格错乱不要紧,字母和数字一个也不能错。任何支持 age 的工具都能打开它。\n\
         \n\
         The text below is a key locked with a passphrase. Neither opens anything alone;\n\
         whoever has both can use the key. Keep this page away from the passphrase.\n\
         To restore: save the two marker lines and the text between them as a text file. It is\n\
         the key file again and opens with the same passphrase. Broken lines and spaces do no\n\
         harm, letters and digits must all be right. Any tool that reads age files can open it.\n\
         \n\
         {armored}"
    );
    if restore_from_page(&page)? != armored {
        return Err(KeyError::PagePair { len: armored.len() });
    }
    Ok(page)
}

/// Returns the armored key file printed on a page, wrapped as age wraps it.
///
/// White space anywhere is ignored; text before and after the markers is not read. That the file
/// is whole is only known once it opens.
pub fn restore_from_page(text: &str) -> Result<String, KeyError> {
    if text.len() > PAGE_MAX {
        return Err(KeyError::TooLarge { len: text.len(), max: PAGE_MAX });
    }
    let joined: String = text.chars().filter(|c| !is_space(*c)).collect();
    let (begin, end) = (BEGIN.replace(' ', ""), END.replace(' ', ""));
    let (begins, ends) = (joined.matches(&begin).count(), joined.matches(&end).count());
    let body = joined
        .split_once(&begin)
        .and_then(|(_, rest)| rest.split_once(&end))
        .filter(|_| begins == 1 && ends == 1)
        .ok_or(KeyError::Page { begins, ends })?
        .0;
    let bytes = STANDARD.decode(body).map_err(|_| KeyError::PageText { len: body.len() })?;
    let mut armored = format!("{BEGIN}\n");
    for line in STANDARD.encode(bytes).as_bytes().chunks(COLUMNS) {
        armored.extend(line.iter().copied().map(char::from));
        armored.push('\n');
    }
    armored.push_str(END);
    armored.push('\n');
    Ok(armored)
}

/// White space, and the invisible marks that editors put beside it.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::super::{Passphrase, WorkFactor, lock};
    use super::*;

    fn armored() -> String {
        let passphrase = Passphrase::typed("one").unwrap();
        lock(b"a key that is only a text here", &passphrase, WorkFactor::new(1).unwrap()).unwrap()
    }

    #[test]
    fn a_printed_page_restores_to_the_same_file_however_it_was_wrapped() {
        let armored = armored();
        let page = backup_page(&armored, "chen", "7K2M-QX9P-0ABCD").unwrap();
        assert!(page.contains("chen") && page.contains("7K2M-QX9P-0ABCD"));
        assert_eq!(restore_from_page(&page).unwrap(), armored);
        assert_eq!(restore_from_page(&page.replace('\n', "\r\n")).unwrap(), armored);
        assert_eq!(restore_from_page(&page.replace('\n', " ")).unwrap(), armored);
        for width in [1, 7, 19, 64, 65] {
            let letters: Vec<char> = page.chars().filter(|c| !c.is_whitespace()).collect();
            let wrapped: Vec<String> = letters
                .chunks(width)
                .map(|line| format!("\u{3000}{}", String::from_iter(line)))
                .collect();
            assert_eq!(restore_from_page(&wrapped.join("\u{FEFF}\n")).unwrap(), armored, "{width}");
        }
    }

    #[test]
    fn a_page_without_exactly_one_file_is_refused() {
        let armored = armored();
        let count = |text: &str| restore_from_page(text).unwrap_err();
        assert_eq!(count("nothing here"), KeyError::Page { begins: 0, ends: 0 });
        assert_eq!(count(&armored.repeat(2)), KeyError::Page { begins: 2, ends: 2 });
        assert_eq!(count(&armored.replace(END, "")), KeyError::Page { begins: 1, ends: 0 });
        assert_eq!(count(&format!("{END}{BEGIN}")), KeyError::Page { begins: 1, ends: 1 });
        let large = " ".repeat(PAGE_MAX + 1);
        assert_eq!(count(&large), KeyError::TooLarge { len: PAGE_MAX + 1, max: PAGE_MAX });
    }

    #[test]
    fn a_page_with_a_character_missing_or_foreign_is_refused() {
        let armored = armored();
        let at = BEGIN.len() + 5;
        let missing = format!("{}{}", &armored[..at], &armored[at + 1..]);
        assert!(matches!(restore_from_page(&missing), Err(KeyError::PageText { .. })));
        let foreign = format!("{}善{}", &armored[..at], &armored[at + 1..]);
        assert!(matches!(restore_from_page(&foreign), Err(KeyError::PageText { .. })));
    }

    #[test]
    fn a_page_that_would_not_restore_is_never_printed() {
        let armored = armored();
        let trimmed = armored.trim_end();
        let pair = KeyError::PagePair { len: trimmed.len() };
        assert_eq!(backup_page(trimmed, "chen", "-").unwrap_err(), pair);
        let page = KeyError::Page { begins: 2, ends: 1 };
        assert_eq!(backup_page(&armored, BEGIN, "-").unwrap_err(), page);
    }
}
