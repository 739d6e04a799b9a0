//! What is sealed opens whole or not at all, for its own key, from its own path.

use super::*;

fn cheap() -> WorkFactor {
    WorkFactor::new(1).unwrap()
}

fn phrase(text: &str) -> Passphrase {
    Passphrase::typed(text).unwrap()
}

#[test]
fn a_bill_put_in_without_a_passphrase_comes_out_with_the_identity() {
    let identity = Identity::generate();
    let recipient = Recipient::parse(&identity.recipient().to_string()).unwrap();
    // Around the chunk of 64 KiB, where the payload changes shape.
    for len in [0, 1, 65_535, 65_536, 65_537, 131_072] {
        let bill = vec![7; len];
        let sealed = recipient.seal(&bill).unwrap();
        assert_eq!(*identity.open(&sealed).unwrap(), bill, "{len} bytes");
    }
}

#[test]
fn the_identity_survives_its_file_and_a_standard_tool_could_read_it() {
    let (identity, passphrase) = (Identity::generate(), phrase("x"));
    let sealed = identity.recipient().seal(b"private").unwrap();
    let file = identity.encrypt(&passphrase, cheap()).unwrap();
    let again = Identity::unlock(file.as_bytes(), &passphrase).unwrap();
    assert_eq!(**again.open(&sealed).unwrap(), *b"private");
    // age's own reader of identity files skips our first line as a comment.
    let text = unlock(file.as_bytes(), &passphrase).unwrap();
    let file = age::IdentityFile::from_buffer(&text[..]).unwrap();
    assert_eq!(file.into_identities().unwrap().len(), 1);
    let wrong =
        Identity::unlock(identity.encrypt(&passphrase, cheap()).unwrap().as_bytes(), &phrase("y"));
    assert_eq!(wrong.unwrap_err(), KeyError::WrongPassphrase);
}

#[test]
fn a_file_that_holds_no_vault_key_in_its_one_spelling_is_refused() {
    let passphrase = phrase("x");
    let secret = Identity::generate().0.to_string();
    let secret = secret.expose_secret();
    let open = |text: &str| {
        let file = lock(text.as_bytes(), &passphrase, cheap()).unwrap();
        Identity::unlock(file.as_bytes(), &passphrase)
    };
    let head = "# yishan/vault-key/v1\n";
    assert!(open(&format!("{head}{secret}\n")).is_ok());
    let other = open(&format!("yishan/officer-key/v1\nchen\n{secret}\n")).unwrap_err();
    assert_eq!(other, KeyError::OtherKind { found: KeyKind::Officer, wanted: KeyKind::Vault });
    for bad in [
        format!("{secret}\n"),
        format!("{head}{secret}"),
        format!("{head}{secret}\n\n"),
        format!("{head} {secret}\n"),
        format!("{head}{}\n", secret.to_lowercase()),
        format!("{head}{}\n", &secret[..secret.len() - 1]),
        head.to_string(),
    ] {
        let error = open(&bad).unwrap_err();
        assert!(matches!(error, KeyError::Malformed { kind: KeyKind::Vault, .. }), "{error}");
        assert!(!error.to_string().contains("AGE-SECRET"), "{error}");
    }
}

#[test]
fn a_piece_sealed_for_another_vault_is_told_from_a_damaged_one() {
    let (ours, theirs) = (Identity::generate(), Identity::generate());
    let sealed = theirs.recipient().seal(b"theirs").unwrap();
    let error = ours.open(&sealed).unwrap_err();
    assert_eq!(error, VaultError::OtherKey { recipient: ours.recipient().to_string() });
    let mut tail = theirs.recipient().seal(b"theirs").unwrap();
    *tail.last_mut().unwrap() ^= 1;
    assert!(matches!(theirs.open(&tail), Err(VaultError::Damaged(_))));
}

#[test]
fn a_piece_cut_anywhere_or_with_any_byte_changed_does_not_open() {
    let identity = Identity::generate();
    let sealed = identity.recipient().seal(b"who gave what").unwrap();
    for at in 0..sealed.len() {
        assert!(identity.open(&sealed[..at]).is_err(), "cut at {at}");
        let mut damaged = sealed.clone();
        damaged[at] ^= 1 << (at % 8);
        assert!(identity.open(&damaged).is_err(), "byte {at}");
    }
    let longer = [&sealed[..], b"\0"].concat();
    assert!(identity.open(&longer).is_err());
}

#[test]
fn armored_passphrase_and_endless_files_are_not_pieces_of_a_vault() {
    let identity = Identity::generate();
    let armored = age::encrypt_and_armor(&identity.recipient().0, b"x").unwrap();
    let refused = |file: &[u8]| identity.open(file).unwrap_err();
    assert_eq!(refused(armored.as_bytes()), VaultError::NotSealed { len: armored.len() });
    assert_eq!(refused(b""), VaultError::NotSealed { len: 0 });
    let stanza = "-> X25519 AAAA\nAAAA\n".repeat(300);
    let many = format!("age-encryption.org/v1\n{stanza}--- {}\n", "A".repeat(43));
    assert_eq!(refused(many.as_bytes()), VaultError::NotSealed { len: many.len() });
}

#[test]
fn more_than_the_maximum_neither_goes_in_nor_comes_out() {
    let identity = Identity::generate();
    let mut bytes = vec![0; ITEM_MAX + 1];
    let error = identity.recipient().seal(&bytes).unwrap_err();
    assert_eq!(error, VaultError::TooLarge { len: ITEM_MAX + 1, max: ITEM_MAX });
    let sealed = age::encrypt(&identity.recipient().0, &bytes).unwrap();
    assert_eq!(identity.open(&sealed).unwrap_err(), error);
    bytes.pop();
    let sealed = identity.recipient().seal(&bytes).unwrap();
    assert!(sealed.len() <= SEALED_MAX);
    assert_eq!(identity.open(&sealed).unwrap().len(), ITEM_MAX);
    let endless = vec![0; SEALED_MAX + 1];
    let error = VaultError::TooLarge { len: SEALED_MAX + 1, max: SEALED_MAX };
    assert_eq!(identity.open(&endless).unwrap_err(), error);
}

#[test]
fn a_recipient_has_one_spelling() {
    let text = Identity::generate().recipient().to_string();
    assert_eq!(Recipient::parse(&text).unwrap().to_string(), text);
    let cut = &text[..text.len() - 1];
    for bad in ["", "age1", cut, &text.to_uppercase(), &format!("{text} "), &format!(" {text}")] {
        let error = Recipient::parse(bad).unwrap_err();
        assert_eq!(error, VaultError::Recipient(bad.to_string()));
    }
}

#[test]
fn paths_come_back_as_the_places_they_name() {
    let bill = Place::Bill(std::array::from_fn(|at| u8::try_from(at * 8).unwrap()));
    let name = Pseudonym::parse("k7p2-0").unwrap();
    let person = Place::Person(name.clone());
    assert_eq!(person.to_string(), "people/k7p2-0.age");
    for place in [bill, person, Place::Key(name.clone()), Place::Record(name)] {
        assert_eq!(Place::parse(&place.to_string()).unwrap(), place);
    }
}

#[test]
fn a_persons_key_opens_only_with_the_vaults_and_is_no_other_kind_of_key() {
    let (vault, person) = (Identity::generate(), Identity::generate());
    let wrapped = person.wrap(&vault.recipient()).unwrap();
    let again = vault.open_person(&wrapped).unwrap();
    assert_eq!(again.recipient(), person.recipient());
    let sealed = person.recipient().seal(b"about them").unwrap();
    assert_eq!(**again.open(&sealed).unwrap(), *b"about them");
    assert!(vault.open(&sealed).is_err(), "the vault's key alone opens what is about a person");
    assert!(person.open_person(&wrapped).is_err());
    for bad in [&b"# yishan/vault-key/v1\n"[..], b"", b"# yishan/person-key/v1\nAGE-SECRET-KEY-1\n"]
    {
        let wrong = vault.recipient().seal(bad).unwrap();
        assert!(matches!(vault.open_person(&wrong), Err(VaultError::Key(_))));
    }
    let long = vec![0; PERSON_KEY_MAX + 1];
    assert!(matches!(vault.open_person(&long), Err(VaultError::TooLarge { .. })));
    for at in 0..wrapped.len() {
        let mut damaged = wrapped.clone();
        damaged[at] ^= 1;
        assert!(vault.open_person(&damaged).is_err(), "byte {at}");
    }
}

#[test]
fn no_path_leads_out_of_the_vault_or_names_a_place_twice() {
    let digits = "0f".repeat(32);
    for bad in [
        String::new(),
        "bills".to_string(),
        format!("bills/{digits}"),
        format!("bills/{}.age", digits.to_uppercase()),
        format!("bills/{}.age", &digits[1..]),
        format!("bills/{digits}0.age"),
        format!("bills/+{}.age", &digits[1..]),
        format!("/bills/{digits}.age"),
        format!("bills//{digits}.age"),
        format!("bills\\{digits}.age"),
        format!("Bills/{digits}.age"),
        format!("bills/{digits}.age\n"),
        "people/../log.age".to_string(),
        "people/a/b.age".to_string(),
        "people/.age".to_string(),
        "people/A.age".to_string(),
        "people/-a.age".to_string(),
        "people/a-.age".to_string(),
        "people/a.b.age".to_string(),
        "people/陈.age".to_string(),
        format!("people/{}.age", "a".repeat(PSEUDONYM_MAX + 1)),
        "other/a.age".to_string(),
    ] {
        assert!(Place::parse(&bad).is_err(), "{bad:?} was taken for a place in the vault");
    }
}

#[test]
fn debug_never_shows_the_identity() {
    let identity = Identity::generate();
    let shown = format!("{identity:?} {identity:#?}");
    let secret = identity.0.to_string();
    assert!(!shown.contains("AGE-SECRET-KEY"), "{shown}");
    assert!(!shown.to_uppercase().contains(&secret.expose_secret()[16..24]), "{shown}");
    assert!(shown.contains(&identity.recipient().to_string()));
}
