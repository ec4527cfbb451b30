//! One event from stdin to marker files and lines.

use std::io;
use std::path::Path;

use moflo_hooks::event::{Event, Kind};
use moflo_hooks::file::FileError;
use moflo_hooks::hook::{self, Opened};
use moflo_hooks::journal;
use moflo_hooks::project::Project;
use moflo_hooks::state::{Fact, Session, Work};

use crate::searched;

pub(crate) fn run() -> io::Result<()> {
    let bytes = hook::read_stdin()?;
    let opened = hook::open(&bytes).map_err(io::Error::other)?;
    let Some(Opened { event, cwd, project }) = opened else { return Ok(()) };
    let Some(session_id) = event.session_id.as_deref() else { return Ok(()) };
    let session = Session::new(&project, session_id, event.actor(), event.prompt_id.as_deref());
    note(&event, &project, &session, &cwd).map_err(io::Error::other)
}

fn note(
    event: &Event<'_>,
    project: &Project,
    session: &Session,
    cwd: &Path,
) -> Result<(), FileError> {
    match event.kind {
        Kind::PostToolUse => {}
        Kind::TaskCreated => return task_created(event, session),
        Kind::TaskCompleted => {
            let id = event.task_id.as_deref().unwrap_or_default().to_owned();
            return session.log_work(&Work::TaskCompleted(id));
        }
        _ if searched::failed_search(event) => return credit(session),
        _ => return Ok(()),
    }
    match event.tool_name.as_deref().unwrap_or_default() {
        "Write" | "Edit" | "MultiEdit" | "NotebookEdit" => edited(event, project, session, cwd),
        "TodoWrite" => todos(event, session),
        tool if searched::is_search(tool, event) => credit(session),
        _ => Ok(()),
    }
}

fn credit(session: &Session) -> Result<(), FileError> {
    session.record(Fact::Searched).map(drop)
}

fn edited(
    event: &Event<'_>,
    project: &Project,
    session: &Session,
    cwd: &Path,
) -> Result<(), FileError> {
    let input = &event.tool_input;
    let Some(path) = input.file_path.as_deref().or(input.notebook_path.as_deref()) else {
        return Ok(());
    };
    session.record(Fact::KnownPath(&project.known_name(cwd, path)))?;
    let Some(relative) = project.relative(&cwd.join(path)) else { return Ok(()) };
    session.log_work(&Work::Edited(relative.clone()))?;
    match journal::append(project, &relative) {
        // A worktree that was never indexed has no folder for it, and needs none.
        Err(err) if err.is_missing() => Ok(()),
        other => other,
    }
}

fn task_created(event: &Event<'_>, session: &Session) -> Result<(), FileError> {
    session.record(Fact::TaskCreated)?;
    let id = event.task_id.as_deref().unwrap_or_default().to_owned();
    let subject = event.task_subject.as_deref().unwrap_or_default().to_owned();
    session.log_work(&Work::TaskCreated(id, subject))
}

/// The old task list comes whole each time; its entries have no id but their text.
fn todos(event: &Event<'_>, session: &Session) -> Result<(), FileError> {
    for todo in &event.tool_input.todos {
        let Some(content) = todo.content.as_deref() else { continue };
        session.record(Fact::TaskCreated)?;
        let work = match todo.status.as_deref() {
            Some("completed") => Work::TaskCompleted(content.to_owned()),
            _ => Work::TaskCreated(content.to_owned(), content.to_owned()),
        };
        session.log_work(&work)?;
    }
    Ok(())
}
