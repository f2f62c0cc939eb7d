//! Sessions of different versions, and a server that has lost something.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use base::{ChangeHash, DocumentId, PersonId, Timestamp};
use domain::permission::{Access, DocumentKind};
use sync::device::{Device, Effect, Held, Input, Status};
use sync::server::{self, Session};
use sync::wire::{ToDevice, ToServer, Versions};

const PLAN: DocumentId = DocumentId::from_bytes([1; 16]);
const PERSON: PersonId = PersonId::from_bytes([2; 16]);
const NOW: Timestamp = Timestamp(1_000);

fn versions(own: u32, oldest: u32) -> Versions {
    Versions {
        protocol: own,
        oldest_protocol: oldest,
        schema: own,
        oldest_schema: oldest,
    }
}

/// What the device makes of the answer of the server to its greeting, and the device.
fn meet(device: Versions, server: Versions) -> (Device, Vec<Effect>) {
    let mut device = Device::new(1).of(PERSON).speaking(device);
    let (change, bytes) = change();
    let held = Held {
        document: PLAN,
        create: None,
        epoch: 0,
        cursor: 0,
        heads: Vec::new(),
        unacknowledged: vec![(change, bytes)],
    };
    device.handle(NOW, Input::Join(held));
    let hello = device.handle(NOW, Input::Opened);
    let hello = hello.iter().find_map(|effect| match effect {
        Effect::Send(bytes) => Some(bytes.clone()),
        _ => None,
    });
    let mut session = Session::new(NOW, PERSON, "test".to_owned()).speaking(server);
    let answer = session.frame(NOW, &hello.unwrap());
    let effects = answer.into_iter().flat_map(|effect| match effect {
        server::Effect::Send(bytes) => device.handle(NOW, Input::Frame(bytes)),
        _ => Vec::new(),
    });
    let effects = effects.collect();
    (device, effects)
}

fn change() -> (ChangeHash, Vec<u8>) {
    let mut document = doc::Document::new(DocumentKind::Plan, [9; 16]);
    let command = doc::command::Command::EditPlan {
        name: Some("大坝".to_owned()),
        start: None,
        calendar: None,
    };
    let author = doc::Author {
        person: PERSON,
        at: NOW,
    };
    let done = doc::command::perform(&mut document, &command, author).unwrap();
    let change = done.changes.into_iter().next().unwrap();
    (change.hash, change.bytes)
}

fn joins(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| match effect {
        Effect::Send(bytes) => matches!(ToServer::from_bytes(bytes), Ok(ToServer::Join { .. })),
        _ => false,
    })
}

#[test]
fn versions_that_go_together_work_and_others_say_that_the_app_is_to_be_loaded_anew() {
    for (device, server, together) in [
        (versions(1, 1), versions(1, 1), true),
        (versions(1, 1), versions(2, 1), true),
        (versions(2, 1), versions(1, 1), true),
        (versions(1, 1), versions(3, 2), false),
        (versions(3, 2), versions(1, 1), false),
        (versions(3, 2), versions(2, 1), true),
    ] {
        let (device, effects) = meet(device, server);
        assert_eq!(joins(&effects), together, "{effects:?}");
        assert_eq!(effects.contains(&Effect::Outdated), !together);
        assert_eq!(effects.contains(&Effect::Disconnect), !together);
        assert_eq!(device.waiting(), 1, "nothing is dropped");
    }
}

#[test]
fn an_app_that_does_not_go_with_the_server_tries_again_in_a_while() {
    let (mut device, effects) = meet(versions(1, 1), versions(3, 2));
    let wake = effects.iter().find_map(|effect| match effect {
        Effect::WakeAt(at) => Some(*at),
        _ => None,
    });
    let wake = wake.unwrap();
    assert!(wake.since(NOW) >= 10_000, "{wake:?}");
    assert!(device.handle(wake, Input::Wake).contains(&Effect::Connect));
}

#[test]
fn a_device_gives_back_what_the_server_has_lost() {
    let (mut device, _) = meet(Versions::OURS, Versions::OURS);
    let frame = |frame: ToDevice| Input::Frame(frame.to_bytes());
    let joined = ToDevice::Joined {
        document: PLAN,
        epoch: 1,
        head: 5,
        access: Access::Read,
        same_log: true,
    };
    device.handle(NOW, frame(joined));
    let (hash, bytes) = change();
    let lacks = ToDevice::Lacks {
        document: PLAN,
        changes: vec![hash],
    };
    let effects = device.handle(NOW, frame(lacks));
    let provide = Effect::Provide {
        document: PLAN,
        changes: vec![hash],
    };
    assert!(effects.contains(&provide));
    // what is behind cannot be had at the moment: the person is told
    let failed = |effect: &Effect| matches!(effect, Effect::Status(Status::Failed { .. }));
    assert!(effects.iter().any(failed), "{effects:?}");
    let provided = Input::Provided {
        document: PLAN,
        changes: vec![bytes.clone()],
    };
    let push = ToServer::Push {
        document: PLAN,
        changes: vec![bytes],
    };
    let effects = device.handle(NOW, provided);
    assert!(effects.contains(&Effect::Send(push.to_bytes())));
}
