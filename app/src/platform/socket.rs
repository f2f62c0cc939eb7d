//! The WebSocket, binary.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, Event, MessageEvent, WebSocket};

/// What a socket tells.
#[derive(Debug)]
pub enum SocketEvent {
    /// It is open.
    Opened,
    /// A frame came.
    Frame(Vec<u8>),
    /// It is closed, or was never opened. Nothing comes after this.
    Closed,
}

/// A socket; dropping it closes it and silences its events.
pub struct Socket {
    socket: WebSocket,
    _on_event: Closure<dyn FnMut(Event)>,
}

impl Socket {
    /// Begins to open a socket at a path of this origin. `None` where the browser will not even try.
    pub fn open(path: &str, mut tell: impl FnMut(SocketEvent) + 'static) -> Option<Self> {
        let location = web_sys::window()?.location();
        let scheme = match location.protocol().ok()?.as_str() {
            "https:" => "wss",
            _ => "ws",
        };
        let url = format!("{scheme}://{}{path}", location.host().ok()?);
        let socket = WebSocket::new(&url).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let on_event = Closure::new(move |event: Event| match event.type_().as_str() {
            "open" => tell(SocketEvent::Opened),
            "message" => {
                let data = event.unchecked_into::<MessageEvent>().data();
                if let Ok(buffer) = data.dyn_into::<ArrayBuffer>() {
                    tell(SocketEvent::Frame(Uint8Array::new(&buffer).to_vec()));
                }
            }
            "close" => tell(SocketEvent::Closed),
            _ => {}
        });
        let handler = Some(on_event.as_ref().unchecked_ref());
        socket.set_onopen(handler);
        socket.set_onmessage(handler);
        socket.set_onclose(handler);
        Some(Self {
            socket,
            _on_event: on_event,
        })
    }

    /// Sends a frame; lost when the socket is not open, which the session learns from `Closed`.
    pub fn send(&self, frame: &[u8]) {
        let _ = self.socket.send_with_u8_array(frame);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
