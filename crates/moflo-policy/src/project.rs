//! What a project adds to the built-in rules: its own rules and its exceptions.

/// Rules and exceptions of one project.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ProjectPolicy {}
