//! What is done again and again, in a real Chromium: it stands in the inbox of who does it and on the project's page, is filled in
//! from there, and is read in the rule book.

use shared::pack::value::Value;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::office::{Office, money, option, rows, text};
use tests::server::{TestServer, site};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duty_that_is_due_is_filled_in_from_the_inbox_and_stands_on_the_projects_page() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let office = Office::open(server, "project_operation_2007").await;
    let url = office.server.url();
    let business = office.who("business");
    let manager = office.server.person("manager").await;
    let project = office.project(business, "污水处理厂自控系统").await.id;
    let said = [("origin", option("cooperation"))];
    let proposal = office
        .submit(business, project, "initiation_proposal", &said)
        .await;
    office.through(business, project, proposal).await;
    let said = [
        ("project_name", text("污水处理厂自控系统")),
        ("origin", option("cooperation")),
        ("revenue", money("680000")),
        ("manager", Value::Person(manager.id)),
    ];
    let application = office
        .submit(business, project, "initiation_application", &said)
        .await;
    office.through(business, project, application).await;
    office.next_turn("appraisal", &[&manager]).await;

    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "zh-CN").await;
    a.sign_in(&url, &manager.name).await;
    a.says("[data-inbox=duties] [data-duty=appraisal]", "绩效评估")
        .await;
    a.goto(&format!("{url}/inbox")).await;
    a.says("[data-inbox=duties] [data-duty=appraisal]", "期限")
        .await;
    a.accessible("duties in the inbox").await;
    a.click("[data-inbox=duties] [data-fill-in=member_appraisal]")
        .await;
    a.find("[data-draft=member_appraisal]").await;

    // handed in, it waits for nobody any more
    let members = rows(&[&[
        ("person", Value::Person(manager.id)),
        ("score", Value::Number("90".parse().unwrap())),
    ]]);
    office
        .submit(
            &manager,
            project,
            "member_appraisal",
            &[("members", members)],
        )
        .await;
    a.goto(&format!("{url}/inbox")).await;
    a.until(
        "nothing is due",
        "document.querySelector('[data-inbox=duties]').hidden",
    )
    .await;

    // the project's page says by whom, when it was done last, and when it begins anew
    a.goto(&format!("{url}/projects/{project}/forms")).await;
    a.says("[data-list=duties] [data-duty=appraisal]", "项目经理")
        .await;
    a.says("[data-list=duties] [data-duty=appraisal]", "上次")
        .await;
    a.accessible("duties of a project").await;
    a.goto(&format!("{url}/regulations/{}", office.hash)).await;
    a.says("#duties [data-duty=appraisal]", "每月").await;
    a.says("#form-initiation_application", "开始例行事项").await;
    a.accessible("duties in the rule book").await;
}
