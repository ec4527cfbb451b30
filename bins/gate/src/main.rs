//! `PreToolUse`: may this call run? And `ConfigChange`: may this session lose its hooks?
//!
//! Order: is this event ours, is the effect dangerous, do the workflow rules agree. Runs before
//! every call of every tool it is registered for, so what passes passes after one read of stdin,
//! one pass over the bytes and a few stats. Never exits with 2, and lets a call through when it
//! fails itself.

#![cfg_attr(not(test), no_main)]

mod call;
mod config_change;
mod danger;
mod log;
mod memory_first;
mod pointers;
mod task_first;

use std::ffi::c_int;

use moflo_hooks::hook;

/// Where the C library starts the program.
///
/// The usual `main` first reads `/proc/self/maps` and installs a handler for stack overflows: a
/// dozen system calls, a tenth of what starting this program costs. A stack overflow here ends the
/// process by a signal either way, and then the call passes.
#[expect(unsafe_code, reason = "the name is the C library's; nothing else in the program has it")]
#[unsafe(no_mangle)]
extern "C" fn main() -> c_int {
    c_int::from(hook::status_of("moflo-gate", call::run))
}
