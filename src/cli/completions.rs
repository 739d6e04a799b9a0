//! `completions`: for shells.

use super::error::Error;
use super::help;
use super::shell::{Report, Shell};
use serde_json::json;

/// Print the completions for a shell
#[derive(clap::Args)]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: clap_complete::Shell,
}

pub(super) fn run(args: Args, shell: &mut Shell<'_>) -> Result<Report, Error> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut help::tree(shell.lang), "yishan", &mut out);
    let text = String::from_utf8_lossy(&out).trim_end().to_owned();
    Ok(Report::new(text.clone(), json!({"shell": args.shell.to_string(), "text": text})))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::Lang;
    use clap::ValueEnum;

    #[test]
    fn every_shell_completes_verbs_and_options_in_both_languages() {
        for shell in clap_complete::Shell::value_variants() {
            for lang in [Lang::Zh, Lang::En] {
                let mut out = Vec::new();
                clap_complete::generate(*shell, &mut help::tree(lang), "yishan", &mut out);
                let text = String::from_utf8_lossy(&out);
                assert!(text.contains("allocate") && text.contains("passphrase-file"), "{shell}");
            }
        }
    }
}
