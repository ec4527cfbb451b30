//! Commands that run on another machine, in a container, or in another terminal.

use super::{
    Arg, CONTAINER_LONGS, CONTAINER_SHORTS, Effects, Flow, Order, Shell, Work, data, join, parse,
};

pub(super) fn ssh(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let parsed =
        parse(args, "BbcDEeFIiJLlmOopQRSWw", &["ssh", "client", "server", "port"], Order::Strict);
    for (option, value) in &parsed.options {
        let Some(value) = value else { continue };
        if *option == "-o" || *option == "--ssh" {
            data::ssh_option(effects, work, value);
        }
    }
    let mut rest = parsed.operands.get(1..).unwrap_or(&[]).to_vec();
    // Options may follow the host.
    while rest.first().is_some_and(|arg| {
        matches!(arg.text.as_str(), "-t" | "-tt" | "-T" | "-n" | "-q" | "-A" | "-v" | "--")
    }) {
        rest.remove(0);
    }
    work.elsewhere = true;
    work.cwd = Some(None);
    let _ = shell;
    if !rest.is_empty() {
        let text = join(&rest);
        effects.run_text(work, &text, 0, true);
    } else if work.stdin.exists && !parsed.operands.is_empty() {
        let stdin = work.stdin.clone();
        if stdin.is_known() {
            work.stdin = Flow::default();
            effects.run_text(work, &stdin.text, 0, true);
        }
    }
    if work.stdin.taint & crate::shell::run::SECRET != 0 {
        effects.hit("secrets.send", "ssh");
    }
}

pub(super) fn multiplexer(
    effects: &mut Effects<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) {
    if name == "screen" {
        let parsed = parse(args, "SchTtpe", &[], Order::Strict);
        if let Some(at) = args.iter().position(|arg| arg.text == "stuff") {
            for arg in args.get(at + 1..).unwrap_or(&[]) {
                effects.run_text(work, &crate::shell::unescape_text(&arg.text), arg.taint, true);
            }
            return;
        }
        let at = parsed.first.unwrap_or(args.len());
        Effects::next(work, args.get(at..).unwrap_or(&[]));
        return;
    }
    let outer = parse(args, "fLSTc", &[], Order::Strict);
    if let Some(text) = outer.value(&["-c"]) {
        effects.run_text(work, text, 0, true);
    }
    let at = outer.first.unwrap_or(args.len());
    let Some(sub) = args.get(at).map(|arg| arg.text.as_str()) else { return };
    let rest = args.get(at + 1..).unwrap_or(&[]);
    match sub {
        "new" | "new-session" | "new-s" | "neww" | "new-window" | "splitw" | "split-window"
        | "split-pane" | "respawn-pane" | "respawnp" | "respawn-window" | "respawnw" | "popup"
        | "display-popup" | "run" | "run-shell" | "if-shell" | "if" | "pipe-pane" | "pipep"
        | "action" | "attach" => {
            let parsed = parse(
                rest,
                if sub.contains("popup") { "cdehstTwxySb" } else { "cnstxyFelp" },
                &["name", "cwd"],
                Order::Strict,
            );
            if let [only] = parsed.operands.as_slice() {
                effects.run_text(work, &only.text, only.taint, true);
            } else {
                let text = join(&parsed.operands);
                effects.run_text(work, &text, 0, true);
            }
        }
        "send" | "send-keys" => {
            let parsed = parse(rest, "tNc", &[], Order::Strict);
            let mut text = String::new();
            for operand in &parsed.operands {
                match operand.text.as_str() {
                    "Enter" | "C-m" | "KPEnter" | "C-j" => text.push('\n'),
                    "Space" => text.push(' '),
                    other => text.push_str(other),
                }
            }
            effects.run_text(work, &text, 0, true);
        }
        _ => {}
    }
}

pub(super) fn container(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) -> bool {
    let outer = parse(args, "HclfpnC", CONTAINER_LONGS, Order::Strict);
    let mut at = outer.first.unwrap_or(args.len());
    let mut sub = args.get(at).map_or("", |arg| arg.text.as_str());
    if matches!(sub, "compose" | "container" | "kubectl" | "alloc" | "pod") {
        let inner = parse(args.get(at + 1..).unwrap_or(&[]), "fpH", CONTAINER_LONGS, Order::Strict);
        at += 1 + inner.first.unwrap_or(args.len());
        sub = args.get(at).map_or("", |arg| arg.text.as_str());
    }
    let rest = args.get(at + 1..).unwrap_or(&[]);
    let local = work.mounts.len();
    let started = match (name, sub) {
        (
            "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "ctr"
            | "crictl" | "buildah" | "nomad" | "multipass",
            "exec" | "run" | "create",
        ) => {
            let interactive = rest.first().map_or("", |arg| arg.text.as_str());
            let _ = interactive;
            let parsed = parse(rest, CONTAINER_SHORTS, CONTAINER_LONGS, Order::Strict);
            for value in parsed.values(&["-v", "--volume"]) {
                let mut pieces = value.split(':');
                if let (Some(from), Some(to)) = (pieces.next(), pieces.next())
                    && (from.starts_with('/') || from.starts_with('.') || from.starts_with('~'))
                {
                    work.mounts.push((to.to_owned(), shell.absolute(from)));
                }
            }
            for value in parsed.values(&["--mount"]) {
                let find = |names: &[&str]| {
                    value.split(',').find_map(|piece| {
                        piece
                            .split_once('=')
                            .filter(|(name, _)| names.contains(name))
                            .map(|(_, path)| path)
                    })
                };
                if let (Some(from), Some(to)) =
                    (find(&["source", "src"]), find(&["target", "dst", "destination"]))
                {
                    work.mounts.push((to.to_owned(), shell.absolute(from)));
                }
            }
            let entry = parsed.value(&["--entrypoint"]);
            let mut command: Vec<Arg> =
                parsed.operands.iter().skip(1).map(|arg| (*arg).clone()).collect();
            if let Some(entry) = entry {
                command.insert(0, Arg { text: entry.to_owned(), literal: true, ..Arg::default() });
            }
            Some(command)
        }
        (
            "kubectl" | "oc" | "lxc" | "incus" | "k3s" | "microk8s" | "minikube" | "fly" | "flyctl"
            | "heroku" | "apptainer" | "singularity" | "machinectl" | "limactl" | "vagrant"
            | "gcloud" | "colima" | "orb" | "orbctl" | "toolbox" | "distrobox",
            _,
        ) => {
            let dashes = args.iter().position(|arg| arg.text == "--");
            let runs = (name != "gcloud" || args.iter().any(|arg| arg.text == "ssh"))
                && matches!(
                    sub,
                    "exec"
                        | "run"
                        | "debug"
                        | "shell"
                        | "ssh"
                        | "enter"
                        | "rsh"
                        | "run:detached"
                        | "compute"
                        | "console"
                );
            let text = if matches!(name, "kubectl" | "oc" | "lxc" | "incus" | "k3s" | "microk8s") {
                None
            } else {
                outer_command(args)
            };
            if runs && let Some(text) = text {
                work.elsewhere = true;
                work.cwd = Some(None);
                effects.run_text(work, &text, 0, true);
                return true;
            }
            if !runs {
                None
            } else if let Some(dashes) = dashes {
                Some(args.get(dashes + 1..).unwrap_or(&[]).to_vec())
            } else {
                let parsed = parse(
                    rest,
                    "cnfieatupw",
                    &["container", "namespace", "app", "name", "user", "env", "cwd"],
                    Order::Strict,
                );
                Some(parsed.operands.iter().skip(1).map(|arg| (*arg).clone()).collect())
            }
        }
        _ => None,
    };
    let Some(command) = started else { return false };
    // With the whole machine mounted, a container is the machine.
    let _ = local;
    work.elsewhere = true;
    work.cwd = Some(None);
    if !command.is_empty() {
        if work.mounts.is_empty() {
            work.queue.push(command);
        } else {
            run_mounted(effects, shell, work, &command);
        }
    }
    true
}

fn outer_command(args: &[Arg]) -> Option<String> {
    args.iter().enumerate().find_map(|(index, arg)| {
        if let Some(text) = arg.text.strip_prefix("--command=") {
            return Some(text.to_owned());
        }
        (matches!(arg.text.as_str(), "-c" | "--command" | "-C")
            && args.get(index + 1).is_some_and(|next| next.text.contains(' ')))
        .then(|| args.get(index + 1).map_or(String::new(), |next| next.text.clone()))
    })
}

/// Looks at a command in a container whose directories are the machine's: paths are mapped back
/// in its words before they are judged.
fn run_mounted(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    command: &[Arg],
) {
    let mounts = std::mem::take(&mut work.mounts);
    let map = |text: &str| {
        let mut text = text.to_owned();
        for (inside, outside) in &mounts {
            let inside = inside.trim_end_matches('/');
            if inside.is_empty() {
                continue;
            }
            let mut from = 0;
            while let Some(at) =
                text.get(from..).and_then(|rest| rest.find(inside)).map(|at| at + from)
            {
                let end = at + inside.len();
                let before = at == 0
                    || text
                        .as_bytes()
                        .get(at - 1)
                        .is_some_and(|&byte| matches!(byte, b' ' | b'\'' | b'"' | b'=' | b';'));
                let after = text
                    .as_bytes()
                    .get(end)
                    .is_none_or(|&byte| matches!(byte, b'/' | b' ' | b'\'' | b'"' | b';'));
                if before && after {
                    let replacement = if outside == "/" && text.as_bytes().get(end) == Some(&b'/') {
                        ""
                    } else {
                        outside.as_str()
                    };
                    text.replace_range(at..end, replacement);
                    from = at + replacement.len();
                } else {
                    from = end;
                }
                if from > 1 << 16 {
                    break;
                }
            }
        }
        text
    };
    let mut changed = false;
    let mapped: Vec<Arg> = command
        .iter()
        .map(|arg| {
            let text = map(&arg.text);
            changed |= text != arg.text;
            Arg { text, glob: arg.glob, ..arg.clone() }
        })
        .collect();
    let _ = (effects, shell);
    work.elsewhere = !changed;
    work.queue.push(mapped);
}
