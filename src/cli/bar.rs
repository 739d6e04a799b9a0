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
        let title = progress.check.title(self.lang);
        self.draw(title, progress.done, progress.of, "{msg} {wide_bar} {pos}/{len} {eta}");
    }

    /// Shows that `done` of so many lines are done, how many in a second, and how long the rest
    /// will take.
    pub(super) fn count(&mut self, title: &'static str, done: usize, of: usize) {
        let template = "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}";
        self.draw(title, done as u64, of as u64, template);
    }

    /// Shows that `done` of so many bytes are through.
    pub(super) fn bytes(&mut self, title: &'static str, done: u64, of: u64) {
        self.draw(title, done, of, "{msg} {wide_bar} {bytes}/{total_bytes} {eta}");
    }

    fn draw(&mut self, title: &'static str, done: u64, of: u64, template: &str) {
        if self.started.take_if(|started| started.elapsed() > Duration::from_secs(1)).is_some() {
            self.drawn = ProgressBar::new(of);
            if let Ok(style) = ProgressStyle::with_template(template) {
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
