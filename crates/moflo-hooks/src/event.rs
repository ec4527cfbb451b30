//! The client's events as they come in on stdin.
//!
//! Everything the client may add passes: unknown events, unknown tools, unknown fields, and known
//! fields of a type nobody expected. Text that no hook of ours looks at (a file's whole old
//! content, say) is skipped without being copied.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

mod repair;
mod status;

pub use status::StatusLine;

/// An event of the client.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Event<'a> {
    /// The event's name, as in `PreToolUse`.
    pub name: Cow<'a, str>,
    /// What the event is about.
    pub kind: Kind,
    /// The session.
    pub session_id: Option<Cow<'a, str>>,
    /// The session's transcript, one JSON object per line.
    pub transcript_path: Option<Cow<'a, str>>,
    /// The session's current folder.
    pub cwd: Option<Cow<'a, str>>,
    /// The prompt whose turn this is; none before the first prompt.
    pub prompt_id: Option<Cow<'a, str>>,
    /// `default`, `plan`, `acceptEdits`, `auto`, `dontAsk` or `bypassPermissions`.
    pub permission_mode: Option<Cow<'a, str>>,
    /// The sub-agent in which it happens; none on the main thread.
    pub agent_id: Option<Cow<'a, str>>,
    /// The kind of sub-agent, or of the main thread when it was started as an agent.
    pub agent_type: Option<Cow<'a, str>>,
    /// The tool's name on tool events.
    pub tool_name: Option<Cow<'a, str>>,
    /// What the model gave the tool.
    pub tool_input: ToolInput<'a>,
    /// What the tool answered.
    pub tool_response: ToolResponse<'a>,
    /// Why a session or a piece of configuration starts, ends or changes.
    pub source: Option<Cow<'a, str>>,
    /// The model, on `SessionStart`.
    pub model: Option<Cow<'a, str>>,
    /// `manual` or `auto` around a compaction; `init` or `maintenance` on `Setup`.
    pub trigger: Option<Cow<'a, str>>,
    /// Why a session ended, or why a call was denied.
    pub reason: Option<Cow<'a, str>>,
    /// What the user typed, or a text nobody typed, such as a task notification.
    pub prompt: Option<Cow<'a, str>>,
    /// The name of a typed slash command.
    pub command_name: Option<Cow<'a, str>>,
    /// The file that was loaded or changed.
    pub file_path: Option<Cow<'a, str>>,
    /// Why a tool or a turn failed.
    pub error: Option<Cow<'a, str>>,
    /// The task that was created or completed.
    pub task_id: Option<Cow<'a, str>>,
    /// The task in a few words.
    pub task_subject: Option<Cow<'a, str>>,
    /// The folder before a change of folder.
    pub old_cwd: Option<Cow<'a, str>>,
    /// The folder after it.
    pub new_cwd: Option<Cow<'a, str>>,
    /// Whether a stop hook already kept this turn going.
    pub stop_hook_active: bool,
    /// Whether the user interrupted the failed tool.
    pub is_interrupt: bool,
}

/// The events the client knows, version 2.1.197.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the client's, and its documentation explains them")]
pub enum Kind {
    SessionStart,
    Setup,
    SessionEnd,
    UserPromptSubmit,
    UserPromptExpansion,
    PreToolUse,
    PermissionRequest,
    PermissionDenied,
    PostToolUse,
    PostToolUseFailure,
    PostToolBatch,
    Notification,
    MessageDisplay,
    SubagentStart,
    SubagentStop,
    Stop,
    StopFailure,
    TaskCreated,
    TaskCompleted,
    TeammateIdle,
    InstructionsLoaded,
    ConfigChange,
    CwdChanged,
    FileChanged,
    WorktreeCreate,
    WorktreeRemove,
    PreCompact,
    PostCompact,
    Elicitation,
    ElicitationResult,
    /// An event of another version.
    #[default]
    Other,
}

impl Kind {
    /// Every event with its name on the wire.
    pub const NAMES: [(&'static str, Self); 30] = [
        ("SessionStart", Self::SessionStart),
        ("Setup", Self::Setup),
        ("SessionEnd", Self::SessionEnd),
        ("UserPromptSubmit", Self::UserPromptSubmit),
        ("UserPromptExpansion", Self::UserPromptExpansion),
        ("PreToolUse", Self::PreToolUse),
        ("PermissionRequest", Self::PermissionRequest),
        ("PermissionDenied", Self::PermissionDenied),
        ("PostToolUse", Self::PostToolUse),
        ("PostToolUseFailure", Self::PostToolUseFailure),
        ("PostToolBatch", Self::PostToolBatch),
        ("Notification", Self::Notification),
        ("MessageDisplay", Self::MessageDisplay),
        ("SubagentStart", Self::SubagentStart),
        ("SubagentStop", Self::SubagentStop),
        ("Stop", Self::Stop),
        ("StopFailure", Self::StopFailure),
        ("TaskCreated", Self::TaskCreated),
        ("TaskCompleted", Self::TaskCompleted),
        ("TeammateIdle", Self::TeammateIdle),
        ("InstructionsLoaded", Self::InstructionsLoaded),
        ("ConfigChange", Self::ConfigChange),
        ("CwdChanged", Self::CwdChanged),
        ("FileChanged", Self::FileChanged),
        ("WorktreeCreate", Self::WorktreeCreate),
        ("WorktreeRemove", Self::WorktreeRemove),
        ("PreCompact", Self::PreCompact),
        ("PostCompact", Self::PostCompact),
        ("Elicitation", Self::Elicitation),
        ("ElicitationResult", Self::ElicitationResult),
    ];

    /// Returns the event of that name; an unknown one is `Other`.
    pub fn of(name: &str) -> Self {
        Self::NAMES.iter().find(|(known, _)| *known == name).map_or(Self::Other, |(_, kind)| *kind)
    }
}

/// What our programs look at in a tool's input; other fields pass.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ToolInput<'a> {
    /// A shell command.
    #[serde(borrow, deserialize_with = "text")]
    pub command: Option<Cow<'a, str>>,
    /// The file of Read, Write and Edit.
    #[serde(borrow, deserialize_with = "text")]
    pub file_path: Option<Cow<'a, str>>,
    /// The file of `NotebookEdit`.
    #[serde(borrow, deserialize_with = "text")]
    pub notebook_path: Option<Cow<'a, str>>,
    /// The folder of Grep and Glob.
    #[serde(borrow, deserialize_with = "text")]
    pub path: Option<Cow<'a, str>>,
    /// What Grep and Glob look for.
    #[serde(borrow, deserialize_with = "text")]
    pub pattern: Option<Cow<'a, str>>,
    /// What a search tool looks for.
    #[serde(borrow, deserialize_with = "text")]
    pub query: Option<Cow<'a, str>>,
    /// What a sub-agent shall do.
    #[serde(borrow, deserialize_with = "text")]
    pub prompt: Option<Cow<'a, str>>,
    /// A task in a few words.
    #[serde(borrow, deserialize_with = "text")]
    pub subject: Option<Cow<'a, str>>,
    /// Entries of the old task list.
    #[serde(borrow, deserialize_with = "list")]
    pub todos: Vec<Todo<'a>>,
}

/// An entry of the old task list.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Todo<'a> {
    /// The task.
    #[serde(borrow, deserialize_with = "text")]
    pub content: Option<Cow<'a, str>>,
    /// `pending`, `in_progress` or `completed`.
    #[serde(borrow, deserialize_with = "text")]
    pub status: Option<Cow<'a, str>>,
}

/// What our programs look at in a tool's answer; other fields pass unread.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToolResponse<'a> {
    /// Whether there is an answer at all.
    pub present: bool,
    /// The answer itself when it is a text.
    pub text: Option<Cow<'a, str>>,
    /// What a shell command printed.
    pub stdout: Option<Cow<'a, str>>,
    /// What a shell command complained about.
    pub stderr: Option<Cow<'a, str>>,
    /// Whether the user interrupted it.
    pub interrupted: bool,
    /// Whether a server's tool reported an error.
    pub is_error: bool,
}

/// Why an event could not be understood.
#[derive(Debug, thiserror::Error)]
#[error("the event is not JSON")]
pub struct EventError(#[from] serde_json::Error);

impl<'a> Event<'a> {
    /// Understands what the client sent.
    ///
    /// # Errors
    ///
    /// Fails when the bytes are not one JSON object, even after a byte order mark, bytes that are
    /// not UTF-8 and halves of surrogate pairs have been replaced.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, EventError> {
        match wire(bytes) {
            Ok(wire) => Ok(wire.into()),
            Err(err) => {
                let Some(repaired) = repair::repaired(bytes) else { return Err(err.into()) };
                Ok(Event::from(wire(&repaired)?).into_owned())
            }
        }
    }

    /// Returns the sub-agent's id; an empty one is none.
    pub fn actor(&self) -> Option<&str> {
        self.agent_id.as_deref().filter(|id| !id.is_empty())
    }

    /// Returns the event without borrowing from the bytes it was read from.
    pub fn into_owned(self) -> Event<'static> {
        let input = self.tool_input;
        let response = self.tool_response;
        Event {
            name: Cow::Owned(self.name.into_owned()),
            kind: self.kind,
            session_id: owned(self.session_id),
            transcript_path: owned(self.transcript_path),
            cwd: owned(self.cwd),
            prompt_id: owned(self.prompt_id),
            permission_mode: owned(self.permission_mode),
            agent_id: owned(self.agent_id),
            agent_type: owned(self.agent_type),
            tool_name: owned(self.tool_name),
            tool_input: ToolInput {
                command: owned(input.command),
                file_path: owned(input.file_path),
                notebook_path: owned(input.notebook_path),
                path: owned(input.path),
                pattern: owned(input.pattern),
                query: owned(input.query),
                prompt: owned(input.prompt),
                subject: owned(input.subject),
                todos: input
                    .todos
                    .into_iter()
                    .map(|todo| Todo { content: owned(todo.content), status: owned(todo.status) })
                    .collect(),
            },
            tool_response: ToolResponse {
                present: response.present,
                text: owned(response.text),
                stdout: owned(response.stdout),
                stderr: owned(response.stderr),
                interrupted: response.interrupted,
                is_error: response.is_error,
            },
            source: owned(self.source),
            model: owned(self.model),
            trigger: owned(self.trigger),
            reason: owned(self.reason),
            prompt: owned(self.prompt),
            command_name: owned(self.command_name),
            file_path: owned(self.file_path),
            error: owned(self.error),
            task_id: owned(self.task_id),
            task_subject: owned(self.task_subject),
            old_cwd: owned(self.old_cwd),
            new_cwd: owned(self.new_cwd),
            stop_hook_active: self.stop_hook_active,
            is_interrupt: self.is_interrupt,
        }
    }
}

/// Reads an object; a list would otherwise do as well, its elements in the order of the fields.
fn wire(bytes: &[u8]) -> Result<Wire<'_>, serde_json::Error> {
    if bytes.trim_ascii_start().first().is_some_and(|byte| *byte == b'[') {
        return Err(serde::de::Error::custom("expected an object, found a list"));
    }
    serde_json::from_slice(bytes)
}

fn owned(text: Option<Cow<'_, str>>) -> Option<Cow<'static, str>> {
    text.map(|text| Cow::Owned(text.into_owned()))
}

/// The object as it is on the wire.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow, deserialize_with = "text")]
    hook_event_name: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    session_id: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    transcript_path: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    cwd: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    prompt_id: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    permission_mode: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    agent_id: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    agent_type: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    tool_name: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "input")]
    tool_input: ToolInput<'a>,
    #[serde(borrow)]
    tool_response: ToolResponse<'a>,
    #[serde(borrow, deserialize_with = "text")]
    source: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    model: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    trigger: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    prompt: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    command_name: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    file_path: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    error: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    task_id: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    task_subject: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    old_cwd: Option<Cow<'a, str>>,
    #[serde(borrow, deserialize_with = "text")]
    new_cwd: Option<Cow<'a, str>>,
    #[serde(deserialize_with = "flag")]
    stop_hook_active: bool,
    #[serde(deserialize_with = "flag")]
    is_interrupt: bool,
}

impl<'a> From<Wire<'a>> for Event<'a> {
    fn from(wire: Wire<'a>) -> Self {
        let name = wire.hook_event_name.unwrap_or_default();
        Self {
            kind: Kind::of(&name),
            name,
            session_id: wire.session_id,
            transcript_path: wire.transcript_path,
            cwd: wire.cwd,
            prompt_id: wire.prompt_id,
            permission_mode: wire.permission_mode,
            agent_id: wire.agent_id,
            agent_type: wire.agent_type,
            tool_name: wire.tool_name,
            tool_input: wire.tool_input,
            tool_response: wire.tool_response,
            source: wire.source,
            model: wire.model,
            trigger: wire.trigger,
            reason: wire.reason,
            prompt: wire.prompt,
            command_name: wire.command_name,
            file_path: wire.file_path,
            error: wire.error,
            task_id: wire.task_id,
            task_subject: wire.task_subject,
            old_cwd: wire.old_cwd,
            new_cwd: wire.new_cwd,
            stop_hook_active: wire.stop_hook_active,
            is_interrupt: wire.is_interrupt,
        }
    }
}

/// Lets a visitor take values of the types nobody asked for, and answer the same for all.
macro_rules! others {
    ($($kind:ident)* => $value:expr) => { $(others!(@$kind $value);)* };
    (@str $value:expr) => {
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> { Ok($value) }
    };
    (@bool $value:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> { Ok($value) }
    };
    (@numbers $value:expr) => {
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> { Ok($value) }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> { Ok($value) }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> { Ok($value) }
    };
    (@unit $value:expr) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> { Ok($value) }
    };
    (@seq $value:expr) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            Ok($value)
        }
    };
    (@map $value:expr) => {
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok($value)
        }
    };
}

/// A value of any type, of which only some are of interest.
#[derive(Default)]
enum Loose<'a> {
    Text(Cow<'a, str>),
    Flag(bool),
    #[default]
    Other,
}

impl<'de> Deserialize<'de> for Loose<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Loose<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("any value")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Loose::Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Loose::Text(Cow::Owned(text.to_owned())))
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(Loose::Flag(flag))
            }
            others!(numbers unit seq map => Loose::Other);
        }
        deserializer.deserialize_any(Any)
    }
}

/// Reads a text; a value of another type is none.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    Ok(match Loose::deserialize(from)? {
        Loose::Text(text) => Some(text),
        Loose::Flag(_) | Loose::Other => None,
    })
}

/// Reads a flag; a value of another type is false.
fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(matches!(Loose::deserialize(from)?, Loose::Flag(true)))
}

/// Reads a list; a value of another type, or one entry of another type, is left out.
fn list<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Todo<'de>>, D::Error> {
    struct List;
    impl<'de> Visitor<'de> for List {
        type Value = Vec<Todo<'de>>;
        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("any value")
        }
        others!(str bool numbers unit map => Vec::new());
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut out = Vec::new();
            while let Some(OrDefault(todo)) = seq.next_element::<OrDefault<Todo<'de>>>()? {
                out.push(todo);
            }
            Ok(out)
        }
    }
    from.deserialize_any(List)
}

/// Reads an object; a value of another type is the default.
fn input<'de, D: Deserializer<'de>>(from: D) -> Result<ToolInput<'de>, D::Error> {
    OrDefault::deserialize(from).map(|OrDefault(input)| input)
}

/// An object of type `T`, or the default for a value of another type.
struct OrDefault<T>(T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for OrDefault<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Object<T> {
            type Value = OrDefault<T>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("any value")
            }
            others!(str bool numbers unit seq => OrDefault(T::default()));
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let object = serde::de::value::MapAccessDeserializer::new(map);
                T::deserialize(object).map(OrDefault)
            }
        }
        from.deserialize_any(Object(std::marker::PhantomData))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for ToolResponse<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Answer;
        impl<'de> Visitor<'de> for Answer {
            type Value = ToolResponse<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("any value")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(ToolResponse { text: Some(Cow::Borrowed(text)), ..present() })
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(ToolResponse { text: Some(Cow::Owned(text.to_owned())), ..present() })
            }
            others!(bool numbers seq => present());
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(ToolResponse::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut answer = present();
                while let Some(key) = map.next_key::<Cow<'de, str>>()? {
                    match key.as_ref() {
                        "stdout" => answer.stdout = map.next_value::<Loose<'de>>()?.text(),
                        "stderr" => answer.stderr = map.next_value::<Loose<'de>>()?.text(),
                        "interrupted" => {
                            answer.interrupted = map.next_value::<Loose<'de>>()?.flag();
                        }
                        "isError" | "is_error" => {
                            answer.is_error = map.next_value::<Loose<'de>>()?.flag();
                        }
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(answer)
            }
        }
        from.deserialize_any(Answer)
    }
}

fn present<'a>() -> ToolResponse<'a> {
    ToolResponse { present: true, ..ToolResponse::default() }
}

impl<'a> Loose<'a> {
    fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Flag(_) | Self::Other => None,
        }
    }

    fn flag(self) -> bool {
        matches!(self, Self::Flag(true))
    }
}
