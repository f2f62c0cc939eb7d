//! The servers of the simulation: two nodes, each with real sessions and rooms, on one real store, without sockets.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use server::store::documents::{Directory, DocumentLog, Documents, Standing};
use server::store::{AuditEvent, ProjectToMake, Store, StoreError};
use server::sync::keeper::{KeepError, Keeper};
use shared::api::NewPerson;
use shared::base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use shared::doc::Document;
use shared::domain::permission::{DocumentKind, ProjectState, Role};
use shared::sync::room::{Effect, Input, Rooms};
use shared::sync::server::Session;

/// The ids of what every run starts with.
pub(super) const PROJECT: ProjectId = ProjectId::from_bytes([1; 16]);
pub(super) const PLAN: DocumentId = DocumentId::from_bytes([2; 16]);
pub(super) const PROGRESS: DocumentId = DocumentId::from_bytes([3; 16]);

/// How many people there are. The first one is the manager, and stays it.
pub(super) const PEOPLE: u8 = 6;
/// How many nodes share the store.
pub(super) const NODES: usize = 2;

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
    for n in 0..PEOPLE {
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
        begun: true,
        id: PROJECT,
        name: "project".to_owned(),
        manager: person(0),
        plan: PLAN,
        progress: PROGRESS,
    };
    store.add_project(&project, now).await.unwrap();
    for n in 1..PEOPLE {
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

/// Something changes who may do what.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    /// A role, or none.
    Role(PersonId, Option<Role>),
    /// The project is closed, or opened again.
    State(ProjectState),
}

impl Change {
    async fn carry_out(self, store: &Store) {
        let done = match self {
            Self::Role(person, Some(role)) => store.put_member(PROJECT, person, role).await,
            Self::Role(person, None) => store.remove_member(PROJECT, person).await,
            Self::State(state) => {
                let by = AuditEvent {
                    event: "project_state",
                    name: "",
                    by: None,
                    address: "",
                    detail: "",
                };
                let at = Timestamp(0);
                store.set_project_state(PROJECT, state, &by, at).await
            }
        };
        done.unwrap();
    }
}

/// A change of rights that comes between looking a right up and using it.
type Race = Arc<Mutex<Option<Change>>>;

/// The real directory, with the race.
#[derive(Clone)]
struct SimDirectory {
    store: Store,
    race: Race,
}

impl Directory for SimDirectory {
    async fn standing(&self, person: PersonId, project: ProjectId) -> Result<Standing, StoreError> {
        let standing = self.store.standing(person, project).await?;
        let change = self.race.lock().unwrap().take();
        if let Some(change) = change {
            change.carry_out(&self.store).await;
        }
        Ok(standing)
    }
}

/// What is gone when a node is killed.
pub(super) struct Running {
    keeper: Keeper<Documents, SimDirectory>,
    pub(super) rooms: Rooms,
    pub(super) sessions: BTreeMap<u64, Session>,
}

/// One of the servers.
#[derive(Default)]
pub(super) struct Node {
    pub(super) running: Option<Running>,
    /// How often it was started.
    pub(super) life: u64,
    /// When the last append that was begun is done: they are done in their order.
    pub(super) appended: Timestamp,
    /// How far its clock is ahead, in ms.
    pub(super) skew: i64,
}

pub(super) struct SimServer {
    folder: tempfile::TempDir,
    store: Option<Store>,
    pub(super) nodes: Vec<Node>,
    race: Race,
}

impl SimServer {
    pub(super) async fn new() -> Self {
        let folder = folder();
        std::fs::write(folder.path().join("plumbline.db"), template().await).unwrap();
        let mut server = Self {
            folder,
            store: None,
            nodes: (0..NODES).map(|_| Node::default()).collect(),
            race: Race::default(),
        };
        for node in 0..NODES {
            server.start(node).await;
        }
        server
    }

    /// The store, opened where nobody has it open.
    async fn open(&mut self) -> Store {
        match &self.store {
            Some(store) => store.clone(),
            None => {
                let store = Store::open(self.folder.path()).await.unwrap();
                self.store.insert(store).clone()
            }
        }
    }

    pub(super) async fn start(&mut self, node: usize) {
        let store = self.open().await;
        let directory = SimDirectory {
            store: store.clone(),
            race: self.race.clone(),
        };
        let node = &mut self.nodes[node];
        node.life += 1;
        node.running = Some(Running {
            keeper: Keeper::new(Documents::start(store), directory),
            rooms: Rooms::default(),
            sessions: BTreeMap::new(),
        });
    }

    pub(super) fn kill(&mut self, node: usize) {
        self.nodes[node].running = None;
    }

    /// Nobody has the store open any more.
    pub(super) async fn close(&mut self) {
        for node in &mut self.nodes {
            node.running = None;
        }
        if let Some(store) = self.store.take() {
            store.close().await;
        }
    }

    /// What the rooms asked of the store, done; `race`: what comes between. Whether it did.
    pub(super) async fn carry_out(
        &self,
        node: usize,
        now: Timestamp,
        effect: Effect,
        race: Option<Change>,
    ) -> (Option<Input>, bool) {
        let Some(running) = &self.nodes[node].running else {
            return (None, false);
        };
        *self.race.lock().unwrap() = race;
        let input = match server::sync::carry::carry_out(&running.keeper, now, effect) {
            Ok(answer) => Some(answer.await),
            Err(_) => None,
        };
        let left = self.race.lock().unwrap().take();
        (input, race.is_some() && left.is_none())
    }

    /// Changes a right.
    pub(super) async fn change(&mut self, change: Change) {
        change.carry_out(&self.open().await).await;
    }

    /// A snapshot of a document, and what it holds no longer kept change by change.
    pub(super) async fn compact(
        &self,
        node: usize,
        now: Timestamp,
        document: DocumentId,
    ) -> Result<(), String> {
        let Some(running) = &self.nodes[node].running else {
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
    pub(super) async fn snapshot(
        &self,
        node: usize,
        document: DocumentId,
        hash: &str,
    ) -> Option<Vec<u8>> {
        let documents = self.nodes[node].running.as_ref()?.keeper.log();
        let bytes = documents.snapshot_bytes(document, hash.parse().ok()?);
        bytes.await.unwrap()
    }

    fn log(&self) -> Option<&Documents> {
        let running = self.nodes.iter().find_map(|node| node.running.as_ref());
        running.map(|running| running.keeper.log())
    }

    /// Whether all these are in the log; with no node running nobody can say.
    pub(super) async fn knows(&self, document: DocumentId, hashes: Vec<ChangeHash>) -> bool {
        match self.log() {
            Some(log) => hashes.is_empty() || log.knows(document, hashes).await.unwrap(),
            None => true,
        }
    }

    /// What is wrong with a document in the store.
    pub(super) async fn problems(&self, document: DocumentId) -> Vec<String> {
        match self.log().unwrap().examine(document).await {
            Ok(found) => found.problems.iter().map(ToString::to_string).collect(),
            Err(StoreError::NotFound(_)) => Vec::new(), // a note that nobody started
            Err(error) => vec![error.to_string()],
        }
    }

    /// A document as the store has it.
    pub(super) async fn document(&self, id: DocumentId, kind: DocumentKind) -> Document {
        let documents = self.log().unwrap();
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
