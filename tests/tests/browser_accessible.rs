//! Every place of the app, looked at by axe-core: nothing serious, in light and dark, at a desk and on a tablet.

use serde_json::json;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Person, Program, site};
use thirtyfour::prelude::*;

/// Opens one of the plan's lists through the menu of the view.
async fn menu(a: &Tablet, name: &str) {
    a.click(".plan-tools .plan-tool-text").await;
    a.click(&format!("[data-menu={name}]")).await;
}

/// All places of somebody who administers the organisation and plans a project.
async fn walk(screen: Screen, language: &str, dark: bool) {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner: Person = server.person("li.planner", true).await;
    let project = planner.project("Bridge").await;
    let base = format!("{}/projects/{}", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), screen, language).await;
    if dark {
        let scheme = json!([{"name": "prefers-color-scheme", "value": "dark"}]);
        a.cdp("Emulation.setEmulatedMedia", json!({ "features": scheme }))
            .await;
    }
    a.goto(&server.url()).await;
    a.find("#name").await;
    a.accessible("sign-in").await;
    a.sign_in(&server.url(), "li.planner").await;
    for (path, css) in [
        ("/", ".page"),
        ("/projects", ".page"),
        ("/account", ".page"),
        ("/admin", ".people-table"),
        ("/admin/departments", ".parties"),
        ("/admin/posts", ".parties"),
        ("/admin/grants", ".party-vacant"),
        ("/admin/deputies", ".held-list, .card"),
        ("/admin/import", "#table-template"),
        ("/admin/audit", "#audit-lines td"),
        ("/admin/then", "#then-roles"),
        ("/regulations", ".regulation"),
    ] {
        a.goto(&format!("{}{path}", server.url())).await;
        a.find(css).await;
        a.accessible(path).await;
    }
    for (path, css) in [("", "#project-title"), ("/members", "#project-title")] {
        a.goto(&format!("{base}{path}")).await;
        a.find(css).await;
        a.accessible(path).await;
    }

    // a plan without tasks, then with some
    a.open_plan(&format!("{base}/plan")).await;
    a.accessible("an empty plan").await;
    a.click(".plan-empty .button-primary").await;
    for name in ["Dig", "Pour", "Cure"] {
        a.keys(name).await;
        a.keys(Key::Enter).await;
    }
    a.accessible("a cell that is open").await;
    a.keys(Key::Escape).await;
    let rows = a.rows().await;
    let dig = rows[0].task.as_str();
    a.accessible("a plan").await;
    a.click("[data-tool=lens]").await;
    a.pick("[data-lens=group]", "Owner").await;
    a.find(".plan-group-button").await;
    a.accessible("groups").await;
    a.click(".plan-views").await;
    a.find("[data-views]").await;
    a.accessible("views").await;
    a.eval("document.querySelector('.pop-away').click() ?? 0")
        .await;
    a.click("#show-all").await;
    a.click(".plan-tools .plan-tool-text").await;
    a.find(".plan-menu").await;
    a.accessible("the menu of the view").await;
    a.eval("document.querySelector('.pop-away').click() ?? 0")
        .await;
    menu(&a, "resources").await;
    a.fill("[data-resource-field=new]", "Crew").await;
    a.keys(Key::Enter).await;
    a.click("[data-resource=Crew] summary").await;
    a.accessible("resources").await;
    a.click("[data-open=levels]").await;
    a.accessible("over-allocation").await;
    menu(&a, "settings").await;
    a.find("[data-settings-field=resources]").await;
    a.accessible("settings of the plan").await;
    a.click("[data-tool=history]").await;
    a.accessible("history").await;
    a.click_cell(dig, "number").await;
    a.keys(Key::Enter).await;
    a.find("[data-assignments]").await;
    a.accessible("the sheet of a task").await;

    a.chord(&[Key::Control], 'k').await;
    a.find(".palette-item").await;
    a.accessible("the palette").await;
    a.keys(Key::Escape).await;
    a.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_accessible_at_a_desk_in_english() {
    walk(Screen::Desk, "en", false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_accessible_on_a_tablet_in_chinese_and_dark() {
    walk(Screen::Tablet, "zh-CN", true).await;
}
