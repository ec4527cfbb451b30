//! The table of hook registrations: which program the client starts for which event.
//!
//! The client itself spends 5 to 10 ms on every hook it starts, whatever the program does, so the
//! table is short and its matchers are narrow. Setting up, the doctor and the tests all read this
//! table; there is no second copy.

/// One of moflo's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Program {
    /// `moflo-gate`
    Gate,
    /// `moflo-prompt-hook`
    PromptHook,
    /// `moflo-session-start`
    SessionStart,
    /// `moflo-hook-handler`
    HookHandler,
    /// `moflo-statusline`
    Statusline,
    /// `flo`
    Flo,
    /// `setup-project`
    SetupProject,
}

impl Program {
    /// Every program, in the order they are installed.
    pub const ALL: [Self; 7] = [
        Self::Flo,
        Self::Gate,
        Self::PromptHook,
        Self::SessionStart,
        Self::HookHandler,
        Self::Statusline,
        Self::SetupProject,
    ];

    /// Returns the name of the executable, without the system's suffix.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gate => "moflo-gate",
            Self::PromptHook => "moflo-prompt-hook",
            Self::SessionStart => "moflo-session-start",
            Self::HookHandler => "moflo-hook-handler",
            Self::Statusline => "moflo-statusline",
            Self::Flo => "flo",
            Self::SetupProject => "setup-project",
        }
    }

    /// Finds the program beside the running one, else on `PATH`.
    pub fn find(self) -> Option<std::path::PathBuf> {
        let name = format!("{}{}", self.name(), std::env::consts::EXE_SUFFIX);
        let beside = std::env::current_exe()
            .and_then(std::fs::canonicalize)
            .ok()
            .and_then(|exe| exe.parent().map(|dir| dir.join(&name)))
            .filter(|path| path.is_file());
        beside.or_else(|| {
            let path = crate::env::get(crate::env::PATH)?;
            std::env::split_paths(&path)
                .filter(|dir| dir.is_absolute())
                .map(|dir| dir.join(&name))
                .find(|path| path.is_file())
        })
    }
}

/// One registration: a group with one handler in exec form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Registration {
    /// The event's name on the wire.
    pub event: &'static str,
    /// The group's matcher; none means the key is left out and everything matches.
    ///
    /// Letters, digits, `_`, `-`, `,`, `|` and spaces are a list of exact names; anything else is
    /// an unanchored JavaScript regular expression.
    pub matcher: Option<&'static str>,
    /// The handler's `if`: one permission rule, tool events only. A miss starts no process.
    pub condition: Option<&'static str>,
    /// The program that is started.
    pub program: Program,
    /// The handler's `timeout`.
    pub timeout_seconds: u32,
}

const fn register(event: &'static str, program: Program) -> Registration {
    Registration { event, matcher: None, condition: None, program, timeout_seconds: 5 }
}

const fn on(event: &'static str, matcher: &'static str, program: Program) -> Registration {
    Registration { matcher: Some(matcher), ..register(event, program) }
}

/// Shell tools run programs, file tools write and read, agents start work.
const GATED: &str = "Bash|PowerShell|Write|Edit|MultiEdit|NotebookEdit|Read|Grep|Glob|Agent|Task";
/// Other servers' tools may take paths and commands; our own are judged where they run.
const GATED_MCP: &str = "^mcp__(?!(plugin_moflo_)?moflo__)";
/// Edits go into the journal, task lists and our own searches give credit.
const AFTER: &str =
    "^(Write|Edit|MultiEdit|NotebookEdit|TodoWrite)$|^mcp__(plugin_moflo_)?moflo__memory_search$";
/// Only the command line's own search gives credit; other shell calls start no process.
const FLO: &str = "Bash(flo *)";

/// THE table of registrations.
pub const TABLE: &[Registration] = &[
    register("SessionStart", Program::SessionStart),
    register("SubagentStart", Program::SessionStart),
    register("UserPromptSubmit", Program::PromptHook),
    on("PreToolUse", GATED, Program::Gate),
    on("PreToolUse", GATED_MCP, Program::Gate),
    on("ConfigChange", "user_settings|project_settings|local_settings", Program::Gate),
    on("PostToolUse", AFTER, Program::HookHandler),
    Registration { condition: Some(FLO), ..on("PostToolUse", "Bash", Program::HookHandler) },
    Registration { condition: Some(FLO), ..on("PostToolUseFailure", "Bash", Program::HookHandler) },
    register("TaskCreated", Program::HookHandler),
    register("TaskCompleted", Program::HookHandler),
];
