//! Which language a file is written in: by name, by extension, by its first line, and where an
//! extension has two owners by a look at the text.

use serde::{Deserialize, Serialize};

macro_rules! languages {
    ($($variant:ident $name:literal [$($extension:literal)*] [$($file:literal)*] [$($shebang:literal)*];)+) => {
        /// A language with at least a name; what is read from it depends on the language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Language {
            $(
                #[doc = concat!("`", $name, "`.")]
                #[serde(rename = $name)]
                $variant,
            )+
        }

        impl Language {
            /// Every language, in a fixed order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the name, lower case and without spaces.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Returns the language with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }

            fn by_extension(extension: &str) -> Option<Self> {
                match extension {
                    $($($extension => Some(Self::$variant),)*)+
                    _ => None,
                }
            }

            fn by_file_name(name: &str) -> Option<Self> {
                match name {
                    $($($file => Some(Self::$variant),)*)+
                    _ => None,
                }
            }

            fn by_interpreter(program: &str) -> Option<Self> {
                match program {
                    $($($shebang => Some(Self::$variant),)*)+
                    _ => None,
                }
            }
        }
    };
}

// Each line: variant, name, [extensions], [file names], [programs of a #! line].
languages! {
    Ada "ada" ["adb" "ads"] [] [];
    AsciiDoc "asciidoc" ["adoc" "asciidoc" "asc"] [] [];
    Bash "bash" ["sh" "bash" "zsh" "ksh" "bats" "ebuild" "eclass" "command"] [".bashrc" ".bash_profile" ".bash_aliases" ".profile" ".zshrc" ".zshenv" "PKGBUILD" "APKBUILD"] ["sh" "bash" "zsh" "ksh" "dash" "ash" "bats"];
    C "c" ["c" "h"] [] ["tcc"];
    CSharp "csharp" ["cs" "csx"] [] [];
    Clojure "clojure" ["clj" "cljs" "cljc" "edn" "bb"] [] ["clojure" "bb"];
    CMake "cmake" ["cmake"] ["CMakeLists.txt"] [];
    CommonLisp "commonlisp" ["lisp" "lsp" "cl" "asd"] [] ["sbcl"];
    Cpp "cpp" ["cc" "cpp" "cxx" "c++" "hh" "hpp" "hxx" "h++" "ipp" "tpp" "inl" "ixx" "cppm" "cu" "cuh" "ino"] [] [];
    Crystal "crystal" ["cr"] [] ["crystal"];
    Css "css" ["css" "scss" "less" "pcss" "postcss"] [] [];
    D "d" ["d" "di"] [] ["rdmd"];
    Dart "dart" ["dart"] [] ["dart"];
    Dockerfile "dockerfile" ["dockerfile"] ["Dockerfile" "Containerfile"] [];
    Elisp "elisp" ["el"] [".emacs"] [];
    Elixir "elixir" ["ex" "exs"] [] ["elixir"];
    Elm "elm" ["elm"] [] [];
    Erlang "erlang" ["erl" "hrl" "escript"] ["rebar.config"] ["escript"];
    FSharp "fsharp" ["fs" "fsi" "fsx"] [] [];
    Fortran "fortran" ["f" "for" "f77" "f90" "f95" "f03" "f08"] [] [];
    Gleam "gleam" ["gleam"] [] [];
    Go "go" ["go"] [] [];
    GraphQl "graphql" ["graphql" "gql" "graphqls"] [] [];
    Groovy "groovy" ["groovy" "gradle" "gvy"] ["Jenkinsfile"] ["groovy"];
    Haskell "haskell" ["hs" "hs-boot"] [] ["runhaskell" "runghc"];
    Hcl "hcl" ["tf" "hcl" "tfvars"] [] [];
    Html "html" ["html" "htm" "xhtml"] [] [];
    Ini "ini" ["ini" "cfg" "conf" "properties" "env" "editorconfig"] [".editorconfig" ".gitconfig" ".env"] [];
    Java "java" ["java"] [] [];
    JavaScript "javascript" ["js" "mjs" "cjs" "jsx" "es6"] [] ["node" "deno" "bun"];
    Json "json" ["json" "jsonc" "json5" "webmanifest" "jsonl" "ndjson" "geojson" "ipynb"] [".babelrc" ".eslintrc" ".prettierrc" ".swcrc"] [];
    Julia "julia" ["jl"] [] ["julia"];
    Kotlin "kotlin" ["kt" "kts"] [] [];
    Lua "lua" ["lua" "luau" "rockspec"] [".luacheckrc"] ["lua" "luajit"];
    Make "make" ["mk" "mak" "make"] ["Makefile" "makefile" "GNUmakefile" "Justfile" "justfile"] ["make"];
    Markdown "markdown" ["md" "markdown" "mdx" "mdc" "mkd" "mdown" "qmd" "rmd" "Rmd"] [] [];
    Matlab "matlab" ["matlab"] [] ["octave"];
    Nim "nim" ["nim" "nims" "nimble"] [] [];
    Nix "nix" ["nix"] [] ["nix-shell"];
    ObjC "objc" ["m" "mm"] [] [];
    OCaml "ocaml" ["ml" "mli"] [] ["ocaml"];
    Odin "odin" ["odin"] [] [];
    Pascal "pascal" ["pas" "pp" "dpr" "lpr"] [] [];
    Perl "perl" ["pl" "pm" "t" "psgi"] ["cpanfile"] ["perl"];
    Php "php" ["php" "phtml" "php5" "php8" "phpt"] [] ["php"];
    PowerShell "powershell" ["ps1" "psm1" "psd1"] [] ["pwsh" "powershell"];
    Prolog "prolog" ["pro" "prolog"] [] ["swipl"];
    Proto "proto" ["proto"] [] [];
    Python "python" ["py" "pyi" "pyw" "pyx" "pxd" "bzl" "star"] ["SConstruct" "SConscript" "BUILD" "BUILD.bazel" "WORKSPACE" "WORKSPACE.bazel" "wscript" "Snakefile" "Tiltfile"] ["python" "python2" "python3" "pypy" "pypy3"];
    R "r" ["r" "R"] [".Rprofile"] ["Rscript"];
    Racket "racket" ["rkt"] [] ["racket"];
    Rst "rst" ["rst" "rest"] [] [];
    Ruby "ruby" ["rb" "rake" "gemspec" "ru" "podspec" "jbuilder" "thor"] ["Gemfile" "Rakefile" "Guardfile" "Capfile" "Vagrantfile" "Podfile" "Fastfile" "Brewfile" "Dangerfile"] ["ruby" "jruby"];
    Rust "rust" ["rs"] [] [];
    Scala "scala" ["scala" "sc" "sbt"] [] ["scala" "scala-cli"];
    Scheme "scheme" ["scm" "ss" "sld"] [] ["guile"];
    Solidity "solidity" ["sol"] [] [];
    Sql "sql" ["sql" "ddl" "dml" "psql" "pgsql"] [] [];
    Svelte "svelte" ["svelte"] [] [];
    Swift "swift" ["swift"] [] ["swift"];
    Tcl "tcl" ["tcl"] [] ["tclsh" "wish"];
    Text "text" ["txt" "text"] ["README" "LICENSE" "COPYING" "AUTHORS" "NOTICE" "CONTRIBUTING" "CHANGELOG" "CHANGES" "NEWS" "TODO" "INSTALL"] [];
    Toml "toml" ["toml"] [] [];
    Tsx "tsx" ["tsx"] [] [];
    TypeScript "typescript" ["ts" "mts" "cts"] [] ["ts-node" "tsx"];
    Vim "vim" ["vim"] [".vimrc" "vimrc"] [];
    Vue "vue" ["vue"] [] [];
    Xml "xml" ["xml" "xsd" "xsl" "xslt" "svg" "plist" "csproj" "vbproj" "fsproj" "props" "targets" "xaml" "storyboard" "xib" "pom" "rss" "wsdl"] [] [];
    Yaml "yaml" ["yaml" "yml"] [".clang-format" ".clang-tidy"] [];
    Zig "zig" ["zig" "zon"] [] [];
}

impl Language {
    /// Returns whether files in this language are written for people to read.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Markdown | Self::Rst | Self::AsciiDoc | Self::Text)
    }

    /// Returns whether files in this language are programs, queries, schemas or build rules.
    pub fn is_code(self) -> bool {
        !self.is_document()
            && !matches!(self, Self::Json | Self::Yaml | Self::Toml | Self::Ini | Self::Xml)
    }
}

/// How many bytes of a file are looked at to name its language.
const HEAD_BYTES: usize = 32 * 1024;

/// Returns the language of a file.
///
/// `head` is the beginning of the file, or all of it. `None` means that neither name nor first
/// line says anything.
pub fn language_of(path: &str, head: &[u8]) -> Option<Language> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let head = &head[..head.len().min(HEAD_BYTES)];
    if let Some(language) = Language::by_file_name(name) {
        return Some(language);
    }
    if let Some((stem, extension)) = name.rsplit_once('.')
        && !extension.is_empty()
    {
        // A template is in the language of the file it becomes.
        if matches!(
            extension,
            "in" | "tmpl" | "template" | "j2" | "erb" | "ejs" | "dist" | "example"
        ) && let Some((_, inner)) = stem.rsplit_once('.')
            && let Some(language) = Language::by_extension(inner)
        {
            return Some(settle(language, inner, head));
        }
        let lower;
        let language = if let Some(language) = Language::by_extension(extension) {
            Some(language)
        } else {
            lower = extension.to_ascii_lowercase();
            Language::by_extension(&lower)
        };
        if let Some(language) = language {
            return Some(settle(language, extension, head));
        }
        if extension == "inc" && contains(head, b"<?php") {
            return Some(Language::Php);
        }
        if extension == "erb" {
            return Some(Language::Html);
        }
    }
    if ["Dockerfile", "Containerfile"].iter().any(|file| name.starts_with(file)) {
        return Some(Language::Dockerfile);
    }
    if name.starts_with("Makefile") {
        return Some(Language::Make);
    }
    if ["README", "CHANGELOG", "LICENSE"].iter().any(|file| name.starts_with(file)) {
        return Some(Language::Text);
    }
    interpreter(head)
}

/// Returns the language of the program on a `#!` line.
fn interpreter(head: &[u8]) -> Option<Language> {
    let line = head.strip_prefix(b"#!")?;
    let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len()).min(200)];
    let line = std::str::from_utf8(line).ok()?;
    let program = line
        .split_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .find(|word| *word != "env" && !word.starts_with('-') && !word.contains('='))?;
    Language::by_interpreter(program).or_else(|| {
        Language::by_interpreter(program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.'))
    })
}

/// Decides where an extension has more than one owner.
fn settle(language: Language, extension: &str, head: &[u8]) -> Language {
    match (language, extension) {
        (Language::C, "h") => {
            if contains(head, b"@interface") || contains(head, b"@protocol") {
                Language::ObjC
            } else if is_cpp(head) {
                Language::Cpp
            } else {
                Language::C
            }
        }
        (Language::ObjC, "m") => {
            let objc =
                [&b"@implementation"[..], b"#import", b"@interface", b"#include", b"@import"];
            if objc.iter().any(|word| contains(head, word)) {
                Language::ObjC
            } else {
                Language::Matlab
            }
        }
        (Language::TypeScript, "ts") if head.trim_ascii_start().starts_with(b"<?xml") => {
            Language::Xml
        }
        (Language::Perl, "pl") if contains(head, b":- ") && !contains(head, b"use ") => {
            Language::Prolog
        }
        (Language::FSharp, "fs")
            if contains(head, b"#version") || contains(head, b"gl_FragColor") =>
        {
            Language::C
        }
        (Language::R, "r") if contains(head, b"REBOL") => Language::Text,
        (Language::D, "d") if contains(head, b".o:") || contains(head, b"\\\n") => Language::Make,
        (Language::Pascal, "pp") if contains(head, b"=>") && !contains(head, b"begin") => {
            Language::Text
        }
        _ => language,
    }
}

/// Returns whether a header needs a C++ parser. Each mark is impossible, or at least pointless,
/// in C.
fn is_cpp(head: &[u8]) -> bool {
    let marks: [&[u8]; 12] = [
        b"\nnamespace ",
        b"\nclass ",
        b"template <",
        b"template<",
        b"public:",
        b"private:",
        b"std::",
        b"\nusing ",
        b"constexpr ",
        b"nullptr",
        b"#include <string>",
        b"#include <vector>",
    ];
    marks.iter().any(|mark| contains(head, mark))
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}
