//! Elements of the page: size, focus, the theme's colours. What is watched ends with its [`Watch`].

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Something watched; dropping it ends that.
pub struct Watch {
    end: Option<Box<dyn FnOnce()>>,
}

impl Watch {
    fn new(end: impl FnOnce() + 'static) -> Self {
        Self {
            end: Some(Box::new(end)),
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            end();
        }
    }
}

/// Calls back with width and height in CSS pixels, at once and whenever they change.
pub fn watch_size(
    element: &web_sys::Element,
    mut changed: impl FnMut(f64, f64) + 'static,
) -> Watch {
    let of = element.clone();
    let callback = Closure::<dyn FnMut()>::new(move || {
        changed(f64::from(of.client_width()), f64::from(of.client_height()));
    });
    let observer = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
    if let Some(observer) = &observer {
        observer.observe(element);
    }
    Watch::new(move || {
        if let Some(observer) = observer {
            observer.disconnect();
        }
        drop(callback);
    })
}

/// Calls back when the colours may have changed: the root's attributes, or the system's choice of light and dark.
pub fn watch_theme(changed: impl Fn() + 'static) -> Watch {
    let callback = Closure::<dyn Fn()>::new(changed);
    let function = callback
        .as_ref()
        .unchecked_ref::<js_sys::Function>()
        .clone();
    let window = web_sys::window();
    let observer = web_sys::MutationObserver::new(&function).ok();
    let root = window
        .as_ref()
        .and_then(|w| w.document())
        .and_then(|d| d.document_element());
    if let (Some(observer), Some(root)) = (&observer, &root) {
        let what = web_sys::MutationObserverInit::new();
        what.set_attributes(true);
        let _ = observer.observe_with_options(root, &what);
    }
    let dark = window.and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok().flatten());
    if let Some(dark) = &dark {
        let _ = dark.add_event_listener_with_callback("change", &function);
    }
    Watch::new(move || {
        if let Some(observer) = observer {
            observer.disconnect();
        }
        if let Some(dark) = dark {
            let _ = dark.remove_event_listener_with_callback("change", &function);
        }
        drop(callback);
    })
}

/// Calls back at an event of the window.
pub fn watch_window(name: &'static str, happened: impl Fn() + 'static) -> Watch {
    let callback = Closure::<dyn Fn()>::new(happened);
    let function = callback
        .as_ref()
        .unchecked_ref::<js_sys::Function>()
        .clone();
    let window = web_sys::window();
    if let Some(window) = &window {
        let _ = window.add_event_listener_with_callback(name, &function);
    }
    Watch::new(move || {
        if let Some(window) = window {
            let _ = window.remove_event_listener_with_callback(name, &function);
        }
        drop(callback);
    })
}

/// Runs before the next frame is painted; while the page is not seen, not at all.
pub fn next_frame(run: impl FnOnce() + 'static) {
    let callback = Closure::once_into_js(run);
    if let Some(window) = web_sys::window() {
        let _ = window.request_animation_frame(callback.unchecked_ref());
    }
}

/// Runs at most once a frame, however often it is asked for.
#[derive(Clone)]
pub struct Frames {
    asked: Rc<Cell<bool>>,
    run: Rc<dyn Fn()>,
}

impl Frames {
    /// What to run.
    pub fn new(run: impl Fn() + 'static) -> Self {
        Self {
            asked: Rc::default(),
            run: Rc::new(run),
        }
    }

    /// Asks for the next frame.
    pub fn ask(&self) {
        if self.asked.replace(true) {
            return;
        }
        let this = self.clone();
        next_frame(move || {
            this.asked.set(false);
            (this.run)();
        });
    }
}

/// Gives an element the focus without scrolling to it.
pub fn focus_quietly(element: &web_sys::HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    let _ = element.focus_with_options(&options);
}

/// Gives an element a property of style. (An attribute `style` would be refused by the page's policy.)
pub fn set_style(element: &web_sys::HtmlElement, name: &str, value: &str) {
    let _ = element.style().set_property(name, value);
}

/// Gives the elements within an element a property of style, each its own.
pub fn style_children(parent: &web_sys::Element, name: &str, values: impl Iterator<Item = String>) {
    let mut child = parent.first_element_child();
    for value in values {
        let Some(element) = child else { return };
        if let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() {
            set_style(element, name, &value);
        }
        child = element.next_element_sibling();
    }
}

/// Puts the caret behind the last character.
pub fn caret_to_end(input: &web_sys::HtmlInputElement) {
    let end = input.value().encode_utf16().count() as u32;
    let _ = input.set_selection_range(end, end);
}

/// Whether a media query holds now.
pub fn matches(query: &str) -> bool {
    web_sys::window()
        .and_then(|w| w.match_media(query).ok().flatten())
        .is_some_and(|list| list.matches())
}

/// The width of the window in CSS pixels.
pub fn window_width() -> f64 {
    web_sys::window()
        .and_then(|w| w.inner_width().ok())
        .and_then(|width| width.as_f64())
        .unwrap_or(1280.0)
}

/// The person's text size: CSS pixels of one rem.
pub fn text_size() -> f64 {
    let size = root_style("font-size");
    size.trim_end_matches("px").parse().unwrap_or(16.0)
}

/// The width of a text in the page's font, in CSS pixels; `font`: weight and size in rem.
pub fn text_width(text: &str, font: &str) -> f64 {
    let (weight, size) = font.split_once(' ').unwrap_or(("400", font));
    let size: f64 = size.trim_end_matches("rem").parse().unwrap_or(1.0);
    let canvas = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.create_element("canvas").ok())
        .and_then(|c| c.dyn_into::<web_sys::HtmlCanvasElement>().ok());
    let pen = canvas.and_then(|c| c.get_context("2d").ok().flatten());
    let Some(pen) = pen.and_then(|c| c.dyn_into::<web_sys::CanvasRenderingContext2d>().ok()) else {
        return text.len() as f64 * size * 10.0;
    };
    let family = root_style("font-family");
    pen.set_font(&format!("{weight} {}px {family}", size * text_size()));
    pen.measure_text(text).map_or(0.0, |m| m.width())
}

fn root_style(name: &str) -> String {
    let window = web_sys::window();
    let root = window
        .as_ref()
        .and_then(|w| w.document())
        .and_then(|d| d.document_element());
    let style = root.and_then(|r| window?.get_computed_style(&r).ok().flatten());
    style
        .and_then(|s| s.get_property_value(name).ok())
        .unwrap_or_default()
}

/// Pixels of the screen for one CSS pixel.
pub fn pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |w| w.device_pixel_ratio())
}

/// Whether the field of an event holds what is no value yet: a date with only its day.
pub fn half_typed(event: &web_sys::Event) -> bool {
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).ok();
    let validity = event.target().and_then(|t| get(&t, "validity"));
    validity
        .and_then(|v| get(&v, "badInput"))
        .is_some_and(|bad| bad.is_truthy())
}

/// Whether the `details` that an event is about is open.
pub fn is_open(event: &web_sys::Event) -> bool {
    let open = |of: web_sys::EventTarget| js_sys::Reflect::get(&of, &"open".into()).ok();
    event
        .current_target()
        .and_then(open)
        .is_some_and(|open| open.is_truthy())
}

/// Opens the calendar of an `<input type=date>`, where the browser has one.
pub fn show_picker(input: &web_sys::HtmlInputElement) {
    let _ = input.show_picker();
}

/// Prints the page.
pub fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// The system is a Mac: Cmd instead of Ctrl.
pub fn is_mac() -> bool {
    web_sys::window().is_some_and(|w| {
        w.navigator()
            .user_agent()
            .is_ok_and(|agent| agent.contains("Mac OS"))
    })
}
