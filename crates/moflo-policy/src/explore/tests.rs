//! The examples of the design page, and the tools that are no shell.

use super::*;
use crate::project::ProjectPolicy;

const PAGE: &str = include_str!("../../../../docs/design/003-what-counts-as-exploration.md");

fn shown(tool: &str, fields: &ToolFields<'_>) -> String {
    let project = ProjectPolicy::default();
    let ctx = Context::made_up(&project);
    exploration(tool, fields, &ctx).map_or("no".to_owned(), |found| {
        format!("{} \"{}\" in {}", found.kind.as_str(), found.query, found.paths.join(", "))
    })
}

#[test]
fn every_example_of_the_page_holds() {
    let mut count = 0;
    let mut wrong = Vec::new();
    let mut inside = false;
    for line in PAGE.lines() {
        if line.starts_with("```") {
            inside = line == "```examples";
            continue;
        }
        if !inside {
            continue;
        }
        let (command, expected) = line.rsplit_once(" ⇒ ").expect("an example has an arrow");
        let command = command.replace("\\n", "\n");
        let found = shown("Bash", &ToolFields::from_pairs([("command", command)]));
        count += 1;
        if found != expected {
            wrong.push(format!("{line}\n    found {found}"));
        }
    }
    assert!(count > 150, "only {count} examples were read");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn tools_that_are_no_shell_are_judged_by_effect_too() {
    for (tool, input, expected) in [
        ("Read", r#"{"file_path":"/home/dev/proj/src/a.rs"}"#, "read \"src/a.rs\" in src/a.rs"),
        ("Read", r#"{"file_path":"/home/dev/proj/docs/a.png"}"#, "no"),
        ("Read", r#"{"file_path":"/home/dev/.claude/plans/p.md"}"#, "no"),
        ("Read", r#"{"file_path":"/tmp/a.rs"}"#, "no"),
        ("Read", r#"{"file_path":"/home/dev/proj/Cargo.toml"}"#, "no"),
        (
            "Read",
            r#"{"file_path":"/home/dev/proj/crates/x/Cargo.toml"}"#,
            "read \"crates/x/Cargo.toml\" in crates/x/Cargo.toml",
        ),
        ("Grep", r#"{"pattern":"parse.*header","path":"src"}"#, "search \"parse header\" in src"),
        ("Grep", r#"{"pattern":"parse"}"#, "search \"parse\" in ."),
        ("Grep", r#"{"pattern":"x","path":"/tmp"}"#, "no"),
        ("Glob", r#"{"pattern":"**/*.rs"}"#, "list \"rs\" in ."),
        (
            "Glob",
            r#"{"pattern":"/home/dev/proj/src/**/user*.ts"}"#,
            "list \"home dev proj src user ts\" in src",
        ),
        ("Glob", r#"{"pattern":"src/a.rs"}"#, "read \"src/a.rs\" in src/a.rs"),
        ("Glob", r#"{"pattern":"*.h","path":"/usr/include"}"#, "no"),
        ("LS", r#"{"path":"/home/dev/proj/src"}"#, "no"),
        ("mcp__filesystem__read_file", r#"{"path":"src/a.rs"}"#, "read \"src/a.rs\" in src/a.rs"),
        (
            "mcp__filesystem__search_files",
            r#"{"path":"src","pattern":"user"}"#,
            "search \"user\" in src",
        ),
        ("mcp__filesystem__directory_tree", r#"{"path":"src"}"#, "list \"src\" in src"),
        ("mcp__github__get_file_contents", r#"{"owner":"o","repo":"r","path":"src/a.rs"}"#, "no"),
        ("mcp__moflo__code_map", r#"{"path":"src/a.rs"}"#, "no"),
        ("Write", r#"{"file_path":"/home/dev/proj/src/a.rs","content":"x"}"#, "no"),
        ("Agent", r#"{"prompt":"find foo","subagent_type":"Explore"}"#, "no"),
    ] {
        assert_eq!(
            shown(tool, &ToolFields::from_input(input.as_bytes()).0),
            expected,
            "{tool} {input}"
        );
    }
}

#[test]
fn spawned_agents_are_named() {
    let (fields, _) = ToolFields::from_input(
        br#"{"description":"d","prompt":"find foo","subagent_type":"Explore"}"#,
    );
    assert_eq!(
        spawn("Agent", &fields),
        Some(Spawn { agent_type: Some("Explore"), prompt: "find foo" })
    );
    assert_eq!(spawn("Task", &fields).map(|spawn| spawn.prompt), Some("find foo"));
    assert_eq!(spawn("TaskCreate", &fields), None);
    let (bare, _) = ToolFields::from_input(br#"{"description":"d"}"#);
    assert_eq!(spawn("Agent", &bare), Some(Spawn { agent_type: None, prompt: "d" }));
}

#[test]
fn patterns_become_words() {
    for (pattern, expected) in [
        (r"fn\s+parse_header\b", "fn parse_header"),
        (r"^import .* from ['\x22]react", "import from react"),
        ("foo.bar", "foo.bar"),
        (r"foo\.bar", "foo.bar"),
        ("std::sync::Arc", "std::sync::Arc"),
        ("a{2,5}b", "a b"),
        ("(?i)Login|logout", "i Login logout"),
        ("[A-Z]+Error", "Error"),
        ("src/api/.*", "src/api"),
        ("", ""),
    ] {
        assert_eq!(words::of_pattern(pattern), expected, "{pattern}");
    }
}
