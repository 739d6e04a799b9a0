//! The function of `tests/suite/parsers.rs` that TARGET in the environment names, under the fuzzer.
#![no_main]

#[path = "../suite/asked.rs"]
mod asked;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../suite/fake_disk.rs"]
mod fake_disk;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../suite/fund.rs"]
mod fund;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../suite/host.rs"]
mod host;
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../suite/parsers.rs"]
mod parsers;
#[path = "../suite/sealed_people.rs"]
mod sealed_people;
#[path = "../suite/stated.rs"]
mod stated;

use std::sync::LazyLock;

static PARSER: LazyLock<parsers::Parser> = LazyLock::new(|| {
    // The fuzzer ends at every panic, also at those that the program contains.
    yishan::cli::hush_contained_panics();
    parsers::target(&std::env::var("TARGET").expect("TARGET names a parser"))
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    PARSER(data);
});
