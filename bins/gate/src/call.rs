//! One event from stdin to stdout.

use std::io;
use std::path::PathBuf;

use moflo_hooks::env;
use moflo_hooks::hook;
use moflo_hooks::output::Output;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::{Loaded, Snapshot, SnapshotError};
use moflo_hooks::state::{Fact, Session};
use moflo_policy::Context;
use moflo_policy::json::{self, HookJson};

use crate::{config_change, danger, log, memory_first, task_first};

/// What the gate says about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Nothing.
    Pass,
    /// Nothing against it; the model is told something.
    Context { rule: String, text: String },
    /// A person decides.
    Ask { rule: String, reason: String },
    /// It must not run.
    Deny { rule: String, reason: String },
    /// A change of configuration is not applied.
    Block { rule: String, reason: String },
}

/// The call, and where it happens.
pub(crate) struct Call<'a> {
    pub(crate) hook: &'a HookJson<'a>,
    pub(crate) tool: &'a str,
    pub(crate) cwd: PathBuf,
    pub(crate) project: Project,
    pub(crate) snapshot: Snapshot,
}

impl Call<'_> {
    /// Opens the facts of the actor that makes the call; none when the client names no session.
    pub(crate) fn session(&self) -> Option<Session> {
        let id = self.hook.session_id.as_deref()?;
        Some(Session::new(&self.project, id, self.agent(), self.hook.prompt_id.as_deref()))
    }

    /// Returns the sub-agent that makes the call; none on the main thread.
    pub(crate) fn agent(&self) -> Option<&str> {
        self.hook.agent_id.as_deref().filter(|id| !id.is_empty())
    }
}

/// Reads the event, judges it, answers.
pub(crate) fn run() -> io::Result<()> {
    let bytes = hook::read_stdin()?;
    let hook = json::scan(&bytes);
    let is_ours = match hook.hook_event_name.as_deref() {
        Some("PreToolUse" | "ConfigChange") => true,
        Some(_) => false,
        // A document so damaged that not even its name was found is still looked through.
        None => !hook.well_formed,
    };
    if !is_ours {
        return Ok(());
    }
    let cwd = match hook.cwd.as_deref() {
        Some(cwd) => PathBuf::from(cwd),
        None => std::env::current_dir()?,
    };
    let given = env::get(env::CLAUDE_PROJECT_DIR).map(PathBuf::from);
    let project = Project::find(&cwd, given.as_deref());
    if !project.is_set_up() {
        return Ok(());
    }
    let Loaded { snapshot, problem } = Snapshot::load(&project);
    let tool = hook.tool_name.as_deref().unwrap_or_default();
    let call = Call { hook: &hook, tool, cwd, project, snapshot };
    let answer = if hook.hook_event_name.as_deref() == Some("ConfigChange") {
        config_change::judge(&call)
    } else {
        danger::with_context(&call, |context| judge(&call, &bytes, context))
    };
    log::write(&call, &answer.answer);
    let mut notice = answer.notice;
    if !hook.well_formed && answer.answer == Answer::Pass {
        notice = notice.or_else(|| damaged(&call));
    }
    if let Some(err) = problem.filter(|err| !matches!(err, SnapshotError::Missing(_))) {
        let text = format!("moflo: {}; the defaults are in force", hook::chain(&err));
        notice = notice.or_else(|| once(&call, "snapshot", text));
    }
    print(&answer.answer, notice.as_deref());
    Ok(())
}

/// An answer, and a line for the user.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) answer: Answer,
    pub(crate) notice: Option<String>,
}

impl From<Answer> for Judged {
    fn from(answer: Answer) -> Self {
        Self { answer, notice: None }
    }
}

fn judge(call: &Call<'_>, bytes: &[u8], context: &Context<'_>) -> Judged {
    let danger = danger::judge(call, bytes, context);
    if danger.answer != Answer::Pass || danger.notice.is_some() {
        return danger;
    }
    let explored = memory_first::judge(call, context);
    if explored.answer != Answer::Pass || explored.notice.is_some() {
        return explored;
    }
    task_first::judge(call).into()
}

/// Returns the text if it was not said yet in this session.
pub(crate) fn once(call: &Call<'_>, what: &str, text: String) -> Option<String> {
    let session = call.session()?;
    session.record(Fact::Said(what)).unwrap_or(false).then_some(text)
}

/// Says that the event was not understood; in a session that is known, once.
fn damaged(call: &Call<'_>) -> Option<String> {
    let text = "moflo-gate: the client's event is no sound JSON; it was searched for catastrophes \
                and passes"
        .to_owned();
    if call.session().is_none() {
        return Some(text);
    }
    once(call, "damaged", text)
}

fn print(answer: &Answer, notice: Option<&str>) {
    let output = match answer {
        Answer::Pass => match notice {
            Some(text) => Output::message(text),
            None => return,
        },
        Answer::Context { text, .. } => Output::context("PreToolUse", text),
        Answer::Ask { reason, .. } => Output::ask(reason),
        Answer::Deny { reason, .. } => Output::deny(reason),
        Answer::Block { reason, .. } => Output::block(reason),
    };
    match notice {
        Some(text) => output.and_message(text).print(),
        None => output.print(),
    }
}
