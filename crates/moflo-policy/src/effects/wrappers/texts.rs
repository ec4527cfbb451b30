//! Wrappers that take the command as one text, or as words that are joined to one.

use super::{Arg, Effects, Order, Shell, Work, join, parse};

/// `watch` gives its words to a shell; with `-x` it runs them as they are.
pub(super) fn watch(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed = parse(args, "nqds", &["interval", "equexit", "shotsdir"], Order::Strict);
    let text = join(&parsed.operands);
    effects.run_text(work, &text, 0, true);
    Effects::next(work, args.get(parsed.first.unwrap_or(args.len())..).unwrap_or(&[]));
}

/// `hyperfine` measures every operand, and runs others before and after.
pub(super) fn hyperfine(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed = parse(
        args,
        "wrmMpcsnLPDuSN",
        &[
            "warmup",
            "runs",
            "min-runs",
            "max-runs",
            "prepare",
            "cleanup",
            "setup",
            "command-name",
            "parameter-list",
            "shell",
            "conclude",
            "export-json",
            "export-markdown",
            "export-csv",
            "style",
            "output",
            "input",
        ],
        Order::Mixed,
    );
    for value in
        parsed.values(&["-p", "--prepare", "-c", "--cleanup", "-s", "--setup", "--conclude"])
    {
        effects.run_text(work, value, 0, true);
    }
    for operand in &parsed.operands {
        effects.run_text(work, &operand.text, operand.taint, true);
    }
}

/// `su -c text`; without a text its input is read by the shell it starts.
pub(super) fn su(effects: &mut Effects<'_>, work: &mut Work<'_>, name: &str, args: &[Arg]) {
    let parsed = parse(
        args,
        "cgGswTu",
        &["command", "group", "shell", "supp-group", "session-command", "user"],
        Order::Mixed,
    );
    if let Some(text) = parsed.value(&["-c", "--command", "--session-command"]) {
        effects.run_text(work, text, 0, true);
    } else if name == "runuser" && parsed.has(&["-u", "--user"]) {
        let at = parsed.first.unwrap_or(args.len());
        Effects::next(work, args.get(at..).unwrap_or(&[]));
    } else if work.stdin.exists {
        let stdin = work.stdin.clone();
        effects.run_text(work, &stdin.text, stdin.taint, true);
    }
}

/// `flock file command`, or `flock file -c text`.
pub(super) fn flock(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed =
        parse(args, "wEc", &["timeout", "wait", "conflict-exit-code", "command"], Order::Strict);
    if let Some(text) = parsed.value(&["-c", "--command"]) {
        effects.run_text(work, text, 0, true);
    }
    let rest: Vec<Arg> = parsed.operands.iter().skip(1).map(|arg| (*arg).clone()).collect();
    if let [flag, text, ..] = rest.as_slice()
        && matches!(flag.text.as_str(), "-c" | "--command")
    {
        effects.run_text(work, &text.text, text.taint, true);
    } else {
        Effects::next(work, &rest);
    }
}

/// `script -c text file`, which writes the file as well.
pub(super) fn script(
    effects: &mut Effects<'_>,
    shell: &Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let parsed = parse(
        args,
        "cEIOBTmo",
        &[
            "command",
            "echo",
            "log-in",
            "log-out",
            "log-io",
            "log-timing",
            "logging-format",
            "output-limit",
        ],
        Order::Strict,
    );
    if let Some(text) = parsed.value(&["-c", "--command"]) {
        effects.run_text(work, text, 0, true);
    }
    if let Some(file) = parsed.operands.first() {
        effects.write(shell, file, work);
    }
    // After the file: options again, or the command itself as on BSD.
    let rest: Vec<Arg> = parsed.operands.iter().skip(1).map(|arg| (*arg).clone()).collect();
    if let [flag, text, ..] = rest.as_slice()
        && matches!(flag.text.as_str(), "-c" | "--command" | "-qc")
    {
        effects.run_text(work, &text.text, text.taint, true);
    } else {
        Effects::next(work, &rest);
    }
}
