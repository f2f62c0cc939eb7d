//! What of a plan is looked at: what is sought, which tasks, in which order and groups. Pure.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use shared::base::time::DAY;
use shared::base::{FieldId, Moment, ResourceId, TaskId};
use shared::doc::view::plan::Problem;
use shared::domain::money::Money;
use shared::domain::schedule;

use super::columns::Column;
use super::edit::{self, Style};
use super::model::Model;
use super::own;

/// How far ahead [`Only::Soon`] looks, in days.
const SOON: i64 = 14;

/// A condition that a task meets to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Only {
    /// It should have begun or be done by now, or misses a date that must be kept.
    Late,
    /// It is not done, and the end of the plan hangs on it.
    Critical,
    /// It is not done, and some of it lies in the next two weeks.
    Soon,
    /// It is one's own: as its owner, or as a resource of it.
    Mine,
    /// It is not done.
    Open,
    /// Something of it is wrong.
    Problem,
    /// It has fields with two values.
    Conflict,
}

/// All conditions, in their order on the screen.
pub(crate) const ALL: [Only; 7] = [
    Only::Late,
    Only::Critical,
    Only::Soon,
    Only::Mine,
    Only::Open,
    Only::Problem,
    Only::Conflict,
];

/// What tasks are put together by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Group {
    /// Who answers for it.
    Owner,
    /// Who and what it is done with.
    Resources,
    /// Whether it has begun and is done.
    Progress,
    /// What it lies under at the top of the outline.
    Branch,
    /// The month in which it starts.
    Month,
    /// The value of a custom field.
    Own(FieldId),
}

/// All ways to group that every plan has.
pub(crate) const GROUPS: [Group; 5] = [
    Group::Owner,
    Group::Resources,
    Group::Progress,
    Group::Branch,
    Group::Month,
];

/// What is looked at. As it is at first, all of the outline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Lens {
    /// Words that all occur in the task.
    pub(crate) find: String,
    /// Conditions that all hold.
    pub(crate) only: Vec<Only>,
    /// Who answers for it, as documents write it.
    pub(crate) owner: Option<String>,
    /// What tasks are put together by; then the outline is not shown.
    pub(crate) group: Option<Group>,
    /// The column that orders tasks of one parent, or of one group; from its greatest where `true`.
    pub(crate) sort: Option<(Column, bool)>,
}

impl Lens {
    /// Whether it leaves tasks out.
    pub(crate) fn filters(&self) -> bool {
        !self.find.trim().is_empty() || !self.only.is_empty() || self.owner.is_some()
    }

    /// Whether rows stand as in the outline, with all that lies above each.
    pub(crate) fn keeps_outline(&self) -> bool {
        self.group.is_none() && self.sort.is_none()
    }

    /// Adds a condition, or takes it away.
    pub(crate) fn toggle(&mut self, only: Only) {
        if self.only.contains(&only) {
            self.only.retain(|o| *o != only);
        } else {
            self.only.push(only);
        }
    }

    /// The next order by a column: upwards, downwards, as in the outline.
    pub(crate) fn next_sort(&mut self, column: Column) {
        self.sort = match self.sort {
            Some((now, false)) if now == column => Some((column, true)),
            Some((now, true)) if now == column => None,
            _ => Some((column, false)),
        };
    }
}

/// What a group has in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Shared {
    /// A text as shown; empty: nobody, nothing.
    Text(String),
    /// 0 not begun, 1 under way, 2 done.
    Progress(u8),
    /// The task that it lies under.
    Branch(TaskId),
    /// Year and month.
    Month(i32, u32),
}

/// Who looks, and when.
pub(crate) struct Eye<'a> {
    /// The plan.
    pub(crate) model: &'a Model,
    /// How cells are written.
    pub(crate) style: Style<'a>,
    /// Now, by this device.
    pub(crate) now: Moment,
    /// The person as the owner of tasks, and as a resource.
    pub(crate) me: (&'a str, ResourceId),
    /// Other ways to write a text that is sought: Chinese in Latin letters.
    pub(crate) spelt: &'a dyn Fn(&str) -> String,
    /// The places of texts in the order of the language.
    pub(crate) ranks: &'a dyn Fn(&[String]) -> Vec<i64>,
}

impl Eye<'_> {
    /// Whether each task is shown for itself, in the order of the plan.
    pub(crate) fn matches(&self, lens: &Lens) -> Vec<bool> {
        let words = lens.find.to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let wrong = match lens.only.contains(&Only::Problem) {
            true => self.wrong(),
            false => Vec::new(),
        };
        (0..self.model.view.plan.tasks.len())
            .map(|i| {
                lens.only.iter().all(|only| self.is(i, *only, &wrong))
                    && (lens.owner.as_ref()).is_none_or(|owner| {
                        self.model.task(i).is_some_and(|task| task.owner == *owner)
                    })
                    && (words.is_empty() || self.says(i, &words))
            })
            .collect()
    }

    /// Whether all words occur in what a task says.
    fn says(&self, i: usize, words: &[&str]) -> bool {
        let columns = [
            Column::Number,
            Column::Name,
            Column::Owner,
            Column::Resources,
            Column::Deliverable,
        ];
        let own = self.model.view.plan.fields.iter();
        let all = columns
            .into_iter()
            .chain(own.map(|field| Column::Own(field.id)));
        let texts: Vec<String> = all
            .map(|column| edit::shown(self.model, i, column, self.style))
            .collect();
        let text = texts.join("\n").to_lowercase();
        if words.iter().all(|word| text.contains(word)) {
            return true;
        }
        // only Latin letters can be meant as a spelling
        if text.is_ascii() || !words.iter().any(|word| word.is_ascii()) {
            return false;
        }
        let spelt = (self.spelt)(&text);
        (words.iter()).all(|word| text.contains(word) || spelt.contains(word))
    }

    fn is(&self, i: usize, only: Only, wrong: &[TaskId]) -> bool {
        let model = self.model;
        let Some(task) = model.task(i) else {
            return false;
        };
        let dates = model.dates(i);
        let open = model.percent(i) < 100 && !model.inactive(i);
        let leaf = !model.is_summary(i);
        match only {
            Only::Late => {
                let begun = task.actual_start.is_some() || model.percent(i) > 0;
                let by_now =
                    dates.early_finish < self.now || dates.early_start < self.now && !begun;
                let missed = task.deadline.is_some_and(|at| at < dates.early_finish);
                open && (missed || dates.total_slack < 0 || leaf && by_now)
            }
            Only::Critical => open && leaf && dates.critical,
            Only::Soon => {
                let until = Moment::from_day(self.now.day()).plus((SOON + 1) * DAY);
                open && leaf && dates.early_start < until && dates.early_finish >= self.now
            }
            Only::Mine => {
                let (owner, resource) = self.me;
                let asked = || model.assignments(task.id).any(|a| a.resource == resource);
                task.owner == owner || asked()
            }
            Only::Open => open,
            Only::Problem => wrong.contains(&task.id),
            Only::Conflict => model.conflicts_of(task.id).next().is_some(),
        }
    }

    /// The tasks that problems name.
    fn wrong(&self) -> Vec<TaskId> {
        let links = &self.model.view.plan.links;
        let ends = |id| {
            let link = links.iter().find(|link| link.id == id);
            link.map_or_else(Vec::new, |link| vec![link.pred, link.succ])
        };
        let problems = self.model.view.problems.iter();
        problems
            .flat_map(|problem| match problem {
                Problem::ParentCycle { tasks } => tasks.clone(),
                Problem::LostParent { task } | Problem::UseOfRemoved { task, .. } => vec![*task],
                Problem::Unreadable { task, .. } => task.iter().copied().collect(),
                Problem::LinkToRemoved { link } => ends(*link),
                Problem::Schedule(of) => match of {
                    schedule::Problem::Cycle { tasks, .. } => tasks.clone(),
                    schedule::Problem::MissingTask { link }
                    | schedule::Problem::Broken { link } => ends(*link),
                    schedule::Problem::NoCalendar { task } => task.iter().copied().collect(),
                    schedule::Problem::OutOfRange { task } => vec![*task],
                    schedule::Problem::FinishBy { tasks, .. } => tasks.clone(),
                    schedule::Problem::Late { task, tasks, .. } => {
                        tasks.iter().copied().chain([*task]).collect()
                    }
                },
            })
            .collect()
    }

    /// What orders the tasks by a column, in the order of the plan.
    pub(crate) fn order(&self, column: Column) -> Vec<i64> {
        let model = self.model;
        let all = &model.view.plan.tasks;
        let tasks = all.iter().enumerate();
        let parts = |amount: Option<Money>| amount.and_then(Money::parts).unwrap_or(i64::MAX);
        let last = |at: Option<Moment>| at.map_or(i64::MAX, Moment::minutes);
        match column {
            Column::Number => tasks.map(|(i, _)| i as i64).collect(),
            Column::Duration => tasks
                .map(|(i, task)| match model.is_summary(i) {
                    true => model.span_of(i),
                    false => task.duration,
                })
                .collect(),
            Column::Start => tasks
                .map(|(i, _)| model.dates(i).early_start.minutes())
                .collect(),
            Column::Finish => tasks
                .map(|(i, _)| model.dates(i).early_finish.minutes())
                .collect(),
            Column::Percent => tasks.map(|(i, _)| i64::from(model.percent(i))).collect(),
            Column::ActualStart => all.iter().map(|task| last(task.actual_start)).collect(),
            Column::ActualFinish => all.iter().map(|task| last(task.actual_finish)).collect(),
            Column::Slack => tasks.map(|(i, _)| model.dates(i).total_slack).collect(),
            Column::Budget => tasks.map(|(i, _)| parts(model.budget(i))).collect(),
            Column::Cost => tasks.map(|(i, _)| parts(model.cost(i))).collect(),
            Column::AgreedStart => tasks
                .map(|(i, _)| last(model.agreed(i).map(|agreed| agreed.start)))
                .collect(),
            Column::AgreedFinish => tasks
                .map(|(i, _)| last(model.agreed(i).map(|agreed| agreed.finish)))
                .collect(),
            Column::Later => tasks
                .map(|(i, _)| model.later(i).unwrap_or(i64::MAX))
                .collect(),
            Column::Own(id) => own::order(model, id),
            Column::Name
            | Column::Owner
            | Column::Resources
            | Column::Predecessors
            | Column::Deliverable => {
                let texts: Vec<String> = tasks
                    .map(|(i, _)| edit::shown(model, i, column, self.style))
                    .collect();
                // what says nothing comes last
                let ranks = (self.ranks)(&texts);
                let ranks = texts.iter().zip(ranks);
                ranks
                    .map(|(text, rank)| if text.is_empty() { i64::MAX } else { rank })
                    .collect()
            }
        }
    }

    /// The group of each task that is shown, with what orders the groups.
    pub(crate) fn groups(&self, by: Group, shown: &[usize]) -> Vec<(i64, Shared)> {
        let model = self.model;
        let texts = |column| {
            let texts: Vec<String> = shown
                .iter()
                .map(|i| edit::shown(model, *i, column, self.style))
                .collect();
            let mut known: Vec<String> = texts.clone();
            shared::base::sort::plain(&mut known);
            known.dedup();
            let places: HashMap<&String, i64> = known.iter().zip((self.ranks)(&known)).collect();
            texts
                .iter()
                .map(|text| {
                    let place = match text.is_empty() {
                        true => i64::MAX,
                        false => places.get(text).copied().unwrap_or_default(),
                    };
                    (place, Shared::Text(text.clone()))
                })
                .collect()
        };
        let of = |i: usize| {
            let task = model.task(i);
            let begun = task.is_some_and(|t| t.actual_start.is_some()) || model.percent(i) > 0;
            let progress = match model.percent(i) {
                100.. => 2,
                _ if begun => 1,
                _ => 0,
            };
            let mut top = i;
            while let Some(above) = model.outline.parent(top) {
                top = above;
            }
            let (year, month, ..) = model.dates(i).early_start.parts();
            match by {
                Group::Progress => (i64::from(progress), Shared::Progress(progress)),
                Group::Month => (
                    i64::from(year) * 12 + i64::from(month),
                    Shared::Month(year, month),
                ),
                _ => (
                    top as i64,
                    model
                        .outline
                        .id(top)
                        .map_or(Shared::Text(String::new()), Shared::Branch),
                ),
            }
        };
        match by {
            Group::Owner => texts(Column::Owner),
            Group::Resources => texts(Column::Resources),
            Group::Own(id) => {
                let order = own::order(model, id);
                let text = |i: &usize| edit::shown(model, *i, Column::Own(id), self.style);
                let shown = shown.iter();
                shown
                    .map(|i| {
                        (
                            order.get(*i).copied().unwrap_or(i64::MAX),
                            Shared::Text(text(i)),
                        )
                    })
                    .collect()
            }
            _ => shown.iter().map(|i| of(*i)).collect(),
        }
    }
}
