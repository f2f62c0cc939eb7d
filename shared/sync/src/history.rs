//! What the changes of a document's log say, so far as another change can refer to it.
//!
//! Automerge trusts a change that it can read: one that names an object, an element or a value that is not there stops
//! it, on every replica that the change reaches. So the server looks every reference up here before it takes a change:
//! it must exist, be of the right sort, in the right place, and in the change's own past.

mod past;

use std::collections::BTreeSet;

use base::ChangeHash;
use doc::bounds::Weight;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use self::past::Past;
use crate::check::{self, Action, Checked, Header, Key, OpId, Operation, Operations};
use crate::wire::Refusal;

/// An operation's id, or nothing: actor's number in the upper half, counter (from 1) in the lower.
type Place = u64;
/// The root object, and the start of a sequence.
const NONE: Place = 0;

fn place(actor: u32, counter: u32) -> Place {
    u64::from(actor) << 32 | u64::from(counter)
}

/// What an operation left behind.
#[derive(Debug, Clone, Copy)]
struct Slot {
    object: Place,
    /// A map's key, by its hash; an element of a sequence, by the operation that inserted it.
    key: u64,
    action: Action,
    inserted: bool,
}

/// A change of the log.
#[derive(Debug)]
struct Known {
    start: u32,
    slots: Box<[Slot]>,
    deps: Box<[u32]>,
    /// How many heads there were with this change and all before it.
    width: u32,
}

impl Known {
    /// The counter after its last operation's; a change without operations takes none.
    fn end(&self) -> u64 {
        u64::from(self.start) + self.slots.len() as u64
    }
}

/// What becomes of a change that is offered.
#[derive(Debug)]
pub enum Verdict {
    /// It may follow, with [`History::add`].
    Sound(Resolved),
    /// It is here already.
    Present,
    /// Something that it depends on is not here.
    Waits,
    /// It may never follow.
    Refused(Refusal),
}

/// A change that was looked up, to be added.
#[derive(Debug)]
pub struct Resolved {
    hash: ChangeHash,
    actor: Vec<u8>,
    start: u32,
    deps: Box<[u32]>,
    slots: Box<[Slot]>,
    weight: Weight,
}

/// All changes of one document, the frozen first one included.
#[derive(Debug, Default)]
pub struct History {
    /// Places of each actor's changes, by its sequence numbers from 1.
    actors: Vec<Vec<u32>>,
    actor_of: FxHashMap<Box<[u8]>, u32>,
    changes: Vec<Known>,
    at: FxHashMap<ChangeHash, u32>,
    heads: BTreeSet<u32>,
    weight: Weight,
}

impl History {
    /// Adds a change out of a log: checked and resolved when it was taken. Its header; `None`: it is damaged, or does
    /// not follow.
    pub fn read(&mut self, bytes: &[u8]) -> Option<Header> {
        let checked = check::read_change(bytes).ok()?;
        match self.resolve(&checked.header, &checked.operations) {
            Verdict::Sound(resolved) => self.add(resolved),
            Verdict::Present => {}
            Verdict::Waits | Verdict::Refused(_) => self.trust(&checked)?,
        }
        Some(checked.header)
    }

    /// How many changes are here, and how many operations they hold.
    pub fn size(&self) -> (usize, usize) {
        (self.changes.len(), self.weight.ops as usize)
    }

    /// Whether a change is here.
    pub fn has(&self, hash: &ChangeHash) -> bool {
        self.at.contains_key(hash)
    }

    /// The highest counter of an operation.
    fn max_op(&self) -> u64 {
        let ends = self
            .heads
            .iter()
            .filter_map(|h| self.changes.get(*h as usize));
        ends.map(Known::end).max().unwrap_or(1) - 1
    }

    /// Looks a checked change up. Nothing is added yet.
    pub fn resolve(&self, header: &Header, operations: &Operations) -> Verdict {
        if self.has(&header.hash) {
            return Verdict::Present;
        }
        let malformed = Verdict::Refused(Refusal::Malformed);
        if header.deps.is_empty() && !self.changes.is_empty() {
            // a second first change would hide one of the two histories for ever
            return malformed;
        }
        let mut deps = Vec::with_capacity(header.deps.len());
        for dep in &header.deps {
            match self.at.get(dep) {
                Some(at) => deps.push(*at),
                None => return Verdict::Waits,
            }
        }
        let latest = deps.iter().filter_map(|d| self.changes.get(*d as usize));
        let after = latest.map(Known::end).max().unwrap_or(1);
        if header.start_op < after || header.start_op > self.max_op() + 1 {
            return malformed; // counters only grow, and are not used up
        }
        let Ok(start) = u32::try_from(header.start_op) else {
            return malformed;
        };
        let weight = self.weight.and(operations.weight);
        if weight.within_a_document().is_err() {
            return Verdict::Refused(Refusal::Full); // and what it grows to can always be read again
        }
        let past = Past::of(self, &deps);
        let number = self.actor_of.get(header.actor.as_slice()).copied();
        let made = number.and_then(|n| self.actors.get(n as usize));
        let made = made.map_or(&[][..], Vec::as_slice);
        if header.seq > made.len() as u64 + 1 {
            return Verdict::Waits;
        }
        if header.seq <= made.len() as u64 {
            return malformed; // the actor was used twice
        }
        if made.last().is_some_and(|last| !past.holds(*last)) {
            return malformed; // an actor's changes follow one another
        }
        let mut change = Lookup {
            history: self,
            past,
            actors: Vec::with_capacity(operations.actors.len()),
            own: number.unwrap_or(self.actors.len() as u32),
            start,
            slots: Vec::with_capacity(operations.list.len()),
        };
        let Some(()) = change.all(operations) else {
            return Verdict::Refused(Refusal::Unresolved);
        };
        Verdict::Sound(Resolved {
            hash: header.hash,
            actor: header.actor.clone(),
            start,
            slots: change.slots.into(),
            deps: deps.into(),
            weight: operations.weight,
        })
    }

    /// Adds a change that [`History::resolve`] found sound, with nothing added in between.
    pub fn add(&mut self, change: Resolved) {
        let next = self.actors.len() as u32;
        let number = *self.actor_of.entry(change.actor.into()).or_insert(next);
        if number == next {
            self.actors.push(Vec::new());
        }
        let at = self.changes.len() as u32;
        for dep in &change.deps {
            self.heads.remove(dep);
        }
        self.heads.insert(at);
        if let Some(of) = self.actors.get_mut(number as usize) {
            of.push(at);
        }
        self.at.insert(change.hash, at);
        self.weight = self.weight.and(change.weight);
        self.changes.push(Known {
            start: change.start,
            slots: change.slots,
            deps: change.deps,
            width: self.heads.len() as u32,
        });
    }

    /// A change out of a log that was taken before references were looked up, or in whose log the order differs: it
    /// stands, and what it made can be referred to.
    fn trust(&mut self, checked: &Checked) -> Option<()> {
        let header = &checked.header;
        let deps: Option<Box<[u32]>> = header
            .deps
            .iter()
            .map(|dep| self.at.get(dep).copied())
            .collect();
        let own = self.actor_of.get(header.actor.as_slice()).copied();
        let mut lookup = Lookup {
            history: self,
            past: Past::everything(),
            actors: Vec::new(),
            own: own.unwrap_or(self.actors.len() as u32),
            start: u32::try_from(header.start_op).ok()?,
            slots: Vec::new(),
        };
        lookup.actors_of(&checked.operations, true)?;
        for operation in &checked.operations.list {
            let slot = lookup.slot(operation)?;
            lookup.slots.push(slot);
        }
        let resolved = Resolved {
            hash: header.hash,
            actor: header.actor.clone(),
            start: lookup.start,
            slots: lookup.slots.into(),
            deps: deps?,
            weight: checked.operations.weight,
        };
        self.add(resolved);
        Some(())
    }

    fn find(&self, actor: u32, counter: u32) -> Option<(&Slot, u32)> {
        let made = self.actors.get(actor as usize)?;
        let started = |at: &u32| {
            self.changes
                .get(*at as usize)
                .is_some_and(|c| c.start <= counter)
        };
        let at = *made.get(made.partition_point(started).checked_sub(1)?)?;
        let change = self.changes.get(at as usize)?;
        let slot = change.slots.get((counter - change.start) as usize)?;
        Some((slot, at))
    }
}

/// A map's key in 64 bits. Whoever wants two keys to meet has to look for 2^64 of them.
fn key_hash(text: &str) -> u64 {
    let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    hash.iter()
        .take(8)
        .fold(0, |n, byte| n << 8 | u64::from(*byte))
}

/// One change being looked up.
struct Lookup<'a> {
    history: &'a History,
    past: Past,
    /// The change's actors, by their numbers here.
    actors: Vec<u32>,
    own: u32,
    start: u32,
    slots: Vec<Slot>,
}

/// What kind of object an operation acts in.
#[derive(PartialEq)]
enum Sort {
    Map,
    Sequence,
}

impl Lookup<'_> {
    fn all(&mut self, operations: &Operations) -> Option<()> {
        self.actors_of(operations, false)?;
        for operation in &operations.list {
            let sort = match operation.object {
                None => Sort::Map,
                Some(object) => match self.found(object)?.action {
                    Action::MakeMap => Sort::Map,
                    Action::MakeList | Action::MakeText => Sort::Sequence,
                    _ => return None,
                },
            };
            let slot = self.slot(operation)?;
            match &operation.key {
                Key::Property(_) if sort != Sort::Map || operation.insert => return None,
                Key::Head if sort != Sort::Sequence || !operation.insert => return None,
                Key::Element(element) => {
                    let element = self.found(*element)?;
                    let here = element.inserted && element.object == slot.object;
                    if sort != Sort::Sequence || !here {
                        return None;
                    }
                }
                Key::Property(_) | Key::Head => {}
            }
            self.replaced(operation, &operations.actors, &slot)?;
            self.slots.push(slot);
        }
        Some(())
    }

    /// What an operation replaces stands at the same place, is a value, and none of the things that documents keep.
    fn replaced(&self, operation: &Operation, actors: &[Vec<u8>], slot: &Slot) -> Option<()> {
        if operation.insert && !operation.replaces.is_empty() {
            return None;
        }
        let counter = operation.action == Action::Increment;
        if operation.replaces.is_empty() && (counter || operation.action == Action::Delete) {
            return None;
        }
        let mut before = None;
        for pred in &operation.replaces {
            let found = self.found(*pred)?;
            let value = match found.action {
                Action::Set => !counter,
                Action::SetCounter => true,
                // other libraries write short values as texts; the prose that a document begins with is none
                Action::MakeText => !counter && !self.is_first(*pred),
                // nothing that others may be writing into is ever removed
                Action::MakeMap | Action::MakeList => false,
                Action::Delete | Action::Increment => false,
            };
            let order = (pred.counter, actors.get(pred.actor as usize)?);
            let here = found.object == slot.object && found.key == slot.key;
            if !here || !value || before.is_some_and(|before| before >= order) {
                return None;
            }
            before = Some(order);
        }
        Some(())
    }

    /// Whether the document's first change made it.
    fn is_first(&self, id: OpId) -> bool {
        let actor = self.actors.get(id.actor as usize);
        let found = actor.and_then(|actor| self.history.find(*actor, id.counter));
        found.is_some_and(|(_, at)| at == 0)
    }

    fn actors_of(&mut self, operations: &Operations, any: bool) -> Option<()> {
        for (n, actor) in operations.actors.iter().enumerate() {
            let known = self.history.actor_of.get(actor.as_slice()).copied();
            let number = match known {
                _ if n == 0 => self.own,
                Some(number) => number,
                None if any => u32::MAX,
                None => return None,
            };
            self.actors.push(number);
        }
        Some(())
    }

    fn place_of(&self, id: OpId) -> Option<Place> {
        Some(place(*self.actors.get(id.actor as usize)?, id.counter))
    }

    fn slot(&self, operation: &Operation) -> Option<Slot> {
        let object = match operation.object {
            None => NONE,
            Some(id) => self.place_of(id)?,
        };
        let key = match &operation.key {
            _ if operation.insert => {
                let counter = self.start.checked_add(self.slots.len() as u32)?;
                place(self.own, counter)
            }
            Key::Head => NONE,
            Key::Element(element) => self.place_of(*element)?,
            Key::Property(text) => key_hash(text),
        };
        Some(Slot {
            object,
            key,
            action: operation.action,
            inserted: operation.insert,
        })
    }

    /// What an operation names: earlier in this change, or in its past.
    fn found(&self, id: OpId) -> Option<Slot> {
        let actor = *self.actors.get(id.actor as usize)?;
        if actor == self.own && id.counter >= self.start {
            return self.slots.get((id.counter - self.start) as usize).copied();
        }
        let (slot, at) = self.history.find(actor, id.counter)?;
        self.past.holds(at).then_some(*slot)
    }
}
