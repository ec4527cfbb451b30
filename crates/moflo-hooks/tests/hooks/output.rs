//! Answers as the client reads them.

use insta::assert_snapshot;
use moflo_hooks::output::Output;

#[track_caller]
fn text(output: &Output<'_>) -> String {
    String::from_utf8(output.to_bytes()).unwrap()
}

#[test]
fn answers_have_the_clients_shape() {
    assert_snapshot!(text(&Output::deny("no\n\"x\"")), @r#"{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"no\n\"x\""}}"#);
    assert_snapshot!(text(&Output::ask("sure?")), @r#"{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"ask","permissionDecisionReason":"sure?"}}"#);
    assert_snapshot!(text(&Output::context("SessionStart", "hi")), @r#"{"hookSpecificOutput":{"hookEventName":"SessionStart","additionalContext":"hi"}}"#);
    assert_snapshot!(text(&Output::message("for you")), @r#"{"systemMessage":"for you"}"#);
    assert_snapshot!(text(&Output::block("no")), @r#"{"decision":"block","reason":"no"}"#);
    assert_snapshot!(text(&Output::deny("no").and_message("m")), @r#"{"systemMessage":"m","hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"no"}}"#);
}
