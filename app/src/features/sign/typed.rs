//! What somebody outside has typed and drawn: it survives a reload of its tab, and goes once it is sent.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shared::base::DecisionId;
use shared::ledger::hash::of_file;
use shared::pack::value::{Answers, Attached};

use crate::platform::{random, storage};
use crate::session;

/// As the tab keeps it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    key: Option<DecisionId>,
    filled: Answers,
    words: String,
    signature: Option<String>,
    pictures: BTreeMap<String, String>,
}

/// A cheap handle.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    place: StoredValue<String>,
    /// It is sent, or given up.
    gone: RwSignal<bool>,
    /// Of the wish: sent twice, because an answer was lost, it is taken once.
    key: RwSignal<DecisionId>,
    /// What the step asks for.
    pub(super) filled: RwSignal<Answers>,
    pub(super) words: RwSignal<String>,
    /// The handwritten signature, as acts name it.
    pub(super) signature: RwSignal<Option<String>>,
    /// The pictures that were drawn or chosen here, by their hash, in base 64.
    pub(super) pictures: RwSignal<BTreeMap<String, String>>,
}

impl Typed {
    /// What this tab remembers for a link.
    pub(super) fn of(secret: &str) -> Self {
        let place = format!("plumbline.sign.{}", session::mark(secret));
        let kept = storage::tab_get(&place).and_then(|text| serde_json::from_str(&text).ok());
        let kept: Kept = kept.unwrap_or_default();
        let typed = Self {
            place: StoredValue::new(place),
            gone: RwSignal::new(false),
            key: RwSignal::new(kept.key.unwrap_or_else(random::decision_id)),
            filled: RwSignal::new(kept.filled),
            words: RwSignal::new(kept.words),
            signature: RwSignal::new(kept.signature),
            pictures: RwSignal::new(kept.pictures),
        };
        Effect::new(move |before: Option<()>| {
            let kept = Kept {
                key: Some(typed.key.get()),
                filled: typed.filled.get(),
                words: typed.words.get(),
                signature: typed.signature.get(),
                pictures: typed.pictures.get(),
            };
            let text = serde_json::to_string(&kept).ok();
            let text = text.filter(|_| !typed.gone.get());
            // nothing was typed yet
            if before.is_some() {
                typed
                    .place
                    .with_value(|place| storage::tab_set(place, text.as_deref()));
            }
        });
        typed
    }

    /// The key of the wish.
    pub(super) fn key(self) -> DecisionId {
        self.key.get_untracked()
    }

    /// The wish was answered, and not taken: the next one is another.
    pub(super) fn another(self) {
        self.key.set(random::decision_id());
    }

    /// Keeps a picture; its text as acts name it.
    pub(super) fn keep(self, name: &str, bytes: &[u8]) -> String {
        let file = Attached::new(of_file(bytes).to_string(), bytes.len() as u64, name);
        let text = STANDARD.encode(bytes);
        self.pictures
            .update(|all| drop(all.insert(file.hash.clone(), text)));
        file.to_string()
    }

    /// The bytes of a picture that was made here.
    pub(super) fn picture(self, hash: &str) -> Option<Vec<u8>> {
        let text = self.pictures.with(|all| all.get(hash).cloned())?;
        STANDARD.decode(text).ok()
    }

    /// It is sent, or given up: the tab forgets it. What the page shows of it stays until the page goes.
    pub(super) fn forget(self) {
        self.gone.set(true);
    }
}
