//! Commands that run other commands: the words in front are taken off, the rest is looked at.

mod inputs;
mod remote;
mod table;

use inputs::{parallel, xargs};
use remote::{container, multiplexer, ssh};
use table::{CONTAINER_LONGS, CONTAINER_SHORTS, RUNNERS, WRAPPERS};

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

/// Tools that package managers run by their bare name, and that the tables know.
const LOCAL_TOOLS: &[&str] = &[
    "prisma",
    "sequelize",
    "sequelize-cli",
    "typeorm",
    "knex",
    "drizzle-kit",
    "mikro-orm",
    "cdk",
    "aws-cdk",
    "cdktf",
    "serverless",
    "sls",
    "sst",
    "wrangler",
    "rimraf",
    "del-cli",
    "supabase",
    "firebase",
    "vercel",
    "netlify",
    "railway",
    "tsx",
    "ts-node",
    "cross-env",
    "dotenv",
    "dotenvx",
    "env-cmd",
];

/// Runners that fetch what they run.
const PACKAGE_RUNNERS: &[&str] =
    &["npx", "bunx", "pnpx", "uvx", "pipx", "npm", "pnpm", "yarn", "bun", "uv"];

/// Whether a package is named by where it lies rather than by its name in a registry.
fn is_remote_source(source: &str, shorthand: bool) -> bool {
    const SCHEMES: [&str; 10] = [
        "http://",
        "https://",
        "git+",
        "git://",
        "ssh://",
        "git@",
        "github:",
        "gitlab:",
        "bitbucket:",
        "gist:",
    ];
    let source = source.split_once(" @ ").map_or(source, |(_, source)| source);
    if SCHEMES.iter().any(|scheme| source.starts_with(scheme)) {
        return true;
    }
    // `npx owner/repository`.
    shorthand
        && !source.starts_with(['@', '.', '/', '~', '-', UNKNOWN])
        && source.split('/').count() == 2
        && source.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'#')
        })
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
        "command" => {
            if args
                .first()
                .is_some_and(|arg| arg.text.starts_with('-') && arg.text.contains(['v', 'V']))
            {
                return true;
            }
            let skip = args.iter().take_while(|arg| arg.text == "-p" || arg.text == "--").count();
            Effects::next(work, args.get(skip..).unwrap_or(&[]));
            return true;
        }
        "xargs" | "gxargs" => {
            xargs(effects, shell, work, args);
            return true;
        }
        "parallel" | "rush" | "rust-parallel"
            if !(name == "rush" && args.first().is_some_and(|arg| arg.text == "x")) =>
        {
            parallel(effects, work, args);
            return true;
        }
        "busybox" | "toybox" => {
            let skip = usize::from(args.first().is_some_and(|arg| arg.text == "--"));
            Effects::next(work, args.get(skip..).unwrap_or(&[]));
            return true;
        }
        "watch" | "viddy" | "hwatch" => {
            let parsed = parse(args, "nqds", &["interval", "equexit", "shotsdir"], Order::Strict);
            let text = join(&parsed.operands);
            effects.run_text(work, &text, 0, true);
            Effects::next(work, args.get(parsed.first.unwrap_or(args.len())..).unwrap_or(&[]));
            return true;
        }
        "hyperfine" => {
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
            for value in parsed.values(&[
                "-p",
                "--prepare",
                "-c",
                "--cleanup",
                "-s",
                "--setup",
                "--conclude",
            ]) {
                effects.run_text(work, value, 0, true);
            }
            for operand in &parsed.operands {
                effects.run_text(work, &operand.text, operand.taint, true);
            }
            return true;
        }
        "su" | "runuser" => {
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
            return true;
        }
        "flock" => {
            let parsed = parse(
                args,
                "wEc",
                &["timeout", "wait", "conflict-exit-code", "command"],
                Order::Strict,
            );
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
            return true;
        }
        "script" | "scriptlive" => {
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
            return true;
        }
        "ssh" | "slogin" | "autossh" | "mosh" | "rsh" | "dbclient" | "plink" | "tsh" => {
            ssh(effects, shell, work, args);
            return true;
        }
        "docker" | "podman" | "nerdctl" | "docker-compose" | "podman-compose" | "lxc" | "incus"
        | "kubectl" | "oc" | "k3s" | "microk8s" | "crictl" | "buildah" | "apptainer"
        | "singularity" | "nomad" | "heroku" | "fly" | "flyctl" | "gcloud" | "toolbox"
        | "distrobox" | "vagrant" | "machinectl" | "limactl" | "colima" | "multipass" | "orb"
        | "orbctl" | "minikube" | "ctr" => {
            return container(effects, shell, work, name, args);
        }
        "tmux" | "screen" | "byobu" | "zellij" => {
            multiplexer(effects, work, name, args);
            return true;
        }
        "coproc" => {
            Effects::next(work, args);
            return true;
        }
        _ => {}
    }
    // `yarn prisma …` runs what the project has installed under that name.
    if matches!(name, "yarn" | "pnpm" | "bun") {
        let at = args.iter().position(|arg| !arg.text.starts_with('-')).unwrap_or(args.len());
        if args.get(at).is_some_and(|arg| LOCAL_TOOLS.contains(&arg.text.as_str())) {
            Effects::next(work, args.get(at..).unwrap_or(&[]));
            return true;
        }
    }
    if !HEADS.may_hold(name) {
        return false;
    }
    for runner in RUNNERS.iter().filter(|runner| runner.head == name) {
        let start = args.iter().take_while(|arg| arg.text.starts_with('-')).count();
        let sub = args.get(start).map_or("", |arg| arg.text.as_str());
        let rest = if runner.subs.is_empty() {
            args
        } else if runner.subs.contains(&sub) {
            args.get(start + 1..).unwrap_or(&[])
        } else {
            continue;
        };
        let parsed = parse(rest, runner.shorts, runner.longs, Order::Strict);
        for value in parsed.values(&["-c", "--call", "--command", "--run"]) {
            // `npm exec -c 'text'`; elsewhere a configuration file, which is no harm as a command.
            if matches!(name, "npm" | "npx" | "nix" | "pnpm" | "sops") {
                effects.run_text(work, value, 0, true);
            }
        }
        if matches!(name, "npm" | "npx" | "nix" | "pnpm")
            && parsed.has(&["-c", "--call", "--command"])
        {
            for operand in parsed.operands.iter().take(1) {
                effects.run_text(work, &operand.text, operand.taint, true);
            }
        }
        if PACKAGE_RUNNERS.contains(&name) {
            let named = parsed.values(&["-p", "--package", "--from", "--spec"]);
            let shorthand = !matches!(name, "uv" | "uvx" | "pipx");
            let first = parsed.operands.first().map(|arg| arg.text.as_str());
            if let Some(source) =
                named.chain(first).find(|source| is_remote_source(source, shorthand))
            {
                effects.hit("exec.remote", format!("{name} {source}"));
                return true;
            }
        }
        let first = parsed.first.map_or(rest.len(), |first| first + runner.skip);
        let rest = rest.get(first..).unwrap_or(&[]);
        let dashes = usize::from(rest.first().is_some_and(|arg| arg.text == "--"));
        Effects::next(work, rest.get(dashes..).unwrap_or(&[]));
        return true;
    }
    if let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.names.contains(&name)) {
        let mut parsed = parse(args, wrapper.shorts, wrapper.longs, Order::Strict);
        if matches!(name, "sudo" | "run0") {
            if parsed.has(&["-e", "--edit"]) {
                for operand in std::mem::take(&mut parsed.operands) {
                    effects.write(shell, operand, work);
                }
                return true;
            }
            if let Some(dir) = parsed.value(&["-D", "--chdir"]) {
                work.cwd = Some(Some(shell.absolute(dir)));
            }
        }
        if parsed.has(&["--help", "--version"]) && parsed.first.is_none() {
            return true;
        }
        if parsed.operands.is_empty()
            && matches!(name, "sudo" | "doas")
            && parsed.has(&["-s", "-i", "--shell", "--login"])
        {
            let stdin = work.stdin.clone();
            if stdin.exists {
                effects.run_text(work, &stdin.text, stdin.taint, true);
            }
            return true;
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
            return true;
        }
        if let [only] = rest
            && only.text.contains(' ')
        {
            effects.run_text(work, &only.text, only.taint, true);
            return true;
        }
        Effects::next(work, rest);
        return true;
    }
    false
}

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
