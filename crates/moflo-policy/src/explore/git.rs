//! Git as a way to search, list and open files.

use super::command::Call;
use super::options::{Grammar, Parted};
use super::programs::GREP;
use super::{ExplorationKind, Found, words};
use crate::shell::Arg;

impl Call<'_> {
    pub(super) fn git(&self, args: &[Arg], found: &mut Found) {
        let mut base = self.base.to_owned();
        let mut rest = args;
        let args = loop {
            match rest {
                [flag, value, tail @ ..] if &*flag.text == "-C" => {
                    base = if value.text.starts_with('/') {
                        value.text.clone()
                    } else {
                        format!("{base}/{}", value.text)
                    };
                    rest = tail;
                }
                [flag, _, tail @ ..]
                    if matches!(
                        &*flag.text,
                        "-c" | "--git-dir" | "--work-tree" | "--namespace"
                    ) =>
                {
                    rest = tail;
                }
                [flag, tail @ ..] if flag.text.starts_with('-') => rest = tail,
                _ => break rest,
            }
        };
        let Some((verb, args)) = args.split_first() else { return };
        let call = Call { base: &base, ..*self };
        match &*verb.text {
            "grep" => {
                let parted = Parted::new(args, GREP);
                if !parted.has(&["q", "quiet"]) {
                    let places = git_grep_places(args, &parted);
                    let mut patterns: Vec<&str> = parted.values(&["e"]).collect();
                    if patterns.is_empty() {
                        patterns.extend(parted.operands.first().map(|arg| &*arg.text));
                    }
                    call.everywhere(
                        ExplorationKind::Search,
                        &places,
                        &words::of_pattern(&patterns.join(" ")),
                        found,
                    );
                }
            }
            "ls-files" | "ls-tree" => call.tracked(&verb.text, args, found),
            "show" | "cat-file" | "blame" | "annotate" => call.revision(&verb.text, args, found),
            "diff" if args.iter().any(|arg| &*arg.text == "--no-index") => {
                call.compared_with_nothing(args, found);
            }
            _ => {}
        }
    }

    /// The list of tracked files; not what is untracked or changed.
    fn tracked(&self, verb: &str, args: &[Arg], found: &mut Found) {
        let parted = Parted::new(
            args,
            Grammar { short: "xX", long: &["exclude", "exclude-from", "format", "with-tree"] },
        );
        let of_status = [
            "o",
            "m",
            "d",
            "u",
            "others",
            "modified",
            "deleted",
            "unmerged",
            "error-unmatch",
            "i",
            "ignored",
        ];
        if verb == "ls-files" && parted.has(&of_status) {
            return;
        }
        let mut operands = &*parted.operands;
        if verb == "ls-tree" {
            if !parted.has(&["r"]) {
                return;
            }
            operands = operands.get(1..).unwrap_or_default();
        }
        let globs: Vec<&str> = operands.iter().map(|arg| &*arg.text).collect();
        self.everywhere(ExplorationKind::List, operands, &words::of_glob(&globs.join(" ")), found);
    }

    /// `REV:PATH` shows a file as `cat` does; a commit alone shows a change.
    fn revision(&self, verb: &str, args: &[Arg], found: &mut Found) {
        let mut operands = args.iter().filter(|arg| !arg.text.starts_with('-'));
        if matches!(verb, "blame" | "annotate") {
            // The file comes last; a revision may stand before it.
            if let Some(file) = operands.next_back() {
                self.read(&file.text, found);
            }
            return;
        }
        if args.iter().any(|arg| {
            matches!(&*arg.text, "-e" | "-t" | "-s" | "--batch-check" | "--stat" | "--name-only")
        }) {
            return;
        }
        for operand in operands {
            let Some((_, path)) = operand.text.split_once(':') else { continue };
            // `HEAD:./x` is relative to the folder, `HEAD:x` to the root.
            if path.starts_with("./") || path.starts_with("../") {
                self.read(path, found);
            } else {
                found.read(path, self.ctx.root, self.ctx);
            }
        }
    }
}

/// Returns the pathspecs of `git grep`: what follows `--`, or operands that are no revision.
fn git_grep_places<'a>(args: &'a [Arg], parted: &Parted<'a>) -> Vec<&'a Arg> {
    if let Some(at) = args.iter().position(|arg| &*arg.text == "--") {
        return args[at + 1..].iter().collect();
    }
    let skip = usize::from(!parted.has(&["e"]));
    let paths = parted.operands.iter().skip(skip).copied();
    paths.filter(|arg| arg.text.contains(['/', '.', '*'])).collect()
}
