//! Signing out: what only this device has is counted, can be kept in a file, and is then gone from the device.

use std::time::Instant;

use reqwest::StatusCode;
use shared::api::Device;
use tempfile::TempDir;
use tests::browser::{Driver, PATIENCE, Screen, Tablet};
use tests::cable::Cable;
use tests::server::{PASSWORD, Program, site};
use thirtyfour::prelude::*;

/// Confirms the dialog that is open, and waits for the sign-in page that comes after it.
async fn confirm(tablet: &Tablet) {
    tablet.eval("window.before = true").await;
    tablet.click("#sign-out-confirm").await;
    tablet
        .until(
            "the sign-in page, loaded anew",
            "window.before === undefined && document.querySelector('#sign-in')",
        )
        .await;
}

/// Waits until this person has no database on the device, and nobody is known there.
async fn wiped(tablet: &Tablet, person: impl std::fmt::Display) {
    tablet
        .until(
            "the database is gone",
            &format!(
                "(indexedDB.databases().then(all => window.wiped = !all.some(d => d.name === 'plumbline-{person}')), window.wiped)"
            ),
        )
        .await;
    tablet.gone(".known-account").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_sign_out_with_unsent_edits_warns_exports_and_wipes() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let project = li.project("Bridge").await;
    let cable = Cable::to(server.address).await;
    let plan = format!("{}/projects/{}/plan", cable.url(), project.id);
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let tablet = Tablet::open(&driver, &profiles.path().join("a"), Screen::Tablet, "en").await;
    tablet.sign_in(&cable.url(), "li.planner").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.add_task("foundation").await;
    tablet.synced().await;
    tablet.starts_offline().await;

    // with no network: two edits, and typing that is still in its cell
    cable.pull();
    tablet.says_offline().await;
    tablet.add_task("pier").await;
    let pier = tablet.task("pier").await;
    tablet.set(&pier, "duration", "7d").await;
    tablet.until_waiting(2).await;
    tablet.click("#account-menu").await;
    tablet.click("#sign-out").await;
    tablet
        .says("#unsent-warning", "only this device has: 2")
        .await;
    let confirm_button = tablet.find("#sign-out-confirm").await;
    assert!(
        !confirm_button.is_enabled().await.unwrap(),
        "not before it was understood"
    );

    // the file is really written, and holds the edits
    let downloads = profiles.path().join("downloads");
    std::fs::create_dir_all(&downloads).unwrap();
    tablet.downloads_to(&downloads).await;
    tablet.click("#export-unsent").await;
    let file = downloads.join("plumbline-unsent.json");
    let begun = Instant::now();
    let kept = loop {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if let Ok(kept) = serde_json::from_str::<serde_json::Value>(&text) {
            break kept;
        }
        assert!(begun.elapsed() < PATIENCE, "no file came");
        tokio::task::yield_now().await;
    };
    assert_eq!(kept["changes"].as_array().unwrap().len(), 2, "{kept}");
    assert!(kept.to_string().contains("pier"), "{kept}");

    // out, and everything of this person is gone; the server hears of it when there is a network
    tablet.click("#sign-out-understood").await;
    confirm(&tablet).await;
    wiped(&tablet, li.id).await;
    tablet.goto(&plan).await;
    tablet.find("#sign-in").await;
    let devices =
        async || -> Vec<Device> { li.http.get("/api/devices").await.expect(StatusCode::OK) };
    assert_eq!(devices().await.len(), 2);
    cable.plug();
    tablet.goto(&plan).await;
    tablet.find("#sign-in").await;
    let begun = Instant::now();
    while devices().await.len() > 1 {
        assert!(begun.elapsed() < PATIENCE, "still signed in");
    }

    // the file brings the work back
    tablet.sign_in(&cable.url(), "li.planner").await;
    tablet.open_plan(&plan).await;
    tablet.task("foundation").await;
    tablet.synced().await;
    assert_eq!(tablet.rows().await.len(), 1);
    tablet.goto(&format!("{}/account", cable.url())).await;
    let field = tablet.find("#import-unsent").await;
    field.send_keys(file.to_str().unwrap()).await.unwrap();
    tablet.says("[role=status]", "Edits taken in: 2").await;
    tablet.open_plan(&plan).await;
    let pier = tablet.task("pier").await;
    tablet
        .until_row("the duration too", &pier, "duration", "7")
        .await;
    tablet.synced().await;

    // with nothing unsent there is no warning; another tab of the same person goes with it
    let second = tablet.web.window().await.unwrap();
    tablet.new_tab().await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.click("#account-menu").await;
    tablet.click("#sign-out").await;
    tablet.says("dialog", "Everything is on the server").await;
    tablet.gone("#unsent-warning").await;
    confirm(&tablet).await;
    wiped(&tablet, li.id).await;
    assert_eq!(devices().await.len(), 1, "the server knows at once");
    tablet.to_tab(&second).await;
    tablet.find("#sign-in").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_sign_out_by_a_revocation_while_away_keeps_the_work_until_the_next_sign_in() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let project = li.project("Bridge").await;
    let cable = Cable::to(server.address).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let tablet = Tablet::open(&driver, &profiles.path().join("a"), Screen::Tablet, "en").await;
    tablet.sign_in(&cable.url(), "li.planner").await;
    tablet
        .open_plan(&format!("{}/projects/{}/plan", cable.url(), project.id))
        .await;
    tablet.synced().await;
    tablet.add_task("foundation").await;
    tablet.synced().await;
    cable.pull();
    tablet.says_offline().await;
    tablet.add_task("abutment").await;
    tablet.until_waiting(1).await;
    let devices: Vec<Device> = li.http.get("/api/devices").await.expect(StatusCode::OK);
    let tablets = devices.iter().find(|device| !device.this_one).unwrap();
    let revoked = li
        .http
        .delete(&format!("/api/devices/{}", tablets.id))
        .await;
    assert!(revoked.status.is_success(), "{}", revoked.text);
    cable.plug();
    tablet.says("[role=alert]", "sign in again").await;
    assert_eq!(tablet.waiting().await, 1);
    // goes on working meanwhile
    tablet.add_task("pier").await;
    tablet.until_waiting(2).await;
    tablet.click("[role=alert] button").await;
    tablet.eval("window.before = true").await;
    tablet.fill("#name", "li.planner").await;
    tablet.fill("#password", PASSWORD).await;
    tablet.click("#sign-in").await;
    tablet
        .until(
            "another page",
            "window.before === undefined && document.querySelector('#sync')",
        )
        .await;
    tablet.task("pier").await;
    tablet.synced().await;
    assert_eq!(tablet.rows().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_sign_out_everywhere_asks_about_unsent_edits_before_anything_ends() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let project = li.project("Bridge").await;
    let cable = Cable::to(server.address).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let tablet = Tablet::open(&driver, &profiles.path().join("a"), Screen::Tablet, "en").await;
    tablet.sign_in(&cable.url(), "li.planner").await;
    tablet
        .open_plan(&format!("{}/projects/{}/plan", cable.url(), project.id))
        .await;
    tablet.synced().await;
    tablet.starts_offline().await;
    tablet.goto(&format!("{}/account", cable.url())).await;
    tablet.synced().await;
    tablet.click("#sign-out-everywhere").await;
    tablet.says("dialog", "Ends all your sessions").await;
    // with no network nothing can be ended elsewhere, so nothing is removed here
    cable.pull();
    tablet.click("#sign-out-confirm").await;
    tablet
        .says("dialog [role=alert]", "cannot be reached")
        .await;
    assert_eq!(li.http.get("/api/session").await.status, StatusCode::OK);
    tablet.keys(Key::Escape).await;
    tablet.gone("#sign-out-confirm").await;
    tablet.find("#sync").await;
    cable.plug();
    tablet.synced().await;
    tablet.click("#sign-out-everywhere").await;
    confirm(&tablet).await;
    wiped(&tablet, li.id).await;
    assert_eq!(
        li.http.get("/api/session").await.status,
        StatusCode::UNAUTHORIZED,
        "the other device too"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_sign_out_a_changed_first_password_leaves_one_device() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let tablet = Tablet::open(&driver, &profiles.path().join("a"), Screen::Desk, "en").await;
    tablet.goto(&server.url()).await;
    tablet.fill("#name", "admin").await;
    tablet.fill("#password", &server.first_password).await;
    tablet.click("#sign-in").await;
    tablet.fill("#old-password", &server.first_password).await;
    tablet
        .fill("#new-password", "a plumb line is straight")
        .await;
    tablet
        .fill("#new-password-again", "a plumb line is straight")
        .await;
    tablet.click("#change-password").await;
    tablet.synced().await;
    tablet.goto(&format!("{}/account", server.url())).await;
    tablet.says(".badge-accent", "This device").await;
    let devices = tablet
        .until(
            "the server's list of devices",
            "(window.list ?? (fetch('/api/devices').then(r => r.json()).then(l => window.list = { length: l.length }), null))",
        )
        .await;
    assert_eq!(devices["length"], 1, "no second one was opened");
}
