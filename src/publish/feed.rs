//! What others follow the ledger by: `feed.xml` for readers, `sitemap.xml` and `robots.txt` for
//! search engines.
//!
//! The feed (Atom, RFC 4287) tells of the last [`FEED_DAYS`] closes. Its ids are tag URIs (RFC
//! 4151) of the ledger's origin and the day of its founding: the same wherever it is served.
//! Its links are relative, with a base only where the folder's address is known. A sitemap must
//! name absolute addresses, so there is one only then; the first file is an index, and each month
//! has a file of its own, so that a day costs its month.

use super::FactError;
use super::address::Address;
use super::history::{Closed, History, entries_of};
use super::pages::{GENERATOR, yuan};
use super::path::{Item, Month, Page};
use super::site::parts;
use crate::domain::line::close::Close;
use crate::domain::line::found::Found;
use crate::domain::money::Fen;
use crate::domain::text::Lang;
use crate::domain::time::Day;
use std::fmt::Write as _;

/// How many closes the feed has.
pub(super) const FEED_DAYS: usize = 30;

/// How many addresses one sitemap may have (sitemaps.org allows 50,000).
const MAX_ADDRESSES: usize = 50_000;

const XML: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// `text` where XML allows text, or the value of an attribute between double quotes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Not allowed in XML, not even by number.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// `feed.xml`.
pub(super) fn feed(history: &History<'_>) -> Result<Vec<u8>, FactError> {
    let fund = history.facts.replay().books().founded();
    let fund = fund.map_err(|why| FactError::new("the fund", &why))?;
    let founded = history.entry(0)?.at;
    let id = tag(fund, founded.wall.day());
    let last = history.closed.last().map(|closed| history.close(*closed)).transpose()?;
    let updated = last.map_or(founded, |known| known.0);
    let mut out = String::from(XML);
    out.push_str("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\"");
    if let Some(address) = history.facts.address() {
        let _ = write!(out, " xml:base=\"{address}\"");
    }
    let (name, holder) = (escape(&fund.name.to_string()), escape(&fund.holder.to_string()));
    let _ = write!(
        out,
        ">\n<id>{id}</id>\n<title>{name} · 公开账本 · public ledger</title>\n\
         <updated>{updated}</updated>\n<author><name>{holder}</name></author>\n\
         <generator>{GENERATOR}</generator>\n"
    );
    if let Some(address) = history.facts.address() {
        let own = address.of("feed.xml");
        let _ = writeln!(out, "<link rel=\"self\" type=\"application/atom+xml\" href=\"{own}\"/>");
    }
    push_links(&mut out, Page::Home);
    for closed in history.closed.iter().rev().take(FEED_DAYS) {
        push_close(&mut out, history, *closed, &id)?;
    }
    out.push_str("</feed>\n");
    Ok(out.into())
}

/// The page in both languages.
fn push_links(out: &mut String, page: Page) {
    for lang in [Lang::Zh, Lang::En] {
        let (path, code) = (Item::Page(lang, page), lang.pick("zh-CN", "en"));
        let _ = writeln!(
            out,
            "<link rel=\"alternate\" type=\"text/html\" hreflang=\"{code}\" href=\"{path}\"/>"
        );
    }
}

fn push_close(
    out: &mut String,
    history: &History<'_>,
    closed: Closed,
    id: &str,
) -> Result<(), FactError> {
    let known = history.close(closed)?;
    let (at, close): &(_, Close) = &known;
    let day = close.day;
    let (done, held) = (&close.moved.done, yuan(close.closing.held.total()));
    let undone = Tallied::of(close);
    let (gifts, fen) = (done.gift.count, yuan(done.gift.fen));
    let (pays, paid, fees) = (done.pay.count, yuan(done.pay.fen), yuan(done.fee.fen));
    let _ = write!(
        out,
        "<entry>\n<id>{id}/day/{day}</id>\n\
         <title>{day} 日结 · close：收到 {fen}，发放 {paid}，结余 {held}</title>\n\
         <updated>{at}</updated>\n"
    );
    push_links(out, Page::Day(day));
    let _ = write!(
        out,
        "<content type=\"text\">收到 {gifts} 笔 {fen}；发放 {pays} 笔 {paid}；手续费 {fees}；{}结余 {held}。\n\
         Received {gifts}, {fen}; paid {pays}, {paid}; fees {fees}; {}left {held}.</content>\n</entry>\n",
        undone.0, undone.1
    );
    Ok(())
}

/// Refunds and reversals of a day in words, in Chinese and English; empty if there were none.
struct Tallied(String, String);

impl Tallied {
    fn of(close: &Close) -> Tallied {
        let (refund, undone) = (close.moved.done.refund, &close.moved.undone);
        let kinds = crate::domain::sums::Move::ALL.iter();
        let reversals = kinds.fold(0, |sum: u64, kind| sum.saturating_add(undone.of(*kind).count));
        let mut said = Tallied(String::new(), String::new());
        if refund.fen > Fen::ZERO {
            let (count, fen) = (refund.count, yuan(refund.fen));
            let _ = write!(said.0, "退款 {count} 笔 {fen}；");
            let _ = write!(said.1, "refunded {count}, {fen}; ");
        }
        if reversals > 0 {
            let _ = write!(said.0, "冲正 {reversals} 笔；");
            let _ = write!(said.1, "reversals {reversals}; ");
        }
        said
    }
}

/// The tag URI of the ledger: `tag:yishan.example,2026-04-01:yishan.example/qianan`. What the
/// origin names before its first slash stands for whoever mints it; what no host has in its name
/// becomes a dash there, and the whole origin follows.
fn tag(fund: &Found, founded: Day) -> String {
    let origin = fund.origin.as_str();
    let host = origin.split('/').next().unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
    let host: String = host.chars().map(plain).collect();
    format!("tag:{},{founded}:{origin}", host.trim_matches(['-', '.']))
}

/// `robots.txt`: pages may be read, and the files of the log are of no use to a search engine.
pub(super) fn robots(address: Option<&Address>) -> Vec<u8> {
    let path = address.map_or("/", Address::path);
    let mut out = format!("User-agent: *\nDisallow: {path}tile/\nDisallow: {path}find/\n");
    if let Some(address) = address {
        let _ = writeln!(out, "\nSitemap: {}", address.of("sitemap.xml"));
    }
    out.into()
}

/// `sitemap.xml`: names the sitemap of the pages of no month and that of each month.
pub(super) fn sitemaps(history: &History<'_>) -> Option<Vec<u8>> {
    let address = history.facts.address()?;
    let months = history.months().map(|(month, _)| Item::Sitemap(Some(month)));
    let all = [Item::Sitemap(None)].into_iter().chain(months).take(MAX_ADDRESSES);
    let mut out = format!("{XML}<sitemapindex xmlns=\"{SITEMAP}\">\n");
    for item in all {
        let _ = writeln!(out, "<sitemap><loc>{}</loc></sitemap>", address.of(&item.to_string()));
    }
    out.push_str("</sitemapindex>\n");
    Some(out.into())
}

/// `sitemap-pages.xml` or `sitemap-2026-11.xml`: the pages of no month, or those of a month.
/// None without an address, or without closed days in the month.
pub(super) fn sitemap(history: &History<'_>, month: Option<Month>) -> Option<Vec<u8>> {
    let address = history.facts.address()?;
    let pages: Vec<Page> = match month {
        None => Page::ALWAYS.into_iter().chain(parts(history)).collect(),
        Some(month) => {
            let days = history.in_month(month);
            days.first()?;
            let grants = || history.grants_in(days).map(|(place, _)| Page::Grant(place));
            let mut out = history.proposals(entries_of(days));
            let out = out.next().map(|_| Page::OutMonth(month));
            let each = days.iter().map(|closed| Page::Day(closed.day));
            [Page::Month(month)].into_iter().chain(each).chain(out).chain(grants()).collect()
        }
    };
    let mut out = format!("{XML}<urlset xmlns=\"{SITEMAP}\">\n");
    for item in pages.into_iter().flat_map(Item::both).take(MAX_ADDRESSES) {
        let _ = writeln!(out, "<url><loc>{}</loc></url>", address.of(&item.to_string()));
    }
    out.push_str("</urlset>\n");
    Some(out.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_fund_is_called_stays_text_in_xml() {
        let name = "一善 <b>&\"'\u{ffff}";
        assert_eq!(escape(name), "一善 &lt;b&gt;&amp;&quot;'\u{fffd}");
    }

    #[test]
    fn search_engines_are_told_the_address_only_where_it_is_known() {
        let text = |address: Option<&str>| {
            let address = address.and_then(Address::parse);
            String::from_utf8(robots(address.as_ref())).unwrap_or_default()
        };
        assert_eq!(text(None), "User-agent: *\nDisallow: /tile/\nDisallow: /find/\n");
        let known = text(Some("https://files.example/qianan/"));
        assert!(known.contains("Disallow: /qianan/tile/\n"), "{known}");
        assert!(known.ends_with("\nSitemap: https://files.example/qianan/sitemap.xml\n"));
    }
}
