//! Code in other languages on a command line: whether it reads files of the project.
//!
//! No parser: names of calls that read, list or write, and the texts in quotes beside them. Code that
//! writes is an edit, whatever it reads for it.

use super::command::{Call, is_in_place};
use super::{ExplorationKind, literal_folder, words};
use crate::shell::Arg;
use crate::table::entries;

use super::Found;

impl Call<'_> {
    /// Code on the command line or on the standard input, looked through for calls that read.
    pub(super) fn interpreter(&self, name: &str, args: &[Arg], found: &mut Found) {
        let flags: &[&str] = match name {
            "perl" | "ruby" => &["-e", "-ne", "-pe", "-nle", "-lne", "-E", "-nE", "-lane", "-ane"],
            "php" => &["-r"],
            "deno" => &["eval"],
            "node" | "nodejs" | "bun" => &["-e", "-p", "-pe", "--eval", "--print", "-ep"],
            _ => &["-c"],
        };
        if matches!(name, "perl" | "ruby")
            && args
                .iter()
                .take_while(|arg| arg.text.starts_with('-'))
                .any(|arg| is_in_place(&arg.text) && !flags.contains(&&*arg.text))
        {
            return;
        }
        if let Some(at) = args.iter().position(|arg| flags.contains(&&*arg.text)) {
            if let Some(code) = args.get(at + 1) {
                self.code(&code.text, found);
            }
            // `perl -ne 'print' file` shows the file.
            if matches!(name, "perl" | "ruby") && args[at].text != "-e" && args[at].text != "-E" {
                args.iter().skip(at + 2).for_each(|file| self.read(&file.text, found));
            }
            return;
        }
        let module =
            args.windows(3).find(|three| &*three[0].text == "-m" && &*three[1].text == "json.tool");
        if let Some(three) = module {
            self.read(&three[2].text, found);
        }
        let script = args.iter().any(|arg| !arg.text.starts_with('-') || arg.text == "-m");
        if !script && let Some(code) = &self.command.stdin {
            self.code(code, found);
        }
    }

    fn code(&self, code: &str, found: &mut Found) {
        const READS: &str = "\
            readFile createReadStream open( read_text read_bytes File.read IO.read File.open \
            file_get_contents readlines fileinput linecache Deno.read Bun.file fopen( file(";
        const LISTS: &str = "\
            glob( globSync os.walk rglob( readdir listdir scandir Dir.glob Dir[ Find.find \
            iterdir";
        const WRITES: &str = "\
            writeFile write_text write_bytes .write( appendFile file_put_contents File.write \
            createWriteStream 'w' \"w\" 'a' \"a\" 'wb' \"wb\" 'r+' \"r+\" Deno.write Bun.write \
            json.dump( os.remove unlink";
        let has = |names: &'static str| entries(names).any(|name| code.contains(name));
        if has(WRITES) {
            return;
        }
        let texts = literals(code);
        if has(LISTS) {
            let globs: Vec<&str> =
                texts.iter().copied().filter(|text| text.contains(['*', '.', '/'])).collect();
            let query = words::of_glob(&globs.join(" "));
            let folder = globs
                .iter()
                .copied()
                .find(|text| text.starts_with('/'))
                .map_or(self.base, literal_folder);
            self.place(ExplorationKind::List, folder, &query, found);
        } else if has(READS) {
            let path_like = |text: &&&str| {
                (text.contains('/') || text.contains('.'))
                    && !text.contains([' ', '\\', ':', '(', '<', '%', '$', '\n'])
                    && text.len() > 2
            };
            texts.iter().filter(path_like).for_each(|path| self.read(path, found));
        }
    }
}

/// Returns the texts in quotes of a piece of code, whatever its language.
fn literals(code: &str) -> Vec<&str> {
    const MAX_LITERALS: usize = 64;
    let mut texts = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(['\'', '"', '`']) {
        let quote = &rest[start..=start];
        let inner = &rest[start + 1..];
        let Some(end) = inner.find(quote) else { break };
        texts.push(&inner[..end]);
        rest = &inner[end + 1..];
        if texts.len() == MAX_LITERALS {
            break;
        }
    }
    texts
}
