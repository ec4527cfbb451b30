//! Indexes that begin with a copy of another worktree's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use moflo_core::index::{self, Budget, Freshness, IndexError, Mode, Outcome, Report};
use moflo_core::query::{Index, Request};
use moflo_core::store::Store;

use crate::support::{Tree, check, check_no_leftovers, content};

const QUERIES: &[&str] =
    &["word7", "helper of 3", "where is word12 counted", "src/f4.rs", "guide section", "test_f5"];

fn files() -> Vec<(String, String)> {
    let mut files =
        vec![("docs/guide.md".to_owned(), "# Guide\n\n## Section\n\nWords.\n".to_owned())];
    for number in 0..40 {
        let code = format!(
            "/// Counts word{number}.\nfn word{number}() {{}}\n\nfn helper{number}() {{ word{number}() }}\n"
        );
        files.push((format!("src/f{number}.rs"), code.repeat(6)));
        let test = format!("def test_f{number}():\n    assert word{number}()\n");
        files.push((format!("tests/test_f{number}.py"), test));
    }
    files
}

fn main_tree() -> Tree {
    let tree = Tree::repository(&[]);
    fill(&tree);
    tree.settle();
    tree
}

fn fill(tree: &Tree) {
    for (path, text) in files() {
        tree.write(&path, &text);
    }
}

fn beside(main: &Tree) -> Tree {
    let tree = Tree::beside(main, "w");
    fill(&tree);
    tree
}

#[track_caller]
fn taken(report: &Report) -> (PathBuf, usize) {
    let Outcome::TakenOver { from, files, .. } = &report.outcome else {
        panic!("{:?}", report.outcome)
    };
    (from.clone(), *files)
}

/// What is answered, apart from what counts files that are no more.
fn answers(tree: &Tree) -> Vec<String> {
    let index = Index::open(&tree.project.index_dir()).unwrap();
    let mut all = Vec::new();
    for query in QUERIES {
        let response = index.search(&Request::new(query)).unwrap();
        for hit in response.results {
            let place = format!("{}:{}-{}", hit.path, hit.start_line, hit.end_line);
            all.push(format!("{query}: {place} {} {:?}", hit.score, hit.snippet));
        }
    }
    let (_, entries) = index.map("", 4000).unwrap();
    all.extend(entries.iter().map(|entry| format!("{entry:?}")));
    for path in ["src/f5.rs", "src/f9.rs"] {
        all.push(format!("{:?}", index.tests_for(path, 5).unwrap()));
    }
    all
}

/// Every file of an index with its bytes and when they were written.
fn bytes(tree: &Tree) -> BTreeMap<String, (Vec<u8>, std::time::SystemTime)> {
    let entries = std::fs::read_dir(tree.project.index_dir()).unwrap().flatten();
    entries
        .map(|entry| {
            let written = entry.metadata().unwrap().modified().unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, (std::fs::read(entry.path()).unwrap(), written))
        })
        .collect()
}

#[test]
fn an_equal_tree_gets_an_equal_index_and_nothing_is_read_twice() {
    let main = main_tree();
    let before = bytes(&main);
    let tree = beside(&main);
    let report = tree.refresh();
    assert_eq!(taken(&report), (main.root().to_owned(), 81));
    assert_eq!((report.added, report.changed, report.removed), (0, 0, 0));
    assert_eq!(report.totals.files, 81);
    assert_eq!(bytes(&main), before, "the other index is as it was");
    check(&tree.store());
    check_no_leftovers(&tree.project);
    let (known, said) = (content(&tree.store()), answers(&tree));
    tree.settle();
    tree.full();
    assert_eq!(content(&tree.store()), known);
    assert_eq!(answers(&tree), said);
}

#[test]
fn a_branch_is_taken_over_and_what_differs_is_read() {
    let main = main_tree();
    let before = bytes(&main);
    let tree = beside(&main);
    tree.write("src/f1.rs", "fn changedword() {}\n");
    tree.remove("src/f2.rs");
    tree.write("src/new.rs", "fn newword() {}\n");
    // Of the same size, so that only the content tells.
    let same_size =
        std::fs::read_to_string(tree.path("src/f3.rs")).unwrap().replace("word", "term");
    tree.write("src/f3.rs", &same_size);
    let report = tree.refresh();
    assert_eq!(taken(&report).1, 78);
    assert_eq!((report.added, report.changed, report.removed), (1, 2, 1));
    assert_eq!(tree.find("changedword"), ["src/f1.rs"]);
    assert_eq!(tree.find("newword"), ["src/new.rs"]);
    assert_eq!(tree.find("term3"), ["src/f3.rs"]);
    assert!(tree.find("word2").is_empty() || !tree.indexed().contains(&"src/f2.rs".to_owned()));
    assert_eq!(bytes(&main), before);
    check_no_leftovers(&tree.project);
    let known = content(&tree.store());
    tree.settle();
    tree.full();
    assert_eq!(content(&tree.store()), known);
}

#[test]
fn a_part_of_a_worktree_takes_over_from_the_same_part() {
    let main = main_tree();
    let part = moflo_hooks::project::Project::at(&main.path("src"));
    index::refresh(&part, &main.config, Mode::Incremental, &()).unwrap();
    let tree = beside(&main);
    let part = moflo_hooks::project::Project::at(&tree.path("src"));
    let report = index::refresh(&part, &tree.config, Mode::Incremental, &()).unwrap();
    assert_eq!(taken(&report), (main.path("src"), 40));
}

#[test]
fn the_nearest_of_several_is_taken() {
    let main = main_tree();
    let far = beside(&main);
    for number in 0..12 {
        far.write(&format!("src/f{number}.rs"), "fn other() {}\n");
    }
    far.full();
    let tree = Tree::beside(&main, "v");
    fill(&tree);
    // The later one is asked first, and has less in common.
    assert_eq!(taken(&tree.refresh()), (main.root().to_owned(), 81));
}

#[test]
fn a_search_takes_over_what_is_nearly_the_same_and_leaves_more_to_others() {
    let main = main_tree();
    let tree = beside(&main);
    let fresh =
        |tree: &Tree, budget| index::bring_up_to_date(&tree.project, &tree.config, budget).unwrap();
    let few = Budget { max_files: 1, ..Budget::default() };
    tree.write("src/f1.rs", "fn changedword() {}\n");
    tree.write("src/new.rs", "fn newword() {}\n");
    assert_eq!(fresh(&tree, few), Freshness::default(), "too much differs");
    let small = Budget { look_files: 80, ..Budget::default() };
    assert_eq!(fresh(&tree, small), Freshness::default(), "too large");
    assert!(!tree.project.moflo_dir().exists());
    let taken = fresh(&tree, Budget::default());
    assert!(taken.indexed && taken.complete);
    assert_eq!((taken.updated, taken.stale), (2, 0));
    assert_eq!(taken.taken_over.as_deref(), Some(main.root()));
    assert_eq!(tree.find("newword"), ["src/new.rs"]);
    check_no_leftovers(&tree.project);
    let known = content(&tree.store());
    tree.settle();
    assert_eq!(fresh(&tree, Budget::default()).taken_over, None);
    tree.full();
    assert_eq!(content(&tree.store()), known);
}

#[test]
fn what_has_little_in_common_or_is_not_wanted_is_built_anew() {
    let built = |report: Report| matches!(report.outcome, Outcome::Built(_));
    let main = main_tree();
    let tree = beside(&main);
    assert!(built(tree.full()), "asked for");
    for number in 0..40 {
        tree.write(&format!("src/f{number}.rs"), "fn another() {}\n");
    }
    std::fs::remove_dir_all(tree.project.index_dir()).unwrap();
    assert!(built(tree.refresh()), "another program");
    let mut tree = Tree::beside(&main, "v");
    fill(&tree);
    tree.config.auto_index.tests = false;
    assert!(built(tree.refresh()), "another configuration");
    let alone = Tree::repository(&[("a.rs", "fn a() {}\n")]);
    assert!(built(alone.refresh()), "nobody else");
}

#[test]
fn files_that_grow_are_of_ones_own_and_both_go_on_by_themselves() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let main = main_tree();
    let allow = |mode| {
        let rights = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(main.project.index_dir().join("rows.bin"), rights).unwrap();
    };
    allow(0o444);
    std::fs::write(main.project.index_dir().join("another-side.bin"), "kept").unwrap();
    let tree = beside(&main);
    taken(&tree.refresh());
    allow(0o644);
    let metadata =
        |tree: &Tree, name: &str| tree.project.index_dir().join(name).metadata().unwrap();
    let mut shared = 0;
    for (name, _) in bytes(&tree) {
        if !main.project.index_dir().join(&name).exists() {
            continue;
        }
        let same = metadata(&main, &name).ino() == metadata(&tree, &name).ino();
        let is_segment = name.split('.').next().unwrap().len() == 32;
        assert_eq!(same, is_segment, "{name}");
        shared += usize::from(same);
    }
    assert!(shared > 4);
    assert_eq!(metadata(&tree, "another-side.bin").len(), 4);
    assert_eq!(metadata(&tree, "rows.bin").mode() & 0o200, 0o200);
    std::fs::remove_file(main.project.index_dir().join("another-side.bin")).unwrap();
    std::fs::remove_file(tree.project.index_dir().join("another-side.bin")).unwrap();
    let opened = (main.store(), tree.store());
    // So often that segments are merged and removed on both sides.
    for round in 0..24 {
        main.write(&format!("src/f{round}.rs"), &format!("fn main{round}() {{}}\n"));
        tree.write(&format!("src/f{round}.rs"), &format!("fn tree{round}() {{}}\n"));
        assert_eq!((main.refresh().changed, tree.refresh().changed), (1, 1));
    }
    check(&opened.0);
    check(&opened.1);
    for (tree, word, other) in [(&main, "main5", "tree5"), (&tree, "tree5", "main5")] {
        check(&tree.store());
        check_no_leftovers(&tree.project);
        assert_eq!(tree.find(word), ["src/f5.rs"]);
        assert!(tree.find(other).is_empty());
        let known = content(&tree.store());
        tree.full();
        assert_eq!(content(&tree.store()), known);
    }
}

#[test]
fn another_file_system_is_no_obstacle() {
    use std::os::unix::fs::MetadataExt as _;
    let main = main_tree();
    let Ok(folder) = tempfile::tempdir_in("/dev/shm") else {
        println!("skipped: there is no second file system");
        return;
    };
    let device = |path: &Path| path.metadata().unwrap().dev();
    if device(folder.path()) == device(main.root()) {
        println!("skipped: it is the same file system");
        return;
    }
    let tree = Tree::worktree(&main, "w", folder);
    fill(&tree);
    assert_eq!(taken(&tree.refresh()).1, 81);
    check(&tree.store());
    check_no_leftovers(&tree.project);
}

#[test]
fn a_damaged_index_is_not_taken_over() {
    for kind in [
        "rows.bin",
        "vectors.bin",
        "blocks.bin",
        "means.bin",
        ".term",
        ".idx",
        ".store",
        ".fast",
        ".fieldnorm",
        "meta.json",
    ] {
        for cut in [false, true] {
            // A vector with another number in it cannot be told from one that is right.
            if matches!(kind, "vectors.bin" | "means.bin") && !cut {
                continue;
            }
            let main = main_tree();
            let victim = std::fs::read_dir(main.project.index_dir())
                .unwrap()
                .flatten()
                .map(|entry| entry.path())
                .find(|path| path.to_string_lossy().ends_with(kind))
                .unwrap();
            let mut bytes = std::fs::read(&victim).unwrap();
            let middle = bytes.len() / 2;
            if cut {
                bytes.truncate(middle);
            } else {
                for byte in &mut bytes[middle / 16 * 16..][..16] {
                    *byte ^= 0x55;
                }
            }
            std::fs::write(&victim, bytes).unwrap();
            let tree = beside(&main);
            let report = tree.refresh();
            assert!(matches!(report.outcome, Outcome::Built(_)), "{kind} {cut}: {report:?}");
            assert_eq!(tree.indexed().len(), 81);
            check_no_leftovers(&tree.project);
        }
    }
}

#[test]
fn a_writer_in_the_other_worktree_disturbs_nothing_and_is_not_disturbed() {
    let main = main_tree();
    let tree = beside(&main);
    let done = AtomicBool::new(false);
    let mut took = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0_u64.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                main.write(&format!("src/f{}.rs", round % 5), &format!("fn churn{round}() {{}}\n"));
                if round % 6 == 5 {
                    main.full()
                } else {
                    main.refresh()
                };
                check(&main.store());
            }
        });
        // However little of the machine there is, a copy succeeds between two commits in the end.
        for round in 0..500 {
            if round >= 25 && took > 0 {
                break;
            }
            match index::refresh(&tree.project, &tree.config, Mode::Incremental, &()) {
                Ok(report) => {
                    took += usize::from(matches!(report.outcome, Outcome::TakenOver { .. }));
                }
                Err(err) => {
                    assert!(matches!(err, IndexError::Busy), "{err}");
                }
            }
            assert_eq!(tree.indexed().len(), 81);
            check_no_leftovers(&tree.project);
            std::fs::remove_dir_all(tree.project.index_dir()).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(took > 0, "never taken over");
    check(&Store::open(&main.project.index_dir()).unwrap());
    tree.refresh();
    let known = content(&tree.store());
    tree.full();
    assert_eq!(content(&tree.store()), known);
}
