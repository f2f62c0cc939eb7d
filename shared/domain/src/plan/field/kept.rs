//! Values and kinds as documents keep them: one short text each. A value is a letter that says what it is, a colon, and
//! its text; what is written otherwise, or by a newer version, is kept as it is.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FieldKind, FieldValue};

impl fmt::Display for FieldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Money => "money",
            Self::Date => "date",
            Self::YesNo => "yesno",
            Self::Choice => "choice",
            Self::Person => "person",
            Self::Other(name) => name,
        })
    }
}

impl FromStr for FieldKind {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "" | "text" => Self::Text,
            "number" => Self::Number,
            "money" => Self::Money,
            "date" => Self::Date,
            "yesno" => Self::YesNo,
            "choice" => Self::Choice,
            "person" => Self::Person,
            other => Self::Other(other.to_owned()),
        })
    }
}

impl FieldValue {
    /// From the text that documents keep: `n:1234.5`. What cannot be read is [`FieldValue::Other`].
    pub fn from_kept(text: &str) -> Self {
        read(text).unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

fn read(text: &str) -> Option<FieldValue> {
    let (letter, text) = text.split_once(':')?;
    Some(match letter {
        "t" => FieldValue::Text(text.to_owned()),
        "n" => FieldValue::Number(text.parse().ok()?),
        "m" => FieldValue::Money(text.parse().ok()?),
        "d" => FieldValue::Date(text.parse().ok()?),
        "y" => FieldValue::YesNo(match text {
            "1" => true,
            "0" => false,
            _ => return None,
        }),
        "c" => FieldValue::Choice(text.parse().ok()?),
        "p" => FieldValue::Person(text.to_owned()),
        _ => return None,
    })
}

/// What is to be shown of a value that cannot be read.
pub(super) fn without_letter(kept: &str) -> &str {
    match kept.split_once(':') {
        Some((letter, text)) if letter.len() == 1 && letter.is_ascii() => text,
        _ => kept,
    }
}

impl fmt::Display for FieldValue {
    /// As documents keep it: `t:`, `n:`, `m:`, `d:`, `y:`, `c:`, `p:` and the value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "t:{text}"),
            Self::Number(number) => write!(f, "n:{number}"),
            Self::Money(amount) => write!(f, "m:{amount}"),
            Self::Date(at) => write!(f, "d:{at}"),
            Self::YesNo(yes) => write!(f, "y:{}", u8::from(*yes)),
            Self::Choice(key) => write!(f, "c:{key}"),
            Self::Person(person) => write!(f, "p:{person}"),
            Self::Other(kept) => f.write_str(kept),
        }
    }
}

impl Serialize for FieldKind {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FieldKind {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let Ok(kind) = String::deserialize(d)?.parse();
        Ok(kind)
    }
}

impl Serialize for FieldValue {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FieldValue {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Self::from_kept(&String::deserialize(d)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_kinds_survive_their_texts() {
        for text in [
            "t:a: b",
            "t:",
            "n:-1234.5",
            "m:12000.5",
            "d:2026-03-02T08:00",
            "y:1",
            "y:0",
            "c:8pqs",
            "p:王建国",
            // of a newer version, or of somebody else
            "u:3 h",
            "n:many",
            "y:maybe",
            "",
            "plain",
        ] {
            let read = FieldValue::from_kept(text);
            assert_eq!(read.to_string(), text);
            let json = serde_json::to_string(&read).unwrap();
            assert_eq!(serde_json::from_str::<FieldValue>(&json).unwrap(), read);
        }
        assert_eq!(
            FieldValue::from_kept("n:many"),
            FieldValue::Other("n:many".to_owned())
        );
        for text in [
            "text", "number", "money", "date", "yesno", "choice", "person", "stars",
        ] {
            let Ok(read) = text.parse::<FieldKind>();
            assert_eq!(read.to_string(), text);
            let json = serde_json::to_string(&read).unwrap();
            assert_eq!(serde_json::from_str::<FieldKind>(&json).unwrap(), read);
        }
    }
}
