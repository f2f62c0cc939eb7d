//! Appends that waited together, in one transaction: what they touch is read at once, decided on, and written at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shared::base::{ChangeHash, DocumentId, PersonId};
use sqlx::{AssertSqlSafe, Row};

use super::decide::{Actor, Log};
use super::log::frozen;
use super::rows::{change_hash, marks, portions, signed, unsigned, values};
use super::{Append, Appended};
use crate::store::nodes::Told;
use crate::store::{Store, StoreError, Tx, from_word, id_bytes};

/// The documents of a transaction.
type Logs = BTreeMap<DocumentId, Log>;

/// Each append's answer; on an error nothing of any was stored.
pub(super) async fn together(
    store: &Store,
    appends: &[&Append],
) -> Result<Vec<Result<Appended, StoreError>>, StoreError> {
    let mut tx = store.begin().await?;
    let mut logs = open(&mut tx, appends).await?;
    look_up_changes(&mut tx, &mut logs, appends).await?;
    look_up_actors(&mut tx, &mut logs, appends).await?;
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
    let mut found = Vec::new();
    for ids in portions(&ids) {
        let select = format!(
            "SELECT id, number, kind, head, max_op, project FROM documents WHERE id IN ({}) ORDER BY id",
            marks(0, ids.len())
        );
        let mut query = sqlx::query(tx.locking(&select));
        for id in ids {
            query = query.bind(&id.as_bytes()[..]);
        }
        found.extend(query.fetch_all(&mut **tx).await?);
    }
    let mut projects = BTreeMap::new();
    for row in &found {
        let project: Vec<u8> = row.try_get(5)?;
        projects.insert(project, 0);
    }
    let ids: Vec<_> = projects.keys().cloned().collect();
    for ids in portions(&ids) {
        let select = format!(
            "SELECT id, policy FROM projects WHERE id IN ({}) ORDER BY id",
            marks(0, ids.len())
        );
        let mut query = sqlx::query(tx.sharing(&select));
        for id in ids {
            query = query.bind(&id[..]);
        }
        for row in query.fetch_all(&mut **tx).await? {
            projects.insert(row.try_get(0)?, unsigned(row.try_get(1)?)?);
        }
    }
    let mut logs = BTreeMap::new();
    for row in found {
        let log = Log {
            number: row.try_get(1)?,
            frozen: frozen(from_word(row.try_get(2)?)?),
            head: unsigned(row.try_get(3)?)?,
            max_op: unsigned(row.try_get(4)?)?,
            policy: projects
                .get(row.try_get::<&[u8], _>(5)?)
                .copied()
                .unwrap_or(0),
            known: HashMap::new(),
            actors: HashMap::new(),
            new: Vec::new(),
        };
        let id = DocumentId::from_bytes(id_bytes(row.try_get(0)?)?);
        logs.insert(id, log);
    }
    Ok(logs)
}

/// What the logs know of the changes and dependencies that the appends name.
async fn look_up_changes(
    tx: &mut Tx,
    logs: &mut Logs,
    appends: &[&Append],
) -> Result<(), StoreError> {
    let mut asked = BTreeSet::new();
    for append in appends {
        let Some(log) = logs.get(&append.document) else {
            continue;
        };
        for header in append.changes.iter().map(|change| &change.header) {
            let named = header.deps.iter().chain([&header.hash]);
            asked.extend(
                named
                    .filter(|hash| !log.frozen.contains(hash))
                    .map(|hash| (log.number, *hash)),
            );
        }
    }
    let asked: Vec<(i64, ChangeHash)> = asked.into_iter().collect();
    let mut found = HashMap::new();
    for asked in portions(&asked) {
        let select = format!(
            "SELECT document, hash, seq, max_op FROM changes WHERE (document, hash) IN (VALUES {})",
            values(asked.len(), 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(select));
        for (number, hash) in asked {
            query = query.bind(*number).bind(&hash.as_bytes()[..]);
        }
        for row in query.fetch_all(&mut **tx).await? {
            let number: i64 = row.try_get(0)?;
            let known = (unsigned(row.try_get(2)?)?, unsigned(row.try_get(3)?)?);
            found.insert((number, change_hash(row.try_get(1)?)?), known);
        }
    }
    for log in logs.values_mut() {
        let theirs = found
            .iter()
            .filter(|((number, _), _)| *number == log.number);
        log.known
            .extend(theirs.map(|((_, hash), known)| (*hash, *known)));
    }
    Ok(())
}

/// Who the actors are that the appends name, where the logs know them.
async fn look_up_actors(
    tx: &mut Tx,
    logs: &mut Logs,
    appends: &[&Append],
) -> Result<(), StoreError> {
    let mut asked = BTreeSet::new();
    for append in appends {
        let Some(log) = logs.get(&append.document) else {
            continue;
        };
        let actors = append.changes.iter().map(|c| c.header.actor.as_slice());
        asked.extend(actors.map(|actor| (log.number, actor)));
    }
    let asked: Vec<(i64, &[u8])> = asked.into_iter().collect();
    let mut found = Vec::new();
    for asked in portions(&asked) {
        let select = format!(
            "SELECT document, actor, person, last_seq, last_op FROM actors WHERE (document, actor) IN (VALUES {})",
            values(asked.len(), 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(select));
        for (number, actor) in asked {
            query = query.bind(*number).bind(*actor);
        }
        found.extend(query.fetch_all(&mut **tx).await?);
    }
    let mut logs: HashMap<i64, &mut Log> = logs.values_mut().map(|l| (l.number, l)).collect();
    for row in found {
        let actor = Actor {
            person: PersonId::from_bytes(id_bytes(row.try_get(2)?)?),
            last_seq: unsigned(row.try_get(3)?)?,
            last_op: unsigned(row.try_get(4)?)?,
            moved: false,
        };
        if let Some(log) = logs.get_mut(&row.try_get(0)?) {
            log.actors.insert(row.try_get(1)?, actor);
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
