//! Notes: Primavera keeps them as HTML, one for each topic; here they are one text.

use std::collections::BTreeMap;

use base::TaskId;
use rustc_hash::FxHashMap;

use super::table::Tables;

/// The notes of tasks and branches, in the order of their first mention in the file.
pub(super) fn read<'a>(
    tables: &Tables<'a>,
    tasks: &FxHashMap<&'a str, TaskId>,
    branches: &FxHashMap<&'a str, TaskId>,
) -> Vec<(TaskId, String)> {
    let mut topics: FxHashMap<&str, String> = FxHashMap::default();
    for row in tables.rows("MEMOTYPE") {
        topics
            .entry(row.key("memo_type_id"))
            .or_insert_with(|| row.words("memo_type").unwrap_or_default());
    }
    let mut order: BTreeMap<usize, (TaskId, String)> = BTreeMap::new();
    let mut places: FxHashMap<TaskId, usize> = FxHashMap::default();
    for (table, key, text, owners) in [
        ("TASKMEMO", "task_id", "task_memo", tasks),
        ("WBSMEMO", "wbs_id", "wbs_memo", branches),
    ] {
        for row in tables.rows(table) {
            let Some(task) = owners.get(row.key(key)) else {
                continue;
            };
            let said = plain(&row.words(text).unwrap_or_default());
            if said.is_empty() {
                continue;
            }
            let next = order.len();
            let place = *places.entry(*task).or_insert(next);
            let (_, note) = order.entry(place).or_insert_with(|| (*task, String::new()));
            if !note.is_empty() {
                note.push_str("\n\n");
            }
            if let Some(topic) = topics.get(row.key("memo_type_id"))
                && !topic.is_empty()
            {
                note.push_str(topic);
                note.push('\n');
            }
            note.push_str(&said);
        }
    }
    order.into_values().collect()
}

/// The words of a piece of HTML, with its paragraphs as lines; a text that is no HTML as it is.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c == '\u{7f}' { '\n' } else { c })
        .filter(|c| !matches!(c, '\u{feff}' | '\u{fffe}' | '\0' | '\r'))
        .collect();
    let is_html = text.contains('<') && text.contains('>');
    let mut words = Words::default();
    let mut rest = text.as_str();
    while let Some((before, behind)) = rest.split_once('<').filter(|_| is_html) {
        words.text(before, true);
        let tag = behind.trim_start_matches('/');
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric());
        let name = tag
            .get(..end.unwrap_or(tag.len()))
            .unwrap_or("")
            .to_ascii_lowercase();
        if name.is_empty() && !behind.starts_with(['/', '!', '?']) {
            // less than
            words.text("<", true);
            rest = behind;
            continue;
        }
        let Some((_, after)) = behind.split_once('>') else {
            words.text("<", true);
            rest = behind;
            break;
        };
        rest = after;
        match name.as_str() {
            "head" | "style" | "script" if !behind.starts_with('/') => {
                rest = skipped(after, &name);
            }
            "br" | "p" | "div" | "li" | "tr" | "ul" | "ol" | "table" | "h1" | "h2" | "h3" => {
                words.line();
            }
            "td" | "th" => words.text(" ", true),
            _ => {}
        }
    }
    words.text(rest, is_html);
    words.finish()
}

/// What follows the end of an element; nothing where it has none, as in browsers.
fn skipped<'t>(text: &'t str, name: &str) -> &'t str {
    let mut ends = text.match_indices("</").map(|(at, _)| at + 2);
    let end = ends.find(|at| {
        let found = text.get(*at..at + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name))
    });
    let behind = end.and_then(|at| text.get(at..)?.split_once('>'));
    behind.map_or("", |(_, rest)| rest)
}

#[derive(Default)]
struct Words {
    lines: Vec<String>,
    line: String,
}

impl Words {
    fn line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.lines.push(line.trim().to_owned());
    }

    /// Text, with its white space as HTML means it, or as it is.
    fn text(&mut self, text: &str, html: bool) {
        if !html {
            for (number, line) in text.split('\n').enumerate() {
                if number > 0 {
                    self.line();
                }
                self.line.push_str(line);
            }
            return;
        }
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('&') {
            self.push(before);
            // names are short: what has none is not looked through to its end
            let end = behind.bytes().take(12).position(|byte| byte == b';');
            let name = end.and_then(|end| Some((behind.get(..end)?, behind.get(end + 1..)?)));
            match name.and_then(|(name, after)| Some((entity(name)?, after))) {
                Some((c, after)) => {
                    self.line.push(c);
                    rest = after;
                }
                None => {
                    self.line.push('&');
                    rest = behind;
                }
            }
        }
        self.push(rest);
    }

    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if !c.is_whitespace() {
                self.line.push(c);
            } else if !self.line.ends_with(' ') && !self.line.is_empty() {
                self.line.push(' ');
            }
        }
    }

    /// All lines, with at most one empty one between two.
    fn finish(mut self) -> String {
        self.line();
        let mut text = String::new();
        let mut gap = 0;
        for line in self.lines {
            if line.is_empty() {
                gap += 1;
                continue;
            }
            if !text.is_empty() {
                text.push('\n');
                if gap > 1 {
                    text.push('\n');
                }
            }
            gap = 0;
            text.push_str(&line);
        }
        text
    }
}

/// A character by its name or number.
fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_its_words() {
        for (html, text) in [
            ("<HTML><BODY></BODY></HTML>", ""),
            ("plain\u{7f}\u{7f}text", "plain\ntext"),
            (
                "<html><head><style>p {x}</style></head>\u{7f}\u{7f}<body bgcolor=\"#ffffff\"><p>a &amp; b</p><p>&#25171;&#x6869; &lt;1 m</p></body></html>",
                "a & b\n打桩 <1 m",
            ),
            ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
            ("<b>one</b><br><br><br>two", "one\n\ntwo"),
            ("a & b; &bogus; &#xD800;", "a & b; &bogus; &#xD800;"),
            ("<p unclosed", "<p unclosed"),
        ] {
            assert_eq!(plain(html), text, "{html}");
        }
    }
}
