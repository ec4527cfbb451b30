//! Plans the removal of everything that was set up.
//!
//! A file nobody has touched since gets its earlier bytes back, or goes if it was not there. From
//! any other file only our entries are taken, found by their structure; the record is not needed
//! for that.

use std::path::{Path, PathBuf};

use super::install::{exclude_line, parse};
use super::{Change, Plan, Purpose, Scope, Wish, scope_of, shown};
use crate::block::{self, EXCLUDE, MARKDOWN, Marks};
use crate::disk::{self, FileState};
use crate::error::SetupError;
use crate::json::{Document, Meaning};
use crate::record::{FileRecord, Origin};
use crate::survey::{Survey, excluded};
use crate::{mcp, settings};

/// What `.moflo/` may hold of ours; a folder that was there before us may hold other things.
const REBUILDABLE: [&str; 9] =
    ["index", "log", "state", "snapshot", "journal", "cache", "summary", "looked", "encoder"];

/// Plans to take everything back from the project of `survey`.
pub(crate) fn uninstall(survey: &Survey, wish: &Wish) -> Result<Plan, SetupError> {
    let mut plan = Plan {
        purpose: Purpose::Uninstall,
        root: survey.root.clone(),
        scope: removal_scope(survey, wish),
        components: Vec::new(),
        changes: Vec::new(),
        conflicts: Vec::new(),
        notes: Vec::new(),
        trees: Vec::new(),
        hollow_dirs: Vec::new(),
    };
    // First what switches the hooks off: a session that is running asks the gate about a change of
    // its settings, and the gate must know by then that a person takes moflo out.
    if survey.snapshot.content.is_some() {
        plan.changes.push(Change {
            file: survey.snapshot.clone(),
            after: None,
            traits: None,
            details: vec!["its absence switches the hooks off".to_owned()],
            containers: Vec::new(),
            recorded: false,
        });
    }
    // Then what makes the client start our programs, last what hides our files from git.
    for (file, kind) in candidates(survey, plan.scope) {
        if file.content.is_some() {
            let change = take_back(survey, file, kind, &mut plan)?;
            plan.changes.extend(change);
        }
    }
    moflo_dir(survey, wish, &mut plan);
    memory(survey, wish, &mut plan);
    plan.hollow_dirs.extend(hollow_dirs(survey, &plan));
    plan.check_permissions()?;
    Ok(plan)
}

/// What kind of file it is, and so how our entries are found in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FileKind {
    Settings,
    Mcp,
    Block(Place),
}

/// Which block it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Markdown,
    Exclude,
}

impl Place {
    fn marks(self) -> Marks {
        match self {
            Self::Markdown => MARKDOWN,
            Self::Exclude => EXCLUDE,
        }
    }
}

/// Without a name or a record, the scope is the one that has entries of ours.
fn removal_scope(survey: &Survey, wish: &Wish) -> Scope {
    let has_ours = |file: &FileState| {
        let document = file.bytes().and_then(|bytes| Document::parse(bytes).ok());
        document.is_some_and(|document| !settings::split(document.meaning()).1.is_empty())
    };
    let only_shared = !has_ours(&survey.settings_local) && has_ours(&survey.settings_project);
    if wish.scope.is_none() && survey.record.is_none() && only_shared {
        return Scope::Project;
    }
    scope_of(survey, wish)
}

fn candidates(survey: &Survey, scope: Scope) -> Vec<(&FileState, FileKind)> {
    let settings = match scope {
        Scope::Local => &survey.settings_local,
        Scope::Project => &survey.settings_project,
    };
    let mut files = vec![
        (settings, FileKind::Settings),
        (&survey.mcp, FileKind::Mcp),
        (&survey.claude_md, FileKind::Block(Place::Markdown)),
        (&survey.claude_local_md, FileKind::Block(Place::Markdown)),
    ];
    if let Some(git) = &survey.git {
        files.push((&git.exclude, FileKind::Block(Place::Exclude)));
    }
    files
}

fn recorded<'a>(survey: &'a Survey, file: &FileState) -> Option<&'a FileRecord> {
    survey.record.as_ref()?.files.iter().find(|record| record.named == file.named)
}

/// Returns the change that takes our part out of a file, if there is one.
fn take_back(
    survey: &Survey,
    file: &FileState,
    kind: FileKind,
    plan: &mut Plan,
) -> Result<Option<Change>, SetupError> {
    let bytes = file.bytes().unwrap_or_default();
    if kind == FileKind::Block(Place::Exclude)
        && let Some(other) = survey.git.as_ref().and_then(|git| git.other_worktree.as_ref())
    {
        if !matches!(block::find(bytes, EXCLUDE), Ok(None)) {
            plan.notes.push(format!(
                "the lines in {} stay: the worktree {} needs them",
                shown(&plan.root, &file.named),
                other.display()
            ));
        }
        return Ok(None);
    }
    let record = recorded(survey, file);
    let change = |after: Option<Vec<u8>>, traits, detail: &str| Change {
        file: file.clone(),
        after,
        traits,
        details: vec![detail.to_owned()],
        containers: Vec::new(),
        recorded: true,
    };
    if let Some(record) = record.filter(|record| record.after == disk::digest(bytes)) {
        match &record.origin {
            Origin::Absent => return Ok(Some(change(None, None, "was not there before"))),
            Origin::Content(image) => {
                let before = survey.images.get(&image.digest).cloned();
                return Ok(Some(change(before, Some(image.traits), "as it was, byte for byte")));
            }
            Origin::Edited { .. } => {}
        }
    }
    let created = match record {
        Some(record) => record.origin.created(),
        None => hidden_by_us(survey, &file.named),
    };
    let containers = record.map(|record| record.containers.as_slice());
    let Some(rest) = without_ours(file, kind, containers, plan)? else { return Ok(None) };
    let nothing_left = match kind {
        FileKind::Block(_) => rest.trim_ascii().is_empty(),
        FileKind::Settings | FileKind::Mcp => {
            Document::parse(&rest).is_ok_and(|document| document.meaning().is_hollow())
        }
    };
    Ok(Some(if created && nothing_left {
        change(None, None, "nothing but our entries was in it")
    } else {
        change(Some(rest), None, "our entries taken out, everything else kept")
    }))
}

/// A file that our block hides from git was created by us: what existed is never hidden.
fn hidden_by_us(survey: &Survey, named: &Path) -> bool {
    let Some(git) = &survey.git else { return false };
    let name = named.strip_prefix(&survey.root).ok();
    name.and_then(|name| exclude_line(git, name)).is_some_and(|line| excluded(git).contains(&line))
}

/// Returns a file's bytes without our part; none when nothing of ours is in it.
fn without_ours(
    file: &FileState,
    kind: FileKind,
    containers: Option<&[String]>,
    plan: &mut Plan,
) -> Result<Option<Vec<u8>>, SetupError> {
    let bytes = file.bytes().unwrap_or_default();
    let faithful = |same: bool| {
        if same { Ok(()) } else { Err(SetupError::Unfaithful(file.named.clone())) }
    };
    match kind {
        FileKind::Settings => {
            let before = parse(file)?;
            let mut document = before.clone();
            let hooks = settings::unregister(&mut document, containers);
            let line = settings::unset_status_line(&mut document);
            if !hooks && !line {
                return Ok(None);
            }
            let (foreign, _) = settings::split(before.meaning());
            let (rest, ours) = settings::split(document.meaning());
            faithful(rest == foreign && ours.is_empty())?;
            Ok(Some(document.bytes().to_vec()))
        }
        FileKind::Mcp => {
            let before = parse(file)?;
            let mut document = before.clone();
            if !mcp::unset(&mut document, containers) {
                return Ok(None);
            }
            let (foreign, _): (Meaning, _) = mcp::split(before.meaning());
            faithful(mcp::split(document.meaning()) == (foreign, None))?;
            Ok(Some(document.bytes().to_vec()))
        }
        FileKind::Block(which) => {
            let marks = which.marks();
            let name = shown(&plan.root, &file.named);
            match block::find(bytes, marks) {
                Ok(None) => Ok(None),
                Ok(Some(found)) if found.untouched => Ok(block::take(bytes, marks).ok()),
                Ok(Some(_)) => {
                    plan.notes.push(format!(
                        "the block in {name} was edited: its marks go, its text stays"
                    ));
                    Ok(block::unmark(bytes, marks).ok())
                }
                Err(unclosed) => {
                    let line = unclosed.line;
                    plan.notes.push(format!("{name}:{line}: a block without an end is left alone"));
                    Ok(None)
                }
            }
        }
    }
}

/// `.moflo/` as far as it is ours, and the facts outside the repository.
fn moflo_dir(survey: &Survey, wish: &Wish, plan: &mut Plan) {
    let dir = survey.root.join(".moflo");
    let created = survey.record.as_ref().is_some_and(|record| record.dirs.contains(&dir));
    let is_memory = |name: &str| name.starts_with("moflo.db");
    let mut stays = Vec::new();
    for name in survey.moflo_entries.iter().flatten().filter(|name| *name != "snapshot.json") {
        let known = name.split('.').next().is_some_and(|stem| REBUILDABLE.contains(&stem))
            || name == ".gitignore" && survey.ignore.bytes() == Some(b"*\n");
        let goes = if is_memory(name) { wish.purge_data } else { created || known };
        if goes {
            plan.trees.push(dir.join(name));
        } else {
            stays.push(name.as_str());
        }
    }
    // The ignore file has to stay as long as it hides something.
    if !stays.is_empty() {
        plan.trees.retain(|tree| *tree != dir.join(".gitignore"));
        plan.notes.push(format!("kept in {}: {}", shown(&plan.root, &dir), stays.join(", ")));
    }
    match survey.moflo_entries.as_deref() {
        None => {}
        // What a removal that was killed at its end has left.
        Some([]) => plan.trees.push(dir),
        Some(_) => plan.hollow_dirs.push(dir),
    }
}

/// What was learned is not ours to throw away.
fn memory(survey: &Survey, wish: &Wish, plan: &mut Plan) {
    let Some(git) = &survey.git else { return };
    if !git.memory.exists() {
        return;
    }
    if wish.purge_data {
        plan.notes.push(format!("memory in {} goes, for all worktrees", git.memory.display()));
        plan.trees.push(git.memory.clone());
    } else {
        plan.notes.push(format!(
            "what was learned stays in {}; `--purge-data` takes it too",
            git.memory.display()
        ));
    }
}

/// Folders that may be empty afterwards, innermost first.
fn hollow_dirs(survey: &Survey, plan: &Plan) -> Vec<PathBuf> {
    let mut dirs = survey.record.as_ref().map(|record| record.dirs.clone()).unwrap_or_default();
    let claude = survey.root.join(".claude");
    let emptied = plan.changes.iter().any(|change| {
        change.after.is_none() && change.file.named.parent() == Some(claude.as_path())
    });
    if survey.record.is_none() && emptied {
        dirs.push(claude);
    }
    dirs.sort_by_key(|dir| std::cmp::Reverse(dir.components().count()));
    dirs.retain(|dir| !plan.hollow_dirs.contains(dir));
    dirs
}
