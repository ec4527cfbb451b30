//! Inputs nobody wants, which exist nevertheless.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;

use crate::support::Tree;

#[test]
fn links_are_not_followed_and_loops_do_not_matter() {
    let tree = Tree::new(&[("src/a.rs", "fn loopword() {}\n")]);
    symlink(tree.root(), tree.path("src/loop")).unwrap();
    symlink("b", tree.path("a")).unwrap();
    symlink("a", tree.path("b")).unwrap();
    symlink("src/a.rs", tree.path("link.rs")).unwrap();
    symlink("/etc/passwd", tree.path("outside")).unwrap();
    tree.refresh();
    assert_eq!(tree.indexed(), ["src/a.rs"]);
    assert_eq!(tree.reason("link.rs"), "link");
}

#[test]
fn a_name_that_is_not_utf_8_keeps_its_bytes_and_can_be_deleted() {
    let tree = Tree::new(&[("a.rs", "fn a() {}\n")]);
    let odd = tree.root().join(OsStr::from_bytes(b"odd-\xff.rs"));
    let twin = tree.root().join(OsStr::from_bytes(b"odd-\xfe.rs"));
    std::fs::write(&odd, "fn oddword() {}\n").unwrap();
    std::fs::write(&twin, "fn twinword() {}\n").unwrap();
    tree.refresh();
    assert_eq!(tree.find("oddword"), ["odd-\u{fffd}.rs"]);
    let store = tree.store();
    let file = store.manifest.find(b"odd-\xff.rs").unwrap();
    assert_eq!(file.absolute(tree.root()), odd);
    std::fs::remove_file(&odd).unwrap();
    assert_eq!(tree.refresh().removed, 1);
    assert!(tree.find("oddword").is_empty());
    assert_eq!(tree.find("twinword").len(), 1);
    tree.indexed();
}

#[test]
fn names_with_spaces_quotes_and_line_breaks_are_names() {
    let names = ["a b.rs", "c'd\".rs", "e\nf.rs", "-rf.rs", "größe.rs", "{x}*.rs"];
    let tree = Tree::new(&names.map(|name| (name, "fn sharedword() {}\n")));
    tree.settle();
    assert_eq!(tree.find("sharedword").len(), names.len());
    for name in names {
        tree.remove(name);
    }
    assert_eq!(tree.refresh().removed, names.len());
}

#[test]
fn a_pipe_is_never_opened() {
    let tree = Tree::new(&[("a.rs", "fn a() {}\n"), ("b.rs", "fn b() {}\n")]);
    let made = Command::new("mkfifo").arg(tree.path("pipe.rs")).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(tree.path("socket")).unwrap();
    tree.refresh();
    assert_eq!(tree.indexed(), ["a.rs", "b.rs"]);
    assert_eq!(tree.reason("pipe.rs"), "not_a_file");
    tree.settle();
    tree.remove("b.rs");
    assert!(Command::new("mkfifo").arg(tree.path("b.rs")).status().unwrap().success());
    tree.refresh();
    assert_eq!(tree.indexed(), ["a.rs"]);
}

#[test]
fn a_huge_file_is_known_and_not_read() {
    let tree = Tree::new(&[("a.rs", "fn a() {}\n")]);
    let file = std::fs::File::create(tree.path("huge.txt")).unwrap();
    file.set_len(200 << 20).unwrap();
    let report = tree.refresh();
    assert_eq!(tree.reason("huge.txt"), "too_large");
    assert!(report.bytes_read < 1000);
    assert_eq!(report.totals.skipped["too_large"].examples, ["huge.txt"]);
    tree.settle();
    tree.write("huge.txt", "now small and smallword\n");
    assert_eq!(tree.refresh().added, 1);
    assert_eq!(tree.find("smallword"), ["huge.txt"]);
}

#[test]
fn a_file_that_becomes_binary_leaves_the_index() {
    let tree = Tree::new(&[("a.txt", "textword\n")]);
    tree.settle();
    assert_eq!(tree.find("textword"), ["a.txt"]);
    std::fs::write(tree.path("a.txt"), b"text\0word").unwrap();
    let report = tree.refresh();
    assert_eq!(report.removed, 1);
    assert_eq!(tree.reason("a.txt"), "binary");
    assert!(tree.find("textword").is_empty());
    tree.indexed();
}

#[test]
fn a_file_that_cannot_be_read_is_said_and_taken_in_later() {
    let tree = Tree::new(&[("a.rs", "fn a() {}\n"), ("secret.rs", "fn secretword() {}\n")]);
    let lock = |mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(tree.path("secret.rs"), permissions).unwrap();
    };
    tree.age();
    lock(0o000);
    if std::fs::read(tree.path("secret.rs")).is_ok() {
        println!("skipped: this user may read everything");
        return;
    }
    tree.refresh();
    assert_eq!(tree.reason("secret.rs"), "unreadable");
    lock(0o644);
    assert_eq!(tree.refresh().added, 1, "permissions do not change a file's time");
}

#[test]
fn thousands_of_empty_files_are_no_burden() {
    let tree = Tree::new(&[]);
    for folder in 0..20 {
        std::fs::create_dir(tree.path(&format!("d{folder}"))).unwrap();
        for file in 0..250 {
            std::fs::File::create(tree.path(&format!("d{folder}/f{file}.py"))).unwrap();
        }
    }
    let report = tree.refresh();
    assert_eq!(report.totals.files, 5000);
    assert_eq!(report.totals.chunks, 0);
    tree.settle();
    std::fs::remove_dir_all(tree.path("d7")).unwrap();
    assert_eq!(tree.refresh().removed, 250);
    tree.indexed();
}

#[test]
fn a_file_in_the_place_of_a_folder_and_a_folder_in_the_place_of_a_file() {
    let tree = Tree::new(&[("x/a.rs", "fn inner() {}\n"), ("y", "plainword\n")]);
    tree.settle();
    std::fs::remove_dir_all(tree.path("x")).unwrap();
    tree.write("x", "fileword\n");
    tree.remove("y");
    tree.write("y/b.rs", "fn folderword() {}\n");
    tree.refresh();
    assert_eq!(tree.indexed(), ["x", "y/b.rs"]);
    assert_eq!(tree.find("folderword"), ["y/b.rs"]);
}

#[test]
fn a_project_that_is_not_a_folder_is_an_error_that_says_so() {
    let tree = Tree::new(&[("a", "x")]);
    let project = moflo_hooks::project::Project::at(&tree.path("a"));
    let result = moflo_core::index::refresh(
        &project,
        &tree.config,
        moflo_core::index::Mode::Incremental,
        &(),
    );
    assert!(result.unwrap_err().to_string().ends_with("is not a folder"));
}
