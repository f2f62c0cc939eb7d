//! Predecessors in cells: `3FS+2d;5SS`, `3 完成-开始`, `A1000: FS 2`.

use domain::duration::{Units, parse_lag};
use domain::plan::{Lag, LinkKind};
use rustc_hash::FxHashMap;

use super::{Value, numbers};

/// The most characters of one predecessor.
const LONGEST: usize = 200;

/// A lag as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WrittenLag {
    Time(Lag),
    /// Percent of the predecessor's duration.
    Percent(i64),
}

/// A link as it is written; the other task by its place among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) other: usize,
    pub(super) kind: LinkKind,
    pub(super) lag: WrittenLag,
}

/// Tasks by what links call them.
pub(super) type Keys = FxHashMap<String, usize>;

/// How a task is called, written alike everywhere.
pub(super) fn key(value: &Value) -> Option<String> {
    let text = match value {
        Value::Number(number) => numbers::show(*number),
        Value::Text(text) => numbers::narrowed(text).to_lowercase(),
        _ => return None,
    };
    (!text.is_empty() && text.len() <= LONGEST).then_some(text)
}

/// The single links that a cell names.
pub(super) fn split(value: &Value) -> Vec<String> {
    let text = match value {
        Value::Number(_) => return key(value).into_iter().collect(),
        Value::Text(text) if !numbers::is_nothing(text) => numbers::narrowed(text),
        _ => return Vec::new(),
    };
    let clear = [';', '\n', '\r', '|'];
    let parts: Vec<&str> = match text.contains(clear) {
        true => text.split(clear).collect(),
        false => text.split([',', '、']).collect(),
    };
    let parts = parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// What the key of a link is, and what follows it: the longest beginning that names a task.
fn divide<'a>(text: &'a str, keys: &Keys) -> Option<(usize, &'a str)> {
    if text.len() > LONGEST {
        return None;
    }
    let lower = text.to_lowercase();
    // letters that grow when they are made small would move the places
    let lower = if lower.len() == text.len() {
        lower
    } else {
        text.to_owned()
    };
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let mut ends: Vec<usize> = ends.collect();
    ends.reverse();
    ends.into_iter().find_map(|end| {
        let (head, _) = lower.split_at_checked(end)?;
        let other = keys.get(head.trim_end())?;
        let (_, tail) = text.split_at_checked(end)?;
        // not in the middle of another number or code
        let cut = head.ends_with(|c: char| c.is_ascii_digit())
            && tail.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        (!cut).then_some((*other, tail))
    })
}

/// Whether a link names a task at all.
pub(super) fn names(text: &str, keys: &Keys, units: Units) -> bool {
    parse(text, keys, units).is_some()
}

/// Reads one link.
pub(super) fn parse(text: &str, keys: &Keys, units: Units) -> Option<Written> {
    let trimmed = |c: char| c.is_whitespace() || matches!(c, ':' | '(' | ')' | '[' | ']');
    let (other, kind, rest) = match divide(text, keys) {
        Some((other, rest)) => {
            let (kind, rest) = kind(rest.trim_matches(trimmed));
            (other, kind, rest)
        }
        // "FS3+2d": the kind comes first
        None => {
            let (kind, rest) = kind(text);
            let (other, rest) = divide(rest.trim_start(), keys).filter(|_| kind.is_some())?;
            (other, kind, rest)
        }
    };
    let rest = rest.trim_matches(trimmed);
    let lag = match (kind, rest) {
        (_, "") => WrittenLag::Time(Lag::Working(0)),
        // "3-5" may as well be "3 to 5"
        (None, rest) if rest.ends_with(|c: char| c.is_ascii_digit()) => return None,
        (_, rest) => lag(rest, units)?,
    };
    Some(Written {
        other,
        kind: kind.unwrap_or(LinkKind::FinishStart),
        lag,
    })
}

fn lag(text: &str, units: Units) -> Option<WrittenLag> {
    let text = text.to_lowercase();
    let text = text.trim_start_matches("lag").trim_start();
    let percent = text.strip_suffix("e%").or(text.strip_suffix('%'));
    if let Some(number) = percent {
        let number = numbers::parse(&number.replace(' ', ""))?;
        return (number.abs() <= 10_000.0).then_some(WrittenLag::Percent(number as i64));
    }
    parse_lag(text, units).map(WrittenLag::Time)
}

/// The kind at the beginning, and what follows it.
fn kind(text: &str) -> (Option<LinkKind>, &str) {
    for (name, kind) in [
        ("FS", LinkKind::FinishStart),
        ("SS", LinkKind::StartStart),
        ("FF", LinkKind::FinishFinish),
        ("SF", LinkKind::StartFinish),
    ] {
        if let Some((head, tail)) = text.split_at_checked(2)
            && head.eq_ignore_ascii_case(name)
        {
            return (Some(kind), tail);
        }
    }
    let end = |text| -> Option<(bool, &str)> {
        let finish = str::strip_prefix(text, "完成").map(|rest| (true, rest));
        finish.or(str::strip_prefix(text, "开始").map(|rest| (false, rest)))
    };
    let both = end(text).and_then(|(from, rest)| {
        let rest = rest.trim_start_matches(['-', '到', '至', '—', '–', ' ']);
        end(rest).map(|(to, rest)| (from, to, rest))
    });
    match both {
        Some((true, false, rest)) => (Some(LinkKind::FinishStart), rest),
        Some((false, false, rest)) => (Some(LinkKind::StartStart), rest),
        Some((true, true, rest)) => (Some(LinkKind::FinishFinish), rest),
        Some((false, true, rest)) => (Some(LinkKind::StartFinish), rest),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        let names = ["1", "2", "3", "13", "1.2", "a1000", "x"];
        names
            .iter()
            .zip(0..)
            .map(|(name, at)| ((*name).to_owned(), at))
            .collect()
    }

    fn read(text: &str) -> Vec<Option<(usize, LinkKind, WrittenLag)>> {
        let parts = split(&Value::Text(text.to_owned()));
        let parse = |part: &String| parse(part, &keys(), Units::default());
        let links = parts.iter().map(parse);
        links
            .map(|link| link.map(|w| (w.other, w.kind, w.lag)))
            .collect()
    }

    #[test]
    fn predecessors_are_read_as_several_programs_write_them() {
        use LinkKind::{FinishFinish, FinishStart, StartFinish, StartStart};
        let working = |minutes| WrittenLag::Time(Lag::Working(minutes));
        for (text, expected) in [
            ("3", vec![(2, FinishStart, working(0))]),
            (
                "3FS+2d;13SS",
                vec![(2, FinishStart, working(960)), (3, StartStart, working(0))],
            ),
            (
                "3FS+2 个工作日，1.2ff-4h",
                vec![
                    (2, FinishStart, working(960)),
                    (4, FinishFinish, working(-240)),
                ],
            ),
            ("3完成-开始", vec![(2, FinishStart, working(0))]),
            ("3开始到完成+1天", vec![(2, StartFinish, working(480))]),
            ("3 (SS)", vec![(2, StartStart, working(0))]),
            ("A1000: FS 2", vec![(5, FinishStart, working(960))]),
            ("A1000", vec![(5, FinishStart, working(0))]),
            (
                "SS3;FS13+1d",
                vec![(2, StartStart, working(0)), (3, FinishStart, working(480))],
            ),
            ("3FS+50%", vec![(2, FinishStart, WrittenLag::Percent(50))]),
            (
                "3SS+3ed",
                vec![(2, StartStart, WrittenLag::Time(Lag::Elapsed(4_320)))],
            ),
            (
                "1、2、3",
                vec![
                    (0, FinishStart, working(0)),
                    (1, FinishStart, working(0)),
                    (2, FinishStart, working(0)),
                ],
            ),
            ("—", vec![]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(Some).collect();
            assert_eq!(read(text), expected, "{text}");
        }
        for wrong in ["7", "3XY", "3-5", "14", "3FS+x", "later"] {
            assert_eq!(read(wrong), [None], "{wrong}");
        }
    }
}
