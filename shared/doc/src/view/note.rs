//! A note's text.

use automerge::{ROOT, ReadDoc};

use crate::document::Document;
use crate::scalar::Scalar;
use crate::schema;

/// The text as it stands; empty for any other kind of document.
pub fn read(document: &Document) -> String {
    match document.inner.get(ROOT, schema::TEXT) {
        Ok(Some((value, id))) => match Scalar::from_value(&document.inner, &value, &id) {
            Scalar::Text(text) => text,
            _ => String::new(),
        },
        _ => String::new(),
    }
}
