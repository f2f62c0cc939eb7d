//! Who may do what. The same function decides for browser and server.

use serde::{Deserialize, Serialize};

/// A person's role in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 项目经理: everything in the project, members included.
    Manager,
    /// 计划员: writes the plan, progress and notes.
    Planner,
    /// 成员: writes progress and notes.
    Member,
    /// 只读: reads.
    Reader,
}

/// What kind of document, which decides who writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Tasks, links, calendars, deliverables.
    Plan,
    /// Percent and actual dates per task.
    Progress,
    /// Prose of one task: description, comments.
    Note,
    /// The original of an imported file, kept for what we do not show.
    Source,
    /// What members propose 建议 to those who write the plan.
    Proposal,
    /// A form 表单 that its people fill in together, before it is submitted.
    Form,
}

/// What a person's role allows on a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Nothing, not even that it exists.
    None,
    /// Read.
    Read,
    /// Read and write.
    Write,
}

/// Whether a project is worked on.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ProjectState {
    /// 进行中: who may write by their role, writes.
    #[default]
    Open,
    /// 未立项: its beginning is not decided yet. Forms, notes and proposals are written, its plan is not.
    Proposed,
    /// 已关闭: its members read; nobody writes. Its managers may open it again.
    Closed,
}

/// What `role` (`None`: no member of the project) allows on documents of `kind`, in a project of that state.
pub fn access(role: Option<Role>, state: ProjectState, kind: DocumentKind) -> Access {
    if state == ProjectState::Closed {
        return role.map_or(Access::None, |_| Access::Read);
    }
    let planned = matches!(
        kind,
        DocumentKind::Plan | DocumentKind::Progress | DocumentKind::Source
    );
    match (role, kind) {
        (None, _) => Access::None,
        (Some(_), _) if state == ProjectState::Proposed && planned => Access::Read,
        (Some(Role::Manager | Role::Planner), _) => Access::Write,
        (
            Some(Role::Member),
            DocumentKind::Progress
            | DocumentKind::Note
            | DocumentKind::Proposal
            | DocumentKind::Form,
        ) => Access::Write,
        (Some(Role::Member | Role::Reader), _) => Access::Read,
    }
}

/// Whether `role` may change a project's members and settings.
pub fn may_manage(role: Option<Role>) -> bool {
    role == Some(Role::Manager)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_non_member_gets_nothing() {
        for kind in [
            DocumentKind::Plan,
            DocumentKind::Progress,
            DocumentKind::Note,
            DocumentKind::Source,
            DocumentKind::Proposal,
            DocumentKind::Form,
        ] {
            assert_eq!(access(None, ProjectState::Open, kind), Access::None);
            assert_eq!(access(None, ProjectState::Closed, kind), Access::None);
        }
    }

    #[test]
    fn a_member_writes_progress_but_not_the_plan() {
        assert_eq!(
            access(
                Some(Role::Member),
                ProjectState::Open,
                DocumentKind::Progress
            ),
            Access::Write
        );
        assert_eq!(
            access(Some(Role::Member), ProjectState::Open, DocumentKind::Plan),
            Access::Read
        );
    }

    #[test]
    fn a_member_proposes() {
        let kind = DocumentKind::Proposal;
        let may = |role| access(Some(role), ProjectState::Open, kind);
        assert_eq!(may(Role::Member), Access::Write);
        assert_eq!(may(Role::Reader), Access::Read);
    }

    #[test]
    fn a_member_fills_in_forms() {
        let may = |role| access(Some(role), ProjectState::Open, DocumentKind::Form);
        for role in [Role::Manager, Role::Planner, Role::Member] {
            assert_eq!(may(role), Access::Write);
        }
        assert_eq!(may(Role::Reader), Access::Read);
    }

    #[test]
    fn a_reader_writes_nothing() {
        for kind in [
            DocumentKind::Plan,
            DocumentKind::Progress,
            DocumentKind::Note,
            DocumentKind::Source,
            DocumentKind::Proposal,
            DocumentKind::Form,
        ] {
            assert_eq!(
                access(Some(Role::Reader), ProjectState::Open, kind),
                Access::Read
            );
        }
    }

    #[test]
    fn the_plan_of_a_project_that_is_not_begun_is_not_written() {
        let may = |kind| access(Some(Role::Manager), ProjectState::Proposed, kind);
        assert_eq!(may(DocumentKind::Plan), Access::Read);
        assert_eq!(may(DocumentKind::Progress), Access::Read);
        assert_eq!(may(DocumentKind::Note), Access::Write);
    }

    #[test]
    fn in_a_closed_project_nobody_writes_and_its_members_read() {
        for kind in [
            DocumentKind::Plan,
            DocumentKind::Progress,
            DocumentKind::Note,
            DocumentKind::Source,
            DocumentKind::Proposal,
            DocumentKind::Form,
        ] {
            for role in [Role::Manager, Role::Planner, Role::Member, Role::Reader] {
                assert_eq!(access(Some(role), ProjectState::Closed, kind), Access::Read);
            }
        }
    }
}
