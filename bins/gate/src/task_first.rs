//! Task first: a sub-agent is started before any task exists.
//!
//! `warn` says so beside the call, once a turn; `block` refuses once a turn. Never words of one
//! with the effect of the other.

use moflo_hooks::snapshot::TaskCreateFirst;
use moflo_hooks::state::Fact;

use crate::call::{Answer, Call};

const RULE: &str = "task-first";

/// Judges a call that may start a sub-agent.
pub(crate) fn judge(call: &Call<'_>) -> Answer {
    let setting = call.snapshot.gates.task_create_first;
    let starts_agent = matches!(call.tool, "Agent" | "Task");
    if setting == TaskCreateFirst::Off || !starts_agent || call.agent().is_some() {
        return Answer::Pass;
    }
    let Some(session) = call.session() else { return Answer::Pass };
    if session.has(Fact::TaskCreated) || !session.record(Fact::TaskWarned).unwrap_or(false) {
        return Answer::Pass;
    }
    let rule = RULE.to_owned();
    if setting == TaskCreateFirst::Block {
        let reason = "task-first: no task exists in this session.\n\
                      Create one with TaskCreate, so that the sub-agent's work can be followed.\n\
                      Then repeat the call; this rule speaks once a turn."
            .to_owned();
        return Answer::Deny { rule, reason };
    }
    let text = "task-first: this sub-agent was started before any task exists. \
                TaskCreate makes its work visible in the session's task list."
        .to_owned();
    Answer::Context { rule, text }
}
