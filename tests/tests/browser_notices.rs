//! Notices on the screen: how one is told, the robots of groups, what could not be sent and is tried again.

use reqwest::StatusCode;
use shared::api::{FailedDelivery, NoticeSettings};
use shared::base::ProjectId;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::office::{Office, option};
use tests::receivers::{Hook, Smtp};
use tests::server::{TestServer, site};
use thirtyfour::Key;

use super::http_notices::leaving;

const FLOW: &str = "operations_flow_v1";

/// Sets a field of a time of the day, which people type in as many ways as there are languages.
async fn time(a: &Tablet, css: &str, time: &str) {
    a.find(css).await;
    a.eval(&format!(
        "(e => {{ e.value = '{time}'; e.dispatchEvent(new Event('input', {{ bubbles: true }})); return 0; }})(document.querySelector('{css}'))"
    ))
    .await;
}

/// Another demand in a project, which waits for the sales director.
async fn demand(office: &Office, project: ProjectId) {
    let said = [("departments", option("design"))];
    let sales = office.who("sales_manager");
    office
        .submit(sales, project, "demand_submission", &said)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_notices_are_chosen_in_the_account_and_kept_at_the_server() {
    let mut smtp = Smtp::start().await;
    let server = TestServer::start_with(|options| {
        leaving(options, None, Some(&smtp));
        options.site = Some(site());
    });
    let server = server.await;
    let li = server.person("li").await;
    let (url, driver, home) = (server.url(), Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "zh-CN").await;
    a.sign_in(&url, &li.name).await;
    a.goto(&format!("{url}/account")).await;

    // an address is asked for before mail is, and what was chosen stays
    a.click("#notice-mail-on").await;
    time(&a, "#quiet-from", "22:00").await;
    a.click("#save-notices").await;
    a.find("#notices [role=alert]").await;
    a.says("#notices [role=alert]", "邮箱").await;
    a.fill("#notice-mail", "li@example.com").await;
    a.click("#save-notices").await;
    // quiet hours have two ends
    a.says("#notices [role=alert]", "免打扰").await;
    time(&a, "#quiet-to", "07:30").await;
    time(&a, "#digest", "09:00").await;
    a.click("#save-notices").await;
    a.says("[role=status]", "已保存").await;
    a.looks("notices-account").await;
    a.click("#test-notices").await;
    assert_eq!(smtp.next().await.to, "li@example.com");

    let path = "/api/notices/settings";
    let kept: NoticeSettings = li.http.get(path).await.expect(StatusCode::OK);
    let kept = kept.preferences;
    assert!(kept.mail_on && !kept.push_on, "{kept:?}");
    assert_eq!(
        (kept.quiet_from, kept.quiet_to, kept.digest),
        (Some(22 * 60), Some(7 * 60 + 30), Some(9 * 60))
    );
    a.goto(&format!("{url}/account")).await;
    a.until(
        "what was chosen is shown",
        "document.querySelector('#quiet-to')?.value === '07:30' && document.querySelector('#notice-mail-on')?.checked
            && document.querySelector('#notice-mail').value === 'li@example.com'",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_notices_go_to_a_robot_that_was_added_and_what_failed_is_tried_again() {
    let mut hook = Hook::start().await;
    let server = TestServer::start_with(|options| {
        leaving(options, None, None);
        options.site = Some(site());
        options.leaving.hosts = vec![hook.host.clone()];
    });
    let office = Office::open(server.await, FLOW).await;
    let (url, driver, home) = (
        office.server.url(),
        Driver::start().await,
        TempDir::new().unwrap(),
    );
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "zh-CN").await;
    a.sign_in(&url, &office.admin.name).await;
    a.goto(&format!("{url}/admin/notices")).await;
    // what to do where there is no mail server, and none of it needs one
    a.says("[data-way=mail]", "--smtp").await;
    a.says("#unsent", "全部已送达").await;
    a.looks("notices-empty").await;

    // what is missing is said, and what was typed stays; a keyboard is enough
    a.find("#new-robot").await;
    a.eval("document.querySelector('#new-robot').focus() ?? 0")
        .await;
    a.keys(Key::Enter).await;
    a.find("#robot-name").await;
    a.keys(Key::Escape).await;
    a.gone("#robot-name").await;
    a.keys(Key::Enter).await;
    a.pick("#robot-kind", "dingtalk").await;
    a.click("#form-save").await;
    a.says("dialog [role=alert]", "名称").await;
    a.fill("#robot-name", "项目群").await;
    a.fill("#robot-url", "https://example.com/robot/send").await;
    a.fill("#robot-secret", "SECnever-shown").await;
    a.looks("robot-new").await;
    a.click("#form-save").await;
    a.says("dialog [role=alert]", "钉钉").await;
    let webhook = format!("http://{}/robot/send?access_token=never-shown", hook.host);
    a.fill("#robot-url", &webhook).await;
    a.click("#form-save").await;
    a.says("[data-robot=项目群]", &hook.host).await;
    a.says("[data-robot=项目群]", "待办").await;

    // a test, taken and not
    a.click("[data-robot=项目群] [data-do=test]").await;
    a.find("[data-robot=项目群] [data-tested=sent]").await;
    assert!(hook.next().await.path.contains("sign="));
    let wrong = r#"{"errcode":310000,"errmsg":"sign not match"}"#;
    hook.answer("200 OK", wrong);
    a.click("[data-robot=项目群] [data-do=test]").await;
    a.says("[data-tested=failed]", "安全设置").await;
    a.says("[data-tested=failed]", "sign not match").await;
    a.looks("robot-failed").await;
    hook.next().await;

    // a review comes: it is told where it was not taken, and tried again once the robot is mended
    let sales = office.who("sales_manager");
    let project = office.project(sales, "滨江花园").await.id;
    demand(&office, project).await;
    hook.next().await;
    let failures = "/api/notices/failures";
    loop {
        let got = office.admin.http.get(failures).await;
        if !got.expect::<Vec<FailedDelivery>>(StatusCode::OK).is_empty() {
            break;
        }
    }
    a.goto(&format!("{url}/admin/notices")).await;
    a.says("a[href='#unsent']", "1 条").await;
    a.says("[data-unsent=项目群]", "群机器人").await;
    a.says("[data-unsent=项目群]", "待办 · 滨江花园").await;
    a.says("[data-unsent=项目群]", "安全设置").await;
    a.says("[data-unsent=项目群]", "已尝试 1 次").await;
    a.looks("unsent").await;
    let shown = a.eval("document.documentElement.outerHTML").await;
    assert!(!shown.as_str().unwrap().contains("never-shown"));
    a.click("[data-unsent=项目群] [data-do=again]").await;
    hook.next().await;
    a.says("[data-unsent=项目群]", "已尝试 2 次").await;

    // it is changed: address and secret stay where nothing is typed
    a.click("[data-robot=项目群] [data-do=edit]").await;
    a.fill("#robot-name", "滨江群").await;
    a.pick("#robot-language", "en").await;
    a.click("[data-tells=vacant]").await;
    a.click("#form-save").await;
    a.says("[data-robot=滨江群]", "English").await;
    hook.answer("200 OK", r#"{"errcode":0}"#);
    a.click("[data-unsent=滨江群] [data-do=again]").await;
    let told = hook.next().await;
    assert!(told.path.contains("access_token=never-shown"), "{told:?}");
    let text = told.json()["markdown"]["text"].to_string();
    assert!(
        text.contains("滨江花园") && text.contains("to be decided"),
        "{text}"
    );
    a.find("#unsent [data-all-sent]").await;

    // on a tablet, in English; then it goes
    let folder = TempDir::new().unwrap();
    let b = Tablet::open(&driver, folder.path(), Screen::Tablet, "en").await;
    b.sign_in(&url, &office.admin.name).await;
    b.goto(&format!("{url}/admin/notices")).await;
    b.says("[data-robot=滨江群]", "DingTalk").await;
    b.looks("robots-en").await;
    b.click("[data-robot=滨江群] [data-do=remove]").await;
    b.looks("robot-remove-en").await;
    b.click("#robot-remove").await;
    b.says("#robots", "There is no robot yet").await;
    b.goto(&format!("{url}/admin/audit")).await;
    b.says(".table", "removed the robot 滨江群").await;
}
