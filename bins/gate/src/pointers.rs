//! Asks the index what a call was looking for, through the program that links it.
//!
//! The gate itself stays small: the prompt hook beside it opens the index, answers and ends.

use std::borrow::Cow;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use moflo_hooks::env;
use moflo_hooks::registry::Program;

use crate::call::Call;

/// How many milliseconds the call may wait for its answer.
const LIMIT_MS: u64 = 400;
/// How many pointers are asked for.
const COUNT: &str = "5";
const MAX_ANSWER_BYTES: u64 = 16 << 10;

/// What the index answered.
pub(crate) enum Pointers {
    /// Lines `path:start-end symbol — line`.
    Found(Vec<String>),
    /// The index knows nothing about it.
    Nothing,
    /// There is no index, or nobody to ask it.
    Down(Cow<'static, str>),
}

/// Asks what the index knows about `query`.
pub(crate) fn ask(call: &Call<'_>, query: &str) -> Pointers {
    if !call.project.index_dir().exists() {
        return Pointers::Down("there is no index yet; `flo index` builds it".into());
    }
    let Some(program) = Program::PromptHook.find() else {
        return Pointers::Down("moflo-prompt-hook is not beside moflo-gate".into());
    };
    let Ok((query_end, child_end)) = pipe() else {
        return Pointers::Down("there are no more file descriptors".into());
    };
    let child = Command::new(program)
        .args(["--pointers", COUNT])
        .current_dir(call.project.root())
        .env(env::CLAUDE_PROJECT_DIR, call.project.root())
        .stdin(child_end)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        return Pointers::Down("moflo-prompt-hook does not start".into());
    };
    let limit_ms = env::text(env::POINTERS_MS).and_then(|text| text.parse().ok());
    let limit_ms = limit_ms.unwrap_or(LIMIT_MS);
    let text = answer_of(&mut child, query_end, query, Duration::from_millis(limit_ms));
    // Ends it if it is late; waiting leaves no zombie behind.
    let _ = child.kill();
    let status = child.wait();
    match text {
        None => Pointers::Down(format!("the index did not answer within {limit_ms} ms").into()),
        Some(text) if text.trim().is_empty() => match status {
            Ok(status) if status.success() => Pointers::Nothing,
            _ => Pointers::Down("the index cannot be searched; see `flo index status`".into()),
        },
        Some(text) => Pointers::Found(text.lines().map(str::to_owned).collect()),
    }
}

/// The end of a pipe that the query is written into, and the one the child reads from.
///
/// A socket, not a pipe: when the child dies early, writing into a pipe would end this program by
/// a signal, since nothing before its `main` has switched that off.
#[cfg(unix)]
fn pipe() -> std::io::Result<(std::os::unix::net::UnixStream, Stdio)> {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    Ok((ours, Stdio::from(std::os::fd::OwnedFd::from(theirs))))
}

/// The end of a pipe that the query is written into, and the one the child reads from.
#[cfg(not(unix))]
fn pipe() -> std::io::Result<(std::io::PipeWriter, Stdio)> {
    let (theirs, ours) = std::io::pipe()?;
    Ok((ours, Stdio::from(theirs)))
}

/// Returns everything the child prints; none when it takes too long.
fn answer_of(
    child: &mut Child,
    mut query_end: impl Write + Send + 'static,
    query: &str,
    limit: Duration,
) -> Option<String> {
    let stdout = child.stdout.take()?;
    let query = query.to_owned();
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let _ = query_end.write_all(query.as_bytes());
        drop(query_end);
        let mut text = Vec::new();
        let _ = stdout.take(MAX_ANSWER_BYTES).read_to_end(&mut text);
        let _ = send.send(String::from_utf8_lossy(&text).into_owned());
    });
    receive.recv_timeout(limit).ok()
}

/// Returns the path at the start of a pointer line.
pub(crate) fn path_of(line: &str) -> Option<&str> {
    let head = line.split(" — ").next()?;
    // The path ends at the first colon before a line number; it may hold spaces and colons.
    let is_end =
        |at: &usize| head[at + 1..].starts_with(|next: char| next.is_ascii_digit() || next == '?');
    let end = head.match_indices(':').map(|(at, _)| at).find(is_end)?;
    Some(&head[..end]).filter(|path| !path.is_empty())
}
