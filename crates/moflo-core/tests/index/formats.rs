//! Indexes of other versions, damaged ones, and places that cannot be written.

use std::path::Path;
use std::process::Command;

use moflo_core::index::{self, Mode, Outcome};
use moflo_core::store::{OpenError, Store};

use crate::support::{Tree, check, check_no_leftovers};

fn tree() -> Tree {
    let tree = Tree::new(&[]);
    for number in 0..30 {
        let text = format!("fn word{number}() {{}}\n").repeat(40);
        tree.write(&format!("src/f{number}.rs"), &text);
    }
    tree
}

/// Changes the commit payload as another version would have written it.
fn rewrite(tree: &Tree, from: &str, to: &str) {
    let path = tree.project.index_dir().join("meta.json");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

#[track_caller]
fn rebuilt(tree: &Tree, because: &str) {
    let report = tree.refresh();
    let Outcome::Built(reason) = &report.outcome else { panic!("{:?}", report.outcome) };
    assert!(reason.contains(because), "{reason}");
    assert_eq!(tree.indexed().len(), 30);
    check_no_leftovers(&tree.project);
}

#[test]
fn another_format_model_or_extractor_is_told_and_rebuilt() {
    let tree = tree();
    tree.settle();
    let known = format!(r#"\"format\":{}"#, moflo_core::FORMAT);
    rewrite(&tree, &known, r#"\"format\":999"#);
    let err = Store::open(&tree.project.index_dir()).unwrap_err();
    assert!(matches!(err, OpenError::Mismatch { what: "format", .. }), "{err}");
    rebuilt(&tree, "format 999");
    rewrite(&tree, moflo_embed::MODEL_ID, "another-model");
    rebuilt(&tree, "another-model");
    let version = format!(r#"\"extractor\":{}"#, moflo_extract::VERSION);
    rewrite(&tree, &version, r#"\"extractor\":0"#);
    assert!(Store::open(&tree.project.index_dir()).is_ok(), "it still answers");
    assert!(index::status(&tree.project).unwrap().rebuild.is_some());
    rebuilt(&tree, "extractor 0");
}

#[test]
fn whatever_file_is_missing_or_cut_short_the_index_is_built_anew() {
    let tree = tree();
    tree.settle();
    let names: Vec<String> = std::fs::read_dir(tree.project.index_dir())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let kinds = [
        "meta.json",
        "rows.bin",
        "vectors.bin",
        "blocks.bin",
        "means.bin",
        "files-1.bin",
        ".term",
        ".idx",
        ".store",
        ".fast",
    ];
    for kind in kinds {
        assert!(names.iter().any(|name| name.ends_with(kind)), "{kind} in {names:?}");
        for cut in [false, true] {
            let dir = tree.project.index_dir();
            let entries = std::fs::read_dir(&dir).unwrap().flatten();
            let victim = entries
                .map(|entry| entry.path())
                .find(|path| path.to_string_lossy().ends_with(kind))
                .unwrap();
            if cut {
                let file = std::fs::File::options().write(true).open(&victim).unwrap();
                file.set_len(file.metadata().unwrap().len() / 2).unwrap();
            } else {
                std::fs::remove_file(&victim).unwrap();
            }
            let err = Store::open(&dir).unwrap_err();
            assert!(err.hint().is_some(), "{victim:?}: {err}");
            let report = tree.refresh();
            assert!(matches!(report.outcome, Outcome::Built(_)), "{victim:?}");
            assert_eq!(tree.indexed().len(), 30, "{victim:?}");
        }
    }
}

#[test]
fn an_opened_index_knows_whether_it_is_current() {
    let tree = tree();
    tree.settle();
    let store = tree.store();
    assert!(store.is_current());
    tree.refresh();
    assert!(store.is_current(), "nothing was written");
    tree.write("src/f1.rs", "fn laterword() {}\n");
    tree.refresh();
    assert!(!store.is_current(), "a commit");
    let store = tree.store();
    tree.age();
    tree.refresh();
    assert!(!store.is_current(), "another time in the manifest");
    let store = tree.store();
    tree.full();
    assert!(!store.is_current(), "another folder");
}

#[test]
fn readers_keep_what_they_opened_while_everything_is_replaced() {
    let tree = tree();
    tree.settle();
    let before = tree.store();
    for number in 0..30 {
        tree.write(&format!("src/f{number}.rs"), "fn laterword() {}\n");
    }
    tree.refresh();
    tree.full();
    tree.full();
    check(&before);
    assert_eq!(crate::support::find(&before, "word7"), ["src/f7.rs"]);
    assert_eq!(tree.find("laterword").len(), 30);
    assert!(tree.find("word7").is_empty());
}

#[test]
fn readers_open_at_any_moment_while_a_writer_publishes() {
    let tree = tree();
    tree.settle();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (done, tree) = (&done, &tree);
        let reader = scope.spawn(move || {
            let mut opened = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                check(&tree.store());
                opened += 1;
            }
            opened
        });
        for round in 0..12 {
            tree.write("src/f1.rs", &format!("fn round{round}() {{}}\n"));
            if round % 4 == 3 {
                tree.full()
            } else {
                tree.refresh()
            };
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
}

/// Runs this test program's helper in a shell, under what `setup` does first.
fn in_shell(setup: &str, root: &Path) -> std::process::Output {
    let script = format!("{setup}; exec \"$0\" --exact crash::a_run_on_a_given_tree --nocapture");
    Command::new("sh")
        .arg("-c")
        .arg(script)
        .arg(std::env::current_exe().unwrap())
        .env(crate::crash::ROOT, root)
        .env(crate::crash::MODE, "once")
        .output()
        .unwrap()
}

#[test]
fn a_disk_that_fills_up_anywhere_leaves_the_old_index() {
    let tree = tree();
    tree.settle();
    for number in 0..200 {
        let text = format!("fn bulk{number}() {{ call_of_{number}(); }}\n").repeat(60);
        tree.write(&format!("bulk/b{number}.rs"), &text);
    }
    // Blocks of 512 bytes; a write beyond fails instead of ending the program.
    let mut failed = 0;
    for blocks in [4, 16, 64, 128, 256, 512] {
        let output = in_shell(&format!("trap '' XFSZ; ulimit -f {blocks}"), tree.root());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if text.contains("outcome: ok") {
            break;
        }
        failed += 1;
        assert!(text.contains("no space left"), "{blocks} blocks: {text}");
        assert_eq!(tree.indexed().len(), 30, "{blocks} blocks");
        check_no_leftovers(&tree.project);
    }
    assert!(failed >= 3, "only {failed} limits were reached");
    tree.refresh();
    assert_eq!(tree.indexed().len(), 230);
}

#[test]
fn a_checkout_that_cannot_be_written_is_told_and_can_still_be_searched() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;

    let tree = tree();
    tree.settle();
    tree.write("src/f1.rs", "fn changed() {}\n");
    let lock = |mode| {
        for dir in [tree.project.index_dir(), tree.project.moflo_dir(), tree.root().to_owned()] {
            std::fs::set_permissions(dir, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    lock(0o555);
    let for_lock = tree.project.moflo_dir().join("index.lock");
    std::fs::set_permissions(&for_lock, std::fs::Permissions::from_mode(0o444)).unwrap();
    let as_root = std::fs::File::create(tree.path("probe")).is_ok();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "crash::a_run_on_a_given_tree", "--nocapture"])
        .env(crate::crash::ROOT, tree.root())
        .env(crate::crash::MODE, "once");
    if as_root {
        std::fs::remove_file(tree.path("probe")).unwrap();
        command.uid(65534).gid(65534);
    }
    let output = command.output();
    lock(0o755);
    let Ok(output) = output else {
        println!("skipped: no other user may run this program");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("cannot be written"), "{text}");
    assert!(text.contains("fresh: stale 1"), "{text}");
    assert_eq!(tree.indexed().len(), 30);
}

#[test]
fn an_index_with_more_dead_rows_than_living_ones_is_compacted() {
    let tree = Tree::new(&[]);
    // Pieces are cut by their size, and lines without words take no time to read.
    let line = format!("//{}\n", "-".repeat(70));
    let text = |round: usize| format!("// round {round}\n{}", line.repeat(10)).repeat(1000);
    let mut compacted = false;
    for round in 0..40 {
        tree.write("large.rs", &text(round));
        tree.write("larger.rs", &text(round + 1000));
        let report = index::refresh(&tree.project, &tree.config, Mode::Incremental, &()).unwrap();
        if report.outcome == Outcome::Built("more dead rows than living ones".to_owned()) {
            compacted = true;
            break;
        }
    }
    assert!(compacted, "{:?}", tree.store().payload);
    let payload = tree.store().payload;
    assert_eq!(payload.rows, payload.live);
    tree.indexed();
}
