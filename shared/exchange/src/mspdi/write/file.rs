//! The file that is written into: what it holds, and where.

use std::ops::Range;

use base::CalendarId;
use domain::calendar::Calendar;
use rustc_hash::FxHashMap;

use super::super::read::{SECTIONS, read_text};
use super::super::{Imported, ReadError};
use super::patch::{Edits, begin, head, space_before};
use crate::xml::{self, Element, Item};

/// A file with the places of what may change.
pub(super) struct File<'a> {
    pub(super) source: &'a str,
    /// The namespace prefix of its elements with the colon; mostly empty.
    pub(super) prefix: String,
    /// Children of the root that are no sections.
    pub(super) properties: Vec<(String, Range<usize>)>,
    sections: Vec<(String, Range<usize>)>,
    members: FxHashMap<&'static str, Vec<Element>>,
    /// What an import of it gives.
    pub(super) before: Imported,
    /// Its numbers of the calendars; one that an import makes up has none.
    pub(super) calendars: FxHashMap<CalendarId, i64>,
}

impl<'a> File<'a> {
    pub(super) fn new(source: &'a str) -> Result<Self, ReadError> {
        let mut last = 0;
        let (before, numbers) = read_text(source, &mut || {
            last += 1;
            last
        })?;
        let mut file = Self {
            source,
            prefix: String::new(),
            properties: Vec::new(),
            sections: Vec::new(),
            members: FxHashMap::default(),
            before,
            calendars: (numbers.calendars.into_iter())
                .map(|(uid, id)| (id, uid))
                .collect(),
        };
        xml::walk(source, "Project", &SECTIONS, |item| {
            match item {
                Item::Property(element) => file.properties.push((element.name, element.span)),
                Item::Section(name, span) => file.sections.push((name.to_owned(), span)),
                Item::Member(section, mut element) => {
                    // values over time are most of a large file: of those of assignments only the kind is looked at
                    element
                        .children
                        .retain(|child| child.name != "TimephasedData" || section == "Assignments");
                    for child in &mut element.children {
                        if child.name == "TimephasedData" {
                            child.children.retain(|child| child.name == "Type");
                        }
                    }
                    element.span.start = begin(source, &element.span);
                    if let Some(section) = SECTIONS.iter().find(|known| **known == section) {
                        file.members.entry(section).or_default().push(element);
                    }
                }
            }
            Ok(())
        })?;
        let first = (file.properties.iter().chain(&file.sections))
            .map(|(name, span)| (name, begin(source, span)))
            .min_by_key(|(_, at)| *at);
        if let Some((name, at)) = first {
            let tag = source.get(at + 1..).unwrap_or("");
            if let Some(at) = tag.find(name.as_str()) {
                file.prefix = tag
                    .get(..at)
                    .filter(|p| p.ends_with(':'))
                    .unwrap_or("")
                    .to_owned();
            }
        }
        Ok(file)
    }

    /// The members of a section, in the order of the file.
    pub(super) fn members(&self, section: &str) -> &[Element] {
        self.members.get(section).map_or(&[], Vec::as_slice)
    }

    /// A number that no member of a section has, nor any after it.
    pub(super) fn next_uid(&self, section: &str) -> i64 {
        (self.members(section).iter().filter_map(uid))
            .filter(|uid| (0..i64::from(i32::MAX)).contains(uid))
            .max()
            .unwrap_or(0)
            + 1
    }

    /// After the root's start tag.
    pub(super) fn head(&self) -> usize {
        let places = self.properties.iter().chain(&self.sections);
        let first = places.map(|(_, span)| span.start).min();
        first.map_or(0, |at| space_before(self.source, at))
    }

    /// Puts new members at the end of a section; makes the section where there is none.
    pub(super) fn append(&self, section: &'static str, members: &str, edits: &mut Edits) {
        if members.is_empty() {
            return;
        }
        let p = &self.prefix;
        let found = self.sections.iter().rfind(|(name, _)| name == section);
        let Some((_, span)) = found else {
            let whole = format!("\n\t<{p}{section}>{members}\n\t</{p}{section}>");
            edits.insert(self.place(section), whole);
            return;
        };
        let at = begin(self.source, span);
        let (tag, empty) = head(self.source, at);
        if empty {
            let start = self.source.get(at..tag).unwrap_or("");
            let start = start.trim_end_matches('>').trim_end_matches('/').trim_end();
            let whole = format!("{start}>{members}\n\t</{p}{section}>");
            edits.replace(at..span.end, whole);
        } else {
            let close = self
                .source
                .get(..span.end)
                .and_then(|text| text.rfind("</"));
            let at = space_before(self.source, close.unwrap_or(span.end));
            edits.insert(at.max(tag), members.to_owned());
        }
    }

    /// Where a section that is not there belongs.
    fn place(&self, section: &str) -> usize {
        const ORDER: [&str; 5] = [
            "ExtendedAttributes",
            "Calendars",
            "Tasks",
            "Resources",
            "Assignments",
        ];
        let rank = |name: &str| ORDER.iter().position(|known| *known == name);
        let after = |name: &str| rank(name) < rank(section);
        let before = self.sections.iter().filter(|(name, _)| after(name));
        let properties = self.properties.iter().map(|(_, span)| span.end);
        (before.map(|(_, span)| span.end).max())
            .or_else(|| {
                let first = self.sections.iter().map(|(_, span)| span.start).min();
                properties
                    .filter(|end| first.is_none_or(|first| *end <= first))
                    .max()
            })
            .unwrap_or_else(|| self.head())
    }

    /// The calendar that an import makes up for tasks that count by the clock.
    pub(super) fn made_up(&self) -> Option<&(CalendarId, Calendar)> {
        let list = self.before.plan.calendars.iter();
        list.rev().find(|(id, _)| !self.calendars.contains_key(id))
    }
}

/// The number of a member.
pub(super) fn uid(element: &Element) -> Option<i64> {
    element.text("UID")?.parse().ok()
}
