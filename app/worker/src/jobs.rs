//! The jobs: text and bytes in, text and bytes out.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::base::{Moment, ProjectId, TaskId};
use shared::domain::calendar::{Calendar, holidays};
use shared::domain::plan::difference::{self, Comparison};
use shared::domain::plan::{Plan, Rules};
use shared::domain::schedule::{Schedule, level, schedule};
use shared::exchange::form_book;
use shared::exchange::holidays as files;
use shared::exchange::mspdi::{self, Imported, ReadError};
use shared::exchange::pdf;
use shared::exchange::plan_file::{self, Kind};
use shared::exchange::schedule_csv;
use shared::exchange::table::{self, Mapping, Options, Workbook};
use shared::exchange::xlsx::{self, Labels};

use crate::ids::Ids;
use crate::original;

/// So many rows of a sheet are shown while somebody says how it is read.
const HEAD: usize = 60;

/// JSON and bytes, or an error as JSON.
type Outcome = Result<(Option<String>, Option<Vec<u8>>), String>;

#[derive(Deserialize)]
struct ReadJob {
    seed: u64,
    /// When the plan starts that it will be added to, and its rules, where that has tasks already.
    into: Option<(Moment, Rules)>,
    /// Of a file of tables: which sheet, and how. Without it, what the file has is given.
    #[serde(default)]
    table: Option<TableJob>,
}

#[derive(Deserialize)]
struct TableJob {
    sheet: usize,
    mapping: Mapping,
    options: Options,
}

/// A file that comes again, beside the plan as it is.
#[derive(Deserialize)]
struct CompareJob {
    plan: Plan,
    /// Notes of the plan; what has none has no row.
    notes: Vec<(TaskId, String)>,
    /// Whether all of those are known.
    notes_known: bool,
    kind: Kind,
    /// Of a table: how it was read.
    mapping: Option<Mapping>,
    read: Plan,
    read_notes: Vec<(TaskId, String)>,
}

#[derive(Deserialize)]
struct AcceptJob {
    plan: Plan,
    comparison: Comparison,
    chosen: BTreeSet<usize>,
}

#[derive(Deserialize)]
struct HeadingsJob {
    sheet: usize,
    heading: Option<usize>,
}

#[derive(Deserialize)]
struct HolidaysJob {
    /// The calendar that they are for.
    calendar: Calendar,
    /// The years that are asked for.
    first: i32,
    last: i32,
}

#[derive(Serialize)]
struct Preview {
    kind: Kind,
    imported: Imported,
    start: Moment,
    finish: Moment,
}

#[derive(Deserialize)]
struct WriteJob {
    plan: Plan,
    schedule: Schedule,
    /// Of the tasks whose note is known; an empty text was taken away.
    notes: Vec<(TaskId, String)>,
    /// Headings of a sheet.
    labels: Option<Labels>,
}

/// A project that takes from the pool.
#[derive(Deserialize)]
struct LevelProject {
    id: ProjectId,
    plan: Plan,
    priority: u16,
}

#[derive(Deserialize)]
struct LevelJob {
    projects: Vec<LevelProject>,
    options: level::Options,
}

pub(crate) fn run(kind: &str, text: &str, bytes: Vec<u8>) -> Outcome {
    match kind {
        "preview" => preview(&parse(text)?, &bytes),
        "compare" => compare(&parse(text)?),
        "accept" => accept(&parse(text)?),
        "headings" => headings(&parse(text)?, &bytes),
        "mspdi" => {
            let job: WriteJob = parse(text)?;
            let kept = (!bytes.is_empty()).then(|| original::unpack(&bytes));
            // what is kept of another program's file is nothing to write into
            let kept = kept.transpose().map_err(failed)?;
            let kept = kept.filter(|file| Kind::of(file) == Kind::Mspdi);
            let file = mspdi::write(&job.plan, &job.schedule, &job.notes, kept.as_deref())
                .map_err(|error| failed(error.to_string()))?;
            Ok((None, Some(file)))
        }
        "xlsx" => {
            let job: WriteJob = parse(text)?;
            let labels = job.labels.ok_or_else(|| failed("no labels".to_owned()))?;
            let file = xlsx::write(&job.plan, &job.schedule, &job.notes, &labels)
                .map_err(|error| failed(error.to_string()))?;
            Ok((None, Some(file)))
        }
        "form" => {
            let file =
                form_book::write(&parse(text)?).map_err(|error| failed(error.to_string()))?;
            Ok((None, Some(file)))
        }
        "csv" => {
            let job: WriteJob = parse(text)?;
            // Excel takes CSV for the system's encoding without this mark
            let mut file = "\u{feff}".as_bytes().to_vec();
            file.extend(schedule_csv::write(&job.plan, &job.schedule));
            Ok((None, Some(file)))
        }
        "pdf" => {
            let file =
                pdf::picture(&parse(text)?, &bytes).map_err(|error| failed(error.to_string()))?;
            Ok((None, Some(file)))
        }
        "holidays" => holidays(parse(text)?, &bytes),
        "level" => levels(&parse(text)?),
        other => Err(failed(format!("unknown job {other:?}"))),
    }
}

/// Makes tasks wait until their resources are there.
fn levels(job: &LevelJob) -> Outcome {
    let plans: Vec<&Plan> = job.projects.iter().map(|project| &project.plan).collect();
    let pool = level::pool(&plans);
    let priorities: Vec<_> = plans.iter().map(|plan| level::priorities(plan)).collect();
    let projects: Vec<level::Project<'_>> = (job.projects.iter().zip(&priorities))
        .map(|(project, priorities)| level::Project {
            id: project.id,
            plan: &project.plan,
            assignments: &project.plan.assignments,
            priority: project.priority,
            priorities,
        })
        .collect();
    let (levelled, _) = level::level(&pool, &projects, &job.options);
    let json = serde_json::to_string(&levelled).map_err(|error| failed(error.to_string()))?;
    Ok((Some(json), None))
}

/// Holidays for a calendar: China's where no bytes are given, else those of a file.
fn holidays(job: HolidaysJob, bytes: &[u8]) -> Outcome {
    let (mut found, problems) = if bytes.is_empty() {
        (holidays::chinese(), Vec::new())
    } else {
        files::read(bytes)
    };
    if bytes.is_empty() {
        found = found.within(job.first, job.last);
    }
    let mut calendar = job.calendar;
    found.add_to(&mut calendar);
    let answer = json!({
        "list": found.list(),
        "years": found.years().collect::<Vec<_>>(),
        "text": holidays::write(&found),
        "calendar": calendar,
        "problems": problems,
    });
    Ok((Some(answer.to_string()), None))
}

/// How a file that comes again differs from the plan.
fn compare(job: &CompareJob) -> Outcome {
    let mut covers = job.kind.covers(job.mapping.as_ref());
    covers.notes &= job.notes_known;
    let comparison = difference::compare(
        (&job.plan, &job.notes),
        (&job.read, &job.read_notes),
        &covers,
    );
    let json = serde_json::to_string(&comparison).map_err(|error| failed(error.to_string()))?;
    Ok((Some(json), None))
}

/// What becomes of the plan where these differences are taken, and whose dates that moves.
fn accept(job: &AcceptJob) -> Outcome {
    let accepted = difference::accept(&job.plan, &job.comparison, &job.chosen);
    let moved = difference::moved(&job.plan, &accepted.edits).len();
    let answer = json!({ "accepted": accepted, "moved": moved });
    Ok((Some(answer.to_string()), None))
}

/// Why a file was not read, as JSON.
fn unread(error: ReadError) -> String {
    serde_json::to_string(&error).unwrap_or_else(|_| failed(error.to_string()))
}

fn opened(bytes: &[u8]) -> Result<Workbook, String> {
    table::open(bytes).map_err(|error| unread(ReadError::Table(error)))
}

fn no_sheet() -> String {
    failed("there is no such sheet".to_owned())
}

/// The first rows of each sheet, and how it would be read.
fn tables(bytes: &[u8]) -> Outcome {
    let book = opened(bytes)?;
    let sheets = book.sheets.iter().map(|sheet| {
        json!({
            "head": sheet.head(HEAD),
            "rows": sheet.rows.len(),
            "columns": sheet.columns(),
            "mapping": table::guess(sheet),
        })
    });
    let answer = json!({ "sheets": sheets.collect::<Vec<_>>() });
    Ok((Some(answer.to_string()), None))
}

/// How a sheet would be read if its headings were in another row.
fn headings(job: &HeadingsJob, bytes: &[u8]) -> Outcome {
    let book = opened(bytes)?;
    let sheet = book.sheets.get(job.sheet).ok_or_else(no_sheet)?;
    let mapping = Mapping::with_heading(sheet, job.heading);
    let json = serde_json::to_string(&mapping).map_err(|error| failed(error.to_string()))?;
    Ok((Some(json), None))
}

fn preview(job: &ReadJob, bytes: &[u8]) -> Outcome {
    let mut ids = Ids::new(job.seed);
    let mut new_id = || ids.next();
    let mut imported = match (Kind::of(bytes), &job.table) {
        (Kind::Table, None) => return tables(bytes),
        (Kind::Table, Some(how)) => {
            let book = opened(bytes)?;
            let sheet = book.sheets.get(how.sheet).ok_or_else(no_sheet)?;
            table::read(sheet, &how.mapping, &how.options, &mut new_id)
        }
        _ => plan_file::read(bytes, None, &mut new_id).map_err(unread)?,
    };
    // what a table says stands in the plan that it comes into already
    if let Some((start, rules)) = job.into
        && job.table.is_none()
    {
        imported.added_to(start, rules);
    }
    let (dates, _) = schedule(&imported.plan);
    let preview = Preview {
        kind: Kind::of(bytes),
        imported,
        start: dates.start,
        finish: dates.finish,
    };
    let json = serde_json::to_string(&preview).map_err(|error| failed(error.to_string()))?;
    let packed = original::pack(bytes).map_err(failed)?;
    Ok((Some(json), Some(packed)))
}

fn parse<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| failed(error.to_string()))
}

fn failed(why: String) -> String {
    json!({ "failed": why }).to_string()
}
