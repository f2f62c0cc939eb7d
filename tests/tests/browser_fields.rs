//! Custom fields: made, filled in, sorted, grouped, found, taken back; and a project's dates in a calendar.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

#[tokio::test(flavor = "multi_thread")]
async fn browser_fields_are_made_filled_in_sorted_grouped_and_brought_back() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    let tasks = a.plan_with(&plan, &["Dig", "Pour", "Roof"]).await;

    // a choice with its options
    a.view_menu("[data-menu=fields]").await;
    a.fill("[data-own-field=new]", "Risk").await;
    a.pick(".plan-add-field [data-own-field=kind]", "choice")
        .await;
    a.click(".plan-add-field button[type=submit]").await;
    a.click("[data-own=Risk] summary").await;
    a.fill("[data-own-field=option]", "High, Middle, Low").await;
    a.keys(Key::Enter).await;
    a.until(
        "three options",
        "document.querySelectorAll('[data-own-options] li').length === 3",
    )
    .await;
    a.accessible("custom fields").await;
    let field = a
        .until(
            "its column",
            "document.querySelector('[data-column^=x-]')?.dataset.column",
        )
        .await;
    let field = field.as_str().unwrap().to_owned();

    // typed into cells by name; what is no option is refused with a reason
    a.set(&tasks[0], &field, "low").await;
    a.set(&tasks[2], &field, "High").await;
    a.until_row("Low", &tasks[0], &field, "Low").await;
    a.click_cell(&tasks[1], &field).await;
    a.keys("Perhaps").await;
    a.keys(Key::Enter).await;
    a.says(".plan-hint", "no such option").await;
    a.keys(Key::Escape).await;

    // chosen in the sheet, by whoever prefers that
    a.goto(&format!("{plan}?show=task-{}", tasks[1])).await;
    a.pick(&format!("[data-panel-field={field}]"), "Middle")
        .await;
    a.until_row("Middle", &tasks[1], &field, "Middle").await;

    // sorted in the order of the options, not of letters
    a.click(&format!("[data-column={field}] .plan-th-name"))
        .await;
    a.until(
        "sorted",
        "[...document.querySelectorAll('.plan-row[data-task]')].sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top).map(r => r.querySelector('[data-field=name] .plan-text').textContent).join() === 'Roof,Pour,Dig'",
    )
    .await;
    a.click("#show-all").await;

    // another name for an option loses nothing; a removed field comes back with what it held
    a.view_menu("[data-menu=fields]").await;
    a.click("[data-own=Risk] summary").await;
    a.fill("[data-own-options] li:first-child input", "Very high")
        .await;
    a.keys(Key::Tab).await;
    a.until_row("renamed", &tasks[2], &field, "Very high").await;
    a.click("[data-own-field=remove]").await;
    a.gone(&format!("[data-column={field}]")).await;
    a.says(".plan-side .plan-link", "Risk").await;
    a.click(".plan-side .plan-link").await;
    a.until_row("back", &tasks[2], &field, "Very high").await;
    a.synced().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_feed_is_made_shown_once_and_revoked() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let address = format!("{}/projects/{}", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "zh-CN").await;
    a.sign_in(&server.url(), "li.planner").await;
    let tasks = a.plan_with(&format!("{address}/plan"), &["验收"]).await;
    a.set(&tasks[0], "duration", "0d").await;
    a.set(&tasks[0], "start", "2035-01-10").await;
    a.synced().await;

    a.goto(&address).await;
    a.pick("#feed-holds", "dates").await;
    a.click("#make-feed").await;
    let feed = a
        .until(
            "its address",
            "document.querySelector('#made-feed')?.textContent",
        )
        .await;
    let feed = feed.as_str().unwrap().to_owned();
    assert!(feed.starts_with(&server.url()) && feed.ends_with(".ics"));
    a.accessible("the overview with a feed").await;
    let text = reqwest::get(&feed).await.unwrap().text().await.unwrap();
    assert!(
        text.contains("BEGIN:VCALENDAR") && text.contains("验收"),
        "{text}"
    );
    assert!(text.contains("20350110"), "{text}");

    // not shown again, and gone when it is taken back
    a.goto(&address).await;
    a.click("[data-feed=revoke]").await;
    a.gone("[data-feed=revoke]").await;
    a.gone("#made-feed").await;
    assert_eq!(reqwest::get(&feed).await.unwrap().status(), 404);
}
