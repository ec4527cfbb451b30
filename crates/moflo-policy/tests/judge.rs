//! The gate's verdicts: rule examples, hostile input, properties.

use std::fmt::Write as _;
use std::process::Command;

use moflo_policy::project::ProjectPolicy;
use moflo_policy::{
    Context, Decision, NoFiles, PermissionMode, Verdict, explain, judge_command, rules, shell,
};
use proptest::prelude::*;

fn judge_in(mode: PermissionMode, command: &str) -> Verdict {
    let project = ProjectPolicy::default();
    let ctx = Context {
        root: "/home/dev/proj",
        cwd: "/home/dev/proj",
        home: "/home/dev",
        mode,
        files: &NoFiles,
        project: &project,
    };
    judge_command(command, &ctx)
}

fn judge(command: &str) -> Verdict {
    judge_in(PermissionMode::Default, command)
}

/// The one place that knows how a verdict is shown: `allow`, or the id of the rule.
#[track_caller]
fn check(command: &str, expected: &str) {
    let verdict = judge(command);
    let found = verdict.rule.as_deref().unwrap_or("allow");
    assert_eq!(found, expected, "{command}");
}

#[track_caller]
fn check_all(expected: &str, commands: &[&str]) {
    for command in commands {
        check(command, expected);
    }
}

#[track_caller]
fn blocked(command: &str) {
    assert!(judge(command).blocks(), "passes: {}", command.chars().take(200).collect::<String>());
}

#[test]
fn every_rule_stops_its_examples_and_passes_its_neighbours() {
    for rule in rules::RULES {
        assert!(
            rule.id == "raw.unreadable" || (rule.block.len() >= 2 && rule.allow.len() >= 2),
            "{}",
            rule.id
        );
        check_all(rule.id, rule.block);
        check_all("allow", rule.allow);
    }
}

/// A call that is cut off, or asked for with nothing, has no first argument to take away.
#[test]
fn calls_without_arguments_are_read() {
    check_all(
        "allow",
        &[
            "python3 -c 'import os; os.execl()'",
            "python3 -c 'import os; os.execl('",
            "perl -e 'spawnlp(=1)'",
            "node --eval 'execl(((('",
        ],
    );
}

#[test]
fn rule_ids_are_unique() {
    let mut ids: Vec<&str> = rules::RULES.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rules::RULES.len());
}

#[test]
fn policy_rules_ask_where_a_person_answers_and_deny_elsewhere() {
    for (mode, expected) in [
        (PermissionMode::Default, Decision::Ask),
        (PermissionMode::AcceptEdits, Decision::Ask),
        (PermissionMode::BypassPermissions, Decision::Deny),
        (PermissionMode::DontAsk, Decision::Deny),
        (PermissionMode::Print, Decision::Deny),
    ] {
        assert_eq!(judge_in(mode, "echo x >> ~/.bashrc").decision, expected);
        assert_eq!(judge_in(mode, "rm .claude/settings.json").decision, expected);
        assert_eq!(judge_in(mode, "rm -rf /").decision, Decision::Deny);
    }
}

#[test]
fn a_reason_names_the_rule_the_cause_and_the_way_out_in_four_lines() {
    let verdict = judge("rm -rf /");
    assert!(verdict.reason.contains("fs.delete-system"));
    assert!(verdict.reason.contains("Instead:"));
    assert!(verdict.reason.lines().count() <= 4);
}

#[test]
fn nests_do_not_overflow_the_stack() {
    let deep = |open: &str, close: &str, count: usize| {
        format!("{}rm -rf /{}", open.repeat(count), close.repeat(count))
    };
    for count in [2_000, 5_000] {
        blocked(&deep("echo $(", ")", count));
        blocked(&deep("( ", " )", count));
        blocked(&deep("{ ", "; }", count));
        blocked(&deep("if true; then ", "; fi", count));
        blocked(&deep("x=${a:-$(", ")}", count));
        blocked(&deep("echo \"$(", ")\"", count));
        blocked(&deep("cat <(", ")", count));
        blocked(&deep("echo $((1+$(", ")))", count));
    }
    blocked(&format!("{}rm -rf /", "eval ".repeat(5_000)));
    blocked(&format!("{}rm -rf /", "sudo ".repeat(3_000)));
    blocked(&"${a:-".repeat(50_000).chars().chain(" ; rm -rf /".chars()).collect::<String>());
    // Nothing to say about these, but they must come back.
    for text in [
        "$((",
        "`",
        "\"$(",
        "{a,",
        "<<E\n",
        "((",
        "case x in ",
        "$'\\",
        "[[ ",
        "a=(",
        "f(){ ",
        "<(",
        "${x/",
        "\\\n",
    ] {
        let _ = judge(&text.repeat(20_000));
    }
}

#[test]
fn work_grows_with_the_size_of_the_command_and_not_faster() {
    let shapes: &[fn(usize) -> String] = &[
        |n| "true; ".repeat(n),
        |n| format!("git {}", "-a ".repeat(n)),
        |n| "cat <<E\nx\nE\n".repeat(n),
        |n| format!("{}:{}", "$(".repeat(n), ")".repeat(n)),
        |n| format!("echo {}", "'a' \"b\" ".repeat(n)),
        |n| "a=1; echo $a; ".repeat(n),
        |n| format!("echo {}", "${x:-y} ".repeat(n)),
        |n| "echo a | cat | cat; ".repeat(n),
        |n| "f() { echo a; }; ".repeat(n),
        |n| format!("rm {}", "src/a.rs ".repeat(n)),
        |n| format!("python3 -c '{}'", "print(1);".repeat(n)),
        |n| format!("psql -c \"{}\"", "select 1; ".repeat(n)),
        |n| format!("echo {}", "{a,b} ".repeat(n)),
    ];
    for (index, shape) in shapes.iter().enumerate() {
        let base = shell::steps(&shape(250));
        for factor in [2, 4, 8] {
            let steps = shell::steps(&shape(250 * factor));
            let limit = base * factor * 3 / 2 + 4_096;
            assert!(steps <= limit, "shape {index}: {base} steps at 1x, {steps} at {factor}x");
        }
    }
}

#[test]
fn what_is_too_long_to_walk_is_scanned_as_raw_text() {
    let mut text = String::from("x=a; ");
    // Doubling a variable grows without end; the walk stops, and the rest is not trusted.
    text.push_str(&"x=$x$x; ".repeat(64));
    text.push_str("echo $x; rm -rf /");
    blocked(&text);
}

#[test]
fn explain_shows_commands_effects_and_the_way_out() {
    let project = ProjectPolicy::default();
    let ctx = Context::made_up(&project);
    let explanation = explain("sudo bash -c 'rm -rf / && git push -f'", &ctx);
    let heads: Vec<&str> = explanation
        .commands
        .iter()
        .filter_map(|command| command.argv.first())
        .map(|arg| arg.text.as_str())
        .collect();
    assert_eq!(heads, ["bash", "rm", "git"]);
    let rules: Vec<&str> = explanation.effects.iter().map(|effect| effect.rule).collect();
    assert_eq!(rules, ["fs.delete-system", "git.force-push"]);
    assert!(explanation.how_to_allow.is_some());
    assert!(explanation.alternative.is_some());
    assert!(explain("ls", &ctx).how_to_allow.is_none());
    // The command that is refused is named, not the first one of the line.
    for (command, named) in [
        ("cd src && git reset --hard", Some("`git reset --hard`")),
        ("cd src && sudo -n git clean -fd 'a b' | cat", Some("`git clean -fd 'a b'`")),
        ("ls; echo x >> ~/.bashrc; pwd", None),
        ("ls && cat .env", Some("`cat .env`")),
        ("cd / && rm -rf etc", None),
        ("ls && rm ~/$X", None),
    ] {
        let how = explain(command, &ctx).how_to_allow.unwrap();
        match named {
            Some(named) => assert!(how.contains(named), "{command}: {how}"),
            None => assert!(!how.contains("add an entry"), "{command}: {how}"),
        }
    }
}

#[test]
fn an_exception_that_names_a_file_covers_reading_it_and_no_other_catastrophe() {
    let entry = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        moflo_policy::project::AllowEntry {
            program: words.next().unwrap(),
            args: words.collect(),
            expires: None,
            reason: "the values are made up".to_owned(),
        }
    };
    let entries =
        ["cat .env", "cat *.pem", "rm -rf /", "Read .env", "Read *.key", "Write /home/dev/notes/*"];
    let project = ProjectPolicy::new(vec![], entries.map(entry).to_vec(), vec![]);
    let ctx = Context {
        root: "/home/dev/proj",
        cwd: "/home/dev/proj/src",
        home: "/home/dev",
        mode: PermissionMode::Default,
        files: &NoFiles,
        project: &project,
    };
    for (command, stopped) in [
        ("cat .env", false),
        ("cat .env.local", true),
        ("cat .env .env.local", true),
        ("cat x.pem", true),
        ("rm -rf /", true),
    ] {
        assert_eq!(judge_command(command, &ctx).blocks(), stopped, "{command}");
    }
    for (line, stopped) in [
        ("Read ../.env", false),
        ("Read /home/dev/proj/.env", false),
        ("Read \"../.env\"", false),
        ("Read .env", true),
        ("Read ../.env.local", true),
        ("Read ../server.key", true),
        ("Write /home/dev/proj/.git/config", true),
        ("Grep ../.env", true),
        ("Write /home/dev/notes/a.md", false),
        ("Edit /home/dev/notes/a.md", true),
    ] {
        let (_, verdict) = moflo_policy::tools::judge_line(line, &ctx).unwrap();
        assert_eq!(verdict.blocks(), stopped, "{line}");
    }
    let (line, _) = moflo_policy::tools::judge_line("Read ../.env", &ctx).unwrap();
    assert_eq!(line, "Read /home/dev/proj/.env");
    assert!(moflo_policy::tools::judge_line("cat .env", &ctx).is_none());
}

#[test]
fn commands_come_without_wrappers_and_with_their_input() {
    let found =
        shell::commands("cd src && sudo env A=1 grep -rn 'a b' . | head -3; cat <<E\nhi\nE");
    let words: Vec<Vec<&str>> = found
        .iter()
        .map(|command| command.argv.iter().map(|arg| arg.text.as_str()).collect())
        .collect();
    assert_eq!(
        words,
        [vec!["cd", "src"], vec!["grep", "-rn", "a b", "."], vec!["head", "-3"], vec!["cat"]]
    );
    assert!(found[1].pipe_out && found[2].pipe_in);
    assert_eq!(found[3].stdin.as_deref(), Some("hi\n"));
}

#[test]
fn heredocs_and_quotes_are_data_until_something_runs_them() {
    check_all(
        "allow",
        &[
            "cat > x.md <<'EOF'\nrm -rf / `git push -f` $(id)\nEOF",
            "git commit -m 'never rm -rf / or git push --force'",
            "grep -rn 'rm -rf /' src",
            "echo 'rm -rf /' > notes.txt",
            "gh pr create --body 'drops DROP TABLE users and rm -rf ~'",
            "jq -n '{cmd: \"rm -rf /\"}'",
        ],
    );
    for runner in [
        "bash",
        "sh -s",
        "sudo bash",
        "ssh host",
        "at now",
        "xargs -I{} sh -c '{}'",
        "tee x | sh",
        "env -i bash",
    ] {
        blocked(&format!("{runner} <<'EOF'\nrm -rf /\nEOF"));
    }
    blocked("cat > x.sh <<'EOF'\nrm -rf ~\nEOF\nbash x.sh");
    blocked("psql <<'E'\nDROP TABLE users;\nE");
    blocked("python3 <<'E'\nimport os\nos.system('rm -rf /')\nE");
}

const DANGEROUS: &[&[&str]] = &[
    &["rm", "-rf", "/"],
    &["git", "reset", "--hard"],
    &["git", "push", "--force", "origin", "main"],
    &["git", "clean", "-fdx"],
    &["dd", "if=/dev/zero", "of=/dev/sda"],
    &["chmod", "-R", "777", "/"],
    &["cat", ".env"],
    &["terraform", "destroy"],
    &["find", ".", "-delete"],
    &["dropdb", "prod"],
    &["shred", "/dev/sda"],
    &["rm", ".claude/settings.json"],
];

/// Writes the bytes of a word as the escapes of `$'…'`.
fn hex(word: &str) -> String {
    let mut out = String::new();
    for byte in word.bytes() {
        let _ = write!(out, "\\x{byte:02x}");
    }
    out
}

/// Writes a word in one of the ways bash reads back as the same word.
fn requote(word: &str, way: u8) -> String {
    match way % 6 {
        0 => word.to_owned(),
        1 => format!("'{word}'"),
        2 => format!("\"{word}\""),
        3 => word.chars().flat_map(|c| ['\\', c]).collect(),
        4 => format!("$'{}'", hex(word)),
        _ => {
            let middle = word.len() / 2;
            format!("{}''{}", &word[..middle], &word[middle..])
        }
    }
}

fn dangerous() -> impl Strategy<Value = &'static [&'static str]> {
    prop::sample::select(DANGEROUS)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quoting_a_word_differently_changes_nothing(words in dangerous(), ways in prop::collection::vec(0u8..6, 6)) {
        let text: Vec<String> = words.iter().zip(ways.iter().cycle()).map(|(word, way)| requote(word, *way)).collect();
        prop_assert!(judge(&text.join(" ")).blocks(), "{}", text.join(" "));
    }

    #[test]
    fn a_wrapper_changes_nothing(words in dangerous(), wrapper in prop::sample::select(&[
        "sudo", "sudo -u root --", "env", "env -i A=1", "nice -n 5", "timeout 5", "nohup", "setsid", "stdbuf -oL",
        "time", "command", "exec", "xargs", "doas", "busybox", "ionice -c2", "strace -f", "npx", "poetry run",
        "flock /tmp/l", "! ", "A=1", "builtin command", "chroot /mnt",
    ][..])) {
        let text = format!("{wrapper} {}", words.join(" "));
        prop_assert!(judge(&text).blocks(), "{text}");
    }

    #[test]
    fn code_in_a_string_is_code(words in dangerous(), wrapper in prop::sample::select(&[
        "bash -c", "sh -ec", "eval", "su -c", "watch", "zsh -c", "env -S", "nix-shell --run", "script -qc", "hyperfine",
    ][..])) {
        let text = format!("{wrapper} '{}'", words.join(" "));
        prop_assert!(judge(&text).blocks(), "{text}");
    }

    #[test]
    fn more_commands_never_make_it_pass(words in dangerous(), tail in prop::sample::select(&["; true", " && true", " || true", " | cat", " &", "\ntrue", " # fine", " > /dev/null"][..])) {
        let text = format!("{}{tail}", words.join(" "));
        prop_assert!(judge(&text).blocks(), "{text}");
    }

    #[test]
    fn mentioning_it_passes(words in dangerous(), form in 0u8..5) {
        let line = words.join(" ");
        let text = match form {
            0 => format!("echo '{line}'"),
            1 => format!("cat > notes.md <<'EOF'\n{line}\nEOF"),
            2 => format!("git commit -m '{line}'"),
            3 => format!("grep -rn -- '{line}' src"),
            _ => format!("# {line}"),
        };
        prop_assert!(!judge(&text).blocks(), "{text}");
    }

    #[test]
    fn any_text_comes_back(text in "\\PC{0,80}") {
        let _ = judge(&text);
    }

    #[test]
    fn any_mix_of_shell_marks_comes_back(pieces in prop::collection::vec(prop::sample::select(&[
        "$(", ")", "`", "'", "\"", "{", "}", "<<E\n", "E\n", "$((", "))", "${x", ":-", "[[", "]]", "case x in", ";;", "esac", "if", "then", "fi",
        "for i in", "do", "done", "|", "&", ";", "\n", "<(", ">", "\\", "a", "=(", "rm", "-rf", "/", "f()", "$'", "!", "#", "~", "*", "é",
    ][..]), 0..60), spaced in any::<bool>()) {
        let _ = judge(&pieces.join(if spaced { " " } else { "" }));
    }
}

#[test]
fn literal_words_are_split_as_bash_splits_them() {
    if Command::new("bash").arg("-c").arg("true").output().is_err() {
        println!("skipped: no bash on this machine");
        return;
    }
    let cases = [
        "printf '%s\\0' a b  c",
        "printf '%s\\0' 'a b' \"c d\" e\\ f",
        "printf '%s\\0' a''b \"\" '' x",
        "printf '%s\\0' $'a\\tb' $'\\x41\\u00e9' $'it\\'s'",
        "printf '%s\\0' {a,b}{1,2} x{1..3}y {z}",
        "printf '%s\\0' a\\\nb c\\\n d",
        "x='1  2'; printf '%s\\0' $x \"$x\" '$x' \"a${x}b\"",
        "x=; printf '%s\\0' ${x:-d e} \"${x:-d e}\" ${y-z} ${x:+no}",
        "x=abc.tar.gz; printf '%s\\0' ${x%.gz} ${x%%.*} ${x#abc} ${x##*.} ${x/a/b} ${#x} ${x:1:2}",
        "a=(one 'two three'); printf '%s\\0' \"${a[@]}\" ${a[1]} \"${a[0]}\"",
        "set -- ; printf '%s\\0' \"a\"'b'c\\d \"\\$x \\\"q\\\" \\n\"",
        "printf '%s\\0' $(echo a b) \"$(echo a b)\" `echo c`",
        "printf '%s\\0' a#b 'c'#d # comment",
        "f() { printf '%s\\0' \"$1\" $2; }; f 'x y' z",
        "if true; then printf '%s\\0' yes; fi",
        "for i in p q; do :; done; printf '%s\\0' done",
        "printf '%s\\0' \"$(cat <<'E'\nhe said \"hi\" and $x\nE\n)\"",
        "case a in b) : ;; a|c) printf '%s\\0' c;; esac",
        "printf '%s\\0' a;printf '%s\\0' b&&printf '%s\\0' c",
        "{ printf '%s\\0' g; }; ( printf '%s\\0' s )",
        "printf '%s\\0' $((1)) \"$((2))\"",
    ];
    for case in cases {
        // Without a locale bash has no letters beyond ASCII.
        let mut bash = Command::new("bash");
        bash.env("LC_ALL", "C.UTF-8").arg("--norc").arg("-c").arg(case);
        let output = bash.output().unwrap();
        let expected: Vec<String> = String::from_utf8(output.stdout)
            .unwrap()
            .split_terminator('\0')
            .map(str::to_owned)
            .collect();
        let found: Vec<String> = shell::commands(case)
            .into_iter()
            .filter(|command| command.argv.first().is_some_and(|arg| arg.text == "printf"))
            .flat_map(|command| command.argv.into_iter().skip(2).map(|arg| arg.text))
            .collect();
        assert_eq!(found, expected, "{case}");
    }
}
