//! `plumbline schedule FILE`: the dates of a plan, as CSV, written as Primavera writes them. What the file is says its
//! content: MS Project XML, Primavera XER, or the document of a plan as `plumbline doc export` writes it.

use std::io::Write;
use std::path::{Path, PathBuf};

use shared::base::{CalendarId, Moment, TaskId};
use shared::doc::Document;
use shared::doc::view::plan::PlanReader;
use shared::domain::calendar::holidays::{self, Holidays, Wrong};
use shared::domain::calendar::{Calendar, WorkTime};
use shared::domain::permission::DocumentKind;
use shared::domain::plan::Plan;
use shared::domain::schedule::{Hold, Problem, schedule_with_milestones};
use shared::exchange::holidays::countries;
use shared::exchange::mspdi::{self, Adjustment, Imported};
use shared::exchange::plan_file;

use super::{Failed, level};

/// How every document begins.
const DOCUMENT: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];

/// Arguments of `plumbline schedule`.
#[derive(Debug, clap::Args)]
pub(crate) struct Schedule {
    /// An MS Project XML file (MSPDI), a Primavera XER file, or a plan's document (`plumbline doc export`).
    file: PathBuf,
    /// Which project of a Primavera file that has several, by its name; the first without it.
    #[arg(long, value_name = "NAME")]
    project: Option<String>,
    /// Adds the public holidays of a country to the plan's calendar: cn with the days that are worked to make up for
    /// them, or another country by its two letters.
    #[arg(long, value_name = "COUNTRY")]
    calendar: Option<String>,
    /// How things stood: nothing that is not done lies before it. A day (2026-03-02: the end of its work) or a moment
    /// (2026-03-02T12:00).
    #[arg(long, value_name = "DATE")]
    data_date: Option<String>,
    /// Lets tasks wait until the resources are there that they ask for, and tells which ones wait.
    #[arg(long)]
    level: bool,
}

impl Schedule {
    /// Computes the dates from durations and links, and writes a row per task to stdout. Problems go to stderr.
    pub(crate) fn run(self) -> Result<(), Failed> {
        let mut imported = read(&bytes(&self.file)?, &self.file, self.project.as_deref())?;
        tell(&imported);
        if let Some(country) = &self.calendar {
            add_holidays(&mut imported.plan, country)?;
        }
        if let Some(date) = &self.data_date {
            imported.plan.rules.data_date = Some(data_date(&imported.plan, date)?);
        }
        if self.level {
            imported.plan = level::levelled(&imported.plan);
        }
        let (dates, problems) = schedule_with_milestones(&imported.plan, &imported.milestones);
        warn(&imported, &problems);
        if let Some(country) = &self.calendar {
            warn_unknown(country, dates.start, dates.finish);
        }
        let csv = shared::exchange::schedule_csv::write(&imported.plan, &dates);
        let mut out = std::io::stdout().lock();
        match out.write_all(&csv).and_then(|()| out.flush()) {
            // `plumbline schedule FILE | head` is no failure
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            result => Ok(result?),
        }
    }
}

/// The holidays of a country, in all years that are known.
fn holidays(country: &str) -> (Holidays, bool) {
    let (first, last) = shared::base::time::RANGE;
    let years = (first.parts().0, last.parts().0);
    let (found, problems) = countries::of_country(country, years.0, years.1);
    let unknown = |problem: &holidays::Problem| matches!(problem.what, Wrong::Country { .. });
    (found, !problems.iter().any(unknown))
}

/// Adds a country's holidays to the plan's calendar, which it is given where it has none.
fn add_holidays(plan: &mut Plan, country: &str) -> Result<(), Failed> {
    let (found, known) = holidays(country);
    if !known {
        return Err(
            format!("--calendar {country}: no holidays are known of such a country").into(),
        );
    }
    let mut calendars = plan.calendars.iter_mut();
    match calendars.find(|(id, _)| Some(*id) == plan.calendar) {
        Some((_, calendar)) => found.add_to(calendar),
        None => {
            let mut calendar = Calendar::standard(country);
            found.add_to(&mut calendar);
            // ids that files give count from one
            let id = CalendarId::from_bytes([u8::MAX; 8]);
            plan.calendars.push((id, calendar));
            plan.calendar = Some(id);
        }
    }
    Ok(())
}

/// Tells the person which years of the plan have no holidays yet.
fn warn_unknown(country: &str, start: Moment, finish: Moment) {
    for years in holidays(country).0.unknown(start, finish) {
        eprintln!("plumbline: {years}");
    }
}

/// A moment, or the end of a day's work.
fn data_date(plan: &Plan, text: &str) -> Result<Moment, Failed> {
    let at: Moment = text.parse().map_err(|_| {
        format!("--data-date {text}: this is no date; write 2026-03-02 or 2026-03-02T12:00")
    })?;
    if text.contains('T') {
        return Ok(at);
    }
    let mut calendars = plan.calendars.iter();
    let own = calendars.find(|(id, _)| Some(*id) == plan.calendar);
    let work = match own {
        Some((_, calendar)) => WorkTime::new(calendar),
        None => WorkTime::new(&Calendar::standard("")),
    };
    let end = work.hours_on(at).last().map_or(0, |(_, to)| *to);
    Ok(at.plus(end))
}

/// Whether bytes are MS Project XML: the only file that can be written into.
pub(crate) fn is_mspdi(bytes: &[u8]) -> bool {
    !bytes.starts_with(&DOCUMENT) && plan_file::Kind::of(bytes) == plan_file::Kind::Mspdi
}

/// The plan in the bytes of a file.
pub(crate) fn read(bytes: &[u8], file: &Path, project: Option<&str>) -> Result<Imported, Failed> {
    let failed =
        |error: &dyn std::fmt::Display| -> Failed { format!("{}: {error}", file.display()).into() };
    if bytes.starts_with(&DOCUMENT) {
        // it is read and never written, so nobody sees who would have
        let loaded = Document::load::<&[u8]>(DocumentKind::Plan, Some(bytes), &[], [0; 16]);
        let mut document = loaded
            .map_err(|error| failed(&format!("{error}; only the document of a plan has dates")))?;
        return Ok(Imported {
            plan: PlanReader::default().read(&mut document, None).plan,
            ..Imported::default()
        });
    }
    let mut last = 0u64;
    plan_file::read(bytes, project, &mut || {
        last += 1;
        last
    })
    .map_err(|error| failed(&error))
}

/// Tells the person what of the file was not read.
pub(crate) fn tell(imported: &Imported) {
    for adjusted in &imported.report.adjusted {
        match &adjusted.what {
            Adjustment::OtherProject { name } => eprintln!(
                "plumbline: the file has another project, which was not read: {name} (--project reads it)"
            ),
            Adjustment::NoEnd => {
                eprintln!("plumbline: the file has no end mark; it may have been cut short");
            }
            _ => {}
        }
    }
}

/// The bytes of a file; its size is checked before it is read.
pub(crate) fn bytes(file: &Path) -> Result<Vec<u8>, Failed> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let size = std::fs::metadata(file).map_err(failed)?.len();
    if size > mspdi::MAX_BYTES as u64 {
        let error = mspdi::ReadError::TooLarge {
            bytes: size,
            limit: mspdi::MAX_BYTES as u64,
        };
        return Err(format!("{}: {error}", file.display()).into());
    }
    Ok(std::fs::read(file).map_err(failed)?)
}

/// A task for people: its number, where it has one, and its name.
pub(super) fn task_name(plan: &Plan, id: TaskId) -> String {
    let task = plan.tasks.iter().find(|task| task.id == id);
    task.map_or_else(String::new, |task| match task.uid {
        Some(uid) => format!("{uid} {:?}", task.name),
        None => format!("{:?}", task.name),
    })
}

/// Tells the person what the schedule could not honour.
pub(crate) fn warn(imported: &Imported, problems: &[Problem]) {
    let plan = &imported.plan;
    let name = |id| task_name(plan, id);
    let mut err = std::io::stderr().lock();
    for problem in problems.iter().take(50) {
        let _ = match problem {
            Problem::Cycle { tasks, .. } => {
                let names: Vec<String> = tasks.iter().take(20).map(|id| name(*id)).collect();
                writeln!(
                    err,
                    "plumbline: tasks wait for each other in a circle, one link was left out: {}",
                    names.join(" -> ")
                )
            }
            Problem::OutOfRange { task } => writeln!(
                err,
                "plumbline: a date of task {} lies outside {} and was cut",
                name(*task),
                range()
            ),
            Problem::NoCalendar { task } => writeln!(
                err,
                "plumbline: the calendar of {} is missing or has no working time; another was used",
                task.map_or_else(|| "the plan".to_owned(), name)
            ),
            Problem::Late {
                task,
                hold,
                minutes,
                tasks,
            } => {
                let what = match hold {
                    Hold::Deadline => "the deadline",
                    Hold::Constraint => "the constraint",
                    Hold::Placed => "the place by hand",
                };
                let names: Vec<String> = tasks.iter().take(20).map(|id| name(*id)).collect();
                writeln!(
                    err,
                    "plumbline: {what} of {} makes {} tasks late, by {minutes} working minutes at most: {}",
                    name(*task),
                    tasks.len(),
                    names.join(", ")
                )
            }
            Problem::FinishBy { minutes, tasks } => {
                let names: Vec<String> = tasks.iter().take(20).map(|id| name(*id)).collect();
                writeln!(
                    err,
                    "plumbline: the date by which the plan must be finished makes {} tasks late, by {minutes} working minutes at most: {}",
                    tasks.len(),
                    names.join(", ")
                )
            }
            Problem::Broken { link } => {
                let link = plan.links.iter().find(|one| one.id == *link);
                let ends = link.map(|link| format!("{} -> {}", name(link.pred), name(link.succ)));
                writeln!(
                    err,
                    "plumbline: a link is not kept, because its task stands by hand or by a date: {}",
                    ends.unwrap_or_default()
                )
            }
            Problem::MissingTask { .. } => {
                writeln!(
                    err,
                    "plumbline: a link to a task that is not there was left out"
                )
            }
        };
    }
    if problems.len() > 50 {
        let _ = writeln!(err, "plumbline: and {} more problems", problems.len() - 50);
    }
}

fn range() -> String {
    let year = |at: Moment| at.parts().0;
    let (first, last) = shared::base::time::RANGE;
    format!("the years {} to {}", year(first), year(last))
}
