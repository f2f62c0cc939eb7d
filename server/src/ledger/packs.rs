//! The packs that a chain names.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::ledger::record::What;
use shared::ledger::{Act, Entry, Hash};
use shared::pack::Pack;

use super::Ledger;
use crate::store::StoreError;

/// Packs by their content hash.
pub(super) type Known = BTreeMap<Hash, Arc<Pack>>;

impl Ledger {
    /// The packs that a chain's entries and an act name.
    pub(super) async fn known(
        &self,
        entries: &[Entry],
        act: Option<&Act>,
    ) -> Result<Known, StoreError> {
        let adopted = |act: &Act| match act {
            Act::Adopt { pack } => Some(*pack),
            _ => None,
        };
        let recorded = entries
            .iter()
            .filter_map(|entry| match entry.record()?.what {
                What::Act(act) => adopted(&act),
                _ => None,
            });
        let mut known = Known::new();
        for hash in recorded.chain(act.and_then(adopted)) {
            if let std::collections::btree_map::Entry::Vacant(place) = known.entry(hash)
                && let Some(pack) = self.packs.find(&hash).await?
            {
                place.insert(pack);
            }
        }
        Ok(known)
    }
}
