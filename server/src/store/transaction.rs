//! A write transaction.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sqlx::{Any, AnyConnection, AssertSqlSafe, SqlSafeStr, Transaction};

use super::database::Kind;
use super::nodes::{self, Told};
use super::{Store, StoreError};

/// A write transaction: undone when dropped without [`Tx::commit`]. On SQLite it is the only one; on PostgreSQL others
/// run beside it, so what is read and must stay true until the commit is read [`Tx::locking`].
pub(crate) struct Tx {
    kind: Kind,
    inner: Transaction<'static, Any>,
    node: Arc<str>,
    told: Vec<Told>,
}

/// SQLite: the only writer from the beginning on.
pub(super) const IMMEDIATE: &str = "BEGIN IMMEDIATE";

impl Store {
    /// Begins a write transaction.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        let pool = &self.database.write;
        let inner = match self.database.kind {
            // the command line writes to the same file
            Kind::Sqlite => match pool.begin_with(IMMEDIATE).await {
                // after a disk error SQLite has undone the transaction by itself, and the driver believes that it is
                // still open: on with another connection
                Err(sqlx::Error::InvalidSavePointStatement) => {
                    pool.acquire().await?.close().await?;
                    pool.begin_with(IMMEDIATE).await?
                }
                begun => begun?,
            },
            Kind::Postgres => pool.begin().await?,
        };
        Ok(Tx {
            kind: self.database.kind,
            inner,
            node: self.node.clone(),
            told: Vec::new(),
        })
    }
}

impl Kind {
    fn with(self, select: &str, clause: &str) -> String {
        match self {
            Self::Sqlite => select.to_owned(),
            Self::Postgres => [select, clause].concat(),
        }
    }
}

impl Store {
    /// As [`Tx::locking`] for the rows of table `locked` and [`Tx::sharing`] for those of `shared`, in one statement.
    pub(super) fn holding(&self, select: &str, locked: &str, shared: &str) -> String {
        let clause = format!(" FOR NO KEY UPDATE OF {locked} FOR SHARE OF {shared}");
        self.database.kind.with(select, &clause)
    }
}

impl Tx {
    /// On disk when this returns, and other nodes hear what was told.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        if self.kind == Kind::Postgres && !self.told.is_empty() {
            let (node, told) = (self.node.clone(), std::mem::take(&mut self.told));
            nodes::tell(&mut self, &node, &told).await?;
        }
        Ok(self.inner.commit().await?)
    }

    /// Other nodes hear it once this is committed.
    pub(crate) fn tell(&mut self, told: Told) {
        self.told.push(told);
    }

    /// A SELECT whose rows nobody else changes until the end of this transaction; with `ORDER BY`, so that two such
    /// statements never wait for each other.
    pub(crate) fn locking(&self, select: &str) -> impl SqlSafeStr + use<> {
        AssertSqlSafe(self.kind.with(select, " FOR NO KEY UPDATE"))
    }

    /// As [`Tx::locking`], beside others who only read them so.
    pub(crate) fn sharing(&self, select: &str) -> impl SqlSafeStr + use<> {
        AssertSqlSafe(self.kind.with(select, " FOR SHARE"))
    }

    /// After rows were inserted with their numbers: the next ones get numbers after them.
    pub(in crate::store) async fn count_on(&mut self) -> Result<(), StoreError> {
        if self.kind == Kind::Sqlite {
            return Ok(()); // one more than the largest, always
        }
        for (table, column) in [
            ("documents", "number"),
            ("actors", "number"),
            ("audit", "id"),
        ] {
            let count = format!(
                "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"
            );
            sqlx::query(AssertSqlSafe(count))
                .execute(&mut **self)
                .await?;
        }
        Ok(())
    }

    /// Only this transaction writes to `table`, until its end.
    pub(crate) async fn alone(&mut self, table: &'static str) -> Result<(), StoreError> {
        if self.kind == Kind::Postgres {
            let lock = format!("LOCK TABLE {table} IN EXCLUSIVE MODE");
            sqlx::query(AssertSqlSafe(lock))
                .execute(&mut **self)
                .await?;
        }
        Ok(())
    }
}

impl Deref for Tx {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }
}
