//! People in MSPDI: what is read of resources and assignments, and that each change made here is in the export.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../../testdata.rs"]
mod testdata;

use std::collections::HashMap;

use base::{CalendarId, Moment, ResourceId, TaskId};
use domain::plan::Plan;
use domain::resource::{Assignment, Resource, ResourceKind, Stays, TaskType};
use domain::schedule::schedule;
use exchange::mspdi::{self, Imported};

const CREW: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Project xmlns="http://schemas.microsoft.com/project">
  <Title>Bridge</Title>
  <StartDate>2026-01-05T08:00:00</StartDate>
  <CalendarUID>1</CalendarUID>
  <Calendars>
    <Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar><BaseCalendarUID>-1</BaseCalendarUID></Calendar>
    <Calendar><UID>2</UID><Name>Mornings</Name><IsBaseCalendar>1</IsBaseCalendar><BaseCalendarUID>-1</BaseCalendarUID><WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>06:00:00</FromTime><ToTime>10:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays></Calendar>
    <Calendar><UID>3</UID><Name>Ada</Name><IsBaseCalendar>0</IsBaseCalendar><BaseCalendarUID>2</BaseCalendarUID></Calendar>
    <Calendar><UID>4</UID><Name>Bo</Name><IsBaseCalendar>0</IsBaseCalendar><BaseCalendarUID>1</BaseCalendarUID><Exceptions><Exception><TimePeriod><FromDate>2026-01-06T00:00:00</FromDate><ToDate>2026-01-06T23:59:00</ToDate></TimePeriod><DayWorking>0</DayWorking></Exception></Exceptions></Calendar>
  </Calendars>
  <Tasks>
    <Task><UID>2</UID><ID>1</ID><Name>Dig</Name><Type>2</Type><OutlineLevel>1</OutlineLevel><Priority>700</Priority><Duration>PT16H0M0S</Duration><Work>PT24H0M0S</Work><EffortDriven>1</EffortDriven></Task>
    <Task><UID>3</UID><ID>2</ID><Name>Pour</Name><OutlineLevel>1</OutlineLevel><Duration>PT16H0M0S</Duration></Task>
    <Task><UID>5</UID><ID>3</ID><Name>Wait</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration></Task>
  </Tasks>
  <Resources>
    <Resource><UID>0</UID><ID>0</ID><Type>1</Type><IsNull>0</IsNull></Resource>
    <Resource><UID>1</UID><ID>1</ID><Name>Ada</Name><Type>1</Type><Initials>A</Initials><MaxUnits>1.00</MaxUnits><StandardRate>50</StandardRate><StandardRateFormat>2</StandardRateFormat><CalendarUID>3</CalendarUID></Resource>
    <Resource><UID>2</UID><ID>2</ID><Name>Bo</Name><Type>1</Type><MaxUnits>2</MaxUnits><CalendarUID>4</CalendarUID></Resource>
    <Resource><UID>4</UID><ID>3</ID><Name>Concrete</Name><Type>0</Type><MaterialLabel>ton</MaterialLabel><StandardRate>12.5</StandardRate></Resource>
    <Resource><UID>7</UID><ID>4</ID><IsNull>1</IsNull></Resource>
  </Resources>
  <Assignments>
    <Assignment><UID>1</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><Cost>800</Cost><Units>1</Units><Work>PT16H0M0S</Work></Assignment>
    <Assignment><UID>2</UID><TaskUID>2</TaskUID><ResourceUID>2</ResourceUID><RegularWork>PT8H0M0S</RegularWork><RemainingWork>PT6H0M0S</RemainingWork><ActualWork>PT2H0M0S</ActualWork><Units>0.5</Units><Work>PT8H0M0S</Work><TimephasedData><Type>2</Type><Value>PT2H0M0S</Value></TimephasedData><TimephasedData><Type>1</Type><Value>PT6H0M0S</Value></TimephasedData></Assignment>
    <Assignment><UID>3</UID><TaskUID>3</TaskUID><ResourceUID>4</ResourceUID><Units>10</Units><Work>PT10H0M0S</Work></Assignment>
    <Assignment><UID>4</UID><TaskUID>5</TaskUID><ResourceUID>-65535</ResourceUID><Units>1</Units><Work>PT8H0M0S</Work></Assignment>
  </Assignments>
</Project>
"#;

fn read(bytes: &[u8]) -> Imported {
    let mut last = 0u64;
    mspdi::read(bytes, &mut || {
        last += 1;
        last
    })
    .unwrap()
}

fn write(plan: &Plan, original: Option<&str>) -> String {
    let original = original.map(str::as_bytes);
    let bytes = mspdi::write(plan, &schedule(plan).0, &[], original).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn crew() -> Plan {
    read(CREW.as_bytes()).plan
}

fn person<'a>(plan: &'a Plan, name: &str) -> &'a Resource {
    plan.resources.iter().find(|r| r.name == name).unwrap()
}

fn task(plan: &Plan, name: &str) -> TaskId {
    plan.tasks.iter().find(|t| t.name == name).unwrap().id
}

/// What a plan says of people, without ids.
fn people(plan: &Plan) -> Vec<String> {
    let calendar = |id: Option<CalendarId>| {
        let found = id.and_then(|id| plan.calendars.iter().find(|c| c.0 == id));
        found.map(|c| c.1.name.clone())
    };
    let names: HashMap<ResourceId, &str> = (plan.resources.iter())
        .map(|r| (r.id, r.name.as_str()))
        .collect();
    let tasks: HashMap<TaskId, &str> = (plan.tasks.iter())
        .map(|t| (t.id, t.name.as_str()))
        .collect();
    let mut lines: Vec<String> = (plan.resources.iter())
        .map(|r| {
            let at = calendar(r.calendar);
            let much = (r.units, &r.changes, r.rate);
            format!("{} {:?} {much:?} {at:?}", r.name, r.kind)
        })
        .collect();
    lines.extend(plan.assignments.iter().map(|a| {
        let (task, who) = (tasks[&a.task], names[&a.resource]);
        format!("{task}: {} of {who}, {} minutes", a.units, a.work)
    }));
    lines.extend(plan.tasks.iter().map(|t| {
        let stays = (t.stays, t.priority, t.own_hours, t.pause);
        format!("{} {stays:?}", t.name)
    }));
    lines.sort();
    lines
}

/// Writes into the file, reads again, and finds the same people; the rest of the file stays.
fn goes_both_ways(plan: &Plan) -> String {
    let text = write(plan, Some(CREW));
    assert_eq!(people(&read(text.as_bytes()).plan), people(plan), "{text}");
    for kept in ["<Initials>A</Initials>", "<MaterialLabel>", "<UID>7</UID>"] {
        assert!(text.contains(kept), "{kept}\n{text}");
    }
    // written again it stays as it is
    assert_eq!(write(&read(text.as_bytes()).plan, Some(&text)), text);
    text
}

#[test]
fn resources_have_their_kind_capacity_rate_and_calendar() {
    let plan = crew();
    let names: Vec<&str> = plan.resources.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["Ada", "Bo", "Concrete"]);
    let ada = person(&plan, "Ada");
    assert_eq!(
        (ada.kind, ada.units, ada.rate),
        (ResourceKind::Work, 1_000, 5_000)
    );
    assert_eq!(person(&plan, "Bo").units, 2_000);
    let concrete = person(&plan, "Concrete");
    assert_eq!(
        (concrete.kind, concrete.rate),
        (ResourceKind::Material, 1_250)
    );
    let calendar = |name: &str| {
        let id = person(&plan, name).calendar?;
        let found = plan.calendars.iter().find(|c| c.0 == id)?;
        Some((found.1.name.as_str(), found.1.exceptions.len()))
    };
    // Ada's says nothing of its own: it is the one that it follows
    assert_eq!(calendar("Ada"), Some(("Mornings", 0)));
    assert_eq!(calendar("Bo"), Some(("Bo", 1)));
    assert_eq!(calendar("Concrete"), None);
}

#[test]
fn tasks_have_their_type_priority_and_what_they_ask() {
    let plan = crew();
    let of = |task: &str, who: &str, units, work| {
        Assignment::of(self::task(&plan, task), person(&plan, who).id, units, work)
    };
    assert_eq!(
        plan.assignments,
        [
            of("Dig", "Ada", 1_000, 960),
            of("Dig", "Bo", 500, 480),
            of("Pour", "Concrete", 10_000, 0)
        ]
    );
    let dig = &plan.tasks[0];
    let work = Stays {
        kind: TaskType::FixedWork,
        effort_driven: true,
    };
    assert_eq!((dig.stays, dig.priority), (work, Some(700)));
    assert_eq!(plan.tasks[1].priority, None);
    // tasks, links and calendars have the ids that they had before people were read
    assert_eq!(dig.id, TaskId::from_bytes(1u64.to_be_bytes()));
    assert_eq!(dig.owner, "Ada, Bo");
}

#[test]
fn a_renamed_resource_stays_the_same_one() {
    let mut plan = crew();
    plan.resources[0].name = "Ada Wang".to_owned();
    let text = goes_both_ways(&plan);
    assert_eq!(
        text,
        CREW.replacen("<Name>Ada</Name><Type>", "<Name>Ada Wang</Name><Type>", 1)
    );
}

#[test]
fn a_new_resource_is_in_the_export_with_a_calendar_of_its_own() {
    let mut plan = crew();
    let id = ResourceId::from_bytes(*b"new crew");
    plan.resources.push(Resource {
        name: "Li & Co".to_owned(),
        units: 1_500,
        rate: 8_050,
        calendar: person(&plan, "Ada").calendar,
        changes: vec![
            (Moment::ymd_hm(2026, 3, 2, 8, 0).unwrap(), 500),
            (Moment::ymd_hm(2026, 4, 1, 8, 0).unwrap(), 0),
        ],
        ..Resource::new(id)
    });
    plan.assignments
        .push(Assignment::of(task(&plan, "Pour"), id, 250, 240));
    let text = goes_both_ways(&plan);
    assert!(text.contains("<Name>Li &amp; Co</Name>"), "{text}");
    let after = read(text.as_bytes()).plan;
    assert_eq!(person(&after, "Li & Co").uid, Some(8));
}

#[test]
fn each_change_of_a_resource_is_in_the_export() {
    type Change = fn(&mut Resource);
    let changes: [Change; 6] = [
        |ada| ada.units = 3_250,
        |ada| ada.kind = ResourceKind::Cost,
        |ada| ada.rate = 6_275,
        |ada| ada.calendar = None,
        |ada| ada.changes = vec![(Moment::ymd_hm(2026, 3, 2, 8, 0).unwrap(), 500)],
        |ada| ada.name = "王芳".to_owned(),
    ];
    for change in changes {
        let mut plan = crew();
        change(&mut plan.resources[0]);
        assert_ne!(people(&plan), people(&crew()));
        let text = goes_both_ways(&plan);
        // and taken back it is gone
        let back = write(&crew(), Some(&text));
        assert_eq!(people(&read(back.as_bytes()).plan), people(&crew()));
    }
    let mut plan = crew();
    plan.resources[0].calendar = plan.calendar;
    goes_both_ways(&plan);
}

#[test]
fn a_resource_that_is_gone_goes_with_what_tasks_asked_of_it() {
    let mut plan = crew();
    let gone = plan.resources.remove(0).id;
    plan.assignments.retain(|asked| asked.resource != gone);
    let text = write(&plan, Some(CREW));
    assert_eq!(people(&read(text.as_bytes()).plan), people(&plan));
    assert!(!text.contains("<Name>Ada</Name><Type>"));
    assert!(!text.contains("<ResourceUID>1</ResourceUID>"));
    // and so does the last one
    plan.resources.clear();
    plan.assignments.clear();
    let text = write(&plan, Some(CREW));
    assert_eq!(read(text.as_bytes()).plan.resources, []);
    assert!(text.contains("<UID>7</UID>"));
}

#[test]
fn a_changed_assignment_keeps_what_is_not_shown_of_it() {
    let mut plan = crew();
    plan.assignments[0].units = 2_000;
    plan.assignments[1].work = 600;
    let text = goes_both_ways(&plan);
    for there in [
        "<Cost>800</Cost><Units>2</Units><Work>PT16H0M0S</Work>",
        "<RegularWork>PT10H0M0S</RegularWork><RemainingWork>PT8H0M0S</RemainingWork>",
        // what was done stays, what remained was of the work before
        "<Work>PT10H0M0S</Work><TimephasedData><Type>2</Type><Value>PT2H0M0S</Value></TimephasedData></Assignment>",
        // the sum of the task
        "<Work>PT26H0M0S</Work><EffortDriven>",
    ] {
        assert!(text.contains(there), "{there}\n{text}");
    }
}

#[test]
fn assignments_come_and_go() {
    let mut plan = crew();
    let gone = plan.assignments.remove(0);
    let text = goes_both_ways(&plan);
    assert!(!text.contains("<Cost>800</Cost>"));
    assert!(text.contains("<Work>PT8H0M0S</Work><EffortDriven>"));
    plan.assignments.push(gone);
    goes_both_ways(&plan);
    // what nobody did yet somebody does
    let bo = person(&plan, "Bo").id;
    plan.assignments
        .push(Assignment::of(task(&plan, "Wait"), bo, 1_000, 480));
    let text = goes_both_ways(&plan);
    assert!(
        !text.contains("-65535")
            && text.contains("<UID>4</UID><TaskUID>5</TaskUID><ResourceUID>2<")
    );
}

#[test]
fn types_and_priorities_are_in_the_export() {
    let mut plan = crew();
    plan.tasks[0].priority = None;
    plan.tasks[0].stays.kind = TaskType::FixedUnits;
    plan.tasks[1].priority = Some(0);
    plan.tasks[1].stays.effort_driven = true;
    plan.tasks[2].own_hours = true;
    let text = goes_both_ways(&plan);
    assert!(text.contains("<Priority>500</Priority>") && text.contains("<Priority>0</Priority>"));
}

#[test]
fn one_resource_twice_on_a_task_is_one_and_leaves_the_file_as_it_was() {
    let twice = "<Assignment><UID>9</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID><Units>0.5</Units><Work>PT4H0M0S</Work></Assignment>\n  </Assignments>";
    let file = CREW.replace("</Assignments>", twice);
    let mut plan = read(file.as_bytes()).plan;
    assert_eq!(
        (plan.assignments[0].units, plan.assignments[0].work),
        (1_500, 1_200)
    );
    assert_eq!(write(&plan, Some(&file)), file);
    plan.assignments[0].units = 1_000;
    let text = write(&plan, Some(&file));
    assert_eq!(people(&read(text.as_bytes()).plan), people(&plan));
    assert!(!text.contains("<UID>9</UID>"));
}

#[test]
fn an_import_of_earlier_versions_leaves_people_as_they_are_in_the_file() {
    let mut old = crew();
    old.people = false;
    old.resources.clear();
    old.assignments.clear();
    for task in &mut old.tasks {
        task.stays = Stays::default();
        task.priority = None;
    }
    assert_eq!(write(&old, Some(CREW)), CREW);
    // what is said in it all the same is written
    old.tasks[0].priority = Some(100);
    old.tasks[0].owner = "Bo, Li".to_owned();
    let text = write(&old, Some(CREW));
    let after = read(text.as_bytes()).plan;
    assert_eq!(after.tasks[0].priority, Some(100));
    assert_eq!(after.tasks[0].stays, crew().tasks[0].stays);
    assert_eq!(after.tasks[0].owner, "Bo, Li");
    assert_eq!(after.assignments.len(), 3);
}

#[test]
fn who_answers_for_a_task_and_who_works_on_it_are_both_kept() {
    let mut plan = crew();
    plan.tasks[1].owner = "Concrete, Ada".to_owned();
    let text = write(&plan, Some(CREW));
    let after = read(text.as_bytes()).plan;
    assert_eq!(after.tasks[1].owner, "Concrete, Ada");
    assert_eq!(after.assignments.len(), plan.assignments.len() + 1);
    // somebody else answers, and the same work
    plan.tasks[0].owner = "Bo".to_owned();
    let after = read(write(&plan, Some(CREW)).as_bytes()).plan;
    let asked = |plan: &Plan| {
        plan.assignments
            .iter()
            .filter(|a| a.task == plan.tasks[0].id)
            .count()
    };
    assert_eq!(asked(&after), 2);
}

#[test]
fn availability_changes_from_period_to_period() {
    let period = |from: &str, to: &str, units: &str| {
        format!(
            "<AvailabilityPeriod><AvailabilityFrom>{from}</AvailabilityFrom><AvailabilityTo>{to}</AvailabilityTo><AvailabilityUnits>{units}</AvailabilityUnits></AvailabilityPeriod>"
        )
    };
    let periods = [
        period("1984-01-01T00:00:00", "2026-02-28T23:59:00", "2"),
        period("2026-03-01T00:00:00", "2026-03-31T23:59:00", "0.5"),
        period("2026-05-01T00:00:00", "2049-12-31T23:59:00", "1"),
    ];
    let list = format!(
        "</CalendarUID><AvailabilityPeriods>{}</AvailabilityPeriods></Resource>",
        periods.concat()
    );
    let file = CREW.replacen("</CalendarUID></Resource>", &list, 1);
    let plan = read(file.as_bytes()).plan;
    let at = |month, day| Moment::ymd_hm(2026, month, day, 0, 0).unwrap();
    let ada = person(&plan, "Ada");
    assert_eq!(ada.units, 2_000);
    assert_eq!(
        ada.changes,
        [(at(3, 1), 500), (at(4, 1), 0), (at(5, 1), 1_000)]
    );
    assert_eq!(write(&plan, Some(&file)), file);
}

#[test]
fn people_of_real_files_are_all_in_a_file_without_an_original() {
    let Ok(files) = std::fs::read_dir(testdata::folder().join("plans/mspdi")) else {
        println!("skipped: the files are not there");
        return;
    };
    let mut assignments = 0;
    for file in files {
        let name = file.unwrap().file_name().into_string().unwrap();
        let bytes = testdata::read(&format!("plans/mspdi/{name}")).unwrap();
        if String::from_utf8_lossy(&bytes).contains("<APIBusinessObjects") {
            continue;
        }
        let plan = read(&bytes).plan;
        let again = read(write(&plan, None).as_bytes()).plan;
        assert_eq!(people(&again), people(&plan));
        assignments += plan.assignments.len();
    }
    assert!(assignments >= 49, "{assignments}");
}
