//! What a plan's screen shows before the plan is read, or here at all.

use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{TestServer, site};

/// Notes every task's name that is painted, from the page's first moment.
const WATCH: &str = "
    window.__seen = [];
    const look = () => {
        for (const e of document.querySelectorAll('.plan-row[data-task] [data-field=name] .plan-text'))
            if (!window.__seen.includes(e.textContent)) window.__seen.push(e.textContent);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);";

/// Puts another name into the kept rows, once they are there.
const RENAME: &str = r#"(window.__asked ??= (async () => {
    const name = (await indexedDB.databases()).map(d => d.name).find(n => n.startsWith('plumbline-') && n !== 'plumbline-device');
    const db = await new Promise(done => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
    while (!window.__renamed) {
        const store = db.transaction('extra', 'readwrite').objectStore('extra');
        await new Promise(done => {
            const walk = store.openCursor();
            walk.onsuccess = () => {
                const at = walk.result;
                if (!at) return done();
                if (at.key[0] === 'first' && at.value.j.includes('columns')) {
                    at.update({ ...at.value, j: at.value.j.replace('columns', 'kept columns') });
                    window.__renamed = true;
                }
                at.continue();
            };
        });
        await new Promise(done => setTimeout(done, 50));
    }
    db.close();
})(), window.__renamed)"#;

#[tokio::test(flavor = "multi_thread")]
async fn browser_paints_the_first_rows_of_a_plan_as_kept_and_then_what_the_plan_says() {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let li = server.person("li").await;
    let project = li.project("Bridge").await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let tablet = Tablet::open(&driver, &profiles.path().join("a"), Screen::Desk, "en").await;
    tablet.sign_in(&server.url(), "li").await;
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    tablet.open_plan(&plan).await;
    tablet.synced().await;
    for name in ["foundation", "columns"] {
        tablet.add_task(name).await;
    }
    let columns = tablet.task("columns").await;
    tablet.set(&columns, "duration", "3d").await;
    tablet.synced().await;
    tablet.until("the kept rows are other ones", RENAME).await;
    let script = serde_json::json!({ "source": WATCH });
    tablet.cdp("Page.enable", serde_json::json!({})).await;
    tablet
        .cdp("Page.addScriptToEvaluateOnNewDocument", script)
        .await;
    tablet.open_plan(&plan).await;
    tablet
        .until(
            "the plan as it is",
            "document.querySelectorAll('.plan-row[data-task]').length === 2 && window.__seen.includes('columns')",
        )
        .await;
    let seen = tablet.eval("window.__seen").await;
    assert_eq!(
        seen,
        serde_json::json!(["foundation", "kept columns", "columns"]),
        "the kept rows come first"
    );
    // and it can be written
    tablet.set(&columns, "duration", "5d").await;
    tablet.until_row("written", &columns, "duration", "5").await;
    tablet.synced().await;
}

/// Sockets that open only once the page says so.
const HOLD: &str = "
    const Real = WebSocket;
    window.__held = [];
    window.WebSocket = function (address) {
        if (window.__through) return new Real(address);
        const held = { send() {}, close() {} };
        window.__held.push(held);
        return held;
    };";

#[tokio::test(flavor = "multi_thread")]
async fn browser_paints_the_servers_first_rows_where_nothing_of_a_plan_is_here_and_not_without_a_connection()
 {
    let server = TestServer::start_with(|options| options.site = Some(site())).await;
    let li = server.person("li").await;
    let project = li.project("Bridge").await;
    let driver = Driver::start().await;
    let profiles = TempDir::new().unwrap();
    let plan = format!("{}/projects/{}/plan", server.url(), project.id);
    let first = Tablet::open(&driver, &profiles.path().join("a"), Screen::Desk, "en").await;
    first.sign_in(&server.url(), "li").await;
    first.open_plan(&plan).await;
    first.synced().await;
    for name in ["foundation", "columns"] {
        first.add_task(name).await;
    }
    let columns = first.task("columns").await;
    first.set(&columns, "duration", "3d").await;
    first.synced().await;
    let finish = format!("document.querySelector('[data-task=\"{columns}\"]')?.dataset.finish");
    let there = first.eval(&finish).await;
    first.close().await;

    let second = Tablet::open(&driver, &profiles.path().join("b"), Screen::Desk, "en").await;
    second.before_load(HOLD).await;
    second.sign_in(&server.url(), "li").await;
    second.goto(&plan).await;
    second
        .until(
            "the rows, of a plan that is not here",
            "document.querySelectorAll('.plan[aria-busy] .plan-row[data-task]').length === 2",
        )
        .await;
    assert_eq!(second.task("columns").await, columns);
    assert_eq!(second.eval(&finish).await, there);
    second
        .until(
            "with no connection they are not shown as if the plan were here",
            "(window.__held.forEach(held => held.onclose?.(new Event('close'))),
                !document.querySelector('.plan-row[data-task]') && document.querySelector('.plan-wait'))",
        )
        .await;
    second
        .eval("(window.__through = true, window.dispatchEvent(new Event('online')), 1)")
        .await;
    second.plan_shows().await;
    assert_eq!(second.task("columns").await, columns);
    second.set(&columns, "duration", "5d").await;
    second.until_row("written", &columns, "duration", "5").await;
    second.synced().await;
}
