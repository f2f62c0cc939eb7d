//! Changes to a text that leave the rest of it as it is.

use std::borrow::Cow;
use std::ops::Range;

use crate::xml::Element;

/// Pieces of a source and what stands in their place.
#[derive(Debug, Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub(super) fn replace(&mut self, range: Range<usize>, by: String) {
        self.0.push((range, by));
    }

    pub(super) fn insert(&mut self, at: usize, text: String) {
        self.0.push((at..at, text));
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// The piece of the source with the changes in it.
    pub(super) fn apply(mut self, source: &str, within: Range<usize>) -> String {
        self.0.sort_by_key(|(range, _)| range.start);
        let mut out = String::with_capacity(within.len());
        let mut cursor = within.start;
        for (range, text) in self.0 {
            out.push_str(source.get(cursor..range.start).unwrap_or(""));
            out.push_str(&text);
            cursor = cursor.max(range.end);
        }
        out.push_str(source.get(cursor..within.end).unwrap_or(""));
        out
    }
}

/// Where the element itself begins; a span may have comments before it.
pub(super) fn begin(source: &str, span: &Range<usize>) -> usize {
    let mut at = span.start;
    while let Some(rest) = source.get(at..span.end) {
        let trimmed = rest.trim_start();
        let skip = rest.len() - trimmed.len();
        let end = if trimmed.starts_with("<!--") {
            trimmed.find("-->").map(|end| end + 3)
        } else if trimmed.starts_with("<?") {
            trimmed.find("?>").map(|end| end + 2)
        } else {
            None
        };
        match end {
            Some(end) => at += skip + end,
            None => return at + skip,
        }
    }
    span.start
}

/// The end of the start tag at `at`, and whether it closes itself.
pub(super) fn head(source: &str, at: usize) -> (usize, bool) {
    let mut quote = None;
    let mut last = ' ';
    for (offset, c) in source.get(at..).unwrap_or("").char_indices() {
        match (quote, c) {
            (None, '>') => return (at + offset + 1, last == '/'),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
        last = c;
    }
    (source.len(), false)
}

/// Where the white space before `at` begins.
pub(super) fn space_before(source: &str, at: usize) -> usize {
    source.get(..at).map_or(at, |text| text.trim_end().len())
}

/// Text as it may stand in an element: without what XML cannot hold.
pub(super) fn escaped(text: &str) -> String {
    let clean: Cow<'_, str> = text
        .chars()
        .filter(|c| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'))
        .collect();
    quick_xml::escape::partial_escape(clean).replace('\r', "&#13;")
}

/// Writes new elements, one a line.
pub(super) struct Xml<'a> {
    prefix: &'a str,
    depth: usize,
    out: String,
}

impl<'a> Xml<'a> {
    /// `depth` is how deep the first element lies; `prefix` is the file's, with its colon.
    pub(super) fn new(prefix: &'a str, depth: usize) -> Self {
        Self {
            prefix,
            depth,
            out: String::new(),
        }
    }

    fn line(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n('\t', self.depth));
        }
    }

    pub(super) fn open(&mut self, name: &str) {
        self.line();
        self.out.push_str(&format!("<{}{name}>", self.prefix));
        self.depth += 1;
    }

    pub(super) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.line();
        self.out.push_str(&format!("</{}{name}>", self.prefix));
    }

    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.line();
        let (prefix, text) = (self.prefix, escaped(text));
        self.out
            .push_str(&format!("<{prefix}{name}>{text}</{prefix}{name}>"));
    }

    /// An element that was written elsewhere.
    pub(super) fn whole(&mut self, text: &str) {
        self.line();
        self.out.push_str(text);
    }

    pub(super) fn finish(self) -> String {
        self.out
    }
}

/// Changes to the children of one element, kept in the order of the schema.
pub(super) struct Patch<'a> {
    source: &'a str,
    prefix: &'a str,
    order: &'static [&'static str],
    /// After the start tag.
    head: usize,
    children: Vec<(&'a str, Range<usize>)>,
    edits: Edits,
}

impl<'a> Patch<'a> {
    pub(super) fn new(
        source: &'a str,
        prefix: &'a str,
        order: &'static [&'static str],
        head: usize,
        children: impl Iterator<Item = (&'a str, Range<usize>)>,
    ) -> Self {
        let children = children
            .map(|(name, span)| (name, begin(source, &span)..span.end))
            .collect();
        Self {
            source,
            prefix,
            order,
            head,
            children,
            edits: Edits::default(),
        }
    }

    pub(super) fn of(
        source: &'a str,
        prefix: &'a str,
        order: &'static [&'static str],
        element: &'a Element,
    ) -> Self {
        let children = element.children.iter();
        Self::new(
            source,
            prefix,
            order,
            head(source, begin(source, &element.span)).0,
            children.map(|child| (child.name.as_str(), child.span.clone())),
        )
    }

    /// Gives a child its text, or takes it away.
    pub(super) fn set(&mut self, name: &'static str, text: Option<&str>) {
        let element = text.map(|text| {
            let mut xml = Xml::new(self.prefix, 0);
            xml.leaf(name, text);
            xml.finish()
        });
        self.put(name, element);
    }

    /// Puts a whole element in the place of the first of its name, or takes it away.
    pub(super) fn put(&mut self, name: &'static str, element: Option<String>) {
        let there = self.children.iter().find(|child| child.0 == name);
        match (there.map(|child| child.1.clone()), element) {
            (Some(span), Some(element)) => self.edits.replace(span, element),
            (Some(span), None) => self.remove(span),
            (None, Some(element)) => self.add(name, &element),
            (None, None) => {}
        }
    }

    /// Takes out the child with this span, as [`Element::span`] has it.
    pub(super) fn remove(&mut self, span: Range<usize>) {
        let from = begin(self.source, &span);
        let from = space_before(self.source, from);
        self.edits.replace(from..span.end, String::new());
    }

    /// Adds one more element of a name, where the schema has it.
    pub(super) fn add(&mut self, name: &str, element: &str) {
        let rank = |name: &str| self.order.iter().position(|known| *known == name);
        let own = rank(name);
        let at = (self.children.iter())
            .filter(|child| rank(child.0).is_some_and(|rank| own.is_none_or(|own| rank <= own)))
            .map(|child| child.1.end)
            .next_back()
            .unwrap_or(self.head);
        let first = self
            .children
            .first()
            .map_or(self.head, |first| first.1.start);
        let space = self.source.get(space_before(self.source, first)..first);
        let space = space.unwrap_or("").to_owned();
        self.edits.insert(at, space + element);
    }

    /// Takes changes inside a child in.
    pub(super) fn within(&mut self, edits: Edits) {
        self.edits.append(edits);
    }

    pub(super) fn edits(self) -> Edits {
        self.edits
    }
}
