//! Exit codes, and what is said.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Sandbox, finish, handlers};

/// Runs with a tree that must not change, and returns what was said.
#[track_caller]
fn refused(sandbox: &Sandbox, args: &[&str], code: i32) -> String {
    let before = sandbox.tree();
    let ran = sandbox.run(args);
    assert_eq!(ran.code, code, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(sandbox.tree(), before, "nothing was changed");
    assert!(!sandbox.state().join("moflo").exists(), "nothing was recorded");
    let said = format!("{}{}", ran.stdout, ran.stderr);
    for dangerous in ["rm ", "git clean", "git reset", "git checkout", "chmod", "sudo"] {
        assert!(!said.contains(dangerous), "{said}");
    }
    said
}

#[test]
fn without_a_terminal_somebody_has_to_say_yes() {
    let sandbox = Sandbox::new();
    let said = refused(&sandbox, &[], 2);
    assert!(said.contains(".claude/settings.local.json"), "the plan is shown: {said}");
    assert!(said.contains("--yes"), "{said}");
}

#[test]
fn previews_change_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("CLAUDE.md", "# Mine\n");
    let said = refused(&sandbox, &["--dry-run"], 0);
    assert!(said.contains("edit    CLAUDE.md"), "{said}");
    let said = refused(&sandbox, &["--diff"], 0);
    assert!(said.contains("+++ b/CLAUDE.md") && said.contains("+<!-- moflo:begin"), "{said}");
    let said = refused(&sandbox, &["--check"], 1);
    assert!(said.contains(".mcp.json"), "{said}");
}

#[test]
fn the_check_tells_drift() {
    let sandbox = Sandbox::new();
    sandbox.install();
    assert_eq!(sandbox.run(&["--check"]).code, 0);
    let text = sandbox.read(".claude/settings.local.json");
    sandbox
        .write(".claude/settings.local.json", text.replace("\"timeout\": 5", "\"timeout\": 600"));
    let ran = sandbox.run(&["--check"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("settings.local.json"), "{}", ran.stdout);
    sandbox.install();
    assert_eq!(sandbox.read(".claude/settings.local.json"), text);
}

#[test]
fn json_is_one_object_on_standard_output() {
    let sandbox = Sandbox::new();
    let parse = |args: &[&str]| {
        let ran = sandbox.run(args);
        let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        (ran.code, value)
    };
    let (code, plan) = parse(&["--json", "--dry-run"]);
    assert_eq!(
        (code, &plan["schema"], &plan["outcome"]),
        (0, &"flo.setup/1".into(), &"planned".into())
    );
    let paths = |value: &serde_json::Value| {
        let changes = value["changes"].as_array().unwrap();
        changes.iter().map(|change| change["path"].clone()).collect::<Vec<_>>()
    };
    let planned = paths(&plan);
    let (code, asked) = parse(&["--json"]);
    assert_eq!((code, &asked["outcome"]), (2, &"needs-confirmation".into()));
    let (code, done) = parse(&["--json", "-y"]);
    assert_eq!((code, &done["outcome"]), (0, &"applied".into()));
    assert_eq!(paths(&done), planned, "what is done is what was planned");
    let (code, again) = parse(&["--json", "-y"]);
    assert_eq!((code, &again["outcome"]), (0, &"unchanged".into()));
}

#[test]
fn a_file_that_is_no_json_is_named_with_line_and_column() {
    let sandbox = Sandbox::new();
    for (text, place) in [
        ("{\n  // mine\n  \"a\": 1\n}\n", "settings.local.json:2:3"),
        ("{\"a\": 1,}", "settings.local.json:1:9"),
        ("{\"a\": \"b", "settings.local.json:1:9"),
        ("\u{1}", "settings.local.json:1:1"),
    ] {
        sandbox.write(".claude/settings.local.json", text);
        let said = refused(&sandbox, &["-y", "--no-index"], 3);
        assert!(said.contains(place), "{said}");
    }
    sandbox.write(".claude/settings.local.json", "{}");
    sandbox.write(".mcp.json", "nonsense");
    let said = refused(&sandbox, &["-y", "--no-index"], 3);
    assert!(said.contains(".mcp.json:1:1"), "{said}");
}

#[test]
fn what_became_no_json_is_left_alone_by_the_removal_too() {
    let sandbox = Sandbox::new();
    sandbox.install();
    sandbox.write(".claude/settings.local.json", "{\"a\": ");
    let before = sandbox.tree();
    let ran = sandbox.run(&["-y", "--uninstall"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn what_is_somebody_else_s_is_a_conflict() {
    let sandbox = Sandbox::new();
    for (file, text, place) in [
        (
            ".claude/settings.local.json",
            "{\n  \"statusLine\": {\"type\": \"command\", \"command\": \"mine | moflo-statusline\"}\n}",
            "settings.local.json:2:17",
        ),
        (
            ".mcp.json",
            "{\"mcpServers\": {\"moflo\": {\"command\": \"npx\", \"args\": [\"moflo\", \"mcp\"]}}}",
            ".mcp.json:1:26",
        ),
        (".claude/settings.local.json", "{\"hooks\": []}", "settings.local.json:1:11"),
        (".claude/settings.local.json", "[1]", "settings.local.json:1:1"),
        (
            ".claude/settings.local.json",
            "{\"hooks\": {\"PreToolUse\": {}}}",
            "settings.local.json:1:26",
        ),
        (".mcp.json", "{\"mcpServers\": 1}", ".mcp.json:1:16"),
        ("CLAUDE.md", "a\n<!-- moflo:begin v1 x -->\nb\n", "CLAUDE.md:2:1"),
    ] {
        sandbox.write(file, text);
        let said = refused(&sandbox, &["-y", "--no-index"], 4);
        assert!(said.contains(place), "{said}");
        refused(&sandbox, &["--dry-run"], 4);
        fs::remove_file(sandbox.repo.join(file)).unwrap();
    }
}

#[test]
fn a_conflict_can_be_left_out() {
    let sandbox = Sandbox::new();
    let text = "{\"statusLine\": {\"type\": \"command\", \"command\": \"mine\"}}";
    sandbox.write(".claude/settings.local.json", text);
    let ran = sandbox.run(&["-y", "--no-index", "--without", "statusline"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(sandbox.json(".claude/settings.local.json")["statusLine"]["command"], "mine");
    assert_eq!(sandbox.run(&["--check"]).code, 0, "the choice is remembered");
}

#[test]
fn parts_can_be_chosen_and_what_was_there_is_told() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["-y", "--no-index", "--with", "mcp"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        sandbox.exists(".mcp.json") && !sandbox.exists(".claude") && !sandbox.exists("CLAUDE.md")
    );
    assert_eq!(sandbox.run(&["--check"]).code, 0, "the choice is remembered");
    let ran = sandbox.run(&["-y", "--no-index", "--with", "hooks,statusline,claude-md"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("the server in .mcp.json from an earlier run"), "{}", ran.stderr);
    assert!(sandbox.exists(".claude/settings.local.json") && sandbox.exists("CLAUDE.md"));
    sandbox.uninstall();
    assert!(!sandbox.exists(".mcp.json"), "all of it is taken back");
}

#[test]
fn a_read_only_file_is_refused_before_anything_is_written() {
    let sandbox = Sandbox::new();
    sandbox.write(".mcp.json", "{}");
    let path = sandbox.repo.join(".mcp.json");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
    let said = refused(&sandbox, &["-y", "--no-index"], 5);
    assert!(said.contains("read-only"), "{said}");
}

#[test]
fn a_folder_where_a_file_belongs_is_refused() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.repo.join(".claude/settings.local.json")).unwrap();
    let said = refused(&sandbox, &["-y", "--no-index"], 5);
    assert!(said.contains("not a regular file"), "{said}");
}

#[test]
fn a_missing_program_is_named() {
    let sandbox = Sandbox::new();
    fs::remove_file(sandbox.bin.join("moflo-gate")).unwrap();
    let said = refused(&sandbox, &["-y", "--no-index"], 5);
    assert!(said.contains("`moflo-gate`"), "{said}");
    let said = refused(&sandbox, &["--check"], 1);
    assert!(said.contains("`moflo-gate`"), "{said}");
}

#[test]
fn folders_that_are_no_project_are_refused() {
    let sandbox = Sandbox::new();
    let home = sandbox.home();
    for repo in [home.to_str().unwrap(), "/", "missing"] {
        refused(&sandbox, &["-y", "--no-index", repo], 2);
    }
    refused(&sandbox, &["--no-such-flag"], 2);
    refused(&sandbox, &["--with", "hooks", "--without", "mcp"], 2);
    refused(&sandbox, &["--purge-data"], 2);
}

#[test]
fn the_index_is_built_by_the_sibling_and_its_failure_is_told() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["-y"]);
    assert_eq!(ran.code, 0);
    let calls = fs::read_to_string(sandbox.home().join("calls")).unwrap();
    assert_eq!(calls, "flo index\n");
    assert!(ran.stderr.contains("restart Claude Code"), "{}", ran.stderr);
    assert!(ran.stderr.contains("setup-project --uninstall"), "{}", ran.stderr);
    sandbox.run(&["-y"]);
    let calls = fs::read_to_string(sandbox.home().join("calls")).unwrap();
    assert_eq!(calls, "flo index\n", "the second run finds the index in place");
    sandbox.uninstall();
    fs::write(sandbox.bin.join("flo"), "#!/bin/sh\nexit 7\n").unwrap();
    let ran = sandbox.run(&["-y"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("flo index"), "{}", ran.stderr);
}

#[test]
fn the_team_s_settings_name_programs_by_their_names_only() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["-y", "--no-index", "--scope", "project"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let settings = sandbox.json(".claude/settings.json");
    assert!(handlers(&settings).iter().all(|(_, _, command)| !command.contains('/')));
    assert_eq!(settings["statusLine"]["command"], "moflo-statusline");
    assert_eq!(sandbox.json(".mcp.json")["mcpServers"]["moflo"]["command"], "flo");
    let status = sandbox.git(&["status", "--porcelain", "-uall"]);
    assert_eq!(status, "?? .claude/settings.json\n?? .mcp.json\n?? CLAUDE.md\n");
    assert_eq!(sandbox.run(&["--check"]).code, 0, "the scope is remembered");
}

#[test]
fn a_personal_set_up_is_not_doubled_by_the_team_s() {
    let sandbox = Sandbox::new();
    sandbox.install();
    let ran = sandbox.run(&["-y", "--no-index", "--scope", "project"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    sandbox.uninstall();
    let ran = sandbox.run(&["-y", "--no-index", "--scope", "project"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = sandbox.run(&["-y", "--no-index", "--scope", "local"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("registered in .claude/settings.json already"), "{}", ran.stderr);
}

#[test]
fn a_status_line_of_lower_rank_is_not_hidden_unless_named() {
    let sandbox = Sandbox::new();
    let dir = sandbox.home().join(".claude");
    fs::create_dir_all(&dir).unwrap();
    let text = "{\"statusLine\": {\"type\": \"command\", \"command\": \"mine\"}}";
    fs::write(dir.join("settings.json"), text).unwrap();
    let ran = sandbox.install();
    assert!(ran.stderr.contains("is kept"), "{}", ran.stderr);
    assert!(sandbox.json(".claude/settings.local.json").get("statusLine").is_none());
    let ran = sandbox.run(&["-y", "--no-index", "--with", "hooks,mcp,statusline,claude-md"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(sandbox.json(".claude/settings.local.json").get("statusLine").is_some());
    assert_eq!(fs::read_to_string(dir.join("settings.json")).unwrap(), text);
}

#[test]
fn an_enabled_plugin_brings_the_hooks_itself() {
    let sandbox = Sandbox::new();
    sandbox.write(".claude/settings.json", "{\"enabledPlugins\": {\"moflo@moflo\": true}}");
    let ran = sandbox.install();
    assert!(ran.stderr.contains("plugin"), "{}", ran.stderr);
    assert!(sandbox.json(".claude/settings.local.json").get("hooks").is_none());
    assert!(!sandbox.exists(".mcp.json"));
}

#[test]
fn a_change_that_git_will_show_is_told_and_names_no_path_of_this_machine() {
    let sandbox = Sandbox::new();
    sandbox.write(".mcp.json", "{}");
    sandbox.git(&["add", ".mcp.json"]);
    sandbox.git(&["commit", "-qm", "first"]);
    let ran = sandbox.install();
    assert!(ran.stderr.contains(".mcp.json is tracked by git"), "{}", ran.stderr);
    assert_eq!(sandbox.json(".mcp.json")["mcpServers"]["moflo"]["command"], "flo");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), " M .mcp.json\n");
    sandbox.uninstall();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_git_hook_s_environment_does_not_mislead() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["-y", "--no-index"]);
    command.env("GIT_DIR", "/nowhere/.git").env("GIT_WORK_TREE", "/nowhere");
    let ran = finish(command);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}
