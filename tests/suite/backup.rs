//! A whole fund in one file, and back: nothing missing, nothing believed unproved, nothing signed
//! that might contradict what was signed before.

use crate::fake_disk::FakeDisk;
use crate::home::{Home, PASSPHRASE};
use std::io::Read;
use std::sync::Arc;
use yishan::backup::{self, Manifest, Wanted};
use yishan::keys::{LogKeyFile, Passphrase};
use yishan::ledger::{IndexAt, Ledger, Mode};
use yishan::storage::disk::Disk;
use yishan::storage::real_disk::RealDisk;
use yishan::vault::{Identity, Sealed, Unlock};

/// A fund with two days published, a bill in its vault, and something not yet closed.
fn fund() -> Home {
    let home = Home::new();
    let bill = "time,amount,number\n2026-11-22 08:00:00,1.00,R1\n2026-11-22 08:01:00,2.50,R2\n";
    let map = "channel = \"jielong\"\ndates = [\"%Y-%m-%d %H:%M:%S\"]\n[columns]\ntime = \"time\"\namount = \"amount\"\nid = \"number\"\n";
    std::fs::write(home.path("bill.csv"), bill).unwrap();
    std::fs::write(home.path("map.toml"), map).unwrap();
    home.give(1);
    home.good("import bill.csv --mapping map.toml --account wx --commit");
    home.close();
    home.wait(86_400);
    home.give(2);
    home.close();
    home.give(3);
    home
}

/// The plain content of a backup that the vault's key opens.
fn plain(home: &Home, file: &str) -> Vec<u8> {
    let passphrase = Passphrase::typed(PASSPHRASE).unwrap();
    let locked = std::fs::read(home.path("keys/vault.age")).unwrap();
    let identity = Identity::unlock(&locked, &passphrase).unwrap();
    let sealed = Sealed::read(std::fs::File::open(home.path(file)).unwrap()).unwrap();
    assert!(!sealed.wants_passphrase());
    let mut bytes = Vec::new();
    sealed.open(&Unlock::Vault(&identity)).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn what_comes_back_is_what_was_there_and_goes_on_as_before() {
    let home = fund();
    let said = home.good("backup b.age");
    assert!(said.contains("密钥不在里面"), "{said}");
    let before = home.files("fund");
    home.good("restore b.age new --keys keys");
    let mut after = home.files("new");
    assert_eq!(after.remove("restored").as_deref(), Some(&b"yishan/restored/v1\nsize 8\n"[..]));
    assert!(after.keys().eq(before.keys()), "{:?} of {:?}", after.keys(), before.keys());
    assert!(after == before, "a file came back otherwise than it was");
    assert!(after.keys().any(|name| name.starts_with("vault/bills/")), "the bill is not in it");
    assert_eq!(home.size("new"), 8);
    // The published folder beside it is known, so it is shown to be the newest by itself.
    home.wait(86_400);
    home.good("-C new give --amount 4.00 --to wx --number 4");
    home.good("-C new close");
    home.good("-C new publish");
    assert!(!home.path("new/restored").exists());
    // And now the first one is the older copy.
    home.bad("publish --to elsewhere", 3, "可能是旧备份", "may be an older copy");
}

#[test]
fn keys_are_in_it_only_if_asked_for_and_then_a_passphrase_opens_it() {
    let home = fund();
    home.good("backup b.age");
    let text = String::from_utf8_lossy(&plain(&home, "b.age")).into_owned();
    assert!(!text.contains("keys/") && !text.contains("yishan/log-key"), "a key is in it");
    assert!(!text.contains("index"), "the index is in it");
    let said = home.good("backup --with-keys k.age");
    assert!(said.contains("能以账本的名义签字"), "{said}");
    let sealed = Sealed::read(std::fs::File::open(home.path("k.age")).unwrap()).unwrap();
    assert!(sealed.wants_passphrase());
    for name in ["fund", "keys"] {
        std::fs::rename(home.path(name), home.path(&format!("{name}.gone"))).unwrap();
    }
    home.good("restore k.age fund");
    let keys = home.files("fund/keys");
    assert_eq!(keys, home.files("keys.gone"));
    LogKeyFile::parse(&keys["log.key"]).unwrap();
    #[cfg(unix)]
    for name in keys.keys() {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(home.path("fund/keys").join(name)).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600, "{name}");
    }
    home.wait(1);
    home.good("give --amount 4.00 --to wx --number 4 --keys fund/keys");
}

#[test]
fn nothing_is_overwritten_and_a_failure_leaves_nothing() {
    let home = fund();
    std::fs::write(home.path("b.age"), "mine").unwrap();
    home.bad("backup b.age", 3, "不会覆盖", "not overwritten");
    assert_eq!(std::fs::read(home.path("b.age")).unwrap(), b"mine");
    std::fs::write(home.path("c.age.part"), "another").unwrap();
    home.bad("backup c.age", 3, "没有写完", "was not finished");
    assert_eq!(std::fs::read(home.path("c.age.part")).unwrap(), b"another");
    home.good("backup d.age");
    home.bad("restore d.age fund --keys keys", 3, "不会覆盖", "not overwritten");
    // A journal that is damaged is not backed up as if it were good.
    let mut bytes = std::fs::read(home.journal()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(home.journal(), bytes).unwrap();
    home.bad("backup e.age", 3, "备份没有做成", "no backup was made");
    assert!(!home.path("e.age").exists() && !home.path("e.age.part").exists());
}

/// Every byte of the sealed file matters, and a file that was cut short anywhere is refused.
#[test]
fn a_changed_or_shortened_file_restores_nothing() {
    let home = fund();
    home.good("backup b.age");
    let whole = std::fs::read(home.path("b.age")).unwrap();
    let step = whole.len() / 40;
    for at in (0..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(home.path("x.age"), &bytes).unwrap();
        let (code, text) = home.run("restore x.age new --keys keys");
        assert_eq!(code, 3, "byte {at}: {text}");
        std::fs::write(home.path("x.age"), &whole[..at]).unwrap();
        let (code, text) = home.run("restore x.age new --keys keys");
        assert_eq!(code, 3, "cut at {at}: {text}");
        assert!(!home.path("new").exists() && !home.path("new.part").exists(), "at {at}");
    }
    home.good("restore b.age new --keys keys");
}

/// Reads a backup's plain content onto a disk in memory and proves it, as restore does.
fn restore(mut bytes: &[u8]) -> Result<Manifest, String> {
    let disk = FakeDisk::new();
    let manifest = backup::read(&mut bytes, &disk).map_err(|e| e.to_string())?;
    let ledger = Ledger::open_on(disk.handle(), &IndexAt::Nowhere, Mode::Write);
    let ledger = ledger.map_err(|e| e.to_string())?;
    backup::prove(&ledger, &manifest).map_err(|e| e.to_string())?;
    Ok(manifest)
}

/// Whoever has the recipient can seal what they like, so the seal alone proves nothing.
#[test]
fn no_byte_under_the_seal_can_be_changed_unnoticed() {
    let home = fund();
    home.good("backup b.age");
    let whole = plain(&home, "b.age");
    let manifest = restore(&whole).unwrap();
    // The moment of the backup is a remark of whoever made it; nothing can prove it.
    let made = whole.windows(7).rposition(|w| w == b"\"made\":").unwrap();
    for at in (0..whole.len()).filter(|at| !(made..made + 35).contains(at)).step_by(23) {
        for flip in [0x01, 0x80] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            assert!(restore(&bytes).is_err(), "byte {at} was changed unnoticed");
        }
    }
    for end in (0..whole.len()).step_by(311) {
        assert!(restore(&whole[..end]).is_err(), "cut at {end}");
    }
    assert!(restore(&[&whole[..], b"\0"].concat()).is_err(), "something hangs behind");
    assert_eq!(manifest.size, 8);
    assert_eq!(manifest.signed(), 7);
}

/// A manifest may lie as well as anybody: what it states is computed again.
#[test]
fn a_manifest_that_states_another_ledger_is_found_out() {
    let home = fund();
    home.good("backup b.age");
    let text = plain(&home, "b.age");
    let swap = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = text.windows(from.len()).rposition(|w| w == from.as_bytes()).unwrap();
        let mut bytes = text.clone();
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
        restore(&bytes).unwrap_err()
    };
    assert!(swap("\"size\":8", "\"size\":7").contains("the number of entries"));
    assert!(
        swap("\"origin\":\"yishan.example/q\"", "\"origin\":\"yishan.example/p\"").contains("name")
    );
    let root = restore(&text).unwrap().root;
    let other = root.chars().rev().collect::<String>();
    assert!(swap(&root, &other).contains("the root"));
}

#[test]
fn a_backup_of_another_version_says_so_before_anything_is_read() {
    let home = fund();
    home.good("backup b.age");
    let mut bytes = plain(&home, "b.age");
    let at = bytes.windows(16).position(|w| w == b"yishan/backup/v1").unwrap();
    bytes[at + 15] = b'2';
    bytes.truncate(1024);
    assert!(restore(&bytes).unwrap_err().contains("yishan/backup/v2"));
}

/// While another thread records, whatever is backed up is a whole beginning of the fund.
#[test]
fn a_backup_beside_a_writer_is_whole_and_holds_what_was_acknowledged() {
    use crate::fund::{Officers, append, gift};
    let officers = Officers::new();
    let folder = tempfile::tempdir().unwrap();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk::open(folder.path()).unwrap());
    let mut ledger = officers.found_on(Arc::clone(&disk), "01T19:30:00").unwrap();
    let open = r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#;
    append(&mut ledger, &officers.sign("li", "01T20:00:00", 1, &[open.into()]), "01T20:00:00")
        .unwrap()
        .unwrap();
    let (acknowledged, done) =
        (std::sync::atomic::AtomicU64::new(2), std::sync::atomic::AtomicBool::new(false));
    let order = std::sync::atomic::Ordering::SeqCst;
    let copies = std::thread::scope(|scope| {
        let copier = scope.spawn(|| {
            let mut copies = Vec::new();
            loop {
                let last = done.load(order);
                let known = acknowledged.load(order);
                let mut bytes = Vec::new();
                let wanted = Wanted { fund: Arc::clone(&disk), keys: None, now: 1_795_000_000 };
                let manifest = backup::write(&wanted, &mut bytes, &mut |_, _| ()).unwrap();
                assert!(manifest.size >= known, "{} of {known} acknowledged", manifest.size);
                copies.push(bytes);
                if last {
                    return copies;
                }
            }
        });
        for number in 2..120 {
            let one = officers.sign("chen", "01T20:00:00", number, &[gift(100, number)]);
            append(&mut ledger, &one, "01T20:00:00").unwrap().unwrap();
            if number.is_multiple_of(40) {
                ledger.sign_checkpoint(&officers.log).unwrap();
            }
            acknowledged.store(ledger.size(), order);
        }
        done.store(true, order);
        copier.join().unwrap()
    });
    let sizes: Vec<_> = copies.iter().map(|bytes| restore(bytes).unwrap().size).collect();
    assert!(sizes.is_sorted() && sizes.last() == Some(&120), "{sizes:?}");
}

/// The guard: a restored fund signs nothing before it is known that nothing newer was signed.
#[test]
fn a_restored_fund_signs_only_when_it_is_shown_to_be_the_newest() {
    let home = fund();
    home.good("backup old.age");
    std::fs::copy(home.path("public/checkpoint"), home.path("before")).unwrap();
    home.wait(86_400);
    home.give(9);
    home.close();
    std::fs::copy(home.path("public/checkpoint"), home.path("newest")).unwrap();
    std::fs::create_dir(home.path("pc")).unwrap();
    let restore = "restore old.age pc/fund --keys keys";
    let key = "--key public/log.vkey";
    // What was signed is known at once: it is restored to be looked at, and may not sign.
    let said = home.good(&format!("{restore} --since newest {key}"));
    assert!(said.contains("这是较旧的一份") && said.contains("找回更新的备份"), "{said}");
    let state = || home.files("pc/fund").remove("checkpoints");
    let archive = state();
    let at = "-C pc/fund --keys keys";
    home.wait(86_400);
    for words in ["publish --to fresh", "receipt 2/0", "publish", "close"] {
        let words = format!("{at} {words}");
        home.bad(&words, 3, "还没有证明此后没有签过更多", "nothing shows that no more were signed");
    }
    for words in ["publish --to fresh", "close"] {
        let words = format!("{at} {words} --since newest");
        home.bad(&words, 3, "这是较旧的一份", "was signed before");
        home.bad(&words, 3, "找回更新的备份", "find a newer backup");
    }
    assert!(!home.path("fresh").exists() && state() == archive, "something was signed");
    assert_eq!(home.size("pc/fund"), 8, "something was recorded");
    // A checkpoint of another log, or a forged one, shows nothing.
    let other = Home::new();
    other.wait(7);
    other.close();
    std::fs::copy(other.path("public/checkpoint"), home.path("other")).unwrap();
    home.bad(&format!("{at} publish --since other"), 3, "没有签名", "nothing was signed");
    // The published folder, as soon as it is there, says the same.
    std::fs::create_dir(home.path("pc/public")).unwrap();
    std::fs::copy(home.path("newest"), home.path("pc/public/checkpoint")).unwrap();
    home.bad(&format!("{at} publish --to fresh"), 3, "这是较旧的一份", "was signed before");
    home.bad(
        &format!("{at} publish --to fresh --since none"),
        3,
        "这是较旧的一份",
        "was signed before",
    );
    home.bad(
        &format!("{at} doctor"),
        1,
        "公示了 10 条，这里有 8 条",
        "shows 10 entries, and here are 8",
    );
    std::fs::remove_dir_all(home.path("pc/public")).unwrap();
}

#[test]
fn a_restored_fund_that_is_the_newest_goes_on_once_it_was_shown() {
    let home = fund();
    home.good("backup b.age");
    // Signed after the backup, over entries that the backup has.
    home.good("publish");
    std::fs::copy(home.path("public/checkpoint"), home.path("newest")).unwrap();
    std::fs::create_dir(home.path("pc")).unwrap();
    home.good("restore b.age pc/fund --keys keys --since newest --key public/log.vkey");
    assert!(!home.path("pc/fund/restored").exists());
    home.wait(86_400);
    home.good("-C pc/fund --keys keys close");
    home.good("-C pc/fund --keys keys publish");
    // Witnesses may have signed below the log; what the log signed is kept, and nothing else.
    std::fs::create_dir(home.path("two")).unwrap();
    home.good("restore b.age two/fund --keys keys");
    home.good("-C two/fund --keys keys publish --since newest");
    assert_eq!(
        std::fs::read(home.path("two/public/checkpoint")).unwrap(),
        std::fs::read(home.path("newest")).unwrap()
    );
}

#[test]
fn a_fund_that_never_published_goes_on_when_somebody_says_so() {
    let home = Home::new();
    home.give(1);
    home.good("backup b.age");
    home.good("restore b.age new --keys keys");
    home.wait(5);
    home.bad("-C new close", 3, "--since none", "--since none");
    home.good("-C new close --since none");
    assert!(!home.path("new/restored").exists());
}

/// The mark goes with the checkpoint that is signed, not with a command that comes to nothing.
#[test]
fn a_close_that_is_refused_or_not_confirmed_leaves_a_restored_fund_guarded() {
    let home = fund();
    home.good("publish");
    home.good("backup b.age");
    std::fs::copy(home.path("public/checkpoint"), home.path("newest")).unwrap();
    std::fs::create_dir(home.path("pc")).unwrap();
    home.good("restore b.age pc/fund --keys keys");
    home.wait(86_400);
    let close = "-C pc/fund --keys keys close";
    let before = home.files("pc/fund");
    let none = format!("{close} --since none");
    home.bad(&none, 3, "最后的检查点签了 8 条", "a checkpoint of 8 entries was signed");
    home.bad(&none, 3, "从公示网址下载最新公示的", "download the newest published checkpoint");
    let unsaid = format!("{close} --since newest --no-input");
    home.bad(&unsaid, 2, "--yes", "--yes");
    let again = format!("{close} --since newest --day 2026-11-22");
    home.bad(&again, 5, "2026-11-23", "2026-11-23");
    assert_eq!(home.files("pc/fund"), before, "something was recorded, signed or unmarked");
    home.bad(close, 3, "还没有证明此后没有签过更多", "nothing shows that no more were signed");
    home.good(&format!("{close} --since newest"));
    assert!(!home.path("pc/fund/restored").exists());
    home.good("-C pc/fund --keys keys publish");
}

#[test]
fn a_word_that_nothing_was_signed_is_taken_back_with_the_close_it_came_with() {
    let home = Home::new();
    home.give(1);
    home.good("backup b.age");
    home.good("restore b.age new --keys keys");
    home.wait(5);
    home.bad("-C new close --since none --no-input", 2, "--yes", "--yes");
    assert!(home.path("new/restored").exists(), "the mark is gone, and nothing was signed");
    home.bad("-C new close", 3, "--since none", "--since none");
}

/// The library's own guard, whatever the command does.
#[test]
fn the_ledger_itself_refuses_to_sign_while_it_is_marked_as_restored() {
    use crate::fund::Officers;
    use yishan::ledger::{Error, RESTORED};
    let (officers, disk) = (Officers::new(), FakeDisk::new());
    let mut ledger = officers.found_on(disk.handle(), "01T19:30:00").unwrap();
    disk.set(RESTORED, b"");
    let refused = ledger.sign_checkpoint(&officers.log);
    assert!(matches!(refused, Err(Error::Restored { size: 1 })), "{refused:?}");
    ledger.settle(None).unwrap();
    ledger.sign_checkpoint(&officers.log).unwrap();
}
