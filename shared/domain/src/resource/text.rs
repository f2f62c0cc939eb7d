//! Parts of resources as one short text each, as documents keep them: what belongs together cannot come from two writers.

use std::fmt;
use std::str::FromStr;

use base::{Minutes, Moment};
use serde::{Deserialize, Serialize};

use super::{MOST, ResourceKind, TaskType, Units};

/// The most minutes of work that count: a thousand persons for fifty years.
pub const MOST_WORK: Minutes = 1_000 * 50 * 366 * 24 * 60;

/// The text is no such value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing that resources know")]
pub struct NoResource;

/// How much of a resource a task asks for: units while it runs, and minutes of work in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Use {
    /// Thousandths of one whole.
    pub units: Units,
    /// Minutes.
    pub work: Minutes,
}

impl Use {
    /// Whether both are within what plans hold.
    pub fn is_sound(&self) -> bool {
        (0..=MOST).contains(&self.units) && (0..=MOST_WORK).contains(&self.work)
    }
}

impl fmt::Display for Use {
    /// `1000 960`: a whole one, for two days.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.units, self.work)
    }
}

impl FromStr for Use {
    type Err = NoResource;

    fn from_str(text: &str) -> Result<Self, NoResource> {
        let (units, work) = text.split_once(' ').ok_or(NoResource)?;
        let read = Self {
            units: units.parse().map_err(|_| NoResource)?,
            work: work.parse().map_err(|_| NoResource)?,
        };
        read.is_sound().then_some(read).ok_or(NoResource)
    }
}

/// What of work, duration and units stays, with whether the work stays when resources come and go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Stays {
    /// Which of the three.
    pub kind: TaskType,
    /// Fixed work always is.
    pub effort_driven: bool,
}

impl fmt::Display for Stays {
    /// `units`, `duration` or `work`; `+` after it where the effort drives.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TaskType::FixedUnits => "units",
            TaskType::FixedDuration => "duration",
            TaskType::FixedWork => "work",
        })?;
        f.write_str(if self.effort_driven { "+" } else { "" })
    }
}

impl FromStr for Stays {
    type Err = NoResource;

    fn from_str(text: &str) -> Result<Self, NoResource> {
        let (kind, effort_driven) = match text.strip_suffix('+') {
            Some(kind) => (kind, true),
            None => (text, false),
        };
        let kind = match kind {
            "units" => TaskType::FixedUnits,
            "duration" => TaskType::FixedDuration,
            "work" => TaskType::FixedWork,
            _ => return Err(NoResource),
        };
        Ok(Self {
            kind,
            effort_driven,
        })
    }
}

impl fmt::Display for ResourceKind {
    /// `work`, `material` or `cost`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Work => "work",
            Self::Material => "material",
            Self::Cost => "cost",
        })
    }
}

impl FromStr for ResourceKind {
    type Err = NoResource;

    fn from_str(text: &str) -> Result<Self, NoResource> {
        Ok(match text {
            "work" => Self::Work,
            "material" => Self::Material,
            "cost" => Self::Cost,
            _ => return Err(NoResource),
        })
    }
}

/// From when on there is how much of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Changes(pub Vec<(Moment, Units)>);

impl fmt::Display for Changes {
    /// `2026-03-02T08:00 500;2026-04-01T08:00 1000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (from, units)) in self.0.iter().enumerate() {
            let comma = if i > 0 { ";" } else { "" };
            write!(f, "{comma}{from} {units}")?;
        }
        Ok(())
    }
}

impl FromStr for Changes {
    type Err = NoResource;

    fn from_str(text: &str) -> Result<Self, NoResource> {
        let each = text.split(';').filter(|part| !part.is_empty()).map(|part| {
            let (from, units) = part.split_once(' ')?;
            let units = units.parse().ok().filter(|u| (0..=MOST).contains(u))?;
            Some((from.parse().ok()?, units))
        });
        each.collect::<Option<_>>().map(Self).ok_or(NoResource)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn there_and_back<T>(value: &T)
    where
        T: fmt::Display + FromStr<Err = NoResource> + PartialEq + fmt::Debug,
    {
        assert_eq!(&value.to_string().parse::<T>().unwrap(), value);
    }

    #[test]
    fn what_documents_keep_of_resources_reads_back() {
        there_and_back(&Use {
            units: 500,
            work: 960,
        });
        for kind in [
            TaskType::FixedUnits,
            TaskType::FixedDuration,
            TaskType::FixedWork,
        ] {
            for effort_driven in [false, true] {
                there_and_back(&Stays {
                    kind,
                    effort_driven,
                });
            }
        }
        for kind in [
            ResourceKind::Work,
            ResourceKind::Material,
            ResourceKind::Cost,
        ] {
            there_and_back(&kind);
        }
        let at = |text: &str| text.parse::<Moment>().unwrap();
        there_and_back(&Changes(vec![
            (at("2026-03-02T08:00"), 500),
            (at("2026-04-01T08:00"), 0),
        ]));
        there_and_back(&Changes::default());
    }

    #[test]
    fn what_no_plan_holds_is_no_use_of_a_resource() {
        for text in ["", "1000", "-1 5", "5 -1", "1000001 5", "1 x", "1 2 3"] {
            assert_eq!(text.parse::<Use>(), Err(NoResource), "{text}");
        }
        assert_eq!("2026-03-02T08:00".parse::<Changes>(), Err(NoResource));
        assert_eq!("2026-03-02T08:00 -5".parse::<Changes>(), Err(NoResource));
        assert_eq!("people".parse::<ResourceKind>(), Err(NoResource));
        assert_eq!("units++".parse::<Stays>(), Err(NoResource));
    }
}
