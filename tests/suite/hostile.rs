//! A folder made to harm whoever reads it: verifying it takes no more memory and time than an
//! honest one of its size.

use crate::town::Town;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use yishan::publish::Facts;

/// The most memory of a process that verifies a small folder (KiB), with room for its threads.
const MEMORY: u64 = 900 << 10;

/// Just below what is read of one file (bytes).
const LARGE: usize = 63 << 20;

/// Verifies the folder by the command itself, within [`MEMORY`]; its exit code and what it said.
fn verify_within_limits(folder: &Path, vkey: &str) -> (Option<i32>, String) {
    let mut shell = Command::new("sh");
    let words = format!("ulimit -v {MEMORY}; exec \"$0\" --lang en verify site --key '{vkey}'");
    let shell = shell.args(["-c", &words, env!("CARGO_BIN_EXE_yishan")]).current_dir(folder);
    let out = shell.output().unwrap();
    let said = [out.stdout, out.stderr].concat();
    (out.status.code(), String::from_utf8_lossy(&said).into_owned())
}

/// What takes far more room than its bytes if it is read whole.
fn nested() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LARGE);
    bytes.extend(b"{\"size\":[");
    while bytes.len() < LARGE - 8 {
        bytes.extend(b"[],");
    }
    bytes.extend(b"0]}");
    bytes
}

#[test]
fn no_file_of_a_hostile_folder_takes_more_memory_than_it_has_bytes() {
    let (town, files) = crate::forge::town_files();
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    for (path, bytes) in &files {
        let path = site.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let verify = || verify_within_limits(folder.path(), town.vkey());
    let (code, said) = verify();
    assert_eq!(code, Some(0), "{said}");
    let size = Town::grown("Town Fund").size();
    for path in ["checkpoint", "log.vkey", "index.html", "v1/status.json", "v1/days.json"]
        .map(ToOwned::to_owned)
        .into_iter()
        .chain([format!("tile/entries/000.p/{size}"), format!("tile/0/000.p/{size}")])
    {
        let place = site.join(&path);
        for content in [nested(), Vec::new()] {
            fs::write(&place, &content).unwrap();
            if content.is_empty() {
                File::options().write(true).open(&place).unwrap().set_len(1 << 40).unwrap();
            }
            let (code, said) = verify();
            assert!(matches!(code, Some(1 | 3)), "{path}: {code:?} {said}");
        }
        fs::write(&place, &files[&path]).unwrap();
    }
    // Files beside it, in folders within folders.
    fs::create_dir_all(site.join(["x"; 40].join("/"))).unwrap();
    let (code, said) = verify();
    assert_eq!(code, Some(3), "{said}");
}
