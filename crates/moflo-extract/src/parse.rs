//! Runs the parsers: one per thread and language, with an end to every parse.
//!
//! A program takes less than one step per byte, and its tokens are read once or twice. A text that
//! is ambiguous all over, or whose tokens look ahead to the end of the file, takes a multiple, and
//! is given up after a counted number of steps and reads: everywhere at the same place. What
//! remains is a text the parser keeps stumbling over, where single steps become expensive and
//! nothing tells how much; that ends by the time the thread has worked, which no program comes
//! near.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use tree_sitter::{ParseOptions, Parser, Tree};

use crate::reader::{Grammar, Rule};

/// The parser reports after every hundred steps, and programs take about one step per byte. Memory
/// grows with steps, by up to a quarter of a kilobyte each, so what counts is how far they led.
const REPORTS_PER_BYTE: f32 = 0.02;

/// Reports every text may use, however short.
const FREE_REPORTS: usize = 2_000;

/// How many bytes the parser is given at once. It asks again when it goes on or back beyond.
const READ_BYTES: usize = 1024;

/// How often each of these pieces may be read, on average.
const READS_PER_PIECE: usize = 12;

/// Reads every text may use, however short.
const FREE_READS: usize = 5_000;

/// How long the parsers may work on one file. The largest programs take a quarter of it.
const TIME: Duration = Duration::from_millis(700);

/// How many reports pass between two looks at the clock.
const REPORTS_PER_LOOK: usize = 2;

thread_local! {
    static PARSERS: RefCell<HashMap<usize, Parser>> = RefCell::new(HashMap::new());
}

/// A grammar's rules by the ids of its node kinds.
type Compiled = &'static [Option<Rule>];

/// Tables are compiled once per process and live as long as it does.
static RULES: LazyLock<Mutex<HashMap<usize, Compiled>>> = LazyLock::new(Mutex::default);

/// Returns the address that identifies a grammar.
fn key(grammar: &'static Grammar) -> usize {
    std::ptr::from_ref(grammar) as usize
}

/// What parsing one file may cost, all its parts together.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Duration,
    /// A part of the file was too expensive.
    pub(crate) gave_up: bool,
}

impl Budget {
    pub(crate) fn new() -> Self {
        Self { left: TIME, gave_up: false }
    }
}

/// Returns how long this thread has worked.
#[cfg(unix)]
fn worked() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Returns how long this process has lived: the nearest thing where no thread is timed.
#[cfg(not(unix))]
fn worked() -> Duration {
    static START: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

/// Parses a text. `None` means that it was given up, and the budget says so.
pub(crate) fn parse(grammar: &'static Grammar, text: &str, budget: &mut Budget) -> Option<Tree> {
    let tree = PARSERS.with_borrow_mut(|parsers| {
        let parser = match parsers.entry(key(grammar)) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let mut parser = Parser::new();
                parser.set_language(&(grammar.load)()).ok()?;
                entry.insert(parser)
            }
        };
        let bytes = text.as_bytes();
        let most_reads = FREE_READS + bytes.len() / READ_BYTES * READS_PER_PIECE;
        let until = worked() + budget.left;
        let reads = Cell::new(0);
        let (mut reports, mut furthest) = (0, 0);
        let mut progress = |state: &tree_sitter::ParseState| {
            reports += 1;
            furthest = furthest.max(state.current_byte_offset());
            let most = FREE_REPORTS + (furthest as f32 * REPORTS_PER_BYTE) as usize;
            let is_late = || reports % REPORTS_PER_LOOK == 0 && worked() > until;
            if reports > most || reads.get() > most_reads || is_late() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let mut read = |at: usize, _| {
            reads.set(reads.get() + 1);
            // The text ends here for a parser that has read too much, and with it this step.
            let end = if reads.get() > most_reads { at } else { bytes.len().min(at + READ_BYTES) };
            bytes.get(at..end).unwrap_or_default()
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let mut tree = parser.parse_with_options(&mut read, None, Some(options));
        if tree.is_none() {
            parser.reset();
        }
        budget.left = until.saturating_sub(worked());
        // It was cut short without another report.
        tree.take_if(|_| reads.get() <= most_reads)
    });
    budget.gave_up |= tree.is_none();
    tree
}

/// Returns a grammar's rules, compiled when first asked for.
pub(crate) fn rules(grammar: &'static Grammar) -> Compiled {
    let mut all = RULES.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    all.entry(key(grammar)).or_insert_with(|| {
        let language = (grammar.load)();
        let table: Vec<Option<Rule>> = (0..language.node_kind_count())
            .map(|id| {
                let id = id as u16;
                let kind = language.node_kind_for_id(id)?;
                if !language.node_kind_is_named(id) {
                    return None;
                }
                grammar.rules.iter().find(|(name, _)| *name == kind).map(|(_, rule)| *rule)
            })
            .collect();
        Box::leak(table.into_boxed_slice())
    })
}
