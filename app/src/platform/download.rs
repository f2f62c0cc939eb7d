//! Giving a file to the person.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlCanvasElement, Url};

/// Offers bytes as a file to keep; whether the browser took them.
pub fn download(name: &str, media_type: &str, bytes: &[u8]) -> bool {
    save(name, media_type, bytes).is_some()
}

fn save(name: &str, media_type: &str, bytes: &[u8]) -> Option<()> {
    let properties = BlobPropertyBag::new();
    properties.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &properties).ok()?;
    offer(name, &blob)
}

/// Offers what a canvas shows as a PNG file; whether the browser makes one.
pub fn picture(name: &str, canvas: &HtmlCanvasElement) -> bool {
    let name = name.to_owned();
    let made = Closure::once_into_js(move |blob: Option<Blob>| {
        if let Some(blob) = blob {
            offer(&name, &blob);
        }
    });
    canvas.to_blob(made.unchecked_ref()).is_ok()
}

fn offer(name: &str, blob: &Blob) -> Option<()> {
    let url = Url::create_object_url_with_blob(blob).ok()?;
    let document = web_sys::window()?.document()?;
    let anchor: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // browsers read the blob after the click: let go of it later
    gloo::timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Some(())
}
