//! A client of `GET /sync` that sees single frames, and a writer of documents.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use shared::base::{ChangeHash, DocumentId, PersonId, TaskId, Timestamp};
use shared::doc::command::{Command, perform};
use shared::doc::{Author, Document};
use shared::domain::permission::DocumentKind;
use shared::sync::wire::{PROTOCOL, ToDevice, ToServer};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long an answer may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens the socket by ticket, greeted.
    pub(super) async fn open(url: &str, ticket: &str) -> Self {
        let mut socket = Self::raw(url, ticket).await;
        let app = "test".to_owned();
        socket
            .send(ToServer::Hello {
                protocol: PROTOCOL,
                app,
                schema: None,
            })
            .await;
        assert!(matches!(
            socket.next().await,
            Some(ToDevice::Welcome { .. })
        ));
        socket
    }

    /// Opens the socket, and says nothing.
    pub(super) async fn raw(url: &str, ticket: &str) -> Self {
        let url = format!("{}/sync?ticket={ticket}", url.replacen("http", "ws", 1));
        Self(connect_async(url).await.unwrap().0)
    }

    pub(super) async fn send(&mut self, frame: ToServer) {
        self.send_bytes(frame.to_bytes()).await;
    }

    pub(super) async fn send_bytes(&mut self, bytes: Vec<u8>) {
        self.0.send(Message::Binary(bytes.into())).await.unwrap();
    }

    /// The next frame; `None` when the server has closed.
    pub(super) async fn next(&mut self) -> Option<ToDevice> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next())
                .await
                .expect("no frame");
            match message {
                Some(Ok(Message::Binary(bytes))) => {
                    return Some(ToDevice::from_bytes(&bytes).unwrap());
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    /// Joins from the beginning, or from the snapshot that the server names: the answer.
    pub(super) async fn join(&mut self, document: DocumentId) -> ToDevice {
        match self.join_from(document, 0, 0).await {
            ToDevice::Reset { epoch, seq, .. } => self.join_from(document, epoch, seq).await,
            answer => answer,
        }
    }

    async fn join_from(&mut self, document: DocumentId, epoch: u64, cursor: u64) -> ToDevice {
        let heads = Vec::new();
        self.send(ToServer::Join {
            document,
            epoch,
            cursor,
            heads,
        })
        .await;
        self.next().await.unwrap()
    }

    pub(super) async fn push(&mut self, document: DocumentId, changes: Vec<Vec<u8>>) {
        self.send(ToServer::Push { document, changes }).await;
    }

    /// Everything that the server sends until it has answered a ping: what it had to say before.
    pub(super) async fn settled(&mut self) -> Vec<ToDevice> {
        self.send(ToServer::Ping { nonce: 99 }).await;
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Some(ToDevice::Pong { nonce: 99 }) | None => return all,
                Some(frame) => all.push(frame),
            }
        }
    }
}

/// Somebody who writes a document.
pub(crate) struct Writer {
    pub(crate) document: Document,
    person: PersonId,
    next: u64,
}

impl Writer {
    pub(crate) fn new(kind: DocumentKind, person: PersonId, actor: u8) -> Self {
        Self {
            document: Document::new(kind, [actor; 16]),
            person,
            next: u64::from(actor) << 32,
        }
    }

    /// One more change: a task, or a line of a note.
    pub(crate) fn change(&mut self) -> (ChangeHash, Vec<u8>) {
        self.next += 1;
        let command = match self.document.kind() {
            DocumentKind::Note => Command::EditNote {
                text: format!("line {}", self.next),
            },
            _ => Command::AddTask {
                id: TaskId::from_bytes(self.next.to_be_bytes()),
                parent: None,
                after: None,
                name: format!("task {}", self.next),
                duration: 480,
            },
        };
        let author = Author {
            person: self.person,
            at: Timestamp(0),
        };
        let mut done = perform(&mut self.document, &command, author).unwrap();
        let change = done.changes.remove(0);
        (change.hash, change.bytes)
    }
}
