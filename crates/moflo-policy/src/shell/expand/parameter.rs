//! Parameters: `$x`, `${x:-…}`, `${x%…}` and the other ways to use a variable.

use super::super::run::VARIABLE;
use super::super::secret_names::is_secret_name;
use super::{Fields, ParamOp, Place, Shell, Span, UNKNOWN, Value};

/// Parameters nested in the arguments of parameters beyond this are unknown.
const MAX_NESTING: u32 = 40;

/// A parameter as it stands in a word.
#[derive(Clone, Copy)]
pub(super) struct Parameter<'s> {
    pub(super) name: &'s str,
    pub(super) op: ParamOp,
    pub(super) arg: Span,
    /// Its value is not split.
    pub(super) quoted: bool,
    /// All elements of an array.
    pub(super) all: bool,
}

impl Shell<'_> {
    /// Adds what a parameter stands for.
    pub(super) fn parameter(
        &mut self,
        place: Place<'_>,
        parameter: Parameter<'_>,
        fields: &mut Fields,
    ) {
        let Parameter { name, op, quoted, .. } = parameter;
        if place.depth > MAX_NESTING {
            fields.push_unknown(quoted);
            return;
        }
        let mut value = self.variable(name);
        if op == ParamOp::Indirect {
            value = value.and_then(|value| self.variable(&value.joined()));
        }
        let unset =
            value.as_ref().is_none_or(|value| value.fields.iter().all(|field| field.is_empty()));
        match op {
            // The shell gives up, and what it would have run is not known.
            ParamOp::Error if unset => fields.push_unknown(quoted),
            ParamOp::Default | ParamOp::Assign if unset => self.default(place, parameter, fields),
            ParamOp::Alternative => {
                let set_to_empty = value.is_some() && unset;
                if !set_to_empty {
                    self.alternative(place, parameter, fields);
                }
            }
            _ => match value {
                Some(value) => self.value(place, parameter, &value, fields),
                None => undecided(parameter, fields),
            },
        }
    }

    /// Adds what stands in for a variable without a value, which `=` gives it for later as well.
    fn default(&mut self, place: Place<'_>, parameter: Parameter<'_>, fields: &mut Fields) {
        let Parameter { name, op, arg, quoted, .. } = parameter;
        if op == ParamOp::Assign || quoted {
            let mut inner = Fields::default();
            self.expand_parts_joined(place.deeper(), arg, &mut inner);
            let text = inner.now.text;
            if op == ParamOp::Assign {
                self.set(name, Value::tainted(&text, inner.now.taint));
            }
            fields.now.taint |= inner.now.taint;
            if quoted {
                fields.push(&text, true);
            } else {
                fields.split(&text, 0);
            }
            return;
        }
        let mut inner = Fields { exists: false, ..Fields::default() };
        self.expand_parts(place.deeper(), arg, &mut inner, true);
        inner.end();
        let mut first = true;
        for field in inner.done {
            if !first {
                fields.end();
            }
            first = false;
            fields.split(&field.text, field.taint);
        }
    }

    /// Adds what stands in for a variable that may have a value.
    fn alternative(&mut self, place: Place<'_>, parameter: Parameter<'_>, fields: &mut Fields) {
        let mut inner = Fields::default();
        self.expand_parts_joined(place.deeper(), parameter.arg, &mut inner);
        if parameter.quoted {
            fields.push(&inner.now.text, true);
        } else {
            fields.split(&inner.now.text, inner.now.taint);
        }
    }

    /// Adds a value that is known, as the operator changes it, field by field.
    fn value(
        &mut self,
        place: Place<'_>,
        parameter: Parameter<'_>,
        value: &Value,
        fields: &mut Fields,
    ) {
        let Parameter { name, quoted, all, .. } = parameter;
        let several = value.any || ((all || matches!(name, "@" | "*")) && value.fields.len() != 1);
        let mut first = true;
        let count = if several { value.fields.len() } else { value.fields.len().min(1) };
        for field in value.fields.iter().take(count) {
            self.steps += 4 + field.len() / 4;
            let text = self.changed(place, parameter, field);
            if several && !first {
                fields.end();
            }
            first = false;
            fields.now.taint |= value.taint;
            if quoted {
                fields.push(&text, true);
                fields.now.quoted = true;
                // The elements of a pattern list are as the loop met them.
                fields.now.glob |=
                    value.any && text.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'['));
            } else {
                fields.split(&text, value.taint);
            }
        }
    }

    /// What the operator makes of one field of a value.
    fn changed(&mut self, place: Place<'_>, parameter: Parameter<'_>, field: &str) -> String {
        match parameter.op {
            ParamOp::Plain
            | ParamOp::Default
            | ParamOp::Assign
            | ParamOp::Alternative
            | ParamOp::Error
            | ParamOp::Indirect => field.to_owned(),
            ParamOp::Length => field.chars().count().to_string(),
            ParamOp::Upper => field.to_uppercase(),
            ParamOp::Lower => field.to_lowercase(),
            ParamOp::Other => UNKNOWN.to_string(),
            op => {
                let mut inner = Fields::default();
                self.expand_parts_joined(place.deeper(), parameter.arg, &mut inner);
                self.steps += field.len();
                transform(field, op, &inner.now.text)
            }
        }
    }
}

/// Adds a value that the text does not decide; an argument that was not given is empty.
fn undecided(parameter: Parameter<'_>, fields: &mut Fields) {
    let Parameter { name, op, quoted, .. } = parameter;
    if op == ParamOp::Length || !is_positional(name) {
        fields.push_unknown(quoted);
        if is_secret_name(name) && op != ParamOp::Length {
            fields.now.taint |= VARIABLE;
        }
    }
}

fn is_positional(name: &str) -> bool {
    matches!(name, "@" | "*")
        || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Takes a piece off a value or replaces one, where the pattern can be followed.
fn transform(value: &str, op: ParamOp, arg: &str) -> String {
    let wild = arg.bytes().any(|byte| matches!(byte, b'*' | b'?' | b'['));
    // The only patterns followed are a fixed text, and a fixed text with a star on its far side.
    let mark = match op {
        ParamOp::RemoveSuffix | ParamOp::RemoveLongSuffix => arg.strip_suffix('*'),
        _ => arg.strip_prefix('*'),
    };
    let mark = mark.filter(|mark| !mark.is_empty() && !mark.contains(['*', '?', '[']));
    let keep =
        |end: Option<usize>| end.and_then(|end| value.get(..end)).unwrap_or(value).to_owned();
    let rest = |start: Option<usize>| {
        start.and_then(|start| value.get(start..)).unwrap_or(value).to_owned()
    };
    match op {
        ParamOp::RemoveSuffix | ParamOp::RemoveLongSuffix if !wild => {
            value.strip_suffix(arg).unwrap_or(value).to_owned()
        }
        ParamOp::RemovePrefix | ParamOp::RemoveLongPrefix if !wild => {
            value.strip_prefix(arg).unwrap_or(value).to_owned()
        }
        ParamOp::RemoveSuffix if mark.is_some() => keep(mark.and_then(|mark| value.rfind(mark))),
        ParamOp::RemoveLongSuffix if mark.is_some() => keep(mark.and_then(|mark| value.find(mark))),
        ParamOp::RemovePrefix if mark.is_some() => {
            rest(mark.and_then(|mark| value.find(mark).map(|at| at + mark.len())))
        }
        ParamOp::RemoveLongPrefix if mark.is_some() => {
            rest(mark.and_then(|mark| value.rfind(mark).map(|at| at + mark.len())))
        }
        ParamOp::Replace | ParamOp::ReplaceAll if !wild => replace(value, op, arg),
        ParamOp::Substring => substring(value, arg),
        _ => UNKNOWN.to_string(),
    }
}

/// `${x/from/to}` and `${x//from/to}`, of a fixed text.
fn replace(value: &str, op: ParamOp, arg: &str) -> String {
    let (from, to) = arg.split_once('/').unwrap_or((arg, ""));
    if from.is_empty() {
        value.to_owned()
    } else if op == ParamOp::Replace {
        value.replacen(from, to, 1)
    } else {
        value.replace(from, to)
    }
}

/// `${x:start}` and `${x:start:length}`, of numbers that stand there.
fn substring(value: &str, arg: &str) -> String {
    let (start, length) = arg.split_once(':').unwrap_or((arg, ""));
    let Ok(start) = start.trim().parse::<usize>() else { return UNKNOWN.to_string() };
    let rest: String = value.chars().skip(start).collect();
    if length.is_empty() {
        return rest;
    }
    length
        .trim()
        .parse::<usize>()
        .map_or_else(|_| UNKNOWN.to_string(), |length| rest.chars().take(length).collect())
}
