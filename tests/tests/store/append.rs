//! Appends: from many at once, twice, out of order, through a lost connection.

use std::collections::{BTreeMap, BTreeSet};

use server::store::documents::DocumentLog;
use shared::sync::room::Outcome;
use shared::sync::wire::Refusal;
use tests::postgres;
use tokio::task::JoinSet;

use super::{Place, change, done, hash, on_each_store, planner, writer};

on_each_store!(
    many_writers_on_one_document_leave_no_gap_and_no_double,
    many_writers_on_many_documents_leave_no_gap,
    a_change_offered_on_two_nodes_is_stored_once,
    an_actor_belongs_to_whose_change_came_first,
    a_change_waits_for_what_it_follows,
    a_forged_change_is_refused,
    an_append_to_no_document_fails_alone,
    what_is_answered_is_seen_by_every_node_at_once,
);

async fn many_writers_on_one_document_leave_no_gap_and_no_double(place: Place) {
    let nodes = place.nodes(3).await;
    let (li, project) = planner(&nodes[0]).await;
    let mut tasks = JoinSet::new();
    for n in 0..12 {
        let node = nodes[n % 3].clone();
        let mut writer = writer(li);
        tasks.spawn(async move {
            let mut told = BTreeMap::new();
            for _ in 0..12 {
                let change = change(&mut writer);
                for (hash, outcome) in node.append(project.plan, li, vec![change]).await {
                    let Outcome::Stored(entry) = outcome else {
                        panic!("{outcome:?}");
                    };
                    told.insert(entry.seq, hash);
                }
            }
            told
        });
    }
    let mut told = BTreeMap::new();
    while let Some(theirs) = tasks.join_next().await {
        told.extend(theirs.unwrap());
    }
    assert_eq!(told.len(), 144);
    assert_eq!(nodes[0].head(project.plan).await, 144);
    for node in &nodes {
        let entries = node.entries(project.plan).await;
        let sequence: Vec<_> = entries.iter().map(|e| e.seq).collect();
        assert_eq!(sequence, (1..=144).collect::<Vec<_>>());
        for entry in &entries {
            assert_eq!(told[&entry.seq], hash(entry));
            assert_eq!(entry.by, li);
        }
    }
}

async fn many_writers_on_many_documents_leave_no_gap(place: Place) {
    let nodes = place.nodes(2).await;
    let li = nodes[0].person("li", true).await;
    let mut plans = Vec::new();
    for _ in 0..6 {
        plans.push(nodes[0].project(li).await.plan);
    }
    let mut tasks = JoinSet::new();
    for n in 0..24 {
        let (node, plan) = (nodes[n % 2].clone(), plans[n % 6]);
        let mut writer = writer(li);
        tasks.spawn(async move {
            for _ in 0..6 {
                let changes = vec![change(&mut writer), change(&mut writer)];
                let outcomes = node.append(plan, li, changes).await;
                assert!(
                    outcomes
                        .iter()
                        .all(|(_, o)| matches!(o, Outcome::Stored(_)))
                );
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    for plan in plans {
        let sequence: Vec<_> = nodes[1].entries(plan).await.iter().map(|e| e.seq).collect();
        assert_eq!(sequence, (1..=48).collect::<Vec<_>>());
    }
}

async fn a_change_offered_on_two_nodes_is_stored_once(place: Place) {
    let nodes = place.nodes(2).await;
    let (li, project) = planner(&nodes[0]).await;
    let mut writer = writer(li);
    for round in 1..=10 {
        let one = change(&mut writer);
        let (here, there) = tokio::join!(
            nodes[0].append(project.plan, li, vec![one.clone()]),
            nodes[1].append(project.plan, li, vec![one.clone(), one.clone()]),
        );
        let all: Vec<_> = here.iter().chain(&there).map(|(_, o)| o).collect();
        let stored = all.iter().filter(|o| matches!(o, Outcome::Stored(_)));
        assert_eq!(stored.count(), 1);
        let present = all.iter().filter(|o| ***o == Outcome::Present(round));
        assert_eq!(present.count(), 2);
    }
    assert_eq!(nodes[0].entries(project.plan).await.len(), 10);
}

async fn an_actor_belongs_to_whose_change_came_first(place: Place) {
    let nodes = place.nodes(2).await;
    let (li, project) = planner(&nodes[0]).await;
    let wang = nodes[0].person("wang", false).await;
    for _ in 0..10 {
        // both use the same actor, at once
        let one = change(&mut writer(li));
        let (li_got, wang_got) = tokio::join!(
            nodes[0].append(project.plan, li, vec![one.clone()]),
            nodes[1].append(project.plan, wang, vec![one.clone()]),
        );
        let (first, second) = match (&li_got[0].1, &wang_got[0].1) {
            (Outcome::Stored(entry), Outcome::Present(seq)) => (li, (*seq, entry.seq)),
            (Outcome::Present(seq), Outcome::Stored(entry)) => (wang, (*seq, entry.seq)),
            other => panic!("{other:?}"),
        };
        assert_eq!(second.0, second.1);
        let entries = nodes[0].entries(project.plan).await;
        assert_eq!(entries.last().unwrap().by, first);
    }
    let mut writer = writer(li);
    nodes[0]
        .append(project.plan, li, vec![change(&mut writer)])
        .await;
    let foreign = nodes[1]
        .append(project.plan, wang, vec![change(&mut writer)])
        .await;
    assert_eq!(foreign[0].1, Outcome::Refused(Refusal::ForeignActor));
}

async fn a_change_waits_for_what_it_follows(place: Place) {
    let node = place.node().await;
    let (li, project) = planner(&node).await;
    let mut writer = writer(li);
    let (first, second, third) = (
        change(&mut writer),
        change(&mut writer),
        change(&mut writer),
    );
    let early = node.append(project.plan, li, vec![third.clone()]).await;
    assert_eq!(early[0].1, Outcome::Waits);
    // in any order within one append
    let together = node
        .append(project.plan, li, vec![third, second.clone(), first.clone()])
        .await;
    let stored = |o: &Outcome| matches!(o, Outcome::Stored(_));
    assert!(together.iter().all(|(_, o)| stored(o)), "{together:?}");
    let entries = node.entries(project.plan).await;
    assert_eq!(hash(&entries[0]), first.header.hash);
    assert_eq!(hash(&entries[1]), second.header.hash);
    let known = |hashes| node.log.knows(project.plan, hashes);
    assert!(known(vec![first.header.hash]).await.unwrap());
    let never = change(&mut super::writer(li)).header.hash;
    assert!(!known(vec![first.header.hash, never]).await.unwrap());
}

async fn a_forged_change_is_refused(place: Place) {
    let node = place.node().await;
    let (li, project) = planner(&node).await;
    let mut writer = writer(li);
    let first = change(&mut writer);
    node.append(project.plan, li, vec![first.clone()]).await;
    let forge = |turn: &dyn Fn(&mut shared::sync::check::Header)| {
        let mut forged = change(&mut super::writer(li));
        turn(&mut forged.header);
        forged
    };
    let refused = Outcome::Refused(Refusal::Malformed);
    let number = first.header.start_op;
    for forged in [
        // a second first change; counters used up; an operation numbered as one that it follows; an actor used twice
        forge(&|header| header.deps.clear()),
        forge(&|header| header.start_op = u64::MAX / 4),
        forge(&|header| {
            header.deps = vec![first.header.hash];
            header.start_op = number;
        }),
        forge(&|header| header.actor.clone_from(&first.header.actor)),
    ] {
        let outcome = node.append(project.plan, li, vec![forged]).await;
        assert_eq!(outcome[0].1, refused);
    }
    assert_eq!(node.head(project.plan).await, 1);
}

async fn an_append_to_no_document_fails_alone(place: Place) {
    let node = place.node().await;
    let (li, project) = planner(&node).await;
    let nowhere = shared::base::DocumentId::from_bytes([7; 16]);
    let (mut one, mut other) = (writer(li), writer(li));
    let (good, bad) = tokio::join!(
        node.offer(project.plan, li, 1, vec![change(&mut one)]),
        node.offer(nowhere, li, 1, vec![change(&mut other)]),
    );
    assert!(matches!(done(good.unwrap())[0].1, Outcome::Stored(_)));
    assert!(bad.is_err());
}

async fn what_is_answered_is_seen_by_every_node_at_once(place: Place) {
    let nodes = place.nodes(2).await;
    let (li, project) = planner(&nodes[0]).await;
    let mut writer = writer(li);
    for head in 1..=20 {
        let node = &nodes[head % 2];
        node.append(project.plan, li, vec![change(&mut writer)])
            .await;
        let other = &nodes[(head + 1) % 2];
        assert_eq!(other.entries(project.plan).await.len(), head);
    }
    // and by one that opens only now
    assert_eq!(place.node().await.head(project.plan).await, 20);
}

/// PostgreSQL goes away now and then: what was acknowledged is there, and what failed says that it will pass.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_connections_to_postgresql_are_cut() {
    let place = Place::postgres().await;
    let nodes = place.nodes(2).await;
    let (li, project) = planner(&nodes[0]).await;
    let mut tasks = JoinSet::new();
    for n in 0..4 {
        let node = nodes[n % 2].clone();
        let mut writer = writer(li);
        tasks.spawn(async move {
            let mut acknowledged = BTreeSet::new();
            for _ in 0..60 {
                let change = change(&mut writer);
                // as a device does: again, until it is acknowledged
                loop {
                    match node.offer(project.plan, li, 1, vec![change.clone()]).await {
                        Ok(appended) => {
                            for (hash, outcome) in done(appended) {
                                assert!(matches!(
                                    outcome,
                                    Outcome::Stored(_) | Outcome::Present(_)
                                ));
                                acknowledged.insert(hash);
                            }
                            break;
                        }
                        Err(error) => assert!(error.cannot_store(), "{error}"),
                    }
                }
            }
            acknowledged
        });
    }
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let url = place.url.clone();
    let cutting = tokio::spawn(async move {
        while stopped.try_recv().is_err() {
            postgres::cut_connections(&url).await;
        }
    });
    let mut acknowledged = BTreeSet::new();
    while let Some(theirs) = tasks.join_next().await {
        acknowledged.extend(theirs.unwrap());
    }
    // the last cut is done before anything is opened again
    stop.send(()).unwrap();
    cutting.await.unwrap();
    assert_eq!(acknowledged.len(), 240);
    let node = place.node().await;
    let entries = node.entries(project.plan).await;
    let there: BTreeSet<_> = entries.iter().map(hash).collect();
    assert_eq!(there, acknowledged);
    assert_eq!(entries.last().unwrap().seq, 240);
}
