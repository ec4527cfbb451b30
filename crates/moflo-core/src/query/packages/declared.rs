//! What a manifest calls its package.
//!
//! Each reader looks for one value in a text that may be anything. None of them is a parser of its
//! language; what they do not understand they pass over, in one pass.

use serde_json::Value as Json;

/// A manifest by its file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Cargo,
    Node,
    Deno,
    Python,
    SetupCfg,
    SetupPy,
    Go,
    Maven,
    Gradle,
    DotNet,
    Composer,
    Gemfile,
    Gemspec,
    Mix,
    Pub,
    Swift,
    Cabal,
    Dune,
}

/// A name longer than this is not one.
const MAX_NAME: usize = 200;

fn kind(file: &str) -> Option<Kind> {
    Some(match file {
        "Cargo.toml" => Kind::Cargo,
        "package.json" => Kind::Node,
        "deno.json" | "deno.jsonc" => Kind::Deno,
        "pyproject.toml" => Kind::Python,
        "setup.cfg" => Kind::SetupCfg,
        "setup.py" => Kind::SetupPy,
        "go.mod" => Kind::Go,
        "pom.xml" => Kind::Maven,
        "build.gradle" | "build.gradle.kts" => Kind::Gradle,
        "composer.json" => Kind::Composer,
        "Gemfile" => Kind::Gemfile,
        "mix.exs" => Kind::Mix,
        "pubspec.yaml" => Kind::Pub,
        "Package.swift" => Kind::Swift,
        "dune-project" => Kind::Dune,
        _ => match file.rsplit_once('.') {
            Some((stem, "csproj" | "fsproj" | "vbproj")) if !stem.is_empty() => Kind::DotNet,
            Some((stem, "gemspec")) if !stem.is_empty() => Kind::Gemspec,
            Some((stem, "cabal")) if !stem.is_empty() => Kind::Cabal,
            _ => return None,
        },
    })
}

/// Tells whether a file of this name makes its folder a package.
pub(super) fn is_manifest(file: &str) -> bool {
    kind(file).is_some()
}

/// Returns the names a manifest gives its package, the best first; `None` when it says that there
/// is no package, as a file does that only configures a tool.
pub(super) fn names(file: &str, text: &str) -> Option<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let stem = || file.rsplit_once('.').map(|(stem, _)| stem.to_owned());
    let found: Vec<String> = match kind(file)? {
        Kind::Cargo => {
            let toml = Toml::read(text, &["package.name"]);
            if !toml.has("package") && !toml.has("workspace") && !text.trim().is_empty() {
                return None;
            }
            toml.found
        }
        Kind::Python => {
            let toml = Toml::read(text, &["project.name", "tool.poetry.name"]);
            let known = ["project", "tool.poetry", "build-system"];
            if !known.iter().any(|table| toml.has(table)) && !text.trim().is_empty() {
                return None;
            }
            toml.found
        }
        Kind::SetupCfg => setup_cfg(text)?,
        Kind::Node => {
            // A file that only says how its folder is to be loaded is none: tools put such
            // files beside what they build.
            let says = ["dependencies", "devDependencies", "scripts", "workspaces", "private"];
            json(text, &says)?
        }
        Kind::Composer => json(text, &["require", "autoload", "type"])?,
        Kind::Deno => json(&without_comments(text), &["exports", "workspace", "imports", "tasks"])?,
        Kind::SetupPy => {
            after(text, "setup(").and_then(|rest| assigned(rest, "name")).into_iter().collect()
        }
        Kind::Gemspec => assigned(text, ".name").or_else(stem).into_iter().collect(),
        Kind::Swift => {
            after(text, "Package(").and_then(|rest| assigned(rest, "name")).into_iter().collect()
        }
        Kind::Mix => atom(text, "app:").into_iter().collect(),
        Kind::Go => go(text).into_iter().collect(),
        Kind::Maven => maven(text),
        Kind::DotNet => dot_net(text).into_iter().chain(stem()).collect(),
        Kind::Pub => at_margin(text, "name:").into_iter().collect(),
        Kind::Cabal => at_margin(text, "name:").or_else(stem).into_iter().collect(),
        Kind::Dune => dune(text),
        Kind::Gradle | Kind::Gemfile => Vec::new(),
    };
    let mut names: Vec<String> = Vec::new();
    for name in found {
        let name = name.trim();
        let plain = name.len() <= MAX_NAME && !name.contains(char::is_control);
        if plain && !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    Some(names)
}

/// What was found in a TOML text.
#[derive(Debug, Default)]
struct Toml {
    tables: Vec<String>,
    found: Vec<String>,
}

impl Toml {
    /// Looks for the strings with these dotted keys.
    fn read(text: &str, wanted: &[&str]) -> Self {
        let mut out = Self::default();
        let mut table = String::new();
        // What a line ends inside of: brackets of an array, or a string of several lines.
        let mut depth = 0_usize;
        let mut quote: Option<&str> = None;
        for line in text.lines() {
            if let Some(mark) = quote {
                if let Some(end) = line.find(mark) {
                    quote = None;
                    scan_toml(&line[end + 3..], &mut depth, &mut quote);
                }
                continue;
            }
            let line = line.trim();
            if depth > 0 {
                scan_toml(line, &mut depth, &mut quote);
            } else if let Some(header) = line.strip_prefix('[') {
                let header = header.trim_start_matches('[');
                table = dotted(header.split(']').next().unwrap_or_default());
                out.tables.push(table.clone());
            } else if let Some((key, value)) = line.split_once('=') {
                let key = dotted(key);
                let key = if table.is_empty() { key } else { format!("{table}.{key}") };
                if wanted.contains(&key.as_str()) {
                    out.found.extend(quoted(value.trim_start()));
                }
                // Of `package = { name = "x" }` and `package.name = "x"` the table is `package`.
                if value.trim_start().starts_with('{') {
                    let inner = value.trim_start().trim_start_matches('{');
                    out.inline(&key, inner, wanted);
                    out.tables.push(key);
                } else if let Some((outer, _)) = key.rsplit_once('.') {
                    out.tables.push(outer.to_owned());
                }
                scan_toml(value, &mut depth, &mut quote);
            }
        }
        out
    }

    /// Looks into a table that is written in one line.
    fn inline(&mut self, table: &str, text: &str, wanted: &[&str]) {
        for pair in text.split(',') {
            let Some((key, value)) = pair.split_once('=') else { continue };
            if wanted.contains(&format!("{table}.{}", dotted(key)).as_str()) {
                self.found.extend(quoted(value.trim_start()));
            }
        }
    }

    fn has(&self, table: &str) -> bool {
        let below = |known: &String| {
            known.strip_prefix(table).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.tables.iter().any(below)
    }
}

/// Spells a key without spaces and quotes.
fn dotted(key: &str) -> String {
    key.chars().filter(|char| !char.is_whitespace() && !matches!(char, '"' | '\'')).collect()
}

/// Follows brackets and quotes to the end of a line.
fn scan_toml(line: &str, depth: &mut usize, quote: &mut Option<&'static str>) {
    let mut rest = line;
    while let Some(at) = rest.find(['"', '\'', '#', '[', ']', '{', '}']) {
        let (mark, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        match mark {
            b'#' => return,
            b'[' | b'{' => *depth += 1,
            b']' | b'}' => *depth = depth.saturating_sub(1),
            _ => {
                let triple = if mark == b'"' { "\"\"\"" } else { "'''" };
                if let Some(inside) = rest[at..].strip_prefix(triple) {
                    let Some(end) = inside.find(triple) else {
                        *quote = Some(triple);
                        return;
                    };
                    rest = &inside[end + 3..];
                } else {
                    match end_of_string(after, mark) {
                        Some(end) => rest = &after[end + 1..],
                        None => return,
                    }
                }
                continue;
            }
        }
        rest = after;
    }
}

/// Returns where a string ends that began before `text` with `mark`.
fn end_of_string(text: &str, mark: u8) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if mark == b'"' => escaped = true,
            _ if byte == mark => return Some(at),
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// Returns the string that a text begins with.
fn quoted(text: &str) -> Option<String> {
    let mark = *text.as_bytes().first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let inside = &text[1..];
    end_of_string(inside, mark).map(|end| inside[..end].to_owned())
}

/// Returns what follows the first `mark`.
fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

/// Returns the string that is given to `name`, with `=` or `:` between them.
fn assigned(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let before = rest[..at].chars().next_back();
        let line = rest[..at].rsplit('\n').next().unwrap_or_default();
        let comment = ["#", "//"].iter().any(|mark| line.trim_start().starts_with(mark));
        let whole = name.starts_with('.')
            || !before.is_some_and(|char| char.is_alphanumeric() || matches!(char, '_' | '.'));
        rest = &rest[at + name.len()..];
        let value = rest.trim_start().strip_prefix(['=', ':']).map(str::trim_start);
        if let Some(value) = value.and_then(quoted).filter(|_| whole && !comment) {
            return Some(value);
        }
    }
    None
}

/// Returns the word after `key` and a colon: `app: :name`.
fn atom(text: &str, key: &str) -> Option<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    code.filter_map(|line| after(line, key)).find_map(|rest| {
        let word = rest.trim_start().strip_prefix(':')?;
        let end = word.find(|char: char| !(char.is_alphanumeric() || char == '_'));
        Some(word[..end.unwrap_or(word.len())].to_owned())
    })
}

/// Returns the value of a key that begins its line, whatever its case.
fn at_margin(text: &str, key: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (begin, value) = line.split_at_checked(key.len())?;
        if !begin.eq_ignore_ascii_case(key) {
            return None;
        }
        let value = value.split(" #").next().unwrap_or_default().trim();
        quoted(value).or_else(|| Some(value.to_owned()))
    })
}

fn setup_cfg(text: &str) -> Option<Vec<String>> {
    let (mut inside, mut is_package, mut names) = (false, text.trim().is_empty(), Vec::new());
    for line in text.lines() {
        if let Some(section) = line.strip_prefix('[') {
            inside = section.split(']').next().is_some_and(|name| name.trim() == "metadata");
            is_package |= inside;
        } else if let Some((key, value)) = line.split_once(['=', ':'])
            && inside
            && key.trim_end() == "name"
        {
            names.push(value.trim().to_owned());
        }
    }
    is_package.then_some(names)
}

/// Reads the name out of an object; without one, it is a package if it has one of the other keys.
/// What is no JSON may be meant as one.
fn json(text: &str, others: &[&str]) -> Option<Vec<String>> {
    let Ok(value) = serde_json::from_str::<Json>(text) else { return Some(Vec::new()) };
    match value.get("name").and_then(Json::as_str) {
        Some(name) => Some(vec![name.to_owned()]),
        None => others.iter().any(|key| value.get(key).is_some()).then(Vec::new),
    }
}

/// Takes comments out of JSON, and commas that nothing follows.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/', ',']) {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let length = if tail.starts_with("//") {
            tail.find('\n').unwrap_or(tail.len())
        } else if let Some(comment) = tail.strip_prefix("/*") {
            comment.find("*/").map_or(tail.len(), |end| end + 4)
        } else if let Some(string) = tail.strip_prefix('"') {
            let end = end_of_string(string, b'"').map_or(tail.len(), |end| end + 2);
            out.push_str(&tail[..end]);
            end
        } else {
            out.push_str(&tail[..1]);
            1
        };
        rest = &tail[length..];
    }
    out.push_str(rest);
    without_last_commas(&out)
}

/// Takes out commas before a closing bracket; strings are left alone.
fn without_last_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut escaped = false;
    for (at, char) in text.char_indices() {
        let next = || text[at + 1..].trim_start().chars().next();
        if in_string {
            in_string = escaped || char != '"';
            escaped = !escaped && char == '\\';
        } else if char == '"' {
            in_string = true;
        } else if char == ',' && matches!(next(), Some('}' | ']')) {
            continue;
        }
        out.push(char);
    }
    out
}

fn go(text: &str) -> Option<String> {
    let mut in_block = false;
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        let path = if in_block {
            line
        } else if let Some(rest) = line.strip_prefix("module") {
            rest.trim_start()
        } else {
            continue;
        };
        if path.starts_with('(') || path.is_empty() {
            in_block = true;
            continue;
        }
        return Some(path.trim_matches(['"', '`']).to_owned());
    }
    None
}

/// Reads `artifactId` and `groupId` of the project itself, or the group of its parent.
fn maven(text: &str) -> Vec<String> {
    let (mut artifact, mut group, mut parent_group) = (None, None, None);
    elements(text, |path, value| {
        let slot = match path {
            ["project", "artifactId"] => &mut artifact,
            ["project", "groupId"] => &mut group,
            ["project", "parent", "groupId"] => &mut parent_group,
            _ => return,
        };
        slot.get_or_insert_with(|| value.to_owned());
    });
    let Some(artifact) = artifact else { return Vec::new() };
    let whole = group.or(parent_group).map(|group| format!("{group}:{artifact}"));
    [Some(artifact), whole].into_iter().flatten().collect()
}

fn dot_net(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    elements(text, |path, value| {
        // What is put together from variables is no name yet.
        let is_name = matches!(path.last(), Some(&"PackageId" | &"AssemblyName"));
        if is_name && !value.contains("$(") {
            names.push(value.to_owned());
        }
    });
    names
}

/// Calls back for every element that holds nothing but text, with the names of those around it.
fn elements(text: &str, mut found: impl FnMut(&[&str], &str)) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    // The text since the last tag, if that was an opening one.
    let mut leaf = false;
    while let Some(at) = rest.find('<') {
        let value = rest[..at].trim();
        let tag = &rest[at + 1..];
        let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>"), ("!", ">")]
            .into_iter()
            .find(|(begin, _)| tag.starts_with(begin))
            .map(|(begin, end)| {
                tag[begin.len()..].find(end).map(|at| begin.len() + at + end.len())
            });
        if let Some(length) = skipped {
            let Some(length) = length else { return };
            rest = &tag[length..];
            continue;
        }
        let Some(end) = tag.find('>') else { return };
        let inside = &tag[..end];
        if inside.starts_with('/') {
            if leaf && !value.is_empty() {
                found(&open, value);
            }
            open.pop();
            leaf = false;
        } else if inside.ends_with('/') {
            leaf = false;
        } else {
            let name = inside.split(|char: char| char.is_whitespace()).next().unwrap_or_default();
            open.push(name);
            leaf = true;
        }
        rest = &tag[end + 1..];
    }
}

/// Reads `(name x)`, of the project and of the packages in it.
fn dune(text: &str) -> Vec<String> {
    let code = text.lines().map(|line| line.split(';').next().unwrap_or_default());
    let mut names = Vec::new();
    for line in code {
        for rest in line.split("(name").skip(1).filter(|rest| rest.starts_with(char::is_whitespace))
        {
            let word = rest.trim_start().split([')', ' ']).next().unwrap_or_default();
            names.push(word.trim_matches('"').to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests;
