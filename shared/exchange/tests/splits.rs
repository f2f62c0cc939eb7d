//! Tasks of MS Project that are split, or delayed by levelling.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use domain::schedule::schedule;
use exchange::mspdi::{self, Imported};

/// A task of two days with these values over time: what they are of, from, to, how many minutes.
fn file(parts: &[(u8, &str, &str, Option<i64>)], more: &str) -> String {
    let part = |(kind, from, to, value): &(u8, &str, &str, Option<i64>)| {
        let value =
            value.map(|minutes| format!("<Value>PT{}H{}M0S</Value>", minutes / 60, minutes % 60));
        format!(
            "<TimephasedData><Type>{kind}</Type><Start>2026-01-{from}:00</Start><Finish>2026-01-{to}:00</Finish>{}</TimephasedData>",
            value.unwrap_or_default()
        )
    };
    let parts: String = parts.iter().map(part).collect();
    format!(
        "<Project><StartDate>2026-01-05T08:00:00</StartDate><Tasks>\
         <Task><UID>2</UID><Name>Dig</Name><OutlineLevel>1</OutlineLevel><Duration>PT16H0M0S</Duration>{more}</Task>\
         <Task><UID>3</UID><Name>Pour</Name><OutlineLevel>1</OutlineLevel><Duration>PT8H0M0S</Duration>\
         <PredecessorLink><PredecessorUID>2</PredecessorUID><Type>1</Type></PredecessorLink></Task></Tasks>\
         <Resources><Resource><UID>1</UID><Name>Ada</Name></Resource></Resources>\
         <Assignments><Assignment><UID>1</UID><TaskUID>2</TaskUID><ResourceUID>1</ResourceUID>{parts}</Assignment></Assignments></Project>"
    )
}

fn read(file: &str) -> Imported {
    let mut last = 0u64;
    mspdi::read(file.as_bytes(), &mut || {
        last += 1;
        last
    })
    .unwrap()
}

fn finish(imported: &Imported) -> String {
    schedule(&imported.plan).0.rows[0].early_finish.to_string()
}

#[test]
fn a_split_task_pauses_where_its_values_over_time_are_nothing() {
    let split = [
        (1, "05T08:00", "06T08:00", Some(480)),
        (1, "06T08:00", "07T08:00", Some(0)),
        (1, "07T08:00", "08T08:00", Some(0)),
        (1, "08T08:00", "08T17:00", Some(480)),
    ];
    let imported = read(&file(&split, ""));
    assert_eq!(imported.plan.tasks[0].pause, 960);
    assert_eq!(finish(&imported), "2026-01-08T17:00");
    // what was done before it, and what remains after it
    let done = split.map(|(_, from, to, value)| (1 + u8::from(from < "07"), from, to, value));
    assert_eq!(read(&file(&done, "")).plan.tasks[0].pause, 960);
    // what is no working time has no value, and is no pause
    let weekend = [
        (1, "09T08:00", "10T08:00", Some(480)),
        (1, "10T08:00", "12T08:00", None),
        (1, "12T08:00", "12T17:00", Some(480)),
    ];
    assert_eq!(read(&file(&weekend, "")).plan.tasks[0].pause, 0);
}

#[test]
fn nothing_before_the_first_work_or_after_the_last_is_a_pause() {
    let parts = [
        (1, "05T08:00", "05T17:00", Some(0)),
        (1, "06T08:00", "06T17:00", Some(480)),
        (1, "07T08:00", "07T17:00", Some(0)),
    ];
    assert_eq!(read(&file(&parts, "")).plan.tasks[0].pause, 0);
    let nothing = [(1, "05T08:00", "07T17:00", Some(0))];
    assert_eq!(read(&file(&nothing, "")).plan.tasks[0].pause, 0);
}

#[test]
fn where_one_of_several_works_there_is_no_pause() {
    let split = [
        (1, "05T08:00", "05T17:00", Some(480)),
        (1, "05T17:00", "07T17:00", Some(0)),
        (1, "08T08:00", "08T17:00", Some(480)),
    ];
    let other = "<Assignment><UID>2</UID><TaskUID>2</TaskUID><ResourceUID>-65535</ResourceUID><TimephasedData><Type>1</Type><Start>2026-01-06T08:00:00</Start><Finish>2026-01-06T17:00:00</Finish><Value>PT8H0M0S</Value></TimephasedData></Assignment></Assignments>";
    let file = file(&split, "").replace("</Assignments>", other);
    assert_eq!(read(&file).plan.tasks[0].pause, 480);
}

#[test]
fn values_over_time_that_cannot_be_read_refuse_no_file() {
    let mut parts = [
        (1, "05T08:00", "05T17:-0", Some(480)),
        (1, "05T17:-0", "07T17:00", Some(0)),
        (1, "08T08:00", "08T17:00", Some(480)),
    ];
    // as MS Project writes some minutes
    assert_eq!(read(&file(&parts, "")).plan.tasks[0].pause, 960);
    parts[1].1 = "noon";
    assert_eq!(read(&file(&parts, "")).plan.tasks[0].pause, 0);
}

#[test]
fn a_pause_is_in_a_file_without_an_original_and_in_that_of_a_changed_assignment() {
    let split = [
        (1, "05T08:00", "06T08:00", Some(480)),
        (1, "06T08:00", "07T17:00", Some(0)),
        (1, "08T08:00", "08T17:00", Some(480)),
    ];
    let original = file(&split, "");
    let mut imported = read(&original);
    imported.plan.assignments[0].work = 1_200;
    for original in [None, Some(original.as_bytes())] {
        let dates = schedule(&imported.plan).0;
        let text = mspdi::write(&imported.plan, &dates, &[], original).unwrap();
        let again = read(std::str::from_utf8(&text).unwrap());
        assert_eq!(again.plan.tasks[0].pause, 960);
        assert_eq!(finish(&again), "2026-01-08T17:00");
        assert_eq!(again.plan.assignments[0].work, 1_200);
    }
    // and where nobody works on it yet
    imported.plan.assignments.clear();
    imported.plan.tasks[0].owner.clear();
    let dates = schedule(&imported.plan).0;
    let text = mspdi::write(&imported.plan, &dates, &[], None).unwrap();
    let again = read(std::str::from_utf8(&text).unwrap());
    assert_eq!(again.plan.tasks[0].pause, 960);
}

#[test]
fn levelling_delays_a_task_by_the_clock() {
    // two days, in tenths of minutes
    let delay = "<LevelingDelay>28800</LevelingDelay><LevelingDelayFormat>8</LevelingDelayFormat>";
    let imported = read(&file(&[], delay));
    assert_eq!(imported.plan.tasks[0].delay, 2 * 1_440);
    assert_eq!(finish(&imported), "2026-01-08T17:00");
    assert_eq!(imported.report.unshown, []);
}

#[test]
fn what_remains_of_a_task_that_was_put_off_begins_when_it_is_resumed() {
    let begun = |resume: &str| {
        file(
            &[],
            &format!(
                "<ActualStart>2026-01-05T08:00:00</ActualStart><Stop>2026-01-05T12:00:00</Stop><Resume>2026-01-{resume}:00</Resume>"
            ),
        )
    };
    // from noon on Monday to Thursday morning
    let imported = read(&begun("08T08:00"));
    assert_eq!(imported.plan.tasks[0].pause, 240 + 960);
    assert_eq!(finish(&imported), "2026-01-09T12:00");
    // the next period of work is no pause
    assert_eq!(read(&begun("05T13:00")).plan.tasks[0].pause, 0);
}

#[test]
fn where_who_is_done_first_works_other_hours_the_rest_of_those_is_a_pause() {
    // Ada works five days, Bo one evening; the task counts the hours in which either does something
    let evenings = "<Calendars><Calendar><UID>1</UID><Name>Standard</Name></Calendar><Calendar><UID>2</UID><Name>Evenings</Name><WeekDays>DAYS</WeekDays></Calendar></Calendars><Resources><Resource><UID>2</UID><Name>Bo</Name><CalendarUID>2</CalendarUID></Resource>";
    let day = |day: u8, hours: &str| {
        format!("<WeekDay><DayType>{day}</DayType><DayWorking>1</DayWorking>{hours}</WeekDay>")
    };
    let hours = "<WorkingTimes><WorkingTime><FromTime>18:00:00</FromTime><ToTime>20:00:00</ToTime></WorkingTime></WorkingTimes>";
    let days: String = (1..=7).map(|n| day(n, hours)).collect();
    let task = |finish: &str| {
        let more = format!("<Start>2026-01-05T08:00:00</Start><Finish>{finish}:00</Finish>");
        let bo = "<Assignment><UID>2</UID><TaskUID>2</TaskUID><ResourceUID>2</ResourceUID><Units>1</Units><Work>PT2H0M0S</Work></Assignment>";
        file(&[], &more)
            .replace("PT16H0M0S", "PT42H0M0S")
            .replace(
                "<ResourceUID>1</ResourceUID>",
                "<ResourceUID>1</ResourceUID><Work>PT40H0M0S</Work>",
            )
            .replace("</Assignments>", &format!("{bo}</Assignments>"))
            .replace("<Resources>", &evenings.replace("DAYS", &days))
    };
    let imported = read(&task("2026-01-09T17:00"));
    // the evenings from Tuesday to Thursday
    assert_eq!(imported.plan.tasks[0].pause, 3 * 120);
    assert_eq!(finish(&imported), "2026-01-09T17:00");
    assert_eq!(imported.report.dates, []);
    // a finish that their work does not explain makes no pause
    assert_eq!(read(&task("2026-01-12T17:00")).plan.tasks[0].pause, 0);
}
