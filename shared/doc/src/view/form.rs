//! A form 表单 as its people see it: what is answered, row by row, what several wrote beside each other, and what was
//! removed. What the answers come to is worked out by [`pack::fill::fill`].

mod comment;
mod place;

use std::collections::{BTreeMap, BTreeSet};

use base::{ChangeHash, PersonId, RowId, Timestamp};
use domain::permission::DocumentKind;
use pack::id::{FieldName, FormName};
use pack::value::{Answers, Value};
use serde::{Deserialize, Serialize};

pub use comment::{Comment, Settled, Thread};
pub(crate) use place::row_start;
pub use place::{CommentPart, FormPlace};

use crate::document::Document;
use crate::model::form::{Removal, in_order};

/// A form as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormView {
    /// The content hash of the pack that it is of; empty where it was not begun.
    pub pack: String,
    /// Its name within the pack; `None` where it was not begun.
    pub form: Option<FormName>,
    /// What is answered, fit for [`pack::fill::fill`]: tables with the rows that stand, in their order, each there once it
    /// has a row.
    pub answers: Answers,
    /// The ids of these rows, in the same order.
    pub rows: BTreeMap<FieldName, Vec<RowId>>,
    /// The fields that several people can type into at once; other prose is one answer.
    pub prose: BTreeSet<FieldName>,
    /// The rows that were removed, by table and in their order.
    pub removed: Vec<RemovedRow>,
    /// Places with several values that nobody has settled, those of removed rows too.
    pub conflicts: Vec<FormConflict>,
    /// What was remarked on answers, in the order in which it was begun. No part of the answers.
    pub comments: Vec<Thread>,
    /// Whether it was discarded; what is in it stays.
    pub discarded: bool,
}

/// A row that was removed; it can be brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedRow {
    /// The table.
    pub table: FieldName,
    /// The row.
    pub row: RowId,
    /// What is in it.
    pub answers: Answers,
    /// Who removed it, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// The change that removed it.
    pub change: ChangeHash,
    /// What was written in it beside the removal, or after it.
    pub edited_beside: Vec<(FormPlace, FormWritten)>,
}

/// A conflict 冲突: one place with several values. Writing it settles it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormConflict {
    /// Where.
    pub place: FormPlace,
    /// All values, the standing one first.
    pub values: Vec<FormWritten>,
}

/// One value, and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormWritten {
    /// The answer; `None` where it was cleared, cannot be read, or the place holds no answer.
    pub value: Option<Value>,
    /// As it is kept; empty where it was cleared. Of a mark of removal `1`, or empty for none.
    pub text: String,
    /// Who, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// Whether this is the value that stands for now.
    pub stands: bool,
    /// The change that wrote it: what the server recorded of who and when is kept under it.
    pub change: ChangeHash,
}

/// What could not be shown as what it is. It is kept in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormProblem {
    /// A newer version wrote it, or somebody else: the place counts as not answered. Writing it replaces it.
    Unreadable {
        /// Where.
        place: FormPlace,
        /// What stands there, as text.
        text: String,
    },
    /// The field has an answer of its own and rows of a table, as another pack may have left it. The rows are shown.
    AnswerBesideRows {
        /// The field.
        field: FieldName,
        /// Its answer.
        answer: Value,
    },
}

/// The form as it stands, and what could not be shown. A document of another kind shows nothing. After a first reading
/// only what changed since is read again.
pub fn read(document: &mut Document) -> (FormView, Vec<FormProblem>) {
    if document.kind() != DocumentKind::Form {
        return (FormView::default(), Vec::new());
    }
    let model = document.form_model();
    let mut view = FormView {
        pack: model.pack.clone(),
        form: model.form.clone(),
        answers: model.answers.clone(),
        prose: model.prose.keys().cloned().collect(),
        discarded: model.discarded,
        comments: model.comments.threads(),
        ..FormView::default()
    };
    let unreadable = model.unreadable.iter();
    let mut problems: Vec<FormProblem> = unreadable
        .map(|(place, text)| FormProblem::Unreadable {
            place: place.clone(),
            text: text.clone(),
        })
        .collect();
    for (table, rows) in &model.tables {
        let (mut ids, mut standing) = (Vec::new(), Vec::new());
        for (id, row) in in_order(rows) {
            if !row.removed {
                ids.push(id);
                standing.push(row.cells.clone());
                continue;
            }
            let removal = row.removal.as_deref();
            let by = removal.map(|removal| &removal.by);
            view.removed.push(RemovedRow {
                table: table.clone(),
                row: id,
                answers: row.cells.clone(),
                by: by.and_then(|by| by.by),
                at: by.map_or(Timestamp(0), |by| by.at),
                change: by.map_or(ChangeHash::from_bytes([0; 32]), |by| by.change),
                edited_beside: removal
                    .map_or_else(Vec::new, |Removal { beside, .. }| beside.clone()),
            });
        }
        if ids.is_empty() {
            continue;
        }
        view.rows.insert(table.clone(), ids);
        let before = view.answers.insert(table.clone(), Value::Table(standing));
        problems.extend(before.map(|answer| FormProblem::AnswerBesideRows {
            field: table.clone(),
            answer,
        }));
    }
    let conflicts = model.conflicts.iter();
    view.conflicts = conflicts
        .map(|(place, values)| FormConflict {
            place: place.clone(),
            values: values.clone(),
        })
        .collect();
    (view, problems)
}
