//! Paths in, places and secrets out.

use std::collections::HashMap;

use super::*;
use crate::project::ProjectPolicy;
use crate::types::PermissionMode;

struct Links(HashMap<&'static str, &'static str>);

impl Files for Links {
    fn real(&self, path: &str) -> Option<String> {
        self.0.get(path).map(|&real| real.to_owned())
    }
}

fn with<R>(
    links: &[(&'static str, &'static str)],
    guarded: &[&str],
    look: impl FnOnce(&Context<'_>) -> R,
) -> R {
    let files = Links(links.iter().copied().collect());
    let guarded = guarded.iter().map(|&path| path.to_owned()).collect();
    let project = ProjectPolicy::new(vec![], vec![], guarded);
    look(&Context {
        root: "/home/dev/proj",
        cwd: "/home/dev/proj/src",
        home: "/home/dev",
        mode: PermissionMode::Default,
        files: &files,
        project: &project,
    })
}

fn placed(path: &str) -> Place {
    with(&[], &["/opt/state"], |ctx| place(&resolve(path, ctx), ctx))
}

#[test]
fn paths_are_told_apart_by_where_they_lead() {
    for (path, expected) in [
        ("main.rs", Place::Project),
        ("../Cargo.toml", Place::Project),
        ("..", Place::ProjectRoot),
        ("../..", Place::ProjectRoot),
        ("../../x", Place::Outside),
        ("/home/dev/project2/a", Place::Outside),
        ("file:///etc/host%73", Place::Outside),
        ("~/.bashrc", Place::Outside),
        ("$HOME/.bashrc", Place::Outside),
        ("/tmp/x", Place::Scratch),
        ("/tmp", Place::Outside),
        ("/tmp/../etc/x", Place::Outside),
        ("/dev/null", Place::Scratch),
        ("/dev/sda", Place::Outside),
        ("~/.claude/plans/a.md", Place::ClientNotes),
        ("~/.claude/projects/p/memory/MEMORY.md", Place::ClientNotes),
        ("~/.claude/todos/t.json", Place::ClientNotes),
        ("~/.claude/projects/p/s.jsonl", Place::Guard(CLIENT)),
        ("~/.claude/plans/../settings.json", Place::Guard(CLIENT)),
        ("~/.claude.json", Place::Guard(CLIENT)),
        ("~/.claude/skills/a/SKILL.md", Place::Outside),
        ("../.claude/settings.json", Place::Guard(CLIENT)),
        ("../.claude/settings.local.json", Place::Guard(CLIENT)),
        ("../.CLAUDE/Settings.JSON", Place::Guard(CLIENT)),
        ("../.claude/hooks/x.sh", Place::Guard(CLIENT)),
        ("../.claude", Place::Guard(CLIENT)),
        ("../.claude/skills/a/SKILL.md", Place::Project),
        ("../.claude/commands/a.md", Place::Project),
        (".claude/settings.json", Place::Guard(CLIENT)),
        ("fixtures/.claude/settings.json", Place::Project),
        ("../.mcp.json", Place::Guard(CLIENT)),
        ("../.mcp.json.", Place::Guard(CLIENT)),
        ("../.moflo/index/x", Place::Guard(MOFLO)),
        ("../moflo.yaml", Place::Guard(MOFLO)),
        ("../docs/moflo.yaml", Place::Project),
        ("../.git/moflo/moflo.db", Place::Guard(MOFLO)),
        ("/opt/state/a", Place::Guard(MOFLO)),
        ("/opt/stately/a", Place::Outside),
        ("~/.local/state/moflo/k/s", Place::Guard(MOFLO)),
        ("~/.cargo/bin/moflo-gate", Place::Guard(MOFLO)),
        ("../target/release/flo", Place::Project),
        ("/etc/claude-code/managed-settings.json", Place::Guard(CLIENT)),
        ("../.git/hooks/pre-commit", Place::GitInternals),
        ("../.git/config", Place::GitInternals),
        ("../.g\u{200c}it/config", Place::GitInternals),
        ("../vendor/x/.GIT/config", Place::GitInternals),
        ("../.git", Place::GitInternals),
        ("../.git/info/exclude", Place::Project),
        ("../.git/COMMIT_EDITMSG", Place::Project),
        ("../.gitignore", Place::Project),
        ("../.github/workflows/ci.yml", Place::Project),
        ("/tmp/repo/.git/config", Place::Scratch),
    ] {
        assert_eq!(placed(path), expected, "{path}");
    }
}

#[test]
fn links_are_followed_even_for_files_that_do_not_exist_yet() {
    let links = [
        ("/home/dev/proj", "/home/dev/proj"),
        ("/home/dev/proj/src", "/home/dev/proj/src"),
        ("/home/dev/proj/out", "/etc"),
        ("/home/dev/proj/cfg", "/home/dev/proj/.claude"),
        ("/home/dev/proj/e", "/home/dev/proj/.env"),
        ("/home/dev/proj/deep", "/var/lib/deep"),
        ("/home/dev/proj/deep/..", "/var/lib"),
        ("/w", "/home/dev/proj"),
        ("/tmp/l", "/usr"),
    ];
    with(&links, &[], |ctx| {
        let place_of = |path| place(&resolve(path, ctx), ctx);
        assert_eq!(place_of("/home/dev/proj/out/new/file"), Place::Outside);
        assert_eq!(place_of("/home/dev/proj/cfg/settings.json"), Place::Guard(CLIENT));
        assert_eq!(place_of("/w/a"), Place::Project);
        assert_eq!(place_of("/tmp/l/x"), Place::Outside);
        assert_eq!(place_of("/home/dev/proj/deep/../x"), Place::Outside);
        assert_eq!(place_of("/home/dev/proj/src/new.rs"), Place::Project);
        assert!(secret_of(&resolve("/home/dev/proj/e", ctx), ctx).is_some());
    });
}

#[test]
fn a_project_behind_a_link_is_inside_in_both_spellings() {
    let links = [("/home/dev/proj", "/data/proj"), ("/data/proj", "/data/proj")];
    with(&links, &[], |ctx| {
        for path in ["/home/dev/proj/a", "/data/proj/a"] {
            assert_eq!(place(&resolve(path, ctx), ctx), Place::Project, "{path}");
        }
        let settings = resolve("/data/proj/.claude/settings.json", ctx);
        assert_eq!(place(&settings, ctx), Place::Guard(CLIENT));
    });
}

#[test]
fn secrets_are_told_by_name_and_place() {
    let shown = [
        ".env",
        ".envrc",
        "prod.tfvars",
        "tests/certs/server.key",
        "../.env",
        ".env.production",
        ".ENV",
        "sub/.env.local",
        "~/.ssh/id_rsa",
        "~/.ssh/work",
        "keys/id_ed25519",
        "~/.aws/credentials",
        "/home/alice/.aws/credentials",
        "~/.aws/sso/cache/x.json",
        "~/.netrc",
        "~/.npmrc",
        "~/.pypirc",
        ".pgpass",
        "~/.config/gh/hosts.yml",
        "~/.docker/config.json",
        "~/.kube/config",
        "~/.cargo/credentials.toml",
        "~/.config/gcloud/credentials.db",
        "/etc/shadow",
        "/proc/1/environ",
        "/proc/self/environ",
        "certs/server.key",
        "private.pem",
        "tls-key.pem",
        "store.p12",
        "~/.gnupg/secring.gpg",
        "../config/master.key",
        "service-account-prod.json",
        "/run/secrets/db",
        "~/.claude/.credentials.json",
        "/etc/ssh/ssh_host_rsa_key",
    ];
    let open = [
        ".env.example",
        ".env.sample",
        ".env.production.example",
        "env",
        "src/env.rs",
        "~/.ssh/id_ed25519.pub",
        "~/.ssh/known_hosts",
        "~/.ssh/config",
        "docs/credentials.md",
        ".npmrc",
        "cert.pem",
        "fullchain.pem",
        "tests/fixtures/id_rsa",
        "testdata/.env",
        "src/key.rs",
        "public-key.pem",
        "/etc/passwd",
        "/proc/cpuinfo",
        "package.json",
    ];
    with(&[], &[], |ctx| {
        let stopped = |path: &str| crate::judge_command(&format!("cat {path}"), ctx).blocks();
        let known = |path: &str| secret_of(&resolve(path, ctx), ctx).is_some();
        let missed: Vec<_> = shown.iter().filter(|path| !known(path) || !stopped(path)).collect();
        assert!(missed.is_empty(), "should be secrets for tools and commands: {missed:?}");
        let wrong: Vec<_> = open.iter().filter(|path| known(path) || stopped(path)).collect();
        assert!(wrong.is_empty(), "should be open for tools and commands: {wrong:?}");
    });
}

#[test]
fn commands_see_through_links_as_tools_do() {
    let links = [
        ("/home/dev/proj", "/data/proj"),
        ("/home/dev", "/home/dev"),
        ("/home/dev/proj/src", "/data/proj/src"),
        ("/home/dev/proj/out", "/etc"),
        ("/home/dev/proj/cfg", "/data/proj/.claude"),
        ("/home/dev/proj/e", "/data/proj/.env"),
        ("/data/proj", "/data/proj"),
    ];
    with(&links, &["/opt/state"], |ctx| {
        let ctx = Context { cwd: "/home/dev/proj", ..*ctx };
        for (command, stopped) in [
            ("echo x > src/new.rs", false),
            ("echo x > new.rs", false),
            ("rm -rf src/old", false),
            ("echo x > out/new.conf", true),
            ("echo '{}' > cfg/settings.local.json", true),
            ("cat e", true),
            ("echo x > /opt/state/fact", true),
            ("rm out", false),
            ("rm -r out/", true),
            ("rm out/passwd", true),
        ] {
            let verdict = crate::judge_command(command, &ctx);
            assert_eq!(verdict.blocks(), stopped, "{command}: {verdict:?}");
        }
    });
}
