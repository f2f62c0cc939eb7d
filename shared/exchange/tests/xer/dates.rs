//! That the dates are Primavera's: constraints, calendars, progress, activities that span others.

use exchange::mspdi::Adjustment;

use super::file::{
    ALWAYS, FIVE_DAYS, adjusted, calendar, imported, links, project, row, scheduled, span, table,
    task, tasks,
};

#[test]
fn constraints_hold_as_in_primavera() {
    // a week of work before it; the constraint on two days after
    for (constraint, dates, late, slack) in [
        ("", "01-12T08:00 01-13T17:00", "01-23T17:00", 8),
        (
            "CS_MSOA 2026-01-15_08:00",
            "01-15T08:00 01-16T17:00",
            "01-23T17:00",
            5,
        ),
        (
            "CS_MSOA 2026-01-07_08:00",
            "01-12T08:00 01-13T17:00",
            "01-23T17:00",
            8,
        ),
        (
            "CS_MSOB 2026-01-08_08:00",
            "01-12T08:00 01-13T17:00",
            "01-09T17:00",
            -2,
        ),
        (
            "CS_MSO 2026-01-15_08:00",
            "01-15T08:00 01-16T17:00",
            "01-16T17:00",
            0,
        ),
        // neither is a match for links
        (
            "CS_MSO 2026-01-08_08:00",
            "01-12T08:00 01-13T17:00",
            "01-09T17:00",
            -2,
        ),
        (
            "CS_MEO 2026-01-16_17:00",
            "01-15T08:00 01-16T17:00",
            "01-16T17:00",
            0,
        ),
        (
            "CS_MEO 2026-01-09_17:00",
            "01-12T08:00 01-13T17:00",
            "01-09T17:00",
            -2,
        ),
        (
            "CS_MEOA 2026-01-16_17:00",
            "01-15T08:00 01-16T17:00",
            "01-23T17:00",
            5,
        ),
        (
            "CS_MEOB 2026-01-12_17:00",
            "01-12T08:00 01-13T17:00",
            "01-12T17:00",
            -1,
        ),
        // the mandatory ones are
        (
            "CS_MANDSTART 2026-01-08_08:00",
            "01-08T08:00 01-09T17:00",
            "01-09T17:00",
            0,
        ),
        (
            "CS_MANDFIN 2026-01-09_17:00",
            "01-08T08:00 01-09T17:00",
            "01-09T17:00",
            0,
        ),
        ("CS_ALAP -", "01-22T08:00 01-23T17:00", "01-23T17:00", 0),
    ] {
        let own = match constraint.split_once(' ') {
            Some((kind, "-")) => format!("2:16 cstr_type={kind}"),
            Some((kind, date)) => format!("2:16 cstr_type={kind} cstr_date={date}"),
            None => "2:16".to_owned(),
        };
        let read = imported(&[
            project(""),
            tasks(&["1:40", &own, "3:120"]),
            links(&["1>2"]),
        ]);
        assert_eq!(span(&read, "t2"), dates, "{constraint}");
        let row = row(&read, "t2");
        assert_eq!(&row.late_finish.to_string()[5..], late, "{constraint}");
        assert_eq!(row.total_slack, slack * 480, "{constraint}");
        assert_eq!(adjusted(&read, Some("t2")), [], "{constraint}");
    }
}

#[test]
fn as_late_as_possible_moves_nothing_that_follows() {
    let late = "1:8 cstr_type=CS_ALAP";
    let read = imported(&[
        project(""),
        tasks(&[late, "2:40", "3:8", "4:120"]),
        links(&["1>3", "2>3"]),
    ]);
    assert_eq!(span(&read, "t1"), "01-09T08:00 01-09T17:00");
    assert_eq!(span(&read, "t3"), "01-12T08:00 01-12T17:00");
}

#[test]
fn a_constraint_that_is_not_known_is_told() {
    let odd = "1:8 cstr_type=CS_NEW cstr_date=2026-01-15_08:00 cstr_type2=CS_MSOA";
    let read = imported(&[project(""), tasks(&[odd])]);
    let unknown = |kind: &str| Adjustment::ConstraintUnknown {
        kind: kind.to_owned(),
    };
    assert_eq!(
        adjusted(&read, Some("t1")),
        [unknown("CS_NEW"), unknown("CS_MSOA")]
    );
    assert_eq!(span(&read, "t1"), "01-05T08:00 01-05T17:00");
}

#[test]
fn each_activity_follows_its_calendar_and_lag_that_of_the_predecessor() {
    let calendars = calendar("2", ALWAYS);
    let read = imported(&[
        project(""),
        calendars,
        tasks(&["1:40", "2:24 clndr_id=2", "3:8"]),
        links(&["1>2 FS 8", "2>3 FS 12"]),
    ]);
    // eight hours of Monday, then day and night; twelve hours more are Tuesday evening's
    assert_eq!(span(&read, "t2"), "01-12T17:00 01-13T17:00");
    assert_eq!(span(&read, "t3"), "01-14T08:00 01-14T17:00");
    assert_eq!(task(&read, "t1").calendar, None);
    assert!(task(&read, "t2").calendar.is_some());
}

#[test]
fn hours_of_a_calendar_are_read_however_they_are_written() {
    let shift = |text: &str| {
        let days: String = (1..=7).map(|day| format!("(0||{day}()({text}))")).collect();
        format!("(0||CalendarData()((0||DaysOfWeek()({days}))))")
    };
    let noon = "(0||0(s|8:00|f|12:00)())";
    for data in [
        shift(noon),
        shift("(0||0(f|12:00|s|08:00)())"),
        shift("(0||0(s|8:00 AM|f|12:00 PM)())"),
        shift("(0||0(s|10:00|f|12:00)())(0||1(s|08:00|f|10:00)())"),
        shift("\u{7f}\u{7f}  (0||0(s|08:00|f|12:00)())\u{7f}\u{7f}"),
        // as other programs write them: without lists around, or with brackets of their own
        shift(noon).replace("()(", "("),
        shift("").replace("()()", "()(0|s|08:00|f|12:00)"),
    ] {
        let read = imported(&[project("").replace(FIVE_DAYS, &data), tasks(&["1:10"])]);
        assert_eq!(span(&read, "t1"), "01-05T08:00 01-07T10:00", "{data}");
    }
    // a day that ends at midnight, one of no length, and one over midnight
    for (text, end, told) in [
        ("(0||0(s|16:00|f|00:00)())", "01-06T18:00", 0),
        (
            "(0||0(s|08:00|f|08:00)())(0||1(s|16:00|f|24:00)())",
            "01-06T18:00",
            0,
        ),
        ("(0||0(s|16:00|f|02:00)())", "01-06T18:00", 1),
        (
            "(0||0(s|16:00|f|24:00)())(0||1(s|what|f|08:00)())",
            "01-06T18:00",
            1,
        ),
    ] {
        let read = imported(&[
            project("").replace(FIVE_DAYS, &shift(text)),
            tasks(&["1:10"]),
        ]);
        assert_eq!(span(&read, "t1"), format!("01-05T16:00 {end}"), "{text}");
        assert_eq!(adjusted(&read, None).len(), told, "{text}");
    }
}

#[test]
fn a_calendar_whose_text_is_cut_keeps_what_could_be_read() {
    let told = |data: &str| {
        let read = imported(&[project("").replace(FIVE_DAYS, data), tasks(&["1:8"])]);
        let calendar = Adjustment::CalendarData {
            calendar: "calendar 1".to_owned(),
        };
        assert_eq!(adjusted(&read, None), [calendar], "{data}");
        span(&read, "t1")
    };
    let all = "01-05T08:00 01-05T17:00";
    assert_eq!(told(""), all);
    assert_eq!(told("(0||CalendarData()("), all);
    assert_eq!(told("no brackets at all"), all);
    // cut after Monday
    let cut = FIVE_DAYS.find("(0||3()").unwrap();
    assert_eq!(told(&FIVE_DAYS[..cut]), all);
    assert_eq!(
        told(&FIVE_DAYS.replace("Exceptions()()", "Exceptions()((0||0(d|soon)()))")),
        all
    );
}

#[test]
fn exceptions_are_days_counted_from_1899() {
    // 46027 is Monday, 5 January 2026; the last of two entries counts
    for (days, dates, ranges) in [
        (
            "(0||0(d|46027)())(0||1(d|46028)())",
            "01-07T08:00 01-07T17:00",
            1,
        ),
        (
            "(0||0(d|46027)((0||0(s|08:00|f|12:00)())))",
            "01-05T08:00 01-06T12:00",
            1,
        ),
        (
            "(0||0(d|46027)())(0||0(d|46027)((0||0(s|13:00|f|21:00)())))",
            "01-05T13:00 01-05T21:00",
            1,
        ),
        (
            "(0||0(d|46028)())(0||0(d|46027)())(0||0(d|46027)((0||0(s|08:00|f|12:00)())))",
            "01-05T08:00 01-07T12:00",
            2,
        ),
        (
            "(0||0(d|46026)((0||0(s|08:00|f|17:00)())))(0||0(d|999999)())(0||0(d|-5)())",
            "01-05T08:00 01-05T17:00",
            1,
        ),
    ] {
        let data = FIVE_DAYS.replace("Exceptions()()", &format!("Exceptions()({days})"));
        let read = imported(&[project("").replace(FIVE_DAYS, &data), tasks(&["1:8"])]);
        assert_eq!(span(&read, "t1"), dates, "{days}");
        assert_eq!(read.plan.calendars[0].1.exceptions.len(), ranges, "{days}");
    }
}

#[test]
fn what_remains_follows_the_data_date_and_is_as_long_as_the_file_says() {
    let rows = [
        "1:40 status_code=TK_Complete act_start_date=2026-01-05_08:00 act_end_date=2026-01-08_12:00 remain_drtn_hr_cnt=0",
        "2:40 status_code=TK_Active act_start_date=2026-01-08_13:00 remain_drtn_hr_cnt=24",
        "3:16 remain_drtn_hr_cnt=8",
        "4:40 status_code=TK_Active act_start_date=2026-01-12_08:00 remain_drtn_hr_cnt=40 complete_pct_type=CP_Phys phys_complete_pct=25.9",
        "5:40 status_code=TK_Active act_start_date=2026-01-12_08:00 remain_drtn_hr_cnt=20 complete_pct_type=CP_Units act_work_qty=30 remain_work_qty=10 act_equip_qty=30 remain_equip_qty=10",
        "6:8 act_start_date=2026-01-12_08:00 act_end_date=2026-01-12_17:00",
    ];
    let dated = project("last_recalc_date=2026-01-14_08:00");
    let read = imported(&[dated.clone(), tasks(&rows), links(&["1>2", "2>3"])]);
    assert_eq!(span(&read, "t1"), "01-05T08:00 01-08T12:00");
    assert_eq!(span(&read, "t2"), "01-08T13:00 01-16T17:00");
    // what has not begun takes what remains of it
    assert_eq!(span(&read, "t3"), "01-19T08:00 01-19T17:00");
    let percents = ["t1", "t2", "t3", "t4", "t5", "t6"].map(|name| task(&read, name).percent);
    assert_eq!(percents, [100, 40, 50, 25, 75, 100]);
    assert_eq!(task(&read, "t2").remaining, None);
    assert_eq!(task(&read, "t4").remaining, Some(2400));
    assert_eq!(task(&read, "t5").remaining, Some(1200));
    assert_eq!(span(&read, "t5"), "01-12T08:00 01-16T12:00");
    // what began out of order waits with the rest, or goes on
    let late = "7:80 status_code=TK_Active act_start_date=2026-01-12_08:00 remain_drtn_hr_cnt=8";
    let rows = [rows[1], late];
    for (options, finish) in [
        ("sched_retained_logic=Y", "01-19T17:00"),
        ("sched_progress_override=Y", "01-14T17:00"),
    ] {
        let options = table("SCHEDOPTIONS", &[&format!("proj_id=1 {options}")]);
        let read = imported(&[dated.clone(), options, tasks(&rows), links(&["2>7"])]);
        assert_eq!(span(&read, "t7"), format!("01-12T08:00 {finish}"));
    }
}

#[test]
fn milestones_stand_at_the_end_that_they_mean() {
    let rows = [
        "1:40",
        "2:0 task_type=TT_Mile",
        "3:0 task_type=TT_FinMile",
        "4:8",
        "5:8 task_type=TT_FinMile",
    ];
    let read = imported(&[project(""), tasks(&rows), links(&["1>2", "1>3", "3>4"])]);
    assert_eq!(span(&read, "t2"), "01-12T08:00 01-12T08:00");
    assert_eq!(span(&read, "t3"), "01-09T17:00 01-09T17:00");
    assert_eq!(span(&read, "t4"), "01-12T08:00 01-12T17:00");
    // without a predecessor, where the project starts; and hours mean nothing
    assert_eq!(span(&read, "t5"), "01-05T08:00 01-05T08:00");
}

#[test]
fn activities_that_span_others_are_placed_where_they_are_now() {
    let effort = "9:8 task_type=TT_LOE";
    let rows = ["1:16", "2:40", "3:8", effort];
    let ties = ["1>2", "2>3", "1>9 FS 8", "9>3 FF", "2>9 SS"];
    let read = imported(&[project(""), tasks(&rows), links(&ties)]);
    // from the second task, or eight hours after the first, to the end of the third
    assert_eq!(span(&read, "t9"), "01-07T08:00 01-14T17:00");
    assert_eq!(
        (read.plan.links.len(), task(&read, "t9").duration),
        (2, 6 * 480)
    );
    assert_eq!(adjusted(&read, Some("t9")), [Adjustment::Spans]);
    // where the file says its dates, these; and it holds nobody
    let dated =
        "9:8 task_type=TT_LOE early_start_date=2026-01-05_08:00 early_end_date=2026-01-20_12:00";
    let read = imported(&[project(""), tasks(&["1:16", dated, "3:8"]), links(&["9>3"])]);
    assert_eq!(span(&read, "t9"), "01-05T08:00 01-20T12:00");
    assert_eq!(span(&read, "t3"), "01-05T08:00 01-05T17:00");
    // one that spans another, one that spans itself alone, and one without links
    let rows = [
        "1:16",
        effort,
        "8:8 task_type=TT_LOE",
        "7:8 task_type=TT_LOE",
    ];
    let read = imported(&[
        project(""),
        tasks(&rows),
        links(&["1>9 SS", "1>9 FF", "9>8 SS", "9>8 FF", "7>7 SS"]),
    ]);
    assert_eq!(span(&read, "t8"), "01-05T08:00 01-06T17:00");
    assert_eq!(span(&read, "t7"), "01-05T08:00 01-05T08:00");
    // all that lies in its branch
    let branches = table(
        "PROJWBS",
        &[
            "wbs_id=1 proj_id=1 proj_node_flag=Y wbs_name=P",
            "wbs_id=2 proj_id=1 parent_wbs_id=1 wbs_name=B",
        ],
    );
    let rows = [
        "1:16 wbs_id=2",
        "2:8 wbs_id=2",
        "3:80 wbs_id=1",
        "9:0 task_type=TT_WBS wbs_id=2",
        "8:0 task_type=TT_WBS wbs_id=1",
    ];
    let read = imported(&[project(""), branches, tasks(&rows), links(&["1>2"])]);
    assert_eq!(span(&read, "t9"), "01-05T08:00 01-07T17:00");
    assert_eq!(span(&read, "t8"), "01-05T08:00 01-16T17:00");
}

#[test]
fn an_activity_that_depends_on_resources_takes_their_work_and_hours() {
    let people = table(
        "RSRC",
        &[
            "rsrc_id=1 rsrc_name=day clndr_id=1 rsrc_type=RT_Labor",
            "rsrc_id=2 rsrc_name=night clndr_id=2 rsrc_type=RT_Equip",
        ],
    );
    let people = people.replace("RT ", "RT_") + &calendar("2", ALWAYS);
    let ask = |rows: &[&str]| {
        let row = "1:8 task_type=TT_Rsrc";
        imported(&[
            project(""),
            people.clone(),
            tasks(&[row]),
            table("TASKRSRC", rows),
        ])
    };
    let night = "task_id=1 rsrc_id=2 remain_qty=48 remain_qty_per_hr=2 proj_id=1";
    let read = ask(&[night]);
    assert_eq!(span(&read, "t1"), "01-05T08:00 01-06T08:00");
    assert_eq!(adjusted(&read, Some("t1")), []);
    // the longest counts, and that there are two is told
    let day = "task_id=1 rsrc_id=1 remain_qty=40 remain_qty_per_hr=1 proj_id=1";
    let read = ask(&[night, day]);
    assert_eq!(span(&read, "t1"), "01-05T08:00 01-09T17:00");
    assert_eq!(adjusted(&read, Some("t1")), [Adjustment::ResourceCalendars]);
    // without one it takes as long as it says
    assert_eq!(span(&ask(&[]), "t1"), "01-05T08:00 01-05T17:00");
}

#[test]
fn the_same_numbers_make_the_same_plan() {
    let tables = [
        project(""),
        tasks(&["1:16", "2:8"]),
        links(&["1>2", "1>2", "1>2 SS", "5>1"]),
    ];
    let (one, two) = (imported(&tables), imported(&tables));
    assert_eq!(one, two);
    assert_eq!(scheduled(&one).rows.len(), 2);
    // a link twice, and one from nowhere
    assert_eq!(one.plan.links.len(), 2);
    assert_eq!(adjusted(&one, Some("t2")), [Adjustment::LinkDropped]);
    assert_eq!(adjusted(&one, Some("t1")), [Adjustment::LinkDropped]);
}
