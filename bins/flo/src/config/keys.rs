//! Every key of `moflo.yaml`: what it is for and what it may be. The defaults are [`Snapshot`]'s.
//!
//! [`Snapshot`]: moflo_hooks::snapshot::Snapshot

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number within limits.
    Count { least: u32, most: u32 },
    /// Any text.
    Text,
    /// A day, `YYYY-MM-DD`; kept as the second at which the next one begins.
    Day,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Several of the same kind.
    List(&'static Kind),
    /// A group with these keys.
    Record(&'static [Field]),
}

/// A key inside a list entry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) help: &'static str,
}

/// A key.
#[derive(Debug)]
pub(crate) struct Key {
    /// The path, with `.` between groups.
    pub(crate) path: &'static str,
    pub(crate) kind: Kind,
    pub(crate) help: &'static str,
}

const TEXTS: Kind = Kind::List(&Kind::Text);

const fn key(path: &'static str, kind: Kind, help: &'static str) -> Key {
    Key { path, kind, help }
}

const fn field(name: &'static str, kind: Kind, required: bool, help: &'static str) -> Field {
    Field { name, kind, required, help }
}

const RULE: Kind = Kind::Record(&[
    field("id", Kind::Text, true, "The rule's name in verdicts and logs"),
    field("program", Kind::Text, true, "The program's name without its folder"),
    field(
        "args",
        TEXTS,
        false,
        "The arguments that make it the forbidden call; `*` stands for anything",
    ),
    field("action", Kind::Choice(&["deny", "ask"]), false, "What happens; `deny` if left out"),
    field("reason", Kind::Text, true, "Why, and what to do instead, for the model"),
]);

const ALLOWED: Kind = Kind::Record(&[
    field("program", Kind::Text, true, "The program as it is typed"),
    field("args", TEXTS, false, "All its arguments; a last `...` admits more"),
    field(
        "expires",
        Kind::Day,
        false,
        "The last day of the exception, `YYYY-MM-DD` in UTC; left out: it never ends",
    ),
    field("reason", Kind::Text, true, "Why, for the people who read it later"),
]);

/// THE table of keys.
pub(crate) const KEYS: &[Key] = &[
    key(
        "guidance.directories",
        TEXTS,
        "Folders with guidance, beside CLAUDE.md, AGENTS.md, .cursor/rules and the README",
    ),
    key("guidance.include", TEXTS, "Which files in those folders are guidance"),
    key("code_map.directories", TEXTS, "Folders with code; `.gitignore` is always honoured"),
    key("code_map.exclude", TEXTS, "Files that are left out of the index"),
    key("tests.directories", TEXTS, "Folders with tests; empty: each language's conventions"),
    key("tests.patterns", TEXTS, "Names of test files; empty: each language's conventions"),
    key(
        "gates.memory_first",
        Kind::Choice(&["block", "assist", "off"]),
        "The first exploration of a turn without a search: refused with the answer, helped, or left alone",
    ),
    key(
        "gates.task_create_first",
        Kind::Choice(&["block", "warn", "off"]),
        "A sub-agent before any task exists: refused once, remarked on, or left alone",
    ),
    key(
        "gates.dangerous_commands",
        Kind::Choice(&["block", "ask", "off"]),
        "Commands and writes that destroy or leak: refused, asked about, or left alone",
    ),
    key(
        "gates.context_tracking",
        Kind::Bool,
        "Whether the agent is told how full its context is, once per bracket",
    ),
    key("gates.rules", Kind::List(&RULE), "Rules of the project's own"),
    key("gates.allow", Kind::List(&ALLOWED), "Exceptions that people have made"),
    key("auto_index.guidance", Kind::Bool, "Whether guidance is indexed without being asked"),
    key("auto_index.code_map", Kind::Bool, "Whether code is indexed without being asked"),
    key("auto_index.tests", Kind::Bool, "Whether tests are indexed without being asked"),
    key("prompt.inject", Kind::Bool, "Whether pointers are added to prompts"),
    key(
        "prompt.max_tokens",
        Kind::Count { least: 0, most: 4000 },
        "At most this many tokens of them",
    ),
    key(
        "memory.share_worktrees",
        Kind::Bool,
        "Whether all worktrees of a repository share one memory",
    ),
];

/// Finds a key by its path.
pub(crate) fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

/// Returns the paths of all keys and groups at one level: those right below `group`.
pub(crate) fn below(group: &str) -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for key in KEYS {
        let rest = match group {
            "" => Some(key.path),
            group => key.path.strip_prefix(group).and_then(|rest| rest.strip_prefix('.')),
        };
        let name = rest.and_then(|rest| rest.split('.').next());
        if let Some(name) = name.filter(|name| !names.contains(name)) {
            names.push(name);
        }
    }
    names
}

/// Returns the environment variable that overrides a key: `MOFLO_GATES_MEMORY_FIRST`.
pub(crate) fn variable(path: &str) -> String {
    format!("MOFLO_{}", path.replace('.', "_").to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_variable_is_documented() {
        let page = include_str!("../../../../docs/environment.md");
        for key in KEYS {
            let row = format!("| `{}` | `{}` |", variable(key.path), key.path);
            assert!(page.contains(&row), "docs/environment.md lacks {row}");
        }
    }
}
