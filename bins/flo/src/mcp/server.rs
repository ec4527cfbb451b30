//! Requests in, answers out.

use std::io::{self, BufRead, Write};

use serde_json::{Value as Json, json};

use super::lines::{self, Line};
use super::tools::Tools;

/// The versions of the protocol we speak, the newest first.
const VERSIONS: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// A request is a few hundred bytes; this much is a mistake, or worse.
const MAX_LINE_BYTES: usize = 4 << 20;

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;

/// Answers until the input ends.
///
/// # Errors
///
/// Fails when input or output can no longer be used; the client going away is such a case.
pub(crate) fn serve(
    mut input: impl BufRead,
    mut output: impl Write,
    tools: &mut impl Tools,
) -> io::Result<()> {
    loop {
        let answer = match lines::read(&mut input, MAX_LINE_BYTES)? {
            Line::End => return Ok(()),
            Line::TooLong => {
                let said = format!("a message must not be longer than {MAX_LINE_BYTES} bytes");
                Some(error(&Json::Null, INVALID_REQUEST, &said))
            }
            Line::Text(line) if line.trim_ascii().is_empty() => None,
            Line::Text(line) => answer(&line, tools),
        };
        if let Some(answer) = answer {
            let mut bytes = serde_json::to_vec(&answer)?;
            bytes.push(b'\n');
            output.write_all(&bytes)?;
            output.flush()?;
        }
    }
}

fn answer(line: &[u8], tools: &mut impl Tools) -> Option<Json> {
    match serde_json::from_slice(line) {
        Err(err) => Some(error(&Json::Null, PARSE_ERROR, &format!("not JSON: {err}"))),
        // Version 2025-03-26 had batches; answering them hurts no other version.
        Ok(Json::Array(messages)) if messages.is_empty() => {
            Some(error(&Json::Null, INVALID_REQUEST, "a batch must not be empty"))
        }
        Ok(Json::Array(messages)) => {
            let answers: Vec<Json> =
                messages.iter().filter_map(|message| one(message, tools)).collect();
            (!answers.is_empty()).then(|| Json::from(answers))
        }
        Ok(message) => one(&message, tools),
    }
}

fn one(message: &Json, tools: &mut impl Tools) -> Option<Json> {
    let id = message.get("id");
    let Some(method) = message.get("method").and_then(Json::as_str) else {
        // An answer to a question of ours. We ask none, but a client may think we did.
        let is_answer = message.get("result").is_some() || message.get("error").is_some();
        let said = "a request needs a method";
        return (!is_answer).then(|| error(usable(id), INVALID_REQUEST, said));
    };
    // Without an id it is a notification, whatever its method: never answered.
    let id = id?;
    if !(id.is_string() || id.is_i64() || id.is_u64()) {
        return Some(error(&Json::Null, INVALID_REQUEST, "an id is a text or a whole number"));
    }
    if message.get("jsonrpc").and_then(Json::as_str) != Some("2.0") {
        return Some(error(id, INVALID_REQUEST, "`jsonrpc` must be \"2.0\""));
    }
    let params = message.get("params").unwrap_or(&Json::Null);
    let result = match method {
        "initialize" => Ok(initialize(params, tools)),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": tools.list() })),
        "tools/call" => call(params, tools),
        _ => Err((METHOD_NOT_FOUND, format!("no method `{method}`"))),
    };
    Some(match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err((code, said)) => error(id, code, &said),
    })
}

fn initialize(params: &Json, tools: &impl Tools) -> Json {
    let asked = params.get("protocolVersion").and_then(Json::as_str).unwrap_or_default();
    // Unknown means newer, as a rule: we offer the newest we know and the client decides.
    let version = VERSIONS.iter().find(|version| **version == asked).unwrap_or(&VERSIONS[0]);
    json!({
        "protocolVersion": version,
        "capabilities": { "tools": {} },
        "serverInfo": { "name": "moflo", "title": "moflo", "version": env!("CARGO_PKG_VERSION") },
        "instructions": tools.instructions(),
    })
}

fn call(params: &Json, tools: &mut impl Tools) -> Result<Json, (i32, String)> {
    let Some(name) = params.get("name").and_then(Json::as_str) else {
        return Err((INVALID_PARAMS, "`name` is missing".to_owned()));
    };
    let nothing = json!({});
    let arguments = params.get("arguments").filter(|value| !value.is_null()).unwrap_or(&nothing);
    let Some(answer) = tools.call(name, arguments) else {
        return Err((INVALID_PARAMS, format!("no tool `{name}`")));
    };
    // What went wrong inside a tool is for the model, which can try again with better words.
    Ok(match answer {
        Ok(answer) => json!({
            "content": [{ "type": "text", "text": answer.text }],
            "structuredContent": answer.structured,
        }),
        Err(said) => json!({ "content": [{ "type": "text", "text": said }], "isError": true }),
    })
}

fn error(id: &Json, code: i32, said: &str) -> Json {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": said } })
}

fn usable(id: Option<&Json>) -> &Json {
    id.filter(|id| id.is_string() || id.is_i64() || id.is_u64()).unwrap_or(&Json::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mcp::tools::Answer;
    use insta::assert_snapshot;

    /// One tool that says its argument, and fails on `fail`.
    struct Echo;

    impl Tools for Echo {
        fn instructions(&self) -> &'static str {
            "Say something."
        }
        fn list(&self) -> Json {
            json!([{ "name": "echo", "inputSchema": { "type": "object" } }])
        }
        fn call(&mut self, name: &str, arguments: &Json) -> Option<Result<Answer, String>> {
            let text = arguments["text"].as_str().unwrap_or_default().to_owned();
            match name {
                "echo" if text == "fail" => Some(Err("it failed".to_owned())),
                "echo" => Some(Ok(Answer { structured: json!({ "said": text }), text })),
                _ => None,
            }
        }
    }

    fn talk(input: &str) -> String {
        let mut output = Vec::new();
        serve(input.as_bytes(), &mut output, &mut Echo).unwrap();
        String::from_utf8(output).unwrap()
    }

    fn version_for(asked: &str) -> String {
        let request = json!({
            "jsonrpc": "2.0", "id": 0, "method": "initialize",
            "params": { "protocolVersion": asked, "capabilities": {} },
        });
        let answer: Json = serde_json::from_str(&talk(&request.to_string())).unwrap();
        answer["result"]["protocolVersion"].as_str().unwrap().to_owned()
    }

    #[test]
    fn the_version_is_the_clients_if_we_speak_it_and_our_newest_if_not() {
        for version in VERSIONS {
            assert_eq!(version_for(version), version);
        }
        assert_eq!(version_for("2031-01-01"), "2025-11-25");
        assert_eq!(version_for(""), "2025-11-25");
    }

    #[test]
    fn a_call_is_answered_with_text_and_structure() {
        let answer = talk(
            r#"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"echo","arguments":{"text":"hello"},"_meta":{"progressToken":2}}}"#,
        );
        assert_snapshot!(answer, @r#"{"id":"a","jsonrpc":"2.0","result":{"content":[{"text":"hello","type":"text"}],"structuredContent":{"said":"hello"}}}"#);
    }

    #[test]
    fn a_failing_tool_tells_the_model() {
        let answer = talk(
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"fail"}}}"#,
        );
        assert_snapshot!(answer, @r#"{"id":1,"jsonrpc":"2.0","result":{"content":[{"text":"it failed","type":"text"}],"isError":true}}"#);
    }

    #[test]
    fn notifications_and_answers_are_never_answered() {
        let answer = talk(concat!(
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            "\n",
            r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
            "\n",
            r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}}"#,
            "\n",
            r#"{"result":{"action":"cancel"},"jsonrpc":"2.0","id":"ask-1"}"#,
            "\n",
            "\n   \n",
        ));
        assert_eq!(answer, "");
    }

    #[test]
    fn every_kind_of_wrong_message_has_its_code_and_the_next_line_is_read() {
        let answer = talk(concat!(
            "{\n",
            "[]\n",
            "7\n",
            r#"{"jsonrpc":"2.0","id":1}"#,
            "\n",
            r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
            "\n",
            r#"{"id":2,"method":"ping"}"#,
            "\n",
            r#"{"jsonrpc":"2.0","id":3,"method":"resources/list"}"#,
            "\n",
            r#"{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"nothing"}}"#,
            "\n",
            r#"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":[]}"#,
            "\n",
            "\u{0}\u{1}\n",
            r#"{"jsonrpc":"2.0","id":6,"method":"ping"}"#,
            "\n",
        ));
        assert_snapshot!(answer, @r#"
        {"error":{"code":-32700,"message":"not JSON: EOF while parsing an object at line 1 column 1"},"id":null,"jsonrpc":"2.0"}
        {"error":{"code":-32600,"message":"a batch must not be empty"},"id":null,"jsonrpc":"2.0"}
        {"error":{"code":-32600,"message":"a request needs a method"},"id":null,"jsonrpc":"2.0"}
        {"error":{"code":-32600,"message":"a request needs a method"},"id":1,"jsonrpc":"2.0"}
        {"error":{"code":-32600,"message":"an id is a text or a whole number"},"id":null,"jsonrpc":"2.0"}
        {"error":{"code":-32600,"message":"`jsonrpc` must be \"2.0\""},"id":2,"jsonrpc":"2.0"}
        {"error":{"code":-32601,"message":"no method `resources/list`"},"id":3,"jsonrpc":"2.0"}
        {"error":{"code":-32602,"message":"no tool `nothing`"},"id":4,"jsonrpc":"2.0"}
        {"error":{"code":-32602,"message":"`name` is missing"},"id":5,"jsonrpc":"2.0"}
        {"error":{"code":-32700,"message":"not JSON: expected value at line 1 column 1"},"id":null,"jsonrpc":"2.0"}
        {"id":6,"jsonrpc":"2.0","result":{}}
        "#);
    }

    #[test]
    fn invalid_utf8_and_deep_nesting_are_only_parse_errors() {
        let mut input = b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}\n".to_vec();
        input.extend_from_slice("[".repeat(100_000).as_bytes());
        input.extend_from_slice(b"\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}\n");
        let mut output = Vec::new();
        serve(input.as_slice(), &mut output, &mut Echo).unwrap();
        let answers: Vec<Json> = output
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        let codes: Vec<Option<i64>> =
            answers.iter().map(|answer| answer["error"]["code"].as_i64()).collect();
        assert_eq!(codes, [Some(-32700), Some(-32700), None]);
        assert_eq!(answers[2]["id"], 2);
    }

    #[test]
    fn a_line_without_end_is_refused_and_survived() {
        let mut input = vec![b'x'; MAX_LINE_BYTES + 10];
        input.extend_from_slice(b"\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}\n");
        let mut output = Vec::new();
        serve(input.as_slice(), &mut output, &mut Echo).unwrap();
        assert_snapshot!(String::from_utf8(output).unwrap(), @r#"
        {"error":{"code":-32600,"message":"a message must not be longer than 4194304 bytes"},"id":null,"jsonrpc":"2.0"}
        {"id":2,"jsonrpc":"2.0","result":{}}
        "#);
    }

    #[test]
    fn ids_come_back_as_they_were_also_in_a_batch() {
        let answer = talk(concat!(
            r#"[{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"},"#,
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"},"#,
            r#"{"jsonrpc":"2.0","id":"x","method":"ping"}]"#,
            "\n",
            r#"[{"jsonrpc":"2.0","method":"notifications/initialized"}]"#,
            "\n",
        ));
        assert_snapshot!(answer, @r#"[{"id":9007199254740993,"jsonrpc":"2.0","result":{}},{"id":"x","jsonrpc":"2.0","result":{}}]"#);
    }
}
