//! An open plan: the plan and progress documents of a project, as one screen uses them.

use shared::base::sort;
use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::{ChangeHash, DocumentId, ProjectId, TaskId};
use shared::doc::Document;
use shared::doc::command::{Command, CommandError};
use shared::doc::undo::UndoError;
use shared::doc::view::plan::{PlanReader, PlanView};
use shared::domain::permission::{Access, DocumentKind};

use super::core::Core;
use super::document::PerformError;
use super::document::Recorded;
use super::rows::{self, Deed, REFUSED, RefusedRow, UNDO, UndoRow};
use super::types::write_presence;
use super::typing::Journal;
use super::{Present, Recovered, RefusedEdit};
use crate::platform::database::{Range, Write};

/// How many steps can be taken back.
const UNDO_STEPS: usize = 200;

/// An open plan. A cheap handle.
#[derive(Clone, Copy)]
pub struct OpenPlan {
    state: StoredValue<Rc<State>, LocalStorage>,
    signals: Signals,
}

#[derive(Clone, Copy)]
struct Signals {
    view: RwSignal<Option<Arc<PlanView>>>,
    first: RwSignal<Option<Arc<PlanView>>>,
    access: RwSignal<(Access, Access)>,
    can: RwSignal<(bool, bool)>,
    recovered: RwSignal<Vec<Recovered>>,
    pending: RwSignal<HashSet<TaskId>>,
    refused: RwSignal<Vec<RefusedEdit>>,
    present: RwSignal<Vec<Present>>,
    proposals: super::proposals::Signals,
}

struct State {
    core: Rc<Core>,
    project: ProjectId,
    /// Known once the project is.
    documents: RefCell<Option<(DocumentId, DocumentId)>>,
    /// Reads on from where it was, for these loads of the documents.
    reader: RefCell<(PlanReader, (u64, u64))>,
    /// Steps to take back and to do again, by their place.
    steps: RefCell<Vec<UndoRow>>,
    /// Commands become one step now: what is not committed yet.
    joined: RefCell<Option<Joined>>,
    refused: RefCell<Vec<RefusedRow>>,
    journal: RefCell<Option<Rc<Journal>>>,
}

/// Commands on their way to be one step.
#[derive(Default)]
struct Joined {
    recorded: Vec<Recorded>,
    parts: Vec<(DocumentId, shared::doc::undo::Undo)>,
    tasks: Vec<TaskId>,
    /// The step, where some were committed already.
    step: Option<u64>,
}

/// While it lives, commands become one step to take back, stored and shown together at its end.
pub struct OneStep(Option<OpenPlan>);

impl OneStep {
    /// Stores and shows what was done so far.
    pub fn show(&self) {
        if let Some(plan) = self.0 {
            plan.settle();
        }
    }
}

impl Drop for OneStep {
    fn drop(&mut self) {
        if let Some(plan) = self.0 {
            plan.settle();
            *plan.state().joined.borrow_mut() = None;
        }
    }
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

    fn state(&self) -> Rc<State> {
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
        if self.signals.first.with_untracked(Option::is_some) {
            self.signals.first.set(None);
        }
    }

    pub(super) fn first_signal(&self) -> RwSignal<Option<Arc<PlanView>>> {
        self.signals.first
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
            Command::EditProgress { .. } => &[progress],
            Command::ImportPlan { .. } => &[plan, progress],
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
        if let Some(joined) = state.joined.borrow_mut().as_mut() {
            joined.recorded.extend(recorded);
            joined.parts.extend(parts);
            joined.tasks.extend(tasks);
            return Ok(());
        }
        let steps = self.push_step(parts, tasks, false);
        state.core.commit(recorded, steps);
        Ok(())
    }

    /// Until the answer is dropped, all commands are one step to take back.
    #[must_use]
    pub fn one_step(&self) -> OneStep {
        let state = self.state();
        let mut joined = state.joined.borrow_mut();
        let outer = joined.is_none();
        if outer {
            *joined = Some(Joined::default());
        }
        OneStep(outer.then_some(*self))
    }

    /// Commits what was joined so far.
    fn settle(&self) {
        let state = self.state();
        let Some((recorded, parts, tasks, step)) = state.joined.borrow_mut().as_mut().map(|j| {
            let (parts, tasks) = (std::mem::take(&mut j.parts), std::mem::take(&mut j.tasks));
            (std::mem::take(&mut j.recorded), parts, tasks, j.step)
        }) else {
            return;
        };
        if recorded.is_empty() {
            return;
        }
        let begun = state
            .steps
            .borrow()
            .last()
            .is_some_and(|s| Some(s.k) == step);
        let writes = if begun {
            let mut steps = state.steps.borrow_mut();
            let writes = steps.last_mut().map(|step| {
                step.parts.extend(parts);
                step.tasks.extend(tasks);
                step.put()
            });
            writes.into_iter().collect()
        } else {
            self.push_step(parts, tasks, false)
        };
        if let Some(joined) = state.joined.borrow_mut().as_mut() {
            joined.step = state.steps.borrow().last().map(|s| s.k);
        }
        state.core.commit(recorded, writes);
    }

    /// Takes back one's own latest command; `Err` says who changed it since.
    pub fn undo(&self) -> Result<(), UndoError> {
        self.step(false)
    }

    /// Does again what was taken back.
    pub fn redo(&self) -> Result<(), UndoError> {
        self.step(true)
    }

    fn step(&self, redo: bool) -> Result<(), UndoError> {
        let state = self.state();
        let latest = {
            let mut steps = state.steps.borrow_mut();
            let at = steps.iter().rposition(|step| step.redo == redo);
            at.map(|at| steps.remove(at))
        };
        let Some(latest) = latest else {
            return Ok(());
        };
        let mut recorded = Vec::new();
        let mut parts = Vec::new();
        let mut failed = None;
        for (document, undo) in latest.parts.iter().rev() {
            let deed = Deed::TakeBack(Box::new(undo.clone()));
            match state.core.perform(*document, deed, latest.tasks.clone()) {
                Ok((made, undo)) if !made.changes.is_empty() => {
                    recorded.push(made);
                    parts.push((*document, undo));
                }
                Ok(_) => {}
                // what cannot be taken back stays as it is; the step is gone
                Err(PerformError::Undo(error)) => failed = Some(error),
                Err(PerformError::Command(error)) => {
                    failed = Some(UndoError::ChangedSince {
                        by: Vec::new(),
                        fields: vec![error.to_string()],
                    });
                }
            }
        }
        let mut steps = vec![latest.delete()];
        if !parts.is_empty() {
            steps.extend(self.push_opposite(parts, latest.tasks.clone(), !redo));
        }
        state.core.commit(recorded, steps);
        self.steps_changed();
        failed.map_or(Ok(()), Err)
    }

    /// A new step: what had been taken back can no longer be done again.
    fn push_step(
        &self,
        parts: Vec<(DocumentId, shared::doc::undo::Undo)>,
        tasks: Vec<TaskId>,
        redo: bool,
    ) -> Vec<Write> {
        let state = self.state();
        let mut writes: Vec<Write> = Vec::new();
        state.steps.borrow_mut().retain(|step| {
            if step.redo {
                writes.push(step.delete());
            }
            !step.redo
        });
        writes.extend(self.push_opposite(parts, tasks, redo));
        self.steps_changed();
        writes
    }

    fn push_opposite(
        &self,
        parts: Vec<(DocumentId, shared::doc::undo::Undo)>,
        tasks: Vec<TaskId>,
        redo: bool,
    ) -> Vec<Write> {
        let state = self.state();
        let mut steps = state.steps.borrow_mut();
        let row = UndoRow {
            project: state.project,
            k: 1 + steps.iter().map(|step| step.k).max().unwrap_or_default(),
            tab: state.core.tab,
            redo,
            parts,
            tasks,
        };
        let mut writes = vec![row.put()];
        steps.push(row);
        if steps.len() > UNDO_STEPS {
            writes.push(steps.remove(0).delete());
        }
        writes
    }

    fn steps_changed(&self) {
        let state = self.state();
        let can = {
            let steps = state.steps.borrow();
            (
                steps.iter().any(|step| !step.redo),
                steps.iter().any(|step| step.redo),
            )
        };
        if self.signals.can.get_untracked() != can {
            self.signals.can.set(can);
        }
        state.core.tell(&super::notice::Notice::Undo(state.project));
    }

    /// Reads the steps again: at first, and when another tab changed them.
    pub(super) fn read_steps(&self) {
        let (this, state) = (*self, self.state());
        spawn_local(async move {
            let Some(database) = state.core.database().await else {
                return;
            };
            state.core.writer.flushed(&database).await;
            let of = rows::key([rows::id(state.project)]);
            if let Ok(answers) = database.read(&[(UNDO, Range::Under(of))]).await {
                let (steps, _) = rows::read::<UndoRow>(answers.first().map_or(&[], Vec::as_slice));
                let can = {
                    let mut held = state.steps.borrow_mut();
                    *held = steps.into_iter().map(|(step, _)| step).collect();
                    sort::by_key(&mut held, |step| step.k);
                    (
                        held.iter().any(|step| !step.redo),
                        held.iter().any(|step| step.redo),
                    )
                };
                this.signals.can.set(can);
            }
        });
    }

    /// Whether there is anything to take back, and to do again.
    pub fn can_undo_redo(&self) -> Signal<(bool, bool)> {
        self.signals.can.into()
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

    /// Edits that the server refused, kept as drafts.
    pub fn refused(&self) -> Signal<Vec<RefusedEdit>> {
        self.signals.refused.into()
    }

    /// Drops the refused edit at this index, after the person said so.
    pub fn discard_refused(&self, index: usize) {
        let state = self.state();
        let step = {
            let mut refused = state.refused.borrow_mut();
            if index >= refused.len() {
                return;
            }
            refused.remove(index).delete()
        };
        self.show_refused();
        let documents = *state.documents.borrow();
        let core = state.core.clone();
        state.core.save(vec![step], move || {
            if let Some((plan, _)) = documents {
                core.tell(&super::notice::Notice::Refused(plan));
            }
        });
    }

    fn show_refused(&self) {
        let state = self.state();
        let refused = state
            .refused
            .borrow()
            .iter()
            .map(|row| RefusedEdit {
                command: match &row.deed {
                    Some(Deed::Do(command)) => Some(command.as_ref().clone()),
                    _ => None,
                },
                document: row.document,
                at: row.at,
                reason: row.reason.into(),
            })
            .collect();
        self.signals.refused.set(refused);
    }

    /// Reads the refused edits again.
    pub(super) fn read_refused(&self) {
        let (this, state) = (*self, self.state());
        let Some((plan, progress)) = *state.documents.borrow() else {
            return;
        };
        spawn_local(async move {
            let Some(database) = state.core.database().await else {
                return;
            };
            let of = |document| (REFUSED, Range::Under(rows::key([rows::id(document)])));
            if let Ok(answers) = database.read(&[of(plan), of(progress)]).await {
                let mut refused: Vec<RefusedRow> = Vec::new();
                for answer in &answers {
                    refused.extend(
                        rows::read::<RefusedRow>(answer)
                            .0
                            .into_iter()
                            .map(|(r, _)| r),
                    );
                }
                sort::by_key(&mut refused, |row| row.at);
                *state.refused.borrow_mut() = refused;
                this.show_refused();
            }
        });
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
