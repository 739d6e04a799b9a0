//! The year of 171 students: 97 in primary school, 34 junior, 23 senior, 17 at college, each
//! visited, some drawn and visited again, all admitted, counted and published without small cells.

use crate::days::Town;
use yishan::domain::cells::LEAST;
use yishan::domain::line::student::Stage;
use yishan::domain::line::student::cohort::Cohort;

const LEVELS: [(&str, usize); 4] =
    [("primary", 97), ("junior", 34), ("senior", 23), ("college", 17)];
const SOURCES: [&str; 5] = ["education", "civil", "community", "township", "self"];

/// The same line for each student, as many in a voucher as one takes.
fn each(town: &mut Town, by: &str, students: &[String], line: impl Fn(usize, &str) -> String) {
    let lines: Vec<_> = students.iter().enumerate().map(|(n, s)| line(n, s)).collect();
    for lines in lines.chunks(100) {
        town.live(&format!("{by} {}  ok", lines.join(" + ")));
    }
}

/// Everyone is nominated and visited, and the day is closed.
fn visited() -> (Town, Vec<String>) {
    let mut town = Town::unfounded();
    town.live(
        "sun found backcheck=10 declare limits=0:1 officers=chen:clerk,li:approver,zhao:cashier,sun:steward,zhou:auditor  ok
         sun open bank bank charity  ok
         chen gift 50000000 bank #1  ok",
    );
    let levels = LEVELS.iter().flat_map(|(level, count)| std::iter::repeat_n(*level, *count));
    let levels: Vec<_> = levels.collect();
    let students: Vec<_> = (0..levels.len()).map(|n| format!("s-{n}")).collect();
    each(&mut town, "chen", &students, |n, s| {
        format!("nominate {s} {} {}", levels[n], SOURCES[n * n % 5])
    });
    each(&mut town, "zhou", &students, |_, s| format!("visit {s}"));
    town.live("sun close today  ok");
    (town, students)
}

#[test]
fn a_hundred_and_seventy_one_students_are_drawn_from_checked_and_admitted() {
    let (mut town, students) = visited();
    town.live("li admit s-0 clear=true  NotDrawnYet\nzhou draw today  ok");
    let lot = town.books.students.lots.iter().next().unwrap().1.clone();
    assert_eq!((lot.of, lot.students.len()), (171, 18));
    let drawn: Vec<_> = lot.students.iter().map(ToString::to_string).collect();
    town.live(&format!("li admit {} clear=true  NotCheckedYet", drawn[0]));
    each(&mut town, "chen", &drawn, |_, s| format!("backcheck {s}"));
    each(&mut town, "li", &students, |_, s| format!("admit {s} clear=true"));
    let levels = town.books.levels;
    assert_eq!([levels.primary, levels.junior, levels.senior, levels.college], [97, 34, 23, 17]);
    assert_eq!(97 + 34 + 23 + 17, levels.total());
    let known = &town.books.students.known;
    assert!(known.iter().all(|(_, s)| s.stage == Stage::Admitted));
    assert!(town.books.students.waiting.is_empty());
}

#[test]
fn the_count_of_a_cohort_tells_levels_and_no_small_cell() {
    let (mut town, students) = visited();
    town.live("zhou draw today  ok");
    let drawn = town.books.students.lots.iter().next().unwrap().1.students.clone();
    let drawn: Vec<_> = drawn.iter().map(ToString::to_string).collect();
    each(&mut town, "chen", &drawn, |_, s| format!("backcheck {s}"));
    each(&mut town, "li", &students, |_, s| format!("admit {s} clear=true"));
    let tables = Cohort::tables(&town.books, LEAST);
    let [source, stage, term] = &tables[..] else { panic!("three tables") };
    assert_eq!(term.students.total(), 0);
    let totals: Vec<_> = (0..5).map(|row| source.told(row, 5).unwrap()).collect();
    assert_eq!(totals, [97, 34, 23, 17, 171], "closes tell them, so they are told");
    for row in 0..5 {
        for column in 0..6 {
            let told = source.told(row, column);
            assert!(told.is_none_or(|n| n == 0 || n >= LEAST || column == 5), "{row} {column}");
        }
    }
    let admitted: Vec<_> = (0..5).map(|row| stage.told(row, 2).unwrap()).collect();
    assert_eq!(admitted, [97, 34, 23, 17, 171]);
}

#[test]
fn no_sum_of_money_gives_a_small_cell_away() {
    let (mut town, students) = visited();
    town.live("zhou draw today  ok");
    let drawn = town.books.students.lots.iter().next().unwrap().1.students.clone();
    let drawn: Vec<_> = drawn.iter().map(ToString::to_string).collect();
    each(&mut town, "chen", &drawn, |_, s| format!("backcheck {s}"));
    // Three of the junior school and all of the primary school are in the programme.
    let some: Vec<_> = students[..100].to_vec();
    each(&mut town, "li", &some, |_, s| format!("admit {s} clear=true"));
    for (n, student) in some.iter().enumerate() {
        let fen = if n < 97 { 50_000 } else { 75_000 };
        town.live(&format!(
            "chen allocate {student} {fen} as a{n}  ok\nli approve @a{n} clear=true  ok\nzhao pay @a{n} {fen} bank #{}  ok",
            n + 100
        ));
    }
    let tables = Cohort::tables(&town.books, LEAST);
    let stage = &tables[1];
    let counts: Vec<_> = (0..5).map(|row| stage.told(row, 2)).collect();
    assert_eq!(counts, [Some(97), Some(3), Some(0), Some(0), Some(100)], "closes tell them");
    let money: Vec<_> = (0..5).map(|row| stage.money_told(row, 2)).collect();
    assert_eq!(money, [Some(97 * 50_000), None, Some(0), Some(0), None], "not even by difference");
    for table in &tables {
        let (height, width) = (table.students.height(), table.students.width());
        for (row, column) in (0..height).flat_map(|r| (0..width).map(move |c| (r, c))) {
            let few = (1..LEAST).contains(&table.students.at(row, column));
            let told = table.money_told(row, column);
            assert!(told.is_none() || !few, "{} {row} {column}", table.word);
            assert!(told.is_none() || table.told(row, column).is_some(), "money of nobody told");
        }
        assert_eq!(table.money_told(height - 1, width - 1).is_some(), table.word == "term");
    }
}

#[test]
fn a_correction_of_the_number_links_what_was_told_and_what_is_right() {
    let (mut town, _) = visited();
    let close = town.books.closed().unwrap().1;
    town.live(&format!("chen notice {close}/0 171 177 why=six-more as n  ok"));
    let of = yishan::domain::text::Place { entry: close, line: 0 };
    let steps: Vec<_> = town.books.steps(of).map(|(by, step)| (by, step.word())).collect();
    assert_eq!(steps, [(town.place("n"), "notice")]);
}
