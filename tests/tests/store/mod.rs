//! The contract of the server's store: each test runs on SQLite and on PostgreSQL. Several nodes are several handles on
//! one database.

mod append;
mod backup;
mod compaction;
mod nodes;
mod organisation;
mod people;
mod rights;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};

use server::random_bytes;
use server::store::documents::{Append, Appended, DocumentLog, Documents, Outcomes};
use server::store::{AuditEvent, ProjectToMake, Store, StoreError};
use shared::api::{NewPerson, Project};
use shared::base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use shared::domain::permission::{DocumentKind, Role};
use shared::sync::check::check_change;
use shared::sync::server::Offered;
use shared::sync::wire::Entry;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use tempfile::TempDir;
use tests::postgres;

use crate::sync::client::Writer;

/// Makes of each test one on SQLite and one on PostgreSQL.
macro_rules! on_each_store {
    ($($test:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::store::Place::sqlite()).await;
                }
            )*
        }
        mod postgresql {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::store::Place::postgres().await).await;
                }
            )*
        }
    };
}
pub(crate) use on_each_store;

/// The same, and one on SQLite with its blobs in a folder.
macro_rules! on_each_store_and_folder {
    ($($test:ident),* $(,)?) => {
        super::on_each_store!($($test),*);
        mod folder {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(crate::store::Place::with_folder()).await;
                }
            )*
        }
    };
}
pub(crate) use on_each_store_and_folder;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// Who does something, for the record.
const BY: AuditEvent<'_> = AuditEvent {
    event: "test",
    name: "test",
    by: None,
    address: "",
    detail: "",
};

/// A database that nodes open.
pub(crate) struct Place {
    url: String,
    /// Blobs are in a folder of the data folder.
    blobs: bool,
    // the data folder; with SQLite the database is in it
    folder: TempDir,
}

/// A server's store.
#[derive(Clone)]
struct Node {
    store: Store,
    log: Documents,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("plumbline.db").display());
        Self {
            url,
            blobs: false,
            folder,
        }
    }

    pub(crate) async fn postgres() -> Self {
        Self {
            url: postgres::database().await,
            blobs: false,
            folder: TempDir::new().unwrap(),
        }
    }

    pub(crate) fn with_folder() -> Self {
        Self {
            blobs: true,
            ..Self::sqlite()
        }
    }

    fn blobs(&self) -> PathBuf {
        self.folder.path().join("blobs")
    }

    /// What a broken disk or a careless hand does to the database.
    async fn execute(&self, sql: &str) {
        let mut connection = AnyConnection::connect(&self.url).await.unwrap();
        let done = sqlx::query(AssertSqlSafe(sql.to_owned()))
            .execute(&mut connection)
            .await
            .unwrap();
        assert!(done.rows_affected() > 0, "{sql}");
        connection.close().await.unwrap();
    }

    /// All blobs are gone.
    async fn lose_blobs(&self) {
        if self.blobs {
            std::fs::remove_dir_all(self.blobs()).unwrap();
            std::fs::create_dir(self.blobs()).unwrap();
        } else {
            self.execute("DELETE FROM blobs").await;
        }
    }

    async fn node(&self) -> Node {
        let mut store = Store::open_url(&self.url).await.unwrap();
        if self.blobs {
            let url = format!("file://{}", self.blobs().display());
            store = store.with_blobs(&url).await.unwrap();
        }
        let log = Documents::start(store.clone());
        Node { store, log }
    }

    async fn nodes(&self, count: usize) -> Vec<Node> {
        let mut nodes = Vec::new();
        for _ in 0..count {
            nodes.push(self.node().await);
        }
        nodes
    }
}

impl Node {
    async fn person(&self, name: &str, administrator: bool) -> PersonId {
        let id = PersonId::from_bytes(random_bytes().unwrap());
        let new = NewPerson {
            name: name.to_owned(),
            display_name: name.to_owned(),
            department: None,
            post: String::new(),
            administrator,
            password: String::new(),
        };
        let added = self.store.add_person(id, &new, "hash", false, NOW).await;
        added.unwrap().id
    }

    async fn project(&self, manager: PersonId) -> Project {
        let new = ProjectToMake {
            begun: true,
            id: ProjectId::from_bytes(random_bytes().unwrap()),
            name: "dam".to_owned(),
            manager,
            plan: DocumentId::from_bytes(random_bytes().unwrap()),
            progress: DocumentId::from_bytes(random_bytes().unwrap()),
        };
        self.store.add_project(&new, NOW).await.unwrap()
    }

    async fn policy(&self, person: PersonId, project: ProjectId) -> u64 {
        self.store.standing(person, project).await.unwrap().policy
    }

    /// Appends under a policy version.
    async fn offer(
        &self,
        document: DocumentId,
        person: PersonId,
        policy: u64,
        changes: Vec<Offered>,
    ) -> Result<Appended, StoreError> {
        let append = Append {
            document,
            person,
            at: NOW,
            policy,
            head: None,
            changes,
        };
        self.log.append(append).await
    }

    /// Appends under the policy version of a new project.
    async fn append(
        &self,
        document: DocumentId,
        person: PersonId,
        changes: Vec<Offered>,
    ) -> Outcomes {
        done(self.offer(document, person, 1, changes).await.unwrap())
    }

    /// The whole log.
    async fn entries(&self, document: DocumentId) -> Vec<Entry> {
        let mut all: Vec<Entry> = Vec::new();
        loop {
            let after = all.last().map_or(0, |e| e.seq);
            let page = self.log.read(document, after).await.unwrap();
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    }

    async fn head(&self, document: DocumentId) -> u64 {
        self.log.find(document).await.unwrap().unwrap().head
    }
}

fn done(appended: Appended) -> Outcomes {
    match appended {
        Appended::Done(outcomes) => outcomes,
        stale => panic!("{stale:?}"),
    }
}

/// A writer of plans with an actor that no other of this process has.
fn writer(person: PersonId) -> Writer {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let actor = NEXT.fetch_add(1, Ordering::Relaxed);
    Writer::new(DocumentKind::Plan, person, actor)
}

/// The writer's next change, checked.
fn change(writer: &mut Writer) -> Offered {
    offered(writer.change().1)
}

fn offered(bytes: Vec<u8>) -> Offered {
    let checked = check_change(&bytes).unwrap();
    Offered {
        header: checked.header,
        ops: checked.ops,
        operations: checked.operations,
        bytes,
    }
}

/// Who may write the plan of a project of their own.
async fn planner(node: &Node) -> (PersonId, Project) {
    let person = node.person("li", true).await;
    (person, node.project(person).await)
}

fn hash(entry: &Entry) -> ChangeHash {
    shared::sync::check::header(&entry.bytes).unwrap().hash
}

const ROLE: Role = Role::Planner;
