//! An open note: one task's prose.

use std::rc::Rc;

use leptos::prelude::*;
use shared::base::{DocumentId, ProjectId, TaskId};
use shared::doc::command::{Command, CommandError};
use shared::domain::permission::{Access, DocumentKind};

use super::core::Core;
use super::document::PerformError;
use super::rows::Deed;
use super::typing::Journal;

/// The journal's name of the field.
const FIELD: &str = "note";

/// An open note. A cheap handle.
#[derive(Clone, Copy)]
pub struct OpenNote {
    state: StoredValue<Rc<State>, LocalStorage>,
    text: RwSignal<Option<String>>,
    access: RwSignal<Access>,
    recovered: RwSignal<Option<String>>,
}

struct State {
    core: Rc<Core>,
    document: DocumentId,
    project: ProjectId,
    task: TaskId,
    journal: Rc<Journal>,
}

impl OpenNote {
    pub(super) fn new(
        core: &Rc<Core>,
        document: DocumentId,
        project: ProjectId,
        task: TaskId,
    ) -> Self {
        let note = core.owner.with(|| {
            let recovered = RwSignal::new(None);
            let journal = Journal::open(core, document, move |found| {
                recovered.set(found.into_iter().next_back().map(|found| found.text));
            });
            Self {
                state: StoredValue::new_local(Rc::new(State {
                    core: core.clone(),
                    document,
                    project,
                    task,
                    journal,
                })),
                text: RwSignal::new(None),
                access: RwSignal::new(core.access(project, DocumentKind::Note, None)),
                recovered,
            }
        });
        core.watch(document, move || note.refresh());
        core.load(document, project, DocumentKind::Note, &task.to_string());
        note
    }

    fn refresh(&self) {
        let state = self.state.get_value();
        let access = state.core.access(state.project, DocumentKind::Note, None);
        let text = state
            .core
            .docs
            .borrow()
            .get(&state.document)
            .map(|doc| shared::doc::view::note::read(&doc.document));
        if self.access.get_untracked() != access {
            self.access.set(access);
        }
        if self.text.with_untracked(|old| *old != text) {
            self.text.set(text);
        }
    }

    /// The text; `None` until first read.
    pub fn text(&self) -> Signal<Option<String>> {
        self.text.into()
    }

    /// Writes the whole text (as the smallest difference).
    pub fn set(&self, text: String) -> Result<(), CommandError> {
        let state = self.state.get_value();
        let deed = Deed::Do(Box::new(Command::EditNote { text }));
        match state.core.perform(state.document, deed, vec![state.task]) {
            Ok((made, _)) if made.changes.is_empty() => Ok(()),
            Ok((made, _)) => {
                state.core.commit(vec![made], Vec::new());
                Ok(())
            }
            Err(PerformError::Command(error)) => Err(error),
            Err(PerformError::Undo(_)) => Err(CommandError::WrongDocument),
        }
    }

    /// What may be done with it.
    pub fn access(&self) -> Signal<Access> {
        self.access.into()
    }

    /// Keeps what is being typed, at every keystroke; `None` when the field is left (after [`OpenNote::set`]).
    pub fn journal(&self, text: Option<String>) {
        let state = self.state.get_value();
        state.journal.keep(state.task, FIELD, text);
    }

    /// Typing found in the journal after a crash.
    pub fn recovered(&self) -> Signal<Option<String>> {
        self.recovered.into()
    }

    /// Drops the recovered typing: after its text was set, or the person said so.
    pub fn discard_recovered(&self) {
        let state = self.state.get_value();
        while self.recovered.with_untracked(Option::is_some) {
            state.journal.discard(0);
        }
    }
}
