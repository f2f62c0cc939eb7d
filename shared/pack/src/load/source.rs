//! A file's text, and the places of what stands in it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::problem::{Problem, Wrong};

/// A file.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
    /// Where its lines begin.
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(path: &'a str, text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        Self { path, text, lines }
    }

    /// Line and column of a byte, both from 1; columns count characters.
    pub(crate) fn place(&self, at: usize) -> (u32, u32) {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let line = self.lines.partition_point(|begin| *begin <= at);
        let begin = self
            .lines
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or_default();
        let before = self.text.get(begin..at).unwrap_or_default();
        let column = before.chars().count() + 1;
        (line as u32, column as u32)
    }

    pub(crate) fn problem(&self, at: usize, what: Wrong) -> Problem {
        let (line, column) = self.place(at);
        Problem {
            file: self.path.to_owned(),
            line,
            column,
            what,
        }
    }
}

/// Where a value stands.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Which of the files.
    pub(crate) file: usize,
    /// Its bytes.
    pub(crate) span: Range<usize>,
}

/// The places of a pack's parts, by path: `form/travel/field/days.visible`.
#[derive(Debug, Default)]
pub(crate) struct Places(BTreeMap<String, Place>);

impl Places {
    pub(crate) fn put(&mut self, key: String, place: Place) {
        self.0.entry(key).or_insert(place);
    }

    /// Whether the place of a part itself is known.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The place of a part, or of the nearest that it is in.
    pub(crate) fn get(&self, key: &str) -> Option<&Place> {
        let mut key = key;
        loop {
            if let Some(place) = self.0.get(key) {
                return Some(place);
            }
            key = key.get(..key.rfind(['/', '.'])?)?;
        }
    }
}
