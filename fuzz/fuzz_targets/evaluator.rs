//! Any text gets a verdict that holds; see `moflo_fuzz::evaluator`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| moflo_fuzz::evaluator(text));
