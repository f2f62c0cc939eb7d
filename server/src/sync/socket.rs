//! One WebSocket: bytes to the session, and back.

use std::pin::pin;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use bytes::Bytes;
use shared::base::Timestamp;
use shared::sync::rate::{Meter, TooFast};
use shared::sync::room::ConnectionId;
use shared::sync::server::{Effect, Session};
use shared::sync::wire::MAX_FRAME;
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep};

use super::hub::Hub;
use crate::addresses::OpenSocket;
use crate::app::App;
use crate::clock::Clock;
use crate::http::{Credential, Principal, SocketPrincipal};
use crate::store::Store;

/// The buffer for reading: it is filled with zeros at each look. axum's own are 128 KiB each.
const READ: usize = 2 * 1024;
/// The buffer for writing.
const BUFFER: usize = 8 * 1024;
/// How exactly the last sign of life of a device with an open socket is known, in ms.
const LIVES: i64 = 10 * 60_000;
/// In lumps of so many bytes the hub is told what has left: it counts what is outstanding in hundreds of kilobytes.
const LUMP: usize = 4 * 1024;
/// How long the device may take to accept one frame.
pub(super) const WRITE: Duration = Duration::from_secs(20);

/// `GET /sync`: who asks (by ticket, cookie or token, and from which origin) is settled before the upgrade.
pub(crate) async fn upgrade(
    State(app): State<App>,
    open: OpenSocket,
    SocketPrincipal(principal): SocketPrincipal,
    upgrade: WebSocketUpgrade,
) -> Response {
    limited(upgrade, MAX_FRAME).on_upgrade(async move |socket| {
        serve(socket, app, principal).await;
        drop(open);
    })
}

/// With small buffers, and no message larger than `longest`.
pub(super) fn limited(upgrade: WebSocketUpgrade, longest: usize) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(READ)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(2 * longest)
        .max_message_size(longest)
        .max_frame_size(longest)
}

async fn serve(mut socket: WebSocket, app: App, principal: Principal) {
    let App {
        hub,
        clock,
        store,
        versions,
        ..
    } = app;
    let lives = Lives::new(store, &principal, &clock);
    let (id, mut outgoing) = hub.connect(principal.person, principal.credential).await;
    let name = concat!("plumbline ", env!("CARGO_PKG_VERSION")).to_owned();
    let session = Session::new(clock.now(), principal.person, name).speaking(versions);
    tracing::debug!(connection = id, person = %principal.person, "sync: connected");
    run(&mut socket, session, &hub, &clock, id, &mut outgoing, lives).await;
    hub.disconnect(id).await;
    close(socket).await;
    tracing::debug!(connection = id, "sync: disconnected");
}

/// Keeps the session alive of a device that is there for weeks and never asks for anything but its socket.
pub(super) struct Lives {
    store: Store,
    credential: Credential,
    told: Timestamp,
}

impl Lives {
    pub(super) fn new(store: Store, principal: &Principal, clock: &Clock) -> Self {
        Self {
            store,
            credential: principal.credential,
            told: clock.now(),
        }
    }

    /// A frame came: now and then that is written down, beside the connection's work.
    pub(super) fn heard(&mut self, now: Timestamp) {
        let Credential::Device(device) = self.credential else {
            return;
        };
        if now.since(self.told) < LIVES {
            return;
        }
        self.told = now;
        let store = self.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.session_lives(device, now).await {
                tracing::warn!(%error, "sync: a device's sign of life was not kept");
            }
        });
    }
}

/// Until either side ends the connection.
async fn run(
    socket: &mut WebSocket,
    mut session: Session,
    hub: &Hub,
    clock: &Clock,
    id: ConnectionId,
    outgoing: &mut mpsc::UnboundedReceiver<Bytes>,
    mut lives: Lives,
) {
    let mut pace = Pace::new(Meter::new(clock.now()));
    let mut left = Left::default();
    let mut deadline = session.deadline();
    let mut alarm = pin!(ring(deadline, clock));
    loop {
        if session.deadline() != deadline {
            deadline = session.deadline();
            alarm.set(ring(deadline, clock));
        }
        let effects = tokio::select! {
            sent = outgoing.recv() => {
                let Some(bytes) = sent else { return };
                let size = bytes.len();
                if !write(socket, bytes).await {
                    return;
                }
                left.add(hub, id, size).await;
                continue;
            }
            () = pace.pause(), if pace.is_waiting() => {
                pace.go_on();
                continue;
            }
            frame = socket.recv(), if !pace.is_waiting() => match frame {
                Some(Ok(Message::Binary(bytes))) => {
                    lives.heard(clock.now());
                    match pace.frame(clock, bytes.len()) {
                        Ok(()) => {
                            let effects = session.frame(clock.now(), &bytes);
                            pace.work(session.work());
                            effects
                        }
                        Err(why) => session.too_fast(why),
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Text(_))) => session.frame(clock.now(), &[]),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            () = &mut alarm => {
                let effects = session.wake(clock.now());
                alarm.set(ring(deadline, clock));
                effects
            }
        };
        for effect in effects {
            match effect {
                Effect::Send(bytes) => {
                    if !write(socket, bytes).await {
                        return;
                    }
                }
                Effect::Ask(request) => hub.request(id, request).await,
                Effect::Close => return,
            }
        }
    }
}

/// Ends at that time.
fn ring(at: Timestamp, clock: &Clock) -> Sleep {
    let wait = at.since(clock.now()).max(0);
    tokio::time::sleep(Duration::from_millis(wait.unsigned_abs()))
}

/// Bytes that have left and of which the hub has not been told.
#[derive(Default)]
pub(super) struct Left(usize);

impl Left {
    pub(super) async fn add(&mut self, hub: &Hub, id: ConnectionId, bytes: usize) {
        self.0 += bytes;
        if self.0 >= LUMP {
            hub.flushed(id, std::mem::take(&mut self.0)).await;
        }
    }
}

/// Lets a connection that sends more than it may wait: its frames stay in the network's buffers, where they fill up.
pub(super) struct Pace {
    meter: Meter,
    until: Option<Instant>,
}

impl Pace {
    pub(super) fn new(meter: Meter) -> Self {
        Self { meter, until: None }
    }

    /// A frame came in.
    pub(super) fn frame(&mut self, clock: &Clock, bytes: usize) -> Result<(), TooFast> {
        let wait = self.meter.frame(clock.now(), bytes)?;
        self.wait(wait);
        Ok(())
    }

    /// What came in held so many operations.
    pub(super) fn work(&mut self, operations: u64) {
        if operations > 0 {
            let wait = self.meter.work(operations);
            self.wait(wait);
        }
    }

    fn wait(&mut self, ms: i64) {
        if ms > 0 {
            let until = Instant::now() + Duration::from_millis(ms.unsigned_abs());
            self.until = Some(self.until.map_or(until, |before| before.max(until)));
        }
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.until.is_some()
    }

    /// Ends when the next frame may be read.
    pub(super) async fn pause(&self) {
        match self.until {
            Some(until) => tokio::time::sleep_until(until).await,
            None => std::future::pending().await,
        }
    }

    pub(super) fn go_on(&mut self) {
        self.until = None;
    }
}

/// A closing handshake, where the other end still answers.
pub(super) async fn close(mut socket: WebSocket) {
    let _ = tokio::time::timeout(WRITE, socket.send(Message::Close(None))).await;
}

pub(super) async fn write(socket: &mut WebSocket, bytes: impl Into<Bytes>) -> bool {
    let sent = socket.send(Message::Binary(bytes.into()));
    matches!(tokio::time::timeout(WRITE, sent).await, Ok(Ok(())))
}
