//! A plan as it was at some moment, read from its history: the same rows, by the same readers, as the plan of today.

use automerge::{AutoCommit, ObjId, ReadDoc};
use base::ChangeHash;

use super::log::{Log, OpId, Place, Put, Wrote};
use crate::document::{Document, to_am};
use crate::model::progress::ProgressRow;
use crate::model::rows::{self, Common, Source, State, Take};
use crate::model::{PlanModel, ProgressModel};
use crate::scalar::Scalar;
use crate::view::plan::Subject;

/// A document at a moment.
pub(crate) struct Past<'a> {
    pub(crate) log: &'a Log,
    /// For each change whether it is in.
    pub(crate) known: Vec<bool>,
    pub(crate) heads: Vec<automerge::ChangeHash>,
    pub(crate) inner: &'a AutoCommit,
}

impl<'a> Past<'a> {
    /// `None` where these heads are not all here.
    pub(crate) fn new(log: &'a Log, document: &'a Document, heads: &[ChangeHash]) -> Option<Self> {
        Some(Self {
            log,
            known: log.known_at(heads)?,
            heads: heads.iter().map(to_am).collect(),
            inner: &document.inner,
        })
    }

    pub(crate) fn is_known(&self, change: u32) -> bool {
        self.known.get(change as usize).copied().unwrap_or(false)
    }

    /// The writes that stood, the one that was shown first.
    pub(crate) fn standing(&self, place: &Place) -> Vec<&'a Wrote> {
        self.log.standing(place, &|change| self.is_known(change))
    }

    /// The value of a write as it was then: a text may have been written in since.
    pub(crate) fn value(&self, place: &Place, write: &Wrote) -> Scalar {
        if let Put::Text(object, text) = &write.put {
            let writes = place.writes.iter();
            let mut inside = writes
                .filter_map(|n| self.log.writes.get(*n as usize))
                .filter(|w| {
                    self.is_known(w.change) && matches!(&w.put, Put::Inside(of, _) if of == object)
                });
            return Scalar::Text(match inside.next() {
                None => text.clone(),
                Some(_) => self.inner.text_at(object, &self.heads).unwrap_or_default(),
            });
        }
        write.put.value().unwrap_or(Scalar::Null)
    }

    /// The value of a field; nothing where there was none.
    pub(crate) fn field(&self, place: &Place) -> Scalar {
        let standing = self.standing(place);
        let first = standing.first();
        first.map_or(Scalar::Null, |write| self.value(place, write))
    }

    /// The map that holds a row's fields.
    pub(crate) fn row_object(&self, subject: Subject) -> Option<OpId> {
        self.log
            .row_object(subject, &|change| self.is_known(change))
    }

    /// The rows of a plan.
    pub(crate) fn plan(&self) -> PlanModel {
        let mut model = PlanModel::default();
        for subject in self.log.of.keys().copied() {
            let Some(object) = self.row_object(subject) else {
                continue;
            };
            let mut row = Row {
                past: self,
                places: self.log.row_places(subject, object),
            };
            match subject {
                Subject::Plan => model.info = rows::info(&mut row),
                Subject::Task(id) => drop(model.tasks.insert(id, rows::task(&mut row, id))),
                Subject::Link(id) => drop(model.links.insert(id, rows::link(&mut row, id))),
                Subject::Calendar(id) => drop(model.calendars.insert(id, rows::calendar(&mut row))),
            }
        }
        model
    }

    /// The rows of the progress document.
    pub(crate) fn progress(&self) -> ProgressModel {
        let mut model = ProgressModel::default();
        for place in &self.log.places {
            let standing = self.standing(place);
            let Some(first) = standing.first() else {
                continue;
            };
            let field = self.log.field(place);
            let value = self.value(place, first);
            match place.subject {
                Subject::Task(task) => {
                    let row = model.tasks.entry(task).or_default();
                    if !row.put(field, &value) {
                        row.unreadable.push(field.to_owned());
                    }
                }
                Subject::Plan => {
                    let mut row = ProgressRow::default();
                    row.put(field, &value);
                    model.plan.data_date = row.data_date;
                }
                Subject::Link(_) | Subject::Calendar(_) => {}
            }
        }
        model
    }
}

/// A row as it was.
struct Row<'a> {
    past: &'a Past<'a>,
    places: Vec<(&'a str, &'a Place)>,
}

impl Source for Row<'_> {
    fn read(&mut self, take: &mut Take<'_>) -> State {
        let mut common = Common::default();
        for (field, place) in &self.places {
            let standing = self.past.standing(place);
            let Some(first) = standing.first() else {
                continue;
            };
            let value = self.past.value(place, first);
            let op = || -> ObjId { self.past.log.object(first.id) };
            common.take(field, value, &op, take);
        }
        common.finish()
    }
}
