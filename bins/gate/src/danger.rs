//! Dangerous effects: the policy's verdict on a call, in the words of a hook.

use std::env::consts::EXE_SUFFIX;
use std::panic::{self, AssertUnwindSafe};
use std::path::{MAIN_SEPARATOR, MAIN_SEPARATOR_STR};
use std::time::{SystemTime, UNIX_EPOCH};

use moflo_hooks::allow;
use moflo_hooks::env;
use moflo_hooks::project;
use moflo_hooks::registry::Program;
use moflo_hooks::snapshot::{DangerousCommands, Gates, RuleAction};
use moflo_policy::project::{AllowEntry, ProjectPolicy, ProjectRule};
use moflo_policy::{Context, Decision, Files, PermissionMode, Verdict, tools};

use crate::call::{Answer, Call, Judged};

/// The file system, as the policy may ask about it.
struct Disk;

impl Files for Disk {
    fn real(&self, path: &str) -> Option<String> {
        std::fs::canonicalize(path).ok()?.into_os_string().into_string().ok()
    }
}

/// Judges what the call would do.
pub(crate) fn judge(call: &Call<'_>, bytes: &[u8], context: &Context<'_>) -> Judged {
    let severity = call.snapshot.gates.dangerous_commands;
    if severity == DangerousCommands::Off {
        return Answer::Pass.into();
    }
    // A fault of the policy lets the call pass, and says so.
    let verdict = panic::catch_unwind(AssertUnwindSafe(|| verdict_on(call, bytes, context)));
    let Ok(verdict) = verdict else {
        let notice = "moflo-gate: an internal error; this call was not judged".to_owned();
        return Judged { answer: Answer::Pass, notice: Some(notice) };
    };
    if verdict.blocks() && allowed_once(call, context) {
        return Answer::Pass.into();
    }
    let rule = verdict.rule.as_deref().unwrap_or("danger").to_owned();
    let reason = verdict.reason;
    let answer = match (verdict.decision, severity) {
        (Decision::Allow, _) => Answer::Pass,
        (Decision::Ask, _) | (Decision::Deny, DangerousCommands::Ask) => {
            Answer::Ask { rule, reason }
        }
        (Decision::Deny, _) => Answer::Deny { rule, reason },
    };
    answer.into()
}

/// Returns whether a person at a terminal allowed exactly this command, or this use of a file, once.
fn allowed_once(call: &Call<'_>, context: &Context<'_>) -> bool {
    let fields = &call.hook.fields;
    let line = tools::line_of(call.tool, fields, context);
    let Some(command) = line.as_deref().or_else(|| fields.get("command")) else { return false };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let folder = call.cwd.to_string_lossy();
    allow::take(&call.project, command, &folder, now.as_millis() as u64)
}

/// Judges the call, and every piece of a damaged document that may be a catastrophe.
fn verdict_on(call: &Call<'_>, bytes: &[u8], context: &Context<'_>) -> Verdict {
    let verdict = tools::judge_tool(call.tool, &call.hook.fields, context);
    if call.hook.well_formed || verdict.decision == Decision::Deny {
        return verdict;
    }
    tools::judge_damaged(bytes, context).unwrap_or(verdict)
}

/// Calls `body` with what the policy has to know about this call.
pub(crate) fn with_context<T>(call: &Call<'_>, body: impl FnOnce(&Context<'_>) -> T) -> T {
    let root = call.project.root().to_string_lossy();
    let cwd = call.cwd.to_string_lossy();
    let home = env::home().unwrap_or_default();
    let home = home.to_string_lossy();
    let project = project_policy(&call.snapshot.gates);
    body(&Context {
        root: &root,
        cwd: &cwd,
        home: &home,
        mode: mode(call),
        files: &Disk,
        project: &project,
    })
}

/// Returns how questions are treated: nobody answers them where a program started the client.
fn mode(call: &Call<'_>) -> PermissionMode {
    let mode = PermissionMode::parse(call.hook.permission_mode.as_deref().unwrap_or_default());
    let by_program = env::text(env::CLAUDE_CODE_ENTRYPOINT).is_some_and(|by| by.starts_with("sdk"));
    if mode.can_ask() && by_program { PermissionMode::Print } else { mode }
}

fn project_policy(gates: &Gates) -> ProjectPolicy {
    let rules = gates.rules.iter().map(|rule| ProjectRule {
        id: rule.id.clone(),
        program: rule.program.clone(),
        args: rule.args.clone(),
        action: match rule.action {
            RuleAction::Deny => Decision::Deny,
            RuleAction::Ask => Decision::Ask,
        },
        reason: rule.reason.clone(),
    });
    let allow = gates.allow.iter().map(|entry| AllowEntry {
        program: entry.program.clone(),
        args: entry.args.clone(),
        expires: entry.expires,
        reason: entry.reason.clone(),
    });
    let policy = ProjectPolicy::new(rules.collect(), allow.collect(), guarded());
    if policy.allow.is_empty() {
        return policy;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    policy.without_expired(now)
}

/// Returns moflo's own paths on this machine: its state and its programs.
fn guarded() -> Vec<String> {
    let mut paths = Vec::with_capacity(1 + Program::ALL.len());
    let state = project::state_home().and_then(|dir| dir.into_os_string().into_string().ok());
    paths.extend(state);
    let exe = std::env::current_exe().ok().and_then(|exe| exe.into_os_string().into_string().ok());
    if let Some((folder, _)) = exe.as_deref().and_then(|exe| exe.rsplit_once(MAIN_SEPARATOR)) {
        let beside =
            |program: Program| [folder, MAIN_SEPARATOR_STR, program.name(), EXE_SUFFIX].concat();
        paths.extend(Program::ALL.into_iter().map(beside));
    }
    paths
}
