//! The packages of a repository that has several: their folders, names, and whose a file is.
//!
//! A package is a folder with a manifest of its ecosystem. Which folders have one the index knows;
//! the names are read from the manifests, and only when somebody asks for a package.

mod declared;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use super::Index;
use crate::store::File;

/// No more of a manifest is read.
const MAX_BYTES: u64 = 64 << 10;

/// A part of a repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// Its folder, root-relative with `/` between the parts; empty for the root.
    pub path: String,
    /// The names its manifests give it; none when they do not say.
    pub names: Vec<String>,
}

impl Package {
    /// Returns what it is called: the first name it has, else its folder.
    pub fn name(&self) -> &str {
        match self.names.first() {
            Some(name) => name,
            None if self.path.is_empty() => ".",
            None => &self.path,
        }
    }

    /// Returns everything it may be asked for by, its folder last.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        let names = self.names.iter().map(String::as_str);
        let short = self.names.iter().map(|name| last_part(name));
        let folder = if self.path.is_empty() { "." } else { self.path.as_str() };
        names.chain(short).chain([last_part(folder), folder])
    }
}

/// All packages of an index, in the order of their folders.
#[derive(Debug, Clone, Default)]
pub struct Packages {
    all: Arc<[Package]>,
}

impl Index {
    /// Finds the packages and reads their names.
    ///
    /// A manifest that cannot be read or understood names nothing, and its folder is a package all
    /// the same.
    pub fn packages(&self) -> Packages {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in self.store.manifest.files() {
            let path = file.path();
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
            if !declared::is_manifest(name) {
                continue;
            }
            let Some(names) = declared::names(name, &read(&self.root, &file)) else { continue };
            let known = found.entry(folder.to_owned()).or_default();
            for name in names {
                if !known.contains(&name) {
                    known.push(name);
                }
            }
        }
        found.into_iter().map(|(path, names)| Package { path, names }).collect()
    }
}

impl FromIterator<Package> for Packages {
    fn from_iter<I: IntoIterator<Item = Package>>(packages: I) -> Self {
        let mut all: Vec<Package> = packages.into_iter().collect();
        all.sort();
        Self { all: all.into() }
    }
}

impl Packages {
    /// Returns all of them.
    pub fn all(&self) -> &[Package] {
        &self.all
    }

    /// Returns the packages that `name` may mean: those with that name; if there are none, those of
    /// whose name it is the last part; then those of which it is the folder; then those whose name
    /// differs only in case or in `-`, `_` and `.`.
    pub fn find(&self, name: &str) -> Vec<&Package> {
        if name.is_empty() {
            return Vec::new();
        }
        let typed = name.strip_prefix("./").unwrap_or(name).trim_end_matches('/');
        if matches!(typed, "" | ".") {
            return self.at("").into_iter().collect();
        }
        let same = loose(name);
        let named =
            |package: &Package, test: &dyn Fn(&str) -> bool| package.names.iter().any(|n| test(n));
        let tests: [&dyn Fn(&Package) -> bool; 5] = [
            &|package| named(package, &|name| name == typed),
            &|package| named(package, &|name| last_part(name) == typed),
            &|package| package.path == typed,
            // Who gives itself no name is called as its folder.
            &|package| package.names.is_empty() && last_part(&package.path) == typed,
            &|package| {
                named(package, &|name| loose(name) == same || loose(last_part(name)) == same)
            },
        ];
        for test in tests {
            let found: Vec<&Package> = self.all.iter().filter(|package| test(package)).collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// Returns the package a path belongs to: that of the nearest folder that is one.
    pub fn around(&self, path: &str) -> Option<&Package> {
        let mut folder = Some(path);
        while let Some(path) = folder {
            if let Some(package) = self.at(path) {
                return Some(package);
            }
            folder = parent(path);
        }
        None
    }

    /// Tells whether a file belongs to the package in `folder`, and to none further in.
    pub(super) fn owns(&self, folder: &str, file: &str) -> bool {
        let inside = folder.is_empty()
            || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        inside
            && parent(file).and_then(|path| self.around(path)).is_some_and(|at| at.path == folder)
    }

    fn at(&self, folder: &str) -> Option<&Package> {
        let at = self.all.binary_search_by(|package| package.path.as_str().cmp(folder)).ok()?;
        self.all.get(at)
    }
}

/// Returns the folder of a path; that of the root is none.
fn parent(path: &str) -> Option<&str> {
    if path.is_empty() {
        return None;
    }
    Some(path.rsplit_once('/').map_or("", |(folder, _)| folder))
}

/// Returns the last part of a name: `ui` of `@acme/ui`, `core` of `org.acme:core`, and of a module's
/// path what stands before its version.
fn last_part(name: &str) -> &str {
    let is_version = |part: &str| {
        let digits = part.strip_prefix('v').unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut parts = name.rsplit(['/', ':']);
    match (parts.next().unwrap_or(name), parts.next()) {
        (last, Some(before)) if is_version(last) => before,
        (last, _) => last,
    }
}

fn loose(name: &str) -> String {
    name.to_lowercase().replace(['_', '.'], "-")
}

/// Reads the beginning of a manifest; what cannot be read is empty.
fn read(root: &Path, file: &File<'_>) -> String {
    let path = file.absolute(root);
    // A pipe that took the file's place is not opened, and a link not followed.
    if !fs::symlink_metadata(&path).is_ok_and(|found| found.is_file()) {
        return String::new();
    }
    let mut bytes = Vec::new();
    if let Ok(file) = fs::File::open(&path) {
        drop(file.take(MAX_BYTES).read_to_end(&mut bytes));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages(all: &[(&str, &[&str])]) -> Packages {
        let package = |(path, names): &(&str, &[&str])| Package {
            path: (*path).to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        };
        all.iter().map(package).collect()
    }

    fn sample() -> Packages {
        packages(&[
            ("", &["root"]),
            ("packages/ui", &["@acme/ui"]),
            ("packages/ui/native", &["@acme/ui-native"]),
            ("old/ui", &["@legacy/ui"]),
            ("services/api", &["github.com/acme/api/v2"]),
            ("libs/core", &["org.acme:core", "core"]),
            ("libs/app", &[]),
            ("py/tools", &["Acme_Tools"]),
        ])
    }

    #[track_caller]
    fn finds(name: &str, expected: &[&str]) {
        let packages = sample();
        let found: Vec<&str> = packages.find(name).iter().map(|one| one.path.as_str()).collect();
        assert_eq!(found, expected, "{name}");
    }

    #[test]
    fn a_package_is_found_by_its_name_its_last_part_or_its_folder() {
        finds("@acme/ui", &["packages/ui"]);
        finds("ui", &["old/ui", "packages/ui"]);
        finds("ui-native", &["packages/ui/native"]);
        finds("github.com/acme/api/v2", &["services/api"]);
        finds("api", &["services/api"]);
        finds("org.acme:core", &["libs/core"]);
        finds("core", &["libs/core"]);
        finds("packages/ui", &["packages/ui"]);
        finds("./packages/ui/", &["packages/ui"]);
        finds("root", &[""]);
        finds(".", &[""]);
        finds("./", &[""]);
        finds("app", &["libs/app"]);
        finds("acme-tools", &["py/tools"]);
        finds("v2", &[]);
        finds("packages", &[]);
        finds("", &[]);
    }

    #[test]
    fn a_file_belongs_to_the_innermost_package() {
        let packages = sample();
        for (file, folder) in [
            ("packages/ui/src/a.ts", "packages/ui"),
            ("packages/ui/native/a.ts", "packages/ui/native"),
            ("packages/uix/a.ts", ""),
            ("packages/ui.ts", ""),
            ("README.md", ""),
        ] {
            for package in packages.all() {
                let owns = packages.owns(&package.path, file);
                assert_eq!(owns, package.path == folder, "{file} of {}", package.path);
            }
        }
        assert_eq!(packages.around("packages/ui/src").unwrap().name(), "@acme/ui");
        assert_eq!(packages.around("").unwrap().name(), "root");
        let no_root = self::packages(&[("a", &[])]);
        assert!(no_root.around("b").is_none() && !no_root.owns("", "b/c"));
    }

    #[test]
    fn the_last_part_of_a_module_is_not_its_version() {
        assert_eq!(last_part("github.com/a/b/v12"), "b");
        assert_eq!(last_part("github.com/a/vim"), "vim");
        assert_eq!(last_part("v2"), "v2");
    }
}
