//! Pictures of a plan to keep, whatever it is shown as; on paper; and what is found in it from anywhere.

use serde_json::json;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// Presses the buttons that keep a picture; what comes is one, and as large as the others.
async fn keeps(tablet: &Tablet, menu: bool) -> String {
    let folder = TempDir::new().unwrap();
    tablet.downloads_to(folder.path()).await;
    let mut files = Vec::new();
    for form in ["png", "svg", "pdf"] {
        let button = format!("[data-keep={form}]");
        match menu {
            true => tablet.view_menu(&button).await,
            false => tablet.click(&format!(".plan-shape {button}")).await,
        }
        files.push(tablet.kept_in(folder.path(), form).await);
    }
    assert!(files[0].starts_with(b"\x89PNG\r\n\x1a\n"));
    let svg = String::from_utf8(files[1].clone()).unwrap();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{svg}");
    // colours that any program reads
    assert!(!svg.contains("color-mix") && !svg.contains("var("), "{svg}");
    let pdf = String::from_utf8_lossy(&files[2]);
    assert!(pdf.starts_with("%PDF-1.") && pdf.trim_end().ends_with("%%EOF"));
    let wide = u32::from_be_bytes(files[0][16..20].try_into().unwrap());
    assert!(pdf.contains(&format!("/Width {wide}")), "{wide}");
    svg
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_is_kept_as_pictures_and_printed_whatever_it_is_shown_as() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "zh-CN").await;
    a.sign_in(&server.url(), "li.planner").await;
    let tasks = a.plan_with(&plan, &["基坑开挖", "钢筋绑扎", "验收"]).await;
    a.set(&tasks[0], "duration", "3d").await;
    a.set(&tasks[2], "duration", "0d").await;

    let svg = keeps(&a, true).await;
    for name in ["基坑开挖", "钢筋绑扎", "验收"] {
        // beside its bar, and in the list
        assert_eq!(svg.matches(name).count(), 2, "{svg}");
    }
    for (shape, said) in [
        ("board", "钢筋绑扎"),
        ("month", "基坑开挖"),
        ("milestones", "验收"),
        ("network", "基坑开挖"),
    ] {
        a.view_menu(&format!("[data-shape={shape}]")).await;
        a.find(".plan-shape [data-keep=svg]").await;
        let svg = keeps(&a, false).await;
        assert!(svg.contains(said), "{shape}: {svg}");
        // what is printed is what is shown
        a.eval("window.dispatchEvent(new Event('beforeprint'))")
            .await;
        a.until(
            &format!("{shape} on paper"),
            &format!("(s => s?.style.width.endsWith('%') && s.textContent.includes('{said}'))(document.querySelector('.plan-print .plan-sheet'))"),
        )
        .await;
        a.eval("window.dispatchEvent(new Event('afterprint'))")
            .await;
    }
    let paper = a
        .cdp("Page.printToPDF", json!({"preferCSSPageSize": true}))
        .await;
    assert!(
        paper["data"]
            .as_str()
            .is_some_and(|data| data.len() > 1_000)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_is_searched_from_anywhere_also_as_chinese_is_spelt() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let address = format!("{}/projects/{}", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    let plan = format!("{address}/plan");
    let tasks = a.plan_with(&plan, &["基坑开挖", "钢筋绑扎", "Roof"]).await;

    // from the overview, in Latin letters, to the sheet of the task
    a.click("nav.tabs a[href$='/members']").await;
    a.gone(".plan-row").await;
    a.chord(&[Key::Control], 'k').await;
    a.fill(".palette input", "gjbz").await;
    a.says(".palette-item", "钢筋绑扎").await;
    a.keys(Key::Enter).await;
    a.plan_shows().await;
    a.until(
        "its sheet",
        "document.querySelector('.plan-side')?.innerText.includes('钢筋绑扎') || [...document.querySelectorAll('.plan-side input, .plan-side textarea')].some(e => e.value === '钢筋绑扎')",
    )
    .await;
    // the address is the plan's again, so that a reload shows the plan
    a.until("the address", "location.search === ''").await;

    // what a filter hides is shown all the same
    a.find(&format!(".plan-row[data-task='{}']", tasks[1]))
        .await;
    a.goto(&format!("{plan}?show=task-{}", tasks[2])).await;
    a.plan_shows().await;
    a.until(
        "the task of the address",
        &format!("document.querySelector(\".plan-row[data-task='{}'] [aria-selected=true], .plan-row[data-task='{}'].current, .plan-side\")", tasks[2], tasks[2]),
    )
    .await;

    // and the plan's other faces
    a.chord(&[Key::Control], 'k').await;
    a.fill(".palette input", "Board").await;
    a.says(".palette-item", "Board").await;
    a.keys(Key::Enter).await;
    a.find("[data-shape-of=board]").await;
}
