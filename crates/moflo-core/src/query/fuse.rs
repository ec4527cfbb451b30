//! From measurements to an order, a score and a degree of confidence.

use super::classify::{Class, Parsed};
use super::filter::Scope;
use super::priors;
use super::selected::Selected;
use super::signals::Signals;
use super::weights::{self, Column, Omit, Signal};
use crate::store::{File, Role, Store};

/// A file with its place in the order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranked {
    pub(super) file: u32,
    pub(super) role: Role,
    /// The weighted sum over the column's total, times the factors of the path.
    pub(super) value: f32,
    /// The factors of the path alone.
    pub(super) prior: f32,
}

/// The columns of one question, by role.
pub(super) struct Columns {
    roles: [(Column, f32); 4],
    /// What the search is made to leave out.
    omit: Option<Omit>,
}

impl Columns {
    /// The columns of a class; `encoded` when the second tier measured the guidance.
    pub(super) fn of(class: Class, encoded: bool, omit: Option<Omit>) -> Self {
        let roles = Role::ALL.map(|role| {
            let mut column = weights::column(class, role);
            if encoded && role == Role::Guidance {
                weights::encode(&mut column);
            }
            if let Some(Omit::Signal(signal)) = omit {
                column[signal as usize] = 0.0;
            }
            (column, weights::total(&column))
        });
        Self { roles, omit }
    }

    pub(super) fn weights(&self, role: Role) -> &Column {
        &self.roles[role as usize].0
    }

    fn total(&self, role: Role) -> f32 {
        self.roles[role as usize].1
    }
}

/// How many of the files that may be first are kept before it is known how many it takes.
const KEPT: usize = 1_000;

/// What puts the files of one question in order.
#[derive(Clone, Copy)]
pub(super) struct Ranking<'a> {
    pub(super) store: &'a Store,
    pub(super) parsed: &'a Parsed,
    pub(super) scope: Scope,
    pub(super) selected: &'a Selected,
    pub(super) columns: &'a Columns,
}

/// A file and the most that its value can be.
#[derive(Debug, Clone, Copy)]
struct Bound {
    file: u32,
    value: f32,
}

impl Ranking<'_> {
    /// Returns the first `limit` of the files in scope.
    pub(super) fn first(self, signals: &Signals, limit: usize) -> Vec<Ranked> {
        // A column at a time, which the compiler turns into several files by one instruction. The
        // files of one kind have weights of their own.
        let mut sums =
            signals.factors(self.columns.weights(Role::Code)).sums(self.selected.slots());
        if self.selected.count[Role::Guidance as usize] > 0 {
            let guidance = signals.factors(self.columns.weights(Role::Guidance));
            for number in self.selected.numbers() {
                if self.selected.role(number) == Some(Role::Guidance) {
                    sums[number] = guidance.sum(number as u32);
                }
            }
        }
        self.first_by(signals, limit, self.selected.numbers(), |number| sums[number])
    }

    /// Returns the first `limit` of these files.
    pub(super) fn first_among(
        self,
        signals: &Signals,
        limit: usize,
        numbers: &[usize],
    ) -> Vec<Ranked> {
        let factors = Role::ALL.map(|role| signals.factors(self.columns.weights(role)));
        let sum = |number: usize| {
            let role = self.selected.role(number);
            role.map_or(0.0, |role| factors[role as usize].sum(number as u32))
        };
        self.first_by(signals, limit, numbers.iter().copied(), sum)
    }

    fn first_by(
        self,
        signals: &Signals,
        limit: usize,
        numbers: impl Iterator<Item = usize> + Clone,
        sum: impl Fn(usize) -> f32 + Copy,
    ) -> Vec<Ranked> {
        let Self { store, parsed, scope, selected, columns } = self;
        let factors = Factors::of(store, parsed, scope, selected.count, signals, columns.omit);
        let ceilings = Role::ALL.map(|role| factors.ceiling(role) / columns.total(role));
        let may_be_lifted = factors.may_lift(signals);
        let bounds = numbers.filter_map(|number| {
            let (file, role) = (number as u32, selected.role(number)?);
            let mut value = sum(number) * ceilings[role as usize];
            if may_be_lifted {
                value = value.max(sum(number) / columns.total(role));
            }
            (value > 0.0).then_some(Bound { file, value: value * ROUNDING })
        });
        // Once what a file can have at most is below the last place's value, no later one can
        // enter, and most paths are never looked at. For the same reason most files need neither be
        // kept nor sorted.
        let mut kept = limit.saturating_mul(2).saturating_add(KEPT);
        loop {
            let (best, complete) = best_of(bounds.clone(), kept);
            let mut out: Vec<Ranked> = Vec::new();
            let mut decided = complete;
            for Bound { file: number, value: most } in best {
                if out.len() >= limit && most < out[limit - 1].value {
                    decided = true;
                    break;
                }
                let Some(file) = store.manifest.file(number) else { continue };
                let (role, prior) = (file.role(), factors.prior(&file, signals));
                let value = sum(number as usize) / columns.total(role) * prior;
                let at = out.partition_point(|other| {
                    other.value > value || other.value >= value && other.file < number
                });
                if at < limit {
                    out.insert(at, Ranked { file: number, role, value, prior });
                    out.truncate(limit);
                }
            }
            if decided {
                return out;
            }
            kept = kept.saturating_mul(16);
        }
    }
}

/// A bound is calculated in another order than a value, and must not be below it for that.
const ROUNDING: f32 = 1.0 + 1e-5;

/// Returns the first `kept` by value, the lower number first where values are equal, and whether
/// that is all of them.
fn best_of(bounds: impl Iterator<Item = Bound>, kept: usize) -> (Vec<Bound>, bool) {
    let order = |a: &Bound, b: &Bound| b.value.total_cmp(&a.value).then(a.file.cmp(&b.file));
    let mut out: Vec<Bound> = Vec::new();
    let mut complete = true;
    let mut least = f32::NEG_INFINITY;
    for bound in bounds {
        if bound.value <= least {
            continue;
        }
        out.push(bound);
        if out.len() == kept.saturating_mul(2) {
            out.select_nth_unstable_by(kept - 1, order);
            least = out[kept - 1].value;
            out.truncate(kept);
            complete = false;
        }
    }
    out.sort_unstable_by(order);
    complete &= out.len() <= kept;
    out.truncate(kept);
    (out, complete)
}

/// What the path of a file says about it, and what kind of file it is beside the others.
pub(super) struct Factors {
    /// By role.
    beside: [f32; 4],
    tests: priors::Asked,
    examples: bool,
    /// Nothing but tests defines the name that was asked for.
    only_in_tests: bool,
    places: bool,
}

impl Factors {
    /// The factors of one question; `count` is the number of files in scope by role.
    pub(super) fn of(
        store: &Store,
        parsed: &Parsed,
        scope: Scope,
        count: [usize; 4],
        signals: &Signals,
        omit: Option<Omit>,
    ) -> Self {
        let [code, _, guidance, _] = count;
        // A documentation folder has its scripts and style sheets, a program its README; which of
        // the two is the side show is told by the numbers, without a jump between the two.
        let pages = guidance as f32 / code.max(1) as f32;
        let blend = |from: f32, to: f32| ((pages - from) / (to - from)).clamp(0.0, 1.0);
        let beside = Role::ALL.map(|role| match role {
            _ if omit == Some(Omit::Roles) => 1.0,
            Role::Guidance if code > 0 && scope == Scope::All => {
                let low = weights::GUIDANCE_BESIDE_CODE;
                low + (1.0 - low) * blend(2.0, 6.0)
            }
            Role::Code if scope == Scope::All => {
                1.0 - (1.0 - weights::CODE_BESIDE_GUIDANCE) * blend(4.0, 8.0)
            }
            Role::Text if code + guidance > 0 => weights::TEXT_BESIDE_CODE,
            _ => 1.0,
        });
        let tests = match scope {
            Scope::Tests => priors::Asked::Yes,
            _ if parsed.wants_tests => priors::Asked::Perhaps,
            _ => priors::Asked::No,
        };
        // Where nothing but tests defines a name, a test is the place that was asked for.
        let only_in_tests = parsed.class == Class::Symbol
            && !signals.definers.iter().any(|(file, _)| {
                let defines = signals.raw(Signal::Defines, *file) > 0.0;
                let known = store.manifest.file(*file).filter(|_| defines);
                known.is_some_and(|known| !priors::place(&known.path(), known.role()).test)
            });
        let places = omit != Some(Omit::Places);
        Self { beside, tests, examples: parsed.wants_examples, only_in_tests, places }
    }

    /// Returns the most that the product of factors can be for a file of this role, unless it is
    /// lifted.
    fn ceiling(&self, role: Role) -> f32 {
        let beside = self.beside[role as usize];
        if self.places && role == Role::Test && self.tests == priors::Asked::No {
            // Either its path says that it is one, or what is in it.
            beside * weights::TEST.max(weights::TEST_BY_CONTENT)
        } else {
            beside
        }
    }

    /// Tells whether there may be files that count more than their role and path say.
    fn may_lift(&self, signals: &Signals) -> bool {
        self.only_in_tests || signals.has(Signal::Mentioned)
    }

    /// The product of a file's factors.
    pub(super) fn prior(&self, file: &File<'_>, signals: &Signals) -> f32 {
        let role = file.role();
        let mut prior = self.beside[role as usize];
        if self.places {
            let mut place = priors::place(&file.path(), role);
            place.reexport &= file.rows().len() <= weights::REEXPORT_CHUNKS;
            prior *= priors::factor(place, role, self.tests, self.examples);
        }
        // Whoever names a file means it, test or not.
        let named = signals.raw(Signal::Mentioned, file.number()) >= 0.6;
        let defines = signals.raw(Signal::Defines, file.number()) > 0.0;
        if named || (self.only_in_tests && defines) {
            prior = prior.max(0.9);
        }
        prior
    }
}

/// The place that the best page has at the latest, when it is good enough to be shown.
const PAGE_PLACE: usize = 4;

/// Moves the best page up to the fifth place.
///
/// Where code and guidance are searched together, code repeats the words of a question more often
/// than the page that explains it, and would otherwise fill the list.
pub(super) fn let_guidance_in(ranked: &mut [Ranked]) {
    let Some(at) = ranked.iter().position(|ranked| ranked.role == Role::Guidance) else { return };
    if at > PAGE_PLACE && ranked[at].value >= weights::PAGE_SHARE * ranked[0].value {
        ranked[PAGE_PLACE..=at].rotate_right(1);
    }
}

/// What is known about a hit when its confidence is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Certainty {
    /// The kind of question.
    pub class: Class,
    /// The score of the hit.
    pub score: f32,
    /// The score of the best other hit.
    pub rival: f32,
    /// See [`Signal::Coverage`].
    pub coverage: f32,
    /// See [`Signal::Dense`].
    pub dense: f32,
    /// See [`Signal::Defines`].
    pub defines: f32,
    /// See [`Signal::Mentioned`].
    pub mentioned: f32,
}

impl Certainty {
    /// Returns by which share of its score the hit leads, from -1 to 1.
    pub fn ahead(&self) -> f32 {
        if self.score > 0.0 {
            ((self.score - self.rival) / self.score).clamp(-1.0, 1.0)
        } else {
            -1.0
        }
    }

    /// Says whether the hit shares words, meaning or a name with the query at all.
    pub fn is_related(&self) -> bool {
        self.dense >= weights::RELATED_DENSE
            || self.coverage >= weights::RELATED_COVERAGE
            || self.defines > 0.0
            || self.mentioned > 0.0
    }
}

/// Returns how likely the hit is the right one.
pub(super) fn confidence(certainty: &Certainty) -> f32 {
    let c = &weights::CONFIDENCE;
    let class = match certainty.class {
        Class::Symbol | Class::Path => c.symbol,
        Class::Words | Class::Change => c.words,
        Class::Text | Class::Trace => c.text,
    };
    let sum = class
        + c.score * certainty.score
        + c.ahead * certainty.ahead()
        + c.coverage * certainty.coverage
        + c.mentioned * certainty.mentioned
        + c.dense * certainty.dense
        + c.defines * certainty.defines.min(1.0);
    let value = 1.0 / (1.0 + (-sum).exp());
    if certainty.is_related() { value } else { value.min(weights::UNRELATED) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_kept_in_order_whatever_is_dropped() {
        let bound = |number: u32| Bound {
            file: number,
            value: (((number * 37) % 101) as f32 / 4.0).floor(),
        };
        let mut expected: Vec<(f32, u32)> =
            (0..500).map(|number| (bound(number).value, number)).collect();
        expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for kept in [1, 2, 10, 249, 250, 251, 499, 500, 501, 2000] {
            let (best, complete) = best_of((0..500).map(bound), kept);
            let found: Vec<(f32, u32)> = best.iter().map(|it| (it.value, it.file)).collect();
            assert_eq!(found, expected[..kept.min(500)], "{kept}");
            assert_eq!(complete, kept >= 500, "{kept}");
        }
    }

    #[test]
    fn no_path_makes_a_file_count_more_than_its_ceiling() {
        let paths = [
            "src/a.rs",
            "tests/a.rs",
            "src/a_test.go",
            "examples/a.rs",
            "vendor/a.rs",
            "a/__init__.py",
            "CHANGELOG.md",
            "docs/a.md",
        ];
        for tests in [priors::Asked::No, priors::Asked::Perhaps, priors::Asked::Yes] {
            for (examples, places) in [(false, true), (true, true), (false, false)] {
                let beside = [1.0, 0.9, 0.4, 0.6];
                let factors = Factors { beside, tests, examples, only_in_tests: false, places };
                for (path, role) in paths.iter().flat_map(|path| Role::ALL.map(|role| (path, role)))
                {
                    let place = priors::place(path, role);
                    let of_path = priors::factor(place, role, tests, examples);
                    let product = beside[role as usize] * if places { of_path } else { 1.0 };
                    let most = factors.ceiling(role);
                    assert!(product <= most, "{path} {role:?} {tests:?}: {product} of {most}");
                }
            }
        }
    }

    #[test]
    fn confidence_rises_with_evidence() {
        let weak = Certainty {
            class: Class::Words,
            score: 0.3,
            rival: 0.29,
            coverage: 0.2,
            dense: 0.1,
            defines: 0.0,
            mentioned: 0.0,
        };
        let strong = Certainty { score: 0.9, rival: 0.4, coverage: 1.0, dense: 0.6, ..weak };
        assert!(confidence(&strong) > confidence(&weak));
        assert!(confidence(&Certainty { mentioned: 1.0, ..strong }) > confidence(&strong));
        let none = Certainty { score: 0.0, rival: 0.0, coverage: 0.0, dense: 0.0, ..weak };
        assert!(confidence(&none) < 0.5);
    }
}
