//! The history of a form: who answered what, and when.

use base::{ChangeHash, CommentId, PersonId, RowId, Timestamp};
use domain::permission::DocumentKind;
use pack::id::FieldName;
use pack::value::Value;
use rustc_hash::FxHashSet;

use super::log::{Log, Made, Place, Put};
use crate::document::Document;
use crate::model::form::Kept;
use crate::scalar::Scalar;
use crate::view::form::{CommentPart, FormPlace};

/// Deeds of one step that are told one by one; the others are counted.
const MOST: usize = 200;

/// What stood at a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// The answer; `None` for nothing, for what cannot be read, and where the place holds no answer.
    pub value: Option<Value>,
    /// As it is kept; empty for nothing.
    pub text: String,
}

/// One thing that a change did to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormDeed {
    /// It was begun.
    Begun,
    /// It was discarded.
    Discarded,
    /// The mark was taken off again.
    Kept,
    /// A field or a cell got another answer; nothing for a cleared one.
    Answered {
        /// Which.
        place: FormPlace,
        /// What stood for who wrote it.
        before: Said,
        /// What was written.
        after: Said,
    },
    /// A row was added, with so many answers in it.
    RowAdded {
        /// The table.
        table: FieldName,
        /// The row.
        row: RowId,
        /// How many of its columns were answered then.
        answers: usize,
    },
    /// A row was marked as removed.
    RowRemoved {
        /// The table.
        table: FieldName,
        /// The row.
        row: RowId,
    },
    /// The mark was taken off.
    RowRestored {
        /// The table.
        table: FieldName,
        /// The row.
        row: RowId,
    },
    /// A row got another place.
    RowMoved {
        /// The table.
        table: FieldName,
        /// The row.
        row: RowId,
    },
    /// A comment was written, or an answer to one.
    Commented(CommentId),
    /// A comment was taken back by who wrote it.
    CommentTakenBack(CommentId),
    /// A thread was settled.
    CommentSettled(CommentId),
    /// A thread was opened again.
    CommentReopened(CommentId),
}

/// One change: what one command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormStep {
    /// The change: what the server recorded of who and when is kept under it.
    pub change: ChangeHash,
    /// The actor's bytes; empty where it only typed into prose.
    pub actor: Vec<u8>,
    /// Who, as the change says.
    pub by: Option<PersonId>,
    /// When, by that device's clock.
    pub at: Timestamp,
    /// What it did, at most two hundred deeds.
    pub deeds: Vec<FormDeed>,
    /// How many deeds more.
    pub more: usize,
}

/// Some steps of a form's history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormPage {
    /// The steps, newest first.
    pub steps: Vec<FormStep>,
    /// How many there are in all.
    pub total: usize,
}

/// The history of a form. Reads what is new at each [`FormHistory::refresh`]; belongs to this load of the document.
#[derive(Debug, Default)]
pub struct FormHistory {
    log: Log,
}

impl FormHistory {
    /// Brings it up to date with the document; one of another kind has no such history.
    pub fn refresh(&mut self, document: &mut Document) {
        if document.kind() == DocumentKind::Form {
            self.log.refresh(document);
        }
    }

    /// Steps, newest first, without the first `skip`; about one field, or one table, only, where it is given.
    pub fn page(&mut self, of: Option<&FieldName>, skip: usize, count: usize) -> FormPage {
        let row = self.log.row().to_vec();
        let mut page = FormPage::default();
        for n in row.into_iter().rev() {
            if !self.tells(n, of) {
                continue;
            }
            if page.total >= skip && page.steps.len() < count {
                page.steps.extend(self.step(n, of));
            }
            page.total += 1;
        }
        page
    }

    /// Where the writes of a change are, each place once.
    fn places(&self, change: u32, of: Option<&FieldName>) -> Vec<(&Place, FormPlace)> {
        let mut seen = FxHashSet::default();
        self.log
            .writes_of(change)
            .filter(|(_, write)| seen.insert(write.place))
            .filter_map(|(place, _)| Some((place, FormPlace::from_key(self.log.field(place))?)))
            .filter(|(_, place)| of.is_none() || place.field() == of)
            .collect()
    }

    fn tells(&self, change: u32, of: Option<&FieldName>) -> bool {
        self.log.writes_of(change).any(|(place, _)| {
            let place = FormPlace::from_key(self.log.field(place));
            place.is_some_and(|place| of.is_none() || place.field() == of)
        })
    }

    fn step(&self, change: u32, of: Option<&FieldName>) -> Option<FormStep> {
        let made: &Made = self.log.changes.get(change as usize)?;
        let places = self.places(change, of);
        let begins = places.iter().any(|(_, place)| *place == FormPlace::Form);
        // a row is made by its first place among the others
        let is_new = |place: &Place| {
            let first = place
                .writes
                .first()
                .and_then(|n| self.log.writes.get(*n as usize));
            first.is_some_and(|first| first.change == change)
        };
        let orders = places
            .iter()
            .filter(|(place, at)| matches!(at, FormPlace::Order { .. }) && is_new(place));
        let added: FxHashSet<(&FieldName, RowId)> = orders
            .filter_map(|(_, at)| Some((at.field()?, at.row()?)))
            .collect();
        let mut deeds = Vec::new();
        let mut more = 0;
        for (place, at) in &places {
            let in_added = at
                .field()
                .zip(at.row())
                .is_some_and(|row| added.contains(&row));
            let deed = match at {
                FormPlace::Form => Some(FormDeed::Begun),
                FormPlace::Order { table, row } if in_added => Some(FormDeed::RowAdded {
                    table: table.clone(),
                    row: *row,
                    answers: count(&places, table, *row),
                }),
                _ if in_added => None,
                // the texts that a form is begun with
                FormPlace::Answer(_) if begins => None,
                at => self.deed(place, at, change),
            };
            let Some(deed) = deed else { continue };
            if deeds.len() < MOST {
                deeds.push(deed);
            } else {
                more += 1;
            }
        }
        let actor = self.log.actor_of(change);
        Some(FormStep {
            change: made.hash,
            actor: actor.map(|a| a.to_bytes().to_vec()).unwrap_or_default(),
            by: made.by,
            at: made.at,
            deeds,
            more,
        })
    }

    fn deed(&self, place: &Place, at: &FormPlace, change: u32) -> Option<FormDeed> {
        let (before, after) = self.log.before_after(place, change);
        if before == after {
            return None;
        }
        let removed = !after.is_null() && after != Scalar::Int(0);
        Some(match at {
            FormPlace::Pack | FormPlace::Form => return None,
            FormPlace::Discarded if removed => FormDeed::Discarded,
            FormPlace::Discarded => FormDeed::Kept,
            FormPlace::Answer(_) | FormPlace::Cell { .. } => {
                let mut writes = place.writes.iter();
                let prose = writes.any(|n| {
                    self.log.writes.get(*n as usize).is_some_and(|write| {
                        write.change == change
                            && matches!(write.put, Put::Text(..) | Put::Inside(..))
                    })
                });
                FormDeed::Answered {
                    place: at.clone(),
                    before: said(at, before, prose),
                    after: said(at, after, prose),
                }
            }
            FormPlace::Order { table, row } => FormDeed::RowMoved {
                table: table.clone(),
                row: *row,
            },
            FormPlace::Comment { comment, part } => match part {
                CommentPart::Text if after.is_null() => FormDeed::CommentTakenBack(*comment),
                CommentPart::Text => FormDeed::Commented(*comment),
                CommentPart::Settled if removed => FormDeed::CommentSettled(*comment),
                CommentPart::Settled => FormDeed::CommentReopened(*comment),
                CommentPart::On | CommentPart::To => return None,
            },
            FormPlace::Removed { table, row } => {
                let (table, row) = (table.clone(), *row);
                match removed {
                    true => FormDeed::RowRemoved { table, row },
                    false => FormDeed::RowRestored { table, row },
                }
            }
        })
    }
}

fn count(places: &[(&Place, FormPlace)], of: &FieldName, id: RowId) -> usize {
    let in_row = |at: &FormPlace| matches!(at, FormPlace::Cell { table, row, .. } if table == of && *row == id);
    places.iter().filter(|(_, at)| in_row(at)).count()
}

fn said(place: &FormPlace, scalar: Scalar, prose: bool) -> Said {
    let kept = match scalar {
        Scalar::Text(text) if prose => Kept::Prose(text),
        scalar => Kept::Scalar(scalar),
    };
    let (value, text) = kept.shown(place);
    Said { value, text }
}
