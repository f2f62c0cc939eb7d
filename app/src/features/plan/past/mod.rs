//! History on the screen: what was changed, any moment, and the way back.

mod deeds;
mod keep;
mod list;
mod restore;

pub(crate) use list::{History, SideTabs};
pub use restore::RestoreDialog;
