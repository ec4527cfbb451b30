//! Set up, then taken back: the same bytes, the same files.

use std::fs;

use crate::shapes::{self, EVENTS};
use crate::support::{Sandbox, handlers};

/// Sets up, looks, sets up again, takes back; for every shape of settings file in one sandbox.
fn round_trips(scope: &str, file: &str, without_record: bool) {
    let sandbox = Sandbox::new();
    for shape in shapes::all() {
        if without_record && !shape.reversible {
            continue;
        }
        let name = shape.name;
        sandbox.write(file, &shape.text);
        let before = sandbox.tree();

        let ran = sandbox.run(&["-y", "--no-index", "--scope", scope]);
        assert_eq!(ran.code, 0, "{name}: {}{}", ran.stdout, ran.stderr);
        assert_ne!(sandbox.tree(), before, "{name}");
        let bytes = fs::read(sandbox.repo.join(file)).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let settings: serde_json::Value =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        let ours = handlers(&settings)
            .iter()
            .filter(|(_, _, command)| {
                command
                    .rsplit('/')
                    .next()
                    .is_some_and(|name| name.starts_with("moflo-") && !name.contains(' '))
            })
            .count();
        assert_eq!(ours, moflo_hooks::registry::TABLE.len(), "{name}");
        if shape.text.contains(&b'\r') {
            assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{name}");
        }
        let lines = |bytes: &[u8]| bytes.split(|&byte| byte == b'\n').count() - 1;
        if shape.text.len() > 20 && lines(shape.text.trim_ascii()) == 0 {
            assert_eq!(lines(&bytes), lines(&shape.text), "{name}: one line stays one line");
        }

        let installed = sandbox.tree();
        let ran = sandbox.run(&["-y", "--no-index"]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        assert_eq!(sandbox.tree(), installed, "{name}: the second run writes nothing");

        if without_record {
            fs::remove_dir_all(sandbox.state()).unwrap();
        }
        sandbox.uninstall();
        let mut after = sandbox.tree();
        if without_record {
            // Times are in the record only.
            assert_eq!(fs::read(sandbox.repo.join(file)).unwrap(), shape.text, "{name}");
            for path in [file, ".git/info/exclude"] {
                after.insert(path.into(), before[std::path::Path::new(path)].clone());
            }
        }
        assert_eq!(after, before, "{name}");
        assert!(!sandbox.state().join("moflo").exists(), "{name}: no record is left");
    }
}

#[test]
fn personal_settings_come_back_byte_for_byte() {
    round_trips("local", ".claude/settings.local.json", false);
}

#[test]
fn shared_settings_come_back_byte_for_byte() {
    round_trips("project", ".claude/settings.json", false);
}

#[test]
fn the_record_is_not_needed() {
    round_trips("local", ".claude/settings.local.json", true);
}

#[test]
fn servers_and_instructions_come_back_byte_for_byte() {
    let sandbox = Sandbox::new();
    let texts: [&[u8]; 9] = [
        b"",
        b"\n",
        b"# Rules\n",
        b"# Rules\n\nno final line break",
        b"# Rules\r\n\r\nwindows\r\n",
        b"\xEF\xBB\xBF# Rules\n\n\n",
        b"text \xFF\xFE not UTF-8\n",
        b"<!-- a comment -->\n",
        b"```\ncode\n",
    ];
    let servers: [&[u8]; 4] = [
        b"{\"mcpServers\":{}}",
        b"{\n\t\"mcpServers\": {\n\t\t\"a\": {\"command\": \"x\"}\n\t}\n}",
        b"{}",
        b"{\r\n  \"other\": 1\r\n}\r\n",
    ];
    for (index, text) in texts.into_iter().enumerate() {
        sandbox.write("CLAUDE.md", text);
        sandbox.write(".mcp.json", servers[index % servers.len()]);
        let before = sandbox.tree();
        sandbox.install();
        assert_eq!(sandbox.json(".mcp.json")["mcpServers"]["moflo"]["args"][0], "mcp");
        let claude_md = fs::read(sandbox.repo.join("CLAUDE.md")).unwrap();
        let claude_md = String::from_utf8_lossy(&claude_md);
        let block = claude_md.split_once("<!-- moflo:begin").unwrap().1;
        assert!(block.split_once("moflo:end").unwrap().0.lines().count() <= 12);
        sandbox.uninstall();
        assert_eq!(sandbox.tree(), before, "{:?}", String::from_utf8_lossy(text));
    }
}

#[test]
fn a_bare_project_comes_back_bare() {
    for git in [true, false] {
        let sandbox = Sandbox::with_repo("repo", git);
        sandbox.write("src/main.rs", "fn main() {}\n");
        let before = sandbox.tree();
        let ran = sandbox.run(&["-y"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(sandbox.exists(".moflo/index/meta.json"), "the index was built");
        sandbox.uninstall();
        assert_eq!(sandbox.tree(), before);
        assert!(!sandbox.state().join("moflo").exists());
    }
}

#[test]
fn git_sees_nothing_of_a_personal_set_up() {
    let sandbox = Sandbox::new();
    sandbox.write("CLAUDE.md", "# Shared\n");
    sandbox.git(&["add", "CLAUDE.md"]);
    sandbox.git(&["commit", "-qm", "first"]);
    sandbox.install();
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert!(sandbox.read("CLAUDE.local.md").contains("moflo:begin"));
    assert_eq!(sandbox.read("CLAUDE.md"), "# Shared\n", "the shared file is left alone");
}

#[test]
fn foreign_hooks_survive_on_every_event() {
    let sandbox = Sandbox::new();
    sandbox.write(".claude/settings.local.json", shapes::every_event());
    sandbox.install();
    let settings = sandbox.json(".claude/settings.local.json");
    for event in EVENTS {
        let theirs = format!("theirs {event}");
        assert!(handlers(&settings).iter().any(|(_, _, command)| *command == theirs), "{event}");
    }
}

#[test]
fn mode_and_time_come_back_too() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new();
    sandbox.write(".claude/settings.local.json", "{\"a\": 1}");
    let path = sandbox.repo.join(".claude/settings.local.json");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let before = sandbox.tree();
    sandbox.install();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    sandbox.uninstall();
    assert_eq!(sandbox.tree(), before);
}
