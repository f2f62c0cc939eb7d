//! A shared tablet: each person has a database of their own on it, and a PIN before it.

use serde_json::Value;
use shared::domain::permission::Role;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{PASSWORD, Program, site};
use thirtyfour::prelude::*;

async fn enter_pin(tablet: &Tablet, pin: &str) {
    tablet.fill("#pin", pin).await;
    tablet.click("#unlock").await;
}

/// The right one; the place behind the lock is there before it is shown.
async fn unlock(tablet: &Tablet, pin: &str) {
    enter_pin(tablet, pin).await;
    tablet.gone("#pin").await;
}

/// Fills the sign-in page that is shown; the page is loaded anew for this person.
async fn sign_in_here(tablet: &Tablet, name: &str) {
    tablet.eval("window.before = true").await;
    tablet.fill("#name", name).await;
    tablet.fill("#password", PASSWORD).await;
    tablet.click("#sign-in").await;
    tablet
        .until(
            "another page",
            "window.before === undefined && document.querySelector('#sync')",
        )
        .await;
}

/// Goes over to somebody whom the tablet knows.
async fn take_over(tablet: &Tablet, name: &str) {
    tablet.click("#account-menu").await;
    tablet.click("#other-account").await;
    tablet.eval("window.before = true").await;
    tablet.says(".known-account", name).await;
    let all = tablet
        .web
        .find_all(By::Css(".known-account"))
        .await
        .unwrap();
    for known in all {
        if known.text().await.unwrap().contains(name) {
            known.click().await.unwrap();
            break;
        }
    }
    tablet
        .until(
            "another page",
            "window.before === undefined && (document.querySelector('#sync') || document.querySelector('#pin'))",
        )
        .await;
}

/// The names of all databases of this origin.
async fn databases(tablet: &Tablet) -> Vec<String> {
    let names = tablet
        .until(
            "names of databases",
            "(window.names ?? (indexedDB.databases().then(all => window.names = all.map(d => d.name)), null))",
        )
        .await;
    tablet.eval("window.names = undefined").await;
    let names = names.as_array().unwrap().iter();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_lock_a_pin_and_a_database_for_each_person_of_a_shared_tablet() {
    let site = site();
    let mut server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.planner", false).await;
    let wang = server.person("wang.engineer", false).await;
    let project = li.project("Bridge").await;
    let put = li.put_member(project.id, wang.id, Role::Planner).await;
    assert!(put.status.is_success(), "{}", put.text);
    let url = server.url();
    let plan = format!("{url}/projects/{}/plan", project.id);
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let home = profiles.path().join("shared");

    // a PIN is set, and locks
    let tablet = Tablet::open(&driver, &home, Screen::Tablet, "en").await;
    tablet.sign_in(&url, "li.planner").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.add_task("foundation").await;
    tablet.synced().await;
    tablet.starts_offline().await;
    tablet.goto(&format!("{url}/account")).await;
    tablet.fill("#new-pin", "123").await;
    tablet.click("#set-pin").await;
    tablet.says("[role=alert]", "four digits").await;
    tablet.fill("#new-pin", "2468").await;
    tablet.click("#set-pin").await;
    tablet.says(".badge-ok", "Set").await;
    tablet.click("button[aria-label=Lock]").await;
    tablet.find("#pin").await;
    tablet.gone(".topbar").await;

    // no way around it: a wrong PIN, a reload, the detour over the sign-in
    enter_pin(&tablet, "1111").await;
    tablet.says("[role=alert]", "not the PIN").await;
    tablet.goto(&plan).await;
    tablet.find("#pin").await;
    tablet.gone(".topbar").await;
    unlock(&tablet, "2468").await;
    tablet.plan_shows().await;
    tablet.task("foundation").await;
    tablet.click("button[aria-label=Lock]").await;
    tablet.find("#pin").await;
    tablet.click("#other-account").await;
    tablet.click("#back").await;
    tablet.find("#pin").await;
    tablet.gone(".topbar").await;

    // another tab is no way around it either
    unlock(&tablet, "2468").await;
    tablet.plan_shows().await;
    let first = tablet.web.window().await.unwrap();
    let second = tablet.new_tab().await;
    tablet.goto(&plan).await;
    unlock(&tablet, "2468").await;
    tablet.plan_shows().await;
    tablet.click("button[aria-label=Lock]").await;
    tablet.find("#pin").await;
    tablet.to_tab(&first).await;
    tablet.find("#pin").await;
    tablet.gone(".topbar").await;

    // a tablet that was left alone locks itself
    unlock(&tablet, "2468").await;
    tablet.plan_shows().await;
    tablet
        .eval("(now => Date.now = () => now() + 11 * 60000)(Date.now.bind(Date))")
        .await;
    tablet.find("#pin").await;
    tablet.gone(".topbar").await;
    tablet.web.close_window().await.unwrap();
    tablet.to_tab(&second).await;
    tablet.find("#pin").await;

    // a colleague signs in on the same tablet, and is the one in use when it is switched off and the server dies
    tablet.click("#other-account").await;
    sign_in_here(&tablet, "wang.engineer").await;
    tablet.plan_shows().await;
    tablet.task("foundation").await;
    tablet.synced().await;
    for person in [li.id, wang.id] {
        let name = format!("plumbline-{person}");
        let names = databases(&tablet).await;
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    tablet.close().await;
    server.kill().await;
    let tablet = Tablet::open(&driver, &home, Screen::Tablet, "en").await;
    tablet.goto(&plan).await;
    tablet.task("foundation").await;
    tablet.says_offline().await;
    tablet.add_task("only of wang").await;
    tablet.until_waiting(1).await;

    // back to the first with no network: the lock after the restart, then their own data
    take_over(&tablet, "li.planner").await;
    tablet.find("#pin").await;
    enter_pin(&tablet, "2467").await;
    tablet.says("[role=alert]", "not the PIN").await;
    unlock(&tablet, "2468").await;
    tablet.task("foundation").await;
    tablet.says_offline().await;
    assert_eq!(tablet.rows().await.len(), 1, "nothing of the colleague's");
    tablet.add_task("only of li").await;
    tablet.until_waiting(1).await;

    // the browser's cookie is the colleague's: nothing of the first goes out under that name
    server.start_again().await;
    tablet.says("[role=alert]", "sign in again").await;
    assert_eq!(tablet.waiting().await, 1);
    tablet.click("[role=alert] button").await;
    sign_in_here(&tablet, "li.planner").await;
    tablet.task("only of li").await;
    tablet.synced().await;
    assert_eq!(tablet.rows().await.len(), 2, "the colleague's is not sent");
    take_over(&tablet, "wang.engineer").await;
    tablet.says("[role=alert]", "sign in again").await;
    assert_eq!(tablet.waiting().await, 1, "still here");
    tablet.click("[role=alert] button").await;
    sign_in_here(&tablet, "wang.engineer").await;
    tablet.task("only of li").await;
    tablet.task("only of wang").await;
    tablet.synced().await;
}
