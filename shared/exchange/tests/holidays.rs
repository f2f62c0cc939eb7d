//! Files of holidays as people bring them.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../../testdata.rs"]
mod testdata;

use base::Moment;
use domain::calendar::holidays::{Holidays, MAX_PROBLEMS, Problem, Wrong, chinese, write};
use domain::calendar::{Calendar, WorkTime};
use exchange::holidays::{MAX_BYTES, read};
use proptest::prelude::*;

fn day(text: &str) -> Moment {
    text.parse().unwrap()
}

/// Each holiday as one line: name, days off, make-up days.
fn lines(holidays: &Holidays) -> Vec<String> {
    let date = |at: Moment| at.to_string()[5..10].to_owned();
    let off = |(first, last)| format!("{}..{}", date(first), date(last));
    let lines = holidays.list().into_iter().map(|holiday| {
        let work: Vec<String> = holiday.work.into_iter().map(date).collect();
        let off = holiday.off.map(off).unwrap_or_default();
        format!("{} {off} {}", holiday.name, work.join(" "))
            .trim()
            .to_owned()
    });
    lines.collect()
}

fn events(events: &[(&str, &str)]) -> String {
    let body: String = events
        .iter()
        .map(|(days, more)| format!("BEGIN:VEVENT\r\n{days}\r\n{more}\r\nEND:VEVENT\r\n"))
        .collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:中国节假日\r\n{body}END:VCALENDAR\r\n")
}

#[test]
fn our_own_format_is_read_with_a_mark_in_front() {
    let text = format!("\u{feff}{}", write(&chinese()));
    let (holidays, problems) = read(text.as_bytes());
    assert_eq!(problems, []);
    assert_eq!(holidays, chinese());
}

#[test]
fn a_feed_with_days_off_and_make_up_days_is_read() {
    let feed = events(&[
        (
            "DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270104",
            "SUMMARY:元旦（休）",
        ),
        ("DTSTART;VALUE=DATE:20261227", "SUMMARY:元旦（班）"),
        (
            "DTSTART;VALUE=DATE:20270206\r\nDTEND;VALUE=DATE:20270213",
            "SUMMARY:春节 休\r\nBEGIN:VALARM\r\nSUMMARY:闹钟\r\nEND:VALARM",
        ),
        (
            "DTSTART;TZID=\"Asia:Shanghai\":20270214T000000\r\nDTEND:20270214T235959",
            "SUMMARY:春节\r\n  班",
        ),
        (
            "DTSTART;VALUE=DATE:20271001\r\nDURATION:P1W",
            "SUMMARY:国庆节\\, 中秋节 假期",
        ),
    ]);
    let (holidays, problems) = read(feed.as_bytes());
    assert_eq!(problems, []);
    assert_eq!(holidays.source, "中国节假日");
    let expected = [
        "元旦 01-01..01-03 12-27",
        "春节 02-06..02-12 02-14",
        "国庆节, 中秋节 10-01..10-07",
    ];
    assert_eq!(lines(&holidays), expected);
    assert_eq!(
        holidays.years().collect::<Vec<_>>(),
        [2027],
        "the make-up day of 2026 does not make 2026 known"
    );
}

#[test]
fn a_feed_may_have_an_event_for_each_day() {
    let one = |at: u32, title: &str| {
        (
            format!("DTSTART;VALUE=DATE:{at}\r\nDTEND;VALUE=DATE:{}", at + 1),
            format!("SUMMARY:{title}"),
        )
    };
    let days = [
        one(20261001, "国庆节 假期 第1天/共3天"),
        one(20261002, "国庆节 假期 第2天/共3天"),
        one(20261003, "国庆节 假期 第3天/共3天"),
        one(20261010, "国庆节 补班 第1天/共1天"),
    ];
    let days: Vec<(&str, &str)> = days.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let (holidays, problems) = read(events(&days).as_bytes());
    assert_eq!(problems, []);
    assert_eq!(lines(&holidays), ["国庆节 10-01..10-03 10-10"]);
}

#[test]
fn marks_of_apple_and_google_are_understood() {
    let feed = events(&[
        (
            "DTSTART;VALUE=DATE:20270214",
            "SUMMARY:春节\r\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY",
        ),
        (
            "DTSTART;VALUE=DATE:20270206",
            "SUMMARY:春节\r\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY",
        ),
        (
            "DTSTART;VALUE=DATE:20270501",
            "SUMMARY:Labour Day\r\nDESCRIPTION:Public holiday",
        ),
        (
            "DTSTART;VALUE=DATE:20270214",
            "SUMMARY:Valentine's Day\r\nDESCRIPTION:Observance\\nTo hide",
        ),
    ]);
    let (holidays, problems) = read(feed.as_bytes());
    let count = 1;
    let what = Wrong::Skipped { count };
    assert_eq!(problems, [Problem { line: 0, what }]);
    assert_eq!(
        lines(&holidays),
        ["春节 02-06..02-06 02-14", "Labour Day 05-01..05-01"]
    );
}

#[test]
fn a_feed_that_marks_nothing_is_all_days_off_and_says_so() {
    let feed = events(&[
        (
            "DTSTART;VALUE=DATE:20271003",
            "SUMMARY:Tag der Deutschen Einheit",
        ),
        ("DTSTART;VALUE=DATE:20271225", "SUMMARY:1. Weihnachtstag"),
    ]);
    let (holidays, problems) = read(feed.as_bytes());
    let count = 2;
    let what = Wrong::Unmarked { count };
    assert_eq!(problems, [Problem { line: 0, what }]);
    assert_eq!(holidays.days().count(), 2);
}

#[test]
fn events_that_cannot_be_taken_are_told_with_their_line() {
    let feed = events(&[
        ("DTSTART:20270101T093000", "SUMMARY:会议 休"),
        ("DTSTART:20261231T160000Z", "SUMMARY:元旦 休"),
        ("DTSTART;VALUE=DATE:20270230", "SUMMARY:没有 休"),
        ("DTSTART;VALUE=DATE:99990101", "SUMMARY:太晚 休"),
        (
            "DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:21990101",
            "SUMMARY:太长 休",
        ),
        (
            "DTSTART;VALUE=DATE:20270110\r\nDTEND;VALUE=DATE:20270101",
            "SUMMARY:倒 休",
        ),
        (
            "DTSTART;VALUE=DATE:20271225",
            "RRULE:FREQ=YEARLY\r\nSUMMARY:圣诞 休",
        ),
        (
            "DTSTART;VALUE=DATE:20271226\r\nSTATUS:CANCELLED",
            "SUMMARY:取消 休",
        ),
    ]);
    let (holidays, problems) = read(feed.as_bytes());
    assert_eq!(lines(&holidays), ["圣诞 12-25..12-25"]);
    let told: Vec<(usize, &str)> = problems
        .iter()
        .map(|problem| {
            let kind = match problem.what {
                Wrong::NotWholeDays { .. } => "not whole days",
                Wrong::Date { .. } => "no date",
                Wrong::TooLong { .. } => "too long",
                Wrong::Backwards { .. } => "backwards",
                Wrong::Repeats { .. } => "repeats",
                _ => "other",
            };
            (problem.line, kind)
        })
        .collect();
    let expected = [
        (4, "not whole days"),
        (8, "not whole days"),
        (12, "no date"),
        (16, "no date"),
        (20, "too long"),
        (25, "backwards"),
        (30, "repeats"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_table_of_every_day_gives_the_same_working_days() {
    let Some(table) = testdata::read("calendar/cn-workdays-2004-2026.csv") else {
        return;
    };
    let (holidays, problems) = read(&table);
    assert_eq!(problems, []);
    assert_eq!(
        holidays.years().collect::<Vec<_>>(),
        (2004..=2026).collect::<Vec<_>>()
    );
    let mut calendar = Calendar::standard("表");
    holidays.add_to(&mut calendar);
    let (theirs, ours) = (
        WorkTime::new(&calendar),
        WorkTime::new(&Calendar::chinese("中国", 2004, 2026)),
    );
    for at in day("2004-01-01").day()..=day("2026-12-31").day() {
        let at = Moment::from_day(at);
        assert_eq!(theirs.hours_on(at), ours.hours_on(at), "{at}");
    }
}

#[test]
fn a_year_that_lacks_days_does_not_count_as_known() {
    let (holidays, problems) = read(b"date,workday\n2027-01-01,0\n2027-01-02,0\n2027-01-03,1\n");
    assert_eq!(holidays.years().count(), 0);
    let (year, days) = (2027, 3);
    let what = Wrong::Incomplete { year, days };
    assert_eq!(problems, [Problem { line: 0, what }]);
    assert_eq!(holidays.days().count(), 3);
}

#[test]
fn a_table_of_special_days_is_read_with_its_names() {
    let tables = [
        "date,name,kind\n2027-01-01,元旦,off\n2027-01-02,元旦,off\n2026-12-27,元旦,work\n",
        "2027/1/1;元旦;休\r\n2027/1/2;元旦;放假\r\n2026/12/27;元旦;班\r\n",
        "# 2027\n20270101\t元旦\t0\n20270102\t元旦\t0\n20261227\t元旦\t1\n",
    ];
    for table in tables {
        let (holidays, problems) = read(table.as_bytes());
        assert_eq!(problems, [], "{table}");
        assert_eq!(lines(&holidays), ["元旦 01-01..01-02 12-27"], "{table}");
        assert_eq!(holidays.years().collect::<Vec<_>>(), [2027]);
    }
    let (holidays, _) = read(b"date,name\n2027-10-03,Tag der Deutschen Einheit\n");
    assert_eq!(lines(&holidays), ["Tag der Deutschen Einheit 10-03..10-03"]);
}

#[test]
fn rows_that_cannot_be_read_are_told_with_their_line() {
    let table = "date,name,kind\n2027-13-01,x,off\n2027-01-02,y,maybe\n2027-01-03,z,off\n2027-01-03,z,work\n";
    let (holidays, problems) = read(table.as_bytes());
    assert_eq!(lines(&holidays), ["z 01-03..01-03"]);
    let told: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
    assert_eq!(told, [2, 3, 5]);
}

#[test]
fn what_is_no_file_of_holidays_is_refused() {
    let wrong = |bytes: &[u8]| {
        let (holidays, problems) = read(bytes);
        assert!(holidays.is_empty());
        problems.into_iter().next().map(|problem| problem.what)
    };
    assert_eq!(wrong(b""), Some(Wrong::Format));
    assert_eq!(wrong(b"<html></html>"), Some(Wrong::Format));
    assert_eq!(
        wrong(b"BEGIN:VCALENDAR\nEND:VCALENDAR"),
        Some(Wrong::Format)
    );
    // GBK, as Excel saves it
    let byte = 13;
    let gbk = b"2027-01-01,\xd4\xaa\xb5\xa9,off";
    assert_eq!(wrong(gbk), Some(Wrong::Encoding { byte }));
    let (bytes, limit) = (MAX_BYTES + 1, MAX_BYTES);
    assert_eq!(
        wrong(&vec![b' '; bytes]),
        Some(Wrong::TooLarge { bytes, limit })
    );
}

#[test]
fn huge_files_are_bounded_and_told() {
    let rows = "2027-01-01,a,maybe\n".repeat(200_000);
    assert_eq!(read(rows.as_bytes()).1.len(), MAX_PROBLEMS);
    let marks = format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nSUMMARY:{}\nEND:VEVENT\n",
        "休".repeat(1_000_000)
    );
    assert_eq!(read(marks.as_bytes()).0.days().count(), 1);
    let years = |year: i32| {
        (1..=28)
            .map(move |day| format!("{year:04}-01-{day:02},a,off\n{year:04}-03-{day:02},a,off\n"))
    };
    let many: String = (1900..2200).flat_map(years).collect();
    let (holidays, problems) = read(many.as_bytes());
    assert_eq!(holidays.days().count(), 15_000);
    let what: Vec<Wrong> = problems.into_iter().map(|problem| problem.what).collect();
    assert_eq!(what, [Wrong::TooMany]);
    let open = "BEGIN:VCALENDAR\n".to_owned() + &"BEGIN:VEVENT\n".repeat(300_000);
    assert!(read(open.as_bytes()).0.is_empty());
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_stop_dead(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        for head in [&b"plumbline-holidays 1\n2027\n"[..], b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", b"2027-01-01,a,off\n"] {
            let text = String::from_utf8_lossy(&bytes);
            let (holidays, problems) = read(&[head, text.as_bytes()].concat());
            prop_assert!(problems.len() <= MAX_PROBLEMS);
            prop_assert_eq!(read(write(&holidays).as_bytes()).0, holidays);
        }
    }

    #[test]
    fn no_lines_of_a_feed_or_table_make_it_stop_dead(
        lines in "((DTSTART|DTEND|SUMMARY|DURATION|BEGIN|END|RRULE)[:;][PTZ0-9休班第天()a-zW]{0,9}\n|BEGIN:VEVENT\n|END:VEVENT\n|DTSTART:20[0-9]{6}\n|DTEND:2[0-9]{7}\n| [a春]{0,4}\n){0,30}",
        rows in "((19|20|99)[0-9]{2}[-/.][01]?[0-9][-/.][0-3]?[0-9][,;\t](0|1|春节|off|,work|\"x)?\n){0,30}",
    ) {
        for text in [format!("BEGIN:VCALENDAR\n{lines}"), rows] {
            let (holidays, _) = read(text.as_bytes());
            prop_assert_eq!(read(write(&holidays).as_bytes()).0, holidays);
        }
    }
}
