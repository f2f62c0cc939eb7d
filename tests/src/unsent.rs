//! The file of what only a device has.

use std::path::Path;
use std::time::Instant;

use serde_json::Value;

use crate::browser::{PATIENCE, Tablet};

/// The file that the app writes of what only this device has.
pub async fn exported(tablet: &Tablet, downloads: &Path) -> Value {
    std::fs::create_dir_all(downloads).unwrap();
    tablet.downloads_to(downloads).await;
    tablet.click("#account-menu").await;
    tablet.click("#sign-out").await;
    tablet.click("#export-unsent").await;
    let begun = Instant::now();
    loop {
        let text = std::fs::read_to_string(downloads.join("plumbline-unsent.json"));
        if let Ok(kept) = serde_json::from_str(&text.unwrap_or_default()) {
            return kept;
        }
        assert!(begun.elapsed() < PATIENCE, "no file came");
        tokio::task::yield_now().await;
    }
}
