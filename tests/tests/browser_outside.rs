//! Somebody outside signs on the screen, in a real Chromium: by a link on a phone of their own, and on the tablet in hand.

use serde_json::json;
use shared::ledger::project::Standing;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::office::Office;
use tests::outside::{Asked, WITH_CUSTOMER};
use tests::server::{TestServer, site, target_folder};
use thirtyfour::prelude::*;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

async fn office() -> Office {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    Office::open(server, WITH_CUSTOMER).await
}

/// A phone of somebody who has no account.
async fn phone(driver: &Driver, home: &TempDir, language: &str) -> Tablet {
    let phone = Tablet::open(driver, home.path(), Screen::Tablet, language).await;
    let size = json!({"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true});
    phone.cdp("Emulation.setDeviceMetricsOverride", size).await;
    phone
}

/// Draws a name with a finger or the mouse.
async fn sign_by_hand(a: &Tablet) {
    a.find(".form-sign-pad").await;
    a.eval("document.querySelector('.form-sign-pad').scrollIntoView({ block: 'center' }) ?? 0")
        .await;
    let pad = a.middle(".form-sign-pad").await;
    a.drag((pad.0 - 60.0, pad.1 - 20.0), (pad.0 + 60.0, pad.1 + 20.0))
        .await;
    a.click(".form-sign .button-primary:not([disabled])").await;
    a.find("[data-signed]").await;
}

/// Nothing is wider than the window.
async fn fits(a: &Tablet, place: &str) {
    let wide = a
        .eval("document.documentElement.scrollWidth - window.innerWidth")
        .await;
    assert!(wide.as_i64() <= Some(0), "{place}: {wide} px too wide");
    let wide = a
        .eval("(o => o.scrollWidth - o.clientWidth)(document.querySelector('.outside'))")
        .await;
    assert!(wide.as_i64() <= Some(0), "{place}: {wide} px too wide");
}

/// Kept to be looked at.
async fn keep(a: &Tablet, name: &str) {
    let folder = target_folder().join("screens");
    std::fs::create_dir_all(&folder).unwrap();
    a.screenshot(&folder.join(format!("outside-{name}.png")))
        .await;
}

/// The link that a member makes for a customer, as the screen shows it.
async fn link_on_screen(a: &Tablet) -> String {
    a.click("[data-outside] [data-link=make]").await;
    let shown = a
        .until("the link", "document.querySelector('#made-link')?.value")
        .await;
    shown.as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_is_named_gets_a_link_reads_and_signs_on_their_phone() {
    let office = office().await;
    let url = office.server.url();
    let (project, form) = office.asks_somebody_outside().await;
    let lead = office.who("operations_head");
    let sheet = format!("{url}/forms/{project}/{form}");
    let driver = Driver::start().await;
    let homes: Vec<TempDir> = (0..2).map(|_| TempDir::new().unwrap()).collect();

    // a member names the customer, and makes a link
    let a = Tablet::open(&driver, homes[0].path(), Screen::Desk, "zh-CN").await;
    a.sign_in(&url, &lead.name).await;
    a.goto(&sheet).await;
    a.says("[data-outside]", "尚未指定").await;
    a.fill("#name-customer", "某公司 王经理").await;
    a.click("[data-name-outside=customer] button:not([disabled])")
        .await;
    a.says("[data-outside] [data-signer]", "某公司 王经理")
        .await;
    a.accessible("who signs from outside").await;
    let link = link_on_screen(&a).await;
    assert!(link.starts_with(&format!("{url}/sign/")), "{link}");
    a.says("[data-made-link]", "可签署一次").await;
    a.click("#copy-link").await;
    a.says("[data-made-link] [role=status]", "已复制").await;
    a.accessible("a link that was made").await;
    keep(&a, "link").await;
    a.click("#close-link").await;

    // the customer has no account, and sees the form and nothing else
    let guest = phone(&driver, &homes[1], "zh-CN").await;
    guest.goto(&link).await;
    guest.says(".outside-head", "某公司 王经理").await;
    guest.says(".outside-head", "官网改版").await;
    guest.says(".outside-head", "designer").await;
    guest.says(".outside-said", "operations_head").await;
    guest.says("[data-field=files]", "附件.txt").await;
    guest.gone("nav, #sync, .topbar").await;
    fits(&guest, "the form of a link").await;
    guest.accessible("the form of a link").await;
    keep(&guest, "form").await;

    // who agrees signs, who does not says why
    guest.find("[data-say=approve][disabled]").await;
    guest.find("[data-say=return][disabled]").await;
    guest.fill("#sign-words", "同意，请按期上线").await;
    guest.find("[data-say=return]:not([disabled])").await;
    sign_by_hand(&guest).await;
    keep(&guest, "signed").await;
    // what was typed and drawn survives a reload of the tab, and no database of this device holds it
    guest.goto(&link).await;
    guest
        .until(
            "the words",
            "document.querySelector('#sign-words')?.value === '同意，请按期上线'",
        )
        .await;
    guest.find("[data-signed]").await;
    let databases = guest
        .until(
            "databases",
            "(window.all ?? (indexedDB.databases().then(all => window.all = { n: all.length }), null))",
        )
        .await;
    assert_eq!(databases["n"], 0);
    let secret = link.rsplit('/').next().unwrap();
    let kept = guest
        .eval("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
        .await;
    assert!(!kept.as_str().unwrap().contains(secret));

    // with no network it says so, and nothing is lost
    guest.click("[data-say=approve]:not([disabled])").await;
    guest.says("dialog[open]", "某公司 王经理").await;
    guest.accessible("before it is sent").await;
    keep(&guest, "confirm").await;
    guest.offline(true).await;
    guest.click("#sign-send").await;
    guest.says("dialog[open] [role=alert]", "没有网络").await;
    guest.offline(false).await;
    guest.click("#sign-send").await;
    guest.says("[data-sent]", "签署成功").await;
    guest.says("[data-sent]", "同意，请按期上线").await;
    guest.find("[data-sent] img.review-signature").await;
    guest.says(".form-paper", "某公司 王经理").await;
    fits(&guest, "what was signed").await;
    guest.accessible("what was signed").await;
    keep(&guest, "sent").await;
    let kept = guest.eval("Object.keys(sessionStorage).length").await;
    assert_eq!(kept, 0, "what was typed is gone once it is sent");

    // the member sees the opinion and the signature; the link is used up
    a.says(".page-head", "已通过").await;
    a.says(".review-record", "某公司 王经理").await;
    a.says(".review-record", "同意，请按期上线").await;
    a.find(".review-chain img.review-signature").await;
    guest.goto(&link).await;
    guest.says("[data-gone=used]", "已经签署").await;
    guest.accessible("a link that was used").await;
    keep(&guest, "used").await;
    assert_eq!(
        office.standing(lead, project, form).await,
        Standing::Approved
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_signs_with_keys_alone_and_a_link_that_is_not_good_says_why() {
    let office = office().await;
    let url = office.server.url();
    let Asked {
        project,
        form,
        customer,
    } = office.asks_a_customer().await;
    let sales = office.who("sales_manager");
    let first = office.link(sales, project, &customer, form).await;
    let second = office.link(sales, project, &customer, form).await;
    let page = |path: &str| format!("{url}{}", path.replace("/api/outside/", "/sign/"));
    let driver = Driver::start().await;
    let home = TempDir::new().unwrap();
    let guest = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;

    guest.goto(&page(&first.path)).await;
    guest
        .says(".outside-head", "asks you to read and sign")
        .await;
    guest.accessible("the form of a link in English").await;
    keep(&guest, "form-en").await;
    let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
    guest.cdp("Emulation.setEmulatedMedia", dark).await;
    guest.accessible("the form of a link in the dark").await;
    keep(&guest, "form-dark").await;
    // the name in letters, by keys
    guest.find("[data-sign=keys]").await;
    for (focus, key) in [
        ("[data-sign=keys]", Key::Enter),
        ("#sign-use-name", Key::Enter),
    ] {
        guest.find(focus).await;
        guest
            .eval(&format!("document.querySelector('{focus}').focus() ?? 0"))
            .await;
        guest.keys(key).await;
    }
    guest.find("[data-signed]").await;
    // not to agree needs words; both are asked before it is sent
    guest.fill("#sign-words", "首页还缺英文版").await;
    guest.click("[data-say=return]:not([disabled])").await;
    guest.says("dialog[open]", "to be changed").await;
    guest.click("#sign-send").await;
    guest.says("[data-sent]", "Sent. Thank you.").await;
    guest.says("[data-sent]", "首页还缺英文版").await;
    guest.accessible("what was sent, in the dark").await;
    keep(&guest, "sent-dark").await;

    // the other link stays good, and says that nothing is to be signed now
    guest.goto(&page(&second.path)).await;
    guest.says("[data-not-now=draft]", "being changed").await;
    guest.accessible("nothing to sign now").await;
    guest.click("#other-language").await;
    guest.says("[data-not-now=draft]", "正在修改").await;

    guest.goto(&page("/api/outside/never-was")).await;
    guest.says("[data-gone=unknown]", "no such link").await;
    guest.accessible("a link that never was").await;
    office.server.clock.advance_ms(15 * DAY_MS);
    guest.goto(&page(&second.path)).await;
    guest.says("[data-gone=over]", "too old").await;
    guest.accessible("a link that is too old").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_signs_on_the_tablet_in_hand_and_a_pin_stands_before_the_work_after() {
    let office = office().await;
    let url = office.server.url();
    let Asked { project, form, .. } = office.asks_a_customer().await;
    let sales = office.who("sales_manager");
    let sheet = format!("{url}/forms/{project}/{form}");
    let driver = Driver::start().await;
    let home = TempDir::new().unwrap();
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "zh-CN").await;
    a.sign_in(&url, &sales.name).await;

    // without a PIN: said before, and whose the device is asks before the work is shown
    a.goto(&sheet).await;
    a.click("[data-outside] [data-link=tablet]").await;
    a.says("[data-hand-over]", "尚未设置 PIN").await;
    a.accessible("before the tablet is handed over").await;
    keep(&a, "hand-over").await;
    a.click("#hand-over").await;
    a.says("[data-handed]", &sales.name).await;
    a.gone("nav, #sync, .topbar").await;
    a.accessible("the tablet in hand").await;
    keep(&a, "in-hand").await;
    a.click("#hand-back").await;
    a.click("#confirm-owner").await;
    a.find(".form-page").await;

    // with a PIN: the work is locked meanwhile
    a.goto(&format!("{url}/account")).await;
    a.fill("#new-pin", "2468").await;
    a.click("#set-pin").await;
    a.find(".badge-ok").await;
    a.goto(&sheet).await;
    a.click("[data-outside] [data-link=tablet]").await;
    a.says("[data-hand-over]", "需输入您的 PIN").await;
    a.click("#hand-over").await;
    a.find("[data-handed]").await;
    sign_by_hand(&a).await;
    a.click("[data-say=approve]:not([disabled])").await;
    a.click("#sign-send").await;
    a.says("[data-sent]", "签署成功").await;
    a.says("[data-handed]", "请把设备交还").await;
    a.accessible("signed on the tablet in hand").await;
    keep(&a, "in-hand-sent").await;
    // no way around it
    a.goto(&url).await;
    a.find("#pin").await;
    a.gone(".topbar").await;
    a.goto(&sheet).await;
    a.fill("#pin", "2468").await;
    a.click("#unlock").await;
    a.says(".page-head", "已通过").await;
}
