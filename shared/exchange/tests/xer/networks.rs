//! The random networks, as Primavera's files, have the dates that another program's scheduler gives them.

use std::collections::HashMap;
use std::fmt::Write;

use super::file::{FIVE_DAYS, calendar, read, scheduled};
use super::testdata;

/// The network as a file: its tasks and links line by line.
fn as_file(text: &str) -> String {
    let (mut tasks, mut links) = (String::new(), String::new());
    for line in text.lines() {
        match line.split(',').collect::<Vec<_>>()[..] {
            ["T", id, days] => {
                let hours = days.parse::<u32>().unwrap() * 8;
                let uid = id.parse::<u32>().unwrap() + 1;
                let kind = if hours == 0 { "TT_FinMile" } else { "TT_Task" };
                writeln!(tasks, "%R\t{uid}\t1\t1\t{kind}\tA{uid:06}\t{id}\t{hours}").unwrap();
            }
            ["L", pred, succ, kind, days] => {
                let [pred, succ] = [pred, succ].map(|id| id.parse::<u32>().unwrap() + 1);
                let hours = days.parse::<i32>().unwrap() * 8;
                writeln!(links, "%R\t{succ}\t{pred}\t1\t1\tPR_{kind}\t{hours}").unwrap();
            }
            _ => {}
        }
    }
    format!(
        "ERMHDR\t20.12\n%T\tPROJECT\n%F\tproj_id\tclndr_id\tplan_start_date\tlast_recalc_date\n\
         %R\t1\t1\t2026-01-05 08:00\t2026-01-05 08:00\n{}\
         %T\tTASK\n%F\ttask_id\tproj_id\tclndr_id\ttask_type\ttask_code\ttask_name\ttarget_drtn_hr_cnt\n{tasks}\
         %T\tTASKPRED\n%F\ttask_id\tpred_task_id\tproj_id\tpred_proj_id\tpred_type\tlag_hr_cnt\n{links}%E\n",
        calendar("1", FIVE_DAYS)
    )
}

#[test]
fn networks_have_the_dates_of_primavera() {
    for name in ["1000-fs", "1000-fsss", "1000-all", "10000-all"] {
        let (Some(network), Some(expected)) = (
            testdata::read(&format!("schedule/networks/net-{name}.csv")),
            testdata::read(&format!("schedule/networks/net-{name}.expected.csv")),
        ) else {
            continue;
        };
        let file = as_file(&String::from_utf8(network).unwrap());
        let imported = read(file.as_bytes()).unwrap();
        assert_eq!(imported.report.problems, []);
        let schedule = scheduled(&imported);
        let ours: HashMap<i64, _> = (imported.plan.tasks.iter().zip(&schedule.rows))
            .map(|(task, row)| (task.uid.unwrap(), (task, row)))
            .collect();
        let work = domain::calendar::WorkTime::new(&imported.plan.calendars[0].1);
        let mut equal = 0;
        for line in String::from_utf8(expected).unwrap().lines().skip(1) {
            let field: Vec<&str> = line.split(',').collect();
            let (task, row) = ours[&field[0].parse::<i64>().unwrap()];
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
            equal += 1;
        }
        assert_eq!(equal, imported.plan.tasks.len());
        println!("{name}: {equal} tasks equal");
    }
}
