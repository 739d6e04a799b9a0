//! A stranger at the published folder, with nothing in hand but the log's public key.

use super::stage::Stage;
use crate::cli::error::{Error, Kind};
use crate::cli::fund::{read, write_new};
use crate::cli::say::{Say, say};
use serde_json::Value;
use std::path::Path;

/// The longest file of a site that is copied, in bytes.
const FILE_MAX: u64 = 64 << 20;

/// Verifies the folder `site` and gives exit code and report.
pub(super) fn verify(stage: &mut Stage, site: &str) -> (u8, Value) {
    stage.try_run(&["verify", site, "--key", "log.vkey"])
}

/// What the first failed check of a report says.
pub(super) fn failure(report: &Value) -> Say {
    let checks = report.get("checks").and_then(Value::as_array).map(Vec::as_slice);
    let failed = |check: &&Value| check.get("outcome").and_then(Value::as_str) == Some("failed");
    let detail = checks.unwrap_or_default().iter().find(failed).and_then(|c| c.get("detail"));
    let said = |lang: &str| {
        detail.and_then(|d| d.get(lang)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    Say { zh: said("zh"), en: said("en") }
}

/// Copies `site` to `tampered` and changes one fen of one gift in it. Says what was changed.
pub(super) fn tamper(folder: &Path) -> Result<Say, Error> {
    let (from, to) = (folder.join("site"), folder.join("tampered"));
    copy(&from, &to)?;
    let bundle = "tile/entries/000";
    for name in [bundle.to_owned(), format!("{bundle}.p")] {
        let found =
            if to.join(&name).is_dir() { largest(&to.join(&name)) } else { Some(to.join(&name)) };
        let Some(file) = found.filter(|file| file.is_file()) else { continue };
        let mut bytes = read(&file, FILE_MAX)?;
        let wanted: &[u8] = b"{\"gift\":{\"fen\":100,";
        if let Some(at) = bytes.windows(wanted.len()).position(|window| window == wanted) {
            let digit = at + wanted.len() - 2;
            if let Some(byte) = bytes.get_mut(digit) {
                *byte = b'1';
            }
            std::fs::write(&file, &bytes).map_err(|why| failed(&file, &why))?;
            let file = file.strip_prefix(folder).unwrap_or(&file).display();
            return Ok(say!(
                "改 {file} 第 {digit} 字节：\"fen\":100 → \"fen\":101",
                "byte {digit} of {file} changed: \"fen\":100 → \"fen\":101"
            ));
        }
    }
    Err(Error::new(
        Kind::CouldNot,
        say!("没有一元的捐款可改", "there is no gift of one yuan to change"),
    ))
}

fn failed(file: &Path, why: &std::io::Error) -> Error {
    let file = file.display();
    Error::because(say!("无法改写 {file}", "cannot rewrite {file}"), why)
}

/// The partial bundle that holds the most entries.
fn largest(folder: &Path) -> Option<std::path::PathBuf> {
    let files = std::fs::read_dir(folder).ok()?.flatten().map(|file| file.path());
    files.max_by_key(|file| file.metadata().map_or(0, |m| m.len()))
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    for file in std::fs::read_dir(from).map_err(|why| failed(from, &why))?.flatten() {
        let (path, to) = (file.path(), to.join(file.file_name()));
        if path.is_dir() {
            copy(&path, &to)?;
        } else {
            write_new(&to, &read(&path, FILE_MAX)?, false)?;
        }
    }
    Ok(())
}
