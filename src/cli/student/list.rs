//! `student list`: the pseudonyms, how far each has come, and what the lots ask for.

use super::super::error::Error;
use super::super::fund::Fund;
use super::super::shell::{Report, Shell, table};
use crate::domain::line::student::visit::Finding;
use crate::domain::line::student::{Check, Student};
use crate::domain::text::Lang;
use crate::ledger::Mode;
use serde_json::json;

pub(super) fn run(shell: &mut Shell<'_>) -> Result<Report, Error> {
    let (lang, ledger) = (shell.lang, Fund::open(shell)?.ledger(shell, Mode::Read)?);
    let (mut rows, mut json) = (Vec::new(), Vec::new());
    for (id, student) in ledger.books().students.known.iter() {
        let (visits, check) = (student.visited.len(), check(student));
        rows.push(vec![
            id.to_string(),
            student.level.name(lang).into(),
            student.stage.name(lang).into(),
            visits.to_string(),
            check.map_or(String::new(), |word| told(word, lang).to_owned()),
        ]);
        json.push(json!({
            "student": id.as_str(),
            "level": student.level.word(),
            "source": student.source.word(),
            "stage": student.stage.word(),
            "visits": visits,
            "backcheck": check,
        }));
    }
    let head = lang.pick(
        ["学生", "学段", "进度", "家访次数", "复访"],
        ["student", "level", "stage", "visits", "back-check"],
    );
    Ok(Report::new(table(&head, rows, &[3]), json!({"students": json})))
}

/// What a lot asks for and what came of it, for machines; nothing if the student was not drawn.
fn check(student: &Student) -> Option<&'static str> {
    student.check.map(|Check { finding, .. }| finding.map_or("due", Finding::word))
}

/// The same for people.
fn told(word: &'static str, lang: Lang) -> &'static str {
    let finding = Finding::parse(word);
    finding.map_or(lang.pick("被抽中，待复访", "drawn, due"), |finding| finding.name(lang))
}
