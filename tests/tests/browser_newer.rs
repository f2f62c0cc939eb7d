//! A project moves to another version of its regulation on the screen, knowing what differs; what was begun stays as it was.

use std::path::Path;

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::office::{Office, text};
use tests::server::{TestServer, site};

const PACK: &str = "project_operation_2007";
const FORM: &str = "initiation_proposal";

/// Copies the pack into a folder; the same to its files but for what is replaced in them.
fn another(to: &Path, replace: &[(&str, &str, &str)]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let from = root.join("shared/packs").join(PACK);
    let mut folders = vec![String::new()];
    while let Some(within) = folders.pop() {
        let folder = to.join("newer").join(&within);
        std::fs::create_dir_all(&folder).unwrap();
        for entry in std::fs::read_dir(from.join(&within)).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{within}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                folders.push(format!("{name}/"));
                continue;
            }
            let mut text = std::fs::read_to_string(entry.path()).unwrap();
            for (file, old, new) in replace.iter().filter(|(file, ..)| *file == name) {
                assert!(text.contains(old), "{file}: {old}");
                text = text.replacen(old, new, 1);
            }
            std::fs::write(to.join("newer").join(&name), text).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_newer_version_is_read_and_moved_to_and_old_forms_stay_as_they_were() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let mut office = Office::open(server, PACK).await;
    let project = office.project(office.who("business"), "滨江花园").await.id;
    let said = [("project_name", text("滨江花园"))];
    office
        .submit(office.who("business"), project, FORM, &said)
        .await;
    let folder = TempDir::new().unwrap();
    another(
        folder.path(),
        &[
            ("pack.toml", "version = \"", "version = \"9."),
            (
                "forms/initiation_proposal.toml",
                "zh = \"项目名称\"",
                "zh = \"项目全称\"",
            ),
        ],
    );
    let packs = Some(folder.path().to_owned());
    office
        .server
        .restart_with(|options| {
            options.site = Some(site());
            options.packs = packs;
        })
        .await;

    let (url, driver, home) = (
        office.server.url(),
        Driver::start().await,
        TempDir::new().unwrap(),
    );
    let forms = format!("{url}/projects/{project}/forms");
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "zh-CN").await;
    a.sign_in(&url, &office.who("business").name).await;
    a.goto(&forms).await;
    a.find("[data-newer^='9.']").await;
    // moving is offered with what it changes, and not before
    a.gone("[data-move]").await;
    a.click("[data-newer^='9.'] button").await;
    a.says("[data-newer^='9.']", "项目全称").await;
    a.looks("newer").await;
    a.click("[data-move]").await;
    a.gone("[data-newer^='9.']").await;
    a.synced().await;

    // what is begun now is of the new version
    a.click(&format!("[data-begin={FORM}]")).await;
    a.says(&format!("[data-draft={FORM}]"), "项目全称").await;

    // what was handed in before stays with the version that it was handed in under
    a.goto(&forms).await;
    a.click(&format!("[data-list=submitted] [data-form={FORM}]"))
        .await;
    a.says("[data-field=project_name]", "项目名称").await;
    let shown = a.eval("document.body.innerText").await;
    assert!(!shown.as_str().unwrap().contains("项目全称"));

    // and its reviewers decide on it as it is
    let planning = office.who("planning");
    let b_home = TempDir::new().unwrap();
    let b = Tablet::open(&driver, b_home.path(), Screen::Desk, "zh-CN").await;
    b.sign_in(&url, &planning.name).await;
    b.goto(&format!("{url}/inbox")).await;
    b.click(&format!("[data-inbox=waiting] [data-form={FORM}]"))
        .await;
    b.says("[data-field=project_name]", "项目名称").await;
    b.click("[data-decide=approve]:not([disabled])").await;
    b.says(".page-head", "已通过").await;
}
