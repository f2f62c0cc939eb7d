//! Whether anybody sees this tab.

use gloo::events::EventListener;
use web_sys::VisibilityState;

/// Whether this tab is in front.
pub fn visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Listens until dropped.
pub struct Listening {
    _listener: Option<EventListener>,
}

/// Calls `then` with whether the tab is in front, whenever that changes.
pub fn on_change(then: impl Fn(bool) + 'static) -> Listening {
    let document = web_sys::window().and_then(|window| window.document());
    Listening {
        _listener: document.map(|document| {
            EventListener::new(&document, "visibilitychange", move |_| then(visible()))
        }),
    }
}
