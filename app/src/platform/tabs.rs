//! Other tabs of the same browser: a channel to all of them, and locks that one at a time holds.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

/// A channel to the other tabs; a tab does not hear itself. Dropping it closes it.
pub struct Channel {
    channel: BroadcastChannel,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// Joins the channel of this name. `None` where the browser has none: this tab then is alone.
    pub fn join(name: &str, mut hear: impl FnMut(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                hear(text);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            _on_message: on_message,
        })
    }

    /// Tells the other tabs.
    pub fn tell(&self, text: &str) {
        let _ = self.channel.post_message(&JsValue::from_str(text));
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.set_onmessage(None);
        self.channel.close();
    }
}

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`; web-sys has it among its unstable interfaces only.
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, options: &Object, granted: &Function) -> Promise;
}

/// A lock that is held; dropping it lets go.
pub struct Held {
    release: Option<Function>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = &self.release {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// Waits for the lock of this name (or takes it by force), then calls `granted`; ready when it is no longer held.
/// A tab that dies lets go by itself. Where the browser has no locks (no https), it is granted at once: every tab
/// then works for itself, which costs a socket more but harms nothing, since rows are only added.
pub async fn hold(name: &str, steal: bool, granted: impl FnOnce(Held) + 'static) {
    let locks = web_sys::window()
        .and_then(|window| Reflect::get(&window.navigator(), &"locks".into()).ok())
        .filter(|locks| !locks.is_undefined());
    let Some(locks) = locks else {
        granted(Held { release: None });
        return std::future::pending().await;
    };
    let options = Object::new();
    let _ = Reflect::set(&options, &"steal".into(), &steal.into());
    let on_grant = Closure::once_into_js(move |_lock: JsValue| -> Promise {
        let mut granted = Some(granted);
        Promise::new(&mut |release, _| {
            if let Some(granted) = granted.take() {
                granted(Held {
                    release: Some(release),
                });
            }
        })
    });
    let request = locks
        .unchecked_ref::<Locks>()
        .request(name, &options, on_grant.unchecked_ref());
    // an error where another tab took it
    let _ = JsFuture::from(request).await;
}

/// Whether nobody holds this lock now. `true` where the browser has no locks.
pub async fn free(name: &str) -> bool {
    let locks = web_sys::window()
        .and_then(|window| Reflect::get(&window.navigator(), &"locks".into()).ok())
        .filter(|locks| !locks.is_undefined());
    let Some(locks) = locks else {
        return true;
    };
    let options = Object::new();
    let _ = Reflect::set(&options, &"ifAvailable".into(), &true.into());
    // called with null where somebody holds it
    let on_answer = Closure::once_into_js(move |lock: JsValue| -> bool { !lock.is_null() });
    let request = locks
        .unchecked_ref::<Locks>()
        .request(name, &options, on_answer.unchecked_ref());
    JsFuture::from(request)
        .await
        .is_ok_and(|free| free.is_truthy())
}
