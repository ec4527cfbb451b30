//! The scripts that install and remove the programs, with a stand-in for cargo.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Ran, Sandbox, finish};

/// "Builds" what is asked for: a script that notes how it was called.
const CARGO: &str = r#"#!/bin/sh
echo "cargo $*" >> "$HOME/calls"
if [ "$1" = metadata ]; then echo "{\"x\":1,\"target_directory\":\"$CARGO_TARGET_DIR\",\"y\":2}"; exit 0; fi
folder= target= names=
while [ $# -gt 0 ]; do
  case $1 in
    --profile) folder=$2 ;;
    --target) target=$2/ ;;
    -p) names="$names $2" ;;
  esac
  shift
done
mkdir -p "$CARGO_TARGET_DIR/$target$folder"
for name in $names; do
  printf '#!/bin/sh\n# moflo\necho "%s $*" >> "$HOME/calls"\n[ ! -e "$HOME/fail-$(basename "$0")" ]\n' "$name" \
    > "$CARGO_TARGET_DIR/$target$folder/$name"
done
"#;

const PROGRAMS: [&str; 7] = [
    "flo",
    "moflo-gate",
    "moflo-hook-handler",
    "moflo-prompt-hook",
    "moflo-session-start",
    "moflo-statusline",
    "setup-project",
];

struct Machine {
    sandbox: Sandbox,
    into: PathBuf,
}

impl Machine {
    fn new() -> Self {
        let sandbox = Sandbox::with_repo("my repo", true);
        let tools = sandbox.path().join("tools");
        fs::create_dir_all(&tools).unwrap();
        for (name, text) in [
            ("cargo", CARGO),
            ("rustc", "#!/bin/sh\necho 'host: x86_64-unknown-linux-gnu'\n"),
            ("cc", "#!/bin/sh\ncat > /dev/null\n"),
        ] {
            fs::write(tools.join(name), text).unwrap();
            fs::set_permissions(tools.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        let into = sandbox.home().join("my bin");
        Self { sandbox, into }
    }

    fn script(&self, name: &str, args: &[&str]) -> Ran {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let path = format!("{}:/usr/bin:/bin", self.sandbox.path().join("tools").display());
        let mut command = Command::new(script);
        command
            .args(args)
            .current_dir(&self.sandbox.repo)
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.sandbox.home())
            .env("XDG_STATE_HOME", self.sandbox.state())
            .env("MOFLO_INSTALL_DIR", &self.into)
            .env("CARGO_TARGET_DIR", self.sandbox.path().join("target"));
        finish(command)
    }

    /// What was called since the last time this was asked.
    fn calls(&self) -> String {
        let path = self.sandbox.home().join("calls");
        let calls = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        calls
    }

    fn installed(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.into) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[test]
fn it_builds_installs_sets_up_and_searches() {
    let machine = Machine::new();
    let repo = machine.sandbox.repo.to_str().unwrap().to_owned();
    for _ in 0..2 {
        let ran = machine.script("install.sh", &[&repo]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        assert_eq!(machine.installed(), PROGRAMS);
        for name in PROGRAMS {
            let mode = fs::metadata(machine.into.join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o755, "{name}");
        }
        let calls = machine.calls();
        assert!(
            calls.contains(
                "cargo build --locked --profile release --target x86_64-unknown-linux-gnu \
                 -p flo -p setup-project"
            ),
            "{calls}"
        );
        let end =
            format!("setup-project -y {repo}\nflo search --limit 5 where does the program start\n");
        assert!(calls.ends_with(&end), "{calls}");
        assert!(ran.stdout.contains("is not on PATH"), "{}", ran.stdout);
        assert!(ran.stdout.contains("setup-project --uninstall"), "{}", ran.stdout);
    }
}

#[test]
fn it_only_installs_when_told_so() {
    let machine = Machine::new();
    let ran = machine.script("install.sh", &["--no-repo"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(machine.installed(), PROGRAMS);
    assert!(machine.calls().lines().all(|call| call.starts_with("cargo ")));
}

#[test]
fn it_hands_the_set_up_s_exit_code_on() {
    let machine = Machine::new();
    fs::write(machine.sandbox.home().join("fail-setup-project"), "").unwrap();
    let ran = machine.script("install.sh", &["."]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("not fully set up"), "{}", ran.stdout);
    assert_eq!(machine.installed(), PROGRAMS);
}

#[test]
fn a_stranger_of_the_same_name_is_kept() {
    let machine = Machine::new();
    fs::create_dir_all(&machine.into).unwrap();
    fs::write(machine.into.join("flo"), "#!/bin/sh\necho another\n").unwrap();
    let ran = machine.script("install.sh", &["--no-repo"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert_eq!(machine.calls(), "", "nothing was built for nothing");
    let ran = machine.script("uninstall.sh", &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(machine.installed(), ["flo"]);
}

#[test]
fn wrong_arguments_are_refused_before_anything_is_built() {
    let machine = Machine::new();
    for args in [&["--no-such"][..], &["missing"]] {
        assert_eq!(machine.script("install.sh", args).code, 2);
    }
    assert_eq!(machine.script("uninstall.sh", &["--no-such"]).code, 2);
    assert_eq!((machine.calls().as_str(), machine.installed()), ("", Vec::new()));
    assert!(machine.script("install.sh", &["--help"]).stdout.contains("MOFLO_INSTALL_DIR"));
}

#[test]
fn programs_go_only_when_no_project_needs_them() {
    let machine = Machine::new();
    machine.script("install.sh", &["--no-repo"]);
    let before = machine.sandbox.tree();
    machine.sandbox.install();
    let ran = machine.script("uninstall.sh", &[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("setup-project --uninstall"), "{}", ran.stdout);
    assert_eq!(machine.installed(), PROGRAMS, "nothing was removed");

    // The real program, which knows how to take the set-up back.
    fs::remove_file(machine.into.join("setup-project")).unwrap();
    fs::hard_link(machine.sandbox.bin.join("setup-project"), machine.into.join("setup-project"))
        .unwrap();
    let ran = machine.script("uninstall.sh", &["--all"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(machine.sandbox.tree(), before);
    assert_eq!(machine.installed(), Vec::<String>::new());
}
