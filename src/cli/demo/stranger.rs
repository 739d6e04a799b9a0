//! A stranger at the published folder, with nothing in hand but the log's public key.

use super::stage::Stage;
use crate::cli::say::Say;
use serde_json::Value;

/// Verifies the folder `site`, with what else is said, and gives exit code and report.
pub(super) fn verify(stage: &mut Stage, site: &str, more: &[&str]) -> (u8, Value) {
    stage.try_run(&[&["verify", site, "--key", "log.vkey"], more].concat())
}

/// The first failed check of a report.
fn first_failed(report: &Value) -> Option<&Value> {
    let checks = report.get("checks").and_then(Value::as_array).map(Vec::as_slice);
    let failed = |check: &&Value| check.get("outcome").and_then(Value::as_str) == Some("failed");
    checks.unwrap_or_default().iter().find(failed)
}

/// Its name.
pub(super) fn failed(report: &Value) -> &str {
    let name = first_failed(report).and_then(|check| check.get("check"));
    name.and_then(Value::as_str).unwrap_or_default()
}

/// What it says.
pub(super) fn failure(report: &Value) -> Say {
    let detail = first_failed(report).and_then(|check| check.get("detail"));
    let said = |lang: &str| {
        detail.and_then(|d| d.get(lang)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    Say { zh: said("zh"), en: said("en") }
}
