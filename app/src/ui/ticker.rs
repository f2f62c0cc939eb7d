//! The time, for screens that count down.

use std::time::Duration;

use leptos::prelude::*;
use shared::base::Timestamp;

use crate::platform::clock;

/// Now, every second, for as long as the screen that asked is shown.
pub fn every_second() -> Signal<Timestamp> {
    let now = RwSignal::new(clock::now());
    let handle = set_interval_with_handle(
        move || {
            let _ = now.try_set(clock::now());
        },
        Duration::from_secs(1),
    );
    on_cleanup(move || {
        if let Ok(handle) = handle {
            handle.clear();
        }
    });
    now.into()
}

/// Whole seconds from `now` until `then`, rounded up; 0 when it is past.
pub fn seconds_until(now: Timestamp, then: Timestamp) -> i64 {
    then.since(now).max(0).saturating_add(999) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_up_and_stop_at_zero() {
        assert_eq!(seconds_until(Timestamp(0), Timestamp(1)), 1);
        assert_eq!(seconds_until(Timestamp(0), Timestamp(30_000)), 30);
        assert_eq!(seconds_until(Timestamp(5), Timestamp(1)), 0);
    }
}
