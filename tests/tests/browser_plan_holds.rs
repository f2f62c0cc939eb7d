//! What holds a task beside its links, set in its sheet: constraint, deadline, place by hand, inactive.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site, target_folder};
use thirtyfour::prelude::*;

/// Kept to be looked at, the whole plan in the window.
async fn picture(tablet: &Tablet, name: &str) {
    tablet.click(".plan-tools [data-tool=fit]").await;
    let folder = target_folder().join("screens");
    std::fs::create_dir_all(&folder).unwrap();
    tablet.screenshot(&folder.join(format!("{name}.png"))).await;
}

/// Opens the sheet of a task from its row.
async fn open(tablet: &Tablet, task: &str) {
    tablet.click_cell(task, "number").await;
    tablet.keys(Key::Enter).await;
    tablet
        .until(
            "the sheet",
            "document.querySelector('.plan-side [data-holds]')",
        )
        .await;
}

/// Chooses in the sheet, as the browser does once a line of its list is clicked: the list itself is not of the page.
async fn choose(tablet: &Tablet, kind: &str) {
    tablet.find("[data-panel-field=constraint]").await;
    let script = format!(
        "const list = document.querySelector('[data-panel-field=constraint]');
         list.focus(); list.value = '{kind}';
         list.dispatchEvent(new Event('change', {{ bubbles: true }})); return 0;"
    );
    tablet.web.execute(script, vec![]).await.unwrap();
}

/// Types a day into a field of the sheet.
async fn day(tablet: &Tablet, field: &str, typed: &str) {
    let css = format!("[data-panel-field={field}]");
    tablet.find(&css).await;
    tablet
        .eval(&format!("document.querySelector('{css}').focus() ?? 0"))
        .await;
    tablet.keys(typed).await;
    tablet.keys(Key::Tab).await;
}

/// The dates of a row, `from to`.
async fn until_dates(tablet: &Tablet, task: &str, dates: &str) {
    let look = format!(
        "(r => r.dataset.start.slice(0, 10) + ' ' + r.dataset.finish.slice(0, 10))(document.querySelector(\".plan-row[data-task='{task}']\"))"
    );
    tablet
        .soon(
            &format!("{task}: {dates}"),
            &format!("{look} === '{dates}'"),
            &look,
        )
        .await;
}

/// The row stands before the others, which stand in 2035.
async fn until_today(tablet: &Tablet, task: &str) {
    let look = format!("document.querySelector(\".plan-row[data-task='{task}']\").dataset.start");
    let shows = format!("{look} < '2035'");
    tablet.soon("it waits for nothing", &shows, &look).await;
}

/// What the list of problems says, in one text; empty where there are none.
const PROBLEMS: &str =
    "[...document.querySelectorAll('.plan-side .plan-card p')].map(p => p.textContent).join(' ')";

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_what_holds_a_task_is_set_in_its_sheet_and_explained() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    a.goto(&plan).await;
    a.click(".plan-empty .button-primary").await;
    for name in ["Dig", "Pour", "Cure"] {
        a.keys(name).await;
        a.keys(Key::Enter).await;
    }
    a.keys(Key::Escape).await;
    a.until(
        "three tasks",
        "document.querySelectorAll('.plan-row[data-task]').length === 3",
    )
    .await;
    let rows = a.rows().await;
    let [dig, pour, cure] = [0, 1, 2].map(|i: usize| rows[i].task.as_str());
    a.show_column("Predecessors", "predecessors").await;
    // Monday to Friday, then two days, then one
    a.set(dig, "start", "2035-01-01").await;
    a.set(dig, "duration", "5d").await;
    a.set(pour, "duration", "2d").await;
    a.set(pour, "predecessors", "1").await;
    a.set(cure, "predecessors", "2").await;
    until_dates(&a, cure, "2035-01-10 2035-01-10").await;

    // a date that cannot be met moves nothing, and says whom it makes late
    open(&a, cure).await;
    choose(&a, "fnlt").await;
    day(&a, "constraint-date", "01092035").await;
    a.until(
        "a problem is counted",
        "document.querySelector('[data-list=problems]')",
    )
    .await;
    until_dates(&a, cure, "2035-01-10 2035-01-10").await;
    a.click("[data-list=problems]").await;
    a.until(
        "which date, by how much, how many tasks",
        &format!("{PROBLEMS}.match(/Cure.*1d.*3\\./)"),
    )
    .await;
    // one that must be kept breaks the link
    open(&a, cure).await;
    choose(&a, "mfo").await;
    until_dates(&a, cure, "2035-01-09 2035-01-09").await;
    a.click("[data-list=problems]").await;
    a.until(
        "the link that is not kept",
        &format!("{PROBLEMS}.match(/Pour.*Cure/)"),
    )
    .await;
    open(&a, cure).await;
    choose(&a, "").await;
    until_dates(&a, cure, "2035-01-10 2035-01-10").await;
    a.gone("[data-list=problems]").await;

    // a deadline takes slack away
    day(&a, "deadline", "01092035").await;
    a.until(
        "a problem is counted",
        "document.querySelector('[data-list=problems]')",
    )
    .await;
    a.click("[data-list=problems]").await;
    a.until(
        "the deadline",
        &format!("{PROBLEMS}.match(/deadline.*Cure.*1d/)"),
    )
    .await;

    // by hand it stays where it was, moves with a typed start, and is let go
    open(&a, pour).await;
    a.click("[data-panel-field=placed]").await;
    a.set(dig, "duration", "8d").await;
    until_dates(&a, dig, "2035-01-01 2035-01-10").await;
    until_dates(&a, pour, "2035-01-08 2035-01-09").await;
    a.set(pour, "start", "2035-01-15").await;
    until_dates(&a, pour, "2035-01-15 2035-01-16").await;
    a.set(pour, "duration", "3d").await;
    until_dates(&a, pour, "2035-01-15 2035-01-17").await;
    until_dates(&a, cure, "2035-01-18 2035-01-18").await;
    picture(&a, "plan-holds").await;
    open(&a, pour).await;
    a.click("[data-panel-field=placed]").await;
    until_dates(&a, pour, "2035-01-11 2035-01-15").await;

    // nothing waits for what is inactive: the third begins with the project, today
    a.click("[data-panel-field=inactive]").await;
    until_today(&a, cure).await;
    // all of it is kept
    a.synced().await;
    a.goto(&plan).await;
    a.plan_shows().await;
    until_today(&a, cure).await;
    open(&a, pour).await;
    a.until(
        "it is inactive",
        "document.querySelector('[data-panel-field=inactive]').checked",
    )
    .await;
}

/// Sets a day as the browser's own picker does; an empty text takes it away.
async fn pick_day(tablet: &Tablet, css: &str, iso: &str) {
    tablet.find(css).await;
    let script = format!(
        "const field = document.querySelector('{css}'); field.focus(); field.value = '{iso}';
         for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {{ bubbles: true }})); return 0;"
    );
    tablet.web.execute(script, vec![]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_settings_move_the_start_and_what_is_not_done_behind_the_data_date() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    a.goto(&plan).await;
    a.click(".plan-empty .button-primary").await;
    for name in ["Dig", "Pour"] {
        a.keys(name).await;
        a.keys(Key::Enter).await;
    }
    a.keys(Key::Escape).await;
    a.until(
        "two tasks",
        "document.querySelectorAll('.plan-row[data-task]').length === 2",
    )
    .await;
    let rows = a.rows().await;
    let [dig, pour] = [0, 1].map(|i: usize| rows[i].task.as_str());
    a.set(dig, "duration", "5d").await;
    a.show_column("Predecessors", "predecessors").await;
    a.set(pour, "predecessors", "1").await;

    // the plan starts on a Monday
    a.click("[data-tool=settings]").await;
    pick_day(&a, "[data-settings-field=start]", "2035-01-01").await;
    until_dates(&a, dig, "2035-01-01 2035-01-05").await;
    until_dates(&a, pour, "2035-01-08 2035-01-08").await;
    a.until(
        "the finish of the plan",
        "document.querySelector('[data-settings-field=finish]').value === '8 Jan 2035'",
    )
    .await;

    // nothing was done by Wednesday evening: all of it is to be done from Thursday
    pick_day(&a, "[data-settings-field=data_date]", "2035-01-03").await;
    until_dates(&a, dig, "2035-01-04 2035-01-10").await;
    until_dates(&a, pour, "2035-01-11 2035-01-11").await;
    // what is done keeps its dates, and what remains lies behind the data date
    a.show_column("Actual start", "actual_start").await;
    a.set(dig, "percent", "40").await;
    a.set(dig, "actual_start", "2035-01-01").await;
    until_dates(&a, dig, "2035-01-01 2035-01-08").await;
    picture(&a, "plan-data-date").await;
    pick_day(&a, "[data-settings-field=data_date]", "").await;
    until_dates(&a, dig, "2035-01-01 2035-01-05").await;
    a.synced().await;
}

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
    until_dates(&a, dig, "2035-01-01 2035-01-08").await;

    a.click("[data-tool=settings]").await;
    a.click("[data-settings-field=calendars]").await;
    // Saturdays too
    a.fill("[data-calendar-field=week5]", "8-12 13-17").await;
    a.keys(Key::Tab).await;
    until_dates(&a, dig, "2035-01-01 2035-01-06").await;
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
    pick_day(&a, "[data-calendar-field=first]", "2035-01-03").await;
    pick_day(&a, "[data-calendar-field=last]", "2035-01-04").await;
    a.fill("[data-calendar-field=day-name]", "Flood").await;
    a.click("[data-calendar=add]").await;
    a.until(
        "they are listed",
        "document.querySelector('.plan-days')?.textContent.includes('Flood')",
    )
    .await;
    until_dates(&a, dig, "2035-01-01 2035-01-09").await;
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
    until_dates(&b, dig, "2035-01-01 2035-01-09").await;
    b.click(".plan-tools .plan-tool-text").await;
    b.click(".plan-menu [data-menu=settings]").await;
    b.click("[data-settings-field=calendars]").await;
    b.find(".plan-days .button").await;
    picture(&b, "plan-calendars").await;
    b.click(".plan-days .button").await;
    until_dates(&b, dig, "2035-01-01 2035-01-06").await;
    until_dates(&a, dig, "2035-01-01 2035-01-06").await;
    picture(&a, "plan-calendars-desk").await;
    // and taken back, as everything is
    b.click(".plan-tools [data-tool=undo]").await;
    until_dates(&a, dig, "2035-01-01 2035-01-09").await;
}

/// Sets a list to one of its values, as a click on its line does.
async fn pick(tablet: &Tablet, css: &str, value: &str) {
    let there = format!("document.querySelector(\"{css} option[value='{value}']\")");
    tablet.until(value, &there).await;
    let script = format!(
        "const list = document.querySelector('{css}'); list.value = '{value}';
         list.dispatchEvent(new Event('change', {{ bubbles: true }})); return 0;"
    );
    tablet.web.execute(script, vec![]).await.unwrap();
}

/// What is offered, in one text.
const OFFER: &str = "(document.querySelector('[data-holidays-offer]')?.textContent ?? '')";

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
    pick_day(&a, "[data-settings-field=start]", "2026-09-28").await;
    a.set(dig, "duration", "6d").await;
    until_dates(&a, dig, "2026-09-28 2026-10-05").await;

    // China's, with the Saturday that is worked for the week off
    a.click("[data-settings-field=calendars]").await;
    a.click("[data-holidays-field=show]").await;
    a.until("they are offered", &format!("{OFFER}.includes('国庆节')"))
        .await;
    a.until("2027 is not settled", &format!("{OFFER}.length > 0"))
        .await;
    picture(&a, "plan-holidays").await;
    a.click("[data-holidays-field=add]").await;
    until_dates(&a, dig, "2026-09-28 2026-10-10").await;

    // another country's, which the server has
    pick(&a, "[data-holidays-field=country]", "DE").await;
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
    pick_day(&a, "[data-calendar-field=first]", "2035-01-01").await;
    a.until(
        "it is in the calendar",
        "document.querySelector('.plan-days')?.textContent.includes('2027-01-01')",
    )
    .await;
    a.click(".plan-side .plan-link").await;
    pick_day(&a, "[data-settings-field=start]", "2027-01-01").await;
    a.set(dig, "duration", "6d").await;
    until_dates(&a, dig, "2027-01-04 2027-01-09").await;
    a.synced().await;
}
