//! The progress bar of what takes long.

use super::context::Stream;
use super::shell::Shell;
use crate::domain::text::Lang;
use crate::verify::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::time::{Duration, Instant};

/// A progress bar: only for a person, and only for what takes longer than a second.
pub(super) struct Bar {
    started: Option<Instant>,
    drawn: ProgressBar,
    lang: Lang,
}

impl Bar {
    /// A bar that is not drawn yet.
    pub(super) fn new(shell: &Shell<'_>) -> Bar {
        let wanted = shell.ctx.terminal.is_terminal(Stream::Err)
            && !shell.common.quiet
            && !shell.common.json;
        Bar { started: wanted.then(Instant::now), drawn: ProgressBar::hidden(), lang: shell.lang }
    }

    /// Shows how far it has come.
    pub(super) fn show(&mut self, progress: Progress) {
        self.tell(progress.check.title(self.lang), progress.done, progress.of);
    }

    /// Shows that `done` of `of` bytes or entries are through with what `title` says.
    pub(super) fn tell(&mut self, title: &'static str, done: u64, of: u64) {
        if self.started.take_if(|started| started.elapsed() > Duration::from_secs(1)).is_some() {
            self.drawn = ProgressBar::new(of);
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
                self.drawn.set_style(style);
            }
        }
        self.drawn.set_length(of);
        self.drawn.set_message(title);
        self.drawn.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.drawn.finish_and_clear();
    }
}
