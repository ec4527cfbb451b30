//! The kept inputs of the fuzzers, through the functions that the fuzzers call.
//!
//! `fuzz/corpus/*.jsonl` holds an input per line, as a JSON string in which every character stands
//! for one byte. CONTRIBUTING.md says how the corpora are made and how the fuzzers are run.

#[path = "../../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "the file is a library where it lives")]
mod checks;

fn inputs(packed: &str) -> Vec<Vec<u8>> {
    let read = |line: &str| -> Vec<u8> {
        let text: String = serde_json::from_str(line).unwrap_or_else(|err| panic!("{err}: {line}"));
        text.chars()
            .map(|letter| u8::try_from(letter).unwrap_or_else(|_| panic!("{line}")))
            .collect()
    };
    let inputs: Vec<Vec<u8>> = packed.lines().map(read).collect();
    assert!(inputs.len() > 100, "only {} inputs", inputs.len());
    inputs
}

/// Calls a check with every input that is text.
fn with_texts(packed: &str, check: impl Fn(&str)) {
    for input in inputs(packed) {
        if let Ok(text) = std::str::from_utf8(&input) {
            check(text);
        }
    }
}

#[test]
fn the_evaluator_stands_what_fuzzing_found() {
    with_texts(include_str!("../../../fuzz/corpus/evaluator.jsonl"), checks::evaluator);
}

#[test]
fn the_json_readers_stand_what_fuzzing_found() {
    for input in inputs(include_str!("../../../fuzz/corpus/json.jsonl")) {
        checks::json(&input);
    }
}

#[test]
fn the_parser_stands_what_fuzzing_found() {
    with_texts(include_str!("../../../fuzz/corpus/parser.jsonl"), checks::parser);
}
