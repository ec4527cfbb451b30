//! Writers that are killed at any moment, alone and in pairs.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use moflo_core::index::{self, Budget, IndexError, Mode, Outcome};
use moflo_core::store::{OpenError, Store};
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;

use crate::support::{Tree, check, check_no_leftovers, content};

/// The tree a child works on.
pub(crate) const ROOT: &str = "MOFLO_TEST_ROOT";
/// `once`, `loop` to index forever, or `take` to spoil the index and take another worktree's over
/// forever.
pub(crate) const MODE: &str = "MOFLO_TEST_MODE";
/// How many writers are killed; a few when unset.
const ROUNDS: &str = "MOFLO_TEST_KILLS";

/// What a child does; without a tree it makes its own, and is a test like any other.
#[test]
fn a_run_on_a_given_tree() {
    let own = Tree::new(&[("a.rs", "fn a() {}\n")]);
    let given = variable(ROOT).map(|root| Project::at(root.as_ref()));
    let project = given.as_ref().unwrap_or(&own.project);
    let config = Snapshot::default();
    if variable(MODE).as_deref() == Some("loop") {
        for round in 0_u64.. {
            let mode = if round % 5 == 4 { Mode::Full } else { Mode::Incremental };
            std::fs::write(
                project.root().join(format!("churn{}.rs", round % 7)),
                format!("fn churn{round}() {{}}\n").repeat(30),
            )
            .unwrap();
            let result = if round % 3 == 2 {
                index::bring_up_to_date(project, &config, Budget::default()).map(|_| ())
            } else {
                index::refresh(project, &config, mode, &()).map(|_| ())
            };
            match result {
                Ok(()) | Err(IndexError::Busy) => {}
                Err(err) => panic!("{err}"),
            }
        }
    }
    if variable(MODE).as_deref() == Some("take") {
        let meta = project.index_dir().join("meta.json");
        let aside = project.git_common_dir().unwrap().join("meta.json");
        let version = format!(r#"\"extractor\":{}"#, moflo_extract::VERSION);
        loop {
            // It still answers, and is of no use to a writer.
            let text = std::fs::read_to_string(&meta).unwrap();
            std::fs::write(&aside, text.replace(&version, r#"\"extractor\":0"#)).unwrap();
            std::fs::rename(&aside, &meta).unwrap();
            let report = index::refresh(project, &config, Mode::Incremental, &()).unwrap();
            assert!(matches!(report.outcome, Outcome::TakenOver { .. }));
        }
    }
    match index::refresh(project, &config, Mode::Incremental, &()) {
        Ok(report) => println!("outcome: ok, {} files", report.totals.files),
        Err(err) => {
            assert!(given.is_some(), "{err}");
            println!("outcome: {err}");
        }
    }
    match index::bring_up_to_date(project, &config, Budget::default()) {
        Ok(fresh) => println!("fresh: stale {}", fresh.stale),
        Err(err) => {
            assert!(given.is_some(), "{err}");
            println!("fresh: {err}");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how a test speaks to the child it starts")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn child(tree: &Tree, mode: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::a_run_on_a_given_tree", "--nocapture"])
        .env(ROOT, tree.root())
        .env(MODE, mode)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// A small generator, so that a failing round can be run again.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Kills writers at random moments; between two kills every opening shows a whole index.
fn kill(writers: usize, seed: u64) {
    let rounds = variable(ROUNDS).and_then(|text| text.parse().ok()).unwrap_or(8);
    let tree = Tree::new(&[]);
    for number in 0..60 {
        let text = format!("fn word{number}() {{\n    other();\n}}\n").repeat(20);
        tree.write(&format!("src/f{number}.rs"), &text);
    }
    let mut state = seed;
    let mut published = 0;
    for round in 0..rounds {
        let mut children: Vec<Child> = (0..writers).map(|_| child(&tree, "loop")).collect();
        let moment = Duration::from_micros(next(&mut state) % 300_000);
        let started = Instant::now();
        while started.elapsed() < moment {
            std::thread::yield_now();
        }
        for child in &mut children {
            child.kill().unwrap();
        }
        for child in &mut children {
            child.wait().unwrap();
        }
        match Store::open(&tree.project.index_dir()) {
            Ok(store) => {
                check(&store);
                published += 1;
            }
            Err(OpenError::Missing(_)) if published == 0 => {}
            Err(err) => panic!("round {round} after {moment:?}: {err}"),
        }
        // Every other time the next writer is again one that gets killed.
        if round % 2 == 0 {
            tree.refresh();
            check(&tree.store());
            check_no_leftovers(&tree.project);
            published += 1;
        }
    }
    tree.refresh();
    check_no_leftovers(&tree.project);
    let survived = content(&tree.store());
    tree.full();
    assert_eq!(survived, content(&tree.store()));
}

#[test]
fn a_writer_killed_at_any_moment_leaves_the_last_commit() {
    kill(1, 0x9e37_79b9_7f4a_7c15);
}

#[test]
fn two_writers_killed_at_any_moment_leave_the_last_commit() {
    kill(2, 0x2545_f491_4f6c_dd1d);
}

#[test]
fn a_writer_killed_while_it_takes_an_index_over_leaves_a_whole_one() {
    let rounds = variable(ROUNDS).and_then(|text| text.parse().ok()).unwrap_or(8);
    let main = Tree::repository(&[]);
    let tree = Tree::beside(&main, "w");
    for number in 0..60 {
        let text = format!("fn word{number}() {{\n    other();\n}}\n").repeat(20);
        for tree in [&main, &tree] {
            tree.write(&format!("src/f{number}.rs"), &text);
        }
    }
    main.settle();
    tree.write("src/f7.rs", "fn mineword() {}\n");
    assert!(matches!(tree.refresh().outcome, Outcome::TakenOver { .. }));
    let mut state = 0xd1b5_4a32_d192_ed03;
    for round in 0..rounds {
        let mut child = child(&tree, "take");
        let moment = Duration::from_micros(next(&mut state) % 300_000);
        let started = Instant::now();
        while started.elapsed() < moment {
            std::thread::yield_now();
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        match Store::open(&tree.project.index_dir()) {
            Ok(store) => check(&store),
            Err(err) => panic!("round {round} after {moment:?}: {err}"),
        }
        check(&main.store());
    }
    tree.refresh();
    check(&tree.store());
    check_no_leftovers(&tree.project);
    check_no_leftovers(&main.project);
    assert_eq!(tree.find("mineword"), ["src/f7.rs"]);
    let survived = content(&tree.store());
    tree.full();
    assert_eq!(survived, content(&tree.store()));
}

#[test]
fn of_many_writers_at_once_each_either_does_its_work_or_leaves_at_once() {
    let tree = Tree::new(&[("a.rs", "fn a() {}\n"), ("b.rs", "fn b() {}\n")]);
    let results: Vec<bool> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let tree = &tree;
                scope.spawn(move || {
                    tree.write(&format!("c{number}.rs"), "fn c() {}\n");
                    match index::refresh(&tree.project, &tree.config, Mode::Incremental, &()) {
                        Ok(_) => true,
                        Err(IndexError::Busy) => false,
                        Err(err) => panic!("{err}"),
                    }
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(results.contains(&true));
    tree.refresh();
    assert_eq!(tree.indexed().len(), 10);
    check_no_leftovers(&tree.project);
}
