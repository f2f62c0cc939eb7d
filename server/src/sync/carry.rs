//! Carries out what the rooms ask of the store. The simulated network of the tests uses it too.

use std::future::Future;
use std::pin::Pin;

use shared::base::{ChangeHash, DocumentId, PersonId, Timestamp};
use shared::domain::permission::Access;
use shared::sync::room::{Effect, Input, Opened, SnapshotAt, Unread};

use super::keeper::Keeper;
use crate::store::StoreError;
use crate::store::documents::{Directory, DocumentLog, DocumentRow, NewDocument, SnapshotRow};

/// From how many bytes of changes on a device that has nothing begins with a snapshot.
const LONG: u64 = 32 * 1024;
/// How many bytes may follow a snapshot, beside a twentieth of its own, before a new one is made for such a device.
const REST: u64 = 8 * 1024;

/// The answer to an effect, once the store has done it.
pub type Answer = Pin<Box<dyn Future<Output = Input> + Send>>;

/// Begins an effect that concerns the store (appends take their place in the queue before this returns), or gives the
/// effect back: it concerns a connection.
pub fn carry_out<L: DocumentLog, D: Directory>(
    keeper: &Keeper<L, D>,
    now: Timestamp,
    effect: Effect,
) -> Result<Answer, Box<Effect>> {
    let (log, directory) = (keeper.log().clone(), keeper.directory().clone());
    let keeper = keeper.clone();
    Ok(match effect {
        effect @ (Effect::Send(..) | Effect::Close(_)) => return Err(Box::new(effect)),
        Effect::Open {
            connection,
            person,
            document,
            create,
            heads,
            from,
        } => {
            let asked = Asked {
                person,
                document,
                create: create.map(|(project, kind, key)| NewDocument {
                    id: document,
                    project,
                    kind,
                    key,
                }),
                heads,
                from,
            };
            Box::pin(async move {
                let opened = open(&keeper, now, asked).await;
                Input::Opened(connection, document, opened.map_err(|e| fault(&e)))
            })
        }
        Effect::Read {
            connection,
            document,
            after,
        } => Box::pin(async move {
            let page = match log.read(document, after).await {
                Ok(page) => Ok(page),
                Err(error) => {
                    fault(&error);
                    let damaged = matches!(error, StoreError::Damaged(..));
                    if damaged && let Err(error) = keeper.notice(document).await {
                        fault(&error);
                    }
                    Err(if damaged {
                        Unread::Damaged
                    } else {
                        Unread::Later
                    })
                }
            };
            Input::Page(connection, document, page)
        }),
        Effect::Append {
            connection,
            person,
            document,
            changes,
        } => {
            let hashes: Vec<_> = changes.iter().map(|c| c.header.hash).collect();
            let answer = keeper.append(document, person, now, changes);
            Box::pin(async move {
                let outcomes = match answer.await {
                    Ok(Ok(outcomes)) => Ok(outcomes),
                    Ok(Err(error)) => {
                        tracing::error!(%document, %error, "sync: an append failed");
                        Err(hashes)
                    }
                    Err(_) => Err(hashes), // the server stops
                };
                Input::Appended {
                    connection,
                    document,
                    outcomes,
                }
            })
        }
        Effect::Authorize {
            connection,
            person,
            document,
            project,
            kind,
        } => Box::pin(async move {
            let access = match directory.standing(person, project).await {
                Ok(standing) => standing.access(kind),
                Err(error) => {
                    fault(&error);
                    Access::None // the device asks again; nothing leaks meanwhile
                }
            };
            Input::Authorized(connection, document, access)
        }),
    })
}

fn fault(error: &StoreError) {
    tracing::error!(%error, "sync: the store failed");
}

struct Asked {
    person: PersonId,
    document: DocumentId,
    create: Option<NewDocument>,
    heads: Vec<ChangeHash>,
    from: Option<(u64, u64)>,
}

async fn open<L: DocumentLog, D: Directory>(
    keeper: &Keeper<L, D>,
    now: Timestamp,
    asked: Asked,
) -> Result<Option<Opened>, StoreError> {
    let (log, directory) = (keeper.log(), keeper.directory());
    let Asked {
        person,
        document,
        create,
        heads,
        from,
    } = asked;
    let row = match (log.find(document).await?, create) {
        (Some(row), _) => row,
        (None, None) => return Ok(None),
        (None, Some(new)) => {
            let standing = directory.standing(person, new.project).await?;
            let access = standing.access(new.kind);
            if access != Access::Write {
                // not started, and not this person's to start: there is nothing yet
                return Ok(Some(Opened {
                    project: new.project,
                    kind: new.kind,
                    epoch: 0,
                    head: 0,
                    access,
                    knows_heads: true,
                    snapshot: None,
                }));
            }
            log.create(new, now).await?
        }
    };
    // rights first, the log's end after: what is appended in between is relayed
    let standing = directory.standing(person, row.project).await?;
    let access = standing.access(row.kind);
    let knows_heads = access == Access::None || log.knows(document, heads).await?;
    let snapshot = match from {
        Some(from) if access != Access::None => begin_with(keeper, now, &row, from).await?,
        _ => None,
    };
    Ok(Some(Opened {
        project: row.project,
        kind: row.kind,
        epoch: row.epoch,
        head: row.head,
        access,
        knows_heads,
        snapshot,
    }))
}

/// The snapshot with which a device begins: where its changes are kept no other way, or where it has nothing yet and the
/// log is long.
pub(super) async fn begin_with<L: DocumentLog, D: Directory>(
    keeper: &Keeper<L, D>,
    now: Timestamp,
    row: &DocumentRow,
    (epoch, cursor): (u64, u64),
) -> Result<Option<SnapshotAt>, StoreError> {
    let log = keeper.log();
    if epoch != 0 && epoch != row.epoch {
        return Ok(None); // of another log: it is told so first
    }
    let needed = cursor < row.floor;
    if !needed && (cursor > 0 || log.weight(row.id, 0).await? < LONG) {
        return Ok(None);
    }
    let newest = log.snapshot(row.id).await?;
    let newest = newest.filter(|n| n.epoch == row.epoch && n.seq > cursor);
    let rest = log.weight(row.id, newest.map_or(0, |n| n.seq)).await?;
    let fresh = |n: &SnapshotRow| rest <= REST + n.length / 20;
    let row = match newest.filter(fresh) {
        Some(newest) => Some(newest),
        None => match keeper.snapshot(row.id, now).await {
            Ok(Ok(made)) => Some(made),
            Ok(Err(error)) => {
                tracing::error!(document = %row.id, %error, "sync: no snapshot could be made");
                newest
            }
            Err(_) => return Err(StoreError::Stopped),
        },
    };
    Ok(row.map(|row| SnapshotAt {
        hash: row.hash.to_string(),
        seq: row.seq,
    }))
}
