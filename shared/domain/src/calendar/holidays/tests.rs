use proptest::prelude::*;

use super::*;
use crate::calendar::{Calendar, Exception, Hours, WorkTime};

fn day(text: &str) -> Moment {
    text.parse().unwrap()
}

fn clean_read(text: &str) -> Holidays {
    let (holidays, problems) = read(text);
    assert_eq!(problems, []);
    holidays
}

fn wrong(text: &str) -> Vec<(usize, Wrong)> {
    let (_, problems) = read(&format!("plumbline-holidays 1\n{text}"));
    problems.into_iter().map(|p| (p.line, p.what)).collect()
}

/// Monday to Saturday; Saturdays until noon.
fn six_days() -> Calendar {
    let mut calendar = Calendar::standard("六天");
    calendar.week[5] = vec![(8 * 60, 12 * 60)];
    calendar
}

fn row<'a>(calendar: &'a Calendar, first: &str) -> Option<&'a Exception> {
    let first = day(first);
    calendar.exceptions.iter().find(|row| row.first == first)
}

#[test]
fn our_own_file_has_nothing_wrong() {
    let (holidays, problems) = read(include_str!("../../../data/cn-holidays.txt"));
    assert_eq!(problems, []);
    assert_eq!(holidays, chinese());
    assert_eq!(holidays.country, "CN");
    assert!(holidays.source.ends_with(')'), "cut: {}", holidays.source);
    let years: Vec<i32> = holidays.years().collect();
    assert_eq!(years, (2004..=2026).collect::<Vec<_>>());
}

#[test]
fn our_own_file_names_the_holidays() {
    let holidays = chinese();
    let name = |at| holidays.day(day(at)).map(|day| day.name.as_str());
    assert_eq!(name("2007-04-05"), None, "清明节 is one since 2008");
    assert_eq!(name("2008-04-04"), Some("清明节"));
    assert_eq!(name("2018-12-31"), Some("元旦"));
    assert_eq!(name("2020-02-02"), Some("春节"));
    assert_eq!(name("2020-10-01"), Some("国庆节、中秋节"));
    assert_eq!(name("2023-09-29"), Some("中秋节、国庆节"));
    let victory = "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日";
    assert_eq!(name("2015-09-03"), Some(victory));
    let names: BTreeSet<&str> = holidays.days().map(|(_, day)| day.name.as_str()).collect();
    assert_eq!(names.len(), 10, "{names:?}");
}

#[test]
fn our_own_file_is_written_as_it_is_read() {
    let text = include_str!("../../../data/cn-holidays.txt");
    let plain = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(plain(&write(&chinese())), plain(text));
}

#[test]
fn a_day_off_has_no_hours_and_a_make_up_day_those_of_a_normal_day() {
    let calendar = Calendar::chinese("中国", 2024, 2024);
    let work = WorkTime::new(&calendar);
    let normal = &calendar.week[0];
    assert_eq!(work.hours_on(day("2024-02-12")), []);
    assert_eq!(work.hours_on(day("2024-02-18")), normal.as_slice());
    let festival = row(&calendar, "2024-02-10").unwrap();
    assert_eq!(
        (festival.name.as_str(), festival.last),
        ("春节", day("2024-02-17"))
    );
}

#[test]
fn a_make_up_day_has_the_hours_of_the_first_working_day() {
    let mut calendar = Calendar::standard("周二起");
    calendar.week[0] = Hours::new();
    calendar.week[1] = vec![(6 * 60, 14 * 60)];
    chinese().within(2024, 2024).add_to(&mut calendar);
    let sunday = row(&calendar, "2024-02-18").unwrap();
    assert_eq!(sunday.hours, [(6 * 60, 14 * 60)]);
}

#[test]
fn where_saturdays_are_worked_a_make_up_saturday_keeps_its_hours() {
    let mut calendar = six_days();
    chinese().within(2026, 2026).add_to(&mut calendar);
    // 2026-02-14 and -28 are Saturdays, 2026-01-04 is a Sunday
    assert_eq!(row(&calendar, "2026-02-14"), None);
    assert_eq!(row(&calendar, "2026-02-28"), None);
    assert_eq!(
        row(&calendar, "2026-01-04").unwrap().hours,
        calendar.week[0]
    );
    let work = WorkTime::new(&calendar);
    assert_eq!(work.hours_on(day("2026-02-14")), [(8 * 60, 12 * 60)]);
    // 2026-02-21 is a Saturday inside 春节
    assert_eq!(work.hours_on(day("2026-02-21")), []);
}

#[test]
fn two_make_up_days_beside_each_other_are_one_row() {
    let mut calendar = Calendar::standard("标准");
    chinese().within(2022, 2022).add_to(&mut calendar);
    let both = row(&calendar, "2022-10-08").unwrap();
    assert_eq!(both.last, day("2022-10-09"));
    let rows = calendar.exceptions.len();
    assert_eq!(rows, 12, "a document carries each of them");
}

#[test]
fn a_holiday_on_days_off_makes_no_row() {
    // 2015-09-27 中秋节 was a Sunday
    let mut calendar = Calendar::standard("标准");
    chinese().within(2015, 2015).add_to(&mut calendar);
    assert_eq!(row(&calendar, "2015-09-27"), None);
    let mut none = Calendar::default();
    chinese().add_to(&mut none);
    assert_eq!(none, Calendar::default());
}

#[test]
fn a_calendars_own_exceptions_win() {
    let mut calendar = Calendar::standard("抢工");
    let own = Exception {
        name: "抢工".into(),
        first: day("2026-10-01"),
        last: day("2026-10-03"),
        hours: vec![(0, 600)],
    };
    calendar.exceptions.push(own.clone());
    chinese().within(2026, 2026).add_to(&mut calendar);
    let work = WorkTime::new(&calendar);
    assert_eq!(work.hours_on(day("2026-10-02")), [(0, 600)]);
    assert_eq!(work.hours_on(day("2026-10-05")), []);
    chinese().remove_from(&mut calendar);
    assert_eq!(calendar.exceptions, [own]);
}

#[test]
fn added_again_and_year_by_year_nothing_doubles() {
    let mut at_once = Calendar::standard("标准");
    chinese().within(2017, 2020).add_to(&mut at_once);
    let mut again = at_once.clone();
    chinese().within(2017, 2020).add_to(&mut again);
    assert_eq!(again, at_once);
    // the 元旦 of 2019 begins in 2018
    for year in [2019, 2018, 2020, 2017] {
        chinese().within(year, year).add_to(&mut again);
    }
    assert_eq!(again.exceptions.len(), at_once.exceptions.len());
    assert_eq!(chinese().years_in(&again), [2017, 2018, 2019, 2020]);
    // new hours of the week reach the make-up days that are there
    again.week[0] = vec![(0, 60)];
    chinese().within(2017, 2020).add_to(&mut again);
    assert_eq!(again.exceptions.len(), at_once.exceptions.len());
    assert_eq!(row(&again, "2018-02-11").unwrap().hours, [(0, 60)]);
}

#[test]
fn years_that_are_not_known_are_told() {
    let holidays = chinese();
    let unknown = |from, to| holidays.unknown(day(from), day(to));
    assert_eq!(unknown("2004-01-01", "2026-12-31"), []);
    let told: Vec<String> = unknown("2003-06-01", "2028-01-01")
        .iter()
        .map(ToString::to_string)
        .collect();
    let expected = [
        "the holidays of 2003 are not known yet",
        "the holidays of 2027 to 2028 are not known yet",
    ];
    assert_eq!(told, expected);
    assert_eq!(unknown("2028-01-01", "2027-01-01"), []);
}

#[test]
fn newer_holidays_replace_the_years_they_know() {
    let mut holidays = chinese();
    let newer = clean_read(
        "plumbline-holidays 1\nyears 2026..2027\n2026\n春节: 02-15..02-20\n2027\n元旦: 01-01 work 2026-12-27",
    );
    holidays.merge(&newer);
    assert_eq!(holidays.day(day("2026-02-23")), None);
    assert_eq!(
        holidays.day(day("2026-10-01")),
        None,
        "they say so of all of 2026"
    );
    // what belongs to a year that they do not know stays
    let mut holidays = chinese();
    let newer = clean_read("plumbline-holidays 1\n2027\n元旦: 01-01..01-03 work 2026-12-27");
    holidays.merge(&newer);
    assert_eq!(
        holidays.day(day("2026-10-01")).map(|day| day.works),
        Some(false)
    );
    assert_eq!(
        holidays.day(day("2026-12-27")).map(|day| day.works),
        Some(true)
    );
    assert_eq!(holidays.unknown(day("2026-01-01"), day("2027-12-31")), []);
}

#[test]
fn years_are_those_the_file_says_else_those_it_has() {
    let said = clean_read("plumbline-holidays 1\nyears 2026\n2026\na: 01-01\n2027\na: 01-01\n");
    assert_eq!(said.years().collect::<Vec<_>>(), [2026]);
    let had = clean_read("plumbline-holidays 1\n2026\na: 01-01\n2028\n");
    assert_eq!(had.years().collect::<Vec<_>>(), [2026, 2028]);
}

#[test]
fn what_cannot_be_read_is_told_with_its_line_and_the_rest_is_read() {
    let cases = [
        ("country CN\n???", "a line that is nothing"),
        ("2026\n春节 02-01", "no colon"),
        ("2026\n春节:", "no day"),
        ("2026\n春节: work", "no day"),
        ("2026\n春节: 02-30", "no such day"),
        ("2026\n春节: 2026-2-3", "no such form"),
        ("2026\n春节: 02-03..", "half a range"),
        ("2026\n春节: 02-03..02-01", "backwards"),
        ("2026\n春节: 01-01..06-01", "too long"),
        ("2026\n春节: 01-01 work 01-01", "off and worked"),
        ("years 99999\n2026", "no such year"),
    ];
    for (text, why) in cases {
        let found = wrong(text);
        assert_eq!(found.len(), 1, "{why}: {found:?}");
        assert_eq!(found[0].0, if text.starts_with("years") { 2 } else { 3 });
    }
    let (holidays, problems) =
        read("plumbline-holidays 1\n2026\na: 13-01\nb: 01-02\nc: 1-1\nd: 01-03");
    assert_eq!((holidays.days().count(), problems.len()), (2, 2));
    assert_eq!(
        problems[0].to_string(),
        "line 3: no date of the years 1900 to 2199: \"13-01\""
    );
}

#[test]
fn another_file_and_a_later_version_are_refused() {
    for text in ["", "date,workday", "<xml/>"] {
        let (holidays, problems) = read(text);
        assert!(holidays.is_empty());
        assert_eq!(problems[0].what, Wrong::Format, "{text}");
    }
    let (holidays, problems) = read("plumbline-holidays 2\n2026\na: 01-01");
    assert!(holidays.is_empty());
    let found = "2".to_owned();
    assert_eq!(problems[0].what, Wrong::Version { found });
}

#[test]
fn days_and_problems_have_limits() {
    let block = |year: i32| format!("{year}\na: 01-01..03-31\nb: 05-01..07-31\n");
    let many: String = (1900..2100).map(block).collect();
    let (holidays, problems) = read(&format!("plumbline-holidays 1\n{many}"));
    assert!(holidays.days().count() <= MAX_DAYS);
    let told: Vec<&Wrong> = problems.iter().map(|p| &p.what).collect();
    assert_eq!(told, [&Wrong::TooMany]);
    let found = wrong(&"?\n".repeat(100_000));
    assert_eq!(found.len(), MAX_PROBLEMS);
    assert_eq!(found[MAX_PROBLEMS - 1].1, Wrong::More);
}

#[test]
fn a_make_up_day_stands_with_the_nearest_holiday_of_its_name() {
    let mut holidays = Holidays::new("");
    holidays
        .put("元旦", day("2026-01-01"), day("2026-01-03"), false)
        .unwrap();
    holidays
        .put("元旦", day("2026-12-31"), day("2027-01-02"), false)
        .unwrap();
    for at in ["2026-01-04", "2026-12-27", "2026-06-07"] {
        holidays.put("元旦", day(at), day(at), true).unwrap();
    }
    let work: Vec<(i32, usize)> = holidays
        .list()
        .iter()
        .map(|holiday| (holiday.year(), holiday.work.len()))
        .collect();
    assert_eq!(work, [(2026, 1), (2026, 1), (2027, 1)]);
    holidays.settle_all();
    assert_eq!(holidays.years().collect::<Vec<_>>(), [2026, 2027]);
}

fn any_holidays() -> impl Strategy<Value = Holidays> {
    let part = (
        -30_000i64..80_000,
        0i64..12,
        any::<bool>(),
        "[a#: 春：\\n0-9.-]{0,6}|work|\\PC{0,120}",
    );
    let years = prop::collection::vec(1890i32..2210, 0..6);
    (prop::collection::vec(part, 0..40), years, "\\PC{0,8}").prop_map(|(parts, years, source)| {
        let mut holidays = Holidays::new("CN");
        holidays.source = clean(&source);
        for (first, days, works, name) in parts {
            let (first, last) = (Moment::from_day(first), Moment::from_day(first + days));
            let _ = holidays.put(&name, first, last, works);
        }
        years.into_iter().for_each(|year| holidays.settle(year));
        holidays
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(holidays in any_holidays()) {
        let text = write(&holidays);
        let (back, problems) = read(&text);
        prop_assert_eq!(problems, vec![], "{}", text);
        prop_assert_eq!(back, holidays);
    }

    #[test]
    fn no_text_makes_the_reader_stop_dead(text in "\\PC*", lines in "([0-9]{4}|[ab春]{0,2}[:：][ 0-9.work-]{0,24}|\\PC{0,9}|\n){0,40}") {
        let _ = read(&text);
        let (holidays, problems) = read(&format!("plumbline-holidays 1\n{lines}"));
        prop_assert!(problems.len() <= MAX_PROBLEMS);
        prop_assert_eq!(read(&write(&holidays)).0, holidays);
    }

    #[test]
    fn added_to_any_week_the_days_are_off_or_worked(mask in 1u8..128) {
        let mut calendar = Calendar::standard("x");
        let normal = calendar.week[0].clone();
        for (at, hours) in calendar.week.iter_mut().enumerate() {
            *hours = if mask >> at & 1 == 1 { normal.clone() } else { Hours::new() };
        }
        chinese().add_to(&mut calendar);
        let work = WorkTime::new(&calendar);
        for (at, day) in chinese().days() {
            prop_assert_eq!(!work.hours_on(at).is_empty(), day.works, "{}", at);
        }
    }
}
