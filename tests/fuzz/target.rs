//! Every fuzz target: the function of `tests/suite/parsers.rs` that has the binary's name.
#![no_main]

#[allow(dead_code)]
#[path = "../suite/fake_disk.rs"]
mod fake_disk;
#[path = "../suite/parsers.rs"]
mod parsers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    parsers::target(env!("CARGO_BIN_NAME"))(data);
});
