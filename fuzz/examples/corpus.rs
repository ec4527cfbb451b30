//! Moves fuzz corpora between the tree and the fuzzer: `corpus seed|unpack|pack`, run in `fuzz/`.
//!
//! The fuzzer wants a folder with a file per input; the tree keeps one file per target, with a JSON
//! string per line in which every character stands for one byte. `seed` writes inputs to begin with
//! from what the tree has: rule examples, commands of public repositories, events of the client.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use moflo_policy::rules::RULES;

const TARGETS: [&str; 3] = ["evaluator", "json", "parser"];

/// Of the commands of public repositories every so many is a seed.
const STRIDE: usize = 7;

fn main() -> io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("seed") => seed(),
        Some("unpack") => TARGETS.iter().try_for_each(|target| unpack(target)),
        Some("pack") => TARGETS.iter().try_for_each(|target| pack(target)),
        _ => Err(io::Error::other("usage: corpus seed|unpack|pack")),
    }
}

fn folder(target: &str) -> PathBuf {
    Path::new("corpus").join(target)
}

fn packed(target: &str) -> PathBuf {
    Path::new("corpus").join(format!("{target}.jsonl"))
}

/// Writes an input under a name made from its content, so that none is there twice.
fn write(target: &str, bytes: &[u8]) -> io::Result<()> {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    fs::write(folder(target).join(format!("{hash:016x}")), bytes)
}

fn seed() -> io::Result<()> {
    for target in TARGETS {
        fs::create_dir_all(folder(target))?;
    }
    let benign = fs::read_to_string("../tests/corpora/benign.jsonl")?;
    let benign = benign.lines().step_by(STRIDE).filter_map(|line| {
        let entry: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(entry["command"].as_str()?.to_owned())
    });
    let examples = RULES.iter().flat_map(|rule| rule.block.iter().chain(rule.allow));
    let commands: Vec<String> = examples.map(|text| (*text).to_owned()).chain(benign).collect();
    for command in &commands {
        write("parser", command.as_bytes())?;
        write("evaluator", command.as_bytes())?;
    }
    for command in commands.iter().step_by(STRIDE) {
        let event = serde_json::json!({"hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {"command": command}});
        write("json", event.to_string().as_bytes())?;
    }
    for entry in fs::read_dir("../tests/fixtures/payloads")? {
        write("json", &fs::read(entry?.path())?)?;
    }
    Ok(())
}

fn unpack(target: &str) -> io::Result<()> {
    fs::create_dir_all(folder(target))?;
    for line in fs::read_to_string(packed(target))?.lines() {
        let text: String = serde_json::from_str(line)?;
        let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
        write(target, &bytes.ok_or_else(|| io::Error::other("a character is no byte"))?)?;
    }
    Ok(())
}

fn pack(target: &str) -> io::Result<()> {
    let mut lines = BTreeSet::new();
    for entry in fs::read_dir(folder(target))? {
        let text: String = fs::read(entry?.path())?.into_iter().map(char::from).collect();
        let line = serde_json::to_string(&text)?;
        lines.insert((line.len(), line));
    }
    let text: String = lines.into_iter().map(|(_, line)| line + "\n").collect();
    fs::write(packed(target), text)
}
