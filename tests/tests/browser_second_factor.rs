//! The second factor as its owner turns it on, signs in with it, and turns it off.

use std::time::{SystemTime, UNIX_EPOCH};

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{PASSWORD, Program, site};
use totp_rs::{Builder, Secret};

#[tokio::test(flavor = "multi_thread")]
async fn browser_second_factor_is_turned_on_asked_for_and_turned_off() {
    let site = site();
    let server = Program::start(&["--site", site.to_str().unwrap()]).await;
    server.person("li.planner", false).await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let tablet = Tablet::open(&driver, &profiles.path().join("a"), Screen::Tablet, "zh-CN").await;
    tablet.sign_in(&server.url(), "li.planner").await;
    tablet.goto(&format!("{}/account", server.url())).await;

    tablet.fill("#second-password", "a wrong password").await;
    tablet.click("#second-on").await;
    tablet.says("#second-factor [role=alert]", "密码").await;
    tablet.fill("#second-password", PASSWORD).await;
    tablet.click("#second-on").await;
    let secret = tablet.find("#second-secret").await.text().await.unwrap();
    let secret = Secret::try_from_base32(&secret).unwrap();
    let phone = Builder::new().with_secret(secret).build().unwrap();
    let code = |steps: u64| {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        phone.generate(now + steps * 30).to_string()
    };
    tablet.fill("#second-code", &code(0)).await;
    tablet.click("#second-confirm").await;
    let codes = tablet.find("#second-codes").await.text().await.unwrap();
    assert_eq!(codes.split_whitespace().count(), 10, "{codes}");
    tablet.click("#second-done").await;
    tablet.says("#second-factor", "10").await;

    // on another device: the code is one more field, and a wrong one says so
    let other = Tablet::open(&driver, &profiles.path().join("b"), Screen::Tablet, "en").await;
    other.goto(&server.url()).await;
    other.fill("#name", "li.planner").await;
    other.fill("#password", PASSWORD).await;
    other.click("#sign-in").await;
    other.fill("#code", "000000").await;
    other.click("#sign-in").await;
    other.says(".gate [role=alert]", "used already").await;
    // the next one: the one before was used to turn it on
    other.fill("#code", &code(1)).await;
    other.click("#sign-in").await;
    other.find("#account-menu").await;

    tablet.fill("#second-password", PASSWORD).await;
    let recovery = codes.split_whitespace().next().unwrap().to_owned();
    tablet.fill("#second-code", &recovery).await;
    tablet.click("#second-off").await;
    tablet.find("#second-on").await;
}
