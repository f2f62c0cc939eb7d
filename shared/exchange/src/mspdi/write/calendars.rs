//! Calendars: which of the file's a plan's is, changed ones and new ones.

use base::time::DAY;
use base::{CalendarId, Moment};
use domain::calendar::{Calendar, Hours};
use domain::plan::Plan;
use rustc_hash::FxHashMap;

use super::file::{File, uid};
use super::patch::{Edits, Patch, Xml};

const ORDER: [&str; 8] = [
    "UID",
    "GUID",
    "Name",
    "IsBaseCalendar",
    "IsBaselineCalendar",
    "BaseCalendarUID",
    "WeekDays",
    "Exceptions",
];

/// The file's numbers of calendars.
#[derive(Default)]
pub(super) struct Numbers {
    /// Of the calendars as the file was read.
    pub(super) before: FxHashMap<CalendarId, i64>,
    /// Of the plan's calendars.
    pub(super) after: FxHashMap<CalendarId, i64>,
    /// The number kept for the calendar that reading makes up.
    pub(super) made_up: Option<i64>,
    /// The next that no calendar has.
    next: i64,
}

impl Numbers {
    /// A number that no calendar has.
    pub(super) fn fresh(&mut self) -> i64 {
        self.next += 1;
        self.next - 1
    }
}

/// Finds the file's number for each calendar of the plan, writes changed and new ones. Gives the new ones' text
/// apart: the one that reading makes up is only written when something needs it.
pub(super) fn calendars(file: &File<'_>, plan: &Plan, edits: &mut Edits) -> (Numbers, String) {
    let mut numbers = Numbers {
        before: file.calendars.clone(),
        next: file.next_uid("Calendars"),
        ..Numbers::default()
    };
    if let Some((id, _)) = file.made_up() {
        let number = numbers.fresh();
        numbers.before.insert(*id, number);
        numbers.made_up = Some(number);
    }
    let mut left: Vec<&(CalendarId, Calendar)> = file.before.plan.calendars.iter().collect();
    let same: [fn(&Calendar, &Calendar) -> bool; 3] = [
        |a, b| a == b,
        |a, b| a.name == b.name,
        |a, b| a.week == b.week && a.exceptions == b.exceptions,
    ];
    for same in same {
        for (id, calendar) in &plan.calendars {
            if numbers.after.contains_key(id) {
                continue;
            }
            let Some(at) = left.iter().position(|old| same(&old.1, calendar)) else {
                continue;
            };
            let old = left.remove(at);
            let Some(number) = numbers.before.get(&old.0).copied() else {
                continue;
            };
            if old.1 != *calendar {
                if Some(number) == numbers.made_up {
                    continue;
                }
                change(file, number, &old.1, calendar, edits);
            }
            numbers.after.insert(*id, number);
        }
    }
    let mut new = String::new();
    for (id, calendar) in &plan.calendars {
        if !numbers.after.contains_key(id) {
            let number = numbers.fresh();
            numbers.after.insert(*id, number);
            new.push_str(&whole(&file.prefix, number, calendar));
        }
    }
    (numbers, new)
}

fn change(file: &File<'_>, number: i64, old: &Calendar, new: &Calendar, edits: &mut Edits) {
    let mut members = file.members("Calendars").iter();
    let Some(element) = members.find(|element| uid(element) == Some(number)) else {
        return;
    };
    let mut patch = Patch::of(file.source, &file.prefix, &ORDER, element);
    if old.name != new.name {
        patch.set("Name", Some(&new.name));
    }
    if old.week != new.week || old.exceptions != new.exceptions {
        patch.set("IsBaseCalendar", Some("1"));
        patch.set("BaseCalendarUID", Some("-1"));
        patch.put("WeekDays", Some(week(&file.prefix, new)));
        patch.put("Exceptions", exceptions(&file.prefix, new));
        patch.put("WorkWeeks", None);
    }
    edits.append(patch.edits());
}

/// A whole new calendar.
pub(super) fn whole(prefix: &str, number: i64, calendar: &Calendar) -> String {
    let mut xml = Xml::new(prefix, 2);
    xml.open("Calendar");
    xml.leaf("UID", &number.to_string());
    xml.leaf("Name", &calendar.name);
    xml.leaf("IsBaseCalendar", "1");
    xml.leaf("BaseCalendarUID", "-1");
    xml.whole(&week(prefix, calendar));
    if let Some(exceptions) = exceptions(prefix, calendar) {
        xml.whole(&exceptions);
    }
    xml.close("Calendar");
    format!("\n\t\t{}", xml.finish())
}

/// A new calendar of a resource, which says nothing of its own.
pub(super) fn following(prefix: &str, number: i64, name: &str, follows: i64) -> String {
    let mut xml = Xml::new(prefix, 2);
    xml.open("Calendar");
    xml.leaf("UID", &number.to_string());
    xml.leaf("Name", name);
    xml.leaf("IsBaseCalendar", "0");
    xml.leaf("BaseCalendarUID", &follows.to_string());
    xml.close("Calendar");
    format!("\n\t\t{}", xml.finish())
}

fn week(prefix: &str, calendar: &Calendar) -> String {
    let mut xml = Xml::new(prefix, 3);
    xml.open("WeekDays");
    // MSPDI's week begins on Sunday
    let monday_first = calendar.week.iter();
    let days = monday_first.clone().skip(6).chain(monday_first.take(6));
    for (day, hours) in (1..).zip(days) {
        xml.open("WeekDay");
        xml.leaf("DayType", &day.to_string());
        working(&mut xml, hours);
        xml.close("WeekDay");
    }
    xml.close("WeekDays");
    xml.finish()
}

fn exceptions(prefix: &str, calendar: &Calendar) -> Option<String> {
    if calendar.exceptions.is_empty() {
        return None;
    }
    let mut xml = Xml::new(prefix, 3);
    xml.open("Exceptions");
    for exception in &calendar.exceptions {
        let last = exception.last.max(exception.first);
        let days = last.day() - exception.first.day() + 1;
        xml.open("Exception");
        xml.leaf("EnteredByOccurrences", "0");
        xml.open("TimePeriod");
        xml.leaf("FromDate", &date(Moment::from_day(exception.first.day())));
        xml.leaf("ToDate", &date(Moment::from_day(last.day()).plus(DAY - 1)));
        xml.close("TimePeriod");
        xml.leaf("Occurrences", &days.to_string());
        xml.leaf("Name", &exception.name);
        xml.leaf("Type", "1");
        working(&mut xml, &exception.hours);
        xml.close("Exception");
    }
    xml.close("Exceptions");
    Some(xml.finish())
}

fn working(xml: &mut Xml<'_>, hours: &Hours) {
    xml.leaf("DayWorking", if hours.is_empty() { "0" } else { "1" });
    if hours.is_empty() {
        return;
    }
    // the end of a day is written as its beginning
    let time = |minute: i64| format!("{:02}:{:02}:00", minute / 60 % 24, minute % 60);
    xml.open("WorkingTimes");
    for (from, to) in hours {
        xml.open("WorkingTime");
        xml.leaf("FromTime", &time(*from));
        xml.leaf("ToTime", &time(*to));
        xml.close("WorkingTime");
    }
    xml.close("WorkingTimes");
}

/// A moment as MSPDI writes it.
pub(super) fn date(moment: Moment) -> String {
    format!("{moment}:00")
}
