//! `git checkout`: a branch, or files whose changes are lost.

use super::super::args::Parsed;
use super::{Effects, given};

pub(super) fn checkout(
    effects: &mut Effects<'_>,
    parsed: &Parsed<'_>,
    operands: &[&str],
    line: impl Fn() -> String,
) {
    if given(parsed, &["-p"], &[("--patch", 4)]) {
        return;
    }
    if given(parsed, &["-f"], &[("--force", 4)]) {
        effects.hit("git.checkout-discard", line());
        return;
    }
    let creates = given(
        parsed,
        &["-b", "-B", "-t", "-d", "-l"],
        &[("--orphan", 4), ("--track", 4), ("--detach", 4)],
    );
    let with_paths = match parsed.before_dashes {
        Some(before) => operands.len() > before,
        None => {
            !creates
                && (operands.len() >= 2
                    || operands.first().is_some_and(|operand| looks_like_path(operand))
                    || parsed.has(&["--pathspec-from-file"])
                    || (given(parsed, &[], &[("--ours", 5), ("--theirs", 5)])
                        && !operands.is_empty()))
        }
    };
    if with_paths {
        effects.hit("git.restore", line());
    }
}

/// Says whether a single word after `git checkout` is a file rather than a branch.
fn looks_like_path(text: &str) -> bool {
    const ENDINGS: [&str; 32] = [
        "rs", "js", "ts", "tsx", "jsx", "mjs", "cjs", "py", "go", "rb", "java", "kt", "c", "h",
        "cc", "cpp", "hpp", "cs", "swift", "php", "md", "json", "toml", "yml", "yaml", "txt",
        "html", "css", "scss", "sh", "lock", "sql",
    ];
    if matches!(text, "." | ".." | "*")
        || text.starts_with("./")
        || text.starts_with("../")
        || text.starts_with(":/")
        || text.starts_with(":(")
        || text.ends_with('/')
        || text.contains('*')
    {
        return true;
    }
    let name = text.rsplit('/').next().unwrap_or(text);
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}
