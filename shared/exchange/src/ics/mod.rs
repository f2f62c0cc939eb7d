//! A plan's dates as a calendar that other programs subscribe to: iCalendar (RFC 5545), written only. Rules:
//! `docs/calendar-feed.md`.

mod rows;
mod text;

use base::{Moment, ProjectId, Timestamp};

pub use rows::Rows;
use rows::{Row, When};
use text::Lines;

/// How often programs are asked to look again.
const REFRESH: &str = "PT1H";

/// The texts of a feed, in the language that was chosen for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Labels {
    /// What stands before a milestone's name.
    pub milestone: &'static str,
    /// What stands before the name of what has a deadline.
    pub deadline: &'static str,
    /// How much is done.
    pub percent: &'static str,
    /// Who answers for it.
    pub owner: &'static str,
    /// What it delivers.
    pub deliverable: &'static str,
    /// Name of a calendar with one's own tasks only.
    pub mine: &'static str,
    /// Name of a calendar with milestones and deadlines only.
    pub dates: &'static str,
    /// What stands between such a word and what it is about.
    pub colon: &'static str,
}

/// Which dates a feed holds. Branches are events in none: their tasks name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds<'a> {
    /// All tasks and milestones, and all deadlines.
    All,
    /// The tasks, milestones and deadlines of this owner.
    Of(&'a str),
    /// Milestones and deadlines only.
    Dates,
}

/// What a feed is, beside its dates.
#[derive(Clone, Copy)]
pub struct Feed<'a> {
    /// The project's name.
    pub name: &'a str,
    /// The project: the ids of events end with it.
    pub project: ProjectId,
    /// Which dates.
    pub holds: Holds<'a>,
    /// When the plan changed last: the same plan gives the same bytes.
    pub changed: Timestamp,
    /// The texts.
    pub labels: &'a Labels,
    /// The name of an owner as plans write them; `None`: as it is written.
    pub owner: &'a dyn Fn(&str) -> Option<String>,
}

/// Writes a feed.
pub fn write(rows: &Rows, feed: &Feed<'_>) -> String {
    let mut lines = Lines::default();
    lines.plain("BEGIN", "VCALENDAR");
    lines.plain("VERSION", "2.0");
    lines.plain("PRODID", "-//Plumbline//Plumbline//EN");
    lines.plain("CALSCALE", "GREGORIAN");
    let name = match feed.holds {
        Holds::All => feed.name.to_owned(),
        Holds::Of(_) => format!("{} · {}", feed.name, feed.labels.mine),
        Holds::Dates => format!("{} · {}", feed.name, feed.labels.dates),
    };
    lines.text("NAME", &name);
    lines.text("X-WR-CALNAME", &name);
    lines.plain("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
    lines.plain("X-PUBLISHED-TTL", REFRESH);
    let stamp = utc(feed.changed);
    let taken = rows.rows.iter().filter(|row| match feed.holds {
        Holds::All => true,
        Holds::Of(owner) => row.owner == owner,
        Holds::Dates => row.milestone || row.deadline.is_some(),
    });
    for row in taken {
        let dates_only = feed.holds == Holds::Dates && !row.milestone;
        let (summary, about) = (summary(row, feed), about(row, feed));
        let mut add = |kind: &str, before: &str, when: Option<When>| {
            if let Some(when) = when {
                let before = (!before.is_empty()).then(|| [before, feed.labels.colon].concat());
                let event = Event {
                    uid: format!("{}{kind}@{}", row.task, feed.project),
                    summary: before.unwrap_or_default() + &summary,
                    about: about.clone(),
                    when,
                };
                event.write(&mut lines, &stamp);
            }
        };
        let before = match row.milestone {
            true => feed.labels.milestone,
            false => "",
        };
        add("", before, row.when.filter(|_| !dates_only));
        add("-deadline", feed.labels.deadline, row.deadline);
    }
    if let Some(when) = rows
        .finish_by
        .filter(|_| !matches!(feed.holds, Holds::Of(_)))
    {
        let event = Event {
            uid: format!("deadline@{}", feed.project),
            summary: [feed.labels.deadline, feed.labels.colon, feed.name].concat(),
            about: String::new(),
            when,
        };
        event.write(&mut lines, &stamp);
    }
    lines.plain("END", "VCALENDAR");
    lines.finish()
}

/// The task with the branches that it lies in, or else the project.
fn summary(row: &Row, feed: &Feed<'_>) -> String {
    let place = match row.branch.is_empty() {
        true => feed.name,
        false => &row.branch,
    };
    match row.name.trim() {
        "" => place.to_owned(),
        name => format!("{name} · {place}"),
    }
}

fn about(row: &Row, feed: &Feed<'_>) -> String {
    let labels = feed.labels;
    let mut about = [labels.percent, labels.colon, &row.percent.to_string(), "%"].concat();
    let owner = (feed.owner)(&row.owner);
    let owner = owner.as_deref().unwrap_or(&row.owner);
    for (label, text) in [
        (labels.owner, owner),
        (labels.deliverable, &row.deliverable),
    ] {
        if !text.is_empty() {
            about.push('\n');
            about.extend([label, labels.colon, text]);
        }
    }
    about
}

struct Event {
    uid: String,
    summary: String,
    about: String,
    when: When,
}

impl Event {
    fn write(&self, lines: &mut Lines, stamp: &str) {
        lines.plain("BEGIN", "VEVENT");
        lines.plain("UID", &self.uid);
        lines.plain("DTSTAMP", stamp);
        lines.plain("LAST-MODIFIED", stamp);
        match self.when {
            When::Days(first, end) => {
                lines.plain("DTSTART;VALUE=DATE", &date(Moment::from_day(first)));
                let (from, to) = (Moment::from_day(first), Moment::from_day(end));
                // the last day that plans can hold has none after it: a day without an end is one day
                if to.day() > from.day() {
                    lines.plain("DTEND;VALUE=DATE", &date(to));
                }
            }
            When::Times(from, to) => {
                lines.plain("DTSTART", &time(from));
                // one moment where there is no end
                if to > from {
                    lines.plain("DTEND", &time(to));
                }
            }
        }
        lines.text("SUMMARY", &self.summary);
        if !self.about.is_empty() {
            lines.text("DESCRIPTION", &self.about);
        }
        lines.plain("STATUS", "CONFIRMED");
        // whoever subscribes is not busy all the time that a task takes
        lines.plain("TRANSP", "TRANSPARENT");
        lines.plain("END", "VEVENT");
    }
}

fn date(at: Moment) -> String {
    let (year, month, day, ..) = at.parts();
    format!("{year:04}{month:02}{day:02}")
}

/// A time of day wherever the plan is: without a zone.
fn time(at: Moment) -> String {
    let (_, _, _, hour, minute) = at.parts();
    format!("{}T{hour:02}{minute:02}00", date(at))
}

fn utc(at: Timestamp) -> String {
    let seconds = at.0.div_euclid(1_000);
    let minute = Moment::from_minutes(seconds.div_euclid(60));
    let (_, _, _, hours, minutes) = minute.parts();
    let seconds = seconds.rem_euclid(60);
    format!("{}T{hours:02}{minutes:02}{seconds:02}Z", date(minute))
}
