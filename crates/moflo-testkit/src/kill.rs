//! Programs that are killed between any two of their system calls.
//!
//! `strace` counts the calls and sends the signal, so that a kill falls where it is meant to and
//! needs no clock: the call at which the program dies is not carried out any more.

use std::path::Path;
use std::process::Command;

use crate::sandbox::{Ran, Sandbox, feed};

/// One system call of a program's first thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemCall {
    /// Its name.
    pub name: String,
    /// How many of that name came up to it, itself included.
    pub count: usize,
    /// The call as `strace` writes it, for filters and messages.
    pub shown: String,
}

impl Sandbox {
    /// Returns the system calls that a program makes on an event; none where nothing can be traced.
    ///
    /// What the program does, it does here too. The call that starts it is left out.
    pub fn system_calls(&self, program: &Path, event: impl AsRef<[u8]>) -> Option<Vec<SystemCall>> {
        if Command::new("strace").arg("-V").output().is_err() {
            return None;
        }
        let log = self.dir().join("calls");
        let mut strace = self.command(Path::new("strace"));
        strace.args(["-qq", "-s", "256", "-o"]).arg(&log).arg("--").arg(program);
        feed(strace, event.as_ref());
        let text = std::fs::read(&log).ok()?;
        let mut calls: Vec<SystemCall> = Vec::new();
        for line in String::from_utf8_lossy(&text).lines() {
            let Some((name, _)) = line.split_once('(') else { continue };
            let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            // Whether a thread waits for another one, and for how long, differs from run to run.
            let differs = matches!(name, "futex" | "restart_syscall");
            if !is_name || name.is_empty() || name == "execve" || differs {
                continue;
            }
            let count = calls.iter().filter(|call| call.name == name).count() + 1;
            calls.push(SystemCall { name: name.to_owned(), count, shown: line.to_owned() });
        }
        (!calls.is_empty()).then_some(calls)
    }

    /// Runs a program on an event and kills it as it enters a system call.
    pub fn run_killed(&self, program: &Path, event: impl AsRef<[u8]>, at: &SystemCall) -> Ran {
        let inject = format!("inject={}:signal=KILL:when={}", at.name, at.count);
        let only = format!("trace={}", at.name);
        let mut strace = self.command(Path::new("strace"));
        strace.args(["-qq", "-o", "/dev/null", "-e", &only, "-e", &inject, "--"]).arg(program);
        feed(strace, event.as_ref())
    }
}
