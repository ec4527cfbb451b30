//! `flo search`.

use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _};

use clap::{Args, ValueEnum};
use moflo_core::query::{Paths, Request, Response, Scope};
use moflo_ui::{ExitStatus, Failure};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::answers::package::Chosen;
use crate::answers::place::Standpoint;
use crate::answers::{self, Opened, search};
use crate::session::{Session, current_dir};

/// Find code, tests and guidance by words or by meaning
///
/// The query may be words, a name, a path, an issue or a stack trace. Files that changed a moment
/// ago are taken in first. Exits 1 when nothing was found.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  flo search where are retries counted
  flo search --in tests 'lease expiry'
  flo search RetryPolicy --path 'src/**' -n 3
  flo search --package ui 'focus trap'
  flo search --explain parse_header
  git log -1 --format=%B | flo search -

The score is the part of all evidence that speaks for a file, from 0 to 1: 1 means that it is
the best of the index by every signal. The confidence (in JSON, and with --explain) is how likely
it is the file that was asked for.")]
pub(crate) struct SearchArgs {
    /// What to look for; `-` reads it from standard input
    #[arg(value_name = "QUERY", required_unless_present_any = ["jsonl", "package"])]
    query: Vec<String>,

    /// Look only here
    #[arg(long = "in", value_name = "WHERE", default_value = "all")]
    scope: Where,

    /// Look only in files that match, or with `!` in front do not; relative to the project
    #[arg(long, value_name = "GLOB")]
    path: Vec<String>,

    /// Look only in the files of one package: a folder with a manifest, by its name, the last part
    /// of that, or its path; `''` lists them
    #[arg(long, value_name = "NAME")]
    package: Option<String>,

    /// At most this many files
    #[arg(short = 'n', long = "limit", value_name = "COUNT", default_value_t = 10)]
    limit: usize,

    /// Show at most this many lines of each; 0 shows only where they are
    #[arg(long, value_name = "COUNT", default_value_t = 4)]
    lines: usize,

    /// Show every signal of each hit
    #[arg(long)]
    explain: bool,

    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Read {"id", "query"} per line from standard input, and print one answer per line
    #[arg(long, conflicts_with_all = ["query", "json"])]
    pub(crate) jsonl: bool,
}

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Where {
    /// Documentation and instructions
    Guidance,
    /// Source code and configuration
    Code,
    /// Tests
    Tests,
    /// Everywhere
    All,
}

impl From<Where> for Scope {
    fn from(scope: Where) -> Self {
        match scope {
            Where::Guidance => Self::Guidance,
            Where::Code => Self::Code,
            Where::Tests => Self::Tests,
            Where::All => Self::All,
        }
    }
}

/// A line of `--jsonl`.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Json,
    query: String,
}

pub(crate) fn run(args: &SearchArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let query = if args.jsonl { Ok(String::new()) } else { query(args) };
    // Without words, `--package ''` still lists what there is.
    let query = if args.package.is_some() { query } else { Ok(query?) };
    let project = session.project()?;
    let config = session.config(&project)?;
    let opened = answers::open(&project, &config)?;
    let standpoint = Standpoint::new(&project, current_dir()?);
    let package = args.package.as_deref();
    let package =
        package.map(|name| Chosen::find(&opened.index, &project, &standpoint, name)).transpose()?;
    let package = package.as_ref();
    if args.jsonl {
        return lines(args, &opened, package, session);
    }
    let query = query?;
    let response = ask(args, &opened, package, &query)?;
    if args.json {
        let answer = search::as_json(&query, &opened, package, &response, args.explain);
        let _ = writeln!(session.out, "{answer}");
    } else {
        let look = search::Look { standpoint: &standpoint, query: &query, explain: args.explain };
        search::write(&mut session.out, &response, &look);
        session.out.flush()?;
        if response.results.is_empty() {
            session.out.note(nothing(args, response.files));
        }
        if let Some(remark) = opened.remark() {
            session.out.note(remark);
        }
    }
    Ok(if response.results.is_empty() { ExitStatus::No } else { ExitStatus::Ok })
}

fn query(args: &SearchArgs) -> Result<String, Failure> {
    let query = if args.query == ["-"] {
        if std::io::stdin().is_terminal() {
            return Err(Failure::new(
                ExitStatus::Usage,
                "`-` reads the query from standard input, and it is a terminal",
            )
            .hint("give the query as arguments, or pipe it in"));
        }
        std::io::read_to_string(std::io::stdin())?
    } else {
        args.query.join(" ")
    };
    if query.trim().is_empty() {
        return Err(Failure::new(ExitStatus::Usage, "the query is empty"));
    }
    Ok(query)
}

fn ask(
    args: &SearchArgs,
    opened: &Opened,
    package: Option<&Chosen>,
    query: &str,
) -> Result<Response, Failure> {
    let paths = Paths::new(&args.path);
    let request = Request {
        query,
        scope: args.scope.into(),
        paths: match package {
            Some(package) => package.narrow(paths),
            None => paths,
        },
        limit: args.limit,
        snippet_lines: args.lines,
    };
    opened.index.search(&request).map_err(answers::unreadable)
}

fn lines(
    args: &SearchArgs,
    opened: &Opened,
    package: Option<&Chosen>,
    session: &mut Session,
) -> Result<ExitStatus, Failure> {
    if std::io::stdin().is_terminal() {
        return Err(Failure::new(
            ExitStatus::Usage,
            "`--jsonl` reads standard input, and it is a terminal",
        )
        .hint("pipe lines of {\"id\", \"query\"} in"));
    }
    let mut status = ExitStatus::Ok;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str::<Line>(&line) {
            Err(err) => {
                status = ExitStatus::No;
                json!({ "schema": "flo.search/1", "id": null, "error": err.to_string() })
            }
            Ok(line) => {
                let response = ask(args, opened, package, &line.query)?;
                let mut answer =
                    search::as_json(&line.query, opened, package, &response, args.explain);
                if let Some(fields) = answer.as_object_mut() {
                    fields.insert("id".to_owned(), line.id);
                }
                answer
            }
        };
        let _ = writeln!(session.out, "{answer}");
        session.out.flush()?;
    }
    Ok(status)
}

fn nothing(args: &SearchArgs, files: usize) -> String {
    if files > 0 {
        return "Nothing found.".to_owned();
    }
    let scope: Scope = args.scope.into();
    if args.path.is_empty() {
        let whose = if args.package.is_some() { "package" } else { "index" };
        format!("Nothing found: the {whose} holds no files of the kind `{}`.", scope.as_str())
    } else {
        "Nothing found: no file matches `--path`.".to_owned()
    }
}
