//! One test binary; each module is a subject a treasurer would worry about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

// What is read a second time is believed no more than at first.
mod again;
// The checkpoints ever signed: none lost, none contradicted.
mod archive;
// What may be asked of a served folder, however it is written.
mod asked;
// Many desks at one ledger.
mod authors;
// A whole fund in one file, and back.
mod backup;
// Clocks, disks, neighbours and versions on their worst days.
mod bad_days;
// Bills in every format, right and wrong.
mod bills;
// Bills damaged on purpose.
mod bills_damage;
mod boxes;
// The index's engine on a bad day.
#[cfg(unix)]
mod cache;
// What a ledger tells of its own history.
mod chronicle;
// The year of 171 students.
mod cohort;
// What fuzzers are fed with, on every run.
mod corpus;
// A small fund whose days are written as tables.
mod days;
// A fund's first month, played and checked by a stranger.
mod demo;
// What the doctor finds, and that it touches nothing.
mod doctor;
// A whole evening, with the power cut anywhere.
mod evening;
// The ledger in the spelling of other programs.
mod export;
// A disk in memory whose power can be cut.
mod fake_disk;
// A keeper of the log who breaks the rules.
mod forge;
// System calls that fail under the desk.
#[cfg(unix)]
mod faults;
// A person who is forgotten, with the power cut anywhere.
mod forgetting;
// A small fund with real keys.
mod fund;
mod funds;
// A fund's folder, its keys, and the command run on them.
mod home;
// A folder that is served, and a client that speaks byte by byte.
mod host;
// A folder made to harm whoever reads it.
#[cfg(unix)]
mod hostile;
// Volunteering of real counties.
mod hours;
// The index: a cache that may vanish or lie, and is then rebuilt.
mod index;
// The bills in the vault.
mod kept;
// A desk that is killed while it records.
#[cfg(unix)]
mod kills;
// What programs read: tables, the feed, sitemaps.
mod machine;
// Bills of merchants: their totals, their fees, and no gift twice.
mod merchant;
// Large groups, looked at together.
mod many;
// Random days against a slow model.
mod model;
// Damage by the hundred thousand.
mod mutations;
// An auditor in the fund's own folder.
mod own;
// The pages for people.
mod pages;
// The published folder and the text for the group.
mod publish;
// What every parser of outside bytes owes.
mod parsers;
// Personal data through the command.
mod people;
// Putting a publication up, with the power cut anywhere.
mod publisher;
// What a donor keeps.
mod receipt;
// The forms that offices ask for.
mod report;
// The desk that is killed, in a process of its own.
#[cfg(unix)]
mod recorder;
// The one spelling of every record.
mod records;
// Several funds as one.
mod rollup;
// What the ledger takes and what it refuses.
mod rules;
// Funds as earlier versions wrote them.
mod samples;
// What the vault keeps about people, read from any bytes.
mod sealed_people;
// What is served, and to whom.
mod serve;
// Clients at their worst.
mod serve_worst;
// The command that serves, and a fund seen through it.
mod serving;
// The specification's examples.
mod spec;
// What the reader of statements owes.
mod stated;
// Statements of banks, proved by their balances.
mod statement;
// What is published about goods.
mod stations;
// Bytes that survive power cuts and failing disks.
mod storage;
// A published ledger changed in any way is not believed.
mod tamper;
// The house rules, read from the source tree.
mod tidy;
// What other people's implementations of the transparency log say about ours.
mod tlog;
// The bytes the log writes, fixed in a file.
mod tlog_vectors;
// Receipts for offices, as they are published.
mod tickets;
// A small fund in memory that other tests publish, damage and verify.
mod town;
// What every command prints, in both languages.
mod transcript;
// Forgeries by whoever has everything but the keys.
mod unsigned;
// Golden bytes for other implementations.
mod vectors;
// Closed years, published.
mod yearly;
