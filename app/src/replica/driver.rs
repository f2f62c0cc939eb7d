//! The leading tab's session with the server: runs `sync::device::Device` with the real socket, timers and database.

use shared::base::sort;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::base::{ChangeHash, DocumentId, ProjectId, Timestamp};
use shared::doc::RawChange;
use shared::domain::permission::{Access, DocumentKind};
use shared::sync::device::{Device, Effect, Held, Input, Status};
use shared::sync::wire::{Entry, Refusal};

use super::core::Core;
use super::notice::Notice;
use super::proposals;
use super::rows::{self, CHUNKS, Chunk, META, Meta, PENDING, Pending};
use super::stored::Stored;
use crate::platform::clock::{self, Timer};
use crate::platform::database::{Range, Write};
use crate::platform::socket::{Socket, SocketEvent};
use crate::platform::{network, random};

/// How long what the server said of projects needs not be asked again, in ms.
const ASKED: i64 = 5_000;

/// The session, and what it needs beside.
pub(crate) struct Driver {
    pub(super) core: Rc<Core>,
    me: Weak<Self>,
    device: RefCell<Device>,
    inputs: RefCell<VecDeque<Input>>,
    running: Cell<bool>,
    /// What this device has is joined: what is not among it is new here.
    ready: Cell<bool>,
    stopped: Cell<bool>,
    socket: RefCell<Option<Socket>>,
    /// Which socket's events count.
    socket_number: Cell<u64>,
    /// The last socket that was opened.
    opened: Cell<u64>,
    timer: RefCell<Option<Timer>>,
    pub(super) metas: RefCell<HashMap<DocumentId, Meta>>,
    /// Documents that are on their way to be joined the first time.
    pub(super) beginning: RefCell<HashSet<DocumentId>>,
    /// Own changes that the session was told of and that are not acknowledged.
    fed: RefCell<HashMap<ChangeHash, Vec<u8>>>,
    /// Refusals that wait for their replay, by document.
    pub(super) refusals: RefCell<HashMap<DocumentId, Vec<(ChangeHash, Refusal)>>>,
    pub(super) replaying: RefCell<HashSet<DocumentId>>,
    _network: RefCell<Option<network::Listening>>,
}

impl Driver {
    /// Begins: follows all documents of this device.
    pub(crate) fn start(core: &Rc<Core>) -> Rc<Self> {
        let driver = Rc::new_cyclic(|me| Self {
            core: core.clone(),
            me: me.clone(),
            device: RefCell::new(Device::new(random::number()).of(core.person())),
            inputs: RefCell::default(),
            running: Cell::new(false),
            ready: Cell::new(false),
            stopped: Cell::new(false),
            socket: RefCell::default(),
            socket_number: Cell::new(0),
            opened: Cell::new(0),
            timer: RefCell::default(),
            metas: RefCell::default(),
            beginning: RefCell::default(),
            fed: RefCell::default(),
            refusals: RefCell::default(),
            replaying: RefCell::default(),
            _network: RefCell::default(),
        });
        let this = driver.clone();
        *driver._network.borrow_mut() = Some(network::on_change(move |online| {
            if online {
                this.retry();
            }
        }));
        let this = driver.clone();
        spawn_local(async move {
            this.join_all().await;
            this.ready.set(true);
            this.follow_projects();
            this.input(Input::NetworkBack);
            // a page that has just begun has asked already
            if clock::steady().since(this.core.began) > ASKED {
                this.core.fetch_cache().await;
            }
        });
        driver
    }

    /// Ends: another tab goes on.
    pub(crate) fn stop(&self) {
        self.stopped.set(true);
        self.socket.borrow_mut().take();
        self.timer.borrow_mut().take();
        self._network.borrow_mut().take();
    }

    /// Tries to connect at once.
    pub(crate) fn retry(&self) {
        self.input(Input::NetworkBack);
    }

    async fn join_all(&self) {
        let Some(database) = self.core.database().await else {
            return;
        };
        let Ok(answers) = database.read(&[(META, Range::Under(Vec::new()))]).await else {
            return;
        };
        let (metas, _) = rows::read::<Meta>(answers.first().map_or(&[], Vec::as_slice));
        for (meta, _) in metas {
            self.join(meta.document).await;
        }
    }

    /// Follows the plan and the progress of every project of the person, so that each opens offline; the plan that the
    /// page was opened for first.
    pub(crate) fn follow_projects(&self) {
        let Some(this) = self.this().filter(|_| self.ready.get()) else {
            return;
        };
        let projects = self.core.signals.projects.get_untracked();
        let wanted = self.core.wanted.get();
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for project in projects.iter().flatten() {
            let proposals = proposals::document(project.id);
            for (document, kind, key) in [
                (project.plan, DocumentKind::Plan, ""),
                (project.progress, DocumentKind::Progress, ""),
                (proposals, DocumentKind::Proposal, proposals::KEY),
            ] {
                if self.metas.borrow().contains_key(&document) {
                    continue;
                }
                let meta = Meta::new(document, project.id, kind, key.to_owned());
                self.metas.borrow_mut().insert(document, meta.clone());
                // whatever is written to the database later is written after it
                self.core.save(vec![meta.put()], || {});
                match Some(project.id) == wanted {
                    true => first.push(document),
                    false => rest.push(document),
                }
            }
        }
        spawn_local(async move {
            for document in first {
                this.begin(document).await;
            }
            for document in rest {
                this.core.follow(document);
            }
        });
    }

    /// Joins a document as the database has it now.
    pub(crate) async fn join(&self, document: DocumentId) {
        let Some(database) = self.core.database().await else {
            return;
        };
        self.core.writer.flushed(&database).await;
        let of = || rows::key([rows::id(document)]);
        let asks = [(META, Range::One(of())), (PENDING, Range::Under(of()))];
        let Ok(answers) = database.read(&asks).await else {
            return;
        };
        let at = |at: usize| answers.get(at).map_or(&[][..], Vec::as_slice);
        let Some((meta, _)) = rows::read::<Meta>(at(0)).0.pop() else {
            return;
        };
        let (mut pending, _) = rows::read::<Pending>(at(1));
        sort::by_key(&mut pending, |(pending, _)| (pending.n, pending.hash));
        let unacknowledged: Vec<(ChangeHash, Vec<u8>)> = pending
            .iter()
            .map(|(pending, bytes)| (pending.hash, bytes.to_vec()))
            .collect();
        self.fed.borrow_mut().extend(unacknowledged.iter().cloned());
        let held = Held {
            document,
            create: Self::create(&meta),
            epoch: meta.epoch,
            cursor: meta.cursor,
            heads: meta.heads.clone(),
            unacknowledged,
        };
        self.metas.borrow_mut().insert(document, meta);
        self.input(Input::Join(held));
    }

    /// Notes, sources, proposals and forms may come into being here; whether this person may start them the server decides.
    fn create(meta: &Meta) -> Option<(ProjectId, DocumentKind, String)> {
        let made_here = matches!(
            meta.kind,
            DocumentKind::Note | DocumentKind::Source | DocumentKind::Proposal | DocumentKind::Form
        );
        (made_here && !meta.key.is_empty()).then(|| (meta.project, meta.kind, meta.key.clone()))
    }

    /// Changes were made in this tab, and are on this device's disk.
    pub(crate) fn made(&self, document: DocumentId, changes: Vec<RawChange>) {
        for change in changes {
            self.made_one(document, change.hash, change.bytes);
        }
    }

    fn made_one(&self, document: DocumentId, hash: ChangeHash, bytes: Vec<u8>) {
        if self.fed.borrow_mut().insert(hash, bytes.clone()).is_none() {
            self.input(Input::Made {
                document,
                change: hash,
                bytes,
            });
        }
    }

    /// Another tab wrote pending changes: they are sent from here.
    pub(crate) async fn pick_up(&self, document: DocumentId) {
        let Some(database) = self.core.database().await else {
            return;
        };
        let of = rows::key([rows::id(document)]);
        let Ok(answers) = database.read(&[(PENDING, Range::Under(of))]).await else {
            return;
        };
        let (mut pending, _) = rows::read::<Pending>(answers.first().map_or(&[], Vec::as_slice));
        sort::by_key(&mut pending, |(pending, _)| (pending.n, pending.hash));
        for (pending, bytes) in pending {
            self.made_one(document, pending.hash, bytes.to_vec());
        }
    }

    /// Where this person is.
    pub(crate) fn announce(&self, document: DocumentId, state: String) {
        self.input(Input::Presence { document, state });
    }

    /// Tells the session what happened, and carries out what it says.
    pub(super) fn input(&self, input: Input) {
        self.inputs.borrow_mut().push_back(input);
        if self.running.replace(true) {
            return;
        }
        loop {
            let Some(input) = self.inputs.borrow_mut().pop_front() else {
                break;
            };
            if self.stopped.get() {
                continue;
            }
            let effects = self.device.borrow_mut().handle(clock::steady(), input);
            for effect in effects {
                self.carry_out(effect);
            }
        }
        self.running.set(false);
        self.replay_refused();
    }

    /// `None` once it has ended: what was under way is for the next one to do.
    pub(super) fn this(&self) -> Option<Rc<Self>> {
        self.me.upgrade().filter(|this| !this.stopped.get())
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Connect => self.connect(),
            Effect::Disconnect => {
                self.socket.borrow_mut().take();
            }
            Effect::Send(frame) => {
                if let Some(socket) = self.socket.borrow().as_ref() {
                    socket.send(&frame);
                }
            }
            Effect::Store {
                document,
                epoch,
                entries,
                cursor,
            } => self.store(document, epoch, entries, cursor),
            Effect::Acknowledged {
                document,
                changes,
                at,
                cursor,
            } => self.acknowledged(document, &changes, at, cursor),
            Effect::Refused {
                document,
                change,
                reason,
            } => {
                if reason != Refusal::Storage {
                    self.fed.borrow_mut().remove(&change);
                    self.refusals
                        .borrow_mut()
                        .entry(document)
                        .or_default()
                        .push((change, reason));
                }
            }
            Effect::Provide { document, changes } => self.provide(document, changes),
            Effect::Outdated => {
                self.core.signals.outdated.set(true);
                self.core.tell(&Notice::Outdated);
            }
            Effect::Unanswered { document } => {
                self.refusals.borrow_mut().entry(document).or_default();
            }
            Effect::Repair { document } => {
                if let Some(this) = self.this() {
                    spawn_local(async move { this.repair(document).await });
                }
            }
            Effect::FetchSnapshot {
                document,
                epoch,
                snapshot,
                seq,
            } => self.fetch_snapshot(document, epoch, snapshot, seq),
            Effect::Access { document, access } => self.access(document, access),
            Effect::Presence {
                document,
                session,
                person,
                state,
            } => {
                self.core.show_present(document, session, person, &state);
                self.core
                    .tell(&Notice::Presence(document, session, person, state));
            }
            Effect::RefreshProjects => {
                let core = self.core.clone();
                spawn_local(async move { core.fetch_cache().await });
            }
            Effect::SignedOut { .. } => {
                self.core.signals.signed_out.set(true);
                self.core.tell(&Notice::SignedOut);
            }
            Effect::Status(status) => self.status(status),
            Effect::WakeAt(at) => self.wake_at(at),
        }
    }

    fn connect(&self) {
        let Some(this) = self.this() else {
            return;
        };
        let number = self.socket_number.get() + 1;
        self.socket_number.set(number);
        let socket = Socket::open("/sync", move |event| {
            // outside the socket's own call, which may be dropped by what follows
            let this = this.clone();
            spawn_local(async move {
                if this.socket_number.get() == number {
                    match event {
                        SocketEvent::Opened => this.opened.set(number),
                        // never opened: no network, or nobody is signed in here any more
                        SocketEvent::Closed if this.opened.get() != number => {
                            let core = this.core.clone();
                            spawn_local(async move {
                                core.is_known().await;
                            });
                        }
                        _ => {}
                    }
                    this.input(match event {
                        SocketEvent::Opened => Input::Opened,
                        SocketEvent::Frame(bytes) => Input::Frame(bytes),
                        SocketEvent::Closed => Input::Closed,
                    });
                }
            });
        });
        if socket.is_none() {
            self.inputs.borrow_mut().push_back(Input::Closed);
        }
        *self.socket.borrow_mut() = socket;
    }

    fn wake_at(&self, at: Timestamp) {
        let ms = at.since(clock::steady()).clamp(0, 86_400_000);
        let this = self.this();
        *self.timer.borrow_mut() = Some(clock::after(ms as u32 + 1, move || {
            if let Some(this) = this {
                this.input(Input::Wake);
            }
        }));
    }

    fn status(&self, status: Status) {
        let status = match status {
            Status::Synced { .. } => {
                self.all_here();
                Status::Synced { at: clock::now() }
            }
            Status::Offline { next_try } => Status::Offline {
                // from the steady clock to the wall's
                next_try: next_try.map(|at| clock::now().plus_ms(at.since(clock::steady()))),
            },
            status => status,
        };
        self.core.show_status(status);
        self.core.tell_status();
    }

    /// Everything is here: documents that are empty are so in truth.
    fn all_here(&self) {
        let mut steps = Vec::new();
        let mut changed = Vec::new();
        for meta in self.metas.borrow_mut().values_mut() {
            if !meta.complete && meta.access.is_some_and(|access| access != Access::None) {
                meta.complete = true;
                steps.push(meta.put());
                changed.push(meta.document);
            }
        }
        if !steps.is_empty() {
            self.stored_here(steps, changed, || {});
        }
    }

    /// Writes, then lets all tabs read.
    pub(super) fn stored_here(
        &self,
        steps: Vec<Write>,
        documents: Vec<DocumentId>,
        after: impl FnOnce() + 'static,
    ) {
        let core = self.core.clone();
        self.core.save(steps, move || {
            after();
            spawn_local(async move {
                for document in documents {
                    core.tell(&Notice::Stored(document));
                    core.catch_up(document).await;
                    core.recover(document).await;
                }
            });
        });
    }

    fn store(&self, document: DocumentId, epoch: u64, entries: Vec<Entry>, cursor: u64) {
        let mut steps = Vec::with_capacity(entries.len() * 2 + 1);
        let mut metas = self.metas.borrow_mut();
        let Some(meta) = metas.get_mut(&document) else {
            return;
        };
        // meanwhile the document was begun anew here, for damage: these are of the session before, and leave a gap
        let begins = entries.first().map_or(0, |entry| entry.seq);
        let stray = meta.epoch == 0 && begins > meta.cursor + 1;
        for entry in entries {
            if !stray {
                meta.follow(&entry.bytes);
            }
            if let Some(header) = shared::sync::check::header(&entry.bytes) {
                let hash = header.hash;
                steps.push(Write::Delete(
                    PENDING,
                    rows::key([rows::id(document), rows::id(hash)]),
                ));
                self.fed.borrow_mut().remove(&hash);
            }
            let chunk = Chunk {
                seq: entry.seq,
                by: Some(entry.by),
                at: Some(entry.at),
            };
            steps.push(Write::Put(
                CHUNKS,
                rows::key([rows::id(document), entry.seq.into()]),
                rows::row_with(&chunk, entry.bytes),
            ));
        }
        if !stray {
            meta.epoch = epoch;
            meta.cursor = cursor;
            steps.push(meta.put());
        }
        drop(metas);
        self.say_stored(steps, document, cursor);
    }

    fn acknowledged(
        &self,
        document: DocumentId,
        changes: &[(ChangeHash, u64)],
        at: Timestamp,
        cursor: u64,
    ) {
        let mut steps = Vec::with_capacity(changes.len() * 2 + 1);
        let mut metas = self.metas.borrow_mut();
        let Some(meta) = metas.get_mut(&document) else {
            return;
        };
        // the session names the cursor that it knows to be on the disk; what it was given before is written before this
        let stray = meta.epoch == 0;
        if !stray {
            meta.cursor = meta.cursor.max(cursor);
        }
        for (hash, seq) in changes {
            let Some(bytes) = self.fed.borrow_mut().remove(hash) else {
                continue;
            };
            if !stray {
                meta.follow(&bytes);
            }
            if !stray && *seq == meta.cursor + 1 {
                meta.cursor = *seq;
            }
            let chunk = Chunk {
                seq: *seq,
                by: Some(self.core.person()),
                at: Some(at),
            };
            steps.push(Write::Put(
                CHUNKS,
                rows::key([rows::id(document), (*seq).into()]),
                rows::row_with(&chunk, bytes),
            ));
            steps.push(Write::Delete(
                PENDING,
                rows::key([rows::id(document), rows::id(*hash)]),
            ));
        }
        let cursor = meta.cursor;
        steps.push(meta.put());
        drop(metas);
        self.say_stored(steps, document, cursor);
    }

    fn say_stored(&self, steps: Vec<Write>, document: DocumentId, seq: u64) {
        let this = self.this();
        self.stored_here(steps, vec![document], move || {
            if let Some(this) = this {
                this.input(Input::Stored { document, seq });
            }
        });
    }

    fn access(&self, document: DocumentId, access: Access) {
        let step = {
            let mut metas = self.metas.borrow_mut();
            let Some(meta) = metas.get_mut(&document) else {
                return;
            };
            if meta.access == Some(access) {
                return;
            }
            meta.access = Some(access);
            let heard = self.core.by_role(meta.project, meta.kind);
            if matches!(meta.kind, DocumentKind::Plan) && access != heard {
                // the role is another one, or there is none any more: the list of projects says which
                let core = self.core.clone();
                spawn_local(async move { core.fetch_cache().await });
            }
            meta.put()
        };
        self.stored_here(vec![step], vec![document], || {});
    }

    fn replay_refused(&self) {
        let refusals: Vec<_> = self.refusals.borrow_mut().drain().collect();
        for (document, refused) in refusals {
            if let Some(this) = self.this() {
                spawn_local(async move { this.replay(document, refused).await });
            }
        }
    }

    /// The server's log is another one (restored from a backup): all that is here counts as not acknowledged.
    async fn repair(&self, document: DocumentId) {
        let Some(database) = self.core.database().await else {
            return;
        };
        self.core.writer.flushed(&database).await;
        let Ok(stored) = Stored::read(&database, document, 0).await else {
            return;
        };
        let Some(mut meta) = stored.meta.clone() else {
            return;
        };
        let pending = stored.pending();
        let mut changes = stored.chunks();
        changes.extend(pending.iter().map(|(_, bytes)| *bytes));
        let snapshot = stored.snapshot().map(|(_, bytes)| bytes);
        let Ok(mut whole) =
            shared::doc::Document::load(meta.kind, snapshot, &changes, random::bytes())
        else {
            return;
        };
        let first = shared::doc::Document::new(meta.kind, random::bytes()).heads();
        let known: HashSet<ChangeHash> = pending.iter().map(|(p, _)| p.hash).collect();
        let mut n = 0;
        let of = || rows::key([rows::id(document)]);
        let mut steps = vec![
            Write::DeleteUnder(CHUNKS, of()),
            Write::DeleteUnder(rows::SNAPSHOTS, of()),
        ];
        for change in whole.changes_since(&first) {
            if !known.contains(&change.hash) {
                let row = Pending {
                    document,
                    hash: change.hash,
                    n,
                    group: change.hash,
                    at: clock::now(),
                    deed: None,
                    tasks: Vec::new(),
                    replays: 0,
                };
                steps.push(row.put(change.bytes));
            }
            n += 1;
        }
        for (mut row, bytes) in pending {
            row.n += n;
            steps.push(row.put(bytes.to_vec()));
        }
        meta.epoch = 0;
        meta.cursor = 0;
        meta.heads = Vec::new();
        steps.push(meta.put());
        self.metas.borrow_mut().insert(document, meta);
        if let Some(this) = self.this() {
            self.core.save(steps, move || {
                spawn_local(async move {
                    this.join(document).await;
                    this.core.rebuilt(document).await;
                });
            });
        }
    }
}
