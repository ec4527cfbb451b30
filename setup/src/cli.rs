//! The command line of `setup-project`, and of `flo setup-project`.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Args;
use moflo_hooks::env;
use moflo_hooks::project::Project;
use moflo_hooks::registry::Program;
use moflo_ui::{ExitStatus, Failure, Output, report};

use crate::apply::{self, Unwatched};
use crate::error::SetupError;
use crate::lock::Lock;
use crate::plan::{self, Component, Plan, Purpose, Scope, Wish};
use crate::record::Store;
use crate::render;
use crate::survey::Survey;

/// How long a run waits for another one; a run takes a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(10);

/// What `--help` says about exit codes.
const EXIT_CODES: &str = "\
Exit codes:
  0    done, or nothing to do
  1    `--check` found drift, or a check after the work failed
  2    the command line cannot be understood, or an answer was needed and nobody was there
  3    a file of yours cannot be parsed; nothing was written anywhere
  4    something of yours stands where ours would go; nothing was changed
  5    a file could not be read or written
  6    writing failed half-way, and everything was put back as it was
  130  interrupted; the next run puts back what is unfinished

Examples:
  setup-project                     Show what would be done here, ask, and do it
  setup-project -y ~/src/project    Set up that project without asking
  setup-project --diff              Show every line that would change
  setup-project --check             Say whether everything is in place
  setup-project --uninstall         Take everything back";

/// What to do with a project.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXIT_CODES)]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag of the command line")]
pub struct SetupArgs {
    /// The project; any folder inside it will do
    #[arg(value_name = "REPO", default_value = ".")]
    pub repo: PathBuf,
    /// Show what would be done, and do nothing
    #[arg(long, group = "preview")]
    pub dry_run: bool,
    /// Show every line that would change, and do nothing
    #[arg(long, group = "preview")]
    pub diff: bool,
    /// Say whether everything is in place; exit 1 if not
    #[arg(long, group = "preview")]
    pub check: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Do it without asking
    #[arg(short, long)]
    pub yes: bool,
    /// Whose settings to write [default: as before, else local]
    #[arg(long, value_enum, value_name = "SCOPE")]
    pub scope: Option<Scope>,
    /// Set up only these parts
    #[arg(
        long,
        value_enum,
        value_name = "PART",
        value_delimiter = ',',
        conflicts_with = "without"
    )]
    pub with: Vec<Component>,
    /// Leave these parts out
    #[arg(long, value_enum, value_name = "PART", value_delimiter = ',')]
    pub without: Vec<Component>,
    /// Do not build the index now
    #[arg(long)]
    pub no_index: bool,
    /// Take everything back
    #[arg(long, conflicts_with_all = ["check", "with", "without", "no_index"])]
    pub uninstall: bool,
    /// With `--uninstall`: remove what was learned, too
    #[arg(long, requires = "uninstall")]
    pub purge_data: bool,
}

/// Runs the command; prints what happened and returns how to end.
pub fn run(args: &SetupArgs) -> ExitStatus {
    match try_run(args) {
        Ok(status) => status,
        Err(failure) if failure.is_broken_pipe() => ExitStatus::Ok,
        Err(failure) => {
            if args.json {
                let _ = writeln!(io::stdout(), "{}", failure.to_json());
            }
            moflo_ui::say(&report(&failure));
            failure.status()
        }
    }
}

fn try_run(args: &SetupArgs) -> Result<ExitStatus, Failure> {
    let project = find_project(&args.repo)?;
    let store = Store::new(&project.state_dir());
    let wish = Wish {
        scope: args.scope,
        with: args.with.clone(),
        without: args.without.clone(),
        purge_data: args.purge_data,
    };
    let run = Run { args, project: &project, store: &store, wish: &wish };
    if args.dry_run || args.diff || args.check {
        return run.preview();
    }
    // Without a record folder there is nothing to lock against and nothing to mend.
    let lock = Lock::take(&store, PATIENCE)?;
    let result = run.work();
    match store.record() {
        // Whoever has left nothing behind leaves no folder behind either.
        Ok(None) if !matches!(store.journal(), Ok(Some(_))) => lock.tidy(),
        _ => drop(lock),
    }
    result
}

struct Run<'a> {
    args: &'a SetupArgs,
    project: &'a Project,
    store: &'a Store,
    wish: &'a Wish,
}

impl Run<'_> {
    fn plan(&self) -> Result<(Survey, Plan), SetupError> {
        let survey = Survey::take(self.project, self.store)?;
        let plan = if self.args.uninstall {
            plan::uninstall(&survey, self.wish)?
        } else {
            plan::install(&survey, self.wish)?
        };
        Ok((survey, plan))
    }

    fn preview(&self) -> Result<ExitStatus, Failure> {
        let (survey, plan) = self.plan().map_err(|error| match error {
            // Somebody asked whether everything is in place, and this is the answer.
            SetupError::MissingProgram(_) if self.args.check => {
                Failure::new(ExitStatus::No, error.to_string()).maybe_hint(error.hint())
            }
            error => error.into(),
        })?;
        let in_place = plan.is_empty() && !survey.interrupted;
        let status = if !plan.conflicts.is_empty() {
            ExitStatus::Conflict
        } else if self.args.check && !in_place {
            ExitStatus::No
        } else {
            ExitStatus::Ok
        };
        let outcome = match status {
            ExitStatus::Conflict => "conflict",
            _ if in_place => "unchanged",
            _ => "planned",
        };
        let mut out = Output::standard(false);
        if self.args.json {
            let _ = writeln!(out, "{}", render::json(&plan, outcome, &[]));
        } else if self.args.diff {
            let _ = write!(out, "{}", render::diff(&plan));
        } else if in_place && plan.conflicts.is_empty() {
            let _ = writeln!(out, "{}", nothing_to_do(&plan));
        } else {
            let _ = writeln!(out, "{}", render::heading(&plan));
            let _ = write!(out, "{}", render::summary(&plan, false));
        }
        out.flush()?;
        if survey.interrupted {
            out.warn("an interrupted run left its work half done; the next run puts it back first");
        }
        tell(&out, &plan);
        Ok(status)
    }

    fn work(&self) -> Result<ExitStatus, Failure> {
        let out = Output::standard(false);
        apply::prepare(self.store)?;
        // Nobody has answered yet, but what an interrupted run left is no state to ask about.
        if apply::recover(self.store, &mut Unwatched)? {
            out.note("an interrupted run was put back first");
        }
        let (survey, plan) = self.plan()?;
        if !plan.conflicts.is_empty() {
            self.print(&plan, "conflict", &[])?;
            tell(&out, &plan);
            return Ok(ExitStatus::Conflict);
        }
        if plan.is_empty() {
            let status = self.index(&out, survey_has_index(&survey));
            if self.args.json {
                self.print(&plan, "unchanged", &[])?;
            } else {
                out.note(nothing_to_do(&plan));
            }
            tell(&out, &plan);
            return Ok(status);
        }
        if !self.args.yes {
            if !io::stdin().is_terminal() || self.args.json {
                self.print(&plan, "needs-confirmation", &[])?;
                tell(&out, &plan);
                let failure = Failure::new(
                    ExitStatus::Usage,
                    "nothing was changed: nobody is there to say yes",
                )
                .hint("pass `--yes` to do it, or `--dry-run` to look");
                moflo_ui::say(&report(&failure));
                return Ok(failure.status());
            }
            self.print(&plan, "planned", &[])?;
            tell(&out, &plan);
            if !confirmed()? {
                out.note("Nothing was changed.");
                return Ok(ExitStatus::Ok);
            }
        }
        apply::apply(&plan, self.store, survey.record.as_ref(), &mut Unwatched)?;
        let status = match plan.purpose {
            Purpose::Install => {
                let indexed = self.index(&out, false);
                let verified = self.verify(&out)?;
                if indexed == ExitStatus::Ok { verified } else { indexed }
            }
            Purpose::Uninstall => ExitStatus::Ok,
        };
        let next = next_steps(&plan, self.args);
        self.print(&plan, "applied", &next)?;
        tell(&out, &plan);
        if !self.args.json {
            for step in &next {
                out.note(step);
            }
        }
        Ok(status)
    }

    fn print(&self, plan: &Plan, outcome: &str, next: &[String]) -> Result<(), Failure> {
        let mut out = Output::standard(false);
        if self.args.json {
            let _ = writeln!(out, "{}", render::json(plan, outcome, next));
        } else {
            let applied = outcome == "applied";
            if applied && !self.args.yes {
                // The list was shown with the question.
                let _ = writeln!(out, "Done.");
            } else {
                let _ = writeln!(out, "{}", render::heading(plan));
                let _ = write!(out, "{}", render::summary(plan, applied));
            }
        }
        Ok(out.flush()?)
    }

    /// Looks again; whatever is still to be done then is a failed check.
    fn verify(&self, out: &Output) -> Result<ExitStatus, SetupError> {
        let (_, again) = self.plan()?;
        if again.is_empty() && again.conflicts.is_empty() {
            return Ok(ExitStatus::Ok);
        }
        out.warn("the check afterwards found that not everything is in place:");
        out.note(render::summary(&again, false).trim_end());
        Ok(ExitStatus::No)
    }

    /// Builds the index with the program beside us, its progress on our standard error.
    fn index(&self, out: &Output, present: bool) -> ExitStatus {
        if self.args.no_index || self.args.uninstall || present {
            return ExitStatus::Ok;
        }
        let Some(flo) = Program::Flo.find() else {
            out.warn("`flo` was not found, so the index was not built");
            return ExitStatus::No;
        };
        let status = Command::new(flo)
            .arg("index")
            .current_dir(self.project.root())
            .env_remove(env::CLAUDE_PROJECT_DIR)
            .stdin(Stdio::null())
            // Standard output is ours, and may be read by a program.
            .stdout(Stdio::from(io::stderr()))
            .status();
        match status {
            Ok(status) if status.success() => ExitStatus::Ok,
            Ok(status) => {
                out.warn(format!("`flo index` ended with {status}; run it again in the project"));
                ExitStatus::No
            }
            Err(err) => {
                out.warn(format!("`flo index` could not be started: {err}"));
                ExitStatus::No
            }
        }
    }
}

fn survey_has_index(survey: &Survey) -> bool {
    survey.moflo_entries.iter().flatten().any(|name| name == "index")
}

fn nothing_to_do(plan: &Plan) -> String {
    let root = plan.root.display();
    match plan.purpose {
        Purpose::Install => format!("moflo is set up in {root}; nothing to do"),
        Purpose::Uninstall => format!("nothing of moflo's is in {root}"),
    }
}

fn tell(out: &Output, plan: &Plan) {
    for note in &plan.notes {
        out.note(format!("note: {note}"));
    }
    if !plan.conflicts.is_empty() {
        out.note(render::conflicts(plan).trim_end());
        out.note("Nothing was changed.");
    }
}

fn confirmed() -> Result<bool, Failure> {
    let mut stderr = io::stderr();
    let _ = write!(stderr, "Do it? [Y/n] ");
    let _ = stderr.flush();
    let mut answer = String::new();
    if io::stdin().lock().read_line(&mut answer)? == 0 {
        return Ok(false);
    }
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

fn next_steps(plan: &Plan, args: &SetupArgs) -> Vec<String> {
    let repo = &args.repo;
    let place = if repo == Path::new(".") { String::new() } else { format!(" {}", quoted(repo)) };
    match plan.purpose {
        Purpose::Install => {
            let mut steps = vec![
                "Next: restart Claude Code in this project; it asks once whether to trust the folder"
                    .to_owned(),
            ];
            if plan.components.contains(&Component::Mcp) {
                steps.push("and whether to use the server `moflo` of .mcp.json.".to_owned());
            }
            if plan.scope == Scope::Project {
                steps.push(
                    "Commit what was written; whoever uses it needs moflo's programs on `PATH`."
                        .to_owned(),
                );
            }
            if !flo_is_on_path() {
                steps.push(
                    "`flo` is not on `PATH`, and shell commands of the agent need it there."
                        .to_owned(),
                );
            }
            steps.push(format!("To take it back: setup-project --uninstall{place}"));
            steps
        }
        Purpose::Uninstall => {
            vec!["Sessions that are running may keep their hooks until they end; the programs stay installed."
                .to_owned()]
        }
    }
}

fn quoted(path: &Path) -> String {
    crate::owner::shell_quoted(&path.display().to_string())
}

fn flo_is_on_path() -> bool {
    let name = format!("{}{}", Program::Flo.name(), std::env::consts::EXE_SUFFIX);
    env::get(env::PATH)
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(&name).is_file()))
}

/// Finds the project, and refuses folders that are none.
fn find_project(repo: &Path) -> Result<Project, SetupError> {
    let refuse = |reason| SetupError::NoProject { path: repo.to_owned(), reason };
    // One project has one name in the record, however it was reached.
    let start = std::fs::canonicalize(repo).map_err(|_| refuse("there is no such folder"))?;
    if !start.is_dir() {
        return Err(refuse("it is a file"));
    }
    // What was named on the command line counts, not where a client happens to run.
    let project = Project::find(&start, None);
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let root = real(project.root());
    if env::home().is_some_and(|home| real(&home) == root) {
        return Err(refuse("it is the home folder, whose settings are every project's"));
    }
    if root.parent().is_none() {
        return Err(refuse("it is the root of the file system"));
    }
    Ok(project)
}
