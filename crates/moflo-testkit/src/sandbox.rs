//! A throwaway project with a home of its own, and programs run in it with an empty environment.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A project folder, a home and a state folder that vanish together.
#[derive(Debug)]
pub struct Sandbox {
    dir: tempfile::TempDir,
}

/// What a program did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The exit status; none when a signal ended it.
    pub status: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl Sandbox {
    /// Makes a project that was set up, with a git folder on the branch `main`.
    pub fn set_up() -> Self {
        let sandbox = Self::plain();
        sandbox.write(".moflo/snapshot.json", r#"{"format":1}"#);
        sandbox
    }

    /// Makes a project in which moflo was never set up.
    pub fn plain() -> Self {
        let dir = tempfile::Builder::new().prefix("moflo-").tempdir().expect("a temporary folder");
        let sandbox = Self { dir };
        for folder in ["project/.git", "home", "state"] {
            fs::create_dir_all(sandbox.dir().join(folder)).expect("folders of a sandbox");
        }
        sandbox.write(".git/HEAD", "ref: refs/heads/main\n");
        sandbox
    }

    /// Returns the folder of it all, without links in its name.
    pub fn dir(&self) -> PathBuf {
        fs::canonicalize(self.dir.path()).expect("the temporary folder exists")
    }

    /// Returns the project's folder.
    pub fn project(&self) -> PathBuf {
        self.dir().join("project")
    }

    /// Returns the home folder.
    pub fn home(&self) -> PathBuf {
        self.dir().join("home")
    }

    /// Returns the folder below which state is kept.
    pub fn state(&self) -> PathBuf {
        self.dir().join("state")
    }

    /// Writes a file of the project, with its folders.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.project().join(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, text).expect("a file of the sandbox");
    }

    /// Reads a file of the project; none when it is not there.
    pub fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.project().join(name)).ok()
    }

    /// Returns a command in the project with nothing of the caller's environment.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.project())
            .env_clear()
            .env("HOME", self.home())
            .env("MOFLO_STATE_DIR", self.state())
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("CLAUDE_PROJECT_DIR", self.project())
            // What a test sees must not depend on how busy the machine is.
            .env("MOFLO_POINTERS_MS", "600000")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a program on an event and returns what it did.
    pub fn run(&self, program: &Path, event: impl AsRef<[u8]>) -> Ran {
        self.run_with(program, &[], event)
    }

    /// Runs a program on an event with more variables.
    pub fn run_with(&self, program: &Path, env: &[(&str, &OsStr)], event: impl AsRef<[u8]>) -> Ran {
        let mut command = self.command(program);
        command.envs(env.iter().copied());
        feed(command, event.as_ref())
    }

    /// Returns an event of this project: `fields` is the inside of a JSON object.
    pub fn event(&self, name: &str, fields: &str) -> String {
        let project = self.project();
        let comma = if fields.is_empty() { "" } else { "," };
        format!(
            r#"{{"session_id":"s1","cwd":"{}","prompt_id":"p1","hook_event_name":"{name}"{comma}{fields}}}"#,
            project.display()
        )
    }

    /// Replaces the sandbox's folder in a text, so that it can be compared.
    pub fn plain_text(&self, text: &str) -> String {
        text.replace(&*self.dir().to_string_lossy(), "[DIR]")
    }
}

/// Runs a command on stdin; one that does not read it is no fault.
pub fn feed(mut command: Command, stdin: &[u8]) -> Ran {
    let mut child = command.spawn().expect("the program starts");
    let mut pipe = child.stdin.take().expect("stdin is piped");
    let bytes = stdin.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = pipe.write_all(&bytes);
    });
    let Output { status, stdout, stderr } = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    Ran {
        status: status.code(),
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}
