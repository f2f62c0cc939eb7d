//! Broken, wrong, huge and hostile files: a clear error, and nothing of them is taken over.
#![allow(clippy::unwrap_used)]

use domain::schedule::Problem;
use exchange::mspdi::{self, Imported, MAX_BYTES, ReadError};

fn read(bytes: &[u8]) -> Result<Imported, ReadError> {
    let mut last = 0u64;
    mspdi::read(bytes, &mut || {
        last += 1;
        last
    })
}

fn project(tasks: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><Project xmlns=\"http://schemas.microsoft.com/project\">\
         <StartDate>2026-01-05T08:00:00</StartDate><Tasks>{tasks}</Tasks></Project>"
    )
}

fn task(uid: u32, more: &str) -> String {
    format!(
        "<Task><UID>{uid}</UID><Name>t{uid}</Name><OutlineLevel>1</OutlineLevel>\
         <Duration>PT8H0M0S</Duration>{more}</Task>"
    )
}

fn after(pred: u32) -> String {
    format!("<PredecessorLink><PredecessorUID>{pred}</PredecessorUID></PredecessorLink>")
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let whole = project(&(task(1, "") + &task(2, &after(1))));
    assert!(read(whole.as_bytes()).is_ok());
    for end in 0..whole.len() {
        assert!(read(&whole.as_bytes()[..end]).is_err(), "cut at {end}");
    }
    let cut = whole.find("</Tasks>").unwrap();
    let error = read(&whole.as_bytes()[..cut]).unwrap_err();
    assert!(matches!(error, ReadError::Truncated { .. }), "{error}");
}

#[test]
fn a_document_type_is_refused_before_its_entities_grow() {
    let bomb = "<?xml version=\"1.0\"?><!DOCTYPE Project [<!ENTITY a \"aaaaaaaaaa\">\
        <!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>\
        <Project><Title>&b;&c;</Title></Project>";
    let error = read(bomb.as_bytes()).unwrap_err();
    assert!(matches!(error, ReadError::Dtd { .. }), "{error}");
}

#[test]
fn an_entity_that_nobody_declared_is_refused_by_name() {
    let error = read(b"<Project><Title>&bomb;</Title></Project>").unwrap_err();
    assert!(
        matches!(&error, ReadError::Entity { name, .. } if name == "bomb"),
        "{error}"
    );
}

#[test]
fn a_file_over_the_limit_is_refused_by_its_size() {
    let huge = vec![b' '; 200 << 20];
    let error = read(&huge).unwrap_err();
    let expected = ReadError::TooLarge {
        bytes: 200 << 20,
        limit: MAX_BYTES as u64,
    };
    assert_eq!(error, expected);
}

#[test]
fn xml_of_another_kind_is_named() {
    let error = read(b"<html><body/></html>").unwrap_err();
    assert_eq!(
        error,
        ReadError::WrongRoot {
            found: "html".to_owned()
        }
    );
}

#[test]
fn what_is_no_xml_is_refused() {
    for bytes in [&b""[..], b"uid,name\n1,one\n", b"PK\x03\x04 a zip"] {
        let error = read(bytes).unwrap_err();
        assert_eq!(error, ReadError::NotXml, "{bytes:?}");
    }
    let binary: Vec<u8> = (0..=255).cycle().take(4096).collect();
    assert_eq!(read(&binary).unwrap_err(), ReadError::NotXml);
}

#[test]
fn text_in_another_encoding_is_named() {
    // GBK for "Project 工程"
    let head = b"<?xml version=\"1.0\" encoding=\"GBK\"?><Project><Title>\xb9\xa4\xb3\xcc".to_vec();
    let error = read(&head).unwrap_err();
    assert!(matches!(error, ReadError::Encoding { .. }), "{error}");
}

#[test]
fn wide_text_is_read_with_and_without_its_mark() {
    let file = project(&task(1, "")).replace("t1", "打桩");
    for unit in [u16::to_le_bytes, u16::to_be_bytes] as [fn(u16) -> [u8; 2]; 2] {
        let bare: Vec<u8> = file.encode_utf16().flat_map(unit).collect();
        let marked = [unit(0xFEFF).to_vec(), bare.clone()].concat();
        for bytes in [bare, marked] {
            let imported = read(&bytes).unwrap();
            assert_eq!(imported.plan.tasks[0].name, "打桩");
        }
    }
}

#[test]
fn a_number_that_two_tasks_have_is_the_first_ones() {
    let file = project(&(task(1, "") + &task(1, "") + &task(2, &after(1))));
    let imported = read(file.as_bytes()).unwrap();
    assert_eq!(imported.plan.tasks.len(), 3);
    let link = &imported.plan.links[0];
    assert_eq!(link.pred, imported.plan.tasks[0].id);
}

#[test]
fn a_circle_of_links_is_imported_and_reported() {
    let file = project(&(task(1, &after(2)) + &task(2, &after(1)) + &task(3, &after(3))));
    let imported = read(file.as_bytes()).unwrap();
    assert_eq!(imported.plan.tasks.len(), 3);
    let circles = imported.report.problems.iter();
    let circles = circles.filter(|problem| matches!(problem, Problem::Cycle { .. }));
    assert_eq!(circles.count(), 2);
}

#[test]
fn elements_too_deep_in_each_other_are_refused() {
    let deep = project(&("<Task>".to_owned() + &"<a>".repeat(1_000_000)));
    let error = read(deep.as_bytes()).unwrap_err();
    assert!(matches!(error, ReadError::TooDeep { .. }), "{error}");
}

#[test]
fn more_elements_than_a_task_can_have_are_refused() {
    let many = project(&task(1, &"<a/>".repeat(1_000_000)));
    let error = read(many.as_bytes()).unwrap_err();
    assert!(matches!(error, ReadError::TooMany { .. }), "{error}");
}

#[test]
fn absurd_values_are_refused_with_their_place_or_bounded() {
    for (element, value) in [
        ("Duration", "PT1e999H"),
        ("Duration", "eight days"),
        ("Start", "2026-02-31T08:00:00"),
        ("Start", "99999-01-01T08:00:00"),
        ("PercentComplete", "99999999999999999999999"),
        ("CalendarUID", "one"),
    ] {
        let file = project(&format!(
            "<Task><UID>1</UID><{element}>{value}</{element}></Task>"
        ));
        let error = read(file.as_bytes()).unwrap_err();
        let named = matches!(&error, ReadError::Value { element: named, .. } if named == element);
        assert!(named, "{element} {value}: {error}");
    }
    // within what numbers can hold, beyond what plans can: imported, and said
    let file = project(&task(1, "").replace("PT8H", "PT9000000H"));
    let imported = read(file.as_bytes()).unwrap();
    let task = imported.plan.tasks[0].id;
    assert_eq!(imported.report.problems, [Problem::OutOfRange { task }]);
}
