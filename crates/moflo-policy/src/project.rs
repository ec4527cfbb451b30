//! What a project adds to the built-in rules: its own rules and its exceptions.
//!
//! Both are matched on parsed commands, argument by argument, never on text: a rule for
//! `git push` is not met by `echo git push`, and an exception for `rm -rf build` does not cover
//! `rm -rf build /`. So a rule matches loosely (its words in order, among others) and an exception
//! exactly. Nothing here knows the time: callers drop what has expired.

use crate::shell::{Arg, SimpleCommand};
use crate::types::{Decision, Severity};

/// Rules and exceptions of one project.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ProjectPolicy {
    /// Rules beyond the built-in ones.
    pub rules: Vec<ProjectRule>,
    /// Commands that a person allowed.
    pub allow: Vec<AllowEntry>,
    /// Absolute paths that belong to moflo on this machine: its state folder, its programs.
    ///
    /// Only a caller knows where they are; they are guarded like moflo's files in the project.
    pub guarded: Vec<String>,
}

/// One rule of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectRule {
    /// The id shown in verdicts.
    pub id: String,
    /// The program's name without its folder.
    pub program: String,
    /// The arguments that make it the forbidden call; see [`matches_some`].
    pub args: Vec<String>,
    /// What happens when it matches.
    pub action: Decision,
    /// Why, and what to do instead; shown to the agent.
    pub reason: String,
}

/// One exception of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowEntry {
    /// The program as it is typed, or a tool such as `Read`.
    pub program: String,
    /// All arguments the call may have; see [`matches_all`]. Of a tool the path it may use.
    pub args: Vec<String>,
    /// When the exception ends, in seconds since 1970; `None` lasts.
    pub expires: Option<u64>,
    /// Why a person allowed it.
    pub reason: String,
}

impl AllowEntry {
    /// Whether it names every word, without a star or a last `...`.
    pub fn is_exact(&self) -> bool {
        !self.args.iter().any(|arg| arg.contains('*') || arg == "...")
    }
}

/// Whether an exception may cover what a rule stops.
///
/// No exception covers a catastrophe, but for one: which file is a secret is told by its name alone,
/// and a person who names that very file knows better.
pub(crate) fn may_except(rule: &str, exactly: bool) -> bool {
    let severity = crate::rules::find(rule).map(|rule| rule.severity);
    severity != Some(Severity::Catastrophe) || (rule == "secrets.read" && exactly)
}

impl ProjectPolicy {
    /// Builds a policy.
    pub fn new(rules: Vec<ProjectRule>, allow: Vec<AllowEntry>, guarded: Vec<String>) -> Self {
        Self { rules, allow, guarded }
    }

    /// Drops the exceptions that have ended at `now`, in seconds since 1970.
    #[must_use]
    pub fn without_expired(mut self, now: u64) -> Self {
        self.allow.retain(|entry| entry.expires.is_none_or(|end| now < end));
        self
    }

    /// Returns the rule that a command meets; the strictest of several, the first of equals.
    pub fn rule_for(&self, command: &SimpleCommand) -> Option<&ProjectRule> {
        let met = |rule: &&ProjectRule| {
            command.argv.first().is_some_and(|program| base_name(&program.text) == rule.program)
                && matches_some(&rule.args, &command.argv[1..])
        };
        let strictness = |rule: &ProjectRule| match rule.action {
            Decision::Deny => 0,
            Decision::Ask => 1,
            Decision::Allow => 2,
        };
        self.rules.iter().filter(met).min_by_key(|rule| strictness(rule))
    }

    /// Returns the exception that covers a command whole.
    ///
    /// A command with a part that only a running shell would know is never covered. What a
    /// redirection writes is not part of the exception.
    pub fn allowed(&self, command: &SimpleCommand) -> Option<&AllowEntry> {
        let (program, args) = command.argv.split_first()?;
        if !command.argv.iter().all(|arg| arg.literal && !arg.glob) {
            return None;
        }
        self.allow.iter().find(|entry| {
            is_program(&program.text, &entry.program) && matches_all(&entry.args, args)
        })
    }
}

impl ProjectPolicy {
    /// Returns the exception that covers a tool's use of a file: its program is the tool's name, and
    /// its one argument the path, absolute or from the project's root.
    pub(crate) fn allowed_file(&self, tool: &str, path: &str, root: &str) -> Option<&AllowEntry> {
        let inside = crate::places::below(path, root);
        self.allow.iter().find(|entry| {
            let [wanted] = entry.args.as_slice() else { return false };
            let wanted = wanted.strip_prefix("./").unwrap_or(wanted);
            entry.program == tool
                && (wildcard(wanted, path) || inside.is_some_and(|inside| wildcard(wanted, inside)))
        })
    }
}

/// Returns a program's name without folder and `.exe`.
fn base_name(program: &str) -> &str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// Whether `typed` is surely the program that an exception names.
///
/// `./git` is somebody else's program, `/usr/bin/git` is not.
fn is_program(typed: &str, wanted: &str) -> bool {
    const SYSTEM: &[&str] = &["/usr/bin/", "/bin/", "/usr/local/bin/"];
    let bare = SYSTEM.iter().find_map(|folder| typed.strip_prefix(folder)).unwrap_or(typed);
    typed == wanted || bare == wanted
}

/// Whether all of `pattern` occurs in `args`: flags anywhere, other words in their order.
///
/// `--force` is also met by `--force=x` and, since programs accept it, by `--forc`; `-f` also by
/// the bundle `-xf`. `--to=x` is also met by `--to x`. A word may contain `*`.
pub fn matches_some(pattern: &[String], args: &[Arg]) -> bool {
    let (flags, words) = split(args);
    let mut words = words.into_iter();
    pattern.iter().all(|wanted| {
        if is_flag(wanted) {
            has_flag(&flags, wanted, Abbreviations::Accepted)
        } else {
            words.any(|word| wildcard(wanted, word))
        }
    })
}

/// Whether `args` is exactly what `pattern` says, apart from the order of flags.
///
/// A last `...` admits any further words and flags.
pub fn matches_all(pattern: &[String], args: &[Arg]) -> bool {
    let (pattern, open) = match pattern.split_last() {
        Some((last, rest)) if last == "..." => (rest, true),
        _ => (pattern, false),
    };
    let (flags, words) = split(args);
    let (wanted_flags, wanted_words): (Vec<&String>, Vec<&String>) =
        pattern.iter().partition(|wanted| is_flag(wanted));
    if !wanted_flags.iter().all(|wanted| has_flag(&flags, wanted, Abbreviations::Refused)) {
        return false;
    }
    // The value of `--to x` was split off as a word; where `--to=x` is wanted it belongs to the flag.
    let values_taken: Vec<&str> = wanted_flags
        .iter()
        .filter(|wanted| wanted.contains('='))
        .flat_map(|wanted| {
            flags
                .iter()
                .filter(|&&(flag, _)| wanted.split_once('=').is_some_and(|(name, _)| name == flag))
        })
        .filter_map(|&(_, next)| next)
        .collect();
    if !open {
        let known = |flag: &str, next: Option<&str>| {
            if let Some(letters) = bundle(flag) {
                return letters.chars().all(|letter| {
                    wanted_flags
                        .iter()
                        .any(|wanted| bundle(wanted).is_some_and(|set| set.contains(letter)))
                });
            }
            wanted_flags.iter().any(|wanted| flag_meets(flag, next, wanted, Abbreviations::Refused))
        };
        if !flags.iter().all(|&(flag, next)| known(flag, next)) {
            return false;
        }
    }
    let mut words: Vec<&str> = words;
    for value in values_taken {
        if let Some(at) = words.iter().position(|word| *word == value) {
            words.remove(at);
        }
    }
    if words.len() < wanted_words.len() || (!open && words.len() > wanted_words.len()) {
        return false;
    }
    wanted_words.into_iter().zip(words).all(|(wanted, word)| wildcard(wanted, word))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Abbreviations {
    Accepted,
    Refused,
}

/// A flag, with the argument after it, which may be its value.
type Flag<'a> = (&'a str, Option<&'a str>);

/// Separates flags from words; after `--` everything is a word.
fn split(args: &[Arg]) -> (Vec<Flag<'_>>, Vec<&str>) {
    let mut flags = Vec::new();
    let mut words = Vec::new();
    let mut ended = false;
    for (at, arg) in args.iter().enumerate() {
        let text = &*arg.text;
        if !ended && text == "--" {
            ended = true;
        } else if !ended && is_flag(text) {
            flags.push((text, args.get(at + 1).map(|next| &*next.text)));
        } else {
            words.push(text);
        }
    }
    (flags, words)
}

fn is_flag(text: &str) -> bool {
    text.len() > 1 && text.starts_with('-')
}

/// Returns the letters of `-abc`; `None` for `--long` and `-x=1`.
fn bundle(flag: &str) -> Option<&str> {
    let letters = flag.strip_prefix('-')?;
    (!letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_alphabetic()))
        .then_some(letters)
}

/// Whether a wanted flag is there; the letters of `-rf` may be spread over several bundles.
fn has_flag(flags: &[Flag<'_>], wanted: &str, abbreviations: Abbreviations) -> bool {
    if let Some(set) = bundle(wanted) {
        return set.chars().all(|letter| {
            flags
                .iter()
                .any(|&(flag, _)| bundle(flag).is_some_and(|letters| letters.contains(letter)))
        });
    }
    flags.iter().any(|&(flag, next)| flag_meets(flag, next, wanted, abbreviations))
}

fn flag_meets(flag: &str, next: Option<&str>, wanted: &str, abbreviations: Abbreviations) -> bool {
    if flag == wanted {
        return true;
    }
    let (name, value) =
        flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
    let (wanted_name, wanted_value) =
        wanted.split_once('=').map_or((wanted, None), |(name, value)| (name, Some(value)));
    let abbreviated = abbreviations == Abbreviations::Accepted
        && name.len() > 3
        && name.starts_with("--")
        && wanted_name.starts_with(name);
    if name != wanted_name && !abbreviated {
        return false;
    }
    match wanted_value {
        Some(wanted) => value.or(next).is_some_and(|value| wildcard(wanted, value)),
        // An exception for `--force` does not cover `--force=everything`.
        None => value.is_none() || abbreviations == Abbreviations::Accepted,
    }
}

/// Compares with `*` for any run of characters; linear in the text for each `*`.
fn wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> SimpleCommand {
        let argv = line
            .split_whitespace()
            .map(|word| Arg {
                text: word.to_owned(),
                literal: !word.contains('$'),
                glob: word.contains('*'),
                ..Arg::default()
            })
            .collect();
        SimpleCommand { argv, ..SimpleCommand::default() }
    }

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn rule(id: &str, line: &str, action: Decision) -> ProjectRule {
        let mut args = words(line);
        let program = args.remove(0);
        ProjectRule { id: id.to_owned(), program, args, action, reason: String::new() }
    }

    #[test]
    fn a_rule_is_met_by_words_in_order_and_flags_anywhere() {
        let cases = [
            ("terraform apply", "terraform -chdir=x apply -auto-approve", true),
            ("terraform apply", "/usr/local/bin/terraform apply", true),
            ("terraform apply", "echo terraform apply", false),
            ("terraform apply", "terraform plan", false),
            ("git push --force", "git push origin --forc main", true),
            ("git push --force", "git push --force=yes", true),
            ("git push --force", "git push --follow-tags", false),
            ("git push --force", "git push -- --force", false),
            ("git push origin main", "git push main origin", false),
            ("tar -f", "tar -xzf a.tar", true),
            ("tar -f", "tar -xz a.tar", false),
            ("deploy --to=prod*", "deploy --to production", true),
            ("deploy --to=prod*", "deploy --to=staging", false),
            ("npm publish", "npm run publish-docs", false),
            ("make", "make", true),
        ];
        for (pattern, line, met) in cases {
            let policy =
                ProjectPolicy::new(vec![rule("r", pattern, Decision::Deny)], vec![], vec![]);
            assert_eq!(policy.rule_for(&command(line)).is_some(), met, "{pattern} / {line}");
        }
    }

    #[test]
    fn the_strictest_of_several_rules_decides() {
        let rules = vec![
            rule("ask", "kubectl", Decision::Ask),
            rule("deny", "kubectl delete", Decision::Deny),
            rule("later", "kubectl delete ns", Decision::Deny),
        ];
        let policy = ProjectPolicy::new(rules, vec![], vec![]);
        assert_eq!(policy.rule_for(&command("kubectl delete ns x")).unwrap().id, "deny");
        assert_eq!(policy.rule_for(&command("kubectl get ns")).unwrap().id, "ask");
        assert!(policy.rule_for(&SimpleCommand::default()).is_none());
    }

    #[test]
    fn an_exception_covers_exactly_what_it_says() {
        let cases = [
            ("rm -rf build", "rm -rf build", true),
            ("rm -rf build", "rm -fr build", true),
            ("rm -rf build", "rm -r -f build", true),
            ("rm -rf build", "/bin/rm -rf build", true),
            ("rm -rf build", "./rm -rf build", false),
            ("rm -rf build", "rm -rf build /", false),
            ("rm -rf build", "rm -rfv build", false),
            ("rm -rf build", "rm -rf $X", false),
            ("rm -rf build", "rm -rf", false),
            ("git push --force origin dev/*", "git push --force origin dev/x", true),
            ("git push --force origin dev/*", "git push origin --force dev/x", true),
            ("git push --force origin dev/*", "git push --force origin main", false),
            ("git push --force", "git push --force=x", false),
            ("git push --force", "git push --forc", false),
            ("kubectl delete --context=kind", "kubectl --context kind delete", true),
            ("kubectl delete --context=kind", "kubectl --context prod delete", false),
            ("make clean ...", "make clean V=1 -j4 --all", true),
            ("make clean ...", "make", false),
        ];
        for (pattern, line, covered) in cases {
            let mut args = words(pattern);
            let program = args.remove(0);
            let entry = AllowEntry { program, args, expires: None, reason: String::new() };
            let policy = ProjectPolicy::new(vec![], vec![entry], vec![]);
            assert_eq!(policy.allowed(&command(line)).is_some(), covered, "{pattern} / {line}");
        }
    }

    #[test]
    fn an_exception_ends() {
        let entry = |expires| AllowEntry {
            program: "make".to_owned(),
            args: vec![],
            expires,
            reason: String::new(),
        };
        let policy = ProjectPolicy::new(vec![], vec![entry(Some(100)), entry(None)], vec![]);
        assert_eq!(policy.clone().without_expired(99).allow.len(), 2);
        assert_eq!(policy.without_expired(100).allow, [entry(None)]);
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, met) in [
            ("*", "", true),
            ("a*", "abc", true),
            ("*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "a", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXcYb", false),
            ("abc", "abcd", false),
            ("aa*a", "aa", false),
        ] {
            assert_eq!(wildcard(pattern, text), met, "{pattern} / {text}");
        }
    }
}
