//! `flo search --package`: whose a file is, what a package may be called, and what is said when
//! there is none.

use insta::assert_snapshot;
use serde_json::{Value as Json, json};

use crate::support::Sandbox;

/// A repository of three ecosystems, with packages inside of packages.
fn monorepo() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .write("package.json", r#"{ "private": true, "workspaces": ["packages/*"] }"#)
        .write("README.md", "# Acme\n\nHow a widget is drawn, here and there.\n")
        .write("packages/ui/package.json", r#"{ "name": "@acme/ui" }"#)
        .write("packages/ui/src/widget.ts", "export function drawWidget() { return 1; }\n")
        .write("packages/ui/src/package.json", r#"{ "type": "module" }"#)
        .write("packages/ui/native/Cargo.toml", "[package]\nname = \"ui-native\"\n")
        .write("packages/ui/native/src/lib.rs", "/// Draws a widget.\npub fn draw_widget() {}\n")
        .write("packages/legacy/package.json", r#"{ "name": "@old/ui" }"#)
        .write("packages/legacy/widget.js", "function drawWidget() { return 0; }\n")
        .write("services/widgets/pyproject.toml", "[project]\nname = \"acme_widgets\"\n")
        .write("services/widgets/widgets/draw.py", "def draw_widget():\n    pass\n")
        .write("services/widgets/tests/test_draw.py", "def test_draw_widget():\n    pass\n")
        .write("broken/package.json", r#"{ "name": "#)
        .write("broken/widget.js", "function drawWidget() {}\n");
    let ran = sandbox.flo(&["index", "-q"]);
    assert_eq!(ran.status, Some(0), "{ran}");
    sandbox
}

#[track_caller]
fn found(sandbox: &Sandbox, package: &str) -> Vec<String> {
    let common = ["search", "--json", "--path", "!*.json", "--path", "!*.toml", "draw", "widget"];
    let ran = sandbox.flo(&[&common[..], &["--package", package]].concat());
    assert_eq!(ran.status, Some(0), "{ran}");
    paths(&serde_json::from_str(&ran.stdout).unwrap())
}

fn paths(answer: &Json) -> Vec<String> {
    let results = answer["results"].as_array().unwrap();
    let mut paths: Vec<String> =
        results.iter().map(|hit| hit["path"].as_str().unwrap().to_owned()).collect();
    paths.sort();
    paths
}

#[test]
fn a_package_is_searched_without_the_packages_inside_of_it() {
    let sandbox = monorepo();
    let ui = ["packages/ui/src/widget.ts"];
    assert_eq!(found(&sandbox, "@acme/ui"), ui);
    assert_eq!(found(&sandbox, "packages/ui"), ui);
    assert_eq!(found(&sandbox, "./packages/ui/"), ui);
    assert_eq!(found(&sandbox, "ui-native"), ["packages/ui/native/src/lib.rs"]);
    // The root does not swallow its members.
    assert_eq!(found(&sandbox, "."), ["README.md"]);
    let services = ["services/widgets/tests/test_draw.py", "services/widgets/widgets/draw.py"];
    assert_eq!(found(&sandbox, "acme_widgets"), services);
    assert_eq!(found(&sandbox, "Acme-Widgets"), services);
    assert_eq!(found(&sandbox, "broken"), ["broken/widget.js"]);
}

#[test]
fn it_goes_together_with_the_other_filters_and_is_said_in_json() {
    let sandbox = monorepo();
    let ask = |more: &[&str]| -> Json {
        let common = ["search", "--json", "--package", "acme_widgets"];
        let ran = sandbox.flo(&[&common, more].concat());
        assert_eq!(ran.status, Some(0), "{ran}");
        serde_json::from_str(&ran.stdout).unwrap()
    };
    let answer = ask(&["--in", "tests", "draw"]);
    assert_eq!(paths(&answer), ["services/widgets/tests/test_draw.py"]);
    assert_eq!(answer["package"], json!({ "name": "acme_widgets", "path": "services/widgets" }));
    assert_eq!(answer["files"], 1);
    let answer = ask(&["--path", "!**/tests/**", "--path", "!*.toml", "draw"]);
    assert_eq!(paths(&answer), ["services/widgets/widgets/draw.py"]);
    let ran = sandbox.feed(
        &["search", "--jsonl", "--package", "ui-native", "--path", "src/**", "--path", "*.rs"],
        "{\"id\": 1, \"query\": \"draw widget\"}\n",
    );
    let answer: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(paths(&answer), ["packages/ui/native/src/lib.rs"]);
    assert_eq!(answer["package"]["path"], "packages/ui/native");
    let without: Json =
        serde_json::from_str(&sandbox.flo(&["search", "--json", "draw"]).stdout).unwrap();
    assert!(without.get("package").is_none());
    let ran = sandbox.flo(&["search", "--package", "ui-native", "--in", "guidance", "draw"]);
    assert_snapshot!(ran, @r"
    status: 1
    --- stderr
    Nothing found: the package holds no files of the kind `guidance`.
    ");
}

#[test]
fn in_a_folder_names_are_as_one_would_type_them_there() {
    let sandbox = monorepo();
    let below = sandbox.root().join("packages/ui/native/src");
    let ran = sandbox.flo_in(&below, &["search", "--lines", "0", "--package", ".", "draw"]);
    assert!(ran.stdout.starts_with("lib.rs:"), "{ran}");
    let ran = sandbox.flo_in(&below, &["search", "--lines", "0", "--package", "../..", "draw"]);
    assert!(ran.stdout.starts_with("../../src/widget.ts:"), "{ran}");
    assert_snapshot!(sandbox.flo_in(&below, &["search", "--package", "ui", "draw"]), @r"
    status: 2
    --- stderr
    error: `ui` may be any of 2 packages
    hint: give the folder instead:
      @old/ui in ../../../legacy
      @acme/ui in ../..
    ");
}

#[test]
fn what_is_no_package_is_answered_with_those_that_are() {
    let sandbox = monorepo();
    assert_snapshot!(sandbox.flo(&["search", "--package", "acme_wigdets", "draw"]), @r"
    status: 2
    --- stderr
    error: there is no package `acme_wigdets`
    hint: the nearest of 6 packages:
      acme_widgets in services/widgets
      @acme/ui in packages/ui
      @old/ui in packages/legacy
      ui-native in packages/ui/native
      broken
      .
    ");
    assert_snapshot!(sandbox.flo(&["search", "--package", ""]), @r"
    status: 2
    --- stderr
    error: which package?
    hint: there are 6 packages:
      .
      broken
      @old/ui in packages/legacy
      @acme/ui in packages/ui
      ui-native in packages/ui/native
      acme_widgets in services/widgets
    ");
    assert_snapshot!(sandbox.flo(&["search", "--package", "ui-native"]), @r"
    status: 2
    --- stderr
    error: the query is empty
    ");
    let ran = sandbox.flo(&["search", "--json", "--package", "ui", "draw"]);
    let failure: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&failure["schema"], &failure["status"]), (&"flo.error/1".into(), &2.into()));
    let plain = Sandbox::indexed();
    assert_snapshot!(plain.flo(&["search", "--package", "ui", "draw"]), @r"
    status: 2
    --- stderr
    error: this repository has no packages
    hint: a package is a folder with a manifest, such as Cargo.toml, package.json or go.mod
    ");
}

#[test]
fn of_many_packages_the_ten_nearest_are_offered() {
    let sandbox = Sandbox::new();
    for number in 0..30 {
        let manifest = format!("module example.com/mod{number}\n\ngo 1.22\n");
        sandbox.write(&format!("mods/m{number}/go.mod"), &manifest);
    }
    sandbox.flo(&["index", "-q"]);
    let ran = sandbox.flo(&["search", "--package", "mod200", "x"]);
    let offered: Vec<&str> = ran.stderr.lines().filter(|line| line.starts_with("  ")).collect();
    assert_eq!(offered.len(), 10, "{ran}");
    assert_eq!(offered[0], "  example.com/mod20 in mods/m20", "{ran}");
    assert!(ran.stderr.contains("the nearest of 30 packages:"), "{ran}");
    let ran = sandbox.flo(&["search", "--package", ""]);
    assert_eq!(ran.stderr.lines().filter(|line| line.starts_with("  ")).count(), 30, "{ran}");
}
