//! Damage in the server's database: given back by a device that has what is lost, else told, and nothing else suffers.

use server::store::documents::DocumentLog as _;
use shared::base::{DocumentId, TaskId};
use shared::doc::command::{Command, TaskEdit};
use shared::domain::permission::DocumentKind;
use shared::sync::device::Status;
use sqlx::{Connection, Executor, SqliteConnection};
use tests::headless::{Address, Event, Headless};
use tests::server::{Person, TestServer};

const TASK: TaskId = TaskId::from_bytes([7; 8]);
const EDITS: i64 = 6;

fn add() -> Command {
    Command::AddTask {
        id: TASK,
        parent: None,
        after: None,
        name: "浇筑".to_owned(),
        duration: 480,
    }
}

fn edit(n: i64) -> Command {
    Command::EditTask {
        id: TASK,
        edit: TaskEdit::Duration(60 * n),
    }
}

async fn execute(server: &TestServer, sql: &str) {
    let file = server.folder.path().join("plumbline.db");
    let url = format!("sqlite://{}", file.display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    // what the server relies on is not asked here
    let harm = format!("PRAGMA foreign_keys = OFF; {sql}");
    database
        .execute(sqlx::raw_sql(sqlx::AssertSqlSafe(harm)))
        .await
        .unwrap();
    database.close().await.unwrap();
}

struct Place {
    server: TestServer,
    li: Person,
    address: Address,
    plan: DocumentId,
    /// It has the whole plan.
    whole: Headless,
}

impl Place {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let li = server.person("li").await;
        let plan = li.project("dam").await.plan;
        let address = Address {
            url: server.url(),
            token: li.token().await.token,
        };
        let mut whole = Headless::start(address.clone(), li.id, &[(plan, DocumentKind::Plan)]);
        whole.synced().await;
        whole.perform(plan, add());
        for n in 1..EDITS {
            whole.perform(plan, edit(n));
        }
        whole.synced().await;
        Self {
            server,
            li,
            address,
            plan,
            whole,
        }
    }

    async fn problems(&self) -> usize {
        let log = self.server.app().hub.documents();
        log.examine(self.plan).await.unwrap().problems.len()
    }

    /// An edit of the device that has everything goes through: what was lost is there again, for new devices too.
    async fn goes_through(mut self) {
        self.whole.offline(false);
        self.whole.perform(self.plan, edit(99));
        let plan = self.plan;
        self.whole
            .until("the edit is acknowledged", |event| {
                matches!(event, Event::Acknowledged(of, _) if of == plan).then_some(())
            })
            .await;
        self.whole.synced().await;
        let documents = [(self.plan, DocumentKind::Plan)];
        let mut late = Headless::start(self.address.clone(), self.li.id, &documents);
        late.synced().await;
        let heads = self
            .whole
            .with(self.plan, |document| document.heads())
            .await;
        assert_eq!(
            late.with(self.plan, |document| document.heads()).await,
            heads
        );
        let wait = async {
            while self.problems().await > 0 {
                tokio::task::yield_now().await;
            }
        };
        let patience = std::time::Duration::from_secs(60);
        tokio::time::timeout(patience, wait).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_change_is_told_other_documents_work_and_a_device_gives_it_back() {
    let mut place = Place::new().await;
    let other = place.li.project("bridge").await.plan;
    place.whole.offline(true);
    execute(
        &place.server,
        "UPDATE changes SET bytes = x'00' WHERE seq = 2; UPDATE changes SET bytes = NULL WHERE seq = 4",
    )
    .await;
    place.server.restart().await;
    assert_eq!(place.problems().await, 2);

    // nobody who has it is there: told, for this document
    let documents = [
        (place.plan, DocumentKind::Plan),
        (other, DocumentKind::Plan),
    ];
    let mut new = Headless::start(place.address.clone(), place.li.id, &documents);
    // what comes before the damage is given all the same
    let (mut told, mut given) = (false, false);
    let plan = place.plan;
    new.until("told, and given what there is", |event| {
        told |= matches!(event, Event::Status(Status::Failed { .. }));
        given |= matches!(event, Event::Applied(of, ..) if of == plan);
        (told && given).then_some(())
    })
    .await;
    let figures = place.server.client().get("/metrics").await.text;
    let line = format!(
        "plumbline_document_problems{{document=\"{}\"}} 2",
        place.plan
    );
    assert!(figures.contains(&line), "{figures}");
    // the other one works, on the same connection
    new.perform(other, add());
    new.until("the other document", |event| {
        matches!(event, Event::Acknowledged(of, _) if of == other).then_some(())
    })
    .await;
    let known = place.plan;
    place.whole.offline(false);
    // the new device is given the rest without asking again
    new.until("in step", |event| match event {
        Event::Status(Status::Synced { .. }) => Some(()),
        _ => None,
    })
    .await;
    let heads = place.whole.with(known, |document| document.heads()).await;
    assert_eq!(new.with(known, |document| document.heads()).await, heads);
    place.goes_through().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_whose_snapshot_is_lost_are_given_back_by_a_device() {
    let mut place = Place::new().await;
    let bytes = place
        .whole
        .with(place.plan, |document| document.save())
        .await;
    let log = place.server.app().hub.documents();
    let at = place.server.clock.now();
    let head = EDITS as u64;
    log.put_snapshot(place.plan, 1, head, bytes, at)
        .await
        .unwrap();
    assert_eq!(log.trim(place.plan, head).await.unwrap(), head);
    place.whole.offline(true);
    execute(&place.server, "DELETE FROM blobs").await;
    place.server.restart().await;
    assert!(place.problems().await > 0);
    place.goes_through().await;
}
