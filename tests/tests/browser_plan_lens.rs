//! Finding, filtering, grouping, sorting and keeping views of a plan; columns of another width; filling down; rows that
//! are cut and put elsewhere.

use serde_json::json;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// The rows in view: names, and headings of groups in brackets.
const SHOWN: &str = "[...document.querySelectorAll('.plan-row')]
    .filter(r => getComputedStyle(r).display !== 'none' && !r.classList.contains('new'))
    .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
    .map(r => r.querySelector('[data-field=name] .plan-text')?.textContent ?? '[' + r.querySelector('strong').textContent + ']')
    .join('; ')";

async fn shown(tablet: &Tablet, what: &str, expected: &str) {
    let quoted = serde_json::to_string(expected).unwrap();
    tablet
        .soon(what, &format!("{SHOWN} === {quoted}"), SHOWN)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_lens_finds_filters_groups_and_keeps_views() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    let names = ["基坑开挖", "钢筋绑扎", "Pour", "Roof"];
    let tasks = a.plan_with(&plan, &names).await;
    a.show_column("Owner", "owner").await;
    a.set(&tasks[0], "start", "2035-01-01").await;
    a.set(&tasks[0], "owner", "Ann").await;
    a.set(&tasks[2], "owner", "Bob").await;
    a.set(&tasks[1], "percent", "100").await;

    // by words, by spelling, by first letters; Escape shows everything again
    a.chord(&[Key::Control], 'f').await;
    for (find, found) in [
        ("po", "Pour"),
        ("gangjin", "钢筋绑扎"),
        ("jkkw", "基坑开挖"),
        ("ann", "基坑开挖"),
        ("nothing", ""),
    ] {
        a.fill("#plan-find", find).await;
        shown(&a, find, found).await;
    }
    a.says("#plan-filtered", "0 of 4 tasks").await;
    a.keys(Key::Escape).await;
    shown(&a, "everything", &names.join("; ")).await;

    // what is not done, of one owner; a task that is finished meanwhile stays in sight
    a.click("[data-tool=lens]").await;
    a.click("[data-only=open]").await;
    shown(&a, "not done", "基坑开挖; Pour; Roof").await;
    a.set(&tasks[3], "percent", "100").await;
    shown(&a, "still there", "基坑开挖; Pour; Roof").await;
    a.pick("[data-lens=owner]", "Bob").await;
    shown(&a, "of one owner", "Pour").await;
    a.keep_picture("plan-lens-filter").await;

    // kept under a name, also over a reload
    a.click(".plan-views").await;
    a.fill("[data-views-field=name]", "Bob's open ones").await;
    a.keys(Key::Enter).await;
    a.until("kept", "document.querySelector('[data-view]')")
        .await;
    a.synced().await;
    a.open_plan(&plan).await;
    shown(&a, "everything", &names.join("; ")).await;
    a.click("[data-tool=lens]").await;
    a.click(".plan-views").await;
    a.click("[data-view]").await;
    shown(&a, "the view again", "Pour").await;
    a.click("#show-all").await;

    // groups with headings that fold; the cursor passes them by
    a.click("[data-tool=lens]").await;
    a.pick("[data-lens=group]", "Owner").await;
    let by_owner = "[Ann]; 基坑开挖; [Bob]; Pour; [Nobody]; 钢筋绑扎; Roof";
    shown(&a, "by owner", by_owner).await;
    a.click_cell(&tasks[0], "number").await;
    a.keys(Key::Down).await;
    a.until(
        "the cursor stands on Pour",
        &format!(
            "document.querySelector(\".plan-row[data-task='{}'] .plan-cell.active\")",
            tasks[2]
        ),
    )
    .await;
    a.keep_picture("plan-lens-groups").await;
    a.click(".plan-group-button").await;
    let folded = "[Ann]; [Bob]; Pour; [Nobody]; 钢筋绑扎; Roof";
    shown(&a, "one folded", folded).await;
    a.click("#show-all").await;

    // a heading sorts: upwards, downwards, not at all; Chinese by its sound
    let name = "[data-column=name] .plan-th-name";
    a.click(name).await;
    shown(&a, "sorted", "钢筋绑扎; 基坑开挖; Pour; Roof").await;
    a.click(name).await;
    shown(&a, "downwards", "Roof; Pour; 基坑开挖; 钢筋绑扎").await;
    a.click(name).await;
    shown(&a, "as it is", &names.join("; ")).await;

    // an edge that is dragged gives another width, over a reload too
    let wide = "document.querySelector('[data-column=name]').getBoundingClientRect().width";
    let before = a.eval(wide).await.as_f64().unwrap();
    let edge = a
        .point("(r => [r.left + 4, r.top + 20])(document.querySelector('[data-column=name] .plan-th-edge').getBoundingClientRect())")
        .await;
    a.drag(edge, (edge.0 + 60.0, edge.1)).await;
    let wider = format!("Math.abs({wide} - {before} - 60) < 2");
    a.until("wider", &wider).await;
    a.open_plan(&plan).await;
    a.until("still wider", &wider).await;

    // what is shown is kept as a picture
    let folder = TempDir::new().unwrap();
    a.downloads_to(folder.path()).await;
    a.view_menu("[data-keep=png]").await;
    let picture = a.kept_in(folder.path(), "png").await;
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
    // twice 280 pixels of names and 1,400 of bars; a title, a header, four rows
    assert_eq!(&picture[16..24], [0, 0, 13, 32, 0, 0, 1, 136]);
    a.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_cells_are_filled_down_and_rows_cut_and_put_elsewhere() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "zh-CN").await;
    a.sign_in(&server.url(), "li.planner").await;
    let tasks = a.plan_with(&plan, &["甲", "乙", "丙", "丁"]).await;

    // the first of the chosen rows fills the others; one step takes it back
    a.set(&tasks[0], "duration", "3d").await;
    a.click_cell(&tasks[0], "duration").await;
    a.chord(&[Key::Shift], Key::Down).await;
    a.chord(&[Key::Shift], Key::Down).await;
    a.chord(&[Key::Control], 'd').await;
    let durations = |a: Vec<tests::planscreen::Row>| -> Vec<String> {
        a.into_iter().map(|row| row.duration).collect()
    };
    a.until_row("filled", &tasks[2], "duration", "3天").await;
    assert_eq!(durations(a.rows().await), ["3d", "3d", "3d", "1d"]);
    a.chord(&[Key::Control], 'z').await;
    a.until_row("taken back", &tasks[2], "duration", "1天")
        .await;
    assert_eq!(durations(a.rows().await), ["3d", "1d", "1d", "1d"]);

    // cut rows wait where they are, and go where they are pasted, as the tasks that they were
    a.cdp(
        "Browser.grantPermissions",
        json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
    )
    .await;
    // a press on one of several chosen rows chooses it alone
    a.click_cell(&tasks[0], "number").await;
    a.chord(&[Key::Control], 'x').await;
    a.until("cut", "document.querySelector('.plan-row.cut')")
        .await;
    shown(&a, "nothing is gone", "甲; 乙; 丙; 丁").await;
    a.click_cell(&tasks[2], "name").await;
    a.chord(&[Key::Control], 'v').await;
    shown(&a, "moved", "乙; 丙; 甲; 丁").await;
    let rows = a.rows().await;
    assert_eq!(rows[2].task, tasks[0]);
    assert_eq!(rows[2].duration, "3d");
    a.chord(&[Key::Control], 'z').await;
    shown(&a, "back", "甲; 乙; 丙; 丁").await;
    a.synced().await;
    a.close().await;
}
