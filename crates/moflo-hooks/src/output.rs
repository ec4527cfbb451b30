//! What a hook answers: one JSON object alone on stdout, or nothing.
//!
//! The client discards the whole answer when one value has the wrong type, so answers are built
//! here and nowhere else.

use std::io::{self, Write};

use serde::Serialize;

/// An answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output<'a> {
    /// `block` refuses a change of configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    /// Shown to the user, never to the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    system_message: Option<&'a str>,
    #[serde(rename = "hookSpecificOutput", skip_serializing_if = "Option::is_none")]
    specific: Option<Specific<'a>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Specific<'a> {
    hook_event_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    permission_decision: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permission_decision_reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_context: Option<&'a str>,
}

impl<'a> Specific<'a> {
    fn of(event: &'a str) -> Self {
        Self {
            hook_event_name: event,
            permission_decision: None,
            permission_decision_reason: None,
            additional_context: None,
        }
    }
}

impl<'a> Output<'a> {
    /// Refuses a tool call; the model sees exactly the reason.
    pub fn deny(reason: &'a str) -> Self {
        Self::permission("deny", reason)
    }

    /// Has the user asked about a tool call.
    pub fn ask(reason: &'a str) -> Self {
        Self::permission("ask", reason)
    }

    /// Tells the model something beside the event.
    pub fn context(event: &'a str, text: &'a str) -> Self {
        let specific = Specific { additional_context: Some(text), ..Specific::of(event) };
        Self { specific: Some(specific), ..Self::default() }
    }

    /// Tells the user something, and the model nothing.
    pub fn message(text: &'a str) -> Self {
        Self { system_message: Some(text), ..Self::default() }
    }

    /// Refuses a change of configuration.
    pub fn block(reason: &'a str) -> Self {
        Self { decision: Some("block"), reason: Some(reason), ..Self::default() }
    }

    /// Adds a line for the user.
    #[must_use]
    pub fn and_message(self, text: &'a str) -> Self {
        Self { system_message: Some(text), ..self }
    }

    /// Returns the bytes of the answer.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Prints the answer in one write.
    ///
    /// Nobody being there to read it is not an error of ours.
    pub fn print(&self) {
        let mut bytes = self.to_bytes();
        bytes.push(b'\n');
        let mut stdout = io::stdout().lock();
        let _ = stdout.write_all(&bytes).and_then(|()| stdout.flush());
    }

    fn permission(decision: &'static str, reason: &'a str) -> Self {
        let specific = Specific {
            permission_decision: Some(decision),
            permission_decision_reason: Some(reason),
            ..Specific::of("PreToolUse")
        };
        Self { specific: Some(specific), ..Self::default() }
    }
}
