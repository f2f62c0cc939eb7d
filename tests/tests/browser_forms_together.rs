//! A form that several people look at: comments and answers to them, typing that a crash left, the Excel file, small pictures
//! of attachments, and an opinion that is signed by hand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use shared::base::ProjectId;
use shared::exchange::table;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::office::{Office, text};
use tests::server::{Person, TestServer, site};
use thirtyfour::prelude::*;

/// A picture of 600 by 300 pixels, drawn by the browser itself.
const DRAW: &str = "(async () => { const c = document.createElement('canvas'); c.width = 600; c.height = 300;
    const p = c.getContext('2d'); p.fillStyle = 'teal'; p.fillRect(0, 0, 600, 300); return c.toDataURL('image/png').split(',')[1]; })()";

async fn device(
    driver: &Driver,
    home: &TempDir,
    office: &Office,
    who: &Person,
    language: &str,
) -> Tablet {
    let a = Tablet::open(driver, home.path(), Screen::Desk, language).await;
    a.sign_in(&office.server.url(), &who.name).await;
    a
}

/// Begins a form of a project; the address of the draft.
async fn begin(a: &Tablet, url: &str, form: &str) -> String {
    a.goto(url).await;
    a.click(&format!("[data-begin={form}]")).await;
    a.find(&format!("[data-draft={form}] .form")).await;
    a.eval("location.href").await.as_str().unwrap().to_owned()
}

/// Says something in the box of a field's comments that is found by this.
async fn say(a: &Tablet, css: &str, words: &str) {
    a.fill(&format!("{css} textarea"), words).await;
    a.click(&format!("{css} [data-comment-send]")).await;
}

/// A project whose proposal was approved: its application can be begun.
async fn proposed(office: &Office, business: &Person) -> ProjectId {
    let project = office.project(business, "滨江花园").await.id;
    let said = [("project_name", text("滨江花园"))];
    let proposal = office
        .submit(business, project, "initiation_proposal", &said)
        .await;
    office.through(business, project, proposal).await;
    project
}

async fn office(pack: &str) -> Office {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    Office::open(server, pack).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_comments_on_a_form_are_written_answered_and_settled() {
    let office = office("project_operation_2007").await;
    let business = office.who("business");
    let project = proposed(&office, business).await;
    let url = format!("{}/projects/{project}/forms", office.server.url());
    let driver = Driver::start().await;
    let homes: Vec<TempDir> = (0..2).map(|_| TempDir::new().unwrap()).collect();
    let a = device(&driver, &homes[0], &office, business, "zh-CN").await;
    let draft = begin(&a, &url, "initiation_application").await;
    let mark = "[data-comment-mark=project_name]";
    let panel = "[data-comments=project_name]";
    a.click(mark).await;
    say(
        &a,
        &format!("{panel} > .comment-write"),
        "与合同名称一致吗？",
    )
    .await;
    a.says(&format!("{panel} .comment-talk"), "与合同名称一致吗")
        .await;
    a.says(mark, "1").await;
    a.accessible("a form with comments").await;

    // on a cell of a table: a row first
    a.form_cell("costs", 0, "item").await;
    a.keys("差").await;
    a.find(".form-offers [role=option]").await;
    a.keys(Key::Enter).await;
    a.click("[data-comment-mark=costs]").await;
    a.form_cell("costs", 0, "item").await;
    say(&a, "[data-comments=costs] > .comment-write", "依据？").await;
    a.says("[data-comments=costs] .comment-spot", "第 1 行")
        .await;
    a.find("[data-table=costs] [data-row=\"0\"] .form-cell-noted")
        .await;
    a.says(".comment-open summary", "2").await;
    a.synced().await;

    // on another device, in English: answered and settled, with no network
    let b = device(&driver, &homes[1], &office, business, "en").await;
    b.goto(&draft).await;
    b.says(".comment-open summary", "Open comments: 2").await;
    b.offline(true).await;
    b.click(mark).await;
    say(&b, &format!("{panel} .comment-acts"), "Yes, checked.").await;
    b.says(&format!("{panel} .comment-talk"), "Yes, checked.")
        .await;
    b.click(&format!("{panel} [data-settle=true]")).await;
    b.says(panel, "Settled: 1").await;
    b.offline(false).await;
    b.synced().await;
    a.says(".comment-open summary", "1").await;
    a.click(mark).await;
    a.click(&format!("{panel} details summary")).await;
    a.says(&format!("{panel} .comment-talk"), "Yes, checked.")
        .await;
    a.click(&format!("{panel} [data-settle=false]")).await;
    a.says(".comment-open summary", "2").await;
    b.accessible("a settled comment").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_typing_that_a_crash_left_goes_back_into_its_cell() {
    let office = office("project_operation_2007").await;
    let business = office.who("business");
    let project = proposed(&office, business).await;
    let url = format!("{}/projects/{project}/forms", office.server.url());
    let driver = Driver::start().await;
    let home = TempDir::new().unwrap();
    let a = device(&driver, &home, &office, business, "en").await;
    let draft = begin(&a, &url, "initiation_application").await;
    a.form_cell("goods", 0, "goods_name").await;
    a.keys("Pump").await;
    a.keys(Key::Enter).await;
    a.says("[data-table=goods] [data-row=\"0\"]", "Pump").await;
    a.saved_here().await;
    // the page's process dies while a second cell is typed into, and a comment
    a.click("[data-comment-mark=project_name]").await;
    a.fill(
        "[data-comments=project_name] > .comment-write textarea",
        "half a remark",
    )
    .await;
    a.form_cell("goods", 0, "quantity").await;
    a.keys("12").await;
    a.saved_here().await;
    a.crash().await;
    a.goto(&draft).await;
    for _ in 0..2 {
        a.click("[data-recovered] .button:not(.button-quiet)").await;
    }
    a.gone("[data-recovered]").await;
    a.says(
        "[data-table=goods] [data-row=\"0\"] [data-column=quantity]",
        "12",
    )
    .await;
    a.until(
        "the remark is in its box",
        "document.querySelector('[data-comments=project_name] > .comment-write textarea')?.value === 'half a remark'",
    )
    .await;

    // the form as an Excel file
    let downloads = home.path().join("downloads");
    std::fs::create_dir_all(&downloads).unwrap();
    a.downloads_to(&downloads).await;
    a.click("[data-export=xlsx]").await;
    let file = a.kept_in(&downloads, "xlsx").await;
    let book = format!("{:?}", table::open(&file).unwrap().sheets);
    assert!(book.contains("Pump") && book.contains("Draft"), "{book}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_pictures_that_are_attached_are_shown_small_and_broken_ones_by_an_icon() {
    let office = office("operations_flow_v1").await;
    let sales = office.who("sales_manager");
    let project = office.project(sales, "官网改版").await.id;
    let url = format!("{}/projects/{project}/forms", office.server.url());
    let driver = Driver::start().await;
    let home = TempDir::new().unwrap();
    let a = device(&driver, &home, &office, sales, "zh-CN").await;
    begin(&a, &url, "demand_submission").await;
    let drawn = a.eval(DRAW).await;
    let picture = STANDARD.decode(drawn.as_str().unwrap()).unwrap();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    for (name, bytes) in [
        ("site.png", picture.as_slice()),
        ("broken.png", &picture[..60]),
        ("none.svg", svg),
    ] {
        let file = home.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let field = a.web.find(By::Css("#form-files")).await.unwrap();
        field.send_keys(file.to_str().unwrap()).await.unwrap();
        a.says("[data-field=files] .form-file", name).await;
    }
    a.until(
        "one small picture",
        "(all => all.length === 1 && all[0].naturalWidth === 256 && all[0].naturalHeight === 128)([...document.querySelectorAll('img.form-thumb')])",
    )
    .await;
    a.until(
        "icons for the others",
        "document.querySelectorAll('.form-thumb-none').length === 2",
    )
    .await;
    a.accessible("attachments").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browser_an_opinion_is_signed_by_hand() {
    let office = office("project_operation_2007").await;
    let business = office.who("business");
    let project = office.project(business, "滨江花园").await.id;
    let said = [("project_name", text("滨江花园"))];
    let form = office
        .submit(business, project, "initiation_proposal", &said)
        .await;
    let driver = Driver::start().await;
    let home = TempDir::new().unwrap();
    let a = device(&driver, &home, &office, office.who("planning"), "zh-CN").await;
    a.goto(&format!("{}/forms/{project}/{form}", office.server.url()))
        .await;
    a.click("[data-sign=open]").await;
    a.until(
        "a stroke",
        "(pad => { if (!pad) return false; const r = pad.getBoundingClientRect();
            const at = (type, x) => pad.dispatchEvent(new PointerEvent(type, { bubbles: true, cancelable: true, pointerId: 1, pressure: 0.5, clientX: r.left + x, clientY: r.top + 30 }));
            at('pointerdown', 20); at('pointermove', 120); at('pointerup', 120); return true; })(document.querySelector('.decide-sign canvas'))",
    )
    .await;
    a.accessible("the pad").await;
    a.click(".decide-sign .button-primary:not([disabled])")
        .await;
    a.find(".decide-sign [data-signed]").await;
    a.click("[data-decide=approve]:not([disabled])").await;
    a.says(".page-head", "已通过").await;
    a.find(".review-seats .review-signature, .paper-opinions img, .review-record")
        .await;
    a.click("[data-look=paper]").await;
    a.find(".paper-opinions .paper-signed img").await;
    a.says(".paper-opinions .paper-signed", "planning").await;
}
