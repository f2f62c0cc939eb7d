//! An edit that the server refuses becomes a draft; the device goes on as if it had never been made.

use shared::domain::permission::Role;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::cable::Cable;
use tests::server::{Program, site};

#[tokio::test(flavor = "multi_thread")]
async fn browser_refused_edits_of_who_was_made_a_reader_meanwhile_become_drafts() {
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
    let manager = Tablet::open(&driver, &profiles.path().join("li"), Screen::Desk, "en").await;
    manager.sign_in(&server.url(), "li.manager").await;
    manager
        .open_plan(&format!("{}/projects/{}/plan", server.url(), project.id))
        .await;
    manager.synced().await;
    manager.add_task("foundation").await;
    let foundation = manager.task("foundation").await;
    manager.set(&foundation, "duration", "3d").await;
    manager.synced().await;
    let cable = Cable::to(server.address).await;
    let plan = format!("{}/projects/{}/plan", cable.url(), project.id);
    let tablet = Tablet::open(&driver, &profiles.path().join("wang"), Screen::Tablet, "en").await;
    tablet.sign_in(&cable.url(), "wang.engineer").await;
    tablet.open_plan(&plan).await;
    tablet
        .until_row("the plan comes", &foundation, "duration", "3")
        .await;
    tablet.synced().await;
    tablet.starts_offline().await;

    // made a reader while away; goes on working, as nobody could tell
    cable.pull();
    tablet.says_offline().await;
    role(Role::Reader).await;
    tablet.set(&foundation, "duration", "9d").await;
    tablet.add_task("pier by wang").await;
    let pier = tablet.task("pier by wang").await;
    tablet.set(&pier, "duration", "4d").await;
    tablet.until_waiting(3).await;
    manager.add_task("abutment").await;
    manager.synced().await;

    // back: the replica is what was acknowledged, with what others did; the edits are drafts
    cable.plug();
    tablet.task("abutment").await;
    tablet.says("[data-list=refused]", "3").await;
    tablet.synced().await;
    tablet
        .until_row("as it was acknowledged", &foundation, "duration", "3")
        .await;
    assert_eq!(tablet.rows().await, manager.rows().await);
    tablet.says(".plan-band", "read").await;
    tablet.click("[data-list=refused]").await;
    tablet.says(".plan-card", "pier by wang").await;
    tablet.says(".plan-card", "9").await;

    // the drafts are still there after a reload, and others' edits still come
    tablet.open_plan(&plan).await;
    tablet.says("[data-list=refused]", "3").await;
    manager.set(&foundation, "name", "deep foundation").await;
    tablet
        .until_row("others' edits", &foundation, "name", "deep foundation")
        .await;

    // a planner again: later edits pass, the drafts go when the person says so
    role(Role::Planner).await;
    tablet.gone(".plan-band").await;
    tablet.set(&foundation, "duration", "5d").await;
    manager
        .until_row("later edits", &foundation, "duration", "5")
        .await;
    tablet.click("[data-list=refused]").await;
    for left in (0..3).rev() {
        tablet.click(".plan-card .row .button:last-child").await;
        tablet
            .until(
                "one draft less",
                &format!("document.querySelectorAll('.plan-card').length === {left}"),
            )
            .await;
    }
    tablet.gone("[data-list=refused]").await;
    tablet.open_plan(&plan).await;
    tablet.task("deep foundation").await;
    tablet.synced().await;
    tablet.gone("[data-list=refused]").await;
    let rows = manager.rows().await;
    assert_eq!(rows, tablet.rows().await);
    assert!(
        rows.iter().all(|row| row.name != "pier by wang"),
        "no other device has ever seen it: {rows:?}"
    );
}
