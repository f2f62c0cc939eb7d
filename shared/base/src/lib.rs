//! Ids, time and a few plain types: what every other crate stands on.

pub mod id;
pub mod sort;
pub mod time;

pub use id::{
    AssignmentId, BaselineId, CalendarId, ChangeHash, DecisionId, DepartmentId, DeviceId,
    DocumentId, FieldId, LinkId, OptionId, PersonId, ProjectId, ProposalId, ResourceId, TaskId,
};
pub use time::{Minutes, Moment, Timestamp};
