//! The `yishan` command.

use std::process::ExitCode;
use yishan::cli::{Context, run};

fn main() -> ExitCode {
    match Context::system() {
        Ok(mut context) => ExitCode::from(run(std::env::args_os(), &mut context)),
        Err(why) => {
            eprintln!("yishan: {why}");
            ExitCode::from(3)
        }
    }
}
