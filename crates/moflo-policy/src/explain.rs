//! Shows how a verdict came about: the parse, the effects, the rule, the way out.

use crate::effects::Effects;
use crate::judge::{reason, walk};
use crate::rules;
use crate::shell::SimpleCommand;
use crate::types::{Context, Severity, Verdict};

/// One effect that a rule speaks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The id of the rule.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub detail: String,
    /// What the rule says about it.
    pub reason: String,
}

/// How a verdict came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The commands that would run, in order.
    pub commands: Vec<SimpleCommand>,
    /// Everything that a rule speaks about.
    pub effects: Vec<Effect>,
    /// The verdict.
    pub verdict: Verdict,
    /// The sanctioned way, if a rule decided.
    pub alternative: Option<&'static str>,
    /// How a person can let it pass, if it is stopped.
    pub how_to_allow: Option<String>,
    /// The command was too long or too deep to be read whole.
    pub incomplete: bool,
}

/// Explains the verdict on a command.
pub fn explain(command: &str, ctx: &Context<'_>) -> Explanation {
    let verdict = crate::judge::judge_command(command, ctx);
    let mut effects = Effects::new(ctx);
    effects.trace = Some(Vec::new());
    effects.exhaustive = true;
    let incomplete = walk(command, ctx, &mut effects);
    let found = effects
        .findings
        .iter()
        .map(|finding| Effect {
            rule: finding.rule,
            severity: rules::find(finding.rule).map_or(Severity::Destructive, |rule| rule.severity),
            detail: finding.detail.clone(),
            reason: reason(finding),
        })
        .collect();
    let alternative = verdict.rule.as_deref().and_then(rules::find).map(|rule| rule.instead);
    let how_to_allow = verdict.blocks().then(|| how_to_allow(&verdict, &effects));
    Explanation {
        commands: effects.trace.take().unwrap_or_default(),
        effects: found,
        verdict,
        alternative,
        how_to_allow,
        incomplete,
    }
}

/// Says how a person lets the refused command pass: not the first of the line, but the one that the
/// verdict is about.
fn how_to_allow(verdict: &Verdict, effects: &Effects<'_>) -> String {
    let rule = verdict.rule.as_deref().unwrap_or_default();
    let commands = effects.trace.as_deref().unwrap_or_default();
    let command = effects
        .findings
        .iter()
        .find(|finding| finding.rule == rule)
        .and_then(|finding| finding.command)
        .and_then(|at| commands.get(at));
    let known = command
        .filter(|command| command.argv.iter().all(|arg| !arg.text.contains(crate::shell::UNKNOWN)));
    let words = |command: &SimpleCommand| {
        let words: Vec<String> =
            command.argv.iter().map(|arg| crate::shell::run::quote(&arg.text)).collect();
        words.join(" ")
    };
    match known {
        _ if rules::find(rule).is_some() && !crate::project::may_except(rule, true) => {
            "No entry of `gates.allow` covers this: a person can run it in their own terminal."
                .to_owned()
        }
        Some(command) if !command.argv.is_empty() => format!(
            "A person can run it in their own terminal, or add an entry for `{}` to `gates.allow` in moflo.yaml, with a reason and a last day.",
            words(command)
        ),
        _ => "A person can run it in their own terminal; an entry of `gates.allow` covers only a command whose words are all known, and no redirection.".to_owned(),
    }
}
