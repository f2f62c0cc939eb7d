//! What is different between two versions of a pack, for who decides whether a project moves to the newer one.

mod keys;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::definition::Pack;
use crate::text::{Language, Texts};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Of what, from the outside in: the form's name, the section's, the field's.
    pub of: Vec<Texts>,
    /// What of it, as the files call it: `required`, `deadline.days`.
    pub key: String,
    /// What has become of it.
    pub what: What,
}

/// What has become of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its place among its neighbours is another.
    Moved,
    /// It says something else.
    Changed {
        /// What it said.
        from: String,
        /// What it says.
        to: String,
    },
}

impl Change {
    /// The difference in words.
    pub fn message(&self, language: Language) -> String {
        let names: Vec<&str> = self.of.iter().map(|name| name.get(language)).collect();
        let of = names.join(" › ");
        let key = keys::called(&self.key, language);
        let said = |text: &str| match text {
            "" => "—".to_owned(),
            text => format!("“{text}”"),
        };
        match (&self.what, language) {
            (What::Added, Language::Chinese) => format!("新增 {of}"),
            (What::Added, Language::English) => format!("{of} is new"),
            (What::Removed, Language::Chinese) => format!("取消 {of}"),
            (What::Removed, Language::English) => format!("{of} is gone"),
            (What::Moved, Language::Chinese) => format!("{of} 的次序有变"),
            (What::Moved, Language::English) => format!("{of} has another place"),
            (What::Changed { from, to }, Language::Chinese) => {
                format!("{of} 的{key}：由{}改为{}", said(from), said(to))
            }
            (What::Changed { from, to }, Language::English) => {
                format!("{of}, {key}: from {} to {}", said(from), said(to))
            }
        }
    }
}

/// All differences, lists in the order of the newer version; none where both say the same.
pub fn difference(old: &Pack, new: &Pack) -> Vec<Change> {
    let value = |pack: &Pack| serde_json::to_value(pack).unwrap_or_default();
    let mut walk = Walk {
        of: Vec::new(),
        found: Vec::new(),
    };
    walk.values("", &value(old), &value(new));
    walk.found
}

struct Walk {
    of: Vec<Texts>,
    found: Vec<Change>,
}

/// Lists whose members are told apart by this.
fn id(value: &Value) -> Option<&str> {
    let value = value.get("id").or_else(|| value.get("role"))?;
    value.as_str()
}

fn name(value: &Value) -> Texts {
    let name = value.get("name").cloned().unwrap_or_default();
    serde_json::from_value(name).unwrap_or_else(|_| {
        let id = id(value).unwrap_or_default();
        Texts {
            zh: id.to_owned(),
            en: id.to_owned(),
        }
    })
}

impl Walk {
    fn tell(&mut self, key: &str, what: What) {
        self.found.push(Change {
            of: self.of.clone(),
            key: key.to_owned(),
            what,
        });
    }

    fn values(&mut self, key: &str, old: &Value, new: &Value) {
        match (old, new) {
            (old, new) if old == new => {}
            (Value::Object(old), Value::Object(new)) => self.objects(key, old, new),
            (Value::Array(old), Value::Array(new))
                if old.iter().chain(new).all(|value| id(value).is_some()) =>
            {
                self.lists(old, new);
            }
            (old, new) => self.tell(
                key,
                What::Changed {
                    from: words(old),
                    to: words(new),
                },
            ),
        }
    }

    fn objects(&mut self, key: &str, old: &Map<String, Value>, new: &Map<String, Value>) {
        // a field that has become of another kind: only the kind's name is told
        if let (Some(from), Some(to)) = (tag(old), tag(new))
            && from != to
        {
            let (from, to) = (from.to_owned(), to.to_owned());
            return self.tell(key, What::Changed { from, to });
        }
        let named = new.contains_key("id") || new.contains_key("role");
        if named {
            self.of.push(name(&Value::Object(new.clone())));
        }
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for inner in keys {
            let path = match key {
                _ if named => inner.clone(),
                "" => inner.clone(),
                key => format!("{key}.{inner}"),
            };
            let of = |map: &Map<String, Value>| map.get(inner).cloned().unwrap_or_default();
            self.values(&path, &of(old), &of(new));
        }
        if named {
            self.of.pop();
        }
    }

    fn lists(&mut self, old: &[Value], new: &[Value]) {
        let find =
            |list: &'_ [Value], value: &Value| list.iter().position(|known| id(known) == id(value));
        let whole = |walk: &mut Self, value: &Value, what| {
            walk.of.push(name(value));
            walk.tell("", what);
            walk.of.pop();
        };
        for value in old.iter().filter(|value| find(new, value).is_none()) {
            whole(self, value, What::Removed);
        }
        // the places that the old list had them in, in the order of the new one
        let places: Vec<usize> = new.iter().filter_map(|value| find(old, value)).collect();
        let kept = longest_rising(&places);
        for value in new {
            let Some((at, was)) = find(old, value).and_then(|at| Some((at, old.get(at)?))) else {
                whole(self, value, What::Added);
                continue;
            };
            if !kept.contains(&at) {
                whole(self, value, What::Moved);
            }
            self.values("", was, value);
        }
    }
}

/// The most of some numbers that stand in rising order: those that did not move.
fn longest_rising(numbers: &[usize]) -> BTreeSet<usize> {
    let mut best: Vec<Vec<usize>> = Vec::new();
    for number in numbers {
        let before = best
            .iter()
            .filter(|run| run.last() < Some(number))
            .max_by_key(|run| run.len());
        let mut run = before.cloned().unwrap_or_default();
        run.push(*number);
        best.push(run);
    }
    best.into_iter()
        .max_by_key(Vec::len)
        .unwrap_or_default()
        .into_iter()
        .collect()
}

/// The one key of a value that is one of several kinds.
fn tag(object: &Map<String, Value>) -> Option<&str> {
    let key = object.keys().next().filter(|_| object.len() == 1);
    key.map(String::as_str)
}

/// A value as people read it.
fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(object) => match object.get("zh").and_then(Value::as_str) {
            Some(text) => text.to_owned(),
            None => tag(object).map_or_else(|| value.to_string(), str::to_owned),
        },
        other => other.to_string(),
    }
}
