//! A throwaway project, and `flo` run in it with nothing of this machine's environment.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A project in a temporary folder, with a home and a state folder of its own.
pub(crate) struct Sandbox {
    dir: tempfile::TempDir,
}

pub(crate) const QUEUE: &str = r"//! Jobs wait here.

use crate::lease::Lease;

/// A queue of jobs, the oldest first.
pub struct JobQueue {
    waiting: Vec<String>,
}

impl JobQueue {
    /// Puts a job at the end.
    pub fn push_job(&mut self, job: String) {
        self.waiting.push(job);
    }

    /// Takes the oldest job, under a lease.
    pub fn claim_oldest(&mut self, lease: &Lease) -> Option<String> {
        if lease.is_expired() { None } else { Some(self.waiting.remove(0)) }
    }
}
";

const LEASE: &str = r"//! Leases end by themselves.

/// A right to work on something until a moment.
pub struct Lease {
    until_ms: u64,
}

impl Lease {
    /// Tells whether the moment has passed.
    pub fn is_expired(&self) -> bool {
        self.until_ms == 0
    }
}
";

const QUEUE_TEST: &str = r#"use project::queue::JobQueue;

#[test]
fn the_oldest_job_is_claimed_first() {
    let mut queue = JobQueue::default();
    queue.push_job("a".into());
    assert!(queue.claim_oldest(&lease()).is_some());
}
"#;

const GUIDE: &str = "# Leases\n\nA worker holds a lease while it works.\n\n## When a worker dies\n\nIts lease expires, and another worker claims the job again.\n";

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sandbox = Self { dir };
        std::fs::create_dir_all(sandbox.root().join(".git")).unwrap();
        std::fs::create_dir_all(sandbox.home()).unwrap();
        sandbox
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().join("project")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// Makes the project look set up.
    pub(crate) fn set_up(&self) -> &Self {
        self.write(".moflo/snapshot.json", "{\"format\":1}\n")
    }

    /// A small project in two languages, with tests and guidance, indexed.
    pub(crate) fn indexed() -> Self {
        let sandbox = Self::new();
        sandbox
            .write("src/queue.rs", QUEUE)
            .write("src/lease.rs", LEASE)
            .write("tests/queue_test.rs", QUEUE_TEST)
            .write("docs/leases.md", GUIDE);
        let ran = sandbox.flo(&["index", "-q"]);
        assert_eq!(ran.status, Some(0), "{ran}");
        sandbox
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flo"));
        command
            .args(args)
            .current_dir(self.root())
            .env_clear()
            .env("HOME", self.home())
            .env("MOFLO_STATE_DIR", self.dir.path().join("state"));
        command
    }

    pub(crate) fn flo(&self, args: &[&str]) -> Ran {
        self.finish(self.command(args).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs in another folder.
    pub(crate) fn flo_in(&self, dir: &Path, args: &[&str]) -> Ran {
        self.finish(self.command(args).current_dir(dir).stdin(Stdio::null()).output().unwrap())
    }

    /// Adds a worktree without files to the project's repository, as git does.
    pub(crate) fn worktree(&self, name: &str) -> PathBuf {
        let dir = self.dir.path().join(name);
        let admin = self.root().join(".git/worktrees").join(name);
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::create_dir_all(&admin).unwrap();
        std::fs::write(dir.join(".git"), format!("gitdir: {}\n", admin.display())).unwrap();
        std::fs::write(admin.join("gitdir"), format!("{}\n", dir.join(".git").display())).unwrap();
        std::fs::write(admin.join("commondir"), "../..\n").unwrap();
        dir
    }

    /// Runs with a text on standard input.
    pub(crate) fn feed(&self, args: &[&str], input: &str) -> Ran {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        // Beside the reading, so that neither side waits for the other's full pipe.
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(input.as_bytes());
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        self.finish(output)
    }

    /// Replaces what differs from run to run.
    fn finish(&self, output: Output) -> Ran {
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            let root = self.root();
            let home = self.home();
            let name = |path: &Path| path.to_str().unwrap().to_owned();
            text.replace(&name(&root), "[project]").replace(&name(&home), "[home]")
        };
        Ran {
            status: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.status {
            Some(status) => writeln!(f, "status: {status}")?,
            None => writeln!(f, "status: killed")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                writeln!(f, "--- {name}\n{}", text.trim_end())?;
            }
        }
        Ok(())
    }
}
