//! What was typed and never became a change is there again after a crash.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// Begins to type into the cell where the cursor is, and stays in it until what was typed is on the disk.
async fn type_and_stay(tablet: &Tablet, text: &str) {
    if tablet
        .eval("!document.querySelector('.plan-editor.open')")
        .await
        == true
    {
        tablet.keys(Key::F2).await;
    }
    tablet.find(".plan-editor.open").await;
    tablet.chord(&[Key::Control], 'a').await;
    tablet.keys(text).await;
    tablet.saved_here().await;
    assert_eq!(
        tablet
            .eval("document.querySelector('.plan-editor.open') !== null")
            .await,
        true,
        "still typing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_typing_that_a_crash_interrupted_is_offered_and_becomes_an_edit() {
    let site = site();
    let mut server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let project = li.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let home = profiles.path().join("a");
    let tablet = Tablet::open(&driver, &home, Screen::Tablet, "en").await;
    tablet.sign_in(&server.url(), "li.planner").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.add_task("foundation").await;
    let foundation = tablet.task("foundation").await;
    tablet.synced().await;
    tablet.starts_offline().await;
    server.kill().await;
    tablet.says_offline().await;

    // the page's process dies while a duration is being typed
    tablet.click_cell(&foundation, "duration").await;
    type_and_stay(&tablet, "12d").await;
    tablet.crash().await;
    tablet.open_plan(&plan).await;
    tablet.says(".plan-recovered", "12d").await;
    tablet.says(".plan-recovered", "foundation").await;
    assert_eq!(tablet.waiting().await, 0, "it is no edit yet");
    tablet.click(".plan-recovered [data-apply]").await;
    tablet
        .until_row("the edit", &foundation, "duration", "12")
        .await;
    tablet.until_waiting(1).await;
    tablet.gone(".plan-recovered").await;

    // the whole tablet is switched off while a new task is being typed
    tablet
        .eval("(s => s.scrollTop = s.scrollHeight)(document.querySelector('.plan-scroller'))")
        .await;
    tablet.click(".plan-row.new [data-field=name]").await;
    type_and_stay(&tablet, "桥墩 pier").await;
    tablet.close().await;
    let tablet = Tablet::open(&driver, &home, Screen::Tablet, "en").await;
    tablet.open_plan(&plan).await;
    tablet.says(".plan-recovered", "桥墩 pier").await;
    tablet
        .until_row("the first one stands", &foundation, "duration", "12")
        .await;
    tablet.click(".plan-recovered [data-apply]").await;
    tablet.task("桥墩 pier").await;
    tablet.until_waiting(2).await;

    // nothing is offered twice, and all of it reaches the server
    server.start_again().await;
    tablet.open_plan(&plan).await;
    tablet.task("桥墩 pier").await;
    tablet.synced().await;
    tablet.gone(".plan-recovered").await;
    assert_eq!(tablet.rows().await.len(), 2);
}
