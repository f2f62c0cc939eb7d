//! Every place, at a desk and on a tablet, in both languages: it shows, nothing is wider than the window, nothing is
//! reported as an error. The pictures are kept in TARGET/screens, to be looked at.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site, target_folder};

/// The password of every account of the demonstration, as `plumbline serve --demo` prints it.
const DEMO_PASSWORD: &str = "plumbline-demo";

/// Numbers, dates and titles of the grid that do not fit their cells.
const CUT: &str = "[...document.querySelectorAll('.plan-th-name, .plan-cell:not([data-field=name]):not([data-field=owner]):not([data-field=predecessors]):not([data-field=deliverable]) .plan-text')]
    .filter(e => e.scrollWidth > e.clientWidth && e.getClientRects().length).map(e => e.textContent).join('; ')";

/// The sheets of the plan with fields, and what opens them.
const SHEETS: [(&str, &str); 2] = [
    ("plan-settings", ".plan-menu [data-menu=settings]"),
    (
        "plan-task",
        ".plan-row[data-task]:not(.summary) .plan-opener",
    ),
];

/// What is wider than what it lies in: the page, or the sheet at the side.
async fn wider(tablet: &Tablet) -> Option<String> {
    let wide = tablet
        .eval("Math.max(document.documentElement.scrollWidth - window.innerWidth, (b => b ? b.scrollWidth - b.clientWidth : 0)(document.querySelector('.plan-side-body')))")
        .await;
    (wide.as_i64() > Some(0)).then(|| format!("{wide} px wider than there is room"))
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_every_place_shows_in_both_languages_at_both_sizes() {
    let site = site();
    let server = Program::start(&["--demo", "--site", site.to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let pictures = target_folder().join("screens");
    std::fs::create_dir_all(&pictures).unwrap();
    let mut wrong = Vec::new();
    for (screen, size) in [(Screen::Desk, "desk"), (Screen::Tablet, "tablet")] {
        for language in ["zh-CN", "en"] {
            let home = profiles.path().join(format!("{size}-{language}"));
            let tablet = Tablet::open(&driver, &home, screen, language).await;
            tablet.goto(&server.url()).await;
            tablet.find("#sign-in").await;
            let said = tablet.eval("document.documentElement.lang").await;
            assert_eq!(
                said.as_str(),
                Some(language),
                "chosen from the browser at first"
            );
            let keep = |name: &str| pictures.join(format!("{size}-{language}-{name}.png"));
            tablet.screenshot(&keep("sign-in")).await;
            tablet.fill("#name", "admin").await;
            tablet.fill("#password", DEMO_PASSWORD).await;
            tablet.click("#sign-in").await;
            tablet.synced().await;
            let project = tablet
                .until(
                    "a project is listed",
                    "document.querySelector('a[href^=\"/projects/\"]')?.getAttribute('href')",
                )
                .await;
            let project = project
                .as_str()
                .unwrap()
                .trim_end_matches("/plan")
                .to_owned();
            let plan = format!("{project}/plan");
            let members = format!("{project}/members");
            let forms = format!("{project}/forms");
            let places = [
                ("home", "/"),
                ("projects", "/projects"),
                ("overview", project.as_str()),
                ("plan", plan.as_str()),
                ("members", members.as_str()),
                ("forms", forms.as_str()),
                ("inbox", "/inbox"),
                ("regulations", "/regulations"),
                ("account", "/account"),
                ("admin", "/admin"),
            ];
            for (name, path) in places {
                tablet.goto(&format!("{}{path}", server.url())).await;
                tablet
                    .until("the frame", "document.querySelector('#sync')")
                    .await;
                tablet.synced().await;
                if name == "plan" {
                    tablet
                        .until("rows", "document.querySelector('.plan-row[data-task]')")
                        .await;
                    let cut = tablet.eval(CUT).await;
                    if cut.as_str() != Some("") {
                        wrong.push(format!("{size} {language}: cut in the grid: {cut}"));
                    }
                }
                tablet.screenshot(&keep(name)).await;
                if let Some(wide) = wider(&tablet).await {
                    wrong.push(format!("{size} {language} {name}: {wide}"));
                }
                if name == "plan" {
                    for (name, opener) in SHEETS {
                        if opener.contains("menu") {
                            tablet.click(".plan-tools .plan-tool-text").await;
                            tablet.find(opener).await;
                        }
                        // the opener of a row shows where the pointer is, and here is none
                        let click = format!("document.querySelector('{opener}').click() ?? 0");
                        tablet.eval(&click).await;
                        tablet.find(".plan-side .plan-fields").await;
                        tablet.screenshot(&keep(name)).await;
                        if let Some(wide) = wider(&tablet).await {
                            wrong.push(format!("{size} {language} {name}: {wide}"));
                        }
                        tablet.click(".plan-side-head button").await;
                        tablet.gone(".plan-side").await;
                    }
                }
            }
            for entry in tablet.web.browser_log().await.unwrap() {
                // the page asks to stay while something is being saved, and nobody has touched it
                let asks = entry.message.contains("'beforeunload'");
                if entry.level == "SEVERE" && !asks {
                    wrong.push(format!("{size} {language}: {}", entry.message));
                }
            }
            tablet.close().await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
