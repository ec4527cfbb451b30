//! Memory first: the first exploration of a turn by an actor that has not searched.
//!
//! `block` denies it together with the answer, so no turn is lost, and gives the credit: the next
//! exploration passes. `assist` lets it pass and adds the answer. Where there is no answer, or
//! nobody to ask, the call passes.

use std::path::Path;

use moflo_hooks::snapshot::MemoryFirst;
use moflo_hooks::state::{Fact, Session};
use moflo_policy::Context;
use moflo_policy::explore::{self, Exploration};

use crate::call::{Answer, Call, Judged, once};
use crate::pointers::{self, Pointers};

/// More paths than this in one call are not remembered singly.
const MAX_PATHS: usize = 8;

const RULE: &str = "memory-first";

/// Judges a call that may explore.
pub(crate) fn judge(call: &Call<'_>, context: &Context<'_>) -> Judged {
    let setting = call.snapshot.gates.memory_first;
    if setting == MemoryFirst::Off || !may_explore(call.tool) {
        return Answer::Pass.into();
    }
    let explored = explore::exploration(call.tool, &call.hook.fields, context);
    let Some(exploration) = explored else { return Answer::Pass.into() };
    let Some(session) = call.session() else { return Answer::Pass.into() };
    let names: Vec<String> = exploration
        .paths
        .iter()
        .take(MAX_PATHS)
        .map(|path| call.project.known_name(call.project.root(), path))
        .collect();
    if session.has(Fact::Searched) {
        remember(call, &session, &names);
        return Answer::Pass.into();
    }
    let all_known = !names.is_empty()
        && names.len() == exploration.paths.len()
        && names.iter().all(|name| session.has(Fact::KnownPath(name)));
    if all_known {
        return Answer::Pass.into();
    }
    // The credit comes before the answer: of parallel calls one is answered and the rest pass, and
    // a gate that is killed here has stopped nobody.
    match session.record(Fact::Searched) {
        Ok(true) => answer(call, &session, setting, &exploration),
        Ok(false) => Answer::Pass.into(),
        Err(err) => {
            let text =
                format!("moflo-gate: memory-first is off: {}", moflo_hooks::hook::chain(&err));
            Judged { answer: Answer::Pass, notice: Some(text) }
        }
    }
}

fn answer(
    call: &Call<'_>,
    session: &Session,
    setting: MemoryFirst,
    exploration: &Exploration,
) -> Judged {
    let lines = match pointers::ask(call, &exploration.query) {
        Pointers::Found(lines) => lines,
        Pointers::Nothing => return Answer::Pass.into(),
        Pointers::Down(why) => {
            let text = format!("moflo: memory-first is off in this session: {why}");
            return Judged { answer: Answer::Pass, notice: once(call, "search-down", text) };
        }
    };
    for line in &lines {
        if let Some(path) = pointers::path_of(line) {
            let _ = session.record(Fact::KnownPath(path));
        }
    }
    let lines = lines.join("\n");
    let rule = RULE.to_owned();
    let answer = if setting == MemoryFirst::Assist {
        let text = format!("moflo's index on what this call looks for:\n{lines}");
        Answer::Context { rule, text }
    } else {
        let reason = format!(
            "memory-first: the project's index answers this without exploring:\n{lines}\n\
             Read what fits. If none does, repeat the call or run `flo search \"…\"`: both pass now."
        );
        Answer::Deny { rule, reason }
    };
    answer.into()
}

/// Remembers the files a call that passes will show; folders are not known by being listed.
fn remember(call: &Call<'_>, session: &Session, names: &[String]) {
    for name in names {
        if call.project.root().join(Path::new(name)).is_file() {
            let _ = session.record(Fact::KnownPath(name));
        }
    }
}

/// Tools that never show the project are not worth a parse.
fn may_explore(tool: &str) -> bool {
    !matches!(tool, "Write" | "Edit" | "MultiEdit" | "NotebookEdit" | "Agent" | "Task")
}
