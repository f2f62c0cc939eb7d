//! The tablet in hand: somebody outside signs on the device of who works here. What this tab remembers of that.

use serde::{Deserialize, Serialize};

use crate::platform::storage;

/// This tab was handed to somebody outside.
const HANDED: &str = "plumbline.handed";

/// To whom the tablet goes back, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// The link by which is signed, as [`mark`] makes it.
    pub link: String,
    /// Whose tablet it is.
    pub owner: String,
    /// A PIN stands before their work.
    pub pin: bool,
    /// The place in the app to which it goes back.
    pub back: String,
}

/// What a link is known by on this device: nothing here holds its secret.
pub fn mark(secret: &str) -> String {
    shared::ledger::hash::of_file(secret.as_bytes()).to_string()
}

/// This tab is given to somebody outside.
pub fn hand_over(handed: &Handed) {
    let text = serde_json::to_string(handed).ok();
    storage::tab_set(HANDED, text.as_deref());
}

/// How this tab was handed over for a link, if it was.
pub fn handed(link: &str) -> Option<Handed> {
    let handed: Handed = serde_json::from_str(&storage::tab_get(HANDED)?).ok()?;
    (handed.link == link).then_some(handed)
}

/// The tablet is back.
pub fn taken_back() {
    storage::tab_set(HANDED, None);
}
