//! Does the client know our hooks?
//!
//! Reads the settings as the client does: strict JSON, all files together. A handler is ours when
//! its command's file name is one of our programs, never by a substring.

use std::path::{Path, PathBuf};

use moflo_hooks::env;
use moflo_hooks::project::Project;
use moflo_hooks::registry::{Program, Registration, TABLE};
use serde_json::Value as Json;

use super::Check;

/// A handler of ours.
struct Handler {
    event: String,
    matcher: Option<String>,
    condition: Option<String>,
    command: PathBuf,
    program: Program,
}

pub(super) fn check(project: &Project) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut handlers = Vec::new();
    let mut read = 0;
    for path in files(project) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        read += 1;
        match serde_json::from_slice::<Json>(&bytes) {
            Err(err) => checks.push(
                // The client passes over such a file in silence, with all hooks in it.
                Check::fail("settings.json", format!("{}: {err}", path.display()))
                    .fix("mend the file; the client ignores all of it until then"),
            ),
            Ok(settings) => {
                if settings["disableAllHooks"] == true {
                    checks.push(
                        Check::fail(
                            "settings.disabled",
                            format!("{} switches all hooks off", path.display()),
                        )
                        .fix("remove `disableAllHooks` from it"),
                    );
                }
                handlers.extend(ours(&settings));
            }
        }
    }
    if checks.is_empty() {
        checks.push(Check::ok("settings.json", format!("{read} files, all understood")));
    }
    checks.push(registered(&handlers, project.is_set_up()));
    for handler in &handlers {
        if handler.command.is_absolute() && !handler.command.is_file() {
            let said = format!(
                "{} is registered for {}, and is not there",
                handler.command.display(),
                handler.event
            );
            checks.push(Check::fail("settings.missing", said).fix("run `setup-project` again"));
        }
    }
    checks
}

/// The settings files that hold for this project, where they exist.
fn files(project: &Project) -> Vec<PathBuf> {
    let client = env::get(env::CLAUDE_CONFIG_DIR).map(PathBuf::from);
    let client = client.or_else(|| env::home().map(|home| home.join(".claude")));
    let here = project.root().join(".claude");
    let mut files: Vec<PathBuf> = client.map(|dir| dir.join("settings.json")).into_iter().collect();
    files.extend(["settings.json", "settings.local.json"].map(|name| here.join(name)));
    files
}

fn ours(settings: &Json) -> Vec<Handler> {
    let mut found = Vec::new();
    for (event, groups) in settings["hooks"].as_object().into_iter().flatten() {
        for group in groups.as_array().into_iter().flatten() {
            for handler in group["hooks"].as_array().into_iter().flatten() {
                let command = Path::new(handler["command"].as_str().unwrap_or_default());
                let name = command.file_stem().unwrap_or_default();
                let Some(program) = Program::ALL.into_iter().find(|program| name == program.name())
                else {
                    continue;
                };
                let text = |value: &Json| value.as_str().map(str::to_owned);
                found.push(Handler {
                    event: event.clone(),
                    matcher: text(&group["matcher"]),
                    condition: text(&handler["if"]),
                    command: command.to_owned(),
                    program,
                });
            }
        }
    }
    found
}

fn registered(handlers: &[Handler], set_up: bool) -> Check {
    let count = |row: &Registration| {
        let same = |handler: &&Handler| {
            handler.event == row.event
                && handler.program == row.program
                && handler.matcher.as_deref() == row.matcher
                && handler.condition.as_deref() == row.condition
        };
        handlers.iter().filter(same).count()
    };
    let named = |row: &&Registration| format!("{} -> {}", row.event, row.program.name());
    let missing: Vec<String> =
        TABLE.iter().filter(|row| count(row) == 0).map(|row| named(&row)).collect();
    let twice: Vec<String> =
        TABLE.iter().filter(|row| count(row) > 1).map(|row| named(&row)).collect();
    let id = "settings.hooks";
    if missing.len() == TABLE.len() && !set_up {
        Check::note(id, "no hook of moflo is registered")
            .fix("run `setup-project` in this repository")
    } else if !missing.is_empty() {
        Check::fail(id, format!("not registered: {}", missing.join(", ")))
            .fix("run `setup-project` again")
    } else if !twice.is_empty() {
        Check::note(id, format!("registered more than once: {}", twice.join(", ")))
            .fix("run `setup-project --uninstall` where one registration is too much")
    } else {
        Check::ok(id, format!("{} registrations, each once", TABLE.len()))
    }
}
