//! How good the ranking is: queries with known answers, asked of indexed trees.
//!
//! ```text
//! cargo run --release -p moflo-core --example retrieval -- --set QUERIES.jsonl --trees DIR [options]
//! cargo run --release -p moflo-core --example retrieval -- --calibration --set A.jsonl --trees DIR …
//! cargo run --release -p moflo-core --example retrieval -- --tune --set A.jsonl --trees DIR …
//! cargo run --release -p moflo-core --example retrieval -- --names 100 [--lower] --trees DIR
//! ```
//!
//! `--set` takes lines with `id`, `repo`, `root`, `category`, `query`, `relevant` (paths) and
//! `exclude`; each repository is a folder of that name below `--trees`, indexed when it is not yet.
//! `--root` indexes the folder that the query's `root` names instead of the whole repository,
//! `--reverse` takes queries for test files and asks for their sources.
//!
//! - `--ablate` asks again without each signal and each group of factors.
//! - `--folds` prints each fifth of the repositories, to see how much figures differ between them.
//! - `--calibration` fits the confidence of first hits on four fifths of the repositories and holds
//!   it against the last; every set named before it counts, and as many queries are asked of a
//!   repository that cannot answer them.
//! - `--tune` looks for better weights of the signals on all sets together, and says how those that
//!   are found on four fifths of the repositories do on the last.
//! - `--names N` asks for names of functions and types and counts how often a definition comes
//!   first; `--lower` asks in small letters.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a tool for developers that reports")]

mod calibration;
mod names;
mod sets;
mod tune;

use std::path::{Path, PathBuf};

use moflo_core::index::{self, Mode};
use moflo_core::query::Index;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;

/// What is asked of which trees.
#[derive(Debug, Clone, Default)]
pub struct Set {
    file: PathBuf,
    trees: PathBuf,
    root: bool,
    reverse: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[derive(Default)]
struct Options {
    sets: Vec<Set>,
    ablate: bool,
    folds: bool,
    calibration: bool,
    tune: bool,
    names: usize,
    lower: bool,
    only: Option<String>,
}

fn options() -> Options {
    let mut out = Options::default();
    let mut trees = PathBuf::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap();
        match argument.as_str() {
            "--set" => out.sets.push(Set { file: value().into(), ..Set::default() }),
            "--trees" => trees = value().into(),
            "--root" => out.sets.last_mut().unwrap().root = true,
            "--reverse" => out.sets.last_mut().unwrap().reverse = true,
            "--ablate" => out.ablate = true,
            "--folds" => out.folds = true,
            "--calibration" => out.calibration = true,
            "--tune" => out.tune = true,
            "--lower" => out.lower = true,
            "--names" => out.names = value().parse().unwrap(),
            "--only" => out.only = Some(value()),
            other => panic!("unknown argument `{other}`"),
        }
        // `--trees` holds for the set before it, or for all that have none.
        if let Some(set) = out.sets.last_mut() {
            set.trees.clone_from(&trees);
        }
    }
    for set in &mut out.sets {
        if set.trees.as_os_str().is_empty() {
            set.trees.clone_from(&trees);
        }
    }
    if out.names > 0 {
        names::ask(&trees, out.names, out.lower);
    }
    out
}

fn main() {
    let options = options();
    if options.calibration {
        return calibration::report(&options.sets);
    }
    if options.tune {
        return tune::report(&options.sets);
    }
    for set in &options.sets {
        let queries = sets::read(set, options.only.as_deref());
        sets::report(set, &queries, options.folds);
        if options.ablate {
            sets::ablate(set, &queries);
        }
    }
}

/// Opens the index of a tree, made first when there is none.
fn open(tree: &Path) -> Index {
    let project = Project::at(tree);
    if Index::open(&project.index_dir()).is_err() {
        let config = Snapshot::load(&project).snapshot;
        index::refresh(&project, &config, Mode::Incremental, &()).unwrap();
    }
    Index::open(&project.index_dir()).unwrap()
}
