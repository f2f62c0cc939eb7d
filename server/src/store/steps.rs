//! A write transaction of two steps: all that is read goes to the database at once, and all that is written, with the
//! commit. SQLite lives on a thread of its own, and a way there and back costs more than most statements.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

use super::database::Kind;
use super::nodes::Told;
use super::transaction::IMMEDIATE;
use super::{Store, StoreError, Tx};

/// Statements with more values than this go alone: what is written out for so many seldom comes again, and is not worth
/// being kept prepared.
const TOGETHER: usize = 48;

/// What stands for `$n`.
pub(super) enum Value<'v> {
    Number(i64),
    Bytes(&'v [u8]),
}

/// Statements that do not wait for each other's rows.
pub(super) struct Step<'v> {
    kind: Kind,
    ways: Vec<(String, Vec<Value<'v>>)>,
}

impl<'v> Step<'v> {
    /// Adds a statement, written by `sql` for values that begin behind so many others.
    pub(super) fn add(&mut self, values: Vec<Value<'v>>, sql: impl FnOnce(usize) -> String) {
        if self.kind == Kind::Sqlite
            && let Some((text, held)) = self.ways.last_mut()
            && held.len() + values.len() <= TOGETHER
        {
            text.push_str("; ");
            text.push_str(&sql(held.len()));
            held.extend(values);
        } else {
            self.ways.push((sql(0), values));
        }
    }

    /// The rows of all statements, in their order.
    async fn run(self, connection: &mut sqlx::AnyConnection) -> Result<Vec<AnyRow>, StoreError> {
        let mut rows = Vec::new();
        for (sql, values) in self.ways {
            let mut query: Query<'_, Any, AnyArguments> = sqlx::query(AssertSqlSafe(sql));
            for value in values {
                query = match value {
                    Value::Number(number) => query.bind(number),
                    Value::Bytes(bytes) => query.bind(bytes),
                };
            }
            rows.extend(query.fetch_all(&mut *connection).await?);
        }
        Ok(rows)
    }
}

/// A transaction that has read and may write.
pub(super) enum Begun {
    Sqlite(Held),
    Postgres(Tx),
}

/// A connection in a transaction that the driver knows nothing of: unless that is committed, the connection is closed,
/// which undoes it.
pub(super) struct Held(Option<PoolConnection<Any>>);

impl Drop for Held {
    fn drop(&mut self) {
        drop(self.0.take().map(PoolConnection::detach));
    }
}

impl Held {
    async fn run(&mut self, step: Step<'_>) -> Result<Vec<AnyRow>, StoreError> {
        match &mut self.0 {
            Some(connection) => step.run(connection).await,
            None => Err(StoreError::Stopped),
        }
    }
}

impl Store {
    /// No statements yet.
    pub(super) fn step<'v>(&self) -> Step<'v> {
        Step {
            kind: self.database.kind,
            ways: Vec::new(),
        }
    }

    /// Begins a write transaction by reading. On PostgreSQL the statements lock what must stay as it was read.
    pub(super) async fn read(
        &self,
        mut step: Step<'_>,
    ) -> Result<(Begun, Vec<AnyRow>), StoreError> {
        if self.database.kind == Kind::Postgres {
            let mut tx = self.begin().await?;
            let rows = step.run(&mut tx).await?;
            return Ok((Begun::Postgres(tx), rows));
        }
        if let Some((text, _)) = step.ways.first_mut() {
            *text = format!("{IMMEDIATE}; {text}");
        }
        let mut held = Held(Some(self.database.write.acquire().await?));
        let rows = held.run(step).await?;
        Ok((Begun::Sqlite(held), rows))
    }
}

impl Begun {
    /// Writes and commits: on disk when this returns, and other nodes hear what was told.
    pub(super) async fn write(self, mut step: Step<'_>, told: Vec<Told>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(mut held) => {
                step.add(Vec::new(), |_| "COMMIT".to_owned());
                held.run(step).await?;
                held.0 = None; // back to the pool
            }
            Self::Postgres(mut tx) => {
                step.run(&mut tx).await?;
                for told in told {
                    tx.tell(told);
                }
                tx.commit().await?; // the fsync
            }
        }
        Ok(())
    }
}
