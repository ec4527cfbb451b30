//! Files that belong together: by names, by imports, by what they are about.

use moflo_embed::words::name_terms;
use moflo_embed::{DIM, FastMap, Query as QueryVector, cosine, scan};

use super::postings::{self, Definers, FieldReaders};
use super::{Index, QueryError, priors, testmap};
use crate::store::{File, Outline, Role};

/// A related file.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// The root-relative path.
    pub path: String,
    /// What the file is for.
    pub kind: Role,
    /// How strongly, from zero to one.
    pub score: f32,
    /// Names defined there and used here.
    pub uses: Vec<String>,
    /// Names defined here and used there.
    pub used_by: Vec<String>,
    /// How alike the two are in what they are about, from zero to one.
    pub similarity: f32,
}

/// Names of the file that are looked for elsewhere.
const MAX_NAMES: usize = 200;
/// Names shown per direction.
const SHOWN: usize = 5;

impl Index {
    /// Finds the files that are related to a file.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be read.
    pub fn related(&self, path: &str, limit: usize) -> Result<Vec<Related>, QueryError> {
        let store = &self.store;
        let path = path.trim_start_matches("./");
        let Some(file) = store.manifest.find(path.as_bytes()).filter(File::is_indexed) else {
            return Ok(Vec::new());
        };
        let slots = store.manifest.slots() as usize;
        let definers = Definers::open(store)?;
        let body = FieldReaders::open(store, store.fields.body)?;
        let mut names: FastMap<u32, [Vec<(f32, String)>; 2]> = FastMap::default();

        let text = std::fs::read(file.absolute(&self.root)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        for (name, count) in testmap::identifiers(&text) {
            let found = definers.exact(name)?;
            // What the file defines itself is not taken from elsewhere.
            if found.is_empty() || found.iter().any(|(other, _)| *other == file.number()) {
                continue;
            }
            let value = (1.0 + (count as f32).ln()) / found.len() as f32;
            for (other, _) in found {
                names.entry(other).or_default()[0].push((value, name.to_owned()));
            }
        }
        let blob = store.blob_of(file.number())?.unwrap_or_default();
        let mut defined: Vec<&str> = Outline::decode(&blob)
            .map(|outline| outline.symbols.iter().map(|symbol| symbol.name).collect())
            .unwrap_or_default();
        defined.sort_unstable();
        defined.dedup();
        defined.retain(|name| name.len() > 3);
        defined.truncate(MAX_NAMES);
        for name in defined {
            let Some(term) = name_terms(name).into_iter().next() else { continue };
            let share = 1.0 / definers.count(name)?.max(1) as f32;
            for (other, frequency) in postings::files_with(store, &body, &term)? {
                let value = (1.0 + (frequency as f32).ln()) * share;
                names.entry(other).or_default()[1].push((value, name.to_owned()));
            }
        }

        let similarity = self.similarity(file.rows(), slots);
        let strength = |kind: usize, other: u32| {
            names
                .get(&other)
                .map_or(0.0, |both| both[kind].iter().map(|(value, _)| value).sum::<f32>())
        };
        let most = |kind: usize| {
            let all = names.keys().filter(|other| **other != file.number());
            all.map(|other| strength(kind, *other)).fold(1e-9, f32::max)
        };
        let (most_out, most_in) = (most(0), most(1));
        let mut ranked: Vec<(f32, u32)> = Vec::new();
        for other in store.manifest.files().filter(File::is_indexed) {
            let number = other.number();
            if number == file.number() {
                continue;
            }
            let prior = priors::factor(
                priors::place(&other.path(), other.role()),
                other.role(),
                priors::Asked::Yes,
                true,
            );
            let value = 0.4 * strength(0, number) / most_out
                + 0.3 * strength(1, number) / most_in
                + 0.3 * similarity[number as usize].max(0.0);
            if value > 0.0 {
                ranked.push((value * prior, number));
            }
        }
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        ranked.truncate(limit);
        let mut out = Vec::new();
        for (score, number) in ranked {
            let Some(other) = store.manifest.file(number) else { continue };
            let [uses, used_by] = names.remove(&number).unwrap_or_default();
            out.push(Related {
                path: other.path().into_owned(),
                kind: other.role(),
                score: score.min(1.0),
                uses: strongest(uses),
                used_by: strongest(used_by),
                similarity: similarity[number as usize].clamp(0.0, 1.0),
            });
        }
        Ok(out)
    }

    /// Compares the middle of a file's chunks with the chunks of all others.
    fn similarity(&self, rows: std::ops::Range<u32>, slots: usize) -> Vec<f32> {
        let store = &self.store;
        let mut sum = [0_i64; DIM];
        for row in rows {
            for (slot, byte) in sum.iter_mut().zip(store.vectors.get(row).unwrap_or_default()) {
                *slot += i64::from(*byte);
            }
        }
        let norm = sum.iter().map(|value| (value * value) as f32).sum::<f32>().sqrt();
        let mut out = vec![0.0; slots];
        if norm <= 0.0 {
            return out;
        }
        let scale = moflo_embed::SCALE / norm;
        let middle: [i8; DIM] = std::array::from_fn(|index| {
            (sum[index] as f32 * scale).round().clamp(-127.0, 127.0) as i8
        });
        let mut products = Vec::new();
        scan(store.blocks.means(), &QueryVector::from_document(middle), &mut products);
        for (block, product) in store.blocks.all().zip(products) {
            let Some(other) = store.manifest.file(block.file) else { continue };
            let rows = other.rows();
            if rows.contains(&block.first) {
                let share = block.rows as f32 / rows.len() as f32;
                out[block.file as usize] += share * cosine(product);
            }
        }
        out
    }
}

fn strongest(mut names: Vec<(f32, String)>) -> Vec<String> {
    names.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    names.truncate(SHOWN);
    names.into_iter().map(|(_, name)| name).collect()
}
