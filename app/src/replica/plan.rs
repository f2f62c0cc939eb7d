//! An open plan: the plan and progress documents of a project, as one screen uses them.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use shared::base::{ChangeHash, DocumentId, ProjectId, TaskId};
use shared::doc::Document;
use shared::doc::command::{Command, CommandError};
use shared::doc::view::plan::{PlanReader, PlanView};
use shared::domain::permission::{Access, DocumentKind};

use super::core::Core;
use super::document::PerformError;
use super::rows::{Deed, RefusedRow, UndoRow};
use super::steps::Joined;
use super::types::write_presence;
use super::typing::Journal;
use super::{Present, Recovered, RefusedEdit};

/// An open plan. A cheap handle.
#[derive(Clone, Copy)]
pub struct OpenPlan {
    state: StoredValue<Rc<State>, LocalStorage>,
    pub(super) signals: Signals,
}

#[derive(Clone, Copy)]
pub(super) struct Signals {
    view: RwSignal<Option<Arc<PlanView>>>,
    pub(super) first: RwSignal<Option<Arc<PlanView>>>,
    access: RwSignal<(Access, Access)>,
    pub(super) can: RwSignal<(bool, bool)>,
    recovered: RwSignal<Vec<Recovered>>,
    pending: RwSignal<HashSet<TaskId>>,
    pub(super) refused: RwSignal<Vec<RefusedEdit>>,
    present: RwSignal<Vec<Present>>,
    proposals: super::proposals::Signals,
}

pub(super) struct State {
    pub(super) core: Rc<Core>,
    pub(super) project: ProjectId,
    /// Known once the project is.
    pub(super) documents: RefCell<Option<(DocumentId, DocumentId)>>,
    /// Reads on from where it was, for these loads of the documents.
    reader: RefCell<(PlanReader, (u64, u64))>,
    /// Steps to take back and to do again, by their place.
    pub(super) steps: RefCell<Vec<UndoRow>>,
    /// Commands become one step now: what is not committed yet.
    pub(super) joined: RefCell<Option<Joined>>,
    pub(super) refused: RefCell<Vec<RefusedRow>>,
    journal: RefCell<Option<Rc<Journal>>>,
    /// The first rows that are shown are the server's: nothing of the plan is here.
    pub(super) borrowed: Cell<bool>,
}

impl OpenPlan {
    pub(super) fn new(core: &Rc<Core>, project: ProjectId) -> Self {
        let plan = core.owner.with(|| Self {
            state: StoredValue::new_local(Rc::new(State {
                core: core.clone(),
                project,
                documents: RefCell::new(None),
                reader: RefCell::default(),
                steps: RefCell::default(),
                joined: RefCell::default(),
                refused: RefCell::default(),
                journal: RefCell::default(),
                borrowed: Cell::new(false),
            })),
            signals: Signals {
                view: RwSignal::new(None),
                first: RwSignal::new(None),
                access: RwSignal::new((Access::None, Access::None)),
                can: RwSignal::new((false, false)),
                recovered: RwSignal::new(Vec::new()),
                pending: RwSignal::new(HashSet::new()),
                refused: RwSignal::new(Vec::new()),
                present: RwSignal::new(Vec::new()),
                proposals: super::proposals::Signals::new(),
            },
        });
        plan.projects_changed();
        plan
    }

    pub(super) fn state(&self) -> Rc<State> {
        self.state.get_value()
    }

    /// The project may be known now: loads its documents; and looks at the rights again.
    pub(super) fn projects_changed(&self) {
        let state = self.state();
        if state.documents.borrow().is_none() {
            let found = state.core.signals.projects.with_untracked(|projects| {
                projects
                    .iter()
                    .flatten()
                    .find(|p| p.id == state.project)
                    .map(|p| (p.plan, p.progress))
            });
            let Some((plan, progress)) = found else {
                return;
            };
            *state.documents.borrow_mut() = Some((plan, progress));
            let this = *self;
            for document in [plan, progress] {
                state.core.watch(document, move || this.refresh());
            }
            let (core, project) = (state.core.clone(), state.project);
            let load = move || {
                core.load(plan, project, DocumentKind::Plan, "");
                core.load(progress, project, DocumentKind::Progress, "");
            };
            self.show_first_then(load);
            let core = &state.core;
            self.signals.proposals.follow(core, state.project);
            self.read_steps();
            self.read_refused();
            let recovered = self.signals.recovered;
            let journal = Journal::open(core, plan, move |found| recovered.set(found));
            *state.journal.borrow_mut() = Some(journal);
        }
        let proposals = self.signals.proposals;
        proposals.refresh(&state.core, state.project);
        self.refresh();
    }

    pub(super) fn proposal_signals(&self) -> super::proposals::Signals {
        self.signals.proposals
    }

    pub(super) fn of(&self) -> (Rc<Core>, ProjectId) {
        let state = self.state();
        (state.core.clone(), state.project)
    }

    /// Reads the documents again: only what changed since the last time.
    fn refresh(&self) {
        let state = self.state();
        let Some((plan_id, progress_id)) = *state.documents.borrow() else {
            return;
        };
        let mut docs = state.core.docs.borrow_mut();
        let [plan, mut progress] = docs.get_disjoint_mut([&plan_id, &progress_id]);
        let core = &state.core;
        let access = (
            core.access(
                state.project,
                DocumentKind::Plan,
                plan.as_ref().and_then(|doc| doc.said),
            ),
            core.access(
                state.project,
                DocumentKind::Progress,
                progress.as_ref().and_then(|doc| doc.said),
            ),
        );
        // with the progress that is on its way: the dates depend on it, and are not to be computed twice
        let alone = progress.is_none() && core.loading.borrow().contains(&progress_id);
        let Some(plan) = plan.filter(|doc| doc.here && !alone) else {
            drop(docs);
            self.show_access(access);
            // what was kept of a plan that cannot be read is not to be taken for it
            if core.mended.borrow().contains(&plan_id) {
                self.drop_first();
            }
            return;
        };
        let mut pending: HashSet<TaskId> = HashSet::new();
        for doc in [Some(&*plan), progress.as_deref()].into_iter().flatten() {
            pending.extend(doc.pending.iter().flat_map(|p| p.tasks.iter().copied()));
        }
        let view = {
            let mut reader = state.reader.borrow_mut();
            let loads = (plan.load, progress.as_ref().map_or(0, |doc| doc.load));
            if reader.1 != loads {
                *reader = (PlanReader::default(), loads);
            }
            reader.0.read(
                &mut plan.document,
                progress.as_mut().map(|doc| &mut doc.document),
            )
        };
        drop(docs);
        self.show_access(access);
        if self.signals.pending.with_untracked(|old| *old != pending) {
            self.signals.pending.set(pending);
        }
        self.signals.view.set(Some(Arc::new(view)));
        self.drop_first();
    }

    fn show_access(&self, access: (Access, Access)) {
        if self.signals.access.get_untracked() != access {
            self.signals.access.set(access);
        }
    }

    /// `None` until the first read; then what the screen shows, after every change from here or elsewhere.
    pub fn view(&self) -> Signal<Option<Arc<PlanView>>> {
        self.signals.view.into()
    }

    /// What may be done with the plan and with the progress.
    pub fn access(&self) -> Signal<(Access, Access)> {
        self.signals.access.into()
    }

    /// Carries a command out: checks, writes, stores on the device, sends.
    pub fn dispatch(&self, command: Command) -> Result<(), CommandError> {
        let state = self.state();
        let (plan, progress) = (*state.documents.borrow()).ok_or(CommandError::NotReady)?;
        let deed = Deed::Do(Box::new(command));
        let tasks = deed.tasks();
        let Deed::Do(command) = &deed else {
            return Err(CommandError::WrongDocument);
        };
        // an imported plan has progress too
        let targets: &[DocumentId] = match command.as_ref() {
            Command::EditProgress { .. } | Command::SetDataDate { .. } => &[progress],
            Command::ImportPlan { .. } | Command::Update { .. } => &[plan, progress],
            Command::Restore { plan: to_plan, .. } if to_plan.is_empty() => &[progress],
            Command::Restore { progress: more, .. } if more.is_empty() => &[plan],
            Command::Restore { .. } => &[plan, progress],
            _ => &[plan],
        };
        let mut recorded = Vec::new();
        let mut parts = Vec::new();
        let mut failed = None;
        for document in targets {
            match state.core.perform(*document, deed.clone(), tasks.clone()) {
                Ok((made, undo)) if !made.changes.is_empty() => {
                    recorded.push(made);
                    parts.push((*document, undo));
                }
                Ok(_) => {}
                Err(PerformError::Command(error)) => {
                    failed = Some(error);
                    break;
                }
                Err(PerformError::Undo(_)) => {}
            }
        }
        if let Some(error) = failed
            && recorded.is_empty()
        {
            return Err(error);
        }
        if recorded.is_empty() {
            return Ok(());
        }
        self.did(recorded, parts, tasks);
        Ok(())
    }

    /// Keeps what is being typed, at every keystroke; `None` when the field is left (after its command).
    pub fn journal(&self, task: TaskId, field: &str, text: Option<String>) {
        let journal = self.state().journal.borrow().clone();
        if let Some(journal) = journal {
            journal.keep(task, field, text);
        }
    }

    /// Typing found in the journal after a crash.
    pub fn recovered(&self) -> Signal<Vec<Recovered>> {
        self.signals.recovered.into()
    }

    /// Drops the recovered typing at this index: after its text was dispatched, or the person said so.
    pub fn discard_recovered(&self, index: usize) {
        let journal = self.state().journal.borrow().clone();
        if let Some(journal) = journal {
            journal.discard(index);
        }
    }

    /// Tasks with changes that the server does not have yet.
    pub fn pending_tasks(&self) -> Signal<HashSet<TaskId>> {
        self.signals.pending.into()
    }

    /// Others who look at this plan.
    pub fn present(&self) -> Signal<Vec<Present>> {
        self.signals.present.into()
    }

    pub(super) fn present_changed(&self, document: DocumentId) {
        let state = self.state();
        let Some((plan, _)) = *state.documents.borrow() else {
            return;
        };
        if plan == document {
            let present = state.core.present.borrow();
            let here = present
                .get(&plan)
                .map(|here| here.values().cloned().collect());
            self.signals.present.set(here.unwrap_or_default());
        }
    }

    /// Tells others where one is.
    pub fn announce(&self, task: Option<TaskId>, field: Option<&str>) {
        let state = self.state();
        let Some((plan, _)) = *state.documents.borrow() else {
            return;
        };
        state.core.announce(plan, write_presence(task, field));
    }

    /// The documents of the plan and of its progress, with the numbers of their loads: who keeps what was read must
    /// read everything again when these change. `None` before they are here.
    pub(crate) fn with_documents<T>(
        &self,
        f: impl FnOnce(&mut Document, Option<&mut Document>, (u64, u64)) -> T,
    ) -> Option<T> {
        let state = self.state();
        let (plan, progress) = (*state.documents.borrow())?;
        let mut docs = state.core.docs.borrow_mut();
        let [plan, progress] = docs.get_disjoint_mut([&plan, &progress]);
        let plan = plan.filter(|doc| doc.here)?;
        let loads = (plan.load, progress.as_ref().map_or(0, |doc| doc.load));
        let progress = progress.map(|doc| &mut doc.document);
        Some(f(&mut plan.document, progress, loads))
    }

    /// Changes of this plan that the server does not have yet.
    pub(crate) fn unsent(&self) -> HashSet<ChangeHash> {
        let state = self.state();
        let Some((plan, progress)) = *state.documents.borrow() else {
            return HashSet::new();
        };
        let docs = state.core.docs.borrow();
        let both = [plan, progress];
        let docs = both.iter().filter_map(|id| docs.get(id));
        docs.flat_map(|doc| doc.pending.iter().map(|p| p.hash))
            .collect()
    }

    /// The documents of plan and progress, where they are known, with what loads them.
    pub(super) fn documents(&self) -> Option<(Rc<Core>, DocumentId, DocumentId)> {
        let state = self.state();
        let (plan, progress) = (*state.documents.borrow())?;
        Some((state.core.clone(), plan, progress))
    }

    /// Whether this plan's documents include that one.
    pub(super) fn holds(&self, document: DocumentId) -> bool {
        (*self.state().documents.borrow())
            .is_some_and(|(plan, progress)| plan == document || progress == document)
    }
}
