//! Our holidays of mainland China against the table of all days, which others made.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods)]

#[path = "../../testdata.rs"]
mod testdata;

use base::Moment;
use domain::calendar::{Calendar, WorkTime};

#[test]
fn every_day_from_2004_to_2026_is_as_in_the_table() {
    let Some(table) = testdata::read("calendar/cn-workdays-2004-2026.csv") else {
        return;
    };
    let work = WorkTime::new(&Calendar::chinese("中国", 2004, 2026));
    let table = String::from_utf8(table).unwrap();
    let mut days = 0;
    let mut otherwise = Vec::new();
    for line in table.lines().skip(1) {
        let (date, works) = line.split_once(',').unwrap();
        let at: Moment = date.parse().unwrap();
        if work.hours_on(at).is_empty() == (works == "1") {
            otherwise.push(line);
        }
        days += 1;
    }
    assert_eq!(otherwise, [""; 0]);
    assert_eq!(days, 8401);
}
