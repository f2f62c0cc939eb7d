//! What the server tells a browser: asking whether it may, and where it is to send it.

use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::api::PushSubscription;

/// Why a browser is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPush {
    /// It cannot: too old, or the page is not from a secure origin.
    Unable,
    /// The person said no.
    Denied,
    /// Its service cannot be reached, or does not take it.
    Failed,
}

/// Asks the person, and the browser where to send. `key`: the server's, as base64url.
///
/// # Errors
/// [`NoPush`]: nothing was registered.
pub async fn subscribe(key: &str) -> Result<PushSubscription, NoPush> {
    let notification = get(&js_sys::global(), "Notification").ok_or(NoPush::Unable)?;
    let answer = call(&notification, "requestPermission", &[]).await;
    if answer.and_then(|answer| answer.as_string()).as_deref() != Some("granted") {
        return Err(NoPush::Denied);
    }
    let manager = manager().await.ok_or(NoPush::Unable)?;
    let key = URL_SAFE_NO_PAD.decode(key).map_err(|_| NoPush::Failed)?;
    let options = Object::new();
    let key = Uint8Array::from(&key[..]);
    let _ = Reflect::set(&options, &"userVisibleOnly".into(), &JsValue::TRUE);
    let _ = Reflect::set(&options, &"applicationServerKey".into(), &key);
    let made = call(&manager, "subscribe", &[options.into()]).await;
    let made = made.ok_or(NoPush::Failed)?;
    let json = method(&made, "toJSON", &[]).ok_or(NoPush::Failed)?;
    let keys = get(&json, "keys").ok_or(NoPush::Failed)?;
    let text = |of: &JsValue, name| get(of, name).and_then(|value| value.as_string());
    Ok(PushSubscription {
        endpoint: text(&json, "endpoint").ok_or(NoPush::Failed)?,
        p256dh: text(&keys, "p256dh").ok_or(NoPush::Failed)?,
        auth: text(&keys, "auth").ok_or(NoPush::Failed)?,
    })
}

/// The browser is told no more, also where the server still would.
pub async fn unsubscribe() {
    let Some(manager) = manager().await else {
        return;
    };
    if let Some(made) = call(&manager, "getSubscription", &[]).await
        && !made.is_null()
    {
        let _ = call(&made, "unsubscribe", &[]).await;
    }
}

async fn manager() -> Option<JsValue> {
    let navigator = get(&js_sys::global(), "navigator")?;
    let containers = get(&navigator, "serviceWorker")?;
    let registration = call(&containers, "getRegistration", &[]).await?;
    get(&registration, "pushManager")
}

fn get(of: &JsValue, name: &str) -> Option<JsValue> {
    let found = Reflect::get(of, &name.into()).ok()?;
    (!found.is_undefined() && !found.is_null()).then_some(found)
}

fn method(of: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = get(of, name)?.dyn_into().ok()?;
    method.apply(of, &arguments.iter().collect()).ok()
}

async fn call(of: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let promise = method(of, name, arguments)?;
    JsFuture::from(Promise::resolve(&promise)).await.ok()
}
