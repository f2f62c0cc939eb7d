//! Real files: everything is read, and our dates are those of the references.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../../testdata.rs"]
mod testdata;

use domain::calendar::WorkTime;
use domain::schedule::schedule;
use exchange::mspdi::{self, Imported};

fn read(bytes: &[u8]) -> Imported {
    let mut last = 0u64;
    mspdi::read(bytes, &mut || {
        last += 1;
        last
    })
    .unwrap()
}

#[test]
fn the_house_has_its_published_dates() {
    let (Some(file), Some(expected)) = (
        testdata::read("plans/house-claeys-verhelst.xml"),
        testdata::read("plans/house-expected.csv"),
    ) else {
        return;
    };
    let imported = read(&file);
    assert_eq!(imported.report.dates, []);
    assert_eq!(imported.report.problems, []);
    let plan = &imported.plan;
    let (schedule, _) = schedule(plan);
    let mut equal = 0;
    for line in String::from_utf8(expected).unwrap().lines().skip(1) {
        let field: Vec<&str> = line.split(',').collect();
        let rows = || plan.tasks.iter().zip(&schedule.rows);
        let (_, row) = rows()
            .find(|(task, row)| task.name == field[1] && !row.summary)
            .unwrap();
        assert_eq!(row.early_start.to_string(), field[2], "{}", field[1]);
        assert_eq!(row.early_finish.to_string(), field[3], "{}", field[1]);
        assert_eq!(row.late_start.to_string(), field[4], "{}", field[1]);
        assert_eq!(row.late_finish.to_string(), field[5], "{}", field[1]);
        let slack: f64 = field[6].parse().unwrap();
        assert_eq!(row.total_slack as f64, slack * 480.0, "{}", field[1]);
        assert_eq!(row.critical, field[7] == "True", "{}", field[1]);
        equal += 1;
    }
    assert_eq!(equal, 49);
    assert_eq!(plan.links.len(), 67);
}

#[test]
fn the_networks_read_from_xml_have_the_expected_dates() {
    for name in ["1000-fs", "1000-fsss", "1000-all", "10000-all"] {
        let (Some(file), Some(expected)) = (
            testdata::read(&format!("schedule/networks/net-{name}.xml")),
            testdata::read(&format!("schedule/networks/net-{name}.expected.csv")),
        ) else {
            continue;
        };
        let plan = read(&file).plan;
        let (schedule, problems) = schedule(&plan);
        assert_eq!(problems, []);
        let work = WorkTime::new(&plan.calendars[0].1);
        let expected = String::from_utf8(expected).unwrap();
        let lines = expected.lines().skip(1);
        let mut rows = 0;
        for ((task, row), line) in plan.tasks.iter().zip(&schedule.rows).zip(lines) {
            let field: Vec<&str> = line.split(',').collect();
            assert_eq!(task.uid.unwrap().to_string(), field[0]);
            let dates = [
                row.early_start,
                row.early_finish,
                row.late_start,
                row.late_finish,
            ];
            for (theirs, ours) in field[2..6].iter().zip(dates) {
                let theirs = theirs.parse().unwrap();
                assert_eq!(
                    work.work_at(theirs),
                    work.work_at(ours),
                    "{name}: {}",
                    task.name
                );
            }
            assert_eq!(row.critical.to_string(), field[8], "{name}: {}", task.name);
            rows += 1;
        }
        assert_eq!(rows, plan.tasks.len());
        println!("{name}: {rows} tasks equal");
    }
}

/// Tasks whose stored dates are not ours, each with the rule of docs/schedule.md that MS Project has and we do not: file,
/// number and name of the task, rule.
const EXCEPTIONS: [(&str, i64, &str, &str); 1] =
    [("plans/mspdi/sample.xml", 21, "Related Task 6b", "M-1")];

#[test]
fn the_stored_dates_of_every_file_of_ms_project_are_ours() {
    let folder = testdata::folder().join("plans/mspdi");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("skipped: no test data at {}", folder.display());
        return;
    };
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .map(|name| format!("plans/mspdi/{name}"))
        .collect();
    names.push("plans/house-claeys-verhelst.xml".to_owned());
    let (mut read_files, mut automatic, mut differ) = (0, 0, Vec::new());
    for name in names {
        let Some(bytes) = testdata::read(&name) else {
            continue;
        };
        if String::from_utf8_lossy(&bytes).contains("<APIBusinessObjects") {
            // two are Primavera's own format, which says so
            let error = mspdi::read(&bytes, &mut || 1).unwrap_err();
            assert!(error.to_string().contains("APIBusinessObjects"), "{error}");
            continue;
        }
        let imported = read(&bytes);
        let (plan, report) = (&imported.plan, &imported.report);
        println!(
            "{name}: {} tasks, {} links, {} calendars; {} elements not shown, {} adjusted, {} dates differ",
            report.tasks,
            report.links,
            report.calendars,
            report.unshown.len(),
            report.adjusted.len(),
            report.dates.len()
        );
        let (dates, _) = schedule(plan);
        for ((task, stored), ours) in plan.tasks.iter().zip(&imported.stored).zip(dates.rows) {
            if task.placed.is_some() {
                continue;
            }
            automatic += 1;
            let theirs = (stored.start.unwrap(), stored.finish.unwrap());
            if theirs != (ours.early_start, ours.early_finish) {
                let uid = task.uid.unwrap();
                println!(
                    "   {uid} {:?}: {theirs:?} in the file, ours {}, {}",
                    task.name, ours.early_start, ours.early_finish
                );
                differ.push((name.clone(), uid, task.name.clone()));
            }
        }
        read_files += 1;
    }
    let known: Vec<(String, i64, String)> = (EXCEPTIONS.iter())
        .map(|(file, uid, task, _)| ((*file).to_owned(), *uid, (*task).to_owned()))
        .collect();
    assert_eq!(differ, known);
    let rules = include_str!("../../../docs/schedule.md");
    for (_, _, task, rule) in EXCEPTIONS {
        let named = rules.contains(&format!("- **{rule}** "));
        assert!(named, "{task}: {rule}");
    }
    assert!(read_files >= 10, "{read_files} files");
    println!("{read_files} files, {automatic} tasks scheduled automatically");
    assert!(automatic >= 130, "{automatic} tasks");
}
