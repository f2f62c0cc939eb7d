//! A document's history as plain rows: every change, and every write of a field with the writes that it overwrote.
//! Read once, then only what is new. Automerge keeps with each write which values its author saw there, so that who
//! wrote beside whom is known without comparing changes with each other.

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::{ActorId, AutoCommit, ObjId, ObjType, ReadDoc};
use base::{ChangeHash, PersonId, Timestamp, sort};
use domain::permission::DocumentKind;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::document::{Document, from_am, to_am};
use crate::scalar::Scalar;
use crate::schema;
use crate::view::plan::Subject;

/// An operation: its number, and its actor by its place in [`Log::actors`].
pub(crate) type OpId = (u64, u32);

/// A change.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) hash: ChangeHash,
    /// Who, as the change says.
    pub(crate) by: Option<PersonId>,
    /// When, by that device's clock.
    pub(crate) at: Timestamp,
    /// Its time for putting changes in a row: not before that of any change it knew.
    pub(crate) order: Timestamp,
    /// The number of its first operation: higher than all that it knew.
    pub(crate) start: u64,
    /// The changes that it directly followed.
    pub(crate) deps: Vec<u32>,
    /// Its writes, from and to.
    pub(crate) writes: (u32, u32),
}

impl Made {
    /// Puts changes in a row that is the same on every replica, and in which each comes after those that it knew.
    pub(crate) fn key(&self) -> (Timestamp, u64, ChangeHash) {
        (self.order, self.start, self.hash)
    }
}

/// What a write wrote.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Put {
    /// A value.
    Value(Scalar),
    /// A text object of a foreign writer, with the text as it was when the change was made.
    Text(ObjId, String),
    /// A row: the map that its fields are in.
    Row(OpId),
    /// Nothing stands there any more.
    Nothing,
    /// Something inside the text object that stands there: the text after it. It overwrites no value.
    Inside(ObjId, String),
}

impl Put {
    /// The value as fields hold it; `None` where this is none.
    pub(crate) fn value(&self) -> Option<Scalar> {
        match self {
            Self::Value(value) => Some(value.clone()),
            Self::Text(_, text) => Some(Scalar::Text(text.clone())),
            Self::Row(_) | Self::Nothing | Self::Inside(..) => None,
        }
    }
}

/// A write.
#[derive(Debug, Clone)]
pub(crate) struct Wrote {
    pub(crate) place: u32,
    pub(crate) change: u32,
    pub(crate) id: OpId,
    /// The writes that it overwrote.
    pub(crate) over: Box<[u32]>,
    pub(crate) put: Put,
}

/// A field of a row; the row itself where the field is empty.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) subject: Subject,
    pub(crate) field: u32,
    /// The map that it is in: a row may have been made twice.
    pub(crate) object: OpId,
    /// Its writes, each after those that it overwrote.
    pub(crate) writes: Vec<u32>,
}

/// What an object of the document is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Object {
    Tasks,
    Links,
    Calendars,
    /// The flat map of the progress document.
    Flat,
    /// The two flat maps of a form.
    Form,
    Row(Subject),
    /// A text at a place.
    Text(u32),
}

/// The history of one document.
#[derive(Debug, Default)]
pub(crate) struct Log {
    heads: Vec<automerge::ChangeHash>,
    pub(crate) actors: Vec<ActorId>,
    actor_index: FxHashMap<ActorId, u32>,
    fields: Vec<String>,
    field_index: FxHashMap<String, u32>,
    objects: FxHashMap<OpId, Object>,
    ops: FxHashMap<OpId, u32>,
    pub(crate) writes: Vec<Wrote>,
    pub(crate) changes: Vec<Made>,
    pub(crate) by_hash: FxHashMap<ChangeHash, u32>,
    pub(crate) places: Vec<Place>,
    place_index: FxHashMap<(OpId, Subject, u32), u32>,
    /// The places of each subject.
    pub(crate) of: FxHashMap<Subject, Vec<u32>>,
    /// The changes in their order; made when asked for.
    row: Vec<u32>,
}

impl Log {
    /// Reads what is new in the document; whether there was anything.
    pub(crate) fn refresh(&mut self, document: &mut Document) -> bool {
        let kind = document.kind();
        let inner = &mut document.inner;
        let heads = inner.get_heads();
        if heads == self.heads && !heads.is_empty() {
            return false;
        }
        for change in inner.get_changes(&self.heads) {
            let hash = from_am(change.hash());
            if !self.by_hash.contains_key(&hash) {
                self.add(inner, kind, hash, change.decode());
            }
        }
        self.heads = heads;
        self.row.clear();
        true
    }

    fn add(
        &mut self,
        inner: &AutoCommit,
        kind: DocumentKind,
        hash: ChangeHash,
        change: automerge::ExpandedChange,
    ) {
        let number = self.changes.len() as u32;
        let actor = self.actor(&change.actor_id);
        let start = change.start_op.get();
        let from = self.writes.len() as u32;
        let deps: Vec<u32> = change
            .deps
            .iter()
            .filter_map(|dep| self.by_hash.get(&from_am(*dep)).copied())
            .collect();
        let at = Timestamp(change.time.saturating_mul(1000));
        let before = deps
            .iter()
            .filter_map(|dep| self.changes.get(*dep as usize));
        let order = before.map(|dep| dep.order).max().map_or(at, |t| t.max(at));
        let mut texts: FxHashSet<(u32, OpId)> = FxHashSet::default();
        for (n, op) in (start..).zip(change.operations) {
            let id = (n, actor);
            let (object_id, object) = match &op.obj {
                ObjectId::Root => (None, None),
                ObjectId::Id(of) => {
                    let of = (of.0, self.actor(&of.1));
                    (Some(of), self.objects.get(&of).copied())
                }
            };
            if let (Some(of), Some(Object::Text(place))) = (object_id, object) {
                texts.insert((place, of));
                continue;
            }
            let Key::Map(key) = &op.key else { continue };
            let made = match &op.action {
                OpType::Make(made) => Some(*made),
                _ => None,
            };
            let Some((place_object, subject, field)) =
                self.where_is(kind, object_id, object, key, made, id)
            else {
                continue;
            };
            let put = match op.action {
                OpType::Put(value) => Put::Value(Scalar::from_scalar(&value)),
                OpType::Delete => Put::Nothing,
                OpType::Make(ObjType::Text) => Put::Text(self.object(id), String::new()),
                OpType::Make(ObjType::Map) if field.is_empty() => {
                    self.objects.insert(id, Object::Row(subject));
                    Put::Row(id)
                }
                OpType::Make(other) => Put::Value(Scalar::Other(format!("{other:?}"))),
                OpType::Increment(_) | OpType::MarkBegin(_) | OpType::MarkEnd(_) => continue,
            };
            let over: Vec<u32> = op
                .pred
                .iter()
                .filter_map(|over| {
                    let over = (over.0, *self.actor_index.get(&over.1)?);
                    self.ops.get(&over).copied()
                })
                .collect();
            let place = self.place(place_object, subject, &field);
            if matches!(put, Put::Text(..)) {
                self.objects.insert(id, Object::Text(place));
                texts.insert((place, id));
            }
            self.write(place, number, id, over.into_boxed_slice(), put);
        }
        self.add_texts(inner, number, hash, texts);
        self.by_hash.insert(hash, number);
        self.changes.push(Made {
            hash,
            by: change.message.as_deref().and_then(|m| m.parse().ok()),
            at,
            order,
            start,
            deps,
            writes: (from, self.writes.len() as u32),
        });
    }

    /// The texts that a change wrote in, as they were with it as the only head.
    fn add_texts(
        &mut self,
        inner: &AutoCommit,
        change: u32,
        hash: ChangeHash,
        texts: FxHashSet<(u32, OpId)>,
    ) {
        let mut texts: Vec<_> = texts.into_iter().collect();
        sort::plain(&mut texts);
        for (place, id) in texts {
            let object = self.object(id);
            let text = inner.text_at(&object, &[to_am(&hash)]).unwrap_or_default();
            let own = self.ops.get(&id).copied();
            match own.and_then(|own| self.writes.get_mut(own as usize)) {
                Some(own) if own.change == change => own.put = Put::Text(object, text),
                _ => {
                    // its own number is taken by the text: it stands for no operation
                    self.write(
                        place,
                        change,
                        (0, 0),
                        Box::default(),
                        Put::Inside(object, text),
                    );
                }
            }
        }
    }

    fn write(&mut self, place: u32, change: u32, id: OpId, over: Box<[u32]>, put: Put) {
        let n = self.writes.len() as u32;
        if id.0 > 0 {
            self.ops.insert(id, n);
        }
        if let Some(place) = self.places.get_mut(place as usize) {
            place.writes.push(n);
        }
        self.writes.push(Wrote {
            place,
            change,
            id,
            over,
            put,
        });
    }

    /// Which map, subject and field a key of an object is; `None` where it is nothing of ours.
    fn where_is(
        &mut self,
        kind: DocumentKind,
        object_id: Option<OpId>,
        object: Option<Object>,
        key: &str,
        made: Option<ObjType>,
        id: OpId,
    ) -> Option<(OpId, Subject, String)> {
        const ROOT: OpId = (0, 0);
        let row = |subject| Some((ROOT, subject, String::new()));
        match (object_id, object) {
            (None, _) => {
                let place = match (kind, key) {
                    (DocumentKind::Plan, schema::TASKS) => Object::Tasks,
                    (DocumentKind::Plan, schema::LINKS) => Object::Links,
                    (DocumentKind::Plan, schema::CALENDARS) => Object::Calendars,
                    (DocumentKind::Plan, schema::INFO) => return row(Subject::Plan),
                    (DocumentKind::Progress, schema::TASKS) => Object::Flat,
                    (DocumentKind::Note, schema::TEXT) => {
                        return Some((ROOT, Subject::Plan, key.to_owned()));
                    }
                    (DocumentKind::Form, schema::INFO | schema::FIELDS) => Object::Form,
                    _ => return None,
                };
                if made == Some(ObjType::Map) {
                    self.objects.insert(id, place);
                }
                None
            }
            (_, Some(Object::Tasks)) => row(Subject::Task(key.parse().ok()?)),
            (_, Some(Object::Links)) => row(Subject::Link(key.parse().ok()?)),
            (_, Some(Object::Calendars)) => row(Subject::Calendar(key.parse().ok()?)),
            (Some(of), Some(Object::Flat)) => {
                let (subject, field) = crate::model::progress::of_key(key)?;
                Some((of, subject, field.to_owned()))
            }
            (Some(of), Some(Object::Form)) => Some((of, Subject::Plan, key.to_owned())),
            (Some(of), Some(Object::Row(subject))) if !key.is_empty() => {
                Some((of, subject, key.to_owned()))
            }
            _ => None,
        }
    }

    fn actor(&mut self, actor: &ActorId) -> u32 {
        if let Some(known) = self.actor_index.get(actor) {
            return *known;
        }
        let n = self.actors.len() as u32;
        self.actors.push(actor.clone());
        self.actor_index.insert(actor.clone(), n);
        n
    }

    /// The handle of an object that an operation made.
    pub(crate) fn object(&self, id: OpId) -> ObjId {
        match self.actors.get(id.1 as usize) {
            Some(actor) => ObjId::Id(id.0, actor.clone(), 0),
            None => ObjId::Root,
        }
    }

    fn place(&mut self, object: OpId, subject: Subject, field: &str) -> u32 {
        let field = match self.field_index.get(field) {
            Some(known) => *known,
            None => {
                let n = self.fields.len() as u32;
                self.fields.push(field.to_owned());
                self.field_index.insert(field.to_owned(), n);
                n
            }
        };
        let key = (object, subject, field);
        if let Some(known) = self.place_index.get(&key) {
            return *known;
        }
        let n = self.places.len() as u32;
        self.places.push(Place {
            subject,
            field,
            object,
            writes: Vec::new(),
        });
        self.place_index.insert(key, n);
        self.of.entry(subject).or_default().push(n);
        n
    }

    /// The name of a place's field.
    pub(crate) fn field(&self, place: &Place) -> &str {
        self.fields
            .get(place.field as usize)
            .map_or("", String::as_str)
    }

    /// Compares two operations as Automerge does: the greater one stands.
    pub(crate) fn later(&self, a: OpId, b: OpId) -> std::cmp::Ordering {
        let actor = |id: OpId| self.actors.get(id.1 as usize);
        (a.0, actor(a)).cmp(&(b.0, actor(b)))
    }

    /// The writes of a place whose values stand beside each other, among those that `known` lets through; the one
    /// that is shown first. Rows and values alike; what stands for nothing is not among them.
    pub(crate) fn standing(&self, place: &Place, known: &dyn Fn(u32) -> bool) -> Vec<&Wrote> {
        let mut standing: Vec<(u32, &Wrote)> = Vec::new();
        for n in &place.writes {
            let Some(write) = self.writes.get(*n as usize) else {
                continue;
            };
            if !known(write.change) || matches!(write.put, Put::Inside(..)) {
                continue;
            }
            standing.retain(|(n, _)| !write.over.contains(n));
            if write.put != Put::Nothing {
                standing.push((*n, write));
            }
        }
        if standing.len() > 1 {
            sort::by(&mut standing, |a, b| self.later(b.1.id, a.1.id));
        }
        standing.into_iter().map(|(_, write)| write).collect()
    }

    /// The map that holds a row's fields, among the changes that `known` lets through; `None` where there is no row.
    pub(crate) fn row_object(&self, subject: Subject, known: &dyn Fn(u32) -> bool) -> Option<OpId> {
        let places = self.of.get(&subject)?;
        places.iter().find_map(|n| {
            let place = self.places.get(*n as usize)?;
            if !self.field(place).is_empty() {
                return None;
            }
            match self.standing(place, known).first()?.put {
                Put::Row(object) => Some(object),
                _ => None,
            }
        })
    }

    /// The places of the row as it stands, with the field's name.
    pub(crate) fn row_places(&self, subject: Subject, object: OpId) -> Vec<(&str, &Place)> {
        let places = self.of.get(&subject).map_or(&[][..], Vec::as_slice);
        places
            .iter()
            .filter_map(|n| self.places.get(*n as usize))
            .filter(|place| place.object == object)
            .map(|place| (self.field(place), place))
            .filter(|(field, _)| !field.is_empty())
            .collect()
    }

    /// The changes in their order, oldest first.
    pub(crate) fn row(&mut self) -> &[u32] {
        if self.row.len() != self.changes.len() {
            let mut row: Vec<u32> = (0..self.changes.len() as u32).collect();
            let changes = &self.changes;
            sort::by(&mut row, |a, b| {
                let key = |n: &u32| changes.get(*n as usize).map(Made::key);
                key(a).cmp(&key(b))
            });
            self.row = row;
        }
        &self.row
    }

    /// The heads of all changes up to this place in the order.
    pub(crate) fn heads_up_to(&mut self, last: (Timestamp, u64, ChangeHash)) -> Vec<ChangeHash> {
        let mut followed: FxHashSet<u32> = FxHashSet::default();
        let mut within: Vec<u32> = Vec::new();
        for (n, change) in self.changes.iter().enumerate() {
            if change.key() <= last {
                followed.extend(&change.deps);
                within.push(n as u32);
            }
        }
        let heads = within.into_iter().filter(|n| !followed.contains(n));
        let mut heads: Vec<ChangeHash> = heads
            .filter_map(|n| self.changes.get(n as usize).map(|change| change.hash))
            .collect();
        sort::plain(&mut heads);
        heads
    }

    /// For each change whether it is among these heads and what they followed; `None` where a head is not known.
    pub(crate) fn known_at(&self, heads: &[ChangeHash]) -> Option<Vec<bool>> {
        let mut known = vec![false; self.changes.len()];
        let mut next: Vec<u32> = Vec::new();
        for head in heads {
            next.push(*self.by_hash.get(head)?);
        }
        while let Some(n) = next.pop() {
            if let Some(known) = known.get_mut(n as usize)
                && !std::mem::replace(known, true)
                && let Some(change) = self.changes.get(n as usize)
            {
                next.extend(&change.deps);
            }
        }
        Some(known)
    }
}
