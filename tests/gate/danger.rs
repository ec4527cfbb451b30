//! What destroys is refused, what people allowed passes.

use insta::assert_snapshot;
use moflo_testkit::Sandbox;

use super::{bash, call, judged, session};

#[test]
fn what_destroys_is_denied_and_what_does_not_passes() {
    let sandbox = Sandbox::set_up();
    for command in [
        "rm -rf /",
        "cd /tmp && sudo rm -rf --no-preserve-root /",
        "git push --force origin main",
        "bash -c 'rm -rf /usr/lib'",
    ] {
        let answer = judged(&sandbox, bash(&sandbox, command));
        assert!(answer.starts_with("deny: "), "{command}: {answer}");
        assert!(answer.lines().count() <= 4, "{command}: {answer}");
    }
    for command in [
        "echo 'rm -rf /'",
        "git commit -m 'never rm -rf / again'",
        "cargo test",
        "rm -rf target",
        "git push --force-with-lease origin topic",
    ] {
        assert_eq!(judged(&sandbox, bash(&sandbox, command)), "pass", "{command}");
    }
}

#[test]
fn a_refusal_leaves_a_line_of_structure_in_the_log() {
    let sandbox = Sandbox::set_up();
    judged(&sandbox, bash(&sandbox, "TOKEN=hunter2 rm -rf /"));
    judged(&sandbox, bash(&sandbox, "true"));
    let dir = sandbox.project().join(".moflo/log");
    let logs: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(logs.len(), 1);
    let text = std::fs::read_to_string(&logs[0]).unwrap();
    assert_eq!(text.lines().count(), 1);
    let mut line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(line["at_ms"].as_u64().unwrap() > 1_700_000_000_000);
    line["at_ms"] = 0.into();
    line["rule"] = "rule".into();
    assert_snapshot!(line, @r#"{"agent":null,"at_ms":0,"decision":"deny","rule":"rule","session":"836dbc799a122402","tool":"Bash"}"#);
    assert!(!text.contains("hunter2") && !text.contains("rm -rf"));
}

#[test]
fn the_configuration_decides_how_much_is_stopped() {
    let sandbox = Sandbox::set_up();
    let with = |setting: &str| {
        let text = format!(r#"{{"format":1,"gates":{{"dangerous_commands":"{setting}"}}}}"#);
        sandbox.write(".moflo/snapshot.json", &text);
        judged(&sandbox, bash(&sandbox, "rm -rf /"))
    };
    assert!(with("block").starts_with("deny: "));
    assert!(with("ask").starts_with("ask: "));
    assert_eq!(with("off"), "pass");
    // A configuration that cannot be read is the default, and is remarked on once.
    let broken = with("sometimes");
    assert!(broken.starts_with("message: moflo: the snapshot cannot be understood"), "{broken}");
    assert!(broken.contains("\ndeny: "));
    assert!(with("sometimes").starts_with("deny: "));
}

#[test]
fn a_project_adds_rules_and_exceptions() {
    let sandbox = Sandbox::set_up();
    sandbox.write(
        ".moflo/snapshot.json",
        r#"{"format":1,"gates":{
            "rules":[{"id":"no-deploy","program":"deployer","args":["production"],"action":"deny","reason":"Deploys go through CI."}],
            "allow":[{"program":"git","args":["reset","--hard","HEAD~3"],"reason":"mine"},
                     {"program":"git","args":["reset","--hard","HEAD~5"],"expires":5,"reason":"over"}]}}"#,
    );
    let answer = |command: &str| judged(&sandbox, bash(&sandbox, command));
    assert!(answer("deployer --now production").contains("Deploys go through CI."));
    assert_eq!(answer("deployer staging"), "pass");
    assert_eq!(answer("git reset --hard HEAD~3"), "pass");
    assert_ne!(answer("git reset --hard HEAD~5"), "pass");
    assert_ne!(answer("git reset --hard HEAD~4"), "pass");
}

#[test]
fn a_person_can_allow_a_command_once() {
    let sandbox = Sandbox::set_up();
    let project =
        moflo_hooks::project::Project::at(&sandbox.project()).with_state_home(&sandbox.state());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let folder = sandbox.project().display().to_string();
    let command = "git push --force origin main";
    moflo_hooks::allow::grant(&project, command, &folder, now.as_millis() as u64).unwrap();
    assert_eq!(judged(&sandbox, bash(&sandbox, command)), "pass");
    assert!(judged(&sandbox, bash(&sandbox, command)).starts_with("deny: "));
}

#[test]
fn a_person_can_allow_the_use_of_a_file() {
    let sandbox = Sandbox::set_up();
    let folder = sandbox.project().display().to_string();
    let read =
        |path: &str| judged(&sandbox, call(&sandbox, "Read", &format!(r#""file_path":"{path}""#)));
    assert!(read(&format!("{folder}/.env")).starts_with("deny: "));
    // Once, as `flo gate allow 'Read .env'` grants it.
    let project =
        moflo_hooks::project::Project::at(&sandbox.project()).with_state_home(&sandbox.state());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let line = format!("Read {folder}/.env");
    moflo_hooks::allow::grant(&project, &line, &folder, now.as_millis() as u64).unwrap();
    assert!(!read(&format!("{folder}/.env")).contains("deny: "));
    assert!(read(&format!("{folder}/.env")).starts_with("deny: "));
    // For longer, by an entry that names it.
    sandbox.write(
        ".moflo/snapshot.json",
        r#"{"format":1,"gates":{"allow":[{"program":"Read","args":[".env"],"reason":"made up"}]}}"#,
    );
    assert!(!read(&format!("{folder}/.env")).contains("deny: "));
    assert!(read(&format!("{folder}/.env.local")).starts_with("deny: "));
}

#[test]
fn moflo_guards_its_own_state_and_programs() {
    let sandbox = Sandbox::set_up();
    let marker = session(&sandbox, None, "p1").dir().join("searched-x").display().to_string();
    let snapshot = sandbox.project().join(".moflo/snapshot.json").display().to_string();
    for path in [marker.as_str(), snapshot.as_str()] {
        let write = call(&sandbox, "Write", &format!(r#""file_path":"{path}","content":"""#));
        let answer = judged(&sandbox, write);
        assert!(answer.starts_with("ask: ") || answer.starts_with("deny: "), "{path}: {answer}");
    }
    let src = sandbox.project().join("src/a.rs").display().to_string();
    let write = call(&sandbox, "Write", &format!(r#""file_path":"{src}","content":"""#));
    assert_eq!(judged(&sandbox, write), "pass");
}
