//! Questions to a small indexed tree, seen from outside.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use moflo_hooks::project::Project;
use moflo_hooks::snapshot::Snapshot;

use super::{Hit, Index, Paths, Request, Scope, Target};
use crate::index::{self, Mode};

const POOL: &str = "//! Keeps connections for reuse.\n\n/// A pool of open connections.\npub struct \
    ConnectionPool {\n    idle: Vec<u32>,\n}\n\nimpl ConnectionPool {\n    /// Hands out an idle \
    connection.\n    pub fn acquire(&mut self) -> Option<u32> {\n        self.idle.pop()\n    }\n}\n";
const CLIENT: &str = "use crate::pool::ConnectionPool;\n\n/// Sends requests.\npub struct Client {\n    \
    pool: ConnectionPool,\n}\n\nimpl Client {\n    pub fn send(&mut self) {\n        \
    self.pool.acquire();\n    }\n}\n";
const POOL_TEST: &str = "use app::pool::ConnectionPool;\n\n#[test]\nfn hands_out_idle_connections() {\n    \
    let mut pool = ConnectionPool::default();\n    assert!(pool.acquire().is_none());\n}\n";
const OTHER_TEST: &str =
    "use app::format::pad;\n\n#[test]\nfn pads_text() {\n    assert_eq!(pad(\"a\"), \"a \");\n}\n";
const FORMAT: &str = "/// Pads text to a column.\npub fn pad(text: &str) -> String {\n    \
    format!(\"{text} \")\n}\n";
const GUIDE: &str = "# Deployment\n\nHow the service reaches the servers.\n\n## Rolling back\n\nTo undo \
    a release, run the rollback job and watch the error rate.\n";

pub(super) struct Tree {
    folder: tempfile::TempDir,
}

impl Tree {
    pub(super) fn new() -> Self {
        let tree = Self { folder: tempfile::tempdir().unwrap() };
        for (path, text) in [
            ("src/pool.rs", POOL),
            ("src/client.rs", CLIENT),
            ("src/format.rs", FORMAT),
            ("tests/pool_test.rs", POOL_TEST),
            ("tests/format_test.rs", OTHER_TEST),
            ("docs/deploy.md", GUIDE),
        ] {
            tree.write(path, text);
        }
        tree
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        // An old time can be trusted at once.
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_hours(1)).unwrap();
    }

    pub(super) fn index(&self) -> Index {
        let project = Project::at(self.root());
        index::refresh(&project, &Snapshot::default(), Mode::Incremental, &()).unwrap();
        Index::open(&project.index_dir()).unwrap()
    }

    pub(super) fn root(&self) -> &Path {
        self.folder.path()
    }
}

fn search(index: &Index, query: &str, scope: Scope) -> Vec<Hit> {
    index.search(&Request { scope, ..Request::new(query) }).unwrap().results
}

fn paths(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.path.as_str()).collect()
}

#[test]
fn a_name_finds_its_definition_and_its_lines() {
    let tree = Tree::new();
    let index = tree.index();
    for (query, path, line) in [
        ("ConnectionPool", "src/pool.rs", 4),
        ("pad", "src/format.rs", 2),
        ("Client", "src/client.rs", 4),
    ] {
        let hits = search(&index, query, Scope::All);
        assert_eq!(hits[0].path, path, "{query}");
        assert_eq!(hits[0].symbol.as_ref().unwrap().name, query);
        assert_eq!(hits[0].start_line, line, "{query}");
    }
}

#[test]
fn words_find_what_they_are_about_and_scopes_hold() {
    let tree = Tree::new();
    let index = tree.index();
    let hits = search(&index, "how are idle connections reused", Scope::All);
    assert_eq!(hits[0].path, "src/pool.rs");
    assert!(hits[0].snippet.as_ref().unwrap().text.contains("onnection"));
    let pages = search(&index, "undo a release", Scope::All);
    assert_eq!(pages[0].path, "docs/deploy.md");
    assert_eq!(paths(&search(&index, "undo a release", Scope::Guidance)), ["docs/deploy.md"]);
    let tests = search(&index, "connection pool", Scope::Tests);
    assert_eq!(tests[0].path, "tests/pool_test.rs");
    assert!(tests.iter().all(|hit| hit.path.starts_with("tests/")));
    for hit in hits.iter().chain(&pages) {
        assert!((0.0..=1.0).contains(&hit.score) && (0.0..=1.0).contains(&hit.confidence));
    }
}

#[test]
fn paths_are_answers_and_filters() {
    let tree = Tree::new();
    let index = tree.index();
    assert_eq!(search(&index, "src/format.rs:3", Scope::All)[0].path, "src/format.rs");
    assert_eq!(search(&index, "pool_test.rs", Scope::All)[0].path, "tests/pool_test.rs");
    let filtered = Request { paths: Paths::new(&["src/c*.rs"]), ..Request::new("connection pool") };
    assert_eq!(paths(&index.search(&filtered).unwrap().results), ["src/client.rs"]);
    let none = Request { paths: Paths::new(&["nowhere"]), ..Request::new("connection pool") };
    assert!(index.search(&none).unwrap().results.is_empty());
}

#[test]
fn a_trace_finds_the_file_it_names() {
    let tree = Tree::new();
    let index = tree.index();
    let trace = "thread 'main' panicked at src/format.rs:3:5:\nempty\n  at src/client.rs:10:9\n";
    let hits = search(&index, trace, Scope::All);
    assert_eq!(hits[0].path, "src/format.rs");
}

/// Files that share their words, but for what the test is about.
fn twins(tree: &Tree, files: &[(&str, &str)]) {
    for (path, text) in files {
        tree.write(path, text);
    }
}

#[test]
fn a_long_text_is_about_its_title() {
    let tree = Tree::new();
    let text = |sign: &str| format!("/// Reads a {sign}.\npub fn read_{sign}() {{}}\n");
    tree.write("src/alpha.rs", &text("comma"));
    tree.write("src/beta.rs", &text("quote"));
    let index = tree.index();
    let rest = "I wrote a list with a comma and a quote in it, and then another one with a quote \
        before the comma, and nothing of what came out had either a comma or a quote where they \
        had been before, whatever I did with the quote and with the comma in the end.";
    for (title, path) in
        [("The comma is lost now", "src/alpha.rs"), ("The quote is lost now", "src/beta.rs")]
    {
        let query = format!("{title}\n\n{rest}");
        assert_eq!(search(&index, &query, Scope::All)[0].path, path, "{title}");
    }
}

#[test]
fn a_place_before_a_colon_is_where_to_look() {
    let tree = Tree::new();
    let text = "/// Keeps the last comma of a list.\npub fn comma() {}\n";
    twins(&tree, &[("src/lexer/list.rs", text), ("src/printer/list.rs", text)]);
    let index = tree.index();
    for place in ["lexer", "printer"] {
        for query in [format!("{place}: keep the last comma"), format!("fix({place}): last comma")]
        {
            let hits = search(&index, &query, Scope::All);
            assert_eq!(hits[0].path, format!("src/{place}/list.rs"), "{query}");
        }
    }
}

#[test]
fn a_dotted_name_is_the_module_it_names() {
    let tree = Tree::new();
    let text =
        "def total(items):\n    \"\"\"Adds up what the items cost.\"\"\"\n    return sum(items)\n";
    twins(&tree, &[("shop/cart.py", text), ("shop/order.py", text), ("bank/order.py", text)]);
    let index = tree.index();
    for (name, path) in [
        ("shop.cart", "shop/cart.py"),
        ("shop.order", "shop/order.py"),
        ("bank.order", "bank/order.py"),
    ] {
        let query = format!("what the items cost is wrong in {name}.total");
        assert_eq!(search(&index, &query, Scope::All)[0].path, path);
    }
}

#[test]
fn a_package_file_that_holds_something_is_not_pushed_down() {
    let tree = Tree::new();
    let body = |topic: &str| -> String {
        (0..40).fold(String::new(), |text, at| {
            format!(
                "{text}def {topic}_{at}(given):\n    \"\"\"Turns a {topic} into number {at}.\"\"\"\n    \
                 step = given + {at}\n    return step * {at}\n\n\n"
            )
        })
    };
    tree.write("lib/planet/__init__.py", &body("planet"));
    tree.write("lib/glyph/__init__.py", "from .draw import glyph_1, glyph_2  # turns a glyph\n");
    tree.write("lib/glyph/draw.py", &body("glyph"));
    let index = tree.index();
    let hits = search(&index, "turn a planet into a number", Scope::All);
    assert_eq!(hits[0].path, "lib/planet/__init__.py");
    assert!((hits[0].prior - 1.0).abs() < 1e-6);
    let hits = search(&index, "turn a glyph into a number", Scope::All);
    assert_eq!(hits[0].path, "lib/glyph/draw.py");
    let package = hits.iter().find(|hit| hit.path == "lib/glyph/__init__.py").unwrap();
    assert!(package.prior < 1.0);
}

#[test]
fn the_same_question_has_the_same_answer() {
    let tree = Tree::new();
    let (first, second) = (tree.index(), tree.index());
    for query in ["connection pool", "acquire", "undo a release", "x"] {
        let (a, b) = (search(&first, query, Scope::All), search(&second, query, Scope::All));
        assert_eq!(format!("{a:?}"), format!("{b:?}"));
    }
}

#[test]
fn lines_of_a_changed_file_are_found_again_or_left_out() {
    let tree = Tree::new();
    let index = tree.index();
    tree.write("src/format.rs", &format!("//! New first line.\n\n\n{FORMAT}"));
    let hit = &search(&index, "pad", Scope::All)[0];
    assert!(hit.changed);
    assert_eq!((hit.path.as_str(), hit.start_line), ("src/format.rs", 5));
    tree.write("src/format.rs", "// Everything is different now.\n");
    let hit = &search(&index, "pad", Scope::All)[0];
    assert_eq!((hit.start_line, hit.end_line, &hit.snippet), (0, 0, &None));
    fs::remove_file(tree.root().join("src/format.rs")).unwrap();
    assert!(search(&index, "pad", Scope::All).iter().all(|hit| hit.path != "src/format.rs"));
}

#[test]
fn what_took_a_files_place_is_never_shown_as_the_file() {
    let tree = Tree::new();
    let index = tree.index();
    let path = tree.root().join("src/format.rs");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    // Other bytes, as many, with the same time, in the same file and then in another one.
    let other = FORMAT.replace("pad", "gap").replace("Pads", "Gaps");
    assert_eq!(other.len(), FORMAT.len());
    let set = |path: &Path| {
        fs::write(path, &other).unwrap();
        fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    };
    set(&path);
    let hit = &search(&index, "pad", Scope::All)[0];
    assert_eq!((hit.path.as_str(), hit.changed, hit.start_line), ("src/format.rs", true, 0));
    let beside = tree.root().join("beside");
    set(&beside);
    fs::rename(&beside, &path).unwrap();
    let without_lines = Request { snippet_lines: 0, ..Request::new("pad") };
    let hit = &index.search(&without_lines).unwrap().results[0];
    assert!(hit.changed, "another file, told without reading it");
    // The same bytes with another time are the same lines.
    fs::write(&path, FORMAT).unwrap();
    let hit = &search(&index, "pad", Scope::All)[0];
    assert_eq!((hit.changed, hit.start_line), (false, 2));
    let gone = |why: &str| {
        let hits = search(&index, "pad", Scope::All);
        assert!(hits.iter().all(|hit| hit.path != "src/format.rs"), "{why}");
    };
    fs::write(&path, "").unwrap();
    let hit = &search(&index, "pad", Scope::All)[0];
    assert_eq!((hit.changed, hit.start_line, &hit.snippet), (true, 0, &None), "cut to nothing");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    gone("a folder");
    fs::remove_dir(&path).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(tree.root().join("src/pool.rs"), &path).unwrap();
        gone("a link");
    }
}

#[test]
fn files_that_are_gone_leave_their_places_to_others() {
    let tree = Tree::new();
    for number in 0..15 {
        tree.write(&format!("src/shape{number}.rs"), "/// Draws a shape.\npub fn shape() {}\n");
    }
    let index = tree.index();
    let request = Request { limit: 3, ..Request::new("shape") };
    let before = index.search(&request).unwrap().results;
    for hit in &before {
        fs::remove_file(tree.root().join(&hit.path)).unwrap();
    }
    let after = index.search(&request).unwrap().results;
    assert_eq!(after.len(), 3);
    assert!(after.iter().all(|hit| !paths(&before).contains(&hit.path.as_str())));
}

#[test]
fn odd_questions_have_answers_too() {
    let tree = Tree::new();
    let index = tree.index();
    let long = "connection ".repeat(20_000);
    for query in ["", " ", "???", "the", "\u{0}", "検索", long.as_str(), "`", "a::", "/", ":1"] {
        let response = index.search(&Request::new(query)).unwrap();
        assert!(response.results.len() <= 10);
    }
    let none = Request { limit: 0, ..Request::new("pool") };
    assert!(index.search(&none).unwrap().results.is_empty());
}

#[test]
fn an_empty_tree_answers_nothing() {
    let tree = Tree { folder: tempfile::tempdir().unwrap() };
    let index = tree.index();
    assert!(search(&index, "anything", Scope::All).is_empty());
    assert!(index.tests_for("a.rs", 5).unwrap().is_empty());
    assert_eq!(index.map("", 500).unwrap().1, []);
}

#[test]
fn tests_and_sources_find_each_other_with_evidence() {
    let tree = Tree::new();
    let index = tree.index();
    let sources = index.sources_of("tests/pool_test.rs", 5).unwrap();
    assert_eq!(sources[0].path, "src/pool.rs");
    let kinds: Vec<&str> = sources[0].evidence.iter().map(super::Evidence::kind).collect();
    for kind in ["name", "symbols", "import"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert_eq!(index.tests_for("src/pool.rs", 5).unwrap()[0].path, "tests/pool_test.rs");
    let of_name = index.tests_for("pad", 5).unwrap();
    assert_eq!(of_name[0].path, "tests/format_test.rs");
    assert!(of_name.iter().all(|link| link.path != "tests/pool_test.rs"));
    assert!(index.sources_of("nowhere.rs", 5).unwrap().is_empty());
}

#[test]
fn maps_show_files_folders_names_and_the_whole() {
    let tree = Tree::new();
    let index = tree.index();
    let (target, entries) = index.map("src/pool.rs", 1000).unwrap();
    assert_eq!(target, Target::File);
    let names: Vec<&str> = entries[0].symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    assert!(names.contains(&"ConnectionPool") && names.contains(&"acquire"), "{names:?}");
    let (target, entries) = index.map("src", 1000).unwrap();
    assert_eq!((target, entries.len()), (Target::Folder, 3));
    let (target, entries) = index.map("ConnectionPool", 1000).unwrap();
    assert_eq!((target, entries[0].path.as_str()), (Target::Symbol, "src/pool.rs"));
    assert_eq!(index.map("NoSuchThing", 1000).unwrap().0, Target::Unknown);
    let (_, whole) = index.map("", 1000).unwrap();
    assert_eq!(whole[0].path, "src/pool.rs", "what the others refer to most comes first");
    assert!(
        whole.iter().all(|entry| entry.path != "docs/deploy.md") || {
            let page = whole.iter().position(|entry| entry.path == "docs/deploy.md");
            page > whole.iter().position(|entry| entry.path == "src/format.rs")
        }
    );
    let (_, little) = index.map("", 30).unwrap();
    let count = |entries: &[super::MapEntry]| -> usize {
        entries.iter().map(|entry| entry.symbols.len()).sum()
    };
    assert!(count(&little) < count(&whole));
}

#[test]
fn a_map_counts_names_as_they_are_written() {
    let tree = Tree::new();
    tree.write("src/case.rs", "/// One case.\npub struct Case {}\n");
    tree.write("src/registry.rs", "/// Knows all.\npub struct Registry {}\n");
    for number in 0..6 {
        let text = format!(
            "use crate::registry::Registry;\n\n// In case of a Case, the Case is in this case {number}.\n\
             pub fn case_{number}(case: u32) -> Registry {{ Registry {{}} }}\n"
        );
        tree.write(&format!("src/user_{number}.rs"), &text);
    }
    let index = tree.index();
    let (_, whole) = index.map("", 4000).unwrap();
    let references = |name: &str| {
        let symbols = whole.iter().flat_map(|entry| &entry.symbols);
        symbols.filter(|symbol| symbol.name == name).find_map(|symbol| symbol.references)
    };
    assert_eq!(references("Registry"), Some(6));
    assert_eq!(references("Case"), Some(0), "the word is not the type");
    assert_eq!(whole[0].path, "src/registry.rs");
    let (_, file) = index.map("src/registry.rs", 4000).unwrap();
    assert_eq!(file[0].symbols[0].references, None, "nothing is read for one file");
}

#[test]
fn related_files_share_names() {
    let tree = Tree::new();
    let index = tree.index();
    let related = index.related("src/client.rs", 3).unwrap();
    assert_eq!(related[0].path, "src/pool.rs");
    assert!(related[0].uses.contains(&"ConnectionPool".to_owned()));
    assert!(index.related("nowhere.rs", 3).unwrap().is_empty());
}

#[test]
fn a_page_without_a_vector_of_the_second_tier_is_estimated() {
    let tree = Tree::new();
    for (path, text) in [
        ("docs/release.md", "# Releases\n\nUndo a release by hand.\n"),
        ("docs/style.md", "# Style\n\nFour spaces, no tabs.\n"),
    ] {
        tree.write(path, text);
    }
    let index = tree.index();
    let store = &index.store;
    let number = |path: &str| store.manifest.files().find(|file| file.path() == path).unwrap();
    let (known, other) = (number("docs/deploy.md"), number("docs/style.md"));
    let (edited, code) = (number("docs/release.md").number(), number("src/pool.rs").number());
    let query = "undo a release";
    let body = super::postings::FieldReaders::open(store, store.fields.body).unwrap();
    let terms = super::postings::terms_of(query);
    let terms = super::postings::most_telling(store, &body, terms, 9).unwrap();
    let vector = moflo_embed::embed_query(query);
    let selected = super::Selected::new(store, Scope::All, &Paths::default());
    let parsed = super::classify::parse(query);
    let mut signals = super::signals::Signals::measure(
        store,
        &parsed,
        &body,
        &terms,
        &vector,
        &selected,
        super::Limits::USUAL,
    )
    .unwrap();
    let dense = |signals: &super::signals::Signals, file: u32| {
        signals.raw(super::Signal::Dense, file).max(0.0)
    };
    let similar: Vec<(u32, f32)> =
        [(known.rows().start, 0.8), (other.rows().start, 0.2)].into_iter().collect();
    signals.encode(store, &similar, &selected);
    let ratio = (0.8 + 0.2) / (dense(&signals, known.number()) + dense(&signals, other.number()));
    let encoded = |file: u32| signals.raw(super::Signal::Encoded, file);
    assert!((encoded(known.number()) - 0.8).abs() < 1e-6);
    assert!((encoded(edited) - ratio * dense(&signals, edited)).abs() < 1e-5);
    assert!(encoded(edited) > encoded(other.number()));
    assert!(encoded(code).abs() < 1e-6, "only guidance is estimated");
}
