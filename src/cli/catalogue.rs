//! The Chinese of every help text.
/// English and Chinese.
pub(super) const CATALOGUE: &[(&str, &str)] = &[];

/// The Chinese of `text`.
pub(super) fn zh(text: &str) -> Option<&'static str> {
    CATALOGUE.iter().find(|(en, _)| *en == text).map(|(_, zh)| *zh)
}
