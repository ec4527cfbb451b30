//! Is there an index, and does it answer?

use moflo_core::query::{Index, Request};
use moflo_hooks::project::Project;

use super::Check;
use crate::answers::status;
use crate::commands::now_ms;

pub(super) fn check(project: &Project) -> Vec<Check> {
    let found = match moflo_core::index::status(project) {
        Err(err) => {
            let said = err.to_string();
            let missing = matches!(err, moflo_core::query::OpenError::Missing(_));
            let check =
                if missing { Check::note("index", said) } else { Check::fail("index", said) };
            return vec![match err.hint() {
                Some(hint) => check.fix(hint),
                None => check,
            }];
        }
        Ok(found) => found,
    };
    let said = status::freshness(&found, now_ms());
    let fresh = found.stale == 0 && found.rebuild.is_none();
    let state = if fresh {
        Check::ok("index", said)
    } else {
        Check::note("index", said).fix("run `flo index`")
    };
    vec![state, answers(project)]
}

/// Asks a question whose answer is known: a path in the index leads to its file.
fn answers(project: &Project) -> Check {
    let id = "index.search";
    let started = std::time::Instant::now();
    let index = match Index::open_at(&project.index_dir(), project.root()) {
        Ok(index) => index,
        Err(err) => return Check::fail(id, err.to_string()),
    };
    let Some(path) = index
        .store()
        .manifest
        .files()
        .find(moflo_core::store::File::is_indexed)
        .map(|file| file.path().into_owned())
    else {
        return Check::note(id, "the index holds no files");
    };
    match index.search(&Request { limit: 3, snippet_lines: 0, ..Request::new(&path) }) {
        Err(err) => Check::fail(id, err.to_string()).fix("run `flo index --full`"),
        Ok(found) => {
            let took = moflo_ui::human_duration(started.elapsed());
            if found.results.iter().any(|hit| hit.path == path) {
                Check::ok(id, format!("opened and answered in {took}"))
            } else {
                Check::fail(id, format!("it does not find {path}, which it holds"))
                    .fix("run `flo index --full`")
            }
        }
    }
}
