//! Constraints and places as one short text each, as documents keep them: kind and date cannot come from two writers.

use std::fmt;
use std::str::FromStr;

use super::{Constraint, Placed};

/// The text is no such value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no constraint, or no place, that plans know")]
pub struct NoDates;

impl fmt::Display for Constraint {
    /// `alap`, or `fnlt 2026-03-02T17:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some(at) => write!(f, "{} {at}", self.kind()),
            None => write!(f, "{}", self.kind()),
        }
    }
}

impl FromStr for Constraint {
    type Err = NoDates;

    fn from_str(text: &str) -> Result<Self, NoDates> {
        let Some((kind, date)) = text.split_once(' ') else {
            return match text {
                "alap" => Ok(Self::AsLateAsPossible),
                _ => Err(NoDates),
            };
        };
        let at = date.parse().map_err(|_| NoDates)?;
        Ok(match kind {
            "snet" => Self::StartNoEarlier(at),
            "snlt" => Self::StartNoLater(at),
            "fnet" => Self::FinishNoEarlier(at),
            "fnlt" => Self::FinishNoLater(at),
            "mso" => Self::MustStart(at),
            "mfo" => Self::MustFinish(at),
            _ => return Err(NoDates),
        })
    }
}

impl fmt::Display for Placed {
    /// `2026-03-02T08:00`, or `2026-03-02T08:00/2026-03-05T17:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.start)?;
        match self.finish {
            Some(finish) => write!(f, "/{finish}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Placed {
    type Err = NoDates;

    fn from_str(text: &str) -> Result<Self, NoDates> {
        let (start, finish) = match text.split_once('/') {
            Some((start, finish)) => (start, Some(finish)),
            None => (text, None),
        };
        let finish = finish.map(str::parse).transpose();
        Ok(Self {
            start: start.parse().map_err(|_| NoDates)?,
            finish: finish.map_err(|_| NoDates)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_and_places_are_read_from_their_own_texts_only() {
        for text in ["alap", "snlt 2026-03-02T17:00", "mfo 2026-03-02T17:00"] {
            let read: Constraint = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
        for text in ["2026-03-02T08:00", "2026-03-02T08:00/2026-03-05T17:00"] {
            let read: Placed = text.parse().unwrap();
            assert_eq!(read.to_string(), text);
        }
        for text in ["", "asap", "mfo", "mfo soon", "alap 2026-03-02T17:00"] {
            assert_eq!(text.parse::<Constraint>(), Err(NoDates), "{text}");
        }
        for text in ["", "/", "2026-03-02T08:00/", "/2026-03-02T08:00"] {
            assert_eq!(text.parse::<Placed>(), Err(NoDates), "{text}");
        }
    }
}
