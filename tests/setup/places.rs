//! Repositories in odd places and of odd kinds.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use crate::support::{Sandbox, install_programs, tree};

#[test]
fn names_with_spaces_and_quotes_work() {
    let mut sandbox = Sandbox::with_repo("it's a \"repo\" $x", true);
    let bin = sandbox.path().join("my 'tools'");
    install_programs(&bin);
    sandbox.bin = bin;
    let before = sandbox.tree();
    sandbox.install();
    let settings = sandbox.json(".claude/settings.local.json");
    let command = settings["statusLine"]["command"].as_str().unwrap();
    let status =
        Command::new("/bin/sh").args(["-c", command]).env("HOME", sandbox.home()).status().unwrap();
    assert!(status.success(), "{command}");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.uninstall();
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn a_folder_inside_the_repository_is_the_repository() {
    let sandbox = Sandbox::new();
    sandbox.write("a/b/c.txt", "x");
    let before = sandbox.tree();
    let ran = sandbox.run(&["-y", "--no-index", "a/b"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(sandbox.exists(".claude/settings.local.json"));
    assert_eq!(sandbox.run(&["--check", "a"]).code, 0);
    assert_eq!(sandbox.run(&["-y", "--uninstall", "a/b"]).code, 0);
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn a_project_reached_through_a_link_is_the_same_project() {
    let sandbox = Sandbox::new();
    sandbox.write(".claude/settings.local.json", "{ }");
    let before = sandbox.tree();
    sandbox.install();
    let link = sandbox.path().join("link");
    symlink(&sandbox.repo, &link).unwrap();
    let ran = sandbox.run(&["-y", "--uninstall", link.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn a_worktree_has_its_own_set_up_and_shares_the_list_of_ignored_files() {
    let mut sandbox = Sandbox::new();
    sandbox.write("f", "x");
    sandbox.git(&["add", "f"]);
    sandbox.git(&["commit", "-qm", "first"]);
    let main = sandbox.repo.clone();
    let other = sandbox.path().join("other");
    sandbox.git(&["worktree", "add", "-q", other.to_str().unwrap()]);
    let before = (tree(&main), tree(&other));

    sandbox.repo.clone_from(&other);
    sandbox.install();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.repo.clone_from(&main);
    sandbox.install();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");

    sandbox.repo.clone_from(&other);
    let ran = sandbox.uninstall();
    assert!(ran.stderr.contains("needs them"), "{}", ran.stderr);
    assert_eq!(sandbox.git_in(&main, &["status", "--porcelain"]), "");
    sandbox.repo.clone_from(&main);
    sandbox.uninstall();
    let text = |tree: &std::collections::BTreeMap<_, String>| {
        let mut tree = tree.clone();
        // The list is taken apart by structure here, which cannot know its old time.
        tree.remove(std::path::Path::new(".git/info/exclude"));
        tree
    };
    assert_eq!((text(&tree(&main)), tree(&other)), (text(&before.0), before.1));
    assert!(!fs::read_to_string(main.join(".git/info/exclude")).unwrap().contains("moflo"));
}

#[test]
fn a_linked_settings_file_is_written_through_the_link() {
    let sandbox = Sandbox::new();
    let dotfiles = sandbox.path().join("dotfiles");
    fs::create_dir_all(&dotfiles).unwrap();
    fs::write(dotfiles.join("real.json"), "{\"a\": 1}").unwrap();
    fs::create_dir_all(sandbox.repo.join(".claude")).unwrap();
    symlink(dotfiles.join("real.json"), dotfiles.join("hop.json")).unwrap();
    symlink("../../dotfiles/hop.json", sandbox.repo.join(".claude/settings.local.json")).unwrap();
    let before = (sandbox.tree(), tree(&dotfiles));
    sandbox.install();
    assert!(fs::read_to_string(dotfiles.join("real.json")).unwrap().contains("moflo-gate"));
    assert!(sandbox.repo.join(".claude/settings.local.json").is_symlink());
    sandbox.uninstall();
    assert_eq!((sandbox.tree(), tree(&dotfiles)), before);
}

#[test]
fn a_linked_folder_and_a_link_to_nothing_are_written_through_too() {
    let sandbox = Sandbox::new();
    let dotfiles = sandbox.path().join("dotfiles");
    fs::create_dir_all(dotfiles.join("claude")).unwrap();
    symlink(dotfiles.join("claude"), sandbox.repo.join(".claude")).unwrap();
    symlink(dotfiles.join("mcp.json"), sandbox.repo.join(".mcp.json")).unwrap();
    let before = (sandbox.tree(), tree(&dotfiles));
    sandbox.install();
    assert!(dotfiles.join("claude/settings.local.json").exists());
    assert!(dotfiles.join("mcp.json").exists());
    sandbox.uninstall();
    assert_eq!((sandbox.tree(), tree(&dotfiles)), before);
}

#[test]
fn programs_that_moved_are_followed_and_the_first_state_still_comes_back() {
    let mut sandbox = Sandbox::new();
    sandbox.write(".claude/settings.local.json", "{\n    \"a\": 1\n}");
    let before = sandbox.tree();
    sandbox.install();
    let bin = sandbox.path().join("elsewhere");
    install_programs(&bin);
    sandbox.bin.clone_from(&bin);
    assert_eq!(sandbox.run(&["--check"]).code, 1);
    sandbox.install();
    let text = sandbox.read(".claude/settings.local.json");
    assert!(!text.contains("/bin/moflo-"), "{text}");
    assert!(text.contains("/elsewhere/moflo-gate"), "{text}");
    sandbox.uninstall();
    assert_eq!(sandbox.tree(), before);
}

#[test]
fn memory_is_kept_unless_it_is_to_go() {
    let sandbox = Sandbox::new();
    sandbox.install();
    let memory = sandbox.repo.join(".git/moflo");
    fs::create_dir_all(&memory).unwrap();
    fs::write(memory.join("moflo.db"), "learned").unwrap();
    let ran = sandbox.uninstall();
    assert!(memory.join("moflo.db").exists());
    assert!(ran.stderr.contains(".git/moflo"), "{}", ran.stderr);
    sandbox.install();
    let ran = sandbox.run(&["-y", "--uninstall", "--purge-data"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!memory.exists());
}

#[test]
fn what_others_keep_in_our_folder_stays() {
    let sandbox = Sandbox::with_repo("repo", false);
    sandbox.write(".moflo/notes.txt", "mine");
    let before = sandbox.tree();
    sandbox.run(&["-y"]);
    assert!(sandbox.exists(".moflo/index"));
    for ours in ["index.lock", "summary.json", "looked", "journal", "encoder.lock", "log/gate"] {
        sandbox.write(&format!(".moflo/{ours}"), "ours");
    }
    let ran = sandbox.uninstall();
    assert!(ran.stderr.contains("notes.txt"), "{}", ran.stderr);
    let mut after = sandbox.tree();
    assert!(after.remove(std::path::Path::new(".moflo/.gitignore")).is_some(), "it hides the rest");
    assert_eq!(after, before);
}
