//! What was acknowledged is there after SIGKILL.

use std::collections::BTreeSet;

use shared::base::ChangeHash;
use shared::doc::Document;
use shared::domain::permission::DocumentKind;
use shared::sync::wire::{ToDevice, ToServer};
use tests::headless::{Address, Headless};
use tests::server::Program;

use super::client::{Socket, Writer};

const WRITERS: u8 = 6;
const ROUNDS: u8 = 4;
/// How many acknowledgements to wait for before the kill, each round.
const ENOUGH: usize = 60;

#[tokio::test]
async fn acknowledged_changes_survive_sigkill_under_load() {
    let mut program = Program::start(&[]).await;
    let li = program.person("li", false).await;
    let plan = li.project("dam").await.plan;
    let mut acknowledged: BTreeSet<ChangeHash> = BTreeSet::new();
    for round in 0..ROUNDS {
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let mut writers = tokio::task::JoinSet::new();
        for n in 0..WRITERS {
            let mut socket = Socket::open(&program.url(), &li.ticket().await).await;
            let mut writer = Writer::new(DocumentKind::Plan, li.id, 1 + round * WRITERS + n);
            let tell = tell.clone();
            // Before any writer begins: the kill must not fall into a join.
            socket.join(plan).await;
            writers.spawn(async move {
                loop {
                    let changes = (0..3).map(|_| writer.change().1).collect();
                    if !socket
                        .try_send(ToServer::Push {
                            document: plan,
                            changes,
                        })
                        .await
                    {
                        return;
                    }
                    loop {
                        match socket.next().await {
                            Some(ToDevice::Acknowledged { changes, .. }) => {
                                for (hash, _) in changes {
                                    tell.send(hash).unwrap();
                                }
                                break;
                            }
                            Some(ToDevice::Changes { .. }) => {}
                            Some(other) => panic!("{other:?}"),
                            None => return,
                        }
                    }
                }
            });
        }
        drop(tell);
        let mut killed = false;
        let mut before = 0;
        while let Some(hash) = told.recv().await {
            acknowledged.insert(hash);
            before += 1;
            if before >= ENOUGH && !killed {
                program.kill().await; // while the others are writing
                killed = true;
            }
        }
        while let Some(ended) = writers.join_next().await {
            ended.unwrap();
        }
        program.start_again().await;
        let address = Address {
            url: program.url(),
            token: li.token().await.token,
        };
        let mut device = Headless::start(address, li.id, &[(plan, DocumentKind::Plan)]);
        device.synced().await;
        let wanted = acknowledged.clone();
        let missing = |document: &mut Document| {
            let wanted = wanted.into_iter();
            wanted.filter(|hash| !document.has(hash)).count()
        };
        let lost = device.with(plan, missing).await;
        assert_eq!(
            lost,
            0,
            "round {round}: of {} acknowledged",
            acknowledged.len()
        );
    }
    assert!(acknowledged.len() >= ENOUGH * usize::from(ROUNDS));
}
