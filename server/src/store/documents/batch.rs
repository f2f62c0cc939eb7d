//! Appends that waited together, in one transaction: what they touch is read at once, decided on, and written at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shared::base::{DocumentId, PersonId};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::decide::{Actor, Log};
use super::log::frozen;
use super::rows::{change_hash, marks, portions, signed, unsigned, values};
use super::{Append, Appended};
use crate::store::nodes::Told;
use crate::store::steps::{Step, Value};
use crate::store::{Store, StoreError, from_word, id_bytes};

/// The documents of a transaction.
type Logs = BTreeMap<DocumentId, Log>;

/// What a name asked for, or a row, is of.
const CHANGE: i32 = 0;
const ACTOR: i32 = 1;
const DOCUMENT: i32 = 2;

/// Each append's answer; on an error nothing of any was stored.
pub(super) async fn together(
    store: &Store,
    appends: &[&Append],
) -> Result<Vec<Result<Appended, StoreError>>, StoreError> {
    let mut step = store.step();
    ask_documents(store, &mut step, appends);
    ask_names(&mut step, appends);
    let (begun, rows) = store.read(step).await?;
    let mut logs = read(&rows)?;
    let mut answers = Vec::new();
    for append in appends {
        answers.push(match logs.get_mut(&append.document) {
            Some(log) => Ok(log.take(append)),
            None => Err(StoreError::NotFound("document")),
        });
    }
    let written: Vec<&Log> = logs.values().filter(|log| !log.new.is_empty()).collect();
    let mut step = store.step();
    write_actors(&mut step, &written)?;
    write_changes(&mut step, &written)?;
    write_heads(&mut step, &written)?;
    let grown = logs.iter().filter(|(_, log)| !log.new.is_empty());
    let told = grown.map(|(id, log)| Told::Grown(*id, log.head)).collect();
    begun.write(step, told).await?; // the fsync
    Ok(answers)
}

/// The documents of the appends and their projects' policies, both as they stay until the commit. Always documents first
/// and by id, so that no two nodes wait for each other.
fn ask_documents<'a>(store: &Store, step: &mut Step<'a>, appends: &[&'a Append]) {
    let ids: BTreeSet<_> = appends.iter().map(|a| a.document.as_bytes()).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    for ids in portions(&ids) {
        let values = ids.iter().map(|id| Value::Bytes(&id[..])).collect();
        step.add(values, |before| {
            let select = format!(
                "SELECT {DOCUMENT}, d.number, d.id, d.kind, d.head, d.max_op, p.policy
                 FROM documents d JOIN projects p ON p.id = d.project WHERE d.id IN ({}) ORDER BY d.id",
                marks(before, ids.len())
            );
            store.holding(&select, "d", "p")
        });
    }
}

/// What the logs know of the changes, dependencies and actors that the appends name. Each name is a question of its own:
/// SQLite would make a table of a list, which costs more.
fn ask_names<'a>(step: &mut Step<'a>, appends: &[&'a Append]) {
    let mut asked: BTreeSet<(i32, &[u8], &[u8])> = BTreeSet::new();
    for append in appends {
        let document = append.document.as_bytes().as_slice();
        for header in append.changes.iter().map(|change| &change.header) {
            let named = header.deps.iter().chain([&header.hash]);
            asked.extend(named.map(|hash| (CHANGE, document, hash.as_bytes().as_slice())));
            asked.insert((ACTOR, document, header.actor.as_slice()));
        }
    }
    let asked: Vec<_> = asked.into_iter().collect();
    for asked in portions(&asked) {
        let named = asked.iter();
        let named = named.flat_map(|(_, document, name)| [*document, *name].map(Value::Bytes));
        step.add(named.collect(), |before| {
            let select = |(n, (what, ..)): (usize, &(i32, _, _))| {
                let (table, name, of) = match *what {
                    CHANGE => ("changes", "hash", "t.hash, t.seq, t.max_op"),
                    _ => ("actors", "actor", "t.person, t.last_seq, t.last_op"),
                };
                let (id, value) = (before + 2 * n + 1, before + 2 * n + 2);
                format!(
                    "SELECT {what}, d.number, t.{name}, {of}
                     FROM documents d JOIN {table} t ON t.document = d.number AND t.{name} = ${value} WHERE d.id = ${id}"
                )
            };
            let all: Vec<_> = asked.iter().enumerate().map(select).collect();
            all.join(" UNION ALL ")
        });
    }
}

/// What came of the questions: documents first.
fn read(rows: &[AnyRow]) -> Result<Logs, StoreError> {
    let mut logs = BTreeMap::new();
    let mut ids = HashMap::new();
    for row in rows {
        let (what, number): (i32, i64) = (row.try_get(0)?, row.try_get(1)?);
        if what == DOCUMENT {
            let id = DocumentId::from_bytes(id_bytes(row.try_get(2)?)?);
            let log = Log {
                number,
                frozen: frozen(from_word(row.try_get(3)?)?),
                head: unsigned(row.try_get(4)?)?,
                max_op: unsigned(row.try_get(5)?)?,
                policy: unsigned(row.try_get(6)?)?,
                known: HashMap::new(),
                actors: HashMap::new(),
                new: Vec::new(),
            };
            ids.insert(number, id);
            logs.insert(id, log);
            continue;
        }
        let Some(log) = ids.get(&number).and_then(|id| logs.get_mut(id)) else {
            continue;
        };
        let (seq, op) = (unsigned(row.try_get(4)?)?, unsigned(row.try_get(5)?)?);
        if what == CHANGE {
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
    Ok(logs)
}

/// Stores how far the actors have come.
fn write_actors<'l>(step: &mut Step<'l>, logs: &[&'l Log]) -> Result<(), StoreError> {
    let mut moved: Vec<(i64, &'l [u8], &'l Actor)> = Vec::new();
    for log in logs {
        let actors = log.actors.iter().filter(|(_, actor)| actor.moved);
        moved.extend(actors.map(|(id, actor)| (log.number, id.as_slice(), actor)));
    }
    for actors in portions(&moved) {
        let mut row = Vec::new();
        for (number, id, actor) in actors {
            row.extend([
                Value::Number(*number),
                Value::Bytes(id),
                Value::Bytes(&actor.person.as_bytes()[..]),
                Value::Number(signed(actor.last_seq)?),
                Value::Number(signed(actor.last_op)?),
            ]);
        }
        step.add(row, |before| {
            format!(
                "INSERT INTO actors (document, actor, person, last_seq, last_op) VALUES {}
                 ON CONFLICT (document, actor) DO UPDATE SET last_seq = excluded.last_seq, last_op = excluded.last_op",
                values(before, actors.len(), 5)
            )
        });
    }
    Ok(())
}

/// Stores the changes; their actors are there.
fn write_changes<'l>(step: &mut Step<'l>, logs: &[&'l Log]) -> Result<(), StoreError> {
    let new: Vec<_> = logs
        .iter()
        .flat_map(|log| log.new.iter().map(|new| (log.number, new)))
        .collect();
    for changes in portions(&new) {
        let mut row = Vec::new();
        for (number, new) in changes {
            row.extend([
                Value::Number(*number),
                Value::Number(signed(new.entry.seq)?),
                Value::Bytes(&new.hash.as_bytes()[..]),
                Value::Bytes(&new.actor),
                Value::Number(signed(new.max_op)?),
                Value::Number(new.entry.at.0),
                Value::Bytes(&new.entry.bytes),
            ]);
        }
        step.add(row, |before| {
            let row = |n: usize| {
                let [document, seq, hash, actor, max_op, at, bytes] =
                    std::array::from_fn(|column| before + 7 * n + column + 1);
                format!(
                    "(${document}, ${seq}, ${hash},
                      (SELECT number FROM actors WHERE document = ${document} AND actor = ${actor}),
                      ${max_op}, ${at}, ${bytes})"
                )
            };
            let rows: Vec<_> = (0..changes.len()).map(row).collect();
            format!(
                "INSERT INTO changes (document, seq, hash, actor, max_op, received_at, bytes) VALUES {}",
                rows.join(", ")
            )
        });
    }
    Ok(())
}

/// Stores where the logs end.
fn write_heads<'l>(step: &mut Step<'l>, logs: &[&'l Log]) -> Result<(), StoreError> {
    for log in logs {
        let values = [signed(log.head)?, signed(log.max_op)?, log.number].map(Value::Number);
        step.add(values.into(), |before| {
            let [head, max_op, number] = std::array::from_fn(|n| before + n + 1);
            format!(
                "UPDATE documents SET head = ${head}, max_op = ${max_op} WHERE number = ${number}"
            )
        });
    }
    Ok(())
}
