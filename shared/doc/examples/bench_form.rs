//! Times of a form with a table of 2,000 rows and 10 columns: pasting it, loading, reading, one cell with the reading after it.
//! `cargo run --release -p doc --example bench_form`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types
)]

use std::time::Instant;

use base::{PersonId, RowId, Timestamp};
use doc::command::{Command, perform};
use doc::view::form::read;
use doc::{Author, Document};
use domain::permission::DocumentKind;
use pack::value::{Answers, Value};

const ROWS: u64 = 2_000;
const COLUMNS: usize = 10;

fn main() {
    let author = |seconds: i64| Author {
        person: PersonId::from_bytes([1; 16]),
        at: Timestamp(1_760_000_000_000 + seconds * 1000),
    };
    let ms = |from: Instant| from.elapsed().as_secs_f64() * 1000.0;
    let column = |n: usize| format!("column_{n}").parse().unwrap();
    let row = |n: u64| RowId::from_bytes(n.to_be_bytes());
    println!("all times in ms");
    let mut document = Document::new(DocumentKind::Form, [1; 16]);
    let begin = Command::BeginForm {
        pack: "ab".repeat(32),
        form: "request".parse().unwrap(),
        prose: vec!["reason".parse().unwrap()],
    };
    perform(&mut document, &begin, author(0)).unwrap();
    let rows = (0..ROWS).map(|n| {
        let cells = (0..COLUMNS).map(|c| (column(c), Value::Text(format!("cell {n} {c}"))));
        (row(n), cells.collect::<Answers>())
    });
    let paste = Command::AddRows {
        table: "costs".parse().unwrap(),
        after: None,
        rows: rows.collect(),
    };
    let from = Instant::now();
    let done = perform(&mut document, &paste, author(1)).unwrap();
    let bytes: usize = done.changes.iter().map(|c| c.bytes.len()).sum();
    println!(
        "paste {:.1} in {} changes, {bytes} bytes",
        ms(from),
        done.changes.len()
    );
    let from = Instant::now();
    let undone = doc::undo::undo(&mut document, &done.undo, author(2)).unwrap();
    println!("undo {:.1} in {} changes", ms(from), undone.changes.len());
    doc::undo::undo(&mut document, &undone.undo, author(3)).unwrap();
    let bytes = document.save();
    let from = Instant::now();
    let mut document =
        Document::load::<Vec<u8>>(DocumentKind::Form, Some(&bytes), &[], [2; 16]).unwrap();
    println!("load {:.1}, {} bytes", ms(from), bytes.len());
    let from = Instant::now();
    let (view, _) = read(&mut document);
    println!(
        "first reading {:.1}, {} answers",
        ms(from),
        view.answers.len()
    );
    let mut times = Vec::new();
    for n in 0..100 {
        let cell = Command::AnswerCell {
            table: "costs".parse().unwrap(),
            row: row(n * 17 % ROWS),
            column: column(3),
            value: Some(Value::Text(format!("typed {n}"))),
        };
        let from = Instant::now();
        perform(&mut document, &cell, author(10 + n as i64)).unwrap();
        let performed = ms(from);
        let from = Instant::now();
        let (view, _) = read(&mut document);
        times.push((performed, ms(from)));
        drop(view);
    }
    let middle = |of: fn(&(f64, f64)) -> f64| {
        let mut of: Vec<f64> = times.iter().map(of).collect();
        of.sort_by(f64::total_cmp);
        (of[50], of[99])
    };
    println!(
        "one cell {:.2?}, reading after it {:.2?} (middle, longest of 100)",
        middle(|t| t.0),
        middle(|t| t.1)
    );
}
