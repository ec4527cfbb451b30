//! How similar the chunks of each file are to a query.
//!
//! In a tree of ordinary size every row is read. In a large one the means of neighbouring rows are
//! read first; what they say is an estimate, and it is put right for the files whose blocks lead and
//! for those that everything together puts in front. Only these can be shown.

use std::ops::Range;

use moflo_embed::{Query, cosine, scan};

use super::selected::Selected;
use crate::store::Store;

/// How much is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Up to so many rows in scope all of them are read.
    exact_rows: u64,
    /// How many of the leading blocks are read.
    leading: usize,
}

impl Limits {
    /// So many rows are fewer bytes than the means of a million.
    pub(super) const USUAL: Self = Self { exact_rows: 1 << 17, leading: 1_000 };
    /// All rows are read, however many there are.
    pub(super) const EXACT: Self = Self { exact_rows: u64::MAX, leading: 0 };
}

/// How much of a block's spread is added to the similarity of its mean, to tell what its best row
/// could have: with this, the block of a row that is among the ten most similar of a million is
/// among the four thousand that lead in 99.5 of a hundred cases, and without in 98.
const REACH: f32 = 0.2;

/// The similarities of one query.
#[derive(Debug)]
pub(super) struct Dense {
    query: Query,
    /// Of each file's most similar chunk.
    pub(super) best: Vec<f32>,
    /// Of its second most similar chunk; zero when it has but one.
    pub(super) second: Vec<f32>,
    /// The mean over its chunks.
    pub(super) mean: Vec<f32>,
    /// Where values are estimates, the files of which every row was read nevertheless.
    exact: Option<Vec<bool>>,
    buffer: Vec<i32>,
}

/// The two largest values of a file.
#[derive(Debug, Clone, Copy)]
struct Two {
    best: i32,
    second: i32,
}

impl Two {
    const NONE: Self = Self { best: i32::MIN, second: i32::MIN };

    fn take(&mut self, value: i32) {
        if value > self.best {
            (self.best, self.second) = (value, self.best);
        } else if value > self.second {
            self.second = value;
        }
    }
}

impl Dense {
    /// Measures the files in scope, exactly or by blocks.
    pub(super) fn measure(
        store: &Store,
        query: &Query,
        selected: &Selected,
        limits: Limits,
    ) -> Self {
        let zeros = || vec![0.0; selected.slots()];
        let mut out = Self {
            query: query.clone(),
            best: zeros(),
            second: zeros(),
            mean: zeros(),
            exact: None,
            buffer: Vec::new(),
        };
        if query.is_empty {
            return out;
        }
        if selected.row_count <= limits.exact_rows {
            for number in selected.numbers() {
                out.read(store, number, selected.rows(number));
            }
        } else {
            out.estimate(store, selected, limits.leading);
        }
        out
    }

    /// Measures every row of a file.
    fn read(&mut self, store: &Store, number: usize, rows: Range<u32>) {
        scan(store.vectors.range(rows), &self.query, &mut self.buffer);
        let mut two = Two::NONE;
        let mut sum = 0_i64;
        for value in &self.buffer {
            sum += i64::from(*value);
            two.take(*value);
        }
        if !self.buffer.is_empty() {
            self.set(number, two);
            self.mean[number] = cosine((sum / self.buffer.len() as i64) as i32);
        }
    }

    fn set(&mut self, number: usize, two: Two) {
        self.best[number] = cosine(two.best);
        self.second[number] = cosine(two.second.max(0));
    }

    /// Measures the means of all blocks, and the rows of those that lead.
    fn estimate(&mut self, store: &Store, selected: &Selected, count: usize) {
        let mut products = Vec::new();
        scan(store.blocks.means(), &self.query, &mut products);
        let mut leading = Vec::with_capacity(products.len());
        for (at, (block, product)) in store.blocks.all().zip(&products).enumerate() {
            let number = block.file as usize;
            let rows = selected.rows(number);
            // The blocks of dead rows stay until the index is built anew.
            if !rows.contains(&block.first) {
                continue;
            }
            let similarity = cosine(*product);
            if block.first == rows.start {
                self.best[number] = similarity;
            }
            self.best[number] = self.best[number].max(similarity);
            if rows.len() > 1 {
                // A file that is not read is taken for as good as its best mean throughout.
                self.second[number] = self.best[number];
            }
            self.mean[number] += similarity * block.rows as f32 / rows.len() as f32;
            leading.push((similarity + REACH * block.spread, at as u32));
        }
        if leading.len() > count {
            leading.select_nth_unstable_by(count, |(a, one), (b, other)| {
                b.total_cmp(a).then(one.cmp(other))
            });
            leading.truncate(count);
        }
        self.exact = Some(vec![false; selected.slots()]);
        let leading = leading.into_iter().map(|(_, block)| block).collect();
        self.read_leading(store, leading);
    }

    /// Measures the rows of blocks; what is known of their files is then no less.
    fn read_leading(&mut self, store: &Store, mut leading: Vec<u32>) {
        // Rows are read in the order in which they lie, and a file's blocks lie together.
        leading.sort_unstable();
        let blocks = leading.iter().filter_map(|block| store.blocks.get(*block));
        let (mut file, mut two) = (u32::MAX, Two::NONE);
        for block in blocks {
            if block.file != file {
                (file, two) = (block.file, Two::NONE);
            }
            scan(store.vectors.range(block.range()), &self.query, &mut self.buffer);
            self.buffer.iter().for_each(|value| two.take(*value));
            let number = file as usize;
            self.best[number] = self.best[number].max(cosine(two.best));
            self.second[number] = self.second[number].max(cosine(two.second.max(0)));
        }
    }

    /// Tells whether there are files whose values are estimates.
    pub(super) fn is_estimate(&self) -> bool {
        self.exact.is_some()
    }

    /// Measures every row of files whose values are estimates.
    pub(super) fn put_right(&mut self, store: &Store, selected: &Selected, files: &[u32]) {
        let Some(mut exact) = self.exact.take() else { return };
        for number in files.iter().map(|file| *file as usize) {
            if !std::mem::replace(&mut exact[number], true) {
                self.read(store, number, selected.rows(number));
            }
        }
        self.exact = Some(exact);
    }

    /// Returns the similarity of each of the rows.
    pub(super) fn of_rows(&self, store: &Store, rows: Range<u32>) -> Vec<f32> {
        let mut products = Vec::new();
        scan(store.vectors.range(rows), &self.query, &mut products);
        products.into_iter().map(cosine).collect()
    }
}

#[cfg(all(test, feature = "index"))]
mod tests {
    use std::fmt::Write as _;

    use moflo_embed::embed_query;

    use super::super::tests::Tree;
    use super::super::{Paths, Scope};
    use super::*;

    /// Modules of different lengths about different things.
    fn many_files(tree: &Tree) {
        let topics = ["socket", "invoice", "glyph", "planet", "cache", "kernel", "recipe"];
        for number in 0..60_usize {
            let mut text = String::new();
            for part in 0..=number % 23 {
                let (topic, other) = (topics[number % 7], topics[(number + part * 3) % 7]);
                let _ = write!(
                    text,
                    "/// Turns a {topic} of kind {part} into its {other}.\npub fn \
                     {topic}_to_{other}_{part}(given: u32) -> u32 {{\n",
                );
                for line in 0..12 {
                    let _ = writeln!(text, "    let {other}_{line} = given + {line} * {part};");
                }
                text.push_str("    given\n}\n\n");
            }
            tree.write(&format!("src/{}_{number}.rs", topics[number % 7]), &text);
        }
    }

    fn measured(store: &Store, limits: Limits) -> (Dense, Selected) {
        let selected = Selected::new(store, Scope::All, &Paths::default());
        let query = embed_query("turn an invoice into a recipe");
        (Dense::measure(store, &query, &selected, limits), selected)
    }

    fn put_all_right(dense: &mut Dense, store: &Store, selected: &Selected) {
        let files: Vec<u32> = selected.numbers().map(|number| number as u32).collect();
        dense.put_right(store, selected, &files);
    }

    const NONE: Limits = Limits { exact_rows: 0, leading: 0 };

    #[test]
    fn estimates_are_put_right() {
        let tree = Tree::new();
        many_files(&tree);
        let index = tree.index();
        let store = index.store();
        let (exact, selected) = measured(store, Limits::EXACT);
        assert!(!exact.is_estimate());
        let (mut nearly, _) = measured(store, NONE);
        assert!(nearly.is_estimate());
        for number in selected.numbers() {
            let (known, taken) = (exact.best[number], nearly.best[number]);
            assert!(
                taken <= known + 0.01,
                "{number}: a mean is no more than the most: {taken} {known}"
            );
            assert!((exact.mean[number] - nearly.mean[number]).abs() < 0.01, "{number}");
        }
        put_all_right(&mut nearly, store, &selected);
        assert_eq!(nearly.best, exact.best);
        assert_eq!(nearly.second, exact.second);
        assert_eq!(nearly.mean, exact.mean);
    }

    #[test]
    fn leading_blocks_are_read_and_the_best_file_is_among_them() {
        let tree = Tree::new();
        many_files(&tree);
        let index = tree.index();
        let store = index.store();
        let (exact, selected) = measured(store, Limits::EXACT);
        let first = |dense: &Dense| {
            selected.numbers().max_by(|a, b| dense.best[*a].total_cmp(&dense.best[*b])).unwrap()
        };
        let (nearly, _) = measured(store, Limits { exact_rows: 0, leading: 12 });
        let best = first(&nearly);
        assert_eq!(best, first(&exact));
        assert_eq!(nearly.best[best].to_bits(), exact.best[best].to_bits());
    }

    #[test]
    fn what_was_changed_or_removed_counts_no_more() {
        let tree = Tree::new();
        many_files(&tree);
        drop(tree.index());
        tree.write("src/invoice_1.rs", "/// Nothing of the kind.\npub fn quiet() {}\n");
        std::fs::remove_file(tree.root().join("src/recipe_6.rs")).unwrap();
        let index = tree.index();
        let store = index.store();
        assert!(store.payload.live < store.payload.rows, "some rows are dead");
        let (exact, selected) = measured(store, Limits::EXACT);
        let (mut nearly, _) = measured(store, NONE);
        assert!(store.manifest.find(b"src/recipe_6.rs").is_none());
        for number in selected.numbers() {
            assert!((exact.mean[number] - nearly.mean[number]).abs() < 0.01, "{number}");
        }
        put_all_right(&mut nearly, store, &selected);
        assert_eq!(nearly.best, exact.best);
    }
}
