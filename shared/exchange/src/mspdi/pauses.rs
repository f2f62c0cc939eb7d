//! Pauses: working time within a task in which nobody works on it.

use base::{CalendarId, Minutes, Moment, ResourceId, TaskId};
use domain::calendar::WorkTime;
use domain::plan::Plan;
use domain::resource::{ResourceKind, WHOLE};
use domain::schedule::WorkTimes;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Stored;
use super::values;
use crate::xml::Element;

/// When work is done on an assignment, and when none is although it could be.
#[derive(Debug, Default)]
pub(super) struct Values {
    worked: Vec<(Moment, Moment)>,
    idle: Vec<(Moment, Moment)>,
}

impl Values {
    /// The values over time of an `Assignment`: of what was done, and of what remains. One that cannot be read is left
    /// out.
    pub(super) fn read(element: &Element) -> Self {
        let mut read = Self::default();
        for part in element.all("TimephasedData") {
            if !matches!(part.text("Type"), Some("1" | "2")) {
                continue;
            }
            let span = moment(part, "Start").zip(moment(part, "Finish"));
            let value = part.text("Value").and_then(values::duration);
            if let (Some(span), Some(value)) = (span, value) {
                match value.is_nothing() {
                    true => read.idle.push(span),
                    false => read.worked.push(span),
                }
            }
        }
        read
    }

    /// Of a task that began at `start`: what was done of it ends at `stop`, and what remains is put off to `resume`.
    pub(super) fn put_off(start: Moment, stop: Moment, resume: Moment) -> Self {
        Self {
            worked: vec![(start, start.plus(1)), (resume, resume.plus(1))],
            idle: vec![(stop, resume)],
        }
    }

    /// Working minutes in which none of these is worked on, though one says so, between their first and last work.
    fn pause(list: &[&Self], work: &WorkTime) -> Minutes {
        // +1 where work begins and -1 where it ends; the same for what is idle
        let mut edges: Vec<(Moment, i64, i64)> = Vec::new();
        for values in list {
            for (from, to) in values.worked.iter().filter(|(from, to)| from < to) {
                edges.extend([(*from, 1, 0), (*to, -1, 0)]);
            }
            for (from, to) in values.idle.iter().filter(|(from, to)| from < to) {
                edges.extend([(*from, 0, 1), (*to, 0, -1)]);
            }
        }
        base::sort::by_key(&mut edges, |(at, ..)| *at);
        let (mut worked, mut idle) = (0, 0);
        let (mut begun, mut sum, mut since) = (false, 0, 0);
        let mut last: Option<Moment> = None;
        for (at, works, rests) in edges {
            if let Some(last) = last.filter(|_| begun && worked == 0 && idle > 0) {
                since += work.between(last, at);
            }
            worked += works;
            idle += rests;
            if worked > 0 {
                // what lies before the first work, and after the last, is no pause
                sum += since;
                since = 0;
                begun = true;
            }
            last = Some(at);
        }
        sum
    }
}

/// Puts the pauses of split tasks into the plan; `values` has those of each task by its row. Tasks that were placed by
/// hand have none.
pub(super) fn put(plan: &mut Plan, values: FxHashMap<usize, Vec<&Values>>, times: &WorkTimes) {
    for (at, list) in values {
        if list.iter().all(|values| values.idle.is_empty()) {
            continue;
        }
        if let Some(task) = plan.tasks.get_mut(at).filter(|task| task.placed.is_none()) {
            task.pause = Values::pause(&list, times.of(at));
        }
    }
}

/// Tasks whose resources work in different calendars, and some of them are done before the others: their duration does
/// not count when only those could work. Where the work of each in its own calendar explains the stored finish, that
/// time is a pause. `uneven` are rows of tasks whose work is not spread evenly.
pub(super) fn put_unequal(
    plan: &mut Plan,
    stored: &[Stored],
    times: &WorkTimes,
    uneven: &FxHashSet<usize>,
) {
    let works = |resource: &&domain::resource::Resource| resource.kind == ResourceKind::Work;
    let own: FxHashMap<ResourceId, Option<CalendarId>> = (plan.resources.iter().filter(works))
        .map(|resource| (resource.id, resource.calendar.or(plan.calendar)))
        .collect();
    let mut asked: FxHashMap<TaskId, Vec<(Option<CalendarId>, Minutes)>> = FxHashMap::default();
    for one in plan.assignments.iter().filter(|one| one.units > 0) {
        if let Some(calendar) = own.get(&one.resource) {
            let length = i128::from(one.work) * i128::from(WHOLE) / i128::from(one.units);
            let length = Minutes::try_from(length).unwrap_or(Minutes::MAX);
            asked.entry(one.task).or_default().push((*calendar, length));
        }
    }
    let mut hours: FxHashMap<CalendarId, WorkTime> = FxHashMap::default();
    for (at, task) in plan.tasks.iter_mut().enumerate() {
        let free = task.placed.is_none() && task.calendar.is_none() && task.pause == 0;
        let begun = task.actual_start.is_some() || task.actual_finish.is_some();
        let dates = stored
            .get(at)
            .and_then(|dates| dates.start.zip(dates.finish));
        let (Some((start, finish)), true, false) = (dates, free, begun || uneven.contains(&at))
        else {
            continue;
        };
        let Some(list) = asked.get(&task.id) else {
            continue;
        };
        if list
            .iter()
            .all(|one| Some(one.0) == list.first().map(|first| first.0))
        {
            continue;
        }
        let mut last = start;
        for (id, length) in list {
            let found = id.and_then(|id| plan.calendars.iter().find(|(known, _)| *known == id));
            let own = found.map(|(id, calendar)| {
                let own = hours.entry(*id);
                &*own.or_insert_with(|| WorkTime::new(calendar))
            });
            let own = own.filter(|own| !own.is_empty()).unwrap_or(times.plan());
            last = last.max(own.add(start, *length));
        }
        let work = times.of(at);
        let pause = work.between(start, finish) - task.duration;
        if last == finish && pause > 0 {
            task.pause = pause;
        }
    }
}

/// A moment that is not worth refusing a file. MS Project writes some minutes of values over time as `-0`.
pub(super) fn moment(part: &Element, name: &str) -> Option<Moment> {
    let (day, time) = part.text(name)?.split_once('T')?;
    format!("{day}T{}", time.replace('-', "0")).parse().ok()
}
