//! A planner is made a member while away: what was refused is seen beside what the plan says now, proposed, accepted by
//! the manager as an edit of their own or declined with a word; the proposer sees what became of it.

use shared::domain::permission::Role;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::cable::Cable;
use tests::server::{Program, site, target_folder};

async fn keep(tablet: &Tablet, name: &str) {
    let pictures = target_folder().join("screens");
    std::fs::create_dir_all(&pictures).unwrap();
    tablet
        .screenshot(&pictures.join(format!("proposal-{name}.png")))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_refused_edits_are_proposed_and_the_manager_accepts_or_declines() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.manager", false).await;
    let wang = server.person("wang.engineer", false).await;
    let project = li.project("Bridge").await;
    let role = async |role: Role| {
        let put = li.put_member(project.id, wang.id, role).await;
        assert!(put.status.is_success(), "{}", put.text);
    };
    role(Role::Planner).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let path = format!("/projects/{}/plan", project.id);
    let home = Cable::to(server.address).await;
    let manager = Tablet::open(&driver, &profiles.path().join("li"), Screen::Desk, "en").await;
    manager.sign_in(&home.url(), "li.manager").await;
    manager.open_plan(&format!("{}{path}", home.url())).await;
    manager.synced().await;
    manager.add_task("foundation").await;
    let foundation = manager.task("foundation").await;
    manager.set(&foundation, "duration", "3d").await;
    manager.synced().await;
    let cable = Cable::to(server.address).await;
    let plan = format!("{}{path}", cable.url());
    let tablet = Tablet::open(
        &driver,
        &profiles.path().join("wang"),
        Screen::Tablet,
        "zh-CN",
    )
    .await;
    tablet.sign_in(&cable.url(), "wang.engineer").await;
    tablet.open_plan(&plan).await;
    tablet
        .until_row("the plan comes", &foundation, "duration", "3")
        .await;
    tablet.synced().await;
    tablet.starts_offline().await;

    // made a member while away; goes on planning, as nobody could tell
    cable.pull();
    tablet.says_offline().await;
    role(Role::Member).await;
    tablet.set(&foundation, "duration", "9d").await;
    tablet.add_task("pier by wang").await;
    tablet.set(&foundation, "name", "deep foundation").await;
    manager.set(&foundation, "duration", "4d").await;
    manager.synced().await;

    // back: refused; each is shown beside what the plan says now
    cable.plug();
    tablet.says("[data-list=refused]", "3").await;
    tablet
        .until_row("as the plan is", &foundation, "duration", "4")
        .await;
    tablet.click("[data-list=refused]").await;
    tablet
        .until(
            "now 4 days, written 9",
            "[...document.querySelectorAll('[data-draft] tbody tr')].some(r => r.cells[0].innerText.includes('4') && r.cells[1].innerText.includes('9'))",
        )
        .await;
    tablet.gone("[data-again]").await;
    keep(&tablet, "tablet-zh-refused").await;

    // one alone, with no network; the others together
    cable.pull();
    tablet.says_offline().await;
    tablet
        .until(
            "the duration is proposed",
            "(d => d && (d.querySelector('[data-propose]').click(), true))([...document.querySelectorAll('[data-draft]')].find(d => d.innerText.includes('9')))",
        )
        .await;
    tablet.says("[data-list=refused]", "2").await;
    tablet.click("#propose-all").await;
    tablet.gone("[data-list=refused]").await;
    tablet.says("[data-list=proposals]", "2").await;
    cable.plug();
    tablet.synced().await;

    // the manager sees them, previews, and decides with no network
    manager.says("[data-list=proposals]", "2").await;
    manager.click("[data-list=proposals]").await;
    manager.says("[data-proposal=open]", "wang.engineer").await;
    manager.says("[data-proposal=open]", "pier by wang").await;
    keep(&manager, "desk-en-open").await;
    home.pull();
    manager.says_offline().await;
    manager
        .until(
            "the two are accepted",
            "(d => d && (d.querySelector('[data-accept]').click(), true))([...document.querySelectorAll('[data-proposal=open]')].find(d => d.innerText.includes('pier by wang')))",
        )
        .await;
    manager.task("pier by wang").await;
    manager.task("deep foundation").await;
    manager
        .fill("[data-proposal=open] [data-answer]", "4 days will do")
        .await;
    manager.click("[data-decline]").await;
    manager
        .says("[data-proposal=declined]", "4 days will do")
        .await;
    manager.gone("[data-proposal=open]").await;
    home.plug();
    manager.synced().await;

    // the proposer sees what became of them, also in the history
    tablet.task("pier by wang").await;
    tablet.click("[data-list=proposals]").await;
    tablet
        .says("[data-proposal=declined]", "4 days will do")
        .await;
    tablet.says("[data-proposal=accepted]", "li.manager").await;
    keep(&tablet, "tablet-zh-decided").await;
    tablet
        .until_row("declined", &foundation, "duration", "4")
        .await;
    manager.click(".plan-tool[data-tool=history]").await;
    manager.says("#history", "proposed by wang.engineer").await;
    keep(&manager, "desk-en-history").await;

    // accepted is an ordinary edit: it can be taken back
    manager
        .eval("document.querySelector('.plan-grid').focus() ?? 0")
        .await;
    manager.click(".plan-tools .plan-tool:first-child").await;
    manager.task("foundation").await;
    manager
        .until(
            "one row",
            "document.querySelectorAll('.plan-row[data-task]').length === 1",
        )
        .await;
}
