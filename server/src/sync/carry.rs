//! Carries out what the rooms ask of the store. The simulated network of the tests uses it too.

use std::future::Future;
use std::pin::Pin;

use shared::base::{PersonId, Timestamp};
use shared::domain::permission::Access;
use shared::sync::room::{Effect, Input, Opened};

use super::keeper::Keeper;
use crate::store::StoreError;
use crate::store::documents::{Directory, DocumentLog, NewDocument};

/// The answer to an effect, once the store has done it.
pub type Answer = Pin<Box<dyn Future<Output = Input> + Send>>;

/// Begins an effect that concerns the store (appends take their place in the queue before this returns), or gives the
/// effect back: it concerns a connection.
pub fn carry_out<L: DocumentLog, D: Directory>(
    keeper: &Keeper<L, D>,
    now: Timestamp,
    effect: Effect,
) -> Result<Answer, Effect> {
    let (log, directory) = (keeper.log().clone(), keeper.directory().clone());
    Ok(match effect {
        effect @ (Effect::Send(..) | Effect::Close(_)) => return Err(effect),
        Effect::Open {
            connection,
            person,
            document,
            create,
            heads,
        } => Box::pin(async move {
            let create = create.map(|(project, kind, key)| NewDocument {
                id: document,
                project,
                kind,
                key,
            });
            let asked = (document, create, heads);
            let opened = open(&log, &directory, now, person, asked).await;
            Input::Opened(connection, document, opened.map_err(|e| fault(&e)))
        }),
        Effect::Read {
            connection,
            document,
            after,
        } => Box::pin(async move {
            let page = log.read(document, after).await;
            Input::Page(connection, document, page.map_err(|e| fault(&e)))
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

type Asked = (
    shared::base::DocumentId,
    Option<NewDocument>,
    Vec<shared::base::ChangeHash>,
);

async fn open<L: DocumentLog, D: Directory>(
    log: &L,
    directory: &D,
    now: Timestamp,
    person: PersonId,
    (document, create, heads): Asked,
) -> Result<Option<Opened>, StoreError> {
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
    Ok(Some(Opened {
        project: row.project,
        kind: row.kind,
        epoch: row.epoch,
        head: row.head,
        access,
        knows_heads,
        snapshot: None,
    }))
}
