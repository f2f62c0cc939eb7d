//! One WebSocket: bytes to the session, and back.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use bytes::Bytes;
use shared::sync::room::ConnectionId;
use shared::sync::server::{Effect, Session};
use shared::sync::wire::MAX_FRAME;
use tokio::sync::mpsc;

use super::hub::Hub;
use crate::app::App;
use crate::clock::Clock;
use crate::http::{Principal, SocketPrincipal};

/// Read and write buffers; axum's own are 128 KiB each.
const BUFFER: usize = 8 * 1024;
/// How long the device may take to accept one frame.
const WRITE: Duration = Duration::from_secs(20);

/// `GET /sync`: who asks (by ticket, cookie or token, and from which origin) is settled before the upgrade.
pub async fn upgrade(
    State(app): State<App>,
    SocketPrincipal(principal): SocketPrincipal,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(2 * MAX_FRAME)
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .on_upgrade(move |socket| serve(socket, app.hub, app.clock, principal))
}

async fn serve(mut socket: WebSocket, hub: Hub, clock: Clock, principal: Principal) {
    let (id, mut outgoing) = hub.connect(principal.person, principal.credential).await;
    let name = concat!("plumbline ", env!("CARGO_PKG_VERSION")).to_owned();
    let session = Session::new(clock.now(), principal.person, name);
    tracing::debug!(connection = id, person = %principal.person, "sync: connected");
    run(&mut socket, session, &hub, &clock, id, &mut outgoing).await;
    hub.disconnect(id).await;
    // a closing handshake where the device still answers
    let _ = tokio::time::timeout(WRITE, socket.send(Message::Close(None))).await;
    tracing::debug!(connection = id, "sync: disconnected");
}

/// Until either side ends the connection.
async fn run(
    socket: &mut WebSocket,
    mut session: Session,
    hub: &Hub,
    clock: &Clock,
    id: ConnectionId,
    outgoing: &mut mpsc::UnboundedReceiver<Vec<u8>>,
) {
    loop {
        let until = session.deadline().since(clock.now()).max(0);
        let effects = tokio::select! {
            sent = outgoing.recv() => {
                let Some(bytes) = sent else { return };
                let size = bytes.len();
                if !write(socket, bytes).await {
                    return;
                }
                hub.flushed(id, size).await;
                continue;
            }
            frame = socket.recv() => match frame {
                Some(Ok(Message::Binary(bytes))) => session.frame(clock.now(), &bytes),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Text(_))) => session.frame(clock.now(), &[]),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            () = tokio::time::sleep(Duration::from_millis(until.unsigned_abs())) => {
                session.wake(clock.now())
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

async fn write(socket: &mut WebSocket, bytes: Vec<u8>) -> bool {
    let sent = socket.send(Message::Binary(Bytes::from(bytes)));
    matches!(tokio::time::timeout(WRITE, sent).await, Ok(Ok(())))
}
