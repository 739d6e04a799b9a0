//! The real surroundings: the system's clock, randomness and terminal.

use super::context::{Context, Stream, Terminal};
use crate::keys::WorkFactor;
use crate::storage::index;
use std::io::{self, BufRead, IsTerminal, Write};

/// The process's own streams.
struct System;

impl Terminal for System {
    fn write(&mut self, to: Stream, text: &str) -> io::Result<()> {
        // Whether to colour was decided before; this only translates for old Windows consoles.
        if to == Stream::Out {
            let mut out = anstream::AutoStream::always(io::stdout());
            out.write_all(text.as_bytes())?;
            return out.flush();
        }
        anstream::AutoStream::always(io::stderr()).write_all(text.as_bytes())
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line)?;
        let line = line.trim_end_matches(['\r', '\n']).to_owned();
        Ok((read > 0).then_some(line))
    }

    fn secret(&mut self) -> io::Result<String> {
        rpassword::read_password()
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::In => io::stdin().is_terminal(),
            Stream::Out => io::stdout().is_terminal(),
            Stream::Err => io::stderr().is_terminal(),
        }
    }

    fn width(&self) -> Option<u16> {
        std::env::var("COLUMNS").ok()?.parse().ok()
    }
}

impl Context {
    /// The surroundings of this process.
    pub fn system() -> io::Result<Context> {
        // Drawn once, so that a system without randomness fails here and not in the middle.
        getrandom::fill(&mut [0; 1]).map_err(io::Error::other)?;
        Ok(Context {
            clock: Box::new(|| chrono::Utc::now().timestamp()),
            random: Box::new(draw),
            terminal: Box::new(System),
            env: std::env::vars_os()
                .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
                .collect(),
            folder: std::env::current_dir()?,
            work: WorkFactor::FIXED,
        })
    }
}

/// Lets the panics that the index catches from its engine, and the import from its reader of
/// workbooks, pass without a word of their own: the error that each becomes is told in ours.
pub fn hush_contained_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !index::panic_is_contained() {
            usual(panic);
        }
    }));
}

#[expect(clippy::expect_used, reason = "a key or nonce of known bytes must never be made")]
fn draw(out: &mut [u8]) {
    getrandom::fill(out).expect("the system gave randomness a moment ago");
}
