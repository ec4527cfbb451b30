//! How right confident answers are, on repositories the confidence was not fitted on.
//!
//! The model is a logistic regression; its fit is repeated here with a fifth of the repositories
//! left out each time, beside the weights that the program has.

use std::path::PathBuf;

use moflo_core::query::weights::CONFIDENT;
use moflo_core::query::{Certainty, Class};

use crate::Set;
use crate::sets::{self, FOLDS, Query};

const FEATURES: usize = 9;
const NAMES: [&str; FEATURES] =
    ["symbol", "words", "text", "score", "ahead", "coverage", "mentioned", "dense", "defines"];

/// A first hit.
struct Answer {
    fold: usize,
    set: usize,
    features: [f64; FEATURES],
    related: bool,
    told: f32,
    right: bool,
}

fn features(certainty: &Certainty) -> [f64; FEATURES] {
    let is = |yes: bool| f64::from(u8::from(yes));
    [
        is(matches!(certainty.class, Class::Symbol | Class::Path)),
        is(matches!(certainty.class, Class::Words | Class::Change)),
        is(matches!(certainty.class, Class::Text | Class::Trace)),
        f64::from(certainty.score),
        f64::from(certainty.ahead()),
        f64::from(certainty.coverage),
        f64::from(certainty.mentioned),
        f64::from(certainty.dense),
        f64::from(certainty.defines.min(1.0)),
    ]
}

/// Prints how right the first hits are by what their confidence says.
pub(crate) fn report(sets: &[Set]) {
    let mut answers: Vec<Answer> = Vec::new();
    let mut trees: Vec<(usize, String, PathBuf)> = Vec::new();
    for (number, set) in sets.iter().enumerate() {
        trees.extend(
            sets::read(set, None).into_iter().map(|query| (number, query.repo, query.tree)),
        );
    }
    trees.sort();
    trees.dedup();
    for (number, set) in sets.iter().enumerate() {
        let mut queries = sets::read(set, None);
        let names: Vec<String> =
            sets::repositories(&queries).iter().map(|name| (*name).to_owned()).collect();
        let fold = |query: &Query| names.binary_search(&query.repo).unwrap() % FOLDS;
        sets::with_index(&queries, |query, index| {
            let response = index.search(&query.request()).unwrap();
            let Some(hit) = response.results.first() else { return };
            answers.push(Answer {
                fold: fold(query),
                set: number,
                features: features(&hit.certainty),
                related: hit.certainty.is_related(),
                told: hit.confidence,
                right: query.is_answer(&hit.path),
            });
        });
        // The same questions, asked where they have no answer: of trees of the other sets, since
        // those of one set may be states of one project; of its own where it is the only one.
        let others: Vec<&(usize, String, PathBuf)> =
            trees.iter().filter(|(of, ..)| *of != number || sets.len() == 1).collect();
        for (at, query) in queries.iter_mut().enumerate() {
            let mut foreign = others.iter().filter(|(_, name, _)| *name != query.repo);
            let count = foreign.clone().count();
            let Some((_, _, tree)) = foreign.nth(at % count.max(1)) else { continue };
            query.tree.clone_from(tree);
            query.foreign = true;
        }
        queries.retain(|query| query.foreign);
        queries.sort_by(|a, b| a.tree.cmp(&b.tree));
        sets::with_index(&queries, |query, index| {
            let response = index.search(&query.request()).unwrap();
            let Some(hit) = response.results.first() else { return };
            answers.push(Answer {
                fold: fold(query),
                set: sets.len(),
                features: features(&hit.certainty),
                related: hit.certainty.is_related(),
                told: hit.confidence,
                right: false,
            });
        });
    }
    let all: Vec<&Answer> = answers.iter().collect();
    let fitted = fit(&all, sets.len());
    let weights: Vec<String> =
        NAMES.iter().zip(fitted).map(|(name, weight)| format!("{name} {weight:.2}")).collect();
    println!("fitted on all: {}", weights.join(", "));
    let mut unseen: Vec<(usize, f32, bool)> = Vec::new();
    for fold in 0..FOLDS {
        let (held, rest): (Vec<&Answer>, Vec<&Answer>) =
            answers.iter().partition(|answer| answer.fold == fold);
        let weights = fit(&rest, sets.len());
        unseen.extend(held.iter().map(|a| (a.set, probability(&weights, a) as f32, a.right)));
    }
    let told: Vec<(usize, f32, bool)> =
        answers.iter().map(|answer| (answer.set, answer.told, answer.right)).collect();
    for (title, rows) in
        [("as the program says", &told), ("fitted without the repository asked", &unseen)]
    {
        println!("{title}:");
        curve("all answerable", rows.iter().filter(|row| row.0 < sets.len()));
        curve("with as many unanswerable", rows.iter());
        for (number, set) in sets.iter().enumerate() {
            curve(&set.file.display().to_string(), rows.iter().filter(|row| row.0 == number));
        }
    }
    println!("the program offers a hit unasked from {CONFIDENT}");
}

fn curve<'a>(title: &str, rows: impl Iterator<Item = &'a (usize, f32, bool)>) {
    let rows: Vec<&(usize, f32, bool)> = rows.collect();
    println!("  {title} ({} queries)", rows.len());
    for limit in [0.5, 0.6, 0.7, 0.75, 0.8, 0.9] {
        let said: Vec<bool> = rows.iter().filter(|row| row.1 >= limit).map(|row| row.2).collect();
        let right = said.iter().filter(|right| **right).count();
        let share = right as f64 / said.len().max(1) as f64;
        println!("    >= {limit}: {:5} offered, {share:.3} right", said.len());
    }
}

fn probability(weights: &[f64; FEATURES], answer: &Answer) -> f64 {
    let sum: f64 = weights.iter().zip(answer.features).map(|(w, x)| w * x).sum();
    let value = 1.0 / (1.0 + (-sum).exp());
    if answer.related { value } else { value.min(0.4) }
}

/// Newton's method on the logistic likelihood; a small set counts as the root of its size.
fn fit(answers: &[&Answer], sets: usize) -> [f64; FEATURES] {
    let mut sizes = vec![0.0_f64; sets + 1];
    let related: Vec<&&Answer> = answers.iter().filter(|answer| answer.related).collect();
    for answer in &related {
        sizes[answer.set] += 1.0;
    }
    let mean = related.iter().map(|a| sizes[a.set].sqrt().recip()).sum::<f64>()
        / related.len().max(1) as f64;
    let mut weights = [0.0; FEATURES];
    for _ in 0..50 {
        let mut gradient = weights.map(|weight| -0.5 * weight);
        let mut hessian = [[0.0; FEATURES]; FEATURES];
        for (index, row) in hessian.iter_mut().enumerate() {
            row[index] = 0.5;
        }
        for answer in &related {
            let p = probability(&weights, answer);
            let share = sizes[answer.set].sqrt().recip() / mean;
            let error = f64::from(u8::from(answer.right)) - p;
            for (i, row) in hessian.iter_mut().enumerate() {
                gradient[i] += share * error * answer.features[i];
                for (cell, feature) in row.iter_mut().zip(answer.features) {
                    *cell += share * p * (1.0 - p) * answer.features[i] * feature;
                }
            }
        }
        let step = solve(hessian, gradient);
        weights.iter_mut().zip(step).for_each(|(weight, step)| *weight += step);
    }
    weights
}

#[expect(clippy::needless_range_loop, reason = "a row is changed by another of the same matrix")]
/// Gaussian elimination; the matrix is positive definite, so no pivot is zero.
fn solve(mut matrix: [[f64; FEATURES]; FEATURES], mut right: [f64; FEATURES]) -> [f64; FEATURES] {
    for at in 0..FEATURES {
        for row in at + 1..FEATURES {
            let factor = matrix[row][at] / matrix[at][at];
            for column in at..FEATURES {
                matrix[row][column] -= factor * matrix[at][column];
            }
            right[row] -= factor * right[at];
        }
    }
    for at in (0..FEATURES).rev() {
        for column in at + 1..FEATURES {
            right[at] -= matrix[at][column] * right[column];
        }
        right[at] /= matrix[at][at];
    }
    right
}
