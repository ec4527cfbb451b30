//! Help, usage errors, completions, manual pages.

use insta::assert_snapshot;

use crate::support::Sandbox;

#[test]
fn the_first_page_shows_examples_first() {
    let ran = Sandbox::new().flo(&["--help"]);
    assert_snapshot!(ran, @r"
    status: 0
    --- stdout
    Know this repository before you look

    Examples:
      flo index                             read the repository, or what changed in it
      flo search where are retries counted  find code, tests and guidance
      flo map src/queue.rs                  what is in a file, without reading it
      flo tests-for src/queue.rs            which tests cover it, and why we think so
      flo gate explain 'git push --force'   what the gate says to a command

    Usage: flo [OPTIONS] <COMMAND>

    Find:
      search         Find code, tests and guidance by words or by meaning
      map            Show what is in a file, a folder, a symbol or the whole repository
      tests-for      Show which tests cover a file or a symbol, with the evidence
      related        Show files that belong together with a file

    Index:
      index          Read the repository into the index, or only what changed
      embeddings     Install, compute and check the optional second tier of the embedding

    Gate:
      gate           Judge commands, explain verdicts, make exceptions

    Care:
      setup-project  Set a repository up, check it, or take everything back
      hooks          Show which of the client's events moflo handles
      config         Show the configuration and where each value comes from
      doctor         Check the programs, the settings, the hooks and the index
      mcp            Serve the tools to a client over standard input and output
      completions    Print completions for a shell
      man            Print the manual page

    Options:
      -C <DIR>
              Work in this folder instead of the current one

          --config <KEY=VALUE>
              Override one key of `moflo.yaml` for this run

          --color <WHEN>
              Colour what is printed: auto, always, never

      -q, --quiet
              Say nothing about the work, only print its result

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Exit status: 0 done, 1 nothing found or a check failed, 2 usage, 3 a file of yours cannot be
    parsed, 4 conflict, 5 input or output, 6 rolled back, 130 interrupted.
    Every command has its own help: `flo search --help`.
    ");
}

#[test]
fn without_a_command_the_first_page_is_a_usage_error() {
    let ran = Sandbox::new().flo(&[]);
    assert_eq!(ran.status, Some(2));
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("Examples:"), "{ran}");
}

#[test]
fn a_misspelt_command_is_recognised() {
    assert_snapshot!(Sandbox::new().flo(&["confg"]), @r"
    status: 2
    --- stderr
    error: unrecognized subcommand 'confg'

      tip: a similar subcommand exists: 'config'

    Usage: flo [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn the_version_is_data() {
    let ran = Sandbox::new().flo(&["--version"]);
    assert_eq!(ran.status, Some(0));
    assert_eq!(ran.stdout, format!("flo {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(ran.stderr, "");
}

#[test]
fn colours_come_only_when_asked_for() {
    let sandbox = Sandbox::new();
    let plain = sandbox.flo(&["hooks", "list"]);
    assert!(!plain.stdout.contains('\u{1b}'), "{plain}");
    let painted = sandbox.flo(&["--color", "always", "hooks", "list"]);
    assert!(painted.stdout.contains('\u{1b}'), "{painted}");
    let mut forced = sandbox.command(&["hooks", "list"]);
    let forced = forced.env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(forced.stdout.contains(&0x1b));
    let mut never = sandbox.command(&["--color", "never", "hooks", "list"]);
    let never = never.env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(!never.stdout.contains(&0x1b));
}

#[test]
fn completions_know_the_commands() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = sandbox.flo(&["completions", shell]);
        assert_eq!(ran.status, Some(0), "{ran}");
        assert!(ran.stdout.contains("doctor") || ran.stdout.contains("config"), "{shell}");
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let sandbox = Sandbox::new();
    let page = sandbox.flo(&["man"]);
    assert!(page.stdout.contains(".TH flo 1"), "{page}");
    let page = sandbox.flo(&["man", "config", "show"]);
    assert!(page.stdout.contains(".TH flo-config-show 1"), "{page}");
    assert_snapshot!(sandbox.flo(&["man", "confi"]), @r"
    status: 2
    --- stderr
    error: `flo` has no command `confi`
    hint: did you mean `config`?
    ");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::io::Read as _;
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&["completions", "zsh"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Closed before anything can be in it: the first write meets nobody.
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(said, "");
}

#[test]
fn a_folder_that_does_not_exist_is_named() {
    assert_snapshot!(Sandbox::new().flo(&["-C", "/nowhere/at/all", "hooks", "list"]), @r"
    status: 5
    --- stderr
    error: cannot enter /nowhere/at/all
      caused by: No such file or directory (os error 2)
    ");
}

#[test]
fn errors_are_json_too_when_the_answer_would_be() {
    let ran = Sandbox::new().flo(&["-C", "/nowhere/at/all", "hooks", "list", "--json"]);
    assert_snapshot!(ran, @r#"
    status: 5
    --- stdout
    {"causes":["No such file or directory (os error 2)"],"error":"cannot enter /nowhere/at/all","hints":[],"schema":"flo.error/1","status":5}
    --- stderr
    error: cannot enter /nowhere/at/all
      caused by: No such file or directory (os error 2)
    "#);
}

#[test]
fn the_reference_is_every_page() {
    insta::assert_snapshot!("reference", flo_cli::reference());
}
