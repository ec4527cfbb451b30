//! `UserPromptSubmit`: which knowledge belongs to this prompt?
//!
//! Runs once per prompt, opens the index by mapping it, and adds pointers only when the ranking is
//! confident. Never indexes, never rewrites a prompt, and never stops one.
//!
//! `moflo-prompt-hook --pointers N` answers the gate instead: a query on stdin, at most N lines on
//! stdout.

mod context;
mod named;
mod pointers;
mod submit;

use std::process::ExitCode;

use moflo_hooks::hook;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|arg| arg == "--pointers") {
        let count = args.next().and_then(|count| count.to_str()?.parse().ok());
        return pointers::answer(count.unwrap_or(5));
    }
    hook::run("moflo-prompt-hook", submit::run)
}
