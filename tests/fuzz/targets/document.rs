//! See `checks::document`.
#![no_main]

use std::sync::Once;

#[path = "../checks.rs"]
#[allow(dead_code)]
mod checks;

/// The fuzzer ends at any panic, also at one that is caught, unless it is told of none.
static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    checks::document(bytes)
});
