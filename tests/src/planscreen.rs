//! The plan screen as a person uses it: rows are found by what they say, cells are typed into.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use serde_json::json;
use thirtyfour::prelude::*;

use crate::browser::{PATIENCE, Tablet};
use crate::server::PASSWORD;

/// A task as its row shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The task's id.
    pub task: String,
    /// Place in the outline, from 0.
    pub place: usize,
    /// Depth in the outline, from 1.
    pub level: u32,
    /// Name.
    pub name: String,
    /// Duration, as shown, its unit as in English.
    pub duration: String,
    /// Early start, `YYYY-MM-DDTHH:MM`.
    pub start: String,
    /// Early finish.
    pub finish: String,
    /// On the critical path.
    pub critical: bool,
    /// It has tasks below it.
    pub summary: bool,
}

impl Tablet {
    /// Signs in on the sign-in page and waits for the frame.
    pub async fn sign_in(&self, url: &str, name: &str) {
        self.goto(url).await;
        self.fill("#name", name).await;
        self.fill("#password", PASSWORD).await;
        self.click("#sign-in").await;
        self.until("signed in", "document.querySelector('#sync')")
            .await;
    }

    /// Opens a plan and waits until its screen is there.
    pub async fn open_plan(&self, plan: &str) {
        self.goto(plan).await;
        self.plan_shows().await;
    }

    /// Writes tasks of these names into a plan that has none; their ids.
    pub async fn plan_with(&self, plan: &str, names: &[&str]) -> Vec<String> {
        self.goto(plan).await;
        self.click(".plan-empty .button-primary").await;
        for name in names {
            self.keys(*name).await;
            self.keys(Key::Enter).await;
        }
        self.keys(Key::Escape).await;
        let n = names.len();
        let rows = format!("document.querySelectorAll('.plan-row[data-task]').length === {n}");
        self.until("all tasks", &rows).await;
        self.rows().await.into_iter().map(|row| row.task).collect()
    }

    /// Chooses something in the plan's menu of views.
    pub async fn view_menu(&self, css: &str) {
        self.click(".plan-tools .plan-tool-text").await;
        self.click(&format!(".plan-menu {css}")).await;
    }

    /// Waits until the plan screen shows its rows, be there none.
    pub async fn plan_shows(&self) {
        self.until(
            "the plan",
            "document.querySelector('.plan:not([aria-busy]) .plan-scroller')",
        )
        .await;
    }

    /// Waits until a task of this name is in the plan; its id.
    pub async fn task(&self, name: &str) -> String {
        let quoted = serde_json::to_string(name).unwrap();
        let task = self
            .until(
                &format!("the task {name}"),
                &format!(
                    "[...document.querySelectorAll('.plan-row[data-task]')].find(r => r.querySelector('[data-field=name] .plan-text')?.textContent === {quoted})?.dataset.task"
                ),
            )
            .await;
        task.as_str().unwrap().to_owned()
    }

    /// Waits until so many changes wait on this device.
    pub async fn until_waiting(&self, count: u64) {
        self.until(
            &format!("{count} changes wait"),
            &format!("document.querySelector('#sync')?.dataset.waiting === '{count}'"),
        )
        .await;
    }

    /// Waits until an element is there and says this somewhere.
    pub async fn says(&self, css: &str, text: &str) {
        let (quoted_css, quoted) = (
            serde_json::to_string(css).unwrap(),
            serde_json::to_string(text).unwrap(),
        );
        self.until(
            &format!("{css} says {text}"),
            &format!("[...document.querySelectorAll({quoted_css})].some(e => e.getClientRects().length && e.innerText.includes({quoted}))"),
        )
        .await;
    }

    /// Waits until no element like this is seen.
    pub async fn gone(&self, css: &str) {
        let quoted = serde_json::to_string(css).unwrap();
        self.until(
            &format!("{css} is gone"),
            &format!(
                "![...document.querySelectorAll({quoted})].some(e => e.getClientRects().length)"
            ),
        )
        .await;
    }

    /// Waits until the service worker has the app, so that it starts with no network.
    pub async fn starts_offline(&self) {
        self.until(
            "the app starts with no network from now on",
            "navigator.serviceWorker.controller",
        )
        .await;
    }

    /// Waits until the device says that everything it has is at the server.
    pub async fn synced(&self) {
        self.until(
            "everything is at the server",
            "(e => e && e.dataset.sync === 'synced' && e.dataset.waiting === '0' && e.dataset.saving === '0')(document.querySelector('#sync'))",
        )
        .await;
    }

    /// Waits until the device says it is offline.
    pub async fn says_offline(&self) {
        self.until(
            "the screen says offline",
            "document.querySelector('#sync')?.dataset.sync === 'offline'",
        )
        .await;
    }

    /// Waits until what was typed is on this device's disk.
    pub async fn saved_here(&self) {
        self.until(
            "saved on this device",
            "document.querySelector('#sync')?.dataset.saving === '0'",
        )
        .await;
    }

    /// How many changes wait on this device.
    pub async fn waiting(&self) -> u64 {
        let text = self
            .eval("document.querySelector('#sync').dataset.waiting")
            .await;
        text.as_str().unwrap().parse().unwrap()
    }

    /// All rows of the plan, gathered by scrolling from the top to the end, as only those in view are there.
    pub async fn rows(&self) -> Vec<Row> {
        let script = "
            const done = arguments[arguments.length - 1];
            (async () => {
                const scroller = document.querySelector('.plan-scroller');
                const frame = () => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
                const rows = new Map();
                for (let top = 0; ; top += Math.max(100, scroller.clientHeight / 2)) {
                    scroller.scrollTop = top;
                    await frame();
                    for (const row of document.querySelectorAll('.plan-row[data-task]')) {
                        const text = field => row.querySelector(`[data-field=${field}] .plan-text`)?.textContent ?? '';
                        const index = Number(row.getAttribute('aria-rowindex')) - 2;
                        rows.set(index, [row.dataset.task, Number(row.getAttribute('aria-level')), text('name'),
                            text('duration'), row.dataset.start, row.dataset.finish, row.dataset.critical === 'true',
                            row.classList.contains('summary')]);
                    }
                    if (top >= scroller.scrollHeight - scroller.clientHeight) break;
                }
                scroller.scrollTop = 0;
                await frame();
                done([...rows.entries()].sort((a, b) => a[0] - b[0]));
            })();";
        let value = self.web.execute_async(script, vec![]).await.unwrap();
        type Raw = (
            usize,
            (String, u32, String, String, String, String, bool, bool),
        );
        let raw: Vec<Raw> = value.convert().unwrap();
        raw.into_iter()
            .map(
                |(place, (task, level, name, duration, start, finish, critical, summary))| Row {
                    task,
                    place,
                    level,
                    name,
                    // the same unit in both languages
                    duration: duration.replace('天', "d"),
                    start,
                    finish,
                    critical,
                    summary,
                },
            )
            .collect()
    }

    /// Rows that are no summaries, by name.
    pub async fn by_name(&self) -> BTreeMap<String, Row> {
        let rows = self.rows().await.into_iter();
        rows.filter(|row| !row.summary)
            .map(|row| (row.name.clone(), row))
            .collect()
    }

    /// Brings a row into view and clicks one of its cells.
    pub async fn click_cell(&self, task: &str, field: &str) {
        let row = self
            .rows()
            .await
            .into_iter()
            .find(|r| r.task == task)
            .expect("the row is there");
        let script = format!(
            "const s = document.querySelector('.plan-scroller'); const r = document.querySelector('.plan-row').getBoundingClientRect().height;
             s.scrollTop = Math.max(0, {} * r - s.clientHeight / 3); return 0;",
            row.place
        );
        self.web.execute(script, vec![]).await.unwrap();
        self.click(&format!(
            ".plan-row[data-task='{task}'] [data-field={field}]"
        ))
        .await;
    }

    /// Kept to be looked at, the whole plan in the window.
    pub async fn keep_picture(&self, name: &str) {
        self.click(".plan-tools [data-tool=fit]").await;
        let folder = crate::server::target_folder().join("screens");
        std::fs::create_dir_all(&folder).unwrap();
        self.screenshot(&folder.join(format!("{name}.png"))).await;
    }

    /// The dates of a row, `from to`.
    pub async fn until_dates(&self, task: &str, dates: &str) {
        let look = format!(
            "(r => r.dataset.start.slice(0, 10) + ' ' + r.dataset.finish.slice(0, 10))(document.querySelector(\".plan-row[data-task='{task}']\"))"
        );
        self.soon(
            &format!("{task}: {dates}"),
            &format!("{look} === '{dates}'"),
            &look,
        )
        .await;
    }

    /// Sets a day as the browser's own picker does; an empty text takes it away.
    pub async fn pick_day(&self, css: &str, iso: &str) {
        self.find(css).await;
        let script = format!(
            "const field = document.querySelector('{css}'); field.focus(); field.value = '{iso}';
             for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {{ bubbles: true }})); return 0;"
        );
        self.web.execute(script, vec![]).await.unwrap();
    }

    /// Sets a list to one of its values, as a click on its line does.
    pub async fn pick(&self, css: &str, value: &str) {
        let there = format!("document.querySelector(\"{css} option[value='{value}']\")");
        self.until(value, &there).await;
        let script = format!(
            "const list = document.querySelector('{css}'); list.value = '{value}';
             list.dispatchEvent(new Event('change', {{ bubbles: true }})); return 0;"
        );
        self.web.execute(script, vec![]).await.unwrap();
    }

    /// Ticks a column in the menu of the view: its label and its field.
    pub async fn show_column(&self, label: &str, field: &str) {
        self.click(".plan-tools .plan-tool-text").await;
        self.eval(&format!(
            "[...document.querySelectorAll('.plan-menu label')].find(l => l.textContent.includes('{label}')).click() ?? 0"
        ))
        .await;
        let shows = format!("document.querySelector('.plan-row [data-field={field}]')");
        self.until("the column", &shows).await;
        self.eval("document.querySelector('.pop-away').click() ?? 0")
            .await;
    }

    /// Types a value into a cell and strikes Enter.
    pub async fn set(&self, task: &str, field: &str, text: &str) {
        self.click_cell(task, field).await;
        if self
            .eval("!document.querySelector('.plan-editor.open')")
            .await
            == true
        {
            self.keys(Key::F2).await;
        }
        self.until(
            "the cell is open",
            "document.querySelector('.plan-editor.open')",
        )
        .await;
        self.chord(&[Key::Control], 'a').await;
        self.keys(text).await;
        self.keys(Key::Enter).await;
        self.until(
            "the cell is closed",
            "!document.querySelector('.plan-editor.open')",
        )
        .await;
        self.saved_here().await;
    }

    /// Types a new task into the empty last row.
    pub async fn add_task(&self, name: &str) {
        self.eval("(s => s.scrollTop = s.scrollHeight)(document.querySelector('.plan-scroller'))")
            .await;
        self.click(".plan-row.new [data-field=name]").await;
        if self
            .eval("!document.querySelector('.plan-editor.open')")
            .await
            == true
        {
            self.keys(Key::F2).await;
        }
        self.until(
            "the new row is open",
            "document.querySelector('.plan-editor.open')",
        )
        .await;
        self.keys(name).await;
        self.keys(Key::Enter).await;
        let quoted = serde_json::to_string(name).unwrap();
        self.until(
            "the new task is there",
            &format!("[...document.querySelectorAll('.plan-row[data-task] [data-field=name] .plan-text')].some(e => e.textContent === {quoted})"),
        )
        .await;
        self.keys(Key::Escape).await;
        self.saved_here().await;
    }

    /// Waits until a cell of a row holds a text, wherever the row is.
    pub async fn until_row(&self, what: &str, task: &str, field: &str, text: &str) {
        let text = serde_json::to_string(text).unwrap();
        // the page walks through its rows until the cell is seen
        self.until(
            what,
            &format!(
                "(() => {{
                    const cell = document.querySelector(\".plan-row[data-task='{task}'] [data-field={field}] .plan-text\");
                    if (cell?.textContent.includes({text})) return true;
                    const s = document.querySelector('.plan-scroller');
                    // the rows are drawn a frame after the scroll: look a few times before going on
                    window.looks = (window.looks ?? 0) + 1;
                    if (s && !cell && window.looks % 8 === 0) s.scrollTop = s.scrollTop + s.clientHeight >= s.scrollHeight - 1 ? 0 : s.scrollTop + s.clientHeight / 2;
                    return false;
                }})()"
            ),
        )
        .await;
    }

    /// Lets downloads go into a folder, without asking.
    pub async fn downloads_to(&self, folder: &Path) {
        let folder = folder.to_str().unwrap();
        self.cdp(
            "Browser.setDownloadBehavior",
            json!({"behavior": "allow", "downloadPath": folder}),
        )
        .await;
    }

    /// Exports the plan by one of the buttons of the export menu; the bytes of the file that comes.
    pub async fn export(&self, button: &str, folder: &Path, extension: &str) -> Vec<u8> {
        self.click("#export-plan").await;
        self.click(button).await;
        let file = self.kept_in(folder, extension).await;
        self.keys(Key::Escape).await;
        file
    }

    /// The bytes of the file that comes into a folder.
    pub async fn kept_in(&self, folder: &Path, extension: &str) -> Vec<u8> {
        let begun = Instant::now();
        loop {
            let files = std::fs::read_dir(folder)
                .unwrap()
                .map(|f| f.unwrap().path());
            // the browser holds the name with an empty file until the content is there
            let mut kept = files
                .filter(|f| f.extension().is_some_and(|e| e == extension))
                .filter_map(|file| std::fs::read(file).ok());
            if let Some(bytes) = kept.find(|bytes| !bytes.is_empty()) {
                return bytes;
            }
            let said = self
                .eval("document.querySelector('#export-told')?.innerText ?? ''")
                .await;
            assert!(
                begun.elapsed() < PATIENCE,
                "no {extension} came; the screen says: {said}"
            );
        }
    }
}
