//! What commands put out, as far as the text decides it, and small tables shared by the others.

use super::args::{Order, parse};
use super::{Effects, Work};
use crate::shell::run::{DECODED, Flow, NET, SECRET, Shell, VARIABLE};
use crate::shell::{Arg, UNKNOWN, unescape_text};

/// Variables whose value other programs run as a command.
pub(super) const EXECUTED_VARIABLES: &[&str] = &[
    "GIT_SSH_COMMAND",
    "GIT_SSH",
    "GIT_EXTERNAL_DIFF",
    "GIT_PAGER",
    "GIT_EDITOR",
    "GIT_SEQUENCE_EDITOR",
    "GIT_ASKPASS",
    "GIT_PROXY_COMMAND",
    "PAGER",
    "MANPAGER",
    "SYSTEMD_PAGER",
    "BAT_PAGER",
    "DELTA_PAGER",
    "PSQL_PAGER",
    "AWS_PAGER",
    "GH_PAGER",
    "LESSOPEN",
    "LESSCLOSE",
    "EDITOR",
    "VISUAL",
    "SUDO_EDITOR",
    "KUBE_EDITOR",
    "PSQL_EDITOR",
    "FCEDIT",
    "BROWSER",
    "SSH_ASKPASS",
    "SUDO_ASKPASS",
    "PROMPT_COMMAND",
    "RSYNC_RSH",
    "CVS_RSH",
    "SVN_SSH",
    "HG_EDITOR",
    "SVN_EDITOR",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "MAKESHELL",
    "FZF_DEFAULT_COMMAND",
    "RIPGREP_PREPROCESSOR",
    "PRE_COMMIT_CMD",
    "TEXEDIT",
    "MANOPT_PAGER",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "GH_EDITOR",
    "GH_BROWSER",
    "TAR_RSH",
    "DIFFPROG",
];

/// Options of ssh that run a program here.
pub(super) fn ssh_option(effects: &mut Effects<'_>, work: &mut Work<'_>, option: &str) {
    let (name, value) = option.split_once(['=', ' ']).unwrap_or((option, ""));
    let name = name.to_ascii_lowercase();
    if matches!(
        name.as_str(),
        "proxycommand" | "localcommand" | "knownhostscommand" | "xauthlocation"
    ) {
        effects.run_text(work, value, 0, true);
        if let Some(code) = work.out.code.last_mut() {
            code.elsewhere = false;
        }
    }
}

/// What `printf` prints for these words.
pub(super) fn printf(args: &[Arg]) -> String {
    let Some((format, rest)) = args.split_first() else { return String::new() };
    let mut out = String::new();
    let mut rest = rest.iter();
    let mut budget = 4096;
    loop {
        let mut consumed = false;
        let mut characters = format.text.chars().peekable();
        let mut literal = String::new();
        while let Some(character) = characters.next() {
            if character != '%' {
                literal.push(character);
                continue;
            }
            out.push_str(&unescape_text(&std::mem::take(&mut literal)));
            if characters.peek() == Some(&'%') {
                characters.next();
                out.push('%');
                continue;
            }
            let mut kind = 's';
            for next in characters.by_ref() {
                if next.is_ascii_alphabetic() {
                    kind = next;
                    break;
                }
            }
            consumed = true;
            let value = rest.next().map_or("", |arg| arg.text.as_str());
            match kind {
                'b' => out.push_str(&unescape_text(value)),
                'c' => out.extend(value.chars().next()),
                _ => out.push_str(value),
            }
        }
        out.push_str(&unescape_text(&literal));
        budget -= 1;
        if !consumed || rest.len() == 0 || budget == 0 {
            return out;
        }
    }
}

/// Sets what the command puts out, for those where it is known.
pub(super) fn output(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    argv: &[Arg],
) {
    let args = argv.get(1..).unwrap_or(&[]);
    let taint = args.iter().fold(0, |taint, arg| taint | arg.taint);
    let stdin = work.stdin.clone();
    if matches!(name, "echo" | "printf")
        && taint & VARIABLE != 0
        && super::code::is_shown(shell, work)
    {
        effects.hit("secrets.read", format!("{name} of a variable that holds a secret"));
    }
    work.out.output = match name {
        "echo" => {
            let mut escapes = false;
            let mut words = args.iter().peekable();
            while let Some(arg) = words.peek() {
                let text = arg.text.as_str();
                if text.len() > 1
                    && text.starts_with('-')
                    && text.bytes().skip(1).all(|byte| matches!(byte, b'n' | b'e' | b'E'))
                {
                    escapes |= text.contains('e');
                    words.next();
                } else {
                    break;
                }
            }
            let words: Vec<&str> = words.map(|arg| arg.text.as_str()).collect();
            let mut text = words.join(" ");
            if escapes {
                text = unescape_text(&text);
            }
            text.push('\n');
            Flow::text(&text, taint)
        }
        "printf" => Flow::text(&printf(args), taint),
        "pwd" => shell.cwd.as_deref().map_or_else(Flow::unknown, |cwd| Flow::text(cwd, 0)),
        "true" | "false" | ":" | "test" | "[" | "[[" => Flow::text("", 0),
        "which" | "type" | "whereis" | "basename" | "realpath" | "readlink" | "dirname" => {
            paths_of(shell, name, args)
        }
        "yes" => Flow::text(args.first().map_or("y", |arg| arg.text.as_str()), taint),
        "cat" | "tac" | "head" | "tail" | "pv" | "sponge" | "less" | "more" | "bat" | "dd"
        | "nl" | "sort" | "uniq" | "tee" => {
            let files: Vec<&Arg> =
                args.iter().filter(|arg| !arg.text.starts_with('-') || arg.text == "-").collect();
            let mut flow = Flow::default();
            let mut any = false;
            if name != "tee" && name != "dd" {
                for file in files {
                    let content = if file.text == "-" {
                        Some(stdin.clone())
                    } else if file.source != 0 {
                        shell.flows.get(file.source as usize).cloned()
                    } else {
                        shell.file(&file.text)
                    };
                    let secret = effects.is_secret(&file.text, file.glob);
                    let content =
                        content.unwrap_or_else(|| Flow::tainted(if secret { SECRET } else { 0 }));
                    any |= !matches!(name, "head" | "tail")
                        || !file.text.bytes().all(|byte| byte.is_ascii_digit());
                    if flow.exists {
                        flow = Flow::text(
                            &format!("{}{}", flow.text, content.text),
                            flow.taint | content.taint,
                        );
                    } else {
                        flow = content;
                    }
                }
            }
            if any { flow } else { stdin }
        }
        "rev" => Flow::text(
            &stdin
                .text
                .lines()
                .map(|line| line.chars().rev().collect::<String>())
                .collect::<Vec<_>>()
                .join("\n"),
            stdin.taint | if stdin.is_known() { DECODED } else { 0 },
        ),
        "tr" => {
            // A translation of a known text is a way of hiding it; deleting and squeezing are not.
            let deletes = args.first().is_some_and(|arg| arg.text.starts_with('-'));
            let hides = stdin.is_known() && !deletes;
            Flow::tainted(stdin.taint | if hides { DECODED } else { 0 })
        }
        "base64" | "base32" | "basenc" | "gbase64" | "b64" | "base58" | "base85" | "ascii85"
        | "uuencode" | "uudecode" | "xxd" | "openssl" | "gpg" | "age" | "zcat" | "gunzip"
        | "gzip" | "bzcat" | "bunzip2" | "bzip2" | "xzcat" | "unxz" | "xz" | "zstd" | "zstdcat"
        | "lz4" | "brotli" | "hexdump" | "od" | "rot13" | "caesar" | "basez" | "qprint"
        | "recode" => {
            if decodes(name, args) {
                Flow::tainted(stdin.taint | DECODED)
            } else {
                Flow::tainted(stdin.taint)
            }
        }
        "ls" | "gls" | "eza" | "exa" | "lsd" => {
            let operands: Vec<&str> = args
                .iter()
                .filter(|arg| !arg.text.starts_with('-'))
                .map(|arg| arg.text.as_str())
                .collect();
            if operands.is_empty() {
                Flow::text("*", 0)
            } else {
                Flow::text(&format!("{}/{UNKNOWN}", operands.join(" ").trim_end_matches('/')), 0)
            }
        }
        "rg" | "ripgrep" if args.iter().any(|arg| arg.text == "--files") => {
            let parsed = parse(
                args,
                "gtTefmABCEjMr",
                &["glob", "type", "type-not", "iglob", "max-depth"],
                Order::Mixed,
            );
            let narrowed = parsed.has(&["-g", "--glob", "-t", "--type", "-T", "--iglob"]);
            let root = parsed.operands.first().map_or(".", |arg| arg.text.as_str());
            Flow::text(
                &if narrowed {
                    format!("{}/{UNKNOWN}", root.trim_end_matches('/'))
                } else {
                    root.to_owned()
                },
                0,
            )
        }
        "curl" | "wget" | "wget2" | "fetch" | "http" | "https" | "xh" | "xhs" | "httpie"
        | "aria2c" | "axel" | "lynx" | "w3m" | "links" | "elinks" | "nc" | "ncat" | "netcat"
        | "socat" | "telnet" | "ftp" | "lftp" | "tftp" | "dig" | "host" | "nslookup" | "drill"
        | "curlie" | "gsutil" | "hurl" | "websocat" | "wscat" | "grpcurl" | "finger" | "gopher"
        | "aws" | "gcloud" | "rclone" | "ipfs" => {
            super::files::send_check(effects, work, name, args);
            Flow::tainted(NET)
        }
        "wc" | "sha256sum" | "sha1sum" | "md5sum" | "shasum" | "md5" | "b2sum" | "cksum"
        | "sum" | "file" | "stat" | "du" | "df" | "date" | "id" | "whoami" | "hostname"
        | "uname" | "seq" => Flow::unknown(),
        "pgrep" | "pidof" | "lsof" => {
            // The numbers of our processes stand for them.
            let ours = args.iter().any(|arg| arg.text.contains("moflo") || arg.text == "claude");
            if ours { Flow::text("moflo", 0) } else { Flow::unknown() }
        }
        "mktemp" => Flow::text(&format!("/tmp/{UNKNOWN}"), 0),
        "docker" | "podman" => {
            let listing = args.first().is_some_and(|arg| {
                matches!(arg.text.as_str(), "ps" | "images" | "volume" | "network" | "container")
            });
            let whole = listing
                && args.iter().any(|arg| arg.text.starts_with('-') && arg.text.contains('q'));
            Flow::text(&UNKNOWN.to_string(), if whole { WHOLE_LIST } else { 0 })
        }
        "env" => Flow::tainted(SECRET),
        _ => Flow::tainted(stdin.taint | (taint & (NET | DECODED))),
    };
}

/// The output lists everything of its kind.
pub(super) const WHOLE_LIST: u8 = 16;

fn paths_of(shell: &Shell<'_>, name: &str, args: &[Arg]) -> Flow {
    let Some(last) = args.iter().rev().find(|arg| !arg.text.starts_with('-')) else {
        return Flow::unknown();
    };
    let text = last.text.as_str();
    match name {
        "basename" => {
            Flow::text(text.trim_end_matches('/').rsplit('/').next().unwrap_or(text), last.taint)
        }
        "dirname" => Flow::text(
            text.rsplit_once('/').map_or(".", |(dir, _)| if dir.is_empty() { "/" } else { dir }),
            last.taint,
        ),
        "realpath" | "readlink" => Flow::text(&shell.absolute(text), last.taint),
        _ => Flow::text(&format!("/usr/bin/{text}"), 0),
    }
}

fn decodes(name: &str, args: &[Arg]) -> bool {
    let has = |names: &[&str]| args.iter().any(|arg| names.contains(&arg.text.as_str()));
    let short = |letter: char| {
        args.iter().any(|arg| {
            arg.text.starts_with('-') && !arg.text.starts_with("--") && arg.text.contains(letter)
        })
    };
    match name {
        "base64" | "base32" | "basenc" | "gbase64" | "b64" | "base58" => {
            short('d') || short('D') || args.iter().any(|arg| arg.text.starts_with("--d"))
        }
        "uudecode" | "zcat" | "gunzip" | "bzcat" | "bunzip2" | "xzcat" | "unxz" | "zstdcat"
        | "rot13" | "caesar" | "recode" => true,
        "xxd" => short('r') || has(&["-revert"]),
        "openssl" => {
            short('d')
                && args.first().is_some_and(|arg| {
                    matches!(arg.text.as_str(), "enc" | "base64" | "aes-256-cbc" | "zlib")
                        || arg.text.starts_with("aes")
                        || arg.text.starts_with("des")
                })
        }
        "gpg" | "age" | "gzip" | "bzip2" | "xz" | "zstd" | "lz4" | "brotli" | "base85"
        | "ascii85" | "basez" | "qprint" => {
            short('d')
                || args
                    .iter()
                    .any(|arg| arg.text.starts_with("--d") || arg.text.starts_with("--uncompress"))
        }
        _ => false,
    }
}
