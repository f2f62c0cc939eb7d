//! Resources, and what activities ask of them.

use base::{CalendarId, Minutes, Moment, ResourceId, TaskId};
use domain::resource::{Assignment, MOST, Resource, ResourceKind, Units, WHOLE};
use rustc_hash::{FxHashMap, FxHashSet};

use super::activity::{Activity, Kind};
use super::row::Row;
use super::table::{Tables, at_most};
use super::{MAX_ASSIGNMENTS, MAX_RESOURCES};
use crate::mspdi::{Adjusted, Adjustment, Counter, ReadError, Scope};

/// A resource of the file.
struct Raw<'a> {
    id: &'a str,
    calendar: &'a str,
    /// A person, rather than a machine.
    person: bool,
    resource: Resource,
}

/// What an activity asks of a resource, in hours.
struct Asked {
    activity: usize,
    resource: usize,
    per_hour: f64,
    done: f64,
    left: f64,
}

/// The resources of a project.
pub(super) struct Resources<'a> {
    raws: Vec<Raw<'a>>,
    asked: Vec<Asked>,
}

impl<'a> Resources<'a> {
    /// Reads those that somebody asks for, and the others but for headings under which others lie.
    pub(super) fn read(
        tables: &Tables<'a>,
        by_id: &FxHashMap<&str, usize>,
        new_id: &mut dyn FnMut() -> u64,
        counter: &mut Counter,
    ) -> Result<Self, ReadError> {
        let mut used: FxHashSet<&str> = FxHashSet::default();
        let asking = |row: &Row<'a, '_>| by_id.get(row.key("task_id")).copied();
        for row in tables.rows("TASKRSRC").filter(|row| asking(row).is_some()) {
            used.insert(row.key("rsrc_id"));
        }
        let rows = || tables.rows("RSRC");
        let headings: FxHashSet<&str> = rows().map(|row| row.key("parent_rsrc_id")).collect();
        let wanted = |row: &Row<'a, '_>, all: bool| {
            let id = row.key("rsrc_id");
            used.contains(id) || (all && !headings.contains(id))
        };
        let all = rows().filter(|row| wanted(row, true)).count() <= MAX_RESOURCES;
        let mut resources = Self {
            raws: Vec::new(),
            asked: Vec::new(),
        };
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        for row in rows() {
            let id = row.key("rsrc_id");
            if !wanted(&row, all) || places.contains_key(id) {
                if !headings.contains(id) {
                    counter.one(Scope::Resource, "RSRC", None);
                }
                continue;
            }
            places.insert(id, resources.raws.len());
            resources.raws.push(Raw::read(&row, new_id));
        }
        resources.rates(tables, &places, counter);
        for row in tables.rows("TASKRSRC") {
            let Some(activity) = asking(&row) else {
                continue;
            };
            // a role that nobody fills yet is counted with what is not shown
            let Some(resource) = places.get(row.key("rsrc_id")).copied() else {
                continue;
            };
            let asked = Asked::read(&row, activity, resource)?;
            resources.asked.push(asked);
            at_most(resources.asked.len(), MAX_ASSIGNMENTS, "assignments")?;
        }
        Ok(resources)
    }

    /// How much there is of each from when on, and what it costs.
    fn rates(
        &mut self,
        tables: &Tables<'a>,
        places: &FxHashMap<&str, usize>,
        counter: &mut Counter,
    ) {
        let mut found: Vec<(usize, Option<Moment>, Units, i64)> = Vec::new();
        for row in tables.rows("RSRCRATE") {
            let Some(place) = places.get(row.key("rsrc_id")) else {
                continue;
            };
            // a date that plans cannot hold is that of the beginning
            let from = row.moment("start_date").unwrap_or(None);
            let number = |column| row.number(column).unwrap_or(None);
            let units = number("max_qty_per_hr").map_or(WHOLE, units);
            let rate = number("cost_per_qty").map_or(0, |cost| (cost * 100.0).round() as i64);
            found.push((*place, from, units, rate));
        }
        base::sort::by_key(&mut found, |(place, from, ..)| (*place, *from));
        let mut last = None;
        for (place, from, units, rate) in found {
            let Some(raw) = self.raws.get_mut(place) else {
                continue;
            };
            let resource = &mut raw.resource;
            if last != Some(place) {
                last = Some(place);
                resource.units = units;
                resource.rate = rate;
                continue;
            }
            if rate != resource.rate {
                counter.one(Scope::Resource, "cost_per_qty", None);
            }
            let now = resource
                .changes
                .last()
                .map_or(resource.units, |(_, now)| *now);
            if let Some(from) = from
                && units != now
            {
                resource.changes.push((from, units));
            }
        }
    }

    /// The numbers of the calendars that they follow.
    pub(super) fn calendars(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.raws.iter().map(|raw| raw.calendar)
    }

    /// Writes to activities what their resources make of them: who answers for them, and where resources say how long
    /// they take and when.
    pub(super) fn settle(&self, activities: &mut [Activity<'a>], fallback: &'a str) {
        let mut names: Vec<Vec<&Raw<'a>>> = vec![Vec::new(); activities.len()];
        let mut lengths: FxHashMap<usize, Vec<(Minutes, &'a str)>> = FxHashMap::default();
        for asked in &self.asked {
            let Some(raw) = self.raws.get(asked.resource) else {
                continue;
            };
            if raw.person
                && let Some(list) = names.get_mut(asked.activity)
            {
                list.push(raw);
            }
            let follows = activities.get(asked.activity).map(|activity| activity.kind);
            // next to nothing is nothing to Primavera too
            if follows == Some(Kind::Resource)
                && raw.resource.kind == ResourceKind::Work
                && asked.per_hour >= 0.001
            {
                let calendar = match raw.calendar {
                    "" => fallback,
                    own => own,
                };
                let length = (asked.left / asked.per_hour * 60.0).round() as Minutes;
                let list = lengths.entry(asked.activity).or_default();
                list.push((length.max(0), calendar));
            }
        }
        for (at, activity) in activities.iter_mut().enumerate() {
            let mut people = names.get(at).cloned().unwrap_or_default();
            base::sort::by_key(&mut people, |raw| raw.id != activity.resource);
            activity.task.owner = owner(&people);
            let Some(lengths) = lengths.get(&at) else {
                continue;
            };
            let Some((length, calendar)) = lengths.iter().max_by_key(|(length, _)| *length) else {
                continue;
            };
            if lengths.iter().any(|(_, other)| other != calendar) {
                activity.adjusted.push(Adjustment::ResourceCalendars);
            }
            activity.calendar = calendar;
            let task = &mut activity.task;
            match (task.actual_start, task.actual_finish) {
                (None, None) => task.duration = *length,
                (Some(_), None) => task.remaining = Some(*length),
                _ => {}
            }
        }
    }

    /// The resources, and what tasks ask of them: several assignments of one resource to one task are one.
    pub(super) fn finish(
        self,
        activities: &[Activity<'a>],
        calendar: impl Fn(&str) -> Option<CalendarId>,
        adjusted: &mut Vec<Adjusted>,
    ) -> (Vec<Resource>, Vec<Assignment>) {
        let mut assignments: Vec<Assignment> = Vec::with_capacity(self.asked.len());
        let mut places: FxHashMap<(TaskId, ResourceId), usize> = FxHashMap::default();
        for asked in &self.asked {
            let (Some(activity), Some(raw)) = (
                activities.get(asked.activity),
                self.raws.get(asked.resource),
            ) else {
                continue;
            };
            let (task, resource) = (activity.task.id, &raw.resource);
            let amount = asked.done + asked.left;
            let (all, work) = match resource.kind {
                // by the whole
                ResourceKind::Material | ResourceKind::Cost => (amount, 0),
                ResourceKind::Work => (asked.per_hour, (amount * 60.0).round().max(0.0) as Minutes),
            };
            if all * WHOLE as f64 > MOST as f64 {
                adjusted.push(Adjusted {
                    task: Some(task),
                    what: Adjustment::UnitsCut,
                });
            }
            let units = units(all);
            let place = *places
                .entry((task, resource.id))
                .or_insert(assignments.len());
            match assignments.get_mut(place) {
                Some(same) => {
                    same.units = same.units.saturating_add(units).min(MOST);
                    same.work = same.work.saturating_add(work);
                }
                None => assignments.push(Assignment::of(task, resource.id, units, work)),
            }
        }
        let resources = self.raws.into_iter().map(|raw| Resource {
            calendar: calendar(raw.calendar),
            ..raw.resource
        });
        (resources.collect(), assignments)
    }
}

impl<'a> Raw<'a> {
    fn read(row: &Row<'a, '_>, new_id: &mut dyn FnMut() -> u64) -> Self {
        let id = row.key("rsrc_id");
        let name = row
            .words("rsrc_name")
            .or_else(|| row.words("rsrc_short_name"));
        let kind = row.text("rsrc_type");
        let mut resource = Resource::new(ResourceId::from_bytes(new_id().to_be_bytes()));
        resource.name = name.unwrap_or_else(|| id.to_owned());
        resource.kind = match kind {
            Some("RT_Mat") => ResourceKind::Material,
            _ => ResourceKind::Work,
        };
        Self {
            id,
            calendar: row.key("clndr_id"),
            person: !matches!(kind, Some("RT_Mat" | "RT_Equip")),
            resource,
        }
    }
}

impl Asked {
    fn read(row: &Row<'_, '_>, activity: usize, resource: usize) -> Result<Self, ReadError> {
        let number = |column: &str| row.number(column);
        let done = number("act_reg_qty")?.unwrap_or(0.0) + number("act_ot_qty")?.unwrap_or(0.0);
        let planned = number("target_qty")?.unwrap_or(0.0);
        let left = number("remain_qty")?;
        let per_hour = [number("remain_qty_per_hr")?, number("target_qty_per_hr")?];
        let per_hour = per_hour.into_iter().flatten().find(|units| *units > 0.0);
        Ok(Self {
            activity,
            resource,
            per_hour: per_hour.unwrap_or(0.0),
            done,
            left: left.unwrap_or((planned - done).max(0.0)),
        })
    }
}

/// Thousandths of one whole, within what plans hold.
fn units(whole: f64) -> Units {
    ((whole * WHOLE as f64).round() as Units).clamp(0, MOST)
}

/// Names one after the other, each once, as long as plans hold them.
fn owner(people: &[&Raw<'_>]) -> String {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let mut owner = String::new();
    for raw in people {
        let name = raw.resource.name.as_str();
        if !seen.insert(name) || owner.len() + name.len() > 1_900 {
            continue;
        }
        if !owner.is_empty() {
            owner.push_str(", ");
        }
        owner.push_str(name);
    }
    owner
}
