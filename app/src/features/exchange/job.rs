//! Jobs of the Worker: what goes in, what comes out, what can go wrong.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use serde::{Deserialize, Serialize};
use shared::base::Moment;
use shared::domain::plan::Rules;
use shared::exchange::mspdi::{Imported, MAX_BYTES, ReadError};
use shared::exchange::plan_file::Kind;
use shared::exchange::table::{Mapping, Options, Sheet};

use crate::platform::random;
use crate::platform::worker::{Answer, Input, Job, PickedFile, WorkerError};

/// The job that runs, if any: ended when its screen goes.
pub(super) type Slot = StoredValue<Option<Rc<Job>>, LocalStorage>;

/// What went wrong. Nothing was changed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Trouble {
    /// The file has no content.
    Empty,
    /// The file has no tasks.
    NoTasks,
    /// The file could not be read.
    Read(ReadError),
    /// The Worker failed.
    Worker(WorkerError),
    /// Something else, in words.
    Other(String),
}

/// What an import would bring.
#[derive(Debug)]
pub(super) struct Preview {
    /// What the file is.
    pub(super) kind: Kind,
    /// The plan, its notes, and what differs from the file.
    pub(super) imported: Imported,
    /// When it would start and finish, by our schedule.
    pub(super) span: (Moment, Moment),
    /// The file's name.
    pub(super) name: String,
    /// The file itself, compressed, to be kept.
    pub(super) original: Vec<u8>,
}

/// The first rows of a sheet, and how it would be read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct SheetHead {
    /// Its name and first rows.
    pub(super) head: Sheet,
    /// How many rows it has.
    pub(super) rows: usize,
    /// How many columns.
    pub(super) columns: usize,
    /// How it would be read, or is to be.
    pub(super) mapping: Mapping,
}

/// What a file of tables has.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Tables {
    /// Its sheets.
    pub(super) sheets: Vec<SheetHead>,
    /// Which of them is read.
    pub(super) chosen: usize,
}

/// What a file is, as far as it can be said without a person.
#[derive(Debug)]
pub(super) enum Found {
    /// A plan.
    Plan(Box<Preview>),
    /// Tables, of which somebody says how they are read.
    Tables(Tables),
}

/// Which sheet of a file of tables is read, and how.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Table {
    /// The sheet, by its place.
    pub(super) sheet: usize,
    /// How.
    pub(super) mapping: Mapping,
    /// What a table does not say.
    pub(super) options: Options,
}

/// Beside the file: the JSON of a preview, or of tables.
#[derive(Deserialize)]
#[serde(untagged)]
enum FoundJson {
    Plan(Box<PreviewJson>),
    Tables { sheets: Vec<SheetHead> },
}

#[derive(Deserialize)]
struct PreviewJson {
    kind: Kind,
    imported: Imported,
    start: Moment,
    finish: Moment,
}

/// An error of the Worker's own: text that it does not understand, a format it does not know.
#[derive(Deserialize)]
struct Failure {
    failed: String,
}

/// Reads a file without committing anything. `into` is the start of the plan that it would be added to, with its rules,
/// where that has tasks already. A file of tables is read as `table` says; without that, what it has is given.
pub(super) async fn read(
    slot: Slot,
    file: PickedFile,
    into: Option<(Moment, Rules)>,
    table: Option<Table>,
) -> Result<Found, Trouble> {
    if file.size() <= 0.0 {
        return Err(Trouble::Empty);
    }
    // before reading it: a file of gigabytes would fill the memory
    if file.size() > MAX_BYTES as f64 {
        return Err(Trouble::Read(ReadError::TooLarge {
            bytes: file.size() as u64,
            limit: MAX_BYTES as u64,
        }));
    }
    let name = file.name();
    let seed = u64::from_le_bytes(random::bytes());
    let text = serde_json::json!({ "seed": seed, "into": into, "table": table }).to_string();
    let answer = run(slot, "preview", &text, Input::File(file)).await?;
    let json = answer.json.unwrap_or_default();
    let read = match serde_json::from_str(&json) {
        Ok(FoundJson::Plan(read)) => read,
        Ok(FoundJson::Tables { sheets }) => {
            // the first that is shown
            let shown = sheets.iter().position(|sheet| !sheet.head.hidden);
            let chosen = shown.unwrap_or(0);
            return Ok(Found::Tables(Tables { sheets, chosen }));
        }
        Err(error) => return Err(Trouble::Other(error.to_string())),
    };
    if read.imported.plan.tasks.is_empty() {
        return Err(Trouble::NoTasks);
    }
    Ok(Found::Plan(Box::new(Preview {
        kind: read.kind,
        imported: read.imported,
        span: (read.start, read.finish),
        name,
        original: answer.bytes.unwrap_or_default(),
    })))
}

/// Asks the Worker for something that is said in JSON.
pub(super) async fn ask<T: for<'a> Deserialize<'a>>(
    slot: Slot,
    kind: &str,
    asked: &serde_json::Value,
) -> Result<T, Trouble> {
    let answer = run(slot, kind, &asked.to_string(), Input::None).await?;
    serde_json::from_str(&answer.json.unwrap_or_default())
        .map_err(|error| Trouble::Other(error.to_string()))
}

/// How a sheet would be read if its headings were in another row.
pub(super) async fn headings(
    slot: Slot,
    file: PickedFile,
    sheet: usize,
    heading: Option<usize>,
) -> Result<Mapping, Trouble> {
    let text = serde_json::json!({ "sheet": sheet, "heading": heading }).to_string();
    let answer = run(slot, "headings", &text, Input::File(file)).await?;
    serde_json::from_str(&answer.json.unwrap_or_default())
        .map_err(|error| Trouble::Other(error.to_string()))
}

/// Makes a file.
pub(super) async fn export(
    slot: Slot,
    kind: &str,
    text: &str,
    original: Option<Vec<u8>>,
) -> Result<Vec<u8>, Trouble> {
    let input = original.map_or(Input::None, Input::Bytes);
    let answer = run(slot, kind, text, input).await?;
    Ok(answer.bytes.unwrap_or_default())
}

async fn run(slot: Slot, kind: &str, text: &str, input: Input) -> Result<Answer, Trouble> {
    let job = Rc::new(Job::start(kind, text, input).map_err(Trouble::Worker)?);
    // an older job ends here
    slot.try_set_value(Some(Rc::clone(&job)));
    let answer = job.answer().await.map_err(Trouble::Worker)?;
    slot.try_set_value(None);
    if answer.ok {
        return Ok(answer);
    }
    let json = answer.json.unwrap_or_default();
    if let Ok(error) = serde_json::from_str::<ReadError>(&json) {
        return Err(Trouble::Read(error));
    }
    Err(match serde_json::from_str::<Failure>(&json) {
        Ok(failure) => Trouble::Other(failure.failed),
        Err(_) => Trouble::Other(json),
    })
}
