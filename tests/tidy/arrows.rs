//! Which of our crates may use which, and what the hook programs may link.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use crate::tree;

/// The allowed arrows; what is not here is forbidden.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "flo",
        &[
            "moflo-core",
            "moflo-embed",
            "moflo-encoder",
            "moflo-extract",
            "moflo-hooks",
            "moflo-policy",
            "moflo-ui",
            "setup-project",
        ],
    ),
    ("moflo-core", &["moflo-embed", "moflo-encoder", "moflo-extract", "moflo-hooks"]),
    ("moflo-embed", &[]),
    ("moflo-encoder", &[]),
    ("moflo-extract", &[]),
    ("moflo-gate", &["moflo-hooks", "moflo-policy"]),
    ("moflo-hook-handler", &["moflo-hooks", "moflo-policy"]),
    ("moflo-hooks", &[]),
    ("moflo-policy", &[]),
    ("moflo-prompt-hook", &["moflo-core", "moflo-hooks", "moflo-policy"]),
    ("moflo-session-start", &["moflo-hooks"]),
    ("moflo-statusline", &["moflo-hooks"]),
    ("moflo-testkit", &[]),
    ("moflo-ui", &[]),
    ("setup-project", &["moflo-hooks", "moflo-policy", "moflo-ui"]),
    ("tidy", &[]),
];

/// Crates that none of the hook programs may link, however they would come in.
const TOO_HEAVY: &[&str] = &[
    "clap",
    "anyhow",
    "indicatif",
    "ignore",
    "rayon",
    "walkdir",
    "rusqlite",
    "tokio",
    "tree-sitter",
    "regex",
    "moflo-encoder",
    "moflo-extract",
];

fn cargo(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(args)
        .args(["--offline", "--locked"])
        .current_dir(tree::top())
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn our_crates_use_only_what_the_arrows_allow() {
    let metadata: serde_json::Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version=1", "--no-deps"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: BTreeSet<&str> = packages.iter().map(|p| p["name"].as_str().unwrap()).collect();
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let may = allowed.get(name).unwrap_or_else(|| panic!("`{name}` has no line in ARROWS"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let uses = dependency["name"].as_str().unwrap();
            if ours.contains(uses) && dependency["kind"].is_null() {
                assert!(may.contains(&uses), "`{name}` uses `{uses}`, which no arrow allows");
            }
        }
    }
    for name in allowed.keys() {
        assert!(ours.contains(name), "ARROWS names `{name}`, which is not in the workspace");
    }
}

/// The names of all packages that `package` links, asked of cargo.
fn linked(package: &str) -> BTreeSet<String> {
    cargo(&["tree", "-p", package, "-e", "normal,no-proc-macro", "--prefix", "none", "-f", "{p}"])
        .lines()
        .filter_map(|line| line.split(' ').next().map(str::to_owned))
        .collect()
}

#[test]
fn hook_programs_stay_light() {
    for package in [
        "moflo-gate",
        "moflo-prompt-hook",
        "moflo-session-start",
        "moflo-hook-handler",
        "moflo-statusline",
    ] {
        let linked = linked(package);
        assert!(linked.contains(package), "cargo tree said nothing of `{package}`");
        for heavy in TOO_HEAVY {
            // tantivy is the prompt hook's reason to exist, and brings rayon by itself.
            if package == "moflo-prompt-hook" && matches!(*heavy, "rayon" | "regex") {
                continue;
            }
            assert!(!linked.contains(*heavy), "`{package}` links `{heavy}`");
        }
        if package != "moflo-prompt-hook" {
            assert!(!linked.contains("tantivy"), "`{package}` links `tantivy`");
        }
    }
}

#[test]
fn policy_and_wire_types_stay_small() {
    let small: BTreeMap<&str, &[&str]> = BTreeMap::from([
        (
            "moflo-policy",
            ["moflo-policy", "memchr", "aho-corasick", "serde", "serde_core"].as_slice(),
        ),
        (
            "moflo-hooks",
            [
                "moflo-hooks",
                "serde",
                "serde_core",
                "serde_json",
                "thiserror",
                "itoa",
                "memchr",
                "zmij",
                "ryu",
            ]
            .as_slice(),
        ),
    ]);
    for (package, may) in small {
        for name in linked(package) {
            assert!(may.contains(&name.as_str()), "`{package}` links `{name}`");
        }
    }
}
