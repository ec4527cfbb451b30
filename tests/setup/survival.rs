//! What people do to the files in between.

use std::fs;

use crate::support::{Sandbox, handlers};

#[test]
fn edits_made_in_between_survive_the_removal() {
    let sandbox = Sandbox::new();
    sandbox.write(".claude/settings.local.json", "{\n  \"model\": \"opus\"\n}\n");
    sandbox.write("CLAUDE.md", "# Mine\n");
    sandbox.install();
    let text = sandbox.read(".claude/settings.local.json");
    sandbox.write(".claude/settings.local.json", text.replace("\"opus\"", "\"sonnet\""));
    let text = sandbox.read("CLAUDE.md");
    sandbox.write("CLAUDE.md", format!("# Above\n{text}Below\n"));
    sandbox.uninstall();
    assert_eq!(sandbox.read(".claude/settings.local.json"), "{\n  \"model\": \"sonnet\"\n}\n");
    assert_eq!(sandbox.read("CLAUDE.md"), "# Above\n# Mine\nBelow\n");
}

#[test]
fn a_file_the_client_has_written_anew_loses_only_our_entries() {
    let sandbox = Sandbox::new();
    sandbox.install();
    let mut settings = sandbox.json(".claude/settings.local.json");
    settings["permissions"] = serde_json::json!({"allow": ["Bash(ls)"]});
    settings["hooks"]["Stop"] =
        serde_json::json!([{"hooks": [{"type": "command", "command": "theirs"}]}]);
    let text = serde_json::to_string_pretty(&settings).unwrap();
    sandbox.write(".claude/settings.local.json", text);
    sandbox.uninstall();
    let settings = sandbox.json(".claude/settings.local.json");
    assert_eq!(settings["permissions"]["allow"][0], "Bash(ls)");
    let left: Vec<String> =
        handlers(&settings).into_iter().map(|(_, _, command)| command).collect();
    assert_eq!(left, ["theirs"]);
    assert!(settings.get("statusLine").is_none());
    assert!(!sandbox.exists(".mcp.json"));
}

#[test]
fn a_file_of_ours_that_is_written_anew_without_additions_goes() {
    let sandbox = Sandbox::new();
    let before = sandbox.tree();
    sandbox.install();
    let text = serde_json::to_string(&sandbox.json(".claude/settings.local.json")).unwrap();
    sandbox.write(".claude/settings.local.json", text);
    sandbox.uninstall();
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn a_run_after_an_edit_does_not_take_the_edit_for_its_own() {
    let mut sandbox = Sandbox::new();
    sandbox.install();
    let text = sandbox.read(".claude/settings.local.json");
    let edited = text.replacen("{\n", "{\n  \"model\": \"opus\",\n", 1);
    sandbox.write(".claude/settings.local.json", edited);
    let bin = sandbox.path().join("elsewhere");
    crate::support::install_programs(&bin);
    sandbox.bin = bin;
    sandbox.install();
    sandbox.uninstall();
    assert_eq!(sandbox.read(".claude/settings.local.json"), "{\n  \"model\": \"opus\"\n}\n");
}

#[test]
fn containers_that_were_there_stay_after_an_edit() {
    let sandbox = Sandbox::new();
    sandbox.write(".claude/settings.local.json", "{\n  \"a\": 1,\n  \"hooks\": {}\n}\n");
    sandbox.install();
    let text = sandbox.read(".claude/settings.local.json");
    sandbox.write(".claude/settings.local.json", text.replace("\"a\": 1", "\"a\": 2"));
    sandbox.uninstall();
    assert_eq!(sandbox.read(".claude/settings.local.json"), "{\n  \"a\": 2,\n  \"hooks\": {}\n}\n");
}

#[test]
fn an_edited_block_is_left_as_it_is_and_its_text_stays() {
    let sandbox = Sandbox::new();
    sandbox.write("CLAUDE.md", "# Mine\n");
    sandbox.install();
    let text =
        sandbox.read("CLAUDE.md").replace("<!-- moflo:end -->", "My own line\n<!-- moflo:end -->");
    sandbox.write("CLAUDE.md", &text);
    let ran = sandbox.install();
    assert!(ran.stderr.contains("edited"), "{}", ran.stderr);
    assert_eq!(sandbox.read("CLAUDE.md"), text);
    sandbox.uninstall();
    let left = sandbox.read("CLAUDE.md");
    assert!(left.contains("My own line") && !left.contains("moflo:begin"), "{left}");
}

#[test]
fn what_was_removed_by_hand_is_not_missed() {
    let sandbox = Sandbox::new();
    let before = sandbox.tree();
    sandbox.install();
    fs::remove_dir_all(sandbox.repo.join(".claude")).unwrap();
    fs::remove_file(sandbox.repo.join("CLAUDE.md")).unwrap();
    sandbox.uninstall();
    assert_eq!(sandbox.tree(), before);
    let ran = sandbox.uninstall();
    assert!(ran.stderr.contains("nothing of moflo's"), "{}", ran.stderr);
}

#[test]
fn without_a_record_files_that_only_held_our_entries_go() {
    let sandbox = Sandbox::new();
    let before = sandbox.tree();
    sandbox.install();
    fs::remove_dir_all(sandbox.state()).unwrap();
    sandbox.uninstall();
    let mut after = sandbox.tree();
    let list = std::path::PathBuf::from(".git/info/exclude");
    assert!(!fs::read_to_string(sandbox.repo.join(&list)).unwrap().contains("moflo"));
    after.insert(list.clone(), before[&list].clone());
    assert_eq!(after, before);
}
