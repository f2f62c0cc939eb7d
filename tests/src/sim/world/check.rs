//! What must hold, all the time and in the end.

use std::collections::{BTreeMap, BTreeSet};

use shared::base::{ChangeHash, DocumentId};
use shared::doc::Document;
use shared::doc::view::plan::PlanReader;
use shared::domain::permission::{Access, DocumentKind};
use shared::domain::schedule::schedule;
use shared::sync::device::{Effect as DeviceEffect, Status};
use shared::sync::room::Outcome;
use shared::sync::wire::{Refusal, ToDevice};

use super::super::Report;
use super::super::device::SimDevice;
use super::super::server::{PLAN, PROGRESS};
use super::nodes::NOTICE;
use super::{Event, HEALING, World};

impl World {
    fn kind(&self, document: DocumentId) -> DocumentKind {
        match document {
            PLAN => DocumentKind::Plan,
            PROGRESS => DocumentKind::Progress,
            _ => DocumentKind::Note,
        }
    }

    fn may_read(&self, device: usize) -> bool {
        let person = self.devices[device].person;
        self.truth.access(person, DocumentKind::Plan) != Access::None
    }

    fn holds(&mut self, holds: bool, why: impl FnOnce() -> String) -> Result<(), String> {
        self.report.checks += 1;
        if holds { Ok(()) } else { Err(why()) }
    }

    /// What the store took: nothing that its maker may not write at this moment, and nothing of anybody else's. Where
    /// something was stored, the log's end.
    pub(super) fn check_stored(
        &mut self,
        document: DocumentId,
        outcomes: &[(ChangeHash, Outcome)],
    ) -> Result<Option<u64>, String> {
        let mut head = None;
        for (hash, outcome) in outcomes {
            match outcome {
                Outcome::Stored(entry) => {
                    let maker = self.truth.makers.get(hash).copied();
                    self.holds(maker == Some(entry.by), || {
                        format!("{hash} was stored as of {}, made by {maker:?}", entry.by)
                    })?;
                    let access = self.truth.access(entry.by, self.kind(document));
                    self.holds(access == Access::Write, || {
                        format!("a change that {} may not make was stored: {hash}", entry.by)
                    })?;
                    self.truth.stored.insert(*hash);
                    head = head.max(Some(entry.seq));
                }
                Outcome::Present(_) => {
                    let there = self.truth.stored.contains(hash);
                    self.holds(there, || format!("{hash} is said to be there, and is not"))?;
                }
                _ => {}
            }
        }
        Ok(head)
    }

    /// What leaves a node: nothing for who has been out for longer than notices take.
    pub(super) fn check_sent(&mut self, connection: u64, bytes: &[u8]) -> Result<(), String> {
        let Ok(ToDevice::Changes { document, entries }) = ToDevice::from_bytes(bytes) else {
            return Ok(());
        };
        let Some(c) = self.connections.get(&connection) else {
            return Ok(());
        };
        let person = self.devices[c.device].person;
        let out = self.truth.out_for(person, self.now);
        self.holds(entries.is_empty() || out <= NOTICE, || {
            format!("changes of {document} went to {person}, who was removed {out} ms ago")
        })
    }

    /// What a device's session says: only what is so.
    pub(super) fn check_effect(
        &mut self,
        device: usize,
        effect: &DeviceEffect,
    ) -> Result<(), String> {
        match effect {
            DeviceEffect::Status(Status::Synced { .. }) => {
                let memory = self.devices[device].memory.as_ref();
                let waiting = memory.map_or(0, |m| m.session.waiting());
                self.holds(waiting == 0, || {
                    format!("device {device} says that it is in step while {waiting} changes wait")
                })
            }
            DeviceEffect::Acknowledged {
                document, changes, ..
            } => {
                for (hash, _) in changes {
                    let stored = self.truth.stored.contains(hash);
                    self.holds(stored, || {
                        format!("{hash} was acknowledged and is not in the store")
                    })?;
                    self.truth.acknowledged.insert((*document, *hash));
                }
                Ok(())
            }
            DeviceEffect::Store { entries, .. } => {
                for entry in entries {
                    let hash = shared::sync::check::header(&entry.bytes).map(|h| h.hash);
                    let hash = hash.unwrap_or(ChangeHash::from_bytes([0; 32]));
                    let stored = self.truth.stored.contains(&hash);
                    self.holds(stored, || {
                        format!("device {device} got {hash}, which the store never took")
                    })?;
                    let maker = self.truth.makers.get(&hash).copied();
                    self.holds(maker == Some(entry.by), || {
                        format!("{hash} came as of {}, made by {maker:?}", entry.by)
                    })?;
                }
                Ok(())
            }
            DeviceEffect::Refused { change, reason, .. } => {
                let known = !self.truth.stored.contains(change);
                self.holds(known, || {
                    format!("{change} was refused ({reason:?}) and is in the store")
                })?;
                let allowed = matches!(reason, Refusal::NotAllowed | Refusal::DependsOnRefused);
                self.holds(allowed, || format!("{change} was refused as {reason:?}"))
            }
            _ => Ok(()),
        }
    }

    /// After a node was started: everything that was ever acknowledged is in the store.
    pub(super) async fn check_acknowledged(&mut self) -> Result<(), String> {
        let mut by_document: BTreeMap<DocumentId, Vec<ChangeHash>> = BTreeMap::new();
        for (document, hash) in &self.truth.acknowledged {
            by_document.entry(*document).or_default().push(*hash);
        }
        for (document, hashes) in by_document {
            let known = self.server.knows(document, hashes).await;
            self.holds(known, || {
                format!("something acknowledged of {document} is not in the store")
            })?;
        }
        Ok(())
    }

    /// Devices that hold the same changes show the same plan, the same dates and the same problems.
    pub(super) fn check_equal(&mut self) -> Result<(), String> {
        let mut seen = BTreeMap::new();
        for device in 0..self.devices.len() {
            let Some(memory) = self.devices[device].memory.as_mut() else {
                continue;
            };
            let mut heads = |id| memory.documents.get_mut(&id).map(Document::heads);
            let heads = (heads(PLAN), heads(PROGRESS));
            let view = self.devices[device].view(PLAN, PROGRESS);
            match seen.get(&heads) {
                None => {
                    seen.insert(heads, view);
                }
                Some(other) => {
                    let same = *other == view;
                    self.holds(same, || {
                        format!("device {device} shows another plan than one that holds the same")
                    })?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn is_settled(&self) -> bool {
        let synced = self.devices.iter().all(|d| {
            let Some(memory) = &d.memory else {
                return false;
            };
            // one that has not noticed yet that its connection is dead will
            let link = memory.connection.and_then(|c| self.connections.get(&c));
            let up = link.is_some_and(|c| c.alive && c.node_life == self.server.nodes[c.node].life);
            let out = self.truth.role(d.person).is_none();
            up && match memory.status {
                Some(Status::Synced { .. }) => true,
                // what a removed member did not send stays there
                Some(Status::Failed {
                    cause: Refusal::NotAllowed,
                }) => out,
                _ => false,
            }
        });
        // nothing is on its way but timers
        synced
            && self.events.values().all(|event| {
                matches!(
                    event,
                    Event::SessionTimer { .. }
                        | Event::DeviceTimer { .. }
                        | Event::ServerCut { .. }
                )
            })
    }

    /// What keeps a device from being in step, for people.
    fn state_of(&self, device: &SimDevice) -> String {
        let status = device.memory.as_ref().and_then(|m| m.status.clone());
        let role = self.truth.role(device.person);
        let mut out = format!("{role:?} {status:?}");
        for (id, chunks) in &device.disk.documents {
            for waiting in &chunks.unacknowledged {
                let Some(header) = shared::sync::check::header(&waiting.bytes) else {
                    continue;
                };
                let of = |hash: &ChangeHash| {
                    let own = chunks.unacknowledged.iter().any(|w| w.own.hash == *hash);
                    match (own, self.truth.stored.contains(hash)) {
                        (true, _) => "own",
                        (_, true) => "stored",
                        _ => "unknown",
                    }
                };
                let deps: Vec<_> = header.deps.iter().map(of).collect();
                out += &format!(
                    "; {:?} {id} at {}/{}: {} of act {}, after {deps:?}",
                    chunks.kind, chunks.epoch, chunks.cursor, waiting.own.hash, waiting.act
                );
            }
        }
        out
    }

    pub(super) async fn check(mut self) -> Result<Report, String> {
        if !self.is_settled() {
            let states: Vec<_> = self.devices.iter().map(|d| self.state_of(d)).collect();
            return Err(format!("not in step after {HEALING} ms: {states:#?}"));
        }
        // what counts is what a new start finds on the disk
        self.server.close().await;
        self.server.start(0).await;
        self.check_acknowledged().await?;
        let notes: Vec<_> = self.notes.iter().map(|(id, _)| *id).collect();
        let mut stored = BTreeMap::new();
        for id in [PLAN, PROGRESS].into_iter().chain(notes) {
            let problems = self.server.problems(id).await;
            self.holds(problems.is_empty(), || {
                format!("{id}: {}", problems.join("; "))
            })?;
            let kind = self.kind(id);
            stored.insert(id, self.server.document(id, kind).await);
        }
        let mut heads = Vec::new();
        for document in stored.values_mut() {
            let first = Document::new(document.kind(), [0; 16]).heads();
            for change in document.changes_since(&first) {
                let taken = self.truth.stored.contains(&change.hash);
                self.holds(taken, || {
                    format!("{} is in the store, and nobody saw it in", change.hash)
                })?;
            }
            heads.extend(document.heads());
        }
        self.check_acts(&mut stored)?;
        self.check_devices(&mut stored)?;
        self.server.close().await;
        self.report.devices = self.devices.len() as u64;
        self.report.acts = self.truth.acts.len() as u64;
        self.report.connections = self.connections.len() as u64;
        self.report.heads = heads;
        self.report.ended = self.now.0;
        Ok(self.report)
    }

    /// Whatever anybody did is in the store, or a draft or unsent on the device where it was done.
    fn check_acts(&mut self, stored: &mut BTreeMap<DocumentId, Document>) -> Result<(), String> {
        let mut drafts = BTreeSet::new();
        let mut waiting = BTreeSet::new();
        for (n, device) in self.devices.iter().enumerate() {
            drafts.extend(device.disk.drafts.iter().map(|(act, ..)| (n, *act)));
            let chunks = device.disk.documents.values();
            let own = chunks.flat_map(|c| &c.unacknowledged);
            waiting.extend(own.map(|w| (n, w.act)));
        }
        self.report.drafts = drafts.len() as u64;
        for n in 0..self.truth.acts.len() {
            let act = &self.truth.acts[n];
            let place = (act.device, n as u64);
            let document = stored.get_mut(&act.document);
            let there = document.is_some_and(|document| {
                !act.changes.is_empty() && act.changes.iter().all(|hash| document.has(hash))
            });
            let draft = drafts.contains(&place);
            let waits = waiting.contains(&place);
            let (void, wiped, device) = (act.void, act.wiped, act.device);
            self.holds(there || draft || waits || void || wiped, || {
                format!("act {n} of device {device} is lost")
            })?;
            self.holds(!(there && draft), || {
                format!("act {n} of device {device} is in the store and a draft")
            })?;
            self.holds(!waits || !self.may_read(device), || {
                format!("act {n} of device {device} still waits")
            })?;
        }
        Ok(())
    }

    /// Who may read has all there is and nothing else, in memory and on the disk, and sees the same.
    fn check_devices(&mut self, stored: &mut BTreeMap<DocumentId, Document>) -> Result<(), String> {
        let view = {
            let mut plan = stored.remove(&PLAN).unwrap();
            let progress = stored.get_mut(&PROGRESS);
            let view = PlanReader::default().read(&mut plan, progress);
            stored.insert(PLAN, plan);
            view
        };
        let (dates, _) = schedule(&view.plan);
        self.holds(dates == view.schedule, || {
            "the dates shown are not those of the plan".to_owned()
        })?;
        for device in 0..self.devices.len() {
            let reads = self.may_read(device);
            let ids: Vec<_> = self.devices[device]
                .disk
                .documents
                .keys()
                .copied()
                .collect();
            for id in ids {
                let theirs = stored.get_mut(&id).unwrap().heads();
                let chunks = self.devices[device].disk.documents[&id].clone();
                let own: BTreeSet<_> = chunks.unacknowledged.iter().map(|w| w.own.hash).collect();
                let mut on_disk = chunks.load([0; 16]);
                let memory = self.devices[device].memory.as_mut().unwrap();
                let in_memory = memory.documents.get_mut(&id).unwrap().heads();
                self.holds(on_disk.heads() == in_memory, || {
                    format!("device {device} has another {id} in memory than on its disk")
                })?;
                if reads {
                    let state = self.state_of(&self.devices[device]);
                    let at = (chunks.epoch, chunks.cursor);
                    let settled = chunks.settled([0; 16]).heads() == theirs;
                    let waits = on_disk.missing();
                    self.holds(in_memory == theirs && own.is_empty(), || {
                        format!(
                            "device {device} has another {id} than the server: at {at:?}, acknowledged as the server's: {settled}, waits for {waits:?}; {state}"
                        )
                    })?;
                    continue;
                }
                // what it may no longer read: nothing is there that was never the server's or its own
                let first = Document::new(on_disk.kind(), [0; 16]).heads();
                for change in on_disk.changes_since(&first) {
                    let hash = change.hash;
                    let sound = own.contains(&hash) || self.truth.stored.contains(&hash);
                    self.holds(sound, || format!("device {device} shows {hash}"))?;
                }
            }
            if reads {
                let same = self.devices[device].view(PLAN, PROGRESS) == view;
                self.holds(same, || {
                    format!("device {device} shows another plan than the server")
                })?;
            }
        }
        Ok(())
    }
}
