//! One document that one connection follows.

use std::collections::BTreeSet;

use base::ProjectId;
use domain::permission::{Access, DocumentKind};

use super::{MAX_HELD, Opened};
use crate::server::Offered;

/// What is known of the document once it is open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) project: ProjectId,
    pub(super) kind: DocumentKind,
    pub(super) access: Access,
}

#[derive(Debug)]
pub(super) struct Follower {
    /// How many answers to joins are still to come; the last one counts.
    pub(super) asked: usize,
    pub(super) epoch: u64,
    pub(super) cursor: u64,
    /// It is told that the document moved, and not what was appended.
    pub(super) watching: bool,
    pub(super) open: Option<Open>,
    /// Nobody has started the document: looked up again once somebody has.
    pub(super) absent: bool,
    /// Everything up to here was sent or acknowledged.
    pub(super) sent: u64,
    /// Sequence numbers beyond `sent` that were acknowledged to this connection.
    pub(super) own: BTreeSet<u64>,
    /// A page is being read.
    pub(super) reading: bool,
    /// What comes next is lost in the store.
    pub(super) stuck: bool,
    /// Rights are being looked up again: nothing goes in or out.
    pub(super) checking: bool,
    pub(super) checks: usize,
    pub(super) held: Vec<Offered>,
}

impl Follower {
    pub(super) fn new(epoch: u64, cursor: u64) -> Self {
        Self {
            asked: 1,
            epoch,
            cursor,
            watching: false,
            open: None,
            absent: false,
            sent: cursor,
            own: BTreeSet::new(),
            reading: false,
            stuck: false,
            checking: false,
            checks: 0,
            held: Vec::new(),
        }
    }

    pub(super) fn start(&mut self, found: &Opened, same_log: bool) {
        self.open = same_log.then_some(Open {
            project: found.project,
            kind: found.kind,
            access: found.access,
        });
        self.sent = if self.watching {
            found.head
        } else {
            self.cursor
        };
    }

    pub(super) fn may_read(&self) -> bool {
        !self.checking && self.open.is_some_and(|o| o.access != Access::None)
    }

    /// Keeps changes until the rights are known; beyond the limit the device offers them again.
    pub(super) fn hold(&mut self, changes: Vec<Offered>) {
        let all = || self.held.iter().chain(&changes);
        let bytes: usize = all().map(Offered::size).sum();
        if all().count() <= MAX_HELD.0 && bytes <= MAX_HELD.1 {
            self.held.extend(changes);
        }
    }
}
