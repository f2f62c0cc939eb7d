//! S01 项目运行流程及操作规范 in a real Chromium: a project comes to be with its proposal, the departments decide on tablets, one of
//! them with no network, the leader approves, and the form is printed.

use shared::pack::review::Opinion;
use shared::pack::value::Value;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::office::{Office, money, option, text};
use tests::server::{Person, TestServer, site};
use thirtyfour::prelude::*;

const PACK: &str = "project_operation_2007";

/// Signs somebody in on a device of their own.
async fn device(
    driver: &Driver,
    home: &TempDir,
    screen: Screen,
    office: &Office,
    who: &Person,
) -> Tablet {
    let a = Tablet::open(driver, home.path(), screen, "zh-CN").await;
    a.sign_in(&office.server.url(), &who.name).await;
    a
}

/// Chooses in a list of the browser's own.
async fn choose(a: &Tablet, css: &str, value: &str) {
    a.find(css).await;
    let script = format!(
        "(e => {{ if (![...e.options].some(o => o.value === '{value}')) return false;
            e.value = '{value}'; e.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})(document.querySelector('{css}'))"
    );
    a.until("the choice", &script).await;
}

/// Writes a line or prose into a field and leaves it.
async fn write(a: &Tablet, field: &str, words: &str) {
    a.fill(&format!("#form-{field}"), words).await;
    a.keys(Key::Tab).await;
}

/// Opens what waits for somebody.
async fn waiting(a: &Tablet, url: &str, form: &str) {
    a.goto(&format!("{url}/inbox")).await;
    a.click(&format!("[data-inbox=waiting] [data-form={form}]"))
        .await;
    a.find(&format!(".form-page[data-form={form}]")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s01_browser_a_project_is_proposed_reviewed_on_tablets_and_begun() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let office = Office::open(server, PACK).await;
    let url = office.server.url();
    let driver = Driver::start().await;
    let homes: Vec<TempDir> = (0..4).map(|_| TempDir::new().unwrap()).collect();
    let business = office.who("business");
    let a = device(&driver, &homes[0], Screen::Desk, &office, business).await;

    // 4.1: a project that comes to be with the regulation begins with its proposal
    a.goto(&format!("{url}/projects")).await;
    a.find("[data-sync=synced]").await;
    a.keys("c").await;
    a.fill("#project-name", "污水处理厂自控系统").await;
    choose(&a, "#project-pack", &office.hash.to_string()).await;
    a.click("#create-project").await;
    a.says("[data-place=forms]", "尚未立项").await;
    a.find("[data-stage=proposal].here").await;
    a.click("[data-begin=initiation_proposal]").await;
    a.find("[data-draft=initiation_proposal]").await;
    write(&a, "project_name", "污水处理厂自控系统").await;
    a.eval("[...document.querySelectorAll('[data-field=origin] label')].find(l => l.innerText.includes('合作类')).click()").await;
    // what the answer asks for is there at once
    a.find("#form-work_started").await;
    a.eval("(e => { e.value = '2035-01-08'; e.dispatchEvent(new Event('change', { bubbles: true })); })(document.querySelector('#form-work_started'))").await;
    a.fill("#form-department", "业务").await;
    a.find(".form-offers [role=option]").await;
    a.keys(Key::Enter).await;
    for field in ["customer", "background", "goals", "consultation"] {
        write(&a, field, "已与各部门沟通").await;
    }
    a.accessible("a draft").await;
    // what is typed survives the page
    a.goto(&format!("{url}/projects")).await;
    a.click("main a[href^='/projects/']").await;
    a.click("nav.tabs a[href$='/forms']").await;
    a.click("[data-list=drafts] [data-draft=initiation_proposal]")
        .await;
    a.until(
        "the title stayed",
        "document.querySelector('#form-project_name').value === '污水处理厂自控系统'",
    )
    .await;
    a.click("#form-submit:not([disabled])").await;
    a.find(".form-page[data-form=initiation_proposal]").await;
    a.says(".review-seats", "经营计划部").await;

    // operations planning sends it back, the author hands it in again
    let planning = device(
        &driver,
        &homes[1],
        Screen::Tablet,
        &office,
        office.who("planning"),
    )
    .await;
    planning.says("[data-inbox-count]", "1").await;
    waiting(&planning, &url, "initiation_proposal").await;
    planning.accessible("a form under review").await;
    planning.find("[data-decide=return][disabled]").await;
    planning.fill("#decide-words", "请补充背景").await;
    planning.click("[data-decide=return]:not([disabled])").await;
    planning.says(".page-head", "已退回").await;
    a.says(".review-record", "请补充背景").await;
    write(&a, "background", "原系统已运行十五年").await;
    a.click("#form-submit:not([disabled])").await;
    a.says(".page-head", "评审中").await;
    waiting(&planning, &url, "initiation_proposal").await;
    planning.says("[data-field=background]", "十五年").await;
    planning
        .click("[data-decide=approve]:not([disabled])")
        .await;
    planning.says(".page-head", "已通过").await;

    // 4.2.1: the application; its long tables are typed in the tests of forms
    let projects: Vec<shared::api::Project> = business
        .http
        .get("/api/projects")
        .await
        .expect(reqwest::StatusCode::OK);
    let project = projects[0].id;
    let manager = office.server.person("manager").await;
    let said = [
        ("project_name", text("污水处理厂自控系统")),
        ("origin", option("cooperation")),
        ("revenue", money("680000")),
        ("manager", Value::Person(manager.id)),
    ];
    let form = office
        .submit(business, project, "initiation_application", &said)
        .await;

    // 4.2.2: commerce decides with no network: it waits on the tablet, is shown as provisional, and is confirmed
    let commerce = device(
        &driver,
        &homes[2],
        Screen::Tablet,
        &office,
        office.who("commerce"),
    )
    .await;
    waiting(&commerce, &url, "initiation_application").await;
    write(&commerce, "price_findings", "三家询价，价格合理").await;
    write(&commerce, "supply_findings", "现货").await;
    commerce.offline(true).await;
    commerce
        .click("[data-decide=approve]:not([disabled])")
        .await;
    commerce.says("[data-wish=waiting]", "待确认").await;
    commerce.offline(false).await;
    commerce.gone("[data-wish=waiting]").await;
    commerce.says(".review-record", "同意").await;
    let signed = office
        .ledger(business, project)
        .await
        .entries
        .into_iter()
        .filter_map(|entry| entry.record())
        .any(|record| record.by == Some(office.who("commerce").id) && record.signed.is_some());
    assert!(signed, "the device's signature is in the ledger");
    for role in ["technical", "finance", "quality", "planning"] {
        let act = office
            .opinion(office.who(role), project, form, Opinion::Approve, &[])
            .await;
        office.done(office.who(role), project, act).await;
    }

    // the leader approves with one hand; the project is begun, numbered, and has its manager
    let leader = device(
        &driver,
        &homes[3],
        Screen::Tablet,
        &office,
        office.who("leader"),
    )
    .await;
    waiting(&leader, &url, "initiation_application").await;
    leader.click("[data-decide=approve]:not([disabled])").await;
    leader.says(".page-head", "已通过").await;
    a.goto(&format!("{url}/projects/{project}/forms")).await;
    a.says("[data-number]", "XM-").await;
    a.find("[data-stage=scheme].here").await;
    a.says(".review-holders", "项目经理").await;
    a.accessible("forms and gates").await;

    // on paper: the opinions with name and day
    a.click("[data-list=submitted] [data-form=initiation_application]")
        .await;
    a.click("[data-look=paper]").await;
    a.says(".paper-opinions", "商务部").await;
    a.says(".paper-opinions", "同意").await;
}
