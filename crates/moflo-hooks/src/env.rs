//! Every environment variable moflo reads, named once.
//!
//! Nothing else in the workspace calls `std::env::var`: a lint sends its author here.

use std::ffi::OsString;

/// Switches every hook off when set to anything but nothing.
pub const DISABLE: &str = "MOFLO_DISABLE";
/// Appends one JSON line per hook run to the file named here.
pub const TRACE: &str = "MOFLO_TRACE";
/// Keeps session facts and set-up records below this folder instead of the XDG state folder.
pub const STATE_DIR: &str = "MOFLO_STATE_DIR";
/// How many milliseconds a first look may wait for the index's answer; 400 when unset.
pub const POINTERS_MS: &str = "MOFLO_POINTERS_MS";
/// Marks our own background children; hooks that see it neither index nor recurse.
pub const CHILD: &str = "MOFLO_INTERNAL__CHILD";
/// The user's state folder, `~/.local/state` when unset.
pub const XDG_STATE_HOME: &str = "XDG_STATE_HOME";
/// The user's configuration folder, `~/.config` when unset.
pub const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";
/// The user's data folder, `~/.local/share` when unset.
pub const XDG_DATA_HOME: &str = "XDG_DATA_HOME";
/// The user's home folder.
pub const HOME: &str = "HOME";
/// The user's home folder on Windows.
pub const USERPROFILE: &str = "USERPROFILE";
/// Where programs keep state on Windows.
pub const LOCALAPPDATA: &str = "LOCALAPPDATA";
/// The folder the client was started in; set for hooks and MCP servers, not for shell calls.
pub const CLAUDE_PROJECT_DIR: &str = "CLAUDE_PROJECT_DIR";
/// Set by the client in everything it starts.
pub const CLAUDECODE: &str = "CLAUDECODE";
/// The client's session, for programs it starts.
pub const CLAUDE_CODE_SESSION_ID: &str = "CLAUDE_CODE_SESSION_ID";
/// How the client was started: `cli` by a person, `sdk-…` by a program that answers no questions.
pub const CLAUDE_CODE_ENTRYPOINT: &str = "CLAUDE_CODE_ENTRYPOINT";
/// The installed plugin's folder; set for hooks that come from a plugin.
pub const CLAUDE_PLUGIN_ROOT: &str = "CLAUDE_PLUGIN_ROOT";
/// The client's configuration folder, `~/.claude` when unset.
pub const CLAUDE_CONFIG_DIR: &str = "CLAUDE_CONFIG_DIR";
/// Where programs are looked for.
pub const PATH: &str = "PATH";
/// Asks for output without colour when set to anything but nothing.
pub const NO_COLOR: &str = "NO_COLOR";
/// The terminal's width in columns, as the client tells its status line.
pub const COLUMNS: &str = "COLUMNS";

/// Reads a variable; one that is set to nothing counts as unset.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn get(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Reads a variable as text; one that is not UTF-8 counts as unset.
pub fn text(name: &str) -> Option<String> {
    get(name)?.into_string().ok()
}

/// Returns the user's home folder.
pub fn home() -> Option<std::path::PathBuf> {
    get(HOME).or_else(|| get(USERPROFILE)).map(Into::into)
}

/// Returns whether hooks shall do nothing: the user said so, or we are our own child.
pub fn switched_off() -> bool {
    get(DISABLE).is_some() || get(CHILD).is_some()
}
