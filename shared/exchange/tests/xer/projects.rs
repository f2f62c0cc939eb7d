//! Several projects in one file, and the options that its dates are derived by.

use domain::plan::{Lag, LagCalendar, Logic};
use exchange::mspdi::{Adjustment, Imported, ReadError};
use exchange::plan_file::{self, Kind};

use super::bridge::BRIDGE;
use super::file::{adjusted, file, imported, links, project, read, row, span, table, task, tasks};

fn named(text: &str, name: Option<&str>) -> Result<Imported, ReadError> {
    let mut last = 0;
    plan_file::read(text.as_bytes(), name, &mut || {
        last += 1;
        last
    })
}

#[test]
fn of_several_projects_the_first_exported_is_read_or_the_named_one() {
    let first = named(BRIDGE, None).unwrap();
    assert_eq!(first.plan.name, "Bridge over the canal");
    let other = Adjustment::OtherProject {
        name: "ROAD Road".to_owned(),
    };
    assert!(adjusted(&first, None).contains(&other));
    for name in ["ROAD", "road", "Road", "501"] {
        let road = named(BRIDGE, Some(name)).unwrap();
        assert_eq!(
            (road.plan.name.as_str(), road.plan.tasks.len()),
            ("Road", 1)
        );
        assert_eq!(road.plan.tasks[0].name, "Pave");
        assert!(road.plan.resources.iter().all(|one| one.name != "People"));
    }
    // one that is only there because others wait for it does not come first
    let swapped = BRIDGE
        .replace("\ty\tN\r\n", "\ty\tY\r\n")
        .replace("\tx\tY\r\n", "\tx\tN\r\n");
    assert_ne!(swapped, BRIDGE);
    assert_eq!(named(&swapped, None).unwrap().plan.name, "Road");
    assert_eq!(
        named(BRIDGE, Some("Tunnel")).unwrap_err(),
        ReadError::NoProject {
            name: "Tunnel".to_owned(),
            others: vec![
                "BRIDGE Bridge over the canal".to_owned(),
                "ROAD Road".to_owned()
            ],
        }
    );
}

#[test]
fn a_file_is_what_its_content_says() {
    assert_eq!(Kind::of(BRIDGE.as_bytes()), Kind::Xer);
    let wide: Vec<u8> = BRIDGE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        Kind::of(&[&[0xFF, 0xFE], wide.as_slice()].concat()),
        Kind::Xer
    );
    assert_eq!(
        Kind::of(&[&[0xEF, 0xBB, 0xBF], BRIDGE.as_bytes()].concat()),
        Kind::Xer
    );
    let xml = "<Project><Title>One</Title><StartDate>2026-01-05T08:00:00</StartDate></Project>";
    for other in [xml, "", "ERM"] {
        assert_eq!(Kind::of(other.as_bytes()), Kind::Mspdi, "{other}");
    }
    assert_eq!(Kind::of(b"uid,name\n1,%T\n"), Kind::Table);
    assert_eq!(named(xml, Some("one")).unwrap().plan.name, "One");
    let error = named(xml, Some("two")).unwrap_err();
    assert!(matches!(error, ReadError::NoProject { .. }), "{error}");
    assert_eq!(
        named("uid,name\n1,one\n", None).unwrap().plan.tasks.len(),
        1
    );
    assert_eq!(named("nothing of the kind", None), Err(ReadError::NotXml));
}

#[test]
fn the_options_of_the_schedule_are_those_of_the_file() {
    let with = |options: &str| {
        let options = format!("schedoptions_id=1 proj_id=1 {options}");
        let options = table("SCHEDOPTIONS", &[&options]).replace("rcal ", "rcal_");
        imported(&[
            project(""),
            options.replace("SD ", "SD_"),
            tasks(&["1:8", "2:8"]),
            links(&["1>2 FS 8"]),
        ])
    };
    for (text, lag) in [
        ("rcal_Predecessor", LagCalendar::Predecessor),
        ("rcal_Successor", LagCalendar::Successor),
        ("rcal_ProjDefault", LagCalendar::Plan),
        ("rcal_24Hour", LagCalendar::Elapsed),
        ("rcal_New", LagCalendar::Predecessor),
    ] {
        let read = with(&format!("sched_calendar_on_relationship_lag={text}"));
        assert_eq!(read.plan.rules.lag, lag, "{text}");
        let day_and_night = lag == LagCalendar::Elapsed;
        assert_eq!(read.plan.links[0].lag == Lag::Elapsed(480), day_and_night);
    }
    let logic = |options: &str| {
        let read = with(options);
        (read.plan.rules.logic, adjusted(&read, None))
    };
    assert_eq!(logic("sched_retained_logic=Y"), (Logic::Retained, vec![]));
    let progress = logic("sched_retained_logic=N sched_progress_override=Y");
    assert_eq!(progress, (Logic::Override, vec![]));
    let actual = logic("sched_retained_logic=N sched_progress_override=N");
    assert_eq!(actual, (Logic::Retained, vec![Adjustment::ActualDates]));
    assert_eq!(
        logic("sched_open_critical_flag=Y").1,
        [Adjustment::OpenEnds]
    );
}

#[test]
fn what_is_critical_and_when_the_project_must_be_finished_are_those_of_the_file() {
    let more = "critical_drtn_hr_cnt=16 plan_end_date=2026-01-08_17:00 critical_path_type=CT";
    let read = imported(&[project(more), tasks(&["1:16", "2:8"])]);
    // two days and three to the date
    assert_eq!(row(&read, "t1").total_slack, 960);
    assert_eq!(row(&read, "t2").total_slack, 1440);
    assert!(row(&read, "t1").critical && !row(&read, "t2").critical);
    let path =
        table("PROJECT", &["proj_id=1 critical_path_type=CT_DrivPath"]).replace("CT ", "CT_");
    let read = imported(&[path, tasks(&["1:16"])]);
    assert_eq!(adjusted(&read, None), [Adjustment::LongestPath]);
}

#[test]
fn dates_of_links_to_other_projects_hold_unless_these_are_not_looked_at() {
    let dated =
        "1:16 external_early_start_date=2026-01-07_08:00 external_late_end_date=2026-01-09_17:00";
    let read = imported(&[project(""), tasks(&[dated])]);
    assert_eq!(span(&read, "t1"), "01-07T08:00 01-08T17:00");
    let late = "2026-01-09T17:00".parse().unwrap();
    assert_eq!(task(&read, "t1").deadline, Some(late));
    assert_eq!(
        adjusted(&read, Some("t1")),
        [Adjustment::OuterDate, Adjustment::OuterDate]
    );
    let options = table(
        "SCHEDOPTIONS",
        &["proj_id=1 sched_outer_depend_type=SD_None"],
    );
    let read = imported(&[project(""), options.replace("SD ", "SD_"), tasks(&[dated])]);
    assert_eq!(span(&read, "t1"), "01-05T08:00 01-06T17:00");
}

#[test]
fn a_file_without_projects_or_activities_is_empty() {
    for text in [
        file(&[]),
        file(&[project("")]),
        file(&[tasks(&["1:8"])]),
        file(&[project("").replace("%R\t", "%X\t")]),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap().plan.tasks, []);
    }
}
