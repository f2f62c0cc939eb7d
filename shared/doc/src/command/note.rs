//! Notes: prose.

use automerge::ReadDoc;
use automerge::transaction::Transactable;

use super::{CommandError, Done};
use crate::document::{Author, Document, from_am, raw};
use crate::model;
use crate::schema;
use crate::undo::{TextWrite, Undo};

/// Writes the smallest difference between what stands and `text`.
pub(crate) fn edit(
    document: &mut Document,
    text: &str,
    author: Author,
) -> Result<Done, CommandError> {
    if text.len() > schema::MAX_NOTE {
        return Err(CommandError::invalid("text", "longer than 1 MiB"));
    }
    let object = model::root_object(&document.inner, schema::TEXT)
        .ok_or_else(|| CommandError::invalid("document", "the note has no text"))?;
    let before = document
        .inner
        .text(&object)
        .map_err(|e| CommandError::invalid("document", e))?;
    let mut done = Done {
        changes: Vec::new(),
        undo: Undo::default(),
    };
    if before == text {
        return Ok(done);
    }
    if let Err(e) = document.inner.update_text(&object, text) {
        document.inner.rollback();
        return Err(CommandError::invalid("document", e));
    }
    if let Some(hash) = document.commit(author) {
        done.undo.changes = vec![from_am(hash)];
        done.changes
            .extend(document.inner.get_change_by_hash(&hash).map(raw));
    }
    done.undo.text = Some(TextWrite {
        before,
        after: text.to_owned(),
    });
    Ok(done)
}
