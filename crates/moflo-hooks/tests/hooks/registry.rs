//! The table of registrations: few events, and matchers that match what they should.

use moflo_hooks::event::Kind;
use moflo_hooks::registry::{Program, TABLE};

/// Tests a matcher as the client does: a list of exact names, or an unanchored expression.
///
/// Of JavaScript's expressions only what our table uses is known here; anything else fails.
fn matches(matcher: &str, name: &str) -> bool {
    let is_list = matcher.chars().all(|char| char.is_alphanumeric() || "_-,| ".contains(char));
    if is_list {
        return matcher.split(['|', ',']).any(|word| word.trim() == name);
    }
    match matcher {
        "^mcp__(?!(plugin_moflo_)?moflo__)" => {
            let rest = name.strip_prefix("mcp__");
            rest.is_some_and(|rest| {
                !rest.starts_with("moflo__") && !rest.starts_with("plugin_moflo_moflo__")
            })
        }
        "^(Write|Edit|MultiEdit|NotebookEdit|TodoWrite)$|^mcp__(plugin_moflo_)?moflo__memory_search$" => {
            ["Write", "Edit", "MultiEdit", "NotebookEdit", "TodoWrite"].contains(&name)
                || ["mcp__moflo__memory_search", "mcp__plugin_moflo_moflo__memory_search"]
                    .contains(&name)
        }
        other => panic!("teach this test the expression {other}"),
    }
}

fn programs(event: &str, name: &str) -> Vec<Program> {
    TABLE
        .iter()
        .filter(|row| row.event == event)
        .filter(|row| row.matcher.is_none_or(|matcher| matches(matcher, name)))
        .map(|row| row.program)
        .collect()
}

#[test]
fn no_event_starts_a_program_twice() {
    for (event, _) in Kind::NAMES {
        for name in [
            "Bash",
            "PowerShell",
            "Write",
            "Edit",
            "MultiEdit",
            "NotebookEdit",
            "Read",
            "Grep",
            "Glob",
            "Agent",
            "Task",
            "TodoWrite",
            "TaskCreate",
            "WebFetch",
            "mcp__moflo__memory_search",
            "mcp__moflo__index_status",
            "mcp__plugin_moflo_moflo__memory_search",
            "mcp__fs__write",
            "startup",
            "project_settings",
        ] {
            assert!(programs(event, name).len() <= 1, "{event} {name}");
        }
    }
}

#[test]
fn matchers_reach_what_they_are_for_and_nothing_else() {
    let gated = |name: &str| programs("PreToolUse", name) == [Program::Gate];
    for name in [
        "Bash",
        "Write",
        "NotebookEdit",
        "Read",
        "Agent",
        "Task",
        "mcp__fs__write",
        "mcp__moflowers__x",
    ] {
        assert!(gated(name), "{name}");
    }
    for name in
        ["TaskCreate", "TodoWrite", "WebFetch", "mcp__moflo__memory_search", "BashOutput", "Reader"]
    {
        assert!(!gated(name), "{name}");
    }
    let after = |name: &str| programs("PostToolUse", name) == [Program::HookHandler];
    assert!(after("Write") && after("mcp__plugin_moflo_moflo__memory_search"));
    assert!(!after("Read") && !after("mcp__moflo__memory_store") && !after("WriteX"));
}

#[test]
fn the_table_is_sound() {
    for row in TABLE {
        assert!(Kind::NAMES.iter().any(|(name, _)| *name == row.event), "{}", row.event);
        assert!((1..=10).contains(&row.timeout_seconds));
        let tool_event = row.event.contains("ToolUse");
        assert!(row.condition.is_none() || tool_event, "a condition elsewhere never matches");
        assert!(
            row.matcher.is_some() || !tool_event,
            "every tool call would start {}",
            row.program.name()
        );
    }
    assert_eq!(Program::ALL.len(), 7);
}
