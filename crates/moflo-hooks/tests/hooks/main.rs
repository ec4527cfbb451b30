//! What the programs rely on: events, projects, facts, files and the table of registrations.
#![expect(clippy::unwrap_used, reason = "tests")]

mod events;
mod facts;
mod output;
mod project;
mod registry;
mod snapshot;
