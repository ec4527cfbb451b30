//! The tools a client may call. All of them only read.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::sync::Arc;

use moflo_core::query::{Hit, Paths, Request, Scope};
use moflo_core::store::Store;
use moflo_hooks::project::Project;
use moflo_ui::Failure;
use serde_json::{Value as Json, json};

use super::check::check;
use crate::answers::package::Chosen;
use crate::answers::place::Standpoint;
use crate::answers::{self, Opened, links, map, search, status};
use crate::session::Session;

/// What a tool answers.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For the model: few tokens.
    pub(crate) text: String,
    /// The same for programs, and no longer: some clients show this to the model instead.
    pub(crate) structured: Json,
}

/// A set of tools.
pub(crate) trait Tools {
    /// What the model is told about them before it calls any.
    fn instructions(&self) -> &'static str;
    /// Their descriptions, as `tools/list` answers.
    fn list(&self) -> Json;
    /// Calls one; none if there is no such tool.
    fn call(&mut self, name: &str, arguments: &Json) -> Option<Result<Answer, String>>;
}

/// The tools over the index of one project.
pub(crate) struct IndexTools<'a> {
    pub(crate) project: Project,
    pub(crate) session: &'a Session,
    /// The index as the last call had it, whose pages are in memory.
    kept: RefCell<Option<Arc<Store>>>,
}

impl<'a> IndexTools<'a> {
    pub(crate) fn new(project: Project, session: &'a Session) -> Self {
        Self { project, session, kept: RefCell::new(None) }
    }
}

type Run = fn(&IndexTools<'_>, &Json) -> Result<Answer, Failure>;

/// A tool as it is described and run.
struct Tool {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    schema: fn() -> Json,
    run: Run,
}

const INSTRUCTIONS: &str = "\
moflo has this repository indexed: code, tests and guidance. Ask it before exploring with rg, grep, \
find or ls; it answers in milliseconds and in few tokens, and takes in files that changed a moment ago.

- memory_search: where something is, by words, a name, a path, an error message or a stack trace. \
Read the files it points to; do not search again for what it found.
- code_map: what is in a file, a folder or a symbol, with line ranges, instead of reading whole files. \
Without a target: the outline of the repository.
- tests_for: which tests cover a file or a symbol, before changing it; with reverse, what a test covers.
- index_status: how fresh the index is and what was left out.

Lines read `path:start-end symbol — what it is`. Paths are relative to the project.";

const TOOLS: [Tool; 4] = [
    Tool {
        name: "memory_search",
        title: "Search code, tests and guidance",
        description: "Finds the files and lines of this repository that answer a question: words, a symbol, a path, an issue or a stack trace. Use it before rg, grep, find or reading around.",
        schema: || {
            json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["query"],
                "properties": {
                    "query": { "type": "string", "minLength": 1, "maxLength": 20_000, "description": "What to look for, in your own words or as a name, path or error text" },
                    "scope": { "type": "string", "enum": ["all", "code", "tests", "guidance"], "default": "all", "description": "Kind of file" },
                    "paths": { "type": "array", "maxItems": 20, "items": { "type": "string", "maxLength": 1000 }, "description": "Only files that match one of these globs; `!` in front excludes" },
                    "package": { "type": "string", "minLength": 1, "maxLength": 1000, "description": "Only files of this package: a folder with a manifest, by its name, the last part of that, or its path" },
                    "limit": { "type": "integer", "minimum": 1, "maximum": 50, "default": 8, "description": "At most this many files" },
                },
            })
        },
        run: memory_search,
    },
    Tool {
        name: "code_map",
        title: "Outline of a file, folder, symbol or the repository",
        description: "Lists definitions with their line ranges: of a file or folder by its path, of a symbol by its name, or the most used ones of the whole repository. Cheaper than reading files.",
        schema: || {
            json!({
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "target": { "type": "string", "maxLength": 1000, "description": "A path, or a symbol such as `Queue` or `Queue.push`; left out: the repository" },
                    "max_tokens": { "type": "integer", "minimum": 100, "maximum": 8000, "default": 1500, "description": "About how long the answer may be" },
                },
            })
        },
        run: code_map,
    },
    Tool {
        name: "tests_for",
        title: "Tests that cover a file or symbol",
        description: "Finds the tests that cover a source file or a symbol, with the evidence for each link: imports, names used, file names. With `reverse`, finds the sources that a test file covers.",
        schema: || {
            json!({
                "type": "object",
                "additionalProperties": false,
                "required": ["target"],
                "properties": {
                    "target": { "type": "string", "minLength": 1, "maxLength": 1000, "description": "A source file or a symbol; with `reverse` a test file" },
                    "reverse": { "type": "boolean", "default": false, "description": "Find the sources of a test instead" },
                    "limit": { "type": "integer", "minimum": 1, "maximum": 50, "default": 8, "description": "At most this many files" },
                },
            })
        },
        run: tests_for,
    },
    Tool {
        name: "index_status",
        title: "State of the index",
        description: "Tells what the index holds, how many files changed since it was written, and what was left out and why.",
        schema: || json!({ "type": "object", "additionalProperties": false, "properties": {} }),
        run: index_status,
    },
];

impl Tools for IndexTools<'_> {
    fn instructions(&self) -> &'static str {
        INSTRUCTIONS
    }

    fn list(&self) -> Json {
        let described = TOOLS.iter().map(|tool| {
            json!({
                "name": tool.name,
                "title": tool.title,
                "description": tool.description,
                "inputSchema": (tool.schema)(),
                "annotations": {
                    "title": tool.title,
                    "readOnlyHint": true,
                    "destructiveHint": false,
                    "idempotentHint": true,
                    "openWorldHint": false,
                },
            })
        });
        described.collect()
    }

    fn call(&mut self, name: &str, arguments: &Json) -> Option<Result<Answer, String>> {
        let tool = TOOLS.iter().find(|tool| tool.name == name)?;
        let wrong = check(&(tool.schema)(), arguments);
        if !wrong.is_empty() {
            return Some(Err(wrong.join("; ")));
        }
        let answer = (tool.run)(self, arguments).map_err(|failure| {
            let mut said = failure.chain().join(": ");
            for hint in failure.hints() {
                let _ = write!(said, "\nhint: {hint}");
            }
            said
        });
        Some(answer)
    }
}

impl IndexTools<'_> {
    fn open(&self) -> Result<Opened, Failure> {
        let config = self.session.config(&self.project)?;
        let opened = answers::open_kept(&self.project, &config, self.kept.take())?;
        *self.kept.borrow_mut() = Some(Arc::clone(opened.index.store()));
        Ok(opened)
    }

    /// Turns what the model typed into what the index knows; it may type an absolute path.
    fn target(&self, arguments: &Json) -> String {
        let typed = arguments["target"].as_str().unwrap_or_default();
        if typed.is_empty() {
            return String::new();
        }
        Standpoint::at_root(&self.project).target(&self.project, typed)
    }
}

fn number(arguments: &Json, name: &str, otherwise: usize) -> usize {
    arguments[name].as_u64().map_or(otherwise, |number| number as usize)
}

/// Puts the remark about the age of the answer below it.
fn answer(opened: &Opened, mut text: String, mut structured: Json) -> Answer {
    if let Some(remark) = opened.remark() {
        let _ = write!(text, "\n({remark})");
        if let Some(fields) = structured.as_object_mut() {
            fields.insert("note".to_owned(), json!(remark));
        }
    }
    Answer { text, structured }
}

fn memory_search(tools: &IndexTools<'_>, arguments: &Json) -> Result<Answer, Failure> {
    let opened = tools.open()?;
    let scope = match arguments["scope"].as_str() {
        Some("code") => Scope::Code,
        Some("tests") => Scope::Tests,
        Some("guidance") => Scope::Guidance,
        _ => Scope::All,
    };
    let paths: Vec<&str> =
        arguments["paths"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let paths = Paths::new(&paths);
    let paths = match arguments["package"].as_str() {
        Some(name) => {
            let at = Standpoint::at_root(&tools.project);
            Chosen::find(&opened.index, &tools.project, &at, name)?.narrow(paths)
        }
        None => paths,
    };
    let request = Request {
        query: arguments["query"].as_str().unwrap_or_default(),
        scope,
        paths,
        limit: number(arguments, "limit", 8),
        snippet_lines: 3,
    };
    let found = opened.index.search(&request).map_err(answers::unreadable)?;
    let lines: Vec<String> = found.results.iter().map(search::pointer).collect();
    let text = match (lines.is_empty(), found.files) {
        (false, _) => lines.join("\n"),
        (true, 0) => "Nothing found: no indexed file is in scope.".to_owned(),
        (true, _) => "Nothing found.".to_owned(),
    };
    let results: Vec<Json> = found.results.iter().map(short).collect();
    Ok(answer(&opened, text, json!({ "results": results })))
}

fn short(hit: &Hit) -> Json {
    let pointer = search::pointer(hit);
    let about = pointer.split_once(" — ").map(|(_, about)| about);
    json!({
        "at": search::location(&hit.path, hit.start_line, hit.end_line),
        "symbol": hit.symbol.as_ref().map(search::qualified),
        "about": about,
        "confidence": (f64::from(hit.confidence) * 100.0).round() / 100.0,
    })
}

fn code_map(tools: &IndexTools<'_>, arguments: &Json) -> Result<Answer, Failure> {
    let opened = tools.open()?;
    let target = tools.target(arguments);
    let tokens = number(arguments, "max_tokens", 1500);
    let (kind, entries) = opened.index.map(&target, tokens).map_err(answers::unreadable)?;
    let mut text = String::new();
    map::write(&mut text, &entries, &Standpoint::at_root(&tools.project));
    if entries.is_empty() {
        text = format!("The index knows neither a path nor a symbol `{target}`.");
    }
    let text = plain(&text);
    let structured = json!({ "target": map::word(kind), "outline": text });
    Ok(answer(&opened, text, structured))
}

fn tests_for(tools: &IndexTools<'_>, arguments: &Json) -> Result<Answer, Failure> {
    let opened = tools.open()?;
    let target = tools.target(arguments);
    let limit = number(arguments, "limit", 8);
    let found = if arguments["reverse"] == true {
        opened.index.sources_of(&target, limit)
    } else {
        opened.index.tests_for(&target, limit)
    };
    let found = found.map_err(answers::unreadable)?;
    let mut text = String::new();
    links::write(&mut text, &found, &Standpoint::at_root(&tools.project));
    if found.is_empty() {
        text = format!("Nothing found for `{target}`.");
    }
    let results: Vec<Json> = found
        .iter()
        .map(|link| {
            json!({
                "path": link.path,
                "score": (f64::from(link.score) * 100.0).round() / 100.0,
                "evidence": links::evidence(&link.evidence),
            })
        })
        .collect();
    Ok(answer(&opened, plain(&text), json!({ "results": results })))
}

fn index_status(tools: &IndexTools<'_>, _: &Json) -> Result<Answer, Failure> {
    tools.session.config(&tools.project)?;
    let found = moflo_core::index::status(&tools.project).map_err(|err| {
        let hint = err.hint();
        Failure::from_error(moflo_ui::ExitStatus::No, err).maybe_hint(hint)
    })?;
    let mut text = status::freshness(&found, crate::commands::now_ms());
    text.push('\n');
    status::write_totals(&mut text, &found.totals);
    let text = plain(&text);
    let structured = json!({
        "stale": found.stale,
        "busy": found.busy,
        "rebuild": found.rebuild,
        "files": found.totals.files,
        "summary": text,
    });
    Ok(Answer { text, structured })
}

/// Takes out the colours, and the empty end.
fn plain(text: &str) -> String {
    moflo_ui::strip(text).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mcp::check::unknown_keywords;

    #[test]
    fn what_clients_would_cut_is_short_enough() {
        const LIMIT: usize = 2048;
        assert!(INSTRUCTIONS.len() <= LIMIT, "{}", INSTRUCTIONS.len());
        for tool in &TOOLS {
            assert!(tool.description.len() <= LIMIT, "{}", tool.name);
            assert!(INSTRUCTIONS.contains(tool.name), "{} is not in the instructions", tool.name);
        }
    }

    #[test]
    fn every_keyword_of_a_schema_is_checked() {
        for tool in &TOOLS {
            let unknown = unknown_keywords(&(tool.schema)());
            assert!(unknown.is_empty(), "{}: {unknown:?}", tool.name);
        }
    }
}
