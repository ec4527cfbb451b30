//! One prompt from stdin to the context it gets.

use std::io;

use moflo_core::query::Index;
use moflo_hooks::event::{Event, Kind};
use moflo_hooks::hook::{self, Opened};
use moflo_hooks::output::Output;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use moflo_hooks::state::{Fact, Session};
use moflo_policy::prompt::{self, PromptClass};

use crate::pointers::Pointer;
use crate::{context, named, pointers};

/// How many pointers a prompt gets at most; the budget in tokens may cut them shorter.
const MAX_POINTERS: usize = 6;

pub(crate) fn run() -> io::Result<()> {
    let bytes = hook::read_stdin()?;
    let Some(Opened { event, cwd, project }) = hook::open(&bytes).map_err(io::Error::other)? else {
        return Ok(());
    };
    let (Kind::UserPromptSubmit, Some(id)) = (event.kind, event.session_id.as_deref()) else {
        return Ok(());
    };
    let session = Session::new(&project, id, event.actor(), event.prompt_id.as_deref());
    // A new prompt id is a new turn by itself; without one the old credits have to go.
    if event.prompt_id.is_none() {
        session.forget_searches();
    }
    let text = event.prompt.as_deref().unwrap_or_default();
    for name in named::files(text, &project, &cwd) {
        let _ = session.record(Fact::KnownPath(&name));
    }
    let snapshot = Snapshot::load(&project).snapshot;
    let mut parts = Vec::new();
    if snapshot.gates.context_tracking {
        parts.extend(context::bracket(&event, &session));
    }
    match prompt::classify(text) {
        PromptClass::Work if snapshot.prompt.inject => {
            parts.extend(knowledge(&event, &project, &session, snapshot.prompt.max_tokens));
        }
        PromptClass::Work | PromptClass::SlashCommand => {}
        // Nothing new is asked for, or the user does not want to be helped: the gate keeps still.
        PromptClass::Acknowledgement
        | PromptClass::Escape
        | PromptClass::TaskNotification
        | PromptClass::Empty => {
            let _ = session.record(Fact::Searched);
        }
    }
    if !parts.is_empty() {
        Output::context("UserPromptSubmit", &parts.join("\n")).print();
    }
    Ok(())
}

/// Returns the pointers that belong to a prompt, and gives the credit for having them.
///
/// An index that is missing or cannot be searched adds nothing: the session's digest tells of it.
fn knowledge(
    event: &Event<'_>,
    project: &Project,
    session: &Session,
    max_tokens: u32,
) -> Option<String> {
    let query = prompt::query(event.prompt.as_deref()?);
    if query.trim().is_empty() {
        return None;
    }
    let index = Index::open(&project.index_dir()).ok()?;
    let found = pointers::confident(&index, &query, MAX_POINTERS);
    let (lines, kept) = within(&found, max_tokens);
    if kept.is_empty() {
        return None;
    }
    for pointer in kept {
        let _ = session.record(Fact::KnownPath(&pointer.path));
    }
    let _ = session.record(Fact::Searched);
    Some(format!("From the project's index, for this prompt:\n{lines}"))
}

/// Keeps as many pointers as the budget holds, best first.
fn within(pointers: &[Pointer], max_tokens: u32) -> (String, &[Pointer]) {
    // Paths and code run at three to four characters a token; counting three keeps the promise.
    let mut left = (max_tokens as usize).saturating_mul(3);
    let mut lines = String::new();
    let mut kept = 0;
    for pointer in pointers {
        let cost = pointer.line.chars().count() + 1;
        if cost > left {
            break;
        }
        left -= cost;
        kept += 1;
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(&pointer.line);
    }
    (lines, &pointers[..kept])
}
