//! Which task lies under which.

use rustc_hash::FxHashMap;

use super::mapping::{Field, Mapping, Outline};
use super::{Row, Sheet, Value, numbers};

/// What tells the outline, where nobody said so yet.
pub(super) fn guess(sheet: &Sheet, mapping: &Mapping) -> Outline {
    let rows = || sheet.rows.iter().skip(mapping.first);
    let column = |field| mapping.column(field);
    let names = mapping
        .columns
        .iter()
        .filter(|field| **field == Field::Name);
    if names.count() > 1 {
        return Outline::Columns;
    }
    if let Some(level) = column(Field::Level) {
        let mut levels = rows().filter_map(|row| level_of(row.value(level)));
        let first = levels.next();
        if levels.any(|level| Some(level) != first) {
            return Outline::Level;
        }
    }
    let tells = |at: usize| {
        let mut places = rows().filter_map(|row| Place::of(row.value(at)));
        places.any(|place| match place {
            Place::Key(key) => key.len() > 1,
            Place::Mark(mark, _) => mark != Mark::Digits,
        })
    };
    if column(Field::Wbs).is_some_and(tells) {
        return Outline::Wbs;
    }
    if column(Field::Number).is_some_and(tells) {
        return Outline::Number;
    }
    let Some(name) = column(Field::Name) else {
        return Outline::Flat;
    };
    let named = || rows().filter(|row| !row.value(name).is_empty());
    if differ(named().map(|row| indent(row, name))) {
        Outline::Indent
    } else if differ(named().map(|row| row.level.into())) {
        Outline::Rows
    } else if differ(named().map(|row| spaces(row.value(name)))) {
        Outline::Spaces
    } else {
        Outline::Flat
    }
}

/// What all share is no outline.
fn differ(mut levels: impl Iterator<Item = usize>) -> bool {
    let first = levels.next();
    levels.any(|level| Some(level) != first)
}

/// A level as a number, of a cell that holds one: `2`, `L2`, 二级.
fn level_of(value: &Value) -> Option<usize> {
    match value {
        Value::Number(number) if (0.0..=1_000.0).contains(number) => Some(*number as usize),
        Value::Text(text) => {
            let text = numbers::narrowed(text).to_lowercase();
            let text = text.trim_matches(|c: char| matches!(c, 'l' | '级' | '第' | ' '));
            match text.parse() {
                Ok(level) if level <= 1_000 => Some(level),
                _ => chinese(text),
            }
        }
        _ => None,
    }
}

fn indent(row: &Row, column: usize) -> usize {
    row.cells.get(column).map_or(0, |cell| cell.indent.into())
}

/// How wide the spaces before a text are.
fn spaces(value: &Value) -> usize {
    let Value::Text(text) = value else { return 0 };
    let before = text.chars().take_while(|c| c.is_whitespace());
    let width = |c| match c {
        '\t' => 4,
        '\u{3000}' => 2,
        _ => 1,
    };
    before.map(width).sum()
}

/// How a place in a list is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Mark {
    /// 一、
    Chinese,
    /// （一）
    ChineseInBrackets,
    /// 1, 1.2
    Digits,
    /// (1)
    DigitsInBrackets,
}

/// A place in a work breakdown.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// `1.2.3`, `A.1`: its parts.
    Key(Vec<String>),
    /// A mark of a list, with how many parts its number has.
    Mark(Mark, usize),
}

impl Place {
    fn of(value: &Value) -> Option<Self> {
        let text = match value {
            Value::Number(number) if *number >= 0.0 => numbers::show(*number),
            Value::Text(text) => numbers::narrowed(text),
            _ => return None,
        };
        Self::read(&text)
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.trim_end_matches(['.', '、', '．', ')', ' ']);
        let inside = text.trim_start_matches('(');
        if chinese(inside).is_some() {
            return Some(Self::Mark(
                match inside.len() < text.len() {
                    true => Mark::ChineseInBrackets,
                    false => Mark::Chinese,
                },
                1,
            ));
        }
        if inside.len() < text.len() && inside.parse::<u32>().is_ok() {
            return Some(Self::Mark(Mark::DigitsInBrackets, 1));
        }
        let sign = ['.', '-', '_', '/']
            .into_iter()
            .find(|sign| text.contains(*sign));
        let parts: Vec<String> = match sign {
            Some(sign) => text
                .split(sign)
                .map(|part| part.trim().to_lowercase())
                .collect(),
            None => vec![text.to_lowercase()],
        };
        let sound = |part: &String| !part.is_empty() && part.chars().count() <= 60;
        (parts.len() <= 100 && parts.iter().all(sound)).then_some(Self::Key(parts))
    }
}

/// A number up to 99 in Chinese characters.
fn chinese(text: &str) -> Option<usize> {
    const DIGITS: &str = "一二三四五六七八九";
    let digit = |c: char| DIGITS.chars().position(|d| d == c).map(|at| at + 1);
    let letters: Vec<char> = text.chars().take(4).collect();
    match letters.as_slice() {
        ['十'] => Some(10),
        ['十', ones] => Some(10 + digit(*ones)?),
        [tens, '十'] => Some(10 * digit(*tens)?),
        [tens, '十', ones] => Some(10 * digit(*tens)? + digit(*ones)?),
        [ones] => digit(*ones),
        _ => None,
    }
}

/// For each row that is a task, the place among them of the one that it lies under; and the places of those whose cell
/// was not understood or was read otherwise than it is written, with what it was read as.
pub(super) struct Tree {
    pub(super) parents: Vec<Option<usize>>,
    pub(super) told: Vec<(usize, Option<String>)>,
}

/// Finds the outline of the rows that are tasks.
///
/// `levels` are those of the columns that their names stand in.
pub(super) fn tree(rows: &[&Row], levels: &[usize], mapping: &Mapping) -> Tree {
    let mut told = Vec::new();
    let name = mapping.column(Field::Name).unwrap_or(usize::MAX);
    let parents = match mapping.outline {
        Outline::Flat => vec![None; rows.len()],
        Outline::Columns => stacked(levels.iter().copied().map(Some)),
        Outline::Indent => stacked(rows.iter().map(|row| Some(indent(row, name)))),
        Outline::Rows => stacked(rows.iter().map(|row| Some(row.level.into()))),
        Outline::Spaces => stacked(rows.iter().map(|row| Some(spaces(row.value(name))))),
        Outline::Level => {
            let column = mapping.column(Field::Level).unwrap_or(usize::MAX);
            let levels: Vec<Option<usize>> =
                rows.iter().map(|row| level_of(row.value(column))).collect();
            for (at, (row, level)) in rows.iter().zip(&levels).enumerate() {
                if level.is_none() && !row.value(column).is_empty() {
                    told.push((at, None));
                }
            }
            stacked(levels.into_iter())
        }
        Outline::Wbs | Outline::Number => {
            let field = match mapping.outline {
                Outline::Wbs => Field::Wbs,
                _ => Field::Number,
            };
            let column = mapping.column(field).unwrap_or(usize::MAX);
            let values: Vec<&Value> = rows.iter().map(|row| row.value(column)).collect();
            places(&values, &mut told)
        }
    };
    Tree { parents, told }
}

/// Each lies under the last before it that lies less deep; one of which nothing is known beside the one before it.
fn stacked(levels: impl Iterator<Item = Option<usize>>) -> Vec<Option<usize>> {
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut parents = Vec::new();
    for (at, level) in levels.enumerate() {
        let level = level.unwrap_or(open.last().map_or(0, |above| above.0));
        while open.last().is_some_and(|above| above.0 >= level) {
            open.pop();
        }
        parents.push(open.last().map(|above| above.1));
        open.push((level, at));
    }
    parents
}

fn places(values: &[&Value], told: &mut Vec<(usize, Option<String>)>) -> Vec<Option<usize>> {
    let mut found: Vec<Option<Place>> = Vec::with_capacity(values.len());
    let mut seen: FxHashMap<Vec<String>, usize> = FxHashMap::default();
    for (at, value) in values.iter().enumerate() {
        let mut place = Place::of(value);
        if place.is_none() && !value.is_empty() {
            told.push((at, None));
        }
        if let Some(Place::Key(key)) = &mut place {
            // Excel keeps 1.10 as the number 1.1
            if matches!(value, Value::Number(_)) && key.len() == 2 && seen.contains_key(key) {
                let longer: Vec<String> = match key.as_slice() {
                    [first, last] => vec![first.clone(), format!("{last}0")],
                    _ => key.clone(),
                };
                if !seen.contains_key(&longer) {
                    told.push((at, Some(longer.join("."))));
                    *key = longer;
                }
            }
            seen.entry(key.clone()).or_insert(at);
        }
        found.push(place);
    }
    let marked = |place: &Option<Place>| matches!(place, Some(Place::Mark(..)));
    if found.iter().any(marked) {
        return stacked(marks(&found).into_iter());
    }
    let mut parents: Vec<Option<usize>> = Vec::with_capacity(found.len());
    for (at, place) in found.iter().enumerate() {
        let parent = match place {
            Some(Place::Key(key)) => {
                let above = (1..key.len()).rev().filter_map(|parts| key.get(..parts));
                above.filter_map(|key| seen.get(key).copied()).next()
            }
            // beside the one before it
            _ => parents.last().copied().flatten(),
        };
        parents.push(parent.filter(|parent| *parent != at));
    }
    parents
}

/// Levels of marks: each kind lies below the one that was open when it first came.
fn marks(places: &[Option<Place>]) -> Vec<Option<usize>> {
    let mut kinds: Vec<(Mark, usize)> = Vec::new();
    let level = |place: &Option<Place>| {
        let kind = match place {
            Some(Place::Mark(mark, parts)) => (*mark, *parts),
            Some(Place::Key(key)) => (Mark::Digits, key.len()),
            None => return None,
        };
        match kinds.iter().position(|known| *known == kind) {
            Some(at) => {
                kinds.truncate(at + 1);
                Some(at)
            }
            None => {
                kinds.push(kind);
                Some(kinds.len() - 1)
            }
        }
    };
    places.iter().map(level).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parents(texts: &[&str]) -> Vec<Option<usize>> {
        let values: Vec<Value> = texts.iter().map(|t| Value::Text((*t).into())).collect();
        places(&values.iter().collect::<Vec<_>>(), &mut Vec::new())
    }

    #[test]
    fn numbers_of_a_work_breakdown_name_their_parents() {
        assert_eq!(
            parents(&["1", "1.1", "1.1.1", "1.2", "2", "2.3.4", "x"]),
            [None, Some(0), Some(1), Some(0), None, Some(4), None]
        );
        // whatever the order of the rows
        assert_eq!(
            parents(&["1.1", "1", "A-1", "A"]),
            [Some(1), None, Some(3), None]
        );
        // what has no number lies beside the one before it
        assert_eq!(
            parents(&["1", "1.1", "", "2"]),
            [None, Some(0), Some(0), None]
        );
    }

    #[test]
    fn marks_of_chinese_lists_are_levels() {
        assert_eq!(
            parents(&["一", "1", "2", "（一）", "1", "二、", "1", "十一", "(1)"]),
            [
                None,
                Some(0),
                Some(0),
                Some(2),
                Some(0),
                None,
                Some(5),
                None,
                Some(7)
            ]
        );
        assert_eq!(chinese("二十三"), Some(23));
        assert_eq!(chinese("百"), None);
    }

    #[test]
    fn a_tenth_branch_that_excel_keeps_as_a_number_is_told() {
        let numbers = [1.0, 1.1, 1.2, 1.9, 1.1, 2.0].map(Value::Number);
        let mut told = Vec::new();
        let found = places(&numbers.iter().collect::<Vec<_>>(), &mut told);
        assert_eq!(found, [None, Some(0), Some(0), Some(0), Some(0), None]);
        assert_eq!(told, [(4, Some("1.10".to_owned()))]);
    }

    #[test]
    fn levels_may_leave_steps_out() {
        let levels = [1, 3, 2, 2, 1, 5].map(Some);
        let found = stacked(levels.into_iter());
        assert_eq!(found, [None, Some(0), Some(0), Some(0), None, Some(4)]);
    }
}
