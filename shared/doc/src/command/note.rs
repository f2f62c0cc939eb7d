//! Notes: prose.

use super::{CommandError, Done, text};
use crate::document::{Author, Document};
use crate::model;
use crate::schema;
use crate::undo::TextWrite;

/// Writes the smallest difference between what stands and `text`.
pub(crate) fn edit(
    document: &mut Document,
    text: &str,
    author: Author,
) -> Result<Done, CommandError> {
    let object = model::root_object(&document.inner, schema::TEXT)
        .ok_or_else(|| CommandError::invalid("document", "the note has no text"))?;
    text::edit(document, &object, text, author, |before| TextWrite {
        field: None,
        before,
        after: text.to_owned(),
    })
}
