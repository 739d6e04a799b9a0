//! Personal data through the command: taken in, shown with a reason, locked, forgotten; and what
//! comes back is not taken in silently.

use crate::home::{Home, PASSPHRASE};
use serde_json::Value;
use std::path::Path;
use yishan::keys::Passphrase;
use yishan::vault::Identity;

fn json(home: &Home, words: &str) -> Value {
    let text = home.good(&format!("--json {words}"));
    serde_json::from_str(text.lines().last().unwrap()).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// Takes somebody in; their pseudonym.
fn add(home: &Home, words: &str) -> String {
    json(home, &format!("person add {words}"))["person"].as_str().unwrap().to_owned()
}

/// A student who was nominated with a paper, their guardian, and a donor.
fn three(home: &Home) -> [String; 3] {
    std::fs::write(home.path("paper.txt"), "家庭情况：单亲").unwrap();
    let said =
        json(home, "student nominate --level primary --source education --dossier paper.txt");
    let student = said["student"].as_str().unwrap().to_owned();
    let guardian = add(home, "--kind guardian --name 李大山 --phone 13900000001");
    add(
        home,
        &format!(
            "--kind student --name 李小花 --of {student} --guardian {guardian} --school 第一小学"
        ),
    );
    let donor = add(
        home,
        "--kind donor --name 张三 --phone 13812345678 --consent thanks --until 2027-11-21",
    );
    [student, guardian, donor]
}

/// What the vault's key leads to in a folder, and in `old` pieces.
fn readable(home: &Home, folder: &str, old: &[Vec<u8>]) -> Vec<u8> {
    let open = || {
        let locked = std::fs::read(home.path("keys/vault.age")).unwrap();
        Identity::unlock(&locked, &Passphrase::typed(PASSPHRASE).unwrap()).unwrap()
    };
    let pieces: Vec<_> = home.files(folder).into_values().chain(old.iter().cloned()).collect();
    let vault = open();
    let mut keys: Vec<_> =
        pieces.iter().filter_map(|piece| vault.open_person(piece).ok()).collect();
    keys.push(open());
    let plain = |piece: &Vec<u8>| keys.iter().find_map(|key| key.open(piece).ok());
    pieces.iter().filter_map(plain).flat_map(|bytes| bytes.to_vec()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn what_is_known_is_shown_with_a_reason_and_stands_nowhere_in_the_open() {
    let home = Home::new();
    let [student, guardian, donor] = three(&home);
    let said = home.good(&format!("person show {student} --why verify"));
    assert!(
        said.contains("李小花") && said.contains(&guardian) && said.contains("第一小学"),
        "{said}"
    );
    assert!(!said.contains("李大山"), "a guardian is a pseudonym: {said}");
    for (what, who) in
        [("小花", &student), ("5678", &donor), ("大山", &guardian), (&*donor, &donor)]
    {
        let found = json(&home, &format!("person find {what} --why contact"));
        let people = found["people"].as_array().unwrap();
        assert_eq!(people.len(), 1, "{what}: {found}");
        assert_eq!(people[0]["person"], **who, "{what}");
    }
    home.bad("person find 王五 --why contact", 4, "没有找到", "nobody was found");
    let (code, said) = home.run(&format!("person show {student}"));
    assert_eq!(code, 2, "shown without a reason: {said}");
    let log = json(&home, &format!("person log {student}"));
    let acts: Vec<_> =
        log["accesses"].as_array().unwrap().iter().map(|a| a["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["add", "show", "find"]);
    home.close();
    for folder in ["fund", "public"] {
        for (name, bytes) in home.files(folder) {
            for text in ["李小花", "李大山", "张三", "13812345678", "第一小学", "单亲"]
            {
                assert!(!holds(&bytes, text), "{folder}/{name} holds {text}");
            }
        }
    }
    home.good("verify public --key public/log.vkey");
    home.good("doctor");
}

#[test]
fn a_consent_counts_while_it_lasts_and_for_a_child_only_its_guardian_gives_one() {
    let home = Home::new();
    let [student, guardian, donor] = three(&home);
    let thanks = |on: &str| {
        let found = json(&home, &format!("person consents --scope thanks --why thanks{on}"));
        found["people"].as_array().unwrap().len()
    };
    assert_eq!((thanks(""), thanks(" --on 2027-11-21"), thanks(" --on 2027-11-22")), (1, 1, 0));
    home.bad(
        &format!("person consent {student} --scope photo --until 2027-01-01"),
        5,
        "由监护人同意",
        "a guardian consents",
    );
    home.bad(
        &format!("person consent {student} --scope thanks --until 2027-01-01 --by {guardian}"),
        5,
        "从不公开",
        "never published",
    );
    home.bad(
        &format!("person consent {student} --scope photo --until 2027-01-01 --by {donor}"),
        5,
        "不是其监护人",
        "none of their guardians",
    );
    home.good(&format!(
        "person consent {student} --scope photo --until 2027-01-01 --by {guardian}"
    ));
    home.good(&format!("person consent {donor} --scope thanks --withdraw"));
    assert_eq!(thanks(""), 0, "a consent that was withdrawn counts");
    home.bad(
        &format!("person consent {donor} --scope thanks --withdraw"),
        5,
        "没有可撤回的",
        "no consent to withdraw",
    );
    let shown = home.good(&format!("person show {donor} --why thanks"));
    assert!(shown.contains("2026-11-22 撤回"), "{shown}");
}

#[test]
fn the_forgotten_cannot_be_read_and_everything_still_verifies() {
    let home = Home::new();
    let [student, _, donor] = three(&home);
    home.close();
    let piece = |place: &str| std::fs::read(home.path("fund/vault").join(place)).unwrap();
    let old = [piece(&format!("records/{student}.age")), piece(&format!("people/{student}.age"))];
    let before = readable(&home, "fund", &[]);
    assert!(holds(&before, "李小花") && holds(&before, "单亲"), "the search finds nothing");
    home.wait(60);
    let said = home.good(&format!("person forget {student} --certificate c.txt --record"));
    assert!(said.contains("密钥已销毁") && said.contains("此前的备份"), "{said}");
    let after = readable(&home, "fund", &old);
    assert!(!holds(&after, "李小花") && !holds(&after, "单亲"));
    assert!(holds(&after, "张三"), "another person is gone with them");
    home.bad(&format!("person show {student} --why legal"), 5, "删除", "was forgotten");
    home.bad(
        &format!("person add --kind student --name 李小花 --of {student}"),
        5,
        "删除",
        "forgotten",
    );
    home.good(&format!("person show {donor} --why thanks"));
    home.wait(86_400);
    home.close();
    home.good("verify public --key public/log.vkey");
    home.good("verify fund --key public/log.vkey");
    home.good("doctor");
    let listed = home.good("person list");
    assert!(listed.contains(&student) && listed.contains("2026-11-22T21:"), "{listed}");
}

#[test]
fn a_certificate_names_what_was_destroyed_and_holds_only_as_it_was_signed() {
    let home = Home::new();
    let [student, _, donor] = three(&home);
    std::fs::write(home.path("there.txt"), "mine").unwrap();
    home.bad(
        &format!("person forget {student} --certificate there.txt"),
        3,
        "也还没有删除",
        "nobody was forgotten",
    );
    home.good(&format!("person show {student} --why verify"));
    home.good(&format!("person forget {student} --certificate c.txt"));
    let text = read(&home.path("c.txt"));
    for piece in ["keys", "records", "people"] {
        assert!(text.contains(&format!("destroyed {piece}/{student}.age\n")), "{text}");
    }
    assert!(text.contains("\nkey age1") && !text.contains("李小花"), "{text}");
    let said = home.good("person certificate c.txt");
    assert!(said.contains(&student), "{said}");
    for (from, to) in [
        (&*student, "s-aaaaaaaa"),
        ("destroyed people", "destroyed bills"),
        ("by chen", "by wang"),
        ("2026", "2025"),
        ("log yishan.example/q\n", "log yishan.example/p\n"),
    ] {
        std::fs::write(home.path("x.txt"), text.replacen(from, to, 1)).unwrap();
        home.bad("person certificate x.txt", 1, "签字不成立", "does not hold");
    }
    std::fs::write(home.path("x.txt"), text.trim_end()).unwrap();
    home.bad("person certificate x.txt", 3, "不是删除证明", "no certificate of deletion");
    // Asked again, it certifies the same moment; and on a page.
    home.wait(3600);
    home.good(&format!("person forget {student} --certificate again.txt"));
    assert_eq!(read(&home.path("again.txt")), text);
    home.good(&format!("person forget {donor} --certificate c.html"));
    let page = read(&home.path("c.html"));
    assert!(page.contains("删除证明") && page.contains(&donor) && !page.contains("张三"), "{page}");
    // The page is a certificate too, as long as the text on it is.
    let said = home.good("person certificate c.html");
    assert!(said.contains(&format!("{donor} 已于")), "{said}");
    let forged = page.replace(&format!("person {donor}"), &format!("person {student}"));
    assert_ne!(forged, page);
    std::fs::write(home.path("forged.html"), forged).unwrap();
    home.bad("person certificate forged.html", 1, "签字不成立", "does not hold");
    std::fs::write(home.path("bare.html"), page.replace("<pre>", "<p>")).unwrap();
    home.bad("person certificate bare.html", 3, "不是删除证明", "no certificate of deletion");
}

#[test]
fn who_was_forgotten_does_not_come_back_silently() {
    let home = Home::new();
    let [_, _, donor] = three(&home);
    home.good(&format!("person forget {donor}"));
    for words in ["--phone 138-1234-5678", "--phone +8613812345678 --school x", ""] {
        let words = format!("person add --kind volunteer --name 张三 {words}");
        let (code, said) = home.run(words.trim_end());
        assert_eq!(code, 5, "{words}: {said}");
        assert!(said.contains(&donor) && said.contains("2026-11-22T21:"), "{said}");
    }
    add(&home, "--kind donor --name 张三 --phone 13700000000");
    let table = "kind,name,phone,source\ndonor,张三,13812345678,\nvolunteer,王五,13600000000,V-1\nvolunteer,王五,13600000000,V-1\nguardian,李大山,139 0000 0001,\n";
    std::fs::write(home.path("people.csv"), table).unwrap();
    let (code, said) = home.run("--json person import people.csv");
    let said: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    let fates: Vec<_> =
        said["rows"].as_array().unwrap().iter().map(|row| row["fate"].as_str().unwrap()).collect();
    assert_eq!((code, fates), (5, vec!["forgotten", "new", "known", "known"]), "{said}");
    let (code, _) = home.run("person find 1234567 --why audit");
    assert_eq!(code, 4);
    home.bad(
        "person add --kind donor --name 张三 --phone 13812345678 --again",
        2,
        "新的同意",
        "new consent",
    );
    let again = add(
        &home,
        "--kind donor --name 张三 --phone 13812345678 --again --consent receipts --until 2027-01-01",
    );
    assert_ne!(again, donor);
    home.good(&format!("person show {again} --why contact"));
}

#[test]
fn what_the_law_locks_is_neither_used_nor_forgotten_until_it_ends() {
    let home = Home::new();
    let [_, _, donor] = three(&home);
    home.good(&format!(
        "person lock {donor} --reason 诉讼 --statute 会计档案管理办法第十四条 --until 2026-11-25"
    ));
    home.bad(&format!("person forget {donor}"), 5, "锁定到 2026-11-25", "locked until 2026-11-25");
    home.bad(
        &format!("person show {donor} --why thanks"),
        5,
        "会计档案管理办法第十四条",
        "locked until",
    );
    home.bad(&format!("person correct {donor} --note x"), 5, "锁定到", "locked until");
    home.bad(&format!("person export {donor} --out out"), 5, "锁定到", "locked until");
    assert!(!home.path("out").exists());
    let (code, found) = home.run("person find 5678 --why pay");
    assert_eq!(code, 5, "{found}");
    assert!(
        found.contains("锁定") && !found.contains(&*donor) && !found.contains("张三"),
        "{found}"
    );
    assert!(home.good("person find 5678 --why legal").contains(&*donor));
    let consent = format!("person consent {donor} --scope thanks");
    home.bad(&format!("{consent} --until 2027-01-01"), 5, "锁定到", "locked until");
    home.good(&format!("{consent} --withdraw"));
    let said = json(&home, "person consents --scope thanks --why thanks");
    assert_eq!(said["people"].as_array().unwrap().len(), 0, "what is locked is used");
    assert!(home.good(&format!("person show {donor} --why legal")).contains("张三"));
    home.wait(3 * 86_400);
    home.bad(&format!("person forget {donor}"), 5, "锁定到", "locked until");
    home.wait(86_400);
    home.good(&format!("person show {donor} --why thanks"));
    home.good(&format!("person forget {donor}"));
    let other = add(&home, "--kind volunteer --name 赵六");
    home.good(&format!("person lock {other} --reason r --statute s --until 2030-01-01"));
    home.good(&format!("person unlock {other}"));
    home.good(&format!("person forget {other}"));
    home.bad(
        &format!("person lock {other} --reason r --statute s --until 2030-01-01"),
        5,
        "删除",
        "forgotten",
    );
}

#[test]
fn a_cut_access_log_shuts_the_vault_and_the_doctor_names_it() {
    let home = Home::new();
    let [student, _, _] = three(&home);
    home.good(&format!("person show {student} --why verify"));
    let log = home.path("fund/vault/access.jsonl");
    let whole = read(&log);
    let end = whole.trim_end().rfind('\n').unwrap() + 1;
    std::fs::write(&log, &whole[..end]).unwrap();
    home.bad(
        &format!("person show {student} --why verify"),
        1,
        "末尾被截掉了",
        "its end was cut off",
    );
    home.bad("person log", 1, "末尾被截掉了", "its end was cut off");
    let (code, said) = home.run("doctor");
    assert!(code == 1 && said.contains("末尾被截掉了"), "{said}");
    // Half a line is what a crash leaves, and nobody saw anything.
    std::fs::write(&log, format!("{whole}{{\"n\":")).unwrap();
    home.good(&format!("person show {student} --why verify"));
    assert!(read(&log).starts_with(&whole));
}

#[test]
fn a_backup_has_none_of_the_forgotten_and_an_older_one_forgets_them_again() {
    let home = Home::new();
    let [student, _, donor] = three(&home);
    home.good("backup before.age");
    home.good("backup before-keys.age --with-keys");
    home.good(&format!("person forget {donor}"));
    home.good("backup after.age");
    for (file, again) in [("after", 0), ("before", 2)] {
        let said = json(&home, &format!("restore {file}.age {file} --keys keys"));
        assert_eq!(said["forgotten"], again, "{said}");
        let plain = readable(&home, file, &[]);
        assert!(!holds(&plain, "张三") && holds(&plain, "李小花"), "{file}");
        let (code, text) =
            home.run(&format!("-C {file} person show {donor} --why legal --keys keys"));
        assert!(code == 5 && text.contains("删除"), "{text}");
        home.good(&format!("-C {file} person show {student} --why verify --keys keys"));
    }
    // With the keys in it and no folder of keys beside, the list is named; without it the older
    // backup is what it was, and the documents say so.
    home.good("restore before-keys.age bare --keys nowhere");
    assert!(holds(&readable(&home, "bare", &[]), "张三"));
    let said = json(
        &home,
        "restore before-keys.age named --keys nowhere --forgotten fund/vault/forgotten",
    );
    assert_eq!(said["forgotten"], 2, "{said}");
    assert!(!holds(&readable(&home, "named", &[]), "张三"));
}

#[test]
fn the_file_for_a_person_has_all_of_theirs_and_nobody_elses() {
    let home = Home::new();
    let [student, guardian, _] = three(&home);
    home.good(&format!(
        "person consent {student} --scope photo --until 2027-01-01 --by {guardian}"
    ));
    home.good("person find 李 --why verify");
    home.good(&format!("person export {student} --out out"));
    let text = read(&home.path(&format!("out/{student}.json")));
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(all["name"], "李小花");
    assert_eq!(all["consents"][0]["scope"], "photo");
    assert_eq!(all["ledger"]["level"], "primary");
    let acts: Vec<_> =
        all["accesses"].as_array().unwrap().iter().map(|a| a["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["add", "consent", "find", "export"]);
    let page = read(&home.path(&format!("out/{student}.html")));
    assert!(page.contains("李小花") && page.contains("第一小学"), "{page}");
    for (name, bytes) in home.files("out") {
        for other in ["李大山", "张三", "139"] {
            assert!(!holds(&bytes, other), "{name} holds {other}");
        }
    }
    assert_eq!(read(&home.path(&format!("out/{student}.paper"))), "家庭情况：单亲");
    home.bad(&format!("person export {student} --out out"), 3, "不会覆盖", "not overwritten");
}

/// A paper that an earlier version sealed for the vault's own key.
#[test]
fn a_paper_from_before_people_had_keys_is_read_and_then_sealed_for_their_own() {
    let home = Home::new();
    let said = json(&home, "student nominate --level primary --source self");
    let student = said["student"].as_str().unwrap().to_owned();
    let locked = std::fs::read(home.path("keys/vault.age")).unwrap();
    let key = Identity::unlock(&locked, &Passphrase::typed(PASSPHRASE).unwrap()).unwrap();
    let sealed = key.recipient().seal("旧材料".as_bytes()).unwrap();
    std::fs::create_dir_all(home.path("fund/vault/people")).unwrap();
    let file = home.path(&format!("fund/vault/people/{student}.age"));
    std::fs::write(&file, &sealed).unwrap();
    home.bad(&format!("person show {student} --why verify"), 4, "没有登记姓名", "and no name");
    home.good(&format!("person paper {student} --why verify --out old.txt"));
    assert_eq!(read(&home.path("old.txt")), "旧材料");
    home.good("doctor");
    add(&home, &format!("--kind student --name 李小花 --of {student}"));
    assert!(
        key.open(&std::fs::read(&file).unwrap()).is_err(),
        "the vault's key alone opens it still"
    );
    home.good(&format!("person paper {student} --why verify --out new.txt"));
    assert_eq!(read(&home.path("new.txt")), "旧材料");
    home.good(&format!("person forget {student}"));
    assert!(!file.exists());
    // And one that has nothing but the old paper.
    let said = json(&home, "student nominate --level senior --source self");
    let other = said["student"].as_str().unwrap().to_owned();
    let file = home.path(&format!("fund/vault/people/{other}.age"));
    std::fs::write(&file, &sealed).unwrap();
    home.good(&format!("person forget {other}"));
    assert!(!file.exists());
}

/// `tests/vectors/vault` was written by the first version, with a key that opens nothing else.
#[test]
fn the_paper_that_the_first_version_sealed_opens_and_is_forgotten() {
    let home = Home::new();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/vault");
    let put = |name: &str, to: &str| {
        let to = home.path(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(from.join(name), to).unwrap();
    };
    put("vault.age", "keys/vault.age");
    put("recipient", "fund/vault/recipient");
    put("s-jz33v33e.age", "fund/vault/people/s-jz33v33e.age");
    home.good("person paper s-jz33v33e --why legal --out paper.txt");
    assert_eq!(read(&home.path("paper.txt")), "家庭情况：单亲，低保\n");
    home.good("person forget s-jz33v33e");
    assert!(!holds(&readable(&home, "fund", &[]), "单亲"));
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let home = Home::new();
    let [student, _, donor] = three(&home);
    let before = home.files("fund/vault");
    home.bad("person add --kind student --name 小明", 2, "先推荐", "nominated first");
    home.bad("person add --kind student --name 小明 --of s-nobody", 5, "没有代号", "s-nobody");
    home.bad(
        &format!("person add --kind donor --name 小明 --of {student}"),
        2,
        "只用于学生和志愿者",
        "for students and volunteers",
    );
    home.bad(
        "person add --kind donor --name 张三 --phone 13812345678",
        5,
        "已在保险柜里",
        "in the vault already",
    );
    home.bad("person add --kind donor --name 小明 --phone 12x", 2, "位数字", "digits");
    home.bad(
        "person add --kind volunteer --name 小明 --minor --guardian g-nobody",
        4,
        "先登记监护人",
        "guardian in first",
    );
    let phones = " --phone 13800000000".repeat(6);
    home.bad(&format!("person correct {donor} --note x{phones}"), 2, "最多 5 个", "5 phones");
    home.bad(&format!("person correct {donor}"), 2, "没有写要改什么", "nothing is said");
    home.bad("person show d-nobody --why audit", 4, "没有 d-nobody", "nothing about d-nobody");
    home.bad("person forget d-nobody", 4, "没有 d-nobody", "nothing about d-nobody");
    home.bad(
        &format!("person lock {donor} --reason r --statute s --until 2026-11-21"),
        2,
        "已经过去",
        "is past",
    );
    for (text, zh, en) in [
        ("name,phone\n", "4 列", "4 columns"),
        ("a,b,c,d\n", "第一行要写", "the first row"),
        (
            "kind,name,phone,source\nstudent,小明,,\n",
            "捐款人、志愿者或监护人",
            "donor, volunteer or guardian",
        ),
        ("kind,name,phone,source\ndonor,小明,12,\n", "第 2 行", "row 2"),
        ("kind,name,phone,source\ndonor,小明\n", "列数不对", "another number of columns"),
    ] {
        std::fs::write(home.path("bad.csv"), text).unwrap();
        home.bad("person import bad.csv", 2, zh, en);
    }
    let after = home.files("fund/vault");
    let changed: Vec<_> = after
        .iter()
        .filter(|(name, bytes)| before.get(*name) != Some(bytes))
        .map(|(n, _)| n)
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
    std::fs::write(home.path("wrong"), "wrong\n").unwrap();
    home.bad(
        &format!("person show {donor} --why audit --vault-passphrase-file wrong"),
        3,
        "口令不对",
        "wrong passphrase",
    );
    home.good(&format!("person correct {donor} --phone 13811112222 --note 换号"));
    assert!(home.good(&format!("person show {donor} --why contact")).contains("13811112222"));
}
