//! Names that the files of packs give to their parts: lower-case Latin letters, digits and `_`, a letter first. They stand
//! in data only; no code knows one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The longest name.
pub const LONGEST: usize = 48;

/// The text is no name of a part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no id: lower-case letters a-z, digits and _, a letter first, at most 48 of them")]
pub struct ParseNameError(String);

/// Whether a text can name a part of a pack.
pub fn is_name(text: &str) -> bool {
    text.len() <= LONGEST
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The name as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseNameError;

            fn from_str(text: &str) -> Result<Self, ParseNameError> {
                match is_name(text) {
                    true => Ok(Self(text.into())),
                    false => Err(ParseNameError(text.chars().take(64).collect())),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

name!(
    /// Names a pack 规程包.
    PackName
);
name!(
    /// Names a role 角色 of a pack: a department, a post, a place in the project, somebody outside.
    RoleName
);
name!(
    /// Names a stage 阶段.
    StageName
);
name!(
    /// Names a form 表单.
    FormName
);
name!(
    /// Names a section 分区 of a form.
    SectionName
);
name!(
    /// Names a field 字段 of a form, or a column of a table.
    FieldName
);
name!(
    /// Names an option 选项 of a choice.
    OptionName
);
name!(
    /// Names a route 流程.
    RouteName
);
name!(
    /// Names a duty 例行事项.
    DutyName
);
name!(
    /// Names a step 环节 of a route.
    StepName
);
name!(
    /// Names a register 台账.
    RegisterName
);

/// A register is written by the rules of a form of one section with one field: these have its name.
macro_rules! of_register {
    ($($name:ident)*) => {
        $(impl From<RegisterName> for $name {
            fn from(RegisterName(name): RegisterName) -> Self {
                Self(name)
            }
        })*
    };
}

of_register!(FormName SectionName FieldName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_latin_words() {
        for good in ["a", "budget_total", "xm2026"] {
            assert_eq!(good.parse::<FieldName>().unwrap().as_str(), good);
        }
        let long = "a".repeat(LONGEST + 1);
        for bad in ["", "2a", "A", "预算", "a-b", "_a", "a b", &long] {
            assert!(bad.parse::<FieldName>().is_err(), "{bad}");
        }
    }
}
