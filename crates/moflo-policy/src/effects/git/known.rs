//! What a command line says about repositories, for the commands that come later in it.

use std::collections::BTreeMap;

use super::{Command, Effects, Flow, Shell, Work};
use crate::places::below;

/// What the commands so far have set up.
#[derive(Default)]
pub(in super::super) struct Known {
    /// Aliases that were configured.
    pub(super) aliases: BTreeMap<String, String>,
    /// Remotes that were added, and where they lead.
    pub(super) remotes: BTreeMap<String, String>,
    /// Folders that were cloned into or initialised.
    made: Vec<String>,
}

impl Known {
    /// Whether a `.git` folder came into being in this very command line.
    pub(in super::super) fn made(&self, path: &str) -> bool {
        path.strip_suffix("/.git").is_some_and(|folder| self.made.iter().any(|made| made == folder))
    }
}

/// Notes the folder that `git clone` makes, which is called like the repository unless told.
pub(super) fn clone(
    effects: &mut Effects<'_>,
    shell: &Shell<'_>,
    work: &Work<'_>,
    command: &Command<'_>,
) {
    if let Some(target) = command.parsed.operands.get(1) {
        effects.write(shell, target, work);
    }
    let named = command.operands.first().map(|url| {
        let name = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(url);
        name.trim_end_matches(".git").to_owned()
    });
    let told = command.operands.get(1).map(|target| (*target).to_owned());
    if let Some(folder) = told.or(named) {
        effects.git.made.push(shell.absolute(&folder));
    }
}

/// Notes the folder that `git init` makes.
pub(super) fn init(
    effects: &mut Effects<'_>,
    shell: &Shell<'_>,
    work: &Work<'_>,
    command: &Command<'_>,
) {
    if let Some(target) = command.parsed.operands.first() {
        effects.write(shell, target, work);
        effects.git.made.push(shell.absolute(&target.text));
    }
}

/// Notes where a remote leads, for a push that names it.
pub(super) fn remote(effects: &mut Effects<'_>, command: &Command<'_>) {
    if let ["add" | "set-url", name, url, ..] = command.operands.as_slice() {
        effects.git.remotes.insert((*name).to_owned(), (*url).to_owned());
    }
}

/// What `git rev-parse` prints: the project or its `.git` folder, as long as we are in it.
pub(super) fn rev_parse(effects: &Effects<'_>, shell: &Shell<'_>, command: &Command<'_>) -> Flow {
    let root = effects.ctx.root;
    let is_in = |folder: &str| shell.cwd.as_deref().is_some_and(|cwd| below(cwd, folder).is_some());
    // In another repository it would be another one.
    let here = is_in(root) && !effects.git.made.iter().any(|made| is_in(made));
    if here && command.parsed.has(&["--show-toplevel"]) {
        Flow::text(root, 0)
    } else if here && command.parsed.has(&["--git-dir", "--absolute-git-dir", "--git-common-dir"]) {
        Flow::text(&format!("{root}/.git"), 0)
    } else {
        Flow::unknown()
    }
}

/// What `git ls-files` prints: without a pattern it is everything that git knows.
pub(super) fn ls_files(command: &Command<'_>) -> Flow {
    if command.operands.is_empty() { Flow::text("*", 0) } else { Flow::unknown() }
}
