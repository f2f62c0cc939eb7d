//! Joining, pushing, relaying, and how connections begin and end.

use std::path::Path;

use shared::base::DocumentId;
use shared::doc::derived_id;
use shared::domain::permission::{Access, DocumentKind};
use shared::sync::wire::{MAX_FRAME, Refusal, ToDevice, ToServer};
use tests::server::TestServer;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use super::client::{Socket, Writer};

#[tokio::test]
async fn a_change_is_acknowledged_to_its_author_and_relayed_to_the_others() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut one = Socket::open(&server.url(), &li.ticket().await).await;
    let mut two = Socket::open(&server.url(), &li.ticket().await).await;
    for socket in [&mut one, &mut two] {
        let joined = socket.join(plan).await;
        assert!(
            matches!(
                joined,
                ToDevice::Joined {
                    head: 0,
                    access: Access::Write,
                    same_log: true,
                    ..
                }
            ),
            "{joined:?}"
        );
    }
    let mut writer = Writer::new(DocumentKind::Plan, li.id, 1);
    let (hash, bytes) = writer.change();
    one.push(plan, vec![bytes.clone()]).await;
    let Some(ToDevice::Acknowledged { changes, .. }) = one.next().await else {
        panic!("not acknowledged");
    };
    assert_eq!(changes, [(hash, 1)]);
    let Some(ToDevice::Changes { entries, .. }) = two.next().await else {
        panic!("not relayed");
    };
    assert_eq!(
        (entries[0].seq, entries[0].by, &entries[0].bytes),
        (1, li.id, &bytes)
    );
    // again: the same answer, nothing new for anybody
    one.push(plan, vec![bytes]).await;
    let Some(ToDevice::Acknowledged { changes, .. }) = one.next().await else {
        panic!("not acknowledged again");
    };
    assert_eq!(changes, [(hash, 1)]);
    assert_eq!(two.settled().await, []);
}

#[tokio::test]
async fn who_joins_gets_what_follows_the_cursor_in_log_order() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut one = Socket::open(&server.url(), &li.ticket().await).await;
    one.join(plan).await;
    let mut writer = Writer::new(DocumentKind::Plan, li.id, 1);
    let changes: Vec<_> = (0..1200).map(|_| writer.change().1).collect();
    for some in changes.chunks(400) {
        one.push(plan, some.to_vec()).await;
        assert!(matches!(
            one.next().await,
            Some(ToDevice::Acknowledged { .. })
        ));
    }
    let mut two = Socket::open(&server.url(), &li.ticket().await).await;
    let heads = Vec::new();
    two.send(ToServer::Join {
        document: plan,
        epoch: 1,
        cursor: 100,
        heads,
    })
    .await;
    assert!(matches!(
        two.next().await,
        Some(ToDevice::Joined {
            head: 1200,
            same_log: true,
            ..
        })
    ));
    let mut got = Vec::new();
    while got.len() < 1100 {
        match two.next().await {
            Some(ToDevice::Changes { entries, .. }) => got.extend(entries),
            other => panic!("{other:?}"),
        }
    }
    assert!(got.iter().map(|e| e.seq).eq(101..=1200));
    assert!(got.iter().map(|e| &e.bytes).eq(&changes[100..]));
}

#[tokio::test]
async fn a_cursor_or_heads_of_another_log_are_noticed() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut socket = Socket::open(&server.url(), &li.ticket().await).await;
    let frozen = Writer::new(DocumentKind::Plan, li.id, 1).document.heads();
    let unknown = Writer::new(DocumentKind::Plan, li.id, 1).change().0;
    for (epoch, cursor, heads, same) in [
        (0, 0, frozen.clone(), true),
        (1, 0, frozen.clone(), true),
        (1, 7, frozen.clone(), false),
        (2, 0, frozen, false),
        (1, 0, vec![unknown], false),
    ] {
        socket
            .send(ToServer::Join {
                document: plan,
                epoch,
                cursor,
                heads,
            })
            .await;
        let Some(ToDevice::Joined { same_log, .. }) = socket.next().await else {
            panic!("not joined");
        };
        assert_eq!(same_log, same, "epoch {epoch}, cursor {cursor}");
    }
}

#[tokio::test]
async fn a_change_waits_for_what_it_depends_on() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut socket = Socket::open(&server.url(), &li.ticket().await).await;
    socket.join(plan).await;
    let mut writer = Writer::new(DocumentKind::Plan, li.id, 1);
    let (first, second) = (writer.change(), writer.change());
    socket.push(plan, vec![second.1.clone()]).await;
    socket.push(plan, vec![first.1, second.1]).await;
    let Some(ToDevice::Acknowledged { changes, .. }) = socket.next().await else {
        panic!("not acknowledged");
    };
    assert_eq!(changes, [(first.0, 1), (second.0, 2)]);
    // in one push in whatever order
    let (third, fourth) = (writer.change(), writer.change());
    socket.push(plan, vec![fourth.1, third.1]).await;
    let Some(ToDevice::Acknowledged { mut changes, .. }) = socket.next().await else {
        panic!("not acknowledged");
    };
    changes.sort_by_key(|(_, seq)| *seq);
    assert_eq!(changes, [(third.0, 3), (fourth.0, 4)]);
}

#[tokio::test]
async fn what_depends_on_a_refused_change_is_refused_and_independent_ones_are_taken() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("dam").await;
    let role = shared::domain::permission::Role::Planner;
    li.put_member(project.id, wang.id, role).await;
    let plan = project.plan;
    let mut one = Socket::open(&server.url(), &li.ticket().await).await;
    one.join(plan).await;
    let mut writer = Writer::new(DocumentKind::Plan, li.id, 1);
    one.push(plan, vec![writer.change().1]).await;
    assert!(matches!(
        one.next().await,
        Some(ToDevice::Acknowledged { .. })
    ));
    // the same actor, used by somebody else
    let mut two = Socket::open(&server.url(), &wang.ticket().await).await;
    two.join(plan).await;
    let before = two.next().await;
    assert!(
        matches!(before, Some(ToDevice::Changes { .. })),
        "{before:?}"
    );
    let (foreign, after) = (writer.change(), writer.change());
    two.push(plan, vec![foreign.1]).await;
    let refused = two.next().await;
    assert!(
        matches!(refused, Some(ToDevice::Refused { change, reason: Refusal::ForeignActor, .. }) if change == foreign.0),
        "{refused:?}"
    );
    let mut own = Writer::new(DocumentKind::Plan, wang.id, 2);
    let own = own.change();
    two.push(plan, vec![after.1, own.1]).await;
    let frames = [two.next().await, two.next().await];
    assert!(
        matches!(&frames[0], Some(ToDevice::Refused { change, reason: Refusal::DependsOnRefused, .. }) if *change == after.0),
        "{frames:?}"
    );
    assert!(
        matches!(&frames[1], Some(ToDevice::Acknowledged { changes, .. }) if *changes == [(own.0, 2)]),
        "{frames:?}"
    );
}

#[tokio::test]
async fn bytes_that_are_no_change_are_refused_and_not_stored() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut socket = Socket::open(&server.url(), &li.ticket().await).await;
    socket.join(plan).await;
    let whole = Writer::new(DocumentKind::Plan, li.id, 1).document.save();
    let mut all = vec![Vec::new(), b"nonsense".to_vec(), vec![0; 300 * 1024], whole];
    // and what claims to be millions of operations in a hundred bytes
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/sync/tests/corpus");
    for file in std::fs::read_dir(corpus).unwrap() {
        all.push(std::fs::read(file.unwrap().path()).unwrap());
    }
    assert!(all.len() > 20);
    for bytes in all {
        socket.push(plan, vec![bytes]).await;
        let refused = socket.next().await;
        assert!(
            matches!(
                refused,
                Some(ToDevice::Refused {
                    reason: Refusal::Malformed | Refusal::TooLarge,
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    assert!(matches!(
        socket.join(plan).await,
        ToDevice::Joined { head: 0, .. }
    ));
}

#[tokio::test]
async fn a_note_is_started_by_a_device_only_under_its_derived_id() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let project = li.project("dam").await.id;
    let mut socket = Socket::open(&server.url(), &li.ticket().await).await;
    let (kind, key) = (DocumentKind::Note, "some task".to_owned());
    let note = derived_id(project, kind, &key);
    let create = |document| ToServer::Create {
        document,
        project,
        kind,
        key: key.clone(),
    };
    let other = DocumentId::from_bytes([9; 16]);
    socket.send(create(other)).await;
    assert_eq!(
        socket.join(other).await,
        ToDevice::Denied { document: other }
    );
    assert_eq!(socket.join(note).await, ToDevice::Denied { document: note });
    socket.send(create(note)).await;
    assert!(matches!(
        socket.join(note).await,
        ToDevice::Joined {
            head: 0,
            epoch: 1,
            ..
        }
    ));
    let (hash, bytes) = Writer::new(kind, li.id, 1).change();
    socket.push(note, vec![bytes]).await;
    assert!(
        matches!(socket.next().await, Some(ToDevice::Acknowledged { changes, .. }) if changes == [(hash, 1)])
    );
    // the plan is not a device's to start
    let (kind, key) = (DocumentKind::Plan, "another".to_owned());
    let document = derived_id(project, kind, &key);
    socket
        .send(ToServer::Create {
            document,
            project,
            kind,
            key,
        })
        .await;
    assert_eq!(socket.join(document).await, ToDevice::Denied { document });
}

#[tokio::test]
async fn presence_reaches_the_others_and_ends_with_the_connection() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut one = Socket::open(&server.url(), &li.ticket().await).await;
    one.join(plan).await;
    let state = "row 7".to_owned();
    one.send(ToServer::Presence {
        document: plan,
        state: state.clone(),
    })
    .await;
    let mut two = Socket::open(&server.url(), &li.ticket().await).await;
    two.join(plan).await;
    let is = |frame: Option<ToDevice>, expected: &str| match frame {
        Some(ToDevice::Presence { state, person, .. }) => state == expected && person == li.id,
        _ => false,
    };
    assert!(is(two.next().await, &state));
    drop(one);
    assert!(is(two.next().await, ""));
}

#[tokio::test]
async fn a_ticket_opens_one_socket_and_nobody_else_gets_in() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let ticket = li.ticket().await;
    Socket::open(&server.url(), &ticket).await;
    let ws = server.url().replacen("http", "ws", 1);
    for path in [format!("{ws}/sync?ticket={ticket}"), format!("{ws}/sync")] {
        assert!(connect_async(path).await.is_err());
    }
    let mut strange = format!("{ws}/sync?ticket={}", li.ticket().await)
        .into_client_request()
        .unwrap();
    strange
        .headers_mut()
        .insert("origin", "http://evil.example".parse().unwrap());
    assert!(connect_async(strange).await.is_err());
}

#[tokio::test]
async fn a_malformed_or_oversized_frame_ends_only_its_connection() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut good = Socket::open(&server.url(), &li.ticket().await).await;
    good.join(plan).await;
    for bytes in [b"nonsense".to_vec(), vec![0x9b; 40], vec![0; MAX_FRAME + 1]] {
        let mut bad = Socket::open(&server.url(), &li.ticket().await).await;
        bad.send_bytes(bytes).await;
        while bad.next().await.is_some() {}
    }
    // without Hello there is nothing
    let mut rude = Socket::raw(&server.url(), &li.ticket().await).await;
    rude.send(ToServer::Ping { nonce: 1 }).await;
    assert!(matches!(
        rude.next().await,
        Some(ToDevice::Bye { retry: true, .. })
    ));
    // a kind of frame that a newer device may know: [200, []]
    good.send_bytes(vec![0x82, 0x18, 200, 0x80]).await;
    assert_eq!(good.settled().await, []);
}

#[tokio::test]
async fn a_server_that_stops_says_goodbye_and_knows_everything_afterwards() {
    let mut server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut socket = Socket::open(&server.url(), &li.ticket().await).await;
    socket.join(plan).await;
    let (_, bytes) = Writer::new(DocumentKind::Plan, li.id, 1).change();
    socket.push(plan, vec![bytes]).await;
    assert!(matches!(
        socket.next().await,
        Some(ToDevice::Acknowledged { .. })
    ));
    let (_, bye) = tokio::join!(server.restart(), socket.next());
    assert!(
        matches!(bye, Some(ToDevice::Bye { retry: true, .. })),
        "{bye:?}"
    );
    let mut socket = Socket::open(&server.url(), &li.ticket().await).await;
    assert!(matches!(
        socket.join(plan).await,
        ToDevice::Joined { head: 1, .. }
    ));
}
