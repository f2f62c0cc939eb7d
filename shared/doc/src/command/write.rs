//! Writing: fields into maps, as changes that stay within the bounds that receivers set, with the way back.

use std::collections::HashMap;

use automerge::transaction::Transactable;
use automerge::{ObjId, ReadDoc, hydrate};
use base::RowId;
use domain::permission::DocumentKind;
use pack::id::FieldName;
use rustc_hash::FxHashMap;

use super::{CommandError, Done};
use crate::document::{Author, Document, from_am, raw};
use crate::model::{self, progress};
use crate::scalar::Scalar;
use crate::schema;
use crate::undo::{FieldWrite, Undo};
use crate::view::plan::Subject;

/// Operations of one change at most; receivers refuse more than 10,000.
const MAX_OPS: usize = 5_000;
/// Bytes of one change at most, about.
const MAX_BYTES: usize = 100_000;

/// One thing to write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Write {
    /// A new row, empty.
    Create(Subject),
    /// A field of a row.
    Set(Subject, String, Scalar),
    /// A new row of a form's table, with what stands at its keys.
    Row(FieldName, RowId, Vec<(String, Scalar)>),
}

impl Write {
    pub(crate) fn set(subject: Subject, field: &str, value: Scalar) -> Self {
        Self::Set(subject, field.to_owned(), value)
    }
}

/// Writes all of it. A field that holds the value already and is not in conflict is left alone.
pub(crate) fn carry_out(
    document: &mut Document,
    writes: Vec<Write>,
    author: Author,
) -> Result<Done, CommandError> {
    let mut writer = Writer::new(document, author);
    let written = writes
        .into_iter()
        .try_for_each(|write| writer.write(write))
        .and_then(|()| writer.flush());
    if let Err(e) = written {
        writer.document.inner.rollback();
        return Err(CommandError::invalid("document", e));
    }
    Ok(writer.finish())
}

struct Writer<'a> {
    document: &'a mut Document,
    author: Author,
    bytes: usize,
    hashes: Vec<automerge::ChangeHash>,
    undo: Undo,
    /// A new row that is being put together.
    row: Option<(Subject, HashMap<String, hydrate::Value>)>,
    objects: FxHashMap<Subject, ObjId>,
    roots: FxHashMap<&'static str, ObjId>,
}

impl<'a> Writer<'a> {
    fn new(document: &'a mut Document, author: Author) -> Self {
        Self {
            document,
            author,
            bytes: 0,
            hashes: Vec::new(),
            undo: Undo::default(),
            row: None,
            objects: FxHashMap::default(),
            roots: FxHashMap::default(),
        }
    }

    fn root(&mut self, name: &'static str) -> Result<ObjId, String> {
        if let Some(object) = self.roots.get(name) {
            return Ok(object.clone());
        }
        let object = model::root_object(&self.document.inner, name)
            .ok_or_else(|| format!("the document has no {name}"))?;
        self.roots.insert(name, object.clone());
        Ok(object)
    }

    fn write(&mut self, write: Write) -> Result<(), String> {
        match write {
            Write::Create(subject) => {
                self.flush()?;
                // a row is best kept whole in one change
                self.split(200);
                self.row = Some((subject, HashMap::new()));
                self.undo.created.push(subject);
            }
            Write::Set(subject, field, value) => self.set(subject, &field, value)?,
            Write::Row(table, row, fields) => {
                let object = self.root(schema::FIELDS)?;
                // so that nobody ever sees half of it
                self.split(fields.len());
                for (key, value) in &fields {
                    self.put(&object, key, value)?;
                }
                self.undo.rows.push((table, row));
            }
        }
        Ok(())
    }

    /// Writes the row that was being put together: as one object, which is several times faster than field by field.
    fn flush(&mut self) -> Result<(), String> {
        let Some((subject, fields)) = self.row.take() else {
            return Ok(());
        };
        let (root, key) = match subject {
            Subject::Plan => return Err("a plan is made with its document".to_owned()),
            Subject::Task(id) => (schema::TASKS, id.to_string()),
            Subject::Link(id) => (schema::LINKS, id.to_string()),
            Subject::Calendar(id) => (schema::CALENDARS, id.to_string()),
        };
        let root = self.root(root)?;
        let value = hydrate::Value::Map(fields.into());
        self.document
            .inner
            .batch_create_object(&root, key, &value, false)
            .map_err(|e| e.to_string())?;
        Ok(())
    }

    /// The map and key that hold a field.
    fn place(&mut self, subject: Subject, field: &str) -> Result<(ObjId, String), String> {
        if self.document.kind() == DocumentKind::Progress {
            let key = progress::key(subject, field)
                .ok_or_else(|| format!("progress has no {field} of {subject:?}"))?;
            return Ok((self.root(schema::TASKS)?, key));
        }
        if self.document.kind() == DocumentKind::Form {
            return Ok((self.root(model::form::map_of(field))?, field.to_owned()));
        }
        if let Some(object) = self.objects.get(&subject) {
            return Ok((object.clone(), field.to_owned()));
        }
        let object = model::plan::object(&self.document.inner, subject)
            .ok_or_else(|| format!("the document has no {subject:?}"))?;
        self.objects.insert(subject, object.clone());
        Ok((object, field.to_owned()))
    }

    fn set(&mut self, subject: Subject, field: &str, value: Scalar) -> Result<(), String> {
        if let Some((row, fields)) = &mut self.row
            && *row == subject
        {
            if !value.is_null() {
                self.bytes += 12 + field.len() + value.size();
                fields.insert(field.to_owned(), value.to_automerge().into());
            }
            return Ok(());
        }
        self.flush()?;
        let (object, key) = self.place(subject, field)?;
        let values = model::all_values(&self.document.inner, &object, &key);
        let before = values
            .first()
            .map_or(Scalar::Null, |(value, _)| value.clone());
        if values.len() < 2 && before == value {
            return Ok(());
        }
        self.split(10);
        if values.len() > 1 && before == value {
            // Automerge would only drop the other values, and a concurrent writer would win unseen: write it anew
            let other = if value.is_null() {
                Scalar::Int(0)
            } else {
                Scalar::Null
            };
            self.put(&object, &key, &other)?;
        }
        self.put(&object, &key, &value)?;
        let id = match self.document.inner.get(&object, key.as_str()) {
            Ok(Some((_, id))) => id.to_string(),
            _ => String::new(),
        };
        self.undo.fields.push(FieldWrite {
            subject,
            field: field.to_owned(),
            before,
            after: value,
            id,
        });
        Ok(())
    }

    fn put(&mut self, object: &ObjId, key: &str, value: &Scalar) -> Result<(), String> {
        self.bytes += 12 + key.len() + value.size();
        self.document
            .inner
            .put(object, key, value.to_automerge())
            .map_err(|e| e.to_string())
    }

    /// Closes the change where little room is left in it.
    fn split(&mut self, room: usize) {
        if self.document.inner.pending_ops() + room > MAX_OPS || self.bytes > MAX_BYTES {
            self.commit();
        }
    }

    fn commit(&mut self) {
        self.hashes.extend(self.document.commit(self.author));
        self.bytes = 0;
    }

    fn finish(mut self) -> Done {
        self.commit();
        let changes = self
            .hashes
            .iter()
            .filter_map(|hash| self.document.inner.get_change_by_hash(hash))
            .map(raw)
            .collect();
        self.undo.changes = self.hashes.iter().map(|hash| from_am(*hash)).collect();
        Done {
            changes,
            undo: self.undo,
        }
    }
}
