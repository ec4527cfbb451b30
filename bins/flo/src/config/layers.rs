//! The layers, and what comes out of them.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use moflo_hooks::env;
use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;
use serde_json::{Map, Value as Json};

use super::date::end_of_day;
use super::keys::{self, Field, KEYS, Kind};
use super::problem::{Place, Problem};
use super::yaml::{self, Node, Value};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// moflo's own default.
    BuiltIn,
    /// A line of a file.
    File { path: PathBuf, line: usize },
    /// An environment variable.
    Environment(String),
    /// `--config` on the command line.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn => f.write_str("built in"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => f.write_str(name),
            Self::Flag => f.write_str("--config"),
        }
    }
}

/// Where the layers are read from.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// The user's file, if there is a home folder.
    pub(crate) user: Option<PathBuf>,
    /// The project's file.
    pub(crate) project: PathBuf,
    /// `KEY=VALUE` from the command line.
    pub(crate) flags: Vec<String>,
    /// Whether the environment counts.
    pub(crate) environment: bool,
}

impl Sources {
    /// Everything that holds for one run of a program.
    pub(crate) fn of(project: &Project, flags: &[String]) -> Self {
        Self { flags: flags.to_vec(), environment: true, ..Self::lasting(project) }
    }

    /// Only the files: what hooks shall see too, whatever this shell's environment says.
    pub(crate) fn lasting(project: &Project) -> Self {
        let config = env::get(env::XDG_CONFIG_HOME).map(PathBuf::from);
        let config = config.filter(|path| path.is_absolute());
        let user = config.or_else(|| env::home().map(|home| home.join(".config")));
        Self {
            user: user.map(|dir| dir.join("moflo/config.yaml")),
            project: project.root().join("moflo.yaml"),
            flags: Vec::new(),
            environment: false,
        }
    }

    /// Returns the files, whether they exist or not.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.user.as_deref().into_iter().chain(std::iter::once(self.project.as_path()))
    }
}

/// The values in force.
#[derive(Debug)]
pub(crate) struct Effective {
    /// All of them, as hooks and indexer want them.
    pub(crate) snapshot: Snapshot,
    /// Each by its key, as people write it, with its origin.
    pub(crate) values: BTreeMap<&'static str, (Json, Origin)>,
    /// What is odd but harmless, such as unknown keys.
    pub(crate) warnings: Vec<Problem>,
}

/// Puts the layers together.
///
/// # Errors
///
/// Returns every mistyped value, or the file that is no YAML; then nothing is in force.
pub(crate) fn load(sources: &Sources) -> Result<Effective, Vec<Problem>> {
    let mut found = Found::default();
    for path in sources.files() {
        found.file(path);
    }
    if sources.environment {
        for key in KEYS {
            let name = keys::variable(key.path);
            if let Some(value) = env::text(&name) {
                found.text(key.path, &value, &name, &Origin::Environment(name.clone()));
            }
        }
    }
    for flag in &sources.flags {
        found.flag(flag);
    }
    found.finish()
}

#[derive(Default)]
struct Found {
    values: BTreeMap<&'static str, (Json, Json, Origin)>,
    errors: Vec<Problem>,
    warnings: Vec<Problem>,
}

/// What the reading of one source needs to know.
struct Source<'a> {
    name: &'a str,
    text: &'a str,
    path: &'a Path,
}

impl Found {
    fn file(&mut self, path: &Path) {
        let name = path.display().to_string();
        let text = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => return,
            Err(err) => {
                let problem = Problem::at(Place { line: 1, column: 1, width: 1 }, err.to_string());
                return self.errors.push(problem.in_variable(&name));
            }
        };
        let Ok(text) = String::from_utf8(text) else {
            let problem = Problem::at(Place { line: 1, column: 1, width: 1 }, "this is not UTF-8");
            return self.errors.push(problem.in_variable(&name));
        };
        let source = Source { name: &name, text: &text, path };
        match yaml::parse(&text) {
            Ok(None) => {}
            Ok(Some(root)) => self.group("", &root, &source),
            Err(problem) => self.errors.push(problem.in_source(&name, &text)),
        }
    }

    fn group(&mut self, group: &str, node: &Node, source: &Source<'_>) {
        let Value::Mapping(entries) = &node.value else {
            if !node.is_nothing() {
                let what = if group.is_empty() { "the file" } else { group };
                let said = format!("`{what}` must be a group of keys, not {}", node.describe());
                self.error(Problem::at(node.place, said), source);
            }
            return;
        };
        let known = keys::below(group);
        for (name, place, value) in entries {
            let path = if group.is_empty() { name.clone() } else { format!("{group}.{name}") };
            if !known.contains(&name.as_str()) {
                let problem = Problem::at(*place, format!("unknown key `{path}`"))
                    .suggest(moflo_ui::closest(name, known.iter().copied()));
                self.warnings.push(problem.in_source(source.name, source.text));
            } else if let Some(key) = keys::find(&path) {
                if value.is_nothing() {
                    continue;
                }
                let origin = Origin::File { path: source.path.to_owned(), line: place.line };
                match convert(key.path, value, key.kind, &mut self.warnings, source) {
                    Ok((shown, stored)) => {
                        self.values.insert(key.path, (shown, stored, origin));
                    }
                    Err(problem) => self.error(problem, source),
                }
            } else {
                self.group(&path, value, source);
            }
        }
    }

    fn flag(&mut self, flag: &str) {
        let (path, value) = flag.split_once('=').unwrap_or((flag, ""));
        let problem = if let Some(key) = keys::find(path) {
            return self.text(key.path, value, "--config", &Origin::Flag);
        } else {
            Problem::at(Place { line: 1, column: 1, width: 1 }, format!("unknown key `{path}`"))
                .suggest(moflo_ui::closest(path, KEYS.iter().map(|key| key.path)))
        };
        self.errors.push(problem.in_variable("--config"));
    }

    /// Reads a value that is one text: a variable or a flag. Lists may be written `a,b`.
    fn text(&mut self, path: &'static str, text: &str, name: &str, origin: &Origin) {
        let Some(key) = keys::find(path) else { return };
        let place = Place { line: 1, column: 1, width: 1 };
        let scalar = |text: &str| Node {
            value: Value::Scalar { text: text.trim().to_owned(), plain: true },
            place,
        };
        let node = match key.kind {
            Kind::List(Kind::Text) if !text.trim_start().starts_with('[') => {
                let items = text.split(',').filter(|item| !item.trim().is_empty());
                Ok(Some(Node { value: Value::Sequence(items.map(scalar).collect()), place }))
            }
            Kind::List(_) => yaml::parse(text),
            _ => Ok(Some(scalar(text))),
        };
        let source = Source { name, text, path: Path::new(name) };
        let converted = node.and_then(|node| {
            let node = node.unwrap_or_else(|| scalar(""));
            convert(path, &node, key.kind, &mut self.warnings, &source)
        });
        match converted {
            Ok((shown, stored)) => {
                self.values.insert(path, (shown, stored, origin.clone()));
            }
            Err(problem) => self.errors.push(problem.in_variable(name)),
        }
    }

    fn error(&mut self, problem: Problem, source: &Source<'_>) {
        self.errors.push(problem.in_source(source.name, source.text));
    }

    fn finish(self) -> Result<Effective, Vec<Problem>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let mut tree = serde_json::to_value(Snapshot::default()).unwrap_or_default();
        let mut values = BTreeMap::new();
        for key in KEYS {
            let pointer = format!("/{}", key.path.replace('.', "/"));
            let default = tree.pointer(&pointer).cloned().unwrap_or_default();
            values.insert(key.path, (default, Origin::BuiltIn));
        }
        for (path, (shown, stored, origin)) in self.values {
            if let Some(slot) = tree.pointer_mut(&format!("/{}", path.replace('.', "/"))) {
                *slot = stored;
            }
            values.insert(path, (shown, origin));
        }
        // The table and the snapshot are held together by a test, so this cannot fail for a user.
        let snapshot = serde_json::from_value(tree).map_err(|err| {
            let place = Place { line: 1, column: 1, width: 1 };
            vec![Problem::at(place, err.to_string()).in_variable("the table of keys")]
        })?;
        Ok(Effective { snapshot, values, warnings: self.warnings })
    }
}

/// Turns a node into a value as people write it and a value as the snapshot stores it.
fn convert(
    path: &str,
    node: &Node,
    kind: Kind,
    warnings: &mut Vec<Problem>,
    source: &Source<'_>,
) -> Result<(Json, Json), Problem> {
    let wrong = |expected: &str| {
        let said = format!("`{path}` must be {expected}, not {}", node.describe());
        Problem::at(node.place, said)
    };
    let scalar = match &node.value {
        Value::Scalar { text, plain } => Some((text.as_str(), *plain)),
        _ => None,
    };
    let both = |value: Json| Ok((value.clone(), value));
    match kind {
        Kind::Bool => match scalar {
            Some(("true" | "True" | "TRUE", true)) => both(Json::Bool(true)),
            Some(("false" | "False" | "FALSE", true)) => both(Json::Bool(false)),
            Some(("yes" | "on" | "1", true)) => {
                Err(wrong("`true` or `false`").suggest(Some("true")))
            }
            Some(("no" | "off" | "0", true)) => {
                Err(wrong("`true` or `false`").suggest(Some("false")))
            }
            _ => Err(wrong("`true` or `false`")),
        },
        Kind::Count { least, most } => {
            let number = scalar.filter(|(_, plain)| *plain).and_then(|(text, _)| text.parse().ok());
            match number {
                Some(number) if (least..=most).contains(&number) => both(number.into()),
                _ => Err(wrong(&format!("a whole number from {least} to {most}"))),
            }
        }
        Kind::Text => match scalar {
            Some((text, _)) if !node.is_nothing() => both(text.into()),
            _ => Err(wrong("a text")),
        },
        Kind::Day => match scalar.and_then(|(text, _)| Some((text, end_of_day(text)?))) {
            Some((text, end)) => Ok((text.into(), end.into())),
            None => Err(wrong("a day such as `2027-01-31`")),
        },
        Kind::Choice(words) => match scalar {
            Some((text, _)) if words.contains(&text) => both(text.into()),
            _ => {
                let listed: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
                let meant =
                    scalar.and_then(|(text, _)| moflo_ui::closest(text, words.iter().copied()));
                Err(wrong(&format!("one of {}", listed.join(", "))).suggest(meant))
            }
        },
        Kind::List(item) => {
            let Value::Sequence(nodes) = &node.value else {
                return Err(wrong("a list"));
            };
            let (mut shown, mut stored) = (Vec::new(), Vec::new());
            for (place, node) in nodes.iter().enumerate() {
                let path = format!("{path}[{place}]");
                let (one, other) = convert(&path, node, *item, warnings, source)?;
                shown.push(one);
                stored.push(other);
            }
            Ok((shown.into(), stored.into()))
        }
        Kind::Record(fields) => {
            let Value::Mapping(entries) = &node.value else {
                return Err(wrong("a group of keys"));
            };
            record(path, node.place, entries, fields, warnings, source)
        }
    }
}

fn record(
    path: &str,
    place: Place,
    entries: &[(String, Place, Node)],
    fields: &[Field],
    warnings: &mut Vec<Problem>,
    source: &Source<'_>,
) -> Result<(Json, Json), Problem> {
    let (mut shown, mut stored) = (Map::new(), Map::new());
    for (name, place, node) in entries {
        let path = format!("{path}.{name}");
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            let meant = moflo_ui::closest(name, fields.iter().map(|field| field.name));
            let problem = Problem::at(*place, format!("unknown key `{path}`")).suggest(meant);
            warnings.push(problem.in_source(source.name, source.text));
            continue;
        };
        if node.is_nothing() {
            continue;
        }
        let (one, other) = convert(&path, node, field.kind, warnings, source)?;
        shown.insert(field.name.to_owned(), one);
        stored.insert(field.name.to_owned(), other);
    }
    for field in fields.iter().filter(|field| field.required) {
        if !shown.contains_key(field.name) {
            let said = format!("`{path}` needs `{}`: {}", field.name, lower_first(field.help));
            return Err(Problem::at(place, said));
        }
    }
    Ok((shown.into(), stored.into()))
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().collect::<String>() + letters.as_str()
    })
}
