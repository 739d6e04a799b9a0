//! The progress bar of what takes long.

use super::context::Stream;
use super::shell::Shell;
use crate::domain::text::Lang;
use crate::publisher::{self, Step};
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

    /// Shows how far an audit has come.
    pub(super) fn show(&mut self, progress: Progress) {
        self.draw(progress.check.title(self.lang), progress.done, progress.of);
    }

    /// Shows how far a publication has come.
    pub(super) fn show_publishing(&mut self, progress: publisher::Progress) {
        let title = match progress.step {
            Step::Making => self.lang.pick("生成文件", "making files"),
            Step::Checking(check) => check.title(self.lang),
            Step::PuttingUp => self.lang.pick("放上文件", "putting files up"),
        };
        self.draw(title, progress.done, progress.of);
    }

    /// Shows that `done` of so many lines are done.
    pub(super) fn count(&mut self, title: &'static str, done: usize, of: usize) {
        self.draw(title, done as u64, of as u64);
    }

    /// Shows that `done` of so many bytes are through.
    pub(super) fn bytes(&mut self, title: &'static str, done: u64, of: u64) {
        self.draw_as(title, done, of, "{msg} {wide_bar} {bytes}/{total_bytes} {eta}");
    }

    /// What is being done, how much of it, how many in a second, and how long the rest will take.
    fn draw(&mut self, title: &'static str, done: u64, of: u64) {
        let template = "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}";
        self.draw_as(title, done, of, template);
    }

    fn draw_as(&mut self, title: &'static str, done: u64, of: u64, template: &str) {
        if self.started.take_if(|started| started.elapsed() > Duration::from_secs(1)).is_some() {
            self.drawn = ProgressBar::new(of);
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.drawn.set_style(style);
            }
        }
        // Speed and remaining time are those of what is being done now.
        if self.drawn.message() != title {
            self.drawn.reset();
            self.drawn.set_message(title);
        }
        self.drawn.set_length(of);
        self.drawn.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.drawn.finish_and_clear();
    }
}
