//! Who is removed from a project is told so at once.

use shared::domain::permission::Role;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::cable::Cable;
use tests::server::{Program, site};

#[tokio::test(flavor = "multi_thread")]
async fn browser_a_removed_member_is_told_at_once() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let li = server.person("li.manager", false).await;
    let wang = server.person("wang.engineer", false).await;
    let project = li.project("Bridge").await;
    let join = async || {
        let put = li.put_member(project.id, wang.id, Role::Planner).await;
        assert!(put.status.is_success(), "{}", put.text);
    };
    let remove = async || {
        let gone = li.remove_member(project.id, wang.id).await;
        assert!(gone.status.is_success(), "{}", gone.text);
    };
    join().await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let cable = Cable::to(server.address).await;
    let plan = format!("{}/projects/{}/plan", cable.url(), project.id);
    let tablet = Tablet::open(&driver, &profiles.path().join("wang"), Screen::Tablet, "en").await;
    tablet.sign_in(&cable.url(), "wang.engineer").await;
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    tablet.add_task("Dig").await;
    tablet.synced().await;

    // over the live socket
    remove().await;
    tablet.says("#no-longer-member", "no longer a member").await;
    tablet.gone("#left-export").await;
}
