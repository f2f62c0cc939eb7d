//! What was done, change by change, in words that a screen can show.

use automerge::ActorId;
use base::{ChangeHash, LinkId, PersonId, TaskId, Timestamp};
use domain::permission::DocumentKind;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::log::{Log, Place, Put, Wrote};
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

/// Deeds of one step that are told one by one; the others are counted.
const MOST: usize = 200;

/// One thing that a change did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// A row was made.
    Added {
        /// Which.
        subject: Subject,
        /// Its name then; empty for links.
        name: String,
    },
    /// A row was marked as removed.
    Removed {
        /// Which.
        subject: Subject,
    },
    /// The mark was taken off.
    Restored {
        /// Which.
        subject: Subject,
    },
    /// A task got another place.
    Moved {
        /// Which.
        task: TaskId,
        /// The parents before and after; the same where it only changed its place among its siblings.
        parents: (Option<TaskId>, Option<TaskId>),
    },
    /// A field got another value; empty for nothing. Values as in [`crate::view::plan::Written::value`].
    Wrote {
        /// Whose field; of a note, the plan.
        subject: Subject,
        /// Which: of a note, `text`.
        field: String,
        /// The value that stood for who wrote it.
        before: String,
        /// The value written.
        after: String,
    },
}

impl Deed {
    /// What it was done to.
    pub fn subject(&self) -> Subject {
        match self {
            Self::Added { subject, .. }
            | Self::Removed { subject }
            | Self::Restored { subject }
            | Self::Wrote { subject, .. } => *subject,
            Self::Moved { task, .. } => Subject::Task(*task),
        }
    }
}

/// One change: what one command did to one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The change: what the server recorded of who and when is kept under it.
    pub change: ChangeHash,
    /// In which document.
    pub document: DocumentKind,
    /// The actor's bytes.
    pub actor: Vec<u8>,
    /// Who, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// What it did, at most two hundred deeds.
    pub deeds: Vec<Deed>,
    /// How many deeds more.
    pub more: usize,
}

impl Log {
    /// Whether a change did anything to be told; about one task, where it is given with its links.
    pub(crate) fn tells(&self, change: u32, of: Option<(TaskId, &FxHashSet<LinkId>)>) -> bool {
        self.writes_of(change).any(|(place, _)| {
            let field = self.field(place);
            let told = match place.subject {
                Subject::Plan => !field.is_empty(),
                _ => field != schema::DELETED_BY,
            };
            told && match (of, place.subject) {
                (None, _) => true,
                (Some((task, _)), Subject::Task(id)) => id == task,
                (Some((_, links)), Subject::Link(id)) => links.contains(&id),
                _ => false,
            }
        })
    }

    /// The writes of a change, with where they are.
    pub(crate) fn writes_of(&self, change: u32) -> impl Iterator<Item = (&Place, &Wrote)> {
        let (from, to) = self
            .changes
            .get(change as usize)
            .map_or((0, 0), |made| made.writes);
        let writes = self.writes.get(from as usize..to as usize);
        writes
            .unwrap_or_default()
            .iter()
            .filter_map(|write| Some((self.places.get(write.place as usize)?, write)))
    }

    /// The actor that made a change; `None` where it only wrote inside of texts.
    pub(crate) fn actor_of(&self, change: u32) -> Option<&ActorId> {
        self.writes_of(change)
            .find(|(_, write)| write.id.0 > 0)
            .and_then(|(_, write)| self.actors.get(write.id.1 as usize))
    }

    /// The links that a task ever was an end of.
    pub(crate) fn links_of(&self, task: TaskId) -> FxHashSet<LinkId> {
        let end = Scalar::Text(task.to_string());
        let mut links = FxHashSet::default();
        for place in &self.places {
            if let Subject::Link(id) = place.subject
                && matches!(self.field(place), schema::PRED | schema::SUCC)
                && place.writes.iter().any(|n| {
                    let write = self.writes.get(*n as usize);
                    write.is_some_and(|w| w.put.value().is_some_and(|v| v == end))
                })
            {
                links.insert(id);
            }
        }
        links
    }

    /// What a change did; about one task only, where it is given.
    pub(crate) fn step(
        &self,
        change: u32,
        document: DocumentKind,
        of: Option<(TaskId, &FxHashSet<LinkId>)>,
    ) -> Option<Step> {
        let made = self.changes.get(change as usize)?;
        let actor = self.actor_of(change);
        let mut deeds: Vec<Deed> = Vec::new();
        let mut more = 0;
        let mut made_here: FxHashSet<Subject> = FxHashSet::default();
        let mut moved: FxHashSet<TaskId> = FxHashSet::default();
        let mut told: FxHashSet<u32> = FxHashSet::default();
        for (place, write) in self.writes_of(change) {
            let wanted = match (of, place.subject) {
                (None, _) => true,
                (Some((task, _)), Subject::Task(id)) => id == task,
                (Some((_, links)), Subject::Link(id)) => links.contains(&id),
                _ => false,
            };
            if !wanted || !told.insert(write.place) {
                continue;
            }
            let field = self.field(place);
            if field.is_empty() {
                if place.subject != Subject::Plan && write.over.is_empty() {
                    made_here.insert(place.subject);
                }
                if place.subject == Subject::Plan {
                    continue;
                }
            }
            let is_new = made_here.contains(&place.subject);
            let deed = match (field, place.subject) {
                ("", subject) => Deed::Added {
                    subject,
                    name: self.name_in(subject, change),
                },
                _ if is_new => continue,
                (schema::DELETED_BY, _) => continue,
                (schema::DELETED_AT, subject) => {
                    let (before, after) = self.before_after(place, change);
                    match (before.is_null(), after.is_null()) {
                        (true, false) => Deed::Removed { subject },
                        (false, true) => Deed::Restored { subject },
                        _ => continue,
                    }
                }
                (schema::PARENT | schema::ORDER, Subject::Task(task)) => {
                    if !moved.insert(task) {
                        continue;
                    }
                    Deed::Moved {
                        task,
                        parents: self.parents(place, task, change),
                    }
                }
                (field, subject) => {
                    let (before, after) = self.before_after(place, change);
                    if before == after {
                        continue;
                    }
                    Deed::Wrote {
                        subject,
                        field: field.to_owned(),
                        before: before.to_shown(),
                        after: after.to_shown(),
                    }
                }
            };
            if deeds.len() < MOST {
                deeds.push(deed);
            } else {
                more += 1;
            }
        }
        Some(Step {
            change: made.hash,
            document,
            actor: actor.map(|a| a.to_bytes().to_vec()).unwrap_or_default(),
            by: made.by,
            at: made.at,
            deeds,
            more,
        })
    }

    /// The value of a place for who made a change, and what the change left there.
    pub(crate) fn before_after(&self, place: &Place, change: u32) -> (Scalar, Scalar) {
        let mut before: Option<&Wrote> = None;
        let mut after = Scalar::Null;
        let mut text_before = String::new();
        for n in &place.writes {
            let Some(write) = self.writes.get(*n as usize) else {
                continue;
            };
            if write.change == change {
                for over in write.over.iter() {
                    if let Some(over) = self.writes.get(*over as usize)
                        && over.change != change
                        && before.is_none_or(|b| self.later(b.id, over.id).is_lt())
                    {
                        before = Some(over);
                    }
                }
                if let Put::Inside(_, text) = &write.put {
                    return (Scalar::Text(text_before), Scalar::Text(text.clone()));
                }
                after = write.put.value().unwrap_or(Scalar::Null);
            } else if let Put::Text(_, text) | Put::Inside(_, text) = &write.put {
                text_before.clone_from(text);
            }
        }
        let before = before.and_then(|write| write.put.value());
        (before.unwrap_or(Scalar::Null), after)
    }

    fn sibling(&self, place: &Place, field: &str) -> Option<&Place> {
        self.row_places(place.subject, place.object)
            .into_iter()
            .find(|(name, _)| *name == field)
            .map(|(_, place)| place)
    }

    fn parents(
        &self,
        place: &Place,
        task: TaskId,
        change: u32,
    ) -> (Option<TaskId>, Option<TaskId>) {
        let parse = |value: Scalar| match value {
            Scalar::Text(text) => text.parse().ok(),
            _ => None,
        };
        let Some(parent) = self.sibling(place, schema::PARENT) else {
            return (None, None);
        };
        let wrote = parent.writes.iter().any(|n| {
            let write = self.writes.get(*n as usize);
            write.is_some_and(|write| write.change == change)
        });
        if wrote {
            let (before, after) = self.before_after(parent, change);
            return (parse(before), parse(after));
        }
        let now = self.shown(Subject::Task(task), schema::PARENT).parse().ok();
        (now, now)
    }

    /// The name that a change gave a row.
    fn name_in(&self, subject: Subject, change: u32) -> String {
        let places = self.of.get(&subject).into_iter().flatten();
        places
            .filter_map(|n| self.places.get(*n as usize))
            .filter(|place| self.field(place) == schema::NAME)
            .map(|place| self.before_after(place, change).1.to_shown())
            .next()
            .unwrap_or_default()
    }

    /// A field's value as it stands; empty for nothing.
    pub(crate) fn shown(&self, subject: Subject, field: &str) -> String {
        let all = |_| true;
        let Some(object) = self.row_object(subject, &all) else {
            return String::new();
        };
        self.row_places(subject, object)
            .into_iter()
            .find(|(name, _)| *name == field)
            .and_then(|(_, place)| {
                let last = place.writes.iter().rev().find_map(|n| {
                    match &self.writes.get(*n as usize)?.put {
                        Put::Inside(_, text) => Some(text.clone()),
                        _ => None,
                    }
                });
                last.or_else(|| Some(self.standing(place, &all).first()?.put.value()?.to_shown()))
            })
            .unwrap_or_default()
    }
}
