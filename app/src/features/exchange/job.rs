//! Jobs of the Worker: what goes in, what comes out, what can go wrong.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use serde::Deserialize;
use shared::base::Moment;
use shared::domain::plan::Rules;
use shared::exchange::mspdi::{Imported, MAX_BYTES, ReadError};
use shared::exchange::plan_file::Kind;

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

/// Beside the file: the JSON of a preview.
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
/// where that has tasks already.
pub(super) async fn preview(
    slot: Slot,
    file: PickedFile,
    into: Option<(Moment, Rules)>,
) -> Result<Preview, Trouble> {
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
    let text = serde_json::json!({ "seed": seed, "into": into }).to_string();
    let answer = run(slot, "preview", &text, Input::File(file)).await?;
    let json = answer.json.unwrap_or_default();
    let read: PreviewJson =
        serde_json::from_str(&json).map_err(|error| Trouble::Other(error.to_string()))?;
    if read.imported.plan.tasks.is_empty() {
        return Err(Trouble::NoTasks);
    }
    Ok(Preview {
        kind: read.kind,
        imported: read.imported,
        span: (read.start, read.finish),
        name,
        original: answer.bytes.unwrap_or_default(),
    })
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
