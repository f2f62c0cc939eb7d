//! Broken, huge, wrong and hostile files through the real import dialog: a clear message in the person's language,
//! nothing changed, and the app goes on working.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::planscreen::Row;
use tests::server::{Program, site, target_folder};
use thirtyfour::prelude::*;

/// A file with these tasks.
fn project(tasks: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Project xmlns=\"http://schemas.microsoft.com/project\">\n\
         <Title>Brücke 桥</Title>\n<StartDate>2026-01-05T08:00:00</StartDate>\n<Tasks>\n{tasks}\n</Tasks>\n</Project>\n"
    )
}

fn task(uid: u32, name: &str, more: &str) -> String {
    format!(
        "<Task><UID>{uid}</UID><ID>{uid}</ID><Name>{name}</Name><OutlineLevel>1</OutlineLevel>\
         <Duration>PT8H0M0S</Duration>{more}</Task>\n"
    )
}

fn after(pred: u32) -> String {
    format!(
        "<PredecessorLink><PredecessorUID>{pred}</PredecessorUID><Type>1</Type></PredecessorLink>"
    )
}

fn many(count: u32, more: &str) -> String {
    (1..=count)
        .map(|uid| task(uid, &format!("task {uid}"), more))
        .collect()
}

fn wide(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// Files that are refused: a name, the content, and what the message says in Chinese and in English.
fn refused() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let whole = project(&many(40, ""));
    let cut = whole.as_bytes()[..whole.len() * 6 / 10].to_vec();
    let laughs: String = (b'b'..=b'k')
        .map(|c| {
            let below = format!("&{};", char::from(c - 1)).repeat(10);
            format!("<!ENTITY {} \"{below}\">", char::from(c))
        })
        .collect();
    let bomb = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE Project [<!ENTITY a \"ha\">{laughs}]><Project><Title>&k;</Title></Project>"
    );
    let outside = "<?xml version=\"1.0\"?><!DOCTYPE Project [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\
        <Project><Title>&x;</Title></Project>";
    let picture = [&b"\x89PNG\r\n\x1a\n"[..], &[0xA5; 4096]].concat();
    let workbook = [&b"PK\x03\x04\x14\0\x06\0"[..], &[0xC3; 4096]].concat();
    let mpp = [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[0; 4096]].concat();
    let gbk = [
        &b"<?xml version=\"1.0\" encoding=\"GBK\"?><Project><Title>"[..],
        b"\xb9\xa4\xb3\xcc</Title><Tasks/></Project>",
    ]
    .concat();
    let deep = project(&format!("<Task>{}", "<a>".repeat(100_000)));
    let late = project(&task(1, "late", "<Start>99999-12-31T08:00:00</Start>"));
    let early = project(&task(1, "早", "<Start>0001-01-01T08:00:00</Start>"));
    let long = project(&task(1, "long", "").replace("PT8H0M0S", "eight days"));
    let crowd = project(&task(1, "crowd", &"<a/>".repeat(300_000)));
    let mixed = project(&task(1, "mixed", "<b></c>"));
    let page = b"<!-- a page --><html><body>Project</body></html>".to_vec();
    vec![
        ("cut.xml", cut, "文件不完整", "ends too early"),
        (
            "laughs.xml",
            bomb.into_bytes(),
            "文档类型声明",
            "document type declaration",
        ),
        (
            "outside.xml",
            outside.into(),
            "文档类型声明",
            "document type declaration",
        ),
        (
            "picture.png",
            picture,
            "既不是 MS Project XML",
            "neither MS Project XML",
        ),
        ("book.xlsx", workbook, "工作簿", "workbook"),
        ("plan.mpp", mpp, "另存为", "MS Project itself"),
        ("empty.xml", Vec::new(), "文件是空的", "is empty"),
        ("gbk.xml", gbk, "UTF-8", "UTF-8"),
        (
            "deep.xml",
            deep.into_bytes(),
            "嵌套超过 64 层",
            "more than 64 deep",
        ),
        (
            "late.xml",
            late.into_bytes(),
            "应为 1900 至 2199 年内的日期",
            "in the years 1900 to 2199",
        ),
        (
            "early.xml",
            early.into_bytes(),
            "应为 1900 至 2199 年内的日期",
            "in the years 1900 to 2199",
        ),
        (
            "long.xml",
            long.into_bytes(),
            "应为 工期",
            "a duration such as",
        ),
        (
            "crowd.xml",
            crowd.into_bytes(),
            "超过 200000 个",
            "more than 200000",
        ),
        (
            "mixed.xml",
            mixed.into_bytes(),
            "损坏",
            "is damaged at line",
        ),
        ("page.xml", page, "以 html 开头", "begins with html"),
        (
            "nothing.xml",
            b"<Project/>".to_vec(),
            "没有任务",
            "no tasks",
        ),
    ]
}

/// Files that are read: a name, the content, and what the preview says in Chinese and in English.
fn read() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let circle = [
        task(1, "挖", &after(3)),
        task(2, "浇", &after(1)),
        task(3, "装", &after(2)),
    ]
    .concat();
    let missing = [task(1, "alone", &after(99)), task(2, "next", &after(1))].concat();
    let twice = [
        task(1, "one", ""),
        task(1, "two", ""),
        task(2, "three", &after(1)),
    ]
    .concat();
    let marked = format!("\u{feff}{}", project(&task(1, "mark 标记", "")));
    let utf16 = wide(&project(&task(1, "wide 宽", "")).replace("UTF-8", "UTF-16"));
    vec![
        (
            "circle.xml",
            project(&circle).into_bytes(),
            "互相等待",
            "wait for each other",
        ),
        (
            "missing.xml",
            project(&missing).into_bytes(),
            "此项目以外的任务",
            "not in this project of the file",
        ),
        ("twice.xml", project(&twice).into_bytes(), "搭接", "Links"),
        ("marked.xml", marked.into_bytes(), "任务", "Tasks"),
        ("utf16.xml", utf16, "任务", "Tasks"),
    ]
}

fn keep(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path
}

async fn dialog(tablet: &Tablet) {
    tablet.click("#import-plan").await;
    tablet
        .until("the file field", "document.querySelector('#import-file')")
        .await;
}

async fn choose(tablet: &Tablet, file: &Path) {
    let field = tablet.web.find(By::Css("#import-file")).await.unwrap();
    field.send_keys(file.to_str().unwrap()).await.unwrap();
}

/// The text of the dialog once it has an answer.
async fn answer(tablet: &Tablet, file: &str) -> (bool, String) {
    let said = tablet
        .until(
            file,
            "document.querySelector('#import-failed, #import-commit') && \
             [!!document.querySelector('#import-commit'), document.querySelector('dialog[open]').innerText]",
        )
        .await;
    let said: (bool, String) = serde_json::from_value(said).unwrap();
    said
}

/// Back to the choice of a file.
async fn back(tablet: &Tablet) {
    tablet
        .click(".dialog-foot .button:not(.button-primary)")
        .await;
    tablet
        .until("the file field", "document.querySelector('#import-file')")
        .await;
}

async fn close(tablet: &Tablet) {
    tablet.keys(Key::Escape).await;
    tablet
        .until(
            "the dialog is closed",
            "!document.querySelector('#import-file, #import-failed, #import-commit')",
        )
        .await;
}

async fn unchanged(tablet: &Tablet, before: &[Row]) {
    assert_eq!(tablet.rows().await, before);
    assert_eq!(tablet.waiting().await, 0);
}

/// A plan with one task on a fresh device.
async fn plan(server: &Program, driver: &Driver, home: &Path, language: &str) -> Tablet {
    let name = format!("planner.{}", language.to_lowercase());
    let person = server.person(&name, false).await;
    let project = person.project("Bridge 桥").await.id;
    let tablet = Tablet::open(driver, home, Screen::Desk, language).await;
    tablet.sign_in(&server.url(), &name).await;
    tablet
        .goto(&format!("{}/projects/{project}/plan", server.url()))
        .await;
    tablet
        .until(
            "the plan screen",
            "document.querySelector('.plan-row.new') && document.querySelector('#import-plan')",
        )
        .await;
    tablet.add_task("kept 保留").await;
    tablet.synced().await;
    tablet
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_import_says_what_is_wrong_with_a_file_and_changes_nothing() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let folder = TempDir::new().unwrap();
    let pictures = target_folder().join("screens");
    std::fs::create_dir_all(&pictures).unwrap();
    for language in ["zh-CN", "en"] {
        let home = folder.path().join(language);
        let tablet = plan(&server, &driver, &home, language).await;
        let before = tablet.rows().await;
        let words = |zh: &'static str, en: &'static str| if language == "en" { en } else { zh };
        dialog(&tablet).await;
        for (name, content, zh, en) in refused() {
            let file = keep(folder.path(), name, &content);
            choose(&tablet, &file).await;
            let (taken, said) = answer(&tablet, name).await;
            assert!(!taken && said.contains(words(zh, en)), "{name}: {said}");
            assert!(
                said.contains(words("没有改变任何内容", "Nothing was changed")),
                "{said}"
            );
            tablet
                .screenshot(&pictures.join(format!("import-{language}-{name}.png")))
                .await;
            back(&tablet).await;
        }
        for (name, content, zh, en) in read() {
            let file = keep(folder.path(), name, &content);
            choose(&tablet, &file).await;
            let (taken, said) = answer(&tablet, name).await;
            assert!(taken && said.contains(words(zh, en)), "{name}: {said}");
            tablet
                .screenshot(&pictures.join(format!("import-{language}-{name}.png")))
                .await;
            back(&tablet).await;
        }
        close(&tablet).await;
        unchanged(&tablet, &before).await;
        // a circle can be imported all the same; it is shown, and goes with undo
        dialog(&tablet).await;
        choose(&tablet, &folder.path().join("circle.xml")).await;
        tablet.click("#import-commit").await;
        tablet.click("#import-close").await;
        tablet.find("[data-list=problems]").await;
        assert_eq!(tablet.rows().await.len(), before.len() + 3);
        tablet
            .click(".plan-tool[aria-label='Undo'], .plan-tool[aria-label='撤销']")
            .await;
        tablet
            .until("undone", "!document.querySelector('[data-list=problems]')")
            .await;
        // the app goes on
        tablet.add_task("afterwards 之后").await;
        tablet.synced().await;
        let names: Vec<String> = tablet
            .rows()
            .await
            .into_iter()
            .map(|row| row.name)
            .collect();
        assert_eq!(names, ["kept 保留", "afterwards 之后"]);
        for entry in tablet.web.browser_log().await.unwrap() {
            assert_ne!(entry.level, "SEVERE", "{}", entry.message);
        }
        tablet.close().await;
    }
}

/// A file of about `size` bytes that is read until its end.
fn large(path: &Path, size: usize) {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let note = format!("<Notes>{}</Notes>", "long 长 ".repeat(200));
    let one = task(7, "task", &note).len();
    let (head, tail) = project("\u{0}")
        .split_once('\u{0}')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    file.write_all(head.as_bytes()).unwrap();
    for uid in 1..=(size / one) as u32 {
        file.write_all(task(uid, &format!("task {uid}"), &note).as_bytes())
            .unwrap();
    }
    file.write_all(tail.as_bytes()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_import_of_huge_files_is_refused_or_cancelled_without_filling_the_memory() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let folder = TempDir::new_in(target_folder()).unwrap();
    let tablet = plan(&server, &driver, &folder.path().join("home"), "zh-CN").await;
    let before = tablet.rows().await;
    let resting = driver.memory();

    // 200 MB are refused by their size, unread
    let huge = folder.path().join("huge.xml");
    large(&huge, 200 << 20);
    dialog(&tablet).await;
    choose(&tablet, &huge).await;
    let (taken, said) = answer(&tablet, "huge").await;
    assert!(!taken && said.contains("最多可读取 64 MB"), "{said}");
    let grown = driver.memory().saturating_sub(resting);
    assert!(grown < 150 << 20, "{} MB more", grown >> 20);
    back(&tablet).await;

    // the largest that is read: cancelled in the middle, its Worker ends at once
    let long = folder.path().join("long.xml");
    large(&long, 60 << 20);
    choose(&tablet, &long).await;
    tablet
        .until(
            "it is being read",
            "document.querySelector('.exchange-progress')",
        )
        .await;
    let begun = Instant::now();
    let mut most = 0;
    while begun.elapsed() < Duration::from_millis(700) {
        most = most.max(driver.memory());
    }
    tablet.click(".dialog-foot .button").await;
    tablet
        .until("the file field", "document.querySelector('#import-file')")
        .await;
    assert!(begun.elapsed() < Duration::from_secs(10));
    while workers(&tablet).await > 0 {
        assert!(
            begun.elapsed() < Duration::from_secs(15),
            "the Worker goes on"
        );
    }
    eprintln!(
        "resting {} MB, while reading {} MB",
        resting >> 20,
        most >> 20
    );
    close(&tablet).await;
    unchanged(&tablet, &before).await;

    // and read to its end it stays within bounds
    dialog(&tablet).await;
    choose(&tablet, &long).await;
    let mut most = 0;
    let begun = Instant::now();
    while tablet
        .eval("!document.querySelector('#import-failed, #import-commit')")
        .await
        == true
    {
        most = most.max(driver.memory());
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "60 MB take too long"
        );
    }
    let (_, said) = answer(&tablet, "long").await;
    eprintln!(
        "60 MB in {:?}, at most {} MB: {}",
        begun.elapsed(),
        most >> 20,
        said.lines().take(8).collect::<Vec<_>>().join(" | ")
    );
    assert!(
        most.saturating_sub(resting) < 1200 << 20,
        "{} MB",
        most >> 20
    );
    back(&tablet).await;
    close(&tablet).await;
    unchanged(&tablet, &before).await;
    tablet.add_task("afterwards 之后").await;
    tablet.synced().await;
}

/// How many dedicated Workers the browser runs.
async fn workers(tablet: &Tablet) -> usize {
    let targets = tablet
        .cdp("Target.getTargets", json!({"filter": [{"type": "worker"}]}))
        .await;
    targets["targetInfos"].as_array().map_or(0, Vec::len)
}
