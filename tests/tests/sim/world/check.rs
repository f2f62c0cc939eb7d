//! What must hold in the end.

use std::collections::BTreeMap;

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
        let notes = self.notes.iter().map(|(id, _)| (*id, DocumentKind::Note));
        let mut stored = BTreeMap::new();
        for (id, kind) in [
            (PLAN, DocumentKind::Plan),
            (PROGRESS, DocumentKind::Progress),
        ]
        .into_iter()
        .chain(notes)
        {
            let problems = self.server.problems(id).await;
            if !problems.is_empty() {
                return Err(format!("{id}: {}", problems.join("; ")));
            }
            stored.insert(id, self.server.document(id, kind).await);
        }
        for (document, change) in &self.made {
            let there = stored.get_mut(document).is_some_and(|d| d.has(change));
            if !there && !self.wiped.contains(change) {
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
            compactions: self.compactions,
            heads,
            ended,
        })
    }
}
