//! Names of functions and types: is a definition the first hit?

use std::path::{Path, PathBuf};
use std::time::Instant;

use moflo_core::query::weights::{Omit, Signal};
use moflo_core::query::{Hit, Request, Role};
use moflo_core::store::Outline;

const KINDS: [&str; 7] = ["function", "method", "class", "struct", "enum", "interface", "trait"];

/// Asks for names spread over the trees in a folder, always the same ones; in small letters when
/// `lower` says so, and then also without the signal that is for that.
pub(crate) fn ask(trees: &Path, wanted: usize, lower: bool) {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(trees).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    let (mut asked, mut first, mut without) = (0_usize, 0_u32, 0_u32);
    let mut state = 42_u64;
    let mut times = Vec::new();
    for tree in &folders {
        let index = crate::open(tree);
        let store = index.store();
        let mut all: Vec<String> = Vec::new();
        for file in store.manifest.files().filter(|file| file.role() == Role::Code) {
            let blob = store.blob_of(file.number()).unwrap().unwrap_or_default();
            let Some(outline) = Outline::decode(&blob) else { continue };
            let symbols = outline.symbols.iter().filter(|symbol| KINDS.contains(&symbol.kind));
            all.extend(symbols.map(|symbol| symbol.name.to_owned()));
        }
        for _ in 0..wanted.div_ceil(folders.len()) {
            if all.is_empty() || asked == wanted {
                break;
            }
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let name = &all[(state >> 33) as usize % all.len()];
            let query = if lower { name.to_lowercase() } else { name.clone() };
            let request = Request { limit: 3, ..Request::new(&query) };
            let is_definition = |hit: &Hit| {
                hit.kind == Role::Code
                    && hit.symbol.as_ref().is_some_and(|symbol| {
                        symbol.name == *name || lower && symbol.name.to_lowercase() == query
                    })
            };
            let started = Instant::now();
            let response = index.search(&request).unwrap();
            times.push(started.elapsed().as_micros());
            let hit = response.results.first();
            let defined = hit.is_some_and(is_definition);
            if lower {
                let omit = Some(Omit::Signal(Signal::DefinesAnyCase));
                let response = index.search_without(&request, omit).unwrap();
                without += u32::from(response.results.first().is_some_and(is_definition));
            }
            asked += 1;
            first += u32::from(defined);
            if !defined {
                let found = hit.map_or("nothing", |hit| hit.path.as_str());
                println!("  {name} in {}: first is {found}", tree.display());
            }
        }
    }
    times.sort_unstable();
    let median = times.get(times.len() / 2).map_or(0.0, |time| *time as f64 / 1000.0);
    println!("names: a definition is first for {first} of {asked}; p50 {median:.2} ms in process");
    if lower {
        println!("names: without the signal for any case, for {without} of {asked}");
    }
}
