//! Who evaluates an application takes over what the plans of all projects leave of a resource.

use shared::pack::value::Value;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::office::{Office, person};
use tests::pool::asks;
use tests::server::{TestServer, site};

const PACK: &str = "operations_management_flow";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_pool_what_the_plans_leave_is_shown_beside_the_table_and_taken_over() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let office = Office::open(server, PACK).await;
    let (initiator, operations) = (office.who("initiator"), office.who("operations"));
    let project = office.project(initiator, "充电站运营").await.id;
    let said: [(&str, Value); 1] = [("manager", person(initiator))];
    let form = office
        .submit(initiator, project, "project_application", &said)
        .await;
    // somebody else's project has two of three engineers in March
    asks(&office.server, &office.admin, "一号站", 2).await;

    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "zh-CN").await;
    a.sign_in(&office.server.url(), &operations.name).await;
    a.goto(&format!("{}/forms/{project}/{form}", office.server.url()))
        .await;
    a.click(".form-pool summary").await;
    a.says(".form-pool", "运维工程师").await;
    let days = "(inputs => ['2026-03-02', '2026-03-31'].forEach((day, at) => { inputs[at].value = day;
        inputs[at].dispatchEvent(new Event('change', { bubbles: true })); }))([...document.querySelectorAll('.form-pool input[type=date]')])";
    a.eval(days).await;
    a.until(
        "one is free",
        "[...document.querySelectorAll('.form-pool-rows td.form-pool-number')].map(cell => cell.innerText).join() === '3,2,1'",
    )
    .await;
    a.accessible("what the plans leave").await;
    a.click("[data-take=运维工程师]").await;
    a.says(
        "[data-table=pool] [data-row=\"0\"] [data-column=resource]",
        "运维工程师",
    )
    .await;
    a.says(
        "[data-table=pool] [data-row=\"0\"] [data-column=there]",
        "1",
    )
    .await;

    // with no network it says so, and the form stays as it is
    a.offline(true).await;
    a.eval("(input => { input.value = '2026-04-30'; input.dispatchEvent(new Event('change', { bubbles: true })); })(document.querySelectorAll('.form-pool input[type=date]')[1])")
        .await;
    a.find(".form-pool [role=alert]").await;
    a.says(
        "[data-table=pool] [data-row=\"0\"] [data-column=there]",
        "1",
    )
    .await;
}
