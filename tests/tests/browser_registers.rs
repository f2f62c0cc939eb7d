//! Registers in a real Chromium: found in the project, written with no network, by two who do not see each other, settled,
//! searched, taken back, and taken to Excel.

use shared::domain::permission::Role;
use shared::exchange::table;
use shared::pack::value::Value;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::cable::Cable;
use tests::office::Office;
use tests::server::{TestServer, site};
use thirtyfour::prelude::*;

const ROW: &str = "[data-table=risks] [data-row=\"0\"]";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_a_register_is_written_offline_by_two_settled_searched_and_taken_to_excel() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let office = Office::open(server, "project_operating_procedure").await;
    let applicant = office.who("applicant");
    let manager = office.server.person("manager").await;
    let member = office.server.person("member").await;
    let project = office.project(applicant, "泵站改造").await.id;
    let url = office.server.url();
    let (driver, homes) = (
        Driver::start().await,
        [TempDir::new().unwrap(), TempDir::new().unwrap()],
    );
    let cable = Cable::to(url.trim_start_matches("http://").parse().unwrap()).await;
    let said = [("manager", Value::Person(manager.id))];
    let application = office
        .submit(applicant, project, "project_application", &said)
        .await;

    // before the decision there is none, and the place says how there will be
    let b = Tablet::open(&driver, homes[1].path(), Screen::Tablet, "en").await;
    b.sign_in(&url, &applicant.name).await;
    b.goto(&format!("{url}/projects/{project}/registers")).await;
    b.says("[data-place=registers]", "No registers yet").await;
    b.accessible("no registers").await;
    b.close().await;
    office.through(applicant, project, application).await;
    manager.put_member(project, member.id, Role::Member).await;

    let a = Tablet::open(&driver, homes[0].path(), Screen::Desk, "zh-CN").await;
    a.sign_in(&cable.url(), &manager.name).await;
    a.goto(&format!("{}/projects/{project}", cable.url())).await;
    a.click(&format!(
        "nav.tabs a[href=\"/projects/{project}/registers\"]"
    ))
    .await;
    a.says("[data-register=risks]", "责任人：项目负责人").await;
    a.accessible("registers of a project").await;
    a.click("[data-register=risks] a").await;
    a.find(".register-page .form").await;
    a.synced().await;
    a.starts_offline().await;

    // with no network
    cable.pull();
    a.says_offline().await;
    for (row, risk) in ["汛期来水", "停电"].into_iter().enumerate() {
        a.fill_cell("risks", row, "risk", risk).await;
    }
    a.goto(&format!(
        "{}/projects/{project}/registers/risks",
        cable.url()
    ))
    .await;
    a.says("[data-table=risks]", "停电").await;

    // somebody else writes in it meanwhile: both stay
    let home = homes[1].path().join("member");
    let b = Tablet::open(&driver, &home, Screen::Tablet, "en").await;
    b.sign_in(&url, &member.name).await;
    b.goto(&format!("{url}/projects/{project}/registers/risks"))
        .await;
    b.fill_cell("risks", 0, "risk", "Steel price").await;
    b.synced().await;
    cable.plug();
    a.synced().await;
    a.says("[data-table=risks]", "Steel price").await;
    b.says("[data-table=risks]", "停电").await;
    a.accessible("a register").await;
    b.accessible("a register on a tablet").await;

    // two answers in one cell: neither is lost, and one is chosen
    cable.pull();
    a.says_offline().await;
    a.fill_cell("risks", 0, "measures", "甲的措施").await;
    b.fill_cell("risks", 0, "measures", "theirs").await;
    b.synced().await;
    cable.plug();
    a.synced().await;
    a.says("[data-settle=conflicts]", "theirs").await;
    a.says("[data-settle=conflicts]", "甲的措施").await;
    a.accessible("a conflict in a register").await;
    a.click("[data-settle=conflicts] [data-choice=theirs]")
        .await;
    a.gone("[data-settle=conflicts]").await;
    a.says(&format!("{ROW} [data-column=measures]"), "theirs")
        .await;
    b.gone("[data-settle=conflicts]").await;

    // a row that was removed is brought back; what one did is taken back and done again
    let first = a
        .eval(&format!(
            "document.querySelector('{ROW} [data-column=risk]').textContent"
        ))
        .await;
    let first = first.as_str().unwrap().to_owned();
    a.form_cell("risks", 0, "risk").await;
    a.click("[data-rows=remove]").await;
    a.click("[data-settle=removed] summary").await;
    a.says("[data-settle=removed]", &first).await;
    a.click("[data-settle=removed] .button").await;
    a.gone("[data-settle=removed]").await;
    a.says(&format!("{ROW} [data-column=risk]"), &first).await;
    a.fill_cell("risks", 0, "measures", "改").await;
    a.click("[data-step=undo]").await;
    a.says(&format!("{ROW} [data-column=measures]"), "theirs")
        .await;
    a.click("[data-step=redo]").await;
    a.says(&format!("{ROW} [data-column=measures]"), "改").await;

    // a long one is searched
    for row in 3..9 {
        a.fill_cell("risks", row, "risk", &format!("风险 {row}"))
            .await;
    }
    a.fill("[data-table=risks] .form-find input", "风险 7")
        .await;
    a.says(".form-find [role=status]", "第 1 处，共 1 处").await;
    // from the cursor on, and around
    a.fill("[data-table=risks] .form-find input", "风险").await;
    for place in ["第 5 处，共 6 处", "第 6 处", "第 1 处"] {
        a.says(".form-find [role=status]", place).await;
        a.keys(Key::Enter).await;
    }
    a.fill("[data-table=risks] .form-find input", "没有的")
        .await;
    a.says(".form-find [role=status]", "未找到").await;

    let downloads = homes[0].path().join("downloads");
    std::fs::create_dir_all(&downloads).unwrap();
    a.downloads_to(&downloads).await;
    a.click("[data-export=xlsx]").await;
    let file = a.kept_in(&downloads, "xlsx").await;
    let book = format!("{:?}", table::open(&file).unwrap().sheets);
    assert!(
        book.contains("停电") && book.contains("Steel price"),
        "{book}"
    );

    // the rule book says what is kept, and by whom
    a.goto(&format!("{}/regulations/{}", cable.url(), office.hash))
        .await;
    a.says("#registers [data-register=risks]", "项目负责人")
        .await;
    a.says("#form-project_application", "建立台账").await;
}
