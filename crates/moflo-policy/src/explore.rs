//! Tells whether a call explores the project: whether it looks for something, or at something, that
//! the index could have answered.
//!
//! Judged by effect, not by the name of the tool: `Grep`, `rg`, `git grep` and a one-liner that
//! reads files are one thing. The definition with its examples is
//! `docs/design/003-what-counts-as-exploration.md`; each example there is a test here. This module
//! only describes the call. Whether a credit is at hand, and which paths the agent already knows, is
//! the gate's business.

mod code;
mod command;
mod git;
mod options;
mod programs;
mod words;

use crate::json::{FieldKind, ToolFields};
use crate::places;
use crate::table::holds;
use crate::types::Context;

/// What kind of exploration a call is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExplorationKind {
    /// Opens files that it names.
    Read,
    /// Lists names of files, over more than one folder.
    List,
    /// Looks for a text or a name in many places, or for a text in a file.
    Search,
}

impl ExplorationKind {
    /// Returns the word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::List => "list",
            Self::Search => "search",
        }
    }
}

/// A call that explores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exploration {
    /// The gravest kind among its parts: a search before a list before a read.
    pub kind: ExplorationKind,
    /// What it was looking for, as words for a search in the index.
    pub query: String,
    /// What it would open or search, relative to the project's root; the root itself is `.`.
    ///
    /// Never empty. A name pattern stays a pattern.
    pub paths: Vec<String>,
}

/// An agent that a call would start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spawn<'a> {
    /// The kind of agent, as far as the call names one.
    pub agent_type: Option<&'a str>,
    /// What the agent is told.
    pub prompt: &'a str,
}

/// Says whether a call explores the project, and what it is looking for.
pub fn exploration(tool: &str, fields: &ToolFields<'_>, ctx: &Context<'_>) -> Option<Exploration> {
    let mut found = Found::default();
    match tool {
        "Bash" | "PowerShell" => {
            let mut spent = 0;
            for text in fields.of_kind(FieldKind::Command) {
                command::look(&text.value, ctx, &mut found, &mut spent);
            }
        }
        "Read" | "NotebookRead" => {
            for path in fields.paths() {
                found.read(path, ctx.cwd, ctx);
            }
        }
        "Grep" => {
            let pattern = fields.get("pattern").unwrap_or_default();
            search(pattern, fields.get("path").into_iter(), ctx, &mut found);
        }
        "Glob" => {
            let pattern = fields.get("pattern").unwrap_or_default();
            let folder = fields.get("path").unwrap_or(ctx.cwd);
            // An absolute pattern names its own folder.
            let start = if pattern.starts_with('/') { literal_folder(pattern) } else { folder };
            if is_plain_name(pattern) {
                found.read(pattern, folder, ctx);
            } else {
                found.place(ExplorationKind::List, start, ctx.cwd, ctx, || words::of_glob(pattern));
            }
        }
        _ => other_tool(tool, fields, ctx, &mut found),
    }
    found.finish()
}

/// Tools of other servers that open or search files of this machine, told by their names.
fn other_tool(tool: &str, fields: &ToolFields<'_>, ctx: &Context<'_>, found: &mut Found) {
    let Some((server, name)) = tool.strip_prefix("mcp__").and_then(|rest| rest.rsplit_once("__"))
    else {
        return;
    };
    if server.contains("moflo") {
        return;
    }
    let pattern = fields.of_kind(FieldKind::Pattern).next().map_or("", |field| &*field.value);
    match name {
        "read_file"
        | "read_text_file"
        | "read_multiple_files"
        | "read_files"
        | "readFile"
        | "get_file_contents"
        | "view_file" => {
            let remote = fields
                .entries()
                .iter()
                .any(|field| matches!(&*field.name, "owner" | "repo" | "url"));
            if !remote {
                fields.paths().for_each(|path| found.read(path, ctx.cwd, ctx));
            }
        }
        "search_files"
        | "search_for_pattern"
        | "search_file_content"
        | "grep"
        | "grep_files"
        | "find_files"
        | "find_file" => {
            search(pattern, fields.paths(), ctx, found);
        }
        "directory_tree" => {
            fields.paths().for_each(|path| {
                found.place(ExplorationKind::List, path, ctx.cwd, ctx, String::new);
            });
        }
        _ => {}
    }
}

fn search<'p>(
    pattern: &str,
    paths: impl Iterator<Item = &'p str>,
    ctx: &Context<'_>,
    found: &mut Found,
) {
    let mut any = false;
    for path in paths.filter(|path| !path.is_empty()) {
        any = true;
        found.place(ExplorationKind::Search, path, ctx.cwd, ctx, || words::of_pattern(pattern));
    }
    if !any {
        found.place(ExplorationKind::Search, ctx.cwd, ctx.cwd, ctx, || words::of_pattern(pattern));
    }
}

/// Returns the agent a call would start, if it would start one.
pub fn spawn<'f>(tool: &str, fields: &'f ToolFields<'_>) -> Option<Spawn<'f>> {
    if !matches!(tool, "Agent" | "Task") {
        return None;
    }
    let prompt = fields.get("prompt").or_else(|| fields.get("description")).unwrap_or_default();
    Some(Spawn { agent_type: fields.get("subagent_type").filter(|name| !name.is_empty()), prompt })
}

/// What was found so far.
#[derive(Debug, Default)]
struct Found {
    kind: Option<ExplorationKind>,
    query: String,
    paths: Vec<String>,
}

impl Found {
    /// Notes a file that would be opened, unless opening it tells nothing the index could.
    fn read(&mut self, path: &str, base: &str, ctx: &Context<'_>) {
        let Some(inside) = inside(path, base, ctx) else { return };
        if !is_known_by_name(&inside) {
            let query = if inside == "." { String::new() } else { words::of_path(&inside) };
            self.note(ExplorationKind::Read, inside, &query);
        }
    }

    /// Notes a place that would be searched or listed, unless the index does not cover it.
    fn place(
        &mut self,
        kind: ExplorationKind,
        path: &str,
        base: &str,
        ctx: &Context<'_>,
        query: impl FnOnce() -> String,
    ) {
        if let Some(inside) = inside(path, base, ctx).filter(|inside| !is_known_by_name(inside)) {
            let mut query = query();
            if query.is_empty() && inside != "." {
                query = words::of_path(&inside);
            }
            self.note(kind, inside, &query);
        }
    }

    fn note(&mut self, kind: ExplorationKind, path: String, query: &str) {
        const MAX_PATHS: usize = 64;
        self.kind = self.kind.max(Some(kind));
        if self.paths.len() < MAX_PATHS && !self.paths.contains(&path) {
            self.paths.push(path);
        }
        words::add(&mut self.query, query);
    }

    fn finish(self) -> Option<Exploration> {
        Some(Exploration { kind: self.kind?, query: self.query, paths: self.paths })
    }
}

/// Returns a path relative to the root, if it lies in the part of the project that the index covers.
fn inside(path: &str, base: &str, ctx: &Context<'_>) -> Option<String> {
    // Of `src/$name` the folder is known.
    let known = path.split(crate::shell::UNKNOWN).next().unwrap_or_default();
    let path = if known.len() == path.len() { path } else { &known[..=known.rfind('/')?] };
    if path.is_empty() || path == "{}" {
        return None;
    }
    let from_base = Context { cwd: base, ..*ctx };
    let resolved = places::resolve(path, &from_base);
    let relative = places::inside_project(resolved.decisive(), ctx)?;
    if !is_covered(relative) {
        return None;
    }
    Some(if relative.is_empty() { ".".to_owned() } else { relative.to_owned() })
}

/// Whether a path of the project is one that an index would hold: neither made by a build nor a blob.
fn is_covered(relative: &str) -> bool {
    const MADE: &str = "\
        .git .moflo .next .nuxt .tox .venv .gradle __pycache__ coverage dist node_modules \
        target venv .pytest_cache .mypy_cache .ruff_cache .cache .turbo .svelte-kit \
        bower_components .terraform htmlcov";
    const BLOBS: &str = "\
        log lock out lockb png jpg jpeg gif webp ico pdf zip gz tgz xz zst bz2 tar jar class \
        o a so dylib dll exe wasm bin db sqlite sqlite3 mp3 mp4 mov woff woff2 ttf parquet \
        pyc map snap tmp pid trace prof lcov tsbuildinfo svgz ipynb_checkpoints";
    const LOCKS: &str = "\
        package-lock.json pnpm-lock.yaml npm-shrinkwrap.json go.sum nohup.out \
        packages.lock.json";
    let name = relative.rsplit('/').next().unwrap_or_default();
    let extension = name
        .rsplit_once('.')
        .map_or("", |(stem, extension)| if stem.is_empty() { "" } else { extension });
    let stem = name.strip_suffix(".txt").unwrap_or_default();
    let log = ["log", "output", "results"].iter().any(|end| stem.ends_with(end));
    let logs = relative.split('/').any(|folder| matches!(folder, "log" | "logs" | "meson-logs"));
    !log && !logs
        && !relative.split('/').any(|folder| holds(MADE, folder))
        && !holds(BLOBS, &extension.to_ascii_lowercase())
        && !holds(LOCKS, name)
}

/// Files that everybody knows to be there: opening them is no search.
fn is_known_by_name(relative: &str) -> bool {
    const TOP: &str = "\
        version .go-version .python-version .ruby-version .node-version .tool-versions .yarnrc.yml \
        build.gradle build.gradle.kts cargo.toml changelog.md cmakelists.txt composer.json \
        contributing.md deno.json dockerfile docker-compose.yml compose.yaml compose.yml \
        gemfile go.mod jsconfig.json justfile license makefile mix.exs moflo.yaml \
        package.json pom.xml pyproject.toml readme readme.md readme.rst requirements.txt \
        setup.cfg setup.py tsconfig.json tox.ini architecture.md .gitignore .gitattributes \
        .editorconfig .mcp.json .env.example .dockerignore .npmrc .nvmrc .prettierrc \
        .pre-commit-config.yaml";
    let lower = relative.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    matches!(name, "claude.md" | "claude.local.md" | "agents.md" | "gemini.md" | "skill.md")
        || lower.starts_with(".claude/")
        || (!lower.contains('/') && holds(TOP, name))
}

fn is_plain_name(pattern: &str) -> bool {
    !pattern.is_empty() && !pattern.contains(['*', '?', '[', '{'])
}

/// Returns the folder in front of the first sign of a name pattern.
fn literal_folder(pattern: &str) -> &str {
    let sign = pattern.find(['*', '?', '[', '{']).unwrap_or(pattern.len());
    let slash = pattern[..sign].rfind('/').unwrap_or(0);
    if slash == 0 { "/" } else { &pattern[..slash] }
}

#[cfg(test)]
mod tests;
