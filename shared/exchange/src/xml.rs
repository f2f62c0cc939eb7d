//! Reading XML that may be broken or hostile: bounded, without document types, with places for errors.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde::{Deserialize, Serialize};

use crate::mspdi::ReadError;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 64 << 20;
/// How deep elements may lie in each other.
const MAX_DEPTH: usize = 64;
/// How many elements one member of a section (a task, a calendar) may have.
const MAX_ELEMENTS: usize = 200_000;

/// Where in a file, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The line.
    pub line: u64,
    /// The character in the line.
    pub column: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// An element with all that lies in it. Attributes are of no meaning in MSPDI and stay in the source text.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// The name, without a namespace prefix.
    pub(crate) name: String,
    /// Its own text, references resolved.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
    /// Bytes of the source from `<` to the closing `>`.
    pub(crate) span: Range<usize>,
}

impl Element {
    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All children of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The trimmed text of the first child of a name; `None` when it is absent or empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let text = self.child(name)?.text.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// What [`walk`] comes by, in the order of the file.
pub(crate) enum Item<'a> {
    /// A simple or unknown child of the root.
    Property(Element),
    /// A member of one of the sections.
    Member(&'a str, Element),
    /// The end of a section: its name, and its bytes with its own tags.
    Section(&'a str, Range<usize>),
}

/// The text of a file: size and encoding checked, a byte order mark taken off.
pub(crate) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge {
            bytes: bytes.len() as u64,
            limit: MAX_BYTES as u64,
        });
    }
    let wide = |mark: usize, unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).skip(mark);
        let units = units.map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .map(Cow::Owned)
            .map_err(|_| ReadError::Encoding { byte: 0 })
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(1, u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(1, u16::from_be_bytes),
        [b'<', 0, ..] => wide(0, u16::from_le_bytes),
        [0, b'<', ..] => wide(0, u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
            std::str::from_utf8(bytes)
                .map(Cow::Borrowed)
                .map_err(|error| match bytes.trim_ascii_start().first() {
                    Some(b'<') => ReadError::Encoding {
                        byte: error.valid_up_to() as u64,
                    },
                    // a picture, a workbook, a file of Project itself
                    _ => ReadError::NotXml,
                })
        }
    }
}

/// The line and column of a byte.
pub(crate) fn place(source: &str, byte: usize) -> Place {
    let mut byte = byte.min(source.len());
    while !source.is_char_boundary(byte) {
        byte -= 1;
    }
    let before = source.get(..byte).unwrap_or("");
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    Place {
        line: before.bytes().filter(|b| *b == b'\n').count() as u64 + 1,
        column: before.get(line..).unwrap_or("").chars().count() as u64 + 1,
    }
}

/// Something of the source that matters.
enum Token {
    Open(String),
    Close,
    Text(String),
    End,
}

struct Source<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    depth: usize,
    /// Names of open elements, for errors.
    open: Vec<String>,
}

impl Source<'_> {
    fn at(&self) -> usize {
        self.reader.buffer_position() as usize
    }

    fn error(&self, why: impl fmt::Display) -> ReadError {
        ReadError::Syntax {
            at: place(self.text, self.reader.error_position() as usize),
            why: why.to_string(),
        }
    }

    fn next(&mut self) -> Result<Token, ReadError> {
        loop {
            let begun = self.at();
            let event = self.reader.read_event();
            let here = || place(self.text, begun);
            return Ok(match event {
                Ok(Event::Start(tag)) => {
                    let name = tag.local_name().as_ref().to_owned();
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(ReadError::TooDeep {
                            at: here(),
                            limit: MAX_DEPTH as u64,
                        });
                    }
                    self.open.push(name.clone());
                    Token::Open(name)
                }
                Ok(Event::End(_)) => {
                    self.depth = self.depth.saturating_sub(1);
                    self.open.pop();
                    Token::Close
                }
                Ok(Event::Text(text)) => Token::Text(text.xml10_content().into_owned()),
                Ok(Event::CData(text)) => Token::Text(text.xml10_content().into_owned()),
                Ok(Event::GeneralRef(name)) => {
                    let resolved = name.resolve_char_ref().ok().flatten();
                    match resolved.or(match &*name {
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "amp" => Some('&'),
                        "apos" => Some('\''),
                        "quot" => Some('"'),
                        _ => None,
                    }) {
                        Some(c) => Token::Text(c.to_string()),
                        None => {
                            return Err(ReadError::Entity {
                                at: here(),
                                name: name.chars().take(64).collect(),
                            });
                        }
                    }
                }
                // entities can only be declared in one, and nothing in this format needs it
                Ok(Event::DocType(_)) => return Err(ReadError::Dtd { at: here() }),
                Ok(Event::Eof) if self.depth > 0 => return Err(self.truncated()),
                Ok(Event::Eof) => Token::End,
                Ok(Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::Empty(_)) => continue,
                Err(quick_xml::Error::Syntax(why)) if self.depth > 0 => {
                    // an unclosed tag at the very end is a file cut short
                    let left = self.text.len().saturating_sub(self.at());
                    if left == 0 {
                        return Err(self.truncated());
                    }
                    return Err(self.error(why));
                }
                Err(why) => return Err(self.error(why)),
            });
        }
    }

    fn truncated(&self) -> ReadError {
        ReadError::Truncated {
            at: place(self.text, self.text.len()),
            inside: self.open.last().cloned().unwrap_or_default(),
        }
    }

    /// The rest of an element that was just opened.
    fn element(
        &mut self,
        name: String,
        start: usize,
        left: &mut usize,
    ) -> Result<Element, ReadError> {
        let mut element = Element {
            name,
            ..Element::default()
        };
        loop {
            let at = self.at();
            match self.next()? {
                Token::Open(name) => {
                    *left = left.checked_sub(1).ok_or_else(|| ReadError::TooMany {
                        what: element.name.clone(),
                        limit: MAX_ELEMENTS as u64,
                    })?;
                    let child = self.element(name, at, left)?;
                    element.children.push(child);
                }
                Token::Text(text) => element.text.push_str(&text),
                Token::Close | Token::End => {
                    element.span = start..self.at();
                    return Ok(element);
                }
            }
        }
    }
}

/// Reads a file whose root is `root`: members of the named `sections` one at a time, everything else whole.
pub(crate) fn walk(
    source: &str,
    root: &str,
    sections: &[&str],
    mut visit: impl FnMut(Item<'_>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut reader = Reader::from_str(source);
    reader.config_mut().expand_empty_elements = true;
    let mut walk = Source {
        reader,
        text: source,
        depth: 0,
        open: Vec::new(),
    };
    loop {
        match walk.next()? {
            Token::Open(name) if name == root => break,
            Token::Open(found) => {
                return Err(ReadError::WrongRoot {
                    found: found.chars().take(64).collect(),
                });
            }
            Token::Text(text) if text.trim().is_empty() => {}
            Token::Text(_) | Token::Close | Token::End => {
                return Err(ReadError::NotXml);
            }
        }
    }
    loop {
        let at = walk.at();
        match walk.next()? {
            Token::Open(section) if sections.contains(&section.as_str()) => {
                loop {
                    let member = walk.at();
                    match walk.next()? {
                        Token::Open(name) => {
                            let mut left = MAX_ELEMENTS;
                            let element = walk.element(name, member, &mut left)?;
                            visit(Item::Member(&section, element))?;
                        }
                        Token::Text(_) => {}
                        Token::Close | Token::End => break,
                    }
                }
                visit(Item::Section(&section, at..walk.at()))?;
            }
            Token::Open(name) => {
                let mut left = MAX_ELEMENTS;
                let element = walk.element(name, at, &mut left)?;
                visit(Item::Property(element))?;
            }
            Token::Text(_) => {}
            Token::Close | Token::End => break,
        }
    }
    // whatever follows the root must be well-formed too: half a file is not imported
    loop {
        match walk.next()? {
            Token::End => return Ok(()),
            Token::Text(text) if text.trim().is_empty() => {}
            _ => return Err(walk.error("there is something after the end of the document")),
        }
    }
}
