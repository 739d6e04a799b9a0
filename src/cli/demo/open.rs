//! The demo's pages, true and tampered, on the loopback until Ctrl-C.

use super::twin::Tamper;
use crate::cli::Stream;
use crate::cli::error::Error;
use crate::cli::serving::Serving;
use crate::cli::shell::{Report, Shell};
use crate::server::Base;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};

/// Serves both sites, says where, opens the first page, and returns when somebody stops it.
pub(super) fn open(
    shell: &mut Shell<'_>,
    folder: &Path,
    report: &Report,
    code: &str,
    tamper: Tamper,
) -> Result<(), Error> {
    let mut serving = Serving::new();
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    // Each has a port and so an origin of its own: what the browser remembers of one log must not
    // meet the other.
    let site = serving.open(any, &folder.join("site"), &Base::default())?;
    let twin = serving.open(any, &folder.join("tampered"), &Base::default())?;
    let (here, there) = (format!("{site}r/#{code}"), format!("{twin}r/#{code}"));
    let seen = tamper.seen();
    if shell.common.json {
        let json = serde_json::json!({
            "schema": 1, "verb": "demo", "verdict": "serving", "url": site, "receipt": here,
            "tampered": twin, "tampered_receipt": there,
        });
        shell.print_raw(Stream::Out, &format!("{json}\n"))?;
    } else {
        let file = folder.join("receipts").join("one-donor.txt");
        let text = format!(
            "{}\n\n网页 / the pages:\n  {site}\n一笔捐款，显示「已入账」 / a gift, which reads 已入账, recorded:\n  {here}\n改过的副本：{} / the tampered twin: {}\n  {there}\n回执文件 / the receipt's file:\n  {}\n按 Ctrl-C 结束 / Ctrl-C ends it\n",
            report.text,
            seen.zh,
            seen.en,
            file.display()
        );
        shell.print(Stream::Out, &text)?;
    }
    open_browser(&site);
    serving.until_stopped(&mut |_, _| true);
    Ok(())
}

/// Opens an address in the browser, if there is a way to. That it is printed is enough.
fn open_browser(url: &str) {
    for opener in ["xdg-open", "open"] {
        let mut command = Command::new(opener);
        command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if command.spawn().is_ok() {
            return;
        }
    }
}
