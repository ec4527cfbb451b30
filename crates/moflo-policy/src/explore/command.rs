//! Shell commands that search, list or open files of the project.

use super::options::{Grammar, Parted};
use super::programs::{AST, FD, FILTERS, GREP, READERS, RIPGREP, SHOWERS, SILVER};
use super::{ExplorationKind, Found, words};
use crate::effects::Effects;
use crate::places;
use crate::shell::run::{MAX_STEPS, Shell};
use crate::shell::{self, Arg, RedirectKind, SimpleCommand};
use crate::table::holds;
use crate::types::Context;

/// Looks at every command of a shell text; `spent` is the work that the texts of a call share.
pub(super) fn look(text: &str, ctx: &Context<'_>, found: &mut Found, spent: &mut usize) {
    let commands = commands_in(text, ctx, spent);
    for (at, command) in commands.iter().enumerate() {
        let base = base_of(command, ctx);
        if is_seen(command, &base, ctx) && !swallowed(&commands, at) {
            Call { command, base: &base, ctx }.look(found);
        }
    }
}

/// Returns the commands that a text would run, in order, with absolute folders.
fn commands_in(text: &str, ctx: &Context<'_>, spent: &mut usize) -> Vec<SimpleCommand> {
    if *spent > MAX_STEPS {
        return Vec::new();
    }
    let mut effects = Effects::new(ctx);
    effects.trace = Some(Vec::new());
    effects.exhaustive = true;
    let mut shell = Shell::new(ctx.home, Some(ctx.cwd.to_owned()));
    shell.steps = *spent;
    shell.walk(text, &mut effects);
    *spent = shell.steps;
    effects.trace.take().unwrap_or_default()
}

/// Whether the agent gets to see what the command puts out.
///
/// A scratch file is looked at next, so it counts; a file of the project is a product, and
/// `/dev/null` is nobody.
fn is_seen(command: &SimpleCommand, base: &str, ctx: &Context<'_>) -> bool {
    let writes = |one: &&shell::Redirection| {
        matches!(one.kind, RedirectKind::Write | RedirectKind::Append)
            && matches!(one.fd, None | Some(1))
    };
    // The last one wins.
    let Some(redirection) = command.redirections.iter().rfind(writes) else { return true };
    let from_base = Context { cwd: base, ..*ctx };
    let target = places::resolve(&redirection.target.text, &from_base);
    let target = target.decisive();
    target != "/dev/null" && places::is_scratch(target)
}

/// Whether a later program of the same pipeline takes everything in without showing it.
///
/// Behind `xargs` that is the program it runs: what a formatter or a compiler does with the files of
/// a list is work, not a look at them.
fn swallowed(commands: &[SimpleCommand], at: usize) -> bool {
    let mut at = at;
    while commands[at].pipe_out && commands.get(at + 1).is_some_and(|next| next.pipe_in) {
        at += 1;
        let Some(program) = commands[at].argv.first() else { continue };
        if !shows(&program.text, &commands[at].argv) {
            return true;
        }
    }
    false
}

/// Whether a program puts out what it is given, whole or in parts.
fn shows(program: &str, argv: &[Arg]) -> bool {
    let name = base_name(program);
    let edits = matches!(&*name, "sed" | "perl" | "gsed" | "yq")
        && argv.iter().any(|arg| is_in_place(&arg.text));
    !edits
        && (READERS.iter().any(|(reader, ..)| *reader == name)
            || FILTERS.iter().any(|(filter, ..)| *filter == name)
            || holds(SHOWERS, &name)
            || is_interpreter_with_code(&name, argv))
}

/// `python -c` and `node -e` behind a pipe are filters that print.
fn is_interpreter_with_code(name: &str, argv: &[Arg]) -> bool {
    matches!(name, "python" | "python3" | "node" | "ruby" | "perl")
        && argv.iter().any(|arg| matches!(&*arg.text, "-c" | "-e" | "-ne" | "-pe" | "-p" | "-m"))
}

pub(super) fn is_in_place(flag: &str) -> bool {
    flag.starts_with("--in-place")
        || (flag.starts_with('-')
            && !flag.starts_with("--")
            && flag.contains('i')
            && flag.len() < 8)
}

/// The folder a command runs in.
fn base_of(command: &SimpleCommand, ctx: &Context<'_>) -> String {
    match command.cwd.as_deref() {
        None | Some("") => ctx.cwd.to_owned(),
        Some(cwd) if cwd.starts_with('/') => cwd.to_owned(),
        Some(cwd) => places::normalise(&format!("{}/{cwd}", ctx.cwd)),
    }
}

fn base_name(program: &str) -> String {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let lower = name.to_ascii_lowercase();
    lower.strip_suffix(".exe").map(str::to_owned).unwrap_or(lower)
}

/// One command, and where it runs.
pub(super) struct Call<'a> {
    pub(super) command: &'a SimpleCommand,
    pub(super) base: &'a str,
    pub(super) ctx: &'a Context<'a>,
}

impl Call<'_> {
    fn look(&self, found: &mut Found) {
        let Some((program, args)) = self.command.argv.split_first() else {
            // `$(< file)` and `< file` alone.
            self.redirected(found);
            return;
        };
        let name = &*base_name(&program.text);
        if args.iter().any(|arg| matches!(&*arg.text, "--help" | "--version")) {
            return;
        }
        if let Some(&(_, short, long)) = READERS.iter().find(|(reader, ..)| *reader == name) {
            self.reader(name, args, Grammar { short, long }, found);
        } else if let Some(&(_, short, long)) = FILTERS.iter().find(|(filter, ..)| *filter == name)
        {
            self.filter(name, args, Grammar { short, long }, found);
        } else {
            match name {
                "grep" | "egrep" | "fgrep" | "rgrep" | "zgrep" | "ugrep" | "ug" => {
                    self.grep(name, args, found);
                }
                "rg" => self.ripgrep(args, found),
                "ag" | "ack" | "ack-grep" | "pt" => {
                    self.search(&Parted::new(args, SILVER), &[], true, found);
                }
                "ast-grep" | "sg" | "semgrep" => self.structural(args, found),
                "select-string" | "sls" => self.power_shell_search(args, found),
                "find" | "bfs" | "gfind" => self.find(args, found),
                "fd" | "fdfind" => self.fd(args, found),
                "ls" | "dir" | "vdir" | "gci" | "get-childitem" | "exa" | "eza" | "lsd" => {
                    self.list(name, args, found);
                }
                "tree" => self.tree(args, found),
                "git" => self.git(args, found),
                "perl" | "ruby" | "node" | "nodejs" | "deno" | "bun" | "php" => {
                    self.interpreter(name, args, found);
                }
                "mapfile" | "readarray" | "tee" => self.redirected(found),
                "dd" => self.dd(args, found),
                "cp" => self.copied_to_screen(args, found),
                "diff" => self.compared_with_nothing(args, found),
                _ if name.starts_with("python") || name == "uv" => {
                    self.interpreter(name, args, found);
                }
                _ => {}
            }
        }
    }

    /// Whether the command would read what is piped or fed into it.
    fn has_input(&self) -> bool {
        self.command.pipe_in || self.command.stdin.is_some()
    }

    pub(super) fn read(&self, path: &str, found: &mut Found) {
        if path != "-" {
            found.read(path, self.base, self.ctx);
        }
    }

    pub(super) fn place(&self, kind: ExplorationKind, path: &str, query: &str, found: &mut Found) {
        found.place(kind, path, self.base, self.ctx, || query.to_owned());
    }

    /// Files on the standard input by `<`.
    fn redirected(&self, found: &mut Found) {
        for redirection in &self.command.redirections {
            if matches!(redirection.kind, RedirectKind::Read | RedirectKind::ReadWrite) {
                self.read(&redirection.target.text, found);
            }
        }
    }

    fn reader(&self, name: &str, args: &[Arg], grammar: Grammar, found: &mut Found) {
        let parted = Parted::new(args, grammar);
        if parted.has(&["o", "output"]) && parted.value(&["o", "output"]).is_some() {
            // `sort -o` and its like write a file instead.
            return;
        }
        // The second operand of `uniq` is what it writes.
        let most = if name == "uniq" { 1 } else { usize::MAX };
        let files = parted.operands.iter().filter(|arg| !arg.text.starts_with('+')).take(most);
        files.for_each(|file| self.read(&file.text, found));
        self.redirected(found);
    }

    fn filter(&self, name: &str, args: &[Arg], grammar: Grammar, found: &mut Found) {
        let edits = match name {
            "sed" | "gsed" => {
                args.iter().any(|arg| is_in_place(&arg.text) && !arg.text.contains("expression"))
            }
            "yq" => args.iter().any(|arg| matches!(&*arg.text, "-i" | "--inplace")),
            "gawk" => args.iter().any(|arg| &*arg.text == "inplace"),
            _ => false,
        };
        if edits {
            return;
        }
        let args = if name.ends_with("jq") || name == "jaq" {
            without_jq_variables(args)
        } else {
            args.to_vec()
        };
        let parted = Parted::new(&args, grammar);
        let mut operands = parted.operands.iter().peekable();
        if name == "yq"
            && operands
                .peek()
                .is_some_and(|arg| matches!(&*arg.text, "e" | "eval" | "ea" | "eval-all"))
        {
            operands.next();
        }
        let has_program =
            parted.has(&["e", "f", "expression", "file", "from-file", "source"]) && name != "yq";
        if !has_program {
            operands.next();
        }
        for file in operands {
            // `awk '…' x=1 file` assigns between files.
            let assigns =
                name.ends_with("awk") && file.text.contains('=') && !file.text.contains('/');
            if !assigns {
                self.read(&file.text, found);
            }
        }
        self.redirected(found);
    }

    fn grep(&self, name: &str, args: &[Arg], found: &mut Found) {
        let parted = Parted::new(args, GREP);
        if parted.has(&["q", "quiet", "silent", "V"]) {
            return;
        }
        let recursive = name == "rgrep"
            || parted.has(&["r", "R", "recursive", "dereference-recursive"])
            || parted.value(&["d", "directories"]) == Some("recurse");
        self.search(&parted, &["e", "regexp"], recursive, found);
    }

    fn ripgrep(&self, args: &[Arg], found: &mut Found) {
        let parted = Parted::new(args, RIPGREP);
        if parted.has(&["q", "quiet", "V", "h", "type-list", "pcre2-version", "generate"]) {
            return;
        }
        if parted.has(&["files"]) {
            let globs: Vec<&str> = parted.values(&["g", "glob", "iglob", "t", "type"]).collect();
            self.everywhere(
                ExplorationKind::List,
                &parted.operands,
                &words::of_glob(&globs.join(" ")),
                found,
            );
            return;
        }
        self.search(&parted, &["e", "regexp"], true, found);
    }

    /// A search with its pattern first, then the places.
    fn search(
        &self,
        parted: &Parted<'_>,
        pattern_flags: &[&str],
        recursive: bool,
        found: &mut Found,
    ) {
        let mut patterns: Vec<&str> = parted.values(pattern_flags).collect();
        let mut places = &*parted.operands;
        if patterns.is_empty() && !parted.has(&["f"]) {
            let Some((pattern, rest)) = places.split_first() else { return };
            patterns.push(&pattern.text);
            places = rest;
        }
        let query = words::of_pattern(&patterns.join(" "));
        let stdin = places.is_empty() && (self.has_input() || !recursive);
        if stdin {
            // `grep foo < file` searches that file.
            for redirection in
                self.command.redirections.iter().filter(|one| one.kind == RedirectKind::Read)
            {
                self.place(ExplorationKind::Search, &redirection.target.text, &query, found);
            }
            return;
        }
        self.everywhere(ExplorationKind::Search, places, &query, found);
    }

    /// Notes each place, or the working directory if none is named.
    pub(super) fn everywhere(
        &self,
        kind: ExplorationKind,
        places: &[&Arg],
        query: &str,
        found: &mut Found,
    ) {
        if places.is_empty() {
            self.place(kind, self.base, query, found);
        }
        for place in places.iter().filter(|place| place.text != "-") {
            self.place(kind, &place.text, query, found);
        }
    }

    fn structural(&self, args: &[Arg], found: &mut Found) {
        let args = match args.first() {
            Some(first) if matches!(&*first.text, "run" | "scan" | "search") => &args[1..],
            _ => args,
        };
        let parted = Parted::new(args, AST);
        let rewrites = parted.has(&["r", "rewrite", "U", "update-all"]);
        if let Some(pattern) = parted.value(&["p", "pattern", "e"])
            && !rewrites
        {
            self.everywhere(
                ExplorationKind::Search,
                &parted.operands,
                &words::of_pattern(pattern),
                found,
            );
        }
    }

    fn power_shell_search(&self, args: &[Arg], found: &mut Found) {
        let after = |name: &str| {
            let at = args.iter().position(|arg| arg.text.eq_ignore_ascii_case(name))?;
            args.get(at + 1).map(|arg| &*arg.text)
        };
        let bare: Vec<&str> =
            args.iter().map(|arg| &*arg.text).filter(|text| !text.starts_with('-')).collect();
        let pattern = after("-Pattern").or_else(|| bare.first().copied()).unwrap_or_default();
        let path =
            after("-Path").or_else(|| after("-LiteralPath")).or_else(|| bare.get(1).copied());
        if let Some(path) = path {
            self.place(ExplorationKind::Search, path, &words::of_pattern(pattern), found);
        }
    }

    fn find(&self, args: &[Arg], found: &mut Found) {
        const NAMES: &[&str] =
            &["-name", "-iname", "-path", "-ipath", "-wholename", "-regex", "-iregex", "-lname"];
        const WRITES: &[&str] = &["-delete", "-fprint", "-fprint0", "-fprintf", "-fls"];
        let is_test = |arg: &&Arg| {
            arg.text.starts_with('-') && !matches!(&*arg.text, "-H" | "-L" | "-P")
                || matches!(&*arg.text, "(" | "!")
        };
        let starts: Vec<&Arg> = args
            .iter()
            .take_while(|arg| !is_test(arg))
            .filter(|arg| !arg.text.starts_with('-'))
            .collect();
        let mut query = String::new();
        let mut depth_one = false;
        let mut named = false;
        for (at, test) in args.iter().enumerate() {
            let Some(value) = args.get(at + 1) else { break };
            let negated = at > 0 && matches!(&*args[at - 1].text, "!" | "-not");
            match &*test.text {
                // What is left out is not what is looked for.
                test if NAMES.contains(&test) && !negated => {
                    named = true;
                    words::add(&mut query, &words::of_glob(&value.text));
                }
                "-maxdepth" => depth_one = matches!(&*value.text, "0" | "1"),
                // What it runs is told apart by itself, as far as it shows anything.
                "-exec" | "-execdir" | "-ok" | "-okdir" if !shows(&value.text, args) => return,
                _ => {}
            }
        }
        if args.iter().any(|arg| WRITES.contains(&&*arg.text)) || (depth_one && !named) {
            return;
        }
        let kind = if named { ExplorationKind::Search } else { ExplorationKind::List };
        self.everywhere(kind, &starts, &query, found);
    }

    fn fd(&self, args: &[Arg], found: &mut Found) {
        let exec = args
            .iter()
            .position(|arg| matches!(&*arg.text, "-x" | "-X" | "--exec" | "--exec-batch"));
        if let Some(at) = exec
            && !args.get(at + 1).is_some_and(|program| shows(&program.text, args))
        {
            return;
        }
        let parted = Parted::new(&args[..exec.unwrap_or(args.len())], FD);
        let (pattern, places) = match parted.operands.split_first() {
            Some((pattern, places)) => (&*pattern.text, places),
            None => ("", &[][..]),
        };
        let mut query = words::of_pattern(pattern);
        for extension in parted.values(&["e", "extension"]) {
            words::add(&mut query, extension);
        }
        let kind = if query.is_empty() { ExplorationKind::List } else { ExplorationKind::Search };
        self.everywhere(kind, places, &query, found);
    }

    /// `ls` of one folder shows where one is; over all folders it is a list of the project.
    fn list(&self, name: &str, args: &[Arg], found: &mut Found) {
        let recursive = |arg: &Arg| match &*arg.text {
            "--recursive" | "--tree" => true,
            text if name.starts_with('g') => text.to_ascii_lowercase().starts_with("-rec"),
            text if text.starts_with('-') && !text.starts_with("--") => {
                text.contains('R') || (matches!(name, "exa" | "eza") && text.contains('T'))
            }
            _ => false,
        };
        let operands: Vec<&Arg> = args.iter().filter(|arg| !arg.text.starts_with('-')).collect();
        let deep = |arg: &&Arg| arg.glob && arg.text.contains("**");
        if args.iter().any(recursive) || operands.iter().any(deep) {
            self.everywhere(ExplorationKind::List, &operands, "", found);
        }
    }

    fn tree(&self, args: &[Arg], found: &mut Found) {
        let parted = Parted::new(args, Grammar { short: "LPIo", long: &["charset", "filelimit"] });
        if parted.value(&["L"]) != Some("1") {
            let query = words::of_glob(parted.value(&["P"]).unwrap_or_default());
            self.everywhere(ExplorationKind::List, &parted.operands, &query, found);
        }
    }

    fn dd(&self, args: &[Arg], found: &mut Found) {
        let writes = args.iter().any(|arg| arg.text.starts_with("of="));
        if !writes {
            args.iter()
                .filter_map(|arg| arg.text.strip_prefix("if="))
                .for_each(|file| self.read(file, found));
        }
    }

    fn copied_to_screen(&self, args: &[Arg], found: &mut Found) {
        let operands: Vec<&Arg> = args.iter().filter(|arg| !arg.text.starts_with('-')).collect();
        if let [files @ .., target] = &*operands
            && matches!(&*target.text, "/dev/stdout" | "/dev/stderr" | "/dev/tty" | "/dev/fd/1")
        {
            for file in files {
                self.read(&file.text, found);
            }
        }
    }

    /// A file compared with an empty one is shown whole.
    pub(super) fn compared_with_nothing(&self, args: &[Arg], found: &mut Found) {
        let operands: Vec<&Arg> = args.iter().filter(|arg| !arg.text.starts_with('-')).collect();
        if operands.iter().any(|arg| &*arg.text == "/dev/null") {
            for file in operands {
                self.read(&file.text, found);
            }
        }
    }
}

/// Takes `--arg name value` and its like out, which name two values each.
fn without_jq_variables(args: &[Arg]) -> Vec<Arg> {
    let mut kept = Vec::new();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        match &*arg.text {
            "--arg" | "--argjson" | "--slurpfile" | "--rawfile" => {
                rest.nth(1);
            }
            "--args" | "--jsonargs" => break,
            _ => kept.push(arg.clone()),
        }
    }
    kept
}
