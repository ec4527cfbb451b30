//! What is kept on disk: facts of actors and turns, the work log, the journal, files replaced whole.

use std::sync::atomic::{AtomicUsize, Ordering};

use moflo_hooks::project::Project;
use moflo_hooks::state::{Fact, LeftOpen, Session, Work};
use moflo_hooks::{file, journal};

fn project(dir: &tempfile::TempDir) -> Project {
    std::fs::create_dir_all(dir.path().join("p/.moflo")).unwrap();
    Project::at(&dir.path().join("p")).with_state_home(&dir.path().join("state"))
}

#[test]
fn facts_belong_to_an_actor_and_a_turn() {
    let dir = tempfile::tempdir().unwrap();
    let project = project(&dir);
    let main = Session::new(&project, "s", None, Some("p1"));
    assert!(!main.has(Fact::Searched));
    assert!(main.record(Fact::Searched).unwrap());
    assert!(!main.record(Fact::Searched).unwrap());
    assert!(main.has(Fact::Searched));

    let other_turn = Session::new(&project, "s", None, Some("p2"));
    let agent = Session::new(&project, "s", Some("a"), Some("p1"));
    let other_session = Session::new(&project, "t", None, Some("p1"));
    for other in [&other_turn, &agent, &other_session] {
        assert!(!other.has(Fact::Searched));
    }

    // A path stays known in the next turn, and to this actor alone.
    main.record(Fact::KnownPath("src/a.rs")).unwrap();
    assert!(other_turn.has(Fact::KnownPath("src/a.rs")));
    assert!(!other_turn.has(Fact::KnownPath("src/b.rs")));
    assert!(!agent.has(Fact::KnownPath("src/a.rs")));

    // A task list is everybody's.
    agent.record(Fact::TaskCreated).unwrap();
    assert!(other_turn.has(Fact::TaskCreated));

    assert!(main.record(Fact::ContextBracket(60)).unwrap());
    assert!(main.record(Fact::ContextBracket(80)).unwrap());
    assert!(!other_turn.record(Fact::ContextBracket(60)).unwrap());
}

#[test]
fn credits_can_be_taken_back_and_sessions_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let project = project(&dir);
    let main = Session::new(&project, "s", None, Some("p1"));
    let agent = Session::new(&project, "s", Some("a"), Some("p1"));
    main.record(Fact::Searched).unwrap();
    agent.record(Fact::Searched).unwrap();
    main.record(Fact::KnownPath("a")).unwrap();
    main.forget_searches();
    assert!(!main.has(Fact::Searched));
    assert!(agent.has(Fact::Searched) && main.has(Fact::KnownPath("a")));
    main.forget_everything();
    assert!(!agent.has(Fact::Searched) && !main.has(Fact::KnownPath("a")));
    assert!(!main.dir().exists());
}

#[test]
fn of_many_parallel_recorders_one_is_first_and_none_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let project = project(&dir);
    let first = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for number in 0..16 {
            let (project, first) = (&project, &first);
            scope.spawn(move || {
                let session = Session::new(project, "s", None, Some("p1"));
                if session.record(Fact::Searched).unwrap() {
                    first.fetch_add(1, Ordering::Relaxed);
                }
                session.record(Fact::KnownPath(&number.to_string())).unwrap();
                session.log_work(&Work::Edited(number.to_string())).unwrap();
                journal::append(project, &format!("f{number}")).unwrap();
            });
        }
    });
    assert_eq!(first.into_inner(), 1);
    let session = Session::new(&project, "s", None, None);
    assert!((0..16).all(|number| session.has(Fact::KnownPath(&number.to_string()))));
    assert_eq!(LeftOpen::of(&session).unwrap().edited.len(), 16);
    assert_eq!(journal::take(&project).unwrap().paths.len(), 16);
}

#[test]
fn ids_from_outside_are_never_paths() {
    let dir = tempfile::tempdir().unwrap();
    let project = project(&dir);
    let session = Session::new(&project, "../../../evil", Some("/etc"), Some("\0"));
    session.record(Fact::KnownPath("../../x\0y")).unwrap();
    assert!(session.dir().starts_with(project.state_dir()));
    assert_eq!(std::fs::read_dir(session.dir()).unwrap().count(), 1);
}

#[test]
fn what_was_left_open_is_told_from_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let project = project(&dir);
    let session = Session::new(&project, "old", None, None);
    for work in [
        Work::Edited("a.rs".to_owned()),
        Work::TaskCreated("1".to_owned(), "first".to_owned()),
        Work::TaskCreated("2".to_owned(), "second".to_owned()),
        Work::Edited("b.rs".to_owned()),
        Work::Edited("a.rs".to_owned()),
        Work::TaskCompleted("1".to_owned()),
    ] {
        session.log_work(&work).unwrap();
    }
    // A kill in the middle of a line costs that line only.
    file::append_line(&session.dir().join("work.jsonl"), b"{\"edited\":\"c").unwrap();
    let left = LeftOpen {
        edited: vec!["a.rs".to_owned(), "b.rs".to_owned()],
        tasks: vec!["second".to_owned()],
    };
    assert_eq!(LeftOpen::of(&session), Some(left.clone()));
    let new = Session::new(&project, "new", None, None);
    assert_eq!(LeftOpen::of_last_session(&project, &new), Some(left));
    assert_eq!(LeftOpen::of_last_session(&project, &session), None);
}

#[test]
fn the_journal_keeps_what_was_not_committed() {
    let dir = tempfile::tempdir().unwrap();
    let project = project(&dir);
    assert!(journal::take(&project).unwrap().paths.is_empty());
    journal::append(&project, "a b\n\"c\".rs").unwrap();
    journal::append(&project, "x").unwrap();
    journal::append(&project, "x").unwrap();
    drop(journal::take(&project).unwrap());
    journal::append(&project, "y").unwrap();
    let taken = journal::take(&project).unwrap();
    assert_eq!(taken.paths, ["a b\n\"c\".rs", "x", "y"]);
    // A hook that had the journal open while it was taken appends to the file that was set aside.
    let aside = std::fs::read_dir(project.moflo_dir())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("taken"))
        .max()
        .unwrap();
    file::append_line(&aside, b"\"late\"").unwrap();
    taken.commit().unwrap();
    let rest = journal::take(&project).unwrap();
    assert_eq!(rest.paths, ["late"]);
    rest.commit().unwrap();
    assert_eq!(std::fs::read_dir(project.moflo_dir()).unwrap().count(), 0);
}

#[test]
fn files_are_replaced_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a");
    file::replace(&path, b"one").unwrap();
    file::replace(&path, b"two").unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"two");
    let err = file::replace(&dir.path().join("no/a"), b"x").unwrap_err();
    assert!(err.is_missing() && err.to_string().ends_with("no/a"));
    // A folder cannot be replaced by a file; nothing is left behind.
    std::fs::create_dir(dir.path().join("d")).unwrap();
    assert!(file::replace(&dir.path().join("d"), b"x").is_err());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_facts() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let project = project(&dir);
    let session = Session::new(&project, "s", None, None);
    session.record(Fact::Searched).unwrap();
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(session.dir()), 0o700);
    assert_eq!(mode(&project.state_dir()), 0o700);
    let marker = std::fs::read_dir(session.dir()).unwrap().next().unwrap().unwrap().path();
    assert_eq!(mode(&marker), 0o600);
}
