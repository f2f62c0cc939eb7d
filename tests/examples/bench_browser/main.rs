//! Figures of the app as shipped in a real Chromium: `cargo xtask bench start`, `plan`, `open` and `form`. They are
//! printed; nothing fails because of a time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a tool for people at a desk"
)]

mod form;

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use tests::browser::{Driver, Screen, Tablet};
use tests::server::{Program, site};
use thirtyfour::prelude::*;

/// Notes when things happen, before any script of the page runs.
const WATCH: &str = r"
(() => {
  const seen = window.__bench = { long: 0, memories: [] };
  const note = (name, at) => { if (!(name in seen)) seen[name] = at ?? performance.now(); };
  new PerformanceObserver(list => { for (const e of list.getEntries()) seen.long = Math.max(seen.long, e.duration); })
    .observe({ type: 'longtask', buffered: true });
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const inner = WebAssembly[name].bind(WebAssembly);
    WebAssembly[name] = async (...given) => {
      const begun = performance.now();
      const made = await inner(...given);
      note('wasm_begun', begun);
      seen.wasm_ready = performance.now();
      const memory = (made.instance ?? made).exports?.memory;
      if (memory) seen.memories.push(memory);
      return made;
    };
  }
  const painted = name => requestAnimationFrame(() => setTimeout(() => note(name), 0));
  const look = () => {
    if (!('frame' in seen) && document.querySelector('#sync')) { note('frame'); }
    if (!('rows' in seen) && document.querySelector('.plan-row[data-task]')) { note('rows'); painted('painted'); return; }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  let struck = null;
  addEventListener('keydown', e => {
    if (e.key !== 'Enter') return;
    struck = e.timeStamp;
    const rows = document.querySelector('.plan-scroller');
    const watch = new MutationObserver(() => {
      watch.disconnect();
      const changed = performance.now();
      requestAnimationFrame(() => setTimeout(() => {
        (seen.edits ??= []).push([changed - struck, performance.now() - struck]);
      }, 0));
    });
    watch.observe(rows, { subtree: true, attributes: true, attributeFilter: ['data-finish'] });
  }, true);
})();
";

/// Scrolls the plan at a pace and gives the times between frames, in milliseconds.
const SCROLL: &str = "
const done = arguments[arguments.length - 1];
const scroller = document.querySelector('.plan-scroller');
const step = arguments[0];
const times = [];
let last = null;
const frame = now => {
  if (last !== null) times.push(now - last);
  last = now;
  scroller.scrollTop += step;
  if (times.length < 240) requestAnimationFrame(frame); else done(times);
};
scroller.scrollTop = 0;
requestAnimationFrame(() => requestAnimationFrame(frame));";

#[tokio::main]
async fn main() {
    let site = site();
    let what = std::env::args().nth(1);
    let profiles = TempDir::new().unwrap();
    if what.as_deref() == Some("form") {
        return form::form(&site, profiles.path()).await;
    }
    let server = Program::start(&["--demo", "--site", site.to_str().unwrap()]).await;
    let driver = Driver::start().await;
    match what.as_deref() {
        Some("start") => start(server, &driver, profiles.path()).await,
        Some("plan") => plan(&server, &driver, profiles.path()).await,
        Some("open") => open(server, &driver, profiles.path()).await,
        other => panic!("start, plan, form or open, not {other:?}"),
    }
}

async fn watch(tablet: &Tablet) {
    tablet.cdp("Page.enable", serde_json::json!({})).await;
    tablet
        .cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            serde_json::json!({ "source": WATCH }),
        )
        .await;
}

/// Signs in to the demonstration and gives the address of its plan of 2,000 tasks.
async fn demo(server: &Program, tablet: &Tablet) -> String {
    tablet.goto(&server.url()).await;
    tablet.fill("#name", "wang.jianguo").await;
    tablet.fill("#password", "plumbline-demo").await;
    tablet.click("#sign-in").await;
    tablet.synced().await;
    tablet.goto(&format!("{}/projects", server.url())).await;
    let path = tablet
        .until(
            "the large project",
            "[...document.querySelectorAll('a[href^=\"/projects/\"]')]
                .find(a => a.innerText.includes('滨江花园'))?.getAttribute('href')",
        )
        .await;
    let path = path.as_str().unwrap().trim_end_matches("/plan").to_owned();
    format!("{}{path}/plan", server.url())
}

async fn shown(tablet: &Tablet) {
    tablet
        .until("the plan is painted", "window.__bench?.painted")
        .await;
}

/// A time of the page's own notes, in milliseconds.
async fn noted(tablet: &Tablet, name: &str) -> f64 {
    let value = tablet.eval(&format!("window.__bench?.{name}")).await;
    value.as_f64().unwrap_or(f64::NAN)
}

/// Megabytes of the JavaScript heap and of the modules' memories.
async fn memory(tablet: &Tablet) -> (f64, f64) {
    let none = serde_json::json!({});
    tablet.cdp("HeapProfiler.collectGarbage", none).await;
    let wasm = tablet
        .eval("window.__bench.memories.reduce((sum, m) => sum + m.buffer.byteLength, 0)")
        .await;
    let heap = metric(tablet, "JSHeapUsedSize").await;
    (
        heap / 1_048_576.0,
        wasm.as_f64().unwrap_or_default() / 1_048_576.0,
    )
}

/// Waits until a device that has opened a plan could do so again with no network.
async fn kept(tablet: &Tablet, address: &str) {
    tablet.goto(address).await;
    tablet
        .until("rows", "document.querySelector('.plan-row[data-task]')")
        .await;
    tablet.synced().await;
    tablet
        .until("the service worker", "navigator.serviceWorker.controller")
        .await;
    tablet
        .until(
            "what is painted first is kept",
            "(window.__asked ??= (async () => {
                const name = (await indexedDB.databases()).map(d => d.name).find(n => n.startsWith('plumbline-') && n !== 'plumbline-device');
                const db = await new Promise(done => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
                for (let keys = []; !keys.some(key => key[0] === 'first');) {
                    const all = db.transaction('extra').objectStore('extra').getAllKeys();
                    keys = await new Promise(done => { all.onsuccess = () => done(all.result); });
                    await new Promise(done => setTimeout(done, 50));
                }
                db.close();
                window.__first = true;
            })(), window.__first)",
        )
        .await;
    tablet
        .until(
            "all parts are kept",
            "(window.__kept ??= (async () => { for (;;) {
                const names = await caches.keys();
                const counts = await Promise.all(names.map(async n => (await (await caches.open(n)).keys()).length));
                const sum = counts.reduce((a, b) => a + b, 0);
                if (sum === window.__last && sum > 8) { window.__all = sum; return; }
                window.__last = sum; await new Promise(r => setTimeout(r, 500));
            } })(), window.__all)",
        )
        .await;
}

/// Cold start with no network: a new browser process, the server gone.
async fn start(mut server: Program, driver: &Driver, profiles: &Path) {
    let home = profiles.join("device");
    let tablet = Tablet::open(driver, &home, Screen::Tablet, "zh-CN").await;
    let address = demo(&server, &tablet).await;
    kept(&tablet, &address).await;
    tablet.close().await;
    server.kill().await;
    println!("\nCold start, no network, server stopped: 2,000 tasks");
    starts(driver, &home, &address, false).await;
}

/// A plan of 5,000 tasks: by a device that does not have it, and by one that has.
async fn open(mut server: Program, driver: &Driver, profiles: &Path) {
    let tablet = Tablet::open(driver, &profiles.join("desk"), Screen::Desk, "zh-CN").await;
    demo(&server, &tablet).await;
    let address = import(&server, &tablet, profiles, 5_000).await;
    tablet.close().await;
    let home = profiles.join("device");
    let tablet = Tablet::open(driver, &home, Screen::Tablet, "zh-CN").await;
    demo(&server, &tablet).await;
    kept(&tablet, &address).await;
    tablet.close().await;
    println!("\n5,000 tasks, the server on loopback, a device that has the app but no plan yet");
    starts(driver, &home, &address, true).await;
    let tablet = Tablet::open(driver, &home, Screen::Tablet, "zh-CN").await;
    kept(&tablet, &address).await;
    tablet.saved_here().await;
    tablet.close().await;
    println!("\n5,000 tasks, the server on loopback, a device that has the plan");
    starts(driver, &home, &address, false).await;
    server.kill().await;
    println!("\n5,000 tasks, no network, a device that has the plan");
    starts(driver, &home, &address, false).await;
}

/// Starts the app five times, in a browser process of its own each, at the address of a plan. `new`: what the device
/// keeps of documents is taken from it before.
async fn starts(driver: &Driver, home: &Path, address: &str, new: bool) {
    println!(
        "| start, ms since navigation | first module begun | last module ready | frame | rows | painted | longest task | JS heap MB | wasm MB |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for n in 1..=5 {
        let tablet = Tablet::open(driver, home, Screen::Tablet, "zh-CN").await;
        if new {
            // an address of the same server without the app
            let url: Vec<&str> = address.splitn(4, '/').take(3).collect();
            tablet.goto(&format!("{}/api/health", url.join("/"))).await;
            tablet
                .until(
                    "the documents are gone",
                    "(window.__gone ??= (async () => {
                        for (const { name } of await indexedDB.databases())
                            if (name.startsWith('plumbline-') && name !== 'plumbline-device')
                                await new Promise(done => { const r = indexedDB.deleteDatabase(name); r.onsuccess = r.onerror = done; });
                        window.__done = true;
                    })(), window.__done)",
                )
                .await;
        }
        watch(&tablet).await;
        tablet.goto(address).await;
        shown(&tablet).await;
        let mut row = Vec::new();
        for name in [
            "wasm_begun",
            "wasm_ready",
            "frame",
            "rows",
            "painted",
            "long",
        ] {
            row.push(noted(&tablet, name).await);
        }
        let (heap, wasm) = memory(&tablet).await;
        let row: Vec<String> = row.iter().map(|at| format!("{at:.0}")).collect();
        println!("| {n} | {} | {heap:.1} | {wasm:.1} |", row.join(" | "));
        tablet.close().await;
    }
}

/// Opening, editing and scrolling.
async fn plan(server: &Program, driver: &Driver, profiles: &Path) {
    let tablet = Tablet::open(driver, &profiles.join("desk"), Screen::Desk, "zh-CN").await;
    watch(&tablet).await;
    let small = demo(server, &tablet).await;
    let large = import(server, &tablet, profiles, 10_000).await;
    println!("\nPlans at a desk, server running, ms");
    println!(
        "| tasks | open: rows | painted | longest task | edit: dates p50 | worst | painted p50 | worst | JS heap MB | wasm MB |"
    );
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    let mut scrolls = Vec::new();
    for (tasks, address) in [(2_000, &small), (10_000, &large)] {
        tablet.goto(address).await;
        shown(&tablet).await;
        tablet.synced().await;
        let (rows, painted) = (
            noted(&tablet, "rows").await,
            noted(&tablet, "painted").await,
        );
        let longest = noted(&tablet, "long").await;
        edits(&tablet, 12).await;
        let edits = tablet.eval("window.__bench.edits").await;
        let column = |n: usize| -> Vec<f64> {
            let rows = edits.as_array().into_iter().flatten();
            rows.filter_map(|row| row.get(n).and_then(Value::as_f64))
                .collect()
        };
        let (heap, wasm) = memory(&tablet).await;
        println!(
            "| {tasks} | {rows:.0} | {painted:.0} | {longest:.0} | {} | {} | {heap:.1} | {wasm:.1} |",
            spread(column(0)),
            spread(column(1))
        );
        for step in [12, 60, 400] {
            let script = SCROLL.replace("arguments[0]", &step.to_string());
            let before = spent(&tablet).await;
            let times = tablet.web.execute_async(script, vec![]).await.unwrap();
            let times: Vec<f64> = serde_json::from_value(times.json().clone()).unwrap();
            let after = spent(&tablet).await;
            let frames = times.len() as f64;
            let work: Vec<f64> = (before.iter().zip(after))
                .map(|(before, after)| (after - before) / frames)
                .collect();
            scrolls.push((tasks, step, times, work));
        }
    }
    println!(
        "\nScrolling 240 frames: ms between frames; processor time of the page's thread, ms a frame"
    );
    println!("| tasks | pixels a frame | p50 | p95 | worst | script | style, layout | all |");
    println!("|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (tasks, step, mut times, work) in scrolls {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = times.len().saturating_sub(1) as f64 * share;
            times.get(place as usize).copied().unwrap_or(f64::NAN)
        };
        let work: Vec<String> = work.iter().map(|ms| format!("{ms:.2}")).collect();
        println!(
            "| {tasks} | {step} | {:.1} | {:.1} | {:.1} | {} |",
            at(0.5),
            at(0.95),
            at(1.0),
            work.join(" | ")
        );
    }
}

/// A figure of the page's own, by the name that DevTools gives it; times are processor time, so that other programs on
/// the machine do not count.
async fn metric(tablet: &Tablet, name: &str) -> f64 {
    let domain = serde_json::json!({ "timeDomain": "threadTicks" });
    tablet.cdp("Performance.enable", domain).await;
    let none = serde_json::json!({});
    let metrics = tablet.cdp("Performance.getMetrics", none).await;
    let mut all = metrics["metrics"].as_array().into_iter().flatten();
    let found = all.find(|metric| metric["name"] == name);
    found
        .and_then(|metric| metric["value"].as_f64())
        .unwrap_or_default()
}

/// Milliseconds that the page's thread has worked: script, style and layout, all.
async fn spent(tablet: &Tablet) -> [f64; 3] {
    let style = metric(tablet, "RecalcStyleDuration").await;
    [
        metric(tablet, "ScriptDuration").await * 1000.0,
        (metric(tablet, "LayoutDuration").await + style) * 1000.0,
        metric(tablet, "TaskDuration").await * 1000.0,
    ]
}

fn spread(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    match (times.get(times.len() / 2), times.last()) {
        (Some(middle), Some(worst)) => format!("{middle:.0} | {worst:.0}"),
        _ => "- | -".to_owned(),
    }
}

/// Sets the duration of the first task that has not begun, again and again.
async fn edits(tablet: &Tablet, count: usize) {
    let task = tablet
        .until(
            "a task that has not begun",
            "[...document.querySelectorAll('.plan-row[data-task]:not(.summary)')]
                .find(row => row.querySelector('[data-field=percent]')?.innerText.trim() === '0%')?.dataset.task",
        )
        .await;
    let cell = format!(
        ".plan-row[data-task='{}'] [data-field=duration]",
        task.as_str().unwrap()
    );
    for n in 0..count {
        tablet.click(&cell).await;
        if tablet
            .eval("!document.querySelector('.plan-editor.open')")
            .await
            == true
        {
            tablet.keys(Key::F2).await;
        }
        tablet
            .until(
                "the cell is open",
                "document.querySelector('.plan-editor.open')",
            )
            .await;
        tablet.chord(&[Key::Control], 'a').await;
        tablet.keys(format!("{}", 41 + n)).await;
        tablet.keys(Key::Enter).await;
        tablet
            .until(
                "painted",
                &format!("(window.__bench.edits?.length ?? 0) > {n}"),
            )
            .await;
        tablet.saved_here().await;
    }
}

/// Makes a project of so many tasks through the import dialog; its address.
async fn import(server: &Program, tablet: &Tablet, folder: &Path, tasks: usize) -> String {
    let mut file = String::from(
        "<?xml version=\"1.0\"?><Project xmlns=\"http://schemas.microsoft.com/project\">\
         <StartDate>2026-01-05T08:00:00</StartDate><Tasks>",
    );
    for uid in 1..=tasks {
        // summaries of 20 tasks, each waiting for one before it and one of the summary before
        let (level, summary) = if uid % 20 == 1 { (1, 1) } else { (2, 0) };
        file.push_str(&format!(
            "<Task><UID>{uid}</UID><ID>{uid}</ID><Name>工作 {uid}</Name><OutlineLevel>{level}</OutlineLevel>\
             <Summary>{summary}</Summary><Duration>PT{}H0M0S</Duration>",
            8 * (1 + uid % 9)
        ));
        let waits = [uid.saturating_sub(1), uid.saturating_sub(23)];
        for pred in waits
            .into_iter()
            .filter(|pred| summary == 0 && *pred > 0 && pred % 20 != 1)
        {
            file.push_str(&format!(
                "<PredecessorLink><PredecessorUID>{pred}</PredecessorUID><Type>1</Type></PredecessorLink>"
            ));
        }
        file.push_str("</Task>");
    }
    file.push_str("</Tasks></Project>");
    let path = folder.join("large.xml");
    std::fs::write(&path, file).unwrap();
    tablet.goto(&format!("{}/projects", server.url())).await;
    tablet.click("#new-project").await;
    tablet.fill("#project-name", "大型计划").await;
    tablet.click("#create-project").await;
    tablet.click("#import-plan").await;
    tablet
        .until("the file field", "document.querySelector('#import-file')")
        .await;
    let begun = std::time::Instant::now();
    let field = tablet.web.find(By::Css("#import-file")).await.unwrap();
    field.send_keys(path.to_str().unwrap()).await.unwrap();
    tablet.find("#import-commit").await;
    let read = begun.elapsed();
    tablet.click("#import-commit").await;
    tablet
        .until("imported", "document.querySelector('#import-done')")
        .await;
    let done = begun.elapsed() - read;
    println!(
        "\nImport of {tasks} tasks: read {} ms, imported {} ms",
        read.as_millis(),
        done.as_millis()
    );
    tablet.click("#import-close").await;
    tablet.synced().await;
    println!("at the server after {} ms", begun.elapsed().as_millis());
    let address = tablet.eval("location.href").await;
    address.as_str().unwrap().to_owned()
}
