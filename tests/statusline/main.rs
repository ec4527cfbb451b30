//! The row of facts, from the client's JSON to one line.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::ffi::OsStr;
use std::path::Path;

use insta::assert_snapshot;
use moflo_testkit::Sandbox;

const PROGRAM: &str = env!("CARGO_BIN_EXE_moflo-statusline");

#[track_caller]
fn row(sandbox: &Sandbox, env: &[(&str, &str)], input: &str) -> String {
    let env: Vec<(&str, &OsStr)> =
        env.iter().map(|(name, value)| (*name, OsStr::new(*value))).collect();
    let ran = sandbox.run_with(Path::new(PROGRAM), &env, input);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(ran.stdout.lines().count(), 1);
    ran.stdout.trim_end_matches('\n').to_owned()
}

fn real(sandbox: &Sandbox) -> String {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/payloads/StatusLine.json");
    let text = std::fs::read_to_string(path).unwrap();
    text.replace("/home/dev/project", &sandbox.project().display().to_string())
}

fn indexed(sandbox: &Sandbox) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let then = now.as_millis() - 5 * 60 * 1000 - 1000;
    sandbox.write(
        ".moflo/summary.json",
        &format!(r#"{{"format":1,"files":1234,"indexed_at_ms":{then}}}"#),
    );
}

#[test]
fn a_real_payload_becomes_a_row() {
    let sandbox = Sandbox::set_up();
    indexed(&sandbox);
    let plain = [("NO_COLOR", "1")];
    assert_snapshot!(row(&sandbox, &plain, &real(&sandbox)), @"Opus 4.8 (1M context) · context 0% · $0.00 · main · index 1234 files, 5m old");
}

#[test]
fn colour_marks_a_filling_window_and_can_be_refused() {
    let sandbox = Sandbox::plain();
    let input = |percent: u32| format!(r#"{{"context_window":{{"used_percentage":{percent}}}}}"#);
    std::fs::remove_file(sandbox.project().join(".git/HEAD")).unwrap();
    assert_snapshot!(row(&sandbox, &[], &input(59)).escape_debug(), @"context 59%");
    assert_snapshot!(row(&sandbox, &[], &input(60)).escape_debug(), @r"\u{1b}[33mcontext 60%\u{1b}[0m");
    assert_snapshot!(row(&sandbox, &[], &input(93)).escape_debug(), @r"\u{1b}[31mcontext 93%\u{1b}[0m");
    assert_snapshot!(row(&sandbox, &[("NO_COLOR", "1")], &input(93)), @"context 93%");
}

#[test]
fn a_narrow_terminal_gets_what_fits() {
    let sandbox = Sandbox::set_up();
    indexed(&sandbox);
    let width =
        |columns| row(&sandbox, &[("NO_COLOR", "1"), ("COLUMNS", columns)], &real(&sandbox));
    assert_snapshot!(width("60"), @"Opus 4.8 (1M context) · context 0% · $0.00 · main");
    assert_snapshot!(width("30"), @"Opus 4.8 (1M context)");
    assert_snapshot!(width("1"), @"Opus 4.8 (1M context)");
    assert!(width("wide").contains("index"));
}

#[test]
fn what_is_not_known_is_left_out_and_there_is_always_a_row() {
    let sandbox = Sandbox::plain();
    let plain = [("NO_COLOR", "1")];
    for input in ["", "nonsense", "[]", r#"{"model":3,"cost":null}"#] {
        assert_eq!(row(&sandbox, &plain, input), "main");
    }
    std::fs::remove_dir_all(sandbox.project().join(".git")).unwrap();
    assert_eq!(row(&sandbox, &plain, "nonsense"), "moflo");
    let hostile = r#"{"model":{"display_name":"a\u001b[31mb\nc"},"cost":{"total_cost_usd":1e999}}"#;
    assert!(row(&sandbox, &plain, hostile).starts_with('m'));
    let hostile = r#"{"model":{"display_name":"a\u001b[31mb\nc"}}"#;
    assert_eq!(row(&sandbox, &plain, hostile), "a[31mbc");
}
