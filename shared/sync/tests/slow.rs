//! Devices that do not read what is sent to them: the others go on, and nothing piles up.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

use base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use domain::permission::{Access, DocumentKind};
use sync::room::{ConnectionId, Effect, Input, OUTSTANDING, Opened, Outcome, Rooms};
use sync::server::Request;
use sync::wire::{Entry, Refusal, ToDevice};

const PLAN: DocumentId = DocumentId::from_bytes([1; 16]);
const PERSON: PersonId = PersonId::from_bytes([2; 16]);
const NOW: Timestamp = Timestamp(0);

/// Connects, and joins from a cursor; what comes.
fn join(rooms: &mut Rooms, id: ConnectionId, cursor: u64, head: u64) -> Vec<Effect> {
    rooms.handle(NOW, Input::Connected(id, PERSON));
    let request = Request::Join {
        document: PLAN,
        create: None,
        epoch: 1,
        cursor,
        heads: Vec::new(),
    };
    rooms.handle(NOW, Input::Request(id, request));
    let opened = Opened {
        project: ProjectId::from_bytes([3; 16]),
        kind: DocumentKind::Plan,
        epoch: 1,
        head,
        access: Access::Write,
        knows_heads: true,
        snapshot: None,
    };
    rooms.handle(NOW, Input::Opened(id, PLAN, Ok(Some(opened))))
}

fn entry(seq: u64) -> Entry {
    Entry {
        seq,
        by: PERSON,
        at: NOW,
        bytes: vec![0; 100_000],
    }
}

/// One more entry, appended by a connection.
fn append(rooms: &mut Rooms, connection: ConnectionId, seq: u64) -> Vec<Effect> {
    let hash = ChangeHash::from_bytes([seq as u8; 32]);
    let outcomes = Ok(vec![(hash, Outcome::Stored(entry(seq)))]);
    rooms.handle(
        NOW,
        Input::Appended {
            connection,
            document: PLAN,
            outcomes,
        },
    )
}

fn to(id: ConnectionId, effects: &[Effect]) -> Vec<ToDevice> {
    let theirs = |effect: &Effect| match effect {
        Effect::Send(to, bytes) if *to == id => ToDevice::from_bytes(bytes).ok(),
        _ => None,
    };
    effects.iter().filter_map(theirs).collect()
}

fn bytes_to(id: ConnectionId, effects: &[Effect]) -> usize {
    let theirs = |effect: &Effect| match effect {
        Effect::Send(to, bytes) if *to == id => bytes.len(),
        _ => 0,
    };
    effects.iter().map(theirs).sum()
}

#[test]
fn who_does_not_read_is_cut_off_and_goes_on_from_the_cursor() {
    let mut rooms = Rooms::default();
    let (writer, reader, deaf) = (1, 2, 3);
    for id in [writer, reader, deaf] {
        join(&mut rooms, id, 0, 0);
    }
    let (mut to_deaf, mut to_reader) = (0, 0);
    for seq in 1..=60 {
        let effects = append(&mut rooms, writer, seq);
        for id in [writer, reader] {
            rooms.handle(NOW, Input::Flushed(id, bytes_to(id, &effects)));
        }
        to_reader += to(reader, &effects).len();
        to_deaf += bytes_to(deaf, &effects);
    }
    assert_eq!(to_reader, 60, "the others get all at once");
    assert!(to_deaf < OUTSTANDING + 200_000, "{to_deaf} bytes");

    // what it asks for itself is answered, but not without end
    let unsound = move |n: u8| {
        (0..10_000).map(move |i: u32| {
            let mut hash = [n; 32];
            hash[..4].copy_from_slice(&i.to_be_bytes());
            (ChangeHash::from_bytes(hash), Refusal::Malformed)
        })
    };
    let mut sent = to_deaf;
    let mut last = Vec::new();
    for n in 0..20 {
        let request = Request::Push {
            document: PLAN,
            changes: Vec::new(),
            unsound: unsound(n).collect(),
        };
        last = rooms.handle(NOW, Input::Request(deaf, request));
        sent += bytes_to(deaf, &last);
        if last.contains(&Effect::Close(deaf)) {
            break;
        }
    }
    assert!(sent < 6 * 1024 * 1024, "{sent} bytes");
    let bye = to(deaf, &last).pop();
    assert!(
        matches!(
            bye,
            Some(ToDevice::Bye {
                retry: true,
                cause: Some(Refusal::TooSlow),
                ..
            })
        ),
        "{bye:?}"
    );
    assert_eq!(rooms.size().0, 2);

    // it comes back with what it has
    let again = 4;
    let effects = join(&mut rooms, again, 55, 60);
    let entries: Vec<u64> = to(again, &effects)
        .into_iter()
        .filter_map(|frame| match frame {
            ToDevice::Changes { entries, .. } => Some(entries),
            _ => None,
        })
        .flatten()
        .map(|entry| entry.seq)
        .collect();
    assert_eq!(entries, [56, 57, 58, 59, 60]);
}

#[test]
fn many_who_do_not_read_cost_a_bounded_amount_together() {
    let mut rooms = Rooms::default();
    let writer = 0;
    join(&mut rooms, writer, 0, 0);
    for id in 1..=480 {
        join(&mut rooms, id, 0, 0);
    }
    let mut on_the_way = std::collections::BTreeMap::new();
    for seq in 1..=12 {
        let effects = append(&mut rooms, writer, seq);
        for id in 1..=480 {
            *on_the_way.entry(id).or_insert(0) += bytes_to(id, &effects);
        }
        for effect in &effects {
            if let Effect::Close(id) = effect {
                on_the_way.remove(id);
            }
        }
        rooms.handle(NOW, Input::Flushed(writer, bytes_to(writer, &effects)));
        let sum: usize = on_the_way.values().sum();
        assert!(sum <= 257 * 1024 * 1024, "{sum} bytes");
    }
    // all of them together: more than was allowed, so some were told to come back
    assert!(rooms.size().0 < 481);
    assert!(rooms.size().0 > 400);
}

#[test]
fn few_bytes_of_many_operations_are_looked_at_up_to_a_bound_and_a_device_keeps_below_it() {
    use automerge::transaction::Transactable;
    use automerge::{ActorId, AutoCommit, ROOT};
    use sync::device::{Device, Effect as Do, Held, Input as Happened};
    use sync::server::{Effect as Asked, Session};
    use sync::wire::ToServer;

    // a long text, as a device writes it: five thousand letters a change
    let mut doc = AutoCommit::new().with_actor(ActorId::from([3u8; 16].as_slice()));
    let text = doc
        .put_object(ROOT, "text", automerge::ObjType::Text)
        .unwrap();
    let mut changes = Vec::new();
    for n in 0..40 {
        doc.splice_text(&text, n * 5_000, 0, &"a".repeat(5_000))
            .unwrap();
        doc.commit();
        let mut change = doc.get_last_local_change().unwrap();
        changes.push((
            ChangeHash::from_bytes(change.hash().0),
            change.bytes().to_vec(),
        ));
    }
    let all: usize = changes.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(all < 100_000, "{all} bytes hold 200,000 operations");

    // a server looks at a part of them
    let mut session = Session::new(NOW, PERSON, String::new());
    let hello = ToServer::Hello {
        protocol: 1,
        app: String::new(),
        schema: None,
    };
    session.frame(NOW, &hello.to_bytes());
    let looked = |session: &mut Session, changes: Vec<Vec<u8>>| {
        let push = ToServer::Push {
            document: PLAN,
            changes,
        };
        match session.frame(NOW, &push.to_bytes()).pop() {
            Some(Asked::Ask(Request::Push { changes, .. })) => changes.len(),
            other => panic!("{other:?}"),
        }
    };
    let blobs = changes.iter().map(|(_, bytes)| bytes.clone()).collect();
    let taken = looked(&mut session, blobs);
    assert!((10..15).contains(&taken), "{taken}");
    assert!(session.work() >= 60_000);

    // a device sends no more than that at a time, and the rest when that is answered
    let mut device = Device::new(1).of(PERSON);
    let unacknowledged = changes.clone();
    let held = Held {
        document: PLAN,
        create: None,
        epoch: 0,
        cursor: 0,
        heads: Vec::new(),
        unacknowledged,
    };
    device.handle(NOW, Happened::Join(held));
    device.handle(NOW, Happened::Opened);
    let welcome = ToDevice::Welcome {
        protocol: 1,
        server: String::new(),
        person: PERSON,
        now: NOW,
        schema: None,
    };
    device.handle(NOW, Happened::Frame(welcome.to_bytes()));
    let joined = ToDevice::Joined {
        document: PLAN,
        epoch: 1,
        head: 0,
        access: Access::Write,
        same_log: true,
    };
    let mut effects = device.handle(NOW, Happened::Frame(joined.to_bytes()));
    let mut seq = 0;
    while seq < 40 {
        let pushed: Vec<Vec<u8>> = effects
            .iter()
            .filter_map(|effect| match effect {
                Do::Send(bytes) => ToServer::from_bytes(bytes).ok(),
                _ => None,
            })
            .filter_map(|frame| match frame {
                ToServer::Push { changes, .. } => Some(changes),
                _ => None,
            })
            .flatten()
            .collect();
        assert!(!pushed.is_empty(), "it goes on at once");
        let count = pushed.len();
        assert_eq!(
            looked(&mut session, pushed),
            count,
            "all of it is looked at"
        );
        let acknowledged = ToDevice::Acknowledged {
            document: PLAN,
            changes: (seq..seq + count)
                .map(|n| (changes[n].0, n as u64 + 1))
                .collect(),
            at: NOW,
        };
        seq += count;
        effects = device.handle(NOW, Happened::Frame(acknowledged.to_bytes()));
    }
    assert_eq!(device.waiting(), 0);
}
