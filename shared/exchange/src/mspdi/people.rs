//! Resources, and what tasks ask of them.

use base::time::{DAY, RANGE};
use base::{CalendarId, Minutes, Moment, ResourceId, TaskId};
use domain::calendar::WorkTime;
use domain::plan::{Plan, Task};
use domain::resource::{
    Assignment, MOST, MOST_WORK, Resource, ResourceKind, Units, WHOLE, work_of,
};
use domain::schedule::WorkTimes;
use rustc_hash::{FxHashMap, FxHashSet};

use super::report::{Adjusted, Adjustment, Counter, Scope};
use super::values::{self, Context};
use super::{Expected, MAX_ASSIGNMENTS, MAX_CHANGES, MAX_RESOURCES, ReadError};
use crate::xml::Element;

/// A resource of the file.
struct RawResource {
    uid: i64,
    calendar: Option<i64>,
    resource: Resource,
}

/// What a task asks for; of a resource that is not there, what nobody does yet.
struct RawAssignment {
    task: i64,
    resource: i64,
    /// Wholes.
    units: Option<f64>,
    work: Option<Minutes>,
    /// When work is done on it, and when none is although it could be.
    worked: Vec<(Moment, Moment)>,
    idle: Vec<(Moment, Moment)>,
}

/// All that the file says of people.
#[derive(Default)]
pub(super) struct People {
    resources: Vec<RawResource>,
    assignments: Vec<RawAssignment>,
}

impl People {
    /// Reads one `Resource`. The one that stands for nobody, and empty rows, are left out.
    pub(super) fn resource(&mut self, source: &str, element: &Element) -> Result<(), ReadError> {
        let name = element.text("Name");
        let context = Context {
            source,
            scope: Scope::Resource,
            owner: name.unwrap_or_default(),
        };
        let number = |name| context.number(element, name);
        let uid = number("UID")?.filter(|uid| *uid > 0 || (*uid == 0 && name.is_some()));
        let empty = context.flag(element, "IsNull")? == Some(true);
        let (Some(uid), false) = (uid, empty) else {
            return Ok(());
        };
        let kind = match number("Type")? {
            Some(0) => ResourceKind::Material,
            Some(2) => ResourceKind::Cost,
            _ => ResourceKind::Work,
        };
        let whole = |name| amount(context, element, name);
        let (from, changes) = match kind {
            ResourceKind::Work => available(context, element)?,
            ResourceKind::Material | ResourceKind::Cost => (None, Vec::new()),
        };
        let resource = Resource {
            name: name.map_or_else(|| uid.to_string(), str::to_owned),
            kind,
            // only work is there so much at a time
            units: match kind {
                ResourceKind::Work => from.unwrap_or(whole("MaxUnits")?.map_or(WHOLE, units)),
                ResourceKind::Material | ResourceKind::Cost => WHOLE,
            },
            changes,
            rate: whole("StandardRate")?.map_or(0, |rate| (rate * 100.0).round() as i64),
            ..Resource::new(ResourceId::from_bytes([0; 8]))
        };
        self.resources.push(RawResource {
            uid,
            calendar: number("CalendarUID")?.filter(|uid| *uid > 0),
            resource,
        });
        Ok(())
    }

    /// Reads one `Assignment`.
    pub(super) fn assignment(&mut self, source: &str, element: &Element) -> Result<(), ReadError> {
        let context = Context {
            source,
            scope: Scope::Assignment,
            owner: element.text("UID").unwrap_or_default(),
        };
        let ends = context
            .number(element, "TaskUID")?
            .zip(context.number(element, "ResourceUID")?);
        let Some((task, resource)) = ends else {
            return Ok(());
        };
        let work = context.duration(element, "Work")?;
        let mut raw = RawAssignment {
            task,
            resource,
            units: amount(context, element, "Units")?,
            work: work.map(|work| work.minutes.max(0)),
            worked: Vec::new(),
            idle: Vec::new(),
        };
        for part in element.all("TimephasedData") {
            // what remains, and what was done
            if !matches!(part.text("Type"), Some("1" | "2")) {
                continue;
            }
            let span = moment(part, "Start").zip(moment(part, "Finish"));
            let value = part.text("Value").and_then(values::duration);
            if let (Some(span), Some(value)) = (span, value) {
                match value.is_nothing() {
                    true => raw.idle.push(span),
                    false => raw.worked.push(span),
                }
            }
        }
        self.assignments.push(raw);
        if self.assignments.len() > MAX_ASSIGNMENTS {
            return Err(ReadError::TooMany {
                what: "assignments".to_owned(),
                limit: MAX_ASSIGNMENTS as u64,
            });
        }
        Ok(())
    }

    /// Leaves out what is more than plans hold: first those that nobody asks for.
    pub(super) fn limit(&mut self, counter: &mut Counter) {
        let mut seen: FxHashSet<i64> = FxHashSet::default();
        self.resources.retain(|raw| seen.insert(raw.uid));
        if self.resources.len() <= MAX_RESOURCES {
            return;
        }
        let asked: FxHashSet<i64> = self
            .assignments
            .iter()
            .map(|asked| asked.resource)
            .collect();
        let mut room = MAX_RESOURCES;
        self.resources.retain(|raw| {
            let kept = asked.contains(&raw.uid) && room > 0;
            match kept {
                true => room -= 1,
                false => counter.one(Scope::Resource, "Resource", None),
            }
            kept
        });
    }

    /// The file's numbers of the calendars that resources follow.
    pub(super) fn calendars(&self) -> impl Iterator<Item = i64> + '_ {
        self.resources.iter().filter_map(|raw| raw.calendar)
    }

    /// Names by the file's numbers.
    pub(super) fn names(&self) -> FxHashMap<i64, &str> {
        let names = self.resources.iter();
        names
            .map(|raw| (raw.uid, raw.resource.name.as_str()))
            .collect()
    }

    /// Tasks with their resources, by the file's numbers, in the order of the file.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        (self.assignments.iter()).map(|asked| (asked.task, asked.resource))
    }

    /// The resources with new ids, and their numbers. `calendar` finds those of the plan.
    pub(super) fn put_resources(
        &self,
        plan: &mut Plan,
        calendar: impl Fn(i64) -> Option<CalendarId>,
        new_id: &mut dyn FnMut() -> u64,
    ) -> FxHashMap<i64, ResourceId> {
        let mut numbers: FxHashMap<i64, ResourceId> = FxHashMap::default();
        for raw in &self.resources {
            let id = ResourceId::from_bytes(new_id().to_be_bytes());
            numbers.insert(raw.uid, id);
            plan.resources.push(Resource {
                id,
                uid: Some(raw.uid),
                calendar: raw.calendar.and_then(&calendar),
                ..raw.resource.clone()
            });
        }
        numbers
    }

    /// What the plan's tasks ask of its resources: several assignments of one to one task are one. `index` has the rows
    /// of tasks by the file's numbers.
    pub(super) fn put_assignments(
        &self,
        plan: &mut Plan,
        index: &FxHashMap<i64, usize>,
        numbers: &FxHashMap<i64, ResourceId>,
        adjusted: &mut Vec<Adjusted>,
    ) {
        let kinds: FxHashMap<ResourceId, ResourceKind> = (plan.resources.iter())
            .map(|resource| (resource.id, resource.kind))
            .collect();
        let mut places: FxHashMap<(TaskId, ResourceId), usize> = FxHashMap::default();
        for raw in &self.assignments {
            let task = index.get(&raw.task).and_then(|at| plan.tasks.get(*at));
            let resource = numbers.get(&raw.resource);
            let (Some(task), Some(resource)) = (task, resource) else {
                continue;
            };
            let kind = kinds.get(resource).copied().unwrap_or_default();
            let (whole, work) = raw.asks(kind, task);
            let mut note = |what| {
                adjusted.push(Adjusted {
                    task: Some(task.id),
                    what,
                });
            };
            if whole * WHOLE as f64 > MOST as f64 {
                note(Adjustment::UnitsCut);
            }
            let units = units(whole);
            let work = work.min(MOST_WORK);
            let place = *places
                .entry((task.id, *resource))
                .or_insert(plan.assignments.len());
            match plan.assignments.get_mut(place) {
                Some(same) => {
                    same.units = same.units.saturating_add(units).min(MOST);
                    same.work = same.work.saturating_add(work).min(MOST_WORK);
                }
                None => {
                    let asked = Assignment::of(task.id, *resource, units, work);
                    plan.assignments.push(asked);
                }
            }
        }
    }

    /// The pauses of tasks that were split: working time between their first and their last work in which the values over
    /// time of all their assignments are nothing.
    pub(super) fn put_pauses(
        &self,
        plan: &mut Plan,
        index: &FxHashMap<i64, usize>,
        times: &WorkTimes,
    ) {
        let mut split: FxHashMap<usize, Vec<&RawAssignment>> = FxHashMap::default();
        for raw in self.assignments.iter().filter(|raw| !raw.idle.is_empty()) {
            if let Some(at) = index.get(&raw.task) {
                split.entry(*at).or_default();
            }
        }
        for raw in &self.assignments {
            let rows = index.get(&raw.task).and_then(|at| split.get_mut(at));
            if let Some(list) = rows {
                list.push(raw);
            }
        }
        for (at, list) in split {
            if let Some(task) = plan.tasks.get_mut(at).filter(|task| task.placed.is_none()) {
                task.pause = pause(&list, times.of(at));
            }
        }
    }
}

impl RawAssignment {
    /// How many wholes it asks for, and how much work.
    fn asks(&self, kind: ResourceKind, task: &Task) -> (f64, Minutes) {
        let whole = self.units.unwrap_or(1.0);
        match kind {
            ResourceKind::Work => {
                let work = self
                    .work
                    .unwrap_or_else(|| work_of(task.duration, units(whole)));
                (whole, work)
            }
            // an hour of its “work” is one whole
            ResourceKind::Material => (self.work.map_or(whole, |work| work as f64 / 60.0), 0),
            ResourceKind::Cost => (whole, self.work.unwrap_or(0)),
        }
    }
}

/// Working minutes in which none of these is worked on, though one says so, between their first and last work.
fn pause(list: &[&RawAssignment], work: &WorkTime) -> Minutes {
    // +1 where work begins and -1 where it ends; the same for what is idle
    let mut edges: Vec<(Moment, i64, i64)> = Vec::new();
    for raw in list {
        for (from, to) in raw.worked.iter().filter(|(from, to)| from < to) {
            edges.extend([(*from, 1, 0), (*to, -1, 0)]);
        }
        for (from, to) in raw.idle.iter().filter(|(from, to)| from < to) {
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

type Available = (Option<Units>, Vec<(Moment, Units)>);

/// How much there is of a resource from the beginning, where it says so, and from when on it changes. Between periods
/// there is none of it.
fn available(context: Context<'_>, element: &Element) -> Result<Available, ReadError> {
    let mut periods: Vec<(Moment, Moment, Units)> = Vec::new();
    for list in element.all("AvailabilityPeriods") {
        for period in list.all("AvailabilityPeriod") {
            let from = context.bound(period, "AvailabilityFrom")?;
            let to = context.bound(period, "AvailabilityTo")?;
            let much = amount(context, period, "AvailabilityUnits")?;
            if let Some(much) = much {
                let (from, to) = (from.unwrap_or(RANGE.0), to.unwrap_or(RANGE.1));
                periods.push((from, to, units(much)));
            }
        }
    }
    base::sort::plain(&mut periods);
    // MS Project's time goes from 1984 to 2049
    let beginning = Moment::ymd_hm(1984, 1, 1, 23, 59).unwrap_or(RANGE.0);
    let end = Moment::ymd_hm(2049, 12, 31, 0, 0).unwrap_or(RANGE.1);
    let Some(first) = periods.first() else {
        return Ok((None, Vec::new()));
    };
    let begins = if first.0 <= beginning { first.2 } else { 0 };
    let mut changes: Vec<(Moment, Units)> = Vec::new();
    let mut now = begins;
    for (at, (from, to, much)) in periods.iter().enumerate() {
        let mut put = |at: Moment, much: Units| {
            if much != now && changes.len() < MAX_CHANGES {
                changes.push((at, much));
                now = much;
            }
        };
        if *from > beginning {
            put(*from, *much);
        }
        let next = periods.get(at + 1).map_or(RANGE.1, |next| next.0);
        // one period ends a minute, or a day, before the next begins
        if *to < end && to.plus(DAY) < next {
            put(to.plus(1), 0);
        }
    }
    Ok((Some(begins), changes))
}

/// Thousandths of one whole, within what plans hold.
fn units(whole: f64) -> Units {
    ((whole * WHOLE as f64).round() as Units).clamp(0, MOST)
}

/// A moment of a value over time, of which none is worth refusing a file. MS Project writes some minutes as `-0`.
fn moment(part: &Element, name: &str) -> Option<Moment> {
    let (day, time) = part.text(name)?.split_once('T')?;
    format!("{day}T{}", time.replace('-', "0")).parse().ok()
}

/// A number that may have a fraction, neither negative nor beyond all money.
fn amount(context: Context<'_>, element: &Element, name: &str) -> Result<Option<f64>, ReadError> {
    context.get(element, name, Expected::Number, |text| {
        let number = text.replace(',', ".").parse::<f64>().ok()?;
        (number.is_finite() && number.abs() < 1e13).then_some(number.max(0.0))
    })
}
