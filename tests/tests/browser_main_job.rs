//! The main job, as one walk: a real plan is imported, edited on two offline tablets through a server that is killed,
//! and comes together with nothing lost.

use std::path::{Path, PathBuf};

use shared::domain::permission::Role;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site, target_folder};
use thirtyfour::prelude::*;

/// A task's name, start and finish.
type Expected = (String, String, String);

/// The real house project and what its dates must be; `None`, said aloud, where the data is not beside the project.
fn house() -> Option<(PathBuf, Vec<Expected>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/plans");
    let file = folder.join("house-claeys-verhelst.xml");
    if !file.exists() {
        eprintln!("skipped: {} is not here", file.display());
        return None;
    }
    let mut expected = csv::Reader::from_path(folder.join("house-expected.csv")).unwrap();
    let rows = expected
        .records()
        .map(|row| {
            let row = row.unwrap();
            (row[1].to_owned(), row[2].to_owned(), row[3].to_owned())
        })
        .collect();
    Some((file.canonicalize().unwrap(), rows))
}

async fn import(tablet: &Tablet, file: &Path) {
    tablet.click("#import-plan").await;
    // the field itself is hidden behind a button that people can hit
    tablet
        .until("the file field", "document.querySelector('#import-file')")
        .await;
    let field = tablet.web.find(By::Css("#import-file")).await.unwrap();
    field.send_keys(file.to_str().unwrap()).await.unwrap();
    tablet.click("#import-commit").await;
    tablet
        .until("imported", "document.querySelector('#import-done')")
        .await;
    tablet.click("#import-close").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_main_job_two_offline_tablets_and_a_killed_server_come_together() {
    let Some((file, expected)) = house() else {
        return;
    };
    let site = site();
    let mut server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let engineer = server.person("wang.engineer", false).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let (home_a, home_b) = (profiles.path().join("a"), profiles.path().join("b"));

    // a planner signs in, creates a project, imports the house, sees the right dates
    let a = Tablet::open(&driver, &home_a, Screen::Tablet, "zh-CN").await;
    a.sign_in(&server.url(), "li.planner").await;
    a.goto(&format!("{}/projects", server.url())).await;
    a.click("#new-project").await;
    a.fill("#project-name", "Claeys-Verhelst 住宅").await;
    a.click("#create-project").await;
    a.until(
        "the plan screen",
        "location.pathname.endsWith('/plan') && document.querySelector('#import-plan')",
    )
    .await;
    import(&a, &file).await;
    a.synced().await;
    let rows = a.by_name().await;
    assert_eq!(rows.len(), expected.len(), "49 activities");
    for (name, start, finish) in &expected {
        let row = rows
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not in the grid"));
        assert_eq!((&row.start, &row.finish), (start, finish), "{name}");
    }

    // the second tablet has the project on it
    let project = a
        .eval("location.pathname.split('/')[2]")
        .await
        .as_str()
        .unwrap()
        .to_owned();
    let put = planner
        .put_member(project.parse().unwrap(), engineer.id, Role::Planner)
        .await;
    assert!(put.status.is_success(), "{}", put.text);
    let plan = format!("{}/projects/{project}/plan", server.url());
    let b = Tablet::open(&driver, &home_b, Screen::Tablet, "en").await;
    b.sign_in(&server.url(), "wang.engineer").await;
    b.goto(&plan).await;
    b.until(
        "the plan is there",
        "document.querySelector('.plan-row[data-task]')",
    )
    .await;
    b.synced().await;
    assert_eq!(a.rows().await, b.rows().await);
    b.until(
        "the app starts without a network from now on",
        "navigator.serviceWorker.controller",
    )
    .await;
    a.until(
        "the app starts without a network from now on",
        "navigator.serviceWorker.controller",
    )
    .await;

    // both lose the network, and the server dies
    a.offline(true).await;
    b.offline(true).await;
    server.kill().await;
    a.says_offline().await;
    b.says_offline().await;
    let task = |name: &str| rows[name].task.clone();

    // edits beside each other
    a.set(&task("roof"), "duration", "15d").await;
    b.set(&task("roof"), "duration", "20d").await;
    a.set(&task("painting"), "name", "painting and varnish")
        .await;
    b.set(&task("stairs"), "duration", "12d").await;
    a.add_task("handover by A").await;
    b.add_task("inspection by B").await;
    // A removes what B edits
    a.click_cell(&task("elevator"), "number").await;
    a.keys(Key::Delete).await;
    a.until(
        "the row is gone",
        &format!(
            "!document.querySelector(\".plan-row[data-task='{}']\")",
            task("elevator")
        ),
    )
    .await;
    a.saved_here().await;
    b.set(&task("elevator"), "name", "elevator with glass cabin")
        .await;
    // both move: A puts furniture one up, B puts kitchen under its neighbour
    a.click_cell(&task("furniture"), "number").await;
    a.chord(&[Key::Alt, Key::Shift], Key::Up).await;
    a.saved_here().await;
    b.click_cell(&task("kitchen and bar"), "number").await;
    b.chord(&[Key::Alt, Key::Shift], Key::Right).await;
    b.saved_here().await;
    assert!(a.waiting().await >= 5, "what waits is counted");

    // one tablet is switched off and on again, still with no network
    let before = a.rows().await;
    a.close().await;
    let a = Tablet::open(&driver, &home_a, Screen::Tablet, "zh-CN").await;
    a.offline(true).await;
    a.goto(&plan).await;
    a.until(
        "the plan opens with no network",
        "document.querySelector('.plan-row[data-task]')",
    )
    .await;
    assert_eq!(a.rows().await, before, "nothing lost by switching off");
    assert!(a.waiting().await >= 5);
    a.set(&task("stucco"), "duration", "18d").await;

    // the server comes back, and the network
    server.start_again().await;
    a.offline(false).await;
    b.offline(false).await;
    a.synced().await;
    b.synced().await;
    b.until_row("A's late edit arrives", &task("stucco"), "duration", "18")
        .await;
    a.until_row("B's edit arrives", &task("stairs"), "duration", "12")
        .await;
    let (rows_a, rows_b) = (a.rows().await, b.rows().await);
    assert_eq!(rows_a, rows_b, "one and the same plan");

    // no edit is lost
    let names: Vec<&str> = rows_a.iter().map(|r| r.name.as_str()).collect();
    for name in ["painting and varnish", "handover by A", "inspection by B"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let kitchen = rows_a.iter().find(|r| r.name == "kitchen and bar").unwrap();
    assert_eq!(
        kitchen.level,
        rows["kitchen and bar"].level + 1,
        "B's indent stands"
    );

    // both values of the roof can be seen, on both tablets
    for tablet in [&a, &b] {
        tablet.click("[data-list=conflicts]").await;
        let shown = tablet
            .until(
                "the conflict's values",
                "document.querySelector('[data-conflict=duration]')?.innerText",
            )
            .await;
        let shown = shown.as_str().unwrap().to_owned();
        assert!(shown.contains("15") && shown.contains("20"), "{shown}");
    }
    // what A removed and B edited is shown, with a way back
    a.click("[data-list=removed]").await;
    let removed = format!("[data-removed='{}']", task("elevator"));
    let shown = a
        .until(
            "the removed task",
            &format!("document.querySelector(\"{removed}\")?.innerText"),
        )
        .await;
    assert!(
        shown
            .as_str()
            .unwrap()
            .contains("elevator with glass cabin"),
        "{shown}"
    );
    a.click(&format!("{removed} [data-restore]")).await;
    b.until_row(
        "the task is back for B too",
        &task("elevator"),
        "name",
        "elevator with glass cabin",
    )
    .await;
    a.synced().await;
    b.synced().await;
    assert_eq!(a.rows().await, b.rows().await);

    // the server holds the same plan: a third, new device sees it
    let c = Tablet::open(&driver, &profiles.path().join("c"), Screen::Desk, "en").await;
    c.sign_in(&server.url(), "li.planner").await;
    c.goto(&plan).await;
    c.until_row(
        "the plan arrives",
        &task("elevator"),
        "name",
        "elevator with glass cabin",
    )
    .await;
    c.synced().await;
    assert_eq!(c.rows().await, a.rows().await, "and the server");
    // and hands the plan on: MS Project XML, written into the imported file, and Excel
    let downloads = profiles.path().join("downloads");
    std::fs::create_dir_all(&downloads).unwrap();
    a.downloads_to(&downloads).await;
    let exported = a.export("#export-mspdi", &downloads, "xml").await;
    let mut last = 0;
    let read = shared::exchange::mspdi::read(&exported, &mut || {
        last += 1;
        last
    })
    .unwrap();
    let names: Vec<&str> = read.plan.tasks.iter().map(|t| t.name.as_str()).collect();
    let shown = c.rows().await;
    assert_eq!(
        names,
        shown.iter().map(|r| r.name.as_str()).collect::<Vec<_>>()
    );
    let text = String::from_utf8(exported).unwrap();
    assert!(
        text.contains("<EarnedValueMethod>"),
        "what we do not show is written back"
    );
    let sheet = a.export("#export-xlsx", &downloads, "xlsx").await;
    assert_eq!(&sheet[..2], b"PK", "a workbook");

    // the README's picture
    c.click("[aria-label='Show the whole plan']").await;
    let pictures = target_folder().join("screens");
    std::fs::create_dir_all(&pictures).unwrap();
    c.screenshot(&pictures.join("plan.png")).await;
}
