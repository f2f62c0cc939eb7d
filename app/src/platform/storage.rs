//! Whether the browser keeps our data, and how much room there is; and what lives only as long as the tab.

use js_sys::Reflect;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageManager;

fn manager() -> Option<StorageManager> {
    let storage = web_sys::window()?.navigator().storage();
    // absent where the page is not from a secure origin
    (!storage.is_undefined()).then_some(storage)
}

/// Asks the browser not to clear our data by itself; whether it will keep it.
pub async fn persist() -> bool {
    let Some(Ok(promise)) = manager().map(|manager| manager.persist()) else {
        return false;
    };
    JsFuture::from(promise)
        .await
        .is_ok_and(|kept| kept.is_truthy())
}

/// Whether the browser keeps our data.
pub async fn persisted() -> bool {
    let Some(Ok(promise)) = manager().map(|manager| manager.persisted()) else {
        return false;
    };
    JsFuture::from(promise)
        .await
        .is_ok_and(|kept| kept.is_truthy())
}

/// Bytes used and bytes allowed, as the browser estimates.
pub async fn estimate() -> Option<(u64, u64)> {
    let answer = JsFuture::from(manager()?.estimate().ok()?).await.ok()?;
    let field = |name: &str| Reflect::get(&answer, &name.into()).ok()?.as_f64();
    Some((field("usage")? as u64, field("quota")? as u64))
}

/// What this tab alone remembers, through reloads.
pub fn tab_get(name: &str) -> Option<String> {
    web_sys::window()?
        .session_storage()
        .ok()??
        .get_item(name)
        .ok()?
}

/// Lets this tab alone remember something (`None`: forget it).
pub fn tab_set(name: &str, value: Option<&str>) {
    let storage = web_sys::window().and_then(|window| window.session_storage().ok().flatten());
    if let Some(storage) = storage {
        let _ = match value {
            Some(value) => storage.set_item(name, value),
            None => storage.remove_item(name),
        };
    }
}
