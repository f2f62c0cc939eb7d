//! Who is removed from a project is told so at once, and keeps what only this device has.

use shared::domain::permission::Role;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::cable::Cable;
use tests::server::{Program, site};

#[tokio::test(flavor = "multi_thread")]
async fn browser_a_removed_member_is_told_at_once_and_after_being_away_and_keeps_unsent_work() {
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

    // after being away: what was typed meanwhile stays on the device, and goes into a file
    join().await;
    tablet.open_plan(&plan).await;
    tablet.task("Dig").await;
    tablet.synced().await;
    cable.pull();
    tablet.says_offline().await;
    remove().await;
    tablet.add_task("Pour").await;
    tablet.until_waiting(1).await;
    cable.plug();
    tablet
        .says("#no-longer-member", "kept on this device: 1")
        .await;
    let folder = profiles.path().join("files");
    std::fs::create_dir_all(&folder).unwrap();
    tablet.downloads_to(&folder).await;
    tablet.click("#left-export").await;
    let begun = std::time::Instant::now();
    let file = loop {
        let mut files = std::fs::read_dir(&folder)
            .unwrap()
            .map(|f| f.unwrap().path());
        if let Some(file) = files.find(|f| f.extension().is_none_or(|e| e != "crdownload")) {
            break file;
        }
        assert!(begun.elapsed().as_secs() < 60, "no file came");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
    assert!(text.contains("Pour"), "the task is in the file: {text}");
}
