//! One document that the device follows: what it has, what it must still send, where the join stands.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use base::{ChangeHash, DocumentId, ProjectId, Timestamp};
use domain::permission::{Access, DocumentKind};

use super::{Effect, Held, send};
use crate::check::{Header, check_change, read_change};
use crate::wire::{Entry, FRAME_FILL, MAX_PRESENCE, Refusal, ToServer};

/// How long an answer about a document (to a join, to pushed changes) may take before it is asked again, in ms.
const PATIENCE: i64 = 15_000;
/// When to try again what the server could not store, in ms.
const STORAGE_PAUSE: i64 = 10_000;
/// When to ask again for a document that was denied while something waits to be sent, in ms.
const DENIED_PAUSE: i64 = 60_000;
/// How long fetching and storing a snapshot may take before the server is asked again, in ms.
const SNAPSHOT_PATIENCE: i64 = 120_000;
/// How long after one did not come the server is asked again, in ms.
const SNAPSHOT_AGAIN: i64 = 5_000;
/// The most changes, the most bytes and the most operations that are under way at once: no more than what a server looks
/// at in one message.
const WINDOW: (usize, usize, u64) = (256, 512 * 1024, 50_000);
/// The most heads that a join names; enough to notice another log.
const MAX_HEADS: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// To be joined.
    Out,
    /// Asked, no answer yet.
    Joining { since: Timestamp },
    /// Open; when something last came in.
    Open { moved: Timestamp },
    /// Not for this person. Asked again now and then where something waits to be sent.
    Denied { since: Timestamp },
    /// A snapshot is being fetched; asked for again after a while.
    Fetching { since: Timestamp },
    /// Something must happen on the device first (a repair).
    Elsewhere,
    /// Not at the moment, or the server sent what no device may take: asked again after a while.
    Later { since: Timestamp, cause: Refusal },
}

#[derive(Debug)]
struct Pending {
    header: Header,
    ops: u64,
    bytes: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct Follow {
    document: DocumentId,
    create: Option<(ProjectId, DocumentKind, String)>,
    epoch: u64,
    /// Everything up to here was received or is own and acknowledged.
    cursor: u64,
    /// The cursor that the device says it has stored, and the one it was last told to store.
    stored: u64,
    to_store: u64,
    heads: BTreeSet<ChangeHash>,
    /// Sequence numbers of own changes, acknowledged beyond the cursor.
    ahead: BTreeSet<u64>,
    /// The last sequence number of the log, as far as known.
    head: u64,
    phase: Phase,
    access: Option<Access>,
    under_way: VecDeque<Pending>,
    pushed_at: Timestamp,
    queue: VecDeque<Pending>,
    /// What was refused, and why: it is not offered again, nor what depends on it.
    refused: BTreeMap<ChangeHash, Refusal>,
    retry_at: Option<Timestamp>,
    /// The server has lost something that this device does not have yet.
    damaged: bool,
    presence: Option<String>,
}

impl Follow {
    /// `before`: the same document, as it was followed until now.
    pub(super) fn new(held: Held, before: Option<Self>, out: &mut Vec<Effect>) -> Self {
        let (presence, refused) = match before {
            Some(before) => (before.presence, before.refused),
            None => (None, BTreeMap::new()),
        };
        let mut follow = Self {
            document: held.document,
            create: held.create,
            epoch: held.epoch,
            cursor: held.cursor,
            stored: held.cursor,
            to_store: held.cursor,
            heads: held.heads.into_iter().collect(),
            ahead: BTreeSet::new(),
            head: held.cursor,
            phase: Phase::Out,
            access: None,
            under_way: VecDeque::new(),
            pushed_at: Timestamp::default(),
            queue: VecDeque::new(),
            refused,
            retry_at: None,
            damaged: false,
            presence,
        };
        for (hash, bytes) in held.unacknowledged {
            follow.made(hash, bytes, out);
        }
        follow
    }

    pub(super) fn waiting(&self) -> usize {
        self.under_way.len() + self.queue.len()
    }

    pub(super) fn is_synced(&self) -> bool {
        match self.phase {
            Phase::Open { .. } => self.waiting() == 0 && self.cursor >= self.head,
            Phase::Denied { .. } => true,
            _ => false,
        }
    }

    pub(super) fn failure(&self) -> Option<Refusal> {
        if self.retry_at.is_some() || (self.damaged && self.cursor < self.head) {
            Some(Refusal::Storage)
        } else if matches!(self.phase, Phase::Denied { .. }) && self.waiting() > 0 {
            Some(Refusal::NotAllowed)
        } else if let Phase::Later { cause, .. } = self.phase {
            Some(cause)
        } else {
            None
        }
    }

    /// When something is to be asked again.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Joining { since } => Some(since.plus_ms(PATIENCE)),
            Phase::Open { moved } => {
                let push = (!self.under_way.is_empty()).then(|| self.pushed_at.plus_ms(PATIENCE));
                let rest = (self.cursor < self.head).then(|| moved.plus_ms(PATIENCE));
                [push, rest, self.retry_at].into_iter().flatten().min()
            }
            Phase::Denied { since } if self.waiting() > 0 => Some(since.plus_ms(DENIED_PAUSE)),
            Phase::Fetching { since } => Some(since.plus_ms(SNAPSHOT_PATIENCE)),
            Phase::Later { since, .. } => Some(since.plus_ms(DENIED_PAUSE)),
            _ => None,
        }
    }

    /// What was denied is asked for again on the next connection: membership may have changed meanwhile.
    pub(super) fn disconnected(&mut self) {
        self.unsend();
        if !matches!(self.phase, Phase::Elsewhere | Phase::Fetching { .. }) {
            self.phase = Phase::Out;
        }
    }

    /// What was under way is to be sent again, before everything else.
    fn unsend(&mut self) {
        while let Some(pending) = self.under_way.pop_back() {
            self.queue.push_front(pending);
        }
    }

    pub(super) fn made(&mut self, change: ChangeHash, bytes: Vec<u8>, out: &mut Vec<Effect>) {
        let mut all = self.under_way.iter().chain(&self.queue);
        if all.any(|p| p.header.hash == change) {
            return;
        }
        let refused_before = |dep| self.refused.contains_key(dep);
        let refusal = match (self.refused.get(&change), check_change(&bytes)) {
            (Some(before), _) => *before,
            (_, Ok(checked)) if checked.header.hash != change => Refusal::Malformed,
            (_, Ok(checked)) if checked.header.deps.iter().any(refused_before) => {
                Refusal::DependsOnRefused
            }
            (_, Ok(checked)) => {
                let (header, ops) = (checked.header, checked.ops);
                return self.queue.push_back(Pending { header, ops, bytes });
            }
            (_, Err(refusal)) => refusal,
        };
        self.refused.insert(change, refusal);
        out.push(Effect::Refused {
            document: self.document,
            change,
            reason: refusal,
        });
    }

    pub(super) fn stored(&mut self, seq: u64) {
        self.stored = self.stored.max(seq);
    }

    pub(super) fn snapshot_stored(&mut self, epoch: u64, seq: u64, heads: Vec<ChangeHash>) {
        self.epoch = epoch;
        (self.cursor, self.stored, self.to_store) = (seq, seq, seq);
        self.head = self.head.max(seq);
        self.ahead.clear();
        self.heads = heads.into_iter().collect();
        self.phase = Phase::Out;
    }

    pub(super) fn present(&mut self, mut state: String, up: bool, out: &mut Vec<Effect>) {
        if state.len() > MAX_PRESENCE {
            state.clear();
        }
        if up && matches!(self.phase, Phase::Open { .. }) {
            let document = self.document;
            let state = state.clone();
            send(out, &ToServer::Presence { document, state });
        }
        self.presence = Some(state).filter(|s| !s.is_empty());
    }

    /// Sends what is due, on a connection that is up.
    pub(super) fn pump(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        match self.phase {
            Phase::Out => self.join(now, out),
            Phase::Joining { since } if now.since(since) >= PATIENCE => self.join(now, out),
            Phase::Denied { since } if self.waiting() > 0 && now.since(since) >= DENIED_PAUSE => {
                self.join(now, out);
            }
            Phase::Fetching { since } if now.since(since) >= SNAPSHOT_PATIENCE => {
                self.join(now, out);
            }
            Phase::Open { .. } if self.epoch == 0 && self.waiting() > 0 => self.join(now, out),
            Phase::Later { since, .. } if now.since(since) >= DENIED_PAUSE => {
                self.join(now, out);
            }
            Phase::Open { moved } => {
                if self.cursor < self.head && now.since(moved) >= PATIENCE {
                    return self.join(now, out);
                }
                if !self.under_way.is_empty() && now.since(self.pushed_at) >= PATIENCE {
                    self.unsend();
                    let document = self.document;
                    out.push(Effect::Unanswered { document });
                }
                if self.retry_at.is_some_and(|at| now >= at) {
                    self.retry_at = None;
                }
                if self.retry_at.is_none() {
                    self.push(now, out);
                }
            }
            _ => {}
        }
    }

    fn join(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.unsend();
        self.phase = Phase::Joining { since: now };
        let document = self.document;
        if let Some((project, kind, key)) = self.create.clone() {
            send(
                out,
                &ToServer::Create {
                    document,
                    project,
                    kind,
                    key,
                },
            );
        }
        send(
            out,
            &ToServer::Join {
                document,
                epoch: self.epoch,
                cursor: self.cursor,
                heads: self.heads.iter().take(MAX_HEADS).copied().collect(),
            },
        );
    }

    fn push(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        let mut bytes: usize = self.under_way.iter().map(|p| p.bytes.len()).sum();
        let mut ops: u64 = self.under_way.iter().map(|p| p.ops).sum();
        let mut frame: Vec<Vec<u8>> = Vec::new();
        let mut filled = 0;
        let document = self.document;
        while let Some(next) = self.queue.front() {
            let size = next.bytes.len();
            if !self.under_way.is_empty()
                && (self.under_way.len() >= WINDOW.0
                    || bytes + size > WINDOW.1
                    || ops + next.ops > WINDOW.2)
            {
                break;
            }
            if !frame.is_empty() && filled + size > FRAME_FILL {
                let changes = std::mem::take(&mut frame);
                send(out, &ToServer::Push { document, changes });
                filled = 0;
            }
            if let Some(next) = self.queue.pop_front() {
                bytes += size;
                ops += next.ops;
                filled += size;
                frame.push(next.bytes.clone());
                self.under_way.push_back(next);
                self.pushed_at = now;
            }
        }
        if !frame.is_empty() {
            let changes = frame;
            send(out, &ToServer::Push { document, changes });
        }
    }

    pub(super) fn joined(
        &mut self,
        now: Timestamp,
        epoch: u64,
        head: u64,
        access: Access,
        same_log: bool,
        out: &mut Vec<Effect>,
    ) {
        // who waits for a document to be started is told when it is
        let started = self.is_absent() && epoch != 0;
        if !matches!(self.phase, Phase::Joining { .. }) && !started {
            return; // doubled, or of a join before
        }
        let document = self.document;
        let fresh = self.epoch == 0 && self.cursor == 0 && self.heads.is_empty();
        if !fresh && (!same_log || (self.epoch != 0 && self.epoch != epoch)) {
            self.unsend();
            self.phase = Phase::Elsewhere;
            out.push(Effect::Repair { document });
            return;
        }
        self.phase = Phase::Open { moved: now };
        self.head = head.max(self.head);
        if self.epoch != epoch {
            self.epoch = epoch;
            self.store(Vec::new(), out);
        }
        self.access(access, out);
        if self.is_absent() {
            return self.refuse_all(out);
        }
        if let Some(state) = self.presence.clone() {
            send(out, &ToServer::Presence { document, state });
        }
    }

    fn store(&mut self, entries: Vec<Entry>, out: &mut Vec<Effect>) {
        self.to_store = self.cursor;
        out.push(Effect::Store {
            document: self.document,
            epoch: self.epoch,
            entries,
            cursor: self.cursor,
        });
    }

    fn advance(&mut self) {
        while self.ahead.remove(&(self.cursor + 1)) {
            self.cursor += 1;
        }
    }

    /// A change belongs to the acknowledged state now.
    fn settle(&mut self, header: &Header) {
        for dep in &header.deps {
            self.heads.remove(dep);
        }
        self.heads.insert(header.hash);
        self.refused.remove(&header.hash);
        drop(self.take(header.hash));
    }

    /// Takes an own change out of those that wait for an answer.
    fn take(&mut self, hash: ChangeHash) -> Option<Pending> {
        for list in [&mut self.under_way, &mut self.queue] {
            if let Some(at) = list.iter().position(|p| p.header.hash == hash) {
                return list.remove(at);
            }
        }
        None
    }

    pub(super) fn changes(&mut self, now: Timestamp, entries: Vec<Entry>, out: &mut Vec<Effect>) {
        if !matches!(self.phase, Phase::Open { .. }) {
            // of a join before, or it overtook the answer to this one: then the cursor shows that it is missing
            let last = entries.iter().map(|e| e.seq).max();
            self.head = self.head.max(last.unwrap_or_default());
            if matches!(self.phase, Phase::Denied { .. }) {
                self.phase = Phase::Out; // let in after all: the denial was an older one
            }
            return;
        }
        let mut taken = Vec::new();
        let (mut gap, mut unsound) = (false, None);
        for entry in entries {
            if entry.seq <= self.cursor {
                continue; // had it
            }
            self.head = self.head.max(entry.seq);
            if entry.seq != self.cursor + 1 {
                gap = true;
                break;
            }
            match read_change(&entry.bytes) {
                Ok(checked) => self.settle(&checked.header),
                Err(cause) => {
                    unsound = Some(cause);
                    break;
                }
            }
            self.cursor = entry.seq;
            taken.push(entry);
            self.advance();
        }
        if !taken.is_empty() {
            self.damaged = false;
            self.phase = Phase::Open { moved: now };
            self.store(taken, out);
        }
        if gap {
            self.phase = Phase::Out; // something was lost on the way: again from the cursor
        }
        if let Some(cause) = unsound {
            self.later(now, cause);
        }
    }

    /// What was asked for did not come.
    pub(super) fn snapshot_failed(&mut self, now: Timestamp) {
        if let Phase::Fetching { since } = &mut self.phase {
            *since = now.plus_ms(SNAPSHOT_AGAIN - SNAPSHOT_PATIENCE);
        }
    }

    /// It cannot go on for a while. What waits here stays, and is sent when the document is open again.
    pub(super) fn later(&mut self, now: Timestamp, cause: Refusal) {
        self.unsend();
        self.phase = Phase::Later { since: now, cause };
    }

    pub(super) fn acknowledged(
        &mut self,
        changes: Vec<(ChangeHash, u64)>,
        at: Timestamp,
        out: &mut Vec<Effect>,
    ) {
        if !matches!(self.phase, Phase::Open { .. }) {
            return; // asked again after the join
        }
        let mut lacking = false;
        for (hash, seq) in &changes {
            self.head = self.head.max(*seq);
            let known = *seq <= self.cursor || self.ahead.contains(seq);
            if let Some(pending) = self.take(*hash) {
                self.settle(&pending.header);
            } else if !known {
                // refused before, and given up here: it is to come as an entry, like those of others
                lacking = true;
                continue;
            }
            if !known {
                self.ahead.insert(*seq);
            }
        }
        self.advance();
        if lacking {
            self.phase = Phase::Out;
        }
        self.retry_at = None;
        // while entries are still on their way to the disk, the stored cursor must not pass them
        let cursor = if self.stored < self.to_store {
            self.stored
        } else {
            self.stored = self.cursor;
            self.to_store = self.cursor;
            self.cursor
        };
        out.push(Effect::Acknowledged {
            document: self.document,
            changes,
            at,
            cursor,
        });
    }

    pub(super) fn refused(
        &mut self,
        now: Timestamp,
        change: ChangeHash,
        reason: Refusal,
        out: &mut Vec<Effect>,
    ) {
        if reason == Refusal::Storage {
            self.unsend();
            self.retry_at = Some(now.plus_ms(STORAGE_PAUSE));
            return;
        }
        if self.take(change).is_none() {
            return; // refused already, with what it depends on
        }
        let document = self.document;
        self.refused.insert(change, reason);
        out.push(Effect::Refused {
            document,
            change,
            reason,
        });
        for list in [&mut self.under_way, &mut self.queue] {
            list.retain(|pending| {
                let refused = &mut self.refused;
                let sound = !pending.header.deps.iter().any(|d| refused.contains_key(d));
                if !sound {
                    let (change, reason) = (pending.header.hash, Refusal::DependsOnRefused);
                    refused.insert(change, reason);
                    out.push(Effect::Refused {
                        document,
                        change,
                        reason,
                    });
                }
                sound
            });
        }
    }

    /// Whether the snapshot is to be fetched: not for an answer that is doubled, or of a join before.
    pub(super) fn reset(&mut self, now: Timestamp) -> bool {
        let asked = matches!(self.phase, Phase::Joining { .. });
        if asked {
            self.unsend();
            self.phase = Phase::Fetching { since: now };
        }
        asked
    }

    pub(super) fn denied(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.unsend();
        self.phase = Phase::Denied { since: now };
        self.access(Access::None, out);
    }

    /// The server cannot read its log whole.
    pub(super) fn damaged(&mut self) {
        self.damaged = true;
    }

    /// Rights changed somewhere.
    pub(super) fn ask_again(&mut self) {
        if matches!(self.phase, Phase::Denied { .. }) || self.is_absent() {
            self.phase = Phase::Out;
        }
    }

    /// Nobody has started the document yet, and this person could not when that was asked.
    fn is_absent(&self) -> bool {
        self.epoch == 0 && matches!(self.phase, Phase::Open { .. })
    }

    /// The document is not there, and not this person's to start.
    fn refuse_all(&mut self, out: &mut Vec<Effect>) {
        let reason = Refusal::NotAllowed;
        for pending in self.under_way.drain(..).chain(self.queue.drain(..)) {
            let change = pending.header.hash;
            self.refused.insert(change, reason);
            out.push(Effect::Refused {
                document: self.document,
                change,
                reason,
            });
        }
    }

    pub(super) fn access(&mut self, access: Access, out: &mut Vec<Effect>) {
        if self.access != Some(access) {
            self.access = Some(access);
            out.push(Effect::Access {
                document: self.document,
                access,
            });
        }
        if access != Access::None && matches!(self.phase, Phase::Denied { .. }) {
            self.phase = Phase::Out;
        }
    }
}
