//! Ids, time and a few plain types: what every other crate stands on.

pub mod id;
pub mod sort;
pub mod time;

pub use id::{
<<<<<<< HEAD
    AssignmentId, BaselineId, CalendarId, ChangeHash, DecisionId, DepartmentId, DeputyId, DeviceId,
    DocumentId, FieldId, FormId, GrantId, LinkId, OptionId, PersonId, PostId, ProjectId,
    ProposalId, ResourceId, RowId, TaskId,
=======
    AssignmentId, BaselineId, CalendarId, ChangeHash, DepartmentId, DeviceId, DocumentId, FieldId,
    FormId, LinkId, OptionId, PersonId, ProjectId, ProposalId, ResourceId, RowId, TaskId,
>>>>>>> h-form
};
pub use time::{Minutes, Moment, Timestamp};
