//! Everything of a store in one file, and a store filled from it.

use server::store::documents::{DocumentLog, NewDocument};
use server::store::{AuditEvent, FeedOf, Store, StoreError};
use shared::api::{FeedHolds, FeedLanguage, NewFeed};
use shared::base::{DeviceId, DocumentId};
use shared::domain::permission::DocumentKind;
use shared::sync::room::Outcome;
use tempfile::TempDir;

use super::{NOW, Node, Place, change, on_each_store_and_folder, planner, writer};

on_each_store_and_folder!(
    a_backup_under_load_is_whole_and_of_one_moment,
    a_backup_fills_an_empty_store_of_either_kind_and_no_other,
    calendar_feeds_move_with_everything_else_and_end_when_a_backup_is_restored,
);

async fn a_backup_under_load_is_whole_and_of_one_moment(place: Place) {
    let nodes = place.nodes(2).await;
    let (li, project) = planner(&nodes[0]).await;
    let node = nodes[1].clone();
    let writing = tokio::spawn(async move {
        let mut writer = writer(li);
        for _ in 0..120 {
            node.append(project.plan, li, vec![change(&mut writer)])
                .await;
        }
    });
    let folder = TempDir::new().unwrap();
    for n in 0.. {
        let file = folder.path().join(format!("{n}.db"));
        let before = nodes[0].head(project.plan).await;
        nodes[0].store.backup(&file).await.unwrap();
        let copy = Store::open_url(&format!("sqlite:{}", file.display()))
            .await
            .unwrap();
        let log = server::store::documents::Documents::start(copy.clone());
        let copy = Node { store: copy, log };
        let examined = copy.log.examine(project.plan).await.unwrap();
        assert_eq!(examined.problems, []);
        assert_eq!(examined.changes, copy.head(project.plan).await);
        assert!(examined.changes >= before);
        if writing.is_finished() {
            break;
        }
    }
    writing.await.unwrap();
}

async fn a_backup_fills_an_empty_store_of_either_kind_and_no_other(place: Place) {
    let node = place.node().await;
    let (li, project) = planner(&node).await;
    let mut writer = writer(li);
    for _ in 0..3 {
        node.append(project.plan, li, vec![change(&mut writer)])
            .await;
    }
    super::compaction::compact(&node, project.plan).await;
    node.append(project.plan, li, vec![change(&mut writer)])
        .await;
    let device = DeviceId::from_bytes([5; 16]);
    node.store
        .open_session(device, li, "hash", [5; 32], "tablet", NOW)
        .await
        .unwrap();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("copy.db");
    node.store.backup(&file).await.unwrap();
    let backup = Store::open_url(&format!("sqlite:{}", file.display()))
        .await
        .unwrap();

    for other in [
        Place::sqlite(),
        Place::postgres().await,
        Place::with_folder(),
    ] {
        let restored = other.node().await;
        backup.copy_into(&restored.store).await.unwrap();
        restored.store.restored(NOW).await.unwrap();
        let again = backup.copy_into(&restored.store).await;
        assert!(matches!(again, Err(StoreError::InUse(_))));
        // the same document, of another log
        let examined = restored.log.examine(project.plan).await.unwrap();
        assert_eq!((examined.changes, examined.snapshots), (1, 1));
        assert_eq!(examined.problems, []);
        let (mut there, head) = super::compaction::load(&restored, project.plan).await;
        let (mut here, _) = super::compaction::load(&node, project.plan).await;
        assert_eq!((there.heads(), head), (here.heads(), 4));
        let row = restored.log.find(project.plan).await.unwrap().unwrap();
        assert_ne!(row.epoch, 1);
        // who was signed in signs in again
        let session = restored.store.session([5; 32], NOW).await.unwrap();
        assert_eq!(session, None);
        // and it goes on
        let project = restored.store.project(project.id, li).await.unwrap();
        let project = project.unwrap();
        let policy = restored.policy(li, project.id).await;
        let next = change(&mut super::writer(li));
        let taken = restored.offer(project.plan, li, policy, vec![next]).await;
        assert!(matches!(
            super::done(taken.unwrap())[0].1,
            Outcome::Stored(_)
        ));
        let new = NewDocument {
            id: DocumentId::from_bytes([9; 16]),
            project: project.id,
            kind: DocumentKind::Note,
            key: "task".to_owned(),
        };
        restored.log.create(new, NOW).await.unwrap();
        restored.project(li).await;
    }
}

async fn calendar_feeds_move_with_everything_else_and_end_when_a_backup_is_restored(place: Place) {
    let node = place.node().await;
    let (li, project) = planner(&node).await;
    let new = NewFeed {
        project: project.id,
        label: "phone".to_owned(),
        holds: FeedHolds::Mine,
        language: FeedLanguage::Chinese,
    };
    let by = AuditEvent {
        event: "feed_made",
        name: "li",
        by: Some(li),
        address: "",
        detail: "",
    };
    let (id, secret) = ([3; 16], [4; 32]);
    let made = node.store.add_feed(id, li, secret, &new, &by, NOW).await;
    let made = made.unwrap();
    let of = FeedOf {
        person: li,
        project: project.id,
        holds: FeedHolds::Mine,
        language: FeedLanguage::Chinese,
    };
    for other in [Place::sqlite(), Place::postgres().await] {
        let moved = other.node().await.store;
        node.store.copy_into(&moved).await.unwrap();
        assert_eq!(moved.feeds(li).await.unwrap(), std::slice::from_ref(&made));
        assert_eq!(moved.feed(secret, NOW).await.unwrap(), Some(of));
        // what was taken back since the backup must give nothing
        moved.restored(NOW).await.unwrap();
        assert_eq!(moved.feeds(li).await.unwrap(), []);
        assert_eq!(moved.feed(secret, NOW).await.unwrap(), None);
    }
}
