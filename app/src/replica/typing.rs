//! The journal of typing: what stands in a field at each keystroke, until it becomes a change.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::task::spawn_local;
use shared::base::{DocumentId, TaskId};

use super::Recovered;
use super::core::Core;
use super::rows::{self, JOURNAL, Typing};
use crate::platform::database::{Range, Write};
use crate::platform::{clock, tabs};

/// The typing in one document's fields.
pub(crate) struct Journal {
    core: Rc<Core>,
    document: DocumentId,
    /// Typing of tabs that are gone.
    found: RefCell<Vec<Typing>>,
    show: Box<dyn Fn(Vec<Recovered>)>,
}

/// The lock that a tab holds while it lives, so that others can tell its typing from what a crash left.
pub(crate) fn tab_lock(tab: u64) -> String {
    format!("plumbline-tab-{tab}")
}

impl Journal {
    /// Reads what earlier tabs left, and shows it.
    pub(crate) fn open(
        core: &Rc<Core>,
        document: DocumentId,
        show: impl Fn(Vec<Recovered>) + 'static,
    ) -> Rc<Self> {
        let journal = Rc::new(Self {
            core: core.clone(),
            document,
            found: RefCell::default(),
            show: Box::new(show),
        });
        let this = journal.clone();
        spawn_local(async move {
            let Some(database) = this.core.database().await else {
                return;
            };
            let of = rows::key([rows::id(document)]);
            let Ok(answers) = database.read(&[(JOURNAL, Range::Under(of))]).await else {
                return;
            };
            let (typing, _) = rows::read::<Typing>(answers.first().map_or(&[], Vec::as_slice));
            for (typing, _) in typing {
                let own = typing.tab == this.core.tab;
                if !own && tabs::free(&tab_lock(typing.tab)).await {
                    this.found.borrow_mut().push(typing);
                }
            }
            this.show_found();
        });
        journal
    }

    fn show_found(&self) {
        let found = self.found.borrow();
        (self.show)(
            found
                .iter()
                .map(|typing| Recovered {
                    task: typing.task,
                    field: typing.field.clone(),
                    text: typing.text.clone(),
                    at: typing.at,
                })
                .collect(),
        );
    }

    /// Keeps a field's text; `None`: it was left. In line with the changes written before it.
    pub(crate) fn keep(&self, task: TaskId, field: &str, text: Option<String>) {
        let Some(database) = self.core.open_database() else {
            return;
        };
        let typing = Typing {
            document: self.document,
            task,
            field: field.to_owned(),
            text: text.clone().unwrap_or_default(),
            at: clock::now(),
            tab: self.core.tab,
        };
        self.core.writer.latest(
            &database,
            format!("{}/{task}/{field}", self.document),
            JOURNAL,
            typing.key(),
            text.map(|_| rows::row(&typing)),
        );
        self.core.show_saving();
    }

    /// Drops what was found, at this index.
    pub(crate) fn discard(&self, index: usize) {
        let dropped = {
            let mut found = self.found.borrow_mut();
            (index < found.len()).then(|| found.remove(index))
        };
        if let Some(typing) = dropped {
            self.core
                .save(vec![Write::Delete(JOURNAL, typing.key())], || {});
            self.show_found();
        }
    }
}
