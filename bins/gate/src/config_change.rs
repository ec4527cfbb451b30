//! A change of settings must not switch our hooks off while the session runs.
//!
//! A person who wants them off removes them with `setup-project --uninstall` (then nothing is set
//! up here, and this program is silent) or starts a new session.

use std::path::{Path, PathBuf};

use moflo_hooks::env;
use moflo_hooks::file;
use moflo_hooks::registry::Program;
use moflo_policy::tools::hooks_switched_off;

use crate::call::{Answer, Call, Judged};

const MAX_SETTINGS_BYTES: u64 = 4 << 20;

/// Judges a change of the client's settings.
pub(crate) fn judge(call: &Call<'_>) -> Judged {
    let Some(path) = call.hook.file_path.as_deref() else { return Answer::Pass.into() };
    let after = settings(&call.cwd.join(path));
    if let Some(how) = hooks_switched_off(None, &after) {
        return block(&how.reason());
    }
    let from_plugin = env::get(env::CLAUDE_PLUGIN_ROOT).is_some();
    if from_plugin || settings_files(call).iter().any(|file| names_us(file)) {
        return Answer::Pass.into();
    }
    block("no settings file runs moflo-gate any more")
}

fn block(why: &str) -> Judged {
    let reason = format!(
        "moflo does not let this session lose its hooks: {why}.\n\
         The change is not applied. A person who wants it runs `setup-project --uninstall`."
    );
    Answer::Block { rule: "self-tamper".to_owned(), reason }.into()
}

/// Returns every settings file that may register the gate.
fn settings_files(call: &Call<'_>) -> Vec<PathBuf> {
    let user = env::get(env::CLAUDE_CONFIG_DIR)
        .map(PathBuf::from)
        .or_else(|| env::home().map(|home| home.join(".claude")));
    let started_in = env::get(env::CLAUDE_PROJECT_DIR).map(PathBuf::from);
    let root = Some(call.project.root().to_owned());
    let mut files = Vec::new();
    for dir in [root, started_in].into_iter().flatten() {
        let dir = dir.join(".claude");
        files.extend([dir.join("settings.json"), dir.join("settings.local.json")]);
    }
    files.extend(user.map(|dir| dir.join("settings.json")));
    files.extend(call.hook.file_path.as_deref().map(|path| call.cwd.join(path)));
    files
}

/// Returns whether a settings file has a handler that starts the gate.
fn names_us(path: &Path) -> bool {
    settings(path).contains(Program::Gate.name())
}

/// Reads a settings file; one that cannot be read is empty.
fn settings(path: &Path) -> String {
    let bytes = file::read_at_most(path, MAX_SETTINGS_BYTES).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
