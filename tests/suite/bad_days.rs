//! Bad days at the desk: each ends with a clear word in both languages, and with nothing lost.

use crate::fake_disk::FakeDisk;
use crate::fund::{Officers, append, reopen};
use crate::home::Home;
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::Command;
use yishan::ledger::{Error, Ledger, Mode};
use yishan::storage::real_disk::WriterLock;

const DAY: i64 = 86_400;

#[test]
fn a_clock_that_jumps_back_records_nothing_and_is_set_right() {
    let home = Home::new();
    home.give(1);
    home.wait(-DAY);
    let give = "give --amount 2.00 --to wx --number 2";
    home.bad(give, 5, "请校准电脑时钟", "set the clock right");
    home.bad("doctor", 1, "早于最后一条记录", "before the last entry");
    home.wait(DAY + 60);
    assert_eq!(home.size("fund"), 3);
    home.give(2);
}

/// An entry dated years ahead would stop every later one.
#[test]
fn a_clock_years_ahead_is_not_believed_without_a_word() {
    let home = Home::new();
    home.give(1);
    let before = home.files("fund");
    home.wait(1500 * DAY);
    let give = "give --amount 2.00 --to wx --number 2";
    home.bad(give, 2, "加上 --today 日期", "say --today DAY");
    let wrong = format!("{give} --today 2026-11-23");
    home.bad(&wrong, 3, "你说今天是 2026-11-23", "you say that today is 2026-11-23");
    let (code, text) = home.run_in("zh_CN.UTF-8", give, &["2026-11-22"]);
    assert_eq!(code, 3, "{text}");
    assert_eq!(home.files("fund"), before);
    // It really is that day.
    let (code, text) = home.run_in("zh_CN.UTF-8", give, &["2030-12-31"]);
    assert_eq!(code, 0, "{text}");
    home.give(3);
    // And from a script.
    home.wait(30 * DAY);
    home.good("give --amount 3.00 --to wx --number 4 --today 2031-01-30");
}

#[test]
fn ten_quiet_days_are_no_reason_to_ask() {
    let home = Home::new();
    home.wait(10 * DAY);
    home.give(1);
}

#[test]
fn a_second_process_waits_and_only_looks_meanwhile() {
    let home = Home::new();
    home.give(1);
    let ledger = Ledger::open(&home.path("fund"), Mode::Write).unwrap();
    let give = "give --amount 2.00 --to wx --number 2";
    let pid = std::process::id();
    home.bad(give, 3, &format!("进程号 {pid}"), &format!("number {pid}"));
    home.bad("give --amount 2.00 --to wx --number 2", 3, "等它做完再来", "wait until it is done");
    assert!(home.good("status").contains("3 条记录"));
    assert!(home.good("doctor").contains("另一个程序正在写"));
    home.good("backup beside.age");
    drop(ledger);
    home.good(give);
}

/// The same between two processes of the program itself.
#[test]
fn the_program_itself_names_the_process_that_writes() {
    let home = Home::new();
    let _lock = WriterLock::take(&home.path("fund")).unwrap();
    let run = |lang| {
        Command::new(env!("CARGO_BIN_EXE_yishan"))
            .args(["--lang", lang, "-C", "fund", "index", "rebuild"])
            .current_dir(home.path(""))
            .output()
            .unwrap()
    };
    let held = format!("进程号 {}", std::process::id());
    let zh = run("zh");
    assert_eq!(zh.status.code(), Some(3));
    assert!(String::from_utf8(zh.stderr).unwrap().contains(&held));
    assert!(String::from_utf8(run("en").stderr).unwrap().contains("locked by another process"));
}

/// A damaged cache is nobody's trouble, and the program does not alarm anybody about it.
#[test]
fn a_damaged_index_is_made_anew_without_a_word() {
    let home = Home::new();
    home.give(1);
    home.good("index rebuild");
    let file = home.path("fund/index/conf");
    let len = std::fs::metadata(&file).unwrap().len();
    std::fs::write(&file, vec![0xa5; usize::try_from(len).unwrap()]).unwrap();
    let text = home.good("doctor");
    assert!(text.contains("下次打开自动重建"), "{text}");
    let out = Command::new(env!("CARGO_BIN_EXE_yishan"))
        .args(["--lang", "zh", "-C", "fund", "status"])
        .current_dir(home.path(""))
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(0));
    assert_eq!(String::from_utf8(out.stderr).unwrap(), "");
    home.give(2);
    assert_eq!(home.size("fund"), 4);
}

#[test]
fn a_folder_moved_while_it_is_open_keeps_what_was_acknowledged() {
    let home = Home::new();
    home.give(1);
    let mut ledger = Ledger::open(&home.path("fund"), Mode::Write).unwrap();
    let known = ledger.size();
    std::fs::rename(home.path("fund"), home.path("moved")).unwrap();
    // The index follows its open files; nothing here may be torn by it.
    let _ = ledger.commit_index();
    drop(ledger);
    home.bad("status", 3, "不是基金文件夹", "is no fund folder");
    assert_eq!(home.size("moved"), known);
    home.good("-C moved give --amount 2.00 --to wx --number 2");
    std::fs::rename(home.path("moved"), home.path("fund")).unwrap();
    assert_eq!(home.size("fund"), known + 1);
}

/// Cuts the only segment in two behind its second entry, as if it had been full.
fn two_segments(home: &Home) {
    let bytes = std::fs::read(home.journal()).unwrap();
    let ends: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
    std::fs::write(home.journal(), &bytes[..=ends[1]]).unwrap();
    std::fs::write(home.path("fund/journal/00000002.jsonl"), &bytes[ends[1] + 1..]).unwrap();
    let _ = std::fs::remove_dir_all(home.path("fund/index"));
}

#[test]
fn a_missing_segment_is_named_and_nothing_is_touched() {
    let home = Home::new();
    home.give(1);
    home.give(2);
    home.close();
    two_segments(&home);
    assert_eq!(home.size("fund"), 5, "two segments are read as one journal");
    let second = home.path("fund/journal/00000002.jsonl");
    let kept = std::fs::read(&second).unwrap();
    std::fs::remove_file(&second).unwrap();
    let _ = std::fs::remove_dir_all(home.path("fund/index"));
    let before = home.files("fund");
    let give = "give --amount 2.00 --to wx --number 3";
    home.bad(give, 3, "而 5 条曾经存妥：缺了记录", "5 were durable");
    home.bad(give, 3, "yishan restore 取回最近的备份", "with yishan restore");
    home.bad("doctor", 1, "前 2 条记录完好", "the first 2 entries are good");
    assert_eq!(home.files("fund"), before);
    // The first one gone.
    std::fs::write(&second, &kept).unwrap();
    let first = std::fs::read(home.journal()).unwrap();
    std::fs::remove_file(home.journal()).unwrap();
    home.bad(give, 3, "第一段 journal/00000000.jsonl 不见了", "no journal/00000000.jsonl");
    home.bad("doctor", 1, "不见了", "there is no journal/00000000.jsonl");
    std::fs::write(home.journal(), first).unwrap();
    home.good(give);
}

#[test]
fn the_index_of_another_fund_changes_no_answer() {
    let (home, other) = (Home::new(), Home::new());
    home.give(1);
    other.wait(5);
    other.give(7);
    for one in [&home, &other] {
        one.good("index rebuild");
    }
    std::fs::remove_dir_all(home.path("fund/index")).unwrap();
    std::fs::rename(other.path("fund/index"), home.path("fund/index")).unwrap();
    // The two funds were founded by the same dice; only what came later differs.
    let before = home.files("fund");
    home.good("doctor");
    assert_eq!(home.files("fund"), before);
    home.give(2);
    let text = home.good("balance");
    assert!(text.contains("2.00"), "{text}");
}

/// A line of a kind that this program does not have, in the last entry.
#[test]
fn a_fund_of_a_newer_version_is_left_alone_and_the_update_is_named() {
    let home = Home::new();
    home.give(1);
    let text = std::fs::read_to_string(home.journal()).unwrap();
    let at = text.rfind("{\"gift\":").unwrap();
    let newer = format!("{}{{\"gust\":{}", &text[..at], &text[at + 8..]);
    std::fs::write(home.journal(), newer).unwrap();
    let _ = std::fs::remove_dir_all(home.path("fund/index"));
    let before = home.files("fund");
    for words in ["status", "give --amount 2.00 --to wx --number 3", "close", "publish"] {
        home.bad(words, 3, "请把 yishan 升级", "update yishan");
    }
    home.bad("doctor", 3, "是新版本写的", "a newer version wrote it");
    assert_eq!(home.files("fund"), before);
}

#[test]
fn an_index_of_a_newer_format_is_made_anew() {
    let home = Home::new();
    home.give(1);
    home.good("index rebuild");
    let found = later_version(&home.path("fund/index"));
    let text = home.good("doctor");
    assert!(text.contains(&format!("索引的格式是 {found}")), "{text}");
    home.give(2);
    assert!(home.good("doctor").contains("好  索引"));
}

/// Raises the version that the index states by one, with a right checksum.
fn later_version(index: &Path) -> u32 {
    let db = sled::open(index).unwrap();
    let mut value = db.get(b"R").unwrap().unwrap().to_vec();
    let found = u32::from_be_bytes(value[8..12].try_into().unwrap()) + 1;
    value[8..12].copy_from_slice(&found.to_be_bytes());
    let check = Sha256::new().chain_update(b"R").chain_update(&value[8..]).finalize();
    value[..8].copy_from_slice(&check[..8]);
    db.insert(b"R", value).unwrap();
    db.flush().unwrap();
    found
}

/// A small disk of its own, where this machine lets one be mounted.
struct Mounted(tempfile::TempDir);

impl Mounted {
    fn new(options: &str) -> Option<Mounted> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "none"]).arg(folder.path());
        let done = mount.output().is_ok_and(|out| out.status.success());
        if !done {
            println!("skipped: no disk can be mounted here");
        }
        done.then_some(Mounted(folder))
    }

    fn again(&self, options: &str) {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,{options}")]).arg(self.0.path());
        assert!(mount.status().unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// A bill with this many gifts, of the layout of the mapping beside it.
fn bill(rows: u64) -> (String, &'static str) {
    let row = |n: u64| format!("2026-11-22 09:{:02}:{:02},1.00,R{n:08}\n", n / 60 % 60, n % 60);
    let text = (0..rows).map(row).fold("time,amount,number\n".to_owned(), |all, row| all + &row);
    let mapping = "channel = \"jielong\"\ndates = [\"%Y-%m-%d %H:%M:%S\"]\n[columns]\ntime = \"time\"\namount = \"amount\"\nid = \"number\"\n";
    (text, mapping)
}

#[test]
fn a_disk_that_fills_up_in_the_middle_of_an_import_loses_nothing() {
    let Some(disk) = Mounted::new("size=12m") else { return };
    let home = Home::bare(disk.0.path()).founded();
    home.give(1);
    let (text, mapping) = bill(3000);
    let elsewhere = tempfile::tempdir().unwrap();
    let (bill, map) = (elsewhere.path().join("bill.csv"), elsewhere.path().join("map.toml"));
    std::fs::write(&bill, text).unwrap();
    std::fs::write(&map, mapping).unwrap();
    let import =
        format!("import {} --mapping {} --account wx --commit", bill.display(), map.display());
    // All but a little of the disk is taken by something else.
    let ballast = home.path("ballast");
    let free = fs2::available_space(disk.0.path()).unwrap();
    std::fs::write(&ballast, vec![7; usize::try_from(free).unwrap() - 200_000]).unwrap();
    let known = home.files("fund")["journal/00000000.jsonl"].clone();
    home.wait(10);
    let (code, said) = home.run(&import);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("磁盘满了") && said.contains("腾出磁盘空间"), "{said}");
    assert!(!said.contains("os error"), "{said}");
    assert!(home.run("doctor").1.contains("腾出空间"));
    let left = home.files("fund")["journal/00000000.jsonl"].clone();
    assert!(left.starts_with(&known), "what was acknowledged is gone");
    std::fs::remove_file(&ballast).unwrap();
    home.wait(10);
    home.good(&import);
    let balance = home.good("balance");
    assert!(balance.contains("3,001.00"), "{balance}");
    assert!(home.good(&import).contains("没有新增"));
}

#[test]
fn a_read_only_disk_lets_people_look_and_says_why_nothing_is_recorded() {
    let Some(disk) = Mounted::new("size=24m") else { return };
    let home = Home::bare(disk.0.path()).founded();
    home.give(1);
    disk.again("ro");
    let give = "give --amount 2.00 --to wx --number 2";
    home.bad(give, 3, "磁盘是只读的", "Read-only file system");
    home.bad(give, 3, "换到能写的位置", "work where it can be written");
    assert!(home.good("status").contains("3 条记录"));
    home.bad("doctor", 1, "这里只能看账", "can only be looked at");
    let elsewhere = tempfile::tempdir().unwrap();
    let backup = elsewhere.path().join("b.age");
    home.good(&format!("backup {}", backup.display()));
    assert!(backup.exists());
    disk.again("rw");
    home.good(give);
}

/// Leaves the first `count` lines of the journal.
fn first_lines(home: &Home, count: usize) {
    let bytes = std::fs::read(home.journal()).unwrap();
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    std::fs::write(home.journal(), lines.take(count).collect::<Vec<_>>().concat()).unwrap();
}

#[test]
fn a_journal_that_lost_entries_is_never_shown_as_the_whole_of_it() {
    let looks = ["status", "balance", "show 2", "officer list", "account list", "student list"];
    // Either remembers them: the signed checkpoint, or the index.
    for signed in [true, false] {
        let home = Home::new();
        home.give(1);
        home.give(2);
        if signed {
            home.close();
            let _ = std::fs::remove_dir_all(home.path("fund/index"));
        } else {
            home.good("index rebuild");
        }
        let durable = home.size("fund");
        first_lines(&home, 3);
        let before = home.files("fund");
        let zh = format!("流水到第 3 条就完了（另有 0 字节残余），而 {durable} 条曾经存妥");
        let en = format!("the journal ends after 3 records and 0 torn bytes, {durable} were");
        for look in looks {
            home.bad(look, 3, &zh, &en);
            home.bad(look, 3, "用 yishan restore 取回", "with yishan restore");
        }
        home.bad("give --amount 1.00 --to wx --number 9", 3, &zh, &en);
        assert_eq!(home.files("fund"), before);
    }
}

#[test]
fn a_file_in_the_place_of_the_index_is_named_with_what_to_do() {
    let home = Home::new();
    home.give(1);
    let index = home.path("fund/index");
    let _ = std::fs::remove_dir_all(&index);
    std::fs::write(&index, "not an index").unwrap();
    let (zh, en) =
        (format!("移走或删掉 {}", index.display()), format!("move {} ", index.display()));
    home.bad("doctor", 1, "不是文件夹", "is no folder");
    home.bad("doctor", 1, &zh, &en);
    for write in ["give --amount 2.00 --to wx --number 2", "index rebuild"] {
        home.bad(write, 3, &zh, &en);
    }
    assert_eq!(home.size("fund"), 3);
    std::fs::remove_file(&index).unwrap();
    home.give(2);
    assert_eq!(home.size("fund"), 4);
}

#[test]
fn another_log_key_is_refused_before_the_close_is_recorded() {
    let home = Home::new();
    home.give(1);
    home.close();
    home.wait(86_400);
    home.give(2);
    let key = yishan::keys::LogKeyFile::generate("yishan.example/q", &mut |b| b.fill(1)).unwrap();
    std::fs::write(home.path("keys/log.key"), key.to_plain().as_bytes()).unwrap();
    let before = home.files("fund");
    home.bad(
        "close",
        3,
        "最后的检查点（4 条）是 yishan.example/q+",
        "last checkpoint, of 4 entries",
    );
    home.bad("close", 3, "取回原来的 log.key", "take the log.key of before");
    assert_eq!(home.files("fund"), before, "something was recorded or signed");
}

#[test]
fn a_close_that_is_recorded_and_not_signed_says_both() {
    for (lang, recorded, todo) in [
        ("zh_CN.UTF-8", "已记账 4/0，但检查点没签成", "不要再做"),
        ("en_US.UTF-8", "recorded 4/0, but its checkpoint was not signed", "do not do it again"),
    ] {
        let home = Home::new();
        home.give(1);
        home.give(2);
        home.good("index rebuild");
        // An entry before the last is read again only by whoever signs.
        let mut journal = std::fs::read(home.journal()).unwrap();
        let ends: Vec<_> = (0..journal.len()).filter(|at| journal[*at] == b'\n').collect();
        journal[ends[2] - 10] ^= 1;
        std::fs::write(home.journal(), journal).unwrap();
        home.wait(5);
        let (code, said) = home.run_in(lang, "close", &[]);
        assert!(code == 3 && said.contains(recorded) && said.contains(todo), "{code} {said}");
    }
}

/// What others wrote cannot steer the terminal it is shown on.
#[test]
fn names_from_outside_are_shown_and_never_obeyed() {
    let home = Home::new();
    home.give(1);
    home.close();
    let verify = "verify public --key public/log.vkey";
    home.good(verify);
    let shown = |words: &str, spelled: &str| {
        let (_, text) = home.run(words);
        let raw = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(raw) && text.contains(spelled), "{words}\n{text:?}");
    };
    let note = std::fs::read_to_string(home.path("public/checkpoint")).unwrap();
    let hostile = format!("\u{1b}]0;x\u{7}\u{202e}{note}");
    std::fs::write(home.path("public/checkpoint"), hostile).unwrap();
    shown("publish", r"\u{1b}]0;x\u{7}\u{202e}");
    // And what nobody reads in a file, a person typed.
    shown("verify public --key \u{1b}[2Jnowhere", r"\u{1b}[2Jnowhere");
    shown("\u{1b}[2Jnothing", r"\u{1b}[2Jnothing");
    // Machines get JSON as it is.
    let (_, text) = home.run("--json verify public --key \u{1b}[2J\u{202e}nowhere");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text:?}");
}

/// A device says it has no bytes and never ends; a pipe waits for ever.
#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_refused_before_it_is_read() {
    let home = Home::new();
    home.give(1);
    home.close();
    let made = Command::new("mkfifo").arg(home.path("pipe")).status().unwrap();
    assert!(made.success());
    for name in ["/dev/zero", "pipe", "public"] {
        let words = format!("verify public --key {name}");
        home.bad(&words, 3, "不是普通文件", "is no regular file");
    }
    std::os::unix::fs::symlink("public/log.vkey", home.path("link")).unwrap();
    home.good("verify public --key link");
}

/// A spreadsheet, a keyboard or a chat dresses a number up: it stays the same payment.
#[test]
fn a_number_typed_in_another_dress_is_the_same_payment() {
    let home = Home::new();
    let give = "give --amount 1.00 --to wx --number";
    home.good(&format!("{give} 4200002345202611223344556677"));
    let size = home.size("fund");
    for dressed in [
        "4200-0023-4520-2611-2233-4455-6677",
        "'4200002345202611223344556677",
        "=\"4200002345202611223344556677\"",
        "4200002345202611223344556677\u{a0}",
        "４２００００２３４５２０２６１１２２３３４４５５６６７７",
    ] {
        let (code, text) = home.run(&format!("{give} {dressed}"));
        assert!(code != 0 && home.size("fund") == size, "{dressed}\n{text}");
        home.good(&format!("receipt {dressed}"));
    }
    for damaged in [
        "交易单号4200002345202611223344556677",
        "420000234520261122334455667",
        "4200002345202610000000000000",
        "4.20000234520261E+27",
    ] {
        let words = format!("{give} {damaged}");
        home.bad(&words, 3, "至少 28 位数字", "28 digits or more");
        assert_eq!(home.size("fund"), size);
    }
}

/// A bill of WeChat, `w.csv`, with two gifts of five yuan that have these numbers.
fn write_bill(home: &Home, numbers: [&str; 2]) {
    let [first, second] = numbers.map(|number| {
        format!("2026-11-22 09:00:00,转账,甲,/,收入,¥5.00,零钱,已存入零钱,{number},/,/")
    });
    let head =
        "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注";
    std::fs::write(home.path("w.csv"), format!("{head}\n{first}\n{second}\n")).unwrap();
}

/// The number of a wallet typed under the bank's account is the same money when the bill comes.
#[test]
fn a_gift_typed_under_the_wrong_account_is_not_counted_again_from_the_bill() {
    let home = Home::new();
    home.good("account open bank --kind bank");
    let (typed, other) = ("4200002345202611223344556677", "4200002345202611223344556688");
    home.good(&format!("give --amount 5.00 --to bank --number {typed} --paid 2026-11-22T09:00:00"));
    write_bill(&home, [typed, other]);
    let text = home.good("import w.csv --commit");
    assert!(text.contains("存疑 1 行") && text.contains("新增 1 行"), "{text}");
    assert!(text.contains("可能已手工记在3/0"), "{text}");
    // Booked back, the row is new.
    home.good("reverse 3/0 --why 账户写错");
    let text = home.good("import w.csv --commit");
    assert!(text.contains("新增 1 行") && !text.contains("存疑"), "{text}");
    let text = home.good("import w.csv");
    assert!(text.contains("重复 2 行"), "{text}");
}

/// A number that stands for anything else, or came in with a list of receipts, is asked about too.
#[test]
fn a_number_that_a_sponsor_or_a_list_had_is_not_counted_again_from_the_bill() {
    let home = Home::new();
    let (entrusted, listed) = ("4200002345202611223344556677", "4200002345202611223344556688");
    let said = home.good("student nominate --level primary --source community --quiet --json");
    let student = &said[said.find(" s-").unwrap() + 1..][..10];
    home.good(&format!("student visit {student} --finding fit"));
    home.good(&format!("student admit {student}"));
    home.good(&format!(
        "pair open p-1 --sponsor d-1 --student {student} --monthly 5 --from 2026-11-01 --until 2027-10-31"
    ));
    let paid = "--paid 2026-11-22T09:00:00";
    home.good(&format!("entrust p-1 --amount 5.00 --to wx --number {entrusted} {paid}"));
    let mapping = "channel = \"paper\"\ndates = [\"%Y-%m-%d %H:%M:%S\"]\n\n[columns]\ntime = \"time\"\namount = \"yuan\"\nid = \"no\"\nparty = \"donor\"\n";
    std::fs::write(home.path("mapping.toml"), mapping).unwrap();
    let list = format!("no,donor,time,yuan\n{listed},甲,2026-11-22 09:00:00,5.00\n");
    std::fs::write(home.path("list.csv"), list).unwrap();
    home.good("import list.csv --mapping mapping.toml --account wx --commit");
    write_bill(&home, [entrusted, listed]);
    let text = home.good("import w.csv --commit");
    assert!(text.contains("存疑 2 行") && !text.contains("新增 2 行"), "{text}");
}

/// What a checkpoint signed was acknowledged: a crash cannot have left it half written.
#[test]
fn damage_to_a_signed_entry_is_named_and_nothing_is_touched() {
    let (officers, disk) = (Officers::new(), FakeDisk::new());
    let mut ledger = officers.found_on(disk.handle(), "01T19:30:00").unwrap();
    let open = r#"{"open":{"account":"wx","kind":"wechat","owner":"federation"}}"#;
    let open = officers.sign("li", "01T19:30:00", 1, &[open.into()]);
    append(&mut ledger, &open, "01T19:30:00").unwrap().unwrap();
    ledger.sign_checkpoint(&officers.log).unwrap();
    drop(ledger);
    let path = "journal/00000000.jsonl";
    let mut bytes = disk.bytes(path).unwrap();
    let inside = bytes.len() - 20;
    bytes[inside] = b'!';
    disk.set(path, &bytes);
    let all = || disk.files().into_iter().map(|path| (disk.bytes(&path), path));
    let before: Vec<_> = all().collect();
    assert!(matches!(reopen(disk.handle()).err(), Some(Error::Damaged(_))));
    assert_eq!(all().collect::<Vec<_>>(), before);
}
