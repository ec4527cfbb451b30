//! The tools a client may call.

use serde_json::Value as Json;

/// What a tool answers.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For the model: few tokens.
    pub(crate) text: String,
    /// The same for programs.
    pub(crate) structured: Json,
}

/// A set of tools.
pub(crate) trait Tools {
    /// What the model is told about them before it calls any.
    fn instructions(&self) -> &'static str;
    /// Their descriptions, as `tools/list` answers.
    fn list(&self) -> Json;
    /// Calls one; none if there is no such tool.
    fn call(&mut self, name: &str, arguments: &Json) -> Option<Result<Answer, String>>;
}
