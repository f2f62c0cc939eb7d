//! Plans from tables: a person says what the columns hold, sees what would come, and imports it.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// Chooses a file in the import dialog.
async fn choose(tablet: &Tablet, name: &str, bytes: &[u8], folder: &TempDir) {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    tablet.click("#import-plan").await;
    tablet
        .until("the file field", "document.querySelector('#import-file')")
        .await;
    let field = tablet.web.find(By::Css("#import-file")).await.unwrap();
    field.send_keys(path.to_str().unwrap()).await.unwrap();
}

/// Says by its words what a column holds.
async fn column(tablet: &Tablet, at: usize, words: &str) {
    tablet
        .eval(&format!(
            "(s => {{ s.value = [...s.options].find(o => o.textContent.trim() === '{words}').value; s.dispatchEvent(new Event('change', {{bubbles: true}})); return 0; }})(document.querySelector('[data-mapping-column=\"{at}\"]'))"
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_table_is_imported_as_its_columns_are_said_to_be() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    a.open_plan(&plan).await;

    // the kind of list that an office keeps: a title above, headings that nobody could foresee, a sum below
    let table = "\u{feff}桥梁工程进度表,,,,\r\n序号,工作内容,天数,什么时候开始,谁做\r\n\
        1,基础,,,\r\n1.1,基坑开挖,3,2035-01-01,老王\r\n1.2,浇筑,两天左右,,老王\r\n2,验收,0,2035-01-10,\r\n";
    choose(&a, "list.csv", table.as_bytes(), &home).await;
    a.find("#import-tables").await;
    a.accessible("the columns of a table").await;
    column(&a, 1, "Task name").await;
    column(&a, 2, "Duration").await;
    column(&a, 3, "Start").await;
    column(&a, 4, "Owner").await;
    a.click("#import-mapped").await;
    a.says("#import-facts", "4").await;
    // what was not understood is told with its cell
    a.says("#import-cells", "两天左右").await;
    a.says("#import-cells", "C5").await;

    // and back, to say it otherwise
    a.click("#import-back").await;
    a.find("#import-tables").await;
    a.click("#import-mapped").await;
    a.click("#import-commit").await;
    a.click("#import-close").await;
    a.task("浇筑").await;
    let rows = a.rows().await;
    let told: Vec<(&str, u32, &str, &str)> = rows
        .iter()
        .map(|r| {
            (
                r.name.as_str(),
                r.level,
                r.duration.as_str(),
                &r.start[..10],
            )
        })
        .collect();
    assert_eq!(told[0].0, "基础");
    assert_eq!(told[1], ("基坑开挖", 2, "3d", "2035-01-01"));
    assert_eq!(told[2].1, 2);
    assert_eq!(told[3], ("验收", 1, "0d", "2035-01-10"));
    assert!(rows[0].summary);

    // what Excel gets from here it gives back
    let folder = TempDir::new().unwrap();
    a.downloads_to(folder.path()).await;
    let book = a.export("#export-xlsx", folder.path(), "xlsx").await;
    let other = planner.project("Second").await;
    a.open_plan(&format!("{}/projects/{}/plan", server.url(), other.id))
        .await;
    choose(&a, "book.xlsx", &book, &home).await;
    a.find("#import-tables").await;
    a.click("#import-mapped").await;
    a.click("#import-commit").await;
    a.click("#import-close").await;
    a.task("验收").await;
    let again = a.rows().await;
    let same = |rows: &[tests::planscreen::Row]| -> Vec<(String, u32, String, String)> {
        rows.iter()
            .map(|r| {
                (
                    r.name.clone(),
                    r.level,
                    r.duration.clone(),
                    r.finish.clone(),
                )
            })
            .collect()
    };
    assert_eq!(same(&again), same(&rows));
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_table_that_comes_again_updates_the_same_tasks_as_far_as_one_says() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    a.open_plan(&plan).await;
    let first = "No.,Task name,Duration,Owner\n1,Dig,3d,Wang\n2,Pour,2d,Wang\n3,Roof,4d,Zhao\n";
    choose(&a, "plan.csv", first.as_bytes(), &home).await;
    a.click("#import-mapped").await;
    a.click("#import-commit").await;
    a.click("#import-close").await;
    let dig = a.task("Dig").await;
    let roof = a.task("Roof").await;
    // what is changed here meanwhile
    a.set(&roof, "duration", "6d").await;

    let second = "No.,Task name,Duration,Owner\n1,Dig,5d,Wang\n2,Pour,2d,Chen\n3,Roof,4d,Zhao\n4,Paint,1d,\n";
    choose(&a, "plan.csv", second.as_bytes(), &home).await;
    a.click("#import-mapped").await;
    a.click("#import-compare").await;
    a.find("#import-again").await;
    for (task, said) in [
        ("Dig", "5 d"),
        ("Pour", "Chen"),
        ("Roof", "4 d"),
        ("Paint", "New"),
    ] {
        a.says(&format!("[data-again-task={task}]"), said).await;
    }
    a.accessible("what a file changes").await;
    // the roof stays as it was changed here
    a.click("[data-again-task=Roof] > label input").await;
    a.click("#again-commit").await;
    a.says("#import-done", "updated").await;
    a.click("#import-close").await;
    a.until_row("longer", &dig, "duration", "5d").await;
    a.until_row("as it was changed here", &roof, "duration", "6d")
        .await;
    a.task("Paint").await;
    assert_eq!(a.rows().await.len(), 4);

    // one step takes all of it back
    a.keys(Key::Escape).await;
    a.click("[data-tool=undo]").await;
    a.until_row("shorter again", &dig, "duration", "3d").await;
    assert_eq!(a.rows().await.len(), 3);
}
