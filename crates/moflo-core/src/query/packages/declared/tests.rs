//! Manifests in, names out.

use super::*;

/// A package by these names.
#[track_caller]
fn named(file: &str, text: &str, expected: &[&str]) {
    let expected: Vec<String> = expected.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(names(file, text), Some(expected), "{file}: {text}");
}

#[track_caller]
fn none(file: &str, text: &str) {
    assert_eq!(names(file, text), None, "{file}: {text}");
}

#[test]
fn rust() {
    named(
        "Cargo.toml",
        "# x\n[package]\nname = \"serde_json\" # y\nversion = \"1\"\n",
        &["serde_json"],
    );
    named("Cargo.toml", "[ package ]\r\n  name='a-b'\r\n", &["a-b"]);
    named("Cargo.toml", "package.name = \"dots\"\n", &["dots"]);
    named("Cargo.toml", "package = { version = \"1\", name = \"inline\" }\n", &["inline"]);
    named("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n", &[]);
    named(
        "Cargo.toml",
        "[package]\ndescription = \"\"\"\nname = \"wrong\"\n\"\"\"\nkeywords = [\n  \"x]\",\n  'name = \"w\"',\n]\nname = \"right\"\n[[bin]]\nname = \"program\"\n",
        &["right"],
    );
    none("Cargo.toml", "[profile.release]\nlto = true\n");
    named("Cargo.toml", "", &[]);
}

#[test]
fn python() {
    named(
        "pyproject.toml",
        "[build-system]\nrequires = [\"x\"]\n[project]\nname = \"fast-api\"\n",
        &["fast-api"],
    );
    named(
        "pyproject.toml",
        "[tool.poetry]\nname = \"poem\"\n[tool.poetry.dependencies]\nname = \"no\"\n",
        &["poem"],
    );
    named("pyproject.toml", "[project]\ndynamic = [\"name\"]\n", &[]);
    named(
        "pyproject.toml",
        "[project]\nauthors = [\n { name = \"A\" },\n]\nname = \"b\"\n",
        &["b"],
    );
    named("pyproject.toml", "[build-system]\nrequires = []\n", &[]);
    none("pyproject.toml", "[tool.black]\nline-length = 100\nname = \"no\"\n");
    named("setup.cfg", "[metadata]\nname = old\n[options]\nname = no\n", &["old"]);
    named("setup.cfg", "[metadata]\nname: colon\n", &["colon"]);
    none("setup.cfg", "[flake8]\nname = no\n");
    named(
        "setup.py",
        "from setuptools import setup\nNAME = 'no'\nsetup(\n    # name='not',\n    name = \"legacy\",\n    py_name='x')\n",
        &["legacy"],
    );
    named("setup.py", "import setuptools\nsetuptools.setup()\n", &[]);
}

#[test]
fn javascript() {
    named("package.json", "\u{feff}{\"name\": \"@acme/ui\", \"version\": \"1\"}", &["@acme/ui"]);
    named("package.json", "{\"private\": true, \"workspaces\": [\"packages/*\"]}", &[]);
    none("package.json", "{\"type\": \"module\"}");
    named("package.json", "{\"name\": \"cut off", &[]);
    named("package.json", "{\"name\": 3, \"scripts\": {}}", &[]);
    named("deno.json", "{\"name\": \"@std/fs\"}", &["@std/fs"]);
    named(
        "deno.jsonc",
        "{\n // the \"name\": \"no\"\n /* , */ \"exports\": \"./a//b.ts\", \"name\": \"@std/io\",\n}\n",
        &["@std/io"],
    );
    none("deno.json", "{\"fmt\": {}}");
}

#[test]
fn go_modules() {
    named("go.mod", "// x\nmodule github.com/a/b/v2 // y\n\ngo 1.22\n", &["github.com/a/b/v2"]);
    named("go.mod", "module (\n\t\"example.com/q\"\n)\n", &["example.com/q"]);
    named("go.mod", "go 1.22\n", &[]);
}

#[test]
fn java_and_dot_net() {
    let pom = "<?xml version=\"1.0\"?>\n<!-- <artifactId>no</artifactId> -->\n<project xmlns=\"x\">\n<parent><groupId>org.acme</groupId><artifactId>parent</artifactId></parent>\n<artifactId> core </artifactId>\n<dependencies><dependency><groupId>g</groupId><artifactId>dep</artifactId></dependency></dependencies></project>";
    named("pom.xml", pom, &["core", "org.acme:core"]);
    named(
        "pom.xml",
        "<project><modelVersion/><groupId>g</groupId><artifactId>a</artifactId></project>",
        &["a", "g:a"],
    );
    named("pom.xml", "<project><artifactId>never closed", &[]);
    named("build.gradle.kts", "plugins { java }", &[]);
    named(
        "Acme.Api.csproj",
        "<Project Sdk=\"s\"><PropertyGroup><PackageId>Acme.Client</PackageId><AssemblyName>$(X)</AssemblyName></PropertyGroup></Project>",
        &["Acme.Client", "Acme.Api"],
    );
    named("Lib.fsproj", "", &["Lib"]);
}

#[test]
fn others() {
    named("composer.json", "{\"name\": \"acme/mail\"}", &["acme/mail"]);
    named("Gemfile", "source 'https://rubygems.org'\n", &[]);
    named("rack.gemspec", "Gem::Specification.new do |s|\n  s.name = \"rack\"\nend\n", &["rack"]);
    named("odd.gemspec", "Gem::Specification.new do |s|\n  s.name = NAME\nend\n", &["odd"]);
    named(
        "mix.exs",
        "def project do\n  [\n    # app: :no,\n    app: :phoenix,\n    version: 1\n  ]\nend\n",
        &["phoenix"],
    );
    named("pubspec.yaml", "# c\nname: my_app # x\ndependencies:\n  name: no\n", &["my_app"]);
    named("pubspec.yaml", "name: 'quoted'\n", &["quoted"]);
    named(
        "Package.swift",
        "let package = Package(\n    name: \"NIO\",\n    targets: [.target(name: \"Core\")])\n",
        &["NIO"],
    );
    named("x.cabal", "cabal-version: 2\nName:    aeson\nlibrary\n  name: no\n", &["aeson"]);
    named(
        "dune-project",
        "(lang dune 3.0)\n(name dream) ; (name no)\n(package\n (name dream-pure))\n",
        &["dream", "dream-pure"],
    );
    assert!(!is_manifest("BUILD") && !is_manifest("BUILD.bazel") && !is_manifest(".csproj"));
}

#[test]
fn no_text_makes_a_reader_fail() {
    let files = [
        "Cargo.toml",
        "package.json",
        "deno.jsonc",
        "pyproject.toml",
        "setup.cfg",
        "setup.py",
        "go.mod",
        "pom.xml",
        "a.csproj",
        "composer.json",
        "a.gemspec",
        "mix.exs",
        "pubspec.yaml",
        "Package.swift",
        "a.cabal",
        "dune-project",
    ];
    let pieces = [
        "name",
        " = ",
        "\"",
        "'",
        "\"\"\"",
        "[",
        "]",
        "{",
        "}",
        "<",
        "</",
        ">",
        "<!--",
        "/*",
        "//",
        "#",
        "é",
        "\\",
        ",",
        "\n",
        "module",
        "(name ",
        "package",
        "setup(",
        ":",
        "app: :",
        "[project]\n",
        "artifactId",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(pieces[(state % pieces.len() as u64) as usize]);
        }
        let file = files[(state >> 32) as usize % files.len()];
        drop(names(file, &text));
    }
    let long = names("Cargo.toml", &format!("[package]\nname = \"{}\"\n", "x".repeat(500)));
    assert_eq!(long, Some(Vec::new()), "no name is that long");
}
