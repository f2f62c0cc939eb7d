//! What automerge-repo clients send is read within limits, and written as they read it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use automerge::sync::{State, SyncDoc};
use automerge::transaction::Transactable;
use automerge::{AutoCommit, ROOT};
use base::{DocumentId, Timestamp};
use proptest::prelude::*;
use sync::foreign::frames::{self, FromClient};
use sync::foreign::message::{self, NotTaken};
use sync::foreign::{Effect, Session, address};

#[test]
fn a_documents_address_is_that_of_automerge_repo() {
    let document = DocumentId::from_bytes(std::array::from_fn(|n| n as u8 * 7 + 1));
    // as `stringifyAutomergeUrl` of @automerge/automerge-repo 2.5.6 writes it
    assert_eq!(
        address::url(document),
        "automerge:qLoujReChD4mrphFKSHcteTf7m"
    );
    assert_eq!(address::from_text(&address::url(document)), Some(document));
    assert_eq!(
        address::from_text(&address::to_text(document)),
        Some(document)
    );
    let mut wrong = address::to_text(document);
    wrong.replace_range(3..4, if &wrong[3..4] == "a" { "b" } else { "a" });
    assert_eq!(address::from_text(&wrong), None);
    assert_eq!(address::from_text(""), None);
}

/// What a client with these changes says to somebody who has none.
fn said(changes: i64) -> (AutoCommit, Vec<u8>) {
    let mut doc = AutoCommit::new();
    let mut state = State::new();
    for n in 0..changes {
        doc.put(ROOT, format!("k{n}"), n).unwrap();
        doc.commit();
    }
    let first = doc.sync().generate_sync_message(&mut state).unwrap();
    // the other end has nothing, and says so in the old way: then all changes come one by one
    let mut other = AutoCommit::new();
    let mut its = State::new();
    other.sync().receive_sync_message(&mut its, first).unwrap();
    let mut answer = other.sync().generate_sync_message(&mut its).unwrap();
    answer.flags = None;
    doc.sync().receive_sync_message(&mut state, answer).unwrap();
    let message = doc.sync().generate_sync_message(&mut state).unwrap();
    (doc, message.encode())
}

#[test]
fn a_sync_message_is_read_with_its_changes_apart() {
    let (mut doc, bytes) = said(5);
    let message = message::read(&bytes).unwrap();
    let heads: Vec<_> = doc.get_heads().iter().map(|h| h.0).collect();
    let read: Vec<_> = message.heard.heads.iter().map(|h| *h.as_bytes()).collect();
    assert_eq!(read, heads);
    assert_eq!(message.changes.len(), 5);
    for (bytes, change) in message.changes.iter().zip(doc.get_changes(&[])) {
        let checked = sync::check::check_change(bytes).unwrap();
        assert_eq!(checked.header.hash.as_bytes(), &change.hash().0);
    }
    assert!(message.heard.have.is_some() && message.heard.flags.is_some());
}

#[test]
fn a_whole_document_is_not_taken() {
    let (_, mut bytes) = said(1);
    bytes[0] = 0x43;
    assert_eq!(message::read(&bytes), Err(NotTaken::WholeDocument));
}

#[test]
fn a_bloom_filter_that_would_loop_or_divide_by_nothing_is_refused() {
    let with = |bloom: &[u8]| {
        let mut bytes = vec![0x42, 0, 0, 1, 0, bloom.len() as u8];
        bytes.extend(bloom);
        bytes.push(0);
        message::read(&bytes)
    };
    assert!(with(&[]).is_ok());
    assert!(with(&[1, 10, 7, 0xff, 0xff]).is_ok());
    let most = [0xff, 0xff, 0xff, 0xff, 0x0f];
    // four billion probes, no bits, bits that are not there, no entries
    assert!(with(&[&[1, 10], most.as_slice(), &[0xff, 0xff]].concat()).is_err());
    assert!(with(&[1, 0, 7]).is_err());
    assert!(with(&[&most, [10, 7, 0xff].as_slice()].concat()).is_err());
    assert!(with(&[0, 10, 7]).is_err());
    assert!(with(&[1, 10, 0, 0xff, 0xff]).is_err());
}

fn map(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut e = minicbor::Encoder::new(Vec::new());
    e.map(fields.len() as u64).unwrap();
    for (key, value) in fields {
        e.str(key).unwrap().str(value).unwrap();
    }
    e.into_writer()
}

#[test]
fn a_client_that_does_not_join_first_or_speaks_another_version_is_sent_away() {
    let now = Timestamp(0);
    for first in [
        map(&[("type", "sync")]),
        map(&[("type", "join")]),
        vec![0xff],
    ] {
        let effects = Session::new(now).frame(now, &first);
        assert!(matches!(effects.last(), Some(Effect::Close)), "{effects:?}");
    }
    let mut silent = Session::new(now);
    assert!(silent.wake(Timestamp(9_999)).is_empty());
    assert!(matches!(
        silent.wake(Timestamp(10_000)).last(),
        Some(Effect::Close)
    ));
}

#[test]
fn a_message_of_a_newer_version_is_passed_over() {
    let message = map(&[("type", "remote-heads-changed"), ("new", "field")]);
    assert_eq!(frames::read(&message), Ok(FromClient::Other));
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = frames::read(&bytes);
        let _ = message::read(&bytes);
        let _ = message::read(&[&[0x42], bytes.as_slice()].concat());
        let _ = address::from_text(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_changed_byte_does_not_make_the_reader_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (_, mut bytes) = said(3);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(message) = message::read(&bytes) {
            // what is let through is safe for Automerge
            let mut document = doc::Document::new(domain::permission::DocumentKind::Plan, [1; 16]);
            let mut peer = doc::peer::Peer::new(true);
            let _ = document.hear(&mut peer, message.heard);
            document.say(&mut peer, &[]);
        }
    }
}
