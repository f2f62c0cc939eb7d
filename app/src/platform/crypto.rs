//! PBKDF2 through WebCrypto, for the PIN.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

/// 256 bits out of a PIN and a salt (PBKDF2, SHA-256). `None` where the page has no WebCrypto (no https).
pub async fn pbkdf2(pin: &str, salt: &[u8], rounds: u32) -> Option<Vec<u8>> {
    let subtle = web_sys::window()?.crypto().ok()?.subtle();
    if subtle.is_undefined() {
        return None;
    }
    let uses = Array::of1(&"deriveBits".into());
    let key: Object = Uint8Array::from(pin.as_bytes()).unchecked_into();
    let imported = subtle
        .import_key_with_str("raw", &key, "PBKDF2", false, &uses)
        .ok()?;
    let key: CryptoKey = JsFuture::from(imported).await.ok()?.unchecked_into();
    let how = Object::new();
    let set = |name: &str, value: JsValue| Reflect::set(&how, &name.into(), &value).ok();
    set("name", "PBKDF2".into())?;
    set("hash", "SHA-256".into())?;
    set("salt", Uint8Array::from(salt).into())?;
    set("iterations", rounds.into())?;
    let bits = subtle.derive_bits_with_object(&how, &key, 256).ok()?;
    let bits: ArrayBuffer = JsFuture::from(bits).await.ok()?.unchecked_into();
    Some(Uint8Array::new(&bits).to_vec())
}
