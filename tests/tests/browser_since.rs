//! What changed of a form since somebody last looked at it stands in the inbox and at its fields, until they have looked.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::office::{Office, money, option, text};
use tests::server::{TestServer, site};

const FORM: &str = "initiation_application";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_since_i_last_looked_is_told_in_the_inbox_and_at_the_fields_and_then_gone() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let office = Office::open(server, "project_operation_2007").await;
    let url = office.server.url();
    let business = office.who("business");
    let project = office.project(business, "污水处理厂自控系统").await.id;
    let proposal = office
        .submit(business, project, "initiation_proposal", &[])
        .await;
    office.through(business, project, proposal).await;
    let said = [
        ("project_name", text("污水处理厂自控系统")),
        ("origin", option("cooperation")),
        ("revenue", money("680000")),
    ];
    let form = office.submit(business, project, FORM, &said).await;
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "zh-CN").await;
    a.sign_in(&url, &business.name).await;
    let line = format!("[data-inbox=mine] [data-form={FORM}]");
    let mark = format!("{line} [data-since]");
    let look = async || {
        a.goto(&format!("{url}/inbox")).await;
        a.find(&line).await;
    };

    // nothing is new of what was never looked at, nor of what was just seen
    look().await;
    a.gone(&mark).await;
    a.click(&line).await;
    a.says("[data-field=revenue]", "680").await;
    a.gone("p[data-since]").await;
    look().await;
    a.gone(&mark).await;

    // commerce agrees, and fills in what its step opens
    let found = [("price_findings", text("三家询价，价格合理"))];
    let commerce = office.who("commerce");
    office.approve_with(commerce, project, form, &found).await;
    look().await;
    a.says(&mark, "新意见 1 条").await;
    a.looks("since-inbox").await;
    a.click(&line).await;
    a.says("p[data-since]", "新意见 1 条").await;
    a.says("[data-field=price_findings]", "三家询价").await;
    a.says("[data-field=price_findings] [data-before]", "空")
        .await;
    a.looks("since-sheet").await;
    look().await;
    a.gone(&mark).await;
    a.click(&line).await;
    a.says("[data-field=price_findings]", "三家询价").await;
    a.gone("p[data-since]").await;

    // sent back, also while the inbox is looked at
    look().await;
    office.send_back(office.who("finance"), project, form).await;
    a.says(&mark, "退回").await;
}
