//! The status line: model, context, cost, branch, index. What is not known is left out.
//!
//! From stdin and two small files; starts no process. Prints something even when the client's JSON
//! cannot be read.

mod line;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use moflo_hooks::event::StatusLine;
use moflo_hooks::project::Project;
use moflo_hooks::state::Session;
use moflo_hooks::summary::Summary;
use moflo_hooks::{env, hook};

fn main() -> ExitCode {
    hook::run("moflo-statusline", run)
}

fn run() -> io::Result<()> {
    let bytes = hook::read_stdin()?;
    let status = StatusLine::parse(&bytes);
    let here = status.workspace.current_dir.as_deref().or(status.cwd.as_deref());
    let here = match here {
        Some(dir) => PathBuf::from(dir),
        None => std::env::current_dir()?,
    };
    let started_in = status.workspace.project_dir.as_deref().map(PathBuf::from);
    let project = Project::find(&here, started_in.as_deref());
    let summary = Summary::read(&project);
    // The prompt hook speaks of percents only where the size of the window is known.
    let size = status.context_window.context_window_size;
    if let (Some(id), Some(size), true) = (&status.session_id, size, project.is_set_up()) {
        let _ = Session::new(&project, id, None, None).keep_window(size as u64);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let text = line::write(&line::Facts {
        status: &status,
        branch: Project::at(&here).branch(),
        summary: summary.as_ref(),
        now_ms: now.as_millis() as u64,
        colour: env::get(env::NO_COLOR).is_none(),
        columns: env::text(env::COLUMNS).and_then(|text| text.trim().parse().ok()),
    });
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{text}");
    Ok(())
}
