//! How a hook program begins and ends.
//!
//! It reads stdin to the end, never exits with 2 (the client blocks on it), and never lets a
//! panic out: a fault of ours is one line for the user, and the call passes.

use std::io::{self, Read, Write};
use std::panic::{self, UnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::env;
use crate::event::{Event, EventError};
use crate::file;
use crate::project::Project;

/// More than this is not read; what was read is still judged.
pub const MAX_INPUT_BYTES: u64 = 16 << 20;

/// Reads what the client sends, at most [`MAX_INPUT_BYTES`] of it.
pub fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(8 << 10);
    io::stdin().lock().take(MAX_INPUT_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// An event, and the project it happened in.
#[derive(Debug)]
pub struct Opened<'a> {
    /// The event.
    pub event: Event<'a>,
    /// The session's current folder.
    pub cwd: PathBuf,
    /// The project.
    pub project: Project,
}

/// Understands an event; none in a project where moflo was never set up.
///
/// # Errors
///
/// Fails when the bytes are no event. Where moflo was never set up, not even that is remarked on.
pub fn open(bytes: &[u8]) -> Result<Option<Opened<'_>>, EventError> {
    let parsed = Event::parse(bytes);
    let told = parsed.as_ref().ok().and_then(|event| event.cwd.as_deref()).map(PathBuf::from);
    let cwd = told.or_else(|| std::env::current_dir().ok()).unwrap_or_default();
    let given = env::get(env::CLAUDE_PROJECT_DIR).map(PathBuf::from);
    let project = Project::find(&cwd, given.as_deref());
    if !project.is_set_up() {
        return Ok(None);
    }
    Ok(Some(Opened { event: parsed?, cwd, project }))
}

/// Runs a hook: silent when switched off, and one line on stderr when it fails.
///
/// The status is 0, or 1 after a fault: the client then shows the line and goes on.
pub fn run<E: std::error::Error>(
    program: &str,
    body: impl FnOnce() -> Result<(), E> + UnwindSafe,
) -> ExitCode {
    ExitCode::from(status_of(program, body))
}

/// Runs a hook like [`run`], for a program that has no `main` of the usual kind.
pub fn status_of<E: std::error::Error>(
    program: &str,
    body: impl FnOnce() -> Result<(), E> + UnwindSafe,
) -> u8 {
    if env::switched_off() {
        return 0;
    }
    let trace = env::get(env::TRACE).map(|path| (path, Instant::now()));
    panic::set_hook(Box::new(|_| {}));
    let status = match panic::catch_unwind(body) {
        Ok(Ok(())) => 0,
        Ok(Err(err)) => fault(program, &chain(&err)),
        Err(_) => fault(program, "an internal error; the call passes"),
    };
    if let Some((path, start)) = trace {
        write_trace(Path::new(&path), program, status, start.elapsed());
    }
    status
}

/// Appends who ran, how it ended and how long it took; never what it was asked.
fn write_trace(path: &Path, program: &str, status: u8, took: Duration) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (at, took) = (now.as_millis(), took.as_micros());
    let line = format!(
        r#"{{"at_ms":{at},"program":"{program}","status":{status},"microseconds":{took}}}"#
    );
    let _ = file::append_line(path, line.as_bytes());
}

fn fault(program: &str, text: &str) -> u8 {
    let _ = writeln!(io::stderr(), "{program}: {text}");
    1
}

/// Writes an error and its causes on one line.
pub fn chain(err: &dyn std::error::Error) -> String {
    let mut text = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        text = format!("{text}: {err}");
        cause = err.source();
    }
    text.replace('\n', " ")
}
