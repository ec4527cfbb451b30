//! Sub-agents before there is a task.

use insta::assert_snapshot;
use moflo_hooks::state::Fact;
use moflo_testkit::Sandbox;

use super::{call, judged, session};

fn agent(sandbox: &Sandbox, turn: &str) -> String {
    let input =
        r#""description":"d","prompt":"count the modules","subagent_type":"general-purpose""#;
    call(sandbox, "Agent", input).replace("\"p1\"", &format!("\"{turn}\""))
}

#[test]
fn a_sub_agent_before_any_task_is_remarked_on_once_a_turn() {
    let sandbox = Sandbox::set_up();
    assert_snapshot!(judged(&sandbox, agent(&sandbox, "p1")), @"context: task-first: this sub-agent was started before any task exists. TaskCreate makes its work visible in the session's task list.");
    assert_eq!(judged(&sandbox, agent(&sandbox, "p1")), "pass");
    assert!(judged(&sandbox, agent(&sandbox, "p2")).starts_with("context: "));
    session(&sandbox, None, "p2").record(Fact::TaskCreated).unwrap();
    assert_eq!(judged(&sandbox, agent(&sandbox, "p3")), "pass");
}

#[test]
fn block_refuses_once_a_turn_and_off_never() {
    let sandbox = Sandbox::set_up();
    let with = |setting: &str, turn: &str| {
        let text = format!(r#"{{"format":1,"gates":{{"task_create_first":"{setting}"}}}}"#);
        sandbox.write(".moflo/snapshot.json", &text);
        judged(&sandbox, agent(&sandbox, turn))
    };
    assert_eq!(with("off", "p1"), "pass");
    assert!(with("block", "p1").starts_with("deny: task-first: "));
    assert_eq!(with("block", "p1"), "pass");
}

#[test]
fn sub_agents_of_sub_agents_are_not_remarked_on() {
    let sandbox = Sandbox::set_up();
    let nested = agent(&sandbox, "p1").replacen('{', r#"{"agent_id":"a","#, 1);
    assert_eq!(judged(&sandbox, nested), "pass");
}
