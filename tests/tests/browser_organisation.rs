//! The organisation's screens: a post is given and granted a role, and the record says who could do what when; a table of
//! people is corrected and taken in; who is away has somebody act for them.

use std::path::Path;

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::office::{Office, option, text};
use tests::server::{TestServer, site};
use thirtyfour::prelude::*;

const PACK: &str = "project_operation_2007";

async fn with_site() -> TestServer {
    TestServer::start_with(|options| options.site = Some(site())).await
}

/// Chooses in a list of the browser's own by what it says.
async fn choose(a: &Tablet, css: &str, words: &str) {
    let script = format!(
        "(e => {{ const o = [...(e?.options ?? [])].find(o => o.text.includes('{words}')); if (!o) return false;
            e.value = o.value; e.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})(document.querySelector('{css}'))"
    );
    a.until(words, &script).await;
}

/// Sets a field of a day or a moment, `days` from today.
async fn day(a: &Tablet, css: &str, days: i32) {
    a.find(css).await;
    a.eval(&format!(
        "(e => {{ const at = new Date(Date.now() + {days} * 864e5);
            const local = new Date(at - at.getTimezoneOffset() * 6e4).toISOString();
            e.value = local.slice(0, e.type === 'date' ? 10 : 16);
            e.dispatchEvent(new Event('input', {{ bubbles: true }})); return 0; }})(document.querySelector('{css}'))"
    ))
    .await;
}

async fn value(a: &Tablet, css: &str) -> String {
    let value = a
        .eval(&format!("document.querySelector('{css}').value"))
        .await;
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_organisation_a_post_is_given_and_decides_and_the_record_says_since_when() {
    let server = with_site().await;
    let (_, li) = (
        server.administrator("keeper").await,
        server.person("li.min").await,
    );
    let url = server.url();
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "zh-CN").await;
    a.sign_in(&url, "keeper").await;

    // a post, and who holds it
    a.goto(&format!("{url}/admin/posts")).await;
    a.says(".card", "还没有岗位").await;
    a.click("#new-party").await;
    a.fill("#party-name", "公司领导").await;
    a.click("#form-save").await;
    a.says("[data-party=公司领导]", "无人担任").await;
    a.click("[data-party=公司领导] .party-head .button:not(.button-quiet)")
        .await;
    a.accessible("giving a post").await;
    a.click("#form-save").await;
    a.says("dialog [role=alert]", "请先选择人员").await;
    choose(&a, "#hold-person", "li.min").await;
    // what is over stays as it was; what was typed stays in the form
    day(&a, "#span-first", -1).await;
    a.click("#form-save").await;
    a.says("dialog [role=alert]", "已经过去").await;
    assert_eq!(value(&a, "#hold-person").await, li.id.to_string());
    day(&a, "#span-first", 0).await;
    day(&a, "#span-last", 30).await;
    // nothing is lost where there is no network
    a.offline(true).await;
    a.click("#form-save").await;
    a.says("dialog .notice", "没有连接").await;
    assert_eq!(value(&a, "#hold-person").await, li.id.to_string());
    a.offline(false).await;
    a.click("#form-save").await;
    a.says("[data-party=公司领导] [data-held='li.min']", "至")
        .await;
    a.accessible("posts").await;

    // a department and its head
    a.click("nav.tabs a[href='/admin/departments']").await;
    a.click("#new-party").await;
    a.fill("#party-name", "经营计划部").await;
    a.click("#form-save").await;
    a.click("[data-party=经营计划部] .party-head .button:not(.button-quiet)")
        .await;
    choose(&a, "#hold-person", "li.min").await;
    a.click("#form-save").await;
    a.find("[data-party=经营计划部] [data-held='li.min']").await;
    a.accessible("departments").await;

    // a role that nobody holds stands first, until it is granted
    a.click("nav.tabs a[href='/admin/grants']").await;
    a.click(&format!("[data-pack={PACK}]")).await;
    a.says("[data-role=leader].party-vacant .notice", "没有人能以")
        .await;
    a.click("[data-role=leader] .party-head .button").await;
    choose(&a, "#grant-to", "公司领导").await;
    a.accessible("granting a role").await;
    a.click("#form-save").await;
    a.says(
        "[data-role=leader]:not(.party-vacant) .party-deciders",
        "li.min",
    )
    .await;
    let first = a
        .eval("document.querySelector('.rule-roles .party').classList.contains('party-vacant')")
        .await;
    assert_eq!(first, serde_json::json!(true));
    a.accessible("roles of regulations").await;

    // who could do what: now, and before it was so
    a.click("nav.tabs a[href='/admin/then']").await;
    let pack = format!(
        "[...document.querySelector('#then-pack').options].find(o => o.value === '{PACK}')?.text"
    );
    let pack = a.until("the regulation", &pack).await;
    choose(&a, "#then-pack", pack.as_str().unwrap()).await;
    a.says(
        "#then-roles [data-role=leader] [data-then=decide]",
        "li.min",
    )
    .await;
    a.says("#then-roles [data-role=leader]", "岗位 公司领导")
        .await;
    day(&a, "#then-at", -1).await;
    a.says("#then-roles [data-role=leader] [data-then=decide]", "无人")
        .await;
    a.accessible("who could do what when").await;

    // what was done, by whom, about whom
    a.click("nav.tabs a[href='/admin/audit']").await;
    a.says("[data-event=role_granted]", "岗位 公司领导").await;
    a.says("[data-event=post_given]", "任命 li.min").await;
    choose(&a, "#audit-person", "li.min").await;
    a.gone("[data-event=role_granted]").await;
    a.find("[data-event=post_given]").await;
    day(&a, "#audit-last", -1).await;
    a.says(".card", "没有符合条件的记录").await;
    a.accessible("the record").await;

    // and it ends
    a.click("nav.tabs a[href='/admin/posts']").await;
    a.click("[data-party=公司领导] [data-held='li.min'] .button")
        .await;
    a.accessible("ending").await;
    a.click("#end-go").await;
    a.says("[data-party=公司领导]", "无人担任").await;
    a.close().await;
}

/// Chooses a table of people.
async fn table(a: &Tablet, folder: &Path, lines: &str) {
    let path = folder.join("people.csv");
    std::fs::write(
        &path,
        format!("部门,岗位,姓名,账号,负责人,初始密码\n{lines}"),
    )
    .unwrap();
    a.until("the file field", "document.querySelector('#table-file')")
        .await;
    let field = a.web.find(By::Css("#table-file")).await.unwrap();
    field.send_keys(path.to_str().unwrap()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_organisation_a_table_of_people_is_corrected_and_taken_in() {
    let server = with_site().await;
    server.administrator("keeper").await;
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let folder = TempDir::new().unwrap();
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "en").await;
    a.sign_in(&server.url(), "keeper").await;
    a.goto(&format!("{}/admin/import", server.url())).await;
    a.find("#table-template[href*='empty=true']").await;
    a.accessible("import").await;

    let good = "技术部,工程师,赵强,zhao.qiang,否,first-password\n";
    table(
        &a,
        folder.path(),
        &format!("{good}质量部,,周婷,zhou.ting,也许,short\n"),
    )
    .await;
    a.says("#table-problems", "Write yes or no").await;
    a.says("#table-problems", "at least 10 characters").await;
    a.says("#table-problems tbody", "First password").await;
    a.accessible("problems of a table").await;
    let offered = a.eval("!!document.querySelector('#table-commit')").await;
    assert_eq!(offered, serde_json::json!(false));

    table(
        &a,
        folder.path(),
        &format!("{good}质量部,,周婷,zhou.ting,是,first-password\n"),
    )
    .await;
    a.says("#table-outcome[data-good=true]", "Nothing was changed yet")
        .await;
    a.says("#table-lines", "周婷").await;
    a.accessible("what a table would change").await;
    a.click("#table-commit").await;
    a.find("#table-outcome[data-committed=true]").await;
    a.click("nav.tabs a[href='/admin']").await;
    a.says(".people-table", "赵强").await;
    a.click("nav.tabs a[href='/admin/departments']").await;
    a.find("[data-party=质量部] [data-held=周婷]").await;

    // the same again changes nothing
    a.click("nav.tabs a[href='/admin/import']").await;
    table(
        &a,
        folder.path(),
        &format!("{good}质量部,,周婷,zhou.ting,是,\n"),
    )
    .await;
    a.says("#table-outcome", "nothing to do").await;
    a.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_organisation_who_is_away_names_a_deputy_who_decides() {
    let office = Office::open(with_site().await, PACK).await;
    let (business, planning) = (office.who("business"), office.who("planning"));
    let helper = office.server.person("he.jing").await;
    let project = office.project(business, "污水处理厂自控系统").await.id;
    let said = [
        ("origin", option("cooperation")),
        ("project_name", text("污水处理厂自控系统")),
    ];
    let form = office
        .submit(business, project, "initiation_proposal", &said)
        .await;
    assert!(office.waits_for(planning, form).await && !office.waits_for(&helper, form).await);
    let (url, driver) = (office.server.url(), Driver::start().await);
    let homes: Vec<TempDir> = (0..3).map(|_| TempDir::new().unwrap()).collect();
    let a = Tablet::open(&driver, homes[0].path(), Screen::Tablet, "zh-CN").await;
    a.sign_in(&url, &planning.name).await;
    a.goto(&format!("{url}/account")).await;
    a.says("#away", "目前没有人代理您").await;
    a.click("#name-deputy").await;
    choose(&a, "#deputy-who", "he.jing").await;
    day(&a, "#span-last", 7).await;
    a.fill("#deputy-reason", "出差").await;
    a.accessible("naming a deputy").await;
    a.click("#deputy-go").await;
    a.says("[data-deputies=mine] [data-held='he.jing']", "出差")
        .await;
    a.accessible("while I am away").await;

    // the deputy sees it, and decides
    let b = Tablet::open(&driver, homes[1].path(), Screen::Tablet, "zh-CN").await;
    b.sign_in(&url, "he.jing").await;
    b.goto(&format!("{url}/account")).await;
    b.says("[data-deputies=others]", &planning.name).await;
    b.goto(&format!("{url}/inbox")).await;
    let acting = format!("代 {}", planning.name);
    b.says("[data-inbox=waiting] [data-acting]", &acting).await;
    b.looks("deputy-inbox").await;
    b.click("[data-inbox=waiting] [data-form=initiation_proposal]")
        .await;
    b.says(".decide-bar [data-acting]", &format!("您{acting}"))
        .await;
    b.click("#decide-sign").await;
    b.looks("deputy-sheet").await;
    b.click("[data-decide=approve]:not([disabled])").await;
    b.says(".page-head", "已通过").await;

    // administrators see it, and end it
    let c = Tablet::open(&driver, homes[2].path(), Screen::Desk, "zh-CN").await;
    c.sign_in(&url, &office.admin.name).await;
    c.goto(&format!("{url}/admin/deputies")).await;
    c.says(".held", "he.jing 代理").await;
    c.accessible("deputies").await;
    c.click(".held .button").await;
    c.click("#end-go").await;
    c.says(".card", "目前没有代理").await;
    a.goto(&format!("{url}/account")).await;
    a.says("#away", "目前没有人代理您").await;
}
