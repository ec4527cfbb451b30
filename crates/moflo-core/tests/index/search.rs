//! What a search does first.

use std::sync::Arc;

use moflo_core::index::{self, Budget, Freshness};
use moflo_core::store::Store;
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
fn an_index_that_is_kept_is_opened_anew_only_when_it_changed() {
    let tree = many();
    tree.settle();
    let open = |kept: Option<Arc<Store>>| {
        let (freshness, store) =
            index::open_up_to_date(&tree.project, &tree.config, Budget::default(), kept);
        (freshness.unwrap(), store)
    };
    let first = open(None).1.unwrap();
    let second = open(Some(Arc::clone(&first))).1.unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    tree.write("src/f1.rs", "fn freshword() {}\n");
    let (freshness, written) = open(Some(second));
    assert_eq!(freshness.updated, 1);
    assert!(written.is_none(), "what was just written has to be opened");
    let third = open(Some(Arc::clone(&first))).1.unwrap();
    assert!(!Arc::ptr_eq(&first, &third));
    assert_eq!(crate::support::find(&third, "freshword"), ["src/f1.rs"]);
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
fn a_very_large_tree_is_looked_at_part_by_part() {
    let tree = many();
    tree.settle();
    let rest = std::time::Duration::ZERO;
    let budget =
        Budget { large_tree: 10, large_tree_rest: rest, look_files: 25, ..Budget::default() };
    tree.write("src/f1.rs", "fn oneword() {}\n");
    tree.write("src/f58.rs", "fn otherword() {}\n");
    tree.write("added/new.rs", "fn newword() {}\n");
    let parts: Vec<Freshness> = (0..3).map(|_| fresh(&tree, budget)).collect();
    assert!(parts.iter().all(|part| !part.complete && part.stale == 0));
    assert_eq!(parts.iter().map(|part| part.updated).sum::<usize>(), 3);
    for (word, path) in
        [("oneword", "src/f1.rs"), ("otherword", "src/f58.rs"), ("newword", "added/new.rs")]
    {
        assert_eq!(tree.find(word), [path]);
    }
    // What is too much to take in is said until it is taken in.
    for number in 10..20 {
        tree.write(&format!("src/f{number}.rs"), "fn changedword() {}\n");
    }
    let little = Budget { max_files: 5, ..budget };
    let said = (0..6).map(|_| fresh(&tree, little).stale).collect::<Vec<_>>();
    assert!(said.iter().all(|stale| *stale == 10), "{said:?}");
    tree.refresh();
    assert!((0..3).all(|_| fresh(&tree, little).stale == 0));
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
