//! One event from stdin to stdout.

use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use moflo_hooks::event::{Event, Kind};
use moflo_hooks::hook::{self, Opened};
use moflo_hooks::output::Output;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use moflo_hooks::state::{LeftOpen, Session};
use moflo_hooks::summary::Summary;

use crate::digest::{self, Digest, Left};
use crate::{prune, refresh};

/// What every sub-agent is told; Plan and Explore agents read no `CLAUDE.md`.
const SUBAGENTS: &str = include_str!("../../../guidance/subagents.md");

pub(crate) fn run() -> io::Result<()> {
    let bytes = hook::read_stdin()?;
    let opened = hook::open(&bytes).map_err(io::Error::other)?;
    let Some(Opened { event, project, .. }) = opened else { return Ok(()) };
    if event.kind == Kind::SubagentStart {
        Output::context("SubagentStart", SUBAGENTS.trim_end()).print();
    } else if event.kind == Kind::SessionStart {
        session_starts(&event, &project);
    }
    Ok(())
}

fn session_starts(event: &Event<'_>, project: &Project) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let loaded = Snapshot::load(project);
    let refreshing = refresh::start(project, &loaded.snapshot);
    let id = event.session_id.as_deref().unwrap_or_default();
    let session = Session::new(project, id, None, event.prompt_id.as_deref());
    let left = match event.source.as_deref() {
        // The context was lost, the work was not: say again what this session did.
        Some("compact") => {
            session.forget_searches();
            session.forget_context();
            LeftOpen::of(&session).map(Left::ThisSession)
        }
        Some("resume" | "fork") => LeftOpen::of(&session).map(Left::ThisSession),
        _ => {
            session.forget_everything();
            let left = LeftOpen::of_last_session(project, &session).map(Left::LastSession);
            prune::prune(project, now.as_secs());
            left
        }
    };
    // The client writes the long window into the model's name; of other models the status line
    // hears the size.
    if event.model.as_deref().is_some_and(|model| model.ends_with("[1m]")) {
        let _ = session.keep_window(1_000_000);
    }
    let summary = Summary::read(project);
    let text = digest::write(&Digest {
        summary: summary.as_ref(),
        now_ms: now.as_millis() as u64,
        refreshing,
        left: left.as_ref(),
    });
    Output::context("SessionStart", &text).print();
}
