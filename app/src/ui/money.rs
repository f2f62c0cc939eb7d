//! Amounts of money as text, and back. Pure. The currency is the organisation's, and is not written.

use shared::domain::money::Money;

/// An amount with separators of thousands, and two decimals where it is not whole: `12,345.50`. Both languages write it
/// like that.
pub fn format(amount: Money) -> String {
    let text = grouped(&amount.to_string());
    match text.split_once('.') {
        Some((whole, part)) => format!("{whole}.{part:0<2}"),
        None => text,
    }
}

/// The figures of a number with separators of thousands before its point.
pub fn grouped(figures: &str) -> String {
    let (sign, figures) = match figures.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", figures),
    };
    let (whole, part) = match figures.find('.') {
        Some(at) => figures.split_at(at),
        None => (figures, ""),
    };
    let mut grouped = String::with_capacity(figures.len() + 8);
    grouped.push_str(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + part
}

/// A typed amount, not negative: separators of thousands, full-width digits, a sign of the currency, `万` and `亿` are
/// understood. `None` where it is none.
pub fn parse(text: &str) -> Option<Money> {
    figures(text)?.parse().ok()
}

/// The plain figures of a number that is not negative as people type it: `１２，３４５．５`, `￥3 000元`, `1.25万`. `None`
/// where it is none.
pub fn figures(text: &str) -> Option<String> {
    let text: String = text.trim().chars().map(narrow).collect();
    let text = text
        .trim_start_matches(['¥', '$', '€', '£'])
        .trim_end_matches('元')
        .trim();
    let (text, times) = match (text.strip_suffix('万'), text.strip_suffix('亿')) {
        (Some(text), _) => (text, 4),
        (_, Some(text)) => (text, 8),
        _ => (text, 0),
    };
    let text: String = text.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !digits(whole) || !digits(part) {
        return None;
    }
    // ten thousand times: the point moves by four
    let padded = format!("{part:0<times$}");
    let (more, rest) = padded.split_at_checked(times)?;
    let rest = rest.trim_end_matches('0');
    match rest {
        "" => Some(format!("0{whole}{more}")),
        rest => Some(format!("0{whole}{more}.{rest}")),
    }
}

/// A typed amount that may be negative, as forms have them: `-1,200`, `－3万`.
pub fn parse_signed(text: &str) -> Option<Money> {
    match negative(text) {
        Some(rest) => parse(rest).map(|amount| Money::ZERO - amount),
        None => parse(text),
    }
}

/// What stands behind the sign of a negative number.
pub fn negative(text: &str) -> Option<&str> {
    text.trim().strip_prefix(['-', '－', '−'])
}

/// A full-width character as the usual one.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' | '．' | '，' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '￥' => '¥',
        '\u{a0}' | '\u{202f}' => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_it_is_written() {
        for text in ["0", "7", "999", "1,000", "12,345.50", "1,234,567,890.1234"] {
            let read = parse(text).unwrap_or_default();
            assert_eq!(format(read), text);
        }
        assert_eq!(
            format(Money::ZERO - Money::from_hundredths(123_456)),
            "-1,234.56"
        );
    }

    #[test]
    fn amounts_are_understood_as_people_type_them() {
        for (typed, amount) in [
            ("１２，３４５．５", "12,345.50"),
            ("¥ 3 000", "3,000"),
            ("￥3000元", "3,000"),
            ("1.25万", "12,500"),
            ("12万", "120,000"),
            ("0.00015亿", "15,000"),
            (".5", "0.50"),
        ] {
            assert_eq!(parse(typed).map(format).as_deref(), Some(amount), "{typed}");
        }
        for typed in [
            "",
            ".",
            "-5",
            "1e5",
            "a",
            "1.2.3",
            "99999999999999999",
            "1.00001",
        ] {
            assert_eq!(parse(typed), None, "{typed}");
        }
    }
}
