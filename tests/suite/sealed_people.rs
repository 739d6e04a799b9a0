//! What parsers of the vault's own files about people owe, like those of `parsers`.

use crate::fake_disk::FakeDisk;
use yishan::domain::codec::{read_all, spelling};
use yishan::people::{self, Certificate, Forgotten, Person, RECORD_MAX};
use yishan::storage::disk::Access;

/// The head of an access log and, behind its line, the log.
pub(crate) fn access(bytes: &[u8]) -> bool {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return false };
    let disk = FakeDisk::new();
    disk.handle().create_dir("vault", Access::Public).unwrap();
    disk.set("vault/access.head", &bytes[..end]);
    disk.set("vault/access.jsonl", &bytes[end + 1..]);
    let mut again = String::new();
    let mut each = |line: &people::Access| again += &(spelling(line) + "\n");
    let lines = people::check_log(&*disk.handle(), &mut each);
    assert!(bytes[end + 1..].starts_with(again.as_bytes()));
    let count = again.lines().count() as u64;
    lines.is_ok_and(|lines| lines.expect("there is a log") == count)
}

pub(crate) fn certificate(bytes: &[u8]) -> bool {
    let Some((one, signature)) = std::str::from_utf8(bytes).ok().and_then(Certificate::parse)
    else {
        return false;
    };
    assert_eq!(one.signed(signature).as_bytes(), bytes);
    true
}

pub(crate) fn forgotten(bytes: &[u8]) -> bool {
    let Ok(list) = Forgotten::parse(bytes) else { return false };
    assert_eq!(list.encode(), bytes);
    let mut twice = list.clone();
    twice.join(list.clone());
    assert_eq!(twice, list);
    true
}

pub(crate) fn person(bytes: &[u8]) -> bool {
    let Ok(person) = read_all::<Person>(bytes, RECORD_MAX) else { return false };
    assert_eq!(spelling(&person).as_bytes(), bytes);
    true
}
