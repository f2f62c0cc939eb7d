//! What must hold in the end.

use std::collections::{BTreeMap, BTreeSet};

use shared::doc::view::plan::PlanReader;
use shared::domain::permission::DocumentKind;
use shared::sync::device::Status;

use super::super::server::{PLAN, PROGRESS};
use super::{Event, HEALING, Report, World};

impl World {
    pub(super) fn is_settled(&self) -> bool {
        let synced = self.devices.iter().all(|d| {
            let memory = d.memory.as_ref();
            // one that has not noticed yet that its connection is dead will
            let link = memory.and_then(|m| self.connections.get(&m.connection?));
            link.is_some_and(|c| c.alive && c.server_life == self.server.life)
                && memory.is_some_and(|m| matches!(m.status, Some(Status::Synced { .. })))
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

    pub(super) async fn check(mut self) -> Result<Report, String> {
        if !self.is_settled() {
            let states: Vec<_> = self
                .devices
                .iter()
                .map(|d| {
                    d.memory
                        .as_ref()
                        .map(|m| (m.status.clone(), m.session.waiting()))
                })
                .collect();
            return Err(format!("not in step after {HEALING} ms: {states:?}"));
        }
        let mut logs = BTreeMap::new();
        for id in [PLAN, PROGRESS]
            .into_iter()
            .chain(self.notes.iter().map(|(id, _)| *id))
        {
            let log = self.server.log(id).await;
            if !log.iter().map(|e| e.seq).eq(1..=log.len() as u64) {
                return Err(format!("the log of {id} has gaps"));
            }
            let hashes: BTreeSet<_> = log
                .iter()
                .filter_map(|e| shared::sync::check::header(&e.bytes))
                .map(|h| h.hash)
                .collect();
            if hashes.len() != log.len() {
                return Err(format!("the log of {id} holds a change twice"));
            }
            logs.insert(id, hashes);
        }
        for (document, change) in &self.made {
            if !logs.get(document).is_some_and(|log| log.contains(change)) {
                return Err(format!("an edit of {document} is lost: {change}"));
            }
        }
        let mut plan = self.server.document(PLAN, DocumentKind::Plan).await;
        let mut progress = self.server.document(PROGRESS, DocumentKind::Progress).await;
        let view = PlanReader::default().read(&mut plan, Some(&mut progress));
        let mut heads = plan.heads();
        for device in 0..self.devices.len() {
            let documents: Vec<_> = self.devices[device]
                .disk
                .iter()
                .map(|(id, c)| (*id, c.kind))
                .collect();
            for (id, kind) in documents {
                let theirs = self.server.document(id, kind).await.heads();
                let memory = self.devices[device].memory.as_mut().unwrap();
                if memory.documents.get_mut(&id).unwrap().heads() != theirs {
                    return Err(format!(
                        "device {device} has other heads of {id} than the server"
                    ));
                }
                let chunks = &self.devices[device].disk[&id];
                if chunks.load([0; 16]).heads() != theirs || !chunks.unacknowledged.is_empty() {
                    return Err(format!(
                        "the disk of device {device} has another {id} than the server"
                    ));
                }
                heads.extend(theirs);
            }
            if self.devices[device].view() != view {
                return Err(format!(
                    "device {device} shows another plan than the server"
                ));
            }
        }
        let ended = self.now;
        self.server.kill().await;
        Ok(Report {
            devices: self.devices.len() as u64,
            changes: self.made.len(),
            connections: self.connections.len() as u64,
            heads,
            ended,
        })
    }
}
