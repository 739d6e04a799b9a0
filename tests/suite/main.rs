//! One test binary; each module is a subject a treasurer would worry about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

// A small fund whose days are written as tables.
mod town;

// What the ledger takes and what it refuses.
mod rules;

// The one spelling of every record.
mod records;

// Random days against a slow model.
mod model;

// Golden bytes for other implementations.
mod vectors;

// The specification's examples.
mod spec;
