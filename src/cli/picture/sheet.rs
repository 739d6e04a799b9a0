//! A picture being drawn: shapes and lines of text on 1080 × 1440 points.

use super::super::error::{Error, Kind};
use super::super::say::say;
use super::{Fonts, Qr};
use crate::publish::escape;
use resvg::{tiny_skia, usvg};
use std::fmt::Write as _;

/// Width and height of every sheet, in points; a PNG has one pixel for each.
pub(crate) const WIDTH: u32 = 1080;
pub(crate) const HEIGHT: u32 = 1440;

/// The colours of paper and ink.
pub(super) const PAPER: &str = "#fdf8ec";
pub(super) const INK: &str = "#2b2118";
pub(super) const SOFT: &str = "#6a5844";
pub(super) const RED: &str = "#9e1b1b";
pub(super) const GOLD: &str = "#b8893b";

/// Where a line of text is held.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Hold {
    Start,
    Middle,
    End,
}

/// How a line of text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// The most points it is high; less if it would be too wide.
    pub(super) size: u32,
    /// The most points it is wide.
    pub(super) width: u32,
    /// Whether it is bold.
    pub(super) bold: bool,
    /// Its colour.
    pub(super) ink: &'static str,
    /// Which end of it is where it is put.
    pub(super) hold: Hold,
}

impl Look {
    /// A line in the middle of the sheet.
    pub(super) const fn middle(size: u32, ink: &'static str) -> Look {
        Look { size, width: 860, bold: false, ink, hold: Hold::Middle }
    }

    /// The same in bold.
    pub(super) const fn bold(self) -> Look {
        Look { bold: true, ..self }
    }

    /// The same, held at another end.
    pub(super) const fn hold(self, hold: Hold) -> Look {
        Look { hold, ..self }
    }

    /// The same, of another greatest width.
    pub(super) const fn width(self, width: u32) -> Look {
        Look { width, ..self }
    }
}

/// A picture.
pub(crate) struct Sheet {
    body: String,
    /// Every character in it.
    letters: String,
}

impl Sheet {
    /// An empty sheet of this colour.
    pub(super) fn new(paper: &str) -> Sheet {
        let body = format!("<path fill=\"{paper}\" d=\"M0 0h{WIDTH}v{HEIGHT}h-{WIDTH}z\"/>\n");
        Sheet { body, letters: String::new() }
    }

    /// Adds shapes.
    pub(super) fn shape(&mut self, svg: &str) {
        self.body.push_str(svg);
        self.body.push('\n');
    }

    /// Adds a line of text whose foot is at `y`, as large as it may be and fits.
    pub(super) fn text(&mut self, x: u32, y: u32, look: Look, text: &str) {
        let Look { bold, ink, hold, .. } = look;
        let size = look.size.min(fitting(text, look.width));
        let weight = if bold { " font-weight=\"700\"" } else { "" };
        let anchor = match hold {
            Hold::Start => "start",
            Hold::Middle => "middle",
            Hold::End => "end",
        };
        let written = escape(text);
        // Writing to a String cannot fail.
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{ink}\" text-anchor=\"{anchor}\"{weight}>{written}</text>"
        );
        self.letters.push_str(text);
    }

    /// Adds a QR code that is `size` points wide, with its quiet zone, on white.
    pub(super) fn qr(&mut self, x: u32, y: u32, size: u32, qr: &Qr) {
        let (side, path) = (qr.side(), qr.path());
        self.shape(&format!(
            "<svg x=\"{x}\" y=\"{y}\" width=\"{size}\" height=\"{size}\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
        ));
    }

    /// The drawing, its text in the fonts `family`: a list as CSS has it.
    pub(crate) fn svg(&self, family: &str) -> String {
        let (body, family) = (&self.body, escape(family));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"{family}\">\n{body}</svg>\n"
        )
    }

    /// The picture as a PNG. Refused if a character of it is in none of the fonts.
    pub(crate) fn png(&self, fonts: &Fonts) -> Result<Vec<u8>, Error> {
        let missing = fonts.missing(&self.letters);
        if !missing.is_empty() {
            let (font, missing) = (fonts.name(), missing.join(" "));
            let text = say!(
                "字体 {font} 里没有这些字：{missing}。没有画",
                "the font {font} has no {missing}, and nothing was drawn"
            );
            return Err(Error::new(Kind::CouldNot, text).hint(say!(
                "用 --font 指定字更全的字体文件，如 Noto Sans CJK",
                "name a font file that has them with --font, such as Noto Sans CJK"
            )));
        }
        paint(&self.svg(&format!("'{}'", fonts.name())), fonts, (WIDTH, HEIGHT))
    }
}

/// Paints an SVG of this many pixels.
pub(super) fn paint(svg: &str, fonts: &Fonts, size: (u32, u32)) -> Result<Vec<u8>, Error> {
    let failed = |why: &dyn std::fmt::Display| {
        let why = why.to_string();
        Error::new(Kind::CouldNot, say!("图画不出来：{why}", "the picture cannot be drawn: {why}"))
    };
    let options = usvg::Options { fontdb: fonts.database(), ..usvg::Options::default() };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|why| failed(&why))?;
    let pixels = tiny_skia::Pixmap::new(size.0, size.1);
    let mut pixels = pixels.ok_or_else(|| failed(&"it has no size"))?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|why| failed(&why))
}

/// The greatest size at which `text` is at most `width` points wide.
fn fitting(text: &str, width: u32) -> u32 {
    // A letter or digit of a bold font is at most about two thirds as wide as it is high.
    let parts: u32 = text.chars().map(|c| if c.is_ascii() { 64 } else { 100 }).sum();
    (width * 100 / parts.max(1)).max(8)
}
