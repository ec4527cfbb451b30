//! Queries with known answers: the figures, and what each signal is worth.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use moflo_core::query::weights::{Omit, Signal};
use moflo_core::query::{Index, REASONS, Reason, Request};
use serde_json::Value;

use crate::Set;

/// A query with its answers; paths are relative to the repository.
pub(crate) struct Query {
    pub(crate) repo: String,
    pub(crate) tree: PathBuf,
    pub(crate) text: String,
    /// It is asked of a tree that does not answer it.
    pub(crate) foreign: bool,
    category: String,
    prefix: String,
    gold: Vec<String>,
    exclude: Vec<String>,
}

impl Query {
    /// Returns a path of the index as the answers have it.
    pub(crate) fn place(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    /// Says whether a path of the index answers the query.
    pub(crate) fn is_answer(&self, path: &str) -> bool {
        self.gold.contains(&self.place(path))
    }

    /// Says whether a path of the index is the one that the question was taken from.
    pub(crate) fn is_excluded(&self, path: &str) -> bool {
        self.exclude.contains(&self.place(path))
    }

    /// Returns how many files answer.
    pub(crate) fn answers(&self) -> usize {
        self.gold.len()
    }

    pub(crate) fn request(&self) -> Request<'_> {
        Request { limit: 30, snippet_lines: 0, ..Request::new(&self.text) }
    }

    fn judge(&self, paths: impl Iterator<Item = String>) -> Judged {
        let mut found: Vec<String> = paths.map(|path| self.place(&path)).collect();
        found.retain(|path| !self.exclude.contains(path));
        let right = |path: &String| self.gold.contains(path);
        Judged {
            ndcg: ndcg(&found, &self.gold),
            first: found.first().is_some_and(right),
            five: found.iter().take(5).any(right),
        }
    }
}

struct Judged {
    ndcg: f64,
    first: bool,
    five: bool,
}

/// Reads a set, in the order of its lines.
pub(crate) fn read(set: &Set, only: Option<&str>) -> Vec<Query> {
    let text = std::fs::read_to_string(&set.file).unwrap();
    let mut out = Vec::new();
    for line in text.lines() {
        let query: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| query[name].as_str().unwrap_or_default().to_owned();
        let paths = |name: &str| -> Vec<String> {
            let all = query[name].as_array().cloned().unwrap_or_default();
            let path = |item: &Value| item.as_str().or(item["path"].as_str()).map(str::to_owned);
            let mut paths: Vec<String> = all.iter().filter_map(path).collect();
            paths.sort();
            paths.dedup();
            paths
        };
        let prefix = if set.root { field("root") } else { String::new() };
        if only.is_some_and(|only| only != field("repo")) {
            continue;
        }
        out.push(Query {
            repo: field("repo"),
            tree: set.trees.join(field("repo")).join(&prefix),
            text: field("query"),
            foreign: false,
            category: field("category"),
            gold: paths("relevant"),
            exclude: paths("exclude"),
            prefix,
        });
    }
    out
}

fn ndcg(found: &[String], gold: &[String]) -> f64 {
    let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let hits = found.iter().take(10).enumerate().filter(|(_, path)| gold.contains(path));
    hits.map(|(rank, _)| gain(rank)).sum::<f64>() / (0..gold.len().min(10)).map(gain).sum::<f64>()
}

/// Calls `each` with every query and its index; an index stays open for queries in a row.
pub(crate) fn with_index(queries: &[Query], mut each: impl FnMut(&Query, &Index)) {
    let mut opened: Option<(PathBuf, Index)> = None;
    for query in queries {
        if opened.as_ref().is_none_or(|(tree, _)| *tree != query.tree) {
            opened = Some((query.tree.clone(), crate::open(&query.tree)));
        }
        let (_, index) = opened.as_ref().unwrap();
        each(query, index);
    }
}

#[derive(Default)]
struct Tally {
    ndcg: f64,
    first: u32,
    five: u32,
    queries: u32,
}

impl Tally {
    fn add(&mut self, judged: &Judged) {
        self.ndcg += judged.ndcg;
        self.first += u32::from(judged.first);
        self.five += u32::from(judged.five);
        self.queries += 1;
    }

    fn print(&self, name: &str) {
        let n = f64::from(self.queries.max(1));
        println!(
            "  {name:20} n={:4} ndcg@10={:.4} hit@1={:.3} hit@5={:.3}",
            self.queries,
            self.ndcg / n,
            f64::from(self.first) / n,
            f64::from(self.five) / n
        );
    }
}

/// Prints the figures of a set by category, and by fifths of the repositories.
pub(crate) fn report(set: &Set, queries: &[Query], folds: bool) {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut times: Vec<u128> = Vec::new();
    let repos = repositories(queries);
    with_index(queries, |query, index| {
        let started = Instant::now();
        let judged = if set.reverse {
            let links = index.sources_of(&query.text, 30).unwrap();
            times.push(started.elapsed().as_micros());
            query.judge(links.into_iter().map(|link| link.path))
        } else {
            let response = index.search(&query.request()).unwrap();
            times.push(started.elapsed().as_micros());
            query.judge(response.results.into_iter().map(|hit| hit.path))
        };
        let fold = repos.binary_search(&query.repo.as_str()).unwrap() % FOLDS;
        tallies.entry("all".to_owned()).or_default().add(&judged);
        tallies.entry(query.category.clone()).or_default().add(&judged);
        if folds {
            tallies.entry(format!("fold {fold}")).or_default().add(&judged);
        }
    });
    println!("{}", set.file.display());
    for (name, tally) in &tallies {
        tally.print(name);
    }
    times.sort_unstable();
    let at = |share: usize| {
        times.get(times.len() * share / 100).map_or(0.0, |time| *time as f64 / 1000.0)
    };
    println!("  in process: p50 {:.2} ms, p95 {:.2} ms", at(50), at(95));
}

/// How many parts the repositories are dealt to.
pub(crate) const FOLDS: usize = 5;

/// Returns the names of all repositories, sorted.
pub(crate) fn repositories(queries: &[Query]) -> Vec<&str> {
    let mut repos: Vec<&str> = queries.iter().map(|query| query.repo.as_str()).collect();
    repos.sort_unstable();
    repos.dedup();
    repos
}

/// Prints what is lost without each signal.
pub(crate) fn ablate(set: &Set, queries: &[Query]) {
    if set.reverse {
        return ablate_links(queries);
    }
    let mut rows: Vec<(String, Option<Omit>, Tally)> =
        vec![("nothing".to_owned(), None, Tally::default())];
    for signal in Signal::ALL {
        rows.push((signal.as_str().to_owned(), Some(Omit::Signal(signal)), Tally::default()));
    }
    rows.push(("factors of places".to_owned(), Some(Omit::Places), Tally::default()));
    rows.push(("factors of roles".to_owned(), Some(Omit::Roles), Tally::default()));
    with_index(queries, |query, index| {
        for (_, omit, tally) in &mut rows {
            let response = index.search_without(&query.request(), *omit).unwrap();
            tally.add(&query.judge(response.results.into_iter().map(|hit| hit.path)));
        }
    });
    println!("  without");
    for (name, _, tally) in &rows {
        tally.print(name);
    }
}

/// The same for tests and their sources.
fn ablate_links(queries: &[Query]) {
    let mut tallies: [Tally; REASONS] = std::array::from_fn(|_| Tally::default());
    with_index(queries, |query, index| {
        let measured = index.measure_sources(&query.text).unwrap();
        for (without, tally) in Reason::ALL.into_iter().zip(&mut tallies) {
            let value = |factor: f32, values: &[f32; REASONS]| {
                let all = Reason::ALL.into_iter().zip(values);
                let kept = all.filter(|(reason, _)| *reason != without);
                factor * kept.map(|(reason, value)| reason.weight() * value).sum::<f32>()
            };
            let mut ranked: Vec<(f32, &String)> = measured
                .iter()
                .map(|(path, factor, values)| (value(*factor, values), path))
                .filter(|(value, _)| *value > 0.0)
                .collect();
            ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
            tally.add(&query.judge(ranked.into_iter().take(30).map(|(_, path)| path.clone())));
        }
    });
    println!("  without");
    for (reason, tally) in Reason::ALL.iter().zip(&tallies) {
        tally.print(reason.as_str());
    }
}
