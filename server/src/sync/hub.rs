//! The hub: one task owns the rooms; sockets and the store talk to it through channels.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use shared::base::{DocumentId, PersonId, Timestamp};
use shared::doc::view::first::FirstRows;
use shared::doc::view::plan::PlanView;
use shared::domain::schedule::level::{self, Asked, Free};
use shared::exchange::ics;
use shared::sync::room::{ConnectionId, Effect, Input, Rooms, SnapshotAt};
use shared::sync::server::Request;
use tokio::sync::{broadcast, mpsc};

use super::carry::{begin_with, carry_out};
use super::keeper::{KeepError, Keeper};
use super::lately::Lately;
use crate::clock::Clock;
use crate::http::Credential;
use crate::notices::{Notice, Notices};
use crate::store::documents::{DocumentLog as _, DocumentRow, Documents};
use crate::store::{Store, StoreError};

/// How many messages of sockets may wait for the hub before the sockets wait.
const INBOX: usize = 1024;
/// Of how many plans the first rows are kept: some 20 KB each.
const FIRSTS: usize = 64;
/// Of how many plans the dates for calendars are kept: some 300 bytes a task.
const CALENDARS: usize = 16;
/// Of how many plans it is kept what they ask of resources: some 16 bytes a day and resource.
const POOLS: usize = 512;

/// What the hub tells a socket's task. The channel's end: close, after what was sent.
pub(super) type Outgoing = mpsc::UnboundedSender<Bytes>;

enum Message {
    Connected(ConnectionId, PersonId, Credential, Outgoing),
    Disconnected(ConnectionId),
    Request(ConnectionId, Request),
    Flushed(ConnectionId, usize),
}

/// The running hub. Cheap to clone; the task ends when the last clone is dropped.
#[derive(Clone)]
pub struct Hub {
    inbox: mpsc::Sender<Message>,
    next: Arc<AtomicU64>,
    keeper: Keeper<Documents, Store>,
    firsts: Arc<Lately<Bytes>>,
    calendars: Arc<Lately<Arc<ics::Rows>>>,
    pools: Arc<Lately<Arc<Vec<Asked>>>>,
}

impl Hub {
    /// Starts the hub on the current runtime. It acts on what `notices` say about sessions and members.
    pub fn start(store: Store, clock: Clock, notices: &Notices) -> Self {
        let keeper = Keeper::new(Documents::start(store.clone()), store);
        let (inbox, messages) = mpsc::channel(INBOX);
        let (answers, answered) = mpsc::unbounded_channel();
        keeper.damages().tell(answers.clone());
        let task = Task {
            rooms: Rooms::default(),
            keeper: keeper.clone(),
            clock,
            sockets: HashMap::new(),
            answers,
        };
        tokio::spawn(task.run(messages, answered, notices.subscribe()));
        Self {
            inbox,
            next: Arc::new(AtomicU64::new(1)),
            keeper,
            firsts: Arc::new(Lately::of_plans(FIRSTS)),
            calendars: Arc::new(Lately::of_plans(CALENDARS)),
            pools: Arc::new(Lately::of_plans(POOLS)),
        }
    }

    /// The documents' logs.
    pub fn documents(&self) -> &Documents {
        self.keeper.log()
    }

    /// The snapshot with which a device begins that has nothing of this document; `None`: its log is short.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn beginning(
        &self,
        now: Timestamp,
        row: &DocumentRow,
    ) -> Result<Option<SnapshotAt>, StoreError> {
        begin_with(&self.keeper, now, row, (0, 0)).await
    }

    /// The first rows of a plan with its progress, as JSON, for a device that has nothing of them.
    ///
    /// # Errors
    /// Where one of the two cannot be read.
    pub async fn first_rows(
        &self,
        plan: &DocumentRow,
        progress: &DocumentRow,
    ) -> Result<Bytes, Arc<KeepError>> {
        let read = |view: &PlanView| {
            let rows = serde_json::to_vec(&FirstRows::of(view));
            Bytes::from(rows.unwrap_or_default())
        };
        self.firsts.of(&self.keeper, plan, progress, read).await
    }

    /// The dates of a plan with its progress, for calendars.
    ///
    /// # Errors
    /// Where one of the two cannot be read.
    pub async fn dates(
        &self,
        plan: &DocumentRow,
        progress: &DocumentRow,
    ) -> Result<Arc<ics::Rows>, Arc<KeepError>> {
        let read = |view: &PlanView| {
            let rows = ics::Rows::of(&view.plan, &view.schedule, &view.percent());
            Arc::new(rows)
        };
        self.calendars.of(&self.keeper, plan, progress, read).await
    }

    /// What plans, each with its progress, leave of resources, from one day to another. A plan that cannot be read is left out.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn free(
        &self,
        plans: &[(DocumentId, DocumentId)],
        first: i64,
        last: i64,
    ) -> Result<Vec<Free>, StoreError> {
        let read = |view: &PlanView| Arc::new(level::asked(&view.plan, &view.schedule));
        let mut all = Vec::new();
        for (plan, progress) in plans {
            let documents = self.documents();
            let found = (
                documents.find(*plan).await?,
                documents.find(*progress).await?,
            );
            let (Some(plan), Some(progress)) = found else {
                continue;
            };
            match self.pools.of(&self.keeper, &plan, &progress, read).await {
                Ok(asked) => all.push(asked),
                Err(error) => {
                    tracing::warn!(plan = %plan.id, %error, "a plan is left out of the pool: it cannot be read");
                }
            }
        }
        let free = move || {
            let plans: Vec<&[Asked]> = all.iter().map(|plan| plan.as_slice()).collect();
            level::free(&plans, first, last)
        };
        let free = tokio::task::spawn_blocking(free).await;
        free.map_err(|_| StoreError::Stopped)
    }

    /// The documents in memory.
    pub(crate) fn keeper(&self) -> &Keeper<Documents, Store> {
        &self.keeper
    }

    /// A socket of an authenticated person; what the hub sends comes out of the channel.
    pub(super) async fn connect(
        &self,
        person: PersonId,
        credential: Credential,
    ) -> (ConnectionId, mpsc::UnboundedReceiver<Bytes>) {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (outgoing, receiver) = mpsc::unbounded_channel();
        self.tell(Message::Connected(id, person, credential, outgoing))
            .await;
        (id, receiver)
    }

    pub(super) async fn request(&self, id: ConnectionId, request: Request) {
        self.tell(Message::Request(id, request)).await;
    }

    pub(super) async fn flushed(&self, id: ConnectionId, bytes: usize) {
        self.tell(Message::Flushed(id, bytes)).await;
    }

    pub(super) async fn disconnect(&self, id: ConnectionId) {
        self.tell(Message::Disconnected(id)).await;
    }

    async fn tell(&self, message: Message) {
        // the hub only ends with the process
        let _ = self.inbox.send(message).await;
    }
}

struct Socket {
    person: PersonId,
    credential: Credential,
    outgoing: Outgoing,
}

struct Task {
    rooms: Rooms,
    keeper: Keeper<Documents, Store>,
    clock: Clock,
    sockets: HashMap<ConnectionId, Socket>,
    answers: mpsc::UnboundedSender<Input>,
}

impl Task {
    async fn run(
        mut self,
        mut messages: mpsc::Receiver<Message>,
        mut answered: mpsc::UnboundedReceiver<Input>,
        mut notices: broadcast::Receiver<Notice>,
    ) {
        let mut listening = true;
        let mut told = (usize::MAX, usize::MAX);
        loop {
            // revocations first: nothing may overtake them
            tokio::select! {
                biased;
                notice = notices.recv(), if listening => match notice {
                    Ok(notice) => self.notice(notice),
                    Err(broadcast::error::RecvError::Lagged(_)) => self.all_come_back(),
                    Err(broadcast::error::RecvError::Closed) => listening = false,
                },
                Some(input) = answered.recv() => self.handle(input),
                message = messages.recv() => match message {
                    Some(message) => self.message(message),
                    None => return,
                },
            }
            let size = self.rooms.size();
            if size != told {
                told = size;
                metrics::gauge!("plumbline_sync_connections").set(size.0 as f64);
                metrics::gauge!("plumbline_sync_documents").set(size.1 as f64);
            }
        }
    }

    fn message(&mut self, message: Message) {
        match message {
            Message::Connected(id, person, credential, outgoing) => {
                let socket = Socket {
                    person,
                    credential,
                    outgoing,
                };
                self.sockets.insert(id, socket);
                self.handle(Input::Connected(id, person));
            }
            Message::Disconnected(id) => {
                self.sockets.remove(&id);
                self.handle(Input::Disconnected(id));
            }
            Message::Request(id, request) => self.handle(Input::Request(id, request)),
            Message::Flushed(id, bytes) => self.handle(Input::Flushed(id, bytes)),
        }
    }

    fn notice(&mut self, notice: Notice) {
        match notice {
            Notice::DeviceEnded { person, device } => {
                self.expel(person, Credential::Device(device));
            }
            Notice::TokenEnded { person, token } => self.expel(person, Credential::Token(token)),
            Notice::ProjectChanged { project, people } => {
                self.handle(Input::MembershipChanged(project, people));
            }
            Notice::Grown { document, head } => self.handle(Input::Grown(document, head)),
            Notice::Missed => self.all_come_back(),
            Notice::Stopping => self.handle(Input::Shutdown),
        }
    }

    fn expel(&mut self, person: PersonId, credential: Credential) {
        let ended: Vec<_> = self
            .sockets
            .iter()
            .filter(|(_, s)| s.person == person && s.credential == credential)
            .map(|(id, _)| *id)
            .collect();
        for id in ended {
            self.handle(Input::Expelled(id));
        }
    }

    /// Notices were missed: every socket ends, and is checked anew when it comes back.
    fn all_come_back(&mut self) {
        tracing::warn!("sync: notices were missed, all sockets reconnect");
        self.handle(Input::Shutdown);
    }

    fn handle(&mut self, input: Input) {
        if let Input::Appended {
            outcomes: Ok(outcomes),
            ..
        } = &input
        {
            metrics::counter!("plumbline_sync_changes_total").increment(outcomes.len() as u64);
        }
        let now = self.clock.now();
        for effect in self.rooms.handle(now, input) {
            match carry_out(&self.keeper, now, effect) {
                Ok(answer) => {
                    let answers = self.answers.clone();
                    tokio::spawn(async move {
                        // fails only when the hub has ended
                        let _ = answers.send(answer.await);
                    });
                }
                Err(effect) => match *effect {
                    Effect::Send(id, bytes) => {
                        if let Some(socket) = self.sockets.get(&id) {
                            // fails where the socket's task has ended: it says so itself
                            let _ = socket.outgoing.send(bytes);
                        }
                    }
                    Effect::Close(id) => {
                        self.sockets.remove(&id);
                    }
                    _ => {}
                },
            }
        }
    }
}
