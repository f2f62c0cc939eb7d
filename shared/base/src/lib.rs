//! Ids, time and a few plain types: what every other crate stands on.

pub mod id;
pub mod sort;
pub mod time;

pub use id::{
    AssignmentId, BaselineId, CalendarId, ChangeHash, CommentId, DecisionId, DepartmentId,
    DeputyId, DeviceId, DocumentId, FieldId, FormId, GrantId, LinkId, OptionId, PersonId, PostId,
    ProjectId, ProposalId, ResourceId, RowId, TaskId,
};
pub use time::{Minutes, Moment, Timestamp};
