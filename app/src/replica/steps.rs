//! What one did oneself, step by step: several commands joined into one, taken back, and done again.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::{DocumentId, TaskId, sort};
use shared::doc::undo::{Undo, UndoError};

use super::document::{PerformError, Recorded};
use super::plan::OpenPlan;
use super::rows::{self, Deed, UNDO, UndoRow};
use crate::platform::database::{Range, Write};

/// How many steps can be taken back.
const UNDO_STEPS: usize = 200;

/// Commands on their way to be one step.
#[derive(Default)]
pub(super) struct Joined {
    recorded: Vec<Recorded>,
    parts: Vec<(DocumentId, Undo)>,
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
    /// Commits what a command did, now or with the commands that it is joined with.
    pub(super) fn did(
        &self,
        recorded: Vec<Recorded>,
        parts: Vec<(DocumentId, Undo)>,
        tasks: Vec<TaskId>,
    ) {
        let state = self.state();
        if let Some(joined) = state.joined.borrow_mut().as_mut() {
            joined.recorded.extend(recorded);
            joined.parts.extend(parts);
            joined.tasks.extend(tasks);
            return;
        }
        let steps = self.push_step(parts, tasks, false);
        state.core.commit(recorded, steps);
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
        let joined = state.joined.borrow_mut().as_mut().map(|joined| {
            let step = joined.step;
            std::mem::replace(
                joined,
                Joined {
                    step,
                    ..Joined::default()
                },
            )
        });
        let Some(Joined {
            recorded,
            parts,
            tasks,
            step,
        }) = joined
        else {
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
        parts: Vec<(DocumentId, Undo)>,
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
        parts: Vec<(DocumentId, Undo)>,
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
        let can = able(&state.steps.borrow());
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
                    able(&held)
                };
                this.signals.can.set(can);
            }
        });
    }

    /// Whether there is anything to take back, and to do again.
    pub fn can_undo_redo(&self) -> Signal<(bool, bool)> {
        self.signals.can.into()
    }
}

/// Whether there is a step to take back, and one to do again.
fn able(steps: &[UndoRow]) -> (bool, bool) {
    let any = |redo| steps.iter().any(|step| step.redo == redo);
    (any(false), any(true))
}
