//! Checks arguments against the schema that the client was given.
//!
//! Knows the part of JSON schema that our own tools use and no more; a keyword it does not know
//! fails a test, not a user. What is wrong is said in words a model can act on.

use serde_json::Value as Json;

/// The keywords that are understood; those of the second line say nothing about validity.
#[cfg(test)]
const KEYWORDS: [&str; 14] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "enum",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "items",
    "maxItems",
    "description",
    "default",
    "title",
];

/// Returns everything that is wrong with `value`; nothing if it fits.
pub(crate) fn check(schema: &Json, value: &Json) -> Vec<String> {
    let mut wrong = Vec::new();
    at("", schema, value, &mut wrong);
    wrong
}

fn at(path: &str, schema: &Json, value: &Json, wrong: &mut Vec<String>) {
    let name = if path.is_empty() { "the arguments".to_owned() } else { format!("`{path}`") };
    let fits = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        _ => true,
    };
    if !fits {
        let expected = schema["type"].as_str().unwrap_or_default();
        let article = if expected.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
        return wrong.push(format!("{name} must be {article} {expected}"));
    }
    if let Some(words) = schema["enum"].as_array().filter(|words| !words.contains(value)) {
        let words: Vec<String> = words.iter().map(Json::to_string).collect();
        wrong.push(format!("{name} must be one of {}", words.join(", ")));
    }
    if let Some(text) = value.as_str() {
        let length = text.chars().count() as u64;
        if schema["minLength"].as_u64().is_some_and(|least| length < least) {
            wrong.push(format!("{name} must not be empty"));
        }
        if let Some(most) = schema["maxLength"].as_u64().filter(|most| length > *most) {
            wrong.push(format!("{name} must not be longer than {most} characters"));
        }
    }
    if let Some(number) = value.as_i64() {
        if let Some(least) = schema["minimum"].as_i64().filter(|least| number < *least) {
            wrong.push(format!("{name} must be at least {least}"));
        }
        if let Some(most) = schema["maximum"].as_i64().filter(|most| number > *most) {
            wrong.push(format!("{name} must be at most {most}"));
        }
    }
    if let Some(items) = value.as_array() {
        if let Some(most) = schema["maxItems"].as_u64().filter(|most| items.len() as u64 > *most) {
            wrong.push(format!("{name} must not have more than {most} entries"));
        }
        for (place, item) in items.iter().enumerate() {
            at(&format!("{path}[{place}]"), &schema["items"], item, wrong);
        }
    }
    if let Some(fields) = value.as_object() {
        object(path, schema, fields, wrong);
    }
}

fn object(
    path: &str,
    schema: &Json,
    fields: &serde_json::Map<String, Json>,
    wrong: &mut Vec<String>,
) {
    let below =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let known = schema["properties"].as_object();
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        if !fields.contains_key(name) {
            wrong.push(format!("`{}` is missing", below(name)));
        }
    }
    for (name, value) in fields {
        match known.and_then(|known| known.get(name)) {
            Some(schema) => at(&below(name), schema, value, wrong),
            None if schema["additionalProperties"] == false => {
                let names = known.into_iter().flat_map(|known| known.keys().map(String::as_str));
                let meant = moflo_ui::closest(name, names);
                let meant = meant.map(|meant| format!("; did you mean `{meant}`?"));
                wrong.push(format!("`{}` is unknown{}", below(name), meant.unwrap_or_default()));
            }
            None => {}
        }
    }
}

/// Returns the keywords in a schema that [`check`] would pass over in silence.
#[cfg(test)]
pub(crate) fn unknown_keywords(schema: &Json) -> Vec<String> {
    let Some(fields) = schema.as_object() else { return Vec::new() };
    let mut unknown = Vec::new();
    for (name, value) in fields {
        match name.as_str() {
            "properties" => {
                unknown.extend(
                    value
                        .as_object()
                        .into_iter()
                        .flatten()
                        .flat_map(|(_, sub)| unknown_keywords(sub)),
                );
            }
            "items" => unknown.extend(unknown_keywords(value)),
            name if !KEYWORDS.contains(&name) => unknown.push(name.to_owned()),
            _ => {}
        }
    }
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(value: &Json) -> String {
        let schema = json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["query"],
            "properties": {
                "query": { "type": "string", "minLength": 1, "maxLength": 10 },
                "limit": { "type": "integer", "minimum": 1, "maximum": 50 },
                "scope": { "type": "string", "enum": ["code", "tests"] },
                "paths": { "type": "array", "maxItems": 2, "items": { "type": "string" } },
            },
        });
        check(&schema, value).join("; ")
    }

    #[test]
    fn what_fits_passes() {
        assert_eq!(told(&json!({ "query": "x" })), "");
        assert_eq!(
            told(&json!({ "query": "x", "limit": 50, "scope": "code", "paths": ["a"] })),
            ""
        );
    }

    #[test]
    fn what_does_not_is_said_in_words() {
        for (value, expected) in [
            (json!([]), "the arguments must be an object"),
            (json!({}), "`query` is missing"),
            (json!({ "query": "" }), "`query` must not be empty"),
            (json!({ "query": "12345678901" }), "`query` must not be longer than 10 characters"),
            (json!({ "query": 7 }), "`query` must be a string"),
            (json!({ "query": "x", "limit": 0 }), "`limit` must be at least 1"),
            (json!({ "query": "x", "limit": 51 }), "`limit` must be at most 50"),
            (json!({ "query": "x", "limit": 1.5 }), "`limit` must be an integer"),
            (json!({ "query": "x", "scope": "docs" }), r#"`scope` must be one of "code", "tests""#),
            (json!({ "query": "x", "paths": ["a", 1] }), "`paths[1]` must be a string"),
            (
                json!({ "query": "x", "paths": ["a", "b", "c"] }),
                "`paths` must not have more than 2 entries",
            ),
            (
                json!({ "qery": "x" }),
                "`query` is missing; `qery` is unknown; did you mean `query`?",
            ),
        ] {
            assert_eq!(told(&value), expected, "{value}");
        }
    }
}
