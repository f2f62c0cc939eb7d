//! The first rows of a plan: what a screen paints while the document is being read. A device keeps them as they were
//! shown last; one that has nothing of the plan yet asks the server for them.

use std::collections::HashSet;

use base::TaskId;
use domain::plan::Plan;
use domain::schedule::Schedule;
use serde::{Deserialize, Serialize};

use super::plan::PlanView;

/// How many rows are painted first: more than a tall screen shows.
const ROWS: usize = 80;

/// The first rows of a [`PlanView`], with the links among them and the dates they had in the whole plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstRows {
    plan: Plan,
    depth: Vec<u16>,
    summary: Vec<bool>,
    schedule: Schedule,
}

impl FirstRows {
    /// The first rows of a view.
    pub fn of(view: &PlanView) -> Self {
        Self::some(view, ROWS)
    }

    fn some(view: &PlanView, rows: usize) -> Self {
        let whole = &view.plan;
        let mut tasks: Vec<_> = whole.tasks.iter().take(rows).cloned().collect();
        // what is done of summaries cannot be told from the first rows alone
        for (task, percent) in tasks.iter_mut().zip(view.percent()) {
            task.percent = percent;
        }
        let here: HashSet<TaskId> = tasks.iter().map(|task| task.id).collect();
        let links = whole.links.iter();
        let links = links.filter(|link| here.contains(&link.pred) && here.contains(&link.succ));
        Self {
            plan: Plan {
                name: whole.name.clone(),
                start: whole.start,
                calendar: whole.calendar,
                calendars: whole.calendars.clone(),
                links: links.cloned().collect(),
                tasks,
                source: whole.source,
                rules: whole.rules,
                ..Plan::default()
            },
            depth: view.depth.iter().take(rows).copied().collect(),
            summary: view.summary.iter().take(rows).copied().collect(),
            schedule: Schedule {
                rows: view.schedule.rows.iter().take(rows).copied().collect(),
                start: view.schedule.start,
                finish: view.schedule.finish,
            },
        }
    }

    /// Whether there is any.
    pub fn is_empty(&self) -> bool {
        self.plan.tasks.is_empty()
    }

    /// As a view: what is wrong with the plan, and what was removed, is not in it.
    pub fn view(self) -> PlanView {
        PlanView {
            plan: self.plan,
            depth: self.depth,
            summary: self.summary,
            schedule: self.schedule,
            ..PlanView::default()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::view::plan::PlanReader;
    use crate::{Author, Document, command, sample};
    use base::{PersonId, Timestamp};
    use domain::permission::DocumentKind;

    #[test]
    fn the_first_rows_are_as_they_were_in_the_whole_plan() {
        let mut plan = Document::new(DocumentKind::Plan, [1; 16]);
        let author = Author {
            person: PersonId::from_bytes([2; 16]),
            at: Timestamp(0),
        };
        let imported = Box::new(sample::plan(300, 5));
        let import = command::Command::ImportPlan { plan: imported };
        command::perform(&mut plan, &import, author).unwrap();
        let whole = PlanReader::default().read(&mut plan, None);
        let first = FirstRows::some(&whole, 40);
        let kept = serde_json::to_string(&first).unwrap();
        let view = serde_json::from_str::<FirstRows>(&kept).unwrap().view();
        assert_eq!(view.plan.tasks.len(), 40);
        for (place, task) in view.plan.tasks.iter().enumerate() {
            let there = whole.plan.tasks.get(place).unwrap();
            assert_eq!((task.id, &task.name), (there.id, &there.name));
            assert_eq!(Some(&task.percent), whole.percent().get(place));
            assert_eq!(
                view.schedule.rows.get(place),
                whole.schedule.rows.get(place)
            );
            assert_eq!(view.depth.get(place), whole.depth.get(place));
        }
        assert!(!view.plan.links.is_empty() && view.plan.links.len() < whole.plan.links.len());
        assert_eq!(view.schedule.finish, whole.schedule.finish);
        // fewer than asked for
        assert_eq!(FirstRows::some(&whole, 9_999).view().depth, whole.depth);
    }
}
