//! The forms that offices ask for: every figure is added up again in another way.

pub(crate) mod formats;

use self::formats::same_everywhere;
use crate::town::{Dice, Town};
use std::collections::BTreeMap;
use yishan::domain::codec::read_all;
use yishan::domain::line::Line;
use yishan::domain::line::close::Close;
use yishan::domain::sums::Balance;
use yishan::domain::time::Day;
use yishan::export::rows::JsonLines;
use yishan::export::{self, Span};
use yishan::publish::Facts as _;
use yishan::report::period::{Kind, Period};
use yishan::report::table::{Cell, Form, Report, Table};
use yishan::report::{self, json};

/// Every form about a period, as it is made on the day `today`.
pub(crate) fn made(town: &Town, period: &str, today: &str) -> Report {
    let entry = |number: u64| Ok::<_, ()>(town.entry(number).unwrap());
    let today = Day::parse(today.as_bytes()).unwrap();
    let period = Period::parse(period).unwrap();
    report::of(town.replay(), period, Form::ALL, today, town.past(), entry).unwrap()
}

/// The table called `key`.
fn table<'r>(report: &'r Report, key: &str) -> &'r Table {
    let mut all = report.forms.iter().flat_map(|filled| &filled.tables);
    all.find(|table| table.key == key).unwrap_or_else(|| panic!("no table {key}"))
}

/// What stands in a row and a column, in fen.
pub(crate) fn fen(report: &Report, of: &str, row: &str, column: &str) -> i128 {
    match cell(report, of, row, column) {
        Cell::Yuan(net) => net.fen(),
        other => panic!("{of} {row} {column}: {other:?}"),
    }
}

fn cell<'r>(report: &'r Report, of: &str, row: &str, column: &str) -> &'r Cell {
    let table = table(report, of);
    let row = table.rows.iter().find(|r| r.key == row).unwrap_or_else(|| panic!("no row {row}"));
    let at = table.columns.iter().position(|c| c.key == column);
    &row.cells[at.unwrap_or_else(|| panic!("no column {column}"))]
}

/// The rows of the export, which is what the entries moved, one by one.
fn moved(town: &Town) -> Vec<serde_json::Value> {
    let entry = |number: u64| Ok::<_, ()>(town.entry(number).unwrap());
    let mut text = String::new();
    let put = |piece: &str| {
        text += piece;
        Ok(())
    };
    export::write(town.replay(), Span::default(), town.past(), entry, &mut JsonLines, put).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What the movements of `kinds` from one day to another brought to books whose name begins with
/// `book`: debits less credits.
fn added(rows: &[serde_json::Value], from: Day, until: Day, kinds: &[&str], book: &str) -> i128 {
    let (from, until) = (from.to_string(), until.to_string());
    let mut sum = 0;
    for row in rows {
        let day = row["day"].as_str().unwrap();
        if day < &*from || day > &*until || !kinds.contains(&row["kind"].as_str().unwrap()) {
            continue;
        }
        let fen = i128::from(row["fen"].as_i64().unwrap());
        sum += if row["debit"].as_str().unwrap().starts_with(book) { fen } else { 0 };
        sum -= if row["credit"].as_str().unwrap().starts_with(book) { fen } else { 0 };
    }
    sum
}

const ALL_KINDS: [&str; 15] = [
    "gift",
    "refund",
    "interest",
    "fee",
    "transfer",
    "promise",
    "pay",
    "grant",
    "match",
    "proceeds",
    "entrust",
    "pass",
    "rededicate",
    "spend",
    "clawback",
];

/// Adds every total of the report again: from the export's rows, and from what the closes state.
fn check(town: &Town, report: &Report) {
    let (rows, Period { from, until, .. }) = (moved(town), report.period);
    let year = report.period.year().from;
    for (column, from) in [("this", from), ("year", year)] {
        if report.period.kind == Kind::Annual && column == "year" {
            continue;
        }
        let added = |kinds: &[&str], book: &str| added(&rows, from, until, kinds, book);
        for (part, book) in [("free", "free"), ("restricted", "pot:")] {
            let at = format!("{column}-{part}");
            for kind in ["gift", "refund", "grant", "match", "proceeds", "interest"] {
                let stated = fen(report, "activities", kind, &at);
                assert_eq!(stated, -added(&[kind], book), "{kind} {at} of {}", report.period);
            }
            let change = fen(report, "activities", "change", &at);
            assert_eq!(change, -added(&ALL_KINDS, book), "change of {at}, {}", report.period);
        }
        let costs = fen(report, "activities", "costs-total", &format!("{column}-total"));
        let approved = ["free", "pot:"].map(|book| added(&["promise", "fee", "clawback"], book));
        let approved = approved.iter().sum::<i128>();
        assert_eq!(costs, approved, "costs of {}", report.period);
        let cash = |row: &str| fen(report, "sources", row, column);
        for kind in ["gift", "grant", "match", "proceeds", "interest", "entrust", "clawback"] {
            assert_eq!(cash(kind), added(&[kind], "held:"));
        }
        let paid = ["student", "programme", "management", "fundraising"].map(cash);
        assert_eq!(paid.iter().sum::<i128>(), -added(&["pay", "spend"], "held:"));
        for (row, kind) in [("fee", "fee"), ("refund", "refund"), ("pass", "pass")] {
            assert_eq!(cash(row), -added(&[kind], "held:"));
        }
        assert_eq!(cash("in-total") - cash("out-total"), cash("change"));
        assert_eq!(cash("change"), added(&ALL_KINDS, "held:"));
        assert_eq!(cash("opening") + cash("change"), cash("closing"));
    }
    let listed = table(report, "reversals").rows.iter().filter(|row| row.key != "reversals");
    let reversed = listed.filter(|row| matches!(row.cells[3], Cell::Yuan(_))).count();
    let undone: std::collections::BTreeSet<&str> = rows
        .iter()
        .filter(|row| row["reversal"].as_bool().unwrap())
        .filter(|row| {
            let day = row["day"].as_str().unwrap();
            day >= &*from.to_string() && day <= &*until.to_string()
        })
        .map(|row| row["place"].as_str().unwrap())
        .collect();
    assert_eq!(reversed, undone.len(), "reversals of {}", report.period);
}

/// Holds the end of the report against what the close of that day states.
fn check_end(report: &Report, closing: &Balance) {
    let at = |row: &str| fen(report, "position", row, "end");
    for (account, held) in &closing.held.0 {
        assert_eq!(at(&format!("held:{account}")), i128::from(held.get()));
    }
    let agency = closing.agency.0;
    let [free, promised] = [closing.free, closing.promised];
    for (row, fen) in [("free", free), ("promised", promised), ("agency", agency)] {
        assert_eq!(at(row), i128::from(fen.get()), "{row} at the end of {}", report.period);
    }
    assert_eq!(at("restricted"), i128::from(closing.pots.0.total().get()));
    assert_eq!(at("held"), at("funds"), "assets are liabilities and net assets");
    assert_eq!(fen(report, "sources", "closing", "this"), at("held"));
    assert_eq!(fen(report, "accounts", "held", "closing"), at("held"));
    assert_eq!(fen(report, "activities", "closing", "this-free"), at("free"));
    assert_eq!(fen(report, "activities", "closing", "this-restricted"), at("restricted"));
    assert_eq!(fen(report, "pots", "pots", "closing"), at("restricted"));
}

fn closes(town: &Town) -> Vec<Close> {
    let one = |number: &u64| {
        let bytes = town.entry(*number).unwrap();
        let (entry, _) = yishan::domain::entry::Entry::decode(&bytes).unwrap();
        match &entry.voucher.lines[..] {
            [Line::Close(close)] => (**close).clone(),
            _ => panic!("entry {number} is no close"),
        }
    };
    town.books().days.iter().map(|(_, number)| one(number)).collect()
}

/// Every report of every closed day of `town`, held against the export and the closes.
fn check_all(town: &Town) {
    let closes = closes(town);
    for (close, next) in closes.iter().zip(closes.iter().skip(1).map(Some).chain([None])) {
        for kind in Kind::ALL {
            let period = Period::holding(*kind, close.day);
            let report = made(town, &period.to_string(), "2027-01-01");
            check(town, &report);
            same_everywhere(&report);
            if next.is_some_and(|next| next.day > period.until) || close.day == period.until {
                check_end(&report, &close.closing);
                assert!(report.is_final(), "{period}");
            }
        }
    }
}

#[test]
fn whatever_the_town_does_every_total_is_what_its_movements_add_up_to() {
    let mut dice = Dice(11);
    let mut town = Town::grown("Town Fund");
    for _ in 0..200 {
        town.whim(&mut dice);
    }
    town.close();
    let last = closes(&town);
    assert!(last.len() > 15 && last.last().unwrap().day > day("2026-12-01"));
    check_all(&town);
}

fn day(text: &str) -> Day {
    Day::parse(text.as_bytes()).unwrap()
}

fn line(text: &str) -> Line {
    read_all(text.as_bytes(), usize::MAX).unwrap_or_else(|why| panic!("{text}: {why}"))
}

/// A town in which money of every kind moves, each payment with a reference of its own.
struct Year {
    town: Town,
    paid: u64,
}

impl Year {
    fn line(&mut self, text: &str) -> Line {
        self.paid += 1;
        let (paid, number) = (self.town.now().wall, self.paid);
        let reference = format!("AAAAAAAAA{number:02}AAAAAAAAAAA");
        line(&text.replace('$', &format!("\"paid\":\"{paid}\",\"ref\":\"{reference}\"")))
    }

    fn write(&mut self, who: &str, texts: &[&str]) -> u64 {
        let lines = texts.iter().map(|text| self.line(text)).collect();
        self.town.write(who, lines)
    }

    /// Closes day after day, up to `last`.
    fn close_up_to(&mut self, last: &str) {
        while self.town.now().wall.day() <= day(last) {
            self.town.close();
        }
    }
}

const AUTUMN: &str = r#"{"campaign":{"campaign":"autumn","reach":"public","name":"=金秋助学","purpose":"资助新生","area":"本县","lead":"办公室主任","from":"2026-11-01","until":"2027-06-30","methods":"收款码","account":"bank","beneficiaries":"家庭困难的学生","use":"学费","cost":500,"surplus":"转入下期","filing":"FIL-9"}}"#;

/// November: money of every kind comes and goes. Returns the entries of the first gifts, of the
/// expenses, and of the payment of a student's help.
fn november() -> (Year, [u64; 4]) {
    let mut year = Year { town: Town::founded("日行一善 <b>"), paid: 0 };
    let open = |pot: &str, rest: &str| format!("{{\"pot\":{{\"pot\":\"{pot}\",{rest}}}}}");
    let books = open("books", r#""for":"课外书 <script>","source":"raised","campaign":"autumn""#);
    let desks = open("desks", r#""for":"课桌","source":"raised""#);
    let county = open("county", r#""for":"县财政","source":"fiscal","year":2026"#);
    year.write("wang", &[AUTUMN, &books, &desks, &county]);
    let gifts = year.write(
        "chen",
        &[
            r#"{"gift":{"fen":60000,"to":"wx",$,"for":"books"}}"#,
            r#"{"gift":{"fen":500,"to":"wx",$}}"#,
            r#"{"grant":{"fen":80000,"to":"bank",$,"for":"county"}}"#,
            r#"{"match":{"fen":1300,"to":"bank",$}}"#,
            r#"{"interest":{"fen":35,"to":"bank",$,"for":"county"}}"#,
            r#"{"interest":{"fen":7,"to":"bank",$}}"#,
            r#"{"fee":{"fen":3,"from":"wx",$}}"#,
            r#"{"gift":{"fen":200,"to":"wx",$}}"#,
        ],
    );
    year.write(
        "chen",
        &[
            &format!(r#"{{"refund":{{"of":"{gifts}/0","fen":1000,"from":"wx",$}}}}"#),
            r#"{"transfer":{"fen":20000,"from":"wx","to":"bank",$}}"#,
        ],
    );
    let first = year.write(
        "chen",
        &[
            r#"{"expense":{"class":"programme","fen":3600,"for":"cars","from":"books"}}"#,
            r#"{"expense":{"class":"management","fen":200,"for":"paper"}}"#,
            r#"{"expense":{"class":"fundraising","fen":50,"for":"posters","campaign":"autumn"}}"#,
            r#"{"rededicate":{"from":"books","to":"desks","fen":1000,"why":"full","filing":"B-1"}}"#,
            r#"{"rededicate":{"from":"books","fen":400,"why":"full","filing":"B-2"}}"#,
            r#"{"nominate":{"student":"s-77","level":"junior","source":"self"}}"#,
        ],
    );
    let approve = |n: u64| format!(r#"{{"approve":{{"of":"{first}/{n}"}}}}"#);
    let all: Vec<String> = (0..5).map(approve).collect();
    year.write("li", &all.iter().map(String::as_str).collect::<Vec<_>>());
    year.write(
        "wang",
        &[
            &format!(r#"{{"pay":{{"of":"{first}/0","fen":3000,"from":"wx",$}}}}"#),
            &format!(r#"{{"pay":{{"of":"{first}/1","fen":200,"from":"bank",$}}}}"#),
            &format!(r#"{{"pay":{{"of":"{first}/2","fen":50,"from":"bank",$}}}}"#),
        ],
    );
    year.write("zhao", &[r#"{"visit":{"student":"s-77","on":"2026-11-20","finding":"fit"}}"#]);
    year.write("li", &[r#"{"admit":{"student":"s-77"}}"#]);
    let help = year.write(
        "chen",
        &[
            r#"{"allocate":{"student":"s-77","fen":900,"for":"meals","from":"county"}}"#,
            r#"{"pair":{"pair":"q-77","sponsor":"d-77","kind":"person","student":"s-77","fen":300,"from":"2026-11-01","until":"2027-06-30"}}"#,
            r#"{"entrust":{"pair":"q-77","fen":300,"to":"bank",$}}"#,
        ],
    );
    year.write("li", &[&format!(r#"{{"approve":{{"of":"{help}/0"}}}}"#)]);
    let pass = r#"{"pass":{"pair":"q-77","fen":120,"way":"student","from":"bank",$}}"#;
    let paid = year.write(
        "wang",
        &[&format!(r#"{{"pay":{{"of":"{help}/0","fen":900,"from":"bank",$}}}}"#), pass],
    );
    year.close_up_to("2026-11-30");
    (year, [gifts, first, paid, help])
}

/// And December: some of it is corrected.
fn year() -> Year {
    let (mut year, [gifts, first, paid, help]) = november();
    let sha = "00".repeat(32);
    let papers = year.write(
        "zhao",
        &[&format!(r#"{{"document":{{"sha256":"{sha}","kind":"other","of":"{help}/1"}}}}"#)],
    );
    let end = year.write(
        "chen",
        &[
            &format!(r#"{{"unpair":{{"pair":"q-77","why":"over","fen":180,"consent":"{papers}/0"}}}}"#),
            &format!(r#"{{"notice":{{"of":"{first}/0","what":"+students","was":7,"now":8,"why":"recount"}}}}"#),
            &format!(r#"{{"reverse":{{"of":"{gifts}/7","why":"=twice"}}}}"#),
        ],
    );
    year.write("wang", &[&format!(r#"{{"reverse":{{"of":"{paid}/0","why":"bounced"}}}}"#)]);
    year.write("li", &[&format!(r#"{{"approve":{{"of":"{end}/0"}}}}"#)]);
    year.write("li", &[&format!(r#"{{"reverse":{{"of":"{first}/0","why":"cheaper"}}}}"#)]);
    year.close_up_to("2026-12-31");
    year
}

#[test]
fn a_month_in_which_money_of_every_kind_moved_fills_every_line_of_the_forms() {
    let year = year();
    let report = made(&year.town, "2026-11", "2027-01-10");
    assert!(report.is_final());
    for (row, free, restricted) in [
        ("donations", 700, 59_000),
        ("gift", 700, 60_000),
        ("refund", 0, -1_000),
        ("grant", 0, 80_000),
        ("match", 1_300, 0),
        ("proceeds", 0, 0),
        ("interest", 7, 35),
        ("kept", 0, 0),
        ("income-total", 2_007, 139_035),
        ("programme-costs", 4_500, 0),
        ("student", 900, 0),
        ("programme", 3_600, 0),
        ("management", 200, 0),
        ("fundraising", 50, 0),
        ("fee", 3, 0),
        ("costs-total", 4_753, 0),
        ("used", 4_500, -4_500),
        ("rededicated", 400, -400),
        ("change", 2_154, 134_135),
        ("opening", 0, 0),
        ("closing", 2_154, 134_135),
    ] {
        let got = ["this-free", "this-restricted", "this-total"]
            .map(|c| fen(&report, "activities", row, c));
        assert_eq!(got, [free, restricted, free + restricted], "{row}");
    }
    for (row, end) in [
        ("held:bank", 100_372),
        ("held:wx", 36_697),
        ("held", 137_069),
        ("promised", 600),
        ("agency", 180),
        ("owed", 780),
        ("free", 2_154),
        ("restricted", 134_135),
        ("own", 136_289),
        ("funds", 137_069),
    ] {
        assert_eq!(fen(&report, "position", row, "end"), end, "{row}");
        assert_eq!(fen(&report, "position", row, "year"), 0, "{row}");
    }
    for (row, this) in [
        ("gift", 60_700),
        ("entrust", 300),
        ("in-total", 142_342),
        ("refund", 1_000),
        ("student", 900),
        ("programme", 3_000),
        ("management", 200),
        ("fundraising", 50),
        ("pass", 120),
        ("fee", 3),
        ("out-total", 5_273),
        ("change", 137_069),
    ] {
        assert_eq!(fen(&report, "sources", row, "this"), this, "{row}");
    }
    assert_eq!(fen(&report, "accounts", "held:bank", "within"), 20_000);
    assert_eq!(fen(&report, "accounts", "held", "within"), 0);
    let campaign = |column| fen(&report, "campaigns", "autumn", column);
    assert_eq!((campaign("raised"), campaign("costs-ever")), (59_000, 50));
    assert_eq!(campaign("left"), 54_000);
    // 50 of 59000 is 8.47 of ten thousand, and rounded up.
    assert_eq!(
        cell(&report, "campaigns", "autumn", "ratio").people(yishan::domain::text::Lang::En),
        "0.09 %"
    );
    let books = |column| fen(&report, "pots", "books", column);
    let all = ["opening", "received", "rededicated", "approved", "closing", "paid"].map(books);
    assert_eq!(all, [0, 59_000, -1_400, 3_600, 54_000, 3_000]);
    assert_eq!(fen(&report, "spending", "management", "paid"), 200);
    let notes: Vec<_> = report.forms.iter().flat_map(|filled| &filled.notes).collect();
    let words = "本期收入合计（大写）：人民币壹仟肆佰壹拾元肆角贰分";
    assert!(notes.iter().any(|note| note.zh == words), "{notes:?}");
}

#[test]
fn what_is_corrected_in_another_month_is_told_there_and_changes_no_earlier_report() {
    let year = year();
    let [before, after] = [november().0, self::year()]
        .map(|year| made(&year.town, "2026-11", "2027-01-10"))
        .map(|report| json::report(&report)["forms"].as_array().unwrap().clone());
    // What is due is told as of the day on which the report is made.
    for (before, after) in before.iter().zip(&after).filter(|(form, _)| form["form"] != "due") {
        assert_eq!(before["tables"], after["tables"], "{}", before["form"]);
    }
    let report = made(&year.town, "2026-12", "2027-01-10");
    // What was paid comes back to what is promised; what was released comes back to the pot.
    assert_eq!(fen(&report, "activities", "gift", "this-free"), -200);
    assert_eq!(fen(&report, "activities", "kept", "this-free"), 180);
    assert_eq!(fen(&report, "activities", "programme", "this-free"), -600);
    assert_eq!(fen(&report, "activities", "used", "this-restricted"), 600);
    assert_eq!(fen(&report, "sources", "student", "this"), -900);
    assert_eq!(fen(&report, "sources", "student", "year"), 0);
    assert_eq!(fen(&report, "activities", "gift", "last-total"), 60_700);
    assert_eq!(fen(&report, "pots", "county", "paid"), -900);
    let rows = &table(&report, "reversals").rows;
    let told: Vec<_> =
        rows.iter().map(|row| (row.cells[2].clone(), row.cells[3].clone())).collect();
    assert_eq!(told.len(), 4);
    assert_eq!(told[0].0, Cell::same("=twice"));
    assert_eq!(fen(&report, "reversals", "reversals", "fen"), 200 + 900 + 600);
    let notice = &table(&report, "notices").rows[0];
    assert_eq!(notice.cells[3..5], [Cell::Count(7), Cell::Count(8)]);
    check_all(&year.town);
}

#[test]
fn money_that_came_back_is_less_cost_and_no_income() {
    let (mut year, [_, _, paid, _]) = november();
    let back = format!(
        r#"{{"clawback":{{"of":"{paid}/0","fen":100,"to":"bank",$,"why":"returned","for":"county"}}}}"#
    );
    let place = year.write("chen", &[&back]);
    year.town.close();
    let report = made(&year.town, "2026-12", "2027-01-10");
    for (row, free, restricted) in [
        ("income-total", 0, 0),
        ("clawback", -100, 0),
        ("costs-total", -100, 0),
        ("used", -100, 100),
        ("change", 0, 100),
    ] {
        let got = ["this-free", "this-restricted"].map(|c| fen(&report, "activities", row, c));
        assert_eq!(got, [free, restricted], "{row}");
    }
    assert_eq!(fen(&report, "sources", "clawback", "this"), 100);
    let county = |column| fen(&report, "pots", "county", column);
    assert_eq!((county("paid"), county("approved"), county("closing")), (-100, -100, 79_235));
    assert_eq!(fen(&report, "spending", "student", "paid"), 800);
    year.write("chen", &[&format!(r#"{{"reverse":{{"of":"{place}/0","why":"bounced"}}}}"#)]);
    year.town.close();
    let report = made(&year.town, "2026-12", "2027-01-10");
    assert_eq!(fen(&report, "pots", "county", "paid"), 0);
    check_all(&year.town);
}

#[test]
fn what_is_not_closed_yet_is_told_and_never_counted_to_a_day_that_is() {
    let mut town = Town::founded("Town Fund");
    town.gifts(2);
    let on = town.now().wall.day();
    let close = Close::of(town.books(), on);
    town.write("wang", vec![Line::Close(Box::new(close))]);
    // Still the same evening: it can only belong to the next close.
    town.gifts(3);
    let [closed, next] =
        [on, on.offset(1).unwrap()].map(|day| made(&town, &day.to_string(), "2026-11-21"));
    assert!(closed.is_final() && !next.is_final());
    let gifts = |report: &Report| fen(report, "activities", "gift", "this-total");
    assert_eq!((gifts(&closed), gifts(&next)), (201, 303));
    assert!(next.state().zh.starts_with("未定稿"));
    check(&town, &next);
    let unclosed = made(&Town::founded("Town Fund"), "2026-11-20", "2026-11-21");
    assert!(!unclosed.is_final() && unclosed.state().en.contains("no day is closed yet"));
}

#[test]
fn a_report_is_due_until_its_paper_is_in_the_ledger() {
    let mut year = year();
    let state = |year: &Year, period: &str, today: &str, row: &str| {
        let report = made(&year.town, period, today);
        let found = table(&report, "due").rows.iter().find(|found| found.key == row).cloned();
        found.map(|row| (row.name.en, row.cells[2].people(yishan::domain::text::Lang::En)))
    };
    let at = |due: &str, state: &str| Some((due.to_owned(), state.to_owned()));
    let first = state(&year, "2026", "2027-01-31", "autumn:1");
    assert_eq!(first, at("2027-02-01", "in 1 day"));
    let first = state(&year, "2026", "2027-02-03", "autumn:1");
    assert_eq!(first, at("2027-02-01", "overdue by 2 days"));
    let annual = state(&year, "2026", "2027-05-31", "2026");
    assert_eq!(annual, at("2027-05-31", "in 0 days"));
    let whole = state(&year, "2026", "2027-05-31", "autumn:3");
    assert_eq!(whole, at("2027-09-30", "in 122 days"));
    let opened = year.town.books().funds.campaigns.iter().next().unwrap().1.opened;
    let last = year.town.books().days.iter().next_back().map(|(_, entry)| *entry).unwrap();
    let sha = "00".repeat(32);
    let paper =
        |of: String| format!(r#"{{"document":{{"sha256":"{sha}","kind":"other","of":"{of}"}}}}"#);
    let place = year.write("zhao", &[&paper(opened.to_string()), &paper(format!("{last}/0"))]);
    let on = year.town.now().wall.day();
    let first = state(&year, "2027", "2027-02-03", "autumn:1");
    assert_eq!(first, at("2027-02-01", &format!("reported on {on} ({place}/0)")));
    let annual = state(&year, "2027", "2027-02-03", "2026");
    assert_eq!(annual, at("2027-05-31", &format!("reported on {on} ({place}/1)")));
    // What was due in another year and is done is told no more.
    assert_eq!(state(&year, "2028", "2028-02-03", "autumn:1"), None);
    assert!(state(&year, "2028", "2028-02-03", "autumn:2").unwrap().1.starts_with("overdue"));
}

#[test]
fn totals_of_a_report_are_worth_nothing_if_one_fen_may_be_wrong() {
    // The checks of this file see it: one fen in one row of the export.
    let year = year();
    let (report, mut rows) = (made(&year.town, "2026-11", "2027-01-10"), moved(&year.town));
    let (from, until) = (report.period.from, report.period.until);
    let gifts = |rows: &[serde_json::Value]| -added(rows, from, until, &["gift"], "free");
    assert_eq!(fen(&report, "activities", "gift", "this-free"), gifts(&rows));
    let row = rows.iter_mut().find(|row| row["kind"] == "gift" && row["credit"] == "free").unwrap();
    row["fen"] = (row["fen"].as_i64().unwrap() + 1).into();
    assert_ne!(fen(&report, "activities", "gift", "this-free"), gifts(&rows));
    let spent: BTreeMap<&str, i128> =
        ["student", "programme"].map(|row| (row, fen(&report, "spending", row, "paid"))).into();
    assert_eq!(spent, BTreeMap::from([("student", 900), ("programme", 3_000)]));
}
