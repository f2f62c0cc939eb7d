//! The page itself.

use std::cell::Cell;

use wasm_bindgen::JsCast;

thread_local! {
    /// The person has agreed to what is lost.
    static AGREED: Cell<bool> = const { Cell::new(false) };
}

/// Loads the page anew without asking: after signing out, when all that was here is gone by intent.
pub fn leave() {
    AGREED.set(true);
    reload();
}

/// Loads the page anew: the way from one person to another.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Goes to another address in place of this one, without asking: the way back does not lead here.
pub fn go(address: &str) {
    AGREED.set(true);
    if let Some(window) = web_sys::window() {
        let _ = window.location().replace(address);
    }
}

/// The path of the address.
pub fn path() -> String {
    web_sys::window()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_default()
}

/// Where the page comes from, as `https://plan.example.org`.
pub fn origin() -> String {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok());
    origin.unwrap_or_default()
}

/// Opens an address beside this page.
pub fn open_beside(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.open_with_url_and_target(address, "_blank");
    }
}

/// Loads a style sheet that the page names in a `<meta>`, where it is not here yet.
pub fn add_style(meta: &str) {
    let add = || -> Option<()> {
        let document = web_sys::window()?.document()?;
        let find = |css: &str| document.query_selector(css).ok().flatten();
        let address = find(&format!("meta[name=\"{meta}\"]"))?.get_attribute("content")?;
        if find(&format!("link[href=\"{address}\"]")).is_some() {
            return None;
        }
        let link = document.create_element("link").ok()?;
        link.set_attribute("rel", "stylesheet").ok()?;
        link.set_attribute("href", &address).ok()?;
        document.head()?.append_child(&link).ok()?;
        Some(())
    };
    // without it the screen is plain, and works
    let _ = add();
}

/// What this device calls itself in the list of devices: browser and system, as the browser says.
pub fn device_label() -> String {
    let agent = web_sys::window()
        .and_then(|window| window.navigator().user_agent().ok())
        .unwrap_or_default();
    let first = |names: &[(&str, &str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| (*name).to_owned())
    };
    // the order matters: Edge also says Chrome, Chrome also says Safari
    let browser = first(&[
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPad", "iPad"),
        ("iPhone", "iPhone"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} / {system}"),
        (one, other) => one.or(other).unwrap_or_default(),
    }
}

/// Warns before the page is closed while `unsaved` says so; for as long as the page lives.
pub fn warn_before_leaving(unsaved: impl Fn() -> bool + 'static) {
    if let Some(window) = web_sys::window() {
        let options = gloo::events::EventListenerOptions::enable_prevent_default();
        gloo::events::EventListener::new_with_options(
            &window,
            "beforeunload",
            options,
            move |event| {
                if !AGREED.get() && unsaved() {
                    event.prevent_default();
                    if let Some(event) = event.dyn_ref::<web_sys::BeforeUnloadEvent>() {
                        event.set_return_value("unsaved");
                    }
                }
            },
        )
        .forget();
    }
}
