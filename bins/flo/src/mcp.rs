//! The MCP server: JSON-RPC, one message a line, over standard input and output.
//!
//! By hand over `serde_json`: the protocol's server side is four requests, and a runtime would
//! cost more than it saves. Notifications are never answered; whatever comes in, the next line is
//! read; the end of the input is the end of the program.

pub(crate) mod check;
mod lines;
mod server;
pub(crate) mod tools;

pub(crate) use server::serve;
