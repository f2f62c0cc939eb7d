//! The plan as the screen needs it: the view with its indexes, made once a change. Pure.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use shared::api::Organisation;
use shared::base::{BaselineId, FieldId, Minutes, PersonId, ResourceId, TaskId};
use shared::doc::view::plan::{Conflict, PlanView, Subject};
use shared::domain::calendar::{Calendar, WorkTime};
use shared::domain::money::Money;
use shared::domain::plan::{Agreed, Baseline, CustomField, Link, Task};
use shared::domain::resource::{Assignment, Resource};
use shared::domain::schedule::Dates;

use super::duration::{self, Units};
use super::outline::Outline;

/// A plan with its indexes. Tasks are named by their place in the plan.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) view: Arc<PlanView>,
    pub(crate) outline: Outline,
    pub(crate) units: Units,
    /// Working time of the plan's calendar.
    pub(crate) work: WorkTime,
    /// For each task, places of its links in the plan: those it waits for.
    incoming: HashMap<TaskId, Vec<usize>>,
    conflicts: HashMap<TaskId, Vec<usize>>,
    /// For each task, places of what it asks of resources in the plan.
    assigned: HashMap<TaskId, Vec<usize>>,
    percent: Vec<u8>,
    /// Budgets and costs with what lies below; empty where the plan has none.
    budgets: Vec<Option<Money>>,
    costs: Vec<Option<Money>>,
    /// Which of the plan's baselines it is compared with.
    against: Option<usize>,
}

impl Model {
    /// Indexes a view.
    pub(crate) fn new(view: Arc<PlanView>) -> Self {
        let percent = view.percent();
        Self::with(view, percent)
    }

    /// Indexes the first rows: what is done of summaries is told with them.
    pub(crate) fn first(view: Arc<PlanView>) -> Self {
        let percent = view.plan.tasks.iter().map(|task| task.percent).collect();
        Self::with(view, percent)
    }

    /// A custom field of the plan.
    pub(crate) fn own_field(&self, id: FieldId) -> Option<&CustomField> {
        self.view.plan.fields.iter().find(|field| field.id == id)
    }

    fn with(view: Arc<PlanView>, percent: Vec<u8>) -> Self {
        let plan = &view.plan;
        let calendar = plan
            .calendars
            .iter()
            .find(|(id, _)| Some(*id) == plan.calendar)
            .map_or_else(|| Calendar::standard(""), |(_, c)| c.clone());
        let mut incoming: HashMap<TaskId, Vec<usize>> = HashMap::new();
        for (i, link) in plan.links.iter().enumerate() {
            incoming.entry(link.succ).or_default().push(i);
        }
        let mut conflicts: HashMap<TaskId, Vec<usize>> = HashMap::new();
        for (i, conflict) in view.conflicts.iter().enumerate() {
            if let Subject::Task(task) = conflict.subject {
                conflicts.entry(task).or_default().push(i);
            }
        }
        let mut assigned: HashMap<TaskId, Vec<usize>> = HashMap::new();
        for (i, asked) in plan.assignments.iter().enumerate() {
            assigned.entry(asked.task).or_default().push(i);
        }
        let sums = |of: fn(&Task) -> Option<Money>| self::sums(&view, of);
        Self {
            budgets: sums(|task| task.budget),
            costs: sums(|task| task.cost),
            against: plan.baselines.len().checked_sub(1),
            outline: Outline::new(plan),
            units: duration::units(Some(&calendar)),
            work: WorkTime::new(&calendar),
            incoming,
            conflicts,
            assigned,
            percent,
            view,
        }
    }

    /// Compares it with this baseline rather than the last one.
    pub(crate) fn against(mut self, baseline: Option<BaselineId>) -> Self {
        let mut all = self.view.plan.baselines.iter();
        let chosen = all.position(|known| Some(known.id) == baseline);
        self.against = chosen.or(self.against);
        self
    }

    /// The baseline that it is compared with.
    pub(crate) fn baseline(&self) -> Option<&Baseline> {
        self.view.plan.baselines.get(self.against?)
    }

    /// What was agreed of a task.
    pub(crate) fn agreed(&self, i: usize) -> Option<&Agreed> {
        self.baseline()?.tasks.get(&self.task(i)?.id)
    }

    /// How much later than agreed a task finishes, in working minutes of the plan; negative is earlier.
    pub(crate) fn later(&self, i: usize) -> Option<Minutes> {
        let agreed = self.agreed(i)?.finish;
        let finish = self.dates(i).early_finish;
        Some(match finish >= agreed {
            true => self.work.between(agreed, finish),
            false => -self.work.between(finish, agreed),
        })
    }

    /// What a task may cost with all below it.
    pub(crate) fn budget(&self, i: usize) -> Option<Money> {
        self.budgets.get(i).copied().flatten()
    }

    /// What a task has cost so far with all below it.
    pub(crate) fn cost(&self, i: usize) -> Option<Money> {
        self.costs.get(i).copied().flatten()
    }

    /// How much is done: of a summary, what is done of the work below it.
    pub(crate) fn percent(&self, i: usize) -> u8 {
        self.percent.get(i).copied().unwrap_or(0)
    }

    /// The task at a place.
    pub(crate) fn task(&self, i: usize) -> Option<&Task> {
        self.view.plan.tasks.get(i)
    }

    /// The task with an id.
    pub(crate) fn by_id(&self, id: TaskId) -> Option<&Task> {
        self.task(self.outline.index_of(id)?)
    }

    /// Its dates.
    pub(crate) fn dates(&self, i: usize) -> Dates {
        self.view.schedule.rows.get(i).copied().unwrap_or_default()
    }

    /// Its depth in the outline.
    pub(crate) fn depth(&self, i: usize) -> u16 {
        self.view.depth.get(i).copied().unwrap_or(0)
    }

    /// Whether it has children.
    pub(crate) fn is_summary(&self, i: usize) -> bool {
        self.view.summary.get(i).copied().unwrap_or(false)
    }

    /// Whether nothing waits for it: it is inactive, or something above it is.
    pub(crate) fn inactive(&self, i: usize) -> bool {
        let mut at = self.task(i);
        for _ in 0..=self.depth(i) {
            match at {
                Some(task) if task.inactive => return true,
                Some(task) => at = task.parent.and_then(|id| self.by_id(id)),
                None => return false,
            }
        }
        false
    }

    /// The working time that a task follows.
    pub(crate) fn work_of(&self, task: Option<&Task>) -> Cow<'_, WorkTime> {
        if task.is_some_and(|task| task.elapsed) {
            return Cow::Owned(WorkTime::always());
        }
        let own = task.and_then(|task| task.calendar);
        let mut calendars = self.view.plan.calendars.iter();
        match calendars.find(|(id, _)| Some(*id) == own) {
            Some((_, calendar)) if own != self.view.plan.calendar => {
                Cow::Owned(WorkTime::new(calendar))
            }
            _ => Cow::Borrowed(&self.work),
        }
    }

    /// The links that a task waits for.
    pub(crate) fn incoming(&self, id: TaskId) -> impl Iterator<Item = &Link> {
        self.incoming
            .get(&id)
            .into_iter()
            .flatten()
            .filter_map(|i| self.view.plan.links.get(*i))
    }

    /// What a task asks of resources.
    pub(crate) fn assignments(&self, id: TaskId) -> impl Iterator<Item = &Assignment> {
        self.assigned
            .get(&id)
            .into_iter()
            .flatten()
            .filter_map(|i| self.view.plan.assignments.get(*i))
    }

    /// The resource with an id.
    pub(crate) fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.view.plan.resources.iter().find(|r| r.id == id)
    }

    /// The resource with a name, whatever its case.
    pub(crate) fn resource_named(&self, name: &str) -> Option<&Resource> {
        let name = name.to_lowercase();
        let mut all = self.view.plan.resources.iter();
        all.find(|r| r.name.to_lowercase() == name)
    }

    /// The links that wait for a task.
    pub(crate) fn outgoing(&self, id: TaskId) -> impl Iterator<Item = &Link> {
        self.view.plan.links.iter().filter(move |l| l.pred == id)
    }

    /// Working minutes of the plan from the start of a task to its finish.
    pub(crate) fn span_of(&self, i: usize) -> Minutes {
        let dates = self.dates(i);
        self.work.between(dates.early_start, dates.early_finish)
    }

    /// Unsettled fields of a task.
    pub(crate) fn conflicts_of(&self, id: TaskId) -> impl Iterator<Item = &Conflict> {
        self.conflicts
            .get(&id)
            .into_iter()
            .flatten()
            .filter_map(|i| self.view.conflicts.get(*i))
    }
}

/// Amounts of tasks with what lies below them; empty where there are none.
fn sums(view: &PlanView, of: fn(&Task) -> Option<Money>) -> Vec<Option<Money>> {
    let tasks = &view.plan.tasks;
    if tasks.iter().all(|task| of(task).is_none()) {
        return Vec::new();
    }
    let mut sums: Vec<Option<Money>> = tasks.iter().map(of).collect();
    // by depth, what waits for its parent; tasks are in outline order, so from the end
    let mut below: Vec<Option<Money>> = Vec::new();
    for (i, sum) in sums.iter_mut().enumerate().rev() {
        let depth = usize::from(view.depth.get(i).copied().unwrap_or(0));
        below.resize(below.len().max(depth + 2), None);
        let add = |a: Option<Money>, b: Option<Money>| match (a, b) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        if let Some(of_it) = below.get_mut(depth + 1) {
            *sum = add(*sum, of_it.take());
        }
        if let Some(above) = below.get_mut(depth) {
            *above = add(*above, *sum);
        }
    }
    sums
}

/// Names of people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct People {
    names: Vec<(PersonId, String, String)>,
}

impl People {
    /// From the organisation; where two have one name, the department tells them apart.
    pub(crate) fn new(organisation: Option<&Organisation>) -> Self {
        let Some(organisation) = organisation else {
            return Self::default();
        };
        let department = |id| {
            organisation
                .departments
                .iter()
                .find(|d| Some(d.id) == id)
                .map_or("", |d| d.name.as_str())
        };
        let count = |name: &str| {
            let same = organisation.people.iter();
            same.filter(|p| p.display_name == name).count()
        };
        let names = organisation.people.iter().map(|person| {
            let department = department(person.department);
            let name = if count(&person.display_name) > 1 {
                format!("{} ({department})", person.display_name)
            } else {
                person.display_name.clone()
            };
            (person.id, name, department.to_owned())
        });
        Self {
            names: names.collect(),
        }
    }

    /// All: name and department.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().map(|(_, n, d)| (n.as_str(), d.as_str()))
    }

    /// A person's name.
    pub(crate) fn name(&self, id: PersonId) -> Option<&str> {
        let found = self.names.iter().find(|(person, ..)| *person == id);
        found.map(|(_, name, _)| name.as_str())
    }

    /// The person with this name.
    pub(crate) fn person(&self, name: &str) -> Option<PersonId> {
        let name = name.trim();
        let found = self.names.iter().find(|(_, known, _)| known == name);
        found.map(|(id, ..)| *id)
    }

    /// An owner as shown: the name behind a person's id, any other text as it is.
    pub(crate) fn owner<'a>(&'a self, owner: &'a str) -> &'a str {
        let name = owner.parse().ok().and_then(|id| self.name(id));
        name.unwrap_or(owner)
    }

    /// An owner as written: the id of the person with this name, any other text as it is.
    pub(crate) fn to_owner(&self, typed: &str) -> String {
        let typed = typed.trim();
        let person = self.person(typed);
        person.map_or_else(|| typed.to_owned(), |id| id.to_string())
    }
}

/// What stands for a name where there is little room: two letters, or the last two characters of a Chinese name.
pub(crate) fn initials(name: &str) -> String {
    if name.is_ascii() {
        let words = name.split_whitespace();
        let letters = words.filter_map(|w| w.chars().next()).take(2);
        letters.collect::<String>().to_uppercase()
    } else {
        let count = name.chars().count();
        name.chars().skip(count.saturating_sub(2)).collect()
    }
}

/// One of eight colours for a person, always the same.
pub(crate) fn tint(id: PersonId) -> usize {
    id.as_bytes().iter().map(|b| usize::from(*b)).sum::<usize>() % 8
}
