//! The first rows of a plan: painted at once, while the document is being read. They are kept beside the document as
//! its screen showed them last; where nothing of the plan is on this device yet, the server gives them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::{DocumentId, ProjectId};
use shared::doc::view::first::FirstRows;
use shared::doc::view::plan::PlanView;
use shared::domain::permission::Access;

use super::OpenPlan;
use super::core::Core;
use super::rows::{self, EXTRA, META, Meta};
use crate::platform::database::{Key, Range, Write};
use crate::platform::{clock, http};

/// How long they are waited for, in ms: by then the plan itself is near.
const PATIENCE: u32 = 1_000;

/// What the server is asked for.
pub(super) struct Asked {
    project: ProjectId,
    answer: Rc<RefCell<Option<PlanView>>>,
    /// Ends when the answer is here, or none that is worth to wait for.
    ready: oneshot::Receiver<()>,
}

/// Asks the server for the first rows of a project's plan.
fn ask(project: ProjectId) -> Asked {
    let (done, ready) = oneshot::channel();
    let done = Rc::new(Cell::new(Some(done)));
    let late = done.clone();
    clock::after(PATIENCE, move || drop(late.take())).forget();
    let answer = Rc::new(RefCell::new(None));
    let here = answer.clone();
    spawn_local(async move {
        let path = format!("/api/projects/{project}/plan/first");
        if let Ok(first) = http::get::<FirstRows>(&path).await
            && !first.is_empty()
        {
            *here.borrow_mut() = Some(first.view());
        }
        done.take();
    });
    Asked {
        project,
        answer,
        ready,
    }
}

/// What is on this device of a plan's first rows.
enum Kept {
    Rows(Box<PlanView>),
    /// None, but of the plan itself there is something; or it is not for this person.
    None,
    /// Nothing of the plan at all.
    Nothing,
}

/// Rows of the store `extra`: ["first", plan].
const FIRST: &str = "first";

fn key(plan: DocumentId) -> Key {
    rows::key([FIRST.into(), rows::id(plan)])
}

impl Core {
    async fn kept_first(self: &Rc<Self>, plan: DocumentId) -> Option<Kept> {
        let database = self.database().await?;
        let asks = [
            (META, Range::One(rows::key([rows::id(plan)]))),
            (EXTRA, Range::One(key(plan))),
        ];
        let mut answers = database.read(&asks).await.ok()?.into_iter();
        let (meta, kept) = (answers.next()?, answers.next()?);
        let Some((meta, _)) = rows::read::<Meta>(&meta).0.pop() else {
            return Some(Kept::Nothing);
        };
        if meta.access == Some(Access::None) {
            return None;
        }
        Some(match rows::read::<FirstRows>(&kept).0.pop() {
            Some((first, _)) => Kept::Rows(Box::new(first.view())),
            None if meta.cursor == 0 && !meta.complete => Kept::Nothing,
            None => Kept::None,
        })
    }

    /// The page was opened for this plan.
    pub(super) fn want(self: &Rc<Self>, plan: Option<ProjectId>) {
        self.wanted.set(plan);
        if plan.is_some() {
            *self.behind.borrow_mut() = Some(Vec::new());
            let core = self.clone();
            clock::after(3 * PATIENCE, move || core.go_on()).forget();
        }
    }

    /// Waits until the first rows of the plan that the page was opened for are painted: for what keeps the screen busy.
    pub(super) async fn first_painted(&self) {
        let (done, painted) = oneshot::channel();
        match self.behind.borrow_mut().as_mut() {
            Some(behind) => behind.push(done),
            None => return,
        }
        let _ = painted.await;
    }

    /// They are painted, or are not to be waited for.
    fn go_on(&self) {
        // whoever waits is told by the end of their channel
        self.behind.borrow_mut().take();
    }

    /// The page was opened for a plan of which nothing can be here: its first rows are asked for while the rest begins.
    pub(super) fn ask_wanted(&self) {
        if let Some(project) = self.wanted.get()
            && self.signals.projects.with_untracked(|all| {
                let mut known = all.iter().flatten();
                !known.any(|known| known.id == project)
            })
        {
            *self.asked.borrow_mut() = Some(ask(project));
        }
    }

    /// What the server was asked for, where its answer is here.
    fn heard_first(&self, project: ProjectId) -> Option<PlanView> {
        let asked = self.asked.borrow();
        let asked = asked.as_ref().filter(|asked| asked.project == project)?;
        asked.answer.take()
    }

    /// The first rows as the server has them, where it answers soon.
    async fn borrow_first(&self, project: ProjectId) -> Option<PlanView> {
        let asked = self.asked.take();
        let asked = asked.filter(|asked| asked.project == project);
        let asked = asked.unwrap_or_else(|| ask(project));
        let _ = asked.ready.await;
        asked.answer.take()
    }
}

impl OpenPlan {
    /// The first rows, until [`OpenPlan::view`] has all.
    pub fn first(&self) -> Signal<Option<Arc<PlanView>>> {
        self.signals.first.into()
    }

    /// Keeps the first rows for the next time.
    pub fn keep_first(&self, first: &FirstRows) {
        if let Some((core, plan, _)) = self.documents() {
            let row = rows::row(first);
            core.save(vec![Write::Put(EXTRA, key(plan), row)], || {});
        }
    }

    /// They are shown no longer.
    pub(super) fn drop_first(&self) {
        self.state().borrowed.set(false);
        if self.signals.first.with_untracked(Option::is_some) {
            self.signals.first.set(None);
        }
    }

    /// The connection is gone, and the plan had not come: its first rows are not shown as if it were here.
    pub(super) fn drop_borrowed(&self) {
        if self.state().borrowed.get() {
            self.drop_first();
        }
    }

    /// Shows the first rows, and then loads the documents: reading a large one keeps the screen busy for a while.
    pub(super) fn show_first_then(&self, load: impl FnOnce() + 'static) {
        let Some((core, plan, _)) = self.documents() else {
            return load();
        };
        let (first, state) = (self.signals.first, self.state());
        let show = move |view: Option<PlanView>| match view {
            Some(view) => {
                first.set(Some(Arc::new(view)));
                true
            }
            None => false,
        };
        // where they are here already, the screen is made with them
        let heard = core.heard_first(state.project);
        let mut shown = show(heard);
        state.borrowed.set(shown);
        spawn_local(async move {
            if !shown {
                shown = match core.kept_first(plan).await {
                    Some(Kept::Rows(view)) => show(Some(*view)),
                    Some(Kept::Nothing) => {
                        let borrowed = show(core.borrow_first(state.project).await);
                        state.borrowed.set(borrowed);
                        borrowed
                    }
                    Some(Kept::None) | None => false,
                };
            }
            if shown {
                clock::painted().await;
            }
            core.go_on();
            load();
        });
    }
}
