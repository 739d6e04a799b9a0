//! QR codes (ISO/IEC 18004): level Q, with the quiet zone of four modules that scanners ask for.

use super::super::error::{Error, Kind};
use super::super::say::say;
use super::Fonts;
use super::sheet::paint;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// Light modules around the code.
const QUIET: usize = 4;

/// How many pixels wide a module of a PNG is.
const PIXELS: usize = 12;

/// A QR code.
pub(crate) struct Qr {
    /// Modules of a side, without the quiet zone.
    width: usize,
    /// The modules, row by row.
    dark: Vec<bool>,
}

impl Qr {
    /// The code that says `text`.
    pub(crate) fn new(text: &str) -> Result<Qr, Error> {
        let code = QrCode::with_error_correction_level(text, EcLevel::Q).map_err(|_| {
            let len = text.len();
            Error::new(
                Kind::CouldNot,
                say!(
                    "{len} 字节放不进二维码，请把 fund.toml 里的 url 改短",
                    "{len} bytes do not fit into a QR code; shorten the url in fund.toml"
                ),
            )
        })?;
        let dark = code.to_colors().iter().map(|color| *color == Color::Dark).collect();
        Ok(Qr { width: code.width(), dark })
    }

    /// Modules of a side, with the quiet zone.
    pub(crate) fn side(&self) -> usize {
        self.width + 2 * QUIET
    }

    /// The dark modules as the `d` of an SVG path, one unit a module, in a square of
    /// [`Qr::side`].
    pub(crate) fn path(&self) -> String {
        let mut out = String::new();
        for (row, y) in self.dark.chunks(self.width.max(1)).zip(QUIET..) {
            let mut x = QUIET;
            for run in row.chunk_by(|a, b| a == b) {
                let len = run.len();
                if run.first() == Some(&true) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "M{x} {y}h{len}v1h-{len}z");
                }
                x += len;
            }
        }
        out
    }

    /// The code as a PNG, with twelve pixels a module.
    pub(crate) fn png(&self) -> Result<Vec<u8>, Error> {
        let size = u32::try_from(self.side() * PIXELS).unwrap_or(0);
        paint(&self.svg(), &Fonts::none(), (size, size))
    }

    /// The code as a picture of its own.
    pub(crate) fn svg(&self) -> String {
        let (side, path, size) = (self.side(), self.path(), self.side() * PIXELS);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>\n"
        )
    }
}
