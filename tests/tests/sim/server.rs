//! The server of the simulation: real sessions, rooms and store, without sockets.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use server::store::documents::{DocumentLog, Documents};
use server::store::{ProjectToMake, Store};
use server::sync::keeper::Keeper;
use shared::api::NewPerson;
use shared::base::{DocumentId, PersonId, ProjectId, Timestamp};
use shared::doc::Document;
use shared::domain::permission::{DocumentKind, Role};
use shared::sync::room::{Effect, Input, Rooms};
use shared::sync::server::Session;
use shared::sync::wire::Entry;

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

    /// A document's whole log.
    pub(super) async fn log(&self, document: DocumentId) -> Vec<Entry> {
        let documents = self.running.as_ref().unwrap().keeper.log();
        let mut all: Vec<Entry> = Vec::new();
        loop {
            let after = all.last().map_or(0, |e| e.seq);
            let page = documents.read(document, after).await.unwrap();
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    }

    pub(super) async fn document(&self, id: DocumentId, kind: DocumentKind) -> Document {
        let log: Vec<_> = self.log(id).await.into_iter().map(|e| e.bytes).collect();
        Document::load(kind, None, &log, [0; 16]).unwrap()
    }
}
