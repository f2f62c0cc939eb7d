//! The device's clock and timers. Never trusted for order: the server stamps what it receives.

use js_sys::Function;
use shared::base::{Moment, Timestamp};
use wasm_bindgen::JsValue;

use super::element::next_frame;

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
    let at = js_sys::Date::new(&JsValue::from_f64(at.0 as f64));
    Moment::ymd_hm(
        at.get_full_year() as i32,
        at.get_month() + 1,
        at.get_date(),
        at.get_hours(),
        at.get_minutes(),
    )
    .unwrap_or_default()
}

/// When this device's clock shows a wall time.
pub fn absolute(wall: Moment) -> Timestamp {
    let (year, month, day, hour, minute) = wall.parts();
    let at = js_sys::Date::new_with_year_month_day_hr_min(
        year as u32,
        month as i32 - 1,
        day as i32,
        hour as i32,
        minute as i32,
    );
    Timestamp(at.get_time() as i64)
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

/// Waits until the function that `begin` is given was called.
async fn until(mut begin: impl FnMut(Function)) {
    let promise = js_sys::Promise::new(&mut |resolve, _| begin(resolve));
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

fn call_after(ms: u32, done: Function) {
    let call = move || {
        let _ = done.call0(&JsValue::NULL);
    };
    after(ms, call).forget();
}

/// Waits.
pub async fn wait(ms: u32) {
    until(|done| call_after(ms, done)).await;
}

/// Waits until what was changed on the page is painted; a page that is not seen is not painted, and waits half a second:
/// longer than it takes to build what is to be painted.
pub async fn painted() {
    until(|done| {
        call_after(500, done.clone());
        // behind the frame
        next_frame(move || call_after(0, done));
    })
    .await;
}

/// Minutes that the device's time is ahead of UTC, now.
pub fn minutes_ahead() -> i16 {
    let behind = js_sys::Date::new_0().get_timezone_offset();
    // whole minutes, less than a day
    -(behind as i16)
}
