//! Tools that read, write, delete or run what their words name: one table, and the few tools whose
//! words do not fit a table.

mod archives;
mod copies;
mod follow;
mod machine;
mod network;
mod sed;
mod tools;

use archives::{tar, zip};
use copies::{copy, dd, link, moves, permissions, remove};
use follow::remember;
use machine::{devices, power};
pub(super) use network::send_check;
use network::{curl, network, rsync, uploads};
use sed::sed;
use tools::TOOLS;

use super::args::{Order, Parsed, is, parse};
use super::heads::Heads;
use super::{Effects, Place, Work, data};
use crate::shell::run::{Flow, SECRET, Shell, VARIABLE};
use crate::shell::{Arg, UNKNOWN};

/// What a word means to a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Read,
    Write,
    Delete,
    /// Shell text that is run.
    Exec,
    /// A command in an editor's language; `!` starts shell text.
    Editor,
    /// `key=value` of ssh.
    SshOption,
    /// A file named after `@`, as curl reads it.
    AtFile,
    /// A file that is sent.
    Send,
}

/// What the operands mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operands {
    Ignore,
    All(Role),
    /// The first is a pattern, a program or a mode.
    AfterFirst(Role),
    /// All but the last are read, the last is written.
    CopyTo,
    /// The first is read, the second written.
    Second,
}

struct Tool {
    names: &'static [&'static str],
    shorts: &'static str,
    longs: &'static [&'static str],
    options: &'static [(&'static str, Role)],
    operands: Operands,
}

use Operands::{AfterFirst, All, CopyTo, Ignore, Second};
use Role::{AtFile, Delete, Editor, Exec, Read, Send, SshOption, Write};

const fn tool(
    names: &'static [&'static str],
    shorts: &'static str,
    longs: &'static [&'static str],
    options: &'static [(&'static str, Role)],
    operands: Operands,
) -> Tool {
    Tool { names, shorts, longs, options, operands }
}

static HEADS: Heads = {
    let mut heads = Heads::new();
    let mut index = 0;
    while index < TOOLS.len() {
        heads = heads.with(TOOLS[index].names);
        index += 1;
    }
    heads
};

/// Handles the tools that touch files.
pub(super) fn command(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    argv: &[Arg],
) {
    let args = argv.get(1..).unwrap_or(&[]);
    match name {
        "rm" | "grm" | "unlink" | "rmdir" | "trash" | "trash-put" | "rimraf" | "del-cli"
        | "rip" | "gio" | "deltree" => remove(effects, shell, work, name, args),
        "mv" | "gmv" | "rename" | "mmv" => moves(effects, shell, work, args),
        "cp" | "gcp" | "ditto" => copy(effects, shell, work, args, true),
        "ln" | "gln" | "link" => link(effects, shell, work, args),
        "chmod" | "gchmod" | "chown" | "gchown" | "chgrp" | "chflags" | "chattr" | "setfacl"
        | "chcon" => permissions(effects, shell, work, name, args),
        "dd" | "gdd" | "dcfldd" | "dc3dd" => dd(effects, shell, work, args),
        "sed" | "gsed" | "ssed" => sed(effects, shell, work, args),
        "tar" | "gtar" | "bsdtar" | "star" => tar(effects, shell, work, args),
        "curl" => curl(effects, shell, work, args),
        "rsync" => rsync(effects, shell, work, args),
        "nc" | "ncat" | "netcat" | "socat" | "telnet" | "websocat" => {
            network(effects, shell, work, name, args);
        }
        "zip" => zip(effects, shell, work, args),
        "openssl" => openssl(effects, shell, work, args),
        "kill" | "pkill" | "killall" | "killall5" | "shutdown" | "reboot" | "halt" | "poweroff"
        | "init" | "telinit" | "systemctl" | "service" | "launchctl" => power(effects, name, args),
        "jq" | "gojq" | "jaq" => jq_files(effects, shell, work, args),
        "yq" if args.iter().any(|arg| {
            arg.text == "--inplace" || (arg.text.starts_with("-i") && arg.text.len() <= 3)
        }) =>
        {
            for arg in args.iter().skip(1).filter(|arg| !arg.text.starts_with('-')) {
                effects.write(shell, arg, work);
            }
        }
        "ed" | "red" | "ex" => editor_input(effects, shell, work, args),
        "sftp" => {
            let text = work.stdin.text.to_string();
            for line in text.lines().take(256) {
                let mut words = line.split_whitespace();
                if matches!(words.next(), Some("put" | "mput" | "reput")) {
                    for word in words.filter(|word| !word.starts_with('-')).take(16) {
                        send_file(effects, shell, work, word);
                    }
                }
            }
        }
        "ffmpeg" | "convert" | "magick" | "sox" | "cwebp" | "gs" => {
            if let [_, .., target] = args
                && !target.text.starts_with('-')
            {
                effects.write(shell, target, work);
            }
        }
        "go" => {
            for (index, arg) in args.iter().enumerate() {
                let target = arg.text.strip_prefix("-o=").or_else(|| {
                    (arg.text == "-o")
                        .then(|| args.get(index + 1))
                        .flatten()
                        .map(|next| &*next.text)
                });
                if let Some(target) = target {
                    let arg = Arg { text: target.to_owned(), literal: true, ..Arg::default() };
                    effects.write(shell, &arg, work);
                }
            }
        }
        "ssh-keygen" => keygen(effects, shell, work, args),
        "cargo" => {
            let parsed = parse(args, "", &["root"], Order::Mixed);
            if let Some(root) = parsed.value(&["--root"]) {
                let arg = Arg { text: root.to_owned(), literal: true, ..Arg::default() };
                effects.write(shell, &arg, work);
            }
        }
        "gdb" | "lldb" => single_dash(effects, shell, work, args, &["-ex", "-iex", "-o", "-O"]),
        "emacs" | "xemacs" | "emacsclient" => {
            single_dash(effects, shell, work, args, &["-eval", "-execute", "-f"]);
        }
        "ld.so" | "ld-linux-x86-64.so.2" => Effects::next(work, args),
        _ if name.starts_with("ld-linux") => Effects::next(work, args),
        _ => {}
    }
    if HEADS.may_hold(name)
        && let Some(tool) = TOOLS.iter().find(|tool| tool.names.contains(&name))
    {
        if name.ends_with("jq") || name == "jaq" {
            table(effects, shell, work, tool, name, &without_named_texts(args));
        } else {
            table(effects, shell, work, tool, name, args);
        }
    }
    option_files(effects, shell, work, args);
    uploads(effects, shell, work, name, args);
    devices(effects, name, args);
    remember(effects, shell, work, name, args);
}

fn table(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    tool: &Tool,
    name: &str,
    args: &[Arg],
) {
    let parsed = parse(args, tool.shorts, tool.longs, Order::Mixed);
    let asks = parsed.has(&["--help", "--version"]);
    if asks && parsed.operands.is_empty() {
        return;
    }
    for (typed, value) in &parsed.options {
        let Some(value) = value else { continue };
        for (option, role) in tool.options {
            if is(typed, option) {
                let arg = Arg {
                    text: (*value).to_owned(),
                    literal: !value.contains(UNKNOWN),
                    glob: *role == Read && value.contains('*'),
                    ..Arg::default()
                };
                apply(effects, shell, work, *role, &arg);
            }
        }
    }
    // `less +!cmd`, `vim +cmd`.
    for operand in &parsed.operands {
        if let Some(text) = operand.text.strip_prefix('+')
            && matches!(
                name,
                "less" | "more" | "most" | "view" | "vim" | "vi" | "nvim" | "ex" | "gvim" | "emacs"
            )
        {
            let text = text.strip_prefix('+').unwrap_or(text);
            let arg = Arg { text: text.to_owned(), ..(*operand).clone() };
            apply(effects, shell, work, Editor, &arg);
        }
    }
    let skip_first = parsed.has(&["-e", "--regexp", "-f", "--file", "--files"])
        && matches!(tool.operands, AfterFirst(_));
    for (index, operand) in parsed.operands.iter().enumerate() {
        let last = index + 1 == parsed.operands.len();
        let role = match tool.operands {
            Ignore => continue,
            All(role) => role,
            AfterFirst(role) => {
                if index == 0 && !skip_first {
                    continue;
                }
                role
            }
            CopyTo => {
                if last && index > 0 && !parsed.has(&["-t", "--target-directory"]) {
                    Write
                } else {
                    Read
                }
            }
            Second => {
                if index == 1 {
                    Write
                } else {
                    Read
                }
            }
        };
        if name == "install" && parsed.has(&["-d", "--directory"]) {
            apply(effects, shell, work, Write, operand);
            continue;
        }
        if name == "scp" && is_remote(&operand.text) {
            continue;
        }
        if name == "scp"
            && role == Read
            && parsed.operands.last().is_some_and(|last| is_remote(&last.text))
        {
            apply(effects, shell, work, Send, operand);
            continue;
        }
        if matches!(name, "rg" | "ripgrep" | "grep" | "ag")
            && parsed.has(&["-l", "-c", "-q", "--files-with-matches", "--count", "--quiet"])
            && role == Read
        {
            // Only names and numbers come out.
            continue;
        }
        apply(effects, shell, work, role, operand);
    }
    if parsed.has(&["--no-clobber"]) && name == "tee" {
        work.out.output = work.stdin.clone();
    }
}

fn is_remote(text: &str) -> bool {
    text.contains("://")
        || text.split_once(':').is_some_and(|(host, _)| !host.contains('/') && !host.is_empty())
}

fn apply(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    role: Role,
    arg: &Arg,
) {
    match role {
        Read => {
            effects.read(shell, arg, work);
        }
        Write => {
            if arg.text != "-" {
                effects.write(shell, arg, work);
            }
        }
        Delete => effects.delete(shell, arg, false, work),
        Exec => effects.run_text(work, &arg.text, arg.taint, true),
        Editor => editor(effects, shell, work, &arg.text),
        SshOption => data::ssh_option(effects, work, &arg.text),
        AtFile => {
            if let Some((_, file)) = arg.text.split_once('@') {
                send_file(effects, shell, work, file);
            }
        }
        Send => send_file(effects, shell, work, &arg.text),
    }
}

fn send_file(effects: &mut Effects<'_>, shell: &Shell<'_>, work: &mut Work<'_>, file: &str) {
    let file = file.trim_matches('"');
    let file = file.split([';']).next().unwrap_or(file);
    for piece in file.split(',') {
        let arg = Arg { text: piece.to_owned(), literal: true, ..Arg::default() };
        let secret = effects.read(shell, &arg, work) || crate::places::is_secret_folder(piece);
        let tainted = shell.file(piece).is_some_and(|flow| flow.taint & SECRET != 0);
        if secret || tainted {
            effects.hit("secrets.send", piece);
        }
    }
}

/// Shell text in an editor's command.
fn editor(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, text: &str) {
    // What the editors' own languages delete and write, by a literal name.
    for (marker, deletes) in [
        ("(delete-directory", true),
        ("(delete-file", true),
        ("call delete(", true),
        ("(write-region nil nil", false),
        ("call writefile(", false),
    ] {
        let Some(at) = text.find(marker) else { continue };
        let rest = text.get(at + marker.len()..).unwrap_or("");
        let mut pieces = rest.split(['"', '\'']);
        let path = if marker.ends_with("writefile(") { pieces.nth(3) } else { pieces.nth(1) };
        let Some(path) = path.filter(|path| !path.is_empty()) else { continue };
        let arg = Arg { text: path.to_owned(), literal: true, ..Arg::default() };
        if deletes {
            effects.delete(shell, &arg, true, work);
        } else {
            effects.write(shell, &arg, work);
        }
    }
    for (marker, language) in [
        ("lua ", "lua"),
        ("python3 ", "python"),
        ("python ", "python"),
        ("py3 ", "python"),
        ("perl ", "perl"),
        ("ruby ", "ruby"),
    ] {
        if let Some(code) = text.trim_start_matches(':').strip_prefix(marker) {
            super::inline::scan(effects, shell, work, language, code);
        }
    }
    for marker in [
        "!",
        "system(",
        "shell ",
        "call system",
        "os.execute(",
        "os.system(",
        "Pre-Invoke::=",
        "DPkg::Pre-Install-Pkgs::=",
        "write !",
        "w !",
        "r !",
        "term ",
        "shell-command \"",
        "shell-command-to-string \"",
        "call-process \"",
        "jobstart(",
    ] {
        let Some(at) = text.find(marker) else { continue };
        let rest = text.get(at + marker.len()..).unwrap_or("");
        let rest = rest.trim_matches(|character| matches!(character, '"' | '\'' | ')' | '(' | ' '));
        effects.run_text(work, rest, 0, true);
    }
}

/// A line editor writes its file when its input says so.
fn editor_input(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let text = work.stdin.text.to_string();
    if text.lines().take(4096).any(|line| matches!(line.trim(), "w" | "wq" | "w!" | "x" | "W")) {
        for arg in args.iter().filter(|arg| !arg.text.starts_with('-')) {
            effects.write(shell, arg, work);
        }
    }
    for line in text.lines().take(256) {
        if let Some(code) = line.trim_start().strip_prefix('!') {
            effects.run_text(work, code, 0, true);
        } else if let Some(target) = line.trim_start().strip_prefix("w ") {
            if let Some(code) = target.trim_start().strip_prefix('!') {
                effects.run_text(work, code, 0, true);
            } else {
                let arg = Arg { text: target.trim().to_owned(), literal: true, ..Arg::default() };
                effects.write(shell, &arg, work);
            }
        }
    }
}

/// A new key is written; the other forms of the command only look at one.
fn keygen(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed = parse(args, "bCfGIJKMmNnOPrRSsTtVWwYzZDaE", &[], Order::Mixed);
    let looks =
        parsed.has(&["-l", "-y", "-F", "-H", "-B", "-e", "-i", "-L", "-Y", "-R", "-r", "-A"]);
    if let Some(file) = parsed.value(&["-f"])
        && !looks
    {
        let arg = Arg { text: file.to_owned(), literal: true, ..Arg::default() };
        effects.write(shell, &arg, work);
    }
}

fn openssl(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let public = args.iter().any(|arg| {
        matches!(
            arg.text.as_str(),
            "-pubout" | "-noout" | "x509" | "req" | "verify" | "-pubin" | "dgst" | "s_client"
        )
    });
    for pair in args.windows(2) {
        let [flag, value] = pair else { continue };
        match flag.text.as_str() {
            "-in" | "-kfile" if !public => {
                effects.read(shell, value, work);
            }
            "-out" | "-keyout" | "-writerand" => effects.write(shell, value, work),
            _ => {}
        }
    }
}

fn jq_files(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    for triple in args.windows(3) {
        if let [flag, _, file] = triple
            && matches!(flag.text.as_str(), "--rawfile" | "--slurpfile" | "--argfile")
        {
            effects.read(shell, file, work);
        }
    }
}

/// Takes out what jq is given as texts under a name; none of it is a file.
fn without_named_texts(args: &[Arg]) -> Vec<Arg> {
    let mut rest = args.iter();
    let mut kept = Vec::new();
    while let Some(arg) = rest.next() {
        if matches!(arg.text.as_str(), "--arg" | "--argjson") {
            rest.nth(1);
        } else {
            kept.push(arg.clone());
        }
    }
    kept
}

fn single_dash(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
    names: &[&str],
) {
    for pair in args.windows(2) {
        if let [flag, value] = pair
            && names.contains(&flag.text.as_str())
        {
            editor(effects, shell, work, &value.text);
        }
    }
}

/// Long options that name a file to read, of whatever tool.
fn option_files(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    for (index, arg) in args.iter().enumerate() {
        let Some(option) = arg.text.strip_prefix("--") else { continue };
        let (option, value) =
            option.split_once('=').map_or((option, None), |(option, value)| (option, Some(value)));
        // A program that is started with an environment file uses it and does not show it.
        if option.contains("env")
            || !(option.contains("file") || option.contains("from"))
            || option.contains("output")
        {
            continue;
        }
        let value = value.or_else(|| args.get(index + 1).map(|next| next.text.as_str()));
        if let Some(value) =
            value.filter(|value| !value.starts_with('-') && effects.is_secret(value, false))
        {
            let value = Arg { text: value.to_owned(), literal: true, ..Arg::default() };
            effects.read(shell, &value, work);
        }
    }
}
