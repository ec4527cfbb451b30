//! What no rewriting of a command may change: every example of every rule, in every disguise.
//!
//! Quoting, wrapping, surrounding never turns a refusal into silence; being printed or written to
//! a note never turns silence into a refusal. Work grows with the text and not faster. The tables
//! are crossed completely, so that a failure names its case and needs no seed; where words are
//! made up at random, bash itself says what they mean.

use std::fmt::Write as _;
use std::process::Command;

use moflo_policy::project::ProjectPolicy;
use moflo_policy::{Context, judge_command, rules, shell};
use proptest::prelude::*;

fn blocks(command: &str) -> bool {
    let project = ProjectPolicy::default();
    let ctx = Context::made_up(&project);
    judge_command(command, &ctx).blocks()
}

/// Every command that a rule gives as an example of what it stops.
fn stopped() -> impl Iterator<Item = &'static str> {
    rules::RULES.iter().flat_map(|rule| rule.block).copied()
}

/// Those that are one program and its words, without anything that a shell would expand.
fn stopped_and_plain() -> impl Iterator<Item = &'static str> {
    stopped().filter(|command| {
        command.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -_./=:+@,".contains(&byte))
            && !command.split(' ').next().unwrap_or_default().contains('=')
    })
}

/// Collects the rewritten commands on which `expected` does not hold, and fails with all of them.
#[track_caller]
fn all(rewritten: impl Iterator<Item = String>, is_fine: impl Fn(&str) -> bool) {
    let mut count = 0;
    let mut wrong = Vec::new();
    for command in rewritten {
        count += 1;
        if !is_fine(&command) {
            wrong.push(command);
        }
    }
    assert!(count > 20, "only {count} cases: the table is not crossed");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Writes a text as one word that a shell takes as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn double_quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        if matches!(letter, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(letter);
    }
    out + "\""
}

fn ansi_quoted(text: &str, each: impl Fn(&mut String, u8)) -> String {
    let mut out = String::from("$'");
    text.bytes().for_each(|byte| each(&mut out, byte));
    out + "'"
}

/// The ways to write a word that bash reads back as the same word.
const SPELLINGS: [fn(&str) -> String; 9] = [
    quoted,
    double_quoted,
    |word| word.chars().flat_map(|letter| ['\\', letter]).collect(),
    |word| ansi_quoted(word, |out, byte| write!(out, "\\x{byte:02x}").unwrap_or_default()),
    |word| ansi_quoted(word, |out, byte| write!(out, "\\{byte:03o}").unwrap_or_default()),
    |word| ansi_quoted(word, |out, byte| write!(out, "\\u{byte:04x}").unwrap_or_default()),
    |word| format!("{}''{}", &word[..word.len() / 2], &word[word.len() / 2..]),
    |word| format!("{}\"\"{}", &word[..1], &word[1..]),
    |word| word.chars().flat_map(|letter| ['\'', letter, '\'']).collect(),
];

#[test]
fn a_word_written_otherwise_is_the_same_word() {
    // Every word otherwise, and each of them alone.
    let rewritten = stopped_and_plain().flat_map(|command| {
        let words: Vec<&str> = command.split(' ').filter(|word| !word.is_empty()).collect();
        SPELLINGS.iter().flat_map(move |spell| {
            let words = words.clone();
            (0..=words.len()).map(move |chosen| {
                let each = words.iter().enumerate().map(|(at, word)| {
                    let changes = chosen == words.len() || chosen == at;
                    if changes { spell(word) } else { (*word).to_owned() }
                });
                each.collect::<Vec<_>>().join(" ")
            })
        })
    });
    all(rewritten, blocks);
}

#[test]
fn blanks_and_line_continuations_change_nothing() {
    let rewritten = stopped_and_plain().flat_map(|command| {
        ["  ", "\t", " \\\n", "\\\n "]
            .iter()
            .map(move |blank| format!("{blank}{}{blank}", command.replace(' ', blank)))
    });
    all(rewritten, blocks);
}

/// Programs that run the words behind them.
const WRAPPERS: &[&str] = &[
    "sudo",
    "sudo -n",
    "sudo -u root --",
    "sudo -E HOME=/home/dev",
    "doas",
    "env",
    "env -i",
    "env -u A -- B=1",
    "/usr/bin/env",
    "A=1 B=2",
    "nice",
    "nice -n 19",
    "ionice -c 3",
    "chrt -i 0",
    "timeout 5",
    "timeout -k 5 --signal=KILL 10m",
    "nohup",
    "setsid",
    "setsid -w",
    "stdbuf -oL",
    "time",
    "time -p",
    "/usr/bin/time -v",
    "command",
    "command --",
    "builtin command",
    "exec",
    "exec -a x",
    "xargs",
    "xargs -r -n 1",
    "xargs -0 -P 4",
    "busybox",
    "taskset -c 0",
    "flock /tmp/lock",
    "unbuffer",
    "strace -f",
    "ltrace",
    "chronic",
    "caffeinate -i",
    "!",
    "coproc",
    "eval",
];

/// Programs and places that run the text that is put into them.
const RUNNERS: &[fn(&str) -> String] = &[
    |text| format!("bash -c {}", quoted(text)),
    |text| format!("bash -c {}", double_quoted(text)),
    |text| format!("sh -lc {}", quoted(text)),
    |text| format!("/bin/bash -euo pipefail -c {}", quoted(text)),
    |text| format!("zsh -ic {}", quoted(text)),
    |text| format!("env -i bash --noprofile -c {}", quoted(text)),
    |text| format!("eval {}", quoted(text)),
    |text| format!("eval {}", double_quoted(text)),
    |text| format!("sudo su -c {}", quoted(text)),
    |text| format!("watch {}", quoted(text)),
    |text| format!("xargs -I{{}} sh -c {}", quoted(text)),
    |text| format!("find src -exec sh -c {} \\;", quoted(text)),
    |text| format!("timeout 5 nice bash -c {}", quoted(text)),
    |text| format!("echo {} | sh", quoted(text)),
    |text| format!("printf '%s\\n' {} | bash -s", quoted(text)),
    |text| format!("bash <<< {}", quoted(text)),
    |text| format!("bash <<'END'\n{text}\nEND"),
    |text| format!("cat <<'END' | sudo sh\n{text}\nEND"),
    |text| format!("bash <(echo {})", quoted(text)),
    |text| format!("source <(echo {})", quoted(text)),
    |text| format!("x={}; eval \"$x\"", quoted(text)),
    |text| format!("x={}; bash -c \"$x\"", quoted(text)),
    |text| format!("trap {} EXIT", quoted(text)),
    |text| format!("echo {} > run.sh; bash run.sh", quoted(text)),
    |text| format!("echo {} > run.sh && . ./run.sh", quoted(text)),
    |text| {
        format!("python3 -c 'import os; os.system({})'", double_quoted(text).replace('\'', "\\x27"))
    },
];

/// What may stand around a command without keeping it from running.
const SURROUNDINGS: &[fn(&str) -> String] = &[
    |text| format!("{text}\ntrue"),
    |text| format!("cd . && {text}"),
    |text| format!("cd src; cd ..; {text}"),
    |text| format!("true; {text}"),
    |text| format!("true\n{text}"),
    |text| format!("true & {text}"),
    |text| format!("true | {text}"),
    |text| format!("false || {text}"),
    |text| format!("# a note\n{text}"),
    |text| format!("set -euo pipefail\n{text}"),
    |text| format!("if true; then\n{text}\nfi"),
    |text| format!("if false; then :; else\n{text}\nfi"),
    |text| format!("if {text}\nthen :; fi"),
    |text| format!("for i in 1; do\n{text}\ndone"),
    |text| format!("while true; do\n{text}\nbreak; done"),
    |text| format!("until {text}\ndo :; done"),
    |text| format!("case x in (x)\n{text}\n;; esac"),
    |text| format!("(\n{text}\n)"),
    |text| format!("{{\n{text}\n}}"),
    |text| format!("f() {{\n{text}\n}}; f"),
    |text| format!("function f {{\n{text}\n}}\nf"),
    |text| format!("f() (\n{text}\n)\nf a b"),
    |text| format!("x=$(\n{text}\n)"),
    |text| format!("echo \"$(\n{text}\n)\""),
    |text| format!("echo ${{x:-$(\n{text}\n)}}"),
    |text| format!("diff <(\n{text}\n) /dev/null"),
    |text| format!("[[ -n $(\n{text}\n) ]]"),
    |text| format!("echo $(( 1 + $(\n{text}\n) ))"),
    |text| format!("cat <<END\n$(\n{text}\n)\nEND"),
];

#[test]
fn what_stands_around_a_command_does_not_lift_a_refusal() {
    let rewritten =
        stopped().flat_map(|command| SURROUNDINGS.iter().map(move |around| around(command)));
    all(rewritten, blocks);
}

#[test]
fn what_is_appended_to_a_command_does_not_lift_a_refusal() {
    let tails = [
        "; true",
        " ; :",
        " && true",
        " || true",
        " | cat",
        " | tee log",
        " &",
        " & wait",
        " # ok",
    ];
    let rewritten =
        stopped().flat_map(|command| tails.iter().map(move |tail| format!("{command}{tail}")));
    all(rewritten, blocks);
}

#[test]
fn wrappers_do_not_lift_a_refusal() {
    let once = stopped_and_plain()
        .flat_map(|command| WRAPPERS.iter().map(move |wrapper| format!("{wrapper} {command}")));
    all(once, blocks);
}

#[test]
fn wrappers_in_wrappers_do_not_lift_a_refusal() {
    let command = "git reset --hard";
    // What a keyword stands behind is no command any more.
    let names_a_program =
        |wrapper: &&&str| !matches!(**wrapper, "!" | "coproc" | "A=1 B=2" | "time");
    let twice = WRAPPERS.iter().flat_map(|outer| {
        WRAPPERS
            .iter()
            .filter(names_a_program)
            .map(move |inner| format!("{outer} {inner} {command}"))
    });
    all(twice, blocks);
}

#[test]
fn text_that_is_run_is_judged_like_a_command() {
    // Some runners put something of their own in place of braces.
    let rewritten = stopped()
        .filter(|command| !command.contains("{}"))
        .flat_map(|command| RUNNERS.iter().map(move |runner| runner(command)));
    all(rewritten, blocks);
}

#[test]
fn text_that_is_run_from_text_is_judged_like_a_command() {
    let command = "git push --force origin main";
    let rewritten = RUNNERS.iter().flat_map(|outer| {
        let inner = RUNNERS.iter().chain(SURROUNDINGS).map(|inner| inner(command));
        inner.map(move |text| outer(&text))
    });
    all(rewritten, blocks);
}

/// Places in which a command is only a text.
const MENTIONS: &[fn(&str) -> String] = &[
    |text| format!("echo {}", quoted(text)),
    |text| format!("printf '%s\\n' {}", quoted(text)),
    |text| format!("echo {} > notes.txt", quoted(text)),
    |text| format!("cat > notes.md <<'END'\n{text}\nEND"),
    |text| format!("cat >> docs/notes.md <<\\END\n{text}\nEND\n"),
    |text| format!("tee notes.md <<'END' > /dev/null\n{text}\nEND"),
    |text| format!("git commit -m {}", quoted(text)),
    |text| format!("git commit -F - <<'END'\n{text}\nEND"),
    |text| format!("git log --grep={}", quoted(text)),
    |text| format!("grep -rnF -- {} src", quoted(text)),
    |text| format!("rg -F -e {}", quoted(text)),
    |text| format!("gh issue create --title x --body {}", quoted(text)),
    |text| format!("# {}", text.replace('\n', " ")),
    |text| format!("true # {}", text.replace('\n', " ")),
    |text| format!(": {}", quoted(text)),
    |text| format!("x={}", quoted(text)),
    |text| format!("test -n {}", quoted(text)),
    |text| format!("[[ a == {} ]]", quoted(text)),
    |text| format!("case a in {}) ;; esac", quoted(text)),
    |text| format!("jq -n --arg x {} '$x'", quoted(text)),
];

#[test]
fn a_command_that_is_only_mentioned_passes() {
    let rewritten = stopped().flat_map(|command| MENTIONS.iter().map(move |place| place(command)));
    all(rewritten, |command| !blocks(command));
}

#[test]
fn hostile_shapes_cost_work_in_proportion_to_their_size() {
    let shapes: &[fn(usize) -> String] = &[
        |n| "a=1 ".repeat(n),
        |n| "a=(1 2) ".repeat(n),
        |n| "echo ${x//a/b} ".repeat(n),
        |n| "echo $((1+2)); ".repeat(n),
        |n| format!("echo $(({}1))", "1+".repeat(n)),
        |n| format!("case x in {} esac", "a|b) :;; ".repeat(n)),
        |n| "[[ a == b && -f c ]] || ".repeat(n) + "true",
        |n| "cat <<< x; ".repeat(n),
        |n| format!("cat {}\n{}", "<<E ".repeat(n), "x\nE\n".repeat(n)),
        |n| "diff <(a) <(b); ".repeat(n),
        |n| format!("echo {}", "{1..9} ".repeat(n)),
        |n| format!("echo {}", "{a,{b,c}}".repeat(n)),
        |n| format!("echo {}", "{a,".repeat(n)),
        |n| format!("echo {}", "\\a".repeat(n)),
        |n| format!("echo {}", "a\\\n".repeat(n)),
        |n| format!("echo $'{}'", "\\x41\\n".repeat(n)),
        |n| format!("echo {}", "'a'\"b\"".repeat(n)),
        |n| format!("echo \"{}\"", "$x`y`$(z)".repeat(n)),
        |n| "# it's $(\n".repeat(n),
        |n| "if a; then b; fi; ".repeat(n),
        |n| "for i in a b; do c; done; ".repeat(n),
        |n| "while a; do b; done; ".repeat(n),
        |n| format!("{}true{}", "if a; then ".repeat(n), "; fi".repeat(n)),
        |n| format!("f() {{ {} }}; f", "a; ".repeat(n)),
        |n| "alias a=b; a; ".repeat(n),
        |n| "cd a; ".repeat(n),
        |n| "pushd a; popd; ".repeat(n),
        |n| "> a ".repeat(n),
        |n| "a | ".repeat(n) + "b",
        |n| format!("{}true", "sudo ".repeat(n)),
        |n| format!("env {} true", "A=1 ".repeat(n)),
        |n| format!("find . {}", "-exec a {} ; ".repeat(n)),
        |n| format!("find . {}", "-name a -o ".repeat(n)),
        |n| format!("sed {}", "-e s/a/b/ ".repeat(n)),
        |n| format!("sed '{}'", "s/a/b/;".repeat(n)),
        |n| format!("awk '{}'", "{ print } ".repeat(n)),
        |n| format!("node -e '{}'", "f(\"a\");".repeat(n)),
        |n| format!("perl -e '{}'", "print \"a\";".repeat(n)),
        |n| format!("git {} status", "-c a.b=c ".repeat(n)),
        |n| format!("tar -czf a {}", "b ".repeat(n)),
        |n| format!("rsync {} a b", "--exclude c ".repeat(n)),
        |n| format!("curl {}", "-H a:b ".repeat(n)),
        |n| format!("docker run {} a", "-e A=1 ".repeat(n)),
        |n| format!("xargs {}", "-n 1 ".repeat(n)),
        |n| format!("bash -c '{}'", "a; ".repeat(n)),
        |n| "bash -c a; ".repeat(n),
        |n| "eval a; ".repeat(n),
        |n| format!("{}a", "eval ".repeat(n)),
        |n| "trap a EXIT; ".repeat(n),
        |n| "set -- a b; shift; ".repeat(n),
        |n| "read a <<< b; ".repeat(n),
        |n| "\u{e9}\u{1f600} ".repeat(n),
        |n| "\u{0} ".repeat(n),
        |n| ")".repeat(n),
        |n| "}; ".repeat(n),
        |n| "fi; ".repeat(n),
    ];
    let mut wrong = Vec::new();
    for shape in shapes {
        let text: String = shape(2).chars().take(60).collect();
        let base = shell::steps(&shape(250));
        for factor in [2, 4, 8] {
            let steps = shell::steps(&shape(250 * factor));
            if steps > base * factor * 5 / 4 + 4_096 {
                wrong.push(format!("{text:?}: {base} steps at 1x, {steps} at {factor}x"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn copying_what_grows_is_charged_and_ends_with_the_budget() {
    for shape in ["x+=a; ", "a+=(b); ", "x=$x$x; ", "x=$(echo $x$x); ", "set -- \"$@\" a; "] {
        let steps = shell::steps(&shape.repeat(8_000));
        assert!(steps <= 600_000, "{shape}: {steps} steps");
        // The work of a small one is nothing remarkable.
        assert!(shell::steps(&shape.repeat(10)) < 60_000, "{shape}");
    }
}

/// A piece of a word, by no means more than letters and marks of quoting.
fn piece() -> impl Strategy<Value = String> {
    let letters = "[a-z]{1,3}";
    let within_single = "[a-z \"\\\\{},]{0,4}";
    prop_oneof![
        4 => letters.prop_map(String::from),
        2 => within_single.prop_map(|text| format!("'{text}'")),
        2 => "([a-z '{},]|\\\\[a-z\"\\\\]){0,4}".prop_map(|text| format!("\"{text}\"")),
        2 => "\\\\[a-z '\"\\\\{},]".prop_map(String::from),
        1 => "([a-z \"{},]|\\\\[abefnrtv\\\\'\"]|\\\\x[4-6][1-9]|\\\\1[0-4][1-7]){0,4}"
            .prop_map(|text| format!("$'{text}'")),
        2 => prop::collection::vec("[a-z]{0,2}|'[a-z,{} ]{0,2}'|\\\\[a-z,{}]|\\{[a-z],[a-z]?\\}", 1..4)
            .prop_map(|choices| format!("{{{}}}", choices.join(","))),
        1 => "[{},]".prop_map(String::from),
        1 => "\\{[a-c]\\.\\.[a-f]\\}|\\{[0-9]\\.\\.[0-9]\\}".prop_map(String::from),
    ]
}

fn line() -> impl Strategy<Value = String> {
    let word = prop::collection::vec(piece(), 1..5).prop_map(|pieces| pieces.concat());
    prop::collection::vec(word, 1..5)
        .prop_map(|words| format!("printf '%s\\0' {}", words.join(" ")))
}

/// Asks bash for the words of lines that print theirs.
///
/// Nothing but a builtin can run: the lines hold letters and quotes only, the shell is restricted,
/// and there is no folder to find a program in. None where there is no bash.
fn words_by_bash(lines: &[String]) -> Option<Vec<Vec<String>>> {
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || " '\"\\{},.%$".contains(letter);
    let mut script = String::new();
    for line in lines {
        assert!(line.chars().all(harmless) && line.starts_with("printf '%s\\0' "), "{line}");
        // A dollar only ever begins a quote.
        assert!(line.split('$').skip(1).all(|rest| rest.starts_with(['\'', '"'])), "{line}");
        script.push_str(line);
        script.push_str("\nprintf '\\1\\0'\n");
    }
    let output = Command::new("bash")
        .env_clear()
        .env("PATH", "/nonexistent")
        .args(["--noprofile", "--norc", "-r", "-c", &script])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).unwrap_or_default();
    let mut found = vec![Vec::new()];
    for word in text.split_terminator('\0') {
        match found.last_mut() {
            Some(words) if word != "\u{1}" => words.push(word.to_owned()),
            _ => found.push(Vec::new()),
        }
    }
    found.pop();
    Some(found)
}

fn words_by_us(line: &str) -> Vec<String> {
    let commands = shell::commands(line);
    commands.first().map_or_else(Vec::new, |command| {
        command.argv.iter().skip(2).map(|word| word.text.clone()).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn words_that_were_made_up_are_split_as_bash_splits_them(lines in prop::collection::vec(line(), 32)) {
        let Some(expected) = words_by_bash(&lines) else {
            println!("skipped: no bash");
            return Ok(());
        };
        prop_assert_eq!(expected.len(), lines.len());
        for (line, expected) in lines.iter().zip(expected) {
            prop_assert_eq!(words_by_us(line), expected, "{}", line);
        }
    }
}
