//! What is lost in the store, as far as it was noticed: told to the log, the figures and the hub, which asks devices
//! for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use shared::base::{ChangeHash, DocumentId};
use shared::sync::room::Input;
use tokio::sync::mpsc::UnboundedSender;

use super::keeper::Keeper;
use crate::store::StoreError;
use crate::store::documents::{Directory, DocumentLog, Problem};

/// The damaged documents that this node knows of. Cheap to clone.
#[derive(Clone, Default)]
pub struct Damages {
    known: Arc<Mutex<BTreeMap<DocumentId, Vec<Problem>>>>,
    hub: Arc<OnceLock<UnboundedSender<Input>>>,
}

impl Damages {
    /// Whom to tell.
    pub(super) fn tell(&self, hub: UnboundedSender<Input>) {
        // set once, when the hub starts
        let _ = self.hub.set(hub);
    }

    /// Whether something of a document is known to be lost.
    pub fn has(&self, document: DocumentId) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains_key(&document)
    }

    fn set(&self, document: DocumentId, problems: Vec<Problem>, lacking: Vec<ChangeHash>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.remove(&document);
        if problems.is_empty() && before.is_none() {
            return;
        }
        let gauge =
            metrics::gauge!("plumbline_document_problems", "document" => document.to_string());
        gauge.set(problems.len() as f64);
        if problems.is_empty() {
            tracing::info!(%document, "sync: the document is whole again");
        } else {
            if before.as_ref() != Some(&problems) {
                for problem in &problems {
                    tracing::error!(%document, %problem, "sync: the document is damaged in the store");
                }
            }
            known.insert(document, problems);
        }
        metrics::gauge!("plumbline_damaged_documents").set(known.len() as f64);
        if let Some(hub) = self.hub.get() {
            // fails only when the hub has ended
            let _ = hub.send(Input::Lacking(document, lacking));
        }
    }
}

impl<L: DocumentLog, D: Directory> Keeper<L, D> {
    /// Examines a document and makes known what is lost of it, or that it is whole again. Whether changes are lost.
    pub async fn notice(&self, document: DocumentId) -> Result<bool, StoreError> {
        let problems = self.log().examine(document).await?.problems;
        let lacking = if problems.is_empty() {
            Vec::new()
        } else {
            self.log().lacking(document).await?
        };
        let lost = !lacking.is_empty();
        self.damages().set(document, problems, lacking);
        Ok(lost)
    }
}
