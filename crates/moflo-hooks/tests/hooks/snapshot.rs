//! The compiled configuration, whole, damaged and from other versions.

use insta::assert_snapshot;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::{MemoryFirst, Snapshot, SnapshotError};
use moflo_hooks::summary::Summary;

#[track_caller]
fn problem(text: Option<&str>) -> String {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join(".moflo")).unwrap();
    if let Some(text) = text {
        std::fs::write(dir.path().join(".moflo/snapshot.json"), text).unwrap();
    }
    let loaded = Snapshot::load(&Project::at(dir.path()));
    match loaded.problem {
        None => "none".to_owned(),
        Some(err) => {
            assert_eq!(loaded.snapshot, Snapshot::default());
            moflo_hooks::hook::chain(&err).replace(&dir.path().display().to_string(), "[DIR]")
        }
    }
}

#[test]
fn what_cannot_be_read_is_the_default_with_a_reason() {
    assert_eq!(problem(Some(r#"{"format":1,"new":{},"gates":{"memory_first":"off"}}"#)), "none");
    assert_snapshot!(problem(None), @"no configuration was compiled to [DIR]/.moflo/snapshot.json");
    assert_snapshot!(problem(Some("{")), @"the snapshot cannot be understood: EOF while parsing an object at line 1 column 1");
    assert_snapshot!(problem(Some(r#"{"format":2,"gates":7}"#)), @"the snapshot has format 2, and this program knows 1");
    assert_snapshot!(problem(Some(r#"{"format":1,"gates":{"memory_first":"maybe"}}"#)), @"the snapshot cannot be understood: unknown variant `maybe`, expected one of `block`, `assist`, `off` at line 1 column 43");
    assert_snapshot!(problem(Some("{}")), @"the snapshot cannot be understood: missing field `format` at line 1 column 2");
}

#[test]
fn missing_keys_are_filled_in_and_the_file_is_read_back() {
    let partial = Snapshot::parse(br#"{"format":1,"gates":{"memory_first":"assist"}}"#).unwrap();
    assert_eq!(partial.gates.memory_first, MemoryFirst::Assist);
    assert!(partial.gates.context_tracking && partial.prompt.max_tokens == 400);
    assert_eq!(Snapshot::parse(&partial.to_bytes()).unwrap(), partial);
    assert!(partial.to_bytes().starts_with(br#"{"format":1,"#));
    assert!(matches!(Snapshot::parse(b"[]"), Err(SnapshotError::Invalid(_))));
}

#[test]
fn a_summary_is_read_back_and_a_newer_one_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::at(dir.path());
    assert_eq!(Summary::read(&project), None);
    std::fs::create_dir(dir.path().join(".moflo")).unwrap();
    let summary = Summary {
        format: 1,
        files: 3,
        languages: vec![("Rust".to_owned(), 2)],
        ..Summary::default()
    };
    summary.write(&project).unwrap();
    assert_eq!(Summary::read(&project), Some(summary.clone()));
    Summary { format: 2, ..summary }.write(&project).unwrap();
    assert_eq!(Summary::read(&project), None);
}
