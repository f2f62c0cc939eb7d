//! Randomness, and the ids made of it.

use shared::base::{
    BaselineId, CalendarId, DecisionId, FieldId, LinkId, OptionId, PersonId, TaskId,
};

/// Random bytes. A browser always has them; were it to fail, better to stop than to make equal ids.
#[allow(clippy::expect_used)]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the browser gives random bytes");
    bytes
}

/// A random number below 2^53, so that it survives JSON.
pub fn number() -> u64 {
    u64::from_le_bytes(bytes()) >> 11
}

/// A number for an id.
pub fn id() -> u64 {
    u64::from_le_bytes(bytes())
}

/// The id of somebody outside who is named.
pub fn person_id() -> PersonId {
    PersonId::from_bytes(bytes())
}

/// The key of a fresh wish.
pub fn decision_id() -> DecisionId {
    DecisionId::from_bytes(bytes())
}

/// A fresh task's id.
pub fn task_id() -> TaskId {
    TaskId::from_bytes(bytes())
}

/// A fresh link's id.
pub fn link_id() -> LinkId {
    LinkId::from_bytes(bytes())
}

/// A fresh calendar's id.
pub fn calendar_id() -> CalendarId {
    CalendarId::from_bytes(bytes())
}

/// A fresh baseline's id.
pub fn baseline_id() -> BaselineId {
    BaselineId::from_bytes(bytes())
}

/// A fresh custom field's id.
pub fn field_id() -> FieldId {
    FieldId::from_bytes(bytes())
}

/// The key of a fresh option.
pub fn option_id() -> OptionId {
    OptionId::from_bytes(bytes())
}
