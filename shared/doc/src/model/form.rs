//! The document of a form as answers and rows. Read once as a whole, then key by key.

mod comments;
mod written;

use std::collections::BTreeMap;

use automerge::{AutoCommit, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, ValueRef};
use base::{CommentId, RowId, sort};
use pack::id::{FieldName, FormName};
use pack::value::{Answers, Value};
use rustc_hash::{FxHashMap, FxHashSet};

use super::rows::{put_flag, put_text};
use super::touched_since;
use crate::scalar::Scalar;
use crate::schema;
use crate::view::form::{FormPlace, FormWritten};
use comments::Comments;
pub(crate) use written::{Kept, row_keys, scalars};
use written::{all_written, beside, found};

/// With so many keys written anew, reading all of them in one pass is faster than one by one.
const MANY: usize = 1_000;

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RowModel {
    pub(crate) order: String,
    pub(crate) removed: bool,
    pub(crate) cells: Answers,
    /// Of a removed one: who removed it, and what no standing removal knew of.
    pub(crate) removal: Option<Box<Removal>>,
}

/// A removal of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Removal {
    pub(crate) by: FormWritten,
    pub(crate) beside: Vec<(FormPlace, FormWritten)>,
}

/// What is kept of a form.
#[derive(Default)]
pub(crate) struct FormModel {
    heads: Vec<ChangeHash>,
    info: Option<ObjId>,
    fields: Option<ObjId>,
    /// Text objects, and the keys that they are at.
    nested: FxHashMap<ObjId, FormPlace>,
    /// Whether pack or form were ever written.
    pub(crate) begun: bool,
    pub(crate) pack: String,
    pub(crate) form: Option<FormName>,
    pub(crate) discarded: bool,
    /// Tables aside.
    pub(crate) answers: Answers,
    /// The text objects that people type into together.
    pub(crate) prose: BTreeMap<FieldName, ObjId>,
    pub(crate) tables: BTreeMap<FieldName, FxHashMap<RowId, RowModel>>,
    pub(crate) conflicts: BTreeMap<FormPlace, Vec<FormWritten>>,
    pub(crate) unreadable: BTreeMap<FormPlace, String>,
    pub(crate) comments: Comments,
}

/// A table's rows in their order, removed ones too.
pub(crate) fn in_order(rows: &FxHashMap<RowId, RowModel>) -> Vec<(RowId, &RowModel)> {
    let mut rows: Vec<_> = rows.iter().map(|(id, row)| (*id, row)).collect();
    sort::by(&mut rows, |a, b| (&a.1.order, a.0).cmp(&(&b.1.order, b.0)));
    rows
}

/// The map that a key is in.
pub(crate) fn map_of(key: &str) -> &'static str {
    let starts = [schema::ANSWER, schema::TABLE, schema::COMMENT];
    match starts.iter().any(|start| key.starts_with(start)) {
        true => schema::FIELDS,
        false => schema::INFO,
    }
}

impl FormModel {
    /// Brings it up to date with the document.
    pub(crate) fn refresh(&mut self, inner: &mut AutoCommit) {
        let heads = inner.get_heads();
        if heads == self.heads && !heads.is_empty() {
            return;
        }
        match self.touched(inner) {
            Some(places) => {
                let mut gone = false;
                for place in &places {
                    gone |= !self.read(inner, place);
                }
                if gone {
                    self.read_all(inner);
                } else {
                    let rows: FxHashSet<_> = places.iter().filter_map(row_of).collect();
                    for (table, row) in rows {
                        self.look_beside(inner, &table, row);
                    }
                    let comments = places.iter().filter_map(comment_of);
                    self.look_at_comments(inner, comments.collect());
                }
            }
            None => self.read_all(inner),
        }
        self.heads = heads;
    }

    /// What was written since it was last read; `None` where all is to be read.
    fn touched(&self, inner: &mut AutoCommit) -> Option<FxHashSet<FormPlace>> {
        if self.heads.is_empty() {
            return None;
        }
        let mut places = FxHashSet::default();
        for touched in touched_since(inner, &self.heads) {
            if touched.object == ROOT {
                return None;
            }
            let of = Some(&touched.object);
            if of == self.info.as_ref() || of == self.fields.as_ref() {
                places.extend(touched.key.as_deref().and_then(FormPlace::from_key));
            } else {
                places.extend(self.nested.get(&touched.object).cloned());
            }
            if places.len() > MANY {
                return None;
            }
        }
        Some(places)
    }

    fn read_all(&mut self, inner: &mut AutoCommit) {
        *self = Self {
            info: super::root_object(inner, schema::INFO),
            fields: super::root_object(inner, schema::FIELDS),
            ..Self::default()
        };
        let mut all = Vec::new();
        for (name, object) in [(schema::INFO, &self.info), (schema::FIELDS, &self.fields)] {
            let Some(object) = object else { continue };
            for item in inner.map_range(object, ..) {
                if map_of(&item.key) != name {
                    continue;
                }
                let Some(place) = FormPlace::from_key(&item.key) else {
                    continue;
                };
                let (kept, nested) = match &item.value {
                    ValueRef::Object(ObjType::Text) => {
                        let id = item.id();
                        (Kept::Prose(inner.text(&id).unwrap_or_default()), Some(id))
                    }
                    other => (
                        Kept::Scalar(Scalar::from_ref(inner, other, || item.id())),
                        None,
                    ),
                };
                all.push((place, kept, nested, item.conflict));
            }
        }
        let comments = all.iter().filter_map(|(place, ..)| comment_of(place));
        self.look_at_comments(inner, comments.collect());
        for (place, kept, nested, conflict) in all {
            if conflict {
                self.read(inner, &place);
            } else {
                self.put(place, kept, nested);
            }
        }
        let removed: Vec<(FieldName, RowId)> = self
            .tables
            .iter()
            .flat_map(|(table, rows)| {
                let removed = rows.iter().filter(|(_, row)| row.removed);
                removed.map(|(id, _)| (table.clone(), *id))
            })
            .collect();
        for (table, row) in removed {
            self.look_beside(inner, &table, row);
        }
    }

    /// Reads one place; `false` where nothing stands there, as only others than us leave it.
    fn read(&mut self, inner: &mut AutoCommit, place: &FormPlace) -> bool {
        if comment_of(place).is_some() {
            return true; // read as a whole, with all that is said of it
        }
        self.conflicts.remove(place);
        let key = place.to_string();
        let object = match map_of(&key) {
            schema::FIELDS => self.fields.clone(),
            _ => self.info.clone(),
        };
        let Some(object) = object else { return false };
        let all = inner.get_all(&object, key.as_str()).unwrap_or_default();
        let several = all.len() > 1;
        let Some((value, id)) = all.last() else {
            return false;
        };
        let kept = found(inner, value, id);
        let nested = value.is_object().then(|| id.clone());
        let texts = all.iter().filter(|(value, _)| value.is_object());
        self.nested
            .extend(texts.map(|(_, id)| (id.clone(), place.clone())));
        drop(all);
        self.put(place.clone(), kept, nested);
        if several {
            let values = all_written(inner, &object, place);
            let say = |written: &FormWritten| (written.value.clone(), written.text.clone());
            if values
                .iter()
                .any(|w| values.first().map(say) != Some(say(w)))
            {
                self.conflicts.insert(place.clone(), values);
            }
        }
        true
    }

    /// Takes in what stands at a place; `nested`: the object that it stands in.
    fn put(&mut self, place: FormPlace, kept: Kept, nested: Option<ObjId>) {
        if let Some(id) = nested.clone() {
            self.nested.insert(id, place.clone());
        }
        let readable = match &place {
            FormPlace::Pack => {
                self.begun |= !kept.is_null();
                self.pack.clear();
                put_text(&mut self.pack, kept.clone().scalar())
            }
            FormPlace::Form => {
                self.begun |= !kept.is_null();
                let name = kept.clone().scalar().to_shown();
                self.form = name.parse().ok();
                kept.is_null() || self.form.is_some()
            }
            FormPlace::Discarded => put_flag(&mut self.discarded, &kept.clone().scalar()),
            FormPlace::Comment { .. } => return,
            FormPlace::Answer(field) => {
                self.prose.remove(field);
                if let (Kept::Prose(_), Some(id)) = (&kept, nested) {
                    self.prose.insert(field.clone(), id);
                }
                put_answer(&mut self.answers, field, &kept)
            }
            FormPlace::Cell { table, row, column } => {
                put_answer(&mut self.row(table, *row).cells, column, &kept)
            }
            FormPlace::Order { table, row } => {
                let row = self.row(table, *row);
                row.order.clear();
                put_text(&mut row.order, kept.clone().scalar())
            }
            FormPlace::Removed { table, row } => {
                let row = self.row(table, *row);
                row.removal = None;
                put_flag(&mut row.removed, &kept.clone().scalar())
            }
        };
        if readable {
            self.unreadable.remove(&place);
        } else {
            self.unreadable.insert(place, kept.scalar().to_shown());
        }
    }

    fn row(&mut self, table: &FieldName, row: RowId) -> &mut RowModel {
        if !self.tables.contains_key(table) {
            self.tables.insert(table.clone(), FxHashMap::default());
        }
        self.tables
            .entry(table.clone())
            .or_default()
            .entry(row)
            .or_default()
    }

    /// Reads comments anew.
    fn look_at_comments(&mut self, inner: &mut AutoCommit, ids: FxHashSet<CommentId>) {
        let Some(object) = self.fields.clone() else {
            return;
        };
        if !ids.is_empty() {
            let read = self.comments.read(inner, &object, &ids);
            for (place, unreadable) in read {
                match unreadable {
                    Some(text) => drop(self.unreadable.insert(place, text)),
                    None => drop(self.unreadable.remove(&place)),
                }
            }
        }
    }

    /// Finds what was written beside the removal of a row, or after it.
    fn look_beside(&mut self, inner: &mut AutoCommit, table: &FieldName, row: RowId) {
        let Some(object) = self.fields.clone() else {
            return;
        };
        let model = self.tables.get_mut(table).and_then(|t| t.get_mut(&row));
        let Some(model) = model.filter(|row| row.removed) else {
            return;
        };
        let place = FormPlace::Removed {
            table: table.clone(),
            row,
        };
        let by = all_written(inner, &object, &place).into_iter().next();
        model.removal = by.map(|by| {
            let beside = beside(inner, &object, table, row);
            Box::new(Removal { by, beside })
        });
    }
}

fn row_of(place: &FormPlace) -> Option<(FieldName, RowId)> {
    Some((place.field()?.clone(), place.row()?))
}

fn comment_of(place: &FormPlace) -> Option<CommentId> {
    match place {
        FormPlace::Comment { comment, .. } => Some(*comment),
        _ => None,
    }
}

fn put_answer(answers: &mut Answers, field: &FieldName, kept: &Kept) -> bool {
    let answer = kept.answer();
    let readable = answer.is_some() || kept.is_null();
    match answer {
        // a text object that nobody typed into is no answer
        Some(Value::Text(text)) if text.is_empty() => drop(answers.remove(field)),
        Some(answer) => drop(answers.insert(field.clone(), answer)),
        None => drop(answers.remove(field)),
    }
    readable
}
