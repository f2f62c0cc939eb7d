//! A decision with no network asks for the device's PIN: with the wrong one nothing is decided and nothing typed is lost.

use shared::base::DocumentId;
use shared::ledger::Act;
use tempfile::TempDir;
use tests::browser::{Driver, PATIENCE, Screen, Tablet};
use tests::cable::Cable;
use tests::office::{Office, option, text};
use tests::server::{TestServer, site};
use thirtyfour::Key;

const PIN: &str = "4711";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_pin_is_asked_for_before_a_decision_with_no_network() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let office = Office::open(server, "project_operation_2007").await;
    let (business, planning) = (office.who("business"), office.who("planning"));
    let project = office.project(business, "污水处理厂自控系统").await.id;
    let said = [
        ("origin", option("cooperation")),
        ("project_name", text("污水处理厂自控系统")),
    ];
    let form = office
        .submit(business, project, "initiation_proposal", &said)
        .await;
    let cable = Cable::to(office.server.address).await;
    let (url, driver, home) = (cable.url(), Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "zh-CN").await;
    a.sign_in(&url, &planning.name).await;
    a.goto(&format!("{url}/account")).await;
    a.fill("#new-pin", PIN).await;
    a.click("#set-pin").await;
    a.says("form.card:has(#new-pin)", "已设置").await;
    a.starts_offline().await;
    a.goto(&format!("{url}/inbox")).await;
    a.click("[data-inbox=waiting] [data-form=initiation_proposal]")
        .await;
    a.find("[data-decide=approve]:not([disabled])").await;

    cable.pull();
    a.says_offline().await;
    let words = "同意，按方案实施。";
    a.fill("#decide-words", words).await;
    a.click("[data-decide=approve]").await;
    a.find("#sign-pin").await;
    a.looks("pin-asked").await;

    // the wrong one decides nothing; what was typed stays, also where it is not gone on with
    a.fill("#sign-pin", "9999").await;
    a.keys(Key::Enter).await;
    a.says("dialog [role=alert]", "PIN").await;
    a.looks("pin-wrong").await;
    a.until(
        "the field is ready for another",
        "document.activeElement.id === 'sign-pin' && document.activeElement.value === ''",
    )
    .await;
    a.keys(Key::Escape).await;
    a.gone("#sign-pin").await;
    let typed = a
        .eval("document.querySelector('#decide-words').value")
        .await;
    assert_eq!(typed, words);
    let wishes = a
        .eval("document.querySelectorAll('[data-wish]').length")
        .await;
    assert_eq!(wishes, 0);

    // the right one decides on this device
    a.click("[data-decide=approve]").await;
    a.fill("#sign-pin", PIN).await;
    a.click("#sign-with-pin:not([disabled])").await;
    a.find("[data-wish=waiting]").await;
    a.gone("#sign-pin").await;
    assert_eq!(said_by(&office, form).await, None);

    // and it is sent once there is a network
    cable.plug();
    a.says(".page-head", "已通过").await;
    let begun = std::time::Instant::now();
    while said_by(&office, form).await.as_deref() != Some(words) {
        assert!(begun.elapsed() < PATIENCE, "the decision did not come");
    }
}

/// The words of the decision in the ledger.
async fn said_by(office: &Office, form: DocumentId) -> Option<String> {
    let (business, planning) = (office.who("business"), office.who("planning"));
    let projects: Vec<shared::api::Project> = business
        .http
        .get("/api/projects")
        .await
        .expect(reqwest::StatusCode::OK);
    let part = office.ledger(business, projects[0].id).await;
    let records = part.entries.into_iter().filter_map(|entry| entry.record());
    let mut by = records.filter(|record| record.by == Some(planning.id));
    by.find_map(|record| match record.act()? {
        Act::Form(act) if act.form == form => Some(act.words.clone()),
        _ => None,
    })
}
