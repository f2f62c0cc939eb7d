//! The original of an imported file.

use automerge::{ROOT, ReadDoc, ScalarValueRef, ValueRef};

use crate::document::Document;
use crate::model;
use crate::scalar::Scalar;
use crate::schema;

/// The file's name and its bytes as they were added; both empty where there is none.
pub fn read(document: &Document) -> (String, Vec<u8>) {
    let inner = &document.inner;
    let name = match inner.get(ROOT, schema::NAME) {
        Ok(Some((value, id))) => Scalar::from_value(inner, &value, &id).to_shown(),
        _ => String::new(),
    };
    let mut bytes = Vec::new();
    if let Some(parts) = model::root_object(inner, schema::PARTS) {
        for item in inner.list_range(&parts, ..) {
            if let ValueRef::Scalar(ScalarValueRef::Bytes(part)) = &item.value {
                bytes.extend_from_slice(part);
            }
        }
    }
    (name, bytes)
}
