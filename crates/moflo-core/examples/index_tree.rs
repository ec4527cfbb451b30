//! Indexes a folder and prints what was done and what it cost.
//!
//! `index_tree DIR [full|refresh|fresh|status]`; `fresh` is what a search does first.
//! `index_tree DIR ask FILE` searches for each line of a file in one process; `index_tree DIR map`
//! prints the outline of the repository.
#![expect(clippy::print_stdout, reason = "an example that reports")]

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use moflo_core::index::{self, Budget, Mode};
use moflo_core::query::{Index, Request};
use moflo_core::store::Store;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(dir) = arguments.first() else {
        println!("usage: index_tree DIR [full|refresh|fresh|status|ask FILE|map]");
        return ExitCode::FAILURE;
    };
    let project = Project::at(Path::new(dir));
    let config = Snapshot::load(&project).snapshot;
    let started = Instant::now();
    let mode = arguments.get(1).map_or("refresh", String::as_str);
    let result = match mode {
        "fresh" => index::bring_up_to_date(&project, &config, Budget::default())
            .map(|freshness| println!("{freshness:#?}")),
        "status" => {
            match index::status(&project) {
                Ok(status) => println!("{status:#?}"),
                Err(err) => println!("{err}"),
            }
            Ok(())
        }
        "map" => {
            map(&project);
            Ok(())
        }
        "ask" => {
            ask(&project, arguments.get(2).map_or("", String::as_str));
            Ok(())
        }
        _ => {
            let mode = if mode == "full" { Mode::Full } else { Mode::Incremental };
            index::refresh(&project, &config, mode, &()).map(|report| println!("{report:#?}"))
        }
    };
    println!("whole call: {:?}", started.elapsed());
    if let Err(err) = result {
        println!("error: {err}; {:?}", std::error::Error::source(&err));
        return ExitCode::FAILURE;
    }
    let started = Instant::now();
    if let Ok(store) = Store::open(&project.index_dir()) {
        println!(
            "opened in {:?}: {} segments, {:?}",
            started.elapsed(),
            store.searcher.segment_readers().len(),
            store.payload
        );
    }
    peak();
    ExitCode::SUCCESS
}

/// Prints the outline, a line for each file and its definitions.
fn map(project: &Project) {
    let Ok(index) = Index::open(&project.index_dir()) else { return };
    let started = Instant::now();
    let Ok((_, entries)) = index.map("", 2000) else { return };
    for entry in &entries {
        let names: Vec<String> = entry
            .symbols
            .iter()
            .map(|one| format!("{} {}", one.name, one.references.unwrap_or_default()))
            .collect();
        println!("{} ({}): {}", entry.path, entry.kind.as_str(), names.join(", "));
    }
    println!("{} files in {:?}", entries.len(), started.elapsed());
}

/// Searches for each line of a file and prints what that takes.
fn ask(project: &Project, file: &str) {
    let queries = std::fs::read_to_string(file).unwrap_or_default();
    let Ok(index) = Index::open(&project.index_dir()) else { return };
    let mut times = Vec::new();
    for query in queries.lines().filter(|line| !line.trim().is_empty()) {
        let started = Instant::now();
        let found = index.search(&Request::new(query)).map_or(0, |response| response.results.len());
        times.push((started.elapsed(), found));
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).map(|(time, _)| *time);
    println!("{} queries: p50 {:?} p95 {:?}", times.len(), at(50), at(95));
}

/// Prints the largest resident size the process had, where the system tells.
fn peak() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("{line}");
    }
}
