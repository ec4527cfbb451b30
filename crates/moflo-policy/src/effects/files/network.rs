//! Tools that send and fetch: whether what they carry is a secret, and whether they give a shell away.

use super::{
    Arg, Effects, Order, SECRET, Shell, UNKNOWN, VARIABLE, Work, is, is_remote, parse, send_file,
};

pub(super) fn curl(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let parsed = parse(
        args,
        "AbcCdDeEFhHKmoPQrtTuUwxXyYz",
        &[
            "output",
            "data",
            "data-binary",
            "data-raw",
            "data-ascii",
            "data-urlencode",
            "json",
            "form",
            "form-string",
            "upload-file",
            "header",
            "user",
            "user-agent",
            "request",
            "url",
            "proxy",
            "cert",
            "key",
            "cacert",
            "cookie",
            "cookie-jar",
            "config",
            "dump-header",
            "max-time",
            "connect-timeout",
            "retry",
            "output-dir",
            "referer",
            "range",
            "resolve",
            "interface",
            "stderr",
            "trace",
            "trace-ascii",
            "netrc-file",
            "write-out",
            "capath",
            "limit-rate",
            "max-filesize",
            "proxy-user",
            "oauth2-bearer",
            "unix-socket",
            "retry-delay",
            "retry-max-time",
            "ciphers",
            "tls-max",
            "libcurl",
            "hsts",
            "alt-svc",
            "etag-save",
            "etag-compare",
            "variable",
        ],
        Order::Mixed,
    );
    for (typed, value) in &parsed.options {
        let Some(value) = value else { continue };
        let arg =
            Arg { text: (*value).to_owned(), literal: !value.contains(UNKNOWN), ..Arg::default() };
        let one_of = |names: &[&str]| names.iter().any(|name| is(typed, name));
        if one_of(&[
            "-o",
            "--output",
            "-D",
            "--dump-header",
            "-c",
            "--cookie-jar",
            "--stderr",
            "--trace",
            "--trace-ascii",
            "--libcurl",
            "--etag-save",
            "--output-dir",
        ]) {
            if *value != "-" {
                effects.write(shell, &arg, work);
            }
        } else if one_of(&["-T", "--upload-file"]) {
            send_file(effects, shell, work, value);
        } else if one_of(&[
            "-d",
            "--data",
            "--data-binary",
            "--data-ascii",
            "--json",
            "-F",
            "--form",
            "--data-urlencode",
            "-H",
            "--header",
            "--variable",
        ]) {
            let marker = value.find(['@', '<']);
            if let Some(at) = marker
                && (at == 0
                    || value.as_bytes().get(at - 1) == Some(&b'=')
                    || one_of(&["--data-urlencode", "--variable"])
                    || value.get(..at).is_some_and(|before| before.ends_with("=\"")))
            {
                send_file(effects, shell, work, value.get(at + 1..).unwrap_or(""));
            }
        } else if one_of(&["-K", "--config", "--netrc-file"])
            || (one_of(&["-b", "--cookie"]) && !value.contains('='))
        {
            effects.read(shell, &arg, work);
        }
    }
    let deletes = parsed
        .value(&["-X", "--request"])
        .is_some_and(|method| method.eq_ignore_ascii_case("DELETE"));
    for operand in &parsed.operands {
        let path = operand.text.split_once("://").map_or(operand.text.as_str(), |(_, rest)| rest);
        let path = path.split('?').next().unwrap_or("");
        if deletes && path.split('/').skip(1).any(|part| part == "_all" || part.contains('*')) {
            effects.hit("db.destroy", operand.text.clone());
        }
        if let Some(path) = operand.text.strip_prefix("file://") {
            let arg = Arg { text: path.to_owned(), ..(*operand).clone() };
            effects.read(shell, &arg, work);
        }
    }
}

/// Says whether the hosts named are the ones a token is for: those of known services and this
/// machine, or hosts that the text does not say.
fn belongs(words: &[&str]) -> bool {
    const SERVICES: [&str; 40] = [
        "github.com",
        "githubusercontent.com",
        "ghcr.io",
        "gitlab.com",
        "bitbucket.org",
        "openai.com",
        "anthropic.com",
        "googleapis.com",
        "google.com",
        "amazonaws.com",
        "azure.com",
        "microsoft.com",
        "windows.net",
        "npmjs.org",
        "pypi.org",
        "crates.io",
        "docker.com",
        "docker.io",
        "slack.com",
        "stripe.com",
        "atlassian.net",
        "linear.app",
        "sentry.io",
        "cloudflare.com",
        "vercel.com",
        "netlify.com",
        "digitalocean.com",
        "heroku.com",
        "huggingface.co",
        "fly.io",
        "supabase.co",
        "supabase.com",
        "datadoghq.com",
        "circleci.com",
        "twilio.com",
        "sendgrid.com",
        "discord.com",
        "telegram.org",
        "notion.com",
        "localhost",
    ];
    let hosts: Vec<&str> = words
        .iter()
        .filter(|word| !word.starts_with('-') && !word.contains(' '))
        .filter_map(|word| {
            word.split_once("://").map(|(_, rest)| rest.split(['/', ':', '?']).next().unwrap_or(""))
        })
        .collect();
    hosts.iter().all(|host| {
        host.contains(UNKNOWN)
            || host.starts_with("127.")
            || host.starts_with("0.0.0.0")
            || !host.contains('.')
            || host.ends_with(".local")
            || host.ends_with(".internal")
            || SERVICES.iter().any(|service| {
                host.strip_suffix(service)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
    }) && !hosts.is_empty()
}

/// Secrets that flow into a program that talks to the network.
pub(in crate::effects) fn send_check(
    effects: &mut Effects<'_>,
    work: &Work<'_>,
    name: &str,
    args: &[Arg],
) {
    if work.stdin.taint & SECRET != 0 {
        effects.hit("secrets.send", name);
        return;
    }
    let words: Vec<&str> = args.iter().map(|arg| arg.text.as_str()).collect();
    // A token in the header that is made for tokens goes to whom it was made for.
    let meant = |arg: &Arg| {
        let text = arg.text.to_ascii_lowercase();
        ["authorization:", "private-token:", "x-api-key:", "x-auth-token:", "job-token:", "apikey:"]
            .iter()
            .any(|header| text.starts_with(header))
    };
    let secure = words.iter().any(|word| word.starts_with("https://"));
    let args: Vec<&Arg> = args.iter().filter(|arg| !(secure && meant(arg))).collect();
    if (args.iter().any(|arg| arg.taint & VARIABLE != 0) || work.stdin.taint & VARIABLE != 0)
        && !belongs(&words)
    {
        effects.hit("secrets.send", name);
        return;
    }
    for arg in args {
        if arg.spliced && arg.taint & SECRET != 0 {
            effects.hit("secrets.send", name);
            return;
        }
    }
}

pub(super) fn rsync(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    let parsed = parse(
        args,
        "eTfBM",
        &[
            "rsh",
            "rsync-path",
            "exclude",
            "include",
            "files-from",
            "exclude-from",
            "include-from",
            "temp-dir",
            "compare-dest",
            "link-dest",
            "backup-dir",
            "suffix",
            "log-file",
            "password-file",
            "filter",
            "bwlimit",
            "port",
            "chmod",
            "chown",
            "partial-dir",
            "out-format",
            "max-size",
            "min-size",
            "timeout",
            "info",
        ],
        Order::Mixed,
    );
    if parsed.has(&["-n", "--dry-run", "--help", "--version"]) {
        return;
    }
    for value in parsed.values(&["-e", "--rsh", "--rsync-path"]) {
        effects.run_text(work, value, 0, true);
    }
    let deletes = parsed
        .options
        .iter()
        .any(|(typed, _)| typed.starts_with("--del") || typed.starts_with("--remove-s"));
    if let [sources @ .., target] = parsed.operands.as_slice()
        && !sources.is_empty()
    {
        let remote = is_remote(&target.text);
        for source in sources {
            if is_remote(&source.text) {
                continue;
            }
            if remote {
                send_file(effects, shell, work, &source.text);
            } else {
                effects.read(shell, source, work);
            }
            if parsed.options.iter().any(|(typed, _)| typed.starts_with("--remove-s")) {
                effects.delete(shell, source, true, work);
            }
        }
        if !remote {
            effects.write(shell, target, work);
            if deletes {
                effects.delete(shell, target, true, work);
            }
        }
    }
}

pub(super) fn network(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) {
    let mut shells = false;
    for (index, arg) in args.iter().enumerate() {
        let text = arg.text.as_str();
        if name == "socat" {
            let upper = text.to_ascii_uppercase();
            if upper.starts_with("EXEC:")
                || upper.starts_with("SYSTEM:")
                || upper.contains(",EXEC:")
                || upper.starts_with("SHELL:")
            {
                shells = true;
            }
            for (prefix, writes) in
                [("OPEN:", true), ("CREATE:", true), ("FILE:", false), ("GOPEN:", false)]
            {
                if upper.starts_with(prefix) {
                    let path =
                        text.get(prefix.len()..).unwrap_or("").split(',').next().unwrap_or("");
                    let arg = Arg { text: path.to_owned(), literal: true, ..Arg::default() };
                    effects.read(shell, &arg, work);
                    if writes {
                        effects.write(shell, &arg, work);
                    }
                }
            }
        } else if name != "telnet" {
            let bundle = text.starts_with('-') && !text.starts_with("--");
            let short = bundle
                && (text.contains('e') || (text.contains('c') && name != "websocat"))
                && args.get(index + 1).is_some_and(|next| {
                    next.text.contains("sh")
                        || next.text.contains('/')
                        || next.text.contains("cmd")
                        || next.text.contains("python")
                });
            shells |= short
                || text.starts_with("--exec")
                || text.starts_with("--sh-exec")
                || text.starts_with("--lua-exec")
                || text.starts_with("sh-c:")
                || text.starts_with("cmd:")
                || text.starts_with("exec:");
        }
    }
    if shells {
        effects.hit("exec.reverse-shell", name);
    }
}

/// Tools that carry files to other machines.
pub(super) fn uploads(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) {
    let uploads = match name {
        "aws"
        | "gsutil"
        | "gcloud"
        | "az"
        | "s3cmd"
        | "s5cmd"
        | "mc"
        | "rclone"
        | "b2"
        | "azcopy"
        | "oci"
        | "ipfs"
        | "gdrive"
        | "megaput"
        | "dropbox_uploader.sh"
        | "transfer.sh"
        | "termbin"
        | "pastebinit"
        | "gist"
        | "ix"
        | "sprunge"
        | "0x0"
        | "nc"
        | "ncat"
        | "netcat"
        | "ncftpput"
        | "tftp"
        | "magic-wormhole"
        | "rsend"
        | "hf"
        | "huggingface-cli"
        | "scw"
        | "wrangler"
        | "vercel"
        | "netlify"
        | "surge" => true,
        "gh" | "glab" => args
            .iter()
            .any(|arg| matches!(arg.text.as_str(), "gist" | "release" | "snippet" | "api")),
        "docker" | "podman" | "kubectl" | "oc" | "lxc" | "incus" => {
            args.iter().any(|arg| matches!(arg.text.as_str(), "cp" | "push"))
        }
        _ => false,
    };
    if !uploads {
        return;
    }
    for arg in args.iter().filter(|arg| !arg.text.starts_with('-') && !is_remote(&arg.text)) {
        let path = arg.text.rsplit_once('@').map_or(arg.text.as_str(), |(_, path)| path);
        if effects.is_secret(path, arg.glob) || crate::places::is_secret_folder(path) {
            let file = Arg { text: path.to_owned(), ..arg.clone() };
            effects.read(shell, &file, work);
            effects.hit("secrets.send", path);
        }
    }
}
