//! Numbers as people write them.

/// A number with no needless decimals.
pub(super) fn show(number: f64) -> String {
    // what Excel computed has noise in its last digits
    let rounded = (number * 1e9).round() / 1e9;
    let number = if rounded.is_finite() { rounded } else { number };
    let text = number.to_string();
    match text.as_str() {
        "-0" => "0".to_owned(),
        _ => text,
    }
}

/// A full-width character as the narrow one that means the same.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{2212}' => '-',
        _ => c,
    }
}

/// [`narrow`] of a whole text, without spaces at its ends.
pub(super) fn narrowed(text: &str) -> String {
    let text: String = text.chars().map(narrow).collect();
    text.trim().to_owned()
}

/// `12`, `-12.5`, `1,234.5`, `12,5`; `None` for anything else.
pub(super) fn parse(text: &str) -> Option<f64> {
    let text = narrowed(text);
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+');
    if text.is_empty() || text.len() > 40 || !text.chars().all(plain) {
        return None;
    }
    let text = match text.split_once(',') {
        None => text,
        // a comma before decimals, where there is no point and no group of three
        Some((_, after)) if !text.contains('.') && after.len() != 3 && !after.contains(',') => {
            text.replace(',', ".")
        }
        Some(_) => {
            let whole = text.split('.').next().unwrap_or_default();
            let groups = whole.split(',').skip(1);
            if !groups.into_iter().all(|group| group.len() == 3) {
                return None;
            }
            text.replace(',', "")
        }
    };
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether a text stands for nothing: a dash, `NA`, 无.
pub(super) fn is_nothing(text: &str) -> bool {
    let text = narrowed(text).to_lowercase();
    matches!(
        text.as_str(),
        "" | "-"
            | "--"
            | "—"
            | "——"
            | "–"
            | "/"
            | "\\"
            | "na"
            | "n/a"
            | "n.a."
            | "无"
            | "未定"
            | "待定"
            | "tbd"
            | "null"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_separators_of_several_kinds() {
        for (text, number) in [
            ("12", Some(12.0)),
            (" -12.5", Some(-12.5)),
            ("1,234,567.5", Some(1_234_567.5)),
            ("12,5", Some(12.5)),
            ("１２", Some(12.0)),
            ("1,23,4", None),
            ("1e5", None),
            ("inf", None),
            ("", None),
        ] {
            assert_eq!(parse(text), number, "{text}");
        }
        assert_eq!(show(0.1 + 0.2), "0.3");
        assert_eq!(show(12.0), "12");
    }
}
