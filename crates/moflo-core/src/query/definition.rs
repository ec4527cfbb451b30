//! Tells a name's definition from its declaration, alias or namesake, and finds what surrounds
//! a line.

use moflo_embed::FastSet;
use moflo_embed::words::name_terms;
use tantivy::DocAddress;

use super::classify::Name;
use super::postings::QueryTerm;
use crate::store::{Outline, Store, Symbol};

/// Returns how good a file's best definition of `name` is, between zero and one.
pub(super) fn quality(store: &Store, doc: DocAddress, name: &Name) -> tantivy::Result<f32> {
    let blob = store.blob(doc)?;
    let best = Outline::decode(&blob)
        .and_then(|outline| best_of(&outline, name).map(|(quality, _)| quality));
    // The name is in the index, so an outline that lost it is no reason to drop the file.
    Ok(best.unwrap_or(0.5))
}

/// Returns the best definition of `name` in an outline.
pub(super) fn best_of<'o, 'a>(
    outline: &'o Outline<'a>,
    name: &Name,
) -> Option<(f32, &'o Symbol<'a>)> {
    let mut best: Option<(f32, &Symbol<'_>)> = None;
    for symbol in &outline.symbols {
        let value = value_of(symbol, name);
        if value > 0.0 && best.is_none_or(|(known, _)| value > known) {
            best = Some((value, symbol));
        }
    }
    best
}

fn value_of(symbol: &Symbol<'_>, name: &Name) -> f32 {
    let mut value = if symbol.name == name.name {
        1.0
    } else if symbol.name.eq_ignore_ascii_case(&name.name) {
        0.8
    } else {
        return 0.0;
    };
    value *= match symbol.kind {
        "class" | "struct" | "enum" | "union" | "interface" | "trait" | "function" | "macro"
        | "object" | "table" => 1.0,
        "method" | "type" => 0.9,
        "constant" | "module" => 0.8,
        "variable" | "resource" | "target" | "selector" => 0.7,
        // Members of something else, and blocks that only add to a definition.
        "property" | "variant" | "section" => 0.6,
        _ => 0.5,
    };
    if let Some(wanted) = &name.container {
        let has = symbol.container.is_some_and(|container| {
            container
                .rsplit(|c: char| !(c.is_alphanumeric() || c == '_'))
                .any(|part| part == wanted)
        });
        value *= if has { 1.0 } else { 0.6 };
    }
    if !symbol.exported {
        value *= 0.95;
    }
    // A type or function on one line is usually a declaration or an alias.
    let has_body = matches!(
        symbol.kind,
        "class" | "struct" | "enum" | "union" | "interface" | "trait" | "function" | "method"
    );
    if has_body && symbol.start_line == symbol.end_line {
        value *= 0.8;
    }
    value
}

/// Returns the definition that a range of lines is best described by.
///
/// Among those that begin in the range, the one whose name the query mentions most; else the
/// innermost around it.
pub(super) fn describing<'o, 'a>(
    outline: &'o Outline<'a>,
    start_line: u32,
    end_line: u32,
    terms: &[QueryTerm],
) -> Option<&'o Symbol<'a>> {
    let wanted: FastSet<&str> = terms.iter().map(|term| term.text.as_str()).collect();
    let mut inside: Option<(usize, &Symbol<'_>)> = None;
    let mut around: Option<&Symbol<'_>> = None;
    for symbol in &outline.symbols {
        if (start_line..=end_line).contains(&symbol.start_line) {
            let told = name_terms(symbol.name)
                .iter()
                .filter(|term| wanted.contains(term.as_str()))
                .count();
            if inside.is_none_or(|(known, _)| told > known) {
                inside = Some((told, symbol));
            }
        } else if symbol.start_line < start_line
            && symbol.end_line >= start_line
            && around.is_none_or(|known| symbol.start_line >= known.start_line)
        {
            around = Some(symbol);
        }
    }
    match (inside, around) {
        (Some((0, _)), Some(around)) => Some(around),
        (Some((_, symbol)), _) => Some(symbol),
        (None, around) => around,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Role;

    fn symbol(kind: &'static str, name: &'static str, lines: (u32, u32)) -> Symbol<'static> {
        Symbol {
            kind,
            name,
            container: None,
            signature: name,
            doc: None,
            start_line: lines.0,
            end_line: lines.1,
            exported: true,
        }
    }

    fn outline(symbols: Vec<Symbol<'static>>) -> Outline<'static> {
        Outline {
            language: "rust",
            role: Role::Code,
            title: None,
            description: None,
            globs: Vec::new(),
            symbols,
            imports: Vec::new(),
            tests: Vec::new(),
            links: Vec::new(),
        }
    }

    #[test]
    fn a_body_beats_a_declaration_and_a_container_decides() {
        let mut method = symbol("method", "add", (20, 30));
        method.container = Some("app.Router");
        let outline = outline(vec![
            symbol("function", "add", (1, 1)),
            symbol("function", "add", (5, 9)),
            method,
        ]);
        let plain = Name { name: "add".to_owned(), container: None };
        assert_eq!(best_of(&outline, &plain).expect("defined").1.start_line, 5);
        let member = Name { container: Some("Router".to_owned()), ..plain };
        assert_eq!(best_of(&outline, &member).expect("defined").1.start_line, 20);
        let other = Name { name: "remove".to_owned(), container: None };
        assert_eq!(best_of(&outline, &other), None);
    }

    #[test]
    fn lines_are_described_by_what_is_asked_for_or_surrounds_them() {
        let outline = outline(vec![
            symbol("class", "Pool", (1, 50)),
            symbol("method", "acquire", (10, 20)),
            symbol("method", "release", (21, 30)),
        ]);
        let term = |text: &str| QueryTerm::new(text.to_owned(), 1);
        let name = |from, to, terms: &[QueryTerm]| {
            describing(&outline, from, to, terms).map(|symbol| symbol.name)
        };
        assert_eq!(name(10, 30, &[term("releas")]), Some("release"));
        assert_eq!(name(12, 15, &[]), Some("acquire"));
        assert_eq!(name(40, 45, &[]), Some("Pool"));
        assert_eq!(name(60, 65, &[]), None);
    }
}
