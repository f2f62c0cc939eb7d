//! The device's session by itself: connecting, giving up, refusals.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use base::{ChangeHash, DocumentId, PersonId, Timestamp};
use doc::command::{Command, perform};
use doc::{Author, Document};
use domain::permission::{Access, DocumentKind};
use sync::device::{Device, Effect, Held, Input, Status};
use sync::room::{self, MAX_CONNECTIONS, MAX_DEVICES, MAX_FOLLOWED, Rooms};
use sync::server::Request;
use sync::wire::{Entry, Refusal, ToDevice, ToServer};

const PLAN: DocumentId = DocumentId::from_bytes([1; 16]);
const PERSON: PersonId = PersonId::from_bytes([2; 16]);

fn held(unacknowledged: Vec<(ChangeHash, Vec<u8>)>) -> Input {
    Input::Join(Held {
        document: PLAN,
        create: None,
        epoch: 0,
        cursor: 0,
        heads: Vec::new(),
        unacknowledged,
    })
}

fn frame(frame: &ToDevice) -> Input {
    Input::Frame(frame.to_bytes())
}

fn sent(effects: &[Effect]) -> Vec<ToServer> {
    let frame = |effect: &Effect| match effect {
        Effect::Send(bytes) => Some(ToServer::from_bytes(bytes).unwrap()),
        _ => None,
    };
    effects.iter().filter_map(frame).collect()
}

fn welcome() -> Input {
    frame(&ToDevice::Welcome {
        protocol: 1,
        server: "test".to_owned(),
        person: PERSON,
        now: Timestamp(0),
        schema: None,
    })
}

fn joined(head: u64) -> Input {
    frame(&ToDevice::Joined {
        document: PLAN,
        epoch: 1,
        head,
        access: Access::Write,
        same_log: true,
    })
}

/// Changes that depend on each other, in this order.
fn changes(count: u8, actor: u8) -> Vec<(ChangeHash, Vec<u8>)> {
    let mut document = Document::new(DocumentKind::Plan, [actor; 16]);
    (0..count)
        .flat_map(|n| {
            let command = Command::EditPlan {
                name: Some(format!("plan {n}")),
                start: None,
                calendar: None,
            };
            let author = Author {
                person: PERSON,
                at: Timestamp(0),
            };
            perform(&mut document, &command, author).unwrap().changes
        })
        .map(|change| (change.hash, change.bytes))
        .collect()
}

/// A device that has joined, with changes of its own.
fn up(now: Timestamp, own: Vec<(ChangeHash, Vec<u8>)>) -> (Device, Vec<Effect>) {
    let mut device = Device::new(1);
    assert!(device.handle(now, held(own)).contains(&Effect::Connect));
    device.handle(now, Input::Opened);
    let asked = sent(&device.handle(now, welcome()));
    assert!(
        matches!(asked[..], [ToServer::Join { cursor: 0, .. }]),
        "{asked:?}"
    );
    let effects = device.handle(now, joined(0));
    (device, effects)
}

#[test]
fn pauses_between_tries_grow_differ_by_seed_and_end_when_the_network_is_back() {
    let mut pauses = Vec::new();
    for seed in [1, 2] {
        let mut device = Device::new(seed);
        let mut now = Timestamp(0);
        device.handle(now, held(Vec::new()));
        let mut mine = Vec::new();
        for _ in 0..10 {
            let effects = device.handle(now, Input::Closed);
            let next = effects
                .iter()
                .find_map(|e| match e {
                    Effect::Status(Status::Offline { next_try }) => *next_try,
                    _ => None,
                })
                .unwrap();
            assert!(effects.contains(&Effect::WakeAt(next)));
            assert!(
                !device
                    .handle(next.plus_ms(-1), Input::Wake)
                    .contains(&Effect::Connect)
            );
            mine.push(next.since(now));
            now = next;
            assert!(device.handle(now, Input::Wake).contains(&Effect::Connect));
        }
        assert!(
            mine[0] <= 1_000 && mine[9] >= 15_000 && mine[9] <= 30_000,
            "{mine:?}"
        );
        device.handle(now, Input::Closed);
        assert!(
            device
                .handle(now, Input::NetworkBack)
                .contains(&Effect::Connect)
        );
        pauses.push(mine);
    }
    assert_ne!(pauses[0], pauses[1]);
}

#[test]
fn a_socket_that_never_opens_or_never_greets_is_given_up() {
    for opened in [false, true] {
        let mut device = Device::new(1);
        device.handle(Timestamp(0), held(Vec::new()));
        if opened {
            device.handle(Timestamp(0), Input::Opened);
        }
        let effects = device.handle(Timestamp(10_000), Input::Wake);
        assert!(effects.contains(&Effect::Disconnect), "{effects:?}");
    }
}

#[test]
fn a_connection_without_a_sign_of_life_is_given_up() {
    let (mut device, _) = up(Timestamp(0), Vec::new());
    let asked = sent(&device.handle(Timestamp(20_000), Input::Wake));
    let [ToServer::Ping { nonce }] = asked[..] else {
        panic!("{asked:?}");
    };
    device.handle(Timestamp(21_000), frame(&ToDevice::Pong { nonce }));
    let calm = device.handle(Timestamp(30_000), Input::Wake);
    assert!(sent(&calm).is_empty() && !calm.contains(&Effect::Disconnect));
    device.handle(Timestamp(41_000), Input::Wake);
    let effects = device.handle(Timestamp(51_000), Input::Wake);
    assert!(effects.contains(&Effect::Disconnect), "{effects:?}");
}

#[test]
fn changes_are_pushed_until_they_are_acknowledged() {
    let own = changes(3, 1);
    let now = Timestamp(0);
    let (mut device, effects) = up(now, own.clone());
    let pushed: Vec<_> = own.iter().map(|(_, bytes)| bytes.clone()).collect();
    let push = ToServer::Push {
        document: PLAN,
        changes: pushed.clone(),
    };
    assert_eq!(sent(&effects), std::slice::from_ref(&push));
    assert!(effects.contains(&Effect::Status(Status::Syncing)) || device.waiting() == 3);
    // no answer
    let again = sent(&device.handle(Timestamp(15_000), Input::Wake));
    assert_eq!(again, [push]);
    // an answer to two of them, then the connection is lost
    let two = frame(&ToDevice::Acknowledged {
        document: PLAN,
        changes: vec![(own[0].0, 1), (own[1].0, 2)],
        at: now,
    });
    let effects = device.handle(Timestamp(15_100), two);
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::Acknowledged { cursor: 2, .. }))
    );
    device.handle(Timestamp(15_200), Input::Closed);
    assert_eq!(device.waiting(), 1);
    device.handle(Timestamp(20_000), Input::NetworkBack);
    device.handle(Timestamp(20_000), Input::Opened);
    let asked = sent(&device.handle(Timestamp(20_000), welcome()));
    assert!(
        matches!(&asked[..], [ToServer::Join { epoch: 1, cursor: 2, heads, .. }] if *heads == [own[1].0]),
        "{asked:?}"
    );
    let effects = device.handle(Timestamp(20_000), joined(2));
    let push = ToServer::Push {
        document: PLAN,
        changes: pushed[2..].to_vec(),
    };
    assert_eq!(sent(&effects), [push]);
}

#[test]
fn a_refusal_takes_its_dependants_along_and_leaves_independent_changes() {
    let (first, second) = (changes(3, 1), changes(2, 2));
    let all = [first.clone(), second.clone()].concat();
    let (mut device, _) = up(Timestamp(0), all);
    let refusal = frame(&ToDevice::Refused {
        document: PLAN,
        change: first[1].0,
        reason: Refusal::NotAllowed,
    });
    let effects = device.handle(Timestamp(1), refusal);
    let refused: Vec<_> = effects
        .iter()
        .filter_map(|e| match e {
            Effect::Refused { change, reason, .. } => Some((*change, *reason)),
            _ => None,
        })
        .collect();
    let expected = [
        (first[1].0, Refusal::NotAllowed),
        (first[2].0, Refusal::DependsOnRefused),
    ];
    assert_eq!(refused, expected);
    assert_eq!(device.waiting(), 3);
}

#[test]
fn a_change_that_was_refused_and_stored_after_all_comes_back_and_may_be_built_upon() {
    let own = changes(2, 1);
    let (mut device, _) = up(Timestamp(0), own[..1].to_vec());
    // it was offered twice, and its maker's right changed in between
    let (change, reason) = (own[0].0, Refusal::NotAllowed);
    let document = PLAN;
    let refused = ToDevice::Refused {
        document,
        change,
        reason,
    };
    device.handle(Timestamp(1), frame(&refused));
    let at = Timestamp(0);
    let acknowledged = ToDevice::Acknowledged {
        document,
        changes: vec![(change, 1)],
        at,
    };
    let asked = sent(&device.handle(Timestamp(2), frame(&acknowledged)));
    assert!(
        matches!(asked[..], [ToServer::Join { cursor: 0, .. }]),
        "{asked:?}"
    );
    device.handle(Timestamp(3), joined(1));
    let entry = Entry {
        seq: 1,
        by: PERSON,
        at,
        bytes: own[0].1.clone(),
    };
    let entries = vec![entry];
    let stored = device.handle(
        Timestamp(4),
        frame(&ToDevice::Changes {
            document,
            entries: entries.clone(),
        }),
    );
    assert!(stored.contains(&Effect::Store {
        document,
        epoch: 1,
        entries,
        cursor: 1
    }));
    let (change, bytes) = own[1].clone();
    let made = Input::Made {
        document,
        change,
        bytes: bytes.clone(),
    };
    let changes = vec![bytes];
    let pushed = sent(&device.handle(Timestamp(5), made));
    assert_eq!(pushed, [ToServer::Push { document, changes }]);
}

#[test]
fn what_the_server_cannot_store_is_kept_shown_and_sent_again() {
    let own = changes(1, 1);
    let (mut device, _) = up(Timestamp(0), own.clone());
    let refusal = frame(&ToDevice::Refused {
        document: PLAN,
        change: own[0].0,
        reason: Refusal::Storage,
    });
    let effects = device.handle(Timestamp(1), refusal);
    let cause = Refusal::Storage;
    assert!(effects.contains(&Effect::Status(Status::Failed { cause })));
    assert!(!effects.iter().any(|e| matches!(e, Effect::Refused { .. })));
    let again = sent(&device.handle(Timestamp(10_001), Input::Wake));
    assert!(matches!(again[..], [ToServer::Push { .. }]), "{again:?}");
}

#[test]
fn another_log_at_the_server_asks_for_a_repair_before_anything_is_sent() {
    let mut device = Device::new(1);
    let now = Timestamp(0);
    let own = changes(1, 1);
    let Input::Join(mut before) = held(own) else {
        unreachable!()
    };
    (before.epoch, before.cursor) = (1, 7);
    device.handle(now, Input::Join(before));
    device.handle(now, Input::Opened);
    device.handle(now, welcome());
    let another = frame(&ToDevice::Joined {
        document: PLAN,
        epoch: 1,
        head: 3,
        access: Access::Write,
        same_log: false,
    });
    let effects = device.handle(now, another);
    assert!(effects.contains(&Effect::Repair { document: PLAN }));
    assert_eq!(sent(&effects), []);
    // the device answers with everything it has
    let asked = sent(&device.handle(now, held(changes(3, 1))));
    assert!(
        matches!(
            asked[..],
            [ToServer::Join {
                epoch: 0,
                cursor: 0,
                ..
            }]
        ),
        "{asked:?}"
    );
    let effects = device.handle(now, joined(3));
    assert!(matches!(&sent(&effects)[..], [ToServer::Push { changes, .. }] if changes.len() == 3));
}

#[test]
fn a_missing_entry_is_asked_for_again_and_nothing_after_it_is_taken() {
    let (mut device, _) = up(Timestamp(0), Vec::new());
    let entry = sync::wire::Entry {
        seq: 2,
        by: PERSON,
        at: Timestamp(0),
        bytes: changes(1, 1)[0].1.clone(),
    };
    let entries = vec![entry];
    let effects = device.handle(
        Timestamp(1),
        frame(&ToDevice::Changes {
            document: PLAN,
            entries,
        }),
    );
    assert!(!effects.iter().any(|e| matches!(e, Effect::Store { .. })));
    assert!(matches!(
        sent(&effects)[..],
        [ToServer::Join { cursor: 0, .. }]
    ));
}

#[test]
fn a_goodbye_for_good_ends_the_session_and_one_for_now_does_not() {
    for retry in [true, false] {
        let (mut device, _) = up(Timestamp(0), Vec::new());
        let reason = "why".to_owned();
        let effects = device.handle(
            Timestamp(1),
            frame(&ToDevice::Bye {
                reason,
                retry,
                cause: None,
            }),
        );
        assert!(effects.contains(&Effect::Disconnect));
        let out = effects
            .iter()
            .any(|e| matches!(e, Effect::SignedOut { .. }));
        assert_eq!(out, !retry);
        let later = device.handle(Timestamp(60_000), Input::Wake);
        assert_eq!(later.contains(&Effect::Connect), retry);
    }
}

#[test]
fn a_connection_that_the_server_takes_for_another_person_sends_nothing() {
    let another = PersonId::from_bytes([9; 16]);
    assert_ne!(another, PERSON);
    let now = Timestamp(0);
    let mut device = Device::new(1).of(another);
    device.handle(now, held(changes(1, 1)));
    device.handle(now, Input::Opened);
    let effects = device.handle(now, welcome());
    assert_eq!(sent(&effects), []);
    assert!(effects.contains(&Effect::Disconnect));
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::SignedOut { .. }))
    );
    // and does not try again by itself
    let effects = device.handle(now.plus_ms(60_000), Input::NetworkBack);
    assert!(!effects.contains(&Effect::Connect), "{effects:?}");
    assert_eq!(device.waiting(), 1, "the change stays");
}

/// A device with two changes, greeted by the server.
fn greeted() -> Device {
    let mut device = Device::new(1);
    device.handle(Timestamp(0), held(changes(2, 1)));
    device.handle(Timestamp(0), Input::Opened);
    device.handle(Timestamp(0), welcome());
    device
}

/// The server names a snapshot that goes up to `seq`.
fn reset(seq: u64) -> Input {
    frame(&ToDevice::Reset {
        document: PLAN,
        epoch: 1,
        snapshot: "ab".to_owned(),
        seq,
    })
}

#[test]
fn a_snapshot_that_cannot_be_fetched_is_asked_for_again_soon() {
    let mut device = greeted();
    device.handle(Timestamp(1_000), reset(40));
    let effects = device.handle(Timestamp(1_100), Input::SnapshotFailed { document: PLAN });
    assert!(sent(&effects).is_empty(), "not at once: {effects:?}");
    let join = |f: &ToServer| matches!(f, ToServer::Join { cursor: 0, .. });
    let effects = device.handle(Timestamp(6_050), Input::Wake);
    assert!(!sent(&effects).iter().any(join));
    let effects = device.handle(Timestamp(6_110), Input::Wake);
    assert!(sent(&effects).iter().any(join));
}

#[test]
fn a_snapshot_is_fetched_once_then_joined_from_and_asked_for_again_when_it_does_not_come() {
    let mut device = greeted();
    let fetches = |effects: &[Effect]| {
        let fetch = |e: &&Effect| matches!(e, Effect::FetchSnapshot { .. });
        effects.iter().filter(fetch).count()
    };
    let effects = device.handle(Timestamp(10), reset(40));
    assert_eq!(fetches(&effects), 1);
    assert_eq!(
        fetches(&device.handle(Timestamp(20), reset(40))),
        0,
        "doubled"
    );
    // it does not come, though the connection lives: the server is asked again
    for at in (10_000..120_000).step_by(10_000) {
        let effects = device.handle(Timestamp(at), frame(&ToDevice::Pong { nonce: 1 }));
        assert!(sent(&effects).is_empty(), "{effects:?}");
    }
    let effects = device.handle(Timestamp(120_010), Input::Wake);
    assert!(
        sent(&effects)
            .iter()
            .any(|f| matches!(f, ToServer::Join { cursor: 0, .. }))
    );
    let effects = device.handle(Timestamp(120_020), reset(41));
    assert_eq!(fetches(&effects), 1);
    // stored: the rest follows from there, and what was made here is offered
    let stored = Input::SnapshotStored {
        document: PLAN,
        epoch: 1,
        seq: 41,
        heads: Vec::new(),
    };
    let effects = device.handle(Timestamp(120_030), stored);
    let join = |f: &ToServer| {
        matches!(
            f,
            ToServer::Join {
                epoch: 1,
                cursor: 41,
                ..
            }
        )
    };
    assert!(sent(&effects).iter().any(join), "{effects:?}");
    let effects = device.handle(Timestamp(120_040), joined(41));
    assert!(
        sent(&effects)
            .iter()
            .any(|f| matches!(f, ToServer::Push { changes, .. } if changes.len() == 2))
    );
}

#[test]
fn too_many_connections_are_told_so_and_come_back_later() {
    // the server's side: half of all are one person's, who has no more room then; others have
    let mut rooms = Rooms::default();
    let now = Timestamp(0);
    let told = |effects: &[room::Effect]| match effects {
        [room::Effect::Send(_, bytes), room::Effect::Close(_)] => ToDevice::from_bytes(bytes).ok(),
        _ => None,
    };
    let half = MAX_CONNECTIONS as u64 / 2;
    for id in 0..half {
        assert!(
            rooms
                .handle(now, room::Input::Connected(id, PERSON))
                .is_empty()
        );
    }
    let bye = told(&rooms.handle(now, room::Input::Connected(half, PERSON)));
    let cause = Some(Refusal::Crowded);
    assert!(
        matches!(bye, Some(ToDevice::Bye { retry: true, cause: why, .. }) if why == cause),
        "{bye:?}"
    );
    let other = |id: u64| PersonId::from_bytes((u128::from(id) + 1).to_be_bytes());
    for id in half..MAX_CONNECTIONS as u64 {
        let connected = room::Input::Connected(id, other(id));
        assert!(rooms.handle(now, connected).is_empty());
    }
    let last = MAX_CONNECTIONS as u64;
    let refused = rooms.handle(now, room::Input::Connected(last, other(last)));
    assert!(told(&refused).is_some());
    assert_eq!(rooms.size().0, MAX_CONNECTIONS);
    // who leaves makes room
    rooms.handle(now, room::Input::Disconnected(half));
    assert!(
        rooms
            .handle(now, room::Input::Connected(last, other(last)))
            .is_empty()
    );

    // the device's side: it says so, keeps what it has, and comes back after a longer pause than at first
    let own = changes(3, 1);
    let (mut device, _) = up(Timestamp(0), own);
    let bye = bye.unwrap();
    let effects = device.handle(Timestamp(1), frame(&bye));
    let failed = Effect::Status(Status::Failed {
        cause: Refusal::Crowded,
    });
    assert!(effects.contains(&failed), "{effects:?}");
    assert_eq!(device.waiting(), 3);
    let back = |at: i64, device: &mut Device| {
        let effects = device.handle(Timestamp(at), Input::Wake);
        effects.contains(&Effect::Connect)
    };
    assert!(!back(7_000, &mut device));
    assert!(back(17_000, &mut device));
    device.handle(Timestamp(17_000), Input::Opened);
    device.handle(Timestamp(17_000), welcome());
    let effects = device.handle(Timestamp(17_000), joined(0));
    assert!(
        sent(&effects)
            .iter()
            .any(|f| matches!(f, ToServer::Push { changes, .. } if changes.len() == 3))
    );
}

#[test]
fn too_many_documents_or_devices_are_told_so_and_asked_again_later() {
    let document = |n: usize| DocumentId::from_bytes((n as u128 + 1).to_be_bytes());
    let join = |document| Request::Join {
        document,
        create: None,
        epoch: 0,
        cursor: 0,
        heads: Vec::new(),
    };
    let later = |effects: &[room::Effect]| {
        effects.iter().find_map(|effect| match effect {
            room::Effect::Send(_, bytes) => ToDevice::from_bytes(bytes).ok(),
            _ => None,
        })
    };
    let now = Timestamp(0);
    let mut rooms = Rooms::default();
    rooms.handle(now, room::Input::Connected(0, PERSON));
    // (the plan is not among them)
    for n in 0..MAX_FOLLOWED {
        let effects = rooms.handle(now, room::Input::Request(0, join(document(n))));
        assert!(later(&effects).is_none());
    }
    let one_more = document(MAX_FOLLOWED);
    let answer = later(&rooms.handle(now, room::Input::Request(0, join(one_more))));
    let cause = Refusal::Crowded;
    assert_eq!(
        answer,
        Some(ToDevice::Later {
            document: one_more,
            cause
        })
    );
    // one that is followed already may be joined anew
    let again = rooms.handle(now, room::Input::Request(0, join(document(0))));
    assert!(later(&again).is_none());

    for id in 1..=MAX_DEVICES as u64 {
        rooms.handle(now, room::Input::Connected(id, PERSON));
        let effects = rooms.handle(now, room::Input::Request(id, join(PLAN)));
        assert!(later(&effects).is_none(), "{id}");
    }
    let id = MAX_DEVICES as u64 + 1;
    rooms.handle(now, room::Input::Connected(id, PERSON));
    let answer = later(&rooms.handle(now, room::Input::Request(id, join(PLAN)))).unwrap();
    assert_eq!(
        answer,
        ToDevice::Later {
            document: PLAN,
            cause
        }
    );

    // a device keeps what it has, says nothing about rights, and asks again after a minute
    let (mut device, _) = up(Timestamp(0), changes(2, 1));
    let effects = device.handle(Timestamp(1), frame(&answer));
    let failed = Effect::Status(Status::Failed { cause });
    assert!(effects.contains(&failed), "{effects:?}");
    assert!(!effects.iter().any(|e| matches!(e, Effect::Access { .. })));
    assert_eq!(device.waiting(), 2);
    // (a ping in between, and its answer)
    device.handle(Timestamp(25_000), Input::Wake);
    device.handle(Timestamp(25_000), frame(&ToDevice::Pong { nonce: 1 }));
    device.handle(Timestamp(50_000), Input::Wake);
    device.handle(Timestamp(50_000), frame(&ToDevice::Pong { nonce: 2 }));
    let effects = device.handle(Timestamp(60_002), Input::Wake);
    assert!(
        sent(&effects)
            .iter()
            .any(|f| matches!(f, ToServer::Join { .. }))
    );
    let effects = device.handle(Timestamp(60_003), joined(0));
    assert!(
        sent(&effects)
            .iter()
            .any(|f| matches!(f, ToServer::Push { .. }))
    );
}
