//! Resources: named in a cell or in the sheet, asked for by tasks, over-allocated, levelled with a preview, and the way
//! back.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// What the first element of a kind says.
fn text(css: &str) -> String {
    format!("(document.querySelector(\"{css}\")?.innerText ?? '')")
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_resources_are_asked_for_levelled_and_taken_back() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    let tasks = a.plan_with(&plan, &["Dig", "Pour"]).await;
    let [dig, pour] = [0, 1].map(|i: usize| tasks[i].as_str());
    a.show_column("Resources", "resources").await;
    a.set(dig, "start", "2035-01-01").await;
    a.set(dig, "duration", "5d").await;
    a.set(pour, "start", "2035-01-01").await;
    a.set(pour, "duration", "2d").await;

    // a name that is not known becomes a resource, and both want all of it
    a.set(dig, "resources", "Crew").await;
    a.set(pour, "resources", "crew, Crane[300%]").await;
    let cell = format!(".plan-row[data-task='{pour}'] [data-field=resources]");
    a.until(
        "who is named",
        &format!("{} === 'Crane[300%], Crew'", text(&cell)),
    )
    .await;

    // the sheet of the task says how much work that is, and it follows the units
    a.click_cell(pour, "number").await;
    a.keys(Key::Enter).await;
    let work = "document.querySelector('[data-assigned=Crew] [data-asked=work]')?.value";
    a.until("two days of work", &format!("{work} === '16 h'"))
        .await;
    a.until(
        "three cranes",
        "document.querySelector('[data-assigned=Crane] [data-asked=work]').value === '48 h'",
    )
    .await;
    // fixed units: twice the units take half the time
    a.fill("[data-assigned=Crew] [data-asked=work]", "32").await;
    a.keys(Key::Tab).await;
    a.until_dates(pour, "2035-01-01 2035-01-04").await;
    a.keep_picture("plan-assignments").await;

    // the list of resources says what is asked for, and that it is too much
    a.click(".plan-tools .plan-tool-text").await;
    a.click("[data-menu=resources]").await;
    a.says("[data-resource=Crew]", "Over-allocated on 4 days")
        .await;
    let crane = text("[data-resource=Crane]");
    a.soon(
        "too few cranes",
        &format!("{crane}.includes('Over-allocated')"),
        &crane,
    )
    .await;
    // there are two cranes
    a.click("[data-resource=Crane] summary").await;
    a.fill("[data-resource=Crane] [data-resource-field=units]", "200%")
        .await;
    a.keys(Key::Tab).await;
    a.soon(
        "cranes enough",
        &format!("!{crane}.includes('Over')"),
        &crane,
    )
    .await;
    a.keep_picture("plan-resources").await;

    // levelling: a preview, nothing changed yet
    a.click("[data-open=levels]").await;
    a.says("[data-over]", "Crew").await;
    a.click("[data-level=propose]").await;
    a.says("[data-proposal]", "1 tasks wait").await;
    a.until_dates(pour, "2035-01-01 2035-01-04").await;
    a.keep_picture("plan-levels").await;
    a.click("[data-level=apply]").await;
    a.gone("[data-over]").await;
    let after = a.rows().await;
    let starts: Vec<&str> = after.iter().map(|row| &row.start[..10]).collect();
    assert!(
        starts == ["2035-01-01", "2035-01-08"] || starts == ["2035-01-05", "2035-01-01"],
        "{starts:?}"
    );
    // one step back, also after a reload
    a.synced().await;
    a.goto(&plan).await;
    a.plan_shows().await;
    a.click("[data-tool=undo]").await;
    a.until_dates(dig, "2035-01-01 2035-01-05").await;
    a.until_dates(pour, "2035-01-01 2035-01-04").await;

    // what is taken away is said, and comes back with its tasks
    a.click(".plan-tools .plan-tool-text").await;
    a.click("[data-menu=resources]").await;
    a.click("[data-resource=Crew] summary").await;
    a.click("[data-resource=Crew] .button").await;
    a.until(
        "nobody but the crane",
        &format!("{} === 'Crane[300%]'", text(&cell)),
    )
    .await;
    a.click("[data-tool=undo]").await;
    a.until(
        "the crew is back",
        &format!("{}.includes('Crew')", text(&cell)),
    )
    .await;
}
