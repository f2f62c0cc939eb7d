//! Amounts in Chinese capitals 金额大写, as bills and vouchers write them. The rules are those of 中国人民银行《支付结算办法》
//! (银发〔1997〕393号) 附件一《正确填写票据和结算凭证的基本规定》:
//!
//! - 一: 壹、贰、叁、肆、伍、陆、柒、捌、玖、拾、佰、仟、万、亿、元、角、分、零、整（正).
//! - 二: an amount that ends with 元 is followed by 整 (or 正); one that ends with 角 may be; after 分 nothing is written. We
//!   write 整 after 元 and nothing after 角.
//! - 三: the capitals are preceded by 人民币 with no gap: [`with_currency`].
//! - 四: a zero in the middle of the figures is written 零; several zeros in a row are written once; where the zeros are at
//!   the end of the ten thousands or of the 元, or several zeros stand before 元 and the 角 is not zero, 零 may be written
//!   or not: we write it, so that nothing can be put in between; where 角 is zero and 分 is not, 元 is followed by 零.

use domain::money::Money;
use serde::{Deserialize, Serialize};

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
/// What groups of four digits are counted in; the third is 亿 times the first two (万亿 is a group of 亿).
const GROUPS: [&str; 4] = ["", "万", "亿", "万"];

/// Why an amount has no capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoCapitals {
    /// Bills know no negative amounts: write the amount of the opposite claim.
    #[error("a negative amount has no capitals: write the positive amount")]
    Negative,
    /// There is something below 分: round it first.
    #[error("capitals end at 分 (0.01): round the amount first")]
    BelowFen,
    /// It is more than 9,999 万亿.
    #[error("the amount is too large for capitals")]
    TooLarge,
}

/// `1680.32` is 壹仟陆佰捌拾元零叁角贰分.
pub fn capitals(amount: Money) -> Result<String, NoCapitals> {
    if amount.is_negative() {
        return Err(NoCapitals::Negative);
    }
    let parts = amount.parts().ok_or(NoCapitals::TooLarge)?;
    if parts % 100 != 0 {
        return Err(NoCapitals::BelowFen);
    }
    let fen = parts / 100;
    let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut text = whole(yuan);
    if yuan > 0 {
        text.push('元');
    }
    match (jiao, fen) {
        (0, 0) if yuan == 0 => text.push_str("零元整"),
        (0, 0) => text.push('整'),
        (0, _) => {
            if yuan > 0 {
                text.push('零');
            }
            put(&mut text, fen, "分");
        }
        (_, _) => {
            // a gap before 元, with something after it
            if yuan > 0 && yuan % 10 == 0 {
                text.push('零');
            }
            put(&mut text, jiao, "角");
            if fen > 0 {
                put(&mut text, fen, "分");
            }
        }
    }
    Ok(text)
}

/// The same with the currency's name before it: 人民币 for yuan renminbi (rule 三).
pub fn with_currency(amount: Money, name: &str) -> Result<String, NoCapitals> {
    Ok(format!("{name}{}", capitals(amount)?))
}

/// Whole 元 without the word; nothing for zero.
fn whole(yuan: i64) -> String {
    let mut text = String::new();
    // a zero is owed once something follows it
    let mut gap = false;
    for group in (0..GROUPS.len()).rev() {
        let scale = 10_000_i64.pow(group as u32);
        let four = yuan / scale % 10_000;
        for place in (0..PLACES.len()).rev() {
            let digit = four / 10_i64.pow(place as u32) % 10;
            if digit == 0 {
                gap = !text.is_empty();
                continue;
            }
            if gap {
                text.push('零');
                gap = false;
            }
            put(
                &mut text,
                digit,
                PLACES.get(place).copied().unwrap_or_default(),
            );
        }
        // 亿 is said once for 万亿 and 亿 together
        let said = match group {
            2 => yuan / scale > 0,
            _ => four > 0,
        };
        if said {
            text.push_str(GROUPS.get(group).copied().unwrap_or_default());
        }
    }
    text
}

fn put(text: &mut String, digit: i64, place: &str) {
    text.extend(usize::try_from(digit).ok().and_then(|at| DIGITS.get(at)));
    text.push_str(place);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        capitals(text.parse().unwrap()).unwrap()
    }

    /// The examples that the rules themselves give (四, 1 to 4).
    #[test]
    fn the_examples_of_the_rules() {
        assert_eq!(of("1409.50"), "壹仟肆佰零玖元伍角");
        assert_eq!(of("6007.14"), "陆仟零柒元壹角肆分");
        assert_eq!(of("1680.32"), "壹仟陆佰捌拾元零叁角贰分");
        assert_eq!(of("107000.53"), "壹拾万零柒仟元零伍角叁分");
        assert_eq!(of("16409.02"), "壹万陆仟肆佰零玖元零贰分");
        assert_eq!(of("325.04"), "叁佰贰拾伍元零肆分");
    }

    #[test]
    fn zeros_ends_and_large_amounts() {
        for (figures, capitals) in [
            ("0", "零元整"),
            ("0.05", "伍分"),
            ("0.50", "伍角"),
            ("0.56", "伍角陆分"),
            ("1", "壹元整"),
            ("10", "壹拾元整"),
            ("10.5", "壹拾元零伍角"),
            ("100000", "壹拾万元整"),
            ("1000001", "壹佰万零壹元整"),
            ("1001000", "壹佰万零壹仟元整"),
            ("20003000", "贰仟万零叁仟元整"),
            ("100000000", "壹亿元整"),
            ("100000001", "壹亿零壹元整"),
            ("1000100000", "壹拾亿零壹拾万元整"),
            (
                "1234567890.12",
                "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元零壹角贰分",
            ),
            ("1000000000000", "壹万亿元整"),
            ("10001000000000", "壹拾万零壹拾亿元整"),
            ("900000000000000", "玖佰万亿元整"),
        ] {
            assert_eq!(of(figures), capitals, "{figures}");
        }
        let yuan = with_currency("12".parse().unwrap(), "人民币").unwrap();
        assert_eq!(yuan, "人民币壹拾贰元整");
    }

    #[test]
    fn what_bills_do_not_know_is_refused() {
        let of = |text: &str| capitals(text.parse().unwrap());
        assert_eq!(of("-0.01"), Err(NoCapitals::Negative));
        assert_eq!(of("1.005"), Err(NoCapitals::BelowFen));
        assert_eq!(of("1000000000000000"), Err(NoCapitals::TooLarge));
    }
}
