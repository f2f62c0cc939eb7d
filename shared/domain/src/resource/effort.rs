//! Work, duration and units: what changes when a person changes one of them.
//!
//! `work = duration * units`. The task type says which of the three stays when another is changed, and effort-driven
//! whether the work of a task stays when people come and go. Source: MS Project, "Change the task type for more
//! accurate scheduling" (its table of what is recalculated) and "Effort-driven scheduling".

use base::{Minutes, ResourceId};
use serde::{Deserialize, Serialize};

use super::{MOST, Units, WHOLE, ratio, work_of};

/// Which of the three stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum TaskType {
    /// Fixed units 固定单位.
    #[default]
    #[serde(rename = "units")]
    FixedUnits,
    /// Fixed duration 固定工期.
    #[serde(rename = "duration")]
    FixedDuration,
    /// Fixed work 固定工时: always effort-driven.
    #[serde(rename = "work")]
    FixedWork,
}

/// The part of one resource of kind work in a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Share {
    /// The resource.
    pub resource: ResourceId,
    /// How much of it.
    pub units: Units,
    /// Its minutes of work.
    pub work: Minutes,
}

/// A task's work, duration and units together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Effort {
    /// Which of the three stays.
    pub kind: TaskType,
    /// The work stays when resources are added and removed 投入比导向.
    pub effort_driven: bool,
    /// Working minutes.
    pub duration: Minutes,
    /// Each resource's part; one entry a resource.
    pub shares: Vec<Share>,
}

/// What a person changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Edit {
    /// How long the task takes.
    Duration(Minutes),
    /// How much of a resource it has.
    Units(ResourceId, Units),
    /// A resource's work.
    Work(ResourceId, Minutes),
    /// The work of all resources together, in the proportion in which it was divided.
    Total(Minutes),
    /// A resource comes; with work already there, or twice, it changes nothing.
    Add(ResourceId, Units),
    /// A resource goes.
    Remove(ResourceId),
}

/// The longest duration and the most work that count.
const LONGEST: Minutes = 1 << 40;

impl Effort {
    /// What it is after an edit. Figures are cut to what plans can hold; what names a resource that is not there
    /// changes nothing.
    pub fn edited(&self, edit: Edit) -> Self {
        let mut next = self.clone();
        match edit {
            Edit::Duration(duration) => next.set_duration(duration.clamp(0, LONGEST)),
            Edit::Units(resource, units) => next.set_units(resource, units.clamp(0, MOST)),
            Edit::Work(resource, work) => {
                if let Some(share) = next.share(resource) {
                    share.work = work.clamp(0, LONGEST);
                    next.follow_work();
                }
            }
            Edit::Total(total) => {
                next.divide(total.clamp(0, LONGEST), |share| share.work);
                next.follow_work();
            }
            Edit::Add(resource, units) => next.add(resource, units.clamp(0, MOST)),
            Edit::Remove(resource) => next.remove(resource),
        }
        next
    }

    /// Minutes of work of all resources.
    pub fn total(&self) -> Minutes {
        (self.shares.iter()).fold(0, |sum: Minutes, share| sum.saturating_add(share.work))
    }

    fn share(&mut self, resource: ResourceId) -> Option<&mut Share> {
        self.shares.iter_mut().find(|s| s.resource == resource)
    }

    fn set_duration(&mut self, duration: Minutes) {
        self.duration = duration;
        for share in &mut self.shares {
            match self.kind {
                TaskType::FixedUnits | TaskType::FixedDuration => {
                    share.work = work_of(duration, share.units);
                }
                TaskType::FixedWork if duration > 0 => share.units = units_of(share.work, duration),
                TaskType::FixedWork => {}
            }
        }
    }

    fn set_units(&mut self, resource: ResourceId, units: Units) {
        let (kind, duration) = (self.kind, self.duration);
        let Some(share) = self.share(resource) else {
            return;
        };
        share.units = units;
        match kind {
            TaskType::FixedDuration => share.work = work_of(duration, units),
            TaskType::FixedUnits | TaskType::FixedWork => self.stretch(),
        }
    }

    /// After the work of shares was changed.
    fn follow_work(&mut self) {
        match self.kind {
            TaskType::FixedDuration => self.follow_units(),
            TaskType::FixedUnits | TaskType::FixedWork => self.stretch(),
        }
    }

    fn follow_units(&mut self) {
        for share in &mut self.shares {
            if self.duration > 0 {
                share.units = units_of(share.work, self.duration);
            }
        }
    }

    /// The task takes as long as the share that takes longest.
    fn stretch(&mut self) {
        let longest = |share: &Share| match share.units {
            // nobody does it: it takes as long as it did
            ..=0 if share.work > 0 => self.duration,
            _ => ratio(share.work, WHOLE, share.units).clamp(0, LONGEST),
        };
        self.duration = self
            .shares
            .iter()
            .map(longest)
            .max()
            .unwrap_or(self.duration);
    }

    /// Divides `total` in the proportion of `part`, or of units where nobody has a part; all of it is given out.
    fn divide(&mut self, total: Minutes, part: impl Fn(&Share) -> i64) {
        let sum = |part: &dyn Fn(&Share) -> i64| {
            (self.shares.iter()).fold(0i64, |sum, share| sum.saturating_add(part(share).max(0)))
        };
        let mut parts: Vec<i64> = self.shares.iter().map(|s| part(s).max(0)).collect();
        let mut whole = sum(&part);
        if whole == 0 {
            parts = self.shares.iter().map(|s| s.units.max(0)).collect();
            whole = sum(&|share| share.units);
        }
        let (mut before, mut given) = (0i64, 0);
        for (share, part) in self.shares.iter_mut().zip(parts) {
            before = before.saturating_add(part);
            let until = ratio(total, before, whole);
            share.work = until - given;
            given = until;
        }
    }

    fn driven(&self) -> bool {
        self.effort_driven || self.kind == TaskType::FixedWork
    }

    fn add(&mut self, resource: ResourceId, units: Units) {
        if self.share(resource).is_some() {
            return;
        }
        let total = self.total();
        let work = work_of(self.duration, units);
        self.shares.push(Share {
            resource,
            units,
            work,
        });
        // the first resource brings the task's work with it
        if self.driven() && total > 0 {
            self.divide(total, |share| share.units);
            self.follow_work();
        }
    }

    fn remove(&mut self, resource: ResourceId) {
        let total = self.total();
        let count = self.shares.len();
        self.shares.retain(|share| share.resource != resource);
        if self.driven() && self.shares.len() < count && !self.shares.is_empty() {
            self.divide(total, |share| share.units);
            self.follow_work();
        }
    }
}

fn units_of(work: Minutes, duration: Minutes) -> Units {
    ratio(work, WHOLE, duration).clamp(0, MOST)
}

#[cfg(test)]
mod tests;
