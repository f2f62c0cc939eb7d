//! The sheet of a task and the lists beside it, with two people in one plan.

use shared::domain::permission::Role;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// Types into a field of the sheet and leaves it.
async fn write(tablet: &Tablet, field: &str, text: &str) {
    let css = format!("[data-panel-field={field}]");
    tablet.find(&css).await;
    // the first part of a date has the focus then
    tablet
        .eval(&format!("document.querySelector('{css}').focus() ?? 0"))
        .await;
    tablet.chord(&[Key::Control], 'a').await;
    tablet.keys(text).await;
    tablet.keys(Key::Tab).await;
}

/// Waits until a field of the sheet holds a value.
async fn holds(tablet: &Tablet, field: &str, value: &str) {
    let look = format!("document.querySelector('[data-panel-field={field}]')?.value");
    tablet
        .soon(
            &format!("{field} is {value}"),
            &format!("{look} === '{value}'"),
            &look,
        )
        .await;
}

/// Opens the sheet of a task from its row.
async fn open(tablet: &Tablet, task: &str) {
    tablet.click_cell(task, "number").await;
    tablet.keys(Key::Enter).await;
    tablet
        .until(
            "the sheet",
            "document.querySelector('.plan-side [data-panel-field=name]')",
        )
        .await;
}

/// The dates of a row, `from to`.
async fn until_dates(tablet: &Tablet, task: &str, dates: &str) {
    let look = format!(
        "(r => r.dataset.start.slice(0, 10) + ' ' + r.dataset.finish.slice(0, 10))(document.querySelector(\".plan-row[data-task='{task}']\"))"
    );
    tablet
        .soon(
            &format!("{task}: {dates}"),
            &format!("{look} === '{dates}'"),
            &look,
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_sheet_and_lists_of_two_people() {
    let mut server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let engineer = server.person("wang.engineer", false).await;
    let project = planner.project("Bridge").await;
    let put = planner
        .put_member(project.id, engineer.id, Role::Planner)
        .await;
    assert!(put.status.is_success(), "{}", put.text);
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let driver = Driver::start().await;
    let (home_a, home_b) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let a = Tablet::open(&driver, home_a.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    a.goto(&plan).await;
    a.click(".plan-empty .button-primary").await;
    for name in ["Dig", "Pour", "Cure"] {
        a.keys(name).await;
        a.keys(Key::Enter).await;
    }
    a.keys(Key::Escape).await;
    a.until(
        "three tasks",
        "document.querySelectorAll('.plan-row[data-task]').length === 3",
    )
    .await;
    let rows = a.rows().await;
    let [dig, pour, cure] = [0, 1, 2].map(|i: usize| rows[i].task.as_str());
    a.set(dig, "start", "2035-01-01").await;

    // all fields of the sheet; what is derived cannot be typed into
    open(&a, dig).await;
    write(&a, "duration", "3d").await;
    holds(&a, "duration", "3d").await;
    write(&a, "percent", "40").await;
    holds(&a, "percent", "40%").await;
    assert!(a.eval("[...document.querySelectorAll('#plan-people option')].some(o => o.value === 'wang.engineer')").await == true, "people to choose from");
    write(&a, "owner", "wang.engineer").await;
    write(&a, "deliverable", "Pit, measured").await;
    write(&a, "actual_start", "01012035").await;
    holds(&a, "actual_start", "2035-01-01").await;
    assert_eq!(
        a.eval("document.querySelector('[data-panel-field=finish]').disabled")
            .await,
        true
    );
    write(&a, "note", "Rock at 3 m.").await;
    until_dates(&a, dig, "2035-01-01 2035-01-03").await;
    a.until_row("the grid says so too", dig, "percent", "40%")
        .await;

    // a link by search, its kind and lag
    open(&a, pour).await;
    a.fill(".plan-links [type=search]", "dig").await;
    a.click(".plan-found button").await;
    until_dates(&a, pour, "2035-01-04 2035-01-04").await;
    a.eval("(s => { s.value = 'SS'; s.dispatchEvent(new Event('change', {bubbles: true})); })(document.querySelector('.plan-link-row select')) ?? 0").await;
    until_dates(&a, pour, "2035-01-01 2035-01-01").await;
    a.fill(".plan-link-row input", "1d").await;
    a.keys(Key::Tab).await;
    until_dates(&a, pour, "2035-01-02 2035-01-02").await;
    // the sheet follows the cursor
    a.click_cell(cure, "number").await;
    holds(&a, "name", "Cure").await;
    a.keys(Key::Escape).await;
    a.synced().await;

    // the other sees all of it, the note too, and each sees where the other is
    let b = Tablet::open(&driver, home_b.path(), Screen::Desk, "en").await;
    b.sign_in(&server.url(), "wang.engineer").await;
    b.goto(&plan).await;
    b.until("the plan", "document.querySelector('.plan-row[data-task]')")
        .await;
    open(&b, dig).await;
    for (field, value) in [
        ("owner", "wang.engineer"),
        ("deliverable", "Pit, measured"),
        ("note", "Rock at 3 m."),
    ] {
        holds(&b, field, value).await;
    }
    a.until("B is here, at Dig", &format!("document.querySelector('.plan-faces .plan-face') && document.querySelector(\".plan-row[data-task='{dig}'] .plan-face\")")).await;
    b.until(
        "A is here",
        "document.querySelector('.plan-faces .plan-face')",
    )
    .await;
    b.click(".plan-side-head button").await;

    // removed, and brought back from the list by the other
    a.click_cell(cure, "number").await;
    a.keys(Key::Delete).await;
    b.click("[data-list=removed]").await;
    b.click(&format!("[data-removed='{cure}'] [data-restore]"))
        .await;
    a.until_row("back for A too", cure, "name", "Cure").await;
    a.synced().await;
    b.synced().await;

    // a column more, for both
    for tablet in [&a, &b] {
        tablet.show_column("Predecessors", "predecessors").await;
    }

    // apart: both set one field, and they link in a circle
    server.kill().await;
    a.says_offline().await;
    b.says_offline().await;
    a.set(cure, "duration", "2d").await;
    b.set(cure, "duration", "4d").await;
    a.set(dig, "predecessors", "3").await;
    b.set(cure, "predecessors", "1").await;
    server.start_again().await;
    for tablet in [&a, &b] {
        tablet.synced().await;
        tablet
            .until(
                "a problem is counted",
                "document.querySelector('[data-list=problems]')",
            )
            .await;
        tablet
            .until(
                "a conflict is counted",
                "document.querySelector('[data-list=conflicts]')",
            )
            .await;
    }
    b.click("[data-list=problems]").await;
    b.until("the circle with its tasks", "document.querySelector('.plan-side .plan-card p')?.textContent.match(/Dig.*Cure|Cure.*Dig/)").await;
    b.click(".plan-side .plan-card .button").await;
    // one value is kept, by a click, for both
    a.click("[data-list=conflicts]").await;
    a.until("both values", "(t => t.includes('2d') && t.includes('4d'))(document.querySelector('[data-conflict=duration]').innerText)").await;
    a.click("[data-conflict=duration] tr:not(.stands) [data-keep]")
        .await;
    for tablet in [&a, &b] {
        tablet
            .until(
                "settled",
                "!document.querySelector('[data-list=conflicts]')",
            )
            .await;
        tablet.synced().await;
    }
    assert_eq!(a.rows().await, b.rows().await);
    a.close().await;
    b.close().await;
}
