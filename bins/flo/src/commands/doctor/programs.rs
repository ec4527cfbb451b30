//! Are the programs there, and do they belong together?

use moflo_hooks::env;
use moflo_hooks::registry::Program;

use super::Check;

pub(super) fn check() -> Vec<Check> {
    let own = std::env::current_exe().and_then(std::fs::canonicalize).ok();
    let folder = own.as_deref().and_then(std::path::Path::parent);
    let mut checks = Vec::new();
    for program in Program::ALL {
        let id = format!("program.{}", program.name());
        checks.push(match program.find() {
            None => Check::fail(id, "neither beside `flo` nor on PATH")
                .fix("install moflo again; its programs belong into one folder"),
            Some(path) if path.parent() == folder => Check::ok(id, path.display().to_string()),
            // Another folder may hold another version, whose files this one does not know.
            Some(path) => Check::note(id, format!("{} is not beside `flo`", path.display()))
                .fix("install all programs into one folder, so that they are of one version"),
        });
    }
    let name = format!("flo{}", std::env::consts::EXE_SUFFIX);
    let on_path = env::get(env::PATH).into_iter().find_map(|path| {
        let mut folders = std::env::split_paths(&path).map(|dir| dir.join(&name));
        folders.find(|path| path.is_file())
    });
    checks.push(match on_path {
        None => Check::note("program.path", "`flo` is not on PATH, so an agent cannot type it")
            .fix("add its folder to PATH"),
        Some(path) if std::fs::canonicalize(&path).ok() == own => {
            Check::ok("program.path", path.display().to_string())
        }
        Some(path) => {
            Check::note("program.path", format!("PATH finds another `flo`: {}", path.display()))
        }
    });
    checks
}
