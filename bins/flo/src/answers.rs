//! What the index answers, put into words once for the command line and the MCP server.
//!
//! Opening brings in small changes first and never waits for large ones; how many files are not
//! as the index knows them is part of every answer.

pub(crate) mod links;
pub(crate) mod map;
pub(crate) mod package;
pub(crate) mod place;
pub(crate) mod search;
pub(crate) mod status;

use std::sync::Arc;

use moflo_core::index::{Budget, Freshness, open_up_to_date};
use moflo_core::query::Index;
use moflo_core::store::Store;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use moflo_ui::{ExitStatus, Failure, plural};

/// An index that is as fresh as it can be without waiting.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) index: Index,
    pub(crate) freshness: Freshness,
    /// Why small changes could not be taken in, if they could not.
    pub(crate) problem: Option<String>,
}

/// Opens the index of a project.
pub(crate) fn open(project: &Project, config: &Snapshot) -> Result<Opened, Failure> {
    open_kept(project, config, None)
}

/// Opens the index of a project, or goes on with one that was opened before and is still current.
pub(crate) fn open_kept(
    project: &Project,
    config: &Snapshot,
    kept: Option<Arc<Store>>,
) -> Result<Opened, Failure> {
    // A change that cannot be written is no reason not to answer from what is there.
    let (freshness, store) = open_up_to_date(project, config, Budget::default(), kept);
    let (freshness, problem) = match freshness {
        Ok(freshness) => (freshness, None),
        Err(err) => (Freshness::default(), Some(chain(&err))),
    };
    let index = match store {
        Some(store) => Index::of(store, project.root()),
        None => Index::open_at(&project.index_dir(), project.root()).map_err(|err| {
            let hint = err.hint();
            Failure::from_error(ExitStatus::No, err).maybe_hint(hint)
        })?,
    };
    Ok(Opened { index, freshness, problem })
}

impl Opened {
    /// Returns what a reader should know about the age of the answer, if anything.
    pub(crate) fn remark(&self) -> Option<String> {
        if let Some(problem) = &self.problem {
            return Some(format!("recent changes could not be taken in: {problem}"));
        }
        if let Some(reason) = &self.freshness.rebuild {
            return Some(format!(
                "the index should be built anew, because {reason}: run `flo index`"
            ));
        }
        let stale = self.freshness.stale as u64;
        (stale > 0).then(|| {
            let changed = plural(stale, "file has changed", "files have changed");
            format!("{changed} since the index was written: run `flo index`")
        })
    }
}

fn chain(err: &dyn std::error::Error) -> String {
    let mut text = err.to_string();
    let mut cause = err.source();
    while let Some(err) = cause {
        text = format!("{text}: {err}");
        cause = err.source();
    }
    text
}

/// Returns a failure of the index itself.
pub(crate) fn unreadable(err: moflo_core::query::QueryError) -> Failure {
    Failure::from_error(ExitStatus::Io, err).hint("`flo index --full` builds it anew")
}
