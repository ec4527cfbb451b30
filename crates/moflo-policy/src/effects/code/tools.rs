//! Tools that run text found in their options, their input or their files.

use super::shells::run_input;
use super::{
    Arg, DECODED, Effects, Flow, NET, Order, Shell, Work, exec_rule, inline, parse, wrappers,
};

/// PowerShell: the text after `-Command`, or its words.
pub(super) fn power_shell(effects: &mut Effects<'_>, name: &str, args: &[Arg]) {
    let text = args.iter().position(|arg| {
        let flag = arg.text.to_ascii_lowercase();
        flag.len() > 1 && (flag == "-c" || (flag.len() > 3 && "-command".starts_with(&flag)))
    });
    if let Some(at) = text {
        let words: Vec<&Arg> = args.get(at + 1..).unwrap_or(&[]).iter().collect();
        super::super::judge_powershell(effects, &wrappers::join(&words));
    } else {
        let mut text = String::from(name);
        for arg in args {
            text.push(' ');
            text.push_str(&arg.text);
        }
        super::super::judge_powershell(effects, &text);
    }
}

/// `at` runs its input later, unless it only lists or removes.
pub(super) fn at(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed = parse(args, "fqt", &[], Order::Mixed);
    if !parsed.has(&["-l", "-c", "-d", "-r", "-V"]) {
        let stdin = work.stdin.clone();
        run_input(effects, work, &stdin);
    }
}

/// `crontab` puts a table in place of the user's, and its lines are run.
pub(super) fn crontab(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let parsed = parse(args, "uT", &[], Order::Mixed);
    if parsed.has(&["-r"]) {
        effects.hit("infra.destroy", "crontab -r");
        return;
    }
    if parsed.has(&["-l", "-e"]) {
        return;
    }
    effects.hit("fs.write-outside", "crontab");
    let content = match parsed.operands.first() {
        None => Some(work.stdin.clone()),
        Some(file) if file.text == "-" => Some(work.stdin.clone()),
        Some(file) => shell.file(&file.text),
    };
    let Some(content) = content.filter(|content| content.exists) else { return };
    for line in content.text.lines().take(256) {
        let line = line.trim_start();
        if line.starts_with('#') || line.is_empty() {
            continue;
        }
        let skip = if line.starts_with('@') { 1 } else { 5 };
        let mut rest = line;
        for _ in 0..skip {
            rest = rest.trim_start();
            rest = rest.find(char::is_whitespace).and_then(|at| rest.get(at..)).unwrap_or("");
        }
        effects.run_text(work, rest.trim(), content.taint, true);
    }
}

/// `make` runs the recipes of a file that is known, and what its variables call.
pub(super) fn make(
    effects: &mut Effects<'_>,
    shell: &Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let parsed = parse(
        args,
        "CfIjlOoW",
        &["directory", "file", "makefile", "eval", "include-dir", "old-file", "what-if"],
        Order::Mixed,
    );
    if let Some(text) = parsed.value(&["--eval"]) {
        makefile(effects, work, text);
    }
    if let Some(file) = parsed.value(&["-f", "--file", "--makefile"]) {
        let content = if file == "-" { Some(work.stdin.clone()) } else { shell.file(file) };
        if let Some(content) = content {
            if content.taint & (NET | DECODED) != 0 {
                effects.hit(exec_rule(content.taint), "make");
            } else if content.is_known() {
                makefile(effects, work, &content.text);
            }
        }
    }
    for operand in &parsed.operands {
        if let Some((name, value)) = operand.text.split_once('=')
            && (name == "SHELL" || value.contains("$(shell") || value.contains("${shell"))
        {
            let text = value
                .trim_start_matches("$(shell")
                .trim_start_matches("${shell")
                .trim_end_matches([')', '}']);
            effects.run_text(work, text.trim(), operand.taint, true);
        }
    }
}

/// Runs the recipes of a makefile, and what it calls while it is read.
fn makefile(effects: &mut Effects<'_>, work: &mut Work<'_>, text: &str) {
    for line in text.lines().take(1024) {
        let recipe = line
            .strip_prefix('\t')
            .or_else(|| line.split_once("; ").map(|(_, rest)| rest))
            .or_else(|| line.split_once(":;").map(|(_, rest)| rest));
        if let Some(recipe) = recipe {
            effects.run_text(work, recipe.trim_start_matches(['@', '-', '+']), 0, true);
        }
        let mut rest = line;
        while let Some(at) = rest.find("$(shell") {
            rest = rest.get(at + 7..).unwrap_or("");
            let end = rest.rfind(')').unwrap_or(rest.len());
            effects.run_text(work, rest.get(..end).unwrap_or("").trim(), 0, true);
        }
    }
}

/// `awk` runs programs of its own, which may run commands.
pub(super) fn awk(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let parsed = parse(
        args,
        "FvfeEilo",
        &["field-separator", "assign", "file", "source", "exec", "include", "load"],
        Order::Strict,
    );
    let mut operands = parsed.operands.as_slice();
    let mut programs: Vec<String> = parsed.values(&["-e", "--source"]).map(str::to_owned).collect();
    if !parsed.has(&["-f", "--file", "-e", "--source", "-E"])
        && let Some((first, rest)) = operands.split_first()
    {
        programs.push(first.text.clone());
        operands = rest;
    }
    for program in &programs {
        inline::awk(effects, shell, work, program);
    }
    for value in parsed.values(&["-f", "--file", "-E"]) {
        if let Some(content) = shell.file(value) {
            inline::awk(effects, shell, work, &content.text);
        }
    }
    for operand in operands {
        if !operand.text.contains('=') {
            effects.read(shell, operand, work);
        }
    }
    work.out.output =
        if work.stdin.exists { Flow::tainted(work.stdin.taint) } else { Flow::unknown() };
}

/// `expect -c` takes code of another language.
pub(super) fn expect(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let parsed = parse(args, "cf", &[], Order::Strict);
    if let Some(text) = parsed.value(&["-c"]) {
        inline::scan(effects, shell, work, "tcl", text);
    }
}

/// Watchers run a command whenever a file changes.
pub(super) fn watcher(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed = parse(
        args,
        "xewifs",
        &[
            "exec", "watch", "ext", "exts", "ignore", "filter", "shell", "command", "delay",
            "debounce",
        ],
        Order::Strict,
    );
    for value in parsed.values(&["-x", "--exec", "-c", "--command"]) {
        effects.run_text(work, value, 0, true);
    }
    let at = parsed.first.unwrap_or(args.len());
    let rest = args.get(at..).unwrap_or(&[]);
    if let [only] = rest {
        effects.run_text(work, &only.text.clone(), only.taint, true);
    } else {
        Effects::next(work, rest);
    }
}

/// `cargo watch -s` runs a text, and `--config` can name programs to run.
pub(super) fn cargo(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let subs: Vec<&str> = args.iter().map(|arg| arg.text.as_str()).collect();
    if subs.first() == Some(&"watch") {
        for pair in subs.windows(2) {
            if let [flag @ ("-s" | "-x" | "--shell" | "--exec"), text] = pair
                && flag.contains('s')
            {
                effects.run_text(work, text, 0, true);
            }
        }
    }
    for (index, sub) in subs.iter().enumerate() {
        let value = sub
            .strip_prefix("--config=")
            .or_else(|| (*sub == "--config").then(|| subs.get(index + 1).copied().unwrap_or("")));
        if let Some(value) = value
            && ["runner", "linker", "rustc-wrapper", "rustc_wrapper"]
                .iter()
                .any(|key| value.contains(key))
            && let Some((_, text)) = value.split_once('=')
        {
            let text: String =
                text.chars().filter(|c| !matches!(c, '[' | ']' | '"' | '\'' | ',')).collect();
            effects.run_text(work, text.trim(), 0, true);
        }
    }
}

/// Package managers run their scripts with a shell, and show things with programs, that can be named.
pub(super) fn script_shell(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    for arg in args {
        if let Some(value) = arg.text.strip_prefix("--script-shell=") {
            effects.run_text(work, value, arg.taint, true);
        }
    }
    for pair in args.windows(2) {
        if let [flag, value] = pair
            && matches!(flag.text.as_str(), "--script-shell" | "--shell" | "--editor" | "--viewer")
        {
            effects.run_text(work, &value.text, value.taint, true);
        }
    }
}

/// `nix-shell --run` runs a text.
pub(super) fn nix_shell(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed =
        parse(args, "pIA", &["run", "command", "packages", "arg", "argstr", "attr"], Order::Mixed);
    for value in parsed.values(&["--run", "--command"]) {
        effects.run_text(work, value, 0, true);
    }
}

/// Tools that run a text on many machines, none of which is this one.
pub(super) fn remote_hosts(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    work.elsewhere = true;
    work.cwd = Some(None);
    let parsed = parse(
        args,
        "aiumMwhlxpoHgt",
        &["args", "inventory", "user", "module-name", "hosts"],
        Order::Mixed,
    );
    for value in parsed.values(&["-a", "--args"]) {
        effects.run_text(work, value, 0, true);
    }
    for operand in parsed.operands.iter().filter(|operand| operand.text.contains(' ')) {
        effects.run_text(work, &operand.text, operand.taint, true);
    }
}
