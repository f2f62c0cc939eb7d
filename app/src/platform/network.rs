//! What the browser believes about the network. A hint only: a socket that opens is the proof.

use gloo::events::EventListener;

/// Whether the browser believes that there is a network.
pub fn online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Listens until dropped.
pub struct Listening {
    _listeners: Vec<EventListener>,
}

/// Calls `then` with whether there is a network, whenever that changes.
pub fn on_change(then: impl Fn(bool) + Clone + 'static) -> Listening {
    let Some(window) = web_sys::window() else {
        return Listening {
            _listeners: Vec::new(),
        };
    };
    let listeners = [("online", true), ("offline", false)].map(|(name, online)| {
        let then = then.clone();
        EventListener::new(&window, name, move |_| then(online))
    });
    Listening {
        _listeners: listeners.into(),
    }
}
