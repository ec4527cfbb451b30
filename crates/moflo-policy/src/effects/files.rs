//! Tools that read, write, delete or run what their words name: one table, and the few tools whose
//! words do not fit a table.

use super::args::{Order, Parsed, is, parse};
use super::heads::Heads;
use super::{Effects, Place, Work, data, paths};
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

const GREP_LONGS: &[&str] = &[
    "regexp",
    "file",
    "max-count",
    "context",
    "after-context",
    "before-context",
    "include",
    "exclude",
    "exclude-dir",
    "exclude-from",
    "label",
    "color",
    "colour",
    "binary-files",
    "devices",
    "directories",
];
const RG_LONGS: &[&str] = &[
    "regexp",
    "file",
    "glob",
    "iglob",
    "type",
    "type-not",
    "max-count",
    "context",
    "after-context",
    "before-context",
    "replace",
    "sort",
    "sortr",
    "threads",
    "encoding",
    "max-depth",
    "max-filesize",
    "color",
    "colors",
    "pre",
    "pre-glob",
    "ignore-file",
    "engine",
    "type-add",
    "path-separator",
    "max-columns",
    "hostname-bin",
    "dfa-size-limit",
    "regex-size-limit",
    "field-match-separator",
    "context-separator",
    "generate",
];

/// The tools whose words fit a table.
const TOOLS: &[Tool] = &[
    // Readers.
    tool(
        &[
            "cat",
            "tac",
            "rev",
            "nl",
            "bat",
            "batcat",
            "ccat",
            "pygmentize",
            "highlight",
            "glow",
            "mdcat",
            "zcat",
            "bzcat",
            "xzcat",
            "zstdcat",
            "gzcat",
            "lolcat",
            "vcat",
            "sponge-in",
            "expand",
            "unexpand",
            "hexyl",
            "tspin",
            "lnav",
        ],
        "rlHnpA",
        &[
            "language",
            "style",
            "theme",
            "line-range",
            "highlight-line",
            "pager",
            "paging",
            "color",
            "tabs",
            "wrap",
            "terminal-width",
        ],
        &[("--pager", Exec)],
        All(Read),
    ),
    tool(
        &["head", "tail", "ghead", "gtail", "multitail"],
        "ncs",
        &["lines", "bytes", "pid", "sleep-interval", "max-unchanged-stats"],
        &[],
        All(Read),
    ),
    tool(
        &["less", "more", "most", "pg", "view", "zless", "zmore", "lesspipe", "moar", "ov"],
        "bhjkoOpPtTxyzD#",
        &["lines", "log-file", "pattern", "tag", "prompt"],
        &[("-o", Write), ("-O", Write), ("--log-file", Write)],
        All(Read),
    ),
    tool(
        &["grep", "egrep", "fgrep", "ggrep", "zgrep", "bzgrep", "xzgrep", "pcregrep", "pcre2grep"],
        "efmABCdD",
        GREP_LONGS,
        &[("-f", Read), ("--file", Read)],
        AfterFirst(Read),
    ),
    tool(
        &["rg", "ripgrep", "rga"],
        "efgtTmABCrEjMd",
        RG_LONGS,
        &[
            ("--pre", Exec),
            ("--hostname-bin", Exec),
            ("-f", Read),
            ("--file", Read),
            ("--ignore-file", Read),
        ],
        AfterFirst(Read),
    ),
    tool(
        &["ag", "ack", "ugrep", "ug", "sift", "pt"],
        "GmABCgf",
        &["ignore", "depth", "pager", "filter", "include", "exclude", "type", "output"],
        &[("--pager", Exec), ("--filter", Exec)],
        AfterFirst(Read),
    ),
    tool(
        &["ast-grep", "sg", "comby", "semgrep"],
        "plre",
        &["pattern", "lang", "rewrite", "config"],
        &[],
        Ignore,
    ),
    tool(
        &["cut", "gcut"],
        "bcfd",
        &["bytes", "characters", "fields", "delimiter", "output-delimiter"],
        &[],
        All(Read),
    ),
    tool(
        &["sort", "gsort"],
        "kotTSl",
        &[
            "key",
            "output",
            "field-separator",
            "temporary-directory",
            "buffer-size",
            "compress-program",
            "files0-from",
            "parallel",
            "batch-size",
            "random-source",
            "sort",
        ],
        &[
            ("-o", Write),
            ("--output", Write),
            ("--compress-program", Exec),
            ("--files0-from", Read),
            ("--random-source", Read),
        ],
        All(Read),
    ),
    tool(&["uniq"], "fsw", &["skip-fields", "skip-chars", "check-chars"], &[], Second),
    tool(
        &["wc", "du"],
        "dBtX",
        &["files0-from", "exclude-from", "max-depth", "exclude", "block-size", "time-style"],
        &[("--files0-from", Read), ("-X", Read)],
        Ignore,
    ),
    tool(
        &["od", "hexdump", "hd"],
        "AjNStwnsef",
        &["address-radix", "skip-bytes", "read-bytes", "format", "width"],
        &[("-f", Read)],
        All(Read),
    ),
    tool(&["xxd"], "clgoRsn", &[], &[], Second),
    tool(
        &["strings", "gstrings"],
        "nteTsoU",
        &["bytes", "radix", "encoding", "target", "output-separator"],
        &[],
        All(Read),
    ),
    tool(
        &["base64", "base32", "basenc", "gbase64", "base58"],
        "wbo",
        &["wrap"],
        &[("-o", Write)],
        All(Read),
    ),
    tool(
        &[
            "diff",
            "sdiff",
            "diff3",
            "colordiff",
            "icdiff",
            "delta",
            "difft",
            "cmp",
            "comm",
            "wdiff",
            "dwdiff",
            "vimdiff",
        ],
        "UCxXIwFoWin",
        &[
            "unified",
            "context",
            "exclude",
            "exclude-from",
            "from-file",
            "to-file",
            "label",
            "output",
            "width",
            "color",
            "ignore-matching-lines",
            "diff-program",
        ],
        &[
            ("-o", Write),
            ("--output", Write),
            ("--from-file", Read),
            ("--to-file", Read),
            ("--diff-program", Exec),
            ("-X", Read),
        ],
        All(Read),
    ),
    tool(
        &[
            "paste", "join", "column", "fold", "fmt", "pr", "csvlook", "csvcut", "csvgrep", "xsv",
            "mlr", "tsort", "shuf", "ptx", "look", "iconv", "enscript", "a2ps", "lp", "lpr",
        ],
        "dt12aevoscHwjiznpfr",
        &["output", "delimiters"],
        &[("-o", Write), ("--output", Write)],
        All(Read),
    ),
    tool(
        &["split", "csplit", "gsplit"],
        "ablnCtf",
        &["lines", "bytes", "number", "suffix-length", "filter", "prefix", "additional-suffix"],
        &[("--filter", Exec)],
        All(Read),
    ),
    tool(&["tee", "gtee"], "p", &["output-error"], &[], All(Write)),
    tool(&["sponge", "vipe", "pee-out"], "", &[], &[], All(Write)),
    tool(&["pee"], "", &[], &[], All(Exec)),
    tool(
        &["jq", "gojq", "jaq", "yq", "dasel", "fx", "xq", "tomlq", "jql"],
        "fLpo",
        &["from-file", "indent", "tab", "input-format", "output-format", "rawfile", "slurpfile"],
        &[("-f", Read), ("--from-file", Read)],
        AfterFirst(Read),
    ),
    tool(
        &[
            "envsubst",
            "dotenv-linter",
            "envdir",
            "shyaml",
            "json_pp",
            "python-dotenv",
            "xmllint",
            "tidy",
        ],
        "o",
        &["output"],
        &[("-o", Write), ("--output", Write)],
        All(Read),
    ),
    tool(
        &[
            "vim", "vi", "nvim", "ex", "gvim", "vimx", "rvim", "mvim", "neovim", "elvis", "kak",
            "hx", "helix",
        ],
        "ctTuUSwWipre",
        &[
            "cmd",
            "startuptime",
            "servername",
            "remote-send",
            "remote-expr",
            "listen",
            "server",
            "config",
        ],
        &[
            ("-c", Editor),
            ("--cmd", Editor),
            ("-e", Editor),
            ("-S", Read),
            ("-w", Write),
            ("-W", Write),
        ],
        All(Read),
    ),
    tool(
        &["emacs", "emacsclient", "xemacs", "mg", "jed", "zile"],
        "lufTQsed",
        &["eval", "execute", "load", "funcall", "user", "directory", "script", "batch-load"],
        &[("--eval", Editor), ("--execute", Editor)],
        All(Read),
    ),
    tool(
        &["nano", "pico", "micro", "joe", "ne", "ed", "red", "code", "subl", "gedit", "kate"],
        "rsTQoYp",
        &["goto"],
        &[],
        All(Read),
    ),
    // Writers.
    tool(&["touch", "gtouch"], "drt", &["date", "reference", "time"], &[], All(Write)),
    tool(&["mkdir", "gmkdir"], "mZ", &["mode", "context"], &[], All(Write)),
    tool(&["mkfifo", "mknod"], "mZ", &["mode"], &[], Ignore),
    tool(
        &["truncate", "gtruncate", "fallocate"],
        "slonr",
        &["size", "length", "offset", "reference"],
        &[],
        All(Write),
    ),
    tool(
        &["shred", "gshred", "wipe", "srm", "scrub", "nwipe"],
        "nszpbX",
        &["iterations", "size", "random-source", "pattern"],
        &[],
        All(Delete),
    ),
    tool(
        &["install", "ginstall"],
        "gmotSZ",
        &["group", "mode", "owner", "target-directory", "suffix", "strip-program"],
        &[("-t", Write), ("--target-directory", Write), ("--strip-program", Exec)],
        CopyTo,
    ),
    tool(
        &["patch", "gpatch"],
        "pdioDrBVYzFg",
        &["strip", "directory", "input", "output", "reject-file", "get", "fuzz"],
        &[
            ("-o", Write),
            ("--output", Write),
            ("-i", Read),
            ("--input", Read),
            ("-d", Write),
            ("--directory", Write),
        ],
        All(Write),
    ),
    tool(
        &["unzip", "7z", "7za", "7zz", "7zr", "unrar", "bsdtar-x", "unar", "jar"],
        "dxoPC",
        &[],
        &[("-d", Write)],
        Ignore,
    ),
    tool(
        &["cpio"],
        "DFIOEHCMR",
        &["directory", "file", "rsh-command"],
        &[("-D", Write), ("--rsh-command", Exec), ("--directory", Write)],
        Ignore,
    ),
    tool(
        &["zip", "zipnote"],
        "bniOxTtP",
        &["unzip-command"],
        &[("--unzip-command", Exec), ("-b", Write), ("-O", Write)],
        Ignore,
    ),
    tool(
        &["gzip", "bzip2", "xz", "zstd", "lz4", "brotli", "gunzip", "bunzip2", "unxz"],
        "SoDTMC",
        &["suffix", "output"],
        &[("-o", Write), ("--output", Write)],
        All(Read),
    ),
    tool(
        &["gpg", "gpg2"],
        "orukN",
        &[
            "output",
            "recipient",
            "passphrase-file",
            "passphrase",
            "homedir",
            "status-fd",
            "photo-viewer",
            "agent-program",
            "keyserver",
        ],
        &[
            ("-o", Write),
            ("--output", Write),
            ("--photo-viewer", Exec),
            ("--agent-program", Exec),
            ("--passphrase-file", Read),
        ],
        Ignore,
    ),
    tool(&["ssh-keygen"], "bCfGIJKMmNnOPrRSsTtVWwYyzZDaE", &[], &[], Ignore),
    tool(&["scp"], "cDFiJloPSX", &[], &[("-S", Exec), ("-o", SshOption)], CopyTo),
    tool(
        &["sftp"],
        "BbcDFiJloPRSsX",
        &[],
        &[("-S", Exec), ("-o", SshOption), ("-b", Read)],
        Ignore,
    ),
    tool(
        &["man", "gman", "apropos", "info"],
        "CRLmMSseEPHTr",
        &[
            "config-file",
            "pager",
            "encoding",
            "locale",
            "manpath",
            "sections",
            "preprocessor",
            "prompt",
            "browser",
            "html",
        ],
        &[("-P", Exec), ("--pager", Exec), ("-H", Exec), ("--html", Exec), ("--browser", Exec)],
        Ignore,
    ),
    tool(
        &["fzf", "sk", "gum", "peco"],
        "qnfdbm",
        &[
            "preview",
            "bind",
            "query",
            "filter",
            "delimiter",
            "with-nth",
            "nth",
            "height",
            "prompt",
            "header",
            "preview-window",
            "become",
            "cmd",
        ],
        &[("--preview", Exec), ("--cmd", Exec)],
        Ignore,
    ),
    tool(
        &["mysqldump", "pg_dump", "pg_dumpall", "mongodump"],
        "fhpUudnNtTjoFP",
        &["file", "host", "port", "username", "user", "dbname", "result-file", "out"],
        &[("-f", Write), ("--file", Write), ("--result-file", Write)],
        Ignore,
    ),
    tool(
        &["wget", "wget2"],
        "oOaieBPtTwQUlADRIXSn",
        &[
            "output-file",
            "append-output",
            "output-document",
            "input-file",
            "directory-prefix",
            "post-file",
            "body-file",
            "use-askpass",
            "load-cookies",
            "header",
            "user",
            "password",
            "post-data",
            "body-data",
            "method",
            "user-agent",
            "tries",
            "timeout",
            "save-cookies",
            "config",
            "execute",
            "certificate",
            "private-key",
        ],
        &[
            ("-O", Write),
            ("--output-document", Write),
            ("-P", Write),
            ("--directory-prefix", Write),
            ("-o", Write),
            ("--output-file", Write),
            ("--save-cookies", Write),
            ("--post-file", Send),
            ("--body-file", Send),
            ("-i", Read),
            ("--input-file", Read),
            ("--use-askpass", Exec),
            ("-a", Write),
            ("--append-output", Write),
        ],
        Ignore,
    ),
    tool(
        &[
            "aria2c",
            "axel",
            "fetch",
            "http",
            "https",
            "xh",
            "curlie",
            "yt-dlp",
            "youtube-dl",
            "gdown",
        ],
        "odsxijUHaPS",
        &["out", "dir", "output", "download", "exec", "input-file", "downloader"],
        &[
            ("-o", Write),
            ("--output", Write),
            ("-d", Write),
            ("--dir", Write),
            ("--exec", Exec),
            ("--downloader", Exec),
            ("-i", Read),
            ("--input-file", Read),
        ],
        All(AtFile),
    ),
    tool(&["openssl"], "", &[], &[], Ignore),
    tool(
        &["tcpdump"],
        "zwrGCWZiscEFVyn",
        &[],
        &[("-z", Exec), ("-w", Write), ("-F", Read)],
        Ignore,
    ),
    tool(
        &["pandoc"],
        "oftVMHBACFLc",
        &[
            "output",
            "from",
            "to",
            "filter",
            "lua-filter",
            "pdf-engine",
            "template",
            "metadata-file",
        ],
        &[
            ("-o", Write),
            ("--output", Write),
            ("-F", Exec),
            ("--filter", Exec),
            ("--pdf-engine", Exec),
        ],
        All(Read),
    ),
    tool(
        &["gcc", "g++", "cc", "c++", "clang", "clang++", "rustc", "ld"],
        "oIDLlxUwBW",
        &["output", "sysroot"],
        &[("-o", Write)],
        Ignore,
    ),
    tool(&["qemu-img", "convert", "magick", "ffmpeg", "mogrify", "sox"], "", &[], &[], Ignore),
    tool(
        &[
            "dos2unix",
            "unix2dos",
            "recode",
            "prettier",
            "black",
            "gofmt",
            "rustfmt",
            "clang-format",
            "shfmt",
        ],
        "",
        &[],
        &[],
        Ignore,
    ),
    tool(&["ctags"], "fIL", &["options"], &[("-f", Write), ("-L", Read)], Ignore),
    tool(&["logrotate"], "sl", &["state", "log"], &[("-s", Write), ("-l", Write)], Ignore),
    tool(&["screenfetch", "neofetch"], "", &["ascii", "source"], &[("--source", Read)], Ignore),
    tool(&["xdg-open", "open", "start"], "aba", &[], &[], Ignore),
    tool(
        &["pbcopy", "xclip", "xsel", "wl-copy", "clip", "clip.exe"],
        "tdsl",
        &["selection", "target"],
        &[],
        All(Read),
    ),
    tool(
        &["mail", "mailx", "mutt", "sendmail", "msmtp", "swaks", "s-nail"],
        "sabcrAiHSeF",
        &["attach", "subject", "body"],
        &[("-a", Send), ("-A", Send), ("--attach", Send), ("-i", Send)],
        Ignore,
    ),
    tool(
        &[
            "pr-send",
            "croc",
            "wormhole",
            "transfer",
            "ffsend",
            "bashupload",
            "filebrowser",
            "share",
        ],
        "",
        &[],
        &[],
        AfterFirst(Send),
    ),
    tool(&["smbclient"], "cUWNIpA", &["command"], &[("-c", Editor), ("-A", Read)], Ignore),
    tool(
        &["lftp", "ftp", "tnftp", "ncftp"],
        "ecfup",
        &[],
        &[("-e", Editor), ("-c", Editor), ("-f", Read)],
        Ignore,
    ),
    tool(
        &["gdb", "lldb", "cgdb"],
        "xpcsdo",
        &[
            "eval-command",
            "command",
            "batch",
            "one-line",
            "init-eval-command",
            "ex",
            "iex",
            "core",
            "pid",
            "source",
        ],
        &[
            ("--eval-command", Editor),
            ("--init-eval-command", Editor),
            ("--one-line", Editor),
            ("-o", Editor),
        ],
        Ignore,
    ),
    tool(&["strace-log", "perf-data"], "", &[], &[], Ignore),
    tool(&["dmesg", "journalctl"], "", &[], &[], Ignore),
    tool(&["run-parts"], "a", &["arg"], &[], Ignore),
    tool(&["capsh"], "", &[], &[], Ignore),
    tool(
        &["dpkg", "rpm"],
        "",
        &["pre-invoke", "define", "eval", "pipe"],
        &[("--pre-invoke", Exec), ("--pipe", Exec)],
        Ignore,
    ),
    tool(
        &["apt", "apt-get", "aptitude"],
        "oct",
        &["option", "config-file"],
        &[("-o", Editor), ("--option", Editor)],
        Ignore,
    ),
    tool(&["yum", "dnf", "zypper", "pacman", "apk", "brew"], "", &[], &[], Ignore),
    tool(&["tclsh", "wish", "guile", "racket"], "", &[], &[], Ignore),
    tool(&["hg"], "Rr", &["config", "repository"], &[("--config", Editor)], Ignore),
    tool(
        &["svn", "svnadmin"],
        "",
        &["diff-cmd", "editor-cmd", "config-option", "diff3-cmd", "merge-cmd"],
        &[
            ("--diff-cmd", Exec),
            ("--editor-cmd", Exec),
            ("--diff3-cmd", Exec),
            ("--merge-cmd", Exec),
        ],
        Ignore,
    ),
    tool(&["ln-s", "linkfarm"], "", &[], &[], Ignore),
    tool(&["column-t", "csvtool"], "", &[], &[], Ignore),
    tool(
        &["setfacl", "chattr", "lsattr", "setfattr", "xattr", "chcon"],
        "mxMXnvpsturl",
        &["modify", "remove", "set"],
        &[],
        Ignore,
    ),
    tool(
        &["flex", "bison", "yacc", "protoc"],
        "o",
        &["output"],
        &[("-o", Write), ("--output", Write)],
        Ignore,
    ),
    tool(&["node-gyp", "gulp", "grunt"], "", &[], &[], Ignore),
    tool(&["ssh-copy-id", "ssh-add"], "ipoF", &[], &[("-o", SshOption)], Ignore),
    tool(&["mount", "umount"], "toLU", &["types", "options"], &[], Ignore),
];

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
        "kill" | "pkill" | "killall" | "shutdown" | "reboot" | "halt" | "poweroff" | "init"
        | "telinit" | "systemctl" | "service" | "launchctl" => power(effects, name, args),
        "jq" | "gojq" | "jaq" => jq_files(effects, shell, work, args),
        "gdb" | "lldb" => single_dash(effects, work, args, &["-ex", "-iex", "-o", "-O"]),
        "ld.so" | "ld-linux-x86-64.so.2" => Effects::next(work, args),
        _ if name.starts_with("ld-linux") => Effects::next(work, args),
        _ => {}
    }
    if HEADS.may_hold(name)
        && let Some(tool) = TOOLS.iter().find(|tool| tool.names.contains(&name))
    {
        table(effects, shell, work, tool, name, args);
    }
    option_files(effects, shell, work, args);
    uploads(effects, shell, work, name, args);
    devices(effects, name, args);
    remember(shell, work, name, args);
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
        Editor => editor(effects, work, &arg.text),
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
        let secret = effects.read(shell, &arg, work) || paths::is_secret_dir(piece);
        let tainted = shell.file(piece).is_some_and(|flow| flow.taint & SECRET != 0);
        if secret || tainted {
            effects.hit("secrets.send", piece);
        }
    }
}

/// Shell text in an editor's command.
fn editor(effects: &mut Effects<'_>, work: &mut Work<'_>, text: &str) {
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

fn remove(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) {
    let args = if name == "gio" {
        if !args.first().is_some_and(|arg| matches!(arg.text.as_str(), "trash" | "remove")) {
            return;
        }
        args.get(1..).unwrap_or(&[])
    } else {
        args
    };
    let parsed = parse(args, "", &[], Order::Mixed);
    if parsed.has(&["--help", "--version"])
        && !args.iter().take_while(|arg| arg.text != "--").any(|arg| arg.text == "/")
    {
        return;
    }
    let recursive = parsed.has(&["-r", "-R", "--recursive"])
        || !matches!(name, "rm" | "grm" | "unlink" | "rmdir");
    for operand in &parsed.operands {
        effects.delete(shell, operand, recursive, work);
        // `find . -exec rm -f {}`: the project itself, file by file.
        if !recursive && matches!(name, "rm" | "grm" | "unlink") {
            let (place, path) = effects.place(shell, operand, work);
            if place == Place::Project && !work.elsewhere && work.count > 1 {
                effects.hit("fs.delete-project", path);
            }
        }
    }
}

fn moves(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed = parse(args, "tS", &["target-directory", "suffix"], Order::Mixed);
    let target = parsed.value(&["-t", "--target-directory"]);
    let count = if target.is_some() {
        parsed.operands.len()
    } else {
        parsed.operands.len().saturating_sub(1)
    };
    for operand in parsed.operands.iter().take(count) {
        let (place, path) = effects.place(shell, operand, work);
        match place {
            Place::Unknown | Place::Temp | Place::Inside => {
                if place == Place::Inside {
                    effects.delete(shell, operand, true, work);
                }
            }
            // Bringing something in from outside takes it away there.
            Place::Outside | Place::HomeBelow => effects.hit("fs.move-outside", path),
            _ => effects.delete(shell, operand, true, work),
        }
    }
    let target = target.map(|text| Arg { text: text.to_owned(), literal: true, ..Arg::default() });
    if let Some(target) = target.as_ref().or(if count < parsed.operands.len() {
        parsed.operands.last().copied()
    } else {
        None
    }) {
        if target.text == "/dev/null" {
            for operand in parsed.operands.iter().take(count) {
                let (_, path) = effects.place(shell, operand, work);
                effects.hit("fs.delete-outside", path);
            }
        }
        destination(effects, shell, work, target, &parsed, count);
    }
}

/// A copy or move into a directory writes the file of that name there.
fn destination(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    target: &Arg,
    parsed: &Parsed<'_>,
    count: usize,
) {
    effects.write(shell, target, work);
    for operand in parsed.operands.iter().take(count.min(8)) {
        let name = operand.text.trim_end_matches('/').rsplit('/').next().unwrap_or("");
        if name.is_empty() || name.contains(UNKNOWN) {
            continue;
        }
        let inner = Arg { text: format!("{}/{name}", target.text), ..target.clone() };
        let (place, path) = effects.place(shell, &inner, work);
        if matches!(place, Place::Inside | Place::HomeBelow) {
            effects.guard_ours(&path, false, "writes");
        }
    }
}

fn copy(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
    reads: bool,
) {
    let parsed = parse(args, "tS", &["target-directory", "suffix"], Order::Mixed);
    let target = parsed.value(&["-t", "--target-directory"]);
    let count = if target.is_some() {
        parsed.operands.len()
    } else {
        parsed.operands.len().saturating_sub(1)
    };
    for operand in parsed.operands.iter().take(count) {
        if reads {
            let secret = effects.read(shell, operand, work);
            if !secret && paths::is_secret_dir(&shell.absolute(&operand.text)) {
                effects.hit("secrets.read", operand.text.clone());
            }
        }
    }
    let target = target.map(|text| Arg { text: text.to_owned(), literal: true, ..Arg::default() });
    if let Some(target) = target.as_ref().or(if count < parsed.operands.len() {
        parsed.operands.last().copied()
    } else {
        None
    }) {
        destination(effects, shell, work, target, &parsed, count);
    }
}

fn link(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let parsed = parse(args, "tS", &["target-directory", "suffix"], Order::Mixed);
    if let [sources @ .., target] = parsed.operands.as_slice()
        && !sources.is_empty()
    {
        effects.write(shell, target, work);
        for source in sources {
            // A second name for a secret or for our files is a way around what guards the first.
            effects.read(shell, source, work);
            let (_, path) = effects.place(shell, source, work);
            if paths::is_ours(&path, effects.map, false) && !path.contains("/bin/") {
                effects.hit("self.tamper", format!("links {path}"));
            }
        }
    }
    if let Some(target) = parsed.value(&["-t", "--target-directory"]) {
        let arg = Arg { text: target.to_owned(), literal: true, ..Arg::default() };
        effects.write(shell, &arg, work);
    }
}

fn permissions(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) {
    // Modes such as `-x` look like options.
    let mut recursive = false;
    let mut reference = false;
    let mut operands: Vec<&Arg> = Vec::new();
    let mut only_operands = false;
    let mut mode_given = false;
    let mut index = 0;
    while let Some(arg) = args.get(index) {
        index += 1;
        let text = arg.text.as_str();
        if !only_operands {
            match text {
                "--" => {
                    only_operands = true;
                    continue;
                }
                "--help" | "--version" => return,
                "--from" | "--reference" => {
                    reference |= text == "--reference";
                    index += 1;
                    continue;
                }
                _ if text.starts_with("--") => {
                    recursive |= text.len() > 4 && "--recursive".starts_with(text);
                    reference |= text.starts_with("--reference=");
                    continue;
                }
                _ if text.starts_with('-') && text.len() > 1 => {
                    let mode = name.ends_with("chmod")
                        && text.bytes().skip(1).all(|byte| {
                            matches!(
                                byte,
                                b'r' | b'w' | b'x' | b'X' | b's' | b't' | b'u' | b'g' | b'o' | b'a'
                            )
                        });
                    recursive |= text.contains('R');
                    if mode {
                        mode_given = true;
                    }
                    if matches!(name, "setfacl")
                        && matches!(text, "-m" | "-x" | "-M" | "-X" | "-Rm" | "-Rx")
                    {
                        mode_given = true;
                        index += 1;
                    }
                    continue;
                }
                _ => {}
            }
        }
        operands.push(arg);
    }
    let skip = usize::from(
        !reference && !mode_given && !matches!(name, "chattr" | "setfacl")
            || (name == "chattr"
                && operands
                    .first()
                    .is_some_and(|arg| arg.text.starts_with('+') || arg.text.starts_with('='))),
    );
    for operand in operands.into_iter().skip(skip) {
        effects.chmod(shell, operand, recursive, work);
    }
}

fn dd(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    for arg in args {
        if let Some(target) = arg.text.strip_prefix("of=") {
            let target = Arg { text: target.to_owned(), ..arg.clone() };
            effects.write(shell, &target, work);
        } else if let Some(source) = arg.text.strip_prefix("if=") {
            let source = Arg { text: source.to_owned(), ..arg.clone() };
            effects.read(shell, &source, work);
        }
    }
}

fn sed(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    // BSD's `-i ''` takes the next word; GNU's takes none.
    let mut cleaned: Vec<Arg> = Vec::with_capacity(args.len());
    let mut in_place = false;
    let mut index = 0;
    while let Some(arg) = args.get(index) {
        let text = arg.text.as_str();
        let short = text.starts_with('-') && !text.starts_with("--");
        if short && text.contains('i') || text.starts_with("--in-place") {
            in_place = true;
            if args.get(index + 1).is_some_and(|next| next.text.is_empty() && next.quoted) {
                index += 1;
            }
        }
        if !(text.starts_with("-i")
            && text.len() > 2
            && !text.starts_with("-in")
            && !text.starts_with("-ir")
            && !text.starts_with("-iE")
            && !text.starts_with("-ie"))
        {
            cleaned.push(arg.clone());
        }
        index += 1;
    }
    let parsed = parse(&cleaned, "efl", &["expression", "file", "line-length"], Order::Mixed);
    let mut scripts: Vec<(String, u8)> =
        parsed.values(&["-e", "--expression"]).map(|text| (text.to_owned(), 0)).collect();
    let mut operands = parsed.operands.as_slice();
    if scripts.is_empty()
        && !parsed.has(&["-f", "--file"])
        && let Some((first, rest)) = operands.split_first()
    {
        scripts.push((first.text.clone(), first.taint));
        operands = rest;
    }
    for value in parsed.values(&["-f", "--file"]) {
        if let Some(content) = shell.file(value) {
            scripts.push((content.text.to_string(), content.taint));
        }
    }
    for (script, taint) in scripts {
        sed_script(effects, shell, work, &script, taint);
    }
    for operand in operands {
        if in_place {
            effects.write(shell, operand, work);
        } else {
            effects.read(shell, operand, work);
        }
    }
    work.out.output =
        if operands.is_empty() { Flow::tainted(work.stdin.taint) } else { Flow::unknown() };
}

/// Reads a sed script for the commands that run, read or write.
fn sed_script(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    script: &str,
    taint: u8,
) {
    let bytes = script.as_bytes();
    let mut at = 0;
    let rest_of_line = |from: usize| {
        let rest = script.get(from..).unwrap_or("");
        rest.split('\n').next().unwrap_or("").trim()
    };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' '
            | b'\t'
            | b'\n'
            | b';'
            | b'{'
            | b'}'
            | b'!'
            | b','
            | b'$'
            | b'~'
            | b'+'
            | b'0'..=b'9' => at += 1,
            b'/' => at = skip_delimited(bytes, at + 1, b'/'),
            b'\\' => {
                let delimiter = bytes.get(at + 1).copied().unwrap_or(b'/');
                at = skip_delimited(bytes, at + 2, delimiter);
            }
            b'I' | b'M' => at += 1,
            b's' | b'y' => {
                let delimiter = bytes.get(at + 1).copied().unwrap_or(b'/');
                let middle = skip_delimited(bytes, at + 2, delimiter);
                let end = skip_delimited(bytes, middle, delimiter);
                let mut flags = end;
                while let Some(&flag) = bytes.get(flags) {
                    match flag {
                        b'e' => {
                            let replacement =
                                script.get(middle..end.saturating_sub(1)).unwrap_or("");
                            effects.run_text(work, replacement, taint, true);
                            flags += 1;
                        }
                        b'w' => {
                            let target = rest_of_line(flags + 1);
                            write_target(effects, shell, work, target);
                            flags += 1 + target.len() + 1;
                        }
                        b'g' | b'p' | b'i' | b'I' | b'm' | b'M' | b'0'..=b'9' => flags += 1,
                        _ => break,
                    }
                }
                at = flags.max(at + 1);
            }
            b'e' => {
                let text = rest_of_line(at + 1);
                if !text.is_empty() {
                    effects.run_text(work, text, taint, true);
                }
                at += 1 + script.get(at + 1..).unwrap_or("").split('\n').next().map_or(0, str::len);
            }
            b'w' | b'W' => {
                write_target(effects, shell, work, rest_of_line(at + 1));
                at += 1 + script.get(at + 1..).unwrap_or("").split('\n').next().map_or(0, str::len);
            }
            b'r' | b'R' => {
                let arg =
                    Arg { text: rest_of_line(at + 1).to_owned(), literal: true, ..Arg::default() };
                effects.read(shell, &arg, work);
                at += 1 + script.get(at + 1..).unwrap_or("").split('\n').next().map_or(0, str::len);
            }
            // Text of `a`, `i`, `c`, labels and comments run to the end of the line.
            b'a' | b'i' | b'c' | b'b' | b't' | b'T' | b':' | b'#' => {
                at += 1 + script.get(at + 1..).unwrap_or("").split('\n').next().map_or(0, str::len);
            }
            _ => at += 1,
        }
    }
}

fn skip_delimited(bytes: &[u8], from: usize, delimiter: u8) -> usize {
    let mut at = from;
    let mut class = false;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' {
            at += 2;
            continue;
        }
        if byte == b'[' && !class {
            class = true;
        } else if byte == b']' {
            class = false;
        }
        if byte == delimiter && !class {
            return at + 1;
        }
        at += 1;
    }
    // A class left open was a plain bracket.
    bytes
        .iter()
        .enumerate()
        .skip(from)
        .find(|(_, byte)| **byte == delimiter)
        .map_or(bytes.len(), |(at, _)| at + 1)
}

fn write_target(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    target: &str,
) {
    let target = target.trim_end_matches('}').trim();
    if target.is_empty() {
        return;
    }
    let arg = Arg { text: target.to_owned(), literal: true, ..Arg::default() };
    effects.write(shell, &arg, work);
}

fn tar(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    // The old style puts the letters first, without a dash.
    let mut args = args.to_vec();
    if let Some(first) = args.first_mut()
        && !first.text.starts_with('-')
        && first.text.bytes().all(|byte| byte.is_ascii_alphabetic())
    {
        // In the old style the values follow in the order of their letters; the archive is enough.
        first.text.insert(0, '-');
        let bundle = first.text.clone();
        if bundle.contains('f') && !bundle.ends_with('f') {
            first.text = format!("{}f", bundle.replace('f', ""));
        }
    }
    let parsed = parse(
        &args,
        "fCIFTXbHgKLNVn",
        &[
            "file",
            "directory",
            "use-compress-program",
            "checkpoint-action",
            "to-command",
            "info-script",
            "new-volume-script",
            "rsh-command",
            "files-from",
            "exclude",
            "exclude-from",
            "transform",
            "xform",
            "owner",
            "group",
            "mode",
            "format",
            "strip-components",
            "rmt-command",
            "one-file-system-from",
            "add-file",
        ],
        Order::Mixed,
    );
    let extracts = parsed.has(&["-x", "--extract", "--get"]);
    let creates = parsed.has(&["-c", "--create", "-r", "--append", "-u", "--update"]);
    for (typed, value) in &parsed.options {
        let Some(value) = value else { continue };
        let arg = Arg { text: (*value).to_owned(), literal: true, ..Arg::default() };
        match *typed {
            "-C" | "--directory" if extracts => effects.write(shell, &arg, work),
            "-f" | "--file" if creates && *value != "-" && !is_remote(value) => {
                effects.write(shell, &arg, work);
            }
            "-I" | "-F" => effects.run_text(work, value, 0, true),
            "-T" | "--files-from" => {
                effects.read(shell, &arg, work);
            }
            _ => {
                let names = [
                    "--use-compress-program",
                    "--to-command",
                    "--info-script",
                    "--new-volume-script",
                    "--rsh-command",
                    "--rmt-command",
                ];
                if names.iter().any(|name| is(typed, name)) {
                    effects.run_text(work, value, 0, true);
                } else if is(typed, "--checkpoint-action")
                    && let Some(text) = value.strip_prefix("exec=")
                {
                    effects.run_text(work, text, 0, true);
                }
            }
        }
    }
    if parsed.has(&["--remove-files"]) && creates {
        for operand in &parsed.operands {
            effects.delete(shell, operand, true, work);
        }
    }
    if creates {
        for operand in &parsed.operands {
            effects.read(shell, operand, work);
            if paths::is_secret_dir(&shell.absolute(&operand.text)) {
                effects.hit("secrets.read", operand.text.clone());
            }
        }
    }
    if extracts && parsed.has(&["-P", "--absolute-names"]) {
        effects.hit("fs.write-outside", "tar --absolute-names");
    }
}

fn curl(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
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
    for operand in &parsed.operands {
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
pub(super) fn send_check(effects: &mut Effects<'_>, work: &Work<'_>, name: &str, args: &[Arg]) {
    if work.stdin.taint & SECRET != 0 {
        effects.hit("secrets.send", name);
        return;
    }
    let words: Vec<&str> = args.iter().map(|arg| arg.text.as_str()).collect();
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

fn rsync(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
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

fn network(
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

fn zip(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    for (index, arg) in args.iter().enumerate() {
        let text = arg.text.as_str();
        if let Some(value) =
            text.strip_prefix("-TT=").or_else(|| text.strip_prefix("--unzip-command="))
        {
            effects.run_text(work, value, arg.taint, true);
        } else if matches!(text, "-TT" | "--unzip-command")
            && let Some(next) = args.get(index + 1)
        {
            effects.run_text(work, &next.text, next.taint, true);
        } else if !text.starts_with('-') {
            effects.read(shell, arg, work);
            if paths::is_secret_dir(text) {
                effects.hit("secrets.read", text);
            }
        }
    }
    let moves = args.iter().any(|arg| {
        arg.text == "--move"
            || (arg.text.starts_with('-')
                && !arg.text.starts_with("--")
                && arg.text.contains('m')
                && !arg.text.contains('T'))
    });
    let files: Vec<&Arg> = args.iter().filter(|arg| !arg.text.starts_with('-')).collect();
    if let Some((archive, files)) = files.split_first() {
        effects.write(shell, archive, work);
        if moves {
            for file in files {
                effects.delete(shell, file, true, work);
            }
        }
    }
}

fn openssl(effects: &mut Effects<'_>, shell: &mut Shell<'_>, work: &mut Work<'_>, args: &[Arg]) {
    let public = args.iter().any(|arg| {
        matches!(
            arg.text.as_str(),
            "-pubout"
                | "-noout"
                | "x509"
                | "req"
                | "verify"
                | "-check"
                | "-pubin"
                | "dgst"
                | "s_client"
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

fn single_dash(effects: &mut Effects<'_>, work: &mut Work<'_>, args: &[Arg], names: &[&str]) {
    for pair in args.windows(2) {
        if let [flag, value] = pair
            && names.contains(&flag.text.as_str())
        {
            editor(effects, work, &value.text);
        }
    }
}

fn power(effects: &mut Effects<'_>, name: &str, args: &[Arg]) {
    let words: Vec<&str> = args.iter().map(|arg| arg.text.as_str()).collect();
    if words.iter().any(|word| {
        matches!(*word, "--help" | "-h" | "--version") && name != "shutdown" || *word == "--help"
    }) {
        return;
    }
    let off = [
        "poweroff",
        "reboot",
        "halt",
        "kexec",
        "suspend",
        "hibernate",
        "emergency",
        "rescue",
        "isolate",
        "exit",
    ];
    match name {
        "shutdown" if !words.iter().any(|word| matches!(*word, "-c" | "--show" | "--version")) => {
            effects.hit("disk.power", name);
        }
        "reboot" | "halt" | "poweroff" => effects.hit("disk.power", name),
        "init" | "telinit"
            if words.first().is_some_and(|word| matches!(*word, "0" | "1" | "6")) =>
        {
            effects.hit("disk.power", format!("{name} {}", words.join(" ")));
        }
        "systemctl" => {
            let sub = words.iter().find(|word| !word.starts_with('-')).copied().unwrap_or("");
            if off.contains(&sub) {
                effects.hit("disk.power", format!("systemctl {sub}"));
            } else if matches!(sub, "stop" | "disable" | "mask")
                && words.iter().any(|word| {
                    [
                        "ssh",
                        "sshd",
                        "network",
                        "firewall",
                        "docker",
                        "postgresql",
                        "mysql",
                        "auditd",
                        "systemd-",
                    ]
                    .iter()
                    .any(|unit| word.starts_with(unit))
                })
            {
                effects.hit("infra.destroy", format!("systemctl {sub}"));
            }
        }
        "kill" => {
            let everything = words.iter().skip(1).any(|word| *word == "-1")
                || (words.len() == 1 && words.first() == Some(&"-1"));
            if everything || (words.contains(&"--") && words.last() == Some(&"-1")) {
                effects.hit("disk.kill-all", "kill -1");
            } else if words.last() == Some(&"1")
                && words.iter().any(|word| matches!(*word, "-9" | "-KILL" | "-SIGKILL"))
            {
                effects.hit("disk.kill-all", "kill 1");
            }
        }
        "pkill" | "killall" => {
            let everything = words.iter().any(|word| matches!(*word, "." | ".*" | "-1" | "" | "^"))
                || (name == "pkill"
                    && words
                        .windows(2)
                        .any(|pair| matches!(pair, ["-u" | "-U" | "--uid" | "--euid", _]))
                    && words.iter().filter(|word| !word.starts_with('-')).count() <= 1)
                || (name == "killall"
                    && words.windows(2).any(|pair| matches!(pair, ["-u" | "--user", _]))
                    && words.iter().filter(|word| !word.starts_with('-')).count() <= 1);
            if everything {
                effects.hit("disk.kill-all", name);
            }
        }
        _ => {}
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
            value.filter(|value| !value.starts_with('-') && super::is_secret(value, false))
        {
            let value = Arg { text: value.to_owned(), literal: true, ..Arg::default() };
            effects.read(shell, &value, work);
        }
    }
}

/// Tools that carry files to other machines.
fn uploads(
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
        if super::is_secret(path, arg.glob) || paths::is_secret_dir(path) {
            let file = Arg { text: path.to_owned(), ..arg.clone() };
            effects.read(shell, &file, work);
            effects.hit("secrets.send", path);
        }
    }
}

/// Programs that wipe or repartition what they are given.
fn devices(effects: &mut Effects<'_>, name: &str, args: &[Arg]) {
    let device = |arg: &Arg| arg.text.starts_with("/dev/") && effects_device(&arg.text);
    let formats = name.starts_with("mkfs")
        || matches!(
            name,
            "mke2fs"
                | "mkswap"
                | "mkntfs"
                | "newfs"
                | "mkdosfs"
                | "mkexfatfs"
                | "mkreiserfs"
                | "bcachefs"
        );
    let asks = args.iter().any(|arg| {
        matches!(
            arg.text.as_str(),
            "--help" | "-h" | "--version" | "-V" | "-n" | "--dry-run" | "--no-act"
        )
    });
    if formats && !args.is_empty() && args.iter().any(|arg| !arg.text.starts_with('-')) {
        if !args.iter().any(|arg| matches!(arg.text.as_str(), "--help" | "--version" | "-V"))
            && args.iter().any(|arg| device(arg) || arg.text.contains(UNKNOWN))
        {
            effects
                .hit("disk.format", format!("{name} {}", args.last().map_or("", |arg| &arg.text)));
        }
        return;
    }
    let partition = matches!(
        name,
        "wipefs"
            | "fdisk"
            | "sfdisk"
            | "cfdisk"
            | "gdisk"
            | "sgdisk"
            | "parted"
            | "blkdiscard"
            | "hdparm"
            | "nvme"
            | "cryptsetup"
            | "pvremove"
            | "vgremove"
            | "lvremove"
            | "pvcreate"
            | "mdadm"
            | "badblocks"
            | "zpool"
            | "zfs"
            | "btrfs"
            | "diskutil"
            | "flashrom"
            | "efibootmgr"
            | "tune2fs"
            | "e2fsck"
            | "debugfs"
            | "swapoff"
            | "format"
            | "xfs_repair"
            | "resize2fs"
            | "losetup"
            | "dmsetup"
            | "grub-install"
    );
    if !partition || (asks && name != "badblocks") {
        return;
    }
    let words: Vec<&str> = args.iter().map(|arg| arg.text.as_str()).collect();
    let has = |names: &[&str]| words.iter().any(|word| names.contains(word));
    let bad = match name {
        "wipefs" => has(&["-a", "--all", "-af", "-fa", "-o", "--offset", "-f"]),
        "fdisk" | "sfdisk" | "cfdisk" | "gdisk" => {
            args.iter().any(device)
                && !has(&["-l", "--list", "-s", "-d", "--dump", "-J", "--json", "-x"])
        }
        "sgdisk" => words.iter().any(|word| {
            word.starts_with("-Z")
                || word.starts_with("--zap")
                || word.starts_with("-o")
                || word.starts_with("-d")
                || word.starts_with("-n")
        }),
        "parted" => has(&["mklabel", "rm", "mkpart", "mktable", "resizepart"]),
        "blkdiscard" | "pvremove" | "vgremove" | "lvremove" | "grub-install" => !args.is_empty(),
        "pvcreate" => args.iter().any(device),
        "hdparm" => words.iter().any(|word| {
            word.contains("security-erase")
                || word.contains("trim-sector")
                || word.contains("make-bad")
        }),
        "nvme" => has(&["format", "sanitize", "delete-ns"]),
        "cryptsetup" => {
            has(&["luksFormat", "erase", "luksErase", "luksRemoveKey", "luksKillSlot", "reencrypt"])
        }
        "mdadm" => words.iter().any(|word| {
            word.starts_with("--zero")
                || word.starts_with("--stop")
                || word.starts_with("--remove")
                || word.starts_with("--create")
        }),
        "badblocks" => words.iter().any(|word| word.starts_with('-') && word.contains('w')),
        "zpool" => has(&["destroy", "labelclear"]),
        "zfs" => has(&["destroy", "rollback"]),
        "btrfs" => has(&["delete"]) && has(&["subvolume", "sub", "device"]),
        "diskutil" => {
            words.first().is_some_and(|word| {
                ["erase", "partition", "zero", "secure", "random", "reformat", "delete", "apfs"]
                    .iter()
                    .any(|start| word.to_ascii_lowercase().starts_with(start))
            }) && !has(&["list"])
        }
        "flashrom" => has(&["-w", "-E", "--write", "--erase"]),
        "efibootmgr" => has(&["-B", "--delete-bootnum"]),
        "dmsetup" => has(&["remove", "remove_all", "wipe_table"]),
        "debugfs" => has(&["-w"]),
        "format" => words.iter().any(|word| word.ends_with(':')),
        _ => false,
    };
    if bad {
        effects.hit("disk.format", format!("{name} {}", words.join(" ")));
    }
}

fn effects_device(path: &str) -> bool {
    let map = super::Map { root: "/\u{0}", home: "/\u{0}" };
    map.place(path, false) == Place::Device
}

/// Follows what is written into files, so that running them later can be judged.
fn remember(shell: &mut Shell<'_>, work: &mut Work<'_>, name: &str, args: &[Arg]) {
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
                    .any(|operand| super::is_secret(&operand.text, false) || operand.source != 0)
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
                        super::is_secret(&source.text, false).then(|| Flow::tainted(SECRET))
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
