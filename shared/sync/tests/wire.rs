//! The frames: what is written is read, and nothing that is read can do harm.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::{Access, DocumentKind};
use proptest::prelude::*;
use sync::wire::{Entry, MAX_FRAME, Refusal, ToDevice, ToServer, Unreadable};

fn document() -> DocumentId {
    DocumentId::from_bytes([1; 16])
}

fn hash(n: u8) -> ChangeHash {
    ChangeHash::from_bytes([n; 32])
}

fn to_server() -> Vec<ToServer> {
    let document = document();
    vec![
        ToServer::Hello {
            protocol: 1,
            app: "测试".to_owned(),
            schema: Some(1),
        },
        ToServer::Join {
            document,
            epoch: 1,
            cursor: u64::MAX,
            heads: vec![hash(1), hash(2)],
        },
        ToServer::Create {
            document,
            project: ProjectId::from_bytes([2; 16]),
            kind: DocumentKind::Note,
            key: "key".to_owned(),
        },
        ToServer::Leave { document },
        ToServer::Push {
            document,
            changes: vec![vec![1, 2, 3], Vec::new()],
        },
        ToServer::Presence {
            document,
            state: String::new(),
        },
        ToServer::Ping { nonce: 7 },
    ]
}

fn to_device() -> Vec<ToDevice> {
    let document = document();
    let person = PersonId::from_bytes([3; 16]);
    let at = Timestamp(-5);
    let entry = Entry {
        seq: 1,
        by: person,
        at,
        bytes: vec![9; 300],
    };
    vec![
        ToDevice::Welcome {
            protocol: 1,
            server: String::new(),
            person,
            now: at,
            schema: None,
        },
        ToDevice::Outdated {
            protocol: 2,
            schema: 3,
        },
        ToDevice::Lacks {
            document,
            changes: vec![ChangeHash::from_bytes([7; 32])],
        },
        ToDevice::Joined {
            document,
            epoch: 1,
            head: 2,
            access: Access::Read,
            same_log: true,
        },
        ToDevice::Changes {
            document,
            entries: vec![entry],
        },
        ToDevice::Acknowledged {
            document,
            changes: vec![(hash(1), 1)],
            at,
        },
        ToDevice::Refused {
            document,
            change: hash(1),
            reason: Refusal::ForeignActor,
        },
        ToDevice::Reset {
            document,
            epoch: 1,
            snapshot: "abc".to_owned(),
            seq: 5,
        },
        ToDevice::Denied { document },
        ToDevice::AccessChanged {
            document,
            access: Access::None,
        },
        ToDevice::Presence {
            document,
            session: 1,
            person,
            state: "x".to_owned(),
        },
        ToDevice::Projects,
        ToDevice::Bye {
            reason: "r".to_owned(),
            retry: false,
            cause: Some(Refusal::Crowded),
        },
        ToDevice::Later {
            document,
            cause: Refusal::Full,
        },
        ToDevice::Pong { nonce: 7 },
    ]
}

#[test]
fn every_frame_survives_its_bytes() {
    for frame in to_server() {
        assert_eq!(ToServer::from_bytes(&frame.to_bytes()), Ok(frame));
    }
    for frame in to_device() {
        assert_eq!(ToDevice::from_bytes(&frame.to_bytes()), Ok(frame));
    }
}

#[test]
fn a_kind_of_a_newer_version_is_unknown_and_a_field_of_a_newer_version_is_skipped() {
    assert_eq!(
        ToServer::from_bytes(&[0x82, 0x18, 99, 0x80]),
        Err(Unreadable::Unknown)
    );
    // Ping with a second field: [6, [7, "new"]]
    assert_eq!(
        ToServer::from_bytes(&[0x82, 6, 0x82, 7, 0x63, b'n', b'e', b'w']),
        Ok(ToServer::Ping { nonce: 7 })
    );
}

#[test]
fn a_list_that_claims_to_be_endless_is_refused() {
    // Push of 2^60 changes
    let mut bytes = vec![0x82, 4, 0x82, 0x50];
    bytes.extend([1; 16]);
    bytes.extend([0x9b, 0x10, 0, 0, 0, 0, 0, 0, 0]);
    assert!(matches!(
        ToServer::from_bytes(&bytes),
        Err(Unreadable::Malformed(_))
    ));
    assert_eq!(
        ToServer::from_bytes(&vec![0; MAX_FRAME + 1]),
        Err(Unreadable::TooLarge(MAX_FRAME + 1))
    );
}

#[test]
fn nesting_without_end_is_refused_or_passed_over_without_a_deep_stack() {
    // lists, maps and tags in each other, of known and of unknown length, half a million deep
    for open in [
        &[0x81][..],
        &[0x9f],
        &[0xa1, 0x00],
        &[0xbf, 0x00],
        &[0xc1],
        &[0xd8, 0x40],
    ] {
        let deep = open.repeat(500_000);
        // by itself, as a frame's content, and as a field that a newer version may have added
        let field = [&[0x82, 6, 0x82, 7][..], &deep].concat();
        let content = [&[0x82, 6][..], &deep].concat();
        for bytes in [&deep, &field, &content] {
            assert!(ToServer::from_bytes(bytes).is_err());
            assert!(ToDevice::from_bytes(bytes).is_err());
        }
        // a message of the foreign dialect with a field that it does not know
        let message = [&b"\xa1dmore"[..], &deep].concat();
        assert!(sync::foreign::frames::read(&message).is_err());
        assert!(sync::foreign::frames::read(&deep).is_err());
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = ToServer::from_bytes(&bytes);
        let _ = ToDevice::from_bytes(&bytes);
        let _ = sync::check::check_change(&bytes);
    }

    #[test]
    fn a_changed_byte_does_not_make_the_reader_panic(which in 0usize..7, at in 0usize..400, to in any::<u8>()) {
        let mut bytes = to_server()[which].to_bytes();
        let at = at % bytes.len();
        bytes[at] = to;
        let _ = ToServer::from_bytes(&bytes);
    }
}
