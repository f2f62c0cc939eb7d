//! A plan of thirty tasks, from a new project to linked dates, by keyboard alone.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

#[tokio::test(flavor = "multi_thread")]
async fn browser_keyboard_alone_makes_a_plan_of_thirty_tasks() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    server.person("li.planner", false).await;
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;

    // a project; its empty plan takes what is typed
    a.keys("c").await;
    a.until(
        "the name has the focus",
        "document.activeElement?.id === 'project-name'",
    )
    .await;
    a.keys("Warehouse").await;
    a.keys(Key::Enter).await;
    a.until(
        "the grid has the focus",
        "document.activeElement?.classList.contains('plan-field')",
    )
    .await;
    for row in 0..30 {
        a.keys(&*format!("Task {row}")).await;
        a.keys(Key::Enter).await;
    }
    a.until(
        "all thirty",
        "document.querySelector('.plan-grid')?.getAttribute('aria-rowcount') === '32'",
    )
    .await;
    a.keys(Key::Escape).await;

    // five branches, each with five tasks below it; durations down the column
    a.chord(&[Key::Control], Key::Home).await;
    for row in 0..30 {
        if row % 6 > 0 {
            a.keys(Key::Tab).await;
        }
        a.keys(Key::Down).await;
    }
    a.chord(&[Key::Control], Key::Home).await;
    a.keys(Key::Home).await;
    a.keys(Key::Right).await;
    a.keys(Key::Right).await;
    for row in 0..30 {
        if row % 6 > 0 {
            a.keys("2d").await;
            a.keys(Key::Enter).await;
        } else {
            a.keys(Key::Down).await;
        }
    }

    // each waits for the one above it
    a.chord(&[Key::Control], Key::Home).await;
    a.chord(&[Key::Control, Key::Shift], Key::End).await;
    a.chord(&[Key::Control], Key::F2).await;
    a.says(".toasts, .notices, [role=status]", "24 links made")
        .await;
    a.chord(&[Key::Control], Key::Home).await;
    let first = a.task("Task 0").await;
    a.until_row("ten days", &first, "duration", "10d").await;
    let rows = a.rows().await;
    let seen: Vec<(&str, u32, &str)> = rows
        .iter()
        .take(8)
        .map(|r| (r.name.as_str(), r.level, r.duration.as_str()))
        .collect();
    assert_eq!(seen[0], ("Task 0", 1, "10d"));
    assert_eq!(seen[1], ("Task 1", 2, "2d"));
    assert_eq!(seen[6], ("Task 6", 1, "10d"));
    assert!(rows[6].summary && rows[6].start > rows[5].finish);
}
