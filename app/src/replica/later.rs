//! What is done about decisions from the start of the page, though nobody looks at them yet. It is loaded on use like the
//! places that show them: the first place does not wait for ledgers and regulations.
#![allow(
    unsafe_code,
    reason = "the split points are imports and exports of the module, which Rust calls unsafe"
)]

use std::pin::Pin;
use std::rc::Rc;

use leptos::wasm_split::{SplitLoaderError, wasm_split};

use super::core::Core;

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub(super) enum Job {
    /// Reads what waits on this device.
    Read,
    /// Sends what waits.
    Send,
    /// Sends what waits, and asks what is new.
    Renew,
}

type Work = Pin<Box<dyn Future<Output = ()>>>;

#[wasm_split(more, wasm_split_path = ::leptos::wasm_split, fallible)]
fn decisions(core: Rc<Core>, job: Job) -> Result<Work, SplitLoaderError> {
    Ok(Box::pin(async move {
        // what waits goes before what comes
        core.read_wishes().await;
        match job {
            Job::Read => {}
            Job::Send => core.send_wishes(),
            Job::Renew => core.renew_decisions().await,
        }
    }))
}

impl Core {
    /// Does something about decisions; nothing where its part of the app cannot be had now: it is done the next time.
    pub(super) async fn decisions(self: &Rc<Self>, job: Job) {
        if let Ok(work) = decisions(self.clone(), job).await {
            work.await;
        }
    }
}
