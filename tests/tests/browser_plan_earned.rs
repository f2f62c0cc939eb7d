//! Baselines and earned value, and the plan as a board, a calendar, milestones, the load of a resource and a network.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};

/// What the first element of a kind says.
fn text(css: &str) -> String {
    format!("(document.querySelector(\"{css}\")?.innerText ?? '')")
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_earned_value_is_told_against_a_baseline() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    let tasks = a.plan_with(&plan, &["Dig", "Pour", "Fill", "Pave"]).await;
    let [dig, pour] = [0, 1].map(|i: usize| tasks[i].as_str());
    for column in [
        ("Budget", "budget"),
        ("Actual cost", "cost"),
        ("Baseline finish", "agreed_finish"),
        ("Finish variance", "later"),
    ] {
        a.show_column(column.0, column.1).await;
    }
    a.set(dig, "start", "2035-01-01").await;
    a.set(dig, "duration", "5d").await;
    a.set(pour, "start", "2035-01-08").await;
    a.set(pour, "duration", "5d").await;
    a.set(dig, "budget", "1万").await;
    a.set(pour, "budget", "30,000").await;

    // what is agreed stays; what moves is told beside it
    a.view_menu("[data-menu=baselines]").await;
    a.fill("[data-baseline-field=new]", "Contract").await;
    a.click(".plan-add button[type=submit]").await;
    a.find("[data-baseline=Contract]").await;
    // the history tells it in one line, not in one a task
    a.click("[data-tool=history]").await;
    a.until(
        "one line in the history",
        "document.querySelector('.plan-side')?.innerText.split('Baseline Contract').length === 2",
    )
    .await;
    a.set(pour, "duration", "7d").await;
    let later = format!(".plan-row[data-task='{pour}'] [data-field=later]");
    a.until("how much later", &format!("{} === '+2d'", text(&later)))
        .await;

    // half of the first task is done, and it was dear
    a.set(dig, "percent", "50").await;
    a.set(dig, "cost", "8000").await;
    a.view_menu("[data-menu=settings]").await;
    a.pick_day("[data-settings-field=data_date]", "2035-01-05")
        .await;
    a.view_menu("[data-menu=earned]").await;
    for (sign, value) in [
        ("BAC", "40,000"),
        ("PV", "10,000"),
        ("EV", "5,000"),
        ("AC", "8,000"),
        ("SV", "-5,000"),
        ("SPI", "0.5"),
        ("CPI", "0.63"),
        ("EAC", "64,000"),
    ] {
        let css = format!("[data-figure='{sign}'] dd");
        a.until(sign, &format!("{} === '{value}'", text(&css)))
            .await;
    }
    a.until(
        "the curve",
        "document.querySelector('[data-drawn=curve] canvas')?.width > 300",
    )
    .await;

    a.accessible("earned value").await;

    // it is all there on the next day, and is taken back
    a.goto(&plan).await;
    a.plan_shows().await;
    a.until("how much later", &format!("{} === '+2d'", text(&later)))
        .await;
    a.view_menu("[data-menu=baselines]").await;
    a.click("[data-baseline=Contract] summary").await;
    a.click("[data-baseline=Contract] .button-quiet").await;
    a.until(
        "nothing to compare with",
        &format!("{} === ''", text(&later)),
    )
    .await;
    a.click("[data-tool=undo]").await;
    a.until("it is back", &format!("{} === '+2d'", text(&later)))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_plan_shapes_show_the_same_tasks_and_a_card_is_moved() {
    let server = Program::start(&["--site", site().to_str().unwrap()]).await;
    let planner = server.person("li.planner", false).await;
    let project = planner.project("Bridge").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let (driver, home) = (Driver::start().await, TempDir::new().unwrap());
    let a = Tablet::open(&driver, home.path(), Screen::Desk, "en").await;
    a.sign_in(&server.url(), "li.planner").await;
    let tasks = a.plan_with(&plan, &["Dig", "Pour", "Done"]).await;
    let [dig, pour, over] = [0, 1, 2].map(|i: usize| tasks[i].as_str());
    a.show_column("Resources", "resources").await;
    a.set(dig, "duration", "3d").await;
    a.set(dig, "resources", "Crew").await;
    a.set(pour, "duration", "9d").await;
    a.set(over, "duration", "0d").await;

    a.view_menu("[data-shape=board]").await;
    let card = format!("[data-card='{dig}']");
    a.until(
        "the card stands under what is not begun",
        &format!("document.querySelector(\"[data-lane='Not begun'] {card}\")"),
    )
    .await;
    a.eval(&format!(
        "(s => {{ s.value = '2'; s.dispatchEvent(new Event('change', {{bubbles: true}})); return 0; }})(document.querySelector(\"{card} select\"))"
    ))
    .await;
    a.until(
        "the card stands under what is done",
        &format!("document.querySelector(\"[data-lane=Done] {card}\")"),
    )
    .await;

    a.accessible("the board").await;
    a.view_menu("[data-shape=month]").await;
    a.find(&format!(".plan-month-bar[data-task='{dig}']")).await;
    a.accessible("the calendar").await;
    a.view_menu("[data-shape=milestones]").await;
    a.until(
        "one milestone, in the picture and in the list",
        "document.querySelectorAll('.plan-stones li').length === 1 && document.querySelector('[data-drawn=milestones] canvas')?.width > 300",
    )
    .await;
    a.accessible("the milestones").await;
    a.view_menu("[data-shape=load]").await;
    a.until(
        "what is asked of the crew",
        "document.querySelector('[data-drawn=load] canvas')?.getAttribute('aria-label')?.startsWith('Crew')",
    )
    .await;
    a.accessible("the load").await;
    a.view_menu("[data-shape=network]").await;
    a.click(".plan-stones .plan-link").await;
    a.find(".plan-side .plan-fields").await;

    // what was done on the board is in the grid
    a.view_menu("[data-shape=gantt]").await;
    a.until_row("it is done", dig, "percent", "100").await;
}
