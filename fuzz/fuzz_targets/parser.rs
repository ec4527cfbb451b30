//! Any text is walked within the budget; see `moflo_fuzz::parser`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| moflo_fuzz::parser(text));
