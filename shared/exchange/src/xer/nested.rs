//! The text in which Primavera keeps a calendar: `(0||NAME(attributes)(children))`, one in another. Programs that write
//! such files themselves miscount their brackets, so only what lies in what counts: a list with its first words.

use crate::mspdi::ReadError;

/// How deep lists may lie in each other; Primavera's lie seven deep.
const MAX_DEPTH: usize = 64;
/// How many lists a text may have.
const MAX_LISTS: usize = 200_000;

/// What stands between a pair of brackets.
#[derive(Debug, Default)]
pub(super) struct List<'a> {
    /// The words before the first list inside.
    head: &'a str,
    /// The lists inside.
    pub(super) lists: Vec<List<'a>>,
}

/// Line ends are written as two delete characters.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

impl<'a> List<'a> {
    /// The lists of a text, and whether its end is missing.
    pub(super) fn read(text: &'a str, table: &str) -> Result<(Self, bool), ReadError> {
        let mut open = vec![Self::default()];
        let mut count = 0;
        let mut words = 0;
        for (at, c) in text.char_indices() {
            if !matches!(c, '(' | ')') {
                continue;
            }
            let piece = text.get(words..at).unwrap_or("").trim_matches(is_space);
            words = at + 1;
            if let Some(list) = open.last_mut()
                && list.lists.is_empty()
                && list.head.is_empty()
            {
                list.head = piece;
            }
            if c == '(' {
                count += 1;
                if count > MAX_LISTS || open.len() > MAX_DEPTH {
                    return Err(ReadError::TooMany {
                        what: table.to_owned(),
                        limit: MAX_LISTS as u64,
                    });
                }
                open.push(Self::default());
            } else if open.len() > 1
                && let (Some(list), Some(above)) = (open.pop(), open.last_mut())
            {
                above.lists.push(list);
            }
        }
        let cut = open.len() > 1;
        while open.len() > 1 {
            if let (Some(list), Some(above)) = (open.pop(), open.last_mut()) {
                above.lists.push(list);
            }
        }
        Ok((open.pop().unwrap_or_default(), cut))
    }

    /// Its name: `DaysOfWeek` of `0||DaysOfWeek`; `None` where it has none.
    pub(super) fn name(&self) -> Option<&'a str> {
        let (_, name) = self.head.split_once("||")?;
        Some(name.trim_matches(is_space))
    }

    /// The value of an attribute among its own words: `08:00` for `s` of `s|08:00|f|12:00`.
    pub(super) fn own(&self, key: &str) -> Option<&'a str> {
        let mut words = self.head.split('|').map(|word| word.trim_matches(is_space));
        words.find(|word| *word == key)?;
        words.next().filter(|value| !value.is_empty())
    }

    /// The value of an attribute, which stands in the list behind the name.
    pub(super) fn attribute(&self, key: &str) -> Option<&'a str> {
        let behind = self.lists.first().filter(|list| list.name().is_none());
        behind.and_then(|list| list.own(key))
    }

    /// The first list of a name, however deep.
    pub(super) fn find(&self, name: &str) -> Option<&Self> {
        if self.name() == Some(name) {
            return Some(self);
        }
        self.lists.iter().find_map(|list| list.find(name))
    }

    /// The lists inside, through those that have no name: what a record's children are.
    pub(super) fn children<'l>(&'l self, into: &mut Vec<&'l Self>) {
        for list in &self.lists {
            match list.name() {
                Some(_) => into.push(list),
                None => list.children(into),
            }
        }
    }

    /// All lists inside, however deep.
    pub(super) fn all<'l>(&'l self, visit: &mut dyn FnMut(&'l Self)) {
        for list in &self.lists {
            visit(list);
            list.all(visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn children<'l>(list: &'l List<'l>) -> Vec<&'l List<'l>> {
        let mut found = Vec::new();
        list.children(&mut found);
        found
    }

    #[test]
    fn records_have_names_attributes_and_children() {
        let text = "(0||CalendarData()(\u{7f}\u{7f}  (0||DaysOfWeek()(\u{7f}\u{7f}(0||1()())\
            (0||2()((0||0(s|08:00|f|12:00)())(0||1(f|17:00|s|8:00)())))))(0||VIEW(ShowTotal|N)())))";
        let (list, cut) = List::read(text, "CALENDAR").unwrap();
        assert!(!cut);
        let days = list.find("DaysOfWeek").unwrap();
        let days = children(days);
        assert_eq!(days.len(), 2);
        assert_eq!(days[1].name(), Some("2"));
        let shifts = children(days[1]);
        assert_eq!(shifts[0].attribute("s"), Some("08:00"));
        assert_eq!(shifts[1].attribute("s"), Some("8:00"));
        assert_eq!(shifts[1].attribute("f"), Some("17:00"));
        assert_eq!(shifts[1].attribute("d"), None);
        assert_eq!(list.find("VIEW").unwrap().attribute("ShowTotal"), Some("N"));
        assert!(list.find("Exceptions").is_none());
    }

    #[test]
    fn a_text_without_its_end_is_told() {
        let (list, cut) = List::read("(0||CalendarData()((0||DaysOfWeek()((0||1()", "").unwrap();
        assert!(cut);
        assert_eq!(children(list.find("DaysOfWeek").unwrap()).len(), 1);
        let (list, cut) = List::read("))) what (0||X()())", "").unwrap();
        assert!(!cut && list.find("X").is_some());
    }

    #[test]
    fn lists_without_end_are_refused() {
        for text in ["(".repeat(1 << 20), "()".repeat(1 << 20)] {
            let error = List::read(&text, "CALENDAR").unwrap_err();
            assert!(matches!(error, ReadError::TooMany { .. }), "{error}");
        }
    }
}
