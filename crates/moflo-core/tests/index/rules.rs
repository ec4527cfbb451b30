//! Which files are looked at.

use std::process::Command;

use moflo_core::store::Role;

use crate::support::Tree;

#[test]
fn ignore_rules_are_honoured_also_without_git_and_when_they_change() {
    let tree = Tree::new(&[
        (".gitignore", "/out/\n*.log\n"),
        ("src/.gitignore", "local.rs\n"),
        ("src/local.rs", "fn a() {}\n"),
        ("src/main.rs", "fn main() {}\n"),
        ("out/made.rs", "fn b() {}\n"),
        ("x.log", "words\n"),
    ]);
    tree.settle();
    assert_eq!(tree.indexed(), [".gitignore", "src/.gitignore", "src/main.rs"]);
    tree.write(".gitignore", "*.log\n");
    tree.refresh();
    assert!(tree.indexed().contains(&"out/made.rs".to_owned()));
    tree.settle();
    tree.write("out/.gitignore", "*\n");
    tree.refresh();
    assert_eq!(tree.indexed(), [".gitignore", "src/.gitignore", "src/main.rs"]);
    tree.settle();
    tree.remove("src/.gitignore");
    tree.refresh();
    assert!(tree.indexed().contains(&"src/local.rs".to_owned()));
}

#[test]
fn rules_of_the_repository_outside_of_the_tree_are_noticed() {
    let tree = Tree::new(&[("a.rs", "fn a() {}\n"), ("b.rs", "fn b() {}\n")]);
    std::fs::create_dir_all(tree.path(".git/info")).unwrap();
    std::fs::write(tree.path(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
    tree.settle();
    assert_eq!(tree.indexed(), ["a.rs", "b.rs"]);
    std::fs::write(tree.path(".git/info/exclude"), "b.rs\n").unwrap();
    tree.refresh();
    assert_eq!(tree.indexed(), ["a.rs"]);
}

#[test]
fn worktrees_that_tools_keep_inside_of_the_tree_are_left_to_themselves() {
    let tree = Tree::new(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("a.rs", "fn a() {}\n"),
        (".claude/skills/x.md", "# X\n"),
        (".claude/worktrees/w/a.rs", "fn a() {}\n"),
        (".claude/worktrees/w/.git", "gitdir: /repo/.git/worktrees/w\n"),
        (".libs/sub/b.rs", "fn b() {}\n"),
        (".libs/sub/.git", "gitdir: ../../.git/modules/sub\n"),
        ("beside/c.rs", "fn c() {}\n"),
        ("beside/.git", "gitdir: /repo/.git/worktrees/beside\n"),
    ]);
    tree.settle();
    let all = [".claude/skills/x.md", ".libs/sub/b.rs", "a.rs", "beside/c.rs"];
    assert_eq!(tree.indexed(), all);
    // One that is made later is one too.
    tree.write(".worktrees/v/.git", "gitdir: /repo/.git/worktrees/v\n");
    tree.write(".worktrees/v/a.rs", "fn a() {}\n");
    tree.refresh();
    assert_eq!(tree.indexed(), all);
}

#[test]
fn rules_above_a_project_inside_a_repository_are_honoured_and_noticed() {
    let mut tree = Tree::new(&[("sub/a.rs", "fn a() {}\n"), ("sub/b.rs", "fn b() {}\n")]);
    std::fs::create_dir_all(tree.path(".git")).unwrap();
    std::fs::write(tree.path(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
    tree.write(".gitignore", "a.rs\n");
    tree.project = moflo_hooks::project::Project::at(&tree.path("sub"));
    tree.settle();
    assert_eq!(tree.indexed(), ["b.rs"]);
    tree.write(".gitignore", "something-else\n");
    tree.refresh();
    assert_eq!(tree.indexed(), ["a.rs", "b.rs"]);
}

#[test]
fn instructions_in_hidden_folders_are_in_and_tools_own_folders_are_not() {
    let tree = Tree::new(&[
        (".claude/guidance/a.md", "# A\n\nText.\n"),
        (".cursor/rules/b.mdc", "# B\n\nText.\n"),
        (".github/workflows/ci.yml", "on: push\n"),
        (".git/config", "[core]\n"),
        (".moflo/log/x.md", "# No\n"),
        ("node_modules/m/index.js", "module.exports = 1\n"),
        ("venv/pyvenv.cfg", "home = /usr\n"),
        ("venv/lib/x.py", "x = 1\n"),
        ("build/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n"),
        ("build/x.rs", "fn x() {}\n"),
    ]);
    tree.refresh();
    let expected = [".claude/guidance/a.md", ".cursor/rules/b.mdc", ".github/workflows/ci.yml"];
    assert_eq!(tree.indexed(), expected);
}

#[test]
fn the_configuration_decides_what_is_guidance_and_test_and_a_new_one_rebuilds() {
    let mut tree = Tree::new(&[
        ("handbook/a.md", "# A\n\nText.\n"),
        ("checks/one.py", "def one():\n    return 1\n"),
        ("lib/vendor/x.py", "x = 1\n"),
        ("lib/y.py", "y = 1\n"),
    ]);
    tree.config.guidance.directories = vec!["handbook".to_owned()];
    tree.config.tests.directories = vec!["checks".to_owned()];
    tree.config.code_map.exclude = vec!["vendor/".to_owned()];
    tree.settle();
    assert_eq!(tree.indexed(), ["checks/one.py", "handbook/a.md", "lib/y.py"]);
    let store = tree.store();
    let role = |path: &str| store.manifest.find(path.as_bytes()).unwrap().role();
    assert_eq!(role("checks/one.py"), Role::Test);
    assert_eq!(role("handbook/a.md"), Role::Guidance);
    assert_eq!(role("lib/y.py"), Role::Code);
    tree.config.code_map.exclude.clear();
    tree.config.auto_index.tests = false;
    let report = tree.refresh();
    assert_eq!(
        report.outcome,
        moflo_core::index::Outcome::Built("the configuration changed".to_owned())
    );
    assert_eq!(tree.indexed(), ["handbook/a.md", "lib/vendor/x.py", "lib/y.py"]);
    assert_eq!(tree.reason("checks/one.py"), "turned_off");
}

#[test]
fn the_folder_of_the_index_hides_itself_from_git() {
    let tree = Tree::new(&[("a.rs", "fn a() {}\n")]);
    let git = |arguments: &[&str]| {
        Command::new("git")
            .args(["-c", "core.excludesFile=/dev/null"])
            .args(arguments)
            .current_dir(tree.root())
            .output()
            .unwrap()
    };
    assert!(git(&["init", "-q"]).status.success());
    tree.refresh();
    let status = git(&["status", "--porcelain", "--untracked-files=all"]);
    assert_eq!(String::from_utf8_lossy(&status.stdout), "?? a.rs\n");
}
