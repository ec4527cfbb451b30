//! Calls of tools in, verdicts out. Commands are judged by a stand-in that knows one bad word.

use super::*;
use crate::project::ProjectPolicy;
use crate::types::{NoFiles, PermissionMode};

fn judge_in(mode: PermissionMode, tool: &str, input: &str) -> String {
    let (fields, sound) = ToolFields::from_input(input.as_bytes());
    assert!(sound, "{input}");
    let project = ProjectPolicy::default();
    let ctx = Context {
        root: "/home/dev/proj",
        cwd: "/home/dev/proj",
        home: "/home/dev",
        mode,
        files: &NoFiles,
        project: &project,
    };
    let verdict = judge_with(tool, &fields, &ctx, &|command| {
        let mut verdict = Verdict::allow();
        if command.contains("rm -rf /") {
            verdict.decision = Decision::Deny;
            verdict.rule = Some(Cow::Borrowed("command"));
        }
        verdict
    });
    assert!(verdict.reason.lines().count() <= 4, "{}", verdict.reason);
    match verdict.rule {
        Some(rule) => format!("{} {rule}", verdict.decision.as_str()),
        None => verdict.decision.as_str().to_owned(),
    }
}

#[track_caller]
fn check(tool: &str, input: &str, expected: &str) {
    assert_eq!(judge_in(PermissionMode::Default, tool, input), expected, "{tool} {input}");
}

#[test]
fn commands_are_judged_whatever_the_tool_is_called() {
    check("Bash", r#"{"command":"ls"}"#, "allow");
    check("Bash", r#"{"command":"rm -rf /","command":"ls"}"#, "deny command");
    check("Bash", r#"{"command":["rm","-rf","/"]}"#, "deny command");
    check("PowerShell", r#"{"command":"rm -rf /"}"#, "deny command");
    check(
        "mcp__desktop__start_process",
        r#"{"command":"rm -rf /","timeout_ms":1}"#,
        "deny command",
    );
    check("mcp__shell__run", r#"{"steps":[{"cmd":"ls"},{"cmd":"rm -rf /"}]}"#, "deny command");
    check("mcp__shell__run", r#"{"cmd":"rm","args":["-rf","/"]}"#, "deny command");
    check("Bash", r#"{"command":"ls","description":"rm -rf /"}"#, "allow");
    check("mcp__notes__add", r#"{"text":"never type rm -rf /"}"#, "allow");
    check("Agent", r#"{"prompt":"explain rm -rf /","subagent_type":"Explore"}"#, "allow");
}

#[test]
fn writes_are_judged_by_where_they_land() {
    for tool in ["Write", "Edit", "MultiEdit"] {
        for (path, expected) in [
            ("/home/dev/proj/src/a.rs", "allow"),
            ("src/a.rs", "allow"),
            ("/home/dev/proj/.env", "allow"),
            ("/tmp/a.txt", "allow"),
            ("/home/dev/.claude/plans/plan.md", "allow"),
            ("/home/dev/.claude/projects/-home-dev-proj/memory/MEMORY.md", "allow"),
            ("/home/dev/proj/.claude/skills/x/SKILL.md", "allow"),
            ("/home/dev/proj/CLAUDE.md", "allow"),
            ("/home/dev/proj/.gitignore", "allow"),
            ("/home/dev/proj/.git/COMMIT_EDITMSG", "allow"),
            ("/home/dev/.bashrc", "ask fs.write-outside"),
            ("/etc/hosts", "ask fs.write-outside"),
            ("../other/a", "ask fs.write-outside"),
            ("/home/dev/proj/../x", "ask fs.write-outside"),
            ("/home/dev/proj/.claude/settings.json", "ask self.tamper"),
            ("/home/dev/proj/.claude/settings.local.json", "ask self.tamper"),
            ("/home/dev/proj/src/../.claude/settings.json", "ask self.tamper"),
            ("/home/dev/proj/.Claude/SETTINGS.json", "ask self.tamper"),
            ("/home/dev/proj/.claude/hooks/a.sh", "ask self.tamper"),
            ("/home/dev/.claude/settings.json", "ask self.tamper"),
            ("/home/dev/.claude.json", "ask self.tamper"),
            ("/home/dev/proj/.mcp.json", "ask self.tamper"),
            ("/home/dev/proj/.moflo/snapshot.json", "ask self.tamper"),
            ("/home/dev/proj/moflo.yaml", "ask self.tamper"),
            ("/home/dev/.local/state/moflo/k/s/f", "ask self.tamper"),
            ("/usr/local/bin/moflo-gate", "ask self.tamper"),
            ("/home/dev/proj/.git/hooks/pre-commit", "ask git.hooks"),
            ("/home/dev/proj/.git/config", "deny fs.write-git"),
        ] {
            check(tool, &format!(r#"{{"file_path":"{path}","content":"x"}}"#), expected);
        }
    }
    check(
        "NotebookEdit",
        r#"{"notebook_path":"/etc/a.ipynb","new_source":"x"}"#,
        "ask fs.write-outside",
    );
    check("Write", r#"{"file_path":"/home/dev/.bashrc","file_path":"a"}"#, "ask fs.write-outside");
    check("Write", r#"{"file_path":"a","content":"/etc/passwd\nrm -rf /"}"#, "allow");
}

#[test]
fn where_nobody_answers_a_question_is_a_refusal() {
    let input = r#"{"file_path":"/etc/hosts"}"#;
    for (mode, expected) in [
        (PermissionMode::Default, "ask fs.write-outside"),
        (PermissionMode::AcceptEdits, "ask fs.write-outside"),
        (PermissionMode::BypassPermissions, "deny fs.write-outside"),
        (PermissionMode::DontAsk, "deny fs.write-outside"),
        (PermissionMode::Print, "deny fs.write-outside"),
    ] {
        assert_eq!(judge_in(mode, "Write", input), expected, "{mode:?}");
    }
}

#[test]
fn reading_is_free_except_for_secrets() {
    for (path, expected) in [
        ("/home/dev/proj/src/a.rs", "allow"),
        ("/etc/hosts", "allow"),
        ("/home/dev/proj/.claude/settings.json", "allow"),
        ("/home/dev/proj/.git/config", "allow"),
        ("/home/dev/proj/.env.example", "allow"),
        ("/home/dev/.ssh/id_ed25519.pub", "allow"),
        ("/home/dev/proj/.env", "deny secrets.read"),
        ("/home/dev/proj/.env.local", "deny secrets.read"),
        ("/home/dev/.ssh/id_ed25519", "deny secrets.read"),
        ("/home/dev/.aws/credentials", "deny secrets.read"),
        ("/proc/self/environ", "deny secrets.read"),
    ] {
        check("Read", &format!(r#"{{"file_path":"{path}"}}"#), expected);
        check("mcp__fs__read_file", &format!(r#"{{"path":"{path}"}}"#), expected);
        check("mcp__fs__read_files", &format!(r#"{{"paths":["a","{path}"]}}"#), expected);
    }
    check("Grep", r#"{"pattern":"KEY","path":"/home/dev/proj/.env"}"#, "deny secrets.read");
    check("Grep", r#"{"pattern":"KEY","glob":".env"}"#, "deny secrets.read");
    check("Grep", r#"{"pattern":".env","path":"src"}"#, "allow");
    check("Glob", r#"{"pattern":"**/.env*"}"#, "allow");
}

#[test]
fn tools_of_other_servers_are_judged_by_their_verbs() {
    check("mcp__fs__write_file", r#"{"path":"/etc/hosts","content":"x"}"#, "ask fs.write-outside");
    check("mcp__fs__moveFile", r#"{"source":"a","destination":"/opt/a"}"#, "ask fs.write-outside");
    check("mcp__fs__delete_directory", r#"{"path":"."}"#, "deny fs.delete-project");
    check("mcp__fs__delete_directory", r#"{"path":".."}"#, "deny fs.delete-home");
    check("mcp__fs__delete_file", r#"{"path":"/mnt/a"}"#, "deny fs.delete-outside");
    check("mcp__fs__delete_directory", r#"{"path":"target"}"#, "allow");
    check("mcp__fs__create_directory", r#"{"path":"."}"#, "allow");
    check("mcp__fs__list_directory", r#"{"path":"/etc"}"#, "allow");
    check("mcp__fs__get_file_info", r#"{"path":".env"}"#, "deny secrets.read");
    check("mcp__x__frobnicate", r#"{"path":"/opt/a"}"#, "allow");
    check(
        "mcp__x__frobnicate",
        r#"{"thing":"/home/dev/proj/.claude/settings.json"}"#,
        "ask self.tamper",
    );
    check(
        "mcp__x__frobnicate",
        r#"{"a":{"file":"file:///home/dev/proj/.mcp.json"}}"#,
        "ask self.tamper",
    );
    check("mcp__browser__navigate", r#"{"uri":"https://example.com/.env"}"#, "allow");
    check(
        "mcp__github__create_or_update_file",
        r#"{"owner":"o","repo":"r","path":"/.claude/settings.json","content":"x"}"#,
        "allow",
    );
    check("mcp__moflo__code_map", r#"{"path":".env"}"#, "allow");
}

#[test]
fn switching_the_hooks_off_is_noticed() {
    let ours =
        |program: &str| format!(r#"{{"type":"command","command":"/opt/m/{program}","args":[]}}"#);
    let settings = |handlers: &[String]| {
        format!(
            r#"{{"hooks":{{"PreToolUse":[{{"matcher":"Bash","hooks":[{}]}}]}},"model":"x"}}"#,
            handlers.join(",")
        )
    };
    let gate = ours("moflo-gate");
    let with_gate = settings(std::slice::from_ref(&gate));
    let two_gates = settings(&[gate.clone(), gate.clone()]);
    let without = settings(&[r#"{"type":"command","command":"prettier"}"#.to_owned()]);
    let missing = Some(SwitchedOff::Missing(vec!["moflo-gate"]));
    for (before, after, expected) in [
        (Some(&*with_gate), &*with_gate, None),
        (Some(&*with_gate), &*two_gates, None),
        (Some(&*two_gates), &*with_gate, missing.clone()),
        (Some(&*with_gate), &*without, missing.clone()),
        (Some(&*with_gate), "", missing),
        (Some(&*with_gate), "{", Some(SwitchedOff::Unreadable)),
        (Some(&*with_gate), "{\"a\":1} // comment", Some(SwitchedOff::Unreadable)),
        (Some(&*without), &*without, None),
        (Some(&*without), "{", None),
        (Some(&*without), r#"{"disableAllHooks": true}"#, Some(SwitchedOff::AllHooks)),
        (None, r#"{"disableAllHooks": true}"#, Some(SwitchedOff::AllHooks)),
        (None, r#"{"disableAllHooks": false}"#, None),
        (None, r#"{"env":{"disableAllHooks": true}}"#, None),
        (None, &*without, None),
        (None, "[1,", Some(SwitchedOff::Unreadable)),
    ] {
        assert_eq!(hooks_switched_off(before, after), expected, "{before:?} -> {after}");
    }
}

#[test]
fn handlers_of_ours_are_known_in_every_form() {
    for (command, program) in [
        ("moflo-gate", Some("moflo-gate")),
        ("\"/opt/my tools/moflo-gate\" --x", Some("moflo-gate")),
        (r"C:\tools\moflo-statusline.exe", Some("moflo-statusline")),
        ("/opt/not-moflo-gate", None),
        ("moflo-gate-old", None),
    ] {
        assert_eq!(our_program(command), program, "{command}");
    }
}

#[test]
fn real_calls_meet_the_real_judges() {
    let project = ProjectPolicy::default();
    let ctx = Context::made_up(&project);
    for (document, expected) in [
        (r#"{"tool_name":"Bash","tool_input":{"command":"rm -rf /"}}"#, Decision::Deny),
        (
            r#"{"tool_name":"Bash","tool_input":{"command":"rm -rf \/","command":"ls"}}"#,
            Decision::Deny,
        ),
        (
            r#"{"tool_name":"Bash","tool_input":{"command":"git commit -m 'rm -rf /'"}}"#,
            Decision::Allow,
        ),
        (
            r#"{"tool_name":"PowerShell","tool_input":{"command":"Remove-Item -Recurse -Force /"}}"#,
            Decision::Deny,
        ),
        (
            r#"{"tool_name":"mcp__sh__run","tool_input":{"cmd":"rm","args":["-rf","/"]}}"#,
            Decision::Deny,
        ),
        (
            r#"{"tool_name":"Read","tool_input":{"file_path":"/home/dev/proj/src/a.rs"}}"#,
            Decision::Allow,
        ),
        (
            r#"{"tool_name":"Edit","tool_input":{"file_path":"/home/dev/proj/.claude/settings.json"}}"#,
            Decision::Ask,
        ),
    ] {
        let hook = crate::json::scan(document.as_bytes());
        let verdict = judge_tool(hook.tool_name.as_deref().unwrap(), &hook.fields, &ctx);
        assert_eq!(verdict.decision, expected, "{document}: {verdict:?}");
    }
    for (bytes, stopped) in [
        (&br#"{"tool_name":"Bash","tool_input":{"command":"rm -rf /"#[..], true),
        (br"rm -rf / --no-preserve-root", true),
        (br#"{"tool_name" "Bash" "command" "sudo rm -rf /*" "#, true),
        (br#"{"tool_name":"Bash","tool_input":{"command":"cargo test"#, false),
        (br#"{"tool_name":"Bash","tool_input":{"command":"git clean -fd"#, false),
        (br"nothing at all", false),
        (b"", false),
    ] {
        assert_eq!(
            judge_damaged(bytes, &ctx).is_some(),
            stopped,
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}
