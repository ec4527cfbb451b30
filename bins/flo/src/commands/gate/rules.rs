//! `flo gate rules`: the reference of the built-in rules, made from the rules themselves.

use std::fmt::Write as _;

use clap::Args;
use moflo_policy::rules::RULES;
use moflo_ui::{ExitStatus, Failure, style};
use serde_json::json;

use crate::session::Session;

/// Print every built-in rule, with commands that it stops and commands that it lets pass
#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// Only this rule
    #[arg(value_name = "RULE")]
    rule: Option<String>,

    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(args: &RulesArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let wanted = |id: &str| args.rule.as_deref().is_none_or(|rule| rule == id);
    let chosen: Vec<_> = RULES.iter().filter(|rule| wanted(rule.id)).collect();
    if chosen.is_empty() {
        let rule = args.rule.as_deref().unwrap_or_default();
        let meant = moflo_ui::closest(rule, RULES.iter().map(|rule| rule.id));
        return Err(Failure::new(ExitStatus::Usage, format!("there is no rule `{rule}`"))
            .maybe_hint(meant.map(|meant| format!("did you mean `{meant}`?"))));
    }
    if args.json {
        let rules: Vec<_> = chosen
            .iter()
            .map(|rule| {
                json!({
                    "id": rule.id,
                    "severity": rule.severity.as_str(),
                    "why": rule.why,
                    "instead": rule.instead,
                    "block": rule.block,
                    "allow": rule.allow,
                })
            })
            .collect();
        let _ =
            writeln!(session.out, "{}", json!({ "schema": "flo.gate-rules/1", "rules": rules }));
        return Ok(ExitStatus::Ok);
    }
    let (heading, dim) = (style::HEADING, style::DIM);
    for (place, rule) in chosen.iter().enumerate() {
        if place > 0 {
            let _ = writeln!(session.out);
        }
        let _ = writeln!(
            session.out,
            "{heading}{}{heading:#}  {dim}{}{dim:#}",
            rule.id,
            rule.severity.as_str()
        );
        let _ = writeln!(session.out, "  {}\n  Instead: {}", rule.why, rule.instead);
        for (word, commands) in [("stops", rule.block), ("allows", rule.allow)] {
            for command in commands {
                let _ = writeln!(session.out, "  {dim}{word:<6}{dim:#}  {command}");
            }
        }
    }
    Ok(ExitStatus::Ok)
}
