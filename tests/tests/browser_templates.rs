//! Plans as patterns of others: a new project that begins with a template, and a template put into a plan.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};

#[tokio::test(flavor = "multi_thread")]
async fn browser_template_begins_a_project_and_comes_into_a_plan() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let pattern = planner.project("House pattern").await;
    let address = format!("{}/projects/{}", server.url(), pattern.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    let plan = format!("{address}/plan");
    let tasks = a.plan_with(&plan, &["Dig", "Pour", "Roof"]).await;
    a.show_column("Predecessors", "predecessors").await;
    a.set(&tasks[0], "duration", "3d").await;
    a.set(&tasks[1], "predecessors", "1").await;
    a.set(&tasks[0], "percent", "100").await;
    a.synced().await;

    // it is called a template
    a.click("nav.tabs a").await;
    a.click("#project-template").await;
    a.until(
        "it is a template",
        "document.querySelector('#project-template')?.checked",
    )
    .await;

    // a new project begins with it: the same tasks, from another day on, with nothing done
    a.goto(&format!("{}/projects", server.url())).await;
    a.says(".projects-table .badge", "Template").await;
    a.click("#new-project").await;
    a.fill("#project-name", "Second house").await;
    a.pick_day("#project-start", "2035-01-01").await;
    a.pick("#project-from", &pattern.id.to_string()).await;
    a.click("#create-project").await;
    a.task("Roof").await;
    let rows = a.rows().await;
    let told: Vec<(&str, &str, &str)> = rows
        .iter()
        .map(|r| (r.name.as_str(), r.duration.as_str(), r.start.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("Dig", "3d", "2035-01-01T08:00"),
            ("Pour", "1d", "2035-01-04T08:00"),
            ("Roof", "1d", "2035-01-01T08:00"),
        ]
    );
    assert!(rows.iter().all(|row| !tasks.contains(&row.task)));
    a.until_row("nothing is done", &rows[0].task, "percent", "0%")
        .await;

    // and comes into a plan that is there, under a summary; one step takes it back
    a.click("#import-plan").await;
    a.pick("#insert-from", &pattern.id.to_string()).await;
    a.fill("#insert-name", "Third house").await;
    a.pick_day("#insert-start", "2035-03-05").await;
    a.click("#insert-plan").await;
    a.task("Third house").await;
    let rows = a.rows().await;
    assert_eq!(rows.len(), 7);
    assert!(rows[3].summary && rows[3].name == "Third house");
    assert_eq!(rows[4].start, "2035-03-05T08:00");
    assert_eq!(rows[5].start, "2035-03-08T08:00");
    a.accessible("a plan with a copy").await;
    a.click("[data-tool=undo]").await;
    a.until(
        "taken back",
        "document.querySelectorAll('.plan-row[data-task]').length === 3",
    )
    .await;
}
