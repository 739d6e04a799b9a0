//! One test binary; each module is a subject a treasurer would worry about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

// The checkpoints ever signed: none lost, none contradicted.
mod archive;
// Bills in every format, right and wrong.
mod bills;
// A whole evening, with the power cut anywhere.
mod evening;
// A disk in memory whose power can be cut.
mod fake_disk;
// A keeper of the log who breaks the rules.
mod forge;
// A small fund with real keys.
mod fund;
// The index: a cache that may vanish or lie, and is then rebuilt.
mod index;
// Bytes that survive power cuts and failing disks.
mod storage;
// A published ledger changed in any way is not believed.
mod tamper;
// What other people's implementations of the transparency log say about ours.
mod tlog;
// The bytes the log writes, fixed in a file.
mod tlog_vectors;
// The published folder, receipts and the text for the group.
mod publish;
// The pages for people.
mod pages;
// A small fund in memory that other tests publish, damage and verify.
mod town;
