//! One WebSocket of the foreign dialect: bytes to its session, its questions to the rooms and to the documents.

use std::collections::VecDeque;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use bytes::Bytes;
use shared::sync::foreign::{Effect, LONGEST, Session};
use shared::sync::rate::Meter;
use shared::sync::room::ConnectionId;
use shared::sync::wire::ToDevice;
use tokio::sync::mpsc;

use super::hub::Hub;
use super::socket::{Left, Lives, Pace, WRITE, close, limited, write};
use crate::addresses::OpenSocket;
use crate::app::App;
use crate::clock::Clock;
use crate::http::{ForeignPrincipal, Principal};

/// How often the socket is asked whether the client is still there: it has no word for that itself.
const PING: Duration = Duration::from_secs(20);

/// `GET /sync/automerge-repo`: who asks (by ticket, bearer token or cookie, and from which origin) is settled before
/// the upgrade.
pub(crate) async fn upgrade(
    State(app): State<App>,
    open: OpenSocket,
    ForeignPrincipal(principal): ForeignPrincipal,
    upgrade: WebSocketUpgrade,
) -> Response {
    limited(upgrade, LONGEST).on_upgrade(async move |socket| {
        serve(socket, app, principal).await;
        drop(open);
    })
}

async fn serve(mut socket: WebSocket, app: App, principal: Principal) {
    let App {
        hub, clock, store, ..
    } = app;
    let lives = Lives::new(store, &principal, &clock);
    let (id, outgoing) = hub.connect(principal.person, principal.credential).await;
    tracing::debug!(connection = id, person = %principal.person, "sync: an automerge-repo client connected");
    let connection = Connection {
        session: Session::new(clock.now()),
        hub: &hub,
        clock: &clock,
        id,
        lives,
    };
    connection.run(&mut socket, outgoing).await;
    hub.disconnect(id).await;
    close(socket).await;
}

struct Connection<'a> {
    session: Session,
    hub: &'a Hub,
    clock: &'a Clock,
    id: ConnectionId,
    lives: Lives,
}

impl Connection<'_> {
    /// Until either side ends the connection.
    async fn run(mut self, socket: &mut WebSocket, mut outgoing: mpsc::UnboundedReceiver<Bytes>) {
        let mut pings = tokio::time::interval(PING);
        let mut pace = Pace::new(Meter::foreign(self.clock.now()));
        let mut left = Left::default();
        loop {
            let until = self.session.deadline().since(self.clock.now()).max(0);
            let effects = tokio::select! {
                sent = outgoing.recv() => {
                    let Some(bytes) = sent else { return };
                    left.add(self.hub, self.id, bytes.len()).await;
                    match ToDevice::from_bytes(&bytes) {
                        Ok(frame) => self.session.from_rooms(frame),
                        Err(_) => continue,
                    }
                }
                () = pace.pause(), if pace.is_waiting() => {
                    pace.go_on();
                    continue;
                }
                frame = socket.recv(), if !pace.is_waiting() && !self.session.is_behind() => {
                    let now = self.clock.now();
                    match frame {
                        Some(Ok(Message::Binary(bytes))) => {
                            self.lives.heard(now);
                            match pace.frame(self.clock, bytes.len()) {
                                Ok(()) => {
                                    let effects = self.session.frame(now, &bytes);
                                    pace.work(self.session.work());
                                    effects
                                }
                                Err(why) => self.session.too_fast(why),
                            }
                        }
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                            self.session.alive(now);
                            continue;
                        }
                        Some(Ok(Message::Text(_))) => self.session.frame(now, &[]),
                        Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    }
                }
                _ = pings.tick() => {
                    let ping = socket.send(Message::Ping(Vec::new().into()));
                    if !matches!(tokio::time::timeout(WRITE, ping).await, Ok(Ok(()))) {
                        return;
                    }
                    continue;
                }
                () = tokio::time::sleep(Duration::from_millis(until.unsigned_abs())) => {
                    self.session.wake(self.clock.now())
                }
            };
            if !self.carry_out(socket, effects).await {
                return;
            }
        }
    }

    /// Whether the connection goes on.
    async fn carry_out(&mut self, socket: &mut WebSocket, effects: Vec<Effect>) -> bool {
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Send(bytes) => {
                    if !write(socket, bytes).await {
                        return false;
                    }
                }
                Effect::Ask(request) => self.hub.request(self.id, request).await,
                Effect::Exchange {
                    document,
                    peer,
                    heard,
                    need,
                } => {
                    let keeper = self.hub.keeper();
                    let Ok((peer, said)) = keeper.exchange(document, peer, heard, need).await
                    else {
                        return false; // the server stops
                    };
                    let said = said.map_err(|error| {
                        tracing::warn!(%document, %error, "sync: no answer to an automerge-repo client");
                        error.to_string()
                    });
                    effects.extend(self.session.exchanged(document, peer, said));
                }
                Effect::Close => return false,
            }
        }
        true
    }
}
