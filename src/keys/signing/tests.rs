//! Key files opened, damaged, mistaken for each other, and never printed.

use super::super::{KEY_FILE_MAX, NAME_MAX, fingerprint};
use super::*;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const SEED: [u8; 32] = *b"a seed that every test can know!";

fn known(out: &mut [u8]) {
    out.copy_from_slice(&SEED);
}

fn cheap() -> WorkFactor {
    WorkFactor::new(1).unwrap()
}

fn phrase(text: &str) -> Passphrase {
    Passphrase::typed(text).unwrap()
}

fn officer() -> OfficerKey {
    OfficerKey::generate("chen", &mut known).unwrap()
}

fn log() -> LogKeyFile {
    LogKeyFile::generate("yishan.example/qianan", &mut known).unwrap()
}

#[test]
fn an_officers_key_opens_again_and_the_file_is_made_with_the_fixed_work() {
    let file = officer().encrypt(&phrase("caf\u{e9}"), WorkFactor::FIXED).unwrap();
    assert!(file.len() < 600, "{} bytes do not fit one QR code well", file.len());
    let stanza = restore_header(&file);
    assert!(stanza.ends_with(" 16"), "{stanza}");
    let opened = OfficerKey::open(file.as_bytes(), &phrase("cafe\u{301}")).unwrap();
    assert_eq!((opened.id(), opened.public()), ("chen", officer().public()));
}

/// The scrypt stanza line of an armored file.
fn restore_header(armored: &str) -> String {
    let body: String = armored.lines().filter(|line| !line.starts_with('-')).collect();
    let bytes = STANDARD.decode(body).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    text.lines().find(|line| line.starts_with("-> scrypt ")).unwrap().to_string()
}

#[test]
fn a_wrong_passphrase_is_told_from_a_file_that_is_no_age_file() {
    let file = officer().encrypt(&phrase("right"), cheap()).unwrap();
    let wrong = OfficerKey::open(file.as_bytes(), &phrase("Right")).unwrap_err();
    assert_eq!(wrong, KeyError::WrongPassphrase);
    for other in [&b""[..], b"\n", b"ssh-ed25519 AAAA", b"-----BEGIN AGE", &SEED] {
        let error = OfficerKey::open(other, &phrase("right")).unwrap_err();
        assert_eq!(error, KeyError::NotAge { len: other.len() });
    }
    let large = vec![b'-'; KEY_FILE_MAX + 1];
    let error = OfficerKey::open(&large, &phrase("right")).unwrap_err();
    assert_eq!(error, KeyError::TooLarge { len: KEY_FILE_MAX + 1, max: KEY_FILE_MAX });
}

#[test]
fn a_file_that_asks_for_more_work_than_the_maximum_is_refused_before_any_is_done() {
    let salt = "A".repeat(22);
    for (asked, refused) in
        [("19", true), ("63", true), ("255", true), ("256", false), ("0", false)]
    {
        let body = STANDARD.encode([0_u8; 32]).replace('=', "");
        let mac = "A".repeat(43);
        let mut file =
            format!("age-encryption.org/v1\n-> scrypt {salt} {asked}\n{body}\n--- {mac}\n")
                .into_bytes();
        file.extend([0; 64]);
        let error = OfficerKey::open(&file, &phrase("x")).unwrap_err();
        match error {
            KeyError::Work { found, max: 18 } if refused => assert_eq!(found.to_string(), asked),
            KeyError::Damaged(_) if !refused => {}
            other => panic!("work {asked}: {other}"),
        }
    }
}

#[test]
fn a_file_locked_for_a_recipient_asks_for_no_passphrase() {
    let recipient = age::x25519::Identity::generate().to_public();
    let file = age::encrypt_and_armor(&recipient, b"yishan/officer-key/v1\n").unwrap();
    let error = OfficerKey::open(file.as_bytes(), &phrase("x")).unwrap_err();
    assert_eq!(error, KeyError::NotPassphrase);
}

#[test]
fn no_key_file_is_taken_for_another_kind() {
    let passphrase = phrase("x");
    let as_officer = log().encrypt(&passphrase, cheap()).unwrap();
    let error = OfficerKey::open(as_officer.as_bytes(), &passphrase).unwrap_err();
    assert_eq!(error, KeyError::OtherKind { found: KeyKind::Log, wanted: KeyKind::Officer });
    let as_log = officer().encrypt(&passphrase, cheap()).unwrap();
    let error = LogKeyFile::open(as_log.as_bytes(), &passphrase).unwrap_err();
    assert_eq!(error, KeyError::OtherKind { found: KeyKind::Officer, wanted: KeyKind::Log });
    assert_eq!(error.to_string(), "the file holds an officer's key, a log key was asked for");
}

#[test]
fn a_key_file_cut_anywhere_or_with_any_bit_changed_never_opens_as_a_key() {
    let passphrase = phrase("x");
    let armored = officer().encrypt(&passphrase, cheap()).unwrap();
    let body: String = armored.lines().filter(|line| !line.starts_with('-')).collect();
    let binary = STANDARD.decode(body).unwrap();
    let whole = OfficerKey::open(&binary, &passphrase).unwrap();
    assert_eq!(whole.public(), officer().public());
    for at in 0..binary.len() {
        assert!(OfficerKey::open(&binary[..at], &passphrase).is_err(), "cut at {at}");
        let bit = 1 << (at % 8);
        let mut damaged = binary.clone();
        damaged[at] ^= bit;
        assert!(OfficerKey::open(&damaged, &passphrase).is_err(), "bit {bit} of byte {at}");
    }
    let mut tail = binary;
    *tail.last_mut().unwrap() ^= 1;
    let error = OfficerKey::open(&tail, &passphrase).unwrap_err();
    assert!(matches!(error, KeyError::Damaged(_)), "{error}");
}

#[test]
fn the_plain_log_key_has_one_spelling() {
    let plain = log().to_plain();
    let expected = format!("yishan/log-key/v1\nyishan.example/qianan\n{}\n", STANDARD.encode(SEED));
    assert_eq!(*plain, expected);
    let again = LogKeyFile::parse(plain.as_bytes()).unwrap();
    assert_eq!((again.name(), again.public()), (log().name(), log().public()));
    let seed = STANDARD.encode(SEED);
    let name = "yishan.example/qianan";
    for bad in [
        String::new(),
        plain.trim_end().to_string(),
        format!("{}\n", *plain),
        format!(" {}", *plain),
        plain.replace('\n', "\r\n"),
        plain.replace("v1", "v2"),
        plain.replace(&seed, seed.trim_end_matches('=')),
        plain.replace(&seed, &format!("{seed}{seed}")),
        plain.replace(&seed, &STANDARD.encode(&SEED[1..])),
        plain.replace(&seed, &STANDARD.encode([SEED.as_slice(), b"x"].concat())),
        plain.replace(&seed, &format!(" {seed}")),
        // The last character of the seed carries two bits that must be zero.
        plain.replace(&seed, &seed.replace("E=", "F=")),
        plain.replace(name, ""),
        plain.replace(name, "two words"),
        plain.replace(name, "a+b"),
        plain.replace(name, &"a".repeat(NAME_MAX + 1)),
    ] {
        assert_ne!(bad, *plain, "this case damages nothing");
        assert!(LogKeyFile::parse(bad.as_bytes()).is_err(), "{bad:?} was taken for a log key");
    }
    let text = plain.replace("qianan", "\u{FFFD}").into_bytes();
    let not_utf8 = [&text[..30], b"\xff", &text[30..]].concat();
    assert!(LogKeyFile::parse(&not_utf8).is_err());
}

#[test]
fn a_key_cannot_be_made_for_a_name_that_breaks_its_line() {
    for bad in ["", "a b", "a\nb", "a\u{3000}b", "a+b", "\u{7}", &"善".repeat(86)] {
        let error = OfficerKey::generate(bad, &mut known).unwrap_err();
        assert!(matches!(error, KeyError::Name { .. }), "{bad:?}: {error}");
    }
    assert!(OfficerKey::generate("陈小明", &mut known).is_ok());
}

#[test]
fn debug_never_shows_a_seed() {
    let shown = format!("{:?} {:#?} {:?} {:#?}", officer(), officer(), log(), log());
    let numbers = format!("{SEED:?}");
    let hex = SEED.map(|byte| format!("{byte:02x}")).concat();
    let seed = String::from_utf8_lossy(&SEED);
    for secret in [&*seed, &STANDARD.encode(SEED), &hex, numbers.trim_matches(['[', ']'])] {
        assert!(!shown.contains(&secret[..8]), "{shown}");
    }
    assert!(shown.contains("chen"));
}

#[test]
fn the_fingerprint_of_a_key_is_that_of_its_public_half() {
    assert_eq!(fingerprint(&officer().public()), fingerprint(&log().public()));
    assert_ne!(fingerprint(&officer().public()), fingerprint(&SEED));
}
