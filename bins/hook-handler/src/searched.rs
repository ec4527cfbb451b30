//! Was the index really asked, and did it answer?
//!
//! Judged on the parse of the command and on the tool's answer: a search that is only printed,
//! quoted, skipped or refused is none. A search that finds nothing is one: the duty was done.

use moflo_hooks::event::{Event, Kind};
use moflo_policy::shell;

const SEARCH_TOOLS: [&str; 2] =
    ["mcp__moflo__memory_search", "mcp__plugin_moflo_moflo__memory_search"];

/// Returns whether a tool that succeeded was a search.
pub(crate) fn is_search(tool: &str, event: &Event<'_>) -> bool {
    let answer = &event.tool_response;
    if SEARCH_TOOLS.contains(&tool) {
        return answer.present && !answer.is_error;
    }
    let said_something = answer.stdout.as_deref().is_some_and(|text| !text.trim().is_empty());
    tool == "Bash" && said_something && !answer.interrupted && runs_search(event)
}

/// Returns whether a shell call failed because a search found nothing: it then exits with 1.
pub(crate) fn failed_search(event: &Event<'_>) -> bool {
    event.kind == Kind::PostToolUseFailure
        && event.tool_name.as_deref() == Some("Bash")
        && !event.is_interrupt
        && event.error.as_deref().is_some_and(|error| error.lines().next() == Some("Exit code 1"))
        && runs_search(event)
}

/// Returns whether one of the commands that a shell would run is `flo search` with a query.
fn runs_search(event: &Event<'_>) -> bool {
    let Some(command) = event.tool_input.command.as_deref() else { return false };
    shell::commands(command).iter().any(|command| {
        let mut words = command.argv.iter().map(|word| word.text.as_str());
        let is_flo = words.next().is_some_and(|program| {
            program.rsplit('/').next() == Some(moflo_hooks::registry::Program::Flo.name())
        });
        let mut words = words.skip_while(|word| word.starts_with('-'));
        let asks = words.next() == Some("search");
        let mut rest = words;
        is_flo && asks && rest.any(|word| !word.starts_with('-') && !word.trim().is_empty())
    })
}
