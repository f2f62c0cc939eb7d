//! Resources 资源 as plain rows: who and what work is done with, and what of it each task asks for.

mod effort;
mod text;

use base::{AssignmentId, CalendarId, Minutes, Moment, ResourceId, TaskId};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
pub use effort::{Edit, Effort, Share, TaskType};
pub use text::{Changes, MOST_WORK, NoResource, Stays, Use};

/// How much of a resource: thousandths of one whole person, machine or lot. 500 is half a person, 3000 are three.
pub type Units = i64;

/// One whole.
pub const WHOLE: Units = 1_000;

/// The most units that count, of a capacity as of an assignment: a thousand persons.
pub const MOST: Units = 1_000 * WHOLE;

/// What a resource is (MS Project's resource types).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum ResourceKind {
    /// People and machines 工时: what is there is so much at a time.
    #[default]
    #[serde(rename = "work")]
    Work,
    /// What is used up 材料.
    #[serde(rename = "material")]
    Material,
    /// A sum of money 成本.
    #[serde(rename = "cost")]
    Cost,
}

/// A resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its id in the pool.
    pub id: ResourceId,
    /// The unique number that MS Project knows it by, where it was imported.
    #[serde(default)]
    pub uid: Option<i64>,
    /// Its name, as shown.
    pub name: String,
    /// What it is. Only work has a capacity.
    pub kind: ResourceKind,
    /// How much of it there is at a time, until the first of `changes`.
    pub units: Units,
    /// From when on there is how much of it; of entries for the same moment the last counts.
    #[serde(default)]
    pub changes: Vec<(Moment, Units)>,
    /// When it works; the pool's calendar when `None`.
    pub calendar: Option<CalendarId>,
    /// What it costs, in hundredths of the currency's unit (分): an hour of work, or one whole of material or cost.
    #[serde(default)]
    pub rate: i64,
}

impl Resource {
    /// One whole of work, of which nothing else is said.
    pub fn new(id: ResourceId) -> Self {
        Self {
            id,
            uid: None,
            name: String::new(),
            kind: ResourceKind::Work,
            units: WHOLE,
            changes: Vec::new(),
            calendar: None,
            rate: 0,
        }
    }

    /// What an assignment of it costs, in hundredths of the currency's unit, rounded to the nearest: work by the hour,
    /// material and cost by the whole. Cut at what 64 bits hold.
    pub fn cost(&self, assignment: &Assignment) -> i64 {
        let (amount, whole) = match self.kind {
            ResourceKind::Work => (assignment.work, 60),
            ResourceKind::Material | ResourceKind::Cost => (assignment.units, i128::from(WHOLE)),
        };
        let cost = (i128::from(amount) * i128::from(self.rate) + whole / 2).div_euclid(whole);
        cost.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }
}

/// What a task asks for of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Assignment {
    /// Its id in the plan.
    pub id: AssignmentId,
    /// The task.
    pub task: TaskId,
    /// The resource.
    pub resource: ResourceId,
    /// How much of it while the task runs.
    pub units: Units,
    /// Minutes of work: duration times units, unless a planner knows better.
    pub work: Minutes,
}

impl Assignment {
    /// What a task asks of a resource: the two name it, so that two people who make it beside each other make one.
    pub fn of(task: TaskId, resource: ResourceId, units: Units, work: Minutes) -> Self {
        let mut id = *task.as_bytes();
        for (byte, other) in id.iter_mut().zip(resource.as_bytes()) {
            *byte ^= other;
        }
        Self {
            id: AssignmentId::from_bytes(id),
            task,
            resource,
            units,
            work,
        }
    }
}

/// What several projects share: resources, and the calendars that these name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pool {
    /// All resources.
    pub resources: Vec<Resource>,
    /// The calendars of resources.
    pub calendars: Vec<(CalendarId, Calendar)>,
    /// The calendar of resources that name none; five days of eight hours when `None`.
    pub calendar: Option<CalendarId>,
}

/// Minutes of work that `units` do in `duration`, rounded to the nearest.
pub fn work_of(duration: Minutes, units: Units) -> Minutes {
    ratio(duration, units.clamp(0, MOST), WHOLE)
}

/// `a * b / c` rounded to the nearest, halves upwards; 0 where `c` is none, cut at what 64 bits hold.
fn ratio(a: i64, b: i64, c: i64) -> i64 {
    if c <= 0 {
        return 0;
    }
    let (a, b, c) = (i128::from(a), i128::from(b), i128::from(c));
    (a * b + c / 2)
        .div_euclid(c)
        .clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_by_the_hour_and_material_by_the_whole() {
        let assignment = Assignment {
            id: AssignmentId::from_bytes([1; 8]),
            task: TaskId::from_bytes([1; 8]),
            resource: ResourceId::from_bytes([1; 8]),
            units: 2_500,
            work: 90,
        };
        let mut resource = Resource::new(assignment.resource);
        resource.rate = 10_000;
        assert_eq!(resource.cost(&assignment), 15_000);
        resource.kind = ResourceKind::Material;
        assert_eq!(resource.cost(&assignment), 25_000);
        resource.rate = i64::MAX;
        assert_eq!(resource.cost(&assignment), i64::MAX);
    }
}
