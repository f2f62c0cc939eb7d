//! Amounts of money in cells.

use domain::money::Money;

use super::mapping::MoneyUnit;
use super::{Value, numbers};

/// Reads an amount; nothing below nothing. A number alone is in the unit of its column.
pub(super) fn read(value: &Value, unit: MoneyUnit) -> Option<Money> {
    let of_column = match unit {
        MoneyUnit::One => 1.0,
        MoneyUnit::TenThousand => 10_000.0,
    };
    let units = match value {
        Value::Number(number) => number * of_column,
        Value::Text(text) => {
            let mut text = numbers::narrowed(text).to_uppercase();
            for sign in [
                "¥",
                "￥",
                "$",
                "€",
                "£",
                "RMB",
                "CNY",
                "USD",
                "EUR",
                "人民币",
                "元",
                " ",
            ] {
                text = text.replace(sign, "");
            }
            let (text, times) = if let Some(text) = text.strip_suffix('万') {
                (text, 10_000.0)
            } else if let Some(text) = text.strip_suffix('亿') {
                (text, 100_000_000.0)
            } else {
                (text.as_str(), of_column)
            };
            numbers::parse(text)? * times
        }
        _ => return None,
    };
    Money::from_units(units).filter(|money| !money.is_negative())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_signs_of_currencies_and_ten_thousands() {
        let text = |text: &str| {
            let money = read(&Value::Text(text.into()), MoneyUnit::One);
            money.map(|money| money.to_string())
        };
        for (written, expected) in [
            ("¥12,000.50", Some("12000.5")),
            ("1.2万元", Some("12000")),
            ("12000 元", Some("12000")),
            ("$5", Some("5")),
            ("-5", None),
            ("many", None),
        ] {
            assert_eq!(text(written).as_deref(), expected, "{written}");
        }
        let number = read(&Value::Number(1.5), MoneyUnit::TenThousand);
        assert_eq!(
            number.map(|money| money.to_string()).as_deref(),
            Some("15000")
        );
    }
}
