//! `tests/cli/*.txt`: commands, what they print, how they end. `UPDATE=1` writes them anew.
//!
//! ```text
//! # clock 2026-11-22T21:00:00+08:00      sets the clock
//! # env LANG=en_US.UTF-8                 sets a variable
//! # answer y                             is typed when the next command asks
//! $ write FILE <<TEXT                    writes the indented lines below, up to one reading TEXT
//! $ cat FILE                             prints a file; ls FOLDER, rm FILE and cp A B likewise
//! $ fund                                 founds a fund in `fund`, with passphrase file `pw`, two
//!                                        accounts and five officers
//! $ yishan …                             runs in this process, in the folder `fund` if there, and
//!                                        what it prints leaves that out too; `@chen` stands for
//!                                        signing as chen without questions, `%1` for the first
//!                                        pseudonym seen, `%key` for the last key
//! $ save FILE                            writes what the last command printed
//! [exit 5]                               how it ended, if not with 0
//! ```
//! Everything a command prints follows it, in Chinese; `NAME.en.txt` beside `NAME.txt` is the same
//! in English, and written by the program. Each file has a fresh folder, whose path reads `TMP`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use yishan::cli::{Context, Printed, Scripted, Terminal, run};
use yishan::domain::time::Stamp;
use yishan::keys::WorkFactor;

/// What `$ fund` runs.
const FUND: &str = "yishan -C fund init --origin yishan.example/qianan --name 迁安日行一善 --holder 迁安市志愿服务联合会 \
    --officer chen:clerk,steward --officer li:approver,steward --officer zhao:approver --officer wang:cashier --officer sun:auditor @chen
yishan account open wx --kind wechat @chen
yishan account open box --kind cash @chen";

struct Player {
    folder: tempfile::TempDir,
    clock: Arc<AtomicI64>,
    drawn: Arc<AtomicU64>,
    env: BTreeMap<String, String>,
    answers: Vec<String>,
    students: Vec<String>,
    key: String,
    last: String,
}

impl Player {
    fn new(lang: &str) -> Player {
        let start = Stamp::parse(b"2026-11-22T21:00:00+08:00").unwrap().unix();
        Player {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(AtomicI64::new(start)),
            drawn: Arc::default(),
            env: BTreeMap::from([("LANG".to_owned(), lang.to_owned())]),
            answers: Vec::new(),
            students: Vec::new(),
            key: String::new(),
            last: String::new(),
        }
    }

    /// A line that is not a command: a setting, or a remark.
    fn setting(&mut self, line: &str) {
        if let Some(stamp) = line.strip_prefix("# clock ") {
            let stamp = Stamp::parse(stamp.as_bytes()).expect("a clock line holds a stamp");
            self.clock.store(stamp.unix(), Ordering::Relaxed);
        } else if let Some((name, value)) =
            line.strip_prefix("# env ").and_then(|e| e.split_once('='))
        {
            self.env.insert(name.to_owned(), value.to_owned());
        } else if let Some(answer) = line.strip_prefix("# answer") {
            self.answers.push(answer.trim().to_owned());
        }
    }

    fn command(&mut self, words: &[String], body: &str) -> String {
        let at = |name: &String| self.folder.path().join(name);
        let text = match words {
            [yishan, ..] if yishan == "yishan" => self.yishan(words),
            [fund] if fund == "fund" => {
                std::fs::write(self.folder.path().join("pw"), "mizu-dapo-hexi-lune-kuta-sure\n")
                    .unwrap();
                for line in FUND.lines() {
                    let printed = self.yishan(&split(line));
                    assert!(!printed.contains("[exit"), "{line}\n{printed}");
                }
                String::new()
            }
            [cat, file] if cat == "cat" => {
                std::fs::read_to_string(at(file)).unwrap_or_else(|e| format!("{e}\n"))
            }
            [ls, folder] if ls == "ls" => {
                let files = std::fs::read_dir(at(folder)).unwrap().map(|f| f.unwrap().file_name());
                let mut names: Vec<_> = files.map(|f| f.into_string().unwrap()).collect();
                names.sort();
                names.iter().fold(String::new(), |out, name| out + name + "\n")
            }
            [rm, file] if rm == "rm" => {
                std::fs::remove_file(at(file)).map(|()| String::new()).unwrap()
            }
            [cp, from, to] if cp == "cp" => {
                std::fs::copy(at(from), at(to)).map(|_| String::new()).unwrap()
            }
            [save, file] if save == "save" => {
                std::fs::write(at(file), &self.last).map(|()| String::new()).unwrap()
            }
            [write, file, ..] if write == "write" => {
                let mut body = body.to_owned();
                for (student, n) in self.students.iter().zip(1..) {
                    body = body.replace(&format!("%{n}"), student);
                }
                std::fs::write(at(file), body).map(|()| String::new()).unwrap()
            }
            other => panic!("no such command in a transcript: {other:?}"),
        };
        let mut text = text.replace(self.folder.path().to_str().unwrap(), "TMP");
        if words.iter().all(|word| word != "-C") {
            text = text.replace("yishan -C fund ", "yishan ");
        }
        self.remember(&text);
        self.last = text;
        without_armor(&self.last)
    }

    /// Keeps the pseudonyms and the last key of what was printed, for later commands.
    fn remember(&mut self, text: &str) {
        let edge = |c: char| !c.is_ascii_alphanumeric() && !"-+/=".contains(c);
        for word in text.split(edge) {
            let pseudonym = word.len() == 10 && (word.starts_with("s-") || word.starts_with("v-"));
            if pseudonym && !self.students.iter().any(|s| s == word) {
                self.students.push(word.to_owned());
            }
            if word.len() == 44 && word.ends_with('=') {
                word.clone_into(&mut self.key);
            }
        }
    }

    /// The words of a command with what stands for others put in.
    fn expand(&self, words: &[String]) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for word in words {
            if let Some(officer) = word.strip_prefix('@') {
                out.extend(
                    ["--as", officer, "--passphrase-file", "pw", "--yes"].map(str::to_owned),
                );
            } else if let Some(at) = word.strip_prefix('%').and_then(|n| n.parse::<usize>().ok()) {
                out.push(self.students[at - 1].clone());
            } else {
                out.push(word.replace("%key", &self.key));
            }
        }
        if !out.iter().any(|w| w == "-C") && self.folder.path().join("fund").exists() {
            out.splice(1..1, ["-C".to_owned(), "fund".to_owned()]);
        }
        out
    }

    fn yishan(&mut self, words: &[String]) -> String {
        let words = self.expand(words);
        let printed = Printed::default();
        let (clock, drawn) = (Arc::clone(&self.clock), Arc::clone(&self.drawn));
        let answers = std::mem::take(&mut self.answers).into();
        let terminal: Box<dyn Terminal> = Box::new(Scripted { answers, printed: printed.clone() });
        let mut context = Context {
            clock: Box::new(move || clock.load(Ordering::Relaxed)),
            random: Box::new(move |out| out.iter_mut().for_each(|b| *b = draw(&drawn))),
            terminal,
            env: self.env.clone(),
            folder: self.folder.path().to_owned(),
            work: WorkFactor::new(1).unwrap(),
        };
        let code = run(words.iter().map(OsString::from), &mut context);
        let mut text = printed.take();
        if code != 0 {
            writeln!(text, "[exit {code}]").unwrap();
        }
        text
    }
}

/// The next byte of a sequence that is the same in every run (splitmix64).
fn draw(drawn: &AtomicU64) -> u8 {
    let mut z = drawn.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)).to_le_bytes()[0]
}

/// The text without the random letters of locked keys.
fn without_armor(text: &str) -> String {
    let mut inside = false;
    let mut keep = |line: &&str| {
        let edge = line.contains("AGE ENCRYPTED FILE");
        inside ^= edge;
        edge || !inside
    };
    text.lines().filter(|line| keep(line)).fold(String::new(), |out, line| out + line + "\n")
}

/// The words of a command line; double quotes keep blanks.
fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
    for c in line.chars() {
        match c {
            '"' => (quoted, any) = (!quoted, true),
            ' ' if !quoted => {
                if any {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => {
                word.push(c);
                any = true;
            }
        }
    }
    if any {
        words.push(word);
    }
    words
}

/// Runs a transcript and gives it as it should read.
fn play(text: &str, lang: &str) -> String {
    let (mut player, mut out) = (Player::new(lang), String::new());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else {
            // What a command printed is left out here and written anew below it.
            if line.starts_with('#')
                || line.is_empty() && lines.peek().is_none_or(|l| l.starts_with(['#', '$']))
            {
                player.setting(line);
                out.push_str(line);
                out.push('\n');
            }
            continue;
        };
        writeln!(out, "{line}").unwrap();
        let mut body = String::new();
        if let Some((_, end)) = command.split_once(" <<") {
            for line in lines.by_ref() {
                writeln!(out, "{line}").unwrap();
                if line == end {
                    break;
                }
                writeln!(body, "{line}").unwrap();
            }
        }
        let printed = player.command(&split(command), &body);
        for line in printed.lines() {
            writeln!(out, "{}", guarded(line)).unwrap();
        }
    }
    out
}

/// A printed line, marked if it could be taken for a line of the transcript itself.
fn guarded(line: &str) -> String {
    if line.is_empty() || line.starts_with(['#', '$', '|']) {
        format!("|{line}")
    } else {
        line.to_owned()
    }
}

fn check(file: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(file).unwrap();
    let english = file.with_extension("en.txt");
    same(file, &text, &play(&text, "zh_CN.UTF-8"))?;
    same(
        &english,
        &std::fs::read_to_string(&english).unwrap_or_default(),
        &play(&text, "en_US.UTF-8"),
    )
}

fn same(file: &Path, text: &str, played: &str) -> Result<(), String> {
    if played == text {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, played).unwrap();
        return Ok(());
    }
    let first = text.lines().zip(played.lines()).find(|(a, b)| a != b);
    let (want, found) = first.unwrap_or(("another number of lines", ""));
    Err(format!("{}\n  says    {want}\n  printed {found}", file.display()))
}

#[test]
fn every_transcript_reads_as_the_program_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    let mut files: Vec<_> = files.filter(|f| !f.to_str().unwrap().ends_with(".en.txt")).collect();
    files.sort();
    assert!(files.len() > 5, "the transcripts are gone");
    let wrong: Vec<_> = files.iter().filter_map(|file| check(file).err()).collect();
    assert!(wrong.is_empty(), "UPDATE=1 writes them anew\n{}", wrong.join("\n"));
}

/// What a line of a transcript says is wrong with its English counts or its amounts.
fn odd(line: &str) -> Option<String> {
    let words: Vec<_> = line.split(' ').collect();
    for pair in words.windows(2) {
        let (number, word) = (pair[0], pair[1].trim_end_matches([',', '.', ';', ':', ')']));
        let many = word.ends_with('s') && word.bytes().all(|b| b.is_ascii_lowercase());
        let verb = ["is", "was", "has", "waits", "needs", "agrees", "this", "times", "less"];
        let once = word == "times";
        if number.trim_start_matches('(') == "1" && many && (once || !verb.contains(&word)) {
            return Some(pair.join(" "));
        }
    }
    // What is recorded and listed keeps the spelling of the ledger; what is refused is told.
    if !line.starts_with("错误：") && !line.starts_with("error: ") {
        return None;
    }
    let yuan = ["元", " 元", " yuan"];
    let amount = |part: &str| {
        let number = part.rsplit(|c: char| !c.is_ascii_digit() && !".,".contains(c)).next()?;
        let (whole, fen) = number.split_once('.')?;
        let bare = whole.len() > 3 && !whole.contains(',') && fen.len() == 2;
        bare.then(|| number.to_owned())
    };
    yuan.iter().find_map(|unit| line.match_indices(unit).find_map(|(at, _)| amount(&line[..at])))
}

#[test]
fn one_of_a_thing_is_not_many_and_thousands_are_marked() {
    for (line, is_odd) in [
        ("agree: 1 lines", true),
        ("1 times, 2 h", true),
        ("at 1 is 11 rows", false),
        ("错误：这里要 2000.00 元", true),
        ("error: 2,000.00 yuan, 12.00 元", false),
        ("error: 1045.00 yuan are not in the bank", true),
        ("yishan give --amount 2000.00 --to wx", false),
    ] {
        assert_eq!(odd(line).is_some(), is_odd, "{line}");
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut wrong = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()) {
        let text = std::fs::read_to_string(&file).unwrap();
        // Commands and what they write are a person's, and objects are for programs.
        let printed = text.lines().filter(|line| !line.starts_with(['$', '#', '{']));
        wrong.extend(printed.filter_map(|line| Some(format!("{}: {line}", odd(line)?))));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
