//! A device without a screen: the real session, a real socket, real documents, its disk in memory.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::stream::SplitSink;
use futures::{SinkExt, StreamExt};
use server::Clock;
use shared::api::{SNAPSHOT_EPOCH, SNAPSHOT_SEQ};
use shared::base::{ChangeHash, DocumentId, PersonId, ProjectId, Timestamp};
use shared::doc::command::{Command, perform};
use shared::doc::{Author, Document, derived_id};
use shared::domain::permission::{Access, DocumentKind};
use shared::sync::check::header;
use shared::sync::device::{Device, Effect, Held, Input, Status};
use shared::sync::wire::{Refusal, Versions};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// What the server sends; `None`: it has closed.
type Frames = mpsc::Receiver<Option<Vec<u8>>>;
type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What happened on a device.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A change was made here and is on its way.
    Made(DocumentId, ChangeHash, Instant),
    /// A change of somebody else is in the document.
    Applied(DocumentId, ChangeHash, Instant),
    /// The server has it.
    Acknowledged(DocumentId, ChangeHash),
    /// The server does not take it.
    Refused(DocumentId, ChangeHash, Refusal),
    /// What may be done with a document.
    Access(DocumentId, Access),
    /// How sync stands.
    Status(Status),
    /// The session is over.
    SignedOut,
    /// The two ends are of versions that do not go together.
    Outdated,
}

enum Ask {
    Perform(DocumentId, Box<Command>),
    With(DocumentId, Box<dyn FnOnce(&mut Document) + Send>),
    Moved(String),
    Offline(bool),
    Bytes(oneshot::Sender<Bytes>),
}

/// What a device has sent and received since it began, in bytes: frames and snapshots, without what HTTP, WebSocket
/// and TCP add.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bytes {
    /// To the server.
    pub up: u64,
    /// From the server.
    pub down: u64,
}

/// A running device; it ends when this is dropped.
pub struct Headless {
    asks: mpsc::UnboundedSender<Ask>,
    /// What happens there.
    pub events: mpsc::UnboundedReceiver<Event>,
}

/// How a device reaches a server.
#[derive(Debug, Clone)]
pub struct Address {
    /// `http://HOST:PORT`
    pub url: String,
    /// A bearer token.
    pub token: String,
}

impl Headless {
    /// Starts a device of `person` that follows `documents` from the beginning.
    pub fn start(
        address: Address,
        person: PersonId,
        documents: &[(DocumentId, DocumentKind)],
    ) -> Self {
        Self::start_speaking(Versions::OURS, address, person, documents)
    }

    /// As [`Headless::start`], as an app of another version.
    pub fn start_speaking(
        versions: Versions,
        address: Address,
        person: PersonId,
        documents: &[(DocumentId, DocumentKind)],
    ) -> Self {
        Self::begin(versions, address, person, documents, None)
    }

    /// Starts a device of `person` that begins a document of its own in a project: a note, or a form. With its id.
    pub fn start_beginning(
        address: Address,
        person: PersonId,
        project: ProjectId,
        kind: DocumentKind,
        key: &str,
    ) -> (Self, DocumentId) {
        let document = derived_id(project, kind, key);
        let create = Some((project, kind, key.to_owned()));
        let documents = [(document, kind)];
        let device = Self::begin(Versions::OURS, address, person, &documents, create);
        (device, document)
    }

    fn begin(
        versions: Versions,
        address: Address,
        person: PersonId,
        documents: &[(DocumentId, DocumentKind)],
        create: Option<(ProjectId, DocumentKind, String)>,
    ) -> Self {
        let (asks, asked) = mpsc::unbounded_channel();
        let (tell, events) = mpsc::unbounded_channel();
        let kinds = documents.to_vec();
        tokio::spawn(async move {
            let seed = u64::from_le_bytes(server::random_bytes().unwrap());
            let mut task = Task {
                address,
                person,
                create,
                device: Device::new(seed).of(person).speaking(versions),
                documents: BTreeMap::new(),
                socket: None,
                wake_at: None,
                offline: false,
                bytes: Bytes::default(),
                clock: Clock::default(),
                tell,
            };
            // as the app does: what a new device begins with is on its way while the socket opens
            let beginnings: Vec<_> = kinds
                .into_iter()
                .map(|(id, kind)| {
                    (
                        id,
                        kind,
                        tokio::spawn(newest(task.address.clone(), id, kind)),
                    )
                })
                .collect();
            task.handle(Input::NetworkBack).await;
            let mut joins = Vec::new();
            for (id, kind, beginning) in beginnings {
                joins.push(task.open(id, kind, beginning.await.unwrap()));
            }
            task.run(asked, joins).await;
        });
        Self { asks, events }
    }

    /// Does something, as its person.
    pub fn perform(&self, document: DocumentId, command: Command) {
        let _ = self.asks.send(Ask::Perform(document, Box::new(command)));
    }

    /// The server is elsewhere from the next connection on.
    pub fn moved(&self, url: String) {
        let _ = self.asks.send(Ask::Moved(url));
    }

    /// How many bytes went over the wire.
    pub async fn bytes(&self) -> Bytes {
        let (answer, answered) = oneshot::channel();
        let _ = self.asks.send(Ask::Bytes(answer));
        answered.await.unwrap()
    }

    /// Cuts the connection and makes no other, or comes back.
    pub fn offline(&self, offline: bool) {
        let _ = self.asks.send(Ask::Offline(offline));
    }

    /// Looks at a document as the device has it.
    pub async fn with<T: Send + 'static>(
        &self,
        document: DocumentId,
        look: impl FnOnce(&mut Document) -> T + Send + 'static,
    ) -> T {
        let (answer, answered) = oneshot::channel();
        let look = move |document: &mut Document| {
            let _ = answer.send(look(document));
        };
        let _ = self.asks.send(Ask::With(document, Box::new(look)));
        answered.await.unwrap()
    }

    /// Waits for an event, and returns what `wanted` makes of it.
    pub async fn until<T>(&mut self, what: &str, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let mut status = None;
        let wait = async {
            while let Some(event) = self.events.recv().await {
                if let Event::Status(now) = &event {
                    status = Some(now.clone());
                }
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
            panic!("the device ended before: {what}");
        };
        let patience = Duration::from_secs(60);
        let waited = tokio::time::timeout(patience, wait).await;
        waited.unwrap_or_else(|_| panic!("not within {patience:?}: {what}; it says {status:?}"))
    }

    /// Waits until all it has is at the server, and all the server has is here.
    pub async fn synced(&mut self) {
        self.until("in step", |event| {
            matches!(event, Event::Status(Status::Synced { .. })).then_some(())
        })
        .await;
    }
}

struct Task {
    address: Address,
    person: PersonId,
    /// What its documents are begun as, where they are not there yet.
    create: Option<(ProjectId, DocumentKind, String)>,
    device: Device,
    documents: BTreeMap<DocumentId, Document>,
    socket: Option<(SplitSink<Stream, Message>, Frames)>,
    wake_at: Option<Timestamp>,
    offline: bool,
    bytes: Bytes,
    clock: Clock,
    tell: mpsc::UnboundedSender<Event>,
}

impl Task {
    fn open(
        &mut self,
        id: DocumentId,
        kind: DocumentKind,
        beginning: Option<(Vec<u8>, u64, u64)>,
    ) -> Input {
        let actor = server::random_bytes().unwrap();
        let (mut document, epoch, cursor) = match beginning {
            None => (Document::new(kind, actor), 0, 0),
            Some((bytes, epoch, seq)) => {
                self.bytes.down += bytes.len() as u64;
                let whole = Document::load::<&[u8]>(kind, Some(&bytes), &[], actor);
                (whole.unwrap(), epoch, seq)
            }
        };
        let heads = match cursor {
            0 => Vec::new(),
            _ => document.heads(),
        };
        self.documents.insert(id, document);
        Input::Join(Held {
            document: id,
            create: self.create.clone(),
            epoch,
            cursor,
            heads,
            unacknowledged: Vec::new(),
        })
    }

    fn tell(&self, event: Event) {
        // nobody may be listening any more
        let _ = self.tell.send(event);
    }

    async fn run(mut self, mut asked: mpsc::UnboundedReceiver<Ask>, joins: Vec<Input>) {
        for input in joins {
            self.handle(input).await;
        }
        loop {
            let pause = self
                .wake_at
                .map_or(60_000, |at| at.since(self.clock.now()).max(0));
            let frame = async {
                match &mut self.socket {
                    Some((_, frames)) => frames.recv().await.flatten(),
                    None => std::future::pending().await,
                }
            };
            let input = tokio::select! {
                biased;
                ask = asked.recv() => match ask {
                    None => return,
                    Some(ask) => {
                        self.ask(ask).await;
                        continue;
                    }
                },
                frame = frame => match frame {
                    Some(bytes) => {
                        self.bytes.down += bytes.len() as u64;
                        Input::Frame(bytes)
                    }
                    None => {
                        self.socket = None;
                        Input::Closed
                    }
                },
                () = tokio::time::sleep(Duration::from_millis(pause as u64)) => {
                    self.wake_at = None;
                    Input::Wake
                }
            };
            self.handle(input).await;
        }
    }

    async fn ask(&mut self, ask: Ask) {
        match ask {
            Ask::Perform(id, command) => {
                let author = Author {
                    person: self.person,
                    at: self.clock.now(),
                };
                let Some(document) = self.documents.get_mut(&id) else {
                    return;
                };
                let began = Instant::now();
                let done = perform(document, &command, author).unwrap();
                for change in done.changes {
                    self.tell(Event::Made(id, change.hash, began));
                    self.handle(Input::Made {
                        document: id,
                        change: change.hash,
                        bytes: change.bytes,
                    })
                    .await;
                }
            }
            Ask::With(id, look) => {
                if let Some(document) = self.documents.get_mut(&id) {
                    look(document);
                }
            }
            Ask::Moved(url) => self.address.url = url,
            Ask::Bytes(answer) => {
                let _ = answer.send(self.bytes);
            }
            Ask::Offline(offline) => {
                self.offline = offline;
                if offline {
                    if self.socket.take().is_some() {
                        self.handle(Input::Closed).await;
                    }
                } else {
                    self.handle(Input::NetworkBack).await;
                }
            }
        }
    }

    async fn handle(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in self.device.handle(self.clock.now(), input) {
                if let Some(next) = self.carry_out(effect).await {
                    inputs.insert(0, next);
                }
            }
        }
    }

    async fn carry_out(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Connect => return Some(self.connect().await),
            Effect::Disconnect => self.socket = None,
            Effect::Send(bytes) => {
                self.bytes.up += bytes.len() as u64;
                if let Some((sink, _)) = &mut self.socket
                    && sink.send(Message::Binary(bytes.into())).await.is_err()
                {
                    self.socket = None;
                    return Some(Input::Closed);
                }
            }
            Effect::Store {
                document,
                entries,
                cursor,
                ..
            } => {
                let open = self.documents.get_mut(&document)?;
                let bytes: Vec<_> = entries.iter().map(|e| e.bytes.as_slice()).collect();
                open.take_in(&bytes).unwrap();
                let now = Instant::now();
                for entry in &entries {
                    let hash = header(&entry.bytes).unwrap().hash;
                    self.tell(Event::Applied(document, hash, now));
                }
                return Some(Input::Stored {
                    document,
                    seq: cursor,
                });
            }
            Effect::Acknowledged {
                document, changes, ..
            } => {
                for (hash, _) in changes {
                    self.tell(Event::Acknowledged(document, hash));
                }
            }
            Effect::Refused {
                document,
                change,
                reason,
            } => self.tell(Event::Refused(document, change, reason)),
            Effect::FetchSnapshot {
                document,
                epoch,
                snapshot,
                seq,
            } => return self.fetch(document, epoch, &snapshot, seq).await,
            Effect::Provide { document, changes } => {
                let open = self.documents.get_mut(&document)?;
                let here = changes.iter().filter_map(|hash| open.change(hash));
                return Some(Input::Provided {
                    document,
                    changes: here.collect(),
                });
            }
            Effect::Outdated => self.tell(Event::Outdated),
            Effect::Access { document, access } => self.tell(Event::Access(document, access)),
            Effect::Status(status) => self.tell(Event::Status(status)),
            Effect::SignedOut { .. } => self.tell(Event::SignedOut),
            Effect::WakeAt(at) => self.wake_at = Some(at),
            Effect::Repair { document } => panic!("{document}: the server's log is another one"),
            Effect::Presence { .. } | Effect::RefreshProjects | Effect::Unanswered { .. } => {}
        }
        None
    }

    async fn connect(&mut self) -> Input {
        if self.offline {
            return Input::Closed;
        }
        let url = format!("{}/sync", self.address.url.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        let bearer = format!("Bearer {}", self.address.token);
        request
            .headers_mut()
            .insert("authorization", bearer.parse().unwrap());
        let Ok((stream, _)) = connect_async(request).await else {
            return Input::Closed;
        };
        let (sink, mut source) = stream.split();
        let (send, frames) = mpsc::channel(64);
        tokio::spawn(async move {
            loop {
                let frame = match source.next().await {
                    Some(Ok(Message::Binary(bytes))) => Some(bytes.into()),
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    _ => None,
                };
                let end = frame.is_none();
                if send.send(frame).await.is_err() || end {
                    return;
                }
            }
        });
        self.socket = Some((sink, frames));
        Input::Opened
    }

    async fn fetch(
        &mut self,
        document: DocumentId,
        epoch: u64,
        snapshot: &str,
        seq: u64,
    ) -> Option<Input> {
        let url = format!(
            "{}/api/documents/{document}/snapshots/{snapshot}",
            self.address.url
        );
        crate::client::tls();
        let request = reqwest::Client::new()
            .get(url)
            .bearer_auth(&self.address.token);
        let answer = request.send().await.unwrap();
        if !answer.status().is_success() {
            return Some(Input::SnapshotFailed { document });
        }
        let bytes = answer.bytes().await.unwrap();
        self.bytes.down += bytes.len() as u64;
        let open = self.documents.get_mut(&document)?;
        let actor = server::random_bytes().unwrap();
        let mut whole = Document::load::<&[u8]>(open.kind(), Some(&bytes), &[], actor).unwrap();
        let heads = whole.heads();
        // what was made here and is not in the snapshot
        let own = open.changes_since(&heads);
        let own: Vec<_> = own.iter().map(|change| &change.bytes).collect();
        whole.take_in(&own).unwrap();
        *open = whole;
        Some(Input::SnapshotStored {
            document,
            epoch,
            seq,
            heads,
        })
    }
}

/// The newest snapshot of a plan, with its epoch and the cursor that goes with it.
async fn newest(
    address: Address,
    document: DocumentId,
    kind: DocumentKind,
) -> Option<(Vec<u8>, u64, u64)> {
    if kind != DocumentKind::Plan {
        return None;
    }
    let url = format!("{}/api/documents/{document}/snapshots/newest", address.url);
    crate::client::tls();
    let request = reqwest::Client::new().get(url).bearer_auth(&address.token);
    let answer = request.send().await.ok()?;
    let number = |name| answer.headers().get(name)?.to_str().ok()?.parse().ok();
    let (epoch, seq) = (number(SNAPSHOT_EPOCH)?, number(SNAPSHOT_SEQ)?);
    Some((answer.bytes().await.ok()?.to_vec(), epoch, seq))
}
