//! Calls of functions: what they are given, and what that does.

use super::{Arg, DELETE, EXEC, EXEC_NEEDS_OBJECT, Effects, Shell, UNKNOWN, WRITE, Work, quote};

/// A call whose arguments are being read.
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one call")]
pub(super) struct Call {
    /// How many parentheses were open where a call without its own began.
    pub(super) opened: usize,
    pub(super) name: String,
    pub(super) object: String,
    pub(super) depth: usize,
    /// The arguments so far; unknown pieces are marked.
    pub(super) args: Vec<String>,
    pub(super) now: String,
    pub(super) list: bool,
    pub(super) home: bool,
    pub(super) decodes: bool,
    pub(super) fetches: bool,
    /// How many parentheses were open where path segments began to be joined.
    pub(super) join: Option<usize>,
}

impl Call {
    pub(super) fn new(name: &str, object: &str, depth: usize) -> Self {
        Self {
            opened: 0,
            name: name.to_owned(),
            object: object.to_owned(),
            depth,
            args: Vec::new(),
            now: String::new(),
            list: false,
            home: false,
            decodes: false,
            fetches: false,
            join: None,
        }
    }

    pub(super) fn end_argument(&mut self) {
        let text = std::mem::take(&mut self.now);
        if !text.is_empty() || !self.args.is_empty() {
            self.args.push(text);
        }
    }
}

pub(super) fn finish(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    language: &str,
    processes: bool,
    call: &Call,
) {
    let name = call.name.as_str();
    if EXEC.contains(&name) {
        let allowed = EXEC_NEEDS_OBJECT
            .iter()
            .find(|(known, _)| *known == name)
            .is_none_or(|(_, objects)| objects.iter().any(|object| *object == call.object));
        // Under another name, or taken from the module by its own.
        let allowed = allowed
            || (language == "groovy" && name == "exec")
            || (processes && (call.list || language != "node" || call.object.is_empty()));
        let python_exec = language == "python" && matches!(name, "exec" | "sh");
        if allowed && !python_exec {
            if call.decodes
                && (matches!(
                    name,
                    "system"
                        | "popen"
                        | "shell_exec"
                        | "passthru"
                        | "exec"
                        | "execSync"
                        | "getoutput"
                ) || call.args.iter().any(|arg| arg.starts_with('=') && arg.contains(UNKNOWN)))
                && !call
                    .args
                    .iter()
                    .any(|arg| arg == "=\u{1}" && matches!(name, "run" | "call" | "Popen"))
            {
                effects.hit("exec.decoded", format!("{language}: {name}"));
                return;
            }
            // These take the program's file before the list of its words.
            let file = name.starts_with("execl") || name.starts_with("spawnl");
            let positional: Vec<&String> = call
                .args
                .iter()
                .filter(|arg| !arg.starts_with('='))
                .skip(usize::from(file))
                .collect();
            let vector = call.list
                || name.contains("File")
                || name.starts_with("execl")
                || (matches!(language, "ruby" | "perl" | "elixir" | "rails")
                    && positional.len() > 1)
                || matches!(
                    name,
                    "spawn"
                        | "spawnSync"
                        | "execa"
                        | "cmd"
                        | "system2"
                        | "Command"
                        | "execv"
                        | "execvp"
                ) && positional.len() > 1;
            let text = if vector {
                positional
                    .iter()
                    .filter(|arg| !arg.is_empty())
                    .map(|arg| quote(arg))
                    .collect::<Vec<_>>()
                    .join(" ")
            } else {
                positional.first().map_or(String::new(), |arg| (*arg).clone())
            };
            effects.run_text(work, &text, 0, true);
            return;
        }
    }
    if DELETE.contains(&name) {
        let lists = ["splice", "Set", "Map", "list"];
        if matches!(
            name,
            "remove" | "delete" | "rm" | "del" | "unlink" | "rmdir" | "rf" | "truncate"
        ) && lists.contains(&call.object.as_str())
        {
            return;
        }
        // `list.remove('x')` and `map.delete('k')` are not about files: the object must be a module.
        let generic = matches!(name, "remove" | "delete" | "del" | "truncate");
        let module = matches!(
            call.object.as_str(),
            "os" | "fs"
                | "File"
                | "FileUtils"
                | "Dir"
                | "shutil"
                | "Files"
                | "fse"
                | "fsPromises"
                | "promises"
                | "Deno"
                | "Bun"
                | "pathlib"
                | "Pathname"
                | "NSFileManager"
                | "remove"
                | "unlink"
                | "file"
                | "path"
                | "fsp"
        );
        if generic && !module && !matches!(language, "perl" | "php" | "lua") {
            return;
        }
        if call.args.iter().all(|arg| arg.is_empty() || arg.chars().all(|c| c == UNKNOWN)) {
            work.sweeps = true;
        }
        if call.home
            && call.args.iter().all(|arg| arg.is_empty() || arg.contains(UNKNOWN) || arg == "~")
        {
            effects.hit("fs.delete-home", format!("{language}: {name}"));
            return;
        }
        let recursive = !matches!(name, "unlink" | "unlinkSync" | "rmdir" | "rmdirSync")
            || matches!(language, "Rscript");
        for arg in call.args.iter().filter(|arg| !arg.is_empty() && !arg.starts_with('=')).take(8) {
            let text = if arg == "~" {
                shell.home.to_owned()
            } else {
                arg.strip_prefix("~/")
                    .map_or_else(|| arg.clone(), |rest| format!("{}/{rest}", shell.home))
            };
            if text.contains('\n') || text.len() > 512 {
                continue;
            }
            let arg = Arg {
                literal: !text.contains(UNKNOWN),
                glob: text.contains('*'),
                quoted: true,
                text,
                ..Arg::default()
            };
            effects.delete(shell, &arg, recursive, work);
        }
        return;
    }
    if WRITE.contains(&name) && !call.args.is_empty() {
        let mode = call
            .args
            .iter()
            .skip(1)
            .find(|arg| !arg.is_empty())
            .map_or("", |arg| arg.trim_start_matches('='));
        let opens = matches!(name, "open" | "fopen");
        let writes = if opens {
            let short = mode.len() <= 3
                && mode.bytes().any(|byte| matches!(byte, b'w' | b'a' | b'x' | b'+'));
            short || mode.starts_with('>')
        } else {
            true
        };
        if !writes {
            return;
        }
        let copies = matches!(
            name,
            "copyFileSync"
                | "copyfile"
                | "copy"
                | "copy2"
                | "cp"
                | "symlink"
                | "symlinkSync"
                | "renameSync"
                | "rename"
                | "move"
                | "replace"
                | "mv"
        );
        let module = matches!(
            call.object.as_str(),
            "os" | "fs"
                | "File"
                | "FileUtils"
                | "shutil"
                | "fse"
                | "fsPromises"
                | "promises"
                | "Deno"
                | "Bun"
                | "IO"
                | "Dir"
                | "fsp"
                | "path"
                | "Path"
        ) || matches!(language, "php" | "perl")
            || opens
            || name.contains("Sync")
            || name.contains("File");
        if !module {
            return;
        }
        if copies && matches!(name, "move" | "rename" | "renameSync" | "mv") {
            // What is moved from outside is gone there.
            if let Some(source) = call.args.first().filter(|source| source.contains('/')) {
                let arg = Arg { text: source.clone(), literal: true, ..Arg::default() };
                let (place, path) = effects.place(shell, &arg, work);
                if !matches!(place, crate::places::Place::Inside)
                    && let Some(rule) = place.deleted(true)
                {
                    effects.hit(rule, path);
                }
            }
        }
        let third;
        let target = if language == "perl" && opens {
            // `open(F, ">", "x")` and `open(F, ">x")`.
            third = call
                .args
                .iter()
                .skip(1)
                .rfind(|arg| !arg.is_empty())
                .map(|arg| arg.trim_start_matches(['>', '+', '<', ' ']).to_owned());
            third.as_ref()
        } else if copies {
            call.args.iter().filter(|arg| !arg.is_empty()).nth(1)
        } else {
            call.args.first()
        };
        if let Some(target) = target {
            let text = target
                .strip_prefix("~/")
                .map_or_else(|| target.clone(), |rest| format!("{}/{rest}", shell.home));
            let known = !text.is_empty()
                && !text.starts_with(UNKNOWN)
                && text.len() < 512
                && !text.contains('\n');
            if known && (text.contains('/') || text.contains('.')) {
                let arg = Arg { text, literal: true, quoted: true, ..Arg::default() };
                effects.write(shell, &arg, work);
            }
        }
    }
    let _ = call.fetches;
}
