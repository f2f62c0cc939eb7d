//! Taking back what was done to a form: rows that were added are marked as removed, a form that was begun is discarded.

use base::PersonId;
use rustc_hash::FxHashSet;

use super::{Since, Undo};
use crate::command::write::Write;
use crate::document::{Author, Document, to_am};
use crate::model::{self, form};
use crate::scalar::Scalar;
use crate::schema;
use crate::view::form::FormPlace;
use crate::view::plan::Subject;

/// Rows may be taken away where nobody else wrote in them, a form where nobody else wrote at all.
pub(super) fn check(document: &mut Document, undo: &Undo, author: Author, since: &mut Since) {
    let ours: FxHashSet<_> = undo.changes.iter().map(to_am).collect();
    if !undo.created.is_empty() {
        let heads: Vec<_> = ours.iter().copied().collect();
        let later = document.inner.get_changes_meta(&heads);
        let by: Vec<Option<PersonId>> = later
            .iter()
            .map(|meta| meta.message.as_deref().and_then(|m| m.parse().ok()))
            .filter(|by| *by != Some(author.person))
            .collect();
        for by in by {
            since.add(&FormPlace::Form.to_string(), by);
        }
    }
    if undo.rows.is_empty() {
        return;
    }
    let Some(object) = model::root_object(&document.inner, schema::FIELDS) else {
        return;
    };
    for (table, row) in &undo.rows {
        for (key, ids) in form::row_keys(&document.inner, &object, table, *row, None) {
            for id in ids {
                let made_here = document.inner.hash_for_opid(&id);
                if made_here.is_some_and(|hash| ours.contains(&hash)) {
                    continue;
                }
                let (by, _) = Document::made(&mut document.inner, &id);
                if by != Some(author.person) {
                    since.add(&key, by);
                }
            }
        }
    }
}

/// What takes away what was made.
pub(super) fn removal(undo: &Undo) -> Vec<Write> {
    let removed =
        |place: FormPlace| Write::Set(Subject::Plan, place.to_string(), Scalar::flag(true));
    let begun = undo.created.iter().map(|_| removed(FormPlace::Discarded));
    let rows = undo.rows.iter().map(|(table, row)| {
        removed(FormPlace::Removed {
            table: table.clone(),
            row: *row,
        })
    });
    begun.chain(rows).collect()
}
