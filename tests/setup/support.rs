//! A sandbox for one test.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

/// The programs that stand beside `setup-project`.
const SIBLINGS: [&str; 6] = [
    "flo",
    "moflo-gate",
    "moflo-prompt-hook",
    "moflo-session-start",
    "moflo-hook-handler",
    "moflo-statusline",
];

/// Writes down how it was called, and leaves an index where the real one would.
const STAND_IN: &str = "#!/bin/sh
echo \"$(basename \"$0\") $*\" >> \"$HOME/calls\"
if [ \"$1\" = index ]; then mkdir -p .moflo/index && echo data > .moflo/index/meta.json; fi
";

pub(crate) struct Sandbox {
    dir: TempDir,
    pub(crate) bin: PathBuf,
    pub(crate) repo: PathBuf,
}

pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    /// A sandbox with a fresh git repository.
    pub(crate) fn new() -> Self {
        Self::with_repo("repo", true)
    }

    /// A sandbox whose project has this name and is in git or not.
    pub(crate) fn with_repo(name: &str, git: bool) -> Self {
        // Not below the target folder: that may lie in a repository, which would be found first.
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let bin = root.join("bin");
        install_programs(&bin);
        let repo = root.join(name);
        fs::create_dir_all(&repo).unwrap();
        fs::create_dir_all(root.join("home")).unwrap();
        let sandbox = Self { dir, bin, repo };
        if git {
            sandbox.git(&["init", "-q"]);
        }
        sandbox
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap()
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.path().join("home")
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path().join("state")
    }

    fn hermetic(&self, mut command: Command) -> Command {
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.home())
            .env("XDG_STATE_HOME", self.state())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::null());
        command
    }

    /// Runs git in the repository.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.repo, args)
    }

    pub(crate) fn git_in(&self, dir: &Path, args: &[&str]) -> String {
        let mut git = self.hermetic(Command::new("git"));
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.invalid"]);
        let output = git.arg("-C").arg(dir).args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The program, ready to be run in the repository.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = self.hermetic(Command::new(self.bin.join("setup-project")));
        command.args(args).current_dir(&self.repo);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        finish(self.command(args))
    }

    /// Sets the project up without building an index.
    #[track_caller]
    pub(crate) fn install(&self) -> Ran {
        let ran = self.run(&["-y", "--no-index"]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        ran
    }

    #[track_caller]
    pub(crate) fn uninstall(&self) -> Ran {
        let ran = self.run(&["-y", "--uninstall"]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        ran
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.repo.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        // An old time shows whether a file was touched.
        let file = fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_600_000_000)).unwrap();
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.repo.join(name)).unwrap_or_else(|err| panic!("{name}: {err}"))
    }

    #[track_caller]
    pub(crate) fn json(&self, name: &str) -> Value {
        let text = self.read(name);
        serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap()
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.repo.join(name).symlink_metadata().is_ok()
    }

    /// What the whole repository looks like, git's own bookkeeping left out.
    pub(crate) fn tree(&self) -> BTreeMap<PathBuf, String> {
        tree(&self.repo)
    }
}

#[track_caller]
pub(crate) fn finish(mut command: Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Puts `setup-project` and stand-ins for its siblings into a folder.
pub(crate) fn install_programs(bin: &Path) {
    fs::create_dir_all(bin).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_setup-project"));
    let here = bin.join("setup-project");
    // A link is enough, as long as both are on one file system.
    if fs::hard_link(program, &here).is_err() {
        fs::copy(program, &here).unwrap();
    }
    for name in SIBLINGS {
        let path = bin.join(name);
        fs::write(&path, STAND_IN).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// Describes every file below `root`: kind, mode, time, bytes.
pub(crate) fn tree(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    collect(root, root, &mut found);
    found
}

fn collect(root: &Path, dir: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_owned();
        let meta = path.symlink_metadata().unwrap();
        if meta.is_dir() {
            // Of git's folder only what is people's: the rest changes with every `git status`.
            if name == Path::new(".git") {
                found.insert(name, "git".to_owned());
                if path.join("info").exists() {
                    collect(root, &path.join("info"), found);
                }
                continue;
            }
            found.insert(name, format!("folder {:o}", meta.mode()));
            collect(root, &path, found);
        } else if meta.is_symlink() {
            found.insert(name, format!("link to {}", fs::read_link(&path).unwrap().display()));
        } else {
            let bytes = fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let time = (meta.mtime(), meta.mtime_nsec());
            found.insert(name, format!("file {:o} {time:?} {text:?}", meta.mode()));
        }
    }
}

/// Every handler of a settings file: event, matcher, command.
pub(crate) fn handlers(settings: &Value) -> Vec<(String, Option<String>, String)> {
    let mut found = Vec::new();
    for (event, groups) in settings["hooks"].as_object().into_iter().flatten() {
        for group in groups.as_array().into_iter().flatten() {
            for handler in group["hooks"].as_array().into_iter().flatten() {
                let text = |value: &Value| value.as_str().map(str::to_owned);
                let command = text(&handler["command"]).unwrap_or_default();
                found.push((event.clone(), text(&group["matcher"]), command));
            }
        }
    }
    found
}
