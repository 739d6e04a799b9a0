//! Everything a command takes from outside: clock, randomness, terminal, environment, folder.
//!
//! The program fills a [`Context`] from the system, tests and the demo from a script.

use crate::keys::WorkFactor;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// One of the three standard streams.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stream {
    /// Standard input.
    In,
    /// Standard output: data.
    Out,
    /// Standard error: talk.
    Err,
}

/// Where a command prints and asks.
pub trait Terminal {
    /// Writes to standard output or standard error.
    fn write(&mut self, to: Stream, text: &str) -> io::Result<()>;
    /// Reads one line without its end; `None` at the end of the input.
    fn line(&mut self) -> io::Result<Option<String>>;
    /// Reads one line that is not shown.
    fn secret(&mut self) -> io::Result<String>;
    /// Whether a person sits at this stream.
    fn is_terminal(&self, stream: Stream) -> bool;
    /// Columns of the terminal, if known.
    fn width(&self) -> Option<u16>;
}

/// Fills bytes with randomness.
pub type Random = Box<dyn FnMut(&mut [u8])>;

/// What surrounds a command.
pub struct Context {
    /// The clock: Unix seconds.
    pub clock: Box<dyn Fn() -> i64>,
    /// Fills bytes with randomness.
    pub random: Random,
    /// The terminal.
    pub terminal: Box<dyn Terminal>,
    /// Environment variables.
    pub env: BTreeMap<String, String>,
    /// The working folder.
    pub folder: PathBuf,
    /// How much work stands between a new key file and a guess.
    pub work: WorkFactor,
}

/// What a command printed, in the order of printing.
#[derive(Clone, Debug, Default)]
pub struct Printed(Arc<Mutex<Vec<(bool, String)>>>);

impl Printed {
    fn push(&self, out: bool, text: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((out, text.to_owned()));
    }

    /// Takes all of it: standard output and standard error as they were mixed.
    pub fn take(&self) -> String {
        let mut pieces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.drain(..).map(|(_, text)| text).collect()
    }

    /// Takes standard output and drops the talk.
    pub fn take_out(&self) -> String {
        let mut pieces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.drain(..).filter(|(out, _)| *out).map(|(_, text)| text).collect()
    }
}

/// A terminal played from a script: answers given beforehand, output kept.
#[derive(Debug, Default)]
pub struct Scripted {
    /// Answers to questions, in order. Without any, nobody sits there.
    pub answers: VecDeque<String>,
    /// What was printed.
    pub printed: Printed,
}

impl Terminal for Scripted {
    fn write(&mut self, to: Stream, text: &str) -> io::Result<()> {
        self.printed.push(to == Stream::Out, text);
        Ok(())
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        let answer = self.answers.pop_front();
        // As on a screen, where what is typed ends the line of the question.
        self.printed.push(false, &format!("{}\n", answer.as_deref().unwrap_or_default()));
        Ok(answer)
    }

    fn secret(&mut self) -> io::Result<String> {
        self.printed.push(false, "\n");
        self.answers.pop_front().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        stream != Stream::Out && !self.answers.is_empty()
    }

    fn width(&self) -> Option<u16> {
        None
    }
}
