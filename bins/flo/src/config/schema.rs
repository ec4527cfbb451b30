//! The JSON schema of `moflo.yaml`, for editors.

use moflo_hooks::snapshot::Snapshot;
use serde_json::{Map, Value as Json, json};

use super::keys::{self, Field, Kind};

/// Returns the schema, made from the table of keys and the built-in defaults.
pub(crate) fn schema() -> Json {
    let defaults = serde_json::to_value(Snapshot::default()).unwrap_or_default();
    let mut root = group("", &defaults);
    if let Some(root) = root.as_object_mut() {
        root.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        root.insert("title".to_owned(), json!("moflo.yaml"));
        root.insert(
            "description".to_owned(),
            json!("How moflo behaves in this project; every key is optional."),
        );
    }
    root
}

fn group(group: &str, defaults: &Json) -> Json {
    let mut properties = Map::new();
    for name in keys::below(group) {
        let path = if group.is_empty() { name.to_owned() } else { format!("{group}.{name}") };
        let property = match keys::find(&path) {
            Some(key) => {
                let mut property = of_kind(key.kind, key.help);
                let default = defaults.pointer(&format!("/{}", path.replace('.', "/")));
                if let (Some(property), Some(default)) = (property.as_object_mut(), default) {
                    property.insert("default".to_owned(), default.clone());
                }
                property
            }
            None => self::group(&path, defaults),
        };
        properties.insert(name.to_owned(), property);
    }
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn of_kind(kind: Kind, help: &str) -> Json {
    let mut schema = match kind {
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Count { least, most } => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Text => json!({ "type": "string" }),
        Kind::Day => json!({ "type": "string", "format": "date" }),
        Kind::Choice(words) => json!({ "type": "string", "enum": words }),
        Kind::List(item) => json!({ "type": "array", "items": of_kind(*item, "") }),
        Kind::Record(fields) => record(fields),
    };
    if let Some(schema) = schema.as_object_mut().filter(|_| !help.is_empty()) {
        schema.insert("description".to_owned(), json!(help));
    }
    schema
}

fn record(fields: &[Field]) -> Json {
    let properties: Map<String, Json> = fields
        .iter()
        .map(|field| (field.name.to_owned(), of_kind(field.kind, field.help)))
        .collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    })
}
