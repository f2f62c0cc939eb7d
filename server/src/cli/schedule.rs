//! `plumbline schedule FILE`: the dates of an MS Project XML file, as CSV, written as Primavera writes them.

use std::io::Write;
use std::path::{Path, PathBuf};

use shared::base::Moment;
use shared::domain::schedule::{Hold, Problem, schedule_as_primavera};
use shared::exchange::mspdi::{self, Imported};

use super::Failed;

/// Arguments of `plumbline schedule`.
#[derive(Debug, clap::Args)]
pub(crate) struct Schedule {
    /// An MS Project XML file (MSPDI).
    file: PathBuf,
}

impl Schedule {
    /// Computes the dates from durations and links, and writes a row per task to stdout. Problems go to stderr.
    pub(crate) fn run(self) -> Result<(), Failed> {
        let imported = read(&bytes(&self.file)?, &self.file)?;
        let (dates, problems) = schedule_as_primavera(&imported.plan);
        warn(&imported, &problems);
        let csv = shared::exchange::schedule_csv::write(&imported.plan, &dates);
        let mut out = std::io::stdout().lock();
        match out.write_all(&csv).and_then(|()| out.flush()) {
            // `plumbline schedule FILE | head` is no failure
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            result => Ok(result?),
        }
    }
}

/// The plan in the bytes of a file.
pub(crate) fn read(bytes: &[u8], file: &Path) -> Result<Imported, Failed> {
    let mut last = 0u64;
    mspdi::read(bytes, &mut || {
        last += 1;
        last
    })
    .map_err(|error| format!("{}: {error}", file.display()).into())
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

/// Tells the person what the schedule could not honour.
pub(crate) fn warn(imported: &Imported, problems: &[Problem]) {
    let plan = &imported.plan;
    let name = |id| {
        let task = plan.tasks.iter().find(|task| task.id == id);
        task.map_or_else(String::new, |task| {
            format!("{} {:?}", task.uid.unwrap_or_default(), task.name)
        })
    };
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
