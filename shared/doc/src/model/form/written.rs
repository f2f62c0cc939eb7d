//! What stands at the keys of a form, with who wrote it.

use automerge::{AutoCommit, ChangeHash, ObjId, ObjType, ReadDoc, Value as Found};
use base::RowId;
use pack::id::FieldName;
use pack::value::Value;
use rustc_hash::FxHashSet;

use crate::document::{Document, from_am};
use crate::kept;
use crate::scalar::Scalar;
use crate::view::form::{FormPlace, FormWritten, row_start};

/// What stands at a key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kept {
    /// A value.
    Scalar(Scalar),
    /// A text object, with what is in it.
    Prose(String),
}

impl Kept {
    /// The answer that it is; `None` where it is none that can be read.
    pub(super) fn answer(&self) -> Option<Value> {
        match self {
            Self::Scalar(Scalar::Text(text)) => kept::read(text),
            Self::Prose(text) => Some(Value::Text(text.clone())),
            Self::Scalar(_) => None,
        }
    }

    pub(super) fn is_null(&self) -> bool {
        *self == Self::Scalar(Scalar::Null)
    }

    pub(super) fn scalar(self) -> Scalar {
        match self {
            Self::Scalar(scalar) => scalar,
            Self::Prose(text) => Scalar::Text(text),
        }
    }

    /// What stands at a key of a form, as views and histories show it.
    pub(crate) fn shown(self, place: &FormPlace) -> (Option<Value>, String) {
        let value = self.answer().filter(|_| place.is_answer());
        (value, self.scalar().to_shown())
    }
}

pub(super) fn found(inner: &AutoCommit, value: &Found<'_>, id: &ObjId) -> Kept {
    match value {
        Found::Object(ObjType::Text) => Kept::Prose(inner.text(id).unwrap_or_default()),
        other => Kept::Scalar(Scalar::from_value(inner, other, id)),
    }
}

/// All values of a place with who wrote them, the standing one first.
pub(super) fn all_written(
    inner: &mut AutoCommit,
    object: &ObjId,
    place: &FormPlace,
) -> Vec<FormWritten> {
    let all = values(inner, object, &place.to_string());
    let all = all.into_iter().enumerate();
    all.map(|(i, (kept, id))| written(inner, place, kept, &id, i == 0))
        .collect()
}

/// All values of a key, the standing one first.
pub(super) fn values(inner: &AutoCommit, object: &ObjId, key: &str) -> Vec<(Kept, ObjId)> {
    let all = inner.get_all(object, key).unwrap_or_default();
    let mut all: Vec<_> = all
        .into_iter()
        .map(|(value, id)| (found(inner, &value, &id), id))
        .collect();
    all.reverse();
    all
}

fn written(
    inner: &mut AutoCommit,
    place: &FormPlace,
    kept: Kept,
    id: &ObjId,
    stands: bool,
) -> FormWritten {
    let (value, text) = kept.shown(place);
    let (by, at) = Document::made(inner, id);
    let change = inner.hash_for_opid(id);
    FormWritten {
        value,
        text,
        by,
        at,
        stands,
        change: change.map_or(base::ChangeHash::from_bytes([0; 32]), from_am),
    }
}

/// The keys of a row that the document has at these heads (`None`: now), each with the operations that hold its values.
pub(crate) fn row_keys(
    inner: &AutoCommit,
    object: &ObjId,
    table: &FieldName,
    row: RowId,
    heads: Option<&[ChangeHash]>,
) -> Vec<(String, Vec<ObjId>)> {
    let start = row_start(table, row);
    // the sign after `/`
    let end = format!("{}0", start.trim_end_matches('/'));
    let range = start..end;
    let items: Vec<(String, bool, ObjId)> = match heads {
        Some(heads) => inner
            .map_range_at(object, range, heads)
            .map(|item| (item.key.to_string(), item.conflict, item.id()))
            .collect(),
        None => inner
            .map_range(object, range)
            .map(|item| (item.key.to_string(), item.conflict, item.id()))
            .collect(),
    };
    let all = |key: &str, id: ObjId, conflict: bool| {
        if !conflict {
            return vec![id];
        }
        let all = match heads {
            Some(heads) => inner.get_all_at(object, key, heads),
            None => inner.get_all(object, key),
        };
        let all = all.unwrap_or_default();
        all.into_iter().map(|(_, id)| id).collect()
    };
    items
        .into_iter()
        .map(|(key, conflict, id)| {
            let ids = all(&key, id, conflict);
            (key, ids)
        })
        .collect()
}

/// Values of a removed row that no standing removal knew of.
pub(super) fn beside(
    inner: &mut AutoCommit,
    object: &ObjId,
    table: &FieldName,
    row: RowId,
) -> Vec<(FormPlace, FormWritten)> {
    let mark = FormPlace::Removed {
        table: table.clone(),
        row,
    };
    let removals: FxHashSet<ChangeHash> = values(inner, object, &mark.to_string())
        .into_iter()
        .filter(|(kept, _)| !kept.is_null())
        .filter_map(|(_, id)| inner.hash_for_opid(&id))
        .collect();
    let mut known: FxHashSet<ObjId> = FxHashSet::default();
    for removal in removals {
        // what it knew is what stood with it as the only head
        let then = row_keys(inner, object, table, row, Some(&[removal]));
        known.extend(then.into_iter().flat_map(|(_, ids)| ids));
    }
    let mut beside = Vec::new();
    for (key, ids) in row_keys(inner, object, table, row, None) {
        let Some(place) = FormPlace::from_key(&key) else {
            continue;
        };
        if place == mark || ids.iter().all(|id| known.contains(id)) {
            continue;
        }
        for (i, (kept, id)) in values(inner, object, &key).into_iter().enumerate() {
            if !known.contains(&id) {
                beside.push((place.clone(), written(inner, &place, kept, &id, i == 0)));
            }
        }
    }
    beside
}
