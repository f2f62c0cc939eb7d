//! What `bench_schedule` measures, as a wasm module without imports: `bench_schedule_wasm.mjs` takes the times.
#![allow(unsafe_code, reason = "names to be called by from JavaScript")]

#[allow(dead_code, reason = "other examples use the rest")]
mod network;

use std::cell::RefCell;

use network::{Great, Links, Measured};

thread_local! {
    static PLAN: RefCell<Option<Measured>> = const { RefCell::new(None) };
    static GREAT: RefCell<Option<Great>> = const { RefCell::new(None) };
}

fn with<T>(slot: &'static std::thread::LocalKey<RefCell<Option<T>>>, work: impl FnOnce(&mut T)) {
    slot.with_borrow_mut(|slot| slot.as_mut().map(work));
}

/// Makes the plan that the next calls measure.
#[unsafe(no_mangle)]
pub extern "C" fn plan(tasks: u32, exceptions: u32) {
    let plan = Measured::new(tasks.into(), exceptions.into(), Links::All);
    PLAN.set(Some(plan));
}

/// All dates from nothing.
#[unsafe(no_mangle)]
pub extern "C" fn whole() {
    with(&PLAN, |plan| plan.whole());
}

/// After another duration.
#[unsafe(no_mangle)]
pub extern "C" fn edit() {
    with(&PLAN, Measured::edit);
}

/// After one link more.
#[unsafe(no_mangle)]
pub extern "C" fn link() {
    with(&PLAN, Measured::link);
}

/// Makes the plan that the next call levels.
#[unsafe(no_mangle)]
pub extern "C" fn great(tasks: u32, people: u32) {
    GREAT.set(Some(Great::new(tasks.into(), people.into())));
}

/// Levels it.
#[unsafe(no_mangle)]
pub extern "C" fn level() {
    with(&GREAT, |great| drop(great.level()));
}
