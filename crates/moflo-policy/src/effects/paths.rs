//! What a path is to the person who owns it: the project, its history, the home, the system,
//! a device, a secret, or ours.
//!
//! It is one file because its tables of names are read together.

use crate::shell::{Arg, UNKNOWN};

/// Where a path lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The text does not say.
    Unknown,
    /// `/`.
    Root,
    /// `/etc`, `/usr` and the like, and below.
    System,
    /// A home directory itself, or the directory of all of them.
    Home,
    /// Below the user's home, outside the project.
    HomeBelow,
    /// The project root, or everything in it.
    Project,
    /// A file or directory of the project.
    Inside,
    /// The history of the project.
    Git,
    /// Below a directory for temporary files, or a harmless device.
    Temp,
    /// A device.
    Device,
    /// Anything else.
    Outside,
}

/// The directories that make up the machine.
const SYSTEM: &[&str] = &[
    "bin",
    "boot",
    "dev",
    "etc",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "usr",
    "var",
    "snap",
    "nix",
    "Applications",
    "Library",
    "System",
    "private",
    "cores",
    "Volumes",
    "efi",
    "lost+found",
];

const HARMLESS_DEVICES: &[&str] = &[
    "null", "zero", "full", "stdin", "stdout", "stderr", "tty", "fd", "shm", "pts", "ptmx",
    "random", "urandom", "console", "tcp", "udp",
];

/// Matches a shell pattern of `*`, `?` and `[…]` against a name. Bounded backtracking: only the
/// last star is retried.
pub(crate) fn glob_match(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if n >= name.len() {
            return pattern.get(p..).unwrap_or(&[]).iter().all(|&byte| byte == b'*');
        }
        let matched = match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            Some(b'?') => Some(p + 1),
            Some(b'[') => class_match(pattern, p, name.get(n).copied().unwrap_or(0)),
            Some(&byte) if Some(&byte) == name.get(n) => Some(p + 1),
            _ => None,
        };
        if let Some(next) = matched {
            p = next;
            n += 1;
        } else if let Some((star_p, star_n)) = star {
            p = star_p + 1;
            n = star_n + 1;
            star = Some((star_p, star_n + 1));
        } else {
            return false;
        }
    }
}

fn class_match(pattern: &[u8], open: usize, byte: u8) -> Option<usize> {
    let mut index = open + 1;
    let negated = matches!(pattern.get(index), Some(b'!' | b'^'));
    if negated {
        index += 1;
    }
    let first = index;
    let mut found = false;
    while let Some(&class) = pattern.get(index) {
        if class == b']' && index > first {
            return (found != negated).then_some(index + 1);
        }
        if pattern.get(index + 1) == Some(&b'-')
            && pattern.get(index + 2).is_some_and(|&end| end != b']')
        {
            found |= (class..=pattern.get(index + 2).copied().unwrap_or(class)).contains(&byte);
            index += 3;
        } else {
            found |= class == byte;
            index += 1;
        }
    }
    (byte == b'[').then_some(open + 1)
}

fn has_glob(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'['))
}

/// Says whether a pattern means everything in its directory.
fn is_everything(segment: &str) -> bool {
    segment.contains('*')
        && segment
            .bytes()
            .all(|byte| matches!(byte, b'*' | b'?' | b'.' | b'[' | b']' | b'^' | b'!'))
}

/// The directories a path is judged against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map<'a> {
    pub(crate) root: &'a str,
    pub(crate) home: &'a str,
}

impl Map<'_> {
    /// Places an absolute, normalised path. `glob` says whether `*` in it is a pattern.
    pub(crate) fn place(self, path: &str, glob: bool) -> Place {
        if path.starts_with(UNKNOWN) || !path.starts_with('/') {
            return Place::Unknown;
        }
        if path == "/" {
            return Place::Root;
        }
        let root = self.root.trim_end_matches('/');
        let home = self.home.trim_end_matches('/');
        if let Some(rest) = below(path, root) {
            return place_in_project(rest, glob);
        }
        let mut segments = path.split('/').skip(1);
        let first = segments.next().unwrap_or("");
        let second = segments.next();
        let third = segments.next();
        if glob && is_everything(first) {
            return Place::Root;
        }
        match first {
            "tmp" => return Place::Temp,
            "var" if second == Some("tmp") => return Place::Temp,
            "var" if second == Some("folders") => return Place::Temp,
            "private"
                if second == Some("tmp")
                    || (second == Some("var") && matches!(third, Some("tmp" | "folders"))) =>
            {
                return Place::Temp;
            }
            "dev" => {
                let Some(name) = second else { return Place::System };
                return if HARMLESS_DEVICES.contains(&name) || name.starts_with("tty") {
                    Place::Temp
                } else {
                    Place::Device
                };
            }
            "proc" if third == Some("fd") => return Place::Temp,
            _ => {}
        }
        // A parent of the project takes the project along.
        if below(root, path).is_some() {
            return Place::Home;
        }
        if let Some(rest) = below(path, home) {
            let everything =
                rest.is_empty() || (glob && !rest.contains('/') && is_everything(rest));
            return if everything { Place::Home } else { Place::HomeBelow };
        }
        if matches!(first, "home" | "Users") && third.is_none() {
            return Place::Home;
        }
        if SYSTEM
            .iter()
            .any(|name| *name == first || (glob && has_glob(first) && glob_match(first, name)))
        {
            return Place::System;
        }
        if glob && has_glob(first) && (glob_match(first, "home") || glob_match(first, "Users")) {
            return Place::Home;
        }
        Place::Outside
    }
}

/// Returns what follows `base` in `path`, without the slash.
pub(crate) fn below<'a>(path: &'a str, base: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(base)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

fn place_in_project(rest: &str, glob: bool) -> Place {
    let mut segments = rest.split('/');
    let first = segments.next().unwrap_or("");
    if first.is_empty() {
        return Place::Project;
    }
    if glob && is_everything(first) && rest.split('/').all(is_everything) {
        return Place::Project;
    }
    let git = first == ".git"
        || (glob && first.starts_with('.') && has_glob(first) && glob_match(first, ".git"));
    if git {
        return Place::Git;
    }
    // The history of a nested repository or submodule.
    if rest.split('/').any(|segment| segment == ".git") {
        return Place::Git;
    }
    Place::Inside
}

/// Files in `.git` that tools and people replace every day.
pub(crate) fn is_loose_git_file(path: &str) -> bool {
    let Some((_, rest)) = path.split_once("/.git/") else { return false };
    rest.ends_with(".lock")
        || rest.starts_with("hooks/")
        || rest == "info/exclude"
        || rest.ends_with("_EDITMSG")
        || rest.ends_with("_MSG")
        || rest == "description"
}

/// Directories whose files hold secrets.
const SECRET_DIRS: &[&str] = &[
    ".ssh",
    ".gnupg",
    ".aws",
    ".azure",
    ".password-store",
    ".docker",
    ".kube",
    ".gem",
    ".terraform.d",
    ".vault",
    ".oci",
    ".minikube",
    ".config/gcloud",
    ".config/gh",
    ".config/op",
    ".config/rclone",
    ".config/doctl",
    ".config/heroku",
    ".config/hub",
    ".config/containers",
    ".config/git/credentials",
    ".local/share/keyrings",
    ".mozilla",
    ".config/google-chrome",
    ".config/chromium",
    ".config/BraveSoftware",
    "Library/Keychains",
    "run/secrets",
    "etc/ssl/private",
    "var/lib/docker/secrets",
    ".config/sops",
    ".config/age",
    ".config/configstore",
    ".databricks",
    ".snowflake",
    ".config/flyctl",
    ".fly",
    ".config/stripe",
    ".config/netlify",
    ".wrangler",
    ".config/.wrangler",
];

/// Names below them that hold none.
const PUBLIC_NAMES: &[&str] = &[
    "known_hosts",
    "known_hosts.old",
    "authorized_keys",
    "config.d",
    "allowed_signers",
    "daemon.json",
];

/// Files that hold secrets, wherever they lie.
const SECRET_NAMES: &[&str] = &[
    ".env",
    ".envrc",
    ".netrc",
    "_netrc",
    ".git-credentials",
    ".pgpass",
    ".my.cnf",
    ".mylogin.cnf",
    ".pypirc",
    ".vault-token",
    ".s3cfg",
    ".boto",
    ".dockercfg",
    ".htpasswd",
    ".credentials.json",
    "credentials.json",
    "credentials.toml",
    "credentials.tfrc.json",
    "client_secret.json",
    "service-account.json",
    "service_account.json",
    "serviceAccountKey.json",
    "secrets.yml",
    "secrets.yaml",
    "secrets.json",
    "secrets.toml",
    "secrets.env",
    "master.key",
    "credentials.yml.enc",
    "shadow",
    "gshadow",
    "shadow-",
    "gshadow-",
    "master.passwd",
    "krb5.keytab",
    "kubeconfig",
    "kubeconfig.yaml",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "id_ecdsa_sk",
    "id_ed25519_sk",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    "wallet.dat",
    "logins.json",
    "key4.db",
    "key3.db",
    "Login Data",
    ".terraformrc",
    "auth.json",
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".psql_history",
    ".mysql_history",
    ".rediscli_history",
    ".node_repl_history",
    ".sqlite_history",
    "fish_history",
];

const SECRET_SUFFIXES: &[&str] = &[
    ".pem",
    ".key",
    ".p12",
    ".pfx",
    ".jks",
    ".keystore",
    ".kdbx",
    ".kdb",
    ".ppk",
    ".p8",
    ".tfvars",
    ".keytab",
    ".agekey",
    ".asc.key",
];

/// Endings that make an environment file an example.
const EXAMPLES: &[&str] = &[
    "example",
    "sample",
    "template",
    "dist",
    "defaults",
    "default",
    "schema",
    "tpl",
    "tmpl",
    "md",
    "ts",
    "js",
    "py",
    "rs",
    "go",
    "rb",
    "vault",
    "enc",
    "ci",
    "test.example",
];

/// Says whether reading this path shows a secret. The path is absolute or relative to anything.
pub(crate) fn is_secret(path: &str, glob: bool) -> bool {
    // Keys and environments among fixtures are made for tests.
    if path.split('/').any(crate::places::is_fixture_folder) {
        return false;
    }
    // Where the file system folds case, `.ENV` is `.env`.
    let lower = path.to_ascii_lowercase();
    if lower != path && is_secret(&lower, glob) {
        return true;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.is_empty() || name.ends_with(".pub") || name.ends_with(".crt") || name.ends_with(".cer")
    {
        return false;
    }
    if glob && has_glob(name) && name.starts_with(".env") {
        return !name.contains("example") && !name.contains("sample") && !name.contains("template");
    }
    if glob && has_glob(name) && !is_everything(name) {
        // Patterns are compared with the names that matter most.
        const LIKELY: [&str; 8] = [
            ".env",
            "id_rsa",
            "id_ed25519",
            "credentials",
            ".netrc",
            ".npmrc",
            "shadow",
            ".git-credentials",
        ];
        // A pattern of source files does not name a secret: it must be anchored in the name.
        let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
        if (letters >= 2 || name.starts_with('.'))
            && LIKELY.iter().any(|likely| {
                let hidden = likely.starts_with('.') && !name.starts_with('.');
                !hidden && glob_match(name, likely)
            })
        {
            return true;
        }
    }
    if let Some(suffix) = name.strip_prefix(".env.") {
        return !EXAMPLES.contains(&suffix)
            && !suffix.ends_with(".example")
            && !suffix.ends_with(".sample");
    }
    if let Some(suffix) = name.strip_prefix(".env-") {
        return !EXAMPLES.contains(&suffix);
    }
    if SECRET_NAMES.contains(&name) {
        return !matches!(name, "shadow" | "gshadow" | "shadow-" | "gshadow-")
            || path.contains("etc/");
    }
    if SECRET_SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) && name.len() > 4 {
        // Certificates and public keys travel as `.pem` as well.
        let public = ["cert", "chain", "ca.pem", "ca-", "public", "pub", "bundle", "root"];
        return !(name.ends_with(".pem") && public.iter().any(|mark| name.contains(mark)));
    }
    if name.starts_with("ssh_host_") && name.ends_with("_key") {
        return true;
    }
    if (name.starts_with("service-account") || name.starts_with("service_account"))
        && name.ends_with(".json")
    {
        return true;
    }
    if path.starts_with("/proc/") && matches!(name, "environ" | "mem" | "maps") {
        return name != "maps";
    }
    if path.starts_with("/proc/") && name == "environ" {
        return true;
    }
    if name == ".npmrc" || name == ".yarnrc.yml" {
        // The one in a project configures the registry; the one in a home holds the token.
        return path.starts_with('/') && path.split('/').count() <= 4;
    }
    if path.ends_with("/etc/sudoers")
        || path.contains("/etc/sudoers.d/")
        || path == "/etc/kubernetes/admin.conf"
    {
        return true;
    }
    if path.ends_with(".m2/settings.xml")
        || path.ends_with(".gradle/gradle.properties")
        || path.ends_with(".composer/auth.json")
        || path.ends_with(".codex/auth.json")
    {
        return true;
    }
    for dir in SECRET_DIRS {
        let Some(at) = find_dir(path, dir) else { continue };
        let rest = path.get(at..).unwrap_or("").trim_start_matches('/');
        if rest.is_empty() || PUBLIC_NAMES.contains(&rest) {
            return false;
        }
        if *dir == ".ssh" {
            return rest != "config" && !rest.ends_with(".pub");
        }
        if *dir == ".docker" || *dir == ".kube" || *dir == ".vault" {
            return rest.starts_with("config");
        }
        return true;
    }
    path.contains(".cargo/credentials")
}

fn find_dir(path: &str, dir: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = path.get(from..)?.find(dir).map(|at| at + from) {
        let before = at == 0 || path.as_bytes().get(at - 1) == Some(&b'/');
        let end = at + dir.len();
        let after = path.as_bytes().get(end).is_none_or(|&byte| byte == b'/');
        if before && after {
            return Some(end);
        }
        from = at + 1;
    }
    None
}

/// Directories that hold many secrets, for copying or sending as a whole.
pub(crate) fn is_secret_dir(path: &str) -> bool {
    const WHOLE: [&str; 7] =
        [".ssh", ".gnupg", ".aws", ".azure", ".password-store", ".config/gcloud", ".kube"];
    let path = path.trim_end_matches('/').trim_end_matches("/*");
    WHOLE.iter().any(|dir| path.ends_with(dir) && find_dir(path, dir) == Some(path.len()))
}

/// Our own programs.
pub(crate) const PROGRAMS: &[&str] = &[
    "flo",
    "moflo-gate",
    "moflo-prompt-hook",
    "moflo-session-start",
    "moflo-hook-handler",
    "moflo-statusline",
    "setup-project",
];

/// Says whether changing this path would switch the gate off, or forge what it relies on.
pub(crate) fn is_ours(path: &str, map: Map<'_>, glob: bool) -> bool {
    let path = path.to_ascii_lowercase();
    let segments: Vec<&str> = path.split('/').collect();
    let name = segments.last().copied().unwrap_or("");
    let last_dir =
        segments.len().checked_sub(2).and_then(|at| segments.get(at)).copied().unwrap_or("");
    let home = map.home.to_ascii_lowercase();
    let root = map.root.to_ascii_lowercase();
    let in_root = below(&path, root.trim_end_matches('/'));
    let in_home = below(&path, home.trim_end_matches('/'));
    for (index, segment) in segments.iter().enumerate() {
        let rest = segments.get(index + 1..).unwrap_or(&[]);
        match *segment {
            ".claude" => {
                let Some(first) = rest.first() else { return true };
                if first.starts_with("settings") && (first.contains(".json") || has_glob(first)) {
                    return true;
                }
                if glob
                    && has_glob(first)
                    && (glob_match(first, "settings.json")
                        || glob_match(first, "settings.local.json"))
                {
                    return true;
                }
                if matches!(
                    *first,
                    "hooks"
                        | "helpers"
                        | "workflow-state.json"
                        | "hooks.json"
                        | "managed-settings.json"
                        | "plugins"
                ) {
                    return true;
                }
                if first.ends_with("-state.json") || first.starts_with("gate") || *first == "moflo"
                {
                    return true;
                }
            }
            ".moflo" => return true,
            "moflo" if index > 0 => {
                let before = segments.get(index - 1).copied().unwrap_or("");
                if matches!(before, "state" | ".git" | ".config" | "share" | ".cache") {
                    return true;
                }
            }
            "claude-code" if segments.get(index.wrapping_sub(1)) == Some(&"etc") => return true,
            _ => {}
        }
    }
    if matches!(in_root, Some("moflo.yaml" | "moflo.yml" | ".mcp.json"))
        || matches!(name, "moflo.yaml" | "moflo.yml")
    {
        return true;
    }
    if matches!(in_home, Some(".claude.json" | ".mcp.json")) {
        return true;
    }
    if matches!(name, "managed-settings.json" | "managed-mcp.json") {
        return true;
    }
    // Our programs, where programs are installed.
    let program = name.strip_suffix(".exe").unwrap_or(name);
    (PROGRAMS.contains(&program)
        || program == "gate"
        || (glob && has_glob(program) && program.starts_with("moflo")))
        && (matches!(last_dir, "bin" | "sbin" | "libexec") || path.contains("/moflo/"))
}

/// Returns the last part of a program's path when it lies where programs are installed.
pub(crate) fn program_name(head: &Arg) -> &str {
    let text = head.text.as_str();
    let Some(slash) = text.rfind('/') else { return text };
    let (dir, name) = (text.get(..slash).unwrap_or(""), text.get(slash + 1..).unwrap_or(""));
    let dir = dir.trim_end_matches('/');
    let installed = dir.ends_with("bin")
        || dir.ends_with("libexec")
        || dir.contains("/bin/")
        || dir.contains("node_modules/.bin");
    let nested = dir
        .split('/')
        .any(|segment| matches!(segment, "bin" | "sbin" | "libexec" | "???" | "bi?" | "b*" | "*"));
    if installed || nested { name } else { text }
}
