//! Tables of other people: Excel's workbooks and text with columns.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "table/book.rs"]
mod book;
#[path = "table/hostile.rs"]
mod hostile;
#[path = "table/ours.rs"]
mod ours;
#[path = "../../testdata.rs"]
mod testdata;
#[path = "table/values.rs"]
mod values;

use base::{Moment, TaskId};
use domain::plan::{Plan, Task};
use exchange::mspdi::Imported;
use exchange::table::{self, CellNote, Kept, Mapping, Options, Sheet, Value};

/// Reads the first sheet as it is guessed.
fn read(bytes: &[u8]) -> (Mapping, Imported) {
    let book = table::open(bytes).unwrap();
    let mapping = table::guess(&book.sheets[0]);
    let imported = with(&book.sheets[0], &mapping, &Options::default());
    (mapping, imported)
}

fn with(sheet: &Sheet, mapping: &Mapping, options: &Options) -> Imported {
    let mut last = 0u64;
    table::read(sheet, mapping, options, &mut || {
        last += 1;
        last
    })
}

fn text(lines: &[&str]) -> Imported {
    read(lines.join("\n").as_bytes()).1
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn name(plan: &Plan, id: TaskId) -> String {
    plan.tasks
        .iter()
        .find(|task| task.id == id)
        .unwrap()
        .name
        .clone()
}

fn named<'a>(plan: &'a Plan, name: &str) -> &'a Task {
    plan.tasks.iter().find(|task| task.name == name).unwrap()
}

/// `a b(a) c(b)`: names in outline order, with those of their parents.
fn outline(plan: &Plan) -> String {
    let rows = plan.tasks.iter().map(|task| match task.parent {
        Some(parent) => format!("{}({})", task.name, name(plan, parent)),
        None => task.name.clone(),
    });
    rows.collect::<Vec<_>>().join(" ")
}

/// `a FS b 960`: links by names.
fn links(plan: &Plan) -> Vec<String> {
    let link = |link: &domain::plan::Link| {
        let (pred, succ) = (name(plan, link.pred), name(plan, link.succ));
        format!("{pred} {:?} {succ} {:?}", link.kind, link.lag)
    };
    plan.links.iter().map(link).collect()
}

fn notes(imported: &Imported) -> Vec<(u32, Kept)> {
    let cells = imported.report.cells.iter();
    cells
        .map(|note: &CellNote| (note.row, note.kept.clone()))
        .collect()
}
