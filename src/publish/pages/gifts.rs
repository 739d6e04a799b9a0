//! The gifts on the page of a day: the longest table there is, so it is written by hand.

use super::day::Teller;
use super::link::row_id;
use super::yuan;
use crate::domain::line::Line;
use crate::domain::line::gift::Gift;
use crate::domain::money::Fen;
use crate::domain::text::Place;
use crate::publish::history::DayLines;
use std::fmt;

/// The rows of a day's gifts. Printed as HTML: digits, dashes and base64url beside its own tags.
pub(super) struct GiftRows {
    html: String,
    /// How many gifts the page does not list.
    pub(super) rest: u64,
}

impl GiftRows {
    pub(super) fn new(teller: &Teller<'_, '_>, lines: &DayLines) -> GiftRows {
        let mut html = String::with_capacity(lines.gifts.len() * 144);
        for told in &lines.gifts {
            if let Line::Gift(gift) = &told.line {
                push_row(&mut html, teller, gift, told.place);
            }
        }
        GiftRows { html, rest: lines.more_gifts }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.html.is_empty()
    }
}

fn push_row(html: &mut String, teller: &Teller<'_, '_>, gift: &Gift, place: Place) {
    let (reference, paid) = (gift.reference.to_string(), gift.paid.to_string());
    let tail = reference.get(reference.len().saturating_sub(6)..).unwrap_or_default();
    let (day, time) = paid.split_once('T').unwrap_or_default();
    for piece in [
        "<tr id=\"",
        &row_id(place),
        "\"><th scope=\"row\">",
        &place.to_string(),
        "</th><td>",
        day,
        " ",
        time,
        "</td><td class=\"n\">",
        &yuan(gift.fen.fen()),
    ] {
        html.push_str(piece);
    }
    push_marks(html, teller, place);
    html.push_str("</td><td>…");
    html.push_str(tail);
    html.push_str("</td></tr>\n");
}

/// What became of the gift.
fn push_marks(html: &mut String, teller: &Teller<'_, '_>, place: Place) {
    let Some(touched) = teller.books.touched.get(&place) else { return };
    let lang = teller.f.lang;
    if let Some(by) = touched.refund.filter(|_| touched.refunded > Fen::ZERO) {
        let (amount, by) = (yuan(touched.refunded), teller.link(by));
        html.push_str(&lang.pick(
            format!("（已退 {amount}，最近 {by}）"),
            format!(" (refunded {amount}, latest {by})"),
        ));
    }
    if let Some(by) = touched.reversed {
        let by = teller.link(by);
        html.push_str(&lang.pick(format!("（已冲正 {by}）"), format!(" (reversed by {by})")));
    }
}

impl fmt::Display for GiftRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.html.trim_end())
    }
}

/// Every value in it has a spelling without markup.
impl askama::filters::HtmlSafe for GiftRows {}
