//! Which programs are interpreters, and which names of functions run, delete, read, write or decode.

use super::Interpreter;

pub(super) const INTERPRETERS: &[Interpreter] = &[
    Interpreter {
        names: &[
            "python",
            "python2",
            "python3",
            "pypy",
            "pypy3",
            "ipython",
            "ipython3",
            "micropython",
            "jython",
        ],
        code: &["-c"],
        bundle: "c",
        values: &["-W", "-X", "-m", "--check-hash-based-pycs", "-Q"],
        subs: &[],
    },
    Interpreter {
        names: &["node", "nodejs", "tsx", "ts-node", "iojs", "electron", "babel-node", "esr"],
        code: &["-e", "--eval", "-p", "--print", "-pe"],
        bundle: "ep",
        values: &["-r", "--require", "--import", "--loader", "--env-file", "--input-type", "-C"],
        subs: &[],
    },
    Interpreter {
        names: &["bun"],
        code: &["-e", "--eval", "-p", "--print"],
        bundle: "ep",
        values: &["-r", "--preload"],
        subs: &[],
    },
    Interpreter {
        names: &["deno"],
        code: &[],
        bundle: "",
        values: &["--ext", "--config", "--import-map"],
        subs: &["eval"],
    },
    Interpreter {
        names: &["perl", "perl5", "raku", "perl6"],
        code: &["-e", "-E"],
        bundle: "eE",
        values: &["-M", "-I", "-m"],
        subs: &[],
    },
    Interpreter {
        names: &["ruby", "jruby", "irb", "truffleruby"],
        code: &["-e"],
        bundle: "e",
        values: &["-r", "-I", "-C", "-E"],
        subs: &[],
    },
    Interpreter {
        names: &["php", "php8", "php7", "hhvm"],
        code: &["-r", "--run", "-B", "-R", "-E", "--process-code", "--process-begin"],
        bundle: "r",
        values: &["-d", "-c", "-z", "-S", "-t"],
        subs: &[],
    },
    Interpreter {
        names: &["lua", "luajit", "lua5.1", "lua5.2", "lua5.3", "lua5.4", "texlua"],
        code: &["-e"],
        bundle: "e",
        values: &["-l"],
        subs: &[],
    },
    Interpreter {
        names: &["osascript"],
        code: &["-e"],
        bundle: "e",
        values: &["-l", "-s"],
        subs: &[],
    },
    Interpreter {
        names: &["Rscript", "R", "littler", "r"],
        code: &["-e", "--eval"],
        bundle: "e",
        values: &[],
        subs: &[],
    },
    Interpreter {
        names: &["julia"],
        code: &["-e", "-E", "--eval", "--print"],
        bundle: "eE",
        values: &["-L", "-p", "-t"],
        subs: &[],
    },
    Interpreter {
        names: &["elixir", "iex", "erl"],
        code: &["-e", "--eval", "-eval", "--rpc-eval"],
        bundle: "e",
        values: &["-r", "-S", "-pa"],
        subs: &[],
    },
    Interpreter {
        names: &["groovy", "scala", "kotlin", "jshell", "clojure", "clj", "bb"],
        code: &["-e", "--eval", "-i"],
        bundle: "e",
        values: &["-cp"],
        subs: &[],
    },
    Interpreter {
        names: &["tclsh", "wish", "expect"],
        code: &["-c"],
        bundle: "c",
        values: &["-f"],
        subs: &[],
    },
    Interpreter {
        names: &[
            "swift",
            "dotnet-script",
            "csi",
            "ghc",
            "runghc",
            "ocaml",
            "guile",
            "racket",
            "sbcl",
            "gst",
            "gawk-i",
            "crystal",
        ],
        code: &["-e", "--eval", "-c"],
        bundle: "e",
        values: &[],
        subs: &["eval"],
    },
    Interpreter {
        names: &["rails"],
        code: &[],
        bundle: "",
        values: &["-e"],
        subs: &["runner", "r"],
    },
    Interpreter {
        names: &["go-eval", "gore", "evcxr"],
        code: &["-e"],
        bundle: "e",
        values: &[],
        subs: &[],
    },
];

/// Calls that run shell text or an argument vector.
pub(super) const EXEC: &[&str] = &[
    "system",
    "popen",
    "popen2",
    "popen3",
    "exec",
    "execSync",
    "execFile",
    "execFileSync",
    "spawn",
    "spawnSync",
    "execa",
    "execaSync",
    "shell_exec",
    "passthru",
    "proc_open",
    "pcntl_exec",
    "call",
    "check_call",
    "check_output",
    "getoutput",
    "getstatusoutput",
    "Popen",
    "run",
    "execv",
    "execve",
    "execvp",
    "execl",
    "execlp",
    "execle",
    "spawnl",
    "spawnv",
    "spawnlp",
    "spawnvp",
    "posix_spawn",
    "create_subprocess_shell",
    "create_subprocess_exec",
    "execute",
    "capture2",
    "capture2e",
    "capture3",
    "pipeline",
    "system2",
    "Command",
    "cmd",
    "os_system",
    "sh",
    "shell",
    "execCommand",
    "doShellScript",
    "startfile",
    "readpipe",
    "fork_exec",
    "zx",
    "$",
];

/// Calls whose name is common, so the object before it must be known.
pub(super) const EXEC_NEEDS_OBJECT: &[(&str, &[&str])] = &[
    ("run", &["subprocess", "sp", "Bun", "Deno", "invoke", "Context", "sh", "shell"]),
    ("call", &["subprocess", "sp"]),
    (
        "exec",
        &[
            "child_process",
            "cp",
            "Kernel",
            "",
            "shell",
            "shelljs",
            "require",
            "process",
            "childProcess",
            "execSync",
            "proc",
        ],
    ),
    ("execute", &["os", "io"]),
    ("cmd", &["System", "os"]),
    ("sh", &["System", "sh", "subprocess", ""]),
    ("shell", &["IO", "os", ""]),
    ("Command", &["Deno"]),
    ("$", &["", "Bun"]),
    ("pipeline", &["Open3"]),
    (
        "spawn",
        &["child_process", "cp", "Process", "Kernel", "", "pty", "pexpect", "Bun", "require", "os"],
    ),
];

/// Calls that delete what they are given.
pub(super) const DELETE: &[&str] = &[
    "rmtree",
    "remove",
    "unlink",
    "rmdir",
    "removedirs",
    "rmSync",
    "rm",
    "rmdirSync",
    "unlinkSync",
    "removeSync",
    "emptyDirSync",
    "rm_rf",
    "rm_r",
    "rm_f",
    "remove_dir",
    "remove_entry_secure",
    "remove_entry",
    "remove_tree",
    "rimraf",
    "rimrafSync",
    "deleteDirectory",
    "delete",
    "rf",
    "removeDirectory",
    "unlinkpath",
    "move_to_trash",
    "send2trash",
    "del",
    "truncate",
    "delete_file",
    "rm_rf!",
    "removeFile",
    "removeItem",
    "deleteIfExists",
    "deleteRecursively",
    "RemoveAll",
];

/// Calls that read a file.
pub(super) const READ: &[&str] = &[
    "open",
    "readFileSync",
    "readFile",
    "read",
    "readlines",
    "read_text",
    "read_bytes",
    "file_get_contents",
    "file",
    "slurp",
    "Path",
    "fopen",
    "readTextFile",
    "readTextFileSync",
    "createReadStream",
    "loadtxt",
    "read_csv",
    "readfile",
    "load_dotenv",
    "dotenv_values",
    "foreach",
    "IO",
    "lines",
    "binread",
    "readAllText",
    "input",
];

/// Calls that write a file.
pub(super) const WRITE: &[&str] = &[
    "open",
    "writeFileSync",
    "writeFile",
    "write",
    "write_text",
    "write_bytes",
    "file_put_contents",
    "fopen",
    "writeTextFile",
    "writeTextFileSync",
    "appendFileSync",
    "appendFile",
    "createWriteStream",
    "copyFileSync",
    "copyfile",
    "copy",
    "copy2",
    "cp",
    "symlink",
    "symlinkSync",
    "renameSync",
    "rename",
    "move",
    "replace",
    "mkdir",
    "makedirs",
    "mkdirSync",
    "chmodSync",
    "chmod",
    "binwrite",
    "copyfileobj",
    "touch",
    "mv",
];

/// Names of functions that turn hidden text into plain text.
pub(super) fn is_decoder(name: &str) -> bool {
    matches!(
        name,
        "b64decode"
            | "atob"
            | "decode_base64"
            | "base64_decode"
            | "unhexlify"
            | "a85decode"
            | "b32decode"
            | "b16decode"
            | "b85decode"
            | "fromhex"
            | "unpack"
            | "urlsafe_b64decode"
            | "standard_b64decode"
            | "strict_decode64"
            | "urlsafe_decode64"
            | "decode64"
            | "gzinflate"
            | "gzuncompress"
            | "str_rot13"
            | "decompress"
            | "fromCharCode"
            | "inflateSync"
            | "gunzipSync"
            | "hex2bin"
            | "convert_uudecode"
    )
}
