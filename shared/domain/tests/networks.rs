//! The generated networks against the dates that MPXJ's Primavera-style scheduler computed for them.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::panic)]

#[path = "../../testdata.rs"]
mod testdata;

use base::{CalendarId, LinkId, Minutes, Moment, TaskId};
use domain::calendar::{Calendar, WorkTime};
use domain::plan::{Lag, Link, LinkKind, Plan, Task};
use domain::schedule::{schedule, schedule_as_primavera};

fn text(name: &str) -> Option<String> {
    testdata::read(&format!("schedule/networks/{name}")).map(|b| String::from_utf8(b).unwrap())
}

fn minutes(days: &str) -> Minutes {
    (days.trim_end_matches('d').parse::<f64>().unwrap() * 480.0).round() as Minutes
}

/// The network as a plan; ids are the numbers of the file.
fn read(file: &str) -> Plan {
    let task_id = |n: &str| TaskId::from_bytes((n.parse::<u64>().unwrap() + 1).to_be_bytes());
    let calendar = CalendarId::from_bytes([1; 8]);
    let mut plan = Plan {
        start: "2026-01-05T08:00".parse().unwrap(),
        calendar: Some(calendar),
        calendars: vec![(calendar, Calendar::standard("Standard"))],
        ..Plan::default()
    };
    for line in file.lines() {
        match line.split(',').collect::<Vec<_>>().as_slice() {
            ["T", id, days] => plan.tasks.push(Task {
                name: (*id).to_owned(),
                duration: minutes(days),
                ..Task::new(task_id(id))
            }),
            ["L", pred, succ, kind, lag] => plan.links.push(Link {
                id: LinkId::from_bytes((plan.links.len() as u64).to_be_bytes()),
                pred: task_id(pred),
                succ: task_id(succ),
                kind: match *kind {
                    "FS" => LinkKind::FinishStart,
                    "SS" => LinkKind::StartStart,
                    "FF" => LinkKind::FinishFinish,
                    "SF" => LinkKind::StartFinish,
                    other => panic!("{other}"),
                },
                lag: Lag::Working(minutes(lag)),
            }),
            _ => {}
        }
    }
    plan
}

fn check(name: &str) {
    let (Some(network), Some(expected)) = (
        text(&format!("net-{name}.csv")),
        text(&format!("net-{name}.expected.csv")),
    ) else {
        return;
    };
    let plan = read(&network);
    let (schedule, problems) = schedule(&plan);
    assert_eq!(problems, []);
    let (written, problems) = schedule_as_primavera(&plan);
    assert_eq!(problems, []);
    let work = WorkTime::new(&Calendar::standard("x"));
    let mut rows = 0;
    let mut otherwise = Vec::new();
    for (line, (task, (dates, written))) in expected.lines().skip(1).zip(
        plan.tasks
            .iter()
            .zip(schedule.rows.iter().zip(&written.rows)),
    ) {
        let field: Vec<&str> = line.split(',').collect();
        assert_eq!(field[1].trim_matches('"'), task.name);
        let ours = [
            dates.early_start,
            dates.early_finish,
            dates.late_start,
            dates.late_finish,
        ];
        for (at, (text, ours)) in field[2..6].iter().zip(ours).enumerate() {
            let theirs: Moment = text.parse().unwrap();
            // on screens a milestone may stand at the end of one period instead of the start of the next
            let equal = work.work_at(theirs) == work.work_at(ours);
            assert!(
                equal,
                "{name}: task {} date {at}: {theirs} expected, {ours} computed",
                task.name
            );
        }
        let written = [
            written.early_start,
            written.early_finish,
            written.late_start,
            written.late_finish,
        ];
        for (at, (text, ours)) in field[2..6].iter().zip(written).enumerate() {
            if *text != ours.to_string() {
                otherwise.push(format!("task {} date {at}: {text}, ours {ours}", task.name));
            }
        }
        assert_eq!(
            dates.total_slack,
            minutes(field[6]),
            "{name}: total slack of {}",
            task.name
        );
        assert_eq!(
            dates.free_slack,
            minutes(field[7]),
            "{name}: free slack of {}",
            task.name
        );
        assert_eq!(
            dates.critical.to_string(),
            field[8],
            "{name}: critical of {}",
            task.name
        );
        rows += 1;
    }
    assert_eq!(rows, plan.tasks.len());
    assert!(
        otherwise.is_empty(),
        "{name}: {}: {otherwise:#?}",
        otherwise.len()
    );
    println!("{name}: {rows} tasks equal");
}

#[test]
fn a_thousand_tasks_with_finish_start_links_equal_mpxj() {
    check("1000-fs");
}

#[test]
fn a_thousand_tasks_with_start_start_links_equal_mpxj() {
    check("1000-fsss");
}

#[test]
fn a_thousand_tasks_with_all_kinds_of_links_equal_mpxj() {
    check("1000-all");
}

#[test]
fn ten_thousand_tasks_with_finish_start_links_equal_mpxj() {
    check("10000-fs");
}

#[test]
fn ten_thousand_tasks_with_start_start_links_equal_mpxj() {
    check("10000-fsss");
}

#[test]
fn ten_thousand_tasks_with_all_kinds_of_links_equal_mpxj() {
    check("10000-all");
}
