//! Conflicts: fields that several people wrote without seeing each other, and the later writes that settled them.

use base::{ChangeHash, PersonId, Timestamp, sort};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::log::{Log, Place, Wrote};
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::{Subject, Written};

/// How a conflict was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// What was written, knowing the values.
    pub value: String,
    /// Who, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// The change.
    pub change: ChangeHash,
}

/// A conflict 冲突: values of one field, written without knowing of each other, that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Met {
    /// Whose field.
    pub subject: Subject,
    /// Which field, named as in [`crate::view::plan::Conflict::field`].
    pub field: String,
    /// The values, first the one that stood when they met.
    pub values: Vec<Written>,
    /// The later write that settled it; `None` while it is open.
    pub settled: Option<Settled>,
    /// The row that the field is in is removed.
    pub removed: bool,
}

/// Whether values say the same. Of the mark of removal only its being there counts.
pub(crate) fn same(field: &str, a: &Scalar, b: &Scalar) -> bool {
    a == b || (field == schema::DELETED_AT && a.is_null() == b.is_null())
}

/// Whether a field can be in conflict at all: the name beside the mark of removal says nothing of its own.
pub(crate) fn counts(field: &str) -> bool {
    field != schema::DELETED_BY
}

impl Log {
    /// All conflicts, the latest first: by the time of the change that made them meet or settled them.
    pub(crate) fn conflicts(&self) -> Vec<Met> {
        let mut found: Vec<((Timestamp, u64, ChangeHash), Met)> = Vec::new();
        let all = |_| true;
        for place in &self.places {
            let field = self.field(place);
            // most fields were written once, or one write after the other
            if place.writes.len() < 2 || field.is_empty() || !counts(field) {
                continue;
            }
            let flat = matches!(place.subject, Subject::Task(_)) && self.is_flat(place);
            if !flat && self.row_object(place.subject, &all) != Some(place.object) {
                continue;
            }
            let removed = !flat && self.is_removed(place);
            let met = |values: Vec<Written>, settled| Met {
                subject: place.subject,
                field: field.to_owned(),
                values,
                settled,
                removed,
            };
            for (change, over, last) in self.settling(place) {
                let Some(values) = self.differing(field, &over) else {
                    continue;
                };
                let Some(made) = self.changes.get(change as usize) else {
                    continue;
                };
                let settled = Settled {
                    value: last.put.value().map(|v| v.to_shown()).unwrap_or_default(),
                    by: made.by,
                    at: made.at,
                    change: made.hash,
                };
                found.push((made.key(), met(values, Some(settled))));
            }
            let standing = self.standing(place, &all);
            // a removal that stands is shown with what ran beside it
            let gone = field == schema::DELETED_AT
                && standing
                    .first()
                    .and_then(|w| w.put.value())
                    .is_some_and(|v| !v.is_null());
            if !gone
                && standing.len() > 1
                && let Some(values) = self.differing(field, &standing)
            {
                let last = standing
                    .iter()
                    .filter_map(|w| self.changes.get(w.change as usize));
                let key = last.map(super::log::Made::key).max();
                found.extend(key.map(|key| (key, met(values, None))));
            }
        }
        sort::by(&mut found, |a, b| {
            let key =
                |x: &((Timestamp, u64, ChangeHash), Met)| (x.0, x.1.subject, x.1.field.clone());
            key(b).cmp(&key(a))
        });
        found.into_iter().map(|(_, met)| met).collect()
    }

    /// Whether a place is in the flat map of the progress document.
    pub(crate) fn is_flat(&self, place: &Place) -> bool {
        crate::command::restore::is_progress(self.field(place))
    }

    fn is_removed(&self, place: &Place) -> bool {
        self.row_places(place.subject, place.object)
            .into_iter()
            .find(|(field, _)| *field == schema::DELETED_AT)
            .and_then(|(_, mark)| self.standing(mark, &|_| true).first()?.put.value())
            .is_some_and(|mark| !mark.is_null())
    }

    /// The changes that wrote over several values of a place: which values, and what each change left there.
    fn settling(&self, place: &Place) -> Vec<(u32, Vec<&Wrote>, &Wrote)> {
        let mut found: Vec<(u32, Vec<u32>, &Wrote)> = Vec::new();
        for n in &place.writes {
            let Some(write) = self.writes.get(*n as usize) else {
                continue;
            };
            // a change that writes a field twice is one act
            let own = |over: &u32| {
                self.writes
                    .get(*over as usize)
                    .is_some_and(|over| over.change == write.change)
            };
            match found.last_mut() {
                Some((change, over, last)) if *change == write.change => {
                    over.extend(write.over.iter().filter(|over| !own(over)));
                    *last = write;
                }
                _ => found.push((write.change, write.over.to_vec(), write)),
            }
        }
        found
            .into_iter()
            .filter_map(|(change, over, last)| {
                let over: FxHashSet<u32> = over.into_iter().collect();
                if over.len() < 2 {
                    return None;
                }
                let mut over: Vec<&Wrote> = over
                    .into_iter()
                    .filter_map(|n| self.writes.get(n as usize))
                    .filter(|write| write.put.value().is_some())
                    .collect();
                sort::by(&mut over, |a, b| self.later(b.id, a.id));
                Some((change, over, last))
            })
            .collect()
    }

    /// The values of writes, where they do not all say the same.
    fn differing(&self, field: &str, writes: &[&Wrote]) -> Option<Vec<Written>> {
        let values: Vec<Scalar> = writes.iter().filter_map(|w| w.put.value()).collect();
        let first = values.first()?;
        if values.iter().all(|value| same(field, first, value)) {
            return None;
        }
        let written = writes.iter().enumerate();
        Some(written.map(|(i, w)| self.written(w, i == 0)).collect())
    }

    /// A write as views show it.
    pub(crate) fn written(&self, write: &Wrote, stands: bool) -> Written {
        let made = self.changes.get(write.change as usize);
        Written {
            value: match &write.put {
                super::log::Put::Inside(_, text) => text.clone(),
                put => put.value().map(|v| v.to_shown()).unwrap_or_default(),
            },
            by: made.and_then(|made| made.by),
            at: made.map_or(Timestamp(0), |made| made.at),
            stands,
            change: made.map_or(ChangeHash::from_bytes([0; 32]), |made| made.hash),
        }
    }
}
