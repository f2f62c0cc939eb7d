//! One test a rule: kinds of documents on the wire, and which of them a device starts.
#![allow(clippy::unwrap_used, clippy::panic)]

use base::{DocumentId, FormId, PersonId, ProjectId, Timestamp};
use doc::derived_id;
use domain::permission::DocumentKind;
use sync::server::{Effect, Request, Session};
use sync::wire::ToServer;

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const PROJECT: ProjectId = ProjectId::from_bytes([2; 16]);

fn create(document: DocumentId, kind: DocumentKind, key: &str) -> ToServer {
    ToServer::Create {
        document,
        project: PROJECT,
        kind,
        key: key.to_owned(),
    }
}

/// Whether a device that says it may have started a document is believed.
fn starts(document: DocumentId, kind: DocumentKind, key: &str) -> bool {
    let mut session = Session::new(NOW, PersonId::from_bytes([3; 16]), String::new());
    let hello = ToServer::Hello {
        protocol: 1,
        app: String::new(),
        schema: None,
    };
    session.frame(NOW, &hello.to_bytes());
    session.frame(NOW, &create(document, kind, key).to_bytes());
    let join = ToServer::Join {
        document,
        epoch: 0,
        cursor: 0,
        heads: Vec::new(),
    };
    match session.frame(NOW, &join.to_bytes()).pop() {
        Some(Effect::Ask(Request::Join { create, .. })) => create.is_some(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_form_is_started_by_a_device_only_under_its_derived_id() {
    let key = FormId::from_bytes([7; 16]).to_string();
    let form = derived_id(PROJECT, DocumentKind::Form, &key);
    assert!(starts(form, DocumentKind::Form, &key));
    assert!(!starts(form, DocumentKind::Form, "another"));
    assert!(!starts(form, DocumentKind::Note, &key));
    assert!(!starts(
        DocumentId::from_bytes([9; 16]),
        DocumentKind::Form,
        &key
    ));
    // plans and progress are the server's to start
    for kind in [DocumentKind::Plan, DocumentKind::Progress] {
        assert!(!starts(derived_id(PROJECT, kind, &key), kind, &key));
    }
}

#[test]
fn every_kind_keeps_its_number_on_the_wire() {
    for (number, kind) in [
        (0, DocumentKind::Plan),
        (1, DocumentKind::Progress),
        (2, DocumentKind::Note),
        (3, DocumentKind::Source),
        (4, DocumentKind::Proposal),
        (5, DocumentKind::Form),
    ] {
        let frame = create(DocumentId::from_bytes([1; 16]), kind, "k");
        let bytes = frame.to_bytes();
        // the number, then the key: a text of one byte
        assert!(bytes.ends_with(&[number, 0x61, b'k']), "{bytes:?}");
        assert_eq!(ToServer::from_bytes(&bytes), Ok(frame));
    }
}
