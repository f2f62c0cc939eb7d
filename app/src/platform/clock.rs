//! The device's clock and timers. Never trusted for order: the server stamps what it receives.

use shared::base::{Moment, Timestamp};

/// Now.
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// Now in wall time, cut to the minute.
pub fn local_now() -> Moment {
    local(now())
}

/// A time in this device's wall time, cut to the minute.
pub fn local(at: Timestamp) -> Moment {
    let at = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    Moment::ymd_hm(
        at.get_full_year() as i32,
        at.get_month() + 1,
        at.get_date(),
        at.get_hours(),
        at.get_minutes(),
    )
    .unwrap_or_default()
}

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen::prelude::wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen::prelude::wasm_bindgen(thread_local_v2, js_namespace = performance, js_name = timeOrigin)]
    static TIME_ORIGIN: f64;
}

/// A time that never runs backwards while the page lives; near [`now`], but not set with the clock.
pub fn steady() -> Timestamp {
    Timestamp((TIME_ORIGIN.with(|origin| *origin) + performance_now()) as i64)
}

/// A timer that runs once; dropping it stops it.
pub struct Timer {
    timeout: gloo::timers::callback::Timeout,
}

impl Timer {
    /// Lets it run, with nobody to stop it.
    pub fn forget(self) {
        self.timeout.forget();
    }
}

/// Runs `then` in `ms` milliseconds.
pub fn after(ms: u32, then: impl FnOnce() + 'static) -> Timer {
    Timer {
        timeout: gloo::timers::callback::Timeout::new(ms, then),
    }
}

/// Waits.
pub async fn wait(ms: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        after(ms, move || {
            let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
        })
        .forget();
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Waits until what was changed on the page is painted; a page that is not seen is not painted, and waits half a second:
/// longer than it takes to build what is to be painted.
pub async fn painted() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let at_last = resolve.clone();
        let done = move || {
            let _ = at_last.call0(&wasm_bindgen::JsValue::NULL);
        };
        after(500, done).forget();
        // behind the frame
        let next = wasm_bindgen::closure::Closure::once_into_js(move || {
            after(0, move || {
                let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
            })
            .forget();
        });
        if let Some(window) = web_sys::window() {
            let _ = window.request_animation_frame(wasm_bindgen::JsCast::unchecked_ref(&next));
        }
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
