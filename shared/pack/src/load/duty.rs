//! Files of duties.

use super::part::{Found, Part};
use crate::definition::FormState;
use crate::duty::{DutyDef, Every, Weekday, Within};
use crate::id::DutyName;
use crate::problem::Wrong;

#[derive(Clone, Copy)]
enum Often {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

const OFTEN: [(&str, Often); 5] = [
    ("day", Often::Day),
    ("week", Often::Week),
    ("month", Often::Month),
    ("quarter", Often::Quarter),
    ("year", Often::Year),
];

/// Days in each month of a leap year.
const DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A duty, where it can be understood.
pub(super) fn duty(part: &Part<'_>, found: &mut Found) -> Option<DutyDef> {
    let id = part.id::<DutyName>(found)?;
    part.remember(found, &format!("duty/{id}"));
    for key in ["role", "form", "every"] {
        part.must(found, key);
    }
    let often = part.one_of(found, "every", &OFTEN);
    let every = often.and_then(|often| every(part, found, often));
    let states = [
        ("submitted", FormState::Submitted),
        ("approved", FormState::Approved),
    ];
    let done = part.one_of(found, "done", &states);
    let name = part.must_texts(found, "name");
    let help = part.texts(found, "help");
    let within = within(part, found);
    let (role, form) = (part.name(found, "role"), part.name(found, "form"));
    if often.is_some() {
        part.end(found);
    }
    Some(DutyDef {
        id,
        name,
        help,
        role: role?,
        form: form?,
        every: every?,
        within,
        done: done.unwrap_or(FormState::Submitted),
    })
}

fn every(part: &Part<'_>, found: &mut Found, often: Often) -> Option<Every> {
    let day = |found: &mut Found| match part.has("on") {
        true => part.count(found, "on", (1, 31)).map(|day| day as u8),
        false => Some(1),
    };
    Some(match often {
        Often::Day => Every::Day,
        Often::Week => {
            let on = match part.has("on") {
                true => part.one_of(found, "on", &Weekday::ALL)?,
                false => Weekday::Monday,
            };
            Every::Week { on }
        }
        Often::Month => Every::Month { on: day(found)? },
        Often::Quarter => Every::Quarter { on: day(found)? },
        Often::Year => {
            let (month, on) = match part.has("on") {
                true => {
                    let text = part.word(found, "on")?;
                    let day = day_of_year(text);
                    if day.is_none() {
                        part.wrong(found, part.at("on"), Wrong::BadYearDay);
                    }
                    day?
                }
                false => (1, 1),
            };
            Every::Year { month, on }
        }
    })
}

/// `03-31`.
fn day_of_year(text: &str) -> Option<(u8, u8)> {
    let (month, day) = text.split_once('-')?;
    let figures = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if !figures(month) || !figures(day) {
        return None;
    }
    let (month, day): (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
    let most = *DAYS.get(usize::from(month).checked_sub(1)?)?;
    (1..=most).contains(&day).then_some((month, day))
}

fn within(part: &Part<'_>, found: &mut Found) -> Option<Within> {
    let within = part.part(found, "within")?;
    let working = within.count(found, "working_days", (1, 365));
    let calendar = within.count(found, "days", (1, 365));
    within.end(found);
    if working.or(calendar).is_none() {
        let key = "working_days";
        within.wrong_here(found, Wrong::MissingKey { key });
    }
    Some(Within {
        days: working.or(calendar)?,
        working_days: working.is_some(),
    })
}
