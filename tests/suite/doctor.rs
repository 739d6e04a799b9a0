//! What the doctor finds on broken folders, by part and state, and that it touches nothing.

use crate::home::Home;
use serde_json::Value;
use std::path::PathBuf;

/// What `doctor --json` says of each part: part, state, and what to do.
fn parts(home: &Home) -> (u8, Vec<(String, String, Option<String>)>) {
    let (code, text) = home.run("--json doctor");
    let json: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let parts = json["parts"].as_array().unwrap().iter();
    let parts =
        parts.map(|p| (word(&p["part"]), word(&p["state"]), p["todo"].as_str().map(str::to_owned)));
    (code, parts.collect())
}

/// A published fund of five entries.
fn fund() -> Home {
    let home = Home::new();
    home.give(1);
    home.give(2);
    home.close();
    home
}

fn edit(file: PathBuf, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(&file).unwrap();
    change(&mut bytes);
    std::fs::write(file, bytes).unwrap();
}

fn older_archive(home: &Home) {
    home.wait(86_400);
    let before = std::fs::read(home.path("fund/checkpoints")).unwrap();
    home.give(3);
    home.close();
    std::fs::write(home.path("fund/checkpoints"), before).unwrap();
}

fn older_journal(home: &Home) {
    home.good("index rebuild");
    edit(home.journal(), |bytes| {
        let ends: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
        bytes.truncate(ends[2] + 1);
    });
}

fn older_fund(home: &Home) {
    home.wait(86_400);
    let before = home.files("fund");
    home.give(3);
    home.close();
    for (name, bytes) in before {
        std::fs::write(home.path("fund").join(name), bytes).unwrap();
    }
    std::fs::remove_dir_all(home.path("fund/index")).unwrap();
}

#[cfg(unix)]
fn mode(home: &Home, name: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(home.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A damage: its name, what does it, and the part, state and exit code it is found with.
type Damage = (&'static str, fn(&Home), &'static str, &'static str, u8);

const DAMAGES: &[Damage] = &[
    (
        "a torn tail",
        |h| edit(h.journal(), |b| b.extend_from_slice(b"{\"seq\":5,")),
        "journal",
        "note",
        0,
    ),
    (
        "money of a box that is not in the bank",
        |h| {
            h.good("account open till --kind cash");
            h.good("cashbox place hall --at hall");
            h.good("cashbox open hall --count 1=3 --amount 3 --witness office --sheet pw");
            h.good(&format!("cashbox collect {} --amount 3 --to till", h.size("fund") - 1));
            h.wait(5 * 86_400);
        },
        "boxes",
        "note",
        0,
    ),
    (
        "an edited entry",
        |h| {
            edit(h.journal(), |b| {
                let at = b.len() / 2;
                b[at] ^= 1;
            });
        },
        "journal",
        "wrong",
        1,
    ),
    (
        "no journal",
        |h| std::fs::remove_dir_all(h.path("fund/journal")).unwrap(),
        "journal",
        "wrong",
        1,
    ),
    ("a journal cut back", older_journal, "journal", "wrong", 1),
    (
        "no archive",
        |h| std::fs::remove_file(h.path("fund/checkpoints")).unwrap(),
        "checkpoints",
        "wrong",
        1,
    ),
    (
        "an edited archive",
        |h| edit(h.path("fund/checkpoints"), |b| b[90] ^= 1),
        "checkpoints",
        "wrong",
        1,
    ),
    ("an archive behind", older_archive, "published", "wrong", 1),
    ("a fund behind what is published", older_fund, "published", "wrong", 1),
    (
        "no index",
        |h| {
            let _ = std::fs::remove_dir_all(h.path("fund/index"));
        },
        "index",
        "note",
        0,
    ),
    (
        "no recipient",
        |h| std::fs::remove_file(h.path("fund/vault/recipient")).unwrap(),
        "vault",
        "wrong",
        1,
    ),
    (
        "a bill that is not sealed",
        |h| {
            let name = format!("fund/vault/bills/{}.age", "ab".repeat(32));
            std::fs::create_dir_all(h.path("fund/vault/bills")).unwrap();
            std::fs::write(h.path(&name), "time,amount\n").unwrap();
        },
        "vault",
        "wrong",
        1,
    ),
    (
        "a bill that a crash left",
        |h| {
            std::fs::create_dir_all(h.path("fund/vault/bills")).unwrap();
            std::fs::write(h.path("fund/vault/bills/0f.new"), "").unwrap();
        },
        "vault",
        "note",
        0,
    ),
    (
        "settings that are no TOML",
        |h| std::fs::write(h.path("fund/fund.toml"), "publish =").unwrap(),
        "fund.toml",
        "wrong",
        1,
    ),
    (
        "settings unknown",
        |h| std::fs::write(h.path("fund/fund.toml"), "public = 1\n").unwrap(),
        "fund.toml",
        "wrong",
        1,
    ),
    (
        "a key that is none",
        |h| std::fs::write(h.path("keys/chen.age"), "").unwrap(),
        "keys",
        "wrong",
        1,
    ),
    (
        "another log's key",
        |h| {
            let key =
                yishan::keys::LogKeyFile::generate("yishan.example/p", &mut |b| b.fill(1)).unwrap();
            std::fs::write(h.path("keys/log.key"), key.to_plain().as_bytes()).unwrap();
        },
        "keys",
        "wrong",
        1,
    ),
    (
        "another key of the same log",
        |h| {
            let key =
                yishan::keys::LogKeyFile::generate("yishan.example/q", &mut |b| b.fill(1)).unwrap();
            std::fs::write(h.path("keys/log.key"), key.to_plain().as_bytes()).unwrap();
        },
        "keys",
        "wrong",
        1,
    ),
    ("no keys", |h| std::fs::remove_dir_all(h.path("keys")).unwrap(), "keys", "note", 0),
    (
        "nothing published",
        |h| std::fs::remove_dir_all(h.path("public")).unwrap(),
        "published",
        "note",
        0,
    ),
    (
        "something else published",
        |h| edit(h.path("public/checkpoint"), |b| b[0] = b'x'),
        "published",
        "wrong",
        1,
    ),
    (
        "a restored fund",
        |h| std::fs::write(h.path("fund/restored"), "").unwrap(),
        "checkpoints",
        "note",
        0,
    ),
    ("a clock behind", |h| h.wait(-86_400), "clock", "wrong", 1),
    ("a clock ahead", |h| h.wait(90 * 86_400), "clock", "note", 0),
];

#[test]
fn a_sound_fund_is_called_sound() {
    let home = fund();
    let (code, parts) = parts(&home);
    assert_eq!(code, 0);
    let names: Vec<_> = parts.iter().map(|(part, _, _)| part.as_str()).collect();
    let all =
        "journal checkpoints index vault keys fund.toml published lock clock space permissions";
    assert_eq!(names, all.split(' ').collect::<Vec<_>>());
    let odd: Vec<_> = parts.iter().filter(|(p, s, _)| s != "ok" && p != "space").collect();
    assert!(odd.is_empty(), "{odd:?}");
}

#[test]
fn every_damage_is_found_where_it_is_with_the_one_thing_to_do_and_nothing_is_touched() {
    for (name, damage, part, state, exit) in DAMAGES {
        let home = fund();
        damage(&home);
        let before = (home.files("."), home.path("fund/index").exists());
        let (code, parts) = parts(&home);
        assert_eq!((home.files("."), home.path("fund/index").exists()), before, "{name}");
        let found = parts.iter().find(|(p, s, _)| p == part && s == state);
        let found = found.unwrap_or_else(|| panic!("{name}: {parts:?}"));
        // What never happened yet needs nothing done.
        let advised = found.2.is_some() || *part == "published" && *state == "note";
        assert!(advised, "{name}: nothing is advised");
        let small = parts.iter().any(|(p, s, _)| p == "space" && s == "wrong");
        assert!(code == *exit || small, "{name}: exit {code}, {parts:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_and_a_folder_that_all_can_write_are_named() {
    let home = fund();
    mode(&home, "keys/log.key", 0o644);
    home.bad("doctor", 1, "权限是 0644", "has mode 0644");
    home.bad("doctor", 1, "chmod 600", "chmod 600");
    mode(&home, "keys/log.key", 0o600);
    mode(&home, "fund", 0o777);
    home.bad("doctor", 1, "谁都能写", "anybody can write");
}

/// A part that was not looked at is not called wrong.
#[test]
fn a_folder_that_is_no_fund_and_one_that_is_not_there_are_told_apart() {
    let home = Home::new();
    home.bad("-C keys doctor", 1, "这里没有基金", "this is no fund");
    home.bad("-C nowhere doctor", 3, "不是文件夹", "is no folder");
}

/// With the index gone, nobody knows any more that the last entry was ever whole.
#[test]
fn a_last_entry_that_cannot_be_read_is_never_cut_off_without_a_word() {
    let home = Home::new();
    home.give(1);
    home.give(2);
    let _ = std::fs::remove_dir_all(home.path("fund/index"));
    let mut last = 0;
    edit(home.journal(), |bytes| {
        let ends: Vec<_> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
        last = ends[2] + 1;
        bytes[last] = b'x';
    });
    let damaged = std::fs::read(home.journal()).unwrap()[last..].to_vec();
    let (len, file) = (damaged.len(), format!("journal/00000003-{last}.cut"));
    let zh = format!("第 3 号起的 {len} 字节读不成一条记录；若不是断电留下的，可能是被改坏的一条");
    let en = format!("the {len} bytes behind them, from entry 3 on, cannot be read as an entry");
    home.bad("doctor", 0, &zh, &en);
    home.bad("doctor", 0, &format!("移到 {file}"), &format!("to {file}"));
    assert!(!home.good("doctor").contains("从未记过账"));
    let copy = home.files("fund");
    for (lang, want) in [
        ("zh_CN.UTF-8", format!("{len} 字节读不成记录（第 3 号起），已截下，存在 {file}")),
        ("en_US.UTF-8", format!("the last {len} bytes of the journal, from entry 3 on")),
    ] {
        for command in ["give --amount 1.00 --to wx --number 2", "status"] {
            std::fs::write(home.journal(), &copy["journal/00000000.jsonl"]).unwrap();
            let _ = std::fs::remove_file(home.path(&format!("fund/{file}")));
            home.wait(1);
            let (code, said) = home.run_in(lang, command, &[]);
            assert_eq!(code, 0, "{said}");
            assert!(said.contains(&want), "no {want:?} in\n{said}");
            assert_eq!(home.files("fund")[&file], damaged);
        }
    }
    // Once said, doctor still knows.
    home.bad("doctor", 0, &file["journal/".len()..], "what earlier openings cut off");
    assert!(!home.good("give --amount 1.00 --to wx --number 3").contains("已截下"));
}

#[test]
fn bills_that_are_gone_from_the_vault_are_missed_by_name() {
    let home = Home::new();
    let map = "channel = \"jielong\"\ndates = [\"%Y-%m-%d %H:%M:%S\"]\n[columns]\ntime = \"time\"\namount = \"amount\"\nid = \"number\"\n";
    std::fs::write(home.path("map.toml"), map).unwrap();
    for n in 1..=5 {
        let bill = format!("time,amount,number\n2026-11-22 08:0{n}:00,1.00,R{n}\n");
        std::fs::write(home.path("bill.csv"), bill).unwrap();
        home.wait(1);
        home.good("import bill.csv --mapping map.toml --account wx --commit");
    }
    // A paper entered by hand may be kept elsewhere.
    home.wait(1);
    home.good("document pw --kind bill");
    assert!(!home.good("doctor").contains("缺了"));
    assert!(!home.good("backup whole.age").contains("不在保险柜里"));
    let bills: Vec<_> =
        home.files("fund").into_keys().filter(|name| name.starts_with("vault/bills/")).collect();
    assert_eq!(bills.len(), 5);
    for name in &bills[..3] {
        std::fs::remove_file(home.path("fund").join(name)).unwrap();
    }
    let name = bills[0].strip_prefix("vault/").unwrap();
    home.bad("doctor", 1, "账上的 5 份账单缺了 3 份", "3 of the 5 bills");
    home.bad("doctor", 1, name, name);
    let (code, said) = home.run_in("en_US.UTF-8", "backup en.age", &[]);
    assert!(code == 0 && said.contains("3 bills that the entries speak of are not"), "{said}");
    let said = home.good("backup zh.age");
    assert!(said.contains("账上的账单有 3 份不在保险柜里") && said.contains(name), "{said}");
    // An empty file is no bill either.
    let empty = bills[4].strip_prefix("vault/").unwrap();
    std::fs::write(home.path("fund").join(&bills[4]), "").unwrap();
    home.bad("doctor", 1, empty, empty);
    assert!(home.good("backup empty.age").contains("账单有 4 份不在保险柜里"));
}
