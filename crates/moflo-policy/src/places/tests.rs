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

fn client() -> Place {
    Place::Guard("the client's settings and hooks")
}

#[test]
fn paths_are_told_apart_by_where_they_lead() {
    let client = client();
    let moflo = Place::Guard("moflo's settings, state or programs");
    for (path, expected) in [
        ("main.rs", Place::Inside),
        ("../Cargo.toml", Place::Inside),
        ("..", Place::Project),
        ("../..", Place::Home),
        ("../../x", Place::HomeBelow),
        ("/home/dev/project2/a", Place::HomeBelow),
        ("file:///etc/host%73", Place::System),
        ("~/.bashrc", Place::HomeBelow),
        ("$HOME/.bashrc", Place::HomeBelow),
        ("/tmp/x", Place::Scratch),
        ("/tmp", Place::Scratch),
        ("/tmp/../etc/x", Place::System),
        ("/dev/null", Place::Scratch),
        ("/dev/sda", Place::Device),
        ("~/.claude/plans/a.md", Place::ClientNotes),
        ("~/.claude/projects/p/memory/MEMORY.md", Place::ClientNotes),
        ("~/.claude/todos/t.json", Place::ClientNotes),
        ("~/.claude/projects/p/s.jsonl", client),
        ("~/.claude/plans/../settings.json", client),
        ("~/.claude.json", client),
        ("~/.claude/skills/a/SKILL.md", Place::HomeBelow),
        ("../.claude/settings.json", client),
        ("../.claude/settings.local.json", client),
        ("../.CLAUDE/Settings.JSON", client),
        ("../.claude/hooks/x.sh", client),
        ("../.claude", client),
        ("../.claude/skills/a/SKILL.md", Place::Inside),
        ("../.claude/commands/a.md", Place::Inside),
        (".claude/settings.json", client),
        ("fixtures/.claude/settings.json", Place::Inside),
        ("../.mcp.json", client),
        ("../.mcp.json.", client),
        ("../.moflo/index/x", moflo),
        ("../moflo.yaml", moflo),
        ("../docs/moflo.yaml", Place::Inside),
        ("../.git/moflo/moflo.db", moflo),
        ("/opt/state/a", moflo),
        ("/opt/stately/a", Place::System),
        ("~/.local/state/moflo/k/s", moflo),
        ("~/.cargo/bin/moflo-gate", moflo),
        ("../target/release/flo", Place::Inside),
        ("/etc/claude-code/managed-settings.json", client),
        ("../.git/hooks/pre-commit", Place::GitHooks),
        ("../.git/hooks/pre-commit.sample", Place::Inside),
        ("../.git/config", Place::Git),
        ("../.g\u{200c}it/config", Place::Git),
        ("../vendor/x/.GIT/config", Place::Git),
        ("../.git", Place::Git),
        ("../.git/info/exclude", Place::Inside),
        ("../.git/COMMIT_EDITMSG", Place::Inside),
        ("../.gitignore", Place::Inside),
        ("../.github/workflows/ci.yml", Place::Inside),
        ("/tmp/repo/.git/config", Place::Scratch),
        ("/home/dev/other/.git/config", Place::Git),
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
        assert_eq!(place_of("/home/dev/proj/out/new/file"), Place::System);
        assert_eq!(place_of("/home/dev/proj/cfg/settings.json"), client());
        assert_eq!(place_of("/w/a"), Place::Inside);
        assert_eq!(place_of("/tmp/l/x"), Place::System);
        assert_eq!(place_of("/home/dev/proj/deep/../x"), Place::System);
        assert_eq!(place_of("/home/dev/proj/src/new.rs"), Place::Inside);
        assert!(secret_of(&resolve("/home/dev/proj/e", ctx), ctx).is_some());
    });
}

#[test]
fn a_project_behind_a_link_is_inside_in_both_spellings() {
    let links = [("/home/dev/proj", "/data/proj"), ("/data/proj", "/data/proj")];
    with(&links, &[], |ctx| {
        for path in ["/home/dev/proj/a", "/data/proj/a"] {
            assert_eq!(place(&resolve(path, ctx), ctx), Place::Inside, "{path}");
        }
        let settings = resolve("/data/proj/.claude/settings.json", ctx);
        assert_eq!(place(&settings, ctx), client());
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
        "private.key",
        "config/jwt-signing.key",
        "ssl/site.key",
        "/etc/nginx/ssl/site.key",
        "example.com.key",
        "deploy/tls.key",
        "ec2.pem",
        "private/x.pem",
        ".env.keys",
        ".env.local~",
        "config/prod.env",
        "../auth.json",
        "~/.codex/auth.json",
        "release.keystore",
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
        "talk.key",
        "~/Documents/roadmap.key",
        "src/i18n/messages.key",
        "shortcuts/editor.key",
        "certs/public.key",
        "locales/en/auth.json",
        "locales/de/credentials.json",
        "src/api/auth.json",
        "android/debug.keystore",
        "certs/ca.pem",
        "mycert.pem",
        "src/environment.ts",
        "docker/dev.env",
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

/// A place is judged alike whether a command or a tool reaches for it.
#[test]
fn commands_and_tools_agree_on_every_place() {
    with(&[], &["/opt/state"], |ctx| {
        let ctx = Context { cwd: "/home/dev/proj", ..*ctx };
        for path in [
            "src/a.rs",
            "a",
            ".env",
            "/tmp/a",
            "/var/tmp/a",
            "/dev/null",
            "/etc/hosts",
            "/opt/x",
            "/dev/sda",
            "/home/dev/.bashrc",
            "/home/dev/other/a",
            "/home/alice/a",
            "/mnt/a",
            "../other/a",
            ".git/hooks/pre-commit",
            ".git/hooks/pre-commit.sample",
            ".git/config",
            ".git/HEAD",
            ".git/info/exclude",
            ".git/COMMIT_EDITMSG",
            ".git/index.lock",
            ".git/moflo/x",
            "vendor/x/.git/config",
            "/tmp/r/.git/config",
            "/home/dev/other/.git/config",
            "/home/dev/.claude/plans/a.md",
            "/home/dev/.claude/projects/p/memory/M.md",
            "/home/dev/.claude/todos/t.json",
            "/home/dev/.claude/projects/p/s.jsonl",
            "/home/dev/.claude/settings.json",
            "/home/dev/.claude/x",
            "/home/dev/.claude/skills/a/SKILL.md",
            "/home/dev/.claude.json",
            ".claude/settings.json",
            ".claude/settings.local.json",
            ".claude/hooks/a.sh",
            ".claude/skills/a/SKILL.md",
            ".claude/commands/a.md",
            "fixtures/.claude/settings.json",
            ".mcp.json",
            ".moflo/snapshot.json",
            "moflo.yaml",
            "docs/moflo.yaml",
            "/opt/state/a",
            "/home/dev/.local/state/moflo/a",
            "/home/dev/.config/moflo/a",
            "/usr/local/bin/moflo-gate",
            "/home/dev/.cargo/bin/flo",
            "target/release/flo",
            "/tmp/flo",
            "/etc/claude-code/managed-settings.json",
        ] {
            let input = format!("{{\"file_path\":\"{path}\"}}");
            let call = |tool: &str| {
                let (fields, _) = crate::json::ToolFields::from_input(input.as_bytes());
                let verdict = crate::tools::judge_tool(tool, &fields, &ctx);
                (verdict.decision, verdict.rule)
            };
            let run = |command: String| {
                let verdict = crate::judge_command(&command, &ctx);
                (verdict.decision, verdict.rule)
            };
            assert_eq!(call("Write"), run(format!("echo x > {path}")), "written: {path}");
            assert_eq!(call("Edit"), run(format!("sed -i s/a/b/ {path}")), "edited: {path}");
            if !path.contains("plans") && !path.contains("todos") && !path.contains("memory") {
                assert_eq!(
                    call("mcp__fs__delete_file"),
                    run(format!("rm -r {path}")),
                    "deleted: {path}"
                );
            }
        }
    });
}
