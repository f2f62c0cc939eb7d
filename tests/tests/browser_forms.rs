//! Regulations are read as rule books, and their forms are tried: what is typed, worked out, hidden, missing, pasted and
//! printed.

use serde_json::json;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// A regulation and its form that has most of what forms have.
const PACK: &str = "project_operation_2007";
const FORM: &str = "initiation_application";

/// Opens a form of a regulation to try it, as a person comes to it.
async fn open(a: &Tablet, url: &str, pack: &str, form: &str) {
    a.goto(&format!("{url}/regulations")).await;
    a.click(&format!(".regulation[data-pack={pack}]")).await;
    a.click(&format!(
        ".regulation-form[data-form={form}] .card-head a:first-of-type"
    ))
    .await;
    a.find(&format!(".form[data-form={form}]")).await;
}

/// What a field shows that nobody writes.
fn shown(field: &str) -> String {
    format!("[data-field={field}] .form-value")
}

/// Presses a cell of a table.
async fn cell(a: &Tablet, table: &str, row: usize, column: &str) {
    let script = format!(
        "(cell => {{ cell.scrollIntoView({{ block: 'center' }});
            cell.dispatchEvent(new PointerEvent('pointerdown', {{ bubbles: true, cancelable: true, button: 0, pointerType: 'mouse' }}));
            return true; }})(document.querySelector('[data-table={table}] [data-row=\"{row}\"] [data-column={column}]'))"
    );
    a.until("the cell", &script).await;
}

/// Pastes a text where the focus is, as from a spreadsheet.
async fn paste(a: &Tablet, text: &str) {
    let text = serde_json::to_string(text).unwrap();
    a.eval(&format!(
        "(data => {{ data.setData('text/plain', {text});
            document.activeElement.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }}));
            return 0; }})(new DataTransfer())"
    ))
    .await;
}

/// Which cell the keys are at.
async fn cursor(a: &Tablet) -> String {
    let label = a
        .eval("document.activeElement.getAttribute('aria-label')")
        .await;
    label.as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_a_form_is_tried_and_says_what_it_comes_to() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    server.person("li.planner", false).await;
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "zh-CN").await;
    a.sign_in(&server.url(), "li.planner").await;
    open(&a, &server.url(), PACK, FORM).await;
    a.says(".notice", "不会保存").await;
    a.accessible("an empty form").await;

    // amounts as people type them, worked out at once and in capitals
    a.fill("#form-revenue", "1.25万").await;
    a.keys(Key::Tab).await;
    a.until(
        "written out",
        "document.querySelector('#form-revenue').value === '12,500'",
    )
    .await;
    a.says(&shown("profit"), "12,500").await;
    cell(&a, "costs", 0, "item").await;
    a.keys("差").await;
    a.find(".form-offers [role=option]").await;
    a.keys(Key::Enter).await;
    a.keys(Key::Tab).await;
    a.keys("￥3,000").await;
    a.keys(Key::Enter).await;
    a.says(&shown("total_cost"), "3,000").await;
    a.says(&shown("total_capitals"), "叁仟元整").await;
    a.says(&shown("profit"), "9,500").await;

    // half a word is no fault; a word that is no number is, and is told with what to do
    a.fill("#form-revenue", "很多").await;
    a.keys(Key::Tab).await;
    a.says("[data-field=revenue] .form-error", "1.25万").await;
    a.fill("#form-revenue", "8000").await;
    a.keys(Key::Tab).await;
    a.gone("[data-field=revenue] .form-error").await;

    // people are found by a part of their names
    a.fill("#form-manager", "li").await;
    a.find(".form-offers [role=option]").await;
    let first = a
        .eval("document.querySelector('.form-offers [role=option] .grow').innerText")
        .await;
    a.keys(Key::Enter).await;
    a.gone(".form-offers").await;
    let picked = a
        .eval("document.querySelector('#form-manager').value")
        .await;
    assert_eq!(picked, first);

    // a rule of the form, in its own words
    a.eval("(f => { for (const [id, day] of f) { const e = document.querySelector(id); e.value = day; e.dispatchEvent(new Event('change', { bubbles: true })); } return 0; })([['#form-start', '2035-03-01'], ['#form-finish', '2035-02-01']])")
        .await;
    a.says(
        "[data-field=finish] .form-error",
        "完成日期不能早于开始日期",
    )
    .await;

    // what is missing is told, and leads to its field
    a.click(".form-left summary").await;
    a.says(".form-left", "项目名称").await;
    a.click(".form-left li:first-child .form-jump").await;
    a.until(
        "the first field has the focus",
        "document.activeElement?.id === 'form-project_name'",
    )
    .await;
    a.says("[data-field=project_name] .form-error", "必填")
        .await;
    a.keys("滨江花园二期").await;
    a.gone("[data-field=project_name] .form-error").await;
    a.accessible("a form with faults").await;

    // nothing was kept
    a.goto(&format!("{}/regulations", server.url())).await;
    open(&a, &server.url(), PACK, FORM).await;
    a.until(
        "empty again",
        "document.querySelector('#form-revenue').value === ''",
    )
    .await;
    a.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_a_field_goes_when_it_is_not_asked_for() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    server.person("li.planner", false).await;
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    open(
        &a,
        &server.url(),
        "project_and_operations_rules",
        "change_request",
    )
    .await;
    let choice = |n: usize| format!("[data-field=changes] .form-option:nth-child({n})");
    // while nothing is chosen, nothing is ruled out
    a.find("[data-field=new_finish]").await;
    a.click(&choice(1)).await;
    a.gone("[data-field=new_finish]").await;
    a.click(&choice(3)).await;
    a.find("[data-field=new_finish] .form-required").await;
    a.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_rows_are_pasted_and_gone_through_with_keys() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    server.person("li.planner", false).await;
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    open(&a, &server.url(), PACK, FORM).await;

    // a thousand lines, as wide as what people write
    let lines: String = (0..1_000)
        .map(|n| format!("Pump {n}\tP-{n}\tset\t2\t10\t13\r\n"))
        .collect();
    cell(&a, "goods", 0, "goods_name").await;
    paste(&a, &lines).await;
    a.says("[data-table=goods] .form-said", "1000").await;
    a.says(&shown("total_cost"), "22,600").await;
    let drawn = a
        .eval("document.querySelectorAll('[data-table=goods] [data-row]').length")
        .await;
    assert!(drawn.as_u64().unwrap() < 60, "only what is seen: {drawn}");

    // what cannot be read is told with its place
    cell(&a, "goods", 0, "quantity").await;
    paste(&a, "many\t11\r\n3\t12").await;
    a.says("[data-table=goods] .form-said", "row 1, Quantity")
        .await;
    a.says(&shown("total_cost"), "22,620.34").await;

    // keys as in a spreadsheet
    cell(&a, "goods", 1, "goods_name").await;
    assert_eq!(cursor(&a).await, "Row 2, Goods");
    a.keys(Key::Right).await;
    a.keys(Key::Down).await;
    assert_eq!(cursor(&a).await, "Row 3, Model");
    a.keys("X-1").await;
    a.keys(Key::Tab).await;
    a.keys(Key::Tab).await;
    assert_eq!(cursor(&a).await, "Row 3, Quantity");
    a.keys("5").await;
    a.keys(Key::Enter).await;
    assert_eq!(cursor(&a).await, "Row 4, Model", "below where Tab began");
    a.chord(&[Key::Control], Key::Down).await;
    a.says("[data-table=goods] [data-row=\"999\"]", "Pump 999")
        .await;
    let total = a
        .eval("document.querySelector('[data-table=goods] [role=grid]').getAttribute('aria-rowcount')")
        .await;
    assert_eq!(total, json!("1002"), "heading, rows, and an empty one");
    a.keys(Key::Up).await;
    a.click("[data-table=goods] [data-rows=remove]").await;
    a.until(
        "one row less",
        "document.querySelector('[data-table=goods] [role=grid]').getAttribute('aria-rowcount') === '1001'",
    )
    .await;
    a.accessible("a long table").await;
    a.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_regulations_and_their_paper_are_there_with_no_network() {
    let mut server = Program::start(&["--site", site().to_str().unwrap()]).await;
    server.person("li.planner", false).await;
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Tablet, "zh-CN").await;
    a.sign_in(&server.url(), "li.planner").await;
    open(&a, &server.url(), PACK, FORM).await;
    a.starts_offline().await;
    a.saved_here().await;
    server.kill().await;
    a.goto(&format!("{}/regulations", server.url())).await;
    a.click(&format!(".regulation[data-pack={PACK}]")).await;
    a.says("#stages", "立项申请表").await;
    a.says(&format!("[data-form={FORM}] .route-steps"), "会签")
        .await;
    a.click(&format!(
        ".regulation-form[data-form={FORM}] .card-head a:last-of-type"
    ))
    .await;
    a.says(".form-paper h1", "立项申请表").await;
    a.says(".form-paper", "评审意见").await;
    a.says(".form-paper", "商务部").await;
    // nothing to be read is cut off on a sheet that is printed
    let pdf = a
        .cdp("Page.printToPDF", json!({"preferCSSPageSize": true}))
        .await;
    assert!(pdf["data"].as_str().is_some_and(|data| data.len() > 10_000));
    a.close().await;
}
