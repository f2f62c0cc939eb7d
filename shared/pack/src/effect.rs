//! What a decision does 效果.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::id::{DutyName, FieldName, RegisterName, RoleName, StageName};

/// Something that happens with the decision, in one transaction with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// On which decision.
    pub on: Outcome,
    /// What happens.
    pub does: Deed,
    /// How it can be undone.
    pub undo: Undo,
}

/// How a review ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// 同意.
    Approved,
    /// 驳回.
    Rejected,
}

/// How an effect can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// By its opposite, as if it had not been 可撤销.
    Reversible,
    /// By something that makes up for it, and both stay visible 可冲销.
    Compensated,
    /// Not at all 不可撤销.
    Final,
}

/// What an effect does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Gives the form, or the project that begins with it, its number 编号.
    Number(Pattern),
    /// Begins the project 立项.
    BeginProject,
    /// Begins the project's plan 计划.
    BeginPlan,
    /// Appoints who a field names to a role 任命; of a table, all of a column.
    Appoint {
        /// The role.
        role: RoleName,
        /// The field of a person, or the table.
        field: FieldName,
        /// The table's column.
        column: Option<FieldName>,
    },
    /// Takes a role back from who a field names: 退回原部门.
    Release {
        /// The role.
        role: RoleName,
        /// The field of a person.
        field: FieldName,
    },
    /// Opens the gate that closes a stage: the project moves on to the next.
    OpenGate {
        /// The stage that ends; none: the one that the project is in.
        #[serde(default)]
        stage: Option<StageName>,
    },
    /// The project goes back to an earlier stage, whose gate then needs all anew.
    GoBack {
        /// The stage.
        stage: StageName,
    },
    /// Something is done again and again from now on 例行事项; where it is already, nothing happens.
    BeginDuty {
        /// The duty.
        duty: DutyName,
    },
    /// It is done no more.
    EndDuty {
        /// The duty.
        duty: DutyName,
    },
    /// A register is kept from now on 建立台账; where it is already, nothing happens.
    BeginRegister {
        /// The register.
        register: RegisterName,
    },
    /// It is kept no more; what is in it stays.
    EndRegister {
        /// The register.
        register: RegisterName,
    },
}

/// How numbers look: `XM-{year}-{seq:4}` gives `XM-2026-0007`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Year,
    Month,
    Sequence(usize),
}

/// The text is no pattern of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternWrong {
    /// `{seq:4}` is not in it, or twice: two forms would have one number.
    #[error("a pattern has {{seq}} or {{seq:4}} in it, once")]
    Sequence,
    /// Braces hold something else than year, month, seq.
    #[error("braces hold {{year}}, {{month}}, {{seq}} or {{seq:4}} (1 to 9 digits)")]
    Braces,
    /// It is empty or longer than 40 characters.
    #[error("a pattern has 1 to 40 characters")]
    Length,
    /// The sequence counts within a year; without it in the pattern numbers would come twice.
    #[error("{{month}} stands only beside {{year}}")]
    MonthWithoutYear,
}

impl Pattern {
    /// The number for the next of a sequence. What the sequence counts within says [`Pattern::period`].
    pub fn number(&self, year: i32, month: u32, sequence: u64) -> String {
        let mut number = String::new();
        for part in &self.parts {
            number += &match part {
                Part::Text(text) => text.clone(),
                Part::Year => format!("{year:04}"),
                Part::Month => format!("{month:02}"),
                Part::Sequence(digits) => format!("{sequence:0digits$}"),
            };
        }
        number
    }

    /// What its sequence counts within: it begins anew with each year or month that the pattern shows.
    pub fn period(&self, year: i32, month: u32) -> String {
        match (
            self.parts.contains(&Part::Year),
            self.parts.contains(&Part::Month),
        ) {
            (true, true) => format!("{year:04}-{month:02}"),
            (true, false) => format!("{year:04}"),
            _ => String::new(),
        }
    }

    /// What tells it from other patterns: two with the same give the same numbers.
    pub fn shape(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Sequence(_) => "{seq}".to_owned(),
            part => part.to_string(),
        });
        parts.collect()
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Year => f.write_str("{year}"),
            Self::Month => f.write_str("{month}"),
            Self::Sequence(1) => f.write_str("{seq}"),
            Self::Sequence(digits) => write!(f, "{{seq:{digits}}}"),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts
            .iter()
            .try_for_each(|part| fmt::Display::fmt(part, f))
    }
}

impl FromStr for Pattern {
    type Err = PatternWrong;

    fn from_str(text: &str) -> Result<Self, PatternWrong> {
        if text.is_empty() || text.chars().count() > 40 {
            return Err(PatternWrong::Length);
        }
        let mut parts = Vec::new();
        for (at, piece) in text.split('{').enumerate() {
            let after = match piece.split_once('}') {
                _ if at == 0 => piece,
                None => return Err(PatternWrong::Braces),
                Some((inside, after)) => {
                    parts.push(match inside {
                        "year" => Part::Year,
                        "month" => Part::Month,
                        "seq" => Part::Sequence(1),
                        other => match other.strip_prefix("seq:").map(str::parse) {
                            Some(Ok(digits @ 1..=9)) => Part::Sequence(digits),
                            _ => return Err(PatternWrong::Braces),
                        },
                    });
                    after
                }
            };
            if after.contains('}') {
                return Err(PatternWrong::Braces);
            }
            if !after.is_empty() {
                parts.push(Part::Text(after.to_owned()));
            }
        }
        let sequences = parts
            .iter()
            .filter(|part| matches!(part, Part::Sequence(_)))
            .count();
        if sequences != 1 {
            return Err(PatternWrong::Sequence);
        }
        if parts.contains(&Part::Month) && !parts.contains(&Part::Year) {
            return Err(PatternWrong::MonthWithoutYear);
        }
        Ok(Self { parts })
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_their_pattern() {
        let pattern: Pattern = "XM-{year}-{seq:4}".parse().unwrap();
        assert_eq!(pattern.number(2026, 3, 7), "XM-2026-0007");
        assert_eq!(pattern.number(2026, 3, 12_345), "XM-2026-12345");
        assert_eq!(pattern.period(2026, 3), "2026");
        assert_eq!(pattern.to_string(), "XM-{year}-{seq:4}");
        let monthly: Pattern = "〔{year}〕{month}第{seq}号".parse().unwrap();
        assert_eq!(monthly.number(2026, 3, 7), "〔2026〕03第7号");
        assert_eq!(monthly.period(2026, 3), "2026-03");
    }

    #[test]
    fn patterns_that_would_give_a_number_twice_are_refused() {
        let wrong = |text: &str| text.parse::<Pattern>().unwrap_err();
        assert_eq!(wrong("XM-{year}"), PatternWrong::Sequence);
        assert_eq!(wrong("{seq}{seq}"), PatternWrong::Sequence);
        assert_eq!(wrong("{month}-{seq}"), PatternWrong::MonthWithoutYear);
        assert_eq!(wrong("{day}-{seq}"), PatternWrong::Braces);
        assert_eq!(wrong("{seq:0}"), PatternWrong::Braces);
        assert_eq!(wrong("{seq"), PatternWrong::Braces);
        assert_eq!(wrong("}{seq}"), PatternWrong::Braces);
        assert_eq!(wrong(""), PatternWrong::Length);
    }
}
