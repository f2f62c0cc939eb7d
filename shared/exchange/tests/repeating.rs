//! Exceptions of MS Project's calendars that repeat.
#![allow(clippy::unwrap_used)]

use exchange::mspdi;

/// The days off in 2026 and 2027 of a calendar with one exception that repeats so.
fn days(repeats: &str) -> Vec<String> {
    let file = format!(
        "<Project><CalendarUID>1</CalendarUID><Calendars><Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar>\
         <Exceptions><Exception><TimePeriod><FromDate>2026-01-01T00:00:00</FromDate><ToDate>2027-12-31T23:59:00</ToDate></TimePeriod>\
         {repeats}<DayWorking>0</DayWorking></Exception></Exceptions></Calendar></Calendars></Project>"
    );
    let mut last = 0;
    let imported = mspdi::read(file.as_bytes(), &mut || {
        last += 1;
        last
    });
    let imported = imported.unwrap();
    assert_eq!(imported.report.adjusted, []);
    let exceptions = &imported.plan.calendars[0].1.exceptions;
    let date = |at: base::Moment| at.to_string().chars().take(10).collect();
    exceptions.iter().map(|one| date(one.first)).collect()
}

#[test]
fn a_day_by_its_place_in_a_month_comes_back_each_year() {
    // the fourth Thursday of November
    let thursday =
        "<Type>3</Type><Month>10</Month><MonthItem>7</MonthItem><MonthPosition>3</MonthPosition>";
    assert_eq!(days(thursday), ["2026-11-26", "2027-11-25"]);
    // the last Monday of May, the first day from Monday to Friday of August, the second one of a weekend in May
    let last =
        "<Type>3</Type><Month>4</Month><MonthItem>4</MonthItem><MonthPosition>4</MonthPosition>";
    assert_eq!(days(last), ["2026-05-25", "2027-05-31"]);
    let weekday =
        "<Type>3</Type><Month>7</Month><MonthItem>1</MonthItem><MonthPosition>0</MonthPosition>";
    assert_eq!(days(weekday), ["2026-08-03", "2027-08-02"]);
    let weekend =
        "<Type>3</Type><Month>4</Month><MonthItem>2</MonthItem><MonthPosition>1</MonthPosition>";
    assert_eq!(days(weekend), ["2026-05-03", "2027-05-02"]);
    let sunday =
        "<Type>3</Type><Month>0</Month><MonthItem>3</MonthItem><MonthPosition>0</MonthPosition>";
    assert_eq!(days(sunday), ["2026-01-04", "2027-01-03"]);
}

#[test]
fn a_day_by_its_place_in_a_month_comes_back_each_so_many_months() {
    // the last day, each fifth month
    let last =
        "<Type>5</Type><Period>5</Period><MonthItem>0</MonthItem><MonthPosition>4</MonthPosition>";
    let ends = [
        "2026-01-31",
        "2026-06-30",
        "2026-11-30",
        "2027-04-30",
        "2027-09-30",
    ];
    assert_eq!(days(last), ends);
    let monthly = "<Type>4</Type><Period>11</Period><MonthDay>15</MonthDay>";
    assert_eq!(days(monthly), ["2026-01-15", "2026-12-15", "2027-11-15"]);
}

#[test]
fn absurd_numbers_of_an_exception_are_read_all_the_same() {
    for number in [i64::MIN, i64::MAX] {
        for kind in 2..=6 {
            days(&format!(
                "<Type>{kind}</Type><Period>{number}</Period><Month>{number}</Month><MonthDay>{number}</MonthDay>\
                 <MonthItem>{number}</MonthItem><MonthPosition>{number}</MonthPosition><DaysOfWeek>{number}</DaysOfWeek>"
            ));
        }
    }
}
