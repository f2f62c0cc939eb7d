//! Whether the whole ledger of a store is what it was: its chains, what they hold, the signatures, the attachments.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use shared::api::SignedHead;
use shared::base::ProjectId;
use shared::ledger::hash::unhex;
use shared::ledger::record::What;
use shared::ledger::verify::{self, Finding, Wrong};
use shared::ledger::{Act, Chain, Entry, Hash, Head, Record};
use shared::pack::Pack;

use super::signer::is_by;
use crate::packs;
use crate::store::{HeadRow, Store, StoreError};

/// What was found in one chain.
#[derive(Debug)]
pub(crate) struct Verified {
    /// Which.
    pub(crate) chain: Chain,
    /// How many entries it has.
    pub(crate) entries: usize,
    /// How many of them could not be asked what they did, for bodies that are gone.
    pub(crate) unasked: usize,
    /// What is wrong.
    pub(crate) findings: Vec<Finding>,
}

/// Looks at all chains. `kept`: heads that devices kept, which the chains must hold.
pub(crate) async fn verify(
    store: &Store,
    kept: &[SignedHead],
) -> Result<Vec<Verified>, StoreError> {
    let keys: BTreeMap<Hash, Vec<u8>> = store
        .ledger_keys()
        .await?
        .into_iter()
        .map(|key| (key.id, key.public))
        .collect();
    let organisation = store.ledger_entries(Chain::Organisation, 0).await?;
    // what the organisation's chain says of the projects' chains
    let mut sealed: BTreeMap<Chain, Vec<Head>> = BTreeMap::new();
    for record in organisation.iter().filter_map(Entry::record) {
        if let What::Heads(heads) = record.what {
            for head in heads {
                sealed.entry(head.chain).or_default().push(head);
            }
        }
    }
    let mut chains: BTreeMap<Chain, Option<HeadRow>> = BTreeMap::new();
    for row in store.ledger_heads().await? {
        chains.insert(row.head.chain, Some(row));
    }
    let named = sealed
        .keys()
        .copied()
        .chain(kept.iter().map(|kept| kept.head.chain));
    for chain in named {
        chains.entry(chain).or_default();
    }
    for chain in store.ledger_chains().await? {
        chains.entry(chain).or_default();
    }
    let mut all = Vec::new();
    for (chain, row) in chains {
        let entries = store.ledger_entries(chain, 0).await?;
        let (end, mut findings) = verify::chain(Head::empty(chain), &entries);
        let mut heads: Vec<Head> = sealed.get(&chain).cloned().unwrap_or_default();
        let signed = row.iter().filter(|row| row.head.seq > 0).map(|row| {
            let (head, key) = (row.head, row.signer);
            (head, key, Some(row.signature.clone()))
        });
        let kept = kept.iter().filter(|kept| kept.head.chain == chain);
        let kept = kept.map(|kept| (kept.head, kept.key, unhex(&kept.signature)));
        for (head, key, signature) in signed.chain(kept) {
            let by = keys.get(&key).zip(signature);
            if !by.is_some_and(|(key, signature)| is_by(key, &head.signed_bytes(), &signature)) {
                let (seq, what) = (head.seq, Wrong::HeadSignature);
                findings.push(Finding { seq, what });
            }
            heads.push(head);
        }
        // entries after the signed end were not appended by the server
        let ends = row.as_ref().map_or(0, |row| row.head.seq);
        if end.seq > ends {
            let (seq, what) = (ends + 1, Wrong::NotSigned);
            findings.push(Finding { seq, what });
        }
        findings.extend(heads.iter().filter_map(|head| verify::head(head, &entries)));
        let mut unasked = 0;
        if let Chain::Project(project) = chain {
            let packs = packs_of(store, &entries, &mut findings).await?;
            let find = |hash: &Hash| packs.get(hash).map(|pack| &**pack);
            let looked = verify::project(project, &find, &entries);
            findings.extend(looked.findings);
            unasked = looked.unasked.len();
            for entry in &entries {
                if let Some(record) = entry.record() {
                    look_at(store, project, entry.seq, &record, &mut findings).await?;
                }
            }
        }
        findings.sort_by_key(|finding| finding.seq);
        findings.dedup();
        let entries = entries.len();
        all.push(Verified {
            chain,
            entries,
            unasked,
            findings,
        });
    }
    Ok(all)
}

/// The packs that a chain names, each held against its hash.
async fn packs_of(
    store: &Store,
    entries: &[Entry],
    findings: &mut Vec<Finding>,
) -> Result<BTreeMap<Hash, Arc<Pack>>, StoreError> {
    let mut found = BTreeMap::new();
    for entry in entries {
        let Some(What::Act(Act::Adopt { pack })) = entry.record().map(|record| record.what) else {
            continue;
        };
        let content = store.adopted_pack(pack).await?;
        let read = content.and_then(|content| serde_json::from_slice::<Pack>(&content).ok());
        match read.filter(|read| packs::hash(read) == Some(pack)) {
            Some(read) => drop(found.insert(pack, Arc::new(read))),
            None => findings.push(Finding {
                seq: entry.seq,
                what: Wrong::Pack(pack),
            }),
        }
    }
    Ok(found)
}

/// The device's signature, and the attachments.
async fn look_at(
    store: &Store,
    project: ProjectId,
    seq: u64,
    record: &Record,
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    if let Some(signed) = &record.signed {
        let parts = unhex(&signed.public).zip(unhex(&signed.signature));
        if !parts.is_some_and(|(key, signature)| is_by(&key, signed.wish.as_bytes(), &signature)) {
            let what = Wrong::DeviceSignature;
            findings.push(Finding { seq, what });
        }
    }
    for file in record.act().map(Act::attached).unwrap_or_default() {
        let Ok(hash) = file.hash.parse::<Hash>() else {
            continue;
        };
        let parts = store.attachment_parts(project, hash).await?;
        let mut whole = Sha256::new();
        let mut gone = parts.is_empty();
        for part in parts {
            match store.attachment_part(part).await? {
                Some(bytes) => whole.update(bytes),
                None => gone = true,
            }
        }
        if gone || whole.finalize()[..] != hash.as_bytes()[..] {
            let what = Wrong::Blob(file.name);
            findings.push(Finding { seq, what });
        }
    }
    Ok(())
}
