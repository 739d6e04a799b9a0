//! The `yishan` command.

use std::process::ExitCode;
use yishan::cli::{Context, hush_contained_panics, run};

fn main() -> ExitCode {
    hush_contained_panics();
    match Context::system() {
        Ok(mut context) => ExitCode::from(run(std::env::args_os(), &mut context)),
        Err(why) => {
            eprintln!("yishan: {why}");
            ExitCode::from(3)
        }
    }
}
