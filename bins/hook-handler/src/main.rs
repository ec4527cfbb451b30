//! Everything after the fact: search credit, the journal of edits, the task list.
//!
//! Never decides anything, prints nothing, and does work in the size of what it keeps, not of what
//! the client sends: an edit's event carries the whole old file.

#![cfg_attr(not(test), no_main)]

mod after;
mod searched;

use std::ffi::c_int;

use moflo_hooks::hook;

/// Where the C library starts the program; the gate's `main` says why not the usual one.
#[expect(unsafe_code, reason = "the name is the C library's; nothing else in the program has it")]
#[unsafe(no_mangle)]
extern "C" fn main() -> c_int {
    c_int::from(hook::status_of("moflo-hook-handler", after::run))
}
