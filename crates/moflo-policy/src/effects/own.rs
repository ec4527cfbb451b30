//! Commands that change or imitate moflo, or switch off the client that asks it.

use super::Effects;
use crate::shell::Arg;

impl Effects<'_> {
    /// Looks at the commands that change or imitate us, and says whether nothing else is to be
    /// asked about the command.
    pub(super) fn own_programs(&mut self, name: &str, argv: &[Arg]) -> bool {
        let words: Vec<&str> = argv.iter().skip(1).map(|arg| arg.text.as_str()).collect();
        let (found, settled) = match name {
            "moflo-gate"
            | "moflo-prompt-hook"
            | "moflo-session-start"
            | "moflo-hook-handler"
            | "moflo-statusline" => (hook(name, &words), true),
            "gate" => (gate(&words), true),
            "flo" | "moflo" | "claude-flow" => (cli(&words), true),
            "setup-project" => (setup(&words), true),
            "claude" => (client(&words), true),
            "node" | "bun" | "deno" | "bash" | "sh" | "python" | "python3" | "tsx" | "source"
            | "." => settled_if_found(helper_script(&words)),
            _ if name.contains(".claude/helpers/") || name.contains(".claude/hooks/") => {
                (Some(format!("runs {name} by hand")), true)
            }
            "pkill" | "killall" | "kill" => settled_if_found(ends_us(name, &words)),
            "unset" | "export" | "declare" | "typeset" | "readonly" => {
                (our_variable(name, &words), false)
            }
            _ => return false,
        };
        if let Some(found) = found {
            self.hit("self.tamper", found);
        }
        settled
    }
}

/// Most of what an interpreter is called for has nothing to do with us and is looked at further.
fn settled_if_found(found: Option<String>) -> (Option<String>, bool) {
    let settled = found.is_some();
    (found, settled)
}

/// Programs that only the client calls; run by hand they forge what it would have told them.
fn hook(name: &str, words: &[&str]) -> Option<String> {
    let asks =
        |word: &&str| matches!(*word, "--version" | "-V" | "--help" | "-h" | "help" | "version");
    (!words.first().is_some_and(asks)).then(|| format!("runs {name} by hand"))
}

/// The gate as a command: looking is harmless, letting pass and switching off is not.
fn gate(words: &[&str]) -> Option<String> {
    let harmless = ["explain", "test", "doctor", "log", "status", "check"];
    let changes = words.iter().any(|word| {
        matches!(*word, "hook" | "allow" | "record" | "reset" | "disable" | "off" | "uninstall")
    });
    (changes && !words.first().is_some_and(|word| harmless.contains(word)))
        .then(|| format!("gate {}", words.join(" ")))
}

/// Our own command line, where it changes the gate, plays a hook or takes moflo out of a project.
fn cli(words: &[&str]) -> Option<String> {
    let plain: Vec<&str> = words.iter().copied().filter(|word| !word.starts_with('-')).collect();
    if words.iter().any(|word| matches!(*word, "--help" | "-h" | "--version" | "-V" | "--dry-run"))
    {
        return None;
    }
    let bad = match plain.as_slice() {
        [
            "gate",
            "allow" | "hook" | "record" | "reset" | "disable" | "off" | "enable" | "on",
            ..,
        ] => true,
        ["hooks", "run" | "disable" | "uninstall" | "fire" | "trigger" | "emit" | "enable", ..] => {
            true
        }
        ["hook", ..] => true,
        ["hooks", word, ..] => {
            word.starts_with("post-") || word.starts_with("pre-") || word.contains("record")
        }
        ["setup-project" | "init" | "setup", ..] => {
            words.iter().any(|word| matches!(*word, "--uninstall" | "--remove" | "--force"))
        }
        ["uninstall" | "disable", ..] => true,
        ["config", "set" | "unset" | "edit" | "reset", ..] => true,
        ["mcp", "stop" | "disable", ..] => true,
        _ => false,
    };
    bad.then(|| format!("flo {}", words.join(" ")))
}

/// The set-up program, where it takes moflo out of a project and does not only show how.
fn setup(words: &[&str]) -> Option<String> {
    (words.iter().any(|word| matches!(*word, "--uninstall" | "--remove"))
        && !words.iter().any(|word| matches!(*word, "--dry-run" | "--diff" | "--help")))
    .then(|| "setup-project --uninstall".to_owned())
}

/// The client, where it is told to ask nobody, or loses the settings and servers we are part of.
fn client(words: &[&str]) -> Option<String> {
    const BAD: [&str; 12] = [
        "--dangerously-skip-permissions",
        "--bare",
        "--settings",
        "--setting-sources",
        "mcp remove",
        "mcp reset",
        "plugin disable",
        "plugin uninstall",
        "plugin remove",
        "config set",
        "config remove",
        "bypassPermissions",
    ];
    let text = words.join(" ");
    let found = BAD.iter().find(|bad| text.contains(*bad))?;
    (!text.starts_with("--help")).then(|| format!("claude {found}"))
}

/// The helper scripts are for hooks; run by hand they forge what hooks record.
fn helper_script(words: &[&str]) -> Option<String> {
    let script = words.iter().find(|word| !word.starts_with('-'))?;
    (script.contains(".claude/helpers/")
        || script.contains(".claude/hooks/")
        || script.contains(".moflo/"))
    .then(|| format!("runs {script} by hand"))
}

/// Ending our programs, or the client's, ends the watch.
fn ends_us(name: &str, words: &[&str]) -> Option<String> {
    words
        .iter()
        .any(|word| word.contains("moflo") || matches!(*word, "flo" | "claude" | "gate"))
        .then(|| format!("{name} {}", words.join(" ")))
}

/// Variables by which our programs know that they are watched.
fn our_variable(name: &str, words: &[&str]) -> Option<String> {
    words
        .iter()
        .any(|word| {
            word.starts_with("MOFLO_") || word.starts_with("CLAUDE_CODE_") || *word == "CLAUDECODE"
        })
        .then(|| format!("{name} {}", words.join(" ")))
}
