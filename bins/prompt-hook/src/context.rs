//! How full the model's window is: measured on the last answer, said once per bracket.
//!
//! Where the client never told the size of the window, nothing is said: a percentage of a guess
//! is not a measurement.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use moflo_hooks::event::Event;
use moflo_hooks::state::{Fact, Session};
use serde_json::Value;

/// The last answer is near the end of the transcript; further back it is not looked for.
const MAX_TAIL_BYTES: u64 = 512 << 10;
const BRACKETS: [u8; 3] = [90, 80, 60];

/// Returns what to say about the context, if this is the first prompt in its bracket.
pub(crate) fn bracket(event: &Event<'_>, session: &Session) -> Option<String> {
    let window = session.window()?;
    let used = last_usage(&tail(Path::new(event.transcript_path.as_deref()?))?)?;
    let percent = used.saturating_mul(100) / window;
    let bracket = BRACKETS.into_iter().find(|bracket| percent >= u64::from(*bracket))?;
    if !session.record(Fact::ContextBracket(bracket)).unwrap_or(false) {
        return None;
    }
    let advice = match bracket {
        90 => "compaction is near: write down now what must not be lost",
        80 => "finish or hand off what is open, and prefer sub-agents for new searches",
        _ => "read parts of files instead of whole ones",
    };
    Some(format!("Context: {percent}% of {window} tokens are used; {advice}."))
}

/// Reads the end of a transcript, from the start of a line on.
fn tail(path: &Path) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let start = length.saturating_sub(MAX_TAIL_BYTES);
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut bytes = Vec::new();
    file.take(MAX_TAIL_BYTES).read_to_end(&mut bytes).ok()?;
    if start == 0 {
        return Some(bytes);
    }
    let line = bytes.iter().position(|byte| *byte == b'\n')?;
    Some(bytes.split_off(line + 1))
}

/// Returns the tokens that the main thread's last answer was made from and added.
fn last_usage(bytes: &[u8]) -> Option<u64> {
    let mut lines = bytes.rsplit(|byte| *byte == b'\n');
    let measured = |line: &[u8]| {
        let line: Value = serde_json::from_slice(line).ok()?;
        // What is before a compaction is not in the window any more.
        if line["isCompactSummary"] == true || line["subtype"] == "compact_boundary" {
            return Some(0);
        }
        if line["type"] != "assistant" || line["isSidechain"] == true {
            return None;
        }
        let usage = &line["message"]["usage"];
        let parts = [
            "input_tokens",
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
            "output_tokens",
        ];
        let sum: u64 = parts.iter().filter_map(|part| usage[part].as_u64()).sum();
        (sum > 0).then_some(sum)
    };
    lines.find_map(measured)
}
