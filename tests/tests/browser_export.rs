//! Exports from the plan screen: what was typed in the app is in the file, also what another device typed.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

const FILE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <Project xmlns=\"http://schemas.microsoft.com/project\">\n<StartDate>2026-01-05T08:00:00</StartDate>\n<Tasks>\n\
    <Task><UID>4</UID><Name>dig</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration><Cost>1200</Cost>\
    <Notes>deep</Notes></Task>\n\
    <Task><UID>5</UID><Name>pour</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration></Task>\n\
    <Task><UID>6</UID><Name>wait</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration>\
    <Notes>as it was</Notes></Task>\n\
    </Tasks>\n</Project>\n";

/// Replaces the note of the task with this name.
async fn note(tablet: &Tablet, task: &str, text: &str) {
    let row = tablet.by_name().await[task].task.clone();
    tablet.click_cell(&row, "number").await;
    tablet.keys(Key::Enter).await;
    let field = tablet.find("[data-panel-field=note]").await;
    field.click().await.unwrap();
    tablet.chord(&[Key::Control], 'a').await;
    tablet.keys(text).await;
    // leaving the field makes it one change
    tablet.click_cell(&row, "number").await;
    tablet.saved_here().await;
    tablet.keys(Key::Escape).await;
}

/// The notes of an exported file, by name.
fn notes(file: &[u8]) -> Vec<(String, String)> {
    let mut last = 0;
    let read = shared::exchange::mspdi::read(file, &mut || {
        last += 1;
        last
    })
    .unwrap();
    let name = |id| read.plan.tasks.iter().find(|task| task.id == id);
    (read.notes.iter())
        .map(|(task, text)| (name(*task).unwrap().name.clone(), text.clone()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_export_has_the_notes_that_were_typed_here_and_on_another_device() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let folder = TempDir::new().unwrap();
    let person = server.person("li.planner", false).await;
    let project = person.project("Bridge").await.id;
    let address = format!("{}/projects/{project}/plan", server.url());
    let a = Tablet::open(&driver, &folder.path().join("a"), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    a.goto(&address).await;
    let file = folder.path().join("in.xml");
    std::fs::write(&file, FILE).unwrap();
    a.click("#import-plan").await;
    a.until("the file field", "document.querySelector('#import-file')")
        .await;
    let field = a.web.find(By::Css("#import-file")).await.unwrap();
    field.send_keys(file.to_str().unwrap()).await.unwrap();
    a.click("#import-commit").await;
    a.click("#import-close").await;
    a.synced().await;

    note(&a, "dig", "deeper <&> 深").await;
    note(&a, "pour", "=SUM(1)").await;
    let expected = [
        ("dig", "deeper <&> 深"),
        ("pour", "=SUM(1)"),
        ("wait", "as it was"),
    ]
    .map(|(task, text)| (task.to_owned(), text.to_owned()));
    let downloads = folder.path().join("here");
    std::fs::create_dir_all(&downloads).unwrap();
    a.downloads_to(&downloads).await;
    // with no network too
    a.offline(true).await;
    let made = a.export("#export-mspdi", &downloads, "xml").await;
    assert_eq!(notes(&made), expected);
    let text = String::from_utf8(made).unwrap();
    assert!(text.contains("<Cost>1200</Cost>"), "{text}");
    a.offline(false).await;
    a.synced().await;

    // a device that never opened one of the notes asks for them
    let b = Tablet::open(&driver, &folder.path().join("b"), Screen::Desk, "en").await;
    b.sign_in(&server.url(), "li.planner").await;
    b.goto(&address).await;
    b.until("rows", "document.querySelector('.plan-row[data-task]')")
        .await;
    b.synced().await;
    let downloads = folder.path().join("there");
    std::fs::create_dir_all(&downloads).unwrap();
    b.downloads_to(&downloads).await;
    let made = b.export("#export-mspdi", &downloads, "xml").await;
    assert_eq!(notes(&made), expected);
    let sheet = b.export("#export-xlsx", &downloads, "xlsx").await;
    assert_eq!(&sheet[..2], b"PK", "a workbook");
    for tablet in [&a, &b] {
        for entry in tablet.web.browser_log().await.unwrap() {
            let offline = entry.message.contains("ERR_INTERNET_DISCONNECTED");
            assert!(entry.level != "SEVERE" || offline, "{}", entry.message);
        }
    }
}
