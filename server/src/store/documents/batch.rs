//! Appends that waited together, in one transaction: what they touch is read at once, decided on, and written at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shared::base::{DocumentId, PersonId};
use sqlx::{AssertSqlSafe, Row};

use super::decide::{Actor, Log};
use super::log::frozen;
use super::rows::{change_hash, marks, portions, signed, unsigned, values};
use super::{Append, Appended};
use crate::store::nodes::Told;
use crate::store::{Store, StoreError, Tx, from_word, id_bytes};

/// The documents of a transaction.
type Logs = BTreeMap<DocumentId, Log>;

/// What a name asked for is of.
const CHANGE: i32 = 0;
const ACTOR: i32 = 1;

/// Each append's answer; on an error nothing of any was stored.
pub(super) async fn together(
    store: &Store,
    appends: &[&Append],
) -> Result<Vec<Result<Appended, StoreError>>, StoreError> {
    let mut tx = store.begin().await?;
    let mut logs = open(&mut tx, appends).await?;
    look_up(&mut tx, &mut logs, appends).await?;
    let mut answers = Vec::new();
    for append in appends {
        answers.push(match logs.get_mut(&append.document) {
            Some(log) => Ok(log.take(append)),
            None => Err(StoreError::NotFound("document")),
        });
    }
    let written: Vec<&Log> = logs.values().filter(|log| !log.new.is_empty()).collect();
    write(&mut tx, &written).await?;
    for (id, log) in logs.iter().filter(|(_, log)| !log.new.is_empty()) {
        tx.tell(Told::Grown(*id, log.head));
    }
    tx.commit().await?; // the fsync
    Ok(answers)
}

/// The documents of the appends and their projects' policies, both as they stay until the commit. Always documents first
/// and by id, so that no two nodes wait for each other.
async fn open(tx: &mut Tx, appends: &[&Append]) -> Result<Logs, StoreError> {
    let ids: BTreeSet<_> = appends.iter().map(|a| a.document).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let mut logs = BTreeMap::new();
    for ids in portions(&ids) {
        let select = format!(
            "SELECT d.id, d.number, d.kind, d.head, d.max_op, p.policy
             FROM documents d JOIN projects p ON p.id = d.project WHERE d.id IN ({}) ORDER BY d.id",
            marks(0, ids.len())
        );
        let mut query = sqlx::query(tx.holding(&select, "d", "p"));
        for id in ids {
            query = query.bind(&id.as_bytes()[..]);
        }
        for row in query.fetch_all(&mut **tx).await? {
            let log = Log {
                number: row.try_get(1)?,
                frozen: frozen(from_word(row.try_get(2)?)?),
                head: unsigned(row.try_get(3)?)?,
                max_op: unsigned(row.try_get(4)?)?,
                policy: unsigned(row.try_get(5)?)?,
                known: HashMap::new(),
                actors: HashMap::new(),
                new: Vec::new(),
            };
            let id = DocumentId::from_bytes(id_bytes(row.try_get(0)?)?);
            logs.insert(id, log);
        }
    }
    Ok(logs)
}

/// What the logs know of the changes, dependencies and actors that the appends name.
async fn look_up(tx: &mut Tx, logs: &mut Logs, appends: &[&Append]) -> Result<(), StoreError> {
    let mut asked = BTreeSet::new();
    for append in appends {
        let Some(log) = logs.get(&append.document) else {
            continue;
        };
        for header in append.changes.iter().map(|change| &change.header) {
            let named = header.deps.iter().chain([&header.hash]);
            let named = named.filter(|hash| !log.frozen.contains(hash));
            asked.extend(named.map(|hash| (CHANGE, log.number, hash.as_bytes().as_slice())));
            asked.insert((ACTOR, log.number, header.actor.as_slice()));
        }
    }
    let mut logs: HashMap<i64, &mut Log> = logs.values_mut().map(|l| (l.number, l)).collect();
    let asked: Vec<_> = asked.into_iter().collect();
    for asked in portions(&asked) {
        let rows = asked.len();
        // one statement, since each costs a way to the database and back
        let select = format!(
            "WITH asked (what, document, name) AS (VALUES {})
             SELECT 0, c.document, c.hash, c.hash, c.seq, c.max_op FROM asked
                 JOIN changes c ON asked.what = 0 AND c.document = asked.document AND c.hash = asked.name
             UNION ALL
             SELECT 1, a.document, a.actor, a.person, a.last_seq, a.last_op FROM asked
                 JOIN actors a ON asked.what = 1 AND a.document = asked.document AND a.actor = asked.name",
            values(rows, 3)
        );
        let mut query = sqlx::query(AssertSqlSafe(select));
        for (what, number, name) in asked {
            query = query.bind(*what).bind(*number).bind(*name);
        }
        for row in query.fetch_all(&mut **tx).await? {
            let Some(log) = logs.get_mut(&row.try_get(1)?) else {
                continue;
            };
            let (seq, op) = (unsigned(row.try_get(4)?)?, unsigned(row.try_get(5)?)?);
            if row.try_get::<i32, _>(0)? == CHANGE {
                log.known.insert(change_hash(row.try_get(2)?)?, (seq, op));
            } else {
                let actor = Actor {
                    person: PersonId::from_bytes(id_bytes(row.try_get(3)?)?),
                    last_seq: seq,
                    last_op: op,
                    moved: false,
                };
                log.actors.insert(row.try_get(2)?, actor);
            }
        }
    }
    Ok(())
}

/// Stores what was taken.
async fn write(tx: &mut Tx, logs: &[&Log]) -> Result<(), StoreError> {
    let actors = write_actors(tx, logs).await?;
    let new: Vec<_> = logs
        .iter()
        .flat_map(|log| log.new.iter().map(|new| (log.number, new)))
        .collect();
    for changes in portions(&new) {
        let insert = format!(
            "INSERT INTO changes (document, seq, hash, actor, max_op, received_at, bytes) VALUES {}",
            values(changes.len(), 7)
        );
        let mut query = sqlx::query(AssertSqlSafe(insert));
        for (number, new) in changes {
            let actor = actors
                .get(&(*number, new.actor.as_slice()))
                .ok_or(StoreError::NotFound("actor"))?;
            query = query
                .bind(*number)
                .bind(signed(new.entry.seq)?)
                .bind(&new.hash.as_bytes()[..])
                .bind(*actor)
                .bind(signed(new.max_op)?)
                .bind(new.entry.at.0)
                .bind(&new.entry.bytes[..]);
        }
        query.execute(&mut **tx).await?;
    }
    for logs in portions(logs) {
        let update = format!(
            "UPDATE documents SET head = v.column2, max_op = v.column3 FROM (VALUES {}) AS v
             WHERE documents.number = v.column1",
            values(logs.len(), 3)
        );
        let mut query = sqlx::query(AssertSqlSafe(update));
        for log in logs {
            query = query
                .bind(log.number)
                .bind(signed(log.head)?)
                .bind(signed(log.max_op)?);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Stores how far the actors have come, and answers their numbers.
async fn write_actors<'l>(
    tx: &mut Tx,
    logs: &[&'l Log],
) -> Result<HashMap<(i64, &'l [u8]), i64>, StoreError> {
    let mut moved: Vec<(i64, &'l [u8], &'l Actor)> = Vec::new();
    for log in logs {
        let actors = log.actors.iter().filter(|(_, actor)| actor.moved);
        moved.extend(actors.map(|(id, actor)| (log.number, id.as_slice(), actor)));
    }
    let mut numbers = HashMap::new();
    for actors in portions(&moved) {
        let insert = format!(
            "INSERT INTO actors (document, actor, person, last_seq, last_op) VALUES {}
             ON CONFLICT (document, actor) DO UPDATE SET last_seq = excluded.last_seq, last_op = excluded.last_op
             RETURNING document, actor, number",
            values(actors.len(), 5)
        );
        let mut query = sqlx::query(AssertSqlSafe(insert));
        for (number, id, actor) in actors {
            query = query
                .bind(*number)
                .bind(*id)
                .bind(&actor.person.as_bytes()[..])
                .bind(signed(actor.last_seq)?)
                .bind(signed(actor.last_op)?);
        }
        for row in query.fetch_all(&mut **tx).await? {
            let (document, id): (i64, &[u8]) = (row.try_get(0)?, row.try_get(1)?);
            let named = actors
                .iter()
                .find(|(number, actor, _)| *number == document && *actor == id);
            if let Some((number, actor, _)) = named {
                numbers.insert((*number, *actor), row.try_get(2)?);
            }
        }
    }
    Ok(numbers)
}
