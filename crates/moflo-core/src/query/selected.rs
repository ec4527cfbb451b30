//! The files a question is about, by number.
//!
//! A file's record in the manifest is larger than a line of the processor's cache, and every step
//! of a search asks for the same two things; they are taken from it once.

use std::ops::Range;

use super::filter::{Paths, Scope, admits};
use crate::store::{Role, Store};

/// Stands for the role of a file that is out of scope.
const OUT: u8 = u8::MAX;

/// The files in scope.
#[derive(Debug)]
pub(super) struct Selected {
    /// By number; [`OUT`] for those that are not in scope.
    roles: Vec<u8>,
    /// By number: the first row and the number of rows.
    rows: Vec<(u32, u32)>,
    /// How many files there are of each role.
    pub(super) count: [usize; 4],
    /// How many rows all of them have.
    pub(super) row_count: u64,
    /// Every file in the index is in scope.
    everything: bool,
}

impl Selected {
    pub(super) fn new(store: &Store, scope: Scope, paths: &Paths) -> Self {
        let slots = store.manifest.slots() as usize;
        let mut out = Self {
            roles: vec![OUT; slots],
            rows: vec![(0, 0); slots],
            count: [0; 4],
            row_count: 0,
            everything: scope == Scope::All && paths.is_empty(),
        };
        for number in 0..slots {
            let Some(file) = store.manifest.file(number as u32) else { continue };
            let is_in =
                if out.everything { file.is_indexed() } else { admits(scope, paths, &file) };
            if !is_in {
                continue;
            }
            let (role, rows) = (file.role(), file.rows());
            out.roles[number] = role as u8;
            out.rows[number] = (rows.start, rows.end - rows.start);
            out.count[role as usize] += 1;
            out.row_count += u64::from(rows.end - rows.start);
        }
        out
    }

    /// Returns how many numbers there are, those out of scope included.
    pub(super) fn slots(&self) -> usize {
        self.roles.len()
    }

    /// Returns how many files are in scope.
    pub(super) fn files(&self) -> usize {
        self.count.iter().sum()
    }

    /// Tells whether a file is in scope.
    pub(super) fn has(&self, number: usize) -> bool {
        self.roles.get(number).is_some_and(|role| *role != OUT)
    }

    /// Returns the numbers of the files in scope.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        (0..self.roles.len()).filter(|number| self.roles[*number] != OUT)
    }

    /// Returns the role of a file in scope.
    pub(super) fn role(&self, number: usize) -> Option<Role> {
        self.roles.get(number).filter(|role| **role != OUT).map(|role| Role::from_u8(*role))
    }

    /// Returns the rows of a file in scope, and none of others.
    pub(super) fn rows(&self, number: usize) -> Range<u32> {
        let (first, count) = self.rows.get(number).copied().unwrap_or_default();
        first..first.saturating_add(count)
    }

    /// Returns the largest value of a column among the files in scope, or `least`.
    pub(super) fn largest(&self, column: &[f32], least: f32) -> f32 {
        // Eight at a time, which the compiler turns into as many comparisons by one instruction.
        const LANES: usize = 8;
        if self.everything {
            // A file that is not in the index has nothing, and decides nothing.
            let (values, rest) = column.as_chunks::<LANES>();
            let mut most = [least; LANES];
            for values in values {
                for (most, value) in most.iter_mut().zip(values) {
                    *most = if value > most { *value } else { *most };
                }
            }
            return most.into_iter().chain(rest.iter().copied()).fold(least, f32::max);
        }
        let mut most = [least; LANES];
        let ((values, rest), (roles, rest_roles)) =
            (column.as_chunks::<LANES>(), self.roles.as_chunks::<LANES>());
        for (values, roles) in values.iter().zip(roles) {
            for lane in 0..LANES {
                let value = if roles[lane] == OUT { least } else { values[lane] };
                most[lane] = if value > most[lane] { value } else { most[lane] };
            }
        }
        for (value, role) in rest.iter().zip(rest_roles) {
            if *role != OUT && *value > most[0] {
                most[0] = *value;
            }
        }
        most.into_iter().fold(least, f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_value_is_that_of_a_file_in_scope() {
        for length in [0, 1, 7, 8, 9, 31] {
            let roles: Vec<u8> = (0..length).map(|at| if at % 3 == 0 { OUT } else { 1 }).collect();
            let rows = vec![(0, 0); length];
            let selected = Selected { roles, rows, count: [0; 4], row_count: 0, everything: false };
            let column: Vec<f32> = (0..length).map(|at| ((at * 7) % 11) as f32).collect();
            let expected = selected.numbers().map(|at| column[at]).fold(0.5, f32::max);
            assert!((selected.largest(&column, 0.5) - expected).abs() < 1e-6, "{length}");
            let all = Selected { everything: true, ..selected };
            let expected = column.iter().copied().fold(0.5, f32::max);
            assert!((all.largest(&column, 0.5) - expected).abs() < 1e-6, "{length}");
        }
    }
}
