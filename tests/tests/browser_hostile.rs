//! A log that holds what nobody may take, as if the server had been broken into: the app stays alive and says so.

use std::path::Path;

use server::store::Store;
use server::store::documents::{Append, Appended, DocumentLog, Documents};
use shared::base::Timestamp;
use shared::domain::permission::DocumentKind;
use shared::sync::check::{Operations, check_change};
use shared::sync::room::Outcome;
use shared::sync::server::Offered;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};

use crate::sync::client::Writer;

#[tokio::test(flavor = "multi_thread")]
async fn browser_a_hostile_change_in_the_log_is_not_taken_and_the_app_stays_alive() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.manager", false).await;
    let project = li.project("Bridge").await;
    // an honest change, then five million operations in a hundred bytes, written past all checks
    let (_, honest) = Writer::new(DocumentKind::Plan, li.id, 1).change();
    let checked = check_change(&honest).unwrap();
    let next = checked.header.start_op + checked.ops;
    let mut header = checked.header.clone();
    header.deps = vec![header.hash];
    header.hash = shared::base::ChangeHash::from_bytes([7; 32]);
    header.actor = vec![7; 16];
    header.start_op = next;
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/sync/tests/corpus");
    let hostile = Offered {
        header,
        ops: 1,
        operations: Operations::default(),
        bytes: std::fs::read(corpus.join("five-million-operations.change")).unwrap(),
    };
    assert!(check_change(&hostile.bytes).is_err());
    let store = Store::open(server.folder.path()).await.unwrap();
    let documents = Documents::start(store.clone());
    for policy in 0..100 {
        let append = documents.append(Append {
            document: project.plan,
            person: li.id,
            at: Timestamp(0),
            policy,
            head: None,
            changes: vec![
                Offered::new(checked.clone(), honest.clone()),
                hostile.clone(),
            ],
        });
        if let Appended::Done(outcomes) = append.await.unwrap() {
            let stored = |(_, outcome): &(_, Outcome)| matches!(outcome, Outcome::Stored(_));
            assert!(outcomes.iter().all(stored), "{outcomes:?}");
            break;
        }
    }
    let head = documents.find(project.plan).await.unwrap().unwrap().head;
    assert_eq!(head, 2);
    store.close().await;

    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let screen = Screen::Desk;
    let tablet = Tablet::open(&driver, &profiles.path().join("li"), screen, "en").await;
    tablet.sign_in(&server.url(), "li.manager").await;
    tablet
        .open_plan(&format!("{}/projects/{}/plan", server.url(), project.id))
        .await;
    // what came before it is here, and the screen says that something could not be taken
    tablet.task("task 4294967297").await;
    tablet
        .until(
            "the screen says that something failed",
            "document.querySelector('#sync')?.dataset.sync === 'failed'",
        )
        .await;
    // one goes on working, and nothing of it is lost
    tablet.add_task("foundation").await;
    let foundation = tablet.task("foundation").await;
    tablet.set(&foundation, "duration", "3d").await;
    tablet
        .until_row("it is there", &foundation, "duration", "3")
        .await;
    tablet.until_waiting(2).await;
}
