//! Looks for better weights, and says what they are worth on repositories they were not fitted on.
//!
//! Coordinate ascent over the columns of the table, on what the program measures of each file; the
//! factors of paths and kinds stay as they are. It begins with equal weights, so that nothing of
//! what the present ones know about a repository is in a fit without it; how it goes on from the
//! present ones is printed as well. A weight is moved only where at least two sets ask questions of
//! its kind, and a step must gain on the weighted mean of the sets. The order that is scored is the
//! plain one, without the place that the best page is given among code.

use std::cmp::Ordering;
use std::collections::HashSet;

use moflo_core::query::weights::{Column, SIGNALS, Signal, column, total};
use moflo_core::query::{Class, Role};

use crate::Set;
use crate::sets::{self, FOLDS};

/// Files per query that can come into the first ten at all.
const CANDIDATES: usize = 120;
/// What a step must gain.
const STEP: f64 = 2e-4;
const ROUNDS: usize = 6;
/// What every weight is at the beginning.
const EQUAL: f32 = 0.5;

/// The columns of the table, in its order.
const COLUMNS: [(&str, Class, Role); 5] = [
    ("symbol", Class::Symbol, Role::Code),
    ("words", Class::Words, Role::Code),
    ("change", Class::Change, Role::Code),
    ("text", Class::Text, Role::Code),
    ("guidance", Class::Words, Role::Guidance),
];

type Table = [Column; COLUMNS.len()];

struct Candidate {
    column: usize,
    values: Column,
    prior: f32,
    right: bool,
}

struct Sample {
    set: usize,
    fold: usize,
    answers: usize,
    candidates: Vec<Candidate>,
}

fn column_of(class: Class, role: Role) -> usize {
    match (class, role) {
        (Class::Symbol | Class::Path, _) => 0,
        (_, Role::Guidance) => 4,
        (Class::Words, _) => 1,
        (Class::Change, _) => 2,
        (Class::Text | Class::Trace, _) => 3,
    }
}

fn value(candidate: &Candidate, table: &Table, totals: &[f32; COLUMNS.len()]) -> f32 {
    let column = &table[candidate.column];
    let sum: f32 = column.iter().zip(candidate.values).map(|(weight, value)| weight * value).sum();
    sum / totals[candidate.column] * candidate.prior
}

fn ndcg(sample: &Sample, table: &Table, totals: &[f32; COLUMNS.len()]) -> f64 {
    let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let values: Vec<f32> =
        sample.candidates.iter().map(|candidate| value(candidate, table, totals)).collect();
    let mut sum = 0.0;
    for (at, _) in sample.candidates.iter().enumerate().filter(|(_, candidate)| candidate.right) {
        // Of equal values the earlier one is shown first.
        let ahead = |(other, value): &(usize, &f32)| match value.total_cmp(&values[at]) {
            Ordering::Greater => true,
            Ordering::Equal => *other < at,
            Ordering::Less => false,
        };
        let rank = values.iter().enumerate().filter(ahead).count();
        if rank < 10 && values[at] > 0.0 {
            sum += gain(rank);
        }
    }
    sum / (0..sample.answers.min(10)).map(gain).sum::<f64>()
}

/// The mean of each set over the samples that `chosen` takes.
fn means(
    samples: &[Sample],
    sets: usize,
    table: &Table,
    chosen: impl Fn(&Sample) -> bool,
) -> Vec<(f64, usize)> {
    let totals = table.each_ref().map(total);
    let mut sums = vec![(0.0, 0_usize); sets];
    for sample in samples.iter().filter(|sample| chosen(sample)) {
        sums[sample.set].0 += ndcg(sample, table, &totals);
        sums[sample.set].1 += 1;
    }
    sums.into_iter().map(|(sum, n)| (sum / n.max(1) as f64, n)).collect()
}

/// The mean over the sets; a small set counts as the root of its size.
fn objective(means: &[(f64, usize)]) -> f64 {
    let weight = |n: usize| (n as f64).sqrt();
    let all: f64 = means.iter().map(|(_, n)| weight(*n)).sum();
    means.iter().map(|(mean, n)| mean * weight(*n)).sum::<f64>() / all
}

/// A table of equal weights where they may be moved.
fn equal(movable: [bool; COLUMNS.len()]) -> Table {
    let mut table = present();
    for (column, _) in table.iter_mut().zip(movable).filter(|(_, movable)| *movable) {
        *column = [EQUAL; SIGNALS];
        // The second tier's own weight stands apart from the table.
        column[Signal::Encoded as usize] = 0.0;
    }
    table
}

fn present() -> Table {
    COLUMNS.map(|(_, class, role)| column(class, role))
}

fn ascend(
    samples: &[Sample],
    sets: usize,
    movable: [bool; COLUMNS.len()],
    start: &Table,
    chosen: impl Fn(&Sample) -> bool + Copy,
) -> Table {
    let mut table = *start;
    let mut best = objective(&means(samples, sets, &table, chosen));
    for _ in 0..ROUNDS {
        let before = best;
        for at in (0..COLUMNS.len()).filter(|at| movable[*at]) {
            for signal in 0..SIGNALS {
                let now = table[at][signal];
                if signal == Signal::Encoded as usize {
                    continue;
                }
                let small = [now * 0.7, now * 1.4, now * 0.4, now * 2.5, 0.0];
                let tries = if now > 0.0 { &small[..] } else { &[0.2, 0.5] };
                for weight in tries {
                    let mut other = table;
                    other[at][signal] = (*weight * 100.0).round() / 100.0;
                    let reached = objective(&means(samples, sets, &other, chosen));
                    if reached > best + STEP {
                        (best, table) = (reached, other);
                        break;
                    }
                }
            }
        }
        if best - before < STEP {
            break;
        }
    }
    table
}

/// Fits the weights on all sets and on four fifths of the repositories, and prints both.
pub(crate) fn report(sets: &[Set]) {
    let mut samples = Vec::new();
    let mut asked: [HashSet<usize>; COLUMNS.len()] = Default::default();
    for (number, set) in sets.iter().enumerate() {
        let queries = sets::read(set, None);
        sets::with_index(&queries, |query, index| {
            let (class, measured) = index.measure(&query.request()).unwrap();
            // The same repository is in the same fold of every set.
            let fold = query.repo.bytes().map(usize::from).sum::<usize>() % FOLDS;
            let mut candidates: Vec<Candidate> = measured
                .into_iter()
                .filter(|file| !query.is_excluded(&file.path))
                .map(|file| Candidate {
                    column: column_of(class, file.kind),
                    right: query.is_answer(&file.path),
                    values: file.values,
                    prior: file.prior,
                })
                .collect();
            let table = present();
            let totals = table.each_ref().map(total);
            // Stable, so that ties stay in the order of the index.
            candidates
                .sort_by(|a, b| value(b, &table, &totals).total_cmp(&value(a, &table, &totals)));
            let mut place = 0;
            candidates.retain(|candidate| {
                place += 1;
                place <= CANDIDATES || candidate.right
            });
            for candidate in candidates.iter().filter(|candidate| candidate.right) {
                asked[candidate.column].insert(number);
            }
            samples.push(Sample { set: number, fold, answers: query.answers(), candidates });
        });
    }
    let movable = asked.each_ref().map(|sets| sets.len() >= 2);
    for ((name, ..), sets) in COLUMNS.iter().zip(&asked) {
        println!("column {name}: answers in {} sets", sets.len());
    }
    let present = present();
    let fit = |start: &Table, without: Option<usize>| {
        ascend(&samples, sets.len(), movable, start, move |sample| Some(sample.fold) != without)
    };
    let fitted = fit(&equal(movable), None);
    let further = fit(&present, None);
    let folds: Vec<Table> = (0..FOLDS).map(|fold| fit(&equal(movable), Some(fold))).collect();
    println!(
        "{:30} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "ndcg@10", "equal", "present", "fitted", "unseen", "further"
    );
    let of = |table: &Table| means(&samples, sets.len(), table, |_| true);
    let (begun, now, then, after) = (of(&equal(movable)), of(&present), of(&fitted), of(&further));
    let mut unseen = vec![0.0; sets.len()];
    for (fold, table) in folds.iter().enumerate() {
        let held = means(&samples, sets.len(), table, |sample| sample.fold == fold);
        for (sum, (mean, n)) in unseen.iter_mut().zip(held) {
            *sum += mean * n as f64;
        }
    }
    for (number, set) in sets.iter().enumerate() {
        let name = set.file.file_stem().unwrap_or_default().to_string_lossy();
        let name = if set.root { format!("{name}, below the root") } else { name.into_owned() };
        println!(
            "{name:30} {:8.4} {:8.4} {:8.4} {:8.4} {:8.4}",
            begun[number].0,
            now[number].0,
            then[number].0,
            unseen[number] / now[number].1.max(1) as f64,
            after[number].0
        );
    }
    println!("where the present weights would be moved to:");
    for (at, (name, ..)) in COLUMNS.iter().enumerate() {
        for signal in Signal::ALL {
            let (from, to) = (present[at][signal as usize], further[at][signal as usize]);
            if from.to_bits() != to.to_bits() {
                println!("  {name:10} {:22} {from:.2} to {to:.2}", signal.as_str());
            }
        }
    }
}
