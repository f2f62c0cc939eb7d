//! Excel's workbooks: a package of XML parts. Read here rather than by a library, since indents, levels of the outline and
//! limits before anything is unpacked are ours to know.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use rustc_hash::FxHashMap;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Format, MAX_SHEETS, MAX_UNPACKED, OpenError, Room, Workbook, sheet};

/// The most styles of cells that are read; Excel has 65,490.
const MAX_STYLES: usize = 66_000;
/// How deep elements may lie in each other.
const MAX_DEPTH: usize = 64;

/// How a cell's number is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    #[default]
    Number,
    Percent,
    Date,
}

/// What of a cell's style says something.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Style {
    pub(super) shown: Shown,
    pub(super) indent: u8,
}

/// What all sheets share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) strings: Vec<String>,
    pub(super) styles: Vec<Style>,
    /// Days are counted from 1904 rather than from 1900.
    pub(super) from_1904: bool,
}

/// The package.
struct Parts<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// How many bytes may still be unpacked.
    left: usize,
}

pub(super) fn damaged(part: &str, why: impl ToString) -> OpenError {
    OpenError::Damaged {
        part: part.chars().take(120).collect(),
        why: why.to_string(),
    }
}

impl Parts<'_> {
    /// A part's text; `None` where there is none of that name.
    fn text(&mut self, name: &str) -> Result<Option<String>, OpenError> {
        let file = match self.zip.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(damaged(name, error)),
        };
        let mut bytes = Vec::new();
        // whatever the package says of its size
        file.take(self.left as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(name, error))?;
        self.left = (self.left.checked_sub(bytes.len())).ok_or(OpenError::TooLarge {
            bytes: MAX_UNPACKED as u64 + 1,
            limit: MAX_UNPACKED as u64,
        })?;
        let bytes = match bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
            Some(rest) => rest.to_vec(),
            None => bytes,
        };
        String::from_utf8(bytes)
            .map(Some)
            .map_err(|error| damaged(name, error))
    }
}

/// What [`walk`] comes by.
pub(super) enum Part<'a> {
    Open(&'a str, &'a BytesStart<'a>),
    Text(&'a str),
    Close(&'a str),
}

/// Goes through the elements and texts of a part.
pub(super) fn walk(
    part: &str,
    text: &str,
    mut visit: impl FnMut(Part<'_>) -> Result<(), OpenError>,
) -> Result<(), OpenError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(damaged(part, "its elements lie too deep"));
                }
                visit(Part::Open(tag.local_name().as_ref(), &tag))?;
            }
            Ok(Event::End(tag)) => {
                depth = depth.saturating_sub(1);
                visit(Part::Close(tag.local_name().as_ref()))?;
            }
            Ok(Event::Text(text)) => visit(Part::Text(&text.xml10_content()))?,
            Ok(Event::CData(text)) => visit(Part::Text(&text.xml10_content()))?,
            Ok(Event::GeneralRef(name)) => {
                let resolved = name.resolve_char_ref().ok().flatten();
                let c = resolved.or(match &*name {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "apos" => Some('\''),
                    "quot" => Some('"'),
                    _ => None,
                });
                let c = c.ok_or_else(|| damaged(part, "it uses an unknown entity"))?;
                visit(Part::Text(c.encode_utf8(&mut [0; 4])))?;
            }
            Ok(Event::DocType(_)) => return Err(damaged(part, "it has a document type")),
            Ok(Event::Eof) if depth > 0 => return Err(damaged(part, "it ends too early")),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(damaged(part, error)),
        }
    }
}

/// The value of an attribute, by its name without a prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = tag.attributes();
    let found = all
        .with_checks(false)
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name)?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

/// A number in an attribute.
pub(super) fn number(tag: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(tag, name)?.parse().ok()
}

/// A flag in an attribute.
pub(super) fn flag(tag: &BytesStart<'_>, name: &str) -> bool {
    matches!(attribute(tag, name).as_deref(), Some("1" | "true" | "on"))
}

/// Opens a workbook.
pub(super) fn open(bytes: &[u8]) -> Result<Workbook, OpenError> {
    let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged("package", error))?;
    let mut parts = Parts {
        zip,
        left: MAX_UNPACKED,
    };
    let main = main_part(&mut parts)?.ok_or(OpenError::OtherPackage)?;
    let text = parts.text(&main)?.ok_or(OpenError::OtherPackage)?;
    let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
    let relations = relations(&mut parts, &format!("{folder}/_rels/{file}.rels"), folder)?;
    let mut shared = Shared::default();
    let mut sheets = Vec::new();
    let mut is_workbook = false;
    walk(&main, &text, |event| {
        if let Part::Open(name, tag) = event {
            match name {
                "workbook" => is_workbook = true,
                "workbookPr" => shared.from_1904 = flag(tag, "date1904"),
                "sheet" => {
                    let title = attribute(tag, "name").unwrap_or_default();
                    let hidden = attribute(tag, "state").is_some_and(|state| state != "visible");
                    sheets.push((title, hidden, attribute(tag, "id").unwrap_or_default()));
                }
                _ => {}
            }
        }
        if sheets.len() > MAX_SHEETS {
            return Err(OpenError::TooMany {
                what: "sheets".to_owned(),
                limit: MAX_SHEETS as u64,
            });
        }
        Ok(())
    })?;
    if !is_workbook {
        return Err(OpenError::OtherPackage);
    }
    let of_kind = |kind: &str| {
        let mut found = relations.values().filter(|(of, _)| of == kind);
        found.next().map(|(_, path)| path.clone())
    };
    if let Some(path) = of_kind("sharedStrings")
        && let Some(text) = parts.text(&path)?
    {
        shared.strings = strings(&path, &text)?;
    }
    if let Some(path) = of_kind("styles")
        && let Some(text) = parts.text(&path)?
    {
        shared.styles = styles(&path, &text)?;
    }
    let mut workbook = Workbook {
        format: Format::Excel,
        sheets: Vec::new(),
    };
    let mut room = Room::default();
    for (title, hidden, id) in sheets {
        // sheets of charts and of old macros have no rows
        let Some((_, path)) = relations.get(&id).filter(|(kind, _)| kind == "worksheet") else {
            continue;
        };
        let text = parts.text(path)?;
        let text = text.ok_or_else(|| damaged(path, "it is not there"))?;
        let mut read = sheet::read(path, &text, &shared, &mut room)?;
        if !read.rows.is_empty() {
            read.name = title;
            read.hidden = hidden;
            workbook.sheets.push(read);
        }
    }
    Ok(workbook)
}

/// The path of the workbook's own part.
fn main_part(parts: &mut Parts<'_>) -> Result<Option<String>, OpenError> {
    let all = relations(parts, "_rels/.rels", "")?;
    let mut found = all.values().filter(|(kind, _)| kind == "officeDocument");
    Ok(found.next().map(|(_, path)| path.clone()))
}

/// What a part refers to, by id: the last word of its kind, and its path.
fn relations(
    parts: &mut Parts<'_>,
    name: &str,
    folder: &str,
) -> Result<FxHashMap<String, (String, String)>, OpenError> {
    let mut all = FxHashMap::default();
    let Some(text) = parts.text(name)? else {
        return Ok(all);
    };
    walk(name, &text, |event| {
        if let Part::Open("Relationship", tag) = event
            && let (Some(id), Some(kind), Some(target)) = (
                attribute(tag, "Id"),
                attribute(tag, "Type"),
                attribute(tag, "Target"),
            )
        {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            let path = match target.strip_prefix('/') {
                Some(path) => path.to_owned(),
                None if folder.is_empty() => target,
                None => format!("{folder}/{target}"),
            };
            all.insert(id, (kind, path));
        }
        Ok(())
    })?;
    Ok(all)
}

/// The texts that cells name by number.
fn strings(part: &str, text: &str) -> Result<Vec<String>, OpenError> {
    let mut all = Vec::new();
    let mut one = sheet::Rich::default();
    walk(part, text, |event| {
        match event {
            Part::Open("si", _) => one = sheet::Rich::default(),
            Part::Close("si") => all.push(one.take()),
            event => one.visit(&event),
        }
        Ok(())
    })?;
    Ok(all)
}

/// What the styles of cells say.
fn styles(part: &str, text: &str) -> Result<Vec<Style>, OpenError> {
    let mut formats: FxHashMap<u32, Shown> = FxHashMap::default();
    let mut styles: Vec<Style> = Vec::new();
    let mut of_cells = false;
    walk(part, text, |event| {
        match event {
            Part::Open("numFmt", tag) => {
                let code = attribute(tag, "formatCode").unwrap_or_default();
                if let Some(id) = number(tag, "numFmtId") {
                    formats.insert(id, shown(&code));
                }
            }
            Part::Open("cellXfs", _) => of_cells = true,
            Part::Close("cellXfs") => of_cells = false,
            Part::Open("xf", tag) if of_cells => {
                let id = number(tag, "numFmtId").unwrap_or(0);
                let own = formats.get(&id).copied();
                styles.push(Style {
                    shown: own.unwrap_or_else(|| built_in(id)),
                    indent: 0,
                });
            }
            Part::Open("alignment", tag) if of_cells => {
                if let Some(style) = styles.last_mut() {
                    style.indent = number(tag, "indent").unwrap_or(0).min(250) as u8;
                }
            }
            _ => {}
        }
        if styles.len() > MAX_STYLES || formats.len() > MAX_STYLES {
            return Err(OpenError::TooMany {
                what: "styles".to_owned(),
                limit: MAX_STYLES as u64,
            });
        }
        Ok(())
    })?;
    Ok(styles)
}

/// Formats that have a number rather than a text (ECMA-376, 18.8.30; 27 to 58 are dates in Chinese, Japanese and Korean).
fn built_in(id: u32) -> Shown {
    match id {
        9 | 10 => Shown::Percent,
        14..=22 | 27..=36 | 50..=58 => Shown::Date,
        _ => Shown::Number,
    }
}

/// What a format's text means: letters of dates, or a percent sign, outside quotes and brackets.
fn shown(code: &str) -> Shown {
    let mut letters = code.chars();
    let (mut date, mut percent) = (false, false);
    while let Some(letter) = letters.next() {
        match letter {
            '"' => letters.by_ref().take_while(|c| *c != '"').for_each(drop),
            '\\' | '_' | '*' => drop(letters.next()),
            '[' => {
                let inside: String = letters.by_ref().take_while(|c| *c != ']').collect();
                // a length of time, not a moment
                if matches!(
                    inside.to_ascii_lowercase().as_str(),
                    "h" | "hh" | "m" | "mm" | "s" | "ss"
                ) {
                    return Shown::Number;
                }
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => date = true,
            '%' => percent = true,
            _ => {}
        }
    }
    match (date, percent) {
        (true, _) => Shown::Date,
        (false, true) => Shown::Percent,
        (false, false) => Shown::Number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_numbers_say_what_they_mean() {
        for (code, expected) in [
            ("General", Shown::Number),
            ("0.00E+00", Shown::Number),
            ("[Red]0.0;#,##0", Shown::Number),
            ("0\" days\"", Shown::Number),
            ("[h]:mm", Shown::Number),
            ("0.0%", Shown::Percent),
            ("yyyy\"年\"m\"月\"d\"日\";@", Shown::Date),
            ("[$-804]yyyy/m/d", Shown::Date),
            ("d-mmm-yy", Shown::Date),
        ] {
            assert_eq!(shown(code), expected, "{code}");
        }
    }
}
