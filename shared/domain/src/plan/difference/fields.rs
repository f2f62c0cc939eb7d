//! The fields of a task that a file may say.

use base::{CalendarId, Minutes, Moment};
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::plan::{Constraint, Placed, Task};
use crate::resource::Stays;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident($type:ty) = $field:ident,)*) => {
        /// A field of a task.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            $($(#[$doc])* $name,)*
        }

        /// A field of a task with a value.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Value {
            $($(#[$doc])* $name($type),)*
        }

        impl Field {
            /// All of them.
            pub const ALL: [Self; fields!(@count $($name)*)] = [$(Self::$name,)*];

            /// What stands in it.
            pub fn of(self, task: &Task) -> Value {
                match self {
                    $(Self::$name => Value::$name(task.$field.clone()),)*
                }
            }

            /// Whether two tasks have the same in it; quicker than their values.
            pub fn same(self, a: &Task, b: &Task) -> bool {
                match self {
                    $(Self::$name => a.$field == b.$field,)*
                }
            }
        }

        impl Value {
            /// Whose value it is.
            pub fn field(&self) -> Field {
                match self {
                    $(Self::$name(_) => Field::$name,)*
                }
            }

            /// Puts it into a task.
            pub fn put(self, task: &mut Task) {
                match self {
                    $(Self::$name(value) => task.$field = value,)*
                }
            }
        }
    };
    (@count $($name:ident)*) => { [$(fields!(@one $name)),*].len() };
    (@one $name:ident) => { () };
}

fields! {
    /// What is to be done.
    Name(String) = name,
    /// The number that its file knows it by; only where the plan knows none.
    Uid(Option<i64>) = uid,
    /// Working minutes. Of no effect on a summary, whose does not differ.
    Duration(Minutes) = duration,
    /// Its duration counts day and night.
    Elapsed(bool) = elapsed,
    /// Its own calendar.
    Calendar(Option<CalendarId>) = calendar,
    /// Start no earlier than.
    NotBefore(Option<Moment>) = not_before,
    /// A limit on its dates.
    Constraint(Option<Constraint>) = constraint,
    /// When it should be finished.
    Deadline(Option<Moment>) = deadline,
    /// Nothing waits for it.
    Inactive(bool) = inactive,
    /// Where it stands by hand.
    Placed(Option<Placed>) = placed,
    /// Working minutes in which nobody works on it.
    Pause(Minutes) = pause,
    /// Minutes by the clock that it waits.
    Delay(Minutes) = delay,
    /// Its own calendar alone counts.
    OwnHours(bool) = own_hours,
    /// Which of work, duration and units stays.
    Stays(Stays) = stays,
    /// Who waits when a resource is short.
    Priority(Option<u16>) = priority,
    /// Who answers for it.
    Owner(String) = owner,
    /// What it delivers.
    Deliverable(String) = deliverable,
    /// What it may cost.
    Budget(Option<Money>) = budget,
    /// Percent complete.
    Percent(u8) = percent,
    /// When it started.
    ActualStart(Option<Moment>) = actual_start,
    /// When it was finished.
    ActualFinish(Option<Moment>) = actual_finish,
    /// Working minutes still to be done.
    Remaining(Option<Minutes>) = remaining,
    /// What it has cost so far.
    Cost(Option<Money>) = cost,
}

impl Field {
    /// Whether it is kept with the progress rather than with the plan.
    pub fn is_progress(self) -> bool {
        matches!(
            self,
            Self::Percent | Self::ActualStart | Self::ActualFinish | Self::Remaining | Self::Cost
        )
    }
}
