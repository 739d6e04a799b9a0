//! The chronicle as people read it: on the terminal, as Markdown, as a page to print.

use super::{Chronicle, Item, Month};
use crate::domain::english::agreed;
use crate::domain::text::Lang;
use crate::publish::{Code, STYLE, escape};
use crate::words;
use serde_json::{Value, json};
use std::fmt::Write as _;

words! {
    /// What a chronicle is written as.
    pub enum Format {
        /// One language, for the terminal.
        Text = "text", "文本", "text";
        /// Both languages.
        Markdown = "md", "Markdown", "Markdown";
        /// Both languages, to print.
        Html = "html", "网页", "page";
    }
}

/// What a month came to, in both languages; empty if nothing is to be said.
fn months(month: &Month) -> (String, String) {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    let mut say = |when: bool, z: String, e: String| {
        if when {
            zh.push(z);
            en.push(e);
        }
    };
    let Month { gifts, back, paid, admitted, left, closes, .. } = month;
    let (count, fen) = (gifts.count, gifts.fen.grouped());
    say(count > 0, format!("收到捐款 {count} 笔 {fen} 元"), format!("gifts: {count}, {fen} yuan"));
    let (count, fen) = (back.count, back.fen.grouped());
    say(
        count > 0,
        format!("退款和冲正捐款 {count} 笔 {fen} 元"),
        format!("refunds and reversals of gifts: {count}, {fen} yuan"),
    );
    let (count, fen) = (paid.count, paid.fen.grouped());
    say(
        count > 0,
        format!("发放 {count} 笔 {fen} 元"),
        format!("payments to students: {count}, {fen} yuan"),
    );
    say(*admitted > 0, format!("学生入选 {admitted} 人"), format!("students admitted: {admitted}"));
    say(*left > 0, format!("学生离开 {left} 人"), format!("students who left: {left}"));
    if let Some(largest) = &month.largest {
        let (day, count, fen) =
            (largest.day, largest.promised.count, largest.promised.fen.grouped());
        say(
            true,
            format!("批准拨款最多的一天 {day}（{count} 笔 {fen} 元）"),
            format!("most promised on {day} ({count}, {fen} yuan)"),
        );
    }
    say(*closes > 0, format!("日结 {closes} 天"), format!("days closed: {closes}"));
    (zh.join("；"), en.join("; "))
}

fn code(code: Option<Code>) -> String {
    code.map(|code| code.to_string()).unwrap_or_default()
}

impl Month {
    /// Every row of it: day, place, receipt code, and both texts.
    fn rows(&self) -> Vec<(String, String, String, String, String)> {
        let row = |item: &Item| {
            let (day, place) = (item.day.to_string(), item.place.to_string());
            (day, place, code(item.code), item.zh.clone(), item.en.clone())
        };
        let mut rows: Vec<_> = self.items.iter().map(row).collect();
        if self.more > 0 {
            let more = self.more;
            let (zh, en) =
                (format!("另有 {more} 项，见账本"), format!("and {more} more in the ledger"));
            rows.push((String::new(), String::new(), String::new(), zh, en));
        }
        let (zh, en) = months(self);
        if !zh.is_empty() {
            let (place, receipt) = match self.close {
                Some((place, receipt)) => (place.to_string(), code(receipt)),
                None => Default::default(),
            };
            let (zh, en) = (format!("本月：{zh}"), format!("this month: {en}"));
            rows.push((String::new(), place, receipt, zh, en));
        }
        rows
    }
}

impl Chronicle {
    /// The chronicle in this format.
    pub fn render(&self, format: Format, lang: Lang) -> String {
        match format {
            Format::Text => self.text(lang),
            Format::Markdown => self.markdown(),
            Format::Html => self.html(),
        }
    }

    fn text(&self, lang: Lang) -> String {
        let mut out = format!("{} {}\n", self.name, lang.pick("大事记", "chronicle"));
        for ((year, number), month) in &self.months {
            let head = lang.pick(format!("{year}年{number}月"), format!("{year}-{number:02}"));
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{head}");
            for (day, place, code, zh, en) in month.rows() {
                let line = format!("  {day:10}  {:8}{}", place, lang.pick(zh, en));
                let _ = writeln!(out, "{}  {code}", line.trim_end());
            }
        }
        let size = self.size;
        out + &lang.pick(
            format!("由账本 {size} 条记录生成；每一项后面是位置的回执码，可用 yishan receipt 或公示页核对"),
            agreed!("made from {size} entries; behind each item stands the receipt code of its line, to be checked on the public page"),
        )
    }

    fn markdown(&self) -> String {
        let (name, origin, size) = (plain(&self.name), plain(&self.origin), self.size);
        let mut out = format!("# {name} 大事记 · Chronicle\n\n{origin} · {size} 条记录 entries\n");
        for ((year, number), month) in &self.months {
            let _ = writeln!(out, "\n## {year}年{number}月 · {year}-{number:02}\n");
            for (day, _, code, zh, en) in month.rows() {
                let day = if day.is_empty() { day } else { format!("**{day}** ") };
                let code = if code.is_empty() { code } else { format!(" `{code}`") };
                let _ = writeln!(out, "- {day}{}\\\n  {}{code}", plain(&zh), plain(&en));
            }
        }
        out
    }

    fn html(&self) -> String {
        let (name, origin, size) = (escape(&self.name), escape(&self.origin), self.size);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>大事记 Chronicle · {name}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <h1>{name} 大事记 <small lang=\"en\">Chronicle</small></h1>\n\
             <p class=\"asof\">{origin} · {size} 条记录 <span lang=\"en\">entries</span></p>\n"
        );
        for ((year, number), month) in &self.months {
            let _ = writeln!(
                out,
                "<section class=\"card\">\n<h2>{year}年{number}月 <small>{year}-{number:02}</small></h2>\n<ul>"
            );
            for (day, _, code, zh, en) in month.rows() {
                let [zh, en, code] = [&zh, &en, &code].map(|text| escape(text));
                let day = if day.is_empty() { day } else { format!("<b>{day}</b> ") };
                let _ = writeln!(
                    out,
                    "<li>{day}{zh}<br><small lang=\"en\">{en}</small> <span class=\"code\">{code}</span></li>"
                );
            }
            out.push_str("</ul>\n</section>\n");
        }
        out.push_str(FOOT);
        out
    }

    /// The chronicle for programs.
    pub fn object(&self) -> Value {
        let months = self.months.iter().map(|((year, number), month)| {
            let items = month.items.iter().map(|item| {
                json!({
                    "day": item.day.to_string(),
                    "place": item.place.to_string(),
                    "code": item.code.map(|code| code.to_string()),
                    "text": {"zh": item.zh, "en": item.en},
                })
            });
            let largest = month.largest.map(|largest| {
                json!({
                    "day": largest.day.to_string(),
                    "count": largest.promised.count,
                    "fen": largest.promised.fen.get(),
                    "place": largest.place.to_string(),
                })
            });
            json!({
                "month": format!("{year}-{number:02}"),
                "items": items.collect::<Vec<_>>(),
                "more": month.more,
                "gifts": {"count": month.gifts.count, "fen": month.gifts.fen.get()},
                "back": {"count": month.back.count, "fen": month.back.fen.get()},
                "paid": {"count": month.paid.count, "fen": month.paid.fen.get()},
                "admitted": month.admitted,
                "left": month.left,
                "closes": month.closes,
                "close": month.close.map(|(place, _)| place.to_string()),
                "largest": largest,
            })
        });
        json!({
            "name": self.name,
            "origin": self.origin,
            "size": self.size,
            "months": months.collect::<Vec<_>>(),
        })
    }
}

/// A text in which Markdown sees no mark of its own.
fn plain(text: &str) -> String {
    let marks =
        |c: char| c.is_ascii_punctuation() && !matches!(c, '.' | ',' | ':' | '/' | '-' | '%');
    text.chars().fold(String::new(), |out, c| {
        let mark = if marks(c) { "\\" } else { "" };
        out + mark + c.encode_utf8(&mut [0; 4])
    })
}

/// The end of the page.
const FOOT: &str = "<p class=\"soft\">全部由账本生成，没有一句是手写的；每项后面是那一行的回执码，可在公示页核对。\
    <br><small lang=\"en\">Made from the ledger alone; behind each item stands its receipt code, to be checked on the public page.</small></p>\n\
    </main>\n</body>\n</html>\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_holds_is_no_mark_in_markdown() {
        assert_eq!(plain("5*5 <b> [x](y) #1 | `c`"), r"5\*5 \<b\> \[x\]\(y\) \#1 \| \`c\`");
        assert_eq!(plain("乾安 12.50 元，41/0"), "乾安 12.50 元，41/0");
    }
}
