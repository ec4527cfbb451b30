//! Our entries in the client's settings: hooks and the status line.
//!
//! Works on one file's text. Everything that is not ours keeps its bytes and its order; an entry
//! of ours that differs is corrected where it stands, member by member.

use moflo_hooks::registry::{Program, Registration};

use crate::json::{Document, Meaning, Node, Step, Value};
use crate::owner;

/// The members of a handler that we decide about; others a user added stay.
const DECIDED: [&str; 8] =
    ["type", "command", "args", "timeout", "if", "async", "asyncRewake", "shell"];

/// One registration as it shall stand in the file.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    event: &'static str,
    matcher: Option<&'static str>,
    program: Program,
    handler: Vec<(String, Value)>,
}

impl Wanted {
    /// A registration whose program is started as `command`.
    pub(crate) fn new(registration: &Registration, command: &str) -> Self {
        let mut handler = vec![
            ("type".to_owned(), Value::string("command")),
            ("command".to_owned(), Value::string(command)),
            ("args".to_owned(), Value::Array(Vec::new())),
        ];
        if let Some(condition) = registration.condition {
            handler.push(("if".to_owned(), Value::string(condition)));
        }
        handler
            .push(("timeout".to_owned(), Value::Integer(u64::from(registration.timeout_seconds))));
        Self {
            event: registration.event,
            matcher: registration.matcher,
            program: registration.program,
            handler,
        }
    }

    fn condition(&self) -> Option<String> {
        self.decided("if").and_then(|value| value.meaning().text().map(str::to_owned))
    }

    fn decided(&self, key: &str) -> Option<&Value> {
        self.handler.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    fn group(&self) -> Value {
        let mut members = Vec::new();
        if let Some(matcher) = self.matcher {
            members.push(("matcher".to_owned(), Value::string(matcher)));
        }
        members.push(("hooks".to_owned(), Value::Array(vec![Value::Object(self.handler.clone())])));
        Value::Object(members)
    }
}

/// Something that is not an object or a list where one is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Obstacle {
    /// Line and column, from 1.
    pub(crate) position: (usize, usize),
    /// What stands there.
    pub(crate) message: String,
}

/// A handler of ours that is in the file.
#[derive(Debug, Clone)]
struct Ours {
    group: usize,
    handler: usize,
    program: Program,
    matcher: Option<String>,
    condition: Option<String>,
    alone: bool,
}

/// Returns the containers below which entries would be added and which are not there yet.
pub(crate) fn missing_containers(document: &Document, wanted: &[Wanted]) -> Vec<String> {
    let mut missing = Vec::new();
    let hooks = document.root().member("hooks");
    if hooks.is_none() {
        missing.push("hooks".to_owned());
    }
    for wanted in wanted {
        let name = format!("hooks/{}", wanted.event);
        if hooks.and_then(|hooks| hooks.member(wanted.event)).is_none() && !missing.contains(&name)
        {
            missing.push(name);
        }
    }
    missing
}

/// Makes the file register exactly the wanted handlers of ours.
pub(crate) fn register(document: &mut Document, wanted: &[Wanted]) -> Result<(), Obstacle> {
    if wanted.is_empty() {
        return Ok(());
    }
    expect_object(document, &[])?;
    if document.root().member("hooks").is_none() {
        document.add_member(&[], "hooks", &Value::Object(Vec::new()));
    }
    expect_object(document, &[Step::Key("hooks")])?;
    for event in events_with_ours(document) {
        if !wanted.iter().any(|wanted| wanted.event == event) {
            remove_from_event(document, &event, None);
        }
    }
    let mut done: Vec<&str> = Vec::new();
    for Wanted { event, .. } in wanted {
        if done.contains(event) {
            continue;
        }
        done.push(event);
        let path = [Step::Key("hooks"), Step::Key(event)];
        match document.get(&path) {
            None => {
                document.add_member(&path[..1], event, &Value::Array(Vec::new()));
            }
            Some(node) if node.elements().is_none() => {
                let message = format!("`hooks.{event}` is {}", node.describe());
                return Err(Obstacle { position: document.position(node), message });
            }
            Some(_) => {}
        }
        let wanted: Vec<&Wanted> = wanted.iter().filter(|wanted| wanted.event == *event).collect();
        // Each pass makes one small edit; a file that needs more than this does not exist.
        for _ in 0..10_000 {
            if !improve(document, event, &wanted) {
                break;
            }
        }
    }
    Ok(())
}

/// Makes one edit that brings an event closer to what is wanted; false when there is none left.
fn improve(document: &mut Document, event: &str, wanted: &[&Wanted]) -> bool {
    let ours = ours_of(document, event);
    let mut partner: Vec<Option<usize>> = vec![None; wanted.len()];
    let mut taken = vec![false; ours.len()];
    // Exact partners first, so that two registrations of one program do not swap their places.
    for exact in [true, false] {
        for (want, slot) in wanted.iter().zip(&mut partner) {
            if slot.is_some() {
                continue;
            }
            *slot = ours.iter().enumerate().position(|(index, have)| {
                !taken[index]
                    && have.program == want.program
                    && if exact {
                        have.matcher.as_deref() == want.matcher
                            && have.condition == want.condition()
                    } else {
                        have.alone
                    }
            });
            if let Some(index) = *slot {
                taken[index] = true;
            }
        }
    }
    for (want, slot) in wanted.iter().zip(&partner) {
        if let Some(have) = slot.and_then(|index| ours.get(index))
            && correct(document, event, have, want)
        {
            return true;
        }
    }
    if let Some(surplus) = taken.iter().position(|taken| !taken) {
        remove_handler(document, event, &ours[surplus]);
        return true;
    }
    if let Some(want) = wanted.iter().zip(&partner).find(|(_, slot)| slot.is_none()) {
        document.add_element(&[Step::Key("hooks"), Step::Key(event)], &want.0.group());
        return true;
    }
    false
}

/// Corrects the first thing about a handler that is not as wanted.
fn correct(document: &mut Document, event: &str, have: &Ours, want: &Wanted) -> bool {
    let group = [Step::Key("hooks"), Step::Key(event), Step::Index(have.group)];
    if have.matcher.as_deref() != want.matcher {
        set_member(document, &group, "matcher", want.matcher.map(Value::string).as_ref());
        return true;
    }
    let handler = [group.as_slice(), &[Step::Key("hooks"), Step::Index(have.handler)]].concat();
    for key in DECIDED {
        let now = document.get(&handler).and_then(|node| node.member(key));
        let now = now.map(|node| document.meaning_of(node));
        let then = want.decided(key);
        if now != then.map(Value::meaning) {
            set_member(document, &handler, key, then);
            return true;
        }
    }
    false
}

fn set_member(document: &mut Document, path: &[Step<'_>], key: &str, value: Option<&Value>) {
    let member = [path, &[Step::Key(key)]].concat();
    let present = document.get(&member).is_some();
    match value {
        Some(value) if present => document.replace(&member, value),
        Some(value) => document.add_member(path, key, value),
        None => {
            // Of duplicates the last counts; all of them have to go.
            while document.get(&member).is_some() {
                document.remove(&member);
            }
        }
    }
}

/// Takes every handler of ours out of the file, and containers that are left empty by it.
///
/// `created` names the containers that were ours; without it, all that become empty are.
pub(crate) fn unregister(document: &mut Document, created: Option<&[String]>) -> bool {
    let events = events_with_ours(document);
    for event in &events {
        remove_from_event(document, event, created);
    }
    let hooks = [Step::Key("hooks")];
    let created = created.is_none_or(|created| created.iter().any(|name| name == "hooks"));
    let hollow =
        document.get(&hooks).is_some_and(|hooks| hooks.members().is_some_and(<[_]>::is_empty));
    if created && hollow && !events.is_empty() {
        document.remove(&hooks);
    }
    !events.is_empty()
}

fn remove_from_event(document: &mut Document, event: &str, created: Option<&[String]>) {
    while let Some(have) = ours_of(document, event).last() {
        remove_handler(document, event, have);
    }
    let path = [Step::Key("hooks"), Step::Key(event)];
    let name = format!("hooks/{event}");
    let created = created.is_none_or(|created| created.contains(&name));
    if created && document.get(&path).and_then(Node::elements).is_some_and(<[_]>::is_empty) {
        document.remove(&path);
    }
}

fn remove_handler(document: &mut Document, event: &str, have: &Ours) {
    let group = [Step::Key("hooks"), Step::Key(event), Step::Index(have.group)];
    if have.alone {
        document.remove(&group);
    } else {
        document
            .remove(&[group.as_slice(), &[Step::Key("hooks"), Step::Index(have.handler)]].concat());
    }
}

/// Returns the events under which a handler of ours is registered.
pub(crate) fn events_with_ours(document: &Document) -> Vec<String> {
    let mut events: Vec<String> = Vec::new();
    let hooks = document.root().member("hooks");
    for member in hooks.and_then(Node::members).unwrap_or_default() {
        if let Ok(event) = std::str::from_utf8(&member.key)
            && !events.iter().any(|known| known == event)
            && !ours_of(document, event).is_empty()
        {
            events.push(event.to_owned());
        }
    }
    events
}

fn ours_of(document: &Document, event: &str) -> Vec<Ours> {
    let groups = document.get(&[Step::Key("hooks"), Step::Key(event)]).and_then(Node::elements);
    let mut ours = Vec::new();
    for (group, node) in groups.unwrap_or_default().iter().enumerate() {
        let handlers = node.member("hooks").and_then(Node::elements).unwrap_or_default();
        for (handler, entry) in handlers.iter().enumerate() {
            let Some(command) = entry.member("command").and_then(Node::text) else { continue };
            let exec = entry.member("args").is_some();
            let Some(program) = owner::program_of(command, exec) else { continue };
            ours.push(Ours {
                group,
                handler,
                program,
                matcher: node.member("matcher").and_then(Node::text).map(str::to_owned),
                condition: entry.member("if").and_then(Node::text).map(str::to_owned),
                alone: handlers.len() == 1,
            });
        }
    }
    ours
}

/// What a settings file says about the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StatusLine {
    /// Nothing.
    None,
    /// It is ours.
    Ours,
    /// It is somebody else's; line and column, from 1.
    Foreign((usize, usize)),
}

/// Returns what the file says about the status line.
pub(crate) fn status_line(document: &Document) -> StatusLine {
    let Some(node) = document.root().member("statusLine") else { return StatusLine::None };
    let ours = node
        .member("command")
        .and_then(Node::text)
        .and_then(|command| owner::program_of(command, false))
        .is_some_and(|program| program == Program::Statusline);
    if ours { StatusLine::Ours } else { StatusLine::Foreign(document.position(node)) }
}

/// Sets our status line; the caller has seen that there is no other.
pub(crate) fn set_status_line(document: &mut Document, command: &str) -> Result<(), Obstacle> {
    expect_object(document, &[])?;
    let path = [Step::Key("statusLine")];
    match document.get(&path) {
        None => document.add_member(&[], "statusLine", &status_line_value(command)),
        Some(_) => {
            for (key, value) in [("type", "command"), ("command", command)] {
                if node_text(document, &path, key).as_deref() != Some(value) {
                    set_member(document, &path, key, Some(&Value::string(value)));
                }
            }
        }
    }
    Ok(())
}

fn node_text(document: &Document, path: &[Step<'_>], key: &str) -> Option<String> {
    document.get(path)?.member(key)?.text().map(str::to_owned)
}

fn status_line_value(command: &str) -> Value {
    Value::object([("type", Value::string("command")), ("command", Value::string(command))])
}

/// Takes our status line out.
pub(crate) fn unset_status_line(document: &mut Document) -> bool {
    let mut removed = false;
    while status_line(document) == StatusLine::Ours {
        document.remove(&[Step::Key("statusLine")]);
        removed = true;
    }
    removed
}

fn expect_object(document: &Document, path: &[Step<'_>]) -> Result<(), Obstacle> {
    let node = document.get(path).unwrap_or(document.root());
    if node.members().is_some() {
        return Ok(());
    }
    let name = if path.is_empty() { "the document" } else { "`hooks`" };
    let message = format!("{name} is {}", node.describe());
    Err(Obstacle { position: document.position(node), message })
}

/// Splits what a settings file means into the foreign part and our handlers.
///
/// Works on meanings and shares no code with the editing above, so that it can judge it.
pub(crate) fn split(mut meaning: Meaning) -> (Meaning, Vec<Meaning>) {
    let mut ours = Vec::new();
    if let Some(line) = meaning.member("statusLine")
        && is_ours(line, Some(Program::Statusline))
    {
        ours.extend(meaning.take("statusLine"));
    }
    if let Some(Meaning::Object(events)) = meaning.member_mut("hooks") {
        for groups in events.values_mut() {
            let Meaning::Array(groups) = groups else { continue };
            groups.retain_mut(|group| {
                let Some(Meaning::Array(handlers)) = group.member_mut("hooks") else { return true };
                let before = handlers.len();
                handlers.retain(|handler| {
                    let mine = is_ours(handler, None);
                    if mine {
                        ours.push(handler.clone());
                    }
                    !mine
                });
                before == handlers.len() || !handlers.is_empty()
            });
        }
        events.retain(|_, groups| !groups.is_hollow());
        if events.is_empty() {
            meaning.take("hooks");
        }
    }
    (meaning, ours)
}

fn is_ours(entry: &Meaning, only: Option<Program>) -> bool {
    let Some(command) = entry.member("command").and_then(Meaning::text) else { return false };
    let exec = only.is_none() && entry.member("args").is_some();
    owner::program_of(command, exec).is_some_and(|found| only.is_none_or(|only| only == found))
}

/// Returns whether a file's meaning registers exactly the wanted handlers.
pub(crate) fn registers(ours: &[Meaning], wanted: &[Wanted]) -> bool {
    let handlers: Vec<&Meaning> =
        ours.iter().filter(|entry| entry.member("args").is_some()).collect();
    handlers.len() == wanted.len()
        && wanted.iter().all(|want| {
            handlers.iter().any(|have| {
                DECIDED
                    .iter()
                    .all(|key| have.member(key).cloned() == want.decided(key).map(Value::meaning))
            })
        })
}

#[cfg(test)]
mod tests;
