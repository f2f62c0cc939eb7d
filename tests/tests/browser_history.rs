//! Conflicts and history as people meet them: two write beside each other, the conflict is seen, filtered and settled; any
//! moment is looked at; a task and the plan are restored, with a word about the newer work of others.

use shared::doc::command::Command;
use shared::doc::sample;
use shared::domain::permission::{DocumentKind, Role};
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::cable::Cable;
use tests::headless::{Address, Headless};
use tests::server::{Program, TestServer, site, target_folder};

/// Keeps a picture, to be looked at.
async fn keep(tablet: &Tablet, name: &str) {
    let pictures = target_folder().join("screens");
    std::fs::create_dir_all(&pictures).unwrap();
    tablet
        .screenshot(&pictures.join(format!("history-{name}.png")))
        .await;
}

/// Names of the rows in sight.
async fn names(tablet: &Tablet) -> Vec<String> {
    let rows = tablet.rows().await;
    rows.into_iter().map(|row| row.name).collect()
}

/// Presses a button by its words, in the last element that fits.
async fn press(tablet: &Tablet, within: &str, nth: usize, button: &str) {
    tablet
        .until(
            &format!("{button} in {within} {nth}"),
            &format!(
                "(b => b && (b.scrollIntoView({{block: 'center'}}), b.click(), true))(document.querySelectorAll('{within}')[{nth}]?.querySelector('{button}'))"
            ),
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_conflicts_are_seen_filtered_and_settled_and_stay_in_the_history() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.manager", false).await;
    let wang = server.person("wang.engineer", false).await;
    let project = li.project("Bridge").await;
    let put = li.put_member(project.id, wang.id, Role::Planner).await;
    assert!(put.status.is_success(), "{}", put.text);
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let path = format!("/projects/{}/plan", project.id);
    let a = Tablet::open(&driver, &profiles.path().join("li"), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.manager").await;
    a.open_plan(&format!("{}{path}", server.url())).await;
    a.synced().await;
    a.add_task("Dig").await;
    a.add_task("Pour").await;
    a.add_task("Cure").await;
    let dig = a.task("Dig").await;
    a.synced().await;
    let cable = Cable::to(server.address).await;
    let b = Tablet::open(
        &driver,
        &profiles.path().join("wang"),
        Screen::Tablet,
        "zh-CN",
    )
    .await;
    b.sign_in(&cable.url(), "wang.engineer").await;
    let plan = format!("{}{path}", cable.url());
    b.open_plan(&plan).await;
    b.task("Cure").await;
    b.synced().await;
    b.starts_offline().await;

    // beside each other
    cable.pull();
    b.says_offline().await;
    b.set(&dig, "duration", "9d").await;
    b.set(&dig, "name", "Dig by Wang").await;
    a.set(&dig, "name", "Dig by Li").await;
    a.set(&dig, "duration", "3d").await;
    a.synced().await;
    cable.plug();
    b.synced().await;
    a.says("[data-list=conflicts]", "2").await;
    b.says("[data-list=conflicts]", "2").await;
    let marks = format!(
        "document.querySelectorAll(\".plan-row[data-task='{dig}'] .plan-conflict-mark\").length === 2"
    );
    a.until("a badge in both fields", &marks).await;

    // the filter shows that task alone
    a.click("[data-list=conflicts]").await;
    a.says(".plan-card", "li.manager").await;
    a.says(".plan-card", "wang.engineer").await;
    keep(&a, "desk-en-conflicts").await;
    b.click("[data-list=conflicts]").await;
    b.says(".plan-card", "wang.engineer").await;
    keep(&b, "tablet-zh-conflicts").await;
    a.click("#filter-conflicts").await;
    a.says("#plan-filtered", "1").await;
    assert_eq!(names(&a).await.len(), 1);
    keep(&a, "desk-en-filtered").await;
    a.click("#show-all").await;
    assert_eq!(names(&a).await.len(), 3);

    // one by a choice, one by another value; the loser is kept with who settled it
    press(&a, "[data-conflict=name] tr:not(.stands)", 1, "[data-keep]").await;
    a.says("[data-list=conflicts]", "1").await;
    a.fill("[data-conflict=duration] [data-other]", "5d").await;
    a.click("[data-conflict=duration] .past-other button").await;
    a.gone("[data-list=conflicts]").await;
    a.click(".tab[data-tab=settled]").await;
    a.says("[data-settled=duration]", "9").await;
    a.says("[data-settled=duration]", "li.manager").await;
    a.says("[data-settled=name]", "Dig by Wang").await;
    a.says("[data-settled=name]", "Dig by Li").await;
    keep(&a, "desk-en-settled").await;
    a.synced().await;
    b.gone("[data-list=conflicts]").await;
    b.until_row("settled there too", &dig, "duration", "5")
        .await;

    // the same after a reload with no network: the history is on the device
    cable.pull();
    b.says_offline().await;
    b.open_plan(&plan).await;
    b.task("Cure").await;
    b.click(".plan-tool[data-tool=history]").await;
    b.says("#history", "Dig by Wang").await;
    b.says("#history", "li.manager").await;
    keep(&b, "tablet-zh-history").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_any_moment_is_looked_at_and_restored_after_a_preview_that_names_newer_work() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.manager", false).await;
    let wang = server.person("wang.engineer", false).await;
    let project = li.project("Bridge").await;
    let put = li.put_member(project.id, wang.id, Role::Planner).await;
    assert!(put.status.is_success(), "{}", put.text);
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let path = format!("/projects/{}/plan", project.id);
    let cable = Cable::to(server.address).await;
    let a = Tablet::open(&driver, &profiles.path().join("li"), Screen::Desk, "zh-CN").await;
    a.sign_in(&cable.url(), "li.manager").await;
    let plan = format!("{}{path}", cable.url());
    a.open_plan(&plan).await;
    a.synced().await;
    a.starts_offline().await;
    a.add_task("Dig").await;
    a.add_task("Pour").await;
    let dig = a.task("Dig").await;
    a.set(&dig, "duration", "4d").await;
    a.synced().await;
    let b = Tablet::open(&driver, &profiles.path().join("wang"), Screen::Tablet, "en").await;
    b.sign_in(&server.url(), "wang.engineer").await;
    b.open_plan(&format!("{}{path}", server.url())).await;
    b.until_row("the plan comes", &dig, "duration", "4").await;
    b.set(&dig, "duration", "8d").await;
    b.add_task("Paint").await;
    b.synced().await;
    a.task("Paint").await;
    a.set(&dig, "name", "Dig deeper").await;
    a.synced().await;

    // who, when, what: of the plan and of the task
    a.click(".plan-tool[data-tool=history]").await;
    a.says("#history", "wang.engineer").await;
    a.says("#history", "Dig deeper").await;
    keep(&a, "desk-zh-history").await;
    a.click_cell(&dig, "number").await;
    a.keys("h").await;
    a.says("#history", "Dig deeper").await;
    a.until(
        "the task's steps alone",
        "document.querySelector('.tab[data-tab=history][aria-selected=true]') && !document.querySelector('#history').innerText.includes('Pour')",
    )
    .await;
    keep(&a, "desk-zh-task-history").await;

    // the oldest entry: as it was before wang came; nothing can be written there
    a.until(
        "three entries: li, wang, li",
        "document.querySelectorAll('.past-entry').length === 3",
    )
    .await;
    press(&a, ".past-entry", 2, "[data-look]").await;
    a.says("#plan-moment", "li.manager").await;
    a.until_row("the duration then", &dig, "duration", "4")
        .await;
    a.until_row("the name then", &dig, "name", "Dig").await;
    assert_eq!(names(&a).await, ["Dig", "Pour"]);
    assert_eq!(
        a.eval("document.querySelector('.plan-grid').getAttribute('aria-readonly')")
            .await,
        "true"
    );
    keep(&a, "desk-zh-moment").await;

    // the preview names what wang did since; restoring is one step to take back
    a.click("#restore-plan").await;
    a.says("#restore-newer", "wang.engineer").await;
    a.says(".past-table", "Paint").await;
    keep(&a, "desk-zh-preview").await;
    a.click("#restore-now").await;
    a.gone("#plan-moment").await;
    a.until(
        "two rows",
        "document.querySelectorAll('.plan-row[data-task]').length === 2",
    )
    .await;
    assert_eq!(names(&a).await, ["Dig", "Pour"]);
    a.says("[data-list=removed]", "1").await;
    b.until_row("the other sees it", &dig, "duration", "4")
        .await;
    a.click(".toast-action").await;
    a.task("Paint").await;
    a.until_row("taken back", &dig, "duration", "8").await;
    b.until_row("there too", &dig, "duration", "8").await;
    a.synced().await;

    // with no network, after a reload: one task goes back, the rest stays
    cable.pull();
    a.says_offline().await;
    a.open_plan(&plan).await;
    a.task("Paint").await;
    a.click_cell(&dig, "number").await;
    a.keys("h").await;
    a.says("#history", "wang.engineer").await;
    let last = "document.querySelectorAll('.past-entry').length - 1";
    let last = a.eval(last).await.as_u64().unwrap() as usize;
    press(&a, ".past-entry", last, "[data-restore-to]").await;
    a.says("#restore-newer", "wang.engineer").await;
    keep(&a, "desk-zh-preview-task").await;
    a.click("#restore-now").await;
    a.until_row("the task as it was", &dig, "duration", "4")
        .await;
    a.task("Paint").await;
    a.until(
        "an entry only here",
        "document.querySelector('.past-entry .badge')",
    )
    .await;
    cable.plug();
    a.synced().await;
    b.until_row("everybody has it", &dig, "duration", "4").await;
    b.task("Paint").await;
    b.click(".plan-tool[data-tool=history]").await;
    b.says("#history", "li.manager").await;
    press(&b, ".past-entry", 1, "[data-look]").await;
    b.says("#plan-moment", "Nothing can be written").await;
    keep(&b, "tablet-en-moment").await;
    b.click("#back-to-now").await;
    b.gone("#plan-moment").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_history_of_a_plan_that_came_in_one_piece_says_when_the_server_received_it() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let li = server.person("li").await;
    let project = li.project("Bridge").await;
    let address = Address {
        url: server.url().replace("localhost", "127.0.0.1"),
        token: li.token().await.token,
    };
    let of = [(project.plan, DocumentKind::Plan)];
    let mut first = Headless::start(address, li.id, &of);
    first.synced().await;
    let imported = Box::new(sample::plan(2_000, 3));
    first.perform(project.plan, Command::ImportPlan { plan: imported });
    first.synced().await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let cable = Cable::to(server.address).await;
    let tablet = Tablet::open(&driver, &profiles.path().join("li"), Screen::Desk, "en").await;
    tablet.sign_in(&cable.url(), "li").await;
    let plan = format!("{}/projects/{}/plan", cable.url(), project.id);
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.starts_offline().await;
    let received = "[...document.querySelectorAll('.past-entry time')].some(t => t.title.includes('received by the server'))";
    tablet.click(".plan-tool[data-tool=history]").await;
    tablet.until("the server's record", received).await;
    // it is kept: the same with no network
    cable.pull();
    tablet.open_plan(&plan).await;
    tablet.says_offline().await;
    tablet.click(".plan-tool[data-tool=history]").await;
    tablet.until("the server's record, kept", received).await;
}
