//! Commands whose words or input are code: shells, `eval`, `find -exec`, interpreters, schedulers.
//! And the builtins that change what later words mean.

mod builtins;
mod find;
mod shells;
mod tools;

use find::{fd, find};
use shells::{run_shell, source};

use super::args::{Order, parse};
use super::{Effects, Work, exec_rule, inline, wrappers};
use crate::shell::run::{DECODED, Flow, NET, SECRET, Shell, Value};
use crate::shell::{Arg, UNKNOWN, is_secret_name};

/// Handles a command that runs code. Returns true when nothing else needs to look at it.
pub(super) fn command(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    argv: &[Arg],
) -> bool {
    let args = argv.get(1..).unwrap_or(&[]);
    if wrappers::is_shell(name) {
        run_shell(effects, shell, work, name, argv);
        return true;
    }
    match name {
        "eval" => shells::eval(effects, work, args),
        "source" | "." => {
            if let Some(file) = args.first() {
                effects.sourced_secret |= effects.is_secret(&shell.absolute(&file.text), false);
                source(effects, shell, work, file, args);
            }
        }
        "trap" => shells::trap(effects, work, args),
        "alias" => {
            for arg in args {
                if let Some((alias, text)) = arg.text.split_once('=') {
                    shell.aliases.insert(alias.to_owned(), text.to_owned());
                }
            }
        }
        "unalias" => {
            for arg in args {
                shell.aliases.remove(&arg.text);
            }
        }
        "cd" | "pushd" | "chdir" => builtins::change_directory(shell, args),
        "popd" => shell.cwd = None,
        "unset" => {
            for arg in args.iter().filter(|arg| !arg.text.starts_with('-')) {
                shell.unset(&arg.text);
            }
        }
        "export" | "declare" | "typeset" | "local" | "readonly" => {
            builtins::declare(effects, shell, work, name, args);
        }
        "set" => builtins::set(shell, work, args),
        "printenv" => builtins::printenv(effects, shell, work, name, args),
        "read" | "mapfile" | "readarray" => builtins::read(shell, work, name, args),
        "printf" if args.first().is_some_and(|arg| arg.text == "-v") => {
            builtins::printf_into(shell, args);
        }
        "pwsh" | "powershell" => tools::power_shell(effects, name, args),
        "find" | "gfind" | "bfs" => find(effects, shell, work, args),
        "fd" | "fdfind" => fd(effects, shell, work, args),
        "at" | "batch" => tools::at(effects, work, args),
        "crontab" => tools::crontab(effects, shell, work, args),
        "make" | "gmake" | "bmake" => {
            tools::make(effects, shell, work, args);
            return false;
        }
        "awk" | "gawk" | "mawk" | "nawk" | "original-awk" | "goawk" => {
            tools::awk(effects, shell, work, args);
        }
        "expect" => tools::expect(effects, shell, work, args),
        "entr" | "watchexec" | "nodemon" | "chokidar" | "onchange" => {
            tools::watcher(effects, work, args);
        }
        "cargo" => {
            tools::cargo(effects, work, args);
            return false;
        }
        "npm" | "pnpm" | "yarn" => {
            tools::script_shell(effects, work, args);
            return false;
        }
        "nix-shell" => tools::nix_shell(effects, work, args),
        "ansible" | "salt" | "pdsh" | "pssh" | "clush" | "dsh" | "parallel-ssh" | "mussh"
        | "fab" => tools::remote_hosts(effects, work, args),
        "send" | "spawn" => return false,
        _ if inline::is_interpreter(name) => inline::command(effects, shell, work, name, argv),
        _ => return false,
    }
    true
}

/// Whether what a command puts out is there for everybody to read.
pub(super) fn is_shown(shell: &Shell<'_>, work: &Work<'_>) -> bool {
    !work.call.pipe_out
        && !shell.is_captured()
        && !work.call.redirections.iter().any(|redirection| {
            redirection.kind != crate::shell::RedirectKind::Read && redirection.fd != Some(2)
        })
}
