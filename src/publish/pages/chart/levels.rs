//! Students in the programme, by school level.

use super::scale::percent;
use super::{Chart, Twin, Words, figure};
use crate::domain::english::agreed;
use crate::domain::line::student::{Level, Levels};
use crate::domain::text::Lang;
use std::fmt::Write as _;

/// The chart of the students; `None` without any.
pub(super) fn chart(levels: Levels, lang: Lang) -> Option<Chart> {
    let all = levels.total();
    let most = Level::ALL.iter().map(|level| levels.of(*level)).max().filter(|most| *most > 0)?;
    let counts: Vec<(&str, u64)> =
        Level::ALL.iter().map(|level| (level.name(lang), levels.of(*level))).collect();
    let told: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let told = told.join(lang.pick("，", ", "));
    let words = Words {
        id: "chart-levels",
        title: lang.pick("资助学生，按学段", "Students, by school level"),
        desc: &lang.pick(format!("共 {all} 人：{told}。"), format!("{all} in all: {told}.")),
    };
    let mut out = words.open("rows");
    for ((name, count), nth) in counts.iter().zip(0_usize..) {
        let width = percent(i128::from(*count) * 10_000 / i128::from(most));
        // A row is three lines high: a word, and a bar under it.
        let (word, top) = (10 * nth * 3 + 11, 10 * nth * 3 + 16);
        let (word, top) = (em(word), em(top));
        let people = lang.pick(" 人", "");
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<text x=\"0\" y=\"{word}\">{name} {count}{people}</text><rect class=\"level\" x=\"0\" y=\"{top}\" width=\"{width}\" height=\"0.9em\" fill=\"currentColor\"></rect>"
        );
    }
    out.push_str("</svg>\n");
    let key = lang.pick(format!("现在资助 {all} 名学生"), agreed!("{all} students now"));
    let twin = Twin {
        caption: lang.pick("现在资助的学生", "Students now in the programme"),
        heads: match lang {
            Lang::Zh => &["学段", "人数"],
            Lang::En => &["Level", "Students"],
        },
        rows: counts
            .iter()
            .map(|(name, count)| vec![(*name).to_owned(), count.to_string()])
            .chain([vec![lang.pick("共", "all together").to_owned(), all.to_string()]])
            .collect(),
    };
    Some(figure(&out, &key, &twin, lang))
}

/// Tenths of an em.
fn em(tenths: usize) -> String {
    format!("{}.{}em", tenths / 10, tenths % 10)
}
