//! A person's data as people read them: rows for the terminal, a page for themselves.

use crate::domain::text::{Id, Lang};
use crate::domain::time::Day;
use crate::people::{Access, Consent, Person};
use crate::publish::escape;
use serde_json::{Value, json};
use std::borrow::Cow;

/// What a row says, and of what.
pub(super) type Rows = Vec<(String, String)>;

/// All that is known, a row each; what is not known has none.
pub(super) fn rows(id: Id, person: &Person, today: Day, lang: Lang) -> Rows {
    let mut rows = Rows::new();
    let mut row = |zh: &str, en: &str, text: String| {
        if !text.is_empty() {
            rows.push((lang.pick(zh, en).to_owned(), text));
        }
    };
    let private = |words: &Option<_>| words.as_ref().map(ToString::to_string).unwrap_or_default();
    row("代号", "pseudonym", id.to_string());
    row("类别", "kind", person.kind.name(lang).to_owned());
    row("姓名", "name", person.name.to_string());
    let age = if person.adult {
        lang.pick("成年", "of age")
    } else {
        lang.pick("未成年", "a minor")
    };
    row("年龄", "age", age.to_owned());
    row("电话", "phone", join(person.phones.iter()));
    row("来源号", "number elsewhere", private(&person.source));
    row("学校", "school", private(&person.school));
    row("住址", "address", private(&person.address));
    row("收款账户", "account", private(&person.account));
    row("备注", "note", private(&person.note));
    row("监护人", "guardians", join(person.guardians.iter()));
    row("登记于", "taken in", person.since.to_string());
    for consent in person.consents.iter() {
        row("同意", "consent", tell(consent, today, lang));
    }
    if let Some(hold) = person.held(today) {
        let (until, reason, statute) = (hold.until, &hold.reason, &hold.statute);
        let text = lang.pick(
            format!("到 {until}：{reason}（{statute}）"),
            format!("until {until}: {reason} ({statute})"),
        );
        row("锁定", "locked", text);
    }
    rows
}

fn join<T: ToString>(all: impl Iterator<Item = T>) -> String {
    all.map(|one| one.to_string()).collect::<Vec<_>>().join(" ")
}

/// A consent, and whether it counts today.
pub(super) fn tell(consent: &Consent, today: Day, lang: Lang) -> String {
    let Consent { scope, from, until, .. } = consent;
    let scope = scope.name(lang);
    let mut text =
        lang.pick(format!("{scope}，{from} 至 {until}"), format!("{scope}, {from} to {until}"));
    if let Some(guardian) = consent.guardian {
        text.push_str(
            &lang.pick(format!("，监护人 {guardian}"), format!(", by the guardian {guardian}")),
        );
    }
    let end = match consent.withdrawn {
        Some(day) => lang.pick(format!("，{day} 撤回"), format!(", withdrawn on {day}")),
        None if today > *until => lang.pick("，已过期", ", expired").to_owned(),
        None if consent.counts(today) => lang.pick("，有效", ", counts").to_owned(),
        None => lang.pick("，未开始", ", does not count yet").to_owned(),
    };
    text + &end
}

/// All that is known, for a program.
pub(super) fn json(id: Id, person: &Person) -> Value {
    let text = |words: &Option<_>| words.as_ref().map(ToString::to_string);
    let consents = person.consents.iter().map(|c| {
        json!({
            "scope": c.scope.word(), "guardian": c.guardian.map(|g| g.to_string()),
            "from": c.from.to_string(), "until": c.until.to_string(),
            "withdrawn": c.withdrawn.map(|day| day.to_string()),
        })
    });
    let hold = person.hold.as_ref().map(|hold| {
        json!({
            "reason": hold.reason.as_str(), "statute": hold.statute.as_str(),
            "until": hold.until.to_string(), "at": hold.at.to_string(), "by": hold.by.as_str(),
        })
    });
    json!({
        "person": id.as_str(), "kind": person.kind.word(), "name": person.name.as_str(),
        "adult": person.adult,
        "phones": person.phones.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "source": text(&person.source), "school": text(&person.school),
        "address": text(&person.address), "account": text(&person.account),
        "note": text(&person.note),
        "guardians": person.guardians.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "since": person.since.to_string(), "consents": consents.collect::<Vec<_>>(), "hold": hold,
    })
}

/// What was done with a person's data, without whose else it was done with.
pub(super) fn access(line: &Access) -> Value {
    let (act, why) = (line.act.word(), line.why.word());
    json!({"at": line.at.to_string(), "by": line.by.as_str(), "act": act, "why": why})
}

/// The same in words.
pub(super) fn access_row(line: &Access, lang: Lang) -> (String, String) {
    let (by, act, why) = (line.by, line.act.name(lang), line.why.name(lang));
    (line.at.to_string(), lang.pick(format!("{by} {act}：{why}"), format!("{by}: {act}, {why}")))
}

/// A page that stands alone: a head, tables of rows under their titles, and a text as it is.
pub(super) fn html(
    lang: Lang,
    title: &str,
    lead: &str,
    tables: &[(&str, Rows)],
    exact: &str,
) -> String {
    let (code, title, lead) = (lang.pick("zh-CN", "en"), escape(title), escape(lead));
    let cell = |(name, text): &(String, String)| {
        format!("<tr><th>{}</th><td>{}</td></tr>\n", escape(name), escape(text))
    };
    let mut body = Vec::new();
    for (head, rows) in tables.iter().filter(|(_, rows)| !rows.is_empty()) {
        if !head.is_empty() {
            body.push(format!("<h2>{}</h2>\n", escape(head)));
        }
        body.push("<table>\n".to_owned());
        body.extend(rows.iter().map(cell));
        body.push("</table>\n".to_owned());
    }
    if !exact.is_empty() {
        body.push(format!("<pre>{}</pre>\n", escape(exact)));
    }
    let body = body.concat();
    format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <h1>{title}</h1>\n<p>{lead}</p>\n{body}</html>\n"
    )
}

/// The text as it is of a page that [`html`] made, or of what is no page the whole.
pub(super) fn exact(text: &str) -> Cow<'_, str> {
    let page = text.starts_with("<!doctype html>");
    let inside = text.split_once("<pre>").and_then(|(_, rest)| rest.rsplit_once("</pre>"));
    match inside.filter(|_| page) {
        Some((exact, _)) => unescape(exact).into(),
        None => text.into(),
    }
}

/// Takes back what [`escape`] did.
fn unescape(text: &str) -> String {
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    marks.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Large letters, no script, and nothing from elsewhere.
const STYLE: &str = "body{font:1.1rem/1.6 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}\
    table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #999;padding:.4rem;\
    text-align:left;vertical-align:top;overflow-wrap:anywhere}th{width:30%}\
    pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.9rem}";
