//! The object the client gives its status line.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::Deserializer;

use super::{OrDefault, text};

/// What the status line may show; everything may be absent.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct StatusLine<'a> {
    /// The session's current folder.
    #[serde(borrow, deserialize_with = "text")]
    pub cwd: Option<Cow<'a, str>>,
    /// The session.
    #[serde(borrow, deserialize_with = "text")]
    pub session_id: Option<Cow<'a, str>>,
    /// The model.
    #[serde(borrow, deserialize_with = "object")]
    pub model: Model<'a>,
    /// The folders.
    #[serde(borrow, deserialize_with = "object")]
    pub workspace: Workspace<'a>,
    /// What was spent.
    #[serde(deserialize_with = "object")]
    pub cost: Cost,
    /// How full the model's window is.
    #[serde(deserialize_with = "object")]
    pub context_window: ContextWindow,
}

/// The model.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Model<'a> {
    /// Its name for people.
    #[serde(borrow, deserialize_with = "text")]
    pub display_name: Option<Cow<'a, str>>,
    /// Its name for programs.
    #[serde(borrow, deserialize_with = "text")]
    pub id: Option<Cow<'a, str>>,
}

/// The folders.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Workspace<'a> {
    /// The session's current folder.
    #[serde(borrow, deserialize_with = "text")]
    pub current_dir: Option<Cow<'a, str>>,
    /// The folder the client was started in.
    #[serde(borrow, deserialize_with = "text")]
    pub project_dir: Option<Cow<'a, str>>,
}

/// What was spent.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Cost {
    /// Dollars.
    #[serde(deserialize_with = "number")]
    pub total_cost_usd: Option<f64>,
}

/// How full the model's window is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ContextWindow {
    /// Percent of it.
    #[serde(deserialize_with = "number")]
    pub used_percentage: Option<f64>,
    /// Tokens in all.
    #[serde(deserialize_with = "number")]
    pub context_window_size: Option<f64>,
}

impl<'a> StatusLine<'a> {
    /// Understands what the client sent; what cannot be understood is empty.
    pub fn parse(bytes: &'a [u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }
}

fn object<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    OrDefault::deserialize(from).map(|OrDefault(object)| object)
}

/// Reads a number; a value of another type is none.
fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    Ok(serde_json::Value::deserialize(from)?.as_f64().filter(|number| number.is_finite()))
}
