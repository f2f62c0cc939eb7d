//! Undo: the inverse of one's own command, offered where one's value still stands.

use automerge::{ObjId, ReadDoc};
use base::{ChangeHash, PersonId, RowId};
use domain::permission::DocumentKind;
use pack::id::FieldName;
use serde::{Deserialize, Serialize};

use crate::command::write::{self, Write};
use crate::command::{self, Command, Done};
use crate::document::{Author, Document};
use crate::model::{self, progress};
use crate::scalar::Scalar;
use crate::schema;
use crate::view::form::FormPlace;
use crate::view::plan::Subject;

mod form;

/// How to take a command back: plain data, kept across a reload.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Undo {
    /// Fields written.
    pub(crate) fields: Vec<FieldWrite>,
    /// Rows made; a form that was begun as [`Subject::Plan`].
    pub(crate) created: Vec<Subject>,
    /// Rows of a form's tables made.
    #[serde(default)]
    pub(crate) rows: Vec<(FieldName, RowId)>,
    /// A note's text, or a form's prose, written.
    pub(crate) text: Option<TextWrite>,
    /// The changes that did it.
    pub(crate) changes: Vec<ChangeHash>,
}

/// One field written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FieldWrite {
    pub(crate) subject: Subject,
    pub(crate) field: String,
    pub(crate) before: Scalar,
    pub(crate) after: Scalar,
    /// The operation, `counter@actor`: the same on every replica and after every load.
    pub(crate) id: String,
}

/// A text written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TextWrite {
    /// Of a form: its field.
    #[serde(default)]
    pub(crate) field: Option<FieldName>,
    pub(crate) before: String,
    pub(crate) after: String,
}

impl Undo {
    /// Whether there is nothing to take back.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
            && self.created.is_empty()
            && self.rows.is_empty()
            && self.text.is_none()
    }

    /// The changes that are to be taken back.
    pub fn changes(&self) -> &[ChangeHash] {
        &self.changes
    }
}

/// Why it cannot be taken back: some field no longer holds what the command wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum UndoError {
    /// Somebody wrote a field since.
    #[error("changed since by {by:?}: {fields:?}")]
    ChangedSince {
        /// Who, as the changes say; empty when unknown.
        by: Vec<PersonId>,
        /// Names of the fields; of a form, as [`crate::view::form::FormPlace::from_key`] reads them.
        fields: Vec<String>,
    },
}

/// What was found to be in the way.
#[derive(Default)]
struct Since {
    by: Vec<PersonId>,
    fields: Vec<String>,
}

impl Since {
    fn add(&mut self, field: &str, by: Option<PersonId>) {
        if !self.fields.iter().any(|f| f == field) {
            self.fields.push(field.to_owned());
        }
        if let Some(by) = by
            && !self.by.contains(&by)
        {
            self.by.push(by);
        }
    }

    fn into_result(self) -> Result<(), UndoError> {
        if self.fields.is_empty() {
            return Ok(());
        }
        Err(UndoError::ChangedSince {
            by: self.by,
            fields: self.fields,
        })
    }
}

/// Writes the values from before as one new change. Its own [`Done::undo`] is the redo.
///
/// A field stands as the command wrote it where the same operation still holds it, or where the same person wrote
/// the same value again (taking back a later command of one's own does that).
pub fn undo(document: &mut Document, undo: &Undo, author: Author) -> Result<Done, UndoError> {
    let mut since = Since::default();
    for write in &undo.fields {
        check_field(document, write, author, &mut since);
    }
    if document.kind() == DocumentKind::Form {
        form::check(document, undo, author, &mut since);
    } else if !undo.created.is_empty() {
        check_created(document, undo, author, &mut since);
    }
    if let Some(text) = &undo.text {
        check_text(document, text, undo, author, &mut since);
    }
    since.into_result()?;
    let lost = |_| UndoError::ChangedSince {
        by: Vec::new(),
        fields: vec!["document".to_owned()],
    };
    if let Some(text) = &undo.text {
        let before = text.before.clone();
        let command = match &text.field {
            Some(field) => Command::EditProse {
                field: field.clone(),
                text: before,
            },
            None => Command::EditNote { text: before },
        };
        return command::perform(document, &command, author).map_err(lost);
    }
    let mut writes: Vec<Write> = match document.kind() {
        DocumentKind::Form => form::removal(undo),
        _ => undo
            .created
            .iter()
            .flat_map(|subject| command::removal(*subject, author))
            .collect(),
    };
    // last written first, so that a field written twice ends as it began
    for write in undo.fields.iter().rev() {
        writes.push(Write::Set(
            write.subject,
            write.field.clone(),
            write.before.clone(),
        ));
    }
    write::carry_out(document, writes, author).map_err(lost)
}

fn place(document: &Document, subject: Subject, field: &str) -> Option<(ObjId, String)> {
    if document.kind() == DocumentKind::Progress {
        let object = model::root_object(&document.inner, schema::TASKS)?;
        return Some((object, progress::key(subject, field)?));
    }
    let object = match document.kind() {
        DocumentKind::Form => model::root_object(&document.inner, model::form::map_of(field))?,
        _ => model::plan::object(&document.inner, subject)?,
    };
    Some((object, field.to_owned()))
}

fn check_field(document: &mut Document, write: &FieldWrite, author: Author, since: &mut Since) {
    let Some((object, key)) = place(document, write.subject, &write.field) else {
        since.add(&write.field, None);
        return;
    };
    let values = model::all_values(&document.inner, &object, &key);
    if let [(value, id)] = values.as_slice()
        && (id.to_string() == write.id
            || (*value == write.after
                && Document::made(&mut document.inner, id).0 == Some(author.person)))
    {
        return;
    }
    since.add(&write.field, None);
    for (_, id) in values {
        if id.to_string() != write.id {
            let (by, _) = Document::made(&mut document.inner, &id);
            since.add(&write.field, by);
        }
    }
}

/// A row made by the command may be taken away where nobody else wrote in it, put tasks under it, or linked to it.
fn check_created(document: &mut Document, undo: &Undo, author: Author, since: &mut Since) {
    let ours: rustc_hash::FxHashSet<Subject> = undo.created.iter().copied().collect();
    let mut hangers: Vec<(Subject, &str, &str)> = Vec::new();
    let model = document.plan_model();
    for (id, row) in &model.tasks {
        let under = row.task.parent.map(Subject::Task);
        if row.state.deleted.is_none()
            && under.is_some_and(|parent| ours.contains(&parent))
            && !ours.contains(&Subject::Task(*id))
        {
            hangers.push((Subject::Task(*id), schema::PARENT, "children"));
        }
    }
    for (id, row) in &model.links {
        let Some(link) = &row.link else { continue };
        let ends = [Subject::Task(link.pred), Subject::Task(link.succ)];
        if row.state.deleted.is_none()
            && ends.iter().any(|end| ours.contains(end))
            && !ours.contains(&Subject::Link(*id))
        {
            hangers.push((Subject::Link(*id), schema::PRED, "links"));
        }
    }
    for (subject, field, name) in hangers {
        let by = place(document, subject, field)
            .and_then(|(object, key)| {
                document
                    .inner
                    .get(&object, key.as_str())
                    .ok()
                    .flatten()
                    .map(|(_, id)| id)
            })
            .and_then(|id| Document::made(&mut document.inner, &id).0);
        since.add(name, by);
    }
    for subject in &undo.created {
        let Some(object) = model::plan::object(&document.inner, *subject) else {
            since.add("id", None);
            continue;
        };
        let ids: Vec<(String, ObjId)> = document
            .inner
            .map_range(&object, ..)
            .flat_map(|item| {
                let key = item.key.to_string();
                let all = if item.conflict {
                    document
                        .inner
                        .get_all(&object, key.as_str())
                        .unwrap_or_default()
                } else {
                    Vec::new()
                };
                let ids: Vec<ObjId> = all.into_iter().map(|(_, id)| id).collect();
                let ids = if ids.is_empty() { vec![item.id()] } else { ids };
                ids.into_iter().map(move |id| (key.clone(), id))
            })
            .collect();
        for (key, id) in ids {
            let (by, _) = Document::made(&mut document.inner, &id);
            if by != Some(author.person) {
                since.add(&key, by);
            }
        }
    }
}

fn check_text(
    document: &mut Document,
    text: &TextWrite,
    undo: &Undo,
    author: Author,
    since: &mut Since,
) {
    let (now, name) = match &text.field {
        Some(field) => (
            command::form::prose(document, field),
            FormPlace::Answer(field.clone()).to_string(),
        ),
        None => (crate::view::note::read(document), schema::TEXT.to_owned()),
    };
    if now == text.after {
        return;
    }
    since.add(&name, None);
    let heads: Vec<_> = undo.changes.iter().map(crate::document::to_am).collect();
    let others: Vec<Option<PersonId>> = document
        .inner
        .get_changes_meta(&heads)
        .into_iter()
        .filter(|meta| !heads.contains(&meta.hash))
        .map(|meta| meta.message.as_deref().and_then(|m| m.parse().ok()))
        .filter(|by| *by != Some(author.person))
        .collect();
    for by in others {
        since.add(&name, by);
    }
}
