//! Tells what a path leads to: the project, a secret, the gate's own files, somebody else's.
//!
//! A path is looked at in two spellings, as written and as the file system knows it. What must be
//! kept from harm is recognised in either, so a link does not get around it; whether something lies
//! in the project is decided by the real one alone. Compares with letters folded, since a file
//! system may fold them. Never looks at a file itself: the caller's [`Files`] does.

#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "names are folded before they are compared"
)]

use crate::table::{entries, holds};
use crate::types::{Context, Files};

/// What a path leads to, as far as writing is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A file of the project.
    Project,
    /// The project's folder itself, or one around it.
    ProjectRoot,
    /// Scratch space: below `/tmp` or `/var/tmp`, and the sinks in `/dev`.
    Scratch,
    /// Plans, notes and to-do lists that the client has the agent keep.
    ClientNotes,
    /// Settings, hooks or state of the client or of moflo; the text says which.
    Guard(&'static str),
    /// What git itself keeps in its folder, apart from messages and the exclude list.
    GitInternals,
    /// Anywhere else.
    Outside,
}

/// A path in its two spellings, absolute and without `.` and `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// As written.
    pub lexical: String,
    /// As the file system knows it, if it does.
    pub real: Option<String>,
}

impl Resolved {
    /// Returns the spelling that tells where a write would land.
    pub fn decisive(&self) -> &str {
        self.real.as_deref().unwrap_or(&self.lexical)
    }

    fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.lexical)
            .chain(self.real.as_deref().filter(|real| *real != self.lexical))
    }
}

/// Resolves a path as a tool would write it: relative to the working directory, `~` and `file://` understood.
///
/// Of a file that does not exist yet the deepest folder that does is resolved.
pub fn resolve(path: &str, ctx: &Context<'_>) -> Resolved {
    let absolute = absolute(path, ctx);
    let lexical = normalise(&absolute);
    let real = real(ctx.files, &absolute, &lexical);
    Resolved { lexical, real }
}

fn absolute(path: &str, ctx: &Context<'_>) -> String {
    let decoded;
    let path = match path.strip_prefix("file://") {
        Some(rest) => {
            decoded = percent_decoded(rest.strip_prefix("localhost").unwrap_or(rest));
            &*decoded
        }
        None => path,
    };
    let home = ["~", "$HOME", "${HOME}"].iter().find_map(|name| {
        path.strip_prefix(name).filter(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    match home {
        Some(rest) => format!("{}{rest}", ctx.home),
        None if path.starts_with('/') => path.to_owned(),
        None => format!("{}/{path}", ctx.cwd),
    }
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            decoded.push(byte);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Takes `.`, `..` and doubled slashes out of an absolute path, by its text alone.
pub fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let mut normal = String::with_capacity(path.len());
    for part in parts {
        normal.push('/');
        normal.push_str(part);
    }
    if normal.is_empty() {
        normal.push('/');
    }
    normal
}

/// Resolves the deepest part of a path that exists and appends the rest.
fn real(files: &dyn Files, absolute: &str, lexical: &str) -> Option<String> {
    // A path deeper than this names no file that a system would open.
    const MAX_LEVELS: usize = 128;
    // `link/../x` leads elsewhere than its text says, so the unnormalised form is asked first.
    for form in [absolute, lexical] {
        let mut existing = form.trim_end_matches('/');
        for _ in 0..MAX_LEVELS {
            if existing.is_empty() {
                break;
            }
            if let Some(real) = files.real(existing) {
                return Some(normalise(&format!("{real}/{}", &form[existing.len()..])));
            }
            existing = &existing[..existing.rfind('/')?];
        }
        if form == lexical {
            break;
        }
    }
    None
}

/// Which links on a path are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follow {
    /// All, the last one too: reading and writing goes through a link.
    All,
    /// Those on the way: deleting takes the link away, not what it leads to.
    Folders,
}

/// Returns the real spelling of an absolute path, if it is another one than the path itself.
///
/// Root and home keep the spelling of the context, so that a project behind a link stays inside.
pub(crate) fn real_of(path: &str, follow: Follow, ctx: &Context<'_>) -> Option<String> {
    let real = match (follow, path.rsplit_once('/')) {
        (Follow::Folders, Some((folder, name))) if !folder.is_empty() => {
            format!("{}/{name}", real(ctx.files, folder, folder)?)
        }
        _ => real(ctx.files, path, path)?,
    };
    if real == path {
        return None;
    }
    let renamed = [ctx.root, ctx.home].into_iter().find_map(|folder| {
        let rest = below(&real, &ctx.files.real(folder)?)?.to_owned();
        Some(if rest.is_empty() { folder.to_owned() } else { format!("{folder}/{rest}") })
    });
    Some(renamed.unwrap_or(real)).filter(|real| real != path)
}

/// Whether a path belongs to what the caller named as moflo's on this machine.
pub(crate) fn is_guarded(path: &str, ctx: &Context<'_>) -> bool {
    let path = fold(path);
    ctx.project.guarded.iter().any(|guarded| below(&path, &fold(guarded)).is_some())
}

/// Folds what file systems take for equal: case, invisible characters, trailing dots of a name.
pub fn fold(path: &str) -> String {
    let mut folded = String::with_capacity(path.len());
    for part in path.split('/') {
        if !folded.is_empty() || path.starts_with('/') {
            folded.push('/');
        }
        let trimmed = part.trim_end_matches(['.', ' ']);
        let part = if trimmed.is_empty() { part } else { trimmed };
        let visible = part.chars().filter(|letter| {
            !matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        });
        folded.extend(visible.flat_map(char::to_lowercase));
    }
    let doubled = folded.starts_with("//");
    if doubled { folded.split_off(1) } else { folded }
}

/// Returns what follows `folder/` in `path`; the empty text for the folder itself.
pub fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let folder = folder.trim_end_matches('/');
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Tells what writing to a path would touch.
pub fn place(path: &Resolved, ctx: &Context<'_>) -> Place {
    if client_notes(path.decisive(), ctx) {
        return Place::ClientNotes;
    }
    if let Some(guard) = path.spellings().find_map(|spelling| guard(spelling, ctx)) {
        return Place::Guard(guard);
    }
    let decisive = path.decisive();
    let inside = inside_project(decisive, ctx);
    if path.spellings().any(git_internals) && (inside.is_some() || !is_scratch(decisive)) {
        return Place::GitInternals;
    }
    match inside {
        Some("") => Place::ProjectRoot,
        Some(_) => Place::Project,
        None if is_scratch(decisive) => Place::Scratch,
        None if below(ctx.root, decisive).is_some() => Place::ProjectRoot,
        None => Place::Outside,
    }
}

/// Returns the path relative to the project's root, if it lies there.
pub fn inside_project<'p>(path: &'p str, ctx: &Context<'_>) -> Option<&'p str> {
    below(path, ctx.root).or_else(|| {
        let real = ctx.files.real(ctx.root)?;
        below(path, &real)
    })
}

/// Whether a path is scratch space; the folder `/tmp` itself is not.
pub fn is_scratch(path: &str) -> bool {
    const FOLDERS: &str = "\
        /tmp /var/tmp /private/tmp /private/var/tmp /var/folders /private/var/folders";
    const SINKS: &str = "\
        /dev/null /dev/stdout /dev/stderr /dev/tty /dev/zero";
    holds(SINKS, path)
        || path.starts_with("/dev/fd/")
        || entries(FOLDERS).any(|folder| below(path, folder).is_some_and(|rest| !rest.is_empty()))
}

/// Whether a path is one of the files in which the client has the agent keep plans and notes.
fn client_notes(path: &str, ctx: &Context<'_>) -> bool {
    let Some(rest) = below(path, ctx.home).and_then(|rest| rest.strip_prefix(".claude/")) else {
        return false;
    };
    let Some((folder, rest)) = rest.split_once('/') else { return false };
    // Transcripts lie beside the notes, and are evidence rather than notes.
    let transcript = rest.to_ascii_lowercase().ends_with(".jsonl");
    matches!(folder, "plans" | "projects" | "todos") && !rest.is_empty() && !transcript
}

const CLIENT: &str = "the client's settings and hooks";
const MOFLO: &str = "moflo's settings, state or programs";

/// The programs of moflo, for recognising them where they are installed.
pub const PROGRAMS: &[&str] = &[
    "flo",
    "moflo-gate",
    "moflo-hook-handler",
    "moflo-prompt-hook",
    "moflo-session-start",
    "moflo-statusline",
    "setup-project",
];

/// Tells which of the gate's own files a path is, if it is one.
pub fn guard(path: &str, ctx: &Context<'_>) -> Option<&'static str> {
    let path = &*fold(path);
    let home = &*fold(ctx.home);
    if is_guarded(path, ctx) {
        return Some(MOFLO);
    }
    if let Some(rest) = below(path, home) {
        let first = rest.split('/').next().unwrap_or_default();
        if first.starts_with(".claude.json") || (first == ".claude" && !content_of_client(rest)) {
            return Some(CLIENT);
        }
        if [".local/state/moflo", ".config/moflo", "library/application support/moflo"]
            .iter()
            .any(|folder| below(rest, folder).is_some())
        {
            return Some(MOFLO);
        }
    }
    if below(path, "/etc/claude-code").is_some()
        || path.contains("/library/application support/claudecode/")
    {
        return Some(CLIENT);
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let inside = inside_project(path, ctx).is_some() || below(path, &fold(ctx.root)).is_some();
    if !inside && PROGRAMS.contains(&name.strip_suffix(".exe").unwrap_or(name)) {
        return Some(MOFLO);
    }
    around(path, ctx).and_then(guard_below_root)
}

/// Returns what follows the innermost folder in which the client would look for its settings: the
/// root, the working directory, or one around them.
///
/// A `.claude` folder further down is somebody's template or fixture and rules nothing.
fn around<'p>(path: &'p str, ctx: &Context<'_>) -> Option<&'p str> {
    let real_root = ctx.files.real(ctx.root);
    let starts = [Some(ctx.root), Some(ctx.cwd), real_root.as_deref()];
    let starts: Vec<String> = starts.into_iter().flatten().map(fold).collect();
    let marks = ["/.claude", "/.mcp.json", "/.moflo", "/moflo.yaml", "/moflo.yml", "/.git/moflo"];
    for mark in marks {
        let mut from = 0;
        while let Some(found) = path[from..].find(mark) {
            let folder = &path[..from + found];
            if starts.iter().any(|start| below(start, folder).is_some()) {
                return Some(&path[from + found + 1..]);
            }
            from += found + 1;
        }
    }
    None
}

fn guard_below_root(rest: &str) -> Option<&'static str> {
    let (first, inner) = rest.split_once('/').unwrap_or((rest, ""));
    match first {
        ".mcp.json" => Some(CLIENT),
        "moflo.yaml" | "moflo.yml" | ".moflo" => Some(MOFLO),
        ".git" if below(inner, "moflo").is_some() => Some(MOFLO),
        ".claude" => {
            let (second, _) = inner.split_once('/').unwrap_or((inner, ""));
            let settings = second.starts_with("settings") && second.contains(".json");
            let state = second.starts_with("workflow-state") || second.starts_with("moflo");
            (inner.is_empty() || settings || state || matches!(second, "hooks" | "helpers"))
                .then_some(CLIENT)
        }
        _ => None,
    }
}

/// Whether a path below the home directory is what people write for the client: skills, commands, notes.
///
/// Writing them is still a write outside the project.
fn content_of_client(rest: &str) -> bool {
    let inner = rest.strip_prefix(".claude/").unwrap_or_default();
    let (folder, _) = inner.split_once('/').unwrap_or((inner, ""));
    matches!(folder, "skills" | "commands" | "agents" | "output-styles" | "claude.md" | "rules")
}

/// Whether a path belongs to git itself.
fn git_internals(path: &str) -> bool {
    const OPEN: &str = "\
        commit_editmsg merge_msg squash_msg tag_editmsg notes_editmsg description \
        info/exclude info/sparse-checkout git-rebase-todo rebase-merge/git-rebase-todo";
    let path = fold(path);
    let mut from = 0;
    while let Some(found) = path[from..].find("/.git") {
        let rest = &path[from + found + 5..];
        from += found + 5;
        match rest.strip_prefix('/') {
            Some(inner) => return !holds(OPEN, inner),
            None if rest.is_empty() => return true,
            None => {}
        }
    }
    false
}

/// Tells what kind of secret reading a path would show, in either spelling.
pub fn secret_of(path: &Resolved, ctx: &Context<'_>) -> Option<&'static str> {
    path.spellings().find_map(|spelling| secret(spelling, ctx))
}

/// Folders whose key files and environments are made for tests.
const FIXTURES: &str = "\
    fixtures fixture testdata __fixtures__ test-fixtures test_fixtures testfixtures";

const TESTS: &str = "\
    test tests spec specs __tests__ example examples mock mocks docs testing";

/// Whether a folder of this name holds keys and environments that are made for tests.
pub(crate) fn is_fixture_folder(name: &str) -> bool {
    holds(FIXTURES, name)
}

/// Tells what kind of secret an absolute path holds, by its name and place.
///
/// Whatever reading by a command is stopped for, reading by a tool is stopped for too.
pub fn secret(path: &str, ctx: &Context<'_>) -> Option<&'static str> {
    const ENVIRONMENT: &str = "an environment file with secrets";
    const KEY: &str = "a private key";
    const STORE: &str = "a credential store";
    let path = &*fold(path);
    let root = fold(ctx.root);
    let inside = below(path, &root).filter(|rest| !rest.is_empty());
    let name = path.rsplit('/').next().unwrap_or_default();
    let folders = || inside.unwrap_or_default().split('/');
    let fixture = folders().any(|folder| holds(FIXTURES, folder));
    let sample = fixture || folders().any(|folder| holds(TESTS, folder));

    if is_environment(name) {
        return (!fixture).then_some(ENVIRONMENT);
    }
    let parts: Vec<&str> = path.split('/').collect();
    let has = |folder: &str| parts.contains(&folder);
    if is_process_environment(&parts) {
        return Some("the environment of a process");
    }
    if name.ends_with(".pub") {
        return None;
    }
    if (has(".ssh") && !is_open_ssh_file(name) && name != ".ssh")
        || ["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "id_ecdsa_sk", "id_ed25519_sk", "id_xmss"]
            .contains(&name)
        || (name.starts_with("ssh_host_") && name.ends_with("_key"))
    {
        return (!fixture).then_some(KEY);
    }
    if is_store(path, name, &parts)
        || (inside.is_none() && (name == ".npmrc" || name == ".yarnrc.yml"))
    {
        return (!fixture).then_some(STORE);
    }
    if is_key_file(name, inside.is_some()) && !sample {
        return Some(KEY);
    }
    let service = name.ends_with(".json")
        && (name == "credentials.json"
            || name.starts_with("service-account")
            || name.starts_with("service_account"));
    if service && !sample {
        return Some(STORE);
    }
    crate::effects::is_secret(path, false).then_some("a file that holds secrets")
}

/// `.env` and its variants for a stage, but not the forms that are meant to be shared.
fn is_environment(name: &str) -> bool {
    const SHARED: &str = "\
        example sample template tmpl tpl dist default defaults schema md d ts js";
    if name == ".env" {
        return true;
    }
    let Some(stage) = name.strip_prefix(".env.") else { return false };
    !stage.split(['.', '-', '_']).any(|word| holds(SHARED, word))
}

/// `/proc/<pid>/environ`, `/proc/self/environ` and the like.
fn is_process_environment(parts: &[&str]) -> bool {
    parts.get(1) == Some(&"proc") && parts.last() == Some(&"environ")
}

fn is_open_ssh_file(name: &str) -> bool {
    ["known_hosts", "config", "authorized_keys", "allowed_signers", "environment", "rc"]
        .iter()
        .any(|open| name.starts_with(open))
}

/// Key files by extension. A bare `.pem` in a project is more often a certificate.
fn is_key_file(name: &str, inside: bool) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    match extension {
        "p12" | "pfx" | "jks" | "keystore" | "ppk" | "kdbx" => true,
        // Translations, shortcuts and slides have this ending too, so the name has to agree.
        "key" => {
            !inside
                || [
                    "server", "private", "priv", "client", "ca", "tls", "ssl", "master", "root",
                    "host",
                ]
                .iter()
                .any(|word| stem.split(['.', '-', '_']).any(|part| part == *word))
        }
        "pem" => {
            let words = || stem.split(['.', '-', '_']);
            let public = words().any(|word| {
                matches!(
                    word,
                    "pub"
                        | "public"
                        | "cert"
                        | "certs"
                        | "ca"
                        | "chain"
                        | "fullchain"
                        | "bundle"
                        | "cacert"
                )
            });
            let named = words()
                .any(|word| matches!(word, "key" | "private" | "privkey" | "priv" | "privatekey"));
            named && !public || (!inside && stem.contains("key") && !public)
        }
        _ => false,
    }
}

/// Credential stores, by where programs keep them.
fn is_store(path: &str, name: &str, parts: &[&str]) -> bool {
    const NAMES: &str = "\
        .netrc _netrc .pypirc .pgpass .my.cnf .mylogin.cnf .git-credentials .vault-token \
        .dockercfg .vault_pass .htpasswd .terraformrc .s3cfg .boto master.key \
        application_default_credentials.json .credentials.json .msmtprc .fetchmailrc \
        .smbcredentials kubeconfig .databrickscfg .cdsapirc";
    const ENDS: &str = "\
        /.aws/credentials /.config/gh/hosts.yml /.config/hub /.config/glab-cli/config.yml \
        /.docker/config.json /.kube/config /.gem/credentials \
        /.terraform.d/credentials.tfrc.json /.config/rclone/rclone.conf /.m2/settings.xml \
        /.m2/settings-security.xml /.gradle/gradle.properties /.composer/auth.json \
        /.config/composer/auth.json /.cargo/credentials /.cargo/credentials.toml \
        /.config/doctl/config.yaml /.config/heroku/credentials /.config/netlify/config.json \
        /.netlify/config.json /.streamlit/secrets.toml /.kaggle/kaggle.json \
        /.nuget/nuget.config /.config/nuget/nuget.config /.cache/huggingface/token \
        /.huggingface/token /.config/hcloud/cli.toml /.config/pip/pip.conf /.pip/pip.conf \
        /.local/share/com.vercel.cli/auth.json /.config/configstore/firebase-tools.json \
        /logins.json /key4.db /cookies.sqlite /.ansible/vault_pass \
        /.wrangler/config/default.toml /.config/sops/age/keys.txt /.fly/config.yml \
        /.railway/config.json /.supabase/access-token /.azure/accesstokens.json";
    const FOLDERS: &str = "\
        /.aws/sso/ /.aws/cli/cache/ /.gnupg/ /.password-store/ /.config/gcloud/ \
        /.local/share/keyrings/ /library/keychains/ /.config/op/ /.op/ /run/secrets/ \
        /var/run/secrets/ /etc/ssl/private/ /.azure/msal_ /etc/kubernetes/pki/ \
        /.kube/cache/oidc /.docker/trust/private/ /.local/share/kwalletd/";
    const SYSTEM: &str = "\
        /etc/shadow /etc/shadow- /etc/gshadow /etc/gshadow- /etc/master.passwd /etc/sudoers \
        /etc/security/opasswd /etc/krb5.keytab /etc/kubernetes/admin.conf \
        /etc/rancher/k3s/k3s.yaml /var/lib/docker/swarm/docker-state.json";
    // Public parts of key rings and settings of gcloud say nothing secret.
    if parts.contains(&".gnupg")
        && (name.starts_with("pubring") || name.ends_with(".conf") || name == "trustdb.gpg")
    {
        return false;
    }
    if path.contains("/.config/gcloud/")
        && (name.starts_with("config_") || name == "active_config" || name == "properties")
    {
        return false;
    }
    holds(NAMES, name)
        || holds(SYSTEM, path)
        || path.ends_with("/login data")
        || entries(ENDS).any(|end| path.ends_with(end))
        || entries(FOLDERS).any(|folder| path.contains(folder))
}

#[cfg(test)]
mod tests;
