//! Pictures for people: certificates, posters and QR codes, drawn as SVG and painted as PNG.
//!
//! A picture is a [`Sheet`]: shapes and lines of text on 1080 × 1440 points. The same sheet becomes
//! a PNG with a Chinese font of this computer ([`Fonts`]), or stands in a page to be printed. No
//! picture is painted with a character that the font does not have: an empty box in a donor's name
//! is worse than no certificate.

mod certificate;
mod fonts;
mod poster;
mod qr;
mod sheet;
#[cfg(test)]
mod tests;

pub(super) use certificate::{Certificate, page};
pub(super) use fonts::Fonts;
pub(super) use poster::poster;
pub(super) use qr::Qr;
pub(super) use sheet::Sheet;
