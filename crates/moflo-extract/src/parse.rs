//! Runs the parsers: one per thread and language, with an end to every parse.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{LazyLock, Mutex};

use tree_sitter::{ParseOptions, Parser, Tree};

use crate::reader::{Grammar, Rule};

/// The parser reports after every hundred steps. Code takes less than one step per byte; a text
/// that takes three times as many is ambiguous all over, and costs memory as it costs time.
const REPORTS_PER_BYTE: f32 = 0.03;

/// Reports every text may use, however short.
const FREE_REPORTS: usize = 2_000;

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

/// Parses a text. `None` means that it took too many steps.
pub(crate) fn parse(grammar: &'static Grammar, text: &str) -> Option<Tree> {
    PARSERS.with_borrow_mut(|parsers| {
        let parser = match parsers.entry(key(grammar)) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let mut parser = Parser::new();
                parser.set_language(&(grammar.load)()).ok()?;
                entry.insert(parser)
            }
        };
        let limit = FREE_REPORTS + (text.len() as f32 * REPORTS_PER_BYTE) as usize;
        let mut reports = 0;
        let mut progress = |_: &tree_sitter::ParseState| {
            reports += 1;
            if reports > limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let bytes = text.as_bytes();
        let tree = parser.parse_with_options(
            &mut |at, _| bytes.get(at..).unwrap_or_default(),
            None,
            Some(ParseOptions::new().progress_callback(&mut progress)),
        );
        if tree.is_none() {
            parser.reset();
        }
        tree
    })
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
