//! An origin that is not localhost: with the certificates of `plumbline tls init` it is a secure one, without it is not.

use std::path::Path;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, program, site};

const HOST: &str = "plumbline.test";

/// A home folder whose browsers trust this authority, as a tablet does after `/trust`.
fn trust(home: &Path, authority: &Path) {
    let database = home.join(".pki/nssdb");
    std::fs::create_dir_all(&database).unwrap();
    let database = format!("sql:{}", database.display());
    let certutil = |arguments: &[&str]| {
        let status = Command::new("certutil")
            .args(["-d", &database])
            .args(arguments)
            .status()
            .expect("certutil is not installed: apt-get install libnss3-tools");
        assert!(status.success(), "certutil {arguments:?}");
    };
    certutil(&["-N", "--empty-password"]);
    let authority = authority.to_str().unwrap();
    certutil(&["-A", "-t", "C,,", "-n", "plumbline", "-i", authority]);
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_https_from_another_machines_name_works_offline() {
    let data = TempDir::new().unwrap();
    let tls = Command::new(program())
        .args(["tls", "init", "--host", HOST, "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    assert!(tls.status.success(), "{tls:?}");
    let folder = data.path().join("tls");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let homes = TempDir::new().unwrap();
    trust(homes.path(), &folder.join("authority.crt"));
    let site = site();
    let mut server = Program::start_on(
        data,
        &[
            "--site",
            site.to_str().unwrap(),
            "--tls-cert",
            &file("server.crt"),
            "--tls-key",
            &file("server.key"),
            "--trust-listen",
            "127.0.0.1:0",
        ],
    )
    .await;
    let rules = format!("--host-resolver-rules=MAP {HOST} 127.0.0.1");
    let driver = Driver::start_at_home(homes.path()).await;
    let home = homes.path().join("profile");
    let url = format!("https://{HOST}:{}", server.address.port());
    let tablet = Tablet::open_with(&driver, &home, Screen::Tablet, "en", &[&rules]).await;

    // what a new tablet sees first, with plain http: how to trust the server
    let trust_port = server.trust_address.unwrap().port();
    tablet.goto(&format!("http://{HOST}:{trust_port}/")).await;
    tablet.says("body", "Install the certificate").await;
    tablet.find("a[href='/trust/authority.crt']").await;

    // trusted: a secure origin, with everything that needs one
    tablet.goto(&url).await;
    tablet.find("#sign-in").await;
    assert_eq!(
        tablet
            .eval("isSecureContext && location.protocol === 'https:' && !!navigator.locks && !!crypto.subtle && !!navigator.storage && !!navigator.mediaDevices")
            .await,
        true
    );
    tablet.fill("#name", "admin").await;
    tablet.fill("#password", &server.first_password).await;
    tablet.click("#sign-in").await;
    tablet.fill("#old-password", &server.first_password).await;
    for field in ["#new-password", "#new-password-again"] {
        tablet.fill(field, "a plumb line is straight").await;
    }
    tablet.click("#change-password").await;
    tablet.synced().await;
    let cookies = tablet.cdp("Network.getCookies", json!({})).await;
    let cookies = cookies["cookies"].as_array().unwrap();
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    assert_eq!(cookies[0]["name"], "__Host-plumbline");
    assert_eq!(cookies[0]["secure"], true, "{cookies:?}");
    assert_eq!(cookies[0]["httpOnly"], true, "{cookies:?}");
    assert_eq!(cookies[0]["sameSite"], "Strict", "{cookies:?}");

    // a project with a task; then the service worker alone brings it all
    tablet.goto(&format!("{url}/projects")).await;
    tablet.click("#new-project").await;
    tablet.fill("#project-name", "Bridge").await;
    tablet.click("#create-project").await;
    tablet.plan_shows().await;
    tablet.synced().await;
    tablet.add_task("foundation").await;
    tablet.synced().await;
    tablet.starts_offline().await;
    let state = "navigator.serviceWorker.controller?.state";
    assert_eq!(tablet.eval(state).await, "activated");
    let plan = tablet.eval("location.href").await;
    let plan = plan.as_str().unwrap();
    assert!(plan.starts_with(&url), "{plan}");
    tablet.close().await;
    server.kill().await;
    let tablet = Tablet::open_with(&driver, &home, Screen::Tablet, "en", &[&rules]).await;
    tablet.open_plan(plan).await;
    tablet.task("foundation").await;
    tablet.says_offline().await;
    tablet.add_task("pier").await;
    tablet.until_waiting(1).await;
    server.start_again().await;
    tablet.synced().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_https_is_asked_for_where_the_origin_is_not_secure() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let rules = format!("--host-resolver-rules=MAP {HOST} 127.0.0.1");
    for (language, text) in [("en", "open this page with https"), ("zh-CN", "请用 https")] {
        let home = profiles.path().join(language);
        let tablet = Tablet::open_with(&driver, &home, Screen::Tablet, language, &[&rules]).await;
        let url = format!("http://{HOST}:{}", server.address.port());
        tablet.goto(&url).await;
        tablet.says("#splash", text).await;
        tablet.says("#splash", "plumbline tls init").await;
        assert_eq!(tablet.eval("isSecureContext").await, false);
        tablet.gone("#sign-in").await;
        tablet.close().await;
    }
}
