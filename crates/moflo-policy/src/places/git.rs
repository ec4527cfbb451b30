//! What belongs to git itself.

#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "names are folded before they are compared"
)]

use super::{Place, fold, glob_match, has_glob};
use crate::table::holds;
use crate::types::Context;

/// Files in `.git` that tools and people replace every day.
const OPEN: &str = "\
    commit_editmsg merge_msg squash_msg tag_editmsg notes_editmsg description \
    info/exclude info/sparse-checkout git-rebase-todo rebase-merge/git-rebase-todo";

/// Places a folded path that has a part called `.git`; nothing for what people may touch.
pub(super) fn place_of(folded: &str, glob: bool, ctx: &Context<'_>) -> Option<Place> {
    let inner = inner(folded, glob, ctx)?;
    if holds(OPEN, inner) || inner.ends_with(".lock") {
        return None;
    }
    match inner.strip_prefix("hooks/") {
        // Those that git comes with do nothing.
        Some(hook) if hook.ends_with(".sample") => None,
        Some(_) => Some(Place::GitHooks),
        None if inner == "hooks" => Some(Place::GitHooks),
        None => Some(Place::Git),
    }
}

/// Returns what follows the first folder called `.git`; the empty text for the folder itself.
fn inner<'p>(folded: &'p str, glob: bool, ctx: &Context<'_>) -> Option<&'p str> {
    let mut from = 0;
    while let Some(found) = folded[from..].find("/.git") {
        let rest = &folded[from + found + 5..];
        from += found + 5;
        match rest.strip_prefix('/') {
            Some(inner) => return Some(inner),
            None if rest.is_empty() => return Some(rest),
            None => {}
        }
    }
    // `.g*t` in the project's root.
    if !glob {
        return None;
    }
    let below = super::below(folded, &fold(ctx.root))?;
    let (first, inner) = below.split_once('/').unwrap_or((below, ""));
    (first.starts_with('.') && has_glob(first) && glob_match(first, ".git")).then_some(inner)
}
