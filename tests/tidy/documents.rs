//! What the documents promise is there.

use std::fs;
use std::path::Path;

use crate::tree::{files, short, top};

#[test]
fn links_between_documents_lead_somewhere() {
    let tops =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|f| top().join(f));
    let docs = files(&top().join("docs"), ".md");
    for path in tops.iter().chain(&docs) {
        let text =
            fs::read_to_string(path).unwrap_or_else(|_| panic!("{} is missing", short(path)));
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap();
            let file = target.split('#').next().unwrap();
            if file.is_empty() || file.contains("://") || file.contains(' ') {
                continue;
            }
            let there = path.parent().unwrap().join(file);
            assert!(there.exists(), "{}: the link to {target} leads nowhere", short(path));
        }
    }
}

#[test]
fn design_notes_are_numbered_without_gaps() {
    let mut numbers: Vec<usize> = files(&top().join("docs/design"), ".md")
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name[..3].parse().unwrap_or_else(|_| panic!("{name} does not begin with a number"))
        })
        .collect();
    numbers.sort_unstable();
    let expected: Vec<usize> = (1..=numbers.len()).collect();
    assert_eq!(numbers, expected);
}

#[test]
fn every_crate_is_on_the_map() {
    let map = fs::read_to_string(top().join("ARCHITECTURE.md")).unwrap();
    for path in files(&top(), "Cargo.toml") {
        let dir = path.parent().unwrap();
        if dir == top() || dir.starts_with(top().join("fuzz")) {
            continue;
        }
        let name = short(dir);
        assert!(map.contains(&format!("`{name}`")), "ARCHITECTURE.md does not mention `{name}`");
    }
    assert!(Path::new(&top()).join("LICENSE-MIT").exists());
    assert!(Path::new(&top()).join("LICENSE-APACHE").exists());
}

#[test]
fn shipped_content_has_front_matter() {
    for folder in ["skills", "commands", "agents"] {
        let dir = top().join(folder);
        if !dir.exists() {
            continue;
        }
        for path in files(&dir, ".md") {
            let text = fs::read_to_string(&path).unwrap();
            let head = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
            let (head, body) =
                head.unwrap_or_else(|| panic!("{} has no front matter", short(&path)));
            assert!(head.contains("description:"), "{} has no description", short(&path));
            assert!(body.trim().len() > 40, "{} is empty", short(&path));
        }
    }
}
