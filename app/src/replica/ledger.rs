//! The ledgers of projects on this device: kept, verified at each look, and never believed where they do not extend what this
//! device has seen.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use shared::api::{ErrorCode, LedgerKey, LedgerPart, SignedHead};
use shared::base::ProjectId;
use shared::ledger::hash::unhex;
use shared::ledger::record::What;
use shared::ledger::verify::{self, Finding, Wrong};
use shared::ledger::{Act, Chain, Entry, Hash, Head, Project};
use shared::pack::Pack;

use super::Replica;
use super::core::Core;
use super::rows::{self, CACHE, EXTRA};
use crate::platform::database::{Key, Range, Write};
use crate::platform::http::{self, HttpError};
use crate::platform::keys;

/// A project's ledger as this device knows it.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Its entries, from the first one on.
    pub entries: Vec<Entry>,
    /// The packs that it names and that are here.
    pub packs: BTreeMap<Hash, Arc<Pack>>,
    /// The newest head that the server signed.
    pub head: Option<SignedHead>,
    /// What is wrong with it: then what the server gave since is not shown.
    pub findings: Vec<Finding>,
}

impl Ledger {
    /// Looks at where the project stands.
    pub fn look<T>(&self, look: impl FnOnce(&Project<'_>) -> T) -> T {
        let find = |hash: &Hash| self.packs.get(hash).map(|pack| &**pack);
        let (project, _) = Project::replay(&find, &self.entries);
        look(&project)
    }

    /// The newest entry.
    pub fn seq(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.seq)
    }
}

/// The ledger of a project that is looked at. A cheap handle.
#[derive(Clone, Copy)]
pub struct OpenLedger {
    ledger: RwSignal<Option<Arc<Ledger>>>,
    /// Why the server gave nothing new.
    failed: RwSignal<Option<HttpError>>,
}

impl OpenLedger {
    /// What this device knows; `None` until first read.
    pub fn ledger(&self) -> Signal<Option<Arc<Ledger>>> {
        self.ledger.into()
    }

    /// Why the server gave nothing new.
    pub fn failed(&self) -> Signal<Option<HttpError>> {
        self.failed.into()
    }
}

/// A head that this device keeps, with what it is of.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    project: ProjectId,
    head: SignedHead,
}

fn under(project: ProjectId) -> Key {
    rows::key(["ledger".into(), rows::id(project)])
}

fn entry_key(project: ProjectId, seq: u64) -> Key {
    rows::key(["ledger".into(), rows::id(project), seq.into()])
}

fn head_key(project: ProjectId) -> Key {
    rows::key(["head".into(), rows::id(project)])
}

impl Replica {
    /// Opens a project's ledger: from this device first, then from the server.
    pub fn ledger(&self, project: ProjectId) -> OpenLedger {
        let core = self.core.get_value();
        let known = core.ledgers.borrow().get(&project).copied();
        if let Some(open) = known {
            core.fetch_ledger(project);
            return open;
        }
        let open = core.owner.with(|| OpenLedger {
            ledger: RwSignal::new(None),
            failed: RwSignal::new(None),
        });
        core.ledgers.borrow_mut().insert(project, open);
        spawn_local(async move {
            let ledger = core.kept_ledger(project).await;
            open.ledger.set(Some(Arc::new(ledger)));
            core.renew_ledger(project).await;
        });
        open
    }

    /// All heads that this device keeps, to hold the server's history against: `plumbline ledger verify --kept`.
    pub async fn kept_heads(&self) -> Vec<SignedHead> {
        let core = self.core.get_value();
        let Some(database) = core.database().await else {
            return Vec::new();
        };
        let asks = [(EXTRA, Range::Under(rows::key(["head".into()])))];
        let Ok(answers) = database.read(&asks).await else {
            return Vec::new();
        };
        let (kept, _) = rows::read::<Kept>(answers.first().map_or(&[], Vec::as_slice));
        kept.into_iter().map(|(kept, _)| kept.head).collect()
    }
}

impl Core {
    async fn kept_ledger(self: &Rc<Self>, project: ProjectId) -> Ledger {
        let Some(database) = self.database().await else {
            return Ledger::default();
        };
        let asks = [
            (EXTRA, Range::Under(under(project))),
            (EXTRA, Range::One(head_key(project))),
        ];
        let Ok(answers) = database.read(&asks).await else {
            return Ledger::default();
        };
        let at = |at: usize| answers.get(at).map_or(&[][..], Vec::as_slice);
        let (entries, _) = rows::read::<Entry>(at(0));
        let entries: Vec<Entry> = entries.into_iter().map(|(entry, _)| entry).collect();
        let kept = rows::read::<Kept>(at(1)).0.pop();
        let (_, findings) = verify::chain(Head::empty(Chain::Project(project)), &entries);
        Ledger {
            packs: self.packs_of(&entries).await,
            head: kept.map(|(kept, _)| kept.head),
            findings,
            entries,
        }
    }

    async fn packs_of(self: &Rc<Self>, entries: &[Entry]) -> BTreeMap<Hash, Arc<Pack>> {
        let mut packs = BTreeMap::new();
        for record in entries.iter().filter_map(Entry::record) {
            if let What::Act(Act::Adopt { pack }) = record.what
                && let Ok(found) = self.pack(pack).await
            {
                packs.insert(pack, found);
            }
        }
        packs
    }

    /// Asks the server for what came since.
    async fn renew_ledger(self: &Rc<Self>, project: ProjectId) {
        let Some(open) = self.ledgers.borrow().get(&project).copied() else {
            return;
        };
        let Some(known) = open.ledger.get_untracked() else {
            return;
        };
        let path = format!("/api/projects/{project}/ledger");
        let part: LedgerPart = match http::get(&path).await {
            Ok(part) => part,
            Err(HttpError::Failed(failure)) if failure.code == ErrorCode::NotFound => {
                open.failed.set(Some(HttpError::Failed(failure)));
                return;
            }
            Err(error) => return open.failed.set(Some(error)),
        };
        open.failed.set(None);
        let chain = Chain::Project(project);
        let (end, mut findings) = verify::chain(Head::empty(chain), &part.entries);
        // what this device has seen must be in it
        findings.extend(
            known
                .head
                .iter()
                .filter_map(|kept| verify::head(&kept.head, &part.entries)),
        );
        if part.head.head.chain != chain || part.head.head != end {
            findings.push(Finding {
                seq: part.head.head.seq,
                what: Wrong::OtherHead,
            });
        }
        if self.signed(&part.head).await == Some(false) {
            findings.push(Finding {
                seq: part.head.head.seq,
                what: Wrong::HeadSignature,
            });
        }
        if !findings.is_empty() {
            // what was known stays: it is the proof
            let mut ledger = (*known).clone();
            ledger.findings = findings;
            open.ledger.set(Some(Arc::new(ledger)));
            return;
        }
        let same = known.entries == part.entries;
        if !same {
            // a body that was not for this person before may be now
            let mut steps: Vec<Write> = part
                .entries
                .iter()
                .filter(|entry| known.entries.get(entry.seq as usize - 1) != Some(entry))
                .map(|entry| Write::Put(EXTRA, entry_key(project, entry.seq), rows::row(entry)))
                .collect();
            let head = part.head.clone();
            let kept = rows::row(&Kept { project, head });
            steps.push(Write::Put(EXTRA, head_key(project), kept));
            self.save(steps, || {});
        }
        if same && known.findings.is_empty() && known.head.as_ref() == Some(&part.head) {
            return;
        }
        let packs = self.packs_of(&part.entries).await;
        open.ledger.set(Some(Arc::new(Ledger {
            entries: part.entries,
            packs,
            head: Some(part.head),
            findings: Vec::new(),
        })));
    }

    /// Asks for what came to a ledger since, where it is looked at.
    pub(super) fn fetch_ledger(self: &Rc<Self>, project: ProjectId) {
        let core = self.clone();
        spawn_local(async move { core.renew_ledger(project).await });
    }

    /// Asks for what came to all ledgers that were looked at.
    pub(super) fn fetch_ledgers(self: &Rc<Self>) {
        let all: Vec<ProjectId> = self.ledgers.borrow().keys().copied().collect();
        all.into_iter()
            .for_each(|project| self.fetch_ledger(project));
    }

    /// Whether a head is signed by a key that this device knows of the server; `None`: that cannot be told here. The first
    /// key that is heard of is believed, and others only from the same server while it is known.
    async fn signed(self: &Rc<Self>, signed: &SignedHead) -> Option<bool> {
        let key = rows::key(["ledger_keys".into()]);
        let kept = self.kept(CACHE, key.clone()).await;
        let mut keys: Vec<LedgerKey> = kept
            .and_then(|row| serde_json::from_str(&row.json).ok())
            .unwrap_or_default();
        if !keys.iter().any(|known| known.id == signed.key) {
            let heard: Vec<LedgerKey> = http::get("/api/ledger/keys").await.ok()?;
            self.save(vec![Write::Put(CACHE, key, rows::row(&heard))], || {});
            keys = heard;
        }
        let Some(key) = keys.into_iter().find(|known| known.id == signed.key) else {
            return Some(false);
        };
        let (public, signature) = (unhex(&key.public)?, unhex(&signed.signature)?);
        keys::is_by(&public, &signed.head.signed_bytes(), &signature).await
    }
}
