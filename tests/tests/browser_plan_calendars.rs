//! Working time: weeks, days that differ, holidays.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// What is offered, in one text.
const OFFER: &str = "(document.querySelector('[data-holidays-offer]')?.textContent ?? '')";

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_working_time_is_changed_and_another_device_has_the_same_dates() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, &home.path().join("a"), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    a.goto(&plan).await;
    a.click(".plan-empty .button-primary").await;
    a.keys("Dig").await;
    a.keys(Key::Enter).await;
    a.keys(Key::Escape).await;
    a.until(
        "a task",
        "document.querySelectorAll('.plan-row[data-task]').length === 1",
    )
    .await;
    let rows = a.rows().await;
    let dig = rows[0].task.as_str();
    a.set(dig, "start", "2035-01-01").await;
    a.set(dig, "duration", "6d").await;
    a.until_dates(dig, "2035-01-01 2035-01-08").await;

    a.click("[data-tool=settings]").await;
    a.click("[data-settings-field=calendars]").await;
    // Saturdays too
    a.fill("[data-calendar-field=week5]", "8-12 13-17").await;
    a.keys(Key::Tab).await;
    a.until_dates(dig, "2035-01-01 2035-01-06").await;
    // what is no time of day is said, and changes nothing
    a.fill("[data-calendar-field=week6]", "8-25").await;
    a.keys(Key::Tab).await;
    a.until(
        "it is said",
        "document.querySelector('.plan-week .field-error')?.textContent.includes('8-12, 13-17')",
    )
    .await;
    a.until(
        "and what was typed stays to be mended",
        "document.querySelector('[data-calendar-field=week6]').value === '8-25'",
    )
    .await;
    // two days off
    a.pick_day("[data-calendar-field=first]", "2035-01-03")
        .await;
    a.pick_day("[data-calendar-field=last]", "2035-01-04").await;
    a.fill("[data-calendar-field=day-name]", "Flood").await;
    a.click("[data-calendar=add]").await;
    a.until(
        "they are listed",
        "document.querySelector('.plan-days')?.textContent.includes('Flood')",
    )
    .await;
    a.until_dates(dig, "2035-01-01 2035-01-09").await;
    a.until(
        "still",
        "document.querySelector('[data-calendar-field=week6]').value === '8-25'",
    )
    .await;
    a.synced().await;

    let b = Tablet::open(&driver, &home.path().join("b"), Screen::Tablet, "zh-CN").await;
    b.sign_in(&server.url(), "li.planner").await;
    b.goto(&plan).await;
    b.plan_shows().await;
    b.until_dates(dig, "2035-01-01 2035-01-09").await;
    b.click(".plan-tools .plan-tool-text").await;
    b.click(".plan-menu [data-menu=settings]").await;
    b.click("[data-settings-field=calendars]").await;
    b.find(".plan-days .button").await;
    b.keep_picture("plan-calendars").await;
    b.click(".plan-days .button").await;
    b.until_dates(dig, "2035-01-01 2035-01-06").await;
    a.until_dates(dig, "2035-01-01 2035-01-06").await;
    a.keep_picture("plan-calendars-desk").await;
    // and taken back, as everything is
    b.click(".plan-tools [data-tool=undo]").await;
    a.until_dates(dig, "2035-01-01 2035-01-09").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_holidays_come_from_our_data_a_country_and_a_file() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "zh-CN").await;
    a.sign_in(&server.url(), "li.planner").await;
    a.goto(&plan).await;
    a.click(".plan-empty .button-primary").await;
    a.keys("Dig").await;
    a.keys(Key::Enter).await;
    a.keys(Key::Escape).await;
    a.until(
        "a task",
        "document.querySelectorAll('.plan-row[data-task]').length === 1",
    )
    .await;
    let rows = a.rows().await;
    let dig = rows[0].task.as_str();
    a.click("[data-tool=settings]").await;
    a.pick_day("[data-settings-field=start]", "2026-09-28")
        .await;
    a.set(dig, "duration", "6d").await;
    a.until_dates(dig, "2026-09-28 2026-10-05").await;

    // China's, with the Saturday that is worked for the week off
    a.click("[data-settings-field=calendars]").await;
    a.click("[data-holidays-field=show]").await;
    a.until("they are offered", &format!("{OFFER}.includes('国庆节')"))
        .await;
    a.until("2027 is not settled", &format!("{OFFER}.length > 0"))
        .await;
    a.keep_picture("plan-holidays").await;
    a.click("[data-holidays-field=add]").await;
    a.until_dates(dig, "2026-09-28 2026-10-10").await;

    // another country's, which the server has
    a.pick("[data-holidays-field=country]", "DE").await;
    a.click("[data-holidays-field=show]").await;
    a.until(
        "they are offered",
        &format!("{OFFER}.includes('2026-10-03')"),
    )
    .await;

    // a file of next year's
    let file = home.path().join("next.ics");
    let event = |name: &str, first: &str, last: &str| {
        format!(
            "BEGIN:VEVENT\r\nSUMMARY:{name}\r\nDTSTART;VALUE=DATE:{first}\r\nDTEND;VALUE=DATE:{last}\r\nEND:VEVENT\r\n"
        )
    };
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}{}END:VCALENDAR\r\n",
        event("元旦 休", "20270101", "20270104"),
        event("元旦 班", "20270109", "20270110"),
    );
    std::fs::write(&file, text).unwrap();
    a.web
        .find(By::Css("[data-holidays-field=file]"))
        .await
        .unwrap()
        .send_keys(file.to_str().unwrap())
        .await
        .unwrap();
    a.until("it is offered", &format!("{OFFER}.includes('2027-01-09')"))
        .await;
    a.click("[data-holidays-field=add]").await;
    a.pick_day("[data-calendar-field=first]", "2035-01-01")
        .await;
    a.until(
        "it is in the calendar",
        "document.querySelector('.plan-days')?.textContent.includes('2027-01-01')",
    )
    .await;
    a.click(".plan-side .plan-link").await;
    a.pick_day("[data-settings-field=start]", "2027-01-01")
        .await;
    a.set(dig, "duration", "6d").await;
    a.until_dates(dig, "2027-01-04 2027-01-09").await;
    a.synced().await;
}
