//! Makes the saved documents of this version: `fixtures vN`. What is there already is never made again.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it makes test data"
)]

use server::store::documents::{Append, Appended, DocumentLog, Documents};
use server::store::{ProjectToMake, Store};
use shared::base::{DocumentId, ProjectId, Timestamp};
use shared::doc::Document;
use shared::domain::permission::DocumentKind;
use shared::sync::check::check_change;
use shared::sync::server::Offered;
use tests::fixtures::{KINDS, describe, folder, make, pack};
use tests::server::add_person;

const NOW: Timestamp = Timestamp(1_790_000_000_000);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let version = std::env::args().nth(1).unwrap_or_else(|| "v1".to_owned());
    let folder = folder().join(&version);
    assert!(
        !folder.exists(),
        "{} is there: it is what earlier versions saved, and stays as it is",
        folder.display()
    );
    std::fs::create_dir_all(&folder).unwrap();
    let mut documents = make();
    for (n, (name, kind)) in KINDS.into_iter().enumerate() {
        let first = Document::new(kind, [0; 16]).heads();
        let changes: Vec<_> = documents[n]
            .changes_since(&first)
            .into_iter()
            .map(|c| c.bytes)
            .collect();
        std::fs::write(folder.join(format!("{name}.changes")), pack(&changes)).unwrap();
        std::fs::write(
            folder.join(format!("{name}.automerge")),
            documents[n].save(),
        )
        .unwrap();
        let words = match documents.split_at_mut(1) {
            ([plan], [progress, ..]) if kind == DocumentKind::Plan => {
                describe(plan, Some(progress))
            }
            _ => describe(&mut documents[n], None),
        };
        std::fs::write(folder.join(format!("{name}.txt")), words).unwrap();
    }
    let database = database(&mut documents).await;
    std::fs::write(folder.join("server.db"), database).unwrap();
    println!("{}", folder.display());
}

/// A server's database with these documents, one of them partly in a snapshot.
async fn database(documents: &mut [Document]) -> Vec<u8> {
    let data = tempfile::TempDir::new().unwrap();
    let store = Store::open(data.path()).await.unwrap();
    let li = add_person(&store, "li", true).await;
    let id = |n: u8| DocumentId::from_bytes([n; 16]);
    let project = ProjectToMake {
        begun: true,
        id: ProjectId::from_bytes([7; 16]),
        name: "大坝".to_owned(),
        manager: li,
        plan: id(0),
        progress: id(1),
    };
    store.add_project(&project, NOW).await.unwrap();
    let log = Documents::start(store.clone());
    for (n, document) in documents.iter_mut().enumerate() {
        let first = Document::new(document.kind(), [0; 16]).heads();
        if n > 1 {
            let new = server::store::documents::NewDocument {
                id: id(n as u8),
                project: project.id,
                kind: document.kind(),
                key: "key".to_owned(),
            };
            log.create(new, NOW).await.unwrap();
        }
        let standing = store.standing(li, project.id).await.unwrap();
        let changes = document.changes_since(&first).into_iter().map(|change| {
            let checked = check_change(&change.bytes).unwrap();
            Offered::new(checked, change.bytes)
        });
        let append = Append {
            document: id(n as u8),
            person: li,
            at: NOW,
            policy: standing.policy,
            head: None,
            changes: changes.collect(),
        };
        let appended = log.append(append).await.unwrap();
        assert!(matches!(appended, Appended::Done(_)));
    }
    let head = log.find(id(0)).await.unwrap().unwrap().head;
    let whole = documents[0].save();
    log.put_snapshot(id(0), 1, head, whole, NOW).await.unwrap();
    log.trim(id(0), head).await.unwrap();
    let copy = data.path().join("copy");
    store.backup(&copy).await.unwrap();
    store.close().await;
    std::fs::read(copy).unwrap()
}
