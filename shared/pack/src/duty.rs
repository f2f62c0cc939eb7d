//! What is done again and again 例行事项: a weekly report, a patrol, an appraisal every quarter.
//!
//! Time goes by in *turns* 期. A turn begins with the day that the duty names, and lasts until the next such day. Days are
//! local, counted from 1970-01-01.

use base::Moment;
use serde::{Deserialize, Serialize};

use crate::definition::FormState;
use crate::id::{DutyName, FormName, RoleName};
use crate::text::Texts;

/// Something that somebody does again and again, once it was begun by a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutyDef {
    /// Its name within the pack.
    pub id: DutyName,
    /// What people call it: 周报.
    pub name: Texts,
    /// What is done, and where it comes from.
    #[serde(default)]
    pub help: Texts,
    /// Who does it.
    pub role: RoleName,
    /// The form that is handed in.
    pub form: FormName,
    /// How often.
    pub every: Every,
    /// Until when within its turn; none: until the turn ends.
    #[serde(default)]
    pub within: Option<Within>,
    /// How far the form must have come.
    pub done: FormState,
}

/// How often something is done, and on which day a turn begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Every day.
    Day,
    /// Every week.
    Week {
        /// On this day of it.
        on: Weekday,
    },
    /// Every month.
    Month {
        /// On this day of it, from 1; in shorter months on the last.
        on: u8,
    },
    /// Every quarter.
    Quarter {
        /// On this day of its first month, from 1; in shorter months on the last.
        on: u8,
    },
    /// Every year.
    Year {
        /// In this month, from 1.
        month: u8,
        /// On this day of it, from 1; in shorter months on the last.
        on: u8,
    },
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// 周一.
    Monday,
    /// 周二.
    Tuesday,
    /// 周三.
    Wednesday,
    /// 周四.
    Thursday,
    /// 周五.
    Friday,
    /// 周六.
    Saturday,
    /// 周日.
    Sunday,
}

impl Weekday {
    /// All, with the words of the files, Monday first.
    pub const ALL: [(&'static str, Self); 7] = [
        ("monday", Self::Monday),
        ("tuesday", Self::Tuesday),
        ("wednesday", Self::Wednesday),
        ("thursday", Self::Thursday),
        ("friday", Self::Friday),
        ("saturday", Self::Saturday),
        ("sunday", Self::Sunday),
    ];
}

/// Until when something is done: so many days, of which the first is the day on which the turn begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Within {
    /// So many.
    pub days: u32,
    /// Whether working days 工作日 are meant.
    pub working_days: bool,
}

impl Within {
    /// The day with whose beginning the time is over, of a turn that begins on a day. `works`: whether a day is worked.
    pub fn over(self, begins: i64, works: &dyn Fn(i64) -> bool) -> i64 {
        if !self.working_days {
            return begins.saturating_add(i64::from(self.days));
        }
        let (mut day, mut left) = (begins, self.days);
        // holidays are at most weeks long: the way ends
        while left > 0 && day.saturating_sub(begins) < 3_660 {
            left -= u32::from(works(day));
            day = day.saturating_add(1);
        }
        day
    }
}

impl Every {
    /// The day on which the turn begins that a day is in.
    pub fn turn(self, day: i64) -> i64 {
        let day = Moment::from_day(day).day();
        match self {
            Self::Day => day,
            Self::Week { on } => {
                let weekday = i64::from(Moment::from_day(day).weekday());
                day - (weekday - on as i64).rem_euclid(7)
            }
            Self::Month { on } => months(day, (1, 0), on, 0),
            Self::Quarter { on } => months(day, (3, 0), on, 0),
            Self::Year { month, on } => months(day, (12, first_month(month)), on, 0),
        }
    }

    /// The day on which the turn after begins, of a turn that begins on a day. Always later.
    pub fn next(self, begins: i64) -> i64 {
        let next = match self {
            Self::Day => begins.saturating_add(1),
            Self::Week { .. } => begins.saturating_add(7),
            Self::Month { on } => months(begins, (1, 0), on, 1),
            Self::Quarter { on } => months(begins, (3, 0), on, 1),
            Self::Year { month, on } => months(begins, (12, first_month(month)), on, 1),
        };
        // at the end of all time that is reckoned with
        next.max(begins.saturating_add(1))
    }
}

fn first_month(month: u8) -> i64 {
    i64::from(month) - 1
}

/// The day on which the turn begins that a day is in, or one so many turns later. Turns are so many months long, and begin
/// in a month of that place.
fn months(day: i64, (length, first): (i64, i64), on: u8, later: i64) -> i64 {
    let (year, month, ..) = Moment::from_day(day).parts();
    let month = i64::from(year) * 12 + i64::from(month) - 1;
    let turn = (month - first).div_euclid(length);
    let begins = |turn: i64| {
        let month = turn * length + first;
        let year = i32::try_from(month.div_euclid(12)).unwrap_or(i32::MAX);
        let of_year = month.rem_euclid(12) as u32 + 1;
        let days = (1..=u32::from(on)).rev();
        let mut days = days.filter_map(|day| Moment::ymd_hm(year, of_year, day, 0, 0));
        days.next().map_or(day, Moment::day)
    };
    match begins(turn) > day {
        true => begins(turn - 1 + later),
        false => begins(turn + later),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i64 {
        format!("{text}T00:00").parse::<Moment>().unwrap().day()
    }

    fn turns(every: Every, of: &str) -> [String; 2] {
        let begins = every.turn(day(of));
        [begins, every.next(begins)].map(|day| Moment::from_day(day).to_string()[..10].to_owned())
    }

    #[test]
    fn a_turn_begins_on_the_day_that_is_named_and_lasts_until_the_next_such_day() {
        assert_eq!(
            turns(Every::Day, "2026-03-04"),
            ["2026-03-04", "2026-03-05"]
        );
        let friday = Every::Week {
            on: Weekday::Friday,
        };
        assert_eq!(turns(friday, "2026-03-05"), ["2026-02-27", "2026-03-06"]);
        assert_eq!(turns(friday, "2026-03-06"), ["2026-03-06", "2026-03-13"]);
        let monday = Every::Week {
            on: Weekday::Monday,
        };
        assert_eq!(turns(monday, "2026-03-08"), ["2026-03-02", "2026-03-09"]);
        let fifth = Every::Month { on: 5 };
        assert_eq!(turns(fifth, "2026-01-04"), ["2025-12-05", "2026-01-05"]);
        assert_eq!(turns(fifth, "2026-12-31"), ["2026-12-05", "2027-01-05"]);
        let quarter = Every::Quarter { on: 10 };
        assert_eq!(turns(quarter, "2026-04-09"), ["2026-01-10", "2026-04-10"]);
        assert_eq!(turns(quarter, "2026-12-31"), ["2026-10-10", "2027-01-10"]);
        let year = Every::Year { month: 3, on: 31 };
        assert_eq!(turns(year, "2026-03-30"), ["2025-03-31", "2026-03-31"]);
        assert_eq!(turns(year, "2026-03-31"), ["2026-03-31", "2027-03-31"]);
    }

    #[test]
    fn months_that_are_shorter_have_it_on_their_last_day() {
        let last = Every::Month { on: 31 };
        assert_eq!(turns(last, "2026-02-27"), ["2026-01-31", "2026-02-28"]);
        assert_eq!(turns(last, "2026-02-28"), ["2026-02-28", "2026-03-31"]);
        let leap = Every::Year { month: 2, on: 29 };
        assert_eq!(turns(leap, "2027-12-01"), ["2027-02-28", "2028-02-29"]);
    }

    #[test]
    fn turns_follow_each_other_without_a_gap_also_where_time_ends() {
        let all = [
            Every::Day,
            Every::Week {
                on: Weekday::Sunday,
            },
            Every::Month { on: 30 },
            Every::Quarter { on: 31 },
            Every::Year { month: 12, on: 31 },
        ];
        for every in all {
            let mut begins = every.turn(day("2024-01-01"));
            while begins < day("2029-01-01") {
                let next = every.next(begins);
                for day in begins..next {
                    assert_eq!(every.turn(day), begins, "{every:?}");
                }
                begins = next;
            }
            for end in [i64::MIN, i64::MAX] {
                let begins = every.turn(end);
                assert!(every.next(begins) > begins);
                assert!(every.next(end) >= end);
            }
        }
    }

    #[test]
    fn the_first_day_counts_and_days_off_do_not() {
        let over = |days, working_days, of: &str| {
            let within = Within { days, working_days };
            let works = |day: i64| Moment::from_day(day).weekday() < 5;
            Moment::from_day(within.over(day(of), &works)).to_string()[..10].to_owned()
        };
        assert_eq!(over(1, false, "2026-03-06"), "2026-03-07");
        assert_eq!(over(3, false, "2026-03-06"), "2026-03-09");
        // a Friday; then a Saturday
        assert_eq!(over(1, true, "2026-03-06"), "2026-03-07");
        assert_eq!(over(2, true, "2026-03-06"), "2026-03-10");
        assert_eq!(over(1, true, "2026-03-07"), "2026-03-10");
        let never = Within {
            days: 2,
            working_days: true,
        };
        assert!(never.over(0, &|_| false) < 4_000);
    }
}
