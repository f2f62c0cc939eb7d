//! Links by which somebody outside signs a form, once.

use shared::base::{DocumentId, PersonId, ProjectId, Timestamp};
use sqlx::Row;

use super::{Store, StoreError, Tx, id_bytes};

/// What a link stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutsideLink {
    /// The project.
    pub(crate) project: ProjectId,
    /// Who signs.
    pub(crate) person: PersonId,
    /// What.
    pub(crate) form: DocumentId,
    /// Until when.
    pub(crate) expires: Timestamp,
    /// The member of the project who made it.
    pub(crate) made_by: PersonId,
    /// Somebody signed by it.
    pub(crate) used: bool,
}

impl Store {
    /// Keeps a link; `secret` is what that in its address hashes to.
    pub(crate) async fn add_outside_link(
        &self,
        secret: [u8; 32],
        link: &OutsideLink,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO outside_links (secret, project, person, form, made_by, since, expires) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&secret[..])
        .bind(&link.project.as_bytes()[..])
        .bind(&link.person.as_bytes()[..])
        .bind(&link.form.as_bytes()[..])
        .bind(&link.made_by.as_bytes()[..])
        .bind(now.0)
        .bind(link.expires.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    /// What a link stands for, also where it is not good any more.
    pub(crate) async fn outside_link(
        &self,
        secret: [u8; 32],
    ) -> Result<Option<OutsideLink>, StoreError> {
        let mut connection = self.reader().acquire().await?;
        let row = sqlx::query(
            "SELECT project, person, form, expires, made_by, used FROM outside_links WHERE secret = $1",
        )
        .bind(&secret[..])
        .fetch_optional(&mut *connection)
        .await?;
        row.map(|row| {
            let used: Option<i64> = row.try_get(5)?;
            Ok(OutsideLink {
                project: ProjectId::from_bytes(id_bytes(row.try_get(0)?)?),
                person: PersonId::from_bytes(id_bytes(row.try_get(1)?)?),
                form: DocumentId::from_bytes(id_bytes(row.try_get(2)?)?),
                expires: Timestamp(row.try_get(3)?),
                made_by: PersonId::from_bytes(id_bytes(row.try_get(4)?)?),
                used: used.is_some(),
            })
        })
        .transpose()
    }
}

/// The link was used: it is not good any more.
pub(crate) async fn used(tx: &mut Tx, secret: [u8; 32], now: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE outside_links SET used = $2 WHERE secret = $1 AND used IS NULL")
        .bind(&secret[..])
        .bind(now.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
