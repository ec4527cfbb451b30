//! Judges calls of tools by what they would touch: commands they run, files they write or show.
//!
//! The client's own file tools are known by name. Of every other tool only fields that look like a
//! command or a path are looked at, and what the tool does with a path is read off the verbs in its
//! name. Texts that a tool merely carries (contents, messages, prompts) are never judged.

use std::borrow::Cow;
use std::cell::Cell;

use crate::effects::Finding;
use crate::json::{Field, FieldKind, ToolFields, salvage};
use crate::judge;
use crate::places::{self, Place, Resolved};
use crate::rules;
use crate::types::{Context, Decision, Severity, Verdict};

/// What a tool does with the paths it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Shows what is in them.
    Read,
    /// Changes them.
    Write,
    /// Takes them away or elsewhere.
    Delete,
    /// Nobody can tell: held to what is never right.
    Unknown,
    /// They are not paths of this machine, or nothing is done with them.
    Nothing,
}

/// Judges one call.
///
/// The verdict is the strictest one over all commands and paths of the call, duplicates of a field
/// included.
pub fn judge_tool(tool: &str, fields: &ToolFields<'_>, ctx: &Context<'_>) -> Verdict {
    let spent = Cell::new(0);
    judge_with(tool, fields, ctx, &|command| {
        if tool == "PowerShell" {
            judge::judge_powershell_within(command, ctx, &spent)
        } else {
            judge::judge_within(command, ctx, &spent)
        }
    })
}

/// Judges a document that is not sound, by the commands in its raw bytes.
///
/// Returns a verdict only for a catastrophe: anything else in a text whose structure is unknown may
/// be data.
pub fn judge_damaged(bytes: &[u8], ctx: &Context<'_>) -> Option<Verdict> {
    let spent = Cell::new(0);
    salvage(bytes).iter().map(|piece| judge::judge_within(piece, ctx, &spent)).find(|verdict| {
        // What could not be walked to its end may be one.
        let grave = verdict.severity == Some(Severity::Catastrophe)
            || verdict.rule.as_deref() == Some("raw.unreadable");
        verdict.decision == Decision::Deny && grave
    })
}

fn judge_with(
    tool: &str,
    fields: &ToolFields<'_>,
    ctx: &Context<'_>,
    judge_command: &dyn Fn(&str) -> Verdict,
) -> Verdict {
    let mut worst = Verdict::allow();
    let mut consider = |verdict: Verdict| {
        if rank(verdict.decision) > rank(worst.decision) {
            worst = verdict;
        }
    };
    for command in fields.commands() {
        consider(judge_command(&command));
    }
    if matches!(tool, "Bash" | "PowerShell") {
        // A whole input that is one string is not what the client sends, but a shell would run it.
        let whole = fields.entries().iter().filter(|field| field.name == "tool_input");
        whole.for_each(|field| consider(judge_command(&field.value)));
        return worst;
    }
    let access = access_of(tool, fields);
    if access != Access::Nothing {
        for field in fields.entries() {
            // The place a file is moved to is written, not deleted.
            let target = matches!(&*field.name, "destination" | "dest" | "dst" | "target" | "to")
                || field.name.to_ascii_lowercase().starts_with("new");
            let access = if access == Access::Delete && target { Access::Write } else { access };
            if let Some(path) = path_in(tool, field) {
                consider(judge_path(tool, &path, access, ctx));
            }
        }
    }
    worst
}

fn rank(decision: Decision) -> u8 {
    match decision {
        Decision::Allow => 0,
        Decision::Ask => 1,
        Decision::Deny => 2,
    }
}

/// Returns the path a field names, if it names one on this machine.
fn path_in<'f>(tool: &str, field: &'f Field<'_>) -> Option<Cow<'f, str>> {
    let value = &*field.value;
    if value.is_empty() || value.len() > 4096 || value.contains('\n') {
        return None;
    }
    match field.kind {
        // What Grep and Glob are asked to open is as good as a path when it names one file.
        FieldKind::Pattern if tool == "Grep" && field.name == "glob" => Some(Cow::Borrowed(value)),
        FieldKind::Path if value.starts_with("file://") => Some(Cow::Borrowed(value)),
        FieldKind::Path if value.contains("://") => None,
        FieldKind::Path => Some(Cow::Borrowed(value.trim())),
        // Some servers name a path in a field of their own; an absolute one is unmistakable.
        FieldKind::Other if value.starts_with('/') || value.starts_with("~/") => {
            Some(Cow::Borrowed(value))
        }
        _ => None,
    }
}

fn access_of(tool: &str, fields: &ToolFields<'_>) -> Access {
    match tool {
        "Write" | "Edit" | "MultiEdit" | "NotebookEdit" => return Access::Write,
        "Read" | "NotebookRead" | "Grep" => return Access::Read,
        "Glob"
        | "LS"
        | "Agent"
        | "Task"
        | "WebFetch"
        | "WebSearch"
        | "AskUserQuestion"
        | "Skill"
        | "SlashCommand"
        | "ToolSearch"
        | "TodoWrite"
        | "TaskCreate"
        | "TaskUpdate"
        | "TaskGet"
        | "TaskList"
        | "TaskOutput"
        | "TaskStop"
        | "KillShell"
        | "BashOutput"
        | "EnterPlanMode"
        | "ExitPlanMode"
        | "EnterWorktree"
        | "ExitWorktree"
        | "ListMcpResourcesTool"
        | "ReadMcpResourceTool"
        | "SendMessage"
        | "StructuredOutput" => {
            return Access::Nothing;
        }
        _ => {}
    }
    if tool.starts_with("mcp__moflo__") || tool.starts_with("mcp__plugin_moflo_moflo__") {
        // They name files of the index and open none.
        return Access::Nothing;
    }
    // A path beside the name of a repository or a bucket is a path over there.
    let remote = |field: &Field<'_>| {
        matches!(
            &*field.name,
            "owner"
                | "repo"
                | "repository"
                | "bucket"
                | "project_id"
                | "projectId"
                | "url"
                | "baseUrl"
                | "host"
        )
    };
    if fields.entries().iter().any(remote) {
        return Access::Nothing;
    }
    access_of_name(tool.rsplit("__").next().unwrap_or(tool))
}

/// Reads the verbs in a tool's name; of several the gravest counts.
fn access_of_name(name: &str) -> Access {
    let mut access = Access::Unknown;
    for word in words(name) {
        let found = match &*word {
            "delete" | "remove" | "rm" | "move" | "mv" | "rename" | "unlink" | "trash"
            | "rmdir" | "purge" => Access::Delete,
            "write" | "create" | "edit" | "update" | "save" | "append" | "insert" | "replace"
            | "patch" | "put" | "mkdir" | "copy" | "cp" | "apply" | "modify" | "touch"
            | "chmod" | "chown" | "format" | "install" | "export" | "download" | "extract"
            | "unzip" | "overwrite" | "store" | "set" | "add" | "generate" | "symlink" | "link"
            | "truncate" | "refactor" => Access::Write,
            "read" | "get" | "cat" | "show" | "view" | "open" | "fetch" | "load" | "search"
            | "grep" | "query" | "dump" | "print" | "head" | "tail" | "upload" | "attach"
            | "send" | "import" | "parse" | "convert" | "analyze" | "summarize" | "diff"
            | "hover" | "outline" | "definition" | "references" => Access::Read,
            "list" | "ls" | "stat" | "info" | "tree" | "glob" | "find" | "exists" | "status"
            | "watch" | "navigate" | "screenshot" | "describe" | "map" | "cwd" => Access::Nothing,
            _ => continue,
        };
        access = graver(access, found);
    }
    access
}

fn graver(one: Access, other: Access) -> Access {
    let weight = |access: Access| match access {
        Access::Unknown => 0,
        Access::Nothing => 1,
        Access::Read => 2,
        Access::Write => 3,
        Access::Delete => 4,
    };
    if weight(other) > weight(one) { other } else { one }
}

/// Splits `createFile`, `create_file` and `create-file` into lowercase words.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && lower_before) {
            words.push(String::new());
        }
        lower_before = letter.is_lowercase();
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

fn judge_path(tool: &str, path: &str, access: Access, ctx: &Context<'_>) -> Verdict {
    let resolved = places::resolve(path, ctx);
    let verdict = judge_resolved(&resolved, access, ctx);
    // An exception holds for the file it names, not for one that a link makes of it.
    let exception = |path| ctx.project.allowed_file(tool, path, ctx.root);
    if let Some(rule) = verdict.rule.as_deref()
        && let Some(entry) = exception(resolved.decisive())
        && crate::project::may_except(rule, entry.is_exact())
    {
        return Verdict::allow();
    }
    verdict
}

/// The tools of the client whose calls a person can name in one line: `Read .env`.
const FILE_TOOLS: &[&str] =
    &["Read", "Write", "Edit", "MultiEdit", "NotebookEdit", "NotebookRead", "Grep"];

/// Writes a call of a file tool in one line, the same however its path was spelled.
pub fn line_of(tool: &str, fields: &ToolFields<'_>, ctx: &Context<'_>) -> Option<String> {
    if !FILE_TOOLS.contains(&tool) {
        return None;
    }
    let mut paths = fields.entries().iter().filter_map(|field| path_in(tool, field));
    let path = paths.next()?;
    // With a second path it would be another call.
    paths.next().is_none().then(|| format!("{tool} {}", places::resolve(&path, ctx).lexical))
}

/// Reads a line such as `Read .env` that a person types: the line as [`line_of`] writes it, and the
/// verdict on the call. Nothing when it names no file tool.
pub fn judge_line(line: &str, ctx: &Context<'_>) -> Option<(String, Verdict)> {
    let (tool, path) = line.trim().split_once(' ')?;
    let tool = FILE_TOOLS.iter().find(|known| **known == tool)?;
    let path = path.trim().trim_matches(['"', '\'']);
    let fields = ToolFields::from_pairs([("file_path", path)]);
    Some((line_of(tool, &fields, ctx)?, judge_tool(tool, &fields, ctx)))
}

fn judge_resolved(resolved: &Resolved, access: Access, ctx: &Context<'_>) -> Verdict {
    if matches!(access, Access::Read | Access::Unknown)
        && let Some(kind) = places::secret_of(resolved, ctx)
    {
        return refusal("secrets.read", format!("{} is {kind}", resolved.decisive()), ctx);
    }
    if matches!(access, Access::Read | Access::Nothing) {
        return Verdict::allow();
    }
    judge_write(resolved, access, ctx)
}

fn judge_write(path: &Resolved, access: Access, ctx: &Context<'_>) -> Verdict {
    let shown = path.decisive();
    let place = places::place(path, ctx);
    let rule = match (place, access) {
        (Place::Guard(_), _) => place.written(shown),
        // Nobody knows what the tool does, so only what no tool may touch is held against it.
        (_, Access::Unknown) => None,
        (_, Access::Delete) => place.deleted(place != Place::ClientNotes),
        _ => place.written(shown),
    };
    let Some(rule) = rule else { return Verdict::allow() };
    let detail = match place {
        Place::Guard(what) => format!("{shown} belongs to {what}"),
        _ => shown.to_owned(),
    };
    refusal(rule, detail, ctx)
}

/// Builds the verdict of a rule, as the judge of commands does.
fn refusal(rule: &'static str, detail: String, ctx: &Context<'_>) -> Verdict {
    let severity = rules::find(rule).map_or(Severity::Destructive, |rule| rule.severity);
    let asks = severity == Severity::Policy && ctx.mode.can_ask();
    Verdict {
        decision: if asks { Decision::Ask } else { Decision::Deny },
        rule: Some(Cow::Borrowed(rule)),
        severity: Some(severity),
        reason: judge::reason(&Finding { rule, detail, command: None }),
    }
}

/// How a change of the client's settings would switch the gate off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SwitchedOff {
    /// `disableAllHooks` is true.
    AllHooks,
    /// The client cannot read the file any more, and then skips it whole.
    Unreadable,
    /// Hooks that were there are gone; the programs they ran.
    Missing(Vec<&'static str>),
}

impl SwitchedOff {
    /// Says what happened, for the user.
    pub fn reason(&self) -> String {
        match self {
            Self::AllHooks => {
                "the new settings switch all hooks off (`disableAllHooks`)".to_owned()
            }
            Self::Unreadable => {
                "the new settings are not valid JSON, so the client would skip the whole file"
                    .to_owned()
            }
            Self::Missing(programs) => {
                format!("the new settings no longer run {}", programs.join(", "))
            }
        }
    }
}

/// Tells whether a change of a settings file switches our hooks off.
///
/// `before` is the text the file had, if that is known; a file that never ran our programs may go
/// on not running them. `after` is empty for a file that was deleted.
pub fn hooks_switched_off(before: Option<&str>, after: &str) -> Option<SwitchedOff> {
    let ours_before = before.map(our_hooks).unwrap_or_default();
    let gone = after.trim().is_empty();
    let (fields, sound) = ToolFields::from_input(after.as_bytes());
    if !gone {
        if fields.is_true("disableAllHooks") {
            return Some(SwitchedOff::AllHooks);
        }
        // The byte order mark that the scanner tolerates stops the client's parser.
        if (!sound || after.starts_with('\u{feff}'))
            && (before.is_none() || !ours_before.is_empty())
        {
            return Some(SwitchedOff::Unreadable);
        }
    }
    let mut ours_after = if gone { Vec::new() } else { our_hooks(after) };
    let mut missing = Vec::new();
    for program in ours_before {
        match ours_after.iter().position(|other| *other == program) {
            Some(at) => {
                ours_after.swap_remove(at);
            }
            None if missing.contains(&program) => {}
            None => missing.push(program),
        }
    }
    (!missing.is_empty()).then_some(SwitchedOff::Missing(missing))
}

/// Returns the programs of ours that a settings file runs, once for each handler.
fn our_hooks(settings: &str) -> Vec<&'static str> {
    let (fields, _) = ToolFields::from_input(settings.as_bytes());
    let handlers =
        fields.entries().iter().filter(|field| field.name == "command" && field.list.is_none());
    handlers.filter_map(|field| our_program(&field.value)).collect()
}

/// Recognises one of our programs in a handler's `command`, with or without folder and quotes.
fn our_program(command: &str) -> Option<&'static str> {
    let separators = ['/', '\\', '"', '\'', ' ', '\t', ';', '&', '|'];
    let names = command.split(separators).map(|word| word.strip_suffix(".exe").unwrap_or(word));
    names
        .filter(|name| name.starts_with("moflo-"))
        .find_map(|name| places::PROGRAMS.iter().find(|program| **program == name).copied())
}

#[cfg(test)]
mod tests;
