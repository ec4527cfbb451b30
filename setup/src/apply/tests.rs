//! Stops between any two writes, as a kill would, and looks at what the next run makes of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use moflo_hooks::project::Project;
use moflo_hooks::registry::Program;
use tempfile::TempDir;

use super::*;
use crate::lock::Lock;
use crate::plan::{Wish, install, uninstall};
use crate::survey::Survey;

/// Stops at the n-th checkpoint.
struct StopAt(usize);

impl Watch for StopAt {
    fn reached(&mut self, _: &str) -> bool {
        let go_on = self.0 > 0;
        self.0 = self.0.saturating_sub(1);
        go_on
    }
}

/// Writes into a file at the n-th checkpoint, as somebody else might.
struct MeddleAt(usize, PathBuf);

impl Watch for MeddleAt {
    fn reached(&mut self, _: &str) -> bool {
        if self.0 == 0 {
            fs::write(&self.1, "{\"theirs\": 1}").unwrap();
        }
        self.0 = self.0.wrapping_sub(1);
        true
    }
}

struct Bench {
    dir: TempDir,
    store: Store,
}

impl Bench {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let repo = dir.path().join("repo");
        fs::create_dir_all(repo.join(".git/info")).unwrap();
        fs::write(repo.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(repo.join(".git/info/exclude"), "# mine\n").unwrap();
        fs::create_dir_all(repo.join(".claude")).unwrap();
        fs::write(repo.join(".claude/settings.local.json"), "{\"a\": 1}").unwrap();
        fs::write(repo.join("CLAUDE.md"), "# Mine").unwrap();
        // Old enough that no write of a test could have left the same time.
        for file in [".claude/settings.local.json", "CLAUDE.md", ".git/info/exclude"] {
            let file = fs::File::options().write(true).open(repo.join(file)).unwrap();
            file.set_modified(UNIX_EPOCH + Duration::from_secs(1_600_000_000)).unwrap();
        }
        let store = Store::new(&dir.path().join("state/key"));
        prepare(&store).unwrap();
        Self { dir, store }
    }

    fn repo(&self) -> PathBuf {
        self.dir.path().join("repo")
    }

    fn survey(&self) -> Survey {
        let mut survey = Survey::take(&Project::at(&self.repo()), &self.store).unwrap();
        survey.settings_user = None;
        for program in Program::ALL {
            survey.programs.insert(program.name(), Path::new("/opt").join(program.name()));
        }
        survey
    }

    /// One run: mend, plan, carry out.
    fn run(&self, purpose: Purpose, watch: &mut dyn Watch) -> Result<(), SetupError> {
        recover(&self.store, watch)?;
        let survey = self.survey();
        let wish = Wish::default();
        let plan = match purpose {
            Purpose::Install => install(&survey, &wish)?,
            Purpose::Uninstall => uninstall(&survey, &wish)?,
        };
        if plan.is_empty() {
            return Ok(());
        }
        apply(&plan, &self.store, survey.record.as_ref(), watch)
    }

    fn tree(&self) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        collect(&self.repo(), &mut found);
        found
    }

    /// When each file was last written: a file that is given back gets its time back too.
    fn times(&self) -> BTreeMap<PathBuf, SystemTime> {
        let files = self.tree().into_keys().filter(|path| path.is_file());
        files.map(|path| (path.clone(), path.metadata().unwrap().modified().unwrap())).collect()
    }
}

fn collect(dir: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.insert(path.clone(), "folder".to_owned());
            collect(&path, found);
        } else {
            found.insert(path.clone(), fs::read_to_string(&path).unwrap());
        }
    }
}

/// Stops `purpose` at every checkpoint there is; afterwards both ways must lead where they should.
fn stop_everywhere(purpose: Purpose) -> usize {
    for stop in 0.. {
        let bench = Bench::new();
        let (bare, times) = (bench.tree(), bench.times());
        bench.run(Purpose::Install, &mut Unwatched).unwrap();
        let installed = bench.tree();
        if purpose == Purpose::Install {
            bench.run(Purpose::Uninstall, &mut Unwatched).unwrap();
            assert_eq!(bench.tree(), bare);
            assert_eq!(bench.times(), times);
        }
        match bench.run(purpose, &mut StopAt(stop)) {
            Ok(()) => return stop,
            Err(SetupError::Stopped) => {}
            Err(error) => panic!("stop {stop}: {error}"),
        }
        // The mending may be killed as well, at every step.
        while matches!(recover(&bench.store, &mut StopAt(0)), Err(SetupError::Stopped)) {}
        bench.run(Purpose::Install, &mut Unwatched).unwrap();
        assert_eq!(bench.tree(), installed, "stop {stop}: the next run completes it");
        bench.run(Purpose::Uninstall, &mut Unwatched).unwrap();
        assert_eq!(bench.tree(), bare, "stop {stop}: and everything can be taken back");
        assert_eq!(bench.times(), times, "stop {stop}: with the times it had");
    }
    unreachable!("the loop ends when no checkpoint is left")
}

#[test]
fn a_set_up_killed_between_any_two_writes_is_mended_by_the_next_run() {
    let checkpoints = stop_everywhere(Purpose::Install);
    assert!(checkpoints > 9, "only {checkpoints} checkpoints were passed");
}

#[test]
fn a_removal_killed_between_any_two_writes_is_mended_by_the_next_run() {
    let checkpoints = stop_everywhere(Purpose::Uninstall);
    assert!(checkpoints > 9, "only {checkpoints} checkpoints were passed");
}

#[test]
fn a_removal_killed_anywhere_is_completed_by_the_next_removal() {
    for stop in 0.. {
        let bench = Bench::new();
        let (bare, times) = (bench.tree(), bench.times());
        bench.run(Purpose::Install, &mut Unwatched).unwrap();
        let ended = bench.run(Purpose::Uninstall, &mut StopAt(stop));
        bench.run(Purpose::Uninstall, &mut Unwatched).unwrap();
        assert_eq!((bench.tree(), bench.times()), (bare, times), "stop {stop}");
        if ended.is_ok() {
            break;
        }
    }
}

#[test]
fn a_file_somebody_writes_meanwhile_is_theirs_and_the_rest_is_put_back() {
    let bench = Bench::new();
    let bare = bench.tree();
    let path = bench.repo().join(".claude/settings.local.json");
    // The settings come last: by now the other files are written.
    let error = bench.run(Purpose::Install, &mut MeddleAt(4, path.clone())).unwrap_err();
    assert_eq!(error.status(), moflo_ui::ExitStatus::RolledBack, "{error}");
    let mut after = bench.tree();
    assert_eq!(after.insert(path.clone(), bare[&path].clone()).unwrap(), "{\"theirs\": 1}");
    assert_eq!(after, bare);
}

#[test]
fn an_edit_after_a_kill_is_not_put_back_over() {
    let bench = Bench::new();
    let path = bench.repo().join("CLAUDE.md");
    let ended = bench.run(Purpose::Install, &mut StopAt(8));
    assert!(matches!(ended, Err(SetupError::Stopped)));
    let mut text = fs::read(&path).unwrap();
    text.extend_from_slice(b"\nmine too");
    fs::write(&path, &text).unwrap();
    recover(&bench.store, &mut Unwatched).unwrap();
    assert_eq!(fs::read(&path).unwrap(), text);
}

#[test]
fn a_second_run_waits_and_then_leaves() {
    let bench = Bench::new();
    let first = Lock::take(&bench.store, Duration::ZERO).unwrap();
    let second = Lock::take(&bench.store, Duration::ZERO);
    assert!(matches!(second, Err(SetupError::Busy)));
    first.tidy();
    Lock::take(&bench.store, Duration::ZERO).unwrap();
}
