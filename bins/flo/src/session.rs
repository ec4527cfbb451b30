//! What every command works with: where it prints, which project it is about, its configuration.

use std::path::PathBuf;

use moflo_hooks::env;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use moflo_ui::{ExitStatus, Failure, Output, style};

use crate::cli::Global;
use crate::config::sync::{Synced, sync};
use crate::config::{self, Problem, Sources};

/// One run of the program.
pub(crate) struct Session {
    pub(crate) out: Output,
    flags: Vec<String>,
    explicit_directory: bool,
}

impl Session {
    pub(crate) fn new(global: &Global) -> Self {
        Self {
            out: Output::standard(global.quiet),
            flags: global.config.clone(),
            explicit_directory: global.directory.is_some(),
        }
    }

    /// Finds the project of the current folder.
    pub(crate) fn project(&self) -> Result<Project, Failure> {
        let start = current_dir()?;
        // Who names a folder means that folder, whatever the client was started in.
        let given = env::get(env::CLAUDE_PROJECT_DIR).filter(|_| !self.explicit_directory);
        Ok(Project::find(&start, given.map(PathBuf::from).as_deref()))
    }

    /// Returns the configuration in force for this run.
    ///
    /// In a set-up project the compiled snapshot is brought up to date on the way. When the
    /// configuration is wrong, the last good snapshot stays in force, with a warning.
    pub(crate) fn config(&self, project: &Project) -> Result<Snapshot, Failure> {
        let synced = sync(project);
        match &synced {
            Synced::Written(warnings) => self.warn(warnings),
            Synced::Wrong(problems) => {
                for problem in problems {
                    self.out.warn(problem.one_line());
                }
                self.out.warn("the last good configuration stays in force");
            }
            Synced::Unwritable(err) => self.out.warn(format_args!("{err}: {}", err.source)),
            Synced::NotSetUp | Synced::Unchanged => {}
        }
        if matches!(synced, Synced::NotSetUp) || self.overridden() {
            let effective = self.effective(project)?;
            if matches!(synced, Synced::NotSetUp) {
                self.warn(&effective.warnings);
            }
            return Ok(effective.snapshot);
        }
        let loaded = Snapshot::load(project);
        if let Some(problem) = &loaded.problem {
            self.out.warn(format_args!("{problem}; the defaults are in force"));
        }
        Ok(loaded.snapshot)
    }

    /// Returns every value with its origin, read anew.
    pub(crate) fn effective(&self, project: &Project) -> Result<config::Effective, Failure> {
        config::load(&Sources::of(project, &self.flags)).map_err(|problems| wrong(&problems))
    }

    pub(crate) fn warn(&self, problems: &[Problem]) {
        for problem in problems {
            self.out.warn(problem.one_line());
        }
    }

    /// Whether this run's environment or flags change the configuration.
    fn overridden(&self) -> bool {
        let variable = |key: &config::keys::Key| env::get(&config::keys::variable(key.path));
        !self.flags.is_empty() || config::keys::KEYS.iter().any(|key| variable(key).is_some())
    }
}

/// Returns the current folder.
pub(crate) fn current_dir() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|err| {
        Failure::from_error(ExitStatus::Io, err).context("cannot find out the current folder")
    })
}

fn wrong(problems: &[Problem]) -> Failure {
    let error = style::ERROR;
    let texts: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let place = problems.first().is_some_and(|problem| problem.place.is_some());
    // A variable or a flag is part of the command line; a file is the user's.
    let status = if place { ExitStatus::Unparsable } else { ExitStatus::Usage };
    Failure::new(status, texts.join(&format!("\n{error}error:{error:#} ")))
        .hint("`flo config show --origin` lists every key with its value, `flo config schema` what it may be")
}
