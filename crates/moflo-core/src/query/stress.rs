//! How much each word of a query counts.
//!
//! A long text says in its first line what it is about, and shows and quotes in the rest. What
//! stands before a colon at the beginning (`parser: keep the last comma`) is a place more often
//! than a matter. Both are told by form alone.

use super::classify::{Class, place};
use super::postings::{self, FieldReaders, QueryTerm};
use super::weights::{self, idf};
use crate::store::Store;

/// Words that a first line has at least, to be taken for a title.
const TITLE_LEAST: usize = 3;
/// Words that it has at most.
const TITLE_MOST: usize = 40;

/// Returns the title of a text: its first line, unless that is a frame of a trace, announces what
/// follows, is a whole paragraph, or all there is.
fn title(query: &str) -> Option<&str> {
    let (first, _) = query.trim().split_once('\n')?;
    let first = first.trim();
    let words = first.split_whitespace().count();
    let is_frame = || first.split_whitespace().filter_map(place).any(|place| place.line.is_some());
    ((TITLE_LEAST..=TITLE_MOST).contains(&words) && !first.ends_with(':') && !is_frame())
        .then_some(first)
}

/// Returns the place that a query begins with: `a/b` of `a/b: text`, `kind(a/b): text` and
/// `[a/b] text`.
///
/// What has a capital in it is the beginning of a sentence or the name of an error.
fn scope(query: &str) -> Option<&str> {
    let first = query.trim_start().lines().next()?;
    let front = match first.strip_prefix('[') {
        Some(rest) => rest.split_once("] ")?.0,
        None => first.split_once(": ")?.0.trim_end_matches('!'),
    };
    let scope = match front.strip_suffix(')').and_then(|front| front.split_once('(')) {
        Some((_, scope)) => scope,
        None => front,
    };
    let is_place = scope.starts_with(char::is_lowercase) && !scope.contains(char::is_uppercase);
    (is_place && !front.contains(char::is_whitespace)).then_some(scope)
}

/// Returns what stands for the meaning of a query: the title of a text, since the mean of many words
/// is near everything.
pub(super) fn gist(query: &str, class: Class) -> &str {
    title(query).filter(|_| class == Class::Text).unwrap_or(query)
}

/// Gives the words of a query their weights.
pub(super) fn stress(terms: &mut [QueryTerm], query: &str, class: Class) {
    if matches!(class, Class::Symbol | Class::Path) {
        return;
    }
    let mut raise = |part: &str, change: &dyn Fn(&mut QueryTerm)| {
        let said = postings::terms_of(part);
        for term in terms.iter_mut().filter(|term| said.iter().any(|said| said.text == term.text)) {
            change(term);
        }
    };
    if let Some(title) = title(query).filter(|_| matches!(class, Class::Text | Class::Trace)) {
        raise(title, &|term| term.weight *= weights::TITLE);
    }
    if let Some(scope) = scope(query).filter(|_| class != Class::Trace) {
        raise(scope, &|term| {
            term.weight *= weights::SCOPE;
            term.in_paths *= weights::SCOPE_IN_PATHS;
        });
    }
}

/// Returns what each term counts for when it is part of a file's name, the most telling one 1.
///
/// In a few words all count alike; a long text says the names of many files by chance.
pub(super) fn in_names(
    store: &Store,
    body: &FieldReaders,
    terms: &[QueryTerm],
    class: Class,
) -> tantivy::Result<Vec<f32>> {
    if !matches!(class, Class::Text | Class::Trace) {
        return Ok(vec![1.0; terms.len()]);
    }
    let chunks = store.rows.len();
    let mut values = Vec::with_capacity(terms.len());
    for term in terms {
        values.push(term.weight * idf(chunks, body.doc_freq(&term.text)?));
    }
    let most = values.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    for value in &mut values {
        *value /= most;
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_begins_with_its_title() {
        for (query, expected) in [
            ("The pool leaks\n\nAfter an hour …", Some("The pool leaks")),
            ("  The pool leaks \r\nAfter an hour …", Some("The pool leaks")),
            ("The pool leaks after an hour", None),
            ("Hello,\n\nThe pool leaks", None),
            ("I have tried this:\n\npool.acquire()", None),
            ("Traceback (most recent call last):\n  File \"a.py\", line 1", None),
            ("thread panicked at src/pool.rs:3:5\nempty", None),
            ("The pool leaks in pool.rs\nAfter an hour", Some("The pool leaks in pool.rs")),
            ("", None),
        ] {
            assert_eq!(title(query), expected, "{query}");
        }
        let paragraph = "word ".repeat(TITLE_MOST + 1);
        assert_eq!(title(&format!("{paragraph}\nmore")), None);
    }

    #[test]
    fn a_query_begins_with_a_place() {
        for (query, expected) in [
            ("parser: keep the last comma", Some("parser")),
            ("net/http: keep the header", Some("net/http")),
            ("fix(parser): keep the last comma", Some("parser")),
            ("fix(parser)!: keep the last comma", Some("parser")),
            ("feat!: keep the last comma", Some("feat")),
            ("[parser] keep the last comma", Some("parser")),
            ("[Fix #12] keep the last comma", None),
            ("[3.14] keep the last comma", None),
            ("TypeError: not a function", None),
            ("app.errors.NotFound: no such page", None),
            ("the parser: keep the last comma", None),
            ("keep the last comma", None),
            ("see https://a.b/c for it", None),
            ("", None),
        ] {
            assert_eq!(scope(query), expected, "{query}");
        }
    }

    #[test]
    fn the_gist_of_a_text_is_its_title() {
        let text = "The pool leaks\n\nAfter an hour …";
        assert_eq!(gist(text, Class::Text), "The pool leaks");
        assert_eq!(gist(text, Class::Trace), text);
        assert_eq!(gist("The pool leaks", Class::Words), "The pool leaks");
    }

    #[test]
    fn words_of_titles_and_places_count_more() {
        let weight = |query: &str, class: Class, word: &str| {
            let mut terms = postings::terms_of(query);
            stress(&mut terms, query, class);
            let term = terms.iter().find(|term| term.text == word).expect("a word of the query");
            (term.weight, term.in_paths)
        };
        let text = "pool: the pool leaks\n\nafter a day or two";
        let plain = (1.0, 1.0);
        assert_eq!(weight(text, Class::Text, "day"), plain);
        assert_eq!(weight(text, Class::Text, "leak"), (weights::TITLE, 1.0));
        let (weight_of_pool, in_paths) = weight(text, Class::Text, "pool");
        assert!(weight_of_pool > weights::TITLE && in_paths > 1.0);
        assert_eq!(weight(text, Class::Symbol, "pool"), plain);
        let words = "pool: it leaks";
        assert_eq!(weight(words, Class::Words, "pool"), (weights::SCOPE, weights::SCOPE_IN_PATHS));
        assert_eq!(weight(words, Class::Words, "leak"), plain);
    }
}
