//! Any text is walked, comes back, and costs no more than the budget and a little.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let commands = moflo_policy::shell::commands(text);
    assert!(commands.len() <= 8_192);
    assert!(moflo_policy::shell::steps(text) <= (64 << 20) + text.len() * 64);
});
