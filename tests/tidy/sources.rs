//! What every source file keeps to.

use std::collections::BTreeSet;
use std::fs;

use crate::tree::{files, short, top};

/// Beyond this a file must say in its module doc why it is one file.
const LONG: usize = 600;
/// How a long file says so.
const EXCUSE: &str = "one file because";
/// A program's `main.rs` reads, decides and answers; everything a test would want is elsewhere.
const MAIN: usize = 60;

#[test]
fn long_files_explain_themselves() {
    for path in files(&top(), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        let head: String = text.lines().take(40).collect::<Vec<_>>().join("\n");
        assert!(
            lines <= LONG || head.contains(EXCUSE),
            "{} has {lines} lines; split it, or say `{EXCUSE} …` in its module doc",
            short(&path)
        );
        if path.ends_with("src/main.rs") {
            assert!(lines < MAIN, "{} has {lines} lines; a main stays below {MAIN}", short(&path));
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for path in files(&top(), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} does not begin with a module doc", short(&path));
    }
}

#[test]
fn nothing_is_left_unfinished() {
    // Spelled in two halves, so that this file does not find itself.
    let words = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
        concat!("#[ig", "nore"),
        concat!("thread::sl", "eep"),
    ];
    for path in files(&top(), ".rs") {
        let text = fs::read_to_string(&path).unwrap();
        for word in words {
            // Waiting is what a deadline and a bench do; tests and the rest wait for events.
            if word.contains("sleep") && !short(&path).starts_with("tests/") {
                continue;
            }
            assert!(!text.contains(word), "{} contains `{word}`", short(&path));
        }
    }
}

#[test]
fn no_test_file_is_forgotten() {
    let manifests: String =
        files(&top(), "Cargo.toml").iter().map(|p| fs::read_to_string(p).unwrap()).collect();
    for path in files(&top().join("tests"), ".rs") {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let dir = path.parent().unwrap();
        let root = dir.join("main.rs");
        let listed = manifests
            .contains(&format!("tests/{}", short(&path).trim_start_matches("tests/")))
            || dir == top().join("tests/tidy") && name == "main.rs";
        if listed {
            continue;
        }
        let stem = name.trim_end_matches(".rs");
        let of = |file: &std::path::Path| {
            fs::read_to_string(file).is_ok_and(|text| text.contains(&format!("mod {stem};")))
        };
        let parent_root = dir.parent().unwrap().join("main.rs");
        let in_parent = name == "mod.rs"
            && fs::read_to_string(&parent_root).is_ok_and(|text| {
                text.contains(&format!("mod {};", dir.file_name().unwrap().to_string_lossy()))
            });
        assert!(
            of(&root) || of(&dir.join("mod.rs")) || in_parent,
            "{} belongs to no test root: name it in a Cargo.toml or a `mod` line",
            short(&path)
        );
    }
}

#[test]
fn dependencies_are_sorted() {
    for path in files(&top(), "Cargo.toml") {
        let text = fs::read_to_string(&path).unwrap();
        let mut block: Vec<&str> = Vec::new();
        let mut inside = false;
        for line in text.lines().chain(["["]) {
            let name = line.split(['=', '.', ' ']).next().unwrap();
            if line.starts_with('[') || line.is_empty() || line.starts_with('#') {
                let mut sorted = block.clone();
                sorted.sort_unstable();
                assert_eq!(block, sorted, "{}: dependencies are not sorted", short(&path));
                block.clear();
                if line.starts_with('[') {
                    inside = line.ends_with("dependencies]");
                }
            } else if inside && !name.is_empty() && !line.starts_with(' ') && !line.starts_with(']')
            {
                block.push(name);
            }
        }
    }
}

#[test]
fn every_dependency_of_the_workspace_is_used() {
    let root = fs::read_to_string(top().join("Cargo.toml")).unwrap();
    let listed =
        root.split("[workspace.dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let members: Vec<String> = files(&top(), "Cargo.toml")
        .iter()
        .filter(|path| path.parent() != Some(&top()))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    for line in listed.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let name = line.split([' ', '=']).next().unwrap();
        let uses = |text: &String| {
            text.lines().any(|line| {
                line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', ' ', '=']))
            })
        };
        assert!(members.iter().any(uses), "no crate uses `{name}` of the workspace's dependencies");
    }
}

#[test]
fn every_environment_variable_is_documented() {
    let page = fs::read_to_string(top().join("docs/environment.md")).unwrap();
    let mut missing = BTreeSet::new();
    for path in files(&top(), ".rs").into_iter().chain(files(&top(), ".sh")) {
        let text = fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices("MOFLO_") {
            let name: String = text[at..]
                .chars()
                .take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_')
                .collect();
            let whole = name.trim_end_matches('_');
            let starts_a_word = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if starts_a_word && whole != "MOFLO" && !page.contains(whole) {
                missing.insert(format!("{whole} ({})", short(&path)));
            }
        }
    }
    assert!(missing.is_empty(), "not in docs/environment.md: {missing:?}");
}
