//! The part of the progress document.

use base::{Moment, TaskId};
use domain::plan::Task;
use domain::plan::difference::{Edit, Field, Value};
use rustc_hash::FxHashMap;

use super::Writes;
use super::field::field;
use crate::command::write::Write;
use crate::command::{CommandError, progress as of_progress};
use crate::model::ProgressModel;
use crate::schema;
use crate::view::plan::Subject;

/// The edits of the progress document.
pub(in crate::command) fn progress(model: &ProgressModel, edits: &[Edit]) -> Writes {
    let mut writes = Vec::new();
    // the actual dates as they will be; those of new tasks are as their file has them, as with an import
    let mut actual: FxHashMap<TaskId, (Option<Moment>, Option<Moment>)> = FxHashMap::default();
    let set = |task: TaskId, value: &Value, writes: &mut Vec<Write>| {
        let (name, kept) = field(value)?;
        writes.push(Write::set(Subject::Task(task), name, kept));
        Ok::<_, CommandError>(())
    };
    for edit in edits {
        match edit {
            Edit::DataDate(date) => writes.extend(of_progress::data_date(*date)),
            Edit::Add { task, .. } => {
                let nothing = Task::new(task.id);
                for field in Field::ALL.into_iter().filter(|field| field.is_progress()) {
                    if !field.same(task, &nothing) {
                        set(task.id, &field.of(task), &mut writes)?;
                    }
                }
            }
            Edit::Set { task, value } if value.field().is_progress() => {
                let row = model.tasks.get(task);
                let dates = actual.entry(*task).or_insert_with(|| {
                    row.map_or((None, None), |row| (row.actual_start, row.actual_finish))
                });
                match value {
                    Value::ActualStart(at) => dates.0 = *at,
                    Value::ActualFinish(at) => dates.1 = *at,
                    _ => {}
                }
                set(*task, value, &mut writes)?;
            }
            _ => {}
        }
    }
    let turned = |(start, finish): &(Option<Moment>, Option<Moment>)| {
        start
            .zip(*finish)
            .is_some_and(|(start, finish)| finish < start)
    };
    if actual.values().any(turned) {
        let why = "before the actual start";
        return Err(CommandError::invalid(schema::ACTUAL_FINISH, why));
    }
    Ok(writes)
}
