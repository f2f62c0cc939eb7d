//! Two nodes on one PostgreSQL, devices on both, and one node killed while they edit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use shared::base::{ChangeHash, TaskId};
use shared::doc::command::Command;
use shared::domain::permission::DocumentKind;
use shared::sync::device::Status;
use tests::headless::{Address, Event, Headless};
use tests::postgres;
use tests::server::Program;
use tokio::sync::mpsc;

const DEVICES: usize = 6;
/// How many edits each device makes, one every `PACE`.
const EDITS: usize = 40;
const PACE: Duration = Duration::from_millis(40);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn devices_move_over_from_a_killed_node_and_nothing_acknowledged_is_lost() {
    let database = postgres::database().await;
    let mut first = Program::start(&["--database", &database]).await;
    let second = Program::start(&["--database", &database]).await;
    let li = first.person("li", false).await;
    let plan = li.project("dam").await.plan;
    let token = li.token().await.token;
    let start = |url: String| {
        let token = token.clone();
        Headless::start(Address { url, token }, li.id, &[(plan, DocumentKind::Plan)])
    };
    let (tell, mut told) = mpsc::unbounded_channel();
    let mut devices = Vec::new();
    for n in 0..DEVICES {
        let at_first = n % 2 == 0;
        let mut device = start(if at_first { first.url() } else { second.url() });
        device.synced().await;
        let mut events = std::mem::replace(&mut device.events, mpsc::unbounded_channel().1);
        let tell = tell.clone();
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                let _ = tell.send((n, event));
            }
        });
        devices.push(device);
    }

    let mut made: BTreeMap<ChangeHash, (usize, Instant)> = BTreeMap::new();
    let mut acknowledged: BTreeSet<ChangeHash> = BTreeSet::new();
    let mut there: Vec<BTreeSet<ChangeHash>> = vec![BTreeSet::new(); DEVICES];
    let mut across: Vec<Duration> = Vec::new();
    let mut pace = tokio::time::interval(PACE);
    let (mut asked, mut alive) = (0, true);
    let all = DEVICES * EDITS;
    let give_up = Instant::now() + Duration::from_secs(90);
    while acknowledged.len() < all || there.iter().any(|t| t.len() < all) {
        assert!(
            Instant::now() < give_up,
            "{} of {all} acknowledged, there: {:?}",
            acknowledged.len(),
            there.iter().map(BTreeSet::len).collect::<Vec<_>>()
        );
        let (n, event) = tokio::select! {
            Some(event) = told.recv() => event,
            _ = pace.tick() => {
                if asked < EDITS {
                    asked += 1;
                    for (n, device) in devices.iter().enumerate() {
                        let id = TaskId::from_bytes([n as u8 + 1, asked as u8, 0, 0, 0, 0, 0, 1]);
                        let (name, duration) = (format!("task {n}/{asked}"), 480);
                        let (parent, after) = (None, None);
                        device.perform(plan, Command::AddTask { id, parent, after, name, duration });
                    }
                }
                continue;
            }
        };
        match event {
            Event::Made(_, hash, at) => {
                made.insert(hash, (n, at));
                there[n].insert(hash);
            }
            Event::Applied(_, hash, at) => {
                there[n].insert(hash);
                // its own out of the log: the acknowledgement was lost with the node
                if made.get(&hash).is_some_and(|(from, _)| *from == n) {
                    acknowledged.insert(hash);
                }
                if alive
                    && let Some((from, began)) = made.get(&hash)
                    && from % 2 != n % 2
                {
                    across.push(at - *began);
                }
            }
            Event::Acknowledged(_, hash) => {
                acknowledged.insert(hash);
            }
            Event::Refused(_, _, reason) => panic!("{reason:?}"),
            Event::SignedOut => panic!("signed out"),
            Event::Access(..) | Event::Status(_) | Event::Outdated => {}
        }
        if alive && acknowledged.len() >= all / 2 {
            alive = false;
            first.kill().await; // while they edit
            for device in devices.iter().step_by(2) {
                device.moved(second.url());
            }
        }
    }
    assert!(!alive);

    // a device that was never there
    let mut late = start(second.url());
    late.synced().await;
    let hashes = acknowledged.clone();
    let lost = late
        .with(plan, move |document| {
            hashes.iter().filter(|hash| !document.has(hash)).count()
        })
        .await;
    assert_eq!(lost, 0);
    across.sort();
    let at = |part: usize| across[(across.len() - 1) * part / 100];
    println!(
        "from node to node: p50 {:?}, p99 {:?}, of {}",
        at(50),
        at(99),
        across.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_whose_commit_was_not_answered_is_acknowledged_and_seen_by_others_all_the_same() {
    let name = "浇筑之后";
    let database = postgres::database().await;
    let (way, lost) = postgres::losing_a_commit(&database, name.as_bytes()).await;
    let node = Program::start(&["--database", &way]).await;
    let li = node.person("li", false).await;
    let plan = li.project("dam").await.plan;
    let address = Address {
        url: node.url(),
        token: li.token().await.token,
    };
    let start = || Headless::start(address.clone(), li.id, &[(plan, DocumentKind::Plan)]);
    let (mut maker, mut other) = (start(), start());
    maker.synced().await;
    other.synced().await;
    let add = Command::AddTask {
        id: TaskId::from_bytes([1; 8]),
        parent: None,
        after: None,
        name: name.to_owned(),
        duration: 480,
    };
    maker.perform(plan, add);
    let change = maker.until("acknowledged", |event| match event {
        Event::Acknowledged(_, hash) => Some(hash),
        // nothing is wrong with the store
        Event::Status(Status::Failed { cause }) => panic!("{cause:?}"),
        _ => None,
    });
    let change = change.await;
    assert_eq!(lost.load(Ordering::Relaxed), 1);
    let seen = |event| matches!(event, Event::Applied(_, hash, _) if hash == change).then_some(());
    other.until("seen by the other", seen).await;
}
