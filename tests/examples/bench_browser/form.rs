//! Typing into a large form: how long until a key is painted.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use tests::browser::{Driver, Screen, Tablet};
use tests::server::Program;
use thirtyfour::prelude::*;

use super::{demo, metric};

/// Fields, rows of the table, and keys that are struck.
const FIELDS: usize = 200;
const ROWS: usize = 2_000;
const KEYS: usize = 120;

/// Notes of each key when what handles it is over, and when what it changed is painted.
const WATCH: &str = "
window.__keys = [];
addEventListener('input', e => {
  const struck = e.timeStamp;
  queueMicrotask(() => {
    const handled = performance.now();
    requestAnimationFrame(() => setTimeout(() =>
      window.__keys.push([handled - struck, performance.now() - struck]), 0));
  });
}, true);";

/// A regulation with a form of so many fields, a fifth of which are worked out from the others and the table.
fn pack(folder: &Path) {
    let pack = folder.join("bench");
    fs::create_dir_all(pack.join("forms")).unwrap();
    fs::create_dir_all(pack.join("routes")).unwrap();
    let name = |text: &str| format!("name = {{ zh = \"{text}\", en = \"{text}\" }}\n");
    let about = format!(
        "id = \"bench\"\nversion = \"1\"\n{}applies = {{ zh = \"x\", en = \"x\" }}\ncurrency = \"CNY\"\n\
         [[role]]\nid = \"all\"\n{}holder = \"post\"\n[[stage]]\nid = \"only\"\n{}",
        name("Bench"),
        name("All"),
        name("Only")
    );
    fs::write(pack.join("pack.toml"), about).unwrap();
    let mut form = format!("id = \"large\"\n{}starters = [\"all\"]\n", name("Large"));
    let kinds = ["text", "number", "money", "prose"];
    for section in 0..10 {
        write!(
            form,
            "[[section]]\nid = \"s{section}\"\n{}",
            name("Section")
        )
        .unwrap();
        for at in 0..FIELDS / 10 {
            let id = section * FIELDS / 10 + at;
            write!(
                form,
                "[[section.field]]\nid = \"f{id}\"\n{}",
                name(&format!("Field {id}"))
            )
            .unwrap();
            match at % 5 {
                4 => {
                    let (number, money) = (id - 3, id - 2);
                    writeln!(
                        form,
                        "kind = \"computed\"\nvalue = \"f{money} * f{number} + sum(lines.amount)\""
                    )
                }
                kind => writeln!(form, "kind = \"{}\"", kinds[kind]),
            }
            .unwrap();
        }
    }
    write!(form, "[[section]]\nid = \"rows\"\n{}[[section.field]]\nid = \"lines\"\nkind = \"table\"\n{}totals = [\"amount\", \"tax\"]\nmax_rows = 5000\n", name("Rows"), name("Lines")).unwrap();
    for (id, kind) in [
        ("what", "kind = \"text\""),
        ("model", "kind = \"text\""),
        ("quantity", "kind = \"number\"\ndigits = 2"),
        ("price", "kind = \"money\""),
        (
            "amount",
            "kind = \"computed\"\nvalue = \"round(quantity * price, 2)\"",
        ),
        (
            "tax",
            "kind = \"computed\"\nvalue = \"round(amount * 0.13, 2)\"",
        ),
    ] {
        write!(
            form,
            "[[section.field.column]]\nid = \"{id}\"\n{}{kind}\n",
            name(id)
        )
        .unwrap();
    }
    fs::write(pack.join("forms/large.toml"), form).unwrap();
}

/// Strikes keys one by one and prints how long each took.
async fn strike(tablet: &Tablet, what: &str, keys: &str) {
    tablet.eval("(window.__keys.length = 0)").await;
    let before = metric(tablet, "TaskDuration").await;
    for (n, key) in keys.chars().cycle().take(KEYS).enumerate() {
        if n % 10 == 0 {
            // what was typed gives way to the next key: no number grows beyond all bounds
            tablet.chord(&[Key::Control], 'a').await;
        }
        tablet.keys(key.to_string()).await;
        tablet
            .until("painted", &format!("window.__keys.length > {n}"))
            .await;
    }
    let worked = (metric(tablet, "TaskDuration").await - before) * 1000.0 / KEYS as f64;
    let times = tablet.eval("window.__keys").await;
    let times: Vec<(f64, f64)> = serde_json::from_value(times).unwrap();
    let at = |pick: fn(&(f64, f64)) -> f64, share: f64| {
        let mut all: Vec<f64> = times.iter().map(pick).collect();
        all.sort_by(f64::total_cmp);
        all[((all.len() - 1) as f64 * share) as usize]
    };
    println!(
        "| {what} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {worked:.1} |",
        at(|t| t.0, 0.5),
        at(|t| t.0, 0.95),
        at(|t| t.1, 0.5),
        at(|t| t.1, 0.95),
        at(|t| t.1, 1.0),
    );
}

/// A form of 200 fields and a table of 2,000 rows.
pub(super) async fn form(site: &Path, profiles: &Path) {
    let packs = profiles.join("packs");
    pack(&packs);
    let arguments = [
        "--demo",
        "--site",
        site.to_str().unwrap(),
        "--packs",
        packs.to_str().unwrap(),
    ];
    let server = Program::start(&arguments).await;
    let driver = Driver::start().await;
    let tablet = Tablet::open(&driver, &profiles.join("desk"), Screen::Desk, "zh-CN").await;
    tablet.before_load(WATCH).await;
    demo(&server, &tablet).await;
    tablet.goto(&format!("{}/regulations", server.url())).await;
    tablet.click(".regulation[data-pack=bench]").await;
    tablet
        .click(".regulation-form .card-head a:first-of-type")
        .await;
    tablet.find(".form[data-form=large]").await;
    let begun = tablet
        .eval("performance.now()")
        .await
        .as_f64()
        .unwrap_or_default();
    let rows: String = (0..ROWS)
        .map(|n| format!("Pump {n}\tP-{n}\t{}\t{}\n", n % 7 + 1, 100 + n))
        .collect();
    let rows = serde_json::to_string(&rows).unwrap();
    let pressed = "(cell => { cell.scrollIntoView(); cell.dispatchEvent(new PointerEvent('pointerdown', \
        { bubbles: true, cancelable: true, button: 0 })); return true; })\
        (document.querySelector('[data-table=lines] [data-row=\"ROW\"] [data-column=COLUMN]'))";
    let press = |row: &str, column: &str| pressed.replace("ROW", row).replace("COLUMN", column);
    tablet.until("the table", &press("0", "what")).await;
    let paste = tablet
        .eval(&format!(
            "(data => {{ data.setData('text/plain', {rows}); const begun = performance.now();
                document.activeElement.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }}));
                return performance.now() - begun; }})(new DataTransfer())"
        ))
        .await;
    tablet
        .until(
            "worked out",
            "document.querySelector('.form-row-total .form-cell-figures:nth-child(6)')?.innerText",
        )
        .await;
    println!("\nA form of {FIELDS} fields and a table of {ROWS} rows at a desk, ms");
    println!(
        "(2,000 rows pasted in {:.0} ms, {:.0} ms after the form was there)\n",
        paste.as_f64().unwrap_or(f64::NAN),
        tablet
            .eval("performance.now()")
            .await
            .as_f64()
            .unwrap_or_default()
            - begun
    );
    println!("| keys into | handled p50 | p95 | painted p50 | p95 | worst | thread a key |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    tablet.click("#form-f0").await;
    strike(&tablet, "a text", "abcdefgh").await;
    tablet.click("#form-f1").await;
    strike(&tablet, "a number that others are made of", "1").await;
    tablet.until("the table", &press("3", "what")).await;
    strike(&tablet, "a cell of text", "abcdefgh").await;
    tablet.until("the table", &press("4", "price")).await;
    strike(&tablet, "a cell that sums are made of", "1").await;
    tablet.close().await;
}
