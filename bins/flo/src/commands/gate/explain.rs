//! `flo gate explain`: how a verdict comes about.

use std::fmt::Write as _;

use clap::Args;
use moflo_policy::explain;
use moflo_ui::{ExitStatus, Failure, style};
use serde_json::json;

use super::{Place, painted, project_policy};
use crate::session::Session;

/// Show how the gate reads a command, which rule decides, and what to do instead
///
/// Unlike `flo gate test`, the project's own rules and exceptions count. Exits 1 when the command
/// would be stopped.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The command, quoted
    command: String,

    #[command(flatten)]
    place: Place,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &ExplainArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let project = session.project()?;
    let config = session.config(&project)?;
    let policy = project_policy(&config.gates, Some(&project.state_dir()));
    let explained = args.place.with_context(&policy, |context| explain(&args.command, context))?;
    let verdict = &explained.verdict;
    let status = if verdict.blocks() { ExitStatus::No } else { ExitStatus::Ok };
    if args.json {
        let commands: Vec<Vec<&str>> = explained
            .commands
            .iter()
            .map(|command| command.argv.iter().map(|arg| arg.text.as_str()).collect())
            .collect();
        let effects: Vec<_> = explained
            .effects
            .iter()
            .map(|effect| {
                json!({
                    "rule": effect.rule,
                    "severity": effect.severity.as_str(),
                    "detail": effect.detail,
                    "reason": effect.reason,
                })
            })
            .collect();
        let answer = json!({
            "schema": "flo.gate-explain/1",
            "command": args.command,
            "verdict": verdict.decision.as_str(),
            "rule": verdict.rule,
            "reason": verdict.reason,
            "commands": commands,
            "effects": effects,
            "instead": explained.alternative,
            "how_to_allow": explained.how_to_allow,
            "incomplete": explained.incomplete,
        });
        let _ = writeln!(session.out, "{answer}");
        return Ok(status);
    }
    let (heading, dim, symbol) = (style::HEADING, style::DIM, style::SYMBOL);
    let rule = verdict.rule.as_deref().map(|rule| format!("  {symbol}{rule}{symbol:#}"));
    let severity = verdict.severity.map(|severity| format!("  {dim}{}{dim:#}", severity.as_str()));
    let out = &mut session.out;
    let _ = writeln!(
        out,
        "{}{}{}",
        painted(verdict.decision),
        rule.unwrap_or_default(),
        severity.unwrap_or_default()
    );
    let _ = writeln!(out, "{heading}What would run{heading:#}");
    for command in &explained.commands {
        let words: Vec<String> = command.argv.iter().map(|arg| shown(&arg.text)).collect();
        let _ = writeln!(out, "  {}", words.join(" "));
    }
    if explained.commands.is_empty() {
        let _ = writeln!(out, "  nothing");
    }
    if explained.incomplete {
        let _ = writeln!(out, "  … and more: the command is too long or too deep to be read whole");
    }
    if !explained.effects.is_empty() {
        let _ = writeln!(out, "{heading}What the rules say{heading:#}");
        for effect in &explained.effects {
            let _ = writeln!(
                out,
                "  {symbol}{}{symbol:#}: {}",
                effect.rule,
                effect.reason.replace('\n', "\n    ")
            );
        }
    }
    if let Some(instead) = explained.alternative {
        let _ = writeln!(out, "{heading}Instead{heading:#}\n  {instead}");
    }
    if verdict.blocks() {
        let _ = writeln!(out, "{heading}To allow it{heading:#}");
        if let Some(how) = &explained.how_to_allow {
            let _ = writeln!(out, "  {how}");
        }
        let _ = writeln!(
            out,
            "  Once, within ten minutes: a person types `flo gate allow` in a terminal."
        );
    }
    Ok(status)
}

/// Quotes a word where its borders would not be seen.
fn shown(word: &str) -> String {
    let plain =
        !word.is_empty() && !word.chars().any(|char| char.is_whitespace() || "'\"".contains(char));
    let word = word.replace(moflo_policy::shell::UNKNOWN, "…");
    if plain { word } else { format!("{word:?}") }
}
