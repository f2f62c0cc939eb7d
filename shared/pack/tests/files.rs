//! What a field of attachments takes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use pack::fill::{FillWrong, file_wrong, fill};
use pack::form::{FieldKind, Turn};
use pack::value::{Answers, Value};

mod common;

/// A field of a pack that takes so many files, with the endings and the size given.
fn problems(files: &[(&str, u64)], megabytes: u32, endings: &[&str]) -> Vec<FillWrong> {
    let folder = common::packs().join("operations_flow_v1");
    let (pack, _) = pack::load(&common::files(&folder));
    let pack = pack.unwrap();
    let form = pack.forms.iter().find(|form| {
        form.fields()
            .any(|(_, field)| matches!(field.kind, FieldKind::Attachment { .. }))
    });
    let mut form = form.unwrap().clone();
    let fields = form.sections.iter_mut().flat_map(|section| {
        section.steps.clear();
        &mut section.fields
    });
    let mut name = None;
    for field in fields {
        if let FieldKind::Attachment { .. } = field.kind {
            field.kind = FieldKind::Attachment {
                most: 3,
                megabytes,
                endings: endings.iter().map(|ending| (*ending).to_owned()).collect(),
            };
            field.visible = None;
            name.get_or_insert(field.id.clone());
        }
    }
    let name = name.unwrap();
    let text = |(called, size): &(&str, u64)| format!("{} {size} {called}", "0a".repeat(32));
    let files = Value::Files(files.iter().map(text).collect());
    let answers = Answers::from([(name.clone(), files)]);
    let found = fill(&form, &answers, Turn::Draft).problems.into_iter();
    let of = found.filter(|problem| problem.field == name);
    of.map(|problem| problem.what).collect()
}

#[test]
fn a_file_has_one_of_the_endings_in_capitals_or_not() {
    let taken = [("招标文件.PDF", 1_000), ("b.docx", 1)];
    assert_eq!(problems(&taken, 1, &["pdf", "DOCX"]), []);
    let endings = vec!["pdf".to_owned()];
    let other = [FillWrong::OtherEnding(endings)];
    assert_eq!(problems(&[("photo.jpg", 1)], 1, &["pdf"]), other);
    // told once, and what only looks like an ending is none
    let two = [("apdf", 1), ("a.pdf.exe", 1)];
    assert_eq!(problems(&two, 1, &["pdf"]), other);
    assert_eq!(problems(&[("photo.jpg", 1)], 1, &[]), []);
}

#[test]
fn a_file_is_no_larger_than_its_field_takes() {
    assert_eq!(problems(&[("a.pdf", 2 << 20)], 2, &[]), []);
    let larger = [("a.pdf", (2 << 20) + 1)];
    assert_eq!(problems(&larger, 2, &[]), [FillWrong::FileTooLarge(2)]);
    assert_eq!(
        file_wrong("a", u64::MAX, u32::MAX, &[]),
        Some(FillWrong::FileTooLarge(u32::MAX))
    );
}
