//! A new version of the app comes while tabs are open; and a browser that is too old for any version.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::build;
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// Which build the page runs; empty: the first.
async fn running(tablet: &Tablet) -> String {
    let name = tablet
        .eval("getComputedStyle(document.documentElement).getPropertyValue('--build')")
        .await;
    name.as_str().unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_update_waits_for_consent_and_keeps_what_is_being_typed() {
    let folder = TempDir::new().unwrap();
    let app = folder.path().join("site");
    build::copy(&site(), &app);
    let mut server = Program::start(&["--site", app.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let project = li.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let driver = Driver::start().await;
    let home = folder.path().join("profile");
    let tablet = Tablet::open(&driver, &home, Screen::Desk, "en").await;
    tablet.sign_in(&server.url(), "li.planner").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.add_task("foundation").await;
    let task = tablet.task("foundation").await;
    tablet.synced().await;
    tablet.starts_offline().await;
    // a second tab, at a place that has not loaded the plan's part yet
    let front = tablet.web.window().await.unwrap();
    let beside = tablet.new_tab().await;
    tablet.goto(&server.url()).await;
    tablet.synced().await;
    tablet.to_tab(&front).await;
    tablet.synced().await;

    // the server comes back as another version; the open tab goes on, and is told
    server.kill().await;
    tablet.says_offline().await;
    build::another(&app, "b");
    server.start_again().await;
    tablet.synced().await;
    tablet.set(&task, "duration", "4d").await;
    tablet.synced().await;
    tablet.click_cell(&task, "duration").await;
    tablet.keys(Key::F2).await;
    tablet.find(".plan-editor.open").await;
    tablet.chord(&[Key::Control], 'a').await;
    tablet.keys("12d").await;
    // what the browser says when the network is back, and the app by itself every hour
    tablet
        .eval("window.dispatchEvent(new Event('online'))")
        .await;
    tablet.says(".banners [role=status]", "new version").await;
    assert_eq!(running(&tablet).await, "", "not without consent");
    assert_eq!(
        tablet
            .eval("document.querySelector('.plan-editor.open').querySelector('input, textarea')?.value ?? document.querySelector('.plan-editor.open').value")
            .await,
        "12d",
        "still typing"
    );
    tablet.saved_here().await;

    // by consent: the new one, with the typing
    tablet.eval("window.before = true").await;
    tablet.click(".banners [role=status] .button-primary").await;
    tablet
        .until(
            "the page is loaded anew",
            "window.before === undefined && document.querySelector('.plan-scroller')",
        )
        .await;
    assert_eq!(running(&tablet).await, "b");
    // leaving the cell for the button may have made it an edit, else it is offered
    let state = tablet
        .until(
            "the typing is not lost",
            &format!("document.querySelector('.plan-recovered')?.innerText.includes('12d') ? 'offered' : document.querySelector(\".plan-row[data-task='{task}'] [data-field=duration] .plan-text\")?.textContent.includes('12') ? 'an edit' : null"),
        )
        .await;
    if state == "offered" {
        tablet.click(".plan-recovered [data-apply]").await;
    }
    tablet
        .until_row("the typing", &task, "duration", "12")
        .await;
    tablet.synced().await;
    tablet.gone(".banners [role=status] .button-primary").await;

    // the other tab still runs the version before, whose files only the browser has by now
    tablet.to_tab(&beside).await;
    assert_eq!(
        running(&tablet).await,
        "",
        "others go on with what they have"
    );
    tablet
        .click(&format!("a[href^='/projects/{}']", project.id))
        .await;
    tablet
        .eval(&format!(
            "(history.pushState({{}}, '', '/projects/{}/plan'), window.dispatchEvent(new PopStateEvent('popstate')))",
            project.id
        ))
        .await;
    tablet.plan_shows().await;
    tablet
        .until_row("the same plan", &task, "duration", "12")
        .await;
    assert_eq!(running(&tablet).await, "");
    tablet.set(&task, "duration", "13d").await;
    tablet.synced().await;
    // until it is loaded anew
    tablet.open_plan(&plan).await;
    tablet.until_row("its edit", &task, "duration", "13").await;
    assert_eq!(running(&tablet).await, "b");

    // and the new version starts with no server
    server.kill().await;
    tablet.open_plan(&plan).await;
    tablet.until_row("offline", &task, "duration", "13").await;
    assert_eq!(running(&tablet).await, "b");
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_update_is_what_a_browser_that_is_too_old_is_told_to_do() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    for (language, text) in [("en", "too old"), ("zh-CN", "版本太旧")] {
        let home = profiles.path().join(language);
        let tablet = Tablet::open(&driver, &home, Screen::Tablet, language).await;
        // as in Chromium 109
        tablet.before_load("delete Array.prototype.toSorted;").await;
        tablet.goto(&server.url()).await;
        tablet.says("#splash", text).await;
        tablet.says("#splash", "111").await;
        tablet.says("#splash", "JavaScript 2023").await;
        assert_eq!(
            tablet
                .eval("document.querySelector('script[type=module]') === null && !document.querySelector('#sign-in')")
                .await,
            true,
            "the app is not even loaded"
        );
        tablet.close().await;
    }
}
