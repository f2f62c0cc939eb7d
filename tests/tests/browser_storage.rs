//! A device that cannot keep anything says so before anything is lost, and hands out what it holds in memory.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use tempfile::TempDir;
use tests::browser::{Driver, PATIENCE, Screen, Tablet};
use tests::cable::Cable;
use tests::server::{PASSWORD, Program, site};
use thirtyfour::prelude::*;

/// Types a duration and leaves the cell; does not wait for it to be saved.
async fn type_duration(tablet: &Tablet, task: &str, text: &str) {
    tablet.click_cell(task, "duration").await;
    tablet.keys(Key::F2).await;
    tablet.find(".plan-editor.open").await;
    tablet.chord(&[Key::Control], 'a').await;
    tablet.keys(text).await;
    tablet.keys(Key::Enter).await;
    tablet
        .until(
            "the cell is closed",
            "!document.querySelector('.plan-editor.open')",
        )
        .await;
}

/// Clicks the button of the banner and reads the file that comes.
async fn export(tablet: &Tablet, downloads: &Path) -> Value {
    std::fs::create_dir_all(downloads).unwrap();
    tablet.downloads_to(downloads).await;
    tablet.click("#export-unsaved").await;
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

#[tokio::test(flavor = "multi_thread")]
async fn browser_storage_that_is_full_or_fails_is_told_exported_and_loses_nothing() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let project = li.project("Bridge").await;
    let cable = Cable::to(server.address).await;
    let plan = format!("{}/projects/{}/plan", cable.url(), project.id);
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let home = profiles.path().join("a");
    let tablet = Tablet::open(&driver, &home, Screen::Tablet, "en").await;
    tablet.sign_in(&cable.url(), "li.planner").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.add_task("foundation").await;
    let foundation = tablet.task("foundation").await;
    tablet.synced().await;
    tablet.starts_offline().await;
    cable.pull();
    tablet.says_offline().await;

    // the quota is used up: told at once, the edit is seen and counts as not saved
    // (set before the database is open: an open one goes on with what it was allotted before)
    tablet.close().await;
    let tablet = Tablet::open(&driver, &home, Screen::Tablet, "en").await;
    let full = json!({"origin": cable.url(), "quotaSize": 1});
    tablet.cdp("Storage.overrideQuotaForOrigin", full).await;
    tablet.open_plan(&plan).await;
    tablet.task("foundation").await;
    type_duration(&tablet, &foundation, "8d").await;
    tablet.says(".banners [role=alert]", "no space left").await;
    tablet
        .until_row("in memory", &foundation, "duration", "8")
        .await;
    assert_eq!(tablet.waiting().await, 0, "it does not count as saved here");
    assert_ne!(
        tablet
            .eval("document.querySelector('#sync').dataset.saving")
            .await,
        "0"
    );
    let kept = export(&tablet, &profiles.path().join("full")).await;
    assert_eq!(kept["changes"].as_array().unwrap().len(), 1, "{kept}");
    // signing out warns too, as nothing but this page has the edit
    tablet.click("#account-menu").await;
    tablet.click("#sign-out").await;
    tablet
        .says("#unsent-warning", "only this device has: 1")
        .await;
    tablet.keys(Key::Escape).await;
    tablet.gone("#unsent-warning").await;
    // room again: saved by itself
    let room = json!({"origin": cable.url()});
    tablet.cdp("Storage.overrideQuotaForOrigin", room).await;
    tablet.saved_here().await;
    tablet.until_waiting(1).await;
    tablet.gone(".banners [role=alert]").await;

    // the browser begins to refuse writing
    tablet
        .eval(
            "(() => { const real = IDBDatabase.prototype.transaction; window.heal = () => { IDBDatabase.prototype.transaction = real; };
               IDBDatabase.prototype.transaction = function (stores, mode, options) {
                 if (mode === 'readwrite') throw new DOMException('the disk is gone', 'UnknownError');
                 return real.call(this, stores, mode, options); }; })()",
        )
        .await;
    type_duration(&tablet, &foundation, "9d").await;
    tablet
        .says(".banners [role=alert]", "the disk is gone")
        .await;
    let kept = export(&tablet, &profiles.path().join("refused")).await;
    assert_eq!(kept["changes"].as_array().unwrap().len(), 2, "{kept}");
    tablet.eval("window.heal()").await;
    tablet.saved_here().await;
    tablet.gone(".banners [role=alert]").await;

    // nothing was lost
    tablet.open_plan(&plan).await;
    tablet
        .until_row("after a reload", &foundation, "duration", "9")
        .await;
    tablet.until_waiting(2).await;
    cable.plug();
    tablet.synced().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_storage_that_is_refused_from_the_start_is_told_at_the_sign_in() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    server.person("li.planner", false).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let tablet = Tablet::open(&driver, &profiles.path().join("a"), Screen::Tablet, "en").await;
    tablet
        .before_load("IDBFactory.prototype.open = () => { throw new DOMException('not in this window', 'SecurityError'); };")
        .await;
    tablet.goto(&server.url()).await;
    tablet
        .says("[role=alert]", "does not let the app store anything")
        .await;
    tablet.says("[role=alert]", "not in this window").await;
    // who tries all the same works on nothing that would be lost
    tablet.fill("#name", "li.planner").await;
    tablet.fill("#password", PASSWORD).await;
    tablet.click("#sign-in").await;
    tablet
        .says("form [role=alert]", "does not let the app store anything")
        .await;
    tablet.gone("#sync").await;
}
