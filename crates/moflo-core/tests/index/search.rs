//! What a search does first.

use moflo_core::index::{self, Budget, Freshness};
use moflo_hooks::journal;

use crate::support::Tree;

fn fresh(tree: &Tree, budget: Budget) -> Freshness {
    index::bring_up_to_date(&tree.project, &tree.config, budget).unwrap()
}

fn many() -> Tree {
    let tree = Tree::new(&[]);
    for number in 0..60 {
        tree.write(&format!("src/f{number}.rs"), &format!("fn word{number}() {{}}\n"));
    }
    tree
}

#[test]
fn without_an_index_nothing_is_done() {
    let tree = many();
    assert_eq!(fresh(&tree, Budget::default()), Freshness::default());
    assert!(!tree.project.moflo_dir().exists());
}

#[test]
fn small_changes_are_taken_in_and_large_ones_counted() {
    let tree = many();
    tree.settle();
    let nothing = fresh(&tree, Budget::default());
    assert!(nothing.indexed && nothing.complete);
    assert_eq!((nothing.updated, nothing.stale), (0, 0));
    tree.write("src/f1.rs", "fn freshword() {}\n");
    tree.remove("src/f2.rs");
    tree.write("other/new.rs", "fn newword() {}\n");
    let some = fresh(&tree, Budget::default());
    assert_eq!((some.updated, some.stale), (3, 0));
    assert_eq!(tree.find("freshword"), ["src/f1.rs"]);
    assert_eq!(tree.find("newword"), ["other/new.rs"]);
    assert!(tree.find("word2").is_empty());
    for number in 3..60 {
        tree.write(&format!("src/f{number}.rs"), "fn replaced() {}\n");
    }
    let generation = tree.store().payload.generation;
    let much = fresh(&tree, Budget::default());
    assert_eq!((much.updated, much.stale), (0, 57));
    assert_eq!(tree.store().payload.generation, generation);
    tree.indexed();
}

#[test]
fn in_a_large_tree_only_written_down_paths_are_looked_at_for_a_while() {
    let tree = many();
    tree.settle();
    let budget = Budget { large_tree: 10, ..Budget::default() };
    assert!(fresh(&tree, budget).complete, "the first look is a whole one");
    tree.write("src/f1.rs", "fn silentword() {}\n");
    tree.write("src/f2.rs", "fn toldword() {}\n");
    tree.write("src/brandnew.rs", "fn brandword() {}\n");
    journal::append(&tree.project, "src/f2.rs").unwrap();
    journal::append(&tree.project, "src/brandnew.rs").unwrap();
    journal::append(&tree.project, "src/never-was.rs").unwrap();
    let part = fresh(&tree, budget);
    assert!(!part.complete);
    assert_eq!(part.updated, 2);
    assert_eq!(tree.find("toldword"), ["src/f2.rs"]);
    assert_eq!(tree.find("brandword"), ["src/brandnew.rs"]);
    assert!(tree.find("silentword").is_empty());
    assert!(journal::take(&tree.project).unwrap().paths.is_empty(), "they are dealt with");
    assert_eq!(fresh(&tree, Budget::default()).updated, 1, "a whole look finds the rest");
}

#[test]
fn written_down_paths_of_ignored_files_do_not_come_in() {
    let tree = many();
    tree.write(".gitignore", "secret.rs\n");
    tree.settle();
    let budget = Budget { large_tree: 10, ..Budget::default() };
    fresh(&tree, budget);
    tree.write("src/secret.rs", "fn secretword() {}\n");
    journal::append(&tree.project, "src/secret.rs").unwrap();
    assert_eq!(fresh(&tree, budget).updated, 0);
    assert!(tree.find("secretword").is_empty());
}

#[test]
fn while_another_process_writes_a_search_neither_waits_nor_writes() {
    let tree = many();
    tree.settle();
    let lock = std::fs::File::open(tree.project.moflo_dir().join("index.lock")).unwrap();
    lock.lock().unwrap();
    tree.write("src/f1.rs", "fn changedword() {}\n");
    journal::append(&tree.project, "src/f1.rs").unwrap();
    let seen = fresh(&tree, Budget::default());
    assert_eq!((seen.updated, seen.stale), (0, 1));
    assert!(index::status(&tree.project).unwrap().busy);
    let refused = index::refresh(&tree.project, &tree.config, index::Mode::Incremental, &());
    assert!(matches!(refused, Err(index::IndexError::Busy)));
    drop(lock);
    assert_eq!(fresh(&tree, Budget::default()).updated, 1);
    let status = index::status(&tree.project).unwrap();
    assert!(!status.busy);
    assert_eq!((status.stale, status.totals.files), (0, 60));
}
