//! Helpers of the tests.
#![allow(dead_code, clippy::unwrap_used, unreachable_pub)]

pub mod fields;
pub mod form;

use automerge::AutoCommit;
use base::{LinkId, PersonId, TaskId, Timestamp};
use doc::command::{Command, CommandError, Done, TaskEdit, perform};
use doc::view::plan::{PlanReader, PlanView};
use doc::{Author, Document};
use domain::permission::DocumentKind;
use domain::plan::{Lag, LinkKind};

pub fn task(n: u8) -> TaskId {
    TaskId::from_bytes([n; 8])
}

pub fn link(n: u8) -> LinkId {
    LinkId::from_bytes([n; 8])
}

pub fn person(n: u8) -> PersonId {
    PersonId::from_bytes([n; 16])
}

pub fn at(n: u8, seconds: i64) -> Author {
    Author {
        person: person(n),
        at: Timestamp(1_700_000_000_000 + seconds * 1000),
    }
}

/// A replica of a document, with who works on it.
pub struct Replica {
    pub document: Document,
    pub who: u8,
    pub clock: i64,
}

impl Replica {
    pub fn new(kind: DocumentKind, who: u8) -> Self {
        Self {
            document: Document::new(kind, [who; 16]),
            who,
            clock: i64::from(who),
        }
    }

    pub fn plan(who: u8) -> Self {
        Self::new(DocumentKind::Plan, who)
    }

    pub fn try_perform(&mut self, command: Command) -> Result<Done, CommandError> {
        self.clock += 10;
        perform(&mut self.document, &command, at(self.who, self.clock))
    }

    pub fn perform(&mut self, command: Command) -> Done {
        self.try_perform(command).unwrap()
    }

    pub fn add(&mut self, n: u8, parent: Option<u8>, after: Option<u8>) -> Done {
        self.perform(add(n, parent, after))
    }

    pub fn name(&mut self, n: u8, name: &str) -> Done {
        self.perform(Command::EditTask {
            id: task(n),
            edit: TaskEdit::Name(name.into()),
        })
    }

    pub fn undo(&mut self, done: &Done) -> Result<Done, doc::undo::UndoError> {
        self.clock += 10;
        doc::undo::undo(&mut self.document, &done.undo, at(self.who, self.clock))
    }

    pub fn view(&mut self) -> PlanView {
        PlanReader::default().read(&mut self.document, None)
    }

    /// `1 2(1) 3`: tasks in order, with parents.
    pub fn outline(&mut self) -> String {
        let view = self.view();
        let number = |id: TaskId| id.as_bytes()[0];
        let rows: Vec<String> = view
            .plan
            .tasks
            .iter()
            .map(|t| match t.parent {
                Some(parent) => format!("{}({})", number(t.id), number(parent)),
                None => number(t.id).to_string(),
            })
            .collect();
        rows.join(" ")
    }
}

pub fn add(n: u8, parent: Option<u8>, after: Option<u8>) -> Command {
    Command::AddTask {
        id: task(n),
        parent: parent.map(task),
        after: after.map(task),
        name: format!("Task {n}"),
        duration: 480,
    }
}

pub fn shift(ids: &[u8], parent: Option<u8>, after: Option<u8>) -> Command {
    Command::MoveTasks {
        ids: ids.iter().copied().map(task).collect(),
        parent: parent.map(task),
        after: after.map(task),
    }
}

pub fn remove(ids: &[u8]) -> Command {
    Command::RemoveTasks {
        ids: ids.iter().copied().map(task).collect(),
    }
}

pub fn restore(ids: &[u8]) -> Command {
    Command::RestoreTasks {
        ids: ids.iter().copied().map(task).collect(),
    }
}

pub fn connect(n: u8, pred: u8, succ: u8) -> Command {
    Command::AddLink {
        id: link(n),
        pred: task(pred),
        succ: task(succ),
        kind: LinkKind::FinishStart,
        lag: Lag::Working(0),
    }
}

/// Brings two replicas together, both ways.
pub fn meet(a: &mut Replica, b: &mut Replica) {
    let (from_a, from_b) = (a.document.changes_since(&[]), b.document.changes_since(&[]));
    let bytes = |changes: Vec<doc::RawChange>| -> Vec<Vec<u8>> {
        changes.into_iter().map(|c| c.bytes).collect()
    };
    a.document.apply(&bytes(from_b)).unwrap();
    b.document.apply(&bytes(from_a)).unwrap();
}

/// Two replicas that know the same plan: tasks 1, 2, 3 at the top and 4 under 3.
pub fn two() -> (Replica, Replica) {
    let (mut a, mut b) = (Replica::plan(1), Replica::plan(2));
    a.add(1, None, None);
    a.add(2, None, Some(1));
    a.add(3, None, Some(2));
    a.add(4, Some(3), None);
    meet(&mut a, &mut b);
    (a, b)
}

/// The document, changed by something else than this version of ours.
pub fn foreign(replica: &mut Replica, write: impl FnOnce(&mut AutoCommit)) {
    let mut doc = AutoCommit::load(&replica.document.save()).unwrap();
    doc.set_actor(automerge::ActorId::from([200; 16]));
    let heads = doc.get_heads();
    write(&mut doc);
    doc.commit();
    let changes: Vec<Vec<u8>> = doc
        .get_changes(&heads)
        .iter_mut()
        .map(|c| c.bytes().to_vec())
        .collect();
    replica.view(); // so that the next reading is an incremental one
    replica.document.apply(&changes).unwrap();
}
