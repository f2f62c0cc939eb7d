//! A plan as the pattern 模板 of another: what is to be done, in which order and for how long, without what became of it.

use base::{CalendarId, LinkId, Moment, TaskId, time::DAY};
use rustc_hash::FxHashMap;

use super::{Constraint, Placed, Plan, Task};
use crate::calendar::Calendar;
use crate::resource::{Assignment, Resource};

/// How a plan is copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern<'a> {
    /// When the copy starts. Whatever has a date moves by as many days as the starts lie apart; holidays stay.
    pub start: Moment,
    /// Who answers for tasks, and what tasks ask of resources, comes along.
    pub people: bool,
    /// The summary that all of it lies under; at the top where there is none.
    pub beneath: Option<&'a str>,
    /// The plan that it comes into, if it comes into one: calendars that are there in the same words are used, and
    /// resources that are there are not brought again.
    pub into: Option<&'a Plan>,
}

/// A copy of a plan with ids of its own; those of resources stay, since one resource may work in several projects.
/// Progress, costs, baselines, the data date, levelling delays and the original file are left out, and so are the
/// numbers by which other programs know the tasks. Ids come from `new_id`, one call each.
pub fn copy(plan: &Plan, pattern: &Pattern<'_>, new_id: &mut dyn FnMut() -> u64) -> Plan {
    let days = pattern.start.day() - plan.start.day();
    let moved = |at: Moment| at.plus(days * DAY);
    let there = |calendar: &Calendar| {
        let mut all = pattern.into.iter().flat_map(|into| &into.calendars);
        all.find(|(_, other)| other == calendar).map(|(id, _)| *id)
    };
    let mut brought = Vec::new();
    let mut calendars: FxHashMap<CalendarId, CalendarId> = FxHashMap::default();
    for (old, of) in &plan.calendars {
        let id = there(of).unwrap_or_else(|| {
            let id = CalendarId::from_bytes(new_id().to_be_bytes());
            brought.push((id, of.clone()));
            id
        });
        calendars.insert(*old, id);
    }
    let calendar = |id: Option<CalendarId>| id.and_then(|id| calendars.get(&id).copied());
    let tasks: FxHashMap<TaskId, TaskId> = (plan.tasks.iter())
        .map(|task| (task.id, TaskId::from_bytes(new_id().to_be_bytes())))
        .collect();
    let root = pattern.beneath.map(|name| Task {
        name: name.to_owned(),
        ..Task::new(TaskId::from_bytes(new_id().to_be_bytes()))
    });
    let above = root.as_ref().map(|root| root.id);
    let one = |task: &Task| {
        let id = tasks.get(&task.id).copied()?;
        Some(Task {
            uid: None,
            parent: (task.parent.and_then(|parent| tasks.get(&parent).copied())).or(above),
            calendar: calendar(task.calendar),
            not_before: task.not_before.map(moved),
            constraint: task.constraint.map(|constraint| constraint.moved(moved)),
            deadline: task.deadline.map(moved),
            placed: task.placed.map(|placed| Placed {
                start: moved(placed.start),
                finish: placed.finish.map(moved),
            }),
            delay: 0,
            owner: match pattern.people {
                true => task.owner.clone(),
                false => String::new(),
            },
            percent: 0,
            actual_start: None,
            actual_finish: None,
            remaining: None,
            cost: None,
            ..Task { id, ..task.clone() }
        })
    };
    let copied = plan.tasks.iter().filter_map(one);
    let links = plan.links.iter().filter_map(|link| {
        let mut link = link.clone();
        link.pred = tasks.get(&link.pred).copied()?;
        link.succ = tasks.get(&link.succ).copied()?;
        link.id = LinkId::from_bytes(new_id().to_be_bytes());
        Some(link)
    });
    let mut rules = plan.rules;
    rules.data_date = None;
    rules.finish_by = rules.finish_by.map(moved);
    let assigned = plan.assignments.iter().filter_map(|assignment| {
        let task = tasks.get(&assignment.task).copied()?;
        let (units, work) = (assignment.units, assignment.work);
        Some(Assignment::of(task, assignment.resource, units, work))
    });
    Plan {
        name: plan.name.clone(),
        start: pattern.start,
        rules,
        calendar: calendar(plan.calendar),
        calendars: brought,
        tasks: root.into_iter().chain(copied).collect(),
        links: links.collect(),
        resources: match pattern.people {
            true => (plan.resources.iter())
                .filter(|resource| {
                    let mut there = pattern.into.iter().flat_map(|into| &into.resources);
                    !there.any(|other| other.id == resource.id)
                })
                .map(|resource| Resource {
                    uid: None,
                    calendar: calendar(resource.calendar),
                    ..resource.clone()
                })
                .collect(),
            false => Vec::new(),
        },
        assignments: match pattern.people {
            true => assigned.collect(),
            false => Vec::new(),
        },
        people: true,
        ..Plan::default()
    }
}

impl Constraint {
    /// The same with another date.
    fn moved(self, to: impl Fn(Moment) -> Moment) -> Self {
        match self {
            Self::AsLateAsPossible => self,
            Self::StartNoEarlier(at) => Self::StartNoEarlier(to(at)),
            Self::StartNoLater(at) => Self::StartNoLater(to(at)),
            Self::FinishNoEarlier(at) => Self::FinishNoEarlier(to(at)),
            Self::FinishNoLater(at) => Self::FinishNoLater(to(at)),
            Self::MustStart(at) => Self::MustStart(to(at)),
            Self::MustFinish(at) => Self::MustFinish(to(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use base::ResourceId;

    use super::*;
    use crate::plan::{Lag, Link, LinkKind};
    use crate::schedule::schedule;

    fn day(n: i64) -> Moment {
        // a Monday at eight
        Moment::from_day(20_458 + n).plus(8 * 60)
    }

    fn plan() -> Plan {
        let id = |n: u8| TaskId::from_bytes([n; 8]);
        let who = ResourceId::from_bytes([9; 8]);
        let calendar = CalendarId::from_bytes([5; 8]);
        let summary = Task {
            name: "Works".to_owned(),
            ..Task::new(id(1))
        };
        let dig = Task {
            name: "Dig".to_owned(),
            parent: Some(id(1)),
            duration: 960,
            owner: "Li".to_owned(),
            not_before: Some(day(2)),
            deadline: Some(day(9)),
            percent: 40,
            actual_start: Some(day(2)),
            uid: Some(7),
            ..Task::new(id(2))
        };
        let pour = Task {
            name: "Pour".to_owned(),
            parent: Some(id(1)),
            duration: 480,
            calendar: Some(calendar),
            ..Task::new(id(3))
        };
        Plan {
            name: "House".to_owned(),
            start: day(0),
            calendar: Some(calendar),
            calendars: vec![(calendar, Calendar::standard("Five days"))],
            tasks: vec![summary, dig, pour],
            links: vec![Link {
                id: LinkId::from_bytes([4; 8]),
                pred: id(2),
                succ: id(3),
                kind: LinkKind::FinishStart,
                lag: Lag::Working(0),
            }],
            resources: vec![Resource::new(who)],
            assignments: vec![Assignment::of(id(2), who, 1000, 960)],
            ..Plan::default()
        }
    }

    fn copied(pattern: &Pattern<'_>) -> Plan {
        let mut n = 100;
        copy(&plan(), pattern, &mut || {
            n += 1;
            n
        })
    }

    fn pattern(weeks: i64) -> Pattern<'static> {
        Pattern {
            start: day(weeks * 7),
            people: true,
            beneath: None,
            into: None,
        }
    }

    #[test]
    fn a_copy_has_the_same_dates_as_many_days_later_and_no_progress() {
        let copy = copied(&pattern(3));
        let mut bare = plan();
        for task in &mut bare.tasks {
            (task.percent, task.actual_start) = (0, None);
        }
        let (was, _) = schedule(&bare);
        let (is, problems) = schedule(&copy);
        assert_eq!(problems, []);
        let later = |at: Moment| at.plus(21 * DAY);
        for (was, is) in was.rows.iter().zip(&is.rows) {
            assert_eq!(later(was.early_start), is.early_start);
            assert_eq!(later(was.early_finish), is.early_finish);
        }
        assert!(
            copy.tasks
                .iter()
                .all(|t| t.percent == 0 && t.actual_start.is_none())
        );
        assert!(copy.tasks.iter().all(|t| t.uid.is_none()));
        assert_eq!(copy.tasks[1].deadline, Some(later(day(9))));
    }

    #[test]
    fn a_copy_shares_no_id_with_its_pattern_but_those_of_resources() {
        let (plan, copy) = (plan(), copied(&pattern(0)));
        for task in &copy.tasks {
            assert!(plan.tasks.iter().all(|other| other.id != task.id));
        }
        assert_ne!(plan.links[0].id, copy.links[0].id);
        assert_ne!(plan.calendars[0].0, copy.calendars[0].0);
        assert_eq!(copy.tasks[2].calendar, Some(copy.calendars[0].0));
        assert_eq!(copy.links[0].succ, copy.tasks[2].id);
        assert_eq!(copy.assignments[0].task, copy.tasks[1].id);
        assert_eq!(copy.resources[0].id, plan.resources[0].id);
    }

    #[test]
    fn people_stay_behind_where_they_are_not_wanted() {
        let copy = copied(&Pattern {
            people: false,
            ..pattern(0)
        });
        assert_eq!(copy.tasks[1].owner, "");
        assert_eq!((copy.resources.len(), copy.assignments.len()), (0, 0));
    }

    #[test]
    fn what_comes_into_a_plan_uses_its_calendars_and_resources() {
        let into = plan();
        let copy = copied(&Pattern {
            into: Some(&into),
            ..pattern(0)
        });
        assert_eq!((copy.calendars.len(), copy.resources.len()), (0, 0));
        assert_eq!(copy.tasks[2].calendar, Some(into.calendars[0].0));
        assert_eq!(copy.assignments.len(), 1);
    }

    #[test]
    fn a_copy_may_lie_beneath_a_summary_of_its_own() {
        let copy = copied(&Pattern {
            beneath: Some("Second house"),
            ..pattern(0)
        });
        assert_eq!(copy.tasks[0].name, "Second house");
        assert_eq!(copy.tasks[1].parent, Some(copy.tasks[0].id));
        assert_eq!(copy.tasks[2].parent, Some(copy.tasks[1].id));
    }
}
