//! The operations of a change whose size was counted before: what they name, for the server to look up.
//!
//! Automerge's own reader gives no operations to the outside without trusting them (it panics on an actor's number that
//! is not in the change). So the columns are read here: <https://automerge.org/automerge-binary-format-spec/>, "Change
//! Operation Columns".

use doc::bounds::{Columns, MAX_OPS, MAX_PREDS, Reader, Weight};

/// An operation's id as a change names it: the actor by its place in the change's own list, 0 being its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpId {
    /// Place in [`Operations::actors`].
    pub actor: u32,
    /// The operation's counter, from 1.
    pub counter: u32,
}

/// Where in an object an operation acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A map's key.
    Property(Box<str>),
    /// The start of a sequence.
    Head,
    /// An element of a sequence.
    Element(OpId),
}

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Makes a map.
    MakeMap,
    /// Makes a list.
    MakeList,
    /// Makes a text.
    MakeText,
    /// Sets a plain value.
    Set,
    /// Sets a counter.
    SetCounter,
    /// Removes what it names.
    Delete,
    /// Adds to a counter.
    Increment,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// In which object; `None`: the root.
    pub object: Option<OpId>,
    /// Where in it.
    pub key: Key,
    /// It inserts a new element after `key`.
    pub insert: bool,
    /// What it does.
    pub action: Action,
    /// The operations whose values it replaces, ascending by counter.
    pub replaces: Vec<OpId>,
}

/// The operations of one change, in order; the first has the change's first counter, each next one more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Operations {
    /// The actors they name, the change's own first.
    pub actors: Vec<Vec<u8>>,
    /// The operations.
    pub list: Vec<Operation>,
    /// What the change costs a document.
    pub weight: Weight,
}

/// Reads them. They were counted: the columns are within the limits.
///
/// Marks (rich text), tables and unknown kinds of columns are in none of our documents: `None`, like damage.
pub(super) fn read(
    columns: &Columns<'_>,
    actors: Vec<Vec<u8>>,
    weight: Weight,
) -> Option<Operations> {
    let column = |wanted: u64| {
        let mut found = columns.iter().filter(|(spec, _)| *spec == wanted);
        let first = found.next().map_or(&[][..], |(_, data)| data);
        found.next().is_none().then_some(first)
    };
    const KNOWN: [u64; 12] = [
        0x01, 0x02, 0x11, 0x13, 0x15, 0x34, 0x42, 0x56, 0x57, 0x70, 0x71, 0x73,
    ];
    // 0x94: whether marks expand; without marks all false
    let known = |spec: u64, data: &[u8]| KNOWN.contains(&spec) || (spec == 0x94 && trivial(data));
    if !columns.iter().all(|(spec, data)| known(*spec, data)) {
        return None;
    }
    let count = usize::try_from(weight.ops)
        .ok()
        .filter(|n| *n as u64 <= MAX_OPS)?;
    let mut object_actor = Numbers::new(column(0x01)?);
    let mut object_counter = Numbers::new(column(0x02)?);
    let mut key_actor = Numbers::new(column(0x11)?);
    let mut key_counter = Deltas::new(column(0x13)?);
    let mut key_text = Texts::new(column(0x15)?);
    let mut insert = Booleans::new(column(0x34)?);
    let mut action = Numbers::new(column(0x42)?);
    let mut value = Numbers::new(column(0x56)?);
    let mut raw = column(0x57)?.len() as u64;
    let mut replaced = Numbers::new(column(0x70)?);
    let mut replaced_actor = Numbers::new(column(0x71)?);
    let mut replaced_counter = Deltas::new(column(0x73)?);
    let known = actors.len() as u64;
    let id = |actor: u64, counter: u64| {
        let counter = u32::try_from(counter).ok().filter(|n| *n > 0)?;
        let actor = (actor < known).then_some(actor)?;
        Some(OpId {
            actor: u32::try_from(actor).ok()?,
            counter,
        })
    };
    let mut list = Vec::with_capacity(count);
    let mut preds = 0u64;
    for _ in 0..count {
        let object = match (object_actor.next()?, object_counter.next()?) {
            (None, None) => None,
            (Some(actor), Some(counter)) => Some(id(actor, counter)?),
            _ => return None,
        };
        let key = match (key_actor.next()?, key_counter.next()?, key_text.next()?) {
            (None, None, Some(text)) => Key::Property(text.into()),
            (None, Some(0), None) => Key::Head,
            (Some(actor), Some(counter), None) => {
                Key::Element(id(actor, u64::try_from(counter).ok()?)?)
            }
            _ => return None,
        };
        let insert = insert.next()?;
        let value = value.next()?.unwrap_or_default();
        raw = raw.checked_sub(value >> 4)?;
        let value = value & 15;
        let action = match (action.next()??, value) {
            (0, 0) => Action::MakeMap,
            (1, 8) => Action::SetCounter,
            (1, 0..=9) => Action::Set,
            (2, 0) => Action::MakeList,
            (3, 0) => Action::Delete,
            (4, 0) => Action::MakeText,
            (5, 3 | 4) => Action::Increment,
            _ => return None,
        };
        let number = replaced.next()?.unwrap_or_default();
        preds = preds.checked_add(number).filter(|n| *n <= MAX_PREDS)?;
        let mut replaces = Vec::with_capacity(number as usize);
        for _ in 0..number {
            let (actor, counter) = (replaced_actor.next()??, replaced_counter.next()??);
            replaces.push(id(actor, u64::try_from(counter).ok()?)?);
        }
        list.push(Operation {
            object,
            key,
            insert,
            action,
            replaces,
        });
    }
    let done = raw == 0
        && object_actor.0.done()
        && object_counter.0.done()
        && key_actor.0.done()
        && key_counter.numbers.done()
        && key_text.0.done()
        && insert.done()
        && action.0.done()
        && replaced.0.done()
        && replaced_actor.0.done()
        && replaced_counter.numbers.done();
    done.then_some(Operations {
        actors,
        list,
        weight,
    })
}

/// A boolean column that says nothing but false.
fn trivial(data: &[u8]) -> bool {
    let mut r = Reader(data);
    r.unsigned().is_none() || r.0.is_empty()
}

/// A run-length encoded column: one value (or nothing) after the other.
struct Runs<'a, T> {
    reader: Reader<'a>,
    /// How many more of the current run, and its value; a literal run has none to repeat.
    left: u64,
    repeated: Option<Option<T>>,
}

impl<'a, T: Copy> Runs<'a, T> {
    fn new(data: &'a [u8]) -> Self {
        Self {
            reader: Reader(data),
            left: 0,
            repeated: None,
        }
    }

    /// The outer `None` is damage; past the end everything is absent.
    fn next(&mut self, value: impl Fn(&mut Reader<'a>) -> Option<T>) -> Option<Option<T>> {
        if self.left == 0 {
            if self.reader.0.is_empty() {
                return Some(None);
            }
            (self.left, self.repeated) = match self.reader.signed()? {
                0 => (self.reader.unsigned()?, Some(None)),
                n @ 1.. => (n.unsigned_abs(), Some(Some(value(&mut self.reader)?))),
                n => (n.unsigned_abs(), None),
            };
            if self.left == 0 {
                return None;
            }
        }
        self.left -= 1;
        match self.repeated {
            Some(repeated) => Some(repeated),
            None => Some(Some(value(&mut self.reader)?)),
        }
    }

    fn done(&self) -> bool {
        // what is left over may only be absent values
        self.reader.0.is_empty() && (self.left == 0 || matches!(self.repeated, Some(None)))
    }
}

struct Numbers<'a>(Runs<'a, u64>);

impl<'a> Numbers<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self(Runs::new(data))
    }

    fn next(&mut self) -> Option<Option<u64>> {
        self.0.next(Reader::unsigned)
    }
}

/// Each value is the one before plus what is written.
struct Deltas<'a> {
    numbers: Runs<'a, i64>,
    sum: i64,
}

impl<'a> Deltas<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self {
            numbers: Runs::new(data),
            sum: 0,
        }
    }

    fn next(&mut self) -> Option<Option<i64>> {
        let Some(step) = self.numbers.next(Reader::signed)? else {
            return Some(None);
        };
        self.sum = self.sum.checked_add(step)?;
        Some(Some(self.sum))
    }
}

struct Texts<'a>(Runs<'a, &'a str>);

impl<'a> Texts<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self(Runs::new(data))
    }

    fn next(&mut self) -> Option<Option<&'a str>> {
        self.0
            .next(|r| std::str::from_utf8(r.prefixed(u64::MAX)?).ok())
    }
}

struct Booleans<'a> {
    reader: Reader<'a>,
    left: u64,
    value: bool,
}

impl<'a> Booleans<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self {
            reader: Reader(data),
            left: 0,
            value: true,
        }
    }

    fn next(&mut self) -> Option<bool> {
        let mut empty = 0;
        while self.left == 0 {
            if self.reader.0.is_empty() {
                return Some(false);
            }
            self.left = self.reader.unsigned()?;
            self.value = !self.value;
            empty += 1;
            if empty > 2 {
                return None; // runs of nothing
            }
        }
        self.left -= 1;
        Some(self.value)
    }

    fn done(&self) -> bool {
        self.left == 0 && self.reader.0.is_empty()
    }
}
