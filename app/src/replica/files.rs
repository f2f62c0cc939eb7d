//! Attachments of forms: kept on this device at once, sent in parts when there is a network, going on where they stopped.

use std::collections::HashMap;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use shared::api::{AttachmentState, NewAttachment, PART};
use shared::base::ProjectId;
use shared::ledger::hash::of_file;
use shared::pack::value::Attached;

use super::core::Core;
use super::rows::{self, EXTRA};
use super::{Replica, Trouble};
use crate::platform::database::{Key, Range, Write};
use crate::platform::http::{self, HttpError};

/// The longest attachment that a device keeps, in bytes.
pub const LONGEST_FILE: u64 = 64 << 20;

/// An attachment on this device. Its bytes are a row of their own: who looks through all does not read them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) project: ProjectId,
    pub(crate) file: Attached,
    /// The server has all of it.
    pub(crate) sent: bool,
}

/// All attachments of this device.
pub(crate) fn all_files() -> Range {
    Range::Under(rows::key(["file".into()]))
}

impl Kept {
    fn key(&self) -> Key {
        let (project, hash) = (rows::id(self.project), rows::id(&self.file.hash));
        rows::key(["file".into(), project, hash])
    }

    /// The row of its bytes.
    pub(crate) fn bytes_key(&self) -> Key {
        bytes_key(self.project, &self.file.hash)
    }

    /// Writes it with its bytes.
    pub(crate) fn put(&self, bytes: Vec<u8>) -> [Write; 2] {
        [
            Write::Put(EXTRA, self.bytes_key(), rows::row_with(&(), bytes)),
            Write::Put(EXTRA, self.key(), rows::row(self)),
        ]
    }
}

fn bytes_key(project: ProjectId, hash: &str) -> Key {
    rows::key(["bytes".into(), rows::id(project), rows::id(hash)])
}

impl Replica {
    /// Keeps an attachment on this device, and sends it when there is a network. It is on the disk when this returns.
    pub async fn attach(
        &self,
        project: ProjectId,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Attached, Trouble> {
        let core = self.core.get_value();
        let hash = of_file(&bytes).to_string();
        let file = Attached::new(hash.clone(), bytes.len() as u64, name);
        let kept = Kept {
            project,
            file: file.clone(),
            sent: false,
        };
        let Some(database) = core.database().await else {
            return Err(Trouble::StorageRefused {
                cause: String::new(),
            });
        };
        let written = database.write(&kept.put(bytes)).await;
        written.map_err(|error| super::core::trouble(&error))?;
        core.sent.update(|sent| {
            sent.insert(hash, 0);
        });
        core.send_files();
        Ok(file)
    }

    /// The bytes of an attachment: from this device, else from the server.
    pub async fn file(&self, project: ProjectId, hash: &str) -> Result<Vec<u8>, HttpError> {
        let core = self.core.get_value();
        if let Some(row) = core.kept(EXTRA, bytes_key(project, hash)).await {
            return Ok(row.bytes);
        }
        http::get_bytes(&format!("/api/projects/{project}/attachments/{hash}")).await
    }

    /// The bytes of an attachment, where they are on this device.
    pub async fn file_here(&self, project: ProjectId, hash: &str) -> Option<Vec<u8>> {
        let core = self.core.get_value();
        let row = core.kept(EXTRA, bytes_key(project, hash)).await;
        row.map(|row| row.bytes)
    }

    /// How much of each attachment of this device has gone to the server, in percent, by its hash; those that are all there
    /// are not among them.
    pub fn sent(&self) -> Signal<HashMap<String, u8>> {
        self.core.get_value().sent.into()
    }
}

impl Core {
    /// Sends the attachments that the server does not have.
    pub(super) fn send_files(self: &Rc<Self>) {
        if self.sending_files.replace(true) {
            return;
        }
        let core = self.clone();
        spawn_local(async move {
            core.send_all_files().await;
            core.sending_files.set(false);
        });
    }

    /// As [`Core::send_files`], ready when all are sent, or there is no network.
    pub(super) async fn send_all_files(self: &Rc<Self>) {
        let Some(database) = self.database().await else {
            return;
        };
        // one that is damaged does not hold up the others
        let mut damaged: Vec<String> = Vec::new();
        loop {
            let Ok(answers) = database.read(&[(EXTRA, all_files())]).await else {
                return;
            };
            let all = answers.first().map_or(&[][..], Vec::as_slice);
            let (files, _) = rows::read::<Kept>(all);
            let mut files = files.into_iter().map(|(kept, _)| kept);
            let next = files.find(|kept| !kept.sent && !damaged.contains(&kept.file.hash));
            let Some(mut kept) = next else {
                return;
            };
            let Some(row) = self.kept(EXTRA, kept.bytes_key()).await else {
                damaged.push(kept.file.hash);
                continue;
            };
            if self.send_file(&kept, &row.bytes).await.is_err() {
                return;
            }
            kept.sent = true;
            let put = Write::Put(EXTRA, kept.key(), rows::row(&kept));
            if database.write(&[put]).await.is_err() {
                return;
            }
            self.sent.update(|sent| {
                sent.remove(&kept.file.hash);
            });
        }
    }

    async fn send_file(&self, kept: &Kept, bytes: &[u8]) -> Result<(), HttpError> {
        let (project, hash, size) = (kept.project, &kept.file.hash, kept.file.size);
        let path = format!("/api/projects/{project}/attachments/{hash}");
        let state: AttachmentState = http::put(&path, &NewAttachment { size }).await?;
        if state.whole {
            return Ok(());
        }
        let parts: Vec<&[u8]> = bytes.chunks(PART as usize).collect();
        for (place, part) in parts.iter().enumerate() {
            let there = u32::try_from(place).is_ok_and(|place| state.parts.contains(&place));
            if !there {
                let path = format!("{path}/parts/{place}");
                let _: AttachmentState = http::put_bytes(&path, part).await?;
            }
            let percent = (place + 1) * 100 / parts.len();
            self.sent.update(|sent| {
                sent.insert(hash.clone(), u8::try_from(percent).unwrap_or(100));
            });
        }
        Ok(())
    }
}
