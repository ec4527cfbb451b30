//! Documents: Markdown as CommonMark defines it, reStructuredText, `AsciiDoc` and plain text.
//!
//! A document is cut at its headings. Small sections stay with their neighbours, large ones are
//! cut between paragraphs, and nothing is dropped. Fenced code, whatever looks like a heading in
//! it, belongs to the section around it.

use pulldown_cmark::{Event, HeadingLevel, Options as Markdown, Parser, Tag, TagEnd};

use crate::chunk;
use crate::front_matter::FrontMatter;
use crate::language::Language;
use crate::model::{Chunk, Outline, Symbol, SymbolKind};
use crate::text::{Lines, clip};

/// A heading, and with it the section it opens.
#[derive(Debug, PartialEq, Eq)]
struct Heading {
    /// The line it stands on, counted from 0.
    line: usize,
    level: usize,
    text: String,
}

/// What the structure of a document allows: its headings, its links, and what a cut costs.
struct Structure {
    headings: Vec<Heading>,
    links: Vec<String>,
    /// What a cut before each line costs.
    prices: Vec<f32>,
    title: Option<String>,
}

/// How many characters of headings name a chunk.
const HEADING_CHARACTERS: usize = 240;

/// How many links of one document are kept.
const MOST_LINKS: usize = 400;

/// Fills the outline of a document and cuts it.
pub(crate) fn read(path: &str, lines: &Lines<'_>, outline: &mut Outline) -> Vec<Chunk> {
    let front_matter = FrontMatter::read(lines);
    let structure = match outline.language {
        Language::Markdown => markdown(lines, front_matter.lines),
        Language::AsciiDoc => asciidoc(lines),
        _ => underlined(lines),
    };
    let Structure { headings, mut links, prices, title } = structure;
    if path.rsplit('/').next().is_some_and(|name| name.starts_with("CLAUDE")) {
        links.extend(memory_imports(lines));
    }
    let mut seen = std::collections::HashSet::new();
    links.retain(|link| seen.insert(link.clone()));
    links.truncate(MOST_LINKS);
    outline.title = front_matter
        .title
        .or_else(|| {
            let first = headings.first()?;
            let top = headings.iter().find(|heading| heading.level == 1);
            Some(top.unwrap_or(first).text.clone())
        })
        .or(title);
    outline.description = front_matter.description;
    outline.globs = front_matter.globs;
    outline.links = links;
    outline.symbols = sections(lines, &headings);
    chunks(lines, &headings, &prices, outline)
}

/// Returns the headings as symbols, each reaching to the next heading that is not below it.
fn sections(lines: &Lines<'_>, headings: &[Heading]) -> Vec<Symbol> {
    let mut symbols: Vec<Symbol> = Vec::with_capacity(headings.len());
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        while let Some(&(level, symbol)) = open.last()
            && level >= heading.level
        {
            symbols[symbol].end_line = heading.line as u32;
            open.pop();
        }
        let container = open
            .iter()
            .map(|&(_, symbol)| symbols[symbol].name.as_str())
            .collect::<Vec<_>>()
            .join(" > ");
        open.push((heading.level, at));
        symbols.push(Symbol {
            kind: SymbolKind::Section,
            name: clip(&heading.text, 160),
            container: (!container.is_empty()).then_some(container),
            signature: clip(lines.get(heading.line).trim(), 200),
            doc: None,
            start_line: heading.line as u32 + 1,
            end_line: lines.len() as u32,
            exported: true,
        });
    }
    symbols
}

/// Cuts the document, and names each piece after the sections in it.
fn chunks(
    lines: &Lines<'_>,
    headings: &[Heading],
    prices: &[f32],
    outline: &Outline,
) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut next = 0;
    for cut in chunk::cheapest(lines, prices) {
        let begin = next;
        while next < headings.len() && headings[next].line < cut.end {
            next += 1;
        }
        // The section the piece opens in: its own first line's, or the one still open.
        let blank_until = (cut.start..cut.end)
            .find(|&line| !lines.get(line).trim().is_empty())
            .unwrap_or(cut.start);
        let opens = headings.get(begin).is_some_and(|heading| heading.line <= blank_until);
        let around = if opens { Some(begin) } else { begin.checked_sub(1) };
        let mut name = around.map_or_else(
            || outline.title.clone().unwrap_or_default(),
            |at| chunk::qualified(&outline.symbols[at], " > "),
        );
        let own_title =
            outline.title.as_deref().filter(|title| !title.is_empty() && !name.starts_with(*title));
        if let Some(title) = own_title {
            name = if name.is_empty() { title.to_owned() } else { format!("{title} > {name}") };
        }
        for heading in &headings[begin + usize::from(opens)..next] {
            name.push_str(" | ");
            name.push_str(&heading.text);
        }
        chunk::push(lines, &cut, &clip(&name, HEADING_CHARACTERS), begin..next, &mut chunks);
    }
    chunks
}

/// What a cut before a heading costs.
fn heading_price(level: usize) -> f32 {
    0.03 * level.min(6) as f32
}

/// Returns prices that know paragraphs only.
fn paragraph_prices(lines: &Lines<'_>) -> Vec<f32> {
    let mut blank_before = true;
    (0..lines.len())
        .map(|line| {
            let text = lines.get(line);
            let blank = text.trim().is_empty();
            let price = if blank {
                1.2
            } else if blank_before {
                if text.starts_with([' ', '\t']) { 0.45 } else { 0.3 }
            } else {
                0.9
            };
            blank_before = blank;
            price
        })
        .collect()
}

/// Reads Markdown. `front_matter` is the number of lines the front matter takes.
fn markdown(lines: &Lines<'_>, front_matter: usize) -> Structure {
    let skipped = lines.start(front_matter);
    let text = lines.text().get(skipped..).unwrap_or_default();
    let mut structure = Structure {
        headings: Vec::new(),
        links: Vec::new(),
        prices: paragraph_prices(lines),
        title: None,
    };
    for price in structure.prices.iter_mut().take(front_matter) {
        *price = 2.0;
    }
    let mut depth = 0_usize;
    let mut heading: Option<Heading> = None;
    let options = Markdown::ENABLE_TABLES | Markdown::ENABLE_HEADING_ATTRIBUTES;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                let line = lines.at(skipped + range.start);
                heading = Some(Heading { line, level: number(level), text: String::new() });
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(mut done) = heading.take() {
                    done.text = tidy(&done.text);
                    if !done.text.is_empty() {
                        structure.prices[done.line] = heading_price(done.level);
                        // Neither between the text and its underline nor right after a heading.
                        let last = lines.at((skipped + range.end).saturating_sub(1));
                        for price in structure.prices.iter_mut().take(last + 3).skip(done.line + 1)
                        {
                            *price = price.max(1.0);
                        }
                        structure.headings.push(done);
                    }
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.text.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut heading {
                    heading.text.push(' ');
                }
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                structure.links.extend(local(&dest_url));
            }
            Event::Start(Tag::CodeBlock(_) | Tag::Table(_)) => {
                let (first, last) = (
                    lines.at(skipped + range.start),
                    lines.at((skipped + range.end).saturating_sub(1)),
                );
                // A cut inside a block is possible, since blocks may be large, but dear.
                for line in first + 1..=last {
                    let blank_before = lines.get(line - 1).trim().is_empty();
                    structure.prices[line] = if blank_before { 0.8 } else { 1.1 };
                }
                if matches!(event, Event::Start(Tag::Table(_))) {
                    depth += 1;
                }
            }
            Event::Start(Tag::BlockQuote(_) | Tag::List(_)) => depth += 1,
            Event::End(TagEnd::Table | TagEnd::BlockQuote(_) | TagEnd::List(_)) => {
                depth = depth.saturating_sub(1);
            }
            Event::Start(Tag::Item) => {
                let line = lines.at(skipped + range.start);
                let price = 0.4 + 0.15 * depth.min(4) as f32;
                structure.prices[line] = structure.prices[line].min(price);
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                if structure.title.is_none() && html.trim_start().starts_with("<h1") {
                    let title = tidy(&without_tags(&html));
                    structure.title = (!title.is_empty()).then_some(title);
                }
                structure.links.extend(attribute(&html, "href=").into_iter().filter_map(local));
            }
            _ => {}
        }
    }
    structure.links.extend(includes(lines));
    structure
}

/// Returns the number of a heading level.
fn number(level: HeadingLevel) -> usize {
    level as usize
}

/// Returns heading text on one line, without the anchors some generators add.
fn tidy(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.rfind("{#") {
        Some(at) if text.ends_with('}') => text[..at].trim_end().to_owned(),
        _ => text,
    }
}

/// Returns a link's target when it is a file of this repository, without its fragment.
fn local(target: &str) -> Option<String> {
    let target = target.split(['#', '?']).next().unwrap_or_default().trim();
    let scheme = target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    (!target.is_empty() && !scheme && !target.starts_with("//") && target.len() < 400)
        .then(|| target.to_owned())
}

/// Returns the text between tags.
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for character in html.chars() {
        match character {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(character),
            _ => {}
        }
    }
    text
}

/// Returns the quoted values of an attribute.
fn attribute<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    html.match_indices(name)
        .filter_map(|(at, _)| {
            let rest = &html[at + name.len()..];
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest[1..].split(quote).next()
        })
        .collect()
}

/// Returns files that a static site generator would paste in.
fn includes(lines: &Lines<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for line in 0..lines.len() {
        let text = lines.get(line).trim();
        let target = if let Some(rest) = text.strip_prefix("{!").or_else(|| text.strip_prefix("{*"))
        {
            rest.split(['!', '*']).next().and_then(|inner| inner.split_whitespace().next())
        } else if let Some(rest) = text.strip_prefix("--8<--") {
            Some(rest.trim().trim_matches(['"', '\'']))
        } else {
            text.strip_prefix("{{#include ").map(|rest| rest.trim_end_matches('}').trim())
        };
        let target = target.map(|target| {
            target.split_once(".rs:").map_or(target, |(stem, _)| &target[..stem.len() + 3])
        });
        found.extend(target.and_then(local));
    }
    found
}

/// Returns the files a memory file imports with `@path`.
fn memory_imports(lines: &Lines<'_>) -> Vec<String> {
    (0..lines.len())
        .flat_map(|line| lines.get(line).split_whitespace())
        .filter_map(|word| word.strip_prefix('@'))
        .map(|word| word.trim_end_matches(['.', ',', ')', ';', ':']))
        .filter(|word| word.contains(['/', '.']))
        .filter_map(local)
        .collect()
}

/// Reads reStructuredText and plain text: a heading is a line with a line of punctuation below it.
fn underlined(lines: &Lines<'_>) -> Structure {
    let mut prices = paragraph_prices(lines);
    let mut headings: Vec<Heading> = Vec::new();
    let mut styles: Vec<(u8, bool)> = Vec::new();
    let mut targets = Vec::new();
    for line in 0..lines.len() {
        let text = lines.get(line).trim_end();
        targets.extend(rst_links(text));
        let Some(below) = rule(lines.get(line + 1)) else { continue };
        if line + 1 >= lines.len() {
            continue;
        }
        let title = text.trim();
        let width = lines.get(line + 1).trim_end().len();
        let is_title = !title.is_empty()
            && rule(text).is_none()
            && title.chars().any(char::is_alphanumeric)
            && width + 2 >= title.chars().count().min(80)
            && (line == 0
                || lines.get(line - 1).trim().is_empty()
                || rule(lines.get(line - 1)) == Some(below)
                || lines.get(line - 1).starts_with(".. "));
        if !is_title {
            continue;
        }
        let over = line > 0 && rule(lines.get(line - 1)) == Some(below);
        // An indented line without an overline is the text of a table or a quotation.
        if !over && text.starts_with([' ', '\t']) {
            continue;
        }
        let style = (below, over);
        let level = styles.iter().position(|&known| known == style).unwrap_or_else(|| {
            styles.push(style);
            styles.len() - 1
        }) + 1;
        let first = if over { line - 1 } else { line };
        prices[first] = heading_price(level);
        for price in prices.iter_mut().take(line + 4).skip(first + 1) {
            *price = price.max(1.0);
        }
        headings.push(Heading { line: first, level, text: tidy(title) });
    }
    Structure { headings, links: targets, prices, title: None }
}

/// Returns the character of a line of punctuation.
fn rule(line: &str) -> Option<u8> {
    let line = line.trim_end().as_bytes();
    let &first = line.first()?;
    (line.len() >= 3
        && b"=-~^\"'`#*+._:<>".contains(&first)
        && line.iter().all(|&byte| byte == first))
    .then_some(first)
}

/// Returns the files a line of reStructuredText refers to.
fn rst_links(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for directive in [".. include::", ".. literalinclude::", ".. image::", ".. figure::"] {
        if let Some(rest) = line.trim_start().strip_prefix(directive) {
            found.extend(local(rest.trim()));
        }
    }
    for role in [":doc:`", ":file:`"] {
        for (at, _) in line.match_indices(role) {
            let inner = line[at + role.len()..].split('`').next().unwrap_or_default();
            let target = match inner.rsplit_once('<') {
                Some((_, target)) => target.trim_end_matches('>'),
                None => inner,
            };
            found.extend(local(target));
        }
    }
    found
}

/// Reads `AsciiDoc`: a heading is a line of `=` signs and a text, outside of blocks.
#[expect(clippy::needless_range_loop, reason = "the line's number is what is kept")]
fn asciidoc(lines: &Lines<'_>) -> Structure {
    let mut prices = paragraph_prices(lines);
    let mut headings = Vec::new();
    let mut targets = Vec::new();
    let mut block: Option<String> = None;
    for line in 0..lines.len() {
        let text = lines.get(line).trim_end();
        let delimiter = text.len() >= 4
            && ["----", "....", "====", "****", "____", "++++", "////", "```"].iter().any(|mark| {
                text.starts_with(mark) && text.bytes().all(|b| b == mark.as_bytes()[0])
            });
        match &block {
            Some(open) => {
                prices[line] = prices[line].max(0.9);
                if delimiter && open == text {
                    block = None;
                }
                continue;
            }
            None if delimiter => {
                block = Some(text.to_owned());
                continue;
            }
            None => {}
        }
        for name in ["include::", "xref:", "link:", "image::"] {
            for (at, _) in text.match_indices(name) {
                let target = text[at + name.len()..].split(['[', ' ']).next().unwrap_or_default();
                targets.extend(local(target));
            }
        }
        let level = text.bytes().take_while(|&byte| byte == b'=').count();
        if (1..=6).contains(&level)
            && let Some(title) = text[level..].strip_prefix(' ')
            && !title.trim().is_empty()
        {
            prices[line] = heading_price(level);
            headings.push(Heading { line, level, text: tidy(title) });
        }
    }
    Structure { headings, links: targets, prices, title: None }
}
