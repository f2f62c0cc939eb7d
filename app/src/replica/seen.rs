//! What a person last saw of a form, on this device.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::base::{DocumentId, ProjectId};
use shared::pack::value::Answers;

use super::Replica;
use super::rows::{self, EXTRA};
use crate::platform::database::{Key, Write};

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The newest entry of the ledger about the form.
    pub seq: u64,
    /// The answers, those that steps filled in among them.
    pub answers: Answers,
}

fn seen_key(project: ProjectId, form: DocumentId) -> Key {
    rows::key(["seen".into(), rows::id(project), rows::id(form)])
}

impl Replica {
    /// What this person last saw of a form here; `None`: it was never looked at.
    pub async fn last_seen(&self, project: ProjectId, form: DocumentId) -> Option<Seen> {
        let core = self.core.get_value();
        let row = core.kept(EXTRA, seen_key(project, form)).await?;
        serde_json::from_str(&row.json).ok()
    }

    /// Remembers what is looked at now.
    pub fn see(&self, project: ProjectId, form: DocumentId, seen: &Seen) {
        let put = Write::Put(EXTRA, seen_key(project, form), rows::row(seen));
        self.core.get_value().save(vec![put], || {});
    }
}
