//! English counts: a noun agrees with its number, and so does a verb behind it.
//!
//! ```text
//! 1 bank accounts are not reconciled  →  1 bank account is not reconciled
//! ```

/// What texts count.
const NOUNS: &[&str] = &[
    "accounts",
    "amounts",
    "approvals",
    "bills",
    "boxes",
    "bytes",
    "campaigns",
    "cells",
    "certificates",
    "checkpoints",
    "checks",
    "corrections",
    "days",
    "documents",
    "donations",
    "entries",
    "files",
    "funds",
    "gifts",
    "groups",
    "helpers",
    "hours",
    "items",
    "keys",
    "ledgers",
    "levels",
    "lines",
    "links",
    "lots",
    "messages",
    "minutes",
    "months",
    "movements",
    "numbers",
    "officers",
    "openings",
    "organisations",
    "organizations",
    "packages",
    "pages",
    "pairs",
    "parts",
    "payments",
    "people",
    "persons",
    "pieces",
    "places",
    "points",
    "pots",
    "proposals",
    "questions",
    "receipts",
    "recipients",
    "records",
    "references",
    "rows",
    "seconds",
    "signatures",
    "sites",
    "skills",
    "sponsors",
    "stars",
    "statements",
    "stewards",
    "students",
    "terms",
    "things",
    "times",
    "units",
    "visits",
    "volunteers",
    "vouchers",
    "wishes",
    "witnesses",
    "words",
    "years",
];
/// What is said of many, and what of one.
const VERBS: [(&str, &str); 5] =
    [("are", "is"), ("were", "was"), ("have", "has"), ("wait", "waits"), ("need", "needs")];
/// What may stand between a number and its noun: `1 more bank accounts`.
const BETWEEN: [&str; 12] = [
    "bank",
    "cash",
    "damaged",
    "doubtful",
    "good",
    "more",
    "new",
    "older",
    "other",
    "partial",
    "signature",
    "visited",
];

/// What one of many is called.
fn one(many: &str) -> String {
    let ends = |end: &str| many.strip_suffix(end);
    match (ends("ies"), ends("es"), ends("s")) {
        _ if many == "people" => "person".to_owned(),
        (Some(stem), ..) => format!("{stem}y"),
        (_, Some(stem), _) if stem.ends_with(['x', 's']) || stem.ends_with("sh") => stem.to_owned(),
        (.., stem) => stem.unwrap_or(many).to_owned(),
    }
}

/// `text` with every noun and verb behind the number 1 in the singular. Whole pages pass through,
/// so what stands between two such numbers is copied in one piece.
pub(crate) fn agree(text: String) -> String {
    let (mut out, mut rest) = (String::new(), text.as_str());
    while let Some((before, behind)) = rest.split_once("1 ") {
        out.push_str(before);
        let number = out.chars().next_back().is_none_or(ends_word);
        out.push_str("1 ");
        rest = if number { counted(behind, &mut out) } else { behind };
    }
    if out.is_empty() {
        return text;
    }
    out.push_str(rest);
    out
}

/// Writes what the number 1 counts, and its verb, and says what is left of `text`.
fn counted<'a>(mut text: &'a str, out: &mut String) -> &'a str {
    let (mut word, mut behind, mut rest) = first_word(text);
    while behind == " " && BETWEEN.contains(&word) {
        out.push_str(word);
        out.push_str(behind);
        text = rest;
        (word, behind, rest) = first_word(text);
    }
    if NOUNS.binary_search(&word).is_err() {
        return text;
    }
    out.push_str(&one(word));
    out.push_str(behind);
    let (said, after, last) = first_word(rest);
    let Some((_, one)) = VERBS.iter().find(|(many, _)| behind == " " && *many == said) else {
        return rest;
    };
    out.push_str(one);
    out.push_str(after);
    last
}

/// The first word of `text`, what ends it, and the rest.
fn first_word(text: &str) -> (&str, &str, &str) {
    let piece = text.split_inclusive(ends_word).next().unwrap_or_default();
    let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let behind = piece.get(word.len()..).unwrap_or_default();
    (word, behind, text.get(piece.len()..).unwrap_or_default())
}

/// Whether `c` ends a word: `(1 rows` has the number 1, and `0.1 hours` has not.
fn ends_word(c: char) -> bool {
    !c.is_ascii_alphanumeric() && !"./:,-#_".contains(c)
}

/// `format!` for English: what it counts agrees with its number.
macro_rules! agreed {
    ($($text:tt)*) => {
        $crate::domain::english::agree(format!($($text)*))
    };
}
pub(crate) use agreed;

#[cfg(test)]
mod tests {
    use super::{NOUNS, agree};

    #[test]
    fn one_of_a_thing_is_never_called_many() {
        for (many, one) in [
            ("1 rows", "1 row"),
            ("1 entries, 2 entries", "1 entry, 2 entries"),
            ("agree: 1 lines", "agree: 1 line"),
            ("of 1 openings; 1 wishes (1 boxes)", "of 1 opening; 1 wish (1 box)"),
            ("1 people, 1 witnesses", "1 person, 1 witness"),
            ("1 bank accounts are not reconciled", "1 bank account is not reconciled"),
            ("1 proposals wait, 0 payments", "1 proposal waits, 0 payments"),
            ("1 more bank accounts", "1 more bank account"),
        ] {
            assert_eq!(agree(many.to_owned()), one);
        }
    }

    #[test]
    fn other_numbers_and_other_words_stay() {
        for same in [
            "11 rows",
            "14/1 rows",
            "0.1 hours",
            "2026-11-1 rows",
            "1,001 rows",
            "row 1 has rows",
            "entry 1 of the ledgers",
            "at 1: rows",
            "1 stands where rows",
            "共 1 行",
        ] {
            assert_eq!(agree(same.to_owned()), same);
        }
        assert!(NOUNS.is_sorted());
    }
}
