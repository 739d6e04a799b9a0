//! `demo`: a fund's first month in a folder, by the very commands a treasurer types; then a
//! stranger checks it.

mod dice;
mod fund;
mod month;
mod open;
mod parts;
mod people;
mod programme;
mod stage;
mod stranger;
mod twin;

use super::error::{Error, Kind};
use super::fund::{create_dir, read, write_new};
use super::say::{Say, say};
use super::shell::{Report, Shell, table};
use crate::domain::money::Fen;
use crate::domain::text::Place;
use crate::domain::time::Day;
use fund::{CLERK, Fund};
use month::Evening;
use parts::Parts;
use serde_json::{Value, json};
use stage::Stage;
use std::path::{Path, PathBuf};
use twin::Tamper;

/// Play a fund's first month in a folder, and check it as a stranger
#[derive(clap::Args)]
pub(super) struct Args {
    /// The folder to make, a new one among the temporary files if not said
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// Serve the pages when it is done, and open them
    #[arg(long)]
    open: bool,
    /// How the twin of the site is damaged: one fen, a total, another history, a signature
    #[arg(long, value_enum, value_name = "WAY", default_value = "entry")]
    tamper: Tamper,
}

/// The passphrase of every key of the demo; no fund should have one that others can read.
const PASSPHRASE: &str = "demo-only-not-a-secret";

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let folder = folder(args.dir, shell)?;
    let at = folder.display().to_string();
    shell.talk(&format!("一善演示：一个基金的第一个月，全部由命令记账，在 {at}\nyishan demo: a fund's first month, by commands alone, in {at}\n"))?;
    for name in ["bills", "keys", "site", "receipts", "dossiers", "papers"] {
        create_dir(&folder.join(name))?;
    }
    write_new(
        &folder.join("keys").join("passphrase.txt"),
        format!("{PASSPHRASE}\n").as_bytes(),
        true,
    )?;
    let first = Day::parse(b"2026-04-01")
        .ok_or_else(|| Error::new(Kind::CouldNot, say!("没有这一天", "there is no such day")))?;
    let evenings = month::evenings(first)
        .map_err(|why| Error::because(say!("账单写不出", "the bills cannot be made"), &why))?;
    let mut stage = Stage::new(&folder);
    let tamper = args.tamper;
    let mut played = Played { folder, tamper, rows: Vec::new(), decisions: String::new() };
    let mut fund = Fund::found(&mut stage, &played.folder, first.offset(-1).unwrap_or(first))?;
    for (evening, number) in evenings.iter().zip(0_u64..) {
        fund.by_day(&mut stage, number, evening.day)?;
        let line = played.evening(&mut stage, number, evening)?;
        shell.talk(&line)?;
    }
    let number = evenings.get(19).map(|e| e.number.clone()).unwrap_or_default();
    let parts = Parts::of(&played.folder.join("site"), fund.drawn())?;
    let (report, code) = played.check(&mut stage, shell, &number, &parts)?;
    // What goes wrong is told, and not served.
    if args.open && report.kind.is_none() {
        open::open(shell, &played.folder, &report, &code, tamper)?;
        return Ok(Report { text: String::new(), ..report });
    }
    Ok(report)
}

/// The folder to play in, which must be empty or absent.
fn folder(given: Option<PathBuf>, shell: &mut Shell<'_>) -> Result<PathBuf, Error> {
    let folder = if let Some(given) = given {
        shell.path(&given)
    } else {
        let mut bytes = [0; 4];
        (shell.ctx.random)(&mut bytes);
        std::env::temp_dir().join(format!("yishan-demo-{:08x}", u32::from_le_bytes(bytes)))
    };
    if std::fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some()) {
        let at = folder.display();
        return Err(Error::new(Kind::Usage, say!("{at} 不是空的", "{at} is not empty"))
            .hint(say!("用 --dir 指明一个新文件夹", "name a new folder with --dir")));
    }
    create_dir(&folder)?;
    Ok(folder)
}

/// What was played so far.
struct Played {
    folder: PathBuf,
    tamper: Tamper,
    rows: Vec<Vec<String>>,
    decisions: String,
}

/// A number somewhere in a report.
fn number(value: &Value, path: &str) -> u64 {
    value.pointer(path).and_then(Value::as_u64).unwrap_or_default()
}

fn yuan(fen: u64) -> String {
    Fen::new(fen).unwrap_or(Fen::MAX).grouped()
}

impl Played {
    /// One evening: import, close, publish. Gives its line of the story.
    fn evening(
        &mut self,
        stage: &mut Stage,
        number: u64,
        evening: &Evening,
    ) -> Result<String, Error> {
        let day = evening.day;
        stage.at(day, "21:15");
        let mut files = Vec::new();
        for (name, bytes) in &evening.bills {
            write_new(&self.folder.join("bills").join(name), bytes, true)?;
            files.push(format!("bills/{name}"));
        }
        let mut words: Vec<&str> = vec!["import", "--commit"];
        words.extend(files.iter().map(String::as_str));
        self.decisions.push_str(&evening.decisions);
        let decided = !evening.decisions.is_empty();
        let left = if decided { doubtful(stage, &words) } else { 0 };
        if !self.decisions.is_empty() {
            let file = self.folder.join("bills").join("decisions.toml");
            std::fs::write(&file, &self.decisions).map_err(|why| {
                Error::because(say!("决定写不下", "the decisions cannot be written"), &why)
            })?;
            words.extend(["--decisions", "bills/decisions.toml"]);
        }
        let imported = stage.by(CLERK, &words)?;
        if number == 7 {
            // Somebody imports the same evening again: nothing happens.
            stage.by(CLERK, &words)?;
        }
        stage.at(day, "21:20");
        stage.by(CLERK, &["close"])?;
        let published = stage.by(CLERK, &["publish", "--to", "site"])?;
        Ok(self.told(day, left, &imported, &published))
    }

    fn told(&mut self, day: Day, decided: u64, imported: &Value, published: &Value) -> String {
        let sum = |path: &str| {
            [0, 1]
                .iter()
                .map(|bill| number(imported, &format!("/bills/{bill}/{path}")))
                .sum::<u64>()
        };
        let (gifts, fen, known) =
            (sum("total/gifts/count"), sum("total/gifts/fen"), sum("duplicate"));
        let left_out = sum("excluded/income/count")
            + sum("excluded/spending/count")
            + sum("excluded/neutral/count");
        let (entries, files) = (number(published, "/entries"), number(published, "/written"));
        let row = [
            gifts.to_string(),
            yuan(fen),
            known.to_string(),
            decided.to_string(),
            left_out.to_string(),
            entries.to_string(),
            files.to_string(),
        ];
        self.rows.push(std::iter::once(day.to_string()).chain(row).collect());
        let fen = yuan(fen);
        format!(
            "{day}  捐款 {gifts} 笔 {fen} 元  重复 {known}  人工判定 {decided}  私人 {left_out}  已公示 {entries} 条  | {gifts} gifts, {known} known, {decided} decided, {left_out} private, {entries} entries published"
        )
    }

    /// The stranger's part.
    fn check(
        &mut self,
        stage: &mut Stage,
        shell: &mut Shell<'_>,
        number: &str,
        parts: &Parts,
    ) -> Result<(Report, String), Error> {
        let key = read(&self.folder.join("site").join("log.vkey"), 1024)?;
        write_new(&self.folder.join("log.vkey"), &key, false)?;
        let (code, verified) = stranger::verify(stage, "site", &[]);
        let receipt = "receipts/one-donor.txt";
        let made = stage.by(CLERK, &["receipt", number])?;
        let text = |name| made.get(name).and_then(Value::as_str).unwrap_or_default();
        write_new(&self.folder.join(receipt), text("receipt").as_bytes(), false)?;
        let (checked, proof) = stage.try_run(&["check", receipt, "--key", "log.vkey"]);
        let place = proof.get("place").and_then(Value::as_str).unwrap_or_default();
        let missing = || Error::new(Kind::CouldNot, say!("没有这笔捐款", "there is no such gift"));
        let at = Place::parse(place.as_bytes()).ok_or_else(missing)?;
        let changed = twin::make(stage, &self.folder, self.tamper, at)?;
        self.settle()?;
        let (caught, tampered) = stranger::verify(stage, "tampered", self.tamper.asked());
        let found = stranger::failure(&tampered);
        let sums = Sums::of(&verified);
        let tail = number.get(number.len().saturating_sub(4)..).unwrap_or_default();
        let told = [
            say!(
                "陌生人只凭公钥核验 site：退出码 {code}",
                "a stranger with the key alone verifies site: exit {code}"
            ),
            say!(
                "捐款人凭单号 …{tail} 找到 {place}；回执 {receipt} 核对：退出码 {checked}",
                "a donor finds {place} by the number …{tail}; check {receipt}: exit {checked}"
            ),
            changed,
            Say {
                zh: format!("核验 tampered：退出码 {caught}，{}", found.zh),
                en: format!("verify tampered: exit {caught}, {}", found.en),
            },
        ];
        let told = told.map(|say| format!("{}\n{}\n", say.zh, say.en)).concat();
        let next = next(&self.folder, number, self.tamper);
        let told =
            format!("{}\n\n{}\n{}\n\n{told}\n{next}", self.table(), sums.text(), parts.text());
        let json = json!({
            "folder": self.folder.display().to_string(), "commands": stage.commands,
            "received": sums.received, "students": sums.students, "verified": code,
            "receipt": checked, "tampered": caught, "found": found.en, "place": place,
            "code": text("code"), "check": stranger::failed(&tampered), "parts": parts.json(),
        });
        shell.talk("")?;
        let well = sums.received == month::RECEIVED && (code, checked, caught) == (0, 0, 1);
        let kind = (!well).then_some(Kind::False);
        Ok((Report { kind, ..Report::new(told, json) }, text("code").to_owned()))
    }

    /// Says in `fund.toml` where the fund is published, for the commands that people try next.
    fn settle(&self) -> Result<(), Error> {
        let file = self.folder.join("fund").join("fund.toml");
        std::fs::write(&file, "publish = \"../site\"\n")
            .map_err(|why| Error::because(say!("fund.toml 写不下", "cannot write fund.toml"), &why))
    }

    fn table(&self) -> String {
        let head = [
            "日 day",
            "捐款 gifts",
            "元 yuan",
            "重复 known",
            "判定 decided",
            "私人 private",
            "记录 entries",
            "文件 files",
        ];
        table(&head, self.rows.clone(), &[1, 2, 3, 4, 5, 6, 7])
    }
}

/// How many rows a person must decide, asked before they are.
fn doubtful(stage: &mut Stage, words: &[&str]) -> u64 {
    let words: Vec<&str> = words.iter().copied().filter(|word| *word != "--commit").collect();
    let (_, told) = stage.try_run(&[&["-C", "fund", "--as", CLERK], &words[..]].concat());
    [0, 1].iter().map(|bill| number(&told, &format!("/bills/{bill}/doubtful"))).sum()
}

/// What the stranger's own verification says the month came to.
struct Sums {
    received: u64,
    paid: u64,
    held: u64,
    fees: u64,
    students: [u64; 4],
}

impl Sums {
    fn of(report: &Value) -> Sums {
        let total = |name: &str| number(report, &format!("/summary/totals/{name}"));
        let students = ["primary", "junior", "senior", "college"]
            .map(|level| number(report, &format!("/summary/students/{level}")));
        Sums {
            received: total("received"),
            paid: total("paid"),
            held: total("held"),
            fees: total("fees"),
            students,
        }
    }

    fn text(&self) -> String {
        let [primary, junior, senior, college] = self.students;
        let (received, paid, held, fees) =
            (yuan(self.received), yuan(self.paid), yuan(self.held), yuan(self.fees));
        format!(
            "收到 {received} 元（捐款减退款和冲正），发放 {paid}，手续费 {fees}，结存 {held}\nreceived {received} yuan (gifts less refunds and reversals), paid {paid}, fees {fees}, held {held}\n在资助学生：小学 {primary}、初中 {junior}、高中 {senior}、大学 {college}\nstudents: {primary} primary, {junior} junior, {senior} senior, {college} college"
        )
    }
}

/// What to try next, as it can be typed.
fn next(folder: &Path, number: &str, tamper: Tamper) -> String {
    let at = folder.display();
    let since = match tamper {
        Tamper::Fork => format!(" --since {at}/site/checkpoint"),
        _ => String::new(),
    };
    format!(
        "可以试试 / try next:
  yishan verify {at}/site --key {at}/log.vkey
  yishan verify {at}/tampered --key {at}/log.vkey{since}
  yishan check {at}/receipts/one-donor.txt --key {at}/log.vkey
  yishan serve {at}/site
  yishan -C {at}/fund status
  yishan -C {at}/fund receipt {number} --out receipt.txt
  yishan -C {at}/fund certificate {number} --out {at}/certificate.png"
    )
}
