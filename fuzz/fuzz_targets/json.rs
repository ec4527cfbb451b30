//! Any bytes are read, and hide nothing; see `moflo_fuzz::json`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| moflo_fuzz::json(bytes));
