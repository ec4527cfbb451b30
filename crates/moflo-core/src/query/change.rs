//! Whether a few words ask for a change.
//!
//! What is to be done is worded otherwise than what is asked: it names the parts that it touches, so
//! files that have all of its words count more. A request is told by its first word, or by the form
//! that messages of changes have; one in a language that is not English counts as any words.

/// Verbs that begin a request for a change. In other languages such a request counts as any words.
const VERBS: [&str; 68] = [
    "add",
    "adjust",
    "allow",
    "apply",
    "avoid",
    "bump",
    "change",
    "clarify",
    "clean",
    "convert",
    "correct",
    "create",
    "delete",
    "deprecate",
    "disable",
    "downgrade",
    "drop",
    "emit",
    "enable",
    "ensure",
    "expose",
    "extend",
    "extract",
    "fix",
    "guard",
    "harden",
    "ignore",
    "implement",
    "improve",
    "include",
    "increase",
    "introduce",
    "keep",
    "make",
    "migrate",
    "move",
    "normalize",
    "optimize",
    "pin",
    "preserve",
    "prevent",
    "reduce",
    "refactor",
    "reject",
    "relax",
    "remove",
    "rename",
    "reorder",
    "replace",
    "respect",
    "restore",
    "revert",
    "rewrite",
    "silence",
    "simplify",
    "skip",
    "speed",
    "stop",
    "support",
    "suppress",
    "tighten",
    "treat",
    "tweak",
    "unify",
    "update",
    "upgrade",
    "use",
    "warn",
];
/// The kinds of change that a message may begin with.
const KINDS: [&str; 9] =
    ["bug", "chore", "feat", "feature", "fix", "perf", "refactor", "style", "test"];

/// Says whether a word is the number of a ticket: `ABC-12`, `#12`.
fn is_ticket(word: &str) -> bool {
    let number = match word.strip_prefix('#') {
        Some(number) => number,
        None => match word.split_once('-') {
            Some((front, number)) if front.bytes().all(|byte| byte.is_ascii_uppercase()) => number,
            _ => return false,
        },
    };
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Says whether a few words ask for a change: they begin with what is to be done, or with the kind
/// of change in the form of many projects' messages.
pub(super) fn is_asked_for(query: &str) -> bool {
    let mut rest = query.trim_start();
    // `[2.x]` and the like say where, `fix(parser):` says what kind or where, `Refs #12 --` and
    // `ABC-12` why.
    while let Some((_, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        rest = after.trim_start();
    }
    if let Some((front, after)) = rest.split_once(": ")
        && !front.contains(char::is_whitespace)
    {
        let kind = front.trim_end_matches('!').split('(').next().unwrap_or_default();
        if KINDS.binary_search(&kind).is_ok() || is_verb(&kind.to_ascii_lowercase()) {
            return true;
        }
        rest = after;
    }
    rest.split(" -- ").take(2).any(begins_with_verb)
}

/// Says whether the first of some words, but for numbers of tickets, is one of the verbs.
fn begins_with_verb(text: &str) -> bool {
    let mut words = text.split_whitespace().skip_while(|word| is_ticket(word));
    let (Some(first), Some(_)) = (words.next(), words.next()) else { return false };
    let first = first.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    first == "don't" || is_verb(&first)
}

/// Says whether a word is one of the verbs: `add`, `adds`, `fixes`, `added`, `removed`. What ends in
/// `ing` begins a heading as often.
fn is_verb(word: &str) -> bool {
    let known = |word: &str| VERBS.binary_search(&word).is_ok();
    known(word)
        || ["s", "es", "ed", "d"].iter().any(|end| word.strip_suffix(end).is_some_and(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_asked_for_by_its_first_word() {
        for (query, expected) in [
            ("add a retry to uploads", true),
            ("Fix upload of empty files", true),
            ("Fixes upload of empty files", true),
            ("fixed: upload of empty files", true),
            ("Don't upload empty files", true),
            ("uploads: skip empty files", true),
            ("fix(uploads): empty files", true),
            ("feat!: empty files", true),
            ("[2.x] [uploads] Allow empty files", true),
            ("ABC-12 Allow empty files", true),
            ("#12 Allow empty files", true),
            ("Refs #12 -- Allowed empty files", true),
            ("Allow empty files -- they are files", true),
            ("how empty files are uploaded", false),
            ("upload of empty files", false),
            ("using empty files", false),
            ("where is the fix for empty files", false),
            ("uploads: empty files", false),
            ("UTF-8 names of files", false),
            ("remove", false),
            ("[open] files", false),
            ("", false),
        ] {
            assert_eq!(is_asked_for(query), expected, "{query}");
        }
    }

    #[test]
    fn lists_that_are_searched_are_sorted() {
        assert!(VERBS.is_sorted() && KINDS.is_sorted());
    }
}
