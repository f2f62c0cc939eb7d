//! Forms 表单 that are being filled in: documents of their own until they are submitted, and after.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use shared::api::DocumentInfo;
use shared::base::{ChangeHash, DocumentId, FormId, ProjectId, TaskId};
use shared::doc::command::{Command, CommandError};
use shared::doc::derived_id;
use shared::doc::undo::{Undo, UndoError};
use shared::doc::view::form::{self, FormProblem, FormView};
use shared::domain::permission::{Access, DocumentKind};
use shared::ledger::Hash;
use shared::pack::form::{FieldKind, FormDef};
use shared::pack::register::{self, RegisterDef};

use super::core::Core;
use super::document::PerformError;
use super::rows::{self, Deed, META, Meta};
use super::typing::Journal;
use super::{Recovered, Replica};
use crate::platform::database::Range;
use crate::platform::http;
use crate::platform::random;

/// The journal keeps what is typed by task; a form has none.
const NO_TASK: TaskId = TaskId::from_bytes([0; 8]);

/// A form that is filled in. A cheap handle.
#[derive(Clone, Copy)]
pub struct OpenForm {
    state: StoredValue<Rc<State>, LocalStorage>,
    view: RwSignal<Option<Arc<FormView>>>,
    problems: RwSignal<Vec<FormProblem>>,
    access: RwSignal<Access>,
    recovered: RwSignal<Vec<Recovered>>,
    /// Whether something can be taken back, and done again.
    can: RwSignal<[bool; 2]>,
}

struct State {
    core: Rc<Core>,
    document: DocumentId,
    project: ProjectId,
    journal: Rc<Journal>,
    /// What begins it with its first edit, where no other device has: a register is nobody's to begin.
    begin: RefCell<Option<Command>>,
    /// What can be taken back, the last last; and what was.
    done: RefCell<[Vec<Undo>; 2]>,
}

/// So many edits can be taken back.
const MOST_UNDOS: usize = 200;

impl OpenForm {
    fn new(core: &Rc<Core>, document: DocumentId, project: ProjectId, key: &str) -> Self {
        let open = core.owner.with(|| {
            let recovered = RwSignal::new(Vec::new());
            let journal = Journal::open(core, document, move |found| recovered.set(found));
            Self {
                state: StoredValue::new_local(Rc::new(State {
                    core: core.clone(),
                    document,
                    project,
                    journal,
                    begin: RefCell::default(),
                    done: RefCell::default(),
                })),
                view: RwSignal::new(None),
                problems: RwSignal::new(Vec::new()),
                access: RwSignal::new(core.by_role(project, DocumentKind::Form)),
                recovered,
                can: RwSignal::new([false; 2]),
            }
        });
        core.watch(document, move || open.refresh());
        core.load(document, project, DocumentKind::Form, key);
        open.refresh();
        open
    }

    fn refresh(&self) {
        let state = self.state.get_value();
        let access = state.core.by_role(state.project, DocumentKind::Form);
        if self.access.get_untracked() != access {
            self.access.set(access);
        }
        let read = match state.core.docs.borrow_mut().get_mut(&state.document) {
            Some(doc) => form::read(&mut doc.document),
            None => return,
        };
        let (view, problems) = read;
        if self.problems.with_untracked(|known| *known != problems) {
            self.problems.set(problems);
        }
        if self
            .view
            .with_untracked(|known| known.as_deref() != Some(&view))
        {
            self.view.set(Some(Arc::new(view)));
        }
    }

    /// The form as it stands; `None` until first read.
    pub fn view(&self) -> Signal<Option<Arc<FormView>>> {
        self.view.into()
    }

    /// What could not be shown.
    pub fn problems(&self) -> Signal<Vec<FormProblem>> {
        self.problems.into()
    }

    /// Whether one may write in it.
    pub fn access(&self) -> Signal<Access> {
        self.access.into()
    }

    /// The heads of the document: what was read is that.
    pub fn heads(&self) -> Vec<ChangeHash> {
        let state = self.state.get_value();
        let mut docs = state.core.docs.borrow_mut();
        let doc = docs.get_mut(&state.document);
        doc.map_or_else(Vec::new, |doc| doc.document.heads())
    }

    /// Carries a command out.
    pub fn dispatch(&self, command: Command) -> Result<(), CommandError> {
        let state = self.state.get_value();
        let begun = self
            .view
            .with_untracked(|view| view.as_ref().is_some_and(|view| view.form.is_some()));
        let begin = state.begin.borrow().clone().filter(|_| !begun);
        if let Some(begin) = begin {
            match self.carry_out(Deed::Do(Box::new(begin))) {
                Ok(_) | Err(PerformError::Command(CommandError::Invalid { .. })) => {}
                Err(PerformError::Command(error)) => return Err(error),
                Err(PerformError::Undo(_)) => return Err(CommandError::WrongDocument),
            }
        }
        match self.carry_out(Deed::Do(Box::new(command))) {
            Ok(Some(undo)) => {
                self.can_undo(|[back, again]| {
                    back.push(undo);
                    let more = back.len().saturating_sub(MOST_UNDOS);
                    back.drain(..more);
                    again.clear();
                });
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(PerformError::Command(error)) => Err(error),
            Err(PerformError::Undo(_)) => Err(CommandError::WrongDocument),
        }
    }

    /// Carries something out and keeps it; how to take it back. `None`: it was so already.
    fn carry_out(&self, deed: Deed) -> Result<Option<Undo>, PerformError> {
        let state = self.state.get_value();
        let (made, undo) = state.core.perform(state.document, deed, Vec::new())?;
        if made.changes.is_empty() {
            return Ok(None);
        }
        state.core.commit(vec![made], Vec::new());
        Ok(Some(undo))
    }

    fn can_undo(&self, change: impl FnOnce(&mut [Vec<Undo>; 2])) {
        let state = self.state.get_value();
        let mut done = state.done.borrow_mut();
        change(&mut done);
        let can = [0, 1].map(|at: usize| done.get(at).is_some_and(|list| !list.is_empty()));
        if self.can.get_untracked() != can {
            self.can.set(can);
        }
    }

    /// Whether an edit of this device can be taken back, and whether one that was can be done again.
    pub fn can(&self) -> Signal<[bool; 2]> {
        self.can.into()
    }

    /// Takes the last edit of this device back, or does again what was taken back. What others wrote on top of it stays,
    /// and is said.
    pub fn step(&self, again: bool) -> Result<(), UndoError> {
        let mut last = None;
        self.can_undo(|[back, forth]| last = if again { forth.pop() } else { back.pop() });
        let Some(last) = last else {
            return Ok(());
        };
        match self.carry_out(Deed::TakeBack(Box::new(last))) {
            Ok(undo) => {
                self.can_undo(|[back, forth]| if again { back } else { forth }.extend(undo));
                Ok(())
            }
            Err(PerformError::Undo(error)) => Err(error),
            // the document takes no edits any more
            Err(PerformError::Command(error)) => Err(UndoError::ChangedSince {
                by: Vec::new(),
                fields: vec![error.to_string()],
            }),
        }
    }

    /// Keeps what is being typed in a place, at every keystroke; `None`: it became an edit.
    pub fn journal(&self, place: &str, text: Option<String>) {
        let state = self.state.get_value();
        state.journal.keep(NO_TASK, place, text);
    }

    /// Typing that was found after a crash.
    pub fn recovered(&self) -> Signal<Vec<Recovered>> {
        self.recovered.into()
    }

    /// The typing that was found at this index was taken over, or is not wanted.
    pub fn discard_recovered(&self, index: usize) {
        self.state.get_value().journal.discard(index);
    }
}

/// A draft of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its document.
    pub document: DocumentId,
    /// Its key.
    pub key: String,
}

impl Replica {
    /// Begins a form; its document. `None` where one may not write in the project.
    pub async fn begin_form(
        &self,
        project: ProjectId,
        pack: Hash,
        def: &FormDef,
    ) -> Result<DocumentId, CommandError> {
        let core = self.core.get_value();
        let key = FormId::from_bytes(random::bytes()).to_string();
        let document = derived_id(project, DocumentKind::Form, &key);
        let fresh = Meta::new(document, project, DocumentKind::Form, key.clone());
        core.load_now(document, Some(fresh)).await;
        let prose = def
            .fields()
            .filter(|(_, field)| matches!(field.kind, FieldKind::Prose { .. }))
            .map(|(_, field)| field.id.clone())
            .collect();
        let command = Command::BeginForm {
            pack: pack.to_string(),
            form: def.id.clone(),
            prose,
        };
        self.open_form(project, document, &key).dispatch(command)?;
        Ok(document)
    }

    /// Opens a form; its key tells the server which one it is.
    pub fn open_form(&self, project: ProjectId, document: DocumentId, key: &str) -> OpenForm {
        let core = self.core.get_value();
        let known = core.forms.borrow().get(&document).copied();
        if let Some(open) = known {
            return open;
        }
        let open = OpenForm::new(&core, document, project, key);
        core.forms.borrow_mut().insert(document, open);
        open
    }

    /// Opens a register of a project, which is there with its first entry.
    pub fn open_register(&self, project: ProjectId, pack: Hash, def: &RegisterDef) -> OpenForm {
        let key = def.key();
        let document = derived_id(project, DocumentKind::Form, &key);
        let open = self.open_form(project, document, &key);
        let begin = Command::BeginForm {
            pack: pack.to_string(),
            form: def.sheet().id,
            prose: Vec::new(),
        };
        open.state.get_value().begin.replace(Some(begin));
        open
    }

    /// The forms of a project that are documents: those of this device, and those that the server names.
    pub async fn drafts(&self, project: ProjectId, tell: impl Fn(Vec<Draft>)) {
        let core = self.core.get_value();
        let mut all: BTreeMap<DocumentId, String> = BTreeMap::new();
        if let Some(database) = core.database().await
            && let Ok(answers) = database.read(&[(META, Range::Under(Vec::new()))]).await
        {
            let (metas, _) = rows::read::<Meta>(answers.first().map_or(&[], Vec::as_slice));
            let metas = metas.into_iter().map(|(meta, _)| meta);
            let forms =
                metas.filter(|meta| meta.project == project && is_form(meta.kind, &meta.key));
            all.extend(forms.map(|meta| (meta.document, meta.key)));
        }
        let list = |all: &BTreeMap<DocumentId, String>| {
            let all = all.iter();
            all.map(|(document, key)| Draft {
                document: *document,
                key: key.clone(),
            })
            .collect()
        };
        tell(list(&all));
        let path = format!("/api/projects/{project}/documents");
        if let Ok(documents) = http::get::<Vec<DocumentInfo>>(&path).await {
            let forms = documents
                .into_iter()
                .filter(|info| is_form(info.kind, &info.key));
            all.extend(forms.map(|info| (info.id, info.key)));
            tell(list(&all));
        }
    }

    /// Looks for the key of a form's document; `None` where neither this device nor the server knows it.
    pub async fn form_key(&self, project: ProjectId, document: DocumentId) -> Option<String> {
        let found = StoredValue::new(None::<String>);
        self.drafts(project, |all| {
            let one = all.into_iter().find(|draft| draft.document == document);
            if let Some(one) = one {
                found.set_value(Some(one.key));
            }
        })
        .await;
        found.get_value()
    }
}

/// Whether a document is a form that may be handed in; registers are kept like forms, and never are.
fn is_form(kind: DocumentKind, key: &str) -> bool {
    kind == DocumentKind::Form && register::of_key(key).is_none()
}

impl Core {
    /// Projects are new: forms look at their rights again.
    pub(super) fn forms_changed(&self) {
        let forms: Vec<OpenForm> = self.forms.borrow().values().copied().collect();
        forms.iter().for_each(OpenForm::refresh);
    }
}
