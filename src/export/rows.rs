//! One movement a row: a table (RFC 4180) for spreadsheets, and JSON Lines for programs.
//!
//! ```text
//! day,recorded,place,tag,kind,reversal,debit,credit,yuan,note
//! {"day":"2026-11-22","at":"…","place":"41/0","tag":"gift","kind":"gift","reversal":false,
//!  "debit":"held:wx","credit":"free","fen":100,"note":"…"}
//! ```

use super::{Format, Movement};
use crate::domain::books::Books;
use crate::domain::line::close::Close;
use crate::domain::sums::Book;
use crate::domain::text::Lang;
use crate::publish::table_row;
use serde::Serialize;

/// The table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Csv;

/// The list of objects.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonLines;

/// A book in the words of `ledger-spec.md` §7.
fn book(book: Book) -> String {
    match book {
        Book::Held(id) => format!("held:{id}"),
        Book::Pot(id) => format!("pot:{id}"),
        Book::Free => "free".to_owned(),
        Book::Promised => "promised".to_owned(),
        Book::Agency => "agency".to_owned(),
    }
}

impl Format for Csv {
    fn head(&mut self, _: &Books, _: Option<&Close>) -> String {
        let head = [
            "日期 day",
            "记账时间 recorded",
            "位置 place",
            "行 tag",
            "类别 kind",
            "冲正 reversal",
            "借 debit",
            "贷 credit",
            "金额（元） yuan",
            "说明 note",
        ];
        // Without the mark a spreadsheet on a Chinese Windows reads another encoding.
        format!("\u{feff}{}", table_row(&head.map(str::to_owned)))
    }

    fn movement(&mut self, m: &Movement<'_>) -> String {
        table_row(&[
            m.day.to_string(),
            m.at.wall.to_string().replace('T', " "),
            // A place alone becomes a date in a spreadsheet.
            format!("#{}", m.place),
            m.line.tag().to_owned(),
            m.kind.word().to_owned(),
            if m.undone { "yes" } else { "" }.to_owned(),
            book(m.posting.debit),
            book(m.posting.credit),
            m.posting.fen.to_string(),
            m.line.tell(Lang::Zh),
        ])
    }
}

/// One object; amounts are whole fen.
#[derive(Serialize)]
struct Row {
    day: String,
    at: String,
    place: String,
    tag: &'static str,
    kind: &'static str,
    reversal: bool,
    debit: String,
    credit: String,
    fen: u64,
    note: String,
}

impl Format for JsonLines {
    fn movement(&mut self, m: &Movement<'_>) -> String {
        let row = Row {
            day: m.day.to_string(),
            at: m.at.to_string(),
            place: m.place.to_string(),
            tag: m.line.tag(),
            kind: m.kind.word(),
            reversal: m.undone,
            debit: book(m.posting.debit),
            credit: book(m.posting.credit),
            fen: m.posting.fen.get(),
            note: m.line.tell(Lang::Zh),
        };
        // A record of texts and numbers always has a spelling.
        serde_json::to_string(&row).map(|row| row + "\n").unwrap_or_default()
    }
}
