//! The organisation's chain over the heads of the projects': whoever keeps its head can tell whether any of them was
//! rewritten.

use shared::base::DecisionId;
use shared::ledger::record::What;
use shared::ledger::{Chain, Record};

use super::Ledger;
use crate::secret::random_bytes;
use crate::store::{StoreError, ledger as rows};

impl Ledger {
    /// Names the heads of all projects' chains that went on, in the organisation's. How many there were.
    pub(crate) async fn seal(&self) -> Result<usize, StoreError> {
        let mut tx = self.store.begin().await?;
        let chain = Chain::Organisation;
        let head = rows::lock(&mut tx, chain).await?;
        let heads = rows::seal(&mut tx).await?;
        if heads.is_empty() {
            return Ok(0);
        }
        let sealed = heads.len();
        let key = DecisionId::from_bytes(random_bytes()?);
        let record = Record {
            key,
            by: None,
            what: What::Heads(heads),
            done: Vec::new(),
            signed: None,
        };
        let entry = head.next(self.clock.now(), &record, random_bytes()?);
        let (signer, signature) = self.signer.sign(&entry.head(chain))?;
        rows::append(&mut tx, chain, &entry, key, (signer, &signature), 0).await?;
        tx.commit().await?;
        Ok(sealed)
    }
}
