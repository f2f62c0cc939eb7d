//! What earlier versions saved is opened, and holds what it held.

use server::store::Store;
use server::store::documents::{DocumentLog as _, Documents};
use shared::base::DocumentId;
use shared::doc::Document;
use shared::domain::permission::DocumentKind;
use tempfile::TempDir;
use tests::fixtures::{describe, folder, kinds_of, unpack};

/// Each version's folder.
fn versions() -> Vec<std::path::PathBuf> {
    let all = std::fs::read_dir(folder()).unwrap();
    let all: Vec<_> = all.map(|entry| entry.unwrap().path()).collect();
    assert!(!all.is_empty());
    all
}

/// Compares a document of each kind with what is written of it.
fn compare(version: &std::path::Path, mut documents: Vec<Document>) {
    for (n, (name, kind)) in kinds_of(version).into_iter().enumerate() {
        let written = std::fs::read_to_string(version.join(format!("{name}.txt"))).unwrap();
        assert!(written.lines().count() > 0 && !documents[n].heads().is_empty());
        let words = match documents.split_at_mut(1) {
            ([plan], [progress, ..]) if kind == DocumentKind::Plan => {
                describe(plan, Some(progress))
            }
            _ => describe(&mut documents[n], None),
        };
        assert_eq!(words, written, "{name} of {}", version.display());
    }
}

#[test]
fn documents_saved_by_earlier_versions_open_whole_and_change_by_change() {
    for version in versions() {
        let read = |name: &str, ending: &str| {
            std::fs::read(version.join(format!("{name}.{ending}"))).unwrap()
        };
        let none: [&[u8]; 0] = [];
        let kinds = kinds_of(&version).into_iter();
        let whole = kinds.clone().map(|(name, kind)| {
            Document::load(kind, Some(&read(name, "automerge")), &none, [0; 16]).unwrap()
        });
        compare(&version, whole.collect());
        let changes = kinds.map(|(name, kind)| {
            let changes = unpack(&read(name, "changes"));
            for change in &changes {
                shared::sync::check::check_change(change).unwrap();
            }
            Document::load(kind, None, &changes, [0; 16]).unwrap()
        });
        compare(&version, changes.collect());
    }
}

#[tokio::test]
async fn a_database_of_an_earlier_version_is_brought_to_this_one_and_holds_what_it_held() {
    for version in versions() {
        let data = TempDir::new().unwrap();
        std::fs::copy(version.join("server.db"), data.path().join("plumbline.db")).unwrap();
        let store = Store::open(data.path()).await.unwrap();
        assert_eq!(store.project_names().await.unwrap()[0].1, "大坝");
        let log = Documents::start(store.clone());
        let mut documents = Vec::new();
        for (n, (_, kind)) in kinds_of(&version).into_iter().enumerate() {
            let id = DocumentId::from_bytes([n as u8; 16]);
            assert_eq!(log.examine(id).await.unwrap().problems, []);
            let (mut snapshot, mut after) = (None, 0);
            if let Some(newest) = log.snapshot(id).await.unwrap() {
                snapshot = log.snapshot_bytes(id, newest.hash).await.unwrap();
                after = newest.seq;
            }
            let changes: Vec<_> = log.read(id, after).await.unwrap();
            let changes: Vec<_> = changes.into_iter().map(|entry| entry.bytes).collect();
            documents.push(Document::load(kind, snapshot.as_deref(), &changes, [0; 16]).unwrap());
        }
        compare(&version, documents);
        store.close().await;
    }
}
