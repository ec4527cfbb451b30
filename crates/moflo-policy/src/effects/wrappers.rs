//! Commands that run other commands: the words in front are taken off, the rest is looked at.

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

/// Wrappers whose command is the rest of their words.
const WRAPPERS: &[Wrapper] = &[
    wrapper(
        &["sudo", "sudo-rs", "please", "run0"],
        "ugphCcrRtTUDa",
        &[
            "user",
            "group",
            "prompt",
            "host",
            "close-from",
            "login-class",
            "role",
            "type",
            "chroot",
            "chdir",
            "other-user",
            "command-timeout",
            "auth-type",
            "preserve-env-list",
        ],
        0,
        true,
    ),
    wrapper(&["doas"], "uCa", &[], 0, true),
    wrapper(
        &[
            "nohup",
            "setsid",
            "unbuffer",
            "chronic",
            "catchsegv",
            "nocache",
            "eatmydata",
            "fakeroot",
            "fakechroot",
            "dbus-run-session",
            "dbus-launch",
            "catatonit",
            "tini",
            "dumb-init",
            "torsocks",
            "torify",
            "proxychains",
            "proxychains4",
            "tsocks",
            "faketime",
            "libfaketime",
            "pkexec-wrap",
            "cgexec",
            "with",
            "reallyquiet",
            "moreutils-chronic",
        ],
        "",
        &[],
        0,
        false,
    ),
    wrapper(&["pkexec"], "u", &["user"], 0, false),
    wrapper(&["nice"], "n", &["adjustment"], 0, false),
    wrapper(&["ionice"], "cnpPu", &["class", "classdata"], 0, false),
    wrapper(&["chrt"], "TPD", &["sched-runtime", "sched-period", "sched-deadline"], 1, false),
    wrapper(&["taskset"], "", &[], 1, false),
    wrapper(
        &["numactl"],
        "iNmCpl",
        &["interleave", "cpunodebind", "membind", "physcpubind", "preferred", "localalloc"],
        0,
        false,
    ),
    wrapper(&["cpulimit"], "lpe", &["limit", "pid", "exe"], 0, false),
    wrapper(&["timeout", "gtimeout"], "ks", &["kill-after", "signal"], 1, false),
    wrapper(&["stdbuf", "gstdbuf"], "ioe", &["input", "output", "error"], 0, false),
    wrapper(&["time", "gtime"], "fo", &["format", "output"], 0, false),
    wrapper(&["builtin"], "", &[], 0, false),
    wrapper(&["exec"], "a", &[], 0, false),
    wrapper(&["noglob", "nocorrect", "-"], "", &[], 0, false),
    wrapper(
        &["strace", "ltrace", "dtruss", "truss"],
        "eopsuEPIObXUaSA",
        &["output", "trace", "user", "env"],
        0,
        false,
    ),
    wrapper(&["valgrind", "heaptrack", "rr", "catch"], "", &[], 0, false),
    wrapper(
        &["xvfb-run"],
        "neps f",
        &["server-num", "error-file", "auth-file", "server-args", "xauth-protocol"],
        0,
        false,
    ),
    wrapper(&["caffeinate"], "tw", &[], 0, false),
    wrapper(&["systemd-inhibit"], "", &["what", "who", "why", "mode"], 0, false),
    wrapper(
        &["systemd-run"],
        "puHMGtE",
        &[
            "unit",
            "property",
            "uid",
            "gid",
            "nice",
            "working-directory",
            "setenv",
            "description",
            "slice",
            "on-active",
            "on-calendar",
            "on-boot",
            "machine",
            "host",
            "timer-property",
        ],
        0,
        false,
    ),
    wrapper(
        &["unshare"],
        "SGRw",
        &["root", "wd", "setuid", "setgid", "map-user", "map-group", "propagation"],
        0,
        false,
    ),
    wrapper(&["nsenter"], "tSGW", &["target", "setuid", "setgid", "wdns"], 0, false),
    wrapper(&["chroot"], "", &["userspec", "groups"], 1, false),
    wrapper(&["proot"], "rbmwqk", &["rootfs", "bind", "cwd", "qemu"], 0, false),
    wrapper(&["firejail"], "", &[], 0, false),
    wrapper(
        &["setpriv"],
        "",
        &[
            "reuid",
            "regid",
            "groups",
            "securebits",
            "inh-caps",
            "ambient-caps",
            "bounding-set",
            "pdeathsig",
            "selinux-label",
            "apparmor-profile",
        ],
        0,
        false,
    ),
    wrapper(
        &["gosu", "su-exec", "setuidgid", "chpst", "softlimit", "sg", "newgrp"],
        "",
        &[],
        1,
        false,
    ),
    wrapper(&["aa-exec"], "p", &["profile", "namespace"], 0, false),
    wrapper(&["runcon"], "turl", &["type", "user", "role", "range"], 1, false),
    wrapper(&["setarch", "linux32", "linux64", "i386", "x86_64"], "", &[], 0, false),
    wrapper(&["arch"], "", &["arch"], 0, false),
    wrapper(&["prlimit"], "p", &["pid"], 0, false),
    wrapper(&["ts", "tsp", "batch-run"], "SLNDOEWm", &[], 0, false),
    wrapper(&["rlwrap"], "abCDefgHilmNopPqsStwz", &[], 0, false),
    wrapper(
        &["cross-env", "env-cmd", "dotenv", "dotenvx", "cross-env-shell"],
        "fe",
        &["file", "env-file"],
        0,
        true,
    ),
    wrapper(&["reptyr", "dtach", "abduco"], "ApncaeEr", &[], 0, false),
    wrapper(&["entr"], "", &[], 0, false),
    wrapper(&["retry", "repeat"], "dtm", &["times", "delay", "until"], 0, false),
    wrapper(&["hatch-run", "poetry-run"], "", &[], 0, false),
    wrapper(
        &["memusage", "perf-run", "gdb-run", "pvrun", "ccache", "sccache", "distcc", "icecc"],
        "",
        &[],
        0,
        false,
    ),
    wrapper(&["sem"], "jS", &["id", "jobs", "semaphorename", "fg-exit-on"], 0, false),
    wrapper(&["daemonize"], "aceopluEv", &[], 0, false),
    wrapper(&["start-stop-daemon"], "", &[], 0, false),
    wrapper(&["winpty", "wsl", "wsl.exe"], "du", &["distribution", "user", "exec"], 0, false),
    wrapper(
        &["flatpak-spawn", "distrobox-host-exec", "host-spawn", "toolbox-host"],
        "",
        &[],
        0,
        false,
    ),
    wrapper(&["sshpass"], "pfd", &[], 0, false),
    wrapper(&["ssh-agent", "gpg-agent", "keychain"], "aEPt", &[], 0, false),
    wrapper(&["lockfile-create", "lckdo", "setlock", "chpst-lock"], "", &[], 1, false),
    wrapper(&["doas-run", "osascript-run"], "", &[], 0, false),
    wrapper(&["mpirun", "mpiexec", "srun"], "npNcw", &["np", "host", "hostfile"], 0, false),
];

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

/// Package managers and environment managers that run a command.
const RUNNERS: &[Runner] = &[
    runner("npx", &[], "p", &["package", "workspace"], 0),
    runner("bunx", &[], "p", &["package"], 0),
    runner("pnpx", &[], "", &[], 0),
    runner("uvx", &[], "p", &["from", "with", "python", "index-url"], 0),
    runner("pipx", &["run"], "", &["spec", "python"], 0),
    runner("npm", &["exec", "x"], "pw", &["package", "workspace"], 0),
    runner("pnpm", &["exec", "dlx"], "CF", &["filter", "dir", "package"], 0),
    runner("yarn", &["exec", "dlx"], "p", &["cwd", "package"], 0),
    runner("bun", &["x"], "", &[], 0),
    runner(
        "uv",
        &["run"],
        "p",
        &[
            "with",
            "python",
            "extra",
            "group",
            "env-file",
            "project",
            "directory",
            "package",
            "with-requirements",
        ],
        0,
    ),
    runner("poetry", &["run"], "CP", &["directory", "project"], 0),
    runner("pipenv", &["run"], "", &[], 0),
    runner("pdm", &["run"], "p", &["project"], 0),
    runner("rye", &["run"], "", &[], 0),
    runner("hatch", &["run"], "e", &["env"], 0),
    runner("pixi", &["run"], "e", &["environment", "manifest-path"], 0),
    runner("conda", &["run"], "np", &["name", "prefix", "cwd"], 0),
    runner("mamba", &["run"], "np", &["name", "prefix", "cwd"], 0),
    runner("micromamba", &["run"], "np", &["name", "prefix"], 0),
    runner("bundle", &["exec"], "", &["gemfile"], 0),
    runner("direnv", &["exec"], "", &[], 1),
    runner("mise", &["exec", "x"], "CE", &["cd", "env"], 0),
    runner("rtx", &["exec", "x"], "C", &["cd"], 0),
    runner("asdf", &["exec"], "", &[], 0),
    runner("rbenv", &["exec"], "", &[], 0),
    runner("pyenv", &["exec"], "", &[], 0),
    runner("nodenv", &["exec"], "", &[], 0),
    runner("nvm", &["exec", "run"], "", &[], 1),
    runner("fnm", &["exec"], "", &["using"], 0),
    runner("volta", &["run"], "", &["node", "npm", "yarn"], 0),
    runner("rustup", &["run"], "", &[], 1),
    runner("opam", &["exec"], "", &["switch"], 0),
    runner("stack", &["exec"], "", &["stack-yaml"], 0),
    runner("cabal", &["exec"], "", &[], 0),
    runner("op", &["run"], "", &["env-file", "account"], 0),
    runner("doppler", &["run"], "pct", &["project", "config", "token"], 0),
    runner("infisical", &["run"], "", &["env", "path", "projectId"], 0),
    runner("chamber", &["exec"], "", &[], 1),
    runner("aws-vault", &["exec"], "dn", &["duration", "region"], 1),
    runner("vaulted", &["shell"], "", &[], 1),
    runner("envchain", &[], "", &[], 1),
    runner("sops", &["exec-env", "exec-file"], "", &[], 1),
    runner("teller", &["run"], "c", &["config"], 0),
    runner("perf", &["record", "stat", "trace"], "eoFgpC", &["event", "output"], 0),
    runner("nix", &["run", "develop", "shell"], "c", &["command"], 0),
    runner("guix", &["shell", "environment"], "", &[], 0),
    runner("devbox", &["run"], "c", &["config"], 0),
    runner("devenv", &["shell"], "", &[], 0),
    runner("cargo", &["flamegraph"], "", &[], 0),
    runner("just", &["--command"], "", &[], 0),
    runner("lerna", &["exec"], "", &["scope"], 0),
    runner("turbo", &["exec"], "", &[], 0),
    runner("nx", &["exec"], "", &[], 0),
    runner("rush", &["x"], "", &[], 0),
    runner("gdb", &["--args"], "", &[], 0),
    runner("lldb", &["--"], "", &[], 0),
    runner("vagrant", &["winrm"], "", &[], 0),
];

/// Containers and remote shells: the command runs elsewhere.
const CONTAINER_SHORTS: &str = "eupvwhlmnac";
const CONTAINER_LONGS: &[&str] = &[
    "env",
    "user",
    "publish",
    "volume",
    "workdir",
    "hostname",
    "label",
    "memory",
    "name",
    "cpus",
    "network",
    "net",
    "mount",
    "entrypoint",
    "env-file",
    "add-host",
    "cap-add",
    "cap-drop",
    "device",
    "platform",
    "restart",
    "shm-size",
    "tmpfs",
    "ulimit",
    "volumes-from",
    "pid",
    "ipc",
    "security-opt",
    "gpus",
    "log-driver",
    "log-opt",
    "detach-keys",
    "index",
    "file",
    "project-name",
    "profile",
    "project-directory",
    "env-from-file",
    "runtime",
    "dns",
    "link",
    "expose",
    "context",
    "host",
    "config",
    "log-level",
    "pull",
    "cidfile",
    "userns",
    "group-add",
    "ip",
    "stop-signal",
    "cgroup-parent",
];

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
            xargs(effects, work, args);
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
        work.out.output = Flow::tainted(crate::shell::run::SECRET);
    }
    Effects::next(work, rest);
    true
}

fn xargs(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let original = args;
    // `-i` and `-l` take their value only when it is attached.
    let cleaned: Vec<Arg> = original
        .iter()
        .map(|arg| {
            if matches!(arg.text.as_str(), "-i" | "-e" | "-l") {
                Arg { text: "--replace-default".to_owned(), ..arg.clone() }
            } else {
                arg.clone()
            }
        })
        .collect();
    let args = &cleaned;
    let parsed = parse(
        args,
        "aEILnPsdJRS",
        &[
            "arg-file",
            "eof",
            "max-lines",
            "max-args",
            "max-procs",
            "max-chars",
            "delimiter",
            "process-slot-var",
        ],
        Order::Strict,
    );
    let at = parsed.first.unwrap_or(args.len());
    let mut command: Vec<Arg> = original.get(at..).unwrap_or(&[]).to_vec();
    if command.is_empty() {
        command.push(Arg { text: "echo".to_owned(), literal: true, ..Arg::default() });
    }
    let replace = parsed
        .value(&["-I", "-J"])
        .or_else(|| parsed.value(&["--replace"]))
        .or_else(|| (parsed.has(&["--replace-default", "--replace"])).then_some("{}"));
    let replace = replace.map(|text| if text.is_empty() { "{}" } else { text });
    let input = work.stdin.clone();
    let delimiter = parsed.value(&["-d", "--delimiter"]);
    let null = parsed.has(&["-0", "--null"]);
    let from_file = parsed.has(&["-a", "--arg-file"]);
    let items: Vec<Arg> = if from_file || !input.exists {
        // The terminal or a file: nobody knows, and nothing is a possibility as well.
        Vec::new()
    } else {
        let split = |character: char| {
            if null {
                matches!(character, '\0' | '\n')
            } else if let Some(delimiter) = delimiter {
                delimiter.starts_with(character)
            } else if replace.is_some() {
                character == '\n'
            } else {
                character.is_whitespace()
            }
        };
        input
            .text
            .split(split)
            .filter(|item| !item.is_empty())
            .take(512)
            .map(|item| {
                let item = item.trim_matches(|character| matches!(character, '\'' | '"'));
                // A listing is what it lists, so `*` in it stands for the names.
                Arg {
                    text: item.to_owned(),
                    literal: !item.contains(UNKNOWN),
                    taint: input.taint,
                    glob: item.contains('*'),
                    ..Arg::default()
                }
            })
            .collect()
    };
    work.stdin = Flow::default();
    if let Some(replace) = replace {
        if items.is_empty() {
            work.queue.push(command);
            return;
        }
        let placed = command.iter().any(|arg| arg.text.contains(replace));
        for item in items.iter().take(64) {
            if !placed {
                // Nowhere to put it: some implementations append it then.
                let mut argv = command.clone();
                argv.push(item.clone());
                work.queue.push(argv);
                continue;
            }
            let argv = command
                .iter()
                .map(|arg| {
                    if arg.text.contains(replace) {
                        let whole = arg.text == replace;
                        Arg {
                            text: arg.text.replace(replace, &item.text),
                            taint: arg.taint | item.taint,
                            glob: arg.glob || (whole && item.glob),
                            ..arg.clone()
                        }
                    } else {
                        arg.clone()
                    }
                })
                .collect();
            work.queue.push(argv);
        }
        return;
    }
    // The items follow the command, so a shell or an interpreter gets them as its text.
    command.extend(items);
    if let [.., flag, last] = command.as_slice()
        && last.taint != 0
        && matches!(flag.text.as_str(), "-c" | "-ec" | "-lc" | "--")
    {
        effects.run_text(work, &last.text.clone(), last.taint, true);
        return;
    }
    work.queue.push(command);
}

fn parallel(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let longs = [
        "jobs",
        "results",
        "joblog",
        "arg-file",
        "colsep",
        "delay",
        "halt",
        "sshlogin",
        "tagstring",
        "timeout",
        "retries",
        "workdir",
        "max-args",
        "max-procs",
        "load",
        "memfree",
        "nice",
        "shuf-seed",
        "rpl",
        "env",
        "basefile",
        "return",
        "block",
        "recstart",
        "recend",
        "tempdir",
        "tmpdir",
        "profile",
        "sshloginfile",
        "max-replace-args",
        "max-lines",
        "delimiter",
    ];
    let marker = |arg: &Arg| matches!(arg.text.as_str(), ":::" | "::::" | ":::+" | "::::+");
    let end = args.iter().position(marker).unwrap_or(args.len());
    let parsed = parse(args.get(..end).unwrap_or(&[]), "jaISdnNPLCsEJ", &longs, Order::Strict);
    let at = parsed.first.unwrap_or(end);
    let command = args.get(at..end).unwrap_or(&[]);
    let replace = parsed.value(&["-I"]).unwrap_or("{}");
    let mut sources: Vec<Vec<&Arg>> = Vec::new();
    let mut known = true;
    for arg in args.get(end..).unwrap_or(&[]) {
        if marker(arg) {
            known &= !arg.text.starts_with("::::");
            sources.push(Vec::new());
        } else if let Some(source) = sources.last_mut() {
            source.push(arg);
        }
    }
    let stdin_items: Vec<Arg>;
    if sources.is_empty() {
        stdin_items = work
            .stdin
            .text
            .lines()
            .filter(|line| !line.is_empty())
            .take(64)
            .map(|line| Arg {
                text: line.to_owned(),
                literal: !line.contains(UNKNOWN),
                taint: work.stdin.taint,
                ..Arg::default()
            })
            .collect();
        if !stdin_items.is_empty() {
            sources.push(stdin_items.iter().collect());
        }
    } else if !known {
        sources.clear();
    }
    if command.is_empty() {
        // The inputs themselves are the commands.
        for source in &sources {
            for item in source {
                effects.run_text(work, &item.text, item.taint, true);
            }
        }
        return;
    }
    let words: Vec<&Arg> = command.iter().collect();
    // One word is shell text; several are joined to shell text as well.
    let template = join(&words);
    let has_place = template.contains(replace)
        || (1..=sources.len().max(1)).any(|number| template.contains(&format!("{{{number}}}")));
    let rounds: usize = sources.iter().map(Vec::len).max().unwrap_or(0).min(64);
    if rounds == 0 {
        Effects::next(work, command);
        return;
    }
    for round in 0..rounds {
        let pick = |source: &Vec<&Arg>| {
            source
                .get(round)
                .or_else(|| source.last())
                .map_or(String::new(), |arg| arg.text.clone())
        };
        let all: Vec<String> = sources.iter().map(pick).collect();
        let mut argv: Vec<Arg> = Vec::new();
        for word in &words {
            let mut text = word.text.replace(replace, &all.join(" "));
            for (index, value) in all.iter().enumerate() {
                text = text.replace(&format!("{{{}}}", index + 1), value);
            }
            if text.starts_with(['"', '\'']) || words.len() == 1 {
                // Kept as one word below.
            }
            argv.push(Arg { text, ..(*word).clone() });
        }
        if !has_place {
            argv.extend(all.iter().map(|text| Arg {
                text: text.clone(),
                literal: true,
                ..Arg::default()
            }));
        }
        if words.len() == 1 {
            let mut text = argv.first().map_or(String::new(), |arg| arg.text.clone());
            for arg in argv.iter().skip(1) {
                text.push(' ');
                text.push_str(&quote(&arg.text));
            }
            effects.run_text(work, &text, 0, true);
        } else {
            // GNU parallel gives the joined words to a shell; words kept apart say the same here.
            work.queue.push(split_words(&argv));
        }
    }
}

/// Splits the words that hold several after a replacement, as the shell of `parallel` would.
fn split_words(argv: &[Arg]) -> Vec<Arg> {
    let after_code = |index: usize, argv: &[Arg]| {
        index > 0
            && argv
                .get(index - 1)
                .is_some_and(|before| matches!(before.text.as_str(), "-c" | "-e" | "-lc"))
    };
    let mut out = Vec::with_capacity(argv.len());
    for (index, arg) in argv.iter().enumerate() {
        if arg.text.contains(' ') && !arg.quoted && !after_code(index, argv) {
            out.extend(
                arg.text
                    .split_whitespace()
                    .map(|text| Arg { text: text.to_owned(), ..arg.clone() }),
            );
        } else {
            out.push(arg.clone());
        }
    }
    out
}

fn ssh(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
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

fn multiplexer(effects: &mut Effects<'_>, work: &mut Work<'_>, name: &str, args: &[Arg]) {
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

fn container(
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
