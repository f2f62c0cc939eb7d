//! The page itself: its language and theme, small settings, dialogs, downloads.

use wasm_bindgen::JsCast;

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

/// A small setting of this browser (not of a person): language, theme. `None` also where storage is off.
pub fn setting(name: &str) -> Option<String> {
    web_sys::window()?
        .local_storage()
        .ok()??
        .get_item(name)
        .ok()?
}

/// Keeps a small setting of this browser; silently not kept where storage is off.
pub fn keep_setting(name: &str, value: Option<&str>) {
    let storage = web_sys::window().and_then(|w| w.local_storage().ok().flatten());
    if let Some(storage) = storage {
        let _ = match value {
            Some(value) => storage.set_item(name, value),
            None => storage.remove_item(name),
        };
    }
}

/// Sets an attribute of the `<html>` element, or takes it away.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = root() {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

/// The languages that the browser asks for, best first.
pub fn languages() -> Vec<String> {
    web_sys::window().map_or_else(Vec::new, |window| {
        window
            .navigator()
            .languages()
            .iter()
            .filter_map(|tag| tag.as_string())
            .collect()
    })
}

/// The page's title.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|w| w.document()) {
        document.set_title(title);
    }
}

/// Shows a `<dialog>` over everything else, or closes it.
pub fn set_dialog(dialog: &web_sys::HtmlDialogElement, open: bool) {
    if open && !dialog.open() {
        let _ = dialog.show_modal();
    } else if !open && dialog.open() {
        dialog.close();
    }
}

/// Puts the focus on the element with this id, and selects its text.
pub fn focus(id: &str) {
    let element = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.get_element_by_id(id));
    if let Some(element) = element {
        if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
            input.select();
        }
        if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
            let _ = element.focus();
        }
    }
}

/// Whether keys typed now belong to a field or to a grid: then single keys are no commands.
pub fn typing() -> bool {
    let active = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.active_element());
    active.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element
                .dyn_ref::<web_sys::HtmlElement>()
                .is_some_and(web_sys::HtmlElement::is_content_editable)
    })
}

/// Whether nothing has the focus, or this element itself.
pub fn free_or_on(element: &web_sys::HtmlElement) -> bool {
    let document = web_sys::window().and_then(|w| w.document());
    let active = document
        .as_ref()
        .and_then(web_sys::Document::active_element);
    !dialog_open()
        && active.is_none_or(|active| {
            active.tag_name() == "BODY" || active == *AsRef::<web_sys::Element>::as_ref(element)
        })
}

/// Whether a dialog lies over the screen: then the keys are its own.
pub fn dialog_open() -> bool {
    web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.query_selector("dialog[open]").ok().flatten())
        .is_some()
}

/// Scrolls the element with this id into view, as little as needed.
pub fn scroll_into_view(id: &str) {
    let element = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.get_element_by_id(id));
    if let Some(element) = element {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Shows the place from its top again, as a place that is come to anew.
pub fn scroll_to_top() {
    let main = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.get_element_by_id("main"));
    if let Some(main) = main {
        main.set_scroll_top(0);
    }
}

/// An iPhone or iPad that shows the app in its browser: it forgets sites after seven days, installed apps it keeps.
pub fn ios_not_installed() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let navigator = window.navigator();
    let agent = navigator.user_agent().unwrap_or_default();
    let ios = agent.contains("iPad")
        || agent.contains("iPhone")
        || (agent.contains("Macintosh") && navigator.max_touch_points() > 1);
    let installed = window
        .match_media("(display-mode: standalone)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches());
    ios && !installed
}

/// Calls `then` at every touch, key and wheel, for as long as the page lives.
pub fn on_activity(then: impl Fn() + Clone + 'static) {
    if let Some(window) = web_sys::window() {
        for name in ["pointerdown", "keydown", "wheel", "touchstart"] {
            let then = then.clone();
            gloo::events::EventListener::new(&window, name, move |_| then()).forget();
        }
    }
}

/// Puts a text on the clipboard; whether the browser was asked.
pub fn copy(text: &str) -> bool {
    web_sys::window().is_some_and(|window| {
        let clipboard = window.navigator().clipboard();
        if clipboard.is_undefined() {
            return false;
        }
        let _ = clipboard.write_text(text);
        true
    })
}

/// A file longer than asked for: not read.
pub struct TooLong;

/// The bytes of the file chosen in a file input, at most so many; `None` when there is none, or it cannot be read.
pub async fn chosen_file(
    input: &web_sys::HtmlInputElement,
    longest: usize,
) -> Option<Result<Vec<u8>, TooLong>> {
    let file = input.files()?.get(0)?;
    if file.size() > longest as f64 {
        return Some(Err(TooLong));
    }
    let buffer = wasm_bindgen_futures::JsFuture::from(file.array_buffer())
        .await
        .ok()?;
    Some(Ok(js_sys::Uint8Array::new(&buffer).to_vec()))
}
