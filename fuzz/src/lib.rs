//! What must hold for any input at all: one function per fuzz target.
//!
//! The targets call these with whatever the fuzzer makes up; `crates/moflo-policy/tests/replay.rs`
//! compiles this very file and calls them with the kept corpora. A panic is the only finding.
//! Nothing here runs what it reads.

use moflo_hooks::event::Event;
use moflo_policy::json::{self, HookJson, ToolFields};
use moflo_policy::project::ProjectPolicy;
use moflo_policy::shell::SimpleCommand;
use moflo_policy::{
    Context, Decision, Verdict, judge_command, judge_powershell_command, rules, shell, tools,
};

/// What one walk may cost: the budget, and what the last piece of work before its end may add. That
/// is a list in braces with all the words that one may have: 1,119,197 steps is the most that was
/// seen, for a loop over such a list.
const MAX_STEPS: usize = (1 << 20) + (1 << 18);

/// Texts longer than this are near the budget by themselves; comparing two of them says nothing.
const COMPARABLE_BYTES: usize = 4 << 10;

/// A walk that costs more is near a limit, where one more command may change what is followed.
const COMPARABLE_STEPS: usize = 1 << 14;

/// Any text is walked, comes back, costs no more than the budget, and what stands before it on a
/// line of its own changes nothing in it.
pub fn parser(text: &str) {
    let commands = shell::commands(text);
    assert!(commands.len() <= 8_192, "{} commands", commands.len());
    let steps = shell::steps(text);
    assert!(steps <= MAX_STEPS, "{steps} steps");
    if text.len() > COMPARABLE_BYTES || steps > COMPARABLE_STEPS {
        return;
    }
    let after = shell::commands(&format!("true\n{text}"));
    assert_eq!(after.first().map(first_word), Some("true"));
    assert_eq!(after.get(1..), Some(commands.as_slice()), "a line before it changes it");
}

fn first_word(command: &SimpleCommand) -> &str {
    command.argv.first().map_or("", |word| word.text.as_str())
}

/// Any text gets a verdict: the same one twice, one that can be shown, and one that is not lifted
/// by commands around it. Text that is only printed or written to a file of the project passes.
pub fn evaluator(text: &str) {
    with_context(|ctx| {
        let verdict = judge_command(text, ctx);
        presentable(&verdict);
        assert_eq!(verdict, judge_command(text, ctx), "two verdicts on one text");
        presentable(&judge_powershell_command(text, ctx));
        if text.len() > COMPARABLE_BYTES || shell::steps(text) > COMPARABLE_STEPS {
            return;
        }
        if verdict.blocks() {
            let before = format!("true\n{text}");
            assert!(judge_command(&before, ctx).blocks(), "a command before it lifts a refusal");
            let after = format!("{text}\ntrue");
            let ends_by_itself =
                shell::commands(&after).split_last().is_some_and(|(last, rest)| {
                    first_word(last) == "true"
                        && last.argv.len() == 1
                        && rest == shell::commands(text)
                });
            if ends_by_itself {
                let lifted = !judge_command(&after, ctx).blocks();
                assert!(!lifted, "a command after it lifts a refusal");
            }
            let fields = ToolFields::from_pairs([("command", text)]);
            assert!(
                tools::judge_tool("Bash", &fields, ctx).blocks(),
                "the tool is judged otherwise"
            );
        }
        // A NUL never reaches a program, so that nothing with one in it is ever printed.
        if text.contains('\0') {
            return;
        }
        let echo = format!("echo {}", single_quoted(text));
        passes(&echo, ctx, "printing");
        let heredoc = format!("cat > notes.md <<'EOF-of-notes'\n{text}\nEOF-of-notes");
        if !text.contains("EOF-of-notes") {
            passes(&heredoc, ctx, "writing to a note");
        }
    });
}

#[track_caller]
fn passes(command: &str, ctx: &Context<'_>, what: &str) {
    let verdict = judge_command(command, ctx);
    assert!(!verdict.blocks(), "{what} is refused: {}", verdict.reason);
}

/// Writes a text as one word that a shell takes as it is.
fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn presentable(verdict: &Verdict) {
    assert!(verdict.reason.lines().count() <= 4, "{}", verdict.reason);
    if verdict.blocks() {
        let rule = verdict.rule.as_deref().unwrap_or_default();
        assert!(rules::find(rule).is_some(), "`{rule}` is no rule");
        assert!(verdict.reason.contains(rule), "{}", verdict.reason);
    }
}

/// Any bytes are read to their end. What the strict reader of hook events takes for the command is
/// among the commands that the gate's own reader collects, and both see the same actor. Whatever
/// follows or precedes a catastrophe in a damaged document, it is found.
pub fn json(bytes: &[u8]) {
    let hook = json::scan(bytes);
    let commands = hook.fields.commands();
    let pieces = json::salvage(bytes);
    assert!(pieces.len() <= json::MAX_FIELDS);
    let (input, _) = ToolFields::from_input(bytes);
    drop(input.commands());
    if let Ok(event) = Event::parse(bytes) {
        same_call(&event, &hook, &commands);
    }
    if !hook.well_formed {
        let strict = serde_json::from_slice::<serde_json::Value>(bytes);
        let at_the_limit = hook.fields.entries().len() >= json::MAX_FIELDS;
        assert!(strict.is_err() || at_the_limit, "sound JSON is called damaged");
    }
    catastrophe_is_found(
        b"{\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"rm -rf /\"",
        bytes,
    );
    catastrophe_is_found(bytes, b",\"command\":\"rm -rf /\"}}");
}

/// Both readers see the same call.
fn same_call(event: &Event<'_>, hook: &HookJson<'_>, commands: &[impl AsRef<str>]) {
    if let Some(command) = event.tool_input.command.as_deref() {
        let found = commands.iter().any(|found| found.as_ref() == command);
        assert!(found || !hook.well_formed, "the command {command:?} is not seen");
    }
    if !hook.well_formed {
        return;
    }
    // A name that the strict reader has is never another one here.
    for (what, strict, ours) in [
        ("session_id", &event.session_id, &hook.session_id),
        ("agent_id", &event.agent_id, &hook.agent_id),
        ("prompt_id", &event.prompt_id, &hook.prompt_id),
        ("tool_name", &event.tool_name, &hook.tool_name),
        ("cwd", &event.cwd, &hook.cwd),
    ] {
        if strict.is_some() {
            assert_eq!(strict, ours, "{what} is read differently");
        }
    }
}

/// Judges a document as the gate does, and expects a refusal if it is damaged.
fn catastrophe_is_found(head: &[u8], tail: &[u8]) {
    let bytes = [head, tail].concat();
    let hook = json::scan(&bytes);
    with_context(|ctx| {
        let tool = hook.tool_name.as_deref().unwrap_or_default();
        let judged = tools::judge_tool(tool, &hook.fields, ctx);
        presentable(&judged);
        if hook.well_formed || judged.decision == Decision::Deny {
            return;
        }
        // As a catastrophe, or because it could not be walked to its end.
        let found = tools::judge_damaged(&bytes, ctx).map(|verdict| verdict.decision);
        assert_eq!(found, Some(Decision::Deny), "damage hides a catastrophe");
    });
}

fn with_context(body: impl FnOnce(&Context<'_>)) {
    let project = ProjectPolicy::default();
    body(&Context::made_up(&project));
}
