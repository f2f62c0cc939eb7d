//! Proposals of a project: one small document beside the plan, which members write.

use std::rc::Rc;

use leptos::prelude::*;
use shared::base::{ChangeHash, DocumentId, ProjectId, ProposalId};
use shared::doc::command::proposal::Outcome;
use shared::doc::command::{Command, CommandError};
use shared::doc::derived_id;
use shared::doc::view::proposal::{self, Proposal};
use shared::domain::permission::{Access, DocumentKind};

use super::core::Core;
use super::document::PerformError;
use super::plan::OpenPlan;
use super::rows::Deed;
use crate::platform::random;

/// The key of the only document of its kind in a project.
pub(crate) const KEY: &str = "plan";

/// The proposals' document of a project.
pub(crate) fn document(project: ProjectId) -> DocumentId {
    derived_id(project, DocumentKind::Proposal, KEY)
}

/// What screens see of proposals. A cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Signals {
    pub(super) all: RwSignal<Vec<Proposal>>,
    pub(super) access: RwSignal<Access>,
}

impl Signals {
    pub(super) fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            access: RwSignal::new(Access::None),
        }
    }

    /// Loads the document, and reads it again whenever it changes.
    pub(super) fn follow(self, core: &Rc<Core>, project: ProjectId) {
        let id = document(project);
        let weak = Rc::downgrade(core);
        core.watch(id, move || {
            if let Some(core) = weak.upgrade() {
                self.refresh(&core, project);
            }
        });
        core.load(id, project, DocumentKind::Proposal, KEY);
        self.refresh(core, project);
    }

    /// Looks at the rights and the document again.
    pub(super) fn refresh(self, core: &Rc<Core>, project: ProjectId) {
        let access = core.by_role(project, DocumentKind::Proposal);
        if self.access.get_untracked() != access {
            self.access.set(access);
        }
        let all = match core.docs.borrow_mut().get_mut(&document(project)) {
            Some(doc) => proposal::read(&mut doc.document),
            None => return,
        };
        if self.all.with_untracked(|old| *old != all) {
            self.all.set(all);
        }
    }
}

impl OpenPlan {
    /// The proposals of the project, the newest first.
    pub fn proposals(&self) -> Signal<Vec<Proposal>> {
        self.proposal_signals().all.into()
    }

    /// Whether one may propose.
    pub fn proposal_access(&self) -> Signal<Access> {
        self.proposal_signals().access.into()
    }

    fn perform_proposal(&self, command: Command) -> Result<(), CommandError> {
        let (core, project) = self.of();
        let deed = Deed::Do(Box::new(command));
        match core.perform(document(project), deed, Vec::new()) {
            Ok((made, _)) => {
                core.commit(vec![made], Vec::new());
                Ok(())
            }
            Err(PerformError::Command(error)) => Err(error),
            Err(PerformError::Undo(_)) => Err(CommandError::WrongDocument),
        }
    }

    /// Puts commands before those who may carry them out; with each, what it does in words.
    pub fn propose(&self, words: Vec<String>, commands: Vec<Command>) -> Result<(), CommandError> {
        self.perform_proposal(Command::Propose {
            id: ProposalId::from_bytes(random::bytes()),
            words,
            commands,
        })
    }

    /// Says what became of a proposal.
    pub fn decide(
        &self,
        id: ProposalId,
        outcome: Outcome,
        answer: String,
    ) -> Result<(), CommandError> {
        self.perform_proposal(Command::Decide {
            id,
            outcome,
            answer,
        })
    }

    /// Carries proposed commands out, as one step to take back, and notes that; gives those that could not be done.
    pub fn accept(
        &self,
        proposal: &Proposal,
        answer: String,
    ) -> Result<Vec<CommandError>, CommandError> {
        let commands = proposal.commands.clone().unwrap_or_default();
        let before = self.heads();
        let mut failed = Vec::new();
        {
            let _one = self.one_step();
            for command in commands {
                if let Err(error) = self.dispatch(command) {
                    failed.push(error);
                }
            }
        }
        let made = self.made_since(&before);
        if made.is_empty()
            && let Some(error) = failed.first()
        {
            return Err(error.clone());
        }
        self.decide(proposal.id, Outcome::Accepted(made), answer)?;
        Ok(failed)
    }

    fn heads(&self) -> (Vec<ChangeHash>, Vec<ChangeHash>) {
        let heads = self.with_documents(|plan, progress, _| {
            (
                plan.heads(),
                progress.map(|p| p.heads()).unwrap_or_default(),
            )
        });
        heads.unwrap_or_default()
    }

    fn made_since(&self, before: &(Vec<ChangeHash>, Vec<ChangeHash>)) -> Vec<ChangeHash> {
        let made = self.with_documents(|plan, progress, _| {
            let mut made = plan.changes_since(&before.0);
            if let Some(progress) = progress {
                made.extend(progress.changes_since(&before.1));
            }
            made.into_iter().map(|change| change.hash).collect()
        });
        made.unwrap_or_default()
    }

    /// Whether these commands could be carried out one after the other as the plan is now, on a copy: why not, for each.
    pub fn try_out(&self, commands: &[Command]) -> Vec<Option<CommandError>> {
        let author = self.of().0.author();
        let tried = self.with_documents(|plan, progress, _| {
            let mut plan = plan.fork(random::bytes());
            let mut progress = progress.map(|progress| progress.fork(random::bytes()));
            let each = commands.iter().map(|command| {
                let document = match (command, &mut progress) {
                    (
                        Command::EditProgress { .. } | Command::SetDataDate { .. },
                        Some(progress),
                    ) => progress,
                    _ => &mut plan,
                };
                shared::doc::command::perform(document, command, author).err()
            });
            each.collect()
        });
        tried.unwrap_or_default()
    }
}
