//! One line per verdict that is not silence: `.moflo/log/gate-YYYYMMDD.jsonl`.
//!
//! Structure only: rule, decision, tool. Never a command, a path or a prompt, so the log holds no
//! secret that a command held.

use std::time::{SystemTime, UNIX_EPOCH};

use moflo_hooks::{file, hash, log_file};
use serde_json::json;

use crate::call::{Answer, Call};

/// Appends the verdict. A log that cannot be written stops nothing.
pub(crate) fn write(call: &Call<'_>, answer: &Answer) {
    let (decision, rule) = match answer {
        Answer::Pass => return,
        Answer::Context { rule, .. } => ("context", rule),
        Answer::Ask { rule, .. } => ("ask", rule),
        Answer::Deny { rule, .. } => ("deny", rule),
        Answer::Block { rule, .. } => ("block", rule),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let name = |id: Option<&str>| id.map(|id| hash::hex(hash::of(&[id.as_bytes()]), 16));
    let line = json!({
        "at_ms": now.as_millis() as u64,
        "decision": decision,
        "rule": rule,
        "tool": call.tool.get(..64).unwrap_or(call.tool),
        "session": name(call.hook.session_id.as_deref()),
        "agent": name(call.agent()),
    });
    let path = call.project.log_dir().join(log_file::name("gate", now.as_secs()));
    let line = line.to_string();
    if file::append_line(&path, line.as_bytes()).is_err_and(|err| err.is_missing()) {
        let _ = file::create_dir_private(&call.project.log_dir());
        let _ = file::append_line(&path, line.as_bytes());
    }
}
