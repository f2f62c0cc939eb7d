//! The grid of a plan as a planner at a desk uses it: keys, an input method, copy and paste, undo.

use serde_json::json;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// Number, depth and name of every row in view, as `1.1 Dig`.
const OUTLINE: &str = "[...document.querySelectorAll('.plan-row[data-task]')]
    .filter(r => !r.classList.contains('absent'))
    .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
    .map(r => r.querySelector('[data-field=number] .plan-text').textContent + ' ' + r.querySelector('[data-field=name] .plan-text').textContent)
    .join('; ')";

async fn outline(tablet: &Tablet, what: &str, expected: &str) {
    let quoted = serde_json::to_string(expected).unwrap();
    let condition = format!("{OUTLINE} === {quoted}");
    tablet.soon(what, &condition, OUTLINE).await;
}

/// The cell of the row with this name.
fn cell(name: &str, field: &str) -> String {
    format!(
        "[...document.querySelectorAll('.plan-row[data-task]')].find(r => r.querySelector('[data-field=name] .plan-text').textContent === '{name}').querySelector('[data-field={field}]')"
    )
}

async fn press_cell(tablet: &Tablet, name: &str, field: &str) {
    let at = tablet
        .point(&format!(
            "(r => [r.left + 30, r.top + r.height / 2])({}.getBoundingClientRect())",
            cell(name, field)
        ))
        .await;
    tablet.press(at).await;
    tablet.lift(at).await;
}

async fn until_cell(tablet: &Tablet, name: &str, field: &str, text: &str) {
    let look = format!(
        "{}.querySelector('.plan-text').textContent",
        cell(name, field)
    );
    tablet
        .soon(
            &format!("{field} of {name} is {text}"),
            &format!("{look} === '{text}'"),
            &look,
        )
        .await;
}

/// A plan with the tasks A, B, C, D, at a desk.
async fn desk(driver: &Driver, server: &Program, home: &TempDir) -> Tablet {
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let tablet = Tablet::open(driver, home.path(), Screen::Desk, "en").await;
    tablet.sign_in(&server.url(), "li.planner").await;
    tablet
        .goto(&format!("{}/projects/{}/plan", server.url(), project.id))
        .await;
    tablet.click(".plan-empty .button-primary").await;
    // one types a list: Enter writes, and the next line is ready
    for name in ["A", "B", "C", "D"] {
        tablet.keys(name).await;
        tablet.keys(Key::Enter).await;
    }
    outline(&tablet, "four tasks typed", "1 A; 2 B; 3 C; 4 D").await;
    tablet
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_grid_is_worked_by_keys() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let home = TempDir::new().unwrap();
    let tablet = desk(&driver, &server, &home).await;

    // Escape leaves a cell without writing; typing over a cell replaces it; Tab writes and goes on
    press_cell(&tablet, "A", "name").await;
    tablet.keys("x").await;
    tablet
        .until(
            "the cell is open",
            "document.querySelector('.plan-editor.open')",
        )
        .await;
    tablet.keys(Key::Escape).await;
    tablet
        .until(
            "the cell is closed",
            "!document.querySelector('.plan-editor.open')",
        )
        .await;
    outline(&tablet, "nothing written", "1 A; 2 B; 3 C; 4 D").await;
    tablet.keys("Dig").await;
    tablet.keys(Key::Tab).await;
    tablet.keys("3").await;
    tablet.keys(Key::Enter).await;
    until_cell(&tablet, "Dig", "duration", "3d").await;
    // what cannot be read is said, and stays
    press_cell(&tablet, "Dig", "duration").await;
    tablet.keys("soon").await;
    tablet.keys(Key::Enter).await;
    tablet
        .until(
            "it says why",
            "document.querySelector('.plan-hint.error')?.textContent.includes('5d')",
        )
        .await;
    tablet.keys(Key::Escape).await;
    until_cell(&tablet, "Dig", "duration", "3d").await;

    // Chinese through an input method: Enter chooses a word, it does not leave the cell
    press_cell(&tablet, "B", "name").await;
    tablet.compose("ji").await;
    tablet
        .until(
            "it begins where the cursor is",
            "document.querySelector('.plan-editor.open')",
        )
        .await;
    tablet
        .cdp(
            "Input.dispatchKeyEvent",
            json!({"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 229}),
        )
        .await;
    tablet
        .cdp(
            "Input.dispatchKeyEvent",
            json!({"type": "keyUp", "key": "Enter", "windowsVirtualKeyCode": 229}),
        )
        .await;
    tablet.compose_end("基坑开挖").await;
    assert_eq!(
        tablet
            .eval("document.querySelector('.plan-field').value")
            .await,
        "基坑开挖"
    );
    tablet
        .until("still open", "document.querySelector('.plan-editor.open')")
        .await;
    tablet.keys(Key::Enter).await;
    outline(&tablet, "written whole", "1 Dig; 2 基坑开挖; 3 C; 4 D").await;

    // indent and outdent, several rows at once
    press_cell(&tablet, "C", "number").await;
    tablet.chord(&[Key::Shift], Key::Down).await;
    tablet.keys(Key::Tab).await;
    outline(&tablet, "both indented", "1 Dig; 2 基坑开挖; 2.1 C; 2.2 D").await;
    tablet.chord(&[Key::Shift], Key::Tab).await;
    outline(&tablet, "both outdented", "1 Dig; 2 基坑开挖; 3 C; 4 D").await;
    tablet.chord(&[Key::Alt, Key::Shift], Key::Up).await;
    outline(&tablet, "both up", "1 Dig; 2 C; 3 D; 4 基坑开挖").await;
    tablet.chord(&[Key::Control], 'z').await;
    outline(&tablet, "one step back", "1 Dig; 2 基坑开挖; 3 C; 4 D").await;
    tablet.chord(&[Key::Control], 'y').await;
    outline(&tablet, "and again", "1 Dig; 2 C; 3 D; 4 基坑开挖").await;

    // removed with one key, back with one step
    tablet.keys(Key::Delete).await;
    outline(&tablet, "both removed", "1 Dig; 2 基坑开挖").await;
    tablet.chord(&[Key::Control], 'z').await;
    outline(&tablet, "both back", "1 Dig; 2 C; 3 D; 4 基坑开挖").await;
    // a new one below the cursor, named at once
    press_cell(&tablet, "Dig", "number").await;
    tablet.keys(Key::Insert).await;
    tablet.until("its name is open", "document.querySelector('.plan-editor.open') && document.activeElement.value === 'New task'").await;
    tablet.keys("Fence").await;
    tablet.keys(Key::Enter).await;
    outline(&tablet, "added", "1 Dig; 2 Fence; 3 C; 4 D; 5 基坑开挖").await;

    tablet.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_rows_are_dragged_and_go_to_a_spreadsheet_and_back() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let home = TempDir::new().unwrap();
    let tablet = desk(&driver, &server, &home).await;

    // drag a number: between rows, and into one; Escape lets go
    let number = |name: &str| {
        format!(
            "(r => [r.left + 20, r.top + r.height / 2])({}.getBoundingClientRect())",
            cell(name, "number")
        )
    };
    let from = tablet.point(&number("D")).await;
    let to = tablet.point(&number("B")).await;
    tablet.drag(from, (to.0, to.1 - 12.0)).await;
    outline(&tablet, "before B", "1 A; 2 D; 3 B; 4 C").await;
    let from = tablet.point(&number("C")).await;
    let to = tablet.point(&number("A")).await;
    tablet.drag(from, to).await;
    outline(&tablet, "into A", "1 A; 1.1 C; 2 D; 3 B").await;
    let from = tablet.point(&number("B")).await;
    let to = tablet.point(&number("A")).await;
    tablet.press(from).await;
    tablet.drag_to(from, to).await;
    tablet
        .until(
            "it shows where it would land",
            "document.querySelector('.plan-drop')",
        )
        .await;
    tablet.keys(Key::Escape).await;
    tablet
        .until("let go", "!document.querySelector('.plan-drop')")
        .await;
    tablet.lift(to).await;
    outline(&tablet, "as it was", "1 A; 1.1 C; 2 D; 3 B").await;

    // whole rows go out as lines of cells, as text and as a table
    tablet
        .cdp(
            "Browser.grantPermissions",
            json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}),
        )
        .await;
    press_cell(&tablet, "D", "number").await;
    tablet.chord(&[Key::Shift], Key::Down).await;
    tablet.chord(&[Key::Control], 'c').await;
    let text = tablet.until("copied", "navigator.clipboard.readText().then(t => window.copied = t) && window.copied?.startsWith('D') && window.copied").await;
    let text = text.as_str().unwrap();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert_eq!(
        (lines[0][0], lines[0][1], lines[1][0]),
        ("D", "1d", "B"),
        "{text}"
    );
    // pasted on the empty line they are new tasks
    tablet.click(".plan-row.new [data-field=name]").await;
    tablet.chord(&[Key::Control], 'v').await;
    outline(&tablet, "pasted", "1 A; 1.1 C; 2 D; 3 B; 4 D; 5 B").await;
    tablet.chord(&[Key::Control], 'z').await;
    outline(&tablet, "one step", "1 A; 1.1 C; 2 D; 3 B").await;
    // from a spreadsheet, over cells: durations from the cursor down, quotes and all
    tablet.eval("navigator.clipboard.writeText('Piling\\t5d\\r\\n\"Cap, \"\"north\"\"\"\\t2w\\r\\n') && 0").await;
    press_cell(&tablet, "D", "name").await;
    tablet.until("on the clipboard", "navigator.clipboard.readText().then(t => window.there = t) && window.there?.startsWith('Piling')").await;
    tablet.chord(&[Key::Control], 'v').await;
    outline(
        &tablet,
        "names pasted",
        "1 A; 1.1 C; 2 Piling; 3 Cap, \"north\"",
    )
    .await;
    until_cell(&tablet, "Piling", "duration", "5d").await;
    tablet.synced().await;
    tablet.close().await;
}
