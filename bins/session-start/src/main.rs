//! `SessionStart`: the digest goes in, the index refresh goes out. `SubagentStart`: the search rule.
//!
//! Returns at once: the refresh is a process of its own that outlives this one. Never opens the
//! index, never waits for anything.

mod digest;
mod prune;
mod refresh;
mod start;

use std::process::ExitCode;

use moflo_hooks::hook;

fn main() -> ExitCode {
    hook::run("moflo-session-start", start::run)
}
