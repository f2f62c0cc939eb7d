//! Snapshots, giving up what they hold, and what is missing or damaged.

use std::collections::BTreeSet;

use server::store::StoreError;
use server::store::documents::{DocumentLog, Problem};
use server::sync::keeper::Keeper;
use shared::base::{ChangeHash, DocumentId};
use shared::doc::Document;
use shared::domain::permission::DocumentKind;
use shared::sync::room::Outcome;
use tokio::task::JoinSet;

use super::{NOW, Node, Place, change, hash, on_each_store_and_folder, planner, writer};

on_each_store_and_folder!(
    a_snapshot_is_kept_as_it_was_put,
    a_snapshot_that_lacks_a_change_is_refused,
    what_a_snapshot_holds_is_given_up_and_stays_known,
    nothing_is_given_up_that_no_readable_snapshot_holds,
    a_crash_between_the_two_steps_leaves_everything,
    compaction_races_with_appends_and_itself_and_loses_nothing,
    a_node_goes_on_where_another_gave_up_what_it_had_not_seen,
    the_snapshot_before_the_newest_stays_and_older_ones_go,
    a_lost_snapshot_is_told_and_can_be_put_again,
    a_missing_or_damaged_change_is_told_by_its_place_and_filled_in_again,
);

/// The document as a node that has nothing of it yet loads it: from a snapshot where the log begins with one.
pub(super) async fn load(node: &Node, id: DocumentId) -> (Document, u64) {
    let (mut snapshot, mut changes, mut after) = (None, Vec::new(), 0);
    loop {
        match node.log.read(id, after).await {
            Ok(page) if page.is_empty() => break,
            Ok(page) => {
                after = page.last().unwrap().seq;
                changes.extend(page.into_iter().map(|e| e.bytes));
            }
            Err(StoreError::BelowFloor(newest)) => {
                assert!(newest.seq > after);
                let bytes = node.log.snapshot_bytes(id, newest.hash).await.unwrap();
                // superseded while it was asked for: there is a newer one
                let Some(bytes) = bytes else { continue };
                snapshot = Some(bytes);
                changes.clear();
                after = newest.seq;
            }
            Err(error) => panic!("{error}"),
        }
    }
    let loaded = Document::load(DocumentKind::Plan, snapshot.as_deref(), &changes, [0; 16]);
    (loaded.unwrap(), after)
}

/// Both steps, as a node takes them now and then.
pub(super) async fn compact(node: &Node, id: DocumentId) -> u64 {
    let (mut document, seq) = load(node, id).await;
    node.log
        .put_snapshot(id, 1, seq, document.save(), NOW)
        .await
        .unwrap();
    node.log.trim(id, seq).await.unwrap()
}

/// A plan of so many changes: their hashes and bytes in the order of the log.
async fn written(node: &Node, count: usize) -> (DocumentId, Vec<(ChangeHash, Vec<u8>)>) {
    let (li, project) = planner(node).await;
    let mut writer = writer(li);
    let changes: Vec<_> = (0..count).map(|_| change(&mut writer)).collect();
    let known = changes
        .iter()
        .map(|c| (c.header.hash, c.bytes.clone()))
        .collect();
    node.append(project.plan, li, changes).await;
    (project.plan, known)
}

async fn a_snapshot_is_kept_as_it_was_put(place: Place) {
    let nodes = place.nodes(2).await;
    let (plan, _) = written(&nodes[0], 4).await;
    assert_eq!(nodes[0].log.snapshot(plan).await.unwrap(), None);
    let bytes = load(&nodes[0], plan).await.0.save();
    let put = async |epoch, seq| {
        let log = &nodes[0].log;
        log.put_snapshot(plan, epoch, seq, bytes.clone(), NOW).await
    };
    // of another epoch, beyond the log
    assert!(put(2, 4).await.is_err() && put(1, 5).await.is_err());
    let row = put(1, 4).await.unwrap();
    assert_eq!((row.epoch, row.seq), (1, 4));
    assert_eq!(row.length, bytes.len() as u64);
    assert_eq!(nodes[1].log.snapshot(plan).await.unwrap(), Some(row));
    let read = nodes[1].log.snapshot_bytes(plan, row.hash).await.unwrap();
    assert_eq!(read, Some(bytes.clone()));
    // only for the document that it is of
    let other = nodes[0].project(nodes[0].person("wang", false).await).await;
    let none = nodes[1].log.snapshot_bytes(other.plan, row.hash).await;
    assert_eq!(none.unwrap(), None);
}

async fn a_snapshot_that_lacks_a_change_is_refused(place: Place) {
    let node = place.node().await;
    let (plan, known) = written(&node, 3).await;
    let part = [known[0].1.clone(), known[1].1.clone()];
    let mut short = Document::load(DocumentKind::Plan, None, &part, [0; 16]).unwrap();
    let put = async |seq, bytes| node.log.put_snapshot(plan, 1, seq, bytes, NOW).await;
    assert!(put(3, short.save()).await.is_err());
    assert!(put(3, b"no document".to_vec()).await.is_err());
    assert_eq!(node.log.snapshot(plan).await.unwrap(), None);
    put(2, short.save()).await.unwrap();
}

async fn what_a_snapshot_holds_is_given_up_and_stays_known(place: Place) {
    let node = place.node().await;
    let (plan, known) = written(&node, 6).await;
    let li = node.entries(plan).await[0].by;
    let heads = load(&node, plan).await.0.heads();
    let mut half: Vec<_> = known.iter().map(|(_, bytes)| bytes.clone()).collect();
    half.truncate(4);
    let bytes = Document::load(DocumentKind::Plan, None, &half, [0; 16])
        .unwrap()
        .save();
    let snapshot = node.log.put_snapshot(plan, 1, 4, bytes, NOW).await.unwrap();
    // not further than it goes
    assert_eq!(node.log.trim(plan, 6).await.unwrap(), 4);
    for below in 0..4 {
        let told = node.log.read(plan, below).await;
        assert!(
            matches!(told, Err(StoreError::BelowFloor(row)) if row == snapshot),
            "{told:?}"
        );
    }
    let rest = node.log.read(plan, 4).await.unwrap();
    assert_eq!(rest.iter().map(|e| e.seq).collect::<Vec<_>>(), [5, 6]);
    let (mut again, head) = load(&node, plan).await;
    assert_eq!((again.heads(), head), (heads, 6));
    // a device that offers what was given up is told where it stands
    let first = super::offered(known[0].1.clone());
    let outcome = node.append(plan, li, vec![first]).await;
    assert_eq!(outcome[0].1, Outcome::Present(1));
    let hashes = known.iter().map(|(hash, _)| *hash).collect();
    assert!(node.log.knows(plan, hashes).await.unwrap());
    let examined = node.log.examine(plan).await.unwrap();
    assert_eq!((examined.changes, examined.snapshots), (2, 1));
    assert_eq!(examined.problems, []);
}

async fn nothing_is_given_up_that_no_readable_snapshot_holds(place: Place) {
    let node = place.node().await;
    let (plan, _) = written(&node, 3).await;
    assert_eq!(node.log.trim(plan, 3).await.unwrap(), 0);
    let bytes = load(&node, plan).await.0.save();
    node.log.put_snapshot(plan, 1, 3, bytes, NOW).await.unwrap();
    place.lose_blobs().await;
    assert_eq!(node.log.trim(plan, 3).await.unwrap(), 0);
    assert_eq!(node.entries(plan).await.len(), 3);
}

async fn a_crash_between_the_two_steps_leaves_everything(place: Place) {
    let node = place.node().await;
    let (plan, known) = written(&node, 3).await;
    let bytes = load(&node, plan).await.0.save();
    node.log
        .put_snapshot(plan, 1, 3, bytes.clone(), NOW)
        .await
        .unwrap();
    node.store.close().await;
    let after = place.node().await;
    assert_eq!(after.entries(plan).await.len(), known.len());
    // it begins again, and ends
    after
        .log
        .put_snapshot(plan, 1, 3, bytes, NOW)
        .await
        .unwrap();
    assert_eq!(after.log.trim(plan, 3).await.unwrap(), 3);
    let (mut document, _) = load(&after, plan).await;
    assert!(known.iter().all(|(hash, _)| document.has(hash)));
}

async fn compaction_races_with_appends_and_itself_and_loses_nothing(place: Place) {
    let nodes = place.nodes(3).await;
    let (li, project) = planner(&nodes[0]).await;
    let plan = project.plan;
    nodes[0]
        .append(plan, li, vec![change(&mut writer(li))])
        .await;
    let mut tasks = JoinSet::new();
    for n in 0..4 {
        let node = nodes[n % 2].clone();
        let mut writer = writer(li);
        tasks.spawn(async move {
            let mut acknowledged = BTreeSet::new();
            for _ in 0..25 {
                for (hash, outcome) in node.append(plan, li, vec![change(&mut writer)]).await {
                    assert!(matches!(outcome, Outcome::Stored(_)));
                    acknowledged.insert(hash);
                }
            }
            acknowledged
        });
    }
    let compactors: Vec<_> = nodes[1..]
        .iter()
        .map(|node| {
            let node = node.clone();
            tokio::spawn(async move {
                let mut floor = 0;
                while floor < 90 {
                    floor = compact(&node, plan).await;
                }
            })
        })
        .collect();
    let mut acknowledged = BTreeSet::new();
    while let Some(theirs) = tasks.join_next().await {
        acknowledged.extend(theirs.unwrap());
    }
    for compactor in compactors {
        compactor.await.unwrap();
    }
    let late = place.node().await;
    let (mut document, head) = load(&late, plan).await;
    assert_eq!(head, 101);
    assert_eq!(acknowledged.len(), 100);
    assert!(acknowledged.iter().all(|hash| document.has(hash)));
    assert_eq!(late.log.examine(plan).await.unwrap().problems, []);
}

async fn a_node_goes_on_where_another_gave_up_what_it_had_not_seen(place: Place) {
    let nodes = place.nodes(2).await;
    let (li, project) = planner(&nodes[0]).await;
    let (mut writer, plan) = (writer(li), project.plan);
    let keeper = Keeper::new(nodes[0].log.clone(), nodes[0].store.clone());
    let offers = vec![change(&mut writer)];
    let first = keeper.append(plan, li, NOW, offers).await.unwrap().unwrap();
    assert!(matches!(first[..], [(_, Outcome::Stored(_))]), "{first:?}");
    // the other node writes on, and keeps only the snapshot of it
    nodes[1].append(plan, li, vec![change(&mut writer)]).await;
    assert_eq!(compact(&nodes[1], plan).await, 2);
    nodes[1].append(plan, li, vec![change(&mut writer)]).await;
    let made = keeper.snapshot(plan, NOW).await.unwrap().unwrap();
    assert_eq!(made.seq, 3);
}

async fn the_snapshot_before_the_newest_stays_and_older_ones_go(place: Place) {
    let node = place.node().await;
    let (li, project) = planner(&node).await;
    let plan = project.plan;
    let mut writer = writer(li);
    let mut rows = Vec::new();
    for _ in 0..3 {
        node.append(plan, li, vec![change(&mut writer)]).await;
        compact(&node, plan).await;
        rows.push(node.log.snapshot(plan).await.unwrap().unwrap());
    }
    let mut there = Vec::new();
    for row in &rows {
        let bytes = node.log.snapshot_bytes(plan, row.hash).await.unwrap();
        there.push(bytes.is_some());
    }
    assert_eq!(there, [false, true, true]);
}

async fn a_lost_snapshot_is_told_and_can_be_put_again(place: Place) {
    let node = place.node().await;
    let (plan, _) = written(&node, 3).await;
    // another device's copy
    let bytes = load(&node, plan).await.0.save();
    compact(&node, plan).await;
    let row = node.log.snapshot(plan).await.unwrap().unwrap();
    place.lose_blobs().await;
    let gone = node.log.snapshot_bytes(plan, row.hash).await.unwrap();
    assert_eq!(gone, None);
    let (seq, hash, floor) = (3, row.hash, 3);
    assert_eq!(
        node.log.examine(plan).await.unwrap().problems,
        [
            Problem::SnapshotDamaged { seq, hash },
            Problem::NoSnapshot { floor }
        ]
    );
    node.log.put_snapshot(plan, 1, 3, bytes, NOW).await.unwrap();
    assert_eq!(node.log.examine(plan).await.unwrap().problems, []);
    assert_eq!(load(&node, plan).await.1, 3);
}

async fn a_missing_or_damaged_change_is_told_by_its_place_and_filled_in_again(place: Place) {
    let node = place.node().await;
    let (plan, known) = written(&node, 4).await;
    for (harm, missing) in [
        ("UPDATE changes SET bytes = NULL WHERE seq = 3", true),
        (
            "UPDATE changes SET bytes = (SELECT bytes FROM changes WHERE seq = 1) WHERE seq = 3",
            false,
        ),
    ] {
        place.execute(harm).await;
        // what comes before is read, it is not passed over
        assert_eq!(node.log.read(plan, 0).await.unwrap().len(), 2);
        let told = node.log.read(plan, 2).await;
        assert!(matches!(told, Err(StoreError::Damaged(id, 3)) if id == plan));
        let (seq, hash) = (3, known[2].0);
        let problem = if missing {
            Problem::ChangeMissing { seq, hash }
        } else {
            Problem::ChangeDamaged { seq, hash }
        };
        assert_eq!(node.log.examine(plan).await.unwrap().problems, [problem]);
        let repair = async |n: usize| node.log.repair(plan, hash, known[n].1.clone()).await;
        assert!(repair(0).await.is_err());
        assert!(repair(2).await.unwrap());
        assert!(!repair(2).await.unwrap());
        assert_eq!(node.log.examine(plan).await.unwrap().problems, []);
    }
    let entries = node.entries(plan).await;
    assert_eq!(entries.iter().map(super::hash).collect::<Vec<_>>().len(), 4);
    assert_eq!(hash(&entries[2]), known[2].0);
    // one that is in no log is not taken
    let stranger = change(&mut writer(entries[0].by));
    let foreign = node
        .log
        .repair(plan, stranger.header.hash, stranger.bytes)
        .await;
    assert!(matches!(foreign, Err(StoreError::NotFound(_))));
}
