//! The part of PowerShell that destroys things, shows secrets or runs what was fetched.
//!
//! No grammar: statements are told apart by their separators outside of quotes, words by blanks, and
//! options by their names, which PowerShell lets people abbreviate.

use super::{Effects, Place};
use crate::places::{self, below, fold, normalise};

/// What fetches a text from the network, as whole words or calls of methods.
const FETCHES: [&str; 10] = [
    "iwr ",
    "irm ",
    "curl ",
    "wget ",
    "invoke-webrequest",
    "invoke-restmethod",
    "downloadstring",
    "downloadfile",
    "start-bitstransfer",
    "net.webclient",
];

/// One statement of a text.
struct Statement {
    text: String,
    /// It takes what the statement before it puts out.
    piped: bool,
}

/// Judges the text of a PowerShell call; what it shares with other shells is judged there.
pub(crate) fn judge(effects: &mut Effects<'_>, text: &str) {
    let all = statements(text);
    let mut before: Vec<String> = Vec::new();
    for statement in &all {
        let words = words(&statement.text);
        one(effects, statement, &words, &before);
        if !words.is_empty() {
            before = words;
        }
    }
    whole(effects, text);
}

fn one(effects: &mut Effects<'_>, statement: &Statement, words: &[String], before: &[String]) {
    let Some((head, rest)) = words.split_first() else { return };
    let head = head.trim_start_matches(['&', '.']).to_ascii_lowercase();
    let head = head.strip_suffix(".exe").unwrap_or(&head);
    let shown = || statement.text.trim().to_owned();
    let has = |name: &str| flag(rest, name);
    if rest.iter().any(|word| word.eq_ignore_ascii_case("-WhatIf")) {
        return;
    }
    match head {
        "remove-item" | "ri" | "rm" | "del" | "erase" | "rd" | "rmdir" | "clear-content"
        | "clc" | "clear-item" => {
            let slash = |letter: &str| rest.iter().any(|word| word.eq_ignore_ascii_case(letter));
            let recursive = has("-recurse") || slash("/s") || slash("-r") || slash("-rf");
            let targets = operands(rest, &["-path", "-literalpath", "-lp"]);
            if targets.is_empty() && statement.piped {
                swept(effects, before, recursive);
            }
            for target in targets {
                delete(effects, target, recursive || head == "clear-content");
            }
        }
        "move-item" | "mi" | "mv" | "rename-item" | "rni" | "ren" => {
            let targets = operands(rest, &["-path", "-literalpath", "-destination", "-newname"]);
            if let Some((first, others)) = targets.split_first() {
                delete_outside(effects, first);
                if !head.starts_with("ren") && head != "rni" {
                    for other in others {
                        write(effects, other);
                    }
                }
            }
        }
        "set-content" | "sc" | "add-content" | "ac" | "out-file" | "new-item" | "ni"
        | "tee-object" | "tee" | "export-csv" | "epcsv" | "export-clixml" | "set-acl"
        | "start-transcript" => {
            let names = ["-path", "-literalpath", "-filepath", "-outputdirectory"];
            if let Some(target) = operands(rest, &names).first() {
                write(effects, target);
            }
        }
        "copy-item" | "cp" | "ci" | "cpi" | "copy" | "expand-archive" | "compress-archive" => {
            let names = ["-path", "-literalpath", "-destination", "-destinationpath"];
            let targets = operands(rest, &names);
            if let Some(source) = targets.first() {
                read(effects, source);
            }
            if let Some(target) = targets.get(1) {
                write(effects, target);
            }
        }
        "get-content" | "gc" | "cat" | "type" | "select-string" | "sls" | "import-csv"
        | "import-clixml" | "format-hex" | "more" => {
            for target in operands(rest, &["-path", "-literalpath"]) {
                read(effects, target);
            }
        }
        "invoke-webrequest" | "iwr" | "invoke-restmethod" | "irm" | "curl" | "wget" => {
            for (index, word) in rest.iter().enumerate() {
                let Some(next) = rest.get(index + 1) else { continue };
                if names(word, "-infile") || names(word, "-form") {
                    if is_secret(effects, next) {
                        effects.hit("secrets.send", shown());
                    }
                } else if names(word, "-outfile") {
                    write(effects, next);
                }
            }
        }
        "format-volume"
        | "clear-disk"
        | "initialize-disk"
        | "remove-partition"
        | "diskpart"
        | "reset-physicaldisk"
        | "set-disk"
        | "remove-physicaldisk"
        | "clear-volume" => {
            effects.hit("disk.format", shown());
        }
        "format" if rest.iter().any(|word| word.ends_with(':')) => {
            effects.hit("disk.format", shown());
        }
        "stop-computer" | "restart-computer" => effects.hit("disk.power", shown()),
        "shutdown"
            if rest.iter().any(|word| matches!(word.as_str(), "/s" | "/r" | "/p" | "/h")) =>
        {
            effects.hit("disk.power", shown());
        }
        "stop-process" | "spps" | "kill" | "taskkill" => {
            let everything = rest.iter().any(|word| matches!(word.as_str(), "*" | "'*'"));
            let ours = rest.iter().any(|word| word.to_ascii_lowercase().contains("moflo"));
            if ours {
                effects.hit("self.tamper", shown());
            } else if everything
                || (operands(rest, &["-name", "-id"]).is_empty()
                    && statement.piped
                    && unfiltered(before))
            {
                effects.hit("disk.kill-all", shown());
            }
        }
        "powershell" | "pwsh" => {
            let encoded = rest.iter().any(|word| {
                let word = word.to_ascii_lowercase();
                word == "-e" || word == "-ec" || (word.len() > 3 && names(&word, "-encodedcommand"))
            });
            if encoded {
                effects.hit("exec.decoded", "powershell -EncodedCommand");
            }
            if let Some(at) = rest
                .iter()
                .position(|word| word == "-c" || (word.len() > 2 && names(word, "-command")))
            {
                // Quotes are gone by now, so this is one level of nesting and no more.
                nested(effects, &rest.get(at + 1..).unwrap_or(&[]).join(" "));
            }
        }
        "cmd" => {
            if let Some(at) =
                rest.iter().position(|word| matches!(word.as_str(), "/c" | "/C" | "/k"))
            {
                nested(effects, &rest.get(at + 1..).unwrap_or(&[]).join(" "));
            }
        }
        "start-process" | "saps" | "start" => {
            let arguments: Vec<&str> =
                rest.iter().map(|word| word.trim_start_matches("-ArgumentList")).collect();
            nested(effects, &arguments.join(" "));
        }
        "remove-itemproperty"
        | "rp"
        | "remove-localuser"
        | "remove-aduser"
        | "uninstall-package"
        | "remove-appxpackage"
        | "remove-service"
        | "disable-netadapter"
        | "remove-vm"
        | "remove-database"
        | "remove-azresourcegroup"
        | "remove-azresource"
        | "remove-s3bucket"
        | "remove-s3object"
        | "disable-computerrestore"
        | "remove-windowsfeature" => {
            effects.hit("infra.destroy", shown());
        }
        "reg" if rest.first().is_some_and(|word| word.eq_ignore_ascii_case("delete")) => {
            effects.hit("infra.destroy", shown());
        }
        "set-mppreference" if flag(rest, "-disablerealtimemonitoring") => {
            effects.hit("infra.destroy", shown());
        }
        "netsh" if rest.iter().any(|word| matches!(word.as_str(), "reset" | "off" | "delete")) => {
            effects.hit("infra.destroy", shown());
        }
        "set-netfirewallprofile" if rest.iter().any(|word| word.eq_ignore_ascii_case("false")) => {
            effects.hit("infra.destroy", shown());
        }
        "set-executionpolicy"
            if rest.iter().any(|word| word.eq_ignore_ascii_case("localmachine")) =>
        {
            effects.hit("infra.destroy", shown());
        }
        "vssadmin" | "wbadmin" | "bcdedit" | "cipher" => {
            let lower = statement.text.to_ascii_lowercase();
            if ["delete", "/w:", "/set", "resize"].iter().any(|mark| lower.contains(mark)) {
                effects.hit("disk.format", shown());
            }
        }
        _ => {}
    }
    redirections(effects, rest);
    for word in words {
        variable(effects, word);
    }
}

/// Text that another shell or program gets.
fn nested(effects: &mut Effects<'_>, text: &str) {
    for statement in statements(text) {
        let words = words(&statement.text);
        let head = words.first().map(|head| head.to_ascii_lowercase()).unwrap_or_default();
        // Deeper nests are left to the judge of other shells.
        if !matches!(head.as_str(), "powershell" | "pwsh" | "cmd" | "start-process" | "start") {
            one(effects, &statement, &words, &[]);
        }
    }
    whole(effects, text);
}

/// What can be said only of a text as a whole.
fn whole(effects: &mut Effects<'_>, text: &str) {
    let lower = text.to_ascii_lowercase();
    let fetches = FETCHES.iter().any(|mark| lower.contains(mark));
    let evaluates = lower.split(['|', ';', '\n', '(', '{', '&']).any(|piece| {
        let piece = piece.trim_start();
        let word = piece.split([' ', '"', '\'', '$']).next().unwrap_or("");
        matches!(word, "iex" | "invoke-expression")
    }) || lower.contains("[scriptblock]::create")
        || lower.contains(".invokescript(");
    if fetches && evaluates {
        effects.hit("exec.remote", "evaluates what was fetched");
    } else if evaluates && lower.contains("frombase64string") {
        effects.hit("exec.decoded", "evaluates what was decoded");
    }
    if lower.contains("net.sockets.tcpclient") && (evaluates || lower.contains("cmd.exe")) {
        effects.hit("exec.reverse-shell", "TCPClient");
    }
    // Methods of .NET, by a literal argument.
    for (method, deletes) in [
        ("io.file]::delete(", true),
        ("io.directory]::delete(", true),
        ("io.file]::writealltext(", false),
        ("io.file]::writeallbytes(", false),
        ("io.file]::appendalltext(", false),
    ] {
        let Some(at) = lower.find(method) else { continue };
        let rest = text.get(at + method.len()..).unwrap_or("");
        let path = rest.split(['"', '\'']).nth(1).unwrap_or("");
        if path.is_empty() {
            continue;
        }
        if deletes {
            delete(effects, path, true);
        } else {
            write(effects, path);
        }
    }
    if let Some(at) = lower.find("io.file]::readall") {
        let path = text.get(at..).unwrap_or("").split(['"', '\'']).nth(1).unwrap_or("");
        read(effects, path);
    }
}

/// `$env:MOFLO_DISABLE = …` and secrets that are printed or sent.
fn variable(effects: &mut Effects<'_>, word: &str) {
    let lower = word.to_ascii_lowercase();
    if lower.starts_with("$env:moflo_") {
        effects.hit("self.tamper", format!("sets {word}"));
    }
}

/// `> file` and `>> file`.
fn redirections(effects: &mut Effects<'_>, rest: &[String]) {
    for (index, word) in rest.iter().enumerate() {
        let mark = word
            .trim_start_matches(|character: char| character.is_ascii_digit() || character == '*');
        let Some(target) = mark.strip_prefix('>') else { continue };
        let target = target.trim_start_matches('>');
        if target.starts_with('&') {
            continue;
        }
        let target =
            if target.is_empty() { rest.get(index + 1).map_or("", String::as_str) } else { target };
        write(effects, target);
    }
}

/// Everything that a listing before the pipe names is deleted.
fn swept(effects: &mut Effects<'_>, before: &[String], recursive: bool) {
    let Some((head, rest)) = before.split_first() else { return };
    let listing = matches!(
        head.to_ascii_lowercase().as_str(),
        "get-childitem" | "gci" | "ls" | "dir" | "get-item" | "gi"
    );
    let filtered = ["-filter", "-include", "-exclude"].iter().any(|name| flag(rest, name));
    if !listing || filtered {
        return;
    }
    let targets = operands(rest, &["-path", "-literalpath"]);
    if targets.is_empty() {
        delete(effects, "*", true);
    }
    for target in targets {
        // A pattern of names is a selection.
        let name = target.rsplit(['/', '\\']).next().unwrap_or("");
        if !name.contains('*') || matches!(name, "*" | "*.*") {
            delete(effects, target, recursive || flag(rest, "-recurse"));
        }
    }
}

/// `Get-Process` without a name lists all of them.
fn unfiltered(before: &[String]) -> bool {
    before.first().is_some_and(|head| {
        matches!(head.to_ascii_lowercase().as_str(), "get-process" | "gps" | "ps")
    }) && before.len() == 1
}

/// Whether an option as typed is the one named, abbreviated or not: `-rec`, `-Path:x`.
fn names(word: &str, name: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let word = word.split(':').next().unwrap_or("");
    word.len() >= 2 && word.starts_with('-') && name.starts_with(word)
}

fn flag(rest: &[String], name: &str) -> bool {
    rest.iter().any(|word| names(word, name))
}

/// Returns the paths among the words: those of the named options, and those without one.
fn operands<'w>(rest: &'w [String], options: &[&str]) -> Vec<&'w str> {
    /// Options that take no value.
    const SWITCHES: [&str; 13] = [
        "-recurse",
        "-force",
        "-verbose",
        "-confirm",
        "-passthru",
        "-append",
        "-nonewline",
        "-raw",
        "-noclobber",
        "-quiet",
        "-wait",
        "-directory",
        "-file",
    ];
    let mut found = Vec::new();
    let mut index = 0;
    while let Some(word) = rest.get(index) {
        index += 1;
        if word.starts_with('-') && word.len() > 1 {
            if let Some((option, value)) = word.split_once(':')
                && !value.is_empty()
            {
                if options.iter().any(|name| names(option, name)) {
                    found.push(value);
                }
            } else if options.iter().any(|name| names(word, name) && word.len() > 2) {
                found.extend(rest.get(index).map(String::as_str));
                index += 1;
            } else if !SWITCHES.iter().any(|name| names(word, name))
                && !matches!(word.as_str(), "-rf" | "-fr")
            {
                // An option with a value of its own.
                index += 1;
            }
        } else if !(word.contains('>') || (word.len() == 2 && word.starts_with('/'))) {
            found.push(word.as_str());
        }
    }
    found
}

/// How paths below the home (true) or the working directory begin.
const STARTS: &[(&str, bool)] = &[
    ("$env:userprofile", true),
    ("${env:userprofile}", true),
    ("$env:homepath", true),
    ("$env:home", true),
    ("$home", true),
    ("~", true),
    ("$pwd", false),
    ("$(get-location)", false),
    ("$(pwd)", false),
];

/// Spells a path as the rest of the crate does, or says that it begins with the letter of a drive.
fn path_of(effects: &Effects<'_>, text: &str) -> Result<String, String> {
    let text = text.trim_matches(['"', '\'']).replace('\\', "/");
    let lower = text.to_ascii_lowercase();
    let bytes = lower.as_bytes();
    if bytes.get(1) == Some(&b':') {
        return Err(lower);
    }
    let replaced = STARTS.iter().find_map(|(start, home)| {
        let rest = lower.strip_prefix(start)?;
        let rest = text.get(text.len() - rest.len()..)?;
        (rest.is_empty() || rest.starts_with('/'))
            .then(|| format!("{}{rest}", if *home { effects.ctx.home } else { effects.ctx.cwd }))
    });
    for temporary in ["$env:temp", "$env:tmp", "$env:tmpdir", "[io.path]::gettemppath("] {
        if lower.starts_with(temporary) {
            return Ok("/tmp/x".to_owned());
        }
    }
    for system in ["$env:systemroot", "$env:windir", "$env:programfiles", "$env:systemdrive"] {
        if lower.starts_with(system) {
            return Ok("/usr".to_owned());
        }
    }
    for own in ["$env:appdata", "$env:localappdata"] {
        if lower.starts_with(own) {
            return Ok(format!("{}/AppData/x", effects.ctx.home));
        }
    }
    let path = match replaced {
        Some(path) => path,
        // A variable, or something computed: nobody knows.
        None if text.contains('$') || text.contains("env:") => return Ok(String::new()),
        None if text.starts_with('/') => text,
        None => format!("{}/{text}", effects.ctx.cwd.replace('\\', "/")),
    };
    Ok(normalise(&path))
}

/// Places a path, and says what stands for it in a message.
fn place(effects: &Effects<'_>, target: &str) -> Place {
    match path_of(effects, target) {
        Ok(path) => places::place_of(&path, target.contains(['*', '?']), effects.ctx),
        Err(drive) => {
            let root = fold(&effects.ctx.root.replace('\\', "/"));
            let home = fold(&effects.ctx.home.replace('\\', "/"));
            let drive = normalise(&format!("/{drive}"));
            let drive = drive.trim_start_matches('/').trim_end_matches("/*");
            if let Some(rest) = below(drive, &root) {
                let guarded = rest.starts_with(".claude") || rest.starts_with(".moflo");
                return match rest {
                    "" => Place::Project,
                    _ if guarded => places::place_of(
                        &format!("{}/{rest}", effects.ctx.root),
                        false,
                        effects.ctx,
                    ),
                    ".git" => Place::Git,
                    _ => Place::Inside,
                };
            }
            let depth = drive.split('/').filter(|part| !part.is_empty()).count();
            let system = drive.contains("/windows") || drive.contains("/program");
            if drive.contains("/temp/") || drive.contains("/tmp/") {
                Place::Scratch
            } else if depth <= 1 || system {
                Place::System
            } else if below(&root, drive).is_some() || below(&home, drive).is_some() || depth <= 2 {
                Place::Home
            } else {
                Place::Outside
            }
        }
    }
}

fn delete(effects: &mut Effects<'_>, target: &str, recursive: bool) {
    let everything = matches!(target, "*" | "./*" | ".\\*" | "*.*");
    let stripped = target.trim_end_matches("/*").trim_end_matches("\\*");
    let target = if stripped.is_empty() { target } else { stripped };
    let place = if everything { Place::Project } else { place(effects, target) };
    if let Some(rule) = place.deleted(recursive || everything) {
        effects.hit(rule, target);
    }
}

/// Moving something away takes it from where it was; inside the project that is nobody's loss.
fn delete_outside(effects: &mut Effects<'_>, target: &str) {
    match place(effects, target) {
        Place::Inside | Place::Scratch | Place::ClientNotes | Place::Unknown => {}
        Place::Outside | Place::HomeBelow => effects.hit("fs.move-outside", target),
        place => {
            if let Some(rule) = place.deleted(true) {
                effects.hit(rule, target);
            }
        }
    }
}

fn write(effects: &mut Effects<'_>, target: &str) {
    if target.is_empty() || target.eq_ignore_ascii_case("$null") || target == "-" {
        return;
    }
    let place = place(effects, target);
    if let Some(rule) = place.written(target) {
        effects.hit(rule, target);
    }
}

fn is_secret(effects: &Effects<'_>, target: &str) -> bool {
    let path = match path_of(effects, target) {
        Ok(path) | Err(path) => path,
    };
    !path.is_empty() && effects.is_secret(&path, target.contains('*'))
}

fn read(effects: &mut Effects<'_>, target: &str) {
    if is_secret(effects, target) {
        effects.hit("secrets.read", target);
    }
}

fn statements(text: &str) -> Vec<Statement> {
    let mut out = Vec::new();
    let mut now = String::new();
    let mut quote: Option<char> = None;
    let mut piped = false;
    let mut comment = false;
    for character in text.chars() {
        match (quote, character) {
            _ if comment => {
                if character == '\n' {
                    comment = false;
                    out.push(Statement { text: std::mem::take(&mut now), piped });
                    piped = false;
                }
            }
            (Some(open), _) if character == open => {
                quote = None;
                now.push(character);
            }
            (Some(_), _) => now.push(character),
            (None, '\'' | '"') => {
                quote = Some(character);
                now.push(character);
            }
            (None, '#') if now.trim().is_empty() => comment = true,
            (None, ';' | '|' | '\n' | '&' | '{' | '}' | '(' | ')') => {
                // A path may be computed in parentheses; what follows is the same statement.
                out.push(Statement { text: std::mem::take(&mut now), piped });
                piped = character == '|';
            }
            (None, _) => now.push(character),
        }
    }
    out.push(Statement { text: now, piped });
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
            (None, ' ' | '\t' | ',' | '\r') => {
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
