//! Reading a table of a file, value by value: what is not as it should be is told, and reading goes on.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::limits;
use super::near::{inside, nearest};
use super::source::{Place, Places, Source};
use crate::expr::Expr;
use crate::id::ParseNameError;
use crate::problem::{Problem, Thing, Wrong};
use crate::text::{Language, Texts};

/// The longest text of a pack, in characters: a clause of a regulation.
pub(crate) const LONGEST_TEXT: usize = 2_000;

/// What is found while a pack is read.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) problems: Vec<Problem>,
    pub(crate) places: Places,
}

/// A table of a file.
pub(crate) struct Part<'a> {
    pub(crate) source: &'a Source<'a>,
    file: usize,
    table: &'a DeTable<'a>,
    span: Range<usize>,
    read: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Part<'a> {
    pub(crate) fn new(
        source: &'a Source<'a>,
        file: usize,
        table: &'a DeTable<'a>,
        span: Range<usize>,
    ) -> Self {
        Self {
            source,
            file,
            table,
            span,
            read: RefCell::default(),
        }
    }

    pub(crate) fn wrong(&self, found: &mut Found, at: usize, what: Wrong) {
        if found.problems.len() < limits::PROBLEMS {
            found.problems.push(self.source.problem(at, what));
        }
    }

    /// Tells what is wrong with the whole part.
    pub(crate) fn wrong_here(&self, found: &mut Found, what: Wrong) {
        self.wrong(found, self.span.start, what);
    }

    /// Remembers where the part and its values stand.
    pub(crate) fn remember(&self, found: &mut Found, path: &str) {
        let place = |span: Range<usize>| Place {
            file: self.file,
            span,
        };
        found.places.put(path.to_owned(), place(self.span.clone()));
        for (key, value) in self.table {
            let path = format!("{path}.{}", key.get_ref());
            if let DeValue::Array(items) = value.get_ref() {
                for item in items.iter() {
                    if let DeValue::String(text) = item.get_ref() {
                        found
                            .places
                            .put(format!("{path}.{text}"), place(item.span()));
                    }
                }
            }
            found.places.put(path, place(value.span()));
        }
    }

    pub(super) fn value(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.read.borrow_mut().insert(key);
        self.table.get(key)
    }

    pub(crate) fn has(&self, key: &'static str) -> bool {
        self.table.contains_key(key)
    }

    /// Where the value of a key stands, or the part.
    pub(crate) fn at(&self, key: &'static str) -> usize {
        self.table
            .get(key)
            .map_or(self.span.start, |value| value.span().start)
    }

    fn missing(&self, found: &mut Found, key: &'static str) {
        self.wrong_here(found, Wrong::MissingKey { key });
    }

    pub(super) fn wanted(
        &self,
        found: &mut Found,
        value: &Spanned<DeValue<'_>>,
        wanted: &'static str,
    ) {
        self.wrong(found, value.span().start, Wrong::WrongType { wanted });
    }

    /// A word in quotation marks.
    pub(crate) fn word(&self, found: &mut Found, key: &'static str) -> Option<&'a str> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(text),
            _ => {
                self.wanted(found, value, "a word");
                None
            }
        }
    }

    /// A word that must be there.
    pub(crate) fn must(&self, found: &mut Found, key: &'static str) -> Option<&'a str> {
        if !self.has(key) {
            self.value(key);
            self.missing(found, key);
            return None;
        }
        self.word(found, key)
    }

    fn name_of<T: FromStr<Err = ParseNameError>>(
        &self,
        found: &mut Found,
        at: usize,
        text: &str,
    ) -> Option<T> {
        let name = text.parse().ok();
        if name.is_none() {
            self.wrong(
                found,
                at,
                Wrong::BadName {
                    text: text.chars().take(64).collect(),
                },
            );
        }
        name
    }

    /// The name of another part.
    pub(crate) fn name<T: FromStr<Err = ParseNameError>>(
        &self,
        found: &mut Found,
        key: &'static str,
    ) -> Option<T> {
        let text = self.word(found, key)?;
        self.name_of(found, self.at(key), text)
    }

    /// The part's own id.
    pub(crate) fn id<T: FromStr<Err = ParseNameError>>(&self, found: &mut Found) -> Option<T> {
        let text = self.must(found, "id")?;
        self.name_of(found, self.at("id"), text)
    }

    /// A list of words with their places.
    pub(crate) fn words(&self, found: &mut Found, key: &'static str) -> Vec<(usize, &'a str)> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wanted(found, value, "a list of words");
            return Vec::new();
        };
        let mut words = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => words.push((item.span().start, &**text)),
                _ => self.wanted(found, item, "a word"),
            }
        }
        words
    }

    /// A list of names.
    pub(crate) fn names<T: FromStr<Err = ParseNameError>>(
        &self,
        found: &mut Found,
        key: &'static str,
    ) -> Vec<T> {
        let words = self.words(found, key);
        words
            .into_iter()
            .filter_map(|(at, text)| self.name_of(found, at, text))
            .collect()
    }

    /// One of some words.
    pub(crate) fn one_of<T: Copy>(
        &self,
        found: &mut Found,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let word = self.word(found, key)?;
        self.known(found, self.at(key), word, words)
    }

    /// A word among those that are known.
    pub(crate) fn known<T: Copy>(
        &self,
        found: &mut Found,
        at: usize,
        word: &str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let known = words
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, value)| *value);
        if known.is_none() {
            let allowed = words.iter().map(|(known, _)| *known).collect();
            self.wrong(
                found,
                at,
                Wrong::UnknownWord {
                    word: word.to_owned(),
                    allowed,
                },
            );
        }
        known
    }

    /// Yes or no; no where it is not there.
    pub(crate) fn flag(&self, found: &mut Found, key: &'static str) -> bool {
        match self.value(key).map(|value| (value, value.get_ref())) {
            None => false,
            Some((_, DeValue::Boolean(yes))) => *yes,
            Some((value, _)) => {
                self.wanted(found, value, "true or false");
                false
            }
        }
    }

    /// A text in both languages; empty where it is not there.
    pub(crate) fn texts(&self, found: &mut Found, key: &'static str) -> Texts {
        let Some(value) = self.value(key) else {
            return Texts::default();
        };
        let DeValue::Table(table) = value.get_ref() else {
            self.wanted(found, value, "texts { zh = \"...\", en = \"...\" }");
            return Texts::default();
        };
        let part = Part::new(self.source, self.file, table, value.span());
        let texts = part.own_texts(found);
        part.end(found);
        texts
    }

    /// The texts that stand in this table as `zh` and `en`.
    pub(crate) fn own_texts(&self, found: &mut Found) -> Texts {
        let mut take = |key, language| {
            let text = self.word(found, key).unwrap_or_default().trim();
            if text.is_empty() {
                self.wrong_here(found, Wrong::MissingText { language });
            }
            if text.chars().count() > LONGEST_TEXT {
                self.wrong(
                    found,
                    self.at(key),
                    Wrong::TextTooLong {
                        limit: LONGEST_TEXT,
                    },
                );
            }
            text.to_owned()
        };
        let zh = take("zh", Language::Chinese);
        let en = take("en", Language::English);
        Texts { zh, en }
    }

    /// A text in both languages that must be there.
    pub(crate) fn must_texts(&self, found: &mut Found, key: &'static str) -> Texts {
        if !self.has(key) {
            self.value(key);
            self.missing(found, key);
        }
        self.texts(found, key)
    }

    /// A condition or a formula.
    pub(crate) fn expr(&self, found: &mut Found, key: &'static str) -> Option<Expr> {
        let text = self.word(found, key)?;
        let span = self.value(key)?.span();
        match Expr::parse(text) {
            Ok(expr) => Some(expr),
            Err(problem) => {
                let at = inside(self.source.text, &span, text, problem.at);
                self.wrong(found, at, Wrong::Expr(problem.what));
                None
            }
        }
    }

    /// Whether the value of a key is true or false.
    pub(crate) fn is_flag(&self, key: &'static str) -> bool {
        let value = self.table.get(key).map(Spanned::get_ref);
        matches!(value, Some(DeValue::Boolean(_)))
    }

    /// A table within this one.
    pub(crate) fn part(&self, found: &mut Found, key: &'static str) -> Option<Part<'a>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Part::new(self.source, self.file, table, value.span())),
            _ => {
                self.wanted(found, value, "a table");
                None
            }
        }
    }

    /// A list of tables, at most so many.
    pub(crate) fn parts(
        &self,
        found: &mut Found,
        key: &'static str,
        what: Thing,
        limit: usize,
    ) -> Vec<Part<'a>> {
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let DeValue::Array(items) = value.get_ref() else {
            self.wanted(found, value, "a list of tables");
            return Vec::new();
        };
        if items.len() > limit {
            self.wrong(found, value.span().start, Wrong::TooMany { what, limit });
        }
        let mut parts = Vec::new();
        for item in items.iter().take(limit) {
            match item.get_ref() {
                DeValue::Table(table) => {
                    parts.push(Part::new(self.source, self.file, table, item.span()));
                }
                _ => self.wanted(found, item, "a table"),
            }
        }
        parts
    }

    /// Tells the keys that nothing has read.
    pub(crate) fn end(&self, found: &mut Found) {
        let read = self.read.borrow();
        for key in self.table.keys() {
            if !read.contains(&**key.get_ref()) {
                let nearest = nearest(key.get_ref(), read.iter().copied());
                let key_text = key.get_ref().to_string();
                self.wrong(
                    found,
                    key.span().start,
                    Wrong::UnknownKey {
                        key: key_text,
                        nearest,
                    },
                );
            }
        }
    }
}
