//! Who made which change, and when it came: known of every change of the log, also of those whose bytes are only in a
//! snapshot.

use std::collections::HashMap;

use shared::api::{Receipts, Writer};
use shared::base::{DocumentId, PersonId, Timestamp};
use sqlx::Row;

use super::Documents;
use super::rows::{signed, unsigned};
use crate::store::{StoreError, id_bytes};

/// Rows of one statement.
const PAGE: i64 = 10_000;

impl Documents {
    /// When a change of a document's log came; `None`: there is none of that number.
    ///
    /// # Errors
    /// As the database answers.
    pub async fn received(
        &self,
        document: DocumentId,
        seq: u64,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(
            "SELECT c.received_at FROM changes c JOIN documents d ON d.number = c.document
             WHERE d.id = $1 AND c.seq = $2",
        )
        .bind(&document.as_bytes()[..])
        .bind(signed(seq)?)
        .fetch_optional(self.store().reader())
        .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.map(Timestamp))
    }

    /// What was recorded with all changes of a document.
    ///
    /// # Errors
    /// As the database answers.
    pub async fn receipts(&self, document: DocumentId) -> Result<Receipts, StoreError> {
        let mut receipts = Receipts {
            writers: Vec::new(),
            by: Vec::new(),
            after: Vec::new(),
        };
        let mut places: HashMap<i64, u32> = HashMap::new();
        let (mut seq, mut at) = (0, 0);
        loop {
            let rows = sqlx::query(
                "SELECT c.seq, c.received_at, a.number, a.actor, a.person FROM changes c
                 JOIN documents d ON d.number = c.document JOIN actors a ON a.number = c.actor
                 WHERE d.id = $1 AND c.seq > $2 ORDER BY c.seq LIMIT $3",
            )
            .bind(&document.as_bytes()[..])
            .bind(signed(seq)?)
            .bind(PAGE)
            .fetch_all(self.store().reader())
            .await?;
            if rows.is_empty() {
                return Ok(receipts);
            }
            for row in rows {
                seq = unsigned(row.try_get(0)?)?;
                let received: i64 = row.try_get(1)?;
                receipts.after.push(received - at);
                at = received;
                let number: i64 = row.try_get(2)?;
                let place = match places.get(&number) {
                    Some(place) => *place,
                    None => {
                        let place = receipts.writers.len() as u32;
                        receipts.writers.push(Writer {
                            actor: row.try_get::<&[u8], _>(3)?.to_vec(),
                            person: PersonId::from_bytes(id_bytes(row.try_get(4)?)?),
                        });
                        places.insert(number, place);
                        place
                    }
                };
                receipts.by.push(place);
            }
        }
    }
}
