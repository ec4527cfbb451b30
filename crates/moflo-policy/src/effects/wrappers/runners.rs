//! Runners: tools that run a command of the project, or one that they fetch.

use super::table::RUNNERS;
use super::{Arg, Effects, Order, Runner, UNKNOWN, Work, parse};
use crate::effects::args::Parsed;

/// Tools that package managers run by their bare name, and that the tables know.
const LOCAL_TOOLS: &[&str] = &[
    "prisma",
    "sequelize",
    "sequelize-cli",
    "typeorm",
    "knex",
    "drizzle-kit",
    "mikro-orm",
    "cdk",
    "aws-cdk",
    "cdktf",
    "serverless",
    "sls",
    "sst",
    "wrangler",
    "rimraf",
    "del-cli",
    "supabase",
    "firebase",
    "vercel",
    "netlify",
    "railway",
    "tsx",
    "ts-node",
    "cross-env",
    "dotenv",
    "dotenvx",
    "env-cmd",
];

/// Runners that fetch what they run.
const PACKAGE_RUNNERS: &[&str] =
    &["npx", "bunx", "pnpx", "uvx", "pipx", "npm", "pnpm", "yarn", "bun", "uv"];

/// Whether a package is named by where it lies rather than by its name in a registry.
fn is_remote_source(source: &str, shorthand: bool) -> bool {
    const SCHEMES: [&str; 10] = [
        "http://",
        "https://",
        "git+",
        "git://",
        "ssh://",
        "git@",
        "github:",
        "gitlab:",
        "bitbucket:",
        "gist:",
    ];
    let source = source.split_once(" @ ").map_or(source, |(_, source)| source);
    if SCHEMES.iter().any(|scheme| source.starts_with(scheme)) {
        return true;
    }
    // `npx owner/repository`.
    shorthand
        && !source.starts_with(['@', '.', '/', '~', '-', UNKNOWN])
        && source.split('/').count() == 2
        && source.bytes().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'#')
        })
}

/// Returns the words from a tool on that the project has installed: `yarn prisma …` runs what lies
/// there under that name.
pub(super) fn local_tool<'a>(name: &str, args: &'a [Arg]) -> Option<&'a [Arg]> {
    if !matches!(name, "yarn" | "pnpm" | "bun") {
        return None;
    }
    let at = args.iter().position(|arg| !arg.text.starts_with('-')).unwrap_or(args.len());
    let rest = args.get(at..).unwrap_or(&[]);
    rest.first().is_some_and(|arg| LOCAL_TOOLS.contains(&arg.text.as_str())).then_some(rest)
}

/// Takes a runner off. Returns true when the command was one.
pub(super) fn run(
    effects: &mut Effects<'_>,
    work: &mut Work<'_>,
    name: &str,
    args: &[Arg],
) -> bool {
    let found = RUNNERS
        .iter()
        .filter(|runner| runner.head == name)
        .find_map(|runner| Some((runner, after_subcommand(runner, args)?)));
    let Some((runner, rest)) = found else { return false };
    let parsed = parse(rest, runner.shorts, runner.longs, Order::Strict);
    texts(effects, work, name, &parsed);
    if let Some(source) = fetched_source(name, &parsed) {
        effects.hit("exec.remote", format!("{name} {source}"));
        return true;
    }
    let first = parsed.first.map_or(rest.len(), |first| first + runner.skip);
    let rest = rest.get(first..).unwrap_or(&[]);
    let dashes = usize::from(rest.first().is_some_and(|arg| arg.text == "--"));
    Effects::next(work, rest.get(dashes..).unwrap_or(&[]));
    true
}

/// Returns what follows the subcommand that runs something, if it is that.
fn after_subcommand<'a>(runner: &Runner, args: &'a [Arg]) -> Option<&'a [Arg]> {
    if runner.subs.is_empty() {
        return Some(args);
    }
    let start = args.iter().take_while(|arg| arg.text.starts_with('-')).count();
    let sub = args.get(start).map_or("", |arg| arg.text.as_str());
    runner.subs.contains(&sub).then(|| args.get(start + 1..).unwrap_or(&[]))
}

/// Runs the text that some runners take in place of words.
fn texts(effects: &mut Effects<'_>, work: &mut Work<'_>, name: &str, parsed: &Parsed<'_>) {
    for value in parsed.values(&["-c", "--call", "--command", "--run"]) {
        // `npm exec -c 'text'`; elsewhere a configuration file, which is no harm as a command.
        if matches!(name, "npm" | "npx" | "nix" | "pnpm" | "sops") {
            effects.run_text(work, value, 0, true);
        }
    }
    if matches!(name, "npm" | "npx" | "nix" | "pnpm") && parsed.has(&["-c", "--call", "--command"])
    {
        for operand in parsed.operands.iter().take(1) {
            effects.run_text(work, &operand.text, operand.taint, true);
        }
    }
}

/// Returns where a package is fetched from that no registry stands for.
fn fetched_source<'a>(name: &str, parsed: &Parsed<'a>) -> Option<&'a str> {
    if !PACKAGE_RUNNERS.contains(&name) {
        return None;
    }
    let named = parsed.values(&["-p", "--package", "--from", "--spec"]);
    let shorthand = !matches!(name, "uv" | "uvx" | "pipx");
    let first = parsed.operands.first().map(|arg| arg.text.as_str());
    named.chain(first).find(|source| is_remote_source(source, shorthand))
}
