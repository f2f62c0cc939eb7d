//! Times of documents: making, saving, loading, first reading, one edit with the reading after it.
//! `cargo run --release -p doc --example bench_doc`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types
)]

use std::time::Instant;

use base::{PersonId, Timestamp};
use doc::command::{Command, TaskEdit, perform};
use doc::view::plan::PlanReader;
use doc::{Author, Document};
use domain::permission::DocumentKind;

fn main() {
    if std::env::args().nth(1).as_deref() == Some("history") {
        return history();
    }
    let author = |seconds: i64| Author {
        person: PersonId::from_bytes([1; 16]),
        at: Timestamp(1_760_000_000_000 + seconds * 1000),
    };
    let ms = |from: Instant| from.elapsed().as_secs_f64() * 1000.0;
    println!("all times in ms");
    for tasks in [2_000, 10_000] {
        let plan = doc::sample::plan(tasks, 1);
        let (ids, links) = (plan.tasks.clone(), plan.links.len());
        let mut document = Document::new(DocumentKind::Plan, [1; 16]);
        let from = Instant::now();
        let command = Command::ImportPlan {
            plan: Box::new(plan),
        };
        let done = perform(&mut document, &command, author(0)).unwrap();
        println!(
            "{tasks} tasks, {links} links: import {:.1} in {} changes, largest {} bytes",
            ms(from),
            done.changes.len(),
            done.changes
                .iter()
                .map(|c| c.bytes.len())
                .max()
                .unwrap_or(0),
        );
        let from = Instant::now();
        let bytes = document.save();
        println!("  save {:.1}, {} bytes", ms(from), bytes.len());
        let from = Instant::now();
        let mut document =
            Document::load::<Vec<u8>>(DocumentKind::Plan, Some(&bytes), &[], [2; 16]).unwrap();
        println!("  load {:.1}", ms(from));
        let mut reader = PlanReader::default();
        let from = Instant::now();
        let view = reader.read(&mut document, None);
        println!("  first read {:.1}", ms(from));
        let from = Instant::now();
        let _ = domain::schedule::schedule(&view.plan);
        println!("  of which schedule {:.1}", ms(from));
        let mut edits = Vec::new();
        for (what, turns) in [("name", 20), ("duration", 20), ("move", 20)] {
            let (mut edit, mut read) = (0.0, 0.0);
            for i in 0..turns {
                let id = ids[(i * 37 + 20) % ids.len()].id;
                let command = match what {
                    "name" => Command::EditTask {
                        id,
                        edit: TaskEdit::Name(format!("{what} {i}")),
                    },
                    "duration" => Command::EditTask {
                        id,
                        edit: TaskEdit::Duration(480 * (i as i64 + 20)),
                    },
                    _ => Command::MoveTasks {
                        ids: vec![id],
                        parent: None,
                        after: None,
                    },
                };
                let from = Instant::now();
                let done = perform(&mut document, &command, author(i as i64)).unwrap();
                edit += ms(from);
                edits.extend(done.changes);
                let from = Instant::now();
                reader.read(&mut document, None);
                read += ms(from);
            }
            println!(
                "  one {what}: command {:.2}, read after it {:.2}",
                edit / turns as f64,
                read / turns as f64
            );
        }
        let mut other =
            Document::load::<Vec<u8>>(DocumentKind::Plan, Some(&bytes), &[], [3; 16]).unwrap();
        let mut reader = PlanReader::default();
        reader.read(&mut other, None);
        let (mut apply, mut read) = (0.0, 0.0);
        for change in &edits {
            let from = Instant::now();
            other.apply(&[&change.bytes]).unwrap();
            apply += ms(from);
            let from = Instant::now();
            reader.read(&mut other, None);
            read += ms(from);
        }
        println!(
            "  one remote change: apply {:.2}, read after it {:.2}",
            apply / edits.len() as f64,
            read / edits.len() as f64
        );
    }
}

/// History of a document of 10,000 tasks that was edited 54,000 times by three people, partly beside each other.
fn history() {
    let author = |n: i64| Author {
        person: PersonId::from_bytes([(n % 3) as u8; 16]),
        at: Timestamp(1_760_000_000_000 + n * 1000),
    };
    let ms = |from: Instant| from.elapsed().as_secs_f64() * 1000.0;
    let plan = doc::sample::plan(10_000, 1);
    let ids: Vec<_> = plan.tasks.iter().map(|t| t.id).collect();
    let mut document = Document::new(DocumentKind::Plan, [1; 16]);
    let command = Command::ImportPlan {
        plan: Box::new(plan),
    };
    perform(&mut document, &command, author(0)).unwrap();
    let mut other = document.fork([2; 16]);
    let edit = |document: &mut Document, n: usize| {
        let id = ids[(n * 37) % ids.len()];
        let edit = match n % 3 {
            0 => TaskEdit::Name(format!("name {n}")),
            1 => TaskEdit::Duration(60 + n as i64 % 4000),
            _ => TaskEdit::Owner(format!("{}", n % 50)),
        };
        perform(document, &Command::EditTask { id, edit }, author(n as i64))
            .unwrap()
            .changes
    };
    for n in 0..53_000 {
        edit(&mut document, n);
    }
    let mut beside = Vec::new();
    for n in 0..1_000 {
        beside.extend(edit(&mut other, n * 3 + 1).into_iter().map(|c| c.bytes));
    }
    document.apply(&beside).unwrap();
    let mut history = doc::history::PlanHistory::default();
    let from = Instant::now();
    history.refresh(&mut document, None);
    println!(
        "history of 10,000 tasks, 54,000 changes: read {:.0}",
        ms(from)
    );
    let from = Instant::now();
    let conflicts = history.conflicts();
    println!("  conflicts {:.1}, {} of them", ms(from), conflicts.len());
    let from = Instant::now();
    let page = history.page(None, 0, 50);
    println!("  newest 50 of {} steps {:.2}", page.total, ms(from));
    let from = Instant::now();
    let of = history.page(Some(ids[37]), 0, 50);
    println!("  {} steps of one task {:.2}", of.total, ms(from));
    let change = history.page(None, 20_000, 1).steps[0].change;
    let from = Instant::now();
    let moment = history.moment_after(change).unwrap();
    let _ = history.at(&moment, &document, None).unwrap();
    println!("  the plan at a moment, with dates {:.0}", ms(from));
    let from = Instant::now();
    let scope = doc::history::Scope::Everything;
    let preview = history.preview(&moment, &scope, &document, None).unwrap();
    println!(
        "  preview of going back {:.0}, {} fields",
        ms(from),
        preview.differences.len()
    );
    let from = Instant::now();
    let heads = moment.plan.clone();
    let mut fork = document.fork_at(&heads, [9; 16]).unwrap();
    let _ = PlanReader::default().read(&mut fork, None);
    println!("  (the moment by a fork of the document {:.0})", ms(from));
    let from = Instant::now();
    for n in 0..20 {
        edit(&mut document, n * 7);
        history.refresh(&mut document, None);
    }
    println!("  one edit and reading on {:.2}", ms(from) / 20.0);
    let from = Instant::now();
    let _ = history.conflicts();
    println!("  conflicts again {:.1}", ms(from));
}
