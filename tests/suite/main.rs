//! One test binary; each module is a subject a treasurer would worry about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

// What other people's implementations of the transparency log say about ours.
mod tlog;
// The bytes the log writes, fixed in a file.
mod tlog_vectors;
