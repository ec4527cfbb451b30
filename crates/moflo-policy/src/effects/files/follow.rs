//! What tools write into files, so that running them later can be judged.

use super::{Arg, Effects, Flow, Order, Parsed, SECRET, Shell, Work, is_remote, parse};

/// Follows what is written into files, so that running them later can be judged.
pub(super) fn remember(
    effects: &Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) {
    use crate::shell::run::NET;
    match name {
        "curl" => {
            let parsed = parse(
                args,
                "AbcCdDeEFhHKmoPQrtTuUwxXyYz",
                &[
                    "output",
                    "data",
                    "header",
                    "cacert",
                    "cert",
                    "key",
                    "user",
                    "request",
                    "url",
                    "proxy",
                    "max-time",
                    "connect-timeout",
                    "retry",
                ],
                Order::Mixed,
            );
            if let Some(target) = parsed.value(&["-o", "--output"]) {
                shell.write_file(target, Flow::tainted(NET), false);
            }
            if parsed.has(&["-O", "--remote-name", "-J", "--remote-name-all"]) {
                remote_name(shell, &parsed);
            }
        }
        "wget" | "wget2" | "aria2c" | "axel" | "fetch" => {
            let parsed = parse(
                args,
                "oOaieBPtTwQUlADRIXd",
                &[
                    "output-document",
                    "directory-prefix",
                    "out",
                    "output-file",
                    "user-agent",
                    "header",
                    "tries",
                    "timeout",
                ],
                Order::Mixed,
            );
            let target = if name.starts_with("wget") {
                parsed.value(&["-O", "--output-document"])
            } else {
                parsed.value(&["-o", "--out"])
            };
            match target {
                Some("-") => {}
                Some(target) => shell.write_file(target, Flow::tainted(NET), false),
                None => remote_name(shell, &parsed),
            }
        }
        "tee" | "sponge" => {
            let content = work.stdin.clone();
            for arg in args.iter().filter(|arg| !arg.text.starts_with('-')) {
                shell.write_file(&arg.text, content.clone(), false);
            }
        }
        "cp" | "mv" | "ln" | "install" | "link" | "gcp" | "gmv" => {
            let parsed = parse(
                args,
                "tSmgo",
                &["target-directory", "suffix", "mode", "owner", "group"],
                Order::Mixed,
            );
            if shell.files.is_empty()
                && !parsed
                    .operands
                    .iter()
                    .any(|operand| effects.is_secret(&operand.text, false) || operand.source != 0)
            {
                return;
            }
            if let [sources @ .., target] = parsed.operands.as_slice() {
                for source in sources {
                    let content = if source.source != 0 {
                        shell.flows.get(source.source as usize).cloned()
                    } else {
                        shell.file(&source.text)
                    };
                    let content = content.or_else(|| {
                        effects.is_secret(&source.text, false).then(|| Flow::tainted(SECRET))
                    });
                    if let Some(content) = content {
                        let base = source.text.rsplit('/').next().unwrap_or("");
                        shell.write_file(&target.text, content.clone(), false);
                        shell.write_file(&format!("{}/{base}", target.text), content, false);
                    }
                }
            }
        }
        "dd" => {
            let find = |prefix: &str| args.iter().find_map(|arg| arg.text.strip_prefix(prefix));
            let content = match find("if=") {
                Some(source) => shell.file(source),
                None => work.stdin.exists.then(|| work.stdin.clone()),
            };
            if let (Some(content), Some(target)) = (content, find("of=")) {
                shell.write_file(target, content, false);
            }
        }
        "scp" | "rsync" => {
            let parsed = parse(args, "cDFiJloPSXe", &["rsh"], Order::Mixed);
            if let [sources @ .., target] = parsed.operands.as_slice()
                && sources.iter().any(|source| is_remote(&source.text))
            {
                shell.write_file(&target.text, Flow::tainted(NET), false);
                for source in sources {
                    let base = source.text.rsplit(['/', ':']).next().unwrap_or("");
                    shell.write_file(&format!("{}/{base}", target.text), Flow::tainted(NET), false);
                }
            }
        }
        "mkfifo" => {
            for arg in args.iter().filter(|arg| !arg.text.starts_with('-')) {
                // What comes out of it is what some other program puts in.
                shell.write_file(&arg.text, Flow::tainted(NET), false);
            }
        }
        "base64" | "openssl" | "xxd" | "gpg" => {
            for pair in args.windows(2) {
                if let [flag, target] = pair
                    && matches!(flag.text.as_str(), "-o" | "-out" | "--output")
                {
                    shell.write_file(
                        &target.text,
                        Flow::tainted(crate::shell::run::DECODED),
                        false,
                    );
                }
            }
        }
        _ => {}
    }
}

fn remote_name(shell: &mut Shell<'_>, parsed: &Parsed<'_>) {
    for operand in &parsed.operands {
        let url = operand.text.split(['?', '#']).next().unwrap_or("");
        let name = url.rsplit('/').next().unwrap_or("");
        if !name.is_empty() && url.contains('/') {
            shell.write_file(name, Flow::tainted(crate::shell::run::NET), false);
        }
    }
}
