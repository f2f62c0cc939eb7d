//! The figures of a plan that places show beside its project.

use shared::base::Moment;
use shared::doc::view::plan::PlanView;

/// A plan in a few figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlanFacts {
    /// Tasks that are work, not summaries.
    pub tasks: usize,
    /// Those that are done.
    pub done: usize,
    /// Those on the critical path that are not done.
    pub critical: usize,
    /// Percent complete, weighted by duration (milestones count as one minute), 0..=100.
    pub percent: u8,
    /// When the first task starts; `None` for an empty plan.
    pub start: Option<Moment>,
    /// When the last task finishes.
    pub finish: Option<Moment>,
    /// Fields with several values, and removed tasks that others edited.
    pub conflicts: usize,
    /// What a merge or an import broke.
    pub problems: usize,
}

/// The figures of a plan.
pub fn facts(view: &PlanView) -> PlanFacts {
    let mut facts = PlanFacts {
        conflicts: view.conflicts.len()
            + view
                .removed
                .iter()
                .filter(|r| !r.edited_beside.is_empty())
                .count()
            + view
                .removed_links
                .iter()
                .filter(|r| !r.edited_beside.is_empty())
                .count(),
        problems: view.problems.len(),
        ..PlanFacts::default()
    };
    let (mut weight, mut earned) = (0i64, 0i64);
    for (index, task) in view.plan.tasks.iter().enumerate() {
        if view.summary.get(index).copied().unwrap_or(false) {
            continue;
        }
        let share = task.duration.clamp(1, i64::from(i32::MAX));
        facts.tasks += 1;
        weight += share;
        earned += share * i64::from(task.percent.min(100));
        if task.percent >= 100 {
            facts.done += 1;
        } else if view
            .schedule
            .rows
            .get(index)
            .is_some_and(|dates| dates.critical)
        {
            facts.critical += 1;
        }
    }
    if facts.tasks > 0 {
        facts.percent = u8::try_from(earned / weight.max(1)).unwrap_or(100);
        facts.start = Some(view.schedule.start);
        facts.finish = Some(view.schedule.finish);
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::base::TaskId;
    use shared::domain::plan::Task;

    fn task(number: u8, duration: i64, percent: u8) -> Task {
        Task {
            duration,
            percent,
            ..Task::new(TaskId::from_bytes([number; 8]))
        }
    }

    fn view(tasks: Vec<Task>, summary: Vec<bool>) -> PlanView {
        let mut view = PlanView {
            summary,
            ..PlanView::default()
        };
        view.plan.tasks = tasks;
        view
    }

    #[test]
    fn percent_is_weighted_by_duration_and_leaves_summaries_out() {
        let view = view(
            vec![task(1, 9_999, 0), task(2, 300, 100), task(3, 100, 0)],
            vec![true, false, false],
        );
        let facts = facts(&view);
        assert_eq!((facts.tasks, facts.done, facts.percent), (2, 1, 75));
    }

    #[test]
    fn an_empty_plan_has_no_dates() {
        assert_eq!(facts(&PlanView::default()), PlanFacts::default());
    }

    #[test]
    fn milestones_alone_still_give_a_percentage() {
        let facts = facts(&view(
            vec![task(1, 0, 100), task(2, 0, 0)],
            vec![false, false],
        ));
        assert_eq!(facts.percent, 50);
    }
}
