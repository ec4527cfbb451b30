//! What holds secrets, told by names and places alone.

#![expect(
    clippy::case_sensitive_file_extension_comparisons,
    reason = "names are folded before they are compared"
)]

use super::{Resolved, below, fold, glob_match, has_glob, is_everything};
use crate::table::{entries, holds};
use crate::types::Context;

const ENVIRONMENT: &str = "an environment file with secrets";
const KEY: &str = "a private key";
const STORE: &str = "a credential store";

/// Folders whose key files and environments are made for tests.
const FIXTURES: &str = "\
    fixtures fixture testdata __fixtures__ test-fixtures test_fixtures testfixtures";

/// Folders whose files are translations: `auth.json` there holds words.
const TRANSLATIONS: &str = "\
    locale locales i18n l10n lang langs language languages translations messages";

/// Folders in which servers and their tools keep keys.
const KEY_FOLDERS: &str = "\
    certs cert certificates ssl tls private pki keys .keys keystore secrets secret .secrets \
    letsencrypt nginx apache2 wireguard openvpn .certs .ssl ca";

/// Words in the name of a key file that say it is a private one.
const KEY_WORDS: &str = "\
    key keys private priv privkey privatekey server client tls ssl ca rsa dsa ecdsa ed25519 ec \
    master signing sign signer deploy deployment domain host apns jwt service encryption \
    secret vpn wg root localhost account prod production";

/// Endings of host names: `example.com.key` is the key of a server.
const HOST_ENDINGS: &str = "com org net io dev app local localhost internal cloud de";

/// Files that hold secrets, wherever they lie.
const NAMES: &str = "\
    .netrc _netrc .git-credentials .pgpass .my.cnf .mylogin.cnf .pypirc .vault-token .vault_pass \
    .s3cfg .boto .dockercfg .htpasswd .credentials.json credentials.toml credentials.tfrc.json \
    client_secret.json client_secrets.json serviceaccountkey.json secrets.yml secrets.yaml \
    secrets.json secrets.toml master.key credentials.yml.enc master.passwd krb5.keytab \
    kubeconfig kubeconfig.yaml terraform.tfstate terraform.tfstate.backup wallet.dat \
    logins.json key4.db key3.db cookies.sqlite .terraformrc .msmtprc .fetchmailrc \
    .smbcredentials .databrickscfg .cdsapirc application_default_credentials.json \
    .bash_history .zsh_history .python_history .psql_history .mysql_history \
    .rediscli_history .node_repl_history .sqlite_history fish_history";

/// The names of private keys for ssh.
const SSH_KEYS: &str = "id_rsa id_dsa id_ecdsa id_ed25519 id_ecdsa_sk id_ed25519_sk id_xmss";

/// Files of the system that hold secrets.
const SYSTEM: &str = "\
    /etc/shadow /etc/shadow- /etc/gshadow /etc/gshadow- /etc/master.passwd /etc/sudoers \
    /etc/security/opasswd /etc/krb5.keytab /etc/kubernetes/admin.conf \
    /etc/rancher/k3s/k3s.yaml /var/lib/docker/swarm/docker-state.json";

/// Credential stores, by where programs keep them.
const ENDS: &str = "\
    /.config/gh/hosts.yml /.config/hub /.config/glab-cli/config.yml /.docker/config.json \
    /.kube/config /.gem/credentials /.terraform.d/credentials.tfrc.json \
    /.config/rclone/rclone.conf /.m2/settings.xml /.m2/settings-security.xml \
    /.gradle/gradle.properties /.composer/auth.json /.config/composer/auth.json \
    /.codex/auth.json /.cargo/credentials /.cargo/credentials.toml \
    /.config/heroku/credentials /.netlify/config.json /.streamlit/secrets.toml \
    /.kaggle/kaggle.json /.nuget/nuget.config /.config/nuget/nuget.config \
    /.cache/huggingface/token /.huggingface/token /.config/hcloud/cli.toml \
    /.config/pip/pip.conf /.pip/pip.conf /.local/share/com.vercel.cli/auth.json \
    /.ansible/vault_pass /.fly/config.yml /.railway/config.json /.supabase/access-token \
    /.config/containers/auth.json /.config/git/credentials /.local/share/opencode/auth.json \
    /.vault/config /.claude/.credentials.json";

/// Folders whose files hold secrets, with few exceptions.
const FOLDERS: &str = "\
    .gnupg .aws .azure .password-store .oci .minikube .config/gcloud .config/gh .config/op .op \
    .config/rclone .config/doctl .config/heroku .config/hub .local/share/keyrings \
    .local/share/kwalletd .mozilla .config/google-chrome .config/chromium \
    .config/bravesoftware library/keychains run/secrets etc/ssl/private \
    var/lib/docker/secrets .config/sops .config/age .config/configstore .databricks .snowflake \
    .config/flyctl .config/stripe .config/netlify .wrangler .config/.wrangler \
    etc/kubernetes/pki etc/sudoers.d .docker/trust/private .kube/cache/oidc";

/// Names below such folders that hold none.
const PUBLIC: &str = "\
    known_hosts known_hosts.old authorized_keys allowed_signers trustdb.gpg active_config \
    properties";

/// Tells what kind of secret reading a path would show, in either spelling.
pub fn secret_of(path: &Resolved, ctx: &Context<'_>) -> Option<&'static str> {
    path.spellings().find_map(|spelling| secret(spelling, false, ctx))
}

/// Tells what kind of secret a path holds, by its name and place.
///
/// Of a relative path only the text is known, and that it lies in the project. `glob` says whether
/// `*` in it is a pattern.
pub(crate) fn secret(path: &str, glob: bool, ctx: &Context<'_>) -> Option<&'static str> {
    let path = &*fold(path);
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.is_empty() || [".pub", ".crt", ".cer", ".csr"].iter().any(|end| name.ends_with(end)) {
        return None;
    }
    let inside = if path.starts_with('/') {
        below(path, &fold(ctx.root)).filter(|rest| !rest.is_empty())
    } else {
        Some(path)
    };
    // Keys and environments among fixtures are made for tests.
    if inside.is_some_and(|rest| rest.split('/').any(|folder| holds(FIXTURES, folder))) {
        return None;
    }
    if is_environment(name, glob) {
        return Some(ENVIRONMENT);
    }
    if glob && has_glob(name) && !is_everything(name) && may_name_secret(name) {
        return Some(STORE);
    }
    let folders = || path.split('/').rev().skip(1);
    if folders().any(|folder| folder == ".ssh") {
        let open =
            ["known_hosts", "config", "authorized_keys", "allowed_signers", "environment", "rc"]
                .iter()
                .any(|open| name.starts_with(open));
        return (!open).then_some(KEY);
    }
    if holds(SSH_KEYS, name) || (name.starts_with("ssh_host_") && name.ends_with("_key")) {
        return Some(KEY);
    }
    if let Some(rest) = path.strip_prefix("/proc/")
        && let Some((_, file)) = rest.rsplit_once('/')
        && matches!(file, "environ" | "mem")
    {
        return Some("the environment of a process");
    }
    let translated = folders().any(|folder| holds(TRANSLATIONS, folder));
    if is_key_file(path, name) && !translated {
        return Some(KEY);
    }
    let rooted = format!("{}{path}", if path.starts_with('/') { "" } else { "/" });
    let store = holds(NAMES, name)
        || holds(SYSTEM, path)
        || name == "login data"
        || entries(ENDS).any(|end| rooted.ends_with(end))
        || is_below_store(&rooted, name)
        || is_named_store(&rooted, name, inside);
    (store && !translated).then_some(STORE)
}

/// `.env` and its variants for a stage, but not the forms that are meant to be shared.
fn is_environment(name: &str, glob: bool) -> bool {
    const SHARED: &str = "\
        example examples sample template tmpl tpl dist default defaults schema md d ts js py rs go \
        rb vault enc ci encrypted";
    if matches!(name, ".env" | ".envrc") {
        return true;
    }
    if let Some(stem) = name.strip_suffix(".env") {
        return matches!(stem, "secret" | "secrets" | "prod" | "production" | "credentials");
    }
    let Some(stage) = name.strip_prefix(".env") else { return false };
    if !(stage.starts_with(['.', '-', '_', '~']) || (glob && has_glob(stage))) {
        return false;
    }
    !stage.split(['.', '-', '_', '*', '?']).any(|word| holds(SHARED, word))
}

/// Whether a pattern may stand for one of the names that matter most.
fn may_name_secret(name: &str) -> bool {
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
    (letters >= 2 || name.starts_with('.'))
        && LIKELY.iter().any(|likely| {
            let hidden = likely.starts_with('.') && !name.starts_with('.');
            !hidden && glob_match(name, likely)
        })
}

/// Key files by ending. Where the ending has other uses too, the name or a folder has to agree.
fn is_key_file(path: &str, name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else {
        // `server_key`, as OpenSSH and Postgres tools name them, is source as often as a key.
        return false;
    };
    if stem.is_empty() {
        return false;
    }
    let words = || stem.split(['.', '-', '_', ' ']);
    let in_key_folder =
        || path.split('/').rev().skip(1).take(2).any(|folder| holds(KEY_FOLDERS, folder));
    match ending {
        "p12" | "pfx" | "kdbx" | "kdb" | "ppk" | "p8" | "keytab" | "agekey" | "tfvars" => true,
        "jks" | "keystore" => stem != "debug",
        // Slides, translations and shortcuts end like this too.
        "key" => {
            let public = words().any(|word| matches!(word, "pub" | "public"));
            !public
                && (in_key_folder()
                    || words().any(|word| holds(KEY_WORDS, word))
                    || stem
                        .rsplit_once('.')
                        .is_some_and(|(_, last)| holds(HOST_ENDINGS, last) || last == "asc"))
        }
        // Certificates and public keys travel as `.pem` as well.
        "pem" => {
            let public = words().any(|word| {
                ["pub", "cert", "chain", "bundle", "dhparam"].iter().any(|mark| word.contains(mark))
                    || matches!(word, "ca" | "root" | "csr" | "crl")
            });
            let named = words()
                .any(|word| matches!(word, "key" | "private" | "privkey" | "priv" | "privatekey"));
            !public || (named && !words().any(|word| word.starts_with("pub")))
        }
        _ => false,
    }
}

/// Whether a path lies in a folder of secrets.
fn is_below_store(path: &str, name: &str) -> bool {
    // Public parts of key rings and settings of gcloud say nothing secret.
    if holds(PUBLIC, name)
        || (path.contains("/.gnupg/") && (name.starts_with("pubring") || name.ends_with(".conf")))
        || (path.contains("/.config/gcloud/") && name.starts_with("config_"))
    {
        return false;
    }
    entries(FOLDERS).any(|folder| {
        after_folder(path, folder).is_some_and(|rest| !rest.trim_matches('/').is_empty())
    })
}

/// Names that mean a secret only in some places.
fn is_named_store(path: &str, name: &str, inside: Option<&str>) -> bool {
    if matches!(name, ".npmrc" | ".yarnrc.yml") {
        // The one in a project configures the registry; the one in a home holds the token.
        return inside.is_none() && path.split('/').count() <= 4;
    }
    if name == "auth.json" {
        // Composer's, in the root of a project or a folder of settings.
        return inside.is_none_or(|rest| !rest.contains('/'));
    }
    name.ends_with(".json")
        && (name == "credentials.json"
            || name.starts_with("service-account")
            || name.starts_with("service_account"))
}

/// Returns what follows the last part of a folder's path, wherever that stands in a path.
fn after_folder<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    let mut from = 0;
    while let Some(at) = path.get(from..)?.find(folder).map(|at| at + from) {
        let before = at == 0 || path.as_bytes().get(at - 1) == Some(&b'/');
        let end = at + folder.len();
        let after = path.as_bytes().get(end).is_none_or(|&byte| byte == b'/');
        if before && after {
            return path.get(end..);
        }
        from = at + 1;
    }
    None
}

/// Folders that hold many secrets, for copying or sending as a whole.
pub(crate) fn is_secret_folder(path: &str) -> bool {
    const WHOLE: [&str; 8] = [
        ".ssh",
        ".gnupg",
        ".aws",
        ".azure",
        ".password-store",
        ".config/gcloud",
        ".kube",
        ".docker/trust/private",
    ];
    let path = path.trim_end_matches('*').trim_end_matches(['/', '.']);
    WHOLE.iter().any(|folder| {
        path.strip_suffix(folder).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
}
