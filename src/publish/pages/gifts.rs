//! The gifts on the page of a day: the longest table there is, so it is written by hand.

use super::day::Teller;
use super::yuan;
use crate::domain::codec::write_number;
use crate::domain::line::Line;
use crate::domain::line::gift::Gift;
use crate::domain::money::Fen;
use crate::domain::text::Place;
use crate::publish::history::DayLines;
use std::fmt;

/// How many characters of its reference tell a gift from its neighbours.
const TAIL: usize = 6;
/// About how many bytes a row has.
const ROW: usize = 144;

/// The rows of a day's gifts. Printed as HTML: digits, dashes and base64url beside its own tags.
pub(super) struct GiftRows {
    html: String,
    /// How many gifts the page does not list.
    pub(super) rest: u64,
}

impl GiftRows {
    pub(super) fn new(teller: &Teller<'_, '_>, lines: &DayLines) -> GiftRows {
        let mut html = Vec::with_capacity(lines.gifts.len() * ROW);
        for told in &lines.gifts {
            if let Line::Gift(gift) = &told.line {
                push_row(&mut html, teller, gift, told.place);
            }
        }
        // Nothing but text was written.
        let html = String::from_utf8(html).unwrap_or_default();
        GiftRows { html, rest: lines.more_gifts }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.html.is_empty()
    }
}

fn push_row(html: &mut Vec<u8>, teller: &Teller<'_, '_>, gift: &Gift, place: Place) {
    let (entry, line) = (place.entry, u64::from(place.line));
    html.extend_from_slice(b"<tr id=\"p");
    write_number(entry, html);
    html.push(b'-');
    write_number(line, html);
    html.extend_from_slice(b"\"><th scope=\"row\">");
    write_number(entry, html);
    html.push(b'/');
    write_number(line, html);
    html.extend_from_slice(b"</th><td>");
    html.extend_from_slice(gift.paid.to_string().replace('T', " ").as_bytes());
    html.extend_from_slice(b"</td><td class=\"n\">");
    html.extend_from_slice(yuan(gift.fen.fen()).as_bytes());
    push_marks(html, teller, place);
    html.extend_from_slice("</td><td>…".as_bytes());
    let reference = gift.reference.to_string();
    let tail = reference.len().saturating_sub(TAIL);
    html.extend_from_slice(reference.as_bytes().get(tail..).unwrap_or_default());
    html.extend_from_slice(b"</td></tr>\n");
}

/// What became of the gift.
fn push_marks(html: &mut Vec<u8>, teller: &Teller<'_, '_>, place: Place) {
    let Some(touched) = teller.books.touched.get(&place) else { return };
    let lang = teller.lang;
    if let Some(by) = touched.refund.filter(|_| touched.refunded > Fen::ZERO) {
        let (amount, by) = (yuan(touched.refunded), teller.link(by));
        let mark = lang.pick(
            format!("（已退 {amount}，最近 {by}）"),
            format!(" (refunded {amount}, latest {by})"),
        );
        html.extend_from_slice(mark.as_bytes());
    }
    if let Some(by) = touched.reversed {
        let by = teller.link(by);
        let mark = lang.pick(format!("（已冲正 {by}）"), format!(" (reversed by {by})"));
        html.extend_from_slice(mark.as_bytes());
    }
}

impl fmt::Display for GiftRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.html.trim_end())
    }
}

/// Every value in it has a spelling without markup.
impl askama::filters::HtmlSafe for GiftRows {}
