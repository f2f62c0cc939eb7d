//! Floods and slow readers: the others go on, memory stays bounded, and who floods is told so.

use shared::base::{DocumentId, PersonId, Timestamp};
use shared::doc::command::{Command, perform};
use shared::doc::{Author, Document, derived_id};
use shared::domain::permission::{DocumentKind, Role};
use shared::sync::wire::{Refusal, ToDevice, ToServer};
use tests::server::{Program, TestServer};
use tokio::sync::mpsc;

use super::client::{Socket, Writer};

/// Pings in batches until the server ends the connection; tells after each batch, and what the server said at last.
async fn flood(mut socket: Socket, progress: mpsc::UnboundedSender<()>) -> Option<ToDevice> {
    loop {
        for nonce in 0..50 {
            socket.send(ToServer::Ping { nonce }).await;
        }
        for _ in 0..50 {
            match socket.next().await {
                Some(ToDevice::Pong { .. }) => {}
                other => return other,
            }
        }
        let _ = progress.send(());
    }
}

/// One change of the one is seen by the other.
async fn works(writer: &mut Writer, plan: DocumentId, one: &mut Socket, two: &mut Socket) {
    let (hash, bytes) = writer.change();
    one.push(plan, vec![bytes]).await;
    let acknowledged = one.next().await;
    assert!(
        matches!(&acknowledged, Some(ToDevice::Acknowledged { changes, .. }) if changes[0].0 == hash),
        "{acknowledged:?}"
    );
    let relayed = two.next().await;
    assert!(
        matches!(relayed, Some(ToDevice::Changes { .. })),
        "{relayed:?}"
    );
}

#[tokio::test]
async fn who_floods_is_made_to_wait_then_told_to_go_and_the_others_go_on() {
    let server = TestServer::start().await;
    let (li, wang) = (server.person("li").await, server.person("wang").await);
    let project = li.project("dam").await;
    let plan = project.plan;
    li.put_member(project.id, wang.id, Role::Member).await;
    let mut one = Socket::open(&server.url(), &li.ticket().await).await;
    let mut two = Socket::open(&server.url(), &li.ticket().await).await;
    one.join(plan).await;
    two.join(plan).await;
    let mut writer = Writer::new(DocumentKind::Plan, li.id, 1);
    let (progress, mut batches) = mpsc::unbounded_channel();
    let flooder = Socket::open(&server.url(), &wang.ticket().await).await;
    let flooder = tokio::spawn(flood(flooder, progress));
    // what may be had at once, and some more
    for _ in 0..110 {
        batches.recv().await.unwrap();
    }
    works(&mut writer, plan, &mut one, &mut two).await;
    // then a hundred a second, and no patience after a quarter of a minute of that
    let mut told = 0;
    while batches.recv().await.is_some() {
        told += 1;
        assert!(told < 400, "it may go on for ever");
        if told % 6 == 0 {
            server.clock.advance_ms(2_000);
        }
    }
    let bye = flooder.await.unwrap();
    assert!(
        matches!(
            bye,
            Some(ToDevice::Bye {
                retry: true,
                cause: Some(Refusal::TooFast),
                ..
            })
        ),
        "{bye:?}"
    );
    works(&mut writer, plan, &mut one, &mut two).await;
    // and it may come back
    let mut back = Socket::open(&server.url(), &wang.ticket().await).await;
    assert!(matches!(back.join(plan).await, ToDevice::Joined { .. }));
}

#[tokio::test]
async fn who_asks_for_documents_without_end_gets_an_answer_for_each_and_no_more() {
    let server = TestServer::start().await;
    let li = server.person("li").await;
    let plan = li.project("dam").await.plan;
    let mut socket = Socket::open(&server.url(), &li.ticket().await).await;
    for n in 0..3_000_u128 {
        let document = DocumentId::from_bytes(n.to_be_bytes());
        let heads = Vec::new();
        socket
            .send(ToServer::Join {
                document,
                epoch: 0,
                cursor: 0,
                heads,
            })
            .await;
        if n % 100 == 99 {
            for _ in 0..100 {
                let answer = socket.next().await;
                assert!(
                    matches!(answer, Some(ToDevice::Denied { .. })),
                    "{answer:?}"
                );
            }
        }
    }
    assert!(matches!(socket.join(plan).await, ToDevice::Joined { .. }));
}

/// Megabytes that the server's process holds in memory.
fn megabytes(program: &Program) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes.unwrap().parse::<usize>().unwrap() / 1024
}

/// Four megabytes of noise, a change for each 64 KiB.
fn noise(kind: DocumentKind, person: PersonId) -> Vec<Vec<u8>> {
    let mut n = 1_u64;
    let mut noise = || {
        n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (n >> 56) as u8
    };
    let parts = (0..64).map(|_| (0..64 * 1024).map(|_| noise()).collect());
    let parts = parts.collect();
    let at = Timestamp(0);
    let mut source = Document::new(kind, [1; 16]);
    let name = "file".to_owned();
    let add = Command::AddSource { name, parts };
    let made = perform(&mut source, &add, Author { person, at }).unwrap();
    made.changes
        .into_iter()
        .map(|change| change.bytes)
        .collect()
}

#[tokio::test]
async fn who_never_reads_slows_nobody_and_costs_little() {
    let program = Program::start(&[]).await;
    let li = program.person("li", false).await;
    let url = program.url();
    let project = li.project("dam").await.id;
    let kind = DocumentKind::Source;
    let changes = noise(kind, li.id);
    let mut deaf = Vec::new();
    let mut grown = Vec::new();
    // first nobody else is there, then fifty who do not read
    for (key, others) in [("alone", 0), ("among others", 50)] {
        let key = key.to_owned();
        let document = derived_id(project, kind, &key);
        let mut one = Socket::open(&url, &li.ticket().await).await;
        one.send(ToServer::Create {
            document,
            project,
            kind,
            key,
        })
        .await;
        one.join(document).await;
        for _ in 0..others {
            let mut socket = Socket::open(&url, &li.ticket().await).await;
            socket.join(document).await;
            deaf.push(socket);
        }
        let mut two = Socket::open(&url, &li.ticket().await).await;
        two.join(document).await;
        let before = megabytes(&program);
        for change in &changes {
            one.push(document, vec![change.clone()]).await;
            let acknowledged = one.next().await;
            assert!(
                matches!(acknowledged, Some(ToDevice::Acknowledged { .. })),
                "{acknowledged:?}"
            );
            let relayed = two.next().await;
            assert!(
                matches!(relayed, Some(ToDevice::Changes { .. })),
                "{relayed:?}"
            );
        }
        grown.push(megabytes(&program).saturating_sub(before));
    }
    // fifty times four megabytes would be on their way
    assert!(grown[1] < grown[0] + 100, "{grown:?} MB more");
    // one of them begins to read after all: nothing is missing
    let mut late = deaf.pop().unwrap();
    let mut seq = 0;
    while seq < 64 {
        match late.next().await {
            Some(ToDevice::Changes { entries, .. }) => {
                for entry in entries {
                    seq += 1;
                    assert_eq!(entry.seq, seq);
                }
            }
            other => panic!("{other:?}"),
        }
    }
}
