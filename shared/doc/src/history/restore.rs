//! Going back to a moment: what would change, whose newer work that would overwrite, and the command that does it.

use base::{PersonId, TaskId, sort};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::log::{Log, Place, Put};
use super::moment::Past;
use crate::command::Command;
use crate::command::restore::{self, FieldEdit};
use crate::model::outline::Outline;
use crate::model::{PlanModel, ProgressModel};
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::{Subject, Written};

/// What is to be as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// One field. `parent` stands for the place among the siblings too.
    Field(Subject, String),
    /// A task: its fields, its place, its progress and what it waits for.
    Task(TaskId),
    /// Everything.
    Everything,
}

/// A field that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Whose field.
    pub subject: Subject,
    /// Which. `deleted_at` is the mark of removal: not empty where the row is removed.
    pub field: String,
    /// What stands now.
    pub now: String,
    /// What would stand.
    pub then: String,
    /// What was written since the moment and would be overwritten: of each person the latest, newest first.
    pub newer: Vec<Written>,
}

/// What going back would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preview {
    /// Every field that would change.
    pub differences: Vec<Difference>,
    /// The task was not there at that moment, or removed: there is nothing to go back to.
    pub absent: bool,
    /// Does it, as ordinary edits; `None` where nothing would change.
    pub command: Option<Command>,
}

impl Preview {
    /// Whose newer work would be overwritten, and how many fields of each; without `me`, the most first.
    pub fn others(&self, me: PersonId) -> Vec<(Option<PersonId>, usize)> {
        let mut count: FxHashMap<Option<PersonId>, usize> = FxHashMap::default();
        for newer in self.differences.iter().flat_map(|d| &d.newer) {
            if newer.by != Some(me) {
                *count.entry(newer.by).or_default() += 1;
            }
        }
        let mut others: Vec<_> = count.into_iter().collect();
        sort::by(&mut others, |a, b| (b.1, b.0).cmp(&(a.1, a.0)));
        others
    }
}

/// Both documents then, and the rows of both times.
pub(crate) struct Compare<'a> {
    pub(crate) plan: Past<'a>,
    pub(crate) progress: Option<Past<'a>>,
    pub(crate) then: PlanModel,
    pub(crate) then_progress: ProgressModel,
    pub(crate) now: PlanModel,
}

/// Collects what would change.
struct Found {
    differences: Vec<Difference>,
    plan: Vec<FieldEdit>,
    progress: Vec<FieldEdit>,
}

impl Compare<'_> {
    /// What going back would do.
    pub(crate) fn preview(&mut self, scope: &Scope) -> Preview {
        let then = Outline::of(&self.then.tasks);
        let now = Outline::of(&self.now.tasks);
        let mut subjects: Vec<Subject> = self.plan.log.of.keys().copied().collect();
        sort::plain(&mut subjects);
        let mut found = Found {
            differences: Vec::new(),
            plan: Vec::new(),
            progress: Vec::new(),
        };
        let mut absent = false;
        let (mut wanted, mut field) = (None, None);
        match scope {
            Scope::Everything => {}
            Scope::Field(subject, name) => {
                wanted = Some([*subject].into_iter().collect());
                field = Some(name.as_str());
                absent = matches!(subject, Subject::Task(id) if !self.then.tasks.contains_key(id));
            }
            Scope::Task(id) => {
                absent = self.then.standing(*id).is_none();
                wanted = Some(self.with_task(*id, &then));
            }
        }
        if absent {
            return Preview {
                absent,
                ..Preview::default()
            };
        }
        for subject in subjects {
            if wanted
                .as_ref()
                .is_some_and(|w: &FxHashSet<Subject>| !w.contains(&subject))
            {
                continue;
            }
            // of the parents that a task needs, only the mark of removal
            let only = match (scope, subject) {
                (Scope::Task(id), Subject::Task(other)) if other != *id => Some(schema::DELETED_AT),
                _ => field,
            };
            let stuck = match (scope, subject) {
                (Scope::Everything, _) => false,
                (_, Subject::Task(id)) => {
                    let parent = then.parent.get(&id).copied().flatten();
                    parent.is_some_and(|p| p == id || now.above(p).any(|above| above == id))
                }
                _ => false,
            };
            self.row(subject, only, stuck, &then, &mut found);
        }
        self.progress(scope, &mut found);
        let command = (!found.differences.is_empty()).then_some(Command::Restore {
            plan: found.plan,
            progress: found.progress,
        });
        Preview {
            differences: found.differences,
            absent: false,
            command,
        }
    }

    /// A task with what it waits for, and with the parents that it needs back.
    fn with_task(&self, id: TaskId, then: &Outline) -> FxHashSet<Subject> {
        let mut wanted: FxHashSet<Subject> = [Subject::Task(id)].into_iter().collect();
        for model in [&self.then, &self.now] {
            wanted.extend(
                model
                    .links
                    .iter()
                    .filter(|(_, row)| row.link.as_ref().is_some_and(|link| link.succ == id))
                    .map(|(id, _)| Subject::Link(*id)),
            );
        }
        wanted.extend(
            then.above(id)
                .take_while(|above| self.now.standing(*above).is_none())
                .map(Subject::Task),
        );
        wanted
    }

    fn standing(model: &PlanModel, subject: Subject) -> Option<bool> {
        let state = match subject {
            Subject::Plan => return Some(true),
            Subject::Task(id) => &model.tasks.get(&id)?.state,
            Subject::Link(id) => &model.links.get(&id)?.state,
            Subject::Calendar(id) => &model.calendars.get(&id)?.state,
        };
        Some(state.deleted.is_none())
    }

    fn row(
        &self,
        subject: Subject,
        only: Option<&str>,
        stuck: bool,
        outline: &Outline,
        found: &mut Found,
    ) {
        let log = self.plan.log;
        let stands = Self::standing(&self.now, subject).unwrap_or(false);
        let stood = Self::standing(&self.then, subject).unwrap_or(false);
        let marks = only.is_none_or(|only| only == schema::DELETED_AT);
        if stands != stood && marks {
            let mark = |stands: bool| if stands { "" } else { "1" };
            found
                .plan
                .push(edit(subject, schema::DELETED_AT, mark(stood)));
            found.differences.push(Difference {
                subject,
                field: schema::DELETED_AT.to_owned(),
                now: mark(stands).to_owned(),
                then: mark(stood).to_owned(),
                newer: self.newer(log, &self.places_of(subject), &self.plan),
            });
        }
        // what is removed then or stays removed keeps what is in it
        if !(stood || stands && only.is_some()) {
            return;
        }
        let (Some(object), Some(before)) = (
            log.row_object(subject, &|_| true),
            self.plan.row_object(subject),
        ) else {
            return;
        };
        let then_places: FxHashMap<&str, &Place> =
            log.row_places(subject, before).into_iter().collect();
        let mut places = log.row_places(subject, object);
        sort::by_key(&mut places, |(field, _)| *field);
        for (field, place) in places {
            let is_move = matches!(field, schema::PARENT | schema::ORDER);
            let asked =
                only.is_none_or(|only| only == field || (is_move && only == schema::PARENT));
            if !asked
                || (is_move && stuck)
                || matches!(field, schema::DELETED_AT | schema::DELETED_BY)
            {
                continue;
            }
            let then = then_places.get(field).copied();
            let mut then = then
                .map_or(Scalar::Null, |place| self.plan.field(place))
                .to_shown();
            if let (schema::PARENT, Subject::Task(id)) = (field, subject) {
                // where it was shown: what a merge broke then is not brought back
                let parent = outline.parent.get(&id).copied().flatten();
                then = parent.map(|p| p.to_string()).unwrap_or_default();
            }
            let now = self.now_value(place);
            if now == then {
                continue;
            }
            match restore::check(subject, field, &then) {
                Ok(_) => {}
                // what could not be read then was shown as nothing
                Err(_) if restore::check(subject, field, "").is_ok() && !now.is_empty() => {
                    then = String::new();
                }
                Err(_) => continue,
            }
            found.plan.push(edit(subject, field, &then));
            found.differences.push(Difference {
                subject,
                field: field.to_owned(),
                now,
                then,
                newer: self.newer(log, &[place], &self.plan),
            });
        }
    }

    /// The value of a place as it stands now.
    fn now_value(&self, place: &Place) -> String {
        now_value(self.plan.log, place, &self.plan)
    }

    fn places_of(&self, subject: Subject) -> Vec<&Place> {
        let log = self.plan.log;
        let places = log.of.get(&subject).into_iter().flatten();
        places.filter_map(|n| log.places.get(*n as usize)).collect()
    }

    fn progress(&self, scope: &Scope, found: &mut Found) {
        let Some(past) = &self.progress else { return };
        let mut places: Vec<&Place> = past.log.places.iter().collect();
        sort::by(&mut places, |a, b| {
            (a.subject, past.log.field(a)).cmp(&(b.subject, past.log.field(b)))
        });
        for place in places {
            let Subject::Task(task) = place.subject else {
                continue;
            };
            let field = past.log.field(place);
            let asked = match scope {
                Scope::Everything => true,
                Scope::Task(id) => *id == task,
                Scope::Field(subject, name) => *subject == place.subject && name == field,
            };
            // the progress of what was not there stays with it
            if !asked || self.then.standing(task).is_none() {
                continue;
            }
            let readable = self
                .then_progress
                .tasks
                .get(&task)
                .is_none_or(|row| !row.unreadable.iter().any(|f| f == field));
            let mut then = String::new();
            if readable {
                then = past.field(place).to_shown();
            }
            let now = now_value(past.log, place, past);
            if now == then {
                continue;
            }
            found.progress.push(edit(place.subject, field, &then));
            found.differences.push(Difference {
                subject: place.subject,
                field: field.to_owned(),
                now,
                then,
                newer: self.newer(past.log, &[place], past),
            });
        }
    }

    /// Of each person the latest write in these places since the moment.
    fn newer(&self, log: &Log, places: &[&Place], past: &Past<'_>) -> Vec<Written> {
        let mut writes: Vec<_> = places
            .iter()
            .filter(|place| log.field(place) != schema::DELETED_BY)
            .flat_map(|place| &place.writes)
            .filter_map(|n| log.writes.get(*n as usize))
            .filter(|write| !past.is_known(write.change))
            .collect();
        let key = |change: u32| log.changes.get(change as usize).map(super::log::Made::key);
        sort::by(&mut writes, |a, b| key(b.change).cmp(&key(a.change)));
        let mut seen: FxHashSet<Option<PersonId>> = FxHashSet::default();
        writes
            .into_iter()
            .map(|write| log.written(write, false))
            .filter(|written| seen.insert(written.by))
            .collect()
    }
}

fn now_value(log: &Log, place: &Place, past: &Past<'_>) -> String {
    let standing = log.standing(place, &|_| true);
    let Some(first) = standing.first() else {
        return String::new();
    };
    if let Put::Text(object, _) = &first.put {
        use automerge::ReadDoc;
        return past.inner.text(object).unwrap_or_default();
    }
    first.put.value().unwrap_or(Scalar::Null).to_shown()
}

fn edit(subject: Subject, field: &str, value: &str) -> FieldEdit {
    FieldEdit {
        subject,
        field: field.to_owned(),
        value: value.to_owned(),
    }
}
