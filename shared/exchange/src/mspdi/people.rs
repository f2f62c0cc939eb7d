//! Resources, and what tasks ask of them.

use base::time::{DAY, RANGE};
use base::{CalendarId, Minutes, Moment, ResourceId, TaskId};
use domain::plan::{Plan, Task};
use domain::resource::{
    Assignment, MOST, MOST_WORK, Resource, ResourceKind, Units, WHOLE, work_of,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::pauses::Values;
use super::report::{Adjusted, Adjustment, Counter, Scope};
use super::values::Context;
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
    /// Its work is not spread evenly.
    uneven: bool,
    values: Values,
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
        let number = |name| context.number(element, name);
        let ends = number("TaskUID")?.zip(number("ResourceUID")?);
        let Some((task, resource)) = ends else {
            return Ok(());
        };
        let work = context.duration(element, "Work")?;
        let raw = RawAssignment {
            task,
            resource,
            units: amount(context, element, "Units")?,
            work: work.map(|work| work.minutes.max(0)),
            uneven: number("WorkContour")?.unwrap_or(0) != 0,
            values: Values::read(element),
        };
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

    /// The values over time of what each task asks for, by its row. `index` has the rows by the file's numbers.
    pub(super) fn values(&self, index: &FxHashMap<i64, usize>) -> FxHashMap<usize, Vec<&Values>> {
        let mut values: FxHashMap<usize, Vec<&Values>> = FxHashMap::default();
        for raw in &self.assignments {
            if let Some(at) = index.get(&raw.task) {
                values.entry(*at).or_default().push(&raw.values);
            }
        }
        values
    }

    /// The rows of tasks whose work is not spread evenly.
    pub(super) fn uneven(&self, index: &FxHashMap<i64, usize>) -> FxHashSet<usize> {
        let uneven = self.assignments.iter().filter(|raw| raw.uneven);
        uneven
            .filter_map(|raw| index.get(&raw.task).copied())
            .collect()
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

/// A number that may have a fraction, neither negative nor beyond all money.
fn amount(context: Context<'_>, element: &Element, name: &str) -> Result<Option<f64>, ReadError> {
    context.get(element, name, Expected::Number, |text| {
        let number = text.replace(',', ".").parse::<f64>().ok()?;
        (number.is_finite() && number.abs() < 1e13).then_some(number.max(0.0))
    })
}
