//! 志愿服务证明 on paper: what the ledger certifies, and how anybody checks it. What law asks of
//! such a certificate (民政部令第 67 号): who, how long, what, issuer, handler, contact, number
//! and date.

use super::super::error::Error;
use super::super::picture::Qr;
use super::super::value;
use crate::domain::english::agreed;
use crate::domain::line::hours::certify::Certify;
use crate::domain::text::{Id, Lang};
use crate::domain::time::Day;
use crate::publish::escape;
use std::fmt::Write as _;

/// How many kinds of work a certificate lists; the rest is counted.
const LISTED: usize = 20;

/// Work of one title.
pub(super) struct Work {
    pub(super) title: String,
    pub(super) times: u64,
    pub(super) minutes: u64,
}

/// What is on the certificate.
pub(super) struct Paper {
    pub(super) line: Certify,
    pub(super) org: String,
    pub(super) fund: String,
    pub(super) holder: String,
    pub(super) officer: Id,
    /// In no file of the fund.
    pub(super) name: Option<String>,
    /// In no file of the fund.
    pub(super) contact: Option<String>,
    pub(super) work: Vec<Work>,
    pub(super) day: Day,
    pub(super) code: String,
    pub(super) link: String,
}

impl Paper {
    /// Heading and value of each row.
    fn rows(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let Certify { volunteer, from, until, times, minutes } = self.line;
        let blank = || "________".to_owned();
        let name = self.name.clone().unwrap_or_else(blank);
        let time = value::hours(minutes, lang);
        let served = lang.pick(format!("{times} 次，{time}"), agreed!("{times} times, {time}"));
        vec![
            (lang.pick("编号", "Number"), self.code.clone()),
            (lang.pick("志愿者", "Volunteer"), format!("{name}（{volunteer}）")),
            (lang.pick("期间", "Period"), format!("{from} – {until}")),
            (lang.pick("服务时长", "Time served"), served),
            (lang.pick("服务组织", "Organisation"), self.org.clone()),
            (lang.pick("出具单位", "Issued by"), format!("{}（{}）", self.holder, self.fund)),
            (lang.pick("经办人", "Handled by"), self.officer.to_string()),
            (lang.pick("联系方式", "Contact"), self.contact.clone().unwrap_or_else(blank)),
            (lang.pick("日期", "Date"), self.day.to_string()),
            (lang.pick("核对", "To check"), self.link.clone()),
        ]
    }

    /// The work, one line a title.
    fn work(&self, lang: Lang) -> Vec<String> {
        let one = |work: &Work| {
            let (Work { title, times, .. }, time) = (work, value::hours(work.minutes, lang));
            lang.pick(
                format!("{title}：{times} 次，{time}"),
                agreed!("{title}: {times} times, {time}"),
            )
        };
        let mut all: Vec<_> = self.work.iter().take(LISTED).map(one).collect();
        if let Some(more) = self.work.len().checked_sub(LISTED).filter(|more| *more > 0) {
            all.push(lang.pick(format!("另有 {more} 项"), format!("and {more} more")));
        }
        all
    }

    /// The certificate as text.
    pub(super) fn text(&self, lang: Lang) -> String {
        let rows = self.rows(lang).into_iter().map(|(name, value)| format!("  {name}  {value}"));
        let work = self.work(lang).into_iter().map(|line| format!("    {line}"));
        let title = lang.pick("志愿服务证明", "Certificate of service").to_owned();
        let what = lang.pick("  服务内容", "  What was done").to_owned();
        [title].into_iter().chain(rows).chain([what]).chain(work).collect::<Vec<_>>().join("\n")
    }

    /// The certificate as a page to be printed and sealed, in both languages.
    pub(super) fn html(&self) -> Result<String, Error> {
        let mut out = String::from(PAGE);
        let heads = self.rows(Lang::En).into_iter().map(|(head, _)| head);
        for ((zh, value), en) in self.rows(Lang::Zh).into_iter().zip(heads) {
            let value = escape(&value);
            // Writing to a String cannot fail.
            let _ = writeln!(out, "<dt>{zh} <small>{en}</small></dt><dd>{value}</dd>");
        }
        out.push_str("</dl>\n<h2>服务内容 <small>What was done</small></h2>\n<ul>\n");
        for line in self.work(Lang::Zh) {
            let _ = writeln!(out, "<li>{}</li>", escape(&line));
        }
        let qr = Qr::new(&self.link)?.svg();
        let _ = writeln!(out, "</ul>\n<div class=\"foot\">{qr}<p>盖章</p></div>\n</body>\n</html>");
        Ok(out)
    }
}

/// The head of the page: no script, the reader's own fonts.
const PAGE: &str = r#"<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>志愿服务证明 Certificate of service</title>
<style>
@page { size: A4 portrait; margin: 20mm; }
body { margin: 0 auto; padding: 1rem; max-width: 170mm; font: 13pt/1.6 'Noto Serif CJK SC', 'Source Han Serif SC', SimSun, serif; color: #2b2118; background: #fff; }
h1 { text-align: center; letter-spacing: .3em; }
h1 small { display: block; letter-spacing: 0; font-size: 60%; }
dl { display: grid; grid-template-columns: minmax(7em, auto) 1fr; gap: .3em 1em; }
dt small, h2 small { font-weight: normal; color: #6b5f54; }
dd { margin: 0; overflow-wrap: anywhere; }
.foot { display: flex; justify-content: space-between; align-items: end; }
.foot svg { width: 34mm; height: 34mm; }
.foot p { width: 45mm; height: 45mm; border: 1px dashed #6b5f54; text-align: center; }
</style>
</head>
<body>
<h1>志愿服务证明<small>Certificate of service</small></h1>
<dl>
"#;
