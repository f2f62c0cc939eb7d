//! What holds a task beside its links, set in its sheet: constraint, deadline, place by hand, inactive.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// Opens the sheet of a task from its row.
async fn open(tablet: &Tablet, task: &str) {
    tablet.click_cell(task, "number").await;
    tablet.keys(Key::Enter).await;
    tablet
        .until(
            "the sheet",
            "document.querySelector('.plan-side [data-holds]')",
        )
        .await;
}

/// Chooses in the sheet, as the browser does once a line of its list is clicked: the list itself is not of the page.
async fn choose(tablet: &Tablet, kind: &str) {
    tablet.find("[data-panel-field=constraint]").await;
    let script = format!(
        "const list = document.querySelector('[data-panel-field=constraint]');
         list.focus(); list.value = '{kind}';
         list.dispatchEvent(new Event('change', {{ bubbles: true }})); return 0;"
    );
    tablet.web.execute(script, vec![]).await.unwrap();
}

/// Types a day into a field of the sheet.
async fn day(tablet: &Tablet, field: &str, typed: &str) {
    let css = format!("[data-panel-field={field}]");
    tablet.find(&css).await;
    tablet
        .eval(&format!("document.querySelector('{css}').focus() ?? 0"))
        .await;
    tablet.keys(typed).await;
    tablet.keys(Key::Tab).await;
}

/// The row stands before the others, which stand in 2035.
async fn until_today(tablet: &Tablet, task: &str) {
    let look = format!("document.querySelector(\".plan-row[data-task='{task}']\").dataset.start");
    let shows = format!("{look} < '2035'");
    tablet.soon("it waits for nothing", &shows, &look).await;
}

/// What the list of problems says, in one text; empty where there are none.
const PROBLEMS: &str =
    "[...document.querySelectorAll('.plan-side .plan-card p')].map(p => p.textContent).join(' ')";

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_what_holds_a_task_is_set_in_its_sheet_and_explained() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
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
    a.show_column("Predecessors", "predecessors").await;
    // Monday to Friday, then two days, then one
    a.set(dig, "start", "2035-01-01").await;
    a.set(dig, "duration", "5d").await;
    a.set(pour, "duration", "2d").await;
    a.set(pour, "predecessors", "1").await;
    a.set(cure, "predecessors", "2").await;
    a.until_dates(cure, "2035-01-10 2035-01-10").await;

    // a date that cannot be met moves nothing, and says whom it makes late
    open(&a, cure).await;
    choose(&a, "fnlt").await;
    day(&a, "constraint-date", "01092035").await;
    a.until(
        "a problem is counted",
        "document.querySelector('[data-list=problems]')",
    )
    .await;
    a.until_dates(cure, "2035-01-10 2035-01-10").await;
    a.click("[data-list=problems]").await;
    a.until(
        "which date, by how much, how many tasks",
        &format!("{PROBLEMS}.match(/Cure.*1d.*3\\./)"),
    )
    .await;
    // one that must be kept breaks the link
    open(&a, cure).await;
    choose(&a, "mfo").await;
    a.until_dates(cure, "2035-01-09 2035-01-09").await;
    a.click("[data-list=problems]").await;
    a.until(
        "the link that is not kept",
        &format!("{PROBLEMS}.match(/Pour.*Cure/)"),
    )
    .await;
    open(&a, cure).await;
    choose(&a, "").await;
    a.until_dates(cure, "2035-01-10 2035-01-10").await;
    a.gone("[data-list=problems]").await;

    // a deadline takes slack away
    day(&a, "deadline", "01092035").await;
    a.until(
        "a problem is counted",
        "document.querySelector('[data-list=problems]')",
    )
    .await;
    a.click("[data-list=problems]").await;
    a.until(
        "the deadline",
        &format!("{PROBLEMS}.match(/deadline.*Cure.*1d/)"),
    )
    .await;

    // by hand it stays where it was, moves with a typed start, and is let go
    open(&a, pour).await;
    a.click("[data-panel-field=placed]").await;
    a.set(dig, "duration", "8d").await;
    a.until_dates(dig, "2035-01-01 2035-01-10").await;
    a.until_dates(pour, "2035-01-08 2035-01-09").await;
    a.set(pour, "start", "2035-01-15").await;
    a.until_dates(pour, "2035-01-15 2035-01-16").await;
    a.set(pour, "duration", "3d").await;
    a.until_dates(pour, "2035-01-15 2035-01-17").await;
    a.until_dates(cure, "2035-01-18 2035-01-18").await;
    a.keep_picture("plan-holds").await;
    open(&a, pour).await;
    a.click("[data-panel-field=placed]").await;
    a.until_dates(pour, "2035-01-11 2035-01-15").await;

    // nothing waits for what is inactive: the third begins with the project, today
    a.click("[data-panel-field=inactive]").await;
    until_today(&a, cure).await;
    // all of it is kept
    a.synced().await;
    a.goto(&plan).await;
    a.plan_shows().await;
    until_today(&a, cure).await;
    open(&a, pour).await;
    a.until(
        "it is inactive",
        "document.querySelector('[data-panel-field=inactive]').checked",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_settings_move_the_start_and_what_is_not_done_behind_the_data_date() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    a.goto(&plan).await;
    a.click(".plan-empty .button-primary").await;
    for name in ["Dig", "Pour"] {
        a.keys(name).await;
        a.keys(Key::Enter).await;
    }
    a.keys(Key::Escape).await;
    a.until(
        "two tasks",
        "document.querySelectorAll('.plan-row[data-task]').length === 2",
    )
    .await;
    let rows = a.rows().await;
    let [dig, pour] = [0, 1].map(|i: usize| rows[i].task.as_str());
    a.set(dig, "duration", "5d").await;
    a.show_column("Predecessors", "predecessors").await;
    a.set(pour, "predecessors", "1").await;

    // the plan starts on a Monday
    a.click("[data-tool=settings]").await;
    a.pick_day("[data-settings-field=start]", "2035-01-01")
        .await;
    a.until_dates(dig, "2035-01-01 2035-01-05").await;
    a.until_dates(pour, "2035-01-08 2035-01-08").await;
    a.until(
        "the finish of the plan",
        "document.querySelector('[data-settings-field=finish]').value === '8 Jan 2035'",
    )
    .await;

    // nothing was done by Wednesday evening: all of it is to be done from Thursday
    a.pick_day("[data-settings-field=data_date]", "2035-01-03")
        .await;
    a.until_dates(dig, "2035-01-04 2035-01-10").await;
    a.until_dates(pour, "2035-01-11 2035-01-11").await;
    // what is done keeps its dates, and what remains lies behind the data date
    a.show_column("Actual start", "actual_start").await;
    a.set(dig, "actual_start", "2035-01-01").await;
    a.set(dig, "percent", "40").await;
    a.until_dates(dig, "2035-01-01 2035-01-08").await;
    a.keep_picture("plan-data-date").await;
    a.pick_day("[data-settings-field=data_date]", "").await;
    a.until_dates(dig, "2035-01-01 2035-01-05").await;
    a.synced().await;
}
