//! One tab's writes to the local database, in their order. While one transaction is on its way, what comes after is
//! gathered into the next. A write that fails stays at the front and is tried again: nothing is dropped.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use crate::platform::clock;
use crate::platform::database::{Database, DatabaseError, Key, Row, Write};

/// How long to wait after a write failed, in ms.
const PAUSE: u32 = 3_000;

type After = Box<dyn FnOnce()>;

#[derive(Default)]
struct Batch {
    steps: Vec<Write>,
    after: Vec<After>,
}

/// Told after each try, with what went wrong.
type Told = Rc<dyn Fn(Option<DatabaseError>)>;

/// The queue of writes.
pub(crate) struct Writer {
    queue: RefCell<VecDeque<Batch>>,
    /// Rows of which only the latest state counts (typing): store, key and row by name.
    latest: RefCell<BTreeMap<String, Write>>,
    running: Cell<bool>,
    told: RefCell<Option<Told>>,
}

impl Writer {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self {
            queue: RefCell::default(),
            latest: RefCell::default(),
            running: Cell::new(false),
            told: RefCell::new(None),
        })
    }

    /// Whom to tell after each try.
    pub(crate) fn tell(&self, told: impl Fn(Option<DatabaseError>) + 'static) {
        *self.told.borrow_mut() = Some(Rc::new(told));
    }

    /// How many writes are not on the disk yet.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.borrow().len() + self.latest.borrow().len()
    }

    /// All steps that are not on the disk yet, for an export while the disk is full.
    pub(crate) fn unsaved(&self) -> Vec<Write> {
        let queue = self.queue.borrow();
        queue
            .iter()
            .flat_map(|batch| batch.steps.iter().cloned())
            .chain(self.latest.borrow().values().cloned())
            .collect()
    }

    /// Carries the steps out together; calls `after` when they are on the disk.
    pub(crate) fn write(
        self: &Rc<Self>,
        database: &Database,
        steps: Vec<Write>,
        after: impl FnOnce() + 'static,
    ) {
        self.queue.borrow_mut().push_back(Batch {
            steps,
            after: vec![Box::new(after)],
        });
        self.run(database);
    }

    /// Sets or removes a row of which only the latest state counts.
    pub(crate) fn latest(
        self: &Rc<Self>,
        database: &Database,
        name: String,
        store: &'static str,
        key: Key,
        row: Option<Row>,
    ) {
        let step = match row {
            Some(row) => Write::Put(store, key, row),
            None => Write::Delete(store, key),
        };
        self.latest.borrow_mut().insert(name, step);
        self.run(database);
    }

    fn run(self: &Rc<Self>, database: &Database) {
        if self.running.replace(true) {
            return;
        }
        let (this, database) = (self.clone(), database.clone());
        leptos::task::spawn_local(async move {
            while this.waiting() > 0 {
                // what waits now goes into one transaction; it stays in the queue until it is on the disk
                let taken = this.queue.borrow().len();
                let typing: Vec<(String, Write)> = this
                    .latest
                    .borrow()
                    .iter()
                    .map(|(name, step)| (name.clone(), step.clone()))
                    .collect();
                let steps: Vec<Write> = this
                    .queue
                    .borrow()
                    .iter()
                    .take(taken)
                    .flat_map(|batch| batch.steps.iter().cloned())
                    .chain(typing.iter().map(|(_, step)| step.clone()))
                    .collect();
                let outcome = database.write(&steps).await;
                let failed = outcome.err();
                if failed.is_none() {
                    let done: Vec<Batch> = this.queue.borrow_mut().drain(..taken).collect();
                    this.latest
                        .borrow_mut()
                        .retain(|name, step| !typing.iter().any(|(n, s)| n == name && s == step));
                    for after in done.into_iter().flat_map(|batch| batch.after) {
                        after();
                    }
                }
                let pause = failed.is_some();
                let told = this.told.borrow().clone();
                if let Some(told) = told {
                    told(failed);
                }
                if pause {
                    if database.closed() {
                        break;
                    }
                    clock::wait(PAUSE).await;
                }
            }
            this.running.set(false);
        });
    }

    /// Ready when everything written so far is on the disk.
    pub(crate) async fn flushed(self: &Rc<Self>, database: &Database) {
        let (done, ready) = futures::channel::oneshot::channel();
        self.write(database, Vec::new(), move || {
            let _ = done.send(());
        });
        let _ = ready.await;
    }
}
