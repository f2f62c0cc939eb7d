//! Sources: the originals of imported files.

use automerge::transaction::Transactable;
use automerge::{ROOT, ReadDoc, ScalarValue};

use super::{CommandError, Done, check_text};
use crate::document::{Author, Document, from_am, raw};
use crate::model;
use crate::schema;
use crate::undo::Undo;

/// Adds a file's parts, one change each. A document holds one file: a second is refused.
pub(super) fn add(
    document: &mut Document,
    name: &str,
    parts: &[Vec<u8>],
    author: Author,
) -> Result<Done, CommandError> {
    check_text(schema::NAME, name)?;
    if parts.iter().any(|part| part.len() > schema::MAX_PART) {
        return Err(CommandError::invalid(
            "parts",
            "a part is longer than 64 KiB",
        ));
    }
    let object = model::root_object(&document.inner, schema::PARTS)
        .ok_or_else(|| CommandError::invalid("document", "the source has no parts"))?;
    if document.inner.length(&object) > 0 {
        return Err(CommandError::invalid(
            "parts",
            "there is a file in it already",
        ));
    }
    let mut hashes = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let mut written = document
            .inner
            .insert(&object, i, ScalarValue::Bytes(part.clone()));
        if i == 0 && written.is_ok() {
            written = document.inner.put(ROOT, schema::NAME, name);
        }
        if let Err(e) = written {
            document.inner.rollback();
            return Err(CommandError::invalid("document", e));
        }
        hashes.extend(document.commit(author));
    }
    let changes = hashes
        .iter()
        .filter_map(|hash| document.inner.get_change_by_hash(hash))
        .map(raw)
        .collect();
    Ok(Done {
        changes,
        undo: Undo {
            changes: hashes.into_iter().map(from_am).collect(),
            ..Undo::default()
        },
    })
}
