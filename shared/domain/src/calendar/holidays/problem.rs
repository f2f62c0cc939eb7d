//! What is wrong with a file of holidays; the rest of it is read all the same.

use base::Moment;
use serde::{Deserialize, Serialize};

use super::{MAX_DAYS, MAX_LENGTH, Years};

/// The most problems that are told of one file.
pub const MAX_PROBLEMS: usize = 100;

/// Something that was not taken over, or not as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}{what}", Line(*line))]
pub struct Problem {
    /// The line of the file, from 1; 0 when it is the whole file.
    pub line: usize,
    /// What it is.
    pub what: Wrong,
}

struct Line(usize);

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            0 => Ok(()),
            line => write!(f, "line {line}: "),
        }
    }
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    /// The file is larger than what is read; nothing was taken over.
    #[error("the file has {bytes} bytes, and at most {limit} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The file's text is not UTF-8; nothing was taken over.
    #[error("the text is not UTF-8 (first at byte {byte}); save the file again as UTF-8")]
    Encoding {
        /// The first byte that is none.
        byte: usize,
    },
    /// The file is none of the kinds that are read; nothing was taken over.
    #[error("this is no file of holidays")]
    Format,
    /// The file is of a later version of our format; nothing was taken over.
    #[error(
        "the file is of version {found:?}, and this program reads version {}",
        super::VERSION
    )]
    Version {
        /// The version it names.
        found: String,
    },
    /// The line cannot be read; it was left out.
    #[error("cannot be read: {text:?}")]
    Line {
        /// What stands there, cut short.
        text: String,
    },
    /// A date cannot be read or lies outside what plans can hold; the line was left out.
    #[error("no date of the years 1900 to 2199: {text:?}")]
    Date {
        /// What stands there, cut short.
        text: String,
    },
    /// The last day lies before the first; both were left out.
    #[error("ends before it begins: {first} to {last}")]
    Backwards {
        /// The first day.
        first: Moment,
        /// The last day.
        last: Moment,
    },
    /// A holiday that lasts too long to be one; it was left out.
    #[error("lasts {days} days, and at most {MAX_LENGTH} are taken")]
    TooLong {
        /// How many days.
        days: i64,
    },
    /// There are more days than are taken; from here on none was.
    #[error("more than {MAX_DAYS} days")]
    TooMany,
    /// A day is both off and worked; what came first holds.
    #[error("{day} is both off and worked")]
    Contrary {
        /// The day (midnight at its start).
        day: Moment,
    },
    /// An event that is not of whole days; it was left out.
    #[error("not of whole days: {text:?}")]
    NotWholeDays {
        /// What it is called, cut short.
        text: String,
    },
    /// An event that repeats; only its first days were taken.
    #[error("repeats, and only its first days were taken: {text:?}")]
    Repeats {
        /// What it is called, cut short.
        text: String,
    },
    /// The file does not say of any event whether it is off or worked; all were taken as off.
    #[error("nothing says which of the {count} events are days off; all were taken as off")]
    Unmarked {
        /// How many events.
        count: usize,
    },
    /// Events that are neither off nor worked, in a file that says it of others; they were left out.
    #[error("{count} events are neither days off nor make-up days, and were left out")]
    Skipped {
        /// How many events.
        count: usize,
    },
    /// A table of all days lacks some of a year; its days were taken, but the year does not count as known.
    #[error("of {year} only {days} days are there; the year does not count as known")]
    Incomplete {
        /// The year.
        year: i32,
        /// How many of its days are there.
        days: usize,
    },
    /// The library does not have the country.
    #[error("the holidays of {code:?} are not known")]
    Country {
        /// The code that was asked for, cut short.
        code: String,
    },
    /// The library does not have these years of the country.
    #[error("the holidays of {} are not known", Years(*first, *last))]
    Unknown {
        /// The first of them.
        first: i32,
        /// The last of them.
        last: i32,
    },
    /// Some holidays hold only in parts of the country; they were left out.
    #[error("{days} days are holidays only in parts of the country, and were left out")]
    Regional {
        /// How many days.
        days: usize,
    },
    /// There are more problems than are told.
    #[error("and more")]
    More,
}

impl Wrong {
    /// A piece of a file, short enough to be shown.
    pub fn cut(text: &str) -> String {
        text.chars().take(60).collect()
    }
}

/// Adds a problem at a line (0: the whole file), unless [`MAX_PROBLEMS`] are told already.
pub fn note(problems: &mut Vec<Problem>, line: usize, what: Wrong) {
    let what = match problems.len() + 1 {
        ..MAX_PROBLEMS => what,
        MAX_PROBLEMS => Wrong::More,
        _ => return,
    };
    problems.push(Problem { line, what });
}
