//! A ZIP that holds one bill as CSV: Alipay's merchants get a list and its summary together, under
//! names in GBK that nothing marks as such. Nothing of it is ever written to a disk.

use super::error::BillError;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// The most files such an archive may have.
const FILES_MAX: usize = 32;
/// The most bytes the bill may unpack to.
const UNPACKED_MAX: u64 = 256 << 20;
/// What the name of a summary says; its sums are in the list as well.
const SUMMARY: &str = "汇总";

/// The bytes of the only list in the archive.
pub(crate) fn bill(bytes: &[u8]) -> Result<Vec<u8>, BillError> {
    let damaged = |e: &dyn std::fmt::Display| BillError::Book(e.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    if archive.len() > FILES_MAX {
        return Err(BillError::BookTooLarge { max: FILES_MAX as u64, unit: "files" });
    }
    let mut found = Vec::new();
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at).map_err(|e| damaged(&e))?;
        let name = named(file.name_raw());
        let csv = name.to_ascii_lowercase().ends_with(".csv");
        if csv && !name.contains(SUMMARY) {
            found.push((name, at));
        }
    }
    let at = match &*found {
        [] => return Err(BillError::Archive),
        [(_, at)] => *at,
        _ => return Err(BillError::TwoSheets(found.into_iter().map(|(name, _)| name).collect())),
    };
    // What the file says of its own size is not believed.
    let file = archive.by_index(at).map_err(|e| damaged(&e))?;
    let mut bill = Vec::new();
    file.take(UNPACKED_MAX + 1).read_to_end(&mut bill).map_err(|e| damaged(&e))?;
    if bill.len() as u64 > UNPACKED_MAX {
        return Err(BillError::BookTooLarge { max: UNPACKED_MAX, unit: "bytes" });
    }
    Ok(bill)
}

fn named(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}
