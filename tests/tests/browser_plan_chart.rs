//! The chart of a plan by mouse and by finger: bars are moved, stretched and linked, and come into view.

use serde_json::Value;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::hand::Point;
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// A plan with the tasks A, B and C of five days each, from Monday, 1 January 2035: far ahead, nothing starts before the plan.
async fn plan(driver: &Driver, server: &Program, home: &TempDir, screen: Screen) -> Tablet {
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let tablet = Tablet::open(driver, home.path(), screen, "en").await;
    tablet.sign_in(&server.url(), "li.planner").await;
    tablet
        .goto(&format!("{}/projects/{}/plan", server.url(), project.id))
        .await;
    tablet.click(".plan-empty .button-primary").await;
    for name in ["A", "B", "C"] {
        tablet.keys(name).await;
        tablet.keys(Key::Enter).await;
    }
    tablet.keys(Key::Escape).await;
    tablet
        .until(
            "three tasks",
            "document.querySelectorAll('.plan-row[data-task]').length === 3",
        )
        .await;
    for name in ["A", "B", "C"] {
        let task = tablet.until("its row", &format!("[...document.querySelectorAll('.plan-row[data-task]')].find(r => r.querySelector('[data-field=name] .plan-text').textContent === '{name}')?.dataset.task")).await;
        let task = task.as_str().unwrap().to_owned();
        tablet.set(&task, "duration", "5d").await;
        tablet.set(&task, "start", "2035-01-01").await;
    }
    tablet.click("[aria-label='Show the whole plan']").await;
    // a week is short enough to be dragged over
    while day(&tablet).await > 24.0 {
        tablet.click("[aria-label='Zoom out (Ctrl+wheel)']").await;
    }
    bar_shown(&tablet, "A").await;
    tablet
}

fn row(name: &str) -> String {
    format!(
        "[...document.querySelectorAll('.plan-row[data-task]')].find(r => r.querySelector('[data-field=name] .plan-text').textContent === '{name}')"
    )
}

/// An expression: the pixel of the window where a moment lies in the chart, and the middle of a row.
fn place(name: &str, moment: &str, by: f64) -> String {
    format!(
        "(() => {{ const chart = document.querySelector('.plan-chart'), row = {row};
            const days = (Date.parse({moment} + 'Z') - Date.parse(chart.dataset.from + 'Z')) / 864e5;
            const left = chart.getBoundingClientRect().left, box = row.getBoundingClientRect();
            return [left + days * Number(chart.dataset.day) - chart.scrollLeft + {by}, box.top + box.height / 2]; }})()",
        row = row(name)
    )
}

/// Start, finish and middle of a bar.
async fn bar(tablet: &Tablet, name: &str) -> (Point, Point, Point) {
    let start = tablet.point(&place(name, "row.dataset.start", 0.0)).await;
    let finish = tablet.point(&place(name, "row.dataset.finish", 0.0)).await;
    (start, finish, ((start.0 + finish.0) / 2.0, start.1))
}

/// Scrolls the chart so that a bar begins near its left edge.
async fn scroll_to(tablet: &Tablet, name: &str) {
    let at = place(name, "row.dataset.start", -60.0);
    tablet
        .eval(&format!("(c => {{ c.scrollLeft += {at}[0] - c.getBoundingClientRect().left; }})(document.querySelector('.plan-chart')) ?? 0"))
        .await;
    bar_shown(tablet, name).await;
}

/// Waits until the middle of a bar lies in the chart's window, which stands still.
async fn bar_shown(tablet: &Tablet, name: &str) {
    let middle = place(name, "row.dataset.start", 2.0);
    let held = format!(
        "(() => {{ const box = document.querySelector('.plan-chart').getBoundingClientRect(), x = {middle}[0];
            const still = window.before === x; window.before = x; return still && x > box.left && x < box.right; }})()"
    );
    tablet
        .soon(&format!("the bar of {name} is in view"), &held, &middle)
        .await;
}

async fn day(tablet: &Tablet) -> f64 {
    let day = tablet
        .eval("Number(document.querySelector('.plan-chart').dataset.day)")
        .await;
    day.as_f64().unwrap()
}

async fn until_dates(tablet: &Tablet, name: &str, start: &str, finish: &str) {
    let row = row(name);
    tablet
        .soon(
            &format!("{name} from {start} to {finish}"),
            &format!("{row}.dataset.start.startsWith('{start}') && {row}.dataset.finish.startsWith('{finish}')"),
            &format!("{row}.dataset.start + ' ' + {row}.dataset.finish"),
        )
        .await;
}

/// The colour of the chart's canvas at a point of the window.
async fn colour(tablet: &Tablet, at: Point) -> Value {
    tablet
        .eval(&format!(
            "(() => {{ const c = document.querySelector('.plan-canvas'), box = c.getBoundingClientRect();
                const k = c.width / box.width;
                return [...c.getContext('2d').getImageData(({} - box.left) * k, ({} - box.top) * k, 1, 1).data].slice(0, 3).join(); }})()",
            at.0, at.1
        ))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_chart_is_worked_by_mouse() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let home = TempDir::new().unwrap();
    let tablet = plan(&driver, &server, &home, Screen::Desk).await;
    let week = 7.0 * day(&tablet).await;

    // moved a week: it starts not before that day; nothing comes of Escape
    let (_, _, middle) = bar(&tablet, "B").await;
    tablet.press(middle).await;
    tablet.drag_to(middle, (middle.0 + week, middle.1)).await;
    tablet
        .until(
            "it says where to",
            "document.querySelector('.plan-tip')?.textContent.includes('8 Jan 2035')",
        )
        .await;
    tablet.keys(Key::Escape).await;
    tablet
        .until("let go", "!document.querySelector('.plan-tip')")
        .await;
    tablet.lift((middle.0 + week, middle.1)).await;
    until_dates(&tablet, "B", "2035-01-01", "2035-01-05").await;
    tablet.drag(middle, (middle.0 + week, middle.1)).await;
    until_dates(&tablet, "B", "2035-01-08", "2035-01-12").await;

    // stretched by its right edge: over the weekend, to Wednesday
    bar_shown(&tablet, "C").await;
    let (_, finish, _) = bar(&tablet, "C").await;
    let edge = (finish.0 - 2.0, finish.1);
    tablet
        .drag(edge, (edge.0 + 5.0 * day(&tablet).await, edge.1))
        .await;
    until_dates(&tablet, "C", "2035-01-01", "2035-01-10").await;

    // linked from its finish: C waits for B
    let (_, finish, _) = bar(&tablet, "B").await;
    let (start, _, _) = bar(&tablet, "C").await;
    tablet.hover((finish.0 - 10.0, finish.1)).await;
    tablet
        .drag((finish.0 + 9.0, finish.1), (start.0 + 6.0, start.1))
        .await;
    until_dates(&tablet, "C", "2035-01-15", "2035-01-24").await;
    // the circle is refused, and nothing changes
    scroll_to(&tablet, "B").await;
    let (_, finish, _) = bar(&tablet, "C").await;
    let (start, _, _) = bar(&tablet, "B").await;
    tablet.hover((finish.0 - 10.0, finish.1)).await;
    tablet
        .drag((finish.0 + 9.0, finish.1), (start.0 + 6.0, start.1))
        .await;
    tablet.until("it says which tasks", "[...document.querySelectorAll('.toast-trouble')].some(t => t.textContent.includes('2 B'))").await;
    until_dates(&tablet, "C", "2035-01-15", "2035-01-24").await;

    // what is drawn: the critical bar looks otherwise than one with slack
    scroll_to(&tablet, "A").await;
    let (_, _, critical) = bar(&tablet, "C").await;
    let (_, _, slack) = bar(&tablet, "A").await;
    assert_eq!(
        tablet
            .eval(&format!(
                "{}.dataset.critical + {}.dataset.critical",
                row("C"),
                row("A")
            ))
            .await,
        "truefalse"
    );
    assert_ne!(
        colour(&tablet, critical).await,
        colour(&tablet, slack).await
    );
    // and a weekend otherwise than a working day
    let free = tablet.point(&place("A", "'2035-01-20T12:00'", 0.0)).await;
    let work = tablet.point(&place("A", "'2035-01-18T12:00'", 3.0)).await;
    assert_ne!(
        colour(&tablet, free).await,
        colour(&tablet, work).await,
        "days off are shaded"
    );

    // all of it one step each
    for _ in 0..3 {
        tablet.click("[aria-label='Undo']").await;
    }
    until_dates(&tablet, "B", "2035-01-01", "2035-01-05").await;
    until_dates(&tablet, "C", "2035-01-01", "2035-01-05").await;

    // nearer, until the bars are out of the window; a row that is clicked brings its bar back
    for _ in 0..2 {
        tablet.click("[aria-label='Zoom in (Ctrl+wheel)']").await;
    }
    tablet
        .eval("(c => c.scrollLeft = c.scrollWidth)(document.querySelector('.plan-chart'))")
        .await;
    tablet
        .until(
            "scrolled away",
            &format!(
                "{}[0] < document.querySelector('.plan-chart').getBoundingClientRect().left",
                place("B", "row.dataset.finish", 20.0)
            ),
        )
        .await;
    let at = tablet.point(&format!("(r => [r.left + 20, r.top + r.height / 2])({}.querySelector('[data-field=number]').getBoundingClientRect())", row("B"))).await;
    tablet.press(at).await;
    tablet.lift(at).await;
    bar_shown(&tablet, "B").await;
    tablet.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_chart_is_worked_by_fingers() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let driver = Driver::start().await;
    let home = TempDir::new().unwrap();
    let tablet = plan(&driver, &server, &home, Screen::Tablet).await;

    // a long press takes a bar, and the finger moves it; a quick stroke would only scroll
    let (_, _, middle) = bar(&tablet, "B").await;
    tablet.fingers("touchStart", &[middle]).await;
    tablet
        .until("taken", "document.querySelector('.plan-tip')")
        .await;
    let week = 7.0 * day(&tablet).await;
    for step in 1..=6 {
        let x = middle.0 + week * f64::from(step) / 6.0;
        tablet.fingers("touchMove", &[(x, middle.1)]).await;
    }
    tablet.fingers("touchEnd", &[]).await;
    until_dates(&tablet, "B", "2035-01-08", "2035-01-12").await;

    // two fingers apart: nearer
    bar_shown(&tablet, "B").await;
    let before = day(&tablet).await;
    let (_, _, middle) = bar(&tablet, "C").await;
    let y = middle.1 + 120.0;
    let (a, b) = ((middle.0 - 20.0, y), (middle.0 + 20.0, y));
    tablet.fingers("touchStart", &[a]).await;
    tablet.fingers("touchStart", &[a, b]).await;
    for step in 1..=4 {
        let by = 10.0 * f64::from(step);
        tablet
            .fingers("touchMove", &[(a.0 - by, y), (b.0 + by, y)])
            .await;
    }
    tablet.fingers("touchEnd", &[]).await;
    tablet
        .soon(
            "nearer",
            &format!("Number(document.querySelector('.plan-chart').dataset.day) > {before} * 1.5"),
            "document.querySelector('.plan-chart').dataset.day",
        )
        .await;

    // a tap chooses, a second tap opens the cell; its help is not cut by the grid's edge
    let start = tablet.point(&format!("(r => [r.left + 30, r.top + r.height / 2])({}.querySelector('[data-field=duration]').getBoundingClientRect())", row("A"))).await;
    tablet.tap(start).await;
    tablet
        .until(
            "chosen",
            &format!(
                "{}.querySelector('[data-field=duration]').classList.contains('active')",
                row("A")
            ),
        )
        .await;
    tablet.tap(start).await;
    tablet.until("open, with all of its help in sight", "(h => h && h.getBoundingClientRect().right <= innerWidth && document.elementFromPoint(h.getBoundingClientRect().right - 4, h.getBoundingClientRect().top + 6) === h)(document.querySelector('.plan-hint'))").await;
    tablet.keys(Key::Escape).await;

    // a row is dragged by the grip that the chosen row has
    let number = format!("{}.querySelector('[data-field=number]')", row("C"));
    let at = tablet
        .point(&format!(
            "(r => [r.left + 20, r.top + r.height / 2])({number}.getBoundingClientRect())"
        ))
        .await;
    tablet.tap(at).await;
    let grip = tablet.until("a grip", &format!("(r => r.width && [r.left + r.width / 2, r.top + r.height / 2])({number}.querySelector('.plan-grip').getBoundingClientRect())")).await;
    let grip = (grip[0].as_f64().unwrap(), grip[1].as_f64().unwrap());
    let target = tablet
        .point(&format!(
            "(r => [r.left, r.top + 6])({}.getBoundingClientRect())",
            row("A")
        ))
        .await;
    tablet.fingers("touchStart", &[grip]).await;
    for step in 1..=6 {
        let y = grip.1 + (target.1 - grip.1) * f64::from(step) / 6.0;
        tablet.fingers("touchMove", &[(grip.0, y)]).await;
    }
    tablet.fingers("touchEnd", &[]).await;
    tablet
        .soon(
            "C is the first",
            &format!("{number}.textContent.trim() === '1'"),
            &format!("{number}.textContent"),
        )
        .await;
    tablet.synced().await;
    tablet.close().await;
}
