//! Writing: the plan into the file that it came from, or into a new one. What did not change stays as it is, byte by
//! byte: an export right after an import gives the same file.

mod baselines;
mod calendars;
mod costs;
mod deliverable;
mod facts;
mod fields;
mod file;
mod patch;
mod people;
mod project;
mod tasks;

use std::borrow::Cow;
use std::collections::VecDeque;

use base::TaskId;
use domain::plan::Plan;
use domain::schedule::{Schedule, schedule as dates_of};
use rustc_hash::{FxHashMap, FxHashSet};

use super::ReadError;
use crate::xml::{self, Element};
use baselines::Baselines;
use facts::Side;
use fields::Fields;
use file::File;
use patch::{Edits, space_before};
use people::People;
use tasks::Context;

/// What a file without an original begins as.
const EMPTY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>
<Project xmlns=\"http://schemas.microsoft.com/project\">
\t<SaveVersion>14</SaveVersion>
\t<ScheduleFromStart>1</ScheduleFromStart>
\t<DefaultStartTime>08:00:00</DefaultStartTime>
\t<DefaultFinishTime>17:00:00</DefaultFinishTime>
\t<MinutesPerDay>480</MinutesPerDay>
\t<MinutesPerWeek>2400</MinutesPerWeek>
\t<DaysPerMonth>20</DaysPerMonth>
\t<DurationFormat>7</DurationFormat>
\t<WorkFormat>2</WorkFormat>
\t<NewTasksAreManual>0</NewTasksAreManual>
\t<Calendars></Calendars>
\t<Tasks></Tasks>
\t<Resources></Resources>
\t<Assignments></Assignments>
</Project>
";

/// Why no file was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The original is no file that can be read.
    #[error("the kept original cannot be written into: {0}")]
    Original(#[from] ReadError),
    /// The dates are those of another plan.
    #[error("the plan has {tasks} tasks and the schedule {rows} rows; compute the schedule again")]
    Schedule {
        /// Tasks of the plan.
        tasks: usize,
        /// Rows of the schedule.
        rows: usize,
    },
}

/// Writes a plan as MSPDI. With the `original` that it was imported from (an uncompressed file), everything in there
/// that the plan says nothing of, or the same as the file, stays. A task that `notes` does not name keeps the note
/// of the original; an empty text takes it away.
pub fn write(
    plan: &Plan,
    schedule: &Schedule,
    notes: &[(TaskId, String)],
    original: Option<&[u8]>,
) -> Result<Vec<u8>, WriteError> {
    encoded(plan, schedule, notes, original, false)
}

/// The file that a plan was imported from, with the schedule's dates, slack and critical flags in the place of the
/// stored ones where they are other moments of work. Tasks that a person scheduled by hand and inactive ones keep
/// theirs. Everything else stays.
pub fn rewrite_dates(
    plan: &Plan,
    schedule: &Schedule,
    original: &[u8],
) -> Result<Vec<u8>, WriteError> {
    encoded(plan, schedule, &[], Some(original), true)
}

fn encoded(
    plan: &Plan,
    schedule: &Schedule,
    notes: &[(TaskId, String)],
    original: Option<&[u8]>,
    all_dates: bool,
) -> Result<Vec<u8>, WriteError> {
    if plan.tasks.len() != schedule.rows.len() {
        return Err(WriteError::Schedule {
            tasks: plan.tasks.len(),
            rows: schedule.rows.len(),
        });
    }
    let source = original.map_or(Ok(Cow::Borrowed(EMPTY)), xml::text)?;
    let text = changed(plan, schedule, notes, &source, all_dates)?;
    let wide = |mark: Option<u16>, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = mark.into_iter().chain(text.encode_utf16());
        units.flat_map(bytes).collect()
    };
    // in the encoding of the original, which its first line names
    Ok(match original {
        Some([0xFF, 0xFE, ..]) => wide(Some(0xFEFF), u16::to_le_bytes),
        Some([0xFE, 0xFF, ..]) => wide(Some(0xFEFF), u16::to_be_bytes),
        Some([b'<', 0, ..]) => wide(None, u16::to_le_bytes),
        Some([0, b'<', ..]) => wide(None, u16::to_be_bytes),
        Some([0xEF, 0xBB, 0xBF, ..]) => [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
        _ => text.into_bytes(),
    })
}

fn changed(
    plan: &Plan,
    schedule: &Schedule,
    notes: &[(TaskId, String)],
    source: &str,
    all_dates: bool,
) -> Result<String, ReadError> {
    let file = File::new(source)?;
    let mut edits = Edits::default();
    let (mut numbers, mut new_calendars) = calendars::calendars(&file, plan, &mut edits);
    let pairs = Pairs::new(&file, plan);
    let (old_dates, _) = dates_of(&file.before.plan);
    let (old_numbers, new_numbers) = (numbers.before.clone(), numbers.after.clone());
    let stored = costs::stored(&file);
    let uids = &pairs.old_uids;
    let before = Side::new(&file.before.plan, &old_dates, uids, &old_numbers, &stored);
    let after = Side::new(plan, schedule, &pairs.uids, &new_numbers, &stored);

    let old = |row: usize| pairs.old.get(row).copied().flatten();
    let costs = |(row, task): (usize, &domain::plan::Task)| {
        let was = old(row).and_then(|row| file.before.plan.tasks.get(row));
        task.cost.is_some() && was.and_then(|was| was.cost) != task.cost
    };
    let spent = plan.tasks.iter().enumerate().any(costs);
    project::properties(&file, &before, &after, (all_dates, spent), &mut edits);
    let (field, definition) = deliverable::field(&file);
    // names of baselines get the next field, where deliverables have none in the file either
    let free = deliverable::free(&file, usize::from(definition.is_some()));
    let baselines = Baselines::new(&file, &before, &after);
    let names = baselines.want_field().then_some(free.0);
    let taken: Vec<i64> = field.parse().ok().into_iter().chain(names).collect();
    let fields = Fields::new(&file, plan, &taken, &mut edits);
    let context = Context {
        file: &file,
        before: &before,
        after: &after,
        removed: &pairs.removed,
        longer: &pairs.longer,
        restructured: pairs.restructured(&before, &after),
        field: &field,
        baselines: &baselines,
        fields: &fields,
        all_dates,
    };
    let old_notes: FxHashMap<TaskId, &str> = (file.before.notes.iter())
        .map(|(task, text)| (*task, text.as_str()))
        .collect();
    let mut new_notes: FxHashMap<TaskId, &str> = (notes.iter())
        .map(|(task, text)| (*task, text.as_str()))
        .collect();
    for (row, task) in plan.tasks.iter().enumerate() {
        let was = old(row).and_then(|row| file.before.plan.tasks.get(row));
        let was = was.and_then(|task| old_notes.get(&task.id)).copied();
        if new_notes.get(&task.id).copied() == was {
            new_notes.remove(&task.id);
        }
    }
    outline(&context, &pairs, &new_notes, &mut edits);

    let changed_deliverable = |(row, task): (usize, &domain::plan::Task)| {
        let was = old(row).and_then(|row| file.before.plan.tasks.get(row));
        was.map_or("", |task| &task.deliverable).trim() != task.deliverable.trim()
    };
    let mut definitions = fields.definitions.clone();
    let delivers = plan.tasks.iter().enumerate().any(changed_deliverable);
    definitions.extend(definition.filter(|_| delivers));
    definitions.extend(baselines.name(free, &mut edits));
    file.append("ExtendedAttributes", &definitions, &mut edits);
    baselines.forget(&mut edits);
    // the calendar that reading makes up gets into the file with the first task that names it
    if let (Some(number), Some((_, calendar))) = (numbers.made_up, file.made_up()) {
        let text = number.to_string();
        let names = |(row, task): (usize, &domain::plan::Task)| {
            let was = old(row).and_then(|row| file.before.plan.tasks.get(row));
            let was = was.map(|task| before.calendar(task.calendar));
            after.calendar(task.calendar) == text && was.as_deref() != Some(&text)
        };
        if plan.tasks.iter().enumerate().any(names) || after.calendar(plan.calendar) == text {
            new_calendars.push_str(&calendars::whole(&file.prefix, number, calendar));
        }
    }
    let people = People::new(&file, &before, &after, &pairs.old);
    new_calendars.push_str(&people.write(&mut numbers, &pairs.removed, &mut edits));
    file.append("Calendars", &new_calendars, &mut edits);
    Ok(edits.apply(source, 0..source.len()))
}

/// Which task of the file each task of the plan is.
struct Pairs {
    /// By row of the plan: the row of what an import gives.
    old: Vec<Option<usize>>,
    /// By row of the plan: the number in the file.
    uids: Vec<i64>,
    old_uids: Vec<i64>,
    removed: FxHashSet<i64>,
    longer: FxHashSet<i64>,
}

impl Pairs {
    fn new(file: &File<'_>, plan: &Plan) -> Self {
        let old_tasks = &file.before.plan.tasks;
        let mut rows: FxHashMap<i64, VecDeque<usize>> = FxHashMap::default();
        for (row, task) in old_tasks.iter().enumerate() {
            if let Some(uid) = task.uid {
                rows.entry(uid).or_default().push_back(row);
            }
        }
        let mut taken: FxHashSet<i64> = rows.keys().copied().collect();
        taken.extend(file.members("Tasks").iter().filter_map(file::uid));
        let planned = plan.tasks.iter().filter_map(|task| task.uid);
        let planned = planned.filter(|uid| *uid < i64::from(i32::MAX)).max();
        let mut next = file.next_uid("Tasks").max(planned.unwrap_or(0) + 1);
        let mut pairs = Self {
            old: Vec::with_capacity(plan.tasks.len()),
            uids: Vec::with_capacity(plan.tasks.len()),
            old_uids: old_tasks.iter().map(|t| t.uid.unwrap_or(-1)).collect(),
            removed: FxHashSet::default(),
            longer: FxHashSet::default(),
        };
        for task in &plan.tasks {
            let uid = task.uid.filter(|uid| *uid > 0);
            let old = uid.and_then(|uid| rows.get_mut(&uid)?.pop_front());
            let uid = uid.filter(|uid| old.is_some() || taken.insert(*uid));
            pairs.uids.push(uid.unwrap_or_else(|| {
                next += 1;
                next - 1
            }));
            pairs.old.push(old);
            if let (Some(was), Some(uid)) = (old.and_then(|row| old_tasks.get(row)), uid)
                && was.duration != task.duration
            {
                pairs.longer.insert(uid);
            }
        }
        let kept: FxHashSet<i64> = pairs.uids.iter().copied().collect();
        pairs.removed = rows.into_keys().filter(|uid| !kept.contains(uid)).collect();
        pairs
    }

    fn restructured(&self, before: &Side<'_>, after: &Side<'_>) -> bool {
        let rows = self.old.iter().enumerate();
        before.plan.tasks.len() != after.plan.tasks.len()
            || rows
                .into_iter()
                .any(|(row, old)| *old != Some(row) || before.level(row) != after.level(row))
    }
}

/// What stands in the list of tasks.
#[derive(Clone, Copy, PartialEq)]
enum Row {
    /// A member of the file's list that is no task: the project's summary, or an empty row.
    Other(usize),
    /// A task of the plan, with the member that it has in the file.
    Task(usize, Option<usize>),
}

/// Puts the tasks in the order of the plan's outline.
fn outline(
    context: &Context<'_>,
    pairs: &Pairs,
    notes: &FxHashMap<TaskId, &str>,
    edits: &mut Edits,
) {
    let file = context.file;
    let members = file.members("Tasks");
    let root = |element: &Element| file::uid(element) == Some(0);
    let other =
        |element: &Element| root(element) || matches!(element.text("IsNull"), Some("1" | "true"));
    // members by row of the import; others go with the task before them that is still there
    let kept: FxHashSet<usize> = pairs.old.iter().flatten().copied().collect();
    let mut by_row = Vec::new();
    let mut others: FxHashMap<Option<usize>, Vec<usize>> = FxHashMap::default();
    let mut above = None;
    for (at, element) in members.iter().enumerate() {
        if other(element) {
            others.entry(above).or_default().push(at);
        } else {
            if kept.contains(&by_row.len()) {
                above = Some(by_row.len());
            }
            by_row.push(at);
        }
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut take = |row| {
        others
            .remove(&row)
            .unwrap_or_default()
            .into_iter()
            .map(Row::Other)
    };
    rows.extend(take(None));
    for (row, old) in pairs.old.iter().enumerate() {
        let member = old.and_then(|old| by_row.get(old).copied());
        rows.push(Row::Task(row, member));
        if old.is_some() {
            rows.extend(take(*old));
        }
    }
    let ids = |list: &mut dyn Iterator<Item = Option<usize>>| -> Vec<Option<usize>> {
        let mut id = 0;
        list.map(|at| {
            id += usize::from(at.is_none_or(|at| !members.get(at).is_some_and(root)));
            Some(id)
        })
        .collect()
    };
    let old_ids = ids(&mut (0..members.len()).map(Some));
    let at_of = |row: &Row| match *row {
        Row::Other(at) => Some(at),
        Row::Task(_, at) => at,
    };
    let new_ids = ids(&mut rows.iter().map(at_of));
    let in_place = rows.len() == members.len()
        && rows
            .iter()
            .enumerate()
            .all(|(row, what)| at_of(what) == Some(row));

    let mut whole = String::new();
    let mut leads = leads(file.source, members, |at| {
        rows.iter().any(|row| at_of(row) == Some(at))
    });
    for (row, id) in rows.iter().zip(new_ids) {
        let Some(element) = at_of(row).and_then(|at| members.get(at)) else {
            if let Row::Task(row, _) = *row {
                let task = context.after.plan.tasks.get(row);
                let note = task.and_then(|task| notes.get(&task.id)).copied();
                whole.push_str("\n\t\t");
                whole.push_str(&context.new_task(row, id.unwrap_or_default(), note));
            }
            continue;
        };
        let at = at_of(row).unwrap_or_default();
        let moved = id.filter(|_| old_ids.get(at) != Some(&id) && !root(element));
        let own = match *row {
            Row::Task(row, _) => {
                let task = context.after.plan.tasks.get(row);
                let note = task.and_then(|task| notes.get(&task.id)).copied();
                let old = pairs.old.get(row).copied().flatten().unwrap_or_default();
                context.changes(element, (old, row), moved, note)
            }
            Row::Other(_) if root(element) => project::summary(context, element),
            Row::Other(_) => project::empty_row(file, element, moved),
        };
        if in_place {
            edits.append(own);
        } else {
            whole.push_str(&leads.get_mut(at).map(std::mem::take).unwrap_or_default());
            whole.push_str(&own.apply(file.source, element.span.clone()));
        }
    }
    match (members.first(), members.last()) {
        (Some(first), Some(last)) if !in_place => {
            let from = space_before(file.source, first.span.start);
            edits.replace(from..last.span.end, whole);
        }
        (None, _) => file.append("Tasks", &whole, edits),
        _ => {}
    }
}

/// What stands between the members; comments before one that goes stay with the next.
fn leads(source: &str, members: &[Element], kept: impl Fn(usize) -> bool) -> Vec<String> {
    let mut end = members
        .first()
        .map_or(0, |first| space_before(source, first.span.start));
    let mut over = String::new();
    let mut leads = Vec::with_capacity(members.len());
    for (at, element) in members.iter().enumerate() {
        let lead = source.get(end..element.span.start).unwrap_or("");
        end = element.span.end;
        if kept(at) {
            leads.push(std::mem::take(&mut over) + lead);
        } else {
            if !lead.trim().is_empty() {
                over.push_str(lead.trim_end());
            }
            leads.push(String::new());
        }
    }
    leads
}
