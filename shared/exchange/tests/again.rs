//! Files that come again, against the plans that were read from them.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../../testdata.rs"]
mod testdata;

use std::collections::BTreeSet;

use domain::plan::difference::{Comparison, Difference, How, accept, apply, compare};
use domain::schedule::schedule;
use exchange::mspdi::Imported;
use exchange::plan_file::{self, Kind};
use exchange::table::{self, Options};
use exchange::xlsx::{self, Labels};

/// Reads a file with ids of its own.
fn read(bytes: &[u8], first: u64) -> Option<Imported> {
    let mut last = first;
    let read = plan_file::read(bytes, None, &mut || {
        last += 1;
        last
    });
    read.ok()
}

fn against(ours: &Imported, read: &Imported, kind: Kind) -> Comparison {
    let covers = kind.covers(None);
    compare(
        (&ours.plan, &ours.notes),
        (&read.plan, &read.notes),
        &covers,
    )
}

/// All real files of one kind; empty, with a printed line, where they are absent.
fn files(folder: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let path = testdata::folder().join(folder);
    let Ok(entries) = std::fs::read_dir(&path) else {
        println!("skipped: no test data at {}", path.display());
        return Vec::new();
    };
    let mut files: Vec<(String, Vec<u8>)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().to_string_lossy().into_owned();
            name.ends_with(ending)
                .then(|| (name, std::fs::read(entry.path()).unwrap()))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_real_file_that_comes_again_has_no_differences() {
    let mut all = files("plans/mspdi", ".xml");
    all.extend(files("plans", ".xml"));
    for (name, bytes) in all {
        let (Some(first), Some(second)) = (read(&bytes, 0), read(&bytes, 1 << 40)) else {
            continue;
        };
        let comparison = against(&first, &second, Kind::of(&bytes));
        assert_eq!(comparison.differences, [], "{name}");
        assert_eq!(comparison.matches.len(), first.plan.tasks.len(), "{name}");
        let uid = |how: How| how == How::Uid;
        assert!(
            comparison.matches.iter().all(|found| uid(found.how)),
            "{name}"
        );
    }
}

#[test]
fn changes_of_a_real_file_are_those_that_were_made() {
    let Some(bytes) = testdata::read("plans/house-claeys-verhelst.xml") else {
        return;
    };
    let text = String::from_utf8(bytes).unwrap();
    let first = read(text.as_bytes(), 0).unwrap();
    let name = first.plan.tasks[5].name.clone();
    let changed = text.replacen(&format!("<Name>{name}</Name>"), "<Name>renamed</Name>", 1);
    let second = read(changed.as_bytes(), 1 << 40).unwrap();
    let comparison = against(&first, &second, Kind::Mspdi);
    assert!(
        matches!(
            comparison.differences.as_slice(),
            [Difference::Changed { .. }]
        ),
        "{:?}",
        comparison.differences
    );
    let accepted = accept(&first.plan, &comparison, &BTreeSet::from([0]));
    let then = apply(&first.plan, &accepted.edits);
    assert!(then.tasks.iter().any(|task| task.name == "renamed"));
    assert_eq!(schedule(&then), schedule(&first.plan));
}

#[test]
fn a_workbook_of_ours_differs_in_what_was_changed_in_it() {
    let Some(bytes) = testdata::read("plans/house-claeys-verhelst.xml") else {
        return;
    };
    let ours = read(&bytes, 0).unwrap();
    let columns = [
        "#",
        "Task",
        "Days",
        "Start",
        "Finish",
        "Late start",
        "Late finish",
        "Total slack (days)",
        "Free slack (days)",
        "Critical",
        "Done",
        "Owner",
        "Deliverable",
        "Notes",
    ];
    let labels = Labels {
        sheet: "Plan".to_owned(),
        columns: columns.map(str::to_owned),
        yes: "yes".to_owned(),
    };
    let mut plan = ours.plan.clone();
    let (dates, _) = schedule(&plan);
    let leaf = dates.rows.iter().position(|row| !row.summary).unwrap();
    for changed in [false, true] {
        if changed {
            plan.tasks[leaf].duration += 480;
            plan.tasks[leaf].deliverable = "report".to_owned();
        }
        let file = xlsx::write(&plan, &dates, &ours.notes, &labels).unwrap();
        let book = table::open(&file).unwrap();
        let mapping = table::guess(&book.sheets[0]);
        let mut last = 1u64 << 40;
        let read = table::read(&book.sheets[0], &mapping, &Options::default(), &mut || {
            last += 1;
            last
        });
        let comparison = compare(
            (&ours.plan, &ours.notes),
            (&read.plan, &read.notes),
            &Kind::Table.covers(Some(&mapping)),
        );
        assert_eq!(comparison.matches.len(), plan.tasks.len());
        let expected = if changed { 2 } else { 0 };
        assert_eq!(
            comparison.differences.len(),
            expected,
            "{:?}",
            comparison.differences
        );
    }
}
