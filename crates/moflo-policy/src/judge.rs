//! From a command to a verdict.

use std::borrow::Cow;
use std::cell::Cell;

use crate::effects::{Effects, Finding, judge_powershell};
use crate::rules;
use crate::shell::run::{MAX_STEPS, Shell};
use crate::types::{Context, Decision, Severity, Verdict};

/// Judges a shell command.
///
/// Text that only mentions a command is not one: it is judged by what its words would do.
pub fn judge_command(command: &str, ctx: &Context<'_>) -> Verdict {
    judge_within(command, ctx, &Cell::new(0))
}

/// Judges one of the commands of a call, which share what walking them may cost.
///
/// A call with thousands of costly commands would otherwise be judged for so long that the client
/// stops waiting, and then it runs.
pub(crate) fn judge_within(command: &str, ctx: &Context<'_>, spent: &Cell<usize>) -> Verdict {
    let mut effects = Effects::new(ctx);
    walk_within(command, ctx, &mut effects, spent);
    verdict(&effects, ctx)
}

/// Judges the text of a PowerShell call.
pub fn judge_powershell_command(command: &str, ctx: &Context<'_>) -> Verdict {
    judge_powershell_within(command, ctx, &Cell::new(0))
}

/// Judges one of the commands of a PowerShell call.
pub(crate) fn judge_powershell_within(
    command: &str,
    ctx: &Context<'_>,
    spent: &Cell<usize>,
) -> Verdict {
    let mut effects = Effects::new(ctx);
    judge_powershell(&mut effects, command);
    // What PowerShell has in common with other shells: programs and their arguments.
    if effects.findings.is_empty() {
        walk_within(command, ctx, &mut effects, spent);
    }
    verdict(&effects, ctx)
}

/// Walks a command; what cannot be walked whole is scanned as raw text as well.
pub(crate) fn walk(command: &str, ctx: &Context<'_>, effects: &mut Effects<'_>) -> bool {
    walk_within(command, ctx, effects, &Cell::new(0))
}

fn walk_within(
    command: &str,
    ctx: &Context<'_>,
    effects: &mut Effects<'_>,
    spent: &Cell<usize>,
) -> bool {
    let mut overflow = spent.get() > MAX_STEPS;
    if !overflow {
        let mut shell = Shell::new(ctx.home, Some(ctx.cwd.to_owned()));
        shell.steps = spent.get();
        shell.walk(command, effects);
        spent.set(shell.steps);
        overflow = shell.overflow || shell.truncated;
    }
    if overflow
        && !effects.is_decided()
        && let Some(found) = scan_raw(command)
    {
        effects.hit("raw.unreadable", found);
    }
    overflow
}

/// Looks for destructive words in text that could not be read to the end.
fn scan_raw(text: &str) -> Option<&'static str> {
    const MARKS: [&str; 22] = [
        "rm -rf",
        "rm -fr",
        "rm -r ",
        "--no-preserve-root",
        "mkfs",
        "reset --hard",
        "clean -f",
        "push --force",
        "push -f",
        "of=/dev/",
        "| sh",
        "| bash",
        "|sh",
        "|bash",
        "-delete",
        "DROP TABLE",
        "DROP DATABASE",
        "terraform destroy",
        "base64 -d",
        "/dev/tcp/",
        "id_rsa",
        "stash clear",
    ];
    MARKS
        .iter()
        .find(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
        .copied()
}

fn verdict(effects: &Effects<'_>, ctx: &Context<'_>) -> Verdict {
    let severity = |finding: &Finding| {
        rules::find(finding.rule).map_or(Severity::Destructive, |rule| rule.severity)
    };
    let worst = effects.findings.iter().max_by(|a, b| {
        // The first of the worst, so that the reason names what came first.
        severity(a).cmp(&severity(b)).then(std::cmp::Ordering::Greater)
    });
    if let Some(found) = worst {
        let severity = severity(found);
        let decision = if severity == Severity::Policy && ctx.mode.can_ask() {
            Decision::Ask
        } else {
            Decision::Deny
        };
        // A project may be stricter than the rule, never the other way round.
        let decision = match &effects.project {
            Some(project) if project.decision == Decision::Deny => Decision::Deny,
            _ => decision,
        };
        return Verdict {
            decision,
            rule: Some(Cow::Borrowed(found.rule)),
            severity: Some(severity),
            reason: reason(found),
        };
    }
    match &effects.project {
        Some(project) => project.clone(),
        None => Verdict::allow(),
    }
}

/// Says in three lines what was found, why it matters and what to do instead.
pub(crate) fn reason(finding: &Finding) -> String {
    let Some(rule) = rules::find(finding.rule) else { return finding.rule.to_owned() };
    let mut detail: String = finding
        .detail
        .chars()
        .map(|character| if character == crate::shell::UNKNOWN { '…' } else { character })
        .map(|character| if character.is_control() { ' ' } else { character })
        .take(160)
        .collect();
    if finding.detail.chars().count() > 160 {
        detail.push('…');
    }
    format!(
        "Refused by the rule `{}` ({}).\nWhy: {} ({detail}).\nInstead: {}",
        rule.id,
        rule.severity.as_str(),
        rule.why,
        rule.instead
    )
}
