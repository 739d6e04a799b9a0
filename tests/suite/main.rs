//! One test binary; each module is a subject a treasurer would worry about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

// What other people's implementations of the transparency log say about ours.
mod tlog;

// The published folder and the text for the group.
mod publish;

// What a donor keeps.
mod receipt;

// The pages for people.
mod pages;

// A small fund in memory that other tests publish, damage and verify.
mod town;
