//! The device's clock and timers. Never trusted for order: the server stamps what it receives.

use shared::base::{Moment, Timestamp};

/// Now.
pub fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// Now in wall time, cut to the minute.
pub fn local_now() -> Moment {
    let at = js_sys::Date::new_0();
    Moment::ymd_hm(
        at.get_full_year() as i32,
        at.get_month() + 1,
        at.get_date(),
        at.get_hours(),
        at.get_minutes(),
    )
    .unwrap_or_default()
}
