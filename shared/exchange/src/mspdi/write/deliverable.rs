//! Deliverables travel in a custom text field.

use super::super::read::DELIVERABLE;
use super::file::File;
use super::patch::{Patch, Xml};
use crate::xml::Element;

/// The number of MS Project's field Text30; the ones before it are next to it.
const TEXT30: i64 = 188_744_016;

/// The custom field's number, and its definition where the file has none.
pub(super) fn field(file: &File<'_>) -> (String, Option<String>) {
    let mut fields = file.members("ExtendedAttributes").iter();
    let there = fields.find(|field| field.text("Alias") == Some(DELIVERABLE));
    if let Some(number) = there.and_then(|field| field.text("FieldID")) {
        return (number.to_owned(), None);
    }
    let (number, name) = free(file, 0);
    let number = number.to_string();
    let mut xml = Xml::new(&file.prefix, 2);
    xml.open("ExtendedAttribute");
    xml.leaf("FieldID", &number);
    xml.leaf("FieldName", &name);
    xml.leaf("Alias", DELIVERABLE);
    xml.close("ExtendedAttribute");
    (number, Some(format!("\n\t\t{}", xml.finish())))
}

/// The number and name of a custom text field that the file does not use; the `nth` from the last.
pub(super) fn free(file: &File<'_>, nth: usize) -> (i64, String) {
    let unused = |back: &i64| !file.source.contains(&(TEXT30 - back).to_string());
    let back = (0..20).filter(unused).nth(nth).unwrap_or(nth as i64);
    (TEXT30 - back, format!("Text{}", 30 - back))
}

/// A task's value.
pub(super) fn value(prefix: &str, field: &str, text: &str) -> String {
    let mut xml = Xml::new(prefix, 3);
    xml.open("ExtendedAttribute");
    xml.leaf("FieldID", field);
    xml.leaf("Value", text);
    xml.close("ExtendedAttribute");
    xml.finish()
}

/// Puts another value in a task.
pub(super) fn change(
    patch: &mut Patch<'_>,
    element: &Element,
    prefix: &str,
    field: &str,
    text: &str,
) {
    for there in element.all("ExtendedAttribute") {
        if there.text("FieldID") == Some(field) {
            patch.remove(there.span.clone());
        }
    }
    if !text.is_empty() {
        patch.add("ExtendedAttribute", &value(prefix, field, text));
    }
}
