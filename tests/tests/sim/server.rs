//! The server of the simulation: real sessions, rooms and store, without sockets.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use server::store::StoreError;
use server::store::documents::{DocumentLog, Documents};
use server::store::{ProjectToMake, Store};
use server::sync::keeper::{KeepError, Keeper};
use shared::api::NewPerson;
use shared::base::{DocumentId, PersonId, ProjectId, Timestamp};
use shared::doc::Document;
use shared::domain::permission::{DocumentKind, Role};
use shared::sync::room::{Effect, Input, Rooms};
use shared::sync::server::Session;

/// The ids of what every run starts with.
pub(super) const PROJECT: ProjectId = ProjectId::from_bytes([1; 16]);
pub(super) const PLAN: DocumentId = DocumentId::from_bytes([2; 16]);
pub(super) const PROGRESS: DocumentId = DocumentId::from_bytes([3; 16]);

pub(super) fn person(n: u8) -> PersonId {
    PersonId::from_bytes([100 + n; 16])
}

/// Memory-backed where there is such a file system: the disk is not what is tested here, and 200 seeds sync often.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    builder.prefix("plumbline-sim-");
    let made = if memory.is_dir() {
        builder.tempdir_in(memory)
    } else {
        builder.tempdir()
    };
    made.unwrap()
}

/// A database with people and a project, made once and copied for each seed.
async fn template() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    if let Some(bytes) = BYTES.get() {
        return bytes;
    }
    let folder = folder();
    let store = Store::open(folder.path()).await.unwrap();
    let now = Timestamp(0);
    for n in 0..4 {
        let new = NewPerson {
            name: format!("person{n}"),
            display_name: String::new(),
            department: None,
            post: String::new(),
            administrator: false,
            password: String::new(),
        };
        store
            .add_person(person(n), &new, "", false, now)
            .await
            .unwrap();
    }
    let project = ProjectToMake {
        id: PROJECT,
        name: "project".to_owned(),
        manager: person(0),
        plan: PLAN,
        progress: PROGRESS,
    };
    store.add_project(&project, now).await.unwrap();
    for n in 1..4 {
        store
            .put_member(PROJECT, person(n), Role::Planner)
            .await
            .unwrap();
    }
    let copy = folder.path().join("copy");
    store.backup(&copy).await.unwrap();
    store.close().await;
    BYTES.get_or_init(|| std::fs::read(copy).unwrap())
}

/// What is gone when the server is killed.
pub(super) struct Running {
    pub(super) store: Store,
    keeper: Keeper<Documents, Store>,
    pub(super) rooms: Rooms,
    pub(super) sessions: BTreeMap<u64, Session>,
}

pub(super) struct SimServer {
    folder: tempfile::TempDir,
    pub(super) running: Option<Running>,
    /// How often it was started.
    pub(super) life: u64,
    /// When the last append that was begun is done: they are done in their order.
    pub(super) appended: Timestamp,
}

impl SimServer {
    pub(super) async fn new() -> Self {
        let folder = folder();
        std::fs::write(folder.path().join("plumbline.db"), template().await).unwrap();
        let mut server = Self {
            folder,
            running: None,
            life: 0,
            appended: Timestamp(0),
        };
        server.start().await;
        server
    }

    fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(super) async fn start(&mut self) {
        self.life += 1;
        let store = Store::open(&self.path()).await.unwrap();
        let keeper = Keeper::new(Documents::start(store.clone()), store.clone());
        self.running = Some(Running {
            store,
            keeper,
            rooms: Rooms::default(),
            sessions: BTreeMap::new(),
        });
    }

    pub(super) async fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.store.close().await;
        }
    }

    /// What the rooms asked of the store, done.
    pub(super) async fn carry_out(&self, now: Timestamp, effect: Effect) -> Option<Input> {
        let running = self.running.as_ref()?;
        let answer = server::sync::carry::carry_out(&running.keeper, now, effect);
        Some(answer.ok()?.await)
    }

    /// A snapshot of a document, and what it holds no longer kept change by change.
    pub(super) async fn compact(&self, now: Timestamp, document: DocumentId) -> Result<(), String> {
        let Some(running) = &self.running else {
            return Ok(());
        };
        match running.keeper.snapshot(document, now).await {
            Ok(Ok(_)) => Ok(()),
            // a note that nobody started, or in which nothing is yet
            Ok(Err(error)) if matches!(*error, KeepError::Store(StoreError::NotFound(_))) => Ok(()),
            other => Err(format!("no snapshot of {document}: {other:?}")),
        }
    }

    /// The bytes of a snapshot, where it is still there.
    pub(super) async fn snapshot(&self, document: DocumentId, hash: &str) -> Option<Vec<u8>> {
        let documents = self.running.as_ref()?.keeper.log();
        let bytes = documents.snapshot_bytes(document, hash.parse().ok()?);
        bytes.await.unwrap()
    }

    /// What is wrong with a document in the store.
    pub(super) async fn problems(&self, document: DocumentId) -> Vec<String> {
        let documents = self.running.as_ref().unwrap().keeper.log();
        match documents.examine(document).await {
            Ok(found) => found.problems.iter().map(ToString::to_string).collect(),
            Err(StoreError::NotFound(_)) => Vec::new(), // a note that nobody started
            Err(error) => vec![error.to_string()],
        }
    }

    /// A document as the store has it.
    pub(super) async fn document(&self, id: DocumentId, kind: DocumentKind) -> Document {
        let documents = self.running.as_ref().unwrap().keeper.log();
        let mut snapshot = None;
        let mut after = 0;
        if documents.find(id).await.unwrap().is_none() {
            return Document::new(kind, [0; 16]); // a note that nobody started
        }
        if let Some(newest) = documents.snapshot(id).await.unwrap() {
            snapshot = documents.snapshot_bytes(id, newest.hash).await.unwrap();
            after = newest.seq;
        }
        let mut log = Vec::new();
        loop {
            let page = documents.read(id, after).await.unwrap();
            let Some(last) = page.last() else { break };
            after = last.seq;
            log.extend(page.into_iter().map(|e| e.bytes));
        }
        Document::load(kind, snapshot.as_deref(), &log, [0; 16]).unwrap()
    }
}
