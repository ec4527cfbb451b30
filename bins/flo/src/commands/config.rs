//! `flo config`: the values in force, where they come from, and the schema.

use std::fmt::Write as _;

use clap::{Args, Subcommand};
use moflo_ui::{Align, ExitStatus, Failure, Table, style};
use serde_json::{Map, Value as Json, json};

use crate::config::keys::{KEYS, find};
use crate::session::Session;

/// Show the configuration and where each value comes from
///
/// Layers, weakest first: built in, the user's `moflo/config.yaml` in the configuration folder,
/// the project's `moflo.yaml`, environment variables such as `MOFLO_PROMPT_MAX_TOKENS`, `--config`.
/// Hooks see the first three.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Show(ShowArgs),
    /// Print the JSON schema of `moflo.yaml`, for editors
    Schema,
}

/// Print every key with its value
#[derive(Debug, Args)]
struct ShowArgs {
    /// Only this key, or the keys of this group
    #[arg(value_name = "KEY")]
    key: Option<String>,

    /// Say where each value comes from
    #[arg(long)]
    origin: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl ConfigArgs {
    pub(crate) fn json(&self) -> bool {
        matches!(&self.action, Action::Show(args) if args.json)
    }
}

pub(crate) fn run(args: &ConfigArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    match &args.action {
        Action::Show(args) => show(args, session),
        Action::Schema => {
            let text = serde_json::to_string_pretty(&crate::config::schema()).unwrap_or_default();
            session.out.raw(format!("{text}\n").as_bytes())?;
            Ok(ExitStatus::Ok)
        }
    }
}

fn show(args: &ShowArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let project = session.project()?;
    // Hooks shall see what is shown here, so the snapshot is compiled on the way.
    crate::config::sync::sync(&project);
    let effective = session.effective(&project)?;
    session.warn(&effective.warnings);
    let wanted = |path: &str| match &args.key {
        None => true,
        Some(key) => {
            path == key || path.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'))
        }
    };
    let chosen: Vec<&str> = KEYS.iter().map(|key| key.path).filter(|path| wanted(path)).collect();
    if let (Some(key), true) = (&args.key, chosen.is_empty()) {
        let meant = moflo_ui::closest(key, KEYS.iter().map(|key| key.path));
        return Err(Failure::new(ExitStatus::Usage, format!("there is no key `{key}`"))
            .maybe_hint(meant.map(|meant| format!("did you mean `{meant}`?"))));
    }
    if args.json {
        let mut values = Map::new();
        for path in chosen {
            let (value, origin) = &effective.values[path];
            values.insert(path.to_owned(), json!({ "value": value, "origin": origin.to_string() }));
        }
        let _ = writeln!(session.out, "{}", json!({ "schema": "flo.config/1", "values": values }));
        return Ok(ExitStatus::Ok);
    }
    let mut table = Table::new([Align::Left, Align::Left, Align::Left]);
    let (heading, dim) = (style::HEADING, style::DIM);
    for path in chosen {
        let (value, origin) = &effective.values[path];
        let mut row = vec![format!("{heading}{path}{heading:#}"), as_yaml(value)];
        if args.origin {
            row.push(format!("{dim}{origin}{dim:#}"));
        }
        table.row(row);
    }
    let _ = write!(session.out, "{table}");
    // One key is asked for by name: say what it is for.
    if let Some(key) = args.key.as_deref().and_then(find) {
        session.out.note(key.help);
    }
    Ok(ExitStatus::Ok)
}

/// Writes a value as it could stand in `moflo.yaml`, on one line.
fn as_yaml(value: &Json) -> String {
    match value {
        Json::String(text) => scalar(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(as_yaml).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {}", as_yaml(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

/// Quotes a text where YAML would take it for something else.
fn scalar(text: &str) -> String {
    let plain = !text.is_empty()
        && text.chars().all(|char| char.is_alphanumeric() || "._-/".contains(char))
        && text.starts_with(|char: char| char.is_alphabetic() || char == '.' || char == '/');
    if plain && !matches!(text, "true" | "false" | "null") {
        text.to_owned()
    } else {
        Json::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_as_they_could_be_written() {
        let value = json!(["docs", "**/*.md", "", "true"]);
        assert_eq!(as_yaml(&value), r#"[docs, "**/*.md", "", "true"]"#);
        assert_eq!(as_yaml(&json!(400)), "400");
        assert_eq!(as_yaml(&json!({ "id": "no push" })), r#"{id: "no push"}"#);
    }
}
