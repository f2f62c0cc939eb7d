//! Names, percentages and yes and no in cells.

use super::super::mapping::{Field, Mapping};
use super::super::{Row, Sheet, Value, numbers};
use super::MAX_NAME;

/// The names of a row with their levels, without those of summaries that the rows before have.
pub(super) fn names_of(
    row: &Row,
    columns: &[usize],
    above: &mut Vec<String>,
) -> Vec<(usize, String)> {
    let named = columns.iter().map(|column| row.value(*column).shown());
    let mut names: Vec<(usize, String)> = named
        .enumerate()
        .filter(|(_, name)| !name.is_empty())
        .collect();
    let Some((deepest, own)) = names.last().cloned() else {
        return names;
    };
    names.retain(|(level, name)| {
        let known = *level < deepest && above.get(*level) == Some(name);
        if !known {
            above.resize(*level, String::new());
            above.push(name.clone());
        }
        !known || (*level, name) == (deepest, &own)
    });
    names
}

/// A text as long as plans hold.
pub(super) fn short(text: &str) -> &str {
    let end = text.char_indices().nth(MAX_NAME).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// `张三[50%],李四` without what is in brackets, as plans write several names.
pub(super) fn names(text: &str) -> String {
    if !text.contains('[') {
        return text.to_owned();
    }
    let mut depth = 0usize;
    let kept = text.chars().filter(|c| match c {
        '[' => {
            depth += 1;
            false
        }
        ']' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    let kept: String = kept.collect();
    let names = kept.split([',', '，', ';', '；']).map(str::trim);
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    names.join(", ")
}

/// How a column writes percentages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Percent {
    /// 50
    Hundredths,
    /// 0.5
    Parts,
}

impl Percent {
    /// Where no plain number of the column is more than one, one is the whole.
    pub(super) fn of(sheet: &Sheet, mapping: &Mapping) -> Self {
        let column = mapping.column(Field::Percent).unwrap_or(usize::MAX);
        let rows = sheet.rows.iter().skip(mapping.first);
        let plain = rows.filter_map(|row| match row.value(column) {
            Value::Number(number) => Some(*number),
            Value::Text(text) => numbers::parse(text),
            _ => None,
        });
        match plain.fold(0.0, f64::max) {
            most if most > 1.0 => Self::Hundredths,
            _ => Self::Parts,
        }
    }

    pub(super) fn read(self, value: &Value) -> Option<u8> {
        let plain = |number: f64| match self {
            Self::Hundredths => number,
            Self::Parts => number * 100.0,
        };
        let percent = match value {
            Value::Percent(part) => part * 100.0,
            Value::Number(number) => plain(*number),
            Value::Flag(done) => f64::from(u8::from(*done)) * 100.0,
            Value::Text(text) => {
                let text = numbers::narrowed(text);
                match text.strip_suffix('%') {
                    Some(number) => numbers::parse(number)?,
                    None => match text.as_str() {
                        "已完成" | "完成" => 100.0,
                        "未开始" => 0.0,
                        text => plain(numbers::parse(text)?),
                    },
                }
            }
            _ => return None,
        };
        // what Excel computed may be a little more than the whole
        let percent = percent.round();
        (0.0..=100.0).contains(&percent).then_some(percent as u8)
    }
}

/// Whether a cell says yes.
pub(super) fn yes(value: &Value) -> bool {
    match value {
        Value::Flag(flag) => *flag,
        Value::Number(number) => *number == 1.0,
        Value::Text(text) => matches!(
            numbers::narrowed(text).to_lowercase().as_str(),
            "是" | "yes"
                | "y"
                | "true"
                | "1"
                | "√"
                | "✓"
                | "✔"
                | "◆"
                | "里程碑"
                | "x"
                | "milestone"
        ),
        _ => false,
    }
}
