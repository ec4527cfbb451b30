//! Our server in `.mcp.json`.

use moflo_hooks::registry::Program;

use crate::json::{Document, Meaning, Node, Step, Value};
use crate::owner;
use crate::settings::Obstacle;

/// The key that gives the tools their names: `mcp__moflo__…`.
const KEY: &str = "moflo";
const SERVERS: &str = "mcpServers";

/// What the file says about our key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Server {
    /// Nothing.
    None,
    /// It is our server, started as this command.
    Ours(String),
    /// It is somebody else's; line and column, from 1.
    Foreign((usize, usize)),
}

/// Returns what the file says about our key.
pub(crate) fn server(document: &Document) -> Server {
    let Some(node) = document.get(&[Step::Key(SERVERS), Step::Key(KEY)]) else {
        return Server::None;
    };
    match command_of(&document.meaning_of(node)) {
        Some(command) => Server::Ours(command),
        None => Server::Foreign(document.position(node)),
    }
}

/// Returns the command if the entry starts `flo mcp`.
fn command_of(entry: &Meaning) -> Option<String> {
    let command = entry.member("command")?.text()?;
    let first = entry.member("args")?.elements()?.first()?.text()?;
    let ours = first == "mcp" && owner::program_of(command, true) == Some(Program::Flo);
    ours.then(|| command.to_owned())
}

/// Returns whether the object of servers is not there yet.
pub(crate) fn missing_container(document: &Document) -> Option<String> {
    document.root().member(SERVERS).is_none().then(|| SERVERS.to_owned())
}

/// Sets our server; the caller has seen that there is no other under our key.
pub(crate) fn set(document: &mut Document, command: &str) -> Result<(), Obstacle> {
    for path in [&[][..], &[Step::Key(SERVERS)]] {
        if let Some(node) = document.get(path)
            && node.members().is_none()
        {
            let name = if path.is_empty() { "the document" } else { "`mcpServers`" };
            let message = format!("{name} is {}", node.describe());
            return Err(Obstacle { position: document.position(node), message });
        }
    }
    if document.root().member(SERVERS).is_none() {
        document.add_member(&[], SERVERS, &Value::Object(Vec::new()));
    }
    let entry = [Step::Key(SERVERS), Step::Key(KEY)];
    if document.get(&entry).is_none() {
        document.add_member(&entry[..1], KEY, &value(command));
        return Ok(());
    }
    let member = [entry.as_slice(), &[Step::Key("command")]].concat();
    if document.get(&member).and_then(Node::text) != Some(command) {
        document.replace(&member, &Value::string(command));
    }
    Ok(())
}

fn value(command: &str) -> Value {
    Value::object([
        ("type", Value::string("stdio")),
        ("command", Value::string(command)),
        ("args", Value::Array(vec![Value::string("mcp")])),
    ])
}

/// Takes our server out, and the object of servers if it was ours and is left empty.
pub(crate) fn unset(document: &mut Document, created: Option<&[String]>) -> bool {
    let mut removed = false;
    while matches!(server(document), Server::Ours(_)) {
        document.remove(&[Step::Key(SERVERS), Step::Key(KEY)]);
        removed = true;
    }
    let created = created.is_none_or(|created| created.iter().any(|name| name == SERVERS));
    let servers = document.root().member(SERVERS);
    if removed && created && servers.and_then(Node::members).is_some_and(<[_]>::is_empty) {
        document.remove(&[Step::Key(SERVERS)]);
    }
    removed
}

/// Splits what the file means into the foreign part and our command.
pub(crate) fn split(mut meaning: Meaning) -> (Meaning, Option<String>) {
    let mut command = None;
    let mut hollow = false;
    if let Some(servers) = meaning.member_mut(SERVERS) {
        command = servers.member(KEY).and_then(command_of);
        if command.is_some() {
            servers.take(KEY);
        }
        hollow = servers.is_hollow();
    }
    if hollow {
        meaning.take(SERVERS);
    }
    (meaning, command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_server_stands_beside_others_and_goes_without_a_trace() {
        let text = "{\n    \"mcpServers\": {\n        \"a\": {\"command\": \"x\"}\n    }\n}";
        let mut document = Document::parse(text.as_bytes()).unwrap();
        let before = document.meaning();
        set(&mut document, "/opt/flo").unwrap();
        assert_eq!(server(&document), Server::Ours("/opt/flo".to_owned()));
        assert_eq!(split(document.meaning()), (before, Some("/opt/flo".to_owned())));
        set(&mut document, "flo").unwrap();
        assert_eq!(server(&document), Server::Ours("flo".to_owned()));
        assert!(unset(&mut document, None));
        assert_eq!(String::from_utf8_lossy(document.bytes()), text);
    }

    #[test]
    fn another_server_under_our_key_is_not_ours() {
        let text =
            b"{\"mcpServers\": {\"moflo\": {\"command\": \"npx\", \"args\": [\"flo\", \"mcp\"]}}}";
        let document = Document::parse(text).unwrap();
        assert_eq!(server(&document), Server::Foreign((1, 26)));
    }
}
