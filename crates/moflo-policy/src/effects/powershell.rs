//! The part of PowerShell that destroys things: `Remove-Item -Recurse`, disks, downloaded text.

use super::Effects;

/// Judges the text of a PowerShell call; what it shares with other shells is judged there.
pub(crate) fn judge(effects: &mut Effects<'_>, text: &str) {
    for statement in statements(text) {
        let words = words(&statement);
        let Some(head) = words.first() else { continue };
        let head = head.trim_start_matches('&').to_ascii_lowercase();
        let rest: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let flag = |names: &[&str]| {
            rest.iter().any(|word| {
                let word = word.to_ascii_lowercase();
                let word = word.split(':').next().unwrap_or("");
                names
                    .iter()
                    .any(|name| word.len() >= 2 && name.starts_with(word) && word.starts_with('-'))
            })
        };
        if flag(&["-whatif"]) && !flag(&["-recurse"])
            || rest.iter().any(|word| word.eq_ignore_ascii_case("-WhatIf"))
        {
            continue;
        }
        match head.as_str() {
            "remove-item" | "ri" | "rm" | "del" | "erase" | "rd" | "rmdir" | "clear-content"
            | "clc" => {
                let recursive =
                    flag(&["-recurse"]) || rest.iter().any(|word| word.eq_ignore_ascii_case("/s"));
                for target in rest.iter().filter(|word| {
                    !(word.starts_with('-') || word.len() == 2 && word.starts_with('/'))
                }) {
                    remove(effects, target, recursive);
                }
            }
            "format-volume" | "clear-disk" | "initialize-disk" | "remove-partition"
            | "diskpart" | "reset-physicaldisk" => {
                effects.hit("disk.format", statement.trim());
            }
            "stop-computer" | "restart-computer" => effects.hit("disk.power", statement.trim()),
            "invoke-expression" | "iex" => {
                let lower = statement.to_ascii_lowercase();
                if [
                    "iwr",
                    "irm",
                    "invoke-webrequest",
                    "invoke-restmethod",
                    "downloadstring",
                    "net.webclient",
                    "curl",
                    "wget",
                ]
                .iter()
                .any(|mark| lower.contains(mark))
                {
                    effects.hit("exec.remote", statement.trim());
                } else if lower.contains("frombase64string") {
                    effects.hit("exec.decoded", statement.trim());
                }
            }
            "powershell" | "pwsh" | "powershell.exe" | "pwsh.exe" => {
                if flag(&["-encodedcommand"])
                    && rest.iter().any(|word| {
                        word.to_ascii_lowercase().starts_with("-e")
                            && !word.to_ascii_lowercase().starts_with("-ex")
                    })
                {
                    effects.hit("exec.decoded", "powershell -EncodedCommand");
                }
            }
            "get-content" | "gc" | "cat" | "type" => {
                for target in rest.iter().filter(|word| !word.starts_with('-')) {
                    let path = target.replace('\\', "/");
                    if effects.is_secret(&path, false) {
                        effects.hit("secrets.read", path);
                    }
                }
            }
            "set-content" | "sc" | "add-content" | "ac" | "out-file" | "copy-item"
            | "move-item" | "new-item" | "cp" | "mv" | "mi" | "ci" => {
                for target in rest.iter().filter(|word| !word.starts_with('-')) {
                    let path = target.replace('\\', "/");
                    if crate::places::guard(&path, false, effects.ctx).is_some()
                        && !matches!(head.as_str(), "copy-item" | "cp" | "ci")
                    {
                        effects.hit("self.tamper", format!("writes {path}"));
                    }
                }
            }
            "remove-itemproperty" | "reg"
                if rest.first().is_some_and(|word| word.eq_ignore_ascii_case("delete"))
                    || head.starts_with("remove") =>
            {
                effects.hit("infra.destroy", statement.trim());
            }
            "vssadmin" | "wbadmin" | "bcdedit" | "cipher" => {
                let lower = statement.to_ascii_lowercase();
                if lower.contains("delete") || lower.contains("/w:") || lower.contains("/set") {
                    effects.hit("disk.format", statement.trim());
                }
            }
            _ => {}
        }
        let lower = statement.to_ascii_lowercase();
        if lower.contains("set-executionpolicy") && lower.contains("localmachine") {
            effects.hit("infra.destroy", statement.trim());
        }
    }
    // What is fetched must not flow into an evaluation.
    let lower = text.to_ascii_lowercase();
    let fetches = ["iwr ", "irm ", "invoke-webrequest", "invoke-restmethod", "downloadstring"]
        .iter()
        .any(|mark| lower.contains(mark));
    let evaluates = lower.split('|').skip(1).any(|piece| {
        let piece = piece.trim_start();
        piece.starts_with("iex") || piece.starts_with("invoke-expression")
    });
    if fetches && evaluates {
        effects.hit("exec.remote", "Invoke-Expression of what was fetched");
    }
}

fn remove(effects: &mut Effects<'_>, target: &str, recursive: bool) {
    let path = target.replace('\\', "/");
    let path = path.trim_end_matches("/*").trim_end_matches('/');
    let lower = path.to_ascii_lowercase();
    if crate::places::guard(&lower, false, effects.ctx).is_some() {
        effects.hit("self.tamper", format!("deletes {path}"));
        return;
    }
    let home = ["~", "$home", "$env:userprofile", "$env:homepath", "${env:userprofile}"];
    if home.contains(&lower.as_str()) {
        effects.hit("fs.delete-home", target);
        return;
    }
    if matches!(lower.as_str(), "" | "." | "*" | "./*") && (recursive || path == "*") {
        let rule = if target.starts_with('/') || target.starts_with('\\') {
            "fs.delete-system"
        } else {
            "fs.delete-project"
        };
        effects.hit(rule, target);
        return;
    }
    if lower == ".git" || lower.ends_with("/.git") {
        effects.hit("fs.delete-git", target);
        return;
    }
    let bytes = lower.as_bytes();
    let drive = bytes.get(1) == Some(&b':');
    if drive {
        let temp = lower.contains("/temp/") || lower.contains("/tmp/");
        let inside =
            crate::places::below(&lower, &effects.ctx.root.replace('\\', "/").to_ascii_lowercase())
                .is_some_and(|rest| !rest.is_empty());
        if !temp && !inside {
            let depth = lower.split('/').filter(|segment| !segment.is_empty()).count();
            effects.hit(if depth <= 2 { "fs.delete-system" } else { "fs.delete-outside" }, target);
        }
        return;
    }
    if home.iter().any(|home| lower.starts_with(&format!("{home}/")))
        || lower.starts_with("../")
        || lower == ".."
    {
        effects.hit("fs.delete-outside", target);
    } else if lower.starts_with("$env:systemroot")
        || lower.starts_with("$env:windir")
        || lower.starts_with("$env:programfiles")
    {
        effects.hit("fs.delete-system", target);
    } else if path.starts_with('/')
        && !path.starts_with("/tmp/")
        && crate::places::below(path, effects.ctx.root).is_none_or(str::is_empty)
    {
        effects.hit("fs.delete-outside", target);
    }
}

fn statements(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut now = String::new();
    let mut quote: Option<char> = None;
    for character in text.chars() {
        match (quote, character) {
            (Some(open), _) if character == open => {
                quote = None;
                now.push(character);
            }
            (Some(_), _) => now.push(character),
            (None, '\'' | '"') => {
                quote = Some(character);
                now.push(character);
            }
            (None, ';' | '|' | '\n' | '&' | '{' | '}' | '(' | ')') => {
                out.push(std::mem::take(&mut now));
            }
            (None, _) => now.push(character),
        }
    }
    out.push(now);
    out
}

fn words(statement: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut now = String::new();
    let mut exists = false;
    let mut quote: Option<char> = None;
    for character in statement.chars() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some(_), _) => now.push(character),
            (None, '\'' | '"') => {
                quote = Some(character);
                exists = true;
            }
            (None, '`') => {}
            (None, ' ' | '\t' | ',') => {
                if exists || !now.is_empty() {
                    out.push(std::mem::take(&mut now));
                }
                exists = false;
            }
            (None, _) => now.push(character),
        }
    }
    if exists || !now.is_empty() {
        out.push(now);
    }
    out
}
