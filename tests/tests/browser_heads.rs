//! The heads of ledgers that a device holds are kept as a file, which tells whether the server's history was cut off; the device
//! tells it, too, and goes on showing what it knew.

use std::path::Path;
use std::process::Command;

use shared::api::SignedHead;
use shared::ledger::Chain;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::office::{Office, text};
use tests::server::{TestServer, program, site};

/// Several statements on the server's database, all at one moment.
async fn execute(office: &Office, sql: &str) {
    sqlx::any::install_default_drivers();
    let file = office.server.folder.path().join(server::store::FILE);
    let mut connection = AnyConnection::connect(&format!("sqlite:{}", file.display()))
        .await
        .unwrap();
    let whole = format!("BEGIN IMMEDIATE; {sql}; COMMIT");
    let done = sqlx::raw_sql(AssertSqlSafe(whole)).execute(&mut connection);
    done.await.unwrap();
    connection.close().await.unwrap();
}

/// What the program says of the ledger beside a file of heads, and whether it is content.
fn verify(office: &Office, kept: &Path) -> (bool, String) {
    let output = Command::new(program())
        .args(["ledger", "verify", "--kept", kept.to_str().unwrap()])
        .env("PLUMBLINE_DATA", office.server.folder.path())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// The heads as the account gives them as a file.
async fn saved(a: &Tablet, url: &str, folder: &Path) -> Vec<SignedHead> {
    std::fs::create_dir_all(folder).unwrap();
    a.goto(&format!("{url}/account")).await;
    a.find("#save-heads").await;
    a.downloads_to(folder).await;
    a.click("#save-heads").await;
    serde_json::from_slice(&a.kept_in(folder, "json").await).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_heads_are_kept_as_a_file_and_a_history_that_was_cut_off_is_told() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let office = Office::open(server, "project_operation_2007").await;
    let url = office.server.url();
    let (business, planning) = (office.who("business"), office.who("planning"));
    let project = office.project(business, "滨江花园").await.id;
    let said = [("project_name", text("滨江花园"))];
    let form = office
        .submit(business, project, "initiation_proposal", &said)
        .await;
    let (driver, folder) = (Driver::start().await, TempDir::new().unwrap());
    let home = |name: &str| folder.path().join(name);
    let a = Tablet::open(&driver, &home("a"), Screen::Tablet, "zh-CN").await;
    a.sign_in(&url, &business.name).await;
    a.goto(&format!("{url}/account")).await;
    a.click("#save-heads").await;
    a.says("[role=status]", "尚未查看").await;

    // what it has looked at, it holds; the file and the server's history fit
    execute(
        &office,
        "CREATE TABLE entries AS SELECT * FROM ledger; CREATE TABLE heads AS SELECT * FROM ledger_heads",
    )
    .await;
    office.approve(planning, project, form).await;
    let forms = format!("{url}/projects/{project}/forms");
    let line = "[data-list=submitted] [data-form=initiation_proposal]";
    a.goto(&forms).await;
    a.says(line, "已通过").await;
    let heads = saved(&a, &url, &home("before")).await;
    a.looks("heads").await;
    let head = office.ledger(business, project).await.head;
    assert!(heads.contains(&head), "{heads:?}");
    assert!(
        heads
            .iter()
            .all(|kept| kept.head.chain == Chain::Project(project))
    );
    let file = home("before").join("plumbline-heads.json");
    let (content, told) = verify(&office, &file);
    assert!(content && told.contains("nothing wrong"), "{told}");

    // who has the database takes the decision away: the device shows what it knew, and says so
    execute(
        &office,
        "DELETE FROM ledger; INSERT INTO ledger SELECT * FROM entries;
         DELETE FROM ledger_heads; INSERT INTO ledger_heads SELECT * FROM heads",
    )
    .await;
    a.goto(&forms).await;
    a.says("[role=alert]", "改写或截断").await;
    a.says(line, "已通过").await;
    a.looks("heads-cut-off").await;
    let (content, told) = verify(&office, &file);
    assert!(!content && told.contains("which is gone"), "{told}");

    // the device goes on holding the head that it saw
    assert_eq!(saved(&a, &url, &home("after")).await, heads);
}
