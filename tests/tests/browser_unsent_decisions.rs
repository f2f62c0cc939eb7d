//! Decisions and attachments that wait on a device are in the file that is kept before it is wiped, and come in elsewhere.

use std::path::Path;
use std::time::Instant;

use reqwest::StatusCode;
use serde_json::Value;
use shared::ledger::hash::of_file;
use tempfile::TempDir;
use tests::browser::{Driver, PATIENCE, Screen, Tablet};
use tests::office::{Office, money, option, text};
use tests::server::{Person, TestServer, site};
use tests::unsent::exported;

const PACK: &str = "project_operation_2007";

async fn signed_in(driver: &Driver, home: &Path, url: &str, who: &Person) -> Tablet {
    let tablet = Tablet::open(driver, home, Screen::Tablet, "en").await;
    tablet.sign_in(url, &who.name).await;
    tablet
}

/// Takes a file in on another device; how many it says came in.
async fn taken_in(tablet: &Tablet, url: &str, file: &Path, many: usize) {
    tablet.goto(&format!("{url}/account")).await;
    let field = tablet.find("#import-unsent").await;
    field.send_keys(file.to_str().unwrap()).await.unwrap();
    tablet
        .says("[role=status]", &format!("Edits taken in: {many}"))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_unsent_decisions_and_attachments_are_kept_in_the_file_and_come_in_elsewhere() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let office = Office::open(server, PACK).await;
    let url = office.server.url();
    let (business, commerce) = (office.who("business"), office.who("commerce"));
    let project = office.project(business, "污水处理厂自控系统").await.id;
    let proposal = office
        .submit(business, project, "initiation_proposal", &[])
        .await;
    office.through(business, project, proposal).await;
    let driver = Driver::start().await;
    let folder = TempDir::new().unwrap();
    let home = |name: &str| folder.path().join(name);

    // a technical scheme is attached with no network
    let a = signed_in(&driver, &home("a"), &url, business).await;
    a.goto(&format!("{url}/projects/{project}/forms")).await;
    a.click("[data-begin=initiation_application]").await;
    a.find("[data-draft=initiation_application]").await;
    a.synced().await;
    a.offline(true).await;
    let scheme: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let path = home("scheme.pdf");
    std::fs::write(&path, &scheme).unwrap();
    let field = a
        .find("[data-field=technical_scheme] input[type=file]")
        .await;
    field.send_keys(path.to_str().unwrap()).await.unwrap();
    a.says("[data-field=technical_scheme]", "scheme.pdf").await;
    let kept = exported(&a, &home("a-downloads")).await;
    assert_eq!(kept["files"].as_array().unwrap().len(), 1);
    assert_eq!(kept["files"][0]["about"]["file"]["name"], "scheme.pdf");

    // on another device it comes in, and goes to the server from there
    let file = home("a-downloads").join("plumbline-unsent.json");
    let many = kept["changes"].as_array().unwrap().len() + 1;
    let b = signed_in(&driver, &home("b"), &url, business).await;
    taken_in(&b, &url, &file, many).await;
    b.goto(&format!("{url}/projects/{project}/forms")).await;
    b.click("[data-list=drafts] [data-draft=initiation_application]")
        .await;
    b.says("[data-field=technical_scheme]", "scheme.pdf").await;
    b.until(
        "it is sent",
        "!/%/.test(document.querySelector('[data-field=technical_scheme]').innerText)",
    )
    .await;
    let hash = of_file(&scheme);
    let path = format!("/api/projects/{project}/attachments/{hash}");
    let there = business.http.get(&path).await;
    assert_eq!(there.status, StatusCode::OK);

    // commerce decides with no network, and the tablet breaks before it is in range again
    let said = [
        ("project_name", text("污水处理厂自控系统")),
        ("origin", option("cooperation")),
        ("revenue", money("680000")),
    ];
    let form = office
        .submit(business, project, "initiation_application", &said)
        .await;
    let c = signed_in(&driver, &home("c"), &url, commerce).await;
    c.goto(&format!("{url}/inbox")).await;
    c.click("[data-inbox=waiting] [data-form=initiation_application]")
        .await;
    for field in ["price_findings", "supply_findings"] {
        c.fill(&format!("#form-{field}"), "reasonable").await;
        c.keys(thirtyfour::Key::Tab).await;
    }
    c.offline(true).await;
    c.click("[data-decide=approve]:not([disabled])").await;
    c.find("[data-wish=waiting]").await;
    let kept = exported(&c, &home("c-downloads")).await;
    assert_eq!(kept["wishes"].as_array().unwrap().len(), 1);

    // what was changed in the file is not what was signed
    let mut forged = kept.clone();
    let row = kept["wishes"][0].as_str().unwrap();
    let mut row: Value = serde_json::from_str(row).unwrap();
    row["wish"]["act"]["form"]["words"] = Value::from("never said");
    assert_ne!(row.to_string(), kept["wishes"][0].as_str().unwrap());
    forged["wishes"][0] = Value::from(row.to_string());
    let file = home("forged.json");
    std::fs::write(&file, forged.to_string()).unwrap();
    let d = signed_in(&driver, &home("d"), &url, commerce).await;
    d.goto(&format!("{url}/account")).await;
    let field = d.find("#import-unsent").await;
    field.send_keys(file.to_str().unwrap()).await.unwrap();
    d.says("[role=alert]", "Nothing was changed").await;

    let many = kept["changes"].as_array().unwrap().len() + 1;
    let file = home("c-downloads").join("plumbline-unsent.json");
    taken_in(&d, &url, &file, many).await;
    d.goto(&format!("{url}/inbox")).await;
    let by_commerce = async || {
        let part = office.ledger(business, project).await;
        let mut records = part.entries.into_iter().filter_map(|entry| entry.record());
        records.any(|record| {
            record.by == Some(commerce.id)
                && record
                    .act()
                    .is_some_and(|act| format!("{act:?}").contains(&form.to_string()))
        })
    };
    let begun = Instant::now();
    while !by_commerce().await {
        assert!(begun.elapsed() < PATIENCE, "the decision did not come in");
    }
}
