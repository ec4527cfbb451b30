//! Scores the ranking on queries with known answers, in process.
//!
//! `retrieval --set FILE.jsonl --trees DIR [--root] [--reverse] [--scope SCOPE] [--dump FILE]
//! [--only REPO]`. A line of the set is `{"id","repo","root","category","query","relevant":
//! [{"path"}],"exclude"}`; the tree of a query is `DIR/<repo>`, with `--root` `DIR/<repo>/<root>`.
//! Trees are indexed where they stand when they have no index. `--reverse` takes queries for test
//! files and scores `sources_of`. `--dump` writes every signal of the leading files for tuning.
//! `retrieval --names N --trees DIR` asks for N names of functions and types, spread over the
//! indexed trees in DIR, and counts how often a definition of that name comes first.
//! Prints nDCG@10, hit@1, hit@5 by category, latency, and how right confident answers are.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a tool for developers that reports")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use moflo_core::index::{self, Mode};
use moflo_core::query::{Index, Measured, Request, Role, Scope};
use moflo_core::store::Outline;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use serde_json::Value;

struct Options {
    set: PathBuf,
    trees: PathBuf,
    root: bool,
    reverse: bool,
    scope: Scope,
    dump: Option<PathBuf>,
    only: Option<String>,
    names: usize,
}

fn options() -> Options {
    let mut out = Options {
        set: PathBuf::new(),
        trees: PathBuf::new(),
        root: false,
        reverse: false,
        scope: Scope::All,
        dump: None,
        only: None,
        names: 0,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().unwrap();
        match argument.as_str() {
            "--set" => out.set = value().into(),
            "--trees" => out.trees = value().into(),
            "--root" => out.root = true,
            "--reindex" => {}
            "--reverse" => out.reverse = true,
            "--dump" => out.dump = Some(value().into()),
            "--names" => out.names = value().parse().unwrap(),
            "--only" => out.only = Some(value()),
            "--scope" => {
                out.scope = match value().as_str() {
                    "code" => Scope::Code,
                    "guidance" => Scope::Guidance,
                    "tests" => Scope::Tests,
                    _ => Scope::All,
                }
            }
            other => panic!("unknown argument `{other}`"),
        }
    }
    out
}

fn ndcg(found: &[String], gold: &[String]) -> f64 {
    let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let hits = found.iter().take(10).enumerate().filter(|(_, path)| gold.contains(path));
    hits.map(|(rank, _)| gain(rank)).sum::<f64>() / (0..gold.len().min(10)).map(gain).sum::<f64>()
}

#[derive(Default)]
struct Tally {
    ndcg: f64,
    first: u32,
    five: u32,
    queries: u32,
}

fn main() {
    let options = options();
    if options.names > 0 {
        return names(&options.trees, options.names);
    }
    let text = std::fs::read_to_string(&options.set).unwrap();
    let mut by_category: BTreeMap<String, Tally> = BTreeMap::new();
    let mut times: Vec<u128> = Vec::new();
    let mut confident: Vec<(f32, bool)> = Vec::new();
    let mut dump = String::new();
    let mut opened: Option<(PathBuf, Index)> = None;
    for line in text.lines() {
        let query: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| query[name].as_str().unwrap_or_default().to_owned();
        if options.only.as_ref().is_some_and(|only| *only != field("repo")) {
            continue;
        }
        let sub = if options.root { field("root") } else { String::new() };
        let tree = options.trees.join(field("repo")).join(&sub);
        if opened.as_ref().is_none_or(|(path, _)| *path != tree) {
            let index = open(&tree);
            opened = Some((tree.clone(), index));
        }
        let (_, index) = opened.as_ref().unwrap();
        let paths = |name: &str| -> Vec<String> {
            let all = query[name].as_array().cloned().unwrap_or_default();
            all.iter()
                .filter_map(|item| item.as_str().or_else(|| item["path"].as_str()))
                .map(str::to_owned)
                .collect()
        };
        let (mut gold, exclude) = (paths("relevant"), paths("exclude"));
        gold.sort();
        gold.dedup();
        let place = |path: &str| {
            if sub.is_empty() { path.to_owned() } else { format!("{sub}/{path}") }
        };
        let text = field("query");
        let request =
            Request { limit: 30, snippet_lines: 0, scope: options.scope, ..Request::new(&text) };
        let started = Instant::now();
        let mut found: Vec<String> = if options.reverse {
            let links = index.sources_of(&text, 30).unwrap();
            links.iter().map(|link| place(&link.path)).collect()
        } else {
            let response = index.search(&request).unwrap();
            if let Some(hit) = response.results.first() {
                confident.push((hit.confidence, gold.contains(&place(&hit.path))));
            }
            response.results.iter().map(|hit| place(&hit.path)).collect()
        };
        times.push(started.elapsed().as_micros());
        found.retain(|path| !exclude.contains(path));
        if options.dump.is_some() && options.reverse {
            let _ = writeln!(dump, "Q\t{}\t{}\treverse", field("id"), field("category"));
            for (path, factor, values) in index.measure_sources(&text).unwrap() {
                let path = place(&path);
                let right = u8::from(gold.contains(&path));
                let values: Vec<String> =
                    values.iter().map(|value| format!("{value:.5}")).collect();
                let _ = writeln!(dump, "F\t{path}\t{right}\t{factor}\t{}", values.join("\t"));
            }
        } else if options.dump.is_some() {
            let (class, measured) = index.measure(&request).unwrap();
            let _ = writeln!(dump, "Q\t{}\t{}\t{}", field("id"), field("category"), class.as_str());
            write_signals(&mut dump, measured, &gold, &exclude, &place, &found);
        }
        for category in ["all".to_owned(), field("category")] {
            let tally = by_category.entry(category).or_default();
            tally.queries += 1;
            tally.ndcg += ndcg(&found, &gold);
            tally.first += u32::from(found.first().is_some_and(|path| gold.contains(path)));
            tally.five += u32::from(found.iter().take(5).any(|path| gold.contains(path)));
        }
    }
    if let Some(path) = &options.dump {
        std::fs::write(path, dump).unwrap();
    }
    report(&options.set, &by_category, times, confident);
}

/// Asks for names that are defined, and counts how often a definition is the first hit.
fn names(trees: &Path, wanted: usize) {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(trees).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders.retain(|tree| tree.join(".moflo/index/meta.json").is_file());
    let (mut asked, mut first, mut lines) = (0_u32, 0_u32, 0_u32);
    let mut state = 42_u64;
    let mut times = Vec::new();
    for tree in &folders {
        let index = open(tree);
        let store = index.store();
        let mut all: Vec<String> = Vec::new();
        for file in store.manifest.files().filter(|file| file.role() == Role::Code) {
            let blob = store.blob_of(file.number()).unwrap().unwrap_or_default();
            let Some(outline) = Outline::decode(&blob) else { continue };
            let kinds = ["function", "method", "class", "struct", "enum", "interface", "trait"];
            let symbols = outline.symbols.iter().filter(|symbol| kinds.contains(&symbol.kind));
            all.extend(symbols.map(|symbol| symbol.name.to_owned()));
        }
        for _ in 0..wanted.div_ceil(folders.len()) {
            if all.is_empty() || asked as usize == wanted {
                break;
            }
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let name = &all[(state >> 33) as usize % all.len()];
            let started = Instant::now();
            let response = index.search(&Request { limit: 3, ..Request::new(name) }).unwrap();
            times.push(started.elapsed().as_micros());
            let hit = response.results.first();
            let named = hit.and_then(|hit| hit.symbol.as_ref()).is_some_and(|s| s.name == *name);
            let code = hit.is_some_and(|hit| hit.kind == Role::Code);
            asked += 1;
            first += u32::from(named);
            lines += u32::from(named && code);
            if !named || !code {
                let found = hit.map_or("nothing", |hit| hit.path.as_str());
                println!("  {name} in {}: first is {found}", tree.display());
            }
        }
    }
    times.sort_unstable();
    println!(
        "names: {first} of {asked} first, {lines} of them in code; p50 {:.2} ms",
        times.get(times.len() / 2).map_or(0.0, |time| *time as f64 / 1000.0)
    );
}

fn open(tree: &Path) -> Index {
    let project = Project::at(tree);
    let config = Snapshot::load(&project).snapshot;
    let stale = Index::open(&project.index_dir()).is_err();
    if stale || std::env::args().any(|argument| argument == "--reindex") {
        index::refresh(&project, &config, Mode::Incremental, &()).unwrap();
    }
    Index::open(&project.index_dir()).unwrap()
}

/// Writes the files that lead by any signal, and the right ones.
fn write_signals(
    out: &mut String,
    mut measured: Vec<Measured>,
    gold: &[String],
    exclude: &[String],
    place: &dyn Fn(&str) -> String,
    found: &[String],
) {
    measured.iter_mut().for_each(|file| file.path = place(&file.path));
    measured.retain(|file| !exclude.contains(&file.path));
    let sum = |file: &Measured| file.values.iter().sum::<f32>();
    measured.sort_by(|a, b| sum(b).total_cmp(&sum(a)).then_with(|| a.path.cmp(&b.path)));
    for (rank, file) in measured.iter().enumerate() {
        let right = gold.contains(&file.path);
        if rank >= 200 && !right && !found.contains(&file.path) {
            continue;
        }
        let flags: String = file.place.iter().map(|flag| if *flag { '1' } else { '0' }).collect();
        let values: Vec<String> = file.values.iter().map(|value| format!("{value:.5}")).collect();
        let _ = writeln!(
            out,
            "F\t{}\t{}\t{}\t{flags}\t{}",
            file.path,
            u8::from(right),
            file.kind.as_str(),
            values.join("\t")
        );
    }
}

fn report(
    set: &Path,
    by_category: &BTreeMap<String, Tally>,
    mut times: Vec<u128>,
    confident: Vec<(f32, bool)>,
) {
    println!("{}", set.display());
    for (category, tally) in by_category {
        let n = f64::from(tally.queries);
        println!(
            "  {category:20} n={:4} ndcg@10={:.4} hit@1={:.3} hit@5={:.3}",
            tally.queries,
            tally.ndcg / n,
            f64::from(tally.first) / n,
            f64::from(tally.five) / n
        );
    }
    times.sort_unstable();
    if !times.is_empty() {
        println!(
            "  in process: p50 {:.2} ms, p95 {:.2} ms",
            times[times.len() / 2] as f64 / 1000.0,
            times[times.len() * 95 / 100] as f64 / 1000.0
        );
    }
    for limit in [0.5, 0.6, 0.7, 0.8, 0.9] {
        let said: Vec<bool> = confident
            .iter()
            .filter(|(value, _)| *value >= limit)
            .map(|(_, right)| *right)
            .collect();
        if !said.is_empty() {
            let right = said.iter().filter(|right| **right).count() as f64 / said.len() as f64;
            println!(
                "  confidence >= {limit}: {} of {} queries, right {right:.3}",
                said.len(),
                confident.len()
            );
        }
    }
}
