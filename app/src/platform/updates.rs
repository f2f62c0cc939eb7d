//! A newer version of the app: what the service worker says, and what it is told (see public/js/start.js).

use wasm_bindgen::prelude::*;

fn worker() -> Option<web_sys::ServiceWorker> {
    containers()?.controller()
}

fn containers() -> Option<web_sys::ServiceWorkerContainer> {
    let containers = web_sys::window()?.navigator().service_worker();
    // absent where the page is not from a secure origin
    (!containers.is_undefined()).then_some(containers)
}

fn field(value: &JsValue, name: &str) -> Option<String> {
    js_sys::Reflect::get(value, &JsValue::from_str(name))
        .ok()?
        .as_string()
}

/// Calls `then` when a newer version is ready, for as long as the page lives; asks for the state at once.
pub fn on_ready(then: impl Fn() + 'static) {
    let Some(containers) = containers() else {
        return;
    };
    gloo::events::EventListener::new(&containers, "message", move |event| {
        if let Some(event) = event.dyn_ref::<web_sys::MessageEvent>()
            && field(&event.data(), "type").as_deref() == Some("update-ready")
        {
            then();
        }
    })
    .forget();
    if let Some(worker) = worker() {
        let message = js_sys::Object::new();
        let _ = js_sys::Reflect::set(&message, &"type".into(), &"status".into());
        let _ = worker.post_message(&message);
    }
}

/// Loads the app anew, in the newest version that the server has.
pub fn reload() {
    tell("plumbline-reload");
}

/// Takes the newer version: this tab loads it, others go on with what they have.
pub fn activate() {
    tell("plumbline-activate");
}

fn tell(what: &str) {
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new(what)) {
        let _ = window.dispatch_event(&event);
    }
}
