//! Where a project begins, and where its state lies.

use std::fs;
use std::path::Path;

use moflo_hooks::project::{Project, lexical};

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

#[test]
fn the_root_is_what_was_set_up_else_the_clients_folder_else_gits() {
    let dir = tree(&[
        ("repo/.git/HEAD", "ref: refs/heads/topic/x\n"),
        ("repo/sub/deep/f", ""),
        ("other/f", ""),
    ]);
    let repo = dir.path().join("repo");
    let deep = repo.join("sub/deep");
    assert_eq!(Project::find(&deep, None).root(), repo);
    assert_eq!(Project::find(&deep, Some(&repo.join("sub"))).root(), repo.join("sub"));
    assert!(!Project::find(&deep, None).is_set_up());
    // A relative folder from the environment is no folder.
    assert_eq!(Project::find(&deep, Some(Path::new("x"))).root(), repo);
    // Outside git, the folder itself.
    let other = dir.path().join("other");
    assert_eq!(Project::find(&other, None).root(), other);
    assert_eq!(Project::find(&other, None).git_dir(), None);

    // Or the nearest one above it that has an index.
    let inner = other.join("a/b");
    fs::create_dir_all(&inner).unwrap();
    fs::create_dir_all(other.join(".moflo/index")).unwrap();
    assert_eq!(Project::find(&inner, None).root(), other);
    assert_eq!(Project::find(&inner, Some(&inner)).root(), inner);
    fs::create_dir_all(repo.join("sub/.moflo/index")).unwrap();
    assert_eq!(Project::find(&deep, None).root(), repo, "in git its toplevel is the project");
    fs::remove_dir_all(repo.join("sub/.moflo")).unwrap();

    fs::create_dir(repo.join(".moflo")).unwrap();
    fs::write(repo.join(".moflo/snapshot.json"), "{}").unwrap();
    let found = Project::find(&deep, Some(&repo.join("sub")));
    assert_eq!(found.root(), repo);
    assert!(found.is_set_up());
    assert_eq!(found.branch().as_deref(), Some("topic/x"));
    // A part of the repository that was set up by itself is a project of its own.
    fs::create_dir(repo.join("sub/.moflo")).unwrap();
    fs::write(repo.join("sub/.moflo/snapshot.json"), "{}").unwrap();
    assert_eq!(Project::find(&deep, None).root(), repo.join("sub"));
}

#[test]
fn a_project_knows_where_it_lies_in_the_other_worktrees() {
    let dir = tree(&[
        ("repo/.git/HEAD", "ref: refs/heads/main"),
        ("repo/part/f", ""),
        ("repo/.git/worktrees/w/commondir", "../..\n"),
        // git writes it absolute, or relative to where it stands.
        ("repo/.git/worktrees/w/gitdir", "../../../../w/.git\n"),
        ("repo/.git/worktrees/gone/gitdir", "/no/such/folder/.git\n"),
        ("repo/.git/worktrees/empty/HEAD", ""),
        ("w/.git", "gitdir: ../repo/.git/worktrees/w\n"),
        ("w/part/f", ""),
    ]);
    let (repo, w) = (dir.path().join("repo"), dir.path().join("w"));
    let siblings = |path: &Path| {
        let mut found = Project::at(path).siblings();
        found.sort();
        found
    };
    let gone = Path::new("/no/such/folder").to_owned();
    assert_eq!(siblings(&w), [gone.clone(), repo.clone()]);
    assert_eq!(siblings(&repo), [gone.clone(), w.clone()]);
    assert_eq!(siblings(&w.join("part")), [gone.join("part"), repo.join("part")]);
    let outside = tree(&[("f", "")]);
    assert!(siblings(outside.path()).is_empty());
}

#[test]
fn a_worktree_knows_the_repository_it_belongs_to() {
    let dir = tree(&[
        ("repo/.git/HEAD", "ref: refs/heads/main"),
        ("repo/.git/worktrees/w t/commondir", "../..\n"),
        ("repo/.git/worktrees/w t/HEAD", "0123456789abcdef\n"),
        ("w/.git", "gitdir: ../repo/.git/worktrees/w t\n"),
    ]);
    let project = Project::find(&dir.path().join("w"), None);
    assert_eq!(project.root(), dir.path().join("w"));
    assert_eq!(project.git_dir(), Some(&*dir.path().join("repo/.git/worktrees/w t")));
    assert_eq!(project.git_common_dir(), Some(&*dir.path().join("repo/.git")));
    assert_eq!(project.branch().as_deref(), Some("01234567"));
    assert!(!project.is_set_up());
    fs::create_dir(dir.path().join("repo/.git/moflo")).unwrap();
    assert!(project.is_set_up());
}

#[test]
fn the_key_does_not_depend_on_spelling() {
    let dir = tree(&[("a b/f", "")]);
    let real = Project::at(&dir.path().join("a b"));
    assert!(real.key().starts_with("ab-"), "{}", real.key());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(dir.path().join("a b"), dir.path().join("link")).unwrap();
        let link = Project::at(&dir.path().join("link"));
        assert_eq!(real.key(), link.key());
        // A file named through the link is still the project's.
        assert_eq!(real.relative(&dir.path().join("link/f")).as_deref(), Some("f"));
    }
    assert_ne!(real.key(), Project::at(dir.path()).key());
}

#[test]
fn paths_are_made_relative() {
    let project = Project::at(Path::new("/p/q"));
    let check = |path: &str| project.relative(Path::new(path));
    assert_eq!(check("/p/q/src/../a.rs").as_deref(), Some("a.rs"));
    assert_eq!(check("src/./b.rs").as_deref(), Some("src/b.rs"));
    assert_eq!(check("/p/q"), None);
    assert_eq!(check("/p/qq/a"), None);
    assert_eq!(check("../a"), None);
    let name = |cwd: &str, path: &str| project.known_name(Path::new(cwd), path);
    assert_eq!(name("/p/q/src", "a.rs"), "src/a.rs");
    assert_eq!(name("/p/q/src", "/p/q/src/a.rs"), "src/a.rs");
    assert_eq!(name("/p/q", "/etc/../tmp/x"), "/tmp/x");
    assert_eq!(lexical(Path::new("../a/../b")), Path::new("../b"));
}
