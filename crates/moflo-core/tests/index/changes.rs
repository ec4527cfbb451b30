//! What is added, changed, touched, renamed and deleted, and that nothing else is written.

use std::collections::BTreeMap;
use std::time::SystemTime;

use moflo_core::index::Outcome;

use crate::support::{Tree, check_no_leftovers, content};

/// Every file below `.moflo` with its time and size.
fn written(tree: &Tree) -> BTreeMap<String, (SystemTime, u64)> {
    let mut all = BTreeMap::new();
    for dir in [tree.project.moflo_dir(), tree.project.index_dir()] {
        for entry in std::fs::read_dir(dir).unwrap().flatten() {
            let metadata = entry.metadata().unwrap();
            let value = (metadata.modified().unwrap(), metadata.len());
            all.insert(entry.path().to_string_lossy().into_owned(), value);
        }
    }
    all
}

fn three() -> Tree {
    Tree::new(&[
        ("src/alpha.rs", "/// Says alpha.\npub fn alphaword() {}\n"),
        ("src/beta.rs", "pub fn betaword() {}\n"),
        ("docs/guide.md", "# Guide\n\nHow gammaword works.\n"),
    ])
}

#[test]
fn a_first_run_builds_and_a_second_one_writes_nothing() {
    let tree = three();
    tree.age();
    let report = tree.refresh();
    assert_eq!(report.outcome, Outcome::Built("there was none".to_owned()));
    assert_eq!((report.added, report.totals.files), (3, 3));
    tree.settle();
    let before = written(&tree);
    let report = tree.refresh();
    assert_eq!(report.outcome, Outcome::Unchanged);
    assert_eq!(report.bytes_read, 0);
    assert_eq!(written(&tree), before);
    assert_eq!(tree.indexed(), ["docs/guide.md", "src/alpha.rs", "src/beta.rs"]);
    check_no_leftovers(&tree.project);
}

#[test]
fn a_changed_file_loses_its_old_words_and_gains_new_ones() {
    let tree = three();
    tree.settle();
    assert_eq!(tree.find("alphaword"), ["src/alpha.rs"]);
    tree.write("src/alpha.rs", "pub fn omegaword() {}\n");
    let report = tree.refresh();
    assert_eq!((report.changed, report.added, report.removed), (1, 0, 0));
    assert!(tree.find("alphaword").is_empty());
    assert_eq!(tree.find("omegaword"), ["src/alpha.rs"]);
    assert_eq!(tree.find("betaword"), ["src/beta.rs"]);
    tree.indexed();
}

#[test]
fn a_file_touched_without_a_change_costs_no_commit() {
    let tree = three();
    tree.settle();
    let generation = tree.store().payload.generation;
    let file = std::fs::File::options().write(true).open(tree.path("src/beta.rs")).unwrap();
    file.set_modified(SystemTime::now() - std::time::Duration::from_mins(1)).unwrap();
    let report = tree.refresh();
    assert_eq!((report.outcome, report.touched), (Outcome::Unchanged, 1));
    assert_eq!(tree.store().payload.generation, generation);
    let before = written(&tree);
    assert_eq!(tree.refresh().touched, 0, "the new time is known");
    assert_eq!(written(&tree), before);
}

#[test]
fn a_change_in_the_same_instant_and_of_the_same_size_is_seen() {
    let tree = three();
    for round in 10..30 {
        let word = format!("rapid{round}");
        tree.write("src/beta.rs", &format!("pub fn {word}() {{}}\n"));
        tree.refresh();
        assert_eq!(tree.find(&word), ["src/beta.rs"], "round {round}");
    }
    tree.indexed();
}

#[test]
fn a_deleted_file_and_a_deleted_folder_are_forgotten() {
    let tree = three();
    tree.settle();
    tree.remove("docs/guide.md");
    assert_eq!(tree.refresh().removed, 1);
    assert!(tree.find("gammaword").is_empty());
    std::fs::remove_dir_all(tree.path("src")).unwrap();
    assert_eq!(tree.refresh().removed, 2);
    assert!(tree.indexed().is_empty());
    assert_eq!(tree.store().payload.live, 0);
}

#[test]
fn a_renamed_file_and_a_renamed_folder_are_found_under_their_new_names() {
    let tree = three();
    tree.settle();
    std::fs::rename(tree.path("src/alpha.rs"), tree.path("src/omega.rs")).unwrap();
    tree.refresh();
    assert_eq!(tree.find("alphaword"), ["src/omega.rs"]);
    tree.settle();
    std::fs::rename(tree.path("src"), tree.path("lib")).unwrap();
    tree.refresh();
    assert_eq!(tree.find("alphaword"), ["lib/omega.rs"]);
    assert_eq!(tree.indexed(), ["docs/guide.md", "lib/beta.rs", "lib/omega.rs"]);
}

#[test]
fn two_folders_that_change_places_are_told_apart() {
    let tree =
        Tree::new(&[("a/one.rs", "fn firstword() {}\n"), ("b/one.rs", "fn otherword() {}\n")]);
    tree.settle();
    std::fs::rename(tree.path("a"), tree.path("c")).unwrap();
    std::fs::rename(tree.path("b"), tree.path("a")).unwrap();
    std::fs::rename(tree.path("c"), tree.path("b")).unwrap();
    tree.refresh();
    assert_eq!(tree.find("firstword"), ["b/one.rs"]);
    assert_eq!(tree.find("otherword"), ["a/one.rs"]);
}

#[test]
fn a_file_in_a_new_folder_deep_down_is_found() {
    let tree = three();
    tree.settle();
    tree.write("src/a/b/c/d.rs", "fn deepword() {}\n");
    assert_eq!(tree.refresh().added, 1);
    assert_eq!(tree.find("deepword"), ["src/a/b/c/d.rs"]);
    tree.settle();
    tree.write("src/a/b/c/e.rs", "fn deeperword() {}\n");
    assert_eq!(tree.refresh().added, 1);
}

#[test]
fn many_small_changes_leave_few_segments_and_the_same_content_as_a_build_from_nothing() {
    let tree = Tree::new(&[]);
    for number in 0..40 {
        tree.write(&format!("src/file{number}.rs"), &format!("fn word{number}() {{}}\n"));
    }
    tree.settle();
    for round in 0..30 {
        tree.write(
            &format!("src/file{round}.rs"),
            &format!("fn again{round}() {{}}\nfn b() {{}}\n"),
        );
        if round % 3 == 0 {
            tree.remove(&format!("src/file{}.rs", 39 - round / 3));
            tree.write(&format!("new/n{round}.rs"), "fn newcomer() {}\n");
        }
        tree.refresh();
    }
    let store = tree.store();
    assert!(store.searcher.segment_readers().len() <= 8);
    tree.indexed();
    let incremental = content(&store);
    tree.full();
    assert_eq!(content(&tree.store()), incremental);
    assert_eq!(tree.store().payload.rows, tree.store().payload.live);
    check_no_leftovers(&tree.project);
}
