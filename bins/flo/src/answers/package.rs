//! Which package of the repository is meant, and which there are.

use std::fmt::Write as _;

use moflo_core::query::{Index, Package, Packages, Paths};
use moflo_hooks::project::Project;
use moflo_ui::{ExitStatus, Failure, plural, slips};
use serde_json::{Value as Json, json};

use super::place::Standpoint;

/// The package that was asked for, among its neighbours.
#[derive(Debug)]
pub(crate) struct Chosen {
    all: Packages,
    package: Package,
}

/// With a wrong name, so many are offered.
const NEAREST: usize = 10;

/// With none, so many are listed.
const LISTED: usize = 100;

impl Chosen {
    /// Finds the package that was typed: by a name, the last part of one, or a folder.
    pub(crate) fn find(
        index: &Index,
        project: &Project,
        standpoint: &Standpoint,
        typed: &str,
    ) -> Result<Self, Failure> {
        let all = index.packages();
        let typed = typed.trim();
        let mut found = if typed == "." {
            all.around(standpoint.below()).into_iter().collect()
        } else {
            all.find(typed)
        };
        if found.is_empty() && !typed.is_empty() {
            // A folder as one would type it here.
            let folder = standpoint.target(project, typed);
            let here = |package: &&Package| !folder.is_empty() && package.path == folder;
            found = all.all().iter().filter(here).collect();
        }
        match found.as_slice() {
            [package] => {
                let package = (*package).clone();
                Ok(Self { all, package })
            }
            [] => Err(unknown(&all, typed, standpoint)),
            several => {
                let text = format!("`{typed}` may be any of {} packages", several.len());
                let hint = format!("give the folder instead:{}", list(several, standpoint));
                Err(Failure::new(ExitStatus::Usage, text).hint(hint))
            }
        }
    }

    /// Narrows patterns to the package.
    pub(crate) fn narrow(&self, paths: Paths) -> Paths {
        paths.within(&self.all, &self.package)
    }

    /// Returns the package for programs.
    pub(crate) fn as_json(&self) -> Json {
        json!({ "name": self.package.name(), "path": self.package.path })
    }
}

fn unknown(all: &Packages, typed: &str, standpoint: &Standpoint) -> Failure {
    if all.all().is_empty() {
        return Failure::new(ExitStatus::Usage, "this repository has no packages").hint(
            "a package is a folder with a manifest, such as Cargo.toml, package.json or go.mod",
        );
    }
    let count = plural(all.all().len() as u64, "package", "packages");
    let mut near: Vec<&Package> = all.all().iter().collect();
    if typed.is_empty() {
        let more = near.len().saturating_sub(LISTED);
        near.truncate(LISTED);
        let mut hint = format!("there are {count}:{}", list(&near, standpoint));
        if more > 0 {
            let _ = write!(hint, "\n  … {more} more");
        }
        return Failure::new(ExitStatus::Usage, "which package?").hint(hint);
    }
    // The sort keeps those that are equally near in the order of their folders.
    near.sort_by_key(|package| package.spellings().map(|name| slips(name, typed)).min());
    near.truncate(NEAREST);
    let hint = format!("the nearest of {count}:{}", list(&near, standpoint));
    Failure::new(ExitStatus::Usage, format!("there is no package `{typed}`")).hint(hint)
}

/// Returns a line for each package: its name and its folder.
fn list(packages: &[&Package], standpoint: &Standpoint) -> String {
    let mut text = String::new();
    for package in packages {
        let folder = match standpoint.shown(&package.path) {
            here if here.is_empty() => ".".to_owned(),
            folder => folder,
        };
        if package.names.is_empty() {
            let _ = write!(text, "\n  {folder}");
        } else {
            let _ = write!(text, "\n  {} in {folder}", package.name());
        }
    }
    text
}
