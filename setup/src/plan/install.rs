//! Plans a set-up, or what is missing from one.

use moflo_hooks::registry::{Program, TABLE};
use moflo_hooks::snapshot::Snapshot;

use super::{Change, Component, Conflict, Plan, Purpose, Scope, Wish, scope_of, shown};
use crate::block::{self, EXCLUDE, MARKDOWN};
use crate::disk::FileState;
use crate::error::SetupError;
use crate::json::{Document, Kind, Meaning, Node};
use crate::mcp::{self, Server};
use crate::owner;
use crate::settings::{self, Obstacle, StatusLine, Wanted};
use crate::survey::{Git, Survey, excluded, names};

/// What the block in `CLAUDE.md` says; with its two marks it has at most twelve lines.
const ADVICE: [&str; 8] = [
    "## Finding things in this repository",
    "",
    "- Ask the index before you read or grep: `flo search \"what you are looking for\"` answers with",
    "  `path:lines` of code, tests and guidance, best first. Open only those ranges.",
    "- `flo map PATH` outlines a file or a folder, `flo tests-for PATH` names the tests of a source",
    "  file, `flo related PATH` names what belongs to it.",
    "- A refused call says which rule refused it and what to do instead. Do that; do not work",
    "  around it.",
];

/// Plans to set up the project of `survey`.
pub(crate) fn install(survey: &Survey, wish: &Wish) -> Result<Plan, SetupError> {
    let scope = scope_of(survey, wish);
    let mut planner = Planner {
        survey,
        wish,
        scope,
        components: components(survey, wish),
        plan: Plan {
            purpose: Purpose::Install,
            root: survey.root.clone(),
            scope,
            components: Vec::new(),
            changes: Vec::new(),
            conflicts: Vec::new(),
            notes: Vec::new(),
            trees: Vec::new(),
            hollow_dirs: Vec::new(),
        },
    };
    // First what hides the rest from git, last what makes the client start our programs.
    planner.moflo_dir();
    planner.advice();
    planner.server()?;
    planner.settings()?;
    planner.exclude();
    planner.left_out()?;
    planner.plan.components = planner.components;
    planner.plan.check_permissions()?;
    Ok(planner.plan)
}

fn components(survey: &Survey, wish: &Wish) -> Vec<Component> {
    let recorded = survey.record.as_ref().map(|record| record.components.clone());
    let mut components = match wish.with.as_slice() {
        // A choice made once stays made; `--without` adds to it, `--with` replaces it.
        [] => recorded.unwrap_or_else(|| Component::ALL.to_vec()),
        only => Component::ALL.into_iter().filter(|one| only.contains(one)).collect(),
    };
    components.retain(|component| !wish.without.contains(component));
    components
}

struct Planner<'a> {
    survey: &'a Survey,
    wish: &'a Wish,
    scope: Scope,
    components: Vec<Component>,
    plan: Plan,
}

impl Planner<'_> {
    fn chosen(&self, component: Component) -> bool {
        self.components.contains(&component)
    }

    fn note(&mut self, text: impl Into<String>) {
        self.plan.notes.push(text.into());
    }

    fn conflict(&mut self, file: &FileState, position: (usize, usize), message: &str, hint: &str) {
        self.plan.conflicts.push(Conflict {
            path: shown(&self.survey.root, &file.named),
            line: position.0,
            column: position.1,
            message: message.to_owned(),
            hint: hint.to_owned(),
        });
    }

    fn obstacle(&mut self, file: &FileState, obstacle: &Obstacle) {
        let hint = "the client does not accept this shape; correct it, then run this again";
        self.conflict(file, obstacle.position, &obstacle.message, hint);
    }

    fn change(&mut self, file: &FileState, after: &[u8], details: Vec<String>) -> &mut Change {
        self.plan.changes.push(Change {
            file: file.clone(),
            after: Some(after.to_vec()),
            traits: None,
            details,
            containers: Vec::new(),
            recorded: true,
        });
        let last = self.plan.changes.len() - 1;
        &mut self.plan.changes[last]
    }

    /// Returns how a program is named in a file of this scope.
    fn command(&self, program: Program, shared: bool) -> Result<String, SetupError> {
        let path = self
            .survey
            .programs
            .get(program.name())
            .ok_or(SetupError::MissingProgram(program.name()))?;
        if shared {
            return Ok(program.name().to_owned());
        }
        let text = path.to_str().ok_or_else(|| SetupError::NotUtf8(path.clone()))?;
        // The client takes forward slashes on every system, and back-slashes need escapes in a shell.
        Ok(if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() })
    }

    /// `.moflo/` with its own ignore file and the configuration hooks read.
    fn moflo_dir(&mut self) {
        let survey = self.survey;
        if survey.ignore.content.is_none() {
            let details = vec!["hides the folder from git".to_owned()];
            self.change(&survey.ignore, b"*\n", details).recorded = false;
        }
        if !survey.snapshot_is_good {
            let details =
                vec!["the configuration hooks read; its presence switches them on".to_owned()];
            let bytes = Snapshot::default().to_bytes();
            self.change(&survey.snapshot, &bytes, details).recorded = false;
        }
    }

    /// The block in `CLAUDE.md`, or in `CLAUDE.local.md` where the former is other people's too.
    fn advice(&mut self) {
        if !self.chosen(Component::ClaudeMd) {
            return;
        }
        let survey = self.survey;
        let has_block = |file: &FileState| {
            !matches!(block::find(file.bytes().unwrap_or_default(), MARKDOWN), Ok(None))
        };
        let shared = survey
            .git
            .as_ref()
            .is_some_and(|git| git.tracks(names::CLAUDE_MD, survey.claude_md.content.is_some()));
        // A block that is there stays where it is, whatever git has learned since.
        let file = if has_block(&survey.claude_md) {
            &survey.claude_md
        } else if has_block(&survey.claude_local_md) || (self.scope == Scope::Local && shared) {
            &survey.claude_local_md
        } else {
            &survey.claude_md
        };
        let body: Vec<String> = ADVICE.iter().map(|line| (*line).to_owned()).collect();
        let text = file.bytes().unwrap_or_default();
        match block::find(text, MARKDOWN) {
            Err(unclosed) => {
                let hint =
                    "add the line `<!-- moflo:end -->` below the block, or take its first line out";
                self.conflict(file, (unclosed.line, 1), "the block of moflo has no end", hint);
            }
            Ok(Some(found)) if !found.untouched => {
                let name = shown(&survey.root, &file.named);
                self.note(format!("the block in {name} was edited and is left as it is"));
            }
            Ok(_) => {
                if let Ok(after) = block::put(text, MARKDOWN, &body)
                    && file.bytes() != Some(&after)
                {
                    let details = vec![format!("a block of {} lines", body.len() + 2)];
                    self.change(file, &after, details);
                }
            }
        }
    }

    /// Our server in `.mcp.json`.
    fn server(&mut self) -> Result<(), SetupError> {
        if !self.chosen(Component::Mcp) || self.plugin_is_enabled() {
            return Ok(());
        }
        let file = &self.survey.mcp;
        let document = parse(file)?;
        let tracked = self
            .survey
            .git
            .as_ref()
            .is_some_and(|git| git.tracks(names::MCP, file.content.is_some()));
        let bare = self.command(Program::Flo, true)?;
        let full = self.command(Program::Flo, false)?;
        // A file other people get never names a path of this machine.
        let mut command =
            if self.scope == Scope::Project || tracked { bare.clone() } else { full.clone() };
        match mcp::server(&document) {
            Server::Foreign(position) => {
                let message = "another server has the name `moflo`";
                let hint = "rename it, or leave this part out with `--without mcp`";
                self.conflict(file, position, message, hint);
                return Ok(());
            }
            // Either spelling works for this user, and a working one is not worth a change.
            Server::Ours(now) if self.scope == Scope::Local && (now == bare || now == full) => {
                command = now;
            }
            Server::Ours(_) | Server::None => {}
        }
        let mut edited = document.clone();
        let containers = Vec::from_iter(mcp::missing_container(&document));
        if let Err(obstacle) = mcp::set(&mut edited, &command) {
            self.obstacle(file, &obstacle);
            return Ok(());
        }
        let (before, _) = mcp::split(document.meaning());
        if mcp::split(edited.meaning()) != (before, Some(command.clone())) {
            return Err(SetupError::Unfaithful(file.named.clone()));
        }
        if file.bytes() == Some(edited.bytes()) {
            return Ok(());
        }
        let details = vec![format!("the server `moflo`: `{} mcp`", owner::shell_quoted(&command))];
        self.change(file, edited.bytes(), details).containers = containers;
        self.tell_if_tracked(names::MCP, tracked, "mcp");
        Ok(())
    }

    /// Hooks and status line.
    fn settings(&mut self) -> Result<(), SetupError> {
        let survey = self.survey;
        let file = match self.scope {
            Scope::Local => &survey.settings_local,
            Scope::Project => &survey.settings_project,
        };
        let document = parse(file)?;
        let mut edited = document.clone();
        let mut details = Vec::new();
        let mut containers = Vec::new();
        let shared = self.scope == Scope::Project;

        let mut wanted = Vec::new();
        if self.chosen(Component::Hooks)
            && !self.plugin_is_enabled()
            && !self.registered_elsewhere()
        {
            for registration in TABLE {
                wanted
                    .push(Wanted::new(registration, &self.command(registration.program, shared)?));
            }
            containers = settings::missing_containers(&document, &wanted);
            if let Err(obstacle) = settings::register(&mut edited, &wanted) {
                self.obstacle(file, &obstacle);
                return Ok(());
            }
            if edited.bytes() != document.bytes() {
                let mut events: Vec<&str> = TABLE.iter().map(|entry| entry.event).collect();
                events.dedup();
                details.push(format!("{} hooks on {}", TABLE.len(), events.join(", ")));
            }
        }

        let mut line = None;
        if self.chosen(Component::Statusline) && self.status_line_is_free(file, &document) {
            let command = owner::shell_quoted(&self.command(Program::Statusline, shared)?);
            let before = edited.bytes().len();
            if let Err(obstacle) = settings::set_status_line(&mut edited, &command) {
                self.obstacle(file, &obstacle);
                return Ok(());
            }
            if edited.bytes().len() != before
                || settings::status_line(&document) != StatusLine::Ours
            {
                details.push(format!("the status line: `{command}`"));
            }
            line = Some(command);
        }

        let (foreign, ours_before) = settings::split(document.meaning());
        let (foreign_after, ours) = settings::split(edited.meaning());
        let line_is_right = line.as_ref().is_none_or(|line| {
            let set = edited.root().member("statusLine").and_then(|node| node.member("command"));
            set.and_then(Node::text) == Some(line)
        });
        let hooks_are_right = wanted.is_empty() && ours.len() >= ours_before.len()
            || settings::registers(&ours, &wanted);
        if foreign != foreign_after || !line_is_right || !hooks_are_right {
            return Err(SetupError::Unfaithful(file.named.clone()));
        }
        if edited.bytes() == document.bytes() || details.is_empty() && file.content.is_none() {
            return Ok(());
        }
        if details.is_empty() {
            details.push("our entries corrected".to_owned());
        }
        self.change(file, edited.bytes(), details).containers = containers;
        let git = survey.git.as_ref();
        let tracked =
            git.is_some_and(|git| git.tracks(names::SETTINGS_LOCAL, file.content.is_some()));
        self.tell_if_tracked(names::SETTINGS_LOCAL, tracked, "hooks,statusline");
        Ok(())
    }

    /// A personal set-up should not show in `git status`; where it does, it is said.
    fn tell_if_tracked(&mut self, name: &str, tracked: bool, parts: &str) {
        let known = self.survey.git.as_ref().is_some_and(|git| git.tracked.is_some());
        if self.scope == Scope::Local && tracked && known {
            self.note(format!(
                "{name} is tracked by git, so this change shows in `git status`; \
                 `--without {parts}` leaves the file alone"
            ));
        }
    }

    /// Returns whether the status line may be set, and says why if not.
    fn status_line_is_free(&mut self, file: &FileState, document: &Document) -> bool {
        match settings::status_line(document) {
            StatusLine::Ours => return true,
            StatusLine::Foreign(position) => {
                let hint = "it is kept; leave ours out with `--without statusline`";
                self.conflict(file, position, "another status line is set here", hint);
                return false;
            }
            StatusLine::None => {}
        }
        // Ours would hide one from a file of lower rank; that has to be asked for by name.
        let mut lower = Vec::new();
        if self.scope == Scope::Local {
            lower.push((names::SETTINGS_PROJECT.to_owned(), self.survey.settings_project.bytes()));
        }
        if let Some((path, bytes)) = &self.survey.settings_user {
            lower.push((path.display().to_string(), Some(bytes)));
        }
        for (name, bytes) in lower {
            let Some(Ok(document)) = bytes.map(Document::parse) else { continue };
            match settings::status_line(&document) {
                StatusLine::None => {}
                StatusLine::Ours => return false,
                StatusLine::Foreign(_) if self.wish.with.contains(&Component::Statusline) => {}
                StatusLine::Foreign(_) => {
                    self.note(format!(
                        "the status line of {name} is kept; to show ours here instead, name it: \
                         `--with hooks,mcp,statusline,claude-md`"
                    ));
                    return false;
                }
            }
        }
        true
    }

    /// Returns whether our hooks are in the settings of the other scope.
    fn registered_elsewhere(&mut self) -> bool {
        let (other, mine) = match self.scope {
            Scope::Local => (&self.survey.settings_project, &self.survey.settings_local),
            Scope::Project => (&self.survey.settings_local, &self.survey.settings_project),
        };
        let has_ours = |file: &FileState| {
            let document = file.bytes().and_then(|bytes| Document::parse(bytes).ok());
            document.is_some_and(|document| !settings::events_with_ours(&document).is_empty())
        };
        if !has_ours(other) || has_ours(mine) {
            return false;
        }
        match self.scope {
            Scope::Local => {
                self.note(format!(
                    "the hooks are registered in {} already",
                    names::SETTINGS_PROJECT
                ));
            }
            Scope::Project => {
                let hint = "`setup-project --uninstall` takes the personal set-up back; then run this again";
                self.conflict(
                    other,
                    (1, 1),
                    "the hooks are registered here already, and would run twice",
                    hint,
                );
            }
        }
        true
    }

    /// Returns whether our plugin brings hooks and server already, and says so.
    fn plugin_is_enabled(&mut self) -> bool {
        let user = self.survey.settings_user.as_ref().map(|(_, bytes)| bytes.as_slice());
        let files =
            [self.survey.settings_local.bytes(), self.survey.settings_project.bytes(), user];
        let enabled = files.into_iter().flatten().any(|bytes| {
            let Ok(document) = Document::parse(bytes) else { return false };
            let plugins = document.root().member("enabledPlugins").and_then(Node::members);
            plugins.unwrap_or_default().iter().any(|plugin| {
                plugin.key.starts_with(b"moflo@")
                    && matches!(plugin.value.kind, Kind::Scalar)
                    && document.meaning_of(&plugin.value) == Meaning::Scalar(b"true".to_vec())
            })
        });
        let note =
            "the plugin `moflo` is enabled and brings hooks and server; they are not written twice";
        if enabled && !self.plan.notes.iter().any(|known| known == note) {
            self.note(note);
        }
        enabled
    }

    /// Says which parts are left out and are there all the same, from an earlier run.
    fn left_out(&mut self) -> Result<(), SetupError> {
        let survey = self.survey;
        let settings = match self.scope {
            Scope::Local => &survey.settings_local,
            Scope::Project => &survey.settings_project,
        };
        let document = parse(settings)?;
        let block = [&survey.claude_md, &survey.claude_local_md].into_iter().find(|file| {
            matches!(block::find(file.bytes().unwrap_or_default(), MARKDOWN), Ok(Some(_)))
        });
        let mut there = Vec::new();
        if !settings::events_with_ours(&document).is_empty() {
            there.push((Component::Hooks, "hooks", settings));
        }
        if settings::status_line(&document) == StatusLine::Ours {
            there.push((Component::Statusline, "status line", settings));
        }
        if !self.chosen(Component::Mcp)
            && matches!(mcp::server(&parse(&survey.mcp)?), Server::Ours(_))
        {
            there.push((Component::Mcp, "server", &survey.mcp));
        }
        if let Some(file) = block {
            there.push((Component::ClaudeMd, "block", file));
        }
        for (component, what, file) in there {
            if !self.chosen(component) {
                let name = shown(&survey.root, &file.named);
                self.note(format!("the {what} in {name} from an earlier run is left as it is"));
            }
        }
        Ok(())
    }

    /// Our lines in git's own list of ignored files, so that the working tree stays clean.
    fn exclude(&mut self) {
        let Some(git) = self.survey.git.as_ref().filter(|_| self.scope == Scope::Local) else {
            return;
        };
        let mut lines = excluded(git);
        let recorded = self.survey.record.as_ref().map(|record| record.files.as_slice());
        let recorded = recorded.unwrap_or_default().iter().filter(|file| file.origin.created());
        let created = self
            .plan
            .changes
            .iter()
            .filter(|change| change.recorded && change.file.content.is_none());
        let created: Vec<_> = recorded
            .map(|file| file.named.clone())
            .chain(created.map(|change| change.file.named.clone()))
            .collect();
        for path in created {
            let Ok(name) = path.strip_prefix(&self.survey.root) else { continue };
            let Some(line) = exclude_line(git, name) else { continue };
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines.sort();
        if lines.is_empty() {
            return;
        }
        match block::put(git.exclude.bytes().unwrap_or_default(), EXCLUDE, &lines) {
            Err(unclosed) => {
                let hint = "add the line `# moflo:end` below the block, or take its first line out";
                self.conflict(
                    &git.exclude,
                    (unclosed.line, 1),
                    "the block of moflo has no end",
                    hint,
                );
            }
            Ok(after) if git.exclude.bytes() != Some(&after) => {
                let details =
                    vec![format!("hides from git what is yours alone: {}", lines.join(", "))];
                self.change(&git.exclude, &after, details);
                // Written first, so that nothing shows up in between.
                if let Some(change) = self.plan.changes.pop() {
                    self.plan.changes.insert(0, change);
                }
            }
            Ok(_) => {}
        }
    }
}

/// Returns the line that hides a file of the project, if git's folder is not the file's own.
pub(super) fn exclude_line(git: &Git, name: &std::path::Path) -> Option<String> {
    let name = name.to_str()?;
    (!name.starts_with(".git/")).then(|| format!("{}{name}", git.prefix))
}

/// Scans a settings file; one that is not there is an object without members.
pub(super) fn parse(file: &FileState) -> Result<Document, SetupError> {
    Document::parse(file.bytes().unwrap_or_default())
        .map_err(|error| SetupError::unparsable(&file.named, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_is_short_and_names_only_commands_that_exist() {
        assert!(ADVICE.len() + 2 <= 12);
        let text = ADVICE.join(" ");
        let known = ["search", "map", "tests-for", "related"];
        for part in text.split("`flo ").skip(1) {
            let command = part.split([' ', '`']).next().unwrap();
            assert!(known.contains(&command), "{command}");
        }
    }
}
