//! What is left of resources that several plans ask for: each plan knows them by ids of its own, and all by their names.

use std::collections::BTreeMap;

use base::{Moment, ProjectId};

use super::{NORMAL, Project, load, pool, priorities};
use crate::plan::Plan;
use crate::resource::{MOST, ResourceKind, Units};
use crate::schedule::Schedule;

/// The most days that are looked at: five years.
pub const LONGEST: i64 = 1_830;

/// What one plan says of a resource of kind work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its name, as the plan has it.
    pub name: String,
    /// How much of it there is at a time, until the first of `changes`.
    pub units: Units,
    /// From when on there is how much of it.
    pub changes: Vec<(Moment, Units)>,
    /// How much of it is asked for, by day, ascending; days on which nothing is are left out.
    pub days: Vec<(i64, Units)>,
}

/// What is left of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Free {
    /// Its name.
    pub name: String,
    /// The least that there is of it on a day.
    pub there: Units,
    /// The most that is asked for on a day.
    pub busiest: Units,
    /// What is left on the day that leaves least; 0 where more is asked for than there is.
    pub free: Units,
    /// How many plans have it.
    pub plans: u32,
}

/// What a plan has of resources of kind work, and asks of them by its dates.
pub fn asked(plan: &Plan, schedule: &Schedule) -> Vec<Asked> {
    let all = pool(&[plan]);
    let priorities = priorities(plan);
    let project = Project {
        id: ProjectId::from_bytes([0; 16]),
        plan,
        assignments: &plan.assignments,
        priority: NORMAL,
        priorities: &priorities,
    };
    let (loads, _) = load(&all, &[project], std::slice::from_ref(schedule));
    let work = all.resources.iter();
    let work = work.filter(|resource| resource.kind == ResourceKind::Work);
    work.map(|resource| {
        let mut asked = Asked {
            name: resource.name.trim().to_owned(),
            units: resource.units,
            changes: resource.changes.clone(),
            days: Vec::new(),
        };
        let days = loads.iter().filter(|load| load.resource == resource.id);
        let days = days.flat_map(|load| &load.days).map(|load| {
            let (day, there) = (load.day.day(), asked.there(load.day.day()));
            // on a day on which it does not work, who asks for it takes it whole
            let units = match load.capacity {
                0 => there,
                whole => {
                    let units = i128::from(load.demand) * i128::from(there) / i128::from(whole);
                    i64::try_from(units).map_or(MOST, |units| units.min(MOST))
                }
            };
            (day, units)
        });
        asked.days = days.collect();
        asked
    })
    .filter(|asked| !asked.name.is_empty())
    .collect()
}

impl Asked {
    /// How much of it there is on a day.
    fn there(&self, day: i64) -> Units {
        let end = Moment::from_day(day.saturating_add(1));
        // of entries for the same moment the last counts
        let changes = self.changes.iter().filter(|(from, _)| *from < end);
        let last = changes.max_by_key(|(from, _)| *from);
        last.map_or(self.units, |(_, units)| *units).clamp(0, MOST)
    }
}

/// What is left of each resource from one day to another, both included, in the order of names. What plans call by one name,
/// but for blanks around it and for capitals, is one resource; of what they say there is of it the most counts, as each
/// plan may have been given a part. At most [`LONGEST`] days are looked at.
pub fn free(plans: &[&[Asked]], first: i64, last: i64) -> Vec<Free> {
    let last = last.min(first.saturating_add(LONGEST - 1));
    let mut named: BTreeMap<String, Vec<&Asked>> = BTreeMap::new();
    for asked in plans.iter().copied().flatten() {
        let one = named.entry(asked.name.to_lowercase()).or_default();
        one.push(asked);
    }
    let of = |all: &Vec<&Asked>| {
        let name = all.first()?.name.clone();
        let mut free = Free {
            name,
            there: MOST,
            busiest: 0,
            free: MOST,
            plans: u32::try_from(all.len()).unwrap_or(u32::MAX),
        };
        for day in first..=last {
            let there = all.iter().map(|one| one.there(day)).max()?;
            let asked = all.iter().map(|one| {
                let found = one.days.binary_search_by_key(&day, |(day, _)| *day);
                let found = found.ok().and_then(|at| one.days.get(at));
                found.map_or(0, |(_, units)| *units)
            });
            let asked = asked.sum::<Units>();
            free.there = free.there.min(there);
            free.busiest = free.busiest.max(asked);
            free.free = free.free.min((there - asked).max(0));
        }
        (first <= last).then_some(free)
    };
    named.values().filter_map(of).collect()
}
