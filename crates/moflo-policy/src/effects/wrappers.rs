//! Commands that run other commands: the words in front are taken off, the rest is looked at.

mod inputs;
mod remote;
mod runners;
mod table;
mod texts;

use inputs::{parallel, xargs};
use remote::{container, multiplexer, ssh};
use table::{CONTAINER_LONGS, CONTAINER_SHORTS, RUNNERS, WRAPPERS};
use texts::{flock, hyperfine, script, su, watch};

use super::args::{Order, parse};
use super::heads::Heads;
use super::{Effects, Work, data};
use crate::shell::run::{Flow, Shell, Value, quote};
use crate::shell::{Arg, UNKNOWN};

/// How to take a wrapper off.
struct Wrapper {
    names: &'static [&'static str],
    /// Letters of options that take a value.
    shorts: &'static str,
    /// Long options that take a value as the next word.
    longs: &'static [&'static str],
    /// Operands before the command.
    skip: usize,
    /// `NAME=value` may come before the command.
    assigns: bool,
}

const fn wrapper(
    names: &'static [&'static str],
    shorts: &'static str,
    longs: &'static [&'static str],
    skip: usize,
    assigns: bool,
) -> Wrapper {
    Wrapper { names, shorts, longs, skip, assigns }
}

/// `tool sub… command`: the words that must stand first, and the options with values between.
struct Runner {
    head: &'static str,
    subs: &'static [&'static str],
    shorts: &'static str,
    longs: &'static [&'static str],
    skip: usize,
}

const fn runner(
    head: &'static str,
    subs: &'static [&'static str],
    shorts: &'static str,
    longs: &'static [&'static str],
    skip: usize,
) -> Runner {
    Runner { head, subs, shorts, longs, skip }
}

/// Says whether a program reads shell text.
pub(crate) fn is_shell(name: &str) -> bool {
    matches!(
        name,
        "sh" | "bash"
            | "dash"
            | "zsh"
            | "ksh"
            | "mksh"
            | "ash"
            | "fish"
            | "rbash"
            | "yash"
            | "csh"
            | "tcsh"
            | "lksh"
            | "posh"
            | "ksh93"
            | "pdksh"
            | "elvish"
            | "xonsh"
            | "nu"
            | "oksh"
    )
}

static HEADS: Heads = {
    let mut heads = Heads::new();
    let mut index = 0;
    while index < WRAPPERS.len() {
        heads = heads.with(WRAPPERS[index].names);
        index += 1;
    }
    index = 0;
    while index < RUNNERS.len() {
        heads = heads.with(&[RUNNERS[index].head]);
        index += 1;
    }
    heads
};

/// Takes a wrapper off. Returns true when the command was one.
pub(crate) fn peel(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    argv: &[Arg],
) -> bool {
    let args = argv.get(1..).unwrap_or(&[]);
    match name {
        "env" | "genv" => return env(effects, shell, work, args),
        "command" => command(work, args),
        "xargs" | "gxargs" => xargs(effects, shell, work, args),
        "parallel" | "rush" | "rust-parallel"
            if !(name == "rush" && args.first().is_some_and(|arg| arg.text == "x")) =>
        {
            parallel(effects, work, args);
        }
        "busybox" | "toybox" => {
            let skip = usize::from(args.first().is_some_and(|arg| arg.text == "--"));
            Effects::next(work, args.get(skip..).unwrap_or(&[]));
        }
        "watch" | "viddy" | "hwatch" => watch(effects, work, args),
        "hyperfine" => hyperfine(effects, work, args),
        "su" | "runuser" => su(effects, work, name, args),
        "flock" => flock(effects, work, args),
        "script" | "scriptlive" => script(effects, shell, work, args),
        "ssh" | "slogin" | "autossh" | "mosh" | "rsh" | "dbclient" | "plink" | "tsh" => {
            ssh(effects, shell, work, args);
        }
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "lxc" | "incus"
        | "kubectl" | "oc" | "k3s" | "microk8s" | "crictl" | "buildah" | "apptainer"
        | "singularity" | "nomad" | "heroku" | "fly" | "flyctl" | "gcloud" | "toolbox"
        | "distrobox" | "vagrant" | "machinectl" | "limactl" | "colima" | "multipass" | "orb"
        | "orbctl" | "minikube" | "ctr" => {
            return container(effects, shell, work, name, args);
        }
        "tmux" | "screen" | "byobu" | "zellij" => multiplexer(effects, work, name, args),
        "coproc" => Effects::next(work, args),
        _ => return tabled(effects, shell, work, name, args),
    }
    true
}

/// `command name …`; with `-v` it only says where the command lies.
fn command(work: &mut Work<'_>, args: &[Arg]) {
    if args.first().is_some_and(|arg| arg.text.starts_with('-') && arg.text.contains(['v', 'V'])) {
        return;
    }
    let skip = args.iter().take_while(|arg| arg.text == "-p" || arg.text == "--").count();
    Effects::next(work, args.get(skip..).unwrap_or(&[]));
}

/// Takes off a runner or wrapper that the tables know. Returns true when the command was one.
fn tabled(
    effects: &mut Effects<'_>,
    shell: &Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) -> bool {
    if let Some(rest) = runners::local_tool(name, args) {
        Effects::next(work, rest);
        return true;
    }
    if !HEADS.may_hold(name) {
        return false;
    }
    if runners::run(effects, work, name, args) {
        return true;
    }
    let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.names.contains(&name)) else {
        return false;
    };
    unwrap(effects, shell, work, name, wrapper, args);
    true
}

/// Takes a wrapper off whose command follows its options.
fn unwrap(
    effects: &mut Effects<'_>,
    shell: &Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    wrapper: &Wrapper,
    args: &[Arg],
) {
    let mut parsed = parse(args, wrapper.shorts, wrapper.longs, Order::Strict);
    if matches!(name, "sudo" | "run0") {
        if parsed.has(&["-e", "--edit"]) {
            for operand in std::mem::take(&mut parsed.operands) {
                effects.write(shell, operand, work);
            }
            return;
        }
        if let Some(dir) = parsed.value(&["-D", "--chdir"]) {
            work.cwd = Some(Some(shell.absolute(dir)));
        }
    }
    if parsed.has(&["--help", "--version"]) && parsed.first.is_none() {
        return;
    }
    if parsed.operands.is_empty()
        && matches!(name, "sudo" | "doas")
        && parsed.has(&["-s", "-i", "--shell", "--login"])
    {
        let stdin = work.stdin.clone();
        if stdin.exists {
            effects.run_text(work, &stdin.text, stdin.taint, true);
        }
        return;
    }
    let mut rest = args.get(parsed.first.unwrap_or(args.len())..).unwrap_or(&[]);
    rest = rest.get(wrapper.skip.min(rest.len())..).unwrap_or(&[]);
    if wrapper.skip > 0 && rest.first().is_some_and(|arg| arg.text == "--") {
        rest = rest.get(1..).unwrap_or(&[]);
    }
    if wrapper.assigns {
        rest = take_assignments(effects, work, rest);
    }
    // `sg group -c text`, `start-stop-daemon --exec x`, and wrappers given one quoted command.
    if let [flag, text, ..] = rest
        && flag.text == "-c"
    {
        effects.run_text(work, &text.text, text.taint, true);
        return;
    }
    if let [only] = rest
        && only.text.contains(' ')
    {
        effects.run_text(work, &only.text, only.taint, true);
        return;
    }
    Effects::next(work, rest);
}

/// Takes off `NAME=value` before a command, and looks at what it sets.
fn take_assignments<'b>(
    effects: &mut Effects<'_>,
    work: &mut Work<'_>,
    args: &'b [Arg],
) -> &'b [Arg] {
    let mut rest = args;
    while let Some(first) = rest.first() {
        let Some((name, value)) = first.text.split_once('=') else { break };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            break;
        }
        let value = Arg { text: value.to_owned(), ..first.clone() };
        effects.assignments(work, &[(name.to_owned(), value)]);
        rest = rest.get(1..).unwrap_or(&[]);
    }
    rest
}

/// Joins words the way `ssh` and `watch` do: with blanks, unquoted.
pub(crate) fn join(args: &[&Arg]) -> String {
    let mut out = String::new();
    for arg in args {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&arg.text);
    }
    out
}

/// `env`: options, assignments, and a command; without one it prints all variables.
fn env(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) -> bool {
    let mut index = 0;
    while let Some(arg) = args.get(index) {
        let text = arg.text.as_str();
        let next = args.get(index + 1);
        let split = if let Some(value) = text.strip_prefix("--split-string=") {
            Some((value.to_owned(), 1))
        } else if text == "--split-string" {
            next.map(|next| (next.text.clone(), 2))
        } else if text.starts_with('-')
            && !text.starts_with("--")
            && text.contains('S')
            && !text.starts_with("-u")
            && !text.starts_with("-C")
        {
            let inline = text.split_once('S').map_or("", |(_, rest)| rest);
            if inline.is_empty() {
                next.map(|next| (next.text.clone(), 2))
            } else {
                Some((inline.to_owned(), 1))
            }
        } else {
            None
        };
        if let Some((value, used)) = split {
            let mut line = value;
            for rest in args.get(index + used..).unwrap_or(&[]) {
                line.push(' ');
                line.push_str(&quote(&rest.text));
            }
            // Assignments and options may come first in it.
            effects.run_text(work, &format!("env {line}"), arg.taint, true);
            return true;
        }
        match text {
            "-u" | "--unset" => index += 2,
            "-C" | "--chdir" => {
                work.cwd = next.map(|next| Some(shell.absolute(&next.text)));
                index += 2;
            }
            "--" => {
                index += 1;
                break;
            }
            _ if text.starts_with("--chdir=") => {
                work.cwd = Some(Some(shell.absolute(text.get(8..).unwrap_or(""))));
                index += 1;
            }
            _ if text.starts_with('-') => index += 1,
            _ => break,
        }
    }
    for arg in args.get(index..).unwrap_or(&[]) {
        let Some((name, value)) = arg.text.split_once('=') else { break };
        shell.set(name, Value::tainted(value, arg.taint));
    }
    let rest = take_assignments(effects, work, args.get(index..).unwrap_or(&[]));
    if rest.is_empty() {
        effects.shows_environment("env");
        work.out.output = Flow::tainted(crate::shell::run::SECRET);
    }
    Effects::next(work, rest);
    true
}
